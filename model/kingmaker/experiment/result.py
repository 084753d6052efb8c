"""Hold the results of a run: data frames, summary, provenance."""

from __future__ import annotations

import html
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from kingmaker.contest.schema import Contest
from kingmaker.errors import StoreError
from kingmaker.files.folder import write_folder
from kingmaker.files.provenance import table_hashes, write_manifest
from kingmaker.files.results import from_frame, write_table


@dataclass(frozen=True, repr=False, eq=False)
class RunResult:
    """Hold what a run gave.

    Attributes
    ----------
    contest
        The contest.
    runs, shares, transfers, deals, daily, polls, blocs, registration, exits, promises, camps, seats
        Data frames with the columns of `kingmaker.records.TABLES`.
    candidacies
        The same for who stands; empty where nothing is open.
    summary
        What ``kingmaker run --json`` prints; see `kingmaker.experiment.summary.overview`.
    manifest
        Versions, hashes, settings, the whole contest: what is needed to run this again.
    """

    contest: Contest
    runs: pd.DataFrame
    shares: pd.DataFrame
    transfers: pd.DataFrame
    deals: pd.DataFrame
    daily: pd.DataFrame
    polls: pd.DataFrame
    blocs: pd.DataFrame
    registration: pd.DataFrame
    exits: pd.DataFrame
    promises: pd.DataFrame
    camps: pd.DataFrame
    seats: pd.DataFrame
    candidacies: pd.DataFrame
    summary: Mapping[str, Any]
    manifest: Mapping[str, Any]

    def save(self, folder: str | os.PathLike[str]) -> Path:
        """Write all tables and the manifest to a new folder, whole or not at all.

        Parameters
        ----------
        folder
            The folder to be made; its parent must exist.

        Returns
        -------
        The folder.

        Raises
        ------
        StoreError
            If the folder exists or cannot be written, or if a data frame was changed.
        """
        target = Path(folder)
        names = self.manifest["tables"]
        tables = {name: from_frame(name, getattr(self, name)) for name in names}
        if (hashes := table_hashes(tables)) != names:
            changed = ", ".join(name for name in names if hashes[name] != names[name])
            raise StoreError(
                str(target), f"data frames were changed after the run: {changed}", "run again"
            )
        writers = {f"{name}.parquet": partial(write_table, table) for name, table in tables.items()}
        writers["manifest.json"] = partial(write_manifest, self.manifest)
        write_folder(target, writers)
        return target

    def headline(self) -> list[str]:
        """Say in a few lines what was run, what came out, and what was observed."""
        summary = self.summary
        names = summary["candidates"]
        run = f"{_plural(summary['replicates'])}, seed {summary['seed']}"
        behaviour = f"behaviour {summary['behaviour']}"
        lines = [f"{summary['name']} ({summary['contest']}): {run}, {behaviour}"]
        first = summary["first_round"]
        shares = ", ".join(
            f"{names[name]} {100 * row['share']['mean']:.1f} %"
            for name, row in first["candidates"].items()
            if row["share"] is not None
        )
        suffix = " (equal to the observed by construction)" if first["by_construction"] else ""
        lines.append(f"first round: {shares}{suffix}")
        lines += [f"runoff: {line}" for line in _runoff_lines(summary)]
        lines += [f"observed: {line}" for line in _observed_lines(summary)]
        return lines

    def __repr__(self) -> str:
        """Write the headline."""
        head, *rest = self.headline()
        return "\n".join([f"<RunResult {head}", *(f"  {line}" for line in rest)]) + ">"

    def _repr_html_(self) -> str:
        head, *rest = (html.escape(line) for line in self.headline())
        items = "".join(f"<li>{line}</li>" for line in rest)
        return f"<p><strong>{head}</strong></p><ul>{items}</ul>"


def _runoff_lines(summary: Mapping[str, Any]) -> list[str]:
    runoff = summary["runoff"]
    if runoff is None:
        return ["none, round one decided in every replicate"]
    lines = []
    for name in runoff["finalists"]:
        share = runoff["share"][name]
        low, high = (100 * end for end in share["intervals"]["90"])
        win = f"{summary['win_prob'][name]:.2f} ± {summary['win_prob_se'][name]:.2f}"
        lines.append(
            f"{summary['candidates'][name]} {100 * share['mean']:.1f} % "
            f"(90 % of replicates: {low:.1f} to {high:.1f} %), wins with probability {win}"
        )
    return lines


def _observed_lines(summary: Mapping[str, Any]) -> list[str]:
    seen = summary["observed"]["runoff_share"]
    if seen is None:
        return []
    name = summary["candidates"][summary["observed"]["finalists"][0]]
    value = f"{name} {100 * seen['observed']:.1f} % of the finalists' vote"
    return [f"{value}, above {100 * seen['quantile']:.0f} % of the replicates"]


def _plural(n: int) -> str:
    return "1 replicate" if n == 1 else f"{n} replicates"
