"""Print a story, wrapped to the terminal, grouped by part and date."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from itertools import groupby

from rich.console import Console
from rich.text import Text

from kingmaker.report.story.chronicle import Story
from kingmaker.report.story.material import Entry
from kingmaker.report.story.wording import SPACE, capital, date_words

_WIDEST = 100
_MARGIN = 14


def print_story(story: Story, console: Console | None = None) -> None:
    """Print a story.

    Parameters
    ----------
    story
        The story.
    console
        Where to print; None: standard output, at most 100 columns wide.
    """
    if console is None:
        console = Console(highlight=False)
        console.width = min(console.width, _WIDEST)
    for line in _wrapped(story.title, console.width):
        console.print(Text(line, style="bold"))
    for line in _wrapped(story.preface, console.width):
        console.print(Text(line, style="italic"))
    for part, entries in groupby(story.entries, key=lambda entry: entry.part):
        console.print()
        console.print(Text(capital(part), style="bold"))
        is_first = True
        for date, told in groupby(entries, key=lambda entry: entry.date):
            head = date_words(date)
            for paragraph in _paragraphs(part, told, is_first=is_first):
                for line in _wrapped(paragraph, console.width - _MARGIN):
                    text = f"{head:>{_MARGIN - 2}}  {line}"
                    console.print(Text(text.replace(SPACE, " ")))
                    head = ""
            is_first = False


def _wrapped(text: str, width: int) -> list[str]:
    """Wrap a paragraph; figures stay together."""
    return textwrap.wrap(text, max(width, 20), break_long_words=False, break_on_hyphens=False)


def _paragraphs(part: str, entries: Iterable[Entry], *, is_first: bool) -> Iterator[str]:
    """Put what was reported of a day in one paragraph, what was simulated in the next ones.

    A campaign opens with a paragraph of its own; a day of the runoff and of the aftermath has one
    for every statement.
    """
    told = list(entries)
    if part == "campaign" and is_first:
        yield told.pop(0).text
    reported = [entry.text for entry in told if entry.kind == "reported"]
    simulated = [entry.text for entry in told if entry.kind == "simulated"]
    if reported:
        yield f"Reported: {' '.join(reported)}"
    if part in ("runoff", "aftermath"):
        yield from simulated
    elif simulated:
        yield " ".join(simulated)
