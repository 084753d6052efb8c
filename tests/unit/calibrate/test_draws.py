"""Are draws of a contest a sweep that knows nothing of its runoff?"""

import datetime as dt

import numpy as np
import pytest

from kingmaker.calibrate import draws
from kingmaker.calibrate.draws import (
    DrawSettings,
    days_for,
    plan_of,
    read_bank,
    read_banks,
    scale_for,
    scores_of,
    simulate,
)
from kingmaker.calibrate.shared import SHARED, values_of
from kingmaker.calibrate.summaries import RUNOFF_SHARE
from kingmaker.cases.collection import example_of
from kingmaker.contest.load import load_contest
from kingmaker.errors import CalibrationError
from kingmaker.records import ALL_IMPOSSIBLE
from kingmaker.sweep.batch import write_failures
from kingmaker.sweep.engines.local import LocalEngine
from kingmaker.sweep.store import start_store
from tests.contest_builders import SOURCED, bare
from tests.unit.validate.contests_to_score import contest, example

DATES = {"round1": dt.date(2020, 5, 10), "round2": dt.date(2020, 5, 17)}
EARLY = {"pollster": "P", "question": "round1", "date": dt.date(2019, 12, 1), **SOURCED,
         "shares": {"ada": 0.4, "ben": 0.3}}  # fmt: skip


def test_more_draws_keep_the_first():
    assert (scores_of(50, 3)[:20] == scores_of(20, 3)).all()
    assert (scores_of(20, 3) != scores_of(20, 4)).any()


def test_every_row_of_scores_is_a_run_with_its_values_and_chance_of_its_own():
    case, scores = example("c").case, scores_of(5, 1)
    plan = plan_of(case, scores, DrawSettings(5))
    assert plan.n_runs == 5
    requests = [plan.request(index) for index in range(5)]
    for row, request in zip(scores, requests, strict=True):
        assert request.draw == values_of(row, "members")
    assert len({request.seed for request in requests}) == 5
    held = plan_of(case, scores, DrawSettings(5, held=(("late_swing_sd", 0.0),)))
    assert held.request(0).settings == {"late_swing_sd": 0.0}
    assert set(held.request(0).draw) == set(SHARED) - {"late_swing_sd"}


def test_runs_know_nothing_of_the_runoff():
    plans = []
    for runoff in ((550, 450), (100, 700)):
        case = example_of(contest("c", runoff=runoff)).case
        plans.append(plan_of(case, scores_of(3, 1), DrawSettings(3)))
    assert [p.run_id(1) for p in plans] == [plans[0].run_id(1)] * 2
    assert plans[0].contests[0].results.round2 is None


def test_contests_are_cut_to_about_the_size_asked_for():
    assert scale_for(load_contest("il-labor-2007"), 10_000) == pytest.approx(10_000 / 103_568)
    assert scale_for(contest("c"), 500) == 0.25
    assert scale_for(contest("c"), 10_000) == 1.0
    assert scale_for(load_contest("it-cs-2012"), 10_000) < 0.005  # shares of a published base
    small = bare(roll={"round1": 1_000_000, "round2": 20_000, **SOURCED})
    assert scale_for(small, 10_000) == 0.02  # 400 of the second roll
    assert scale_for(small, 100_000) == 0.1
    tiny = bare(roll={"round1": 1_000_000, "round2": 100, **SOURCED})
    assert scale_for(tiny, 10_000) == 0.05  # no more than 50 000 of the first
    both = bare(roll={"round1": 2_000, "round2": 100, **SOURCED})
    assert scale_for(both, 1_000) == 1.0  # all hundred
    assert scale_for(load_contest("es-pp-2018"), 10_000) == 10_000 / 67_158
    assert days_for(load_contest("fr-udi-2014")) == 7
    assert days_for(load_contest("il-labor-2007")) == 60


