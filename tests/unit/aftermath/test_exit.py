"""Who leaves, when, with which tie, and for which party?"""

from dataclasses import replace

import numpy as np
import pytest

from kingmaker.aftermath.exit import (
    DAYS_PER_MONTH,
    GONE,
    after_contest,
    between_rounds,
    leave_party,
    rejected_by,
    stop_working,
    strike_off,
)
from kingmaker.numerics import exp
from kingmaker.population.activists import Rank
from kingmaker.population.members import Vote
from kingmaker.rng import Streams
from tests.contest_builders import ADA, BEN, CY, DEE, STREAMS, bare, finished, people
from tests.unit.aftermath.stage import DEAF, ON, PARTIES, contest, off, stage

RATE = 0.05
PLAIN = {"exit_rate": RATE, "rejection_share": 0.0, "activist_share": 0.2}


def calm(made=None, **settings):
    """Make a stage on which nobody rejects anybody."""
    it = stage(made, **(PLAIN | settings))
    rejects = np.zeros_like(it.members.rejects)
    it.activists.taste[:] = 0.0
    return it, replace(it.members, rejects=rejects)


def between(it, members=None, switches=ON, streams=STREAMS, believed=(0.6, 0.4), before=None):
    return leave_party(
        it.setting, it.rivals, it.members if members is None else members, it.state, it.activists,
        between_rounds(it.setting, (ADA, BEN), believed), it.parameters, switches, streams, before,
    )  # fmt: skip


def after(it, members=None, winner=ADA, switches=ON, streams=STREAMS, before=None):
    return leave_party(
        it.setting, it.rivals, it.members if members is None else members, it.state, it.activists,
        after_contest(it.setting, winner, 2), it.parameters, switches, streams, before,
    )  # fmt: skip


def part(mask, group):
    return float(mask[group].mean())


def expected(factor, days, rate=RATE):
    return 1.0 - exp(-rate * factor * days / DAYS_PER_MONTH)


def near(share, factor, days, n, rate=RATE):
    """Compare with the exponential law, within 4.5 standard errors."""
    p = expected(factor, days, rate)
    assert share == pytest.approx(p, abs=4.5 * (p * (1 - p) / n) ** 0.5)


def test_losers_leave_three_times_as_fast_between_the_rounds():
    it, members = calm(contest(parties=PARTIES[:1]))
    gone = between(it, members).members
    vote, n = it.state.first_vote, len(gone) / 5
    for c in (ADA, BEN, -1):
        near(part(gone, vote == c), 1.0, 7, n)
    for c in (CY, DEE):
        near(part(gone, vote == c), 3.0, 7, n)


def test_an_old_tie_counts_for_those_who_lost():
    """40 % of cy's voters have one: factors 3 and 6, mixed."""
    it, members = calm()
    gone, vote = between(it, members).members, it.state.first_vote
    tied = 0.4 * expected(6.0, 7) + 0.6 * expected(3.0, 7)
    n = len(gone) / 5
    assert part(gone, vote == CY) == pytest.approx(tied, abs=4.5 * (tied / n) ** 0.5)
    near(part(gone, vote == DEE), 3.0, 7, n)


def test_ties_of_those_who_may_still_win_sleep():
    parties = [{"id": "far", "name": "F", "role": "rival-party", "ties": {"ada": 1.0},
                "source": "x", "confidence": "assumed"}]  # fmt: skip
    it, members = calm(contest(parties=parties))
    vote, n = it.state.first_vote, len(members) / 5
    near(part(between(it, members).members, vote == ADA), 1.0, 7, n)
    near(part(after(it, members, winner=BEN).members, vote == ADA), 6.0, 30, n)
    near(part(after(it, members, winner=ADA).members, vote == ADA), 1.0, 30, n)


def test_rejection_counts_as_far_as_the_rejected_may_lead():
    it, members = calm(contest(parties=()))
    it.state.first_vote[:] = -1
    n = len(members) / 4
    bits = np.array([0, 1 << ADA, 1 << BEN, (1 << ADA) | (1 << BEN)], dtype=np.uint64)
    group = np.arange(len(members)) % 4
    members = replace(members, rejects=bits[group])
    gone = between(it, members, believed=(0.6, 0.4)).members
    for g, factor in enumerate((1.0, 1.0 + 3 * 0.6, 1.0 + 3 * 0.4, 4.0)):
        near(part(gone, group == g), factor, 7, n)
    gone = after(it, members, winner=BEN).members
    for g, factor in enumerate((1.0, 1.0, 4.0, 4.0)):
        near(part(gone, group == g), factor, 30, n)


