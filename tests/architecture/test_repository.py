"""What is committed: one version, complete pins, no machine's traces, data files in the wheel."""

import os
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

import kingmaker
from tests.architecture.source_files import PACKAGE, ROOT, SOURCE

PINS = ("run.txt", "dev.txt", "oracle.txt")

# Written in pieces, so that this file does not find itself.
MACHINE_PATH = re.compile(r"(?<![\w.~-])/(?:root|work|home|Users|opt/wheels|opt/pypi)" + r"/\w")
INDEX_ADDRESS = re.compile(
    "|".join(
        [
            r"pypi\." + "org",
            r"python" + r"hosted\.org",
            r"registry\." + "npmjs",
            r"deb\." + r"debian\.org",
            "--(?:extra-)?index" + "-url[ =]",
            "--find" + "-links[ =]",
        ]
    )
)


def committed_files() -> list[Path]:
    """List what git would commit; outside a repository, what lies here and is not generated."""
    done = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if done.returncode == 0:
        paths = [ROOT / os.fsdecode(name) for name in done.stdout.split(b"\0") if name]
    else:
        kept = ("model", "tests", "experiments", "results", "requirements", ".ci")
        paths = [*ROOT.glob("*.*"), *(path for name in kept for path in (ROOT / name).rglob("*"))]
    return sorted(path for path in paths if path.is_file() and "__pycache__" not in path.parts)


def text_of(path: Path) -> str:
    """Read a text file; empty for a binary one."""
    data = path.read_bytes()
    return "" if b"\0" in data else data.decode("utf-8", errors="replace")


@pytest.mark.parametrize("pattern", [MACHINE_PATH, INDEX_ADDRESS], ids=["paths", "indexes"])
def test_no_traces_of_a_machine(pattern: re.Pattern[str]) -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}"
        for path in committed_files()
        for number, line in enumerate(text_of(path).splitlines(), 1)
        if pattern.search(line)
    ]
    assert found == []


def test_no_lock_file_that_names_hosts() -> None:
    unwanted = {"uv.lock", "poetry.lock", "pdm.lock", "Pipfile.lock", "pylock.toml"}
    assert [path for path in committed_files() if path.name in unwanted] == []


def test_nothing_committed_is_left_over() -> None:
    suffixes = {".new", ".orig", ".rej", ".pyc", ".nbi", ".nbc"}
    assert [path for path in committed_files() if path.suffix in suffixes] == []


def test_one_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    citation = re.search(r"^version: (\S+)$", (ROOT / "CITATION.cff").read_text(), re.MULTILINE)
    assert citation is not None
    assert project["version"] == kingmaker.__version__ == citation[1].strip("\"'")


def test_python_versions_agree() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["requires-python"] == ">=3.12"
    assert (ROOT / ".python-version").read_text().strip() == "3.12"


def pins(name: str) -> dict[str, str]:
    """Read a pinned requirements file: package -> version with its hashes."""
    text = (ROOT / "requirements" / name).read_text(encoding="utf-8")
    logical = re.sub(r"\\\n\s*", "", text)
    lines = [line.split("#")[0].strip() for line in logical.splitlines()]
    return dict(line.split("==", 1) for line in lines if line)


@pytest.mark.parametrize("name", PINS)
def test_every_pin_has_hashes(name: str) -> None:
    assert len(pins(name)) > 20
    assert [package for package, pin in pins(name).items() if "--hash=sha256:" not in pin] == []


def test_testing_needs_all_that_running_needs() -> None:
    assert pins("run.txt").items() <= pins("dev.txt").items()


def test_wheel_holds_the_data_files(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", tmp_path],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    expected = {
        path.relative_to(SOURCE).as_posix()
        for path in committed_files()
        if path.is_relative_to(PACKAGE)
    }
    assert {"kingmaker/py.typed", "kingmaker/__init__.py"} <= expected
    assert any(name.startswith("kingmaker/contest/catalog/") for name in expected)
    assert expected <= names
    assert not any(name.split("/")[0] in ("model", "tests") for name in names)
