"""Sweep on the command line, kill it, and look at what is left."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import tomli_w

from tests.architecture.source_files import ROOT
from tests.contest_builders import bare_table, tiny_table
from tests.e2e.command_line import kingmaker

EXPERIMENT = """
id = "quick"
question = "Are the bytes the same?"
contests = ["tiny.toml", "bare.toml"]
behaviours = ["historical", "neutral"]
replicates = {replicates}
seed = 42
tables = ["runs", "shares", "deals"]

[design]
kind = "grid"

[design.parameters]
leader_momentum = [0.0, 0.1]
"""


def write_experiment(folder: Path, replicates: int = 5) -> Path:
    """Write an experiment of 8 points, and its contests; a run takes hundredths of a second."""
    (folder / "tiny.toml").write_text(tomli_w.dumps(tiny_table()))
    (folder / "bare.toml").write_text(tomli_w.dumps(bare_table()))
    path = folder / "quick.toml"
    path.write_text(EXPERIMENT.format(replicates=replicates))
    return path


def sweep(experiment: Path, out: Path, *words: object, **variables: str) -> None:
    """Sweep and expect success."""
    done = kingmaker("sweep", experiment, "--out", out, *words, **variables)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr


def verified(out: Path) -> str:
    """Verify a sweep and return its hash."""
    done = kingmaker("verify", out)
    assert done.returncode == 0, done.stderr
    assert "none missing, none doubled, none foreign" in done.stdout
    return done.stdout.split()[-1]


def data_bytes(out: Path) -> dict[str, bytes]:
    """Return the bytes of the collected tables."""
    return {path.name: path.read_bytes() for path in sorted((out / "data").iterdir())}


def shards(out: Path) -> list[Path]:
    """List the shards that are there."""
    return sorted((out / "shards").iterdir()) if (out / "shards").is_dir() else []


def told_of_many_runs(folder: Path, replicates: int, job: str) -> dict[str, float]:
    """Sweep or resume 6 points in a process of its own; return what it says of itself."""
    script = Path(__file__).with_name("many_runs_in_a_process.py")
    done = subprocess.run(
        [sys.executable, script, folder, str(replicates), job],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])},
        timeout=900,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


class Running:
    """A sweep in a process group of its own, to be killed as a whole."""

    def __init__(self, experiment: Path, out: Path, *words: object) -> None:
        command = [sys.executable, "-m", "kingmaker", "sweep", experiment, "--out", out, *words]
        self.out = out
        self.process = subprocess.Popen(
            [str(word) for word in command],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def wait_for_shards(self, number: int, timeout: float = 300.0) -> bool:
        """Wait until there are so many shards; False if the sweep ended before."""
        end = time.monotonic() + timeout
        while len(shards(self.out)) < number:
            if self.process.poll() is not None:
                return False
            assert time.monotonic() < end, "no shard in time"
            time.sleep(0.002)
        return True

    def kill(self) -> None:
        """Kill every process of the group, none of which can say goodbye."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.process.stderr.close()

    def interrupt(self) -> tuple[int, str]:
        """Interrupt it as Ctrl-C at the terminal does: every process of the group hears it."""
        os.killpg(self.process.pid, signal.SIGINT)
        said = self.process.communicate(timeout=120)[1]
        return self.process.returncode, said
