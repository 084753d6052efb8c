"""Decide whom an eliminated leader endorses (M27), with the reasons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kingmaker.parameters import Parameters
from kingmaker.rng import Stream, Streams

FREE_VOTE_DISCOUNT = 0.7
"""How much less a public release is worth than silence [utility]; assumed."""

Option = int | str
Terms = Mapping[str, float]


@dataclass(frozen=True)
class View:
    """Hold what an eliminated leader sees when he decides.

    Attributes
    ----------
    finalists
        Leader and runner-up.
    distance
        Half the squared distance to each finalist, salience included [sd squared].
    win_prob
        Believed chance of each finalist with the leader's support.
    grudge
        Grudge against each finalist [insults].
    offers
        Best offer of each finalist: worth relative to a first-rank office, times the chance of
        delivery.
    wish
        Part of his activists and faction who want the first finalist, as observed with delay;
        None where he does not consult.
    own_split
        Part of his voters who prefer the first finalist, as he sees it.
    """

    finalists: tuple[int, int]
    distance: tuple[float, float]
    win_prob: tuple[float, float]
    grudge: tuple[float, float]
    offers: tuple[float, float]
    wish: float | None
    own_split: float


def option_terms(view: View, parameters: Parameters) -> dict[Option, dict[str, float]]:
    """Compute the terms of every option's value.

    Returns
    -------
    By option (a finalist's index, ``neutral``, ``free-vote``): terms by name [utility].

    Notes
    -----
    ``V(f) = office * P(f wins) - distance - grudge + consultation + winning side``;
    ``V(neutral) = base + fear of a split``, largest when the own voters are evenly divided.
    """
    terms: dict[Option, dict[str, float]] = {}
    for k, f in enumerate(view.finalists):
        wish = 0.0
        if view.wish is not None:
            side = view.wish if k == 0 else 1.0 - view.wish
            wish = parameters["consultation_weight"] * 2.0 * (side - 0.5)
        terms[f] = {
            "offer": parameters["office_value"] * view.offers[k] * view.win_prob[k],
            "distance": -parameters["decision_distance"] * view.distance[k],
            "grudge": -parameters["grudge_weight"] * view.grudge[k],
            "activists' wish": wish,
            "winning side": parameters["decision_win"] * (view.win_prob[k] - 0.5),
        }
    divided = 1.0 - abs(2.0 * view.own_split - 1.0)
    terms["neutral"] = {
        "neutrality": parameters["neutral_base"],
        "fear of a split": parameters["split_fear"] * divided,
    }
    terms["free-vote"] = {
        "neutrality": parameters["neutral_base"] - FREE_VOTE_DISCOUNT,
        "fear of a split": parameters["split_fear"] * divided,
    }
    return terms


def decide(
    view: View, parameters: Parameters, streams: Streams, endorser: int
) -> tuple[Option, float, str]:
    """Choose by logit: the largest value plus a Gumbel draw per option.

    Parameters
    ----------
    view
        What the leader sees.
    parameters
        ``decision_*``, ``office_value``, ``grudge_weight``, ``neutral_base``, ``split_fear``.
    streams
        Stream ``ALLIANCE_DECISION``: the same draws whatever the day and the behaviour.
    endorser
        The leader's index.

    Returns
    -------
    The option, its value [utility], and its terms in words, largest first.
    """
    terms = option_terms(view, parameters)
    values = {option: sum(parts.values()) for option, parts in terms.items()}
    best = max(
        enumerate(values),
        key=lambda pair: (
            values[pair[1]] + streams.gumbel(Stream.ALLIANCE_DECISION, endorser, block=pair[0])
        ),
    )[1]
    return best, values[best], in_words(terms[best])


def in_words(terms: Terms) -> str:
    """Write the terms of a value, largest first, such as ``offer +0.80, grudge -0.42``."""
    shown = [(name, value) for name, value in terms.items() if abs(value) >= 0.005]
    shown.sort(key=lambda pair: (-abs(pair[1]), pair[0]))
    return ", ".join(f"{name} {value:+.2f}" for name, value in shown)
