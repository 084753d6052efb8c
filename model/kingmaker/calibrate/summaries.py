"""Say what of a contest is compared with its simulated draws, and read it off the tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kingmaker.cases.collection import Case, turnout_ratio
from kingmaker.contest.facts import (
    is_of_all_members,
    observed_votes,
    poll_day,
    runoff_share_observed,
    sector_shares,
)
from kingmaker.contest.schema import Contest, SectorResult
from kingmaker.numerics import log, logit
from kingmaker.population.candidate_traits import EVIDENCE_SD

RUNOFF_SHARE = "runoff_share"
TURNOUT_RATIO = "turnout_ratio"

LEAST_SHARE = 0.03
"""Share in a poll from which an eliminated candidate is compared [fraction]; assumed."""

_EDGE = 0.002
"""Shares are kept this far from 0 and 1 before logits are taken [fraction]."""

_QUESTIONS = {"round1": "round one", "runoff": "runoff"}
_missing = float("nan")


@dataclass(frozen=True)
class Summary:
    """Describe one number that is observed of a contest and simulated in every draw.

    Attributes
    ----------
    name
        Name, as in tables.
    table
        Table that it is read from.
    observed
        What was observed, on the scale of the summary; NaN where it was not, or is not yet known.
    error_sd
        Standard deviation of the observation's own error, on the same scale.
    select
        Column and value of the rows that it is read from.
    of, against
        Candidates whose shares are compared: the logarithm of the first's share over the sum of
        the others'; empty for the summaries of the whole contest.
    """

    name: str
    table: str
    observed: float
    error_sd: float = 0.0
    select: tuple[tuple[str, str | int], ...] = ()
    of: str = ""
    against: tuple[str, ...] = ()


def summaries_of(case: Case, whole: Contest | None) -> tuple[Summary, ...]:
    """List what is compared of a contest.

    Parameters
    ----------
    case
        The contest as known on the eve of its runoff.
    whole
        The contest with its runoff; None where that is not known, or must not be used.

    Returns
    -------
    The logit of the leader's runoff share and the log of the turnout ratio; the logits of his
    share in sectors that were observed in the runoff; and log ratios of shares in the polls of all
    members that were published with a day, or a last day, before the runoff and tell respondents
    nothing.
    """
    leader, second = case.finalists
    share = None if whole is None else runoff_share_observed(whole)
    ratio = None if whole is None else turnout_ratio(whole)
    found = [
        Summary(RUNOFF_SHARE, "runs", _missing if share is None else _logit(share)),
        Summary(TURNOUT_RATIO, "runs", _missing if ratio is None else float(log(ratio))),
    ]
    for sector in () if whole is None else whole.sectors:
        part = _part(sector.round2, leader, second)
        if part is not None and sector.round2 is not None:
            rows = (("round", 2), ("sector", sector.id))
            error = EVIDENCE_SD[sector.round2.confidence]
            name = f"{sector.id}: {leader} against {second}"
            found.append(Summary(name, "shares", part, error, rows, leader, (second,)))
    return (*found, *_of_polls(case))


def patterns_of(case: Case, whole: Contest) -> tuple[Summary, ...]:
    """List what a calibrated model is held against: `summaries_of`, and sectors of round one.

    The shares of sectors in round one are no evidence in the inference, since the pilots of a run
    find the sectors' leanings from them.
    """
    return (*summaries_of(case, whole), *_of_first_round(case.contest))


def tables_for(summaries: Sequence[Summary]) -> tuple[str, ...]:
    """Name the tables that the summaries are read from; ``deals`` holds the choices."""
    return tuple(dict.fromkeys(["runs", *(s.table for s in summaries), "deals"]))


def simulated(
    summaries: Sequence[Summary], tables: Mapping[str, pd.DataFrame], n_runs: int
) -> NDArray[np.float64]:
    """Read the summaries of every run off its tables.

    Parameters
    ----------
    summaries
        What is read.
    tables
        Rows by table; their column ``place`` says which run they are of, from 0.
    n_runs
        Number of runs.

    Returns
    -------
    Shape ``(n_runs, n_summaries)``; NaN where a run has no such value.
    """
    out = np.full((n_runs, len(summaries)), np.nan)
    for column, summary in enumerate(summaries):
        if summary.table == "runs":
            runs = tables["runs"]
            if summary.name == RUNOFF_SHARE:
                value = _logits(runs["runoff_share"].to_numpy(np.float64, na_value=np.nan))
            else:
                second = runs["ballots_round2"].to_numpy(np.float64, na_value=np.nan)
                with np.errstate(divide="ignore"):
                    value = np.log(second / runs["ballots_round1"].to_numpy(np.float64))
            out[runs["place"].to_numpy(), column] = np.where(np.isfinite(value), value, np.nan)
        else:
            out[:, column] = _ratios(summary, tables[summary.table], n_runs)
    return out


def choice_probs(deals: pd.DataFrame, n_runs: int) -> tuple[tuple[str, ...], NDArray[np.float64]]:
    """Read how probable the choices that are known in fact were in every run.

    Returns
    -------
    What was chosen, in words, and its probabilities, shape ``(n_runs, n_choices)``; NaN where a run
    has none. An endorsement is two choices, to endorse somebody and whom, since each of them alone
    is a logit that can come close to certainty. A leader who spoke twice has his last call alone.
    """
    known = deals[(deals["basis"] == "historical") & deals["prob"].notna()]
    known = known.drop_duplicates(["place", "actor"])
    found: dict[str, NDArray[np.float64]] = {}
    for (actor, target), rows in known.groupby(["actor", "target"], sort=True):
        place = rows["place"].to_numpy()
        prob = rows["prob"].to_numpy(np.float64)
        endorses = rows["prob_endorses"].to_numpy(np.float64)
        choices = {f"{actor} endorses nobody": 1.0 - endorses}
        if str(target):
            choices = {f"{actor} endorses": endorses, f"{actor} for {target}": prob / endorses}
        for name, probs in choices.items():
            found.setdefault(name, np.full(n_runs, np.nan))[place] = probs
    return tuple(found), np.column_stack([np.empty((n_runs, 0)), *found.values()])


def _of_polls(case: Case) -> list[Summary]:
    """Compare the finalists in polls, and in polls of round one the eliminated with them.

    Polls that a house published on one day about one question are one observation: their mean.
    """
    pools: dict[tuple[str, str, str], list[Mapping[str, float]]] = {}
    for poll in case.contest.polls:
        published = poll_day(poll)
        is_compared = poll.question != "seats" and is_of_all_members(poll)
        if published and is_compared and set(case.finalists) <= poll.shares.keys():
            key = (poll.pollster, published.isoformat(), poll.question)
            pools.setdefault(key, []).append(poll.shares)
    asked = Counter((pollster, day) for pollster, day, _ in pools)
    found = []
    for (pollster, day, question), polls in pools.items():
        told = f", {_QUESTIONS[question]}" if asked[pollster, day] > 1 else ""
        rows = (("pollster", pollster), ("date", day), ("question", question))
        shares = _mean_shares(polls)
        found += [
            Summary(
                f"{pollster}, {day}{told}: {one} against {' and '.join(others)}",
                "polls",
                _log_ratio(shares[one], sum(shares[name] for name in others)),
                0.0,
                rows,
                one,
                others,
            )
            for one, others in _pairs(case, question, shares)
        ]
    return found


def _mean_shares(polls: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Average the shares in polls, each candidate's over the polls that name him."""
    names = dict.fromkeys(name for shares in polls for name in shares)
    return {name: fmean(shares[name] for shares in polls if name in shares) for name in names}


