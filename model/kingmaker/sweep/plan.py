"""List the runs of a sweep: which point and replicate each is, and its id."""

from __future__ import annotations

import hashlib
import json
import math
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from kingmaker.contest.schema import Contest
from kingmaker.files.provenance import text_hash
from kingmaker.records import FirstRound, Request

ID_LENGTH = 32
"""Hexadecimal digits of a run's id."""

_MAX_SEED = 2**63 - 1


@dataclass(frozen=True)
class Arm:
    """Name what is not a number in a point: contest, behaviour, mechanisms off.

    Attributes
    ----------
    contest
        Position of the contest in the plan.
    behaviour
        Alliance behaviour in its canonical spelling.
    without
        Mechanisms switched off, in canonical order.
    """

    contest: int
    behaviour: str
    without: tuple[str, ...]


@dataclass(frozen=True)
class Point:
    """Hold one point of a sweep: all that its replicates share.

    Attributes
    ----------
    number
        Its position in the plan; not part of its identity.
    contest
        The contest.
    source
        Id or path of the contest, as the experiment names it; not part of its identity either.
    behaviour
        Alliance behaviour.
    settings
        Parameters held at a value, each in its unit, by name.
    draw
        Parameters taken from a posterior draw.
    seed
        Seed of its replicates.
    """

    number: int
    contest: Contest
    source: str
    behaviour: str
    settings: Mapping[str, float]
    draw: Mapping[str, float]
    without: tuple[str, ...]
    scale: float | None
    days: int | None
    first_round: FirstRound
    reinvert: bool
    seed: int


