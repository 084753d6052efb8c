"""Hold what all members of a sector share: constants, valence, momentum, electability, grudges."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

GRUDGE_OF_ACT = {"insult": 1.0, "wasted-vote-call": 1.0, "attack": 0.5}
"""Grudge that an act leaves in its target [units of one insult]; assumed."""


@dataclass
class Climate:
    """Hold the opinion climate; mutable, a few numbers per candidate.

    Attributes
    ----------
    constants
        Candidate plus sector constants, shift included, ``(n_sectors, n_candidates)`` [logit].
    valence
        Effect of messages and attacks so far, shape ``(n_candidates,)`` [logit].
    momentum
        Effect of the last change in published polls, shape ``(n_candidates,)`` [logit].
    electability
        Effect of the last seat polls at full attention, shape ``(n_candidates,)`` [logit].
    grudge
        What the row's candidate holds against the column's, [units of one insult].
    spared
        Grudge that a behaviour has taken out of history: in fact it was there, too.
    """

    constants: NDArray[np.float64]
    valence: NDArray[np.float64]
    momentum: NDArray[np.float64]
    electability: NDArray[np.float64]
    grudge: NDArray[np.float64]
    spared: NDArray[np.float64]

    @classmethod
    def fresh(cls, constants: NDArray[np.float64]) -> Climate:
        """Start a campaign."""
        n = constants.shape[1]
        flat, square = np.zeros(n), np.zeros((n, n))
        return cls(constants.copy(), flat, flat.copy(), flat.copy(), square, square.copy())

    def copy(self) -> Climate:
        """Return the same climate in arrays of its own."""
        return Climate(**{name: values.copy() for name, values in vars(self).items()})

    @property
    def table(self) -> NDArray[np.float64]:
        """What all members of a sector add to their utilities, ``(n_sectors, n_candidates)``."""
        return self.constants + (self.valence + self.momentum)

    @property
    def strongest(self) -> int:
        """Candidate with the best electability."""
        return int(np.argmax(self.electability))

    @property
    def strain(self) -> NDArray[np.float64]:
        """What stands between two candidates: the own grudge, and half of the other's."""
        return self.grudge + 0.5 * self.grudge.T

    @property
    def strain_in_fact(self) -> NDArray[np.float64]:
        """The strain as it would be, had no behaviour changed history."""
        grudge = self.grudge + self.spared
        return grudge + 0.5 * grudge.T

    def forget(self, part: float) -> None:
        """Let all grudges fade by a part."""
        self.grudge *= 1.0 - part
        self.spared *= 1.0 - part

    def soothe(self, holder: int, target: int, part: float) -> None:
        """Take a part of a grudge away."""
        self.grudge[holder, target] *= 1.0 - part
        self.spared[holder, target] *= 1.0 - part

    def resent(self, holder: int, target: int, amount: float) -> None:
        """Add to a grudge, never below zero."""
        self.grudge[holder, target] = max(0.0, self.grudge[holder, target] + amount)

    def publish_seats(
        self, seats: dict[int, int], effect: float, seats_in_house: float = 120.0
    ) -> None:
        """Take a seat poll into account (M08).

        Parameters
        ----------
        seats
            Seats of the party under each leader asked about, by candidate [seats].
        effect
            ``electability_effect`` [logit per 10 seats of 120].
        seats_in_house
            Size of the house [seats].
        """
        mean = sum(seats.values()) / len(seats)
        for c, value in seats.items():
            self.electability[c] = effect * (value - mean) / 10.0 * 120.0 / seats_in_house
