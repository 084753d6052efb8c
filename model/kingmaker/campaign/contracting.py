"""Let contractors choose a finalist, or none, between the rounds (M15)."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from kingmaker.actors.contractor import ContractorAgent
from kingmaker.numerics import log
from kingmaker.parameters import Parameters
from kingmaker.rng import Stream, Streams

_OWN_FINALIST = 3.0
"""Worth of staying with one's own candidate who is a finalist [utility]; assumed."""

_SHARED_STRAIN = 0.5
"""Part of the strain between leaders that their contractors feel; assumed."""

_NOISE = 0.5
"""Scale of a contractor's unexplained preference [utility]; assumed."""


class Bargain(Enum):
    """Say what binds contractors between the rounds."""

    USUAL = "ties, patron, leader and reward"
    AUCTION = "the better bid: neither patron nor leader, and twice the reward"
    PATRONS = "the patron where he has spoken, else as usual"


_WEIGHTS = {
    Bargain.USUAL: (1.0, 1.0, 1.0),
    Bargain.AUCTION: (0.0, 0.0, 2.0),
    Bargain.PATRONS: (10.0, 1.0, 1.0),
}
"""Factors on the patron's word, on the leader's word and on the reward; assumed."""


def contractor_values(
    contractor: ContractorAgent,
    finalists: tuple[int, int],
    leader_choice: int | str | None,
    patron_choice: int | None,
    win_prob: tuple[float, float],
    strain: NDArray[np.float64],
    machine: NDArray[np.float64],
    parameters: Parameters,
    bargain: Bargain = Bargain.USUAL,
) -> tuple[float, float]:
    """Compute what each finalist is worth to a contractor.

    Parameters
    ----------
    contractor
        The contractor.
    finalists
        Leader and runner-up.
    leader_choice
        What the contractor's former candidate decided so far.
    patron_choice
        Whom the patron supports, None where there is no patron or no word.
    win_prob
        Believed chance of each finalist.
    strain
        What stands between candidates, ``(n_candidates, n_candidates)`` [insults].
    machine
        Organisational weight of each candidate.
    parameters
        ``contract_*``.
    bargain
        What binds him.

    Returns
    -------
    Value of each finalist over giving no order [utility]: tie, patron, leader, machine, and
    reward times the chance to win, minus the former candidate's strain and the rent.
    """
    values = []
    patron, leader, reward = _WEIGHTS[bargain]
    for k, f in enumerate(finalists):
        value = parameters["contract_tie"] * contractor.tie[f] - parameters["contract_rent"]
        value += reward * parameters["contract_reward"] * win_prob[k]
        value += 0.5 * reward * parameters["contract_reward"] * (machine[f] - 1.0)
        if contractor.camp == f and not isinstance(leader_choice, int):
            value += _OWN_FINALIST
        if leader_choice == f:
            value += leader * parameters["contract_leader"]
        if patron_choice == f:
            value += patron * parameters["contract_patron"]
        value -= parameters["grudge_weight"] * _SHARED_STRAIN * float(strain[contractor.camp, f])
        values.append(value)
    return values[0], values[1]


def recontract(
    contractors: Iterable[ContractorAgent],
    finalists: tuple[int, int],
    choices: dict[int, int | str | None],
    patron_choices: dict[int, int | None],
    win_prob: tuple[float, float],
    strain: NDArray[np.float64],
    machine: NDArray[np.float64],
    parameters: Parameters,
    streams: Streams,
    day: int,
    news: bool,
    bargain: Bargain = Bargain.USUAL,
    idle: frozenset[int] = frozenset(),
) -> int:
    """Let contractors look at their orders again.

    Parameters
    ----------
    contractors
        All contractors; their `order` is changed.
    finalists, win_prob, strain, machine, parameters
        As in `contractor_values`.
    choices
        Decision of each eliminated candidate, by index.
    patron_choices
        Finalist whom each notable supports, by index.
    streams
        Streams ``ALLIANCE_CONTRACT``: block 0 whether he looks, blocks 1 and 2 his taste for each
        finalist and block 3 that for giving no order, which stay.
    day
        Today [days].
    news
        Whether somebody announced something today: then everybody looks.
    bargain
        What binds contractors.
    idle
        Candidates whose contractors give no order.

    Returns
    -------
    Orders changed.

    Notes
    -----
    A logit among the finalists and no order at all, which is worth 0.

    A contractor of a leader who released everybody (free vote) is not bound to him; one of a
    silent leader goes on as he would.
    """
    n = _count(contractors)
    looks = streams.uniforms(Stream.ALLIANCE_CONTRACT, n, day).tolist()
    tastes = [_gumbels(streams, n, block) for block in (1, 2)]
    silence = _gumbels(streams, n, 3)
    changed = 0
    for contractor in contractors:
        if contractor.camp in idle:
            contractor.order = None
            continue
        if day > 1 and not news and looks[contractor.index] >= parameters["recontract_rate"]:
            continue
        values = contractor_values(
            contractor,
            finalists,
            choices.get(contractor.camp),
            patron_choices.get(contractor.patron),
            win_prob,
            strain,
            machine,
            parameters,
            bargain,
        )
        noisy = [v + taste[contractor.index] for v, taste in zip(values, tastes, strict=True)]
        best = 0 if noisy[0] >= noisy[1] else 1
        order = finalists[best] if noisy[best] > silence[contractor.index] else None
        changed += order != contractor.order
        contractor.order = order
    return changed


@lru_cache(maxsize=3)
def _gumbels(streams: Streams, n: int, block: int) -> tuple[float, ...]:
    """Draw each contractor's unexplained preferences [utility], which stay from day to day."""
    u = streams.uniforms(Stream.ALLIANCE_CONTRACT, n, block=block)
    return tuple(_NOISE * -log(-log(x)) for x in u.tolist())


def _count(contractors: Iterable[ContractorAgent]) -> int:
    return sum(1 for _ in contractors)
