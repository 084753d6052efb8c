"""Let members and activists leave the party (M37), some of them for a rival party (M38)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kingmaker.actors.rivals import Rivals
from kingmaker.aftermath.kernels import NO_TIE, choose_party, leave
from kingmaker.mechanisms import Switches
from kingmaker.parameters import Parameters
from kingmaker.population.activists import Activists, Rank
from kingmaker.population.members import Members, MemberState
from kingmaker.population.setting import Setting
from kingmaker.records import ABSTAINED, BLANK, NOT_ON_ROLL
from kingmaker.rng import Stream, Streams

FOR_LOSS = 2.0
"""Addition to the hazard's factor where the candidate of the last vote lost."""

FOR_REJECTION = 3.0
"""Addition to the hazard's factor where the leader is one for whom the person would never vote."""

FOR_TIE = 3.0
"""Addition to the hazard's factor of a loser's voter with an old tie to a rival party: as much as
for rejection; assumed."""

RANK_FACTOR = {Rank.FOOT: 1.0, Rank.BRANCH_HEAD: 2.0, Rank.REGIONAL_HEAD: 3.0}
"""Rate at which activists of each rank leave, relative to members; assumed."""

ACTIVIST_REJECTS = -2.0
"""Leaning below which an activist rejects a candidate [logit]; assumed."""

JOIN_PROB = 0.5
"""Part of leavers who join another party at all; assumed."""

DAYS_AFTER = 30
"""Days after the contest in which people leave over it [days]; assumed."""

GONE = -2
"""Camp of activists who have left the party: unlike the idle, nobody wins them back."""

NEVER = -1e30
"""Turnout propensity of those who have left the party [logit]."""

DAYS_PER_MONTH = 365.25 / 12.0
MEMBER = "member"
KINDS = ("members", "delegates")

_RANK_NAMES = {
    Rank.FOOT: "foot",
    Rank.BRANCH_HEAD: "branch-head",
    Rank.REGIONAL_HEAD: "regional-head",
}
_ACTIVISTS = 1  # block of the activists' numbers: members and activists share no address

ExitRow = tuple[int, str, str, str, int]


@dataclass(frozen=True)
class Exits:
    """Hold who left in one period.

    Attributes
    ----------
    member_day, activist_day
        Day of the period on which each person left, from 1; 0 where he stays. Shapes
        ``(n_members,)`` and ``(n_activists,)``.
    rows
        Rows of the table ``exits`` without the replicate: round, camp, rank, destination, people.
    """

    member_day: NDArray[np.int16]
    activist_day: NDArray[np.int16]
    rows: tuple[ExitRow, ...]

    @property
    def members(self) -> NDArray[np.bool_]:
        """Whether each member left, shape ``(n_members,)``."""
        return np.asarray(self.member_day > 0)

    @property
    def activists(self) -> NDArray[np.bool_]:
        """Whether each activist left, shape ``(n_activists,)``."""
        return np.asarray(self.activist_day > 0)


@dataclass(frozen=True)
class _Crowd:
    """Hold people who may leave, a row each: members or activists."""

    ids: NDArray[np.uint32]
    first_vote: NDArray[np.int8]
    last_vote: NDArray[np.int8]
    rejects: NDArray[np.uint64]
    rank: NDArray[np.int8]
    rank_rate: NDArray[np.float64]
    gone: NDArray[np.bool_]
    block: int


@dataclass(frozen=True)
class Period:
    """Hold what people know in a period in which they may leave.

    Attributes
    ----------
    after_round
        1 or 2.
    days
        Length [days].
    lost
        Whether each candidate is out, shape ``(n_candidates,)``.
    win_prob
        Chance of each candidate to lead the party, shape ``(n_candidates,)``.
    """

    after_round: int
    days: int
    lost: NDArray[np.bool_]
    win_prob: NDArray[np.float64]


def between_rounds(
    setting: Setting, finalists: tuple[int, int], believed: tuple[float, float]
) -> Period:
    """Describe the days between the rounds: the eliminated have lost, nobody has won.

    Parameters
    ----------
    setting
        The resolved contest.
    finalists
        Leader and runner-up.
    believed
        Believed chance of each to win, as on the evening of round one.

    Returns
    -------
    The period. Who rejects both finalists rejects the leader for certain; who rejects one, as
    far as he is expected to win.
    """
    win_prob = np.zeros(setting.n_candidates)
    win_prob[list(finalists)] = believed
    lost = np.ones(setting.n_candidates, dtype=np.bool_)
    lost[list(finalists)] = False
    return Period(1, setting.gap_days, lost, win_prob)


