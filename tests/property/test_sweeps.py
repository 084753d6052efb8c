"""However the runs are cut into batches, and in whatever order they end: the same bytes."""

import itertools
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kingmaker.sweep.plan import slice_of
from kingmaker.sweep.store import Store, start_store
from kingmaker.sweep.verify import verify
from tests.unit.sweep.sweeps import add_runs, contents, plan_of

N_RUNS = 24


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The plan, and the bytes of the dataset that one batch gives."""
    folder = tmp_path_factory.mktemp("whole")
    plan = plan_of(folder)
    assert plan.n_runs == N_RUNS
    store = start_store(folder / "out", plan, is_resumed=False)
    add_runs(store, range(N_RUNS))
    return plan, contents(store), verify(store).sha256


@st.composite
def partitions(draw):
    """Cut the runs into batches: any subset, any order of the batches, some of them twice."""
    owners = draw(st.lists(st.integers(0, 6), min_size=N_RUNS, max_size=N_RUNS))
    batches = [[i for i in range(N_RUNS) if owners[i] == owner] for owner in set(owners)]
    batches += draw(st.lists(st.sampled_from(batches), max_size=2))
    extra = draw(st.sets(st.integers(0, N_RUNS - 1), max_size=5))
    if extra:
        batches.append(sorted(extra))
    return draw(st.permutations(batches))


@settings(max_examples=settings().max_examples // 4)
@given(partitions())
def test_any_partition_in_any_order_collects_to_the_same_bytes(whole, batches):
    plan, expected, sha256 = whole
    with tempfile.TemporaryDirectory() as folder:
        store = start_store(Path(folder) / "out", plan, is_resumed=False)
        for batch in batches:
            add_runs(store, batch)
        assert verify(store).sha256 == sha256
        assert contents(store) == expected


@settings(max_examples=settings().max_examples // 4)
@given(st.data())
def test_any_subset_of_shards_is_completed_to_the_same_bytes(whole, data):
    """What is lost is found missing, no more and no less, and computed again."""
    plan, expected, _ = whole
    size = data.draw(st.integers(1, 6))
    batches = [list(part) for part in itertools.batched(range(N_RUNS), size)]
    lost = data.draw(st.sets(st.sampled_from(range(len(batches)))))
    with tempfile.TemporaryDirectory() as folder:
        store = start_store(Path(folder) / "out", plan, is_resumed=False)
        names = [add_runs(store, batch) for batch in batches]
        for number in lost:
            shutil.rmtree(store.folder / "shards" / names[number])
        missing = store.survey().missing.tolist()
        assert missing == sorted(i for number in lost for i in batches[number])
        complete(store, missing)
        assert contents(store) == expected


def complete(store: Store, missing: list[int]) -> None:
    if missing:
        add_runs(store, missing)


@given(st.integers(0, 500), st.integers(1, 60))
def test_slices_are_a_partition(n_runs, count):
    parts = [slice_of(n_runs, number, count) for number in range(1, count + 1)]
    assert [index for part in parts for index in part] == list(range(n_runs))
