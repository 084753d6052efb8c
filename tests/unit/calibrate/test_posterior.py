"""What contests share, inferred: against closed forms, and what must change nothing."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import norm

from kingmaker.calibrate.points import Points
from kingmaker.calibrate.posterior import (
    Mixture,
    contraction,
    infer,
    not_identified,
    predicted,
)
from kingmaker.errors import CalibrationError
from tests.unit.calibrate.banks import chance, linear_emulator

K = 4
N = 12


def contests(n: int = N, seed: int = 3):
    """Two summaries of parameters 0 and 1 and, weakly, 2; nothing depends on parameter 3."""
    random = chance(seed)
    found = []
    effects = 0.6 * random.standard_normal((n, K))
    for c in range(n):
        slopes = np.zeros((2, K))
        slopes[:, :3] = random.standard_normal((2, 3)) * [1.0, 0.7, 0.15]
        z = (
            np.array([1.2, -0.6, 0.5, 0.3]) * 0.8
            + effects[c // 3]
            + 0.4 * random.standard_normal(K)
        )
        observed = slopes @ z + 0.2 * random.standard_normal(2)
        name = f"c{c:02d}"
        found.append(linear_emulator(slopes, observed, contest=name, party=f"p{c // 3}"))
    return found


@pytest.fixture(scope="module")
def posterior():
    return infer(contests(), seed=11, n_draws=1000)


def exact(emulators, n_grid: int = 40):
    """Integrate the closed-form posterior of mu over a grid of the parts of variance."""
    levels = norm.ppf((np.arange(n_grid) + 0.5) / n_grid)
    y = np.concatenate([e.observed for e in emulators])
    G = np.vstack([e.linear for e in emulators])
    contest = np.repeat(np.arange(len(emulators)), 2)
    party = np.repeat([e.party for e in emulators], 2)
    same_contest, same_party = (x[:, None] == x[None, :] for x in (contest, party))
    logs, means, squares, parts = [], [], [], []
    for h1 in levels:
        for h2 in levels:
            point = Points.of(np.array([[*np.zeros(K), h1, h2]]), np.zeros(K, dtype=np.int64))
            a2, b2, d2 = point.common[0, 0], point.party[0, 0], point.contest[0, 0]
            V = (G @ G.T) * (a2 + b2 * same_party + d2 * same_contest) + 0.04 * np.eye(y.size)
            solved = np.linalg.solve(V, np.column_stack([y, np.sqrt(a2) * G]))
            logs.append(-0.5 * y @ solved[:, 0] - 0.5 * np.linalg.slogdet(V)[1])
            mean = np.sqrt(a2) * G.T @ solved[:, 0]
            cov = np.eye(K) - np.sqrt(a2) * G.T @ solved[:, 1:]
            means.append(mean)
            squares.append(cov + np.outer(mean, mean))
            parts.append([a2, b2 / (1.0 - a2)])
    weights = np.exp(np.array(logs) - max(logs))
    evidence = max(logs) + np.log(weights.mean()) - 0.5 * y.size * np.log(2.0 * np.pi)
    weights /= weights.sum()
    mean = weights @ np.array(means)
    second = np.tensordot(weights, np.array(squares), axes=1)
    return mean, np.diag(second) - mean**2, weights @ np.array(parts), evidence


def test_against_the_exact_posterior_of_a_normal_model(posterior):
    mean, variance, parts, evidence = exact(contests())
    assert posterior.mean == pytest.approx(mean, abs=0.03)
    assert posterior.variance == pytest.approx(variance, abs=0.04)
    assert posterior.common.mean() == pytest.approx(parts[0], abs=0.02)
    assert posterior.party_part.mean() == pytest.approx(parts[1], abs=0.02)
    assert posterior.log_evidence == pytest.approx(evidence, abs=0.05)
    assert posterior.mu.mean(axis=0) == pytest.approx(mean, abs=0.08)
    assert posterior.k_hat < 0.5
    assert posterior.ess > 2000.0


def test_what_nothing_depends_on_is_not_identified(posterior):
    found = contraction(posterior)
    assert found["p0"] > 0.5
    assert abs(found["p3"]) < 0.05
    assert "p3" in not_identified(posterior)
    assert "p0" not in not_identified(posterior)


def test_order_changes_no_byte(posterior):
    again = infer(contests()[::-1], seed=11, n_draws=1000)
    assert again.mu.tobytes() == posterior.mu.tobytes()
    assert again.variance.tobytes() == posterior.variance.tobytes()
    drawn, same = (p.scores_for("p1", 5) for p in (posterior, again))
    assert drawn.tobytes() == same.tobytes()


def test_a_contest_without_observations_changes_nothing(posterior):
    blind = linear_emulator(np.ones((2, K)), [np.nan, np.nan], contest="blind", party="p1")
    again = infer([*contests(), blind], seed=11, n_draws=1000)
    assert again.mu.tobytes() == posterior.mu.tobytes()
    assert again.scores_for("p1", 5).tobytes() == posterior.scores_for("p1", 5).tobytes()


def test_another_seed_gives_the_same_up_to_chance(posterior):
    again = infer(contests(), seed=12)
    assert not np.allclose(again.mu[:400], posterior.mu[:400])
    assert again.mean == pytest.approx(posterior.mean, abs=0.05)


def test_without_any_observation_the_prior_stays():
    blind = linear_emulator(np.ones((2, K)), [np.nan, np.nan])
    found = infer([blind], seed=1, n_draws=4000)
    assert found.mean == pytest.approx(0.0, abs=0.05)
    assert found.variance == pytest.approx(1.0, abs=0.06)
    scores = found.scores_for("xx: party", 2)
    assert scores.std(axis=0) == pytest.approx(1.0, abs=0.06)
    assert found.log_evidence == pytest.approx(0.0, abs=0.02)


def test_scores_of_unknown_and_known_parties(posterior):
    unknown = posterior.scores_for(None, 5)
    assert unknown.shape == (1000, K)
    a = np.sqrt(posterior.common)
    assert unknown.mean(axis=0) == pytest.approx((a * posterior.mu).mean(axis=0), abs=0.08)
    party = posterior.scores_for("p1", 5)
    model = next(m for m in posterior.models if m.party == "p1")
    mean, _ = model.effect(posterior.points)
    b = np.sqrt(posterior.points.party)
    shift = (b * mean).mean(axis=0)
    assert (party - unknown).mean(axis=0) == pytest.approx(shift, abs=0.12)
    assert np.abs(shift).max() > 0.05


def test_scores_of_a_contest_explain_what_was_observed(posterior):
    emulator = contests()[4]
    scores = posterior.scores_of(emulator.contest, 5)
    errors = emulator.mean(scores) - emulator.observed
    assert np.abs(errors.mean(axis=0)).max() < 0.3
    blind = emulator.mean(posterior.scores_for(emulator.party, 5)) - emulator.observed
    assert (errors.std(axis=0) < blind.std(axis=0)).all()


def test_forecast_is_the_predictive_law(posterior):
    """A fresh contest of an unknown party, against the moments of its own closed form."""
    target = linear_emulator(np.eye(2, K), [np.nan, np.nan], contest="new", party="new")
    found = posterior.forecast(target, None, 5)
    a2 = posterior.common[:, 0]
    mean = np.sqrt(a2) * posterior.mu[:, 0]
    assert found.mean == pytest.approx(mean.mean(), abs=0.08)
    assert found.sd**2 == pytest.approx(mean.var() + (1.0 - a2).mean() + 0.04, rel=0.12)


def test_what_is_known_of_the_target_counts():
    """A poll that says the same moves the forecast to itself; the share held back does not."""
    slopes = np.repeat([[1.0, 0.7, 0.0, 0.0]], 2, axis=0)
    target = linear_emulator(slopes, [np.nan, 1.5], contest="c99", party="p1")
    known = infer([*contests(), target], seed=1)
    found = known.forecast(target, None, 5)
    assert found.mean == pytest.approx(1.5, abs=0.1)
    assert found.sd == pytest.approx(np.sqrt(2.0) * 0.2, abs=0.03)
    lied = known.forecast(target.seeing(np.array([99.0, 1.5])), None, 5)
    assert lied.mean == found.mean
    blind = infer(contests(), seed=1).forecast(target, "p1", 5)
    assert blind.sd > 1.3 * found.sd


def test_known_errors_tell_about_unknown_ones():
    emulator = replace(
        linear_emulator(np.zeros((2, K)), [np.nan, 0.3]),
        correlation=np.array([[1.0, 0.8], [0.8, 1.0]]),
    )
    zero = np.zeros((1, K))
    found = predicted(emulator, zero, "runoff_share", known=True)
    assert (found.mean, found.sd) == pytest.approx((0.24, 0.2 * 0.6))
    blind = predicted(emulator, zero, "runoff_share", known=False)
    assert (blind.mean, blind.sd) == pytest.approx((0.0, 0.2))


def test_mixture_by_hand():
    found = Mixture(np.array([-1.0, 1.0]), np.array([1.0, 1.0]))
    assert (found.mean, found.sd) == pytest.approx((0.0, np.sqrt(2.0)))
    assert found.cdf(0.0) == pytest.approx(0.5)
    assert found.quantile(np.array([0.5, 0.9])) == pytest.approx([0.0, 1.8], abs=0.1)
    assert found.cdf(found.quantile(0.9)) == pytest.approx(0.9)
    assert found.log_density(1.0) == pytest.approx(np.log(0.5 * (norm.pdf(0.0) + norm.pdf(2.0))))


def test_what_cannot_be_learned_from_is_refused():
    emulators = contests(3)
    with pytest.raises(CalibrationError, match="no contest"):
        infer([], seed=1)
    with pytest.raises(CalibrationError, match="c00: is given twice"):
        infer([emulators[0], emulators[0]], seed=1)
    with pytest.raises(CalibrationError, match="differ from those of c00"):
        infer([emulators[0], replace(emulators[1], parameters=("a", "b", "c", "d"))], seed=1)


def test_bad_weights_are_refused():
    """Many modes: every score's square was observed, exactly, and the signs are open."""
    k = 8
    squares = np.zeros((k, k, k))
    squares[np.arange(k), np.arange(k), np.arange(k)] = 1.0
    bent = [
        replace(
            linear_emulator(np.zeros((k, k)), np.full(k, 6.0), variance=1e-4, contest=f"c{c}"),
            summaries=tuple(f"s{i}" for i in range(k)),
            quadratic=squares,
        )
        for c in range(3)
    ]
    with pytest.raises(CalibrationError, match=r"posterior of 3 contests.*k-hat"):
        infer(bent, seed=1)
