"""Are scores and values the same thing seen from two sides?"""

import math

import pytest

from kingmaker.calibrate.shared import SHARED, SHARED_BY_TOPIC, values_of
from kingmaker.parameters import PARAMETERS, prior_quantile


def test_shared_parameters_are_parameters_and_each_is_named_once():
    assert len(set(SHARED)) == len(SHARED)
    assert set(SHARED) <= set(PARAMETERS)
    assert sum(map(len, SHARED_BY_TOPIC.values())) == len(SHARED)


def test_whatever_was_learned_from_contests_is_learned_anew():
    learned = {name for name, parameter in PARAMETERS.items() if parameter.diffuse is not None}
    assert learned <= set(SHARED)


def test_a_score_of_zero_is_the_median_of_the_unlearned_prior():
    values = values_of([0.0] * len(SHARED), "members")
    for name, value in values.items():
        assert value == pytest.approx(prior_quantile(PARAMETERS[name].unlearned(), "members", 0.5))
    assert abs(values["endorsement_total"]) < 0.1  # the register's: 0.6
    assert values["late_swing_sd"] > 0.0  # the register's: always 0


def test_scores_are_normal_scores():
    place = SHARED.index("neutral_base")  # diffuse: normal, mean 0, sd 1.5, hardly truncated
    for z in (-1.5, 0.7, 2.0):
        scores = [0.0] * len(SHARED)
        scores[place] = z
        assert values_of(scores, "members")["neutral_base"] == pytest.approx(1.5 * z, abs=0.1)


def test_the_kind_of_contest_decides_on_the_prior():
    brokers = [values_of([1.0] * len(SHARED), k)["brokered_share"] for k in ("members", "open")]
    assert brokers[0] > brokers[1]


def test_values_stay_within_the_bounds_whatever_the_score():
    for z in (-40.0, 40.0):
        for name, value in values_of([z] * len(SHARED), "members").items():
            low, high = PARAMETERS[name].unlearned().bounds
            assert low <= value <= high
            assert math.isfinite(value)
