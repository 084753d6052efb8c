"""Check the options of a run, all at once, before anything runs."""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kingmaker.contest.schema import Contest
from kingmaker.errors import ContestError, ParameterError, Problem, did_you_mean
from kingmaker.experiment.option_values import is_number, is_whole, shown, whole
from kingmaker.files.folder import check_target
from kingmaker.files.posterior import Posterior, read_posterior

MAX_REPLICATES = 1_000_000
MAX_WORKERS = 1024
MAX_DAYS = 1000
MAX_SEED = 2**63 - 1
FIRST_ROUNDS = ("exact", "free")


@dataclass(frozen=True)
class Options:
    """Hold the options of a run as the user gave them, unchecked; see `kingmaker.run`.

    Attributes
    ----------
    contest
        Bundled id, path or `Contest`.
    problems
        Problems found while the options were read.
    is_command_line
        Whether options are named ``--seed`` or ``seed`` in messages.
    command
        The command as it was typed; None: made from the options.
    """

    contest: Any
    replicates: Any = 200
    seed: Any = 1
    behaviour: Any = "historical"
    settings: Mapping[str, Any] = field(default_factory=dict)
    without: Sequence[str] = ()
    scale: Any = None
    workers: Any = 1
    only: Sequence[Any] | None = None
    first_round: Any = "exact"
    days: Any = None
    posterior: Any = None
    reinvert: Any = False
    out: Any = None
    problems: tuple[Problem, ...] = ()
    is_command_line: bool = False
    command: str | None = None

    def name(self, option: str) -> str:
        """Name an option as the user wrote it."""
        if not self.is_command_line:
            return option
        return "CONTEST" if option == "contest" else f"--{option.replace('_', '-')}"


@dataclass(frozen=True)
class Plan:
    """Hold what a run does, checked and resolved.

    Attributes
    ----------
    contest
        The contest.
    source
        Id or path of the contest, as the user gave it.
    numbers
        Replicates to run, ascending.
    posterior
        Draws of the parameters, where they do not come from their priors.
    command
        The command as it was typed, if there was one.
    """

    contest: Contest
    source: str
    numbers: tuple[int, ...]
    seed: int
    behaviour: str
    settings: dict[str, float]
    without: tuple[str, ...]
    scale: float | None
    workers: int
    first_round: Any
    days: int | None
    reinvert: bool
    posterior: Posterior | None
    posterior_path: str | None
    out: Path | None
    command: str | None

    @property
    def is_complete(self) -> bool:
        """Whether the replicates are 0, 1, 2 and so on, none left out."""
        return self.numbers == tuple(range(len(self.numbers)))

    def draw(self, replicate: int) -> dict[str, float]:
        """Return a replicate's posterior draw; empty where there is none."""
        return {} if self.posterior is None else self.posterior.draw(replicate)

    def command_for(self, numbers: Sequence[int]) -> str:
        """Write the command that runs some replicates of this plan."""
        words = ["kingmaker", "run", self.source, "--seed", str(self.seed)]
        if self.behaviour != "historical":
            words += ["--behaviour", self.behaviour]
        for name, value in self.settings.items():
            words += ["--set", f"{name}={value!r}"]
        if self.without:
            words += ["--without", ",".join(self.without)]
        if self.scale is not None:
            words += ["--scale", repr(self.scale)]
        if self.first_round != "exact":
            words += ["--first-round", self.first_round]
        if self.days is not None:
            words += ["--days", str(self.days)]
        if self.reinvert:
            words.append("--reinvert")
        if self.posterior_path is not None:
            words += ["--posterior", self.posterior_path]
        if tuple(numbers) == tuple(range(len(numbers))) and len(numbers) > 1:
            return shlex.join([*words, "--replicates", str(len(numbers))])
        return shlex.join([*words, "--only", ",".join(str(number) for number in numbers)])


def make_plan(options: Options) -> Plan:
    """Check all options and load the contest.

    Parameters
    ----------
    options
        The options.

    Returns
    -------
    What to run.

    Raises
    ------
    ParameterError
        All problems of the options, with those of the contest if it has any too.
    ContestError
        If the contest alone has problems.
    """
    problems = list(options.problems)
    contest, contest_error = _contest(options, problems)
    numbers = _numbers(options, problems)
    seed = _whole(options, "seed", (0, MAX_SEED), problems)
    workers = _whole(options, "workers", (1, MAX_WORKERS), problems)
    days = None
    if options.days is not None:
        days = _whole(options, "days", (1, MAX_DAYS), problems)
    scale = _scale(options, problems)
    if options.first_round not in FIRST_ROUNDS:
        wrong = f"{shown(options.first_round)} is unknown"
        problems.append(Problem(options.name("first_round"), wrong, "exact or free"))
    settings = _settings(options, problems)
    without = _without(options, problems)
    behaviour = _behaviour(options, contest, problems)
    posterior, posterior_path = _posterior(options, problems)
    out = _out(options, problems)
    title = "kingmaker run" if options.is_command_line else "run"
    if contest_error is not None:
        if not problems:
            raise contest_error
        problems += [_below(contest_error.source, problem) for problem in contest_error.problems]
    if problems or contest is None:
        raise ParameterError(title, tuple(problems))
    given = options.contest
    return Plan(
        contest=contest,
        source=contest.id if isinstance(given, Contest) else os.fspath(given),
        numbers=numbers,
        seed=seed,
        behaviour=behaviour,
        settings=settings,
        without=without,
        scale=scale,
        workers=workers,
        first_round=options.first_round,
        days=days,
        reinvert=bool(options.reinvert),
        posterior=posterior,
        posterior_path=posterior_path,
        out=out,
        command=options.command,
    )


