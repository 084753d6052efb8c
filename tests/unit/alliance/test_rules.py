"""Do leaders who follow a rule do what the rule says?"""

import dataclasses

import pytest

from kingmaker.alliance.decision import View
from kingmaker.alliance.rules import OFFENDED, RULES, by_rule, nearest, united

VIEW = View(
    finalists=(3, 1),
    distance=(0.4, 1.0),
    win_prob=(0.7, 0.3),
    grudge=(0.0, 0.0),
    offers=(0.5, 0.8),
    wish=0.8,
    own_split=0.3,
)


def ruled(rule, **changes):
    return by_rule(rule, dataclasses.replace(VIEW, **changes))


def test_the_nearer_finalist():
    assert nearest((0.4, 1.0), (3, 1)) == 3
    assert nearest((1.4, 1.0), (3, 1)) == 1
    assert nearest((1.0, 1.0), (3, 1)) == 3
    assert ruled("nearest") == 3
    assert ruled("nearest", distance=(2.0, 0.1)) == 1


@pytest.mark.parametrize(
    ("offers", "win", "choice"),
    [
        ((0.5, 0.8), (0.7, 0.3), 3),  # 0.35 over 0.24: an offer of a loser is worth nothing
        ((0.5, 0.8), (0.5, 0.5), 1),
        ((0.0, 0.1), (0.99, 0.01), 1),
        ((0.0, 0.0), (0.7, 0.3), None),
        ((0.5, 0.5), (0.5, 0.5), None),
    ],
)
def test_the_better_offer(offers, win, choice):
    assert ruled("best-offer", offers=offers, win_prob=win) == choice


def test_the_activists_majority_and_without_them_the_voters():
    assert ruled("consult") == 3
    assert ruled("consult", wish=0.49) == 1
    assert ruled("consult", wish=None) == 1
    assert ruled("consult", wish=None, own_split=0.51) == 3


@pytest.mark.parametrize(
    ("grudge", "choice"),
    [
        ((1.0, 0.0), 1),
        ((0.0, 1.0), 3),
        ((OFFENDED, OFFENDED / 2), 1),
        ((1.0, 0.3), "neutral"),
        ((0.1, 0.2), None),
    ],
)
def test_never_for_the_insulter(grudge, choice):
    assert ruled("grudge", grudge=grudge) == choice


@pytest.mark.parametrize("rule", ["decide", "reconsider", "equilibrium", "united-losers"])
def test_the_other_rules_need_more_than_one_view(rule):
    assert rule in RULES
    assert ruled(rule, grudge=(3.0, 0.0)) is None


def test_the_losers_add_their_values_up_by_votes():
    """90 * 1.0 + 30 * -2.0 = 30 against 90 * 0.5 + 30 * 0.2 = 51."""
    values = {2: {0: 1.0, 1: 0.0, "neutral": 0.5}, 3: {0: -2.0, 1: 0.4, "neutral": 0.2}}
    assert united(values, [180, 150, 90, 30]) == "neutral"
    assert united(values, [180, 150, 90, 3]) == 0
    assert united(values, [180, 150, 3, 90]) == 1
    assert united({2: {0: 1.0, 1: 2.0}}, [0, 0, 1]) == 1
