"""Do a day of the campaign and a day between the rounds do to each member what they say?"""

import numpy as np
import pytest

import kingmaker.membership as membership
from tests.contest_builders import election, finished, tiny, tiny_run
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
    "targeting": 0.6,
    "appeal_effect": 0.5,
    "notable_cue": 0.7,
}
CALLS = "cy=endorse:ada+dee=endorse:ben+ben=appeal-over-head"


@pytest.fixture(scope="module")
def days():
    """Run two elections of strong effects and record both kinds of days."""
    with pytest.MonkeyPatch.context() as patch:
        before = watch(patch, membership, "campaign_day")
        between = watch(patch, membership, "runoff_day")
        terms = watch(patch, membership, "prepare_terms")
        finished(tiny(), settings=STRONG, replicate=1)
        finished(tiny(), settings=STRONG, replicate=2, behaviour=CALLS)
    # The kernel gets the terms summed up; the twin takes them one by one.
    for call, prepared in zip(between, terms, strict=True):
        call.before.terms = prepared.before.terms
    return before, between


def compare(call, twin):
    a, b = call.before, call.after
    near_margin = np.abs(twin.gap - a.undecided_margin) <= 10 * TOLERANCE
    assert np.abs(b.lean - twin.lean)[~near_margin].max() <= TOLERANCE
    assert np.abs(b.contact_turnout - twin.contact_turnout).max() <= TOLERANCE
    clear = twin.gap > 10 * TOLERANCE
    assert clear.mean() > 0.98
    assert (b.intention == twin.intention)[clear].all()
    unclear = int((~clear).sum())
    assert (b.contacts == twin.contacts).all()
    assert np.abs(b.peer_counts - twin.peer_counts).sum() <= 2 * unclear
    assert np.abs(b.marginal - twin.marginal).sum() <= 2 * unclear + int(near_margin.sum())
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
    assert any(call.before.terms.appeal.any() for call in calls)
    assert any(call.before.terms.local.any() for call in calls)
    for call in calls:
        twin = twins.runoff_day(call.before)
        compare(call, twin)
        unclear = int((twin.gap <= 10 * TOLERANCE).sum())
        assert np.abs(call.after.by_group - twin.by_group).sum() <= 2 * unclear


def test_work_goes_where_yesterday_showed_a_deficit():
    """Every day but the first, in both phases: from members' wishes of the evening before."""
    constants = tiny_run().constants
    with pytest.MonkeyPatch.context() as patch:
        days = [watch(patch, membership, "campaign_day"), watch(patch, membership, "runoff_day")]
        moves = watch(patch, membership, "target_sectors")
        work = watch(patch, membership, "canvass")
        model = election(tiny(), settings=STRONG, replicate=3, constants=constants)
        model.run_model()
    setting, members = model.setting, model.members
    lived = [(call, tuple(range(4))) for call in days[0]]
    lived += [(call, (model.leader, model.runner_up)) for call in days[1]]
    assert len(moves) == len(lived) - 1 == len(work) - 1
    sectors = members.sector.tolist()
    in_blocs = np.bincount(members.sector[members.bloc >= 0], minlength=2)
    for (yesterday, _), (_, racing), move, done in zip(
        lived, lived[1:], moves, work[1:], strict=False
    ):
        a = move.before
        a.support = twins.wishes_by_sector(yesterday.after.intention.tolist(), sectors, 2, racing)
        assert move.before.reachable == pytest.approx(1.0 - in_blocs / setting.sector_sizes)
        wanted = np.array(twins.targeted(a))
        assert move.result == pytest.approx(wanted, abs=1e-9)
        assert done.before.at_work == pytest.approx(wanted, abs=1e-9)
    assert any((move.result != move.before.at_work).any() for move in moves)
