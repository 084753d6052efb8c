"""How soon does the command line answer?"""

import subprocess
import sys
from pathlib import Path
from statistics import median
from time import perf_counter

STARTS = 9


def test_help(score):
    """Median of warm starts of the installed command, its process included."""
    command = Path(sys.executable).with_name("kingmaker")
    times = []
    for _ in range(STARTS + 1):
        begin = perf_counter()
        done = subprocess.run([command, "--help"], capture_output=True, check=False)
        times.append(perf_counter() - begin)
        assert done.returncode == 0
    score("kingmaker --help, median of warm starts", median(times[1:]), "s", 0.3)
