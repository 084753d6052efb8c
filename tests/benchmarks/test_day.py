"""What does a campaign day cost, beside a reference kernel and beside an object per member?

All three take turns, so that a busy moment of the machine hits all of them.
"""

from dataclasses import dataclass
from statistics import mean, median
from time import perf_counter

import pytest

from tests.benchmarks.elections import at_medians
from tests.benchmarks.mesa_twin import with_objects
from tests.benchmarks.reference_kernels import Reference

CONTEST = "il-labor-2011"
CAMPAIGNS = 9
TWIN_SCALE = 0.075
"""Part of the members that the twin simulates: about 5 000 objects."""
TWIN_EVERY = 20


@dataclass(frozen=True)
class Costs:
    """Hold times per member and day [ns]."""

    n_members: int
    n_objects: int
    reference: float
    before_round1: float
    between_rounds: float
    whole_contest: float
    objects: float


def timed(live) -> float:
    begin = perf_counter()
    live()
    return perf_counter() - begin


def medians_by_day(campaigns):
    """Take each day's median over the campaigns."""
    return [median(day) for day in zip(*campaigns, strict=True)]


@pytest.fixture(scope="module")
def costs() -> Costs:
    n = len(at_medians(CONTEST).members)
    reference = Reference(n)
    twin = with_objects(at_medians(CONTEST, scale=TWIN_SCALE))
    n_objects = len(twin.members)
    for warm in (reference, twin.step, at_medians(CONTEST, scale=0.1).run_model):
        warm()
    reference_times, twin_times, before, between = [], [], [], []
    for _ in range(CAMPAIGNS):
        model = at_medians(CONTEST)
        days = {True: [], False: []}
        while model.running:
            day, ballots = model.day, (0, model.setting.gap_days)
            time = timed(model.step)
            if day not in ballots:
                days[day < 0].append(time)
            reference_times.append(timed(reference))
            if day < 0 and day % TWIN_EVERY == 0:
                twin_times.append(timed(twin.step))
        before.append(days[True])
        between.append(days[False])
    per_member = 1e9 / n
    before_days, between_days = medians_by_day(before), medians_by_day(between)
    return Costs(
        n_members=n,
        n_objects=n_objects,
        reference=median(reference_times) * per_member,
        before_round1=mean(before_days) * per_member,
        between_rounds=mean(between_days) * per_member,
        whole_contest=mean([*before_days, *between_days]) * per_member,
        objects=median(twin_times) / n_objects * 1e9,
    )


def test_day_costs_at_most_two_references(costs, score):
    assert costs.n_members == 66_310
    score("reference day per member", costs.reference, "ns")
    score("day before round one per member, everything", costs.before_round1, "ns")
    score("day before round one / reference", costs.before_round1 / costs.reference, "", 2.0)
    score("day between the rounds per member, everything", costs.between_rounds, "ns")
    score("day of the whole contest / reference", costs.whole_contest / costs.reference, "", 2.0)


def test_day_costs_at_most_a_200th_of_objects(costs, score):
    assert 4_000 <= costs.n_objects <= 6_000
    score(f"Mesa twin, day per member of {costs.n_objects:,}", costs.objects, "ns")
    score("200 days before round one / a day of the twin",
          200.0 * costs.before_round1 / costs.objects, "", 1.0)  # fmt: skip
    score("times as fast as the twin", costs.objects / costs.before_round1, "times")


def test_reference(benchmark):
    reference = Reference(66_310)
    benchmark.pedantic(reference, rounds=100, warmup_rounds=5)


def test_day_before_round_one(benchmark):
    model = at_medians(CONTEST)
    benchmark.pedantic(model.step, rounds=50, warmup_rounds=9)
    assert model.day < 0


def test_day_of_objects(benchmark):
    twin = with_objects(at_medians(CONTEST, scale=TWIN_SCALE))
    benchmark.pedantic(twin.step, rounds=10, warmup_rounds=1)
