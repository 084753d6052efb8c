"""Simulate contests under draws of the shared parameters, as a sweep, and read them back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kingmaker import __version__
from kingmaker.calibrate.bank import Bank, Shock
from kingmaker.calibrate.shared import SHARED, value_of, values_of
from kingmaker.calibrate.summaries import choice_probs, simulated, summaries_of, tables_for
from kingmaker.cases.collection import Case
from kingmaker.contest.facts import (
    campaign_days,
    counts_published,
    observed_votes,
    prior_kind,
    result_of,
    turnout_observed,
)
from kingmaker.contest.schema import Contest
from kingmaker.errors import CalibrationError, StoreError
from kingmaker.files.loading import load_results
from kingmaker.files.provenance import source_hash
from kingmaker.population.setting import TURNOUT_MEDIAN
from kingmaker.records import ALL_IMPOSSIBLE
from kingmaker.rng import SCHEME
from kingmaker.sweep.drive import Engine
from kingmaker.sweep.plan import Arm, SweepPlan
from kingmaker.sweep.session import carry_out, finish
from kingmaker.sweep.shards import FAILURES
from kingmaker.sweep.store import MANIFEST, Store, start_store

MEMBERS = 10_000
"""Simulated members, about: chance of single members then moves shares by half a point; assumed."""

LEAST_MEMBERS = 400
"""Simulated members of a smaller second roll, at least, or all of them [members]; assumed."""

MOST_MEMBERS = 50_000
"""Simulated members up to which a small second roll enlarges a contest [members]; assumed."""

LEAST_DAYS = 7
"""Days of campaign before a first round of which nothing is reported [days]; assumed."""

LEAST_DRAWS = 60
"""Draws below which nothing is learned from a contest; assumed."""

SHOCKS = {"contest_shock": "contest_shock_sd", "late_swing": "late_swing_sd"}
"""Columns of ``runs`` that hold the chance of a contest as a whole, and what rules their spread."""

_GRID = np.linspace(-5.0, 5.0, 101)
_UNKNOWN_ROLL = 31_600.0
"""Middle of the rolls that are drawn where neither roll nor ballots are known [members]."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class DrawSettings:
    """Say how contests are simulated.

    Attributes
    ----------
    draws
        Number of draws of each contest; more keep the old ones.
    seed
        Seed of the draws.
    members
        Simulated members of each, about [members].
    without
        Mechanisms switched off.
    held
        Parameters held at a value, each in its unit.
    """

    draws: int
    seed: int = 1
    members: int = MEMBERS
    without: tuple[str, ...] = ()
    held: tuple[tuple[str, float], ...] = ()


def scores_of(n_draws: int, seed: int) -> NDArray[np.float64]:
    """Draw normal scores of the shared parameters, shape ``(n_draws, k)``; more keep the first."""
    generator = np.random.Generator(np.random.Philox(seed))
    return generator.standard_normal((n_draws, len(SHARED)))


def plan_of(case: Case, scores: NDArray[np.float64], settings: DrawSettings) -> SweepPlan:
    """Plan a run of a contest for each row of scores.

    Parameters
    ----------
    case
        The contest as known on the eve of its runoff: nothing later is simulated with.
    scores
        Normal scores of the shared parameters, shape ``(n, k)``.
    settings
        How it is simulated; the seed is that of the runs.

    Returns
    -------
    The plan of a sweep: a point per row, one replicate each, every point with a seed of its own, so
    that chance and the other parameters are drawn anew.
    """
    contest, kind = case.contest, prior_kind(case.contest)
    held = dict(settings.held)
    names = tuple(name for name in sorted(SHARED) if name not in held)
    rows = [values_of(row, kind) for row in scores]
    values = np.array([[row[name] for name in names] for row in rows], dtype=np.float64)
    return SweepPlan(
        experiment=f"draws-{contest.id}",
        question=f"How does {contest.id} come out under draws of the shared parameters?",
        text="",
        contests=(contest,),
        sources=(contest.id,),
        arms=(Arm(0, "historical", settings.without),),
        names=names,
        values=values.reshape(1, len(rows), len(names)),
        counts=np.ones(len(rows), dtype=np.int64),
        is_draw=True,
        held=dict(sorted(held.items())),
        scale=scale_for(contest, settings.members),
        days=days_for(contest),
        first_round="exact",
        reinvert=False,
        replicates=1,
        seed=settings.seed,
        is_paired=False,
        tables=tables_for(summaries_of(case, None)) + ("shares",) * bool(contest.sectors),
        source_sha256=source_hash(),
        scheme=SCHEME,
        version=__version__,
    )


def scale_for(contest: Contest, members: float) -> float:
    """Return the scale at which a contest has about so many members; at most 1.

    Where the roll is drawn, the middle of what it can be counts. A second roll of which few members
    would be left enlarges the contest; see `LEAST_MEMBERS` and `MOST_MEMBERS`.
    """
    roll: float | None = contest.roll.round1
    second = contest.roll.round2
    if roll is None:
        result, votes = result_of(contest, 1), observed_votes(contest, 1)
        ballots = None if result is None else result.ballots
        if ballots is None and votes is not None and counts_published(contest, 1):
            ballots = sum(votes.values())
        turnout = turnout_observed(contest, 1) or TURNOUT_MEDIAN[contest.kind]
        roll = _UNKNOWN_ROLL if ballots is None else ballots / turnout
    if second is not None:
        enlarged = roll * min(second, LEAST_MEMBERS) / second
        members = max(members, min(enlarged, MOST_MEMBERS))
    return min(1.0, members / roll)


def days_for(contest: Contest) -> int:
    """Return the days of campaign: all where something is reported of it, else a week."""
    days = campaign_days(contest)
    is_reported = bool(contest.polls or contest.events)
    return days if is_reported else min(days, LEAST_DAYS)


