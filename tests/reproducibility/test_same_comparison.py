"""A comparison gives the same bytes whatever the workers, its company and the hash seed."""

import json

import pandas as pd

from kingmaker.analyse.tables import COMPARE_TABLES
from tests.e2e.command_line import kingmaker

SMALL = ("--scale", "0.03", "--days", "5", "--seed", "42")
BEHAVIOURS = "historical,neutral,no-contempt"


def compare(folder, *words, **variables):
    options = ("--behaviours", BEHAVIOURS, *SMALL, *words, "--json", "--out", folder)
    done = kingmaker("compare", "il-labor-2011", *options, **variables)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_workers_and_hash_seeds_change_nothing(tmp_path):
    words = ("--replicates", "5", "--payoff-replicates", "1")
    one = compare(tmp_path / "1", *words, PYTHONHASHSEED="0")
    two = compare(tmp_path / "2", *words, "--workers", "2", PYTHONHASHSEED="1")
    for summary in (one, two):
        del summary["provenance"]["command"]
    assert one == two
    names = {path.name for path in (tmp_path / "1").iterdir()} - {"manifest.json"}
    assert {"forest.png", "forest.svg", "waterfall.png", "payoffs.png"} < names
    for name in sorted(names):
        first, second = ((tmp_path / n / name).read_bytes() for n in "12")
        assert first == second, name


def test_more_replicates_leave_the_first_ones_alone(tmp_path):
    words = ("--payoff-replicates", "0")
    compare(tmp_path / "few", "--replicates", "3", *words)
    compare(tmp_path / "many", "--replicates", "6", *words)
    for name in COMPARE_TABLES:
        few, many = (pd.read_parquet(tmp_path / n / f"{name}.parquet") for n in ("few", "many"))
        among = many[many["replicate"] < 3].reset_index(drop=True)
        pd.testing.assert_frame_equal(few, among, check_exact=True, check_dtype=False)
