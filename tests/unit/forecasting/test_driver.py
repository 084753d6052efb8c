"""A forecast depends on what was known, on the posterior and on the seed, and on nothing else."""

import json
from dataclasses import replace

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import kingmaker as km
from kingmaker.calibrate.shared import SHARED
from kingmaker.contest.load import parse_contest
from kingmaker.errors import DataError
from kingmaker.forecasting import ensemble
from kingmaker.forecasting.options import ForecastOptions, case_as_of, plan_forecast
from kingmaker.forecasting.result import LEVELS, notes_on, posterior_sentence
from tests.contest_builders import SOURCED, bare, day, tiny, tiny_table
from tests.unit.forecasting.contests import posterior_file

N = 20


@pytest.fixture(scope="module")
def posterior(tmp_path_factory):
    return posterior_file(tmp_path_factory.mktemp("posterior") / "p.parquet")


@pytest.fixture(scope="module")
def runs(posterior):
    """Keep the runs of the tiny contest by their numbers."""
    plan = plan_forecast(ForecastOptions(tiny(), posterior=posterior, replicates=N))
    return ensemble.simulate_ensemble(plan).runs


@pytest.fixture(scope="module")
def found(posterior, runs):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ensemble, "_run", lambda _, task: runs[task[0]])
        return km.forecast(tiny(), posterior=posterior, replicates=N)


def text_of(found):
    return json.dumps(found.summary, allow_nan=False)


def test_the_runoff_and_what_came_later_are_not_used(posterior, found):
    """What a file says of the runoff, its turnout and later days changes no byte."""
    table = tiny_table()
    table["results"]["round2"] = {"votes": {"ada": 10, "ben": 430}, "ballots": 590, **SOURCED}
    table["sectors"][0]["round2"] = {"shares": {"ada": 0.1, "ben": 0.9}, "turnout": 0.9, **SOURCED}
    later = {"kind": "insult", "by": "ben", "to": "ada", "text": "x", **SOURCED}
    table["events"] += [later | {"date": day(7)}, later | {"date": day(9)}]
    poll = {"pollster": "P", "shares": {"ada": 0.1, "ben": 0.8}, **SOURCED}
    table["polls"].append(poll | {"date": day(7), "population": "exit", "question": "runoff"})
    table["endorsements"].append({"by": "oz", "to": "ben", "date": day(8), **SOURCED})
    table["transfers"] = []
    changed = parse_contest(table, "tiny.toml")
    assert text_of(km.forecast(changed, posterior=posterior, replicates=N)) == text_of(found)
    del table["results"]["round2"]
    without = parse_contest(table, "tiny.toml")
    assert case_as_of(without) == case_as_of(changed) == case_as_of(tiny())


def test_workers_change_no_byte(posterior, found):
    shared = km.forecast(tiny(), posterior=posterior, replicates=N, workers=2)
    assert text_of(shared) == text_of(found)


def test_what_is_returned(found):
    summary = found.summary
    wanted = {"contest", "leader", "mean", "sd", "quantiles", "win_prob", "turnout", "posterior",
              "information_used"}  # fmt: skip
    assert wanted <= set(summary)
    assert list(summary["quantiles"]) == [f"{level:g}" for level in LEVELS]
    values = list(summary["quantiles"].values())
    assert values == sorted(values)
    assert 0.0 < values[0] < summary["mean"] < values[-1] < 1.0
    low, high = summary["win_prob_interval"]
    assert 0.0 < low < summary["win_prob"] < high < 1.0
    assert (found.turnouts <= 1.0).all()
    assert summary["posterior"]["left_out"] == ["one-2030"]
    assert "may be one-2030" in repr(found)
    assert "<strong>" in found._repr_html_()
    known = summary["information_used"]
    assert known["calls"] == [{"by": "cy", "to": "ben", "day": "2030-05-15"}]
    assert set(known["drawn_calls"]) == {"dee"}
    assert sum(known["drawn_calls"]["dee"].values()) == pytest.approx(1.0)
    assert known["sectors"] == ["coast"]
    assert any("2030-05-15" in name for name in known["polls"])


