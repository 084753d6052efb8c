"""A validation from the first draw to the last score, with a model that takes no time."""

from contextlib import contextmanager
from dataclasses import replace

import numpy as np
import pytest

from kingmaker.calibrate.shared import SHARED
from kingmaker.cases.collection import Collection
from kingmaker.contest.load import bundled_ids, load_contest
from kingmaker.errors import CalibrationError, DataError, StoreError
from kingmaker.parameters import PARAMETERS
from kingmaker.validate import banks, model
from kingmaker.validate.comparison import by_method, mean_scores
from kingmaker.validate.protocol import DEFAULT, VARIANTS, ValidationSettings
from kingmaker.validate.session import (
    CHOICE,
    MODEL,
    Subjects,
    Workshop,
    carry_out,
    open_folder,
    subjects_in,
)
from tests.unit.validate.worlds import World, subjects

SETTINGS = ValidationSettings(draws=120, variant_draws=60, replicates=60, members=300)


@contextmanager
def unwatched(stage):
    yield None


@pytest.fixture(autouse=True)
def little(monkeypatch):
    """Two variants, small inferences, and a source that nobody edits or hashes meanwhile."""
    chosen = tuple(v for v in VARIANTS if v.name in ("without M07", "without late swing"))
    monkeypatch.setattr("kingmaker.validate.protocol.VARIANTS", chosen)
    monkeypatch.setattr("kingmaker.calibrate.sampler.ROUND_SIZE", 1000)
    monkeypatch.setattr("kingmaker.calibrate.sampler.FINAL_SIZE", 3000)
    monkeypatch.setattr("kingmaker.validate.leave_out.BASE_DRAWS", 300)
    for module in ("calibrate.draws", "validate.session"):
        monkeypatch.setattr(f"kingmaker.{module}.source_hash", lambda: "e" * 64)


def validated(folder, found=None, settings=SETTINGS):
    found = subjects() if found is None else found
    open_folder(folder, found, settings)
    return carry_out(folder, found, settings, object(), unwatched)


@pytest.fixture
def world(monkeypatch):
    return World(monkeypatch)


def test_variants_are_told_apart_by_emulation_and_by_simulation(world, tmp_path):
    """In this world nothing swings late, and the variant without is the narrower, better one."""
    settings = replace(SETTINGS, draws=400, replicates=1600)
    found = validated(tmp_path / "out", subjects(5), settings)
    for scheme in ("contest", "party"):
        scored, emulated = by_method(found.scored[scheme]), by_method(found.emulated[scheme])
        means = {name: mean_scores(own)["crps"] for name, own in (scored | emulated).items()}
        assert means["without late swing"] < 0.9 * means["default"]
        assert means[MODEL] == pytest.approx(means["default"], rel=0.1)
        assert means[CHOICE] == pytest.approx(means["without late swing"], rel=0.1)
        assert means[CHOICE] < 0.9 * means[MODEL]


def test_all_contests_are_forecast_by_all_methods_and_nothing_is_done_twice(world, tmp_path):
    first = validated(tmp_path / "out", subjects(5))
    assert first.warnings == ()
    assert first.worst_k_hat < 0.7
    assert first.least_ess > 200.0
    for scheme in ("contest", "party"):
        scored = by_method(first.scored[scheme])
        assert {len(scored[name]) for name in (MODEL, CHOICE)} == {5}
        emulated = by_method(first.emulated[scheme])
        assert list(emulated) == ["default", "without M07", "without late swing"]
        assert {len(own) for own in emulated.values()} == {5}
        assert {one.choice for one in scored[CHOICE]} == {"without late swing"}
    # Where a party has one contest, leaving out either is the same, and simulated once.
    runs = {key: n for key, _, n in world.asked}
    assert len(runs) == len(world.asked) == 5 * 3 + (5 + 2) * 2
    assert sum(runs.values()) == 5 * (120 + 2 * 60) + (5 + 2) * 2 * 60
    asked = list(world.asked)
    again = validated(tmp_path / "out", subjects(5))
    assert world.asked == asked
    for one, other in zip(first.scored["contest"], again.scored["contest"], strict=True):
        assert (one.method, one.contest, one.scores) == (other.method, other.contest, other.scores)


def test_variants_have_the_chance_of_the_default(world, tmp_path):
    found = subjects(4)
    work = Workshop(tmp_path, found, SETTINGS, object())
    from kingmaker.validate.banks import Tally

    told = []
    tally = Tally(4 * 120, lambda done, total: told.append((done, total)))
    work.draw(DEFAULT, tally)
    assert told[-1] == (480, 480)
    work.draw(VARIANTS[0], Tally(4 * 60, None))
    default, variant = world.plans["banks/default/c0"], world.plans["banks/without-M07/c0"]
    assert variant.arms[0].without == ("M07",)
    # Momentum shapes round one, too: it is made to be the observed one again.
    assert (default.reinvert, variant.reinvert) == (False, True)
    for index in (0, 59):
        one, other = default.request(index), variant.request(index)
        assert (one.seed, one.draw, one.replicate) == (other.seed, other.draw, other.replicate)


