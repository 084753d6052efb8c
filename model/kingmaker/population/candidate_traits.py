"""Read what a contest file says of its candidates, and draw what it does not say."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from kingmaker.contest.schema import Candidate
from kingmaker.numerics import exp
from kingmaker.parameters import Parameters, beta_like
from kingmaker.rng import Stream, Streams

EVIDENCE_SD = {"high": 0.05, "medium": 0.15, "low": 0.35, "assumed": 0.5}
"""Error of a reported share by the confidence of its source [logit]; assumed."""

POLL_SD, UNKNOWN_SD = 0.3, 0.7
"""Spread of first-round strengths around a poll, and around an even split [log]; assumed."""

LEAST_STRENGTH = 0.02
"""Strength of a candidate whom the last poll does not name, at least [fraction]; assumed."""

_STRENGTH_WHO = 1_000  # candidates' numbers in the stream that strengths share with competence


def strengths(
    running: tuple[Candidate, ...], poll: Mapping[str, float], streams: Streams, drawn: list[str]
) -> NDArray[np.float64]:
    """Draw shares of candidate votes where round one was not observed.

    Parameters
    ----------
    running
        Candidates of the first ballot.
    poll
        Shares in the last poll of members; empty without one.
    streams
        Stream ``SETTING_COMPETENCE``, numbers from 1 000.
    drawn
        What was drawn is appended.

    Returns
    -------
    Shape ``(n_candidates,)``, summing to 1 [fraction]: a candidate's `strength`, blurred by the
    grade of its evidence; for others the poll, else an even part of what strengths leave.
    """
    given = [c.strength.value for c in running if c.strength is not None]
    left = 1.0
    if given:
        left = max(1.0 - sum(given), LEAST_STRENGTH) / max(len(running) - len(given), 1)
    weights = []
    for i, candidate in enumerate(running):
        z = streams.normal(Stream.SETTING_COMPETENCE, _STRENGTH_WHO + i)
        spread = POLL_SD if poll else UNKNOWN_SD
        value = max(poll.get(candidate.id, 0.0 if poll else left), LEAST_STRENGTH)
        if candidate.strength is not None:
            spread = EVIDENCE_SD[candidate.strength.confidence]
            value = candidate.strength.value
        weights.append(value * exp(spread * z))
    around = [", around the file's strengths"] if given else []
    around += [", around the last poll"] if poll and len(given) < len(running) else []
    drawn.append("first-round strengths" + "".join(around))
    total = np.array(weights)
    return np.asarray(total / total.sum())


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
