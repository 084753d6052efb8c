"""Write a calibration as an ArviZ file."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

import kingmaker
from kingmaker.calibrate.session import Calibration
from kingmaker.calibrate.shared import SHARED, value_of
from kingmaker.files.provenance import source_hash

GROUPS = ["others", "turnout"]
"""Groups of parameters whose parts of variance are learned apart, in their order."""

INSTALL = "pip install 'kingmaker[calibration]'"
_PACKAGES = ("arviz_base", "h5netcdf", "h5py")


def is_installed() -> bool:
    """Tell whether the packages that write the file are there."""
    return all(find_spec(name) is not None for name in _PACKAGES)


def arviz_groups(found: Calibration) -> dict[str, dict[str, np.ndarray]]:
    """Arrange a calibration in ArviZ' groups.

    Returns
    -------
    Group to variable to values; posterior and prior have the leading dimensions chain and draw.
    ``posterior``: each shared parameter in its unit, for the first contest's kind, ``mu`` (normal
    scores) and the parts of variance. ``posterior_predictive`` and ``observed_data``: the
    patterns of each contest, simulated under the posterior, on their scales.
    """
    posterior, kind = found.posterior, found.kind
    generator = np.random.Generator(np.random.Philox(found.settings.seed))
    fresh = generator.standard_normal(posterior.mu.shape)
    groups: dict[str, dict[str, np.ndarray]] = {
        "posterior": _values(posterior.mu, kind) | {
            "mu": posterior.mu[None],
            "common_part": posterior.common[None],
            "party_part": posterior.party_part[None],
        },
        "prior": _values(fresh, kind) | {"mu": fresh[None]},
        "posterior_predictive": {},
        "observed_data": {},
    }  # fmt: skip
    for after in found.after:
        if after.runs.summaries:
            groups["posterior_predictive"][after.runs.contest] = after.runs.simulated[None]
            groups["observed_data"][after.runs.contest] = after.runs.observed
    return groups


def write_arviz(found: Calibration, path: Path) -> None:
    """Write a calibration as NetCDF that ArviZ reads.

    Parameters
    ----------
    found
        The calibration.
    path
        File to be written; the caller moves it to its place.
    """
    from arviz_base import from_dict  # an extra

    names = {after.runs.contest: list(after.runs.summaries) for after in found.after}
    tree: Any = from_dict(
        arviz_groups(found),
        coords={"parameter": list(SHARED), "group": GROUPS}
        | {f"summary of {c}": n for c, n in names.items()},
        dims={"mu": ["parameter"], "common_part": ["group"], "party_part": ["group"]}
        | {c: [f"summary of {c}"] for c in names},
        attrs={"posterior": _about(found)},
    )
    for node in tree.subtree:
        node.attrs.pop("created_at", None)  # same calibration, same bytes
    tree.to_netcdf(path, engine="h5netcdf")


def _values(scores: np.ndarray, kind: str) -> dict[str, np.ndarray]:
    return {
        name: np.array([[value_of(name, float(z), kind) for z in scores[:, k]]])
        for k, name in enumerate(SHARED)
    }


def _about(found: Calibration) -> dict[str, Any]:
    return {
        "kingmaker_version": kingmaker.__version__,
        "source_sha256": source_hash(),
        "contests": ", ".join(contest.id for contest in found.contests),
        "kind": found.kind,
        "draws": found.settings.draws,
        "members": found.settings.members,
        "seed": found.settings.seed,
        "effective_size": found.posterior.ess,
        "k_hat": found.posterior.k_hat,
        "log_evidence": found.posterior.log_evidence,
    }
