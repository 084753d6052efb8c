"""Which contests count, what a forecaster knows of them, and what he does not."""

import datetime as dt
from importlib import resources

import pytest

from kingmaker.cases.collection import (
    GROUPINGS,
    Example,
    bundled_collection,
    collect,
    collection_in,
    example_of,
    turnout_ratio,
)
from kingmaker.cases.eve import known_on_the_eve, runoff_day
from kingmaker.contest.load import bundled_ids, load_contest, parse_contest
from kingmaker.errors import ContestError, DataError
from tests.contest_builders import SOURCED, day, tiny
from tests.unit.validate.contests_to_score import contest, example

BUNDLED = bundled_collection()


def by_id(name):
    return next(e for e in BUNDLED.examples if e.case.id == name)


def test_bundled_contests_that_count():
    assert len(BUNDLED.examples) == 38
    assert len(BUNDLED.examples) + len(BUNDLED.left_out) == len(bundled_ids())
    reasons = BUNDLED.left_out
    assert reasons["jp-ldp-2024"] == "the rounds are open to different people"
    assert reasons["fr-pres-2017"] == "a general election, no contest inside a party"
    assert reasons["il-labor-2005"] == "there was no runoff"
    assert reasons["il-labor-2008"] == "invented"
    irregular = [e.case.id for e in BUNDLED.examples if e.case.groups["regular"] == "irregular"]
    assert irregular == ["hu-opp-2021", "us-chi-2023"]
    assert all(tuple(e.case.groups) == GROUPINGS for e in BUNDLED.examples)


def test_case_of_a_home_contest():
    case = by_id("il-labor-2007").case
    assert case.finalists == ("barak", "ayalon")
    assert case.calls == {"peretz": "ayalon", "pines-paz": "barak", "yatom": "barak"}
    total = 23_887 + 20_514 + 15_037 + 5_330 + 1_806
    assert case.called_for("barak") == pytest.approx((5_330 + 1_806) / total)
    assert case.uncalled == 0.0
    # Two polls of the last day; those of one sector, on a condition or from the exit do not count.
    assert case.last_poll == pytest.approx((0.485 + 0.46 / 0.85) / 2)
    assert case.groups["kind"] == "members"
    assert case.groups["origin"] == "home"


def poll_of(share, **changes):
    shares = {"ada": share, "ben": 1.0 - share}
    return {"pollster": "P", "question": "runoff", "shares": shares, **SOURCED} | changes


def test_the_last_poll_is_one_of_members_and_has_its_windows_last_day():
    polls = [
        poll_of(0.6, date=day(1)),
        poll_of(0.4, earliest=day(-9), latest=day(2)),
        poll_of(0.9, date=day(3), population="public"),
    ]
    made = contest("x", polls=polls, dates={"round1": day(0), "round2": day(7)})
    assert example_of(made).case.last_poll == pytest.approx(0.4)


def test_neither_silence_nor_whispers_are_calls():
    case = by_id("il-labor-2011").case
    assert case.calls == {"mitzna": "peretz"}  # Herzog was neutral
    calls = [{"by": "cy", "to": "ben", "kind": "unadvertised", "phase": "between", **SOURCED}]
    assert example("x", endorsements=calls).case.calls == {}


def test_the_last_call_counts():
    calls = [
        {"by": "cy", "to": "ben", "date": dt.date(2020, 5, 16), **SOURCED},
        {"by": "cy", "to": "ada", "date": dt.date(2020, 5, 14), **SOURCED},
    ]
    assert example("x", endorsements=calls).case.calls == {"cy": "ben"}
    since = {"by": "cy", "to": "ada", "earliest": dt.date(2020, 5, 17), **SOURCED}
    whenever = {"by": "cy", "to": "neutral", "phase": "between", **SOURCED}
    assert example("x", endorsements=[since, *calls, whenever]).case.calls == {"cy": "ada"}


def test_shares_are_of_candidate_votes():
    case = example("x", calls={"cy": "ben"}).case
    assert case.share_of("ada") == 0.4
    assert (case.called_for("ada"), case.called_for("ben"), case.uncalled) == (0.0, 0.2, 0.1)


def test_outcome():
    made = example("x", runoff=(450, 550))
    assert made.outcome.share == 0.45
    assert made.outcome.leader_won == 0.0
    assert made.outcome.turnout_ratio == 1.0
    assert example("x", runoff=(550, 450)).outcome.leader_won == 1.0
    assert example("x", runoff=(500, 500)).outcome.leader_won == 0.5


def changed(made, number, **values):
    key = f"round{number}"
    result = getattr(made.results, key).model_copy(update=values)
    return made.model_copy(update={"results": made.results.model_copy(update={key: result})})


