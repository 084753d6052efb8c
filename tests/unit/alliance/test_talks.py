"""What do finalists offer, say and do between the rounds, and what is then on the table?"""

import pytest

from kingmaker.alliance.offers import PARTY_OWN, RELATIVE_WORTH
from kingmaker.rng import Stream
from tests.contest_builders import (
    ADA,
    BEN,
    CY,
    DEE,
    SOURCED,
    busy,
    busy_constants,
    busy_table,
    day,
    election,
    finished,
    tiny,
    tiny_table,
)


def lived(behaviour="historical", settings=None, without=(), replicate=0, **changes):
    """Run the busy contest with some lists replaced."""
    contest = busy(**(busy_table() | changes))
    model = election(
        contest, behaviour=behaviour, settings=settings or {}, without=without,
        replicate=replicate, constants=busy_constants(),
    )  # fmt: skip
    model.run_model()
    return model


def rows(model, *acts):
    """List (day, actor, target, basis) of some acts."""
    deals = model.interlude.deals
    return [(d.day, d.actor, d.target, d.basis) for d in deals if d.act in acts]


def table(model):
    """Return what is on the table, by leader and finalist."""
    return model.interlude.dealings.offers


def act(number, kind, by, to):
    return {"date": day(number), "kind": kind, "by": by, "to": to, "text": kind, **SOURCED}


def without_events(*kinds):
    return [event for event in busy_table()["events"] if event["kind"] not in kinds]


# --- offers --------------------------------------------------------------------------------------


def test_what_history_tells_is_not_played_anew():
    """cy's word and ben's offer to him are known: nobody approaches cy again."""
    for replicate in range(4):
        model = lived(replicate=replicate)
        played = [row for row in rows(model, "offers", "ignores") if row[3] == "decision"]
        assert {row[2] for row in played} == {"dee"}
        assert [held.text for held in table(model)[CY, BEN]] == ["Second"]
        assert (CY, ADA) not in table(model)


def test_a_documented_offer_is_not_replaced_where_the_leader_decides():
    """ben's stays as it was reported; ada, of whom nothing is told, makes up her mind."""
    approached = set()
    for replicate in range(4):
        model = lived("decide", replicate=replicate)
        assert [held.text for held in table(model)[CY, BEN]] == ["Second"]
        approached |= {
            (row[1], row[2]) for row in rows(model, "offers", "ignores") if row[3] == "decision"
        }
    assert approached == {("ada", "cy"), ("ada", "dee"), ("ben", "dee")}


def test_in_an_auction_everybody_bids():
    model = lived("best-offer")
    bids = {(row[1], row[2]) for row in rows(model, "offers") if row[3] == "decision"}
    assert bids == {(f, e) for f in ("ada", "ben") for e in ("cy", "dee")}
    assert len(table(model)[CY, BEN]) == 2


def test_leaders_of_whom_nothing_is_told_are_played_in_history_too():
    """Where no offer is documented at all, talks took place that nobody reported."""
    model = lived(offers=[])
    assert {row[2] for row in rows(model, "offers", "ignores")} == {"dee"}
    played = set()
    for replicate in range(8):
        played |= set(table(lived(offers=[], replicate=replicate)))
    assert {(CY, ADA), (CY, BEN)} & played


def test_what_is_offered_is_worth_its_kind_and_its_delivery():
    """M26 and M39 off: the party's own, at 0.8; with a reported word nothing is discounted."""
    model = lived(without=("M26", "M39"))
    [second] = table(model)[CY, BEN]
    assert (second.kind, second.worth) == ("second-place", RELATIVE_WORTH["second-place"])
    assert second.delivery_prob == PARTY_OWN
    [full] = table(lived())[CY, BEN]
    assert full.delivery_prob < PARTY_OWN  # the camp delivers in part, and pacts may break
    assert full.in_fact is None


def test_what_is_offered_varies_around_the_share_of_the_joint_vote():
    """Twice the ally's part of it, times one plus a number of the pair's own."""
    seen = set()
    for replicate in range(4):
        for noise in (0.0, 0.25):
            model = lived("best-offer", {"offer_noise": noise}, offers=[], replicate=replicate)
            votes = model.first_ballot.votes.astype(float)
            for (e, f), held in table(model).items():
                z = model.streams.normal(Stream.ALLIANCE_OFFER, e, block=f)
                part = 2.0 * votes[e] / (votes[e] + votes[f])
                want = min(part * (1.0 + max(noise * z, -0.9)), 1.2)
                assert held[0].worth == pytest.approx(want)
                seen.add(round(held[0].worth, 6))
    assert len(seen) > 10


