"""Are the reasons of an eliminated leader weighed as written?"""

import dataclasses
import math

import numpy as np
import pytest

from kingmaker.alliance.decision import (
    View,
    best_option,
    chance_given,
    chance_of,
    choice_probs,
    decide,
    in_words,
    option_terms,
    option_values,
    reason_of,
)
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
    letters=(0.75, -0.75),
    courted=(-0.5, 0.5),
    conflict=(0.0, 0.4),
)
WEIGHTS = {
    "office_value": 2.0,
    "decision_distance": 0.5,
    "grudge_weight": 0.4,
    "consultation_weight": 1.0,
    "decision_win": 1.2,
    "neutral_base": -0.3,
    "split_fear": 0.9,
    "letter_weight": 0.4,
    "courting_goodwill": 0.2,
    "pledge_conflict": 0.5,
}
PARAMETERS = medians(**WEIGHTS)
OPTIONS = (0, 1, "neutral", "free-vote")


def test_the_terms_by_hand():
    terms = option_terms(VIEW, medians(**WEIGHTS))
    assert terms[0] == pytest.approx(
        {
            "offer": 2.0 * 0.5 * 0.7,
            "distance": -0.2,
            "grudge": -0.6,
            "activists' wish": 0.6,
            "winning side": 0.24,
            "letters": 0.3,
            "courting": -0.1,
            "pledge": 0.0,
        }
    )
    assert terms[1] == pytest.approx(
        {
            "offer": 2.0 * 0.8 * 0.3,
            "distance": -0.5,
            "grudge": 0.0,
            "activists' wish": -0.6,
            "winning side": -0.24,
            "letters": -0.3,
            "courting": 0.1,
            "pledge": -0.2,
        }
    )
    assert terms["neutral"] == pytest.approx({"neutrality": -0.3, "fear of a split": 0.54})
    assert terms["free-vote"] == pytest.approx({"neutrality": -1.0, "fear of a split": 0.54})


def test_fear_of_a_split_is_largest_where_the_own_voters_are_evenly_divided():
    for split, fear in ((0.5, 0.9), (0.0, 0.0), (1.0, 0.0), (0.75, 0.45)):
        terms = option_terms(dataclasses.replace(VIEW, own_split=split), medians(**WEIGHTS))
        assert terms["neutral"]["fear of a split"] == pytest.approx(fear)


@pytest.mark.parametrize(
    ("field", "more", "weight"),
    [
        ("offers", (0.9, 0.8), "office_value"),
        ("letters", (0.9, -0.9), "letter_weight"),
        ("courted", (0.4, -0.4), "courting_goodwill"),
    ],
)
def test_what_speaks_for_a_finalist(field, more, weight):
    """Adds to his value, and to nobody's but his rival's; nothing at a weight of zero."""
    changed = dataclasses.replace(VIEW, **{field: more})
    before, after = (option_values(view, PARAMETERS) for view in (VIEW, changed))
    assert after[0] > before[0]
    assert after[1] <= before[1]
    assert {o: after[o] for o in OPTIONS[2:]} == {o: before[o] for o in OPTIONS[2:]}
    none = medians(**(WEIGHTS | {weight: 0.0}))
    assert option_values(changed, none) == option_values(VIEW, none)


@pytest.mark.parametrize(
    ("field", "more", "weight"),
    [
        ("distance", (0.9, 1.0), "decision_distance"),
        ("grudge", (2.5, 0.0), "grudge_weight"),
        ("conflict", (0.3, 0.4), "pledge_conflict"),
    ],
)
def test_what_speaks_against_a_finalist(field, more, weight):
    changed = dataclasses.replace(VIEW, **{field: more})
    before, after = (option_values(view, PARAMETERS) for view in (VIEW, changed))
    assert after[0] < before[0]
    assert {o: after[o] for o in OPTIONS[1:]} == {o: before[o] for o in OPTIONS[1:]}
    none = medians(**(WEIGHTS | {weight: 0.0}))
    assert option_values(changed, none) == option_values(VIEW, none)


def test_who_does_not_consult_hears_no_wish():
    terms = option_terms(dataclasses.replace(VIEW, wish=None), medians(**WEIGHTS))
    assert terms[0]["activists' wish"] == terms[1]["activists' wish"] == 0.0


def test_an_overwhelming_reason_decides():
    sure = dataclasses.replace(VIEW, offers=(60.0, 0.0))
    option, value, reason = decide(sure, medians(**WEIGHTS), STREAMS, 2)
    assert option == 0
    assert value == pytest.approx(2.0 * 60 * 0.7 - 0.2 - 0.6 + 0.6 + 0.24 + 0.3 - 0.1)
    assert reason.startswith("offer +84.00, ")


def test_probabilities_of_choices_are_those_of_the_logit():
    values = option_values(VIEW, PARAMETERS)
    odds = {option: math.exp(value) for option, value in values.items()}
    total = sum(odds.values())
    for option in OPTIONS:
        prob, endorses = choice_probs(VIEW, option, PARAMETERS)
        assert prob == pytest.approx(odds[option] / total)
        assert endorses == pytest.approx((odds[0] + odds[1]) / total)
    assert choice_probs(VIEW, "freeze-machine", PARAMETERS) == choice_probs(
        VIEW, "neutral", PARAMETERS
    )


