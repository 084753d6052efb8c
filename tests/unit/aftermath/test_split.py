"""Which camps leave, and who goes with them?"""

import numpy as np
import pytest

from kingmaker.actors.faction import complaint_against, split_prob
from kingmaker.aftermath.split import FOLLOW_PROB, allies_of, split_off
from kingmaker.rng import Streams
from tests.contest_builders import ADA, BEN, CY, DEE, STREAMS
from tests.unit.aftermath.stage import DEAF, ON, contest, off, stage

SHARES = np.array([0.4, 0.35, 0.2, 0.05])
SURE, NEVER = 2.0, -8.0


def split(it, winner=ADA, choices=None, strain=None, switches=ON, streams=STREAMS, gone=None):
    gone = np.zeros(len(it.members), dtype=np.bool_) if gone is None else gone
    strain = np.zeros((4, 4)) if strain is None else strain
    return split_off(
        it.setting, it.rivals, it.members, it.state, gone, winner, choices or {}, strain, SHARES,
        it.parameters, switches, streams,
    )  # fmt: skip


def test_chances_are_those_of_the_complaints():
    it = stage()
    strain = np.zeros((4, 4))
    strain[CY, ADA], strain[BEN, ADA] = 2.0, 1.0
    choices = {CY: "neutral", DEE: ADA}
    prob = split(it, choices=choices, strain=strain).prob
    for c in (BEN, CY, DEE):
        complaint = complaint_against(
            it.setting, it.rivals, c, ADA, strain, SHARES, frozenset({DEE})
        )
        assert prob[c] == split_prob(complaint, it.parameters)
    assert prob[ADA] == 0.0


def test_a_pact_with_the_third_drives_the_loser_out_and_keeps_the_ally():
    it = stage()
    alone = split(it, choices={CY: "neutral", DEE: None}).prob
    pact = split(it, choices={CY: ADA, DEE: None}).prob
    assert pact[BEN] > alone[BEN]
    assert pact[DEE] > alone[DEE]
    assert pact[CY] < alone[CY]
    assert (split(it, choices={CY: BEN, DEE: None}).prob == alone).all()


def test_allies_are_those_who_endorsed_the_winner():
    assert allies_of(ADA, {CY: ADA, DEE: "free-vote"}) == {CY}
    assert allies_of(BEN, {CY: ADA, DEE: None}) == frozenset()


def test_followers_are_attached_voters_who_are_still_there():
    """Half of 4 000 voters at attachment 0.5 would follow at full attachment: a quarter."""
    it = stage(split_base=SURE)
    strain = np.full((4, 4), 20.0)
    found = split(it, strain=strain)
    assert found.has_left.tolist() == [False, True, True, True]
    n, p = len(it.members) / 5, FOLLOW_PROB * 0.5
    for c in (BEN, CY, DEE):
        assert found.leavers[c] == pytest.approx(n * p, abs=4.5 * (n * p * (1 - p)) ** 0.5)
    assert found.leavers[ADA] == 0
    gone = it.state.first_vote == CY
    without_cy = split(it, strain=strain, gone=gone)
    assert without_cy.leavers.tolist() == [0, found.leavers[BEN], 0, found.leavers[DEE]]
    it.state.attachment[:] = 0.0
    assert split(it, strain=strain).leavers.sum() == 0


def test_as_many_leave_as_the_chance_says():
    it = stage(split_base=-1.0)
    prob = split(it).prob[BEN]
    left = [split(it, streams=Streams(1, r)).has_left[BEN] for r in range(300)]
    assert np.mean(left) == pytest.approx(prob, abs=4.5 * (prob * (1 - prob) / 300) ** 0.5)


def test_without_a_complaint_that_counts_nobody_leaves():
    it = stage(split_base=NEVER)
    found = split(it)
    assert 0.0 < found.prob[BEN] < 0.01
    assert not found.has_left.any()
    assert found.leavers.sum() == 0


def test_without_m39_nobody_leaves_and_nothing_is_drawn():
    found = split(stage(split_base=SURE), switches=off("M39"), streams=DEAF)
    assert (found.prob == 0.0).all()
    assert not found.has_left.any()


def test_there_is_no_party_to_leave_in_a_general_election():
    found = split(stage(contest(kind="general"), split_base=SURE), streams=DEAF)
    assert (found.prob == 0.0).all()


def test_a_line_of_several_candidates_is_no_camp():
    data = contest()
    last = data.candidates[3].model_copy(update={"aggregate": True})
    it = stage(
        data.model_copy(update={"candidates": (*data.candidates[:3], last)}), split_base=SURE
    )
    assert split(it, strain=np.full((4, 4), 20.0)).prob[DEE] == 0.0
