"""Make the members of a contest: sectors, branches, blocs, tastes and propensities."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from kingmaker.mechanisms import Switches
from kingmaker.numerics import exp, normal_quantile
from kingmaker.parameters import Parameters
from kingmaker.population.apportion import largest_remainder
from kingmaker.population.blocs import Blocs
from kingmaker.population.kernels import fill_traits
from kingmaker.population.members import Members
from kingmaker.population.registration import NOBODY, registrars
from kingmaker.population.setting import Setting
from kingmaker.rng import Stream, Streams

MEMBERS_PER_BRANCH = 250
MAX_BRANCHES = 2_000
ROLL_ROUND1 = 1
ROLL_ROUND2 = 2


def make_members(
    setting: Setting, blocs: Blocs, parameters: Parameters, streams: Streams, switches: Switches
) -> Members:
    """Make one row per member, ordered by sector, then bloc members, then the others by branch.

    Parameters
    ----------
    setting
        The resolved contest; sector sizes are met exactly.
    blocs
        The contractors' blocs; their sizes are met exactly.
    parameters
        ``spatial_weight``, ``ideal_point_sd``, ``branch_sd``, ``rejection_effect``,
        ``registrar_tie``, ``turnout_sd``, ``new_member_share``, ``forms_valid``.
    streams
        Streams ``POPULATION_*``.
    switches
        M01 off: no spatial, branch, rejection or registrar term; M05 off: equal propensities;
        M41 off: nobody owes his membership to a camp.

    Returns
    -------
    The members' read-only traits.
    """
    n = setting.n_members
    sector = _sector_column(setting)
    bloc = _bloc_column(setting, blocs)
    branch, n_branches = _branch_column(setting, streams)
    ids = np.arange(n, dtype=np.uint32)
    n_candidates = setting.n_candidates
    spatial = switches.on("M01")
    half = 0.5 * parameters["spatial_weight"] * setting.salience if spatial else np.zeros(3)
    effect_sd = parameters["branch_sd"] if spatial else 0.0
    ideal_point = np.empty((n, 3), dtype=np.float32)
    base = np.empty((n, n_candidates), dtype=np.float32, order="F")
    rejects = np.empty(n, dtype=np.uint64)
    propensity = np.empty(n, dtype=np.float32)
    attention = np.empty(n, dtype=np.float32)
    registrar = np.full(n, NOBODY, dtype=np.int8)
    if switches.on("M41"):
        registrar = registrars(setting, blocs, bloc, parameters, streams)
    blocks = range((n_candidates + 3) // 4)
    fill_traits(
        ids,
        sector,
        branch,
        registrar,
        setting.positions,
        half,
        setting.leanings,
        parameters["ideal_point_sd"],
        _branch_effects(n_branches, n_candidates, effect_sd, streams),
        setting.rejection,
        parameters["rejection_effect"] if spatial else 0.0,
        parameters["registrar_tie"] if spatial else 0.0,
        parameters["turnout_sd"] if switches.on("M05") else 0.0,
        streams.address(Stream.POPULATION_IDEAL_POINT),
        tuple(streams.address(Stream.POPULATION_TASTE, block=b) for b in blocks),
        tuple(streams.address(Stream.POPULATION_REJECTION, block=b) for b in blocks),
        ideal_point,
        base,
        rejects,
        propensity,
        attention,
    )
    return Members(
        ids=ids,
        sector=sector,
        branch=branch,
        bloc=bloc,
        peer_group=np.where(bloc >= 0, n_branches + bloc.astype(np.int32), branch),
        registrar=registrar,
        ideal_point=ideal_point,
        base=base,
        rejects=rejects,
        propensity=propensity,
        attention=attention,
        on_roll=_on_roll(setting, streams),
    )


def _sector_column(setting: Setting) -> NDArray[np.uint8]:
    """Repeat sectors by size; members entitled only in the runoff follow, in proportion."""
    sizes = setting.sector_sizes
    column = np.repeat(np.arange(setting.n_sectors, dtype=np.uint8), sizes)
    extra = setting.n_members - column.size
    if extra:
        late = np.repeat(
            np.arange(setting.n_sectors, dtype=np.uint8), largest_remainder(sizes, extra)
        )
        column = np.concatenate([column, late])
    return column


def _bloc_column(setting: Setting, blocs: Blocs) -> NDArray[np.int16]:
    """Give the first rows of each sector to its blocs."""
    column = np.full(setting.n_members, -1, dtype=np.int16)
    starts = np.concatenate([[0], np.cumsum(setting.sector_sizes)])
    for s in range(setting.n_sectors):
        inside = np.flatnonzero(blocs.sector == s).astype(np.int16)
        members = np.repeat(inside, blocs.size[inside])[: setting.sector_sizes[s]]
        column[starts[s] : starts[s] + members.size] = members
    return column


def branches_per_sector(setting: Setting) -> list[int]:
    """Return the number of branches of each sector, by its size at full scale; at least one."""
    full = setting.sector_sizes / setting.scale
    stretch = max(1.0, float(full.sum()) / MEMBERS_PER_BRANCH / MAX_BRANCHES)
    return [max(1, round(size / (MEMBERS_PER_BRANCH * stretch))) for size in full.tolist()]


def sectors_of_groups(setting: Setting, blocs: Blocs) -> NDArray[np.int64]:
    """Return the sector of each peer group: branches, then blocs, ``(n_branches + n_blocs,)``."""
    branches = np.repeat(np.arange(setting.n_sectors), branches_per_sector(setting))
    return np.concatenate([branches, blocs.sector])


def _branch_column(setting: Setting, streams: Streams) -> tuple[NDArray[np.int32], int]:
    """Cut each sector into branches of log-normal sizes; runoff-only members join the last."""
    counts = branches_per_sector(setting)
    sizes = _branch_sizes(tuple(setting.sector_sizes.tolist()), tuple(counts), streams.for_pilot(0))
    column = np.full(setting.n_members, sum(counts) - 1, dtype=np.int32)
    column[: setting.roll_round1] = np.repeat(np.arange(sizes.size, dtype=np.int32), sizes)
    return column, sum(counts)


@lru_cache(maxsize=2)
def _branch_sizes(
    sector_sizes: tuple[int, ...], counts: tuple[int, ...], streams: Streams
) -> NDArray[np.int64]:
    """Draw the members of each branch; kept, since pilots and the run itself ask for them again."""
    sizes = []
    for s, (size, count) in enumerate(zip(sector_sizes, counts, strict=True)):
        u = streams.uniforms(Stream.POPULATION_BRANCH_SIZE, count, block=s & 0xFF)
        weights = [exp(0.7 * normal_quantile(x)) for x in u.tolist()]
        sizes.append(largest_remainder(weights, size))
    return np.concatenate(sizes)


def _branch_effects(
    n_branches: int, n_candidates: int, sd: float, streams: Streams
) -> NDArray[np.float64]:
    """Draw branch effects, shape ``(n_branches, n_candidates)`` [logit]."""
    if sd <= 0.0:
        return np.zeros((n_branches, n_candidates))
    return sd * _branch_normals(n_branches, n_candidates, streams.for_pilot(0))


@lru_cache(maxsize=1)
def _branch_normals(n_branches: int, n_candidates: int, streams: Streams) -> NDArray[np.float64]:
    """Draw standard normals, a row per branch; the last are kept, as the branches' sizes are."""
    normals = np.empty((n_branches, n_candidates))
    for c in range(n_candidates):
        u = streams.uniforms(Stream.POPULATION_BRANCH_EFFECT, n_branches, block=c)
        normals[:, c] = [normal_quantile(x) for x in u.tolist()]
    return normals


def _on_roll(setting: Setting, streams: Streams) -> NDArray[np.uint8]:
    """Entitle the first roll to round one, and as many as the second roll holds to the runoff.

    A runoff for the voters of round one alone is open to all until they have voted.
    """
    column = np.zeros(setting.n_members, dtype=np.uint8)
    column[: setting.roll_round1] = ROLL_ROUND1
    if setting.roll_round2 >= setting.roll_round1 or setting.contest.rules.voters_only:
        column |= ROLL_ROUND2
        return column
    u = streams.uniforms(Stream.BALLOT_ROLL_2, setting.n_members)
    column[np.argsort(u, kind="stable")[: setting.roll_round2]] |= ROLL_ROUND2
    return column
