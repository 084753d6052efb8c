"""Does an independent program infer from a small problem what our whole inference infers?"""

import json
import subprocess

import numpy as np
import pytest

from kingmaker.calibrate.bank import Bank
from kingmaker.calibrate.emulator import emulate
from kingmaker.calibrate.posterior import infer
from tests.architecture.source_files import ROOT

PYTHON = ROOT / ".venv-referee" / "bin" / "python"
REFEREE = ROOT / "tests" / "oracle" / "referees" / "posterior_by_pyabc.py"

LINEAR = np.array([[0.8, 0.2, 0.0], [0.0, 0.6, 0.0]])
SQUARES = np.array([[0.0, 0.0, 0.0], [0.0, 0.15, 0.0]])
OBSERVED = np.array([0.7, -0.5])
SD = 0.3


def ours():
    """Simulate a bank, emulate it and infer the scores of its contest."""
    random = np.random.Generator(np.random.Philox(5))
    z = random.standard_normal((1500, 3))
    noise = SD * random.standard_normal((1500, 2))
    bank = Bank(
        contest="small",
        party="xx: small",
        parameters=("one", "two", "none"),
        summaries=("runoff_share", "turnout_ratio"),
        scores=z,
        simulated=z @ LINEAR.T + (z * z - 1.0) @ SQUARES.T + noise,
        observed=OBSERVED,
        error_sd=np.zeros(2),
        rejected=np.zeros(1500, dtype=np.int64),
    )
    scores = infer([emulate(bank)], seed=1, n_draws=4000).scores_of("small", seed=1)
    return scores.mean(axis=0), scores.std(axis=0)


def by_quadrature():
    """Integrate the first two scores on a grid: exact, as the third one touches nothing."""
    grid = np.linspace(-5.0, 5.0, 401)
    one, two = np.meshgrid(grid, grid, indexing="ij")
    z = np.stack([one, two, np.zeros_like(one)], axis=-1)
    gaps = (z @ LINEAR.T + (z * z - 1.0) @ SQUARES.T - OBSERVED) / SD
    weight = np.exp(-0.5 * (gaps**2).sum(axis=-1) - 0.5 * (one**2 + two**2))
    weight /= weight.sum()
    mean = np.array([(weight * one).sum(), (weight * two).sum(), 0.0])
    square = np.array([(weight * one**2).sum(), (weight * two**2).sum(), 1.0])
    return mean, np.sqrt(square - mean**2)


def test_our_inference_is_the_exact_one():
    mean, sd = ours()
    exact_mean, exact_sd = by_quadrature()
    assert mean == pytest.approx(exact_mean, abs=0.12)
    assert sd == pytest.approx(exact_sd, rel=0.12)


@pytest.mark.verify
def test_pyabc_infers_the_same():
    """Its kernel is wide (epsilon), so that its spreads are a little too large."""
    if not PYTHON.exists():
        pytest.skip("no .venv-referee: make verify makes it")
    problem = {
        "linear": LINEAR.tolist(),
        "squares": SQUARES.tolist(),
        "observed": OBSERVED.tolist(),
        "sd": SD,
        "seed": 1,
        "population": 800,
        "epsilon": 0.35,
    }
    done = subprocess.run(
        [PYTHON, REFEREE],
        input=json.dumps(problem),
        capture_output=True,
        text=True,
        check=False,
        timeout=900,
    )
    assert done.returncode == 0, done.stderr
    theirs = json.loads(done.stdout)
    mean, sd = ours()
    assert mean == pytest.approx(np.array(theirs["mean"]), abs=0.15)
    assert sd == pytest.approx(np.array(theirs["sd"]), rel=0.2)
