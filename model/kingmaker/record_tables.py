"""Turn a finished election into the rows of the tables beside ``runs``."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np

from kingmaker.election import LeadershipElection
from kingmaker.records import ABSTAINED, BLANK, NOT_ON_ROLL, TABLES, TOTAL

Rows = dict[str, list[Any]]


def tables_of(model: LeadershipElection) -> dict[str, Rows]:
    """Make the rows of every table but ``runs``, as columns of equal length."""
    return {
        "shares": _shares(model),
        "transfers": _transfers(model),
        "deals": _deals(model),
        "daily": _daily(model),
        "polls": _polls(model),
        "blocs": _blocs(model),
        "registration": _registration(model),
        "exits": _table("exits", model.aftermath.exits, model.streams.replicate),
        "promises": _table("promises", model.aftermath.promises, model.streams.replicate),
        "camps": _table("camps", model.aftermath.camps, model.streams.replicate),
        "seats": _table("seats", model.aftermath.seats, model.streams.replicate),
        "candidacies": _candidacies(model),
    }


def ratio(part: int, whole: int) -> float | None:
    """Divide, or return None where there is nothing to divide by."""
    return part / whole if whole else None


def _table(name: str, rows: Iterable[tuple[Any, ...]], replicate: int) -> Rows:
    """Turn rows without their first column into columns."""
    columns: Rows = {column: [] for column in TABLES[name]}
    for row in rows:
        for column, value in zip(columns.values(), (replicate, *row), strict=True):
            column.append(value)
    return columns


def _shares(model: LeadershipElection) -> Rows:
    ballot, setting = model.first_ballot, model.setting
    assert ballot is not None
    ids = setting.candidate_ids
    rows: list[tuple[Any, ...]] = []

    def add(number: int, sector: str, votes: dict[str, int]) -> None:
        total = sum(votes.values())
        rows.extend((number, sector, name, n, ratio(n, total)) for name, n in votes.items())

    add(1, TOTAL, dict(zip(ids, ballot.votes.tolist(), strict=True)))
    for s, name in enumerate(setting.sector_ids):
        add(1, name, dict(zip(ids, ballot.sector_votes[s].tolist(), strict=True)))
    if model.flows is not None:
        finalists = (ids[model.leader], ids[model.runner_up])
        by_sector = model.flows.sum(axis=1)
        add(2, TOTAL, dict(zip(finalists, by_sector.sum(axis=0)[:2].tolist(), strict=True)))
        for s, name in enumerate(setting.sector_ids):
            add(2, name, dict(zip(finalists, by_sector[s, :2].tolist(), strict=True)))
    return _table("shares", rows, model.streams.replicate)


def _transfers(model: LeadershipElection) -> Rows:
    rows: list[tuple[Any, ...]] = []
    if model.flows is not None:
        ids = model.setting.candidate_ids
        origins = (*ids, ABSTAINED, BLANK, NOT_ON_ROLL)
        destinations = (ids[model.leader], ids[model.runner_up], BLANK, ABSTAINED, NOT_ON_ROLL)
        parts = [(TOTAL, model.flows.sum(axis=0))]
        parts += list(zip(model.setting.sector_ids, model.flows, strict=True))
        for sector, flows in parts:
            for o, origin in enumerate(origins):
                for d, destination in enumerate(destinations):
                    if flows[o].any():
                        rows.append((sector, origin, destination, int(flows[o, d])))
    return _table("transfers", rows, model.streams.replicate)


def _deals(model: LeadershipElection) -> Rows:
    date_of = model.setting.date_of
    rows = (
        (
            d.day,
            date_of(d.day),
            d.actor,
            d.act,
            d.target,
            d.basis,
            d.terms,
            None if math.isnan(d.value) else d.value,
            d.reason,
            None if math.isnan(d.prob) else d.prob,
            None if math.isnan(d.prob_endorses) else d.prob_endorses,
        )
        for d in (model.interlude.deals if model.interlude is not None else ())
    )
    return _table("deals", rows, model.streams.replicate)


def _daily(model: LeadershipElection) -> Rows:
    """Read Mesa's data collector: a row per day and candidate in the race."""
    collected = model.datacollector.model_vars
    ids = model.setting.candidate_ids
    rows: list[tuple[Any, ...]] = []
    for i, day in enumerate(collected["day"]):
        racing = range(len(ids)) if day <= 0 else model.racing
        rows.extend(
            (
                day,
                ids[c],
                float(collected["support"][i][c]),
                int(collected["contacts"][i][c]),
                int(collected["activists"][i][c]),
                float(collected["grudge"][i][c]),
                float(collected["likely_turnout"][i]),
            )
            for c in racing
        )
    return _table("daily", rows, model.streams.replicate)


def _polls(model: LeadershipElection) -> Rows:
    rows: list[tuple[Any, ...]] = []
    for poll in model.polls:
        for c, name in enumerate(model.setting.candidate_ids):
            share = float(poll.shares[c])
            if math.isnan(share):
                continue
            rows.append(
                (
                    poll.day,
                    model.setting.date_of(poll.day),
                    poll.poll.pollster,
                    poll.question,
                    poll.n,
                    name,
                    share,
                    poll.poll.shares.get(name),
                )
            )
    return _table("polls", rows, model.streams.replicate)


def _blocs(model: LeadershipElection) -> Rows:
    """Count what each contractor delivered in each round."""
    rows: list[tuple[Any, ...]] = []
    setting, ids = model.setting, (*model.setting.candidate_ids, "")
    bloc = model.members.bloc
    inside = np.flatnonzero(bloc >= 0)
    n = len(model.blocs)
    ballots = [(1, model.orders_round1, model.state.first_vote, np.zeros((n, 2), dtype=np.int64))]
    if model.flows is not None:
        irregular = model.irregularities.ballots
        ballots.append((2, model.orders(), model.state.second_vote, irregular))
    for number, orders, votes, odd in ballots:
        cast = votes[inside].astype(np.int64)
        own = bloc[inside].astype(np.int64)
        came = np.bincount(own[(cast >= 0) | (cast == -2)], minlength=n).tolist()
        told = orders[own]
        obeyed = np.bincount(own[(told >= 0) & (cast == told)], minlength=n).tolist()
        for b, name in enumerate(model.blocs.ids):
            rows.append(
                (
                    number,
                    name,
                    setting.sector_ids[int(model.blocs.sector[b])],
                    ids[int(model.blocs.camp[b])],
                    ids[int(orders[b])],
                    int(model.blocs.size[b]),
                    came[b],
                    obeyed[b],
                    int(odd[b, 0]),
                    int(odd[b, 1]),
                )
            )
    return _table("blocs", rows, model.streams.replicate)


def _registration(model: LeadershipElection) -> Rows:
    """Count how those vote whom each camp enrolled (M41)."""
    rows = []
    registrar, vote = model.members.registrar, model.state.first_vote
    for c, name in enumerate(model.setting.candidate_ids):
        cast = vote[registrar == c]
        own = int((cast == c).sum())
        came = int(((cast >= 0) | (cast == -2)).sum())
        rows.append((name, int(cast.size), own, came - own, int((cast == -1).sum())))
    return _table("registration", rows, model.streams.replicate)


def _candidacies(model: LeadershipElection) -> Rows:
    rows = model.candidacies.rows
    names = [name for name in TABLES["candidacies"] if name != "replicate"]
    columns = [rows.get(name, []) for name in names]
    return _table("candidacies", zip(*columns, strict=True), model.streams.replicate)
