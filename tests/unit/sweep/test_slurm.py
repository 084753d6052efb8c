"""Following a sweep on Slurm: the files decide, whatever the queue says. Slurm is played here."""

import json

import pytest

from kingmaker.errors import StoreError
from kingmaker.sweep.engines.slurm import sweep_on_slurm
from kingmaker.sweep.engines.slurm_queue import Answer, read_indices
from kingmaker.sweep.engines.slurm_script import SlurmOptions, log_of, n_tasks, write_script
from kingmaker.sweep.load import load_experiment
from kingmaker.sweep.plan import slice_of
from kingmaker.sweep.status import submissions, sweep_status
from kingmaker.sweep.store import start_store

N_RUNS = 12
EXPERIMENT = f"""
id = "played"
question = "Who decides what is finished?"
contests = ["il-labor-2011"]
replicates = {N_RUNS}
"""
NOW = SlurmOptions(tasks=4, grace=0.0)


@pytest.fixture
def experiment(tmp_path):
    path = tmp_path / "played.toml"
    path.write_text(EXPERIMENT)
    return path


@pytest.fixture
def store(tmp_path, experiment):
    return start_store(tmp_path / "out", load_experiment(experiment), is_resumed=False)


class PlayedSlurm:
    """Answer as Slurm does; each pause runs what is queued, as `ends` says how it goes."""

    def __init__(self, store, ends=None):
        self.store = store
        self.ends = ends or {}  # (job, task) -> state at its end; COMPLETED writes the files
        self.states = {}
        self.submitted = []
        self.asks = 0
        self.silence = None
        self.has_forgotten = False

    def __call__(self, words):
        if self.silence is not None and words[0] != "sbatch":
            return Answer(1, "", self.silence)
        if words[0] == "sacct":
            return Answer(1, "", "Slurm accounting storage is disabled")
        return getattr(self, words[0])(words)

    def sbatch(self, words):
        job = str(len(self.submitted) + 1)
        array = next(word for word in words if word.startswith("--array=")).partition("=")[2]
        self.submitted.append(array)
        self.count = int(words[-1].rpartition("-")[2].removesuffix(".sh"))
        self.states |= {(job, task): "PENDING" for task in read_indices(array)}
        return Answer(0, f"{job}\n", "")

    def squeue(self, words):
        self.asks += 1
        job = next(word for word in words if word.startswith("--jobs=")).partition("=")[2]
        lines = [f"{t}|{state}|None" for (j, t), state in self.states.items() if j == job]
        if not lines or self.has_forgotten:
            return Answer(1, "", "slurm_load_jobs error: Invalid job id specified")
        return Answer(0, "\n".join(lines) + "\n", "")

    def scontrol(self, words):
        if words[1:3] == ["show", "config"]:
            return Answer(0, "MaxArraySize            = 1001\n", "")
        return Answer(1, "", "slurm_load_jobs error: Invalid job id specified")

    def pause(self, seconds):
        assert seconds > 0
        for (job, task), state in list(self.states.items()):
            if state == "PENDING":
                end = self.ends.get((job, task), "COMPLETED")
                if end == "COMPLETED":
                    finish(self.store, slice_of(N_RUNS, task, self.count))
                self.states[job, task] = end


def finish(store, indices):
    store.add([store.plan.run_id(index) for index in indices], {})


def follow(store, experiment, slurm, options=NOW, **more):
    return sweep_on_slurm(
        store, experiment, options, seconds_per_run=1, shell=slurm, sleep=slurm.pause, **more
    )


def test_all_goes_well(store, experiment):
    slurm, told, said = PlayedSlurm(store), [], []
    report = follow(
        store, experiment, slurm, progress=lambda *how: told.append(how), say=said.append
    )
    assert (report.n_asked, report.n_found, report.n_done, report.n_lost) == (12, 0, 12, 0)
    assert told[0] == (0, 12)
    assert told[-1] == (12, 12)
    assert slurm.submitted == ["1-4"]
    assert said == ["job 1: submitted tasks 1-4 of 4"]
    assert [s.tasks for s in submissions(store.folder)] == [(1, 2, 3, 4)]


