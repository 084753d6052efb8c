"""Does a finalist deal with an eliminated leader as far as it pays?"""

import dataclasses
import math
from collections import Counter

import pytest

from kingmaker.alliance.beliefs import believed_win_prob
from kingmaker.alliance.strategy import (
    ACTIONS,
    BELIEVED_BACKLASH,
    NOISE,
    OFFICE_COST,
    POACHED,
    Prospect,
    action_terms,
    choose_action,
)
from kingmaker.numerics import logistic
from kingmaker.rng import Streams
from tests.contest_builders import STREAMS

EVEN = Prospect(share=0.5, endorser_share=0.2, rejection=0.3, ill_will=0.0, can_deal=True)


def value(action, **changes):
    return sum(action_terms(dataclasses.replace(EVEN, **changes))[action].values())


def test_the_terms_by_hand():
    """A fifth of the votes bring 0.03; a third of the members reject him: 0.015 lost."""
    gain = believed_win_prob(0.53) - 0.5
    loss = 0.5 - believed_win_prob(0.5 - BELIEVED_BACKLASH * 0.3)
    terms = action_terms(EVEN)
    assert list(terms) == list(ACTIONS)
    for action, lure, cost in (("office", 0.8, OFFICE_COST), ("words", -0.4, 0.0)):
        accepts = logistic(lure)
        assert terms[action] == pytest.approx(
            {"support": gain * accepts, "backlash": -loss * accepts, "cost": -cost * accepts}
        )
    assert terms["poach"] == pytest.approx(
        {"lieutenants": POACHED * gain, "cost": -0.5 * OFFICE_COST}
    )
    assert terms["ignore"] == {}


@pytest.mark.parametrize("action", ["office", "words"])
def test_what_makes_a_deal_worth_more(action):
    assert value(action, endorser_share=0.4) > value(action)
    assert value(action, rejection=0.9) < value(action)
    assert value(action, ill_will=2.0) < value(action)
    assert value(action, share=0.7) < value(action)  # he wins anyway


def test_a_much_rejected_leader_without_votes_is_ignored():
    hopeless = {"endorser_share": 0.02, "rejection": 0.9}
    assert all(value(action, **hopeless) < 0.0 for action in ("office", "words", "poach"))


def test_an_office_lures_more_and_costs_something():
    assert value("office", rejection=0.0) > value("words", rejection=0.0)
    loss_only = {"endorser_share": 0.0}
    assert value("office", **loss_only) < value("words", **loss_only) < 0.0


def test_who_promised_no_deals_has_words_and_silence_left():
    terms = action_terms(dataclasses.replace(EVEN, can_deal=False))
    assert set(terms) == {"words", "ignore"}
    assert terms["words"] == action_terms(EVEN)["words"]
    for replicate in range(50):
        promised = dataclasses.replace(EVEN, can_deal=False)
        assert choose_action(promised, 0, 2, Streams(1, replicate))[0] in ("words", "ignore")


def test_choices_are_a_logit_at_a_small_scale():
    """Shares of 2 000 choices against the softmax of values over the scale: 4.5 sd are 0.05."""
    seen = Counter(choose_action(EVEN, 0, 2, Streams(1, r))[0] for r in range(2_000))
    weights = {action: math.exp(value(action) / NOISE) for action in ACTIONS}
    for action in ACTIONS:
        wanted = weights[action] / sum(weights.values())
        assert seen[action] / 2_000 == pytest.approx(wanted, abs=0.05)


def test_the_same_pair_decides_the_same_and_pairs_are_apart():
    one, two = (choose_action(EVEN, 0, 2, STREAMS) for _ in range(2))
    assert one == two
    assert one[1] == pytest.approx(value(one[0]))
    others = {choose_action(EVEN, f, e, Streams(2, 2))[0] for f in range(4) for e in range(6)}
    assert len(others) > 1


def test_what_can_be_done_moves_nobodys_numbers():
    """Where words win both ways, they win with the same number; the number is the action's own."""
    for replicate in range(40):
        streams = Streams(3, replicate)
        free = choose_action(EVEN, 0, 2, streams)[0]
        promised = choose_action(dataclasses.replace(EVEN, can_deal=False), 0, 2, streams)[0]
        assert free not in ("words", "ignore") or promised == free
