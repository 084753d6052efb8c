"""Is what the file holds taken as it is, and is what it lacks drawn and said?"""

import math

import numpy as np
import pytest

from kingmaker.contest.load import load_contest
from kingmaker.population.setting import resolve
from kingmaker.rng import Streams
from tests.contest_builders import (
    SOURCED,
    STREAMS,
    bare,
    bare_table,
    day,
    medians,
    tiny,
    tiny_table,
)


def resolved(contest, streams=STREAMS, **arguments):
    return resolve(contest, medians(), streams, **arguments)


def test_a_full_file_is_taken_as_it_is():
    setting = resolved(tiny())
    assert setting.candidate_ids == ("ada", "ben", "cy", "dee")
    assert setting.sector_ids == ("coast", "inland")
    assert setting.sector_sizes.tolist() == [240, 360]
    assert setting.targets.votes.tolist() == [180, 150, 90, 30]
    assert setting.targets.blank == 10
    assert setting.targets.ballots == 460
    assert setting.targets.observed
    assert setting.vote_shares.tolist() == [180 / 450, 150 / 450, 90 / 450, 30 / 450]
    assert setting.machine.tolist() == [0.8, 1.4, 1.2, 0.9]
    assert setting.positions[1].tolist() == [-0.6, -0.4, 0.1]
    assert setting.salience.tolist() == [1.0, 1.0, 0.0]
    assert setting.leanings.tolist() == [[0.2, -0.3, 0.0], [0.0, 0.0, 0.0]]
    assert setting.brokered.tolist() == [2.0, 1.0]
    assert (setting.campaign_days, setting.gap_days) == (4, 7)
    assert setting.scale == 1.0
    assert (setting.roll_round1, setting.roll_round2, setting.n_members) == (600, 600, 600)
    assert setting.drawn == ("rejection of ada, ben, dee",)


def test_its_arrays_are_read_only():
    setting = resolved(tiny())
    for column in (setting.sector_sizes, setting.positions, setting.targets.votes):
        with pytest.raises(ValueError, match="read-only"):
            column[0] = 0


def test_days_and_dates():
    setting = resolved(tiny(), days=9)
    assert setting.campaign_days == 9
    assert setting.day_of(day(-3)) == -3
    assert setting.date_of(7) == "2030-05-19"


def test_scaling_keeps_proportions_by_largest_remainder():
    """A third: 200 members as 80 + 120; 153 ballots (153.3): 60, 50, 30, 10 and 3 blank (3.3)."""
    setting = resolved(tiny(), scale=1 / 3)
    assert setting.sector_sizes.tolist() == [80, 120]
    assert setting.targets.ballots == 153
    assert setting.targets.votes.tolist() == [60, 50, 30, 10]
    assert setting.targets.blank == 3
    assert setting.scale == pytest.approx(1 / 3)


def test_a_large_contest_is_scaled_to_200_000_members_unless_told():
    votes = {"ada": 180_000, "ben": 150_000, "cy": 90_000, "dee": 30_000}
    contest = bare(
        roll={"round1": 600_000, **SOURCED}, results={"round1": {"votes": votes, **SOURCED}}
    )
    assert resolved(contest).roll_round1 == 200_000
    assert resolved(contest).targets.votes.tolist() == [60_000, 50_000, 30_000, 10_000]
    assert resolved(contest, scale=1.0).roll_round1 == 600_000


def test_a_contest_without_sectors_has_one():
    setting = resolved(bare())
    assert setting.sector_ids == ("members",)
    assert setting.sector_sizes.tolist() == [600]


def test_what_is_drawn_is_said():
    text = "; ".join(resolved(bare()).drawn)
    for word in ("positions of ada, ben, cy, dee", "machine of", "competence of", "rejection of"):
        assert word in text


def test_without_a_roll_it_follows_from_ballots_and_a_drawn_turnout():
    data = bare_table(roll={**SOURCED})
    contest = bare(**data)
    rolls = set()
    for replicate in range(20):
        setting = resolved(contest, streams=Streams(1, replicate))
        assert setting.targets.votes.tolist() == [180, 150, 90, 30]
        assert setting.roll_round1 >= 460
        assert "entitled members, from the ballots of round one" in "; ".join(setting.drawn)
        rolls.add(setting.roll_round1)
    # The median turnout of members is 0.6: 767 members; a spread of 0.4 logit moves it by 15 %.
    assert len(rolls) > 10
    assert 600 < np.median(list(rolls)) < 950


def test_without_a_roll_a_known_turnout_gives_it():
    result = {"votes": {"ada": 180, "ben": 150, "cy": 90, "dee": 30}, "ballots": 460,
              "blank": 10, "turnout": 0.46, **SOURCED}  # fmt: skip
    contest = bare(roll={**SOURCED}, results={"round1": result})
    assert resolved(contest).roll_round1 == 1000


