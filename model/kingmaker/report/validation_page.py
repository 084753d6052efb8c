"""Write the report of a validation as Markdown, with its tables and figures in one folder."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from kingmaker.files.folder import Writer, replace_folder
from kingmaker.files.results import write_small
from kingmaker.report.drawing import Summary
from kingmaker.report.markdown import page, table
from kingmaker.report.validation import (
    LEFT_OUT,
    contests_table,
    coverage_table,
    differences_table,
    group_differences_table,
    header,
    noise_floor_parts,
    notes,
    reached_parts,
    scores_table,
    turnout_table,
    variants_parts,
)
from kingmaker.report.validation_figures import FIGURES, validation_writers

PAGE = "report.md"

_CAPTIONS = {
    "forecasts": "Forecasts and what happened",
    "scatter": "Forecast over observed shares",
    "calibration": "How often central intervals held the observed share",
    "pit": "Probability integral transform",
    "differences": "CRPS minus that of the best baseline",
    "variants": "CRPS of variants minus the default's, emulated",
}


def write_report(folder: Path, summary: Summary, tables: dict[str, pa.Table]) -> None:
    """Write report, tables and figures of a validation.

    Parameters
    ----------
    folder
        The folder; an earlier report is replaced when the new one is complete.
    summary
        Summary of the validation; see `kingmaker.validate.table.summarise`.
    tables
        Tables by name, each becoming a Parquet file.

    Raises
    ------
    StoreError
        If it cannot be written.
    """
    figures = validation_writers(summary)
    text = report_page(summary, list(figures))
    files: dict[str, Writer] = {PAGE: _text_writer(text)}
    files["summary.json"] = _text_writer(json.dumps(summary, indent=2, allow_nan=False) + "\n")
    for name, content in tables.items():
        files[f"{name}.parquet"] = partial(write_small, content)
    replace_folder(folder, files | figures)


def report_page(summary: Summary, figures: Iterable[str]) -> str:
    """Write the report of a validation as Markdown.

    Parameters
    ----------
    summary
        Summary of the validation.
    figures
        File names of the figures beside it.
    """
    parts: list[RenderableType] = [header(summary)]
    for name, scheme in summary["schemes"].items():
        what = LEFT_OUT[name]
        parts += [scores_table(scheme, what), *reached_parts(scheme)]
        parts += [differences_table(scheme, what), coverage_table(scheme, what)]
        parts.append(turnout_table(scheme, what))
        parts += variants_parts(scheme, what)
        for row in scheme["methods"]:
            if not row["is_baseline"] and scheme["reference"] is not None:
                parts.append(group_differences_table(scheme, row["method"], what))
        models = [row["method"] for row in scheme["methods"] if not row["is_baseline"]]
        shown = [*models, *([scheme["reference"]] if scheme["reference"] else [])]
        parts.append(contests_table(summary, name, shown))
    parts += noise_floor_parts(summary)
    lines = [_markdown_of(part) for part in (*parts, *notes(summary))]
    known = set(figures)
    for title, _ in FIGURES:
        for scheme_name in summary["schemes"]:
            name = f"{title}-{scheme_name}.png"
            if name in known:
                lines.append(f"![{_CAPTIONS[title]}, {LEFT_OUT[scheme_name]}]({name})\n")
    return page("# Validation\n", *(line for line in lines if line.strip()))


def _markdown_of(part: RenderableType) -> str:
    """Write a text or a table as Markdown."""
    if isinstance(part, Text):
        return f"{part.plain}\n" if part.plain else ""
    assert isinstance(part, Table)
    heads = [str(column.header) for column in part.columns]
    rows = zip(*(column.cells for column in part.columns), strict=True)
    text = f"## {part.title}\n\n" + table(heads, [[str(cell) for cell in row] for row in rows])
    return text if not part.caption else f"{text}\n{' '.join(str(part.caption).split())}\n"


def _text_writer(text: str) -> Callable[[Path], Any]:
    return lambda path: path.write_text(text, encoding="utf-8")
