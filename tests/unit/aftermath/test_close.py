"""Does a settled contest add up, and does nothing reach back into it?"""

from dataclasses import replace

import numpy as np
import pytest

from kingmaker.aftermath.close import Ending, settle
from kingmaker.aftermath.exit import between_rounds, leave_party
from kingmaker.aftermath.promises import Promise, challenge_prob
from kingmaker.records import TABLES
from tests.contest_builders import ADA, BEN, CY, DEE, SOURCED, STREAMS, day
from tests.unit.aftermath.stage import DEAF, ON, contest, off, seat_poll, stage

SHARES = np.array([0.4, 0.35, 0.2, 0.05])
ALL_OFF = off("M35", "M36", "M37", "M38", "M39", "M40")
OFFERS = (Promise("ada", "cy", "office", 0.5), Promise("ben", "dee", "policy", 0.8))
MORE = {"exit_rate": 0.1, "split_base": 0.0, "activist_share": 0.05}


def ended(it, **changes):
    ending = Ending(
        finalists=(ADA, BEN),
        winner=ADA,
        decided_in_round=2,
        choices={CY: ADA, DEE: "neutral"},
        strain=np.zeros((4, 4)),
        shares=SHARES,
        offers=OFFERS,
        polls=it.setting.contest.polls,
    )
    return replace(ending, **changes)


def made(**settings):
    poll = seat_poll(day(1), {"ada": 22, "ben": 18})
    return stage(contest(polls=[poll], parliament={"seats": 13, **SOURCED}), **(MORE | settings))


def close(it, switches=ON, streams=STREAMS, **changes):
    ending = ended(it, **changes)
    before = None
    if ending.decided_in_round == 2:
        before = leave_party(
            it.setting, it.rivals, it.members, it.state, it.activists,
            between_rounds(it.setting, (ADA, BEN), (0.5, 0.5)), it.parameters, switches, streams,
        )  # fmt: skip
    return settle(
        it.setting, it.rivals, it.members, it.state, it.activists, before, ending,
        it.parameters, switches, streams,
    )  # fmt: skip


def test_rows_fit_the_tables():
    found = close(made())
    for name in ("exits", "promises", "camps", "seats"):
        columns = list(TABLES[name].values())[1:]
        rows = getattr(found, name)
        assert rows
        for row in rows:
            assert len(row) == len(columns)
            for value, column in zip(row, columns, strict=True):
                kinds = {"int64": int, "float64": float, "string": str}
                assert type(value) is kinds[column.dtype], (name, row)
    assert {row[0] for row in found.exits} == {1, 2}
    assert [row[0] for row in found.camps] == ["ada", "ben", "cy", "dee"]
    assert [row[:3] for row in found.promises] == [("ada", "cy", "office")]


def test_people_are_left_alone():
    it = made()
    votes = it.state.first_vote.copy(), it.state.second_vote.copy(), it.activists.camp.copy()
    close(it)
    assert (it.state.first_vote == votes[0]).all()
    assert (it.state.second_vote == votes[1]).all()
    assert (it.activists.camp == votes[2]).all()


def test_the_same_contest_ends_the_same_way():
    assert close(made()) == close(made())


def test_another_winner_leads_to_other_exits_and_splits():
    one, two = close(made()), close(made(), winner=BEN)
    assert [r for r in one.exits if r[0] == 1] == [r for r in two.exits if r[0] == 1]
    assert one.exits != two.exits
    assert one.camps[ADA][3] == two.camps[BEN][3] == 0.0
    assert two.promises == ()


def test_a_tie_leaves_only_who_has_left_already():
    found = close(made(), winner=None)
    assert {row[0] for row in found.exits} == {1}
    assert (found.promises, found.camps, found.seats) == ((), (), ())
    assert found.challenge_prob is None


def test_round_one_may_decide():
    found = close(made(), decided_in_round=1, choices={}, offers=())
    assert {row[0] for row in found.exits} == {1}
    assert found.promises == ()
    assert {row[0] for row in found.seats} == {"ada", "ben"}


def test_a_challenge_grows_with_broken_promises():
    it = made(promise_keeping=0.0, split_base=-8.0)
    kept, broken = close(it, switches=off("M35")), close(it)
    assert broken.promises[0][4] == 0
    assert kept.promises[0][4] == 1
    assert broken.challenge_prob > kept.challenge_prob


def test_a_challenge_by_hand():
    """The strongest loser has 1.4 against 0.8; 2 insults stand between."""
    strain = np.zeros((4, 4))
    strain[DEE, ADA] = 2.0
    found = close(made(split_base=-8.0), switches=off("M35", "M36"), strain=strain)
    assert found.challenge_prob == pytest.approx(challenge_prob(0.0, 0.6, 2.0))


def test_camps_that_left_challenge_nobody_and_cost_seats():
    it = made(split_base=2.0)
    strain = np.full((4, 4), 20.0)
    found = close(it, strain=strain)
    assert [row[4] for row in found.camps] == [0, 1, 1, 1]
    assert all(row[2] == 0.0 and row[5] > 0 for row in found.camps[1:])
    sources = {row.source for row in found.seats if row.leader == "ada"}
    assert "split" in sources
    alone = challenge_prob(0.0, -found.camps[ADA][2], 0.0)
    assert found.challenge_prob == pytest.approx(
        alone if found.promises[0][4] else challenge_prob(1.0, -found.camps[ADA][2], 0.0)
    )


def test_with_everything_off_nothing_happens_and_nothing_is_drawn():
    found = close(made(), switches=ALL_OFF, streams=DEAF)
    assert found.exits == ()
    assert [(row[0], row[2] - row[1], *row[3:]) for row in found.camps] == [
        (name, 0.0, 0.0, 0, 0) for name in ("ada", "ben", "cy", "dee")
    ]
    assert [row[4] for row in found.promises] == [1]
    assert {row.source for row in found.seats} == {"own", "total"}


@pytest.mark.parametrize("switched", ["M35", "M36", "M37", "M38", "M39", "M40"])
def test_each_switch_moves_its_own_outcome(switched):
    tables = {"M35": "promises", "M36": "camps", "M37": "exits", "M38": "exits", "M39": "camps",
              "M40": "seats"}  # fmt: skip
    it = made(promise_keeping=0.2)
    table = tables[switched]
    assert getattr(close(it), table) != getattr(close(it, switches=off(switched)), table)
    if switched in ("M35", "M40"):
        same = close(it), close(it, switches=off(switched))
        assert same[0].exits == same[1].exits
        assert same[0].camps == same[1].camps
