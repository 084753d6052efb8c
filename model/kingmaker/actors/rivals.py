"""Resolve the rival parties of a contest: position, old ties, size."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kingmaker.population.setting import Setting
from kingmaker.rng import Stream, Streams

GENERIC = "rival-party"
"""Name of the drawn rival party of a contest file that knows none."""

GENERIC_TIE = 0.05
"""Part of each candidate's voters with an old tie to a drawn rival party; assumed."""

_POSITION_SD = 1.0
_DRAWS = 2_000  # actor numbers of rival parties in the stream of positions, beyond all candidates


@dataclass(frozen=True)
class Rivals:
    """Hold the rival parties, at least one; arrays are read-only.

    Attributes
    ----------
    ids
        Ids in the contest file, or `GENERIC` alone.
    positions
        Ideal points, shape ``(n_rivals, 3)`` [sd of the members].
    ties
        Part of each candidate's voters with an old tie to a leader of the party, shape
        ``(n_candidates, n_rivals)``; a row adds up to 1 at most [fraction].
    sizes
        Seats, shape ``(n_rivals,)``, at least 1; where unknown, the mean of the known [seats].
    drawn
        What the file does not hold and was drawn, as sentences.
    """

    ids: tuple[str, ...]
    positions: NDArray[np.float64]
    ties: NDArray[np.float64]
    sizes: NDArray[np.float64]
    drawn: tuple[str, ...]

    def __post_init__(self) -> None:
        """Make every array read-only."""
        for column in (self.positions, self.ties, self.sizes):
            column.flags.writeable = False

    def __len__(self) -> int:
        """Count parties."""
        return len(self.ids)


def resolve_rivals(setting: Setting, streams: Streams) -> Rivals:
    """Read the rival parties of a contest, and draw what its file does not say.

    Parameters
    ----------
    setting
        The resolved contest.
    streams
        Stream ``SETTING_POSITION``, addressed beyond all candidates. The pilot number is ignored.

    Returns
    -------
    The parties of the file; without any, one drawn party with a weak tie to everybody's voters.
    Unknown positions are drawn normal with sd 1; ties that a file does not name are 0.
    """
    streams = streams.for_pilot(0)
    parties = setting.contest.rival_parties
    if not parties:
        return Rivals(
            ids=(GENERIC,),
            positions=np.array([_drawn_position(streams, 0)]),
            ties=np.full((setting.n_candidates, 1), GENERIC_TIE),
            sizes=np.ones(1),
            drawn=("the rival party that leavers may join",),
        )
    ties = [[party.ties.get(name, 0.0) for party in parties] for name in setting.candidate_ids]
    seats = [max(1.0, float(party.seats)) for party in parties if party.seats is not None]
    mean = sum(seats) / len(seats) if seats else 1.0
    unknown = [party.id for party in parties if party.position is None]
    return Rivals(
        ids=tuple(party.id for party in parties),
        positions=np.array(
            [
                party.position if party.position is not None else _drawn_position(streams, r)
                for r, party in enumerate(parties)
            ],
            dtype=np.float64,
        ),
        ties=np.array(ties, dtype=np.float64),
        sizes=np.array(
            [mean if party.seats is None else max(1.0, float(party.seats)) for party in parties]
        ),
        drawn=("positions of the rival parties " + ", ".join(unknown),) if unknown else (),
    )


def rival_distance(setting: Setting, rivals: Rivals) -> NDArray[np.float64]:
    """Return half the squared distance between candidates and rival parties, salience included.

    Returns
    -------
    Shape ``(n_candidates, n_rivals)`` [sd squared].
    """
    gaps = setting.positions[:, None, :] - rivals.positions[None, :, :]
    return np.asarray(0.5 * (setting.salience * gaps**2).sum(axis=2))


def _drawn_position(streams: Streams, party: int) -> tuple[float, float, float]:
    """Draw an ideal point."""
    x, y, z = (
        _POSITION_SD * streams.normal(Stream.SETTING_POSITION, _DRAWS + party, block=d)
        for d in range(3)
    )
    return x, y, z
