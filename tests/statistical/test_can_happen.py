"""Can, in the two home contests, what the reports say could happen?

Draws from the priors at a small scale, each taken to the evening of round one once; the behaviours
branch from there and share all chance. The seeds are fixed: a red test means a change, not chance.
"""

from functools import cache

import numpy as np
import pytest

from kingmaker.alliance.negotiation import default_day
from kingmaker.election import LeadershipElection
from kingmaker.errors import ImpossibleDrawError
from kingmaker.pilots import settled

SEED = 20_110_921
SMALL = {"scale": 0.05, "days": 14}
LABOR_2007, LABOR_2011 = "il-labor-2007", "il-labor-2011"


def to_the_evening(contest: str, replicate: int, **settings: float) -> LeadershipElection:
    """Run a draw of a contest to the evening of round one."""
    for attempt in range(50):
        chance = {"seed": SEED, "replicate": replicate, "attempt": attempt}
        try:
            model = settled(LeadershipElection(contest, settings=settings, **chance, **SMALL))
            model.run_to_first_ballot()
        except ImpossibleDrawError:
            continue
        return model
    raise AssertionError("50 impossible draws in a row")


evening = cache(to_the_evening)


@cache
def branch(contest: str, replicate: int, behaviour: str, **settings: float) -> LeadershipElection:
    model = evening(contest, replicate, **settings).branch(behaviour)
    model.run_model()
    return model


def index(model: LeadershipElection, name: str) -> int:
    return model.setting.candidate_ids.index(name)


def share(model: LeadershipElection, name: str) -> float:
    """Return a finalist's share of the finalists' votes in the runoff."""
    votes = model.flows[:, :, :2].sum(axis=(0, 1))
    return float(votes[(model.leader, model.runner_up).index(index(model, name))] / votes.sum())


# --- a pact with a rejected leader ---------------------------------------------------------------

PACT = "peretz=endorse:ayalon+pines-paz=neutral+yatom=neutral"


@pytest.mark.parametrize("replicate", range(3))
def test_the_sign_of_the_backlash_is_free(replicate):
    """Members who reject Peretz turn against Ayalon, who is second, or to him."""
    steps = {
        backlash: branch(
            LABOR_2007, replicate, PACT, backlash=backlash, counter_frame=0.0, leak_rate=0.0
        ).margins["backlash"]
        for backlash in (0.6, 0.0, -0.6)
    }
    assert steps[0.6] > 20
    assert steps[0.0] == 0
    assert steps[-0.6] < -20


@pytest.mark.verify
def test_a_pact_can_cost_votes_and_can_gain_them():
    """Over draws from the priors Peretz's word for Ayalon, against his silence, does both."""
    silent = PACT.replace("endorse:ayalon", "neutral")
    gains = [
        share(branch(LABOR_2007, r, PACT), "ayalon")
        - share(branch(LABOR_2007, r, silent), "ayalon")
        for r in range(30)
    ]
    assert sum(gain > 0.002 for gain in gains) >= 5
    assert sum(gain < -0.002 for gain in gains) >= 1, sorted(gains)


# --- what Herzog does ----------------------------------------------------------------------------


def test_herzog_stays_neutral_in_some_draws_and_not_in_all():
    words = []
    for replicate in range(20):
        model = branch(LABOR_2011, replicate, "decide")
        words.append(model.candidates[index(model, "herzog")].choice)
    neutral = sum(word in ("neutral", "free-vote") for word in words)
    assert 2 <= neutral <= 18
    model = evening(LABOR_2011, 0)
    finalists = {index(model, name) for name in ("yachimovich", "peretz")}
    assert finalists <= set(words)


# --- villages and their sectors ------------------------------------------------------------------


@pytest.mark.parametrize("contest", [LABOR_2007, LABOR_2011])
def test_villages_are_unanimous_and_their_sectors_are_not(contest):
    """Of those who vote in an obedient bloc 19 in 20 vote as told; no sector gives one 4 in 5."""
    villages = 0
    for replicate in range(6):
        model = evening(contest, replicate, obedience=0.97, monitoring=0.97)
        votes, bloc = model.state.first_vote, model.members.bloc
        for b in np.flatnonzero(model.blocs.obedience > 0.97).tolist():
            cast = votes[(bloc == b) & (votes >= 0)]
            if cast.size < 10:
                continue
            same = float((cast == model.orders_round1[b]).mean())
            s = int(model.blocs.sector[b])
            sector = model.first_ballot.sector_votes[s] / model.first_ballot.sector_votes[s].sum()
            villages += same >= 0.9 and sector.max() < 0.8
            assert same > sector[model.orders_round1[b]]
    assert villages >= 5


def test_villages_need_no_extreme_parameters():
    """At the priors, too, some bloc votes as one man while its sector is divided."""
    found = 0
    for replicate in range(12):
        model = evening(LABOR_2011, replicate)
        votes, bloc = model.state.first_vote, model.members.bloc
        for b in range(len(model.blocs)):
            cast = votes[(bloc == b) & (votes >= 0)]
            s = int(model.blocs.sector[b])
            sector = model.first_ballot.sector_votes[s] / model.first_ballot.sector_votes[s].sum()
            found += cast.size >= 10 and len(set(cast.tolist())) == 1 and sector.max() < 0.8
    assert found >= 1


# --- activists before their leader ---------------------------------------------------------------


def test_activists_move_before_their_leader_and_in_both_directions():
    """Mitzna's and Herzog's go to either finalist before the day on which their leader speaks."""
    seen, split = set(), 0
    for replicate in range(12):
        model = branch(LABOR_2011, replicate, "neutral")
        people = model.activists
        for name in ("mitzna", "herzog"):
            words = [d for d in model.interlude.deals if d.actor == name and d.act == "neutral"]
            own = people.home == index(model, name)
            early = own & (people.moved_day > 0) & (people.moved_day < words[0].day)
            camps = set(people.camp[early & (people.camp >= 0)].tolist())
            seen |= {(name, model.setting.candidate_ids[camp]) for camp in camps}
            split += len(camps) == 2
    assert {("mitzna", "yachimovich"), ("mitzna", "peretz")} <= seen
    assert split >= 1


def test_undated_words_fall_on_the_default_day():
    assert default_day(9) == 4
    assert default_day(15) == 6


# --- polls before round one ----------------------------------------------------------------------


def last_poll_error(model: LeadershipElection) -> np.ndarray:
    """Return each candidate's part of the last polls' answers less his part of the votes."""
    polls = [p for p in model.polls if p.question == "round1"]
    last = max(p.day for p in polls)
    asked = np.nan_to_num(np.mean([p.shares for p in polls if p.day == last], axis=0))
    votes = model.first_ballot.votes
    return asked / asked.sum() - votes / votes.sum()


@pytest.mark.verify
@pytest.mark.parametrize("contest", [LABOR_2007, LABOR_2011])
def test_the_last_poll_understates_who_has_organised_blocs(contest):
    """On average over draws; one-sided, at two standard errors."""
    errors, slopes = [], []
    for replicate in range(120):
        model = to_the_evening(contest, replicate)
        delivered = model.first_ballot.bloc_votes / model.first_ballot.votes
        error = last_poll_error(model)
        top = int(np.argmax(delivered[:4]))
        errors.append(error[top])
        centred = model.first_ballot.bloc_votes - model.first_ballot.bloc_votes.mean()
        slopes.append(float((centred * error).sum()))
    for values in (errors, slopes):
        mean, spread = float(np.mean(values)), float(np.std(values, ddof=1)) / np.sqrt(len(values))
        assert mean < -2.0 * spread, (mean, spread)
