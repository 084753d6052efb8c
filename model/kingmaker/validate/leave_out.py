"""Leave contests out of a posterior by weighing its draws, and infer it anew where that fails.

Source: Vehtari, Gelman and Gabry (2017), "Practical Bayesian model evaluation using leave-one-out
cross-validation and WAIC", Statistics and Computing 27(5).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from kingmaker.calibrate.emulator import Emulator
from kingmaker.calibrate.hierarchy import PartyModel
from kingmaker.calibrate.posterior import Mixture, Posterior
from kingmaker.calibrate.psis import K_HAT_LIMIT, smooth_weights
from kingmaker.validate.inference import Inferences

Floats = NDArray[np.float64]
Names = frozenset[str]

BASE_DRAWS = 1000
"""Draws of a posterior that are weighed; see decision 0029."""

_NOTHING: Names = frozenset()


@dataclass(frozen=True, eq=False)
class Weighed:
    """Hold draws of a posterior of more contests, weighed as if some had been left out.

    Attributes
    ----------
    base
        Contests that the draws were inferred without.
    posterior
        The draws.
    weights
        Of the draws, with the sum 1, shape ``(s,)`` [dimensionless].
    k_hat
        Shape of the tail of the weights [dimensionless]; minus infinity where all are equal.
    """

    base: Names
    posterior: Posterior
    weights: Floats
    k_hat: float


@dataclass(eq=False)
class LeaveOut:
    """Make posteriors without some contests of one variant.

    Attributes
    ----------
    inferences
        Infers, and holds the emulators.
    blind
        Emulators that show nothing of the runoff but what was known on its eve, by contest id.
    units
        Sets of contests without any of which a posterior may be inferred to be weighed: those that
        are left out one at a time.
    """

    inferences: Inferences
    blind: Mapping[str, Emulator]
    units: tuple[Names, ...]
    _bases: dict[Names, Posterior | None] = field(default_factory=dict)
    _weighed: dict[tuple[Names, Names], Weighed] = field(default_factory=dict)
    _likelihoods: dict[tuple[Names, str, Names, str], Floats] = field(default_factory=dict)
    _mixtures: dict[tuple[Names, str, Names, str], Mixture | None] = field(default_factory=dict)

    def without(self, left_out: Names) -> Weighed | None:
        """Leave contests out.

        Parameters
        ----------
        left_out
            Their ids.

        Returns
        -------
        Draws with weights; None where the inference is refused. Which draws are weighed depends on
        nothing but `left_out`: those without nothing, else those without one of the `units` that
        had to be inferred themselves, the largest first, else those without `left_out`.
        """
        found = self._weigh(_NOTHING, left_out)
        if found is not None and found.k_hat <= K_HAT_LIMIT:
            return found
        if left_out not in self.units:
            inside = [unit for unit in self.units if unit < left_out]
            for unit in sorted(inside, key=lambda unit: (-len(unit), sorted(unit))):
                own = self.without(unit)
                if own is None or own.base != unit:
                    continue
                found = self._weigh(unit, left_out)
                if found is not None and found.k_hat <= K_HAT_LIMIT:
                    return found
        return self._weigh(left_out, left_out)

    def forecast(
        self, contest: str, left_out: Names, summary: str
    ) -> tuple[Mixture, Floats] | None:
        """Forecast a summary of a contest from a posterior without some.

        Parameters
        ----------
        contest
            One of those left out.
        left_out
            Ids of all of them.
        summary
            Name of the summary.

        Returns
        -------
        A normal per draw on the scale of the summary, and weights: those of the posterior without
        the contests left out, times the likelihood of what was known of this one on the eve. None
        where the contest or its summary could not be emulated, or the posterior is refused.
        """
        if contest not in self.blind:
            return None
        weighed = self.without(left_out)
        if weighed is None:
            return None
        party = self.blind[contest].party
        mates = self._members(party) - left_out
        key = (weighed.base, contest, mates, summary)
        if key not in self._mixtures:
            self._mixtures[key] = self._mixture(weighed.posterior, contest, mates, summary)
        mixture = self._mixtures[key]
        if mixture is None:
            return None
        told = self._likelihood(weighed.base, party, mates, contest)
        told = told - self._likelihood(weighed.base, party, mates)
        weights = weighed.weights * np.exp(told - told.max())
        return mixture, weights / weights.sum()

    def _mixture(
        self, posterior: Posterior, contest: str, mates: Names, summary: str
    ) -> Mixture | None:
        """Predict a summary by every draw, given the other contests of the party."""
        blind = self.blind[contest]
        if summary not in blind.summaries:
            return None
        seen = [self.inferences.emulators[name] for name in sorted(mates)]
        only = replace(posterior, models=(PartyModel.of([*seen, blind]),))
        return only.forecast(blind, None, self.inferences.seed, summary)

    def _members(self, party: str) -> Names:
        emulators = self.inferences.emulators.values()
        return frozenset(e.contest for e in emulators if e.party == party)

    def _base(self, left_out: Names) -> Posterior | None:
        if left_out not in self._bases:
            rest = self.inferences.emulators.keys() - left_out
            self._bases[left_out] = self.inferences.of(sorted(rest), BASE_DRAWS)
        return self._bases[left_out]

    def _weigh(self, base: Names, left_out: Names) -> Weighed | None:
        """Weigh the draws without `base` as if all of `left_out` had been left out."""
        posterior = self._base(base)
        if posterior is None:
            return None
        key = (base, left_out)
        if key not in self._weighed:
            log_weights = np.zeros(len(posterior.mu))
            for party in self._parties(left_out - base):
                members = self._members(party)
                log_weights += self._likelihood(base, party, members - left_out)
                log_weights -= self._likelihood(base, party, members - base)
            smoothed = smooth_weights(log_weights)
            k_hat = -np.inf if base == left_out else smoothed.k_hat
            self._weighed[key] = Weighed(base, posterior, smoothed.weights, k_hat)
        return self._weighed[key]

    def _parties(self, contests: Iterable[str]) -> list[str]:
        return sorted({self.inferences.emulators[name].party for name in contests})

    def _likelihood(self, base: Names, party: str, seen: Names, known: str = "") -> Floats:
        """Return the log likelihood of a party's contests at the draws, shape ``(s,)``.

        Parameters
        ----------
        base
            Which draws.
        party
            Key of the party.
        seen
            Its contests that count in full.
        known
            One that counts as far as it was known on the eve; empty: none.
        """
        key = (base, party, seen, known)
        if key not in self._likelihoods:
            posterior = self._base(base)
            assert posterior is not None
            emulators = [self.inferences.emulators[name] for name in sorted(seen)]
            emulators += [self.blind[known]] if known else []
            points = posterior.points
            if emulators:
                model = PartyModel.of(emulators)
                found = model.log_likelihood(points, points.products())
            else:
                found = np.zeros(len(posterior.mu))
            self._likelihoods[key] = found
        return self._likelihoods[key]
