"""Check the sections of a contest file against each other: ids, dates and endorsements."""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Iterator, Mapping
from typing import Any

from kingmaker.contest import facts
from kingmaker.contest.draft import ACTOR_SECTIONS, RESERVED, Draft
from kingmaker.contest.messages import Path, shown
from kingmaker.contest.schema import NOT_A_FINALIST, Candidate, Endorsement
from kingmaker.errors import Problem, did_you_mean

DATED_SECTIONS = ("polls", "events", "endorsements", "offers", "pledges")
MAX_DAYS_BEFORE = 3 * 366
MAX_DAYS_AFTER = 366
FIRST_YEAR, LAST_YEAR = 1850, 2100

# Section, field, the lists of sections whose ids the field may name.
REFERENCES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("towns", "sector", ("sectors",)),
    ("blocs", "sector", ("sectors",)),
    ("blocs", "camp", ("candidates",)),
    ("blocs", "patron", ("notables",)),
    ("notables", "camp", ("candidates",)),
    ("notables", "sectors", ("sectors",)),
    ("outside", "prefers", ("candidates",)),
    ("outside", "party", ("outside",)),
    ("outside", "ties", ("candidates",)),
    ("polls", "sector", ("sectors",)),
    ("polls", "shares", ("candidates",)),
    ("polls", "seats", ("candidates",)),
    ("polls", "seats_from", ("candidates",)),
    ("towns", "votes_round1", ("candidates",)),
    ("towns", "votes_round2", ("candidates",)),
    ("events", "by", ACTOR_SECTIONS),
    ("events", "to", ACTOR_SECTIONS),
    ("endorsements", "by", ("candidates", "notables")),
    ("offers", "by", ("candidates", "outside")),
    ("offers", "to", ACTOR_SECTIONS),
    ("pledges", "by", ACTOR_SECTIONS),
)


def all_problems(draft: Draft) -> Iterator[Problem]:
    """Find what contradicts itself between the sound sections.

    Parameters
    ----------
    draft
        The file, as far as it is sound.

    Yields
    ------
    Problems, in no particular order.
    """
    yield from _ids(draft)
    yield from _references(draft)
    yield from _polling_days(draft)
    yield from _windows(draft)
    yield from _withdrawals(draft)
    yield from _endorsements(draft)


def first_votes(draft: Draft) -> dict[str, int] | None:
    """Return the votes of round one; None unless names and figures are sound."""
    running, result = draft.running(), draft.result(1)
    if running is None or result is None:
        return None
    names = [candidate.id for candidate in running]
    if len(set(names)) < len(names) or not {*result.votes, *result.shares} <= set(names):
        return None
    return facts.votes_from(result, names)


def finalists(draft: Draft) -> tuple[str, str] | None:
    """Name the finalists as round one identifies them; None when it does not."""
    votes = first_votes(draft)
    if votes is None or draft.rules is None:
        return None
    if facts.winner_by_threshold(votes, draft.rules.threshold) is not None:
        return None
    excluded = [c.id for c in draft.running() or () if c.aggregate or c.withdrawn_after is not None]
    return facts.top_two(votes, excluded)


def _ids(draft: Draft) -> Iterator[Problem]:
    """Find ids that are used twice or mean something else."""
    for sections in (ACTOR_SECTIONS, ("sectors",), ("towns",), ("blocs",)):
        first = draft.ids(*sections)
        for section in sections:
            raw = draft.raw.get(section)
            for index, entry in enumerate(raw if isinstance(raw, list | tuple) else ()):
                name = entry.get("id") if isinstance(entry, Mapping) else None
                path: Path = (section, index, "id")
                if not isinstance(name, str):
                    continue
                if section in ACTOR_SECTIONS and name in RESERVED:
                    yield draft.problem(path, f"{shown(name)} is a reserved word", "rename it")
                if first[name] != (section, index):
                    used, at = first[name]
                    remedy = f"{used}[{at}] has it already; ids must differ"
                    yield draft.problem(path, f"{shown(name)} is used twice", remedy)


