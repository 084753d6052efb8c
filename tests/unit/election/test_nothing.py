"""Does switching a mechanism off mean exactly nothing of it?

Three ways to ask: a mechanism whose parameters are zero casts the same ballots as one that is off;
once it is off, its own parameters move nothing; and its random numbers are not read. Mechanisms
without such a zero have a null variant, which is tested by name.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pytest

from kingmaker.contest.schema import Contest
from kingmaker.election import LeadershipElection
from kingmaker.mechanisms import MECHANISMS, switchable_ids
from kingmaker.parameters import PARAMETERS, prior_quantile
from kingmaker.population.members import Vote
from kingmaker.rng import Stream, Streams
from tests.contest_builders import (
    ADA,
    BEN,
    CY,
    DEE,
    SOURCED,
    bare,
    busy,
    busy_constants,
    busy_table,
    election,
    finished,
)


def outcome(model: LeadershipElection, untold: tuple[str, ...] = ()) -> Mapping[str, object]:
    """Return all that a run leaves behind, without the acts that are not to be compared."""
    interlude = model.interlude
    assert interlude is not None
    return {
        "first votes": model.state.first_vote.tolist(),
        "second votes": model.state.second_vote.tolist(),
        "margins": dict(model.margins),
        "deals": [
            (d.day, d.actor, d.act, d.target, d.basis, d.terms)
            for d in interlude.deals
            if d.act not in untold
        ],
        "choices": interlude.choices(),
        "notables": [agent.choice for agent in model.notables],
        "orders": model.orders().tolist(),
        "camps": model.activists.camp.tolist(),
        "polls": [poll.shares.tolist() for poll in model.polls if poll.question == "runoff"],
        "exits": model.aftermath.exits,
        "promises": model.aftermath.promises,
        "factions": model.aftermath.camps,
        "seats": model.aftermath.seats,
    }


def lived(contest: Contest | None = None, **arguments) -> LeadershipElection:
    """Run the busy contest, or another, with constants that nothing here moves."""
    constants = busy_constants() if contest is None else finished(contest).constants
    contest = busy() if contest is None else contest
    model = election(contest, constants=constants, **arguments)
    model.run_model()
    return model


def assert_same(
    one: Mapping[str, object], other: Mapping[str, object], apart: tuple[str, ...] = ()
) -> None:
    """Ask that two outcomes are equal, to the last bit."""
    different = [name for name in one if name not in apart and repr(one[name]) != repr(other[name])]
    assert not different, {name: (one[name], other[name]) for name in different}


# --- parameters at which a mechanism has no size ------------------------------------------------


@dataclass(frozen=True)
class Zero:
    """Say at which values a mechanism is nothing, and what of it is there all the same.

    Attributes
    ----------
    settings
        The values.
    untold
        Acts that are told though nothing follows from them.
    without
        What else must be off: it shares a parameter, or an act, with the mechanism.
    apart
        Parts of the outcome that differ, though no vote does.
    plain
        Whether the contest is one of four names and a result.
    """

    settings: Mapping[str, float]
    untold: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    apart: tuple[str, ...] = ()
    plain: bool = False


TALK = {"decision_win": 1.5, "neutral_base": -2.0}
ZEROS = {
    "M01": Zero(
        {"spatial_weight": 0.0, "sector_sd": 0.0, "branch_sd": 0.0, "rejection_effect": 0.0,
         "registrar_tie": 0.0, "brokered_share": 0.02},
        plain=True,
    ),
    "M03": Zero({"strategic_share": 0.0}),
    "M04": Zero({"call_effect": 0.0}, without=("M25",)),
    "M06": Zero({"message_effect": 0.0, "attack_effect": 0.0, "attack_rate": 0.0}),
    "M07": Zero({"leader_momentum": 0.0, "poll_momentum": 0.0}),
    "M08": Zero({"electability_effect": 0.0}),
    "M10": Zero({"contact_rate": 0.0}),
    "M11": Zero({"ally_turnout_lift": 0.0}),
    "M12": Zero({"peer_anchor": 1.0}),
    "M13": Zero({"targeting": 0.0}),
    "M14": Zero({"obedience": 0.0, "broker_turnout_lift": 0.0}, without=("M42",),
                apart=("orders",)),
    "M17": Zero({"early_move_rate": 0.0}),
    "M18": Zero({"consultation_weight": 0.0}),
    "M19": Zero({"letter_weight": 0.0}, untold=("letter",)),
    "M21": Zero({"courting_relief": 0.0, "courting_goodwill": 0.0}, untold=("meets", "praises")),
    "M22": Zero(
        {"office_value": 0.0}, untold=("offers", "grants", "withholds"), without=("M20", "M32"),
    ),
    "M28": Zero({"endorsement_total": 0.0, "endorsement_cue": 0.0, "notable_cue": 0.0}),
    "M28.selection": Zero({"endorsement_total": 0.2, "endorsement_cue": 0.2}),
    "M28.cue": Zero({"endorsement_cue": 0.0}),
    "M28.notables": Zero({"notable_cue": 0.0}),
    "M29": Zero({"backlash": 0.0}),
    "M30": Zero(
        {"appeal_effect": 0.0, "appeal_discount": 0.0}, untold=("appeals",), without=("M25",)
    ),
    "M31": Zero({"outside_guilt": 0.0}, untold=("praised-by-rival", "rebuts")),
    "M32": Zero({"leak_rate": 0.0}),
    "M36": Zero({"institution_growth": 0.0, "exit_rate": 0.0}),
    "M37": Zero({"exit_rate": 0.0}),
    "M41": Zero({"registrar_tie": 0.0, "new_member_undercoverage": 0.0}),
    "M42": Zero({"irregularity_rate": 0.0}),
    "M43": Zero({"counter_frame": 0.0}, untold=("counter-frames",)),
}  # fmt: skip


@pytest.mark.parametrize("name", ZEROS)
@pytest.mark.parametrize("behaviour", ["historical", "decide"])
def test_no_size_is_as_good_as_off(name, behaviour):
    zero = ZEROS[name]
    contest = bare() if zero.plain else None
    settings = {"leak_rate": 0.3, "irregularity_rate": 0.4, "exit_rate": 0.03} | TALK
    settings |= zero.settings
    for replicate in range(2):
        small, off = (
            lived(contest, settings=settings, without=(*zero.without, *out), behaviour=behaviour,
                  replicate=replicate)
            for out in ((), (name,))
        )  # fmt: skip
        assert_same(outcome(small, zero.untold), outcome(off, zero.untold), zero.apart)


@pytest.mark.parametrize("name", sorted(set(ZEROS) - {"M01", "M36"}))
def test_a_mechanism_of_some_size_leaves_a_trace(name):
    """Else the comparison above would say nothing: with large values something is different."""
    loud = {
        "leak_rate": 0.9, "irregularity_rate": 0.6, "exit_rate": 0.1, "backlash": 1.0,
        "strategic_share": 0.4, "call_effect": 0.8, "outside_guilt": 0.5, "appeal_effect": 1.0,
        "counter_frame": 1.0, "notable_cue": 1.0, "letter_weight": 4.0, "targeting": 1.0,
        "courting_goodwill": 3.0, "courting_relief": 0.9, "leader_momentum": 0.5,
        "electability_effect": 1.5, "ally_turnout_lift": 3.0, "consultation_weight": 5.0,
        "registrar_tie": 3.0, "activist_share": 0.1, "early_move_rate": 0.3, "office_value": 6.0,
        "grudge_weight": 1.0,
    }  # fmt: skip
    zero = ZEROS[name]
    for replicate in range(8):
        on, off = (
            lived(settings=loud, without=(*zero.without, *out), behaviour="decide",
                  replicate=replicate)
            for out in ((), (name,))
        )  # fmt: skip
        if outcome(on, zero.untold) != outcome(off, zero.untold):
            return
    pytest.fail(f"{name} makes no difference at all")


# --- the parameters of a mechanism that is off --------------------------------------------------

SHARED = {
    "spatial_weight": "M17 and M18: activists lean by distance",
    "ideal_point_sd": "M38: leavers choose a party by distance",
    "rejection_share": "M28, M29 and M43: who rejects a finalist or an ally",
    "contest_shock_sd": "M12: opinions between the rounds",
    "finalist_habit": "M12: opinions between the rounds",
    "runoff_turnout_ratio": "the one turnout of M05's null variant",
    "runoff_blank_rate": "blank ballots are cast at every turnout",
    "turnout_gap": "the one turnout of M05's null variant",
    "new_member_share": "M41: who is new",
    "activist_share": "M17 and M18: how many activists there are",
    "decision_distance": "M20 and M22: a finalist's beliefs about a leader",
    "decision_win": "M16: lieutenants, too, like to be with the winner",
    "office_value": "M20: what a post is worth to a lieutenant",
    "brokered_share": "who is in a bloc",
    "bloc_size_shape": "who is in a bloc",
    "grudge_weight": "without grudges nothing to weigh",
}
"""Parameters that somebody else reads when their own mechanism is off."""


def own_parameters(name: str) -> list[str]:
    return [p.name for p in PARAMETERS.values() if p.mechanism == name and p.name not in SHARED]


@pytest.mark.parametrize("name", [name for name in MECHANISMS if own_parameters(name)])
@pytest.mark.parametrize("quantile", [0.1, 0.97])
def test_parameters_of_what_is_off_move_nothing(name, quantile):
    moved = {p: prior_quantile(PARAMETERS[p], "members", quantile) for p in own_parameters(name)}
    assert moved
    loud = {"leak_rate": 0.3, "irregularity_rate": 0.4, "exit_rate": 0.05, "neutral_base": -2.0}
    plain, other = (
        lived(settings=settings, without=(name,), behaviour="decide")
        for settings in (loud, loud | moved)
    )
    assert_same(outcome(plain), outcome(other))


def test_no_parameter_is_excused_without_need():
    assert set(SHARED) <= set(PARAMETERS)


# --- the random numbers of a mechanism that is off ----------------------------------------------

OWN_STREAMS = {
    "M01": {Stream.POPULATION_BRANCH_EFFECT},
    "M06": {Stream.CAMPAIGN_MESSAGE},
    "M09": {Stream.CAMPAIGN_POLL_SAMPLE, Stream.CAMPAIGN_POLL_HOUSE},
    "M15": {Stream.ALLIANCE_CONTRACT},
    "M16,M20": {Stream.ALLIANCE_LIEUTENANT},
    "M17": {Stream.ALLIANCE_EARLY_MOVE},
    "M22": {Stream.ALLIANCE_OFFER},
    "M23": {Stream.ALLIANCE_GOVERNMENT},
    "M32": {Stream.ALLIANCE_RUMOUR},
    "M33": {Stream.CANDIDACY_DECISION},
    "M34": {Stream.CANDIDACY_CALENDAR},
    "M35": {Stream.AFTERMATH_PROMISE},
    "M36": {Stream.AFTERMATH_INSTITUTION},
    "M37": {Stream.AFTERMATH_EXIT, Stream.AFTERMATH_DESTINATION},
    "M39": {Stream.AFTERMATH_SPLIT},
    "M40": {Stream.AFTERMATH_SEATS},
    "M41": {Stream.POPULATION_REGISTRAR},
    "M42": {Stream.IRREGULARITY_STATION, Stream.IRREGULARITY_ANNULMENT},
}


@pytest.mark.parametrize("names", OWN_STREAMS)
def test_the_numbers_of_what_is_off_are_not_read(names, monkeypatch):
    read = set()
    address = Streams.address

    def noted(self, stream, day=0, block=0):
        if self.pilot == 0:
            read.add(Stream(stream))
        return address(self, stream, day, block)

    constants = busy_constants()
    monkeypatch.setattr(Streams, "address", noted)
    model = election(busy(), constants=constants, without=tuple(names.split(",")))
    model.run_model()
    assert not read & OWN_STREAMS[names]
    assert len(read) > 15


# --- null variants -----------------------------------------------------------------------------


def changed(**changes) -> Contest:
    """Return the busy contest with some of its lists replaced."""
    return busy(**(busy_table() | changes))


def events_without(*kinds: str) -> list[dict]:
    return [event for event in busy_table()["events"] if event["kind"] not in kinds]


def both(contest: Contest, name: str, **arguments) -> tuple[LeadershipElection, LeadershipElection]:
    """Run a contest without a mechanism's material, and the busy one without the mechanism."""
    constants = busy_constants()
    material = election(contest, constants=constants, **arguments)
    mechanism = election(busy(), constants=constants, without=(name,), **arguments)
    for model in (material, mechanism):
        model.run_model()
    return material, mechanism


