"""Do activists move, follow and tell their leader as written?"""

import numpy as np
import pytest

from kingmaker.alliance.consultation import follow_leader, move_early, preferences, release, wish
from kingmaker.population.activists import IDLE, Activists, Rank
from tests.contest_builders import ADA, BEN, CY, DEE, STREAMS, medians

FINALISTS = (ADA, BEN)
EVEN = (0.5, 0.5)


def activists(n, home=CY, loyalty=0.0, rank=Rank.FOOT, lead=0.0):
    """Make n activists of a camp that waits, who lean to ada by so much."""
    taste = np.zeros((n, 4))
    taste[:, ADA] = lead
    return Activists(
        home=np.full(n, home, dtype=np.int8),
        camp=np.full(n, IDLE, dtype=np.int8),
        rank=np.full(n, rank, dtype=np.int8),
        loyalty=np.full(n, loyalty),
        sector=np.zeros(n, dtype=np.uint8),
        taste=taste,
        moved_day=np.full(n, -10_000, dtype=np.int32),
    )


def undecided(*camps):
    return np.isin(np.arange(4), camps)


def early(people, lean, day=2, camps=(CY,), **settings):
    return move_early(
        people, undecided(*camps), FINALISTS, np.full(len(people), lean), medians(**settings),
        STREAMS, day,
    )  # fmt: skip


def test_leanings_are_taste_half_of_what_stands_between_and_the_believed_winner():
    """0.8 - 0.5 * (2.0 - 0.6) + (0.7 - 0.3) = 0.5."""
    strain = np.zeros((4, 4))
    strain[CY, ADA], strain[CY, BEN], strain[DEE, ADA] = 2.0, 0.6, 9.0
    leaning = preferences(activists(3, lead=0.8), FINALISTS, strain, (0.7, 0.3))
    assert leaning == pytest.approx([0.5] * 3)


def test_the_wish_is_weighed_by_rank():
    """20 + 5 of 20 + 5 + 1 + 1 want the first finalist."""
    people = activists(4)
    people.rank[:] = [Rank.REGIONAL_HEAD, Rank.BRANCH_HEAD, Rank.FOOT, Rank.FOOT]
    assert wish(people, CY, FINALISTS, np.array([0.1, 2.0, -0.1, -3.0])) == pytest.approx(25 / 27)
    assert wish(people, DEE, FINALISTS, np.array([0.1, 2.0, -0.1, -3.0])) == 0.5


def test_who_has_moved_wants_the_finalist_he_went_to():
    people = activists(2)
    people.camp[0] = BEN
    assert wish(people, CY, FINALISTS, np.array([1.0, 1.0])) == 0.5


def test_moves_come_at_twice_the_rate_times_disloyalty():
    """2 * 0.1 * (1 - 0.5) of 1 000: 100, 4.5 standard errors are 43."""
    people = activists(1_000, loyalty=0.5)
    moves = early(people, 0.0, early_move_rate=0.1)
    assert moves.sum() == pytest.approx(100, abs=43)
    assert (people.camp != IDLE).sum() == moves.sum()
    assert (people.moved_day[people.camp != IDLE] == 2).all()


def test_the_side_is_logistic_in_the_leaning():
    """logistic(1) = 0.731 of 1 000 who all move; 4.5 standard errors are 63."""
    moves = early(activists(1_000), 1.0, early_move_rate=0.5)
    assert moves[CY].tolist() == [pytest.approx(731, abs=63), pytest.approx(269, abs=63)]
    assert moves.sum() == 1_000


def test_the_loyal_and_those_whose_leader_decided_stay():
    assert early(activists(500, loyalty=1.0), 0.0, early_move_rate=1.0).sum() == 0
    assert early(activists(500), 0.0, camps=(DEE,), early_move_rate=1.0).sum() == 0


def test_nobody_moves_twice_and_nobody_is_lost():
    people = activists(400, loyalty=0.2)
    total = np.zeros((4, 2), dtype=np.int64)
    for day in range(1, 12):
        before = people.camp.copy()
        total += early(people, 0.3, day=day, early_move_rate=0.2)
        stayed = before != IDLE
        assert (people.camp[stayed] == before[stayed]).all()
    assert total[CY].tolist() == [(people.camp == ADA).sum(), (people.camp == BEN).sum()]
    assert total.sum() + (people.camp == IDLE).sum() == 400


def test_the_loyal_follow_their_leader_and_early_movers_do_not_come_back():
    people = activists(1_000, loyalty=0.7)
    people.camp[:100] = ADA
    followed = follow_leader(people, CY, BEN, 3, STREAMS)
    assert followed == pytest.approx(630, abs=4.5 * np.sqrt(900 * 0.21))
    assert (people.camp == BEN).sum() == followed
    assert (people.camp[:100] == ADA).all()
    assert follow_leader(activists(50, home=DEE, loyalty=1.0), CY, BEN, 3, STREAMS) == 0


def test_half_of_the_released_work_for_their_own_choice():
    people = activists(1_000)
    leaning = np.where(np.arange(1_000) % 4 == 0, 1.0, -1.0)
    went = release(people, CY, FINALISTS, leaning, 3, STREAMS)
    assert went == pytest.approx(500, abs=4.5 * np.sqrt(250))
    assert (people.camp[leaning > 0.0] != BEN).all()
    assert (people.camp[leaning < 0.0] != ADA).all()