def test_a_refused_office_is_worth_little_and_more_after_a_vague_word():
    offer = {"by": "ben", "to": "cy", "date": day(3), "kind": "office", "office": "finance",
             "text": "Finance", **SOURCED}  # fmt: skip
    outside = busy_table()["outside"]
    refusing = [outside[0] | {"refuses": ["finance"]}, *outside[1:]]
    vague = [*busy_table()["events"], act(0, "statement", "premier", "ben")]
    quiet = {"offers": [offer], "endorsements": []}
    probs = [
        table(lived(without=("M39",), **quiet, **changes))[CY, BEN][0].delivery_prob
        for changes in ({"outside": refusing}, {"outside": refusing, "events": vague}, {})
    ]
    assert probs == pytest.approx([0.1 * 0.6, 0.25 * 0.6, 0.7 * 0.6])
    own = table(lived(without=("M39", "M23"), **quiet))[CY, BEN][0]
    assert own.delivery_prob == PARTY_OWN


def test_an_office_is_worth_nothing_under_a_winner_who_leaves_the_government():
    """ada pledged to leave: half of 0.6 is left, and nothing where nobody would stay."""
    offer = {"by": "ada", "to": "cy", "date": day(1), "kind": "office", "office": "finance",
             "text": "Finance", **SOURCED}  # fmt: skip
    outside = busy_table()["outside"]
    leaving = [outside[0] | {"stay_prob": 0.0}, *outside[1:]]

    def prob(without, **changes):
        model = lived(without=("M39", *without), offers=[offer], **changes)
        return table(model)[CY, ADA][0].delivery_prob

    assert prob(()) == pytest.approx(0.7 * 0.6 * 0.5)
    assert prob(("M24",)) == pytest.approx(0.7 * 0.6)
    assert prob((), outside=leaving) == 0.0


def test_a_strained_camp_delivers_less():
    """M26: ada insulted cy; her word on the second place is worth less than before."""
    offer = {"by": "ada", "to": "cy", "date": day(1), "kind": "second-place", "text": "Second",
             **SOURCED}  # fmt: skip
    insulted, friendly = (
        table(lived(offers=[offer], without=("M39",), events=events))[CY, ADA][0].delivery_prob
        for events in (busy_table()["events"], without_events("insult", "wasted-vote-call"))
    )
    assert insulted < 0.8 * friendly
    [idle] = table(lived(offers=[offer], without=("M26", "M39")))[CY, ADA]
    assert idle.delivery_prob == PARTY_OWN


# --- behaviours about offers ---------------------------------------------------------------------


@pytest.mark.parametrize("behaviour", ["poach", "finalists-unite"])
def test_offers_come_off_the_table_and_are_remembered_as_they_were(behaviour):
    plain, model = lived(), lived(behaviour)
    [known], [gone] = table(plain)[CY, BEN], table(model)[CY, BEN]
    assert gone.delivery_prob == 0.0
    assert gone.in_fact == pytest.approx(known.delivery_prob)
    assert model.interlude.dealings.best_offer(CY, BEN) == 0.0
    assert model.interlude.dealings.best_offer(CY, BEN, in_fact=True) > 0.0
    assert not rows(model, "offers")


def test_one_finalist_may_poach_alone():
    model = lived("ben=poach")
    assert not [row for row in rows(model, "offers") if row[1] == "ben"]
    assert table(model)[CY, BEN][0].delivery_prob == 0.0
    other = lived("ada=poach")
    assert ("ben", "cy") in {(row[1], row[2]) for row in rows(other, "offers")}


def test_offices_alone_are_withdrawn():
    offers = [
        {"by": "ben", "to": "cy", "date": day(1), "kind": kind, "text": kind, **SOURCED}
        for kind in ("office", "policy")
    ]
    model = lived("withdraw-office", offers=offers)
    office, policy = table(model)[CY, BEN]
    assert (office.delivery_prob, policy.in_fact) == (0.0, None)
    assert office.in_fact > 0.0 < policy.delivery_prob
    withheld = rows(model, "withholds")
    assert withheld == [(1, "premier", f, "behaviour") for f in ("ada", "ben")]


def test_the_preferred_finalist_is_granted_what_was_refused_for_the_largest_leader():
    outside = busy_table()["outside"]
    refusing = [outside[0] | {"refuses": ["defence"]}, *outside[1:]]
    model = lived("grant-office", outside=refusing, without=("M39",))
    assert (1, "premier", "ben", "behaviour") in rows(model, "grants")
    assert (1, "ben", "cy", "behaviour") in rows(model, "offers")
    granted = table(model)[CY, BEN][-1]
    assert granted.text == "office: defence"
    assert granted.expected() == pytest.approx(0.9 * 0.6)
    assert granted.expected(in_fact=True) == 0.0
    for without in (("M22",), ("M23",)):
        assert not rows(lived("grant-office", outside=refusing, without=without), "grants")


