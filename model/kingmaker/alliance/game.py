"""Play the endorsers' game: what each eliminated leader does is best given what the others do."""

from __future__ import annotations

import itertools
import math
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kingmaker.alliance.decision import Option
from kingmaker.errors import InvariantError

TIE = 1e-9
"""Gains up to this one count as none [utility]; assumed."""

MAX_PROFILES = 3**7
"""Profiles up to which all are looked at, those of seven players of three options; assumed."""

_DIGITS = 6

Payoffs = Callable[[int, Mapping[int, Option]], Mapping[Option, float]]
"""Value of each option to a player, given the options of the others, on his beliefs."""

Profile = tuple[int, ...]
"""Number of the option of each player, in their order."""


@dataclass(frozen=True)
class Equilibria:
    """Hold the equilibria of a game, and what the players do.

    Attributes
    ----------
    pure
        Equilibria in which nobody leaves anything to chance, by player; empty where there are
        none.
    mixed
        Those in which somebody does, for two players: chances of the options by player, in the
        options' order and to six digits.
    chosen
        What each player does.
    note
        How many equilibria there are, why this one is taken, and what is open.
    """

    pure: tuple[Mapping[int, Option], ...]
    mixed: tuple[Mapping[int, tuple[float, ...]], ...]
    chosen: Mapping[int, Option]
    note: str


@dataclass(frozen=True)
class Reply:
    """Compare what a player did with his best reply to what the others did.

    Attributes
    ----------
    option, best
        What he did, and what would have been best; the same where nothing is better.
    shortfall
        By how much `option` falls short of `best`, at least 0 [utility].
    """

    option: Option
    best: Option
    shortfall: float

    @property
    def is_best(self) -> bool:
        """Whether nothing would have been better."""
        return self.option == self.best


def solve(players: Sequence[int], options: Sequence[Option], payoffs: Payoffs) -> Equilibria:
    """Find what the players do if each does what is best given the others.

    Parameters
    ----------
    players
        Eliminated leaders, at least one.
    options
        What each can do: finalists, ``neutral`` and the like.
    payoffs
        Value of each option to a player, given the others' [utility]; may know more options.

    Returns
    -------
    All pure equilibria, found by looking at every profile, and for two players also the mixed
    ones, by support enumeration (Nashpy). Beyond `MAX_PROFILES` profiles, only the one in which
    best replies in turn end. What is chosen depends on the payoffs alone: nothing is drawn.

    Notes
    -----
    Of several pure equilibria the one is chosen from which leaving costs most: the largest
    product of each player's loss when he alone leaves for his next best option. For two players
    with two options this is risk dominance (Harsanyi and Selten, 1988); utilities of different
    players are not compared. Ties are broken by the sum of payoffs, then by the order of the
    options. Without a pure equilibrium, best replies in turn go round in circles; of the
    profiles there the one is chosen in which the largest possible gain is the least.
    """
    game = _Game(players, options, payoffs)
    if game.n_profiles > MAX_PROFILES:
        chosen, circle = game.replies_in_turn()
        ends = len(circle) == 1
        how = "best replies in turn end in this one" if ends else game.circle_note(chosen, circle)
        note = f"{game.n_profiles} profiles are too many to look at all; {how}"
        return Equilibria((game.named(chosen),) if ends else (), (), game.named(chosen), note)
    pure = [profile for profile in game.profiles() if game.is_equilibrium(profile)]
    mixed = game.mixed_equilibria() if len(players) == 2 else []
    note = _count_note(len(players), len(pure), len(mixed))
    if pure:
        chosen, reason = game.choose(pure)
        if mixed and not reason:
            reason = "the one that leaves nothing to chance"
        note += f"; taken is {reason}" if reason else ""
    else:
        chosen, circle = game.replies_in_turn()
        note += f"; {game.circle_note(chosen, circle)}"
    # A game of two without ties has an odd number of equilibria (Wilson, 1971).
    is_odd = len(players) != 2 or (len(pure) + len(mixed)) % 2 == 1
    if len(players) > 1 and (game.has_ties() or not is_odd):
        note += "; some options tie, so that not all mixed equilibria are known"
    return Equilibria(
        tuple(map(game.named, pure)),
        tuple(dict(zip(players, mixture, strict=True)) for mixture in mixed),
        game.named(chosen),
        note,
    )


