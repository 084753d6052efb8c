"""A contest is forecast from a posterior that has not seen it, whatever it is called."""

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from kingmaker.cases.collection import bundled_collection
from kingmaker.cases.keys import key_of
from kingmaker.contest.load import load_contest
from kingmaker.errors import CalibrationError
from kingmaker.files.posterior import Posterior
from kingmaker.forecasting.posterior_file import (
    ScoreGroup,
    ScorePosteriors,
    read_score_posteriors,
)
from kingmaker.forecasting.source import bundled_path, read_source, source_for
from tests.unit.forecasting.contests import KEYS, draws, key, posterior_file


@pytest.fixture(scope="module")
def held(tmp_path_factory):
    path = posterior_file(tmp_path_factory.mktemp("posterior") / "p.parquet")
    found, _ = read_score_posteriors(path, "--posterior")
    return found


def level(source):
    return round(float(source.rows(30).mean()), 1)


@pytest.mark.parametrize(
    ("mine", "expected", "left_out"),
    [
        (key("Party", 2034), 0.5, []),  # a later contest of a party that was learned from
        (key("Nobody", 2034), 0.0, []),  # a party that nobody knows
        (KEYS["one-2030"], 1.0, ["one-2030"]),  # the contest itself
        (replace(KEYS["one-2030"], party="PARTY!", family="PARTY!"), 1.0, ["one-2030"]),
        # No posterior leaves out this one alone: the party's does.
        (KEYS["one-2026"], -1.0, ["one-2026", "one-2030"]),
        (KEYS["other-2029"], -0.5, ["other-2029"]),
        # The days lie within those of a contest that was learned from, or nearly.
        (replace(KEYS["one-2030"], first=dt.date(2030, 5, 15)), 1.0, ["one-2030"]),
        (key("Other", 2030, country="Elsewhere", leading=(0.4, 0.3)), 0.0, []),
    ],
)
def test_the_smallest_posterior_without_the_contest(held, mine, expected, left_out):
    source = source_for(held, mine, "file")
    assert level(source) == expected
    assert source.about["left_out"] == left_out
    assert source.about["contests"] == 3 - len(left_out)


def test_the_same_finalists_are_the_same_contest_of_another_party(held):
    named = {**KEYS, "one-2030": replace(KEYS["one-2030"], finalists=("ada", "ben"))}
    mine = key("Renamed", 2030, finalists=("ada", "ben"))
    assert level(source_for(replace(held, contests=named), mine, "file")) == 1.0
    other = replace(mine, first=dt.date(2030, 5, 13), finalists=("ada", "cy"))
    assert level(source_for(replace(held, contests=named), other, "file")) == 0.0


def test_a_contest_that_nothing_leaves_out_is_refused(held):
    alone = replace(held, groups={"": held.groups[""]})
    with pytest.raises(CalibrationError, match=r"learned from one-2030.*calibrate without it"):
        source_for(alone, KEYS["one-2030"], "mine.parquet")
    both = replace(key("Party", 2026), last=dt.date(2030, 6, 1))
    assert level(source_for(held, both, "file")) == -1.0


def test_draws_are_shuffled_and_used_again():
    scores = np.arange(40.0)[:, None] * np.ones(25)
    group = ScoreGroup("", (), {"": scores})
    source = source_for(ScorePosteriors({}, {"": group}, ""), key("Party", 2030), "file")
    rows = source.rows(100)[:, 0]
    assert sorted(rows[:40]) == list(range(40))
    assert (rows[40:80] == rows[:40]).all()
    assert abs(rows[:10].mean() - 19.5) < 10.0
    assert source.about["kind"] == "prior"


def test_values_are_taken_as_they_are():
    values = Posterior(("obedience",), draws(0.5)[:, :1], None, "hash")
    source = source_for(values, KEYS["one-2030"], "file")
    assert source.rows(5) is None
    assert source.about["kind"] == "values"
    assert source.about["left_out"] is None


def test_bundled_contests_are_not_forecast_from_themselves():
    """Whatever the bundled posteriors have learned from, copies under other names included."""
    held, _ = read_score_posteriors(bundled_path(), "bundled")
    assert held is not None
    for example in bundled_collection().examples:
        contest = example.case.contest
        copy = contest.model_copy(update={"id": "copy", "party": contest.party.upper()})
        about = source_for(held, key_of(copy), "bundled").about
        assert example.case.id not in held.contests or example.case.id in about["left_out"]


@pytest.mark.parametrize("country", ["IL", "State of Israel", "ישראל"])
def test_copies_with_other_spellings_are_not_forecast_from_themselves(country):
    """What the bundled file does not hold, first-round shares, is read from the contests."""
    contest = load_contest("il-labor-2011")
    names = {"yachimovich": "Shelly Yacimovich"}
    candidates = tuple(
        c.model_copy(update={"name": names.get(c.id, c.name)}) for c in contest.candidates
    )
    changed = {"country": country, "party": "Labor", "candidates": candidates}
    copy = contest.model_copy(update=changed)
    held, _ = read_source(None, "bundled")
    about = source_for(held, key_of(copy), "bundled").about
    assert about["same"] == about["left_out"] == ["il-labor-2011"]
    assert about["party"] == "Israel: Israeli Labor Party"
