"""Read what a contest file says of its candidates, and draw what it does not say."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kingmaker.contest.schema import Candidate
from kingmaker.numerics import exp
from kingmaker.parameters import Parameters, beta_like
from kingmaker.rng import Stream, Streams

EVIDENCE_SD = {"high": 0.05, "medium": 0.15, "low": 0.35, "assumed": 0.5}
"""Error of a reported share by the confidence of its source [logit]; assumed."""


def positions(
    running: tuple[Candidate, ...], streams: Streams, drawn: list[str]
) -> NDArray[np.float64]:
    """Return ideal points, ``(n_candidates, 3)`` [sd of the members]; drawn normal with sd 0.8."""
    rows = []
    unknown = []
    for i, candidate in enumerate(running):
        if candidate.position is not None:
            rows.append(list(candidate.position))
            continue
        unknown.append(candidate.id)
        rows.append([0.8 * streams.normal(Stream.SETTING_POSITION, i, block=d) for d in range(3)])
    if unknown:
        drawn.append("positions of " + ", ".join(unknown))
    return np.array(rows, dtype=np.float64)


def trait(
    running: tuple[Candidate, ...], field: str, stream: Stream, streams: Streams, drawn: list[str]
) -> NDArray[np.float64]:
    """Read a trait or draw it: competence standard normal, machine log-normal around 1."""
    values = []
    unknown = []
    for i, candidate in enumerate(running):
        value = getattr(candidate, field)
        if value is None:
            unknown.append(candidate.id)
            z = streams.normal(stream, i)
            value = exp(0.4 * z) if field == "machine" else z
        values.append(float(value))
    if unknown:
        drawn.append(f"{field} of " + ", ".join(unknown))
    return np.array(values)


def rejection(
    running: tuple[Candidate, ...], parameters: Parameters, streams: Streams, drawn: list[str]
) -> NDArray[np.float64]:
    """Return the part of members who reject each candidate, ``(n_candidates,)`` [fraction].

    A reported part is blurred by the grade of its evidence; an unknown one is drawn around
    ``rejection_share``.
    """
    values = []
    unknown = []
    for i, candidate in enumerate(running):
        u = streams.uniform(Stream.SETTING_REJECTION, i)
        if candidate.rejection is not None:
            sd = EVIDENCE_SD[candidate.rejection.confidence]
            values.append(beta_like(candidate.rejection.value, sd, u))
        else:
            unknown.append(candidate.id)
            values.append(beta_like(parameters["rejection_share"], 0.5, u))
    if unknown:
        drawn.append("rejection of " + ", ".join(unknown))
    return np.array(values)
