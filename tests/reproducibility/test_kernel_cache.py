"""Compiled kernels: shared by processes, renewed when a source changes, dispensable."""

import os
import shutil
import subprocess
import sys
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from kingmaker import compiled
from tests.architecture.source_files import PACKAGE
from tests.e2e.command_line import QUICK, kingmaker
from tests.reproducibility.test_same_bytes import assert_same_bytes

NOWHERE = "/proc/no-such-folder"
"""A folder that nobody can make, not even root."""


def python(code, **variables):
    """Run Python code in a process of its own; return what it prints."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {key: str(value) for key, value in variables.items()},
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_processes_that_start_at_once_share_an_empty_cache(tmp_path):
    """One of them compiles for a processor without vector instructions: the bytes are the same."""
    cache = tmp_path / "cache"
    processors = {"one": {}, "other": {}, "plain": {"NUMBA_CPU_NAME": "generic"}}
    words = ("run", "il-labor-2011", *QUICK, "--replicates", "1", "--out")

    def start(name):
        return kingmaker(*words, tmp_path / name, KINGMAKER_CACHE=str(cache), **processors[name])

    with ThreadPoolExecutor(len(processors)) as pool:
        for done in pool.map(start, processors):
            assert done.returncode == 0, done.stderr
            assert done.stderr == ""
    assert_same_bytes(tmp_path / "one", tmp_path / "other")
    assert_same_bytes(tmp_path / "one", tmp_path / "plain")
    (folder,) = cache.iterdir()
    assert folder.name == f"kernels-{compiled.kernel_sources_hash()}"
    assert list(folder.rglob("*.nbc"))


@pytest.fixture
def choose(monkeypatch):
    """Choose the place of the cache as a process would when it starts."""

    def again(**variables):
        for name, value in variables.items():
            monkeypatch.setenv(name, str(value))
        compiled.kernel_cache_dir.cache_clear()
        return compiled.kernel_cache_dir()

    yield again
    compiled.kernel_cache_dir.cache_clear()


def test_places_in_their_order(choose, tmp_path):
    name = f"kernels-{compiled.kernel_sources_hash()}"
    own, general = tmp_path / "own", tmp_path / "general"
    assert choose(KINGMAKER_CACHE=own, XDG_CACHE_HOME=general) == own / name
    assert choose(KINGMAKER_CACHE=NOWHERE) == general / "kingmaker" / name
    assert choose(KINGMAKER_CACHE="") == general / "kingmaker" / name
    temporary = choose(XDG_CACHE_HOME=NOWHERE)
    assert temporary.parent.name == f"kingmaker-{os.getuid()}"


def test_without_a_place_every_process_compiles_and_says_so(choose, monkeypatch):
    monkeypatch.setattr(compiled.tempfile, "tempdir", NOWHERE)
    with pytest.warns(RuntimeWarning, match="no writable place for compiled kernels"):
        assert choose(KINGMAKER_CACHE=NOWHERE, XDG_CACHE_HOME=NOWHERE) is None
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        doubled = compiled.kernel(lambda x: x + x)
        assert doubled(21) == 42


PULL = """
import numpy as np
from kingmaker.campaign.peer_kernels import peer_pull
from kingmaker.compiled import kernel_cache_dir
counts, pull = np.array([[3, 1], [1, 3]]), np.empty((2, 2), dtype=np.float32)
peer_pull(counts, 1.0, 1.0, pull)
print(kernel_cache_dir().name, *pull.ravel())
"""


def test_an_edited_callee_is_noticed_in_another_file(tmp_path):
    """`peer_pull` calls `log`: with the old one from the cache, nothing would change."""
    copy = tmp_path / "kingmaker"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    places = {"PYTHONPATH": tmp_path, "KINGMAKER_CACHE": tmp_path / "cache"}
    folder, *pull = python(PULL, **places).split()
    assert python(PULL, **places).split() == [folder, *pull]
    edit(copy / "errors.py", "class KingmakerError", "# No kernel.\nclass KingmakerError")
    assert python(PULL, **places).split() == [folder, *pull]
    edit(copy / "numerics.py", "value = e * _LN2_HIGH + (", "value = 2.0 * e * _LN2_HIGH + 2.0 * (")
    new_folder, *new_pull = python(PULL, **places).split()
    assert new_folder != folder
    assert [float(x) for x in new_pull] == pytest.approx([2.0 * float(x) for x in pull])


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_every_file_with_kernels_is_hashed():
    """A kernel in a file that is not hashed would be called from old caches after an edit."""
    decorators = ("@kernel\n", "@inlined_kernel\n")
    hashed = {PACKAGE / name for name in compiled.KERNEL_SOURCES}
    hashed |= set(PACKAGE.glob(compiled.KERNEL_PATTERN))
    texts = {path: path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py")}
    with_kernels = {path for path, text in texts.items() if any(d in text for d in decorators)}
    assert len(with_kernels) > 5
    assert with_kernels <= hashed
