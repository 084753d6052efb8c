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


def standings(setting: Setting, electability: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how well each theme fits each candidate, shape ``(n_candidates, 4)``.

    Electability comes from seat polls, competence from the file, the social flag from the
    socio-economic position (social is positive), clean politics from the second dimension; being
    known for a theme adds half a standard deviation.
    """
    fit = np.stack(
        [
            10.0 * electability,
            setting.competence,
            setting.positions[:, 0],
            setting.positions[:, 1],
        ],
        axis=1,
    )
    for c, candidate in enumerate(setting.contest.running):
        for theme in candidate.themes:
            fit[c, THEMES.index(theme)] += _KNOWN_FOR
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
    torn = marginal + marginal.T
    attacks: list[tuple[int, int]] = []
    for c in racing:
        rivals = [d for d in racing if d != c]
        if not rivals:
            return attacks  # whoever is alone in the race has nobody to differ from
        weights = torn[c, rivals].astype(np.float64)
        if weights.sum() == 0.0:
            weights = np.ones(len(rivals))
        weights /= weights.sum()
        gains = np.maximum(((fit[c] - fit[rivals]) * weights[:, None]).sum(axis=0), 0.0)
        total = float(gains.sum())
        if total > 0.0:
            worth = float((gains * gains).sum()) / total
            climate.valence[c] += parameters["message_effect"] * worth / (1.0 + worth)
        if streams.uniform(Stream.CAMPAIGN_MESSAGE, c, day) < parameters["attack_rate"]:
            target = rivals[int(np.argmax(weights))]
            climate.valence[target] -= parameters["attack_effect"]
            attacks.append((c, target))
            if grudges:
                climate.resent(target, c, GRUDGE_OF_ACT["attack"] * DAILY_ATTACK)
    return attacks
