"""Ask that a contest has what a behaviour is about: offices, letters, insults, pledges, a pact."""

from __future__ import annotations

from kingmaker.alliance.behaviours.field import WHERE, Field, Part
from kingmaker.alliance.behaviours.row import Behaviour
from kingmaker.contest.schema import Contest
from kingmaker.errors import Problem

CONTEMPT = ("insult", "wasted-vote-call")
"""Kinds of events that ``no-contempt`` undoes."""


def check_needs(row: Behaviour, part: Part, field: Field) -> Problem | None:
    """Ask that a contest has what a behaviour is about.

    Parameters
    ----------
    row
        The behaviour.
    part
        The part that names it.
    field
        Who can do what in the contest.

    Returns
    -------
    The problem, None where there is none.
    """
    contest = field.contest
    if row.kind == "head of government":
        return _check_offices(row, contest)
    if row.name == "letter-off":
        return _check_events(row, ("letter",), contest)
    if row.name == "no-contempt":
        return _check_events(row, CONTEMPT, contest)
    if row.name.startswith("pledge-"):
        return _check_pledges(row, part.actor, field)
    if row.name == "coordinated":
        return _check_pact(part.argument or "", contest)
    return None


def pact_partners(contest: Contest) -> tuple[str, ...]:
    """Name the partners of all pacts before round one, in the order of the file."""
    candidacy = contest.candidacy
    pacts = () if candidacy is None else candidacy.pacts
    return tuple(dict.fromkeys(name for pact in pacts for name in pact.between))


def _check_pact(argument: str, contest: Contest) -> Problem | None:
    pacts = () if contest.candidacy is None else contest.candidacy.pacts
    if not pacts:
        wrong = f"'coordinated' needs a pact, and {contest.id} has none"
        return Problem(WHERE, wrong, "describe one in the file: [[candidacy.pacts]]")
    if argument == "one-way" and all(pact.supporter is None for pact in pacts):
        wrong = f"'coordinated:one-way' needs to know who supports whom in {contest.id}"
        return Problem(WHERE, wrong, "coordinated:mutual, or a supporter in [[candidacy.pacts]]")
    return None


def _check_offices(row: Behaviour, contest: Contest) -> Problem | None:
    heads = [actor for actor in contest.outside if actor.role == "head-of-government"]
    if not heads:
        wrong = f"'{row.name}' needs a head of government, and {contest.id} has none"
        others = ", ".join(f"{actor.id} ({actor.role})" for actor in contest.outside)
        remedy = f"outside actors: {others}" if others else "no outside actor is known here"
        return Problem(WHERE, wrong, remedy)
    if any(head.offices or head.refuses for head in heads):
        return None
    named = ", ".join(head.id for head in heads)
    wrong = f"'{row.name}' needs offices, and {named} of {contest.id} has none"
    return Problem(WHERE, wrong, f"offices of {named} in the file's [[outside]]")


def _check_events(row: Behaviour, kinds: tuple[str, ...], contest: Contest) -> Problem | None:
    if any(event.kind in kinds for event in contest.events):
        return None
    known = ", ".join(sorted({event.kind for event in contest.events}))
    wrong = f"'{row.name}' needs an event ({' or '.join(kinds)}), and {contest.id} has none"
    return Problem(WHERE, wrong, f"known events: {known}" if known else "no event is known here")


def _check_pledges(row: Behaviour, actor: str | None, field: Field) -> Problem | None:
    contest = field.contest
    pledged = {pledge.by for pledge in contest.pledges if pledge.issue == "government"}
    who = [name for name in field.contending if name in pledged]
    if actor is None and not who:
        wrong = f"no finalist of {contest.id} pledged anything about the government"
        others = ", ".join(sorted(pledged))
        remedy = f"pledges were made by {others}" if others else "no such pledge is known here"
        return Problem(WHERE, f"'{row.name}': {wrong}", remedy)
    if actor is not None and actor in field.contending and actor not in who:
        wrong = f"'{row.name}': '{actor}' pledged nothing about the government"
        remedy = f"those who did: {', '.join(who)}" if who else "no finalist did"
        return Problem(WHERE, wrong, remedy)
    return None
