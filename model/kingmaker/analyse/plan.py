"""Check the options of a comparison, all at once, before anything runs."""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kingmaker.alliance.behaviours import check_behaviour, parse_behaviour, split_behaviours
from kingmaker.contest.facts import runoff_share_observed
from kingmaker.contest.load import load_contest
from kingmaker.contest.schema import Contest
from kingmaker.errors import ContestError, ParameterError, Problem
from kingmaker.experiment.options import Options, Plan, make_plan

HISTORICAL = "historical"
BEFORE, OBSERVED = "before-runoff", "observed-runoff"
GIVEN = (BEFORE, OBSERVED)
"""What is known when the comparison is made: nothing of the runoff, or its result."""

DEFAULT_TOLERANCE = 0.01
"""Sd of the observed share around a replicate's, where the runoff is given [fraction]; assumed."""

TOLERANCES = (0.0005, 0.2)
DEFAULT_PAYOFF_REPLICATES = {BEFORE: 40, OBSERVED: 100}
"""Replicates in which the endorsers' game is played; given the runoff many have no weight."""


@dataclass(frozen=True)
class CompareOptions:
    """Hold the options of a comparison as the user gave them, unchecked; see `kingmaker.compare`.

    Attributes
    ----------
    behaviours
        A list, or a text separated by commas.
    problems
        Problems found while the options were read.
    is_command_line
        Whether options are named ``--seed`` or ``seed`` in messages.
    command
        The command as it was typed; None: made from the options.
    """

    contest: Any
    behaviours: Any
    replicates: Any = 200
    given: Any = BEFORE
    tolerance: Any = DEFAULT_TOLERANCE
    payoff_replicates: Any = None
    seed: Any = 1
    settings: Mapping[str, Any] = field(default_factory=dict)
    without: Any = ()
    scale: Any = None
    days: Any = None
    workers: Any = 1
    out: Any = None
    problems: tuple[Problem, ...] = ()
    is_command_line: bool = False
    command: str | None = None

    def name(self, option: str) -> str:
        """Name an option as the user wrote it."""
        return f"--{option.replace('_', '-')}" if self.is_command_line else option


@dataclass(frozen=True)
class ComparePlan:
    """Hold what a comparison does, checked and resolved; plain data that any process can use.

    Attributes
    ----------
    contest
        The contest.
    source
        Id or path of the contest, as the user gave it.
    behaviours
        The behaviours, as they were written; the first is the one that others are compared with.
    replicates
        Number of replicates; 2k and 2k + 1 share draw k of the parameters.
    given
        ``before-runoff`` or ``observed-runoff``.
    tolerance
        Sd of the observed runoff share around that of a replicate [fraction].
    payoff_replicates
        Number of replicates, from 0, in which the endorsers' game is played through.
    command
        The command as it was typed, if there was one.
    """

    contest: Contest
    source: str
    behaviours: tuple[str, ...]
    replicates: int
    given: str
    tolerance: float
    payoff_replicates: int
    seed: int
    settings: dict[str, float]
    without: tuple[str, ...]
    scale: float | None
    days: int | None
    workers: int
    out: Path | None
    command: str | None

    @property
    def is_given_runoff(self) -> bool:
        """Whether replicates are weighted by the observed runoff."""
        return self.given == OBSERVED

    def branches(self, behaviour: str) -> bool:
        """Tell whether a behaviour leaves the campaign as it was."""
        return not parse_behaviour(behaviour, self.contest).touches_campaign

    @property
    def reference(self) -> str:
        """Behaviour of all others while one endorser, or some, choose otherwise.

        The first one; ``historical`` where the first changes the campaign.
        """
        return self.behaviours[0] if self.branches(self.behaviours[0]) else HISTORICAL

    def repeat(self) -> str:
        """Write the command that makes this comparison again."""
        words = ["kingmaker", "compare", self.source]
        words += ["--behaviours", ",".join(self.behaviours), "--seed", str(self.seed)]
        words += ["--replicates", str(self.replicates)]
        if self.is_given_runoff:
            words += ["--given", self.given, "--tolerance", repr(self.tolerance)]
        words += ["--payoff-replicates", str(self.payoff_replicates)]
        for name, value in self.settings.items():
            words += ["--set", f"{name}={value!r}"]
        if self.without:
            words += ["--without", ",".join(self.without)]
        if self.scale is not None:
            words += ["--scale", repr(self.scale)]
        if self.days is not None:
            words += ["--days", str(self.days)]
        return shlex.join(words)


