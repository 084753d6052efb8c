"""The contest in which somebody who withdrew stands."""

import datetime as dt

import pytest

from kingmaker.contest import facts
from kingmaker.contest.entry import UNPOLLED_STRENGTH, staying
from kingmaker.contest.load import bundled_ids, load_contest, parse_contest
from kingmaker.contest.toml_writer import contest_table
from tests.unit.contest.samples import SOURCED, sound

WITHDREW = [
    (name, candidate.id)
    for name in bundled_ids()
    for candidate in load_contest(name).candidates
    if candidate.withdrawn is not None
]


@pytest.mark.parametrize(("name", "who"), WITHDREW)
def test_the_contest_is_sound(name: str, who: str) -> None:
    contest = load_contest(name)
    wide = staying(contest, who)
    assert parse_contest(contest_table(wide), "test") == wide
    assert [c.id for c in wide.running] == [*(c.id for c in contest.running), who]
    assert wide.hypothetical
    assert facts.observed_votes(wide, 1) is None
    assert wide.results.round2 is None
    assert all(call.by != who for call in wide.endorsements)
    assert contest == load_contest(name)


def test_a_candidate_of_whom_no_poll_asked_gets_little() -> None:
    wide = staying(load_contest("il-labor-2011"), "margalit")
    strengths = {c.id: c.strength for c in wide.running if c.strength is not None}
    assert strengths["margalit"].value == UNPOLLED_STRENGTH
    assert strengths["margalit"].confidence == "assumed"
    assert strengths["herzog"].value == pytest.approx(0.95 * 10_848 / 43_911)
    assert sum(s.value for s in strengths.values()) == pytest.approx(1.0)
    assert wide.results.round1 is not None
    assert (wide.results.round1.ballots, wide.results.round1.blank) == (44_184, 273)


def test_the_last_poll_of_members_counts() -> None:
    wide = staying(load_contest("il-labor-2005"), "vilnai")
    strength = wide.running[-1].strength
    assert strength is not None
    assert strength.value == pytest.approx(0.145 / (0.40 + 0.255 + 0.145 + 0.088))
    assert strength.source.startswith("poll of ")


def test_a_strength_of_the_file_comes_first() -> None:
    table = sound()
    table["candidates"].append(
        {"id": "di", "name": "Di", "withdrawn": dt.date(2030, 5, 1),
         "strength": {"value": 0.11, **SOURCED}}
    )  # fmt: skip
    wide = staying(parse_contest(table, "test"), "di")
    assert wide.running[-1].strength is not None
    assert wide.running[-1].strength.value == 0.11
    assert wide.running[-1].withdrawn is None


def test_the_others_are_known_to_have_stood() -> None:
    table = sound() | {"candidacy": {"challengers": [{"id": "cy", **SOURCED}]}}
    table["candidates"].append({"id": "di", "name": "Di", "withdrawn": dt.date(2030, 5, 1)})
    assert staying(parse_contest(table, "test"), "di").candidacy is None
    del table["results"]
    table["hypothetical"] = True
    assert staying(parse_contest(table, "test"), "di").candidacy is not None


@pytest.mark.parametrize("who", ["herzog", "nobody"])
def test_only_who_withdrew_can_stay(who: str) -> None:
    with pytest.raises(ValueError, match=f"stay:{who}: nobody of that name withdrew"):
        staying(load_contest("il-labor-2011"), who)
