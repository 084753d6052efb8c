"""Play the alliance phase day by day: offers, consultation, decisions of eliminated leaders."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kingmaker.actors.candidate import CandidateAgent
from kingmaker.alliance import rules
from kingmaker.alliance.appeals import heed
from kingmaker.alliance.behaviours import Choice, Policy
from kingmaker.alliance.beliefs import believed_share, believed_win_prob, share_with_support
from kingmaker.alliance.consultation import wish
from kingmaker.alliance.courting import goodwill
from kingmaker.alliance.deals import Deal, Dealings
from kingmaker.alliance.decision import (
    Option,
    View,
    best_option,
    chance_given,
    decide,
    option_values,
    reason_of,
)
from kingmaker.alliance.pledges import conflict
from kingmaker.alliance.pressure import pressure
from kingmaker.contest.facts import endorsement_phase
from kingmaker.contest.schema import Endorsement
from kingmaker.mechanisms import Switches
from kingmaker.parameters import Parameters
from kingmaker.population.activists import Activists
from kingmaker.population.setting import Setting
from kingmaker.rng import Stream, Streams

DEFAULT_DECISION_TIME = 0.4
"""Part of the time between the rounds after which an undated announcement falls; assumed."""

SURVEY = 100
"""Voters of his whom an eliminated leader can ask [members]; assumed."""

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


@dataclass(frozen=True)
class News:
    """Hold what the actors know on a day.

    Attributes
    ----------
    poll_share
        Leader's part of the finalists' support in the last poll, None without one.
    strain, strain_in_fact
        What stands between candidates, in this run and had no behaviour changed history,
        ``(n_candidates, n_candidates)`` [insults].
    leaning
        Activists' leanings to the first finalist, ``(n_activists,)`` [logit].
    by_group
        Preferences by group of first vote, as of this morning, ``(n_candidates + 3, 2)``.
    """

    poll_share: float | None
    strain: NDArray[np.float64]
    strain_in_fact: NDArray[np.float64]
    leaning: NDArray[np.float64]
    by_group: NDArray[np.int64]


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
    strain_today
        What stands between candidates, as the morning found it, ``(n_candidates, n_candidates)``
        [insults].
    """

    def __init__(
        self,
        setting: Setting,
        candidates: Sequence[CandidateAgent],
        finalists: tuple[int, int],
        votes: list[int],
        policy: Policy,
        dealings: Dealings,
        pacts: Mapping[int, int],
        parameters: Parameters,
        switches: Switches,
        streams: Streams,
    ) -> None:
        """Make the plans; nothing later than round one is decided yet."""
        self._setting = setting
        self._candidates = candidates
        self._finalists = finalists
        self._votes = votes
        self._policy = policy
        self._dealings = dealings
        self._pacts = pacts
        self._parameters = parameters
        self._switches = switches
        self._streams = streams
        self._wishes: dict[int, list[float]] = {}
        self.known: dict[int, Option] = {}
        self.displaced = 0
        n = setting.n_candidates
        self.strain_today: NDArray[np.float64] = np.zeros((n, n))
        self.natural: dict[int, Option | None] = {}
        self.plans: dict[int, Plan] = {}
        for agent in candidates:
            if agent.index not in finalists:
                self.plans[agent.index] = self._plan(agent, policy)
                self._wishes[agent.index] = []

    # ------------------------------------------------------------------ plans

    def _plan(self, agent: CandidateAgent, policy: Policy) -> Plan:
        """Turn a behaviour into a plan."""
        call = self._historical_call(agent.candidate_id)
        day = self._decision_day(call, agent.index)
        known, displaced = self._option(call.to if call is not None else "unknown")
        self.natural[agent.index] = known
        if known is not None:
            self.known[agent.index] = known
        choice = policy.of(agent.candidate_id)
        if not self._switches.on("M27"):
            return Plan(day, "neutral", "decision")
        if self._pacts.get(agent.index) in self._finalists and choice.name == "historical":
            return Plan(1, self._pacts[agent.index], "pact", terms="as agreed before round one")
        if choice.name == "historical":
            self.displaced += displaced
            if known is None:
                return Plan(day, None, "displaced" if displaced else "decision")
            if policy.redecides:
                return Plan(day, None, "decision", "reconsider")
            assert call is not None
            return Plan(day, known, "historical", "", TOLD[call.kind], "; ".join(call.terms))
        if choice.name in rules.RULES:
            return Plan(day, None, "decision" if choice.name == "decide" else "behaviour",
                        choice.name)  # fmt: skip
        return self._behaviour_plan(choice, agent.index, day)

    def _behaviour_plan(self, choice: Choice, leader: int, day: int) -> Plan:
        """Plan what a behaviour fixes: a call, a ticket, or silence of some kind."""
        if choice.name not in ("endorse", "announce", "joint-ticket"):
            return Plan(day, choice.name, "behaviour")
        is_ticket = choice.name == "joint-ticket"
        when = min(choice.day or day, self._setting.gap_days)
        target = choice.target
        if target is None:
            nearest = rules.nearest(self._distances(leader), self._finalists)
            return Plan(when, nearest, "behaviour", ticket=is_ticket)
        option, displaced = self._option(target)
        self.displaced += displaced
        basis = "displaced" if displaced else "behaviour"
        return Plan(when, option, basis, ticket=is_ticket and not displaced)

    def _historical_call(self, candidate_id: str) -> Endorsement | None:
        calls = [
            call
            for call in self._setting.contest.endorsements
            if call.by == candidate_id
            and endorsement_phase(self._setting.contest, call) == "between"
        ]
        return calls[0] if calls else None

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

    # ------------------------------------------------------------------ beliefs

    def _date(self, day: int) -> dt.date:
        return self._setting.contest.dates.round1 + dt.timedelta(days=day)

    def vote_share(self, candidate: int) -> float:
        """Return a candidate's part of the first-round candidate votes."""
        return self._votes[candidate] / max(1, sum(self._votes))

    def believed_share(self, poll_share: float | None) -> float:
        """Return what the actors believe of the leader's runoff share today.

        The last runoff poll; without one the first round and what has been announced since.
        """
        share = believed_share(self._votes, self._finalists, poll_share)
        if poll_share is not None:
            return share
        return self._with_calls(share, {e: self._candidates[e].choice for e in self.plans})

    def _with_calls(self, share: float, calls: Mapping[int, Option | None]) -> float:
        """Add the believed effect of announcements to the leader's believed share."""
        for e, choice in calls.items():
            gain = share_with_support(0.0, self.vote_share(e))
            if isinstance(choice, int):
                share += gain if choice == self._finalists[0] else -gain
        return min(max(share, 0.0), 1.0)

    def win_prob(self, share: float) -> tuple[float, float]:
        """Return the believed chance of each finalist at a believed share of the leader."""
        return believed_win_prob(share), believed_win_prob(1.0 - share)

    def listen(self, activists: Activists, news: News) -> None:
        """Note today's wish of every undecided camp's activists (M18)."""
        for e in self.plans:
            self._wishes[e].append(wish(activists, e, self._finalists, news.leaning))

    def settle_natural_sides(self, news: News) -> None:
        """Settle on which side the likeness of leaders and voters lies, where nobody knows.

        What a leader whose choice is unknown would choose on this first day, under every
        behaviour and every ablation of the talks alike.
        """
        for e in self.plans:
            if e not in self.known:
                choice, _, _ = decide(
                    self.view(e, news, Switches(), in_fact=True), self._parameters, self._streams, e
                )
                self.natural[e] = choice if self._switches.on("M27") else "neutral"

    # ------------------------------------------------------------------ decisions

    def decisions(self, day: int, news: News) -> list[Deal]:
        """Let the leaders whose day has come decide; their agents are changed."""
        today = [e for e, plan in self.plans.items() if plan.day == day]
        chosen = {e: self._choose(e, news) for e in today}
        deals = []
        for e, (option, remark) in chosen.items():
            plan, agent = self.plans[e], self._candidates[e]
            agent.choice = option
            agent.told = plan.told
            if self._switches.on("M30"):
                agent.told *= heed(self._dealings, e, self._parameters["appeal_discount"])
            agent.ticket = plan.ticket
            value, reason = reason_of(self.view(e, news, self._switches), option, self._parameters)
            deals.append(
                Deal(
                    day,
                    agent.candidate_id,
                    _act(option, plan),
                    self._candidates[option].candidate_id if isinstance(option, int) else "",
                    plan.basis,
                    plan.terms,
                    value,
                    f"{reason}; {remark}" if remark else reason,
                )
            )
        return deals

    def _choose(self, e: int, news: News) -> tuple[Option, str]:
        """Return what a leader does today, and what is to be said of it."""
        plan = self.plans[e]
        if plan.option is not None:
            return plan.option, self._remark(e, plan, news)
        if plan.rule == "united-losers":
            return rules.united(self._all_values(news), self._votes), "the eliminated act as one"
        if plan.rule == "equilibrium":
            return self._in_equilibrium(e, news)
        view = self.view(e, news, self._switches)
        if plan.rule == "reconsider":
            in_fact = option_values(self.view(e, news, self._switches, in_fact=True),
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
        values = option_values(self.view(e, news, self._switches), self._parameters)
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
            e: option_values(self.view(e, news, self._switches), self._parameters)
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
        share = self._with_calls(
            believed_share(self._votes, self._finalists, news.poll_share), others
        )
        return option_values(self.view(e, news, self._switches, share=share), self._parameters)

    def _in_equilibrium(self, e: int, news: News) -> tuple[Option, str]:
        """Return the leader's part in the equilibrium of the endorsers' game."""
        players = [x for x, plan in self.plans.items() if plan.rule == "equilibrium"]
        fixed = {x: plan.option or "neutral" for x, plan in self.plans.items() if x not in players}
        return rules.equilibrium_choice(
            e,
            players,
            (*self._finalists, "neutral"),
            lambda who, profile: self.payoffs(who, {**fixed, **profile}, news),
        )

    # ------------------------------------------------------------------ what a leader sees

    def _distances(self, e: int) -> tuple[float, float]:
        gaps = self._setting.positions[list(self._finalists)] - self._setting.positions[e]
        one, two = (0.5 * (self._setting.salience * gaps**2).sum(axis=1)).tolist()
        return one, two

    def view(
        self,
        e: int,
        news: News,
        switches: Switches,
        *,
        in_fact: bool = False,
        share: float | None = None,
    ) -> View:
        """See the contest through the eyes of an eliminated leader.

        Parameters
        ----------
        e
            The leader's index.
        news
            What is known today.
        switches
            What is off he does not see.
        in_fact
            See it as it would be, had no behaviour changed history.
        share
            Believed share of the first-round leader; None: today's.
        """
        if share is None:
            share = self.believed_share(news.poll_share)
        own = self.vote_share(e)
        first, second = self._finalists
        supported = [believed_win_prob(share_with_support(s, own)) for s in (share, 1.0 - share)]
        strain = news.strain_in_fact if in_fact else news.strain
        book, nothing = self._dealings, (0.0, 0.0)
        offers = (book.best_offer(e, first, in_fact=in_fact),
                  book.best_offer(e, second, in_fact=in_fact))  # fmt: skip
        mine = news.by_group[e]
        return View(
            finalists=self._finalists,
            distance=self._distances(e),
            win_prob=(supported[0], supported[1]),
            grudge=(float(strain[e, first]), float(strain[e, second])),
            offers=offers if switches.on("M22") else nothing,
            wish=self._observed_wish(e) if switches.on("M18") else None,
            own_split=self._surveyed_split(e, float(mine[0]) / max(1.0, float(mine.sum()))),
            letters=pressure(book, e, self._finalists, in_fact=in_fact)
            if switches.on("M19")
            else nothing,
            courted=goodwill(book, e, self._finalists) if switches.on("M21") else nothing,
            conflict=self._conflicts(e, in_fact) if switches.on("M24") else nothing,
        )

    def _conflicts(self, e: int, in_fact: bool) -> tuple[float, float]:
        """Return how far the finalists' pledges contradict the leader's own, salience included."""
        book = self._dealings
        stances = book.stance_in_fact if in_fact else book.stance
        stated = [o.stay_prob for o in self._setting.contest.outside if o.stay_prob is not None]
        weight = min(1.0, float(self._setting.salience[2]))
        one, two = (
            weight * conflict(stances.get(e), stances.get(f), stated[0] if stated else None)
            for f in self._finalists
        )
        return one, two

    def _surveyed_split(self, e: int, split: float) -> float:
        """Return his voters' split as a survey of `SURVEY` of them would show it."""
        z = self._streams.normal(Stream.ALLIANCE_CONSULTATION, e, block=3)
        seen = (split * SURVEY + 1.0) / (SURVEY + 2.0)
        error = z * math.sqrt(split * (1.0 - split) / SURVEY)
        return min(max(seen + error, 0.0), 1.0)

    def _observed_wish(self, e: int) -> float:
        """Return the activists' wish as it was some days ago."""
        seen = self._wishes[e]
        if not seen:
            return 0.5
        age = int(self._parameters["consultation_delay"] + 0.5)
        return seen[max(0, len(seen) - 1 - age)]


def _act(option: Option, plan: Plan) -> str:
    if isinstance(option, int):
        return "ticket" if plan.ticket else "endorses"
    return "freezes" if option == "freeze-machine" else option
