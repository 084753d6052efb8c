"""Write numbers, dates, lists and reasons as a newspaper would."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence

from kingmaker.report.cells import count as whole

SPACE = "\N{NO-BREAK SPACE}"
"""Between figures that a line must not part; printed as a space."""

SMALLEST_TERM = 0.05
"""Terms of a value that are smaller are not told [utility]."""

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip

_TERMS = {
    "offer": "the offer",
    "distance": "the political distance",
    "grudge": "the grudge",
    "activists' wish": "the activists' wish",
    "winning side": "the wish to be on the winning side",
    "letters": "the public letters",
    "courting": "the courting",
    "pledge": "the pledge about the government",
    "neutrality": "the price of silence",
    "fear of a split": "the fear of splitting the own camp",
    "support": "the votes to be won",
    "backlash": "the voters whom a deal repels",
    "cost": "what it costs",
    "lieutenants": "the lieutenants to be won",
    "own chance": "the chance to win",
    "partner's chance": "the partner's chance",
    "principle": "the principle",
    "own word": "the word given to stand",
    "promise not to stand": "the promise not to stand",
    "campaign": "the cost of a campaign",
}
"""Names of the terms of a value, in prose."""

_SMALL = (
    "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve",
)  # fmt: skip


def count(number: float) -> str:
    """Round a count to about three figures; millions in words."""
    size = abs(number)
    if size >= 999_500:
        return f"{number / 1e6:.1f}{SPACE}million"
    step = 1_000 if size >= 100_000 else 100 if size >= 10_000 else 10 if size >= 100 else 1
    return figures(step * round(number / step))


def figures(number: float) -> str:
    """Write a whole number in figures, unrounded."""
    return whole(number).replace(" ", SPACE)


def number_word(number: int) -> str:
    """Write a small number in words, a larger one in figures."""
    return _SMALL[number] if 0 <= number < len(_SMALL) else figures(number)


def plural(number: int, one: str, many: str = "") -> str:
    """Write a number with its noun."""
    return f"{number_word(number)} {one if number == 1 else many or one + 's'}"


def percent(share: float, digits: int = 0) -> str:
    """Write a fraction as a percentage."""
    return f"{100.0 * share:.{digits}f}{SPACE}%"


def listing(words: Sequence[str], last: str = "and") -> str:
    """Write a list: ``a, b and c``."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def date_words(date: dt.date) -> str:
    """Write a date without its year."""
    return f"{date.day}{SPACE}{_MONTHS[date.month - 1]}"


def window_words(first: dt.date | None, last: dt.date | None) -> str:
    """Write a window of dates, one end perhaps open."""
    if first is None:
        return f"by {date_words(last)}" if last is not None else ""
    if last is None:
        return f"from {date_words(first)} on"
    if (last - first).days == 1:
        return f"{_first_of_two(first, last)} or {date_words(last)}"
    return f"between {_first_of_two(first, last)} and {date_words(last)}"


def _first_of_two(first: dt.date, last: dt.date) -> str:
    is_same_month = (first.year, first.month) == (last.year, last.month)
    return str(first.day) if is_same_month else date_words(first)


def capital(text: str) -> str:
    """Begin with a capital letter."""
    return text[:1].upper() + text[1:]


def sentence(text: str, note: str = "") -> str:
    """Begin with a capital, end with a full stop; a note in brackets goes before it."""
    body = capital(text.strip())
    end = body[-1] if body.endswith((".", "!", "?")) else "."
    body = body.removesuffix(end)
    return f"{body} ({note}){end}" if note else f"{body}{end}"


def split_reason(reason: str) -> tuple[list[tuple[str, float]], str]:
    """Split the column ``reason`` into terms of a value and a remark.

    Parameters
    ----------
    reason
        Such as ``offer +0.80, grudge -0.42; a best reply``.

    Returns
    -------
    Terms with their values, in their order, and the remark; a text without terms is a remark.
    """
    text, _, remark = reason.partition("; ")
    terms = []
    for part in text.split(", "):
        match = re.fullmatch(r"(.+) ([+-]\d+(?:\.\d+)?)", part)
        if match is None:
            return [], reason
        terms.append((match[1], float(match[2])))
    return terms, remark


def weighed(terms: Sequence[tuple[str, float]]) -> str:
    """Say what spoke for a decision and what against it, the largest first; empty for nothing.

    Returns
    -------
    Such as ``for it spoke the offer (+0.8), against it the grudge (-0.4)``.
    """
    told = [(name, value) for name, value in terms if abs(value) >= SMALLEST_TERM]
    sides = {
        "for it spoke": [_term(name, value) for name, value in told if value > 0.0],
        "against it": [_term(name, value) for name, value in told if value < 0.0],
    }
    if not sides["for it spoke"]:
        sides = {"against it spoke": sides["against it"]}
    parts = [f"{head} {listing(side)}" for head, side in sides.items() if side]
    return ", ".join(parts)


def _term(name: str, value: float) -> str:
    return f"{_TERMS.get(name, f'the {name}')} ({value:+.1f})"
