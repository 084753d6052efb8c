"""Summarise a comparison in plain numbers: what its tables show and what ``--json`` prints."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from kingmaker.analyse.payoffs import summarise_payoffs, summarise_pivotality
from kingmaker.analyse.plan import ComparePlan
from kingmaker.analyse.statistics import (
    Sample,
    describe,
    effective_size,
    mean_estimate,
    probability_estimate,
)
from kingmaker.analyse.tables import REASONS
from kingmaker.contest.facts import observed_votes, runoff_share_observed
from kingmaker.contest.schema import Contest
from kingmaker.experiment.summary.runoff import most_frequent_finalists, runs_of
from kingmaker.records import MARGIN_STEPS

FEW = 20.0
"""Effective number of replicates below which a weighted comparison warns; assumed."""

CUE_ONLY = (
    "Between behaviours only the cue of an endorsement changes, with the machines, contractors, "
    "lieutenants and rejection that follow it; selection, the likeness of leaders and their "
    "voters, stays on the side of history."
)
SHARED_DRAWS = (
    "Replicates 2k and 2k + 1 share draw k of the parameters. What else differs between them is "
    "chance: people, campaign, polling day, and facts drawn because the contest file lacks them."
)
HELD = (
    "Behaviours that change the campaign hold the constants and shifts of round one as it was; "
    "their first round differs from the observed one."
)
BY_CONSTRUCTION = "Round one equals the observed one by construction; this is no evidence."
_NOT_SHOWN = ("contest", "parameters", "timings")


def summarise_comparison(
    plan: ComparePlan, frames: Mapping[str, pd.DataFrame], manifest: Mapping[str, Any]
) -> dict[str, Any]:
    """Summarise a comparison; plain numbers, texts, lists and dicts, None where there is no value.

    Shares and probabilities are fractions. An *estimate* is a dict with ``mean`` (or ``prob``),
    ``interval`` (90 %, of the mean or probability, replicates with shared parameters as
    clusters), ``n`` and ``ess`` (replicates and effective replicates). A *description* has also
    ``spread``, the central 90 % interval over replicates, and ``sd``: ``parameters`` and
    ``chance``, the components of the variance over replicates.

    Parameters
    ----------
    plan
        What was compared.
    frames
        All tables of the comparison.
    manifest
        Its provenance.

    Returns
    -------
    The object that ``kingmaker compare --json`` prints:

    - ``contest``: id; ``name``, ``candidates`` and ``actors`` (id -> name), ``behaviours``,
      ``seed``, ``replicates``, ``draws``, ``given``, ``tolerance``, ``without``, ``settings``,
      ``days``, ``scale``, ``drawn``;
    - ``finalists``: the two of most replicates, the first-round leader first, or null;
    - ``observed_share``: his observed share of the runoff, where there is one;
    - ``ess``: effective number of replicates under the weights;
    - ``forest``: one row per behaviour, see `forest_row`;
    - ``waterfall``: behaviour -> steps from margin to margin, each with an estimate of ``votes``;
    - ``changed``: behaviour -> who votes otherwise than under the first, see `changed_of`;
    - ``payoffs``, ``pivotality``: see `kingmaker.analyse.payoffs`;
    - ``reference``: behaviour of all others where one endorser chooses otherwise;
    - ``notes``, ``warnings``: sentences; ``provenance``.
    """
    compare = frames["compare"]
    first = compare[compare["behaviour"] == plan.behaviours[0]]
    finalists = most_frequent_finalists(first)
    size = effective_size(first["weight"].to_numpy())
    contest = plan.contest
    return {
        "contest": contest.id,
        "name": contest.name,
        "candidates": {candidate.id: candidate.name for candidate in contest.candidates},
        "actors": _actors(contest),
        "behaviours": list(plan.behaviours),
        "seed": plan.seed,
        "replicates": plan.replicates,
        "draws": int(first["draw"].nunique()),
        "given": plan.given,
        "tolerance": plan.tolerance if plan.is_given_runoff else None,
        "without": list(plan.without),
        "settings": plan.settings,
        "days": plan.days,
        "scale": float(first["scale"].iloc[0]),
        "members": int(first["roll_round2"].iloc[0]),
        "drawn": manifest["drawn"],
        "finalists": None if finalists is None else list(finalists),
        "observed_share": runoff_share_observed(contest),
        "ess": size,
        "forest": [forest_row(compare, b, plan.behaviours[0], finalists) for b in plan.behaviours],
        "waterfall": {b: _waterfall(compare, b, finalists) for b in plan.behaviours},
        "changed": {b: changed_of(frames, b, finalists) for b in plan.behaviours[1:]},
        "payoffs": summarise_payoffs(frames["payoffs"], finalists),
        "pivotality": summarise_pivotality(frames["pivotality"], finalists),
        "reference": plan.reference,
        "notes": _notes(plan),
        "warnings": _warnings(plan, size),
        "provenance": {k: v for k, v in manifest.items() if k not in _NOT_SHOWN},
    }


def forest_row(
    compare: pd.DataFrame, behaviour: str, first: str, finalists: tuple[str, str] | None
) -> dict[str, Any]:
    """Summarise a behaviour, and its difference to the first one.

    Returns
    -------
    ``behaviour``; ``win_prob``, an estimate for the first finalist; ``share``, a description of
    his runoff share where the two meet; and against the first behaviour, replicate by replicate
    (None for the first itself): ``difference`` of the share, a description, ``win_difference``,
    an estimate, and ``changed``, an estimate of the members whose runoff ballot differs.
    """
    mine = _shares(compare, behaviour, finalists)
    row: dict[str, Any] = {"behaviour": behaviour}
    if finalists is None:
        return row | dict.fromkeys(("win_prob", "share", "difference", "win_difference", "changed"))
    wins = Sample.of(mine["winner"] == finalists[0], mine["draw"], mine["weight"])
    row["win_prob"] = None if wins is None else probability_estimate(wins)
    row["share"] = describe(Sample.of(mine["first_share"], mine["draw"], mine["weight"]))
    if behaviour == first:
        return row | dict.fromkeys(("difference", "win_difference", "changed"))
    other = _shares(compare, first, finalists)
    gap = mine["first_share"] - other["first_share"]
    row["difference"] = describe(Sample.of(gap, mine["draw"], mine["weight"]))
    won = (mine["winner"] == finalists[0]).astype(float)
    won -= (other["winner"] == finalists[0]).astype(float)
    row["win_difference"] = _without_width(_mean(won, mine))
    row["changed"] = _mean(mine["changed"].astype("Float64").to_numpy(float, na_value=np.nan), mine)
    return row


def changed_of(
    frames: Mapping[str, pd.DataFrame], behaviour: str, finalists: tuple[str, str] | None
) -> dict[str, Any]:
    """Say who votes otherwise than under the first behaviour: means per replicate [members].

    Returns
    -------
    ``members``; ``by_mechanism``, ``by_sector`` and ``by_origin``: name -> ``members`` and
    ``margin``, what they add to the margin of the first finalist [votes]; ``cells``: sector ->
    mechanism -> members; ``moves``: from -> to -> members.
    """
    compare, changed = frames["compare"], frames["changed"]
    runs = compare[(compare["behaviour"] == behaviour) & compare["changed"].notna()]
    weights = runs.set_index("replicate")["weight"]
    total = float(weights.sum())
    mine = changed[changed["behaviour"] == behaviour]
    parts = mine["members"] * mine["replicate"].map(weights).fillna(0.0) / (total or 1.0)
    one, two = finalists or ("", "")
    to, start = mine["to"], mine["from"]
    step = 1 * (to == one) - 1 * (to == two) - 1 * (start == one) + 1 * (start == two)
    cells = mine.assign(part=parts, gain=parts * step)
    return {
        "members": float(parts.sum()),
        "margin": float(cells["gain"].sum()),
        "by_mechanism": _summed(cells, "mechanism", [name for name, _ in REASONS]),
        "by_sector": _summed(cells, "sector"),
        "by_origin": _summed(cells, "origin"),
        "cells": _crossed(cells, "sector", "mechanism"),
        "moves": _crossed(cells, "from", "to"),
    }


def _shares(
    compare: pd.DataFrame, behaviour: str, finalists: tuple[str, str] | None
) -> pd.DataFrame:
    """Return a behaviour's rows by replicate, with the share of the first finalist."""
    mine = compare[compare["behaviour"] == behaviour].set_index("replicate", drop=False)
    mine.index.name = None
    return mine.assign(first_share=runs_of(mine, finalists)["first_share"])


