"""Speak past the leaders: appeals (M30), outsiders' praise (M31), naming a pact (M43)."""

from __future__ import annotations

from kingmaker.alliance.deals import Dealings

APPEAL_GRUDGE = 0.5
"""Grudge that an appeal over his head leaves in a leader [insults]; assumed."""

REBUTTED = 0.5
"""What is left of outsiders' praise once the finalist rebuts it [fraction]; assumed."""

REJECTED = 0.35
"""Part of the members who reject an ally from which naming his pact pays; assumed."""

REACTION_DAYS = 2
"""Days after a pact on which the other finalist names it [days]; assumed."""


def appeal(dealings: Dealings, leader: int, finalist: int, *, in_fact: bool) -> bool:
    """Let a finalist appeal to a leader's voters over his head (M30).

    Parameters
    ----------
    dealings
        `appealed` and the leader's `affront` are changed.
    leader, finalist
        Columns of the two.
    in_fact
        Whether the appeal is reported, not made by a behaviour.

    Returns
    -------
    Whether it is the first such appeal: the leader resents that one.
    """
    is_first = not dealings.appealed[leader, finalist]
    dealings.appealed[leader, finalist] = True
    if is_first:
        dealings.affront[leader, finalist] += APPEAL_GRUDGE
        dealings.affront_in_fact[leader, finalist] += APPEAL_GRUDGE * in_fact
    return is_first


def appeal_side(dealings: Dealings, leader: int, finalists: tuple[int, int]) -> float:
    """Return to whom a leader's voters were called: 1 the first finalist, -1 the second, 0 both."""
    return float(dealings.appealed[leader, finalists[0]]) - float(
        dealings.appealed[leader, finalists[1]]
    )


def heed(dealings: Dealings, leader: int, discount: float) -> float:
    """Return what is left of a leader's word after appeals over his head, in [0, 1] (M30)."""
    return 1.0 - discount if dealings.appealed[leader].any() else 1.0


def praise_from_outside(dealings: Dealings, finalist: int) -> None:
    """Let a rival party's politician praise a finalist (M31)."""
    dealings.praised[finalist] += 1.0


def rebut(dealings: Dealings, finalist: int) -> None:
    """Let a finalist reject what outsiders say of him (M31)."""
    dealings.praised[finalist] *= REBUTTED


def guilt_side(dealings: Dealings, finalists: tuple[int, int]) -> float:
    """Return how much more the second finalist is praised from outside, saturating [reports].

    Each finalist's count enters as ``x / (1 + x)``.
    """
    one, two = (float(dealings.praised[f]) for f in finalists)
    return two / (1.0 + two) - one / (1.0 + one)


def is_worth_naming(rejection: float) -> bool:
    """Say whether a pact with a leader whom so many reject is worth naming to them (M43)."""
    return rejection >= REJECTED
