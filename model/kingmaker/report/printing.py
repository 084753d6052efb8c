"""Print the parts of a report so that they stay readable when piped."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

WIDEST = 110


def print_parts(parts: Iterable[RenderableType], console: Console | None = None) -> None:
    """Print parts one below the other.

    Parameters
    ----------
    parts
        Texts and tables.
    console
        Where to print; None: standard output, at most 110 columns wide.
    """
    if console is None:
        console = Console(highlight=False)
        console.width = min(console.width, WIDEST)
    for part in parts:
        for line in spread_out(part):
            console.print(line)


def spread_out(part: RenderableType) -> list[RenderableType]:
    """Print titles and captions as lines of their own: inside a table they wrap at its width."""
    if not isinstance(part, Table):
        return [part]
    title, caption = part.title, part.caption
    part.title = part.caption = None
    above = [Text(str(title), style="bold")] if title else []
    below = [Text(str(caption))] if caption else []
    return [*above, part, *below]
