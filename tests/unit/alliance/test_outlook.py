"""What do eliminated leaders and finalists see and believe between the rounds?"""

import dataclasses

import numpy as np
import pytest

from kingmaker.alliance.appeals import APPEAL_GRUDGE, appeal
from kingmaker.alliance.beliefs import believed_win_prob, share_with_support
from kingmaker.alliance.deals import Dealings
from kingmaker.alliance.offers import Held
from kingmaker.alliance.outlook import SURVEY, News, Outlook
from kingmaker.mechanisms import Switches
from tests.contest_builders import ADA, BEN, CY, DEE, STREAMS, busy_run, medians

VOTES = [360, 300, 180, 60]


class Agent:
    def __init__(self, index, choice=None):
        self.index, self.choice = index, choice


def outlook(choices=None, book=None, settings=None, **changes):
    setting = busy_run().setting
    agents = [Agent(c, (choices or {}).get(c)) for c in range(4)]
    values = {
        "setting": setting,
        "parameters": medians(**(settings or {})),
        "streams": STREAMS,
        "candidates": agents,
        "finalists": (ADA, BEN),
        "eliminated": (CY, DEE),
        "votes": VOTES,
        "dealings": book or Dealings.fresh(4),
        "strain_today": np.zeros((4, 4)),
    }
    return Outlook(**(values | changes))


def news(poll=None, split=(60, 40), strain=None, in_fact=None):
    by_group = np.zeros((7, 2), dtype=np.int64)
    by_group[CY] = by_group[DEE] = split
    nothing = np.zeros((4, 4))
    strain = nothing if strain is None else strain
    people = busy_run().activists
    return News(
        poll, strain, strain if in_fact is None else in_fact, np.zeros(len(people)), by_group
    )  # fmt: skip


def test_without_a_poll_the_first_round_and_the_calls_since_are_believed():
    """360 and half of 240 of 900; cy's fifth brings 0.65 - 0.5 of itself to whom he calls for."""
    share = 480 / 900
    assert outlook().believed_share(None) == pytest.approx(share)
    assert outlook({CY: BEN}).believed_share(None) == pytest.approx(share - 0.2 * 0.15)
    assert outlook({CY: ADA, DEE: BEN}).believed_share(None) == pytest.approx(
        share + (0.2 - 60 / 900) * 0.15
    )
    assert outlook({CY: "neutral"}).believed_share(None) == pytest.approx(share)


def test_a_poll_is_believed_whatever_was_announced():
    assert outlook({CY: BEN}).believed_share(0.61) == 0.61


def test_chances_add_up():
    one, two = outlook().win_prob(0.56)
    assert one + two == pytest.approx(1.0)
    assert one > 0.8


def test_the_view_is_of_chances_with_the_leaders_own_support():
    view = outlook().view(CY, news(poll=0.5), Switches())
    with_him = believed_win_prob(share_with_support(0.5, 0.2))
    assert view.win_prob == pytest.approx((with_him, with_him))
    assert view.finalists == (ADA, BEN)
    other = outlook().view(CY, news(poll=0.5), Switches(), share=0.6)
    assert other.win_prob[0] > other.win_prob[1]


def test_distances_are_half_squared_and_weighed_by_salience():
    table = outlook()
    setting = table.setting
    gap = setting.positions[ADA] - setting.positions[CY]
    assert table.distances(CY)[0] == pytest.approx(0.5 * float((setting.salience * gap**2).sum()))


def full_book():
    book = Dealings.fresh(4)
    book.offers[CY, ADA] = [Held("office", 1.0, 0.0, "", in_fact=0.5)]
    book.offers[CY, BEN] = [Held("policy", 0.3, 0.8, "")]
    book.letters[CY, BEN] = 1.0
    book.letters_in_fact[CY, ADA] = 1.0
    book.courted[CY, ADA] = 1.0
    book.stance, book.stance_in_fact = {CY: "stay", ADA: "leave"}, {CY: "stay", ADA: "stay"}
    appeal(book, CY, BEN, in_fact=False)
    return book


