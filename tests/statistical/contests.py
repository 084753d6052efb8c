"""Made-up contests that are symmetric between their two finalists, and changes of their labels."""

from typing import Any

import numpy as np

from kingmaker.contest.load import parse_contest
from kingmaker.contest.schema import Contest
from tests.contest_builders import SOURCED, bare_table, day

# No drift that favours the first-round leader, and endorsements that nobody resents.
EVEN = {"leader_momentum": 0.0, "poll_momentum": 0.0}


def even(first: tuple[int, int] = (801, 800), members: int = 4_000, **changes: Any) -> Contest:
    """Make a contest whose finalists have equal traits and, but for a vote, equal results."""
    votes = {"ada": first[0], "ben": first[1], "cy": 600, "dee": 299}
    same = {"position": [0.0, 0.0, 0.0], "machine": 1.0, "competence": 0.0}
    table = bare_table(
        id="even",
        roll={"round1": members, **SOURCED},
        results={"round1": {"votes": votes, "ballots": 2_520, "blank": 20, **SOURCED}},
        candidates=[{"id": name, "name": name.title(), **same} for name in votes],
    )
    return parse_contest(table | changes, "even.toml")


def organised(**changes: Any) -> Contest:
    """Make a contest in which `ben` has the organisation, with polls before both rounds."""
    table = bare_table(
        id="organised",
        roll={"round1": 6_000, **SOURCED},
        results={
            "round1": {
                "votes": {"ada": 1_250, "ben": 1_200, "cy": 800, "dee": 350},
                "ballots": 3_600,
                **SOURCED,
            }
        },
        candidates=[
            {"id": name, "name": name.title(), "position": [0.0, 0.0, 0.0], "machine": machine}
            for name, machine in {"ada": 0.4, "ben": 2.5, "cy": 0.4, "dee": 0.4}.items()
        ],
        polls=[
            {"date": day(-k), "pollster": f"P{k}", "question": "round1", "n": 20_000,
             "undecided": 0.0, "shares": {"ada": 0.4, "ben": 0.2}, **SOURCED}
            for k in (1, 2, 3)
        ],
    )  # fmt: skip
    return parse_contest(table | changes, "organised.toml")


def relabel(value: Any, names: dict[str, str]) -> Any:
    """Rename ids everywhere in a contest's table, keys and values, and nothing else."""
    if isinstance(value, dict):
        return {names.get(k, k): relabel(v, names) for k, v in value.items()}
    if isinstance(value, list):
        return [relabel(v, names) for v in value]
    return names.get(value, value) if isinstance(value, str) else value


def by_member(ids: np.ndarray, values: np.ndarray) -> list[int]:
    """Sort what members did by their original number."""
    return values[np.argsort(ids, kind="stable")].tolist()
