"""Say who enrolled whom before the roll closed (M41)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kingmaker.parameters import Parameters
from kingmaker.population.blocs import Blocs
from kingmaker.population.setting import Setting
from kingmaker.rng import Stream, Streams

NOBODY = -1


def registrars(
    setting: Setting,
    blocs: Blocs,
    bloc: NDArray[np.int16],
    parameters: Parameters,
    streams: Streams,
) -> NDArray[np.int8]:
    """Say whose camp enrolled each member.

    Parameters
    ----------
    setting, blocs
        The contest and its contractors; ``registration_claim`` of the candidates.
    bloc
        Bloc of each member, -1 for none, shape ``(n_members,)``.
    parameters
        ``new_member_share``, ``forms_valid``.
    streams
        Stream ``POPULATION_REGISTRAR``.

    Returns
    -------
    Candidate per member, -1 for those on the roll before. Contractors enrolled their own blocs;
    among the others, ``new_member_share`` are new. Of these a camp that claims forms has its
    valid part of them, as far as there are so many new members, and the other camps share what
    is left in proportion to machine and strength.
    """
    n = setting.n_members
    edges = np.cumsum(_camp_parts(setting, parameters))
    u = streams.uniforms(Stream.POPULATION_REGISTRAR, n)
    share = parameters["new_member_share"]
    column = np.where(u < share, np.searchsorted(edges, u / share), NOBODY)
    column = np.minimum(column, setting.n_candidates - 1).astype(np.int8)
    if len(blocs):
        in_bloc = bloc >= 0
        column[in_bloc] = blocs.camp[bloc[in_bloc]]
    return column


def _camp_parts(setting: Setting, parameters: Parameters) -> NDArray[np.float64]:
    """Return the part of the new members whom each camp enrolled; sums to 1."""
    new = max(1.0, parameters["new_member_share"] * setting.roll_round1 / setting.scale)
    claims = [c.registration_claim or 0 for c in setting.contest.running]
    parts = parameters["forms_valid"] * np.array(claims, dtype=np.float64) / new
    claimed = float(parts.sum())
    weights = np.where(parts > 0.0, 0.0, setting.camp_weights)
    others = float(weights.sum())
    if claimed >= 1.0 or others == 0.0:
        return parts / claimed if claimed > 0.0 else setting.camp_weights / others
    return np.asarray(parts + weights * ((1.0 - claimed) / others))
