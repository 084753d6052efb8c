"""Who wins, who meets again, and is every tie told?"""

import pytest

from kingmaker.ballot.two_round import decide_first_round, decide_runoff


@pytest.mark.parametrize(
    ("votes", "threshold", "winner", "finalists"),
    [
        ([40, 35, 25], 0.4, 0, (0, 1)),  # exactly reached
        ([399, 351, 250], 0.4, None, (0, 1)),  # one vote below
        ([400, 350, 250], 0.4, 0, (0, 1)),
        ([351, 250, 399], 0.4, None, (2, 0)),
        ([50, 30, 20], 0.5, 0, (0, 1)),  # half is enough where half is the threshold
        ([499, 301, 200], 0.5, None, (0, 1)),
        ([2, 1], 2 / 3, 0, (0, 1)),
        ([666, 334], 0.667, None, (0, 1)),
        ([667, 333], 0.667, 0, (0, 1)),
        ([45, 42, 13], 0.4, 0, (0, 1)),  # two reach it: the one with more
        ([7, 1, 0], 1.0, None, (0, 1)),
        ([23_887, 20_514, 15_037, 5_330, 1_806], 0.4, None, (0, 1)),
    ],
)
def test_threshold_and_top_two(votes, threshold, winner, finalists):
    outcome = decide_first_round(votes, threshold)
    assert (outcome.winner, outcome.finalists, outcome.tie) == (winner, finalists, "")


def test_the_threshold_is_the_decimal_that_is_written():
    """0.3 as a float is below 3/10, 0.1 + 0.2 above it: 3 of 10 reach what is written 0.3."""
    assert decide_first_round([30, 28, 22, 20], 0.3).winner == 0
    assert decide_first_round([7, 2, 1], 0.7).winner == 0
    assert decide_first_round([29, 28, 23, 20], 0.29).winner == 0


def test_nobody_has_voted():
    outcome = decide_first_round([0, 0, 0], 0.4)
    assert outcome.winner is None
    assert outcome.tie


@pytest.mark.parametrize(
    ("votes", "finalists", "place"),
    [
        ([30, 25, 25, 20], (0, 1), "second place"),
        ([25, 20, 25, 30], (3, 0), "second place"),
        ([30, 30, 25], (0, 1), "first place"),
        ([25, 30, 30], (1, 2), "first place"),
        ([30, 30, 30], (0, 1), "first place"),
    ],
)
def test_ties_go_to_the_earlier_and_are_told(votes, finalists, place):
    outcome = decide_first_round(votes, 0.4)
    assert outcome.winner is None
    assert outcome.finalists == finalists
    assert place in outcome.tie


def test_two_who_reach_the_threshold_together_meet_again():
    outcome = decide_first_round([45, 45, 10], 0.4)
    assert outcome.winner is None
    assert outcome.finalists == (0, 1)
    assert "first place" in outcome.tie


@pytest.mark.parametrize(
    ("votes", "eligible", "winner", "finalists"),
    [
        ([40, 30, 20, 10], [True, False, True, True], None, (0, 2)),  # second gave up
        ([30, 40, 20, 10], [True, False, True, True], None, (0, 2)),  # first is an aggregate
        ([20, 60, 15, 5], [True, False, True, True], None, (0, 2)),  # it cannot win either
        ([60, 20, 15, 5], [True, False, True, True], 0, (0, 2)),
    ],
)
def test_those_who_cannot_be_finalists_are_passed_over(votes, eligible, winner, finalists):
    outcome = decide_first_round(votes, 0.5, eligible)
    assert (outcome.winner, outcome.finalists) == (winner, finalists)


def test_votes_of_the_ineligible_count_for_the_threshold():
    """40 of 100, not of 80."""
    assert decide_first_round([40, 35, 20, 5], 0.45, [True, True, False, True]).winner is None


def test_runoff():
    assert decide_runoff((501, 500), (3, 1)) == (3, "")
    assert decide_runoff((499, 500), (3, 1)) == (1, "")


def test_a_tied_runoff_has_no_winner_and_says_so():
    winner, tie = decide_runoff((500, 500), (0, 1))
    assert winner is None
    assert "same number" in tie
