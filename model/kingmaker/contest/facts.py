"""Work out what a contest file says without saying it: finalists, votes, phases, days."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Mapping, Sequence
from fractions import Fraction
from typing import Literal

from kingmaker.contest.schema import Contest, Endorsement, Poll, Result, SectorResult

SHARE_BASE = 10_000
DEFAULT_CAMPAIGN_DAYS = 60

type RoundNumber = Literal[1, 2]
type Phase = Literal["before", "round1", "between", "round2", "after"]


def result_of(contest: Contest, round_number: RoundNumber) -> Result | None:
    """Return the observed result of a round, if the file has one."""
    return contest.results.round1 if round_number == 1 else contest.results.round2


def names_on_ballot(contest: Contest, round_number: RoundNumber) -> tuple[str, ...]:
    """Name those on a round's ballot, in the order of the file.

    Returns
    -------
    Round one: the running candidates. Round two: those whom the observed result names; empty
    without one.
    """
    running = tuple(candidate.id for candidate in contest.running)
    if round_number == 1:
        return running
    result = contest.results.round2
    named = set() if result is None else {*result.votes, *result.shares}
    return tuple(name for name in running if name in named)


def share_base(result: Result) -> int:
    """Return the number of ballots that a result's published shares are of.

    Returns
    -------
    The published base; else the known votes divided by their shares, rounded; else the ballots
    cast (too many by the blanks); else `SHARE_BASE`, where no count was published at all and only
    ratios mean something [ballots].
    """
    if result.base is not None:
        return result.base
    known = [name for name in result.votes if result.shares.get(name, 0.0) > 0.0]
    if known:
        votes = sum(result.votes[name] for name in known)
        return round(Fraction(votes) / sum(_exact(result.shares[name]) for name in known))
    return SHARE_BASE if result.ballots is None else result.ballots


def votes_from(result: Result, names: Sequence[str]) -> dict[str, int] | None:
    """Give each candidate an integer number of votes.

    Published votes stay as they are. A candidate of whom only a share is known gets
    ``share * base``; the numbers are rounded together by largest remainder (ties: the earlier in
    the file), so that they add up to ``round(sum of these shares * base)``.

    Parameters
    ----------
    result
        One round's observed result.
    names
        Candidates on that ballot, in the order of the file.

    Returns
    -------
    Votes by candidate [votes]; None when somebody has neither votes nor a share.
    """
    missing = [name for name in names if name not in result.votes]
    if any(name not in result.shares for name in missing) or not names:
        return None
    base = share_base(result)
    exact = {name: _exact(result.shares[name]) * base for name in missing}
    rounded = {name: int(value) for name, value in exact.items()}
    left = round(sum(exact.values(), Fraction(0))) - sum(rounded.values())
    for name in sorted(missing, key=lambda name: rounded[name] - exact[name])[: max(left, 0)]:
        rounded[name] += 1
    return {name: result.votes.get(name, rounded.get(name, 0)) for name in names}


def observed_votes(contest: Contest, round_number: RoundNumber) -> dict[str, int] | None:
    """Return the observed votes of a round as integers; see `votes_from`.

    Returns
    -------
    Votes by candidate id, in the order of the file [votes]; None where the file knows too little.
    """
    result = result_of(contest, round_number)
    return None if result is None else votes_from(result, names_on_ballot(contest, round_number))


def counts_published(contest: Contest, round_number: RoundNumber) -> bool:
    """Tell whether a round's votes mean counts; False where only ratios mean something."""
    result = result_of(contest, round_number)
    if result is None:
        return False
    return bool(result.votes) or result.base is not None or result.ballots is not None


def winner_by_threshold(votes: Mapping[str, int], threshold: float) -> str | None:
    """Name who reaches the threshold in round one.

    The comparison is exact: votes >= threshold * sum(votes), the threshold taken as the decimal
    number that the file prints.

    Returns
    -------
    The candidate with most votes among those who reach it (below one half two can); None if
    nobody does.
    """
    total = sum(votes.values())
    reached = [name for name in votes if votes[name] >= _exact(threshold) * total > 0]
    return max(reached, key=lambda name: votes[name], default=None)


