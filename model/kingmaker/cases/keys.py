"""Tell contests apart by days, names and first-round shares, never by their ids alone."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass, field

from kingmaker.cases.eve import runoff_day
from kingmaker.contest.facts import country_of, finalists_observed, observed_votes
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


SLACK = 7
"""Days by which polling days of two files that report one contest may differ [days]; assumed."""

SAME_SHARE = 0.01
"""Difference of first-round shares up to which contests may be the same [fraction]; assumed."""

OTHER_SHARE = 0.05
"""Difference of first-round shares from which contests of one day differ [fraction]; assumed."""


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
    leading
        First-round shares of the first two, of candidate votes, larger first [fraction]; empty
        where they are unknown. Two keys are equal whatever their shares.
    """

    country: str
    party: str
    family: str
    first: dt.date
    last: dt.date
    finalists: tuple[str, ...] = ()
    leading: tuple[float, ...] = field(default=(), compare=False)

    @property
    def label(self) -> str:
        """Country and family, by which a party is named in posteriors and tables."""
        return f"{self.country}: {self.family}"

    def of_party(self, country: str, party: str) -> bool:
        """Tell whether the contest is one of a party, or of a branch of it."""
        return _alike(self.country, country) and (
            _alike(self.party, party) or _alike(self.family, party)
        )

    def is_near(self, other: ContestKey) -> bool:
        """Tell whether polling days of two contests are the same, or nearly; see `SLACK`."""
        slack = dt.timedelta(days=SLACK)
        return self.first <= other.last + slack and other.first <= self.last + slack

    def distance(self, other: ContestKey) -> float | None:
        """Return how far apart first-round shares of two contests are; None where unknown."""
        if not self.leading or not other.leading:
            return None
        return max(abs(a - b) for a, b in zip(self.leading, other.leading, strict=True))


def key_of(contest: Contest) -> ContestKey:
    """Make the key of a contest."""
    country = country_of(contest)
    names = {candidate.id: candidate.name for candidate in contest.candidates}
    finalists = sorted(_folded(names[name]) for name in finalists_observed(contest) or ())
    return ContestKey(
        country=country,
        party=contest.party,
        family=FAMILIES.get((country, contest.party), contest.party),
        first=contest.dates.round1,
        last=runoff_day(contest) or contest.dates.round1,
        finalists=tuple(finalists),
        leading=_leading(contest),
    )


def same_party(one: ContestKey, other: ContestKey) -> bool:
    """Tell whether two contests are of the same party, its branches and forerunners included."""
    return _alike(one.country, other.country) and _alike(one.family, other.family)


def same_contest(one: ContestKey, other: ContestKey) -> bool:
    """Tell whether two files may report the same contest.

    They may if their days are near, and either

    - finalists are the same, or first-round shares, whatever the country is called; or
    - the party is the same in one country; or
    - both days are the same in one country, whatever party and finalists are called, unless
      first-round shares tell them apart, as those of two parties' primaries.

    It is better to leave out one contest too many than to forecast a contest from itself.
    """
    if not one.is_near(other):
        return False
    if one.finalists == other.finalists and one.finalists and all(one.finalists):
        return True
    distance = one.distance(other)
    if distance is not None and distance <= SAME_SHARE:
        return True
    if not _alike(one.country, other.country):
        return False
    same_days = (one.first, one.last) == (other.first, other.last)
    is_apart = distance is not None and distance >= OTHER_SHARE
    return _alike(one.party, other.party) or (same_days and not is_apart)


def _leading(contest: Contest) -> tuple[float, ...]:
    """Return the first-round shares of the first two, if there are any."""
    votes = sorted((observed_votes(contest, 1) or {}).values(), reverse=True)
    total = sum(votes)
    return tuple(n / total for n in votes[:2]) if total and len(votes) > 1 else ()


def _alike(one: str, other: str) -> bool:
    """Tell whether two names are the same when folded; what has no letters is like nothing."""
    return _folded(one) == _folded(other) != ""


def _folded(text: str) -> str:
    """Fold case, accents and punctuation, so that spellings compare.

    Of signs beyond ASCII, digits and letters of other scripts than the Latin one are kept.
    """
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", text) if _is_kept(sign))
    return re.sub(r"[\W_]+", " ", plain.casefold()).strip()


def _is_kept(sign: str) -> bool:
    """Tell whether a sign stays when a name is folded."""
    is_letter = unicodedata.category(sign) in ("Lu", "Ll", "Lt", "Lo", "Nd")
    return sign.isascii() or (is_letter and not unicodedata.name(sign, "").startswith("LATIN"))
