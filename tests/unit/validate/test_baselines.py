"""Each baseline's forecast, worked out by hand; spreads are those of other contests."""

import math

import pytest
from scipy import optimize, stats

from kingmaker.cases.collection import bundled_collection
from kingmaker.validate.baselines import (
    LEADER_PROB,
    MIN_SD,
    FittedFollowRate,
    FixedRule,
    LeaderWins,
    baselines,
    even_split,
    fit_follow_rate,
    mixed_share,
    polled,
    proportional,
    turnout_of_others,
)
from kingmaker.validate.folds import Training
from tests.contest_builders import SOURCED
from tests.unit.validate.contests_to_score import example, several

# 400, 300, 200 and 100 votes; cy calls for ben, dee for nobody.
CASE = example("x", calls={"cy": "ben"}).case


def test_rules():
    assert even_split(CASE) == pytest.approx(0.55)
    assert proportional(CASE) == pytest.approx(4 / 7)
    assert mixed_share(CASE, 0.6, 0.0) == pytest.approx(0.4 + 0.4 * 0.2 + 0.05)
    assert mixed_share(CASE, 1.0, 0.0) == pytest.approx(0.45)
    assert mixed_share(CASE, 0.75, 0.5) == pytest.approx(0.4 + 0.05 + 0.1 * (0.25 + 2 / 7))
    assert polled(CASE) is None


def test_last_poll():
    poll = {"pollster": "P", "question": "runoff", "shares": {"ada": 0.5, "ben": 0.4}, **SOURCED}
    days = [example("y").case.contest.dates.round1.replace(day=d) for d in (14, 15)]
    made = example("y", polls=[
        poll | {"date": days[0]},
        poll | {"date": days[1], "shares": {"ada": 0.3, "ben": 0.6}},
        poll | {"date": days[1], "shares": {"ada": 0.4, "ben": 0.4}},
        poll | {"date": days[1], "shares": {"ada": 0.9}},
        poll | {"date": days[1], "condition": "if cy calls for ada"},
    ])  # fmt: skip
    assert polled(made.case) == pytest.approx((1 / 3 + 1 / 2) / 2)


def test_spread_is_the_root_mean_square_of_the_errors_elsewhere():
    training = several(4)
    errors = [e.outcome.share - even_split(e.case) for e in training]
    forecast = FixedRule("50:50", even_split).fitted(Training(training)).forecast(CASE)
    assert forecast is not None
    assert forecast.share.quantile(0.5) == pytest.approx(0.55)
    sd = math.sqrt(sum(e * e for e in errors) / 4)
    assert forecast.share.quantile(0.841344746) == pytest.approx(0.55 + sd)
    assert forecast.leader_prob == pytest.approx(stats.norm(0.55, sd).sf(0.5))


def test_spread_has_a_floor():
    same = tuple(example(f"e{n}", runoff=(550, 450)) for n in range(4))
    forecast = FixedRule("50:50", even_split).fitted(Training(same)).forecast(CASE)
    assert forecast is not None
    assert forecast.share.quantile(0.841344746) == pytest.approx(0.55 + MIN_SD)


def test_follow_rate_and_weight_are_found_again():
    """Runoffs made with a rate of 0.8 and a weight of 0.5, in votes that are whole numbers."""
    made = []
    for number, (cy, to) in enumerate([(200, "ada"), (250, "ben"), (280, "ada"), (100, "ben")]):
        first = {"ada": 400_000, "ben": 300_000, "cy": 1_000 * cy, "dee": 70_000}
        total = sum(first.values())
        case = example(f"m{number}", first=first, calls={"cy": to}).case
        votes = round(mixed_share(case, 0.8, 0.5) * total)
        runoff = (votes, total - votes)
        made.append(example(f"m{number}", first=first, calls={"cy": to}, runoff=runoff))
    rate, weight = fit_follow_rate(made)
    assert (rate, weight) == pytest.approx((0.8, 0.5), abs=1e-3)


