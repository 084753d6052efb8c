"""Hold the measured effects of the mechanisms: one file of the package, read and written here."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

HOME_CONTESTS = ("il-labor-2007", "il-labor-2011")
"""Contests on whose runoff every mechanism's effect is measured."""

PATH = Path(__file__).parent / "effects.json"

AFTER_THE_RUNOFF = ("M35", "M36", "M38", "M40")
"""Mechanisms that act after the last ballot; exits after round one (M37) and the fear of a split
(M39) act before it."""

DIGITS = 6


@dataclass(frozen=True)
class Effect:
    """Hold the mean difference that a mechanism makes, with it less without it.

    Attributes
    ----------
    mean, low, high
        Mean over replicates and its 90 % interval, in the outcome's own unit.
    replicates
        Pairs of replicates.
    changed
        Pairs that differ at all.
    left_out
        Pairs that cannot be compared: without the mechanism others met in the runoff, or nobody.
    """

    mean: float
    low: float
    high: float
    replicates: int
    changed: int
    left_out: int = 0

    @property
    def is_visible(self) -> bool:
        """Whether the interval leaves zero out."""
        return self.low > 0.0 or self.high < 0.0


@dataclass(frozen=True)
class MechanismEffects:
    """Hold one mechanism's effects.

    Attributes
    ----------
    own
        On its own outcome, in its made-up contest.
    runoff
        On the runoff share of the first-round leader, by contest; empty where it cannot be.
    """

    own: Effect
    runoff: Mapping[str, Effect] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True)
class Measured:
    """Hold all effects and how they were measured.

    Attributes
    ----------
    seed
        Seed of the replicates.
    replicates
        Pairs asked for per home contest.
    own_replicates
        Pairs asked for per made-up contest.
    source_sha256
        Hash of the package's source that was measured.
    mechanisms
        Effects by mechanism or part.
    """

    seed: int
    replicates: int
    own_replicates: int
    source_sha256: str
    mechanisms: Mapping[str, MechanismEffects]

    @property
    def header(self) -> dict[str, Any]:
        """Everything but the effects themselves."""
        return {
            "seed": self.seed,
            "replicates": self.replicates,
            "own_replicates": self.own_replicates,
            "source_sha256": self.source_sha256,
        }


def as_json(effects: MechanismEffects) -> dict[str, Any]:
    """Turn one mechanism's effects into plain data, rounded."""
    runoff = {name: _rounded(effect) for name, effect in effects.runoff.items()}
    return {"own": _rounded(effects.own), "runoff": runoff}


def from_json(data: Mapping[str, Any]) -> MechanismEffects:
    """Read what `as_json` wrote."""
    runoff = {name: Effect(**effect) for name, effect in data["runoff"].items()}
    return MechanismEffects(Effect(**data["own"]), MappingProxyType(runoff))


def write_effects(measured: Measured, path: Path = PATH) -> None:
    """Write the file of the effects."""
    rows = {name: as_json(effects) for name, effects in measured.mechanisms.items()}
    text = json.dumps(measured.header | {"mechanisms": rows}, indent=1, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")


@cache
def read_effects(path: Path = PATH) -> Measured:
    """Read the file of the effects."""
    data = json.loads(path.read_text(encoding="utf-8"))
    rows = {name: from_json(row) for name, row in data.pop("mechanisms").items()}
    return Measured(**data, mechanisms=MappingProxyType(rows))


def _rounded(effect: Effect) -> dict[str, float | int]:
    return {name: round(value, DIGITS) for name, value in asdict(effect).items()}
