"""Count the seats that the party would win under each leader, and where they come from (M40)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kingmaker.actors.rivals import Rivals, rival_distance
from kingmaker.contest.schema import Poll
from kingmaker.mechanisms import Switches
from kingmaker.numerics import exp
from kingmaker.parameters import Parameters
from kingmaker.population.setting import Setting
from kingmaker.records import TOTAL
from kingmaker.rng import Stream, Streams

OWN, ELSEWHERE, SPLIT = "own", "elsewhere", "split"

FROM_RIVALS = 0.6
"""Part of a gain or loss that is exchanged with the contest's rival parties, where no poll says;
assumed."""

SPLIT_VOTERS = 0.3
"""Part of the party's voters who go with a camp that has the whole first-round vote; assumed."""

SHARED_ERROR = 0.75
"""Part of the variance of a seat poll's error that is the same for all leaders; assumed."""

UNPOLLED = 2.0
"""How much wider the spread is where no poll asked about a leader; assumed."""

_EVERYBODY = 1_000  # number of the shared error in the stream, beyond all candidates


class SeatRow(NamedTuple):
    """Hold one row of the table ``seats``."""

    leader: str
    source: str
    seats: float


def seats_under_leaders(
    setting: Setting,
    rivals: Rivals,
    finalists: tuple[int, int],
    winner: int,
    split_share: float,
    polls: Iterable[Poll],
    parameters: Parameters,
    switches: Switches,
    streams: Streams,
) -> tuple[SeatRow, ...]:
    """Return the seats of the party under both finalists, by source.

    Parameters
    ----------
    setting, rivals
        The contest.
    finalists, winner
        Leader and runner-up; who won.
    split_share
        Part of the first-round vote of the camps that left under the winner [fraction].
    polls
        Seat polls known by the end of the contest, the last one last.
    parameters
        ``seat_poll_sd``.
    switches
        M40 off: the party wins its last seats under anybody.
    streams
        Stream ``AFTERMATH_SEATS``.

    Returns
    -------
    By leader: what stays (``own``), what comes from each rival party and from elsewhere, what a
    split takes (under the winner), and the total, which is their sum. Nothing where neither last
    seats nor a poll is known.

    Notes
    -----
    Seats under a leader are those of the last poll plus an error of ``seat_poll_sd``, three
    quarters of its variance shared by the leaders; without a poll the last seats, spread twice as
    wide. What a poll says of rival parties is taken as it is; else `FROM_RIVALS` of the change
    since the last election is divided among them by seats and closeness to the leader. Source:
    report of 2011: of the four seats between 22 and 18 two came from one rival party; the rest
    came from elsewhere.
    """
    parliament = setting.contest.parliament
    last = None if parliament is None else float(parliament.seats)
    polls = [poll for poll in polls if poll.question == "seats"]
    rows: list[SeatRow] = []
    for leader in finalists:
        name = setting.candidate_ids[leader]
        poll = next((p for p in reversed(polls) if name in p.seats), None)
        if not switches.on("M40"):
            if last is not None:
                rows += [SeatRow(name, OWN, last), SeatRow(name, TOTAL, last)]
            continue
        expected = last if poll is None else float(poll.seats[name])
        if expected is None:
            continue
        wide = parameters["seat_poll_sd"] * (UNPOLLED if poll is None else 1.0)
        before_split = max(0.0, expected + wide * _error(streams, leader))
        parts = _sources(setting, rivals, leader, before_split, last, poll)
        if leader == winner and split_share > 0.0:
            parts[SPLIT] = -before_split * SPLIT_VOTERS * split_share
        parts[TOTAL] = sum(parts.values())
        rows += [SeatRow(name, source, seats) for source, seats in parts.items()]
    return tuple(rows)


def _error(streams: Streams, leader: int) -> float:
    """Draw a standard normal error, partly shared by the leaders."""
    shared = streams.normal(Stream.AFTERMATH_SEATS, _EVERYBODY)
    own = streams.normal(Stream.AFTERMATH_SEATS, leader)
    return float(SHARED_ERROR**0.5 * shared + (1.0 - SHARED_ERROR) ** 0.5 * own)


def _sources(
    setting: Setting,
    rivals: Rivals,
    leader: int,
    total: float,
    last: float | None,
    poll: Poll | None,
) -> dict[str, float]:
    """Divide the seats under a leader by where they come from; losses are negative."""
    told = {} if poll is None else poll.seats_from.get(setting.candidate_ids[leader], {})
    from_rivals = {name: float(seats) for name, seats in told.items()}
    if last is None:
        # What stays cannot be told from what comes from elsewhere.
        return {OWN: total - sum(from_rivals.values()), **from_rivals}
    if not from_rivals:
        part = FROM_RIVALS * (total - last) * _closeness(setting, rivals, leader)
        from_rivals = dict(zip(rivals.ids, part.tolist(), strict=True))
    rest = total - last - sum(from_rivals.values())
    return {OWN: last, **from_rivals, ELSEWHERE: rest}


def _closeness(setting: Setting, rivals: Rivals, leader: int) -> NDArray[np.float64]:
    """Return each rival party's part of an exchange of voters, shape ``(n_rivals,)``."""
    distance = rival_distance(setting, rivals)[leader]
    weight = rivals.sizes * np.array([exp(float(distance.min() - d)) for d in distance])
    return np.asarray(weight / weight.sum())