@pytest.mark.parametrize("behaviour", ["historical", "decide"])
def test_without_m09_it_is_as_if_nobody_had_polled_members(behaviour):
    polls = [poll for poll in busy_table()["polls"] if poll["question"] == "seats"]
    material, mechanism = both(changed(polls=polls), "M09", behaviour=behaviour)
    assert_same(outcome(material), outcome(mechanism))
    assert material.polls == mechanism.polls == []


def test_without_m23_it_is_as_if_offices_were_the_partys_own():
    """The committee's word on the government stays; only he who has the offices is gone."""
    outside = busy_table()["outside"]
    committee = {"id": "committee", "name": "C", "role": "central-committee", "stay_prob": 0.6}
    contest = changed(outside=[committee | SOURCED, *outside[1:]], offers=[], endorsements=[])
    loud = {"grudge_weight": 0.0, "decision_distance": 0.0, "neutral_base": -2.0}
    seen = 0
    for replicate in range(4):
        mine = changed(offers=[], endorsements=[])
        constants = busy_constants()
        material = election(contest, constants=constants, settings=loud, replicate=replicate)
        mechanism = election(
            mine, constants=constants, settings=loud, replicate=replicate, without=("M23",)
        )
        for model in (material, mechanism):
            model.run_model()
        assert_same(outcome(material), outcome(mechanism))
        acts = {d.act for d in mechanism.interlude.deals}
        assert not acts & {"grants", "withholds"}
        seen += "offers" in acts
    assert seen


