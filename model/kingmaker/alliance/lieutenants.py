"""Let lieutenants decide apart from their leader (M16), and finalists buy them (M20)."""

from __future__ import annotations

from dataclasses import dataclass

from kingmaker.alliance.decision import in_words
from kingmaker.parameters import Parameters
from kingmaker.rng import Stream, Streams

SHARED_STRAIN = 0.5
"""Part of the strain between leaders that their lieutenants feel; assumed."""

SILENCE = 0.5
"""Worth of saying nothing to a lieutenant [utility]; assumed."""

TASTE = 0.7
"""Spread of a lieutenant's own preference for each finalist [utility]; assumed."""

POACHING_DAY = 2
"""Day after round one on which finalists turn to lieutenants [days]; assumed."""


@dataclass(frozen=True)
class LieutenantView:
    """Hold what a lieutenant sees.

    Attributes
    ----------
    number
        The notable's place in the contest file.
    finalists
        Leader and runner-up of the first round.
    leader_choice
        What his own leader decided: a finalist's index, a word, or None so far.
    win_prob
        Believed chance of each finalist.
    strain
        What stands between his leader and each finalist [insults].
    """

    number: int
    finalists: tuple[int, int]
    leader_choice: int | str | None
    win_prob: tuple[float, float]
    strain: tuple[float, float]


def speaking_day(number: int, first: int, last: int, streams: Streams) -> int:
    """Return the day on which a lieutenant who has not spoken decides [days]."""
    u = streams.uniform(Stream.ALLIANCE_LIEUTENANT, number)
    return first + int(u * (max(first, last) - first + 1))


def lieutenant_terms(
    view: LieutenantView, parameters: Parameters, streams: Streams
) -> list[dict[str, float]]:
    """Compute the terms of each finalist's value to a lieutenant over saying nothing [utility]."""
    terms = []
    for k, f in enumerate(view.finalists):
        z = streams.normal(Stream.ALLIANCE_LIEUTENANT, view.number, block=1 + k)
        word = 1.0 if view.leader_choice == f else 0.0
        against = isinstance(view.leader_choice, int) and not word
        terms.append(
            {
                "own leaning": TASTE * z,
                "leader's word": parameters["lieutenant_follow"] * (word - 0.5 * against),
                "winning side": parameters["decision_win"] * (view.win_prob[k] - 0.5),
                "grudge": -parameters["grudge_weight"] * SHARED_STRAIN * view.strain[k],
                "silence": -SILENCE,
            }
        )
    return terms


def decide_lieutenant(
    view: LieutenantView, parameters: Parameters, streams: Streams
) -> tuple[int | None, float, str]:
    """Decide whom a lieutenant calls for, on his own (M16).

    Parameters
    ----------
    view
        What he sees.
    parameters
        ``lieutenant_follow``, ``decision_win``, ``grudge_weight``.
    streams
        Stream ``ALLIANCE_LIEUTENANT``: blocks 1 and 2 his own leaning.

    Returns
    -------
    The finalist or None, the value [utility], and its terms in words.
    """
    terms = lieutenant_terms(view, parameters, streams)
    values = [sum(parts.values()) for parts in terms]
    k = 0 if values[0] >= values[1] else 1
    choice = view.finalists[k] if values[k] > 0.0 else None
    return choice, values[k], in_words(terms[k])


def answer_poacher(
    view: LieutenantView,
    poacher: int,
    worth: float,
    loyal: bool,
    parameters: Parameters,
    streams: Streams,
) -> tuple[bool, float, str]:
    """Answer a finalist who offers a post over the leader's head (M20).

    Parameters
    ----------
    view
        What the lieutenant sees.
    poacher
        The finalist.
    worth
        Worth of the post, delivery included [first-rank offices].
    loyal
        Whether he has shown that identity goes above office: he refuses whatever is offered.
    parameters
        ``office_value``, ``poach_identity`` and those of `lieutenant_terms`.
    streams
        Stream ``ALLIANCE_LIEUTENANT``.

    Returns
    -------
    Whether he accepts, the value of accepting [utility], and its terms in words.
    """
    k = view.finalists.index(poacher)
    terms = lieutenant_terms(view, parameters, streams)[k]
    terms["post"] = parameters["office_value"] * worth * view.win_prob[k]
    terms["identity"] = -parameters["poach_identity"]
    value = sum(terms.values())
    if loyal:
        return False, value, "identity above office"
    return value > 0.0, value, in_words(terms)