def _references(draft: Draft) -> Iterator[Problem]:
    """Find names of candidates, people and sectors that do not exist."""
    for section, field, sections in REFERENCES:
        known = draft.ids(*sections)
        for index, entry in draft.list_of(section).items():
            for path, name in _names(getattr(entry, field), (section, index, field)):
                if name not in known and _can_judge(draft, name, sections):
                    yield _unknown(draft, path, name, sections)
    candidates = draft.ids("candidates")
    for path, name in _result_names(draft):
        if name not in candidates and _can_judge(draft, name, ("candidates",)):
            yield _unknown(draft, path, name, ("candidates",))
    withdrawn = {c.id for c in draft.list_of("candidates").values() if c.withdrawn is not None}
    for index, call in draft.list_of("endorsements").items():
        path = ("endorsements", index, "to")
        if call.to in withdrawn:
            yield draft.problem(path, f"{shown(call.to)} withdrew", "name a running candidate")
        elif call.to not in candidates and call.to not in NOT_A_FINALIST:
            if not _can_judge(draft, call.to, ("candidates",)):
                continue
            remedy = did_you_mean(call.to, [*candidates, *NOT_A_FINALIST])
            yield draft.problem(path, f"{shown(call.to)} is no candidate", remedy)


def _can_judge(draft: Draft, name: str, sections: tuple[str, ...]) -> bool:
    """Tell whether a name is wrong, rather than that of an entry whose id is unsound."""
    is_near = bool(difflib.get_close_matches(name, draft.ids(*sections), n=1, cutoff=0.6))
    return is_near or draft.has_all_ids(*sections)


def _unknown(draft: Draft, path: Path, name: str, sections: tuple[str, ...]) -> Problem:
    """Report a name that does not exist."""
    what = {"candidates": "candidate", "sectors": "sector", "notables": "notable"}
    *others, last = [what.get(section, "outside actor") for section in sections]
    sort = f"{', '.join(others)} or {last}" if others else last
    known = draft.ids(*sections)
    remedy = did_you_mean(name, known)
    if path[0] == "endorsements" and name in draft.ids("outside"):
        remedy = 'outside actors make events of kind "outside-endorsement"'
    return draft.problem(path, f"{shown(name)} is no {sort} of this file", remedy)


