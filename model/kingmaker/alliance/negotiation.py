"""Play the alliance phase day by day: offers, consultation, decisions of eliminated leaders."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kingmaker.actors.candidate import CandidateAgent
from kingmaker.alliance.behaviours import Policy
from kingmaker.alliance.beliefs import believed_share, believed_win_prob, share_with_support
from kingmaker.alliance.consultation import wish
from kingmaker.alliance.decision import View, decide
from kingmaker.alliance.offers import Held, held_offer, proposed_offer
from kingmaker.contest.facts import endorsement_phase
from kingmaker.contest.schema import Endorsement, Offer
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
class Deal:
    """Record one act of the alliance phase; see the table ``deals``."""

    day: int
    actor: str
    act: str
    target: str
    basis: str
    terms: str = ""
    value: float = float("nan")
    reason: str = ""


@dataclass(frozen=True)
class Plan:
    """Hold what an eliminated leader will do.

    Attributes
    ----------
    day
        Day of the announcement [days].
    option
        Finalist's index, ``neutral``, ``free-vote``; None where he decides on the day (M27).
    basis
        ``historical``, ``behaviour``, ``decision`` or ``displaced``.
    told
        Weight of the announcement in [0, 1].
    terms
        Reported terms.
    """

    day: int
    option: int | str | None
    basis: str
    told: float = 1.0
    terms: str = ""


@dataclass(frozen=True)
class News:
    """Hold what the actors know on a day.

    Attributes
    ----------
    poll_share
        Leader's part of the finalists' support in the last poll, None without one.
    strain
        What stands between candidates, ``(n_candidates, n_candidates)`` [insults].
    leaning
        Activists' leanings to the first finalist, ``(n_activists,)`` [logit].
    by_group
        Preferences by group of first vote, as of this morning, ``(n_candidates + 3, 2)``.
    """

    poll_share: float | None
    strain: NDArray[np.float64]
    leaning: NDArray[np.float64]
    by_group: NDArray[np.int64]


class Negotiation:
    """Hold the alliance phase: who is undecided, what was offered, what was decided.

    Attributes
    ----------
    plans
        Plan of each eliminated candidate by index.
    natural
        What each eliminated candidate would do, or did, in the historical contest: the side on
        which his voters' likeness (selection) lies, whatever the behaviour.
    displaced
        Known endorsements of somebody who is out.
    """

    def __init__(
        self,
        setting: Setting,
        candidates: Sequence[CandidateAgent],
        finalists: tuple[int, int],
        votes: list[int],
        policy: Policy,
        parameters: Parameters,
        switches: Switches,
        streams: Streams,
    ) -> None:
        """Make the plans; nothing later than round one is decided yet."""
        self._setting = setting
        self._candidates = candidates
        self._finalists = finalists
        self._votes = votes
        self._parameters = parameters
        self._switches = switches
        self._streams = streams
        self._offers: dict[tuple[int, int], list[Held]] = {}
        self._wishes: dict[int, list[float]] = {}
        self._known: dict[int, bool] = {}
        self.displaced = 0
        self.natural: dict[int, int | str | None] = {}
        self.plans: dict[int, Plan] = {}
        for agent in candidates:
            if agent.index not in finalists:
                self.plans[agent.index] = self._plan(agent, policy)
                self._wishes[agent.index] = []

    def _plan(self, agent: CandidateAgent, policy: Policy) -> Plan:
        """Turn a behaviour into a plan."""
        call = self._historical_call(agent.candidate_id)
        day = self._decision_day(call, agent.index)
        known, displaced = self._option(call.to if call is not None else "unknown")
        self.natural[agent.index] = known
        self._known[agent.index] = known is not None
        choice = policy.of(agent.candidate_id)
        if not self._switches.on("M27"):
            return Plan(day, "neutral", "decision")
        if choice.name == "historical":
            self.displaced += displaced
            if known is None:
                return Plan(day, None, "displaced" if displaced else "decision")
            assert call is not None
            return Plan(day, known, "historical", TOLD[call.kind], "; ".join(call.terms))
        if choice.name == "endorse":
            option, displaced = self._option(choice.target or "unknown")
            self.displaced += displaced
            return Plan(day, option, "displaced" if displaced else "behaviour")
        return Plan(day, choice.name, "behaviour")

    def _historical_call(self, candidate_id: str) -> Endorsement | None:
        calls = [
            call
            for call in self._setting.contest.endorsements
            if call.by == candidate_id
            and endorsement_phase(self._setting.contest, call) == "between"
        ]
        return calls[0] if calls else None

    def _option(self, to: str) -> tuple[int | str | None, bool]:
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

    def reported_offers(self, offers: Sequence[Offer], day: int) -> list[Deal]:
        """Put the reported offers of a day on the table; none is shown where M22 is off."""
        ids = self._setting.candidate_ids
        for offer in offers:
            if offer.by in ids and offer.to in ids:
                key = (ids.index(offer.to), ids.index(offer.by))
                held = held_offer(offer, self._setting.contest, self._date(day))
                self._offers.setdefault(key, []).append(held)
        shown = offers if self._switches.on("M22") else ()
        return [
            Deal(day, offer.by, "offers", offer.to, "historical", f"{offer.kind}: {offer.text}")
            for offer in shown
        ]

    def open_talks(self, day: int, news: News) -> list[Deal]:
        """Let the finalists make their offers (M22), and settle what nobody's behaviour touches.

        Every leader whose historical choice is unknown gets offers, whatever his plan. What he
        would choose on this first day is the side on which his voters' likeness lies
        (selection), under every behaviour and every ablation of offers and consultation alike.
        """
        deals: list[Deal] = []
        total = max(1, sum(self._votes))
        for e, plan in self.plans.items():
            if self._known[e] and plan.option is not None:
                continue
            offers = [self._propose(e, f, total) for f in self._finalists]
            if plan.option is None and self._switches.on("M22"):
                deals += [self._offered(day, e, f, o) for f, o in offers]
            if not self._known[e]:
                if not self._switches.on("M27"):
                    self.natural[e] = "neutral"
                    continue
                view = self._view(e, news, Switches())
                self.natural[e] = decide(view, self._parameters, self._streams, e)[0]
        return deals

    def _propose(self, e: int, f: int, total: int) -> tuple[int, Held]:
        """Put one finalist's offer to one eliminated leader on the table."""
        noise = self._parameters["offer_noise"] * self._streams.normal(
            Stream.ALLIANCE_OFFER, e, block=f
        )
        agent = self._candidates[f]
        offer = proposed_offer(
            agent.candidate_id,
            agent.no_deals,
            self._votes[e] / total,
            self._votes[f] / total,
            max(noise, -0.9),
            self._setting.contest,
            self._date(1),
        )
        self._offers.setdefault((e, f), []).append(offer)
        return f, offer

    def _offered(self, day: int, e: int, f: int, offer: Held) -> Deal:
        return Deal(
            day,
            self._candidates[f].candidate_id,
            "offers",
            self._candidates[e].candidate_id,
            "decision",
            offer.text,
            self._parameters["office_value"] * offer.worth * offer.delivery_prob,
            f"delivered with probability {offer.delivery_prob:.2f} if he wins",
        )

    def _date(self, day: int) -> dt.date:
        return self._setting.contest.dates.round1 + dt.timedelta(days=day)

    def believed_share(self, poll_share: float | None) -> float:
        """Return what the actors believe of the leader's runoff share today.

        The last runoff poll; without one the first round and what has been announced since.
        """
        share = believed_share(self._votes, self._finalists, poll_share)
        if poll_share is not None:
            return share
        total = max(1, sum(self._votes))
        for e in self.plans:
            choice = self._candidates[e].choice
            if isinstance(choice, int):
                gain = share_with_support(0.0, self._votes[e] / total)
                share += gain if choice == self._finalists[0] else -gain
        return min(max(share, 0.0), 1.0)

    def win_prob(self, share: float) -> tuple[float, float]:
        """Return the believed chance of each finalist at a believed share of the leader."""
        return believed_win_prob(share), believed_win_prob(1.0 - share)

    def listen(self, activists: Activists, news: News) -> None:
        """Note today's wish of every undecided camp's activists (M18)."""
        for e in self.plans:
            self._wishes[e].append(wish(activists, e, self._finalists, news.leaning))

    def decisions(self, day: int, news: News) -> list[Deal]:
        """Let the leaders whose day has come decide; their agents are changed."""
        deals = []
        for e, plan in self.plans.items():
            if plan.day != day:
                continue
            agent = self._candidates[e]
            option, value, reason = plan.option, float("nan"), ""
            if option is None:
                option, value, reason = decide(
                    self._view(e, news, self._switches), self._parameters, self._streams, e
                )
            agent.choice = option
            agent.told = plan.told
            is_endorsement = isinstance(option, int)
            deals.append(
                Deal(
                    day,
                    agent.candidate_id,
                    "endorses" if is_endorsement else str(option),
                    self._candidates[option].candidate_id if isinstance(option, int) else "",
                    plan.basis,
                    plan.terms,
                    value,
                    reason,
                )
            )
        return deals

    def _view(self, e: int, news: News, switches: Switches) -> View:
        """See the contest through the eyes of an eliminated leader."""
        share = self.believed_share(news.poll_share)
        own = self._votes[e] / max(1, sum(self._votes))
        shares = (share, 1.0 - share)
        supported = [believed_win_prob(share_with_support(s, own)) for s in shares]
        gaps = self._setting.positions[list(self._finalists)] - self._setting.positions[e]
        distance = 0.5 * (self._setting.salience * gaps**2).sum(axis=1)
        offers = [
            max((o.worth * o.delivery_prob for o in self._offers.get((e, f), [])), default=0.0)
            for f in self._finalists
        ]
        if not switches.on("M22"):
            offers = [0.0, 0.0]
        mine = news.by_group[e]
        first, second = self._finalists
        return View(
            finalists=self._finalists,
            distance=(float(distance[0]), float(distance[1])),
            win_prob=(supported[0], supported[1]),
            grudge=(float(news.strain[e, first]), float(news.strain[e, second])),
            offers=(offers[0], offers[1]),
            wish=self._observed_wish(e) if switches.on("M18") else None,
            own_split=self._surveyed_split(e, float(mine[0]) / max(1.0, float(mine.sum()))),
        )

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
