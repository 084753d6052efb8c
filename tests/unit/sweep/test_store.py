import contextlib
import errno
import json
import os
import shutil
import tempfile
from pathlib import Path

import pytest

from kingmaker import __version__
from kingmaker.errors import StoreError
from kingmaker.files import folder as folder_module
from kingmaker.sweep.batch import run_batch
from kingmaker.sweep.collect import collect
from kingmaker.sweep.drive import drive
from kingmaker.sweep.shards import Damage, Shard, read_shard
from kingmaker.sweep.store import PlanReference, open_reference, open_store, start_store
from kingmaker.sweep.verify import verify
from tests.unit.sweep.sweeps import (
    GRID,
    Serial,
    add_runs,
    contents,
    plan_of,
    simulated,
    store_of,
    swept,
    vars_of,
)

FINER = GRID | {"parameters": {"obedience": [0.1, 0.2, 0.4, 0.6]}}


@pytest.fixture(autouse=True)
def _made_up(monkeypatch):
    simulated(monkeypatch)


def refused(folder, plan, *, is_resumed=True):
    with pytest.raises(StoreError) as caught:
        start_store(folder, plan, is_resumed=is_resumed)
    return str(caught.value).replace(str(folder), "DIR")


def test_a_folder_that_exists_is_refused_unless_resumed(tmp_path):
    plan = plan_of(tmp_path)
    start_store(tmp_path / "out", plan, is_resumed=True)
    sentence = refused(tmp_path / "out", plan, is_resumed=False)
    assert sentence == "DIR: exists already (go on with it: --resume; or give a new path)"
    assert start_store(tmp_path / "out", plan, is_resumed=True).plan.n_runs == 24
    (tmp_path / "empty").mkdir()
    start_store(tmp_path / "empty", plan, is_resumed=False)