def test_forecasts_know_nothing_of_what_is_left_out(world, tmp_path):
    """Another runoff of one contest changes forecasts of the others, and not its own.

    Emulated forecasts weigh 300 draws that do know it. These forecasts have a standard deviation of
    about 0.1, so that two medians of as many draws differ with a standard error of
    1.25 * 0.1 * sqrt(2 / 300) = 0.01; unequal weights make it somewhat larger.
    """
    error = 0.015
    one = validated(tmp_path / "one", subjects(4))
    other = validated(tmp_path / "two", subjects(4, c3=(300, 700)))
    for scheme in ("contest", "party"):
        simulated = [by_method(found.scored[scheme]) for found in (one, other)]
        emulated = [by_method(found.emulated[scheme]) for found in (one, other)]
        assert simulated[0][CHOICE][3].choice == simulated[1][CHOICE][3].choice
        for name in (MODEL, CHOICE):
            *others, own = moved(*(scored[name] for scored in simulated))
            assert own == 0.0
            assert min(others) > error
        for name in emulated[0]:
            *others, own = moved(*(scored[name] for scored in emulated))
            assert own < error < min(others)


def moved(one, other):
    """Return how far the medians of contests moved, in the order of the contests."""
    return [abs(a.median - b.median) for a, b in zip(one, other, strict=True)]


def test_baselines_alone_need_no_runs(tmp_path):
    found = subjects()
    settings = replace(SETTINGS, draws=0)
    open_folder(tmp_path / "out", found, settings)
    done = carry_out(tmp_path / "out", found, settings, None, unwatched)
    assert done.emulated == {}
    assert MODEL not in by_method(done.scored["contest"])


def test_an_inference_that_is_refused_is_reported(world, tmp_path, monkeypatch):
    monkeypatch.setattr("kingmaker.calibrate.sampler.LEAST_ESS", 1e9)
    done = validated(tmp_path / "out", subjects(4), replace(SETTINGS, variant_draws=0))
    assert MODEL not in by_method(done.scored["contest"])
    assert any(text.startswith("default, without c0: posterior of 3") for text in done.warnings)


def test_a_folder_is_gone_on_with_by_the_same_validation_alone(tmp_path):
    found, out = subjects(4), tmp_path / "deep" / "out"
    open_folder(out, found, SETTINGS)
    open_folder(out, found, SETTINGS)
    with pytest.raises(StoreError, match="other settings: replicates, seed"):
        open_folder(out, found, replace(SETTINGS, seed=2, replicates=99))
    with pytest.raises(StoreError, match="other contests: c3"):
        open_folder(out, subjects(3), SETTINGS)
    with pytest.raises(StoreError, match="other contests: c1"):
        open_folder(out, subjects(4, c1=(500, 501)), SETTINGS)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "notes.txt").write_text("mine")
    with pytest.raises(StoreError, match="is no validation, and not empty"):
        open_folder(tmp_path / "full", found, SETTINGS)


@pytest.mark.parametrize(
    "text", ["{", "[]", "1", '{"settings": [1], "contests": {}}', '{"settings": {}}', "\udcff"]
)
def test_a_damaged_folder_is_refused(tmp_path, text):
    found = subjects(4)
    open_folder(tmp_path, found, SETTINGS)
    (tmp_path / "validation.json").write_bytes(text.encode(errors="surrogateescape"))
    with pytest.raises(StoreError, match=r"validation\.json: is damaged"):
        open_folder(tmp_path, found, SETTINGS)


def test_a_report_that_cannot_be_replaced_is_refused_before_anything_runs(tmp_path):
    found = subjects(4)
    open_folder(tmp_path, found, SETTINGS)
    (tmp_path / "report").mkdir()
    open_folder(tmp_path, found, SETTINGS)
    (tmp_path / "report").rmdir()
    (tmp_path / "report").write_text("mine")
    with pytest.raises(StoreError, match="report: is no folder"):
        open_folder(tmp_path, found, SETTINGS)


def test_what_baselines_do_not_depend_on_does_not_bind_their_folder(tmp_path):
    found, settings = subjects(4), replace(SETTINGS, draws=0)
    open_folder(tmp_path, found, settings)
    other = replace(settings, seed=9, members=100, replicates=99, variant_draws=0)
    open_folder(tmp_path, found, other)
    assert other.departures() == {"draws": 0}
    with pytest.raises(StoreError, match="other settings: draws"):
        open_folder(tmp_path, found, SETTINGS)


