"""Define the commands of sweeps; what they need is imported when they run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="Folder of a sweep.")]


def sweep(
    experiment: Annotated[str, typer.Argument(metavar="EXPERIMENT", help="Experiment file.")],
    out: Annotated[
        str | None,
        typer.Option(metavar="DIR", help="Folder of the sweep; default: the experiment's id."),
    ] = None,
    engine: Annotated[
        str, typer.Option(metavar="local|dask|slurm", help="What carries out the runs.")
    ] = "local",
    workers: Annotated[
        str, typer.Option(metavar="N", help="Processes of the engines local and dask.")
    ] = "1",
    shard: Annotated[
        str | None,
        typer.Option(
            metavar="I/N", help="Only the I-th of N equal slices, for schedulers; then: collect."
        ),
    ] = None,
    resume: Annotated[
        bool,
        typer.Option("--resume", help="Go on with a folder that exists; only what is missing."),
    ] = False,
    retry: Annotated[
        bool, typer.Option("--retry", help="The same, and runs that failed are run again.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Count the runs, estimate time and disk, and stop.")
    ] = False,
    cluster: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help="dask: a scheduler, such as tcp://10.0.0.1:8786."),
    ] = None,
    tasks: Annotated[
        str | None, typer.Option(metavar="N", help="slurm: tasks of the job array.")
    ] = None,
    at_once: Annotated[
        str | None, typer.Option(metavar="N", help="slurm: tasks that run at the same time.")
    ] = None,
    sbatch: Annotated[
        list[str] | None,
        typer.Option(metavar="OPTION", help="slurm: option of sbatch (repeatable)."),
    ] = None,
    detach: Annotated[
        bool, typer.Option("--detach", help="slurm: submit and do not wait; see status.")
    ] = False,
) -> None:
    """Run an experiment: many contests, behaviours and parameters."""
    from kingmaker.cli.sweep import SweepArguments, sweep_command

    sweep_command(
        SweepArguments(
            experiment=experiment,
            out=out,
            engine=engine,
            workers=workers,
            shard=shard,
            is_resumed=resume,
            is_retried=retry,
            is_dry=dry_run,
            cluster=cluster,
            tasks=tasks,
            at_once=at_once,
            sbatch=tuple(sbatch or ()),
            is_detached=detach,
        )
    )


def collect(folder: Folder) -> None:
    """Merge the shards of a sweep into one dataset."""
    from kingmaker.cli.sweep import collect_command

    collect_command(folder)


def verify(
    folder: Folder,
    recompute: Annotated[
        str | None,
        typer.Option(
            metavar="K", help="Run K random runs again, or those of the ids, and compare."
        ),
    ] = None,
) -> None:
    """Prove that no run of a sweep is missing, doubled or foreign; print its hash."""
    from kingmaker.cli.sweep import verify_command

    verify_command(folder, recompute)


def status(
    folder: Folder,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Say how far a sweep is, and how its job arrays are; nothing is changed."""
    from kingmaker.cli.status import status_command

    status_command(folder, as_json=json)


COMMANDS = (sweep, status, collect, verify)
"""In the order of the help."""
