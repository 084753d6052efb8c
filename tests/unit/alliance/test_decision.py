"""Are the reasons of an eliminated leader weighed as written?"""

import dataclasses
import math

import numpy as np
import pytest

from kingmaker.alliance.decision import View, decide, in_words, option_terms
from kingmaker.rng import Streams
from tests.contest_builders import STREAMS, medians

VIEW = View(
    finalists=(0, 1),
    distance=(0.4, 1.0),
    win_prob=(0.7, 0.3),
    grudge=(1.5, 0.0),
    offers=(0.5, 0.8),
    wish=0.8,
    own_split=0.3,
)
WEIGHTS = {
    "office_value": 2.0,
    "decision_distance": 0.5,
    "grudge_weight": 0.4,
    "consultation_weight": 1.0,
    "decision_win": 1.2,
    "neutral_base": -0.3,
    "split_fear": 0.9,
}


def test_the_terms_by_hand():
    terms = option_terms(VIEW, medians(**WEIGHTS))
    assert terms[0] == pytest.approx(
        {
            "offer": 2.0 * 0.5 * 0.7,
            "distance": -0.2,
            "grudge": -0.6,
            "activists' wish": 0.6,
            "winning side": 0.24,
        }
    )
    assert terms[1] == pytest.approx(
        {
            "offer": 2.0 * 0.8 * 0.3,
            "distance": -0.5,
            "grudge": 0.0,
            "activists' wish": -0.6,
            "winning side": -0.24,
        }
    )
    assert terms["neutral"] == pytest.approx({"neutrality": -0.3, "fear of a split": 0.54})
    assert terms["free-vote"] == pytest.approx({"neutrality": -1.0, "fear of a split": 0.54})


def test_fear_of_a_split_is_largest_where_the_own_voters_are_evenly_divided():
    for split, fear in ((0.5, 0.9), (0.0, 0.0), (1.0, 0.0), (0.75, 0.45)):
        terms = option_terms(dataclasses.replace(VIEW, own_split=split), medians(**WEIGHTS))
        assert terms["neutral"]["fear of a split"] == pytest.approx(fear)


def test_who_does_not_consult_hears_no_wish():
    terms = option_terms(dataclasses.replace(VIEW, wish=None), medians(**WEIGHTS))
    assert terms[0]["activists' wish"] == terms[1]["activists' wish"] == 0.0


def test_an_overwhelming_reason_decides():
    sure = dataclasses.replace(VIEW, offers=(60.0, 0.0))
    option, value, reason = decide(sure, medians(**WEIGHTS), STREAMS, 2)
    assert option == 0
    assert value == pytest.approx(2.0 * 60 * 0.7 - 0.2 - 0.6 + 0.6 + 0.24)
    assert reason.startswith("offer +84.00, ")


def test_choices_are_a_logit():
    """Values 0.74, -0.86, 0.24, -0.46: exp 2.0959, 0.4232, 1.2712, 0.6313, sum 4.4216."""
    parameters = medians(**WEIGHTS)
    n = 2_000
    seen = [decide(VIEW, parameters, Streams(1, r), 2)[0] for r in range(n)]
    values = {0: 0.74, 1: -0.86, "neutral": 0.24, "free-vote": -0.46}
    total = sum(math.exp(v) for v in values.values())
    for option, value in values.items():
        wanted = math.exp(value) / total
        error = math.sqrt(wanted * (1 - wanted) / n)
        assert np.mean([o == option for o in seen]) == pytest.approx(wanted, abs=4.5 * error)


def test_the_same_leader_draws_the_same_whatever_the_day():
    options = {decide(VIEW, medians(**WEIGHTS), STREAMS, 2)[0] for _ in range(3)}
    assert len(options) == 1


def test_reasons_in_words_are_largest_first_and_leave_out_the_small():
    terms = {"offer": 0.8, "grudge": -0.9, "distance": -0.2, "winning side": 0.004}
    assert in_words(terms) == "grudge -0.90, offer +0.80, distance -0.20"
