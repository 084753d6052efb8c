"""Tiny contests built in code, and elections on them: seconds become milliseconds.

`tiny` has four candidates, two sectors, a bloc, people, polls, acts and both rounds; everything
can be replaced by keyword. Its first round is 180 / 150 / 90 / 30 votes and 10 blank ballots of
600 members, so that `ada` and `ben` meet in the runoff seven days later.
"""

import datetime as dt
from dataclasses import dataclass
from functools import cache
from typing import Any

from kingmaker.ballot.constants import Constants
from kingmaker.contest.load import parse_contest
from kingmaker.contest.schema import Contest
from kingmaker.election import LeadershipElection
from kingmaker.errors import ImpossibleDrawError
from kingmaker.mechanisms import Switches
from kingmaker.parameters import Parameters, prior_medians
from kingmaker.pilots import settled
from kingmaker.population.blocs import Blocs, draw_blocs
from kingmaker.population.members import Members
from kingmaker.population.setting import Setting, resolve
from kingmaker.population.synthesis import make_members
from kingmaker.rng import Streams

Table = dict[str, Any]
SOURCED: Table = {"source": "invented", "confidence": "assumed"}
ROUND1 = dt.date(2030, 5, 12)
CANDIDATES = ("ada", "ben", "cy", "dee")
FIRST = {"ada": 180, "ben": 150, "cy": 90, "dee": 30}
ADA, BEN, CY, DEE = range(4)


def day(number: int) -> dt.date:
    """Return the date of a day: 0 is round one."""
    return ROUND1 + dt.timedelta(days=number)


def bare_table(**changes: Any) -> Table:
    """Describe four candidates, a roll and a result, and nothing else."""
    data: Table = {
        "id": "bare",
        "name": "Four names and a result",
        "country": "Nowhere",
        "party": "Party",
        "kind": "members",
        "confidence": "assumed",
        "rules": {"threshold": 0.5, "campaign_days": 4},
        "dates": {"round1": ROUND1, "round2": day(7)},
        "roll": {"round1": 600, **SOURCED},
        "candidates": [{"id": name, "name": name.title()} for name in CANDIDATES],
        "results": {"round1": {"votes": FIRST, "ballots": 460, "blank": 10, **SOURCED}},
    }
    return data | changes


def tiny_table(**changes: Any) -> Table:
    """Describe the tiny contest: all that a contest file may hold, once or twice."""
    data = bare_table(id="tiny", name="Four for a chair")
    data["candidates"] = [
        {"id": "ada", "name": "Ada", "position": [0.8, 0.5, 0.2], "machine": 0.8,
         "competence": 0.5, "themes": ["social-flag"]},
        {"id": "ben", "name": "Ben", "position": [-0.6, -0.4, 0.1], "machine": 1.4,
         "competence": -0.2},
        {"id": "cy", "name": "Cy", "position": [-0.2, 0.7, 0.0], "machine": 1.2,
         "competence": 0.1, "rejection": {"value": 0.3, **SOURCED}},
        {"id": "dee", "name": "Dee", "position": [0.3, -0.8, -0.3], "machine": 0.9,
         "competence": 0.0},
    ]  # fmt: skip
    data["sectors"] = [
        {"id": "coast", "name": "Coast", "members": 240, "brokered": 2.0,
         "leaning": [0.2, -0.3, 0.0],
         "round1": {"shares": {"ada": 0.3, "ben": 0.4}, "turnout": 0.7, **SOURCED}, **SOURCED},
        {"id": "inland", "name": "Inland", "rest": True, **SOURCED},
    ]  # fmt: skip
    data["blocs"] = [
        {"id": "harbour", "name": "Harbour", "size": 40, "sector": "coast", "camp": "cy",
         "patron": "nan", **SOURCED}
    ]  # fmt: skip
    data["notables"] = [
        {"id": "nan", "name": "Nan", "role": "mayor", "camp": "cy", "sectors": ["coast"],
         **SOURCED},
        {"id": "oz", "name": "Oz", "role": "mp", **SOURCED},
    ]  # fmt: skip
    data["outside"] = [
        {"id": "premier", "name": "Premier", "role": "head-of-government", "stay_prob": 0.6,
         "offices": ["finance", "defence"], "refuses": ["defence"], **SOURCED}
    ]  # fmt: skip
    data["polls"] = [
        _poll(-3, "round1", shares={"ada": 0.38, "ben": 0.3, "cy": 0.2}),
        _poll(-1, "round1", shares={"ada": 0.4, "ben": 0.3, "cy": 0.2}),
        _poll(-4, "seats", seats={"ada": 22, "ben": 18}),
        _poll(3, "runoff", shares={"ada": 0.5, "ben": 0.4}),
    ]
    data["events"] = [
        _act(-2, "insult", "ada", "cy"),
        _act(2, "attack", "ben", "dee"),
    ]
    data["endorsements"] = [
        {"by": "cy", "to": "ben", "date": day(3), "phase": "between", **SOURCED},
        {"by": "dee", "to": "unknown", "phase": "between", **SOURCED},
        {"by": "nan", "to": "ada", "date": day(2), "phase": "between", **SOURCED},
    ]
    data["offers"] = [
        {"by": "ben", "to": "cy", "date": day(1), "kind": "office", "office": "finance",
         "text": "Finance", **SOURCED}
    ]  # fmt: skip
    data["pledges"] = [
        {"by": "ada", "issue": "government", "stance": "leave", "date": day(-2),
         "text": "out of the government", **SOURCED}
    ]  # fmt: skip
    data["results"]["round2"] = {"votes": {"ada": 230, "ben": 210}, "ballots": 450, **SOURCED}
    return data | changes


