"""Is a whole number split exactly?"""

import numpy as np
import pytest

from kingmaker.population.apportion import largest_remainder


@pytest.mark.parametrize(
    ("weights", "total", "parts"),
    [
        ([1, 1, 1], 10, [4, 3, 3]),  # equal remainders: the earlier place
        ([0.5, 0.3, 0.2], 7, [4, 2, 1]),  # quotas 3.5, 2.1, 1.4
        ([47_000, 16_000, 15_900, 12_000, 6_000, 3_100], 10, [5, 2, 1, 1, 1, 0]),  # Hamilton
        ([0, 5, 0], 3, [0, 3, 0]),
        ([1e-300, 1.0], 4, [0, 4]),
        ([2, 1], 0, [0, 0]),
        ([0, 0], 0, [0, 0]),
    ],
)
def test_by_hand(weights, total, parts):
    assert largest_remainder(weights, total).tolist() == parts


def test_quotas_that_floats_would_round_over_an_edge():
    """0.1 + 0.2 > 0.3 in floats: the remainders of 1/3 shares of 10**15 stay exact."""
    assert largest_remainder([1, 1, 1], 10**15 + 2).tolist() == [
        333_333_333_333_334,
        333_333_333_333_334,
        333_333_333_333_334,
    ]


def test_the_parts_are_whole_numbers_of_their_own():
    parts = largest_remainder(np.array([3, 1]), 8)
    assert parts.dtype == np.int64
    assert parts.tolist() == [6, 2]


def test_nothing_can_be_split_over_no_weight():
    with pytest.raises(ValueError, match="weights that are all zero"):
        largest_remainder([0, 0], 1)
