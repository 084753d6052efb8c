"""Play the days between the rounds: leaders, activists, notables and contractors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from kingmaker.actors.candidate import CandidateAgent, Status
from kingmaker.actors.contractor import ContractorAgent
from kingmaker.actors.notable import NotableAgent
from kingmaker.alliance.behaviours import Policy
from kingmaker.alliance.consultation import follow_leader, move_early, preferences, release
from kingmaker.alliance.negotiation import Deal, Negotiation, News, default_day
from kingmaker.ballot.casting import FirstBallot
from kingmaker.campaign.calendar import Calendar
from kingmaker.campaign.climate import Climate
from kingmaker.campaign.contracting import recontract
from kingmaker.campaign.polls import PublishedPoll
from kingmaker.mechanisms import Switches
from kingmaker.parameters import Parameters
from kingmaker.population.activists import Activists
from kingmaker.population.preference_kernels import RunoffTerms
from kingmaker.population.setting import Setting
from kingmaker.rng import Stream, Streams

LIEUTENANT_CUE = 0.5
"""Cue of all activists of a camp moving, relative to their leader's; assumed."""

FULL_DEAL = 0.2
"""Part of the first-round vote from which an endorser's deal repels in full; assumed."""

BROKEN_PROMISE = 1.5
"""How much more a deal repels after a promise to make none; assumed."""


