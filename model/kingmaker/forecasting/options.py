"""Check the options of a forecast, all at once, before anything runs."""

from __future__ import annotations

import datetime as dt
import os
import shlex
from dataclasses import dataclass
from typing import Any

from kingmaker.cases.collection import Case
from kingmaker.cases.eve import known_on_the_eve, runoff_day
from kingmaker.contest.facts import finalists_observed, observed_votes, winner_by_threshold
from kingmaker.contest.load import load_contest
from kingmaker.contest.schema import Contest
from kingmaker.errors import ContestError, ParameterError, Problem
from kingmaker.experiment.option_values import shown, whole
from kingmaker.experiment.options import MAX_SEED, MAX_WORKERS
from kingmaker.files.posterior import Posterior
from kingmaker.forecasting.posterior_file import ScorePosteriors
from kingmaker.forecasting.source import BUNDLED, Source, read_source, source_for

DEFAULT_REPLICATES = 60
REPLICATES = (20, 100_000)


@dataclass(frozen=True)
class ForecastOptions:
    """Hold the options of a forecast as the user gave them, unchecked; see `kingmaker.forecast`.

    Attributes
    ----------
    is_command_line
        Whether options are named ``--seed`` or ``seed`` in messages.
    """

    contest: Any
    as_of: Any = None
    posterior: Any = None
    replicates: Any = DEFAULT_REPLICATES
    seed: Any = 1
    workers: Any = 1
    is_command_line: bool = False

    def name(self, option: str) -> str:
        """Name an option as the user wrote it."""
        if not self.is_command_line:
            return option
        return "CONTEST" if option == "contest" else f"--{option.replace('_', '-')}"


@dataclass(frozen=True, eq=False)
class ForecastPlan:
    """Hold what a forecast does, checked and resolved.

    Attributes
    ----------
    case
        The contest as known at the end of `as_of`: nothing later is in it.
    given
        Id or path of the contest, as the user gave it.
    as_of
        Last day of which anything is known; at the latest the eve of the runoff.
    source
        What parameters are drawn from.
    posterior
        Path of the user's own posterior, if there is one.
    """

    case: Case
    given: str
    as_of: dt.date
    source: Source
    posterior: str | None
    replicates: int
    seed: int
    workers: int

    def repeat(self) -> str:
        """Write the command that makes this forecast again."""
        words = ["kingmaker", "forecast", self.given, "--as-of", self.as_of.isoformat()]
        if self.posterior is not None:
            words += ["--posterior", self.posterior]
        words += ["--replicates", str(self.replicates), "--seed", str(self.seed)]
        return shlex.join(words)


def plan_forecast(options: ForecastOptions) -> ForecastPlan:
    """Check all options and load the contest.

    Parameters
    ----------
    options
        The options.

    Returns
    -------
    What to forecast.

    Raises
    ------
    ParameterError
        All problems of the options, with those of the contest if it has any too.
    ContestError
        If the contest alone has problems, or has no runoff that could be forecast.
    CalibrationError
        If the posterior has learned from the contest itself.
    """
    problems: list[Problem] = []
    contest, wrong = _contest(options, problems)
    replicates = whole(options.replicates, options.name("replicates"), REPLICATES, problems)
    seed = whole(options.seed, options.name("seed"), (0, MAX_SEED), problems)
    workers = whole(options.workers, options.name("workers"), (1, MAX_WORKERS), problems)
    as_of = _day(options, contest, problems)
    held = _held(options, problems)
    if wrong is not None:
        if not problems:
            raise wrong
        problems += [
            Problem(f"{wrong.source}: {p.where}" if p.where else wrong.source, p.wrong, p.remedy)
            for p in wrong.problems
        ]
    if problems or contest is None or held is None:
        title = "kingmaker forecast" if options.is_command_line else "forecast"
        raise ParameterError(title, tuple(problems))
    case, last = case_as_of(contest, as_of)
    own = None if options.posterior is None else os.fspath(options.posterior)
    given = options.contest
    return ForecastPlan(
        case=case,
        given=contest.id if isinstance(given, Contest) else os.fspath(given),
        as_of=last,
        source=source_for(held, case.key, own or BUNDLED),
        posterior=own,
        replicates=replicates,
        seed=seed,
        workers=workers,
    )


