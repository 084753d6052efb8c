"""Infer what contests share, and predict the scores and summaries of a further one."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp, ndtr

from kingmaker.calibrate.emulator import Emulator
from kingmaker.calibrate.hierarchy import PartyModel, log_posterior, near_mode, party_models
from kingmaker.calibrate.points import Points, groups_of
from kingmaker.calibrate.psis import K_HAT_LIMIT
from kingmaker.calibrate.sampler import LEAST_ESS, normals, sample
from kingmaker.calibrate.summaries import RUNOFF_SHARE
from kingmaker.errors import CalibrationError

Array = NDArray[np.float64]

LEAST_CONTRACTION = 0.10
"""Contraction below which a parameter is not identified by the data [fraction]."""

_NAMED_PLACE = 1 << 40
_BISECTIONS = 80


@dataclass(frozen=True, eq=False)
class Mixture:
    """Hold a mixture of normals with the same weight each.

    Attributes
    ----------
    means, sds
        Shape ``(s,)`` [unit of the summary].
    """

    means: Array
    sds: Array

    @property
    def mean(self) -> float:
        """Mean."""
        return float(self.means.mean())

    @property
    def sd(self) -> float:
        """Standard deviation."""
        return float(np.sqrt((self.sds**2).mean() + self.means.var()))

    def cdf(self, x: Array | float) -> Array:
        """Return the distribution function, shape of `x`."""
        scaled = (np.asarray(x)[..., None] - self.means) / self.sds
        return np.asarray(ndtr(scaled).mean(axis=-1))

    def log_density(self, x: Array | float) -> Array:
        """Return the log density, shape of `x`."""
        scaled = (np.asarray(x)[..., None] - self.means) / self.sds
        logs = -0.5 * scaled**2 - np.log(self.sds) - 0.5 * np.log(2.0 * np.pi)
        return np.asarray(logsumexp(logs, axis=-1) - np.log(self.means.size))

    def quantile(self, p: Array | float) -> Array:
        """Return quantiles by bisection, shape of `p`."""
        p = np.asarray(p, dtype=np.float64)
        low = np.full(p.shape, (self.means - 10.0 * self.sds).min())
        high = np.full(p.shape, (self.means + 10.0 * self.sds).max())
        for _ in range(_BISECTIONS):
            middle = 0.5 * (low + high)
            below = self.cdf(middle) < p
            low, high = np.where(below, middle, low), np.where(below, high, middle)
        return 0.5 * (low + high)


@dataclass(frozen=True, eq=False)
class Posterior:
    """Hold draws of what contests share.

    Attributes
    ----------
    parameters
        Names of the k shared parameters.
    mu
        Scores that all contests share, shape ``(s, k)``.
    common
        Part of the variance of scores that all contests share, by group of parameters, shape
        ``(s, g)``; see `kingmaker.calibrate.points.groups_of`.
    party_part
        Part of the rest that contests of a party share, shape ``(s, g)``.
    mean, variance
        Of mu, from all weighted points, shape ``(k,)``.
    ess, k_hat
        Effective number of the weighted points that the draws were taken from, and the shape of
        the tail of their weights.
    log_evidence
        Log density of all observations, the parameters averaged over.
    models
        What was observed, by party.
    """

    parameters: tuple[str, ...]
    mu: Array
    common: Array
    party_part: Array
    mean: Array
    variance: Array
    ess: float
    k_hat: float
    log_evidence: float
    models: tuple[PartyModel, ...]

    @property
    def contests(self) -> tuple[str, ...]:
        """Ids of the contests it was learned from, sorted."""
        return tuple(sorted(name for model in self.models for name in model.contests))

    @property
    def points(self) -> Points:
        """Draws as points of the hierarchy."""
        group = groups_of(self.parameters)
        party = self.party_part * (1.0 - self.common)
        return Points(self.mu, self.common[:, group], party[:, group])

    def scores_for(self, party: str | None, seed: int) -> Array:
        """Draw scores of a contest that was not looked at.

        Parameters
        ----------
        party
            Key of its party; None, or one without contests here, for an unknown party.
        seed
            0 to 2**64 - 1.

        Returns
        -------
        One vector ``a mu + b u_p + d v`` per posterior draw, shape ``(s, k)``.
        """
        points, shape = self.points, self.mu.shape
        effect = _normals("effect", party, seed, shape)
        for model in self.models:
            if model.party == party:
                effect = _coloured(*model.effect(points), effect)
        own = _normals("own", party, seed, shape)
        return points.centre + np.sqrt(points.party) * effect + np.sqrt(points.contest) * own

    def scores_of(self, contest: str, seed: int) -> Array:
        """Draw scores of a contest that was looked at, in whole or in part.

        Parameters
        ----------
        contest
            Id of one of `contests`; what was held back of it stays unknown.
        seed
            0 to 2**64 - 1.

        Returns
        -------
        One vector per posterior draw, shape ``(s, k)``.
        """
        model = next(model for model in self.models if contest in model.contests)
        points = self.points
        noise = _normals("contest", contest, seed, self.mu.shape)
        return points.centre + _coloured(*model.scores(points, contest), noise)

    def forecast(
        self, emulator: Emulator, party: str | None, seed: int, summary: str = RUNOFF_SHARE
    ) -> Mixture:
        """Predict a summary of a contest.

        Parameters
        ----------
        emulator
            Of the contest. If it is one of `contests` (its `summary` held back from `infer`), what
            was known of it counts; else nothing but its party does.
        party
            Key of its party, None for an unknown one; not used for one of `contests`.
        seed
            0 to 2**64 - 1.
        summary
            Name of the summary.

        Returns
        -------
        A normal per posterior draw, on the summary's scale.

        Raises
        ------
        KeyError
            If the summary could not be emulated.
        """
        if emulator.contest not in self.contests:
            return predicted(emulator, self.scores_for(party, seed), summary, known=False)
        return predicted(emulator, self.scores_of(emulator.contest, seed), summary, known=True)


def infer(emulators: Sequence[Emulator], seed: int, n_draws: int = 400) -> Posterior:
    """Infer what contests share from what was observed of them.

    Parameters
    ----------
    emulators
        One per contest, in any order, of the same parameters; see `Emulator.without` for what is
        to be held back.
    seed
        0 to 2**64 - 1.
    n_draws
        Draws to keep.

    Returns
    -------
    The posterior; the same for the same contests in another order.

    Raises
    ------
    CalibrationError
        If there is no contest, one is given twice, or their parameters differ; if importance
        weights are so uneven that nothing can be reported.
    """
    _check(emulators)
    parameters = emulators[0].parameters
    k, group = len(parameters), groups_of(parameters)
    models = party_models(emulators)
    mean, covariance = near_mode(models, group)
    found = sample(lambda vectors: log_posterior(models, vectors, group), mean, covariance, seed)
    if not found.is_good:
        raise CalibrationError(
            f"posterior of {len(emulators)} contests",
            f"its importance weights have k-hat {found.k_hat:.2f} and an effective size of "
            f"{found.ess:.0f}, where {K_HAT_LIMIT} at most and {LEAST_ESS:.0f} at least are needed",
            "check the contests that contradict their own simulations, or simulate more draws",
        )
    mean, covariance = found.moments()
    points = Points.of(found.resample(n_draws, seed), group)
    first = np.unique(group, return_index=True)[1]
    common, party = points.common[:, first], points.party[:, first]
    return Posterior(
        parameters=parameters,
        mu=points.mu,
        common=common,
        party_part=party / (1.0 - common),
        mean=mean[:k],
        variance=np.diag(covariance)[:k].copy(),
        ess=found.ess,
        k_hat=found.k_hat,
        log_evidence=found.log_evidence,
        models=models,
    )


def predicted(emulator: Emulator, scores: Array, summary: str, *, known: bool) -> Mixture:
    """Predict a summary at scores.

    Parameters
    ----------
    emulator
        Of the contest.
    scores
        Shape ``(s, k)``.
    summary
        Name of the summary; what was observed of it is not used.
    known
        Whether errors of the contest's other observations tell about the error of this one; only
        where the scores were drawn given these observations.

    Returns
    -------
    A normal per vector of scores.
    """
    place = emulator.place(summary)
    means, covariances = emulator.mean(scores), emulator.covariance(scores)
    mean, variance = means[:, place], covariances[:, place, place]
    seen = np.flatnonzero(np.isfinite(emulator.observed))
    seen = seen[seen != place]
    if known and seen.size:
        among = covariances[:, seen[:, None], seen] + np.diag(emulator.error_sd[seen] ** 2)
        across = covariances[:, seen, place]
        weights = np.linalg.solve(among, across[:, :, None])[:, :, 0]
        mean = mean + (weights * (emulator.observed[seen] - means[:, seen])).sum(axis=1)
        variance = variance - (weights * across).sum(axis=1)
    return Mixture(mean, np.sqrt(variance))


def contraction(posterior: Posterior) -> dict[str, float]:
    """Return how much narrower than the prior each shared parameter became [fraction].

    Returns
    -------
    Name of the parameter to ``1 - variance of mu``, whose prior has variance 1: 0 where nothing was
    learned, below 0 where the posterior is wider; see `LEAST_CONTRACTION`.
    """
    return dict(zip(posterior.parameters, (1.0 - posterior.variance).tolist(), strict=True))


def not_identified(posterior: Posterior) -> tuple[str, ...]:
    """Name parameters that these data do not identify, in their order."""
    return tuple(k for k, value in contraction(posterior).items() if value < LEAST_CONTRACTION)


def _check(emulators: Sequence[Emulator]) -> None:
    """Refuse contests that cannot be learned from together."""
    if not emulators:
        raise CalibrationError("posterior", "there is no contest", "give one at least")
    twice = sorted(c for c, n in Counter(e.contest for e in emulators).items() if n > 1)
    if twice:
        raise CalibrationError(twice[0], "is given twice", "give each contest once")
    for emulator in emulators:
        if emulator.parameters != emulators[0].parameters:
            raise CalibrationError(
                emulator.contest,
                f"its parameters differ from those of {emulators[0].contest}",
                "simulate all contests with the same calibration",
            )


def _normals(use: str, name: str | None, seed: int, shape: tuple[int, ...]) -> Array:
    """Draw standard normals that belong to a use and a name."""
    place = _NAMED_PLACE + zlib.crc32(f"{use}: {name or ''}".encode())
    return normals(seed, place, shape)


def _coloured(mean: Array, covariance: Array, noise: Array) -> Array:
    """Turn standard normals into ones of given means and covariances, per draw."""
    jitter = 1e-10 * np.eye(mean.shape[1])
    factor = np.linalg.cholesky(covariance + jitter)
    return mean + (factor @ noise[:, :, None])[:, :, 0]
