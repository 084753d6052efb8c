"""Check the figures of a contest file against each other: sectors, results, polls."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kingmaker.contest import facts
from kingmaker.contest.cross_checks import finalists, first_votes
from kingmaker.contest.draft import Draft
from kingmaker.contest.messages import Path, shown
from kingmaker.contest.schema import Result, Sector
from kingmaker.errors import Problem

SHARE_TOLERANCE = 0.003
AGREEMENT_TOLERANCE = 0.006
TURNOUT_TOLERANCE = 0.01
ROUNDING = 1e-9  # what adding decimal fractions as floats may be off by
LOWEST_THRESHOLD = 0.1
MOST_NAMES = 6


def all_problems(draft: Draft) -> Iterator[Problem]:
    """Find figures that contradict each other.

    Parameters
    ----------
    draft
        The file, as far as it is sound.

    Yields
    ------
    Problems, in no particular order.
    """
    yield from _threshold(draft)
    yield from _sectors(draft)
    yield from _blocs(draft)
    yield from _towns(draft)
    yield from _polls(draft)
    yield from _transfers(draft)
    for number in (1, 2):
        yield from _result(draft, number)
    yield from _rounds(draft)


def _threshold(draft: Draft) -> Iterator[Problem]:
    """Refuse a threshold that is no share."""
    rules = draft.rules
    if rules is not None and rules.threshold < LOWEST_THRESHOLD:
        wrong = f"{rules.threshold:g} would be reached by almost anybody"
        yield draft.problem(("rules", "threshold"), wrong, "a fraction such as 0.4 for 40 %")


def _sectors(draft: Draft) -> Iterator[Problem]:
    """Check that sectors can be a partition of the roll."""
    sectors: dict[int, Sector] = draft.list_of("sectors")
    complete = draft.is_complete("sectors")
    if complete and sectors and sum(sector.rest for sector in sectors.values()) != 1:
        n_rest = sum(sector.rest for sector in sectors.values())
        remedy = "exactly one sector has rest = true"
        yield draft.problem(("sectors",), f"{n_rest} sectors hold the rest", remedy)
    for index, sector in sectors.items():
        path: Path = ("sectors", index)
        sizes = [sector.members, sector.members_range]
        if sector.rest and sizes != [None, None]:
            remedy = "leave members and members_range out"
            yield draft.problem(path, "the rest has no size of its own", remedy)
        if None not in sizes:
            wrong = "has members and members_range"
            yield draft.problem(path, wrong, "give one of the two")
        bounds = sector.members_range
        if bounds is not None and bounds[0] > bounds[1]:
            wrong = f"{bounds[0]:,} is above {bounds[1]:,}"
            yield draft.problem((*path, "members_range"), wrong, "write the smaller number first")
        for number, result in ((1, sector.round1), (2, sector.round2)):
            if result is None:
                continue
            at: Path = (*path, f"round{number}")
            total, most = sum(result.votes.values()), _largest(sector)
            if most is not None and total > most:
                wrong = f"{total:,} votes in a sector of {most:,} members"
                yield draft.problem((*at, "votes"), wrong, "at most one vote per member")
            yield from _at_most_all(draft, (*at, "shares"), result.shares, result.blank)
    known = [_largest(sector) or 0 for sector in sectors.values() if not sector.rest]
    roll = None if draft.roll is None else draft.roll.round1
    if roll is not None and sum(known) > roll:
        wrong = f"hold up to {sum(known):,} members, more than the roll of {roll:,}"
        yield draft.problem(("sectors",), wrong, "nobody would be left for the rest")


def _largest(sector: Sector) -> int | None:
    """Return the largest possible size of a sector."""
    return sector.members_range[1] if sector.members_range is not None else sector.members


def _blocs(draft: Draft) -> Iterator[Problem]:
    """Check that blocs fit into their sectors."""
    sizes = {s.id: _largest(s) for s in draft.list_of("sectors").values()}
    together: dict[str, int] = {}
    for index, bloc in draft.list_of("blocs").items():
        most = sizes.get(bloc.sector)
        together[bloc.sector] = together.get(bloc.sector, 0) + bloc.size
        if most is None or together[bloc.sector] <= most:
            continue
        if bloc.size > most:
            wrong = f"{bloc.size:,} members in a sector of {most:,}"
        else:
            wrong = f"with the blocs above, {together[bloc.sector]:,} in a sector of {most:,}"
        yield draft.problem(("blocs", index, "size"), wrong, "blocs are parts of their sector")


def _towns(draft: Draft) -> Iterator[Problem]:
    """Check votes <= ballots <= members of each place."""
    for index, town in draft.list_of("towns").items():
        for number in (1, 2):
            votes = sum(getattr(town, f"votes_round{number}").values())
            ballots = getattr(town, f"ballots_round{number}")
            at: Path = ("towns", index, f"votes_round{number}")
            if ballots is not None and votes > ballots:
                wrong = f"{votes:,} votes on {ballots:,} ballots"
                yield draft.problem(at, wrong, "at most one vote per ballot")
            cast = max(votes, ballots or 0)
            if town.eligible is not None and cast > town.eligible:
                wrong = f"{cast:,} ballots of {town.eligible:,} members"
                yield draft.problem(at, wrong, "at most one ballot per member")


def _polls(draft: Draft) -> Iterator[Problem]:
    """Check that each poll answers its question and adds up."""
    for index, poll in draft.list_of("polls").items():
        path: Path = ("polls", index)
        wanted, other = ("seats", "shares") if poll.question == "seats" else ("shares", "seats")
        if getattr(poll, other):
            wrong = f"a poll about {poll.question} has no {other}"
            yield draft.problem((*path, other), wrong, f"give {wanted}")
        if not getattr(poll, wanted):
            wrong = f"is missing: the poll about {poll.question} says nothing"
            yield draft.problem((*path, wanted), wrong, f"give {wanted} by candidate id")
        yield from _at_most_all(draft, (*path, "shares"), poll.shares, poll.undecided)


def _at_most_all(
    draft: Draft, path: Path, shares: Mapping[str, float], more: float | None
) -> Iterator[Problem]:
    """Refuse shares that add up to more than all."""
    total = sum(shares.values()) + (more or 0.0)
    if total > 1.0 + SHARE_TOLERANCE + ROUNDING:
        yield draft.problem(path, f"add up to {total:.3f}", "at most 1")


def _transfers(draft: Draft) -> Iterator[Problem]:
    """Check from whom and to whom voters are said to have gone."""
    two = finalists(draft)
    known = draft.ids("candidates")
    sums: dict[tuple[str, str], float] = {}
    for index, transfer in draft.list_of("transfers").items():
        path: Path = ("transfers", index)
        if transfer.origin not in known and transfer.origin != "eliminated":
            wrong = f"{shown(transfer.origin)} is no candidate of this file"
            yield draft.problem((*path, "origin"), wrong, 'a candidate id, or "eliminated"')
        elif two is not None and transfer.origin in two:
            wrong = f"{shown(transfer.origin)} was no eliminated candidate"
            yield draft.problem((*path, "origin"), wrong, 'a candidate id, or "eliminated"')
        ends = set(known if two is None else two)
        if transfer.to not in ends and transfer.to != "abstain":
            remedy = 'a finalist, or "abstain"'
            wrong = f"{shown(transfer.to)} is no finalist"
            yield draft.problem((*path, "to"), wrong, remedy)
        key = (transfer.origin, transfer.source)
        sums[key] = sums.get(key, 0.0) + transfer.share
        if sums[key] > 1.0 + SHARE_TOLERANCE + ROUNDING:
            wrong = f"voters of {shown(transfer.origin)} add up to {sums[key]:.3f}"
            yield draft.problem((*path, "share"), wrong, "at most 1 per source")


def _result(draft: Draft, number: int) -> Iterator[Problem]:
    """Check one round's result by itself and against the roll."""
    result = draft.result(number)
    running = draft.running()
    if result is None:
        return
    path: Path = ("results", f"round{number}")
    names = {*result.votes, *result.shares}
    if number == 1 and running is not None:
        names |= {candidate.id for candidate in running}
    has_figures = bool(result.votes or result.shares)
    lacking = sorted(n for n in names if n not in result.votes and n not in result.shares)
    if has_figures and lacking and names <= set(draft.ids("candidates")):
        wrong = f"say nothing about {_some(lacking)}"
        remedy = "give votes or a share for every running candidate, or for none"
        yield draft.problem((*path, "shares" if result.shares else "votes"), wrong, remedy)
    by_votes = names <= set(result.votes)
    if has_figures and not by_votes and not lacking:
        yield from _shares(draft, path, result, names)
    if by_votes and result.votes:
        yield from _votes(draft, path, result)
    yield from _agreement(draft, path, result)
    yield from _roll(draft, number, path, result)
    withdrawn = {c.id for c in draft.list_of("candidates").values() if c.withdrawn is not None}
    for field in ("votes", "shares"):
        for name in sorted(withdrawn.intersection(getattr(result, field))):
            wrong = f"{shown(name)} withdrew before round one"
            yield draft.problem((*path, field, name), wrong, "name running candidates only")


