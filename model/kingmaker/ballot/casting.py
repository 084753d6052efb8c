"""Cast the first ballot: exact, free, or with shifts held from another run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from kingmaker.ballot.exact import CLOSED, exact_shift
from kingmaker.ballot.kernels import attachments, count_best, first_utilities, turnout_scores
from kingmaker.ballot.turnout import exact_turnout_shift
from kingmaker.errors import ImpossibleDrawError
from kingmaker.mechanisms import Switches
from kingmaker.numerics import log
from kingmaker.parameters import Parameters
from kingmaker.population.blocs import Blocs
from kingmaker.population.members import Members, MemberState, Vote
from kingmaker.population.setting import Setting
from kingmaker.rng import Stream, Streams

DROPPED = 20.0
"""Loss of a candidate whom a strategic voter drops: nobody else is as bad [logit]."""

Mode = Literal["exact", "free", "held"]


@dataclass(frozen=True)
class FirstBallot:
    """Hold the first ballot.

    Attributes
    ----------
    votes
        Votes per candidate, shape ``(n_candidates,)``.
    blank
        Blank ballots.
    sector_votes
        Shape ``(n_sectors, n_candidates)``.
    sector_ballots
        Blanks included, shape ``(n_sectors,)``.
    bloc_votes
        Votes cast as told, by candidate.
    shift, blank_shift, turnout_shift
        Polling-day shifts [logit].
    free
        Rows of the free voters, shape ``(n_free,)``.
    utilities
        Their utilities before the shift, candidates and blank, ``(n_free, n_candidates + 1)``.
    mean_attachment
        Mean attachment of free voters by group of first vote, shape ``(n_candidates + 3,)``.
    dropped
        Places in `utilities` that strategic voters lowered by `DROPPED` (M03); empty for none.
    """

    votes: NDArray[np.int64]
    blank: int
    sector_votes: NDArray[np.int64]
    sector_ballots: NDArray[np.int64]
    bloc_votes: NDArray[np.int64]
    shift: NDArray[np.float64]
    blank_shift: float
    turnout_shift: float
    free: NDArray[np.int64]
    utilities: NDArray[np.float64]
    mean_attachment: NDArray[np.float64]
    dropped: tuple[NDArray[np.int64], ...] = ()

    @property
    def ballots(self) -> int:
        """Ballots cast, blanks included."""
        return int(self.votes.sum()) + self.blank


@dataclass(frozen=True)
class Climate32:
    """Hold the opinion climate of polling day in the kernels' types.

    Attributes
    ----------
    table
        Shape ``(n_sectors, n_candidates)`` [logit].
    electability
        Shape ``(n_candidates,)`` [logit at full attention].
    strongest
        Candidate with the best electability.
    projection
        Part of a seat gap that partisans of others do not believe [fraction].
    """

    table: NDArray[np.float32]
    electability: NDArray[np.float32]
    strongest: int
    projection: np.float32


def cast_first_ballot(
    setting: Setting,
    members: Members,
    state: MemberState,
    blocs: Blocs,
    order: NDArray[np.int64],
    climate: Climate32,
    turnout_constants: NDArray[np.float64],
    blank_constant: float,
    held: tuple[NDArray[np.float64], float, float],
    mode: Mode,
    parameters: Parameters,
    switches: Switches,
    streams: Streams,
    hopeless: NDArray[np.bool_] | None = None,
) -> FirstBallot:
    """Cast the first ballot.

    Parameters
    ----------
    setting, members, blocs
        Who there is.
    state
        `first_vote` and `attachment` are filled.
    order
        Candidate each bloc is told to vote for (-1: none), shape ``(n_blocs,)``.
    climate
        Opinion climate of polling day.
    turnout_constants
        Shape ``(n_sectors,)`` [logit].
    blank_constant
        Constant of a blank ballot [logit].
    held
        Shifts of candidates, blank and turnout for the mode ``held``; zeros for ``free``.
    mode
        ``exact``: shifts are found so that ballots, blanks and votes are the observed ones.
    parameters
        ``broker_turnout_lift``, ``strategic_share``.
    switches
        M02 off: a uniform lottery among candidates, blanks at their observed rate; M05 off:
        the turnout constants alone decide who comes.
    streams
        Streams ``BALLOT_*_1``.
    hopeless
        Candidates whom strategic voters drop, shape ``(n_candidates,)`` (M03); None: nobody.

    Returns
    -------
    The ballot. No ballot is altered after it was cast: a free voter's ballot is the argmax of
    his utilities and the shifts.

    Raises
    ------
    ImpossibleDrawError
        In the mode ``exact``, if blocs deliver more votes to a candidate than were observed.
    """
    scores = np.empty(len(members))
    shift, blank_shift, turnout_shift = held
    contacts, lift = state.contact_turnout, parameters["broker_turnout_lift"]
    if not switches.on("M05"):
        contacts, lift, turnout_shift = np.zeros_like(contacts), 0.0, 0.0
    if not switches.on("M02"):
        shift, blank_shift = np.zeros_like(shift), 0.0
        blank_constant = lottery_blank(setting)
    turnout_scores(
        members.ids, members.sector, members.bloc, members.propensity, contacts,
        members.on_roll, turnout_constants, order, lift,
        streams.address(Stream.BALLOT_TURNOUT_1), scores,
    )  # fmt: skip
    if mode == "exact":
        turnout_shift = exact_turnout_shift(scores, setting.targets.ballots)
    comes = scores + turnout_shift > 0.0
    n_candidates = setting.n_candidates
    n_voters = int(comes.sum())
    free = np.empty(n_voters, dtype=np.int64)
    utilities = np.empty((n_voters, n_candidates + 1))
    lottery = tuple(
        streams.address(Stream.BALLOT_LOTTERY_1, block=b) for b in range((n_candidates + 1) // 2)
    )
    n_free = first_utilities(
        members.ids, members.sector, members.bloc, state.intention, members.base, state.lean,
        members.attention, comes, climate.table, climate.electability, climate.strongest,
        climate.projection, blank_constant, order, blocs.obedience, not switches.on("M02"),
        streams.address(Stream.BALLOT_OBEDIENCE_1), streams.address(Stream.BALLOT_CHOICE_1),
        lottery, state.first_vote, free, utilities,
    )  # fmt: skip
    free, utilities = free[:n_free], utilities[:n_free]
    dropped: tuple[NDArray[np.int64], ...] = ()
    if hopeless is not None and hopeless.any() and switches.on("M02"):
        # Desertion takes knowing the polls: the most attentive members are the strategic ones.
        strategic = np.flatnonzero(members.attention[free] > 1.0 - parameters["strategic_share"])
        dropped = np.ix_(strategic, np.flatnonzero(hopeless))
        utilities[dropped] -= DROPPED
    cast = state.first_vote[state.first_vote >= 0]
    bloc_votes = np.bincount(cast, minlength=n_candidates).astype(np.int64)
    if mode == "exact":
        full_shift, choice = exact_shift(utilities, _free_targets(setting, bloc_votes))
    else:
        full_shift = np.append(shift, blank_shift)
        choice = np.empty(n_free, dtype=np.int64)
        count_best(utilities, full_shift, choice, np.empty(n_candidates + 1, dtype=np.int64))
    attachments(
        utilities, full_shift, free, choice, n_candidates, state.first_vote, state.attachment
    )
    state.first_vote[(members.on_roll & 1) == 0] = Vote.NOT_ON_ROLL
    return _count(
        setting, members, state, bloc_votes, full_shift, turnout_shift, free, utilities, dropped
    )


def lottery_blank(setting: Setting) -> float:
    """Return the constant of a blank ballot among standard Gumbel draws of the candidates.

    ``log(C r / (1 - r))`` for C candidates and the observed rate r [logit].
    """
    rate = setting.targets.blank / max(setting.targets.ballots, 1)
    return CLOSED if rate == 0.0 else log(setting.n_candidates * rate / (1.0 - rate))


def _free_targets(setting: Setting, bloc_votes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return what the free voters must give, blank included."""
    for c, name in enumerate(setting.candidate_ids):
        if bloc_votes[c] > setting.targets.votes[c]:
            raise ImpossibleDrawError(name, int(bloc_votes[c]), int(setting.targets.votes[c]))
    return np.append(setting.targets.votes - bloc_votes, setting.targets.blank)


