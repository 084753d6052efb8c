"""Records of a contest of three, made by rule, for tests of everything that comes after the engine.

Replicate r gives `ada` 600 + 10 r of 1 000 runoff votes; all other numbers are the same each time.
"""

import datetime as dt
from pathlib import Path
from types import ModuleType
from typing import Any

import tomli_w

from kingmaker.contest.load import parse_contest
from kingmaker.contest.schema import Contest
from kingmaker.parameters import PARAMETERS
from kingmaker.records import TABLES, ReplicateRecord, Request

CANDIDATES = ("ada", "ben", "cy-dor")
FIRST = {"ada": 500, "ben": 400, "cy-dor": 300}
_SOURCE = {"source": "made up", "confidence": "high"}


def fake_contest(**changes: Any) -> Contest:
    """Make a contest of three in two sectors; results, sectors and threshold can be replaced."""
    data: dict[str, Any] = {
        "id": "tri-1999",
        "name": "Three for a chair, 1999",
        "country": "Nowhere",
        "party": "Party",
        "kind": "members",
        "confidence": "high",
        "rules": {"threshold": 0.5},
        "dates": {"round1": _date(1), "round2": _date(3)},
        "roll": {"round1": 2000, **_SOURCE},
        "candidates": [{"id": name, "name": name.title()} for name in CANDIDATES],
        "sectors": [
            {
                "id": "north",
                "name": "Northern hills",
                "members": 500,
                "round1": {"shares": {"ada": 0.5, "ben": 0.3}, "at_most": {"cy-dor": 0.2}}
                | {"turnout": 0.7}
                | _SOURCE
                | {"confidence": "low"},
                **_SOURCE,
            },
            {"id": "elsewhere", "name": "Elsewhere", "rest": True, **_SOURCE},
        ],
        "results": {
            "round1": {"votes": FIRST, "ballots": 1250, "blank": 50, **_SOURCE},
            "round2": {"votes": {"ada": 615, "ben": 385}, "turnout": 0.5, **_SOURCE},
        },
    }
    return parse_contest(data | changes, "tri-1999.toml")


def fake_replicate(request: Request) -> ReplicateRecord:
    """Give the record of a replicate, as the engine would."""
    r = request.replicate
    ada, ben = 600 + 10 * r, 400 - 10 * r
    run: dict[str, Any] = {
        "replicate": r,
        "rejected_draws": r % 2,
        "winner": "ada",
        "decided_in_round": 2,
        "leader": "ada",
        "runner_up": "ben",
        "runoff_share": ada / 1000,
        "scale": request.scale or 1.0,
        "roll_round1": 2000,
        "roll_round2": 2000,
        "ballots_round1": 1250,
        "blank_round1": 50,
        "turnout_round1": 0.625,
        "ballots_round2": 1020,
        "blank_round2": 20,
        "turnout_round2": 0.51,
        "pilots": 1,
        "turnout_shift": 0.0,
        "blank_shift": 0.0,
        "displaced_endorsements": 0,
        "contest_shock": 0.5,
        "late_swing": 0.0,
        "tie": "",
        "constants": "own",
        "stuffed_ballots": 4,
        "annulled_ballots": 0,
        "challenge_prob": 0.25,
        "margin_round1": 100,
        "margin_preference": 50,
        "margin_selection": 0,
        "margin_cue": 40 + 20 * r,
        "margin_notables": 0,
        "margin_appeals": 0,
        "margin_backlash": 0,
        "margin_grudge": 0,
        "margin_switching": 0,
        "margin_brokers": 10,
        "margin_irregularities": 0,
        "margin_turnout": 0,
        "margin_round2": ada - ben,
    }
    run |= {f"shift_{name}": 0.01 * (i - r) for i, name in enumerate(CANDIDATES)}
    run |= {f"constant_{name}": 0.5 * i for i, name in enumerate(CANDIDATES)}
    known = {**request.draw, **request.settings}
    run |= {f"param_{name}": known.get(name, sum(p.bounds) / 2) for name, p in PARAMETERS.items()}
    tables = {name: _columns(name, rows) for name, rows in _rows(r, ada, ben).items()}
    return ReplicateRecord(run, tables, ("the weather is drawn",))


