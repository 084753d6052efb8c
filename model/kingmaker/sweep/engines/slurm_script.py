"""Cut a sweep into the tasks of a Slurm array, and write the script that each of them runs."""

from __future__ import annotations

import math
import shlex
import sys
from dataclasses import dataclass
from pathlib import Path

from kingmaker.files.folder import write_file
from kingmaker.sweep.store import SLURM_FOLDER, Store

LEAST_SECONDS = 60.0
"""Work of a task at least [s]: starting one costs seconds; assumed."""

USUAL_SECONDS = 300.0
"""Work of a task where the number of tasks is left open [s]; assumed."""

TRIES = 3
"""A shard is submitted so often without getting on, and then given up; assumed."""

_GRACE = 10.0
"""Files of a task may show up so long after its end, on a shared disk [s]; assumed."""


@dataclass(frozen=True)
class SlurmOptions:
    """Say how a sweep is spread.

    Attributes
    ----------
    tasks
        Tasks of the array; None: about five minutes of work each.
    at_once
        Tasks that may run at the same time; None: as many as Slurm lets.
    options
        Further options of ``sbatch``, such as ``--partition=short``.
    is_detached
        Whether to submit and not to wait.
    tries
        How often a shard is submitted without getting on.
    grace
        How long files may show up after a task's end [s].
    """

    tasks: int | None = None
    at_once: int | None = None
    options: tuple[str, ...] = ()
    is_detached: bool = False
    tries: int = TRIES
    grace: float = _GRACE


def n_tasks(n_missing: int, seconds_per_run: float, options: SlurmOptions, limit: int) -> int:
    """Choose how many tasks to cut a sweep into.

    Parameters
    ----------
    n_missing
        Missing runs.
    seconds_per_run
        About how long a run takes [s].
    options
        Number of tasks, if it was given, and of those at once.
    limit
        Most tasks that an array may have.

    Returns
    -------
    The number that was given; else one that leaves each task five minutes of work, or at least a
    minute if that keeps `at_once` tasks busy; never more than `limit`.
    """
    if options.tasks is not None:
        return min(options.tasks, limit)
    work = n_missing * seconds_per_run
    usual = math.ceil(work / USUAL_SECONDS)
    most = int(work / LEAST_SECONDS)
    return max(1, min(max(usual, min(options.at_once or 1, most)), limit))


def write_script(store: Store, experiment: Path, count: int) -> Path:
    """Write the script of one task into the sweep's folder.

    Parameters
    ----------
    store
        The sweep.
    experiment
        The experiment file.
    count
        Shards that the plan is cut into.

    Returns
    -------
    The script; it can be submitted by hand as well.
    """
    folder = store.folder.absolute() / SLURM_FOLDER
    folder.mkdir(exist_ok=True)
    words = [sys.executable, "-m", "kingmaker", "sweep", str(experiment.absolute())]
    command = shlex.join([*words, "--out", str(store.folder.absolute()), "--resume", "--shard"])
    lines = [
        "#!/bin/bash",
        f"#SBATCH --job-name=kingmaker-{store.plan.experiment}",
        "#SBATCH --ntasks=1",
        "#SBATCH --cpus-per-task=1",
        "#SBATCH --requeue",
        "#SBATCH --open-mode=append",
        "# Submitted as an array: a task for each shard. By hand, for all of them:",
        f"#   sbatch --array=1-{count} {shlex.quote(str(folder / f'of-{count}.sh'))}",
        f'echo "shard $SLURM_ARRAY_TASK_ID of {count} on $(hostname)"',
        f'exec {command} "$SLURM_ARRAY_TASK_ID/{count}"',
    ]
    script = folder / f"of-{count}.sh"
    write_file(script, ("\n".join(lines) + "\n").encode(), aside=store.aside)
    return script


def log_of(store: Store, job: str, shard: int) -> Path:
    """Name the file that a task writes to."""
    return store.folder / SLURM_FOLDER / f"{job}_{shard}.log"
