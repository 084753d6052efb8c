"""The report and the figures of a comparison: nothing lost, nothing too wide, same bytes."""

import io
from functools import cache

import pytest
from rich.console import Console

from kingmaker.analyse.driver import run_comparison
from kingmaker.analyse.plan import CompareOptions, plan_comparison
from kingmaker.report.compare import points, print_comparison
from kingmaker.report.figures import figure_writers
from tests.contest_builders import SOURCED, bare, tiny


@cache
def summary(given="before-runoff", behaviours="historical,neutral,no-contempt"):
    options = {"replicates": 12, "payoff_replicates": 12, "given": given, "tolerance": 0.2}
    return run_comparison(plan_comparison(CompareOptions(tiny(), behaviours, **options))).summary


@cache
def decided():
    """Compare where everybody voted for one."""
    votes = {"ada": 300, "ben": 60, "cy": 60, "dee": 30}
    results = {"round1": {"votes": votes, "ballots": 460, "blank": 10, **SOURCED}}
    dates = {"round1": tiny().dates.round1}
    contest = bare(results=results, dates=dates)
    options = {"replicates": 2, "payoff_replicates": 1}
    plan = plan_comparison(CompareOptions(contest, "historical,neutral", **options))
    return run_comparison(plan).summary


def printed(found, width=80):
    out = io.StringIO()
    print_comparison(found, Console(file=out, width=width))
    return out.getvalue()


def test_the_report_names_every_behaviour_and_part():
    text = printed(summary())
    for title in (
        "Runoff of Ada: % of the finalists' vote\n",
        "Difference to historical, replicate by replicate: points of Ada\n",
        "From margin to margin: mean votes of Ada minus Ben\n",
        "The endorsers' game: runoff share of Ada, %; 12 replicates\n",
        "Whose choice decides, all others as under historical\n",
        "neutral: members who vote otherwise, by sector",
        "campaign: the behaviour changes the campaign before round one.",
        "Only 12 replicates: the intervals say little.",
    ):
        assert title in text
    assert text.count("no-contempt") >= 5
    assert "ESS" not in text
    assert all(len(line) <= 80 for line in text.splitlines())
    assert "…" not in text


def test_every_weighted_table_shows_its_size():
    found = summary("observed-runoff")
    text = printed(found)
    tables = 6 + 2  # two behaviours by sector
    assert " ".join(text.split()).count(f"(ESS {found['ess']:.1f})") == tables
    assert "Given the observed runoff" in text
    assert "effective replicates" in text


def test_sizes_that_differ_have_a_column():
    found = summary("observed-runoff")
    rows = [dict(row) for row in found["forest"]]
    rows[1]["share"] = rows[1]["share"] | {"ess": 7.5}
    text = printed({**found, "forest": rows}, width=100)
    assert "7.5" in text
    assert text.count("  ESS") == 1


def test_without_a_runoff_the_report_says_so():
    text = printed(decided())
    assert "No runoff: round one decided in every replicate." in text
    assert figure_writers(decided()) == {}


def test_believed_values_are_shown_where_they_are_known():
    found = summary()
    profiles = [
        row | {"values": dict.fromkeys(row["values"], 1.25), "is_equilibrium": place == 0}
        for place, row in enumerate(found["payoffs"]["profiles"])
    ]
    game = found["payoffs"] | {"profiles": profiles}
    text = printed({**found, "payoffs": game}, width=110)
    assert "to Cy" in text
    worth = text[text.index("on their beliefs, in utility") :]
    assert sum(line.rstrip().endswith("+1.25  =") for line in worth.splitlines()) == 1


@pytest.mark.parametrize("given", ["before-runoff", "observed-runoff"])
def test_figures_are_the_same_bytes(tmp_path, given):
    writers = figure_writers(summary(given))
    assert set(writers) == {"forest.png", "forest.svg", "waterfall.png", "payoffs.png"}
    for name, write in writers.items():
        one, other = (tmp_path / f"{n}-{name}" for n in "12")
        write(one)
        write(other)
        assert one.read_bytes() == other.read_bytes()
        assert len(one.read_bytes()) > 5_000
    text = (tmp_path / "1-forest.svg").read_text()
    assert "Matplotlib" not in text.split("<defs>")[0].split("-->")[-1]
    assert "<dc:date>" not in text


def test_games_of_one_and_of_three_are_drawn(tmp_path):
    found = summary()
    for actors in (("cy",), ("cy", "dee", "eve")):
        profiles = [
            row | {"choices": dict(zip(actors, (*row["choices"].values(), third), strict=False))}
            for third in ("ada", "ben", "neutral")
            for row in found["payoffs"]["profiles"]
        ]
        game = found["payoffs"] | {"profiles": profiles, "actors": list(actors)}
        names = found["actors"] | {"eve": "Eve"}
        write = figure_writers({**found, "payoffs": game, "actors": names})["payoffs.png"]
        write(tmp_path / f"{len(actors)}.png")
        assert (tmp_path / f"{len(actors)}.png").stat().st_size > 5_000


def test_points_have_a_sign_unless_they_are_nothing():
    assert [points(value) for value in (0.0123, -0.0123, 0.0001, -0.0001)] == [
        "+1.2",
        "-1.2",
        "0.0",
        "0.0",
    ]
