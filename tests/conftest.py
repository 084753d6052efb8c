"""Sort tests into lanes, fix Hypothesis' profiles, and lend the referees' interpreter."""

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

# One thread per process: xdist's workers share the cores. Set before numpy is imported.
for _variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ.setdefault(_variable, "1")
os.environ.setdefault("MPLBACKEND", "Agg")

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parent.parent
LANES = (
    "unit",
    "property",
    "golden",
    "oracle",
    "statistical",
    "reproducibility",
    "architecture",
    "e2e",
    "cluster",
    "benchmarks",
)

# The quick profile tries the same examples every time: a red run is about the change at hand.
settings.register_profile(
    "quick", max_examples=50, deadline=None, derandomize=True, print_blob=True
)
settings.register_profile(
    "verify",
    max_examples=1000,
    deadline=None,
    derandomize=False,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("quick")


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark a test with the lane whose folder it lies in."""
    lane = item.path.relative_to(ROOT / "tests").parts[0]
    if lane not in LANES:
        message = f"{item.nodeid}: tests live in one of {', '.join(LANES)}"
        raise pytest.UsageError(message)
    item.add_marker(lane)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what tests noted with `record_property("figures", ...)`, whoever ran them."""
    reports = [report for each in terminalreporter.stats.values() for report in each]
    lines = [
        f"{report.nodeid}: {value}"
        for report in reports
        if getattr(report, "when", None) == "call"
        for key, value in report.user_properties
        if key == "figures"
    ]
    if lines:
        terminalreporter.section("figures")
        for line in sorted(lines):
            terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def repository() -> Path:
    """Folder that holds pyproject.toml."""
    return ROOT


@pytest.fixture(scope="session")
def oracle_python() -> Path:
    """Interpreter that imports votekit and pref_voting; without one the test is skipped."""
    chosen = os.environ.get("KINGMAKER_ORACLE_PYTHON")
    python = Path(chosen) if chosen else ROOT / ".venv-oracle" / "bin" / "python"
    if not python.exists():
        pytest.skip(f"no referees: {python.name} of .venv-oracle is missing (make test makes it)")
    return python


@pytest.fixture(scope="session")
def ask_referee(oracle_python: Path) -> Callable[[Path, object], object]:
    """Run a script under the referees' interpreter: JSON on its standard input, JSON back.

    Ask many cases in one call: a referee takes seconds to import.
    """

    def ask(script: Path, question: object) -> object:
        done = subprocess.run(
            [oracle_python, "-I", script],
            input=json.dumps(question),
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        assert done.returncode == 0, f"{script.name} failed:\n{done.stderr}"
        return json.loads(done.stdout)

    return ask