@pytest.mark.parametrize("behaviour", ["historical", "decide"])
def test_without_m24_it_is_as_if_nobody_had_pledged(behaviour):
    settings = {"pledge_conflict": 3.0, "pledge_change_cost": 0.8, "neutral_base": -2.0}
    for replicate in range(3):
        material, mechanism = both(
            changed(pledges=[]), "M24", behaviour=behaviour, settings=settings, replicate=replicate
        )
        assert_same(outcome(material), outcome(mechanism))


@pytest.mark.parametrize("behaviour", ["historical", "decide"])
def test_without_m25_it_is_as_if_nobody_had_offended_anybody(behaviour):
    """Votes called wasted are still deserted, and appeals still heard; nobody resents them."""
    settings = {"attack_rate": 0.0, "grudge_weight": 3.0, "insult_effect": 1.0}
    contest = changed(events=events_without("insult"))
    material, mechanism = both(
        contest, "M25", behaviour=behaviour, settings=settings | {"call_effect": 0.0}
    )
    assert material.climate.grudge.any()  # for the call, and for the appeal
    assert not mechanism.climate.grudge.any()
    assert not mechanism.climate.spared.any()
    assert not mechanism.interlude.scene().grudges().any()
    contest = changed(events=events_without("insult", "wasted-vote-call", "appeal-to-voters"))
    constants = busy_constants()
    on, off = (
        election(contest, constants=constants, settings=settings, behaviour=behaviour, without=out)
        for out in ((), ("M25",))
    )
    for model in (on, off):
        model.run_model()
    assert_same(outcome(on), outcome(off))


