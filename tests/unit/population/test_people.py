"""Are sectors, blocs, members and activists as many and such as the contest says?"""

import dataclasses
import math

import numpy as np
import pytest

from kingmaker.contest.load import load_contest
from kingmaker.population.activists import IDLE, Rank, draw_activists
from kingmaker.population.apportion import largest_remainder
from kingmaker.population.blocs import MAX_SIZE, MIN_SIZE, pareto_size
from kingmaker.rng import Streams
from tests.contest_builders import (
    CY,
    SOURCED,
    STREAMS,
    bare,
    people,
    tiny,
    tiny_table,
)

HOME = ("il-labor-2007", "il-labor-2011")


@pytest.mark.parametrize("contest", HOME)
def test_sector_and_bloc_counts_are_exact_at_full_size(contest):
    loaded = load_contest(contest)
    made = people(loaded)
    sizes = np.bincount(made.members.sector, minlength=made.setting.n_sectors)
    for sector, size in zip(loaded.sectors, sizes.tolist(), strict=True):
        if sector.members is not None:
            assert size == sector.members
        elif sector.members_range is not None:
            assert sector.members_range[0] <= size <= sector.members_range[1]
    assert len(made.members) == loaded.roll.round1
    in_bloc = made.members.bloc[made.members.bloc >= 0]
    counts = np.bincount(in_bloc, minlength=len(made.blocs))
    assert counts.tolist() == made.blocs.size.tolist()
    for b, bloc in enumerate(loaded.blocs):
        assert made.blocs.ids[b] == bloc.id
        assert counts[b] == bloc.size
        assert loaded.sectors[made.blocs.sector[b]].id == bloc.sector


@pytest.mark.parametrize("contest", HOME)
def test_scaled_counts_follow_largest_remainder(contest):
    full, small = people(load_contest(contest)), people(load_contest(contest), scale=0.1)
    n = round(full.setting.roll_round1 * 0.1)
    assert len(small.members) == n
    sizes = np.bincount(small.members.sector, minlength=small.setting.n_sectors).tolist()
    assert sizes == largest_remainder(full.setting.sector_sizes, n).tolist()
    assert small.blocs.ids == full.blocs.ids
    wanted = largest_remainder(
        full.blocs.size, round(int(full.blocs.size.sum()) * n / len(full.members))
    )
    assert small.blocs.size.tolist() == wanted.tolist()
    counts = np.bincount(small.members.bloc[small.members.bloc >= 0], minlength=len(small.blocs))
    assert counts.tolist() == small.blocs.size.tolist()


@pytest.mark.parametrize("share", [0.05, 0.25, 0.4])
def test_blocs_reach_the_brokered_share_and_never_exceed_a_sector(share):
    for replicate in range(10):
        made = people(
            load_contest("il-labor-2011"), streams=Streams(1, replicate), brokered_share=share
        )
        full = made.setting.sector_sizes
        inside = np.bincount(made.blocs.sector, weights=made.blocs.size, minlength=full.size)
        assert (inside <= 0.9 * full).all()
        assert len(made.blocs) <= 500
        total = made.blocs.size.sum() / len(made.members)
        assert total == pytest.approx(max(share, 1663 / 66_310), abs=MIN_SIZE / len(made.members))


def test_bloc_members_live_in_the_blocs_sector_and_are_enrolled_by_its_camp():
    made = people(load_contest("il-labor-2007"))
    own = made.members.bloc >= 0
    bloc = made.members.bloc[own]
    assert (made.members.sector[own] == made.blocs.sector[bloc]).all()
    assert (made.members.registrar[own] == made.blocs.camp[bloc]).all()


def test_new_members_are_enrolled_in_proportion_to_machine_and_votes():
    """Outside blocs half are new; camps weigh machine * share: .36, .525, .27, .075 of 1.23."""
    contest = tiny_table(roll={"round1": 60_000, **SOURCED})
    contest["sectors"][0]["members"] = 24_000
    contest["results"]["round1"] = {
        "votes": {"ada": 18_000, "ben": 15_000, "cy": 9_000, "dee": 3_000}, **SOURCED}  # fmt: skip
    made = people(tiny(**contest), new_member_share=0.5)
    free = made.members.registrar[made.members.bloc < 0]
    n = free.size
    new = free[free >= 0]
    assert new.size / n == pytest.approx(0.5, abs=4 * math.sqrt(0.25 / n))
    weights = np.array([0.8 * 18, 1.4 * 15, 1.2 * 9, 0.9 * 3])
    for c, weight in enumerate(weights / weights.sum()):
        spread = math.sqrt(weight * (1 - weight) / new.size)
        assert (new == c).mean() == pytest.approx(weight, abs=4 * spread)


def test_nobody_is_new_where_the_share_is_lowest():
    made = people(bare(), brokered_share=0.0, new_member_share=0.01)
    assert (made.members.registrar >= 0).sum() < 20


