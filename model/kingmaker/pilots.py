"""Find the constants of a contest by pilot campaigns, and hold them across ablations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray

from kingmaker.ballot.casting import FirstBallot
from kingmaker.ballot.constants import Constants, improve, initial_constants
from kingmaker.ballot.entrant import admit, improve_entrant
from kingmaker.ballot.exact import CLOSED
from kingmaker.mechanisms import Switches
from kingmaker.parameters import Parameters
from kingmaker.population.setting import Setting
from kingmaker.records import FirstRound
from kingmaker.rng import Stream, Streams

PILOT_MEMBERS = 10_000
MAX_SHIFT = 0.15
"""Polling-day shift above which pilots are repeated [logit]."""

MAX_REPEATS = 2
SECTOR_PILOTS = 2
"""Pilots that move sectors; the later ones mend what that did to the totals."""

_GAINS = (1.0, 0.6, 0.4)
_REPEAT_GAINS = (0.5, 0.33)


class Campaign(Protocol):
    """Whatever can run a campaign up to its first ballot, and make twins of itself."""

    setting: Setting
    parameters: Parameters
    switches: Switches
    streams: Streams
    constants: Constants
    first_round: FirstRound

    @property
    def holds_constants(self) -> bool:
        """Whether shifts come from a twin with everything on."""

    @property
    def has_entrant(self) -> bool:
        """Whether somebody stands who withdrew in fact."""

    def run_to_first_ballot(self) -> FirstBallot:
        """Run up to the first ballot."""

    def pilot(self, scale: float, days: int, constants: Constants) -> Self:
        """Make a smaller campaign with chance of its own."""

    def full_twin(self, constants: Constants | None) -> Self:
        """Make the same campaign with all mechanisms."""

    def retry(self, constants: Constants) -> Self:
        """Make the same campaign again with other constants."""

    def release(self) -> None:
        """Let go of the members."""


def find_constants(model: Campaign) -> Constants:
    """Find the constants of a draw by pilots.

    Parameters
    ----------
    model
        The contest, its draw, its switches and its behaviour.

    Returns
    -------
    Constants at which the expected first round is the observed one: a pilot of one day for the
    level, then whole pilot campaigns of about 10 000 members with historical behaviour, all
    mechanisms and fresh chance, whose residuals enter with falling gains. Where the model
    itself lacks a mechanism of the campaign, or its behaviour changes the campaign, the shifts
    of a full run with everything on are held, so that the inversion does not erase what the
    ablation is to show; unless the model asks for constants found as it is (reinvert). Where
    somebody stands who withdrew in fact, only his own constant is found.
    """
    if model.has_entrant:
        return _admit_entrant(model)
    days = model.setting.campaign_days
    plan = [(1.0, 1), *((gain, days) for gain in _GAINS)]
    start = initial_constants(model.setting, _sector_constants(model))
    constants = _improve_by_pilots(model, start, plan, PILOT_MEMBERS)
    if model.holds_constants:
        full = settled(model.full_twin(constants))
        constants = full.constants.hold(full.run_to_first_ballot())
        full.release()
    return constants


def _admit_entrant(model: Campaign) -> Constants:
    """Hold the constants of the contest as it was, and find the entrant's alone."""
    full = settled(model.full_twin(None))
    held = full.constants.hold(full.run_to_first_ballot())
    full.release()
    share = float(model.setting.vote_shares[-1])
    constants = admit(held, share, _sector_constants(model)[:, -1])
    scale = _pilot_scale(model, PILOT_MEMBERS)
    for gain in _GAINS:
        pilot = model.pilot(scale, model.setting.campaign_days, constants)
        votes = pilot.run_to_first_ballot().votes
        constants = improve_entrant(constants, votes, share, gain)
        pilot.release()
    return constants


def _pilot_scale(model: Campaign, members: int) -> float:
    """Return the scale of a pilot of so many members."""
    return model.setting.scale * min(1.0, members / model.setting.n_members)


def settled[C: Campaign](model: C) -> C:
    """Run to the first ballot; where its shift is too large, repeat pilots and the campaign.

    Returns
    -------
    The model, or a twin with better constants, after its first ballot; a model that is replaced
    is released. At most two repeats, with pilots of twice and four times the size: what chance
    of the campaign itself does to the shift, no pilot can take away.
    """
    for repeat in range(1, MAX_REPEATS + 1):
        ballot = model.run_to_first_ballot()
        is_exact = model.first_round == "exact" and not model.constants.held
        shift = ballot.shift[ballot.shift > CLOSED]
        if not is_exact or float(np.abs(shift).max()) <= MAX_SHIFT:
            return model
        plan = [(gain, model.setting.campaign_days) for gain in _REPEAT_GAINS]
        members = 2**repeat * PILOT_MEMBERS
        constants = _improve_by_pilots(model, model.constants, plan, members)
        model.release()
        model = model.retry(constants)
    model.run_to_first_ballot()
    return model


def _improve_by_pilots(
    model: Campaign, constants: Constants, plan: Sequence[tuple[float, int]], members: int
) -> Constants:
    """Run pilots of a gain and a length each, one after the other."""
    scale = _pilot_scale(model, members)
    for gain, days in plan:
        pilot = model.pilot(scale, days, constants)
        ballot = pilot.run_to_first_ballot()
        sectors = constants.pilots < SECTOR_PILOTS
        constants = improve(constants, ballot, pilot.setting, gain, sectors)
        pilot.release()
    return constants


def _sector_constants(model: Campaign) -> NDArray[np.float64]:
    """Draw sector constants; sector results, where known, move them in the pilots."""
    setting = model.setting
    noise = np.zeros((setting.n_sectors, setting.n_candidates))
    if setting.n_sectors > 1:
        streams = model.streams.for_pilot(0)
        for s in range(setting.n_sectors):
            for c in range(setting.n_candidates):
                z = streams.normal(Stream.SETTING_SECTOR_CONSTANT, s, block=c)
                noise[s, c] = model.parameters["sector_sd"] * z
    return noise