def after_contest(setting: Setting, winner: int, after_round: int) -> Period:
    """Describe the month after a candidate has won."""
    win_prob = np.zeros(setting.n_candidates)
    win_prob[winner] = 1.0
    return Period(after_round, DAYS_AFTER, win_prob == 0.0, win_prob)


def leave_party(
    setting: Setting,
    rivals: Rivals,
    members: Members,
    state: MemberState,
    activists: Activists,
    period: Period,
    parameters: Parameters,
    switches: Switches,
    streams: Streams,
    before: Exits | None = None,
) -> Exits:
    """Find who leaves the party in a period, on which day and for which party.

    Parameters
    ----------
    setting, rivals, members, state, activists
        The contest and its people; nothing is changed.
    period
        When, and what is known; see `between_rounds` and `after_contest`.
    parameters
        ``exit_rate``, ``rival_tie``.
    switches
        M37 off: nobody leaves. M38 off: leavers choose a party by its size.
    streams
        ``AFTERMATH_EXIT``, day 1 or 2 for the period and 0 for old ties; and
        ``AFTERMATH_DESTINATION``. Block 1 for activists.
    before
        Who left in the period before: they are gone.

    Returns
    -------
    Days of leaving and rows of the table.

    Notes
    -----
    The monthly hazard of a member is ``exit_rate * (1 + 2 * lost + 3 * rejected + 3 * lost *
    tie)``: lost where the candidate of his last vote is out (at the end: lost the contest),
    rejected the chance that somebody leads whom he rejects, tie whether he has an old tie to a
    rival's leader. Activists of higher rank leave at a higher rate. Only parties with members can
    lose them: nobody leaves an open primary or a general election. Source: Cross and Pruysers
    2019, and Bale, Webb and Poletti, for the signs; report of 2011, where a rival's recruiters
    claim hundreds, branch heads and regional directors among them: one-sided evidence, to which
    nothing here is fitted. Activists are counted beside the members, not among them.
    """
    n_members, n_activists = len(members), len(activists)
    if not switches.on("M37") or setting.contest.kind not in KINDS:
        return Exits(np.zeros(n_members, np.int16), np.zeros(n_activists, np.int16), ())
    rate = parameters["exit_rate"]
    roll = _Crowd(
        ids=members.ids,
        first_vote=state.first_vote,
        last_vote=_last_vote(state, period.after_round),
        rejects=members.rejects,
        rank=np.zeros(n_members, dtype=np.int8),
        rank_rate=np.array([rate]),
        gone=np.zeros(n_members, dtype=np.bool_) if before is None else before.members,
        block=0,
    )
    machine = _Crowd(
        ids=np.arange(n_activists, dtype=np.uint32),
        first_vote=activists.home,
        last_vote=activists.home,
        rejects=rejected_by(activists),
        rank=activists.rank,
        rank_rate=rate * np.array([RANK_FACTOR[rank] for rank in Rank]),
        gone=np.zeros(n_activists, dtype=np.bool_) if before is None else before.activists,
        block=_ACTIVISTS,
    )
    member_day, member_tie = _leave(roll, rivals, period, streams)
    activist_day, activist_tie = _leave(machine, rivals, period, streams)
    who, heads = np.flatnonzero(member_day), np.flatnonzero(activist_day)
    homes = activists.home[heads].astype(np.int64)
    choice = (setting, rivals, period.after_round, parameters, switches, streams)
    joined = _destinations(roll, who, members.ideal_point[who], member_tie, *choice)
    camps = _camps(state.first_vote[who], setting.n_candidates)
    counts = _count(setting, rivals, camps, np.zeros_like(camps), joined)
    joined = _destinations(machine, heads, setting.positions[homes], activist_tie, *choice)
    counts += _count(setting, rivals, homes, activists.rank[heads] + np.int64(1), joined)
    return Exits(member_day, activist_day, _rows(setting, rivals, period.after_round, counts))


def rejected_by(activists: Activists) -> NDArray[np.uint64]:
    """Return whom activists reject, bit c for candidate c, shape ``(n_activists,)``.

    Those to whom they lean less than `ACTIVIST_REJECTS`, never their own candidate.
    """
    rejects = activists.taste < ACTIVIST_REJECTS
    rejects[np.arange(len(activists)), activists.home] = False
    bits = np.uint64(1) << np.arange(rejects.shape[1], dtype=np.uint64)
    return np.asarray((rejects * bits).sum(axis=1, dtype=np.uint64))


