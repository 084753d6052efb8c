"""Summarise the runoff: shares, winners, turnout, transfers, margin, and what was observed."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pandas as pd

from kingmaker.contest.facts import (
    finalists_observed,
    runoff_share_observed,
    turnout_observed,
    winner_observed,
)
from kingmaker.contest.schema import Contest
from kingmaker.experiment.summary.statistics import place, proportion, spread
from kingmaker.records import ABSTAINED, BLANK, MARGIN_STEPS, NOT_ON_ROLL, TOTAL

NO_EVIDENCE = (
    "One contest is one observation: where it falls in the predicted distribution is no evidence "
    "for or against the model."
)
_LAST = (BLANK, ABSTAINED, NOT_ON_ROLL)


def most_frequent_finalists(runs: pd.DataFrame) -> tuple[str, str] | None:
    """Name the two who meet in most runoffs, the one who more often leads round one first."""
    held = runs[runs["decided_in_round"] == 2]
    if held.empty:
        return None
    pairs = list(zip(held["leader"], held["runner_up"], strict=True))
    unordered = Counter(tuple(sorted(pair)) for pair in pairs)
    two = min(unordered, key=lambda pair: (-unordered[pair], pair))
    first, second = two
    return (second, first) if Counter(pairs)[(second, first)] > Counter(pairs)[two] else two


def runs_of(runs: pd.DataFrame, finalists: tuple[str, str] | None) -> pd.DataFrame:
    """Keep the replicates in which these two met in the runoff.

    Returns
    -------
    Their rows of ``runs``, with ``first_share``, the runoff share of the first of the two
    [fraction], and ``sign``, -1 where the other one led round one [dimensionless].
    """
    if finalists is None:
        return runs.iloc[:0].assign(first_share=pd.Series(dtype=float), sign=pd.Series(dtype=int))
    first, second = finalists
    held = runs[runs["decided_in_round"] == 2]
    leads = (held["leader"] == first) & (held["runner_up"] == second)
    trails = (held["leader"] == second) & (held["runner_up"] == first)
    kept = held[leads | trails]
    sign = leads[leads | trails].map({True: 1, False: -1})
    share = kept["runoff_share"].where(sign == 1, 1.0 - kept["runoff_share"])
    return kept.assign(first_share=share, sign=sign)


def summarise_wins(contest: Contest, runs: pd.DataFrame) -> dict[str, Any]:
    """Count who won, in either round.

    Returns
    -------
    ``win_prob`` and ``win_prob_se`` by candidate, ``wins`` by candidate, ``tied`` [fraction] and
    ``ties``, what was tied -> replicates.
    """
    n = len(runs)
    wins = Counter(str(winner) for winner in runs["winner"].dropna() if winner)
    in_runoff = {str(name) for name in [*runs["leader"].dropna(), *runs["runner_up"].dropna()]}
    names = [c.id for c in contest.running if c.id in in_runoff or wins[c.id]]
    names.sort(key=lambda name: -wins[name])
    estimates = {name: proportion(wins[name], n) for name in names}
    ties = Counter(str(tie) for tie in runs["tie"].dropna() if tie)
    return {
        "win_prob": {name: p for name, (p, _) in estimates.items()},
        "win_prob_se": {name: se for name, (_, se) in estimates.items()},
        "wins": {name: wins[name] for name in names},
        "undecided": (n - sum(wins.values())) / n,
        "ties": dict(sorted(ties.items())),
    }


def summarise_runoff(
    contest: Contest, runs: pd.DataFrame, finalists: tuple[str, str] | None
) -> dict[str, Any] | None:
    """Describe the runoff of the most frequent finalists.

    Returns
    -------
    ``finalists``, ``replicates`` (with these two), ``other_pairs``, ``share`` by finalist,
    ``turnout``, ``blank`` (share of ballots), ``margin`` [votes], ``roll``,
    ``displaced_endorsements`` and ``sectors``; None when no replicate came to a runoff.
    """
    if finalists is None:
        return None
    kept = runs_of(runs, finalists)
    first, second = finalists
    held = runs[runs["decided_in_round"] == 2]
    pairs = Counter(
        tuple(sorted(pair)) for pair in zip(held["leader"], held["runner_up"], strict=True)
    )
    pairs.pop(tuple(sorted(finalists)))
    return {
        "finalists": list(finalists),
        "replicates": len(kept),
        "other_pairs": [
            {"finalists": list(pair), "replicates": pairs[pair]}
            for pair in sorted(pairs, key=lambda pair: (-pairs[pair], pair))
        ],
        "share": {first: spread(kept["first_share"]), second: spread(1.0 - kept["first_share"])},
        "turnout": spread(kept["turnout_round2"]),
        "turnout_observed": turnout_observed(contest, 2),
        "blank": spread(kept["blank_round2"] / kept["ballots_round2"]),
        "roll": spread(kept["roll_round2"]),
        "displaced_endorsements": spread(kept["displaced_endorsements"]),
    }


def summarise_margin(runs: pd.DataFrame, finalists: tuple[str, str] | None) -> list[dict[str, Any]]:
    """Take the way from the first-round margin to that of the runoff apart.

    Returns
    -------
    One row per step of `kingmaker.records.MARGIN_STEPS`: ``step``, ``meaning`` and ``votes``, the
    spread of what the step adds to the first finalist's margin (for ``round1`` and ``round2`` the
    margin itself) [votes].
    """
    kept = runs_of(runs, finalists)
    rows = []
    for step, meaning in MARGIN_STEPS:
        votes = spread(kept[f"margin_{step}"] * kept["sign"])
        if votes is not None:
            rows.append({"step": step, "meaning": meaning, "votes": votes})
    return rows


def summarise_transfers(
    contest: Contest, transfers: pd.DataFrame, finalists: tuple[str, str] | None
) -> dict[str, Any]:
    """Say where the voters of each candidate, the blanks and the abstainers went.

    Parameters
    ----------
    contest
        The contest.
    transfers
        Table of the run, limited to the replicates with these finalists.
    finalists
        The two; None without a runoff.

    Returns
    -------
    Origin -> ``members`` (mean) and ``to``: destination -> spread of the fraction of the origin's
    members.
    """
    if finalists is None:
        return {}
    total = transfers[transfers["sector"] == TOTAL]
    counts = total.pivot_table(
        index=["replicate", "origin"],
        columns="destination",
        values="members",
        aggfunc="sum",
        fill_value=0,
    )
    sizes = counts.sum(axis=1)
    fractions = counts[sizes > 0].div(sizes[sizes > 0], axis=0)
    origins = set(fractions.index.get_level_values("origin"))
    order = [candidate.id for candidate in contest.running] + list(_LAST)
    columns = [name for name in (*finalists, *_LAST) if name in fractions.columns]
    return {
        origin: {
            "members": float(sizes.xs(origin, level="origin").mean()),
            "to": {name: spread(fractions.xs(origin, level="origin")[name]) for name in columns},
        }
        for origin in sorted(origins, key=order.index)
    }


def summarise_observed(contest: Contest, runs: pd.DataFrame) -> dict[str, Any]:
    """Place what happened in the predicted distribution.

    Returns
    -------
    ``finalists``, ``winner``, ``winner_prob`` (fraction of replicates that he won),
    ``runoff_share`` (of the observed first-round leader, in the replicates with the observed
    finalists), ``turnout_round1`` and ``turnout_round2``, each as `place` describes it or None,
    and ``note``.
    """
    finalists = finalists_observed(contest)
    kept = runs_of(runs, finalists)
    winner = winner_observed(contest)
    return {
        "finalists": None if finalists is None else list(finalists),
        "winner": winner,
        "winner_prob": None if winner is None else float((runs["winner"] == winner).mean()),
        "runoff_share": place(kept["first_share"], runoff_share_observed(contest)),
        "turnout_round1": place(runs["turnout_round1"], turnout_observed(contest, 1)),
        "turnout_round2": place(kept["turnout_round2"], turnout_observed(contest, 2)),
        "note": NO_EVIDENCE,
    }
