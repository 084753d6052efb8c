"""Who votes otherwise under another behaviour, and why: nobody whom nothing reached."""

import numpy as np
import pytest

from kingmaker.analyse.changed import (
    NAMES,
    are_comparable,
    changed_members,
    mechanisms,
    rows_of_changed,
)
from kingmaker.analyse.tables import COMPARE_TABLES, REASONS
from tests.contest_builders import finished, tiny
from tests.unit.analyse.evenings import ended, evening_of, tiny_evening, touched

CHAINS = ("M07", "M12", "M13")  # momentum, peers and targeting carry a change to everybody
PAIRS = [
    ("historical", "neutral"),
    ("historical", "cy=endorse:ada"),
    ("neutral", "endorse:ben"),
    ("free-vote", "freeze-machine"),
]


def by_row(one, other):
    return one.state.second_vote != other.state.second_vote


@pytest.mark.parametrize(("first", "second"), PAIRS)
@pytest.mark.parametrize("replicate", range(3))
def test_whom_nothing_reaches_votes_the_same(first, second, replicate):
    evening = tiny_evening(CHAINS, replicate)
    one, other = ended(evening, first), ended(evening, second)
    reached = touched(one, other)
    assert not reached.all()
    assert not (by_row(one, other) & ~reached).any()


@pytest.mark.parametrize("replicate", range(2))
def test_whom_nothing_reaches_votes_the_same_in_a_real_contest(replicate, record_property):
    arguments = {"seed": 1, "replicate": replicate}
    evening = evening_of("il-labor-2007", 0.1, CHAINS, **arguments)
    one, other = ended(evening, "neutral"), ended(evening, "endorse:ayalon")
    reached = touched(one, other)
    assert 0 < by_row(one, other).sum() < reached.sum() < len(reached)
    assert not (by_row(one, other) & ~reached).any()
    everything = evening_of("il-labor-2007", 0.1, **arguments)
    one, other = ended(everything, "neutral"), ended(everything, "endorse:ayalon")
    record_property("members", len(reached))
    record_property("votes that differ with everything on", int(by_row(one, other).sum()))
    assert by_row(one, other).mean() < 0.2


@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_everybody_who_changed_has_one_reason(first, second):
    evening = tiny_evening()
    one, other = ended(evening, first), ended(evening, second)
    numbers = changed_members(one, other)
    assert sorted(evening.members.ids[by_row(one, other)]) == numbers.tolist()
    reasons = mechanisms(one, other, numbers)
    assert reasons.shape == numbers.shape
    assert ((reasons >= 0) & (reasons < len(REASONS))).all()
    rows = list(rows_of_changed(one, other, numbers))
    assert sum(row["members"] for row in rows) == numbers.size > 0
    assert all(row["from"] != row["to"] for row in rows)
    assert len({tuple(row.items()) for row in rows}) == len(rows)
    assert {"replicate", "behaviour", *rows[0]} == set(COMPARE_TABLES["changed"])


def test_nobody_changes_under_the_same_behaviour():
    evening = tiny_evening()
    one, other = ended(evening, "neutral"), ended(evening, "neutral")
    assert changed_members(one, other).size == 0
    assert list(rows_of_changed(one, other, changed_members(one, other))) == []


def reasons_of(one, other):
    numbers = changed_members(one, other)
    rows = one.membership.rows[numbers]
    return rows, np.array(NAMES)[mechanisms(one, other, numbers)]


def test_brokers_are_the_reason_in_blocs_told_otherwise():
    one, other = (ended(tiny_evening(), b) for b in ("endorse:ada", "endorse:ben"))
    rows, why = reasons_of(one, other)
    bloc = one.members.bloc[rows]
    told_otherwise = (bloc >= 0) & (one.orders() != other.orders())[bloc]
    irregular = why == "irregularities"
    assert told_otherwise.any()
    assert ((why == "brokers") == (told_otherwise & ~irregular)).all()


def test_turnout_is_the_reason_of_those_who_come_or_stay_alone():
    evening = tiny_evening(("M15", "M28", "M29", "M30", "M06", "M12", "M13", "M16"))
    one, other = (ended(evening, b) for b in ("endorse:ada", "freeze-machine"))
    rows, why = reasons_of(one, other)
    votes = np.stack([one.state.second_vote[rows], other.state.second_vote[rows]])
    at_home = (votes < 0).any(axis=0)
    same_contacts = one.state.contact_turnout[rows] == other.state.contact_turnout[rows]
    assert (why == "turnout").any()
    assert at_home[why == "turnout"].all()
    assert same_contacts[why == "turnout"].all()


def test_backlash_reaches_those_who_reject_alone():
    evening = tiny_evening(CHAINS)
    one, other = (ended(evening, b) for b in ("neutral", "endorse:ada"))
    rows, why = reasons_of(one, other)
    terms = one.interlude.terms(), other.interlude.terms()
    named = np.flatnonzero(terms[0].backlash != terms[1].backlash)
    bits = np.uint64(sum(1 << int(c) for c in named))
    assert ((one.members.rejects[rows[why == "backlash"]] & bits) != 0).all()


def test_another_campaign_is_one_reason():
    one, other = finished(), finished(behaviour="no-contempt")
    assert are_comparable(one, other)
    _, why = reasons_of(one, other)
    assert set(why) == {"campaign"}


def test_no_runoff_is_not_comparable():
    one = ended(tiny_evening(), "historical")
    other = finished(tiny(), behaviour="threshold:0.3")
    assert other.flows is None
    assert not are_comparable(one, other)
