"""Which promises bind, which are kept, and who pays for it?"""

import numpy as np
import pytest

from kingmaker.aftermath.promises import (
    PRIOR_PROMISES,
    Promise,
    Settled,
    broken_share,
    challenge_prob,
    due_promises,
    keep_promises,
)
from kingmaker.numerics import logistic
from kingmaker.rng import Streams
from tests.contest_builders import STREAMS, medians
from tests.unit.aftermath.stage import DEAF, ON, off

OFFICE = Promise("ada", "cy", "office", 0.5)
PLACE = Promise("ada", "cy", "second-place", 0.8)
SEAT = Promise("ada", "nan", "posts-kept", 0.8)
OTHER = Promise("ben", "cy", "office", 0.9)
IDS = ("ada", "ben", "cy", "dee")


def test_a_promise_binds_the_winner_towards_those_who_came():
    offers = (OFFICE, PLACE, SEAT, OTHER, Promise("ada", "dee", "policy", 0.8))
    choices = {"cy": "ada", "dee": "neutral"}
    assert due_promises(offers, "ada", choices, IDS) == (OFFICE, PLACE, SEAT)
    assert due_promises(offers, "ben", choices, IDS) == ()
    assert due_promises(offers, "ada", {}, IDS) == (SEAT,)


def keep(due, switches=ON, streams=STREAMS, **settings):
    return keep_promises(due, medians(**settings), switches, streams)


def test_all_or_nothing_at_the_bounds():
    sure = Promise("ada", "cy", "policy", 1.0)
    assert [p.kept for p in keep([sure] * 5, promise_keeping=1.0)] == [1] * 5
    assert [p.kept for p in keep([sure] * 5, promise_keeping=0.0)] == [0] * 5
    assert keep([]) == ()


def test_what_is_not_in_his_power_is_not_kept():
    """0.5 * 0.8 in 4 000 replicates, 4.5 standard errors."""
    kept = [keep([OFFICE], streams=Streams(1, r), promise_keeping=0.8)[0].kept for r in range(4000)]
    assert np.mean(kept) == pytest.approx(0.4, abs=4.5 * (0.24 / 4000) ** 0.5)


def test_a_promise_has_its_own_number_whatever_else_was_promised():
    for r in range(30):
        streams = Streams(1, r)
        together = keep([OFFICE, PLACE, SEAT], streams=streams)
        assert keep([PLACE], streams=streams)[0].kept == together[1].kept
        assert keep([SEAT, OFFICE], streams=streams)[1].kept == together[0].kept
    twice = [keep([OFFICE, OFFICE], streams=Streams(1, r)) for r in range(60)]
    assert any(a.kept != b.kept for a, b in twice)


def test_reputation_by_hand():
    """Four promises' worth at 0.6, then two kept: (2.4 + 2) / 6; none kept: 2.4 / 6."""
    sure, never = Promise("ada", "cy", "policy", 1.0), Promise("ada", "cy", "policy", 0.0)
    rows = keep([sure], promise_keeping=1.0)
    assert rows == (Settled("ada", "cy", "policy", 1.0, 1, 1.0),)
    kept = keep([never, never], promise_keeping=0.6)
    assert [p.reputation for p in kept] == pytest.approx([0.6 * PRIOR_PROMISES / 6.0] * 2)


def test_without_m35_everything_is_kept_and_nothing_drawn():
    rows = keep([OFFICE, PLACE], off("M35"), DEAF, promise_keeping=0.0)
    assert rows == (Settled(*OFFICE, 1, 1.0), Settled(*PLACE, 1, 1.0))
    assert broken_share(rows) == 0.0


def test_broken_share():
    rows = [Settled(*OFFICE, kept, 0.5) for kept in (1, 0, 0, 1, 0)]
    assert broken_share(rows) == pytest.approx(0.6)
    assert broken_share([]) == 0.0


def test_what_a_challenge_is_built_on():
    assert challenge_prob(0.0, 0.0, 0.0) == pytest.approx(logistic(-0.5))
    assert challenge_prob(0.4, 0.6, 2.0) == pytest.approx(logistic(-0.5 + 0.6 + 0.3 + 0.6))
    for more in ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)):
        assert challenge_prob(*more) > challenge_prob(0.0, 0.0, 0.0)
