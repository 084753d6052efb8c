"""Make cases of contests: what a forecaster may know of each, and what then happened."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from kingmaker.cases.eve import known_on_the_eve, runoff_day
from kingmaker.cases.keys import ContestKey, key_of
from kingmaker.contest.facts import (
    entitled,
    finalists_observed,
    is_of_all_members,
    last_call,
    observed_votes,
    poll_day,
    prior_kind,
    result_of,
    runoff_share_observed,
    turnout_observed,
)
from kingmaker.contest.load import SUFFIX, bundled_ids, load_contest, read_contest
from kingmaker.contest.schema import Contest
from kingmaker.errors import DataError
from kingmaker.numerics import log

HOME = ("Israel", "Israeli Labor Party")
"""Country and party whose contests the mechanisms were written from; see decision 0029."""

ALL_COUNTED = 0.98
"""Part of the runoff's ballots that must be counted for a turnout; see decision 0029 [fraction]."""

NO_RUNOFF, UNOBSERVED_RUNOFF = "there was no runoff", "no runoff was observed"
"""Why a contest does not count that would with a result of its runoff."""

GROUPINGS = ("kind", "country", "party", "calls", "regular", "origin")
"""Ways of grouping cases, in the order of the tables."""


@dataclass(frozen=True)
class Case:
    """Hold what a forecaster may know of one contest on the eve of its runoff.

    Attributes
    ----------
    contest
        The contest as of that eve; see `kingmaker.cases.eve.known_on_the_eve`.
    finalists
        The two finalists, the first-round leader first.
    votes
        First-round votes by candidate [votes].
    """

    contest: Contest
    finalists: tuple[str, str]
    votes: Mapping[str, int]

    @property
    def id(self) -> str:
        """Id of the contest."""
        return self.contest.id

    @cached_property
    def key(self) -> ContestKey:
        """Country, party and dates, by which contests are told apart."""
        return key_of(self.contest)

    @cached_property
    def calls(self) -> Mapping[str, str]:
        """Finalist whom each eliminated candidate called for in public, where one did.

        The last call counts. A call that was not announced is no public one; being neutral, a
        free vote and silence are no calls.
        """
        eliminated = [name for name in self.votes if name not in self.finalists]
        last = {name: last_call(self.contest, name) for name in eliminated}
        return {
            name: call.to
            for name, call in last.items()
            if call is not None and call.to in self.finalists and call.kind != "unadvertised"
        }

    def share_of(self, *names: str) -> float:
        """Return the part of the first-round candidate votes of some candidates [fraction]."""
        return sum(self.votes[name] for name in names) / sum(self.votes.values())

    def called_for(self, finalist: str) -> float:
        """Return the first-round votes of those who called for a finalist [fraction]."""
        return self.share_of(*(name for name, to in self.calls.items() if to == finalist))

    @cached_property
    def uncalled(self) -> float:
        """First-round votes of eliminated candidates who called for nobody [fraction]."""
        silent = [n for n in self.votes if n not in self.finalists and n not in self.calls]
        return self.share_of(*silent)

    @cached_property
    def last_poll(self) -> float | None:
        """Leader's part of the two finalists in the last polls of the runoff [fraction].

        Counted are polls of all members that name both finalists and tell respondents nothing;
        polls of the same last day are averaged. None without any.
        """
        leader, other = self.finalists
        found = [
            (poll_day(poll), poll.shares[leader], poll.shares[other])
            for poll in self.contest.polls
            if poll.question == "runoff"
            and is_of_all_members(poll)
            and {leader, other} <= poll.shares.keys()
            and poll.shares[leader] + poll.shares[other] > 0.0
        ]
        days = [day for day, _, _ in found if day is not None]
        parts = [one / (one + two) for day, one, two in found if day == max(days)]
        return sum(parts) / len(parts) if parts else None

    @cached_property
    def groups(self) -> Mapping[str, str]:
        """Name the group of the case in each of `GROUPINGS`."""
        is_home = self.key.of_party(*HOME)
        return {
            "kind": prior_kind(self.contest),
            "country": self.key.country,
            "party": self.key.family,
            "calls": "some call" if self.calls else "no call",
            "regular": "regular" if self.contest.irregular is None else "irregular",
            "origin": "home" if is_home else "elsewhere",
        }


