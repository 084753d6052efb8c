"""Files of posteriors and contests for the tests of forecasts: runs take milliseconds."""

import datetime as dt
from pathlib import Path

import numpy as np

from kingmaker.calibrate.shared import SHARED
from kingmaker.cases.keys import ContestKey
from kingmaker.forecasting.posterior_file import ScoreGroup, write_score_posteriors

K = len(SHARED)


def draws(level, n=30):
    """Make scores that are all around a level, so that a group can be told by its scores."""
    return level + 0.1 * np.random.Generator(np.random.Philox(7)).standard_normal((n, K))


def key(party, year, country="Nowhere", finalists=(), leading=()):
    first, last = dt.date(year, 5, 12), dt.date(year, 5, 19)
    return ContestKey(country, party, party, first, last, finalists, leading)


KEYS = {
    "one-2030": key("Party", 2030),
    "one-2026": key("Party", 2026),
    "other-2029": key("Other", 2029),
}


def posterior_file(path: Path, **changes) -> Path:
    """Write posteriors of three contests of two parties, with all that can be left out."""
    groups = [
        ScoreGroup("", (), {"": draws(0.0), "Nowhere: Party": draws(0.5)}),
        ScoreGroup("one-2030", ("one-2030",), {"Nowhere: Party": draws(1.0)}),
        ScoreGroup("Nowhere: Party", ("one-2026", "one-2030"), {"": draws(-1.0)}),
        ScoreGroup("Nowhere: Other", ("other-2029",), {"": draws(-0.5)}),
    ]
    write_score_posteriors(path, changes.get("groups", groups), KEYS, {"seed": 1})
    return path
