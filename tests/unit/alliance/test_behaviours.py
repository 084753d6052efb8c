"""Is the grammar of behaviours read as it is written, and every mistake told?"""

import pickle

import pytest

from kingmaker.alliance.behaviours import (
    BEHAVIOURS,
    Choice,
    parse_behaviour,
    split_behaviours,
)
from kingmaker.errors import ParameterError
from kingmaker.mechanisms import MECHANISMS
from tests.contest_builders import tiny
from tests.unit.alliance.behaviour_contests import full

LEADERS = [
    *("historical", "decide", "neutral", "free-vote", "freeze-machine", "endorse", "announce"),
    *("equilibrium", "nearest", "best-offer", "consult", "grudge", "united-losers"),
    "joint-ticket",
]
FINALISTS = [
    *("poach", "appeal-over-head", "counter-frame", "no-counter-frame", "pledge-kept"),
    *("pledge-dropped", "pledge-conditional", "finalists-unite"),
]
OTHERS = [
    *("lieutenant", "grant-office", "withdraw-office", "no-contempt", "coordinated", "withdraw"),
    *("stay", "postpone", "broker-auction", "patron-tied", "early-movers-off", "letter-off"),
    *("extra-week", "gap", "threshold", "instant-runoff", "no-polls"),
]
CAMPAIGN = {"threshold", "no-contempt", "coordinated", "withdraw", "stay", "postpone", "no-polls"}
REDECIDES = (CAMPAIGN - {"threshold"}) | {
    *("grant-office", "withdraw-office", "poach", "pledge-kept", "pledge-dropped"),
    *("pledge-conditional", "letter-off", "extra-week", "gap", "finalists-unite"),
    *("appeal-over-head", "broker-auction"),
}


def test_the_register_holds_every_behaviour_and_says_where_from():
    assert sorted(BEHAVIOURS) == sorted([*LEADERS, *FINALISTS, *OTHERS])
    for name, row in BEHAVIOURS.items():
        assert row.name == name
        assert row.meaning
        assert row.source
        assert set(row.mechanisms) <= set(MECHANISMS)
    assert {name for name, row in BEHAVIOURS.items() if row.touches_campaign} == CAMPAIGN
    assert {name for name, row in BEHAVIOURS.items() if row.redecides} == REDECIDES
    assert [name for name, row in BEHAVIOURS.items() if row.kind == "leaders"] == LEADERS
    assert [name for name, row in BEHAVIOURS.items() if row.kind == "finalists"] == FINALISTS


def test_rows_say_how_they_are_written():
    assert BEHAVIOURS["neutral"].written == "neutral"
    assert BEHAVIOURS["announce"].written == "announce:CANDIDATE@DAY"
    assert BEHAVIOURS["joint-ticket"].written == "joint-ticket[:CANDIDATE]"


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
        ("announce:ben@3", Choice("announce", "ben", 3), {}),
        ("announce : ben @ 07", Choice("announce", "ben", 7), {}),
        ("cy = endorse : ben", Choice("historical"), {"cy": Choice("endorse", "ben")}),
        ("joint-ticket", Choice("joint-ticket"), {}),
        ("cy=joint-ticket:ada", Choice("historical"), {"cy": Choice("joint-ticket", "ada")}),
        ("united-losers", Choice("united-losers"), {}),
        ("lieutenant:nan=ada", Choice("historical"), {"nan": Choice("endorse", "ada")}),
        ("lieutenant : nan = neutral", Choice("historical"), {"nan": Choice("neutral")}),
        ("nan=decide", Choice("historical"), {"nan": Choice("decide")}),
        ("neutral+cy=historical", Choice("neutral"), {"cy": Choice("historical")}),
        ("neutral+cy=neutral+nan=historical", Choice("neutral"), {}),
    ],
)
def test_what_eliminated_candidates_and_notables_do(text, default, by_actor):
    policy = parse_behaviour(text, tiny())
    assert policy.default == default
    assert dict(policy.by_actor) == by_actor
    assert dict(policy.finalists) == {}
    assert dict(policy.settings) == {}


@pytest.mark.parametrize("name", [n for n in LEADERS if not BEHAVIOURS[n].argument])
def test_every_word_for_leaders_is_read(name):
    assert parse_behaviour(name, tiny()).of("cy") == Choice(name)


@pytest.mark.parametrize(
    ("text", "finalists", "settings"),
    [
        ("poach", {"": {"poach"}}, {}),
        ("ben=poach", {"ben": {"poach"}}, {}),
        ("poach+ben=poach+counter-frame", {"": {"poach", "counter-frame"}}, {}),
        (
            "ada=pledge-dropped+ada=appeal-over-head+ben=counter-frame",
            {"ada": {"pledge-dropped", "appeal-over-head"}, "ben": {"counter-frame"}},
            {},
        ),
        ("finalists-unite+extra-week", {"": {"finalists-unite"}}, {"extra-week": ""}),
        ("gap:07 + threshold:.50", {}, {"gap": "7", "threshold": "0.5"}),
        ("threshold:0.2+gap:60", {}, {"gap": "60", "threshold": "0.2"}),
        ("grant-office+patron-tied", {}, {"grant-office": "", "patron-tied": ""}),
        ("stay:eve+no-polls+letter-off", {}, {"stay": "eve", "letter-off": "", "no-polls": ""}),
        ("withdraw:ben+no-contempt", {}, {"no-contempt": "", "withdraw": "ben"}),
        ("postpone+early-movers-off", {}, {"postpone": "", "early-movers-off": ""}),
        ("instant-runoff", {}, {"instant-runoff": ""}),
    ],
)
def test_what_finalists_do_and_what_else_changes(text, finalists, settings):
    policy = parse_behaviour(text, full())
    assert dict(policy.finalists) == {name: frozenset(words) for name, words in finalists.items()}
    assert dict(policy.settings) == settings
    assert policy.of("cy") == policy.of_notable("nan") == Choice("historical")
    assert not policy.is_historical


