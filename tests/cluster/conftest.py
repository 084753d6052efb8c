"""Lend a real Slurm on loopback, or say aloud why there is none; keep to the time that CI gives."""

import fcntl
import importlib.util
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import kingmaker
from tests.cluster.sweeps import SLURM_LOCAL, SMOKE, dataset_hash
from tests.cluster.sweeps import kingmaker as run_kingmaker

PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "squeue", "scontrol", "scancel")
INSTALL_SLURM = "as root, tests/cluster/install_slurm.sh installs it"


def absent(reason: str) -> None:
    """Skip a test, or fail it where the cluster is said to be there."""
    if os.environ.get("KINGMAKER_CLUSTER") == "required":
        pytest.fail(f"KINGMAKER_CLUSTER=required, but {reason}", pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def common_folder(tmp_path_factory) -> Path:
    """Folder that all processes of this test session share."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


@pytest.fixture(autouse=True)
def _within_time(common_folder) -> Iterator[None]:
    """Begin no test when those before it have used up the time of all of them; say so."""
    allowed = os.environ.get("KINGMAKER_CLUSTER_SECONDS")
    # What several processes of xdist spend at once counts once.
    n_processes = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    spent = common_folder / "cluster-seconds"
    spent.touch()
    seconds = sum(map(float, spent.read_text().split())) / n_processes
    if allowed is not None and seconds > float(allowed):
        pytest.skip(f"the cluster tests had {allowed} seconds, and they are over")
    began = time.monotonic()
    yield
    with spent.open("a") as file:
        file.write(f"{time.monotonic() - began:.1f}\n")


@pytest.fixture(scope="session")
def reference(common_folder) -> str:
    """Hash of the smoke experiment's dataset as one local worker makes it, made once for all.

    In a fresh clone this compiles the kernels, which all others then find compiled.
    """
    found = common_folder / "reference-hash"
    with (common_folder / "reference-lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not found.exists():
            out = common_folder / "reference-sweep"
            done = run_kingmaker("sweep", SMOKE, "--out", out, timeout=600)
            assert done.returncode == 0, done.stderr
            found.write_text(dataset_hash(out))
        return found.read_text()


@pytest.fixture(scope="session")
def dask() -> None:
    """Skip where Dask is not installed."""
    if importlib.util.find_spec("distributed") is None:
        absent("no Dask in this environment: pip install 'kingmaker[dask]' installs it")


@pytest.fixture(scope="session")
def slurm() -> Iterator[Path]:
    """Set ``SLURM_CONF`` to a Slurm of two nodes; yield its folder."""
    with running_slurm() as state:
        yield state


@pytest.fixture
def own_slurm() -> Iterator[Path]:
    """Set ``SLURM_CONF`` to a Slurm that one test may break; yield its folder."""
    with running_slurm() as state:
        yield state


@contextmanager
def running_slurm() -> Iterator[Path]:
    """Start a Slurm on loopback, and end it; say aloud why not where it is not installed."""
    path = f"{os.environ['PATH']}:/usr/sbin:/sbin"
    missing = [program for program in PROGRAMS if shutil.which(program, path=path) is None]
    if missing:
        absent(f"no Slurm on this machine ({', '.join(missing)} missing): {INSTALL_SLURM}")
    # Sockets have short paths; pytest's folders have long ones.
    state = Path(tempfile.mkdtemp(prefix="kingmaker-slurm-", dir="/tmp"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SLURM_LOCAL_PORT", str(free_ports(3)))
        try:
            started = subprocess.run(
                [SLURM_LOCAL, "start", state],
                capture_output=True,
                text=True,
                check=False,
                timeout=120,
            )
            if started.returncode != 0:
                pytest.fail(f"Slurm does not start:\n{started.stderr}", pytrace=False)
            patch.setenv("SLURM_CONF", str(state / "slurm.conf"))
            yield state
        finally:
            subprocess.run([SLURM_LOCAL, "stop", state], check=False, timeout=60)
            shutil.rmtree(state, ignore_errors=True)


@pytest.fixture(scope="session")
def other_version(tmp_path_factory) -> Path:
    """A copy of the package with one more comment; to be put on ``PYTHONPATH``."""
    root = tmp_path_factory.mktemp("other-version")
    here = Path(kingmaker.__file__).parent
    shutil.copytree(here, root / "kingmaker", ignore=shutil.ignore_patterns("__pycache__"))
    with (root / "kingmaker" / "numerics.py").open("a") as module:
        module.write("# Another version.\n")
    return root


def free_ports(count: int) -> int:
    """Find the first of some ports in a row on loopback that nobody uses."""
    for first in range(26817 + os.getpid() % 1000 * 10, 65000, count):
        try:
            for port in range(first, first + count):
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", port))
        except OSError:
            continue
        return first
    raise AssertionError("no free ports")
