"""Resolve a contest for one replicate: what the file holds, and draws for what it does not."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kingmaker.contest.facts import (
    campaign_days,
    counts_published,
    gap_days,
    observed_votes,
    poll_order,
)
from kingmaker.contest.schema import Candidate, Contest
from kingmaker.numerics import exp, log
from kingmaker.parameters import Parameters, beta_like
from kingmaker.population.apportion import largest_remainder
from kingmaker.population.candidate_traits import (
    EVIDENCE_SD,
    positions,
    rejection,
    strengths,
    trait,
)
from kingmaker.rng import Stream, Streams

MAX_DEFAULT_MEMBERS = 200_000
WHOLE = "members"

TURNOUT_MEDIAN = {"members": 0.6, "open": 0.5, "delegates": 0.97, "general": 0.8}


@dataclass(frozen=True)
class Targets:
    """Hold the observed first round in simulated ballots.

    Attributes
    ----------
    votes
        Votes per candidate, shape ``(n_candidates,)``.
    blank
        Blank, void and unlisted ballots.
    observed
        False where the contest has no observed first round and the votes are drawn strengths.
    """

    votes: NDArray[np.int64]
    blank: int
    observed: bool

    @property
    def ballots(self) -> int:
        """Ballots cast, blanks included."""
        return int(self.votes.sum()) + self.blank


@dataclass(frozen=True)
class Setting:
    """Hold a contest with nothing left open; arrays are read-only.

    Attributes
    ----------
    contest
        The contest as read.
    candidate_ids
        Candidates on the first ballot.
    sector_ids
        Sectors; a contest without sectors has one, ``members``.
    sector_sizes
        Simulated members entitled in round one, shape ``(n_sectors,)``.
    roll_round2
        Simulated members entitled in the runoff.
    scale
        Simulated members / entitled members.
    targets
        First round aimed at: the observed one, or drawn strengths.
    vote_shares
        Share of candidate votes, observed or drawn, shape ``(n_candidates,)``.
    positions
        Candidates' ideal points, shape ``(n_candidates, 3)`` [sd of the members].
    salience
        Weight of each dimension, shape ``(3,)``.
    leanings
        Mean ideal point of each sector, shape ``(n_sectors, 3)``.
    machine
        Weight of each candidate's organisation, shape ``(n_candidates,)``.
    rejection
        Share of members who reject each candidate, shape ``(n_candidates,)``.
    competence
        Standing in the campaign's field, shape ``(n_candidates,)`` [sd].
    brokered
        Density of contractors per sector, shape ``(n_sectors,)``.
    sector_shares
        Noisy observed shares, NaN where unknown, shape ``(n_sectors, n_candidates)``.
    sector_turnout
        Noisy observed turnout, NaN where unknown, shape ``(n_sectors,)``.
    can_reach_runoff
        Whether a candidate may be a finalist, shape ``(n_candidates,)``: not those who gave up
        their place, nor lines that stand for several candidates.
    campaign_days, gap_days
        Days before round one and between the rounds.
    drawn
        What the file does not hold and was drawn, as sentences.
    """

    contest: Contest
    candidate_ids: tuple[str, ...]
    sector_ids: tuple[str, ...]
    sector_sizes: NDArray[np.int64]
    roll_round2: int
    scale: float
    targets: Targets
    vote_shares: NDArray[np.float64]
    positions: NDArray[np.float64]
    salience: NDArray[np.float64]
    leanings: NDArray[np.float64]
    machine: NDArray[np.float64]
    rejection: NDArray[np.float64]
    competence: NDArray[np.float64]
    brokered: NDArray[np.float64]
    sector_shares: NDArray[np.float64]
    sector_turnout: NDArray[np.float64]
    can_reach_runoff: NDArray[np.bool_]
    campaign_days: int
    gap_days: int
    drawn: tuple[str, ...]

    @property
    def n_candidates(self) -> int:
        """Number of candidates on the first ballot."""
        return len(self.candidate_ids)

    @property
    def camp_weights(self) -> NDArray[np.float64]:
        """Machine times strength of each candidate; strength alone where no machine has weight."""
        weights = self.machine * self.vote_shares
        return weights if weights.sum() > 0.0 else self.vote_shares

    @property
    def n_sectors(self) -> int:
        """Number of sectors."""
        return len(self.sector_ids)

    @property
    def roll_round1(self) -> int:
        """Simulated members entitled in round one."""
        return int(self.sector_sizes.sum())

    @property
    def n_members(self) -> int:
        """Simulated members entitled in any round."""
        return max(self.roll_round1, self.roll_round2)

    def day_of(self, date: dt.date) -> int:
        """Return the day of a date: 0 is round one."""
        return (date - self.contest.dates.round1).days

    def date_of(self, day: int) -> str:
        """Return the ISO date of a day; a runoff on the day of round one shares its date."""
        if self.contest.rules.same_day:
            day = min(day, 0)
        return (self.contest.dates.round1 + dt.timedelta(days=day)).isoformat()


def resolve(
    contest: Contest,
    parameters: Parameters,
    streams: Streams,
    scale: float | None = None,
    days: int | None = None,
) -> Setting:
    """Resolve a contest: draw what is absent, scale what is present.

    Parameters
    ----------
    contest
        The contest; its second round is not read.
    parameters
        Parameters of the replicate.
    streams
        Random numbers; streams ``SETTING_*``. The pilot number is ignored: pilots share the
        setting of their replicate.
    scale
        Simulated / entitled members; None: 1, or less to stay at 200 000 members.
    days
        Days of campaign; None: the contest's, else 60 [days].

    Returns
    -------
    The setting.
    """
    streams = streams.for_pilot(0)
    drawn: list[str] = []
    running = contest.running
    roll, ballots = _roll_and_ballots(contest, streams, drawn)
    if scale is None:
        scale = min(1.0, MAX_DEFAULT_MEMBERS / roll)
    members = max(1, round(roll * scale))
    sizes = _sector_sizes(contest, roll, streams, drawn)
    sector_ids = tuple(s.id for s in contest.sectors) or (WHOLE,)
    leanings = [s.leaning or (0.0, 0.0, 0.0) for s in contest.sectors] or [(0.0, 0.0, 0.0)]
    targets = _targets(contest, ballots, members / roll, drawn)
    vote_shares = _vote_shares(contest, targets, streams, drawn)
    if targets is None:
        votes = largest_remainder(vote_shares, round(ballots * members / roll))
        targets = Targets(votes, 0, observed=False)
    shares, turnout = _sector_evidence(contest, running, streams)
    setting = Setting(
        contest=contest,
        candidate_ids=tuple(c.id for c in running),
        sector_ids=sector_ids,
        sector_sizes=largest_remainder(sizes, members) if members != roll else sizes,
        roll_round2=_roll_round2(contest, roll, members, targets, drawn),
        scale=members / roll,
        targets=targets,
        vote_shares=vote_shares,
        positions=positions(running, streams, drawn),
        salience=np.array(
            [
                contest.salience.socio_economic,
                contest.salience.new_politics,
                contest.salience.government,
            ]
        ),
        leanings=np.array(leanings, dtype=np.float64),
        machine=trait(running, "machine", Stream.SETTING_MACHINE, streams, drawn),
        rejection=rejection(running, parameters, streams, drawn),
        competence=trait(running, "competence", Stream.SETTING_COMPETENCE, streams, drawn),
        brokered=np.array([s.brokered for s in contest.sectors] or [1.0], dtype=np.float64),
        sector_shares=shares,
        sector_turnout=turnout,
        can_reach_runoff=np.array([not c.aggregate and c.withdrawn_after is None for c in running]),
        campaign_days=days or campaign_days(contest),
        gap_days=_gap_days(contest, streams, drawn),
        drawn=tuple(drawn),
    )
    for value in vars(setting).values():
        if isinstance(value, np.ndarray):
            value.flags.writeable = False
    return setting


def _roll_and_ballots(contest: Contest, streams: Streams, drawn: list[str]) -> tuple[int, int]:
    """Return entitled members and ballots of round one, either drawn where unknown."""
    result = contest.results.round1
    roll = contest.roll.round1
    ballots = _observed_ballots(contest)
    if roll is not None and ballots is not None:
        return roll, ballots
    turnout = result.turnout if result is not None else None
    if not turnout:
        u = streams.uniform(Stream.SETTING_ROLL, 0)
        turnout = beta_like(TURNOUT_MEDIAN[contest.kind], 0.4, u)
    if roll is None and ballots is None:
        u = streams.uniform(Stream.SETTING_ROLL, 1)
        roll = max(round(exp(log(5_000.0) + u * log(40.0))), _least_roll(contest))
        drawn.append("entitled members (5 000 to 200 000) and turnout of round one")
        return roll, round(roll * turnout)
    if roll is None:
        assert ballots is not None
        drawn.append("entitled members, from the ballots of round one and a drawn turnout")
        return max(ballots, round(ballots / turnout), _least_roll(contest)), ballots
    if result is None or result.turnout is None:
        drawn.append("turnout of round one")
    return roll, round(roll * turnout)


def _least_roll(contest: Contest) -> int:
    """Return the smallest roll that holds the contest's sectors, at their largest."""
    return sum(s.members or (s.members_range or (0, 0))[1] for s in contest.sectors) + 1


