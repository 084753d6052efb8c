"""Cut a contest down to what a forecaster could know on the eve of its runoff, or earlier."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Protocol

from kingmaker.contest.facts import endorsement_phase, gap_days
from kingmaker.contest.schema import Candidate, Contest, Endorsement, Poll, Sector, Town


class _Act(Protocol):
    """Anything with a day, or a window of days."""

    @property
    def date(self) -> dt.date | None: ...

    @property
    def earliest(self) -> dt.date | None: ...

    @property
    def latest(self) -> dt.date | None: ...


def runoff_day(contest: Contest) -> dt.date | None:
    """Return the polling day of the runoff; None in a contest without one."""
    gap = gap_days(contest)
    return None if gap is None else contest.dates.round1 + dt.timedelta(days=gap)


def known_on_the_eve(contest: Contest, as_of: dt.date | None = None) -> Contest:
    """Cut a contest down to what could be known on the eve of the runoff, or earlier.

    Parameters
    ----------
    contest
        The contest, whole.
    as_of
        Last day of which anything is known, from the day of round one; None, or the day of the
        runoff or later: the eve.

    Returns
    -------
    The contest without the result of the runoff, in total, by sector and by place; without what
    polls saw of transfers; and without whatever was published, said or done later, or on the day
    of the runoff. Unchanged are rules, rolls, people, round one and the texts of notes, which
    nothing computes with.

    Raises
    ------
    ValueError
        If the contest has no runoff.

    Notes
    -----
    A day that is a window counts by its last possible day. A call without a last day counts where
    it must have been made before the runoff, since it belongs before round one or between the
    rounds, unless its first possible day is too late; a poll without a last day does not count;
    other acts without any day do, since what a file reports without a day belongs to the campaign.
    Before the eve, acts without a last day do not count, and calls only if they belong before round
    one. Who gave up a place in the runoff later than is known, or on the day of the runoff, is
    still a finalist. Where both rounds are on one day, the eve is the hour after the first count:
    calls and withdrawals between the rounds count, polls of that day do not.
    """
    runoff = runoff_day(contest)
    if runoff is None:
        raise ValueError(f"{contest.id} has no runoff")
    cut = _Cut(contest, runoff, as_of)
    return contest.model_copy(
        update={
            "candidates": tuple(cut.candidate(one) for one in contest.candidates),
            "sectors": tuple(_sector_before(sector) for sector in contest.sectors),
            "towns": tuple(_town_before(town) for town in contest.towns),
            "polls": tuple(poll for poll in contest.polls if cut.has_published(poll)),
            "events": tuple(act for act in contest.events if cut.has_happened(act)),
            "endorsements": tuple(call for call in contest.endorsements if cut.has_called(call)),
            "offers": tuple(act for act in contest.offers if cut.has_happened(act)),
            "pledges": tuple(act for act in contest.pledges if cut.has_happened(act)),
            "transfers": (),
            "results": contest.results.model_copy(update={"round2": None}),
        }
    )


@dataclass(frozen=True)
class _Cut:
    """Tell what was surely known of a contest.

    Attributes
    ----------
    contest
        The contest, whole.
    runoff
        Polling day of the runoff.
    as_of
        Last day of which anything is known; None: the eve.
    """

    contest: Contest
    runoff: dt.date
    as_of: dt.date | None

    @property
    def is_early(self) -> bool:
        """Whether something may follow before the runoff."""
        return self.as_of is not None and self.as_of < self.runoff - dt.timedelta(days=1)

    def covers(self, last: dt.date) -> bool:
        """Tell whether a day is before the runoff, and not later than what is known."""
        return last < self.runoff and (self.as_of is None or last <= self.as_of)

    def is_between(self, day: dt.date | None) -> bool:
        """Tell whether a day is that of both rounds, so that it lies between them in part."""
        return day == self.runoff == self.contest.dates.round1

    def has_published(self, poll: Poll) -> bool:
        """Tell whether a poll was surely published."""
        last = _last_day(poll)
        return last is not None and self.covers(last)

    def has_called(self, call: Endorsement) -> bool:
        """Tell whether a call was surely made."""
        last = _last_day(call)
        phase = endorsement_phase(self.contest, call)
        day = last or call.earliest
        is_between = phase is not None and self.is_between(day)
        if day is not None and not (self.covers(day) or is_between):
            return False
        return last is not None or phase == "before" or (phase is not None and not self.is_early)

    def candidate(self, candidate: Candidate) -> Candidate:
        """Forget that a candidate gave up a place in the runoff, where that was not yet known."""
        day = candidate.withdrawn_after
        if day is None or self.covers(day) or self.is_between(day):
            return candidate
        return candidate.model_copy(update={"withdrawn_after": None})

    def has_happened(self, act: _Act) -> bool:
        """Tell whether an act belongs to what is known."""
        last = _last_day(act)
        if last is not None:
            return self.covers(last)
        return act.earliest is None and not self.is_early


def _last_day(act: _Act) -> dt.date | None:
    """Return the last day on which an act can have happened; None where the file has none."""
    return act.date or act.latest


def _sector_before(sector: Sector) -> Sector:
    """Drop a sector's result in the runoff."""
    return sector.model_copy(update={"round2": None})


def _town_before(town: Town) -> Town:
    """Drop a place's result in the runoff."""
    return town.model_copy(update={"ballots_round2": None, "votes_round2": {}})
