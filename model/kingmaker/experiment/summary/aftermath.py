"""Summarise who stood before the contest, and what followed it."""

from __future__ import annotations

from typing import Any

import pandas as pd

from kingmaker.experiment.summary.statistics import spread


def summarise_candidacies(candidacies: pd.DataFrame, runs: pd.DataFrame) -> dict[str, Any] | None:
    """Summarise the candidacy game (M33, M34).

    Returns
    -------
    None where nothing was open. Else ``stands`` and ``prob`` by candidate (fraction of replicates,
    mean chance on the actors' beliefs), ``pacts`` (pact to fraction), ``held`` (fraction held on
    the day), and ``no_winner_in_round1`` (fraction in which nobody reached the threshold).
    """
    if candidacies.empty:
        return None
    by_candidate = candidacies.groupby("candidate", sort=False)
    once = candidacies.drop_duplicates("replicate")
    return {
        "stands": {str(k): float(v) for k, v in by_candidate["stands"].mean().items()},
        "prob": {str(k): float(v) for k, v in by_candidate["prob"].mean().items()},
        "pacts": {str(k): float(v) for k, v in once["pact"].value_counts(normalize=True).items()},
        "held": float(once["held"].mean()),
        "no_winner_in_round1": float((runs["decided_in_round"] == 2).mean()),
    }


def summarise_aftermath(tables: dict[str, pd.DataFrame], runs: pd.DataFrame) -> dict[str, Any]:
    """Summarise exits, promises, splits and seats (M35 to M40).

    Returns
    -------
    ``exits``: spreads of the people who left, by round, at the run's scale; ``promises``: number
    and fraction kept; ``split``: candidate to fraction of replicates in which the camp left;
    ``seats``: finalist to spread of the party's seats; ``challenge_prob``: spread.
    """
    exits, promises, seats = tables["exits"], tables["promises"], tables["seats"]
    total = seats[seats["source"] == "total"]
    left = exits.groupby(["after_round", "replicate"])["people"].sum()
    numbers = runs["replicate"]
    return {
        "exits": {
            str(after): spread(
                left[after].reindex(numbers, fill_value=0)
                if after in left.index.get_level_values(0)
                else numbers * 0
            )
            for after in (1, 2)
        },
        "promises": {
            "n": len(promises),
            "kept": float(promises["kept"].mean()) if len(promises) else None,
        },
        "split": {
            str(k): float(v)
            for k, v in tables["camps"].groupby("candidate", sort=False)["split"].mean().items()
        },
        "seats": {
            str(leader): spread(rows["seats"])
            for leader, rows in total.groupby("leader", sort=False)
        },
        "challenge_prob": spread(runs["challenge_prob"].dropna())
        if runs["challenge_prob"].notna().any()
        else None,
    }
