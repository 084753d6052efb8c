"""Are the endorsers' equilibria and best replies those of games that everybody knows?"""

import itertools
import warnings
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import kingmaker.alliance.game as game_module
from kingmaker.alliance.game import MAX_PROFILES, best_replies, solve
from kingmaker.errors import InvariantError

ROW, COLUMN = 7, 9  # players are known by their indices, wherever these begin


def two(row, column):
    """Make the payoffs of two players from their matrices, by the row's and column's option."""
    n = len(row)

    def payoffs(player, others):
        if player == ROW:
            return {o: row[o][others[COLUMN]] for o in range(n)}
        return {o: column[others[ROW]][o] for o in range(n)}

    return payoffs


def fixed(values):
    """Make the payoffs of one player, whom nobody else concerns."""

    def payoffs(player, others):
        return values

    return payoffs


def solved(row, column):
    return solve((ROW, COLUMN), range(len(row)), two(row, column))


def pairs(profiles):
    return [(p[ROW], p[COLUMN]) for p in profiles]


def test_prisoners_dilemma():
    found = solved([[3, 0], [5, 1]], [[3, 5], [0, 1]])
    assert pairs(found.pure) == [(1, 1)]
    assert found.mixed == ()
    assert found.chosen == {ROW: 1, COLUMN: 1}
    assert found.note == "1 equilibrium"


def test_coordination_with_risk_dominance_against_payoffs():
    """Stag hunt: both hunt the stag for 4, or the hare for 3; alone the hare still gives 3."""
    found = solved([[4, 0], [3, 3]], [[4, 3], [0, 3]])
    assert pairs(found.pure) == [(0, 0), (1, 1)]
    assert found.mixed == ({ROW: (0.75, 0.25), COLUMN: (0.75, 0.25)},)
    assert found.chosen == {ROW: 1, COLUMN: 1}  # losses of 3 * 3 against 1 * 1
    assert found.note == (
        "3 equilibria, 1 of them mixed; taken is the one from which leaving costs most "
        "(risk dominance)"
    )


def test_what_one_player_likes_is_not_weighed_against_what_another_likes():
    """Ten times the utility of one player moves nobody."""
    row, column = np.array([[2, 0], [0, 1]]), np.array([[1, 0], [0, 3]])
    for scale in (1, 10, 0.1):
        assert solved((scale * row).tolist(), column.tolist()).chosen == {ROW: 1, COLUMN: 1}


def test_battle_of_the_sexes():
    found = solved([[2, 0], [0, 1]], [[1, 0], [0, 2]])
    assert pairs(found.pure) == [(0, 0), (1, 1)]
    assert found.mixed == ({ROW: (0.666667, 0.333333), COLUMN: (0.333333, 0.666667)},)
    assert found.chosen == {ROW: 0, COLUMN: 0}
    assert "nothing else sets one apart" in found.note


def test_equal_losses_and_a_larger_sum():
    found = solved([[1, 0], [0, 2]], [[2, 0], [0, 1]])
    assert "nothing else" in found.note
    richer = solved([[1, 5], [0, 7]], [[2, 0], [5, 6]])
    assert pairs(richer.pure) == [(0, 0), (1, 1)]
    assert richer.chosen == {ROW: 1, COLUMN: 1}  # losses 1 * 2 and 2 * 1, sums 3 and 13
    assert richer.note.endswith("taken is the one with the largest sum of payoffs")


def test_matching_pennies():
    found = solved([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])
    assert found.pure == ()
    assert found.mixed == ({ROW: (0.5, 0.5), COLUMN: (0.5, 0.5)},)
    assert found.note == (
        "no pure equilibrium, 1 mixed; best replies in turn go round through 4 profiles; taken "
        "is the one in which nobody could gain more than 2.00"
    )
    assert tuple(found.chosen) == (ROW, COLUMN)


def test_of_a_circle_the_profile_with_the_least_regret():
    """Pennies in which one corner is nearly good for the column."""
    found = solved([[1, -1], [-1, 1]], [[-0.1, 0.0], [1, -1]])
    assert found.pure == ()
    assert found.chosen == {ROW: 0, COLUMN: 0}
    assert found.note.endswith("nobody could gain more than 0.10")


