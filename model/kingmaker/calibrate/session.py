"""Calibrate contests: simulate draws, ask whether the model can make what was seen, infer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kingmaker.calibrate.bank import Bank
from kingmaker.calibrate.diagnostics import ContestCheck, misspecification
from kingmaker.calibrate.draws import DrawSettings, Progress, part_of, read_banks
from kingmaker.calibrate.emulator import Emulator, emulate
from kingmaker.calibrate.posterior import LEAST_CONTRACTION, Posterior, contraction, infer
from kingmaker.calibrate.predictive import Predictive, predictive_check
from kingmaker.calibrate.shared import SHARED_BY_TOPIC, value_of
from kingmaker.cases.collection import NO_RUNOFF, UNOBSERVED_RUNOFF, Case, example_of
from kingmaker.contest.facts import (
    observed_votes,
    prior_kind,
    top_two,
    winner_by_threshold,
)
from kingmaker.contest.schema import Contest
from kingmaker.errors import ContestError, Problem
from kingmaker.parameters import PARAMETERS
from kingmaker.sweep.drive import Engine

TellBefore = Callable[[Sequence[Bank], Sequence[ContestCheck]], None]

N_POSTERIOR_DRAWS = 400
_TAILS = (0.05, 0.5, 0.95)
_NORMAL_TAILS = (-1.6448536269514722, 0.0, 1.6448536269514722)


@dataclass(frozen=True)
class LearnedParameter:
    """Say what was learned of one parameter.

    Attributes
    ----------
    name, topic, unit
        Name, what it belongs to, unit.
    prior, posterior
        Quantiles at 5, 50 and 95 % of what contests share, before and after, each in its unit.
    contraction
        One minus the ratio of the variances of its normal score [fraction].
    """

    name: str
    topic: str
    unit: str
    prior: tuple[float, float, float]
    posterior: tuple[float, float, float]
    contraction: float

    @property
    def is_identified(self) -> bool:
        """Whether the data narrowed it by a tenth."""
        return self.contraction >= LEAST_CONTRACTION


@dataclass(frozen=True, eq=False)
class Calibration:
    """Hold what was learned from some contests.

    Attributes
    ----------
    contests
        The contests, as they were given.
    settings
        How they were simulated.
    banks, emulators
        Draws and emulators of each.
    posterior
        What contests share.
    before
        Whether the model can make what was observed, asked before the inference.
    after
        The same of runs under the posterior.
    """

    contests: tuple[Contest, ...]
    settings: DrawSettings
    banks: tuple[Bank, ...]
    emulators: tuple[Emulator, ...]
    posterior: Posterior
    before: tuple[ContestCheck, ...]
    after: tuple[Predictive, ...]

    @property
    def kind(self) -> str:
        """Kind of contest whose priors turn scores into values: that of the first contest."""
        return prior_kind(self.contests[0])

    def learned(self) -> tuple[LearnedParameter, ...]:
        """Compare prior and posterior of every shared parameter, for the kind of contest."""
        kind = self.kind
        narrower = contraction(self.posterior)
        rows = []
        for topic, names in SHARED_BY_TOPIC.items():
            for name in names:
                scores = self.posterior.mu[:, self.posterior.parameters.index(name)]
                after = np.quantile(scores, _TAILS).tolist()
                rows.append(
                    LearnedParameter(
                        name,
                        topic,
                        PARAMETERS[name].unit,
                        _three(value_of(name, z, kind) for z in _NORMAL_TAILS),
                        _three(value_of(name, z, kind) for z in after),
                        narrower[name],
                    )
                )
        return tuple(rows)


def case_of(contest: Contest) -> Case:
    """Make a case of a contest that is to be learned from.

    Parameters
    ----------
    contest
        The contest, whole.

    Returns
    -------
    The contest as known on the eve of its runoff; a contest that round one decided, as it is.

    Raises
    ------
    ContestError
        If it has no observed first round, was not held, or its runoff cannot be compared.
    """
    made = example_of(contest)
    if not isinstance(made, str):
        return made.case
    votes = observed_votes(contest, 1)
    if votes is None:
        problem = Problem(
            "results.round1", "is not observed", "give the votes or shares of round one"
        )
        raise ContestError(contest.id, (problem,))
    if contest.hypothetical:
        problem = Problem("hypothetical", "nothing happened to be learned from", "leave it out")
        raise ContestError(contest.id, (problem,))
    is_decided = winner_by_threshold(votes, contest.rules.threshold) is not None
    if is_decided and made in (NO_RUNOFF, UNOBSERVED_RUNOFF):
        finalists = top_two(votes)
        if finalists is not None:
            return Case(contest, finalists, votes)
    problem = Problem("contest", f"cannot be learned from: {made}", "leave it out")
    raise ContestError(contest.id, (problem,))


def calibrate(
    contests: Sequence[Contest],
    folder: Path,
    engine: Engine,
    settings: DrawSettings,
    progress: Progress | None = None,
    tell_before: TellBefore | None = None,
) -> Calibration:
    """Learn the shared parameters from contests.

    Parameters
    ----------
    contests
        Contests, whole; in any order, which changes nothing.
    folder
        Folder for the simulated draws: what is there already is not simulated again.
    engine
        What simulates.
    settings
        How the contests are simulated.
    progress
        Told how far that is.
    tell_before
        Told, before the inference, what was simulated and whether it can make what was observed.

    Returns
    -------
    What was learned.

    Raises
    ------
    ContestError
        If a contest cannot be learned from.
    CalibrationError
        If nothing honest can be reported.
    StoreError
        If the folder holds something else, or cannot be written.
    """
    ordered = tuple(sorted(contests, key=lambda contest: contest.id))
    cases = [(case_of(contest), contest) for contest in ordered]
    banks = read_banks(cases, folder, engine, settings, progress)
    before = tuple(misspecification(bank) for bank in banks)
    if tell_before is not None:
        tell_before(banks, before)
    emulators = tuple(emulate(bank) for bank in banks)
    posterior = infer(emulators, settings.seed, N_POSTERIOR_DRAWS)
    after = []
    for number, (case, whole) in enumerate(cases):
        told = part_of(progress, number, len(cases))
        scores = posterior.scores_of(case.id, settings.seed)
        place = folder / f"after-{case.id}"
        after.append(predictive_check(case, whole, scores, place, engine, settings, told))
    return Calibration(ordered, settings, banks, emulators, posterior, before, tuple(after))


def _three(values: Iterable[float]) -> tuple[float, float, float]:
    low, median, high = values
    return low, median, high