def test_what_is_finished_is_not_submitted(store, experiment):
    finish(store, range(3, 6))
    slurm = PlayedSlurm(store)
    report = follow(store, experiment, slurm)
    assert (report.n_found, report.n_done) == (3, 9)
    assert slurm.submitted == ["1,3-4"]
    again = PlayedSlurm(store)
    assert follow(store, experiment, again).n_found == 12
    assert again.submitted == []


@pytest.mark.parametrize("end", ["NODE_FAIL", "TIMEOUT", "CANCELLED", "FAILED", "DEADLINE"])
def test_a_task_that_ended_unfinished_is_submitted_again(store, experiment, end):
    slurm = PlayedSlurm(store, {("1", 3): end})
    report = follow(store, experiment, slurm)
    assert slurm.submitted == ["1-4", "3"]
    assert (report.n_done, report.n_lost) == (12, 1)


def test_files_decide_over_the_queue(store, experiment):
    """A task that Slurm calls cancelled, and one that it still calls running, but with files."""
    slurm = PlayedSlurm(store, {("1", 2): "CANCELLED", ("1", 3): "RUNNING"})
    finish(store, slice_of(N_RUNS, 2, 4))

    def pause(seconds):
        slurm.pause(seconds)
        finish(store, slice_of(N_RUNS, 3, 4))

    report = sweep_on_slurm(store, experiment, NOW, seconds_per_run=1, shell=slurm, sleep=pause)
    assert report.n_done == 9
    assert slurm.submitted == ["1,3-4"]


def test_tries_are_bounded_and_the_log_is_quoted(store, experiment):
    slurm = PlayedSlurm(store, {(str(job), 2): "FAILED" for job in range(1, 9)})
    (store.folder / "slurm").mkdir()
    log_of(store, "3", 2).write_text("shard 2 of 4 on node9\n\nkingmaker: another version\n")
    with pytest.raises(StoreError, match=r"shards 2 of 4 .* 3 tries; task 3_2 ended as FAILED"):
        follow(store, experiment, slurm)
    assert slurm.submitted == ["1-4", "2", "2"]
    assert store.survey().n_finished == 9
    with pytest.raises(StoreError, match="node9 / kingmaker: another version"):
        follow(store, experiment, PlayedSlurm(store, slurm.ends), SlurmOptions(tasks=4, grace=0.0))


def test_a_task_that_gets_on_is_never_given_up(store, experiment):
    """Each time its limit comes after one more run."""
    slurm = PlayedSlurm(store, {(str(job), 1): "TIMEOUT" for job in range(1, 9)})
    done = iter(range(12))

    def pause(seconds):
        slurm.pause(seconds)
        finish(store, [next(done)])

    options = SlurmOptions(tasks=1, tries=1, grace=0.0)
    report = sweep_on_slurm(store, experiment, options, seconds_per_run=1, shell=slurm, sleep=pause)
    assert report.n_done == 12
    assert len(slurm.submitted) >= 8


def test_a_cancelled_array_stays_cancelled(store, experiment):
    slurm = PlayedSlurm(store, {("1", task): "CANCELLED" for task in (2, 3, 4)})
    with pytest.raises(StoreError, match=r"3 tasks that were left have been cancelled .*--resume"):
        follow(store, experiment, slurm)
    assert slurm.submitted == ["1-4"]


def test_a_silent_controller_is_waited_for(store, experiment):
    slurm, said = PlayedSlurm(store), []
    looks = iter(range(10))

    def pause(seconds):
        slurm.silence = "Unable to contact slurm controller" if next(looks) < 3 else None
        if slurm.silence is None:
            slurm.pause(seconds)

    sweep_on_slurm(
        store, experiment, NOW, seconds_per_run=1, shell=slurm, sleep=pause, say=said.append
    )
    assert slurm.submitted == ["1-4"]
    assert sum("does not answer" in line for line in said) == 1


def test_a_forgotten_job_is_over(store, experiment):
    """No accounting, and the queue forgets: only the files are left."""
    slurm = PlayedSlurm(store, {("1", 4): "FAILED"})

    def pause(seconds):
        slurm.pause(seconds)
        slurm.has_forgotten = len(slurm.submitted) == 1

    report = sweep_on_slurm(store, experiment, NOW, seconds_per_run=1, shell=slurm, sleep=pause)
    assert slurm.submitted == ["1-4", "4"]
    assert report.n_done == 12