def test_the_last_vote_decides_who_lost_at_the_end():
    it, members = calm(contest(parties=PARTIES[:1]))
    it.state.first_vote[:] = DEE
    group = np.arange(len(members)) % 4
    it.state.second_vote[:] = np.array([ADA, BEN, -1, -2])[group]
    gone = after(it, members, winner=ADA).members
    for g, factor in enumerate((1.0, 3.0, 3.0, 3.0)):
        near(part(gone, group == g), factor, 30, len(members) / 4)


def test_higher_ranks_leave_faster():
    it, members = calm(contest(roll=60_000), exit_rate=0.1)
    it.activists.home[:] = ADA
    gone, rank = between(it, members).activists, it.activists.rank
    for r, factor in ((Rank.FOOT, 1.0), (Rank.BRANCH_HEAD, 2.0), (Rank.REGIONAL_HEAD, 3.0)):
        near(part(gone, rank == r), factor, 7, (rank == r).sum(), rate=0.1)


def test_days_of_leaving_fill_the_period():
    it, members = calm()
    for exits, days in ((between(it, members), 7), (after(it, members), 30)):
        day = exits.member_day
        assert day.min() == 0
        assert set(day[day > 0].tolist()) == set(range(1, days + 1))
        assert exits.activist_day.max() <= days
        early = ((day > 0) & (day <= days // 2)).sum()
        assert early / (day > 0).sum() == pytest.approx((days // 2) / days, abs=0.06)


def test_a_longer_period_only_adds_leavers_and_keeps_their_days():
    it, members = calm()
    data = contest()
    longer = stage(
        data.model_copy(update={"dates": data.dates.model_copy(
            update={"round2": data.dates.round1.replace(day=26)})}), **PLAIN
    )  # fmt: skip
    short, long = between(it, members).member_day, between(longer, members).member_day
    assert (long[short > 0] == short[short > 0]).all()
    assert (long > 0).sum() > (short > 0).sum()


def test_a_reason_more_never_keeps_anybody():
    it, members = calm()
    day = between(it, members).member_day
    everybody = np.full_like(members.rejects, (1 << ADA) | (1 << BEN))
    angry = between(it, replace(members, rejects=everybody)).member_day
    stayed = angry == 0
    assert (day[stayed] == 0).all()
    both = (day > 0) & (angry > 0)
    assert (angry[both] <= day[both]).all()
    assert (angry > 0).sum() > (day > 0).sum()


def test_numbers_belong_to_members_not_to_rows():
    it, members = calm()
    order = np.arange(len(members))[::-1]
    columns = {k: np.ascontiguousarray(v[order]) for k, v in vars(members).items()}
    turned = replace(members, **columns)
    it.state.first_vote[:] = it.state.first_vote[order]
    day = between(it, turned).member_day
    it.state.first_vote[:] = it.state.first_vote[order]
    assert (day[order] == between(it, members).member_day).all()


def test_nobody_leaves_twice():
    it, members = calm()
    first = between(it, members)
    second = after(it, members, before=first)
    alone = after(it, members)
    assert not (first.members & second.members).any()
    assert not (first.activists & second.activists).any()
    assert (second.member_day[~first.members] == alone.member_day[~first.members]).all()


def test_rows_count_everybody_once_by_camp_rank_and_destination():
    it, members = calm()
    exits = between(it, members)
    ranks = {"member", "foot", "branch-head", "regional-head"}
    assert {row[0] for row in exits.rows} == {1}
    assert {row[2] for row in exits.rows} <= ranks
    assert {row[3] for row in exits.rows} == {"near", "far", ""}
    assert all(row[4] > 0 for row in exits.rows)
    people_left = {"member": exits.members.sum(), "others": exits.activists.sum()}
    counted = dict.fromkeys(people_left, 0)
    for _, _, rank, _, n in exits.rows:
        counted["member" if rank == "member" else "others"] += n
    assert counted == people_left
    of_cy = exits.members & (it.state.first_vote == CY)
    assert sum(r[4] for r in exits.rows if r[1:3] == ("cy", "member")) == of_cy.sum()
    assert any(row[1] == "abstained" for row in exits.rows)


def joined(exits, camp, party):
    return sum(r[4] for r in exits.rows if r[1] == camp and r[3] == party and r[2] == "member")


def test_old_ties_and_distance_choose_the_party_size_does_not():
    it, members = calm(rival_tie=8.0)
    exits = between(it, members)
    assert joined(exits, "cy", "far") > joined(exits, "dee", "far")
    assert joined(exits, "dee", "near") > 3 * joined(exits, "dee", "far")
    tieless = between(stage(contest(), **(PLAIN | {"rival_tie": 0.0})), members)
    assert joined(exits, "cy", "far") > joined(tieless, "cy", "far")


def test_without_m38_leavers_go_by_size():
    """Four seats against 36: one in ten of those who join anybody."""
    it, members = calm(rival_tie=8.0)
    on, without = between(it, members), between(it, members, switches=off("M38"))
    assert (on.member_day == without.member_day).all()
    to_near = sum(joined(without, camp, "near") for camp in ("ada", "ben", "cy", "dee"))
    to_far = sum(joined(without, camp, "far") for camp in ("ada", "ben", "cy", "dee"))
    n = to_near + to_far
    assert to_near / n == pytest.approx(0.1, abs=4.5 * (0.09 / n) ** 0.5)
    nobody = sum(joined(on, camp, "") for camp in ("ada", "ben", "cy", "dee"))
    assert nobody == sum(joined(without, camp, "") for camp in ("ada", "ben", "cy", "dee"))


def test_a_drawn_rival_party_takes_leavers_where_the_file_knows_none():
    them = people(bare(roll={"round1": 6000, "source": "x", "confidence": "assumed"}), scale=1.0)
    it = stage(them.setting.contest, **PLAIN)
    assert it.rivals.ids == ("rival-party",)
    assert {row[3] for row in between(it).rows} == {"rival-party", ""}


def test_without_m37_nobody_leaves_and_nothing_is_drawn():
    it, members = calm()
    for exits in (
        between(it, members, switches=off("M37"), streams=DEAF),
        after(it, members, switches=off("M37"), streams=DEAF),
    ):
        assert not exits.members.any()
        assert not exits.activists.any()
        assert exits.rows == ()


def test_nobody_leaves_an_open_primary_or_at_rate_zero():
    it = stage(contest(kind="open"), **PLAIN)
    assert between(it, streams=DEAF).rows == ()
    assert between(stage(**(PLAIN | {"exit_rate": 0.0}))).rows == ()


def test_other_seeds_let_others_leave():
    it, members = calm()
    other = between(it, members, streams=Streams(7, 0)).member_day
    assert (other != between(it, members).member_day).any()


def test_activists_reject_whom_they_dislike_but_never_their_own_candidate():
    it = stage(**PLAIN)
    it.activists.taste[:] = -3.0
    it.activists.taste[:, DEE] = -1.9
    homes, masks = it.activists.home.tolist(), rejected_by(it.activists).tolist()
    for home, mask in zip(homes, masks, strict=True):
        assert mask == sum(1 << c for c in (ADA, BEN, CY) if c != home)


def test_those_who_left_neither_work_nor_vote():
    it, members = calm(exit_rate=0.2)
    exits = between(it, members)
    at_work = it.activists.camp.copy()
    left = sum(stop_working(it.activists, exits, day) for day in range(1, 8))
    assert left == exits.activists.sum() > 0
    assert (it.activists.camp[exits.activists] == GONE).all()
    assert (it.activists.camp[~exits.activists] == at_work[~exits.activists]).all()
    assert it.activists.working_for(4, 2).sum() == (~exits.activists).sum()
    struck = strike_off(members, exits)
    assert (struck.propensity[exits.members] < -1e20).all()
    stay = ~exits.members
    assert (struck.propensity[stay] == members.propensity[stay]).all()
    assert struck.propensity.dtype == members.propensity.dtype
    assert (struck.on_roll == members.on_roll).all()


def test_in_an_election_those_who_left_abstain_and_the_roll_stays_closed():
    model = finished(contest(), settings={"exit_rate": 0.2, "split_base": -8.0}, scale=0.1)
    assert model.exits is not None
    assert model.exits.members.sum() > 50
    left = model.state.second_vote[model.exits.members]
    assert set(left.tolist()) == {int(Vote.ABSTAINED)}
    assert (model.state.second_vote != Vote.NOT_ON_ROLL).all()
    assert (model.activists.camp[model.exits.activists] == GONE).all()
