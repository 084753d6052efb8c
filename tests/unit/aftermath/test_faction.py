"""When would a faction leave, and what are offers worth then?"""

from dataclasses import replace

import numpy as np
import pytest

from kingmaker.actors.faction import (
    NEEDS_LASTING,
    Complaint,
    complaint_against,
    expected_split_discount,
    offer_discount,
    split_prob,
)
from kingmaker.actors.rivals import resolve_rivals
from kingmaker.alliance.offers import RELATIVE_WORTH
from kingmaker.contest.load import load_contest
from kingmaker.numerics import exp, logistic
from kingmaker.population.setting import resolve
from tests.contest_builders import ADA, BEN, CY, DEE, STREAMS, medians
from tests.unit.aftermath.stage import contest

MILD = Complaint(grudge=1.0, distance=0.8, size=0.2, outside_offer=0.5)
BASE = medians(split_base=-3.0)
SHARES = np.array([0.4, 0.35, 0.2, 0.05])


def test_the_chance_by_hand():
    """-3 + 0.3 * 1 + 0.3 * 0.8 + 1 * 0.2 + 0.7 * 0.5 = -1.91."""
    assert split_prob(MILD, BASE) == pytest.approx(logistic(-1.91))


@pytest.mark.parametrize(
    ("more", "logits"),
    [
        ({"grudge": 2.0}, 0.3),
        ({"distance": 1.8}, 0.3),
        ({"size": 0.3}, 0.1),
        ({"outside_offer": 1.0}, 0.35),
        ({"is_excluded": True}, 0.7),
        ({"is_allied": True}, -0.7),
    ],
)
def test_each_reason_has_its_sign_and_size(more, logits):
    assert split_prob(replace(MILD, **more), BASE) == pytest.approx(logistic(-1.91 + logits))


def placed():
    setting = resolve(contest(), medians(), STREAMS)
    return setting, resolve_rivals(setting, STREAMS)


def test_a_complaint_is_read_from_the_contest():
    setting, rivals = placed()
    strain = np.zeros((4, 4))
    strain[CY, ADA] = 1.5
    found = complaint_against(setting, rivals, CY, ADA, strain, SHARES)
    gaps = setting.positions[CY] - setting.positions[ADA]
    nearest = setting.positions[CY] - rivals.positions[0]
    assert found == Complaint(
        grudge=1.5,
        distance=pytest.approx(0.5 * (setting.salience * gaps**2).sum()),
        size=0.2,
        outside_offer=pytest.approx(exp(-0.5 * float((setting.salience * nearest**2).sum()))),
    )
    assert complaint_against(setting, rivals, DEE, ADA, strain, SHARES).outside_offer == 1.0


def test_who_is_left_out_of_a_pact():
    setting, rivals = placed()
    strain = np.zeros((4, 4))

    def found(faction, allies):
        made = complaint_against(setting, rivals, faction, ADA, strain, SHARES, frozenset(allies))
        return made.is_excluded, made.is_allied

    assert found(BEN, ()) == found(CY, ()) == (False, False)
    assert found(BEN, {CY}) == found(DEE, {CY}) == (True, False)
    assert found(CY, {CY}) == (False, True)


def test_the_discount_by_hand():
    ally, excluded = replace(MILD, is_allied=True), replace(MILD, size=0.3, is_excluded=True)
    own, rift = logistic(-2.61), 0.3 * logistic(-1.11)
    discount = expected_split_discount("partnership", ally, excluded, BASE)
    assert discount == pytest.approx((1 - own) * (1 - rift))
    assert expected_split_discount("policy", ally, excluded, BASE) == pytest.approx(
        (1 - 0.25 * own) * (1 - rift)
    )
    assert 0.0 < discount < expected_split_discount("policy", ally, excluded, BASE) < 1.0


def test_nothing_is_discounted_where_nobody_would_ever_leave():
    never = medians(split_base=-8.0)
    quiet = Complaint(0.0, 0.0, 0.1, 0.0)
    assert expected_split_discount("partnership", quiet, quiet, never) == pytest.approx(1, abs=1e-3)


def test_every_kind_of_offer_has_its_exposure():
    assert set(NEEDS_LASTING) == set(RELATIVE_WORTH)
    assert all(0.0 < part <= 1.0 for part in NEEDS_LASTING.values())


def test_an_insulting_finalist_offers_a_partnership_that_is_not_expected_to_last():
    """Herzog in 2011: insulted by one finalist, on good terms with the other."""
    setting = resolve(load_contest("il-labor-2011"), medians(), STREAMS, scale=0.05)
    rivals = resolve_rivals(setting, STREAMS)
    yachimovich, peretz, herzog = (
        setting.candidate_ids.index(name) for name in ("yachimovich", "peretz", "herzog")
    )
    strain = np.zeros((4, 4))
    strain[herzog, yachimovich], strain[yachimovich, herzog] = 2.0, 1.0
    by = {
        f: offer_discount(
            setting, rivals, "second-place", (yachimovich, peretz), f, herzog, strain,
            setting.vote_shares, medians(),
        )
        for f in (yachimovich, peretz)
    }  # fmt: skip
    assert by[yachimovich] < by[peretz] < 1.0
