"""Run all behaviours on the same replicates: two that share their parameters at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from kingmaker.alliance.behaviours import parse_behaviour
from kingmaker.analyse.changed import are_comparable, changed_members, rows_of_changed
from kingmaker.analyse.game import payoff_rows, pivotality_rows, share_of_leader
from kingmaker.analyse.plan import HISTORICAL, ComparePlan
from kingmaker.analyse.tables import COMPARE_TABLES
from kingmaker.ballot.constants import Constants
from kingmaker.contest.facts import finalists_observed, prior_kind, runoff_share_observed
from kingmaker.election import LeadershipElection
from kingmaker.errors import ImpossibleDrawError, RunFailedError
from kingmaker.numerics import exp
from kingmaker.outcome import record_of
from kingmaker.parameters import draw_parameters
from kingmaker.pilots import settled
from kingmaker.records import ALL_IMPOSSIBLE, MAX_ATTEMPTS
from kingmaker.rng import Streams

PER_DRAW = 2
"""Replicates that share a draw of the parameters: the fewest that tell parameters from chance."""

NEGLIGIBLE = 1e-3
"""Relative weight of a replicate below which the endorsers' game is not played on it; assumed."""

Row = dict[str, Any]


@dataclass
class Rows:
    """Collect the rows of some replicates, by table, and what was drawn for them.

    Attributes
    ----------
    tables
        Rows of each table of `kingmaker.analyse.tables.COMPARE_TABLES`.
    drawn
        Facts that the contest file does not hold and that were drawn, as sentences.
    """

    tables: dict[str, list[Row]] = field(
        default_factory=lambda: {name: [] for name in COMPARE_TABLES}
    )
    drawn: tuple[str, ...] = ()

    def add(self, other: Rows) -> None:
        """Take over the rows of further replicates."""
        for name, rows in other.tables.items():
            self.tables[name] += rows
        self.drawn = tuple(dict.fromkeys(self.drawn + other.drawn))


