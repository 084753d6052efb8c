"""Write numbers, intervals and tables for readers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich import box
from rich.table import Table

NONE = "-"


def count(value: float) -> str:
    """Write a whole number with spaces between thousands."""
    return f"{value:,.0f}".replace(",", " ")


def signed(value: float) -> str:
    """Write a whole number with its sign and spaces between thousands."""
    return f"{round(value):+,.0f}".replace(",", " ") if round(value) else "0"


def percent(value: float | None, digits: int = 1) -> str:
    """Write a fraction as a percentage without its sign."""
    return NONE if value is None else f"{100 * value:.{digits}f}"


def percent_interval(spread: Mapping[str, Any] | None, level: int, digits: int = 1) -> str:
    """Write the central interval of a fraction, in percent."""
    if spread is None:
        return NONE
    low, high = spread["intervals"][str(level)]
    return f"{100 * low:.{digits}f}-{100 * high:.{digits}f}"


def mean_percent(spread: Mapping[str, Any] | None, digits: int = 1) -> str:
    """Write the mean of a fraction, in percent."""
    return NONE if spread is None else percent(spread["mean"], digits)


def signed_interval(spread: Mapping[str, Any], level: int) -> str:
    """Write the central interval of a difference in votes."""
    low, high = spread["intervals"][str(level)]
    return f"{signed(low)} to {signed(high)}"


def probability(value: float, error: float) -> str:
    """Write a probability with its Monte Carlo standard error."""
    return f"{value:.3f} ± {error:.3f}"


def plural(number: int, word: str) -> str:
    """Write a number with its noun."""
    return f"{count(number)} {word}" if number == 1 else f"{count(number)} {word}s"


def make_table(title: str, columns: Sequence[str], *, text_columns: int = 1) -> Table:
    """Start a table that stays readable when piped.

    Parameters
    ----------
    title
        Line above it.
    columns
        Headings.
    text_columns
        Number of columns on the left that hold text; the others are numbers, never wrapped.
    """
    table = Table(
        title=title,
        box=box.SIMPLE_HEAD,
        show_edge=False,
        padding=(0, 1, 0, 0),
        header_style="",
    )
    for number, heading in enumerate(columns):
        if number < text_columns:
            table.add_column(heading, overflow="fold")
        else:
            table.add_column(heading, justify="right", no_wrap=True)
    return table