def test_rock_paper_scissors():
    row = [[0, -1, 1], [1, 0, -1], [-1, 1, 0]]
    found = solved(row, [[-x for x in line] for line in row])
    assert found.pure == ()
    assert found.mixed == ({ROW: (0.333333,) * 3, COLUMN: (0.333333,) * 3},)


def test_one_pure_equilibrium_beside_mixed_ones():
    """Rock, paper, scissors, or a fourth that is best against itself alone."""
    row = [[0, -1, 1, 0], [1, 0, -1, 0], [-1, 1, 0, 0], [-1, -1, -1, 1]]
    found = solved(row, [list(line) for line in zip(*row, strict=True)])
    assert pairs(found.pure) == [(3, 3)]
    assert found.mixed
    assert "taken is the one that leaves nothing to chance" in found.note


# --- one player, and more than two ------------------------------------------------------------


def test_one_player_takes_the_best():
    found = solve((4,), (1, 0, "neutral"), fixed({0: 0.2, 1: 0.1, "neutral": 0.3}))
    assert found.chosen == {4: "neutral"}
    assert found.pure == ({4: "neutral"},)
    assert found.note == "1 best option"


def test_one_player_of_whom_two_options_are_equal():
    found = solve((4,), (1, 0, "neutral"), fixed({0: 0.3, 1: 0.1, "neutral": 0.3}))
    assert [p[4] for p in found.pure] == [0, "neutral"]
    assert found.chosen == {4: 0}
    assert found.note.startswith("2 options are equally good; taken is the first in the order")


def majority(player, others):
    """Three players like to be with the others, on the first side a little more."""
    return {o: sum(x == o for x in others.values()) + (0.5 if o == 0 else 0.0) for o in (0, 1)}


def test_three_players_who_like_to_agree():
    found = solve((2, 3, 5), (0, 1), majority)
    assert [tuple(p.values()) for p in found.pure] == [(0, 0, 0), (1, 1, 1)]
    assert found.chosen == {2: 0, 3: 0, 5: 0}
    assert found.note == (
        "2 pure equilibria; taken is the one from which leaving costs most (risk dominance)"
    )
    assert found.mixed == ()


def test_three_players_in_a_circle():
    """1 wants to do as 2, 2 as 3, and 3 as 1 does not."""
    after = {1: 2, 2: 3, 3: 1}

    def payoffs(player, others):
        other = others[after[player]]
        return {o: float((o == other) == (player != 3)) for o in ("neutral", 0)}

    found = solve((1, 2, 3), ("neutral", 0), payoffs)
    assert found.pure == ()
    assert found.note.startswith("no pure equilibrium, and mixed ones are looked for between two")
    assert "go round through 6 profiles" in found.note


def test_many_players_are_left_to_reply_in_turn():
    """Ten players of three options: 59 049 profiles, of which a few hundred are looked at."""
    asked = []

    def payoffs(player, others):
        asked.append(player)
        values = majority(player, others)
        return values | {"neutral": 1.2}

    players = tuple(range(10))
    found = solve(players, (0, 1, "neutral"), payoffs)
    assert MAX_PROFILES < 3**10
    assert len(asked) < 200
    assert found.pure == (found.chosen,)
    assert found.note == (
        "59049 profiles are too many to look at all; best replies in turn end in this one"
    )
    replies = best_replies(players, (0, 1, "neutral"), payoffs, found.chosen)
    assert all(reply.is_best for reply in replies.values())


def test_many_players_who_never_come_to_rest():
    """Everybody goes with the next one, the last against the first."""

    def payoffs(player, others):
        same = float(player != 9)
        other = others[(player + 1) % 10]
        return {o: same if o == other else 1.0 - same for o in (0, 1, 2)}

    found = solve(range(10), (0, 1, 2), payoffs)
    assert found.pure == ()
    assert "too many to look at all; best replies in turn go round through" in found.note


