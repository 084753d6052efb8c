"""Write a page on each home contest: its forecast as known before the runoff, piece by piece.

``python -m kingmaker.report.home_pages [--replicates N] [--workers N]`` writes the pages and their
figures into the documentation. Forecasts come from the bundled posteriors, which do not know the
contest; the runoff is read for the comparison alone.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kingmaker.contest.facts import runoff_share_observed
from kingmaker.contest.load import load_contest
from kingmaker.contest.schema import Contest
from kingmaker.experiment.environment import restart_guarded
from kingmaker.forecasting.driver import forecast
from kingmaker.forecasting.posterior_file import write_score_posteriors
from kingmaker.forecasting.result import ForecastResult
from kingmaker.forecasting.ship import prior_group
from kingmaker.report.drawing import BLUE, INK, PALE, RED, new_figure, write_figure
from kingmaker.report.markdown import page, table

if TYPE_CHECKING:
    from matplotlib.figure import Figure

HOME = ("il-labor-2007", "il-labor-2011")
"""Contests whose reports the mechanisms were written from."""

REPLICATES = 400
COMMAND = "python -m kingmaker.report.home_pages"

_CAVEATS: Mapping[str, str] = {
    "il-labor-2007": "Mechanisms M29 (backlash) and M43 (a pact named among the ally's opponents) "
    "were added after polls, or the result, of this contest had been seen: it is no test of them.",
    "il-labor-2011": "Most mechanisms were written from reports of this contest and of 2007.",
}


@dataclass(frozen=True)
class Step:
    """Hold a forecast with a part of what was known.

    Attributes
    ----------
    added
        What this step adds to the one before, in words.
    result
        The forecast.
    place
        Part of the futures with a share below the observed one [fraction].
    """

    added: str
    result: ForecastResult
    place: float

    @property
    def summary(self) -> Mapping[str, Any]:
        """Sum of the forecast."""
        return self.result.summary


def steps_of(
    contest: Contest, *, replicates: int, workers: int, report: Callable[[str], None]
) -> tuple[Step, ...]:
    """Forecast a contest from nothing but round one, then with one more piece at a time."""
    bare = contest.model_copy(
        update={
            "polls": (), "endorsements": (), "offers": (), "pledges": (), "events": (),
            "sectors": tuple(s.model_copy(update={"round1": None}) for s in contest.sectors),
        }
    )  # fmt: skip
    with_sectors = bare.model_copy(update={"sectors": contest.sectors})
    with_acts = contest.model_copy(update={"polls": ()})
    observed = runoff_share_observed(contest)
    assert observed is not None
    steps = []
    with tempfile.TemporaryDirectory() as folder:
        prior = Path(folder) / "prior.parquet"
        write_score_posteriors(prior, [prior_group()], {})
        for added, known, source in (
            ("round one, and wide priors", bare, prior),
            ("what other contests share", bare, None),
            ("sectors' results in round one", with_sectors, None),
            ("calls, offers, pledges and acts", with_acts, None),
            ("polls before the runoff", contest, None),
        ):
            found = forecast(known, posterior=source, replicates=replicates, workers=workers)
            place = float(
                (found.shares < observed).mean() + 0.5 * (found.shares == observed).mean()
            )
            steps.append(Step(added, found, place))
            report(f"{contest.id}: {added}: {found.summary['mean']:.3f}")
    return tuple(steps)


def page_of(contest: Contest, steps: Sequence[Step], replicates: int) -> str:
    """Write the page of a contest, in Markdown."""
    observed = runoff_share_observed(contest)
    assert observed is not None
    last = steps[-1].summary
    names = last["candidates"]
    leader = names[last["leader"]]
    rows = [
        (
            f"{number}. {'+ ' if number > 1 else ''}{step.added}",
            f"{100 * step.summary['mean']:.1f}",
            f"{100 * step.summary['sd']:.1f}",
            f"{_percent(step, '0.05')} to {_percent(step, '0.95')}",
            f"{step.summary['win_prob']:.2f}",
            f"{100 * step.place:.0f} %",
        )
        for number, step in enumerate(steps, start=1)
    ]
    header = ("what was known", f"mean of {leader}, %", "sd", "90 % interval", "P(wins)",
              "futures below the observed share")  # fmt: skip
    return page(
        f"# {contest.name}: the runoff as it could be forecast\n",
        f"<!-- Generated: {COMMAND}. Do not edit. -->\n",
        f"{leader} led round one, and got **{100 * observed:.1f} %** of the finalists' vote in the "
        f"runoff. Below is what the model would have said on the eve, from {last['as_of']} back: "
        "each line knows one thing more than the line above it.\n",
        table(header, rows),
        f"![The forecasts, one below the other]({contest.id}.png)\n",
        f"{last['posterior']['sentence']} {replicates} futures each, the same chance in all of "
        "them: lines differ by what is known alone.\n",
        "## What each piece did\n",
        "\n".join(_contributions(steps)) + "\n",
        "## What was used\n",
        "\n".join(_used(last)) + "\n",
        "## What this is not\n",
        f"{_CAVEATS[contest.id]} One runoff is one number: where it lies among the futures tests "
        "next to nothing. [Validation](validation.md) scores forecasts of all contests.\n",
    )


def figure_of(drawn: Mapping[str, Any]) -> Figure:
    """Draw the intervals of the steps, one below the other, and the observed share."""
    steps: Sequence[Step] = drawn["steps"]
    figure = new_figure(6.6, 0.45 * len(steps) + 1.0)
    axes = figure.subplots()
    for row, step in enumerate(steps):
        q = {level: 100 * step.summary["quantiles"][level] for level in _LEVELS}
        axes.plot([q["0.05"], q["0.95"]], [row, row], color=PALE, linewidth=3)
        axes.plot([q["0.25"], q["0.75"]], [row, row], color=BLUE, linewidth=6)
        axes.plot([q["0.5"]], [row], "o", color=INK, markersize=4)
    axes.axvline(100 * drawn["observed"], color=RED, linewidth=1.2)
    axes.axvline(50, color=PALE, linewidth=0.8, linestyle=":")
    axes.set_yticks(range(len(steps)), [step.added for step in steps])
    axes.invert_yaxis()
    axes.set_xlabel(f"{drawn['leader']}, % of the finalists' vote; 50 and 90 %; red: observed")
    return figure


def write_pages(folder: Path, *, replicates: int, workers: int, ids: Sequence[str] = HOME) -> None:
    """Write page and figure of each home contest into a folder."""
    for name in ids:
        contest = load_contest(name)
        steps = steps_of(contest, replicates=replicates, workers=workers, report=_say)
        last = steps[-1].summary
        drawn = {
            "steps": steps,
            "observed": runoff_share_observed(contest),
            "leader": last["candidates"][last["leader"]],
        }
        write_figure(figure_of, drawn, folder / f"{name}.png")
        (folder / f"{name}.md").write_text(page_of(contest, steps, replicates), encoding="utf-8")


_LEVELS = ("0.05", "0.25", "0.5", "0.75", "0.95")


def _percent(step: Step, level: str) -> str:
    return f"{100 * step.summary['quantiles'][level]:.1f}"


def _contributions(steps: Sequence[Step]) -> list[str]:
    """Say how each step moved and narrowed the forecast."""
    lines = []
    for before, after in pairwise(steps):
        moved = 100 * (after.summary["mean"] - before.summary["mean"])
        ratio = after.summary["sd"] / before.summary["sd"]
        spread = f"spread {100 * abs(ratio - 1):.0f} % {'narrower' if ratio < 1 else 'wider'}"
        lines.append(f"- {after.added}: mean {moved:+.1f} points, {spread}")
    return lines


def _used(summary: Mapping[str, Any]) -> list[str]:
    """List what the last forecast knew."""
    used, names = summary["information_used"], summary["candidates"]
    calls = [f"{names.get(call['by'], call['by'])}: {_call(call, names)}" for call in used["calls"]]
    drawn = "; ".join(used["drawn"]) or "nothing"
    return [
        f"- calls: {'; '.join(calls) or 'none'}",
        f"- polls: {'; '.join(used['polls']) or 'none'}",
        f"- sectors with a result of round one: {', '.join(used['sectors']) or 'none'}",
        f"- acts {used['acts']}, offers {used['offers']}, pledges {used['pledges']}",
        f"- drawn, because the file does not say: {drawn}",
    ]


def _call(call: Mapping[str, Any], names: Mapping[str, str]) -> str:
    to = call.get("to")
    return str(names.get(to, to)) if to else "nobody"


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main(words: Sequence[str] | None = None) -> None:
    """Write the pages; see the top of this module."""
    parser = argparse.ArgumentParser(prog=COMMAND, description=__doc__)
    parser.add_argument("--replicates", type=int, default=REPLICATES)
    parser.add_argument("--workers", type=int, default=1)
    docs = Path(str(resources.files("kingmaker").joinpath("docs", "explanation")))
    parser.add_argument("--out", type=Path, default=docs, help="folder of the pages")
    asked = parser.parse_args(words)
    write_pages(asked.out, replicates=asked.replicates, workers=asked.workers)


if __name__ == "__main__":
    restart_guarded("kingmaker.report.home_pages")
    main()
