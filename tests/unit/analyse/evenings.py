"""Evenings of round one, and who is touched when two of their twins behave differently."""

from functools import cache

import numpy as np

from kingmaker.contest.load import load_contest
from kingmaker.election import LeadershipElection
from kingmaker.errors import ImpossibleDrawError
from kingmaker.pilots import settled
from tests.contest_builders import election, tiny


@cache
def tiny_evening(without=(), replicate=0):
    """Run the tiny contest to the evening of round one; tests only branch from it."""
    arguments = {"without": without, "replicate": replicate}
    return _possible(lambda attempt: election(tiny(), attempt=attempt, **arguments))


def evening_of(contest, scale, without=(), **arguments):
    """Run a bundled contest to the evening of round one."""
    arguments |= {"scale": scale, "without": without}
    loaded = load_contest(contest)
    return _possible(lambda attempt: LeadershipElection(loaded, attempt=attempt, **arguments))


def _possible(make):
    for attempt in range(50):
        try:
            return settled(make(attempt))
        except ImpossibleDrawError:
            continue
    raise AssertionError("50 impossible draws in a row")


def ended(evening, behaviour):
    """Branch from an evening, and run to the end."""
    twin = evening.branch(behaviour)
    twin.run_model()
    return twin


def touched(one, other):
    """Tell of each member, by row, whether two twins of an evening differ in what reaches him."""
    before, after = one.interlude.terms(), other.interlude.terms()
    members, state = one.members, one.state
    n = one.setting.n_candidates
    by_group = (one.interlude.ally_lift() != other.interlude.ally_lift()).any(axis=1)
    for name in ("flat", "selection", "cue", "grudge", "appeal"):
        by_group |= getattr(before, name) != getattr(after, name)
    by_sector = (before.table != after.table).any(axis=1) | (before.local != after.local)
    found = by_group[state.vote_groups(n)] | by_sector[members.sector]
    found |= before.seat_gap != after.seat_gap
    named = sum(1 << c for c in range(n) if before.backlash[c] != after.backlash[c])
    found |= (members.rejects & np.uint64(named)) != 0
    differ = one.orders() != other.orders()
    if differ.size:
        found |= (members.bloc >= 0) & differ[members.bloc]
    found |= members.on_roll != other.members.on_roll
    finalists = [before.first, before.second]
    found |= (state.lean[:, finalists] != other.state.lean[:, finalists]).any(axis=1)
    return found | (state.contact_turnout != other.state.contact_turnout)
