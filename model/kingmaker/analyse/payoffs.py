"""Summarise the endorsers' game: what each profile pays, and whose choice decides the winner."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pandas as pd

from kingmaker.analyse.comparison import PER_DRAW
from kingmaker.analyse.statistics import (
    Sample,
    describe,
    effective_size,
    mean_estimate,
    probability_estimate,
)

LEAST_SIZE = 5.0
"""Effective number of replicates below which nothing weighted is shown; assumed."""

Finalists = tuple[str, str]


def summarise_payoffs(payoffs: pd.DataFrame, finalists: Finalists | None) -> dict[str, Any] | None:
    """Summarise the payoff matrix.

    Parameters
    ----------
    payoffs
        Table of the comparison.
    finalists
        The two whose runoff is described, the first-round leader first.

    Returns
    -------
    ``actors``, the largest first; ``replicates`` and ``ess``; ``profiles``: each with its
    ``profile`` as a behaviour, ``choices`` (actor -> option), ``share`` of the first finalist,
    ``win_prob``, ``values`` (actor -> mean believed value [utility], None where unknown) and
    ``is_equilibrium`` (whether nobody would gain by choosing otherwise alone, on these means;
    None where values are unknown). None where nothing was played, or the weights leave fewer
    than `LEAST_SIZE` replicates.
    """
    rows = _between(payoffs, finalists)
    if rows.empty or finalists is None:
        return None
    actors = _actors(rows)
    rows = rows[rows["actor"].isin(actors)]
    each = rows.drop_duplicates("replicate")
    size = effective_size(each["weight"].to_numpy())
    if size < min(LEAST_SIZE, len(each)):
        return None
    profiles = [
        _profile(group, str(text), actors, finalists)
        for text, group in rows.groupby("profile", sort=False)
    ]
    _mark_equilibria(profiles, actors)
    return {
        "actors": list(actors),
        "replicates": len(each),
        "ess": size,
        "profiles": profiles,
    }


def summarise_pivotality(
    pivotality: pd.DataFrame, finalists: Finalists | None
) -> list[dict[str, Any]]:
    """Say of each endorser how often his choice decides who wins.

    Parameters
    ----------
    pivotality
        Table of the comparison.
    finalists
        The two whose runoff is described.

    Returns
    -------
    One row per endorser, the largest first: ``actor``; ``pivotal``, the probability that the
    winner differs between some of his options, all others choosing as under the reference;
    ``swing``, the largest difference that his options make to the margin [votes]; and
    ``options``: option -> ``win_prob`` of the first finalist and mean ``margin`` [votes].
    """
    rows = _between(pivotality, finalists)
    if rows.empty or finalists is None:
        return []
    sign = np.where(rows["leader"] == finalists[0], 1, -1)
    rows = rows.assign(signed=rows["margin"].to_numpy(dtype=np.float64) * sign)
    found = []
    for actor in _actors(rows):
        mine = rows[rows["actor"] == actor]
        by_replicate = mine.groupby("replicate", sort=True)
        weights = by_replicate["weight"].first()
        if effective_size(weights.to_numpy()) < min(LEAST_SIZE, len(weights)):
            continue
        draws = weights.index.to_numpy() // PER_DRAW
        pivotal = Sample.of(by_replicate["winner"].nunique() > 1, draws, weights)
        swing = by_replicate["signed"].max() - by_replicate["signed"].min()
        assert pivotal is not None
        found.append(
            {
                "actor": actor,
                "pivotal": probability_estimate(pivotal),
                "swing": describe(Sample.of(swing, draws, weights)),
                "options": {
                    str(option): _option(group, finalists)
                    for option, group in mine.groupby("option", sort=False)
                },
            }
        )
    return found


def _between(table: pd.DataFrame, finalists: Finalists | None) -> pd.DataFrame:
    """Keep the rows in which these two met."""
    if finalists is None:
        return table.iloc[:0]
    one, other = finalists
    leads = (table["leader"] == one) & (table["runner_up"] == other)
    trails = (table["leader"] == other) & (table["runner_up"] == one)
    return table[leads | trails]


def _actors(rows: pd.DataFrame) -> tuple[str, ...]:
    """Name the endorsers of most replicates, in the order of their size."""
    sets = Counter(
        tuple(dict.fromkeys(group["actor"])) for _, group in rows.groupby("replicate", sort=True)
    )
    actors: tuple[str, ...] = max(sets, key=lambda names: sets[names])
    return actors


def _profile(
    group: pd.DataFrame, text: str, actors: tuple[str, ...], finalists: Finalists
) -> dict[str, Any]:
    each = group.drop_duplicates("replicate")
    draws, weights = each["replicate"] // PER_DRAW, each["weight"]
    leads = each["leader"] == finalists[0]
    shares = Sample.of(
        each["runoff_share"].where(leads, 1.0 - each["runoff_share"]), draws, weights
    )
    wins = Sample.of(each["winner"] == finalists[0], draws, weights)
    choices = dict(zip(group["actor"], group["option"], strict=True))
    values = {}
    for actor in actors:
        mine = group[group["actor"] == actor]
        sample = Sample.of(mine["value"], mine["replicate"] // PER_DRAW, mine["weight"])
        values[actor] = None if sample is None else sample.mean
    return {
        "profile": text,
        "choices": {actor: choices[actor] for actor in actors},
        "share": None if shares is None else mean_estimate(shares),
        "win_prob": None if wins is None else probability_estimate(wins),
        "values": values,
        "is_equilibrium": None,
    }


def _mark_equilibria(profiles: list[dict[str, Any]], actors: tuple[str, ...]) -> None:
    """Mark the profiles from which nobody would deviate alone."""
    if any(row["values"][actor] is None for row in profiles for actor in actors):
        return
    for row in profiles:
        row["is_equilibrium"] = all(
            other["values"][actor] <= row["values"][actor]
            for actor in actors
            for other in profiles
            if all(other["choices"][a] == row["choices"][a] for a in actors if a != actor)
        )


def _option(group: pd.DataFrame, finalists: Finalists) -> dict[str, Any]:
    draws = group["replicate"] // PER_DRAW
    wins = Sample.of(group["winner"] == finalists[0], draws, group["weight"])
    margin = Sample.of(group["signed"], draws, group["weight"])
    return {
        "win_prob": None if wins is None else probability_estimate(wins),
        "margin": None if margin is None else mean_estimate(margin),
    }
