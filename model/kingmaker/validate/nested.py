"""Choose between methods inside the training contests only."""

from __future__ import annotations

import math
from dataclasses import dataclass

from kingmaker.cases.collection import Case
from kingmaker.validate.folds import Scheme, Training, folds_of
from kingmaker.validate.forecast import Forecast, Forecaster, Method


@dataclass(frozen=True)
class ChosenForecaster:
    """Forecast by the method that did best inside the training contests.

    Attributes
    ----------
    choice
        Name of the method chosen.
    inner_scores
        Mean CRPS inside the training contests by the name of each method [fraction]; a method
        that was silent on one of them is missing.
    forecaster
        The chosen method, fitted to all training contests.
    """

    choice: str
    inner_scores: dict[str, float]
    forecaster: Forecaster

    def forecast(self, case: Case) -> Forecast | None:
        """Forecast a case by the method chosen."""
        return self.forecaster.forecast(case)


@dataclass(frozen=True)
class NestedChoice:
    """Choose the method with the least mean CRPS, by leaving training contests out in turn.

    The contest that is to be forecast takes no part in the choice, so that the score of the
    choice is the score of somebody who had to choose beforehand.

    Attributes
    ----------
    name
        Name in tables.
    methods
        What is chosen from; where two are as good, the earlier one. The first is also taken where
        no method forecasts every training contest.
    scheme
        What is left out at a time, inside the training contests.
    forecasters
        What forecasts in the place of each method, in their order; empty: the methods themselves.
    """

    name: str
    methods: tuple[Method, ...]
    scheme: Scheme = "contest"
    forecasters: tuple[Method, ...] = ()

    def fitted(self, training: Training) -> ChosenForecaster:
        """Score all methods inside the training contests, and fit the best one to all of them."""
        scores: dict[str, float] = {}
        for method in self.methods:
            score = inner_score(method, training, self.scheme)
            if score is not None:
                scores[method.name] = score
        best = min(self.methods, key=lambda method: scores.get(method.name, math.inf))
        forecasters = self.forecasters or self.methods
        forecaster = forecasters[self.methods.index(best)].fitted(training)
        return ChosenForecaster(best.name, scores, forecaster)


def inner_score(method: Method, training: Training, scheme: Scheme) -> float | None:
    """Compute the mean CRPS of a method inside training contests.

    Returns
    -------
    The mean [fraction]; None where the method is silent on a contest, or there is none.
    """
    scores = []
    for fold in folds_of(training.examples, scheme, training):
        forecaster = method.fitted(fold.training)
        for example in fold.held_out:
            forecast = forecaster.forecast(example.case)
            if forecast is None:
                return None
            scores.append(forecast.share.crps(example.outcome.share))
    return math.fsum(scores) / len(scores) if scores else None
