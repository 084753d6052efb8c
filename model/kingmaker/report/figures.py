"""Draw the figures of a comparison: forest, waterfall, payoffs; same numbers, same bytes."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

from kingmaker.analyse.tables import NEUTRAL
from kingmaker.files.folder import Writer
from kingmaker.report.drawing import BLUE, INK, PALE, RED, Summary, new_figure, write_figure
from kingmaker.report.names import short_names

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Names = Mapping[str, str]


def figure_writers(summary: Summary) -> dict[str, Writer]:
    """Say what writes each figure of a comparison.

    Parameters
    ----------
    summary
        Summary of the comparison.

    Returns
    -------
    Writers by file name, for `kingmaker.analyse.result.CompareResult.save`; none where there was
    no runoff, and no payoffs where none were played.
    """
    if summary["finalists"] is None:
        return {}
    writers: dict[str, Writer] = {
        "forest.png": partial(write_figure, forest_figure, summary),
        "forest.svg": partial(write_figure, forest_figure, summary),
        "waterfall.png": partial(write_figure, waterfall_figure, summary),
    }
    if summary["payoffs"] is not None:
        writers["payoffs.png"] = partial(write_figure, payoffs_figure, summary)
    return writers


def forest_figure(summary: Summary) -> Figure:
    """Draw the leader's share under each behaviour, and its difference to the first one."""
    rows = [row for row in summary["forest"] if row["share"] is not None]
    leader = short_names(summary)[summary["finalists"][0]]
    figure = new_figure(9.0, 1.3 + 0.42 * len(rows))
    left, right = figure.subplots(1, 2, sharey=True, width_ratios=(1.0, 1.0))
    for place, row in enumerate(rows):
        _whisker(left, place, row["share"])
        text = f"P(wins) {row['win_prob']['prob']:.2f}"
        left.text(1.02, place, text, transform=left.get_yaxis_transform(), va="center", size=8)
        if row["difference"] is not None:
            _whisker(right, place, row["difference"])
    if summary["observed_share"] is not None:
        left.axvline(100 * summary["observed_share"], color=RED, lw=0.8, ls=":", label="observed")
        left.legend(loc="lower right", fontsize=7, frameon=False)
    left.axvline(50.0, color=PALE, lw=0.8)
    right.axvline(0.0, color=PALE, lw=0.8)
    left.set_yticks(range(len(rows)), [row["behaviour"] for row in rows])
    left.set_ylim(len(rows) - 0.5, -0.5)
    left.set_xlabel(f"runoff share of {leader}, %{_size(summary)}")
    right.set_xlabel(f"difference to {summary['behaviours'][0]}, points, same replicates")
    left.set_title("thick: 90 % of the mean; thin: 90 % of replicates", size=8, loc="left")
    return figure


def waterfall_figure(summary: Summary) -> Figure:
    """Draw the way from the first-round margin to that of the runoff, a panel per behaviour."""
    panels = {b: rows for b, rows in summary["waterfall"].items() if rows}
    one, other = (short_names(summary)[name] for name in summary["finalists"])
    figure = new_figure(2.2 + 2.3 * len(panels), 4.2)
    axes = figure.subplots(1, max(1, len(panels)), sharey=True, sharex=True, squeeze=False)[0]
    for axis, (behaviour, rows) in zip(axes, panels.items(), strict=False):
        total = 0.0
        for place, row in enumerate(rows):
            votes = row["votes"]["mean"]
            is_total = row["step"] in ("round1", "round2")
            start = 0.0 if is_total else total
            colour = INK if is_total else (BLUE if votes >= 0.0 else RED)
            axis.barh(place, votes, left=start, color=colour, height=0.7)
            total = votes if is_total else total + votes
        axis.axvline(0.0, color=PALE, lw=0.8)
        axis.set_title(behaviour, size=8)
    first: list[Summary] = next(iter(panels.values()), [])
    axes[0].set_yticks(range(len(first)), [row["step"] for row in first])
    axes[0].invert_yaxis()
    figure.supxlabel(f"mean votes of {one} minus {other}{_size(summary)}", size=9)
    return figure


