"""What does each eliminated leader do, on which day, and by whose decision?"""

import pytest

from tests.contest_builders import (
    ADA,
    BEN,
    CY,
    DEE,
    SOURCED,
    bare,
    day,
    election,
    finished,
    tiny,
    tiny_table,
)

CERTAIN_NEUTRAL = {"neutral_base": 4.0, "split_fear": 6.0, "office_value": 0.0}


def deals(model, *acts):
    """List (day, actor, act, target, basis) of the acts named, or of leaders' decisions."""
    wanted = acts or ("endorses", "neutral", "free-vote")
    rows = model.interlude.deals
    return [(d.day, d.actor, d.act, d.target, d.basis) for d in rows if d.act in wanted]


def leaders(model):
    return [row for row in deals(model) if row[1] in ("cy", "dee")]


def test_history_is_repeated_on_its_day_and_the_unknown_is_decided():
    model = finished()
    by_name = {row[1]: row for row in leaders(model)}
    assert by_name["cy"] == (3, "cy", "endorses", "ben", "historical")
    assert by_name["dee"][4] == "decision"
    assert len(by_name) == len(leaders(model)) == 2


@pytest.mark.parametrize("replicate", range(3))
def test_an_unknown_choice_is_not_taken_as_neutral(replicate):
    """Where neutrality is worth least, nobody stays neutral."""
    model = finished(
        replicate=replicate, settings={"neutral_base": -4.0, "split_fear": 0.0, "office_value": 8.0}
    )
    choice = {c.candidate_id: c.choice for c in model.candidates}["dee"]
    assert choice in (ADA, BEN)


@pytest.mark.parametrize("kind", ["neutral", "free-vote"])
def test_known_silence_is_repeated(kind):
    calls = [{"by": "cy", "to": kind, "date": day(2), "phase": "between", **SOURCED}]
    model = finished(tiny(endorsements=calls))
    assert (2, "cy", kind, "", "historical") in leaders(model)
    assert model.candidates[CY].choice == kind


@pytest.mark.parametrize("order", [1, -1])
def test_of_one_who_spoke_twice_the_last_call_is_repeated(order):
    calls = [
        {"by": "cy", "to": "neutral", "date": day(2), **SOURCED},
        {"by": "cy", "to": "ben", "date": day(5), **SOURCED},
        {"by": "cy", "to": "ada", "phase": "between", **SOURCED},
    ]
    model = finished(tiny(endorsements=calls[::order]))
    rows = [row for row in leaders(model) if row[1] == "cy"]
    assert rows == [(5, "cy", "endorses", "ben", "historical")]


@pytest.mark.parametrize(
    ("behaviour", "cy", "dee"),
    [
        ("neutral", "neutral", "neutral"),
        ("free-vote", "free-vote", "free-vote"),
        ("endorse:ada", ADA, ADA),
        ("endorse:ben", BEN, BEN),
        ("cy=endorse:ada+dee=endorse:ben", ADA, BEN),
        ("neutral+dee=endorse:ada", "neutral", ADA),
        ("historical+dee=free-vote", BEN, "free-vote"),
    ],
)
def test_behaviours_are_carried_out(behaviour, cy, dee):
    model = finished(behaviour=behaviour)
    assert (model.candidates[CY].choice, model.candidates[DEE].choice) == (cy, dee)
    assert model.interlude.negotiation.displaced == 0


def test_behaviours_keep_the_historical_day_or_take_two_fifths_of_the_time():
    rows = {row[1]: row for row in leaders(finished(behaviour="endorse:ada"))}
    assert rows["cy"] == (3, "cy", "endorses", "ada", "behaviour")
    assert rows["dee"] == (3, "dee", "endorses", "ada", "behaviour")  # 0.4 * 7 = 2.8
    calls = [{"by": "cy", "to": "ben", "date": day(5), "phase": "between", **SOURCED}]
    model = finished(tiny(endorsements=calls), behaviour="neutral")
    assert {row[1]: row[0] for row in leaders(model)}["cy"] == 5


