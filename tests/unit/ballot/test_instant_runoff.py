"""Do ballots move on as an instant runoff says?"""

from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np
import pytest

from kingmaker.ballot.casting import Climate32, FirstBallot
from kingmaker.ballot.exact import CLOSED
from kingmaker.ballot.instant_runoff import instant_runoff
from kingmaker.population.members import MemberState, Vote

A, B, C, D = range(4)


@dataclass
class Rows:
    """The members' columns that the count reads."""

    sector: np.ndarray
    base: np.ndarray
    attention: np.ndarray

    def __len__(self):
        return self.sector.size


def counted(
    rankings, n_candidates=4, told=(), others=(), shift=None, sectors=None, blank=1, **climate
):
    """Count an instant runoff of free voters' rankings, members told, and those without a vote.

    A ranking is a string such as "ba", best first; told are pairs of an order and a ranking.
    `blank` are the blank ballots of round one.
    """
    n_free, n_told = len(rankings), len(told)
    n = n_free + n_told + len(others)
    shift = np.zeros(n_candidates) if shift is None else np.array(shift, dtype=float)
    utilities = np.full((n_free, n_candidates + 1), -9.0)
    utilities[:, -1] = -5.0
    for row, ranking in zip(utilities, rankings, strict=True):
        for place, name in enumerate(ranking):
            row["abcd".index(name)] = -float(place)
    state = MemberState.fresh(n, n_candidates)
    base = np.zeros((n, n_candidates), dtype=np.float32, order="F")
    best = (utilities + np.append(shift, 0.0)).argmax(axis=1)
    state.first_vote[:n_free] = np.where(best < n_candidates, best, Vote.BLANK)
    for i, (order, ranking) in enumerate(told, start=n_free):
        state.first_vote[i] = order
        for place, name in enumerate(ranking):
            base[i, "abcd".index(name)] = 9.0 - place
    state.first_vote[n_free + n_told :] = others
    votes = np.bincount(state.first_vote[state.first_vote >= 0], minlength=n_candidates)
    nothing = np.zeros(n_candidates, dtype=np.int64)
    ballot = FirstBallot(
        votes, blank, nothing, nothing, nothing, shift, 0.0, 0.0,
        np.arange(n_free), utilities, np.zeros(0),
    )  # fmt: skip
    sector = np.zeros(n, dtype=np.uint8) if sectors is None else np.array(sectors, dtype=np.uint8)
    n_sectors = int(sector.max(initial=0)) + 1
    flat = {
        "table": np.zeros((n_sectors, n_candidates), dtype=np.float32),
        "electability": np.zeros(n_candidates, dtype=np.float32),
        "strongest": 0,
        "projection": np.float32(0.0),
    }
    members = Rows(sector, base, np.ones(n, dtype=np.float32))
    setting = SimpleNamespace(n_sectors=n_sectors, n_candidates=n_candidates)
    before = state.first_vote.copy()
    result = instant_runoff(setting, members, state, ballot, Climate32(**(flat | climate)))
    assert (state.first_vote == before).all()
    assert result.counts.sum(axis=1).tolist() == [n_free + n_told] * (n_candidates - 1)
    return result


def test_transfers_can_turn_the_first_count_round():
    result = counted(["a"] * 6 + ["b"] * 5 + ["cb"] * 3 + ["dcb"] * 1)
    assert result.eliminated == (D, C)
    assert result.counts.tolist() == [[6, 5, 3, 1, 0], [6, 5, 4, 0, 0], [6, 9, 0, 0, 0]]
    assert (result.finalists, result.votes, result.tie) == ((A, B), (6, 9), "")


def test_the_third_of_round_one_can_come_into_the_last_count():
    result = counted(["ab"] * 6 + ["bc"] * 4 + ["cb"] * 3 + ["dc"] * 2)
    assert result.eliminated == (D, B)
    assert (result.finalists, result.votes) == ((A, C), (6, 9))


def test_finalists_come_in_the_order_of_their_first_preferences():
    assert counted(["a"] * 3 + ["b"] * 5 + ["c"]).finalists == (B, A)
    assert counted(["b"] * 3 + ["a"] * 3 + ["c"]).finalists == (A, B)


def test_a_ballot_is_exhausted_where_nobody_is_left_above_blank():
    result = counted(["a"] * 5 + ["b"] * 4 + ["c"] * 3 + ["d", "dc"])
    assert result.counts[:, -1].tolist() == [0, 1, 5]
    assert result.final_vote.tolist() == [A] * 5 + [B] * 4 + [Vote.BLANK] * 5
    assert result.flows[0, C].tolist() == [0, 0, 3, 0, 0]
    assert result.flows[0, D].tolist() == [0, 0, 2, 0, 0]


def test_no_ballot_is_exhausted_where_nobody_voted_blank():
    """A blank ballot was closed then: whoever is worth least is better than none."""
    result = counted(["a"] * 5 + ["b"] * 4 + ["c"] * 3 + ["d", "dc"], blank=0)
    assert result.counts[:, -1].tolist() == [0, 0, 0]
    assert result.eliminated == (D, C)


