"""Let camps of losers leave the party as a faction (M39)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kingmaker.actors.faction import complaint_against, split_prob
from kingmaker.actors.rivals import Rivals
from kingmaker.aftermath.kernels import follow_camp
from kingmaker.mechanisms import Switches
from kingmaker.parameters import Parameters
from kingmaker.population.members import Members, MemberState
from kingmaker.population.setting import Setting
from kingmaker.rng import Stream, Streams

FOLLOW_PROB = 0.5
"""Chance that a fully attached voter of a camp that leaves goes with it; assumed."""

_MEMBERS = 1  # block of the followers' numbers; camps use block 0


@dataclass(frozen=True)
class Splits:
    """Hold which camps left; arrays of shape ``(n_candidates,)``.

    Attributes
    ----------
    prob
        Chance that the camp leaves.
    has_left
        Whether it left.
    leavers
        Members who left with it.
    """

    prob: NDArray[np.float64]
    has_left: NDArray[np.bool_]
    leavers: NDArray[np.int64]


def allies_of(winner: int, choices: Mapping[int, int | str | None]) -> frozenset[int]:
    """Return the eliminated leaders with whom a winner has a pact: those who endorsed him."""
    return frozenset(leader for leader, choice in choices.items() if choice == winner)


def split_off(
    setting: Setting,
    rivals: Rivals,
    members: Members,
    state: MemberState,
    gone: NDArray[np.bool_],
    winner: int,
    choices: Mapping[int, int | str | None],
    strain: NDArray[np.float64],
    shares: NDArray[np.float64],
    parameters: Parameters,
    switches: Switches,
    streams: Streams,
) -> Splits:
    """Find which losers' camps leave the party, and how many members go with them.

    Parameters
    ----------
    setting, rivals, members, state
        The contest and its people; nothing is changed.
    gone
        Who has left one by one before, shape ``(n_members,)``.
    winner
        Candidate who leads the party now.
    choices
        What each eliminated leader decided: a finalist's index, ``neutral``, ``free-vote``, or
        None.
    strain
        What stands between candidates, shape ``(n_candidates, n_candidates)`` [insults].
    shares
        Parts of the first-round vote, shape ``(n_candidates,)`` [fraction].
    parameters
        ``split_base``.
    switches
        M39 off: nobody leaves.
    streams
        Stream ``AFTERMATH_SPLIT``: block 0 by candidate, block 1 by member.

    Returns
    -------
    Chance, event and leavers by candidate; nothing for the winner's own camp, for lines that
    stand for several candidates, and in a general election, where there is no party to leave.
    """
    n = setting.n_candidates
    prob, has_left = np.zeros(n), np.zeros(n, dtype=np.bool_)
    leavers = np.zeros(n, dtype=np.int64)
    if not switches.on("M39") or setting.contest.kind == "general":
        return Splits(prob, has_left, leavers)
    allies = allies_of(winner, choices)
    for c, candidate in enumerate(setting.contest.running):
        if c == winner or candidate.aggregate:
            continue
        complaint = complaint_against(setting, rivals, c, winner, strain, shares, allies)
        prob[c] = split_prob(complaint, parameters)
        has_left[c] = streams.uniform(Stream.AFTERMATH_SPLIT, c) < prob[c]
    if has_left.any():
        follow_camp(
            members.ids, state.first_vote, state.attachment, gone, has_left, FOLLOW_PROB,
            streams.address(Stream.AFTERMATH_SPLIT, 0, _MEMBERS), leavers,
        )  # fmt: skip
    return Splits(prob, has_left, leavers)
