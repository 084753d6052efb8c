"""Put the whole summary of a run together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from kingmaker.contest.schema import Contest
from kingmaker.experiment.summary.aftermath import summarise_aftermath, summarise_candidacies
from kingmaker.experiment.summary.alliance import summarise_days, summarise_deals
from kingmaker.experiment.summary.first_round import summarise_first_round
from kingmaker.experiment.summary.runoff import (
    most_frequent_finalists,
    runs_of,
    summarise_margin,
    summarise_observed,
    summarise_runoff,
    summarise_transfers,
    summarise_wins,
)
from kingmaker.experiment.summary.sectors import summarise_sectors
from kingmaker.experiment.summary.statistics import spread

_NOT_SHOWN = ("contest", "parameters", "timings")


def summarise(
    contest: Contest,
    frames: Mapping[str, pd.DataFrame],
    manifest: Mapping[str, Any],
) -> dict[str, Any]:
    """Summarise a run; plain numbers, texts, lists and dicts, None where there is no value.

    Shares, probabilities and turnouts are fractions, never percentages. A *spread* is a dict with
    ``n``, ``mean``, ``median``, ``min``, ``max`` and ``intervals``: ``"50"``, ``"80"`` and ``"90"``
    -> lower and upper end of the central interval.

    Parameters
    ----------
    contest
        The contest.
    frames
        All tables of the run.
    manifest
        Provenance of the run.

    Returns
    -------
    The object that ``kingmaker run --json`` prints:

    - ``contest``: id; ``name``, ``dates``, ``candidates`` and ``actors`` (id -> name),
      ``threshold``;
    - ``seed``, ``behaviour``, ``replicates`` (number run), ``without``, ``settings``, ``days``;
    - ``scale`` and ``members``: spreads; ``drawn``: what the contest file does not hold;
    - ``first_round``: see `summarise_first_round`; its ``sectors``: see `summarise_sectors`;
    - ``deals``, ``daily``: the days between the rounds;
    - ``runoff``: see `summarise_runoff`, or null; ``intervals``: central intervals of
      ``runoff_share``, the part of the first-round leader (the first of ``runoff.finalists``) in
      the two finalists' vote, or null;
    - ``win_prob``: candidate -> fraction of replicates won; ``win_prob_se``: its Monte Carlo
      standard error; ``wins``, ``undecided``, ``ties``;
    - ``margin``: from the first-round margin to that of the runoff, step by step;
    - ``transfers``: first vote -> members and where they went;
    - ``candidacies``, ``aftermath``: see `kingmaker.experiment.summary.aftermath`;
    - ``constants``: how the constants were found: own, held or reinverted;
    - ``observed``: what happened, with its place in the predictions;
    - ``provenance``: versions, hashes, command.
    """
    runs = frames["runs"]
    finalists = most_frequent_finalists(runs)
    kept = set(runs_of(runs, finalists)["replicate"])
    daily = frames["daily"][frames["daily"]["replicate"].isin(kept)]
    transfers = frames["transfers"][frames["transfers"]["replicate"].isin(kept)]
    runoff = summarise_runoff(contest, runs, finalists)
    if runoff is not None:
        runoff["sectors"] = summarise_sectors(contest, frames["shares"], transfers, 2)
    first = summarise_first_round(contest, runs, frames["shares"], manifest["first_round"])
    first["sectors"] = summarise_sectors(contest, frames["shares"], frames["transfers"], 1)
    wins = summarise_wins(contest, runs)
    return {
        "contest": contest.id,
        "name": contest.name,
        "dates": {"round1": _date(contest.dates.round1), "round2": _date(contest.dates.round2)},
        "candidates": {candidate.id: candidate.name for candidate in contest.candidates},
        "actors": _actors(contest),
        "threshold": contest.rules.threshold,
        **{name: manifest[name] for name in ("seed", "behaviour", "without", "settings", "days")},
        "replicates": len(runs),
        "scale": spread(runs["scale"]),
        "members": spread(runs["roll_round1"]),
        "drawn": manifest["drawn"],
        "first_round": first,
        "deals": summarise_deals(frames["deals"], len(runs)),
        "daily": summarise_days(daily, finalists),
        "runoff": runoff,
        "intervals": None if runoff is None else _headline(runoff),
        **wins,
        "margin": summarise_margin(runs, finalists),
        "transfers": summarise_transfers(contest, transfers, finalists),
        "candidacies": summarise_candidacies(frames["candidacies"], runs),
        "aftermath": summarise_aftermath(dict(frames), runs),
        "constants": sorted(set(runs["constants"])),
        "observed": summarise_observed(contest, runs),
        "provenance": {k: v for k, v in manifest.items() if k not in _NOT_SHOWN},
    }


def _actors(contest: Contest) -> dict[str, str]:
    groups = (contest.candidates, contest.notables, contest.outside, contest.blocs)
    return {actor.id: actor.name for group in groups for actor in group}


def _headline(runoff: dict[str, Any]) -> Any:
    share = runoff["share"][runoff["finalists"][0]]
    return None if share is None else share["intervals"]


def _date(date: Any) -> str | None:
    return None if date is None else str(date)
