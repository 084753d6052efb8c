"""Find out what a store holds: which runs are there, which are missing, what is wrong."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kingmaker.sweep.plan import SweepPlan
from kingmaker.sweep.shards import Damage, Shard, read_shard


@dataclass(frozen=True, eq=False)
class Survey:
    """Say what a store holds.

    Attributes
    ----------
    shards
        Intact shards of this plan, by name.
    home
        Number of the shard that holds each run, shape ``(n_runs,)``; -1: missing. Of several, the
        first by name in which the run did not fail.
    failed
        Whether each run failed, shape ``(n_runs,)``.
    doubled
        Runs that another shard holds, too: index and number of that shard.
    damaged
        Damaged shards, by name.
    foreign
        Shards with runs that the plan does not have, by name.
    """

    shards: tuple[Shard, ...]
    home: np.ndarray
    failed: np.ndarray
    doubled: tuple[tuple[int, int], ...]
    damaged: tuple[Damage, ...]
    foreign: tuple[str, ...]

    @property
    def n_finished(self) -> int:
        """Number of runs held."""
        return int((self.home >= 0).sum())

    @property
    def n_failed(self) -> int:
        """Number of runs that failed, among those held."""
        return int(self.failed.sum())

    @property
    def is_complete(self) -> bool:
        """Whether no run is missing."""
        return self.n_finished == len(self.home)

    @property
    def missing(self) -> np.ndarray:
        """Indices of the missing runs, ascending."""
        return np.flatnonzero(self.home < 0)


def take_survey(plan: SweepPlan, paths: Iterable[Path]) -> Survey:
    """Read shards and compare them with a plan.

    Every file is compared with its checksum; memory does not grow with their size.

    Parameters
    ----------
    plan
        The plan.
    paths
        Folders of the shards, by name.
    """
    home = np.full(plan.n_runs, -1, dtype=np.int32)
    failed = np.zeros(plan.n_runs, dtype=bool)
    shards: list[Shard] = []
    damaged: list[Damage] = []
    foreign: list[str] = []
    doubled: list[tuple[int, int]] = []
    for path in paths:
        shard = read_shard(path)
        if isinstance(shard, Damage):
            damaged.append(shard)
            continue
        indices = plan.indices_of(shard.ids)
        if (indices < 0).any():
            foreign.append(shard.name)
            continue
        fails = np.isin(shard.ids, np.array(shard.failed, dtype=shard.ids.dtype))
        is_new = (home[indices] < 0) | (failed[indices] & ~fails)
        doubled += [(index, int(home[index])) for index in indices[is_new & (home[indices] >= 0)]]
        doubled += [(index, len(shards)) for index in indices[~is_new]]
        home[indices[is_new]] = len(shards)
        failed[indices[is_new]] = fails[is_new]
        shards.append(shard)
    return Survey(
        shards=tuple(shards),
        home=home,
        failed=failed,
        doubled=tuple((int(index), number) for index, number in doubled),
        damaged=tuple(damaged),
        foreign=tuple(foreign),
    )
