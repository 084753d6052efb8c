"""Does the register name every mechanism, and can each be switched off by name?"""

import pytest

from kingmaker.errors import ParameterError
from kingmaker.mechanisms import MECHANISMS, Switches, parse_without, switchable_ids
from kingmaker.parameters import PARAMETERS

FOUNDATION = {
    f"M{number:02}"
    for number in (1, 2, 5, 6, 7, 8, 9, 10, 11, 12, 14, 15, 17, 18, 22, 25, 27, 28, 29)
}


def test_the_register_holds_the_mechanisms_of_the_foundation():
    assert set(MECHANISMS) >= FOUNDATION


@pytest.mark.parametrize("row", MECHANISMS.values(), ids=MECHANISMS)
def test_every_mechanism_says_what_it_is_where_from_and_what_off_means(row):
    assert row.title
    assert row.source
    assert row.off
    assert row.phase in ("campaign", "runoff")


def test_every_parameter_belongs_to_a_mechanism():
    assert {parameter.mechanism for parameter in PARAMETERS.values()} <= set(MECHANISMS)


def test_parts_can_be_switched_apart():
    assert "M28.cue" in switchable_ids()
    assert "M28.selection" in switchable_ids()
    assert list(switchable_ids()) == sorted(switchable_ids())


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("", ()),
        (" , ", ()),
        ("M15", ("M15",)),
        ("m28.CUE,M15", ("M15", "M28.cue")),
        ("M15, M15 ,m15", ("M15",)),
        ("M29,M01", ("M01", "M29")),
    ],
)
def test_parse_without(text, ids):
    assert parse_without(text) == ids


def test_all_unknown_ids_are_told_at_once():
    with pytest.raises(ParameterError) as caught:
        parse_without("M15,M99,cue,M28.signal")
    wrong = [problem.wrong for problem in caught.value.problems]
    assert wrong == [
        "unknown mechanism 'M99'",
        "unknown mechanism 'cue'",
        "unknown mechanism 'M28.signal'",
    ]
    assert all(problem.where == "--without" for problem in caught.value.problems)
    assert "M28.cue" in str(caught.value)


def test_a_whole_mechanism_takes_its_parts_along():
    assert not Switches(("M28",)).on("M28", "cue")
    assert not Switches(("M28",)).on("M28", "selection")


def test_a_part_leaves_the_rest():
    switches = Switches(("M28.cue",))
    assert switches.on("M28")
    assert switches.on("M28", "selection")
    assert not switches.on("M28", "cue")


def test_all_is_on_by_default():
    assert all(Switches().on(mechanism) for mechanism in MECHANISMS)


def test_asking_for_an_unregistered_mechanism_is_our_bug():
    with pytest.raises(KeyError):
        Switches().on("M99")


@pytest.mark.parametrize(
    ("without", "touches"),
    [
        ((), False),
        (("M28.cue",), False),
        (("M15", "M29"), False),
        (("M10",), True),
        (("M15", "M25"), True),
    ],
)
def test_what_touches_the_campaign(without, touches):
    assert Switches(without).touch_campaign is touches
