"""Tell a replicate, and list the mechanisms, from the command line."""

import json

import pytest

from kingmaker.mechanisms import MECHANISMS
from tests.e2e.command_line import QUICK, kingmaker, refusal


def test_story_is_a_chronicle():
    done = kingmaker("story", "il-labor-2011", *QUICK)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0].startswith("Israeli Labor Party leadership, 2011: replicate 0 of seed 1")
    parts = ["Campaign", "Round one", "Talks", "Runoff", "Aftermath"]
    assert [line for line in lines if line in parts] == parts
    assert max(map(len, lines)) <= 80
    text = " ".join(done.stdout.split())
    assert "Yachimovich visits Mitzna at home in Haifa." in text
    assert "no evidence for it" in text
    assert "Herzog stays neutral." in text
    assert "In fact Yachimovich won, with 54.3 %." in text


def test_story_as_json_repeats_itself():
    words = ["story", "il-labor-2007", *QUICK, "--replicate", 2, "--behaviour", "neutral", "--json"]
    one, other = (kingmaker(*words).stdout for _ in range(2))
    assert one == other
    told = json.loads(one)
    assert (told["replicate"], told["seed"], told["behaviour"]) == (2, 1, "neutral")
    assert all(entry["text"].endswith(".") for entry in told["entries"])
    assert any("Peretz stays neutral (set by the behaviour)." in e["text"] for e in told["entries"])


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--replicate", "-1"], "--replicate: -1 is no replicate (replicates from 0 to 999999)"),
        (["--replicate", "x"], "--replicate: 'x' is no replicate (replicates from 0 to 999999)"),
        (["--without", "M99"], "--without: unknown mechanism 'M99'"),
        (["--set", "obedience"], "--set: 'obedience' sets nothing (parameter=value)"),
    ],
)
def test_bad_options_of_a_story_are_refused(words, message):
    assert refusal("story", "il-labor-2011", *words).startswith(f"kingmaker story: {message}")


def test_mechanisms_are_listed():
    done = kingmaker("mechanisms", COLUMNS="132")
    assert done.returncode == 0, done.stderr
    ids = [line.split()[0] for line in done.stdout.splitlines() if line.startswith("M")]
    assert ids == list(MECHANISMS)
    rows = json.loads(kingmaker("mechanisms", "--json").stdout)
    assert [row["id"] for row in rows] == list(MECHANISMS)
    assert set(rows[27]["effects"]) == set(rows[27]["switches"])
    assert all(row[key] for row in rows for key in ("title", "source", "off", "code", "outcome"))
