"""Describe what a row of the register of behaviours says, and what arguments may be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "leaders",
    "notables",
    "finalists",
    "head of government",
    "campaign",
    "candidacies",
    "contractors",
    "activists",
    "letters",
    "calendar",
    "institutions",
]
"""Who follows a behaviour, or what it changes."""

Argument = Literal[
    "", "CANDIDATE", "[CANDIDATE]", "CANDIDATE@DAY", "NOTABLE=CANDIDATE", "PACT", "DAYS", "SHARE"
]
"""What is written after the colon; in brackets where it may be left out."""

PACTS = ("one-way", "mutual")
"""Pacts of a coordinated candidacy: support in the runoff by one partner, or by either."""

NOTABLE_WORDS = ("historical", "decide", "neutral", "free-vote", "endorse")
"""Leaders' behaviours that a notable can follow."""

MAX_GAP_DAYS = 60
"""Longest time between the rounds that can be asked for [days]; assumed."""

THRESHOLDS = (0.2, 0.6)
"""Lowest and highest threshold that can be asked for [fraction]; assumed."""


@dataclass(frozen=True)
class Behaviour:
    """Describe one behaviour.

    Attributes
    ----------
    name
        Word of the grammar.
    kind
        Who follows it, or what it changes.
    argument
        What is written after the colon; empty where nothing is.
    meaning
        What happens where it is followed.
    source
        The report, or the thought, that it comes from.
    mechanisms
        Ids of the mechanisms through which it acts; empty for a rule of the contest.
    touches_campaign
        Whether it changes round one or the days before it.
    redecides
        Whether it changes what a choice is worth, so that leaders whose historical choice is
        known look at it again.
    """

    name: str
    kind: Kind
    argument: Argument
    meaning: str
    source: str
    mechanisms: tuple[str, ...]
    touches_campaign: bool = False
    redecides: bool = False

    @property
    def written(self) -> str:
        """How it is written, such as ``announce:CANDIDATE@DAY`` or ``joint-ticket[:CANDIDATE]``."""
        if self.argument.startswith("["):
            return f"{self.name}[:{self.argument[1:-1]}]"
        return f"{self.name}:{self.argument}" if self.argument else self.name
