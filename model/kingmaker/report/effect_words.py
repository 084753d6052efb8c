"""Write measured effects for readers: mean, interval, or that nothing is seen."""

from __future__ import annotations

from kingmaker.experiment.demonstrations.register import DEMONSTRATIONS, POINTS
from kingmaker.experiment.effects_file import (
    AFTER_THE_RUNOFF,
    Effect,
    Measured,
    MechanismEffects,
)

NOT_MEASURED = "not measured"
CANNOT = "cannot move a runoff"
NOTHING = "changes no vote"
UNSEEN = "no visible effect"
MANY_LEFT_OUT = 0.5
"""Part of the pairs left out above which no mean is told."""


def own_words(name: str, measured: Measured | None) -> str:
    """Write the effect of a mechanism or part on its own outcome, with its interval.

    Returns
    -------
    Such as ``+1.2 points (0.8 to 1.6)``.
    """
    effects = _find(name, measured)
    if effects is None:
        return NOT_MEASURED
    row = DEMONSTRATIONS[name]
    scale = 100.0 if row.unit == POINTS else 1.0
    digits = _digits(effects.own, scale)
    mean = f"{scale * effects.own.mean:+.{digits}f} {row.unit}"
    return f"{mean} {interval(effects.own, scale, digits)}"


def runoff_words(name: str, contest: str, measured: Measured | None) -> str:
    """Write the effect on the first-round leader's runoff share in a contest, in points."""
    if name.split(".")[0] in AFTER_THE_RUNOFF:
        return CANNOT
    effects = _find(name, measured)
    effect = None if effects is None else effects.runoff.get(contest)
    if effect is None:
        return NOT_MEASURED
    pairs = effect.replicates + effect.left_out
    if effect.left_out > MANY_LEFT_OUT * pairs:
        return f"others meet in {100 * effect.left_out / pairs:.0f} % of the replicates"
    if not effect.changed:
        return NOTHING
    digits = _digits(effect, 100.0)
    if not effect.is_visible:
        return f"{UNSEEN} {interval(effect, 100.0, digits)}"
    return f"{100 * effect.mean:+.{digits}f} {interval(effect, 100.0, digits)}"


def interval(effect: Effect, scale: float, digits: int) -> str:
    """Write the 90 % interval of an effect in brackets."""
    low, high = (f"{scale * end:+.{digits}f}" for end in (effect.low, effect.high))
    return f"({low} to {high})"


def _digits(effect: Effect, scale: float) -> int:
    """Return as many decimals as the interval is worth."""
    width = scale * (effect.high - effect.low)
    size = scale * abs(effect.mean)
    if width < 0.1 and size < 1.0:
        return 2 if width >= 0.01 else 3
    return 1 if size < 100.0 else 0


def _find(name: str, measured: Measured | None) -> MechanismEffects | None:
    return None if measured is None else measured.mechanisms.get(name)


def staged(name: str) -> str:
    """Say in which made-up contest, and under which settings, a mechanism is shown."""
    row = DEMONSTRATIONS[name]
    parts = [f"{key} = {value:g}" for key, value in row.settings.items()]
    parts += [f"behaviour {row.behaviour}"] if row.behaviour != "historical" else []
    parts += ["round one free"] if row.first_round == "free" else []
    return f"{row.contest}{': ' if parts else ''}{', '.join(parts)}"
