"""Does each behaviour change what it says, and nothing before it?"""

from functools import cache

import numpy as np
import pytest

from kingmaker.actors.candidate import Status
from kingmaker.alliance.behaviours import BEHAVIOURS, parse_behaviour
from kingmaker.alliance.negotiation import default_day
from kingmaker.contest.load import load_contest
from kingmaker.errors import ParameterError
from tests.contest_builders import (
    ADA,
    BEN,
    CY,
    DEE,
    busy,
    busy_constants,
    busy_table,
    day,
    election,
)

BUSY = {
    "historical": "historical",
    "decide": "decide",
    "neutral": "neutral",
    "free-vote": "free-vote",
    "freeze-machine": "freeze-machine",
    "endorse": "endorse:ada",
    "announce": "announce:ada@5",
    "equilibrium": "equilibrium",
    "nearest": "nearest",
    "best-offer": "best-offer",
    "consult": "consult",
    "grudge": "grudge",
    "united-losers": "united-losers",
    "joint-ticket": "joint-ticket:ada",
    "lieutenant": "lieutenant:lea=ada",
    "letter-off": "letter-off",
    "poach": "poach",
    "appeal-over-head": "ben=appeal-over-head",
    "counter-frame": "counter-frame",
    "no-counter-frame": "no-counter-frame",
    "pledge-kept": "pledge-kept",
    "pledge-dropped": "pledge-dropped",
    "pledge-conditional": "pledge-conditional",
    "finalists-unite": "finalists-unite",
    "grant-office": "grant-office",
    "withdraw-office": "withdraw-office",
    "no-contempt": "no-contempt",
    "withdraw": "withdraw:dee",
    "broker-auction": "broker-auction",
    "patron-tied": "patron-tied",
    "early-movers-off": "early-movers-off",
    "extra-week": "extra-week",
    "gap": "gap:4",
    "threshold": "threshold:0.45",
    "instant-runoff": "instant-runoff",
    "no-polls": "no-polls",
}
"""Every behaviour that the busy contest knows, as it is written."""

ELSEWHERE = {"coordinated": "coordinated:mutual", "postpone": "postpone", "stay": "stay:ayalon"}
"""Those about candidacies, written for the contest of 2008."""

AFTER = [name for name in BUSY if not BEHAVIOURS[name].touches_campaign]
BEFORE = [name for name in BUSY if BEHAVIOURS[name].touches_campaign]


def test_no_behaviour_is_left_out():
    assert set(BUSY) | set(ELSEWHERE) == set(BEHAVIOURS)
    labor = load_contest("il-labor-2008")
    for text in ELSEWHERE.values():
        assert parse_behaviour(text, labor).touches_campaign


def fresh(name="historical", replicate=0, **arguments):
    return election(
        busy(), constants=busy_constants(), behaviour=BUSY[name], replicate=replicate, **arguments
    )


@cache
def evening(replicate=0):
    model = fresh(replicate=replicate)
    model.run_to_first_ballot()
    return model


@cache
def branched(name, replicate=0):
    model = evening(replicate).branch(BUSY[name])
    if model.running:
        model.run_model()
    return model


def rows(model, *acts):
    deals = model.interlude.deals
    return [(d.day, d.actor, d.act, d.target) for d in deals if not acts or d.act in acts]


def seen(model):
    """Return what an election leaves behind, in words and whole numbers."""
    frame = model.datacollector.get_model_vars_dataframe()
    return {
        "votes": (model.state.first_vote.tolist(), model.state.second_vote.tolist()),
        "flows": model.flows.tolist(),
        "margins": model.margins,
        "deals": [] if model.interlude is None else [repr(d) for d in model.interlude.deals],
        "aftermath": repr(model.aftermath),
        "polls": [poll.shares.tolist().__repr__() for poll in model.polls],
        "support": [row.tolist() for row in frame["support"]],
        "contacts": [row.tolist() for row in frame["contacts"]],
        "winner": (model.winner, model.tie, [c.status for c in model.candidates]),
        "orders": model.orders().tolist(),
    }


