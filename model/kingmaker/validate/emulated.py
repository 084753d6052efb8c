"""Forecast by emulators instead of further runs, to compare variants of the model."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, ndtri

from kingmaker.calibrate.posterior import Mixture
from kingmaker.calibrate.summaries import RUNOFF_SHARE, TURNOUT_RATIO
from kingmaker.cases.collection import Case
from kingmaker.validate.folds import Training
from kingmaker.validate.forecast import Forecast, SampleDistribution, forecast_of_samples
from kingmaker.validate.leave_out import LeaveOut

Floats = NDArray[np.float64]

SAMPLES_PER_DRAW = 4
"""Samples of the normal of each posterior draw; see decision 0029."""

_GOLDEN = 0.6180339887498949


@dataclass(frozen=True)
class EmulatedModel:
    """Forecast by the emulators of a variant.

    Attributes
    ----------
    name
        Name in tables.
    leave_out
        Makes posteriors without the contests that a training lacks.
    """

    name: str
    leave_out: LeaveOut

    def fitted(self, training: Training) -> EmulatedForecaster:
        """Note what the training lacks: nothing of it is learned from."""
        known = {example.case.id for example in training.examples}
        lacking = self.leave_out.inferences.emulators.keys() - known
        return EmulatedForecaster(self.leave_out, frozenset(lacking))


@dataclass(frozen=True)
class EmulatedForecaster:
    """Forecast contests that are left out."""

    leave_out: LeaveOut
    left_out: frozenset[str]

    def forecast(self, case: Case) -> Forecast | None:
        """Forecast a case; None where its share could not be emulated, or nothing be inferred."""
        found = self.leave_out.forecast(case.id, self.left_out, RUNOFF_SHARE)
        if found is None:
            return None
        mixture, weights = found
        shares = expit(samples_of(mixture))
        weights = np.repeat(weights, SAMPLES_PER_DRAW)
        forecast = forecast_of_samples(shares, None, weights)
        turnout = self.leave_out.forecast(case.id, self.left_out, TURNOUT_RATIO)
        if turnout is None:
            return forecast
        ratios = SampleDistribution.of(samples_of(turnout[0]), weights)
        return Forecast(forecast.share, forecast.leader_prob, ratios)


def samples_of(mixture: Mixture) -> Floats:
    """Take evenly spread quantiles of each normal of a mixture.

    Returns
    -------
    Shape ``(SAMPLES_PER_DRAW * s,)``, those of a draw one after the other; the levels are shifted
    from draw to draw by the golden ratio, so that together they fill (0, 1).
    """
    shift = (np.arange(mixture.means.size) + 0.5) * _GOLDEN % 1.0
    levels = (np.arange(SAMPLES_PER_DRAW) + shift[:, None]) / SAMPLES_PER_DRAW
    normal = ndtri(np.clip(levels, 1e-6, 1.0 - 1e-6))
    samples: Floats = mixture.means[:, None] + mixture.sds[:, None] * normal
    return samples.ravel()
