"""Does nothing happen where nothing should: labels, order of members, effects set to zero?"""

from dataclasses import fields
from functools import cache

import numpy as np
import pytest

import kingmaker.election as election_module
from kingmaker.ballot.runoff import preferences
from kingmaker.contest.load import load_contest, parse_contest
from kingmaker.election import LeadershipElection
from kingmaker.population.members import Members
from tests.contest_builders import finished, tiny, tiny_table
from tests.statistical.contests import EVEN, by_member, even, organised, relabel
from tests.statistical.samples import (
    assert_within,
    elections,
    first_shares,
    runoff_share,
    score,
    two_sample_score,
)

SWAP = {"ada": "ben", "ben": "ada"}


def outcome(model):
    """Collect what names and order must not touch."""
    return (
        model.first_ballot.votes.tolist(),
        model.flows.tolist(),
        model.margins,
        [poll.shares.tolist()[:2] for poll in model.polls],
    )


# ------------------------------------------------------------------------------ labels


@pytest.mark.parametrize("replicate", range(4))
def test_names_are_only_names(replicate):
    """Swap the finalists' ids in the file, rows and figures staying: everything is the same."""
    renamed = parse_contest(relabel(tiny_table(), SWAP), "renamed.toml")
    arguments = {"replicate": replicate, "behaviour": "historical"}
    assert outcome(finished(renamed, **arguments)) == outcome(finished(tiny(), **arguments))


SHIFTS = ("flat", "selection", "cue", "grudge", "local", "appeal", "backlash")


def test_preference_is_antisymmetric():
    """Ask every member with the finalists' columns exchanged: D changes its sign and no more."""
    model = finished(tiny(), settings={"backlash": 0.4, "insult_effect": 0.5})
    terms = model.interlude.terms()
    swapped = terms._replace(
        first=terms.second,
        second=terms.first,
        table=np.ascontiguousarray(terms.table[:, ::-1]),
        seat_gap=-terms.seat_gap,
        **{name: -getattr(terms, name) for name in SHIFTS},
    )
    _, ours = preferences(model.members, model.state, terms)
    _, mirrored = preferences(model.members, model.state, swapped)
    assert len(set(np.sign(ours))) == 2
    assert mirrored == pytest.approx(-ours, abs=1e-12)


def test_swapped_finalists_mirror():
    """Give the one vote that makes the leader to the other: the runoff is mirrored."""

    def check(seed):
        shares = []
        for contest in (even((801, 800)), even((800, 801))):
            runs = elections(contest, 30, seed, scale=1.0, settings=EVEN)
            leaders = [(model.leader, runoff_share(model)) for (model,) in runs]
            shares.append([s if leader == 0 else 1.0 - s for leader, s in leaders])
        ada_ahead, ben_ahead = shares
        return two_sample_score(ada_ahead, [1.0 - share for share in ben_ahead])

    assert_within(check)


def test_even_finalists_are_even():
    """Without a bonus for leading, the expected runoff share of either is a half."""

    def check(seed):
        runs = elections(even(), 40, seed, scale=1.0, settings=EVEN)
        return score([runoff_share(model) for (model,) in runs], 0.5)

    assert_within(check)


# ------------------------------------------------------------------------------ order


@pytest.mark.parametrize("name", ["tiny", "il-labor-2011"])
def test_order_of_members_does_not_matter(name, monkeypatch):
    """Shuffle the members' rows, each keeping his number: every single vote is the same."""
    contest = tiny() if name == "tiny" else load_contest(name)
    scale = 1.0 if name == "tiny" else 0.03
    arguments = {"scale": scale, "days": 6}
    ((model,),) = elections(contest, 1, 6, **arguments)
    make = election_module.make_members

    def shuffled(*args, **kwargs):
        members = make(*args, **kwargs)
        order = np.random.default_rng(3).permutation(len(members))
        columns = {f.name: getattr(members, f.name)[order].copy() for f in fields(Members)}
        return Members(**columns)

    monkeypatch.setattr(election_module, "make_members", shuffled)
    attempt = model.streams.attempt
    other = LeadershipElection(
        contest, seed=6, attempt=attempt, constants=model.constants, **arguments
    )
    other.run_model()
    assert not (other.members.ids == model.members.ids).all()
    for votes in ("first_vote", "second_vote", "intention"):
        ours = by_member(model.members.ids, getattr(model.state, votes))
        assert by_member(other.members.ids, getattr(other.state, votes)) == ours
    assert other.first_ballot.shift.tolist() == model.first_ballot.shift.tolist()
    assert outcome(other) == outcome(model)


