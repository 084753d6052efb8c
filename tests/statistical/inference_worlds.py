"""Made-up parties and contests whose truth is known, and rival ways to infer it.

A world has 22 parameters: one matters most, two act by their sum alone (a ridge), two by their
product, one by its size, one not at all. Means bend, errors grow with scores, and every contest has
slopes of its own, as an engine does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from unittest.mock import patch

import numpy as np
from scipy.special import logsumexp

from kingmaker.calibrate import emulator as emulation
from kingmaker.calibrate.bank import Bank
from kingmaker.calibrate.points import Points
from kingmaker.calibrate.ridge import Fit, fit_mean
from kingmaker.calibrate.sampler import WeightedSample, sample

K, RIDGE, UNIDENTIFIED = 22, (1, 2), 21
PARTIES = [0] * 10 + [1] * 4 + [2] * 4 + [3] * 3 + list(range(4, 21))
"""Party of each of the 38 contests that are learned from."""

N_FRESH = 8
"""Contests of unknown parties that are forecast."""

SUMMARIES = ("runoff_share", "turnout_ratio", "poll:a", "poll:b")
SIZES = np.array([0.5, 0.35, 0.35, 0.3, 0.25, 0.25, 0.2, 0.2, *[0.12] * 6, *[0.05] * 7, 0.0])


@dataclass(frozen=True)
class World:
    """Banks to learn from, banks to forecast, and what they were made of."""

    banks: list[Bank]
    fresh: list[Bank]
    truths: np.ndarray  # runoff shares of the fresh contests
    mu: np.ndarray


def _chance(seed: int, contest: int, use: int) -> np.random.Generator:
    return np.random.Generator(np.random.Philox(key=seed, counter=[0, 0, contest, use]))


def world(seed: int, n_runs: int = 400) -> World:
    """Make a world; with more runs it is the same world, with further runs."""
    random = _chance(seed, 0, 0)
    common = random.beta(4, 3)
    party = (1.0 - common) * random.beta(1, 2)
    mu = random.standard_normal(K)
    effects = random.standard_normal((len(PARTIES) + N_FRESH, K))
    base = random.standard_normal((len(SUMMARIES), K)) * SIZES
    banks = []
    for c, key in enumerate([*PARTIES, *range(90, 90 + N_FRESH)]):
        random = _chance(seed, c, 1)
        mean, sd = _engine(random, base)
        effect = effects[key if key < 90 else key - 90 + len(PARTIES)]
        own = random.standard_normal(K)
        z = np.sqrt(common) * mu + np.sqrt(party) * effect + np.sqrt(1.0 - common - party) * own
        scores = _chance(seed, c, 2).standard_normal((n_runs, K))
        noise = _chance(seed, c, 3).standard_normal((n_runs + 1, len(SUMMARIES)))
        observed = (mean(z[None]) + sd(z[None]) * noise[:1])[0]
        observed[2:][random.random(2) < 0.5] = np.nan
        banks.append(
            Bank(
                contest=f"c{c:02d}",
                party=f"p{key:02d}",
                parameters=tuple(f"q{i:02d}" for i in range(K)),
                summaries=SUMMARIES,
                scores=scores,
                simulated=mean(scores) + sd(scores) * noise[1:],
                observed=observed,
                error_sd=np.zeros(len(SUMMARIES)),
                rejected=np.zeros(n_runs, dtype=np.int64),
            )
        )
    n = len(PARTIES)
    truths = np.array([bank.observed[0] for bank in banks[n:]])
    return World(banks[:n], banks[n:], truths, mu)


Law = Callable[[np.ndarray], np.ndarray]


def _engine(random: np.random.Generator, base: np.ndarray) -> tuple[Law, Law]:
    """Make one contest's means and standard deviations."""
    slopes = base * (0.6 + 0.8 * random.random(base.shape))
    slopes[:, RIDGE[1]] = slopes[:, RIDGE[0]]
    bends = 0.2 * random.standard_normal((3, len(SUMMARIES)))
    widths = 0.1 * random.standard_normal((len(SUMMARIES), K))

    def mean(z: np.ndarray) -> np.ndarray:
        straight = z @ slopes.T
        return (
            straight
            + 0.5 * np.tanh(1.5 * straight)
            + np.outer(z[:, 0] * z[:, 3], bends[0])
            + np.outer(z[:, 0] * np.tanh(z[:, 4]), bends[1])
            + np.outer(np.abs(z[:, 5]) - 0.8, bends[2])
        )

    return mean, lambda z: 0.25 * np.exp(z @ widths.T)


# --- rival emulators -----------------------------------------------------------------------------


