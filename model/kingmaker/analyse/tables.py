"""Say what is kept of a comparison: the columns of its tables, and how rows become tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd
import pyarrow as pa

from kingmaker.files.results import table_schema
from kingmaker.records import (
    ABSTAINED,
    BLANK,
    MARGIN_STEPS,
    NOT_ON_ROLL,
    RUNS,
    Column,
    DType,
)

_INT: DType = "int64"
_FLOAT: DType = "float64"
_TEXT: DType = "string"

NEUTRAL = "neutral"

REASONS: tuple[tuple[str, str], ...] = (
    ("brokers", "the member's bloc was told otherwise"),
    ("cue", "leaders, notables and finalists said something else to his camp or sector"),
    ("backlash", "he rejects an endorser whose deal differs, or was named to him"),
    ("contacts", "canvassers, peers, messages or polls told him otherwise between the rounds"),
    ("turnout", "he came or stayed at home with the same preference, contacts and orders"),
    ("irregularities", "his bloc's ballots were stuffed, or annulled, in one run alone"),
    ("campaign", "the behaviour changes the campaign before round one"),
)
"""Classes of members who voted otherwise in the runoff; each has exactly one."""

_REPLICATE = RUNS["replicate"]
_WEIGHT = Column(
    _FLOAT,
    "dimensionless",
    "likelihood of the observed runoff share relative to its maximum; 1 before the runoff",
)
_ORIGIN = f"first vote, or {BLANK!r}, {ABSTAINED!r}, {NOT_ON_ROLL!r}"
_BALLOT = f"a finalist, or {BLANK!r}, {ABSTAINED!r}, {NOT_ON_ROLL!r}"

COMPARE_TABLES: dict[str, dict[str, Column]] = {
    "compare": {
        "replicate": _REPLICATE,
        "draw": Column(_INT, "dimensionless", "draw of the parameters; two replicates share it"),
        "behaviour": Column(_TEXT, "dimensionless", "behaviour as it was written"),
        "weight": _WEIGHT,
        **{
            name: RUNS[name]
            for name in (
                "rejected_draws",
                "winner",
                "decided_in_round",
                "leader",
                "runner_up",
                "runoff_share",
                "scale",
                "roll_round2",
                "ballots_round2",
                "blank_round2",
                "turnout_round2",
            )
        },
        "changed": Column(
            _INT,
            "members",
            "members whose runoff ballot differs from that under the first behaviour; missing "
            "where the finalists differ",
        ),
        **{f"margin_{step}": RUNS[f"margin_{step}"] for step, _ in MARGIN_STEPS},
    },
    "changed": {
        "replicate": _REPLICATE,
        "behaviour": Column(_TEXT, "dimensionless", "compared with the first behaviour"),
        "sector": Column(_TEXT, "sector id", "sector of the members"),
        "origin": Column(_TEXT, "candidate id", _ORIGIN),
        "from": Column(_TEXT, "candidate id", f"runoff ballot under the first: {_BALLOT}"),
        "to": Column(_TEXT, "candidate id", f"runoff ballot under this behaviour: {_BALLOT}"),
        "mechanism": Column(_TEXT, "dimensionless", "why; see the list below the tables"),
        "members": Column(_INT, "members", "members who changed so"),
    },
    "payoffs": {
        "replicate": _REPLICATE,
        "weight": _WEIGHT,
        "profile": Column(_TEXT, "dimensionless", "what each endorser does, as a behaviour"),
        "actor": Column(_TEXT, "candidate id", "endorser"),
        "option": Column(_TEXT, "candidate id", f"a finalist, or {NEUTRAL!r}"),
        "value": Column(
            _FLOAT, "utility", "value of the profile to the actor, on his beliefs; may be missing"
        ),
        "leader": RUNS["leader"],
        "runner_up": RUNS["runner_up"],
        "runoff_share": RUNS["runoff_share"],
        "winner": RUNS["winner"],
    },
    "pivotality": {
        "replicate": _REPLICATE,
        "weight": _WEIGHT,
        "actor": Column(_TEXT, "candidate id", "endorser; all others as under the reference"),
        "option": Column(_TEXT, "candidate id", f"a finalist, or {NEUTRAL!r}"),
        "leader": RUNS["leader"],
        "runner_up": RUNS["runner_up"],
        "margin": Column(_INT, "votes", "runoff votes of the leader minus the runner-up"),
        "winner": RUNS["winner"],
    },
}
"""Tables of a comparison, by name, with the columns of each."""

Rows = Iterable[Mapping[str, Any]]


def table_of(name: str, rows: Rows) -> pa.Table:
    """Make a table of the fixed schema from its rows.

    Parameters
    ----------
    name
        Name of the table in `COMPARE_TABLES`.
    rows
        Value by column; what a row does not name is missing.
    """
    rows = list(rows)
    schema = table_schema(COMPARE_TABLES[name])
    arrays = [
        pa.array([row.get(field.name) for row in rows], type=field.type, from_pandas=True)
        for field in schema
    ]
    return pa.Table.from_arrays(arrays, schema=schema)


def table_from_frame(name: str, frame: pd.DataFrame) -> pa.Table:
    """Turn a data frame of a comparison back into a table of the fixed schema."""
    schema = table_schema(COMPARE_TABLES[name])
    arrays = [pa.array(frame[field.name], type=field.type, from_pandas=True) for field in schema]
    plain = [a.combine_chunks() if isinstance(a, pa.ChunkedArray) else a for a in arrays]
    return pa.Table.from_arrays(plain, schema=schema)
