"""Decide whom an eliminated leader endorses (M27), with the reasons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kingmaker.numerics import exp, log
from kingmaker.parameters import Parameters
from kingmaker.rng import Stream, Streams

FREE_VOTE_DISCOUNT = 0.7
"""How much less a public release is worth than silence [utility]; assumed."""

Option = int | str
Terms = Mapping[str, float]

NOBODY_ENDORSED = ("neutral", "free-vote", "freeze-machine")
"""Options without a finalist; a frozen machine is silence whose people stay idle."""


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
    letters
        How one-sided public letters are for each finalist, in (-1, 1).
    courted
        How much more each finalist courted him, in (-1, 1).
    conflict
        How far each finalist's pledge contradicts his own, in [0, 1].
    """

    finalists: tuple[int, int]
    distance: tuple[float, float]
    win_prob: tuple[float, float]
    grudge: tuple[float, float]
    offers: tuple[float, float]
    wish: float | None
    own_split: float
    letters: tuple[float, float] = (0.0, 0.0)
    courted: tuple[float, float] = (0.0, 0.0)
    conflict: tuple[float, float] = (0.0, 0.0)


def option_terms(view: View, parameters: Parameters) -> dict[Option, dict[str, float]]:
    """Compute the terms of every option's value.

    Returns
    -------
    By option (a finalist's index, ``neutral``, ``free-vote``): terms by name [utility].

    Notes
    -----
    ``V(f) = office * P(f wins) - distance - grudge - pledge conflict + consultation + letters +
    courting + winning side``; ``V(neutral) = base + fear of a split``, largest when the own
    voters are evenly divided.
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
            "letters": parameters["letter_weight"] * view.letters[k],
            "courting": parameters["courting_goodwill"] * view.courted[k],
            "pledge": -parameters["pledge_conflict"] * view.conflict[k],
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


def option_values(view: View, parameters: Parameters) -> dict[Option, float]:
    """Return every option's value, see `option_terms` [utility]."""
    terms = option_terms(view, parameters)
    return {option: sum(parts.values()) for option, parts in terms.items()}


def choice_probs(view: View, option: Option, parameters: Parameters) -> tuple[float, float]:
    """Return the probabilities of an option, and of endorsing a finalist: the logit of M27."""
    values = option_values(view, parameters)
    top = max(values.values())
    odds = {known: exp(value - top) for known, value in values.items()}
    total = sum(odds.values())
    chosen = "neutral" if option == "freeze-machine" else option
    return odds[chosen] / total, sum(odds[f] for f in view.finalists) / total


def reason_of(view: View, option: Option, parameters: Parameters) -> tuple[float, str]:
    """Return an option's value [utility], and its terms in words, largest first."""
    terms = option_terms(view, parameters)
    known = terms["neutral" if option == "freeze-machine" else option]
    return sum(known.values()), in_words(known)


def chance_of(streams: Streams, endorser: int, n_options: int) -> list[float]:
    """Draw what the model does not know of a leader's choice: a Gumbel number per option."""
    return [
        streams.gumbel(Stream.ALLIANCE_DECISION, endorser, block=block)
        for block in range(n_options)
    ]


def chance_given(
    values: Mapping[Option, float], chosen: Option, streams: Streams, endorser: int
) -> list[float]:
    """Draw the same numbers given what the leader chose in fact.

    Parameters
    ----------
    values
        Value of every option as things were in fact [utility].
    chosen
        What he chose.
    streams
        Stream ``ALLIANCE_DECISION``: the uniform numbers behind `chance_of`.
    endorser
        The leader's index.

    Returns
    -------
    A number per option, under which `chosen` has the largest sum of value and number.

    Notes
    -----
    The posterior of the Gumbel-max model (Maddison, Tarlow and Minka, 2014; Oberst and Sontag,
    2019): the largest sum is Gumbel around the log of the summed exponentials, whoever has it;
    the others are Gumbel numbers truncated below it. What he would choose under other values is
    then a counterfactual of the choice that is known, and the choice itself if nothing changed.
    """
    top = max(values.values())
    centre = top + log(sum(exp(v - top) for v in values.values()))
    numbers = chance_of(streams, endorser, len(values))
    place = list(values).index(chosen)
    largest = centre + numbers[place]
    given = []
    for i, (option, value) in enumerate(values.items()):
        if option == chosen:
            given.append(largest - value)
        else:
            # exp(-g) of a Gumbel number g is standard exponential.
            given.append(-log(exp(value - largest) + exp(-numbers[i])))
    return given


def best_option(values: Mapping[Option, float], chance: list[float]) -> Option:
    """Return the option with the largest sum of value and chance."""
    sums = {option: v + g for (option, v), g in zip(values.items(), chance, strict=True)}
    return max(sums, key=lambda option: sums[option])


def decide(
    view: View, parameters: Parameters, streams: Streams, endorser: int
) -> tuple[Option, float, str]:
    """Choose by logit: the largest value plus a Gumbel draw per option.

    Parameters
    ----------
    view
        What the leader sees.
    parameters
        Those of `option_terms`.
    streams
        Stream ``ALLIANCE_DECISION``: the same draws whatever the day and the behaviour.
    endorser
        The leader's index.

    Returns
    -------
    The option, its value [utility], and its terms in words, largest first.
    """
    values = option_values(view, parameters)
    best = best_option(values, chance_of(streams, endorser, len(values)))
    return best, *reason_of(view, best, parameters)


def in_words(terms: Terms) -> str:
    """Write the terms of a value, largest first, such as ``offer +0.80, grudge -0.42``."""
    shown = [(name, value) for name, value in terms.items() if abs(value) >= 0.005]
    shown.sort(key=lambda pair: (-abs(pair[1]), pair[0]))
    return ", ".join(f"{name} {value:+.2f}" for name, value in shown)
