"""Compare behaviours on many replicates, in one process or in several."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from concurrent.futures.process import BrokenProcessPool
from typing import Any

from kingmaker.analyse.comparison import PER_DRAW, Rows, compare_draw, draws_of
from kingmaker.analyse.payoffs import LEAST_SIZE
from kingmaker.analyse.plan import ComparePlan
from kingmaker.analyse.result import CompareResult
from kingmaker.analyse.statistics import effective_size
from kingmaker.analyse.summary import summarise_comparison
from kingmaker.analyse.tables import table_of
from kingmaker.contest.facts import prior_kind
from kingmaker.errors import ContestError, DataError, ParameterError, RunFailedError
from kingmaker.experiment.pool import DIED, cause_of, run_tasks
from kingmaker.files import provenance
from kingmaker.files.results import to_frame

Progress = Callable[[int, int], None]
"""Called with the replicates done and the replicates asked for."""


def run_comparison(plan: ComparePlan, progress: Progress | None = None) -> CompareResult:
    """Carry out a comparison; writes nothing.

    Parameters
    ----------
    plan
        What to compare.
    progress
        Called with the replicates done and asked for.

    Returns
    -------
    Data frames, summary and provenance; the same whatever the number of workers.

    Raises
    ------
    RunFailedError
        If a replicate fails.
    DataError
        If the observed runoff is given and hardly any replicate is near it.
    """
    started = time.perf_counter()
    rows = _run_draws(plan, progress)
    simulated = time.perf_counter()
    tables = {name: table_of(name, found) for name, found in rows.tables.items()}
    frames = {name: to_frame(table) for name, table in tables.items()}
    _check_weights(plan, rows)
    manifest = _manifest(plan, rows) | {"tables": provenance.table_hashes(tables)}
    summary = summarise_comparison(plan, frames, manifest)
    manifest["timings"] = {
        "workers": plan.workers,
        "simulation_seconds": round(simulated - started, 3),
        "tables_seconds": round(time.perf_counter() - simulated, 3),
    }
    return CompareResult(contest=plan.contest, **frames, summary=summary, manifest=manifest)


def _run_draws(plan: ComparePlan, progress: Progress | None) -> Rows:
    def report(done: int) -> None:
        if progress is not None:
            progress(min(PER_DRAW * done, plan.replicates), plan.replicates)

    report(0)
    try:
        found = run_tasks(_run_draw, plan, draws_of(plan), plan.workers, report)
    except BrokenProcessPool as error:
        name = f"the comparison of {plan.contest.id}"
        raise RunFailedError(name, plan.seed, DIED, plan.repeat()) from error
    rows = Rows()
    for part in found:
        rows.add(part)
    return rows


def _run_draw(plan: ComparePlan, draw: int) -> Rows:
    """Compare on the replicates of a draw; whatever fails names them."""
    try:
        return compare_draw(plan, draw)
    except (ContestError, DataError, ParameterError):
        raise
    except Exception as error:
        name = f"draw {draw} of {plan.contest.id}"
        cause = str(error.args[2]) if isinstance(error, RunFailedError) else cause_of(error)
        raise RunFailedError(name, plan.seed, cause, plan.repeat()) from error


def _check_weights(plan: ComparePlan, rows: Rows) -> None:
    """Refuse what the weights leave too little of."""
    if not plan.is_given_runoff:
        return
    first = [row for row in rows.tables["compare"] if row["behaviour"] == plan.behaviours[0]]
    table = table_of("compare", first)
    size = effective_size(table.column("weight").to_numpy())
    if size < LEAST_SIZE:
        raise DataError(
            "given observed-runoff",
            f"the observed runoff leaves {size:.1f} effective replicates of {plan.replicates}",
            f"{LEAST_SIZE:g} at least: more replicates, or a larger tolerance",
        )


def _manifest(plan: ComparePlan, rows: Rows) -> dict[str, Any]:
    contest = plan.contest.model_dump(mode="json")
    manifest: dict[str, Any] = {
        "command": plan.command or plan.repeat(),
        "seed": plan.seed,
        "behaviours": list(plan.behaviours),
        "replicates": plan.replicates,
        "given": plan.given,
        "tolerance": plan.tolerance,
        "payoff_replicates": plan.payoff_replicates,
        "without": list(plan.without),
        "settings": plan.settings,
        "scale": plan.scale,
        "days": plan.days,
        "versions": provenance.versions(),
        "source_sha256": provenance.source_hash(),
        "random": provenance.random_scheme(),
        "platform": provenance.processor(),
        "contest_sha256": provenance.text_hash(json.dumps(contest, sort_keys=True)),
        "drawn": list(rows.drawn),
        "parameters": provenance.parameter_table(prior_kind(plan.contest)),
        "contest": contest,
    }
    if (commit := provenance.commit()) is not None:
        manifest["commit"] = commit
    return manifest
