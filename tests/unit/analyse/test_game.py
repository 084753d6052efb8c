"""The endorsers' game: who plays, what can be chosen, what it pays, whose choice decides."""

import pandas as pd
import pytest

from kingmaker.analyse.game import (
    endorsers,
    options_of,
    payoff_rows,
    pivotality_rows,
    profile_text,
    with_choice,
)
from kingmaker.analyse.payoffs import summarise_payoffs, summarise_pivotality
from kingmaker.pilots import settled
from tests.contest_builders import FIRST, SOURCED, bare, bare_table, election, tiny
from tests.unit.alliance.behaviour_contests import full


@pytest.fixture(scope="module")
def evening():
    return settled(election(tiny()))


def ended(evening, behaviour):
    twin = evening.branch(behaviour)
    twin.run_model()
    return twin


def test_the_largest_eliminated_play(evening):
    assert endorsers(evening) == ("cy", "dee")
    assert options_of(evening) == ("ada", "ben", "neutral")


def test_small_ones_and_collections_do_not_play():
    unbrokered = {"settings": {"brokered_share": 0.0}}
    votes = FIRST | {"cy": 8, "dee": 90}
    small = bare(results={"round1": {"votes": votes, "ballots": 438, "blank": 10, **SOURCED}})
    assert endorsers(settled(election(small, **unbrokered))) == ("dee",)
    candidates = bare_table()["candidates"]
    candidates[2] |= {"aggregate": True}
    together = bare(candidates=candidates)
    assert endorsers(settled(election(together, **unbrokered))) == ("dee",)


def test_a_choice_takes_the_place_of_another():
    contest = tiny()
    assert with_choice("historical", "cy", "ada", contest) == "cy=endorse:ada"
    assert with_choice("neutral", "cy", "ada", contest) == "neutral+cy=endorse:ada"
    other = "cy=endorse:ben+dee=neutral+extra-week"
    assert with_choice(other, "cy", "neutral", contest) == "dee=neutral+extra-week+cy=neutral"


def test_where_nobody_can_choose_history_stands_in():
    assert with_choice("instant-runoff", "cy", "ada", full()) == "cy=endorse:ada"


def test_a_profile_is_a_behaviour():
    assert profile_text({"cy": "ada", "dee": "neutral"}) == "cy=endorse:ada+dee=neutral"


def test_every_profile_is_played_as_its_behaviour(evening):
    rows = list(payoff_rows(evening))
    assert len(rows) == 9 * 2
    assert len({row["profile"] for row in rows}) == 9
    for row in rows[:4]:
        twin = ended(evening, row["profile"])
        first, second = twin.flows.sum(axis=(0, 1))[:2]
        assert row["runoff_share"] == first / (first + second)
        assert row["winner"] == ("ada", "ben")[int(second > first)]


def test_each_endorser_chooses_alone(evening):
    rows = list(pivotality_rows(evening, "neutral"))
    assert [(row["actor"], row["option"]) for row in rows] == [
        (actor, option) for actor in ("cy", "dee") for option in ("ada", "ben", "neutral")
    ]
    same = ended(evening, "neutral")
    silent = [row["margin"] for row in rows if row["option"] == "neutral"]
    assert silent == [same.margins["round2"]] * 2


# ------------------------------------------------------------------------------ summaries

PAIR = {"leader": "ada", "runner_up": "ben"}


def pivotality(*winners):
    """Make the table from the winners under cy's three choices, one tuple per replicate."""
    rows = [
        {"replicate": r, "weight": 1.0, "actor": "cy", "option": option, "winner": winner,
         "margin": 10 * r + k, **PAIR}
        for r, three in enumerate(winners)
        for k, (option, winner) in enumerate(zip(("ada", "ben", "neutral"), three, strict=True))
    ]  # fmt: skip
    return pd.DataFrame(rows)


def test_pivotal_is_whoever_can_change_the_winner():
    table = pivotality(("ada", "ben", "ben"), ("ada",) * 3, ("ben",) * 3, ("ada", "ada", "ben"))
    (row,) = summarise_pivotality(table, ("ada", "ben"))
    assert row["actor"] == "cy"
    assert row["pivotal"]["prob"] == 0.5
    assert row["swing"]["mean"] == 2.0
    assert row["options"]["ada"]["win_prob"]["prob"] == 0.75
    assert row["options"]["neutral"]["margin"]["mean"] == 17.0


def test_other_finalists_are_left_out():
    table = pivotality(("ada", "ben", "ben"), ("ada",) * 3)
    assert summarise_pivotality(table.assign(runner_up="dee"), ("ada", "ben")) == []
    assert summarise_pivotality(table, None) == []
    assert summarise_payoffs(pd.DataFrame(columns=["leader", "runner_up"]), ("ada", "ben")) is None


def payoffs(values):
    """Make the table of a game of two with the values of profiles (mine, yours)."""
    rows = []
    for profile, both in values.items():
        for actor, option, value in zip(("cy", "dee"), profile, both, strict=True):
            rows.append(
                {"replicate": 0, "weight": 1.0, "profile": "+".join(profile), "actor": actor,
                 "option": option, "value": value, "runoff_share": 0.5, "winner": "ada", **PAIR}
            )  # fmt: skip
    return pd.DataFrame(rows)


def test_an_equilibrium_is_where_nobody_gains_alone():
    values = {
        ("ada", "ada"): (3.0, 3.0),
        ("ada", "ben"): (0.0, 5.0),
        ("ben", "ada"): (5.0, 0.0),
        ("ben", "ben"): (1.0, 1.0),
    }
    game = summarise_payoffs(payoffs(values), ("ada", "ben"))
    assert game["actors"] == ["cy", "dee"]
    assert [row["is_equilibrium"] for row in game["profiles"]] == [False, False, False, True]
    assert game["profiles"][1]["values"] == {"cy": 0.0, "dee": 5.0}
    unknown = dict.fromkeys(values, (None, None))
    game = summarise_payoffs(payoffs(unknown), ("ada", "ben"))
    assert {row["is_equilibrium"] for row in game["profiles"]} == {None}
