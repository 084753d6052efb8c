"""Say what was observed in the contests of a party, given what all contests share.

Scores follow `kingmaker.calibrate.points`. Given mu, what was observed in a party's contests is
taken as normal with the exact means and covariances that an emulator of degree two has under ``b
u_p + d v_c``, together with the logits of what must have happened in them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kingmaker.calibrate.chances import given_events
from kingmaker.calibrate.emulator import Emulator, ShockEffect
from kingmaker.calibrate.matrices import distinct_columns, mean_weights_of, outer
from kingmaker.calibrate.points import N_SHARES, Points

Array = NDArray[np.float64]

_LOG_2PI = float(np.log(2.0 * np.pi))
_AUGMENTED = 1e200
_CHUNK, _FEWEST_ROWS = 1 << 17, 32


@dataclass(frozen=True, eq=False)
class PartyModel:
    """Hold all that was observed in the contests of one party, and its law.

    Attributes
    ----------
    party
        Key of the party.
    contests
        Ids of its contests, sorted.
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
    events
        Logits of the E events that must have happened: intercepts and slopes, shape
        ``(E, 1 + k)``; see `Emulator.chances`.
    event_owner
        Place of the contest of each event, shape ``(E,)``.
    """

    party: str
    contests: tuple[str, ...]
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
    events: Array
    event_owner: NDArray[np.int64]

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
        events = [emulator.chances for emulator in emulators]
        return cls(
            party=emulators[0].party,
            contests=tuple(e.contest for e in emulators),
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
            events=np.concatenate(events),
            event_owner=np.repeat(np.arange(len(emulators)), [len(some) for some in events]),
        )

    def residuals(self, points: Points, products: Array) -> Array:
        """Return what was observed less its mean given mu, shape ``(s, M)``."""
        diagonals = np.diagonal(self.quadratic, axis1=1, axis2=2)
        means = products @ self.mean_weights - points.common @ diagonals.T
        return self.observed - means

    def covariance(self, points: Points) -> Array:
        """Return the covariance of observations and logits given mu, shape ``(s, M + E, M + E)``.

        The observations come first, then the logits of the events, which have no errors.
        """
        n, own = self.owner.size, points.own
        log_variance = (
            self.log_variance
            + points.centre @ self.variance_slopes.T
            + 0.5 * own @ (self.variance_slopes**2).T
        )
        sds = np.exp(0.5 * log_variance)
        slopes = np.broadcast_to(self.events[:, 1:], (len(sds), *self.events[:, 1:].shape))
        gradients = np.concatenate([self.gradients(points), slopes], axis=1)
        out = self._shared(gradients, own)
        if len(self.contests) > 1:
            # Between contests of the party u_p alone is shared; within one, v_c is, too.
            place = np.concatenate([self.owner, self.event_owner])
            between = self._shared(gradients, points.party)
            out = np.where(place[:, None] == place[None, :], out, between)
        among = out[:, :n, :n]
        for products_of_slopes, shock in self.shocks:
            spread = own[:, shock.place]
            among += shock.variance(points.centre, spread)[:, None, None] * products_of_slopes
        residual = sds[:, :, None] * self.correlation
        residual *= sds[:, None, :]
        among += residual
        among[:, np.arange(n), np.arange(n)] += self.error_variance
        return out

    def log_likelihood(self, points: Points, products: Array) -> Array:
        """Return the log density of all that is known of the party's contests, shape ``(s,)``.

        Notes
        -----
        That of the observations, plus the log probability of the events given these.
        """
        n, n_events, covariance = self.owner.size, len(self.events), self.covariance(points)
        # Below V, the last rows of the factor of ((V, R'), (R, huge)) are R in units of V's factor.
        augmented = np.zeros((len(covariance), self.width, self.width))
        augmented[:, :-1, :-1] = covariance
        augmented[:, -1, :n] = self.residuals(points, products)
        below = np.arange(n, self.width)
        augmented[:, below, below] = _AUGMENTED
        factor = np.linalg.cholesky(augmented)
        pivots = np.diagonal(factor, axis1=1, axis2=2)[:, :n]
        shared, residuals = factor[:, n:-1, :n], factor[:, -1, :n]
        total = -np.log(pivots).sum(axis=1) - 0.5 * (residuals * residuals).sum(axis=1)
        total -= 0.5 * n * _LOG_2PI
        mean = self.logits(points) + (shared @ residuals[:, :, None])[:, :, 0]
        left = covariance[:, n:, n:] - shared @ shared.transpose(0, 2, 1)
        return total + given_events(mean, left, n_events)[0]

    @property
    def width(self) -> int:
        """Rows of the largest matrix that a point takes."""
        return self.owner.size + len(self.events) + 1

    def gradients(self, points: Points) -> Array:
        """Return gradients of the observations' means at the centre, shape ``(s, M, k)``."""
        steps = np.tensordot(points.centre, self.quadratic, axes=(1, 1))
        gradients: Array = self.linear + 2.0 * steps
        return gradients

    def logits(self, points: Points) -> Array:
        """Return the mean logits of the events given mu, shape ``(s, E)``."""
        means: Array = self.events[:, 0] + points.centre @ self.events[:, 1:].T
        return means

    def effect(self, points: Points) -> tuple[Array, Array]:
        """Return mean and covariance of u_p given mu and all that is known of the party's contests.

        Returns
        -------
        Shapes ``(s, k)`` and ``(s, k, k)``: the normal law that has the exact second moments.
        """
        towards = np.repeat(np.sqrt(points.party)[:, None, :], len(self.contests), axis=1)
        return self._given(points, towards, np.ones_like(points.party))

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
        Shapes ``(s, k)`` and ``(s, k, k)``.
        """
        here = np.array(self.contests)[:, None] == contest
        towards = points.party[:, None, :] + points.contest[:, None, :] * here
        return self._given(points, towards, points.own)

    def _shared(self, gradients: Array, variance: Array) -> Array:
        """Return what scores of the variances V ``(s, k)`` bring to the covariance.

        For the curved parts of means that is ``2 trace Q_i V Q_j V``; parameters of the same
        variance are taken together.
        """
        out = outer(gradients, variance)
        curved = out[:, : self.owner.size, : self.owner.size]
        levels, group = distinct_columns(variance)
        n_groups = levels.shape[1]
        for g in range(n_groups):
            for h in range(g, n_groups):
                part = self.quadratic[:, group == g][:, :, group == h]
                products = np.tensordot(part, part, axes=([1, 2], [1, 2]))
                weight = (2.0 if g == h else 4.0) * levels[:, g] * levels[:, h]
                curved += weight[:, None, None] * products
        return out

    def _given(self, points: Points, towards: Array, variance: Array) -> tuple[Array, Array]:
        """Condition a vector of k normals on all that is known of the party's contests.

        Parameters
        ----------
        points
            Where.
        towards
            Covariance of each entry with the same score of each contest, shape ``(s, C, k)``.
        variance
            Of each entry, shape ``(s, k)``; entries are independent.
        """
        (s, k), n, n_events = variance.shape, self.owner.size, len(self.events)
        among = self.covariance(points)
        mean, covariance = np.zeros((s, k + n_events)), np.zeros((s, k + n_events, k + n_events))
        mean[:, k:] = self.logits(points)
        covariance[:, :k, :k] = variance[:, :, None] * np.eye(k)
        covariance[:, k:, :k] = towards[:, self.event_owner] * self.events[:, 1:]
        covariance[:, :k, k:] = covariance[:, k:, :k].transpose(0, 2, 1)
        covariance[:, k:, k:] = among[:, n:, n:]
        if n:
            directly = towards[:, self.owner] * self.gradients(points)
            shared = np.concatenate([directly, among[:, :n, n:]], axis=2)
            solved = np.linalg.solve(among[:, :n, :n], shared)
            residuals = self.residuals(points, points.products())
            mean += np.einsum("smk,sm->sk", solved, residuals)
            covariance -= shared.transpose(0, 2, 1) @ solved
        _, mean, covariance = given_events(mean, covariance, n_events)
        return mean[:, :k], covariance[:, :k, :k]


def party_models(emulators: Sequence[Emulator]) -> tuple[PartyModel, ...]:
    """Group emulators by party, in the order of their keys."""
    keys = sorted({emulator.party for emulator in emulators})
    return tuple(PartyModel.of([e for e in emulators if e.party == key]) for key in keys)


def log_posterior(models: Sequence[PartyModel], vectors: Array, group: NDArray[np.int64]) -> Array:
    """Return the unnormalised log posterior density of vectors; see `Points.of`."""
    out: Array = -0.5 * (vectors * vectors).sum(axis=1) - 0.5 * vectors.shape[1] * _LOG_2PI
    points = Points.of(vectors, group)
    products = points.products()
    for model in models:
        n_rows = max(_FEWEST_ROWS, _CHUNK // model.width**2)
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
            n = model.owner.size
            solved = np.linalg.solve(model.covariance(points)[0, :n, :n], slopes)
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
