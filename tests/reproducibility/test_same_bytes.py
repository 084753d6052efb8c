"""Same seed, same bytes: whatever the workers, the company and the hash seed."""

import json

import pandas as pd
import pytest

from kingmaker.records import TABLES
from tests.e2e.command_line import kingmaker

SMALL = ("--scale", "0.03", "--days", "10", "--seed", "42")


def run(folder, *words, contest="il-labor-2011", **variables):
    done = kingmaker("run", contest, *SMALL, *words, "--json", "--out", folder, **variables)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def assert_same_bytes(one, other):
    for name in TABLES:
        first, second = (folder / f"{name}.parquet" for folder in (one, other))
        assert first.read_bytes() == second.read_bytes(), name


def without_command(summary):
    provenance = {k: v for k, v in summary["provenance"].items() if k != "command"}
    return summary | {"provenance": provenance}


@pytest.mark.parametrize("contest", ["il-labor-2007", "il-labor-2011"])
def test_workers_change_nothing(tmp_path, contest):
    summaries = [
        run(tmp_path / str(n), "--replicates", "7", "--workers", str(n), contest=contest)
        for n in (1, 2, 4)
    ]
    for n, summary in zip((2, 4), summaries[1:], strict=True):
        assert_same_bytes(tmp_path / "1", tmp_path / str(n))
        assert without_command(summary) == without_command(summaries[0])


def test_replicate_17_alone_is_17_among_20(tmp_path):
    run(tmp_path / "all", "--replicates", "20", "--workers", "2")
    run(tmp_path / "alone", "--only", "17")
    for name in TABLES:
        among = pd.read_parquet(tmp_path / "all" / f"{name}.parquet")
        alone = pd.read_parquet(tmp_path / "alone" / f"{name}.parquet")
        among = among[among["replicate"] == 17].reset_index(drop=True)
        pd.testing.assert_frame_equal(alone, among, check_exact=True)


@pytest.mark.parametrize("behaviour", ["historical", "decide+poach+appeal-over-head+counter-frame"])
def test_hash_seeds_change_nothing(tmp_path, behaviour):
    for seed in ("0", "1", "2", "random"):
        words = ("--replicates", "2", "--behaviour", behaviour)
        run(tmp_path / seed, *words, PYTHONHASHSEED=seed)
        assert_same_bytes(tmp_path / "0", tmp_path / seed)


def test_the_processor_changes_nothing(tmp_path):
    """The guard only saves work: without it numpy may choose other instructions."""
    run(tmp_path / "guarded", "--replicates", "2")
    run(tmp_path / "free", "--replicates", "2", NPY_DISABLE_CPU_FEATURES="")
    assert_same_bytes(tmp_path / "guarded", tmp_path / "free")
    manifests = [
        json.loads((tmp_path / folder / "manifest.json").read_text())
        for folder in ("guarded", "free")
    ]
    assert manifests[0]["platform"]["environment"]["NPY_DISABLE_CPU_FEATURES"]
    assert manifests[0]["tables"] == manifests[1]["tables"]


def test_seeds_and_replicates_differ(tmp_path):
    run(tmp_path / "a", "--only", "0-1")
    run(tmp_path / "b", "--only", "0", "--seed", "43")
    first = pd.read_parquet(tmp_path / "a" / "runs.parquet")
    second = pd.read_parquet(tmp_path / "b" / "runs.parquet")
    shares = [*first["runoff_share"], *second["runoff_share"]]
    assert len(set(shares)) == 3
