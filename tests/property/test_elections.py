"""Is every vote owned, and does what must not matter not matter?"""

import dataclasses

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from kingmaker.election import LeadershipElection
from kingmaker.errors import ImpossibleDrawError
from kingmaker.mechanisms import switchable_ids
from kingmaker.outcome import check_conservation
from kingmaker.population.members import Members, Vote
from tests.contest_builders import ADA, BEN, CANDIDATES, SOURCED, bare, election, tiny, tiny_run

BEHAVIOURS = ("historical", "neutral", "free-vote", "endorse:ada", "cy=endorse:ben+dee=neutral")


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(
    replicate=st.integers(0, 2**32 - 1),
    seed=st.integers(0, 2**63 - 1),
    behaviour=st.sampled_from(BEHAVIOURS),
    without=st.sets(st.sampled_from(switchable_ids()), max_size=3),
    first_round=st.sampled_from(["exact", "free"]),
    second_roll=st.sampled_from([None, 520, 600, 640]),
)
def test_every_member_is_counted_once(
    replicate, seed, behaviour, without, first_round, second_roll
):
    roll = {"round1": 600, **SOURCED} | ({"round2": second_roll} if second_roll else {})
    try:
        model = LeadershipElection(
            tiny(roll=roll), seed=seed, replicate=replicate, behaviour=behaviour,
            without=tuple(sorted(without)), first_round=first_round,
            constants=tiny_run().constants, days=2,
        )  # fmt: skip
        model.run_model()
    except ImpossibleDrawError:
        assume(False)
    check_conservation(model)
    first = model.state.first_vote
    on_roll = (model.members.on_roll & 1).astype(bool)
    assert (first[~on_roll] == Vote.NOT_ON_ROLL).all()
    assert (first[on_roll] != Vote.NOT_ON_ROLL).all()
    counted = np.bincount(first[first >= 0], minlength=4)
    assert counted.tolist() == model.first_ballot.votes.tolist()
    if first_round == "exact":
        assert model.first_ballot.ballots <= 600
    if model.flows is None:
        return
    second = model.state.second_vote
    assert set(np.unique(second).tolist()) <= {model.leader, model.runner_up, -1, -2, -3}
    entitled = second != Vote.NOT_ON_ROLL
    assert int(entitled.sum()) == (second_roll or 600)
    totals = model.flows.sum(axis=(0, 1)).tolist()
    assert totals == [int((second == v).sum()) for v in (model.leader, model.runner_up, -2, -1, -3)]
    assert (model.winner is None) == (totals[0] == totals[1])
    assert bool(model.tie) or model.winner is not None


def permute(model: LeadershipElection, order: np.ndarray) -> None:
    """Put the members of an unstarted election in another order; their numbers stay theirs."""
    columns = {
        f.name: np.asarray(getattr(model.members, f.name)[order]).copy(
            order="F" if f.name == "base" else "C"
        )
        for f in dataclasses.fields(Members)
    }
    model.members = Members(**columns)
    model.membership.members = model.members
    model.membership.rows = np.argsort(model.members.ids, kind="stable").astype(np.int32)


@pytest.mark.parametrize("shuffle", range(3))
def test_the_order_of_members_does_not_matter(shuffle):
    """Each member draws by his number, wherever he stands."""
    plain = election(constants=tiny_run().constants)
    other = election(constants=tiny_run().constants)
    order = np.random.default_rng(shuffle).permutation(600)
    permute(other, order)
    for model in (plain, other):
        model.run_model()
    assert (other.first_ballot.votes == plain.first_ballot.votes).all()
    assert (other.flows == plain.flows).all()
    assert (other.state.first_vote == plain.state.first_vote[order]).all()
    assert (other.state.second_vote == plain.state.second_vote[order]).all()
    assert [p.shares.tolist()[:2] for p in other.polls] == [
        p.shares.tolist()[:2] for p in plain.polls
    ]


def test_zero_follow_through_changes_no_free_vote():
    """Without selection, cue, backlash, grudges and machines, all calls leave ballots alike."""
    nothing = {
        "endorsement_total": 0.0, "endorsement_cue": 0.0, "backlash": 0.0, "contract_leader": 0.0,
        "ally_turnout_lift": 0.0, "contact_rate": 0.0, "recontract_rate": 0.0,
    }  # fmt: skip
    votes = []
    for behaviour in BEHAVIOURS:
        model = election(
            behaviour=behaviour, settings=nothing, constants=tiny_run().constants,
            without=("M15",),
        )  # fmt: skip
        model.run_model()
        votes.append(model.state.second_vote.copy())
    assert all((other == votes[0]).all() for other in votes[1:])


def test_labels_of_the_finalists_mirror():
    """Whoever is called what: swapping two candidates in the file swaps their names, no more.

    Traits of single members are drawn by column, so the mirror is exact in the tally alone: the
    first round stays the observed one, candidate by candidate.
    """
    names = list(CANDIDATES)
    names[ADA], names[BEN] = names[BEN], names[ADA]
    data = {"candidates": [{"id": name, "name": name} for name in names]}
    model = election(bare(**data), settings={"brokered_share": 0.05})
    model.run_model()
    votes = zip(model.setting.candidate_ids, model.first_ballot.votes.tolist(), strict=True)
    assert dict(votes) == {"ada": 180, "ben": 150, "cy": 90, "dee": 30}
    assert model.leader == BEN
