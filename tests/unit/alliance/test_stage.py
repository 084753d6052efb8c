"""Does a day between the rounds tell people what they know, and members what they hear?"""

import dataclasses
import math

import numpy as np
import pytest

import kingmaker.alliance.negotiation as negotiation_module
from kingmaker.alliance.negotiation import default_day
from kingmaker.rng import Stream
from tests.contest_builders import (
    ADA,
    BEN,
    CY,
    DEE,
    SOURCED,
    busy,
    busy_constants,
    busy_run,
    busy_table,
    day,
    election,
)


def opened(behaviour="historical", settings=None, without=(), replicate=0, until=1, **changes):
    """Run the busy contest up to and including a day between the rounds."""
    contest = busy(**(busy_table() | changes))
    model = election(
        contest, behaviour=behaviour, settings=settings or {}, without=without,
        replicate=replicate, constants=busy_constants(),
    )  # fmt: skip
    while model.running and model.day <= until:
        model.step()
    return model


# --- what is known -------------------------------------------------------------------------------


def test_the_last_runoff_poll_is_believed_from_its_day_on():
    model = opened(until=2)
    stage = model.interlude
    assert stage._poll_share(model.polls) is None
    while model.day <= 3:
        model.step()
    poll = model.polls[-1]
    assert poll.question == "runoff"
    one, two = (float(poll.shares[f]) for f in (ADA, BEN))
    assert stage._poll_share(model.polls) == pytest.approx(one / (one + two))
    empty = dataclasses.replace(poll, shares=np.zeros(4))
    assert stage._poll_share([empty]) is None
    assert stage._poll_share([poll, empty]) is None


def test_the_news_of_a_day_stay_as_they_were():
    model = opened()
    news = model.interlude._news(model.polls)
    before = news.by_group.copy()
    model.step()
    assert (news.by_group == before).all()
    assert (model.interlude.by_group != before).any()
    assert before.sum() == 1_200


def test_groups_of_first_votes_add_up_to_the_members():
    model = opened(until=2)
    sizes = model.interlude.by_group.sum(axis=1)
    assert sizes[:4].tolist() == model.first_ballot.votes.tolist()
    assert sizes.sum() == 1_200


# --- what moves members alike --------------------------------------------------------------------


def test_one_shock_for_the_voters_of_all_eliminated_and_momentum_for_all():
    settings = {"contest_shock_sd": 0.8, "leader_momentum": 0.2}
    model = opened(settings=settings)
    stage = model.interlude
    shock = 0.8 * model.streams.normal(Stream.ALLIANCE_SHOCK, 0)
    want = np.full(7, 0.2)
    want[[CY, DEE]] += shock * stage.dispersion[[CY, DEE]]
    assert stage.terms().flat == pytest.approx(want)
    off = opened(settings=settings, without=("M07",)).interlude.terms()
    assert off.flat == pytest.approx(want - 0.2)


def test_a_late_swing_moves_the_voters_of_finalists_too():
    still, swung = opened(), opened(settings={"late_swing_sd": 0.7})
    swing = 0.7 * swung.streams.normal(Stream.ALLIANCE_SHOCK, 1)
    assert abs(swing) > 0.01
    moved = swung.interlude.terms().flat - still.interlude.terms().flat
    assert moved == pytest.approx(np.full(7, swing))
    for model in (still, swung):
        model.run_model()
    ahead = [int(m.flows[:, ADA, 0].sum()) for m in (still, swung)]
    assert (ahead[1] - ahead[0]) * swing > 0


def test_who_calls_for_the_other_finalist_concedes_the_habit_of_his_voters():
    model = opened("finalists-unite", settings={"finalist_habit": 1.5}, until=7)
    fact = opened(settings={"finalist_habit": 1.5}, until=7)
    gain = model.interlude.terms().flat - fact.interlude.terms().flat
    assert gain == pytest.approx([0.0, 1.5, 0.0, 0.0, 0.0, 0.0, 0.0])


def test_terms_are_those_of_the_scene():
    stage = busy_run().interlude
    terms, scene = stage.terms(), stage.scene()
    assert (terms.cue == scene.cue()).all()
    assert (terms.grudge == scene.grudges()).all()
    assert (terms.backlash == scene.backlash()).all()
    assert (terms.appeal == scene.appeals()).all()
    local = scene.notables_by_sector() + scene.pledges_by_sector(spatial=True)
    assert (terms.local == local).all()
    assert (terms.first, terms.second) == (ADA, BEN)


