"""Turn a finished election into the rows of the tables."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from kingmaker.ballot.exact import CLOSED
from kingmaker.election import LeadershipElection
from kingmaker.errors import ImpossibleDrawError, InvariantError, RunFailedError
from kingmaker.pilots import settled
from kingmaker.records import (
    ABSTAINED,
    BLANK,
    MARGIN_STEPS,
    NOT_ON_ROLL,
    TABLES,
    TOTAL,
    ReplicateRecord,
    Request,
)

MAX_ATTEMPTS = 200
Rows = dict[str, list[Any]]


def simulate_replicate(request: Request) -> ReplicateRecord:
    """Simulate one replicate, from the draw of its parameters to its record.

    Parameters
    ----------
    request
        What to simulate.

    Returns
    -------
    The record. Draws that cannot have led to the observed first round are rejected and drawn
    anew; how many is part of the record.

    Raises
    ------
    RunFailedError
        If 200 draws in a row are impossible.
    """
    for attempt in range(MAX_ATTEMPTS):
        try:
            model = LeadershipElection(
                request.contest,
                seed=request.seed,
                replicate=request.replicate,
                behaviour=request.behaviour,
                settings=request.settings,
                draw=request.draw,
                without=request.without,
                scale=request.scale,
                days=request.days,
                first_round=request.first_round,
                attempt=attempt,
            )
            model = settled(model)
            model.run_model()
        except ImpossibleDrawError as error:
            last = error
            continue
        return record_of(model)
    command = f"kingmaker run {request.contest.id} --seed {request.seed} --only {request.replicate}"
    cause = f"{MAX_ATTEMPTS} draws in a row were impossible, the last because {last}"
    raise RunFailedError(f"replicate {request.replicate}", request.seed, cause, command)


def record_of(model: LeadershipElection) -> ReplicateRecord:
    """Make the record of a finished election.

    Raises
    ------
    InvariantError
        If votes, blanks and abstentions do not add up to the roll.
    """
    check_conservation(model)
    return ReplicateRecord(
        run=_run_row(model),
        tables={
            "shares": _shares(model),
            "transfers": _transfers(model),
            "deals": _deals(model),
            "daily": _daily(model),
            "polls": _polls(model),
        },
        drawn=model.setting.drawn,
    )


def check_conservation(model: LeadershipElection) -> None:
    """Check that every member is counted once in each round, in every sector."""
    ballot = model.first_ballot
    assert ballot is not None
    setting = model.setting
    if (ballot.sector_ballots > setting.sector_sizes).any():
        raise InvariantError("ballots <= members in every sector", str(ballot.sector_ballots))
    if model.flows is None:
        return
    total = int(model.flows.sum())
    if total != len(model.members):
        raise InvariantError("each member is in one flow", f"{total} of {len(model.members)}")
    origins = model.flows.sum(axis=(0, 2))[: setting.n_candidates]
    if not (origins == ballot.votes).all():
        raise InvariantError("each transferred vote has an owner", str(origins))


def _run_row(model: LeadershipElection) -> dict[str, Any]:
    ballot, setting, interlude = model.first_ballot, model.setting, model.interlude
    assert ballot is not None
    ids = setting.candidate_ids
    second = model.flows.sum(axis=(0, 1)).tolist() if model.flows is not None else None
    entitled = int((model.members.on_roll & 2 > 0).sum())
    row: dict[str, Any] = {
        "replicate": model.streams.replicate,
        "rejected_draws": model.streams.attempt,
        "winner": "" if model.winner is None else ids[model.winner],
        "decided_in_round": 1 if second is None else 2,
        "leader": ids[model.leader],
        "runner_up": ids[model.runner_up],
        "runoff_share": None if second is None else _ratio(second[0], second[0] + second[1]),
        "scale": setting.scale,
        "roll_round1": setting.roll_round1,
        "roll_round2": entitled,
        "ballots_round1": ballot.ballots,
        "blank_round1": ballot.blank,
        "turnout_round1": _ratio(ballot.ballots, setting.roll_round1),
        "ballots_round2": None if second is None else sum(second[:3]),
        "blank_round2": None if second is None else second[2],
        "turnout_round2": None if second is None else _ratio(sum(second[:3]), entitled),
        "pilots": model.constants.pilots,
        "turnout_shift": ballot.turnout_shift,
        "blank_shift": ballot.blank_shift,
        "displaced_endorsements": 0 if interlude is None else interlude.negotiation.displaced,
        "tie": model.tie,
    }
    for step, _ in MARGIN_STEPS:
        row[f"margin_{step}"] = model.margins.get(step)
    shifts = [float(s) if s > CLOSED else math.nan for s in ballot.shift]
    row |= {f"shift_{name}": s for name, s in zip(ids, shifts, strict=True)}
    constants = model.constants.candidate.tolist()
    row |= {f"constant_{name}": c for name, c in zip(ids, constants, strict=True)}
    return row | {f"param_{name}": value for name, value in model.parameters.values.items()}


def _ratio(part: int, whole: int) -> float | None:
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
        rows.extend((number, sector, name, n, _ratio(n, total)) for name, n in votes.items())

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
