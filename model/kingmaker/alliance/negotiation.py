"""Play the alliance phase day by day: offers, consultation, decisions of eliminated leaders."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

from kingmaker.actors.candidate import CandidateAgent
from kingmaker.alliance import rules
from kingmaker.alliance.appeals import heed
from kingmaker.alliance.behaviours import Choice, Policy
from kingmaker.alliance.beliefs import believed_share
from kingmaker.alliance.deals import Deal
from kingmaker.alliance.decision import (
    Option,
    best_option,
    chance_given,
    choice_probs,
    decide,
    option_values,
    reason_of,
)
from kingmaker.alliance.game import Equilibria, solve
from kingmaker.alliance.outlook import News, Outlook
from kingmaker.contest.facts import last_call
from kingmaker.contest.schema import Endorsement
from kingmaker.mechanisms import Switches
from kingmaker.rng import Stream

DEFAULT_DECISION_TIME = 0.4
"""Part of the time between the rounds after which an undated announcement falls; assumed."""

TALKS = ("M18", "M19", "M21", "M22", "M24")
"""Mechanisms by which others reach a leader; likeness to his voters does not depend on them."""

TOLD = {"explicit": 1.0, "personal": 0.5, "implied": 0.5, "unadvertised": 0.0}
"""How much of an announcement reaches the endorser's voters, by its kind; assumed."""


def default_day(gap_days: int) -> int:
    """Return the day of an announcement about whose day nothing is known [days]."""
    return max(1, min(gap_days, round(DEFAULT_DECISION_TIME * gap_days)))


@dataclass(frozen=True)
class Plan:
    """Hold what an eliminated leader will do.

    Attributes
    ----------
    day
        Day of the announcement [days].
    option
        Finalist's index, ``neutral``, ``free-vote``, ``freeze-machine``; None where he decides
        on the day.
    basis
        ``historical``, ``behaviour``, ``decision``, ``displaced`` or ``pact`` (M33).
    rule
        How he decides on the day: a name of `kingmaker.alliance.rules.RULES`.
    told
        Weight of the announcement in [0, 1].
    terms
        Reported terms.
    ticket
        Whether he runs as the second on a ticket with the finalist.
    """

    day: int
    option: Option | None
    basis: str
    rule: str = "decide"
    told: float = 1.0
    terms: str = ""
    ticket: bool = False