@pytest.fixture(scope="module")
def banks(tmp_path_factory):
    folder = tmp_path_factory.mktemp("banks")
    made = contest("c", runoff=(600, 400), calls={"cy": "ada", "dee": "ben"})
    cases = [(example_of(made).case, made)]
    engine = LocalEngine(1)
    told = []
    try:
        bank = read_banks(cases, folder, engine, DrawSettings(60), lambda *n: told.append(n))[0]
        again = read_banks(cases, folder, engine, DrawSettings(60))[0]
        with pytest.raises(CalibrationError, match="only 20 of 20 draws"):
            read_banks(cases, folder / "few", engine, DrawSettings(20))
    finally:
        engine.shutdown()
    return bank, again, told


def failing(folder, errors):
    """Simulate six draws of which the first failed."""
    made = contest("c", runoff=(600, 400), polls=[EARLY], dates=DATES)
    case, scores = example_of(made).case, scores_of(6, 1)
    plan = plan_of(case, scores, DrawSettings(6, members=300))
    store = start_store(folder, plan, is_resumed=False)
    for index, error in enumerate(errors):
        write_failures(store, [index], error)
    engine = LocalEngine(1)
    try:
        store = simulate(plan, folder, engine)
    finally:
        engine.shutdown()
    return case, made, store, scores


def test_a_bank_keeps_what_failed_and_what_hardly_any_run_has(tmp_path, monkeypatch):
    monkeypatch.setattr(draws, "LEAST_DRAWS", 4)
    errors = [f"RunFailedError: {ALL_IMPOSSIBLE}, the last because", "MemoryError"]
    case, whole, store, scores = failing(tmp_path / "c", errors)
    bank = read_bank(case, whole, store, scores)
    assert bank.failures == tuple(errors)
    assert (bank.impossible == scores[:1]).all()
    assert (bank.scores == scores[2:]).all()
    assert bank.dropped == (f"P, {EARLY['date']}: ada against ben",)
    assert "P," not in " ".join(bank.summaries)


def test_too_few_draws_are_told_with_a_reason_and_a_remedy(tmp_path):
    errors = [f"RunFailedError: {ALL_IMPOSSIBLE}, since blocs deliver 9 votes"] * 6
    with pytest.raises(CalibrationError) as told:
        read_bank(*failing(tmp_path / "c", errors))
    assert "only 0 of 6 draws came to an end; 6 failed" in str(told.value)
    assert "blocs deliver 9 votes" in str(told.value)
    assert "check its result of round one, its blocs and its roll" in str(told.value)


def test_a_bank_holds_scores_beside_what_came_of_them(banks):
    bank, again, told = banks
    assert bank.parameters == SHARED
    assert bank.scores.shape == (60, len(SHARED))
    share = bank.simulated[:, bank.summaries.index(RUNOFF_SHARE)]
    assert np.isfinite(share).all()
    assert share.std() > 0.05
    assert bank.observed[bank.summaries.index(RUNOFF_SHARE)] == pytest.approx(np.log(1.5))
    assert bank.choices == ("cy endorses", "cy for ada", "dee endorses", "dee for ben")
    assert ((bank.choice_probs > 0.0) & (bank.choice_probs < 1.0)).all()
    assert told[-1] == (60, 60)
    assert (again.simulated == bank.simulated).all()


def test_what_the_scores_say_shows_in_the_runs(banks):
    """cy (20 %) calls for ada, dee (10 %) for ben: likeness of leaders and voters helps ada."""
    bank = banks[0]
    share = bank.simulated[:, bank.summaries.index(RUNOFF_SHARE)]
    likeness = bank.scores[:, SHARED.index("endorsement_total")]
    shocks = [shock.drawn for shock in bank.shocks]
    assert [shock.parameter for shock in bank.shocks] == ["contest_shock_sd", "late_swing_sd"]
    terms = np.column_stack([np.ones(60), likeness, *shocks])
    slopes = np.linalg.lstsq(terms, share, rcond=None)[0]
    assert (slopes[1:] > 0.0).all()
    assert np.std(share - terms @ slopes) < 0.75 * share.std()
    ratio = bank.simulated[:, bank.summaries.index("turnout_ratio")]
    turnout = bank.scores[:, SHARED.index("runoff_turnout_ratio")]
    assert np.corrcoef(turnout, ratio)[0, 1] > 0.5