def test_candidates_follow_the_default_and_notables_their_history():
    policy = parse_behaviour("neutral+cy=endorse:ada", tiny())
    assert policy.of("dee") == Choice("neutral")
    assert policy.of("cy") == Choice("endorse", "ada")
    assert policy.of_notable("nan") == Choice("historical")


def test_what_is_said_of_a_finalist_overrides_its_contrary_that_is_said_of_both():
    policy = parse_behaviour(
        "counter-frame+poach+ada=no-counter-frame+ben=appeal-over-head", tiny()
    )
    assert [policy.finalist("counter-frame", who) for who in ("ada", "ben")] == [False, True]
    assert [policy.finalist("no-counter-frame", who) for who in ("ada", "ben")] == [True, False]
    assert [policy.finalist("appeal-over-head", who) for who in ("ada", "ben")] == [False, True]
    assert policy.finalist("poach", "ada")
    assert policy.finalist("poach", "ben")
    assert not policy.finalist("finalists-unite", "ada")


def test_leaders_look_again_unless_history_is_said_of_them_by_name():
    policy = parse_behaviour("grant-office+cy=historical", tiny())
    assert policy.text == "cy=historical+grant-office"
    assert [policy.looks_again(who) for who in ("cy", "dee")] == [False, True]
    assert parse_behaviour("historical+extra-week", tiny()).looks_again("cy")
    assert not parse_behaviour("cy=historical+counter-frame", tiny()).by_actor
    assert not parse_behaviour("nan=historical+gap:9", tiny()).by_actor
    assert not parse_behaviour("historical", tiny()).looks_again("cy")


def test_a_policy_answers_by_name():
    policy = parse_behaviour("gap:9+ben=poach+cy=grudge", tiny())
    assert policy.argument("gap") == "9"
    assert policy.argument("threshold") == policy.argument("extra-week") == ""
    assert [policy.has(name) for name in ("gap", "poach", "grudge")] == [True, True, True]
    assert [policy.has(name) for name in ("extra-week", "neutral")] == [False, False]


@pytest.mark.parametrize(
    ("text", "touches", "redecides", "is_historical"),
    [
        ("historical", False, False, True),
        ("cy=historical+nan=historical", False, False, True),
        ("neutral", False, False, False),
        ("cy=decide", False, False, False),
        ("threshold:0.4", True, False, False),
        ("instant-runoff", False, False, False),
        ("counter-frame", False, False, False),
        ("ben=poach", False, True, False),
        ("extra-week", False, True, False),
        ("grant-office+neutral", False, True, False),
        ("no-contempt", True, True, False),
        ("withdraw:dee", True, True, False),
    ],
)
def test_a_policy_says_how_far_it_reaches(text, touches, redecides, is_historical):
    policy = parse_behaviour(text, tiny())
    assert policy.touches_campaign is touches
    assert policy.redecides is redecides
    assert policy.is_historical is is_historical


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("historical+historical", "historical"),
        ("nan=historical", "historical"),
        ("historical+extra-week", "extra-week"),
        ("extra-week+ben=poach+poach+neutral", "neutral+poach+extra-week"),
        ("gap:09+dee=neutral+cy=announce:ben@03", "cy=announce:ben@3+dee=neutral+gap:9"),
        ("lieutenant:nan=ben+threshold:.5", "nan=endorse:ben+threshold:0.5"),
        ("counter-frame+ben=poach+appeal-over-head", "appeal-over-head+counter-frame+ben=poach"),
        ("cy=historical+neutral", "neutral+cy=historical"),
    ],
)
def test_the_text_is_canonical(text, canonical):
    policy = parse_behaviour(text, tiny())
    assert policy.text == canonical
    again = parse_behaviour(canonical, tiny())
    assert again == policy
    assert hash(again) == hash(policy)


def test_a_policy_is_plain_data():
    policy = parse_behaviour("neutral+cy=announce:ben@3+ben=poach+gap:9", tiny())
    assert pickle.loads(pickle.dumps(policy)) == policy
    assert policy != parse_behaviour("neutral+cy=announce:ben@4+ben=poach+gap:9", tiny())
    assert repr(policy.settings) == "{'gap': '9'}"
    with pytest.raises(TypeError):
        policy.settings["gap"] = "10"


def test_a_list_is_split_where_behaviours_end():
    text = "historical, neutral ,endorse : ada + extra-week,cy = announce:ben @ 3+gap:9"
    assert split_behaviours(text) == [
        "historical",
        "neutral",
        "endorse:ada+extra-week",
        "cy=announce:ben@3+gap:9",
    ]
    assert split_behaviours("neutral") == ["neutral"]


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        ("", ["behaviour 1 of '' is empty"]),
        ("neutral,", ["behaviour 2 of 'neutral,' is empty"]),
        ("neutral,,historical", ["behaviour 2 of 'neutral,,historical' is empty"]),
        ("neutral, neutral", ["'neutral' occurs twice in 'neutral, neutral'"]),
        ("ada=poach+gap:9,gap:9 + ada = poach", ["'gap:9+ada=poach' occurs twice in"]),
        (",neutral,neutral", ["behaviour 1 of", "'neutral' occurs twice"]),
    ],
)
def test_empty_and_repeated_behaviours_are_refused(text, messages):
    with pytest.raises(ParameterError) as caught:
        split_behaviours(text)
    problems = caught.value.problems
    assert len(problems) == len(messages)
    assert all(m in str(p) for m, p in zip(messages, problems, strict=True))
