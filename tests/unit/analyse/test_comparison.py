"""One comparison: replicates in pairs, the same evening for all, weights, tables, summary."""

import math
from functools import cache

import numpy as np
import pytest

import kingmaker as km
from kingmaker.alliance.behaviours import BEHAVIOURS, check_behaviour
from kingmaker.analyse import comparison
from kingmaker.analyse.comparison import compare_draw, evenings, finished, weight_of
from kingmaker.analyse.driver import run_comparison
from kingmaker.analyse.plan import CompareOptions, plan_comparison
from kingmaker.analyse.tables import COMPARE_TABLES, REASONS
from kingmaker.election import LeadershipElection
from kingmaker.errors import DataError, ImpossibleDrawError, RunFailedError, StoreError
from kingmaker.outcome import record_of
from kingmaker.pilots import settled
from kingmaker.records import MARGIN_STEPS
from tests.contest_builders import SOURCED, bare, tiny
from tests.unit.alliance.behaviour_contests import full

OBSERVED = 230 / 440  # the tiny contest's


def planned(behaviours="historical,neutral,cy=endorse:ada", contest=None, **options):
    contest = tiny() if contest is None else contest
    options = {"replicates": 4, "payoff_replicates": 0} | options
    return plan_comparison(CompareOptions(contest, behaviours, **options))


@cache
def result():
    return run_comparison(planned(replicates=6, payoff_replicates=2))


# ------------------------------------------------------------------------------ replicates


def test_pairs_share_parameters_and_nothing_else():
    one, other = evenings(planned(), 1)
    assert (one.streams.replicate, other.streams.replicate) == (2, 3)
    assert one.parameters.values == other.parameters.values
    assert (one.members.propensity != other.members.propensity).mean() > 0.99
    third = next(evenings(planned(), 0))
    assert third.parameters.values != one.parameters.values


def test_settings_hold_in_every_draw():
    for draw in (0, 1):
        for evening in evenings(planned(settings={"obedience": 0.25}), draw):
            assert evening.parameters["obedience"] == 0.25


def test_an_odd_one_stays_alone():
    assert len(list(evenings(planned(replicates=3), 1))) == 1


def test_what_is_impossible_is_drawn_anew_together(monkeypatch):
    """The first of a pair draws parameters and chance, the second one its chance alone."""
    asked = []

    def fake(contest, replicate, attempt, draw, **_):
        asked.append((replicate, attempt, draw["obedience"]))
        if (replicate, attempt) in {(4, 0), (4, 1), (5, 0)}:
            raise ImpossibleDrawError("cy", 2, 1)
        return replicate

    monkeypatch.setattr(comparison, "LeadershipElection", fake)
    monkeypatch.setattr(comparison, "settled", lambda model: model)
    assert list(evenings(planned(replicates=6), 2)) == [4, 5]
    assert [call[:2] for call in asked] == [(4, 0), (4, 1), (4, 2), (5, 0), (5, 1)]
    values = [call[2] for call in asked]
    assert len(set(values[:3])) == 3
    assert values[2] == values[3] == values[4]


def test_a_hopeless_draw_is_reported(monkeypatch):
    def impossible(*_, **__):
        raise ImpossibleDrawError("cy", 2, 1)

    monkeypatch.setattr(comparison, "LeadershipElection", impossible)
    with pytest.raises(RunFailedError, match=r"200 draws in a row.*kingmaker compare tiny"):
        run_comparison(planned())


# ------------------------------------------------------------------------------ behaviours

ARGUMENTS = {
    "CANDIDATE": "ada",
    "[CANDIDATE]": "ada",
    "CANDIDATE@DAY": "ada@2",
    "NOTABLE=CANDIDATE": "nan=ben",
    "DAYS": "9",
    "SHARE": "0.45",
    "PACT": "mutual",
}


def texts():
    """Write every behaviour of the register for a contest that has whatever they need."""
    for name, row in BEHAVIOURS.items():
        argument = ARGUMENTS.get(row.argument, "")
        argument = {"withdraw": "dee", "stay": "eve"}.get(name, argument)
        text = f"{name}:{argument}" if argument else name
        if check_behaviour(text, full()) == ():
            yield text


def test_hardly_any_behaviour_is_left_out():
    assert len(list(texts())) >= len(BEHAVIOURS) - 1  # `coordinated` needs a pact in the file


