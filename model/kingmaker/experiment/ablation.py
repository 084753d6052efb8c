"""Run replicates with everything on, and the same replicates without single mechanisms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kingmaker.ballot.constants import Constants
from kingmaker.election import LeadershipElection
from kingmaker.errors import ImpossibleDrawError, RunFailedError
from kingmaker.mechanisms import Switches
from kingmaker.outcome import record_of
from kingmaker.pilots import settled
from kingmaker.records import ALL_IMPOSSIBLE, MAX_ATTEMPTS, ReplicateRecord, Request


@dataclass(frozen=True)
class Baseline:
    """Hold a replicate with everything on, and what its ablations hold fixed.

    Attributes
    ----------
    request
        What was asked for, nothing switched off.
    attempt
        Draws rejected before this one.
    own
        Constants that its pilots found: for ablations that leave round one as it is.
    held
        The same with the polling-day shifts of this replicate: for ablations that touch round one.
    record
        The replicate itself.
    """

    request: Request
    attempt: int
    own: Constants
    held: Constants
    record: ReplicateRecord


def run_baseline(request: Request) -> Baseline:
    """Run a replicate with everything on.

    Parameters
    ----------
    request
        What to simulate; `without` is not used.

    Returns
    -------
    The replicate, with the constants for its ablations.

    Raises
    ------
    RunFailedError
        If too many draws in a row are impossible.
    """
    request = replace(request, without=())
    for attempt in range(MAX_ATTEMPTS):
        try:
            model = settled(_election(request, attempt, None))
            ballot = model.first_ballot
            assert ballot is not None
            model.run_model()
        except ImpossibleDrawError as error:
            last = error
            continue
        held = model.constants.hold(ballot)
        return Baseline(request, attempt, model.constants, held, record_of(model))
    cause = f"{ALL_IMPOSSIBLE}, the last because {last}"
    name = f"replicate {request.replicate} of {request.contest.id}"
    command = f"kingmaker run {request.contest.id} --seed {request.seed} --only {request.replicate}"
    raise RunFailedError(name, request.seed, cause, command)


def run_without(base: Baseline, without: Sequence[str]) -> ReplicateRecord:
    """Run the same replicate without some mechanisms: same draw, same chance, same constants.

    Parameters
    ----------
    base
        The replicate with everything on.
    without
        Mechanisms or parts to switch off.

    Returns
    -------
    Its record, equal to that of a run with ``--without``, at a fraction of the time: no pilots.
    """
    request = replace(base.request, without=tuple(without))
    is_held = Switches(request.without).touch_campaign and request.first_round == "exact"
    constants = base.held if is_held else base.own
    model = _election(request, base.attempt, constants)
    model.run_model()
    return record_of(model)


def _election(request: Request, attempt: int, constants: Constants | None) -> LeadershipElection:
    return LeadershipElection(
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
        constants=constants,
        attempt=attempt,
    )