def case_as_of(contest: Contest, as_of: dt.date | None = None) -> tuple[Case, dt.date]:
    """Make the case of a contest whose runoff may be forecast; see `unforecastable`.

    Parameters
    ----------
    contest
        The contest, whole or not.
    as_of
        Last day of which anything is known; None: the eve of the runoff.

    Returns
    -------
    What is known of it, and the last day of which anything is.
    """
    known = known_on_the_eve(contest, as_of)
    runoff, votes = runoff_day(known), observed_votes(known, 1)
    finalists = finalists_observed(known)
    assert runoff is not None
    assert votes is not None
    assert finalists is not None
    eve = max(runoff - dt.timedelta(days=1), contest.dates.round1)
    return Case(known, finalists, votes), eve if as_of is None else min(as_of, eve)


def unforecastable(contest: Contest, as_of: dt.date | None = None) -> Problem | None:
    """Say why there is no runoff of a contest to be forecast as of a day; None if there is."""
    votes = observed_votes(contest, 1)
    names = {candidate.id: candidate.name for candidate in contest.candidates}
    if votes is None or not sum(votes.values()):
        remedy = "a forecast needs votes or shares of all who stood"
        return Problem("results.round1", "round one is not observed", remedy)
    winner = winner_by_threshold(votes, contest.rules.threshold)
    if winner is not None:
        part = 100.0 * votes[winner] / sum(votes.values())
        wrong = (
            f"{names[winner]} won in round one with {part:.1f} %, "
            f"{100.0 * contest.rules.threshold:g} % being enough"
        )
        remedy = (
            "only a runoff can be forecast; if others stood too, enter them as one candidate "
            "with aggregate = true"
        )
        return Problem("results.round1", wrong, remedy)
    if runoff_day(contest) is None:
        remedy = "write the day of the runoff, or rules.gap_days"
        return Problem("dates.round2", "is missing, so that nobody knows the eve", remedy)
    if finalists_observed(known_on_the_eve(contest, as_of)) is None:
        remedy = "candidates who gave up their place by then have withdrawn_after"
        return Problem("results.round1", "does not tell who the two finalists are", remedy)
    return None


def _contest(
    options: ForecastOptions, problems: list[Problem]
) -> tuple[Contest | None, ContestError | None]:
    """Load the contest, and see whether it has a runoff to be forecast."""
    given = options.contest
    if not isinstance(given, str | os.PathLike | Contest):
        wrong = f"{shown(given)} is no contest"
        problems.append(Problem(options.name("contest"), wrong, "an id, a path or a Contest"))
        return None, None
    try:
        contest = given if isinstance(given, Contest) else load_contest(given)
    except ContestError as error:
        return None, error
    problem = unforecastable(contest, _parsed(options.as_of))
    if problem is not None:
        name = contest.id if isinstance(given, Contest) else os.fspath(given)
        return None, ContestError(name, (problem,))
    return contest, None


def _day(
    options: ForecastOptions, contest: Contest | None, problems: list[Problem]
) -> dt.date | None:
    """Read the day as of which the contest is known, and see whether it is between the rounds."""
    given, where = options.as_of, options.name("as_of")
    if given is None:
        return None
    day = _parsed(given)
    if day is None:
        problems.append(Problem(where, f"{shown(given)} is no day", "such as 2011-09-20"))
        return None
    if contest is None:
        return day
    first, last = contest.dates.round1, runoff_day(contest)
    assert last is not None
    if not first <= day <= last:
        side = "before round one" if day < first else "after the runoff"
        remedy = f"from {first} (round one) to {last} (the runoff, known as on its eve)"
        problems.append(Problem(where, f"{day} is {side}", remedy))
    return day


def _parsed(given: Any) -> dt.date | None:
    """Read a day as it may be given; None if it is none."""
    if isinstance(given, str):
        try:
            return dt.date.fromisoformat(given.strip())
        except ValueError:
            return None
    is_day = isinstance(given, dt.date) and not isinstance(given, dt.datetime)
    return given if is_day else None


def _held(options: ForecastOptions, problems: list[Problem]) -> ScorePosteriors | Posterior | None:
    """Read the posterior."""
    given, where = options.posterior, options.name("posterior")
    if given is not None and not isinstance(given, str | os.PathLike):
        problems.append(Problem(where, f"{shown(given)} is no path", "a Parquet file"))
        return None
    held, found = read_source(given, where)
    problems += found
    return held
