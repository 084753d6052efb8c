"""Simulate two-round party leadership elections.

Public names are looked up on first use: importing this package loads neither Mesa nor numba, so
that the command line answers at once.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kingmaker.analyse.result import CompareResult
    from kingmaker.contest.load import load_contest
    from kingmaker.contest.schema import Contest
    from kingmaker.election import LeadershipElection
    from kingmaker.errors import KingmakerError
    from kingmaker.experiment import RunResult, run
    from kingmaker.files.loading import load_results
    from kingmaker.forecasting.driver import forecast
    from kingmaker.forecasting.result import ForecastResult
    from kingmaker.report.comparison import compare

__version__ = "0.1.0"

__all__ = [
    "CompareResult",
    "Contest",
    "ForecastResult",
    "KingmakerError",
    "LeadershipElection",
    "RunResult",
    "__version__",
    "compare",
    "forecast",
    "load_contest",
    "load_results",
    "run",
]

# Public name -> the module that defines it; the imports above and `__all__` say the same to tools.
_HOMES = {
    "CompareResult": "kingmaker.analyse.result",
    "Contest": "kingmaker.contest.schema",
    "ForecastResult": "kingmaker.forecasting.result",
    "KingmakerError": "kingmaker.errors",
    "LeadershipElection": "kingmaker.election",
    "RunResult": "kingmaker.experiment",
    "compare": "kingmaker.report.comparison",
    "forecast": "kingmaker.forecasting.driver",
    "load_contest": "kingmaker.contest.load",
    "load_results": "kingmaker.files.loading",
    "run": "kingmaker.experiment",
}


def __getattr__(name: str) -> object:
    """Import a public name when it is first asked for.

    Raises
    ------
    AttributeError
        If `name` is not public.
    """
    home = _HOMES.get(name)
    if home is None:
        msg = f"module 'kingmaker' has no attribute {name!r}"
        raise AttributeError(msg)
    value: object = getattr(import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List what is public, loaded or not."""
    return sorted({*globals(), *__all__})
