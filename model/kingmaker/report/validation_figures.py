"""Draw the figures of a validation: forecasts, coverage, PIT, differences, variants."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import bdtr

from kingmaker.files.folder import Writer
from kingmaker.report.drawing import BLUE, GREEN, INK, PALE, RED, Summary, new_figure, write_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_COLUMNS = 4


def validation_writers(summary: Summary) -> dict[str, Writer]:
    """Say what writes each figure of a validation.

    Parameters
    ----------
    summary
        Summary of the validation; see `kingmaker.validate.table.summarise`.

    Returns
    -------
    Writers by file name, for `kingmaker.files.folder.write_folder`: five figures per scheme, and
    one of the variants where there are some.
    """
    writers: dict[str, Writer] = {}
    for name, scheme in summary["schemes"].items():
        drawn = FIGURES if len(scheme["variants"]) > 1 else FIGURES[:-1]
        for title, draw in drawn:
            writers[f"{title}-{name}.png"] = partial(write_figure, draw, scheme)
    return writers


def scatter_figure(scheme: Summary) -> Figure:
    """Draw forecast medians with 90 % intervals over the observed shares, a panel per method."""
    methods = [row["method"] for row in scheme["methods"]]
    shares = [100 * row["share"] for row in scheme["forecasts"]]
    ends = [min(shares) - 5.0, max(shares) + 5.0]
    figure, axes = _panels(len(methods), 2.9)
    for axis, name in zip(axes, methods, strict=False):
        for row in scheme["forecasts"]:
            said = row["methods"].get(name)
            if said is None:
                continue
            x = 100 * row["share"]
            low, high = (100 * end for end in said["interval"])
            colour = BLUE if low <= x <= high else RED
            axis.plot([x, x], [low, high], color=colour, lw=0.8, alpha=0.6)
            axis.plot([x], [100 * said["median"]], "o", color=colour, ms=3)
        axis.plot(ends, ends, color=PALE, lw=0.8)
        axis.axvline(50.0, color=PALE, lw=0.5, ls=":")
        axis.axhline(50.0, color=PALE, lw=0.5, ls=":")
        axis.set_title(name, size=8)
        axis.set_xlim(*ends)
    figure.supxlabel("observed share of the first-round leader, %", size=9)
    figure.supylabel("forecast median and 90 % interval, %", size=9)
    return figure


def calibration_figure(scheme: Summary) -> Figure:
    """Draw how often central intervals hold the observed share, over their probability."""
    rows = _spoken(scheme)
    figure, axes = _panels(len(rows), 2.7)
    levels = np.arange(1, 100) / 100
    for axis, row in zip(axes, rows, strict=False):
        n = row["n"]
        reach = np.abs(np.array(row["pit"]["values"]) - 0.5) * 2.0
        held = [float((reach <= level).mean()) for level in levels]
        band = np.array([_binomial_band(n, float(level)) for level in levels])
        axis.fill_between(100 * levels, 100 * band[:, 0], 100 * band[:, 1], color=PALE, alpha=0.3)
        axis.plot([0, 100], [0, 100], color=PALE, lw=0.8)
        axis.plot(100 * levels, [100 * share for share in held], color=BLUE, lw=1.5)
        axis.set_title(row["method"], size=8)
    figure.supxlabel("probability of the central interval, %", size=9)
    figure.supylabel("contests inside, %; grey: 90 % if calibrated", size=9)
    return figure


def pit_figure(scheme: Summary) -> Figure:
    """Draw the histogram of the probability integral transform, a panel per method."""
    rows = _spoken(scheme)
    figure, axes = _panels(len(rows), 2.4)
    for axis, row in zip(axes, rows, strict=False):
        counts = row["pit"]["counts"]
        n_bins = len(counts)
        places = [(number + 0.5) / n_bins for number in range(n_bins)]
        low, high = (row["n"] * end for end in _binomial_band(row["n"], 1.0 / n_bins))
        axis.axhspan(low, high, color=PALE, alpha=0.3, lw=0)
        axis.bar(places, counts, width=0.9 / n_bins, color=BLUE)
        axis.axhline(row["n"] / n_bins, color=INK, lw=0.8)
        axis.set_title(f"{row['method']}: distance {row['pit']['distance']:.2f}", size=8)
    figure.supxlabel("forecast probability of a share below the observed one", size=9)
    figure.supylabel("contests; grey: 90 % if calibrated", size=9)
    return figure


def differences_figure(scheme: Summary) -> Figure:
    """Draw the mean CRPS of each method minus that of the best baseline, with its interval."""
    return _differences(scheme["methods"], f"that of {scheme['reference']}")


def variants_figure(scheme: Summary) -> Figure:
    """Draw the mean CRPS of each variant minus that of the default, both emulated."""
    return _differences(scheme["variants"], "the default's, emulated")


def forecasts_figure(scheme: Summary) -> Figure:
    """Draw what was forecast of each contest, a row each, next to what happened."""
    names = [row["method"] for row in scheme["methods"] if not row["is_baseline"]]
    shown = [name for name in (scheme["reference"], *names) if name is not None]
    rows = sorted(scheme["forecasts"], key=lambda row: float(row["share"]))
    figure = new_figure(7.2, 1.2 + 0.21 * len(rows))
    axis = figure.subplots()
    colours = (PALE, BLUE, GREEN)
    for number, name in enumerate(shown):
        shift = 0.22 * (number - 0.5 * (len(shown) - 1))
        label: str | None = f"{name}: median, 90 %"
        for place, row in enumerate(rows):
            said = row["methods"].get(name)
            if said is None:
                continue
            ends = [100 * end for end in said["interval"]]
            colour, height = colours[number % len(colours)], place + shift
            axis.plot(ends, [height, height], color=colour, lw=1.4)
            axis.plot([100 * said["median"]], [height], "o", color=colour, ms=3, label=label)
            label = None
    seen = [100 * row["share"] for row in rows]
    axis.plot(seen, range(len(rows)), "|", color=RED, ms=9, mew=1.6, label="observed")
    axis.axvline(50.0, color=PALE, lw=0.8)
    axis.set_yticks(range(len(rows)), [row["contest"] for row in rows], size=7)
    axis.set_ylim(len(rows) - 0.4, -0.6)
    axis.set_xlabel("runoff share of the first-round leader, %")
    figure.legend(loc="outside upper left", ncols=2, fontsize=7, frameon=False)
    return figure


FIGURES: tuple[tuple[str, Callable[[Summary], Figure]], ...] = (
    ("forecasts", forecasts_figure),
    ("scatter", scatter_figure),
    ("calibration", calibration_figure),
    ("pit", pit_figure),
    ("differences", differences_figure),
    ("variants", variants_figure),
)
"""Figures of a scheme, by the first part of their file names."""


def _differences(methods: Sequence[Summary], reference: str) -> Figure:
    """Draw paired differences of the CRPS with intervals."""
    rows = [row for row in methods if row["differences"]["crps"] is not None]
    figure = new_figure(6.4, 1.2 + 0.36 * max(len(rows), 1))
    axis = figure.subplots()
    for place, row in enumerate(rows):
        found = row["differences"]["crps"]
        if found["interval"] is not None:
            axis.plot(found["interval"], [place, place], color=BLUE, lw=2.5)
        axis.plot([found["mean"]], [place], "o", color=INK, ms=4)
        label = f"n = {found['n']}"
        axis.text(1.01, place, label, transform=axis.get_yaxis_transform(), va="center", size=7)
    axis.axvline(0.0, color=PALE, lw=0.8)
    axis.set_yticks(range(len(rows)), [row["method"] for row in rows])
    axis.set_ylim(len(rows) - 0.5, -0.5)
    axis.set_xlabel(f"CRPS minus {reference}; 90 % over parties; left is better")
    return figure


def _spoken(scheme: Summary) -> list[Summary]:
    """List the methods, of the baselines those that forecast as many contests as any method."""
    most = max((row["n"] for row in scheme["methods"]), default=0)
    return [row for row in scheme["methods"] if row["n"] == most or not row["is_baseline"]]


def _binomial_band(n: int, prob: float) -> tuple[float, float]:
    """Return the fractions of n between which a binomial count lies with probability 0.9."""
    chances = bdtr(np.arange(n + 1), n, prob)
    low = int(np.searchsorted(chances, 0.05))
    high = int(np.searchsorted(chances, 0.95))
    return low / n, high / n


def _panels(n_panels: int, height: float) -> tuple[Figure, Sequence[Axes]]:
    """Make a figure of panels in rows of `_COLUMNS`, those without use hidden."""
    columns = max(1, min(n_panels, _COLUMNS))
    n_rows = max(1, math.ceil(n_panels / columns))
    figure = new_figure(2.4 * columns + 0.6, height * n_rows + 0.4)
    grid = figure.subplots(n_rows, columns, sharex=True, sharey=True, squeeze=False)
    axes = list(grid.flat)
    for axis in axes[n_panels:]:
        axis.set_visible(False)
    for axis in axes[max(n_panels - columns, 0) : n_panels]:
        axis.xaxis.set_tick_params(labelbottom=True)
    return figure, axes
