"""Say what is asked of a replicate and what is kept of it: the columns of every table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

FirstRound = Literal["exact", "free"]
DType = Literal["int64", "float64", "string", "bool"]

ABSTAINED = "abstained"
BLANK = "blank"
NOT_ON_ROLL = "not-on-roll"
TOTAL = "total"

MAX_ATTEMPTS = 200
"""Draws of a replicate that are tried until one can have led to the observed first round."""

ALL_IMPOSSIBLE = f"{MAX_ATTEMPTS} draws in a row were impossible"
"""What is said of a replicate that failed because none of them could."""


@dataclass(frozen=True)
class Request:
    """Ask for one replicate; plain data, so that any process can carry it out.

    Attributes
    ----------
    contest
        The contest (`kingmaker.contest.schema.Contest`).
    seed
        0 to 2**63 - 1; shared by all replicates of a run.
    replicate
        Number of the replicate, from 0; with `seed` it fixes every draw.
    behaviour
        Alliance behaviour in the command line's grammar, such as ``peretz=neutral``.
    settings
        Parameters held at a value, instead of drawn from their priors.
    draw
        Parameters taken from a posterior draw, instead of drawn from their priors.
    without
        Mechanisms switched off.
    scale
        Simulated members / entitled members in (0, 1]; None: full size, at most 200 000.
    days
        Days of campaign simulated before round one [days]; None: the contest's, else 60.
    first_round
        ``exact`` closes the residual to the observed votes; ``free`` leaves chance its part.
    reinvert
        Find the constants anew without what is switched off, instead of holding them.
    """

    contest: Any
    seed: int
    replicate: int
    behaviour: str = "historical"
    settings: Mapping[str, float] = field(default_factory=dict)
    draw: Mapping[str, float] = field(default_factory=dict)
    without: tuple[str, ...] = ()
    scale: float | None = None
    days: int | None = None
    first_round: FirstRound = "exact"
    reinvert: bool = False


@dataclass(frozen=True)
class Column:
    """Describe one column of a table: its type, unit and meaning."""

    dtype: DType
    unit: str
    meaning: str


MARGIN_STEPS: tuple[tuple[str, str], ...] = (
    ("round1", "first-round votes of the leader minus the runner-up"),
    ("preference", "voters of the eliminated follow their own utilities, nobody else moves"),
    ("selection", "likeness of the endorsers and their voters"),
    ("cue", "the endorsements as heard by the endorsers' voters"),
    ("notables", "notables speak to the members of their sectors"),
    ("appeals", "appeals over leaders' heads, outsiders' praise, changed pledges"),
    ("backlash", "members who reject an endorser turn against the endorsed"),
    ("grudge", "resentment of insulted candidates' voters"),
    ("brokers", "vote contractors give orders for the runoff"),
    ("switching", "voters of the finalists may change sides"),
    ("turnout", "some stay at home or vote blank, others come"),
    ("irregularities", "ballots cast for absent members, and ballots annulled"),
    ("round2", "runoff votes of the leader minus the runner-up"),
)

_INT: DType = "int64"
_FLOAT: DType = "float64"
_TEXT: DType = "string"

RUNS: dict[str, Column] = {
    "replicate": Column(_INT, "dimensionless", "number of the replicate, from 0"),
    "rejected_draws": Column(_INT, "draws", "impossible draws rejected before this one"),
    "winner": Column(_TEXT, "candidate id", "winner of the contest; empty where tied"),
    "decided_in_round": Column(_INT, "round", "1 where the threshold was reached, else 2"),
    "leader": Column(_TEXT, "candidate id", "first-round leader"),
    "runner_up": Column(_TEXT, "candidate id", "second of the first round"),
    "runoff_share": Column(
        _FLOAT, "fraction", "leader's part of the two finalists' runoff vote; missing in round 1"
    ),
    "scale": Column(_FLOAT, "fraction", "simulated members / entitled members"),
    "roll_round1": Column(_INT, "members", "simulated members entitled in round one"),
    "roll_round2": Column(_INT, "members", "simulated members entitled in the runoff"),
    "ballots_round1": Column(_INT, "ballots", "cast in round one, blanks included"),
    "blank_round1": Column(_INT, "ballots", "blank or void in round one"),
    "turnout_round1": Column(_FLOAT, "fraction", "ballots_round1 / roll_round1"),
    "ballots_round2": Column(_INT, "ballots", "cast in the runoff, blanks included"),
    "blank_round2": Column(_INT, "ballots", "blank or void in the runoff"),
    "turnout_round2": Column(_FLOAT, "fraction", "ballots_round2 / roll_round2"),
    "pilots": Column(_INT, "campaigns", "pilot campaigns run to find the constants"),
    "turnout_shift": Column(_FLOAT, "logit", "polling-day shift of every turnout propensity"),
    "blank_shift": Column(_FLOAT, "logit", "polling-day shift of the utility of a blank ballot"),
    "displaced_endorsements": Column(
        _INT, "endorsements", "known endorsements of somebody who is out, decided by M27 instead"
    ),
    "contest_shock": Column(
        _FLOAT, "logit", "drawn for the voters of the eliminated; missing without a runoff (M02)"
    ),
    "late_swing": Column(
        _FLOAT, "logit", "drawn for everybody between the rounds; missing without a runoff (M02)"
    ),
    "tie": Column(_TEXT, "dimensionless", "empty, or what was tied"),
    "constants": Column(
        _TEXT,
        "dimensionless",
        "own: found with everything on, as here; held: found with everything on, but this run "
        "differs; reinverted: found anew as this run is",
    ),
    "stuffed_ballots": Column(_INT, "ballots", "cast for absent members in the runoff (M42)"),
    "annulled_ballots": Column(_INT, "ballots", "annulled in the runoff (M42)"),
    "challenge_prob": Column(
        _FLOAT, "probability", "chance that the winner is challenged before the next election (M35)"
    ),
} | {f"margin_{step}": Column(_INT, "votes", meaning) for step, meaning in MARGIN_STEPS}
"""Fixed columns of ``runs``; ``shift_<candidate>`` [logit], ``constant_<candidate>`` [logit] and
``param_<parameter>`` follow them."""

TABLES: dict[str, dict[str, Column]] = {
    "runs": RUNS,
    "shares": {
        "replicate": RUNS["replicate"],
        "round": Column(_INT, "round", "1 or 2"),
        "sector": Column(_TEXT, "sector id", f"sector, or {TOTAL!r} for the whole"),
        "candidate": Column(_TEXT, "candidate id", "candidates in round 1, finalists in round 2"),
        "votes": Column(_INT, "votes", "simulated votes"),
        "share": Column(_FLOAT, "fraction", "votes / candidate votes of the sector"),
    },
    "transfers": {
        "replicate": RUNS["replicate"],
        "sector": Column(_TEXT, "sector id", f"sector, or {TOTAL!r} for the whole"),
        "origin": Column(
            _TEXT, "candidate id", f"first vote, or {BLANK!r}, {ABSTAINED!r}, {NOT_ON_ROLL!r}"
        ),
        "destination": Column(
            _TEXT, "candidate id", f"runoff vote, or {BLANK!r}, {ABSTAINED!r}, {NOT_ON_ROLL!r}"
        ),
        "members": Column(_INT, "members", "members who went this way"),
    },
    "deals": {
        "replicate": RUNS["replicate"],
        "day": Column(_INT, "days", "day after round one (negative: before)"),
        "date": Column(_TEXT, "ISO date", "calendar date of the day"),
        "actor": Column(_TEXT, "actor id", "who acted"),
        "act": Column(_TEXT, "dimensionless", "what was done; see the list below the tables"),
        "target": Column(_TEXT, "actor id", "whom the act concerns; empty where nobody"),
        "basis": Column(
            _TEXT, "dimensionless", "historical, behaviour, decision, displaced or pact (M33)"
        ),
        "terms": Column(_TEXT, "dimensionless", "terms, where there are any"),
        "value": Column(_FLOAT, "utility", "net value of the act to the actor, where computed"),
        "reason": Column(_TEXT, "dimensionless", "terms of the value, largest first"),
        "prob": Column(
            _FLOAT, "probability", "of an eliminated leader's choice, as M27 sees it; else missing"
        ),
        "prob_endorses": Column(
            _FLOAT, "probability", "that he endorses one of the finalists, whichever; else missing"
        ),
    },
    "daily": {
        "replicate": RUNS["replicate"],
        "day": Column(_INT, "days", "day after round one (negative: before)"),
        "candidate": Column(_TEXT, "candidate id", "candidate still in the race"),
        "support": Column(_FLOAT, "fraction", "members who prefer the candidate, blocs by order"),
        "contacts": Column(_INT, "contacts", "members reached by the candidate's camp that day"),
        "activists": Column(_INT, "activists", "activists working for the candidate"),
        "grudge": Column(_FLOAT, "insults", "sum of the other candidates' grudges against"),
        "likely_turnout": Column(_FLOAT, "fraction", "members more likely than not to vote"),
    },
    "polls": {
        "replicate": RUNS["replicate"],
        "day": Column(_INT, "days", "day after round one (negative: before)"),
        "date": Column(_TEXT, "ISO date", "calendar date of publication"),
        "pollster": Column(_TEXT, "dimensionless", "name in the contest file"),
        "question": Column(_TEXT, "dimensionless", "round1 or runoff"),
        "n": Column(_INT, "respondents", "size of the sample"),
        "candidate": Column(_TEXT, "candidate id", "candidate asked about"),
        "share": Column(_FLOAT, "fraction", "simulated share of all asked"),
        "observed": Column(_FLOAT, "fraction", "published share; missing where unknown"),
    },
    "blocs": {
        "replicate": RUNS["replicate"],
        "round": Column(_INT, "round", "1 or 2"),
        "bloc": Column(_TEXT, "bloc id", "bloc of the contest file, or a drawn one"),
        "sector": Column(_TEXT, "sector id", "sector of its members"),
        "camp": Column(_TEXT, "candidate id", "candidate served in round one"),
        "order": Column(_TEXT, "candidate id", "candidate it was told to vote for; empty: none"),
        "members": Column(_INT, "members", "members of the bloc"),
        "voted": Column(_INT, "ballots", "ballots cast by its members"),
        "as_told": Column(_INT, "votes", "votes for the candidate of the order"),
        "stuffed": Column(_INT, "ballots", "ballots cast for absent members (M42)"),
        "annulled": Column(_INT, "ballots", "ballots annulled after a complaint (M42)"),
    },
    "registration": {
        "replicate": RUNS["replicate"],
        "candidate": Column(_TEXT, "candidate id", "candidate whose camp enrolled"),
        "enrolled": Column(_INT, "members", "members enrolled by the camp before the roll closed"),
        "own_votes": Column(_INT, "votes", "of these, first-round votes for the candidate"),
        "other_votes": Column(_INT, "votes", "of these, first-round votes for others, or blank"),
        "stayed_home": Column(_INT, "members", "of these, abstained in round one"),
    },
    "exits": {
        "replicate": RUNS["replicate"],
        "after_round": Column(_INT, "round", "1 or 2"),
        "camp": Column(_TEXT, "candidate id", "first vote, or the activist's candidate"),
        "rank": Column(_TEXT, "dimensionless", "member, foot, branch-head or regional-head"),
        "destination": Column(_TEXT, "actor id", "rival party joined; empty: none"),
        "people": Column(_INT, "persons", "who left"),
    },
    "promises": {
        "replicate": RUNS["replicate"],
        "by": Column(_TEXT, "candidate id", "winner who had promised"),
        "to": Column(_TEXT, "candidate id", "to whom"),
        "kind": Column(_TEXT, "dimensionless", "office, second-place and so on"),
        "delivery_prob": Column(_FLOAT, "probability", "chance that it could be delivered"),
        "kept": Column(_INT, "promises", "1 where it was kept, else 0"),
        "reputation": Column(_FLOAT, "fraction", "the winner's reputation for keeping promises"),
    },
    "camps": {
        "replicate": RUNS["replicate"],
        "candidate": Column(_TEXT, "candidate id", "candidate of round one"),
        "machine": Column(_FLOAT, "dimensionless", "weight of the organisation in this contest"),
        "next_machine": Column(_FLOAT, "dimensionless", "its weight at the next contest (M36)"),
        "split_prob": Column(_FLOAT, "probability", "chance that the camp leaves the party (M39)"),
        "split": Column(_INT, "splits", "1 where it left, else 0"),
        "leavers": Column(_INT, "members", "members who left with it"),
    },
    "seats": {
        "replicate": RUNS["replicate"],
        "leader": Column(_TEXT, "candidate id", "finalist, the winner or not"),
        "source": Column(_TEXT, "actor id", "a party, own, elsewhere, split or total"),
        "seats": Column(_FLOAT, "seats", "seats of the party under the leader"),
    },
    "candidacies": {
        "replicate": RUNS["replicate"],
        "candidate": Column(_TEXT, "candidate id", "possible candidate (M33)"),
        "prob": Column(_FLOAT, "probability", "chance to stand, on the actor's beliefs"),
        "stands": Column(_INT, "candidacies", "1 where the candidate stands, else 0"),
        "pact": Column(_TEXT, "dimensionless", "none, one-way, mutual or withdrawal"),
        "held": Column(_INT, "contests", "1 where the contest is held on its day (M34), else 0"),
        "reason": Column(_TEXT, "dimensionless", "terms of the value, largest first"),
    },
}


@dataclass(frozen=True)
class ReplicateRecord:
    """Keep one finished replicate.

    Attributes
    ----------
    run
        The row of ``runs``.
    tables
        Rows of the other tables, by table and column, columns as lists of equal length.
    drawn
        Facts that the contest file does not hold and that were drawn, as sentences.
    """

    run: dict[str, Any]
    tables: dict[str, dict[str, list[Any]]]
    drawn: tuple[str, ...] = ()
