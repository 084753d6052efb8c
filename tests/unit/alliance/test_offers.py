"""What is an offer worth to the one who gets it?"""

import pytest

from kingmaker.alliance.offers import delivery_prob, held_offer, proposed_offer, stay_prob
from tests.contest_builders import bare, day, tiny, tiny_table

TODAY = day(1)


def contest(pledges=None, **premier):
    outside = [tiny_table()["outside"][0] | premier]
    return tiny(outside=outside, pledges=pledges or [])


def pledge(by, stance):
    return tiny_table()["pledges"][0] | {"by": by, "stance": stance}


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
    offer = proposed_offer("ben", False, share, finalist, noise, contest(), TODAY)
    assert offer.kind == kind
    assert offer.worth == pytest.approx(worth)


def test_who_promised_no_deals_offers_words_only():
    offer = proposed_offer("ben", True, 0.3, 0.3, 0.2, contest(), TODAY)
    assert (offer.kind, offer.worth, offer.delivery_prob) == ("partnership", 0.2, 1.0)


def test_an_office_in_a_government_that_one_leaves_is_worthless():
    offer = proposed_offer("ben", False, 0.3, 0.3, 0.0, contest(stay_prob=0.0), TODAY)
    assert offer.kind == "office"
    assert offer.delivery_prob == 0.0


@pytest.mark.parametrize(
    ("kind", "office", "prob"),
    [
        ("office", "finance", 0.7 * 0.6),
        ("office", "defence", 0.1 * 0.6),  # refused
        ("office", None, 0.7 * 0.6),
        ("second-place", None, 0.8),
        ("posts-kept", None, 0.8),
        ("policy", None, 0.8),
        ("partnership", None, 1.0),
    ],
)
def test_chances_of_delivery(kind, office, prob):
    assert delivery_prob(kind, office, "ben", contest(), TODAY) == pytest.approx(prob)


def test_without_a_government_offices_are_the_partys_own():
    assert delivery_prob("office", "finance", "ben", bare(), TODAY) == 0.8


@pytest.mark.parametrize(
    ("stance", "prob"), [("leave", 0.3), ("conditional", 0.45), ("stay", 0.6), ("keep", 0.6)]
)
def test_pledges_about_the_government(stance, prob):
    pledged = contest([pledge("ben", stance)])
    assert stay_prob("ben", pledged, TODAY) == pytest.approx(prob)
    assert stay_prob("ada", pledged, TODAY) == pytest.approx(0.6)


def test_later_pledges_are_not_known_yet():
    late = contest([pledge("ben", "leave") | {"date": day(3)}])
    assert stay_prob("ben", late, day(2)) == pytest.approx(0.6)
    assert stay_prob("ben", late, day(3)) == pytest.approx(0.3)


def test_where_nobody_said_the_party_probably_stays():
    assert stay_prob("ada", bare(), TODAY) == 0.7


def test_reported_offers_are_worth_their_kind():
    offer = held_offer(tiny().offers[0], tiny(), TODAY)
    assert (offer.kind, offer.worth) == ("office", 1.0)
    assert offer.delivery_prob == pytest.approx(0.7 * 0.6)
