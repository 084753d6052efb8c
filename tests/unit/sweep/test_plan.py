import json

import numpy as np
import pytest
import tomli_w

from kingmaker.contest.load import bundled_ids, load_contest
from kingmaker.contest.schema import Contest
from kingmaker.sweep import load
from kingmaker.sweep.design import samples_of
from kingmaker.sweep.plan import (
    SweepPlan,
    command_for,
    contest_hash,
    run_id,
    slice_of,
)
from kingmaker.sweep.plan_file import plan_from_json, plan_to_json
from tests.unit.files.fake_records import write_fake_contest
from tests.unit.sweep.sweeps import GRID, plan_of, table, vars_of


def ids(plan):
    return {name.decode() for name in plan.ids}


def test_runs_are_numbered_point_by_point(tmp_path):
    plan = plan_of(tmp_path)
    assert (plan.n_points, plan.n_runs) == (6, 24)
    assert plan.locate(9) == (2, 1)
    request = plan.request(9)
    assert (request.behaviour, request.settings, request.replicate, request.seed) == (
        "historical",
        {"obedience": 0.6},
        1,
        1,
    )
    assert plan.request(12).behaviour == "neutral"
    assert plan.run_id(9) == plan.ids[9].decode()
    assert len(ids(plan)) == 24


def test_adding_points_and_replicates_keeps_ids(tmp_path):
    before = ids(plan_of(tmp_path))
    more = GRID | {"parameters": {"obedience": [0.1, 0.2, 0.4, 0.6]}}
    assert before < ids(plan_of(tmp_path, design=more))
    assert before < ids(plan_of(tmp_path, replicates=5))
    assert before < ids(plan_of(tmp_path, behaviours=["free-vote", "neutral", "historical"]))
    assert before < ids(plan_of(tmp_path, without=[["M15"], []]))
    assert before == ids(plan_of(tmp_path, id="other", question="Another?", tables=["runs"]))


@pytest.mark.parametrize(
    "changes",
    [
        {"seed": 2},
        {"scale": 0.5},
        {"days": 3},
        {"first_round": "free"},
        {"reinvert": True},
        {"settings": {"spatial_weight": 1.0}},
        {"without": [["M15"]]},
        {"seeds": "independent"},
    ],
    ids=str,
)
def test_whatever_changes_results_changes_ids(tmp_path, changes):
    assert ids(plan_of(tmp_path)).isdisjoint(ids(plan_of(tmp_path, **changes)))


def test_ids_depend_on_source_and_scheme(tmp_path):
    plan = plan_of(tmp_path)
    for changes in ({"source_sha256": "0" * 64}, {"scheme": 99}):
        assert ids(plan).isdisjoint(ids(type(plan)(**{**vars_of(plan), **changes})))


def test_points_can_have_the_chance_of_those_of_another_plan(tmp_path):
    other = plan_of(tmp_path, seeds="independent")
    seeds = tuple(other.point(number).seed for number in range(other.n_samples))
    paired = type(other)(**{**vars_of(other), "seeds": seeds})
    assert [paired.point(n).seed for n in range(other.n_points)] == [*seeds, *seeds]
    again = plan_from_json(plan_to_json(paired))
    assert again.seeds == seeds
    assert ids(again) == ids(paired)
    assert plan_from_json(plan_to_json(other)).seeds is None


def test_a_held_parameter_is_the_same_point_as_a_varied_one(tmp_path):
    held = plan_of(tmp_path, settings={"obedience": 0.4}, design=None)
    assert ids(held) < ids(plan_of(tmp_path))


def test_ids_of_today_are_ids_of_tomorrow():
    assert run_id("0" * 64, 7) == "c6dc093e9d8c787004ef768f7be08694"


def test_independent_seeds_follow_the_point_not_its_place(tmp_path):
    plan = plan_of(tmp_path, seeds="independent")
    seeds = [plan.point(number).seed for number in range(plan.n_points)]
    assert len(set(seeds)) == plan.n_points
    assert all(0 <= seed < 2**63 for seed in seeds)
    turned = plan_of(tmp_path, seeds="independent", behaviours=["neutral", "historical"])
    assert [turned.point(k).seed for k in (3, 4, 5, 0, 1, 2)] == seeds
    assert ids(plan) == ids(turned)
    assert {plan_of(tmp_path).point(number).seed for number in range(6)} == {1}


def test_a_plan_survives_json(tmp_path):
    rows = [{"obedience": 0.1 + 0.2}, {"spatial_weight": 1.0}]
    plan = plan_of(tmp_path, design={"kind": "list", "rows": rows}, without=[[], ["M15"]])
    text = plan_to_json(plan)
    again = plan_from_json(text)
    assert plan_to_json(again) == text
    assert (again.ids == plan.ids).all()
    assert again.contests == plan.contests
    assert again.point(0) == plan.point(0)


@pytest.mark.parametrize("contest_id", bundled_ids())
def test_contests_survive_json(contest_id):
    contest = load_contest(contest_id)
    again = Contest.model_validate_json(json.dumps(contest.model_dump(mode="json")))
    assert again == contest
    assert contest_hash(again) == contest_hash(contest)


def test_runs_are_found_by_id(tmp_path):
    plan = plan_of(tmp_path)
    order = [5, 23, 0, 11]
    assert plan.indices_of(plan.ids[order]).tolist() == order
    foreign = np.array([b"0" * 32, plan.ids[3], b"f" * 32], dtype="S32")
    assert plan.indices_of(foreign).tolist() == [-1, 3, -1]


@pytest.mark.parametrize(("n_runs", "count"), [(24, 7), (3, 7), (0, 2), (100, 1)])
def test_slices_partition_the_runs(n_runs, count):
    slices = [slice_of(n_runs, number, count) for number in range(1, count + 1)]
    assert [index for part in slices for index in part] == list(range(n_runs))
    sizes = {len(part) for part in slices}
    assert max(sizes) - min(sizes) <= 1


def test_a_run_has_a_command(tmp_path):
    plan = plan_of(tmp_path, without=[["M15"]], scale=0.5, days=3, first_round="free", seed=9)
    point = plan.point(4)
    assert command_for(point, 3) == (
        "kingmaker run tri.toml --seed 9 --only 3 --behaviour neutral --set obedience=0.4 "
        "--without M15 --scale 0.5 --days 3 --first-round free"
    )
    assert command_for(plan_of(tmp_path, reinvert=True).point(0), 0).endswith("0.2 --reinvert")


def test_points_of_an_earlier_session_are_not_made_again(tmp_path, monkeypatch):
    path = tmp_path / "trial.toml"
    write_fake_contest(tmp_path / "tri.toml")
    cube = {"kind": "sobol", "points": 8, "parameters": {"obedience": "prior"}}
    path.write_text(tomli_w.dumps(table(design=cube)))
    plan = load.load_experiment(path)
    made = []

    def counted(*arguments):
        made.append(arguments)
        return samples_of(*arguments)

    monkeypatch.setattr(load, "samples_of", counted)
    asked = []
    again = load.load_experiment(path, lambda name: asked.append(name) or plan)
    assert (asked, made) == (["trial"], [])
    assert plan_to_json(again) == plan_to_json(plan)
    assert load.load_experiment(path, lambda _: None).ids.tolist() == plan.ids.tolist()
    others = [vars_of(plan) | change for change in ({"text": ""}, {"source_sha256": "0" * 64})]
    for number, other in enumerate(others, start=2):
        load.load_experiment(path, lambda _, other=other: SweepPlan(**other))
        assert len(made) == number
