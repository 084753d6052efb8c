"""Describe a contest in plain text, for the command line."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from kingmaker.contest import facts
from kingmaker.contest.schema import Candidacy, Candidate, Contest, Sector

WIDTH = 96
LABEL = 12
_POPULATIONS = {"members": "of voters", "exit": "exit", "public": "of the public"}


def describe(contest: Contest) -> str:
    """Describe a contest: rules, days, people, results, evidence, and what will be drawn.

    Parameters
    ----------
    contest
        The contest.

    Returns
    -------
    Plain text of several lines, without a newline at its end.
    """
    where = f"{contest.country}, {contest.party}, {contest.office}"
    lines = [
        f"{contest.name} ({contest.id})",
        f"{where}; open to: {contest.kind}; confidence: {contest.confidence}",
    ]
    if contest.hypothetical:
        lines.append("An invented contest.")
    lines += _labelled("Irregular", contest.irregular)
    lines.append("")
    lines += _labelled("Rules", _rules(contest))
    lines += _labelled("Days", _days(contest))
    lines += _labelled("Roll", _roll(contest))
    lines += ["", *_candidates(contest)]
    if contest.sectors:
        lines += ["", *_sectors(contest.sectors)]
    if contest.candidacy is not None:
        lines += ["", *_labelled("Before", _candidacy(contest.candidacy))]
    lines += ["", *_labelled("Evidence", _evidence(contest))]
    unknown = list(unknown_parts(contest))
    lines += ["", "Unknown, hence drawn and reported:" if unknown else "Nothing has to be drawn."]
    for part in unknown:
        lines += textwrap.wrap(part, WIDTH, initial_indent="  - ", subsequent_indent="    ")
    lines += ["", *_labelled("Note", contest.note)] if contest.note else []
    lines += _labelled("From memory", ", ".join(contest.from_memory) or None)
    return "\n".join(lines)


def summary_row(contest: Contest) -> dict[str, Any]:
    """Sum a contest up for a listing.

    Parameters
    ----------
    contest
        The contest.

    Returns
    -------
    ``id``, ``name``, ``kind``, ``round1`` (date), ``roll`` (members or None), ``candidates``
    (number on the first ballot), ``has_round2`` (whether a runoff was observed), ``confidence``.
    """
    return {
        "id": contest.id,
        "name": contest.name,
        "kind": contest.kind,
        "round1": contest.dates.round1,
        "roll": contest.roll.round1,
        "candidates": len(contest.running),
        "has_round2": facts.runoff_share_observed(contest) is not None,
        "confidence": contest.confidence,
    }


def unknown_parts(contest: Contest) -> Iterator[str]:
    """Name what a contest file does not say and a run has to draw.

    Parameters
    ----------
    contest
        The contest.

    Yields
    ------
    One part per phrase.
    """
    if contest.roll.round1 is None:
        yield "the number entitled to vote"
    if facts.observed_votes(contest, 1) is None:
        yield "the result of round one (a forecast)"
    elif not facts.counts_published(contest, 1):
        yield "the number of ballots in round one (only shares were published)"
    first = contest.results.round1
    turnout = facts.turnout_observed(contest, 1)
    if turnout is None and (first is None or first.ballots is None):
        yield "turnout in round one"
    traits = {"position": "positions", "machine": "machine weights", "rejection": "rejection"}
    for field, word in {**traits, "competence": "competence"}.items():
        names = [c.id for c in contest.running if getattr(c, field) is None]
        if names:
            yield f"{word} of {_names(names, len(contest.running))}"
    if not contest.sectors:
        yield "sectors (the roll is one)"
    ranged = [s.id for s in contest.sectors if s.members is None and not s.rest and s.members_range]
    if ranged:
        yield f"sizes, within their ranges, of {', '.join(ranged)}"
    unsized = [
        s.id for s in contest.sectors if s.members is None and not s.rest and not s.members_range
    ]
    if unsized:
        yield f"sizes of {', '.join(unsized)}"
    yield "vote contractors" + (" beside the known blocs" if contest.blocs else " and their blocs")
    yield from _unknown_calls(contest)


def _unknown_calls(contest: Contest) -> Iterator[str]:
    """Name the eliminated whose calls are unknown, and calls whose day is unknown."""
    finalists = facts.finalists_observed(contest)
    between = [c for c in contest.endorsements if facts.endorsement_phase(contest, c) == "between"]
    if finalists is not None:
        known = {call.by for call in between if call.to != "unknown"}
        eliminated = [c.id for c in contest.running if c.id not in finalists]
        silent = [name for name in eliminated if name not in known]
        if silent:
            yield f"whom {_names(silent, len(eliminated))} called for between the rounds"
    undated = [c.by for c in between if c.date is None and c.to != "unknown"]
    if undated:
        yield f"the day of the calls by {', '.join(dict.fromkeys(undated))}"


def _rules(contest: Contest) -> str:
    """Say how the contest is decided."""
    rules = contest.rules
    text = f"{_percent(rules.threshold)} of the candidate votes win in round one"
    if not rules.same_electorate:
        text += "; the runoff is open to other voters"
    if rules.confidence == "assumed":
        text += " (assumed)"
    return text


def _days(contest: Contest) -> str:
    """Say when the rounds take place."""
    gap = facts.gap_days(contest)
    text = f"round one {contest.dates.round1.isoformat()}"
    if gap is None:
        text += ", no runoff"
    elif gap == 0:
        text += ", runoff on the same day"
    else:
        day = contest.dates.round2.isoformat() if contest.dates.round2 is not None else "undated"
        text += f", runoff {day} ({gap} {'day' if gap == 1 else 'days'} later)"
    return f"{text}; campaign of {facts.campaign_days(contest)} days"


def _roll(contest: Contest) -> str:
    """Say how many are entitled, and how many voted."""
    text = "unknown" if contest.roll.round1 is None else f"{contest.roll.round1:,} entitled"
    if contest.roll.round2 is not None:
        text += f", {contest.roll.round2:,} in the runoff"
    for number, name in ((1, "round one"), (2, "the runoff")):
        turnout = facts.turnout_observed(contest, 1 if number == 1 else 2)
        if turnout is not None:
            text += f"; turnout in {name} {_percent(turnout)}"
    return text


def _candidates(contest: Contest) -> Iterator[str]:
    """Write the table of candidates with their observed results."""
    first, second = facts.observed_votes(contest, 1), facts.observed_votes(contest, 2)
    counted = [facts.counts_published(contest, 1), facts.counts_published(contest, 2)]
    rows = [
        ("Candidate", "", "round one", "", "runoff", ""),
        *(
            (c.id, c.name, *_votes(first, c, counted[0]), *_votes(second, c, counted[1]))
            for c in contest.running
        ),
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(6)]
    for row in rows:
        left = f"{row[0]:<{widths[0]}}  {row[1]:<{widths[1]}}"
        right = "  ".join(f"{row[column]:>{widths[column]}}" for column in range(2, 6))
        yield f"{left}  {right}".rstrip()
    for candidate in contest.candidates:
        if candidate.withdrawn is not None:
            yield f"{candidate.id}: withdrew before round one ({candidate.withdrawn})"
        if candidate.withdrawn_after is not None:
            yield f"{candidate.id}: gave up a place in the runoff ({candidate.withdrawn_after})"


def _votes(
    votes: Mapping[str, int] | None, candidate: Candidate, is_counted: bool
) -> tuple[str, str]:
    """Write a candidate's votes and share of the candidate votes."""
    if votes is None or candidate.id not in votes:
        return "", ""
    share = _percent(votes[candidate.id] / sum(votes.values()), digits=2)
    return f"{votes[candidate.id]:,}" if is_counted else "", share


