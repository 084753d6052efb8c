import dataclasses
import io
import sys

import pytest
from rich.console import Console

import kingmaker as km
from kingmaker.report.cells import count, percent, signed
from kingmaker.report.tables import print_report
from tests.unit.files.fake_records import FIRST, fake_contest, fake_engine, fake_replicate


def printed(contest, width=80, simulate=fake_replicate, **options):
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "kingmaker.outcome", fake_engine(simulate))
        summary = km.run(contest, **options).summary
    console = Console(file=io.StringIO(), width=width, highlight=False)
    print_report(summary, console)
    text = console.file.getvalue()
    assert all(len(line) <= width for line in text.splitlines())
    return text


def in_order(text, *pieces):
    text = " ".join(text.split())
    place = -1
    for piece in pieces:
        found = text.find(piece, place + 1)
        assert found > place, f"{piece!r} is missing, or too early"
        place = found


def test_numbers_are_written_for_readers():
    assert count(23887) == "23 887"
    assert (signed(-1234.4), signed(0.4), signed(-0.4), signed(20)) == ("-1 234", "0", "0", "+20")
    assert (percent(0.12345), percent(None)) == ("12.3", "-")


@pytest.mark.parametrize("width", [80, 100, 120])
def test_tables_come_in_the_order_in_which_readers_want_them(width):
    text = printed(fake_contest(), width, replicates=30, without=("M15",), set={"obedience": 0.5})
    in_order(
        text,
        "Three for a chair, 1999 (tri-1999)",
        "50 % of the votes win in round one",
        "30, seed 1",
        "M15",
        "obedience = 0.5",
        "the weather is drawn",
        "Round one: votes",
        "by construction",
        "Round one by sector",
        "Deals",
        "Cy-Dor endorses Ada",
        "Support of the finalists by day",
        "P(wins)",
        "From round one to the runoff",
        "From margin to margin: votes of Ada minus Ben",
        "Observed",
        "Ada was elected, and won 100.0 % of the replicates",
    )
    assert "Only" not in text


@pytest.mark.parametrize(("n", "words"), [(1, "Only 1 replicate:"), (2, "Only 2 replicates:")])
def test_few_replicates_are_said_to_be_few(n, words):
    assert words in printed(fake_contest(), replicates=n)


def test_replicates_run_alone_are_named():
    assert "1 (only 17), seed 1" in printed(fake_contest(), only=[17])
    assert "(only 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, ...)" in " ".join(
        printed(fake_contest(), only=range(0, 24, 2)).split()
    )


def test_free_first_rounds_claim_no_construction():
    text = printed(fake_contest(), replicates=2, first_round="free")
    assert "by construction" not in text


def test_contests_without_results():
    contest = fake_contest(results={}, sectors=[])
    text = printed(contest, replicates=2)
    assert "Observed: the winner is not known." in text
    assert "by sector" not in text


def decided(request):
    record = fake_replicate(request)
    run = record.run | {
        "decided_in_round": 1,
        "runoff_share": None,
        "turnout_round2": None,
        "ballots_round2": None,
        "blank_round2": None,
        "roll_round2": None,
    }
    run |= {name: None for name in run if name.startswith("margin_") and name != "margin_round1"}
    shares = record.tables["shares"]
    first = [i for i, number in enumerate(shares["round"]) if number == 1]
    tables = {
        name: {column: [] for column in columns} for name, columns in record.tables.items()
    } | {"shares": {column: [values[i] for i in first] for column, values in shares.items()}}
    return dataclasses.replace(record, run=run, tables=tables)


def test_contests_decided_in_round_one():
    votes = FIRST | {"ada": 900}
    source = {"source": "made up", "confidence": "high"}
    contest = fake_contest(results={"round1": {"votes": votes, **source}})
    text = printed(contest, replicates=2, simulate=decided)
    in_order(text, "Round one decided in 100.0 %", "Deals: none", "No runoff", "Ada", "1.000")
    assert "From margin" not in text


def sometimes(request):
    r = request.replicate
    if r % 3 == 0:
        return decided(request)
    record = fake_replicate(request)
    if r % 3 == 1:
        swap = {"leader": "ben", "runner_up": "ada", "runoff_share": 0.5, "winner": ""}
        return dataclasses.replace(record, run=record.run | swap | {"tie": "runoff: ada, ben"})
    other = {"runner_up": "cy-dor", "winner": "cy-dor", "runoff_share": 0.4}
    return dataclasses.replace(record, run=record.run | other)


def test_other_finalists_and_ties_are_reported():
    text = printed(fake_contest(), replicates=10, simulate=sometimes, first_round="free")
    assert "These two met in 3 of 10 replicates" in text
    assert "Other finalists: Ada and Cy-Dor (3)." in text
    assert "P(wins) of others: Cy-Dor 0.300." in text
    assert "Tied in 3 replicates: runoff: ada, ben." in text
    assert "Round one decided in 40.0 % of the replicates." in text
