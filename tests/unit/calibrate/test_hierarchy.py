"""The law of a party's observations, against brute force and closed forms."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import beta, multivariate_normal

from kingmaker.calibrate.hierarchy import PartyModel, log_posterior, near_mode, party_models
from kingmaker.calibrate.matrices import distinct_columns
from kingmaker.calibrate.points import Points, groups_of
from tests.unit.calibrate.banks import chance, linear_emulator

K = 3
SLOPES = np.array([[0.8, -0.3, 0.0], [0.1, 0.5, 0.4]])
GROUP = np.array([0, 0, 1])
SIZE = K + 4
ONE = np.zeros(K, dtype=np.int64)


def bent(contest: str, observed, seed: int, acceptance=None):
    """Emulate with squares, products, changing variances and correlated errors."""
    random = chance(seed)
    matrices = 0.2 * random.standard_normal((2, K, K))
    return replace(
        linear_emulator(SLOPES, observed, contest=contest),
        intercept=np.array([0.2, -0.1]),
        linear=SLOPES + 0.2 * random.standard_normal((2, K)),
        quadratic=matrices + matrices.transpose(0, 2, 1),
        variance_slopes=0.2 * random.standard_normal((2, K)),
        correlation=np.array([[1.0, 0.4], [0.4, 1.0]]),
        error_sd=np.array([0.1, 0.0]),
        acceptance=acceptance,
    )


def test_parts_of_variance_have_their_priors():
    vectors = chance(1).standard_normal((4000, SIZE))
    points = Points.of(vectors, GROUP)
    rest = points.party / (1.0 - points.common)
    for values, law in ((points.common, beta(4, 3)), (rest, beta(1, 2))):
        levels = np.array([0.1, 0.5, 0.9])
        assert (values[:, 0] == values[:, 1]).all()
        assert abs(np.corrcoef(values[:, 0], values[:, 2])[0, 1]) < 0.06
        for k in (0, 2):
            assert law.cdf(np.quantile(values[:, k], levels)) == pytest.approx(levels, abs=0.03)
    assert points.common + points.party + points.contest == pytest.approx(1.0)
    assert points.centre == pytest.approx(np.sqrt(points.common) * vectors[:, :K])


def test_turnout_has_parts_of_variance_of_its_own():
    assert groups_of(("a", "runoff_turnout_ratio", "b")).tolist() == [0, 1, 0]
    assert groups_of(("a", "b")).tolist() == [0, 0]
    assert groups_of(("runoff_turnout_ratio",)).tolist() == [0]


def test_moments_are_those_of_simulation():
    """Means and covariances, squares and all, against two contests simulated at one point."""
    contests = [bent("a", [0.0, 0.0], 1), bent("b", [0.0, 0.0], 2)]
    model = PartyModel.of(contests)
    point = Points.of(np.array([[0.5, -1.0, 0.3, 0.0, 0.7, -1.2, 0.4]]), GROUP)
    n, random = 400_000, chance(3)
    effect = random.standard_normal((n, K))
    values = []
    for emulator in contests:
        z = point.centre + np.sqrt(point.party) * effect
        z = z + np.sqrt(point.contest) * random.standard_normal((n, K))
        factor = np.linalg.cholesky(emulator.covariance(z))
        noise = (factor @ random.standard_normal((n, 2, 1)))[:, :, 0]
        values.append(emulator.mean(z) + noise + emulator.error_sd * random.standard_normal((n, 2)))
    simulated = np.hstack(values)
    products = point.products()
    assert -model.residuals(point, products)[0] == pytest.approx(simulated.mean(axis=0), abs=0.01)
    covariance = model.covariance(point)[0]
    assert covariance == pytest.approx(np.cov(simulated.T), abs=0.02)


def test_gradients_are_those_of_the_emulators():
    emulator = bent("a", [0.0, 0.0], 1)
    points = Points.of(chance(2).standard_normal((5, SIZE)), GROUP)
    found = PartyModel.of([emulator]).gradients(points)
    assert found == pytest.approx(emulator.gradient(points.centre))


def test_log_posterior_is_a_normal_density():
    contests = [bent("a", [0.3, np.nan], 1), bent("b", [-0.2, 0.4], 2)]
    model = PartyModel.of(contests)
    assert model.observed.tolist() == [0.3, -0.2, 0.4]
    vectors = chance(4).standard_normal((6, SIZE))
    points = Points.of(vectors, GROUP)
    products = points.products()
    residuals, covariance = model.residuals(points, products), model.covariance(points)
    expected = [
        multivariate_normal(np.zeros(3), V).logpdf(r)
        + multivariate_normal(np.zeros(SIZE)).logpdf(v)
        for r, V, v in zip(residuals, covariance, vectors, strict=True)
    ]
    assert log_posterior([model], vectors, GROUP) == pytest.approx(np.array(expected))


def test_impossible_draws_are_information():
    acceptance = np.array([0.5, 1.0, 0.0, -1.0])
    contests = [bent("a", [np.nan, np.nan], 1, acceptance)]
    vectors = chance(5).standard_normal((1, SIZE))
    points = Points.of(vectors, GROUP)
    z = points.centre + np.sqrt(1.0 - points.common) * chance(6).standard_normal((50_000, K))
    expected = (1.0 / (1.0 + np.exp(-(0.5 + z[:, 0] - z[:, 2])))).mean()
    gain = log_posterior(party_models(contests), vectors, GROUP)
    gain -= log_posterior([], vectors, GROUP)
    assert np.exp(gain[0]) == pytest.approx(expected, abs=0.01)


def test_effect_and_scores_against_the_closed_form():
    """With linear means everything is jointly normal: condition it by the textbook."""
    observed = np.array([[0.5, -0.3], [0.9, np.nan]])
    contests = [
        linear_emulator(SLOPES * s, y, contest=c)
        for s, y, c in zip((1.0, 0.7), observed, ("a", "b"), strict=True)
    ]
    model = PartyModel.of(contests)
    points = Points.of(np.array([[0.5, -1.0, 0.3, 0.2, 0.7, -1.2, 0.4]]), GROUP)
    b2, d2 = points.party[0], points.contest[0]
    # Rows of u, v_a, v_b that make the three observations.
    G = np.vstack([SLOPES, 0.7 * SLOPES[:1]])
    blocks = np.array([[1, 0], [1, 0], [0, 1]])
    of_contest = np.hstack([blocks[:, [c]] * G for c in (0, 1)])
    X = np.hstack([np.sqrt(b2) * G, np.tile(np.sqrt(d2), 2) * of_contest])
    V = X @ X.T + 0.04 * np.eye(3)
    gain = X.T @ np.linalg.inv(V)
    mean = gain @ (np.array([0.5, -0.3, 0.9]) - G @ points.centre[0])
    cov = np.eye(3 * K) - gain @ X
    found = model.effect(points)
    assert found[0][0] == pytest.approx(mean[:K])
    assert found[1][0] == pytest.approx(cov[:K, :K])
    party, own = np.diag(np.sqrt(b2)), np.diag(np.sqrt(d2))
    to_scores = np.hstack([party, np.zeros((K, K)), own])
    found = model.scores(points, "b")
    assert found[0][0] == pytest.approx(to_scores @ mean)
    assert found[1][0] == pytest.approx(to_scores @ cov @ to_scores.T)


def test_scores_know_where_a_first_round_was_possible():
    acceptance = np.array([0.0, 2.0, 0.0, 0.0])
    model = PartyModel.of([bent("a", [np.nan, np.nan], 1, acceptance)])
    points = Points.of(np.zeros((1, SIZE)), GROUP)
    mean, cov = model.scores(points, "a")
    z = np.sqrt(1.0 - points.common) * chance(6).standard_normal((100_000, K))
    weights = 1.0 / (1.0 + np.exp(-2.0 * z[:, 0]))
    assert mean[0] == pytest.approx(np.average(z, axis=0, weights=weights), abs=0.1)
    spread = np.cov(z.T, aweights=weights)
    assert cov[0] == pytest.approx(spread, abs=0.05)


def test_observations_and_events_of_a_party_count_together():
    """Two contests, three choices that share scores, against weighted draws of scores."""
    choices = np.array([[0.3, 1.5, 0.0, -1.0], [-0.5, 1.2, 0.8, 0.0], [0.2, -1.4, 0.5, 0.9]])
    contests = [
        replace(linear_emulator(SLOPES, [0.9, -0.4], contest="a", variance=0.3),
                choices=tuple(choices[:2])),
        replace(linear_emulator(0.7 * SLOPES, [0.2, np.nan], contest="b", variance=0.3),
                acceptance=choices[2]),
    ]  # fmt: skip
    model = PartyModel.of(contests)
    points = Points.of(np.array([[0.5, -1.0, 0.3, -1.0, 0.7, -1.2, 0.4]]), GROUP)
    n, random = 400_000, chance(11)
    effect = random.standard_normal((n, K))
    log_weights, own = np.zeros(n), []
    for emulator in contests:
        w = np.sqrt(points.party) * effect
        w = w + np.sqrt(points.contest) * random.standard_normal((n, K))
        own.append(w)
        z = points.centre + w
        seen = np.isfinite(emulator.observed)
        errors = (emulator.observed - emulator.mean(z))[:, seen]
        log_weights -= 0.5 * (errors**2 / 0.3 + np.log(2.0 * np.pi * 0.3)).sum(axis=1)
        logits = emulator.chances[:, 0] + z @ emulator.chances[:, 1:].T
        log_weights -= np.logaddexp(0.0, -logits).sum(axis=1)
    weights = np.exp(log_weights)
    found = model.log_likelihood(points, points.products())[0]
    assert found == pytest.approx(np.log(weights.mean()), abs=0.03)
    for law, draws in ((model.effect(points), effect), (model.scores(points, "a"), own[0])):
        assert law[0][0] == pytest.approx(np.average(draws, axis=0, weights=weights), abs=0.03)
        assert law[1][0] == pytest.approx(np.cov(draws.T, aweights=weights), abs=0.03)


def test_near_mode_is_the_posterior_of_a_normal_model():
    contests = [linear_emulator(SLOPES, [1.0, -0.5], contest=c, party=c) for c in "abc"]
    models = party_models(contests)
    mean, cov = near_mode(models, ONE)
    points = Points.of(np.zeros((1, K + 2)), ONE)
    a = np.sqrt(points.common[0, 0])
    V = (1.0 - a * a) * SLOPES @ SLOPES.T + 0.04 * np.eye(2)
    precision = np.eye(K) + 3.0 * a * a * SLOPES.T @ np.linalg.inv(V) @ SLOPES
    assert cov[:K, :K] == pytest.approx(np.linalg.inv(precision))
    pull = 3.0 * a * SLOPES.T @ np.linalg.inv(V) @ np.array([1.0, -0.5])
    assert mean[:K] == pytest.approx(np.linalg.solve(precision, pull))
    assert mean[K:].tolist() == [0.0, 0.0]


def test_parties_and_contests_are_sorted():
    contests = [
        linear_emulator(SLOPES, [0.0, 0.0], contest=c, party=p) for c, p in ("cy", "ax", "bx")
    ]
    models = party_models(contests)
    assert [(m.party, m.contests) for m in models] == [("x", ("a", "b")), ("y", ("c",))]


def test_distinct_columns_are_those_of_numpy():
    random = np.random.Generator(np.random.Philox(3))
    few = random.standard_normal((40, 3))
    few[:7] = 0.5  # told apart by a later row alone
    values = few[:, [1, 0, 1, 2, 2, 0, 1]]
    found = distinct_columns(values)
    expected = np.unique(values, axis=1, return_inverse=True)
    for one, other in zip(found, expected, strict=True):
        assert np.array_equal(one, other)
