"""Scores are proper, forecasts mirror, and what is left out changes nothing."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate

from kingmaker.validate.baselines import (
    FittedFollowRate,
    LeaderWins,
    baselines,
    fit_follow_rate,
    mixed_share,
)
from kingmaker.validate.evaluation import evaluate
from kingmaker.validate.folds import SCHEMES, folds_of
from kingmaker.validate.forecast import NormalDistribution, SampleDistribution
from kingmaker.validate.nested import NestedChoice
from kingmaker.validate.scores import brier, crps_normal, log_score
from tests.unit.validate.contests_to_score import example, several

shares = st.floats(0.02, 0.98)
samples = st.lists(shares, min_size=1, max_size=12)
probs = st.floats(0.01, 0.99)


def crps_by_definition(forecast, y):
    """Integrate (F(x) - 1{x >= y})^2 exactly: F is a step function."""
    edges = sorted({0.0, 1.0, y, *forecast.values.tolist()})
    total = 0.0
    for low, high in pairwise(edges):
        middle = 0.5 * (low + high)
        below = float(forecast.weights[forecast.values <= middle].sum())
        total += (high - low) * (below - float(y <= middle)) ** 2
    return total


@given(samples, shares)
def test_crps_of_samples_is_the_area_between_steps(values, y):
    forecast = SampleDistribution.of(values)
    assert forecast.crps(y) == pytest.approx(crps_by_definition(forecast, y), abs=1e-12)


@given(samples, st.lists(st.floats(0.1, 5.0), min_size=12, max_size=12), shares)
def test_crps_of_weighted_samples_is_the_area_between_steps(values, weights, y):
    forecast = SampleDistribution.of(values, weights[: len(values)])
    assert forecast.crps(y) == pytest.approx(crps_by_definition(forecast, y), abs=1e-12)


@given(samples, shares)
def test_scores_mirror_with_the_finalists(values, y):
    """Naming the other finalist first turns every share x into 1 - x, and no score changes.

    Shares are whole parts of 1024, so that 1 - x is exact and equal shares stay equal.
    """
    values, y = [round(1024 * value) / 1024 for value in values], round(1024 * y) / 1024
    forecast = SampleDistribution.of(values)
    mirrored = SampleDistribution.of([1.0 - value for value in values])
    assert forecast.crps(y) == pytest.approx(mirrored.crps(1.0 - y), abs=1e-12)
    assert forecast.log_density(y) == pytest.approx(mirrored.log_density(1.0 - y), rel=1e-6)
    assert forecast.cdf(y) == pytest.approx(1.0 - mirrored.cdf(1.0 - y), abs=1e-9)


@given(samples, shares)
def test_crps_is_at_most_the_mean_distance(values, y):
    distance = float(np.abs(np.array(values) - y).mean())
    assert -1e-12 <= SampleDistribution.of(values).crps(y) <= distance + 1e-12


@given(shares, st.floats(0.01, 0.3), shares, st.floats(0.01, 0.3))
def test_crps_is_proper(mean, sd, other_mean, other_sd):
    """On average over what the true law brings, no other normal does better."""
    truth = NormalDistribution(mean, sd)
    levels = (np.arange(400) + 0.5) / 400
    drawn = [truth.quantile(float(level)) for level in levels]
    own = math.fsum(crps_normal(mean, sd, y) for y in drawn)
    theirs = math.fsum(crps_normal(other_mean, other_sd, y) for y in drawn)
    assert own <= theirs + 0.01 * sd * len(drawn)


@given(probs, probs)
def test_scores_of_winners_are_proper(truth, said):
    for score in (brier, log_score):
        own = truth * score(truth, 1.0) + (1.0 - truth) * score(truth, 0.0)
        other = truth * score(said, 1.0) + (1.0 - truth) * score(said, 0.0)
        assert own <= other + 1e-12


@given(st.lists(st.floats(0.3, 0.7), min_size=2, max_size=8))
def test_kernel_densities_hold_all_probability(values):
    forecast = SampleDistribution.of(values)
    points = sorted(value + shift for value in values for shift in (-0.01, 0.0, 0.01))
    mass = integrate.quad(
        lambda y: math.exp(forecast.log_density(y)), 0.001, 0.999, points=points, limit=400
    )[0]
    assert mass == pytest.approx(1.0, abs=0.02)


@given(st.floats(0.0, 1.0), st.floats(0.0, 1.0), st.sampled_from(["ada", "ben"]))
def test_rules_of_followers_mirror(rate, weight, to):
    """What a rule gives the leader, it gives the other one where their votes are exchanged."""
    first = {"ada": 400, "ben": 300, "cy": 200, "dee": 100}
    case = example("x", first=first, calls={"cy": to}).case
    swapped = example(
        "x",
        first=first | {"ada": 300, "ben": 400},
        calls={"cy": "ben" if to == "ada" else "ada"},
    ).case
    assert case.finalists == swapped.finalists[::-1]
    assert mixed_share(case, rate, weight) == pytest.approx(mixed_share(swapped, rate, weight))


def forecasts(examples, scheme, name):
    """Return what all methods say of a contest: everything but the scores."""
    methods = (*baselines(), NestedChoice("choice", (FittedFollowRate(), LeaderWins()), scheme))
    return [
        (s.method, s.choice, s.median, s.intervals, s.leader_prob, s.turnout_median)
        for s in evaluate(methods, examples, scheme)
        if s.contest == name
    ]


@given(
    st.integers(0, 5),
    st.tuples(st.integers(1, 450), st.integers(1, 450)),
    st.sampled_from(SCHEMES),
)
def test_no_fold_leaks(number, runoff, scheme):
    """The left-out contest's runoff is changed, and nothing that is said of it changes."""
    examples, name = several(6), f"c{number}"
    before = examples[number].case
    votes = {candidate: before.votes[candidate] for candidate in before.votes}
    changed = example(name, first=votes, calls=dict(before.calls), runoff=runoff)
    others = tuple(changed if e.case.id == name else e for e in examples)
    assert forecasts(others, scheme, name) == forecasts(examples, scheme, name)


@given(st.tuples(st.integers(1, 450), st.integers(1, 450)))
def test_a_copy_of_the_contest_does_not_leak(runoff):
    """The same contest under another id and another spelling tells nothing of its runoff."""
    examples = several(5)
    first = example("first", party="Left", runoff=(600, 300))
    copy = example("copy", party="left ", runoff=runoff)
    with_copy = (*examples, first, copy)
    without = (*examples, first)
    assert forecasts(with_copy, "contest", "first") == forecasts(without, "contest", "first")


@given(st.tuples(st.integers(1, 450), st.integers(1, 450)))
def test_a_party_left_out_does_not_leak(runoff):
    """Another contest of the party tells nothing, where parties are left out."""
    earlier = example("earlier", party="Left", year=2000, runoff=runoff)
    examples = (*several(5), example("first", party="Left"), earlier)
    fixed = (*several(5), example("first", party="Left"))
    assert forecasts(examples, "party", "first") == forecasts(fixed, "party", "first")


@given(st.tuples(st.integers(1, 450), st.integers(1, 450)))
def test_fits_do_see_the_others(runoff):
    """The comparisons above would notice: another contest's runoff does change the fit."""
    examples = several(5)
    changed = example("new", calls={"cy": "ada"}, runoff=runoff)
    base = example("new", calls={"cy": "ada"}, runoff=(500, 451))
    one = fit_follow_rate((*examples, changed))
    assert one != fit_follow_rate((*examples, base))
    assert all(
        len(fold.training.examples) == 5 for fold in folds_of((*examples, changed), "contest")
    )
