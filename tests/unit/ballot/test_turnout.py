"""Does the turnout come out exactly in round one, and at its ratio in the runoff?"""

import math

import numpy as np
import pytest

from kingmaker.ballot.turnout import exact_turnout_shift, runoff_turnout_constant
from kingmaker.errors import InvariantError

NOBODY = -1e300


def came(scores, shift):
    return int((scores + shift > 0.0).sum())


@pytest.mark.parametrize("ballots", range(8))
def test_exactly_so_many_come(ballots):
    scores = np.array([0.3, -1.2, 2.5, 0.31, -0.4, 1.0, -7.0])
    assert came(scores, exact_turnout_shift(scores, ballots)) == ballots


def test_the_shift_lies_in_the_middle():
    """Sorted 2.5, 1.0, 0.3, -0.5: two come for any shift between -1.0 and -0.3."""
    assert exact_turnout_shift(np.array([0.3, 2.5, -0.5, 1.0]), 2) == pytest.approx(-0.65)


@pytest.mark.parametrize("ballots", range(4))
def test_those_off_the_roll_never_come(ballots):
    scores = np.array([NOBODY, 0.5, NOBODY, -3.0, 0.1])
    shift = exact_turnout_shift(scores, ballots)
    assert came(scores, shift) == ballots
    assert came(scores[[0, 2]], shift) == 0
    assert abs(shift) < 10.0


@pytest.mark.parametrize("ballots", [-1, 4])
def test_more_ballots_than_members_are_our_bug(ballots):
    with pytest.raises(InvariantError, match=f"{ballots} of 3 entitled"):
        exact_turnout_shift(np.array([NOBODY, 0.5, 0.4, 0.1]), ballots)


def test_thousands():
    scores = np.random.default_rng(1).logistic(size=20_000)
    for ballots in (1, 12_345, 19_999):
        assert came(scores, exact_turnout_shift(scores, ballots)) == ballots


def test_the_runoff_constant_by_hand():
    """All at readiness 0: half of 100 come without a constant, 80 at log 4."""
    bins = np.zeros(64, dtype=np.int64)
    bins[32] = 100
    assert runoff_turnout_constant(bins, 50.0) == pytest.approx(0.0, abs=1e-9)
    assert runoff_turnout_constant(bins, 80.0) == pytest.approx(math.log(4.0), abs=1e-9)


def test_the_runoff_constant_of_two_groups():
    """60 at +1 and 40 at -1 logit: the constant c solves 60 L(c + 1) + 40 L(c - 1) = 55."""
    bins = np.zeros(64, dtype=np.int64)
    bins[32 + 16], bins[32 - 16] = 60, 40
    c = runoff_turnout_constant(bins, 55.0)
    expected = 60 / (1 + math.exp(-c - 1)) + 40 / (1 + math.exp(-c + 1))
    assert expected == pytest.approx(55.0, abs=1e-8)


def test_impossible_wishes_end_at_the_edge():
    bins = np.zeros(64, dtype=np.int64)
    bins[32] = 10
    assert runoff_turnout_constant(bins, 11.0) == pytest.approx(30.0, abs=1e-6)
    assert runoff_turnout_constant(bins, -1.0) == pytest.approx(-30.0, abs=1e-6)
