"""Ask whether an inference can be believed: before it, of the model; of itself, on made-up truths.

That weights are too uneven is asked by `infer`, which then refuses.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc, expit, ndtr

from kingmaker.calibrate.bank import Bank
from kingmaker.calibrate.emulator import FEWEST_RUNS, Emulator
from kingmaker.calibrate.points import N_SHARES, Points, groups_of
from kingmaker.calibrate.posterior import infer
from kingmaker.calibrate.sampler import normals, uniforms
from kingmaker.errors import CalibrationError

Array = NDArray[np.float64]

SUSPECT = 0.02
"""Tail probability below which an observation is called surprising [probability]."""

LEVELS = (0.5, 0.8, 0.9)
"""Central intervals whose coverage is counted [probability]."""

_LEAST_VARIANCE = 1e-12
_TRUTH_PLACE, _PLACES = 1 << 48, 4


@dataclass(frozen=True)
class SummaryCheck:
    """Compare one observation with simulated runs.

    Attributes
    ----------
    summary
        Its name.
    observed
        What was observed [unit of the summary].
    low, median, high
        Quantiles of the runs at 5, 50 and 95 %, the observation's error included [unit of the
        summary].
    place
        Part of the runs, with the observation's error, below what was observed [probability].
    tail
        Twice the part of runs, with the observation's error, on the thinner side of what was
        observed [probability]; at least ``1 / (n + 1)``.
    """

    summary: str
    observed: float
    low: float
    median: float
    high: float
    place: float
    tail: float

    @property
    def is_suspect(self) -> bool:
        """Whether the model hardly ever makes such a value, whatever the parameters."""
        return self.tail < SUSPECT


@dataclass(frozen=True)
class ContestCheck:
    """Compare all observations of one contest with simulated runs.

    Attributes
    ----------
    contest
        Id of the contest.
    summaries
        One check per observed summary that some runs have.
    never
        Observed summaries that too few runs have; they are not used.
    distance
        Mahalanobis' distance of the observations from the middle of the n runs and themselves
        [sds]; NaN without enough runs that have them all.
    tail
        Part of these n + 1 rows that are at least as far, themselves among them [probability].
    """

    contest: str
    summaries: tuple[SummaryCheck, ...]
    never: tuple[str, ...]
    distance: float
    tail: float

    @property
    def is_suspect(self) -> bool:
        """Whether the model hardly ever makes such values together."""
        return self.tail < SUSPECT


def misspecification(bank: Bank) -> ContestCheck:
    """Ask whether the model can make what was observed, each number and all together.

    Parameters
    ----------
    bank
        Runs of a contest, and what was observed. Runs of the prior ask before any inference: a
        parameter learned from an observation that no draw makes is bent to excuse the model. Runs
        of the posterior are a posterior predictive check.

    Returns
    -------
    Places and tail probabilities.
    """
    seen = np.flatnonzero(np.isfinite(bank.observed))
    counts = np.isfinite(bank.simulated[:, seen]).sum(axis=0)
    rare = (bank.summaries[j] for j in seen[counts < FEWEST_RUNS])
    seen = seen[counts >= FEWEST_RUNS]
    checks = tuple(_summary_check(bank, int(j)) for j in seen)
    runs = bank.simulated[:, seen]
    runs = runs[np.isfinite(runs).all(axis=1)]
    distance = tail = np.nan
    if seen.size and runs.shape[0] >= FEWEST_RUNS:
        # The runs get errors, too. Where the model is right, what was observed is one more run:
        # each of the rows is as likely as any other to lie farthest from the middle of all.
        noise = normals(0, 0, runs.shape) * bank.error_sd[seen]
        rows = np.vstack([bank.observed[seen], runs + noise])
        rows -= rows.mean(axis=0)
        spread = np.atleast_2d(np.cov(rows.T)) + _LEAST_VARIANCE * np.eye(seen.size)
        squares = (rows * np.linalg.solve(spread, rows.T).T).sum(axis=1)
        distance = float(np.sqrt(squares[0]))
        tail = float((squares >= squares[0]).mean())
    return ContestCheck(bank.contest, checks, (*bank.dropped, *rare), distance, tail)


def _summary_check(bank: Bank, j: int) -> SummaryCheck:
    """Compare one observation with its runs."""
    runs = bank.simulated[:, j]
    runs = runs[np.isfinite(runs)]
    observed, error = float(bank.observed[j]), float(bank.error_sd[j])
    if error > 0.0:
        below = float(ndtr((observed - runs) / error).mean())
    else:
        below = float((runs < observed).mean() + 0.5 * (runs == observed).mean())
    least = 1.0 / (runs.size + 1.0)
    seen = runs + error * normals(0, 0, runs.shape)
    low, median, high = np.quantile(seen, (0.05, 0.5, 0.95)).tolist()
    tail = min(1.0, max(least, 2.0 * min(below, 1.0 - below)))
    return SummaryCheck(bank.summaries[j], observed, low, median, high, below, tail)


@dataclass(frozen=True, eq=False)
class Ranks:
    """Hold where truths lay among posterior draws, over many made-up data sets.

    Attributes
    ----------
    names
        Of the k parameters, then ``common`` and ``party_part`` of each of the g groups.
    ranks
        Number of draws below the truth, shape ``(n, k + 2 g)``.
    n_draws
        Draws of each posterior.
    n_refused
        Data sets whose posterior was refused; they are not among the ranks.
    """

    names: tuple[str, ...]
    ranks: NDArray[np.int64]
    n_draws: int
    n_refused: int

    def coverage(self, level: float) -> Array:
        """Return the part of truths in the central interval of a level, ``(k + 2 g,)``."""
        places = (self.ranks + 0.5) / (self.n_draws + 1.0)
        return np.asarray((np.abs(places - 0.5) <= 0.5 * level).mean(axis=0))

    def uniformity(self, n_bins: int = 10) -> Array:
        """Return the p-value of the chi-squared test of uniform ranks, shape ``(k + 2 g,)``."""
        bins = self.ranks * n_bins // (self.n_draws + 1)
        expected = self.ranks.shape[0] / n_bins
        counts = np.stack([(bins == b).sum(axis=0) for b in range(n_bins)])
        squares = ((counts - expected) ** 2 / expected).sum(axis=0)
        return np.asarray(chdtrc(n_bins - 1, squares))


def truth_ranks(
    emulators: Sequence[Emulator], seed: int, n_data_sets: int = 100, n_draws: int = 99
) -> Ranks:
    """Infer known truths from made-up data (simulation-based calibration).

    Parameters
    ----------
    emulators
        Of the contests; what is observed in them is observed in the made-up data.
    seed
        0 to 2**64 - 1.
    n_data_sets
        How often truths are drawn from the priors and inferred.
    n_draws
        Draws of each posterior; ranks run from 0 to this.

    Returns
    -------
    Ranks that are uniform if the inference is right. Source: Talts, Betancourt, Simpson, Vehtari
    and Gelman (2018), arXiv:1804.06788. Choices are made up, too, and whether a draw was possible.
    """
    emulators = sorted(emulators, key=lambda emulator: emulator.contest)
    group = groups_of(emulators[0].parameters)
    first = np.unique(group, return_index=True)[1]
    size = group.size + N_SHARES * first.size
    ranks, n_refused = [], 0
    for index in range(n_data_sets):
        vector = normals(seed, _TRUTH_PLACE + _PLACES * index, (1, size))
        truth = Points.of(vector, group)
        try:
            posterior = infer(_made_up(emulators, truth, seed, index), seed + index, n_draws)
        except CalibrationError:
            n_refused += 1
            continue
        common, part = truth.common[0, first], (truth.party / truth.own)[0, first]
        draws = np.column_stack([posterior.mu, posterior.common, posterior.party_part])
        ranks.append((draws < np.concatenate([truth.mu[0], common, part])).sum(axis=0))
    parts = [name for name in ("common", "party_part") for _ in first]
    names = (*emulators[0].parameters, *parts)
    return Ranks(names, np.array(ranks).reshape(-1, size), n_draws, n_refused)


def _made_up(
    emulators: Sequence[Emulator], points: Points, seed: int, index: int
) -> list[Emulator]:
    """Put data in the place of observations that were drawn at a point of mu and parts."""
    n, k = len(emulators), points.mu.shape[1]
    parties = sorted({emulator.party for emulator in emulators})
    place = _TRUTH_PLACE + _PLACES * index
    effects = normals(seed, place + 1, (len(parties) + n, k))
    width = max(len(emulator.summaries) for emulator in emulators)
    noise = normals(seed, place + 2, (n, 2, width))
    most = max(len(emulator.chances) for emulator in emulators)
    tossed = uniforms(seed, place + 3, (n, most))
    found = []
    for c, emulator in enumerate(emulators):
        z = points.centre + np.sqrt(points.party) * effects[parties.index(emulator.party)]
        z = z + np.sqrt(points.contest) * effects[len(parties) + c]
        m = len(emulator.summaries)
        factor = np.linalg.cholesky(emulator.covariance(z)[0])
        data = emulator.mean(z)[0] + factor @ noise[c, 0, :m] + emulator.error_sd * noise[c, 1, :m]
        logits = emulator.chances
        happened = tossed[c, : len(logits)] < expit(logits[:, 0] + logits[:, 1:] @ z[0])
        # What did not happen has the opposite logit, and is known as surely.
        events = tuple(np.where(happened[:, None], logits, -logits))
        seen = emulator.seeing(np.where(np.isfinite(emulator.observed), data, np.nan))
        found.append(replace(seen, acceptance=None, choices=events))
    return found