@dataclass(frozen=True, eq=False)
class SweepPlan:
    """Hold what a sweep runs, resolved: the same in every process, whatever its machine.

    Run `index` is replicate ``index % replicates`` of point ``index // replicates``; point `number`
    is sample ``number % n_samples`` of arm ``number // n_samples``.

    Attributes
    ----------
    experiment
        Id of the experiment.
    question
        What it asks.
    text
        The experiment file.
    contests
        The contests.
    sources
        Id or path of each contest, as the experiment names it.
    arms
        Contest, behaviour and mechanisms off.
    names
        Parameters that differ between points, sorted.
    values
        Their values by contest, shape ``(n_contests, n_samples, n_names)``, each in its unit; NaN
        where a sample leaves the parameter to its prior.
    counts
        How often the design has each sample, shape ``(n_samples,)``: trajectories may meet, and
        weighted draws be drawn twice.
    is_draw
        Whether the values are posterior draws instead of settings.
    held
        Parameters held at the same value everywhere.
    replicates
        Number of replicates of each point, counted from 0.
    seed
        Seed of the experiment.
    is_paired
        Whether all points share the seed; otherwise each has one of its own.
    tables
        Tables that are kept.
    source_sha256
        Hash of this package's source.
    scheme
        Version of the random numbers' address map.
    version
        Version of this package.
    seeds
        Seed of each sample's point, where it has the chance of a point of another plan; None: as
        `is_paired` says.
    """

    experiment: str
    question: str
    text: str
    contests: tuple[Contest, ...]
    sources: tuple[str, ...]
    arms: tuple[Arm, ...]
    names: tuple[str, ...]
    values: np.ndarray
    counts: np.ndarray
    is_draw: bool
    held: Mapping[str, float]
    scale: float | None
    days: int | None
    first_round: FirstRound
    reinvert: bool
    replicates: int
    seed: int
    is_paired: bool
    tables: tuple[str, ...]
    source_sha256: str
    scheme: int
    version: str
    seeds: tuple[int, ...] | None = None

    @property
    def n_samples(self) -> int:
        """Number of combinations of values."""
        return int(self.values.shape[1])

    @property
    def n_points(self) -> int:
        """Number of points."""
        return len(self.arms) * self.n_samples

    @property
    def n_runs(self) -> int:
        """Number of runs."""
        return self.n_points * self.replicates

    def locate(self, index: int) -> tuple[int, int]:
        """Return the numbers of a run's point and replicate."""
        return divmod(index, self.replicates)

    def arm_of(self, number: int) -> Arm:
        """Return the arm of a point."""
        return self.arms[number // self.n_samples]

    def point(self, number: int) -> Point:
        """Make a point from its number."""
        arm, sample = self.arm_of(number), number % self.n_samples
        row = self.values[arm.contest, sample].tolist()
        varied = {n: v for n, v in zip(self.names, row, strict=True) if not math.isnan(v)}
        settings = {**self.held, **({} if self.is_draw else varied)}
        point = Point(
            number=number,
            contest=self.contests[arm.contest],
            source=self.sources[arm.contest],
            behaviour=arm.behaviour,
            settings=dict(sorted(settings.items())),
            draw=varied if self.is_draw else {},
            without=arm.without,
            scale=self.scale,
            days=self.days,
            first_round=self.first_round,
            reinvert=self.reinvert,
            seed=self.seed if self.seeds is None else self.seeds[sample],
        )
        is_final = self.is_paired or self.seeds is not None
        return point if is_final else self._with_own_seed(point, arm)

    def point_key(self, number: int) -> str:
        """Hash all that the results of a point's replicates depend on.

        Returns
        -------
        SHA-256 of the resolved contest, parameters, behaviour, mechanisms off, options, seed, the
        package's source and the random scheme, as canonical JSON.
        """
        point = self.point(number)
        identity = self._identity(point, self.arm_of(number)) | {
            "seed": point.seed,
            "source": self.source_sha256,
            "scheme": self.scheme,
        }
        return text_hash(_canonical(identity))

    def run_id(self, index: int) -> str:
        """Return the id of a run: 32 hexadecimal digits."""
        number, replicate = self.locate(index)
        return run_id(self.point_key(number), replicate)

    @cached_property
    def ids(self) -> np.ndarray:
        """Ids of all runs as ASCII bytes, shape ``(n_runs,)``, made on first use."""
        found = np.empty(self.n_runs, dtype=f"S{ID_LENGTH}")
        for number in range(self.n_points):
            key, first = self.point_key(number), number * self.replicates
            for replicate in range(self.replicates):
                found[first + replicate] = run_id(key, replicate)
        found.flags.writeable = False
        return found

    def indices_of(self, ids: np.ndarray) -> np.ndarray:
        """Find runs by their ids.

        Parameters
        ----------
        ids
            Ids as ASCII bytes, shape ``(n,)``.

        Returns
        -------
        Index of each run, shape ``(n,)``; -1 where the plan has no such run.
        """
        order = self._order
        places = np.searchsorted(self.ids, ids, sorter=order)
        found: np.ndarray = order[np.minimum(places, self.n_runs - 1)]
        return np.where(self.ids[found] == ids, found, -1)

    @cached_property
    def _order(self) -> np.ndarray:
        return np.argsort(self.ids, kind="stable")

    def request(self, index: int) -> Request:
        """Ask the engine for a run."""
        number, replicate = self.locate(index)
        return request_for(self.point(number), replicate)

    def _identity(self, point: Point, arm: Arm) -> dict[str, Any]:
        return {
            "contest": self._contest_hashes[arm.contest],
            "behaviour": point.behaviour,
            "settings": point.settings,
            "draw": point.draw,
            "without": point.without,
            "scale": point.scale,
            "days": point.days,
            "first_round": point.first_round,
            "reinvert": point.reinvert,
        }

    @cached_property
    def _contest_hashes(self) -> tuple[str, ...]:
        return tuple(contest_hash(contest) for contest in self.contests)

    def _with_own_seed(self, point: Point, arm: Arm) -> Point:
        """Give a point a seed that depends on what it is, not on where it stands."""
        identity = self._identity(point, arm) | {"experiment_seed": self.seed}
        digest = hashlib.sha256(_canonical(identity).encode()).digest()
        values = {**vars(point), "seed": int.from_bytes(digest[:8]) & _MAX_SEED}
        return Point(**values)


def request_for(point: Point, replicate: int) -> Request:
    """Ask the engine for a replicate of a point."""
    return Request(
        contest=point.contest,
        seed=point.seed,
        replicate=replicate,
        behaviour=point.behaviour,
        settings=point.settings,
        draw=point.draw,
        without=point.without,
        scale=point.scale,
        days=point.days,
        first_round=point.first_round,
        reinvert=point.reinvert,
    )


def command_for(point: Point, replicate: int) -> str:
    """Write the command that runs a replicate of a point; parameters of a draw are set."""
    words = ["kingmaker", "run", point.source, "--seed", str(point.seed)]
    words += ["--only", str(replicate)]
    if point.behaviour != "historical":
        words += ["--behaviour", point.behaviour]
    for name, value in {**point.draw, **point.settings}.items():
        words += ["--set", f"{name}={value!r}"]
    if point.without:
        words += ["--without", ",".join(point.without)]
    if point.scale is not None:
        words += ["--scale", repr(point.scale)]
    if point.days is not None:
        words += ["--days", str(point.days)]
    if point.first_round != "exact":
        words += ["--first-round", point.first_round]
    if point.reinvert:
        words.append("--reinvert")
    return shlex.join(words)


def run_id(point_key: str, replicate: int) -> str:
    """Hash a point's key and a replicate's number to the id of a run."""
    return hashlib.sha256(f"{point_key}:{replicate}".encode()).hexdigest()[:ID_LENGTH]


def contest_hash(contest: Contest) -> str:
    """Hash a contest as it was resolved, defaults included."""
    return text_hash(json.dumps(contest.model_dump(mode="json"), sort_keys=True))


def slice_of(n_runs: int, number: int, count: int) -> range:
    """Cut the runs of a plan into equal slices.

    Parameters
    ----------
    n_runs
        Number of runs.
    number
        Which slice, from 1.
    count
        How many slices there are.

    Returns
    -------
    Indices of the slice; sizes differ by one at most.
    """
    return range((number - 1) * n_runs // count, number * n_runs // count)


def _canonical(data: Mapping[str, Any] | Sequence[Any]) -> str:
    return json.dumps(data, sort_keys=True, separators=(",", ":"), allow_nan=False)
