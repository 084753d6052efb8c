"""Draw the blocs of vote contractors: sizes, sectors, camps and traits."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from kingmaker.contest.schema import Contest
from kingmaker.numerics import exp, log, normal_quantile
from kingmaker.parameters import Parameters, beta_like
from kingmaker.population.apportion import largest_remainder
from kingmaker.population.setting import Setting
from kingmaker.rng import Stream, Streams

MIN_SIZE = 20
MAX_SIZE = 3_000
MAX_CONTRACTORS = 500
_SECTOR_CAP = 0.9
_PATRON_PROB = 0.6
_PROB_PER_PATRON = 0.15
"""Part of a camp's contractors in a sector who have a patron, at most, and that one notable can
have; assumed."""

_ORGANISERS = ("minister", "broker", "union", "mayor")


@dataclass(frozen=True)
class Blocs:
    """Hold the blocs, a row each; arrays of shape ``(n_blocs,)`` unless said.

    Attributes
    ----------
    ids
        Id in the contest file, or ``contractor-N`` for drawn ones.
    size
        Simulated members.
    sector
        Sector.
    camp
        Candidate whom the contractor serves in round one.
    patron
        Index into the contest's notables, -1 for none.
    obedience
        Chance that a member votes as told, monitoring included, in [0, 1].
    tie
        Contractor's tie to each candidate, shape ``(n_blocs, n_candidates)`` [sd].
    """

    ids: tuple[str, ...]
    size: NDArray[np.int64]
    sector: NDArray[np.int64]
    camp: NDArray[np.int64]
    patron: NDArray[np.int64]
    obedience: NDArray[np.float64]
    tie: NDArray[np.float64]

    def __len__(self) -> int:
        """Count blocs."""
        return len(self.ids)


def pareto_size(u: float, shape: float) -> float:
    """Return a quantile of the Pareto law truncated to 20 ... 3 000 members."""
    tail = exp(-shape * log(MAX_SIZE / MIN_SIZE))
    return MIN_SIZE * exp(-log(1.0 - u * (1.0 - tail)) / shape)


def _mean_size(shape: float) -> float:
    return sum(pareto_size((k + 0.5) / 64, shape) for k in range(64)) / 64


def draw_blocs(setting: Setting, parameters: Parameters, streams: Streams) -> Blocs:
    """Draw blocs up to the brokered share of the roll; known blocs come first.

    Parameters
    ----------
    setting
        The resolved contest.
    parameters
        ``brokered_share``, ``bloc_size_shape``, ``obedience``, ``monitoring``.
    streams
        Streams ``POPULATION_BLOC_*`` and ``POPULATION_CONTRACTOR``; pilots share the blocs of
        their replicate.

    Returns
    -------
    At most 500 blocs, or all that the file knows. Sizes are drawn at full size and scaled; where
    500 of the usual size are too few, sizes are stretched. A sector is never filled above nine
    tenths, so that a very large brokered share may not be reached.
    """
    return _draw(_Question.of(setting, parameters, streams.for_pilot(0)))


@dataclass(frozen=True)
class _Question:
    """Hold all that blocs depend on; two with the same key have the same blocs."""

    key: tuple[object, ...]
    setting: Setting = field(compare=False)
    parameters: Parameters = field(compare=False)
    streams: Streams = field(compare=False)

    @classmethod
    def of(cls, setting: Setting, parameters: Parameters, streams: Streams) -> _Question:
        """Make the key; the contest itself is kept, so that its id is nobody else's."""
        arrays = (
            setting.sector_sizes, setting.brokered, setting.machine, setting.vote_shares,
            setting.sector_shares,
        )  # fmt: skip
        names = ("brokered_share", "bloc_size_shape", "obedience", "monitoring")
        key = (
            streams, id(setting.contest), setting.scale, setting.candidate_ids,
            setting.sector_ids, *(parameters[name] for name in names),
            *(array.tobytes() for array in arrays),
        )  # fmt: skip
        return cls(key, setting, parameters, streams)


@lru_cache(maxsize=1)
def _draw(question: _Question) -> Blocs:
    """Draw blocs; the last are kept, since pilots of the same size ask for them again."""
    setting, parameters, streams = question.setting, question.parameters, question.streams
    contest = setting.contest
    full_sizes = setting.sector_sizes / setting.scale
    room = full_sizes * _SECTOR_CAP
    sector_index = {name: i for i, name in enumerate(setting.sector_ids)}
    candidate_index = {name: i for i, name in enumerate(setting.candidate_ids)}
    notable_index = {n.id: i for i, n in enumerate(contest.notables)}
    ids: list[str] = []
    size: list[float] = []
    sector: list[int] = []
    camp: list[int] = []
    patron: list[int] = []
    camps = [_Urn.of(_camp_weights(setting, s)) for s in range(setting.n_sectors)]
    for i, bloc in enumerate(contest.blocs):
        ids.append(bloc.id)
        size.append(bloc.size)
        sector.append(sector_index[bloc.sector])
        room[sector[-1]] -= bloc.size
        known = candidate_index.get(bloc.camp or "")
        u = streams.uniform(Stream.POPULATION_CONTRACTOR, 100_000 + i)
        camp.append(camps[sector[-1]].pick(u) if known is None else known)
        patron.append(notable_index.get(bloc.patron or "", -1))
    target = parameters["brokered_share"] * float(full_sizes.sum()) - sum(size)
    shape = parameters["bloc_size_shape"]
    n_drawn = max(0, MAX_CONTRACTORS - len(ids))
    stretch = max(1.0, target / (_mean_size(shape) * max(1, n_drawn) * 0.9))
    density = setting.brokered * full_sizes
    chance = _Chance.draw(n_drawn, streams)
    everywhere = _Urn.of(density)
    least_room = float(room.min())
    for i in range(n_drawn):
        if target <= 0.0:
            break
        drawn = min(float(int(stretch * pareto_size(chance.size[i], shape))), max(MIN_SIZE, target))
        sectors = everywhere
        if least_room < drawn:
            sectors = _Urn.of(np.where(room >= drawn, density, 0.0))
        if sectors.total <= 0.0:
            continue
        s = sectors.pick(chance.sector[i])
        room[s] -= drawn
        least_room = min(least_room, float(room[s]))
        target -= drawn
        ids.append(f"contractor-{i}")
        size.append(drawn)
        sector.append(s)
        camp.append(camps[s].pick(chance.camp[i]))
        patron.append(_patron(contest, setting, s, camp[-1], chance.patron[i]))
    return Blocs(
        ids=tuple(ids),
        size=_scaled(np.array(size, dtype=np.float64), setting.scale),
        sector=np.array(sector, dtype=np.int64),
        camp=np.array(camp, dtype=np.int64),
        patron=np.array(patron, dtype=np.int64),
        obedience=_obedience(len(ids), parameters, streams),
        tie=_ties(len(ids), setting.n_candidates, streams),
    )