def test_turnout_ratio_takes_what_is_known():
    made = contest("x", runoff=(550, 350))
    assert turnout_ratio(made) == 0.9
    no_ballots = changed(changed(made, 1, ballots=None), 2, ballots=None)
    assert turnout_ratio(no_ballots) == 0.9  # candidate votes
    turnouts = changed(changed(no_ballots, 1, turnout=0.5), 2, turnout=0.4)
    assert turnout_ratio(turnouts) == pytest.approx(0.8)
    assert turnout_ratio(changed(made, 2, counted=0.8)) is None


def test_what_does_not_count():
    made = contest("x")
    no_runoff = made.model_copy(
        update={"results": made.results.model_copy(update={"round2": None})}
    )
    assert example_of(no_runoff) == "no runoff was observed"
    other = made.model_copy(
        update={"rules": made.rules.model_copy(update={"same_electorate": False})}
    )
    assert example_of(other) == "the rounds are open to different people"
    invented = made.model_copy(update={"hypothetical": True})
    assert example_of(invented) == "invented"


def test_ids_are_unique():
    with pytest.raises(DataError, match="two contests have this id"):
        collect([contest("x"), contest("x", country="Elsewhere")])


def test_folder_of_contests(tmp_path):
    with pytest.raises(DataError, match="holds no contest file"):
        collection_in(tmp_path)
    (tmp_path / "readme.txt").write_text("not a contest")
    for name in ("il-labor-2011", "il-labor-2005"):
        bundled = resources.files("kingmaker.contest").joinpath("catalog", f"{name}.toml")
        (tmp_path / f"{name}.toml").write_bytes(bundled.read_bytes())
    found = collection_in(tmp_path)
    assert found.examples == (by_id("il-labor-2011"),)
    assert found.left_out == {"il-labor-2005": "there was no runoff"}
    (tmp_path / "bad.toml").write_text("id = 3")
    with pytest.raises(ContestError):
        collection_in(tmp_path)


@pytest.mark.parametrize("name", [e.case.id for e in BUNDLED.examples])
def test_nothing_of_the_runoff_or_later_is_known(name):
    known, runoff = by_id(name).case.contest, runoff_day(load_contest(name))
    assert runoff is not None
    assert known.results.round2 is None
    assert known.transfers == ()
    assert all(sector.round2 is None for sector in known.sectors)
    assert all(t.votes_round2 == {} and t.ballots_round2 is None for t in known.towns)
    acts = (*known.polls, *known.events, *known.endorsements, *known.offers, *known.pledges)
    days = [act.date or act.latest for act in acts]
    last = runoff + dt.timedelta(days=int(known.rules.same_day))
    assert all(day is None or day < last for day in days)
    # What is left is a contest file without problems.
    assert parse_contest(known.model_dump(exclude_none=True), name) == known


def test_days_that_are_windows_count_by_their_last_day():
    made = tiny(
        endorsements=[
            {"by": "cy", "to": "ada", "earliest": day(5), "latest": day(7), **SOURCED},
            {"by": "dee", "to": "ada", "earliest": day(5), "latest": day(6), **SOURCED},
            {"by": "nan", "to": "ada", "phase": "between", **SOURCED},
        ]
    )
    known = known_on_the_eve(made)
    assert [call.by for call in known.endorsements] == ["dee", "nan"]


def test_polls_without_a_day_are_not_known():
    poll = {"pollster": "P", "question": "runoff", "shares": {"ada": 0.6, "ben": 0.4}, **SOURCED}
    made = tiny(polls=[poll, poll | {"date": day(6)}, poll | {"date": day(7)}])
    assert [poll.date for poll in known_on_the_eve(made).polls] == [day(6)]


def test_runoffs_of_the_same_day_follow_what_was_called_between():
    table = {"date": day(0), **SOURCED}
    made = tiny(
        rules={"threshold": 0.5, "campaign_days": 4, "same_day": True},
        dates={"round1": day(0), "round2": day(0)},
        endorsements=[{"by": "cy", "to": "ada", "phase": "between", **table}],
        polls=[
            {"pollster": "P", "question": "runoff", "shares": {"ada": 0.6, "ben": 0.4}, **table}
        ],
        events=[], offers=[], pledges=[],
    )  # fmt: skip
    known = known_on_the_eve(made)
    assert len(known.endorsements) == 1
    assert known.polls == ()


def test_contests_without_a_runoff_have_no_eve():
    with pytest.raises(ValueError, match="has no runoff"):
        known_on_the_eve(load_contest("il-labor-2005"))


def test_outcomes_do_not_reach_the_case():
    one, other = example("x", runoff=(550, 450)), example("x", runoff=(100, 900))
    assert isinstance(one, Example)
    assert one.case == other.case
