"""Show how far a run is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text


class RateColumn(ProgressColumn):
    """Show replicates per second, or seconds per replicate where that is slower."""

    def render(self, task: Task) -> Text:
        """Write the rate."""
        if not task.speed:
            return Text("starting")
        if task.speed >= 1.0:
            return Text(f"{task.speed:.1f} a second")
        return Text(f"{1.0 / task.speed:.1f} s each")


@contextmanager
def progress_bar() -> Iterator[Callable[[int, int], None]]:
    """Show a bar on standard error, with rate and time left; it disappears at the end.

    Yields
    ------
    What is to be called with the replicates done and asked for.
    """
    bar = Progress(
        TextColumn("replicates"),
        BarColumn(),
        MofNCompleteColumn(),
        RateColumn(),
        TextColumn("time left"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    with bar:
        task = bar.add_task("replicates", total=None)

        def update(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        yield update
