"""Load written results into pandas: of a run, a comparison or a sweep."""

from __future__ import annotations

import os
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from kingmaker.errors import ParameterError, Problem, StoreError, did_you_mean
from kingmaker.files.results import to_frame

_FIRST = ("compare", "runs")
"""Table that is loaded if none is named: the first of these that is there."""


def load_results(folder: str | os.PathLike[str], table: str | None = None) -> pd.DataFrame:
    """Load a table of results.

    Parameters
    ----------
    folder
        Folder that ``kingmaker run``, ``compare`` or ``sweep`` wrote.
    table
        Name of the table, such as ``"shares"``; None: a row per run (``runs``), or per replicate
        and behaviour of a comparison (``compare``).

    Returns
    -------
    One row per thing, one column per fact. ``frame.attrs["units"]`` and
    ``frame.attrs["meanings"]`` say what each column is.

    Raises
    ------
    StoreError
        If the folder holds no results, or a sweep that is not collected, or a file is damaged.
    ParameterError
        If there is no such table.
    """
    place = Path(folder)
    if not place.is_dir():
        raise StoreError(os.fspath(folder), "is no folder", "a folder of results")
    is_sweep = (place / "plan.json").exists()
    if is_sweep and not (place / "manifest.json").exists():
        remedy = f"kingmaker collect {os.fspath(folder)}"
        raise StoreError(os.fspath(folder), "is a sweep that is not collected", remedy)
    files = place / "data" if is_sweep else place
    names = sorted(path.stem for path in files.glob("*.parquet"))
    if not names:
        raise StoreError(os.fspath(folder), "holds no tables", "a folder of results")
    if table is None:
        table = next((name for name in _FIRST if name in names), names[0])
    if table not in names:
        problem = Problem("table", f"no table '{table}' in {place}", did_you_mean(table, names))
        raise ParameterError("load_results", (problem,))
    try:
        found = pq.ParquetFile(files / f"{table}.parquet").read()
    except (OSError, pa.ArrowException) as error:
        path = os.fspath(files / f"{table}.parquet")
        remedy = f"kingmaker collect {os.fspath(folder)}" if is_sweep else "run again"
        raise StoreError(path, f"cannot be read ({type(error).__name__})", remedy) from error
    frame = to_frame(found)
    frame.attrs["units"] = _noted(found.schema, b"unit")
    frame.attrs["meanings"] = _noted(found.schema, b"meaning")
    return frame


def _noted(schema: pa.Schema, key: bytes) -> dict[str, str]:
    return {f.name: f.metadata[key].decode() for f in schema if f.metadata and key in f.metadata}