class Negotiation:
    """Hold the alliance phase: who is undecided, and what each leader decides.

    Attributes
    ----------
    plans
        Plan of each eliminated candidate by index.
    natural
        What each eliminated candidate would do, or did, in the historical contest: the side on
        which his voters' likeness (selection) lies, whatever the behaviour.
    known
        Finalist, ``neutral`` or ``free-vote`` where the contest file knows what he did.
    displaced
        Known endorsements of somebody who is out.
    outlook
        What the leaders see and believe.
    """

    def __init__(
        self, outlook: Outlook, policy: Policy, pacts: Mapping[int, int], switches: Switches
    ) -> None:
        """Make the plans; nothing later than round one is decided yet."""
        self.outlook = outlook
        self._setting, self._finalists = outlook.setting, outlook.finalists
        self._candidates, self._votes = outlook.candidates, outlook.votes
        self._parameters, self._streams = outlook.parameters, outlook.streams
        self._dealings = outlook.dealings
        self._policy = policy
        self._pacts = pacts
        self._switches = switches
        self.known: dict[int, Option] = {}
        self.displaced = 0
        self._equilibrium: Equilibria | None = None
        self._seen: dict[int, News] = {}
        self.natural: dict[int, Option | None] = {}
        self.plans: dict[int, Plan] = {
            e: self._plan(outlook.candidates[e], policy) for e in outlook.eliminated
        }

    # ------------------------------------------------------------------ plans

    def _plan(self, agent: CandidateAgent, policy: Policy) -> Plan:
        """Turn a behaviour into a plan."""
        call = last_call(self._setting.contest, agent.candidate_id)
        day = self._decision_day(call, agent.index)
        known, displaced = self._option(call.to if call is not None else "unknown")
        self.natural[agent.index] = known
        if known is not None:
            self.known[agent.index] = known
        choice = policy.of(agent.candidate_id)
        if choice.name == "joint-ticket" and not self._is_second(agent):
            choice = Choice("historical")
        if not self._switches.on("M27"):
            return Plan(day, "neutral", "decision")
        if self._pacts.get(agent.index) in self._finalists and choice.name == "historical":
            return Plan(1, self._pacts[agent.index], "pact", terms="as agreed before round one")
        if choice.name == "historical":
            self.displaced += displaced
            if known is None:
                return Plan(day, None, "displaced" if displaced else "decision")
            assert call is not None
            told, terms = TOLD[call.kind], "; ".join(call.terms)
            if policy.looks_again(agent.candidate_id):
                return Plan(day, None, "decision", "reconsider", told, terms)
            return Plan(day, known, "historical", "", told, terms)
        if choice.name == "united-losers":
            return Plan(default_day(self._setting.gap_days), None, "behaviour", choice.name)
        if choice.name in rules.RULES:
            return Plan(day, None, "decision" if choice.name == "decide" else "behaviour",
                        choice.name)  # fmt: skip
        return self._behaviour_plan(choice, agent.index, day)

    def _is_second(self, agent: CandidateAgent) -> bool:
        """Say whether the second place goes to a leader: to who is named, else to the largest."""
        if agent.candidate_id in self._policy.by_actor:
            return True
        return agent.index == max(self.outlook.eliminated, key=lambda e: self._votes[e])

    def _behaviour_plan(self, choice: Choice, leader: int, day: int) -> Plan:
        """Plan what a behaviour fixes: a call, a ticket, or silence of some kind."""
        if choice.name not in ("endorse", "announce", "joint-ticket"):
            return Plan(day, choice.name, "behaviour")
        is_ticket = choice.name == "joint-ticket"
        when = min(choice.day or day, self._setting.gap_days)
        target = choice.target
        if target is None:
            nearest = rules.nearest(self.outlook.distances(leader), self._finalists)
            return Plan(when, nearest, "behaviour", ticket=is_ticket)
        option, displaced = self._option(target)
        self.displaced += displaced
        basis = "displaced" if displaced else "behaviour"
        return Plan(when, option, basis, ticket=is_ticket and not displaced)

    def _option(self, to: str) -> tuple[Option | None, bool]:
        """Return the option behind a name, None where it must be decided, and whether displaced."""
        if to in ("neutral", "free-vote"):
            return to, False
        if to == "unknown" or to not in self._setting.candidate_ids:
            return None, False
        index = self._setting.candidate_ids.index(to)
        return (index, False) if index in self._finalists else (None, True)

    def _decision_day(self, call: Endorsement | None, who: int) -> int:
        """Return the day of the announcement: dated, drawn in its window, or the default."""
        gap = self._setting.gap_days
        default = default_day(gap)
        if call is None:
            return default
        if call.date is not None:
            return max(1, min(gap, self._setting.day_of(call.date)))
        if call.earliest is None and call.latest is None and call.to == "unknown":
            return default
        low = self._setting.day_of(call.earliest) if call.earliest is not None else 1
        high = self._setting.day_of(call.latest) if call.latest is not None else gap - 1
        low = max(1, min(gap, low))
        high = max(low, min(gap, high))
        u = self._streams.uniform(Stream.ALLIANCE_DAY, who)
        return low + int(u * (high - low + 1))

    def settle_natural_sides(self, news: News) -> None:
        """Settle on which side the likeness of leaders and voters lies, where nobody knows.

        What a leader whose choice is unknown would choose before anybody has talked to him, by
        distance, chances and his own voters: the same under every behaviour and every ablation
        of the talks.
        """
        for e in self.plans:
            if e not in self.known:
                view = self.outlook.view(e, news, Switches(TALKS))
                untalked = replace(view, grudge=(0.0, 0.0))
                self.natural[e] = decide(untalked, self._parameters, self._streams, e)[0]

    # ------------------------------------------------------------------ decisions

    def decisions(self, day: int, news: News) -> list[Deal]:
        """Let the leaders whose day has come decide; their agents are changed."""
        today = [e for e, plan in self.plans.items() if plan.day == day]
        chosen = {e: self._choose(e, news) for e in today}
        # Reasons are what he saw before anybody had spoken today, himself included.
        reasons = {e: self._reason(e, option, news) for e, (option, _) in chosen.items()}
        probs = {e: self._probs(e, option, news) for e, (option, _) in chosen.items()}
        deals = []
        for e, (option, remark) in chosen.items():
            self._seen[e] = news
            plan, agent = self.plans[e], self._candidates[e]
            agent.choice = option
            as_in_fact = plan.rule != "reconsider" or option == self.known[e]
            agent.told = plan.told if as_in_fact else 1.0
            if self._switches.on("M30"):
                agent.told *= heed(self._dealings, e, self._parameters["appeal_discount"])
            agent.ticket = plan.ticket
            value, reason = reasons[e]
            deals.append(
                Deal(
                    day,
                    agent.candidate_id,
                    _act(option, plan),
                    self._candidates[option].candidate_id if isinstance(option, int) else "",
                    plan.basis,
                    plan.terms if as_in_fact else "",
                    value,
                    f"{reason}; {remark}" if remark else reason,
                    *probs[e],
                )
            )
        return deals

    def _reason(self, e: int, option: Option, news: News) -> tuple[float, str]:
        return reason_of(self.outlook.view(e, news, self._switches), option, self._parameters)

    def _probs(self, e: int, option: Option, news: News) -> tuple[float, float]:
        return choice_probs(self.outlook.view(e, news, self._switches), option, self._parameters)

    def _choose(self, e: int, news: News) -> tuple[Option, str]:
        """Return what a leader does today, and what is to be said of it."""
        plan = self.plans[e]
        if plan.option is not None:
            return plan.option, self._remark(e, plan, news)
        if plan.rule == "united-losers":
            return rules.united(self._all_values(news), self._votes), "the eliminated act as one"
        if plan.rule == "equilibrium":
            return self._in_equilibrium(e, news)
        view = self.outlook.view(e, news, self._switches)
        if plan.rule == "reconsider":
            in_fact = option_values(self.outlook.view(e, news, self._switches, in_fact=True),
                                    self._parameters)  # fmt: skip
            chance = chance_given(in_fact, self.known[e], self._streams, e)
            option = best_option(option_values(view, self._parameters), chance)
            return option, "as in fact" if option == self.known[e] else "otherwise than in fact"
        ruled = rules.by_rule(plan.rule, view)
        if ruled is not None:
            return ruled, ""
        return decide(view, self._parameters, self._streams, e)[0], ""

    def _remark(self, e: int, plan: Plan, news: News) -> str:
        """Say of a historical choice whether it was a best reply to the others' (beliefs only)."""
        if plan.basis != "historical":
            return ""
        values = option_values(self.outlook.view(e, news, self._switches), self._parameters)
        best = max(values, key=lambda option: values[option])
        option = "neutral" if plan.option == "freeze-machine" else plan.option
        assert option is not None
        if best == option:
            return "a best reply"
        return f"{values[best] - values[option]:.2f} short of the best reply, {self._name(best)}"

    def _name(self, option: Option) -> str:
        return self._candidates[option].candidate_id if isinstance(option, int) else option

    def _all_values(self, news: News) -> dict[int, dict[Option, float]]:
        return {
            e: option_values(self.outlook.view(e, news, self._switches), self._parameters)
            for e in self.plans
        }

    def payoffs(self, e: int, profile: Mapping[int, Option], news: News) -> dict[Option, float]:
        """Return a leader's believed values of his options, given what the others do.

        Parameters
        ----------
        e
            The leader's index.
        profile
            Option of every eliminated leader; his own entry is not read.
        news
            What is known today.

        Returns
        -------
        Value by option [utility], on beliefs: the last poll, or the first round, and what the
        others' calls are believed to bring.
        """
        others = {other: option for other, option in profile.items() if other != e}
        share = self.outlook.with_calls(
            believed_share(self._votes, self._finalists, news.poll_share), others
        )
        return option_values(
            self.outlook.view(e, news, self._switches, share=share), self._parameters
        )

    def believed_value(self, profile: Mapping[int, Option]) -> dict[int, float]:
        """Return what a profile of the endorsers' game is worth to each player.

        Parameters
        ----------
        profile
            Option of the players by index; the other leaders do what they did.

        Returns
        -------
        Value by player [utility], on what he believed on the day of his choice; NaN where that
        day has not come.
        """
        whole = {e: self._fixed(e) for e in self.plans} | dict(profile)
        return {
            e: self.payoffs(e, whole, self._seen[e])[option] if e in self._seen else math.nan
            for e, option in profile.items()
        }

    def _fixed(self, e: int) -> Option:
        """Return what a leader does who does not play: what he did, else what he plans."""
        choice = self._candidates[e].choice
        planned = choice if choice is not None else self.plans[e].option
        return "neutral" if planned is None else planned

    def _in_equilibrium(self, e: int, news: News) -> tuple[Option, str]:
        """Return the leader's part in the equilibrium, found on the day of the first of them."""
        if self._equilibrium is None:
            players = [x for x, plan in self.plans.items() if plan.rule == "equilibrium"]
            others = {x: self._fixed(x) for x in self.plans if x not in players}
            self._equilibrium = solve(
                players,
                (*self._finalists, "neutral"),
                lambda who, profile: self.payoffs(who, {**others, **profile}, news),
            )
        return self._equilibrium.chosen[e], self._equilibrium.note


def _act(option: Option, plan: Plan) -> str:
    if isinstance(option, int):
        return "ticket" if plan.ticket else "endorses"
    return "freezes" if option == "freeze-machine" else option