def _names(value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    """List the names in a field: one id, several, or the keys of a table."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        yield from (((*path, name), name) for name in value)
    elif isinstance(value, tuple):
        yield from (((*path, index), name) for index, name in enumerate(value))


def _result_names(draft: Draft) -> Iterator[tuple[Path, str]]:
    """List the candidates whom results name, in total and by sector."""
    for number in (1, 2):
        key = f"round{number}"
        result = draft.result(number)
        for field in ("votes", "shares"):
            yield from _names(getattr(result, field, None), ("results", key, field))
        for index, sector in draft.list_of("sectors").items():
            for field in ("votes", "shares", "at_most"):
                names = getattr(getattr(sector, key), field, None)
                yield from _names(names, ("sectors", index, key, field))


def _polling_days(draft: Draft) -> Iterator[Problem]:
    """Check the days of the two rounds against the rules."""
    dates, rules = draft.dates, draft.rules
    if dates is None:
        return
    for key, day in (("round1", dates.round1), ("round2", dates.round2)):
        if day is not None and not FIRST_YEAR <= day.year <= LAST_YEAR:
            remedy = f"a year from {FIRST_YEAR} to {LAST_YEAR}"
            yield draft.problem(("dates", key), f"{day} is no plausible day", remedy)
    if dates.round2 is None:
        return
    gap = (dates.round2 - dates.round1).days
    path: Path = ("dates", "round2")
    if gap < 0:
        remedy = f"a day after round one, {dates.round1}"
        yield draft.problem(path, f"{dates.round2} is before round one", remedy)
    if rules is None:
        return
    if gap == 0 and not rules.same_day:
        remedy = "a later day, or rules.same_day = true"
        yield draft.problem(path, f"{dates.round2} is the day of round one", remedy)
    if gap > 0 and rules.same_day:
        remedy = f"the runoff is {gap} days after round one"
        yield draft.problem(("rules", "same_day"), "contradicts the dates", remedy)
    if gap > 0 and rules.gap_days is not None and rules.gap_days != gap:
        wrong = f"{rules.gap_days} contradicts the dates"
        yield draft.problem(("rules", "gap_days"), wrong, f"{gap}, or leave it out")


def _windows(draft: Draft) -> Iterator[Problem]:
    """Check the days of everything that is dated."""
    dates = draft.dates
    for section in DATED_SECTIONS:
        for index, entry in draft.list_of(section).items():
            path: Path = (section, index)
            early, late = entry.earliest, entry.latest
            if early is not None and late is not None and early > late:
                wrong = f"{early} is after latest, {late}"
                yield draft.problem((*path, "earliest"), wrong, "swap the two")
            if entry.date is not None and (early is not None or late is not None):
                remedy = "give date, or earliest and latest"
                yield draft.problem((*path, "date"), "is given beside a window", remedy)
            if dates is None:
                continue
            for key in ("date", "earliest", "latest"):
                day = getattr(entry, key)
                if day is not None and not _is_plausible(day, dates.round1, dates.round2):
                    remedy = "within 3 years before round one and 1 year after the last round"
                    yield draft.problem((*path, key), f"{day} is far from the contest", remedy)


def _is_plausible(day: dt.date, first: dt.date, second: dt.date | None) -> bool:
    """Tell whether a day lies near the contest."""
    last = first if second is None else max(first, second)
    return (first - day).days <= MAX_DAYS_BEFORE and (day - last).days <= MAX_DAYS_AFTER


def _may_be_finalist(candidate: Candidate) -> bool:
    """Tell whether a candidate of the first ballot can stand in the runoff."""
    return not candidate.aggregate and candidate.withdrawn_after is None


def _withdrawals(draft: Draft) -> Iterator[Problem]:
    """Check when candidates left, and that two are left to run."""
    dates = draft.dates
    for index, candidate in draft.list_of("candidates").items():
        before, after = candidate.withdrawn, candidate.withdrawn_after
        path: Path = ("candidates", index)
        if before is not None and after is not None:
            remedy = "before round one: withdrawn; between the rounds: withdrawn_after"
            yield draft.problem((*path, "withdrawn_after"), "is given beside withdrawn", remedy)
        if dates is None:
            continue
        if before is not None and before >= dates.round1:
            remedy = f"a day before round one, {dates.round1}; later: withdrawn_after"
            yield draft.problem((*path, "withdrawn"), f"{before} is too late", remedy)
        too_late = after is not None and dates.round2 is not None and after > dates.round2
        if after is not None and (after < dates.round1 or too_late):
            remedy = "a day between the rounds"
            yield draft.problem((*path, "withdrawn_after"), f"{after} is outside", remedy)
    running = draft.running()
    n_running = len([c for c in running or () if _may_be_finalist(c)])
    if running is not None and n_running < 2 <= len(draft.list_of("candidates")):
        wrong = f"only {n_running} could reach the runoff"
        remedy = "at least two who did not withdraw and stand for nobody else"
        yield draft.problem(("candidates",), wrong, remedy)


def _endorsements(draft: Draft) -> Iterator[Problem]:
    """Check who called for whom, and when."""
    running = draft.running()
    two = finalists(draft)
    seen: dict[tuple[object, ...], int] = {}
    for index, call in draft.list_of("endorsements").items():
        path: Path = ("endorsements", index)
        if call.by == call.to:
            wrong = f"{shown(call.to)} is the endorser"
            yield draft.problem((*path, "to"), wrong, "name somebody else, or leave it out")
        key = (call.by, call.date, call.earliest, call.latest, call.phase)
        if key in seen:
            wrong = f"{shown(call.by)} has two endorsements of the same day"
            remedy = f"endorsements[{seen[key]}] is the other"
            yield draft.problem((*path, "by"), wrong, remedy)
        seen.setdefault(key, index)
        if running is None or draft.dates is None:
            continue
        ballot = {candidate.id for candidate in running}
        phase = _phase(draft, call, ballot)
        if phase is None:
            wrong = f"is missing: the dates do not tell when {shown(call.by)} called"
            yield draft.problem((*path, "phase"), wrong, '"before" or "between" the rounds')
        if phase == "before" and call.by in ballot:
            wrong = f"{shown(call.by)} ran in round one, so cannot have called for others before"
            yield draft.problem(path, wrong, "a day after round one, or a date of withdrawal")
        if phase != "between" or two is None:
            continue
        if call.by in two:
            yield draft.problem((*path, "by"), f"{shown(call.by)} is a finalist", "leave it out")
        elif call.to in ballot and call.to not in two:
            wrong = f"{shown(call.to)} was no finalist"
            remedy = f"{two[0]}, {two[1]}, {', '.join(NOT_A_FINALIST)}"
            yield draft.problem((*path, "to"), wrong, remedy)


def _phase(draft: Draft, call: Endorsement, ballot: set[str]) -> str | None:
    """Say in which phase a call was made; as `facts.endorsement_phase`, on sound sections."""
    dates = draft.dates
    return None if dates is None else facts.phase_of_call(call, ballot, dates.round1)
