"""Repeat elections over seeds, and decide by a stated chance of a false alarm.

A check computes a standard score z from a set of seeds. It passes where \\|z\\| is at most `Z`, or
where it is for a second, fresh set of seeds. Were the statistic standard normal, one check would
give a false alarm in a million sets of seeds (0.001 twice); about thirty checks give one in 30 000.
The seeds are fixed, so that a red test means a change, not chance.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from kingmaker.ballot.constants import Constants
from kingmaker.election import LeadershipElection
from kingmaker.errors import ImpossibleDrawError
from kingmaker.pilots import settled

Z = 3.29
"""Two-sided 0.001 of the standard normal."""

SEEDS = (101, 202)
"""The first seed, and the fresh one of the repeat."""


def elections(
    contest: Any,
    replicates: int,
    seed: int,
    variants: Sequence[dict[str, Any]] = ({},),
    **common: Any,
) -> Iterator[tuple[LeadershipElection, ...]]:
    """Run replicates of one contest to the end, each in all variants on the same chance.

    The variants of a replicate share its attempt; those with the same parameters and mechanisms
    also share the constants of the first.
    """
    for replicate in range(replicates):
        for attempt in range(50):
            chance = {"seed": seed, "replicate": replicate, "attempt": attempt}
            found: dict[str, Constants] = {}
            try:
                yield tuple(_finish(contest, found, {**chance, **common, **v}) for v in variants)
            except ImpossibleDrawError:
                continue
            break


def _finish(
    contest: Any, found: dict[str, Constants], arguments: dict[str, Any]
) -> LeadershipElection:
    """Run to the end; constants do not depend on the behaviour."""
    key = repr(sorted((k, v) for k, v in arguments.items() if k != "behaviour"))
    known = found.get(key)
    model = LeadershipElection(contest, constants=known, **arguments)
    if known is None:
        model = settled(model)
        found[key] = model.constants
    model.run_model()
    return model


def runoff_share(model: LeadershipElection) -> float:
    """Return the leader's part of the two finalists' vote."""
    assert model.flows is not None
    first, second = model.flows.sum(axis=(0, 1))[:2].tolist()
    return first / (first + second)


def first_shares(model: LeadershipElection) -> np.ndarray:
    """Return the shares of candidate votes in round one."""
    assert model.first_ballot is not None
    votes = model.first_ballot.votes
    return votes / votes.sum()


def score(differences: Sequence[float], expected: float = 0.0) -> float:
    """Return how many standard errors a mean is from what is expected."""
    values = np.asarray(differences, dtype=np.float64)
    error = values.std(ddof=1) / math.sqrt(values.size)
    return float((values.mean() - expected) / error) if error > 0.0 else 0.0


def two_sample_score(a: Sequence[float], b: Sequence[float]) -> float:
    """Return the standard score of a difference of means."""
    x, y = np.asarray(a), np.asarray(b)
    error = math.sqrt(x.var(ddof=1) / x.size + y.var(ddof=1) / y.size)
    return float((x.mean() - y.mean()) / error)


def assert_within(check: Callable[[int], float], limit: float = Z) -> None:
    """Pass where the score is within the limit for the seed, or else for the fresh one."""
    scores = []
    for seed in SEEDS:
        scores.append(check(seed))
        if abs(scores[-1]) <= limit:
            return
    raise AssertionError(f"standard scores {scores}, at most {limit} expected in one of two")
