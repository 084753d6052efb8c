"""Describe how a quantity is spread over replicates."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd

LEVELS = (50, 80, 90)
"""Probabilities of the central intervals [percent]."""

Spread = dict[str, Any]


def quantile(values: Iterable[float], p: float) -> float:
    """Compute a quantile by linear interpolation between order statistics.

    Hyndman and Fan's (1996) type 7, the default of numpy and R: of n sorted values the quantile p
    stands at position ``(n - 1) * p``, counted from 0.
    """
    return float(np.quantile(np.sort(np.fromiter(values, dtype=np.float64)), p))


def central_interval(values: Sequence[float], level: int) -> list[float]:
    """Compute the interval that leaves ``(100 - level) / 2`` percent out on either side.

    Parameters
    ----------
    values
        One value per replicate, at least one.
    level
        Probability of the interval [percent].

    Returns
    -------
    Lower and upper end.
    """
    tail = (100 - level) / 200
    return [quantile(values, tail), quantile(values, 1.0 - tail)]


def spread(values: Iterable[float | None]) -> Spread | None:
    """Describe a quantity over replicates.

    Parameters
    ----------
    values
        One value per replicate; missing ones (None, NaN) are left out.

    Returns
    -------
    ``n``, ``mean``, ``median``, ``min``, ``max`` and ``intervals`` (level as text -> two ends);
    None without any value.
    """
    known = _known(values)
    if not known:
        return None
    return {
        "n": len(known),
        "mean": min(max(math.fsum(known) / len(known), min(known)), max(known)),
        "median": quantile(known, 0.5),
        "min": min(known),
        "max": max(known),
        "intervals": {str(level): central_interval(known, level) for level in LEVELS},
    }


def proportion(hits: int, n: int) -> tuple[float, float]:
    """Compute a proportion and its Monte Carlo standard error ``sqrt(p * (1 - p) / n)``."""
    p = hits / n
    return p, math.sqrt(p * (1.0 - p) / n)


def place(values: Iterable[float | None], observed: float | None) -> dict[str, Any] | None:
    """Place an observed value in a predicted distribution.

    Parameters
    ----------
    values
        One prediction per replicate.
    observed
        What was observed.

    Returns
    -------
    ``observed``, ``quantile`` (fraction of replicates below it), ``inside`` (level as text ->
    whether the central interval holds it) and ``n``; None without predictions or observation.
    """
    known = _known(values)
    if not known or observed is None:
        return None
    ends = {level: central_interval(known, level) for level in LEVELS}
    return {
        "observed": observed,
        "n": len(known),
        "quantile": sum(value < observed for value in known) / len(known),
        "inside": {str(level): low <= observed <= high for level, (low, high) in ends.items()},
    }


def _known(values: Iterable[float | None]) -> list[float]:
    series = pd.Series(values if isinstance(values, pd.Series) else list(values))
    numbers = series.to_numpy(dtype=np.float64, na_value=np.nan)
    return [float(number) for number in numbers[~np.isnan(numbers)]]
