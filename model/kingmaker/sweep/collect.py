"""Merge the shards of a sweep into the dataset that one process would have written."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from kingmaker.contest.facts import prior_kind
from kingmaker.errors import StoreError
from kingmaker.files import provenance
from kingmaker.files.folder import flush, write_file
from kingmaker.files.results import content_hash, write_pieces
from kingmaker.sweep.ordered import SweepDigest, pieces_of, rows_of_run, schema_of, table_names
from kingmaker.sweep.plan import contest_hash
from kingmaker.sweep.shards import FAILURES
from kingmaker.sweep.store import MANIFEST, Store, check_foreign
from kingmaker.sweep.survey import Survey

DATA = "data"


@dataclass(frozen=True)
class Collected:
    """Describe a collected dataset.

    Attributes
    ----------
    n_runs
        Runs of the plan; each is a row of ``runs`` or of the failures.
    n_failed
        Runs that failed.
    tables
        Rows and hash of each table.
    sha256
        One hash of all tables: names, columns and values in canonical order.
    """

    n_runs: int
    n_failed: int
    tables: Mapping[str, Mapping[str, Any]]
    sha256: str


def collect(store: Store, survey: Survey | None = None) -> Collected:
    """Write the dataset, whole or not at all.

    Parameters
    ----------
    store
        The store.
    survey
        What it holds; None: it is read.

    Returns
    -------
    Rows and hashes. Memory does not grow with the number of runs.

    Raises
    ------
    StoreError
        If a run is missing, a shard is damaged or foreign, two shards give one run different rows,
        or the folder cannot be written.
    """
    survey = store.survey() if survey is None else survey
    check_whole(store, survey)
    check_doubled(store, survey)
    aside = store.aside / f".kingmaker-data-{os.getpid()}-{time.time_ns()}"
    digest = SweepDigest()
    try:
        aside.mkdir()
        for name in table_names(store):
            schema = schema_of(store, survey, name)
            pieces = digest.follow(name, schema, pieces_of(store, survey, name, schema))
            write_pieces(pieces, schema, aside / f"{name}.parquet")
            flush(aside / f"{name}.parquet")
        flush(aside)
        # Without a manifest, data do not count as collected.
        (store.folder / MANIFEST).unlink(missing_ok=True)
        if (store.folder / DATA).exists():
            shutil.rmtree(store.folder / DATA)
        aside.rename(store.folder / DATA)
        flush(store.folder)
    except OSError as error:
        shutil.rmtree(aside, ignore_errors=True)
        remedy = "make room, or permit writing; then: kingmaker collect"
        where = str(store.folder / DATA)
        raise StoreError(where, f"cannot be written: {error.strerror}", remedy) from error
    found = Collected(store.plan.n_runs, survey.n_failed, digest.tables, digest.hexdigest())
    manifest = _manifest(store, survey, found)
    text = json.dumps(manifest, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    write_file(store.folder / MANIFEST, text.encode(), aside=store.aside)
    store.clear_tmp()
    return found


def check_whole(store: Store, survey: Survey) -> None:
    """Refuse what is not whole.

    Raises
    ------
    StoreError
        If a run is missing, or a shard is damaged or foreign.
    """
    where = str(store.folder)
    go_on = "go on with it: kingmaker sweep --resume"
    if survey.damaged:
        named = "; ".join(f"{d.name}: {d.wrong}" for d in survey.damaged[:5])
        raise StoreError(where, f"damaged shards, {len(survey.damaged)} of them: {named}", go_on)
    check_foreign(store, survey)
    n_missing = len(survey.missing)
    if n_missing:
        raise StoreError(where, f"{n_missing} of {store.plan.n_runs} runs are missing", go_on)


def check_doubled(store: Store, survey: Survey) -> None:
    """Refuse runs that two shards tell differently; two that tell the same do no harm.

    Raises
    ------
    StoreError
        If rows differ. A run that failed in one shard only is taken from the other.
    """
    for index, number in survey.doubled:
        shards = (int(survey.home[index]), number)
        if _has_failed(store, survey, index, number) != bool(survey.failed[index]):
            continue
        for name in (*store.plan.tables, FAILURES):
            hashes = {
                content_hash(rows_of_run(store, survey, name, index, shard)) for shard in shards
            }
            if len(hashes) > 1:
                names = " and ".join(survey.shards[shard].name for shard in shards)
                wrong = f"run {store.plan.run_id(index)} differs between shards {names}"
                remedy = f"move one of them out of {store.folder / 'shards'}, then sweep --resume"
                raise StoreError(str(store.folder), wrong, remedy)


def _has_failed(store: Store, survey: Survey, index: int, number: int) -> bool:
    return store.plan.ids[index].decode() in survey.shards[number].failed


def _manifest(store: Store, survey: Survey, found: Collected) -> dict[str, Any]:
    plan = store.plan
    kinds = dict.fromkeys(prior_kind(contest) for contest in plan.contests)
    return {
        "experiment": plan.experiment,
        "question": plan.question,
        "text": plan.text,
        "contests": {
            contest.id: {"source": source, "sha256": contest_hash(contest)}
            for contest, source in zip(plan.contests, plan.sources, strict=True)
        },
        "points": plan.n_points,
        "replicates": plan.replicates,
        "runs": found.n_runs,
        "failed": found.n_failed,
        "seed": plan.seed,
        "seeds": "paired" if plan.is_paired else "independent",
        "versions": provenance.versions(),
        "source_sha256": plan.source_sha256,
        "random": provenance.random_scheme(),
        "tables": found.tables,
        "sha256": found.sha256,
        "drawn": list(dict.fromkeys(line for shard in survey.shards for line in shard.drawn)),
        "parameters": {kind: provenance.parameter_table(kind) for kind in kinds},
        "workers": _workers(store.timings()),
        "platform": provenance.processor(),
    }


def _workers(timings: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Say on which machines, with which libraries and processors, the runs were computed."""
    hosts: dict[str, dict[str, float]] = {}
    kinds: dict[str, Any] = {}
    for timing in timings:
        host = hosts.setdefault(str(timing.get("host")), {"runs": 0, "seconds": 0.0})
        host["runs"] += timing.get("runs", 0)
        host["seconds"] = round(host["seconds"] + timing.get("seconds", 0.0), 3)
        kind = {key: timing.get(key) for key in ("versions", "platform")}
        kinds.setdefault(json.dumps(kind, sort_keys=True), kind)
    return {"hosts": dict(sorted(hosts.items())), "environments": [kinds[k] for k in sorted(kinds)]}
