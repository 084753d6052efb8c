"""The fewer facts a contest file has, the wider its forecast, and it stays calibrated.

Every bundled contest is forecast three times by the bundled posterior that does not know it: from
all that was known on the eve, from round one and the calls, and from the shares of round one alone.
"""

import numpy as np
import pytest

from kingmaker.cases.collection import bundled_collection
from kingmaker.forecasting.driver import forecast
from kingmaker.validate.scores import coverage_interval, crps_samples, interval_tails

REPLICATES, WORKERS = 100, 2
LEVELS = (50, 80, 90)


def with_calls(contest):
    """Leave round one, the people and who called for whom."""
    sectors = tuple(s.model_copy(update={"round1": None}) for s in contest.sectors)
    less = {"polls": (), "offers": (), "pledges": (), "events": (), "sectors": sectors}
    return contest.model_copy(update=less)


def bare(contest):
    """Leave round one and the people."""
    return with_calls(contest).model_copy(update={"endorsements": ()})


KNOWN = {"all that was known": lambda contest: contest, "calls": with_calls, "round one": bare}


@pytest.mark.verify
def test_fewer_facts_widen_forecasts_and_leave_them_calibrated(capsys):
    examples = bundled_collection().examples
    observed = np.array([example.outcome.share for example in examples])
    spreads, inside, scores = {}, {}, {}
    for name, cut in KNOWN.items():
        runs = [
            forecast(cut(e.case.contest), replicates=REPLICATES, workers=WORKERS).shares
            for e in examples
        ]
        spreads[name] = np.array([shares.std() for shares in runs])
        scores[name] = np.mean([
            crps_samples(np.sort(r), np.full(r.size, 1.0 / r.size), y)
            for r, y in zip(runs, observed, strict=True)
        ])  # fmt: skip
        for level in LEVELS:
            low, high = np.array([np.quantile(r, interval_tails(level)) for r in runs]).T
            inside[name, level] = int(((low <= observed) & (observed <= high)).sum())
    n = len(examples)
    with capsys.disabled():
        for name in KNOWN:
            told = ", ".join(f"{inside[name, level]} of {n} in {level} %" for level in LEVELS)
            print(f"\n{name}: mean sd {spreads[name].mean():.4f}, {told}, CRPS {scores[name]:.4f}")
    everything, calls, nothing = spreads.values()
    assert everything.mean() < calls.mean() < nothing.mean()
    for level in LEVELS:
        low, high = coverage_interval(inside["round one", level], n)
        assert low <= level / 100 <= high
