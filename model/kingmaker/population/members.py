"""Hold the members as arrays: traits that never change apart from what changes daily."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray


class Vote(IntEnum):
    """Votes that are no candidate; candidates are 0, 1, ..."""

    ABSTAINED = -1
    BLANK = -2
    NOT_ON_ROLL = -3


@dataclass(frozen=True)
class Members:
    """Hold the read-only traits of members, a row each.

    Arrays with a column per candidate are stored column by column, as the kernels read them.

    Attributes
    ----------
    ids
        Original number: the address of the member's random numbers, shape ``(n_members,)``.
    sector, branch, bloc
        Sector, branch and bloc (-1: none).
    peer_group
        Branch, or number of branches + bloc.
    registrar
        Candidate whose camp enrolled the member, -1 for those on the roll before.
    ideal_point
        Shape ``(n_members, 3)`` [sd].
    base
        Utility before constants, campaign and events, shape ``(n_members, n_candidates)``
        [logit].
    rejects
        Bit c is set where the member would never vote for candidate c.
    propensity
        Turnout propensity around the sector's constant [logit].
    attention
        Attention to politics in (0, 1).
    on_roll
        Bit 0: entitled in round one; bit 1: entitled in the runoff.
    """

    ids: NDArray[np.uint32]
    sector: NDArray[np.uint8]
    branch: NDArray[np.int32]
    bloc: NDArray[np.int16]
    peer_group: NDArray[np.int32]
    registrar: NDArray[np.int8]
    ideal_point: NDArray[np.float32]
    base: NDArray[np.float32]
    rejects: NDArray[np.uint64]
    propensity: NDArray[np.float32]
    attention: NDArray[np.float32]
    on_roll: NDArray[np.uint8]

    def __post_init__(self) -> None:
        """Make every column read-only."""
        for column in vars(self).values():
            column.flags.writeable = False

    def __len__(self) -> int:
        """Count members."""
        return int(self.ids.size)

    def entitle_voters(self, first_vote: NDArray[np.int8]) -> Members:
        """Return the members with only those entitled to the runoff who cast a first ballot."""
        voted = (first_vote >= 0) | (first_vote == Vote.BLANK)
        on_roll = np.where(voted, self.on_roll | 2, self.on_roll & 1).astype(np.uint8)
        return replace(self, on_roll=on_roll)


@dataclass
class MemberState:
    """Hold what changes: explicitly mutable, in place.

    Attributes
    ----------
    lean
        Effect of contacts and peers, shape ``(n_members, n_candidates)`` [logit].
    contact_turnout
        Effect of contacts on the propensity [logit].
    intention
        Candidate preferred today.
    first_vote, second_vote
        Candidate, or a `Vote`.
    attachment
        Attachment to the first-round choice in [0, 1).
    """

    lean: NDArray[np.float32]
    contact_turnout: NDArray[np.float32]
    intention: NDArray[np.int8]
    first_vote: NDArray[np.int8]
    second_vote: NDArray[np.int8]
    attachment: NDArray[np.float32]

    @classmethod
    def fresh(cls, n_members: int, n_candidates: int) -> MemberState:
        """Start a campaign: nobody was contacted, nobody has voted."""
        return cls(
            lean=np.zeros((n_members, n_candidates), dtype=np.float32, order="F"),
            contact_turnout=np.zeros(n_members, dtype=np.float32),
            intention=np.full(n_members, Vote.ABSTAINED, dtype=np.int8),
            first_vote=np.full(n_members, Vote.ABSTAINED, dtype=np.int8),
            second_vote=np.full(n_members, Vote.ABSTAINED, dtype=np.int8),
            attachment=np.zeros(n_members, dtype=np.float32),
        )

    def copy(self) -> MemberState:
        """Return the same state in arrays of its own."""
        return MemberState(**{name: column.copy(order="K") for name, column in vars(self).items()})

    def vote_groups(self, n_candidates: int) -> NDArray[np.int64]:
        """Return each member's row of first vote: candidates, then abstained, blank, not on roll.

        The arrays' twin of `kingmaker.population.preference_kernels.group_of`, ``(n_members,)``.
        """
        vote = self.first_vote.astype(np.int64)
        return np.where(vote >= 0, vote, n_candidates - 1 - vote)