def busy_table(**changes: Any) -> Table:
    """Describe a contest of 1 200 members in which every mechanism has something to do.

    As `tiny`, twice as large, with a government that some want to leave, a head of government who
    prefers ben, two rival parties, lieutenants of cy and dee, two blocs that fill a station, and
    a week of meetings, letters, appeals, praise and named pacts.
    """
    data = tiny_table(id="busy", name="Everything at once")
    data["roll"] = {"round1": 1_200, **SOURCED}
    data["salience"] = {"government": 1.0}
    data["parliament"] = {"seats": 15, **SOURCED}
    votes = {name: 2 * n for name, n in FIRST.items()}
    data["results"] = {"round1": {"votes": votes, "ballots": 920, "blank": 20, **SOURCED}}
    data["candidates"][2]["registration_claim"] = 200
    data["sectors"][0]["members"] = 480
    data["blocs"] = [
        {"id": "harbour", "name": "Harbour", "size": 110, "sector": "coast", "camp": "cy",
         "patron": "nan", **SOURCED},
        {"id": "dock", "name": "Dock", "size": 105, "sector": "inland", "camp": "ben", **SOURCED},
    ]  # fmt: skip
    data["notables"] = [
        {"id": "nan", "name": "Nan", "role": "mayor", "camp": "cy", "sectors": ["coast"],
         **SOURCED},
        {"id": "lea", "name": "Lea", "role": "mp", "camp": "cy", "sectors": ["inland"], **SOURCED},
        {"id": "leo", "name": "Leo", "role": "mp", "camp": "cy", "sectors": ["inland"],
         "loyal": True, **SOURCED},
        {"id": "dan", "name": "Dan", "role": "mp", "camp": "dee", **SOURCED},
        {"id": "mayors", "name": "Mayors", "role": "mayor", "people": 3, "sectors": ["inland"],
         **SOURCED},
    ]  # fmt: skip
    data["outside"] = [
        {"id": "premier", "name": "Premier", "role": "head-of-government", "prefers": "ben",
         "stay_prob": 0.6, "offices": ["finance", "defence"], **SOURCED},
        {"id": "orange", "name": "Orange", "role": "rival-party", "seats": 30,
         "position": [1.5, 1.5, 0.0], **SOURCED},
        {"id": "green", "name": "Green", "role": "rival-party", "seats": 6,
         "position": [0.0, -0.5, 0.0], "ties": {"cy": 0.4, "dee": 0.4}, **SOURCED},
    ]  # fmt: skip
    data["polls"].append(_poll(2, "seats", seats={"ada": 24, "ben": 14}))
    data["events"] = [
        _act(-2, "insult", "ada", "cy"),
        _act(-1, "wasted-vote-call", "ada", "cy"),
        _act(1, "meeting", "ben", "cy"),
        _act(2, "praise", "ada", "dee"),
        _act(2, "letter", "mayors", "dee"),
        _act(2, "appeal-to-voters", "ada", "cy"),
        _act(2, "outside-endorsement", "orange", "ada"),
        _act(5, "counter-frame", "ada", "ben"),
    ]
    data["endorsements"].append(
        {"by": "mayors", "to": "ben", "date": day(2), "phase": "between", **SOURCED}
    )
    data["offers"] = [
        {"by": "ben", "to": "cy", "date": day(1), "kind": "second-place", "text": "Second",
         **SOURCED}
    ]  # fmt: skip
    data["pledges"] = [
        _pledge(-2, "ada", "leave"),
        _pledge(-2, "cy", "stay"),
        _pledge(-2, "ben", "stay"),
        _pledge(4, "ada", "conditional"),
    ]
    return data | changes


