"""Summarise round one: the whole, polling-day shifts, and sectors beside what was observed."""

from __future__ import annotations

from typing import Any

import pandas as pd

from kingmaker.contest.facts import counts_published, observed_votes, turnout_observed
from kingmaker.contest.schema import Contest
from kingmaker.experiment.summary.statistics import spread
from kingmaker.records import TOTAL

BY_CONSTRUCTION = (
    "With --first-round exact the simulated votes equal the observed ones by construction: "
    "constants are fitted to them. The equality is no evidence for the model."
)


def summarise_first_round(
    contest: Contest, runs: pd.DataFrame, shares: pd.DataFrame, mode: str
) -> dict[str, Any]:
    """Summarise round one over replicates.

    Parameters
    ----------
    contest
        The contest.
    runs, shares
        Tables of the run.
    mode
        ``exact`` or ``free``.

    Returns
    -------
    ``mode``, ``by_construction``, ``note``, ``candidates`` (by mean votes, each with ``votes``,
    ``share``, ``shift``, ``observed_votes``, ``observed_share``), ``roll``, ``turnout``,
    ``blank``, ``rejected_draws`` and ``decided`` (fraction of replicates without a runoff).
    """
    total = shares[(shares["round"] == 1) & (shares["sector"] == TOTAL)]
    seen = observed_votes(contest, 1)
    is_exact = mode == "exact" and seen is not None
    return {
        "mode": mode,
        "by_construction": is_exact,
        "note": BY_CONSTRUCTION if is_exact else "",
        "candidates": _candidates(contest, runs, total, seen),
        "roll": spread(runs["roll_round1"]),
        "turnout": spread(runs["turnout_round1"]),
        "turnout_observed": turnout_observed(contest, 1),
        "blank": spread(runs["blank_round1"] / runs["ballots_round1"]),
        "turnout_shift": spread(runs["turnout_shift"]),
        "blank_shift": spread(runs["blank_shift"]),
        "rejected_draws": spread(runs["rejected_draws"]),
        "decided": float((runs["decided_in_round"] == 1).mean()),
    }


def _candidates(
    contest: Contest, runs: pd.DataFrame, total: pd.DataFrame, seen: dict[str, int] | None
) -> dict[str, Any]:
    all_seen = sum(seen.values()) if seen else 0
    rows: dict[str, Any] = {}
    for candidate in contest.running:
        mine = total[total["candidate"] == candidate.id]
        shift = spread(runs[name]) if (name := f"shift_{candidate.id}") in runs else None
        if shift is not None:
            shift["max_abs"] = max(abs(shift["min"]), abs(shift["max"]))
        rows[candidate.id] = {
            "votes": spread(mine["votes"]),
            "share": spread(mine["share"]),
            "shift": shift,
            "observed_votes": seen[candidate.id] if seen and counts_published(contest, 1) else None,
            "observed_share": seen[candidate.id] / all_seen if seen and all_seen else None,
        }
    return dict(sorted(rows.items(), key=lambda item: -_mean(item[1]["votes"])))


def _mean(votes: dict[str, Any] | None) -> float:
    return 0.0 if votes is None else float(votes["mean"])
