"""Carry out ``kingmaker status``: say how far a sweep is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from kingmaker.cli.sweep_words import counted, seconds_in_words

if TYPE_CHECKING:
    from kingmaker.sweep.status import JobStatus, SweepStatus

_SHOWN_REASONS = 3


def status_command(folder: Path, *, as_json: bool) -> None:
    """Print how far a sweep is.

    Parameters
    ----------
    folder
        Folder of the sweep; nothing is changed in it.
    as_json
        Whether to print one JSON object.

    Raises
    ------
    StoreError
        If the folder is no sweep's.
    """
    from kingmaker.sweep.status import sweep_status

    found = sweep_status(folder)
    if as_json:
        typer.echo(json.dumps(found.to_json(), indent=2))
        return
    for line in status_lines(found, folder):
        typer.echo(line)


def status_lines(found: SweepStatus, folder: Path) -> list[str]:
    """Say it in lines."""
    share = 100 * found.n_finished / found.n_runs
    failed = f", {found.n_failed} of them failed" if found.n_failed else ""
    lines = [
        f"{found.experiment}: {found.question}",
        f"{found.n_finished} of {found.n_runs} runs are finished ({share:.0f} %){failed}",
    ]
    if found.n_damaged:
        lines.append(f"damaged: {counted(found.n_damaged, 'shard')}; see kingmaker verify {folder}")
    if found.n_aside:
        lines.append(f"set aside: {counted(found.n_aside, 'shard')} in {folder / 'damaged'}")
    if found.hosts:
        told = ", ".join(f"{host} ({count})" for host, count in found.hosts.items())
        lines.append(f"{counted(found.n_shards, 'shard')}, made on {told}")
    if found.seconds_left:
        lines.append(f"about {seconds_in_words(found.seconds_left)} of work left on one processor")
        if found.n_running > 1:
            each = seconds_in_words(found.seconds_left / found.n_running)
            lines[-1] += f", {each} on the {found.n_running} that run"
    lines += [line for job in found.jobs for line in _job_lines(job)]
    if found.n_finished == found.n_runs:
        lines.append(f"all is there: kingmaker collect {folder}; kingmaker verify {folder}")
    return lines


def _job_lines(job: JobStatus) -> list[str]:
    if job.states.silence:
        states = f"Slurm does not answer: {job.states.silence}"
    else:
        states = ", ".join(f"{n} {state.lower()}" for state, n in job.counts.items())
    lines = [f"job {job.submission.job}, {len(job.submission.tasks)} tasks: {states}"]
    reasons = sorted(set(job.states.reasons.values()))[:_SHOWN_REASONS]
    if reasons:
        lines.append(f"  waiting for: {', '.join(reasons)}")
    return lines
