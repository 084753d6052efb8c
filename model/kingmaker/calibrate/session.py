"""Calibrate contests: simulate draws, ask whether the model can make what was seen, infer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kingmaker.calibrate.bank import Bank
from kingmaker.calibrate.diagnostics import ContestCheck, misspecification
from kingmaker.calibrate.draws import DrawSettings, Progress, read_banks
from kingmaker.calibrate.emulator import Emulator, emulate
from kingmaker.calibrate.posterior import (
    LEAST_CONTRACTION,
    Posterior,
    contraction,
    infer,
    predicted,
)
from kingmaker.calibrate.shared import SHARED_BY_TOPIC, value_of
from kingmaker.cases.collection import Case, example_of
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

Array = NDArray[np.float64]

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


@dataclass(frozen=True)
class PredictiveCheck:
    """Place an observation in the posterior predictive distribution of its own contest.

    Attributes
    ----------
    contest, summary
        Of what.
    observed
        What was observed [unit of the summary].
    low, median, high
        Predictive quantiles at 5, 50 and 95 %, errors of observation included.
    place
        Predictive probability of less [probability].
    """

    contest: str
    summary: str
    observed: float
    low: float
    median: float
    high: float
    place: float


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
    """

    contests: tuple[Contest, ...]
    settings: DrawSettings
    banks: tuple[Bank, ...]
    emulators: tuple[Emulator, ...]
    posterior: Posterior
    before: tuple[ContestCheck, ...]

    def learned(self) -> tuple[LearnedParameter, ...]:
        """Compare prior and posterior of every shared parameter, for the first contest's kind."""
        kind = prior_kind(self.contests[0])
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

    def after(self) -> tuple[PredictiveCheck, ...]:
        """Place every observation in the posterior predictive distribution of its contest."""
        rows = []
        for emulator in self.emulators:
            scores = self.posterior.scores_of(emulator.contest, self.settings.seed)
            for place in np.flatnonzero(np.isfinite(emulator.observed)):
                name, seen = emulator.summaries[place], float(emulator.observed[place])
                law = predicted(emulator, scores, name, known=False)
                error = float(emulator.error_sd[place])
                law = type(law)(law.means, np.sqrt(law.sds**2 + error**2))
                low, median, high = law.quantile(np.array(_TAILS)).tolist()
                row = (emulator.contest, name, seen, low, median, high, float(law.cdf(seen)))
                rows.append(PredictiveCheck(*row))
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
        If it has no observed first round, or its runoff cannot be compared.
    """
    made = example_of(contest)
    if not isinstance(made, str):
        return made.case
    votes = observed_votes(contest, 1)
    if votes is None or contest.hypothetical:
        problem = Problem(
            "results.round1", "is not observed", "give the votes or shares of round one"
        )
        raise ContestError(contest.id, (problem,))
    if winner_by_threshold(votes, contest.rules.threshold) is not None:
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
    emulators = tuple(emulate(bank) for bank in banks)
    posterior = infer(emulators, settings.seed, N_POSTERIOR_DRAWS)
    before = tuple(misspecification(bank) for bank in banks)
    return Calibration(ordered, settings, banks, emulators, posterior, before)


def _three(values: Iterable[float]) -> tuple[float, float, float]:
    low, median, high = values
    return low, median, high