def test_a_leader_sees_what_is_and_what_was_in_fact():
    strain, in_fact = np.zeros((4, 4)), np.zeros((4, 4))
    strain[CY, ADA], in_fact[CY, ADA] = 0.5, 2.0
    told = news(strain=strain, in_fact=in_fact)
    table = outlook(book=full_book())
    view = table.view(CY, told, Switches())
    assert view.offers == pytest.approx((0.0, 0.24))
    assert view.letters == pytest.approx((-0.5, 0.5))
    assert view.courted == pytest.approx((0.5, -0.5))
    assert view.grudge == pytest.approx((0.5, APPEAL_GRUDGE))
    assert view.conflict == pytest.approx((1.0 - 0.5 * 0.6, 0.0))
    known = table.view(CY, told, Switches(), in_fact=True)
    assert known.offers == pytest.approx((0.5, 0.24))
    assert known.letters == pytest.approx((0.5, -0.5))
    assert known.grudge == pytest.approx((2.0, 0.0))
    assert known.conflict == (0.0, 0.0)
    assert known.courted == view.courted


@pytest.mark.parametrize(
    ("mechanism", "field"),
    [("M22", "offers"), ("M19", "letters"), ("M21", "courted"), ("M24", "conflict")],
)
def test_what_is_off_is_not_seen(mechanism, field):
    table = outlook(book=full_book())
    on = table.view(CY, news(), Switches())
    off = table.view(CY, news(), Switches((mechanism,)))
    assert any(getattr(on, field))
    assert getattr(off, field) == (0.0, 0.0)
    assert dataclasses.replace(off, **{field: getattr(on, field)}) == on


@pytest.mark.parametrize("without", ["M25", "M30"])
def test_appeals_offend_only_where_both_mechanisms_are_on(without):
    table = outlook(book=full_book())
    assert table.view(CY, news(), Switches((without,))).grudge == (0.0, 0.0)


def test_the_government_counts_as_far_as_it_is_an_issue():
    table = outlook(book=full_book())
    for salience, part in ((0.0, 0.0), (0.4, 0.4), (3.0, 1.0)):
        setting = dataclasses.replace(table.setting, salience=np.array([1.0, 1.0, salience]))
        view = dataclasses.replace(table, setting=setting).view(CY, news(), Switches())
        assert view.conflict == pytest.approx((0.7 * part, 0.0))


# --- what he hears of his own people -------------------------------------------------------------


@pytest.mark.parametrize(("delay", "wish"), [(0.0, 0.9), (1.0, 0.4), (2.4, 0.1), (30.0, 0.1)])
def test_the_activists_wish_is_some_days_old(delay, wish):
    table = outlook(settings={"consultation_delay": delay}, wishes={CY: [0.1, 0.4, 0.9]})
    assert table.view(CY, news(), Switches()).wish == wish
    assert table.view(CY, news(), Switches(("M18",))).wish is None
    assert table.view(DEE, news(), Switches()).wish == 0.5  # he has heard nothing yet


def test_leaders_listen_every_day():
    table = outlook()
    people = busy_run().activists
    for _ in range(3):
        table.listen(people, news())
    assert {e: len(seen) for e, seen in table.wishes.items()} == {CY: 3, DEE: 3}


def test_the_own_voters_split_is_seen_as_by_a_survey():
    """A hundred asked of them: an even split is seen within 0.05, a clear one almost as it is."""
    seen = {
        split: [
            outlook(streams=dataclasses.replace(STREAMS, replicate=r))
            .view(CY, news(split=split), Switches())
            .own_split
            for r in range(400)
        ]
        for split in ((50, 50), (100, 0))
    }
    assert np.mean(seen[50, 50]) == pytest.approx(0.5, abs=4.5 * 0.05 / 20)
    assert np.std(seen[50, 50]) == pytest.approx(0.05, rel=0.2)
    clear = (SURVEY + 1.0) / (SURVEY + 2.0)
    assert seen[100, 0] == pytest.approx([clear] * 400)
    assert all(0.0 <= x <= 1.0 for x in seen[50, 50])


def test_the_survey_is_the_same_all_along():
    table = outlook()
    views = [table.view(CY, news(), Switches()) for _ in range(2)]
    assert views[0] == views[1]
    other = table.view(CY, news(split=(61, 39)), Switches()).own_split
    assert other > views[0].own_split
