"""Settle a contest that is over: exits, promises, splits, institutions, seats."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kingmaker.actors.rivals import Rivals
from kingmaker.aftermath.exit import ExitRow, Exits, after_contest, leave_party
from kingmaker.aftermath.institutions import activists_lost, next_machines
from kingmaker.aftermath.promises import (
    Promise,
    broken_share,
    challenge_prob,
    due_promises,
    keep_promises,
)
from kingmaker.aftermath.seats import SeatRow, seats_under_leaders
from kingmaker.aftermath.split import Splits, split_off
from kingmaker.contest.schema import Poll
from kingmaker.mechanisms import Switches
from kingmaker.parameters import Parameters
from kingmaker.population.activists import Activists
from kingmaker.population.members import Members, MemberState
from kingmaker.population.setting import Setting
from kingmaker.rng import Streams


@dataclass(frozen=True)
class Ending:
    """Hold how a contest ended.

    Attributes
    ----------
    finalists
        First and second of round one.
    winner
        Who leads the party now; None where the contest is tied.
    decided_in_round
        1 or 2.
    choices
        What each eliminated leader decided, by candidate: a finalist's index, ``neutral``,
        ``free-vote``, or None; empty where round one decided.
    strain
        What stands between candidates, shape ``(n_candidates, n_candidates)`` [insults].
    shares
        Parts of the first-round vote, shape ``(n_candidates,)`` [fraction].
    offers
        What finalists held out and nobody declined.
    polls
        Seat polls known by the last day, the last one last.
    """

    finalists: tuple[int, int]
    winner: int | None
    decided_in_round: int
    choices: Mapping[int, int | str | None]
    strain: NDArray[np.float64]
    shares: NDArray[np.float64]
    offers: Sequence[Promise] = ()
    polls: Sequence[Poll] = ()


@dataclass(frozen=True)
class Aftermath:
    """Hold what followed: rows of the tables, without the replicate, in the columns' order.

    Attributes
    ----------
    exits, promises, camps, seats
        See `kingmaker.records.TABLES`.
    challenge_prob
        Chance that the winner is challenged before the next election; None where nobody won.
    """

    exits: tuple[ExitRow, ...]
    promises: tuple[tuple[Any, ...], ...] = ()
    camps: tuple[tuple[Any, ...], ...] = ()
    seats: tuple[SeatRow, ...] = ()
    challenge_prob: float | None = None


def settle(
    setting: Setting,
    rivals: Rivals,
    members: Members,
    state: MemberState,
    activists: Activists,
    before: Exits | None,
    ending: Ending,
    parameters: Parameters,
    switches: Switches,
    streams: Streams,
) -> Aftermath:
    """Settle a contest (M35 to M40).

    Parameters
    ----------
    setting, rivals, members, state, activists
        The contest and its people, as after the last ballot; nothing is changed.
    before
        Who left between the rounds; None where round one decided.
    ending
        How the contest ended.
    parameters, switches, streams
        As in the functions called; streams ``AFTERMATH_*``.

    Returns
    -------
    What followed. The contest's result is given: nothing here can move it.
    """
    exits = before.rows if before is not None else ()
    winner = ending.winner
    if winner is None:
        return Aftermath(exits)
    ids, n = setting.candidate_ids, setting.n_candidates
    left = leave_party(
        setting, rivals, members, state, activists,
        after_contest(setting, winner, ending.decided_in_round), parameters, switches, streams,
        before,
    )  # fmt: skip
    gone = left.members if before is None else left.members | before.members
    idle = left.activists if before is None else left.activists | before.activists
    splits = split_off(
        setting, rivals, members, state, gone, winner, ending.choices, ending.strain,
        ending.shares, parameters, switches, streams,
    )  # fmt: skip
    machines = next_machines(
        setting, winner, activists_lost(activists, idle, n), splits.has_left, parameters,
        switches, streams,
    )  # fmt: skip
    by_id = {
        ids[leader]: ids[choice] if isinstance(choice, int) else choice
        for leader, choice in ending.choices.items()
    }
    promises = keep_promises(
        due_promises(ending.offers, ids[winner], by_id, ids), parameters, switches, streams
    )
    seats = seats_under_leaders(
        setting, rivals, ending.finalists, winner, float(ending.shares[splits.has_left].sum()),
        ending.polls, parameters, switches, streams,
    )  # fmt: skip
    return Aftermath(
        exits=exits + left.rows,
        promises=promises,
        camps=_camps(setting, machines, splits),
        seats=seats,
        challenge_prob=challenge_prob(
            broken_share(promises), *_losers(setting, winner, machines, splits, ending.strain)
        ),
    )


def _losers(
    setting: Setting,
    winner: int,
    machines: NDArray[np.float64],
    splits: Splits,
    strain: NDArray[np.float64],
) -> tuple[float, float]:
    """Return the lead of the strongest loser's organisation, and the worst strain, in the party."""
    inside = [
        c
        for c, candidate in enumerate(setting.contest.running)
        if c != winner and not splits.has_left[c] and not candidate.aggregate
    ]
    machine = max((float(machines[c]) for c in inside), default=0.0)
    grudge = max((float(strain[c, winner]) for c in inside), default=0.0)
    return machine - float(machines[winner]), grudge


def _camps(
    setting: Setting, machines: NDArray[np.float64], splits: Splits
) -> tuple[tuple[Any, ...], ...]:
    """Write the rows of the table ``camps``."""
    columns = (
        setting.machine.tolist(),
        machines.tolist(),
        splits.prob.tolist(),
        splits.has_left.astype(np.int64).tolist(),
        splits.leavers.tolist(),
    )
    return tuple(zip(setting.candidate_ids, *columns, strict=True))
