"""Has every parameter a unit, a source and bounds, and is its draw its own?"""

import math

import numpy as np
import pytest

from kingmaker.contest.load import bundled_ids
from kingmaker.errors import Problem
from kingmaker.parameters import (
    PARAMETERS,
    beta_like,
    check_settings,
    draw_parameters,
    prior_medians,
    prior_quantile,
)
from kingmaker.priors import Fixed
from kingmaker.rng import Streams

KINDS = ("members", "open", "united-states", "delegates", "general")


@pytest.mark.parametrize("parameter", PARAMETERS.values(), ids=PARAMETERS)
def test_every_number_has_unit_bounds_and_source(parameter):
    low, high = parameter.bounds
    assert parameter.unit
    assert parameter.source
    assert parameter.meaning
    assert math.isfinite(low)
    assert math.isfinite(high)
    assert low < high


@pytest.mark.parametrize("parameter", PARAMETERS.values(), ids=PARAMETERS)
def test_priors_name_the_contests_that_they_were_learned_from(parameter):
    known = {*bundled_ids(), "two-round contests"}
    assert set(parameter.learned_from) <= known


def test_numbers_of_parameters_in_their_stream_differ():
    assert len({parameter.key for parameter in PARAMETERS.values()}) == len(PARAMETERS)
    assert all(0 <= parameter.key < 2**32 for parameter in PARAMETERS.values())


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("parameter", PARAMETERS.values(), ids=PARAMETERS)
def test_truncated_quantiles_stay_within_bounds_and_rise(parameter, kind):
    low, high = parameter.bounds
    grid = [2**-53, 0.001, 0.1, 0.5, 0.9, 0.999, 1.0 - 2**-53]
    values = [prior_quantile(parameter, kind, u) for u in grid]
    assert values == sorted(values)
    assert low <= values[0]
    assert values[-1] <= high
    assert values[1] < values[-2] or isinstance(parameter.prior_for(kind), Fixed)


def test_a_truncated_normal_by_hand():
    """rejection_effect ~ N(0.6, 0.4) on [-1, 3]: both bounds 4 and 6 sd away, so about N."""
    parameter = PARAMETERS["rejection_effect"]
    assert prior_quantile(parameter, "members", 0.5) == pytest.approx(0.6, abs=1e-4)
    assert prior_quantile(parameter, "members", 0.841345) == pytest.approx(1.0, abs=1e-4)


def test_a_half_normal_cut_at_its_bound_by_hand():
    """endorsement_cue: |N(0, 0.3)| up to 0.45 = 1.5 sd, which holds 0.866386 of it.

    The median of the rest has 0.433193 below it, and |Z| < 0.57347 has probability 0.433193.
    """
    median = prior_quantile(PARAMETERS["endorsement_cue"], "members", 0.5)
    assert median == pytest.approx(0.3 * 0.57298, abs=1e-4)


def test_kinds_of_contests_have_their_own_priors():
    members, states = prior_medians("members"), prior_medians("united-states")
    assert members["runoff_turnout_ratio"] == pytest.approx(0.0, abs=1e-3)
    assert states["runoff_turnout_ratio"] == pytest.approx(-0.3, abs=1e-3)
    same = set(PARAMETERS) - {"runoff_turnout_ratio", "brokered_share"}
    assert all(members[name] == states[name] for name in same)


def test_draws_stay_within_bounds():
    for replicate in range(300):
        values = draw_parameters(Streams(9, replicate), "members").values
        for name, value in values.items():
            low, high = PARAMETERS[name].bounds
            assert low <= value <= high, (name, replicate)


def test_draws_follow_the_prior():
    """300 draws of a normal prior: mean within 4 standard errors."""
    draws = [
        draw_parameters(Streams(10, replicate), "members")["endorsement_total"]
        for replicate in range(300)
    ]
    # N(0.6, 0.4) cut at -4 and +4.75 sd.
    assert np.mean(draws) == pytest.approx(0.6, abs=4 * 0.4 / math.sqrt(300))
    assert np.std(draws) == pytest.approx(0.4, abs=4 * 0.4 / math.sqrt(600))


@pytest.mark.parametrize("name", PARAMETERS)
def test_setting_one_never_moves_another(name):
    streams = Streams(11, 4)
    free = draw_parameters(streams, "members").values
    value = PARAMETERS[name].bounds[1]
    held = draw_parameters(streams, "members", {name: value}).values
    assert held[name] == value
    assert {n: v for n, v in held.items() if n != name} == {
        n: v for n, v in free.items() if n != name
    }


def test_settings_win_over_posterior_draws_and_these_over_priors():
    streams = Streams(12, 0)
    parameters = draw_parameters(
        streams, "members", {"obedience": 0.5}, {"obedience": 0.9, "monitoring": 0.4}
    )
    assert parameters["obedience"] == 0.5
    assert parameters["monitoring"] == 0.4


def test_good_settings_have_no_problems():
    bounds = {name: row.bounds for name, row in PARAMETERS.items()}
    assert check_settings({name: low for name, (low, _) in bounds.items()}) == ()
    assert check_settings({name: high for name, (_, high) in bounds.items()}) == ()


def test_all_bad_settings_are_told_at_once():
    problems = check_settings(
        {"obediance": 0.5, "monitoring": 1.5, "obedience": math.nan, "backlash": -math.inf}
    )
    assert problems == (
        Problem("--set", "unknown parameter 'obediance'", "did you mean 'obedience'?"),
        Problem("--set monitoring", "1.5 is out of bounds", "a number from 0 to 1 [fraction]"),
        Problem("--set obedience", "nan is out of bounds", "a number from 0 to 1 [fraction]"),
        Problem("--set backlash", "-inf is out of bounds", "a number from -1.5 to 1.5 [logit]"),
    )


def test_beta_like_spreads_around_its_median():
    """Odds of 0.2 are 1/4; one sd of 0.5 logit up is 0.25 * e**0.5 = 0.41218, that is 0.29188."""
    assert beta_like(0.2, 0.5, 0.5) == pytest.approx(0.2)
    assert beta_like(0.2, 0.5, 0.8413447460685429) == pytest.approx(0.291878, abs=1e-5)
    assert 0.0 < beta_like(0.0, 1.0, 0.5) < 1e-8
    assert 1.0 - 1e-8 < beta_like(1.0, 1.0, 0.5) < 1.0


def test_a_calibration_starts_from_priors_that_owe_nothing_to_the_contests():
    for parameter in PARAMETERS.values():
        start = parameter.unlearned()
        assert start.learned_from == ()
        if parameter.diffuse is None:
            assert not parameter.learned_from
            assert start is parameter
            continue
        for kind in KINDS:
            wide = prior_quantile(start, kind, 0.9) - prior_quantile(start, kind, 0.1)
            register = prior_quantile(parameter, kind, 0.9) - prior_quantile(parameter, kind, 0.1)
            has_own = kind in parameter.by_kind and kind not in parameter.diffuse_by_kind
            assert wide == register if has_own else wide > register
