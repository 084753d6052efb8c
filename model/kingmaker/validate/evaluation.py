"""Forecast every contest of a collection without itself, and score the forecasts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from kingmaker.cases.collection import Example
from kingmaker.validate.folds import Fold, Scheme, folds_of
from kingmaker.validate.forecast import Forecast, Method
from kingmaker.validate.nested import ChosenForecaster
from kingmaker.validate.scores import LEVELS, brier, interval_tails, log_score

SCORES: dict[str, str] = {
    "crps": "CRPS of the leader's share [fraction]",
    "absolute_error": "distance of the median to the leader's share [fraction]",
    "log_score": "minus the log density at the leader's share [nats]",
    "brier": "Brier score of the winner",
    "winner_log_score": "minus the log probability of the winner [nats]",
    "width": "width of the 90 % interval of the leader's share [fraction]",
    "turnout_crps": "CRPS of the log turnout ratio [log ratio]",
    "turnout_error": "distance of the median to the log turnout ratio [log ratio]",
}
"""What is averaged over contests, by name; lower is better (of two that are calibrated)."""


@dataclass(frozen=True)
class ScoredForecast:
    """Hold what a method forecast of a contest that it had not seen, and how good it was.

    Attributes
    ----------
    method
        Name of the method.
    choice
        Method that a nested choice took; None for any other method.
    fold
        Name of the fold.
    example
        The case with its outcome.
    median
        Of the leader's share [fraction].
    intervals
        Ends of the central intervals of the leader's share, by probability [percent] [fraction].
    leader_prob
        Probability that the leader wins.
    turnout_median
        Of the log turnout ratio; None where it was not forecast [log ratio].
    pit
        Forecast probability of a share below the observed one.
    scores
        Value by name of `SCORES`; those of the turnout are missing where it is unknown.
    """

    method: str
    choice: str | None
    fold: str
    example: Example
    median: float
    intervals: Mapping[int, tuple[float, float]]
    leader_prob: float
    turnout_median: float | None
    pit: float
    scores: Mapping[str, float]

    @property
    def contest(self) -> str:
        """Id of the contest."""
        return self.example.case.id

    def covers(self, level: int) -> bool:
        """Tell whether a central interval holds the observed share."""
        low, high = self.intervals[level]
        return low <= self.example.outcome.share <= high


Progress = Callable[[int, int], None]


def evaluate(
    methods: Sequence[Method],
    examples: Sequence[Example],
    scheme: Scheme,
    progress: Progress | None = None,
) -> tuple[ScoredForecast, ...]:
    """Forecast every contest by every method, in the same folds, and score the forecasts.

    Parameters
    ----------
    methods
        Baselines, variants of the model, or choices between them.
    examples
        Cases with their outcomes.
    scheme
        What is left out at a time.
    progress
        Called with the number of fits done and asked for.

    Returns
    -------
    Scored forecasts by method, then by contest; a method that says nothing about a contest has
    none there.
    """
    folds = folds_of(examples, scheme)
    scored: list[ScoredForecast] = []
    for number, method in enumerate(methods):
        own: list[ScoredForecast] = []
        for place, fold in enumerate(folds):
            own += _scored_in(fold, method)
            if progress is not None:
                progress(number * len(folds) + place + 1, len(methods) * len(folds))
        scored += sorted(own, key=lambda one: one.contest)
    return tuple(scored)


def score(forecast: Forecast, example: Example) -> dict[str, float]:
    """Score a forecast by all `SCORES` that can be computed."""
    share, won = example.outcome.share, example.outcome.leader_won
    low, high = (forecast.share.quantile(p) for p in interval_tails(90))
    scores = {
        "crps": forecast.share.crps(share),
        "absolute_error": abs(forecast.share.quantile(0.5) - share),
        "log_score": -forecast.share.log_density(share),
        "brier": brier(forecast.leader_prob, won),
        "winner_log_score": log_score(forecast.leader_prob, won),
        "width": high - low,
    }
    turnout, ratio = forecast.log_turnout_ratio, example.log_turnout_ratio
    if turnout is not None and ratio is not None:
        scores["turnout_crps"] = turnout.crps(ratio)
        scores["turnout_error"] = abs(turnout.quantile(0.5) - ratio)
    return scores


def _scored_in(fold: Fold, method: Method) -> list[ScoredForecast]:
    """Forecast and score what a fold holds out."""
    forecaster = method.fitted(fold.training)
    choice = forecaster.choice if isinstance(forecaster, ChosenForecaster) else None
    scored = []
    for example in fold.held_out:
        forecast = forecaster.forecast(example.case)
        if forecast is None:
            continue
        share, turnout = forecast.share, forecast.log_turnout_ratio
        intervals = {}
        for level in LEVELS:
            low, high = interval_tails(level)
            intervals[level] = (share.quantile(low), share.quantile(high))
        scored.append(
            ScoredForecast(
                method=method.name,
                choice=choice,
                fold=fold.name,
                example=example,
                median=share.quantile(0.5),
                intervals=intervals,
                leader_prob=forecast.leader_prob,
                turnout_median=None if turnout is None else turnout.quantile(0.5),
                pit=share.cdf(example.outcome.share),
                scores=score(forecast, example),
            )
        )
    return scored
