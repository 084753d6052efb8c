"""Forecasts on the command line: a table that fits, JSON, and refusals without a traceback."""

import json

import pytest

from kingmaker.cli.app import main
from tests.e2e.command_line import kingmaker as run

FEW = ("--replicates", "20")


BARE = """\
schema_version = 1
id = "own-2030"
name = "Four for a chair, 2030"
country = "Nowhere"
party = "Party"
kind = "members"
confidence = "assumed"
rules = { threshold = 0.5 }
dates = { round1 = 2030-05-12, round2 = 2030-05-26 }
candidates = [
  { id = "ada", name = "Ada" },
  { id = "ben", name = "Ben" },
  { id = "cy", name = "Cy" },
]
endorsements = [{ by = "cy", to = "ben", source = "invented", confidence = "assumed" }]

[results.round1]
shares = { ada = 0.45, ben = 0.35, cy = 0.2 }
source = "invented"
confidence = "assumed"
"""


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    """Write a contest of which nothing is known but shares, dates and a call."""
    path = tmp_path_factory.mktemp("contest") / "own.toml"
    path.write_text(BARE, encoding="utf-8")
    return path


def test_a_bare_contest_as_json(own):
    done = run("forecast", own, *FEW, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    found = json.loads(done.stdout)
    assert found["contest"] == "own-2030"
    assert found["leader"] == "ada"
    assert found["information_used"]["calls"] == [{"by": "cy", "to": "ben", "day": "drawn"}]


LINES = (
    "Four for a chair, 2030: the runoff, as known at the end of 2030-05-25",
    "Ada wins with probability",
    "Known: Cy called for Ben (on a day drawn",
    "No poll moved the forecast.",
    "Drawn, as the file does not hold it:",
)


def test_the_table_fits_eighty_columns(own, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    assert main(["forecast", str(own), *FEW]) == 0
    printed = capsys.readouterr().out
    assert max(map(len, printed.splitlines())) <= 80
    assert [line for line in LINES if line not in printed] == []


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["il-labor-2005"], "il-labor-2005: results.round1: Amir Peretz won in round one with"),
        (["il-labor-2008"], "il-labor-2008: results.round1: round one is not observed"),
        (["il-labor-2011", "--as-of", "2011-09-11"], "--as-of: 2011-09-11 is before round one"),
        (["il-labor-2011", "--as-of", "2011-10-01"], "--as-of: 2011-10-01 is after the runoff"),
        (["il-labor-2011", "--posterior", "no.parquet"], "'no.parquet' does not exist"),
        (["il-labor-2012"], "did you mean 'il-labor-2011'?"),
        (
            ["il-labor-2011", "--replicates", "few", "--seed", "-1"],
            "kingmaker forecast: 2 problems",
        ),
    ],
)
def test_refusals(words, message, capsys):
    assert main(["forecast", *words]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert message in printed.err
    assert "Traceback" not in printed.err