def test_a_folder_of_something_else_is_left_alone(tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.tex").touch()
    sentence = refused(tmp_path / "out", plan_of(tmp_path))
    assert sentence == "DIR: is no sweep, and not empty (give a new path)"
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["thesis.tex"]
    assert "File exists" in refused(tmp_path / "tri.toml", plan_of(tmp_path))
    sentence = refused(tmp_path / "a" / "b", plan_of(tmp_path)).replace(str(tmp_path), "HERE")
    assert sentence.endswith(": the folder 'HERE/a' does not exist (make it: mkdir -p HERE/a)")
    sentence = refused(tmp_path / "out", plan_of(tmp_path), is_resumed=False)
    assert sentence == "DIR: exists already (give a new path)"


def test_another_experiment_is_refused(tmp_path):
    store_of(tmp_path)
    out = tmp_path / "out"
    assert refused(out, plan_of(tmp_path, id="other")) == (
        "DIR: holds the experiment 'trial', not 'other' (give another folder)"
    )
    assert refused(out, plan_of(tmp_path, tables=["runs"])) == (
        "DIR: keeps the tables runs, shares, deals, not runs (give another folder)"
    )
    assert refused(out, plan_of(tmp_path, replicates=3)) == (
        "DIR: 6 of its 24 runs are not in the experiment as it is now "
        "(give another folder, or the old experiment)"
    )
    assert "24 of its 24 runs" in refused(out, plan_of(tmp_path, seed=7))


def test_another_version_is_refused(tmp_path):
    store = store_of(tmp_path)
    other = type(store.plan)(**{**vars_of(store.plan), "source_sha256": "ab" * 32})
    sentence = refused(tmp_path / "out", other)
    assert f"was begun by kingmaker {__version__} with source" in sentence
    assert "use the same source everywhere, or begin anew in another folder" in sentence
    start_store(tmp_path / "foreign", other, is_resumed=False)
    foreign = open_store(tmp_path / "foreign")
    with pytest.raises(StoreError, match="abababababab"):
        open_reference(foreign.reference)


def test_a_plan_that_was_changed_meanwhile_is_refused(tmp_path):
    store = store_of(tmp_path)
    reference = store.reference
    store_of(tmp_path, replicates=5)
    with pytest.raises(StoreError, match="the plan was changed meanwhile"):
        open_reference(reference)
    with pytest.raises(StoreError, match="is no folder of a sweep"):
        open_reference(PlanReference(str(tmp_path), ""))
    with pytest.raises(StoreError, match="does not exist"):
        open_store(tmp_path / "nowhere")


def test_a_damaged_plan_is_named(tmp_path):
    store = store_of(tmp_path)
    (store.folder / "plan.json").write_text('{"experiment": "trial"}')
    with pytest.raises(StoreError, match=r"plan\.json: cannot be read by this version"):
        open_store(store.folder)


def test_a_grown_experiment_keeps_what_was_computed(tmp_path):
    store = swept(tmp_path)
    collect(store)
    grown = store_of(tmp_path, replicates=5, design=FINER)
    assert grown.plan.n_runs == 40
    assert not (store.folder / "manifest.json").exists()
    survey = grown.survey()
    assert survey.n_finished == 24
    done = drive(grown, Serial())
    assert (done.n_found, done.n_done) == (24, 16)
    afresh = swept(
        tmp_path,
        "afresh",
        replicates=5,
        design=FINER,
    )
    assert contents(grown) == contents(afresh)


def test_comments_of_the_experiment_may_change(tmp_path):
    store = store_of(tmp_path)
    before = (store.folder / "plan.json").read_bytes()
    store_of(tmp_path, question="Does it still work?")
    assert (store.folder / "plan.json").read_bytes() == before


def damaged_shard(store):
    return sorted((store.folder / "shards").iterdir())[0]


def cut(shard):
    path = shard / "runs.parquet"
    path.write_bytes(path.read_bytes()[:100])


def flip(shard):
    path = shard / "shares.parquet"
    content = bytearray(path.read_bytes())
    content[50] ^= 1
    path.write_bytes(content)


def rename_runs(shard):
    about = json.loads((shard / "shard.json").read_text())
    (shard / "shard.json").write_text(json.dumps(about | {"runs": about["runs"][:-1]}))


@pytest.mark.parametrize(
    ("harm", "wrong"),
    [
        (cut, "runs.parquet is damaged"),
        (flip, "shares.parquet is damaged"),
        (rename_runs, "its runs are not those of its name"),
        (lambda shard: (shard / "deals.parquet").unlink(), "deals.parquet cannot be read"),
        (lambda shard: (shard / "shard.json").unlink(), "shard.json cannot be read"),
        (lambda shard: (shard / "shard.json").write_text("{"), "shard.json is damaged"),
        (lambda shard: (shard / "shard.json").write_text("[]"), "shard.json is damaged"),
    ],
    ids=["cut", "bit", "runs", "absent", "no shard.json", "no JSON", "a list"],
)
def test_a_damaged_shard_is_named_set_aside_and_computed_again(tmp_path, harm, wrong):
    store = swept(tmp_path)
    whole = contents(store)
    shard = damaged_shard(store)
    harm(shard)
    (damage,) = store.survey().damaged
    assert damage.name == shard.name
    assert damage.wrong.startswith(wrong)
    with pytest.raises(StoreError, match=f"damaged shards, 1 of them: {shard.name}"):
        collect(store)
    assert f"shard {shard.name} is damaged: {wrong}" in verify(store).problems[0]
    said = []
    done = drive(store, Serial(), say=said.append)
    assert done.n_done > 0
    aside = store.folder / "damaged"
    assert len(said) == 1
    assert said[0].startswith(f"shard {shard.name}: {wrong}")
    assert said[0].endswith(f"; moved to {aside}, its runs are repeated")
    assert [path.name for path in (store.folder / "damaged").iterdir()] == [f"{shard.name}-0"]
    assert contents(store) == whole


def test_foreign_shards_are_named(tmp_path):
    store, other = swept(tmp_path), swept(tmp_path, "other", seed=2)
    stray = damaged_shard(other)
    shutil.copytree(stray, store.folder / "shards" / stray.name)
    with pytest.raises(StoreError, match=f"another plan, 1 of them: {stray.name}"):
        collect(store)
    move = "move it out of the folder shards"
    assert verify(store).problems == (f"shard {stray.name} holds foreign runs ({move})",)
    with pytest.raises(StoreError, match=f"another plan, 1 of them: {stray.name}"):
        drive(store, Serial())


def test_many_damaged_shards_are_not_all_listed(tmp_path):
    store = store_of(tmp_path)
    for index in range(12):
        cut(store.folder / "shards" / add_runs(store, [index]))
    *listed, more, missing = verify(store).problems
    assert len(listed) == 10
    assert more == "and 2 more like this"
    assert missing.startswith("24 runs are missing, such as ")


def test_a_run_in_two_shards_does_no_harm_if_they_agree(tmp_path):
    store = swept(tmp_path)
    whole = contents(store)
    add_runs(store, [4, 9, 20])
    assert store.survey().doubled
    assert contents(store) == whole
    verdict = verify(store)
    assert (verdict.n_doubled, verdict.problems) == (3, ())


def test_a_run_in_two_shards_that_disagree_is_refused(tmp_path, monkeypatch):
    store = swept(tmp_path)

    def other(request):
        from tests.unit.files.fake_records import fake_replicate

        record = fake_replicate(request)
        record.run["pilots"] = 9
        return record

    monkeypatch.setattr("tests.unit.sweep.sweeps.fake_replicate", other)
    add_runs(store, [4, 9])
    either = f"({store.plan.run_id(4)}|{store.plan.run_id(9)})"
    with pytest.raises(StoreError, match=f"run {either} differs between shards"):
        collect(store)


def test_success_counts_more_than_failure(tmp_path):
    store = store_of(tmp_path)
    add_runs(store, [2, 3])
    assert store.survey().n_failed == 1
    drive(store, Serial())
    assert collect(store).n_failed == 1
    whole = swept(tmp_path, "whole")
    run_batch(store.reference, [3])
    assert store.survey().n_failed == 0
    assert collect(store).sha256 == collect(whole).sha256


def test_the_same_batch_twice_is_one_shard(tmp_path):
    store = store_of(tmp_path)
    name = add_runs(store, [0, 1])
    inode = (store.folder / "shards" / name / "runs.parquet").stat().st_ino
    assert add_runs(store, [0, 1]) == name
    assert (store.folder / "shards" / name / "runs.parquet").stat().st_ino == inode
    cut(store.folder / "shards" / name)
    assert isinstance(read_shard(store.folder / "shards" / name), Damage)
    add_runs(store, [0, 1])
    assert isinstance(read_shard(store.folder / "shards" / name), Shard)


def test_a_full_disk_loses_nothing(tmp_path, monkeypatch):
    store = store_of(tmp_path)
    add_runs(store, [0, 1])
    before = sorted(path.name for path in (store.folder / "shards").iterdir())
    true_flush = folder_module.flush

    def full(path):
        if path.name == "shares.parquet":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        true_flush(path)

    monkeypatch.setattr(folder_module, "flush", full)
    with pytest.raises(StoreError, match="cannot be written: No space left on device"):
        drive(store, Serial())
    assert sorted(path.name for path in (store.folder / "shards").iterdir()) == before
    assert list((store.folder / "tmp").iterdir()) == []
    monkeypatch.undo()
    simulated(monkeypatch)
    assert drive(store, Serial()).n_done == 22


@pytest.fixture
def public_folder():
    """A folder that every user reaches."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@contextlib.contextmanager
def as_nobody():
    """Give up root's right to write anywhere, for a while."""
    is_root = os.geteuid() == 0
    if is_root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if is_root:
            os.seteuid(0)


def test_a_folder_that_may_only_be_read(public_folder):
    store = swept(public_folder)
    sha256 = collect(store).sha256
    paths = [store.folder, *store.folder.rglob("*")]
    for path in paths:
        path.chmod(0o555 if path.is_dir() else 0o444)
    with as_nobody():
        assert verify(store).sha256 == sha256
        with pytest.raises(StoreError, match="cannot be written: Permission denied"):
            collect(store)
        with pytest.raises(StoreError, match="cannot be written: Permission denied"):
            add_runs(store, [0, 1, 2, 5])
        grown = plan_of(public_folder, replicates=5)
        with pytest.raises(StoreError, match="cannot be written: Permission denied"):
            start_store(store.folder, grown, is_resumed=True)
    for path in paths:
        path.chmod(0o755 if path.is_dir() else 0o644)
    assert verify(store).sha256 == sha256


def test_a_store_that_vanished(tmp_path):
    store = swept(tmp_path)
    shutil.rmtree(store.folder / "shards")
    with pytest.raises(StoreError, match="cannot be read: No such file"):
        store.survey()


def test_what_was_left_half_written_is_cleared_in_the_end(tmp_path):
    store = store_of(tmp_path)
    (store.folder / "tmp" / ".kingmaker-1-1.partial").mkdir()
    (store.folder / "tmp" / ".kingmaker-1-1.partial" / "runs.parquet").write_bytes(b"PAR1")
    (store.folder / "tmp" / ".kingmaker-2-2.partial").write_bytes(b"{")
    drive(store, Serial())
    assert len(list((store.folder / "tmp").iterdir())) == 2
    collect(store)
    assert list((store.folder / "tmp").iterdir()) == []


def test_timings_are_beside_the_results(tmp_path):
    store = swept(tmp_path)
    timings = list(store.timings())
    assert sum(timing["runs"] for timing in timings) == 24
    assert {"host", "seconds", "platform", "versions"} <= set(timings[0])
    whole = contents(store)
    for path in (store.folder / "timings").iterdir():
        path.write_text("{")
    assert list(store.timings()) == []
    assert contents(store) == whole


def test_a_clock_that_jumps_changes_nothing(tmp_path):
    """Files may be from 1970 or from 2100: names and checksums decide."""
    store = store_of(tmp_path)
    drive(store, Serial(), asked=range(10))
    for number, path in enumerate(sorted(store.folder.rglob("*"))):
        os.utime(path, (4e9, 4e9) if number % 2 else (0, 0))
    drive(store, Serial())
    assert contents(store) == contents(swept(tmp_path, "other"))
