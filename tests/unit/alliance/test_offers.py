"""What is an offer worth to the one who gets it?"""

import math

import pytest

from kingmaker.alliance.government import CREDIBLE
from kingmaker.alliance.offers import (
    PARTY_OWN,
    RELATIVE_WORTH,
    Delivery,
    Held,
    gamson_offer,
    second_place_prob,
    stay_prob,
)
from tests.contest_builders import bare, tiny, tiny_table

OFFICES = {"office": True}


def delivery(word=None, stays=0.6, second=0.8, **lasts):
    return Delivery(word, stays, second, lasts)


def contest(**premier):
    return tiny(outside=[tiny_table()["outside"][0] | premier])


# --- what is offered -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("share", "finalist", "noise", "kind", "worth"),
    [
        (0.3, 0.3, 0.0, "office", 1.0),  # half of the joint vote
        (0.3, 0.3, 0.1, "office", 1.1),
        (0.4, 0.1, 0.0, "office", 1.2),  # 1.6: never more than 1.2
        (0.285, 0.315, 0.0, "second-place", 0.95),
        (0.2, 0.4, 0.0, "posts-kept", 2 / 3),
        (0.07, 0.37, 0.0, "policy", 0.14 / 0.44),
        (0.03, 0.37, 0.0, "partnership", 0.15),
        (0.3, 0.3, -0.9, "partnership", 0.1),
    ],
)
def test_offers_are_in_proportion_to_the_joint_vote(share, finalist, noise, kind, worth):
    offer = gamson_offer(False, share, finalist, noise, delivery(), OFFICES)
    assert offer.kind == kind
    assert offer.worth == pytest.approx(worth)
    assert offer.delivery_prob == delivery().prob(kind)


def test_the_kind_that_comes_next_is_offered_where_no_office_can_be():
    offer = gamson_offer(False, 0.3, 0.3, 0.0, delivery("withheld"), {"office": False})
    assert offer.kind == "second-place"
    assert offer.worth == 1.0


def test_who_promised_no_deals_offers_words_only():
    offer = gamson_offer(True, 0.3, 0.3, 0.2, delivery(), OFFICES)
    assert (offer.kind, offer.worth, offer.delivery_prob) == ("partnership", 0.2, 1.0)


def test_who_brings_nothing_to_nobody_is_offered_words():
    assert gamson_offer(False, 0.0, 0.0, 0.0, delivery(), OFFICES).kind == "partnership"


# --- what can be delivered ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "prob"),
    [
        ("office", PARTY_OWN),
        ("second-place", 0.55),
        ("posts-kept", PARTY_OWN),
        ("institutional-seats", PARTY_OWN),
        ("policy", PARTY_OWN),
        ("partnership", 1.0),
    ],
)
def test_chances_of_delivery_where_offices_are_the_partys_own(kind, prob):
    assert delivery(second=0.55).prob(kind) == prob
    assert set(RELATIVE_WORTH) >= {kind}


@pytest.mark.parametrize("word", CREDIBLE)
def test_an_office_is_as_likely_as_its_givers_word_and_the_party_in_the_government(word):
    assert delivery(word, stays=0.5).prob("office") == pytest.approx(CREDIBLE[word] * 0.5)
    others = set(RELATIVE_WORTH) - {"office"}
    assert all(delivery(word).prob(kind) == delivery().prob(kind) for kind in others)


def test_words_are_ordered_by_what_they_are_worth():
    words = ("granted", "unsaid", "vague", "withheld", "taken-back")
    assert list(words) == sorted(CREDIBLE, key=CREDIBLE.__getitem__, reverse=True)
    assert CREDIBLE["taken-back"] == 0.0


@pytest.mark.parametrize("word", CREDIBLE)
def test_an_office_in_a_government_that_one_leaves_is_worthless(word):
    offer = gamson_offer(False, 0.3, 0.3, 0.0, delivery(word, stays=0.0), OFFICES)
    assert offer.kind == "office"
    assert offer.expected() == 0.0


def test_a_partnership_that_may_break_is_discounted_by_kind():
    """M39: a kind that is not named lasts."""
    lasting = delivery(second=0.5, **{"second-place": 0.7})
    assert lasting.prob("second-place") == pytest.approx(0.35)
    assert lasting.prob("policy") == PARTY_OWN
    assert delivery("granted", office=0.5).prob("office") == pytest.approx(0.9 * 0.6 * 0.5)


@pytest.mark.parametrize(
    ("machine", "strain", "prob"),
    [
        (1.0, 0.0, 0.6),
        (0.5, 0.0, 0.3),
        (1.8, 0.0, 0.6),  # more than an average machine delivers no more
        (1.0, 2.0, 0.6 * math.exp(-1.0)),
        (0.0, 0.0, 0.0),
    ],
)
def test_a_camp_delivers_the_second_place_by_its_machine_and_its_feelings(machine, strain, prob):
    """M26."""
    assert second_place_prob(0.6, machine, strain) == pytest.approx(prob)


@pytest.mark.parametrize(
    ("stance", "prob"),
    [("leave", 0.3), ("conditional", 0.45), ("stay", 0.6), ("keep", 0.6), (None, 0.6)],
)
def test_who_pledged_to_leave_is_less_likely_to_stay(stance, prob):
    """M24: the committee's 0.6, times one half or three quarters."""
    assert stay_prob(contest(), stance) == pytest.approx(prob)


def test_where_nobody_said_the_party_probably_stays():
    assert stay_prob(bare(), None) == 0.7
    assert stay_prob(contest(stay_prob=0.0), "stay") == 0.0


# --- what was offered in fact ---------------------------------------------------------------------


def test_an_offer_off_the_table_keeps_what_it_was_in_fact():
    off = Held("office", 1.0, 0.0, "", in_fact=0.42)
    assert off.expected() == 0.0
    assert off.expected(in_fact=True) == pytest.approx(0.42)
    on = Held("office", 0.5, 0.42, "")
    assert on.expected() == on.expected(in_fact=True) == pytest.approx(0.21)
    new = Held("office", 1.0, 0.5, "", in_fact=0.0)
    assert new.expected(in_fact=True) == 0.0
