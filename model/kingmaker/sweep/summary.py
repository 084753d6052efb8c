"""Sum a collected sweep up: a row per point, or per contest and behaviour where there are many."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field

import pyarrow.parquet as pq

from kingmaker.sweep.collect import DATA
from kingmaker.sweep.shards import FAILURES
from kingmaker.sweep.store import Store

MOST_POINTS = 24
"""With more points, a row stands for all points of a contest, behaviour and switches; assumed."""


@dataclass
class Group:
    """Sum up runs that share a row of the summary.

    Attributes
    ----------
    contest, behaviour, without
        What they share.
    values
        Parameters of the point, by name; empty where a row stands for several points.
    n_runs
        Runs, failed ones included.
    n_failed
        Runs that failed.
    n_leader
        Runs won by the leader of round one.
    n_shares
        Runs with a runoff.
    share_sum, share_squares
        Sum of the leader's runoff shares and of their squares [fraction].
    """

    contest: str
    behaviour: str
    without: str
    values: dict[str, float] = field(default_factory=dict)
    n_runs: int = 0
    n_failed: int = 0
    n_leader: int = 0
    n_shares: int = 0
    share_sum: float = 0.0
    share_squares: float = 0.0

    @property
    def leader_wins(self) -> float | None:
        """Part of the runs that the leader of round one won; None without any."""
        n = self.n_runs - self.n_failed
        return self.n_leader / n if n else None

    @property
    def share_mean(self) -> float | None:
        """Mean of the leader's runoff share [fraction]; None without a runoff."""
        return self.share_sum / self.n_shares if self.n_shares else None

    @property
    def share_sd(self) -> float | None:
        """Sd of the leader's runoff share over runs [fraction]; None with less than two."""
        if self.n_shares < 2:
            return None
        mean = self.share_sum / self.n_shares
        squares = self.share_squares - self.n_shares * mean * mean
        return math.sqrt(max(squares, 0.0) / (self.n_shares - 1))


def summarise(store: Store) -> list[Group]:
    """Read the collected runs piece by piece and sum them up.

    Parameters
    ----------
    store
        A collected store.

    Returns
    -------
    One group per point; per arm where there are more than `MOST_POINTS`. In the plan's order.
    """
    plan = store.plan
    by_point = plan.n_points <= MOST_POINTS
    size = 1 if by_point else plan.n_samples
    groups = []
    for number in range(0, plan.n_points, size):
        point = plan.point(number)
        varied = {**point.settings, **point.draw} if by_point else {}
        values = {name: varied[name] for name in plan.names if name in varied}
        off = ",".join(point.without)
        groups.append(Group(point.contest.id, point.behaviour, off, values))
    columns = ["point", "winner", "leader", "runoff_share"]
    for number, winner, leader, share in _rows(store, "runs", columns):
        group = groups[number // size]
        group.n_runs += 1
        group.n_leader += winner == leader
        if share is not None:
            group.n_shares += 1
            group.share_sum += share
            group.share_squares += share * share
    for (number,) in _rows(store, FAILURES, ["point"]):
        groups[number // size].n_runs += 1
        groups[number // size].n_failed += 1
    return groups


def failures(store: Store, most: int) -> list[tuple[str, str]]:
    """Return error and command of the first runs that failed."""
    found: list[tuple[str, str]] = []
    for error, command in _rows(store, FAILURES, ["error", "command"]):
        if len(found) == most:
            break
        found.append((error, command))
    return found


def _rows(store: Store, name: str, columns: list[str]) -> Iterator[tuple]:  # type: ignore[type-arg]
    file = pq.ParquetFile(store.folder / DATA / f"{name}.parquet")
    for batch in file.iter_batches(columns=columns):
        lists = [batch.column(column).to_pylist() for column in columns]
        yield from zip(*lists, strict=True)
