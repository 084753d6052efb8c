"""Comparisons on the command line, at toy size."""

import json

import pytest

from kingmaker.analyse.tables import COMPARE_TABLES
from tests.e2e.command_line import QUICK, kingmaker, refusal

NOBODY = "nobody who decides"
WORDS = ("compare", "il-labor-2011", "--replicates", "4", *QUICK)


def test_a_comparison_prints_its_tables_and_writes_its_folder(tmp_path):
    options = ("--behaviours", "historical,neutral", "--payoff-replicates", "2", "--out", "out")
    done = kingmaker(*WORDS, *options, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    for title in (
        "Runoff of Yachimovich",
        "Difference to historical",
        "From margin to margin",
        "Members who vote otherwise than under historical",
        "The endorsers' game",
        "Whose choice decides",
        "only the cue of an endorsement changes",
    ):
        assert title in done.stdout
    assert done.stdout.endswith("Tables, manifest and figures written to out\n")
    assert all(len(line) <= 80 for line in done.stdout.splitlines())
    written = {path.name for path in (tmp_path / "out").iterdir()}
    figures = {"forest.png", "forest.svg", "waterfall.png", "payoffs.png"}
    assert written == {*(f"{name}.parquet" for name in COMPARE_TABLES), "manifest.json", *figures}
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert manifest["behaviours"] == ["historical", "neutral"]
    assert set(manifest["tables"]) == set(COMPARE_TABLES)
    assert b"<dc:date>" not in (tmp_path / "out" / "forest.svg").read_bytes()


def test_json_is_one_object_and_nothing_else():
    given = ("--given", "observed-runoff", "--tolerance", "0.2", "--payoff-replicates", "0")
    options = ("--behaviours", "neutral,endorse:peretz", *given, "--json")
    done = kingmaker("compare", "il-labor-2011", "--replicates", "8", *QUICK, *options)
    assert (done.returncode, done.stderr) == (0, "")
    summary = json.loads(done.stdout)
    assert [row["behaviour"] for row in summary["forest"]] == ["neutral", "endorse:peretz"]
    assert 5.0 <= summary["ess"] < 8.0
    assert summary["payoffs"] is None
    assert "effective replicates" in summary["warnings"][0]


def test_weighted_numbers_are_printed_with_their_size():
    given = ("--given", "observed-runoff", "--tolerance", "0.2", "--payoff-replicates", "6")
    options = ("--behaviours", "historical,neutral", *given)
    done = kingmaker("compare", "il-labor-2011", "--replicates", "8", *QUICK, *options)
    assert (done.returncode, done.stderr) == (0, "")
    titles = [line for line in done.stdout.splitlines() if "(ESS" in line]
    assert len(titles) >= 5
    assert "the observed runoff (Shelly Yachimovich" in " ".join(done.stdout.split())


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            ["--behaviours", "historical,herzogg=neutral"],
            f"--behaviours: 'herzogg' is {NOBODY} in il-labor-2011 (did you mean 'herzog'?)",
        ),
        (
            ["--behaviours", "neutral, neutral"],
            "--behaviours: 'neutral' occurs twice in 'neutral, neutral' (each behaviour once)",
        ),
        (
            ["--behaviours", "historical,neutral", "--given", "runoff"],
            "--given: 'runoff' is unknown (before-runoff or observed-runoff)",
        ),
        (
            ["--behaviours", "historical,neutral", "--payoff-replicates", "all"],
            "--payoff-replicates: 'all' is no number of replicates (0 (no payoffs), or more)",
        ),
    ],
)
def test_bad_options_are_refused(tmp_path, words, message):
    found = refusal("compare", "il-labor-2011", *words, cwd=tmp_path)
    assert found == f"kingmaker compare: {message}\n"
    assert list(tmp_path.iterdir()) == []


def test_too_few_effective_replicates_are_refused(tmp_path):
    words = ("--behaviours", "historical,neutral", "--given", "observed-runoff", "--out", "out")
    message = refusal(*WORDS, *words, "--payoff-replicates", "0", cwd=tmp_path)
    assert "effective replicates of 4 (5 at least: more replicates, or a larger toler" in message
    assert list(tmp_path.iterdir()) == []
