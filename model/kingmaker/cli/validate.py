"""Carry out ``kingmaker validate``: read its arguments, simulate, score, print and write."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kingmaker.cli.arguments import whole_number
from kingmaker.errors import ParameterError, Problem

if TYPE_CHECKING:
    from kingmaker.calibrate.draws import Progress
    from kingmaker.validate.protocol import ValidationSettings
    from kingmaker.validate.session import Subjects, Validated

TITLE = "kingmaker validate"
_MOST_RUNS = 100_000
_MOST_WORKERS = 1024
_MOST_SEED = 2**63 - 1


def validate(
    context: typer.Context,
    data: Annotated[
        str | None,
        typer.Option(metavar="DIR", help="Folder of contest files; default: the bundled ones."),
    ] = None,
    out: Annotated[
        str, typer.Option(metavar="DIR", help="Folder of the validation, new or to go on with.")
    ] = "validation",
    workers: Annotated[str, typer.Option(metavar="N", help="Processes; results are equal.")] = "2",
    draws: Annotated[
        str,
        typer.Option(
            metavar="N", help="Draws of each contest; at least 60, or 0: baselines alone."
        ),
    ] = "400",
    variant_draws: Annotated[
        str,
        typer.Option(metavar="N", help="The same for each variant; at least 60, or 0: none."),
    ] = "80",
    replicates: Annotated[
        str, typer.Option(metavar="N", help="Replicates of each forecast; at least 60.")
    ] = "200",
    members: Annotated[
        str, typer.Option(metavar="N", help="Simulated members of each contest, about.")
    ] = "10000",
    seed: Annotated[str, typer.Option(metavar="N", help="Seed, 0 to 2^63 - 1.")] = "1",
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object, no tables.")] = False,
) -> None:
    """Forecast each contest from the others, and score the forecasts beside simple rules."""
    from kingmaker.experiment.environment import guard_process

    guard_process()
    numbers = _Numbers(draws, variant_draws, replicates, members, seed, workers)
    settings, n_workers = _checked(numbers)
    from kingmaker.validate.session import REPORT, open_folder, subjects_in

    _check_folder(data)
    subjects = subjects_in(data)
    folder = Path(out)
    open_folder(folder, subjects, settings)
    try:
        found = _validated(folder, subjects, settings, n_workers)
    except KeyboardInterrupt:
        again = shlex.join(["kingmaker", *(context.obj or sys.argv[1:])])
        kept = f"what is finished is kept in {out}; go on: {again}"
        typer.echo(f"kingmaker: interrupted, {kept}", err=True)
        raise typer.Exit(130) from None
    summary = _reported(folder / REPORT, subjects, settings, found)
    if json:
        import json as writing

        typer.echo(writing.dumps(summary, indent=2, allow_nan=False))
        return
    from kingmaker.report.validation import print_validation

    print_validation(summary)
    typer.echo(f"Report, tables and figures written to {folder / REPORT}")


@dataclass(frozen=True)
class _Numbers:
    draws: str
    variant_draws: str
    replicates: str
    members: str
    seed: str
    workers: str


def _checked(numbers: _Numbers) -> tuple[ValidationSettings, int]:
    """Check all numbers at once."""
    from kingmaker.calibrate.draws import LEAST_DRAWS
    from kingmaker.experiment.option_values import whole
    from kingmaker.validate.protocol import ValidationSettings

    problems: list[Problem] = []
    limits = (
        ("draws", LEAST_DRAWS, _MOST_RUNS, True),
        ("variant_draws", LEAST_DRAWS, _MOST_RUNS, True),
        ("replicates", LEAST_DRAWS, _MOST_RUNS, False),
        ("members", 100, 10_000_000, False),
        ("seed", 0, _MOST_SEED, False),
        ("workers", 1, _MOST_WORKERS, False),
    )
    found = {
        name: whole(
            whole_number(getattr(numbers, name)),
            f"--{name.replace('_', '-')}",
            (low, high),
            problems,
            or_zero=may_be_none,
        )
        for name, low, high, may_be_none in limits
    }
    if not problems and found["variant_draws"] > found["draws"] > 0:
        wrong = f"{found['variant_draws']} are more than the {found['draws']} of the default model"
        remedy = "as many or fewer: each is paired with one of the default's"
        problems.append(Problem("--variant-draws", wrong, remedy))
    if problems:
        raise ParameterError(TITLE, tuple(problems))
    workers = found.pop("workers")
    return ValidationSettings(**found), workers


def _check_folder(data: str | None) -> None:
    if data is None or Path(data).is_dir():
        return
    wrong = f"'{data}' is no folder" if Path(data).exists() else f"'{data}' does not exist"
    raise ParameterError(TITLE, (Problem("--data", wrong, "a folder of contest files"),))


def _validated(
    folder: Path, subjects: Subjects, settings: ValidationSettings, workers: int
) -> Validated:
    from kingmaker.validate.session import carry_out

    if not settings.draws:
        return carry_out(folder, subjects, settings, None, _watch)
    from kingmaker.sweep.drive import running
    from kingmaker.sweep.engines.local import LocalEngine

    with running(LocalEngine(workers)) as engine:
        return carry_out(folder, subjects, settings, engine, _watch)


def _reported(
    folder: Path, subjects: Subjects, settings: ValidationSettings, found: Validated
) -> dict[str, Any]:
    """Sum up, and write the report."""
    from kingmaker.report.validation_page import write_report
    from kingmaker.validate.baselines import baselines
    from kingmaker.validate.noise_floor import mean_floor
    from kingmaker.validate.table import forecasts_table, means_table, summarise

    names = [method.name for method in baselines()]
    summary = summarise(found.scored, subjects.collection, names, found.emulated)
    summary["notes"] = {v.name: v.note for v in settings.variants if v.note}
    summary["warnings"] = list(found.warnings)
    summary["inference"] = {"k_hat": found.worst_k_hat, "ess": found.least_ess}
    summary["noise_floor"] = mean_floor(found.noise_floors)
    summary["departures"] = settings.departures()
    tables = {
        "scores": means_table(summary),
        "forecasts": forecasts_table(found.scored, names, found.emulated),
    }
    write_report(folder, summary, tables)
    return summary


@contextmanager
def _watch(stage: str) -> Iterator[Progress | None]:
    """Show a bar on standard error if that is a terminal, else a line."""
    if not sys.stderr.isatty():
        typer.echo(f"kingmaker: {stage}", err=True)
        yield None
        return
    from kingmaker.report.progress import progress_bar

    with progress_bar(stage) as bar:
        yield bar
