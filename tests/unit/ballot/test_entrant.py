"""The constant of a candidate who did not stand; everybody else's are held."""

import datetime as dt
import math

import numpy as np
import pytest

from kingmaker.ballot.constants import Constants
from kingmaker.ballot.entrant import MAX_STEP, admit, improve_entrant
from kingmaker.ballot.exact import CLOSED
from kingmaker.contest.entry import staying
from tests.contest_builders import election, tiny, tiny_table

HELD = Constants(
    candidate=np.array([0.4, -0.4]),
    sector=np.array([[0.1, 0.0], [0.0, 0.2]]),
    turnout=np.array([0.3, 0.5]),
    blank=CLOSED,
    shift=np.array([0.1, -0.1]),
    turnout_shift=0.05,
    held=True,
    pilots=4,
)


def test_the_first_guess_by_hand():
    """exp(0.5) + exp(-0.5) = 2.2553; a fifth of all is a quarter of the others."""
    wide = admit(HELD, 0.2, np.array([0.0, 0.3]))
    assert wide.candidate[2] == pytest.approx(math.log(2.2553 / 4), abs=1e-4)
    assert wide.candidate[:2].tolist() == [0.4, -0.4]
    assert wide.sector.tolist() == [[0.1, 0.0, 0.0], [0.0, 0.2, 0.3]]
    assert wide.shift.tolist() == [0.1, -0.1, 0.0]
    assert (wide.blank, wide.turnout_shift, wide.held, wide.pilots) == (CLOSED, 0.05, True, 4)
    assert HELD.candidate.size == 2


def test_a_closed_candidate_counts_for_nothing():
    closed = Constants(**{**vars(HELD), "shift": np.array([0.1, CLOSED])})
    wide = admit(closed, 0.5, np.zeros(2))
    assert wide.candidate[2] == pytest.approx(0.5)
    assert wide.shift[1] == CLOSED


def test_a_pilot_moves_the_entrant_alone():
    wide = admit(HELD, 0.2, np.zeros(2))
    better = improve_entrant(wide, np.array([450, 450, 100]), 0.2)
    wanted = math.log(0.25) - math.log((100.5 / 1001) / (1 - 100.5 / 1001))
    assert better.candidate[2] - wide.candidate[2] == pytest.approx(wanted)
    assert (better.candidate[:2] == wide.candidate[:2]).all()
    assert better.pilots == 5
    half = improve_entrant(wide, np.array([450, 450, 100]), 0.2, gain=0.5)
    assert half.candidate[2] - wide.candidate[2] == pytest.approx(0.5 * wanted)
    far = improve_entrant(wide, np.array([5_000, 5_000, 0]), 0.2)
    assert far.candidate[2] - wide.candidate[2] == MAX_STEP


def test_pilots_find_the_share_and_the_others_keep_their_places():
    data = tiny_table(roll={"round1": 6_000, "source": "x", "confidence": "assumed"})
    data["sectors"][0]["members"] = 2_400
    results = data["results"]
    results["round1"]["votes"] = {n: 10 * v for n, v in results["round1"]["votes"].items()}
    results["round1"] |= {"ballots": 4_600, "blank": 100}
    results["round2"] |= {"votes": {"ada": 2_300, "ben": 2_100}, "ballots": 4_500}
    # Eve stands where Cy does: he loses most.
    eve = {"id": "eve", "name": "Eve", "withdrawn": dt.date(2030, 5, 5), "machine": 0.0,
           "position": data["candidates"][2]["position"],
           "rejection": data["candidates"][2]["rejection"]}  # fmt: skip
    contest = tiny(**{**data, "candidates": [*data["candidates"], eve]})
    settings = {"spatial_weight": 2.5, "brokered_share": 0.0}
    base = election(contest, settings=settings)
    before = base.run_to_first_ballot()
    constants = admit(base.constants.hold(before), 0.15, np.zeros(2))
    for _ in range(4):
        wide = election(staying(contest, "eve"), settings=settings, constants=constants)
        after = wide.run_to_first_ballot()
        constants = improve_entrant(constants, after.votes, 0.15)
    assert after.votes[4] / after.votes.sum() == pytest.approx(0.15, abs=0.02)
    lost = 1.0 - after.votes[:4] / before.votes
    assert lost.argmax() == 2
    assert (lost > 0.0).all()
