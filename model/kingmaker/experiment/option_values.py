"""Check single values of options, from Python or the command line."""

from __future__ import annotations

import math
import numbers
from typing import Any

from kingmaker.errors import Problem

_SHOWN = 60


def whole(
    value: Any,
    where: str,
    bounds: tuple[int, int],
    problems: list[Problem],
    *,
    or_zero: bool = False,
) -> int:
    """Check a whole number.

    Parameters
    ----------
    value
        As it was given; text of the command line that is no number is still text.
    where
        Name of the option, for the message.
    bounds
        Least and largest allowed.
    problems
        Gets what is wrong.
    or_zero
        Whether 0 is allowed beside the bounds.

    Returns
    -------
    The number; the least allowed where it is wrong, so that other checks can go on.
    """
    low, high = bounds
    if not is_whole(value):
        wrong = f"{shown(value)} is no whole number"
    elif not (low <= value <= high or (or_zero and value == 0)):
        wrong = f"{shown(value)} is out of range"
    else:
        return int(value)
    remedy = f"a whole number from {low} to {high}{', or 0' if or_zero else ''}"
    problems.append(Problem(where, wrong, remedy))
    return low


def is_whole(value: Any) -> bool:
    """Tell whether a value is a whole number; True and False are none."""
    return isinstance(value, numbers.Integral) and not isinstance(value, bool)


def is_number(value: Any) -> bool:
    """Tell whether a value is a finite number."""
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        return False
    try:
        return math.isfinite(value)
    except OverflowError:
        return False


def shown(value: Any) -> str:
    """Write a value for a message, not too long."""
    text = f"'{value}'" if isinstance(value, str) else repr(value)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 3]}..."
