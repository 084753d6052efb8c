"""Form the beliefs of those who may stand about the race to come: who wins, and in which round."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

from kingmaker.alliance.beliefs import BELIEVED_FOLLOW_RATE, believed_win_prob
from kingmaker.contest.facts import poll_order
from kingmaker.contest.schema import Contest
from kingmaker.numerics import exp, normal_quantile

BELIEF_POINTS = 256
"""Courses of the race that an actor thinks of [races]; assumed."""

STRENGTH_SD = 0.3
"""Spread of actors' beliefs about a candidate's first-round strength [log]; assumed."""

LEAST_STRENGTH = 0.02
"""Strength believed of a candidate whom the last poll does not name [fraction]; assumed."""


@dataclass(frozen=True)
class Prospect:
    """Hold what actors expect of a race.

    Attributes
    ----------
    win_prob
        Chance of each candidate to win, in [0, 1]; 0 for those who do not stand.
    runoff_prob
        Chance that nobody reaches the threshold, in [0, 1].
    """

    win_prob: tuple[float, ...]
    runoff_prob: float


def believed_strengths(contest: Contest) -> tuple[float, ...]:
    """Return the first-round shares that actors expect if everybody stands.

    Returns
    -------
    By candidate of the first ballot, summing to 1 [fraction]: the file's strengths, for others
    the last poll of members, else an even part. Both are public; the strengths that a run draws
    around them are not, and are not read.
    """
    running = contest.running
    polls = [p for p in contest.polls if p.question == "round1" and p.population == "members"]
    polls.sort(key=poll_order)
    last: Mapping[str, float] = polls[-1].shares if polls else {}
    known = sum(c.strength.value for c in running if c.strength is not None)
    n_unknown = sum(c.strength is None for c in running)
    even = max(1.0 - known, 0.0) / max(n_unknown, 1)
    values = []
    for candidate in running:
        if candidate.strength is not None:
            value = candidate.strength.value
        else:
            value = last.get(candidate.id, 0.0) if last else even
        values.append(max(value, LEAST_STRENGTH))
    return tuple(value / sum(values) for value in values)


@lru_cache(maxsize=2_048)
def expect(
    strengths: tuple[float, ...],
    stands: tuple[bool, ...],
    threshold: float,
    supports: tuple[tuple[int, int], ...] = (),
) -> Prospect:
    """Think a race through.

    Parameters
    ----------
    strengths
        Believed first-round shares if everybody stands [fraction].
    stands
        Who stands.
    threshold
        Share that wins in round one [fraction].
    supports
        Pairs of supporter and supported, by index: in the runoff where the supporter stands, in
        round one where he does not.

    Returns
    -------
    What is expected; nothing of a race without candidates.

    Notes
    -----
    `BELIEF_POINTS` races with strengths ``s exp(STRENGTH_SD z)``, z on a lattice (Richtmyer's:
    multiples of square roots of primes), the same for every candidate whoever else stands. The
    votes of those who do not stand go to the others in proportion, those of an ally at
    `BELIEVED_FOLLOW_RATE` to the one he supports. In a runoff the votes of the eliminated are
    split evenly, those of an ally at that rate; its outcome is as uncertain as between the
    rounds, see `kingmaker.alliance.beliefs.believed_win_prob`.
    """
    standing = np.array(stands, dtype=np.bool_)
    if not standing.any():
        return Prospect((0.0,) * len(strengths), 0.0)
    allies = dict(supports)
    votes = np.array(strengths)[None, :] * _errors(len(strengths))
    shares = _first_round(votes, standing, allies)
    order = np.argsort(-shares, axis=1, kind="stable")
    rows = np.arange(BELIEF_POINTS)
    first, second = order[:, 0], order[:, min(1, len(strengths) - 1)]
    decided = (shares[rows, first] >= threshold) | (int(standing.sum()) < 2)
    wins = np.zeros(len(strengths))
    for k in range(BELIEF_POINTS):
        f, g = int(first[k]), int(second[k])
        prob = 1.0 if decided[k] else _runoff_prob(shares[k], f, g, allies)
        wins[f] += prob
        wins[g] += 1.0 - prob
    wins /= BELIEF_POINTS
    runoff_prob = 1.0 - float(decided.sum()) / BELIEF_POINTS
    return Prospect(tuple(float(w) for w in wins), runoff_prob)


def _first_round(
    votes: NDArray[np.float64], standing: NDArray[np.bool_], supports: Mapping[int, int]
) -> NDArray[np.float64]:
    """Share the votes of those who do not stand among the others; rows sum to 1."""
    stay = np.where(standing, votes, 0.0)
    parts = stay / stay.sum(axis=1, keepdims=True)
    result = stay.copy()
    for e in np.flatnonzero(~standing).tolist():
        moved = parts
        ally = supports.get(e)
        if ally is not None and standing[ally] and int(standing.sum()) > 1:
            others = np.where(np.arange(votes.shape[1]) == ally, 0.0, stay)
            others /= others.sum(axis=1, keepdims=True)
            own = np.maximum(parts[:, ally], BELIEVED_FOLLOW_RATE)
            moved = others * (1.0 - own)[:, None]
            moved[:, ally] = own
        result += votes[:, e][:, None] * moved
    return np.asarray(result / result.sum(axis=1, keepdims=True))


def _runoff_prob(
    shares: NDArray[np.float64], first: int, second: int, supports: Mapping[int, int]
) -> float:
    """Return the believed chance of the first in a runoff against the second."""
    share = float(shares[first])
    for e, own in enumerate(shares.tolist()):
        if e in (first, second):
            continue
        part = 0.5
        if supports.get(e) == first:
            part = BELIEVED_FOLLOW_RATE
        elif supports.get(e) == second:
            part = 1.0 - BELIEVED_FOLLOW_RATE
        share += own * part
    return believed_win_prob(share)


@cache
def _errors(n_candidates: int) -> NDArray[np.float64]:
    """Return factors of the strengths, ``(BELIEF_POINTS, n_candidates)``, read-only."""
    out = np.empty((BELIEF_POINTS, n_candidates))
    for c, prime in enumerate(_primes(n_candidates)):
        step = math.sqrt(prime)
        for k in range(BELIEF_POINTS):
            u = math.fmod(0.5 + (k + 1) * step, 1.0)
            out[k, c] = exp(STRENGTH_SD * normal_quantile(min(max(u, 1e-9), 1.0 - 1e-9)))
    out.flags.writeable = False
    return out


def _primes(n: int) -> list[int]:
    """List the first n primes."""
    found: list[int] = []
    candidate = 2
    while len(found) < n:
        if all(candidate % p for p in found):
            found.append(candidate)
        candidate += 1
    return found