@pytest.mark.parametrize("name", AFTER)
@pytest.mark.parametrize("replicate", [0, 1])
def test_a_branch_is_a_run_from_the_start(name, replicate):
    whole = fresh(name, replicate)
    whole.run_model()
    one, two = seen(whole), seen(branched(name, replicate))
    assert {key for key in one if one[key] != two[key]} == set()


@pytest.mark.parametrize("name", BEFORE)
def test_what_touches_the_campaign_has_no_branch(name):
    with pytest.raises(ValueError, match="campaign"):
        evening().branch(BUSY[name])


def test_branches_leave_the_evening_as_it_was():
    model = evening()
    before = (
        model.state.lean.copy(), model.state.second_vote.copy(), model.activists.camp.copy(),
        model.climate.grudge.copy(), [c.order for c in model.contractors], len(model.polls),
    )  # fmt: skip
    for name in ("endorse", "poach", "extra-week"):
        model.branch(BUSY[name]).run_model()
    after = (
        model.state.lean, model.state.second_vote, model.activists.camp, model.climate.grudge,
        [c.order for c in model.contractors], len(model.polls),
    )  # fmt: skip
    for one, two in zip(before, after, strict=True):
        assert np.array_equal(one, two)
    assert model.interlude is None


def test_an_election_branches_on_the_evening_of_round_one_alone():
    model = fresh()
    with pytest.raises(ValueError, match="first ballot"):
        model.branch("neutral")
    model.run_to_first_ballot()
    model.step()
    with pytest.raises(ValueError, match="next day"):
        model.branch("neutral")


@pytest.mark.parametrize("name", AFTER)
def test_the_first_ballot_and_the_days_before_it_are_the_same(name):
    model, fact = branched(name), branched("historical")
    assert (model.state.first_vote == fact.state.first_vote).all()
    assert model.first_ballot is fact.first_ballot
    for one, two in zip(model.datacollector.model_vars["support"][:5],
                        fact.datacollector.model_vars["support"][:5], strict=True):  # fmt: skip
        assert (one == two).all()


@pytest.mark.parametrize(
    ("name", "other", "first_day"),
    [
        ("announce", "announce:ada@6", 5),
        ("endorse", "neutral", 3),
        ("appeal-over-head", "historical", 3),
        ("pledge-dropped", "historical", 2),
        ("counter-frame", "no-counter-frame", 4),
        ("patron-tied", "historical", 1),
        ("lieutenant", "historical", 3),
    ],
)
def test_nothing_happens_before_the_day_on_which_it_happens(name, other, first_day):
    """Members, activists and everybody's words are the same until that day."""
    one, two = evening().branch(BUSY[name]), evening().branch(other)
    while one.day < first_day:
        assert [repr(d) for d in _deals(one)] == [repr(d) for d in _deals(two)]
        one.step()
        two.step()
        assert (one.state.lean == two.state.lean).all()
        assert (one.state.intention == two.state.intention).all()
        assert (one.activists.camp == two.activists.camp).all()


def _deals(model):
    return [] if model.interlude is None else model.interlude.deals


# --- who looks at a known choice again -----------------------------------------------------------


@pytest.mark.parametrize("replicate", range(6))
def test_a_known_choice_looked_at_again_is_kept_where_nothing_has_changed(replicate):
    """As many days as in fact: everything is weighed again, and everything comes out as it did."""
    fact = branched("historical", replicate)
    again = evening(replicate).branch("gap:7")
    again.run_model()
    assert again.policy.redecides
    assert again.interlude.choices() == fact.interlude.choices()
    assert (again.state.second_vote == fact.state.second_vote).all()
    assert rows(again) == rows(fact)
    assert [d.terms for d in again.interlude.deals] == [d.terms for d in fact.interlude.deals]
    mine = next(d for d in again.interlude.deals if d.actor == "cy" and d.act == "endorses")
    assert mine.basis == "decision"
    assert mine.reason.endswith("as in fact")


