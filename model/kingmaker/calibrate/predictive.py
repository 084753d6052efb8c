"""Simulate contests under their posterior, and hold the runs against what was observed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kingmaker.calibrate.bank import Bank
from kingmaker.calibrate.diagnostics import ContestCheck, misspecification
from kingmaker.calibrate.draws import DrawSettings, Progress, placed, plan_of, simulate
from kingmaker.calibrate.shared import SHARED
from kingmaker.calibrate.summaries import patterns_of, simulated
from kingmaker.cases.collection import Case
from kingmaker.contest.schema import Contest
from kingmaker.sweep.drive import Engine

LEAST_CAST = 10
"""Ballots of a bloc from which its unanimity counts [ballots]; assumed."""

UNANIMOUS, DIVIDED = 0.9, 0.8
"""A bloc is unanimous from the first part of its ballots for one candidate, a sector divided if
nobody has more than the second [fraction]. Source: villages of 2007 gave 90 to 100 %, their sectors
at most 63 %; the second is assumed."""


@dataclass(frozen=True)
class Occurrence:
    """Say in how many runs something happened.

    Attributes
    ----------
    what
        What happened, in words.
    part
        Part of the runs [fraction].
    """

    what: str
    part: float


@dataclass(frozen=True, eq=False)
class Predictive:
    """Hold the posterior predictive check of one contest.

    Attributes
    ----------
    runs
        Runs of the posterior beside what was observed; runs that failed have no values.
    check
        Places of what was observed, one by one and together.
    occurrences
        Patterns that are not one observed number.
    """

    runs: Bank
    check: ContestCheck
    occurrences: tuple[Occurrence, ...]


def predictive_check(
    case: Case,
    whole: Contest,
    scores: NDArray[np.float64],
    folder: Path,
    engine: Engine,
    settings: DrawSettings,
    progress: Progress | None = None,
) -> Predictive:
    """Simulate a contest under draws of its posterior, and place what was observed.

    Parameters
    ----------
    case
        The contest as known on the eve.
    whole
        The contest with its runoff.
    scores
        Draws of the contest's own scores, shape ``(n, k)``.
    folder
        Folder of the sweep; one of other scores gets another name beside it.
    engine, settings, progress
        As for draws of the prior; chance is drawn from the seed after.

    Returns
    -------
    The check. It says whether the model, having learned from the contest, can make it; it is no
    test of a forecast.
    """
    drawn = hashlib.sha256(np.ascontiguousarray(scores).tobytes()).hexdigest()[:12]
    seed = (settings.seed + 1) % 2**63
    plan = plan_of(case, scores, replace(settings, draws=len(scores), seed=seed))
    tables = (*plan.tables, "blocs")
    place = folder.with_name(f"{folder.name}-{drawn}")
    store = simulate(replace(plan, tables=tables), place, engine, progress)
    read = {name: placed(store, name) for name in tables}
    patterns = patterns_of(case, whole)
    runs = Bank(
        contest=case.id,
        party=case.key.label,
        parameters=SHARED,
        summaries=tuple(pattern.name for pattern in patterns),
        scores=scores,
        simulated=simulated(patterns, read, len(scores)),
        observed=np.array([pattern.observed for pattern in patterns]),
        error_sd=np.array([pattern.error_sd for pattern in patterns]),
        rejected=np.zeros(len(scores), dtype=np.int64),
    )
    occurrences = _occurrences(case.contest, read) if case.contest.sectors else ()
    return Predictive(runs, misspecification(runs), occurrences)


def _occurrences(contest: Contest, tables: Mapping[str, pd.DataFrame]) -> tuple[Occurrence, ...]:
    """Count unanimous blocs of divided sectors, and shares below their known bounds."""
    found = []
    blocs, shares = tables["blocs"], tables["shares"]
    keys = ["place", "round", "sector"]
    divided = (shares.groupby(keys)["share"].max() <= DIVIDED).rename("is_divided").reset_index()
    large = blocs[blocs["voted"] >= LEAST_CAST].merge(divided, on=keys)
    whole = large[large["is_divided"] & (large["as_told"] >= UNANIMOUS * large["voted"])]
    for number, name in ((1, "round one"), (2, "runoff")):
        n_runs, n_found = (t.loc[t["round"] == number, "place"].nunique() for t in (blocs, whole))
        if n_runs:
            what = f"{name}: a bloc is unanimous in a divided sector"
            found.append(Occurrence(what, n_found / n_runs))
    first = shares[shares["round"] == 1]
    for sector in contest.sectors:
        for name, bound in {} if sector.round1 is None else sector.round1.at_most.items():
            rows = first[(first["sector"] == sector.id) & (first["candidate"] == name)]
            what = f"{sector.id}, round one: {name} has at most {100 * bound:.0f} %"
            found.append(Occurrence(what, float((rows["share"] <= bound).mean())))
    return tuple(found)
