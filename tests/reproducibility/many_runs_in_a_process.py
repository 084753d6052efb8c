"""Sweep very many runs that take no time; print seconds and the peak of this process' memory.

``python many_runs_in_a_process.py FOLDER REPLICATES sweep|resume`` prints one JSON object. The runs
are written by another process, as always; this one plans, hands out, surveys and collects.
"""

import json
import sys
import time
from pathlib import Path

from kingmaker.sweep.collect import collect
from kingmaker.sweep.drive import drive
from kingmaker.sweep.engines.local import LocalEngine
from tests.unit.sweep.sweeps import store_of, tiny_batch


def peak_bytes() -> int:
    """Return the most memory that this process has had at once.

    Not `getrusage`: its maximum outlives exec, so that a process begins with that of its parent.
    """
    status = Path("/proc/self/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmHWM:"))
    number, unit = line.split()[1:]
    assert unit == "kB"
    return 1024 * int(number)


def main(folder: Path, replicates: int, is_resumed: bool) -> None:
    begin = time.perf_counter()
    store = store_of(folder, replicates=replicates, tables=["runs"])
    engine = LocalEngine(1)
    done = drive(store, engine, work=tiny_batch)
    engine.shutdown()
    driven = time.perf_counter()
    found = None if is_resumed else collect(store)
    told = {
        "runs": store.plan.n_runs,
        "done": done.n_done,
        "drive_seconds": driven - begin,
        "collect_seconds": time.perf_counter() - driven,
        "rows": found and found.tables["runs"]["rows"],
        "peak_bytes": peak_bytes(),
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3] == "resume")