def outcome(model):
    """Collect what a branch and a run from the start must have in common."""
    run = record_of(model).run
    kept = {name: value for name, value in run.items() if value == value}
    deals = [] if model.interlude is None else list(map(repr, model.interlude.deals))
    flows = None if model.flows is None else model.flows.tolist()
    return kept, deals, flows, model.state.second_vote.tolist()


@pytest.mark.parametrize("behaviour", [*texts(), "cy=endorse:ada+nan=neutral+extra-week"])
def test_every_behaviour_ends_as_if_it_had_run_from_the_start(behaviour):
    contest = full()
    plan = planned(contest=contest, replicates=1)
    (evening,) = evenings(plan, 0)
    quick = finished(plan, evening, behaviour)
    slow = settled(
        LeadershipElection(
            contest,
            seed=plan.seed,
            replicate=0,
            behaviour=behaviour,
            draw=evening.parameters.values,
            attempt=evening.streams.attempt,
        )
    )
    slow.run_model()
    assert outcome(quick) == outcome(slow)


def test_a_campaign_changed_holds_constants():
    plan = planned("historical,no-contempt")
    evening = next(evenings(plan, 0))
    twin = finished(plan, evening, "no-contempt")
    assert twin.constants.held
    assert (twin.constants.candidate == evening.constants.candidate).all()
    assert twin.streams == evening.streams


def test_mechanisms_off_stay_off():
    plan = planned(without="M28", replicates=2)
    for row in compare_draw(plan, 0).tables["compare"]:
        assert row["margin_selection"] == row["margin_cue"] == 0


# ------------------------------------------------------------------------------ tables


def test_tables_have_the_registered_columns():
    found = result()
    for name, columns in COMPARE_TABLES.items():
        assert list(getattr(found, name).columns) == list(columns)
    assert len(found.compare) == 6 * 3
    assert len(found.payoffs) == 2 * 9 * 2
    assert len(found.pivotality) == 6 * 2 * 3
    assert set(found.changed["mechanism"]) <= {name for name, _ in REASONS}
    assert set(found.changed["behaviour"]) == {"neutral", "cy=endorse:ada"}


def test_changed_adds_up():
    found = result()
    sums = found.changed.groupby(["replicate", "behaviour"])["members"].sum()
    rows = found.compare.set_index(["replicate", "behaviour"])["changed"]
    for key, members in rows.items():
        assert sums.get(key, 0) == members
    assert (rows.xs("historical", level="behaviour") == 0).all()


def test_margins_add_up():
    steps = [f"margin_{step}" for step, _ in MARGIN_STEPS]
    found = result().compare
    assert (found[steps[:-1]].sum(axis=1) == found[steps[-1]]).all()


def test_behaviours_share_round_one():
    by_replicate = result().compare.groupby("replicate")
    for name in ("draw", "leader", "runner_up", "margin_round1", "rejected_draws"):
        assert (by_replicate[name].nunique() == 1).all()
    # What the voters of the eliminated would do by themselves is the same but for campaigns.
    assert by_replicate["margin_preference"].agg(np.ptp).max() <= 6


