"""Who stands, with which pact, and whether there is a contest: draws, orders and switches."""

import datetime as dt
import math

import numpy as np
import pytest

from kingmaker.alliance.candidacy import NO_ORDERS, POSTPONED_DAYS, settle_candidacies
from kingmaker.contest.load import load_contest
from kingmaker.mechanisms import Switches
from kingmaker.records import TABLES
from kingmaker.rng import Streams
from tests.contest_builders import STREAMS, bare, medians, tiny

LABOR = load_contest("il-labor-2008")
BARAK, AYALON, PERETZ = range(3)
N = 400


def settle(contest=LABOR, orders=NO_ORDERS, without=(), streams=STREAMS, **settings):
    return settle_candidacies(contest, medians(**settings), Switches(without), streams, orders)


def draws(contest=LABOR, orders=NO_ORDERS, n=N, **settings):
    return [settle(contest, orders, streams=Streams(8, r), **settings) for r in range(n)]


def changed(**changes):
    candidacy = LABOR.candidacy
    assert candidacy is not None
    return LABOR.model_copy(update={"candidacy": candidacy.model_copy(update=changes)})


def with_kept(kept):
    promise = LABOR.candidacy.promises[0].model_copy(update={"kept": kept})
    return changed(promises=(promise,))


def test_the_leader_stands_and_the_others_choose():
    seen = draws()
    assert all(s.stands[BARAK] for s in seen)
    assert len({s.stands for s in seen}) == 4
    assert {s.pact for s in seen} == {"none", "one-way", "withdrawal"}


def test_draws_follow_the_chances():
    """Mean of the outcome less its chance: 0 within 4.5 standard errors."""
    for who in (AYALON, PERETZ):
        gaps = [s.stands[who] - s.rows["prob"][who] for s in draws()]
        assert np.mean(gaps) == pytest.approx(0.0, abs=4.5 * 0.5 / math.sqrt(N))


def test_the_table_has_its_columns():
    rows = settle().rows
    assert ["replicate", *rows] == list(TABLES["candidacies"])
    assert {len(column) for column in rows.values()} == {3}
    assert rows["candidate"] == ["barak", "ayalon", "peretz"]
    assert rows["reason"][AYALON].startswith("own chance +")
    assert "promise not to stand -" in rows["reason"][AYALON]
    assert rows["reason"][PERETZ].startswith("own word +1.00")


def test_a_broken_counter_promise_makes_standing_likelier():
    kept, broken = settle(with_kept(1.0)), settle(with_kept(0.0))
    assert broken.rows["prob"][AYALON] > kept.rows["prob"][AYALON] + 0.1
    n_kept, n_broken = (
        sum(s.stands[AYALON] for s in draws(with_kept(part))) for part in (1.0, 0.0)
    )
    assert n_broken > n_kept


def test_without_a_counter_promise_the_own_one_binds_in_full():
    assert settle(changed(promises=())).rows == settle(with_kept(1.0)).rows


def test_a_promise_that_has_run_out_binds_nobody():
    pledge = LABOR.pledges[0].model_copy(update={"until": dt.date(2008, 12, 3)})
    free = LABOR.model_copy(update={"pledges": (pledge,)})
    assert settle(free).rows["prob"] == settle(with_kept(0.0)).rows["prob"]


def test_the_agreement_holds_where_the_constitution_has_no_force():
    assert not any(s.held for s in draws(n=60, constitution_force=0.0))


def test_where_it_has_all_force_whoever_would_stand_brings_the_contest_about():
    held = []
    for replicate in range(150):
        streams = Streams(8, replicate)
        found = settle(streams=streams, constitution_force=1.0)
        on_the_day = settle(streams=streams, without=("M34",))
        assert found.held is any(on_the_day.stands[1:])
        held.append(found.held)
    assert set(held) == {True, False}


def test_a_contest_is_held_as_often_as_its_chance_says():
    gaps = [s.held - s.held_prob for s in draws()]
    assert np.mean(gaps) == pytest.approx(0.0, abs=4.5 * 0.5 / math.sqrt(N))


@pytest.mark.parametrize(
    ("changes", "prob"),
    [
        ({"incumbent_considers_himself_bound": True}, 1.0),
        ({"postponed_by_agreement": None}, 1.0),
        ({"postponed_by_agreement": False}, 1.0),
        ({"constitution_requires_primary": False}, 0.0),
        ({"constitution_requires_primary": None}, 0.0),
    ],
)
def test_what_is_known_of_the_calendar_decides(changes, prob):
    for found in draws(changed(**changes), n=10):
        assert found.held_prob == prob
        assert found.held is bool(prob)


def test_a_leader_of_whom_nobody_says_so_is_bound_or_not():
    unknown = changed(incumbent_considers_himself_bound=None, constitution_requires_primary=False)
    seen = draws(unknown)
    assert {s.held_prob for s in seen} == {0.5}
    assert np.mean([s.held for s in seen]) == pytest.approx(0.5, abs=4.5 * 0.5 / math.sqrt(N))


def test_a_postponed_contest_has_a_later_day():
    low, high = POSTPONED_DAYS
    days = [s.postponed_days for s in draws(orders={"postpone": ""})]
    assert low <= min(days) < low + 60
    assert high - 60 < max(days) <= high
    known = changed(postponed_until=dt.date(2009, 12, 4))
    found = settle(known, {"postpone": ""})
    assert (found.held, found.postponed_days, found.held_prob) == (False, 365, 0.0)
    # Ayalon's promise ran out on 31 July 2009.
    assert "promise not to stand" not in found.rows["reason"][AYALON]
    assert "promise not to stand" in settle(known).rows["reason"][AYALON]
    assert found.rows["prob"][AYALON] > settle(known, without=("M34",)).rows["prob"][AYALON]


