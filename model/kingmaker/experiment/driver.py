"""Run a contest many times."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Mapping, Sequence
from typing import Any

from kingmaker.contest.facts import prior_kind
from kingmaker.contest.schema import Contest
from kingmaker.experiment.options import Options, Plan, make_plan
from kingmaker.experiment.result import RunResult
from kingmaker.experiment.summary.overview import summarise
from kingmaker.experiment.workers import Progress, run_replicates
from kingmaker.files import provenance
from kingmaker.files.results import collect_tables, to_frame
from kingmaker.records import FirstRound


def run(
    contest: str | os.PathLike[str] | Contest,
    *,
    replicates: int = 200,
    seed: int = 1,
    behaviour: str = "historical",
    set: Mapping[str, float] | None = None,  # noqa: A002
    without: Sequence[str] | str = (),
    scale: float | None = None,
    workers: int = 1,
    only: Sequence[int] | None = None,
    first_round: FirstRound = "exact",
    days: int | None = None,
    reinvert: bool = False,
    posterior: str | os.PathLike[str] | None = None,
    out: str | os.PathLike[str] | None = None,
    progress: Progress | None = None,
) -> RunResult:
    """Run a contest many times; the same seed gives the same results, whatever the workers.

    Parameters
    ----------
    contest
        Id of a bundled contest, path of a contest file, or a contest.
    replicates
        Number of replicates, counted from 0; each draws its own parameters and chance.
    seed
        0 to 2**63 - 1.
    behaviour
        Alliance behaviour between the rounds, such as ``"neutral"`` or
        ``"herzog=endorse:peretz+mitzna=neutral"``.
    set
        Parameters held at a value.
    without
        Mechanisms switched off, such as ``("M15", "M28.cue")``.
    scale
        Simulated members / members in (0, 1]; None: full size, at most 200 000 members outside
        the two home contests.
    workers
        Number of processes.
    only
        Run these replicates alone, with the numbers that they have among others; `replicates` is
        then not used.
    first_round
        ``"exact"``: round one is made equal to the observed one; ``"free"``: it is left to chance.
    days
        Days of campaign before round one; None: as the contest says, else 60 [days].
    reinvert
        Find the constants anew without what is switched off or changed, instead of holding those
        found with everything on.
    posterior
        Parquet file of parameter draws; replicate r takes row r modulo the number of rows.
    out
        New folder for the results.
    progress
        Called with the replicates done and asked for.

    Returns
    -------
    Data frames, summary and provenance.

    Raises
    ------
    ContestError, ParameterError, DataError
        If the input is wrong; nothing has run or is written.
    RunFailedError
        If a replicate fails.
    StoreError
        If `out` cannot be written.
    """
    options = Options(
        contest=contest,
        replicates=replicates,
        seed=seed,
        behaviour=behaviour,
        settings={} if set is None else set,
        without=without,
        scale=scale,
        workers=workers,
        only=only,
        first_round=first_round,
        days=days,
        reinvert=reinvert,
        posterior=posterior,
        out=out,
    )
    plan = make_plan(options)
    result = run_plan(plan, progress)
    if plan.out is not None:
        result.save(plan.out)
    return result


def run_plan(plan: Plan, progress: Progress | None = None) -> RunResult:
    """Carry out a plan; writes nothing.

    Parameters
    ----------
    plan
        What to run.
    progress
        Called with the replicates done and asked for.

    Returns
    -------
    Data frames, summary and provenance.
    """
    started = time.perf_counter()
    records = run_replicates(plan, progress)
    simulated = time.perf_counter()
    drawn = tuple(dict.fromkeys(line for record in records for line in record.drawn))
    tables = collect_tables(records)
    del records
    frames = {name: to_frame(table) for name, table in tables.items()}
    manifest = _manifest(plan, drawn) | {"tables": provenance.table_hashes(tables)}
    summary = summarise(plan.contest, frames, manifest)
    finished = time.perf_counter()
    manifest["timings"] = {
        "workers": plan.workers,
        "simulation_seconds": round(simulated - started, 3),
        "tables_seconds": round(finished - simulated, 3),
    }
    return RunResult(contest=plan.contest, **frames, summary=summary, manifest=manifest)


def _manifest(plan: Plan, drawn: Sequence[str]) -> dict[str, Any]:
    posterior = None
    if plan.posterior is not None:
        rows = len(plan.posterior.values)
        posterior = {
            "file": plan.posterior_path,
            "sha256": plan.posterior.sha256,
            "rows": rows,
            "parameters": list(plan.posterior.names),
        }
    contest = plan.contest.model_dump(mode="json")
    manifest: dict[str, Any] = {
        "command": plan.command or plan.command_for(plan.numbers),
        "seed": plan.seed,
        "behaviour": plan.behaviour,
        "replicates": len(plan.numbers),
        "only": None if plan.is_complete else list(plan.numbers),
        "without": list(plan.without),
        "settings": plan.settings,
        "first_round": plan.first_round,
        "scale": plan.scale,
        "days": plan.days,
        "reinvert": plan.reinvert,
        "posterior": posterior,
        "versions": provenance.versions(),
        "source_sha256": provenance.source_hash(),
        "random": provenance.random_scheme(),
        "platform": provenance.processor(),
        "contest_sha256": provenance.text_hash(json.dumps(contest, sort_keys=True)),
        "drawn": list(drawn),
        "parameters": provenance.parameter_table(prior_kind(plan.contest)),
        "contest": contest,
    }
    if (commit := provenance.commit()) is not None:
        manifest["commit"] = commit
    return manifest
