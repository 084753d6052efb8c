"""Say who can do what in a contest, as far as the text of a behaviour and the file tell."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass

from kingmaker.alliance.behaviours.registry import BEHAVIOURS
from kingmaker.alliance.behaviours.row import NOTABLE_WORDS, Behaviour
from kingmaker.contest.facts import finalists_observed, gap_days
from kingmaker.contest.schema import Contest
from kingmaker.errors import Problem, did_you_mean

WHERE = "--behaviour"

EXTRA_DAYS = 7
"""Days of ``extra-week`` [days]."""


@dataclass(frozen=True)
class Part:
    """Hold one part of a behaviour as it was written.

    Attributes
    ----------
    text
        The part.
    name
        Name of the behaviour, known or not.
    actor
        Whom the part is for; None for everybody.
    argument
        What stands after the colon; None without a colon.
    """

    text: str
    name: str
    actor: str | None
    argument: str | None


def part_of(text: str) -> Part:
    """Take a part to pieces; what it means is not asked yet."""
    name, colon, rest = (word.strip() for word in text.partition(":"))
    if name == "lieutenant":
        actor, equals, target = (word.strip() for word in rest.partition("="))
        return Part(text.strip(), name, actor if colon else None, target if equals else None)
    actor, equals, word = (word.strip() for word in text.rpartition("="))
    name, colon, rest = (piece.strip() for piece in word.partition(":"))
    if name == "lieutenant":
        # Written the wrong way round, as NOTABLE=lieutenant: the right one is asked for.
        return Part(text.strip(), name, actor, None)
    return Part(text.strip(), name, actor if equals else None, rest if colon else None)


@dataclass(frozen=True)
class Field:
    """Hold who runs, decides and speaks under a behaviour.

    Attributes
    ----------
    contest
        The contest of the file.
    ballot
        Candidates of round one: those of the file, those who stay, without those who withdraw.
    withdrawn
        Those whom the behaviour takes from the ballot.
    finalists
        The two; None where nobody knows them: without an observed first round, or with another
        ballot than the observed one.
    gap
        Days between the rounds; None where they are drawn [days].
    """

    contest: Contest
    ballot: tuple[str, ...]
    withdrawn: tuple[str, ...]
    finalists: tuple[str, str] | None
    gap: int | None

    @property
    def deciding(self) -> tuple[str, ...]:
        """Candidates who can be eliminated."""
        return tuple(name for name in self.ballot if name not in (self.finalists or ()))

    @property
    def contending(self) -> tuple[str, ...]:
        """Candidates who can be finalists."""
        if self.finalists is not None:
            return self.finalists
        never = {c.id for c in self.contest.candidates if c.aggregate or c.withdrawn_after}
        return tuple(name for name in self.ballot if name not in never)

    @property
    def notables(self) -> tuple[str, ...]:
        """Notables of the file."""
        return tuple(notable.id for notable in self.contest.notables)


def field_under(contest: Contest, parts: Sequence[Part]) -> Field:
    """Find who runs and how long the time between the rounds is, under the parts of a text."""
    asked = {part.name: part.argument or "" for part in parts if part.actor is None}
    runs = [c.id for c in contest.running]
    gone = tuple(name for name in runs if name == asked.get("withdraw"))
    back = {c.id for c in contest.candidates if c.withdrawn and c.id == asked.get("stay")}
    ballot = [c.id for c in contest.candidates if c.id in runs or c.id in back]
    gap = gap_days(contest)
    if "extra-week" in asked and gap is not None:
        gap += EXTRA_DAYS
    if is_whole(asked.get("gap", "")):
        gap = int(asked["gap"])
    return Field(
        contest,
        tuple(name for name in ballot if name not in gone),
        gone,
        None if gone or back else finalists_observed(contest),
        gap,
    )


def is_whole(text: str) -> bool:
    """Tell whether a text is a whole number in plain digits, short enough to mean something."""
    return text.isascii() and text.isdigit() and len(text) <= 4


def check_target(target: str, field: Field) -> Problem | None:
    """Ask that a candidate can be called for in the runoff."""
    contest = field.contest
    if target in field.withdrawn:
        wrong = f"'{target}' withdraws and cannot be called for"
        return Problem(WHERE, wrong, f"leave out withdraw:{target}, or name somebody else")
    if target not in field.ballot:
        wrong = f"'{target}' is no candidate of {contest.id}"
        return Problem(WHERE, wrong, did_you_mean(target, field.ballot))
    if field.finalists is not None and target not in field.finalists:
        wrong = f"'{target}' is not in the runoff of {contest.id}"
        return Problem(WHERE, wrong, _finalists_are(field.finalists))
    if target not in field.contending:
        wrong = f"'{target}' of {contest.id} can be no finalist"
        return Problem(WHERE, wrong, did_you_mean(target, field.contending))
    return None


def check_actor(actor: str, row: Behaviour | None, word: str, field: Field) -> Problem | None:
    """Ask that an actor exists and can follow a behaviour; an unknown one as what it resembles."""
    if row is None:
        near = difflib.get_close_matches(word.lower(), sorted(BEHAVIOURS), n=1)
        row = BEHAVIOURS[near[0] if near else "historical"]
    if actor in field.withdrawn:
        wrong = f"'{actor}' withdraws and decides nothing"
        return Problem(WHERE, wrong, f"leave out withdraw:{actor}, or {actor}={word}")
    if row.kind == "leaders":
        return _check_leader(actor, row, field)
    if row.kind == "finalists":
        return _check_finalist(actor, row, field)
    if row.kind == "notables":
        return _check_lieutenant(actor, field)
    wrong = f"'{row.name}' is for nobody alone, not for '{actor}'"
    return Problem(WHERE, wrong, f"{row.written} alone")


def _check_leader(actor: str, row: Behaviour, field: Field) -> Problem | None:
    contest, deciding = field.contest, field.deciding
    known = [*deciding, *field.notables]
    if actor in (field.finalists or ()):
        wrong = f"'{actor}' is a finalist of {contest.id}"
        return Problem(WHERE, wrong, f"those who decide: {', '.join(deciding)}")
    if actor not in known:
        wrong = f"'{actor}' is nobody who decides in {contest.id}"
        return Problem(WHERE, wrong, did_you_mean(actor, known))
    if actor not in deciding and row.name not in NOTABLE_WORDS:
        written = ", ".join(BEHAVIOURS[name].written for name in NOTABLE_WORDS)
        wrong = f"'{row.name}' is for eliminated candidates, and '{actor}' is a notable"
        return Problem(WHERE, wrong, f"a notable's behaviours: {written}")
    if row.name == "united-losers":
        wrong = f"'{row.name}' is for all eliminated candidates, not for '{actor}'"
        return Problem(WHERE, wrong, f"{row.name} alone")
    return None


def _check_finalist(actor: str, row: Behaviour, field: Field) -> Problem | None:
    if row.name == "finalists-unite":
        wrong = f"'{row.name}' is for both finalists, not for '{actor}'"
        return Problem(WHERE, wrong, f"{row.name} alone")
    contending, contest = field.contending, field.contest
    if actor in contending:
        return None
    if field.finalists is not None and actor in (*field.ballot, *field.notables):
        wrong = f"'{row.name}' is for finalists, and '{actor}' is not in the runoff of {contest.id}"
        return Problem(WHERE, wrong, _finalists_are(field.finalists))
    wrong = f"'{actor}' is no candidate of {contest.id} who can be a finalist"
    return Problem(WHERE, wrong, did_you_mean(actor, contending))


def _check_lieutenant(actor: str, field: Field) -> Problem | None:
    contest = field.contest
    of_camps = [notable.id for notable in contest.notables if notable.camp is not None]
    if actor not in field.notables:
        wrong = f"'{actor}' is no notable of {contest.id}"
        return Problem(WHERE, wrong, did_you_mean(actor, of_camps))
    if actor not in of_camps:
        wrong = f"'{actor}' is in nobody's camp in {contest.id}, so nobody's lieutenant"
        return Problem(WHERE, wrong, f"{actor}=endorse:CANDIDATE")
    return None


def _finalists_are(finalists: Sequence[str]) -> str:
    return f"the finalists are {' and '.join(finalists)}"
