"""Show how far a run is."""

from __future__ import annotations

from collections.abc import Iterator
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
    """Show how many are done in a second, or the seconds of one where that is slower."""

    def render(self, task: Task) -> Text:
        """Write the rate."""
        if not task.speed:
            return Text("starting")
        if task.speed >= 1.0:
            return Text(f"{task.speed:.1f} a second")
        return Text(f"{1.0 / task.speed:.1f} s each")


class Bar:
    """A bar on standard error; called with the number done and asked for."""

    def __init__(self, progress: Progress, unit: str) -> None:
        """Begin at nothing of an unknown number."""
        self._progress = progress
        self._task = progress.add_task(unit, total=None)

    def __call__(self, done: int, total: int) -> None:
        """Move the bar; what is done at the first call was done before, and is no speed."""
        if self._progress.tasks[0].total is None and done:
            self._progress.reset(self._task, completed=done, total=total)
        self._progress.update(self._task, completed=done, total=total)

    def say(self, text: str) -> None:
        """Print a line above the bar."""
        self._progress.console.print(text, highlight=False, markup=False, soft_wrap=True)


@contextmanager
def progress_bar(unit: str = "replicates") -> Iterator[Bar]:
    """Show a bar on standard error, with rate and time left; it disappears at the end.

    Parameters
    ----------
    unit
        What is counted.

    Yields
    ------
    What is to be called with the number done and asked for.
    """
    bar = Progress(
        TextColumn(unit),
        BarColumn(),
        MofNCompleteColumn(),
        RateColumn(),
        TextColumn("time left"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    with bar:
        yield Bar(bar, unit)