def test_earlier_days_know_less(posterior):
    early = km.forecast(tiny(), as_of=day(2), posterior=posterior, replicates=N).summary
    assert set(early["information_used"]["drawn_calls"]) == {"cy", "dee"}
    assert early["information_used"]["polls_known"] == 3
    assert early["as_of"] == "2030-05-14"


def test_values_of_parameters_are_used_as_they_are(tmp_path):
    path = tmp_path / "values.parquet"
    pq.write_table(pa.table({"leader_momentum": [0.5, -0.5]}), path)
    plan = plan_forecast(ForecastOptions(tiny(), posterior=path, replicates=N))
    point, tasks = ensemble._tasks(plan.case, plan.source, 3, seed=7)
    assert tasks == [(r, {"leader_momentum": (-1) ** r * 0.5}) for r in range(3)]
    assert (point.seed, point.contest) == (7, plan.case.contest)
    assert "as they are" in posterior_sentence(plan.source.about)


def test_replicates_have_their_own_chance_and_draw(posterior):
    plan = plan_forecast(ForecastOptions(tiny(), posterior=posterior, replicates=N))
    _, tasks = ensemble._tasks(plan.case, plan.source, N, seed=7)
    assert [number for number, _ in tasks] == list(range(N))
    assert len({tuple(draw.items()) for _, draw in tasks}) == N
    assert all(set(draw) == set(SHARED) for _, draw in tasks)


def test_impossible_draws_are_left_out_and_counted(posterior, runs, monkeypatch):
    monkeypatch.setattr(ensemble, "_run", lambda _, t: None if t[0] < 3 else runs[t[0]])
    found = km.forecast(tiny(), posterior=posterior, replicates=N)
    assert found.summary["impossible_draws"] == 3
    assert found.shares.size == N - 3
    monkeypatch.setattr(ensemble, "_run", lambda _, t: None if t[0] % 3 else runs[t[0]])
    with pytest.raises(DataError, match=f"only 7 of {N} draws"):
        km.forecast(tiny(), posterior=posterior, replicates=N)


def test_runs_without_votes_in_the_runoff_are_refused(posterior, runs, monkeypatch):
    silent = replace(runs[0], row={**runs[0].row, "runoff_share": float("nan")})
    monkeypatch.setattr(ensemble, "_run", lambda _, t: silent if t[0] % 3 else runs[t[0]])
    with pytest.raises(DataError, match=f"only 7 of {N} draws have a runoff.*roll.round2"):
        km.forecast(tiny(), posterior=posterior, replicates=N)


def test_of_one_who_spoke_twice_the_last_call_is_known(posterior, runs, monkeypatch):
    monkeypatch.setattr(ensemble, "_run", lambda _, task: runs[task[0]])
    calls = [
        {"by": "cy", "to": "ben", "date": day(5), **SOURCED},
        {"by": "cy", "to": "neutral", "date": day(2), **SOURCED},
        {"by": "nan", "to": "ada", "date": day(2), **SOURCED},
    ]
    contest = tiny(endorsements=calls)
    known = km.forecast(contest, posterior=posterior, replicates=N).summary["information_used"]
    assert known["calls"] == [{"by": "cy", "to": "ben", "day": "2030-05-17"}]
    early = km.forecast(contest, as_of=day(4), posterior=posterior, replicates=N).summary
    assert [call["to"] for call in early["information_used"]["calls"]] == ["neutral"]


@pytest.mark.parametrize(
    ("second", "words"), [(9_000, []), (100, ["Of 100 entitled", "about 5 are"])]
)
def test_a_second_roll_that_is_hardly_simulated_is_noted(second, words):
    contest = bare(roll={"round1": 1_000_000, "round2": second, **SOURCED})
    texts = " ".join(notes_on(case_as_of(contest)[0]))
    assert all(word in texts for word in words)
    assert bool(words) == ("simulated" in texts)


def test_sentences_on_posteriors():
    about = {"kind": "scores", "contests": 37, "left_out": ["a", "b", "c"], "same": ["b"]}
    text = posterior_sentence(about | {"party_contests": 2})
    assert "37 contests without a, b and c" in text
    assert "this contest may be b" in text
    assert "2 of them are of this party" in text
    none = about | {"left_out": [], "same": [], "party_contests": 0}
    assert posterior_sentence(none).endswith("none of which is this one.")
