"""Count the first ballot as an instant runoff: one ballot, on which voters rank the candidates."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kingmaker.ballot.casting import DROPPED, Climate32, FirstBallot
from kingmaker.ballot.exact import CLOSED
from kingmaker.ballot.kernels import count_best
from kingmaker.population.members import Members, MemberState, Vote
from kingmaker.population.setting import Setting


@dataclass(frozen=True)
class InstantRunoff:
    """Hold an instant runoff, counted until two are left.

    Attributes
    ----------
    finalists
        The two who are left, the one with more first preferences first; of two with as many,
        the earlier on the ballot.
    eliminated
        The others, in the order in which they went out.
    counts
        Ballots at each count, by candidate and, last, blank or exhausted, shape
        ``(n_candidates - 1, n_candidates + 1)``; the first row is round one.
    flows
        By sector, group of first vote, and leader, runner-up, blank or exhausted, abstained, not
        on the roll, shape ``(n_sectors, n_candidates + 3, 5)``.
    final_vote
        Where each member's ballot ends: column of a finalist, or a `Vote`, blank where it is
        exhausted, shape ``(n_members,)``.
    tie
        Empty, or which counts had a tie for the last place, and how it was settled.
    """

    finalists: tuple[int, int]
    eliminated: tuple[int, ...]
    counts: NDArray[np.int64]
    flows: NDArray[np.int64]
    final_vote: NDArray[np.int8]
    tie: str = ""

    @property
    def votes(self) -> tuple[int, int]:
        """Ballots of the two finalists at the last count."""
        first, second = self.finalists
        return int(self.counts[-1, first]), int(self.counts[-1, second])


@dataclass
class Voters:
    """Hold voters whose preferences are written down in the same way.

    Attributes
    ----------
    rows
        Their rows among the members, shape ``(n_voters,)``.
    utilities
        Candidates and, last, a blank ballot, shape ``(n_voters, n_candidates + 1)`` [logit].
    shift
        Added to each column, ``(n_candidates + 1,)`` [logit]; -1e30 closes one.
    choice
        Column where each ballot lies now, shape ``(n_voters,)``; changed.
    """

    rows: NDArray[np.int64]
    utilities: NDArray[np.float64]
    shift: NDArray[np.float64]
    choice: NDArray[np.int64]

    def move_on(self, out: int, is_out: NDArray[np.bool_]) -> None:
        """Give the ballots of a candidate who is out to the next of those who are not."""
        moving = np.flatnonzero(self.choice == out)
        shift = np.where(is_out, CLOSED, self.shift)
        best = np.empty(moving.size, dtype=np.int64)
        count_best(self.utilities[moving], shift, best, np.empty(shift.size, dtype=np.int64))
        self.choice[moving] = best


def instant_runoff(
    setting: Setting, members: Members, state: MemberState, ballot: FirstBallot, climate: Climate32
) -> InstantRunoff:
    """Count the first ballot again as an instant runoff on the same preferences.

    Parameters
    ----------
    setting, members
        Who there is.
    state
        First votes, leanings and intentions on the evening of round one.
    ballot
        The first ballot: its first preferences are the first count.
    climate
        Opinion climate of polling day, as `cast_first_ballot` got it.

    Returns
    -------
    The count until two are left. Nothing is drawn, and nothing is changed.

    Notes
    -----
    The candidate with the fewest ballots goes out; of several with as many, the latest on the
    ballot, which is reported unless nobody voted for them. A free voter ranks the candidates by
    utility; those below a blank ballot he does not rank, so that his ballot can be exhausted. A
    bloc member who voted as told names the candidate of the order first, and then ranks all
    others by his own utility. Who may stand in a second ballot plays no part: there is none.
    """
    voters = (free_voters(state, ballot), told_voters(members, state, ballot, climate))
    n_candidates = setting.n_candidates
    is_out = np.zeros(n_candidates + 1, dtype=np.bool_)
    counts = [_count(voters, n_candidates)]
    eliminated: list[int] = []
    ties: list[str] = []
    while len(eliminated) < n_candidates - 2:
        standing = np.flatnonzero(~is_out[:-1])
        fewest = int(counts[-1][standing].min())
        last = standing[counts[-1][standing] == fewest]
        if last.size > 1 and fewest > 0:
            ties.append(f"count {len(counts)}: last place, the latest on the ballot goes out")
        out = int(last[-1])
        is_out[out] = True
        eliminated.append(out)
        for some in voters:
            some.move_on(out, is_out)
        counts.append(_count(voters, n_candidates))
    left = np.flatnonzero(~is_out[:-1]).tolist()
    first, second = sorted(left, key=lambda c: (-int(counts[0][c]), c))
    final_vote = _final_votes(state, voters, n_candidates)
    return InstantRunoff(
        finalists=(first, second),
        eliminated=tuple(eliminated),
        counts=np.array(counts),
        flows=_flows(setting, members, state, final_vote, (first, second)),
        final_vote=final_vote,
        tie="; ".join(ties),
    )


def free_voters(state: MemberState, ballot: FirstBallot) -> Voters:
    """Return those who voted by their own utility; blank was closed where nobody voted blank.

    Who ranks need not desert anybody: strategic voters are given back what they dropped (M03).
    """
    n_candidates = ballot.votes.size
    blank_shift = ballot.blank_shift if ballot.blank else CLOSED
    vote = state.first_vote[ballot.free].astype(np.int64)
    shift = np.append(ballot.shift, blank_shift)
    utilities, choice = ballot.utilities, np.where(vote >= 0, vote, n_candidates)
    if ballot.dropped:
        utilities = utilities.copy()
        utilities[ballot.dropped] += DROPPED
        count_best(utilities, shift, choice, np.empty(n_candidates + 1, dtype=np.int64))
    return Voters(rows=ballot.free, utilities=utilities, shift=shift, choice=choice)


def told_voters(
    members: Members, state: MemberState, ballot: FirstBallot, climate: Climate32
) -> Voters:
    """Return those who voted as told, with the utilities that they would have followed else.

    These are without the small term that tells equal members apart, and a blank ballot is closed.
    """
    n_candidates = ballot.votes.size
    is_told = state.first_vote >= 0
    is_told[ballot.free] = False
    rows = np.flatnonzero(is_told)
    believes_less = state.intention[rows] != climate.strongest
    care = members.attention[rows]
    care = np.where(believes_less, care * (np.float32(1.0) - climate.projection), care)
    utilities = np.empty((rows.size, n_candidates + 1))
    for c in range(n_candidates):
        own = members.base[rows, c] + state.lean[rows, c] + climate.table[members.sector[rows], c]
        utilities[:, c] = own + care * climate.electability[c]
    utilities[:, n_candidates] = CLOSED
    choice = state.first_vote[rows].astype(np.int64)
    return Voters(rows, utilities, np.append(ballot.shift, 0.0), choice)


def _count(voters: tuple[Voters, ...], n_candidates: int) -> NDArray[np.int64]:
    counts = [np.bincount(some.choice, minlength=n_candidates + 1) for some in voters]
    return np.sum(counts, axis=0, dtype=np.int64)


def _final_votes(
    state: MemberState, voters: tuple[Voters, ...], n_candidates: int
) -> NDArray[np.int8]:
    final = state.first_vote.copy()
    for some in voters:
        final[some.rows] = np.where(some.choice < n_candidates, some.choice, Vote.BLANK)
    return final


def _flows(
    setting: Setting,
    members: Members,
    state: MemberState,
    final_vote: NDArray[np.int8],
    finalists: tuple[int, int],
) -> NDArray[np.int64]:
    """Count members by sector, group of first vote, and where the ballot ends."""
    shape = (setting.n_sectors, setting.n_candidates + 3, 5)
    ends = (*finalists, Vote.BLANK, Vote.ABSTAINED, Vote.NOT_ON_ROLL)
    column = np.zeros(len(members), dtype=np.int64)
    for k, end in enumerate(ends):
        column[final_vote == end] = k
    cell = members.sector.astype(np.int64) * shape[1] + state.vote_groups(setting.n_candidates)
    counts = np.bincount(cell * 5 + column, minlength=shape[0] * shape[1] * shape[2])
    return counts.reshape(shape).astype(np.int64)
