"""Find the members who vote otherwise in the runoff under another behaviour, and say why."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kingmaker.analyse.tables import REASONS
from kingmaker.ballot.runoff import preferences
from kingmaker.election import LeadershipElection
from kingmaker.population.members import Vote
from kingmaker.records import ABSTAINED, BLANK, NOT_ON_ROLL

NAMES = tuple(name for name, _ in REASONS)
BROKERS, CUE, BACKLASH, CONTACTS, TURNOUT, IRREGULARITIES, CAMPAIGN = range(len(NAMES))
_OTHERS = (ABSTAINED, BLANK, NOT_ON_ROLL)


def are_comparable(one: LeadershipElection, other: LeadershipElection) -> bool:
    """Tell whether both came to a runoff, between the same two."""
    if one.flows is None or other.flows is None:
        return False
    return _finalists(one) == _finalists(other) and len(one.members) == len(other.members)


def changed_members(one: LeadershipElection, other: LeadershipElection) -> NDArray[np.int64]:
    """Return the numbers of the members whose runoff ballots differ, ascending."""
    numbers = np.arange(len(one.members))
    if one.setting.candidate_ids == other.setting.candidate_ids:
        rows, others = one.membership.rows, other.membership.rows
        differ = one.state.second_vote[rows] != other.state.second_vote[others]
    else:
        differ = ballots(one, "second_vote", numbers) != ballots(other, "second_vote", numbers)
    return np.flatnonzero(differ).astype(np.int64)


def ballots(model: LeadershipElection, which: str, numbers: NDArray[np.int64]) -> NDArray[np.str_]:
    """Return what members cast, by their numbers: ``first_vote`` or ``second_vote``."""
    labels = np.array([*model.setting.candidate_ids, *_OTHERS])
    vote = getattr(model.state, which)[model.membership.rows[numbers]].astype(np.int64)
    rows = np.where(vote >= 0, vote, model.setting.n_candidates - 1 - vote)
    return np.asarray(labels[rows])


def mechanisms(
    one: LeadershipElection, other: LeadershipElection, numbers: NDArray[np.int64]
) -> NDArray[np.int8]:
    """Say why members changed.

    Parameters
    ----------
    one, other
        Two finished twins that were `are_comparable`; the second may be a branch of the same
        evening, or an election with another campaign.
    numbers
        Members who changed.

    Returns
    -------
    Each one's place in `kingmaker.analyse.tables.REASONS`.

    Notes
    -----
    In this order: ``campaign`` where the campaign differs; ``irregularities`` where his bloc
    was stuffed or annulled in one run alone; ``brokers`` where his bloc was told otherwise. Of
    the others, whoever came instead of staying at home, or stayed, while preferring the same
    finalist: ``contacts`` where he was contacted otherwise, else ``turnout``. Everybody else has
    another preference D: the difference is taken apart into what he heard from canvassers,
    peers, messages and polls (``contacts``), what he feels about named or rejected endorsers
    (``backlash``), and what was said to his camp and sector (``cue``); the part that moved him
    most in the direction in which he went is the reason.
    """
    if one.policy.touches_campaign or other.policy.touches_campaign:
        return np.full(numbers.size, CAMPAIGN, dtype=np.int8)
    rows = one.membership.rows[numbers]
    bloc = one.members.bloc[rows].astype(np.int64)
    before, after = one.state.second_vote[rows], other.state.second_vote[rows]
    found = _by_preference(one, other, rows, before, after)
    found[_in_blocs(bloc, one.orders() != other.orders())] = BROKERS
    irregular = one.irregularities.stuffed != other.irregularities.stuffed
    irregular = irregular | (one.irregularities.annulled != other.irregularities.annulled)
    found[_in_blocs(bloc, irregular)] = IRREGULARITIES
    return found


def rows_of_changed(
    one: LeadershipElection, other: LeadershipElection, numbers: NDArray[np.int64]
) -> Iterator[dict[str, Any]]:
    """Count changed members by sector, first vote, ballots and mechanism.

    Parameters
    ----------
    one
        The twin under the first behaviour.
    other
        The twin under another one.
    numbers
        Members who changed.

    Yields
    ------
    Rows of the table ``changed`` without replicate and behaviour, in canonical order.
    """
    sectors = np.array(one.setting.sector_ids)
    columns = {
        "sector": sectors[one.members.sector[one.membership.rows[numbers]]],
        "origin": ballots(one, "first_vote", numbers),
        "from": ballots(one, "second_vote", numbers),
        "to": ballots(other, "second_vote", numbers),
        "mechanism": np.array(NAMES)[mechanisms(one, other, numbers)],
    }
    codes, levels = np.zeros(numbers.size, dtype=np.int64), []
    for values in columns.values():
        names, code = np.unique(values, return_inverse=True)
        codes = codes * max(names.size, 1) + code
        levels.append(names)
    cells, counts = np.unique(codes, return_counts=True)
    for cell, count in zip(cells.tolist(), counts.tolist(), strict=True):
        row: dict[str, Any] = {}
        for name, names in zip(reversed(columns), reversed(levels), strict=True):
            cell, place = divmod(cell, names.size)
            row[name] = str(names[place])
        yield {name: row[name] for name in columns} | {"members": count}


def _by_preference(
    one: LeadershipElection,
    other: LeadershipElection,
    rows: NDArray[np.int32],
    before: NDArray[np.int8],
    after: NDArray[np.int8],
) -> NDArray[np.int8]:
    """Class members by what changed their preference, or by contacts and turnout."""
    assert one.interlude is not None
    assert other.interlude is not None
    mine, theirs = one.interlude.terms(), other.interlude.terms()
    heard = replace(one.state, lean=other.state.lean)
    told = mine._replace(table=theirs.table, seat_gap=theirs.seat_gap)
    felt = told._replace(backlash=theirs.backlash)
    steps = [(one.state, mine), (heard, told), (heard, felt), (heard, theirs)]
    stages = [preferences(one.members, state, terms)[1][rows] for state, terms in steps]
    first, last = stages[0], stages[-1]
    parts = np.stack([b - a for a, b in itertools.pairwise(stages)])
    towards = np.where(after == mine.first, 1.0, np.where(after == mine.second, -1.0, 0.0))
    is_between = (before >= 0) & (after >= 0)
    towards = np.where(is_between, towards, np.sign(last - first))
    # Ties go to the first: whatever was said before contacts, whoever is named before both.
    order = np.array([CUE, BACKLASH, CONTACTS], dtype=np.int8)
    found = order[np.argmax(parts[::-1] * towards, axis=0)]
    home = (before == Vote.ABSTAINED) | (after == Vote.ABSTAINED)
    home |= (before == Vote.NOT_ON_ROLL) | (after == Vote.NOT_ON_ROLL)
    same = (first > 0.0) == (last > 0.0)
    contacted = one.state.contact_turnout[rows] != other.state.contact_turnout[rows]
    found[home & same] = np.where(contacted[home & same], CONTACTS, TURNOUT)
    return found


def _in_blocs(bloc: NDArray[np.int64], which: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Tell who belongs to one of the blocs; members without one do not."""
    if not which.size:
        return np.zeros(bloc.size, dtype=np.bool_)
    return (bloc >= 0) & which[bloc]


def _finalists(model: LeadershipElection) -> set[str]:
    ids = model.setting.candidate_ids
    return {ids[model.leader], ids[model.runner_up]}
