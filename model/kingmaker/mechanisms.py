"""Register the mechanisms: what each is, where it was seen, and what switching it off means."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from kingmaker.errors import ParameterError, Problem, did_you_mean

Phase = Literal["campaign", "runoff"]


@dataclass(frozen=True)
class Mechanism:
    """Describe one mechanism.

    Attributes
    ----------
    id
        ``M01`` and so on; parts that can be switched apart are ``M28.cue``.
    title
        What it does, one line.
    source
        Where it was seen.
    phase
        First phase that it touches: ablating a campaign mechanism changes round one.
    off
        What switching it off means.
    parts
        Parts that can be switched off alone.
    """

    id: str
    title: str
    source: str
    phase: Phase
    off: str
    parts: tuple[str, ...] = ()


_ROWS = (
    Mechanism(
        "M01",
        "spatial and sector preference, rejection, persistent taste",
        "reports of 2007 and 2011; Sanders et al. 2011",
        "campaign",
        "no distance, sector, branch, rejection or registrar term: constants and tastes decide",
    ),
    Mechanism(
        "M02",
        "members cast the ballot that their utility or their bloc commands",
        "reports of 2007 and 2011",
        "campaign",
        "uncommitted members vote by a uniform lottery in both rounds",
    ),
    Mechanism(
        "M05",
        "turnout of both rounds tied per member by propensity and habit",
        "report of 2011; Pons and Tricaud 2018",
        "campaign",
        "every member has the same probability to vote, whoever contacts or orders him",
    ),
    Mechanism(
        "M06",
        "candidates choose messages for gain among marginal voters; attacks feed grudges",
        "report of 2007",
        "campaign",
        "no message moves anybody",
    ),
    Mechanism(
        "M07",
        "momentum of the first-round leader and of candidates rising in polls",
        "Granzier, Pons and Tricaud; Kiss and Simonovits; Bartels 1988",
        "campaign",
        "no bonus for leading or rising",
    ),
    Mechanism(
        "M08",
        "general-election seats per leader move attentive members",
        "reports of 2007 and 2011; Simas 2017",
        "campaign",
        "seat polls move nobody",
    ),
    Mechanism(
        "M09",
        "published polls with house error and under-coverage of blocs and new members",
        "polls of 2002, 2005, 2007 and 2011",
        "campaign",
        "no polls are published",
    ),
    Mechanism(
        "M10",
        "canvassing moves turnout and, a little and with decay, the undecided",
        "report of 2011; Nickerson 2008; Kalla and Broockman 2018; Pons 2018",
        "campaign",
        "nobody is contacted",
    ),
    Mechanism(
        "M11",
        "an ally's machine lifts the turnout of his voters who go his way",
        "report of 2011",
        "runoff",
        "allies bring nobody to the polls",
    ),
    Mechanism(
        "M12",
        "branch and bloc peers pull leanings, anchored to the first opinion",
        "Friedkin and Johnsen; Huckfeldt; Bond et al. 2012",
        "campaign",
        "peers pull nobody",
    ),
    Mechanism(
        "M14",
        "vote contractors deliver their blocs as far as obedience and monitoring allow",
        "report of 2011; Stokes et al. 2013; Larreguy et al. 2016",
        "campaign",
        "every bloc member votes freely",
    ),
    Mechanism(
        "M15",
        "contractors re-contract between the rounds",
        "reports of 2007 and 2011; Novaes 2018",
        "runoff",
        "contractors of the eliminated give no order; those of finalists keep theirs",
    ),
    Mechanism(
        "M17",
        "activists change camp before their leader decides",
        "report of 2011",
        "runoff",
        "activists wait for their leader",
    ),
    Mechanism(
        "M18",
        "leaders observe their activists' wish with delay before they decide",
        "reports of 2007 and 2011",
        "runoff",
        "leaders decide without consulting",
    ),
    Mechanism(
        "M22",
        "finalists offer offices, the second place, posts and words",
        "reports of 2007 and 2011; Gamson; Warwick and Druckman 2006",
        "runoff",
        "nothing is offered",
    ),
    Mechanism(
        "M25",
        "attacks, insults and wasted-vote talk feed grudges of leaders and followers",
        "reports of 2007 and 2011",
        "campaign",
        "nobody resents anything",
    ),
    Mechanism(
        "M27",
        "eliminated leaders decide whom to endorse",
        "reports of 2007 and 2011",
        "runoff",
        "every eliminated leader stays neutral",
    ),
    Mechanism(
        "M28",
        "followers follow in part: selection apart from the cue",
        "two-round contests; Kousser et al. 2015",
        "runoff",
        "endorsements say nothing about, and nothing to, the endorser's voters",
        parts=("selection", "cue"),
    ),
    Mechanism(
        "M29",
        "a deal with a rejected leader repels, or attracts, those who reject him",
        "report of 2007; polls of 30 May and 6 June 2007 (added after seeing them)",
        "runoff",
        "deals repel nobody",
    ),
)

MECHANISMS: dict[str, Mechanism] = {row.id: row for row in _ROWS}


def switchable_ids() -> tuple[str, ...]:
    """List everything that can be switched off, parts included."""
    parts = [f"{row.id}.{part}" for row in _ROWS for part in row.parts]
    return tuple(sorted([*MECHANISMS, *parts]))


def parse_without(text: str) -> tuple[str, ...]:
    """Read a list of mechanisms to switch off, such as ``M15,M28.cue``.

    Parameters
    ----------
    text
        Ids separated by commas, in any case; empty for none.

    Returns
    -------
    Ids in canonical order, each once.

    Raises
    ------
    ParameterError
        Unknown ids, all at once.
    """
    known = switchable_ids()
    by_lower = {name.lower(): name for name in known}
    words = [word.strip() for word in text.split(",") if word.strip()]
    problems = tuple(
        Problem("--without", f"unknown mechanism '{word}'", _near(word, known))
        for word in words
        if word.lower() not in by_lower
    )
    if problems:
        raise ParameterError("mechanisms", problems)
    return tuple(sorted({by_lower[word.lower()] for word in words}))


def _near(word: str, known: tuple[str, ...]) -> str:
    if re.fullmatch(r"[mM]?\d+(\..*)?", word):
        return "known: " + ", ".join(known)
    return did_you_mean(word, known)


@dataclass(frozen=True)
class Switches:
    """Tell whether a mechanism is on.

    Attributes
    ----------
    without
        Ids of what is off, as `parse_without` returns them.
    """

    without: tuple[str, ...] = ()

    def on(self, mechanism: str, part: str | None = None) -> bool:
        """Say whether a mechanism, or one part of it, is on."""
        if mechanism not in MECHANISMS:
            raise KeyError(mechanism)
        if mechanism in self.without:
            return False
        return part is None or f"{mechanism}.{part}" not in self.without

    @property
    def touch_campaign(self) -> bool:
        """Whether something is off that shapes round one."""
        return any(MECHANISMS[w.split(".")[0]].phase == "campaign" for w in self.without)
