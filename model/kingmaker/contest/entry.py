"""Let a candidate who withdrew before round one stand: the contest as it would have been."""

from __future__ import annotations

from kingmaker.contest.facts import observed_votes, poll_order
from kingmaker.contest.people import Candidate, Estimate
from kingmaker.contest.schema import Contest, Result, Results

UNPOLLED_STRENGTH = 0.05
"""Share expected of a candidate of whom no poll of members asked [fraction]; assumed."""


def staying(contest: Contest, candidate_id: str) -> Contest:
    """Make the contest in which somebody who withdrew before round one stands.

    Parameters
    ----------
    contest
        The contest as it was; nothing in it is changed.
    candidate_id
        Somebody with a day of withdrawal.

    Returns
    -------
    A hypothetical contest. The candidate is the last on the ballot, so that nobody else's number,
    and so nobody's draws, change. He has a `strength`: what the last poll of members that names
    him gave him, else `UNPOLLED_STRENGTH`; the others have the rest in the proportions of the
    observed first round. Round one keeps its ballots, blanks and turnout, but no votes. Gone are
    what the candidate called for, the result of the runoff and reported transfers.

    Raises
    ------
    ValueError
        If nobody of that name withdrew before round one.
    """
    entrant = next((c for c in contest.candidates if c.id == candidate_id), None)
    if entrant is None or entrant.withdrawn is None:
        raise ValueError(f"stay:{candidate_id}: nobody of that name withdrew before round one")
    strength = entrant.strength or _strength(contest, candidate_id)
    votes = observed_votes(contest, 1)
    others = [c for c in contest.candidates if c.id != candidate_id]
    if votes is not None:
        others = [_with_share(c, votes, 1.0 - strength.value) for c in others]
    stands = entrant.model_copy(update={"withdrawn": None, "strength": strength})
    return contest.model_copy(
        update={
            "hypothetical": True,
            "candidates": (*others, stands),
            "endorsements": tuple(c for c in contest.endorsements if c.by != candidate_id),
            # Those who ran are known to have stood, whatever was open before.
            "candidacy": contest.candidacy if votes is None else None,
            "transfers": (),
            "results": _without_votes(contest.results, votes),
        }
    )


def _strength(contest: Contest, candidate_id: str) -> Estimate:
    """Return what is expected of the candidate, from polls of members where there are any."""
    asked = [
        p
        for p in contest.polls
        if p.question == "round1" and p.population == "members" and candidate_id in p.shares
    ]
    if not asked:
        source = "no poll of members names the candidate; a judgement"
        return Estimate(value=UNPOLLED_STRENGTH, source=source, confidence="assumed")
    last = max(asked, key=poll_order)
    named = sum(last.shares.values())
    return Estimate(
        value=last.shares[candidate_id] / named if named else UNPOLLED_STRENGTH,
        source=f"poll of {last.pollster}, undecided left out: {last.source}"[:2000],
        confidence=last.confidence,
    )


def _with_share(candidate: Candidate, votes: dict[str, int], part: float) -> Candidate:
    """Give a candidate his proportion of what the entrant leaves."""
    if candidate.id not in votes:
        return candidate
    share = votes[candidate.id] / sum(votes.values()) * part
    source = "observed first round, less the part of the candidate who stays"
    strength = Estimate(value=share, source=source, confidence="high")
    return candidate.model_copy(update={"strength": strength})


def _without_votes(results: Results, votes: dict[str, int] | None) -> Results:
    """Keep how many came in round one, not whom they chose; drop the runoff."""
    first = results.round1
    if first is None:
        return Results()
    ballots = first.ballots
    if ballots is None and first.votes and votes is not None and first.blank is not None:
        ballots = sum(votes.values()) + first.blank
    kept = Result(
        source=first.source,
        confidence=first.confidence,
        ballots=ballots,
        blank=first.blank,
        turnout=first.turnout,
        note="Votes are left out: somebody who withdrew stands here.",
    )
    return Results(round1=kept)
