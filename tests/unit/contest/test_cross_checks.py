"""Contradictions between sound sections, word for word."""

import datetime as dt

import pytest

from tests.unit.contest.samples import SOURCED, Table, cases, problems, sound, spoiled

DAY = dt.date


@pytest.mark.parametrize(("changes", "message"), cases("contradictions.toml"))
def test_contradiction(changes: list[Table], message: str) -> None:
    assert spoiled(changes) == [message]


def test_a_call_for_oneself_is_refused() -> None:
    table = sound()
    table["endorsements"][0]["to"] = "cy"
    found = problems(table)
    assert "endorsements[0].to: 'cy' is the endorser (name somebody else, or leave it out)" in found


@pytest.mark.parametrize("to", ["neutral", "free-vote", "unknown"])
def test_calls_for_nobody_are_sound(to: str) -> None:
    table = sound()
    table["endorsements"][0]["to"] = to
    assert problems(table) == []


def test_a_call_for_a_withdrawn_candidate_is_refused() -> None:
    table = sound()
    table["candidates"].append({"id": "di", "name": "Di", "withdrawn": DAY(2030, 5, 1)})
    table["endorsements"].append({"by": "di", "to": "bo", "date": DAY(2030, 5, 1), **SOURCED})
    assert problems(table) == []
    table["endorsements"].append({"by": "nan", "to": "di", "phase": "before", **SOURCED})
    assert problems(table) == ["endorsements[3].to: 'di' withdrew (name a running candidate)"]


def test_a_same_day_runoff_is_sound() -> None:
    table = sound()
    table["dates"]["round2"] = table["dates"]["round1"]
    table["rules"]["same_day"] = True
    table["endorsements"][0]["date"] = table["dates"]["round1"]
    assert problems(table) == []


def test_the_next_one_moves_up() -> None:
    table = sound()
    table["candidates"][1]["withdrawn_after"] = DAY(2030, 5, 20)
    table["endorsements"] = [{"by": "bo", "to": "cy", "date": DAY(2030, 5, 20), **SOURCED}]
    table["results"]["round2"]["shares"] = {"ada": 0.47, "cy": 0.52}
    assert problems(table) == []


def test_one_bad_section_hides_no_contradiction_of_the_others() -> None:
    table = sound()
    table["roll"]["confidence"] = 3
    table["polls"].append({"pollster": "", "question": "?"})
    table["endorsements"][1]["to"] = "cy"
    assert problems(table)[-1] == (
        "endorsements[1].to: 'cy' was no finalist (ada, bo, neutral, free-vote, unknown)"
    )


def test_an_entry_without_an_id_makes_no_noise_elsewhere() -> None:
    table = sound()
    del table["candidates"][1]["id"]
    table["polls"][0]["shares"] = {"adaa": 0.5, "bo": 0.5}
    assert problems(table) == [
        "candidates[1].id: is missing (name of the candidate in all other sections)",
        "polls[0].shares.adaa: 'adaa' is no candidate of this file (did you mean 'ada'?)",
    ]


def test_a_contest_without_a_roll_has_an_unknown_one() -> None:
    table = sound()
    del table["roll"]
    assert problems(table) == []
