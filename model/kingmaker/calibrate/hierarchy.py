"""Let contests share parameters: in part all of them, in part those of a party.

The scores of contest c of party p are ``z_c = a mu + b u_p + d v_c``, where mu, u_p and v_c are
independent and standard normal and ``a^2 + b^2 + d^2 = 1``, so that every ``z_c`` alone has the
prior its runs were drawn from. Parameters of `APART` have parts of variance of their own. Given mu,
what was observed in a party's contests is taken as normal with the exact means and covariances that
an emulator of degree two has under ``b u_p + d v_c``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv, ndtr

from kingmaker.calibrate.emulator import Emulator, ShockEffect, log_probability
from kingmaker.calibrate.matrices import distinct_columns, mean_weights_of, outer

Array = NDArray[np.float64]

COMMON_PRIOR = (4.0, 3.0)
"""Beta prior of ``a^2``, the part of the variance that all contests share [dimensionless]."""

PARTY_PRIOR = (1.0, 2.0)
"""Beta prior of ``b^2 / (1 - a^2)``, the party's part of the rest [dimensionless]."""

N_SHARES = 2
"""Parts of variance that are sampled for each group of parameters, as normal scores, after mu."""

APART = ("runoff_turnout_ratio",)
"""Parameters whose parts of variance are no other's: every contest shows its turnout, and how much
turnouts differ says nothing of how much endorsements do."""

_LOG_2PI = float(np.log(2.0 * np.pi))
_AUGMENTED = 1e200
_CHUNK, _FEWEST_ROWS = 1 << 17, 32


@dataclass(frozen=True, eq=False)
class Points:
    """Hold s points of mu and of the parts of variance.

    Attributes
    ----------
    mu
        What all contests share, shape ``(s, k)`` [scores].
    common, party
        ``a^2`` and ``b^2`` by parameter, shape ``(s, k)`` [dimensionless].
    """

    mu: Array
    common: Array
    party: Array

    @classmethod
    def of(cls, vectors: Array, group: NDArray[np.int64]) -> Points:
        """Read vectors.

        Parameters
        ----------
        vectors
            Scores of mu, then two scores of parts for each group, shape ``(s, k + 2 g)``.
        group
            Group of each parameter, from 0, shape ``(k,)``; see `groups_of`.
        """
        k = group.size
        chances = np.clip(ndtr(vectors[:, k:]), 1e-12, 1.0 - 1e-12)
        common = betaincinv(*COMMON_PRIOR, chances[:, 0::N_SHARES])
        party = betaincinv(*PARTY_PRIOR, chances[:, 1::N_SHARES]) * (1.0 - common)
        return cls(vectors[:, :k], common[:, group], party[:, group])

    @property
    def own(self) -> Array:
        """``1 - a^2``, the variance that contests do not share, shape ``(s, k)``."""
        return 1.0 - self.common

    @property
    def contest(self) -> Array:
        """``d^2``, the contest's own part, shape ``(s, k)``."""
        return 1.0 - self.common - self.party

    @property
    def centre(self) -> Array:
        """``a mu``, where the scores of all contests lie around, shape ``(s, k)``."""
        return np.sqrt(self.common) * self.mu

    def products(self) -> Array:
        """Return 1, the centre and the products of its entries, shape ``(s, 1 + k + k(k+1)/2)``."""
        x = self.centre
        left, right = np.triu_indices(x.shape[1])
        return np.hstack([np.ones((x.shape[0], 1)), x, x[:, left] * x[:, right]])

    def part(self, rows: slice) -> Points:
        """Take some of the points."""
        return Points(self.mu[rows], self.common[rows], self.party[rows])