def test_the_polling_days_shift_counts_in_every_preference():
    """All of d's voters prefer b to c by one; shifts of 2 and of 3 turn that round."""
    rankings = ["a"] * 4 + ["b"] * 4 + ["c"] * 3 + ["dbc"] * 2
    assert counted(rankings).votes == (4, 6)
    assert counted(rankings, shift=[0.0, 0.0, 3.0, 2.0]).eliminated == (D, B)


def test_members_who_voted_as_told_go_on_by_their_own_utility():
    told = [(D, "cb")] * 3 + [(C, "dab")]
    result = counted(["a"] * 6 + ["b"] * 5 + ["c"] * 3, told=told)
    assert result.eliminated == (D, B)
    assert result.counts[0].tolist() == [6, 5, 4, 3, 0]
    assert result.counts[1].tolist() == [6, 5, 7, 0, 0]
    assert result.final_vote[-4:].tolist() == [C] * 4
    other = counted(["a"] * 6 + ["b"] * 5 + ["c"] * 3, told=[(D, "bc")] * 3 + [(C, "dab")])
    assert other.counts[1].tolist() == [6, 8, 4, 0, 0]
    assert other.counts[2].tolist() == [7, 8, 0, 0, 3]


def test_what_they_prefer_holds_sector_seats_and_polling_day():
    """Three d are told and like b and c alike; each cause alone brings c before b."""
    people = (["a"] * 6 + ["b"] * 5 + ["c"] * 4,)
    told = {"told": [(D, "")] * 3}
    table = np.zeros((1, 4), dtype=np.float32)
    assert counted(*people, **told).counts[1].tolist() == [9, 5, 4, 0, 0]
    table[0, C] = 0.5
    assert counted(*people, **told, table=table).counts[1].tolist() == [6, 5, 7, 0, 0]
    seats = np.array([0.0, 0.0, 0.5, 0.0], dtype=np.float32)
    assert counted(*people, **told, electability=seats).counts[1].tolist() == [6, 5, 7, 0, 0]
    shift = [0.0, 0.0, 0.5, 0.0]
    assert counted(*people, **told, shift=shift).counts[1].tolist() == [6, 5, 7, 0, 0]


@pytest.mark.parametrize(("intention", "count"), [(C, [6, 5, 7, 0, 0]), (A, [9, 5, 4, 0, 0])])
def test_partisans_of_others_believe_in_a_part_of_the_seats(intention, count):
    seats = np.array([0.0, 0.0, 0.5, 0.0], dtype=np.float32)
    table = np.array([[0.2, 0.0, 0.0, 0.0]], dtype=np.float32)
    original = MemberState.fresh

    def fresh(n, n_candidates):
        state = original(n, n_candidates)
        state.intention[:] = intention
        return state

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(MemberState, "fresh", fresh)
        result = counted(
            ["a"] * 6 + ["b"] * 5 + ["c"] * 4, told=[(D, "")] * 3, table=table,
            electability=seats, strongest=C, projection=np.float32(0.8),
        )  # fmt: skip
    assert result.counts[1].tolist() == count


def test_of_two_last_ones_the_later_on_the_ballot_goes_out_and_it_is_said():
    result = counted(["a"] * 5 + ["b"] * 4 + ["cb"] * 2 + ["db"] * 2)
    assert result.eliminated == (D, C)
    assert result.tie == "count 1: last place, the latest on the ballot goes out"
    twice = counted(["a"] * 5 + ["b"] * 2 + ["c"] * 2 + ["d"] * 2)
    assert twice.eliminated == (D, C)
    assert twice.tie.count("last place") == 2


def test_a_tie_of_candidates_without_a_vote_is_not_worth_a_word():
    result = counted(["a"] * 5 + ["b"] * 4)
    assert (result.eliminated, result.tie) == ((D, C), "")


def test_a_candidate_who_was_closed_gets_nothing():
    """-1e30 closes whom nobody voted for; he is out before anybody's ballot moves."""
    result = counted(["a"] * 5 + ["b"] * 4 + ["cdb"] * 3, shift=[0.0, 0.0, 0.0, CLOSED])
    assert result.eliminated == (D, C)
    assert result.votes == (5, 7)


def test_two_candidates_are_counted_once():
    result = counted(["a", "b", "b"], n_candidates=2)
    assert (result.finalists, result.votes, result.eliminated) == ((B, A), (2, 1), ())
    assert result.counts.shape == (1, 3)


def test_flows_by_sector_and_first_vote():
    others = [Vote.ABSTAINED, Vote.NOT_ON_ROLL, Vote.ABSTAINED]
    sectors = [0, 0, 1, 1, 1, 0, 1, 0]
    result = counted(
        ["a", "a", "b", "cb", ""], n_candidates=3, others=others, sectors=sectors
    )  # fmt: skip
    expected = np.zeros((2, 6, 5), dtype=int)
    expected[0, A, 0] = 2
    expected[1, B, 1] = 1
    expected[1, C, 1] = 1
    expected[1, 4, 2] = 1
    expected[0, 3, 3] = 2
    expected[1, 5, 4] = 1
    assert result.finalists == (A, B)
    assert (result.flows == expected).all()