def _rows(r: int, ada: int, ben: int) -> dict[str, list[tuple[Any, ...]]]:
    shares = [
        (r, 1, sector, name, votes // part, votes / 1200)
        for sector, part in (("total", 1), ("north", 4), ("elsewhere", 2))
        for name, votes in FIRST.items()
    ]
    shares += [(r, 2, "total", "ada", ada, ada / 1000), (r, 2, "total", "ben", ben, ben / 1000)]
    transfers = [
        (r, "total", "ada", "ada", 450),
        (r, "total", "ada", "abstained", 50),
        (r, "total", "ben", "ben", 300),
        (r, "total", "ben", "abstained", 100),
        (r, "total", "cy-dor", "ada", 150 + 10 * r),
        (r, "total", "cy-dor", "ben", 100 - 10 * r),
        (r, "total", "cy-dor", "abstained", 50),
        (r, "total", "blank", "blank", 20),
        (r, "total", "blank", "abstained", 30),
        (r, "total", "abstained", "abstained", 750),
        (r, "north", "ada", "ada", 80),
        (r, "north", "ada", "abstained", 20),
        (r, "north", "abstained", "abstained", 25),
        (r, "north", "not-on-roll", "not-on-roll", 7),
    ]
    deals = [
        (r, 1, "1999-05-02", "cy-dor", "endorses", "ada", "historical", "", None, "", None, None),
    ]
    if r % 2:
        act = (r, 2, "1999-05-03", "union", "offers", "cy-dor", "decision", "a post", 0.5, "post")
        deals.append((*act, 0.25, 0.75))
    daily = [
        (r, day, name, 0.5 + (0.01 * r if name == "ada" else -0.01 * r), 3, 4, 0.0, 0.6)
        for day in (-1, 0, 1, 2)
        for name in (CANDIDATES if day <= 0 else CANDIDATES[:2])
    ]
    polls = [(r, -1, "1999-04-30", "Pollster", "round1", 500, "ada", 0.4, None)]
    return {
        "shares": shares,
        "transfers": transfers,
        "deals": deals,
        "daily": daily,
        "polls": polls,
        "blocs": [
            (r, 1, "harbour", "north", "cy-dor", "cy-dor", 60, 40, 35, 0, 0),
            (r, 2, "harbour", "north", "cy-dor", "", 60, 44, 0, 4, 0),
        ],
        "registration": [(r, name, 300, 150, 50, 100) for name in CANDIDATES],
        "exits": [
            (r, 1, "cy-dor", "member", "", 3),
            (r, 1, "cy-dor", "branch-head", "orange", 1),
            (r, 2, "ben", "member", "orange", 5 + r),
        ],
        "promises": [(r, "ada", "cy-dor", "office", 0.6, 1 - r % 2, 0.5)],
        "camps": [(r, name, 1.0, 1.1, 0.05, 0, 0) for name in CANDIDATES],
        "seats": [(r, name, "total", 20.0 + r) for name in ("ada", "ben")],
        "candidacies": [(r, name, 1.0, 1, "none", 1, "") for name in CANDIDATES],
    }


def _columns(name: str, rows: list[tuple[Any, ...]]) -> dict[str, list[Any]]:
    columns = zip(*rows, strict=True) if rows else [[] for _ in TABLES[name]]
    return dict(zip(TABLES[name], map(list, columns), strict=True))


def _date(day: int) -> dt.date:
    return dt.date(1999, 5, day)


def fake_engine(simulate: Any = fake_replicate) -> ModuleType:
    """Make a module that stands for `kingmaker.outcome`."""
    module = ModuleType("kingmaker.outcome")
    module.simulate_replicate = simulate  # type: ignore[attr-defined]
    return module


def write_fake_contest(path: Path) -> None:
    """Write the contest of three to a file."""
    contest = fake_contest()
    data = contest.model_dump(mode="python", exclude_defaults=True, exclude_none=True)
    path.write_text(tomli_w.dumps(_lists(data)))


def _lists(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _lists(inner) for key, inner in value.items()}
    return [_lists(inner) for inner in value] if isinstance(value, list | tuple) else value