def _contest(
    options: Options, problems: list[Problem]
) -> tuple[Contest | None, ContestError | None]:
    from kingmaker.contest.load import load_contest

    given = options.contest
    if isinstance(given, Contest):
        return given, None
    if not isinstance(given, str | os.PathLike):
        wrong = f"{shown(given)} is no contest"
        problems.append(Problem(options.name("contest"), wrong, "an id, a path or a Contest"))
        return None, None
    try:
        return load_contest(given), None
    except ContestError as error:
        return None, error


def _numbers(options: Options, problems: list[Problem]) -> tuple[int, ...]:
    count = _whole(options, "replicates", (1, MAX_REPLICATES), problems)
    if options.only is None:
        return tuple(range(count))
    where = options.name("only")
    remedy = f"replicates from 0 to {MAX_REPLICATES - 1}"
    if isinstance(options.only, str) or not len(options.only):
        problems.append(Problem(where, "names no replicate", remedy))
        return ()
    bad = [n for n in options.only if not is_whole(n) or not 0 <= n < MAX_REPLICATES]
    problems += [Problem(where, f"{shown(n)} is no replicate", remedy) for n in bad[:5]]
    return () if bad else tuple(sorted({int(number) for number in options.only}))


def _scale(options: Options, problems: list[Problem]) -> float | None:
    scale = options.scale
    if scale is None:
        return None
    if is_number(scale) and 0.0 < scale <= 1.0:
        return float(scale)
    wrong = f"{shown(scale)} is no such fraction"
    problems.append(Problem(options.name("scale"), wrong, "above 0, at most 1"))
    return None


def _whole(options: Options, option: str, bounds: tuple[int, int], problems: list[Problem]) -> int:
    return whole(getattr(options, option), options.name(option), bounds, problems)


def _settings(options: Options, problems: list[Problem]) -> dict[str, float]:
    from kingmaker.parameters import PARAMETERS, check_settings

    where = options.name("set")
    settings: dict[str, float] = {}
    for name, value in options.settings.items():
        if name not in PARAMETERS:
            wrong = f"unknown parameter '{name}'"
            problems.append(Problem(where, wrong, did_you_mean(str(name), PARAMETERS)))
        elif not is_number(value):
            low, high = PARAMETERS[name].bounds
            remedy = f"a number from {low:g} to {high:g} [{PARAMETERS[name].unit}]"
            problems.append(Problem(f"{where} {name}", f"{shown(value)} is no number", remedy))
        else:
            settings[name] = float(value)
    problems += check_settings(settings, where)
    return dict(sorted(settings.items()))


def _without(options: Options, problems: list[Problem]) -> tuple[str, ...]:
    from kingmaker.mechanisms import parse_without

    words = options.without
    text = words if isinstance(words, str) else ",".join(str(word) for word in words)
    try:
        return parse_without(text)
    except ParameterError as error:
        where = options.name("without")
        problems += [Problem(where, p.wrong, p.remedy) for p in error.problems]
        return ()


def _behaviour(options: Options, contest: Contest | None, problems: list[Problem]) -> str:
    from kingmaker.alliance.behaviours import check_behaviour

    where, text = options.name("behaviour"), options.behaviour
    if not isinstance(text, str) or not text.strip():
        problems.append(Problem(where, f"{shown(text)} is no behaviour", "such as historical"))
    elif contest is not None:
        problems += [Problem(where, p.wrong, p.remedy) for p in check_behaviour(text, contest)]
    return str(text)


def _posterior(options: Options, problems: list[Problem]) -> tuple[Posterior | None, str | None]:
    if options.posterior is None:
        return None, None
    where = options.name("posterior")
    if not isinstance(options.posterior, str | os.PathLike):
        problems.append(Problem(where, f"{shown(options.posterior)} is no path", "a Parquet file"))
        return None, None
    posterior, found = read_posterior(Path(options.posterior), where)
    problems += found
    return posterior, os.fspath(options.posterior)


def _out(options: Options, problems: list[Problem]) -> Path | None:
    if options.out is None:
        return None
    where = options.name("out")
    if not isinstance(options.out, str | os.PathLike) or not os.fspath(options.out):
        problems.append(Problem(where, f"{shown(options.out)} is no path", "a new folder"))
        return None
    out = Path(options.out)
    problem = check_target(out, where)
    if problem is not None:
        problems.append(problem)
    return out


def _below(source: str, problem: Problem) -> Problem:
    where = f"{source}: {problem.where}" if problem.where else source
    return Problem(where, problem.wrong, problem.remedy)
