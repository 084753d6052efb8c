"""What does the head of government give, to whom?"""

import math

import pytest

from kingmaker.alliance.government import GRANT_PRIZE, head_of_government, rule, vague_word
from kingmaker.rng import Streams
from tests.contest_builders import SOURCED, bare, busy, busy_table, day, medians

HEAD = busy_table()["outside"][0]  # prefers ben, has finance and defence
P = medians(office_grant_cost=1.0)


def contest(events=(), **changes):
    outside = busy_table()["outside"]
    statements = [{"kind": "statement", "text": "x", **SOURCED, **event} for event in events]
    return busy(outside=[HEAD | changes, *outside[1:]], events=statements)


def head(**changes):
    found = head_of_government(contest(**changes))
    assert found is not None
    return found


def ruled(finalist="ben", gain=0.1, is_vague=False, streams=None, **changes):
    return rule(head(**changes), finalist, 2, gain, is_vague, P, streams or Streams(5, 1))


def test_the_head_is_he_who_has_offices():
    assert head().id == "premier"
    assert head_of_government(bare()) is None
    assert head_of_government(contest(offices=[])) is None


@pytest.mark.parametrize("gain", [0.0, 0.9])
def test_what_was_refused_stays_withheld(gain):
    for replicate in range(30):
        ruling = ruled(gain=gain, refuses=["defence"], streams=Streams(5, replicate))
        assert (ruling.word, ruling.office) == ("withheld", "defence")
        assert math.isnan(ruling.value)


def test_talk_of_solutions_makes_a_refusal_vague():
    assert ruled(is_vague=True, refuses=["finance"]).word == "vague"
    assert ruled(is_vague=True).word in ("granted", "withheld")


@pytest.mark.parametrize("changes", [{"finalist": "ada"}, {"prefers": None}])
def test_only_the_preferred_finalist_is_given_anything(changes):
    for replicate in range(30):
        assert ruled(gain=0.9, streams=Streams(5, replicate), **changes).word == "withheld"


def test_an_office_is_granted_the_sooner_the_more_it_brings():
    """A logit in 10 times the gain minus the cost: 1 / (1 + exp(-1)) at a gain of 0.2."""
    n = 1_500
    for gain in (0.0, 0.1, 0.2, 0.4):
        value = GRANT_PRIZE * gain - 1.0
        granted = sum(ruled(gain=gain, streams=Streams(5, r)).word == "granted" for r in range(n))
        wanted = 1.0 / (1.0 + math.exp(-value))
        error = math.sqrt(wanted * (1 - wanted) / n)
        assert granted / n == pytest.approx(wanted, abs=4.5 * error)
        assert ruled(gain=gain).value == pytest.approx(value)


def test_the_first_office_that_he_has_not_refused_is_the_one_in_question():
    assert ruled().office == "finance"
    assert ruled(offices=["defence"]).office == "defence"


def test_the_chance_belongs_to_the_leader_alone():
    words = [ruled(streams=Streams(5, 9)) for _ in range(2)]
    assert words[0] == words[1]
    seen = {rule(head(), "ben", leader, 0.1, False, P, Streams(5, 9)).word for leader in range(40)}
    assert seen == {"granted", "withheld"}


@pytest.mark.parametrize(
    ("when", "today", "is_vague"),
    [(2, 1, False), (2, 2, True), (2, 6, True), (-1, 3, False), (0, 1, True)],
)
def test_a_statement_is_vague_from_its_day_on(when, today, is_vague):
    """Those before round one were about something else."""
    said = contest([{"by": "premier", "date": day(when)}])
    assert vague_word(said, head(), today, 0) == is_vague
    other = contest([{"by": "orange", "date": day(when)}])
    assert not vague_word(other, head(), today, 0)
