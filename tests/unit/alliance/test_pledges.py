"""Do pledges about the government bind, repel and move members as written?"""

import numpy as np
import pytest

from kingmaker.alliance.pledges import (
    BELIEVED_SHIFT,
    COMMITTEE_DISCOUNT,
    changed_appeal,
    conflict,
    known_stances,
)
from tests.contest_builders import SOURCED, busy, day


def pledge(number, by, stance, issue="government"):
    return {"by": by, "issue": issue, "stance": stance, "date": day(number), "text": "x", **SOURCED}


def stances(*pledges, today=0):
    return known_stances(busy(pledges=list(pledges)), day(today))


def test_the_last_word_by_today_counts():
    told = [pledge(-3, "ada", "leave"), pledge(2, "ada", "conditional"), pledge(-1, "ben", "stay")]
    assert stances(*told) == {"ada": "leave", "ben": "stay"}
    assert stances(*told, today=2) == {"ada": "conditional", "ben": "stay"}
    assert stances(*reversed(told), today=5) == {"ada": "conditional", "ben": "stay"}


def test_other_promises_are_no_stance():
    assert stances(pledge(-3, "ada", "keep"), pledge(-3, "ben", "keep", issue="no-deals")) == {}
    assert stances() == {}


@pytest.mark.parametrize(
    ("own", "other", "stay_prob", "value"),
    [
        ("stay", "leave", None, 1.0),
        ("leave", "stay", None, 1.0),
        ("stay", "conditional", None, 0.5),
        ("stay", "stay", 0.6, 0.0),
        ("stay", "leave", 0.6, 1.0 - COMMITTEE_DISCOUNT * 0.6),
        ("conditional", "leave", 1.0, 0.5 * (1.0 - COMMITTEE_DISCOUNT)),
        ("stay", "conditional", 0.9, 0.5),  # nobody is held back by the committee
        (None, "leave", None, 0.0),
        ("stay", None, None, 0.0),
    ],
)
def test_how_far_two_pledges_contradict_each_other(own, other, stay_prob, value):
    assert conflict(own, other, stay_prob) == pytest.approx(value)


def test_a_pledge_towards_the_members_wins_them_and_one_away_loses_them():
    """By hand at a weight of 0.4: a candidate at 0.2 moves by 0.15 per step."""
    leanings = np.array([1.0, -1.0, 0.2])
    moved = 0.2 + BELIEVED_SHIFT
    want = 0.4 * ((leanings - 0.2) ** 2 - (leanings - moved) ** 2)
    seen = changed_appeal(leanings, 0.2, "leave", "conditional", 0.4)
    assert seen == pytest.approx(want)
    assert seen[0] > 0.0 > seen[1]
    assert seen[2] < 0.0  # whoever shared his opinion no longer quite does


def test_two_steps_move_twice_as_far_and_back_again():
    leanings = np.array([5.0])
    one = changed_appeal(leanings, 0.0, "leave", "conditional", 1.0)[0]
    two = changed_appeal(leanings, 0.0, "leave", "stay", 1.0)[0]
    assert two > 1.9 * one > 0.0
    assert changed_appeal(leanings, 0.0, "stay", "leave", 1.0)[0] < 0.0
    assert changed_appeal(leanings, 0.0, "stay", "stay", 1.0) == 0.0
    assert changed_appeal(leanings, 0.0, "leave", "stay", 0.0) == 0.0
