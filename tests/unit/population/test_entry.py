"""Strengths where round one was not observed, and a contest that somebody joins."""

import datetime as dt
import math

import numpy as np
import pytest

from kingmaker.contest.entry import staying
from kingmaker.contest.load import load_contest
from kingmaker.population.candidate_traits import strengths
from kingmaker.population.entry import joined_by
from kingmaker.population.setting import resolve
from kingmaker.rng import Streams
from tests.contest_builders import SOURCED, STREAMS, bare, day, medians, tiny, tiny_table


def drawn_strengths(contest, poll=None, streams=STREAMS):
    drawn: list[str] = []
    return strengths(contest.running, poll or {}, streams, drawn), drawn


def test_strengths_of_the_file_are_blurred_by_the_grade_of_their_evidence():
    """Assumed: 0.5 log each; of log(0.40 / 0.25) = 0.47 the spread is 0.71."""
    contest = load_contest("il-labor-2008")
    logs = []
    for replicate in range(300):
        shares, drawn = drawn_strengths(contest, streams=Streams(6, replicate))
        assert shares.sum() == pytest.approx(1.0)
        logs.append(math.log(shares[0] / shares[2]))
    assert drawn == ["first-round strengths, around the file's strengths"]
    assert np.mean(logs) == pytest.approx(0.47, abs=4 * 0.71 / math.sqrt(300))
    assert np.std(logs) == pytest.approx(0.71, abs=4 * 0.71 / math.sqrt(600))


@pytest.mark.parametrize("poll", [{}, {"ada": 0.4, "ben": 0.3, "cy": 0.2}])
def test_without_strengths_polls_or_chance_decide_as_they_do_in_a_forecast(poll):
    polls = [{"date": day(-2), "pollster": "P", "question": "round1", "shares": poll, **SOURCED}]
    contest = bare(results={}, polls=polls if poll else [])
    setting = resolve(contest, medians(), STREAMS)
    shares, drawn = drawn_strengths(contest, poll)
    assert (shares == setting.vote_shares).all()
    assert drawn[0] in setting.drawn


def test_one_strength_leaves_the_rest_to_the_others():
    candidates = [{"id": n, "name": n} for n in ("ada", "ben", "cy")]
    candidates[1]["strength"] = {"value": 0.6, **SOURCED}
    contest = bare(results={}, candidates=candidates)
    logs = [np.log(drawn_strengths(contest, streams=Streams(7, r))[0]) for r in range(300)]
    gaps = [float(x[1] - 0.5 * (x[0] + x[2])) for x in logs]
    # log(0.6 / 0.2) = 1.10; spread of 0.5 and 0.7 / sqrt(2): 0.70.
    assert np.mean(gaps) == pytest.approx(1.10, abs=4 * 0.70 / math.sqrt(300))


def with_entrant():
    data = tiny_table()
    data["candidates"].append({"id": "eve", "name": "Eve", "withdrawn": dt.date(2030, 5, 5)})
    contest = tiny(**data)
    return contest, staying(contest, "eve")


def both(streams=STREAMS):
    contest, wide = with_entrant()
    return (resolve(c, medians(), streams, 0.5) for c in (contest, wide))


def test_only_the_entrant_is_new():
    base, wide = both()
    joined = joined_by(base, wide)
    assert joined.candidate_ids == ("ada", "ben", "cy", "dee", "eve")
    n = base.n_candidates
    for name in ("positions", "machine", "rejection", "competence", "can_reach_runoff"):
        assert (getattr(joined, name)[:n] == getattr(base, name)).all()
    for name in ("sector_sizes", "leanings", "brokered", "salience", "sector_turnout"):
        np.testing.assert_array_equal(getattr(joined, name), getattr(base, name))
    np.testing.assert_array_equal(joined.sector_shares[:, :n], base.sector_shares)
    assert np.isnan(joined.sector_shares[:, n]).all()
    assert joined.targets.ballots == base.targets.ballots
    assert joined.targets.blank == base.targets.blank
    assert not joined.targets.observed
    assert (joined.scale, joined.gap_days, joined.roll_round2) == (0.5, 7, base.roll_round2)
    own = wide.vote_shares[n]
    assert joined.vote_shares[n] == own
    assert joined.vote_shares[:n] / (1.0 - own) == pytest.approx(base.vote_shares)
    assert joined.drawn[-1] == "strength of eve, who did not stand"
    assert not joined.vote_shares.flags.writeable


def test_a_contest_that_nobody_joins_is_refused():
    base, wide = both()
    for one, two in ((base, base), (wide, wide), (wide, base)):
        with pytest.raises(ValueError, match="the entrant must be the last"):
            joined_by(one, two)
