"""Hold the results of a comparison: data frames, summary, provenance."""

from __future__ import annotations

import html
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from kingmaker.analyse.tables import table_from_frame
from kingmaker.contest.schema import Contest
from kingmaker.errors import StoreError
from kingmaker.files.folder import Writer, write_folder
from kingmaker.files.provenance import table_hashes, write_manifest
from kingmaker.files.results import write_table


@dataclass(frozen=True, repr=False, eq=False)
class CompareResult:
    """Hold what a comparison gave.

    Attributes
    ----------
    contest
        The contest.
    compare, changed, payoffs, pivotality
        Data frames with the columns of `kingmaker.analyse.tables.COMPARE_TABLES`.
    summary
        What ``kingmaker compare --json`` prints; see `kingmaker.analyse.summary`.
    manifest
        Versions, hashes, settings, the whole contest: what is needed to compare again.
    """

    contest: Contest
    compare: pd.DataFrame
    changed: pd.DataFrame
    payoffs: pd.DataFrame
    pivotality: pd.DataFrame
    summary: Mapping[str, Any]
    manifest: Mapping[str, Any]

    def save(
        self, folder: str | os.PathLike[str], figures: Mapping[str, Writer] | None = None
    ) -> Path:
        """Write all tables and the manifest to a new folder, whole or not at all.

        Parameters
        ----------
        folder
            The folder to be made; its parent must exist.
        figures
            What writes further files, by file name; see `kingmaker.report.figures`.

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
        tables = {name: table_from_frame(name, getattr(self, name)) for name in names}
        if (hashes := table_hashes(tables)) != names:
            changed = ", ".join(name for name in names if hashes[name] != names[name])
            raise StoreError(
                str(target),
                f"data frames were changed after the comparison: {changed}",
                "compare again",
            )
        writers = {f"{name}.parquet": partial(write_table, table) for name, table in tables.items()}
        writers["manifest.json"] = partial(write_manifest, self.manifest)
        write_folder(target, writers | dict(figures or {}))
        return target

    def headline(self) -> list[str]:
        """Say in a few lines what was compared and what came out."""
        summary = self.summary
        run = f"{summary['replicates']} replicates, seed {summary['seed']}"
        lines = [f"{summary['name']} ({summary['contest']}): {run}, {summary['given']}"]
        if summary["finalists"] is None:
            return [*lines, "no runoff, round one decided in every replicate"]
        leader = summary["candidates"][summary["finalists"][0]]
        for row in summary["forest"]:
            if row["share"] is None:
                continue
            line = f"{row['behaviour']}: {leader} {100 * row['share']['mean']:.1f} %"
            line += f", wins with probability {row['win_prob']['prob']:.2f}"
            if row["difference"] is not None:
                low, high = row["difference"]["spread"]
                line += f", {100 * row['difference']['mean']:+.1f} points"
                line += f" (90 % of replicates: {100 * low:+.1f} to {100 * high:+.1f})"
            lines.append(line)
        return lines

    def __repr__(self) -> str:
        """Write the headline."""
        head, *rest = self.headline()
        return "\n".join([f"<CompareResult {head}", *(f"  {line}" for line in rest)]) + ">"

    def _repr_html_(self) -> str:
        head, *rest = (html.escape(line) for line in self.headline())
        items = "".join(f"<li>{line}</li>" for line in rest)
        return f"<p><strong>{head}</strong></p><ul>{items}</ul>"