def test_detached_then_found_again(store, experiment):
    slurm = PlayedSlurm(store)
    options = SlurmOptions(tasks=4, is_detached=True)
    assert follow(store, experiment, slurm, options) is None
    assert slurm.submitted == ["1-4"]
    said = []
    other_cut = SlurmOptions(tasks=2, grace=0.0)
    report = follow(store, experiment, slurm, other_cut, say=said.append)
    assert slurm.submitted == ["1-4"]  # nothing is doubled
    assert report.n_done == 12
    assert said == ["job 1: tasks 1-4 are under way since earlier"]


def test_whoever_waits_may_leave(store, experiment):
    slurm, said = PlayedSlurm(store), []

    def pause(seconds):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sweep_on_slurm(
            store, experiment, NOW, seconds_per_run=1, shell=slurm, sleep=pause, say=said.append
        )
    assert said[-1].endswith("end them: scancel 1")


def test_a_damaged_shard_is_computed_again(store, experiment):
    slurm = PlayedSlurm(store)
    spoilt = []

    def pause(seconds):
        slurm.pause(seconds)
        if not spoilt:
            spoilt.append(next((store.folder / "shards").iterdir()))
            about = json.loads((spoilt[0] / "shard.json").read_text())
            about["files"] = {"runs.parquet": "0"}
            (spoilt[0] / "shard.json").write_text(json.dumps(about))

    report = sweep_on_slurm(store, experiment, NOW, seconds_per_run=1, shell=slurm, sleep=pause)
    assert report.n_done == 12
    assert len(slurm.submitted) == 2
    assert len(list((store.folder / "damaged").iterdir())) == 1


@pytest.mark.parametrize(
    ("n_missing", "seconds", "options", "tasks"),
    [
        (1000, 0.1, SlurmOptions(), 1),  # 100 s of work
        (36_000, 1.0, SlurmOptions(), 120),  # five minutes each
        (600, 1.0, SlurmOptions(at_once=8), 8),  # 75 s each
        (300, 1.0, SlurmOptions(at_once=8), 5),  # a minute each, not less
        (10_000_000, 1.0, SlurmOptions(), 1000),  # MaxArraySize
        (10, 0.1, SlurmOptions(tasks=7), 7),  # as it was asked for
    ],
)
def test_number_of_tasks(n_missing, seconds, options, tasks):
    assert n_tasks(n_missing, seconds, options, 1000) == tasks


def test_script(store, experiment):
    script = write_script(store, experiment, 7).read_text()
    assert script.startswith("#!/bin/bash\n#SBATCH --job-name=kingmaker-played\n")
    assert script.endswith('--resume --shard "$SLURM_ARRAY_TASK_ID/7"\n')
    assert f"-m kingmaker sweep {experiment} --out {store.folder}" in script


def test_status(store, experiment):
    slurm = PlayedSlurm(store, {("1", 1): "RUNNING", ("1", 4): "FAILED"})
    follow(store, experiment, slurm, SlurmOptions(tasks=4, is_detached=True))
    slurm.pause(1)
    store.add_timing("a", {"runs": 3, "seconds": 6.0, "host": "node1"})
    (store.folder / "shards" / "half").mkdir()
    found = sweep_status(store.folder, slurm)
    assert (found.n_runs, found.n_finished, found.n_failed, found.n_shards) == (12, 6, 0, 2)
    assert found.n_damaged == 1
    assert found.seconds_left == 12.0
    assert found.n_running == 1
    assert found.hosts == {"node1": 1}
    (job,) = found.jobs
    assert job.counts == {"COMPLETED": 2, "RUNNING": 1, "FAILED": 1}
    assert job.unfinished == (1, 4)
    assert json.loads(json.dumps(found.to_json()))["jobs"][0]["states"]["4"] == "FAILED"


def test_status_of_a_finished_sweep_asks_nobody(store, experiment):
    slurm = PlayedSlurm(store)
    follow(store, experiment, slurm)
    asks = slurm.asks
    found = sweep_status(store.folder, slurm)
    assert found.n_finished == 12
    assert found.seconds_left is None
    assert slurm.asks == asks


def test_status_of_no_sweep(tmp_path):
    with pytest.raises(StoreError, match="is no folder of a sweep"):
        sweep_status(tmp_path)
