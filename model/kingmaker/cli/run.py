"""Carry out ``kingmaker run``: read its arguments, show progress, print and write the results."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import typer

from kingmaker.cli.arguments import number, progress_shown, settings_of, whole_number
from kingmaker.errors import Problem, StoreError

if TYPE_CHECKING:
    from kingmaker.experiment.options import Options

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
        with progress_shown(is_shown=not arguments.as_json) as progress:
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
        replicates=whole_number(arguments.replicates),
        seed=whole_number(arguments.seed),
        behaviour=arguments.behaviour,
        settings=settings_of(arguments.settings, problems),
        without=arguments.without,
        scale=None if arguments.scale is None else number(arguments.scale),
        workers=whole_number(arguments.workers),
        only=None if arguments.only is None else _replicates(arguments.only),
        first_round=arguments.first_round,
        days=None if arguments.days is None else whole_number(arguments.days),
        posterior=arguments.posterior,
        reinvert=arguments.reinvert,
        out=arguments.out,
        problems=tuple(problems),
        is_command_line=True,
        command=shlex.join(["kingmaker", *arguments.words]),
    )


def _replicates(text: str) -> list[Any]:
    """Read ``3,17,40-45``; what is no replicate stays text."""
    numbers: list[Any] = []
    for word in text.split(","):
        ends = re.fullmatch(r"\s*(\d{1,9})\s*-\s*(\d{1,9})\s*", word)
        if ends is None:
            numbers.append(whole_number(word))
            continue
        first, last = int(ends[1]), int(ends[2])
        if first <= last < _LARGEST_RANGE:
            numbers += range(first, last + 1)
        else:
            numbers.append(word)
    return numbers
