"""What a wrong value, key or sort is called, word for word."""

import pytest

from tests.unit.contest.samples import SOURCED, Table, cases, problems, sound, spoiled


def test_the_sample_is_sound() -> None:
    assert problems(sound()) == []


@pytest.mark.parametrize(("changes", "message"), cases("wrong_values.toml"))
def test_wrong_value(changes: list[Table], message: str) -> None:
    assert spoiled(changes) == [message]


def test_huge_whole_numbers() -> None:
    table = sound()
    table["roll"]["round1"] = table["rules"]["threshold"] = 10**5000
    assert problems(table) == [
        "rules.threshold: a whole number of 16610 bits is too large (write a number such as 0.25)",
        "roll.round1: a whole number of 16610 bits is too large (at most 200,000,000)",
    ]


def test_all_problems_at_once_in_the_order_of_the_sections() -> None:
    table = sound()
    table["rules"] |= {"threshold": "x", "treshold": 0.4}
    table["roll"]["round1"] = -1
    table["endorsements"] += [
        {"by": "zed", "to": "bo", "source": "x", "confidence": "hi"},
        {"by": "adda", "to": "bo", "phase": "before", **SOURCED},
    ]
    assert problems(table) == [
        "rules.threshold: 'x' is text, not a number (write a number such as 0.25)",
        "rules.treshold: unknown key (did you mean 'threshold'?)",
        "roll.round1: -1 is too small (at least 1)",
        "endorsements[2].confidence: 'hi' is not known here (did you mean 'high'?)",
        "endorsements[3].by: 'adda' is no candidate or notable of this file (did you mean 'ada'?)",
    ]


def test_too_few_and_too_many_candidates() -> None:
    few, many = sound(), sound()
    few["candidates"] = few["candidates"][:1]
    many["candidates"] += [{"id": f"c{i}", "name": "x"} for i in range(50)]
    assert "candidates: has 1 entry (at least 2)" in problems(few)
    lacking = "results.round1.votes: say nothing about c0, c1, c10, c11, c12, c13 and 44 more"
    remedy = "(give votes or a share for every running candidate, or for none)"
    assert problems(many) == ["candidates: has 53 entries (at most 40)", f"{lacking} {remedy}"]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ([1], "is a list, not a table (write sections with keys)"),
        (None, "is something else, not a table (write sections with keys)"),
        ({1: 2}, "[1]: 1 is no key (keys are text)"),
    ],
)
def test_no_table_at_all(data: object, message: str) -> None:
    assert problems(data)[0] == message


def test_odd_keys_and_values_are_escaped_and_shortened() -> None:
    table = sound()
    table["a\x1bb" + "c" * 100] = "x"
    table["name"] = ["\x00"]
    found = problems(table)
    assert all(line.isprintable() and len(line) < 200 for line in found)
    assert found[0].startswith("'a\\x1bbccccccccccccccccccccccccccccccccc...': unknown key")


def test_odd_keys() -> None:
    table = sound()
    table["[key]"] = None
    table["results"]["round1"]["votes"] = {5: 1, "[key]": -1}
    assert problems(table)[0].startswith("[key]: unknown key (known: blocs, candidacy,")
    assert problems(table)[1:] == [
        "results.round1.votes[5]: 5 is no key (keys are text)",
        "results.round1.votes.[key]: -1 is too small (at least 0)",
    ]