def best_replies(
    players: Sequence[int],
    options: Sequence[Option],
    payoffs: Payoffs,
    given: Mapping[int, Option],
) -> dict[int, Reply]:
    """Say for each player whether what he did was a best reply to what the others did.

    Parameters
    ----------
    players, options, payoffs
        As in `solve`.
    given
        What each player did, one of the options.

    Returns
    -------
    By player. Of several best options the first is named, unless he took another of them.

    Raises
    ------
    ValueError
        For an option that is none of the game's.
    """
    game = _Game(players, options, payoffs)
    for player in players:
        if given[player] not in game.options:
            raise ValueError(f"{given[player]!r} of player {player} is none of {game.options}")
    profile = tuple(game.options.index(given[player]) for player in players)
    replies = {}
    for k, player in enumerate(players):
        shortfall = game.gain(k, profile)
        best = game.best(k, profile)
        is_best = shortfall <= TIE
        replies[player] = Reply(
            given[player],
            given[player] if is_best else game.options[best],
            0.0 if is_best else shortfall,
        )
    return replies


class _Game:
    """A game in normal form, whose payoffs are asked for when they are needed, and once."""

    def __init__(self, players: Sequence[int], options: Sequence[Option], payoffs: Payoffs) -> None:
        """Name the players and what they can do."""
        self.players = tuple(players)
        self.options = tuple(options)
        self.n_profiles = len(self.options) ** len(self.players)
        self._payoffs = payoffs
        self._known: dict[tuple[int, Profile], list[float]] = {}

    def named(self, profile: Profile) -> dict[int, Option]:
        """Return the options of a profile by player."""
        return {p: self.options[o] for p, o in zip(self.players, profile, strict=True)}

    def profiles(self) -> Iterator[Profile]:
        """List all profiles, the last player's options running fastest."""
        return itertools.product(range(len(self.options)), repeat=len(self.players))

    def values(self, k: int, profile: Profile) -> list[float]:
        """Return what each option is worth to the k-th player if the others do as they do."""
        key = (k, (*profile[:k], *profile[k + 1 :]))
        if key not in self._known:
            others = self.named(profile)
            del others[self.players[k]]
            payoffs = self._payoffs(self.players[k], others)
            values = [float(payoffs[option]) for option in self.options]
            if not all(map(math.isfinite, values)):
                raise InvariantError("payoffs are finite", f"{values} given {others}")
            self._known[key] = values
        return self._known[key]

    def value(self, k: int, profile: Profile) -> float:
        """Return what a profile is worth to the k-th player."""
        return self.values(k, profile)[profile[k]]

    def best(self, k: int, profile: Profile) -> int:
        """Return the k-th player's best reply, the first of several."""
        values = self.values(k, profile)
        return next(o for o, value in enumerate(values) if value >= max(values) - TIE)

    def gain(self, k: int, profile: Profile) -> float:
        """Return what the k-th player could gain by changing his option alone."""
        return max(self.values(k, profile)) - self.value(k, profile)

    def largest_gain(self, profile: Profile) -> float:
        """Return what the player who could gain most could gain."""
        return max(self.gain(k, profile) for k in range(len(self.players)))

    def is_equilibrium(self, profile: Profile) -> bool:
        """Say whether nobody gains by changing his option alone."""
        return all(self.gain(k, profile) <= TIE for k in range(len(self.players)))

    def has_ties(self) -> bool:
        """Say whether several options of a player are best replies to the others somewhere.

        All profiles must have been looked at.
        """
        return any(
            sum(value >= max(values) - TIE for value in values) > 1
            for k in range(len(self.players))
            for profile in self.profiles()
            if profile[k] == 0
            for values in (self.values(k, profile),)
        )

    def choose(self, pure: Sequence[Profile]) -> tuple[Profile, str]:
        """Return the equilibrium taken, and what sets it apart where there are several."""
        rules = (
            (self._product_of_losses, "the one from which leaving costs most (risk dominance)"),
            (self._sum_of_payoffs, "the one with the largest sum of payoffs"),
        )
        best = list(pure)
        for measure, reason in rules:
            n_before = len(best)
            measures = [measure(profile) for profile in best]
            best = [p for p, m in zip(best, measures, strict=True) if m >= max(measures) - TIE]
            if len(best) == 1:
                return best[0], reason if n_before > 1 else ""
        return best[0], "the first in the order of the options, as nothing else sets one apart"

    def _product_of_losses(self, profile: Profile) -> float:
        product = 1.0
        for k, own in enumerate(profile):
            others = [v for o, v in enumerate(self.values(k, profile)) if o != own]
            if others:
                product *= max(0.0, self.value(k, profile) - max(others))
        return product

    def _sum_of_payoffs(self, profile: Profile) -> float:
        return sum(self.value(k, profile) for k in range(len(self.players)))

    def replies_in_turn(self) -> tuple[Profile, tuple[Profile, ...]]:
        """Let the players reply in turn until nothing changes, or they go round in circles.

        Returns
        -------
        The profile taken, and all of the circle: one where the replies end, which is then an
        equilibrium. Everybody begins neutral, or else with the first option; in turn everybody
        goes to his best option where he gains by it.
        """
        start = self.options.index("neutral") if "neutral" in self.options else 0
        profile: Profile = (start,) * len(self.players)
        turn = 0
        path: dict[tuple[Profile, int], None] = {}
        while (profile, turn) not in path:
            path[profile, turn] = None
            if self.gain(turn, profile) > TIE:
                best = self.best(turn, profile)
                profile = (*profile[:turn], best, *profile[turn + 1 :])
            turn = (turn + 1) % len(self.players)
        again = itertools.dropwhile(lambda step: step != (profile, turn), path)
        circle = tuple(dict.fromkeys(step[0] for step in again))
        return min(circle, key=self.largest_gain), circle

    def circle_note(self, profile: Profile, circle: Sequence[Profile]) -> str:
        """Say what is taken where replies in turn do not end."""
        return (
            f"best replies in turn go round through {len(circle)} profiles; taken is the one in "
            f"which nobody could gain more than {self.largest_gain(profile):.2f}"
        )

    def mixed_equilibria(self) -> list[tuple[tuple[float, ...], tuple[float, ...]]]:
        """Find the equilibria of two players in which both leave something to chance.

        Returns
        -------
        Chances by player and option, to six digits: linear algebra may differ in the last bits
        between processors.

        Notes
        -----
        Nashpy is asked for equilibria in which both mix all options of a smaller game; those
        that no option outside betters are the whole game's. Asked for the whole game at once it
        overlooks some in one game of ten, by rounding: a chance of -1e-17 is not one of zero.
        """
        import nashpy

        numbers = range(len(self.options))
        row, column = (
            np.array([[self.value(k, (a, b)) for b in numbers] for a in numbers]) for k in (0, 1)
        )
        found = []
        for own, others in _supports(len(numbers)):
            smaller = nashpy.Game(row[np.ix_(own, others)], column[np.ix_(own, others)])
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", RuntimeWarning)  # of even numbers, see the note
                pairs = list(smaller.support_enumeration(non_degenerate=True))
            for pair in pairs:
                p, q = _spread(pair[0], own, len(numbers)), _spread(pair[1], others, len(numbers))
                is_whole = min(pair[0].min(), pair[1].min()) > TIE
                if is_whole and _is_reply(p, row, q) and _is_reply(q, column.T, p):
                    found.append((_rounded(p), _rounded(q)))
        return found