def test_another_version_is_refused(tmp_path, monkeypatch):
    found = subjects(4)
    open_folder(tmp_path / "out", found, SETTINGS)
    monkeypatch.setattr("kingmaker.validate.session.source_hash", lambda: "f" * 64)
    with pytest.raises(StoreError, match="this one has ffffffffffff"):
        open_folder(tmp_path / "out", found, SETTINGS)


def test_bundled_contests_are_the_default(tmp_path):
    found = subjects_in(None)
    assert list(found.by_id) == [e.case.id for e in found.collection.examples]
    assert len(found.by_id) + len(found.collection.left_out) == len(bundled_ids())
    one = found.by_id["il-labor-2007"]
    assert one.whole == load_contest("il-labor-2007")
    assert one.case.contest.results.round2 is None


def test_too_few_contests_are_refused(tmp_path):
    with pytest.raises(DataError, match="holds no contest file"):
        subjects_in(str(tmp_path))


def test_no_prior_that_was_learned_from_contests_is_used():
    learned = {name for name, one in PARAMETERS.items() if one.learned_from}
    assert learned <= set(SHARED)
    assert all(PARAMETERS[name].unlearned().learned_from == () for name in learned)


def test_settings_that_depart_from_the_protocol_are_told():
    assert ValidationSettings().departures() == {}
    assert ValidationSettings(draws=60).departures() == {"draws": 60}
    assert np.array_equal([v.name for v in VARIANTS], sorted(v.name for v in VARIANTS))


def lose(world, monkeypatch, *lost):
    """Let too few draws of some contests come to an end, each under a variant or under all."""

    def read_bank(case, whole, store, scores):
        without = store.plan.arms[0].without
        if whole is not None and ((case.id, without) in lost or (case.id, None) in lost):
            raise CalibrationError(case.id, "only 3 draws came to an end", "more")
        return World.read_bank(world, case, whole, store, scores)

    monkeypatch.setattr(banks, "read_bank", read_bank)


def test_a_contest_with_too_few_draws_is_as_if_it_were_not_there(world, tmp_path, monkeypatch):
    settings, found = replace(SETTINGS, variant_draws=0), subjects(4)
    less = Subjects(
        Collection(tuple(e for e in found.collection.examples if e.case.id != "c1"), {}),
        {name: one for name, one in found.by_id.items() if name != "c1"},
    )
    without = validated(tmp_path / "without", less, settings)
    lose(world, monkeypatch, ("c1", None))
    done = validated(tmp_path / "lost", found, settings)
    told = "default, c1: only 3 draws came to an end (more): neither learned from nor forecast"
    assert done.warnings == (told,)
    assert done.noise_floors == without.noise_floors
    for scheme in ("contest", "party"):
        ours, theirs = by_method(done.scored[scheme]), by_method(without.scored[scheme])
        assert [(one.contest, one.scores) for one in ours[MODEL]] == [
            (one.contest, one.scores) for one in theirs[MODEL]
        ]
        assert [one.contest for one in ours[MODEL]] == ["c0", "c2", "c3"]
    rule = by_method(done.scored["contest"])["50:50 split"]
    assert [one.contest for one in rule] == ["c0", "c1", "c2", "c3"]


def test_a_variant_with_too_few_draws_of_a_contest_is_silent_on_it(world, tmp_path, monkeypatch):
    lose(world, monkeypatch, ("c2", ("M07",)), ("c3", None))
    done = validated(tmp_path / "out", subjects(4))
    assert [text.split(":")[0] for text in done.warnings] == ["default, c3", "without M07, c2"]
    for scheme in ("contest", "party"):
        emulated = by_method(done.emulated[scheme])
        assert {name: [one.contest for one in own] for name, own in emulated.items()} == {
            "default": ["c0", "c1", "c2"],
            "without M07": ["c0", "c1"],
            "without late swing": ["c0", "c1", "c2"],
        }
        chosen = by_method(done.scored[scheme])[CHOICE]
        assert [one.contest for one in chosen] == ["c0", "c1", "c2"]


def test_runs_that_failed_are_told(world, tmp_path, monkeypatch):
    def lossy(case, whole, store, scores):
        if whole is None and case.id == "c1":
            raise CalibrationError("c1", "only 3 of 60 draws came to an end", "more")
        return World.read_bank(world, case, whole, store, scores[:-2])

    monkeypatch.setattr(banks, "read_bank", lossy)
    monkeypatch.setattr(model, "read_bank", lossy)
    done = validated(tmp_path / "out", subjects(4), replace(SETTINGS, variant_draws=0))
    assert "default, c0: 2 draws failed" in done.warnings
    assert "c3: 2 replicates of its forecast failed" in done.warnings
    assert "c1: only 3 of 60 draws came to an end (more)" in done.warnings
    assert len(by_method(done.scored["contest"])[MODEL]) == 3
