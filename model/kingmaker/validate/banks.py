"""Simulate the contests under the default model and its variants, paired run by run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from kingmaker.calibrate.bank import Bank
from kingmaker.calibrate.draws import (
    DrawSettings,
    Progress,
    plan_of,
    read_bank,
    scores_of,
    simulate,
)
from kingmaker.calibrate.emulator import Emulator
from kingmaker.calibrate.ridge import fit_mean
from kingmaker.cases.collection import Case
from kingmaker.contest.schema import Contest
from kingmaker.mechanisms import Switches
from kingmaker.sweep.drive import Engine
from kingmaker.sweep.plan import SweepPlan
from kingmaker.validate.protocol import DEFAULT, ValidationSettings, Variant

Floats = NDArray[np.float64]

FEWEST_PAIRS = 20
"""Pairs with a value below which nothing is said of a variant's other runs [runs]; assumed."""

_INSIDE = (1e-6, 1.0 - 1e-6)


@dataclass(frozen=True)
class Subject:
    """Join a case with the contest that tells how its runoff ended.

    Attributes
    ----------
    case
        The contest as known on the eve.
    whole
        The contest with its runoff; read for banks, which a training has of its own examples only.
    """

    case: Case
    whole: Contest


class Tally:
    """Count the runs of many sweeps on one scale."""

    def __init__(self, total: int, report: Progress | None) -> None:
        """Begin at 0 of `total`."""
        self._total, self._report = total, report
        self._before = 0

    def sweep(self, n_runs: int) -> Callable[[int, int], None]:
        """Begin a sweep of so many runs; return what is told of its progress."""
        start, self._before = self._before, self._before + n_runs
        self._total = max(self._total, self._before)

        def told(done: int, asked: int) -> None:  # noqa: ARG001
            if self._report is not None:
                self._report(start + done, self._total)

        told(0, n_runs)
        return told


def variant_plan(case: Case, scores: Floats, variant: Variant, settings: DrawSettings) -> SweepPlan:
    """Plan a run of a contest for each row of scores under a variant.

    Parameters
    ----------
    case
        The contest as known on the eve.
    scores
        Shape ``(n, k)``.
    variant
        Which variant.
    settings
        How it is simulated.

    Returns
    -------
    The plan; where something is off that shapes round one, the candidates' constants are found
    anew, so that round one is the observed one under every variant.
    """
    plan = plan_of(case, scores, settings)
    return replace(plan, reinvert=Switches(variant.without).touch_campaign)


def draw_bank(
    subject: Subject,
    variant: Variant,
    settings: ValidationSettings,
    folder: Path,
    engine: Engine,
    tally: Tally,
) -> Bank:
    """Simulate a contest under a variant, or what of it is missing, and read its bank.

    Parameters
    ----------
    subject
        The contest.
    variant
        Which variant.
    settings
        How much is simulated.
    folder
        Folder of all banks; this one's is a folder per variant and contest below it.
    engine
        What carries out runs.
    tally
        Told of each run.

    Returns
    -------
    The bank. Runs of a variant have the scores and the chance of the default's runs.
    """
    n_draws = settings.draws if variant == DEFAULT else settings.variant_draws
    scores = scores_of(n_draws, settings.seed)
    plan = variant_plan(subject.case, scores, variant, settings.drawing(variant, n_draws))
    if variant != DEFAULT:
        pairs = plan_of(subject.case, scores, settings.drawing(DEFAULT, n_draws))
        seeds = tuple(pairs.point(number).seed for number in range(n_draws))
        plan = replace(plan, seeds=seeds)
    target = folder / variant.folder / subject.case.id
    store = simulate(plan, target, engine, tally.sweep(n_draws))
    return read_bank(subject.case, subject.whole, store, scores)


def completed(whole: Bank, emulator: Emulator, part: Bank) -> Bank:
    """Complete the few runs of a variant by the many of the default model.

    Parameters
    ----------
    whole
        The default's bank.
    emulator
        Emulator of it.
    part
        The variant's bank, its runs paired with some of the default's by their scores.

    Returns
    -------
    A bank of the variant with the default's number of runs: those that the variant has as they are,
    the others the default's plus the difference that is expected of them, plus what the expectation
    misses in one of the pairs, each pair in its turn. Summaries that either bank lacks are left
    out.

    Notes
    -----
    The difference is regressed on the scores and their squares, on what the emulator leaves
    unexplained of the default's run, and on what chance did to the contest as a whole: a variant
    that lacks a source of chance differs most where that was large (regression with a control
    variate: Lavenberg and Welch, 1981, Management Science 27(3)).
    """
    mine, theirs = paired_rows(whole, part)
    names = tuple(
        name for name in whole.summaries if name in part.summaries and name in emulator.summaries
    )
    columns = [whole.summaries.index(name) for name in names]
    default = whole.simulated[:, columns]
    fitted = emulator.mean(whole.scores)[:, [emulator.place(name) for name in names]]
    left = {shock.parameter for shock in part.shocks}
    chance = [shock.drawn[:, None] for shock in whole.shocks]
    pairs = Pairs(mine, whole.scores, np.hstack(chance) if chance else np.zeros((len(default), 0)))
    wanted = part.simulated[theirs][:, [part.summaries.index(name) for name in names]]
    rejected = np.rint(whole.rejected * _ratio(part.rejected[theirs], whole.rejected[mine]))
    rejected[mine] = part.rejected[theirs]
    return replace(
        whole,
        summaries=names,
        simulated=pairs.complete(default, default - fitted, wanted),
        observed=whole.observed[columns],
        error_sd=whole.error_sd[columns],
        rejected=rejected.astype(np.int64),
        shocks=tuple(shock for shock in whole.shocks if shock.parameter in left),
        **_completed_choices(whole, part, pairs, theirs),
    )


