"""Fit penalised regressions and shrunk correlations, and choose how much.

Nothing here knows what is regressed. Penalties come from a grid: of a mean by the marginal
likelihood (MacKay, 1992, Neural Computation 4(3)), which leaving runs out did not beat with many
runs, and which does not overfit with as few as there are regressors; of other likelihoods by
leaving runs out, one Newton step away from the fit with all (Rad and Maleki, 2020, Journal of the
Royal Statistical Society B 82(4)).
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

PENALTIES = tuple(10.0**power for power in np.arange(-3.0, 2.5, 0.5).tolist())
"""Penalties that are tried [per run]: prior precision of a slope over that of one run's value."""

BLOCK_SCALES = (1.0, 0.5, 0.2, 0.0)
"""Prior sd of a further block's slopes over that of the first one's, as tried; 0: left out."""

_MAX_STEPS = 25
_CONVERGED = 1e-8
_MAX_LEVERAGE = 0.99
_LEAST_SQUARE, _TINY = 1e-14, 1e-300


@dataclass(frozen=True, eq=False)
class Fit:
    """Hold a linear fit and its leave-one-out residuals.

    Attributes
    ----------
    intercept
        Value where all regressors are at their 0 [unit of the response].
    slopes
        One array per block of regressors, shape ``(p_block,)`` [unit of the response].
    residuals
        Response less what the other runs predict, shape ``(n,)`` [unit of the response].
    """

    intercept: float
    slopes: tuple[Array, ...]
    residuals: Array


def fit_mean(blocks: Sequence[Array], y: Array) -> Fit:
    """Regress on blocks of regressors, with the penalty and scales of blocks of most evidence.

    Parameters
    ----------
    blocks
        Regressors, shapes ``(n, p_block)``; the first one always stays, others may be left out.
    y
        Response, shape ``(n,)``.

    Returns
    -------
    The fit of the largest marginal likelihood, noise being normal and its variance profiled out;
    the intercept has no penalty.
    """
    n = y.size
    sizes = [block.shape[1] for block in blocks]
    x = np.hstack(blocks)
    means, middle = x.mean(axis=0), float(y.mean())
    x, rest = x - means, y - middle
    gram, pull, total = x.T @ x, x.T @ rest, float(rest @ rest)
    best = np.inf
    for scales in itertools.product((1.0,), *[BLOCK_SCALES] * (len(blocks) - 1)):
        scale = np.repeat(scales, sizes)
        values, vectors = np.linalg.eigh(scale[:, None] * gram * scale)
        values = np.maximum(values, 0.0)
        weights = vectors.T @ (scale * pull)
        for penalty in PENALTIES:
            shrunk = values + n * penalty
            square = max(total - float((weights**2 / shrunk).sum()), _LEAST_SQUARE * total)
            loss = (n - 1.0) * np.log(square + _TINY) + float(np.log(shrunk / (n * penalty)).sum())
            if loss < best:
                best, chosen = loss, (scale, vectors, shrunk, weights)
    scale, vectors, shrunk, weights = chosen
    slopes = scale * (vectors @ (weights / shrunk))
    turned = (x * scale) @ vectors
    leverage = np.minimum(1.0 / n + (turned * turned) @ (1.0 / shrunk), _MAX_LEVERAGE)
    residuals = (rest - x @ slopes) / (1.0 - leverage)
    parts = tuple(np.split(slopes, np.cumsum(sizes)[:-1]))
    return Fit(middle - float(means @ slopes), parts, residuals)


Loss = Callable[[Array], tuple[Array, Array, Array]]
"""From the linear predictor of each run: its loss, first derivative and expected second one."""


