"""Solve the game of those who may stand: who stands, given a pact, on what they believe (M33)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from typing import Literal

from kingmaker.alliance.candidacy_beliefs import expect
from kingmaker.numerics import exp, log, logistic
from kingmaker.parameters import Parameters

LEADERSHIP = 2.0
"""Worth of leading the party relative to a first-rank office; assumed."""

PARTNERSHIP = 0.5
"""Worth of a partner's victory relative to a first-rank office; assumed."""

CAMPAIGN_COST = 0.8
"""What a candidacy costs [utility]; assumed."""

ROUNDS, SETTLED = 200, 1e-13
"""Most rounds of replies, and the change of every chance below which they have settled."""

DAMPING = 0.5
"""Part of the way that a round goes towards the reply."""

Kind = Literal["none", "one-way", "mutual", "withdrawal"]
Terms = Mapping[str, float]


@dataclass(frozen=True)
class Player:
    """Hold somebody who may stand or stay out.

    Attributes
    ----------
    index
        Number on the ballot.
    expressive
        Whether to stand is worth something without a chance.
    declared
        Whether not to stand would break a public word.
    promise
        Part of the price of breaking a promise not to stand that is due, in [0, 1]: 0 without a
        promise, 1 where the other side has kept its own.
    """

    index: int
    expressive: bool = False
    declared: bool = False
    promise: float = 0.0


@dataclass(frozen=True)
class Pact:
    """Hold a pact of two players.

    Attributes
    ----------
    kind
        ``none``; ``one-way``: the first supports the second in the runoff; ``mutual``: either
        supports the other; ``withdrawal``: the first stays out where the second stands.
    partners
        Supporter and supported by number on the ballot; None for ``none``.
    """

    kind: Kind = "none"
    partners: tuple[int, int] | None = None

    @property
    def supports(self) -> tuple[tuple[int, int], ...]:
        """Pairs of supporter and supported."""
        if self.partners is None:
            return ()
        first, second = self.partners
        return ((first, second), (second, first)) if self.kind == "mutual" else (self.partners,)


@dataclass(frozen=True)
class Game:
    """Hold what the players know, and what is settled.

    Attributes
    ----------
    players
        Who has yet to decide.
    strengths
        Believed first-round shares of all candidates if everybody stands [fraction].
    others
        Whether each candidate who is no player stands; the players' entries are not read.
    threshold
        Share that wins in round one [fraction].
    settled
        Player's number on the ballot to whether he stands, where that is not his to decide.
    """

    players: tuple[Player, ...]
    strengths: tuple[float, ...]
    others: tuple[bool, ...]
    threshold: float
    settled: Mapping[int, bool]

    def stands(self, intents: tuple[bool, ...], pact: Pact) -> tuple[bool, ...]:
        """Say who stands, given what each player intends and the pact."""
        stands = list(self.others)
        for player, intends in zip(self.players, intents, strict=True):
            stands[player.index] = intends
        is_free = pact.partners is not None and pact.partners[0] not in self.settled
        if pact.kind == "withdrawal" and pact.partners is not None and is_free:
            supporter, supported = pact.partners
            stands[supporter] = stands[supporter] and not stands[supported]
        return tuple(stands)


@dataclass(frozen=True)
class Equilibrium:
    """Hold the logit equilibrium of a game under a pact.

    Attributes
    ----------
    pact
        The pact.
    intent_prob
        Chance of each player to stand, as far as it is his to decide, in [0, 1].
    stand_prob
        Chance of each player to be on the ballot, the pact included, in [0, 1].
    terms
        Value of standing less that of staying out, by player and term [utility].
    value
        What each player expects of the race before he decides [utility].
    """

    pact: Pact
    intent_prob: tuple[float, ...]
    stand_prob: tuple[float, ...]
    terms: tuple[Terms, ...]
    value: tuple[float, ...]

    def gain(self, player: int) -> float:
        """Return the value of standing less that of staying out [utility]."""
        return sum(self.terms[player].values())


def terms_of(
    player: Player, stands: tuple[bool, ...], game: Game, pact: Pact, parameters: Parameters
) -> dict[str, float]:
    """Compute the terms of a player's utility in one outcome.

    Returns
    -------
    Terms by name [utility].

    Notes
    -----
    ``own chance = LEADERSHIP office_value P(wins)``, ``principle = expressive_candidacy``,
    ``own word = promise_price``, ``promise = -promise_price kept``, ``campaign = -CAMPAIGN_COST``
    for who stands; ``partner's chance = PARTNERSHIP office_value P(partner wins)`` for whoever
    has promised to support a partner who stands.
    """
    office = parameters["office_value"]
    prospect = expect(game.strengths, stands, game.threshold, _effective(pact, stands))
    partner = dict(pact.supports).get(player.index)
    terms = {
        "own chance": 0.0,
        "partner's chance": 0.0,
        "principle": 0.0,
        "own word": 0.0,
        "promise not to stand": 0.0,
        "campaign": 0.0,
    }
    if partner is not None and stands[partner] and _is_alive(player.index, stands, pact):
        terms["partner's chance"] = PARTNERSHIP * office * prospect.win_prob[partner]
    if stands[player.index]:
        terms["own chance"] = LEADERSHIP * office * prospect.win_prob[player.index]
        terms["principle"] = parameters["expressive_candidacy"] * player.expressive
        terms["own word"] = parameters["promise_price"] * player.declared
        terms["promise not to stand"] = -parameters["promise_price"] * player.promise
        terms["campaign"] = -CAMPAIGN_COST
    return terms


