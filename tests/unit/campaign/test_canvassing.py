"""How many are reached, by whom, and what does it do to them?"""

import numpy as np
import pytest

from kingmaker.campaign.canvassing import MAX_REACH, canvass
from tests.contest_builders import ADA, BEN, election, medians, tiny


def test_reach_is_cumulative_contacts_per_member():
    """2.5 contacts by 4 and 8 activists on 100 members: 0.1 and 0.2."""
    work = canvass(
        np.array([[4, 8], [0, 0]]), np.array([100, 50]), medians(contact_rate=2.5), active=True
    )
    assert work.reach == pytest.approx(np.array([[0.1, 0.3], [0.0, 0.0]]))


def test_nobody_is_reached_twice_a_day():
    """Three and one contact per member wanted: 0.95 in all, in the same proportion."""
    work = canvass(np.array([[30, 10]]), np.array([10]), medians(contact_rate=1.0), active=True)
    assert work.reach == pytest.approx(np.array([[0.7125, MAX_REACH]]))


def test_an_empty_sector_does_no_harm():
    work = canvass(np.array([[3, 0]]), np.array([0]), medians(contact_rate=1.0), active=True)
    assert np.isfinite(work.reach).all()


def test_effects_are_probabilities_times_four():
    """The slope of the logit at one half."""
    work = canvass(
        np.array([[1]]), np.array([10]),
        medians(door_turnout=0.05, phone_turnout=0.02, contact_persuasion=0.1, door_share=0.25),
        active=True,
    )  # fmt: skip
    assert float(work.door_effect) == pytest.approx(0.2)
    assert float(work.phone_effect) == pytest.approx(0.08)
    assert float(work.persuasion) == pytest.approx(0.1)
    assert float(work.door_share) == pytest.approx(0.25)


def test_without_m10_nobody_is_contacted():
    work = canvass(np.array([[9, 9]]), np.array([10]), medians(), active=False)
    assert (work.reach == 0.0).all()
    model = election(without=("M10",))
    model.step()
    assert model.membership.contacts.sum() == 0
    assert (model.state.contact_turnout == 0.0).all()


def one_day(**settings):
    quiet = {
        "peer_anchor": 1.0, "opinion_relaxation": 0.0, "message_effect": 0.0,
        "electability_effect": 0.0,
    }  # fmt: skip
    model = election(tiny(), settings=quiet | settings)
    model.step()
    return model


def test_contacts_are_as_many_as_the_activists_manage():
    """20 % of 600 are 120 activists; 2 contacts each on 600 members: 240, 4.5 sd are 54."""
    model = one_day(activist_share=0.2, contact_rate=2.0)
    assert len(model.activists) == 120
    assert model.membership.contacts.sum() == pytest.approx(240, abs=54)


@pytest.mark.parametrize(("door_share", "effect"), [(1.0, 0.4), (0.0, 0.2)])
def test_only_own_supporters_are_mobilised(door_share, effect):
    model = one_day(
        activist_share=0.2, contact_rate=2.0, door_share=door_share, door_turnout=0.1,
        phone_turnout=0.05,
    )  # fmt: skip
    lifted = model.state.contact_turnout
    assert set(np.unique(lifted).tolist()) == {0.0, float(np.float32(effect))}
    own = (lifted > 0.0).sum()
    assert 0 < own < model.membership.contacts.sum()


def test_only_the_undecided_are_persuaded():
    """Their two best utilities differ by less than half a logit."""
    model = one_day(activist_share=0.2, contact_rate=2.0, contact_persuasion=0.3)
    moved = model.state.lean
    assert set(np.unique(moved).tolist()) == {0.0, float(np.float32(0.3))}
    touched = (moved > 0.0).any(axis=1)
    utility = model.members.base + model.climate.table[model.members.sector]
    best = np.sort(utility, axis=1)
    gap = best[:, -1] - best[:, -2]
    assert touched.sum() > 20
    assert gap[touched].max() < 0.5 + 1e-6
    assert ((moved > 0.0).sum(axis=1) <= 1).all()


def test_persuasion_fades():
    """Each day a tenth is forgotten, and nobody is contacted any more."""
    model = election(
        tiny(), settings={"peer_anchor": 1.0, "opinion_relaxation": 0.1}, without=("M10",)
    )
    model.state.lean[:, ADA] = 0.5
    model.state.lean[:, BEN] = -0.2
    model.step()
    model.step()
    assert model.state.lean[:, ADA] == pytest.approx(0.5 * 0.81, abs=1e-6)
    assert model.state.lean[:, BEN] == pytest.approx(-0.2 * 0.81, abs=1e-6)


def test_peers_pull_members_towards_their_groups_lead():
    """log of the group's share over the overall share, with 5 average members added."""
    settings = {"peer_anchor": 0.6, "opinion_relaxation": 0.5}
    model = election(tiny(), settings=settings, without=("M10",))
    model.step()
    assert (model.state.lean == 0.0).all()  # nobody has seen an opinion yet
    group, votes = model.members.peer_group, model.state.intention.copy()
    model.step()
    overall = (np.bincount(votes, minlength=4) + 0.5) / 602.0
    for g in np.unique(group):
        own = np.bincount(votes[group == g], minlength=4)
        share = (own + 5.0 * overall) / (own.sum() + 5.0)
        want = 0.5 * 0.4 * np.log(share / overall)
        assert model.state.lean[group == g][0] == pytest.approx(want, abs=1e-5)


def test_without_m12_peers_pull_nobody():
    model = election(tiny(), settings={"opinion_relaxation": 0.5}, without=("M10", "M12"))
    for _ in range(3):
        model.step()
    assert (model.state.lean == 0.0).all()
