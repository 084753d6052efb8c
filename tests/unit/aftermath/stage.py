"""A finished tiny contest without a campaign: votes are dealt out, not cast."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

import numpy as np

from kingmaker.actors.rivals import Rivals, resolve_rivals
from kingmaker.mechanisms import Switches
from kingmaker.parameters import Parameters
from kingmaker.population.activists import Activists, draw_activists
from kingmaker.population.members import Members, MemberState
from kingmaker.population.setting import Setting
from kingmaker.rng import Streams
from tests.contest_builders import SOURCED, STREAMS, people, tiny, tiny_table

ON = Switches(())
ROLL = 20_000
PARTIES = [
    {"id": "near", "name": "Near", "role": "rival-party", "position": [0.3, -0.8, -0.3],
     "seats": 4, **SOURCED},
    {"id": "far", "name": "Far", "role": "rival-party", "position": [-2.0, 2.0, 2.0],
     "ties": {"cy": 0.4}, "seats": 36, **SOURCED},
]  # fmt: skip


class Deaf(Streams):
    """Refuse to draw anything that belongs to the aftermath."""

    def address(self, stream, day=0, block=0):
        assert not stream.name.startswith("AFTERMATH"), f"{stream.name} was read"
        return super().address(stream, day, block)


DEAF = Deaf(STREAMS.seed, STREAMS.replicate)


def off(*ids: str) -> Switches:
    """Switch mechanisms off."""
    return Switches(tuple(sorted(ids)))


@dataclass(frozen=True)
class Stage:
    """Hold a contest whose votes are known, and its people."""

    setting: Setting
    rivals: Rivals
    members: Members
    state: MemberState
    activists: Activists
    parameters: Parameters


def contest(parties: Any = PARTIES, roll: int = ROLL, **changes: Any) -> Any:
    """Make the tiny contest with rival parties."""
    data = tiny_table()
    data["roll"] = {"round1": roll, **SOURCED}
    data["outside"] = [*data["outside"], *parties]
    return tiny(**(data | changes))


def stage(made: Any = None, **settings: float) -> Stage:
    """Let a fifth of the members vote for each candidate, and a fifth stay at home."""
    them = people(contest() if made is None else made, scale=1.0, **settings)
    state = MemberState.fresh(len(them.members), them.setting.n_candidates)
    state.first_vote[:] = np.arange(len(them.members)) % 5 - 1
    state.attachment[:] = 0.5
    return Stage(
        them.setting,
        resolve_rivals(them.setting, STREAMS),
        them.members,
        state,
        draw_activists(them.setting, them.parameters, STREAMS),
        them.parameters,
    )


def seat_poll(day: dt.date, seats: dict[str, int], **more: Any) -> dict[str, Any]:
    """Describe a poll about seats."""
    poll = {"date": day, "pollster": "P", "population": "public", "question": "seats"}
    return {**poll, "seats": seats, **more, **SOURCED}
