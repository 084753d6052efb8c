"""Does the inference find truths that it can know, and is it as sure as it may be?

All seeds are fixed: a red test means a change, not chance.
"""

from dataclasses import replace
from importlib.util import find_spec

import numpy as np
import pytest

from kingmaker.calibrate.diagnostics import truth_ranks
from kingmaker.calibrate.emulator import emulate
from kingmaker.calibrate.posterior import infer
from tests.statistical.inference_worlds import (
    RIDGE,
    RIVALS,
    UNIDENTIFIED,
    K,
    bagged_network,
    log_normal,
    plain_importance,
    rival,
    world,
)
from tests.unit.calibrate.banks import bank_of, chance

N_WORLDS = 4
CHOSEN = "products of 8"

pytestmark = pytest.mark.verify


def test_ranks_of_truths_are_uniform(record_property):
    """Ten contests of four parties; emulators bend, vary and correlate, and leaders choose."""
    emulators = []
    for c in range(10):
        random = chance(c)
        slopes, bends = random.standard_normal((2, 2, 5)) * [[[0.8]], [[0.15]]]
        widths = 0.2 * random.standard_normal((2, 5))
        bank = bank_of(
            lambda z, s=slopes, b=bends: z @ s.T + (z * z - 1.0) @ b.T,
            lambda z, w=widths: 0.3 * np.exp(z @ w.T),
            k=5,
            seed=c,
            contest=f"c{c}",
            party=f"p{c % 4}",
        )
        logits = 0.5 - bank.scores @ (1.2 * random.standard_normal((5, 3)))
        bank = replace(bank, choices=("x", "y", "z"), choice_probs=1.0 / (1.0 + np.exp(logits)))
        emulators.append(emulate(bank))
    found = truth_ranks(emulators, seed=7, n_data_sets=400, n_draws=99)
    p_values = found.uniformity()
    covered = {level: found.coverage(level).mean() for level in (0.5, 0.8, 0.9)}
    record_property(
        "figures",
        f"{len(found.ranks)} data sets, {found.n_refused} refused; p of uniform ranks "
        f"{np.round(p_values, 3).tolist()}; coverage "
        + ", ".join(f"{level:.0%} {value:.3f}" for level, value in covered.items()),
    )
    assert found.n_refused == 0
    assert p_values.min() > 0.001  # seven tests: a false alarm in 1 of 140 seeds
    for level, value in covered.items():
        assert value == pytest.approx(level, abs=0.03)


@pytest.fixture(scope="module")
def worlds():
    return [world(seed) for seed in range(N_WORLDS)]


def figures_of(worlds, name):
    """Infer each world with a rival: errors, coverage, and forecasts of fresh contests."""
    rows = []
    for seed, made in enumerate(worlds):
        with rival(name):
            emulators = [emulate(bank) for bank in made.banks]
            fresh = [emulate(bank).without("runoff_share") for bank in made.fresh]
        posterior = infer(emulators, seed, n_draws=1000)
        low, high = np.quantile(posterior.mu, (0.05, 0.95), axis=0)
        forecasts = list(
            zip([posterior.forecast(e, None, seed) for e in fresh], made.truths, strict=True)
        )
        rows.append(
            {
                "z": np.mean((posterior.mean - made.mu) ** 2 / posterior.variance),
                "error": np.sqrt(np.mean((posterior.mean - made.mu) ** 2)),
                "inside 90 %": np.mean((low <= made.mu) & (made.mu <= high)),
                "k-hat": posterior.k_hat,
                "ess": posterior.ess,
                "evidence": posterior.log_evidence,
                "forecasts": np.mean([law.log_density(truth) for law, truth in forecasts]),
                "forecasts inside 90 %": np.mean(
                    [0.05 < law.cdf(truth) < 0.95 for law, truth in forecasts]
                ),
                "contraction": 1.0 - posterior.variance,
            }
        )
    found = {key: np.mean([row[key] for row in rows], axis=0) for key in rows[0]}
    return found | {"z": np.sqrt(found["z"])}


def told(found) -> str:
    return ", ".join(f"{key} {value:.3g}" for key, value in found.items() if np.ndim(value) == 0)


@pytest.mark.parametrize("name", [name for name in RIVALS if name != "all products"])
def test_truths_are_found(name, worlds, record_property):
    """z: error of the posterior mean in posterior sds; forecasts: mean log density."""
    found = figures_of(worlds, name)
    record_property("figures", f"{name}: {told(found)}")
    if name != CHOSEN:
        return
    assert found["z"] < 1.2
    assert found["inside 90 %"] == pytest.approx(0.9, abs=0.06)
    assert found["k-hat"] < 0.6
    contraction = found["contraction"]
    assert contraction[0] > 0.4
    assert abs(contraction[UNIDENTIFIED]) < 0.1
    assert contraction[list(RIDGE)].max() < contraction[0]


def test_the_chosen_emulator_predicts_fresh_runs_best(worlds, record_property):
    """Mean log density of 400 fresh runs each of three contests of every world."""
    scores = {name: [] for name in RIVALS}
    if has_networks := find_spec("sklearn") is not None:
        scores["bagged networks"] = []
    for seed, made in enumerate(worlds):
        for bank, more in zip(made.banks[:3], world(seed, n_runs=800).banks, strict=False):
            z, y = more.scores[400:], more.simulated[400:, 0]
            for name in RIVALS:
                with rival(name):
                    found = emulate(bank)
                law = found.mean(z)[:, 0], found.variance(z)[:, 0]
                scores[name].append(log_normal(y, *law).mean())
            if has_networks:
                law = bagged_network(bank, z)
                scores["bagged networks"].append(log_normal(y, *law).mean())
    means = {name: float(np.mean(values)) for name, values in scores.items()}
    text = ", ".join(f"{name} {value:.3f}" for name, value in means.items())
    missing = "" if has_networks else "; no bagged networks: scikit-learn is not installed"
    record_property("figures", f"fresh runs: {text}{missing}")
    networks = means.pop("bagged networks", -np.inf)
    assert means[CHOSEN] == max(means.values())
    assert means[CHOSEN] > networks - 0.03


def test_plain_importance_sampling_is_sure_and_wrong(worlds, record_property):
    """Runs weighed by a kernel: of 400 in 22 dimensions hardly any is near."""
    errors = []
    for seed, made in enumerate(worlds[:2]):
        mean, covariance = plain_importance(made.banks, seed).moments()
        errors.append(np.sqrt(np.mean((mean[:K] - made.mu) ** 2 / np.diag(covariance)[:K])))
    record_property("figures", f"plain importance: z {np.round(errors, 2).tolist()}")
    assert min(errors) > 1.5
