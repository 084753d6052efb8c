"""Few runs of a variant, completed by the many of the default that they are paired with."""

from dataclasses import replace

import numpy as np
import pytest

from kingmaker.calibrate.bank import Bank, Shock
from kingmaker.calibrate.emulator import emulate
from kingmaker.validate.banks import Tally, completed, paired_rows

N, PAIRS, K = 300, 70, 5
RANDOM = np.random.Generator(np.random.Philox(3))
SCORES = RANDOM.standard_normal((N, K))
NOISE = RANDOM.standard_normal((N, 3))
SLOPES = np.array([0.3, -0.2, 0.0, 0.1, 0.0])
SWING = 0.25 * NOISE[:, 2]
GRID = np.linspace(-3.0, 3.0, 7)


def bank(share, ratio, n=N, **changes) -> Bank:
    made = Bank(
        contest="c",
        party="xx: p",
        parameters=tuple(f"p{i}" for i in range(K)),
        summaries=("runoff share", "turnout ratio"),
        scores=SCORES[:n],
        simulated=np.column_stack([share, ratio])[:n],
        observed=np.zeros(2),
        error_sd=np.zeros(2),
        rejected=np.zeros(n, dtype=np.int64),
    )
    return replace(made, **changes)


SHARE = SCORES @ SLOPES + 0.1 * NOISE[:, 0] + SWING
RATIO = 0.5 * SHARE + 0.05 * NOISE[:, 1]
DEFAULT = bank(SHARE, RATIO)
EMULATOR = emulate(DEFAULT)


def test_the_difference_of_a_variant_is_found():
    moved = SHARE + 0.4 - 0.3 * SCORES[:, 0]
    made = completed(DEFAULT, EMULATOR, bank(moved, RATIO, PAIRS))
    assert made.simulated[:, 0] == pytest.approx(moved, abs=0.02)
    assert made.simulated[:, 1] == pytest.approx(RATIO, abs=1e-6)
    assert (made.simulated[:PAIRS, 0] == moved[:PAIRS]).all()
    assert (made.scores == SCORES).all()


def test_a_variant_without_a_source_of_chance_is_less_uncertain():
    calm = SHARE - SWING
    made = completed(DEFAULT, EMULATOR, bank(calm, RATIO, PAIRS))
    spreads = [float((emulate(b).variance(np.zeros((1, K)))[0, 0]) ** 0.5) for b in (DEFAULT, made)]
    assert spreads[0] == pytest.approx(np.hypot(0.1, 0.25), rel=0.15)
    assert spreads[1] == pytest.approx(0.1, rel=0.35)


def test_chance_that_a_variant_lacks_is_taken_from_where_it_is_known():
    shocks = (Shock("late_swing_sd", SWING, GRID, np.full(7, 0.25)),)
    made = completed(replace(DEFAULT, shocks=shocks), EMULATOR, bank(SHARE - SWING, RATIO, PAIRS))
    assert made.simulated[:, 0] == pytest.approx(SHARE - SWING, abs=0.02)
    assert made.shocks == ()


def test_new_chance_of_a_variant_is_not_lost():
    """What a pair cannot explain is kept, so that other runs vary as much, and together."""
    fresh = 0.2 * RANDOM.standard_normal(N)
    made = completed(DEFAULT, EMULATOR, bank(SHARE + fresh, RATIO + fresh, PAIRS))
    added = made.simulated[PAIRS:] - DEFAULT.simulated[PAIRS:]
    assert added.std(axis=0) == pytest.approx([0.2, 0.2], rel=0.25)
    assert np.corrcoef(added.T)[0, 1] > 0.8


def test_completion_beats_the_few_runs_alone():
    moved = SHARE + 0.1 * SCORES[:, 1] ** 2
    few = bank(moved, RATIO, PAIRS)
    z = RANDOM.standard_normal((500, K))
    truth = z @ SLOPES + 0.1 * z[:, 1] ** 2
    misses = [
        float(np.sqrt(((emulate(one).mean(z)[:, 0] - truth) ** 2).mean()))
        for one in (few, completed(DEFAULT, EMULATOR, few))
    ]
    assert misses[1] < 0.8 * misses[0]


def test_equal_runs_make_an_equal_bank():
    made = completed(DEFAULT, EMULATOR, bank(SHARE, RATIO, PAIRS))
    assert made.simulated == pytest.approx(DEFAULT.simulated, abs=1e-9)
    assert (made.rejected == 0).all()


def test_runs_are_paired_by_scores_not_by_place():
    rows = np.arange(5, 45)
    part = replace(
        bank(SHARE, RATIO), scores=SCORES[rows], simulated=DEFAULT.simulated[rows] + 1.0,
        rejected=np.ones(40, dtype=np.int64),
    )  # fmt: skip
    mine, theirs = paired_rows(DEFAULT, part)
    assert mine.tolist() == rows.tolist()
    assert theirs.tolist() == list(range(40))
    made = completed(DEFAULT, EMULATOR, part)
    assert made.simulated == pytest.approx(DEFAULT.simulated + 1.0, abs=1e-6)
    assert (made.rejected[rows] == 1).all()


def test_missing_values_stay_missing():
    gaps = SHARE.copy()
    gaps[::10] = np.nan
    whole = bank(gaps, RATIO)
    made = completed(whole, emulate(whole), bank(gaps + 0.2, RATIO, PAIRS))
    assert np.isnan(made.simulated[::10, 0]).all()
    known = np.isfinite(made.simulated[:, 0])
    # A pair without a value has nothing to give on either.
    assert known.mean() > 0.75
    assert made.simulated[known, 0] == pytest.approx((SHARE + 0.2)[known], abs=1e-6)


def test_summaries_that_one_of_them_lacks_are_left_out():
    part = replace(
        bank(SHARE, RATIO, PAIRS), summaries=("runoff share", "a poll"),
    )  # fmt: skip
    made = completed(DEFAULT, EMULATOR, part)
    assert made.summaries == ("runoff share",)
    assert made.simulated.shape == (N, 1)
    assert made.observed.shape == (1,)


def test_known_choices_are_completed_as_probabilities():
    probs = 1.0 / (1.0 + np.exp(-SCORES[:, :1]))
    lower = 1.0 / (1.0 + np.exp(1.0 - SCORES[:, :1]))
    whole = replace(DEFAULT, choices=("cy",), choice_probs=probs)
    part = bank(SHARE, RATIO, PAIRS, choices=("cy",), choice_probs=lower[:PAIRS])
    made = completed(whole, EMULATOR, part)
    assert made.choice_probs == pytest.approx(lower, abs=1e-6)
    assert completed(whole, EMULATOR, bank(SHARE, RATIO, PAIRS)).choices == ()


def test_runs_of_many_sweeps_are_counted_on_one_scale():
    told = []
    tally = Tally(10, lambda done, total: told.append((done, total)))
    first = tally.sweep(6)
    first(6, 6)
    second = tally.sweep(6)
    second(1, 6)
    assert told == [(0, 10), (6, 10), (6, 12), (7, 12)]
