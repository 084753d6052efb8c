"""The yardstick of a campaign day: one keyed draw and one pass over utilities per member.

A plain loop over rows, written as well as a plain loop can be: float32 rows, members numbered by
branch, the branches' means read from one small table and summed up in another.
"""

import numpy as np

from kingmaker.compiled import kernel
from kingmaker.rng import Address, Stream, Streams, to_uniform32, words

N_CANDIDATES = 5
MEMBERS_PER_BRANCH = 250


@kernel
def reference_day(
    ids: np.ndarray,
    branch: np.ndarray,
    base: np.ndarray,
    means: np.ndarray,
    noise: np.ndarray,
    keep: float,
    address: Address,
    lean: np.ndarray,
    choice: np.ndarray,
    sums: np.ndarray,
) -> None:
    """Let every leaning move towards its branch's mean, and every member prefer somebody.

    `lean` (written back), `choice` and the branches' `sums` are changed; the draw moves the
    utilities by the weights of `noise`.
    """
    sums[:] = 0
    keep = np.float32(keep)
    pace = np.float32(np.float32(1.0) - keep)
    for i in range(ids.size):
        w0, _, _, _ = words(ids[i], address)
        draw = to_uniform32(w0)
        g = branch[i]
        best = 0
        top = np.float32(-1e30)
        for c in range(base.shape[1]):
            leaning = keep * lean[i, c] + pace * means[g, c]
            lean[i, c] = leaning
            sums[g, c] += leaning
            utility = base[i, c] + leaning + noise[c] * draw
            best = c if utility > top else best
            top = utility if utility > top else top
        choice[i] = best


class Reference:
    """Members of five candidates who live one reference day at each call."""

    def __init__(self, n_members: int) -> None:
        generator = np.random.default_rng(1)
        n_branches = max(1, n_members // MEMBERS_PER_BRANCH)
        self.n_members = n_members
        self._ids = np.arange(n_members, dtype=np.uint32)
        self._branch = np.sort(generator.integers(0, n_branches, n_members)).astype(np.int32)
        self._sizes = np.maximum(np.bincount(self._branch, minlength=n_branches), 1)
        self._base = generator.gumbel(size=(n_members, N_CANDIDATES)).astype(np.float32)
        self._lean = generator.normal(size=(n_members, N_CANDIDATES)).astype(np.float32)
        self._means = np.zeros((n_branches, N_CANDIDATES), dtype=np.float32)
        self._sums = np.zeros_like(self._means)
        self._noise = np.linspace(-0.5, 0.5, N_CANDIDATES, dtype=np.float32)
        self._choice = np.zeros(n_members, dtype=np.int8)
        self._streams = Streams(seed=1, replicate=0)
        self._day = 0

    def __call__(self) -> None:
        """Live one day."""
        self._day += 1
        reference_day(
            self._ids, self._branch, self._base, self._means, self._noise, 0.95,
            self._streams.address(Stream.CAMPAIGN_CONTACT, self._day), self._lean, self._choice,
            self._sums,
        )  # fmt: skip
        self._means = (self._sums / self._sizes[:, None]).astype(np.float32)
