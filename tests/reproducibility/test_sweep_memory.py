"""The process that coordinates a sweep holds no results, however many runs there are."""

from pathlib import Path

import pytest

from tests.reproducibility.sweeps import told_of_many_runs

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/status").is_file(), reason="needs Linux's /proc"
)

MEGABYTE = 1_000_000
FEW, MANY = 100, 16_667  # replicates of 6 points


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    return {n: tmp_path_factory.mktemp(f"of-{n}") for n in (FEW, MANY)}


def test_a_hundred_thousand_runs_take_no_more_memory_than_few(folders):
    few, many = (told_of_many_runs(folders[n], n, "sweep") for n in (FEW, MANY))
    assert (few["done"], many["done"], many["rows"]) == (600, 100_002, 100_002)
    assert many["peak_bytes"] < 500 * MEGABYTE
    assert many["peak_bytes"] < few["peak_bytes"] + 150 * MEGABYTE
    again = told_of_many_runs(folders[MANY], MANY, "resume")
    assert again["done"] == 0
    assert again["peak_bytes"] < 500 * MEGABYTE
