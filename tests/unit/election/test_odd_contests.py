"""Do odd contests run, or end in one of our own errors?"""

import pytest

from kingmaker.errors import KingmakerError
from kingmaker.outcome import simulate_replicate
from kingmaker.records import Request
from tests.contest_builders import CANDIDATES, SOURCED, bare, bare_table, day, tiny


def many_blocs(n):
    votes = {"ada": 18_000, "ben": 15_000, "cy": 9_000, "dee": 3_000}
    blocs = [
        {"id": f"b{i}", "name": "B", "size": 20, "sector": "one", "camp": "ada", **SOURCED}
        for i in range(n)
    ]
    sectors = [
        {"id": "one", "name": "One", "members": 50_000, **SOURCED},
        {"id": "rest", "name": "Rest", "rest": True, **SOURCED},
    ]
    return bare(
        roll={"round1": 60_000, **SOURCED},
        results={"round1": {"votes": votes, **SOURCED}},
        sectors=sectors,
        blocs=blocs,
    )


def candidates(**changes):
    data = bare_table()["candidates"]
    for candidate in data[1:]:
        candidate.update(changes)
    return data


def idle_machines():
    data = candidates(machine=0.0)
    data[0]["machine"] = 0.0
    return bare(candidates=data)


def unknown_roll(members, **changes):
    sectors = [
        {"id": "one", "name": "One", "members": members, **SOURCED},
        {"id": "rest", "name": "Rest", "rest": True, **SOURCED},
    ]
    return bare(roll={**SOURCED}, sectors=sectors, **changes)


def two(threshold, **votes):
    return bare(
        candidates=[{"id": name, "name": name} for name in CANDIDATES[:2]],
        rules={"threshold": threshold, "campaign_days": 2},
        results={"round1": {"votes": votes, **SOURCED}},
    )


def crowd():
    names = [f"c{i}" for i in range(40)]
    return bare(
        candidates=[{"id": name, "name": name} for name in names],
        roll={"round1": 6_000, **SOURCED},
        results={"round1": {"votes": {n: 100 - i for i, n in enumerate(names)}, **SOURCED}},
    )


CONTESTS = {
    "499 known blocs": lambda: many_blocs(499),
    "500 known blocs": lambda: many_blocs(500),
    "600 known blocs": lambda: many_blocs(600),
    "no machine at all": idle_machines,
    "a forecast without a roll, one sector of 50 000": lambda: unknown_roll(50_000, results={}),
    "a result without a roll, one sector of 900": lambda: unknown_roll(900),
    "one who can reach the runoff": lambda: bare(candidates=candidates(withdrawn_after=day(1))),
    "two candidates below the threshold": lambda: two(0.6, ada=200, ben=180),
    "two candidates, a tie": lambda: two(0.5, ada=200, ben=200),
    "40 candidates": crowd,
    "a second roll of one": lambda: bare(roll={"round1": 600, "round2": 1, **SOURCED}),
    "a second roll of 60 000": lambda: bare(roll={"round1": 600, "round2": 60_000, **SOURCED}),
    "one voter": lambda: bare(
        results={"round1": {"votes": {"ada": 1, "ben": 0, "cy": 0, "dee": 0}, **SOURCED}}
    ),
    "almost all blank": lambda: bare(
        results={"round1": {"votes": {"ada": 8, "ben": 5, "cy": 3, "dee": 1}, "ballots": 300,
                            "blank": 283, **SOURCED}}
    ),
    "the runoff on the same day": lambda: bare(
        dates={"round1": day(0), "round2": day(0)},
        rules={"threshold": 0.5, "campaign_days": 2, "same_day": True},
    ),
}  # fmt: skip


@pytest.mark.parametrize("make", CONTESTS.values(), ids=CONTESTS)
def test_odd_contests_run_or_are_refused_in_words(make):
    try:
        contest = make()
        for replicate in range(3):
            request = Request(contest, 1, replicate, settings={"brokered_share": 0.02})
            assert simulate_replicate(request).run["ballots_round1"] >= 0
    except KingmakerError as error:
        refused = str(error)
    else:
        refused = ""
    assert "Traceback" not in refused


@pytest.mark.parametrize("scale", [0.001, 0.004, 0.02, 0.1, 1.0])
def test_tiny_scales_run(scale):
    record = simulate_replicate(Request(tiny(), 1, 1, scale=scale, days=2))
    assert record.run["roll_round1"] == max(1, round(600 * scale))
