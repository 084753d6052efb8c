"""Are groups pulled to what they think, and not to what all think?"""

import numpy as np
import pytest

from kingmaker.campaign.peer_kernels import peer_pull, sum_by_sector
from kingmaker.numerics import log


def pull_of(counts, open_to_peers=0.4, smoothing=5.0):
    pull = np.full(counts.shape, np.nan, dtype=np.float32)
    peer_pull(counts, open_to_peers, smoothing, pull)
    return pull


def test_a_pull_by_hand():
    """Of 8 members in two groups, 5 and 3: overall 5.5 / 9 and 3.5 / 9.

    The first group has 3 of 4; with 5 average members its share is
    (3 + 5 * 0.611111) / 9 = 0.672840, and the pull 0.4 * log(0.672840 / 0.611111) = 0.038491.
    """
    pull = pull_of(np.array([[3, 1], [2, 2]]))
    assert pull[0, 0] == pytest.approx(0.038491, abs=1e-6)
    assert pull[0, 1] == pytest.approx(0.4 * np.log((1 + 5 * 3.5 / 9) / 9 / (3.5 / 9)), abs=1e-6)


def test_groups_of_the_same_opinion_are_pulled_to_nobody():
    assert pull_of(np.full((3, 2), 50)) == pytest.approx(np.zeros((3, 2)), abs=1e-6)
    assert pull_of(np.zeros((3, 2), dtype=np.int64)) == pytest.approx(np.zeros((3, 2)), abs=1e-6)


@pytest.mark.parametrize("largest", [3, 31, 32, 33, 400])
def test_groups_of_every_size_are_pulled_by_the_same_formula(largest):
    counts = np.random.default_rng(1).integers(0, largest // 3 + 1, size=(500, 3))
    counts[0] = (largest, 0, 0)
    overall = (counts.sum(axis=0) + 0.5) / (counts.sum() + 1.5)
    share = (counts + 7.0 * overall) / (counts.sum(axis=1, keepdims=True) + 7.0)
    want = [[0.3 * log(x) for x in row] for row in (share / overall).tolist()]
    assert (pull_of(counts, 0.3, 7.0) == np.array(want, dtype=np.float32)).all()


def test_counts_add_up_by_sector():
    counts = np.arange(10).reshape(5, 2)
    sums = np.zeros((3, 2))
    sum_by_sector(counts, np.array([0, 2, 0, 2, 2]), sums)
    assert sums.tolist() == [[4.0, 6.0], [0.0, 0.0], [16.0, 19.0]]
