"""Write the pieces of a generated Markdown page."""

from __future__ import annotations

from collections.abc import Iterable

COMMAND = "python -m kingmaker.report.reference"


def title(text: str, source: str) -> str:
    """Write a page's title, and the note that keeps people from editing it."""
    return f"# {text}\n\n<!-- Generated from {source}: {COMMAND}. Do not edit. -->\n"


def table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Write a Markdown table; bars inside a cell are escaped."""
    names = list(header)
    lines = [_row(names), "|" + "---|" * len(names)]
    lines.extend(_row(cell.replace("|", "\\|") for cell in row) for row in rows)
    return "\n".join(lines) + "\n"


def page(*parts: str) -> str:
    """Put the parts of a page together, an empty line between them."""
    return "\n".join(parts)


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
