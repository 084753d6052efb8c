"""Compare methods contest by contest, with bootstrap intervals over parties."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from kingmaker.rng import Address, uniform_pair
from kingmaker.validate.evaluation import ScoredForecast

N_RESAMPLES = 10_000
"""Resamples of the bootstrap; see decision 0029."""

INTERVAL = 90
"""Probability of the intervals of differences [percent]."""

MIN_CLUSTERS = 5
"""Parties below which no interval is given; see decision 0029."""

_KEY = 0x76616C69_64617465

Cluster = tuple[str, str]


@dataclass(frozen=True)
class Difference:
    """Hold the mean paired difference of a score between two methods.

    Attributes
    ----------
    mean
        Mean over contests of the first method's score minus the second one's; negative where the
        first is better.
    interval
        Bootstrap interval with probability `INTERVAL`; None with fewer than `MIN_CLUSTERS` parties.
    better_prob
        Part of the resamples in which the first is better; None as above.
    n
        Contests that both forecast.
    n_clusters
        Parties that these are of.
    """

    mean: float
    interval: tuple[float, float] | None
    better_prob: float | None
    n: int
    n_clusters: int


def paired_difference(
    one: Sequence[ScoredForecast], other: Sequence[ScoredForecast], name: str
) -> Difference | None:
    """Compare a score of two methods on the contests that both forecast.

    Parameters
    ----------
    one, other
        Scored forecasts, a contest at most once in each.
    name
        Which of `kingmaker.validate.evaluation.SCORES`.

    Returns
    -------
    The difference; None where they share no contest.
    """
    theirs = {scored.contest: scored for scored in other if name in scored.scores}
    pairs = [(s, theirs[s.contest]) for s in one if name in s.scores and s.contest in theirs]
    differences = [a.scores[name] - b.scores[name] for a, b in pairs]
    return clustered_mean(differences, [cluster_of(a) for a, _ in pairs])


def clustered_mean(values: Sequence[float], clusters: Sequence[Cluster]) -> Difference | None:
    """Estimate a mean with an interval over clusters.

    Parameters
    ----------
    values
        A value per contest.
    clusters
        The cluster of each contest.

    Returns
    -------
    Mean and interval; None without values.

    Notes
    -----
    Whole clusters are drawn with replacement, as many as there are; each resample's mean is over
    its contests, so that a party with nine contests weighs nine times as much as one with one. The
    interval is that of percentiles (Efron and Tibshirani 1993, ch. 13). The same number of clusters
    draws the same resamples, whatever is compared.
    """
    if not values:
        return None
    names = sorted(set(clusters))
    place = {name: number for number, name in enumerate(names)}
    sums, sizes = np.zeros(len(names)), np.zeros(len(names))
    for value, cluster in zip(values, clusters, strict=True):
        sums[place[cluster]] += value
        sizes[place[cluster]] += 1.0
    interval = better = None
    if len(names) >= MIN_CLUSTERS:
        counts = resampled_counts(len(names))
        means = (counts * sums).sum(axis=1) / (counts * sizes).sum(axis=1)
        tail = 0.5 * (100 - INTERVAL) / 100
        low, high = np.quantile(means, [tail, 1.0 - tail])
        interval = (float(low), float(high))
        better = float((means < 0.0).mean())
    mean = math.fsum(values) / len(values)
    return Difference(mean, interval, better, len(values), len(names))


@cache
def resampled_counts(n_clusters: int) -> NDArray[np.float64]:
    """Count how often each cluster is drawn in each resample.

    Returns
    -------
    Counts with the sum `n_clusters` in every row, shape ``(N_RESAMPLES, n_clusters)``, read-only.

    Notes
    -----
    Draws are addressed by resample, number in the resample and number of clusters, with scheme 0,
    which no run of the model uses (`kingmaker.rng.SCHEME`): nobody's numbers are shared.
    """
    counts = np.zeros((N_RESAMPLES, n_clusters))
    for pair in range((n_clusters + 1) // 2):
        address = _address(pair, n_clusters)
        n_drawn = min(2, n_clusters - 2 * pair)
        for resample in range(N_RESAMPLES):
            for uniform in uniform_pair(np.uint32(resample), address)[:n_drawn]:
                counts[resample, int(uniform * n_clusters)] += 1.0
    counts.setflags(write=False)
    return counts


def cluster_of(scored: ScoredForecast) -> Cluster:
    """Return the country and the party family of a scored forecast."""
    groups = scored.example.case.groups
    return groups["country"], groups["party"]


def mean_scores(scored: Sequence[ScoredForecast]) -> dict[str, float]:
    """Average all scores over the contests for which they are known."""
    names = dict.fromkeys(name for one in scored for name in one.scores)
    means = {}
    for name in names:
        values = [one.scores[name] for one in scored if name in one.scores]
        means[name] = math.fsum(values) / len(values)
    return means


def by_method(scored: Sequence[ScoredForecast]) -> dict[str, list[ScoredForecast]]:
    """Sort scored forecasts by method, in their order."""
    return _sorted_by(scored, lambda one: one.method)


def by_group(scored: Sequence[ScoredForecast], grouping: str) -> dict[str, list[ScoredForecast]]:
    """Sort scored forecasts by the group of their contest, in alphabetic order of the groups."""
    groups = _sorted_by(scored, lambda one: one.example.case.groups[grouping])
    return {name: groups[name] for name in sorted(groups)}


def best_of(scored: Mapping[str, Sequence[ScoredForecast]], name: str = "crps") -> str | None:
    """Name the method with the best mean score among those that forecast every contest.

    Returns
    -------
    Its name; the first one where several are as good; None without methods.
    """
    most = max((len(own) for own in scored.values()), default=0)
    whole = {method: mean_scores(own)[name] for method, own in scored.items() if len(own) == most}
    return min(whole, key=lambda method: whole[method], default=None) if most else None


def _sorted_by(
    scored: Sequence[ScoredForecast], key: Callable[[ScoredForecast], str]
) -> dict[str, list[ScoredForecast]]:
    groups: dict[str, list[ScoredForecast]] = {}
    for one in scored:
        groups.setdefault(key(one), []).append(one)
    return groups


def _address(pair: int, n_clusters: int) -> Address:
    key = (np.uint32(_KEY & 0xFFFFFFFF), np.uint32(_KEY >> 32))
    return (*key, np.uint32(pair), np.uint32(n_clusters), np.uint32(0))
