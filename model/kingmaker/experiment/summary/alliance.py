"""Summarise the days between the rounds: deals, and the finalists' support day by day."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import pandas as pd

from kingmaker.experiment.summary.statistics import spread

_DEAL = ["actor", "act", "target", "basis", "pattern"]
_NUMBER = re.compile(r"\d+(?:\.\d+)?")


def summarise_deals(deals: pd.DataFrame, replicates: int) -> list[dict[str, Any]]:
    """Count in how many replicates each deal was struck, and when.

    Parameters
    ----------
    deals
        Table of the run.
    replicates
        Number of replicates run.

    Returns
    -------
    One row per ``actor``, ``act``, ``target``, ``basis`` and ``terms``, by median day:
    ``first_date``, ``last_date``, ``median_day`` [days after round one], ``fraction`` (of
    replicates) and ``value`` (mean net value to the actor where computed [utility]). Terms that
    differ in their numbers alone are one row, with the means of the numbers.
    """
    filled = deals.fillna({"target": "", "terms": ""})
    patterns = [_NUMBER.sub("#", terms) for terms in filled["terms"]]
    rows = []
    for key, group in filled.assign(pattern=patterns).groupby(_DEAL, sort=True):
        value = spread(group["value"])
        rows.append(
            dict(zip(_DEAL[:-1], key[:-1], strict=True))
            | {
                "terms": mean_terms(group["terms"].tolist()),
                "first_date": min(group["date"]),
                "last_date": max(group["date"]),
                "median_day": float(group["day"].median()),
                "fraction": group["replicate"].nunique() / replicates,
                "value": None if value is None else value["mean"],
            }
        )
    return sorted(rows, key=lambda row: (row["median_day"], -row["fraction"], *_identity(row)))


def mean_terms(terms: Sequence[str]) -> str:
    """Write terms that differ in their numbers alone once, with the means of the numbers.

    Returns
    -------
    The terms; with ``on average`` before them where numbers were averaged (whole where all are).
    """
    if len(set(terms)) == 1:
        return terms[0]
    columns = zip(*(_NUMBER.findall(text) for text in terms), strict=True)
    means = iter([_mean_text(column) for column in columns])
    return "on average " + _NUMBER.sub(lambda _: next(means), terms[0])


def summarise_days(daily: pd.DataFrame, finalists: tuple[str, str] | None) -> list[dict[str, Any]]:
    """Describe the finalists' support on each day from round one on.

    Parameters
    ----------
    daily
        Table of the run, limited to the replicates with these finalists.
    finalists
        The two; None without a runoff.

    Returns
    -------
    One row per day: ``day`` after round one, ``support`` (candidate id -> spread [fraction of
    members]) and ``likely_turnout``.
    """
    if finalists is None:
        return []
    after = daily[(daily["day"] >= 0) & daily["candidate"].isin(finalists)]
    rows = []
    for day, group in after.groupby("day", sort=True):
        support = {
            name: spread(group.loc[group["candidate"] == name, "support"]) for name in finalists
        }
        each = group.drop_duplicates("replicate")
        rows.append(
            {
                "day": int(str(day)),
                "support": support,
                "likely_turnout": spread(each["likely_turnout"]),
            }
        )
    return rows


def _mean_text(texts: Sequence[str]) -> str:
    mean = sum(map(float, texts)) / len(texts)
    return f"{mean:.2f}" if any("." in text for text in texts) else f"{mean:.0f}"


def _identity(row: dict[str, Any]) -> tuple[str, ...]:
    return tuple(str(row[name]) for name in ("actor", "act", "target", "basis", "terms"))