def _mean(values: Any, rows: pd.DataFrame) -> dict[str, Any] | None:
    sample = Sample.of(values, rows["draw"], rows["weight"])
    return None if sample is None else mean_estimate(sample)


def _without_width(estimate: dict[str, Any] | None) -> dict[str, Any] | None:
    """Take away an interval of no width: no winner differs, but that is no certainty."""
    if estimate is not None and estimate["interval"] is not None:
        low, high = estimate["interval"]
        return estimate | {"interval": None} if low == high else estimate
    return estimate


def _waterfall(
    compare: pd.DataFrame, behaviour: str, finalists: tuple[str, str] | None
) -> list[dict[str, Any]]:
    """Estimate what each step adds to the first finalist's margin."""
    kept = runs_of(compare[compare["behaviour"] == behaviour], finalists)
    rows = []
    for step, meaning in MARGIN_STEPS:
        votes = kept[f"margin_{step}"].astype("Float64").to_numpy(float, na_value=np.nan)
        estimate = _mean(votes * kept["sign"].to_numpy(float), kept)
        if estimate is not None:
            rows.append({"step": step, "meaning": meaning, "votes": estimate})
    return rows


def _summed(cells: pd.DataFrame, column: str, order: list[str] | None = None) -> dict[str, Any]:
    sums = cells.groupby(column, sort=True)[["part", "gain"]].sum()
    names = [name for name in (order or list(sums.index)) if name in sums.index]
    return {
        str(name): {
            "members": float(sums["part"][name]),
            "margin": float(sums["gain"][name]),
        }
        for name in names
    }