@dataclass(frozen=True, eq=False)
class PartyModel:
    """Hold all that was observed in the contests of one party, and its law.

    Attributes
    ----------
    party
        Key of the party.
    contests
        Ids of its contests, sorted.
    emulators
        One per contest.
    owner
        Place of the contest of each observation, shape ``(M,)``.
    observed, error_variance
        Shape ``(M,)`` [unit of the summary, squared].
    linear, quadratic
        Of the emulated means, shapes ``(M, k)`` and ``(M, k, k)``.
    mean_weights
        From `Points.products` to means without the trace of ``a^2 Q``, shape ``(f, M)``.
    log_variance, variance_slopes
        Of residuals, shapes ``(M,)`` and ``(M, k)``.
    correlation
        Of residuals, shape ``(M, M)``; 0 between contests.
    shocks
        Products of slopes on each contest's shocks, shape ``(M, M)``, with the shock.
    """

    party: str
    contests: tuple[str, ...]
    emulators: tuple[Emulator, ...]
    owner: NDArray[np.int64]
    observed: Array
    error_variance: Array
    linear: Array
    quadratic: Array
    mean_weights: Array
    log_variance: Array
    variance_slopes: Array
    correlation: Array
    shocks: tuple[tuple[Array, ShockEffect], ...]

    @classmethod
    def of(cls, emulators: Sequence[Emulator]) -> PartyModel:
        """Collect the contests of one party; what was not observed is dropped."""
        emulators = tuple(sorted(emulators, key=lambda emulator: emulator.contest))
        seen = [np.flatnonzero(np.isfinite(e.observed)) for e in emulators]

        def gather(name: str) -> Array:
            parts = [getattr(e, name)[rows] for e, rows in zip(emulators, seen, strict=True)]
            return np.concatenate(parts)

        owner = np.repeat(np.arange(len(emulators)), [rows.size for rows in seen])
        n = owner.size
        correlation, shocks = np.zeros((n, n)), []
        for c, (emulator, rows) in enumerate(zip(emulators, seen, strict=True)):
            here = np.flatnonzero(owner == c)
            correlation[np.ix_(here, here)] = emulator.correlation[np.ix_(rows, rows)]
            for shock in emulator.shocks:
                slopes = np.zeros(n)
                slopes[here] = shock.slopes[rows]
                shocks.append((np.outer(slopes, slopes), shock))
        linear, quadratic = gather("linear"), gather("quadratic")
        return cls(
            party=emulators[0].party,
            contests=tuple(e.contest for e in emulators),
            emulators=emulators,
            owner=owner,
            observed=gather("observed"),
            error_variance=gather("error_sd") ** 2,
            linear=linear,
            quadratic=quadratic,
            mean_weights=mean_weights_of(gather("intercept"), linear, quadratic),
            log_variance=gather("log_variance"),
            variance_slopes=gather("variance_slopes"),
            correlation=correlation,
            shocks=tuple(shocks),
        )

    def residuals(self, points: Points, products: Array) -> Array:
        """Return what was observed less its mean given mu, shape ``(s, M)``."""
        diagonals = np.diagonal(self.quadratic, axis1=1, axis2=2)
        means = products @ self.mean_weights - points.common @ diagonals.T
        return self.observed - means

    def covariance(self, points: Points) -> Array:
        """Return the covariance of the observations given mu, shape ``(s, M, M)``."""
        n = self.owner.size
        same = self.owner[:, None] == self.owner[None, :]
        gradients, own = self.gradients(points), points.own
        log_variance = (
            self.log_variance
            + points.centre @ self.variance_slopes.T
            + 0.5 * own @ (self.variance_slopes**2).T
        )
        sds = np.exp(0.5 * log_variance)
        # Between contests of the party u_p alone is shared; within one, v_c is, too.
        out: Array = np.where(
            same,
            outer(gradients, own) + self._curved(own),
            outer(gradients, points.party) + self._curved(points.party),
        )
        for products_of_slopes, shock in self.shocks:
            spread = own[:, shock.place]
            out += shock.variance(points.centre, spread)[:, None, None] * products_of_slopes
        residual = sds[:, :, None] * self.correlation
        residual *= sds[:, None, :]
        out += residual
        out[:, np.arange(n), np.arange(n)] += self.error_variance
        return out

    def log_likelihood(self, points: Points, products: Array) -> Array:
        """Return the log density of the party's observations at each point, shape ``(s,)``.

        Notes
        -----
        Impossible draws and known choices of each contest count by their chances at its own
        scores, averaged over ``b u_p + d v_c``.
        """
        total = np.zeros(points.mu.shape[0])
        for emulator in self.emulators:
            total += emulator.log_chance(points.centre, points.own)
        n = self.owner.size
        if not n:
            return total
        # The last row of the factor of ((V, r), (r', huge)) is r' in units of V's factor.
        augmented = np.empty((total.size, n + 1, n + 1))
        augmented[:, :n, :n] = self.covariance(points)
        augmented[:, n, :n] = augmented[:, :n, n] = self.residuals(points, products)
        augmented[:, n, n] = _AUGMENTED
        factor = np.linalg.cholesky(augmented)
        scaled = factor[:, n, :n]
        pivots = np.diagonal(factor, axis1=1, axis2=2)[:, :n]
        total -= np.log(pivots).sum(axis=1) + 0.5 * (scaled * scaled).sum(axis=1)
        return total - 0.5 * n * _LOG_2PI

    def gradients(self, points: Points) -> Array:
        """Return gradients of the observations' means at the centre, shape ``(s, M, k)``."""
        steps = np.tensordot(points.centre, self.quadratic, axes=(1, 1))
        gradients: Array = self.linear + 2.0 * steps
        return gradients

    def effect(self, points: Points) -> tuple[Array, Array]:
        """Return mean and covariance of u_p given mu and the party's observations.

        Returns
        -------
        Shapes ``(s, k)`` and ``(s, k, k)``: the normal law that has the exact second moments.
        """
        return self._given(points, np.sqrt(points.party)[:, None, :] * self.gradients(points), 1.0)

    def scores(self, points: Points, contest: str) -> tuple[Array, Array]:
        """Return mean and covariance of ``b u_p + d v_c`` of a contest, given mu and the party's.

        Parameters
        ----------
        points
            Where.
        contest
            Id of one of the party's contests.

        Returns
        -------
        Shapes ``(s, k)`` and ``(s, k, k)``; that the contest's first round was possible, and its
        leaders chose as they did, counts by slope and curvature of the log chances, one by one.
        """
        place = self.contests.index(contest)
        here = (self.owner == place)[:, None]
        shared = points.party[:, None, :] + points.contest[:, None, :] * here
        mean, less = self._given(points, shared * self.gradients(points), 0.0)
        cov = less + points.own[:, :, None] * np.eye(mean.shape[1])
        for logit in self.emulators[place].chances:
            slopes = logit[1:]
            chance = np.exp(log_probability(logit, points.centre + mean))
            along = cov @ slopes
            curvature = (chance * (1.0 - chance))[:, None]
            gain = along / (1.0 + curvature * (along @ slopes)[:, None])
            cov -= (curvature * gain)[:, :, None] * along[:, None, :]
            mean = mean + (1.0 - chance)[:, None] * gain
        return mean, cov

    def _curved(self, variance: Array) -> Array:
        """Return the covariance of the means' curved parts, shape ``(s, M, M)``.

        ``2 trace Q_i V Q_j V`` for normal scores with the variances V, shape ``(s, k)``; parameters
        of the same variance are taken together.
        """
        levels, group = distinct_columns(variance)
        n_groups = levels.shape[1]
        out = np.zeros((len(variance), self.owner.size, self.owner.size))
        for g in range(n_groups):
            for h in range(g, n_groups):
                part = self.quadratic[:, group == g][:, :, group == h]
                products = np.tensordot(part, part, axes=([1, 2], [1, 2]))
                weight = (2.0 if g == h else 4.0) * levels[:, g] * levels[:, h]
                out += weight[:, None, None] * products
        return out

    def _given(self, points: Points, shared: Array, variance: float) -> tuple[Array, Array]:
        """Condition a normal vector on the observations it has covariances ``(s, M, k)`` with."""
        s, n, k = shared.shape
        prior = np.broadcast_to(variance * np.eye(k), (s, k, k))
        if not n:
            return np.zeros((s, k)), prior.copy()
        products = points.products()
        solved = np.linalg.solve(self.covariance(points), shared)
        mean = np.einsum("smk,sm->sk", solved, self.residuals(points, products))
        return mean, prior - shared.transpose(0, 2, 1) @ solved


