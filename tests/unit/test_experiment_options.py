import numpy as np
import pytest

from kingmaker.contest.load import load_contest
from kingmaker.errors import ContestError, ParameterError
from kingmaker.experiment.options import Options, make_plan
from tests.unit.files.fake_records import fake_contest, write_fake_contest


def sentences(**changes):
    with pytest.raises(ParameterError) as caught:
        make_plan(Options(**({"contest": fake_contest()} | changes)))
    return [str(problem) for problem in caught.value.problems]


def test_defaults_are_those_of_the_command_line():
    plan = make_plan(Options("il-labor-2011"))
    assert plan.contest == load_contest("il-labor-2011")
    assert plan.numbers == tuple(range(200))
    assert (plan.seed, plan.behaviour, plan.scale, plan.workers) == (1, "historical", None, 1)
    assert plan.is_complete


@pytest.mark.parametrize(
    ("option", "value", "sentence"),
    [
        ("replicates", 0, "replicates: 0 is out of range (a whole number from 1 to 1000000)"),
        (
            "replicates",
            2.0,
            "replicates: 2.0 is no whole number (a whole number from 1 to 1000000)",
        ),
        (
            "replicates",
            True,
            "replicates: True is no whole number (a whole number from 1 to 1000000)",
        ),
        ("seed", -1, "seed: -1 is out of range (a whole number from 0 to 9223372036854775807)"),
        ("seed", 2**63, None),
        ("workers", 0, "workers: 0 is out of range (a whole number from 1 to 1024)"),
        ("workers", "two", "workers: 'two' is no whole number (a whole number from 1 to 1024)"),
        ("days", 0, "days: 0 is out of range (a whole number from 1 to 1000)"),
        ("scale", 0.0, "scale: 0.0 is no such fraction (above 0, at most 1)"),
        ("scale", 1.5, "scale: 1.5 is no such fraction (above 0, at most 1)"),
        ("scale", float("nan"), "scale: nan is no such fraction (above 0, at most 1)"),
        ("scale", float("inf"), "scale: inf is no such fraction (above 0, at most 1)"),
        ("scale", 10**400, None),
        ("scale", "half", "scale: 'half' is no such fraction (above 0, at most 1)"),
        ("first_round", "both", "first_round: 'both' is unknown (exact or free)"),
        ("only", [], "only: names no replicate (replicates from 0 to 999999)"),
        ("only", [3, -1], "only: -1 is no replicate (replicates from 0 to 999999)"),
        ("only", "17", "only: names no replicate (replicates from 0 to 999999)"),
        ("behaviour", "", "behaviour: '' is no behaviour (such as historical)"),
        ("behaviour", 3, "behaviour: 3 is no behaviour (such as historical)"),
        ("out", "", "out: '' is no path (a new folder)"),
        ("posterior", 3, "posterior: 3 is no path (a Parquet file)"),
        ("contest", 3, "contest: 3 is no contest (an id, a path or a Contest)"),
        ("settings", {"obediense": 1.0}, None),
        (
            "settings",
            {"obedience": "high"},
            "set obedience: 'high' is no number (a number from 0 to 1 [fraction])",
        ),
        (
            "settings",
            {"obedience": float("nan")},
            "set obedience: nan is no number (a number from 0 to 1 [fraction])",
        ),
        ("settings", {"obedience": 1.5}, None),
        ("without", ["M99"], None),
    ],
)
def test_bad_values_are_refused(option, value, sentence):
    (found,) = sentences(**{option: value})
    if sentence is not None:
        assert found == sentence
    name = {"settings": "set"}.get(option, option)
    assert found.startswith(name)
    assert found.count("(") == 1, "no remedy"


def test_long_values_are_shortened():
    (found,) = sentences(seed="9" * 5000)
    assert len(found) < 160


def test_all_problems_come_at_once(tmp_path):
    (tmp_path / "out").mkdir()
    with pytest.raises(ParameterError) as caught:
        make_plan(
            Options(
                "il-labor-2012",
                seed=-1,
                workers=0,
                settings={"obediense": 1.0, "backlash": 99.0},
                without="M99",
                out=tmp_path / "out",
                is_command_line=True,
            )
        )
    places = [problem.where for problem in caught.value.problems]
    assert places == [
        "--seed",
        "--workers",
        "--set",
        "--set backlash",
        "--without",
        "--out",
        "il-labor-2012",
    ]
    assert str(caught.value).startswith("kingmaker run: 7 problems\n  - --seed: -1 is")
    assert "did you mean 'il-labor-2011'?" in str(caught.value)
    assert "did you mean 'obedience'?" in str(caught.value)


def test_a_bad_contest_alone_stays_a_contest_error():
    with pytest.raises(ContestError, match="did you mean 'il-labor-2011'"):
        make_plan(Options("il-labor-2012"))


def test_numbers_of_numpy_are_numbers():
    plan = make_plan(
        Options(
            fake_contest(),
            seed=np.int64(7),
            replicates=np.int32(3),
            only=np.array([2, 0, 2]),
            scale=np.float64(0.5),
            settings={"obedience": np.float64(0.5)},
        )
    )
    assert plan.numbers == (0, 2)
    assert not plan.is_complete
    assert type(plan.seed) is int
    assert type(plan.scale) is float


def test_the_command_repeats_a_replicate():
    plan = make_plan(
        Options(
            "il-labor-2011",
            seed=7,
            behaviour="neutral",
            settings={"obedience": 0.5, "backlash": -0.25},
            without=("m15",),
            scale=0.1,
            first_round="free",
            days=30,
            workers=4,
        )
    )
    assert plan.command_for([17]) == (
        "kingmaker run il-labor-2011 --seed 7 --behaviour neutral --set backlash=-0.25 "
        "--set obedience=0.5 --without M15 --scale 0.1 --first-round free --days 30 --only 17"
    )
    assert plan.command_for(range(5)).endswith("--replicates 5")


def test_paths_with_spaces_are_quoted(tmp_path):
    contest = tmp_path / "my contest.toml"
    write_fake_contest(contest)
    plan = make_plan(Options(contest, is_command_line=True))
    assert f"'{contest}'" in plan.command_for([0])