def _crossed(cells: pd.DataFrame, one: str, other: str) -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = {}
    sums = cells.groupby([one, other], sort=True, as_index=False)["part"].sum()
    for row, column, part in zip(sums[one], sums[other], sums["part"], strict=True):
        found.setdefault(str(row), {})[str(column)] = float(part)
    return found


def _actors(contest: Contest) -> dict[str, str]:
    groups = (contest.candidates, contest.notables, contest.outside, contest.blocs)
    return {actor.id: actor.name for group in groups for actor in group}


def _notes(plan: ComparePlan) -> list[str]:
    notes = [CUE_ONLY, SHARED_DRAWS]
    if observed_votes(plan.contest, 1) is not None:
        notes.append(BY_CONSTRUCTION)
    if not all(plan.branches(behaviour) for behaviour in plan.behaviours):
        notes.append(HELD)
    if plan.is_given_runoff:
        notes.append(
            "Given the observed runoff: replicates are weighted by how near their runoff under "
            f"'historical' is to it (sd {plan.tolerance:g}). This says what would have been, "
            "knowing what happened; it is no forecast."
        )
    return notes


def _warnings(plan: ComparePlan, size: float) -> list[str]:
    if plan.is_given_runoff and size < FEW:
        left = f"The weights leave {size:.1f} effective replicates of {plan.replicates}"
        return [f"{left}: intervals are rough. Ask for more --replicates."]
    if plan.replicates < FEW:
        return [f"Only {plan.replicates} replicates: the intervals say little."]
    return []
