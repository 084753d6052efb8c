"""Does every bundled contest run to its end, with its first round and everybody counted once?"""

import numpy as np
import pytest

from kingmaker.contest.facts import counts_published, observed_votes, prior_kind
from kingmaker.contest.load import bundled_ids, load_contest
from kingmaker.election import LeadershipElection
from kingmaker.outcome import record_of
from kingmaker.parameters import Parameters, prior_medians
from kingmaker.population.setting import resolve
from kingmaker.rng import Streams
from tests.statistical.samples import elections

MEMBERS = 2_000


def check(contest, model):
    """Check a finished election against its file."""
    ballot, setting = model.first_ballot, model.setting
    assert not model.running
    assert (model.constants.held, model.first_round) == (False, "exact")
    observed = observed_votes(contest, 1)
    if observed is not None:
        published = np.array([observed[name] for name in setting.candidate_ids], dtype=float)
        listed = int(ballot.votes.sum())
        quota = published / published.sum() * listed
        # Largest remainders never leave the quota: each number is rounded up or down. Blanks are
        # rounded with the votes, which moves the common factor by less than one ballot in all.
        assert (np.abs(ballot.votes - quota) < 1.0 + 1.0 / listed * quota + 1e-9).all()
        assert ballot.votes.tolist() == setting.targets.votes.tolist()
        assert ballot.blank == setting.targets.blank
        if counts_published(contest, 1) and contest.roll.round1 and contest.results.round1.ballots:
            turnout = contest.results.round1.ballots / contest.roll.round1
            assert abs(ballot.ballots - turnout * setting.roll_round1) <= 0.5 + 1e-9
    # Kernels index peer groups unchecked: one too few is memory overwritten, not an error.
    assert model.members.peer_group.max() < model.membership.n_groups
    check_conservation(model)
    record = record_of(model)
    assert record.run["winner"] in {*setting.candidate_ids, ""}
    assert set(record.tables["daily"]["day"]) == set(range(-setting.campaign_days, model.day))


def check_conservation(model):
    """Check votes + blank + abstained = roll in every sector, and an owner for each transfer."""
    ballot, setting, state = model.first_ballot, model.setting, model.state
    in_sector = np.bincount(model.members.sector, minlength=setting.n_sectors)
    stayed = (state.first_vote == -1) | (state.first_vote == -3)
    away = np.bincount(model.members.sector[stayed], minlength=setting.n_sectors)
    assert (ballot.sector_ballots + away == in_sector).all()
    assert int(ballot.sector_votes.sum()) + ballot.blank == ballot.ballots
    if model.flows is None:
        return
    assert (model.flows.sum(axis=(1, 2)) == in_sector).all()
    n = setting.n_candidates
    origins = np.bincount(
        np.where(state.first_vote >= 0, state.first_vote, n - 1 - state.first_vote),
        minlength=n + 3,
    )
    assert (model.flows.sum(axis=(0, 2)) == origins).all()
    entitled = int((model.members.on_roll & 2 > 0).sum())
    assert int(model.flows[:, :, :4].sum()) == entitled


def small(contest, members):
    """Return the scale at which a contest has about so many members."""
    whole = resolve(contest, Parameters(prior_medians(prior_kind(contest))), Streams(7, 0))
    return min(1.0, members * whole.scale / whole.roll_round1)


@pytest.mark.parametrize("name", bundled_ids())
def test_small(name):
    contest = load_contest(name)
    scale = small(contest, MEMBERS)
    runs = list(elections(contest, 1, seed=7, scale=scale, days=6))
    assert len(runs) == 1
    for (model,) in runs:
        check(contest, model)


def test_every_peer_group_has_its_row():
    """Draw the members of many more branches than people, where the last branches are empty."""
    contest = load_contest("gr-nd-2015")
    scale = small(contest, 600)
    constants = None
    n_empty = 0
    for replicate in range(12):
        model = LeadershipElection(
            contest, seed=7, replicate=replicate, scale=scale, days=1, constants=constants
        )
        constants = model.constants
        assert model.members.peer_group.max() < model.membership.n_groups
        n_empty += model.members.branch.max() + 1 + len(model.blocs) < model.membership.n_groups
    assert n_empty > 3


@pytest.mark.parametrize(
    ("name", "votes", "blank"),
    [
        ("il-labor-2007", [23_887, 20_514, 15_037, 5_330, 1_806], 880),
        ("il-labor-2011", [14_203, 13_616, 10_848, 5_244], 273),
    ],
)
def test_full_size(name, votes, blank):
    contest = load_contest(name)
    for (model,) in elections(contest, 1, seed=8, days=6):
        assert model.first_ballot.votes.tolist() == votes
        assert model.first_ballot.blank == blank
        check(contest, model)


@pytest.mark.verify
@pytest.mark.parametrize("name", bundled_ids())
def test_larger(name):
    contest = load_contest(name)
    scale = small(contest, 10 * MEMBERS)
    runs = list(elections(contest, 4, seed=9, scale=scale))
    assert len(runs) == 4
    for (model,) in runs:
        check(contest, model)
