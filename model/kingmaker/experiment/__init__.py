"""Run a contest many times and keep everything that is needed to judge and repeat it.

Names are looked up on first use, so that a process can set its environment before numpy loads.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kingmaker.experiment.driver import run
    from kingmaker.experiment.result import RunResult

__all__ = ["RunResult", "run"]

_HOMES = {"RunResult": "kingmaker.experiment.result", "run": "kingmaker.experiment.driver"}


def __getattr__(name: str) -> object:
    """Import a public name when it is first asked for."""
    if name not in _HOMES:
        msg = f"module 'kingmaker.experiment' has no attribute {name!r}"
        raise AttributeError(msg)
    return getattr(import_module(_HOMES[name]), name)