def test_rejection_shares_match_and_likers_seldom_reject():
    """Mean r within 4 standard errors; a Gumbel taste correlates negatively with rejection."""
    candidates = tiny_table()["candidates"]
    for candidate, share in zip(candidates, (0.1, 0.45, 0.7, 0.9), strict=True):
        candidate["rejection"] = {"value": share, "source": "asked", "confidence": "high"}
    contest = tiny(candidates=candidates)
    seen, likeness = np.zeros(4), np.zeros(4)
    n = 0
    for replicate in range(40):
        made = people(contest, streams=Streams(7, replicate), branch_sd=0.0)
        bits = np.array([(made.members.rejects >> np.uint64(c)) & np.uint64(1) for c in range(4)])
        for c, wanted in enumerate(made.setting.rejection.tolist()):
            seen[c] += bits[c].sum() - wanted * bits.shape[1]
        n += bits.shape[1]
        # Without the loss of utility itself, rejection follows from a low taste.
        plain = people(contest, streams=Streams(7, replicate), rejection_effect=0.0).members.base
        likeness += [np.corrcoef(bits[c], plain[:, c])[0, 1] / 40 for c in range(4)]
    assert (likeness < -0.1).all()
    for c, share in enumerate((0.1, 0.45, 0.7, 0.9)):
        assert seen[c] / n == pytest.approx(0.0, abs=4 * math.sqrt(share * (1 - share) / n))


def test_the_rejected_lose_exactly_the_effect():
    without = people(rejection_effect=0.0).members
    with_it = people(rejection_effect=0.75).members
    for c in range(4):
        rejects = ((without.rejects >> np.uint64(c)) & np.uint64(1)).astype(bool)
        loss = without.base[:, c] - with_it.base[:, c]
        assert loss[rejects] == pytest.approx(0.75, abs=1e-5)
        assert (loss[~rejects] == 0.0).all()


def test_members_like_the_candidate_whose_camp_enrolled_them():
    tied, free = people(registrar_tie=0.8).members, people(registrar_tie=0.0).members
    gain = tied.base - free.base
    own = tied.registrar[:, None] == np.arange(4)
    assert own.any()
    assert gain[own] == pytest.approx(0.8, abs=1e-5)
    assert (gain[~own] == 0.0).all()


def test_the_spatial_term_is_half_the_weighted_squared_distance():
    far, none = people(spatial_weight=2.0), people(spatial_weight=0.0)
    gap = far.members.ideal_point[:, None, :] - far.setting.positions[None, :, :]
    distance = (np.array([1.0, 1.0, 0.0]) * gap**2).sum(axis=2)
    loss = none.members.base - far.members.base
    assert loss == pytest.approx(0.5 * 2.0 * distance, abs=2e-5)


def test_without_preferences_only_tastes_are_left():
    """M01 off: standard Gumbel, mean 0.5772, spread 1.2825, the same whatever the weights."""
    base = people(without=("M01",), spatial_weight=3.0, branch_sd=1.0).members.base
    other = people(without=("M01",), spatial_weight=0.0, branch_sd=0.0).members.base
    assert (base == other).all()
    assert base.mean() == pytest.approx(0.5772, abs=4 * 1.2825 / math.sqrt(base.size))


def test_ideal_points_lie_around_their_sector():
    made = people(load_contest("il-labor-2007"), scale=0.2, ideal_point_sd=0.8)
    for s, leaning in enumerate(made.setting.leanings):
        own = made.members.ideal_point[made.members.sector == s]
        error = 0.8 / math.sqrt(own.shape[0])
        assert own.mean(axis=0) == pytest.approx(leaning, abs=4.5 * error)
        assert own.std(axis=0) == pytest.approx([0.8] * 3, abs=4.5 * error)


def test_turnout_propensities_and_attention():
    made = people(load_contest("il-labor-2011"), scale=0.2, turnout_sd=1.5).members
    n = len(made)
    assert made.propensity.mean() == pytest.approx(0.0, abs=4 * 1.5 / math.sqrt(n))
    assert made.propensity.std() == pytest.approx(1.5, abs=4 * 1.5 / math.sqrt(2 * n))
    assert made.attention.mean() == pytest.approx(0.5, abs=4 * 0.2887 / math.sqrt(n))
    assert (people(without=("M05",)).members.propensity == 0.0).all()


def test_ids_count_and_traits_are_read_only():
    members = people().members
    assert members.ids.tolist() == list(range(600))
    for column in vars(members).values():
        with pytest.raises(ValueError, match="read-only"):
            column[0] = column[1]
    with pytest.raises(dataclasses.FrozenInstanceError):
        members.base = members.base


def test_traits_of_a_member_do_not_depend_on_the_parameters_of_others():
    """More blocs take other members along, yet nobody's tastes move."""
    few = people(brokered_share=0.0, registrar_tie=0.0)
    many = people(brokered_share=0.5, registrar_tie=0.0)
    assert (many.members.bloc >= 0).sum() > (few.members.bloc >= 0).sum() + 100
    assert (few.members.ideal_point == many.members.ideal_point).all()
    assert (few.members.base == many.members.base).all()


