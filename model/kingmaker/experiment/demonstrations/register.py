"""Say for every mechanism in which contest, and on what, its effect is shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from types import MappingProxyType

from kingmaker.contest.load import read_contest
from kingmaker.contest.schema import Contest
from kingmaker.experiment.demonstrations import outcomes as o
from kingmaker.records import FirstRound

POINTS = "points"
"""Unit of outcomes that are fractions and are written in percentage points."""


@dataclass(frozen=True)
class Demonstration:
    """Describe how the effect of a mechanism is shown.

    Attributes
    ----------
    mechanism
        Id of the mechanism, or of one of its parts.
    contest
        Name of the made-up contest.
    measures
        The outcome in words.
    outcome
        The outcome of a replicate.
    unit
        ``points`` for fractions, else the unit of a number.
    sign
        1 where the mechanism raises the outcome, -1 where it lowers it.
    least
        Smallest size of the mean effect that is expected, in the outcome's own unit.
    settings
        Parameters that are not at their prior medians.
    behaviour, first_round
        As on the command line.
    replicates
        Replicates that a test needs.
    """

    mechanism: str
    contest: str
    measures: str
    outcome: o.Outcome
    unit: str
    sign: int
    least: float
    settings: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    behaviour: str = "historical"
    first_round: FirstRound = "exact"
    replicates: int = 6


_FOUR = ("cy", "dee", "eve", "fay")
_LIEUTENANTS = {
    leader: tuple(f"{leader}-{number}" for number in ("first", "second", "third", "fourth"))
    for leader in _FOUR
}

_COVETED = {"office_value": 3.0}
"""Offices worth twice as much to leaders as at the median."""

_MANY_ACTIVISTS = {"activist_share": 0.06}
"""Three times the activists of the median: a small contest has few."""

_NO_CONTRACTORS = {"brokered_share": 0.0}
"""Nobody in a bloc: what contractors make of the day's news would drown the effect."""

