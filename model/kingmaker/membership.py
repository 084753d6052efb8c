"""Carry the members through the days: contacts, peers, preferences, and what they add up to."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from kingmaker.ballot.casting import Climate32
from kingmaker.campaign.canvassing import canvass
from kingmaker.campaign.kernels import campaign_day, runoff_day
from kingmaker.campaign.peer_kernels import peer_pull, sum_by_sector
from kingmaker.campaign.targeting import target_sectors
from kingmaker.interlude import Interlude
from kingmaker.mechanisms import Switches
from kingmaker.parameters import Parameters
from kingmaker.population.activists import Activists
from kingmaker.population.blocs import Blocs
from kingmaker.population.members import Members, MemberState
from kingmaker.population.preference_kernels import prepare_terms
from kingmaker.population.setting import Setting
from kingmaker.population.synthesis import branches_per_sector, sectors_of_groups
from kingmaker.rng import Stream, Streams

UNDECIDED_MARGIN = 0.5
"""Utility gap below which a member counts as undecided [logit]; assumed."""

PEER_SMOOTHING = 5.0
"""Members of average opinion added to each peer group at full size, at least 1; assumed."""


@dataclass
class Membership:
    """Hold the members, their state and yesterday's sums.

    Attributes
    ----------
    setting, members, state, blocs, activists, parameters, switches, streams
        The contest and its people; `state` is changed daily.
    rows
        Row of each member by number, shape ``(n_members,)``.
    contacts
        Members reached today by each candidate's camp, shape ``(n_candidates,)``.
    marginal
        Undecided members by best and second candidate, ``(n_candidates, n_candidates)``.
    likely
        Members more likely than not to vote.
    """

    setting: Setting
    members: Members
    state: MemberState
    blocs: Blocs
    activists: Activists
    parameters: Parameters
    switches: Switches
    streams: Streams

    def __post_init__(self) -> None:
        """Start with empty sums."""
        n = self.setting.n_candidates
        self.n_branches = sum(branches_per_sector(self.setting))
        self.n_groups = self.n_branches + len(self.blocs)
        self._sector_of_group = sectors_of_groups(self.setting, self.blocs)
        in_blocs = np.bincount(
            self.blocs.sector, weights=self.blocs.size, minlength=self.setting.n_sectors
        )
        self._reachable = 1.0 - in_blocs / np.maximum(self.setting.sector_sizes, 1)
        self.rows = np.argsort(self.members.ids, kind="stable").astype(np.int32)
        self.contacts = np.zeros(n, dtype=np.int64)
        self.marginal = np.zeros((n, n), dtype=np.int64)
        self.likely = 0
        self._open(n)

    def twin(self, setting: Setting, state: MemberState, activists: Activists) -> Membership:
        """Return the same membership on the same day, with a state of its own."""
        other = replace(self, setting=setting, state=state, activists=activists)
        other.contacts, other.marginal = self.contacts.copy(), self.marginal.copy()
        other.likely = self.likely
        other._pull, other._peer_counts = self._pull.copy(), self._peer_counts.copy()
        return other

    def _open(self, n_racing: int) -> None:
        """Make room for so many candidates in the race."""
        self._pull = np.zeros((self.n_groups, n_racing), dtype=np.float32)
        self._peer_counts = np.zeros((self.n_groups, n_racing), dtype=np.int64)

    def open_runoff(self, finalists: tuple[int, int]) -> None:
        """Leave the finalists in the race; peers start from what was said of them alone."""
        counts = self._peer_counts[:, list(finalists)]
        self._open(2)
        self._peer_counts[:] = counts

    def campaign(self, day: int, climate: Climate32, turnout_edge: NDArray[np.float32]) -> None:
        """Live one day before round one (M08, M10, M12)."""
        members, state, p = self.members, self.state, self.parameters
        self._update_pull()
        at_work = self._targeted(self.at_work())
        work = canvass(at_work, self.setting.sector_sizes, p, active=self.switches.on("M10"))
        self.likely = campaign_day(
            members.ids, members.sector, members.peer_group, members.base, members.attention,
            members.propensity, climate.table, climate.electability, climate.strongest,
            climate.projection, self._pull, np.float32(p["opinion_relaxation"]), work.reach,
            work.door_share, work.door_effect, work.phone_effect, work.persuasion,
            np.float32(UNDECIDED_MARGIN), turnout_edge,
            self.streams.address(Stream.CAMPAIGN_CONTACT, day), state.lean,
            state.contact_turnout, state.intention, self._peer_counts, self.contacts,
            self.marginal,
        )  # fmt: skip

    def runoff(self, day: int, interlude: Interlude, turnout_edge: NDArray[np.float32]) -> None:
        """Live one day between the rounds, with the finalists alone in the race."""
        members, state, p = self.members, self.state, self.parameters
        first, second = interlude.finalists
        self._update_pull()
        at_work = self._targeted(self.at_work()[:, [first, second]])
        work = canvass(at_work, self.setting.sector_sizes, p, active=self.switches.on("M10"))
        contacts = np.zeros(2, dtype=np.int64)
        torn = np.zeros((2, 2), dtype=np.int64)
        self.likely = runoff_day(
            members.ids, members.sector, members.peer_group, members.base, members.attention,
            members.propensity, members.rejects, state.attachment, state.first_vote,
            prepare_terms(interlude.terms()), self._pull, np.float32(p["opinion_relaxation"]),
            work.reach, work.door_share, work.door_effect, work.phone_effect, work.persuasion,
            UNDECIDED_MARGIN, turnout_edge, self.streams.address(Stream.CAMPAIGN_CONTACT, day),
            state.lean, state.contact_turnout, state.intention, self._peer_counts, contacts,
            interlude.by_group, torn,
        )  # fmt: skip
        self.contacts[:] = 0
        self.contacts[[first, second]] = contacts
        self.marginal[:] = 0
        self.marginal[first, second], self.marginal[second, first] = torn[0, 1], torn[1, 0]

    def _update_pull(self) -> None:
        """Turn yesterday's opinions into the pull of peers (M12)."""
        if self.switches.on("M12") and self._peer_counts.any():
            open_to_peers = 1.0 - self.parameters["peer_anchor"]
            smoothing = max(1.0, PEER_SMOOTHING * self.setting.scale)
            peer_pull(self._peer_counts, open_to_peers, smoothing, self._pull)

    def _targeted(self, at_work: NDArray[np.int64]) -> NDArray[np.float64]:
        """Send activists to the sectors of yesterday's deficits (M13)."""
        if not self.switches.on("M13") or len(at_work) == 1:
            return at_work.astype(np.float64)
        counts = np.zeros((len(at_work), self._peer_counts.shape[1]))
        sum_by_sector(self._peer_counts, self._sector_of_group, counts)
        total = counts.sum(axis=1, keepdims=True)
        if not total.any():
            return at_work.astype(np.float64)
        return target_sectors(
            at_work, counts / np.maximum(total, 1.0), self._reachable,
            self.setting.sector_sizes, self.parameters["targeting"],
        )  # fmt: skip

    def at_work(self) -> NDArray[np.int64]:
        """Count activists at work by sector and candidate, ``(n_sectors, n_candidates)``."""
        return self.activists.working_for(self.setting.n_candidates, self.setting.n_sectors)

    def support(self, racing: tuple[int, ...], orders: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the part of members for each candidate, blocs as far as they obey.

        Parameters
        ----------
        racing
            Candidates in the race.
        orders
            Candidate each bloc is told to vote for (-1: none), shape ``(n_blocs,)``.

        Returns
        -------
        Shape ``(n_candidates,)`` [fraction].
        """
        counts = self._peer_counts.astype(np.float64)
        blocs = counts[self.n_branches :]
        told = orders >= 0
        obedient = np.where(told, self.blocs.obedience, 0.0)
        total = counts[: self.n_branches].sum(axis=0)
        total += ((1.0 - obedient)[:, None] * blocs).sum(axis=0)
        support = np.zeros(self.setting.n_candidates)
        support[list(racing)] = total if total.size == len(racing) else total[list(racing)]
        by_order = obedient * blocs.sum(axis=1)
        support += np.bincount(
            orders[told], weights=by_order[told], minlength=self.setting.n_candidates
        )
        return support / len(self.members)
