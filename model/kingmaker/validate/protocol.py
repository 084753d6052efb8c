"""Say with which variants and how many runs the model is validated; see decision 0029."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from kingmaker.calibrate.draws import MEMBERS, DrawSettings

DRAWS = 400
"""Draws of each contest for the default model; see decision 0029."""

VARIANT_DRAWS = 80
"""Draws of each contest for a variant, paired with the default's first ones; see decision 0029."""

REPLICATES = 200
"""Replicates of a forecast; see decision 0029."""

SEED = 1
"""Seed of draws, inferences and forecasts; see decision 0029."""


@dataclass(frozen=True)
class Variant:
    """Describe a variant of the model.

    Attributes
    ----------
    name
        Name in tables.
    without
        Mechanisms switched off.
    held
        Parameters held at a value, each in its unit.
    note
        What readers must know of it; mostly empty.
    """

    name: str
    without: tuple[str, ...] = ()
    held: tuple[tuple[str, float], ...] = ()
    note: str = ""

    @property
    def folder(self) -> str:
        """Name of its folders."""
        return self.name.replace(" ", "-")


DEFAULT = Variant("default")
"""The model as it is."""

VARIANTS = (
    Variant("without M07", ("M07",)),
    Variant("without M12", ("M12",)),
    Variant("without M14", ("M14",)),
    Variant("without M16 M17", ("M16", "M17")),
    Variant("without M28.cue", ("M28.cue",)),
    Variant("without M28.selection", ("M28.selection",)),
    Variant("without M29", ("M29",)),
    Variant(
        "without late swing",
        held=(("late_swing_sd", 0.0),),
        note="the late swing was added after the baselines' misses in Georgia 2018 and Texas 2012 "
        "were known: what it is worth here is no proof of it",
    ),
)
"""Variants that are compared with the default, in the order of their names; see decision 0029."""


@dataclass(frozen=True)
class ValidationSettings:
    """Say how much is simulated.

    Attributes
    ----------
    draws
        Draws of each contest for the default model; 0: baselines alone.
    variant_draws
        The same for each variant; 0: no variants.
    replicates
        Replicates of a forecast.
    members
        Simulated members of each contest, about [members].
    seed
        Seed of draws, inferences and forecasts.
    """

    draws: int = DRAWS
    variant_draws: int = VARIANT_DRAWS
    replicates: int = REPLICATES
    members: int = MEMBERS
    seed: int = SEED

    @property
    def variants(self) -> tuple[Variant, ...]:
        """Variants that are compared with the default."""
        return VARIANTS if self.draws and self.variant_draws else ()

    def drawing(self, variant: Variant, n_draws: int) -> DrawSettings:
        """Say how a variant is simulated."""
        return DrawSettings(n_draws, self.seed, self.members, variant.without, variant.held)

    def in_use(self) -> dict[str, Any]:
        """Return the settings that numbers depend on: baselines alone know of no other."""
        return asdict(self) if self.draws else {"draws": 0}

    def departures(self) -> dict[str, Any]:
        """Return the settings that are not those of decision 0029."""
        planned = asdict(ValidationSettings())
        return {name: value for name, value in self.in_use().items() if value != planned[name]}