def _pairs(
    case: Case, question: str, shares: Mapping[str, float]
) -> list[tuple[str, tuple[str, ...]]]:
    """Say who is compared with whom in a poll with such shares."""
    leader, second = case.finalists
    pairs: list[tuple[str, tuple[str, ...]]] = [(leader, (second,))]
    if question == "round1":
        votes = observed_votes(case.contest, 1) or {}
        out = [name for name in votes if name not in case.finalists]
        pairs += [(o, case.finalists) for o in out if shares.get(o, 0.0) >= LEAST_SHARE]
    return pairs


def _of_first_round(contest: Contest) -> list[Summary]:
    """Compare each candidate of whom a sector's share in round one is known with all others."""
    names = tuple(observed_votes(contest, 1) or {})
    found = []
    for sector in contest.sectors:
        result = sector.round1
        if result is None:
            continue
        # Votes of some candidates alone say nothing of their shares among all, as for the pilots.
        is_whole = set(names) <= set(result.votes)
        shares = sector_shares(result) if is_whole else result.shares
        rows = (("round", 1), ("sector", sector.id))
        found += [
            Summary(
                f"{sector.id}, round one: {name} against all others",
                "shares",
                _logit(shares[name]),
                EVIDENCE_SD[result.confidence],
                rows,
                name,
                tuple(other for other in names if other != name),
            )
            for name in names
            if name in shares
        ]
    return found


def _ratios(summary: Summary, rows: pd.DataFrame, n_runs: int) -> NDArray[np.float64]:
    """Compute log ratios of shares by run."""
    chosen = np.ones(len(rows), dtype=bool)
    for column, value in summary.select:
        chosen &= (rows[column] == value).to_numpy()
    rows = rows[chosen]
    place, share = rows["place"].to_numpy(), rows["share"].to_numpy(np.float64, na_value=np.nan)
    names = rows["candidate"].to_numpy()

    def total(group: tuple[str, ...]) -> NDArray[np.float64]:
        """Add up the mean share of each by run; NaN where a run lacks one of them."""
        added = np.zeros(n_runs)
        for name in group:
            inside = names == name
            count = np.bincount(place[inside], minlength=n_runs)
            shares = np.bincount(place[inside], weights=share[inside], minlength=n_runs)
            added += np.where(count > 0, shares / np.maximum(count, 1), np.nan)
        return added

    one, others = (np.maximum(total(group), _EDGE) for group in ((summary.of,), summary.against))
    found: NDArray[np.float64] = np.log(one / others)
    return found


def _part(result: SectorResult | None, leader: str, second: str) -> float | None:
    """Return the log ratio of the finalists in a sector's result, if it has both."""
    if result is None:
        return None
    for figures in (result.votes, result.shares):
        if {leader, second} <= figures.keys():
            return _log_ratio(float(figures[leader]), float(figures[second]))
    return None


def _log_ratio(one: float, other: float) -> float:
    return float(log(max(one, _EDGE) / max(other, _EDGE)))


def _logit(share: float) -> float:
    return float(logit(min(max(share, _EDGE), 1.0 - _EDGE)))


def _logits(shares: NDArray[np.float64]) -> NDArray[np.float64]:
    clipped = np.clip(shares, _EDGE, 1.0 - _EDGE)
    found: NDArray[np.float64] = np.log(clipped / (1.0 - clipped))
    return found
