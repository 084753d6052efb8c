"""Template, JSON Schema, description, listing and reference page."""

import datetime as dt
from importlib import resources
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from kingmaker.contest.describe import describe, summary_row
from kingmaker.contest.json_schema import contest_json_schema
from kingmaker.contest.load import bundled_ids, check_contest, load_contest, parse_contest
from kingmaker.contest.reading import table_from
from kingmaker.contest.reference import contest_file_reference
from kingmaker.contest.schema import Contest
from kingmaker.contest.template import TEMPLATE, write_template
from kingmaker.errors import StoreError
from tests.unit.contest.samples import sound

SCHEMA = contest_json_schema()


def as_json(value: Any) -> Any:
    """Write days as text, as JSON has none."""
    if isinstance(value, dict):
        return {key: as_json(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [as_json(inner) for inner in value]
    return value.isoformat() if isinstance(value, dt.date) else value


def test_template_is_sound_and_shows_every_section(tmp_path: Path) -> None:
    path = tmp_path / "new.toml"
    write_template(path)
    assert path.read_text(encoding="utf-8") == TEMPLATE
    assert check_contest(path) == ()
    table = table_from(TEMPLATE.encode(), "template")
    assert set(Contest.model_fields) - set(table) == {"irregular", "from_memory", "transfers"}


def test_template_overwrites_nothing(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(StoreError) as caught:
        write_template(path)
    assert str(caught.value) == f"{path}: exists already (choose another name or remove it)"
    assert path.read_text(encoding="utf-8") == "mine"
    with pytest.raises(StoreError, match="cannot be written: no such file or directory"):
        write_template(tmp_path / "none" / "x.toml")
    with pytest.raises(StoreError, match="cannot be written"):
        write_template("a\x00b")


def test_json_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert set(SCHEMA["properties"]) == set(Contest.model_fields)


@pytest.mark.parametrize("contest_id", bundled_ids())
def test_bundled_contests_obey_the_json_schema(contest_id: str) -> None:
    path = resources.files("kingmaker.contest").joinpath("catalog", f"{contest_id}.toml")
    table = table_from(path.read_bytes(), contest_id)
    jsonschema.validate(as_json(table), SCHEMA, cls=jsonschema.Draft202012Validator)


def test_json_schema_refuses_unknown_keys() -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**as_json(sound()), "extra": 1}, SCHEMA)


def test_every_field_is_described() -> None:
    page = contest_file_reference()
    assert "| None |" not in page
    for line in page.splitlines():
        if line.startswith("| `"):
            assert line.split(" | ")[-1].strip(" |"), line


def test_numbers_have_units() -> None:
    for line in contest_file_reference().splitlines():
        key, _, rest = line.removeprefix("| `").partition("` | ")
        if rest.startswith(("number", "whole number", "table of")):
            assert "[" in rest, f"{key} has no unit: {rest}"


def test_reference_page_is_not_stale() -> None:
    page = resources.files("kingmaker").joinpath("docs", "reference", "contest-file.md")
    assert page.read_text(encoding="utf-8") == contest_file_reference()


def test_description_of_2007() -> None:
    lines = describe(load_contest("il-labor-2007")).splitlines()
    assert lines[0] == "Israeli Labor Party leadership, 2007 (il-labor-2007)"
    assert "Rules       40.0 % of the candidate votes win in round one" in lines
    assert "barak      Ehud Barak          23,887  35.88 %  34,542  51.82 %" in lines
    assert "yatom      Danny Yatom          1,806   2.71 %" in lines
    assert "  - sizes, within their ranges, of moshavim, druze" in lines
    assert "  - the day of the calls by yatom, majadele" in lines


def test_description_says_what_is_unknown() -> None:
    text = describe(load_contest("us-tx-ag-2022"))
    assert "the number entitled to vote" in text
    assert "only shares were published" in text
    assert "whom everybody called for between the rounds" in text


def test_description_of_odd_contests() -> None:
    assert "runoff on the same day" in describe(load_contest("de-cdu-2021"))
    assert "the runoff is open to other voters" in describe(load_contest("es-pp-2018"))
    assert "no runoff" in describe(load_contest("il-labor-2002"))
    hungary = describe(load_contest("hu-opp-2021"))
    assert "karacsony: gave up a place in the runoff (2021-10-08)" in hungary
    forecast = sound()
    forecast["results"], forecast["hypothetical"] = {}, True
    text = describe(parse_contest(forecast, "test"))
    assert "An invented contest." in text
    assert "the result of round one (a forecast)" in text


@pytest.mark.parametrize("contest_id", bundled_ids())
def test_every_contest_can_be_described(contest_id: str) -> None:
    text = describe(load_contest(contest_id))
    assert "None" not in text
    assert all(line == line.rstrip() for line in text.splitlines())


def test_summary_row() -> None:
    assert summary_row(load_contest("il-labor-2011")) == {
        "id": "il-labor-2011",
        "name": "Israeli Labor Party leadership, 2011",
        "kind": "members",
        "round1": dt.date(2011, 9, 12),
        "roll": 66310,
        "candidates": 4,
        "has_round2": True,
        "confidence": "high",
    }
    assert summary_row(load_contest("il-labor-2002"))["has_round2"] is False