def test_without_m26_the_second_place_is_worth_what_is_said():
    """As with a camp of average weight, on good terms, which delivers four times in five."""
    candidates = busy_table()["candidates"]
    heavy = [c | {"machine": 1.5} for c in candidates]
    contest = changed(candidates=heavy, events=events_without("insult", "wasted-vote-call"))
    settings = {"deliverability": 0.8, "attack_rate": 0.0, "office_value": 4.0}
    constants = busy_constants()
    on, off = (
        election(contest, constants=constants, settings=settings, behaviour="decide", without=out)
        for out in (("M30",), ("M26", "M30"))
    )
    for model in (on, off):
        model.run_model()
    assert_same(outcome(on), outcome(off))


@pytest.mark.parametrize("behaviour", ["historical", "endorse:ada", "best-offer"])
def test_without_m27_every_leader_stays_neutral(behaviour):
    model = lived(without=("M27",), behaviour=behaviour)
    assert model.interlude.choices() == {CY: "neutral", DEE: "neutral"}
    assert set(model.interlude.negotiation.natural.values()) <= {"neutral", BEN}


def test_without_m15_the_eliminated_give_no_order_and_finalists_keep_theirs():
    model = lived(without=("M15",), settings={"brokered_share": 0.3})
    for agent in model.contractors:
        assert agent.order == (agent.camp if agent.camp in (ADA, BEN) else None)
    assert {agent.camp for agent in model.contractors} > {ADA, BEN}


