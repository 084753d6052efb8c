"""Let candidates choose their messages for gain among marginal voters (M06)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kingmaker.campaign.climate import GRUDGE_OF_ACT, Climate
from kingmaker.parameters import Parameters
from kingmaker.population.setting import Setting
from kingmaker.rng import Stream, Streams

THEMES = ("electability", "competence", "social-flag", "clean-politics")
DAILY_ATTACK = 0.2
"""Grudge of a day of attacks relative to one reported by the press; assumed."""

_KNOWN_FOR = 0.5


def standings(setting: Setting, electability: NDArray[np.float64]) -> list[list[float]]:
    """Return how well each theme fits each candidate, a row of four numbers per candidate.

    Electability comes from seat polls, competence from the file, the social flag from the
    socio-economic position (social is positive), clean politics from the second dimension; being
    known for a theme adds half a standard deviation.
    """
    fit = [
        [10.0 * seats, competence, economy, integrity]
        for seats, competence, (economy, integrity) in zip(
            electability.tolist(),
            setting.competence.tolist(),
            setting.positions[:, :2].tolist(),
            strict=True,
        )
    ]
    for row, candidate in zip(fit, setting.contest.running, strict=True):
        for theme in candidate.themes:
            row[THEMES.index(theme)] += _KNOWN_FOR
    return fit


def send_messages(
    setting: Setting,
    climate: Climate,
    marginal: NDArray[np.int64],
    racing: tuple[int, ...],
    parameters: Parameters,
    streams: Streams,
    day: int,
    grudges: bool,
) -> list[tuple[int, int]]:
    """Move valences by a day of messages; attacks feed grudges.

    Parameters
    ----------
    setting
        The contest.
    climate
        Its valence, and its grudges where `grudges`, are changed.
    marginal
        Undecided members by best and second candidate, ``(n_candidates, n_candidates)``.
    racing
        Candidates still in the race.
    parameters
        ``message_effect``, ``attack_effect``, ``attack_rate``.
    streams
        Stream ``CAMPAIGN_MESSAGE``.
    day
        Today [days].
    grudges
        Whether attacks leave grudges (M25).

    Returns
    -------
    Attacks of the day as (attacker, target).

    Notes
    -----
    A theme's gain among those torn between a candidate and a rival is the candidate's advantage
    in it. The mix is in proportion to the positive gains g; a day of it is worth
    ``message_effect * G / (1 + G)`` with ``G = sum(g^2) / sum(g)``.
    """
    fit = standings(setting, climate.electability)
    torn = (marginal + marginal.T).tolist()
    moods = streams.uniforms(Stream.CAMPAIGN_MESSAGE, setting.n_candidates, day).tolist()
    effect, rate = parameters["message_effect"], parameters["attack_rate"]
    attacks: list[tuple[int, int]] = []
    for c in racing:
        rivals = [d for d in racing if d != c]
        if not rivals:
            return attacks  # whoever is alone in the race has nobody to differ from
        counts = [torn[c][d] for d in rivals]
        n = sum(counts)
        weights = [count / n for count in counts] if n else [1.0 / len(rivals)] * len(rivals)
        worth = _worth(fit[c], [fit[d] for d in rivals], weights)
        climate.valence[c] += effect * worth / (1.0 + worth)
        if moods[c] < rate:
            target = rivals[weights.index(max(weights))]
            climate.valence[target] -= parameters["attack_effect"]
            attacks.append((c, target))
            if grudges:
                climate.resent(target, c, GRUDGE_OF_ACT["attack"] * DAILY_ATTACK)
    return attacks


def _worth(own: list[float], rivals: list[list[float]], weights: list[float]) -> float:
    """Return sum(g^2) / sum(g) over a candidate's positive gains g; 0 where he has none."""
    # Added one by one: how `sum` rounds differs between versions of Python.
    total = squares = 0.0
    for theme, mine in enumerate(own):
        gain = 0.0
        for rival, weight in zip(rivals, weights, strict=True):
            gain += (mine - rival[theme]) * weight
        if gain > 0.0:
            total += gain
            squares += gain * gain
    return squares / total if total > 0.0 else 0.0
