"""Do lieutenants decide apart from their leader, and answer poachers, as written?"""

import dataclasses
import math

import numpy as np
import pytest

from kingmaker.alliance.lieutenants import (
    SHARED_STRAIN,
    SILENCE,
    TASTE,
    LieutenantView,
    answer_poacher,
    decide_lieutenant,
    lieutenant_terms,
    speaking_day,
)
from kingmaker.rng import Stream, Streams
from tests.contest_builders import STREAMS, medians

VIEW = LieutenantView(
    number=4, finalists=(0, 1), leader_choice=None, win_prob=(0.7, 0.3), strain=(0.0, 1.0)
)
WEIGHTS = {
    "lieutenant_follow": 1.2,
    "decision_win": 1.0,
    "grudge_weight": 0.8,
    "office_value": 2.0,
    "poach_identity": 0.9,
}
P = medians(**WEIGHTS)
N = 1_500


def seeds(n=N):
    return [Streams(11, replicate) for replicate in range(n)]


def share_for(finalist, **changes):
    view = dataclasses.replace(VIEW, strain=(0.0, 0.0), win_prob=(0.5, 0.5), **changes)
    return sum(decide_lieutenant(view, P, s)[0] == finalist for s in seeds()) / N


def test_the_terms_by_hand():
    terms = lieutenant_terms(VIEW, P, STREAMS)
    z = [STREAMS.normal(Stream.ALLIANCE_LIEUTENANT, 4, block=b) for b in (1, 2)]
    assert terms[0] == pytest.approx(
        {
            "own leaning": TASTE * z[0],
            "leader's word": 0.0,
            "winning side": 0.2,
            "grudge": 0.0,
            "silence": -SILENCE,
        }
    )
    assert terms[1]["own leaning"] == pytest.approx(TASTE * z[1])
    assert terms[1]["winning side"] == pytest.approx(-0.2)
    assert terms[1]["grudge"] == pytest.approx(-0.8 * SHARED_STRAIN)


def test_the_leaders_word_speaks_for_its_finalist_and_half_as_much_against_the_other():
    terms = lieutenant_terms(dataclasses.replace(VIEW, leader_choice=1), P, STREAMS)
    assert [parts["leader's word"] for parts in terms] == pytest.approx([-0.6, 1.2])
    silent = lieutenant_terms(dataclasses.replace(VIEW, leader_choice="neutral"), P, STREAMS)
    assert [parts["leader's word"] for parts in silent] == [0.0, 0.0]


def test_the_word_of_the_leader_pulls_but_does_not_bind():
    alone = share_for(0)
    with_word, against = share_for(0, leader_choice=0), share_for(0, leader_choice=1)
    assert against + 0.1 < alone < with_word - 0.1
    assert with_word < 0.98
    assert against > 0.005


def test_leanings_alone_speak_for_both_alike():
    """Each is called for as often: 4.5 standard errors of 1 500."""
    one, two = share_for(0), share_for(1)
    assert one == pytest.approx(two, abs=4.5 * math.sqrt(2 * 0.25 / N))
    assert 0.1 < 1.0 - one - two < 0.9  # and some say nothing


def test_nobody_is_called_for_who_is_worth_less_than_silence():
    gloomy = dataclasses.replace(VIEW, strain=(20.0, 20.0))
    choice, value, reason = decide_lieutenant(gloomy, P, STREAMS)
    assert choice is None
    assert value < 0.0
    assert "grudge" in reason


def test_the_best_finalist_is_called_for_with_his_terms():
    for streams in seeds(100):
        choice, value, reason = decide_lieutenant(VIEW, P, streams)
        totals = [sum(parts.values()) for parts in lieutenant_terms(VIEW, P, streams)]
        assert value == max(totals)
        assert (choice is None) == (value <= 0.0)
        if choice is not None:
            assert choice == int(totals[1] > totals[0])
            assert reason


def test_numbers_are_a_lieutenants_own():
    first, other = (
        lieutenant_terms(dataclasses.replace(VIEW, number=n), P, STREAMS) for n in (4, 5)
    )
    assert first[0]["own leaning"] != other[0]["own leaning"]
    assert first == lieutenant_terms(VIEW, P, STREAMS)


def test_days_on_which_they_speak_fall_within_the_time():
    days = [speaking_day(n, 3, 7, STREAMS) for n in range(400)]
    assert set(days) == {3, 4, 5, 6, 7}
    assert np.bincount(days)[3:] == pytest.approx([80] * 5, abs=4.5 * 8)
    assert speaking_day(1, 4, 4, STREAMS) == 4
    assert speaking_day(1, 4, 2, STREAMS) == 4


# --- poachers ------------------------------------------------------------------------------------


def answer(poacher=0, worth=0.32, loyal=False, streams=STREAMS, view=VIEW, **settings):
    return answer_poacher(view, poacher, worth, loyal, medians(**(WEIGHTS | settings)), streams)


def test_a_post_against_the_own_camp():
    """2.0 * 0.32 * 0.7 for the post, 0.9 for belonging, beside what he thinks of him anyway."""
    own = sum(lieutenant_terms(VIEW, P, STREAMS)[0].values())
    accepts, value, reason = answer()
    assert value == pytest.approx(own + 2.0 * 0.32 * 0.7 - 0.9)
    assert accepts == (value > 0.0)
    assert "post +0.45" in reason
    assert "identity -0.90" in reason


def test_the_loyal_refuse_whatever_is_offered():
    for streams in seeds(50):
        accepts, value, reason = answer(worth=50.0, loyal=True, streams=streams)
        assert not accepts
        assert value > 0.0
        assert reason == "identity above office"
        assert answer(worth=50.0, streams=streams)[0]


def test_more_is_accepted_the_more_is_offered_and_the_less_the_camp_is_worth():
    def accepted(**arguments):
        return sum(answer(streams=s, **arguments)[0] for s in seeds(400))

    assert accepted(worth=0.0) < accepted(worth=0.32) < accepted(worth=1.5)
    assert accepted(poach_identity=3.0) < accepted() < accepted(poach_identity=0.0)
    loser = dataclasses.replace(VIEW, win_prob=(0.05, 0.95))
    assert accepted(view=loser) < accepted()  # what a loser promises is worth nothing
    taken = dataclasses.replace(VIEW, leader_choice=1)
    assert accepted(view=taken) < accepted()  # the leader has called for the other
