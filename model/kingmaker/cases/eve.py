"""Cut a contest down to what a forecaster could know on the eve of its runoff."""

from __future__ import annotations

import datetime as dt
from typing import Protocol

from kingmaker.contest.facts import endorsement_phase, gap_days
from kingmaker.contest.schema import Contest, Endorsement, Poll, Sector, Town


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


def known_on_the_eve(contest: Contest) -> Contest:
    """Cut a contest down to what could be known on the eve of the runoff.

    Parameters
    ----------
    contest
        The contest, whole.

    Returns
    -------
    The contest without the result of the runoff, in total, by sector and by place; without what
    polls saw of transfers; and without whatever was published, said or done on the day of the
    runoff or later. Unchanged are rules, rolls, people, round one and the texts of notes, which
    nothing computes with.

    Raises
    ------
    ValueError
        If the contest has no runoff.

    Notes
    -----
    A day that is a window counts by its last possible day. A call without any day counts where it
    must have been made before the runoff, since it belongs before round one or between the rounds;
    a poll without any day does not count; other acts without a day do, since what a file reports
    without a day belongs to the campaign. Where both rounds are on one day, the eve is the hour
    after the first count: calls made between the rounds count, polls of that day do not.
    """
    day = runoff_day(contest)
    if day is None:
        raise ValueError(f"{contest.id} has no runoff")
    return contest.model_copy(
        update={
            "sectors": tuple(_sector_before(sector) for sector in contest.sectors),
            "towns": tuple(_town_before(town) for town in contest.towns),
            "polls": tuple(poll for poll in contest.polls if is_published(poll, day)),
            "events": tuple(act for act in contest.events if _is_done(act, day)),
            "endorsements": tuple(
                call for call in contest.endorsements if is_called(contest, call, day)
            ),
            "offers": tuple(act for act in contest.offers if _is_done(act, day)),
            "pledges": tuple(act for act in contest.pledges if _is_done(act, day)),
            "transfers": (),
            "results": contest.results.model_copy(update={"round2": None}),
        }
    )


def is_published(poll: Poll, runoff: dt.date) -> bool:
    """Tell whether a poll was surely published before the day of the runoff."""
    last = _last_day(poll)
    return last is not None and last < runoff


def is_called(contest: Contest, call: Endorsement, runoff: dt.date) -> bool:
    """Tell whether a call was surely made before the runoff."""
    last = _last_day(call)
    phase = endorsement_phase(contest, call)
    if last is None:
        return phase is not None
    same_day = runoff == contest.dates.round1
    return last < runoff or (same_day and last == runoff and phase is not None)


def _is_done(act: _Act, runoff: dt.date) -> bool:
    """Tell whether an act belongs before the day of the runoff."""
    last = _last_day(act)
    if last is not None:
        return last < runoff
    return act.earliest is None


def _last_day(act: _Act) -> dt.date | None:
    """Return the last day on which an act can have happened; None where the file has none."""
    return act.date or act.latest


def _sector_before(sector: Sector) -> Sector:
    """Drop a sector's result in the runoff."""
    return sector.model_copy(update={"round2": None})


def _town_before(town: Town) -> Town:
    """Drop a place's result in the runoff."""
    return town.model_copy(update={"ballots_round2": None, "votes_round2": {}})
