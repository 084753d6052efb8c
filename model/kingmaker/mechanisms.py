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
    code
        Module of the package that holds it.
    outcome
        Its own outcome: what its effect is measured on.
    parts
        Parts that can be switched off alone.
    """

    id: str
    title: str
    source: str
    phase: Phase
    off: str
    code: str
    outcome: str
    parts: tuple[str, ...] = ()


_ROWS = (
    Mechanism(
        "M01",
        "spatial and sector preference, rejection, persistent taste",
        "reports of 2007 and 2011; Sanders et al. 2011",
        "campaign",
        "no distance, sector, branch, rejection or registrar term: constants and tastes decide",
        "population/kernels.py",
        "spread of round one between sectors",
    ),
    Mechanism(
        "M02",
        "members cast the ballot that their utility or their bloc commands",
        "reports of 2007 and 2011",
        "campaign",
        "uncommitted members vote by a uniform lottery in both rounds",
        "ballot/casting.py",
        "round-one share of the front-runner",
    ),
    Mechanism(
        "M03",
        "strategic voters desert candidates without a chance of the top two",
        "report of 2011; laboratory elections in two rounds",
        "campaign",
        "nobody deserts",
        "campaign/desertion.py",
        "round-one share of the hopeless",
    ),
    Mechanism(
        "M04",
        "a front-runner calls votes for a rival wasted: some desert, the rival resents it",
        "report of 2011",
        "campaign",
        "the calls are not heard: no desertion and no grudge",
        "campaign/press.py",
        "round-one share of the rival",
    ),
    Mechanism(
        "M05",
        "turnout of both rounds tied per member by propensity and habit",
        "report of 2011; Pons and Tricaud 2018",
        "campaign",
        "every member has the same probability to vote, whoever contacts or orders him",
        "ballot/turnout.py",
        "runoff turnout of round-one voters over that of abstainers",
    ),
    Mechanism(
        "M06",
        "candidates choose messages for gain among marginal voters; attacks feed grudges",
        "report of 2007",
        "campaign",
        "no message moves anybody",
        "campaign/messages.py",
        "round-one share of the candidate with the better message",
    ),
    Mechanism(
        "M07",
        "momentum of the first-round leader and of candidates rising in polls",
        "Granzier, Pons and Tricaud; Kiss and Simonovits; Bartels 1988",
        "campaign",
        "no bonus for leading or rising",
        "interlude.py",
        "runoff share of the leader",
    ),
    Mechanism(
        "M08",
        "general-election seats per leader move attentive members",
        "reports of 2007 and 2011; Simas 2017",
        "campaign",
        "seat polls move nobody",
        "campaign/climate.py",
        "runoff share of the leader with more seats",
    ),
    Mechanism(
        "M09",
        "published polls with house error and under-coverage of blocs and new members",
        "polls of 2002, 2005, 2007 and 2011",
        "campaign",
        "no polls are published",
        "campaign/polls.py",
        "part of the last poll for the candidate with organised blocs",
    ),
    Mechanism(
        "M10",
        "canvassing moves turnout and, a little and with decay, the undecided",
        "report of 2011; Nickerson 2008; Kalla and Broockman 2018; Pons 2018",
        "campaign",
        "nobody is contacted",
        "campaign/canvassing.py",
        "turnout of round one",
    ),
    Mechanism(
        "M11",
        "an ally's machine lifts the turnout of his voters who go his way",
        "report of 2011",
        "runoff",
        "allies bring nobody to the polls",
        "interlude.py",
        "runoff turnout of the ally's voters",
    ),
    Mechanism(
        "M12",
        "branch and bloc peers pull leanings, anchored to the first opinion",
        "Friedkin and Johnsen; Huckfeldt; Bond et al. 2012",
        "campaign",
        "peers pull nobody",
        "campaign/peer_kernels.py",
        "round-one share of the larger camp",
    ),
    Mechanism(
        "M13",
        "effort goes to the sector with the largest deficit times reachability",
        "report of 2007",
        "campaign",
        "activists work in proportion to the members",
        "campaign/targeting.py",
        "contacts in the sector of the deficit",
    ),
    Mechanism(
        "M14",
        "vote contractors deliver their blocs as far as obedience and monitoring allow",
        "report of 2011; Stokes et al. 2013; Larreguy et al. 2016",
        "campaign",
        "every bloc member votes freely",
        "ballot/casting.py",
        "bloc members who vote as told",
    ),
    Mechanism(
        "M15",
        "contractors re-contract between the rounds",
        "reports of 2007 and 2011; Novaes 2018",
        "runoff",
        "contractors of the eliminated give no order; those of finalists keep theirs",
        "campaign/contracting.py",
        "blocs of the eliminated with an order",
    ),
    Mechanism(
        "M16",
        "a leader's deal does not bind his lieutenants",
        "calls between the rounds of 2007 and 2011",
        "runoff",
        "lieutenants say what their leader says",
        "alliance/lieutenants.py",
        "lieutenants who go the other way",
    ),
    Mechanism(
        "M17",
        "activists change camp before their leader decides",
        "report of 2011",
        "runoff",
        "activists wait for their leader",
        "alliance/consultation.py",
        "activists who moved early",
    ),
    Mechanism(
        "M18",
        "leaders observe their activists' wish with delay before they decide",
        "reports of 2007 and 2011",
        "runoff",
        "leaders decide without consulting",
        "alliance/consultation.py",
        "endorsements that go with the activists' wish",
    ),
    Mechanism(
        "M19",
        "mayors, unions and MPs press a leader in public letters",
        "report of 2011",
        "runoff",
        "letters press nobody",
        "alliance/pressure.py",
        "endorsements of the finalist whom the letters ask for",
    ),
    Mechanism(
        "M20",
        "a finalist ignores the leader and buys lieutenants; a loyal one refuses",
        "report of 2007",
        "runoff",
        "lieutenants are offered nothing",
        "alliance/lieutenants.py",
        "lieutenants won by the poacher",
    ),
    Mechanism(
        "M21",
        "phone calls, meetings, visits and praise lower a grudge; the first mover counts",
        "reports of 2007 and 2011",
        "runoff",
        "courting moves nobody",
        "alliance/courting.py",
        "endorsements of the finalist who courts",
    ),
    Mechanism(
        "M22",
        "finalists offer offices, the second place, posts and words",
        "reports of 2007 and 2011; Gamson; Warwick and Druckman 2006",
        "runoff",
        "nothing is offered",
        "alliance/offers.py",
        "endorsements of a finalist",
    ),
    Mechanism(
        "M23",
        "the head of government supplies or refuses offices",
        "report of 2007",
        "runoff",
        "offices in the government are the party's own to give",
        "alliance/government.py",
        "endorsements of the head's preferred finalist",
    ),
    Mechanism(
        "M24",
        "pledges about the government bind, repel and lose worth when they change",
        "report of 2007",
        "runoff",
        "pledges move neither leaders nor members",
        "alliance/pledges.py",
        "endorsements of the finalist without a conflicting pledge",
    ),
    Mechanism(
        "M25",
        "attacks, insults and wasted-vote talk feed grudges of leaders and followers",
        "reports of 2007 and 2011",
        "campaign",
        "nobody resents anything",
        "campaign/climate.py",
        "runoff share of the insulter among the insulted candidate's voters",
    ),
    Mechanism(
        "M26",
        "what a finalist promises counts only as far as his camp can deliver it",
        "report of 2011",
        "runoff",
        "the second place is worth what is said",
        "alliance/offers.py",
        "endorsements of the finalist whose camp can deliver",
    ),
    Mechanism(
        "M27",
        "eliminated leaders decide whom to endorse",
        "reports of 2007 and 2011",
        "runoff",
        "every eliminated leader stays neutral",
        "alliance/decision.py",
        "leaders who endorse somebody",
    ),
    Mechanism(
        "M28",
        "followers follow in part: selection apart from the cue",
        "two-round contests; Kousser et al. 2015",
        "runoff",
        "endorsements say nothing about, and nothing to, the endorser's voters",
        "interlude.py",
        "runoff share of the endorsed among the endorser's voters",
        parts=("selection", "cue", "notables"),
    ),
    Mechanism(
        "M29",
        "a deal with a rejected leader repels, or attracts, those who reject him",
        "report of 2007; polls of 30 May and 6 June 2007 (added after seeing them)",
        "runoff",
        "deals repel nobody",
        "interlude.py",
        "runoff share of the endorsed",
    ),
    Mechanism(
        "M30",
        "a finalist appeals to a leader's voters over his head",
        "report of 2011; call of 31 May 2007",
        "runoff",
        "appeals reach nobody",
        "alliance/appeals.py",
        "runoff share of the appellant among the leader's voters",
    ),
    Mechanism(
        "M31",
        "praise from a rival party's politician is used against the finalist, who can rebut it",
        "report of 2011",
        "runoff",
        "outsiders' praise is not heard",
        "alliance/appeals.py",
        "runoff share of the praised",
    ),
    Mechanism(
        "M32",
        "talks are private; the press reports rumours that one side denies",
        "reports of 2007 and 2008",
        "runoff",
        "nothing leaks",
        "alliance/rumours.py",
        "rumours before the announcement",
    ),
    Mechanism(
        "M33",
        "candidacy game: stand, stand with a pact, withdraw, or keep a promise not to stand",
        "report of 2008",
        "campaign",
        "everybody stands, without pacts",
        "alliance/candidacy.py",
        "chance that nobody reaches the threshold",
    ),
    Mechanism(
        "M34",
        "the constitution requires a primary that an informal agreement postpones",
        "report of 2008",
        "campaign",
        "the contest is held on its day",
        "alliance/candidacy.py",
        "chance that the contest is held",
    ),
    Mechanism(
        "M35",
        "the winner keeps a part of his promises; broken ones breed the next challenge",
        "report of 2008",
        "runoff",
        "all promises are kept",
        "aftermath/promises.py",
        "chance of the next challenge",
    ),
    Mechanism(
        "M36",
        "losers invest in headquarters and party institutions",
        "report of 2007",
        "runoff",
        "machines stay as they are",
        "aftermath/institutions.py",
        "machine of the loser at the next contest",
    ),
    Mechanism(
        "M37",
        "members leave after each round, branch heads and regional directors first",
        "report of 2011; Cross and Pruysers 2019; Bale, Webb and Poletti",
        "runoff",
        "nobody leaves",
        "aftermath/exit.py",
        "people who left",
    ),
    Mechanism(
        "M38",
        "leavers choose among rival parties by old ties and distance",
        "report of 2011",
        "runoff",
        "leavers choose by size",
        "aftermath/exit.py",
        "leavers who join the party of their old patron",
    ),
    Mechanism(
        "M39",
        "a faction leaves: grudge, distance, size, outside offer, a pact that excludes it",
        "report of 2011; Ceron",
        "runoff",
        "no faction leaves, and nobody discounts an offer for it",
        "aftermath/split.py",
        "chance of a split",
    ),
    Mechanism(
        "M40",
        "seats after the contest, by leader and by the party that they come from",
        "report of 2011",
        "runoff",
        "the party wins its last seats under anybody",
        "aftermath/seats.py",
        "seats under the leader with more",
    ),
    Mechanism(
        "M41",
        "candidates and brokers enrol members before the roll closes",
        "reports and claims of 2007 and 2011",
        "campaign",
        "nobody owes his membership to a camp",
        "population/registration.py",
        "enrolled members who vote for their registrar",
    ),
    Mechanism(
        "M42",
        "pressure at the ballot box, proxy ballots in stations of one broker, annulled stations",
        "report of 2011; complaints of 2007",
        "runoff",
        "no ballot is stuffed or annulled",
        "ballot/irregularities.py",
        "proxy ballots",
    ),
    Mechanism(
        "M43",
        "the other finalist names a pact among the ally's opponents",
        "stickers of June 2007 (added after seeing the result)",
        "runoff",
        "nobody names the pact",
        "alliance/appeals.py",
        "runoff share of the endorsed",
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
