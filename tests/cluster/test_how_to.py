"""The scripts of the page on clusters do what it says, as they stand there."""

import importlib.util
import re
import shlex
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.cluster.conftest import absent
from tests.cluster.sweeps import PATIENCE, ROOT, SMOKE, dataset_hash, end, environment, kingmaker

PAGE = (ROOT / "model/kingmaker/docs/how-to/run-on-a-cluster.md").read_text()
BLOCKS = re.findall(r"^```\w+[^\n]*\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
VARIABLES = {
    "#PBS": "PBS_ARRAY_INDEX",
    "#$": "SGE_TASK_ID",
    "#BSUB": "LSB_JOBINDEX",
    "#SBATCH": "SLURM_ARRAY_TASK_ID",
}
CLASSES = dict(re.findall(r"^\| \w+ \| `(\w+Cluster)(\(.*)` \|$", PAGE, re.MULTILINE))


def block_with(word):
    """Return the only block of the page that has a word."""
    (found,) = [block for block in BLOCKS if word in block]
    return found


@pytest.fixture
def checkout(tmp_path):
    """A folder as the page's reader has it, with an experiment of 16 runs."""
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv" / "bin").symlink_to(Path(sys.executable).parent)
    (tmp_path / "experiments").mkdir()
    text = SMOKE.read_text()
    small = re.sub(r"^replicates = \d+$", "replicates = 1", text, flags=re.MULTILINE)
    assert small != text
    (tmp_path / "experiments" / "smoke.toml").write_text(small)
    return tmp_path


@pytest.fixture(scope="module")
def hashes():
    return {}


@pytest.fixture
def small_reference(reference, checkout, hashes):
    """Hash of the small experiment's dataset, made by one local worker."""
    if not hashes:
        done = kingmaker("sweep", checkout / "experiments/smoke.toml", "--out", checkout / "alone")
        assert done.returncode == 0, done.stderr
        hashes["small"] = dataset_hash(checkout / "alone")
    return hashes["small"]


def start_script(folder, mark, shard):
    """Start a scheduler's script as it starts the task of a shard; four shards instead of seven."""
    (script,) = [block for block in BLOCKS if f"\n{mark} " in block]
    assert '/7"\n' in script
    (folder / f"sweep{mark}").write_text(script.replace('/7"\n', '/4"\n'))
    return subprocess.Popen(
        ["bash", f"sweep{mark}"],
        cwd=folder,
        env=environment(**{VARIABLES[mark]: str(shard), "PBS_O_WORKDIR": str(folder)}),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_array_scripts_of_all_schedulers_in_any_order(checkout, small_reference):
    """All shards begin at once in a folder that is not there yet, each by another's script."""
    order = np.random.default_rng().permutation(range(1, 5)).tolist()
    scripts = dict(zip(order, VARIABLES, strict=True))
    tasks = [start_script(checkout, mark, shard) for shard, mark in scripts.items()]
    for task in tasks:
        assert re.search(r"\b4 runs done\n", end(task)[0])
    done = kingmaker("collect", checkout / "smoke")
    assert done.returncode == 0, f"{scripts}: {done.stderr}"
    assert dataset_hash(checkout / "smoke") == small_reference, scripts
    again = end(start_script(checkout, "#PBS", 3))[0]
    assert "0 runs done, 4 were there already" in again


@pytest.fixture
def jobqueue(dask):
    if importlib.util.find_spec("dask_jobqueue") is None:
        absent("no dask-jobqueue in this environment: pip install 'kingmaker[cluster]'")


def test_workers_as_jobs_of_slurm(jobqueue, slurm, checkout, small_reference):
    """As on the page, but on loopback and with two jobs."""
    script = block_with("with SLURMCluster(")
    for there, here in (
        ('interface="ib0"', 'interface="lo"'),
        ("maximum_jobs=20", "maximum_jobs=2"),
    ):
        assert there in script
        script = script.replace(there, here)
    (checkout / "workers.py").write_text(script)
    done = subprocess.run(
        [sys.executable, "workers.py"],
        cwd=checkout,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    assert done.returncode == 0, done.stderr
    assert dataset_hash(checkout / "smoke") == small_reference


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("PBSCluster", ["#PBS -l select=1:ncpus=1:mem=2gb", "#PBS -l walltime=02:00:00"]),
        ("SGECluster", ["#$ -l h_vmem=2G", "#$ -l h_rt=02:00:00"]),
        ("LSFCluster", ["#BSUB -n 1", "#BSUB -W 02:00"]),
        ("HTCondorCluster", ["RequestCpus = MY.DaskWorkerCores", "RequestMemory"]),
    ],
)
def test_job_scripts_of_other_schedulers(jobqueue, name, expected):
    """None of them is here: what would be submitted is read."""
    import dask_jobqueue

    guard = "export NPY_DISABLE_CPU_FEATURES='X86_V3 X86_V4'"
    call = f"dask_jobqueue.{name}{CLASSES[name]}, interface='lo', job_script_prologue=[guard])"
    with eval(call, {"dask_jobqueue": dask_jobqueue, "guard": guard}) as cluster:
        script = cluster.job_script()
    assert [line for line in expected if line not in script] == []
    assert "--nthreads 1" in script
    assert "NPY_DISABLE_CPU_FEATURES" in script


def test_commands_of_the_page_name_one_experiment():
    calls = [
        shlex.split(line.removeprefix("exec "))
        for block in BLOCKS
        for line in block.splitlines()
        if line.startswith(("kingmaker sweep", "exec .venv/bin/kingmaker sweep"))
    ]
    assert len(calls) >= 9
    assert {words[2] for words in calls} == {"experiments/smoke.toml"}
