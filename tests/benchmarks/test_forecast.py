"""How long does a forecast of a contest take of which hardly anything is known?"""

import json
import subprocess
import sys
from pathlib import Path
from time import perf_counter

from tests.e2e.test_forecast import BARE


def test_forecast(score, tmp_path):
    """One forecast with the default number of replicates, start and imports included."""
    (tmp_path / "own.toml").write_text(BARE, encoding="utf-8")
    command = [Path(sys.executable).with_name("kingmaker"), "forecast", "own.toml", "--json"]
    times = []
    for _ in range(3):
        begin = perf_counter()
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=True)
        times.append(perf_counter() - begin)
    assert json.loads(done.stdout)["contest"] == "own-2030"
    score("kingmaker forecast of a bare contest, best of three", min(times), "s", 10.0)