@pytest.mark.parametrize(
    "name", ["early-movers-off", "no-counter-frame", "patron-tied", "lieutenant"]
)
def test_behaviours_that_change_no_incentive_leave_leaders_as_they_were(name):
    for replicate in range(4):
        fact, model = branched("historical", replicate), branched(name, replicate)
        words = ("endorses", "neutral", "free-vote")
        known = [row for row in rows(fact, *words) if row[1] == "cy"]
        assert [row for row in rows(model, *words) if row[1] == "cy"] == known
        assert model.interlude.negotiation.plans[CY].basis == "historical"


@pytest.mark.parametrize("name", ["letter-off", "withdraw-office"])
def test_whom_a_changed_incentive_does_not_concern_stays_with_his_choice(name):
    """The letters were written to dee, and cy was offered no office."""
    for replicate in range(6):
        model = branched(name, replicate)
        assert model.candidates[CY].choice == BEN
        assert model.interlude.negotiation.plans[CY].rule == "reconsider"


def test_some_leaders_choose_otherwise_where_their_reason_is_gone():
    """Ben's offer is off the table: cy, of whom it was a reason, goes elsewhere now and then."""
    settings = {"office_value": 8.0, "decision_win": 0.0, "neutral_base": -1.0}
    choices = []
    for replicate in range(25):
        model = fresh("poach", replicate, settings=settings)
        model.run_model()
        choices.append(model.candidates[CY].choice)
    assert BEN in choices
    assert set(choices) - {BEN}


def test_who_is_said_to_do_as_he_did_does_not_look_again():
    model = evening().branch("poach+cy=historical")
    model.run_model()
    assert model.candidates[CY].choice == BEN
    assert model.interlude.negotiation.plans[CY].basis == "historical"


# --- what each of them does ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "cy", "dee"),
    [
        ("neutral", "neutral", "neutral"),
        ("free-vote", "free-vote", "free-vote"),
        ("freeze-machine", "freeze-machine", "freeze-machine"),
        ("endorse", ADA, ADA),
        ("announce", ADA, ADA),
    ],
)
def test_words_that_are_put_into_leaders_mouths(name, cy, dee):
    model = branched(name)
    assert model.interlude.choices() == {CY: cy, DEE: dee}
    assert {d.basis for d in model.interlude.deals if d.actor in ("cy", "dee")} == {"behaviour"}


def test_announcements_come_on_their_day():
    own = [row for row in rows(branched("announce"), "endorses") if row[1] in ("cy", "dee")]
    assert [(row[0], row[3]) for row in own] == [(5, "ada")] * 2


def test_a_frozen_machine_works_for_nobody():
    model = branched("freeze-machine")
    out = np.isin(model.activists.home, (CY, DEE))
    assert (model.activists.camp[out] < 0).all()
    assert all(c.order is None for c in model.contractors if c.camp in (CY, DEE))
    assert not model.interlude.ally_lift().any()
    assert any(c.order is not None for c in branched("neutral").contractors if c.camp in (CY, DEE))


def test_the_released_take_sides():
    model = branched("free-vote")
    out = np.isin(model.activists.home, (CY, DEE))
    assert (model.activists.camp[out] >= 0).any()


def test_the_nearest_finalist():
    for replicate in range(3):
        model = branched("nearest", replicate)
        for e, choice in model.interlude.choices().items():
            one, two = model.interlude.outlook.distances(e)
            assert choice == (ADA if one <= two else BEN)


def test_nobody_calls_for_who_insulted_him():
    settings = {"grudge_decay": 0.0, "courting_relief": 0.0}
    for replicate in range(6):
        model = fresh("grudge", replicate, settings=settings)
        model.run_model()
        assert model.candidates[CY].choice in (BEN, "neutral")


def test_leaders_who_consult_do_what_their_activists_want():
    settings = {"activist_share": 0.1, "consultation_delay": 0.0, "early_move_rate": 0.0}
    for finalist in (ADA, BEN):
        model = fresh("consult", settings=settings)
        model.activists.taste[:, finalist] += 50.0
        model.run_model()
        assert set(model.interlude.choices().values()) == {finalist}