def test_replies_begin_with_everybody_neutral(monkeypatch):
    monkeypatch.setattr(game_module, "MAX_PROFILES", 0)
    options = (0, 1, "neutral")

    def payoffs(player, others):
        return {o: float(o in others.values()) for o in options}

    assert solve((1, 2), options, payoffs).chosen == {1: "neutral", 2: "neutral"}
    assert solve((1, 2), (0, 1), payoffs).chosen == {1: 0, 2: 0}


def test_nobody_moves_for_nothing(monkeypatch):
    monkeypatch.setattr(game_module, "MAX_PROFILES", 0)
    options = (0, 1, "neutral")
    rounded = fixed({0: 0.3, 1: 0.1 + 0.2, "neutral": 0.0})
    assert solve((4,), options, rounded).chosen == {4: 0}
    assert solve((4,), options, fixed({0: 0.3, 1: 0.1, "neutral": 0.3})).chosen == {4: "neutral"}


# --- ties, and payoffs ------------------------------------------------------------------------


def test_ties_are_said():
    found = solved([[1, 1], [1, 1]], [[1, 0], [1, 0]])
    assert pairs(found.pure) == [(0, 0), (1, 0)]
    assert found.note.endswith("; some options tie, so that not all mixed equilibria are known")
    assert found.chosen == {ROW: 0, COLUMN: 0}


def test_rounding_makes_no_gain():
    """0.1 + 0.2 and 0.3 are the same to people."""
    found = solved([[0.1 + 0.2, 0], [0.3, 1]], [[1, 0], [1, 1]])
    assert pairs(found.pure) == [(0, 0), (1, 0), (1, 1)]
    assert "tie" in found.note


def test_a_payoff_must_be_a_number():
    with pytest.raises(InvariantError, match="payoffs are finite"):
        solve((1,), (0, 1), fixed({0: float("nan"), 1: 0.0}))


def test_a_player_is_asked_once_and_never_shown_his_own_option():
    asked = []

    def payoffs(player, others):
        assert player not in others
        assert len(others) == 2
        asked.append((player, tuple(others.items())))
        return majority(player, others) | {"free-vote": 99.0}

    solve((2, 3, 5), (0, 1), payoffs)
    assert len(asked) == len(set(asked)) == 3 * 2**2


# --- best replies to what was done ------------------------------------------------------------


def test_best_replies_to_what_was_done():
    """Both kept silent in the dilemma: each could have gained 2."""
    payoffs = two([[3, 0], [5, 1]], [[3, 5], [0, 1]])
    silent = best_replies((ROW, COLUMN), (0, 1), payoffs, {ROW: 0, COLUMN: 0})
    for reply in silent.values():
        assert (reply.option, reply.best, reply.shortfall, reply.is_best) == (0, 1, 2.0, False)
    mixed = best_replies((ROW, COLUMN), (0, 1), payoffs, {ROW: 1, COLUMN: 0})
    assert mixed[ROW].is_best
    assert (mixed[COLUMN].best, mixed[COLUMN].shortfall) == (1, 1.0)


def test_of_equal_options_the_one_that_was_taken_is_best():
    replies = best_replies((4,), (0, 1), fixed({0: 0.3, 1: 0.1 + 0.2}), {4: 1})
    assert (replies[4].best, replies[4].shortfall, replies[4].is_best) == (1, 0.0, True)
    other = best_replies((4,), (0, 1), fixed({0: 0.3, 1: 0.1 + 0.2}), {4: 0})
    assert (other[4].best, other[4].shortfall, other[4].is_best) == (0, 0.0, True)


def test_an_option_of_another_game():
    with pytest.raises(ValueError, match="free-vote"):
        best_replies((4,), (0, 1), fixed({0: 0.0, 1: 0.0}), {4: "free-vote"})


# --- random games -----------------------------------------------------------------------------


def matrices(n, largest=9):
    line = st.lists(st.integers(-largest, largest), min_size=n, max_size=n)
    return st.lists(line, min_size=n, max_size=n)


@given(st.integers(2, 3).flatmap(lambda n: st.tuples(matrices(n), matrices(n))))
def test_nashpy_finds_the_same_pure_equilibria(game):
    import nashpy

    row, column = game
    found = solved(row, column)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        pure = [
            (int(a.argmax()), int(b.argmax()))
            for a, b in nashpy.Game(np.array(row), np.array(column)).support_enumeration()
            if a.max() == 1.0 == b.max()
        ]
    assert sorted(pairs(found.pure)) == sorted(set(pure))


