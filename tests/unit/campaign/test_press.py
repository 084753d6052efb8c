"""Who resents what is said, who deserts for it, and what happens where it is left unsaid?"""

import numpy as np
import pytest

from kingmaker.campaign.climate import GRUDGE_OF_ACT, Climate
from kingmaker.campaign.press import CALL, CONTEMPT, hear_call, publish_seats, take_offence
from kingmaker.mechanisms import Switches
from tests.contest_builders import (
    ADA,
    BEN,
    CANDIDATES,
    CY,
    SOURCED,
    busy,
    busy_constants,
    busy_run,
    busy_table,
    day,
    election,
    medians,
    tiny,
    tiny_table,
)


def said(kind="insult", by="ada", to="cy"):
    [event] = tiny(
        events=[{"date": day(-1), "kind": kind, "by": by, "to": to, "text": "x", **SOURCED}]
    ).events
    return event


def climate():
    return Climate.fresh(np.zeros((2, 4)))


def offended(event, without=(), **arguments):
    air = climate()
    take_offence(event, CANDIDATES, air, Switches(without), **arguments)
    return air


@pytest.mark.parametrize(("kind", "amount"), GRUDGE_OF_ACT.items())
def test_the_target_resents_the_speaker(kind, amount):
    air = offended(said(kind), weight=0.5)
    assert air.grudge[CY, ADA] == 0.5 * amount
    assert air.grudge.sum() == air.grudge[CY, ADA]
    assert not air.spared.any()


@pytest.mark.parametrize(
    ("kind", "without", "heard"),
    [
        ("insult", ("M25",), False),
        ("insult", ("M04",), True),
        (CALL, ("M04",), False),
        (CALL, ("M25",), False),
        ("attack", ("M04",), True),
        ("praise", (), False),
        ("statement", (), False),
    ],
)
def test_what_is_off_offends_nobody(kind, without, heard):
    assert offended(said(kind), without).grudge.any() == heard


def test_words_of_or_at_outsiders_are_nobodys_grudge():
    for event in (said(by="premier"), said(to="oz")):
        assert not offended(event).grudge.any()


@pytest.mark.parametrize("kind", sorted(CONTEMPT))
def test_what_is_left_unsaid_was_said_in_fact(kind):
    air = offended(said(kind), unsaid=CONTEMPT)
    assert not air.grudge.any()
    assert air.spared[CY, ADA] == GRUDGE_OF_ACT[kind]
    assert not air.strain.any()
    assert air.strain_in_fact[CY, ADA] == GRUDGE_OF_ACT[kind]
    assert air.strain_in_fact[ADA, CY] == 0.5 * GRUDGE_OF_ACT[kind]
    assert not offended(said(kind), ("M25",), unsaid=CONTEMPT).spared.any()


def test_an_attack_is_no_contempt():
    assert offended(said("attack"), unsaid=CONTEMPT).grudge[CY, ADA] == 0.5


def test_what_was_spared_fades_and_is_soothed_like_a_grudge():
    air = offended(said(), unsaid=CONTEMPT)
    air.forget(0.25)
    air.soothe(CY, ADA, 0.5)
    assert air.spared[CY, ADA] == pytest.approx(0.375)
    assert air.copy().spared is not air.spared


def test_a_call_costs_its_target_votes():
    air = climate()
    hear_call(said(CALL), CANDIDATES, air, medians(call_effect=0.2), frozenset())
    assert air.valence.tolist() == [0.0, 0.0, -0.2, 0.0]
    hear_call(said(CALL), CANDIDATES, air, medians(call_effect=0.2), CONTEMPT)
    hear_call(said("insult"), CANDIDATES, air, medians(call_effect=0.2), frozenset())
    hear_call(said(CALL, to="oz"), CANDIDATES, air, medians(call_effect=0.2), frozenset())
    assert air.valence.tolist() == [0.0, 0.0, -0.2, 0.0]


def test_seats_of_one_leader_alone_tell_nothing():
    data = tiny_table()["polls"][2]
    for seats, moved in (({"ada": 22, "ben": 18}, True), ({"ada": 22}, False)):
        [poll] = tiny(polls=[data | {"seats": seats}]).polls
        air = climate()
        publish_seats([poll], CANDIDATES, air, medians(electability_effect=0.5))
        assert air.electability.any() == moved


# --- in a campaign -------------------------------------------------------------------------------


def evening(**arguments):
    model = election(busy(), constants=busy_constants(), **arguments)
    model.run_to_first_ballot()
    return model


def test_without_contempt_nobody_was_insulted_or_called_wasted():
    settings = {"call_effect": 0.5, "attack_rate": 0.0, "grudge_decay": 0.0}
    fact, spared = (evening(settings=settings, behaviour=b) for b in ("historical", "no-contempt"))
    assert fact.climate.grudge[CY, ADA] == 2.0
    assert spared.climate.grudge[CY, ADA] == 0.0
    assert spared.climate.spared[CY, ADA] == 2.0
    # Messages of the last two days answer to the votes that are not deserted.
    gain = spared.climate.valence[CY] - fact.climate.valence[CY]
    assert gain == pytest.approx(0.5, abs=0.01)
    assert (fact.climate.strain_in_fact == spared.climate.strain_in_fact).all()


def test_without_m04_the_call_is_not_heard():
    settings = {"call_effect": 0.5, "attack_rate": 0.0, "grudge_decay": 0.0}
    model = evening(settings=settings, without=("M04",))
    assert model.climate.grudge[CY, ADA] == 1.0  # the insult alone
    assert model.climate.valence[CY] > evening(settings=settings).climate.valence[CY] + 0.4


def test_a_call_after_round_one_costs_nobody_a_vote():
    late = [{"date": day(3), "kind": CALL, "by": "ada", "to": "ben", "text": "x", **SOURCED}]
    model = election(busy(events=late), constants=busy_constants(), without=("M06",))
    model.run_model()
    assert model.climate.valence[BEN] == 0.0
    assert model.climate.grudge[BEN, ADA] > 0.0


def test_insults_on_the_last_morning_count_for_the_decision():
    """Those who decide on a day have read the papers of that day."""
    reasons = set()
    for events in ([], [{"date": day(3), "kind": "insult", "by": "ada", "to": "cy", "text": "x"}]):
        acts = [event | SOURCED for event in events]
        contest = busy(**(busy_table() | {"events": acts}))
        settings = {"grudge_weight": 5.0, "attack_rate": 0.0}
        model = election(contest, constants=busy_constants(), settings=settings)
        while model.day < 3:
            model.step()
        before = float(model.climate.grudge[CY, ADA])
        model.step()
        reasons.add((before, float(model.climate.grudge[CY, ADA]) > 0.9))
    assert reasons == {(0.0, False), (0.0, True)}
    assert busy_run().climate.grudge[CY, ADA] > 0.0
