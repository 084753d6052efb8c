"""Common random numbers: a difference between behaviours holds little of the chance of a contest.

At prior medians all that differs between replicates is chance. The variance of the paired
difference of two behaviours is then a small part of what two separate sets of runs would have.
"""

import pytest

from kingmaker.analyse.driver import run_comparison
from kingmaker.analyse.plan import CompareOptions, plan_comparison
from kingmaker.parameters import prior_medians

AT_MOST = 1 / 20


def variance_ratio(**options):
    """Divide the variance of the paired difference by that of an unpaired one."""
    plan = plan_comparison(
        CompareOptions(
            "il-labor-2007",
            "neutral,endorse:ayalon",
            settings=prior_medians("members"),
            payoff_replicates=0,
            **options,
        )
    )
    runs = run_comparison(plan).compare
    shares = runs.pivot(index="replicate", columns="behaviour", values="runoff_share")
    gap = shares["endorse:ayalon"] - shares["neutral"]
    assert gap.std() > 0.0
    return float(gap.var() / shares.var().sum())


def test_pairing_removes_most_of_the_chance():
    assert variance_ratio(replicates=30, scale=0.05, days=10) <= AT_MOST


@pytest.mark.verify
@pytest.mark.parametrize("seed", [101, 202])
def test_pairing_removes_most_of_the_chance_at_full_size(seed):
    assert variance_ratio(replicates=80, seed=seed) <= AT_MOST