def _some(names: list[str]) -> str:
    """List names, at most `MOST_NAMES` of them."""
    more = len(names) - MOST_NAMES
    return ", ".join(names[:MOST_NAMES]) + (f" and {more} more" if more > 0 else "")


def _shares(draft: Draft, path: Path, result: Result, names: set[str]) -> Iterator[Problem]:
    """Check that shares cover everybody and add up."""
    if not names <= set(result.shares):
        wrong = f"say nothing about {_some(sorted(names - set(result.shares)))}"
        remedy = "where votes are not known for all, give a share for every candidate"
        yield draft.problem((*path, "shares"), wrong, remedy)
        return
    total = sum(result.shares.values()) + (result.other_or_blank or 0.0)
    if abs(total - 1.0) > SHARE_TOLERANCE + ROUNDING:
        remedy = f"1 within {SHARE_TOLERANCE}; other_or_blank takes what is left"
        yield draft.problem((*path, "shares"), f"add up to {total:.4f}", remedy)


def _votes(draft: Draft, path: Path, result: Result) -> Iterator[Problem]:
    """Check that votes and blank ballots add up to the ballots."""
    votes = sum(result.votes.values())
    if votes == 0:
        yield draft.problem((*path, "votes"), "add up to 0", "at least one vote")
    if result.ballots is None:
        return
    if votes > result.ballots:
        wrong = f"{votes:,} votes on {result.ballots:,} ballots"
        yield draft.problem((*path, "votes"), wrong, "at most one vote per ballot")
    elif result.blank is not None and result.other_or_blank is None:
        total = votes + result.blank
        if total != result.ballots:
            wrong = f"{votes:,} votes and {result.blank:,} blank are {total:,} ballots"
            yield draft.problem((*path, "ballots"), wrong, f"not {result.ballots:,}")


