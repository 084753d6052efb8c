"""Does a calibration say what it learned, what it did not, and what the model cannot make?"""

from dataclasses import replace

import numpy as np
import pytest
from rich.console import Console

from kingmaker.calibrate import session
from kingmaker.calibrate.arviz_file import arviz_groups, write_arviz
from kingmaker.calibrate.bank import Bank
from kingmaker.calibrate.diagnostics import misspecification
from kingmaker.calibrate.draws import DrawSettings, simulate
from kingmaker.calibrate.emulator import emulate
from kingmaker.calibrate.posterior import Posterior, infer
from kingmaker.calibrate.predictive import Occurrence, Predictive
from kingmaker.calibrate.session import Calibration, case_of
from kingmaker.calibrate.shared import SHARED
from kingmaker.cli.calibrate import out_problems, write_files
from kingmaker.contest.load import load_contest
from kingmaker.errors import CalibrationError, ContestError, StoreError
from kingmaker.report.calibration import print_before, print_calibration
from tests.unit.validate.contests_to_score import contest

N = 200
TURNOUT = SHARED.index("runoff_turnout_ratio")


def bank(name: str, share: float, ratio: float) -> Bank:
    random = np.random.Generator(np.random.Philox(len(name)))
    z = random.standard_normal((N, len(SHARED)))
    noise = random.standard_normal((N, 2)) * (0.2, 0.02)
    return Bank(
        contest=name,
        party=f"Nowhere: {name}",
        parameters=SHARED,
        summaries=("runoff_share", "turnout_ratio"),
        scores=z,
        simulated=noise + np.outer(z[:, TURNOUT], (0.0, 0.3)),
        observed=np.array([share, ratio]),
        error_sd=np.zeros(2),
        rejected=np.zeros(N, dtype=np.int64),
    )


def predictive(bank: Bank, posterior: Posterior) -> Predictive:
    """Make runs of the posterior by the rule that `bank` makes runs of the prior by."""
    z = posterior.scores_of(bank.contest, 1)
    noise = np.random.Generator(np.random.Philox(9)).standard_normal((len(z), 2)) * (0.2, 0.02)
    runs = replace(bank, scores=z, simulated=noise + np.outer(z[:, TURNOUT], (0.0, 0.3)))
    return Predictive(runs, misspecification(runs), (Occurrence("ada is late", 0.25),))


@pytest.fixture(scope="module")
def found() -> Calibration:
    banks = (bank("a", 0.1, -0.3), bank("bb", 1.5, -0.31))
    emulators = tuple(map(emulate, banks))
    posterior = infer(emulators, 1, 200)
    return Calibration(
        contests=(contest("a"), contest("bb")),
        settings=DrawSettings(N),
        banks=banks,
        emulators=emulators,
        posterior=posterior,
        before=tuple(map(misspecification, banks)),
        after=tuple(predictive(b, posterior) for b in banks),
    )


def test_what_the_data_narrowed_is_identified_and_nothing_else(found):
    rows = {row.name: row for row in found.learned()}
    assert set(rows) == set(SHARED)
    assert [name for name, row in rows.items() if row.is_identified] == ["runoff_turnout_ratio"]
    low, median, high = rows["runoff_turnout_ratio"].posterior
    assert low < median < high < 0.1
    assert median == pytest.approx(-0.3, abs=0.15)
    assert rows["runoff_turnout_ratio"].prior[1] == pytest.approx(0.0, abs=0.02)


def test_the_report_places_observations_and_counts_what_happens(found):
    console = Console(record=True, width=80, highlight=False)
    print_calibration(found, console)
    lines = console.export_text().splitlines()
    (far,) = [line for line in lines if line.startswith("bb") and "1.50" in line]
    assert far.rstrip().endswith("1.00 *")
    assert "a, ada is late: in 0.25 of the runs" in lines
    assert any(
        line.startswith("a, a run lies as far out as what was observed: in 0.") for line in lines
    )
    (ratio,) = [row for row in found.after[0].check.summaries if row.summary == "turnout_ratio"]
    assert ratio.low < -0.3 < ratio.high
    assert ratio.high - ratio.low < 0.15


def test_the_report_warns_of_what_the_model_cannot_make(found):
    console = Console(record=True, width=80, highlight=False)
    print_before(found.banks, found.before, console)
    text = console.export_text()
    assert "Warning: bb, runoff_share: 1.50 was observed" in text
    assert "Warning: a" not in text
    print_calibration(found, console)
    text = console.export_text()
    assert "Warning" not in text
    assert "Not identified by these data" in " ".join(text.split())
    assert all(name in text for name in SHARED)  # nothing is cut at 80 columns
    assert "…" not in text


def test_what_was_not_learned_stands_apart_and_the_kind_is_named(found):
    console = Console(record=True, width=80, highlight=False)
    print_calibration(found, console)
    learned, lost = console.export_text().split("Not identified by these data: median")[:2]
    assert "What contests share: median and 90 % interval, kind members" in learned
    assert "runoff_turnout_ratio" in learned
    assert "obedience" not in learned
    assert "runoff_turnout_ratio" not in lost
    assert "obedience" in lost
    assert lost.startswith(" and 90 % interval, kind members")


