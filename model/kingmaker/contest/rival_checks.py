"""Check what a contest file says of rival parties: their people, old ties, seats."""

from __future__ import annotations

from collections.abc import Iterator

from kingmaker.contest.draft import Draft
from kingmaker.contest.messages import Path, shown
from kingmaker.contest.schema import Outside
from kingmaker.errors import Problem, did_you_mean

ROUNDING = 1e-9  # what adding decimal fractions as floats may be off by
OF_PARTIES = ("position", "ties", "seats")


def all_problems(draft: Draft) -> Iterator[Problem]:
    """Find what contradicts itself about rival parties.

    Parameters
    ----------
    draft
        The file, as far as it is sound.

    Yields
    ------
    Problems, in no particular order.
    """
    outside: dict[int, Outside] = draft.list_of("outside")
    parties = {o.id for o in outside.values() if o.role == "rival-party" and o.party is None}
    yield from _people(draft, outside, parties)
    yield from _ties(draft, outside)
    yield from _seats(draft, parties)


def _people(draft: Draft, outside: dict[int, Outside], parties: set[str]) -> Iterator[Problem]:
    """Check who is a party, who is one of its politicians, and who is neither."""
    named = set(draft.ids("outside")) - parties if draft.is_complete("outside") else set()
    for index, entry in outside.items():
        path: Path = ("outside", index)
        is_rival = entry.role == "rival-party"
        if not is_rival and entry.party is not None:
            remedy = 'role "rival-party", or leave it out'
            yield draft.problem((*path, "party"), "only rivals have a party", remedy)
        if is_rival and entry.party is not None and entry.party in named:
            remedy = did_you_mean(entry.party, parties) if parties else "enter the party too"
            wrong = f"{shown(entry.party)} is no rival party of this file"
            yield draft.problem((*path, "party"), wrong, remedy)
        for field in OF_PARTIES:
            if getattr(entry, field) in (None, {}) or entry.id in parties:
                continue
            remedy = "write it where the party is entered" if entry.party else "leave it out"
            yield draft.problem((*path, field), "only rival parties have it", remedy)


def _ties(draft: Draft, outside: dict[int, Outside]) -> Iterator[Problem]:
    """Refuse more old ties than a candidate has voters: each voter has one at most."""
    sums: dict[str, float] = {}
    for index, entry in outside.items():
        for name, share in entry.ties.items():
            sums[name] = sums.get(name, 0.0) + share
            if sums[name] > 1.0 + ROUNDING:
                wrong = f"ties of {name}'s voters add up to {sums[name]:.3f}"
                remedy = "at most 1 over all rival parties"
                yield draft.problem(("outside", index, "ties", name), wrong, remedy)


def _seats(draft: Draft, parties: set[str]) -> Iterator[Problem]:
    """Check from whom the seats of a poll come."""
    known = draft.ids("outside")
    for index, poll in draft.list_of("polls").items():
        for leader, sources in poll.seats_from.items():
            path: Path = ("polls", index, "seats_from", leader)
            if leader not in poll.seats and leader in draft.ids("candidates"):
                remedy = "say in seats what the party wins under this leader"
                yield draft.problem(path, "the poll gives no seats", remedy)
            for name in sources:
                # An unsound entry may be a rival party: it has problems of its own.
                if name in parties or (name in known and not draft.is_complete("outside")):
                    continue
                remedy = did_you_mean(name, parties) if parties else "enter the party too"
                wrong = f"{shown(name)} is no rival party of this file"
                yield draft.problem((*path, name), wrong, remedy)
            total = sum(sources.values())
            if leader in poll.seats and total > poll.seats[leader]:
                wrong = f"add up to {total}, more than the {poll.seats[leader]} under this leader"
                yield draft.problem(path, wrong, "at most the seats of the party")
