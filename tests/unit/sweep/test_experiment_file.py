import re

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kingmaker.errors import ExperimentError
from kingmaker.sweep import checks, load
from tests.unit.sweep.sweeps import plan_of, table

EVERY_MISTAKE = """
id = "Bad Id"
contests = ["il-labor-2011", "il-labor-2001", "il-labor-2011"]
behaviours = ["historical", "herzog=neutral", "nonsense"]
without = [[], ["M15"], ["m15"], ["M99"]]
scale = 2.0
replicates = "many"
tables = ["runs", "share"]
sedes = "paired"

[settings]
obedience = 7.0
spatial_wait = 0.5

[design]
kind = "grid"
points = 3

[design.parameters]
spatial_weight = [0.5, 0.5]
"""


def load_either(path_or_table, folder, **changes):
    if folder is None:
        return load.load_experiment(path_or_table)
    return plan_of(folder, **path_or_table, **changes)


def problems_of(path_or_table, folder=None, **changes):
    with pytest.raises(ExperimentError) as caught:
        load_either(path_or_table, folder, **changes)
    return [str(problem) for problem in caught.value.problems]


def test_all_problems_at_once(tmp_path):
    path = tmp_path / "bad.toml"
    path.write_text(EVERY_MISTAKE)
    found = problems_of(path)
    assert found == [
        "sedes: unknown key (did you mean 'seeds'?)",
        "id: 'Bad Id' is no id (lower-case letters, digits, hyphens: 'pines-paz')",
        "question: is missing (what the experiment asks, in a sentence)",
        (
            "contests[1]: il-labor-2001: no bundled contest has this id "
            "(did you mean 'il-labor-2011'?)"
        ),
        "contests[2]: 'il-labor-2011' is the contest 'il-labor-2011' again (each contest once)",
        *[line for line in found if line.startswith("behaviours[2]: il-labor-2011: ")],
        "without[2]: is there already (each list once)",
        *[line for line in found if line.startswith("without[3]: ")],
        "scale: 2.0 is too large (a share is a fraction: 0.02 for 2 %)",
        "replicates: 'many' is text, not a whole number (write digits only, such as 1200)",
        "tables[1]: unknown table 'share' (did you mean 'shares'?)",
        *[line for line in found if line.startswith("settings")],
        "design.points: a design of kind 'grid' has no points (leave it out)",
        "design.parameters.spatial_weight: has a value twice (each value once)",
    ]
    assert sum(line.startswith("settings") for line in found) == 2
    assert sum(line.startswith(("behaviours", "without[3]")) for line in found) == 2


def test_what_has_the_right_type_is_checked_beside_what_has_not(tmp_path):
    found = problems_of(
        {
            "contests": ["tri.toml", 5, "nowhere.toml"],
            "behaviours": ["neutral", 7, "nonsense"],
            "tables": [1, "share"],
            "settings": {"obedience": "much", "spatial_weight": -1.0},
            "design": {
                "kind": "sobol",
                "points": "many",
                "parameters": {"leader_momentum": [0.1, 0.2, 0.3, 0.2, 0.1], "obedienz": "prior"},
            },
        },
        tmp_path,
    )
    assert [re.match(r"[^ ]*(?=: )", line)[0] for line in found] == [
        "contests[1]",
        "contests[2]",
        "behaviours[1]",
        "behaviours[2]",
        "tables[0]",
        "tables[1]",
        "settings.obedience",
        "settings.spatial_weight",
        "design.points",
        "design.parameters.leader_momentum",
        "design.parameters.obedienz",
    ]
    assert "[0.1, 0.2, 0.3, 0.2, ...] is no range" in found[-2]


def design(**keys):
    return {"design": keys}