def _agreement(draft: Draft, path: Path, result: Result) -> Iterator[Problem]:
    """Check that votes agree with published shares, and the base with the ballots."""
    base = facts.share_base(result)
    for name in sorted(set(result.votes) & set(result.shares)):
        share = result.votes[name] / base if base else 0.0
        if abs(share - result.shares[name]) > AGREEMENT_TOLERANCE + ROUNDING:
            wrong = f"{result.votes[name]:,} votes of {base:,} are {share:.4f}"
            remedy = f"the share says {result.shares[name]:g}"
            yield draft.problem((*path, "votes", name), wrong, remedy)
    ballots = result.ballots
    if ballots is not None and result.base is not None and result.base > ballots:
        wrong = f"{result.base:,} is above the ballots cast"
        yield draft.problem((*path, "base"), wrong, f"at most {ballots:,}")
    if ballots is not None and result.blank is not None and result.blank > ballots:
        wrong = f"{result.blank:,} is above the ballots cast"
        yield draft.problem((*path, "blank"), wrong, f"at most {ballots:,}")


def _roll(draft: Draft, number: int, path: Path, result: Result) -> Iterator[Problem]:
    """Check ballots and turnout against the roll."""
    roll = None if draft.roll is None else draft.roll.round1
    if number == 2 and draft.roll is not None:
        same = draft.rules is None or draft.rules.same_electorate
        roll = draft.roll.round2 or (roll if same else None)
    if roll is None:
        return
    cast = max(result.ballots or 0, result.base or 0, sum(result.votes.values()))
    if cast > roll:
        wrong = f"{cast:,} ballots of {roll:,} entitled"
        yield draft.problem((*path, "ballots"), wrong, "at most one ballot per person")
    elif result.turnout is not None:
        seen = cast / roll
        # Without the ballots, votes and base are a lower bound of those who voted.
        is_low = seen - result.turnout > TURNOUT_TOLERANCE + ROUNDING
        is_high = result.turnout - seen > TURNOUT_TOLERANCE + ROUNDING
        if is_low or (is_high and result.ballots is not None):
            wrong = f"{result.turnout:g} contradicts {cast:,} ballots of {roll:,}"
            yield draft.problem((*path, "turnout"), wrong, f"{seen:.4f} within {TURNOUT_TOLERANCE}")


def _rounds(draft: Draft) -> Iterator[Problem]:
    """Check that there is a runoff where one was needed, between the right two."""
    running, rules = draft.running(), draft.rules
    if running is None or rules is None or draft.dates is None:
        return
    second, votes = draft.result(2), first_votes(draft)
    yield from _aggregates(draft, votes)
    winner = None if votes is None else facts.winner_by_threshold(votes, rules.threshold)
    has_runoff = draft.dates.round2 is not None or rules.gap_days is not None or rules.same_day
    if votes and winner is None and not has_runoff and draft.raw.get("hypothetical") is not True:
        wrong = f"is missing though nobody reached {rules.threshold:g} in round one"
        yield draft.problem(("dates", "round2"), wrong, "the day of the runoff, or rules.gap_days")
    if second is None:
        return
    named = {*second.votes, *second.shares}
    path: Path = ("results", "round2")
    if winner is not None:
        wrong = f"is given though {shown(winner)} reached {rules.threshold:g} in round one"
        yield draft.problem(path, wrong, "leave it out, or correct the threshold")
    if named and len(named) != 2:
        wrong = f"names {len(named)} candidate{'s' if len(named) != 1 else ''}"
        yield draft.problem(path, wrong, "the two finalists")
    two = finalists(draft)
    if two is not None and len(named) == 2 and named != set(two):
        wrong = f"names {' and '.join(sorted(named))}, but round one was won by {two[0]}, {two[1]}"
        remedy = "who gave up a place in the runoff has withdrawn_after"
        yield draft.problem(path, wrong, remedy)


def _aggregates(draft: Draft, votes: Mapping[str, int] | None) -> Iterator[Problem]:
    """Refuse an aggregate that would be among the first two."""
    if votes is None or len(votes) < 2:
        return
    second = sorted(votes.values(), reverse=True)[1]
    for index, candidate in draft.list_of("candidates").items():
        if candidate.aggregate and votes.get(candidate.id, 0) >= second:
            wrong = "an aggregate among the first two"
            yield draft.problem(("candidates", index), wrong, "enter its candidates one by one")
