"""Decide before round one who stands, with which pact (M33), and if there is a contest (M34)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from kingmaker.alliance.candidacy_beliefs import believed_strengths, expect
from kingmaker.alliance.candidacy_game import Equilibrium, Game, Kind, Pact, solve
from kingmaker.alliance.candidacy_opening import ORDERS, Opening, check_orders, partners
from kingmaker.alliance.decision import in_words
from kingmaker.contest.schema import Contest
from kingmaker.mechanisms import Switches
from kingmaker.parameters import Parameters
from kingmaker.rng import Stream, Streams

DISPUTED_PROB = 0.5
"""Chance that a pact which one side claims and the other denies was on the table; assumed."""

BOUND_PROB = 0.5
"""Chance that an incumbent of whom nobody says so considers himself bound to compete; assumed."""

POSTPONED_DAYS = (180, 720)
"""Days by which a contest is put off where the file gives no day [days]; assumed."""

PACT_WHO = 1_000
"""First number of the pacts in their stream; candidates have those below."""

_STAND, _STAY_OUT, _PACT, _DISPUTED = range(4)
_CONSTITUTION, _BOUND, _DELAY = range(3)

NO_ORDERS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class Candidacies:
    """Hold who stands, and what the contest starts from.

    Attributes
    ----------
    stands
        By candidate of the first ballot.
    pact
        ``none``, ``one-way``, ``mutual`` or ``withdrawal``.
    supports
        Pairs of supporter and supported by number on the ballot. The supporter calls for the
        supported in the runoff if he is out and the other is in; after a withdrawal he does not
        stand, and his camp goes with the other from the start.
    held
        Whether the contest takes place on its day.
    postponed_days
        Days by which it is put off; 0 where it is held [days].
    held_prob
        Chance to be held on its day, in [0, 1].
    runoff_prob
        Chance that nobody reaches the threshold, as the actors believe, in [0, 1].
    rows
        Columns of the table ``candidacies`` but the replicate; empty where nothing was open.
    """

    stands: tuple[bool, ...]
    pact: Kind
    supports: tuple[tuple[int, int], ...]
    held: bool
    postponed_days: int
    held_prob: float
    runoff_prob: float
    rows: Mapping[str, list[Any]]

    @property
    def supporter(self) -> int | None:
        """Number of the supporter; None without a pact, and in a mutual one."""
        return self.supports[0][0] if len(self.supports) == 1 else None

    @property
    def supported(self) -> int | None:
        """Number of the supported; None without a pact, and in a mutual one."""
        return self.supports[0][1] if len(self.supports) == 1 else None

    def ally_of(self, candidate: int) -> int | None:
        """Return whom a candidate has promised to support; None where nobody."""
        return dict(self.supports).get(candidate)


@dataclass(frozen=True)
class _Settlement:
    """Hold what the players do if the contest takes place after some days."""

    game: Game
    equilibrium: Equilibrium
    intents: tuple[bool, ...]
    stands: tuple[bool, ...]


def settle_candidacies(
    contest: Contest,
    parameters: Parameters,
    switches: Switches,
    streams: Streams,
    orders: Mapping[str, str] = NO_ORDERS,
) -> Candidacies:
    """Decide who stands, with which pact, and whether the contest is held on its day.

    Parameters
    ----------
    contest
        The contest; without a section ``candidacy`` everybody stands.
    parameters
        ``office_value``, ``expressive_candidacy``, ``promise_price``, ``constitution_force``.
    switches
        M33 off: everybody stands, without pacts. M34 off: the contest is held on its day.
    streams
        Streams ``CANDIDACY_*``. In a pilot everybody stands, and the contest is held: constants
        are found for the race of all, which is what strengths and observed votes speak of.
    orders
        What a behaviour settles, by name: ``coordinated`` (``one-way`` or ``mutual``),
        ``withdraw`` and ``stay`` (a candidate of the first ballot), ``postpone``; others are
        not read.

    Returns
    -------
    What is settled. Where round one was observed, those who ran stand and the contest is held
    unless an order says otherwise; the chances are those of the game all the same.

    Raises
    ------
    ValueError
        If an order names nobody on the first ballot, or a pact where the file has none.

    Notes
    -----
    Players stand by logit on what they believe (see `kingmaker.alliance.candidacy_game`); their
    draws do not depend on pacts, orders or days. A pact is made by logit on the gain of the
    partner who gains less. Somebody who would stand disputes the agreement that puts the contest
    off; the constitution then prevails with chance ``constitution_force``, and always where the
    incumbent considers himself bound. A contest that is put off is played again for its new day,
    on which a pledge not to stand may have run out.
    """
    orders = {name: orders[name] for name in ORDERS if name in orders}
    check_orders(orders, contest)
    if streams.pilot:
        switches, streams = Switches(("M33", "M34")), streams.for_pilot(0)
    opening = Opening(contest, orders if switches.on("M33") else {}, streams)
    play = _play if switches.on("M33") else _everybody_stands
    settlement = play(opening, 0, parameters)
    held, held_prob, days = True, 1.0, 0
    if switches.on("M34"):
        force = parameters["constitution_force"]
        held, held_prob = _calendar(opening, settlement, force, "postpone" in orders)
    if not held:
        days = _delay(opening)
        settlement = play(opening, days, parameters)
    pact = _kept_pact(settlement)
    game, stands = settlement.game, settlement.stands
    prospect = expect(game.strengths, stands, game.threshold, pact.supports)
    is_open = contest.candidacy is not None or bool(orders.keys() - {"threshold"})
    return Candidacies(
        stands=stands,
        pact=pact.kind,
        supports=pact.supports,
        held=held,
        postponed_days=days,
        held_prob=held_prob,
        runoff_prob=prospect.runoff_prob,
        rows=_rows(opening, settlement, pact, held, held_prob) if is_open else _no_rows(),
    )


def _game(opening: Opening, days: int, settled: Mapping[int, bool]) -> Game:
    """Make the game of a contest that takes place so many days after its day in the file."""
    return Game(
        opening.players(days),
        believed_strengths(opening.contest),
        tuple(settled.get(c, True) for c in range(len(opening.ids))),
        float(opening.orders.get("threshold", opening.contest.rules.threshold)),
        settled,
    )


def _everybody_stands(opening: Opening, days: int, parameters: Parameters) -> _Settlement:
    """Settle without a game."""
    game = _game(opening, days, dict.fromkeys(range(len(opening.ids)), True))
    everybody = (True,) * len(game.players)
    return _Settlement(game, solve(game, Pact(), parameters), everybody, game.others)


def _play(opening: Opening, days: int, parameters: Parameters) -> _Settlement:
    """Play the game."""
    game = _game(opening, days, opening.settled())
    equilibrium = _choose_pact(opening, game, parameters)
    streams = opening.streams
    wants = []
    for i, player in enumerate(game.players):
        toss = streams.gumbel(Stream.CANDIDACY_DECISION, player.index, block=_STAND)
        toss -= streams.gumbel(Stream.CANDIDACY_DECISION, player.index, block=_STAY_OUT)
        wants.append(equilibrium.gain(i) + toss)
    intents = tuple(
        game.settled.get(player.index, opening.is_history or wants[i] > 0.0)
        for i, player in enumerate(game.players)
    )
    stands = game.stands(intents, equilibrium.pact)
    if not any(stands):
        # Somebody leads in the end: whoever comes nearest to standing.
        nearest = max(range(len(wants)), key=lambda i: wants[i])
        intents = tuple(i == nearest for i in range(len(wants)))
        stands = game.stands(intents, Pact())
    return _Settlement(game, equilibrium, intents, stands)


def _choose_pact(opening: Opening, game: Game, parameters: Parameters) -> Equilibrium:
    """Solve the game under the pact that is made: by order, none in history, else by logit."""
    ordered = opening.ordered_pact()
    if ordered is not None:
        return solve(game, ordered, parameters)
    best = without = solve(game, Pact(), parameters)
    if opening.is_history:
        return without
    streams = opening.streams
    place = {player.index: i for i, player in enumerate(game.players)}
    high = streams.gumbel(Stream.CANDIDACY_DECISION, PACT_WHO, block=_PACT)
    for k, entry in enumerate(opening.candidacy.pacts):
        who = PACT_WHO + 1 + k
        u = streams.uniform(Stream.CANDIDACY_DECISION, who, block=_DISPUTED)
        if entry.denied_by is not None and u >= DISPUTED_PROB:
            continue
        first, second = (opening.number(n) for n in partners(entry.supporter, entry.between))
        offered = solve(game, Pact(entry.kind, (first, second)), parameters)
        gains = [offered.value[place[c]] - without.value[place[c]] for c in (first, second)]
        height = min(gains) + streams.gumbel(Stream.CANDIDACY_DECISION, who, block=_PACT)
        if height > high:
            high, best = height, offered
    return best


def _kept_pact(settlement: _Settlement) -> Pact:
    """Return the pact that holds: both run, or one stays out for the other."""
    pact, stands = settlement.equilibrium.pact, settlement.stands
    if pact.partners is None:
        return pact
    first, second = pact.partners
    holds = stands[second] and stands[first] != (pact.kind == "withdrawal")
    return pact if holds else Pact()


def _calendar(
    opening: Opening, settlement: _Settlement, force: float, is_ordered: bool
) -> tuple[bool, float]:
    """Decide whether the contest is held on its day, and with which chance (M34)."""
    candidacy, streams = opening.candidacy, opening.streams
    if is_ordered:
        return False, 0.0
    if opening.is_history or candidacy.postponed_by_agreement is not True:
        return True, 1.0
    if candidacy.constitution_requires_primary is not True:
        force = 0.0
    bound = candidacy.incumbent_considers_himself_bound
    bound_prob = BOUND_PROB if bound is None else float(bound)
    undisputed = 1.0
    for prob in settlement.equilibrium.intent_prob:
        undisputed *= 1.0 - prob
    held_prob = bound_prob + (1.0 - bound_prob) * force * (1.0 - undisputed)
    is_bound = streams.uniform(Stream.CANDIDACY_CALENDAR, _BOUND) < bound_prob
    prevails = streams.uniform(Stream.CANDIDACY_CALENDAR, _CONSTITUTION) < force
    return is_bound or (prevails and any(settlement.intents)), held_prob


def _delay(opening: Opening) -> int:
    """Return the days by which the contest is put off [days]."""
    until = opening.candidacy.postponed_until
    if until is not None:
        return (until - opening.contest.dates.round1).days
    low, high = POSTPONED_DAYS
    u = opening.streams.uniform(Stream.CANDIDACY_CALENDAR, _DELAY)
    return low + int(u * (high - low + 1))


def _rows(
    opening: Opening, settlement: _Settlement, pact: Pact, held: bool, held_prob: float
) -> dict[str, list[Any]]:
    """Make the columns of ``candidacies``."""
    rows = _no_rows()
    game, equilibrium = settlement.game, settlement.equilibrium
    number = {player.index: i for i, player in enumerate(game.players)}
    for c, name in enumerate(opening.ids):
        prob, reason = float(game.others[c]), f"held with probability {held_prob:.2f}"
        if c in opening.settled():
            reason = "behaviour"
        elif c in number and c not in game.settled:
            prob = equilibrium.stand_prob[number[c]]
            reason = in_words(equilibrium.terms[number[c]])
        rows["candidate"].append(name)
        rows["prob"].append(prob)
        rows["stands"].append(int(settlement.stands[c]))
        rows["pact"].append(pact.kind)
        rows["held"].append(int(held))
        rows["reason"].append(reason)
    return rows


def _no_rows() -> dict[str, list[Any]]:
    names = ("candidate", "prob", "stands", "pact", "held", "reason")
    return {name: [] for name in names}
