"""Simulate one replicate; print its members and the peak of this process [bytes].

Usage: ``replicate_in_a_process.py CONTEST SCALE``, where CONTEST may be ``synthetic``: three
million members in two sectors, four candidates, and everything else a contest file may hold.
"""

import sys
from pathlib import Path

from kingmaker.contest.load import load_contest, parse_contest
from kingmaker.contest.schema import Contest
from kingmaker.outcome import simulate_replicate
from kingmaker.records import Request
from tests.contest_builders import SOURCED, tiny_table

TIMES = 5_000
"""The synthetic contest is the tiny one of 600 members, so many times as large."""


def synthetic() -> Contest:
    """Enlarge the tiny contest."""
    table = tiny_table()
    table["rules"]["campaign_days"] = 60
    table["roll"] = {"round1": 600 * TIMES, **SOURCED}
    table["sectors"][0]["members"] *= TIMES
    for result in table["results"].values():
        result["votes"] = {name: votes * TIMES for name, votes in result["votes"].items()}
        result["ballots"] *= TIMES
        if "blank" in result:
            result["blank"] *= TIMES
    return parse_contest(table, "synthetic.toml")


def peak() -> int:
    """Return the peak of this process's resident memory since it began [bytes]."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return 1024 * next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))


if __name__ == "__main__":
    name, scale = sys.argv[1:]
    contest = synthetic() if name == "synthetic" else load_contest(name)
    record = simulate_replicate(Request(contest, seed=1, replicate=0, scale=float(scale)))
    print(record.run["roll_round1"], peak())
