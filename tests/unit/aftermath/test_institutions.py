"""Who builds for the next contest?"""

import numpy as np
import pytest

from kingmaker.aftermath.institutions import activists_lost, next_machines
from kingmaker.population.activists import RANK_WEIGHT
from kingmaker.rng import Streams
from tests.contest_builders import ADA, BEN, CY, DEE, STREAMS
from tests.unit.aftermath.stage import DEAF, ON, off, stage

NONE = np.zeros(4, dtype=np.bool_)
MACHINE = [0.8, 1.4, 1.2, 0.9]


def machines(winner=ADA, lost=None, has_left=NONE, switches=ON, streams=STREAMS, **settings):
    it = stage(**settings)
    lost = np.zeros(4) if lost is None else np.array(lost)
    return next_machines(it.setting, winner, lost, has_left, it.parameters, switches, streams)


def test_losers_grow_and_the_winner_does_not():
    grown = machines(institution_growth=0.3)
    assert grown[ADA] == 0.8
    for c in (BEN, CY, DEE):
        assert MACHINE[c] < grown[c] < MACHINE[c] * 1.6


def test_losers_grow_by_the_parameter_on_average():
    """The mean of 2u is 1, its variance 1/3."""
    it = stage(institution_growth=0.3)
    ratio = [
        next_machines(it.setting, ADA, np.zeros(4), NONE, it.parameters, ON, Streams(1, r))[BEN]
        / MACHINE[BEN]
        for r in range(400)
    ]
    assert np.mean(ratio) == pytest.approx(1.3, abs=4.5 * 0.3 * (1 / 3 / 400) ** 0.5)


def test_whom_a_camp_lost_it_misses():
    whole = machines(institution_growth=0.3)
    part = machines(lost=[0.5, 0.0, 0.25, 0.0], institution_growth=0.3)
    assert part == pytest.approx(whole * [0.5, 1.0, 0.75, 1.0])


def test_a_camp_that_left_has_no_machine_in_the_party():
    left = np.array([False, True, False, False])
    assert machines(has_left=left)[BEN] == 0.0
    assert machines(has_left=left, switches=off("M36"))[BEN] == 0.0


def test_without_m36_machines_stay_as_they_are():
    same = machines(lost=[0.5] * 4, switches=off("M36"), streams=DEAF)
    assert same.tolist() == MACHINE


def test_higher_ranks_are_missed_more():
    it = stage(activist_share=0.05)
    a = it.activists
    nobody = np.zeros(len(a), dtype=np.bool_)
    assert (activists_lost(a, nobody, 4) == 0.0).all()
    assert activists_lost(a, ~nobody, 4) == pytest.approx(np.ones(4))
    heads = a.rank > 0
    own = a.home == CY
    weight = RANK_WEIGHT[a.rank]
    by_hand = weight[own & heads].sum() / weight[own].sum()
    assert activists_lost(a, heads, 4)[CY] == pytest.approx(by_hand)
    assert by_hand > heads[own].mean()
