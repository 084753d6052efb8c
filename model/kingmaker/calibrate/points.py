"""Let contests share parameters: in part all of them, in part those of a party.

The scores of contest c of party p are ``z_c = a mu + b u_p + d v_c``, where mu, u_p and v_c are
independent and standard normal and ``a^2 + b^2 + d^2 = 1``, so that every ``z_c`` alone has the
prior its runs were drawn from. Parameters of `APART` have parts of variance of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv, ndtr

Array = NDArray[np.float64]

COMMON_PRIOR = (4.0, 3.0)
"""Beta prior of ``a^2``, the part of the variance that all contests share [dimensionless]."""

PARTY_PRIOR = (1.0, 2.0)
"""Beta prior of ``b^2 / (1 - a^2)``, the party's part of the rest [dimensionless]."""

N_SHARES = 2
"""Parts of variance that are sampled for each group of parameters, as normal scores, after mu."""

APART = ("runoff_turnout_ratio",)
"""Parameters whose parts of variance are no other's: every contest shows its turnout, and how much
turnouts differ says nothing of how much endorsements do."""


@dataclass(frozen=True, eq=False)
class Points:
    """Hold s points of mu and of the parts of variance.

    Attributes
    ----------
    mu
        What all contests share, shape ``(s, k)`` [scores].
    common, party
        ``a^2`` and ``b^2`` by parameter, shape ``(s, k)`` [dimensionless].
    """

    mu: Array
    common: Array
    party: Array

    @classmethod
    def of(cls, vectors: Array, group: NDArray[np.int64]) -> Points:
        """Read vectors.

        Parameters
        ----------
        vectors
            Scores of mu, then two scores of parts for each group, shape ``(s, k + 2 g)``.
        group
            Group of each parameter, from 0, shape ``(k,)``; see `groups_of`.
        """
        k = group.size
        chances = np.clip(ndtr(vectors[:, k:]), 1e-12, 1.0 - 1e-12)
        common = betaincinv(*COMMON_PRIOR, chances[:, 0::N_SHARES])
        party = betaincinv(*PARTY_PRIOR, chances[:, 1::N_SHARES]) * (1.0 - common)
        return cls(vectors[:, :k], common[:, group], party[:, group])

    @cached_property
    def own(self) -> Array:
        """``1 - a^2``, the variance that contests do not share, shape ``(s, k)``."""
        return 1.0 - self.common

    @property
    def contest(self) -> Array:
        """``d^2``, the contest's own part, shape ``(s, k)``."""
        return 1.0 - self.common - self.party

    @cached_property
    def centre(self) -> Array:
        """``a mu``, where the scores of all contests lie around, shape ``(s, k)``."""
        return np.sqrt(self.common) * self.mu

    def products(self) -> Array:
        """Return 1, the centre and the products of its entries, shape ``(s, 1 + k + k(k+1)/2)``."""
        x = self.centre
        left, right = np.triu_indices(x.shape[1])
        return np.hstack([np.ones((x.shape[0], 1)), x, x[:, left] * x[:, right]])

    def part(self, rows: slice) -> Points:
        """Take some of the points."""
        return Points(self.mu[rows], self.common[rows], self.party[rows])


def groups_of(parameters: Sequence[str]) -> NDArray[np.int64]:
    """Return the number, from 0, of the group that each parameter is in, shape ``(k,)``."""
    apart = [int(name in APART) for name in parameters]
    return np.unique(np.array(apart, dtype=np.int64), return_inverse=True)[1].astype(np.int64)
