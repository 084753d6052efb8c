"""Court eliminated leaders: calls, meetings, visits and praise (M21)."""

from __future__ import annotations

from kingmaker.alliance.deals import Dealings
from kingmaker.parameters import Parameters

MEETINGS = {"meeting": 1.0, "praise": 0.5}
"""Weight of an act of courting [meetings]; assumed."""

FIRST_MOVER = 1.5
"""How much more the first act of courting counts; assumed."""


def court(
    dealings: Dealings, leader: int, finalist: int, kind: str, parameters: Parameters
) -> float:
    """Let a finalist court an eliminated leader.

    Parameters
    ----------
    dealings
        `courted` is changed; who comes first is worth `FIRST_MOVER` times as much.
    leader, finalist
        Columns of the two.
    kind
        ``meeting`` or ``praise``.
    parameters
        ``courting_relief``.

    Returns
    -------
    Part of the leader's grudge that it takes away [fraction].
    """
    weight = MEETINGS[kind]
    is_first = not dealings.courted[leader].any()
    dealings.courted[leader, finalist] += weight * (FIRST_MOVER if is_first else 1.0)
    return min(1.0, parameters["courting_relief"] * weight)


def goodwill(dealings: Dealings, leader: int, finalists: tuple[int, int]) -> tuple[float, float]:
    """Return how much more a leader was courted by each finalist, in [-1, 1], adding up to 0.

    The difference over the sum plus one: many visits by both leave him where he was.
    """
    one, two = (float(dealings.courted[leader, f]) for f in finalists)
    lead = (one - two) / (1.0 + one + two)
    return lead, -lead