@given(st.integers(1, 4), st.integers(1, 3), st.data())
def test_every_pure_equilibrium_is_one_and_none_is_missing(n_players, n_options, data):
    players, options = tuple(range(3, 3 + n_players)), tuple(range(n_options))
    table = data.draw(
        st.lists(
            st.lists(st.integers(-3, 3), min_size=n_players, max_size=n_players),
            min_size=n_options**n_players, max_size=n_options**n_players,
        )
    )  # fmt: skip
    worth = dict(zip(itertools.product(options, repeat=n_players), table, strict=True))

    def value(player, profile):
        return worth[tuple(profile[p] for p in players)][players.index(player)]

    def payoffs(player, others):
        return {o: value(player, {**others, player: o}) for o in options}

    found = solve(players, options, payoffs)
    stable = [
        dict(zip(players, profile, strict=True))
        for profile in worth
        if all(
            value(p, dict(zip(players, profile, strict=True)))
            >= value(p, dict(zip(players, profile, strict=True)) | {p: o})
            for p in players
            for o in options
        )
    ]
    assert list(found.pure) == stable
    assert found.chosen in stable or not stable
    assert tuple(found.chosen) == players
    replies = best_replies(players, options, payoffs, found.chosen)
    assert all(reply.is_best for reply in replies.values()) == (found.chosen in stable)


def indifferent(payoffs, own, others):
    """Return chances on `others` that make all of `own` equally good, exactly; None without."""
    n = len(others)
    lines = [
        [Fraction(payoffs[i][j] - payoffs[own[0]][j]) for j in others] + [Fraction(0)]
        for i in own[1:]
    ] + [[Fraction(1)] * (n + 1)]
    for k in range(n):
        pivot = next((r for r in range(k, len(lines)) if lines[r][k]), None)
        if pivot is None:
            return None
        lines[k], lines[pivot] = lines[pivot], lines[k]
        lines[k] = [x / lines[k][k] for x in lines[k]]
        for r in range(len(lines)):
            if r != k:
                lines[r] = [x - lines[r][k] * y for x, y in zip(lines[r], lines[k], strict=True)]
    chances = [Fraction(0)] * len(payoffs[0])
    for k, j in enumerate(others):
        chances[j] = lines[k][-1]
    return chances if all(chances[j] > 0 for j in others) else None


def exact_equilibria(row, column):
    """Find all equilibria of a game without ties, in fractions."""
    n = len(row)
    turned = [list(line) for line in zip(*column, strict=True)]
    for size in range(1, n + 1):
        for own, others in itertools.product(itertools.combinations(range(n), size), repeat=2):
            q, p = indifferent(row, own, others), indifferent(turned, others, own)
            if q is None or p is None:
                continue
            worth = [sum(x * y for x, y in zip(line, q, strict=True)) for line in row]
            back = [sum(x * y for x, y in zip(line, p, strict=True)) for line in turned]
            if max(worth) == worth[own[0]] and max(back) == back[others[0]]:
                yield tuple(round(float(x), 6) for x in p), tuple(round(float(x), 6) for x in q)


@given(matrices(3, largest=40), matrices(3, largest=40))
def test_mixed_equilibria_are_those_of_exact_arithmetic(row, column):
    """Payoffs in tenths, as rounding may lose an equilibrium."""
    found = solved(
        [[0.1 * x for x in line] for line in row], [[0.1 * x for x in line] for line in column]
    )
    exact = list(exact_equilibria(row, column))
    mixed = [pair for pair in exact if max(map(max, pair)) < 1.0]
    assert len(exact) == len(found.pure) + len(found.mixed)
    if len(exact) % 2 == 0:
        assert "tie" in found.note
    ours = [(m[ROW], m[COLUMN]) for m in found.mixed]
    assert np.array(sorted(ours)) == pytest.approx(np.array(sorted(mixed)), abs=2e-6)
