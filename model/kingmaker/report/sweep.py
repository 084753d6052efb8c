"""Print what a sweep gave."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from kingmaker.report.printing import print_parts
from kingmaker.sweep.summary import Group


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
        table.add_column(name, overflow="fold")
    has_failed = any(group.n_failed for group in groups)
    for name in ("runs", *(["failed"] if has_failed else []), "leader wins", "runoff share", "sd"):
        table.add_column(name, justify="right")
    for group in groups:
        cells = [getattr(group, key) or "nothing" for key in keys]
        cells += [f"{group.values[n]:.4g}" if n in group.values else "" for n in names]
        cells.append(str(group.n_runs))
        cells += [str(group.n_failed)] if has_failed else []
        cells.append(_written(group.leader_wins, 2))
        cells += [_written(group.share_mean, 4), _written(group.share_sd, 4)]
        table.add_row(*cells)
    table.caption = "leader: of round one; runoff share: the leader's, mean over runs with a runoff"
    print_parts([table], console)


def _differs(groups: Sequence[Group], key: str) -> bool:
    return key == "contest" or len({getattr(group, key) for group in groups}) > 1


def _written(value: float | None, digits: int) -> str:
    return "-" if value is None else f"{value:.{digits}f}"