def test_a_contest_of_which_only_shares_are_known():
    shares = {"ada": 0.4, "ben": 0.3, "cy": 0.2, "dee": 0.08}
    result = {"shares": shares, "other_or_blank": 0.02, "turnout": 0.5, **SOURCED}
    setting = resolved(bare(results={"round1": result}))
    assert setting.targets.ballots == 300
    assert setting.targets.votes.tolist() == [120, 90, 60, 24]
    assert setting.targets.blank == 6


def test_a_forecast_draws_strengths_around_the_last_poll_of_members():
    polls = [
        {"date": day(-9), "pollster": "P", "question": "round1", "shares": {"ada": 0.1}, **SOURCED},
        {"date": day(-2), "pollster": "P", "question": "round1",
         "shares": {"ada": 0.5, "ben": 0.3, "cy": 0.15}, **SOURCED},
    ]  # fmt: skip
    contest = bare(results={}, polls=polls)
    logs = []
    for replicate in range(200):
        setting = resolved(contest, streams=Streams(2, replicate))
        assert not setting.targets.observed
        assert setting.targets.votes.sum() == setting.targets.ballots
        logs.append(math.log(setting.vote_shares[0] / setting.vote_shares[1]))
    # log(0.5 / 0.3) = 0.51, each with a spread of 0.3: 0.42 together.
    assert np.mean(logs) == pytest.approx(0.51, abs=4 * 0.42 / math.sqrt(200))
    assert np.std(logs) == pytest.approx(0.42, abs=4 * 0.42 / math.sqrt(400))


def test_pilots_share_the_setting_of_their_replicate():
    one, pilot = (resolved(bare(), streams=s) for s in (STREAMS, STREAMS.for_pilot(3)))
    assert (one.positions == pilot.positions).all()
    assert (one.machine == pilot.machine).all()
    assert one.gap_days == pilot.gap_days


def test_ranges_of_sector_sizes_are_drawn_within_them_and_the_rest_fills_up():
    data = tiny_table()
    data["sectors"][0] |= {"members_range": [100, 140]}
    del data["sectors"][0]["members"]
    contest = tiny(**data)
    seen = set()
    for replicate in range(150):
        sizes = resolved(contest, streams=Streams(3, replicate)).sector_sizes
        assert sizes.sum() == 600
        assert 100 <= sizes[0] <= 140
        seen.add(int(sizes[0]))
    assert {min(seen), max(seen)} == {100, 140} or len(seen) > 25


def test_sector_evidence_is_blurred_by_its_grade():
    """Assumed evidence: 0.5 logit around log(0.3 / 0.7)."""
    contest = tiny()
    draws = []
    for replicate in range(200):
        shares = resolved(contest, streams=Streams(4, replicate)).sector_shares
        assert np.isnan(shares[0, 2:]).all()
        assert np.isnan(shares[1]).all()
        draws.append(math.log(shares[0, 0] / (1.0 - shares[0, 0])))
    assert np.mean(draws) == pytest.approx(math.log(3 / 7), abs=4 * 0.5 / math.sqrt(200))
    assert np.std(draws) == pytest.approx(0.5, abs=4 * 0.5 / math.sqrt(400))


def test_days_between_the_rounds_are_drawn_where_unknown():
    contest = bare(dates={"round1": day(0)}, results={})
    gaps = {resolved(contest, streams=Streams(5, r)).gap_days for r in range(150)}
    assert min(gaps) >= 7
    assert max(gaps) <= 21
    assert len(gaps) == 15


def test_a_runoff_on_the_same_day_leaves_one_day_for_alliances():
    data = bare_table(
        dates={"round1": day(0), "round2": day(0)},
        rules={"threshold": 0.5, "campaign_days": 4, "same_day": True},
    )
    assert resolved(bare(**data)).gap_days == 1


@pytest.mark.parametrize(("second", "members"), [(500, 600), (750, 750)])
def test_the_second_roll_may_differ(second, members):
    setting = resolved(bare(roll={"round1": 600, "round2": second, **SOURCED}))
    assert setting.roll_round2 == second
    assert setting.n_members == members
    half = resolved(bare(roll={"round1": 600, "round2": second, **SOURCED}), scale=0.5)
    assert half.roll_round2 == second // 2


@pytest.mark.parametrize("field", ["aggregate", "withdrawn_after"])
def test_who_can_reach_the_runoff(field):
    data = bare_table()
    data["candidates"][2][field] = True if field == "aggregate" else day(1)
    assert resolved(bare(**data)).can_reach_runoff.tolist() == [True, True, False, True]


@pytest.mark.parametrize(
    ("contest", "votes", "blank"),
    [
        ("il-labor-2007", [23_887, 20_514, 15_037, 5_330, 1_806], None),
        ("il-labor-2011", None, None),
    ],
)
def test_home_contests_aim_at_the_observed_first_round(contest, votes, blank):
    loaded = load_contest(contest)
    setting = resolved(loaded)
    observed = loaded.results.round1
    assert setting.targets.votes.tolist() == (votes or list(observed.votes.values()))
    assert setting.targets.ballots == observed.ballots
    assert setting.roll_round1 == loaded.roll.round1
