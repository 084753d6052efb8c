"""Spread a sweep over a Slurm cluster without any server: one job array, the folder, and waiting.

Each task of the array computes one slice of the plan with ``kingmaker sweep --shard I/N``. Slurm
says when to look, the files decide: a task that ended without finishing its slice is submitted
again a few times, whatever Slurm calls its end. Whoever waits may be interrupted; the jobs go on,
and the next ``--resume`` finds them.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from kingmaker.errors import StoreError
from kingmaker.files.folder import write_file
from kingmaker.sweep.drive import DriveReport, Progress, sound_survey
from kingmaker.sweep.engines.slurm_queue import (
    Shell,
    States,
    ask_states,
    check_commands,
    index_list,
    largest_index,
    run_command,
    submit,
)
from kingmaker.sweep.engines.slurm_script import SlurmOptions, log_of, n_tasks, write_script
from kingmaker.sweep.status import Submission, Tally, submissions
from kingmaker.sweep.store import SLURM_FOLDER, Store

_SHORTEST_PAUSE, _LONGEST_PAUSE = 1.0, 30.0
"""Between two looks at files and queue [s]: a twentieth of the time waited; assumed."""

_LOG_LINES, _LOG_LETTERS = 3, 600
"""Shown of the log of a shard that is given up."""


@dataclass
class _Shard:
    """Follow one shard.

    Attributes
    ----------
    job
        Job array that it was last submitted with.
    missing
        Missing runs at that time.
    tries
        Submissions since it last got on.
    over_since
        When its task was first seen to be over [s]; None: it is not.
    state
        How it ended.
    """

    job: str
    missing: int
    tries: int = 1
    over_since: float | None = None
    state: str = ""


@dataclass
class _Wait:
    """Follow all shards of a sweep."""

    store: Store
    script: Path
    count: int
    options: SlurmOptions
    shell: Shell
    say: Callable[[str], None]
    tally: Tally
    shards: dict[int, _Shard] = field(default_factory=dict)
    n_repeated: int = 0
    is_silent: bool = False


def sweep_on_slurm(
    store: Store,
    experiment: Path,
    options: SlurmOptions,
    *,
    seconds_per_run: float,
    progress: Progress | None = None,
    say: Callable[[str], None] | None = None,
    shell: Shell = run_command,
    sleep: Callable[[float], None] = time.sleep,
) -> DriveReport | None:
    """Carry out the missing runs of a sweep as a job array.

    Tasks of an earlier array that still wait or run are waited for, not doubled.

    Parameters
    ----------
    store
        The sweep, in a folder that all nodes see.
    experiment
        The experiment file; all nodes see it, too.
    options
        How to spread it.
    seconds_per_run
        About how long a run takes on one processor [s].
    progress
        Told how far the sweep is.
    say
        Told what is submitted.
    shell
        What runs Slurm's commands.
    sleep
        What waits.

    Returns
    -------
    What was done; None if nobody waits for it.

    Raises
    ------
    ParameterError
        If Slurm's commands are absent, or Slurm refuses the jobs.
    StoreError
        If a shard does not get finished, or somebody cancelled the jobs.
    """
    if shell is run_command:
        check_commands()
    n_found = sound_survey(store, say).n_finished
    tally = Tally(store)
    tally.look()
    n_failed = len(tally.failed)
    if n_found == store.plan.n_runs:
        return DriveReport(n_found, n_found, 0, 0, 0)
    under_way = _under_way(store, shell)
    count = under_way[0].count if under_way else 0
    n_missing = store.plan.n_runs - n_found
    limit = min(largest_index(shell), store.plan.n_runs)
    count = count or n_tasks(n_missing, seconds_per_run, options, limit)
    script = write_script(store, experiment, count)
    wait = _Wait(store, script, count, options, shell, say or _be_silent, tally)
    left = tally.unfinished(count)
    for old in under_way:
        wait.shards |= {task: _Shard(old.job, left[task]) for task in old.tasks if task in left}
        wait.say(f"job {old.job}: tasks {index_list(old.tasks)} are under way since earlier")
    new = sorted(left.keys() - wait.shards.keys())
    if new:
        _submit(wait, new, left)
    if options.is_detached:
        return None
    try:
        _follow(wait, progress, sleep)
    except KeyboardInterrupt:
        jobs = " ".join(sorted({shard.job for shard in wait.shards.values()}))
        wait.say(f"the jobs go on; look: kingmaker status {store.folder}; end them: scancel {jobs}")
        raise
    n_done = store.plan.n_runs - n_found
    n_failed = len(tally.failed) - n_failed
    return DriveReport(store.plan.n_runs, n_found, n_done, n_failed, wait.n_repeated)


def _be_silent(text: str) -> None:
    """Say nothing."""
    del text


def _under_way(store: Store, shell: Shell) -> list[Submission]:
    """List tasks of earlier arrays that still wait or run; all of one cut, the latest."""
    found: list[Submission] = []
    for old in reversed(submissions(store.folder)):
        states = ask_states(old.job, old.tasks, shell)
        taken = {task for other in found for task in other.tasks}
        tasks = tuple(t for t in old.tasks if not states.is_over(t) and t not in taken)
        if tasks and not states.silence and (not found or old.count == found[0].count):
            found.append(Submission(old.job, tasks, old.count))
    return found


def _submit(wait: _Wait, shards: Iterable[int], left: Mapping[int, int]) -> None:
    """Submit shards as one array, and note it in the folder."""
    shards = list(shards)
    log = wait.store.folder.absolute() / SLURM_FOLDER / "%A_%a.log"
    job = submit(
        wait.script,
        shards,
        at_once=wait.options.at_once,
        options=[f"--output={log}", *wait.options.options],
        shell=wait.shell,
    )
    note = {"job": job, "tasks": shards, "count": wait.count}
    write_file(
        wait.store.folder / SLURM_FOLDER / f"{job}.json",
        (json.dumps(note) + "\n").encode(),
        aside=wait.store.aside,
    )
    wait.say(f"job {job}: submitted tasks {index_list(shards)} of {wait.count}")
    for number in shards:
        before = wait.shards.get(number)
        wait.shards[number] = _Shard(job, left[number], before.tries + 1 if before else 1)


def _follow(wait: _Wait, progress: Progress | None, sleep: Callable[[float], None]) -> None:
    """Wait until all shards are finished, and submit again what ended before."""
    began = time.monotonic()
    while True:
        wait.tally.look()
        n_runs = wait.store.plan.n_runs
        if progress is not None:
            progress(int(wait.tally.is_finished.sum()), n_runs)
        left = wait.tally.unfinished(wait.count)
        if not left:
            if sound_survey(wait.store, wait.say).n_finished == n_runs:
                return
            # A shard was written, but not as it was meant: its run is missing again.
            wait.tally = Tally(wait.store)
            continue
        _look_at_queue(wait, left)
        ended = _ended(wait, left)
        _refuse_cancelled(wait, left, ended)
        again = [number for number in ended if _may_repeat(wait, number, left[number])]
        if again:
            wait.n_repeated += len(again)
            _submit(wait, again, left)
        elif len(ended) == len(left):
            raise _given_up(wait, ended)
        pause = (time.monotonic() - began) / 20
        sleep(min(max(pause, _SHORTEST_PAUSE), _LONGEST_PAUSE))


def _look_at_queue(wait: _Wait, left: Mapping[int, int]) -> None:
    """Note which shards' tasks are over."""
    by_job: dict[str, list[int]] = {}
    for number in left:
        by_job.setdefault(wait.shards[number].job, []).append(number)
    silence = ""
    for job, numbers in sorted(by_job.items()):
        states: States = ask_states(job, numbers, wait.shell)
        silence = silence or states.silence
        for number in numbers:
            shard = wait.shards[number]
            shard.state = states.by_task[number]
            if not states.is_over(number):
                shard.over_since = None
            elif shard.over_since is None:
                shard.over_since = time.monotonic()
    if silence and not wait.is_silent:
        wait.say(f"Slurm does not answer, waiting for it and for the files: {silence}")
    wait.is_silent = bool(silence)


