"""Is the first ballot exact, and was no ballot altered after it was cast?"""

import numpy as np
import pytest

from kingmaker.ballot.exact import CLOSED
from kingmaker.campaign.desertion import hopeless_candidates
from kingmaker.errors import ImpossibleDrawError
from kingmaker.outcome import check_conservation
from kingmaker.population.members import Vote
from tests.contest_builders import (
    CY,
    DEE,
    SOURCED,
    bare,
    bare_table,
    election,
    finished,
    tiny,
    tiny_run,
    tiny_table,
)


def own_choice(model):
    """Recompute the argmax of each free voter from recorded utilities and printed shifts."""
    ballot = model.first_ballot
    closed = model.setting.targets.blank == 0 and model.first_round == "exact"
    shift = np.append(ballot.shift, CLOSED if closed else ballot.blank_shift)
    return np.argmax(ballot.utilities + shift, axis=1)


def recorded_choice(model):
    votes = model.state.first_vote[model.first_ballot.free].astype(int)
    return np.where(votes == Vote.BLANK, model.setting.n_candidates, votes)


@pytest.mark.parametrize("arguments", [{}, {"first_round": "free"}, {"without": ("M10",)}])
def test_no_ballot_is_altered(arguments):
    model = finished(**arguments)
    assert len(model.first_ballot.free) > 300
    assert (own_choice(model) == recorded_choice(model)).all()


def test_the_first_round_is_the_observed_one():
    ballot = tiny_run().first_ballot
    assert ballot.votes.tolist() == [180, 150, 90, 30]
    assert ballot.blank == 10
    assert ballot.ballots == 460
    assert ballot.sector_votes.sum(axis=0).tolist() == [180, 150, 90, 30]
    assert ballot.sector_ballots.sum() == 460


def test_counts_are_those_of_the_members():
    model = tiny_run()
    votes, sector = model.state.first_vote, model.members.sector
    for c in range(4):
        assert (votes == c).sum() == model.first_ballot.votes[c]
        for s in range(2):
            assert ((votes == c) & (sector == s)).sum() == model.first_ballot.sector_votes[s, c]
    assert (votes == Vote.BLANK).sum() == 10
    assert (votes == Vote.ABSTAINED).sum() == 140


def test_who_obeys_votes_as_told_and_the_others_are_free():
    model = tiny_run()
    ballot, members, state = model.first_ballot, model.members, model.state
    voted = np.flatnonzero(state.first_vote != Vote.ABSTAINED)
    obeyed = np.setdiff1d(voted, ballot.free)
    assert (members.bloc[obeyed] >= 0).all()
    camps = model.blocs.camp[members.bloc[obeyed]]
    assert (state.first_vote[obeyed] == camps).all()
    assert np.bincount(camps, minlength=4).tolist() == ballot.bloc_votes.tolist()
    assert len(ballot.free) + len(obeyed) == 460


def test_free_voters_utilities_are_base_lean_and_climate():
    """Without seat polls the utility is base + lean + the sector's table, to float32.

    The most attentive do not vote for those whom the last poll made hopeless: 20 logit less.
    """
    model = election(tiny(), settings={"electability_effect": 0.0, "poll_momentum": 0.0})
    model.run_to_first_ballot()
    ballot = model.first_ballot
    table = model.climate.table - np.where(ballot.shift > CLOSED, ballot.shift, 0.0)
    rows = ballot.free
    want = model.members.base[rows] + model.state.lean[rows] + table[model.members.sector[rows]]
    want = want.astype(np.float64)
    hopeless = hopeless_candidates(model.polls, 4)
    assert hopeless.tolist() == [False, False, True, True]
    strategic = model.members.attention[rows] > 1.0 - model.parameters["strategic_share"]
    assert 0.02 < strategic.mean() < 0.2
    want[np.ix_(strategic, hopeless)] -= 20.0
    assert ballot.utilities[:, :4] == pytest.approx(want, abs=2e-6)


def deserters(model):
    """Return the free voters who drop the hopeless, and their first votes."""
    free = model.first_ballot.free
    strategic = model.members.attention[free] > 1.0 - model.parameters["strategic_share"]
    return model.state.first_vote[free[strategic]]


def test_the_most_attentive_never_vote_for_the_hopeless():
    """Dee at 4 % in the polls: not one strategic vote, and the observed result all the same."""
    model = election(settings={"strategic_share": 0.6})
    model.run_to_first_ballot()
    hopeless = np.flatnonzero(hopeless_candidates(model.polls, 4))
    assert DEE in hopeless
    votes = deserters(model)
    assert votes.size > 150
    assert not np.isin(votes, hopeless).any()
    assert model.first_ballot.votes.tolist() == [180, 150, 90, 30]


def test_nobody_deserts_without_polls_or_the_mechanism():
    for changes in ({"without": ("M03",)}, {"without": ("M09",)}, {"behaviour": "no-polls"}):
        model = election(
            settings={"strategic_share": 0.6}, constants=tiny_run().constants, **changes
        )
        model.run_to_first_ballot()
        assert np.isin(deserters(model), (CY, DEE)).any()
        assert model.first_ballot.utilities[:, :4].min() > -15.0


def test_desertion_costs_the_hopeless_votes():
    """With the constants of a campaign without it, a free first round."""
    votes = []
    for share in (0.0, 0.3, 0.6):
        model = election(
            settings={"strategic_share": share}, constants=tiny_run().constants, first_round="free"
        )
        model.run_to_first_ballot()
        votes.append(int(model.first_ballot.votes[[CY, DEE]].sum()))
    assert votes[0] > votes[1] > votes[2]


