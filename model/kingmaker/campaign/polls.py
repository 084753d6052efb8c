"""Publish polls with the errors that polls of members have (M09)."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from kingmaker.campaign.poll_kernels import ask_members
from kingmaker.contest.schema import Poll
from kingmaker.parameters import Parameters
from kingmaker.population.blocs import Blocs
from kingmaker.population.members import Members
from kingmaker.rng import Stream, Streams

DEFAULT_SAMPLE = 500
DEFAULT_UNDECIDED = 0.08
"""Part of respondents who do not say, where the published poll does not tell; assumed."""


@dataclass(frozen=True)
class PublishedPoll:
    """Hold one simulated poll.

    Attributes
    ----------
    poll
        The poll of the contest file whose day and question it shares.
    day
        Day of publication [days].
    question
        ``round1`` or ``runoff``.
    n
        Respondents.
    shares
        Share of all asked, shape ``(n_candidates,)``; NaN for those not asked about.
    """

    poll: Poll
    day: int
    question: Literal["round1", "runoff"]
    n: int
    shares: NDArray[np.float64]


def take_poll(
    poll: Poll,
    number: int,
    day: int,
    racing: tuple[int, ...],
    candidate_ids: tuple[str, ...],
    members: Members,
    rows: NDArray[np.int32],
    n_roll: int,
    intention: NDArray[np.int8],
    blocs: Blocs,
    order: NDArray[np.int64],
    parameters: Parameters,
    streams: Streams,
) -> PublishedPoll:
    """Ask a sample of members on the day of a published poll.

    Parameters
    ----------
    poll, number
        The poll of the contest file and its place there.
    day
        Today [days].
    racing, candidate_ids
        Candidates asked about, and their ids.
    members, rows, n_roll, intention
        Traits, row of each member by number, members entitled, today's preferences.
    blocs, order
        Blocs and the candidate each is told to vote for (-1: none).
    parameters
        ``poll_design_effect``, ``poll_house_sd``, ``bloc_undercoverage``,
        ``new_member_undercoverage``.
    streams
        Streams ``CAMPAIGN_POLL_SAMPLE`` and ``CAMPAIGN_POLL_HOUSE``.

    Returns
    -------
    The poll. Sampling error is that of n / design effect respondents; the house error belongs to
    the pollster and the candidate, so that a house errs the same way twice.
    """
    n = poll.n or DEFAULT_SAMPLE
    effective = max(20, round(n / parameters["poll_design_effect"]))
    n_candidates = members.base.shape[1]
    asked = np.zeros(n_candidates, dtype=np.int64)
    reached = ask_members(
        effective,
        rows,
        n_roll,
        members.bloc,
        members.registrar,
        intention,
        order,
        blocs.obedience,
        parameters["bloc_undercoverage"],
        parameters["new_member_undercoverage"],
        _undecided(poll, candidate_ids),
        streams.address(Stream.CAMPAIGN_POLL_SAMPLE, day, number & 0xFF),
        asked,
    )
    shares = np.full(n_candidates, np.nan)
    house = zlib.crc32(poll.pollster.encode())
    for c in racing:
        error = streams.normal(Stream.CAMPAIGN_POLL_HOUSE, house, block=c)
        raw = asked[c] / max(reached, 1)
        # House error fades for candidates with little support, so that no share is negative.
        error *= parameters["poll_house_sd"] * min(1.0, 4.0 * raw)
        shares[c] = max(0.0, raw + error)
    total = float(np.nansum(shares))
    if total > 1.0:
        shares /= total
    question: Literal["round1", "runoff"] = "runoff" if poll.question == "runoff" else "round1"
    return PublishedPoll(poll, day, question, n, shares)


def _undecided(poll: Poll, candidate_ids: tuple[str, ...]) -> float:
    """Return the part of respondents who named no candidate, as far as the poll tells."""
    if poll.undecided is not None:
        return poll.undecided
    if set(candidate_ids) <= set(poll.shares):
        return max(0.0, 1.0 - sum(poll.shares.values()))
    return DEFAULT_UNDECIDED


def poll_rise(polls: Sequence[PublishedPoll], day: int) -> NDArray[np.float64] | None:
    """Return how far each candidate rose from the last polling day before to today's.

    Parameters
    ----------
    polls
        Polls so far, today's included, all of one question.
    day
        Today [days].

    Returns
    -------
    Mean of today's polls minus the mean of those of the last earlier day with any, shape
    ``(n_candidates,)`` [fraction], 0 for those not asked about; None without earlier polls.
    """
    earlier = [poll.day for poll in polls if poll.day < day]
    if not earlier:
        return None
    means = [
        np.mean([poll.shares for poll in polls if poll.day == when], axis=0)
        for when in (max(earlier), day)
    ]
    return np.asarray(np.nan_to_num(means[1] - means[0]))
