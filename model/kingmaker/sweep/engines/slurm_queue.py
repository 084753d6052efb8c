"""Speak with Slurm through its commands: submit an array of tasks, ask how each is doing."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kingmaker.errors import ParameterError, Problem

OVER = frozenset(
    {
        "BOOT_FAIL",
        "CANCELLED",
        "COMPLETED",
        "DEADLINE",
        "FAILED",
        "NODE_FAIL",
        "OUT_OF_MEMORY",
        "PREEMPTED",
        "REVOKED",
        "TIMEOUT",
    }
)
"""States of a task that does not run any more; a requeued one is PENDING again."""

UNKNOWN = "UNKNOWN"
"""State of a task of which no command knows anything."""

COMMANDS = ("sbatch", "squeue", "scontrol")
"""What Slurm must offer; ``sacct`` is asked where there is accounting."""

_INSTALL = "install Slurm's client commands, or cut the sweep with --shard I/N"
_PATIENCE = 60
"""A command that takes longer is given up, and asked again later [s]; assumed."""

_NO_SUCH_JOB = "Invalid job id"


@dataclass(frozen=True)
class Answer:
    """Hold what a command said.

    Attributes
    ----------
    status
        Exit status; -1 where the command is absent or took too long.
    out, err
        What it printed.
    """

    status: int
    out: str
    err: str


Shell = Callable[[Sequence[str]], Answer]
"""Run a command and return its answer, whatever it is."""


@dataclass(frozen=True)
class States:
    """Hold the states of the tasks of a job.

    Attributes
    ----------
    by_task
        State of each task; `UNKNOWN` where Slurm has forgotten it.
    reasons
        Why a task waits, by task, as ``squeue`` says it.
    silence
        What Slurm said instead of an answer; empty: it answered, so that what is `UNKNOWN` is over.
    """

    by_task: Mapping[int, str]
    reasons: Mapping[int, str]
    silence: str = ""

    def is_over(self, task: int) -> bool:
        """Whether a task does not run any more; False while Slurm does not answer."""
        state = self.by_task[task]
        return state in OVER or (state == UNKNOWN and not self.silence)


def run_command(words: Sequence[str]) -> Answer:
    """Run a command of Slurm.

    Parameters
    ----------
    words
        The command.

    Returns
    -------
    Its answer; an absent or hanging command answers with status -1.
    """
    try:
        done = subprocess.run(
            list(words), capture_output=True, text=True, check=False, timeout=_PATIENCE
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return Answer(-1, "", f"{words[0]}: {error}")
    return Answer(done.returncode, done.stdout, done.stderr.strip())


def check_commands() -> None:
    """Refuse to go on where Slurm's commands are absent.

    Raises
    ------
    ParameterError
        If one is absent.
    """
    absent = [name for name in COMMANDS if shutil.which(name) is None]
    if absent:
        wrong = f"needs the commands {', '.join(COMMANDS)}; absent: {', '.join(absent)}"
        raise _refused(wrong, _INSTALL)


def largest_index(shell: Shell = run_command) -> int:
    """Ask for the largest index of a task in an array.

    Parameters
    ----------
    shell
        What runs a command.

    Returns
    -------
    ``MaxArraySize - 1``; 1000 where Slurm does not say it, which is its own default.

    Raises
    ------
    ParameterError
        If Slurm allows no arrays at all.
    """
    words = ["scontrol", "show", "config"]
    found = re.search(r"^MaxArraySize\s*=\s*(\d+)", shell(words).out, re.MULTILINE)
    size = 1001 if found is None else int(found[1])
    if size < 2:
        wrong = "this Slurm allows no job arrays (MaxArraySize = 0)"
        raise _refused(wrong, "cut the sweep with --shard I/N")
    return size - 1


def submit(
    script: Path,
    tasks: Iterable[int],
    *,
    at_once: int | None = None,
    options: Sequence[str] = (),
    shell: Shell = run_command,
) -> str:
    """Submit a script as an array of tasks.

    Parameters
    ----------
    script
        The script; ``SLURM_ARRAY_TASK_ID`` tells it which task it is.
    tasks
        Indices of the tasks.
    at_once
        Tasks that may run at the same time; None: as many as Slurm lets.
    options
        Further options of ``sbatch``.
    shell
        What runs a command.

    Returns
    -------
    Id of the job.

    Raises
    ------
    ParameterError
        If Slurm refuses it.
    """
    array = index_list(tasks) + ("" if at_once is None else f"%{at_once}")
    words = ["sbatch", "--parsable", f"--array={array}", *options, str(script)]
    answer = shell(words)
    found = re.match(r"(\d+)", answer.out)
    if answer.status != 0 or found is None:
        wrong = f"Slurm refuses tasks {array}: {answer.err or answer.out or 'no answer'}"
        raise _refused(wrong, f"the command was: {shlex.join(words)}")
    return found[1]


def ask_states(job: str, tasks: Iterable[int], shell: Shell = run_command) -> States:
    """Ask how the tasks of a job are: ``squeue``, then ``scontrol``, then ``sacct``.

    Without accounting a job is forgotten some minutes after its end, and ``sacct`` lags behind:
    states tell when to look at the files, and the files decide what is done.

    Parameters
    ----------
    job
        Id of the job.
    tasks
        Indices of its tasks.
    shell
        What runs a command.

    Returns
    -------
    The states.
    """
    wanted = set(tasks)
    found: dict[int, str] = {}
    reasons: dict[int, str] = {}
    queue = shell(
        ["squeue", "--noheader", "--array", "--states=all", f"--jobs={job}", "--format=%K|%T|%r"]
    )
    for index, state, reason in _fields(queue.out, 3):
        for task in read_indices(index):
            found[task] = state
            if state == "PENDING" and reason not in ("", "None"):
                reasons[task] = reason
    has_answered = queue.status == 0 or _NO_SUCH_JOB in queue.err
    if not found.keys() >= wanted:
        shown = shell(["scontrol", "--oneliner", "show", "job", job])
        has_answered = has_answered or shown.status == 0 or _NO_SUCH_JOB in shown.err
        for task, state in _shown_states(shown.out):
            found.setdefault(task, state)
    if not found.keys() >= wanted:
        told = shell(
            [
                *("sacct", "--noheader", "--parsable2", "--allocations", f"--jobs={job}"),
                "--format=JobID,State",
            ]
        )
        for name, state in _fields(told.out, 2):
            for task in read_indices(name.partition("_")[2]):
                found.setdefault(task, state.split()[0])
    return States(
        {task: found.get(task, UNKNOWN) for task in sorted(wanted)},
        {task: reasons[task] for task in sorted(wanted & reasons.keys())},
        "" if has_answered else queue.err or "no answer",
    )


def index_list(indices: Iterable[int]) -> str:
    """Write indices as Slurm does: ``1-3,5``."""
    runs: list[list[int]] = []
    for index in sorted(set(indices)):
        if runs and runs[-1][1] == index - 1:
            runs[-1][1] = index
        else:
            runs.append([index, index])
    return ",".join(str(a) if a == b else f"{a}-{b}" for a, b in runs)


def read_indices(text: str) -> list[int]:
    """Read ``7``, ``1-3,5``, ``[1-3,5%2]`` or ``1-9:4``; nothing for what is no index."""
    indices: list[int] = []
    for word in text.strip().strip("[]").split("%")[0].split(","):
        found = re.fullmatch(r"(\d+)(?:-(\d+))?(?::(\d+))?", word.strip())
        if found is not None:
            first = int(found[1])
            indices += range(first, int(found[2] or first) + 1, int(found[3] or 1))
    return indices


def _refused(wrong: str, remedy: str) -> ParameterError:
    return ParameterError("kingmaker sweep", (Problem("--engine slurm", wrong, remedy),))


def _fields(text: str, count: int) -> Iterable[list[str]]:
    for line in text.splitlines():
        fields = [field.strip() for field in line.split("|")]
        if len(fields) >= count and fields[1]:
            yield fields[:count]


def _shown_states(text: str) -> Iterable[tuple[int, str]]:
    for line in text.splitlines():
        indices = re.search(r"\bArrayTaskId=(\S+)", line)
        state = re.search(r"\bJobState=(\S+)", line)
        if indices is not None and state is not None:
            for task in read_indices(indices[1]):
                yield task, state[1]
