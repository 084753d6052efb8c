"""Collect what moves members between the finalists: who is followed, and who repels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kingmaker.actors.candidate import CandidateAgent
from kingmaker.actors.notable import NotableAgent
from kingmaker.alliance.appeals import appeal_side, guilt_side
from kingmaker.alliance.deals import Dealings
from kingmaker.alliance.decision import Option
from kingmaker.alliance.pledges import changed_appeal
from kingmaker.contest.schema import Notable
from kingmaker.mechanisms import Switches
from kingmaker.parameters import Parameters
from kingmaker.population.activists import Activists
from kingmaker.population.setting import Setting

LIEUTENANT_CUE = 0.5
"""Cue of all activists of a camp moving, relative to their leader's; assumed."""

TICKET_CUE = 1.5
"""Cue of a leader who stands on the ballot himself, as the second, relative to a call; assumed."""

FULL_DEAL = 0.2
"""Part of the first-round vote from which an endorser's deal repels in full; assumed."""

BROKEN_PROMISE = 1.5
"""How much more a deal repels after a promise to make none; assumed."""

QUIET_NOTABLES = 2.0
"""Notables of a sector who say nothing, for the weight of those who do; assumed."""

MEMBERS_PER_VOICE = 1_000.0
"""Members said to follow a notable who make him count once more; assumed."""

MOST_PEOPLE = 5
"""Persons behind one entry beyond which more do not count; assumed."""