CUBE = {"kind": "latin-hypercube", "points": 5}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (
            design(kind="grid", parameters={"obedience": [0.2, 3.0]}),
            ("design.parameters.obedience: 3.0 is out of bounds (a number from 0 to 1 [fraction])"),
        ),
        (
            design(kind="grid", parameters={"obedience": [0.2, 0.2]}),
            "design.parameters.obedience: has a value twice (each value once)",
        ),
        (
            design(kind="grid", parameters={"obedience": 0.2}),
            (
                "design.parameters.obedience: 0.2 is no list of values "
                "(such as [0.0, 1.0] [fraction])"
            ),
        ),
        (
            design(kind="grid", parameters={"obedience": [0.2, True]}),
            (
                "design.parameters.obedience: true is no number "
                "(numbers such as [0.0, 1.0] [fraction])"
            ),
        ),
        (
            design(kind="grid", parameters={"obedienz": [0.2]}),
            "design.parameters.obedienz: unknown parameter 'obedienz' (did you mean 'obedience'?)",
        ),
        (
            design(kind="grid"),
            "design.parameters: is missing (a design of kind 'grid' needs it)",
        ),
        (
            design(**CUBE, parameters={"obedience": [0.4, 0.2]}),
            (
                "design.parameters.obedience: [0.4, 0.2] is no such range "
                '([low, high] within 0 and 1 [fraction], or "prior")'
            ),
        ),
        (
            design(**CUBE, parameters={"obedience": "priors"}),
            (
                "design.parameters.obedience: 'priors' is no range "
                '([low, high] within 0 and 1 [fraction], or "prior")'
            ),
        ),
        (
            design(kind="sobol", points=100, parameters={"obedience": "prior"}),
            "design.points: 100 is no power of two (64 or 128)",
        ),
        (
            design(kind="list", rows=[{"obedience": 0.5}, {}, {"obedience": 0.5}]),
            "design.rows[2]: is the same as row 0 (each point once)",
        ),
        (
            design(kind="posterior", file="nowhere.parquet"),
            "design.file: 'FOLDER/nowhere.parquet' does not exist (a Parquet file of draws)",
        ),
        (
            {"settings": {"obedience": 0.5}},
            "design.parameters.obedience: is held by settings, too (one of the two)",
        ),
        (
            {"replicates": 1_000_000},
            "replicates: these are 6,000,000 runs (at most 5,000,000: fewer points or replicates)",
        ),
        (
            {"behaviours": ["extra-week+neutral", "neutral + extra-week"]},
            (
                "behaviours[1]: 'neutral + extra-week' and 'extra-week+neutral' mean the same "
                "(each behaviour once)"
            ),
        ),
        ({"behaviours": []}, "behaviours: has 0 entries (at least 1)"),
        ({"tables": ["runs", "runs"]}, "tables[1]: 'runs' is there already (each table once)"),
    ],
)
def test_each_mistake_has_its_sentence(tmp_path, changes, expected):
    found = problems_of(changes, tmp_path)
    assert [line.replace(str(tmp_path), "FOLDER") for line in found] == [expected]


def test_morris_says_how_to_install_what_it_needs(tmp_path, monkeypatch):
    monkeypatch.setattr(checks, "salib_is_installed", lambda: False)
    changes = design(kind="morris", trajectories=4, levels=5, parameters={"obedience": "prior"})
    assert problems_of(changes, tmp_path) == [
        "design.levels: 5 is odd (an even number: 6)",
        (
            "design.kind: a design of kind 'morris' needs SALib, which is not installed "
            "(pip install 'kingmaker[sensitivity]')"
        ),
    ]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (
            None,
            "no such file (give the path of an experiment file, such as experiments/smoke.toml)",
        ),
        (b"", "is empty (the reference of experiment files says what it needs)"),
        (b"id = ", "line 1 (the end) is not TOML: invalid value (see https://toml.io)"),
        (b"\x00\x01", "holds binary data (an experiment file is text in TOML)"),
    ],
)
def test_files_that_cannot_be_read(tmp_path, content, expected):
    path = tmp_path / "odd.toml"
    if content is not None:
        path.write_bytes(content)
    assert problems_of(path) == [expected]


def test_problems_of_a_contest_file_are_told(tmp_path):
    (tmp_path / "tri.toml").write_text('id = "tri"')
    found = problems_of({}, tmp_path)
    assert len(found) > 5
    assert all(line.startswith("contests[0]: ") for line in found)


def test_files_are_seen_from_the_experiment(tmp_path, monkeypatch):
    pq.write_table(pa.table({"obedience": [0.5, 0.6]}), tmp_path / "draws.parquet")
    monkeypatch.chdir("/")
    plan = plan_of(tmp_path, design={"kind": "posterior", "file": "draws.parquet"})
    assert plan.n_points == 4


def test_the_table_of_runs_is_always_kept(tmp_path):
    assert plan_of(tmp_path, tables=["deals", "shares"]).tables == ("runs", "shares", "deals")
    assert plan_of(tmp_path, tables=None).tables == ("runs",)
    assert "tables" in table()
