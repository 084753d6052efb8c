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
    """

    constants: NDArray[np.float64]
    valence: NDArray[np.float64]
    momentum: NDArray[np.float64]
    electability: NDArray[np.float64]
    grudge: NDArray[np.float64]

    @classmethod
    def fresh(cls, constants: NDArray[np.float64]) -> Climate:
        """Start a campaign."""
        n = constants.shape[1]
        return cls(constants.copy(), np.zeros(n), np.zeros(n), np.zeros(n), np.zeros((n, n)))

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