def top_two(votes: Mapping[str, int], excluded: Sequence[str] = ()) -> tuple[str, str] | None:
    """Name the first two, leader first.

    Parameters
    ----------
    votes
        Votes of round one.
    excluded
        Candidates who gave up their place in the runoff, and aggregates.

    Returns
    -------
    The two; None when a tie leaves open who they are, or fewer than two are left.
    """
    left = sorted((name for name in votes if name not in excluded), key=lambda n: -votes[n])
    tied_for_second = len(left) > 2 and votes[left[1]] == votes[left[2]]
    return None if len(left) < 2 or tied_for_second else (left[0], left[1])


def finalists_observed(contest: Contest) -> tuple[str, str] | None:
    """Name the two finalists, the first-round leader first.

    Aggregates and candidates who gave up their place (`withdrawn_after`) are passed over. The
    observed runoff is asked only where round one does not say who the two were.

    Returns
    -------
    The two ids; None when somebody won in round one, or when nothing is known.
    """
    votes = observed_votes(contest, 1)
    named = names_on_ballot(contest, 2)
    if votes is None:
        return (named[0], named[1]) if len(named) == 2 else None
    if winner_by_threshold(votes, contest.rules.threshold) is not None:
        return None
    excluded = [c.id for c in contest.running if c.aggregate or c.withdrawn_after is not None]
    two = top_two(votes, excluded)
    if two is None and len(named) == 2:
        two = (named[0], named[1])
    return two


def winner_observed(contest: Contest) -> str | None:
    """Name the winner, of round one or of the runoff; None when unknown or tied."""
    votes = observed_votes(contest, 1)
    if votes is not None:
        early = winner_by_threshold(votes, contest.rules.threshold)
        if early is not None:
            return early
    share = runoff_share_observed(contest)
    finalists = finalists_observed(contest)
    if share is None or finalists is None or share == 0.5:
        return None
    return finalists[0] if share > 0.5 else finalists[1]


def runoff_share_observed(contest: Contest) -> float | None:
    """Return the first-round leader's part of the two finalists' vote in the runoff.

    Returns
    -------
    The share [fraction]; None without an observed runoff.
    """
    finalists = finalists_observed(contest)
    result = contest.results.round2
    if finalists is None or result is None:
        return None
    leader, other = finalists
    if leader in result.votes and other in result.votes:
        both = result.votes[leader] + result.votes[other]
        return result.votes[leader] / both if both else None
    if leader in result.shares and other in result.shares:
        together = result.shares[leader] + result.shares[other]
        return result.shares[leader] / together if together else None
    return None


def entitled(contest: Contest, round_number: RoundNumber) -> int | None:
    """Return the number of those entitled to vote in a round [members]; None if unknown.

    Where only the voters of round one may vote again, they are as many as its ballots.
    """
    if round_number == 2 and contest.roll.round2 is not None:
        return contest.roll.round2
    if round_number == 2 and contest.rules.voters_only:
        first = contest.results.round1
        return None if first is None else first.ballots
    same = round_number == 1 or contest.rules.same_electorate
    return contest.roll.round1 if same else None


def turnout_observed(contest: Contest, round_number: RoundNumber) -> float | None:
    """Return a round's turnout.

    Returns
    -------
    Ballots cast / entitled where both counts are known; else the published figure [fraction];
    None when neither is known.
    """
    result = result_of(contest, round_number)
    if result is None:
        return None
    roll = entitled(contest, round_number)
    if result.ballots is not None and roll is not None:
        return result.ballots / roll
    return result.turnout


def country_of(contest: Contest) -> str:
    """Return the country of a contest without its region, which follows in brackets."""
    return re.sub(r"\s*\(.*\)$", "", contest.country)


def prior_kind(contest: Contest) -> str:
    """Return the kind of a contest as the priors tell them apart.

    Returns
    -------
    The contest's `kind`; ``united-states`` for open primaries there.
    """
    if contest.kind == "open" and country_of(contest) == "United States":
        return "united-states"
    return contest.kind


