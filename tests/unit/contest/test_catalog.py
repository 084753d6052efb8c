"""The bundled contests: all sound, and the home contests' figures."""

import datetime as dt
import re
from importlib import resources

import pytest

from kingmaker.contest import facts
from kingmaker.contest.load import bundled_ids, check_contest, load_contest
from kingmaker.contest.schema import Contest

HOME = ("il-labor-2002", "il-labor-2005", "il-labor-2007", "il-labor-2011")
NEVER_HELD = ("il-labor-2008",)
CATALOG = resources.files("kingmaker.contest").joinpath("catalog")


@pytest.mark.parametrize("contest_id", bundled_ids())
def test_bundled_contest_is_sound(contest_id: str) -> None:
    with resources.as_file(CATALOG.joinpath(f"{contest_id}.toml")) as path:
        assert check_contest(path) == ()
        assert all(len(line) < 2500 for line in path.read_text(encoding="utf-8").splitlines())
    assert load_contest(contest_id).id == contest_id


@pytest.mark.parametrize("contest_id", bundled_ids())
def test_the_catalog_names_no_raw_source_file(contest_id: str) -> None:
    text = CATALOG.joinpath(f"{contest_id}.toml").read_text(encoding="utf-8")
    assert re.search(r"seed-\d|\.json\b", text) is None


@pytest.mark.parametrize("contest_id", [c for c in bundled_ids() if c not in HOME + NEVER_HELD])
def test_contest_of_the_set_has_two_rounds(contest_id: str) -> None:
    contest = load_contest(contest_id)
    finalists, share = facts.finalists_observed(contest), facts.runoff_share_observed(contest)
    assert finalists is not None
    assert share is not None
    assert 0.0 < share < 1.0
    assert facts.winner_observed(contest) in finalists
    votes = facts.observed_votes(contest, 1)
    assert votes is not None
    assert tuple(votes) == tuple(candidate.id for candidate in contest.running)


def test_2007() -> None:
    contest = load_contest("il-labor-2007")
    votes = {"barak": 23887, "ayalon": 20514, "peretz": 15037, "pines-paz": 5330, "yatom": 1806}
    first, second = contest.results.round1, contest.results.round2
    assert first is not None
    assert second is not None
    assert facts.observed_votes(contest, 1) == votes
    assert facts.observed_votes(contest, 2) == {"barak": 34542, "ayalon": 32117}
    assert (first.ballots, first.blank, contest.roll.round1) == (67454, 880, 103568)
    assert sum(votes.values()) == 66574
    assert contest.dates.round1 == dt.date(2007, 5, 28)
    assert facts.gap_days(contest) == 15
    assert contest.rules.threshold == 0.4
    assert [s.id for s in contest.sectors] == ["kibbutzim", "moshavim", "arab", "druze", "rest"]
    assert {c.by: c.to for c in between(contest)} == {
        "peretz": "ayalon",
        "pines-paz": "barak",
        "yatom": "barak",
        "majadele": "ayalon",
        "yachimovich": "barak",
    }
    assert contest.outside[0].refuses == ("finance",)
    assert contest.parliament is not None
    assert contest.parliament.seats == 19
    assert {o.id: o.seats for o in contest.rival_parties} == {
        "kadima": 29,
        "meretz": 5,
        "likud": 12,
    }