def test_where_the_other_finalist_is_preferred_he_gets_it():
    outside = busy_table()["outside"]
    model = lived("grant-office", outside=[outside[0] | {"prefers": "ada"}, *outside[1:]])
    assert (1, "premier", "ada", "behaviour") in rows(model, "grants")
    neither = lived("grant-office", outside=[outside[0] | {"prefers": None}, *outside[1:]])
    assert [row[2] for row in rows(neither, "grants") if row[3] == "behaviour"] == ["ada"]


# --- courting ------------------------------------------------------------------------------------


def test_reported_visits_are_all_that_there_are():
    model = lived()
    assert rows(model, "meets") == [(1, "ben", "cy", "historical")]
    assert rows(model, "praises") == [(2, "ada", "dee", "historical")]
    assert model.interlude.dealings.courted[CY, BEN] == 1.5  # the first to come
    assert model.interlude.dealings.courted[DEE, ADA] == 0.75


def test_where_nobody_reported_visits_each_finalist_sees_a_leader_a_day_the_larger_first():
    """The runner-up needs them more, and comes a day earlier."""
    model = lived(events=without_events("meeting", "praise"))
    assert rows(model, "meets") == [
        (1, "ben", "cy", "decision"),
        (2, "ada", "cy", "decision"),
        (2, "ben", "dee", "decision"),
        (3, "ada", "dee", "decision"),
    ]
    assert model.interlude.dealings.courted[CY].tolist() == [1.0, 1.5, 0.0, 0.0]
    poached = lived("ben=poach", events=without_events("meeting", "praise"))
    assert {row[1] for row in rows(poached, "meets")} == {"ada"}


def test_what_happened_in_the_night_of_round_one_is_heard_on_the_next_day():
    model = lived(events=[act(0, "meeting", "ada", "cy"), act(0, "appeal-to-voters", "ben", "dee")])
    assert rows(model, "meets") == [(1, "ada", "cy", "historical")]
    assert rows(model, "appeals") == [(1, "ben", "dee", "historical")]


def test_courting_soothes_a_grudge_from_its_day_on():
    settings = {"courting_relief": 0.5, "grudge_decay": 0.0, "attack_rate": 0.0}
    grudges = []
    for visits in ([], [act(2, "meeting", "ada", "cy")]):
        events = [*without_events("meeting", "praise", "appeal-to-voters"), *visits]
        other = [act(1, "praise", "ada", "dee")]  # some visit is reported either way
        model = lived(settings=settings, events=[*events, *other])
        grudges.append(float(model.climate.grudge[CY, ADA]))
    assert grudges == pytest.approx([2.0, 1.0])


# --- letters -------------------------------------------------------------------------------------


def test_a_letter_presses_the_leader_to_whom_it_is_written():
    model = lived()
    assert rows(model, "letter") == [(2, "mayors", "dee", "historical")]
    book = model.interlude.dealings
    assert book.letters[DEE, BEN] == book.letters.sum() == 3.0


def test_without_letters_nobody_is_pressed_though_it_was_so_in_fact():
    model = lived("letter-off")
    assert rows(model, "letter") == []
    book = model.interlude.dealings
    assert book.letters.sum() == 0.0
    assert book.letters_in_fact[DEE, BEN] == 3.0


@pytest.mark.parametrize("wanted", [None, "unknown", "neutral"])
def test_a_letter_that_asks_for_nobody_known_presses_nobody(wanted):
    calls = [{"by": "mayors", "to": wanted, "phase": "between", **SOURCED}] if wanted else []
    model = lived(endorsements=calls)
    assert rows(model, "letter") == []
    assert model.interlude.dealings.letters_in_fact.sum() == 0.0


# --- appeals, praise, pacts, pledges -------------------------------------------------------------


def test_a_reported_appeal_offends_the_leader_alone():
    model = lived()
    assert rows(model, "appeals") == [(2, "ada", "cy", "historical")]
    assert model.candidates[CY].told == pytest.approx(1.0 - model.parameters["appeal_discount"])
    assert model.candidates[DEE].told == 1.0


def test_finalists_appeal_to_all_leaders_voters_by_behaviour():
    both = lived("appeal-over-head", events=without_events("appeal-to-voters"))
    assert rows(both, "appeals") == [
        (3, f, e, "behaviour") for f in ("ada", "ben") for e in ("cy", "dee")
    ]
    one = lived("ben=appeal-over-head", events=without_events("appeal-to-voters"))
    assert {row[1] for row in rows(one, "appeals")} == {"ben"}
    again = lived("ada=appeal-over-head")
    assert rows(again, "appeals") == [
        (2, "ada", "cy", "historical"), (3, "ada", "dee", "behaviour"),
    ]  # fmt: skip


