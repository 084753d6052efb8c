"""How long does a replicate take, everything included, and what part of it is Mesa's shell?"""

from collections import defaultdict
from statistics import median
from time import perf_counter

import mesa
import pytest

from kingmaker.contest.load import load_contest
from kingmaker.election import LeadershipElection
from kingmaker.outcome import simulate_replicate
from kingmaker.records import Request

REPLICATES = range(1, 12)


@pytest.mark.parametrize(("contest_id", "limit"), [("il-labor-2011", 1.0), ("il-labor-2007", 1.6)])
def test_replicate_at_full_size(benchmark, score, contest_id, limit):
    """From the draw of the parameters to the record, pilots and both ballots included."""
    contest = load_contest(contest_id)
    replicates = iter(REPLICATES)
    times = []

    def replicate():
        begin = perf_counter()
        record = simulate_replicate(Request(contest, seed=1, replicate=next(replicates)))
        times.append(perf_counter() - begin)
        assert record.run["scale"] == 1.0
        assert record.run["decided_in_round"] == 2

    simulate_replicate(Request(contest, seed=1, replicate=0))
    benchmark.pedantic(replicate, rounds=len(REPLICATES))
    score(f"{contest_id}: a replicate at full size, median", median(times), "s", limit)
    score(f"{contest_id}: the slowest of {len(times)}", max(times), "s")


class Stopwatch:
    """Add up the time inside functions."""

    def __init__(self):
        self.times = defaultdict(float)

    def timed(self, name, function):
        """Wrap a function."""

        def wrapped(*arguments, **named):
            begin = perf_counter()
            try:
                return function(*arguments, **named)
            finally:
                self.times[name] += perf_counter() - begin

        return wrapped


@pytest.fixture
def watch(monkeypatch):
    """Watch what Mesa does: agents, the wrapped step, the collector; and what it calls of ours."""
    watch = Stopwatch()
    add_reporter = mesa.DataCollector._new_model_reporter

    def add_timed_reporter(collector, name, reporter):
        if callable(reporter):
            reporter = watch.timed("reporters", reporter)
        add_reporter(collector, name, reporter)

    monkeypatch.setattr(mesa.DataCollector, "_new_model_reporter", add_timed_reporter)
    for cls, function, name in (
        (mesa.Agent, "__init__", "agents"),
        (mesa.Model, "_wrapped_step", "wrapped step"),
        (LeadershipElection, "step", "own step"),
        (mesa.DataCollector, "collect", "collector"),
    ):
        monkeypatch.setattr(cls, function, watch.timed(name, getattr(cls, function)))
    return watch


def test_share_of_the_mesa_shell(score, watch):
    contest = load_contest("il-labor-2011")
    shares = []
    for replicate in (0, *REPLICATES):
        watch.times.clear()
        begin = perf_counter()
        simulate_replicate(Request(contest, seed=1, replicate=replicate))
        whole = perf_counter() - begin
        times = watch.times
        assert all(times.values())
        assert len(times) == 5
        shell = times["wrapped step"] - times["own step"] + times["agents"]
        shares.append((shell + times["collector"] - times["reporters"]) / whole)
    score("part of a replicate inside Mesa", median(shares[1:]), "", 0.05)
