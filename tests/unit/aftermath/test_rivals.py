"""What is known of rival parties, and what is drawn?"""

import numpy as np
import pytest

from kingmaker.actors.rivals import GENERIC, GENERIC_TIE, resolve_rivals, rival_distance
from kingmaker.contest.load import load_contest
from kingmaker.population.setting import resolve
from kingmaker.rng import Streams
from tests.contest_builders import CY, SOURCED, STREAMS, bare, medians, tiny
from tests.unit.aftermath.stage import PARTIES, contest


def rivals_of(made, streams=STREAMS):
    return resolve_rivals(resolve(made, medians(), streams), streams)


def test_a_file_is_read():
    rivals = rivals_of(contest())
    assert rivals.ids == ("near", "far")
    assert rivals.positions.tolist() == [[0.3, -0.8, -0.3], [-2.0, 2.0, 2.0]]
    assert rivals.ties.tolist() == [[0.0, 0.0], [0.0, 0.0], [0.0, 0.4], [0.0, 0.0]]
    assert rivals.sizes.tolist() == [4.0, 36.0]
    assert rivals.drawn == ()
    assert not rivals.positions.flags.writeable


def test_politicians_of_a_party_are_no_party():
    mp = {"id": "mp", "name": "M", "role": "rival-party", "party": "near", **SOURCED}
    assert rivals_of(contest(parties=[*PARTIES, mp])).ids == ("near", "far")
    assert rivals_of(load_contest("il-labor-2011")).ids == ("independence", "kadima", "likud")


def test_what_a_file_does_not_say_is_drawn_once_and_reported():
    new = {"id": "new", "name": "New", "role": "rival-party", **SOURCED}
    none = {"id": "none", "name": "None", "role": "rival-party", "seats": 0, **SOURCED}
    rivals = rivals_of(contest(parties=[*PARTIES, new, none]))
    assert rivals.drawn == ("positions of the rival parties new, none",)
    assert rivals.sizes.tolist() == pytest.approx([4.0, 36.0, 41.0 / 3.0, 1.0])
    again = rivals_of(contest(parties=[*PARTIES, new]), STREAMS.for_pilot(3))
    assert (again.positions == rivals.positions[:3]).all()
    other = rivals_of(contest(parties=[*PARTIES, new]), Streams(STREAMS.seed, 1))
    assert (other.positions[2] != rivals.positions[2]).any()


def test_a_file_without_rivals_gets_one():
    for made in (tiny(), bare()):
        rivals = rivals_of(made)
        assert rivals.ids == (GENERIC,)
        assert (rivals.ties == GENERIC_TIE).all()
        assert rivals.positions.shape == (1, 3)
        assert len(rivals.drawn) == len(rivals) == 1


def test_distance_is_half_the_squared_one():
    setting = resolve(contest(), medians(), STREAMS)
    rivals = resolve_rivals(setting, STREAMS)
    distance = rival_distance(setting, rivals)
    assert distance.shape == (4, 2)
    gaps = np.array([-0.2 + 2.0, 0.7 - 2.0, -2.0])
    by_hand = 0.5 * (setting.salience * gaps**2).sum()
    assert distance[CY, 1] == pytest.approx(by_hand)
    assert distance[3, 0] == 0.0