def busy(**changes: Any) -> Contest:
    """Make the busy contest."""
    return parse_contest(busy_table(**changes), "busy.toml")


def _pledge(number: int, by: str, stance: str) -> Table:
    return {"by": by, "issue": "government", "stance": stance, "date": day(number),
            "text": stance, **SOURCED}  # fmt: skip


def _poll(number: int, question: str, **answers: Any) -> Table:
    return {"date": day(number), "pollster": "P", "question": question, **answers, **SOURCED}


def _act(number: int, kind: str, by: str, to: str) -> Table:
    return {"date": day(number), "kind": kind, "by": by, "to": to, "text": kind, **SOURCED}


def tiny(**changes: Any) -> Contest:
    """Make the tiny contest."""
    return parse_contest(tiny_table(**changes), "tiny.toml")


def bare(**changes: Any) -> Contest:
    """Make a contest of four names and a result."""
    return parse_contest(bare_table(**changes), "bare.toml")


@cache
def _medians() -> Table:
    return prior_medians("members")


def medians(**changes: float) -> Parameters:
    """Take every parameter at its prior median, unless it is given."""
    values = _medians()
    unknown = set(changes) - set(values)
    assert not unknown, f"no such parameters: {sorted(unknown)}"
    return Parameters(values | changes)


STREAMS = Streams(seed=20_300_512, replicate=0)


def election(contest: Contest | None = None, **arguments: Any) -> LeadershipElection:
    """Make an election at prior medians, its constants found once per contest and parameters."""
    contest = tiny() if contest is None else contest
    settings = dict(medians(**arguments.pop("settings", {})).values)
    return LeadershipElection(contest, seed=STREAMS.seed, settings=settings, **arguments)


def finished(contest: Contest | None = None, **arguments: Any) -> LeadershipElection:
    """Run an election to its end; draws whose blocs are too large are drawn anew."""
    for attempt in range(20):
        try:
            model = settled(election(contest, attempt=attempt, **arguments))
        except ImpossibleDrawError:
            continue
        model.run_model()
        return model
    raise AssertionError("20 impossible draws in a row")


@cache
def tiny_run() -> LeadershipElection:
    """Return one finished run of the tiny contest; tests only read it."""
    return finished()


@cache
def busy_constants() -> Constants:
    """Find the constants of the busy contest at prior medians, once."""
    return busy_run().constants


@cache
def busy_run() -> LeadershipElection:
    """Return one finished run of the busy contest; tests only read it."""
    return finished(busy())


@dataclass(frozen=True)
class People:
    """Hold what is drawn before a campaign begins."""

    setting: Setting
    blocs: Blocs
    members: Members
    parameters: Parameters


def people(
    contest: Contest | None = None,
    scale: float | None = None,
    streams: Streams = STREAMS,
    without: tuple[str, ...] = (),
    **settings: float,
) -> People:
    """Resolve a contest at prior medians and draw its blocs and members."""
    parameters = medians(**settings)
    setting = resolve(tiny() if contest is None else contest, parameters, streams, scale)
    blocs = draw_blocs(setting, parameters, streams)
    members = make_members(setting, blocs, parameters, streams, Switches(without))
    return People(setting, blocs, members, parameters)
