"""Say where results come from: versions, sources, settings, platform."""

from __future__ import annotations

import dataclasses
import hashlib
import importlib.metadata
import json
import os
import platform
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

import kingmaker
from kingmaker.files.results import content_hash

PACKAGE = Path(kingmaker.__file__).parent
_HASHED = ("*.py", "*.toml")
_LIBRARIES = ("numpy", "numba", "mesa", "pandas", "pyarrow", "pydantic")
_VARIABLES = (
    "NPY_DISABLE_CPU_FEATURES",
    "NUMBA_NUM_THREADS",
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
)


def versions() -> dict[str, str]:
    """List the versions of Python, of this package and of what computes or stores results."""
    found = {"python": platform.python_version(), "kingmaker": kingmaker.__version__}
    for name in _LIBRARIES:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found


def source_hash(package: Path = PACKAGE) -> str:
    """Hash the package's source: names and contents of its modules and contest files.

    Returns
    -------
    SHA-256, in the order of the sorted relative paths.
    """
    digest = hashlib.sha256()
    paths = {path for pattern in _HASHED for path in package.rglob(pattern)}
    for path in sorted(paths, key=lambda path: path.relative_to(package).as_posix()):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(package).as_posix()}:{len(content)}:".encode())
        digest.update(content)
    return digest.hexdigest()


def text_hash(text: str) -> str:
    """Compute SHA-256 of a text in UTF-8."""
    return hashlib.sha256(text.encode()).hexdigest()


def commit(package: Path = PACKAGE) -> dict[str, Any] | None:
    """Find the commit of the checkout that the package runs from.

    Returns
    -------
    Commit id and whether the package's files differ from it; None outside a checkout of its own.
    """
    git = shutil.which("git")
    if git is None:
        return None
    try:
        top = Path(_git(git, package, "rev-parse", "--show-toplevel"))
        if package.resolve() != (top / "model" / "kingmaker").resolve():
            return None
        identity = _git(git, package, "rev-parse", "HEAD")
        changed = bool(_git(git, package, "status", "--porcelain", "--", "."))
    except (OSError, subprocess.SubprocessError):
        return None
    return {"id": identity, "changed": changed}


def processor() -> dict[str, Any]:
    """Describe the platform and the processor's vector instructions that numpy uses."""
    found: Any = np.show_config(mode="dicts")
    return {
        "system": platform.system(),
        "release": platform.release(),
        "machine": platform.machine(),
        "instructions": found.get("SIMD Extensions", {}),
        "environment": {name: os.environ[name] for name in _VARIABLES if name in os.environ},
    }


def parameter_table(kind: str) -> dict[str, dict[str, Any]]:
    """Describe every parameter with the prior for a kind of contest."""
    from kingmaker.parameters import PARAMETERS

    rows: dict[str, dict[str, Any]] = {}
    for name, parameter in PARAMETERS.items():
        prior = parameter.prior_for(kind)
        rows[name] = {
            "mechanism": parameter.mechanism,
            "unit": parameter.unit,
            "prior": {"law": type(prior).__name__} | dataclasses.asdict(prior),  # type: ignore[call-overload]
            "bounds": list(parameter.bounds),
            "source": parameter.source,
        }
    return rows


def random_scheme() -> dict[str, Any]:
    """Name the generator and the version of its address map."""
    from kingmaker.rng import SCHEME

    return {"generator": "Philox4x32-10", "scheme": SCHEME}


def table_hashes(tables: Mapping[str, pa.Table]) -> dict[str, dict[str, Any]]:
    """Count the rows of each table and hash its values."""
    return {
        name: {"rows": table.num_rows, "sha256": content_hash(table)}
        for name, table in tables.items()
    }


def write_manifest(manifest: Mapping[str, Any], path: Path) -> None:
    """Write the manifest as JSON."""
    text = json.dumps(manifest, indent=2, ensure_ascii=False, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8")


def _git(git: str, folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        [git, "-C", str(folder), *arguments],
        capture_output=True,
        text=True,
        check=True,
        timeout=10,
    )
    return done.stdout.strip()
