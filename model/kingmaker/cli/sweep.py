"""Carry out ``kingmaker sweep``, ``collect`` and ``verify``."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from kingmaker.cli.arguments import whole_number
from kingmaker.cli.sweep_words import counted, estimate_in_words
from kingmaker.errors import ParameterError, Problem, StoreError

if TYPE_CHECKING:
    from kingmaker.sweep.drive import DriveReport, Engine, Progress
    from kingmaker.sweep.plan import SweepPlan
    from kingmaker.sweep.store import Store

TITLE = "kingmaker sweep"
ENGINES = ("local", "dask", "slurm")
_MOST_TASKS = 100_000
_MOST_WORKERS = 1024
_SHOWN_FAILURES = 3


@dataclass(frozen=True)
class SweepArguments:
    """Hold the arguments of ``kingmaker sweep`` as they were typed."""

    experiment: str
    out: str | None
    engine: str
    workers: str
    shard: str | None
    is_resumed: bool
    is_retried: bool
    is_dry: bool
    cluster: str | None
    tasks: str | None
    at_once: str | None
    sbatch: tuple[str, ...]
    is_detached: bool


@dataclass(frozen=True)
class SweepOptions:
    """Hold the options of a sweep, checked.

    Attributes
    ----------
    shard
        Number of the slice and how many there are; None: everything.
    """

    engine: str
    workers: int
    shard: tuple[int, int] | None
    tasks: int | None
    at_once: int | None


def sweep_command(arguments: SweepArguments) -> None:
    """Sweep as the arguments say.

    Raises
    ------
    ExperimentError, ParameterError
        If the input is wrong.
    StoreError
        If the folder is another experiment's or another version's.
    """
    from kingmaker.experiment.environment import guard_process

    guard_process()
    from kingmaker.sweep.load import load_experiment

    options = check_options(arguments)
    is_resumed = arguments.is_resumed or arguments.is_retried or options.shard is not None
    plan = load_experiment(
        arguments.experiment, _earlier_plan(arguments.out) if is_resumed else None
    )
    folder = Path(plan.experiment if arguments.out is None else arguments.out)
    typer.echo(f"{plan.experiment}: {plan.question}")
    points, replicates = counted(plan.n_points, "point"), counted(plan.replicates, "replicate")
    typer.echo(f"{points} x {replicates} = {counted(plan.n_runs, 'run')}")
    if arguments.is_dry:
        from kingmaker.sweep.session import pilot

        typer.echo(estimate_in_words(pilot(plan, options.workers)))
        return
    from kingmaker.sweep.store import discard_if_empty, start_store

    is_new = not folder.exists()
    store = start_store(folder, plan, is_resumed=is_resumed)
    if arguments.is_retried:
        from kingmaker.sweep.session import set_failures_aside

        set_failures_aside(store)
    try:
        status = _carry_out(store, arguments, options)
    except KeyboardInterrupt:
        typer.echo(f"kingmaker: interrupted, {_finished(store)}; {_go_on(arguments)}", err=True)
        raise typer.Exit(130) from None
    except ParameterError:
        if is_new:
            discard_if_empty(store)
        raise
    except StoreError as error:
        typer.echo(f"kingmaker: {error}", err=True)
        raise typer.Exit(1) from None
    if status:
        raise typer.Exit(status)


def _earlier_plan(out: str | None) -> Callable[[str], SweepPlan | None]:
    """Make a function that reads the plan of the folder that an experiment is swept into."""
    from kingmaker.sweep.store import open_store

    def read(name: str) -> SweepPlan | None:
        try:
            return open_store(Path(name if out is None else out)).plan
        except StoreError:
            return None  # it is new, or what is wrong with it is said later

    return read


def check_options(arguments: SweepArguments) -> SweepOptions:
    """Check the options, all at once.

    Raises
    ------
    ParameterError
        All problems.
    """
    from kingmaker.experiment.option_values import whole

    problems: list[Problem] = []
    if arguments.engine not in ENGINES:
        wrong = f"'{arguments.engine}' is no engine"
        problems.append(Problem("--engine", wrong, ", ".join(ENGINES)))
    shard = None
    if arguments.shard is not None:
        ends = re.fullmatch(r"([0-9]{1,6})/([0-9]{1,6})", arguments.shard, re.ASCII)
        if ends is None or not 1 <= int(ends[1]) <= int(ends[2]):
            wrong = f"'{arguments.shard}' is no shard"
            problems.append(Problem("--shard", wrong, "I/N with I from 1 to N, such as 3/7"))
        else:
            shard = (int(ends[1]), int(ends[2]))
        if arguments.engine == "slurm":
            wrong = "cannot be given with --engine slurm"
            problems.append(Problem("--shard", wrong, "its tasks are shards already"))
    if arguments.cluster is not None and arguments.engine != "dask":
        wrong = f"is not used with --engine {arguments.engine}"
        problems.append(Problem("--cluster", wrong, "--engine dask"))
    for name, is_given in (
        ("--tasks", arguments.tasks is not None),
        ("--at-once", arguments.at_once is not None),
        ("--sbatch", bool(arguments.sbatch)),
        ("--detach", arguments.is_detached),
    ):
        if is_given and arguments.engine != "slurm":
            wrong = f"is not used with --engine {arguments.engine}"
            problems.append(Problem(name, wrong, "--engine slurm"))
    options = SweepOptions(
        engine=arguments.engine,
        workers=whole(whole_number(arguments.workers), "--workers", (1, _MOST_WORKERS), problems),
        shard=shard,
        tasks=_optional("--tasks", arguments.tasks, problems),
        at_once=_optional("--at-once", arguments.at_once, problems),
    )
    if problems:
        raise ParameterError(TITLE, tuple(problems))
    return options


def collect_command(folder: Path) -> None:
    """Collect a sweep and print its summary.

    Raises
    ------
    StoreError
        If something is missing, damaged or foreign.
    """
    from kingmaker.sweep.collect import collect
    from kingmaker.sweep.store import open_store

    store = open_store(folder)
    found = collect(store)
    _print_end(store, found.sha256)


def verify_command(folder: Path, recompute: str | None) -> None:
    """Verify a sweep and print what was found; exit status 1 if anything is wrong."""
    from kingmaker.experiment.environment import guard_process

    guard_process()
    from kingmaker.sweep import verify
    from kingmaker.sweep.store import open_store

    asked = None if recompute is None else _runs_asked(recompute)
    store = open_store(folder)
    verdict = verify.verify(store)
    failed = f", {verdict.n_failed} failed" if verdict.n_failed else ""
    typer.echo(f"{verdict.n_rows} of {verdict.n_runs} runs have their row{failed}")
    if verdict.n_doubled:
        typer.echo(f"{verdict.n_doubled} of them lie in two shards, with equal rows")
    if not verdict.problems:
        typer.echo("none missing, none doubled, none foreign")
        typer.echo(f"sha256 {verdict.sha256}")
    for problem in verdict.problems:
        typer.echo(f"kingmaker: {folder}: {problem}", err=True)
    if verdict.problems:
        raise typer.Exit(1)
    if asked is None:
        return
    n_differing = 0
    for compared in verify.recompute(store, asked):
        typer.echo(f"{compared.run_id} {'is the same' if compared.is_same else 'DIFFERS'}")
        n_differing += not compared.is_same
    if n_differing:
        raise typer.Exit(1)


def _carry_out(store: Store, arguments: SweepArguments, options: SweepOptions) -> int:
    """Drive an engine, collect, print; return the exit status."""
    from kingmaker.sweep.drive import running
    from kingmaker.sweep.plan import slice_of
    from kingmaker.sweep.session import carry_out, finish

    asked = None
    if options.shard is not None:
        asked = slice_of(store.plan.n_runs, *options.shard)
        typer.echo(f"shard {arguments.shard}: {len(asked)} of these")
    if options.engine == "slurm":
        return _on_slurm(store, arguments, options)
    with (
        _progress() as (progress, say),
        running(_engine(store, arguments, options, say)) as engine,
    ):
        done = carry_out(
            store,
            engine,
            asked=asked,
            progress=progress,
            estimated=lambda found: say(estimate_in_words(found)),
            say=say,
        )
        found = finish(store, engine, progress, say) if asked is None else None
    _print_done(done)
    if found is not None:
        return _print_end(store, found.sha256)
    typer.echo(f"when all shards are done: kingmaker collect {store.folder}")
    return 0


def _engine(
    store: Store, arguments: SweepArguments, options: SweepOptions, say: Callable[[str], None]
) -> Engine:
    """Start the engine."""
    if options.engine == "dask":
        from kingmaker.sweep.engines.dask import open_dask

        return open_dask(store, workers=options.workers, address=arguments.cluster, say=say)
    from kingmaker.sweep.engines.local import LocalEngine

    return LocalEngine(options.workers)


def _on_slurm(store: Store, arguments: SweepArguments, options: SweepOptions) -> int:
    from kingmaker.sweep.collect import collect
    from kingmaker.sweep.engines.slurm import sweep_on_slurm
    from kingmaker.sweep.engines.slurm_script import SlurmOptions
    from kingmaker.sweep.session import estimate, pilot

    known = estimate(store, store.plan.n_runs, 1) or pilot(store.plan, 1)
    typer.echo(estimate_in_words(known))
    with _progress() as (progress, say):
        done = sweep_on_slurm(
            store,
            Path(arguments.experiment),
            SlurmOptions(
                tasks=options.tasks,
                at_once=options.at_once,
                options=arguments.sbatch,
                is_detached=arguments.is_detached,
            ),
            seconds_per_run=known.seconds_per_run,
            progress=progress,
            say=say,
        )
        if done is None:
            say(f"look: kingmaker status {store.folder}; then: kingmaker collect {store.folder}")
            return 0
        found = collect(store)
    _print_done(done)
    return _print_end(store, found.sha256)


def _print_done(done: DriveReport) -> None:
    earlier = f", {done.n_found} were there already" if done.n_found else ""
    lost = f", {counted(done.n_lost, 'batch')} repeated after a worker died" if done.n_lost else ""
    typer.echo(f"{counted(done.n_done, 'run')} done{earlier}{lost}")


def _print_end(store: Store, sha256: str) -> int:
    """Print summary, failures and hash; return the exit status."""
    from kingmaker.report.sweep import print_summary
    from kingmaker.sweep.summary import failures, summarise

    groups = summarise(store)
    print_summary(groups)
    n_failed = sum(group.n_failed for group in groups)
    if n_failed:
        typer.echo(f"kingmaker: {counted(n_failed, 'run')} failed; try again: --retry", err=True)
        for error, command in failures(store, _SHOWN_FAILURES):
            typer.echo(f"  {' '.join(error.split())}; repeat it with: {command}", err=True)
    typer.echo(f"Tables and manifest written to {store.folder}")
    typer.echo(f"sha256 {sha256}")
    return 1 if n_failed else 0


def _finished(store: Store) -> str:
    try:
        survey = store.survey()
    except StoreError:
        return "what is finished is kept"
    return f"{survey.n_finished} of {store.plan.n_runs} runs are finished and kept"


def _go_on(arguments: SweepArguments) -> str:
    out = "" if arguments.out is None else f" --out {arguments.out}"
    return f"go on: kingmaker sweep {arguments.experiment}{out} --resume"


def _runs_asked(text: str) -> int | list[str]:
    """Read a number of runs, or their ids."""
    if re.fullmatch(r"[0-9]{1,7}", text, re.ASCII) and int(text) > 0:
        return int(text)
    words = [word.strip() for word in text.split(",")]
    if all(re.fullmatch(r"[0-9a-f]{32}", word, re.ASCII) for word in words):
        return words
    problem = Problem("--recompute", f"'{text}' is no number of runs", "10, or ids of runs")
    raise ParameterError("kingmaker verify", (problem,))


def _optional(where: str, text: str | None, problems: list[Problem]) -> int | None:
    if text is None:
        return None
    from kingmaker.experiment.option_values import whole

    return whole(whole_number(text), where, (1, _MOST_TASKS), problems)


@contextmanager
def _progress() -> Iterator[tuple[Progress | None, Callable[[str], None]]]:
    """Show a bar on standard error if that is a terminal; yield it and what prints lines."""
    if not sys.stderr.isatty():
        yield None, lambda text: typer.echo(text, err=True)
        return
    from kingmaker.report.progress import progress_bar

    with progress_bar("runs") as bar:
        yield bar, bar.say
