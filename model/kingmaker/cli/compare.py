"""Carry out ``kingmaker compare``: read its arguments, print and write the comparison."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING

import typer

from kingmaker.cli.arguments import number, progress_shown, settings_of, whole_number
from kingmaker.errors import Problem, StoreError

if TYPE_CHECKING:
    from kingmaker.analyse.plan import CompareOptions


@dataclass(frozen=True)
class CompareArguments:
    """Hold the arguments of ``kingmaker compare`` as they were typed."""

    contest: str
    behaviours: str
    replicates: str
    given: str
    tolerance: str
    payoff_replicates: str | None
    seed: str
    settings: list[str]
    without: str
    scale: str | None
    days: str | None
    workers: str
    out: str | None
    as_json: bool
    words: tuple[str, ...]


def compare_command(arguments: CompareArguments) -> None:
    """Compare what the arguments say, print it, and write it where asked.

    Raises
    ------
    ParameterError, ContestError, DataError
        If the input is wrong.
    RunFailedError
        If a replicate fails.
    """
    from kingmaker.experiment.environment import guard_process

    guard_process()
    from kingmaker.analyse.plan import plan_comparison

    plan = plan_comparison(read_arguments(arguments))
    from kingmaker.analyse.driver import run_comparison

    try:
        with progress_shown(is_shown=not arguments.as_json) as progress:
            result = run_comparison(plan, progress)
    except KeyboardInterrupt:
        typer.echo("kingmaker: interrupted, nothing is written", err=True)
        raise typer.Exit(130) from None
    unwritten = None
    if plan.out is not None:
        from kingmaker.report.comparison import save_with_figures

        try:
            save_with_figures(result, plan.out)
        except StoreError as error:
            unwritten = error
    if arguments.as_json:
        import json

        typer.echo(json.dumps(result.summary, indent=2, allow_nan=False))
    else:
        from kingmaker.report.compare import print_comparison

        print_comparison(result.summary)
        if plan.out is not None and unwritten is None:
            typer.echo(f"Tables, manifest and figures written to {plan.out}")
    if unwritten is not None:
        typer.echo(f"kingmaker: {unwritten}", err=True)
        raise typer.Exit(1)


def read_arguments(arguments: CompareArguments) -> CompareOptions:
    """Turn typed text into options; what is no number stays text, for the check to refuse."""
    from kingmaker.analyse.plan import CompareOptions

    problems: list[Problem] = []
    payoffs = arguments.payoff_replicates
    return CompareOptions(
        contest=arguments.contest,
        behaviours=arguments.behaviours,
        replicates=whole_number(arguments.replicates),
        given=arguments.given,
        tolerance=number(arguments.tolerance),
        payoff_replicates=None if payoffs is None else whole_number(payoffs),
        seed=whole_number(arguments.seed),
        settings=settings_of(arguments.settings, problems),
        without=arguments.without,
        scale=None if arguments.scale is None else number(arguments.scale),
        days=None if arguments.days is None else whole_number(arguments.days),
        workers=whole_number(arguments.workers),
        out=arguments.out,
        problems=tuple(problems),
        is_command_line=True,
        command=shlex.join(["kingmaker", *arguments.words]),
    )