def test_spread_of_the_fitted_rate_pays_for_two_parameters():
    training = several(6)
    rate, weight = fit_follow_rate(training)
    errors = [e.outcome.share - mixed_share(e.case, rate, weight) for e in training]
    forecast = FittedFollowRate().fitted(Training(training)).forecast(CASE)
    assert forecast is not None
    sd = math.sqrt(sum(e * e for e in errors) / 4)
    assert forecast.share.quantile(0.5) == pytest.approx(mixed_share(CASE, rate, weight))
    assert forecast.share.quantile(0.841344746) - forecast.share.quantile(0.5) == pytest.approx(sd)


def test_follow_rate_is_one_half_where_nobody_called():
    made = [example(f"n{n}", runoff=(550 + 20 * n, 450)) for n in range(4)]
    rate, weight = fit_follow_rate(made)
    assert rate == 0.5
    case = made[0].case
    slope = 0.3 * (4 / 7 - 0.5)
    errors = [e.outcome.share - even_split(e.case) for e in made]
    assert weight == pytest.approx(sum(errors) / 4 / slope)
    assert mixed_share(case, rate, weight) > even_split(case)


def test_follow_rate_alone_where_everybody_called():
    calls = {"cy": "ada", "dee": "ada"}
    made = [example(f"n{n}", calls=calls, runoff=(600 + 10 * n, 400)) for n in range(3)]
    rate, weight = fit_follow_rate(made)
    # The leader's share is 0.4 + 0.3 rate.
    mean = sum(e.outcome.share for e in made) / 3
    assert (rate, weight) == pytest.approx(((mean - 0.4) / 0.3, 0.0))


def test_leader_wins_is_the_likeliest_spread():
    training = several(6)
    forecast = LeaderWins().fitted(Training(training)).forecast(CASE)
    assert forecast is not None
    assert forecast.leader_prob == pytest.approx(LEADER_PROB)
    z = stats.norm.ppf(LEADER_PROB)
    shares = [e.outcome.share for e in training]
    found = optimize.minimize_scalar(
        lambda s: -stats.norm(0.5 + z * s, s).logpdf(shares).sum(), bounds=(0.01, 0.5)
    )
    assert forecast.share.quantile(0.5) == pytest.approx(0.5 + z * found.x, abs=1e-4)


def test_two_contests_are_too_few():
    training = Training(several(2))
    assert all(method.fitted(training).forecast(CASE) is None for method in baselines())


def test_polls_elsewhere_are_needed_for_a_spread_of_polls():
    fitted = FixedRule("last poll", polled).fitted(Training(several(6)))
    assert fitted.forecast(CASE) is None


def test_turnout_of_others():
    training = several(4)
    logs = [math.log(e.outcome.turnout_ratio) for e in training]
    forecast = turnout_of_others(CASE, training)
    assert forecast is not None
    assert forecast.quantile(0.5) == pytest.approx(sum(logs) / 4)
    sd = stats.tstd(logs) * math.sqrt(1.25)
    assert forecast.quantile(0.841344746) == pytest.approx(sum(logs) / 4 + max(sd, 0.02))
    assert turnout_of_others(CASE, training[:2]) is None


def test_turnout_is_that_of_the_kind_where_there_are_five():
    members = several(5)
    others = tuple(example(f"o{n}", kind="open", runoff=(200, 100)) for n in range(5))
    both = turnout_of_others(CASE, members + others[:3])
    assert both is not None
    assert both.quantile(0.5) == turnout_of_others(CASE, members).quantile(0.5)
    few = turnout_of_others(CASE, members[:4] + others)
    assert few is not None
    assert few.quantile(0.5) < -0.3


def test_fitted_rate_on_all_bundled_contests():
    """The numbers that the decision record prints."""
    rate, weight = fit_follow_rate(bundled_collection().examples)
    assert (rate, weight) == pytest.approx((0.7945, 0.203), abs=0.003)
    assert FittedFollowRate().name == "fitted follow rate"