def test_praise_from_outside_is_rebutted_on_the_next_day():
    model = lived()
    assert rows(model, "praised-by-rival") == [(2, "ada", "orange", "historical")]
    assert rows(model, "rebuts") == [(3, "ada", "", "decision")]
    assert model.interlude.dealings.praised.tolist() == [0.5, 0.0, 0.0, 0.0]
    late = lived(events=[act(7, "outside-endorsement", "orange", "ben")])
    assert rows(late, "rebuts") == []
    assert late.interlude.dealings.praised.tolist() == [0.0, 1.0, 0.0, 0.0]


def rejected(value):
    candidates = busy_table()["candidates"]
    candidates[2] |= {"rejection": {"value": value, "source": "invented", "confidence": "high"}}
    return {"candidates": candidates, "events": without_events("counter-frame")}


def test_a_pact_is_named_as_reported_or_where_it_pays_two_days_later():
    assert rows(lived(), "counter-frames") == [(5, "ada", "ben", "historical")]
    assert rows(lived(**rejected(0.6)), "counter-frames") == [(5, "ada", "ben", "decision")]
    assert rows(lived(**rejected(0.1)), "counter-frames") == []


def test_a_pact_is_named_by_behaviour_or_never():
    quiet = rejected(0.1)
    assert rows(lived("counter-frame", **quiet), "counter-frames")[0] == (
        4, "ada", "ben", "behaviour",
    )  # fmt: skip
    assert rows(lived("ben=counter-frame", **quiet), "counter-frames") == []
    for behaviour in ("no-counter-frame", "ada=no-counter-frame"):
        model = lived(behaviour)
        assert rows(model, "counter-frames") == []
        assert not model.interlude.dealings.named.any()


def test_a_silent_leader_has_no_pact_to_be_named():
    assert rows(lived("neutral+counter-frame"), "counter-frames") == []


@pytest.mark.parametrize(
    ("behaviour", "changes", "stance"),
    [
        ("historical", [(4, "from leave to conditional", "historical")], "conditional"),
        ("pledge-kept", [], "leave"),
        ("pledge-dropped", [(2, "from leave to stay", "behaviour")], "stay"),
        ("pledge-conditional", [(2, "from leave to conditional", "behaviour")], "conditional"),
        ("ben=pledge-dropped", [(4, "from leave to conditional", "historical")], "conditional"),
    ],
)
def test_who_is_bound_by_what(behaviour, changes, stance):
    """ada said that she would leave, and makes it conditional on the fourth day."""
    model = lived(behaviour)
    deals = [d for d in model.interlude.deals if d.act == "changes-pledge" and d.actor == "ada"]
    assert [(d.day, d.terms, d.basis) for d in deals] == changes
    book = model.interlude.dealings
    assert book.stance[ADA] == stance
    assert book.stance_in_fact[ADA] == "conditional"
    assert book.stance_at_first == {ADA: "leave", CY: "stay", BEN: "stay"}
    assert book.changed[ADA] == len(changes)


# --- rumours -------------------------------------------------------------------------------------


def test_talks_leak_only_while_the_leader_is_undecided():
    seen = []
    for replicate in range(6):
        model = lived("decide", settings={"leak_rate": 0.5}, replicate=replicate)
        rumours = [d for d in model.interlude.deals if d.act == "rumour"]
        denials = [d for d in model.interlude.deals if d.act == "denies"]
        assert len(rumours) == len(denials)
        assert all(d.day <= 3 for d in rumours)
        seen += rumours
    assert seen
    assert {d.target for d in seen} <= {"cy", "dee"}


@pytest.mark.parametrize("without", ["M22", "M32"])
def test_nothing_leaks_where_nothing_is_offered_or_the_press_is_off(without):
    for replicate in range(4):
        model = lived(
            "decide", settings={"leak_rate": 0.9}, without=(without,), replicate=replicate
        )
        assert not rows(model, "rumour", "denies")


def test_a_contest_without_people_has_nothing_but_the_leaders():
    """No head of government, no notables, no events: talks take place all the same."""
    data = tiny_table(events=[], offers=[], pledges=[], notables=[], outside=[], endorsements=[])
    data["blocs"] = []
    model = finished(tiny(**data))
    acts = {d.act for d in model.interlude.deals}
    assert acts & {"offers", "ignores"}
    assert "meets" in acts
    assert not acts & {"grants", "withholds", "letter", "appeals", "poaches", "changes-pledge"}