def plan_comparison(options: CompareOptions) -> ComparePlan:
    """Check all options and load the contest.

    Parameters
    ----------
    options
        The options.

    Returns
    -------
    What to compare.

    Raises
    ------
    ParameterError
        All problems of the options, with those of the contest if it has any too.
    ContestError
        If the contest alone has problems.
    """
    problems = list(options.problems)
    contest = _loaded(options.contest)
    behaviours = _behaviours(options, contest, problems)
    _given(options, contest, problems)
    tolerance = _tolerance(options, problems)
    plan = _common(options, problems)
    most = len(plan.numbers)
    default = min(most, DEFAULT_PAYOFF_REPLICATES[str(options.given)])
    asked = options.payoff_replicates
    return ComparePlan(
        contest=plan.contest,
        source=plan.source,
        behaviours=behaviours,
        replicates=most,
        given=str(options.given),
        tolerance=tolerance,
        payoff_replicates=default if asked is None else min(most, int(asked)),
        seed=plan.seed,
        settings=plan.settings,
        without=plan.without,
        scale=plan.scale,
        days=plan.days,
        workers=plan.workers,
        out=plan.out,
        command=options.command,
    )


def _loaded(given: Any) -> Contest | None:
    """Load the contest if it can be; what is wrong with it, `make_plan` says."""
    if isinstance(given, Contest):
        return given
    if not isinstance(given, str | os.PathLike):
        return None
    try:
        return load_contest(given)
    except ContestError:
        return None


def _common(options: CompareOptions, problems: list[Problem]) -> Plan:
    """Check what a comparison and a run have in common."""
    title = "kingmaker compare" if options.is_command_line else "compare"
    asked = options.payoff_replicates
    if asked is not None and (not isinstance(asked, int) or isinstance(asked, bool) or asked < 0):
        where, wrong = options.name("payoff_replicates"), f"{asked!r} is no number of replicates"
        problems.append(Problem(where, wrong, "0 (no payoffs), or more"))
    try:
        return make_plan(
            Options(
                contest=options.contest,
                replicates=options.replicates,
                seed=options.seed,
                settings=options.settings,
                without=options.without,
                scale=options.scale,
                days=options.days,
                workers=options.workers,
                out=options.out,
                problems=tuple(problems),
                is_command_line=options.is_command_line,
            )
        )
    except ParameterError as error:
        raise ParameterError(title, error.problems) from None


def _behaviours(
    options: CompareOptions, contest: Contest | None, problems: list[Problem]
) -> tuple[str, ...]:
    """Split and check the behaviours; two that mean the same are one too many."""
    where, given = options.name("behaviours"), options.behaviours
    if isinstance(given, Sequence) and all(isinstance(text, str) for text in given):
        text = given if isinstance(given, str) else ",".join(given)
    else:
        problems.append(Problem(where, f"{given!r} is no list", "such as historical,neutral"))
        return ()
    try:
        found = split_behaviours(text)
    except ParameterError as error:
        problems += [Problem(where, p.wrong, p.remedy) for p in error.problems]
        return ()
    if len(found) < 2:
        wrong = f"'{text}' leaves nothing to compare"
        problems.append(Problem(where, wrong, "two behaviours or more, separated by commas"))
    if contest is None:
        return tuple(found)
    meanings: dict[str, str] = {}
    for behaviour in found:
        wrongs = check_behaviour(behaviour, contest)
        problems += [Problem(where, p.wrong, p.remedy) for p in wrongs]
        meaning = behaviour if wrongs else parse_behaviour(behaviour, contest).text
        other = meanings.setdefault(meaning, behaviour)
        if other != behaviour:
            wrong = f"'{behaviour}' and '{other}' mean the same"
            problems.append(Problem(where, wrong, "each behaviour once"))
    return tuple(found)


def _given(options: CompareOptions, contest: Contest | None, problems: list[Problem]) -> None:
    where, given = options.name("given"), options.given
    if given not in GIVEN:
        problems.append(Problem(where, f"{given!r} is unknown", " or ".join(GIVEN)))
    elif given == OBSERVED and contest is not None and runoff_share_observed(contest) is None:
        wrong = f"{contest.id} has no observed runoff"
        problems.append(Problem(where, wrong, f"{BEFORE}, or results.round2 in the contest file"))


def _tolerance(options: CompareOptions, problems: list[Problem]) -> float:
    low, high = TOLERANCES
    tolerance = options.tolerance
    is_number = isinstance(tolerance, int | float) and not isinstance(tolerance, bool)
    if is_number and low <= tolerance <= high:
        return float(tolerance)
    where, wrong = options.name("tolerance"), f"{tolerance!r} is no such spread"
    problems.append(Problem(where, wrong, f"a fraction from {low} to {high}"))
    return DEFAULT_TOLERANCE