def stop_working(activists: Activists, exits: Exits, day: int) -> int:
    """Take the activists who leave on a day from their camps.

    Parameters
    ----------
    activists
        `camp` is changed.
    exits
        Who leaves, and when.
    day
        Day of the period.

    Returns
    -------
    Activists who left today.
    """
    leavers = exits.activist_day == day
    activists.camp[leavers] = GONE
    return int(leavers.sum())


def strike_off(members: Members, exits: Exits) -> Members:
    """Return the members, of whom those who left do not vote in the runoff.

    They stay on its roll, which was closed before round one, and count as abstaining.
    """
    propensity = np.where(exits.members, np.float32(NEVER), members.propensity)
    return replace(members, propensity=propensity)


def _last_vote(state: MemberState, after_round: int) -> NDArray[np.int8]:
    """Return the candidate of each member's last vote for one, negative without any."""
    if after_round == 1:
        return state.first_vote
    return np.where(state.second_vote >= 0, state.second_vote, state.first_vote)


def _camps(first_vote: NDArray[np.int8], n_candidates: int) -> NDArray[np.int64]:
    """Return rows of first vote: candidates, then abstained, blank, not on the roll."""
    vote = first_vote.astype(np.int64)
    return np.where(vote >= 0, vote, n_candidates - 1 - vote)


def _leave(
    crowd: _Crowd, rivals: Rivals, period: Period, streams: Streams
) -> tuple[NDArray[np.int16], NDArray[np.int8]]:
    """Return the day on which each person leaves, 0 for none, and the old tie of those who do."""
    day = np.zeros(crowd.ids.size, dtype=np.int16)
    tie = np.full(crowd.ids.size, NO_TIE, dtype=np.int8)
    leave(
        crowd.ids, crowd.first_vote, crowd.last_vote, crowd.rejects, crowd.rank, crowd.gone,
        crowd.rank_rate, period.lost, period.win_prob, np.cumsum(rivals.ties, axis=1),
        (FOR_LOSS, FOR_REJECTION, FOR_TIE), period.days / DAYS_PER_MONTH, period.days,
        streams.address(Stream.AFTERMATH_EXIT, period.after_round, crowd.block),
        streams.address(Stream.AFTERMATH_EXIT, 0, crowd.block), day, tie,
    )  # fmt: skip
    return day, tie


def _destinations(
    crowd: _Crowd,
    who: NDArray[np.int64],
    ideal_point: NDArray[np.floating[Any]],
    tie: NDArray[np.int8],
    setting: Setting,
    rivals: Rivals,
    after_round: int,
    parameters: Parameters,
    switches: Switches,
    streams: Streams,
) -> NDArray[np.int64]:
    """Return the rival party that each leaver joins, -1 for none (M38)."""
    destination = np.empty(who.size, dtype=np.int64)
    choose_party(
        crowd.ids[who], ideal_point.astype(np.float32), tie[who], rivals.positions,
        0.5 * setting.salience, parameters["rival_tie"], switches.on("M38"), rivals.sizes,
        JOIN_PROB, streams.address(Stream.AFTERMATH_DESTINATION, after_round, crowd.block),
        destination,
    )  # fmt: skip
    return destination


def _count(
    setting: Setting,
    rivals: Rivals,
    camp: NDArray[np.int64],
    rank: NDArray[np.int64],
    joined: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Count people by camp, rank (members first) and party joined, the last being none."""
    shape = (setting.n_candidates + 3, len(Rank) + 1, len(rivals) + 1)
    to = np.where(joined >= 0, joined, len(rivals))
    cells = (camp * shape[1] + rank) * shape[2] + to
    return np.bincount(cells, minlength=shape[0] * shape[1] * shape[2]).reshape(shape)


def _rows(
    setting: Setting, rivals: Rivals, after_round: int, counts: NDArray[np.int64]
) -> tuple[ExitRow, ...]:
    """Write the leavers by camp, rank and destination."""
    camps = (*setting.candidate_ids, ABSTAINED, BLANK, NOT_ON_ROLL)
    ranks = (MEMBER, *(_RANK_NAMES[rank] for rank in Rank))
    parties = (*rivals.ids, "")
    cells = zip(*(index.tolist() for index in np.nonzero(counts)), strict=True)
    return tuple(
        (after_round, camps[c], ranks[r], parties[p], int(counts[c, r, p])) for c, r, p in cells
    )
