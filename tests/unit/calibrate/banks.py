"""Make small banks whose truth is known."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from kingmaker.calibrate.bank import Bank
from kingmaker.calibrate.emulator import Emulator

Array = NDArray[np.float64]


def chance(seed: int) -> np.random.Generator:
    return np.random.Generator(np.random.Philox(seed))


def bank_of(
    mean: Callable[[Array], Array],
    sd: Callable[[Array], Array] | float = 0.2,
    *,
    n: int = 300,
    k: int = 4,
    seed: int = 1,
    contest: str = "made-up",
    party: str = "xx: party",
    observed: Array | None = None,
    acceptance: Callable[[Array], Array] | None = None,
) -> Bank:
    """Draw a bank: scores from the prior, summaries around `mean` with independent errors."""
    random = chance(seed)
    z = random.standard_normal((n, k))
    means = mean(z)
    sds = sd(z) if callable(sd) else np.full_like(means, sd)
    rejected = np.zeros(n, dtype=np.int64)
    if acceptance is not None:
        rejected = random.geometric(acceptance(z)) - 1
    m = means.shape[1]
    return Bank(
        contest=contest,
        party=party,
        parameters=tuple(f"p{i}" for i in range(k)),
        summaries=("runoff_share", "turnout_ratio", *(f"poll:{i}" for i in range(m)))[:m],
        scores=z,
        simulated=means + sds * random.standard_normal(means.shape),
        observed=np.zeros(m) if observed is None else observed,
        error_sd=np.zeros(m),
        rejected=rejected,
    )


def linear_emulator(
    slopes: Array,
    observed: Array,
    *,
    variance: float = 0.04,
    contest: str = "made-up",
    party: str = "xx: party",
) -> Emulator:
    """Make an emulator by hand: linear means, constant and independent errors."""
    m, k = slopes.shape
    return Emulator(
        contest=contest,
        party=party,
        parameters=tuple(f"p{i}" for i in range(k)),
        summaries=("runoff_share", "turnout_ratio", *(f"poll:{i}" for i in range(m)))[:m],
        left_out=(),
        observed=np.asarray(observed, dtype=np.float64),
        error_sd=np.zeros(m),
        intercept=np.zeros(m),
        linear=np.asarray(slopes, dtype=np.float64),
        quadratic=np.zeros((m, k, k)),
        log_variance=np.full(m, np.log(variance)),
        variance_slopes=np.zeros((m, k)),
        correlation=np.eye(m),
        acceptance=None,
        explained=np.ones(m),
    )