# ------------------------------------------------------------------------------ effects of nothing

SILENT = {"endorsement_total": 0.0, "endorsement_cue": 0.0, "backlash": 0.0}
NO_MACHINE = ("M10", "M11", "M15")


def test_no_selection_and_no_cue_is_no_endorsement():
    """Endorsements that neither say nor do anything change no vote; with a cue they do."""
    common = {"settings": SILENT, "without": NO_MACHINE, "replicate": 2}
    votes = {
        behaviour: finished(tiny(), behaviour=behaviour, **common).state.second_vote.tolist()
        for behaviour in ("neutral", "endorse:ada", "endorse:ben", "free-vote", "historical")
    }
    assert len({tuple(second) for second in votes.values()}) == 1
    cue = {**common, "settings": {**SILENT, "endorsement_cue": 0.4}}
    heard = finished(tiny(), behaviour="endorse:ada", **cue).state.second_vote.tolist()
    assert heard != votes["neutral"]


def test_cue_moves_only_the_endorsers_voters():
    """With the cue alone, only the endorser's voters vote otherwise, all for the endorsed."""
    common = {
        "settings": {**SILENT, "endorsement_total": 0.4, "endorsement_cue": 0.4},
        "without": (*NO_MACHINE, "M06", "M09", "M12"),
        "replicate": 3,
    }  # fmt: skip
    silent = finished(tiny(), behaviour="neutral", **common)
    loud = finished(tiny(), behaviour="dee=neutral+cy=endorse:ben", **common)
    before, after = silent.state.second_vote, loud.state.second_vote
    moved = np.flatnonzero(before != after)
    assert moved.size > 0
    assert (silent.state.first_vote[moved] == 2).all()
    to_a_finalist = after[moved] >= 0
    assert (after[moved][to_a_finalist] == 1).all()


def test_endorsements_permuted():
    """The cue follows the endorsed: shuffle who was endorsed among replicates and it is gone."""
    chosen = ["endorse:ada" if k % 2 else "endorse:ben" for k in range(20)]
    shuffled = [chosen[k] for k in np.random.default_rng(5).permutation(len(chosen))]
    effects = {"endorsement_total": 0.4, "endorsement_cue": 0.4, "backlash": 0.0, **EVEN}
    variants = [{"behaviour": b} for b in ("neutral", "endorse:ada", "endorse:ben")]
    common = {"scale": 1.0, "settings": effects, "without": ("M15", "M42", "M43")}

    @cache
    def gains(seed):
        runs = elections(even(), len(chosen), seed, variants, **common)
        return [
            runoff_share(ada if behaviour == "endorse:ada" else ben) - runoff_share(silent)
            for (silent, ada, ben), behaviour in zip(runs, chosen, strict=True)
        ]

    def contrast(seed, labels):
        signs = [1.0 if label == "endorse:ada" else -1.0 for label in labels]
        return score([sign * gain for sign, gain in zip(signs, gains(seed), strict=True)])

    assert sum(a != b for a, b in zip(chosen, shuffled, strict=True)) > 6
    assert contrast(101, chosen) > 8.0
    assert_within(lambda seed: contrast(seed, shuffled))


# ------------------------------------------------------------------------------ brokers and polls


def understatement(model, candidate=1):
    """Return vote share minus the mean share in the polls, of one candidate."""
    polled = [p.shares[candidate] / np.nansum(p.shares) for p in model.polls if p.day <= 0]
    return float(first_shares(model)[candidate] - np.mean(polled))


def test_polls_understate_the_organised_and_brokers_are_why():
    """Blocs outside the pollsters' frames hide their candidate; without brokers nobody is."""
    settings = {
        "brokered_share": 0.3, "obedience": 0.9, "monitoring": 0.9, "bloc_undercoverage": 0.9,
        "new_member_undercoverage": 0.0, "poll_design_effect": 1.0, "poll_house_sd": 0.0,
        "broker_turnout_lift": 0.0, "contact_rate": 0.0,
    }  # fmt: skip
    variants = [{}, {"without": ("M14",)}]
    runs = list(elections(organised(), 16, 101, variants, scale=1.0, settings=settings))
    hidden = [understatement(model) for model, _ in runs]
    open_ = [understatement(model) for _, model in runs]
    assert np.mean(hidden) > 0.05
    assert score(hidden) > 8.0
    assert score([a - b for a, b in zip(hidden, open_, strict=True)]) > 8.0
    assert abs(np.mean(open_)) < 0.02
