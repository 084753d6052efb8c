"""Files that report one contest are told by days, names and first-round shares, not by ids."""

import datetime as dt
from dataclasses import replace

import pytest

from kingmaker.cases.keys import ContestKey, key_of, same_contest, same_party
from kingmaker.contest.load import bundled_ids, load_contest
from tests.contest_builders import bare

BUNDLED = {name: key_of(load_contest(name)) for name in bundled_ids()}
LABOR = BUNDLED["il-labor-2011"]
PRIMARY = BUNDLED["us-tx-sen-2012"]
OTHER_SHARES = (0.6, 0.2)


def days_later(key, first, last):
    return replace(
        key, first=key.first + dt.timedelta(days=first), last=key.last + dt.timedelta(days=last)
    )


def test_bundled_contests_leave_out_themselves_alone():
    """What was validated, and what the bundled posteriors leave out, rests on this."""
    for name, key in BUNDLED.items():
        assert [other for other in BUNDLED if same_contest(key, BUNDLED[other])] == [name]


OTHER_NAMES = replace(LABOR, party="Labor", family="Labor", finalists=("amir peretz", "shelly y"))
NO_SHARES = replace(OTHER_NAMES, leading=())


@pytest.mark.parametrize(
    "copy",
    [
        OTHER_NAMES,
        replace(OTHER_NAMES, country="IL"),
        replace(OTHER_NAMES, country="ישראל", party="העבודה", finalists=("עמיר פרץ", "שלי")),
        days_later(replace(OTHER_NAMES, country="IL"), -1, 5),
        replace(NO_SHARES, country="Israel"),
        replace(NO_SHARES, country="State of Israel", finalists=LABOR.finalists),
        days_later(replace(LABOR, finalists=(), leading=OTHER_SHARES), 7, 16),
        days_later(replace(LABOR, country="IL", leading=OTHER_SHARES), -7, -16),
        replace(OTHER_NAMES, country="IL", leading=tuple(round(x, 2) for x in LABOR.leading)),
    ],
)
def test_copies_are_the_same_contest(copy):
    assert same_contest(copy, LABOR)
    assert same_contest(LABOR, copy)
    assert [name for name, key in BUNDLED.items() if same_contest(copy, key)] == ["il-labor-2011"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        # Two parties' primaries on the same days.
        (PRIMARY, replace(PRIMARY, party="Democrats", finalists=("a", "b"), leading=OTHER_SHARES)),
        (LABOR, replace(NO_SHARES, country="IL")),  # nothing but the days
        (LABOR, days_later(LABOR, 365, 365)),
        (LABOR, days_later(LABOR, 17, 17)),
        (LABOR, days_later(NO_SHARES, 1, 1)),
        (replace(LABOR, finalists=("", ""), leading=()), replace(NO_SHARES, country="IL",
                                                                 finalists=("", ""))),
        (replace(LABOR, country="–", leading=()), replace(NO_SHARES, country="—")),
    ],
)  # fmt: skip
def test_different_contests(one, other):
    assert not same_contest(one, other)
    assert not same_contest(other, one)


def names(first, second):
    return [{"id": i, "name": n} for i, n in zip("ab", (first, second), strict=True)]


def key(country, party, first, second):
    votes = {"round1": {"votes": {"a": 49, "b": 48, "c": 3}, "source": "x", "confidence": "low"}}
    candidates = [*names(first, second), {"id": "c", "name": "C"}]
    return key_of(bare(country=country, party=party, candidates=candidates, results=votes))


def test_other_scripts_are_read_and_accents_fall():
    hebrew = key("ישראל", "מפלגת העבודה", "שלי יחימוביץ׳", "עמיר פרץ")
    greek = key("Ελλάδα", "Νέα Δημοκρατία", "Κυριάκος Μητσοτάκης", "Ευάγγελος Μεϊμαράκης")
    shouted = key("ΕΛΛΑΔΑ", "ΝΕΑ ΔΗΜΟΚΡΑΤΙΑ", "ΚΥΡΙΑΚΟΣ ΜΗΤΣΟΤΑΚΗΣ", "ΕΥΑΓΓΕΛΟΣ ΜΕΪΜΑΡΑΚΗΣ")
    assert all(hebrew.finalists)
    assert not same_party(hebrew, greek)
    assert same_party(greek, shouted)
    assert greek.finalists == shouted.finalists
    assert not hebrew.of_party("Ελλάδα", "Νέα Δημοκρατία")
    latin = key("Nowhere", "Party", "Ségolène d’Ørsted-Łoś (MP)", "İnce ß–b")
    assert latin.finalists == ("ince b", "segolene drsted os mp")


def test_keys_have_the_shares_of_the_first_two():
    assert key("Nowhere", "Party", "A", "B").leading == (0.49, 0.48)
    assert key_of(bare(results={})).leading == ()
    assert isinstance(LABOR, ContestKey)
    assert replace(LABOR, leading=()) == LABOR  # as keys that were stored without them