def _observed_ballots(contest: Contest) -> int | None:
    """Return the ballots of round one, blanks and votes for others included, if they are known."""
    result = contest.results.round1
    votes = observed_votes(contest, 1)
    if result is None:
        return None
    if result.ballots is not None:
        return result.ballots
    if votes is None or not counts_published(contest, 1):
        return None
    return sum(votes.values()) + (result.blank or 0)


def _roll_round2(
    contest: Contest, roll: int, members: int, targets: Targets, drawn: list[str]
) -> int:
    if contest.rules.voters_only:
        return targets.ballots
    if contest.roll.round2 is not None:
        return max(1, round(contest.roll.round2 * members / roll))
    if not contest.rules.same_electorate:
        drawn.append("entitled members of the runoff: taken as those of round one")
    return members


def _targets(contest: Contest, ballots: int, scale: float, drawn: list[str]) -> Targets | None:
    observed = observed_votes(contest, 1)
    result = contest.results.round1
    if observed is None or result is None:
        return None
    votes = np.array(list(observed.values()), dtype=np.int64)
    blank = 0
    if counts_published(contest, 1):
        blank = max(0, ballots - int(votes.sum()))
    else:
        listed = 1.0 - (result.other_or_blank or 0.0)
        weights = [*(float(v) / float(votes.sum()) * listed for v in votes), 1.0 - listed]
        parts = largest_remainder(weights, ballots)
        votes, blank = parts[:-1], int(parts[-1])
    if result.ballots is None and result.blank is None and blank == 0:
        drawn.append("blank ballots of round one: none simulated")
    if scale != 1.0:
        parts = largest_remainder([*votes, blank], round(ballots * scale))
        votes, blank = parts[:-1], int(parts[-1])
    votes.flags.writeable = False
    return Targets(votes, blank, observed=True)