def test_windows_of_calls_are_kept():
    calls = [{"by": "cy", "to": "ben", "earliest": day(4), "latest": day(6), **SOURCED}]
    found = {
        row[0]
        for r in range(12)
        for row in leaders(finished(tiny(endorsements=calls), replicate=r))
        if row[1] == "cy"
    }
    assert found <= {4, 5, 6}
    assert len(found) > 1


@pytest.mark.parametrize(
    ("kind", "told"),
    [("explicit", 1.0), ("personal", 0.5), ("implied", 0.5), ("unadvertised", 0.0)],
)
def test_how_much_of_a_call_is_heard(kind, told):
    calls = [tiny_table()["endorsements"][0] | {"kind": kind}]
    model = finished(tiny(endorsements=calls), settings={"endorsement_cue": 0.4})
    assert model.candidates[CY].told == told
    unit = model.interlude.dispersion[CY]
    assert model.interlude.terms().cue[CY] == pytest.approx(-0.4 * told * unit)


def test_nobody_decides_without_m27():
    model = finished(without=("M27",), behaviour="endorse:ada")
    assert [row[2] for row in leaders(model)] == ["neutral", "neutral"]


def test_a_known_endorsement_of_somebody_who_is_out_is_decided_anew_and_counted():
    """cy called for ben, but dee's voters keep ben out of this runoff."""
    votes = {"ada": 180, "ben": 60, "cy": 90, "dee": 150}
    contest = tiny()
    round1 = contest.results.round1.model_copy(update={"votes": votes})
    moved = contest.model_copy(
        update={"results": contest.results.model_copy(update={"round1": round1})}
    )
    model = finished(moved)
    assert (model.leader, model.runner_up) == (ADA, DEE)
    assert model.interlude.negotiation.displaced == 1
    row = next(row for row in deals(model) if row[1] == "cy")
    assert row[4] == "displaced"
    assert row[2] in ("endorses", "neutral", "free-vote")
    assert row[3] in ("ada", "dee", "")


def test_selection_stays_where_the_endorsement_is_reassigned():
    """cy's voters are like ben's whatever cy is made to say; the cue alone moves."""
    settings = {"endorsement_total": 0.9, "endorsement_cue": 0.3}
    seen = {}
    for behaviour in ("historical", "neutral", "endorse:ada"):
        model = finished(behaviour=behaviour, settings=settings, without=("M17",))
        terms = model.interlude.terms()
        unit = model.interlude.dispersion[CY]
        assert terms.selection[CY] == pytest.approx(-0.6 * unit)
        seen[behaviour] = (terms.cue[CY] / unit, terms.selection[DEE])
    assert seen["historical"][0] == pytest.approx(-0.3)
    assert seen["neutral"][0] == 0.0
    assert seen["endorse:ada"][0] == pytest.approx(0.3)
    assert len({selection for _, selection in seen.values()}) == 1


@pytest.mark.parametrize(
    ("votes", "no_deals", "weight"),
    [(45, False, 0.5), (90, False, 1.0), (110, False, 1.0), (45, True, 0.75), (90, True, 1.5)],
)
def test_a_deal_repels_by_its_weight_and_more_after_a_promise_to_make_none(votes, no_deals, weight):
    """A fifth of 450 votes is a full deal."""
    data = tiny_table(endorsements=[], blocs=[])
    data["candidates"][0]["no_deals"] = no_deals
    shares = {"ada": 200, "ben": 220 - votes, "cy": votes, "dee": 30}
    data["results"]["round1"]["votes"] = shares
    model = finished(
        tiny(**data), behaviour="cy=endorse:ada+dee=neutral",
        settings={"backlash": 0.4, "brokered_share": 0.0},
    )  # fmt: skip
    assert model.interlude.terms().backlash == pytest.approx([0.0, 0.0, -0.4 * weight, 0.0])


