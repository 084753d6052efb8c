"""Carry out batches on a Dask cluster: one made on this machine, or any that has a scheduler.

Results do not travel: every worker writes its shards into the sweep's folder, which all of them
must see. A worker that dies is no loss, Dask gives its batch to another; a worker with another
version of this package, or with numpy's instructions unguarded, is refused.
"""

from __future__ import annotations

import importlib.util
import os
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from contextlib import ExitStack
from typing import Any

from kingmaker.errors import ParameterError, Problem, StoreError
from kingmaker.experiment.environment import BASELINE_INSTRUCTIONS, ONE_THREAD
from kingmaker.experiment.pool import interrupts_for_parent_only, main_left_alone
from kingmaker.sweep.engines.dask_worker import carry_out, look_around
from kingmaker.sweep.store import PlanReference, Store

WORKER_PATIENCE = 600.0
"""A cluster without any worker is given up after this time [s]; assumed."""

_LOOK_EVERY = 2.0
"""The workers are counted this often [s]; assumed."""

_REACH_SCHEDULER = 10.0
"""A scheduler that does not answer in this time is absent [s]; assumed."""

_RESUME = "what is finished is kept; go on: kingmaker sweep ... --resume"
_SAME = "install the same version of kingmaker on all machines"


def check_dask(package: str = "distributed") -> None:
    """Refuse to go on where Dask is not installed.

    Parameters
    ----------
    package
        What must be importable; Dask's scheduler and workers.

    Raises
    ------
    ParameterError
        If it is absent; names the command that installs it.
    """
    if importlib.util.find_spec(package) is None:
        wrong = f"'dask' needs the package {package}, which is not installed"
        remedy = "install it: pip install 'kingmaker[dask]'"
        raise ParameterError("kingmaker sweep", (Problem("--engine", wrong, remedy),))


