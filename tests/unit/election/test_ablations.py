"""What does each mechanism contribute, and is it nothing when it is off?"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
import pytest

from kingmaker.ballot.constants import Constants
from kingmaker.contest.schema import Contest
from kingmaker.election import LeadershipElection
from kingmaker.errors import ImpossibleDrawError
from kingmaker.mechanisms import MECHANISMS, switchable_ids
from kingmaker.outcome import check_conservation, record_of
from tests.contest_builders import (
    ADA,
    CY,
    DEE,
    SOURCED,
    busy,
    election,
    finished,
    tiny,
    tiny_run,
    tiny_table,
)
from tests.unit.election.measures import (
    Measure,
    acts,
    aftermath,
    agree_with_activists,
    announced,
    apart,
    concentration,
    contacted_behind,
    dealings,
    dees_word,
    delivered,
    endorsers,
    growth,
    grudges,
    hopeless_votes,
    margin,
    mobilised,
    moved_early,
    n_polls,
    offers,
    out_turnout,
    polarisation,
    seat_gap,
    seats_of_leaders,
    second_place,
    spatial_fit,
    stay_out,
    to_green,
    told,
    turnout_tie,
    vote,
)


@pytest.mark.parametrize("without", switchable_ids())
def test_every_ablation_runs_and_conserves_votes(without):
    model = finished(without=(without,))
    check_conservation(model)
    record = record_of(model)
    assert record.run["ballots_round1"] > 0


def same(one: Constants, two: Constants) -> bool:
    fields = ("candidate", "sector", "turnout")
    return all((getattr(one, f) == getattr(two, f)).all() for f in fields) and (
        one.blank == two.blank
    )


@pytest.mark.parametrize("without", switchable_ids())
def test_constants_are_held_fixed_across_ablations(without):
    model = finished(without=(without,))
    assert same(model.constants, tiny_run().constants)
    if MECHANISMS[without.split(".")[0]].phase == "campaign":
        assert model.constants.held
        assert (model.constants.shift == tiny_run().first_ballot.shift).all()
        assert model.constants.turnout_shift == tiny_run().first_ballot.turnout_shift
    else:
        assert not model.constants.held
        assert (model.first_ballot.shift == tiny_run().first_ballot.shift).all()
        assert (model.state.first_vote == tiny_run().state.first_vote).all()


@pytest.mark.parametrize("behaviour", ["neutral", "free-vote", "endorse:ada", "cy=endorse:ada"])
def test_constants_are_held_fixed_across_behaviours(behaviour):
    model = finished(behaviour=behaviour)
    assert same(model.constants, tiny_run().constants)
    assert (model.first_ballot.shift == tiny_run().first_ballot.shift).all()
    assert (model.state.first_vote == tiny_run().state.first_vote).all()


# --- each mechanism on its own outcome ----------------------------------------------------------


@dataclass(frozen=True)
class Case:
    """Say what makes a mechanism strong, what it moves and in which direction."""

    measure: Measure
    sign: int
    settings: dict[str, float] = field(default_factory=dict)
    behaviour: str = "historical"
    exact_zero: bool = False
    contest: Callable[[], Contest] = tiny
    prepare: Callable[[LeadershipElection], Any] | None = None
    first_round: str = "exact"
    small: bool = False


def insulted() -> Contest:
    """cy and dee hold it against ben."""
    acts = [
        {"date": tiny_table()["dates"]["round1"], "kind": "insult", "by": "ben", "to": to,
         "text": "x", **SOURCED}
        for to in ("cy", "dee")
    ]  # fmt: skip
    return tiny(events=acts)


def undecided() -> Contest:
    return tiny(endorsements=[], offers=[])


def seats() -> Contest:
    data = tiny_table()
    data["polls"][2]["seats"] = {"ada": 40, "ben": 5}
    return tiny(**data)


def like_ada(model: LeadershipElection) -> None:
    model.activists.taste[:, ADA] += 100.0


CASES = {
    "M01": Case(spatial_fit, +1, {"spatial_weight": 4.0}),
    "M02": Case(concentration, +1, {"brokered_share": 0.0}),
    "M05": Case(turnout_tie, +1, {"turnout_sd": 2.0, "turnout_habit": 4.0}),
    "M06": Case(
        lambda m: float(np.abs(m.climate.valence).sum()), +1, {"message_effect": 0.2},
        exact_zero=True,
    ),
    "M07": Case(lambda m: float(m.interlude.terms().flat[ADA]), +1, {"leader_momentum": 0.5},
                exact_zero=True),
    "M08": Case(seat_gap, +1, {"electability_effect": 2.0}, contest=seats, exact_zero=True),
    "M09": Case(n_polls, +1, exact_zero=True),
    "M10": Case(mobilised, +1, {"door_turnout": 0.2, "activist_share": 0.2, "contact_rate": 3.0},
                exact_zero=True),
    "M11": Case(
        out_turnout, +1,
        {"ally_turnout_lift": 3.0, "activist_share": 0.2, "early_move_rate": 0.5,
         "runoff_turnout_ratio": -0.6},
        behaviour="endorse:ada",
    ),
    "M12": Case(polarisation, +1, {"peer_anchor": 0.0, "opinion_relaxation": 1.0}),
    "M14": Case(delivered, +1, {"brokered_share": 0.2}, exact_zero=True),
    "M15": Case(
        told, +1, {"contract_reward": 6.0, "contract_rent": 0.0, "brokered_share": 0.2}
    ),
    "M17": Case(moved_early, +1, {"early_move_rate": 1.0, "activist_share": 0.2},
                behaviour="neutral", exact_zero=True),
    "M18": Case(
        agree_with_activists, +1,
        {"consultation_weight": 5.0, "consultation_delay": 0.0, "brokered_share": 0.05},
        contest=undecided, prepare=like_ada,
    ),
    "M22": Case(offers, +1, contest=undecided, exact_zero=True),
    "M25": Case(grudges, +1, exact_zero=True),
    "M27": Case(endorsers, +1, {"neutral_base": -4.0, "split_fear": 0.0}, exact_zero=True),
    "M28": Case(
        lambda m: abs(m.margins["selection"]) + abs(m.margins["cue"]), +1,
        {"endorsement_total": 2.5, "endorsement_cue": 0.45}, exact_zero=True,
    ),
    "M28.selection": Case(margin("selection"), -1, {"endorsement_total": 2.5},
                          behaviour="neutral", exact_zero=True),
    "M28.cue": Case(
        margin("cue"), +1, {"endorsement_cue": 0.45}, behaviour="endorse:ada", exact_zero=True
    ),
    "M29": Case(margin("backlash"), -1,
                {"backlash": 1.5, "rejection_share": 0.5, "counter_frame": 0.0},
                behaviour="endorse:ada", exact_zero=True),
    "M03": Case(hopeless_votes, -1, {"strategic_share": 0.5}, contest=busy, first_round="free"),
    "M04": Case(vote(CY), -1, {"call_effect": 0.8}, contest=busy, first_round="free"),
    "M13": Case(
        contacted_behind, +1,
        {"targeting": 1.0, "contact_persuasion": 0.5, "contact_rate": 8.0, "activist_share": 0.2,
         "peer_anchor": 1.0}, contest=busy,
    ),
    "M16": Case(apart, +1, behaviour="endorse:ben", contest=busy, exact_zero=True),
    "M19": Case(
        dees_word, +1, {"letter_weight": 4.0, "neutral_base": -2.0, "split_fear": 0.0},
        contest=busy, behaviour="decide",
    ),
    "M20": Case(acts("accepts"), +1, {"poach_identity": 0.0, "office_value": 8.0},
                contest=busy, behaviour="poach", exact_zero=True),
    "M21": Case(dealings("courted"), +1, contest=busy, exact_zero=True),
    "M23": Case(acts("grants", "withholds"), +1, contest=busy, behaviour="best-offer",
                exact_zero=True),
    "M24": Case(dealings("changed"), +1, contest=busy, exact_zero=True),
    "M26": Case(second_place, -1, {"deliverability": 0.2}, contest=busy),
    "M28.notables": Case(
        lambda m: float(np.abs(m.interlude.scene().notables_by_sector()).sum()), +1,
        {"notable_cue": 1.0}, contest=busy, exact_zero=True,
    ),
    "M30": Case(dealings("appealed"), +1, contest=busy, exact_zero=True),
    "M31": Case(dealings("praised"), +1, contest=busy, exact_zero=True),
    "M32": Case(dealings("rumoured"), +1, {"leak_rate": 0.9}, contest=busy, behaviour="decide",
                exact_zero=True),
    "M33": Case(stay_out, +1, contest=announced, exact_zero=True, small=True),
    "M34": Case(
        lambda m: float(m.candidacies.postponed_days), +1, {"constitution_force": 0.0},
        contest=announced, exact_zero=True, small=True,
    ),
    "M35": Case(
        lambda m: float(sum(not row[4] for row in m.aftermath.promises)), +1,
        {"promise_keeping": 0.05, "leader_momentum": -0.5, "endorsement_total": 2.5},
        contest=busy, behaviour="endorse:ben", exact_zero=True,
    ),
    "M36": Case(growth, +1, {"institution_growth": 0.5, "exit_rate": 0.0}, contest=busy,
                exact_zero=True),
    "M37": Case(aftermath("exits", 4), +1, {"exit_rate": 0.1}, contest=busy, exact_zero=True),
    "M38": Case(to_green, +1, {"rival_tie": 6.0, "exit_rate": 0.2}, contest=busy),
    "M39": Case(aftermath("camps", 3), +1, contest=busy, exact_zero=True),
    "M40": Case(seats_of_leaders, +1, contest=busy, exact_zero=True),
    "M41": Case(lambda m: float((m.members.registrar >= 0).sum()), +1, contest=busy,
                exact_zero=True),
    "M42": Case(
        lambda m: float(m.irregularities.stuffed_ballots), +1,
        {"irregularity_rate": 0.6, "annulment_rate": 0.0}, contest=busy, exact_zero=True,
    ),
    "M43": Case(dealings("named"), +1, contest=busy, exact_zero=True),
}  # fmt: skip


def test_every_mechanism_and_part_has_a_case():
    assert set(CASES) == set(switchable_ids())


@cache
def outcomes(name: str) -> tuple[float, float]:
    """Return the mean outcome on and off over four replicates, the same chance for both."""
    case = CASES[name]
    pairs: list[tuple[float, float]] = []
    for replicate in range(20):
        try:
            pairs.append((measured(case, replicate, ()), measured(case, replicate, (name,))))
        except ImpossibleDrawError:
            continue
        if len(pairs) == 4:
            break
    on, off = np.mean(pairs, axis=0).tolist()
    return on, off


def measured(case: Case, replicate: int, without: tuple[str, ...]) -> float:
    model = election(
        case.contest(),
        behaviour=case.behaviour,
        settings={"brokered_share": 0.1} | case.settings,
        replicate=replicate,
        without=without,
        first_round=case.first_round,
        **({"scale": 0.01, "days": 2} if case.small else {}),
    )
    if case.prepare is not None:
        case.prepare(model)
    model.run_model()
    return case.measure(model)


@pytest.mark.parametrize("name", CASES)
def test_each_mechanism_moves_its_own_outcome(name):
    on, off = outcomes(name)
    assert np.sign(on - off) == CASES[name].sign, (on, off)


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.exact_zero])
def test_off_means_exactly_nothing(name):
    assert outcomes(name)[1] == 0.0


def test_grudges_move_followers_against_the_insulter():
    settings = {"insult_effect": 2.0, "grudge_decay": 0.0, "brokered_share": 0.05}
    on = finished(insulted(), settings=settings)
    off = finished(insulted(), settings=settings | {"insult_effect": 0.0})
    assert (on.interlude.terms().grudge[[CY, DEE]] > 0.0).all()
    assert on.margins["grudge"] > 0
    assert off.margins["grudge"] == 0
