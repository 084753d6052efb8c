"""Carry out batches in processes of this machine; a process that dies is replaced."""

from __future__ import annotations

import contextlib
import multiprocessing
import threading
from collections import deque
from concurrent.futures import CancelledError, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import partial
from typing import Any

from kingmaker.experiment.environment import guarded_children
from kingmaker.experiment.pool import interrupts_for_parent_only, main_left_alone, start_worker


@dataclass
class _Task:
    future: Future[Any]
    work: Any
    arguments: tuple[Any, ...]


class LocalEngine:
    """Hold pools of one process each, so that a death is blamed on the batch that caused it.

    A pool of several processes breaks as a whole when one of them dies, and nobody knows which
    batch it was; here the other batches go on.
    """

    def __init__(self, workers: int) -> None:
        """Make the engine; processes start with the first batches.

        Parameters
        ----------
        workers
            Number of processes.
        """
        self.workers = workers
        self._lock = threading.RLock()
        self._waiting: deque[_Task] = deque()
        self._pools: list[ProcessPoolExecutor | None] = [None] * workers
        self._idle = list(range(workers - 1, -1, -1))
        self._is_closed = False

    def submit(self, work: Any, /, *arguments: Any) -> Future[Any]:
        """Begin a call as soon as a process is idle.

        Parameters
        ----------
        work
            A function of a module; its arguments and result are pickled.

        Returns
        -------
        Its future; `BrokenProcessPool` where the process died.
        """
        task = _Task(Future(), work, arguments)
        with self._lock:
            if self._is_closed:
                raise RuntimeError("the engine is shut down")
            self._waiting.append(task)
            self._hand_out()
        return task.future

    def is_loss(self, error: BaseException) -> bool:
        """Tell whether an error means that a process died."""
        return isinstance(error, BrokenProcessPool)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the processes.

        Parameters
        ----------
        wait
            Whether to return only when they have ended.
        cancel_futures
            Whether to end them at once, in the middle of what they are doing.
        """
        with self._lock:
            self._is_closed = True
            pools = [pool for pool in self._pools if pool is not None]
            waiting = list(self._waiting) if cancel_futures else []
            if cancel_futures:
                self._waiting.clear()
        for task in waiting:
            task.future.cancel()
        for pool in pools:
            if cancel_futures:
                _kill(pool)
            pool.shutdown(wait=wait, cancel_futures=cancel_futures)

    def process_ids(self) -> list[int]:
        """List the processes that are running."""
        with self._lock:
            pools = [pool for pool in self._pools if pool is not None]
            return [pid for pool in pools for pid in (pool._processes or {})]

    def _hand_out(self) -> None:
        """Give waiting tasks to idle processes; the lock is held."""
        while self._waiting and self._idle:
            task = self._waiting.popleft()
            if not task.future.set_running_or_notify_cancel():
                continue
            place = self._idle.pop()
            pool = self._pools[place] or _new_pool()
            self._pools[place] = pool
            with guarded_children(), interrupts_for_parent_only(), main_left_alone():
                try:
                    inner = pool.submit(task.work, *task.arguments)
                except BrokenProcessPool:
                    # It died idle: nobody's fault.
                    pool.shutdown(wait=False)
                    pool = self._pools[place] = _new_pool()
                    inner = pool.submit(task.work, *task.arguments)
            inner.add_done_callback(partial(self._end, task, place))

    def _end(self, task: _Task, place: int, done: Future[Any]) -> None:
        """Pass a result on and begin the next task; called in the pool's own thread."""
        error = None if done.cancelled() else done.exception()
        with self._lock:
            pool = self._pools[place]
            if isinstance(error, BrokenProcessPool) and pool is not None:
                self._pools[place] = None
                pool.shutdown(wait=False)
            self._idle.append(place)
            if not self._is_closed:
                self._hand_out()
        if done.cancelled():
            task.future.set_exception(CancelledError())
        elif error is not None:
            task.future.set_exception(error)
        else:
            task.future.set_result(done.result())


def _new_pool() -> ProcessPoolExecutor:
    return ProcessPoolExecutor(
        max_workers=1,
        mp_context=multiprocessing.get_context("spawn"),
        initializer=start_worker,
    )


def _kill(pool: ProcessPoolExecutor) -> None:
    """End a pool's process at once; what it is doing is lost, what it has written is whole."""
    # Python 3.14 has `terminate_workers`; before it, nothing public names the processes.
    for process in list((pool._processes or {}).values()):
        with contextlib.suppress(OSError):
            process.terminate()