@pytest.mark.parametrize(
    ("kind", "supports"),
    [("one-way", ((PERETZ, AYALON),)), ("mutual", ((PERETZ, AYALON), (AYALON, PERETZ)))],
)
def test_a_coordinated_candidacy(kind, supports):
    found = settle(orders={"coordinated": kind})
    assert (found.stands, found.pact, found.supports) == ((True,) * 3, kind, supports)
    assert found.ally_of(PERETZ) == AYALON
    assert (found.supporter, found.supported) == (
        (PERETZ, AYALON) if kind == "one-way" else (None, None)
    )
    assert found.rows["reason"][1:] == ["behaviour", "behaviour"]


def test_a_pact_that_is_mutual_in_the_file_has_no_one_way_form():
    pact = LABOR.candidacy.pacts[0]
    mutual = pact.model_copy(update={"kind": "mutual", "supporter": None, "supported": None})
    contest = changed(pacts=(mutual,))
    assert settle(contest, {"coordinated": "mutual"}).pact == "mutual"
    with pytest.raises(ValueError, match="knows no such pact"):
        settle(contest, {"coordinated": "one-way"})


def test_a_withdrawal_by_order_is_in_favour_of_the_partner():
    found = settle(orders={"withdraw": "peretz"})
    assert (found.stands, found.pact) == ((True, True, False), "withdrawal")
    assert (found.supporter, found.supported, found.runoff_prob) == (PERETZ, AYALON, 0.0)
    other = settle(orders={"withdraw": "ayalon"})
    assert (other.stands, other.supporter) == ((True, False, True), AYALON)


def test_the_leader_may_withdraw_too():
    for found in draws(orders={"withdraw": "barak"}, n=100):
        assert not found.stands[BARAK]
        assert any(found.stands)


def test_somebody_may_stay_by_order():
    assert all(s.stands[AYALON] for s in draws(orders={"stay": "ayalon"}, n=60))


def test_orders_move_nobody_elses_draws():
    """Who stands against a given chance is the same whatever is settled of the others."""
    for replicate in range(40):
        streams = Streams(9, replicate)
        free, ordered = settle(streams=streams), settle(orders={"postpone": ""}, streams=streams)
        if free.rows["prob"][PERETZ] == ordered.rows["prob"][PERETZ]:
            assert free.stands[PERETZ] == ordered.stands[PERETZ]
        assert settle(streams=streams) == free


def test_a_disputed_pact_is_not_always_on_the_table():
    disputed = LABOR.candidacy.pacts[1]
    agreed = disputed.model_copy(update={"claimed_by": None, "denied_by": None})
    n_disputed, n_agreed = (
        sum(s.pact == "withdrawal" for s in draws(changed(pacts=(pact,))))
        for pact in (disputed, agreed)
    )
    assert 0 < n_disputed < n_agreed


def test_a_pact_holds_only_while_both_do_their_part():
    for found in draws():
        if found.pact == "one-way":
            assert found.stands == (True, True, True)
        if found.pact == "withdrawal":
            assert found.stands == (True, True, False)


def test_without_the_game_everybody_stands():
    for orders in (NO_ORDERS, {"withdraw": "peretz"}, {"coordinated": "mutual"}):
        found = settle(orders=orders, without=("M33",))
        assert (found.stands, found.pact, found.supports) == ((True,) * 3, "none", ())
        assert found.rows["prob"] == [1.0, 1.0, 1.0]


def test_in_a_pilot_everybody_stands():
    for orders in (NO_ORDERS, {"withdraw": "peretz"}, {"postpone": ""}):
        for replicate in range(10):
            found = settle(orders=orders, streams=Streams(8, replicate).for_pilot(3))
            assert (found.stands, found.pact, found.held) == ((True,) * 3, "none", True)


def test_without_the_conflict_the_contest_is_held_on_its_day():
    for orders in (NO_ORDERS, {"postpone": ""}):
        found = settle(orders=orders, without=("M34",), constitution_force=0.0)
        assert (found.held, found.postponed_days, found.held_prob) == (True, 0, 1.0)


def test_where_nothing_is_open_everybody_stands_and_there_is_nothing_to_report():
    found = settle(bare())
    assert (found.stands, found.pact, found.held) == ((True,) * 4, "none", True)
    assert set(map(tuple, found.rows.values())) == {()}


def test_a_candidate_of_an_observed_contest_may_withdraw():
    found = settle(tiny(), {"withdraw": "cy"})
    assert (found.stands, found.pact, found.held) == ((True, True, False, True), "none", True)
    assert found.rows["stands"] == [1, 1, 0, 1]
    assert settle(tiny(), {"postpone": ""}).held is False


def test_those_who_ran_stood():
    """With an observed first round the game gives chances; what happened, happened."""
    observed = tiny(
        candidacy={
            "challengers": [
                {"id": "cy", "source": "x", "confidence": "assumed"},
                {"id": "dee", "source": "x", "confidence": "assumed"},
            ],
            "postponed_by_agreement": True,
            "constitution_requires_primary": True,
        }
    )
    for found in draws(observed, n=20):
        assert (found.stands, found.held, found.pact) == ((True,) * 4, True, "none")
        assert 0.0 < found.rows["prob"][2] < 1.0


def test_orders_about_nobody_are_refused():
    for name in ("withdraw", "stay"):
        with pytest.raises(ValueError, match=f"^{name}:zed: nobody of that name"):
            settle(orders={name: "zed"})
    with pytest.raises(ValueError, match="knows no such pact"):
        settle(tiny(), {"coordinated": "one-way"})
