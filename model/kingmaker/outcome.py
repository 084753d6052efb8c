"""Turn a finished election into the rows of the tables."""

from __future__ import annotations

import math
from typing import Any

from kingmaker.ballot.exact import CLOSED
from kingmaker.election import LeadershipElection
from kingmaker.errors import ImpossibleDrawError, InvariantError, RunFailedError
from kingmaker.pilots import settled
from kingmaker.record_tables import ratio, tables_of
from kingmaker.records import (
    ALL_IMPOSSIBLE,
    MARGIN_STEPS,
    MAX_ATTEMPTS,
    ReplicateRecord,
    Request,
)


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
                reinvert=request.reinvert,
            )
            model = settled(model)
            model.run_model()
        except ImpossibleDrawError as error:
            last = error
            continue
        return record_of(model)
    command = f"kingmaker run {request.contest.id} --seed {request.seed} --only {request.replicate}"
    cause = f"{ALL_IMPOSSIBLE}, the last because {last}"
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
        tables=tables_of(model),
        drawn=(*model.setting.drawn, *model.rivals.drawn),
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
        "runoff_share": None if second is None else ratio(second[0], second[0] + second[1]),
        "scale": setting.scale,
        "roll_round1": setting.roll_round1,
        "roll_round2": entitled,
        "ballots_round1": ballot.ballots,
        "blank_round1": ballot.blank,
        "turnout_round1": ratio(ballot.ballots, setting.roll_round1),
        "ballots_round2": None if second is None else sum(second[:3]),
        "blank_round2": None if second is None else second[2],
        "turnout_round2": None if second is None else ratio(sum(second[:3]), entitled),
        "pilots": model.constants.pilots,
        "turnout_shift": ballot.turnout_shift,
        "blank_shift": ballot.blank_shift,
        "displaced_endorsements": 0 if interlude is None else interlude.negotiation.displaced,
        "contest_shock": None if interlude is None else interlude.shock,
        "late_swing": None if interlude is None else interlude.swing,
        "tie": model.tie,
        "constants": model.constants_kind,
        "stuffed_ballots": model.irregularities.stuffed_ballots,
        "annulled_ballots": model.irregularities.annulled_ballots,
        "challenge_prob": model.aftermath.challenge_prob,
    }
    for step, _ in MARGIN_STEPS:
        row[f"margin_{step}"] = model.margins.get(step)
    shifts = [float(s) if s > CLOSED else math.nan for s in ballot.shift]
    row |= {f"shift_{name}": s for name, s in zip(ids, shifts, strict=True)}
    constants = model.constants.candidate.tolist()
    row |= {f"constant_{name}": c for name, c in zip(ids, constants, strict=True)}
    return row | {f"param_{name}": value for name, value in model.parameters.values.items()}
