"""Whom do contractors work for between the rounds, and why?"""

import types

import numpy as np
import pytest

from kingmaker import interlude
from kingmaker.campaign.contracting import Bargain, contractor_values, recontract
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


def values(
    who=None, leader=None, patron=None, win=(0.5, 0.5), strain=None, bargain=Bargain.USUAL,
    **settings,
):  # fmt: skip
    held = np.zeros((4, 4)) if strain is None else strain
    return contractor_values(
        who or contractor(), (ADA, BEN), leader, patron, win, held, MACHINE,
        medians(**(WEIGHTS | settings)), bargain,
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


def test_in_an_auction_neither_patron_nor_leader_counts_and_the_reward_twice():
    """2 * 0.8 * 0.9 + 2 * 0.4 * (0.8 - 1) - 0.2 for ada, who is likely to win."""
    bid = {"leader": BEN, "patron": BEN, "win": (0.9, 0.1), "bargain": Bargain.AUCTION}
    assert values(**bid) == pytest.approx((1.44 - 0.16 - 0.2, 0.16 + 0.32 - 0.2))
    tied = values(**bid, who=contractor(tie=(0.5, -0.5, 0.0, 0.0)))
    assert np.subtract(tied, values(**bid)) == pytest.approx((0.5, -0.5))


def test_bound_to_their_patrons_they_follow_him_ten_times_as_much():
    bound = {"patron": BEN, "bargain": Bargain.PATRONS}
    assert np.subtract(values(**bound), values()) == pytest.approx((0.0, 15.0))
    # Where he has not spoken they are free as usual.
    assert values(bargain=Bargain.PATRONS, leader=ADA) == values(leader=ADA)


@pytest.mark.parametrize(
    ("behaviour", "bargain"),
    [("historical", Bargain.USUAL), ("broker-auction", Bargain.AUCTION),
     ("patron-tied", Bargain.PATRONS)],
)  # fmt: skip
def test_behaviours_bind_contractors(behaviour, bargain, monkeypatch):
    seen = set()

    def noted(*arguments, **named):
        seen.add(named["bargain"])
        return recontract(*arguments, **named)

    monkeypatch.setattr(interlude, "recontract", noted)
    finished(behaviour=behaviour)
    assert seen == {bargain}


def test_contractors_of_an_idle_machine_give_no_order():
    many = [contractor(index=i, order=ADA, camp=camp) for i, camp in enumerate((CY, DEE, CY, BEN))]
    recontract(
        many, (ADA, BEN), {}, {}, (0.5, 0.5), np.zeros((4, 4)), MACHINE,
        medians(**(WEIGHTS | {"contract_reward": 6.0})), STREAMS, 3, True, idle=frozenset({CY}),
    )  # fmt: skip
    assert [c.order is None for c in many] == [True, False, True, False]


def test_a_contractor_of_a_finalist_who_has_called_for_the_other_is_free_to_go():
    own = contractor(camp=BEN)
    assert values(own, leader=ADA)[1] == pytest.approx(values()[1])
    assert values(own, leader=ADA)[0] == pytest.approx(values()[0] + 0.7)


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
    """Two finalists alike: 400 contractors split evenly, 4.5 standard errors are 45.

    No order is worth 0 with a Gumbel number of scale 0.5: 1 / (1 + 2 exp(6)) are without one.
    """
    many = [contractor(index=i) for i in range(400)]
    machine = np.ones(4)
    recontract(
        many, (ADA, BEN), {}, {}, (0.5, 0.5), np.zeros((4, 4)), machine,
        medians(**(WEIGHTS | {"contract_reward": 6.0, "contract_rent": 0.0})), STREAMS, 1, False,
    )  # fmt: skip
    assert sum(c.order == ADA for c in many) == pytest.approx(200, abs=45)
    assert sum(c.order is None for c in many) <= 4


def test_giving_no_order_is_one_of_three():
    """All three worth 0: a third of 900 contractors each; 4.5 standard errors are 64."""
    many = [contractor(index=i) for i in range(900)]
    nothing = dict.fromkeys(("contract_reward", "contract_rent"), 0.0)
    recontract(
        many, (ADA, BEN), {}, {}, (0.5, 0.5), np.zeros((4, 4)), np.ones(4),
        medians(**(WEIGHTS | nothing)), STREAMS, 1, False,
    )  # fmt: skip
    for order in (ADA, BEN, None):
        assert sum(c.order == order for c in many) == pytest.approx(300, abs=64)


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
