"""Does text of any kind end in a policy or in one kind of error?"""

import math
import pickle

from hypothesis import assume, example, given
from hypothesis import strategies as st

from kingmaker.alliance.behaviours import (
    BEHAVIOURS,
    check_behaviour,
    parse_behaviour,
    split_behaviours,
)
from kingmaker.errors import ParameterError
from kingmaker.mechanisms import parse_without, switchable_ids
from kingmaker.parameters import PARAMETERS, check_settings
from tests.contest_builders import tiny
from tests.unit.alliance.behaviour_contests import full

CONTEST = tiny()
FULL = full()
PEOPLE = ("ada", "ben", "cy", "dee", "nan", "oz", "eve")
SIGNS = ("=", ":", "+", ",", "@", " ", "", "3", "0.5", ".", "-", "endorse:ada", "lieutenant:nan=")
WORDS = st.sampled_from([*BEHAVIOURS, *PEOPLE, *SIGNS])
TEXTS = st.one_of(st.text(max_size=40), st.lists(WORDS, max_size=9).map("".join))
ARGUMENTS = st.sampled_from(
    [*PEOPLE, "ada@3", "ben@07", "neutral", "mutual", "one-way", "7", "07", "0.5", ".50", "1e3"]
)


@st.composite
def parts(draw):
    """Write a part that is often right: an actor or none, a behaviour, an argument or none."""
    row = BEHAVIOURS[draw(st.sampled_from(sorted(BEHAVIOURS)))]
    if row.name == "lieutenant":
        return f"lieutenant:{draw(st.sampled_from(PEOPLE))}={draw(ARGUMENTS)}"
    is_alone = row.kind not in ("leaders", "finalists") or draw(st.booleans())
    actor = "" if is_alone else f"{draw(st.sampled_from(PEOPLE))}="
    return f"{actor}{row.name}" + (f":{draw(ARGUMENTS)}" if row.argument else "")


PARTS = st.lists(parts(), min_size=1, max_size=4)
NAMES = st.one_of(st.sampled_from(sorted(PARAMETERS)), st.text(max_size=12))


def error_of(function, *arguments):
    """Return the one kind of error that bad input may raise, None where it is accepted."""
    try:
        function(*arguments)
    except ParameterError as error:
        return error
    return None


@given(TEXTS)
@example("=")
@example("+")
@example("cy=neutral" * 50)
@example("endorse:\N{LATIN SMALL LETTER A}\N{COMBINING ACUTE ACCENT}da")
def test_behaviours(text):
    problems = check_behaviour(text, CONTEST)
    error = error_of(parse_behaviour, text, CONTEST)
    if error is not None:
        assert error.problems == problems != ()
        assert str(error)
        return
    assert problems == ()
    policy = parse_behaviour(text, CONTEST)
    assert policy.default.name in BEHAVIOURS
    assert all(choice.name in BEHAVIOURS for choice in policy.by_actor.values())
    assert set(policy.by_actor) <= {"cy", "dee", "nan", "oz"}
    assert set(policy.finalists) <= {"", "ada", "ben"}
    assert set(policy.settings) <= set(BEHAVIOURS)


def policy_of(written):
    assume(not check_behaviour("+".join(written), FULL))
    return parse_behaviour("+".join(written), FULL)


@given(PARTS)
@example(["gap:07", "lieutenant:nan=ben", "counter-frame", "ada=no-counter-frame"])
@example(["threshold:.50", "neutral", "cy=historical", "dee=neutral"])
def test_the_canonical_text_is_read_as_the_same_policy(written):
    policy = policy_of(written)
    again = parse_behaviour(policy.text, FULL)
    assert again == policy
    assert again.text == policy.text
    assert hash(again) == hash(policy)
    assert pickle.loads(pickle.dumps(policy)) == policy
    assert policy.is_historical == (policy.text == "historical")


@given(PARTS.flatmap(lambda written: st.tuples(st.just(written), st.permutations(written))))
@example(
    (["withdraw:ada", "endorse:cy", "ben=neutral"], ["ben=neutral", "endorse:cy", "withdraw:ada"])
)
def test_the_order_of_parts_and_spaces_mean_nothing(orders):
    written, shuffled = orders
    policy = policy_of(written)
    assert parse_behaviour(" + ".join(shuffled), FULL) == policy
    assert parse_behaviour("+".join([*written, *shuffled]), FULL) == policy


@given(PARTS)
def test_a_mistake_is_one_in_any_order(written):
    wrong = check_behaviour("+".join(written), FULL)
    assert bool(wrong) == bool(check_behaviour("+".join(reversed(written)), FULL))
    assert len(set(wrong)) == len(wrong)


@given(TEXTS)
@example("neutral,historical+neutral, neutral + historical")
def test_lists_of_behaviours(text):
    error = error_of(split_behaviours, text)
    if error is not None:
        assert str(error)
        return
    split = split_behaviours(text)
    assert all(split)
    assert len(set(split)) == len(split) == text.count(",") + 1
    assert split_behaviours(",".join(split)) == split


@given(st.one_of(st.text(max_size=40), st.lists(st.sampled_from(switchable_ids())).map(",".join)))
def test_lists_of_mechanisms(text):
    error = error_of(parse_without, text)
    if error is not None:
        assert str(error)
        return
    ids = parse_without(text)
    assert list(ids) == sorted(set(ids))
    assert set(ids) <= set(switchable_ids())
    assert parse_without(",".join(ids)) == ids


@given(st.dictionaries(NAMES, st.floats()))
def test_settings(settings):
    problems = check_settings(settings)
    good = {
        name
        for name, value in settings.items()
        if name in PARAMETERS
        and math.isfinite(value)
        and PARAMETERS[name].bounds[0] <= value <= PARAMETERS[name].bounds[1]
    }
    assert len(problems) == len(settings) - len(good)
    assert all(str(problem) for problem in problems)