def test_the_difference_is_paired():
    summary = result().summary
    runs = result().compare.pivot(index="replicate", columns="behaviour", values="runoff_share")
    gap = runs["neutral"] - runs["historical"]
    row = summary["forest"][1]
    assert row["behaviour"] == "neutral"
    assert row["difference"]["mean"] == pytest.approx(gap.mean())
    assert row["difference"]["spread"] == pytest.approx(gap.quantile([0.05, 0.95]).tolist())
    within = gap.groupby(gap.index // 2).var(ddof=1).mean()
    assert row["difference"]["sd"]["chance"] == pytest.approx(math.sqrt(within))
    assert summary["forest"][0]["difference"] is None


def test_what_changed_makes_the_difference_in_votes():
    summary = result().summary
    margin = result().compare.pivot(index="replicate", columns="behaviour", values="margin_round2")
    changed = summary["changed"]["neutral"]
    assert changed["margin"] == pytest.approx((margin["neutral"] - margin["historical"]).mean())
    for way in ("by_mechanism", "by_sector", "by_origin"):
        members = sum(row["members"] for row in changed[way].values())
        assert members == pytest.approx(changed["members"])


def test_the_cue_alone_is_said_to_change():
    assert any("only the cue" in note for note in result().summary["notes"])


# ------------------------------------------------------------------------------ weights


def test_the_weight_is_the_likelihood_of_the_observed_runoff():
    plan = planned(given="observed-runoff", tolerance=0.05)
    twin = finished(plan, next(evenings(plan, 0)), "historical")
    first, second = twin.flows.sum(axis=(0, 1))[:2]
    z = (first / (first + second) - OBSERVED) / 0.05
    assert weight_of(plan, twin) == pytest.approx(math.exp(-z * z / 2.0))
    assert weight_of(planned(), twin) == 1.0


def test_other_finalists_weigh_nothing():
    votes = {"cy": 230, "ben": 210}
    plan = planned(given="observed-runoff", tolerance=0.05)
    twin = finished(plan, next(evenings(plan, 0)), "historical")
    results = {"round2": {"votes": votes, "ballots": 450, **SOURCED}}
    results["round1"] = {
        "votes": {"ada": 90, "ben": 150, "cy": 180, "dee": 30},
        "ballots": 460,
        "blank": 10,
        **SOURCED,
    }
    elsewhere = bare(results=results)
    other = planned("historical,neutral", elsewhere, given="observed-runoff", tolerance=0.05)
    assert weight_of(other, twin) == 0.0


@pytest.mark.parametrize("behaviours", ["historical,neutral", "neutral,endorse:ada"])
def test_every_weighted_number_has_its_size(behaviours):
    """Weights come from `historical`, listed or not, and are shared by all behaviours."""
    given = {"given": "observed-runoff", "tolerance": 0.2, "replicates": 12}
    found = run_comparison(planned(behaviours, **given))
    rows = found.compare[found.compare["behaviour"] == behaviours.split(",")[0]]
    weights = rows["weight"].to_numpy()
    free = run_comparison(planned("historical,neutral", replicates=12)).compare
    shares = free[free["behaviour"] == "historical"]["runoff_share"].to_numpy()
    assert weights == pytest.approx(np.exp(-0.5 * ((shares - OBSERVED) / 0.2) ** 2))
    size = weights.sum() ** 2 / (weights**2).sum()
    assert found.summary["ess"] == pytest.approx(size)
    assert found.summary["forest"][1]["share"]["ess"] == pytest.approx(size)
    mean = (weights * rows["runoff_share"].to_numpy()).sum() / weights.sum()
    assert found.summary["forest"][0]["share"]["mean"] == pytest.approx(mean)
    assert found.summary["warnings"] != []
    assert any("no forecast" in note for note in found.summary["notes"])


def test_too_few_effective_replicates_are_refused():
    with pytest.raises(DataError, match=r"leaves \d\.\d effective replicates of 4 \(5 at least"):
        run_comparison(planned(given="observed-runoff"))


def test_a_contest_without_a_result_is_compared_before_it():
    found = run_comparison(planned("historical,neutral", bare(results={})))
    assert found.summary["observed_share"] is None
    assert len(found.compare) == 8


# ------------------------------------------------------------------------------ the whole


def test_km_compare_writes_the_folder(tmp_path):
    folder = tmp_path / "out"
    options = {"replicates": 2, "payoff_replicates": 1, "days": 2}
    found = km.compare(tiny(), ["historical", "neutral"], out=folder, **options)
    assert isinstance(found, km.CompareResult)
    names = {path.name for path in folder.iterdir()}
    assert names == {
        *(f"{name}.parquet" for name in COMPARE_TABLES),
        "manifest.json",
        "forest.png",
        "forest.svg",
        "waterfall.png",
        "payoffs.png",
    }
    again = tmp_path / "again"
    found.save(again)
    assert (again / "changed.parquet").read_bytes() == (folder / "changed.parquet").read_bytes()
    with pytest.raises(StoreError, match="exists already"):
        found.save(folder)
    found.compare.loc[0, "winner"] = "nobody"
    with pytest.raises(StoreError, match="changed after the comparison: compare"):
        found.save(tmp_path / "third")
    assert not (tmp_path / "third").exists()


def test_the_headline_says_what_came_out():
    text = repr(result())
    assert text.startswith("<CompareResult Four for a chair (tiny): 6 replicates, seed 1")
    assert "neutral: Ada" in text
    assert "<ul>" in result()._repr_html_()


def test_failures_name_the_draw(monkeypatch):
    def broken(plan, draw):
        raise ValueError("no")

    monkeypatch.setattr("kingmaker.analyse.driver.compare_draw", broken)
    with pytest.raises(RunFailedError, match=r"draw 0 of tiny \(seed 1\) failed: ValueError: no"):
        run_comparison(planned())


def test_progress_counts_replicates():
    told = []
    run_comparison(planned(replicates=3), lambda done, total: told.append((done, total)))
    assert told == [(0, 3), (2, 3), (3, 3)]
