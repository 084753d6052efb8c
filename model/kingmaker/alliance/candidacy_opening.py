"""Read who may stand in a contest, what binds them, and what a behaviour has settled."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from kingmaker.alliance.candidacy_game import Kind, Pact, Player
from kingmaker.contest.facts import observed_votes
from kingmaker.contest.schema import Candidacy, Contest
from kingmaker.parameters import beta_like
from kingmaker.population.candidate_traits import EVIDENCE_SD
from kingmaker.rng import Stream, Streams

ORDERS = ("coordinated", "withdraw", "stay", "postpone", "threshold")
"""Behaviours that settle something before round one."""

_KEPT = 8
"""First block of the draws of what was kept; the game's own draws have those below."""


@dataclass(frozen=True)
class Opening:
    """Hold what is open before a contest, and what is settled.

    Attributes
    ----------
    contest
        The contest.
    orders
        What a behaviour settles, by name; see `ORDERS`.
    streams
        Stream ``CANDIDACY_DECISION``.
    """

    contest: Contest
    orders: Mapping[str, str]
    streams: Streams

    @property
    def ids(self) -> tuple[str, ...]:
        """Candidates of the first ballot."""
        return tuple(candidate.id for candidate in self.contest.running)

    @property
    def candidacy(self) -> Candidacy:
        """The file's section; an empty one where there is none."""
        return self.contest.candidacy or Candidacy()

    @property
    def is_history(self) -> bool:
        """Whether it is known who stood, as round one was observed."""
        return observed_votes(self.contest, 1) is not None

    def number(self, candidate_id: str) -> int:
        """Return a candidate's number on the ballot."""
        return self.ids.index(candidate_id)

    def players(self, days: int) -> tuple[Player, ...]:
        """Return who has yet to decide about a contest so many days after its day in the file."""
        day = self.contest.dates.round1 + dt.timedelta(days=days)
        return tuple(
            Player(
                self.number(entry.id),
                entry.expressive,
                entry.declared,
                self.kept(entry.id) if self.has_promised(entry.id, day) else 0.0,
            )
            for entry in self.candidacy.challengers
        )

    def has_promised(self, candidate_id: str, day: dt.date) -> bool:
        """Tell whether a promise not to stand binds somebody on a day."""
        return any(
            pledge.by == candidate_id
            and pledge.issue == "no-challenge"
            and (pledge.until is None or pledge.until >= day)
            for pledge in self.contest.pledges
        )

    def kept(self, candidate_id: str) -> float:
        """Return the part that others kept of what they promised somebody, 1 without a promise.

        Parts strictly between 0 and 1 are blurred by the grade of their evidence; several
        promises count alike.
        """
        parts = []
        for k, promise in enumerate(self.candidacy.promises):
            if promise.to != candidate_id:
                continue
            part = promise.kept
            if 0.0 < part < 1.0:
                who, sd = self.number(candidate_id), EVIDENCE_SD[promise.confidence]
                u = self.streams.uniform(Stream.CANDIDACY_DECISION, who, block=_KEPT + k)
                part = beta_like(part, sd, u)
            parts.append(part)
        return sum(parts) / len(parts) if parts else 1.0

    def settled(self) -> dict[int, bool]:
        """Return who stands or stays out by order, by number on the ballot."""
        pact = self.ordered_pact()
        settled: dict[int, bool] = {}
        if pact is not None and pact.partners is not None:
            settled = dict.fromkeys(pact.partners, True)
        for name, stands in (("withdraw", False), ("stay", True)):
            if name in self.orders:
                settled[self.number(self.orders[name])] = stands
        return settled

    def ordered_pact(self) -> Pact | None:
        """Return the pact that a behaviour asks for; None where it leaves that open.

        Whoever withdraws by order does so in favour of the partner of the file's pact, if any.
        """
        pacts = self.candidacy.pacts
        kind, gone = self.orders.get("coordinated"), self.orders.get("withdraw")
        if kind is not None:
            chosen = next((p for p in pacts if p.supporter is not None), None)
            if chosen is None and kind == "mutual":
                chosen = next(iter(pacts), None)
            if chosen is None:
                raise ValueError(f"coordinated:{kind}: the file knows no such pact")
            name: Kind = "mutual" if kind == "mutual" else "one-way"
            first, second = partners(chosen.supporter, chosen.between)
            return Pact(name, (self.number(first), self.number(second)))
        for pact in pacts:
            if gone in pact.between:
                first, second = partners(gone, pact.between)
                return Pact("withdrawal", (self.number(first), self.number(second)))
        return None if gone is None else Pact()


def partners(supporter: str | None, between: tuple[str, str]) -> tuple[str, str]:
    """Order two partners: the supporter first, where there is one."""
    return between if supporter in (None, between[0]) else (between[1], between[0])


def check_orders(orders: Mapping[str, str], contest: Contest) -> None:
    """Refuse orders about nobody on the ballot; the grammar has asked politely before."""
    ids = {candidate.id for candidate in contest.running}
    for name in ("withdraw", "stay"):
        if name in orders and orders[name] not in ids:
            raise ValueError(f"{name}:{orders[name]}: nobody of that name is on the first ballot")