def _count(
    setting: Setting,
    members: Members,
    state: MemberState,
    bloc_votes: NDArray[np.int64],
    full_shift: NDArray[np.float64],
    turnout_shift: float,
    free: NDArray[np.int64],
    utilities: NDArray[np.float64],
    dropped: tuple[NDArray[np.int64], ...],
) -> FirstBallot:
    n_candidates, n_sectors = setting.n_candidates, setting.n_sectors
    groups = state.vote_groups(n_candidates)
    cells = members.sector.astype(np.int64) * (n_candidates + 3) + groups
    counts = np.bincount(cells, minlength=n_sectors * (n_candidates + 3))
    by_sector = counts.reshape(n_sectors, n_candidates + 3).astype(np.int64)
    blank_column = n_candidates + 1
    sums = np.bincount(groups, weights=state.attachment, minlength=n_candidates + 3)
    sizes = np.bincount(groups[state.attachment > 0.0], minlength=n_candidates + 3)
    mean_attachment = np.maximum(sums / np.maximum(sizes, 1), 1e-6)
    return FirstBallot(
        votes=by_sector[:, :n_candidates].sum(axis=0),
        blank=int(by_sector[:, blank_column].sum()),
        sector_votes=by_sector[:, :n_candidates],
        sector_ballots=by_sector[:, :n_candidates].sum(axis=1) + by_sector[:, blank_column],
        bloc_votes=bloc_votes,
        shift=full_shift[:-1],
        blank_shift=float(full_shift[-1]) if full_shift[-1] > CLOSED else 0.0,
        turnout_shift=turnout_shift,
        free=free,
        utilities=utilities,
        dropped=dropped,
        mean_attachment=mean_attachment,
    )
