"""Which notables speak between the rounds, when, and on whose account?"""

import pytest

from kingmaker.alliance.lieutenants import POACHING_DAY
from kingmaker.alliance.negotiation import default_day
from tests.contest_builders import (
    ADA,
    BEN,
    DEE,
    busy,
    busy_constants,
    busy_table,
    election,
    finished,
)

LIEUTENANTS = ("nan", "lea", "leo", "dan")
OWN_MIND = {"lieutenant_follow": 0.0, "decision_win": 0.0, "grudge_weight": 0.0}


def lived(behaviour="historical", settings=None, without=(), replicate=0, **changes):
    contest = busy(**(busy_table() | changes))
    model = election(
        contest, behaviour=behaviour, settings=settings or {}, without=without,
        replicate=replicate, constants=busy_constants(),
    )  # fmt: skip
    model.run_model()
    return model


def said(model, name):
    """List what a notable said: (day, act, target, basis)."""
    return [(d.day, d.act, d.target, d.basis) for d in model.interlude.deals if d.actor == name]


def choices(model):
    return {agent.notable_id: agent.choice for agent in model.notables}


def test_what_was_said_is_said_on_its_day():
    model = lived()
    assert said(model, "nan") == [(2, "endorses", "ada", "historical")]
    assert said(model, "mayors")[-1] == (2, "endorses", "ben", "historical")
    assert choices(model)["nan"] == ADA


def test_nobody_speaks_twice():
    for behaviour in ("historical", "decide", "poach", "endorse:ada"):
        for replicate in range(3):
            model = lived(behaviour, replicate=replicate)
            for name in LIEUTENANTS:
                calls = [row for row in said(model, name) if row[1] == "endorses"]
                assert len(calls) <= 1


def test_lieutenants_who_have_not_spoken_decide_on_a_day_of_their_own():
    days = set()
    for replicate in range(20):
        rows = said(lived(replicate=replicate, settings=OWN_MIND), "lea")
        assert all(row[3] == "decision" for row in rows if row[1] == "endorses")
        days |= {row[0] for row in rows if row[1] == "endorses"}
    assert days <= set(range(default_day(7), 8))
    assert len(days) > 2


def test_lieutenants_go_both_ways_and_some_say_nothing():
    seen = {choices(lived(replicate=r, settings=OWN_MIND))["lea"] for r in range(25)}
    assert seen == {ADA, BEN, None}


def test_a_loyal_lieutenant_says_what_his_leader_says_when_he_says_it():
    assert (3, "endorses", "ben", "decision") in said(lived(), "leo")
    assert (3, "endorses", "ada", "decision") in said(lived("endorse:ada"), "leo")
    assert said(lived("neutral"), "leo") == []


def test_a_notable_of_no_camp_is_nobodys_lieutenant():
    """He says what he said in fact, and else nothing."""
    calls = [call for call in busy_table()["endorsements"] if call["by"] != "mayors"]
    assert said(lived("endorse:ada", endorsements=calls), "mayors") == []


@pytest.mark.parametrize(
    ("behaviour", "word", "choice"),
    [
        ("lea=endorse:ben", ("endorses", "ben"), BEN),
        ("lieutenant:lea=ada", ("endorses", "ada"), ADA),
        ("lea=neutral", ("neutral", ""), None),
        ("lea=free-vote", ("free-vote", ""), None),
    ],
)
def test_a_notable_named_by_the_behaviour_says_that_on_the_default_day(behaviour, word, choice):
    model = lived(behaviour)
    assert said(model, "lea") == [(default_day(7), *word, "behaviour")]
    assert choices(model)["lea"] == choice


def test_a_notable_who_has_spoken_says_something_else_on_the_same_day():
    assert said(lived("nan=endorse:ben"), "nan") == [(2, "endorses", "ben", "behaviour")]
    assert said(lived("nan=neutral"), "nan") == [(2, "neutral", "", "behaviour")]


def test_a_notable_may_decide_anew():
    seen = {choices(lived("nan=decide", replicate=r, settings=OWN_MIND))["nan"] for r in range(25)}
    assert {ADA, BEN} <= seen


