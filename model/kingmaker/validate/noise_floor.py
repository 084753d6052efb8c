"""Ask of the model itself how good forecasts can be: what is left when more and more is known.

A calibrated forecast that says F has the expected CRPS ``E|X - X'| / 2`` with X and X' from F
(Gneiting and Raftery 2007, eq. 21 averaged over F). Taken for what is forecast as it is, with what
contests share known, and with all parameters of the contest known, it says how much of the score is
ignorance that more contests would cure, how much is how contests differ, and how much is chance. It
is the model's own account, by emulators and without polls: where the model is wrong, so is this.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from kingmaker.calibrate.emulator import Emulator
from kingmaker.calibrate.posterior import Mixture, Posterior, predicted
from kingmaker.calibrate.summaries import RUNOFF_SHARE
from kingmaker.validate.emulated import samples_of

N_CONTESTS = 48
"""Contests drawn for each posterior draw; assumed."""


@dataclass(frozen=True)
class NoiseFloor:
    """Hold the expected CRPS of runoff shares by what is known.

    Attributes
    ----------
    as_it_is
        Nothing but what the posterior knows [fraction].
    shared_known
        What contests share, and how much they differ, known exactly [fraction].
    all_known
        All shared parameters of the contest known: chance alone, and what has no posterior
        [fraction].
    """

    as_it_is: float
    shared_known: float
    all_known: float


def noise_floor(emulator: Emulator, posterior: Posterior, party: str, seed: int) -> NoiseFloor:
    """Compute the expected CRPS of one contest.

    Parameters
    ----------
    emulator
        Of the contest.
    posterior
        Learned without it.
    party
        Key of its party.
    seed
        0 to 2**64 - 1.
    """
    scores = posterior.scores_for(party, seed)
    as_it_is = predicted(emulator, scores, RUNOFF_SHARE, known=False)
    n = len(scores)
    many = replace(
        posterior,
        mu=np.repeat(posterior.mu, N_CONTESTS, axis=0),
        common=np.repeat(posterior.common, N_CONTESTS, axis=0),
        party_part=np.repeat(posterior.party_part, N_CONTESTS, axis=0),
    )
    drawn = predicted(emulator, many.scores_for(party, seed), RUNOFF_SHARE, known=False)
    means, sds = drawn.means.reshape(n, N_CONTESTS), drawn.sds.reshape(n, N_CONTESTS)
    return NoiseFloor(
        as_it_is=_expected_crps(expit(samples_of(as_it_is))),
        shared_known=_mean_floor(Mixture(m, s) for m, s in zip(means, sds, strict=True)),
        all_known=_mean_floor(
            Mixture(np.repeat(m, N_CONTESTS), np.repeat(s, N_CONTESTS))
            for m, s in zip(as_it_is.means, as_it_is.sds, strict=True)
        ),
    )


def mean_floor(floors: Mapping[str, NoiseFloor]) -> dict[str, float]:
    """Average over contests; empty for none.

    Returns
    -------
    Attribute of `NoiseFloor` to its mean [fraction].
    """
    rows = [asdict(floor) for floor in floors.values()]
    return {name: float(np.mean([row[name] for row in rows])) for name in (rows or [{}])[0]}


def _mean_floor(laws: Iterable[Mixture]) -> float:
    return float(np.mean([_expected_crps(expit(samples_of(law))) for law in laws]))


def _expected_crps(samples: NDArray[np.float64]) -> float:
    """Return half the mean difference of two samples, each pair of places counted once."""
    x, n = np.sort(samples), samples.size
    ranks = np.arange(1, n + 1)
    return float(((2 * ranks - n - 1) * x).sum() / (n * (n - 1)))