def test_choices_are_a_logit():
    """Values by hand: 0.74 + 0.2, -0.86 - 0.4, 0.24 and -0.46."""
    n = 2_000
    seen = [decide(VIEW, PARAMETERS, Streams(1, r), 2)[0] for r in range(n)]
    values = {0: 0.94, 1: -1.26, "neutral": 0.24, "free-vote": -0.46}
    assert option_values(VIEW, PARAMETERS) == pytest.approx(values)
    total = sum(math.exp(v) for v in values.values())
    for option, value in values.items():
        wanted = math.exp(value) / total
        error = math.sqrt(wanted * (1 - wanted) / n)
        assert np.mean([o == option for o in seen]) == pytest.approx(wanted, abs=4.5 * error)


def test_the_same_leader_draws_the_same_whatever_the_day():
    options = {decide(VIEW, medians(**WEIGHTS), STREAMS, 2)[0] for _ in range(3)}
    assert len(options) == 1


# --- what a known choice tells of the chance behind it ------------------------------------------

VALUES = {0: 0.94, 1: -1.26, "neutral": 0.24, "free-vote": -0.46}
OTHER = {0: -0.4, 1: 0.6, "neutral": 0.1, "free-vote": 0.3}


@pytest.mark.parametrize("chosen", OPTIONS)
def test_what_was_chosen_is_best_under_the_values_that_were(chosen):
    for replicate in range(200):
        given = chance_given(VALUES, chosen, Streams(3, replicate), 2)
        assert best_option(VALUES, given) == chosen
        assert all(math.isfinite(number) for number in given)


@pytest.mark.parametrize("chosen", OPTIONS)
def test_a_choice_is_kept_where_only_its_own_value_rose(chosen):
    better = VALUES | {chosen: VALUES[chosen] + 0.7}
    for replicate in range(100):
        given = chance_given(VALUES, chosen, Streams(3, replicate), 2)
        assert best_option(better, given) == chosen


def test_only_an_option_whose_value_rose_can_take_over():
    """Monotone: what gained nothing is never preferred to what was chosen."""
    better = VALUES | {1: 0.9}
    taken = {
        best_option(better, chance_given(VALUES, "neutral", Streams(3, r), 2)) for r in range(300)
    }
    assert taken == {"neutral", 1}


def test_the_numbers_are_the_same_each_time_and_another_leaders_are_others():
    one, two, three = (chance_given(VALUES, 1, Streams(3, 4), who) for who in (2, 2, 3))
    assert one == two
    assert one != three


def test_a_common_level_of_all_values_does_not_matter():
    higher = {option: value + 700.0 for option, value in VALUES.items()}
    one, two = (chance_given(v, "neutral", STREAMS, 2) for v in (VALUES, higher))
    assert one == pytest.approx(two, abs=1e-9)


def test_unlikely_choices_are_explained_by_large_numbers():
    far = VALUES | {1: -60.0}
    given = chance_given(far, 1, STREAMS, 2)
    assert given[1] > 55.0
    assert best_option(far, given) == 1


def test_known_choices_drawn_as_often_as_they_are_likely_leave_chance_as_it_was():
    """Mixed over choices in proportion to the softmax, numbers are standard Gumbel again.

    Mean 0.5772 and variance 1.6449 of 4 000 draws per option, and the choices under other values
    are the logit of those: 4.5 standard errors each (the variance's is sqrt(4.4 / n) * 1.6449).
    """
    n = 4_000
    mixed, chosen_then = [], []
    for replicate in range(n):
        first = chance_of(Streams(5, replicate), 2, 4)
        chosen = best_option(VALUES, first)
        given = chance_given(VALUES, chosen, Streams(6, replicate), 2)
        mixed.append(given)
        chosen_then.append(best_option(OTHER, given))
    numbers = np.array(mixed)
    assert numbers.mean(axis=0) == pytest.approx(
        np.full(4, 0.5772157), abs=4.5 * math.sqrt(1.644934 / n)
    )
    assert numbers.var(axis=0) == pytest.approx(
        np.full(4, 1.644934), abs=4.5 * 1.644934 * math.sqrt(4.4 / n)
    )
    correlations = np.corrcoef(numbers.T) - np.eye(4)
    assert np.abs(correlations).max() < 4.5 / math.sqrt(n)
    total = sum(math.exp(v) for v in OTHER.values())
    for option, value in OTHER.items():
        wanted = math.exp(value) / total
        error = math.sqrt(wanted * (1 - wanted) / n)
        assert np.mean([o == option for o in chosen_then]) == pytest.approx(wanted, abs=4.5 * error)


def test_silence_of_some_kind_is_worth_what_neutrality_is():
    neutral, frozen = (reason_of(VIEW, o, PARAMETERS) for o in ("neutral", "freeze-machine"))
    assert neutral == frozen
    assert neutral[0] == pytest.approx(0.24)


def test_reasons_in_words_are_largest_first_and_leave_out_the_small():
    terms = {"offer": 0.8, "grudge": -0.9, "distance": -0.2, "winning side": 0.004}
    assert in_words(terms) == "grudge -0.90, offer +0.80, distance -0.20"
