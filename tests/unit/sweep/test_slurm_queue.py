"""What Slurm's commands say, as it is read."""

import pytest

from kingmaker.errors import ParameterError
from kingmaker.sweep.engines import slurm_queue
from kingmaker.sweep.engines.slurm_queue import Answer, ask_states, index_list, read_indices

GONE = Answer(1, "", "slurm_load_jobs error: Invalid job id specified")
NOT_THERE = Answer(1, "", "slurm_load_jobs error: Unable to contact slurm controller")
NO_ACCOUNTING = Answer(1, "", "Slurm accounting storage is disabled")
NOTHING = Answer(0, "", "")


def shell(**answers):
    """Answer by the name of the command."""
    asked = []

    def run(words):
        asked.append(list(words))
        return answers.get(words[0], NO_ACCOUNTING)

    run.asked = asked
    return run


def test_squeue_is_asked_first_and_alone_if_it_knows_all():
    queue = "3|PENDING|Resources\n2|RUNNING|None\n1|COMPLETED|None\n"
    slurm = shell(squeue=Answer(0, queue, ""))
    states = ask_states("7", [1, 2, 3], slurm)
    assert states.by_task == {1: "COMPLETED", 2: "RUNNING", 3: "PENDING"}
    assert states.reasons == {3: "Resources"}
    assert [states.is_over(task) for task in (1, 2, 3)] == [True, False, False]
    assert [words[0] for words in slurm.asked] == ["squeue"]


def test_scontrol_and_sacct_fill_what_squeue_has_forgotten():
    shown = (
        "JobId=7 ArrayJobId=7 ArrayTaskId=4-5%2 JobName=a JobState=PENDING Reason=None\n"
        "JobId=8 ArrayJobId=7 ArrayTaskId=1 JobName=a JobState=FAILED Reason=NonZeroExitCode\n"
    )
    told = "7_1|COMPLETED\n7_2|CANCELLED by 0\n7_[4-5%2]|PENDING\n7_3|TIMEOUT\n"
    slurm = shell(
        squeue=Answer(0, "1|RUNNING|None\n", ""),
        scontrol=Answer(0, shown, ""),
        sacct=Answer(0, told, ""),
    )
    states = ask_states("7", [1, 2, 3, 4, 5, 6], slurm)
    assert states.by_task == {
        1: "RUNNING",
        2: "CANCELLED",
        3: "TIMEOUT",
        4: "PENDING",
        5: "PENDING",
        6: "UNKNOWN",
    }
    assert [words[0] for words in slurm.asked] == ["squeue", "scontrol", "sacct"]
    assert states.is_over(6)  # Slurm answered, and knows nothing of it


def test_a_job_that_all_have_forgotten_is_over():
    states = ask_states("7", [1], shell(squeue=GONE, scontrol=GONE))
    assert states.by_task == {1: "UNKNOWN"}
    assert not states.silence
    assert states.is_over(1)


def test_a_silent_controller_ends_nothing():
    states = ask_states("7", [1], shell(squeue=NOT_THERE, scontrol=NOT_THERE))
    assert states.by_task == {1: "UNKNOWN"}
    assert "Unable to contact" in states.silence
    assert not states.is_over(1)


@pytest.mark.parametrize("state", ["REQUEUED", "COMPLETING", "SUSPENDED", "CONFIGURING"])
def test_what_may_still_run_is_not_over(state):
    assert not ask_states("7", [1], shell(squeue=Answer(0, f"1|{state}|None\n", ""))).is_over(1)


@pytest.mark.parametrize(
    ("indices", "text"), [([1, 2, 3, 5], "1-3,5"), ([4], "4"), ([9, 1, 2], "1-2,9"), ([], "")]
)
def test_indices_are_written_as_slurm_writes_them(indices, text):
    assert index_list(indices) == text
    assert read_indices(text) == sorted(indices)


@pytest.mark.parametrize(
    ("text", "indices"),
    [("[1-3,5%2]", [1, 2, 3, 5]), ("1-9:4", [1, 5, 9]), ("N/A", []), ("12", [12]), ("4.batch", [])],
)
def test_indices_are_read_as_slurm_writes_them(text, indices):
    assert read_indices(text) == indices


@pytest.mark.parametrize(
    ("config", "largest"), [("MaxArraySize            = 1001\n", 1000), ("Other = 3\n", 1000)]
)
def test_largest_index(config, largest):
    assert slurm_queue.largest_index(shell(scontrol=Answer(0, config, ""))) == largest


def test_no_arrays_allowed():
    with pytest.raises(ParameterError, match="allows no job arrays"):
        slurm_queue.largest_index(shell(scontrol=Answer(0, "MaxArraySize = 0\n", "")))


def test_submit(tmp_path):
    slurm = shell(sbatch=Answer(0, "123;cluster\n", ""))
    script = tmp_path / "a b.sh"
    job = slurm_queue.submit(script, [1, 2, 4], at_once=2, options=["--time=5"], shell=slurm)
    assert job == "123"
    assert slurm.asked == [["sbatch", "--parsable", "--array=1-2,4%2", "--time=5", str(script)]]


def test_a_refused_job_is_said(tmp_path):
    slurm = shell(sbatch=Answer(1, "", "sbatch: error: invalid partition specified: nowhere"))
    with pytest.raises(ParameterError, match=r"Slurm refuses tasks 1: .* invalid partition"):
        slurm_queue.submit(tmp_path / "s.sh", [1], shell=slurm)


def test_absent_commands_are_said(monkeypatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(ParameterError, match="absent: sbatch, squeue, scontrol"):
        slurm_queue.check_commands()
    assert slurm_queue.run_command(["no-such-command"]).status == -1
