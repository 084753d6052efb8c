"""Show what a calibration learned, and whether the model can make what was observed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from rich.console import Console, RenderableType
from rich.text import Text

from kingmaker.calibrate.bank import Bank
from kingmaker.calibrate.diagnostics import ContestCheck
from kingmaker.calibrate.posterior import LEAST_CONTRACTION
from kingmaker.calibrate.predictive import Predictive
from kingmaker.calibrate.session import Calibration, LearnedParameter
from kingmaker.report.cells import count, make_table, plural
from kingmaker.report.printing import print_parts

NOT_IDENTIFIED = "Not identified by these data"
_EDGE = 0.05


def print_before(
    banks: Sequence[Bank], checks: Sequence[ContestCheck], console: Console | None = None
) -> None:
    """Print what is to be known before anything is inferred; nothing where all is well."""
    print_parts(before_parts(banks, checks), console)


def print_calibration(found: Calibration, console: Console | None = None) -> None:
    """Print the report of a calibration on standard output, or on a console."""
    print_parts(calibration_parts(found), console)


def calibration_parts(found: Calibration) -> list[RenderableType]:
    """List the parts: what it rests on, what was learned, the model after."""
    posterior = found.posterior
    names = ", ".join(contest.id for contest in found.contests)
    runs = sum(len(bank.scores) for bank in found.banks)
    return [
        Text(f"Learned from {plural(len(found.contests), 'contest')}: {names}"),
        Text(
            f"{count(runs)} simulated runs, seed {found.settings.seed}; effective size of the "
            f"posterior {count(posterior.ess)}, k-hat {posterior.k_hat:.2f}"
        ),
        Text(),
        *learned_parts(found.learned(), found.kind),
        *after_parts(found.after),
        Text(
            "Each contest was learned from: a good place here is no test of the model. See "
            "kingmaker validate."
        ),
    ]


def before_parts(banks: Sequence[Bank], checks: Sequence[ContestCheck]) -> list[RenderableType]:
    """Say what failed, and which observations the model hardly makes whatever its parameters."""
    lines = [Text(line) for pair in zip(banks, checks, strict=True) for line in _warnings(*pair)]
    return [*lines, Text()] if lines else []


def _warnings(bank: Bank, check: ContestCheck) -> Iterator[str]:
    """Warn of one contest."""
    contest, n_failed = check.contest, len(bank.failures)
    if n_failed:
        n_draws = len(bank.scores) + n_failed
        yield (
            f"Warning: {count(n_failed)} of {count(n_draws)} draws of {contest} failed, the first "
            f"by {bank.failures[0]}"
        )
    if check.never:
        # All that a poll says has the poll's name before the colon.
        names = "; ".join(dict.fromkeys(name.split(":")[0] for name in check.never))
        yield (
            f"Warning: {contest}: {plural(len(check.never), 'observation')} not used, since hardly "
            f"any draw has such a value (as of a poll before the simulated campaign, or on the "
            f"runoff before round one): {names}"
        )
    suspect = [one for one in check.summaries if one.is_suspect]
    for one in suspect:
        yield (
            f"Warning: {contest}, {one.summary}: {one.observed:.2f} was observed, and draws of the "
            f"prior lie from {one.low:.2f} to {one.high:.2f} (90 %): the model may lack what made "
            "it"
        )
    if check.is_suspect and not suspect:
        yield (
            f"Warning: {contest}: its observations are jointly unlike those of the draws (tail "
            f"probability {check.tail:.3f})"
        )


def learned_parts(rows: Sequence[LearnedParameter], kind: str) -> list[RenderableType]:
    """Set prior and posterior side by side: of what was learned, then of what was not.

    Parameters
    ----------
    rows
        The parameters.
    kind
        Kind of contest whose priors give the values.
    """
    parts: list[RenderableType] = []
    for title, wanted in (("What contests share", True), (NOT_IDENTIFIED, False)):
        shown = [row for row in rows if row.is_identified is wanted]
        if shown:
            told = f"{title}: median and 90 % interval, kind {kind}"
            parts += [_learned_table(told, shown), Text()]
    return [
        *parts,
        Text(
            "kind: of contests, whose priors give the values. contr.: contraction of the variance "
            f"of the normal score. {NOT_IDENTIFIED} (under {100 * LEAST_CONTRACTION:.0f} %): "
            f"{sum(not row.is_identified for row in rows)} of {len(rows)} parameters."
        ),
        Text(),
    ]


def _learned_table(title: str, rows: Sequence[LearnedParameter]) -> RenderableType:
    table = make_table(title, ["parameter", "prior", "posterior", "contr."], text_columns=0)
    table.columns[0].justify = "left"
    for row in rows:
        told = f"{round(100 * row.contraction)} %"
        table.add_row(row.name, _interval(row.prior), _interval(row.posterior), told)
    return table


def after_parts(found: Sequence[Predictive]) -> list[RenderableType]:
    """Place what was observed in runs under the posterior, and count what happens there."""
    table = make_table(
        "Posterior predictive check: shares as logits, turnout as a log ratio",
        ["contest", "pattern", "observed", "simulated (90 %)", "place"],
        text_columns=2,
    )
    lines: list[RenderableType] = []
    for one in found:
        contest = one.runs.contest
        for row in one.check.summaries:
            mark = " *" if not _EDGE <= row.place <= 1.0 - _EDGE else ""
            table.add_row(
                contest,
                row.summary,
                f"{row.observed:.2f}",
                f"{row.median:.2f} ({row.low:.2f} to {row.high:.2f})",
                f"{row.place:.2f}{mark}",
            )
        told = [(occurrence.what, occurrence.part) for occurrence in one.occurrences]
        if np.isfinite(one.check.tail):
            told.insert(0, ("a run lies as far out as what was observed", one.check.tail))
        lines += [Text(f"{contest}, {what}: in {part:.2f} of the runs") for what, part in told]
    return [table, *lines]


def _interval(values: tuple[float, float, float]) -> str:
    low, median, high = (f"{round(value, 2) + 0.0:.2f}" for value in values)
    return f"{median} ({low} to {high})"
