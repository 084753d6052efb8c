"""Do a day of the campaign and a day between the rounds do to each member what they say?"""

import numpy as np
import pytest

import kingmaker.membership as membership
from tests.contest_builders import finished, tiny
from tests.oracle import twins
from tests.oracle.spies import watch

TOLERANCE = 2e-6
"""Rounding of float32 sums of numbers near 5 [logit]; nearer ties are not compared."""

STRONG = {
    "contact_rate": 8.0,
    "activist_share": 0.1,
    "contact_persuasion": 0.3,
    "electability_effect": 0.8,
    "opinion_relaxation": 0.3,
    "peer_anchor": 0.3,
    "insult_effect": 0.8,
    "backlash": 0.4,
}


@pytest.fixture(scope="module")
def days():
    """Run two elections of strong effects and record both kinds of days."""
    with pytest.MonkeyPatch.context() as patch:
        before = watch(patch, membership, "campaign_day")
        between = watch(patch, membership, "runoff_day")
        terms = watch(patch, membership, "prepare_terms")
        finished(tiny(), settings=STRONG, replicate=1)
        finished(tiny(), settings=STRONG, replicate=2, behaviour="cy=endorse:ada+dee=endorse:ben")
    # The kernel gets the terms summed up; the twin takes them one by one.
    for call, prepared in zip(between, terms, strict=True):
        call.before.terms = prepared.before.terms
    return before, between


def compare(call, twin):
    a, b = call.before, call.after
    assert np.abs(b.lean - twin.lean).max() <= TOLERANCE
    assert np.abs(b.contact_turnout - twin.contact_turnout).max() <= TOLERANCE
    clear = twin.gap > 10 * TOLERANCE
    assert clear.mean() > 0.98
    assert (b.intention == twin.intention)[clear].all()
    unclear = int((~clear).sum())
    assert (b.contacts == twin.contacts).all()
    assert np.abs(b.peer_counts - twin.peer_counts).sum() <= 2 * unclear
    assert np.abs(b.marginal - twin.marginal).sum() <= 2 * unclear
    assert abs(call.result - twin.likely) <= unclear
    assert b.peer_counts.sum() == len(a.ids)


def test_campaign_days(days):
    calls, _ = days
    assert len(calls) >= 10
    assert sum(int(call.after.contacts.sum()) for call in calls) > 500
    assert any(call.before.electability.any() for call in calls)
    assert any(call.before.pull.any() for call in calls)
    for call in calls:
        compare(call, twins.campaign_day(call.before))


def test_days_between_the_rounds(days):
    _, calls = days
    assert len(calls) == 14
    assert any(call.before.terms.cue.any() for call in calls)
    assert any(call.before.terms.grudge.any() for call in calls)
    assert any(call.before.terms.backlash.any() for call in calls)
    for call in calls:
        twin = twins.runoff_day(call.before)
        compare(call, twin)
        unclear = int((twin.gap <= 10 * TOLERANCE).sum())
        assert np.abs(call.after.by_group - twin.by_group).sum() <= 2 * unclear