def test_without_m16_lieutenants_say_what_their_leader_says():
    """Whatever they said in fact; those of a silent leader say nothing."""
    for behaviour, word in (("endorse:ben", BEN), ("endorse:ada", ADA), ("neutral", None)):
        model = lived(without=("M16",), behaviour=behaviour)
        said = {agent.notable_id: agent.choice for agent in model.notables}
        assert {said[name] for name in ("nan", "lea", "leo", "dan")} == {word}
        assert said["mayors"] == BEN  # nobody's lieutenants


def test_without_m20_nobody_is_bought():
    settings = {"poach_identity": 0.0, "office_value": 8.0}
    for behaviour in ("poach", "decide", "ada=poach"):
        acts = {d.act for d in lived(without=("M20",), behaviour=behaviour,
                                     settings=settings).interlude.deals}  # fmt: skip
        assert not acts & {"poaches", "accepts", "refuses"}
    on = lived(behaviour="poach", settings=settings)
    assert {"poaches", "accepts", "refuses"} <= {d.act for d in on.interlude.deals}


def test_without_m05_nothing_that_is_known_of_a_member_tells_whether_he_comes():
    """Not his propensity, his habit, his contacts, or his contractor's order: 460 of 600 come."""
    loud = {"turnout_sd": 3.0, "turnout_habit": 4.0, "contact_rate": 8.0, "activist_share": 0.2,
            "broker_turnout_lift": 3.0, "ally_turnout_lift": 3.0, "runoff_turnout_ratio": 0.0,
            "exit_rate": 0.0, "brokered_share": 0.05}  # fmt: skip
    came = [np.zeros(3), np.zeros(3)]
    for replicate in range(8):
        model = finished(settings=loud, without=("M05",), replicate=replicate)
        for number, vote in enumerate((model.state.first_vote, model.state.second_vote)):
            comes = vote != Vote.ABSTAINED
            voted = model.state.first_vote != Vote.ABSTAINED
            told = model.members.bloc >= 0
            came[number] += (comes.mean(), comes[voted].mean() if number else 0.0,
                             comes[told].mean())  # fmt: skip
    for number in (0, 1):
        everybody, voters, told = came[number] / 8
        assert everybody == pytest.approx(460 / 600, abs=4.5 * 0.0061)
        assert told == pytest.approx(everybody, abs=4.5 * 0.03)
        if number:
            assert voters == pytest.approx(everybody, abs=4.5 * 0.007)


def test_without_m35_m39_and_m40_nothing_follows_but_what_was_said():
    model = lived(without=("M35", "M39", "M40"), behaviour="endorse:ben",
                  settings={"office_value": 6.0, "split_base": 2.0})  # fmt: skip
    assert {row[4] for row in model.aftermath.promises} <= {1}
    assert [row[3:] for row in model.aftermath.camps] == [(0.0, 0, 0)] * 4
    assert {row.seats for row in model.aftermath.seats} == {15.0}
    on = lived(behaviour="endorse:ben", settings={"office_value": 6.0, "split_base": 2.0})
    assert any(row[3] > 0.5 for row in on.aftermath.camps)


def test_without_m37_nobody_leaves():
    model = lived(without=("M37",), settings={"exit_rate": 0.2})
    assert not model.exits.members.any()
    assert model.aftermath.exits == ()


def test_without_m38_the_size_of_a_party_alone_draws_leavers():
    """Old ties and distance say nothing: five leavers of six join the party five times as large."""
    settings = {"exit_rate": 0.2, "rival_tie": 6.0}
    joined = {"orange": 0, "green": 0, "": 0}
    with_ties = dict(joined)
    for replicate in range(6):
        for counts, out in ((joined, ("M38",)), (with_ties, ())):
            model = lived(without=out, settings=settings, replicate=replicate)
            for row in model.aftermath.exits:
                counts[row[3]] += row[4]
    n = joined["orange"] + joined["green"]
    assert n > 300
    share = 30 / 36
    assert joined["orange"] / n == pytest.approx(share, abs=4.5 * np.sqrt(share * (1 - share) / n))
    assert with_ties["green"] > with_ties["orange"]


def test_everything_has_a_zero_or_a_null_variant():
    nulls = {
        "M02", "M05", "M09", "M15", "M16", "M20", "M23", "M24", "M25", "M26", "M27", "M35", "M38",
        "M39", "M40",
        # Before the campaign: tests/unit/alliance/test_candidacy.py
        "M33", "M34",
    }  # fmt: skip
    assert not nulls & set(ZEROS)
    assert nulls | set(ZEROS) == set(switchable_ids())