def payoffs_figure(summary: Summary) -> Figure:
    """Draw the endorsers' game: the leader's mean share and P(wins) in every profile."""
    game, names = summary["payoffs"], short_names(summary)
    actors = game["actors"]
    options = list(dict.fromkeys(row["choices"][actors[0]] for row in game["profiles"]))
    cells = {tuple(row["choices"].values()): row for row in game["profiles"]}
    shares = [100 * row["share"]["mean"] for row in game["profiles"] if row["share"] is not None]
    reach = max([abs(share - 50.0) for share in shares] + [0.1])
    last = options if len(actors) > 2 else [None]
    figure = new_figure(1.2 + 2.9 * len(last), 3.4)
    panels = figure.subplots(1, len(last), sharey=True, squeeze=False)[0]
    for axis, third in zip(panels, last, strict=True):
        _payoff_panel(axis, cells, options, len(actors), third, reach)
        labels = [_label(option, names) for option in options]
        axis.set_yticks(range(len(options)), labels)
        axis.set_xticks(*((range(len(options)), labels) if len(actors) > 1 else ([0], [""])))
        if len(actors) > 1:
            axis.set_xlabel(f"{names[actors[1]]} calls for")
        if third is not None:
            axis.set_title(f"{names[actors[2]]}: {_label(third, names)}", size=8)
    panels[0].set_ylabel(f"{names[actors[0]]} calls for")
    leader = names[summary["finalists"][0]]
    size = f"{game['replicates']} replicates"
    if summary["tolerance"] is not None:
        size += f", ESS {game['ess']:.1f}"
    figure.suptitle(f"{leader}: mean runoff share, % (P(wins)); {size}", size=9)
    return figure


def _payoff_panel(
    axis: Axes,
    cells: Mapping[tuple[str, ...], Summary],
    options: list[str],
    n_actors: int,
    third: str | None,
    reach: float,
) -> None:
    """Colour and write the profiles of the first two endorsers, the third one's choice given."""
    seconds: list[str | None] = [*options] if n_actors > 1 else [None]
    colours = []
    for i, one in enumerate(options):
        line = []
        for j, two in enumerate(seconds):
            row = cells[tuple(name for name in (one, two, third) if name is not None)]
            share = 50.0 if row["share"] is None else 100 * row["share"]["mean"]
            win = "-" if row["win_prob"] is None else f"{row['win_prob']['prob']:.2f}"
            mark = " =" if row["is_equilibrium"] else ""
            axis.text(j, i, f"{share:.1f}\n({win}){mark}", ha="center", va="center", size=8)
            line.append(share - 50.0)
        colours.append(line)
    axis.imshow(colours, cmap="RdBu", vmin=-1.6 * reach, vmax=1.6 * reach, aspect="auto")
    axis.spines[["left", "bottom"]].set_visible(False)
    axis.tick_params(length=0)


def _whisker(axis: Axes, place: int, description: Summary) -> None:
    """Draw a mean with its interval, thick, and the interval over replicates, thin."""
    low, high = (100 * end for end in description["spread"])
    axis.plot([low, high], [place, place], color=PALE, lw=1.2, solid_capstyle="butt")
    if description["interval"] is not None:
        low, high = (100 * end for end in description["interval"])
        axis.plot([low, high], [place, place], color=BLUE, lw=3.0, solid_capstyle="butt")
    axis.plot([100 * description["mean"]], [place], "o", color=INK, ms=4)


def _label(option: str, names: Names) -> str:
    return NEUTRAL if option == NEUTRAL else names.get(option, option)


def _size(summary: Summary) -> str:
    return "" if summary["tolerance"] is None else f" (ESS {summary['ess']:.1f})"
