"""Do modules that are run by name run in the environment that gives the same bytes?"""

import os
import sys

import pytest

from kingmaker.experiment.environment import BASELINE_INSTRUCTIONS, ONE_THREAD, restart_guarded

NAMES = (*ONE_THREAD, *BASELINE_INSTRUCTIONS)


@pytest.fixture
def started(monkeypatch):
    """Note what would be started, and leave the environment as it was."""
    for name in NAMES:
        monkeypatch.setenv(name, "1")
    found = []
    monkeypatch.setattr(os, "execv", lambda program, words: found.append((program, words)))
    monkeypatch.setattr(sys, "argv", ["made-up.py", "--draws", "60"])
    return found


def test_a_guarded_process_goes_on(started):
    restart_guarded("kingmaker.made_up")
    assert started == []


@pytest.mark.parametrize("lacking", NAMES)
def test_another_is_started_anew_with_its_words_and_what_the_user_decided(
    started, lacking, monkeypatch
):
    monkeypatch.delenv(lacking)
    restart_guarded("kingmaker.made_up")
    words = [sys.executable, "-m", "kingmaker.made_up", "--draws", "60"]
    assert started == [(sys.executable, words)]
    assert os.environ[lacking] == (ONE_THREAD | BASELINE_INSTRUCTIONS)[lacking]
    assert all(os.environ[name] == "1" for name in NAMES if name != lacking)
