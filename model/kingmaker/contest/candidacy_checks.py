"""Check what a contest file says of the time before the contest: who may stand, pacts, calendar."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from kingmaker.contest.candidacy import Candidacy, Pact
from kingmaker.contest.draft import Draft
from kingmaker.contest.messages import Path, shown
from kingmaker.errors import Problem, did_you_mean

MAX_DAYS_LATER = 5 * 366
SHARE_TOLERANCE = 0.003
SECTION = "candidacy"


def all_problems(draft: Draft) -> Iterator[Problem]:
    """Find what contradicts itself in the section `candidacy`, in strengths and ends of pledges.

    Parameters
    ----------
    draft
        The file, as far as it is sound.

    Yields
    ------
    Problems, in no particular order.
    """
    yield from _pledges(draft)
    yield from _strengths(draft)
    candidacy: Candidacy | None = draft.sound.get(SECTION)
    if candidacy is None:
        return
    yield from _names(draft, candidacy)
    yield from _incumbent(draft, candidacy)
    yield from _challengers(draft, candidacy)
    yield from _promises(draft, candidacy)
    for index, pact in enumerate(candidacy.pacts):
        yield from _pact(draft, candidacy, pact, (SECTION, "pacts", index))
    yield from _calendar(draft, candidacy)


def _pledges(draft: Draft) -> Iterator[Problem]:
    """Refuse pledges that end before they were made."""
    for index, pledge in draft.list_of("pledges").items():
        first = pledge.date or pledge.earliest
        if pledge.until is not None and first is not None and pledge.until < first:
            wrong = f"{pledge.until} is before the pledge, {first}"
            yield draft.problem(("pledges", index, "until"), wrong, "a later day, or leave it out")


def _strengths(draft: Draft) -> Iterator[Problem]:
    """Refuse strengths that add up to more than all."""
    running = draft.running() or ()
    total = sum(c.strength.value for c in running if c.strength is not None)
    if total > 1.0 + SHARE_TOLERANCE:
        wrong = f"strengths add up to {total:.3f}"
        yield draft.problem(("candidates",), wrong, "shares of one vote: at most 1")


def _names(draft: Draft, candidacy: Candidacy) -> Iterator[Problem]:
    """Find names of candidates that do not exist."""
    if not draft.has_all_ids("candidates"):
        return
    known = draft.ids("candidates")
    for path, name in _named(candidacy):
        if name not in known:
            wrong = f"{shown(name)} is no candidate of this file"
            yield draft.problem(path, wrong, did_you_mean(name, known))


def _named(candidacy: Candidacy) -> Iterator[tuple[Path, str]]:
    """List all names of candidates in the section."""
    if candidacy.incumbent is not None:
        yield (SECTION, "incumbent"), candidacy.incumbent
    for index, challenger in enumerate(candidacy.challengers):
        yield (SECTION, "challengers", index, "id"), challenger.id
    for index, promise in enumerate(candidacy.promises):
        yield (SECTION, "promises", index, "by"), promise.by
        yield (SECTION, "promises", index, "to"), promise.to
    for index, pact in enumerate(candidacy.pacts):
        path: Path = (SECTION, "pacts", index)
        for place, name in enumerate(pact.between):
            yield (*path, "between", place), name


def _incumbent(draft: Draft, candidacy: Candidacy) -> Iterator[Problem]:
    """Check the leader who is challenged against the candidates' own marks."""
    marked = [c.id for c in draft.list_of("candidates").values() if c.incumbent]
    name = candidacy.incumbent
    if name is not None and marked and name not in marked and name in draft.ids("candidates"):
        wrong = f"{shown(name)} is not marked incumbent"
        yield draft.problem((SECTION, "incumbent"), wrong, f"candidate {shown(marked[0])} is")