def test_a_reported_call_for_somebody_who_is_out_is_not_made():
    """dee is in the runoff in ben's place here."""
    contest = busy()
    votes = {"ada": 360, "ben": 60, "cy": 160, "dee": 320}
    round1 = contest.results.round1.model_copy(update={"votes": votes})
    moved = contest.model_copy(
        update={
            "results": contest.results.model_copy(update={"round1": round1}),
            "blocs": (),
            "events": (),
        }
    )
    model = finished(moved, settings={"brokered_share": 0.0})
    assert (model.leader, model.runner_up) == (ADA, DEE)
    assert said(model, "nan") == [(2, "endorses", "ada", "historical")]
    assert all(row[3] != "historical" for row in said(model, "mayors"))  # they wanted ben


def test_who_has_no_leader_feels_no_strain():
    """Mayors of no camp decide by chances and their own leaning, whoever was insulted."""
    settings = {"grudge_weight": 5.0, "grudge_decay": 0.0}
    for replicate in range(4):
        model = lived("mayors=decide", settings, replicate=replicate)
        for deal in model.interlude.deals:
            if deal.actor == "mayors" and deal.act == "endorses":
                assert deal.basis == "decision"
                assert "grudge" not in deal.reason
                assert "leader's word" not in deal.reason


# --- poachers ------------------------------------------------------------------------------------

SELL = {"poach_identity": 0.0, "office_value": 8.0}


def bought(model):
    deals = model.interlude.deals
    return [(d.day, d.actor, d.act, d.target) for d in deals if d.act in
            ("poaches", "accepts", "refuses")]  # fmt: skip


def test_poachers_turn_to_the_lieutenants_of_the_eliminated_on_their_day():
    model = lived("poach", settings=SELL)
    rows = bought(model)
    assert {row[0] for row in rows} == {POACHING_DAY}
    offers = {(row[1], row[3]) for row in rows if row[2] == "poaches"}
    assert {target for _, target in offers} == set(LIEUTENANTS)
    answers = [row for row in rows if row[2] != "poaches"]
    assert len(answers) == len([row for row in rows if row[2] == "poaches"])


def test_the_loyal_one_refuses_and_says_why():
    for replicate in range(6):
        model = lived("poach", settings=SELL, replicate=replicate)
        answers = [row for row in bought(model) if row[1] == "leo"]
        assert {row[2] for row in answers} == {"refuses"}
        reasons = {
            d.reason for d in model.interlude.deals if d.actor == "leo" and d.act == "refuses"
        }
        assert reasons == {"identity above office"}


def test_who_accepts_calls_for_the_buyer_and_does_not_speak_again():
    seen = 0
    for replicate in range(6):
        model = lived("poach", settings=SELL, replicate=replicate)
        for _, name, act, buyer in bought(model):
            if act == "accepts":
                assert choices(model)[name] == {"ada": ADA, "ben": BEN}[buyer]
                assert not [row for row in said(model, name) if row[1] == "endorses"]
                seen += 1
    assert seen >= 6


def test_one_finalist_poaches_alone_and_not_his_own_people():
    rows = bought(lived("ben=poach", settings=SELL))
    assert {row[1] for row in rows if row[2] == "poaches"} == {"ben"}
    own = busy_table()["notables"]
    own[1]["camp"] = "ada"  # lea is a finalist's own
    assert "lea" not in {row[3] for row in bought(lived("poach", settings=SELL, notables=own))}


def test_who_is_named_by_the_behaviour_is_not_for_sale():
    assert "lea" not in {row[3] for row in bought(lived("poach+lea=neutral", settings=SELL))}


def test_without_the_behaviour_those_are_bought_who_have_not_spoken():
    """A finalist may find it better to buy lieutenants than to deal with their leader (M20)."""
    seen = set()
    for replicate in range(30):
        model = lived("decide", settings=SELL, replicate=replicate)
        rows = bought(model)
        poachers = model.interlude.dealings.poachers
        assert bool(rows) <= bool(poachers)
        seen |= {row[3] for row in rows if row[2] == "poaches"}
    assert seen
    assert "nan" not in seen  # of whom it is known what he said