def test_reported_offers_appear_on_their_day():
    model = finished()
    assert (1, "ben", "offers", "cy", "historical") in deals(model, "offers")


APPROACHES = ("offers", "ignores")
"""What a finalist can do with a leader; poaching is told as ignoring."""


def test_only_those_who_will_decide_are_approached():
    """Every finalist does something with every leader whose mind is open, once."""
    for replicate in range(4):
        rows = deals(finished(replicate=replicate), *APPROACHES)
        played = [row for row in rows if row[4] == "decision"]
        assert {row[3] for row in played} == {"dee"}
        assert {row[0] for row in played} == {1}
    pairs = set()
    for replicate in range(4):
        every = finished(tiny(endorsements=[], offers=[]), replicate=replicate)
        rows = deals(every, *APPROACHES)
        assert len(rows) <= 4
        pairs |= {(row[1], row[3]) for row in rows}
    assert pairs == {(f, e) for f in ("ada", "ben") for e in ("cy", "dee")}


def test_nothing_is_offered_without_m22():
    assert deals(finished(without=("M22",)), "offers") == []


def test_a_finalist_who_makes_no_deals_offers_words():
    data = tiny_table(endorsements=[], offers=[])
    data["candidates"][0]["no_deals"] = True
    words, others = [], []
    for replicate in range(5):
        made = finished(tiny(**data), replicate=replicate).interlude.deals
        words += [d.terms for d in made if d.act == "offers" and d.actor == "ada"]
        others += [d.terms for d in made if d.act == "offers" and d.actor == "ben"]
        assert not [d for d in made if d.act == "poaches" and d.actor == "ada"]
    assert len(words) >= 2
    assert set(words) == {"partnership in words"}
    assert set(others) - set(words)


def test_what_the_activists_want_is_heard():
    """Nobody but ada's friends among cy's activists, and nothing else counts: cy follows them."""
    settings = {
        "consultation_weight": 5.0, "consultation_delay": 0.0, "neutral_base": -4.0,
        "split_fear": 0.0, "office_value": 0.0, "decision_distance": 0.0, "decision_win": 0.0,
        "grudge_weight": 0.0, "brokered_share": 0.05,
    }  # fmt: skip
    for finalist in (ADA, BEN):
        chosen = []
        for replicate in range(4):
            model = election(tiny(endorsements=[]), settings=settings, replicate=replicate)
            model.activists.taste[:, finalist] += 100.0
            model.run_model()
            chosen.append(model.candidates[CY].choice)
        assert chosen.count(finalist) >= 3


@pytest.mark.parametrize(("delay", "heard"), [(0.0, BEN), (30.0, ADA)])
def test_the_wish_of_activists_is_seen_with_delay(delay, heard):
    """All want ada on the first day and ben from the second on; cy decides on the third."""
    settings = {
        "consultation_weight": 5.0, "consultation_delay": delay, "neutral_base": -4.0,
        "split_fear": 0.0, "office_value": 0.0, "decision_distance": 0.0, "decision_win": 0.0,
        "grudge_weight": 0.0, "brokered_share": 0.05, "early_move_rate": 0.0,
    }  # fmt: skip
    chosen = []
    for replicate in range(4):
        model = election(tiny(endorsements=[]), settings=settings, replicate=replicate)
        model.activists.taste[:, ADA] += 100.0
        while model.day < 2:
            model.step()
        model.activists.taste[:, BEN] += 200.0
        model.run_model()
        chosen.append(model.candidates[CY].choice)
    assert chosen.count(heard) >= 3


def test_a_notable_speaks_on_his_day():
    assert (2, "nan", "endorses", "ada", "historical") in deals(finished())


def test_a_notables_behaviour_replaces_his_word():
    model = finished(behaviour="nan=endorse:ben")
    assert (2, "nan", "endorses", "ben", "behaviour") in deals(model)
    assert model.notables[0].choice == BEN
    silent = finished(behaviour="nan=neutral")
    assert silent.notables[0].choice is None


