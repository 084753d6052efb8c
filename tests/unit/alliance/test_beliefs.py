"""Do actors believe what is public, and no more?"""

import pytest

from kingmaker.alliance.beliefs import believed_share, believed_win_prob, share_with_support


def test_the_last_poll_is_believed():
    assert believed_share([180, 150, 90, 30], (0, 1), 0.61) == 0.61


def test_without_a_poll_the_eliminated_split_evenly():
    """(180 + 0.5 * 120) / 450."""
    assert believed_share([180, 150, 90, 30], (0, 1), None) == pytest.approx(240 / 450)
    assert believed_share([0, 0, 0], (0, 1), None) == 0.5


def test_chances_from_shares():
    """One spread of 0.05 above half: 0.8413."""
    assert believed_win_prob(0.5) == 0.5
    assert believed_win_prob(0.55) == pytest.approx(0.841345, abs=1e-6)
    assert believed_win_prob(0.45) == pytest.approx(0.158655, abs=1e-6)


def test_support_adds_the_excess_of_the_follow_rate_over_one_half():
    """A fifth of the votes at 0.65: 0.03 more."""
    assert share_with_support(0.5, 0.2) == pytest.approx(0.53)
    assert share_with_support(0.99, 0.4) == 1.0