def test_the_best_offer_counts_with_its_chance():
    for replicate in range(4):
        model = branched("best-offer", replicate)
        book = model.interlude.dealings
        for e, choice in model.interlude.choices().items():
            worth = [book.best_offer(e, f) for f in (ADA, BEN)]
            if choice in (ADA, BEN) and min(worth) == 0.0 < max(worth):
                assert choice == (ADA, BEN)[int(worth[1] > worth[0])]


def test_united_losers_say_one_thing_on_one_day():
    options = set()
    for replicate in range(5):
        model = branched("united-losers", replicate)
        one, two = (model.interlude.choices()[e] for e in (CY, DEE))
        assert one == two
        options.add(one)
        days = {d.day for d in model.interlude.deals if d.actor in ("cy", "dee") and d.basis ==
                "behaviour"}  # fmt: skip
        assert days == {default_day(7)}
    assert options <= {ADA, BEN, "neutral", "free-vote"}


def test_in_equilibrium_nobody_could_do_better():
    for replicate in range(3):
        model = branched("equilibrium", replicate)
        found = model.interlude.choices()
        assert set(found.values()) <= {ADA, BEN, "neutral"}
        for deal in model.interlude.deals:
            if deal.actor in ("cy", "dee") and deal.act in ("endorses", "neutral"):
                assert "equilibrium" in deal.reason


def test_one_leader_runs_on_the_ticket():
    model = branched("joint-ticket")
    assert [row[1:] for row in rows(model, "ticket")] == [("cy", "ticket", "ada")]
    assert model.candidates[CY].ticket
    assert model.candidates[CY].choice == ADA
    assert not model.candidates[DEE].ticket  # there is one second place


def test_finalists_who_unite_leave_the_eliminated_out():
    model = branched("finalists-unite")
    assert rows(model, "unites") == [(default_day(7), "ben", "unites", "ada")]
    assert model.candidates[BEN].choice == ADA
    assert not rows(model, "offers")
    assert model.margins["round2"] > branched("historical").margins["round2"]
    own = np.flatnonzero(model.activists.home == BEN)
    assert (model.activists.camp[own] != BEN).all()


def test_no_activist_moves_before_his_leader_speaks():
    settings = {"early_move_rate": 1.0, "activist_share": 0.1}
    early, waiting = (fresh(name, settings=settings) for name in ("historical", "early-movers-off"))
    for model, moves in ((early, True), (waiting, False)):
        model.run_model()
        own = model.activists.home == CY
        before = own & (model.activists.moved_day > 0) & (model.activists.moved_day < 3)
        assert before.any() == moves
    assert rows(early, "moves-early")
    assert not rows(waiting, "moves-early")


def test_contractors_follow_the_patron_or_the_money():
    settings = {"contract_patron": 1.5, "contract_reward": 0.5, "contract_tie": 0.0}
    tied = fresh("patron-tied", settings=settings)
    tied.run_model()
    [harbour] = [c for c in tied.contractors if c.contractor_id == "harbour"]
    assert harbour.order == ADA  # as the mayor says, and not as cy does


@pytest.mark.parametrize(("name", "days"), [("historical", 7), ("extra-week", 14), ("gap", 4)])
def test_days_between_the_rounds(name, days):
    model = branched(name)
    assert model.setting.gap_days == days
    assert model.day == days + 1
    assert max(d.day for d in model.interlude.deals) <= days


def test_a_shorter_time_leaves_nothing_out_that_was_said_in_it():
    """What fell on later days falls on the last one: calls and offers, not insults."""
    model = branched("gap")
    assert (2, "nan", "endorses", "ada") in rows(model)
    assert (4, "ada", "changes-pledge", "") in rows(model)
    late = [call | ({"date": day(6)} if call["by"] == "nan" else {})
            for call in busy_table()["endorsements"]]  # fmt: skip
    contest = busy(**(busy_table() | {"endorsements": late}))
    other = election(contest, constants=busy_constants(), behaviour="gap:4")
    other.run_model()
    assert (4, "nan", "endorses", "ada") in rows(other)


