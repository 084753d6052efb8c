"""The shipped file leaves out each contest and each party, with whatever reports the same."""

from dataclasses import dataclass, replace

import numpy as np
import pytest

from kingmaker.calibrate.shared import SHARED
from kingmaker.errors import CalibrationError
from kingmaker.forecasting import ship
from kingmaker.forecasting.posterior_file import read_score_posteriors
from tests.unit.forecasting.contests import KEYS


@dataclass
class Emulated:
    contest: str


class Inferred:
    """A posterior whose scores say what it was learned from, and for whom they are."""

    ess, k_hat = 500.0, 0.3

    def __init__(self, kept, draws):
        self.kept, self.draws = kept, draws

    def scores_for(self, party, seed):
        level = len(self.kept) + (0.5 if party is not None else 0.0)
        return np.full((self.draws, len(SHARED)), level + seed)


@pytest.fixture
def groups(monkeypatch):
    monkeypatch.setattr(ship, "infer", lambda kept, _, draws: Inferred(kept, draws))
    return lambda keys: {
        group.name: group
        for group in ship.groups_of([Emulated(name) for name in keys], keys, draws=5)
    }


def test_each_contest_and_each_party_is_left_out(groups):
    found = groups(KEYS)
    assert {name: group.left_out for name, group in found.items()} == {
        "": (),
        "one-2026": ("one-2026",),
        "one-2030": ("one-2030",),
        "other-2029": ("other-2029",),
        "Nowhere: Other": ("other-2029",),
        "Nowhere: Party": ("one-2026", "one-2030"),
    }
    assert {name: {k: v[0, 0] for k, v in g.scores.items()} for name, g in found.items()} == {
        "": {"": 4.0, "Nowhere: Other": 4.5, "Nowhere: Party": 4.5},
        "one-2026": {"Nowhere: Party": 3.5},
        "one-2030": {"Nowhere: Party": 3.5},
        "other-2029": {"": 3.0},
        "Nowhere: Other": {"": 3.0},
        "Nowhere: Party": {"": 2.0},
    }


def test_two_reports_of_one_contest_leave_together(groups):
    keys = {**KEYS, "copy": replace(KEYS["one-2030"], party="Alias", family="Alias",
                                    finalists=("a", "b"))}  # fmt: skip
    keys["one-2030"] = replace(keys["one-2030"], finalists=("a", "b"))
    found = groups(keys)
    assert found["one-2030"].left_out == found["copy"].left_out == ("copy", "one-2030")
    assert found["Nowhere: Alias"].left_out == ("copy", "one-2030")
    assert found["Nowhere: Party"].left_out == ("copy", "one-2026", "one-2030")


def test_posteriors_that_are_refused_are_left_out(monkeypatch):
    lines = []

    def infer(kept, seed, draws):
        if len(kept) == 1:
            raise CalibrationError("posterior of 1 contest", "k-hat 0.9", "more draws")
        return Inferred(kept, draws)

    monkeypatch.setattr(ship, "infer", infer)
    emulators = [Emulated(name) for name in KEYS]
    names = [g.name for g in ship.groups_of(emulators, KEYS, draws=5, report=lines.append)]
    assert "Nowhere: Party" not in names
    assert any(line.startswith("Nowhere: Party: left out, posterior of 1") for line in lines)
    monkeypatch.setattr(ship, "infer", lambda kept, seed, draws: infer(kept[:1], seed, draws))
    with pytest.raises(CalibrationError):
        list(ship.groups_of(emulators, KEYS, draws=5))


def test_draws_of_the_prior(tmp_path):
    path = tmp_path / "prior.parquet"
    ship.main(["--prior", "--out", str(path), "--draws", "50"])
    held, problems = read_score_posteriors(path, "--posterior")
    assert problems == ()
    assert held is not None
    assert held.contests == {}
    assert held.groups[""].scores[""].shape == (50, len(SHARED))


@pytest.mark.parametrize("words", [[], ["--prior", "banks"]])
def test_either_banks_or_the_prior(words, capsys):
    with pytest.raises(SystemExit):
        ship.main(words)
    assert "either the folder of the banks or --prior" in capsys.readouterr().err