@dataclass(frozen=True)
class _Chance:
    """Hold the uniform draws of the contractors, a number per possible contractor."""

    size: list[float]
    sector: list[float]
    camp: list[float]
    patron: list[float]

    @classmethod
    def draw(cls, n: int, streams: Streams) -> _Chance:
        """Draw for `n` contractors."""
        return cls(
            size=streams.uniforms(Stream.POPULATION_BLOC_SIZE, n).tolist(),
            sector=streams.uniforms(Stream.POPULATION_BLOC_SECTOR, n).tolist(),
            camp=streams.uniforms(Stream.POPULATION_CONTRACTOR, n).tolist(),
            patron=streams.uniforms(Stream.POPULATION_CONTRACTOR, n, block=1).tolist(),
        )


def _scaled(sizes: NDArray[np.float64], scale: float) -> NDArray[np.int64]:
    if scale == 1.0 or sizes.size == 0:
        return sizes.astype(np.int64)
    return largest_remainder(sizes, round(float(sizes.sum()) * scale))


@dataclass(frozen=True)
class _Urn:
    """Hold weights to pick from again and again.

    Attributes
    ----------
    total
        Sum of the weights, as numpy adds them.
    edges
        Sums of the weights up to each, added one after the other.
    last
        The last index with weight, for draws beyond the last edge; -1: there is none.
    """

    total: float
    edges: list[float]
    last: int

    @classmethod
    def of(cls, weights: NDArray[np.float64]) -> _Urn:
        """Add weights up."""
        present = np.flatnonzero(weights)
        last = int(present[-1]) if present.size else -1
        return cls(float(weights.sum()), list(accumulate(weights.tolist())), last)

    def pick(self, u: float) -> int:
        """Return the index that a uniform draw picks with chances in proportion to the weights."""
        place = bisect_right(self.edges, u * self.total)
        return place if place < len(self.edges) else self.last


def _camp_weights(setting: Setting, sector: int) -> NDArray[np.float64]:
    """Return the chance of each camp for a sector's blocs, up to a factor."""
    weights = setting.machine * _strength(setting, sector)
    return weights if weights.sum() > 0.0 else setting.camp_weights


def _strength(setting: Setting, sector: int) -> NDArray[np.float64]:
    """Return each candidate's strength in a sector: as observed, else as in the whole."""
    seen = setting.sector_shares[sector]
    known = ~np.isnan(seen)
    if not known.any():
        return setting.vote_shares
    left = max(0.0, 1.0 - float(seen[known].sum()))
    others = np.where(known, 0.0, setting.vote_shares)
    total = float(others.sum())
    return np.where(known, seen, others * (left / total if total else 0.0))


def _patron(contest: Contest, setting: Setting, sector: int, camp: int, u: float) -> int:
    """Pick a patron among notables who organise this sector for this camp, if there are any."""
    name = setting.sector_ids[sector]
    fitting = [
        i
        for i, notable in enumerate(contest.notables)
        if notable.role in _ORGANISERS
        and name in notable.sectors
        and notable.camp in (None, setting.candidate_ids[camp])
    ]
    prob = min(_PATRON_PROB, _PROB_PER_PATRON * len(fitting))
    if not fitting or u >= prob:
        return -1
    return fitting[int(u / prob * len(fitting))]


def _obedience(n: int, parameters: Parameters, streams: Streams) -> NDArray[np.float64]:
    """Return obedience after monitoring: a * (1 - (1 - a) * (1 - m)), m the monitoring ability."""
    u_obey = streams.uniforms(Stream.POPULATION_CONTRACTOR, n, block=2)
    u_watch = streams.uniforms(Stream.POPULATION_CONTRACTOR, n, block=3)
    values = np.empty(n)
    for b in range(n):
        a = beta_like(parameters["obedience"], 0.8, float(u_obey[b]))
        m = beta_like(parameters["monitoring"], 0.8, float(u_watch[b]))
        values[b] = a * (1.0 - (1.0 - a) * (1.0 - m))
    return values


def _ties(n: int, n_candidates: int, streams: Streams) -> NDArray[np.float64]:
    ties = np.empty((n, n_candidates))
    for c in range(n_candidates):
        u = streams.uniforms(Stream.POPULATION_CONTRACTOR, n, block=16 + c)
        ties[:, c] = [normal_quantile(x) for x in u.tolist()]
    return ties
