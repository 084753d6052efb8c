"""Print what a sweep gave."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from kingmaker.report.printing import WIDEST, print_parts
from kingmaker.sweep.summary import Group

_WIDEST_NAME = 10
"""Letters of a line of a parameter's name; assumed."""


def print_summary(groups: Sequence[Group], console: Console | None = None) -> None:
    """Print one row per group; what all rows share is left out.

    Parameters
    ----------
    groups
        Groups in the plan's order.
    console
        Where to print; None: standard output. Where a column per parameter is too wide for it, one
        column says all of a point.
    """
    if console is None:
        console = Console(highlight=False)
        console.width = min(console.width, WIDEST)
    table = _table(groups, is_compact=False)
    if console.measure(table, options=console.options.update(width=10_000)).maximum > console.width:
        table = _table(groups, is_compact=True)
    table.caption = "leader: of round one; runoff share: the leader's, mean over runs with a runoff"
    print_parts([table], console)


def _table(groups: Sequence[Group], *, is_compact: bool) -> Table:
    """Make a table with a column per parameter, or with one for all that makes a point."""
    table = Table(title="Summary", box=None, pad_edge=False, title_justify="left")
    keys = [key for key in ("contest", "behaviour", "without") if _differs(groups, key)]
    names = list(dict.fromkeys(name for group in groups for name in group.values))
    if is_compact:
        table.add_column("point", overflow="fold")
    else:
        for title in (*keys, *map(_in_lines, names)):
            table.add_column(title, no_wrap=True)
    has_failed = any(group.n_failed for group in groups)
    for title in ("runs", *(["failed"] if has_failed else []), "leader\nwins", "runoff\nshare"):
        table.add_column(title, justify="right", no_wrap=True)
    table.add_column("sd", justify="right", no_wrap=True)
    for group in groups:
        cells = [getattr(group, key) or "nothing" for key in keys]
        values = [f"{group.values[n]:.4g}" if n in group.values else "drawn" for n in names]
        if is_compact:
            said = [group.contest, *([group.behaviour] if "behaviour" in keys else [])]
            said += [f"without {group.without or 'nothing'}"] if "without" in keys else []
            said += [f"{name} {value}" for name, value in zip(names, values, strict=True)]
            cells = [", ".join(said)]
        else:
            cells += values
        cells.append(str(group.n_runs))
        cells += [str(group.n_failed)] if has_failed else []
        cells.append(_written(group.leader_wins, 2))
        cells += [_written(group.share_mean, 4), _written(group.share_sd, 4)]
        table.add_row(*cells)
    return table


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