class DaskEngine:
    """Carry out batches on the workers of a Dask client."""

    def __init__(self, client: Any, resources: ExitStack, patience: float) -> None:
        """Take a connected client.

        Parameters
        ----------
        client
            A `distributed.Client`; all of its workers have been checked.
        resources
            What is closed in the end.
        patience
            How long the cluster may be without any worker [s].
        """
        self._client = client
        self._resources = resources
        self._executor = client.get_executor(pure=False)
        self._patience = patience
        self._open: set[Future[Any]] = set()
        self._lock = threading.Lock()
        self._n_workers = len(client.nthreads())
        self._is_down = threading.Event()
        self._watch = threading.Thread(target=self._count_workers, daemon=True)
        self._watch.start()

    @property
    def workers(self) -> int:
        """Number of workers, as it was seconds ago."""
        return self._n_workers

    def submit(self, work: Callable[..., Any], /, *arguments: Any) -> Future[Any]:
        """Begin a call of a module's function on some worker.

        Parameters
        ----------
        work
            The function.
        arguments
            Its arguments.

        Returns
        -------
        A future of its result.
        """
        given: Future[Any] = Future()
        with self._lock:
            self._open.add(given)
        inner = self._executor.submit(carry_out, work, arguments)
        inner.add_done_callback(lambda done: self._settle(given, done))
        return given

    def is_loss(self, error: BaseException) -> bool:
        """Tell whether an error means that workers died of a batch."""
        from distributed.scheduler import KilledWorker

        return isinstance(error, KilledWorker)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Leave the cluster, and end it if it was made here.

        Parameters
        ----------
        wait
            Whether to wait for what is under way.
        cancel_futures
            Whether what has not begun is given up.
        """
        if self._is_down.is_set():
            return
        self._is_down.set()
        try:
            if cancel_futures or not wait:
                with self._lock:
                    given = list(self._open)
                for future in given:
                    future.cancel()
                self._executor.shutdown(wait=False)
            else:
                self._executor.shutdown(wait=True)
        finally:
            self._resources.close()

    def _settle(self, given: Future[Any], done: Future[Any]) -> None:
        """Pass on how a call ended."""
        with self._lock:
            if given not in self._open:
                return
            self._open.discard(given)
        if given.cancelled():
            return
        if done.cancelled():
            given.set_exception(self._lost("the scheduler is gone"))
        elif (error := done.exception()) is not None:
            given.set_exception(_in_words(error))
        else:
            given.set_result(done.result())

    def _count_workers(self) -> None:
        """Count the workers from time to time; give up when there have long been none."""
        last_seen = time.monotonic()
        while not self._is_down.wait(min(_LOOK_EVERY, self._patience)):
            try:
                self._n_workers = len(self._client.nthreads())
            except Exception:  # noqa: BLE001  # a scheduler that is gone raises whatever it likes
                self._n_workers = 0
            now = time.monotonic()
            if self._n_workers:
                last_seen = now
            elif now - last_seen >= self._patience:
                self._give_up(f"no worker for {now - last_seen:.0f} seconds")

    def _give_up(self, wrong: str) -> None:
        with self._lock:
            given = list(self._open)
            self._open.clear()
        for future in given:
            if not future.cancelled():
                future.set_exception(self._lost(wrong))

    def _lost(self, wrong: str) -> StoreError:
        return StoreError(self._client.scheduler.address, wrong, _RESUME)


def open_dask(
    store: Store,
    *,
    workers: int = 1,
    address: str | None = None,
    patience: float = WORKER_PATIENCE,
    say: Callable[[str], None] | None = None,
) -> DaskEngine:
    """Make a cluster on this machine, or join one, and check all its workers.

    Parameters
    ----------
    store
        The sweep; all workers must see its folder and have the same version of this package.
    workers
        Processes of the cluster that is made; not used with `address`.
    address
        Scheduler of a cluster that is there, such as ``tcp://10.0.0.1:8786``.
    patience
        How long the cluster may be without any worker [s].
    say
        Told what is waited for.

    Returns
    -------
    The engine; shut it down in the end.

    Raises
    ------
    ParameterError
        If Dask is not installed, or nothing answers at `address`.
    StoreError
        If a worker cannot be used, or none comes.
    """
    check_dask()
    resources = ExitStack()
    try:
        _silence(resources)
        client = _join(address, resources) if address else _make(workers, resources)
        if say is not None and not client.nthreads():
            say(f"{client.scheduler.address}: waiting for the first worker")
        _await_worker(client, patience)
        check_workers(client, store.reference)
        return DaskEngine(client, resources, patience)
    except BaseException:
        resources.close()
        raise


def check_workers(client: Any, reference: PlanReference) -> None:
    """Refuse workers that would compute something else, or could not write it.

    Parameters
    ----------
    client
        A `distributed.Client`.
    reference
        The sweep.

    Raises
    ------
    StoreError
        If a worker has another version of the package, no such folder, several threads, or
        instructions unguarded; names it.
    """
    told = client.run(look_around, reference, on_error="return")
    threads = client.nthreads()
    problems: dict[str, tuple[str, str]] = {}
    for worker in sorted(told):
        found = _wrong_with(told[worker], int(threads.get(worker, 1)))
        if found is not None:
            problems[worker] = found
    if problems:
        worker, (wrong, remedy) = next(iter(problems.items()))
        more = f" (so have {len(problems) - 1} more)" if len(problems) > 1 else ""
        raise StoreError(f"worker {worker}", f"{wrong}{more}", remedy)


def _wrong_with(told: Mapping[str, str] | BaseException, n_threads: int) -> tuple[str, str] | None:
    """Say what is wrong with a worker and what would be right, if anything is."""
    if isinstance(told, ImportError):
        return f"cannot import this version of kingmaker: {told}", _SAME
    if isinstance(told, BaseException):
        return f"cannot be asked: {type(told).__name__}: {told}", _SAME
    if "wrong" in told:
        return f"on {told['host']}: {told['wrong']}", told["remedy"]
    if n_threads > 1:
        wrong = f"on {told['host']}: has {n_threads} threads, of which one would work"
        return wrong, "start it with --nthreads 1, and as many workers as processors"
    return None


def _in_words(error: BaseException) -> BaseException:
    """Say what it means that a worker cannot even read what it is to do."""
    if not isinstance(error, ImportError | RuntimeError):
        return error
    cause = error.__cause__ or error
    wrong = f"cannot carry out a batch: {type(cause).__name__}: {cause}"
    told = StoreError("a worker", wrong, _SAME)
    told.__cause__ = error
    return told


def _await_worker(client: Any, patience: float) -> None:
    try:
        client.wait_for_workers(1, timeout=patience)
    except TimeoutError:
        wrong = f"has had no worker for {patience:.0f} seconds"
        raise StoreError(client.scheduler.address, wrong, "start workers, then sweep") from None


def _silence(resources: ExitStack) -> None:
    """Let Dask log nothing: what goes wrong is said once, as a message."""
    import logging

    from distributed.utils import silence_logging_cmgr

    resources.enter_context(silence_logging_cmgr(logging.CRITICAL))


def _join(address: str, resources: ExitStack) -> Any:
    from distributed import Client

    try:
        return resources.enter_context(Client(address, timeout=_REACH_SCHEDULER))
    except (OSError, ValueError) as error:
        wrong = f"nothing answers at '{address}': {error}"
        problem = Problem("--cluster", wrong, "the address of a Dask scheduler, tcp://HOST:PORT")
        raise ParameterError("kingmaker sweep", (problem,)) from error


def _make(workers: int, resources: ExitStack) -> Any:
    """Make a cluster of processes on loopback, guarded before they load numpy."""
    import logging
    from multiprocessing import resource_tracker

    import dask.config
    from distributed import Client, LocalCluster

    guard = {
        name: os.environ.get(name, value) for name, value in BASELINE_INSTRUCTIONS.items()
    } | ONE_THREAD
    spawn = "distributed.nanny.pre-spawn-environ"
    # The drive repeats what is lost, and counts it.
    settings: dict[str, Any] = {f"{spawn}.{name}": value for name, value in guard.items()}
    settings["distributed.scheduler.allowed-failures"] = 0
    # Started inside the block, it would let interrupts through again.
    resource_tracker.ensure_running()
    with dask.config.set(settings), interrupts_for_parent_only(), main_left_alone():
        cluster = LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            processes=True,
            host="127.0.0.1",
            dashboard_address="127.0.0.1:0",
            memory_limit=0,
            silence_logs=logging.CRITICAL,  # those of the workers
        )
    resources.enter_context(cluster)
    return resources.enter_context(Client(cluster))