def _ended(wait: _Wait, left: Mapping[int, int]) -> list[int]:
    """List the unfinished shards whose tasks ended long enough ago for files to have shown up."""
    now, grace = time.monotonic(), wait.options.grace
    times = {number: wait.shards[number].over_since for number in left}
    return [n for n, since in times.items() if since is not None and now - since >= grace]


def _refuse_cancelled(wait: _Wait, left: Mapping[int, int], ended: list[int]) -> None:
    """Stop if all that was left has been cancelled: somebody wants the sweep to end."""
    states = {wait.shards[number].state for number in left}
    if len(left) > 1 and len(ended) == len(left) and states == {"CANCELLED"}:
        wrong = f"the {len(left)} tasks that were left have been cancelled"
        raise StoreError(str(wait.store.folder), wrong, "go on with it: --resume")


def _may_repeat(wait: _Wait, number: int, missing: int) -> bool:
    """Tell whether a shard that ended unfinished is submitted again."""
    shard = wait.shards[number]
    if missing < shard.missing:
        # It got on, as one does that runs into its time limit.
        shard.tries = 0
    return shard.tries < wait.options.tries


def _given_up(wait: _Wait, ended: list[int]) -> StoreError:
    """Say which shards are not finished, and how the first of them ended."""
    number = ended[0]
    shard = wait.shards[number]
    log = log_of(wait.store, shard.job, number)
    wrong = (
        f"shards {index_list(ended)} of {wait.count} are not finished after "
        f"{wait.options.tries} tries; task {shard.job}_{number} ended as {shard.state}"
    )
    try:
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
        last = " / ".join([line.strip() for line in lines if line.strip()][-_LOG_LINES:])
        wrong += f", saying: {last[-_LOG_LETTERS:]}" if last else ""
    except OSError:
        wrong += f", without a log at {log}"
    return StoreError(
        str(wait.store.folder), wrong, f"see {log}, mend it and go on with it: --resume"
    )
