"""Does work go where most is to be won, and is none of it lost?"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from kingmaker.campaign.targeting import target_sectors
from tests.contest_builders import busy, busy_constants, election

WORK = np.array([[10, 4], [30, 6]])
SUPPORT = np.array([[0.2, 0.8], [0.6, 0.4]])
REACHABLE = np.array([1.0, 0.5])
SIZES = np.array([100, 300])


def moved(targeting=0.5, work=WORK, support=SUPPORT, reachable=REACHABLE):
    return target_sectors(work, support, reachable, SIZES, targeting)


def test_a_day_of_targeting_by_hand():
    """The first is behind in the first sector alone: half of 40 go there, the others stay."""
    work = moved()
    assert work[:, 0] == pytest.approx([5.0 + 20.0, 15.0])
    assert work[:, 1] == pytest.approx([2.0, 3.0 + 5.0])


def test_among_sectors_of_deficits_members_reach_and_deficit_count():
    """Behind by 0.6 of 100 reachable and by 0.2 of 300 of whom half are in blocs: 60 to 30."""
    support = np.array([[0.2, 0.8], [0.4, 0.6]])
    work = moved(1.0, support=support)
    assert work[:, 0] == pytest.approx([40 * 2 / 3, 40 / 3])
    assert work[:, 1] == pytest.approx(WORK[:, 1])  # nowhere behind: he stays where he is


def test_nothing_moves_at_targeting_zero():
    assert (moved(0.0) == WORK).all()


def test_where_nobody_can_be_reached_nobody_is_sent():
    work = moved(1.0, reachable=np.array([0.0, 1.0]))
    assert work[:, 0] == pytest.approx(WORK[:, 0])
    assert work[:, 1] == pytest.approx([0.0, 10.0])


@pytest.mark.parametrize("shape", [(1, 3), (4, 1)])
def test_one_sector_or_one_camp_leaves_nothing_to_choose(shape):
    work = np.arange(1, 1 + np.prod(shape)).reshape(shape)
    same = target_sectors(
        work, np.full(shape, 0.25), np.ones(shape[0]), np.full(shape[0], 9), 1.0
    )  # fmt: skip
    assert (same == work).all()


@given(
    work=arrays.arrays(np.int64, (4, 3), elements=st.integers(0, 500)),
    support=arrays.arrays(np.float64, (4, 3), elements=st.floats(0.0, 1.0, width=32)),
    reachable=arrays.arrays(np.float64, 4, elements=st.floats(0.0, 1.0, width=32)),
    sizes=arrays.arrays(np.int64, 4, elements=st.integers(0, 10_000)),
    targeting=st.floats(0.0, 1.0),
)
def test_every_camp_keeps_all_its_work_and_none_is_negative(
    work, support, reachable, sizes, targeting
):
    after = target_sectors(work, support, reachable, sizes, targeting)
    assert after.sum(axis=0) == pytest.approx(work.sum(axis=0))
    assert (after >= 0.0).all()


def test_in_a_campaign_the_first_day_knows_no_deficits():
    model = election(busy(), constants=busy_constants(), settings={"targeting": 1.0})
    at_work = model.membership.at_work()
    assert (model.membership._targeted(at_work) == at_work).all()
    model.step()
    later = model.membership._targeted(at_work)
    assert (later != at_work).any()
    assert later.sum(axis=0) == pytest.approx(at_work.sum(axis=0))
    model.switches = model.membership.switches = type(model.switches)(("M13",))
    assert (model.membership._targeted(at_work) == at_work).all()