@dataclass(frozen=True)
class Scene:
    """Hold who stands where today.

    Attributes
    ----------
    setting, parameters, switches
        The contest and its rules.
    finalists
        Leader and runner-up.
    votes
        First-round votes, shape ``(n_candidates,)``.
    candidates, notables, activists
        Who acts.
    eliminated
        Columns of the eliminated candidates.
    natural
        On which side each eliminated candidate's voters are like him.
    strain
        What stands between candidates, ``(n_candidates, n_candidates)`` [insults].
    dealings
        What has passed.
    dispersion
        Shift of D per logit of a group's split, ``(n_candidates + 3,)``.
    """

    setting: Setting
    parameters: Parameters
    switches: Switches
    finalists: tuple[int, int]
    votes: NDArray[np.int64]
    candidates: Sequence[CandidateAgent]
    notables: Sequence[NotableAgent]
    activists: Activists
    eliminated: tuple[int, ...]
    natural: Mapping[int, Option | None]
    strain: NDArray[np.float64]
    dealings: Dealings
    dispersion: NDArray[np.float64]

    @property
    def _n_groups(self) -> int:
        return self.setting.n_candidates + 3

    def side(self, choice: Option | None) -> float:
        """Return 1 for the first finalist, -1 for the second, 0 for neither."""
        if choice == self.finalists[0]:
            return 1.0
        return -1.0 if choice == self.finalists[1] else 0.0

    def selection(self) -> NDArray[np.float64]:
        """Return the likeness of leaders and voters by group (M28), ``(n_candidates + 3,)``."""
        shift = np.zeros(self._n_groups)
        if self.switches.on("M28", "selection"):
            likeness = self.parameters["endorsement_total"] - self.parameters["endorsement_cue"]
            for e in self.eliminated:
                shift[e] = self.side(self.natural[e]) * likeness * self.dispersion[e]
        return shift

    def cue(self) -> NDArray[np.float64]:
        """Return the cue of the endorsements by group (M28), shape ``(n_candidates + 3,)``.

        A finalist who calls his voters to the other one counts as an endorser.
        """
        shift = np.zeros(self._n_groups)
        if not self.switches.on("M28", "cue"):
            return shift
        for e in (*self.eliminated, self.finalists[1]):
            agent = self.candidates[e]
            heard = self.side(agent.choice) * agent.told * (TICKET_CUE if agent.ticket else 1.0)
            if e in self.eliminated:
                heard += LIEUTENANT_CUE * self._lieutenant_side(agent)
            shift[e] = self.parameters["endorsement_cue"] * heard * self.dispersion[e]
        return shift

    def _lieutenant_side(self, leader: CandidateAgent) -> float:
        """Return the lead of the first finalist among those who moved without a word (M17)."""
        own = self.activists.home == leader.index
        size = int(own.sum())
        if not size or isinstance(leader.choice, int):
            return 0.0
        camps = self.activists.camp[own & (self.activists.moved_day > 0)]
        lead = int((camps == self.finalists[0]).sum()) - int((camps == self.finalists[1]).sum())
        return lead / size

    def notables_by_sector(self) -> NDArray[np.float64]:
        """Return what notables say to the members of their sectors (M28), ``(n_sectors,)``.

        The lead of the first finalist among the voices of a sector, over all voices and
        `QUIET_NOTABLES`, times ``notable_cue`` [logit].
        """
        shift = np.zeros(self.setting.n_sectors)
        if not self.switches.on("M28", "notables"):
            return shift
        lead, voices = np.zeros(self.setting.n_sectors), np.full(self.setting.n_sectors, 1e-9)
        names = self.setting.sector_ids
        for agent, entry in zip(self.notables, self.setting.contest.notables, strict=True):
            side = self.side(agent.choice)
            if side == 0.0:
                continue
            for sector in entry.sectors:
                s = names.index(sector)
                lead[s] += side * _voice(entry)
                voices[s] += _voice(entry)
        return self.parameters["notable_cue"] * lead / (voices + QUIET_NOTABLES)

    def pledges_by_sector(self, spatial: bool) -> NDArray[np.float64]:
        """Return what changed pledges do to members by sector (M24), shape ``(n_sectors,)``."""
        shift = np.zeros(self.setting.n_sectors)
        if not (self.switches.on("M24") and spatial):
            return shift
        weight = 0.5 * self.parameters["spatial_weight"] * float(self.setting.salience[2])
        for f, sign in zip(self.finalists, (1.0, -1.0), strict=True):
            before, after = self.dealings.stance_at_first.get(f), self.dealings.stance.get(f)
            if before is not None and after is not None and before != after:
                position = float(self.setting.positions[f, 2])
                leanings = self.setting.leanings[:, 2]
                shift += sign * changed_appeal(leanings, position, before, after, weight)
        return shift

    def appeals(self) -> NDArray[np.float64]:
        """Return appeals over leaders' heads, outsiders' praise and the price of changed pledges.

        Returns
        -------
        Shape ``(n_candidates + 3,)`` [logit]: M30 among the leader's voters, M31 and M24 among
        all.
        """
        p, shift = self.parameters, np.zeros(self._n_groups)
        if self.switches.on("M30"):
            for e in self.eliminated:
                side = appeal_side(self.dealings, e, self.finalists)
                shift[e] += p["appeal_effect"] * side * self.dispersion[e]
        if self.switches.on("M31"):
            shift += p["outside_guilt"] * guilt_side(self.dealings, self.finalists)
        if self.switches.on("M24"):
            one, two = (float(self.dealings.changed[f]) for f in self.finalists)
            shift -= p["pledge_change_cost"] * (one - two)
        return shift

    def grudges(self) -> NDArray[np.float64]:
        """Return the resentment of insulted leaders' voters (M25), ``(n_candidates + 3,)``."""
        shift = np.zeros(self._n_groups)
        if self.switches.on("M25"):
            first, second = self.finalists
            for e in self.eliminated:
                gap = float(self.strain[e, first] - self.strain[e, second])
                shift[e] = -self.parameters["insult_effect"] * gap
        return shift

    def backlash(self) -> NDArray[np.float64]:
        """Return how members who reject a leader turn against his ally, ``(n_candidates,)``.

        A deal repels by its weight (M29), a report of one by less (M32), and more where the
        other finalist has named it (M43).
        """
        shift = np.zeros(self.setting.n_candidates)
        first, second = self.finalists
        for e in self.eliminated:
            agent = self.candidates[e]
            told = self.side(agent.choice) * agent.told
            if self.switches.on("M29"):
                shift[e] -= self.parameters["backlash"] * told * self._deal_weight(agent)
                if agent.choice is None:
                    rumoured = self.dealings.rumoured[e]
                    lead = float(rumoured[first] - rumoured[second])
                    shift[e] -= self.parameters["backlash"] * lead * self._size_weight(e)
            if self.switches.on("M43") and self.dealings.named[e]:
                shift[e] -= self.parameters["counter_frame"] * told * self._size_weight(e)
        return shift

    def _size_weight(self, endorser: int) -> float:
        """Return how much of a deal goes with an endorser of so many votes, in [0, 1]."""
        share = float(self.votes[endorser]) / max(1.0, float(self.votes.sum()))
        return min(1.0, share / FULL_DEAL)

    def _deal_weight(self, endorser: CandidateAgent) -> float:
        """Return how much of a deal an endorsement is (M29).

        The endorser's part of the candidate votes over `FULL_DEAL`, at most 1; half as much
        again where the endorsed finalist had promised to make no deals.
        """
        choice = endorser.choice
        broken = isinstance(choice, int) and self.candidates[choice].no_deals
        return self._size_weight(endorser.index) * (BROKEN_PROMISE if broken else 1.0)

    def ally_lift(self, frozen: frozenset[int]) -> NDArray[np.float64]:
        """Return how far each camp's machine lifts the turnout of those who go its way (M11).

        Parameters
        ----------
        frozen
            Camps whose machine stays idle.

        Returns
        -------
        By group of first vote and finalist, shape ``(n_candidates + 3, 2)`` [logit]: lift times
        the candidate's machine times the part of his activists at work for the finalist.
        """
        lift = np.zeros((self._n_groups, 2))
        if not self.switches.on("M11"):
            return lift
        for e in self.eliminated:
            own = self.activists.home == e
            machine = 0.0 if e in frozen else float(self.setting.machine[e])
            for k, f in enumerate(self.finalists):
                part = int((own & (self.activists.camp == f)).sum()) / max(1, int(own.sum()))
                lift[e, k] = self.parameters["ally_turnout_lift"] * machine * part
        return lift


def _voice(entry: Notable) -> float:
    return min(entry.people, MOST_PEOPLE) + (entry.members or 0) / MEMBERS_PER_VOICE