def _sector_sizes(
    contest: Contest, roll: int, streams: Streams, drawn: list[str]
) -> NDArray[np.int64]:
    """Return full sizes that sum to the roll; the rest takes what the others leave."""
    if not contest.sectors:
        return np.array([roll], dtype=np.int64)
    sizes = np.zeros(len(contest.sectors), dtype=np.int64)
    rest = next(i for i, s in enumerate(contest.sectors) if s.rest)
    for i, sector in enumerate(contest.sectors):
        if sector.members is not None:
            sizes[i] = sector.members
        elif not sector.rest:
            low, high = sector.members_range or (roll // 50 + 1, roll // 10 + 1)
            u = streams.uniform(Stream.SETTING_SECTOR_SIZE, i)
            sizes[i] = low + int(u * (high - low + 1))
            drawn.append(f"size of sector {sector.id}: {low} to {high} members")
    sizes[rest] = 0
    sizes[rest] = roll - int(sizes.sum())
    if sizes[rest] < 0:
        raise ValueError("sectors are larger than the roll; the contest's checks should tell")
    return sizes


def _sector_evidence(
    contest: Contest, running: tuple[Candidate, ...], streams: Streams
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Blur observed sector results by the grade of their evidence; NaN where there is none."""
    n_sectors = max(1, len(contest.sectors))
    shares = np.full((n_sectors, len(running)), np.nan)
    turnout = np.full(n_sectors, np.nan)
    for s, sector in enumerate(contest.sectors):
        seen = sector.round1
        if seen is None:
            continue
        sd = EVIDENCE_SD[seen.confidence] + (0.1 if (seen.counted or 1.0) < 0.9 else 0.0)
        total = sum(seen.votes.values())
        complete = set(seen.votes) >= {c.id for c in running}
        for c, candidate in enumerate(running):
            value = seen.shares.get(candidate.id)
            if value is None and complete and total:
                value = seen.votes[candidate.id] / total
            u = streams.uniform(Stream.SETTING_EVIDENCE, s * 64 + c)
            if value is None and candidate.id in seen.at_most:
                value = seen.at_most[candidate.id] * (0.6 + 0.4 * u)
            elif value is not None and 0.0 < value < 1.0:
                value = beta_like(value, sd, u)
            if value is not None:
                shares[s, c] = value
        if seen.turnout is not None and 0.0 < seen.turnout < 1.0:
            u = streams.uniform(Stream.SETTING_EVIDENCE, s * 64 + 63)
            turnout[s] = beta_like(seen.turnout, sd, u)
    return shares, turnout


def _vote_shares(
    contest: Contest, targets: Targets | None, streams: Streams, drawn: list[str]
) -> NDArray[np.float64]:
    """Return shares of candidate votes: observed, or drawn around the last poll of members."""
    if targets is not None and targets.votes.sum() > 0:
        return np.asarray(targets.votes / targets.votes.sum())
    polls = [p for p in contest.polls if p.question == "round1" and p.population == "members"]
    polls.sort(key=poll_order)
    return strengths(contest.running, polls[-1].shares if polls else {}, streams, drawn)


def _gap_days(contest: Contest, streams: Streams, drawn: list[str]) -> int:
    """Return the days between the rounds; a runoff on the same day gets one day of alliances."""
    known = gap_days(contest)
    if known is not None:
        return max(1, known)
    drawn.append("days between the rounds: 7 to 21")
    return 7 + int(15 * streams.uniform(Stream.SETTING_DATES, 0))
