"""Name the parameters that contests share, and turn their normal scores into values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from kingmaker.parameters import PARAMETERS, prior_quantile
from kingmaker.priors import normal_cdf

SHARED_BY_TOPIC: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "selection and cue": ("endorsement_total", "endorsement_cue"),
        "backlash": ("backlash", "counter_frame"),
        "rejection": ("rejection_effect",),
        "brokers": ("brokered_share", "obedience", "contract_leader", "contract_reward"),
        "momentum": ("leader_momentum",),
        "turnout": ("runoff_turnout_ratio", "broker_turnout_lift", "ally_turnout_lift"),
        "chance of a contest": ("contest_shock_sd", "late_swing_sd"),
        "voters": ("spatial_weight", "finalist_habit", "runoff_noise"),
        "endorsers' choice": ("neutral_base", "split_fear", "decision_win", "decision_distance"),
        "polls": ("bloc_undercoverage", "new_member_undercoverage", "poll_house_sd"),
    }
)
"""Parameters that a calibration learns, by topic; all others keep their priors."""

SHARED = tuple(name for names in SHARED_BY_TOPIC.values() for name in names)
"""Parameters that a calibration learns, in the order of all arrays of scores."""

_FARTHEST = 5.0
"""Scores beyond this are cut: they are draws of a millionth."""


def values_of(scores: Sequence[float] | NDArray[np.float64], kind: str) -> dict[str, float]:
    """Turn normal scores into values.

    Parameters
    ----------
    scores
        A score per shared parameter, in the order of `SHARED`, shape ``(k,)`` [dimensionless].
    kind
        Kind of contest (`kingmaker.contest.facts.prior_kind`).

    Returns
    -------
    Value by parameter, each in its unit: the quantile at Phi(score) of the prior from which a
    calibration starts, cut off at the parameter's bounds.
    """
    return {n: value_of(n, float(z), kind) for n, z in zip(SHARED, scores, strict=True)}


def value_of(name: str, score: float, kind: str) -> float:
    """Turn the normal score of one shared parameter into its value, in its unit."""
    z = min(max(score, -_FARTHEST), _FARTHEST)
    return prior_quantile(PARAMETERS[name].unlearned(), kind, normal_cdf(z)) + 0.0
