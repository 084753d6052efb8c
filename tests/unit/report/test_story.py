"""Does a story tell a replicate in order, whole, and with what was reported kept apart?"""

import json
from functools import cache
from io import StringIO

import pytest
from rich.console import Console

from kingmaker.outcome import record_of
from kingmaker.report.story.chronicle import tell_story
from kingmaker.report.story.material import PARTS
from kingmaker.report.story.printing import print_story
from kingmaker.report.story.wording import SPACE, percent
from tests.contest_builders import SOURCED, STREAMS, bare, day, finished, tiny


@cache
def story(behaviour="historical", without=(), first_round="exact", make=tiny):
    model = finished(make(), behaviour=behaviour, without=without, first_round=first_round)
    record = record_of(model)
    told = tell_story(
        make(), record, seed=STREAMS.seed, behaviour=behaviour, without=without,
        first_round=first_round,
    )  # fmt: skip
    return told, record


def texts(told, part=None, kind=None):
    return " ".join(
        entry.text.replace(SPACE, " ")
        for entry in told.entries
        if part in (None, entry.part) and kind in (None, entry.kind)
    )


def test_parts_and_days_are_in_order():
    told, _ = story()
    places = [(PARTS.index(entry.part), entry.day) for entry in told.entries]
    assert places == sorted(places)
    parts = {entry.part for entry in told.entries}
    assert {"campaign", "round one", "talks", "runoff", "aftermath"} <= parts
    assert all(entry.date == day(entry.day) for entry in told.entries)


def test_every_statement_is_a_sentence():
    for entry in story()[0].entries:
        assert entry.text[0].isupper() or entry.text[0].isdigit()
        assert entry.text.endswith(".")
        assert "nan" not in entry.text.split()


def test_reported_acts_are_told_and_marked():
    told, _ = story()
    reported = texts(told, kind="reported")
    assert "Insult." in reported
    assert "Cy calls for Ben." in reported
    assert "Nan calls for Ada." in reported
    assert "Ben offers Cy the office of Finance." in reported
    assert "Insult." not in texts(told, kind="simulated")


def test_what_did_not_happen_is_not_told():
    assert "Insult." not in texts(story("no-contempt")[0])


def test_replayed_reports_are_told_once():
    meeting = {"date": day(2), "kind": "meeting", "by": "ada", "to": "cy", **SOURCED}
    meeting["text"] = "Ada drops in on Cy."

    def visited():
        return tiny(events=[meeting])

    told, record = story(make=visited)
    assert "meets" in record.tables["deals"]["act"]
    text = texts(told, "talks")
    assert text.count("Ada drops in on Cy.") == 1
    assert "Ada meets Cy" not in text


def test_round_one_is_equal_by_construction_and_says_so():
    assert "is made to give them" in texts(story()[0], "round one")
    assert "is made to give them" not in texts(story(first_round="free")[0], "round one")
    assert "is made to give them" not in texts(story(without=("M12",))[0], "round one")


def test_the_runoff_is_that_of_the_record():
    told, record = story()
    run = record.run
    share = run["runoff_share"] if run["winner"] == run["leader"] else 1.0 - run["runoff_share"]
    text = texts(told, "runoff")
    wins = f"{run['winner'].title()} wins with {percent(share, 1)}".replace(SPACE, " ")
    assert wins in text
    assert "Of Cy's" in text
    assert f"{run['margin_round1']} votes in round one" in text


def test_behaviours_are_marked():
    text = texts(story("endorse:ada")[0], "talks")
    assert "Cy calls for Ada (set by the behaviour)." in text


def test_a_contest_that_is_decided_at_once_has_no_talks():
    def clear():
        votes = {"ada": 300, "ben": 90, "cy": 50, "dee": 10}
        results = {"round1": {"votes": votes, "ballots": 460, "blank": 10, **SOURCED}}
        return bare(results=results, dates={"round1": tiny().dates.round1})

    told, record = story(make=clear)
    assert record.run["decided_in_round"] == 1
    assert "Ada is elected at once." in texts(told)
    assert {"talks", "runoff"}.isdisjoint(entry.part for entry in told.entries)


def test_json_holds_every_entry():
    told, record = story()
    data = json.loads(json.dumps(told.as_json()))
    assert data["contest"] == "tiny"
    assert data["replicate"] == record.run["replicate"]
    assert [entry["text"] for entry in data["entries"]] == [
        entry.text.replace(SPACE, " ") for entry in told.entries
    ]
    assert {entry["kind"] for entry in data["entries"]} == {"reported", "simulated"}


@pytest.mark.parametrize("width", [60, 100])
def test_lines_are_as_wide_as_the_terminal(width):
    out = StringIO()
    print_story(story()[0], Console(file=out, width=width, highlight=False))
    lines = out.getvalue().splitlines()
    assert max(map(len, lines)) <= width
    assert max(map(len, lines)) > width - 15
    assert SPACE not in out.getvalue()
    assert "Round one" in lines
    assert any(line.strip().startswith("12 May  The result:") for line in lines)
    assert any("Reported: " in line for line in lines)
