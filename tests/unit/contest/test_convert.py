"""Conversion of collected contests: ids, days, shares, refusals."""

import copy
import datetime as dt
import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from kingmaker.contest import convert
from kingmaker.contest.load import bundled_ids, load_contest
from kingmaker.errors import ContestError, DataError

COLLECTED = Path(__file__).parent / "collected.json"
RAW: dict[str, Any] = json.loads(COLLECTED.read_text(encoding="utf-8"))
NOTES: dict[str, Any] = {"party": "P", "candidates": {"lodz": "Third."}}


def test_conversion() -> None:
    table = convert.convert(RAW, NOTES)
    assert [c["id"] for c in table["candidates"]] == ["ohara", "de-wit", "lodz", "others"]
    assert table["candidates"][3] == {"id": "others", "name": "Others (2)", "aggregate": True}
    assert table["results"]["round1"]["shares"]["others"] == 0.095
    assert table["results"]["round1"]["votes"] == {"ohara": 400, "de-wit": 300}
    assert table["results"]["round1"]["other_or_blank"] == 0.005
    assert table["results"]["round1"]["blank"] == 10
    assert table["results"]["round2"]["votes"] == {"ohara": 500, "de-wit": 400}
    assert table["endorsements"] == [
        {
            "by": "lodz",
            "to": "de-wit",
            "earliest": dt.date(2030, 4, 1),
            "latest": dt.date(2030, 4, 10),
            "kind": "implied",
            "source": "a paper",
            "confidence": "high",
        },
        {"by": "others", "to": "unknown", "source": "no statement was found", "confidence": "low"},
    ]
    assert table["transfers"][0]["to"] == "abstain"
    assert table["polls"][0]["pollster"] == "Q"


def test_ids() -> None:
    names = ["Ann Poe", "Ben Poe", "Peđa Grbin", "Bill Waller Jr.", "Eva de la Cruz", "A/B C"]
    assert list(convert.ids_of(names, {}).values()) == [
        "ann-poe",
        "ben-poe",
        "grbin",
        "waller",
        "de-la-cruz",
        "a-b-c",
    ]
    assert convert.ids_of(["Ann Poe"], {"Ann Poe": "annie"}) == {"Ann Poe": "annie"}


def test_results_that_do_not_fit_are_refused() -> None:
    raw = copy.deepcopy(RAW)
    raw["candidates"][2]["share_r1"] = 45.0
    with pytest.raises(ContestError, match=r"add up to 1\.2450"):
        convert.convert(raw, NOTES)


def test_names_that_nobody_has_are_refused() -> None:
    raw = copy.deepcopy(RAW)
    raw["polls"][0]["result"] = {"margin Ann": 10}
    with pytest.raises(DataError, match="margin Ann: is no candidate"):
        convert.convert(raw, NOTES)
    with pytest.raises(DataError, match="zed: remarks on nobody"):
        convert.convert(RAW, {**NOTES, "candidates": {"zed": "?"}})


def test_an_aggregate_is_split_only_where_it_adds_up() -> None:
    raw = copy.deepcopy(RAW)
    for entry, votes in zip(raw["candidates"], (400, 300, 200, 100), strict=True):
        entry["votes_r1"] = votes
    parts = [{"name": "Di Ek", "votes_r1": 60}, {"name": "Ed Fu", "votes_r1": 40}]
    table = convert.convert(raw, {**NOTES, "split": {"others": parts}})
    assert [c["id"] for c in table["candidates"]] == ["ohara", "de-wit", "lodz", "ek", "fu"]
    parts[0]["votes_r1"] = 61
    with pytest.raises(DataError, match="the parts do not add up"):
        convert.convert(raw, {**NOTES, "split": {"others": parts}})


def test_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "all.json").write_text(json.dumps([RAW, {**RAW, "id": "YY"}]), encoding="utf-8")
    monkeypatch.setattr(convert, "conversion_notes", lambda: {"xx-p-2030": NOTES})
    assert convert.main([str(tmp_path / "all.json"), str(tmp_path / "out")]) == 2
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["xx-p-2030.toml"]
    assert capsys.readouterr().err.startswith("refused: yy: no remarks on this contest")
    written = tomllib.loads((tmp_path / "out" / "xx-p-2030.toml").read_text(encoding="utf-8"))
    assert written == convert.convert(RAW, NOTES)
    assert convert.main([]) == 2


def test_each_converted_contest_has_its_remarks() -> None:
    notes = convert.conversion_notes()
    assert set(notes) == {c for c in bundled_ids() if not c.startswith("il-labor")}
    for contest_id, entry in notes.items():
        contest = load_contest(contest_id)
        assert contest.party == entry["party"]
        assert set(entry.get("candidates", ())) <= {c.id for c in contest.candidates}
