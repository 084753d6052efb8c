"""Tell contests apart by country, party and dates, never by their ids alone."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass

from kingmaker.cases.eve import runoff_day
from kingmaker.contest.facts import finalists_observed
from kingmaker.contest.schema import Contest

FAMILIES: dict[tuple[str, str], str] = {
    ("France", "PS in Marseille"): "PS",
    ("France", "Les Verts"): "EELV",
    ("France", "RPR"): "UMP",
    ("France", "UMP in Lyon"): "UMP",
    ("Greece", "KINAL"): "PASOK",
    ("United States", "Republican Party of Alabama"): "Republican Party",
    ("United States", "Republican Party of Georgia"): "Republican Party",
    ("United States", "Republican Party of Mississippi"): "Republican Party",
    ("United States", "Republican Party of South Carolina"): "Republican Party",
    ("United States", "Republican Party of Texas"): "Republican Party",
}
"""Country and party of a file to the party that it belongs to, or that it became.

Local branches belong to their party; Les Verts became EELV in 2010, the RPR went into the UMP in
2002, KINAL took back the name of PASOK in 2022. A party that is not listed is its own family.
"""


@dataclass(frozen=True)
class ContestKey:
    """Say which contest a contest is, whatever its id.

    Attributes
    ----------
    country
        Country without region.
    party
        Party as in the file.
    family
        The party that it belongs to; see `FAMILIES`.
    first, last
        Polling days; the same where there was no runoff.
    finalists
        Names of the finalists, sorted and folded; empty without a runoff.
    """

    country: str
    party: str
    family: str
    first: dt.date
    last: dt.date
    finalists: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """Country and family, by which a party is named in posteriors and tables."""
        return f"{self.country}: {self.family}"

    def of_party(self, country: str, party: str) -> bool:
        """Tell whether the contest is one of a party, or of a branch of it."""
        same_country = _folded(self.country) == _folded(country)
        return same_country and _folded(party) in (_folded(self.party), _folded(self.family))

    def overlaps(self, other: ContestKey) -> bool:
        """Tell whether the polling days of one lie within those of the other, in part."""
        return self.first <= other.last and other.first <= self.last


def key_of(contest: Contest) -> ContestKey:
    """Make the key of a contest."""
    country = re.sub(r"\s*\(.*\)$", "", contest.country)
    names = {candidate.id: candidate.name for candidate in contest.candidates}
    finalists = sorted(_folded(names[name]) for name in finalists_observed(contest) or ())
    return ContestKey(
        country=country,
        party=contest.party,
        family=FAMILIES.get((country, contest.party), contest.party),
        first=contest.dates.round1,
        last=runoff_day(contest) or contest.dates.round1,
        finalists=tuple(finalists),
    )


def same_party(one: ContestKey, other: ContestKey) -> bool:
    """Tell whether two contests are of the same party, its branches and forerunners included."""
    same_country = _folded(one.country) == _folded(other.country)
    return same_country and _folded(one.family) == _folded(other.family)


def same_contest(one: ContestKey, other: ContestKey) -> bool:
    """Tell whether two files may report the same contest.

    They may if their polling days overlap in one country, and party or finalists are the same.
    """
    if _folded(one.country) != _folded(other.country) or not one.overlaps(other):
        return False
    same_finalists = bool(one.finalists) and one.finalists == other.finalists
    return same_finalists or _folded(one.party) == _folded(other.party)


def _folded(text: str) -> str:
    """Fold case, accents and punctuation, so that spellings compare."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")
    return re.sub(r"[^a-z0-9]+", " ", plain.lower()).strip()
