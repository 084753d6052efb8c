"""Figures that contradict each other, word for word."""

import pytest

from tests.unit.contest.samples import Table, cases, problems, sound, spoiled


@pytest.mark.parametrize(("changes", "message"), cases("wrong_figures.toml"))
def test_contradiction(changes: list[Table], message: str) -> None:
    assert message in spoiled(changes)


def without_runoff(table: Table) -> None:
    del table["dates"]["round2"], table["results"]["round2"]
    table["endorsements"] = []


def test_no_runoff_is_needed_after_a_victory_in_round_one() -> None:
    table = sound()
    without_runoff(table)
    table["results"]["round1"]["votes"] = {"ada": 400, "bo": 100, "cy": 100}
    assert problems(table) == []


def test_no_runoff_is_needed_in_a_forecast() -> None:
    table = sound()
    without_runoff(table)
    del table["results"]["round1"]
    assert problems(table) == []


def test_a_hypothetical_contest_may_leave_the_runoff_open() -> None:
    table = sound()
    without_runoff(table)
    table["hypothetical"] = True
    assert problems(table) == []


def test_gap_days_may_stand_for_the_day_of_the_runoff() -> None:
    table = sound()
    del table["dates"]["round2"]
    table["rules"]["gap_days"] = 14
    assert problems(table) == []


def test_shares_within_the_tolerance_are_sound() -> None:
    table = sound()
    table["results"]["round1"] |= {"votes": {}, "shares": {"ada": 0.46, "bo": 0.34, "cy": 0.203}}
    assert problems(table) == []
    table["results"]["round1"]["shares"]["cy"] = 0.204
    assert problems(table) != []