_ROWS = (
    Demonstration(
        "M01", "shores", "gap between the shores in Ada's share of round one",
        o.sector_gap("ada", "west", "east"), POINTS, 1, 0.1, replicates=12,
    ),
    Demonstration(
        "M02", "shores", "share of the front-runner Ada in round one",
        o.share("ada", 1), POINTS, 1, 0.05,
    ),
    Demonstration(
        "M03", "shores", "share of Dee, who has no chance, in round one",
        o.share("dee", 1), POINTS, -1, 0.002,
    ),
    Demonstration(
        "M04", "shores", "share of Cy, votes for whom Ada calls wasted, in round one",
        o.share("cy", 1), POINTS, -1, 0.002,
    ),
    Demonstration(
        "M05", "shores", "runoff turnout of round-one voters less that of abstainers",
        o.turnout_gap, POINTS, 1, 0.2,
    ),
    Demonstration(
        "M06", "shores", "share of Ada, who has the better message, in round one",
        o.share("ada", 1), POINTS, 1, 0.005,
    ),
    Demonstration(
        "M07", "shores", "runoff share of the first-round leader",
        o.run_column("runoff_share"), POINTS, 1, 0.002,
    ),
    Demonstration(
        "M08", "pact", "runoff share of Ada, worth more seats in polls",
        o.share("ada", 2), POINTS, 1, 0.002,
    ),
    Demonstration(
        "M09", "shores", "last poll of Ben, who has the organised blocs, less his votes",
        o.polled_less_votes("ben"), POINTS, -1, 0.01, replicates=24,
    ),
    Demonstration(
        "M10", "shores", "turnout of round one",
        o.first_turnout, POINTS, 1, 0.002,
    ),
    Demonstration(
        "M11", "pact", "runoff turnout of Cy's voters, whose activists work for Ben",
        o.runoff_turnout("cy"), POINTS, 1, 0.005,
    ),
    Demonstration(
        "M12", "shores", "gap between the shores in Ada's share of round one",
        o.sector_gap("ada", "west", "east"), POINTS, 1, 0.002,
    ),
    Demonstration(
        "M13", "shores", "share of Ada in the east, where her deficit is",
        o.share("ada", 1, "east"), POINTS, 1, 0.0005, _MANY_ACTIVISTS, replicates=12,
    ),
    Demonstration(
        "M14", "shores", "bloc members who vote as told in round one",
        o.told_votes, POINTS, 1, 0.1,
    ),
    Demonstration(
        "M15", "pact", "blocs of the eliminated with an order in the runoff",
        o.orders_of_eliminated, POINTS, 1, 0.2,
    ),
    Demonstration(
        "M16", "bids", "lieutenants who do not go their leader's way",
        o.lieutenants_apart(_LIEUTENANTS), POINTS, 1, 0.03, replicates=12,
    ),
    Demonstration(
        "M17", "pact", "activists who moved before their leader spoke",
        o.moved_early, "activists", 1, 1.0,
    ),
    Demonstration(
        "M18", "talks", "leaders who endorse Ada, whom their activists want",
        o.endorsements(_FOUR, "ada"), POINTS, 1, 0.02, replicates=30,
    ),
    Demonstration(
        "M19", "talks", "leaders who endorse Ben, for whom letters ask",
        o.endorsements(_FOUR, "ben"), POINTS, 1, 0.02, replicates=30,
    ),
    Demonstration(
        "M20", "bids", "lieutenants won by Ada, who poaches",
        o.acts("accepts", target="ada"), "lieutenants", 1, 0.2, behaviour="ada=poach",
        replicates=16,
    ),
    Demonstration(
        "M21", "talks", "leaders who endorse Ada, who courts them",
        o.endorsements(_FOUR, "ada"), POINTS, 1, 0.01, replicates=30,
    ),
    Demonstration(
        "M22", "bids", "leaders who endorse a finalist, offices being dear to them",
        o.endorsements(_FOUR), POINTS, 1, 0.04, _COVETED, replicates=30,
    ),
    Demonstration(
        "M23", "bids", "leaders who endorse Ben: the head of government refuses Ada's office",
        o.endorsements(("eve", "fay"), "ben"), POINTS, 1, 0.04, _COVETED, replicates=30,
    ),
    Demonstration(
        "M24", "talks", "leaders who endorse Ben, whose pledge agrees with theirs",
        o.endorsements(_FOUR, "ben"), POINTS, 1, 0.02, replicates=30,
    ),
    Demonstration(
        "M25", "pact", "runoff share of Ada among the free voters of Cy, whom she insulted",
        o.share_among("ada", "cy"), POINTS, -1, 0.005, _NO_CONTRACTORS,
    ),
    Demonstration(
        "M26", "bids", "leaders who endorse Ben, whose camp can deliver the second place",
        o.endorsements(("cy", "dee"), "ben"), POINTS, 1, 0.04, _COVETED, replicates=30,
    ),
    Demonstration(
        "M27", "talks", "leaders who endorse a finalist",
        o.endorsements(_FOUR), POINTS, 1, 0.3, replicates=12,
    ),
    Demonstration(
        "M28", "pact", "runoff share of Ben among the voters of Cy, who endorses him",
        o.share_among("ben", "cy"), POINTS, 1, 0.05,
    ),
    Demonstration(
        "M28.selection", "pact", "runoff share of Ben among the voters of Cy, who endorses him",
        o.share_among("ben", "cy"), POINTS, 1, 0.02,
    ),
    Demonstration(
        "M28.cue", "pact", "runoff share of Ben among the voters of Cy, who endorses him",
        o.share_among("ben", "cy"), POINTS, 1, 0.005,
    ),
    Demonstration(
        "M28.notables", "pact", "runoff share of Ada in the harbour, whose mayor calls for her",
        o.share("ada", 2, "harbour"), POINTS, 1, 0.001,
    ),
    Demonstration(
        "M29", "pact", "runoff share of Ben, whom the rejected Cy endorses",
        o.share("ben", 2), POINTS, -1, 0.001,
    ),
    Demonstration(
        "M30", "pact", "runoff share of Ada among the free voters of Cy, to whom she appeals",
        o.share_among("ada", "cy"), POINTS, 1, 0.002, _NO_CONTRACTORS,
    ),
    Demonstration(
        "M31", "pact", "runoff share of Ben, whom a rival party praises",
        o.share("ben", 2), POINTS, -1, 0.0005,
    ),
    Demonstration(
        "M32", "pact", "rumours before the announcement",
        o.acts("rumour"), "rumours", 1, 0.1, replicates=24,
    ),
    Demonstration(
        "M33", "truce", "chance that nobody reaches the threshold",
        o.needs_runoff, POINTS, -1, 0.05, first_round="free", replicates=30,
    ),
    Demonstration(
        "M34", "truce", "chance that the contest is held on its day",
        o.held, POINTS, -1, 0.2, first_round="free", replicates=30,
    ),
    Demonstration(
        "M35", "pact", "chance that the winner is challenged",
        o.run_column("challenge_prob"), POINTS, 1, 0.02, replicates=24,
    ),
    Demonstration(
        "M36", "pact", "weight of Cy's machine at the next contest",
        o.camp("cy", "next_machine"), "machines", 1, 0.01, _MANY_ACTIVISTS, replicates=16,
    ),
    Demonstration(
        "M37", "pact", "people who left",
        o.leavers(), "people", 1, 5.0,
    ),
    Demonstration(
        "M38", "pact", "leavers who join the small party of their old patron",
        o.leavers_to("green"), POINTS, 1, 0.2,
    ),
    Demonstration(
        "M39", "pact", "chance that Cy's camp leaves the party",
        o.camp("cy", "split_prob"), POINTS, 1, 0.001,
    ),
    Demonstration(
        "M40", "pact", "seats under Ada, who is worth more than the last election gave",
        o.seats("ada"), "seats", 1, 5.0,
    ),
    Demonstration(
        "M41", "shores", "enrolled members who vote for their registrar",
        o.loyal_enrolled, POINTS, 1, 0.1,
    ),
    Demonstration(
        "M42", "shores", "proxy ballots, irregular stations being frequent",
        o.run_column("stuffed_ballots"), "ballots", 1, 5.0, {"irregularity_rate": 0.3},
        replicates=12,
    ),
    Demonstration(
        "M43", "pact", "runoff share of Ben, whose pact Ada names",
        o.share("ben", 2), POINTS, -1, 0.001,
    ),
)  # fmt: skip

DEMONSTRATIONS: Mapping[str, Demonstration] = MappingProxyType(
    {row.mechanism: row for row in _ROWS}
)


@cache
def demonstration_contest(name: str) -> Contest:
    """Load a made-up contest of this package by its name."""
    file = resources.files("kingmaker.experiment.demonstrations") / f"{name}.toml"
    with resources.as_file(file) as path:
        return read_contest(path)