@dataclass(frozen=True)
class Outcome:
    """Hold what happened in the runoff of a case.

    Attributes
    ----------
    share
        First-round leader's part of the two finalists' votes [fraction].
    turnout_ratio
        Runoff ballots / first-round ballots; None where they are unknown.
    """

    share: float
    turnout_ratio: float | None

    @property
    def leader_won(self) -> float:
        """1 if the first-round leader won, 0 if he lost, one half for a tie."""
        return 0.5 if self.share == 0.5 else float(self.share > 0.5)


@dataclass(frozen=True)
class Example:
    """Join a case with its outcome; forecasters see outcomes of other contests only."""

    case: Case
    outcome: Outcome

    @property
    def log_turnout_ratio(self) -> float | None:
        """Logarithm of the turnout ratio; None where it is unknown."""
        ratio = self.outcome.turnout_ratio
        return None if ratio is None else float(log(ratio))


@dataclass(frozen=True)
class Collection:
    """Hold the contests that count, and why others do not.

    Attributes
    ----------
    examples
        Cases that count with their outcomes, by id.
    left_out
        Contest id to the reason why it does not count.
    """

    examples: tuple[Example, ...]
    left_out: Mapping[str, str]


def bundled_collection() -> Collection:
    """Collect the bundled contests."""
    return collect(load_contest(name) for name in bundled_ids())


def collection_in(folder: str | os.PathLike[str]) -> Collection:
    """Collect the contest files of a folder.

    Parameters
    ----------
    folder
        Folder with contest files; other files are passed over.

    Returns
    -------
    The contests that count, and the others.

    Raises
    ------
    ContestError
        If a file has problems.
    DataError
        If there is no contest file, or two files have the same id.
    """
    paths = sorted(Path(folder).glob(f"*{SUFFIX}"))
    if not paths:
        raise DataError(os.fspath(folder), "holds no contest file", f"put *{SUFFIX} files there")
    return collect(read_contest(path) for path in paths)


def collect(contests: Iterable[Contest]) -> Collection:
    """Make cases of the contests that count.

    Parameters
    ----------
    contests
        Contests, whole.

    Returns
    -------
    The cases, and why the others are none.

    Raises
    ------
    DataError
        If two contests have the same id.
    """
    examples: dict[str, Example] = {}
    left_out: dict[str, str] = {}
    for contest in contests:
        if contest.id in examples or contest.id in left_out:
            raise DataError(contest.id, "two contests have this id", "give each its own id")
        made = example_of(contest)
        if isinstance(made, Example):
            examples[contest.id] = made
        else:
            left_out[contest.id] = made
    ordered = tuple(examples[name] for name in sorted(examples))
    return Collection(ordered, {name: left_out[name] for name in sorted(left_out)})


def example_of(contest: Contest) -> Example | str:
    """Make a case of a contest, with its outcome; or say why it does not count.

    Counted are contests that were held, inside a party or an alliance or among citizens of one
    town, with both rounds observed and open to the same people. Irregular ones count, and are
    flagged.
    """
    reason = _why_not(contest)
    if reason is not None:
        return reason
    share = runoff_share_observed(contest)
    finalists = finalists_observed(contest)
    if share is None or finalists is None:
        return UNOBSERVED_RUNOFF
    known = known_on_the_eve(contest)
    votes = observed_votes(known, 1)
    if votes is None or finalists_observed(known) != finalists:
        return "round one does not tell who the finalists are"
    return Example(Case(known, finalists, votes), Outcome(share, turnout_ratio(contest)))


def turnout_ratio(contest: Contest) -> float | None:
    """Compute the runoff's ballots over those of round one.

    Returns
    -------
    From the ballots of both rounds; else from both turnouts, where the roll is the same; else from
    the candidates' votes. None where neither is known, or the count is not complete.
    """
    first, second = result_of(contest, 1), result_of(contest, 2)
    if first is None or second is None:
        return None
    if second.counted is not None and second.counted < ALL_COUNTED:
        return None
    if first.ballots and second.ballots:
        return second.ballots / first.ballots
    if entitled(contest, 1) == entitled(contest, 2) and not contest.rules.voters_only:
        before, after = turnout_observed(contest, 1), turnout_observed(contest, 2)
        if before and after:
            return after / before
    if first.votes and second.votes and not first.shares and not second.shares:
        return sum(second.votes.values()) / sum(first.votes.values())
    return None


def _why_not(contest: Contest) -> str | None:
    """Say why a contest cannot count, whatever its results are."""
    if contest.hypothetical:
        return "invented"
    if contest.kind == "general":
        return "a general election, no contest inside a party"
    if not contest.rules.same_electorate:
        return "the rounds are open to different people"
    if runoff_day(contest) is None:
        return NO_RUNOFF
    return None
