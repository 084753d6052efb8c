"""Does one shift per alternative meet the counts, and is it the right one?"""

import itertools

import numpy as np
import pytest

from kingmaker.ballot import exact
from kingmaker.ballot.assignment_kernels import heap_pop, heap_push, move_voters
from kingmaker.ballot.exact import CLOSED, exact_shift, minimum_mean_cycle
from kingmaker.ballot.kernels import count_best
from kingmaker.errors import InvariantError


def best_by_trying(utilities, targets):
    """Try every assignment with these counts; return the one of the largest sum of utilities."""
    n, k = utilities.shape
    wanted = [c for c in range(k) for _ in range(targets[c])]
    assignments = np.array(sorted(set(itertools.permutations(wanted))))
    sums = utilities[np.arange(n), assignments].sum(axis=1)
    return assignments[np.argmax(sums)]


def random_targets(generator, n, k):
    return np.bincount(generator.integers(0, k, n), minlength=k)


def assert_exact(utilities, targets):
    """Every voter has his argmax, the counts are the targets, and the shift is in the middle."""
    shift, choice = exact_shift(utilities, targets)
    is_open = targets > 0
    assert np.bincount(choice, minlength=targets.size).tolist() == targets.tolist()
    assert (np.argmax(utilities + shift, axis=1) == choice).all()
    assert (shift[~is_open] == CLOSED).all()
    assert shift[is_open].mean() == pytest.approx(0.0, abs=1e-9)
    return shift, choice


@pytest.mark.parametrize("seed", range(40))
def test_the_sum_of_utilities_is_the_largest_with_these_counts(seed):
    generator = np.random.default_rng(seed)
    n, k = int(generator.integers(1, 8)), int(generator.integers(2, 5))
    utilities = generator.gumbel(size=(n, k)) * generator.choice([1e-3, 1.0, 30.0])
    targets = random_targets(generator, n, k)
    _, choice = assert_exact(utilities, targets)
    assert choice.tolist() == best_by_trying(utilities, targets).tolist()


def test_two_voters_by_hand():
    """The first gains 3 by the first alternative, the second 1: the handicap may be 1 to 3."""
    utilities = np.array([[3.0, 0.0], [1.0, 0.0]])
    shift, choice = exact_shift(utilities, np.array([1, 1]))
    assert choice.tolist() == [0, 1]
    assert shift.tolist() == [-1.0, 1.0]


def test_nobody_goes_to_a_closed_alternative():
    shift, choice = assert_exact(np.array([[0.0, 9.0], [0.0, 5.0]]), np.array([2, 0]))
    assert shift.tolist() == [0.0, CLOSED]
    assert choice.tolist() == [0, 0]


def test_no_voters_at_all():
    shift, choice = exact_shift(np.empty((0, 2)), np.array([0, 0]))
    assert shift.tolist() == [CLOSED, CLOSED]
    assert choice.size == 0


def kinds(generator, n, k, noise):
    """Make voters of eight kinds who differ by very little."""
    kinds = 3.0 * generator.normal(size=(8, k))
    return kinds[generator.integers(0, 8, n)] + noise * generator.random((n, k))


HARD = {
    "one vote each for 16 of 17": lambda g, n: (g.gumbel(size=(n, 17)), [n - 16] + [1] * 16),
    "17 alternatives": lambda g, n: (g.gumbel(size=(n, 17)), random_targets(g, n, 17)),
    "far too popular": lambda g, n: (g.gumbel(size=(n, 3)) + 20.0 * np.eye(3)[1], [n - 20, 10, 10]),
    "two camps far apart": lambda g, n: (
        g.gumbel(size=(n, 3)) + 60.0 * np.eye(3)[np.arange(n) % 2], [n // 4, n - n // 4 - 5, 5]
    ),
    "eight kinds of voters": lambda g, n: (kinds(g, n, 4, 1e-7), random_targets(g, n, 4)),
    "one kind of voters": lambda g, n: (1e-7 * g.random((n, 1)) * [1, 2, 3], [n // 2, n // 2, 0]),
    "heavy tails": lambda g, n: (g.standard_cauchy(size=(n, 4)), [n - 30, 10, 10, 10]),
}  # fmt: skip


@pytest.mark.parametrize("case", HARD)
def test_hard_cases_take_few_passes(case, monkeypatch):
    passes = []

    def counted(*arguments):
        passes.append(arguments)
        return move_voters(*arguments)

    monkeypatch.setattr(exact, "move_voters", counted)
    utilities, targets = HARD[case](np.random.default_rng(11), 6_000)
    assert_exact(np.ascontiguousarray(utilities), np.array(targets))
    assert len(passes) <= 10


@pytest.mark.parametrize("depth", [1, 2, 7, 100])
def test_how_many_voters_are_held_ready_changes_nothing(depth):
    utilities = np.random.default_rng(5).gumbel(size=(200, 4))
    targets = np.array([20, 60, 0, 120])
    shift, counts = np.where(targets > 0, 0.0, CLOSED), np.empty(4, dtype=np.int64)
    choice = np.empty(200, dtype=np.int64)
    count_best(utilities, shift, choice, counts)
    missing = before = 200
    while missing:
        missing = move_voters(utilities, targets, depth, shift, choice, counts)
        assert missing < before
        before = missing
    assert counts.tolist() == targets.tolist()
    assert choice.tolist() == exact_shift(utilities, targets)[1].tolist()


def test_voters_who_tie_exactly_are_an_error():
    with pytest.raises(InvariantError, match="tie exactly"):
        exact_shift(np.zeros((2, 2)), np.array([1, 1]))


def test_targets_must_add_up():
    with pytest.raises(InvariantError, match="targets of round one"):
        exact_shift(np.zeros((2, 2)), np.array([1, 0]))
    with pytest.raises(InvariantError, match="targets of round one"):
        exact_shift(np.zeros((2, 2)), np.array([3, -1]))


def test_smallest_mean_of_a_cycle():
    """Arcs 0-1-2-0 cost 1 + 2 + 3, 0-1-0 costs 1 + 5, 1-2-1 costs 2 + 0.5."""
    cost = [[0.0, 1.0, 9.0], [5.0, 0.0, 2.0], [3.0, 0.5, 0.0]]
    assert minimum_mean_cycle(cost) == pytest.approx(1.25)


def test_a_heap_gives_the_smallest_first():
    generator = np.random.default_rng(3)
    keys, voters = np.empty(64), np.empty(64, dtype=np.int64)
    added = generator.random(64)
    for i, key in enumerate(added):
        heap_push(keys, voters, i, key, i)
    order = []
    for size in range(64, 0, -1):
        order.append(int(voters[0]))
        heap_pop(keys, voters, size)
    assert order == np.argsort(added).tolist()
