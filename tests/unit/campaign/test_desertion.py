"""Who is believed to have no chance of the top two?"""

import types

import numpy as np
import pytest

from kingmaker.campaign.desertion import (
    BELIEVED_POLL_SD,
    HOPELESS,
    hopeless_candidates,
    top_two_prob,
)
from kingmaker.priors import normal_cdf

SPREAD = BELIEVED_POLL_SD * 2.0**0.5


def poll(day, *shares):
    return types.SimpleNamespace(day=day, shares=np.array(shares))


def test_chances_by_hand():
    """Each against the second best of the others: 0.28, 0.28, 0.28 and 0.3."""
    chances = top_two_prob([0.36, 0.30, 0.28, 0.06])
    leads = (0.36 - 0.28, 0.30 - 0.28, 0.28 - 0.30, 0.06 - 0.30)
    assert chances == pytest.approx([normal_cdf(lead / SPREAD) for lead in leads])
    assert chances == sorted(chances, reverse=True)


@pytest.mark.parametrize(
    ("shares", "rivals"),
    [
        ((0.5, 0.3, 0.2), (0.2, 0.2, 0.3)),
        ((0.35, 0.25, 0.2, 0.15, 0.05), (0.2, 0.2, 0.25, 0.25, 0.25)),
    ],
)
def test_the_rival_is_the_second_of_the_others(shares, rivals):
    wanted = [normal_cdf((s - r) / SPREAD) for s, r in zip(shares, rivals, strict=True)]
    assert top_two_prob(shares) == pytest.approx(wanted)


def test_of_two_both_are_in():
    assert min(top_two_prob([0.9, 0.1])) > 0.95
    assert top_two_prob([0.5]) == pytest.approx([1.0])


def test_nobody_is_hopeless_where_nothing_was_published():
    assert not hopeless_candidates([], 4).any()


def test_only_the_last_polling_day_tells():
    old, new = poll(-9, 0.1, 0.5, 0.3, 0.1), poll(-2, 0.5, 0.3, 0.1, 0.1)
    assert hopeless_candidates([old, new], 4).tolist() == [False, False, True, True]
    assert hopeless_candidates([new, poll(-2, 0.3, 0.1, 0.5, 0.1)], 4).tolist() == [
        False, True, False, True,
    ]  # fmt: skip


def test_candidates_of_whom_nobody_asked_count_as_unknown():
    assert hopeless_candidates([poll(-1, 0.5, 0.3, np.nan, 0.2)], 4)[2]


def test_a_close_third_is_not_deserted():
    """At HOPELESS the lead of the second is 1.645 spreads."""
    edge = 1.6449 * SPREAD
    for gap, hopeless in ((edge - 0.002, False), (edge + 0.002, True)):
        shares = (0.4, 0.3, 0.3 - gap, 0.0)
        assert bool(hopeless_candidates([poll(-1, *shares)], 4)[2]) == hopeless
        assert (top_two_prob(list(shares))[2] < HOPELESS) == hopeless