def fit_likelihood(x: Array, loss: Loss, start: float, least_gain: float = 0.0) -> Array:
    """Fit a likelihood with a linear predictor, with the penalty that predicts best.

    Parameters
    ----------
    x
        Regressors, shape ``(n, p)``.
    loss
        Minus the log likelihood of each run, with derivatives; see `Loss`.
    start
        Intercept to start from.
    least_gain
        Log likelihood of left-out runs that slopes have to gain [nats].

    Returns
    -------
    Intercept, which has no penalty, and slopes, shape ``(1 + p,)``; slopes of 0 where no slopes
    predict better.
    """
    n, p = x.shape
    design = np.hstack([np.ones((n, 1)), x])
    beta = np.zeros(p + 1)
    beta[0] = start
    flat = _newton(design[:, :1], loss, beta[:1], 0.0)
    best_beta = beta = np.concatenate([flat, np.zeros(p)])
    best = _left_out_loss(design[:, :1], loss, flat, 0.0) - least_gain
    for penalty in reversed(PENALTIES):
        beta = _newton(design, loss, beta, n * penalty)
        value = _left_out_loss(design, loss, beta, n * penalty)
        if value < best:
            best, best_beta = value, beta
    return best_beta


def shrunk_correlation(residuals: Array) -> Array:
    """Estimate a correlation matrix from standardised residuals, drawn to independence.

    Parameters
    ----------
    residuals
        Shape ``(n, m)``, NaN where a run has none.

    Returns
    -------
    Correlations over the runs that have both, shrunk as by Schäfer and Strimmer (2005,
    Statistical Applications in Genetics and Molecular Biology 4(1), target D), and positive
    definite.
    """
    m = residuals.shape[1]
    present = np.isfinite(residuals).astype(np.float64)
    filled = np.where(present > 0.0, residuals, 0.0)
    scales = np.sqrt((filled**2).sum(axis=0) / np.maximum(present.sum(axis=0), 1.0))
    u = filled / np.where(scales > 0.0, scales, 1.0)
    counts = np.maximum(present.T @ present, 1.0)
    raw = (u.T @ u) / counts
    errors = ((u**2).T @ (u**2) / counts - raw**2) / counts
    off = ~np.eye(m, dtype=bool)
    total = float((raw[off] ** 2).sum())
    shrink = min(1.0, float(errors[off].sum()) / total) if total > 0.0 else 1.0
    out = (1.0 - shrink) * raw
    np.fill_diagonal(out, 1.0)
    values, vectors = np.linalg.eigh(out) if m else (np.ones(0), np.ones((0, 0)))
    if m and values[0] < 1e-3:
        out = (vectors * np.maximum(values, 1e-3)) @ vectors.T
        scale = np.sqrt(np.diag(out))
        out = out / scale[:, None] / scale[None, :]
    return out


def _penalties(p: int, penalty: float) -> Array:
    """Penalise all coefficients but the intercept."""
    diagonal = np.full(p, penalty)
    diagonal[0] = 0.0
    return diagonal


def _newton(design: Array, loss: Loss, beta: Array, penalty: float) -> Array:
    """Minimise loss and penalty by Fisher's scoring, with halved steps where it overshoots."""
    penalties = _penalties(beta.size, penalty)

    def objective(b: Array) -> float:
        return float(loss(design @ b)[0].sum() + 0.5 * (penalties * b * b).sum())

    value = objective(beta)
    for _ in range(_MAX_STEPS):
        _, slope, weight = loss(design @ beta)
        hessian = (design.T * weight) @ design + np.diag(penalties)
        step = np.linalg.solve(hessian, design.T @ slope + penalties * beta)
        for _ in range(_MAX_STEPS):
            trial = objective(beta - step)
            if trial <= value:
                break
            step = 0.5 * step
        else:
            return beta
        beta, gain, value = beta - step, value - trial, trial
        if gain < _CONVERGED * (1.0 + abs(value)):
            break
    return beta


def _left_out_loss(design: Array, loss: Loss, beta: Array, penalty: float) -> float:
    """Sum the loss of each run where it is left out, approximated by one Newton step."""
    eta = design @ beta
    _, slope, weight = loss(eta)
    hessian = (design.T * weight) @ design + np.diag(_penalties(beta.size, penalty))
    spread = (design * np.linalg.solve(hessian, design.T).T).sum(axis=1)
    left = 1.0 - np.minimum(weight * spread, _MAX_LEVERAGE)
    return float(loss(eta + spread * slope / left)[0].sum())
