"""Infer posteriors once, and keep them in the validation's folder."""

from __future__ import annotations

import hashlib
import io
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from kingmaker.calibrate.emulator import Emulator
from kingmaker.calibrate.hierarchy import party_models
from kingmaker.calibrate.points import groups_of
from kingmaker.calibrate.posterior import Posterior, infer
from kingmaker.errors import CalibrationError
from kingmaker.files.folder import write_file

_META = b"kingmaker"
_PARTS = ("common", "party_part")
_NUMBERS = ("ess", "k_hat", "log_evidence")


@dataclass(eq=False)
class Inferences:
    """Infer posteriors of one variant from some of its contests, each once.

    Attributes
    ----------
    emulators
        Emulator by contest id, with all that was observed.
    folder
        Where posteriors are kept; None: nowhere.
    seed
        Seed of the inference.
    refusals
        Messages of the inferences that were refused, filled as they occur.
    worst_k_hat, least_ess
        Of the posteriors returned so far: largest shape of the tail of their weights, and smallest
        effective number of points.
    """

    emulators: Mapping[str, Emulator]
    folder: Path | None
    seed: int
    refusals: list[str] = field(default_factory=list)
    worst_k_hat: float = -math.inf
    least_ess: float = math.inf

    def of(self, contests: Sequence[str], n_draws: int) -> Posterior | None:
        """Return the posterior of some contests.

        Parameters
        ----------
        contests
            Their ids.
        n_draws
            Draws to keep.

        Returns
        -------
        As kept, or inferred and kept; None where it is refused, which `refusals` then says.
        """
        names = sorted(contests)
        found = self._found(names, n_draws)
        if found is not None:
            self.worst_k_hat = max(self.worst_k_hat, found.k_hat)
            self.least_ess = min(self.least_ess, found.ess)
        return found

    def _found(self, names: Sequence[str], n_draws: int) -> Posterior | None:
        emulators = [self.emulators[name] for name in names]
        path = None if self.folder is None else self.folder / _file_name(names, n_draws, self.seed)
        kept = None if path is None else read_inferred(path, emulators, n_draws)
        if kept is not None:
            return kept
        try:
            found = infer(emulators, self.seed, n_draws)
        except CalibrationError as error:
            missing = sorted(set(self.emulators) - set(names))
            self.refusals.append(f"without {', '.join(missing) or 'nothing'}: {error}")
            return None
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_file(path, inferred_bytes(found), is_flushed=False)
        return found


def inferred_bytes(posterior: Posterior) -> bytes:
    """Write a posterior's draws as a Parquet file, without what was observed."""
    columns = dict(zip(posterior.parameters, posterior.mu.T, strict=True))
    for name in _PARTS:
        columns |= {f"{name}:{g}": part for g, part in enumerate(getattr(posterior, name).T)}
    about = {
        "parameters": posterior.parameters,
        "contests": posterior.contests,
        "mean": posterior.mean.tolist(),
        "variance": posterior.variance.tolist(),
        **{name: getattr(posterior, name) for name in _NUMBERS},
    }
    table = pa.table(columns).replace_schema_metadata({_META: json.dumps(about)})
    stream = io.BytesIO()
    pq.write_table(table, stream)
    return stream.getvalue()


def read_inferred(path: Path, emulators: Sequence[Emulator], n_draws: int) -> Posterior | None:
    """Read a posterior that `inferred_bytes` wrote; None where it is missing, damaged or another's.

    Parameters
    ----------
    path
        The file.
    emulators
        Of the contests that it is to be learned from, sorted by id.
    n_draws
        Draws that it is to hold.
    """
    try:
        table = pq.read_table(path)
        about = json.loads(table.schema.metadata[_META])
        parameters = tuple(about["parameters"])
        columns = {name: table.column(name).to_numpy() for name in table.column_names}
        groups = range(int(groups_of(parameters).max()) + 1)
        common, party_part = (
            np.column_stack([columns[f"{name}:{g}"] for g in groups]) for name in _PARTS
        )
        mean, variance = np.array(about["mean"]), np.array(about["variance"])
        ess, k_hat, log_evidence = (float(about[name]) for name in _NUMBERS)
        contests = about["contests"]
    except (OSError, ValueError, KeyError, TypeError, pa.ArrowException):
        return None
    if contests != [emulator.contest for emulator in emulators] or table.num_rows != n_draws:
        return None
    return Posterior(
        parameters=parameters,
        mu=np.column_stack([columns[name] for name in parameters]),
        common=common,
        party_part=party_part,
        mean=mean,
        variance=variance,
        ess=ess,
        k_hat=k_hat,
        log_evidence=log_evidence,
        models=party_models(emulators),
    )


def _file_name(names: Sequence[str], n_draws: int, seed: int) -> str:
    digest = hashlib.sha256(json.dumps([names, n_draws, seed]).encode()).hexdigest()
    return f"{digest[:24]}.parquet"
