"""Make the points of a design: the values of its parameters, the same bits on every machine."""

from __future__ import annotations

import itertools
import math
import warnings
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from kingmaker.contest.facts import prior_kind
from kingmaker.contest.schema import Contest
from kingmaker.files.posterior import read_posterior
from kingmaker.parameters import PARAMETERS, prior_quantile
from kingmaker.sweep.experiment_file import Design

DEFAULT_LEVELS = 4
"""Levels of the grid of a Morris design, where the file does not say; customary."""

MORRIS_TAIL = 0.025
"""Part of a prior that a Morris design leaves out at each end: its outermost levels are the ends of
the range, and those of a prior may lie infinitely far away; assumed."""

INSTALL_SALIB = "pip install 'kingmaker[sensitivity]'"


@dataclass(frozen=True, eq=False)
class Samples:
    """Hold the values of a design.

    Attributes
    ----------
    names
        Parameters, sorted.
    values
        Values by contest, shape ``(n_contests, n_samples, n_names)``, each in its unit; NaN where a
        sample leaves a parameter to its prior.
    counts
        How often the design has each sample, shape ``(n_samples,)``.
    is_draw
        Whether the values are posterior draws instead of settings.
    """

    names: tuple[str, ...]
    values: np.ndarray
    counts: np.ndarray
    is_draw: bool = False


def samples_of(design: Design | None, contests: Sequence[Contest], base: Path) -> Samples:
    """Make the points of a design that has no problems.

    Parameters
    ----------
    design
        The design; None: a single sample without parameters.
    contests
        The contests; ranges that are priors may differ between them.
    base
        Folder that files are seen from.

    Returns
    -------
    The values. Samples that a random design or a posterior has more than once are kept once, and
    counted.
    """
    if design is None:
        return _same_everywhere((), [[]], len(contests))
    if design.kind == "posterior":
        return _draws(design, len(contests), base)
    if design.kind == "list":
        names = tuple(sorted({name for row in design.rows for name in row}))
        rows = [[row.get(name, math.nan) for name in names] for row in design.rows]
        return _same_everywhere(names, rows, len(contests))
    names = tuple(sorted(design.parameters))
    if design.kind == "grid":
        levels = [[float(value) for value in design.parameters[name]] for name in names]
        return _same_everywhere(names, list(itertools.product(*levels)), len(contests))
    cube, counts = _distinct(_unit_cube(design, len(names)))
    tail = MORRIS_TAIL if design.kind == "morris" else 0.0
    by_kind = {
        kind: [
            [
                _value(name, design.parameters[name], kind, u, tail)
                for name, u in zip(names, row, strict=True)
            ]
            for row in cube.tolist()
        ]
        for kind in {prior_kind(contest): None for contest in contests}
    }
    values = [by_kind[prior_kind(contest)] for contest in contests]
    return Samples(names, _matrix(values, len(contests), len(names)), counts)


def n_samples(design: Design | None) -> int:
    """Count the samples of a design before it is made; repeated ones count each time."""
    if design is None:
        return 1
    if design.kind == "grid":
        return math.prod(len(values) for values in design.parameters.values())
    if design.kind == "list":
        return len(design.rows)
    if design.kind == "morris":
        return (design.trajectories or 0) * (len(design.parameters) + 1)
    return design.points or 1


def _unit_cube(design: Design, n_names: int) -> np.ndarray:
    """Spread points over the unit cube, shape ``(n_points, n_names)``."""
    generator = np.random.Generator(np.random.Philox(design.design_seed))
    if design.kind == "morris":
        return _trajectories(design, n_names, generator)
    from scipy.stats import qmc

    if design.kind == "latin-hypercube":
        cube: np.ndarray = qmc.LatinHypercube(n_names, rng=generator).random(design.points)
        return cube
    with warnings.catch_warnings():
        # The number is a power of two: checked before.
        warnings.simplefilter("ignore", UserWarning)
        sequence: np.ndarray = qmc.Sobol(n_names, rng=generator).random(design.points)
    return sequence


def _trajectories(design: Design, n_names: int, generator: np.random.Generator) -> np.ndarray:
    """Make Morris' trajectories with SALib, in the unit cube.

    SALib multiplies matrices, whose last bit depends on the processor: what it returns only chooses
    among the levels, and these are divided here.
    """
    from SALib.sample import morris

    problem = {
        "num_vars": n_names,
        "names": [f"x{k}" for k in range(n_names)],
        "bounds": [[0.0, 1.0]] * n_names,
    }
    levels = design.levels or DEFAULT_LEVELS
    cube = morris.sample(problem, design.trajectories, num_levels=levels, seed=generator)
    steps: np.ndarray = np.rint(cube * (levels - 1))
    return steps / (levels - 1)


def _draws(design: Design, n_contests: int, base: Path) -> Samples:
    """Take rows of a posterior, with weights as often as they weigh."""
    assert design.file is not None
    posterior, problems = read_posterior(base / design.file, "design.file")
    assert posterior is not None, problems
    n_points = design.points or len(posterior.values)
    rows = [posterior.row_of(k) for k in range(n_points)]
    counts = Counter(rows)
    kept = list(counts)
    values = posterior.values[kept] + 0.0
    return Samples(
        posterior.names,
        np.broadcast_to(values, (n_contests, *values.shape)),
        np.array([counts[row] for row in kept], dtype=np.int64),
        is_draw=True,
    )


def _value(name: str, spread: Any, kind: str, u: float, tail: float) -> float:
    """Return a value at a place between 0 and 1 of its range; a prior loses its tails."""
    if spread == "prior":
        return float(prior_quantile(PARAMETERS[name], kind, tail + (1.0 - 2.0 * tail) * u)) + 0.0
    low, high = (float(end) for end in spread)
    return min(low + u * (high - low), high) + 0.0


def _distinct(cube: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Keep the first of equal rows, in their order, and count them."""
    _, first, counts = np.unique(cube, axis=0, return_index=True, return_counts=True)
    order = np.argsort(first, kind="stable")
    return cube[first[order]], counts[order].astype(np.int64)


def _same_everywhere(
    names: tuple[str, ...], rows: Sequence[Sequence[float]], n_contests: int
) -> Samples:
    values = _matrix([rows] * n_contests, n_contests, len(names))
    return Samples(names, values, np.ones(len(rows), dtype=np.int64))


def _matrix(values: Any, n_contests: int, n_names: int) -> np.ndarray:
    """Make the array of values; -0.0 becomes 0.0, so that equal points have equal ids."""
    n_rows = len(values[0])
    return np.array(values, dtype=np.float64).reshape(n_contests, n_rows, n_names) + 0.0


def salib_is_installed() -> bool:
    """Tell whether the package that makes Morris' designs is there."""
    from importlib.util import find_spec

    return find_spec("SALib") is not None


def held_everywhere(settings: Mapping[str, float]) -> dict[str, float]:
    """Sort held parameters; -0.0 becomes 0.0."""
    return {name: float(value) + 0.0 for name, value in sorted(settings.items())}
