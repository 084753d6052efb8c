"""Does text of any kind end in a policy or in one kind of error?"""

import math

from hypothesis import example, given
from hypothesis import strategies as st

from kingmaker.alliance.behaviours import BEHAVIOURS, check_behaviour, parse_behaviour
from kingmaker.errors import ParameterError
from kingmaker.mechanisms import parse_without, switchable_ids
from kingmaker.parameters import PARAMETERS, check_settings
from tests.contest_builders import tiny

CONTEST = tiny()
PEOPLE = ("ada", "ben", "cy", "dee", "nan", "oz")
WORDS = st.sampled_from([*BEHAVIOURS, *PEOPLE, "=", ":", "+", ",", " ", "", "endorse:ada"])
TEXTS = st.one_of(st.text(max_size=40), st.lists(WORDS, max_size=9).map("".join))
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