def _supports(n_options: int) -> Iterator[tuple[tuple[int, ...], tuple[int, ...]]]:
    """List the sets of as many options, two at least, that two players may mix."""
    for size in range(2, n_options + 1):
        yield from itertools.product(itertools.combinations(range(n_options), size), repeat=2)


def _spread(
    chances: NDArray[np.float64], places: Sequence[int], n_options: int
) -> tuple[float, ...]:
    """Return the chances of all options where some are never taken."""
    known = dict(zip(places, chances.tolist(), strict=True))
    return tuple(known.get(o, 0.0) for o in range(n_options))


def _rounded(chances: Sequence[float]) -> tuple[float, ...]:
    return tuple(round(p, _DIGITS) for p in chances)


def _is_reply(own: Sequence[float], payoffs: NDArray[np.float64], others: Sequence[float]) -> bool:
    """Say whether only best replies to the other's chances are ever taken."""
    values = [
        math.fsum(value * q for value, q in zip(line, others, strict=True))
        for line in payoffs.tolist()
    ]
    taken = [value for value, p in zip(values, own, strict=True) if p > 0.0]
    return min(taken) >= max(values) - TIE


def _count_note(n_players: int, n_pure: int, n_mixed: int) -> str:
    """Say how many equilibria there are."""
    if n_players == 1:
        return "1 best option" if n_pure == 1 else f"{n_pure} options are equally good"
    if not n_pure and n_players == 2:
        return "no pure equilibrium" + (f", {n_mixed} mixed" if n_mixed else "")
    if not n_pure:
        return "no pure equilibrium, and mixed ones are looked for between two only"
    if n_players > 2:
        return "1 pure equilibrium" if n_pure == 1 else f"{n_pure} pure equilibria"
    n = n_pure + n_mixed
    count = "1 equilibrium" if n == 1 else f"{n} equilibria"
    return count + (f", {n_mixed} of them mixed" if n_mixed else "")