def test_what_happened_after_the_runoff_is_not_read_in_an_extra_week():
    """Neither an insult nor a call nor an offer of the eighth day, which the week would reach."""
    data = busy_table()
    extra = {"text": "later", "source": "invented", "confidence": "assumed", "date": day(8)}
    data["events"].append({"kind": "insult", "by": "ada", "to": "dee", **extra})
    data["offers"].append({"kind": "office", "by": "ada", "to": "dee", **extra})
    data["pledges"].append({"issue": "government", "stance": "stay", "by": "ada", **extra})
    del extra["text"]
    seats = {"ada": 50, "ben": 3}
    data["polls"].append({"pollster": "P", "question": "seats", "seats": seats, **extra})
    later = election(busy(**data), constants=busy_constants(), behaviour="extra-week")
    later.run_model()
    one, two = seen(later), seen(branched("extra-week"))
    assert {key for key in one if one[key] != two[key]} == set()


def test_an_instant_runoff_has_no_days_between():
    model = branched("instant-runoff")
    assert model.interlude is None
    assert not model.running
    assert model.day == 1
    assert model.flows.sum() == 1_200
    assert {model.leader, model.runner_up} == {ADA, BEN}
    assert {c.status for c in model.candidates} == {
        Status.WINNER, Status.FINALIST, Status.ELIMINATED,
    }  # fmt: skip


def test_without_polls_nothing_is_published():
    model = fresh("no-polls")
    model.run_model()
    assert model.polls == []
    assert not model.climate.electability.any()


def test_a_candidate_who_withdraws_gets_no_vote():
    model = fresh("withdraw")
    model.run_model()
    assert model.first_ballot.votes[DEE] == 0
    assert (model.state.second_vote != DEE).all()
    assert set(model.interlude.choices()) == {CY}


def test_a_lower_threshold_ends_the_contest():
    votes = election(busy(), constants=busy_constants(), behaviour="threshold:0.4")
    votes.run_model()
    assert votes.winner == ADA  # two fifths, exactly
    assert votes.interlude is None
    more = fresh("threshold")
    more.run_model()
    assert more.interlude is not None


@pytest.mark.parametrize("text", ["coordinated:mutual", "stay:eve", "stay:ada"])
def test_behaviours_of_another_contest_are_refused_in_words(text):
    with pytest.raises(ParameterError):
        parse_behaviour(text, busy())


# --- what members do not hear --------------------------------------------------------------------

DEAF = {
    "endorsement_total": 0.0, "endorsement_cue": 0.0, "notable_cue": 0.0, "backlash": 0.0,
    "counter_frame": 0.0, "appeal_effect": 0.0, "insult_effect": 0.0, "ally_turnout_lift": 0.0,
    "contact_rate": 0.0, "pledge_change_cost": 0.0, "exit_rate": 0.0,
}  # fmt: skip
OTHER_RULES = {"extra-week", "gap", "instant-runoff", "finalists-unite"}
"""Behaviours that change the runoff itself, or the habit of a finalist's voters."""

NEW_POSITION = {"pledge-kept", "pledge-dropped", "pledge-conditional"}
"""Behaviours that move a finalist himself, and members with him."""


@cache
def deaf_votes(name, without=("M15",)):
    model = fresh(name, settings=DEAF, without=without)
    model.run_model()
    return model.state.second_vote.tolist()


@pytest.mark.parametrize("name", sorted(set(AFTER) - OTHER_RULES - NEW_POSITION))
def test_whatever_leaders_do_members_who_hear_nothing_vote_alike(name):
    """Without selection, cue, backlash, grudges, machines and orders all talks are talk."""
    assert deaf_votes(name) == deaf_votes("historical")


@pytest.mark.parametrize("name", sorted(NEW_POSITION))
def test_pledges_move_members_by_position_alone(name):
    assert deaf_votes(name, ("M15", "M24")) == deaf_votes("historical", ("M15", "M24"))
