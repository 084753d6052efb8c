"""Write numbers of sweeps as people read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kingmaker.sweep.session import Estimate


def estimate_in_words(found: Estimate) -> str:
    """Write an estimate of time and room."""
    return (
        f"about {seconds_in_words(found.seconds_per_run)} a run: "
        f"{seconds_in_words(found.seconds)} on {counted(found.workers, 'worker')} "
        f"for {counted(found.n_left, 'run')}, and {found.n_bytes / 1e6:.1f} MB"
    )


def seconds_in_words(seconds: float) -> str:
    """Write a time in the unit that suits it."""
    if seconds < 1.0:
        return f"{1000 * seconds:.0f} ms"
    if seconds < 120.0:
        return f"{seconds:.1f} s"
    if seconds < 7200.0:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"


def counted(number: int, thing: str) -> str:
    """Write how many there are of a thing."""
    if number == 1:
        return f"1 {thing}"
    return f"{number} {thing}{'es' if thing.endswith('ch') else 's'}"
