"""Draw the blocs whose contractor casts ballots for absent members, and those annulled (M42)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kingmaker.mechanisms import Switches
from kingmaker.parameters import Parameters
from kingmaker.population.blocs import Blocs
from kingmaker.rng import Stream, Streams

CONTROL_SIZE = 100
"""Size of a bloc, at full size, from which its contractor controls a station [members]; assumed."""


@dataclass(frozen=True)
class Irregularities:
    """Hold the irregular blocs of the runoff and, once it was cast, their ballots.

    Attributes
    ----------
    stuffed
        Whether absent members' ballots are cast as the bloc is told, and all others obey under
        pressure, shape ``(n_blocs,)``.
    annulled
        Whether all the bloc's ballots are void after a complaint, shape ``(n_blocs,)``.
    ballots
        Ballots cast for absent members, and ballots annulled, by bloc, shape ``(n_blocs, 2)``:
        filled by `kingmaker.ballot.runoff.cast_runoff`. A ballot can be both.
    """

    stuffed: NDArray[np.bool_]
    annulled: NDArray[np.bool_]
    ballots: NDArray[np.int64]

    @classmethod
    def of(cls, stuffed: NDArray[np.bool_], annulled: NDArray[np.bool_]) -> Irregularities:
        """Name the irregular blocs; no ballot has been cast yet."""
        return cls(stuffed, annulled, np.zeros((stuffed.size, 2), dtype=np.int64))

    @classmethod
    def none(cls, n_blocs: int) -> Irregularities:
        """Find nothing irregular in any of the blocs."""
        return cls.of(np.zeros(n_blocs, dtype=np.bool_), np.zeros(n_blocs, dtype=np.bool_))

    @property
    def is_clean(self) -> bool:
        """Whether no bloc is irregular."""
        return not (self.stuffed.any() or self.annulled.any())

    @property
    def stuffed_ballots(self) -> int:
        """Ballots cast for absent members in the runoff."""
        return int(self.ballots[:, 0].sum())

    @property
    def annulled_ballots(self) -> int:
        """Ballots annulled in the runoff."""
        return int(self.ballots[:, 1].sum())


def draw_irregularities(
    blocs: Blocs,
    order: NDArray[np.int64],
    scale: float,
    parameters: Parameters,
    switches: Switches,
    streams: Streams,
) -> Irregularities:
    """Draw which blocs are stuffed in the runoff, and which of them are annulled (M42).

    Parameters
    ----------
    blocs
        All blocs.
    order
        0 for the leader, 1 for the runner-up, -1 for none, per bloc, shape ``(n_blocs,)``.
    scale
        Simulated members / entitled members.
    parameters
        ``irregularity_rate``, ``annulment_rate``.
    switches
        M42 off: nothing is drawn.
    streams
        Streams ``IRREGULARITY_*``, addressed by bloc.

    Returns
    -------
    The irregular blocs, no ballot cast yet. A contractor stuffs for somebody, so that only
    blocs with an order can be stuffed, and of these only the ones that fill a station: of
    `CONTROL_SIZE` members at full size, as far as a scaled size shows it. Only a stuffed bloc
    is complained about. Round one is never touched: its observed result already holds whatever
    happened there.
    """
    n = len(blocs)
    if not switches.on("M42"):
        return Irregularities.none(n)
    controlled = (order >= 0) & (blocs.size >= CONTROL_SIZE * scale)
    u_station = streams.uniforms(Stream.IRREGULARITY_STATION, n)
    stuffed = controlled & (u_station < parameters["irregularity_rate"])
    u_annulment = streams.uniforms(Stream.IRREGULARITY_ANNULMENT, n)
    annulled = stuffed & (u_annulment < parameters["annulment_rate"])
    return Irregularities.of(stuffed, annulled)
