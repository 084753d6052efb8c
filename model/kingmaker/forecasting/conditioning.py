"""Let what was observed before the runoff move simulated runoffs.

No run is thrown away: each is moved by what a linear regression expects of the difference between
what it shows of a poll and what the poll showed (regression adjustment: Beaumont, Zhang and
Balding, 2002, Genetics 162(4)). Slopes are drawn to 0 as far as evidence asks for it, and what is
left unexplained is what runs miss that were left out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kingmaker.calibrate.bank import Bank
from kingmaker.calibrate.ridge import fit_mean, shrunk_correlation
from kingmaker.calibrate.sampler import normals
from kingmaker.calibrate.summaries import RUNOFF_SHARE, TURNOUT_RATIO

Array = NDArray[np.float64]

FEWEST_RUNS = 20
"""Runs below which nothing is adjusted: correlations of so few are worth nothing; assumed."""

_ERROR_SEED = 0


@dataclass(frozen=True, eq=False)
class Samples:
    """Hold equally likely outcomes of a runoff.

    Attributes
    ----------
    shares
        Leader's part of the two finalists' votes, shape ``(n,)`` [fraction].
    turnout_ratios
        Runoff ballots / first-round ballots, shape ``(n,)``.
    used
        Names of the observations that moved them.
    rows
        Row of the bank that each comes from, shape ``(n,)``.
    """

    shares: Array
    turnout_ratios: Array
    used: tuple[str, ...]
    rows: NDArray[np.int64]


def conditioned(bank: Bank) -> tuple[Array, Array]:
    """Condition simulated runoffs on what was observed before them.

    Parameters
    ----------
    bank
        Simulated runs of a contest; `Bank.observed` holds what may be known, NaN elsewhere. What
        it holds of the runoff's share and turnout themselves is not read.

    Returns
    -------
    Samples of the leader's share [fraction] and of the turnout ratio, both of shape ``(n,)``; runs
    without a runoff are left out.
    """
    found = condition(bank)
    return found.shares, found.turnout_ratios


def condition(bank: Bank) -> Samples:
    """Condition simulated runoffs, and say on what; see `conditioned`."""
    columns = [bank.summaries.index(name) for name in (RUNOFF_SHARE, TURNOUT_RATIO)]
    outcome = bank.simulated[:, columns]
    rows = np.flatnonzero(np.isfinite(outcome).all(axis=1))
    outcome = outcome[rows]
    seen = [
        j
        for j, observed in enumerate(bank.observed)
        if j not in columns and np.isfinite(observed) and _varies(bank.simulated[rows, j])
    ]
    if seen and rows.size >= FEWEST_RUNS:
        errors = normals(_ERROR_SEED, 0, (rows.size, len(seen))) * bank.error_sd[seen]
        shown = bank.simulated[rows][:, seen] + errors
        outcome = adjusted(outcome, shown, bank.observed[seen])
    else:
        seen = []
    return Samples(
        shares=1.0 / (1.0 + np.exp(-outcome[:, 0])),
        turnout_ratios=np.exp(outcome[:, 1]),
        used=tuple(bank.summaries[j] for j in seen),
        rows=rows,
    )


def adjusted(outcome: Array, shown: Array, observed: Array) -> Array:
    """Move outcomes to where what runs show is what was observed.

    Parameters
    ----------
    outcome
        Shape ``(n, q)``, finite.
    shown
        What the runs show, shape ``(n, m)``; NaN where a run has none, which then moves nothing.
    observed
        What was observed, shape ``(m,)``, in the units of `shown`.

    Returns
    -------
    Shape ``(n, q)``. Each column has the mean that the regression expects, and around it what each
    run would miss if it were predicted by the others; widened by
    ``sqrt((1 + d^2 / n) / (1 + m / n))`` where the observations lie at a Mahalanobis distance d
    from the runs that is larger than usual: slopes are estimated, and far out that tells.
    """
    n, m = shown.shape
    features, mean, sd = _standardised(shown)
    point = (observed - mean) / sd
    distance = float(point @ np.linalg.solve(shrunk_correlation(features), point))
    widened = np.sqrt(max(1.0, (1.0 + distance / n) / (1.0 + m / n)))
    moved = np.empty_like(outcome)
    for column, values in enumerate(outcome.T):
        fit = fit_mean([features], values)
        left = fit.residuals - fit.residuals.mean()
        moved[:, column] = fit.intercept + point @ fit.slopes[0] + widened * left
    return moved


def _standardised(values: Array) -> tuple[Array, Array, Array]:
    """Return values of mean 0 and variance 1 by column, 0 where one is missing; means and sds."""
    mean = np.nanmean(values, axis=0)
    sd = np.nanstd(values, axis=0)
    scaled = (values - mean) / np.where(sd > 0.0, sd, 1.0)
    return np.where(np.isfinite(scaled), scaled, 0.0), mean, sd


def _varies(values: Array) -> bool:
    """Tell whether most runs have a value, and not all the same."""
    known = values[np.isfinite(values)]
    return known.size > values.size / 2 and float(np.ptp(known)) > 0.0