def party_models(emulators: Sequence[Emulator]) -> tuple[PartyModel, ...]:
    """Group emulators by party, in the order of their keys."""
    keys = sorted({emulator.party for emulator in emulators})
    return tuple(PartyModel.of([e for e in emulators if e.party == key]) for key in keys)


def groups_of(parameters: Sequence[str]) -> NDArray[np.int64]:
    """Return the number, from 0, of the group that each parameter is in, shape ``(k,)``."""
    apart = [int(name in APART) for name in parameters]
    return np.unique(np.array(apart, dtype=np.int64), return_inverse=True)[1].astype(np.int64)


def log_posterior(models: Sequence[PartyModel], vectors: Array, group: NDArray[np.int64]) -> Array:
    """Return the unnormalised log posterior density of vectors; see `Points.of`."""
    out: Array = -0.5 * (vectors * vectors).sum(axis=1) - 0.5 * vectors.shape[1] * _LOG_2PI
    points = Points.of(vectors, group)
    products = points.products()
    for model in models:
        n_rows = max(_FEWEST_ROWS, _CHUNK // (1 + model.owner.size) ** 2)
        for start in range(0, out.size, n_rows):
            rows = slice(start, start + n_rows)
            out[rows] += model.log_likelihood(points.part(rows), products[rows])
    return out


def near_mode(
    models: Sequence[PartyModel], group: NDArray[np.int64], steps: int = 8
) -> tuple[Array, Array]:
    """Find the mode of mu at the prior's median parts of variance, and the curvature there.

    Returns
    -------
    Mean, shape ``(k + 2 g,)``, and covariance, ``(k + 2 g, k + 2 g)``, of a normal law near the
    posterior, by damped Gauss-Newton steps; the parts of variance have their prior.
    """
    k = group.size
    size = k + N_SHARES * (int(group.max()) + 1)
    vector = np.zeros((1, size))
    dampings = np.array([1.0, 0.5, 0.25, 0.1, 0.03, 0.0])
    precision = np.eye(k)
    for _ in range(steps):
        points = Points.of(vector, group)
        products = points.products()
        precision, pull = np.eye(k), np.zeros(k)
        for model in models:
            if not model.owner.size:
                continue
            slopes = np.sqrt(points.common[0]) * model.gradients(points)[0]
            solved = np.linalg.solve(model.covariance(points)[0], slopes)
            precision += slopes.T @ solved
            pull += solved.T @ model.residuals(points, products)[0]
        step = np.linalg.solve(precision, pull - vector[0, :k])
        trials = np.repeat(vector, dampings.size, axis=0)
        trials[:, :k] += dampings[:, None] * step
        best = int(np.argmax(log_posterior(models, trials, group)))
        vector = trials[best : best + 1]
        if dampings[best] == 0.0:
            break
    covariance = np.eye(size)
    covariance[:k, :k] = np.linalg.inv(precision)
    return vector[0], covariance
