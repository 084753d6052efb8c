"""Read posterior draws of the parameters from a Parquet file, one row per draw."""

from __future__ import annotations

import hashlib
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from kingmaker.errors import Problem, did_you_mean

WEIGHT = "weight"
# Fractional parts of n / golden ratio fill [0, 1) evenly, however many replicates there are.
_GOLDEN = 0.6180339887498949


@dataclass(frozen=True)
class Posterior:
    """Hold posterior draws.

    Attributes
    ----------
    names
        Parameters, sorted.
    values
        Draws, shape (n_draws, n_parameters), each in its parameter's unit.
    cumulative
        Cumulative weights, shape (n_draws,), the last one is 1 [dimensionless]; None where all
        draws weigh the same.
    sha256
        Hash of the file's bytes.
    """

    names: tuple[str, ...]
    values: np.ndarray
    cumulative: np.ndarray | None
    sha256: str

    def row_of(self, replicate: int) -> int:
        """Choose the row of a replicate, the same however many replicates there are.

        Returns
        -------
        ``replicate`` modulo the number of draws; with weights the row in which
        ``(replicate + 1/2) * golden`` modulo 1 falls, so that rows appear as often as they weigh.
        """
        if self.cumulative is None:
            return replicate % len(self.values)
        point = ((replicate + 0.5) * _GOLDEN) % 1.0
        row = int(np.searchsorted(self.cumulative, point, side="right"))
        return min(row, len(self.values) - 1)

    def draw(self, replicate: int) -> dict[str, float]:
        """Return the parameters of a replicate."""
        row = self.values[self.row_of(replicate)]
        return {name: float(value) for name, value in zip(self.names, row, strict=True)}


def read_posterior(path: Path, where: str) -> tuple[Posterior | None, tuple[Problem, ...]]:
    """Read and check a file of posterior draws.

    Parameters
    ----------
    path
        Parquet file: a column per parameter, optionally a column ``weight`` (not negative).
    where
        What names the file, for the messages.

    Returns
    -------
    The draws and no problems, or None and all problems.
    """
    try:
        if not path.is_file():
            wrong = "is no file" if path.exists() else "does not exist"
            return None, (Problem(where, f"'{path}' {wrong}", "a Parquet file of draws"),)
        data = path.read_bytes()
        table = pq.read_table(pa.BufferReader(data))
    except (ValueError, pa.ArrowException):
        wrong = f"'{path}' is damaged, or no Parquet file"
        return None, (Problem(where, wrong, "a Parquet file of draws"),)
    except OSError as error:
        wrong = f"'{path}' cannot be read: {error.strerror or error}"
        return None, (Problem(where, wrong, "a Parquet file of draws"),)
    problems = _problems(table, f"{where} {path}")
    if problems:
        return None, problems
    names = tuple(sorted(name for name in table.column_names if name != WEIGHT))
    values = np.column_stack([_numbers(table, name) for name in names])
    cumulative = None
    if WEIGHT in table.column_names:
        sums = np.cumsum(_numbers(table, WEIGHT))
        cumulative = sums / sums[-1]
    return Posterior(names, values, cumulative, hashlib.sha256(data).hexdigest()), ()


def _problems(table: pa.Table, where: str) -> tuple[Problem, ...]:
    from kingmaker.parameters import PARAMETERS

    if table.num_rows == 0:
        return (Problem(where, "holds no draw", "one row per draw"),)
    problems = []
    columns = table.column_names
    problems += [
        Problem(where, f"two columns are called '{name}'", "one column per parameter")
        for name in sorted({name for name in columns if columns.count(name) > 1})
    ]
    if problems:
        return tuple(problems)
    for name in columns:
        if name == WEIGHT:
            problems += _weight_problems(table, where)
        elif name not in PARAMETERS:
            remedy = did_you_mean(name, [*PARAMETERS, WEIGHT])
            problems.append(Problem(where, f"column '{name}' is no parameter", remedy))
        else:
            low, high = PARAMETERS[name].bounds
            problems += _column_problems(table, name, (low, high), where)
    if set(columns) <= {WEIGHT}:
        problems.append(Problem(where, "no column is a parameter", "a column per parameter"))
    return tuple(problems)


def _column_problems(
    table: pa.Table, name: str, bounds: tuple[float, float], where: str
) -> list[Problem]:
    low, high = bounds
    remedy = "numbers of 0 or more" if name == WEIGHT else f"numbers from {low:g} to {high:g}"
    values = _numbers(table, name)
    if values is None:
        kind = table.schema.field(name).type
        return [Problem(where, f"column '{name}' holds {kind}, not numbers", remedy)]
    bad = np.flatnonzero(~(np.isfinite(values) & (values >= low) & (values <= high)))
    if not bad.size:
        return []
    first = f"row {bad[0]} holds {values[bad[0]]:g}"
    rows = "1 such row" if bad.size == 1 else f"{bad.size} such rows"
    return [Problem(where, f"column '{name}': {first}, {rows}", remedy)]


def _weight_problems(table: pa.Table, where: str) -> list[Problem]:
    problems = _column_problems(table, WEIGHT, (0.0, sys.float_info.max), where)
    if not problems and not _numbers(table, WEIGHT).sum() > 0.0:
        return [Problem(where, f"column '{WEIGHT}' adds up to nothing", "some positive weight")]
    return problems


def _numbers(table: pa.Table, name: str) -> Any:
    column = table.column(name)
    kind = column.type
    if not (pa.types.is_floating(kind) or pa.types.is_integer(kind)):
        return None
    return column.cast(pa.float64()).to_numpy()
