"""Are the constants right: does a free first round scatter around the observed one?"""

import numpy as np
import pytest

from kingmaker.contest.load import load_contest
from tests.statistical.samples import assert_within, elections, first_shares, score

MARGIN = 0.004
"""Bias of a constant that does not matter [share]: pilots end with a few draws of chance, and
sector results pull a little against the total (about 0.002 for the small candidates of 2007)."""


def residuals(contest, replicates, seed, **arguments):
    """Return simulated minus observed shares of free first rounds, a row per replicate."""
    runs = elections(contest, replicates, seed, first_round="free", **arguments)
    return np.array([first_shares(model) - model.setting.vote_shares for (model,) in runs])


def check_scatter(name, replicates, scale, days, error, spread):
    """Check the mean residual within its error, and a spread that is neither none nor wild."""
    contest = load_contest(name)
    rows = {}

    def beyond(column):
        mean = float(column.mean())
        return score(column, MARGIN * np.sign(mean)) if abs(mean) > MARGIN else 0.0

    def largest(seed):
        rows[seed] = residuals(contest, replicates, seed, scale=scale, days=days)
        return max((beyond(column) for column in rows[seed].T), key=abs)

    # The largest of 4 or 5 scores, of which one follows from the others: 3.7 where one had 3.29.
    assert_within(largest, limit=3.7)
    found = np.concatenate(list(rows.values()))
    assert np.abs(found.mean(axis=0)).max() < error
    assert spread[0] < found.std(axis=0)[:3].min()
    assert found.std(axis=0).max() < spread[1]


@pytest.mark.parametrize("name", ["il-labor-2007", "il-labor-2011"])
def test_free_first_round_scatters_around_the_observed(name):
    check_scatter(name, replicates=24, scale=0.05, days=10, error=0.015, spread=(0.002, 0.06))


@pytest.mark.verify
@pytest.mark.parametrize("name", ["il-labor-2007", "il-labor-2011", "fr-ps-2023", "gr-nd-2015"])
def test_free_first_round_over_whole_campaigns(name):
    check_scatter(name, replicates=120, scale=0.1, days=60, error=0.008, spread=(0.001, 0.06))


def test_other_chance_other_first_round():
    """Two replicates of a free first round differ; the same replicate does not."""
    contest = load_contest("il-labor-2011")
    once, twice = (
        residuals(contest, 2, 3, scale=0.03, days=3).tolist() for _ in range(2)
    )  # fmt: skip
    assert once == twice
    assert once[0] != once[1]
