"""What the model expects of its own scores is what normal forecasts are known to score."""

import math

import numpy as np
import pytest

from kingmaker.calibrate.posterior import infer
from kingmaker.validate.noise_floor import NoiseFloor, mean_floor, noise_floor
from tests.unit.calibrate.banks import linear_emulator

EXPECTED = 1.0 / math.sqrt(math.pi)
"""Expected CRPS of a calibrated normal forecast, in standard deviations."""


def emulators(slope, noise, n=6):
    slopes, seen = np.array([[slope, 0.0]]), np.zeros(1)
    return [
        linear_emulator(slopes, seen, variance=noise**2, contest=f"c{i}", party=f"Nowhere: {i}")
        for i in range(n)
    ]


def test_all_known_leaves_chance():
    """Near one half a share has a quarter of the spread of its logit."""
    made = emulators(0.0, 0.2)
    found = noise_floor(made[0], infer(made, 1, 200), "Nowhere: new", 1)
    for value in (found.as_it_is, found.shared_known, found.all_known):
        assert value == pytest.approx(EXPECTED * 0.2 / 4.0, rel=0.05)


def test_the_more_is_known_the_less_is_expected():
    made = emulators(0.6, 0.1, n=3)
    found = noise_floor(made[0], infer(made, 1, 200), "Nowhere: new", 1)
    assert found.all_known == pytest.approx(EXPECTED * 0.1 / 4.0, rel=0.1)
    assert found.all_known < 0.7 * found.shared_known
    assert found.shared_known < 0.95 * found.as_it_is


def test_means_are_over_contests():
    floors = {"a": NoiseFloor(0.3, 0.2, 0.1), "b": NoiseFloor(0.5, 0.4, 0.3)}
    expected = {"as_it_is": 0.4, "shared_known": 0.3, "all_known": 0.2}
    assert mean_floor(floors) == pytest.approx(expected)
    assert mean_floor({}) == {}