def _challengers(draft: Draft, candidacy: Candidacy) -> Iterator[Problem]:
    """Check that challengers are candidates of the first ballot, each once, and not the leader."""
    candidates = draft.list_of("candidates").values()
    gone = {c.id for c in candidates if c.withdrawn is not None}
    leaders = {candidacy.incumbent} - {None} or {c.id for c in candidates if c.incumbent}
    seen: set[str] = set()
    for index, challenger in enumerate(candidacy.challengers):
        path: Path = (SECTION, "challengers", index, "id")
        name = challenger.id
        if name in gone:
            wrong = f"{shown(name)} withdrew before round one"
            yield draft.problem(path, wrong, "name candidates of the first ballot")
        if name in leaders:
            wrong = f"{shown(name)} is the incumbent"
            yield draft.problem(path, wrong, "name those who may challenge")
        if name in seen:
            yield draft.problem(path, f"{shown(name)} is named twice", "once is enough")
        seen.add(name)


def _promises(draft: Draft, candidacy: Candidacy) -> Iterator[Problem]:
    """Check that promises are made to others, once per pair."""
    seen: dict[tuple[str, str], int] = {}
    for index, promise in enumerate(candidacy.promises):
        path: Path = (SECTION, "promises", index)
        if promise.by == promise.to:
            wrong = f"{shown(promise.to)} promised it"
            yield draft.problem((*path, "to"), wrong, "name somebody else, or leave it out")
        first = seen.setdefault((promise.by, promise.to), index)
        if first != index:
            wrong = f"{shown(promise.by)} promised {shown(promise.to)} twice"
            remedy = f"promises[{first}] is the other; give one part kept"
            yield draft.problem(path, wrong, remedy)


def _pact(draft: Draft, candidacy: Candidacy, pact: Pact, path: Path) -> Iterator[Problem]:
    """Check who would support whom, and who says so."""
    first, second = pact.between
    if first == second:
        yield draft.problem((*path, "between"), f"{shown(first)} twice", "two different partners")
        return
    known = draft.ids("candidates")
    challengers = {challenger.id for challenger in candidacy.challengers}
    for place, name in enumerate(pact.between):
        if name in known and name not in challengers:
            wrong = f"{shown(name)} is none of the challengers"
            remedy = "partners have yet to decide: list both in candidacy.challengers"
            yield draft.problem((*path, "between", place), wrong, remedy)
    sides = f"{first} or {second}"
    for field in ("supporter", "supported", "claimed_by", "denied_by"):
        name = getattr(pact, field)
        if name is not None and name not in pact.between:
            yield draft.problem((*path, field), f"{shown(name)} is no partner", sides)
    for field in ("supporter", "supported"):
        name = getattr(pact, field)
        if pact.kind == "mutual" and name is not None:
            wrong = "is given though either supports the other"
            yield draft.problem((*path, field), wrong, "leave it out")
        if pact.kind != "mutual" and name is None:
            yield draft.problem((*path, field), "is missing", sides)
    if pact.supporter is not None and pact.supporter == pact.supported:
        wrong = f"{shown(pact.supported)} is the supporter"
        yield draft.problem((*path, "supported"), wrong, "name the other partner")
    if pact.denied_by is not None and pact.denied_by == pact.claimed_by:
        wrong = f"{shown(pact.denied_by)} claims it"
        yield draft.problem((*path, "denied_by"), wrong, "name the other partner")


def _calendar(draft: Draft, candidacy: Candidacy) -> Iterator[Problem]:
    """Check the day to which the contest would be put off."""
    later = candidacy.postponed_until
    if later is None:
        return
    path: Path = (SECTION, "postponed_until")
    if candidacy.postponed_by_agreement is not True:
        remedy = "candidacy.postponed_by_agreement = true, or leave it out"
        yield draft.problem(path, "is given though no agreement puts the contest off", remedy)
    if draft.dates is None:
        return
    first = draft.dates.round1
    if not first < later <= first + dt.timedelta(days=MAX_DAYS_LATER):
        remedy = f"a day within 5 years after round one, {first}"
        yield draft.problem(path, f"{later} is no later day", remedy)