def test_branches_lie_within_one_sector_and_are_about_250_members():
    made = people(load_contest("il-labor-2007"))
    pairs = set(zip(made.members.branch.tolist(), made.members.sector.tolist(), strict=True))
    assert len({branch for branch, _ in pairs}) == len(pairs)
    assert len(made.members) / len(pairs) == pytest.approx(250, rel=0.1)


def test_bloc_members_have_their_bloc_as_peers():
    made = people()
    own = made.members.bloc >= 0
    n_branches = int(made.members.branch.max()) + 1
    assert (made.members.peer_group[~own] == made.members.branch[~own]).all()
    assert (made.members.peer_group[own] == n_branches + made.members.bloc[own]).all()


@pytest.mark.parametrize("second", [450, 600, 700])
def test_rolls_of_both_rounds(second):
    contest = tiny(roll={"round1": 600, "round2": second, **SOURCED})
    members = people(contest).members
    first = (members.on_roll & 1).astype(bool)
    runoff = (members.on_roll & 2).astype(bool)
    assert first.sum() == 600
    assert runoff.sum() == second
    assert len(members) == max(600, second)
    if second > 600:
        # Late members are spread over the sectors in proportion: 40 + 60.
        assert np.bincount(members.sector[~first]).tolist() == [40, 60]
        assert runoff.all()
    else:
        assert (first | ~runoff).all()
        # Those who are struck off are drawn, not the last rows.
        assert second == 600 or not runoff[:400].all()


def test_known_blocs_keep_camp_sector_and_patron():
    blocs = people().blocs
    assert blocs.ids[0] == "harbour"
    assert (blocs.size[0], blocs.sector[0], blocs.camp[0], blocs.patron[0]) == (40, 0, CY, 0)


def test_patrons_organise_the_sector_of_their_contractors():
    loaded = load_contest("il-labor-2011")
    made = people(loaded)
    patrons = {b: p for b, p in enumerate(made.blocs.patron.tolist()) if p >= 0}
    assert len(patrons) > 10
    for b, p in patrons.items():
        notable = loaded.notables[p]
        camp = made.setting.candidate_ids[made.blocs.camp[b]]
        if made.blocs.ids[b].startswith("contractor-"):
            assert made.setting.sector_ids[made.blocs.sector[b]] in notable.sectors
            assert notable.camp in (None, camp)


def test_sizes_of_blocs_follow_the_truncated_pareto_law():
    """Shape 1.5: P(size > 80) = (4**-1.5 - t) / (1 - t), t = 150**-1.5 = 0.000544, so 0.12452."""
    assert pareto_size(0.0, 1.5) == pytest.approx(MIN_SIZE)
    assert pareto_size(1.0, 1.5) == pytest.approx(MAX_SIZE)
    assert pareto_size(1.0 - 0.12452, 1.5) == pytest.approx(80.0, rel=1e-4)


def test_obedience_rises_with_monitoring():
    """a (1 - (1 - a)(1 - m)) at a = 0.8: 0.64 unwatched, 0.8 fully watched (medians)."""
    for watched, value in ((0.0, 0.64), (1.0, 0.8)):
        draws = [
            people(
                load_contest("il-labor-2011"), scale=0.05, streams=Streams(8, r),
                obedience=0.8, monitoring=watched,
            ).blocs.obedience
            for r in range(2)
        ]  # fmt: skip
        assert np.median(np.concatenate(draws)) == pytest.approx(value, abs=0.04)


def test_activists_are_split_by_machine_and_strength():
    """1 % of 66 310 is 663; camps by machine * share, ranks 1 % and 9 %."""
    made = people(load_contest("il-labor-2011"), activist_share=0.01)
    activists = draw_activists(made.setting, made.parameters, STREAMS)
    assert len(activists) == 663
    weights = made.setting.machine * made.setting.vote_shares
    assert np.bincount(activists.home).tolist() == largest_remainder(weights, 663).tolist()
    assert (activists.camp == activists.home).all()
    assert ((activists.loyalty > 0.0) & (activists.loyalty < 1.0)).all()
    heads = (activists.rank == Rank.BRANCH_HEAD).sum()
    assert heads == pytest.approx(663 * 0.09, abs=4 * math.sqrt(663 * 0.09))
    assert activists.working_for(4, 5).sum() == 663


def test_the_idle_do_not_work():
    made = people()
    activists = draw_activists(made.setting, made.parameters, STREAMS)
    before = activists.working_for(4, 2)
    activists.camp[activists.home == CY] = IDLE
    after = activists.working_for(4, 2)
    assert (after[:, CY] == 0).all()
    assert after.sum() == before.sum() - before[:, CY].sum()
