"""Whom do contractors work for between the rounds, and why?"""

import types

import numpy as np
import pytest

from kingmaker.campaign.contracting import contractor_values, recontract
from tests.contest_builders import ADA, BEN, CY, DEE, STREAMS, finished, medians

WEIGHTS = {
    "contract_tie": 1.0,
    "contract_rent": 0.2,
    "contract_reward": 0.8,
    "contract_leader": 0.7,
    "contract_patron": 1.5,
    "grudge_weight": 0.6,
}
MACHINE = np.array([0.8, 1.4, 1.2, 0.9])


def contractor(camp=CY, tie=(0.0, 0.0, 0.0, 0.0), index=0, patron=-1, order=None):
    return types.SimpleNamespace(camp=camp, tie=tie, index=index, patron=patron, order=order)


def values(who=None, leader=None, patron=None, win=(0.5, 0.5), strain=None, **settings):
    held = np.zeros((4, 4)) if strain is None else strain
    return contractor_values(
        who or contractor(), (ADA, BEN), leader, patron, win, held, MACHINE,
        medians(**(WEIGHTS | settings)),
    )  # fmt: skip


def test_nothing_but_reward_machine_and_rent():
    """0.8 * 0.5 + 0.4 * (0.8 - 1) - 0.2 = 0.12; 0.4 + 0.4 * 0.4 - 0.2 = 0.36."""
    assert values() == pytest.approx((0.12, 0.36))


@pytest.mark.parametrize(
    ("reason", "gains"),
    [
        ({"who": contractor(tie=(0.9, -0.4, 5.0, 0.0))}, (0.9, -0.4)),
        ({"who": contractor(camp=BEN)}, (0.0, 3.0)),
        ({"leader": ADA}, (0.7, 0.0)),
        ({"leader": "neutral"}, (0.0, 0.0)),
        ({"leader": "free-vote"}, (0.0, 0.0)),
        ({"patron": BEN}, (0.0, 1.5)),
        ({"win": (0.9, 0.1)}, (0.32, -0.32)),
    ],
)
def test_each_reason_by_hand(reason, gains):
    assert np.subtract(values(**reason), values()) == pytest.approx(gains)


def test_what_stands_between_the_former_candidate_and_a_finalist_counts_half():
    strain = np.zeros((4, 4))
    strain[CY, ADA], strain[DEE, BEN] = 2.0, 9.0
    assert np.subtract(values(strain=strain), values()) == pytest.approx((-0.6, 0.0))


def choose(contractors, choices=None, patrons=None, day=1, news=False, streams=STREAMS, **settings):
    return recontract(
        contractors, (ADA, BEN), choices or {}, patrons or {}, (0.5, 0.5), np.zeros((4, 4)),
        MACHINE, medians(**(WEIGHTS | settings)), streams, day, news,
    )  # fmt: skip


def test_a_strong_tie_decides():
    devoted = contractor(tie=(50.0, 0.0, 0.0, 0.0))
    assert choose([devoted]) == 1
    assert devoted.order == ADA
    assert choose([devoted], day=2, news=True) == 0


def test_no_order_where_nobody_is_worth_the_rent():
    idle = contractor(tie=(-50.0, -50.0, 0.0, 0.0), order=ADA)
    assert choose([idle]) == 1
    assert idle.order is None


def test_patrons_and_leaders_are_heard():
    tied = contractor(patron=4)
    choose([tied], patrons={4: ADA}, contract_patron=5.0, contract_reward=0.0)
    assert tied.order == ADA
    choose([tied], patrons={4: BEN}, contract_patron=5.0, contract_reward=0.0)
    assert tied.order == BEN
    led = contractor()
    choose([led], choices={CY: ADA}, contract_leader=4.0, contract_reward=0.0)
    assert led.order == ADA


def test_the_mean_of_noise_is_a_matter_of_ties():
    """Two finalists alike: 400 contractors split evenly, 4.5 standard errors are 45."""
    many = [contractor(index=i) for i in range(400)]
    machine = np.ones(4)
    recontract(
        many, (ADA, BEN), {}, {}, (0.5, 0.5), np.zeros((4, 4)), machine,
        medians(**(WEIGHTS | {"contract_reward": 4.0})), STREAMS, 1, False,
    )  # fmt: skip
    assert sum(c.order == ADA for c in many) == pytest.approx(200, abs=45)
    assert all(c.order is not None for c in many)


def test_without_news_few_look_again():
    """On day two 10 % of 500 look: 50, 4.5 standard errors are 30."""
    many = [contractor(index=i, order=DEE) for i in range(500)]
    changed = choose(many, day=2, recontract_rate=0.1)
    assert changed == pytest.approx(50, abs=30)
    assert choose(many, day=3, news=True, recontract_rate=0.0) >= 440


def test_tastes_of_contractors_stay():
    one = [contractor(index=i) for i in range(100)]
    two = [contractor(index=i) for i in range(100)]
    choose(one, day=1)
    choose(two, day=5, news=True)
    assert [c.order for c in one] == [c.order for c in two]


def test_without_m15_contractors_of_the_eliminated_are_idle():
    model = finished(without=("M15",))
    for agent in model.contractors:
        assert agent.order == (agent.camp if agent.camp in (ADA, BEN) else None)


def test_without_m14_nobody_is_told_anything():
    assert (finished(without=("M14",)).orders() == -1).all()
