"""What those who may stand expect of the race: who wins, and whether there is a runoff."""

import pytest

from kingmaker.alliance.candidacy_beliefs import believed_strengths, expect
from tests.contest_builders import SOURCED, bare, bare_table, day

THREE = (0.4, 0.35, 0.25)
ALL = (True, True, True)


def strong(**values):
    """Give the bare contest's candidates strengths instead of a result."""
    candidates = bare_table()["candidates"]
    for candidate in candidates:
        if candidate["id"] in values:
            candidate["strength"] = {"value": values[candidate["id"]], **SOURCED}
    return bare(candidates=candidates, results={})


def test_a_race_of_one_is_won_and_one_of_nobody_is_not():
    alone = expect(THREE, (False, True, False), 0.4)
    assert (alone.win_prob, alone.runoff_prob) == ((0.0, 1.0, 0.0), 0.0)
    nobody = expect(THREE, (False, False, False), 0.4)
    assert (nobody.win_prob, nobody.runoff_prob) == ((0.0, 0.0, 0.0), 0.0)


def test_between_two_somebody_reaches_less_than_half():
    assert expect(THREE, (True, True, False), 0.4).runoff_prob == 0.0
    assert expect(THREE, (True, True, False), 0.7).runoff_prob > 0.9


def test_equal_strengths_have_equal_chances():
    """The lattice of 256 races is even within some races: 1 in 256 is 0.004."""
    probs = expect((0.25,) * 4, (True,) * 4, 0.9).win_prob
    assert sum(probs) == pytest.approx(1.0)
    assert probs == pytest.approx((0.25,) * 4, abs=0.04)


def test_a_third_candidate_makes_a_runoff_likelier():
    without = expect(THREE, (True, True, False), 0.4)
    with_third = expect(THREE, ALL, 0.4)
    assert with_third.runoff_prob > 0.2 + without.runoff_prob


def test_a_supporter_helps_in_the_runoff_only_whom_he_supports():
    alone = expect(THREE, ALL, 0.4)
    one_way = expect(THREE, ALL, 0.4, ((2, 1),))
    assert one_way.win_prob[1] > alone.win_prob[1] + 0.02
    assert one_way.win_prob[0] < alone.win_prob[0] - 0.02
    assert one_way.win_prob[2] == alone.win_prob[2]
    assert one_way.runoff_prob == alone.runoff_prob


def test_mutual_support_helps_both():
    one_way = expect(THREE, ALL, 0.4, ((2, 1),))
    mutual = expect(THREE, ALL, 0.4, ((2, 1), (1, 2)))
    assert mutual.win_prob[1] == one_way.win_prob[1]
    assert mutual.win_prob[2] > one_way.win_prob[2]


def test_who_withdraws_for_another_hands_votes_over():
    gone = (True, True, False)
    silent, for_second = expect(THREE, gone, 0.4), expect(THREE, gone, 0.4, ((2, 1),))
    assert for_second.win_prob[1] > silent.win_prob[1] + 0.1


def test_a_weak_supporters_word_does_not_cost_a_dominant_ally_votes():
    """The ally would get 0.9 of the votes by proportion, more than the follow rate."""
    strengths = (0.09, 0.81, 0.1)
    silent = expect(strengths, (True, True, False), 0.4)
    assert expect(strengths, (True, True, False), 0.4, ((2, 1),)).win_prob == silent.win_prob


def test_strengths_of_the_file_are_believed_first():
    assert believed_strengths(strong(ada=0.4, ben=0.3, cy=0.2, dee=0.1)) == pytest.approx(
        (0.4, 0.3, 0.2, 0.1)
    )
    assert believed_strengths(strong(ada=0.4)) == pytest.approx((0.4, 0.2, 0.2, 0.2))
    assert believed_strengths(strong()) == pytest.approx((0.25,) * 4)


def test_then_the_last_poll_of_members():
    polls = [
        {"date": day(-9), "pollster": "P", "question": "round1", "shares": {"ada": 0.1}, **SOURCED},
        {"date": day(-2), "pollster": "P", "question": "round1",
         "shares": {"ada": 0.5, "ben": 0.3, "cy": 0.18}, **SOURCED},
    ]  # fmt: skip
    believed = believed_strengths(bare(polls=polls, results={}))
    assert believed == pytest.approx((0.5, 0.3, 0.18, 0.02))
    # What really came out in round one is nobody's belief.
    assert believed_strengths(bare(polls=polls)) == believed