def test_orders_become_sides():
    stage = busy_run().interlude
    assert stage.bloc_sides(np.array([ADA, BEN, CY, -1])).tolist() == [0, 1, -1, -1]


def test_likeness_is_settled_on_the_first_day_for_good():
    """dee's choice is unknown: what she would say before anybody has talked to her."""
    for replicate in range(4):
        model = opened(replicate=replicate)
        natural = dict(model.interlude.negotiation.natural)
        assert natural[CY] == BEN
        assert natural[DEE] is not None
        model.run_model()
        assert model.interlude.negotiation.natural == natural
        for behaviour in ("endorse:ada", "poach", "neutral"):
            other = opened(behaviour, replicate=replicate, until=7)
            assert other.interlude.negotiation.natural == natural


# --- when leaders speak --------------------------------------------------------------------------


def test_the_default_day_is_two_fifths_of_the_time_and_always_within_it():
    assert [default_day(gap) for gap in (1, 2, 3, 5, 7, 9, 15, 60)] == [1, 1, 1, 2, 3, 4, 6, 24]


def test_known_silence_displaces_nobody():
    calls = [{"by": "cy", "to": "neutral", "date": day(2), "phase": "between", **SOURCED}]
    model = opened(endorsements=calls, until=7)
    assert model.interlude.negotiation.displaced == 0
    assert model.interlude.negotiation.known == {CY: "neutral"}


def test_who_chooses_otherwise_says_so_aloud():
    """In fact a word to friends; now, for another reason, a word to everybody."""
    calls = [busy_table()["endorsements"][0] | {"kind": "implied"}]
    settings = {"office_value": 8.0, "neutral_base": -1.0, "appeal_discount": 0.0}
    told = {}
    for replicate in range(25):
        model = opened("poach", settings, replicate=replicate, endorsements=calls, until=7)
        told.setdefault(model.candidates[CY].choice, set()).add(model.candidates[CY].told)
    assert told[BEN] == {0.5}
    assert {frozenset(words) for choice, words in told.items() if choice != BEN} == {
        frozenset({1.0})
    }


def test_players_of_the_game_believe_in_what_the_others_do(monkeypatch):
    """dee, who does not play, calls for ada: cy reckons with it."""
    seen = []
    solve = negotiation_module.solve

    def noted(players, options, payoffs):
        seen.append((list(players), options, payoffs))
        return solve(players, options, payoffs)

    monkeypatch.setattr(negotiation_module, "solve", noted)
    settings = {"decision_win": 3.0}
    polls = [poll for poll in busy_table()["polls"] if poll["question"] != "runoff"]
    model = opened("cy=equilibrium+dee=endorse:ada", settings, until=2, polls=polls)
    news = model.interlude._news(model.polls)
    model.step()
    [(players, options, payoffs)] = seen
    assert players == [CY]
    assert options == (ADA, BEN, "neutral")
    table = model.interlude.negotiation
    values = payoffs(CY, {CY: "neutral"})
    for other, same in ((ADA, True), (BEN, False), ("neutral", False)):
        believed = table.payoffs(CY, {DEE: other}, news)
        gap = values[ADA] - values[BEN] - (believed[ADA] - believed[BEN])
        assert math.isclose(gap, 0.0, abs_tol=0.02) == same


# --- what is promised ----------------------------------------------------------------------------


def test_what_was_offered_is_owed_as_far_as_it_can_be_delivered():
    stage = busy_run().interlude
    promises = stage.promises()
    assert ("ben", "cy", "second-place") in {(p.by, p.to, p.kind) for p in promises}
    for promise in promises:
        assert 0.0 < promise.delivery_prob <= 1.0
    assert opened(without=("M22",), until=7).interlude.promises() == []
    poached = opened("poach", until=7).interlude
    assert "second-place" not in {p.kind for p in poached.promises()}


def test_an_offer_that_was_declined_binds_nobody():
    offers = [busy_table()["offers"][0] | {"accepted": False}]
    stage = opened(offers=offers, until=7).interlude
    assert "second-place" not in {p.kind for p in stage.promises()}
    assert stage.dealings.best_offer(CY, BEN) > 0.0
