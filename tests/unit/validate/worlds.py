"""A made-up model that takes no time: its runs are linear in the scores, its banks are exact."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np

from kingmaker.calibrate.bank import Bank
from kingmaker.calibrate.shared import SHARED
from kingmaker.calibrate.summaries import RUNOFF_SHARE, TURNOUT_RATIO, summaries_of
from kingmaker.cases.collection import collect
from kingmaker.validate import banks, model
from kingmaker.validate.baselines import even_split
from kingmaker.validate.session import Subject, Subjects
from tests.unit.validate.contests_to_score import FIRST, contest

SLOPES = np.zeros(len(SHARED))
SLOPES[SHARED.index("endorsement_total")] = 0.25
SLOPES[SHARED.index("leader_momentum")] = 0.1
SWING = 0.3


def subjects(n: int = 6, **changes) -> Subjects:
    """Make contests; the first two are of one party."""
    shifts = (0, 30, -40, 60, -20, 10)
    made = [
        contest(
            f"c{number}",
            first=FIRST | {"cy": 200 + 10 * number},
            runoff=changes.get(f"c{number}", (560 + shifts[number], 440 - shifts[number])),
            calls={"cy": "ada"} if number % 2 else {"cy": "ben", "dee": "ada"},
            party="Together" if number < 2 else None,
            year=2010 + number,
        )
        for number in range(n)
    ]
    collection = collect(made)
    wholes = {one.id: one for one in made}
    return Subjects(
        collection,
        {e.case.id: Subject(e.case, wholes[e.case.id]) for e in collection.examples},
    )


class World:
    """Stand in for simulation: count what is asked for, and make banks from the scores."""

    def __init__(self, monkeypatch) -> None:
        self.asked: list[tuple[str, str, int]] = []
        self.plans: dict[str, object] = {}
        for module in (banks, model):
            monkeypatch.setattr(module, "simulate", self.simulate)
            monkeypatch.setattr(module, "read_bank", self.read_bank)

    def simulate(self, plan, folder: Path, _, told):
        key = "/".join(folder.parts[-3:])
        if not folder.exists():
            self.asked.append((key, plan.contests[0].id, plan.n_runs))
        folder.mkdir(parents=True, exist_ok=True)
        self.plans[key] = plan
        told(plan.n_runs, plan.n_runs)
        return SimpleNamespace(plan=plan)

    def read_bank(self, case, whole, store, scores) -> Bank:
        plan = store.plan
        without, held = plan.arms[0].without, dict(plan.held)
        chance = np.array([np.random.default_rng(plan.point(i).seed).standard_normal(3)
                           for i in range(len(scores))])  # fmt: skip
        middle = even_split(case)
        share = np.log(middle / (1.0 - middle)) + 0.1 + 0.1 * chance[:, 0]
        share += scores @ np.where(np.array(SHARED) == "leader_momentum", 0.0, SLOPES)
        if "M07" not in without:
            share += scores @ SLOPES * 0.2
        if "late_swing_sd" not in held:
            share += SWING * chance[:, 1]
        ratio = -0.1 + 0.05 * chance[:, 2]
        found = {s.name: s for s in summaries_of(case, whole)}
        names = (RUNOFF_SHARE, TURNOUT_RATIO)
        return Bank(
            contest=case.id,
            party=case.key.label,
            parameters=SHARED,
            summaries=names,
            scores=scores,
            simulated=np.column_stack([share, ratio]),
            observed=np.array([found[name].observed for name in names]),
            error_sd=np.zeros(2),
            rejected=np.zeros(len(scores), dtype=np.int64),
        )