def test_the_shift_has_mean_zero_and_stays_in_the_climate():
    model = tiny_run()
    ballot = model.first_ballot
    assert ballot.shift.sum() + ballot.blank_shift == pytest.approx(0.0, abs=1e-9)
    assert model.climate.constants == pytest.approx(model.constants.table + ballot.shift)


def test_without_blanks_nobody_votes_blank():
    contest = bare(
        results={"round1": {"votes": {"ada": 180, "ben": 150, "cy": 90, "dee": 30}, **SOURCED}}
    )
    model = finished(contest, settings={"brokered_share": 0.05})
    assert model.first_ballot.blank == 0
    assert model.first_ballot.ballots == 450
    assert model.first_ballot.blank_shift == 0.0
    assert (own_choice(model) == recorded_choice(model)).all()


def test_a_candidate_without_votes_gets_none():
    votes = {"ada": 180, "ben": 150, "cy": 90, "dee": 0}
    contest = bare(results={"round1": {"votes": votes, "ballots": 430, **SOURCED}})
    model = finished(contest, settings={"brokered_share": 0.05})
    assert model.first_ballot.votes.tolist() == [180, 150, 90, 0]
    assert np.isfinite(model.climate.constants).all()


@pytest.mark.parametrize("ballots", [(180, 150, 90, 30), (240, 200, 120, 40), (1, 1, 0, 0)])
def test_full_and_almost_empty_polls(ballots):
    """600 of 600 entitled vote, or 2."""
    votes = dict(zip(("ada", "ben", "cy", "dee"), ballots, strict=True))
    contest = bare(results={"round1": {"votes": votes, **SOURCED}})
    model = finished(contest, settings={"brokered_share": 0.0})
    assert model.first_ballot.votes.tolist() == list(ballots)
    check_conservation(model)


def test_attachment_grows_with_the_margin():
    """m / (1 + m), m the distance to the next alternative."""
    model = tiny_run()
    ballot = model.first_ballot
    shifted = np.sort(ballot.utilities + np.append(ballot.shift, ballot.blank_shift), axis=1)
    margin = shifted[:, -1] - shifted[:, -2]
    assert model.state.attachment[ballot.free] == pytest.approx(margin / (1 + margin), abs=1e-6)
    obeyed = np.setdiff1d(np.flatnonzero(model.state.first_vote >= 0), ballot.free)
    assert (model.state.attachment[obeyed] == 0.0).all()


def test_mean_attachment_by_group():
    model = tiny_run()
    for c in range(4):
        own = model.state.attachment[model.state.first_vote == c].astype(float)
        own = own[own > 0.0]  # free voters
        assert model.first_ballot.mean_attachment[c] == pytest.approx(own.mean(), rel=1e-6)


def test_late_members_vote_only_in_the_runoff():
    model = finished(tiny(roll={"round1": 600, "round2": 660, **SOURCED}))
    late = (model.members.on_roll & 1) == 0
    assert late.sum() == 60
    assert (model.state.first_vote[late] == Vote.NOT_ON_ROLL).all()
    assert (model.state.second_vote[late] >= 0).any()
    check_conservation(model)


def test_those_struck_off_vote_only_in_round_one():
    model = finished(tiny(roll={"round1": 600, "round2": 500, **SOURCED}))
    gone = (model.members.on_roll & 2) == 0
    assert gone.sum() == 100
    assert (model.state.second_vote[gone] == Vote.NOT_ON_ROLL).all()
    assert model.flows[:, :, 4].sum() == 100
    assert model.first_ballot.votes.tolist() == [180, 150, 90, 30]


def test_a_bloc_larger_than_its_candidates_result_is_impossible():
    """40 members in a bloc of 8 votes' candidate, all obedient."""
    data = tiny_table()
    data["results"] = {"round1": {"votes": {"ada": 200, "ben": 170, "cy": 8, "dee": 70}, **SOURCED}}
    certain = {"obedience": 1.0, "monitoring": 1.0, "broker_turnout_lift": 4.0}
    with pytest.raises(ImpossibleDrawError, match="to cy, who had 8"):
        election(tiny(**data), settings=certain).run_to_first_ballot()


def test_the_third_moves_up_where_the_second_gave_up():
    data = bare_table()
    data["candidates"][1]["withdrawn_after"] = data["dates"]["round2"]
    model = finished(bare(**data), settings={"brokered_share": 0.05})
    assert (model.leader, model.runner_up) == (0, CY)


def test_a_first_round_that_decides_ends_the_contest():
    votes = {"ada": 260, "ben": 110, "cy": 60, "dee": 20}
    model = finished(bare(results={"round1": {"votes": votes, **SOURCED}}),
                     settings={"brokered_share": 0.05})  # fmt: skip
    assert model.winner == 0
    assert model.flows is None
    assert not model.running
    assert model.day == 1


def test_a_tie_for_the_runoff_is_told():
    votes = {"ada": 180, "ben": 90, "cy": 90, "dee": 30}
    contest = bare(results={"round1": {"votes": votes, "ballots": 400, **SOURCED}})
    model = finished(contest, settings={"brokered_share": 0.05})
    assert (model.leader, model.runner_up) == (0, 1)
    assert "second place" in model.tie


def test_a_lottery_gives_all_candidates_the_same_chance():
    """M02 off in a free first round: free voters split evenly, 4.5 standard errors."""
    contest = bare(roll={"round1": 12_000, **SOURCED}, results={"round1": {
        "votes": {"ada": 3_600, "ben": 3_000, "cy": 1_800, "dee": 600}, **SOURCED}})  # fmt: skip
    model = finished(contest, without=("M02",), first_round="free",
                     settings={"brokered_share": 0.0})  # fmt: skip
    votes = model.first_ballot.votes
    n = int(votes.sum())
    assert votes / n == pytest.approx([0.25] * 4, abs=4.5 * np.sqrt(0.1875 / n))
