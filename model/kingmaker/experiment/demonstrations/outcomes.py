"""Read the outcomes of mechanisms off the record of a replicate."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from kingmaker.experiment.reading import rows
from kingmaker.records import ABSTAINED, NOT_ON_ROLL, TOTAL, ReplicateRecord

Outcome = Callable[[ReplicateRecord], float]


def _sum(record: ReplicateRecord, table: str, column: str, **where: Any) -> float:
    return float(sum(row[column] for row in rows(record, table, **where)))


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


# ------------------------------------------------------------------------------ votes


def share(candidate: str, number: int, sector: str = TOTAL) -> Outcome:
    """Measure a candidate's share of the votes of a round [fraction]."""

    def outcome(record: ReplicateRecord) -> float:
        where = {"round": number, "candidate": candidate, "sector": sector}
        return _sum(record, "shares", "share", **where)

    return outcome


def sector_gap(candidate: str, one: str, other: str) -> Outcome:
    """Measure how far a candidate's round-one shares are apart in two sectors [fraction]."""

    def outcome(record: ReplicateRecord) -> float:
        return abs(share(candidate, 1, one)(record) - share(candidate, 1, other)(record))

    return outcome


def share_among(candidate: str, origin: str) -> Outcome:
    """Measure a finalist's part of the finalists' runoff vote among an origin's voters."""

    def outcome(record: ReplicateRecord) -> float:
        finalists = (record.run["leader"], record.run["runner_up"])
        where = {"sector": TOTAL, "origin": origin}
        won = _sum(record, "transfers", "members", destination=candidate, **where)
        both = _sum(record, "transfers", "members", destination=finalists, **where)
        return _ratio(won, both)

    return outcome


def turnout_of(record: ReplicateRecord, origins: Sequence[str]) -> float:
    """Measure the runoff turnout of the voters of some origins [fraction]."""
    where = {"sector": TOTAL, "origin": tuple(origins)}
    stayed = _sum(record, "transfers", "members", destination=ABSTAINED, **where)
    gone = _sum(record, "transfers", "members", destination=NOT_ON_ROLL, **where)
    entitled = _sum(record, "transfers", "members", **where) - gone
    return _ratio(entitled - stayed, entitled)


def runoff_turnout(origin: str) -> Outcome:
    """Measure the runoff turnout of a candidate's voters [fraction]."""
    return lambda record: turnout_of(record, (origin,))


def turnout_gap(record: ReplicateRecord) -> float:
    """Measure the runoff turnout of round-one voters less that of abstainers [fraction]."""
    origins = {row["origin"] for row in rows(record, "transfers", sector=TOTAL)}
    voters = sorted(origins - {ABSTAINED, NOT_ON_ROLL})
    return turnout_of(record, voters) - turnout_of(record, (ABSTAINED,))


def first_turnout(record: ReplicateRecord) -> float:
    """Measure the turnout of round one [fraction]."""
    return float(record.run["turnout_round1"])


def needs_runoff(record: ReplicateRecord) -> float:
    """Tell whether nobody reached the threshold, 1 or 0."""
    return float(record.run["decided_in_round"] == 2)


def polled_less_votes(candidate: str) -> Outcome:
    """Measure a candidate's part of the last poll of round one less his part of the votes.

    The answers count among those who named a candidate; 0 where no poll was published.
    """

    def outcome(record: ReplicateRecord) -> float:
        polls = list(rows(record, "polls", question="round1"))
        if not polls:
            return 0.0
        last = [row for row in polls if row["day"] == max(p["day"] for p in polls)]
        named = sum(row["share"] for row in last)
        own = sum(row["share"] for row in last if row["candidate"] == candidate)
        return _ratio(own, named) - share(candidate, 1)(record)

    return outcome


# ------------------------------------------------------------------------------ deals


def acts(act: str, actor: tuple[str, ...] | None = None, target: str | None = None) -> Outcome:
    """Count the acts of a kind, by some actors or any, at a target or any."""
    where: dict[str, Any] = {"act": act}
    where |= {} if actor is None else {"actor": actor}
    where |= {} if target is None else {"target": target}
    return lambda record: float(sum(1 for _ in rows(record, "deals", **where)))


def endorsements(by: tuple[str, ...], to: str | None = None) -> Outcome:
    """Measure the part of some leaders who endorse a finalist, or any finalist [fraction]."""
    count = acts("endorses", by, to)
    return lambda record: count(record) / len(by)


def lieutenants_apart(lieutenants: Mapping[str, Sequence[str]]) -> Outcome:
    """Measure the part of lieutenants, by leader, who call for somebody whom he does not."""

    def outcome(record: ReplicateRecord) -> float:
        called = {row["actor"]: row["target"] for row in rows(record, "deals", act="endorses")}
        pairs = [(one, leader) for leader, own in lieutenants.items() for one in own]
        apart = [
            one
            for one, leader in pairs
            if called.get(one, called.get(leader)) != called.get(leader)
        ]
        return len(apart) / len(pairs)

    return outcome


def moved_early(record: ReplicateRecord) -> float:
    """Count activists who moved before their leader spoke."""
    words = (re.match(r"\d+", row["terms"]) for row in rows(record, "deals", act="moves-early"))
    return float(sum(int(word[0]) for word in words if word))


# ------------------------------------------------------------------------------ blocs and the roll


def told_votes(record: ReplicateRecord) -> float:
    """Measure the part of bloc members who vote as told in round one [fraction]."""
    told = _sum(record, "blocs", "as_told", round=1)
    return _ratio(told, _sum(record, "blocs", "members", round=1))


def orders_of_eliminated(record: ReplicateRecord) -> float:
    """Measure the part of the eliminated candidates' blocs that have an order in the runoff."""
    finalists = {record.run["leader"], record.run["runner_up"], ""}
    free = [r for r in rows(record, "blocs", round=2) if r["camp"] not in finalists]
    return _ratio(float(sum(bool(row["order"]) for row in free)), float(len(free)))


def loyal_enrolled(record: ReplicateRecord) -> float:
    """Measure the part of enrolled members who vote for their registrar [fraction]."""
    enrolled = _sum(record, "registration", "enrolled")
    return _ratio(_sum(record, "registration", "own_votes"), enrolled)


# ------------------------------------------------------------------------------ afterwards


def leavers(after_round: tuple[int, ...] = (1, 2)) -> Outcome:
    """Count the people who left the party."""
    return lambda record: _sum(record, "exits", "people", after_round=after_round)


def leavers_to(party: str) -> Outcome:
    """Measure the part of leavers with a destination who joined a party [fraction]."""

    def outcome(record: ReplicateRecord) -> float:
        joined = [row for row in rows(record, "exits") if row["destination"]]
        own = sum(row["people"] for row in joined if row["destination"] == party)
        return _ratio(float(own), float(sum(row["people"] for row in joined)))

    return outcome


def camp(candidate: str, column: str) -> Outcome:
    """Read a column of the table of camps."""
    return lambda record: _sum(record, "camps", column, candidate=candidate)


def seats(leader: str) -> Outcome:
    """Count the seats that the party would win under a leader."""
    return lambda record: _sum(record, "seats", "seats", leader=leader, source=TOTAL)


def run_column(column: str) -> Outcome:
    """Read a column of the run."""
    return lambda record: float(record.run[column] or 0.0)


def held(record: ReplicateRecord) -> float:
    """Tell whether the contest is held on its day, 1 or 0; 1 where nobody asked."""
    return float(all(row["held"] for row in rows(record, "candidacies")))
