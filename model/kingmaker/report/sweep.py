"""Print what a sweep gave."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from kingmaker.report.printing import print_parts
from kingmaker.sweep.summary import Group

_WIDEST_NAME = 10
"""Letters of a line of a parameter's name; assumed."""


def print_summary(groups: Sequence[Group], console: Console | None = None) -> None:
    """Print one row per group; columns in which all rows are equal are left out.

    Parameters
    ----------
    groups
        Groups in the plan's order.
    console
        Where to print; None: standard output.
    """
    table = Table(title="Summary", box=None, pad_edge=False, title_justify="left")
    keys = [key for key in ("contest", "behaviour", "without") if _differs(groups, key)]
    names = list(dict.fromkeys(name for group in groups for name in group.values))
    for key in keys:
        table.add_column(key, no_wrap=True)
    for name in names:
        table.add_column(_in_lines(name))
    has_failed = any(group.n_failed for group in groups)
    for name in ("runs", *(["failed"] if has_failed else []), "leader wins", "runoff share", "sd"):
        table.add_column(name, justify="right")
    for group in groups:
        cells = [getattr(group, key) or "nothing" for key in keys]
        cells += [f"{group.values[n]:.4g}" if n in group.values else "drawn" for n in names]
        cells.append(str(group.n_runs))
        cells += [str(group.n_failed)] if has_failed else []
        cells.append(_written(group.leader_wins, 2))
        cells += [_written(group.share_mean, 4), _written(group.share_sd, 4)]
        table.add_row(*cells)
    table.caption = "leader: of round one; runoff share: the leader's, mean over runs with a runoff"
    print_parts([table], console)


def _in_lines(name: str) -> str:
    """Break the name of a parameter after underscores, where its column would be too wide."""
    lines = [""]
    for part in name.split("_"):
        word = f"{part}_"
        if lines[-1] and len(lines[-1]) + len(word) > _WIDEST_NAME + 1:
            lines.append("")
        lines[-1] += word
    return "\n".join(lines).removesuffix("_")


def _differs(groups: Sequence[Group], key: str) -> bool:
    return key == "contest" or len({getattr(group, key) for group in groups}) > 1


def _written(value: float | None, digits: int) -> str:
    return "-" if value is None else f"{value:.{digits}f}"
