"""Write the plan of a sweep as JSON, and read it: the same plan in every process."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable

import numpy as np

from kingmaker.contest.schema import Contest
from kingmaker.sweep.plan import Arm, SweepPlan

_PLAIN = (
    "experiment",
    "question",
    "text",
    "sources",
    "names",
    "is_draw",
    "scale",
    "days",
    "first_round",
    "reinvert",
    "replicates",
    "seed",
    "is_paired",
    "tables",
    "source_sha256",
    "scheme",
    "version",
)


def plan_to_json(plan: SweepPlan) -> str:
    """Write a plan as JSON: same plan, same bytes, on every machine."""
    data = {name: getattr(plan, name) for name in _PLAIN}
    data["contests"] = [contest.model_dump(mode="json") for contest in plan.contests]
    data["arms"] = [[arm.contest, arm.behaviour, arm.without] for arm in plan.arms]
    data["values"] = [[_row(sample) for sample in contest] for contest in plan.values.tolist()]
    data["counts"] = plan.counts.tolist()
    data["held"] = dict(sorted(plan.held.items()))
    data["n_runs"] = plan.n_runs
    if plan.seeds is not None:
        data["seeds"] = plan.seeds
    return json.dumps(data, ensure_ascii=False, allow_nan=False, sort_keys=True) + "\n"


def plan_from_json(text: str) -> SweepPlan:
    """Read what `plan_to_json` wrote.

    Raises
    ------
    ValueError, KeyError, TypeError
        If the text is no plan.
    """
    data = json.loads(text)
    contests = tuple(Contest.model_validate_json(json.dumps(c)) for c in data["contests"])
    shape = (len(contests), len(data["counts"]), len(data["names"]))
    rows = [[math.nan if v is None else v for v in row] for c in data["values"] for row in c]
    fields = {name: data[name] for name in _PLAIN}
    for name in ("sources", "names", "tables"):
        fields[name] = tuple(fields[name])
    return SweepPlan(
        **fields,
        contests=contests,
        arms=tuple(Arm(c, behaviour, tuple(off)) for c, behaviour, off in data["arms"]),
        values=np.array(rows, dtype=np.float64).reshape(shape),
        counts=np.array(data["counts"], dtype=np.int64),
        held=data["held"],
        seeds=tuple(data["seeds"]) if "seeds" in data else None,
    )


def _row(values: Iterable[float]) -> list[float | None]:
    return [None if math.isnan(value) else value for value in values]