def day_of(contest: Contest, date: dt.date) -> int:
    """Count the days from round one to a date: negative before, 0 on polling day [days]."""
    return (date - contest.dates.round1).days


def gap_days(contest: Contest) -> int | None:
    """Return the days between the rounds.

    Returns
    -------
    From the dates, else the rules' `gap_days`; 0 for a runoff on the same day [days]; None in a
    contest without a runoff.
    """
    if contest.dates.round2 is not None:
        return day_of(contest, contest.dates.round2)
    return 0 if contest.rules.same_day else contest.rules.gap_days


def campaign_days(contest: Contest) -> int:
    """Return the days simulated before round one; 60 unless the file says otherwise [days]."""
    return contest.rules.campaign_days or DEFAULT_CAMPAIGN_DAYS


def phase_of(contest: Contest, date: dt.date) -> Phase:
    """Say in which phase a date falls; everything after round one is between without a runoff day.

    On the day of a same-day runoff the phase is `round1`.
    """
    day = day_of(contest, date)
    if day <= 0:
        return "before" if day < 0 else "round1"
    gap = gap_days(contest)
    if gap is None:
        return "after"
    if day == gap:
        return "round2"
    return "between" if day < gap else "after"


def poll_day(poll: Poll) -> dt.date | None:
    """Return the day by which a poll counts: its date, or the last day of its window."""
    return poll.date or poll.latest


def poll_order(poll: Poll) -> dt.date:
    """Return what polls are put in order by; those without a day come first."""
    return poll_day(poll) or dt.date.min


def is_of_all_members(poll: Poll) -> bool:
    """Tell whether a poll asked the whole electorate, in advance, and told it nothing."""
    return poll.population == "members" and poll.sector is None and poll.condition is None


def endorsement_phase(
    contest: Contest, endorsement: Endorsement
) -> Literal["before", "between"] | None:
    """Say whether an endorsement belongs before round one or between the rounds.

    The file's `phase` decides; then the dates; then the endorser: whoever stood on the first
    ballot can only have called for somebody else after it.

    Returns
    -------
    The phase; None when the file does not tell.
    """
    ballot = {candidate.id for candidate in contest.running}
    return phase_of_call(endorsement, ballot, contest.dates.round1)


def phase_of_call(
    call: Endorsement, ballot: Collection[str], round1: dt.date
) -> Literal["before", "between"] | None:
    """Say when a call was made, given who ran and the day of round one; see `endorsement_phase`.

    A call that is dated before round one was made before it, whoever made it.
    """
    if call.phase is not None:
        return call.phase
    first = call.date or call.earliest
    last = call.date or call.latest
    if last is not None and last < round1:
        return "before"
    if call.by in ballot:
        return "between"
    if last is not None and last <= round1:
        return "before"
    return "between" if first is not None and first > round1 else None


def last_call(contest: Contest, name: str) -> Endorsement | None:
    """Return the last call of somebody between the rounds; None if none is known.

    Calls are in the order of their last possible day, or of their first where that alone is known;
    those without any day come first, and of several on one day the last in the file counts.
    """
    calls = [call for call in contest.endorsements if call.by == name]
    calls = [call for call in calls if endorsement_phase(contest, call) == "between"]
    return max(reversed(calls), key=_day_order, default=None)


def _day_order(call: Endorsement) -> dt.date:
    """Return the day by which calls are ordered."""
    return call.date or call.latest or call.earliest or dt.date.min


def _exact(value: float) -> Fraction:
    """Take a number as the decimal fraction that the file prints."""
    return Fraction(repr(value))


def sector_shares(result: SectorResult) -> dict[str, float]:
    """Return the shares that were observed in a sector: those published, else of the votes there.

    Returns
    -------
    Candidate id to share [fraction]; those of whom a bound alone is known are missing.
    """
    counted = sum(result.votes.values())
    known = {name: votes / counted for name, votes in result.votes.items()} if counted else {}
    return known | result.shares