def test_a_notable_who_was_silent_speaks_when_the_behaviour_has_him_speak():
    model = finished(behaviour="oz=endorse:ben")
    assert (3, "oz", "endorses", "ben", "behaviour") in deals(model)
    assert model.notables[1].choice == BEN


def test_patrons_take_their_contractors_along():
    """harbour's patron calls for ada: at 5 utility his contractor goes with him."""
    settings = {"contract_patron": 5.0, "contract_tie": 0.0, "contract_leader": 0.0,
                "grudge_weight": 0.0}  # fmt: skip
    for finalist in ("ada", "ben"):
        model = finished(behaviour=f"nan=endorse:{finalist}", settings=settings)
        assert model.contractors[0].order == {"ada": ADA, "ben": BEN}[finalist]


def test_a_leader_does_not_bind_the_activists_who_left_early():
    model = finished(settings={"early_move_rate": 1.0})
    moved = model.activists.moved_day
    own = model.activists.home == CY
    assert (own & (moved > 0) & (moved < 3)).any()


def test_without_m17_nobody_moves_before_the_leader():
    model = finished(without=("M17",), settings={"early_move_rate": 1.0})
    own = model.activists.home == CY
    assert (model.activists.moved_day[own] < 3).sum() == (model.activists.moved_day[own] < 0).sum()


def test_a_contest_without_any_endorsement_is_decided_by_all():
    model = finished(bare())
    rows = leaders(model)
    assert {row[1] for row in rows} == {"cy", "dee"}
    assert {row[4] for row in rows} == {"decision"}


def test_certain_neutrality():
    model = finished(tiny(endorsements=[]), settings=CERTAIN_NEUTRAL)
    assert {c.choice for c in model.candidates[2:]} <= {"neutral", "free-vote"}


# --- pacts from before round one (M33) -----------------------------------------------------------


def bound(supporter, supported):
    """Make a contest in which two had talked of supporting each other in the runoff."""
    challengers = [{"id": name, **SOURCED} for name in (supporter, supported)]
    pact = {
        "between": [supporter, supported], "kind": "one-way", "supporter": supporter,
        "supported": supported, **SOURCED,
    }  # fmt: skip
    return tiny(candidacy={"challengers": challengers, "pacts": [pact]})


@pytest.mark.parametrize("behaviour", ["coordinated:one-way", "coordinated:mutual"])
def test_who_has_promised_calls_for_his_partner_at_once(behaviour):
    model = finished(bound("cy", "ada"), behaviour=behaviour)
    row = next(d for d in model.interlude.deals if d.actor == "cy")
    assert (row.day, row.act, row.target, row.basis) == (1, "endorses", "ada", "pact")
    assert row.terms == "as agreed before round one"
    assert model.interlude.negotiation.natural[CY] == BEN  # his voters are who they are


def test_in_fact_nobody_had_promised_anything():
    model = finished(bound("cy", "ada"))
    assert (3, "cy", "endorses", "ben", "historical") in leaders(model)


def test_a_behaviour_of_his_own_goes_before_a_pact():
    model = finished(bound("cy", "ada"), behaviour="coordinated:one-way+cy=endorse:ben")
    assert (3, "cy", "endorses", "ben", "behaviour") in leaders(model)


def test_a_partner_who_is_out_binds_nobody():
    model = finished(bound("dee", "cy"), behaviour="coordinated:one-way+cy=historical")
    assert {row[1]: row[4] for row in leaders(model)}["dee"] == "decision"


def test_told_goes_with_the_word_that_was_said():
    """Looked at again, an unadvertised call that is made again is as quiet as it was."""
    calls = [tiny_table()["endorsements"][0] | {"kind": "unadvertised", "terms": ["a post"]}]
    model = finished(tiny(endorsements=calls), behaviour="gap:7")
    assert model.candidates[CY].choice == BEN
    assert model.candidates[CY].told == 0.0
    row = next(d for d in model.interlude.deals if d.actor == "cy" and d.act == "endorses")
    assert row.terms == "a post"
