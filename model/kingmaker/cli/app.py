"""Define the commands; what they need is imported when they run, so that help answers at once."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from kingmaker.cli import calibrate, sweep_commands, validate
from kingmaker.errors import InvariantError, KingmakerError, RunFailedError

BAD_INPUT = 2
FAILED = 1
INTERRUPTED = 130

app = typer.Typer(
    name="kingmaker",
    help="Simulate two-round party leadership elections, member by member.",
    epilog="Start with: kingmaker contests, then: kingmaker run il-labor-2011",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    arguments
        Arguments without the program's name; None: those of the process.

    Returns
    -------
    Exit status: 0, 2 for bad input, 1 for a failed run, 130 when interrupted.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        status = _run_app(words)
        sys.stdout.flush()
    except BrokenPipeError:
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    return status


def _run_app(words: list[str]) -> int:
    try:
        app(args=words, prog_name="kingmaker", obj=words)
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else int(stop.code is not None)
    except (RunFailedError, InvariantError) as error:
        return _complain(error, FAILED)
    except KingmakerError as error:
        return _complain(error, BAD_INPUT)
    except KeyboardInterrupt:
        return INTERRUPTED
    return 0


def _complain(error: KingmakerError, status: int) -> int:
    text = str(error)
    typer.echo(text if text.startswith("kingmaker ") else f"kingmaker: {text}", err=True)
    return status


def _show_version(wanted: bool) -> None:
    if wanted:
        from kingmaker import __version__

        typer.echo(f"kingmaker {__version__}")
        raise typer.Exit


@app.callback()
def _common(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_show_version, is_eager=True, help="Print the version and exit."
        ),
    ] = False,
) -> None:
    """Simulate two-round party leadership elections, member by member."""
    del version


@app.command()
def contests(
    json: Annotated[bool, typer.Option("--json", help="Print a JSON list.")] = False,
) -> None:
    """List the bundled contests."""
    from kingmaker.cli.contests import list_contests

    list_contests(as_json=json)


@app.command()
def mechanisms(
    json: Annotated[bool, typer.Option("--json", help="Print a JSON list.")] = False,
) -> None:
    """List the mechanisms: what each does, where it was seen, and its measured effects."""
    from kingmaker.cli.mechanisms import list_mechanisms

    list_mechanisms(as_json=json)


@app.command()
def show(contest: Annotated[str, typer.Argument(metavar="CONTEST", help="Id or path.")]) -> None:
    """Show what is known about a contest."""
    from kingmaker.contest.describe import describe
    from kingmaker.contest.load import load_contest

    typer.echo(describe(load_contest(contest)))


@app.command()
def check(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Contest files.")],
) -> None:
    """Check contest files and list all their problems."""
    from kingmaker.cli.contests import check_files

    if not check_files(files):
        raise typer.Exit(BAD_INPUT)


@app.command()
def new(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Contest file to be made.")],
) -> None:
    """Write a commented template of a contest file."""
    from kingmaker.contest.template import write_template

    write_template(file)
    typer.echo(f"{file}: written; edit it, then: kingmaker check {file}")


@app.command()
def schema() -> None:
    """Print the JSON Schema of contest files, for editors."""
    import json

    from kingmaker.contest.json_schema import contest_json_schema

    typer.echo(json.dumps(contest_json_schema(), indent=2))


@app.command()
def run(
    context: typer.Context,
    contest: Annotated[str, typer.Argument(metavar="CONTEST", help="Bundled id, or path.")],
    replicates: Annotated[
        str, typer.Option(metavar="N", help="Replicates to run, counted from 0.")
    ] = "200",
    seed: Annotated[str, typer.Option(metavar="N", help="Seed, 0 to 2^63 - 1.")] = "1",
    behaviour: Annotated[
        str, typer.Option(metavar="NAME", help="Alliance behaviour; parts joined by '+'.")
    ] = "historical",
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="PARAMETER=VALUE", help="Hold a parameter (repeatable)."),
    ] = None,
    without: Annotated[str, typer.Option(metavar="M15,...", help="Mechanisms to switch off.")] = "",
    scale: Annotated[
        str | None,
        typer.Option(
            metavar="FRACTION",
            help="Simulated members / members, above 0 and at most 1; default: full size, "
            "at most 200 000 members outside the two home contests.",
        ),
    ] = None,
    workers: Annotated[str, typer.Option(metavar="N", help="Processes; results are equal.")] = "1",
    only: Annotated[
        str | None,
        typer.Option(
            metavar="R,...",
            help="Run these replicates alone, such as 17 or 3,17,40-45; --replicates is not used.",
        ),
    ] = None,
    out: Annotated[
        str | None, typer.Option(metavar="DIR", help="New folder for the results.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object, no tables.")] = False,
    first_round: Annotated[
        str, typer.Option(metavar="exact|free", help="Round one as observed, or left to chance.")
    ] = "exact",
    days: Annotated[
        str | None,
        typer.Option(metavar="N", help="Days of campaign; default: the contest's, else 60."),
    ] = None,
    posterior: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="Parquet file of parameter draws, instead of priors."),
    ] = None,
    reinvert: Annotated[
        bool,
        typer.Option(
            "--reinvert",
            help="Find the constants anew without what is off, instead of holding them.",
        ),
    ] = False,
) -> None:
    """Run a contest many times, and compare the runoff with what happened."""
    from kingmaker.cli.run import RunArguments, run_command

    run_command(
        RunArguments(
            contest=contest,
            replicates=replicates,
            seed=seed,
            behaviour=behaviour,
            settings=set_ or [],
            without=without,
            scale=scale,
            workers=workers,
            only=only,
            out=out,
            as_json=json,
            first_round=first_round,
            days=days,
            posterior=posterior,
            reinvert=reinvert,
            words=tuple(context.obj or sys.argv[1:]),
        )
    )


@app.command()
def compare(
    context: typer.Context,
    contest: Annotated[str, typer.Argument(metavar="CONTEST", help="Bundled id, or path.")],
    behaviours: Annotated[
        str,
        typer.Option(metavar="A,B,...", help="Behaviours; the others are compared with the first."),
    ],
    replicates: Annotated[
        str, typer.Option(metavar="N", help="Replicates; two share each draw of the parameters.")
    ] = "200",
    given: Annotated[
        str,
        typer.Option(
            metavar="before-runoff|observed-runoff",
            help="What is known: nothing of the runoff, or its result, to weigh replicates.",
        ),
    ] = "before-runoff",
    tolerance: Annotated[
        str,
        typer.Option(metavar="FRACTION", help="Sd of the observed share around a replicate's."),
    ] = "0.01",
    payoff_replicates: Annotated[
        str | None,
        typer.Option(
            metavar="N",
            help="Replicates in which the endorsers' game is played through; 0: none; default: "
            "at most 40, or 100 where the observed runoff is given.",
        ),
    ] = None,
    seed: Annotated[str, typer.Option(metavar="N", help="Seed, 0 to 2^63 - 1.")] = "1",
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="PARAMETER=VALUE", help="Hold a parameter (repeatable)."),
    ] = None,
    without: Annotated[str, typer.Option(metavar="M15,...", help="Mechanisms to switch off.")] = "",
    scale: Annotated[
        str | None,
        typer.Option(metavar="FRACTION", help="Simulated members / members, as for run."),
    ] = None,
    days: Annotated[
        str | None,
        typer.Option(metavar="N", help="Days of campaign; default: the contest's, else 60."),
    ] = None,
    workers: Annotated[str, typer.Option(metavar="N", help="Processes; results are equal.")] = "1",
    out: Annotated[
        str | None, typer.Option(metavar="DIR", help="New folder for tables and figures.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object, no tables.")] = False,
) -> None:
    """Compare behaviours on the same replicates: who wins, who changes, who decides."""
    from kingmaker.cli.compare import CompareArguments, compare_command

    compare_command(
        CompareArguments(
            contest=contest,
            behaviours=behaviours,
            replicates=replicates,
            given=given,
            tolerance=tolerance,
            payoff_replicates=payoff_replicates,
            seed=seed,
            settings=set_ or [],
            without=without,
            scale=scale,
            days=days,
            workers=workers,
            out=out,
            as_json=json,
            words=tuple(context.obj or sys.argv[1:]),
        )
    )


@app.command()
def forecast(
    contest: Annotated[str, typer.Argument(metavar="CONTEST", help="Bundled id, or path.")],
    as_of: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="Last day of which anything is known; default: the eve."),
    ] = None,
    posterior: Annotated[
        str | None,
        typer.Option(
            metavar="FILE", help="Parquet file of posterior draws, instead of the bundled ones."
        ),
    ] = None,
    replicates: Annotated[
        str, typer.Option(metavar="N", help="Simulated futures, from 20.")
    ] = "60",
    seed: Annotated[str, typer.Option(metavar="N", help="Seed, 0 to 2^63 - 1.")] = "1",
    workers: Annotated[str, typer.Option(metavar="N", help="Processes; results are equal.")] = "1",
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object, no table.")] = False,
) -> None:
    """Forecast a runoff from what was known on its eve; its own result is never used."""
    from kingmaker.cli.forecast import ForecastArguments, forecast_command

    forecast_command(
        ForecastArguments(
            contest=contest,
            as_of=as_of,
            posterior=posterior,
            replicates=replicates,
            seed=seed,
            workers=workers,
            as_json=json,
        )
    )


@app.command()
def story(
    context: typer.Context,
    contest: Annotated[str, typer.Argument(metavar="CONTEST", help="Bundled id, or path.")],
    replicate: Annotated[str, typer.Option(metavar="R", help="Which replicate to tell.")] = "0",
    seed: Annotated[str, typer.Option(metavar="N", help="Seed, 0 to 2^63 - 1.")] = "1",
    behaviour: Annotated[
        str, typer.Option(metavar="NAME", help="Alliance behaviour; parts joined by '+'.")
    ] = "historical",
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="PARAMETER=VALUE", help="Hold a parameter (repeatable)."),
    ] = None,
    without: Annotated[str, typer.Option(metavar="M15,...", help="Mechanisms to switch off.")] = "",
    scale: Annotated[
        str | None,
        typer.Option(metavar="FRACTION", help="Simulated members / members, as for run."),
    ] = None,
    first_round: Annotated[
        str, typer.Option(metavar="exact|free", help="Round one as observed, or left to chance.")
    ] = "exact",
    days: Annotated[
        str | None,
        typer.Option(metavar="N", help="Days of campaign; default: the contest's, else 60."),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the entries as one object.")] = False,
) -> None:
    """Tell one replicate as a chronicle: who did what, when and why."""
    from kingmaker.cli.story import StoryArguments, story_command

    story_command(
        StoryArguments(
            contest=contest,
            replicate=replicate,
            seed=seed,
            behaviour=behaviour,
            settings=set_ or [],
            without=without,
            scale=scale,
            first_round=first_round,
            days=days,
            as_json=json,
            words=tuple(context.obj or sys.argv[1:]),
        )
    )


for _command in (*sweep_commands.COMMANDS, calibrate.calibrate, validate.validate):
    app.command()(_command)
