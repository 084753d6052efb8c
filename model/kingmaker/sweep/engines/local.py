"""Carry out batches in processes of this machine; a process that dies is replaced."""

from __future__ import annotations

import contextlib
import multiprocessing
import pickle
import threading
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from queue import SimpleQueue
from typing import Any

from kingmaker.experiment.environment import guarded_children
from kingmaker.experiment.pool import (
    DIED,
    interrupts_for_parent_only,
    main_left_alone,
    start_worker,
)


@dataclass
class _Task:
    future: Future[Any]
    packed: bytes


@dataclass
class _Worker:
    process: BaseProcess
    connection: Connection


class LocalEngine:
    """Hold processes, and a thread for each that waits for it.

    The standard library's pool breaks as a whole when one of its processes dies, and nobody knows
    which batch it was. Here a death is blamed on the batch that caused it, and the others go on.
    """

    def __init__(self, workers: int) -> None:
        """Make the engine; processes start with the first batches.

        Parameters
        ----------
        workers
            Number of processes.
        """
        self.workers = workers
        self._lock = threading.Lock()
        self._tasks: SimpleQueue[_Task | None] = SimpleQueue()
        self._processes: dict[int, _Worker] = {}
        self._is_closed = False
        self._is_ended = False
        self._threads = [
            threading.Thread(target=self._serve, args=(place,), daemon=True)
            for place in range(workers)
        ]
        for thread in self._threads:
            thread.start()

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
        task = _Task(Future(), pickle.dumps((work, arguments)))
        if self._is_closed:
            raise RuntimeError("the engine is shut down")
        self._tasks.put(task)
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
        self._is_closed = True
        if cancel_futures:
            with self._lock:
                self._is_ended = True
                for worker in self._processes.values():
                    worker.process.terminate()
        for _ in self._threads:
            self._tasks.put(None)
        if wait:
            for thread in self._threads:
                thread.join()

    def process_ids(self) -> list[int]:
        """List the processes that are there."""
        with self._lock:
            return [worker.process.pid or 0 for worker in self._processes.values()]

    def _serve(self, place: int) -> None:
        """Give tasks to one process after the other, until there are no more."""
        while (task := self._tasks.get()) is not None:
            if self._is_ended:
                task.future.cancel()
            elif task.future.set_running_or_notify_cancel():
                self._carry_out(place, task)
        with self._lock:
            worker = self._processes.pop(place, None)
        if worker is not None:
            worker.connection.close()
            worker.process.join()

    def _carry_out(self, place: int, task: _Task) -> None:
        try:
            worker = self._worker_at(place)
            worker.connection.send_bytes(task.packed)
            is_error, result = pickle.loads(worker.connection.recv_bytes())
        except (EOFError, OSError):
            self._remove(place)
            task.future.set_exception(BrokenProcessPool(DIED))
        except BaseException as error:  # noqa: BLE001  # a thread has nobody else to tell
            self._remove(place)
            task.future.set_exception(error)
        else:
            if is_error:
                task.future.set_exception(result)
            else:
                task.future.set_result(result)

    def _worker_at(self, place: int) -> _Worker:
        """Return the process of a place; a new one where there is none, or it died idle."""
        # One at a time: the environment and the main module are those of the whole process.
        with self._lock:
            worker = self._processes.get(place)
            if worker is not None and worker.process.is_alive():
                return worker
            if self._is_ended:
                raise EOFError
            context = multiprocessing.get_context("spawn")
            ours, theirs = context.Pipe()
            process = context.Process(target=_work, args=(theirs,), daemon=True)
            with guarded_children(), interrupts_for_parent_only(), main_left_alone():
                process.start()
            theirs.close()
            self._processes[place] = _Worker(process, ours)
            return self._processes[place]

    def _remove(self, place: int) -> None:
        """Bury a process that died, or of which nobody knows what it is doing."""
        with self._lock:
            worker = self._processes.pop(place, None)
        if worker is not None:
            worker.process.terminate()
            worker.process.join()
            worker.connection.close()


def _work(connection: Connection) -> None:
    """Carry out what comes, until the other end is closed; runs in the process."""
    start_worker()
    with contextlib.suppress(EOFError, OSError):
        while True:
            packed = connection.recv_bytes()
            connection.send_bytes(_answer(packed))


def _answer(packed: bytes) -> bytes:
    """Call a function; return whether it failed, and its result or its error."""
    try:
        work, arguments = pickle.loads(packed)
        return pickle.dumps((False, work(*arguments)))
    except Exception as error:  # noqa: BLE001  # the parent decides what it means
        try:
            return pickle.dumps((True, error))
        except Exception:  # noqa: BLE001  # an error that does not pickle
            return pickle.dumps((True, RuntimeError(f"{type(error).__name__}: {error}")))