def test_the_report_names_what_failed_and_what_is_not_used():
    failures = ("RunFailedError: blocs deliver 9 votes", "MemoryError")
    dropped = ("P, 2007-01-01: a against b", "P, 2007-01-01: c against a and b", "Q: a against b")
    made = replace(bank("a", 0.1, -0.3), failures=failures, dropped=dropped)
    console = Console(record=True, width=80, highlight=False)
    print_before([made], [misspecification(made)], console)
    told = " ".join(console.export_text().split())
    assert "2 of 202 draws of a failed, the first by RunFailedError: blocs deliver" in told
    assert "a: 3 observations not used, since hardly any draw has such a value" in told
    assert told.endswith(": P, 2007-01-01; Q")
    assert "jointly" not in told


def test_warnings_come_before_an_inference_that_is_refused(monkeypatch, tmp_path):
    made, told = bank("c", 1.5, -0.31), []
    monkeypatch.setattr(session, "read_banks", lambda *_: (made,))

    def refuse(*_):
        raise CalibrationError("posterior", "is far from its proposal", "leave one out")

    monkeypatch.setattr(session, "infer", refuse)
    with pytest.raises(CalibrationError):
        session.calibrate(
            [contest("c")], tmp_path, None, DrawSettings(N),
            tell_before=lambda banks, checks: told.append((banks, checks)),
        )  # fmt: skip
    ((banks, (check,)),) = told
    assert banks == (made,)
    assert check.summaries[0].is_suspect


def test_arviz_groups_have_chains_draws_and_names(found, tmp_path):
    groups = arviz_groups(found)
    assert groups["posterior"]["endorsement_total"].shape == (1, 200)
    assert groups["posterior"]["mu"].shape == (1, 200, len(SHARED))
    assert groups["posterior_predictive"]["a"].shape == (1, 200, 2)
    assert groups["observed_data"]["a"].tolist() == [0.1, -0.3]
    pytest.importorskip("arviz_base")
    import xarray

    for name in ("one.nc", "two.nc"):
        write_arviz(found, tmp_path / name)
    assert (tmp_path / "one.nc").read_bytes() == (tmp_path / "two.nc").read_bytes()
    with xarray.open_datatree(tmp_path / "one.nc", engine="h5netcdf") as tree:
        assert tree["posterior"].attrs["contests"] == "a, bb"
        assert tree["posterior"].attrs["kind"] == "members"
        assert tree["posterior/mu"].coords["parameter"].values.tolist() == list(SHARED)
        assert tree["posterior_predictive/a"].dims == ("chain", "draw", "summary of a")


def test_contests_decided_in_round_one_have_polls_to_learn_from():
    case = case_of(load_contest("il-labor-2002"))
    assert case.finalists[0] == "mitzna"


@pytest.mark.parametrize(
    ("name", "wrong"), [("il-labor-2008", "not observed"), ("fr-pres-2012", "general election")]
)
def test_contests_that_nothing_can_be_learned_from_are_refused(name, wrong):
    with pytest.raises(ContestError, match=wrong):
        case_of(load_contest(name))


def test_contests_that_round_one_decided_are_held_to_the_same_conditions():
    """A majority in round one makes neither a general election nor an invented one countable."""
    plain = load_contest("il-labor-2002")
    for changes, wrong in (
        ({"kind": "general"}, "general election"),
        ({"rules": plain.rules.model_copy(update={"same_electorate": False})}, "different people"),
        ({"hypothetical": True}, "hypothetical: nothing happened to be learned from"),
    ):
        with pytest.raises(ContestError, match=wrong):
            case_of(plain.model_copy(update=changes))


def test_what_is_in_the_way_of_the_files_is_told_beforehand(tmp_path):
    (tmp_path / "file.draws").touch()
    (tmp_path / "old.parquet").touch()
    (tmp_path / "old.draws").mkdir()
    for out, wrong in (
        ("", "'' is no ArviZ file"),
        ("/", "'/' is no ArviZ file"),
        (tmp_path / "file.nc", "file.draws', where draws are kept, is no folder"),
        (tmp_path / "no" / "x.nc", "no' does not exist"),
        (tmp_path / "a\0.nc", "cannot be written"),
        (tmp_path / "old.nc", "old.parquet' exists already"),
    ):
        (problem,) = out_problems(str(out))
        assert wrong in problem.wrong
    assert problem.remedy.endswith("old.draws is kept; or give a new name")
    assert out_problems(str(tmp_path / "new.nc")) == []


def test_a_folder_of_draws_that_cannot_be_made_is_one_error(tmp_path):
    (tmp_path / "c.draws").touch()
    with pytest.raises(StoreError, match=r"c\.draws: cannot be made: File exists"):
        simulate(None, tmp_path / "c.draws" / "c", None)


@pytest.mark.parametrize("error", [OSError(28, "No space left"), KeyboardInterrupt()])
@pytest.mark.parametrize("failing", ["arviz_file.write_arviz", "parquet"])
def test_files_that_cannot_be_written_leave_nothing(found, tmp_path, monkeypatch, error, failing):
    def fail(*arguments):
        raise error

    def write(found, path):
        path.touch()
        if failing != "parquet":
            fail()

    monkeypatch.setattr("kingmaker.calibrate.arviz_file.write_arviz", write)
    monkeypatch.setattr("kingmaker.forecasting.posterior_file.write_file", fail)
    with pytest.raises((StoreError, KeyboardInterrupt)):
        write_files(found, tmp_path / "x.nc")
    assert list(tmp_path.iterdir()) == []


def test_both_files_are_written(found, tmp_path, monkeypatch):
    monkeypatch.setattr("kingmaker.calibrate.arviz_file.write_arviz", lambda _, path: path.touch())
    write_files(found, tmp_path / "x.nc")
    assert {path.name for path in tmp_path.iterdir()} == {"x.nc", "x.parquet"}
