"""Hold what a story is made of, and what it is made into."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from kingmaker.contest.facts import observed_votes
from kingmaker.contest.schema import Contest
from kingmaker.experiment.reading import Row, rows
from kingmaker.mechanisms import Switches
from kingmaker.records import TOTAL, ReplicateRecord
from kingmaker.report.story.people import People

Kind = Literal["simulated", "reported"]
PARTS = ("before the campaign", "campaign", "round one", "talks", "runoff", "aftermath")


@dataclass(frozen=True)
class Entry:
    """Hold one statement of a story.

    Attributes
    ----------
    part
        One of `PARTS`.
    day
        Day after round one (negative: before) [days].
    date
        Its calendar date.
    kind
        ``simulated``, or ``reported`` where the contest file tells it.
    text
        One sentence or a few.
    """

    part: str
    day: int
    date: dt.date
    kind: Kind
    text: str


@dataclass(frozen=True)
class Material:
    """Hold a replicate and how it was run.

    Attributes
    ----------
    contest
        The contest.
    record
        The replicate.
    seed, behaviour, without, settings, first_round
        How it was run.
    people
        Names.
    """

    contest: Contest
    record: ReplicateRecord
    seed: int
    behaviour: str
    without: tuple[str, ...]
    settings: Mapping[str, float]
    first_round: str
    people: People

    def rows(self, table: str, **where: Any) -> Iterator[Row]:
        """Yield the rows of a table; see `kingmaker.experiment.reading.rows`."""
        return rows(self.record, table, **where)

    @property
    def run(self) -> dict[str, Any]:
        """The row of ``runs``."""
        return self.record.run

    @property
    def finalists(self) -> tuple[str, str]:
        """First-round leader and runner-up."""
        return self.run["leader"], self.run["runner_up"]

    @property
    def has_runoff(self) -> bool:
        """Whether nobody reached the threshold."""
        return bool(self.run["decided_in_round"] == 2)

    @property
    def electors(self) -> str:
        """What those who may vote are called."""
        words = {"members": "members", "delegates": "delegates"}
        return words.get(self.contest.kind, "voters")

    @property
    def is_by_construction(self) -> bool:
        """Whether round one is made equal to the observed one."""
        is_observed = observed_votes(self.contest, 1) is not None
        is_whole = not Switches(self.without).touch_campaign
        return is_observed and is_whole and self.first_round == "exact"

    @property
    def days(self) -> tuple[int, int]:
        """First and last simulated day."""
        days = self.record.tables["daily"]["day"]
        return min(days), max(days)

    def date(self, day: int) -> dt.date:
        """Return the calendar date of a day."""
        return self.contest.dates.round1 + dt.timedelta(days=day)

    def entry(self, part: str, day: int, text: str, kind: Kind = "simulated") -> Entry:
        """Make an entry."""
        return Entry(part, day, self.date(day), kind, text)

    def votes(self, number: int, sector: str = TOTAL) -> dict[str, int]:
        """Return the votes of a round by candidate, the most first."""
        found = {
            row["candidate"]: row["votes"]
            for row in self.rows("shares", round=number, sector=sector)
        }
        return dict(sorted(found.items(), key=lambda item: -item[1]))

    def scaled(self, number: float) -> float:
        """Turn simulated people into people at full size."""
        return number / float(self.run["scale"])
