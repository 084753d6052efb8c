"""Posteriors without some contests, weighed and inferred, and forecasts from them."""

import numpy as np
import pytest
from scipy import stats

from kingmaker.calibrate.posterior import Mixture, infer
from kingmaker.calibrate.summaries import RUNOFF_SHARE, TURNOUT_RATIO
from kingmaker.validate.emulated import EmulatedModel, samples_of
from kingmaker.validate.folds import Training, folds_of
from kingmaker.validate.inference import Inferences, inferred_bytes, read_inferred
from kingmaker.validate.leave_out import LeaveOut
from tests.unit.calibrate.banks import linear_emulator
from tests.unit.validate.contests_to_score import example

SLOPES = np.array([[0.5, 0.2], [0.0, 0.3]])
NAMES = (RUNOFF_SHARE, TURNOUT_RATIO)


def emulator(name, observed, party=None):
    from dataclasses import replace

    made = linear_emulator(
        SLOPES, np.array(observed), variance=0.09, contest=name, party=party or f"xx: {name}"
    )
    return replace(made, summaries=NAMES)


EMULATORS = {
    one.contest: one
    for one in (
        emulator("a", (0.4, 0.1), "xx: p"),
        emulator("b", (0.3, 0.2), "xx: p"),
        emulator("c", (0.1, 0.0)),
        emulator("d", (0.5, -0.2)),
        emulator("e", (-0.2, 0.1)),
    )
}
BLIND = {name: one.without(*NAMES) for name, one in EMULATORS.items()}
UNITS = tuple(frozenset(unit) for unit in ("a", "b", "c", "d", "e", "ab"))


def leave_out(folder=None) -> LeaveOut:
    return LeaveOut(Inferences(EMULATORS, folder, 1), BLIND, UNITS)


@pytest.mark.parametrize("left_out", ["c", "a", "ab", "bd"])
def test_weighing_agrees_with_inferring_anew(left_out):
    found = leave_out().without(frozenset(left_out))
    assert found.base == frozenset()
    assert found.k_hat < 0.7
    rest = [one for name, one in EMULATORS.items() if name not in left_out]
    exact = infer(rest, 2, 2000)
    mean = found.weights @ found.posterior.mu
    assert mean == pytest.approx(exact.mean, abs=0.12)
    variance = found.weights @ (found.posterior.mu - mean) ** 2
    assert variance == pytest.approx(exact.variance, rel=0.2)


def test_what_cannot_be_weighed_is_inferred_anew(monkeypatch):
    """With no shape allowed, single contests are inferred; pairs only where these fail, too."""
    monkeypatch.setattr("kingmaker.validate.leave_out.K_HAT_LIMIT", -9.0)
    made = leave_out()
    one, two = frozenset("c"), frozenset("cd")
    assert made.without(one).base == one
    assert made.without(two).base == two
    assert made.without(one).weights == pytest.approx(np.full(1000, 1e-3))


def test_a_base_is_used_again_where_it_suffices(monkeypatch):
    made = leave_out()
    weigh = made._weigh

    def poor_from_all(base, left_out):
        found = weigh(base, left_out)
        if base:
            return found
        from dataclasses import replace

        return replace(found, k_hat=0.9)

    monkeypatch.setattr(made, "_weigh", poor_from_all)
    assert made.without(frozenset("abc")).base == frozenset("ab")
    assert made.without(frozenset("cd")).base == frozenset("c")


def test_forecasts_of_a_party_learn_from_its_others():
    made = leave_out()
    alone, _ = made.forecast("a", frozenset("ab"), RUNOFF_SHARE)
    mixture, weights = made.forecast("a", frozenset("a"), RUNOFF_SHARE)
    assert weights.sum() == pytest.approx(1.0)
    assert mixture.means.std() != alone.means.std()
    exact = infer([*(EMULATORS[n] for n in "bcde"), BLIND["a"]], 3, 2000)
    expected = exact.forecast(BLIND["a"], None, 3, RUNOFF_SHARE)
    assert weights @ mixture.means == pytest.approx(expected.mean, abs=0.04)
    assert made.forecast("a", frozenset("a"), "a poll") is None


def test_forecasts_by_emulators_are_samples_of_the_mixture():
    mixture = Mixture(np.array([0.0, 0.0]), np.array([0.2, 0.2]))
    assert samples_of(mixture).mean() == pytest.approx(0.0, abs=0.05)
    many = samples_of(Mixture(np.zeros(500), np.ones(500)))
    assert stats.kstest(many, "norm").statistic < 0.01


def test_an_emulated_model_learns_from_its_training_alone():
    examples = tuple(example(name, year=2010 + n) for n, name in enumerate("abcde"))
    model = EmulatedModel("default", leave_out())
    fold = folds_of(examples, "contest")[0]
    forecaster = model.fitted(fold.training)
    assert forecaster.left_out == frozenset("a")
    forecast = forecaster.forecast(examples[0].case)
    assert 0.4 < forecast.share.quantile(0.5) < 0.7
    assert forecast.log_turnout_ratio is not None
    nothing = model.fitted(Training(()))
    assert nothing.forecast(examples[0].case) is None
    assert "there is no contest" in model.leave_out.inferences.refusals[0]


def test_posteriors_are_kept_and_read(tmp_path, monkeypatch):
    one = Inferences(EMULATORS, tmp_path, 1)
    found = one.of(["c", "a"], 300)
    path = next(tmp_path.iterdir())

    def forbidden(*_):
        raise AssertionError

    with monkeypatch.context() as patched:
        patched.setattr("kingmaker.validate.inference.infer", forbidden)
        again = Inferences(EMULATORS, tmp_path, 1).of(["a", "c"], 300)
        assert (again.mu == found.mu).all()
        assert (again.scores_for("xx: p", 5) == found.scores_for("xx: p", 5)).all()
        assert (again.ess, again.k_hat, again.contests) == (found.ess, found.k_hat, ("a", "c"))
        assert inferred_bytes(again) == path.read_bytes()
        assert read_inferred(path, [EMULATORS["a"]], 300) is None
        assert read_inferred(path, [EMULATORS["a"], EMULATORS["c"]], 299) is None
    path.write_bytes(path.read_bytes()[:-40])
    repaired = Inferences(EMULATORS, tmp_path, 1).of(["a", "c"], 300)
    assert (repaired.mu == found.mu).all()
