"""Hold the constants that make the first round come out, and move them by a pilot's residuals."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from kingmaker.ballot.casting import FirstBallot
from kingmaker.ballot.exact import CLOSED
from kingmaker.numerics import log, logit
from kingmaker.population.setting import Setting

MAX_SECTOR_STEP = 1.0
"""Largest step of a sector's constant per pilot [logit]: where blocs fill a sector, its free
members alone cannot bring its result about."""


@dataclass(frozen=True)
class Constants:
    """Hold what a pilot finds; fixed across behaviours and ablations.

    Attributes
    ----------
    candidate
        Shape ``(n_candidates,)`` [logit].
    sector
        Sector constants, shape ``(n_sectors, n_candidates)`` [logit].
    turnout
        Shape ``(n_sectors,)`` [logit].
    blank
        Constant of a blank ballot [logit]; -1e30 where none was cast.
    shift, blank_shift, turnout_shift
        Polling-day shifts of a run with all mechanisms, where `held` [logit].
    held
        True: the shifts are applied as they are, and nothing is made exact.
    pilots
        Campaigns run to find the constants.
    """

    candidate: NDArray[np.float64]
    sector: NDArray[np.float64]
    turnout: NDArray[np.float64]
    blank: float
    shift: NDArray[np.float64]
    blank_shift: float = 0.0
    turnout_shift: float = 0.0
    held: bool = False
    pilots: int = 0

    @property
    def table(self) -> NDArray[np.float64]:
        """Candidate plus sector constants, shape ``(n_sectors, n_candidates)`` [logit]."""
        return self.candidate + self.sector

    def hold(self, ballot: FirstBallot) -> Constants:
        """Keep the shifts of a run with all mechanisms for runs that differ from it."""
        return replace(
            self,
            shift=ballot.shift,
            blank_shift=ballot.blank_shift,
            turnout_shift=ballot.turnout_shift,
            held=True,
        )


def initial_constants(setting: Setting, sector_noise: NDArray[np.float64]) -> Constants:
    """Start from the log shares and the overall turnout.

    Parameters
    ----------
    setting
        The contest.
    sector_noise
        Drawn sector constants, shape ``(n_sectors, n_candidates)`` [logit]; those that sector
        results inform are moved by the pilots.
    """
    targets = setting.targets
    candidate = np.array([log(max(float(s), 1e-6)) for s in setting.vote_shares])
    turnout = min(max(targets.ballots / setting.roll_round1, 1e-4), 1.0 - 1e-4)
    ratio = targets.blank / max(targets.ballots, 1)
    return Constants(
        candidate=candidate - candidate.mean(),
        sector=sector_noise,
        turnout=np.full(setting.n_sectors, 1.3 * logit(turnout)),
        blank=log(ratio) - float(candidate.mean()) if targets.blank else CLOSED,
        shift=np.zeros(setting.n_candidates),
    )


def improve(
    constants: Constants, ballot: FirstBallot, setting: Setting, gain: float, sectors: bool = True
) -> Constants:
    """Move the constants by the residuals of a pilot (Robbins and Monro).

    Parameters
    ----------
    constants
        Constants of the pilot.
    ballot
        Its first ballot, made exact.
    setting
        For the sectors' evidence.
    gain
        Step in (0, 1].
    sectors
        False leaves the sectors as they are: whoever moves them moves the totals, too, so the
        last pilots do not.

    Returns
    -------
    Better constants: candidates, blank and turnout by the shifts that closed the residuals;
    sectors with observed results by the log ratio of wanted to simulated shares, relative to the
    candidates about whom nothing is known.
    """
    sector = constants.sector.copy()
    turnout = constants.turnout + gain * ballot.turnout_shift
    for s in range(setting.n_sectors if sectors else 0):
        sector[s] += gain * _sector_step(setting.sector_shares[s], ballot.sector_votes[s])
        wanted = float(setting.sector_turnout[s])
        members = int(setting.sector_sizes[s])
        if wanted == wanted and members:
            seen = (float(ballot.sector_ballots[s]) + 0.5) / (members + 1.0)
            turnout[s] += gain * (logit(wanted) - logit(min(seen, 1.0 - 1e-6)))
    return replace(
        constants,
        candidate=constants.candidate + gain * np.where(ballot.shift > CLOSED, ballot.shift, 0.0),
        sector=sector,
        turnout=turnout,
        blank=constants.blank + gain * ballot.blank_shift,
        pilots=constants.pilots + 1,
    )


def _sector_step(wanted: NDArray[np.float64], votes: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the step of one sector's constants, zero where nothing is known [logit]."""
    known = ~np.isnan(wanted)
    step = np.zeros(wanted.size)
    total = int(votes.sum())
    if not known.any() or total == 0:
        return step
    seen = (votes + 0.5) / (total + 0.5 * votes.size)
    others = 0.0
    if not known.all():
        left = max(1.0 - float(wanted[known].sum()), 0.01)
        others = log(left) - log(max(float(seen[~known].sum()), 1e-6))
    for c in np.flatnonzero(known).tolist():
        full = log(max(float(wanted[c]), 1e-4)) - log(float(seen[c])) - others
        step[c] = min(max(full, -MAX_SECTOR_STEP), MAX_SECTOR_STEP)
    return step
