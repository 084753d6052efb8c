"""Is the grammar of behaviours read as it is written, and every mistake told?"""

import pytest

from kingmaker.alliance.behaviours import (
    BEHAVIOURS,
    Choice,
    check_behaviour,
    parse_behaviour,
)
from kingmaker.errors import ParameterError
from tests.contest_builders import tiny

NEEDED = ("historical", "neutral", "free-vote", "endorse")


def test_the_behaviours_of_the_foundation_are_there_and_say_where_from():
    assert set(NEEDED) <= set(BEHAVIOURS)
    assert all(row.meaning and row.source for row in BEHAVIOURS.values())


@pytest.mark.parametrize(
    ("text", "default", "by_actor"),
    [
        ("historical", Choice("historical"), {}),
        ("endorse:ben", Choice("endorse", "ben"), {}),
        ("cy=neutral", Choice("historical"), {"cy": Choice("neutral")}),
        (
            "neutral+cy=endorse:ada+nan=free-vote",
            Choice("neutral"),
            {"cy": Choice("endorse", "ada"), "nan": Choice("free-vote")},
        ),
        (" free-vote + dee = neutral ", Choice("free-vote"), {"dee": Choice("neutral")}),
        ("neutral+neutral", Choice("neutral"), {}),
        ("cy=neutral+cy=neutral", Choice("historical"), {"cy": Choice("neutral")}),
    ],
)
def test_what_is_read(text, default, by_actor):
    policy = parse_behaviour(text, tiny())
    assert policy.default == default
    assert dict(policy.by_actor) == by_actor


def test_candidates_follow_the_default_and_notables_their_history():
    policy = parse_behaviour("neutral+cy=endorse:ada", tiny())
    assert policy.of("dee") == Choice("neutral")
    assert policy.of("cy") == Choice("endorse", "ada")
    assert policy.of_notable("nan") == Choice("historical")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("neutrall", "unknown behaviour 'neutrall' (did you mean 'neutral'?)"),
        ("", "no behaviour in ''"),
        ("cy=", "no behaviour in 'cy='"),
        ("endorse", "'endorse' needs a candidate (endorse:CANDIDATE)"),
        ("endorse:", "'endorse' needs a candidate (endorse:CANDIDATE)"),
        ("neutral:ada", "'neutral' takes no candidate (neutral alone)"),
        ("neutral:", "'neutral' takes no candidate (neutral alone)"),
        ("endorse:adda", "'adda' is no candidate of tiny (did you mean 'ada'?)"),
        ("endorse:cy", "'cy' is not in the runoff of tiny (the finalists are ada and ben)"),
        ("ada=neutral", "'ada' is a finalist of tiny (those who decide: cy, dee)"),
        ("zoe=neutral", "'zoe' is nobody who decides in tiny (known: cy, dee, nan, oz)"),
        ("cy=neutral+cy=free-vote", "'cy' has two behaviours in 'cy=neutral+cy=free-vote'"),
        ("neutral+free-vote", "'neutral+free-vote' has two behaviours for everybody"),
        ("neutral,historical", "'neutral,historical' names several behaviours"),
    ],
)
def test_what_is_wrong_is_said(text, message):
    problems = check_behaviour(text, tiny())
    assert len(problems) == 1
    assert message in str(problems[0])
    assert problems[0].where == "--behaviour"
    with pytest.raises(ParameterError) as caught:
        parse_behaviour(text, tiny())
    assert message in str(caught.value)


def test_an_equals_sign_without_an_actor_is_a_mistake():
    assert len(check_behaviour("=neutral", tiny())) == 1


def test_all_problems_are_told_at_once():
    assert len(check_behaviour("endorse:cy+ada=neutrall+eve=endorse", tiny())) == 5
