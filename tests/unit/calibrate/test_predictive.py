"""Is a calibrated contest held against what was observed of it, and against patterns?"""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from kingmaker.calibrate.draws import DrawSettings
from kingmaker.calibrate.predictive import _occurrences, predictive_check
from kingmaker.calibrate.shared import SHARED
from kingmaker.calibrate.summaries import RUNOFF_SHARE, patterns_of
from kingmaker.cases.collection import example_of
from kingmaker.contest.load import load_contest
from kingmaker.numerics import logit
from kingmaker.sweep.engines.local import LocalEngine

LABOR = load_contest("il-labor-2007")


def tables(rows_of_blocs, first, second):
    """Make tables of runs; the first is of the Arab sector's shares by run."""
    blocs = pd.DataFrame(rows_of_blocs, columns=["place", "round", "sector", "voted", "as_told"])
    shares = pd.DataFrame(
        [
            {"place": place, "round": number, "sector": "arab", "candidate": name, "share": share}
            for number, runs in ((1, first), (2, second))
            for place, run in enumerate(runs)
            for name, share in run.items()
        ]
    )
    return {"blocs": blocs, "shares": shares, "runs": pd.DataFrame({"place": range(len(first))})}


def test_unanimous_blocs_count_in_divided_sectors_alone_and_bounds_by_run():
    first = [{"barak": 0.5, "ayalon": 0.1}, {"barak": 0.9, "ayalon": 0.1}, {"ayalon": 0.2},
             {"barak": 0.4, "ayalon": 0.12}]  # fmt: skip
    second = [{"barak": 0.7}, {"barak": 0.7}, {"barak": 0.7}, {"barak": 0.85}]
    blocs = [
        (0, 1, "arab", 20, 18), (0, 1, "arab", 30, 30),  # one run, however many blocs
        (1, 1, "arab", 20, 20),  # its sector is as one
        (2, 1, "arab", 9, 9),  # too small
        (3, 1, "arab", 20, 17),  # not as one
        (1, 2, "arab", 40, 40), (3, 2, "arab", 40, 40),
    ]  # fmt: skip
    found = {o.what: o.part for o in _occurrences(LABOR, tables(blocs, first, second))}
    assert found == {
        "round one: a bloc is unanimous in a divided sector": 0.25,
        "runoff: a bloc is unanimous in a divided sector": 0.5,  # two runs had blocs in it
        "arab, round one: ayalon has at most 12 %": 0.75,
    }
    decided = [row for row in blocs if row[1] == 1]
    assert not [o for o in _occurrences(LABOR, tables(decided, first, [])) if "runoff" in o.what]


def test_sectors_of_round_one_are_patterns_beside_the_evidence():
    case = example_of(LABOR).case
    found = {pattern.name: pattern for pattern in patterns_of(case, LABOR)}
    peretz = found["arab, round one: peretz against all others"]
    assert peretz.observed == pytest.approx(logit(0.344))
    assert (peretz.of, len(peretz.against)) == ("peretz", 4)
    assert peretz.error_sd == 0.05
    assert RUNOFF_SHARE in found


def test_runs_of_given_scores_are_placed_and_kept(tmp_path):
    case = example_of(LABOR).case
    scores = np.random.Generator(np.random.Philox(1)).standard_normal((12, len(SHARED)))
    settings = DrawSettings(60, members=1_000)
    folder = tmp_path / "after"
    found = predictive_check(case, LABOR, scores, folder, LocalEngine(1), settings)
    assert found.runs.simulated.shape == (12, len(found.runs.summaries))
    assert "arab, round one: peretz against all others" in found.runs.summaries
    place = found.runs.summaries.index(RUNOFF_SHARE)
    assert np.isfinite(found.runs.simulated[:, place]).all()
    assert {o.what.split(":")[0] for o in found.occurrences} >= {"round one", "runoff"}
    (kept,) = tmp_path.iterdir()
    told = []
    again = predictive_check(
        case, LABOR, scores, folder, LocalEngine(1), settings, lambda *numbers: told.append(numbers)
    )
    assert told == [(12, 12)]  # nothing was simulated again
    assert np.array_equal(again.runs.simulated, found.runs.simulated, equal_nan=True)
    predictive_check(case, LABOR, scores[::-1], folder, LocalEngine(1), settings)
    assert len(list(tmp_path.iterdir())) == 2
    assert kept in tmp_path.iterdir()


def test_votes_of_some_candidates_are_no_shares_of_a_sector():
    case = example_of(LABOR).case
    (arab,) = [sector for sector in LABOR.sectors if sector.id == "arab"]
    for votes, n_found in (({"barak": 30, "ayalon": 20}, 0), (dict.fromkeys(case.votes, 10), 5)):
        result = arab.round1.model_copy(update={"shares": {}, "votes": votes})
        sectors = (arab.model_copy(update={"round1": result}),)
        changed = replace(case, contest=case.contest.model_copy(update={"sectors": sectors}))
        found = [p for p in patterns_of(changed, LABOR) if p.name.startswith("arab, round one")]
        assert len(found) == n_found
