"""Look around and carry out a batch on a Dask worker; all of this runs there."""

from __future__ import annotations

import os
import platform
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from kingmaker.errors import StoreError
from kingmaker.experiment.environment import BASELINE_INSTRUCTIONS
from kingmaker.sweep.store import PlanReference, open_reference

_GUARD = " ".join(f"{name}='{value}'" for name, value in BASELINE_INSTRUCTIONS.items())
_ONE_AT_A_TIME = threading.Lock()


def look_around(reference: PlanReference) -> Mapping[str, str]:
    """Say where a worker is, and what is wrong with it.

    Parameters
    ----------
    reference
        The sweep.

    Returns
    -------
    ``host``, and for what is wrong ``wrong`` and ``remedy``.
    """
    host = platform.node()
    if not Path(reference.folder).is_dir():
        wrong = f"does not see the folder {reference.folder}"
        remedy = "give --out a folder that all machines share"
        return {"host": host, "wrong": wrong, "remedy": remedy}
    try:
        open_reference(reference)
    except StoreError as error:
        _, wrong, remedy = error.args
        return {"host": host, "wrong": wrong, "remedy": remedy}
    return {"host": host} | unguarded()


def carry_out(work: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
    """Carry out a batch, on a worker that may have joined after the check.

    Parameters
    ----------
    work
        The function.
    arguments
        Its arguments.

    Returns
    -------
    Its result.

    Raises
    ------
    StoreError
        If the worker's instructions are unguarded; what `work` raises comes through as it is.
    """
    found = unguarded()
    if found:
        raise StoreError(f"worker on {platform.node()}", found["wrong"], found["remedy"])
    with _ONE_AT_A_TIME:
        return work(*arguments)


def unguarded() -> dict[str, str]:
    """Say what is wrong with the guard of `kingmaker.experiment.environment`, if anything is.

    numpy was loaded when the worker started: the guard was set before that, or it is too late.

    Returns
    -------
    ``wrong`` and ``remedy``; empty if the worker is guarded.
    """
    from kingmaker.files.provenance import processor

    told = {name: os.environ.get(name) for name in BASELINE_INSTRUCTIONS}
    left = set(" ".join(value or "" for value in told.values()).split())
    left &= set(processor()["instructions"].get("found", ()))
    if None not in told.values() and not left:
        return {}
    wrong = "uses instructions that other processors lack, so that bits may differ"
    return {"wrong": wrong, "remedy": f"start it with the environment {_GUARD}"}
