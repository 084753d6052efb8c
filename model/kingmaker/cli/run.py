"""Carry out ``kingmaker run``: read its arguments, show progress, print and write the results."""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import typer

from kingmaker.errors import Problem, StoreError

if TYPE_CHECKING:
    from kingmaker.experiment.options import Options
    from kingmaker.experiment.workers import Progress

_LARGEST_RANGE = 1_000_000


@dataclass(frozen=True)
class RunArguments:
    """Hold the arguments of ``kingmaker run`` as they were typed."""

    contest: str
    replicates: str
    seed: str
    behaviour: str
    settings: list[str]
    without: str
    scale: str | None
    workers: str
    only: str | None
    out: str | None
    as_json: bool
    first_round: str
    days: str | None
    posterior: str | None
    reinvert: bool
    words: tuple[str, ...]


def run_command(arguments: RunArguments) -> None:
    """Run what the arguments say, print it, and write it where asked.

    Raises
    ------
    ParameterError, ContestError, DataError
        If the input is wrong.
    RunFailedError
        If a replicate fails.
    """
    from kingmaker.experiment.environment import guard_process

    guard_process()
    from kingmaker.experiment.options import make_plan

    plan = make_plan(read_arguments(arguments))
    from kingmaker.experiment.driver import run_plan

    try:
        with _progress(is_shown=not arguments.as_json) as progress:
            result = run_plan(plan, progress)
    except KeyboardInterrupt:
        typer.echo("kingmaker: interrupted, nothing is written", err=True)
        raise typer.Exit(130) from None
    unwritten = None
    if plan.out is not None:
        try:
            result.save(plan.out)
        except StoreError as error:
            unwritten = error
    if arguments.as_json:
        import json

        typer.echo(json.dumps(result.summary, indent=2, allow_nan=False))
    else:
        from kingmaker.report.tables import print_report

        print_report(result.summary)
        if plan.out is not None and unwritten is None:
            typer.echo(f"Tables and manifest written to {plan.out}")
    if unwritten is not None:
        typer.echo(f"kingmaker: {unwritten}", err=True)
        raise typer.Exit(1)


def read_arguments(arguments: RunArguments) -> Options:
    """Turn typed text into options; what is no number stays text, for the check to refuse."""
    from kingmaker.experiment.options import Options

    problems: list[Problem] = []
    return Options(
        contest=arguments.contest,
        replicates=_whole(arguments.replicates),
        seed=_whole(arguments.seed),
        behaviour=arguments.behaviour,
        settings=_settings(arguments.settings, problems),
        without=arguments.without,
        scale=None if arguments.scale is None else _number(arguments.scale),
        workers=_whole(arguments.workers),
        only=None if arguments.only is None else _replicates(arguments.only),
        first_round=arguments.first_round,
        days=None if arguments.days is None else _whole(arguments.days),
        posterior=arguments.posterior,
        reinvert=arguments.reinvert,
        out=arguments.out,
        problems=tuple(problems),
        is_command_line=True,
        command=shlex.join(["kingmaker", *arguments.words]),
    )


def _whole(text: str) -> Any:
    try:
        return int(text)
    except ValueError:
        return text


def _number(text: str) -> Any:
    try:
        return float(text)
    except ValueError:
        return text


def _settings(words: list[str], problems: list[Problem]) -> dict[str, Any]:
    settings: dict[str, Any] = {}
    for word in words:
        name, sign, value = word.partition("=")
        name = name.strip()
        if not sign or not name or not value.strip():
            problems.append(Problem("--set", f"'{word}' sets nothing", "parameter=value"))
        elif name in settings:
            problems.append(Problem(f"--set {name}", "is given twice", "one value"))
        else:
            settings[name] = _number(value.strip())
    return settings


def _replicates(text: str) -> list[Any]:
    """Read ``3,17,40-45``; what is no replicate stays text."""
    numbers: list[Any] = []
    for word in text.split(","):
        ends = re.fullmatch(r"\s*(\d{1,9})\s*-\s*(\d{1,9})\s*", word)
        if ends is None:
            numbers.append(_whole(word))
            continue
        first, last = int(ends[1]), int(ends[2])
        if first <= last < _LARGEST_RANGE:
            numbers += range(first, last + 1)
        else:
            numbers.append(word)
    return numbers


@contextmanager
def _progress(*, is_shown: bool) -> Iterator[Progress | None]:
    """Show a bar on standard error if that is a terminal."""
    if not is_shown or not sys.stderr.isatty():
        yield None
        return
    from kingmaker.report.progress import progress_bar

    with progress_bar() as update:
        yield update