def test_2011() -> None:
    contest = load_contest("il-labor-2011")
    votes = {"yachimovich": 14203, "peretz": 13616, "herzog": 10848, "mitzna": 5244}
    assert facts.observed_votes(contest, 1) == votes
    assert facts.observed_votes(contest, 2) == {"yachimovich": 22299, "peretz": 18769}
    assert contest.results.round1 is not None
    assert (contest.results.round1.ballots, contest.roll.round1) == (44184, 66310)
    assert facts.gap_days(contest) == 9
    assert contest.salience.government == 0.0
    calls = {call.by: call.to for call in between(contest)}
    assert calls["herzog"] == "neutral"
    assert calls["mitzna"] == "peretz"
    assert calls["savyon"] == "yachimovich"
    seats = next(poll for poll in contest.polls if poll.question == "seats")
    assert seats.seats == {"yachimovich": 22, "peretz": 18}
    assert seats.seats_from == {"yachimovich": {"kadima": 6}, "peretz": {"kadima": 4}}
    assert contest.parliament is not None
    assert contest.parliament.seats == 13
    parties = {o.id: o for o in contest.rival_parties}
    assert list(parties) == ["independence", "kadima", "likud"]
    assert set(parties["independence"].ties) == {"herzog", "mitzna"}


@pytest.mark.parametrize("contest_id", HOME)
def test_positions_and_ties_of_rival_parties_are_marked_as_assumed(contest_id: str) -> None:
    for party in load_contest(contest_id).rival_parties:
        assert party.confidence == "assumed"
        assert "judgement" in party.source


def test_2008_was_never_held() -> None:
    contest = load_contest("il-labor-2008")
    assert contest.hypothetical
    assert facts.observed_votes(contest, 1) is None
    assert facts.gap_days(contest) == 14
    assert (contest.rules.threshold, contest.roll.round1) == (0.4, 59039)
    assert contest.polls == contest.endorsements == ()
    strengths = {c.id: c.strength for c in contest.running if c.strength is not None}
    assert {name: s.value for name, s in strengths.items()} == {
        "barak": 0.40,
        "ayalon": 0.35,
        "peretz": 0.25,
    }
    assert {s.confidence for s in strengths.values()} == {"assumed"}


def test_what_was_open_in_2008() -> None:
    contest = load_contest("il-labor-2008")
    candidacy = contest.candidacy
    assert candidacy is not None
    assert candidacy.incumbent == "barak"
    flags = {c.id: (c.declared, c.expressive) for c in candidacy.challengers}
    assert flags == {"ayalon": (False, False), "peretz": (True, True)}
    assert {p.by: p.issue for p in contest.pledges} == {
        "ayalon": "no-challenge",
        "barak": "cooperation",
    }
    pacts = {p.kind: (p.supporter, p.supported, p.denied_by) for p in candidacy.pacts}
    assert pacts == {
        "one-way": ("peretz", "ayalon", None),
        "withdrawal": ("peretz", "ayalon", "peretz"),
    }
    assert candidacy.constitution_requires_primary
    assert candidacy.postponed_by_agreement
    assert candidacy.incumbent_considers_himself_bound is False


def test_the_third_came_in_where_the_second_withdrew() -> None:
    contest = load_contest("hu-opp-2021")
    assert facts.finalists_observed(contest) == ("dobrev", "marki-zay")
    assert facts.observed_votes(contest, 1) == {
        "dobrev": 214319,
        "karacsony": 168396,
        "marki-zay": 123944,
        "jakab": 86909,
        "fekete-gyor": 20944,
    }


@pytest.mark.parametrize(
    ("contest_id", "winner"), [("il-labor-2002", "mitzna"), ("il-labor-2005", "peretz")]
)
def test_decided_in_round_one(contest_id: str, winner: str) -> None:
    contest = load_contest(contest_id)
    assert facts.winner_observed(contest) == winner
    assert facts.finalists_observed(contest) is None
    assert facts.gap_days(contest) is None
    assert any(poll.population == "members" for poll in contest.polls)


@pytest.mark.parametrize("contest_id", HOME)
def test_assumed_sizes_of_the_home_contests_are_marked(contest_id: str) -> None:
    for sector in load_contest(contest_id).sectors:
        if sector.members_range is not None:
            assert sector.confidence == "assumed"
            assert "judgement" in sector.source


def between(contest: Contest) -> list:
    """List the calls between the rounds."""
    return [c for c in contest.endorsements if facts.endorsement_phase(contest, c) == "between"]
