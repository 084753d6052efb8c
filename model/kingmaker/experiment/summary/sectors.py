"""Summarise the sectors: shares and turnout of a round beside what was observed."""

from __future__ import annotations

from typing import Any

import pandas as pd

from kingmaker.contest.facts import sector_shares
from kingmaker.contest.schema import Contest, SectorResult
from kingmaker.experiment.summary.statistics import spread
from kingmaker.records import ABSTAINED, NOT_ON_ROLL

_END = {1: "origin", 2: "destination"}


def summarise_sectors(
    contest: Contest, shares: pd.DataFrame, transfers: pd.DataFrame, round_number: int
) -> list[dict[str, Any]]:
    """Put each sector's simulated shares and turnout beside what was observed.

    Parameters
    ----------
    contest
        The contest.
    shares, transfers
        Tables of the run.
    round_number
        1 or 2.

    Returns
    -------
    One row per sector: ``sector``, ``name``, ``candidates`` (id -> ``simulated`` spread,
    ``observed`` [fraction] and ``is_upper_bound``), ``turnout`` (spread; None where no replicate
    came to a runoff), ``turnout_observed``, ``grade`` of the evidence and ``counted`` (part of the
    ballots behind it); None where nothing was observed. Empty for contests of one sector.
    """
    if len(contest.sectors) < 2:
        return []
    of_round = shares[shares["round"] == round_number]
    turnouts = _turnouts(transfers, _END[round_number])
    rows = []
    for sector in contest.sectors:
        result = sector.round1 if round_number == 1 else sector.round2
        inside = of_round[of_round["sector"] == sector.id]
        simulated = {
            str(name): spread(group["share"])
            for name, group in inside.groupby("candidate", sort=False)
        }
        seen = {} if result is None else _observed(result)
        rows.append(
            {
                "sector": sector.id,
                "name": sector.name,
                "candidates": {
                    name: {
                        "simulated": simulated.get(name),
                        "observed": seen.get(name, (None, False))[0],
                        "is_upper_bound": seen.get(name, (None, False))[1],
                    }
                    for name in dict.fromkeys([*simulated, *seen])
                },
                "turnout": spread(turnouts.get(sector.id, [])),
                "turnout_observed": None if result is None else result.turnout,
                "grade": None if result is None else result.confidence,
                "counted": None if result is None else result.counted,
            }
        )
    return rows


def _turnouts(transfers: pd.DataFrame, end: str) -> dict[str, list[float]]:
    """Compute ballots / entitled by sector, one value per replicate."""
    entitled = transfers[transfers[end] != NOT_ON_ROLL]
    keys = ["sector", "replicate"]
    everybody = entitled.groupby(keys)["members"].sum()
    absent = entitled[entitled[end] == ABSTAINED].groupby(keys)["members"].sum()
    share = 1.0 - absent.reindex(everybody.index, fill_value=0) / everybody[everybody > 0]
    return {
        str(sector): values.tolist() for sector, values in share.groupby(level="sector", sort=True)
    }


def _observed(result: SectorResult) -> dict[str, tuple[float, bool]]:
    bounds = {name: (value, True) for name, value in result.at_most.items()}
    return bounds | {name: (value, False) for name, value in sector_shares(result).items()}