def simulate(
    plan: SweepPlan, folder: Path, engine: Engine, progress: Progress | None = None
) -> Store:
    """Carry out a plan in a folder, or what of it is missing there, and collect it.

    Raises
    ------
    StoreError
        If the folder cannot be written, or holds something else.
    """
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        wrong = f"cannot be made: {error.strerror}"
        raise StoreError(str(folder.parent), wrong, "give a path that you may write to") from error
    store = start_store(folder, plan, is_resumed=True)
    if (folder / MANIFEST).exists():
        # All of it was collected before: a plan that grew would have lost its manifest.
        if progress is not None:
            progress(plan.n_runs, plan.n_runs)
        return store
    carry_out(store, engine, progress=progress)
    finish(store, engine)
    return store


def read_bank(case: Case, whole: Contest | None, store: Store, scores: NDArray[np.float64]) -> Bank:
    """Read the draws of a contest, beside what was observed of it.

    Parameters
    ----------
    case
        The contest as known on the eve.
    whole
        The contest with its runoff; None where that must not be used.
    store
        The collected runs.
    scores
        Normal scores of the shared parameters, in the order of the plan, shape ``(n, k)``.

    Returns
    -------
    The bank; runs that failed are left out, and so are summaries that hardly any run has. It says
    which.

    Raises
    ------
    CalibrationError
        If fewer than 60 runs came to an end.
    """
    summaries = summaries_of(case, whole)
    tables = {name: placed(store, name) for name in tables_for(summaries)}
    n_runs = store.plan.n_runs
    runs = tables["runs"]
    found = np.sort(runs["place"].to_numpy())
    failed = placed(store, FAILURES).sort_values("place")
    failures: dict[int, str] = dict(zip(failed["place"], failed["error"], strict=True))
    if len(found) < LEAST_DRAWS:
        raise _too_few(case.id, store, len(found), list(failures.values()))
    rejected = np.zeros(n_runs, dtype=np.int64)
    rejected[runs["place"].to_numpy()] = runs["rejected_draws"].to_numpy(np.int64)
    values = simulated(summaries, tables, n_runs)[found]
    common = np.isfinite(values).mean(axis=0) > 0.5
    kept = [summary for summary, is_common in zip(summaries, common, strict=True) if is_common]
    rare = [summary for summary in summaries if summary not in kept]
    leaders, probs = choice_probs(tables["deals"], n_runs)
    return Bank(
        contest=case.id,
        party=case.key.label,
        parameters=SHARED,
        summaries=tuple(summary.name for summary in kept),
        scores=scores[found],
        simulated=values[:, common],
        observed=np.array([summary.observed for summary in kept]),
        error_sd=np.array([summary.error_sd for summary in kept]),
        rejected=rejected[found],
        choices=leaders,
        choice_probs=probs[found],
        shocks=_shocks(runs, prior_kind(case.contest)),
        dropped=tuple(summary.name for summary in rare if np.isfinite(summary.observed)),
        impossible=scores[[p for p, e in failures.items() if _is_impossible(e)]],
        failures=tuple(failures.values()),
    )


def _is_impossible(error: str) -> bool:
    """Tell whether a run failed because none of its draws can have led to round one."""
    return ALL_IMPOSSIBLE in error


def _too_few(contest: str, store: Store, n_found: int, failures: list[str]) -> CalibrationError:
    """Say that too few draws came to an end, why, and what helps."""
    wrong = f"only {n_found} of {store.plan.n_runs} draws came to an end"
    if not failures:
        return CalibrationError(contest, wrong, f"ask for at least {LEAST_DRAWS} draws")
    wrong = f"{wrong}; {len(failures)} failed, the first by {failures[0]}"
    if all(map(_is_impossible, failures)):
        remedy = "check its result of round one, its blocs and its roll"
        return CalibrationError(contest, wrong, f"{remedy}; or ask for more draws")
    return CalibrationError(contest, wrong, f"mend that, remove {store.folder} and try again")


def part_of(progress: Progress | None, number: int, n_parts: int) -> Progress | None:
    """Tell the progress of one of several equal parts, from 0, as that of the whole."""
    if progress is None:
        return None
    return lambda done, asked: progress(number * asked + done, n_parts * asked)


def read_banks(
    cases: Sequence[tuple[Case, Contest | None]],
    folder: Path,
    engine: Engine,
    settings: DrawSettings,
    progress: Progress | None = None,
) -> tuple[Bank, ...]:
    """Simulate contests, each in a folder of its own below `folder`, and read their banks."""
    scores = scores_of(settings.draws, settings.seed)
    banks = []
    for number, (case, whole) in enumerate(cases):
        told = part_of(progress, number, len(cases))
        store = simulate(plan_of(case, scores, settings), folder / case.id, engine, told)
        banks.append(read_bank(case, whole, store, scores))
    return tuple(banks)


def _shocks(runs: pd.DataFrame, kind: str) -> tuple[Shock, ...]:
    """Read what chance did to the contest as a whole, in the order of the runs' places."""
    ordered = runs.sort_values("place")
    found = []
    for column, parameter in SHOCKS.items():
        drawn = ordered[column].to_numpy(np.float64, na_value=np.nan)
        if np.isfinite(drawn).all() and drawn.any():
            sd = np.array([value_of(parameter, z, kind) for z in _GRID])
            found.append(Shock(parameter, drawn, _GRID, sd))
    return tuple(found)


def placed(store: Store, table: str) -> pd.DataFrame:
    """Load a table of a sweep with the place of each row's run in the plan."""
    frame = load_results(store.folder, table)
    ids = frame["run_id"].to_numpy().astype("S")
    frame["place"] = store.plan.indices_of(ids)
    return frame