@dataclass
class Interlude:
    """Hold the stage between the rounds.

    Attributes
    ----------
    setting, calendar, policy, parameters, switches, streams
        The contest and its rules.
    finalists
        Leader and runner-up.
    first_ballot
        The first round.
    climate
        Opinion climate; only read here.
    candidates, contractors, notables, activists
        Who acts; their choices are changed.
    deals
        What happened so far.
    dispersion
        Shift of D per logit of a group's split, shape ``(n_candidates + 3,)``; set on the
        evening of round one, see `kingmaker.ballot.runoff.group_dispersion`.
    by_group
        Preferences by group of first vote as of this morning, ``(n_candidates + 3, 2)``; filled
        by the members' day.
    """

    setting: Setting
    calendar: Calendar
    policy: Policy
    parameters: Parameters
    switches: Switches
    streams: Streams
    finalists: tuple[int, int]
    first_ballot: FirstBallot
    climate: Climate
    candidates: Sequence[CandidateAgent]
    contractors: Sequence[ContractorAgent]
    notables: Sequence[NotableAgent]
    activists: Activists
    deals: list[Deal] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Open the talks."""
        self.negotiation = Negotiation(
            self.setting,
            self.candidates,
            self.finalists,
            self.first_ballot.votes.tolist(),
            self.policy,
            self.parameters,
            self.switches,
            self.streams,
        )
        self.dispersion = np.ones(self.setting.n_candidates + 3)
        self.by_group = np.zeros((self.setting.n_candidates + 3, 2), dtype=np.int64)
        sd = self.parameters["contest_shock_sd"]
        self._shock = sd * self.streams.normal(Stream.ALLIANCE_SHOCK, 0)

    def live(self, day: int, polls: Sequence[PublishedPoll]) -> None:
        """Let leaders, activists, notables and contractors act on a day."""
        table = self.negotiation
        strain = self.climate.strain
        poll_share = self._poll_share(polls)
        win_prob = table.win_prob(table.believed_share(poll_share))
        leaning = preferences(self.activists, self.finalists, strain, win_prob)
        news = News(poll_share, strain, leaning, self.by_group)
        deals = table.reported_offers(self.calendar.offers.get(day, ()), day)
        table.listen(self.activists, news)
        if day == 1:
            deals += table.open_talks(day, news)
        decided = table.decisions(day, news)
        deals += decided
        for deal in decided:
            deals += self._camp_follows(deal, leaning)
        if self.switches.on("M17"):
            self._activists_move_early(day, leaning)
        for call in self.calendar.notables.get(day, ()):
            deals += self._notable_speaks(call.by, call.to, "; ".join(call.terms), day)
        if day == default_day(self.setting.gap_days):
            for name in self._silent_in_history():
                deals += self._notable_speaks(name, "unknown", "", day)
        self.deals += deals
        if self.switches.on("M15"):
            recontract(
                self.contractors,
                self.finalists,
                {c.index: c.choice for c in self.candidates},
                {n.index: n.choice for n in self.notables},
                win_prob,
                strain,
                self.setting.machine,
                self.parameters,
                self.streams,
                day,
                news=any(deal.act != "offers" for deal in deals),
            )

    def _poll_share(self, polls: Sequence[PublishedPoll]) -> float | None:
        """Return the leader's part of the finalists in the last runoff poll, None without one."""
        runoff = [poll for poll in polls if poll.question == "runoff"]
        if not runoff:
            return None
        first, second = (float(runoff[-1].shares[f]) for f in self.finalists)
        return first / (first + second) if first + second > 0.0 else None

    def _camp_follows(self, deal: Deal, leaning: NDArray[np.float64]) -> list[Deal]:
        """Report who of a camp moved before its leader decided, and move those who waited."""
        names = self.setting.candidate_ids
        home = names.index(deal.actor)
        own = self.activists.home == home
        deals = []
        for f in self.finalists:
            early = int((own & (self.activists.camp == f)).sum())
            if early:
                terms = f"{early} of {int(own.sum())} activists"
                deals.append(Deal(deal.day, deal.actor, "moves-early", names[f], "decision", terms))
        choice = self.candidates[home].choice
        if isinstance(choice, int):
            follow_leader(self.activists, home, choice, deal.day, self.streams)
        elif choice == "free-vote":
            release(self.activists, home, self.finalists, leaning, deal.day, self.streams)
        return deals

    def _activists_move_early(self, day: int, leaning: NDArray[np.float64]) -> None:
        undecided = [
            c.status is Status.ELIMINATED and not isinstance(c.choice, int) for c in self.candidates
        ]
        move_early(
            self.activists,
            np.array(undecided),
            self.finalists,
            leaning,
            self.parameters,
            self.streams,
            day,
        )

    def _silent_in_history(self) -> list[str]:
        """Name the notables whom the behaviour has speak although they said nothing."""
        spoke = {call.by for calls in self.calendar.notables.values() for call in calls}
        notables = {n.notable_id for n in self.notables}
        return [name for name in self.policy.by_actor if name in notables - spoke]

    def _notable_speaks(self, name: str, said: str, terms: str, day: int) -> list[Deal]:
        """Let a notable say what he said, or what the behaviour has him say."""
        agent = next(n for n in self.notables if n.notable_id == name)
        choice = self.policy.of_notable(name)
        is_own = choice.name == "historical"
        to = said if is_own else (choice.target or choice.name)
        names = self.setting.candidate_ids
        index = names.index(to) if to in names else None
        if to == "unknown" or (index is not None and index not in self.finalists):
            return []
        agent.choice = index
        basis = "historical" if is_own else "behaviour"
        act, target = ("endorses", to) if index is not None else (to, "")
        return [Deal(day, name, act, target, basis, terms if is_own else "")]

    def terms(self) -> RunoffTerms:
        """Collect what moves members between the finalists today."""
        first, second = self.finalists
        p, n = self.parameters, self.setting.n_candidates
        flat = np.full(n + 3, p["leader_momentum"] if self.switches.on("M07") else 0.0)
        selection, cue, grudge = np.zeros(n + 3), np.zeros(n + 3), np.zeros(n + 3)
        backlash = np.zeros(n)
        held = self.climate.strain
        for c in self.candidates:
            if c.status is not Status.ELIMINATED:
                continue
            e = c.index
            flat[e] += self._shock * self.dispersion[e]
            side = _side(self.negotiation.natural[e], self.finalists)
            told = _side(c.choice, self.finalists) * c.told
            if self.switches.on("M28", "selection"):
                likeness = p["endorsement_total"] - p["endorsement_cue"]
                selection[e] = side * likeness * self.dispersion[e]
            if self.switches.on("M28", "cue"):
                heard = told + LIEUTENANT_CUE * self._lieutenant_side(c)
                cue[e] = p["endorsement_cue"] * heard * self.dispersion[e]
            if self.switches.on("M25"):
                grudge[e] = -p["insult_effect"] * (held[e, first] - held[e, second])
            if self.switches.on("M29"):
                backlash[e] = -p["backlash"] * told * self._deal_weight(c)
        seats = self.climate.electability
        return RunoffTerms(
            first=first,
            second=second,
            table=np.ascontiguousarray(self.climate.table[:, [first, second]]),
            seat_gap=float(seats[first] - seats[second]),
            projection=p["electability_projection"],
            habit=p["finalist_habit"],
            flat=flat,
            selection=selection,
            cue=cue,
            grudge=grudge,
            backlash=backlash,
            mean_attachment=self.first_ballot.mean_attachment,
        )

    def _deal_weight(self, endorser: CandidateAgent) -> float:
        """Return how much of a deal an endorsement is (M29).

        The endorser's part of the candidate votes over `FULL_DEAL`, at most 1; half as much
        again where the endorsed finalist had promised to make no deals.
        """
        votes = self.first_ballot.votes
        share = float(votes[endorser.index]) / max(1.0, float(votes.sum()))
        choice = endorser.choice
        broken = isinstance(choice, int) and self.candidates[choice].no_deals
        return min(1.0, share / FULL_DEAL) * (BROKEN_PROMISE if broken else 1.0)

    def _lieutenant_side(self, leader: CandidateAgent) -> float:
        """Return the lead of the first finalist among those who moved without a word (M17)."""
        own = self.activists.home == leader.index
        size = int(own.sum())
        if not size or isinstance(leader.choice, int):
            return 0.0
        camps = self.activists.camp[own & (self.activists.moved_day > 0)]
        lead = int((camps == self.finalists[0]).sum()) - int((camps == self.finalists[1]).sum())
        return lead / size

    def ally_lift(self) -> NDArray[np.float64]:
        """Return how far each camp's machine lifts the turnout of those who go its way (M11).

        Returns
        -------
        By group of first vote and finalist, shape ``(n_candidates + 3, 2)`` [logit]: lift times
        the candidate's machine times the part of his activists at work for the finalist.
        """
        lift = np.zeros((self.setting.n_candidates + 3, 2))
        if not self.switches.on("M11"):
            return lift
        for c in self.candidates:
            if c.status is not Status.ELIMINATED:
                continue
            own = self.activists.home == c.index
            machine = float(self.setting.machine[c.index])
            for k, f in enumerate(self.finalists):
                part = int((own & (self.activists.camp == f)).sum()) / max(1, int(own.sum()))
                lift[c.index, k] = self.parameters["ally_turnout_lift"] * machine * part
        return lift

    def bloc_sides(self, orders: NDArray[np.int64]) -> NDArray[np.int64]:
        """Turn orders (candidates) into 0 for the leader, 1 for the runner-up, -1 for none."""
        first, second = self.finalists
        sides = np.where(orders == first, 0, np.where(orders == second, 1, -1))
        return sides.astype(np.int64)


def _side(choice: int | str | None, finalists: tuple[int, int]) -> float:
    """Return 1 for the first finalist, -1 for the second, 0 for neither."""
    if choice == finalists[0]:
        return 1.0
    return -1.0 if choice == finalists[1] else 0.0
