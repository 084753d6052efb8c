"""Put the named people of a contest on the stage of a model."""

from __future__ import annotations

from dataclasses import dataclass

import mesa

from kingmaker.actors.candidate import CandidateAgent
from kingmaker.actors.contractor import ContractorAgent
from kingmaker.actors.notable import NotableAgent
from kingmaker.actors.outside import OutsideAgent
from kingmaker.population.blocs import Blocs
from kingmaker.population.setting import Setting


@dataclass(frozen=True)
class Cast:
    """Hold the named agents of a contest, each kind in the order of the file."""

    candidates: list[CandidateAgent]
    contractors: list[ContractorAgent]
    notables: list[NotableAgent]
    outside: list[OutsideAgent]


def make_cast(model: mesa.Model, setting: Setting, blocs: Blocs) -> Cast:
    """Make candidates, contractors, notables and outside actors; all register with the model."""
    contest = setting.contest
    index = {name: i for i, name in enumerate(setting.candidate_ids)}
    return Cast(
        candidates=[
            CandidateAgent(model, c.id, i, tuple(setting.positions[i].tolist()), c.no_deals)
            for i, c in enumerate(contest.running)
        ],
        contractors=[
            ContractorAgent(
                model,
                name,
                b,
                int(blocs.camp[b]),
                int(blocs.patron[b]),
                tuple(blocs.tie[b].tolist()),
            )
            for b, name in enumerate(blocs.ids)
        ],
        notables=[
            NotableAgent(model, n.id, i, index.get(n.camp or ""))
            for i, n in enumerate(contest.notables)
        ],
        outside=[
            OutsideAgent(model, o.id, o.role, o.offices, o.refuses, o.stay_prob)
            for o in contest.outside
        ],
    )