def _is_alive(supporter: int, stands: tuple[bool, ...], pact: Pact) -> bool:
    """Tell whether a supporter has something to give: a candidacy, or its absence."""
    return stands[supporter] != (pact.kind == "withdrawal")


def _effective(pact: Pact, stands: tuple[bool, ...]) -> tuple[tuple[int, int], ...]:
    """List the supports that an outcome leaves: both stand, or one stands for the other."""
    return tuple((e, f) for e, f in pact.supports if stands[f] and _is_alive(e, stands, pact))


def solve(game: Game, pact: Pact, parameters: Parameters) -> Equilibrium:
    """Solve a game under a pact.

    Parameters
    ----------
    game
        The game; at most a few players, as all 2^n outcomes are looked at.
    pact
        The pact; its partners are players.
    parameters
        ``office_value``, ``expressive_candidacy``, ``promise_price``.

    Returns
    -------
    The equilibrium in which everybody's chance to stand is the logit reply to the others'
    chances (quantal response equilibrium, McKelvey and Palfrey 1995); where there are several,
    the one that damped replies reach from even chances.
    """
    players = game.players
    outcomes = list(product((False, True), repeat=len(players)))
    stands = [game.stands(intents, pact) for intents in outcomes]
    terms = [[terms_of(p, s, game, pact, parameters) for p in players] for s in stands]
    value = [[sum(t.values()) for t in row] for row in terms]
    prob = [float(game.settled[p.index]) if p.index in game.settled else 0.5 for p in players]
    sides = [(0.0, 0.0)] * len(players)
    for _ in range(ROUNDS):
        sides = [_sides(i, prob, outcomes, value) for i in range(len(players))]
        before = tuple(prob)
        for i, player in enumerate(players):
            if player.index not in game.settled:
                reply = logistic(sides[i][1] - sides[i][0])
                prob[i] += DAMPING * (reply - prob[i])
        if all(abs(p - q) < SETTLED for p, q in zip(prob, before, strict=True)):
            break
    weights = [_weight(intents, prob) for intents in outcomes]
    on_ballot = [
        sum(w for w, s in zip(weights, stands, strict=True) if s[p.index]) for p in players
    ]
    return Equilibrium(
        pact,
        tuple(prob),
        tuple(min(max(p, 0.0), 1.0) for p in on_ballot),
        tuple(_mean_gap(i, prob, outcomes, terms) for i in range(len(players))),
        tuple(_expected(side, p, game) for side, p in zip(sides, players, strict=True)),
    )


def _weight(intents: tuple[bool, ...], prob: list[float], but: int = -1) -> float:
    """Return the chance of an outcome, one player's own decision left out."""
    weight = 1.0
    for i, intends in enumerate(intents):
        if i != but:
            weight *= prob[i] if intends else 1.0 - prob[i]
    return weight


def _sides(
    i: int, prob: list[float], outcomes: list[tuple[bool, ...]], value: list[list[float]]
) -> tuple[float, float]:
    """Return the expected utility of staying out and of standing."""
    sides = [0.0, 0.0]
    for intents, row in zip(outcomes, value, strict=True):
        sides[intents[i]] += _weight(intents, prob, but=i) * row[i]
    return sides[0], sides[1]


def _expected(side: tuple[float, float], player: Player, game: Game) -> float:
    """Return what a player expects before he decides: the log-sum of his two sides."""
    if player.index in game.settled:
        return side[game.settled[player.index]]
    high = max(side)
    return high + log(exp(side[0] - high) + exp(side[1] - high))


def _mean_gap(
    i: int,
    prob: list[float],
    outcomes: list[tuple[bool, ...]],
    terms: list[list[dict[str, float]]],
) -> dict[str, float]:
    """Return the expected terms of standing less those of staying out."""
    gap = dict.fromkeys(terms[0][i], 0.0)
    for intents, row in zip(outcomes, terms, strict=True):
        weight = _weight(intents, prob, but=i) * (1.0 if intents[i] else -1.0)
        for name, term in row[i].items():
            gap[name] += weight * term
    return gap
