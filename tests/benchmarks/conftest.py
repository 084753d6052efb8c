"""Keep to one core, and print what was measured beside its limit."""

import os
from dataclasses import dataclass

import pytest


@dataclass(frozen=True)
class Score:
    """One measured number and the limit it must not pass; None where it is only reported."""

    name: str
    value: float
    limit: float | None
    unit: str

    @property
    def is_met(self) -> bool:
        return self.limit is None or self.value <= self.limit


SCORES: list[Score] = []


@pytest.fixture(scope="session", autouse=True)
def _one_core():
    """Stay on the last core that this process may use; children inherit it."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(allowed)})
    yield
    os.sched_setaffinity(0, allowed)


@pytest.fixture(scope="session")
def score():
    """Note a number for the table at the end, and hold it to its limit."""

    def note(name, value, unit, limit=None):
        SCORES.append(Score(name, value, limit, unit))
        assert SCORES[-1].is_met, f"{name}: {value:.3g} {unit}, more than {limit:g}"

    return note


def pytest_terminal_summary(terminalreporter):
    if not SCORES:
        return
    terminalreporter.section("measured in this run, one core")
    width = max(len(score.name) for score in SCORES)
    for score in SCORES:
        limit = "" if score.limit is None else f"limit {score.limit:g}"
        verdict = "" if score.is_met else "  MISSED"
        line = f"{score.name:<{width}}  {score.value:>9.4g} {score.unit:<14} {limit}{verdict}"
        terminalreporter.write_line(line.rstrip())
