"""What a contest file says of the time before the contest: sound sections, and messages."""

import copy
import datetime as dt

import pytest

from kingmaker.contest.describe import describe
from kingmaker.contest.load import load_contest, parse_contest
from tests.unit.contest.samples import SOURCED, Table, cases, problems, sound, spoiled

CANDIDACY: Table = {
    "incumbent": "ada",
    "challengers": [{"id": "bo", **SOURCED}, {"id": "cy", "declared": True, **SOURCED}],
    "promises": [
        {"by": "ada", "to": "bo", "kept": 0.3, "text": "consults", **SOURCED},
        {"by": "ada", "to": "cy", "kept": 1.0, "text": "consults", **SOURCED},
    ],
    "pacts": [
        {
            "between": ["bo", "cy"],
            "kind": "one-way",
            "supporter": "cy",
            "supported": "bo",
            **SOURCED,
        }
    ],
    "constitution_requires_primary": True,
    "postponed_by_agreement": True,
}


def with_candidacy() -> Table:
    return sound() | {"candidacy": CANDIDACY}


@pytest.mark.parametrize(("changes", "message"), cases("candidacy_contradictions.toml"))
def test_contradiction(changes: list[Table], message: str) -> None:
    opened = [{"set": "candidacy", "value": copy.deepcopy(CANDIDACY)}]
    assert spoiled([*opened, *changes]) == [message]


def test_the_sound_section_is_sound() -> None:
    assert problems(with_candidacy()) == []


def test_everything_in_it_is_optional() -> None:
    assert problems(sound() | {"candidacy": {}}) == []
    contest = parse_contest(sound() | {"candidacy": {}}, "test")
    assert "Before      nothing is open" in describe(contest).splitlines()


def test_a_contest_may_be_put_off() -> None:
    later = CANDIDACY | {"postponed_until": dt.date(2032, 1, 1)}
    assert problems(sound() | {"candidacy": later}) == []


def test_description_names_what_is_open() -> None:
    text = " ".join(describe(load_contest("il-labor-2008")).split())
    assert "ayalon may stand; peretz may stand (declared)" in text
    assert "pact of ayalon and peretz (withdrawal, disputed)" in text
    assert "an informal agreement puts the contest off" in text
