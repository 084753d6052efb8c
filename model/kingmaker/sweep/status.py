"""Say how far a sweep is, from its folder, while it runs or afterwards; change nothing."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from kingmaker.sweep.engines.slurm_queue import Shell, States, ask_states, run_command
from kingmaker.sweep.plan import ID_LENGTH, slice_of
from kingmaker.sweep.shards import SHARD
from kingmaker.sweep.store import DAMAGED, SLURM_FOLDER, Store, open_store


@dataclass(frozen=True)
class Submission:
    """Describe a job array: what the folder remembers of it.

    Attributes
    ----------
    job
        Slurm's id of it.
    tasks
        Shards of it, counted from 1; a shard's task has its number.
    count
        Shards that the plan is cut into.
    """

    job: str
    tasks: tuple[int, ...]
    count: int


@dataclass(frozen=True)
class JobStatus:
    """Say how a job array is.

    Attributes
    ----------
    submission
        The job array.
    states
        States of its tasks, as Slurm says.
    unfinished
        Shards of it that have missing runs, whatever Slurm says.
    """

    submission: Submission
    states: States
    unfinished: tuple[int, ...]

    @property
    def counts(self) -> dict[str, int]:
        """Number of tasks by state, the most frequent first."""
        return dict(Counter(self.states.by_task.values()).most_common())


@dataclass(frozen=True)
class SweepStatus:
    """Say how far a sweep is.

    Attributes
    ----------
    experiment, question
        What it asks.
    n_runs
        Runs of the plan.
    n_finished
        Runs that lie in the store; no checksum is computed here.
    n_failed
        Runs among them that failed.
    n_shards
        Shards in the store.
    n_damaged
        Shards of which nothing can be read; others are found out by ``verify``.
    n_aside
        Shards that were set aside: their runs are missing, or have been repeated.
    seconds_per_run
        Mean time of a run on one processor [s]; None before the first.
    hosts
        Number of batches by machine.
    jobs
        Job arrays, in the order of their ids.
    """

    experiment: str
    question: str
    n_runs: int
    n_finished: int
    n_failed: int
    n_shards: int
    n_damaged: int
    n_aside: int
    seconds_per_run: float | None
    hosts: Mapping[str, int]
    jobs: tuple[JobStatus, ...]

    @property
    def seconds_left(self) -> float | None:
        """Work left on one processor [s]; None where nothing is known of it."""
        if self.seconds_per_run is None:
            return None
        return (self.n_runs - self.n_finished) * self.seconds_per_run

    @property
    def n_running(self) -> int:
        """Tasks of job arrays that run."""
        return sum(job.counts.get("RUNNING", 0) for job in self.jobs)

    def to_json(self) -> dict[str, Any]:
        """Return everything as plain values."""
        return {
            "experiment": self.experiment,
            "question": self.question,
            "runs": self.n_runs,
            "finished": self.n_finished,
            "failed": self.n_failed,
            "shards": self.n_shards,
            "damaged": self.n_damaged,
            "set_aside": self.n_aside,
            "seconds_per_run": self.seconds_per_run,
            "seconds_left": self.seconds_left,
            "hosts": dict(self.hosts),
            "jobs": [
                {
                    "job": job.submission.job,
                    "shards": job.submission.count,
                    "tasks": list(job.submission.tasks),
                    "states": {str(task): state for task, state in job.states.by_task.items()},
                    "reasons": {str(task): why for task, why in job.states.reasons.items()},
                    "silence": job.states.silence,
                    "unfinished": list(job.unfinished),
                }
                for job in self.jobs
            ],
        }


class Tally:
    """Count the finished runs of a store again and again; each shard is read once."""

    def __init__(self, store: Store) -> None:
        """Begin with nothing read."""
        self._store = store
        self._known: set[str] = set()
        self.is_finished = np.zeros(store.plan.n_runs, dtype=bool)
        self.failed: set[str] = set()
        self.n_unreadable = 0

    @property
    def n_shards(self) -> int:
        """Number of shards that were read."""
        return len(self._known)

    def look(self) -> None:
        """Read the shards that are new."""
        self.n_unreadable = 0
        for path in sorted((self._store.folder / "shards").iterdir()):
            if path.name in self._known:
                continue
            try:
                about = json.loads((path / SHARD).read_text(encoding="utf-8"))
                indices = self._store.plan.indices_of(np.array(about["runs"], f"S{ID_LENGTH}"))
                failed = set(about["failed"])
            except (OSError, ValueError, KeyError, TypeError):
                self.n_unreadable += 1
                continue
            self._known.add(path.name)
            if (indices >= 0).all():
                self.is_finished[indices] = True
                self.failed |= failed

    def unfinished(self, count: int) -> dict[int, int]:
        """Count the missing runs of those shards of `count` that have any, by shard."""
        left: dict[int, int] = {}
        for shard in range(1, count + 1):
            part = slice_of(len(self.is_finished), shard, count)
            missing = len(part) - int(self.is_finished[part.start : part.stop].sum())
            if missing:
                left[shard] = missing
        return left


def sweep_status(folder: Path, shell: Shell = run_command) -> SweepStatus:
    """Find out how far a sweep is.

    Parameters
    ----------
    folder
        Its folder.
    shell
        What runs Slurm's commands; asked only about job arrays that the folder remembers and whose
        shards are not finished.

    Returns
    -------
    What is done, what is left, and how its job arrays are.

    Raises
    ------
    StoreError
        If the folder is no sweep's.
    """
    store = open_store(folder)
    tally = Tally(store)
    tally.look()
    runs, seconds, hosts = 0, 0.0, Counter[str]()
    for timing in store.timings():
        runs += int(timing.get("runs", 0))
        seconds += float(timing.get("seconds", 0.0))
        hosts[str(timing.get("host", "?"))] += 1
    return SweepStatus(
        experiment=store.plan.experiment,
        question=store.plan.question,
        n_runs=store.plan.n_runs,
        n_finished=int(tally.is_finished.sum()),
        n_failed=len(tally.failed),
        n_shards=tally.n_shards,
        n_damaged=tally.n_unreadable,
        n_aside=_n_entries(folder / DAMAGED),
        seconds_per_run=seconds / runs if runs else None,
        hosts=dict(hosts.most_common()),
        jobs=tuple(_job_status(found, tally, shell) for found in submissions(folder)),
    )


def submissions(folder: Path) -> tuple[Submission, ...]:
    """List the job arrays that a sweep's folder remembers, the oldest first."""
    found = []
    for path in (folder / SLURM_FOLDER).glob("*.json"):
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
            tasks = tuple(int(task) for task in data["tasks"])
            found.append(Submission(str(data["job"]), tasks, int(data["count"])))
        except (OSError, ValueError, KeyError, TypeError):
            continue
    return tuple(sorted(found, key=lambda submission: int(submission.job)))


def _job_status(submission: Submission, tally: Tally, shell: Shell) -> JobStatus:
    left = tally.unfinished(submission.count)
    unfinished = tuple(task for task in submission.tasks if task in left)
    if not unfinished:
        return JobStatus(submission, States(dict.fromkeys(submission.tasks, "COMPLETED"), {}), ())
    return JobStatus(submission, ask_states(submission.job, submission.tasks, shell), unfinished)


def _n_entries(folder: Path) -> int:
    return sum(1 for _ in folder.iterdir()) if folder.is_dir() else 0