def paired_rows(whole: Bank, part: Bank) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Find the runs of two banks that have the same scores; shapes ``(n_pairs,)``, ascending."""
    place = {row.tobytes(): number for number, row in enumerate(part.scores)}
    pairs = [
        (number, place[row.tobytes()])
        for number, row in enumerate(whole.scores)
        if row.tobytes() in place
    ]
    mine, theirs = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    return mine, theirs


@dataclass(frozen=True, eq=False)
class Pairs:
    """Complete what was simulated in some runs by what was simulated in all.

    Attributes
    ----------
    rows
        Runs of the default that have a pair, ascending, shape ``(n_pairs,)``.
    scores
        Of all runs, shape ``(n, k)``.
    chance
        Of all runs: what chance did to the contest as a whole, shape ``(n, n_shocks)``.
    """

    rows: NDArray[np.int64]
    scores: Floats
    chance: Floats

    def complete(self, default: Floats, unexplained: Floats, variant: Floats) -> Floats:
        """Complete a variant's values.

        Parameters
        ----------
        default
            Values of all runs of the default, shape ``(n, m)``.
        unexplained
            What of them scores do not explain, shape ``(n, m)``.
        variant
            Values of the pairs, shape ``(n_pairs, m)``.
        """
        made = np.array(default)
        missed = np.full(variant.shape, np.nan)
        for j in range(default.shape[1]):
            differences = variant[:, j] - default[self.rows, j]
            expected, missed[:, j] = self._regress(differences, unexplained[:, j])
            made[:, j] += expected
        # What one pair misses is kept together, so that summaries stay correlated.
        others = np.setdiff1d(np.arange(len(made)), self.rows)
        made[others] += missed[np.arange(others.size) % self.rows.size]
        made[self.rows] = variant
        return made

    def _regress(self, differences: Floats, unexplained: Floats) -> tuple[Floats, Floats]:
        """Expect a difference of every run, and say what that misses in the pairs."""
        missed = np.full(differences.shape, np.nan)
        seen = np.flatnonzero(np.isfinite(differences))
        if seen.size < FEWEST_PAIRS:
            return np.full(unexplained.shape, np.nan), missed
        rows = self.rows[seen]
        own = np.column_stack([unexplained, self.chance])
        own = own / np.where(own[rows].std(axis=0) > 0.0, own[rows].std(axis=0), 1.0)
        squares = self.scores * self.scores - 1.0
        blocks = (own, self.scores, squares)
        fit = fit_mean([block[rows] for block in blocks], differences[seen])
        missed[seen] = fit.residuals
        expected: Floats = fit.intercept + np.hstack(blocks) @ np.concatenate(fit.slopes)
        return expected, missed


def _completed_choices(
    whole: Bank, part: Bank, pairs: Pairs, theirs: NDArray[np.int64]
) -> dict[str, Any]:
    """Complete the probabilities of known choices, on the logit."""
    if whole.choice_probs is None or part.choice_probs is None:
        return {"choices": (), "choice_probs": None}
    names = tuple(name for name in whole.choices if name in part.choices)
    ours = _logits(whole.choice_probs, [whole.choices.index(name) for name in names])
    variant = _logits(part.choice_probs, [part.choices.index(name) for name in names])
    made = pairs.complete(ours, ours, variant[theirs])
    return {"choices": names, "choice_probs": expit(made)}


def _logits(probs: Floats, columns: list[int]) -> Floats:
    found: Floats = logit(np.clip(probs[:, columns], *_INSIDE))
    return found


def _ratio(ours: NDArray[np.int64], theirs: NDArray[np.int64]) -> float:
    """Return how much rarer or more frequent impossible draws are."""
    return float(ours.sum() / theirs.sum()) if theirs.any() else 0.0
