"""Do tallies treat members and candidates alike, and do more votes never harm?"""

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

from kingmaker.ballot.exact import exact_shift
from kingmaker.ballot.turnout import exact_turnout_shift
from kingmaker.ballot.two_round import decide_first_round, decide_runoff

THRESHOLDS = st.sampled_from([0.3, 0.4, 0.45, 0.5, 0.55, 2 / 3, 1.0])
VOTES = st.lists(st.integers(0, 60), min_size=2, max_size=8)


@st.composite
def contests(draw):
    """Draw utilities of voters who differ, and targets that somebody can meet."""
    n_voters = draw(st.integers(1, 40))
    n = draw(st.integers(2, 5))
    seed = draw(st.integers(0, 2**32 - 1))
    generator = np.random.default_rng(seed)
    utilities = generator.gumbel(size=(n_voters, n)) + generator.normal(size=n)
    cuts = np.sort(generator.integers(0, n_voters + 1, n - 1))
    targets = np.diff(np.concatenate([[0], cuts, [n_voters]])).astype(np.int64)
    return utilities, targets, generator


@given(contests())
def test_every_target_is_met_by_argmax(contest):
    utilities, targets, _ = contest
    shift, choice = exact_shift(utilities, targets)
    assert np.bincount(choice, minlength=targets.size).tolist() == targets.tolist()
    assert (np.argmax(utilities + shift, axis=1) == choice).all()


@given(contests())
def test_the_order_of_voters_does_not_matter(contest):
    utilities, targets, generator = contest
    order = generator.permutation(len(utilities))
    shift, choice = exact_shift(utilities, targets)
    other, permuted = exact_shift(np.ascontiguousarray(utilities[order]), targets)
    assert np.allclose(shift, other, rtol=0.0, atol=1e-9)
    assert (permuted == choice[order]).all()


@given(contests())
def test_names_of_alternatives_do_not_matter(contest):
    utilities, targets, generator = contest
    names = generator.permutation(targets.size)
    shift, choice = exact_shift(utilities, targets)
    other, renamed = exact_shift(np.ascontiguousarray(utilities[:, names]), targets[names])
    assert np.allclose(shift[names], other, rtol=0.0, atol=1e-9)
    assert (names[renamed] == choice).all()


@given(contests(), st.floats(-5.0, 5.0))
def test_what_all_voters_add_to_an_alternative_is_taken_off_by_the_shift(contest, extra):
    utilities, targets, _ = contest
    _, choice = exact_shift(utilities, targets)
    moved = utilities.copy()
    moved[:, 0] += extra
    _, other = exact_shift(moved, targets)
    assert (choice == other).all()


@given(st.lists(st.floats(-20.0, 20.0), min_size=1, max_size=60, unique=True), st.data())
def test_turnout_is_exact(scores, data):
    values = np.array(scores)
    gaps = np.diff(np.sort(values))
    assume(gaps.size == 0 or gaps.min() > 1e-9)
    ballots = data.draw(st.integers(0, len(scores)))
    assert int((values + exact_turnout_shift(values, ballots) > 0.0).sum()) == ballots


@given(VOTES, THRESHOLDS)
def test_names_do_not_matter_where_nobody_ties(votes, threshold):
    assume(len(set(votes)) == len(votes))
    plain = decide_first_round(votes, threshold)
    backwards = decide_first_round(votes[::-1], threshold)
    last = len(votes) - 1
    assert backwards.finalists == tuple(last - c for c in plain.finalists)
    assert (backwards.winner is None) == (plain.winner is None)
    assert plain.tie == backwards.tie == ""


@given(VOTES, THRESHOLDS)
def test_finalists_have_most_votes_and_every_tie_is_told(votes, threshold):
    outcome = decide_first_round(votes, threshold)
    first, second = outcome.finalists
    rest = [v for c, v in enumerate(votes) if c not in (first, second)]
    assert votes[first] >= votes[second] >= max(rest, default=0)
    tied = votes[first] == votes[second] or votes[second] == max(rest, default=-1)
    assert bool(outcome.tie) == tied
    if outcome.winner is not None:
        assert outcome.winner == first
        assert votes[first] >= threshold * sum(votes) - 1e-6


def rank(votes, threshold, candidate):
    """0 for the winner, 1 for finalists, 2 for the others."""
    outcome = decide_first_round(votes, threshold)
    if outcome.winner is not None:
        return 0 if outcome.winner == candidate else 1 + (candidate not in outcome.finalists)
    return 1 if candidate in outcome.finalists else 2


@given(VOTES, THRESHOLDS, st.data())
def test_more_votes_never_lower_a_candidate(votes, threshold, data):
    candidate = data.draw(st.integers(0, len(votes) - 1))
    more = data.draw(st.integers(1, 20))
    raised = votes.copy()
    raised[candidate] += more
    assert rank(raised, threshold, candidate) <= rank(votes, threshold, candidate)


@given(VOTES, THRESHOLDS, st.data())
def test_votes_taken_from_another_never_lower_a_candidate(votes, threshold, data):
    candidate = data.draw(st.integers(0, len(votes) - 1))
    loser = data.draw(st.sampled_from([c for c in range(len(votes)) if c != candidate]))
    assume(votes[loser] > 0)
    changed = votes.copy()
    changed[candidate] += 1
    changed[loser] -= 1
    assert rank(changed, threshold, candidate) <= rank(votes, threshold, candidate)


@given(st.integers(0, 1_000), st.integers(0, 1_000))
def test_runoffs(one, two):
    winner, tie = decide_runoff((one, two), (4, 2))
    assert winner == (4 if one > two else 2 if two > one else None)
    assert bool(tie) == (one == two)
