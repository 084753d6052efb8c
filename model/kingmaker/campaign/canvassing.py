"""Send activists to members (M10)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kingmaker.parameters import Parameters

_LOGIT_PER_PROBABILITY = 4.0
"""Slope of the logit at one half, where it is smallest."""

MAX_REACH = 0.95


@dataclass(frozen=True)
class Canvass:
    """Hold one day's canvassing in the kernels' terms.

    Attributes
    ----------
    reach
        Cumulative chance of a contact by each camp, ``(n_sectors, n_camps)`` [fraction].
    door_share
        Part of contacts made in person [fraction].
    door_effect, phone_effect
        Effects on turnout [logit].
    persuasion
        Gain of the camp in an undecided member [logit].
    """

    reach: NDArray[np.float32]
    door_share: np.float32
    door_effect: np.float32
    phone_effect: np.float32
    persuasion: np.float32


def canvass(
    at_work: NDArray[np.float64],
    sector_sizes: NDArray[np.int64],
    parameters: Parameters,
    active: bool,
) -> Canvass:
    """Turn activists at work into chances of contact.

    Parameters
    ----------
    at_work
        Activists by sector and camp, shape ``(n_sectors, n_camps)``.
    sector_sizes
        Members, shape ``(n_sectors,)``.
    parameters
        ``contact_rate``, ``door_share``, ``door_turnout``, ``phone_turnout``,
        ``contact_persuasion``.
    active
        False: nobody is contacted (M10 off).

    Returns
    -------
    The day's canvassing; a member has at most one contact a day.
    """
    rate = parameters["contact_rate"] if active else 0.0
    chance = at_work * rate / np.maximum(sector_sizes, 1)[:, None]
    total = chance.sum(axis=1, keepdims=True)
    chance = np.where(
        total > MAX_REACH, chance * (MAX_REACH / np.maximum(total, MAX_REACH)), chance
    )
    return Canvass(
        reach=np.cumsum(chance, axis=1).astype(np.float32, order="C"),
        door_share=np.float32(parameters["door_share"]),
        door_effect=np.float32(parameters["door_turnout"] * _LOGIT_PER_PROBABILITY),
        phone_effect=np.float32(parameters["phone_turnout"] * _LOGIT_PER_PROBABILITY),
        persuasion=np.float32(parameters["contact_persuasion"]),
    )