def _candidacy(candidacy: Candidacy) -> str:
    """Say what is open before the contest."""
    parts = [
        f"{c.id} may stand{' (declared)' if c.declared else ''}" for c in candidacy.challengers
    ]
    for pact in candidacy.pacts:
        disputed = ", disputed" if pact.denied_by is not None else ""
        parts.append(f"pact of {' and '.join(pact.between)} ({pact.kind}{disputed})")
    if candidacy.postponed_by_agreement:
        parts.append("an informal agreement puts the contest off")
    return "; ".join(parts) or "nothing is open"


def _sectors(sectors: Iterable[Sector]) -> Iterator[str]:
    """Write the sectors with their sizes."""
    yield "Sectors"
    for sector in sectors:
        size = "unknown size"
        if sector.rest:
            size = "the rest of the roll"
        elif sector.members is not None:
            size = f"{sector.members:,} members"
        elif sector.members_range is not None:
            size = f"{sector.members_range[0]:,} to {sector.members_range[1]:,} members"
        yield f"  {sector.id}: {sector.name}, {size} ({sector.confidence})"


def _evidence(contest: Contest) -> str:
    """Count polls, events, calls and offers."""
    kinds = Counter(poll.population for poll in contest.polls)
    detail = ", ".join(f"{_POPULATIONS[kind]} {n}" for kind, n in kinds.items())
    phases = Counter(facts.endorsement_phase(contest, call) for call in contest.endorsements)
    calls = f"{phases['before']} before round one, {phases['between']} between the rounds"
    counts = (
        _count(len(contest.polls), "poll") + (f" ({detail})" if detail else ""),
        _count(len(contest.events), "event"),
        f"{_count(len(contest.endorsements), 'endorsement')} ({calls})",
        _count(len(contest.offers), "offer"),
        _count(len(contest.pledges), "pledge"),
        _count(len(contest.notables), "notable"),
        _count(len(contest.blocs), "known bloc"),
        _count(len(contest.towns), "town"),
    )
    return ", ".join(counts)


def _labelled(label: str, text: str | None) -> list[str]:
    """Write a label and wrapped text beside it; nothing without text."""
    if text is None:
        return []
    indent = " " * LABEL
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=f"{label:<{LABEL}}",
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _names(names: list[str], n_all: int) -> str:
    """List names, or say that it is all of them."""
    return "everybody" if len(names) == n_all and n_all > 1 else ", ".join(names)


def _count(n_things: int, thing: str) -> str:
    """Write a number of things."""
    return f"{n_things} {thing}{'' if n_things == 1 else 's'}"


def _percent(share: float, digits: int = 1) -> str:
    """Write a share in percent."""
    return f"{100 * share:.{digits}f} %"
