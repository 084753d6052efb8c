"""Chance of a contest as a whole and known choices: found in banks, felt in the likelihood."""

from dataclasses import replace

import numpy as np
import pytest

from kingmaker.calibrate.bank import Shock
from kingmaker.calibrate.emulator import emulate
from kingmaker.calibrate.hierarchy import PartyModel
from kingmaker.calibrate.points import Points
from kingmaker.calibrate.posterior import infer
from tests.unit.calibrate.banks import bank_of, chance

GRID = np.linspace(-5.0, 5.0, 41)
SLOPES = np.array([[1.0, 0.0, 0.0, 0.0], [0.0, 0.5, 0.0, 0.0]])
EFFECT = np.array([0.4, -0.3])


def shocked(contest="made-up", observed=None, n=500):
    """Bank whose third score rules the sd of a shock: exp(z / 2)."""
    bank = bank_of(lambda z: z @ SLOPES.T, 0.1, n=n, contest=contest, observed=observed)
    drawn = np.exp(0.5 * bank.scores[:, 2]) * chance(9).standard_normal(n)
    shock = Shock("p2", drawn, GRID, np.exp(0.5 * GRID))
    return replace(bank, simulated=bank.simulated + np.outer(drawn, EFFECT), shocks=(shock,))


def test_what_shocks_do_is_told_from_noise():
    found = emulate(shocked())
    assert found.shocks[0].slopes == pytest.approx(EFFECT, abs=0.02)
    assert np.exp(0.5 * found.log_variance) == pytest.approx([0.1, 0.1], abs=0.02)
    assert found.linear == pytest.approx(SLOPES, abs=0.03)
    z = np.array([[0.0, 0.0, 1.0, 0.0]])
    want = np.e * np.outer(EFFECT, EFFECT) + 0.01 * np.eye(2)
    assert found.covariance(z)[0] == pytest.approx(want, abs=0.05)
    assert found.variance(z)[0] == pytest.approx(np.diag(want), abs=0.05)


def test_a_shocks_variance_is_averaged_over_variation_of_the_score():
    effect = emulate(shocked()).shocks[0]
    z = np.zeros((1, 4))
    assert effect.variance(z) == pytest.approx([1.0], rel=1e-3)
    # E exp(z) of a normal with variance .3 is exp(.15)
    assert effect.variance(z, 0.3) == pytest.approx([np.exp(0.15)], rel=5e-3)


def test_the_party_model_has_the_emulators_covariance():
    found = emulate(shocked(observed=np.array([0.2, 0.1])))
    model = PartyModel.of([found])
    mu = chance(2).standard_normal((6, 4))
    points = Points(mu, np.full((6, 4), 1.0 - 1e-9), np.zeros((6, 4)))
    mine = model.covariance(points)
    assert mine == pytest.approx(found.covariance(points.centre), abs=1e-6)


def test_contests_that_jump_tell_of_large_shocks():
    jumps = np.array([[1.6, -1.2], [-1.9, 1.4], [2.2, -1.6], [-1.5, 1.1], [1.8, -1.4]])
    calm = 0.02 * jumps
    found = []
    for observed in (jumps, calm):
        banks = [shocked(f"c{i}", row) for i, row in enumerate(observed)]
        found.append(infer([emulate(bank) for bank in banks], seed=1).mean[2])
    assert found[0] > 0.5
    assert found[1] < -0.5


def with_choices(contest="made-up", n=600):
    """Bank whose fourth score makes the known choice of one leader likely, of another unlikely."""
    bank = bank_of(lambda z: z @ SLOPES.T, 0.1, n=n, contest=contest,
                   observed=np.full(2, np.nan))  # fmt: skip
    noise = 0.5 * chance(4).standard_normal(n)
    logits = [-1.0 + 1.5 * bank.scores[:, 3] + noise, 0.5 - 1.0 * bank.scores[:, 3] + noise]
    probs = np.column_stack([1.0 / (1.0 + np.exp(-logit)) for logit in logits])
    return replace(bank, choices=("yes", "no"), choice_probs=probs)


def test_the_probability_of_a_choice_is_found():
    yes, no = emulate(with_choices()).choices
    assert yes[4] == pytest.approx(1.45, abs=0.15)
    assert no[4] == pytest.approx(-0.95, abs=0.15)
    assert np.abs([*yes[1:4], *no[1:4]]).max() < 0.15


def test_choices_are_evidence_and_nothing_else_is_here():
    bank = with_choices()
    only_yes = replace(bank, choices=("yes",), choice_probs=bank.choice_probs[:, :1])
    likely = infer([emulate(only_yes)], seed=1).mean
    assert likely[3] > 0.3
    assert np.abs(likely[:3]).max() < 0.1
    several = [replace(only_yes, contest=f"c{i}", party=f"p{i}") for i in range(6)]
    assert infer([emulate(b) for b in several], seed=1).mean[3] > likely[3] + 0.3


def test_scores_of_a_contest_lean_to_what_its_leaders_did():
    bank = with_choices()
    model = PartyModel.of([emulate(replace(bank, choices=("yes",),
                                           choice_probs=bank.choice_probs[:, :1]))])  # fmt: skip
    points = Points(np.zeros((1, 4)), np.full((1, 4), 0.4), np.full((1, 4), 0.2))
    mean, covariance = model.scores(points, "made-up")
    assert mean[0, 3] > 0.2
    assert covariance[0, 3, 3] < 0.55
    assert covariance[0, 0, 0] == pytest.approx(0.6, abs=1e-3)
