"""How many seats under whom, and from where?"""

import numpy as np
import pytest

from kingmaker.aftermath.seats import FROM_RIVALS, SPLIT_VOTERS, seats_under_leaders
from kingmaker.contest.load import load_contest
from kingmaker.rng import Streams
from tests.contest_builders import ADA, BEN, SOURCED, STREAMS, day
from tests.unit.aftermath.stage import DEAF, ON, contest, off, seat_poll, stage

LAST = {"seats": 13, **SOURCED}
POLL = seat_poll(day(1), {"ada": 22, "ben": 18}, seats_from={"ada": {"far": 6}, "ben": {"far": 4}})


def seats(polls=(POLL,), last=LAST, winner=ADA, split=0.0, switches=ON, streams=STREAMS, sd=0.0):
    changes = {} if last is None else {"parliament": last}
    it = stage(contest(polls=list(polls), **changes), seat_poll_sd=sd)
    rows = seats_under_leaders(
        it.setting, it.rivals, (ADA, BEN), winner, split, it.setting.contest.polls, it.parameters,
        switches, streams,
    )  # fmt: skip
    table: dict = {}
    for leader, source, n in rows:
        table.setdefault(leader, {})[source] = n
    return table


def test_six_against_four_explain_two_of_four():
    assert seats() == {
        "ada": {"own": 13.0, "far": 6.0, "elsewhere": 3.0, "total": 22.0},
        "ben": {"own": 13.0, "far": 4.0, "elsewhere": 1.0, "total": 18.0},
    }


def test_sources_add_up_to_the_total_whatever_is_known():
    unsaid = seat_poll(day(1), {"ada": 22, "ben": 18})
    one = seat_poll(day(1), {"ada": 22})
    for polls in ((POLL,), (unsaid,), (one,), ()):
        for last in (LAST, None):
            for split in (0.0, 0.3):
                table = seats(polls, last, split=split, sd=2.0)
                for parts in table.values():
                    total = parts.pop("total")
                    assert sum(parts.values()) == pytest.approx(total)
    assert seats((), None) == {}
    assert set(seats((one,), None)) == {"ada"}


def test_where_no_poll_says_close_and_large_parties_give_most():
    unsaid = seat_poll(day(1), {"ada": 23, "ben": 3})
    table = seats((unsaid,))
    for parts in table.values():
        change = parts["total"] - 13.0
        assert parts["near"] + parts["far"] == pytest.approx(FROM_RIVALS * change)
        assert parts["elsewhere"] == pytest.approx((1 - FROM_RIVALS) * change)
    assert table["ada"]["near"] > table["ada"]["far"] > 0.0
    assert table["ben"]["far"] < 0.0
    assert table["ben"]["near"] < 0.0


def test_without_last_seats_what_stays_cannot_be_told():
    assert seats(last=None)["ada"] == {"own": 16.0, "far": 6.0, "total": 22.0}


def test_the_last_poll_counts():
    old = seat_poll(day(-4), {"ada": 40, "ben": 40})
    assert seats((old, POLL))["ada"]["total"] == 22.0
    half = seat_poll(day(2), {"ben": 30})
    assert seats((POLL, half))["ada"]["total"] == 22.0
    assert seats((POLL, half))["ben"]["total"] == 30.0


def test_a_split_costs_the_winner_only():
    table = seats(split=0.35)
    assert table["ada"]["split"] == pytest.approx(-22.0 * SPLIT_VOTERS * 0.35)
    assert table["ada"]["total"] == pytest.approx(22.0 * (1 - SPLIT_VOTERS * 0.35))
    assert "split" not in table["ben"]
    assert seats(split=0.35, winner=BEN)["ada"] == seats()["ada"]


def test_polls_err_by_the_parameter_and_mostly_together():
    draws = [seats(streams=Streams(1, r), sd=2.0) for r in range(300)]
    error = np.array([[d["ada"]["total"] - 22.0, d["ben"]["total"] - 18.0] for d in draws])
    assert error.std(axis=0) == pytest.approx([2.0, 2.0], rel=0.2)
    assert np.corrcoef(error.T)[0, 1] == pytest.approx(0.75, abs=0.12)
    unpolled = [seats((), streams=Streams(1, r), sd=2.0) for r in range(300)]
    spread = np.array([d["ada"]["total"] for d in unpolled])
    assert spread.std() == pytest.approx(4.0, rel=0.2)
    assert (spread >= 0.0).all()


def test_without_m40_the_last_seats_are_won_under_anybody():
    table = seats(switches=off("M40"), streams=DEAF, split=0.4, sd=2.0)
    assert table == {name: {"own": 13.0, "total": 13.0} for name in ("ada", "ben")}
    assert seats(last=None, switches=off("M40"), streams=DEAF) == {}


def test_2011():
    data = load_contest("il-labor-2011")
    it = stage(data.model_copy(update={"roll": data.roll}), seat_poll_sd=0.0)
    rows = seats_under_leaders(
        it.setting, it.rivals, (0, 1), 0, 0.0, data.polls, it.parameters, ON, STREAMS
    )
    assert [tuple(row) for row in rows] == [
        ("yachimovich", "own", 13.0),
        ("yachimovich", "kadima", 6.0),
        ("yachimovich", "elsewhere", 3.0),
        ("yachimovich", "total", 22.0),
        ("peretz", "own", 13.0),
        ("peretz", "kadima", 4.0),
        ("peretz", "elsewhere", 1.0),
        ("peretz", "total", 18.0),
    ]