def draws_of(plan: ComparePlan) -> range:
    """Return the numbers of the parameter draws that a plan needs."""
    return range((plan.replicates + PER_DRAW - 1) // PER_DRAW)


def compare_draw(plan: ComparePlan, draw: int) -> Rows:
    """Run all behaviours on the replicates that share a draw of the parameters.

    Parameters
    ----------
    plan
        What to compare.
    draw
        Number of the draw k: replicates 2k and 2k + 1.

    Returns
    -------
    Their rows.

    Raises
    ------
    RunFailedError
        If too many draws in a row are impossible.
    """
    rows = Rows()
    for evening in evenings(plan, draw):
        rows.add(_compare_evening(plan, draw, evening))
        evening.release()
    return rows


def evenings(plan: ComparePlan, draw: int) -> Iterator[LeadershipElection]:
    """Run the replicates of a draw to the evening of round one, under what happened.

    Parameters
    ----------
    plan
        What to compare.
    draw
        Number of the draw k.

    Yields
    ------
    Replicates 2k and, unless the plan ends before it, 2k + 1, with the same parameters. What is
    impossible is drawn anew: the parameters together with the chance of the first replicate,
    and for the second one its chance alone. So each of the two, by itself, is a draw from the
    prior of parameters and chance given that it is possible, and the two are independent given
    the parameters.
    """
    first = PER_DRAW * draw
    kind = prior_kind(plan.contest)
    parameters: Mapping[str, float] | None = None
    for replicate in range(first, min(first + PER_DRAW, plan.replicates)):
        for attempt in range(MAX_ATTEMPTS):
            values = parameters
            if values is None:
                streams = Streams(plan.seed, draw, 0, attempt)
                values = draw_parameters(streams, kind, plan.settings).values
            try:
                evening = settled(
                    LeadershipElection(
                        plan.contest,
                        seed=plan.seed,
                        replicate=replicate,
                        settings=plan.settings,
                        draw=values,
                        without=plan.without,
                        scale=plan.scale,
                        days=plan.days,
                        attempt=attempt,
                    )
                )
            except ImpossibleDrawError as error:
                last = error
                continue
            parameters = values
            yield evening
            break
        else:
            cause = f"{ALL_IMPOSSIBLE}, the last because {last}"
            name = f"replicate {replicate} of {plan.contest.id}"
            raise RunFailedError(name, plan.seed, cause, plan.repeat())


def finished(plan: ComparePlan, evening: LeadershipElection, behaviour: str) -> LeadershipElection:
    """Run a replicate to its end under a behaviour: same parameters, people and chance.

    Parameters
    ----------
    plan
        What is compared.
    evening
        The replicate on the evening of round one, under what happened.
    behaviour
        A behaviour; one that changes the campaign runs from its first day, with the constants
        and polling-day shifts of what happened (somebody who did not stand in fact gets his own).

    Returns
    -------
    The finished election.
    """
    if plan.branches(behaviour):
        twin = evening.branch(behaviour)
    else:
        twin = LeadershipElection(
            plan.contest,
            seed=plan.seed,
            replicate=evening.streams.replicate,
            behaviour=behaviour,
            draw=evening.parameters.values,
            without=plan.without,
            scale=plan.scale,
            days=plan.days,
            constants=_held_constants(plan, evening, behaviour),
            attempt=evening.streams.attempt,
        )
    twin.run_model()
    return twin


def _held_constants(
    plan: ComparePlan, evening: LeadershipElection, behaviour: str
) -> Constants | None:
    """Hold the constants of round one as it was; None where somebody else stands, too."""
    if parse_behaviour(behaviour, plan.contest).has("stay"):
        return None
    ballot, own = evening.first_ballot, evening.constants
    assert ballot is not None
    return own if own.held else own.hold(ballot)


def weight_of(plan: ComparePlan, historical: LeadershipElection) -> float:
    """Weigh a replicate by what is known of the runoff.

    Parameters
    ----------
    plan
        What is compared, and what is given.
    historical
        The replicate at its end, under what happened.

    Returns
    -------
    1 before the runoff. Given the observed runoff ``exp(-((s - o) / t)^2 / 2)`` for the
    replicate's share s, the observed share o and the tolerance t; 0 where the finalists are not
    those of the contest.
    """
    if not plan.is_given_runoff:
        return 1.0
    observed, finalists = runoff_share_observed(plan.contest), finalists_observed(plan.contest)
    ids = historical.setting.candidate_ids
    two = (ids[historical.leader], ids[historical.runner_up])
    share = share_of_leader(historical)
    if observed is None or share is None or finalists is None or set(two) != set(finalists):
        return 0.0
    if two != finalists:
        share = 1.0 - share
    z = (share - observed) / plan.tolerance
    return float(exp(-0.5 * z * z))


def _compare_evening(plan: ComparePlan, draw: int, evening: LeadershipElection) -> Rows:
    """Run every behaviour on one evening, then let the endorsers choose otherwise."""
    rows = Rows(drawn=evening.setting.drawn)
    replicate = evening.streams.replicate
    first = finished(plan, evening, plan.behaviours[0])
    weight = 0.0 if plan.is_given_runoff else 1.0
    if plan.is_given_runoff and HISTORICAL not in plan.behaviours:
        weight = _weight_apart(plan, evening)
    for behaviour in plan.behaviours:
        twin = first if behaviour == plan.behaviours[0] else finished(plan, evening, behaviour)
        if behaviour == HISTORICAL:
            weight = weight_of(plan, twin)
        row, changed = _compared(first, twin)
        rows.tables["compare"].append(row | {"draw": draw, "behaviour": behaviour})
        head = {"replicate": replicate, "behaviour": behaviour}
        rows.tables["changed"] += [head | cell for cell in changed]
        if twin is not first:
            twin.release()
    first.release()
    for row in rows.tables["compare"]:
        row["weight"] = weight
    if first.flows is None or (plan.is_given_runoff and weight < NEGLIGIBLE):
        return rows
    head = {"replicate": replicate, "weight": weight}
    if plan.payoff_replicates:
        found = pivotality_rows(evening, plan.reference)
        rows.tables["pivotality"] += [head | row for row in found]
    if replicate < plan.payoff_replicates:
        rows.tables["payoffs"] += [head | row for row in payoff_rows(evening)]
    return rows


def _weight_apart(plan: ComparePlan, evening: LeadershipElection) -> float:
    """Weigh a replicate by a run under what happened, where that is not among the behaviours."""
    twin = finished(plan, evening, HISTORICAL)
    weight = weight_of(plan, twin)
    twin.release()
    return weight


def _compared(first: LeadershipElection, twin: LeadershipElection) -> tuple[Row, list[Row]]:
    """Make the rows of one behaviour on one evening."""
    run = record_of(twin).run
    row = {name: run[name] for name in COMPARE_TABLES["compare"] if name in run}
    row["changed"] = None
    if not are_comparable(first, twin):
        return row, []
    numbers = changed_members(first, twin)
    row["changed"] = int(numbers.size)
    return row, list(rows_of_changed(first, twin, numbers))
