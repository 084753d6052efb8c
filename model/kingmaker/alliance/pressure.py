"""Press leaders by public letters of mayors, unions and members of parliament (M19)."""

from __future__ import annotations

from collections.abc import Iterable

from kingmaker.alliance.deals import Dealings
from kingmaker.contest.schema import Endorsement, Notable

PEOPLE_AT_MOST = 5
"""Signatures of one entry beyond which more do not count; assumed."""


def letter_asks_for(writer: str, calls: Iterable[Endorsement]) -> str | None:
    """Return the candidate for whom a letter's writer calls between the rounds, None unknown."""
    named = [call.to for call in calls if call.by == writer]
    return named[-1] if named else None


def receive_letter(
    dealings: Dealings, leader: int, finalist: int, writer: Notable, *, is_sent: bool
) -> None:
    """Note a letter that presses a leader to call for a finalist.

    Parameters
    ----------
    dealings
        `letters_in_fact` and, where the letter is sent in this run, `letters` are changed.
    leader, finalist
        Columns of the leader pressed and of the finalist asked for.
    writer
        Who signed; one entry may stand for several people.
    is_sent
        False where the behaviour has the letter never written.
    """
    weight = float(min(writer.people, PEOPLE_AT_MOST))
    dealings.letters_in_fact[leader, finalist] += weight
    if is_sent:
        dealings.letters[leader, finalist] += weight


def pressure(
    dealings: Dealings, leader: int, finalists: tuple[int, int], *, in_fact: bool = False
) -> tuple[float, float]:
    """Return how one-sided the letters to a leader are, in (-1, 1), adding up to 0.

    The lead of a finalist over the number of letters plus one.
    """
    table = dealings.letters_in_fact if in_fact else dealings.letters
    one, two = (float(table[leader, f]) for f in finalists)
    lead = (one - two) / (1.0 + one + two)
    return lead, -lead
