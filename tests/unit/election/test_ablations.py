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
    BEN,
    CY,
    DEE,
    SOURCED,
    election,
    finished,
    tiny,
    tiny_run,
    tiny_table,
)

Measure = Callable[[LeadershipElection], float]


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


def vote(c: int) -> Measure:
    return lambda model: float(model.first_ballot.votes[c])


def margin(step: str) -> Measure:
    return lambda model: float(model.margins[step])


def turnout(model: LeadershipElection) -> float:
    return 1.0 - float(model.flows[:, :, 3].sum()) / float(model.flows.sum())


def out_turnout(model: LeadershipElection) -> float:
    """Runoff turnout of those whose choice is out."""
    own = model.flows[:, [CY, DEE]]
    return 1.0 - float(own[:, :, 3].sum()) / float(own.sum())


def polarisation(model: LeadershipElection) -> float:
    """Mean spread of branch shares of the leader: peers draw groups together."""
    votes, group = model.state.intention, model.members.peer_group
    shares = [float((votes[group == g] == ADA).mean()) for g in np.unique(group)]
    return float(np.std(shares))


def grudges(model: LeadershipElection) -> float:
    return float(model.climate.grudge.sum())


def seat_gap(model: LeadershipElection) -> float:
    return float(model.climate.electability[ADA] - model.climate.electability[BEN])


def n_polls(model: LeadershipElection) -> float:
    return float(len(model.polls))


def moved_early(model: LeadershipElection) -> float:
    out = np.isin(model.activists.home, (CY, DEE))
    return float((out & (model.activists.moved_day > 0)).sum())


def told(model: LeadershipElection) -> float:
    return float((model.orders() >= 0).sum())


def endorsers(model: LeadershipElection) -> float:
    return float(sum(isinstance(c.choice, int) for c in model.candidates))


def offers(model: LeadershipElection) -> float:
    return float(sum(d.act == "offers" and d.basis == "decision" for d in model.interlude.deals))


def agree_with_activists(model: LeadershipElection) -> float:
    """Whether the eliminated chose the finalist whom their activists want."""
    return float(sum(c.choice == ADA for c in model.candidates))


def spatial_fit(model: LeadershipElection) -> float:
    """Mean distance of members to the candidate whom they voted for (negative: nearer)."""
    chosen = model.state.first_vote >= 0
    z = model.setting.positions[model.state.first_vote[chosen]]
    return -float(((model.members.ideal_point[chosen] - z)[:, :2] ** 2).sum(axis=1).mean())


def concentration(model: LeadershipElection) -> float:
    """How far free votes are from equal shares."""
    free = model.state.first_vote[model.first_ballot.free]
    shares = np.bincount(free[free >= 0], minlength=4) / max(1, int((free >= 0).sum()))
    return float(np.abs(shares - 0.25).sum())


def turnout_tie(model: LeadershipElection) -> float:
    """How much likelier voters of round one are to come again than the others."""
    first, second = model.state.first_vote, model.state.second_vote
    came = (second >= 0) | (second == -2)
    voted = first != -1
    return float(came[voted].mean() - came[~voted].mean())


def mobilised(model: LeadershipElection) -> float:
    return float(model.state.contact_turnout.sum())


def delivered(model: LeadershipElection) -> float:
    return float(model.first_ballot.bloc_votes.sum())


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
    "M29": Case(margin("backlash"), -1, {"backlash": 1.5, "rejection_share": 0.5},
                behaviour="endorse:ada", exact_zero=True),
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


def test_zero_parameters_are_as_good_as_switches():
    """A mechanism of no size casts the same ballots as one that is off."""
    pairs = {
        "M06": {"message_effect": 0.0, "attack_effect": 0.0, "attack_rate": 0.0},
        "M10": {"contact_rate": 0.0},
        "M12": {"peer_anchor": 1.0},
        "M29": {"backlash": 0.0},
        "M11": {"ally_turnout_lift": 0.0},
    }
    constants = tiny_run().constants
    for name, settings in pairs.items():
        zero = election(settings=settings, constants=constants)
        off = election(settings=settings, constants=constants, without=(name,))
        for model in (zero, off):
            model.run_model()
        assert (zero.state.first_vote == off.state.first_vote).all(), name
        assert (zero.state.second_vote == off.state.second_vote).all(), name