def _linear(z: np.ndarray, y: np.ndarray) -> tuple[Fit, np.ndarray]:
    return fit_mean([z], y), np.zeros((z.shape[1], z.shape[1]))


def _squares(z: np.ndarray, y: np.ndarray) -> tuple[Fit, np.ndarray]:
    fit = fit_mean([z, z * z - 1.0], y)
    return fit, np.diag(fit.slopes[1])


def _all_products(z: np.ndarray, y: np.ndarray) -> tuple[Fit, np.ndarray]:
    with patch.object(emulation, "N_CROSSED", z.shape[1]):
        return PRODUCTS(z, y)


def _least_squares(z: np.ndarray, y: np.ndarray) -> tuple[Fit, np.ndarray]:
    """Regress without penalty; as regression-adjusted ABC does that accepts every run."""
    design = np.hstack([np.ones((z.shape[0], 1)), z])
    inverse = np.linalg.pinv(design)
    beta = inverse @ y
    leverage = (design * inverse.T).sum(axis=1)
    residuals = (y - design @ beta) / (1.0 - leverage)
    return Fit(float(beta[0]), (beta[1:],), residuals), np.zeros((z.shape[1], z.shape[1]))


def _constant_variance(z: np.ndarray, fit: Fit) -> np.ndarray:
    out = np.zeros(1 + z.shape[1])
    out[0] = np.log((fit.residuals**2).mean())
    return out


PRODUCTS = emulation.fit_quadratic
RIVALS = {
    "regression ABC": _least_squares,
    "linear": _linear,
    "squares": _squares,
    "products of 8": PRODUCTS,
    "all products": _all_products,
}


@contextmanager
def rival(name: str) -> Iterator[None]:
    """Let `emulate` fit as a rival does."""
    with patch.object(emulation, "fit_quadratic", RIVALS[name]):
        if name == "regression ABC":
            with patch.object(emulation, "_fit_variance", _constant_variance):
                yield
        else:
            yield


def bagged_network(bank: Bank, fresh: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Predict runoff shares at fresh scores by ten bagged networks of 32 units each."""
    from sklearn.neural_network import MLPRegressor

    random = np.random.Generator(np.random.Philox(1))
    z, y = bank.scores, bank.simulated[:, 0]
    middle, scale, n = y.mean(), y.std(), y.size
    inside, counts, outside = np.zeros(n), np.zeros(n), np.zeros(fresh.shape[0])
    for seed in range(10):
        bag = random.integers(n, size=n)
        rest = np.setdiff1d(np.arange(n), bag)
        network = MLPRegressor(
            hidden_layer_sizes=(32,), alpha=1.0, solver="lbfgs", max_iter=300, random_state=seed
        ).fit(z[bag], (y[bag] - middle) / scale)
        inside[rest] += network.predict(z[rest])
        counts[rest] += 1
        outside += network.predict(fresh) / 10
    seen = counts > 0
    residuals = (y - middle - scale * inside / np.maximum(counts, 1))[seen]
    log_variance = emulation._fit_variance(z[seen], Fit(0.0, (), residuals))
    return middle + scale * outside, np.exp(log_variance[0] + fresh @ log_variance[1:])


def log_normal(y: np.ndarray, mean: np.ndarray, variance: np.ndarray) -> np.ndarray:
    return -0.5 * (np.log(2.0 * np.pi * variance) + (y - mean) ** 2 / variance)


def plain_importance(banks: list[Bank], seed: int) -> WeightedSample:
    """Weigh the runs themselves: a kernel around what was observed, no emulator, no parties."""
    kernels, scores = [], []
    for bank in banks:
        seen = np.isfinite(bank.observed)
        scaled = (bank.simulated[:, seen] - bank.observed[seen]) / bank.simulated[:, seen].std(0)
        kernels.append(-0.5 * (scaled**2).sum(axis=1) / 0.3**2)
        scores.append(bank.scores)

    def log_density(vectors: np.ndarray) -> np.ndarray:
        points = Points.of(vectors, np.zeros(K, dtype=np.int64))
        out = -0.5 * (vectors**2).sum(axis=1)
        spread = points.own[:, :1]
        centre = points.centre
        for kernel, z in zip(kernels, scores, strict=True):
            squares = (z**2).sum(axis=1)
            distance = squares - 2.0 * centre @ z.T + (centre**2).sum(axis=1)[:, None]
            ratio = -0.5 * distance / spread + 0.5 * squares - 0.5 * K * np.log(spread)
            out += logsumexp(kernel + ratio, axis=1)
        return out

    return sample(log_density, np.zeros(K + 2), np.eye(K + 2), seed)
