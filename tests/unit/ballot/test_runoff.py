"""Do runoff preferences, turnout and transfers add up as written?"""

import dataclasses
import math

import numpy as np
import pytest

from kingmaker.ballot.runoff import (
    RunoffRules,
    cast_runoff,
    draw_runoff_chances,
    group_dispersion,
    runoff_turnout,
)
from kingmaker.mechanisms import Switches
from kingmaker.population.members import Vote
from kingmaker.population.preference_kernels import (
    RunoffTerms,
    group_of,
    prepare_terms,
    runoff_preferences,
)
from kingmaker.records import MARGIN_STEPS
from tests.contest_builders import ADA, BEN, CY, DEE, finished, medians, tiny_run

N = 4


def terms(**changes):
    """Make terms of four candidates, 0 against 1, in which nothing moves anybody."""
    values = {
        "first": ADA,
        "second": BEN,
        "table": np.zeros((2, 2)),
        "seat_gap": 0.0,
        "projection": 0.0,
        "habit": 0.0,
        "flat": np.zeros(N + 3),
        "selection": np.zeros(N + 3),
        "cue": np.zeros(N + 3),
        "grudge": np.zeros(N + 3),
        "local": np.zeros(2),
        "appeal": np.zeros(N + 3),
        "backlash": np.zeros(N),
        "mean_attachment": np.full(N + 3, 0.5),
    }
    return RunoffTerms(**(values | changes))


def group(candidate, value):
    """Give one group a value, the others none."""
    column = np.zeros(N + 3)
    column[candidate] = value
    return column


def preference(shifts, gap=0.0, attention=0.0, rejects=0, attachment=0.5, vote=CY, sector=0):
    base, lean = np.zeros((2, 1, N), dtype=np.float32, order="F")
    base[0, ADA] = gap
    nothing = np.zeros(1, dtype=np.float32)
    preferences = np.empty(1)
    runoff_preferences(
        0, 1, base, lean, nothing + attention, np.array([rejects], dtype=np.uint64),
        nothing + attachment, np.array([group_of(vote, N)], dtype=np.int32),
        np.array([sector], dtype=np.uint8), prepare_terms(shifts), preferences,
    )  # fmt: skip
    return float(preferences[0])


def test_groups_of_first_votes():
    votes = [0, 3, Vote.ABSTAINED, Vote.BLANK, Vote.NOT_ON_ROLL]
    assert [group_of(int(vote), N) for vote in votes] == [0, 3, 4, 5, 6]


def test_utilities_and_the_sectors_table():
    table = np.array([[0.0, 0.0], [0.3, -0.1]])
    assert preference(terms(table=table), gap=0.5) == pytest.approx(0.5)
    assert preference(terms(table=table), gap=0.5, sector=1) == pytest.approx(0.9)


@pytest.mark.parametrize(
    ("gap", "seats", "value"),
    [
        (1.0, 0.4, 1.2),  # half attentive: 0.2 more
        (-1.0, 0.4, -0.94),  # a partisan of the weaker believes 0.3 of it
        (1.0, -0.4, 0.94),
        (-1.0, -0.4, -1.2),
    ],
)
def test_seats_are_discounted_by_partisans_of_the_weaker(gap, seats, value):
    shifts = terms(seat_gap=seats, projection=0.7)
    assert preference(shifts, gap=gap, attention=0.5) == pytest.approx(value)


def test_habit_holds_finalists_voters_only():
    shifts = terms(habit=1.5)
    votes = (ADA, BEN, CY, int(Vote.ABSTAINED))
    assert [preference(shifts, vote=v) for v in votes] == [1.5, -1.5, 0.0, 0.0]


def test_shifts_of_a_group_touch_that_group_only():
    shifts = terms(flat=group(CY, 0.3), selection=group(CY, 0.2))
    assert preference(shifts, vote=CY) == pytest.approx(0.5)
    assert preference(shifts, vote=DEE) == 0.0


@pytest.mark.parametrize("field", ["selection", "cue", "grudge"])
def test_followers_follow_by_their_attachment_relative_to_the_groups_mean(field):
    shifts = terms(**{field: group(CY, 0.4)})
    for attachment, value in ((0.0, 0.0), (0.25, 0.2), (0.5, 0.4), (0.75, 0.6)):
        assert preference(shifts, attachment=attachment) == pytest.approx(value)


@pytest.mark.parametrize(
    ("cue", "rejects", "value"),
    [
        (0.4, {ADA}, 0.0),
        (0.4, {BEN}, 0.4),
        (-0.4, {BEN}, 0.0),
        (-0.4, {ADA}, -0.4),
        (0.4, {CY}, 0.4),
    ],
)
def test_no_cue_towards_a_rejected_finalist(cue, rejects, value):
    mask = sum(1 << c for c in rejects)
    assert preference(terms(cue=group(CY, cue)), rejects=mask) == pytest.approx(value)


def test_what_is_said_in_a_sector_moves_its_members_alone():
    shifts = terms(local=np.array([0.3, -0.2]))
    assert preference(shifts, gap=0.5) == pytest.approx(0.8)
    assert preference(shifts, gap=0.5, sector=1, vote=-1) == pytest.approx(0.3)


def test_appeals_move_a_group_whatever_its_attachment():
    shifts = terms(appeal=group(CY, 0.25))
    for attachment in (0.0, 0.9):
        assert preference(shifts, attachment=attachment, rejects=1 << ADA) == pytest.approx(0.25)
    assert preference(shifts, vote=DEE) == 0.0


def test_who_is_a_partisan_is_seen_with_what_is_said_in_his_sector():
    """At -0.1 he would discount 0.4 of seats for ada; told 0.3 in his sector he believes all."""
    shifts = terms(seat_gap=0.4, projection=0.5, local=np.array([0.0, 0.3]))
    assert preference(shifts, gap=-0.1, attention=1.0) == pytest.approx(0.1)
    assert preference(shifts, gap=-0.1, attention=1.0, sector=1) == pytest.approx(0.6)


def test_backlash_moves_all_who_reject_the_endorser():
    backlash = np.array([0.0, 0.0, -0.3, 0.1])
    shifts = terms(backlash=backlash)
    assert preference(shifts, vote=ADA, rejects=1 << CY) == pytest.approx(-0.3)
    assert preference(shifts, vote=-1, rejects=1 << CY | 1 << DEE) == pytest.approx(-0.2)
    assert preference(shifts, vote=ADA, rejects=1 << ADA) == 0.0


# --- on a whole contest -----------------------------------------------------------------------


def rules_of(model, **changes):
    rules = RunoffRules(
        order=np.full(len(model.blocs), -1, dtype=np.int64),
        turnout=np.full(2, 40.0),
        habit=0.0,
        expressive=0.0,
        ally_lift=np.zeros((N + 3, 2)),
    )
    return dataclasses.replace(rules, **changes)


def recast(model, shifts, rules, settings=None, without=()):
    """Cast the finished model's runoff again under other terms and rules."""
    parameters = medians(**({"runoff_blank_rate": 0.0} | (settings or {})))
    before = model.state.second_vote.copy()
    try:
        flows = cast_runoff(
            model.setting, model.members, model.state, model.blocs, shifts, rules, parameters,
            Switches(without), draw_runoff_chances(model.members, model.streams),
        )  # fmt: skip
        return flows, model.state.second_vote.copy()
    finally:
        model.state.second_vote[:] = before


def test_everybody_has_one_place_in_the_flows():
    model = tiny_run()
    origins = model.flows.sum(axis=(0, 2))
    assert origins[:N].tolist() == model.first_ballot.votes.tolist()
    assert origins[N:].tolist() == [140, 10, 0]
    by_sector = model.flows.sum(axis=(1, 2))
    assert by_sector.tolist() == model.setting.sector_sizes.tolist()


def test_flows_count_the_members_own_votes():
    model = tiny_run()
    first, second = model.state.first_vote, model.state.second_vote
    places = {0: ADA, 1: BEN, 2: Vote.BLANK, 3: Vote.ABSTAINED, 4: Vote.NOT_ON_ROLL}
    for c in range(N):
        for column, vote in places.items():
            assert ((first == c) & (second == vote)).sum() == model.flows[:, c, column].sum()


def test_an_overwhelming_preference_decides_every_free_vote():
    model = tiny_run()
    for sign, column in ((30.0, 0), (-30.0, 1)):
        flows, _ = recast(model, terms(flat=np.full(N + 3, sign)), rules_of(model))
        left = int(model.exits.members.sum())
        assert flows[:, :, column].sum() == 600 - left
        assert flows[:, :, 3].sum() == left  # struck off


def test_finalists_voters_stay_where_switching_is_off():
    model = tiny_run()
    rules = rules_of(model, switching=False)
    flows, _ = recast(model, terms(flat=np.full(N + 3, 30.0)), rules)
    assert flows[:, BEN].sum(axis=0).tolist() == [0, 150, 0, 0, 0]
    assert flows[:, CY].sum(axis=0).tolist() == [90, 0, 0, 0, 0]


def test_everybody_means_all_who_voted_for_somebody():
    model = tiny_run()
    flows, _ = recast(model, terms(), rules_of(model, everybody=True, turnout=np.full(2, -40.0)))
    assert flows[:, :, 3].sum(axis=0).tolist() == [0, 0, 0, 0, 140, 10, 0]
    assert flows[:, :, :2].sum() == 450


def test_nobody_comes_to_an_unreachable_poll():
    model = tiny_run()
    flows, _ = recast(model, terms(), rules_of(model, turnout=np.full(2, -40.0)))
    assert flows[:, :, 3].sum() == 600


def test_members_who_obey_vote_as_their_bloc_is_told():
    model = tiny_run()
    order = np.ones(len(model.blocs), dtype=np.int64)
    _, without = recast(model, terms(flat=np.full(N + 3, 30.0)), rules_of(model))
    _, told = recast(model, terms(flat=np.full(N + 3, 30.0)), rules_of(model, order=order))
    changed = without != told
    assert (told[changed] == BEN).all()
    assert (model.members.bloc[changed] >= 0).all()
    # Obedience is the mean chance of a bloc's members; 150 or so members, 4.5 standard errors.
    in_bloc = model.members.bloc >= 0
    chance = model.blocs.obedience[model.members.bloc[in_bloc]]
    spread = math.sqrt(float((chance * (1 - chance)).sum()))
    assert changed.sum() == pytest.approx(float(chance.sum()), abs=4.5 * spread)


@pytest.mark.parametrize("cause", ["habit", "ally_lift", "expressive", "bloc_lift"])
def test_what_lifts_or_lowers_turnout(cause):
    """At a constant of 0 each cause moves those whom it concerns, and only them."""
    model = tiny_run()
    order = np.zeros(len(model.blocs), dtype=np.int64)
    plain = rules_of(
        model, turnout=np.zeros(2), order=order if cause == "bloc_lift" else rules_of(model).order
    )
    lift = np.zeros((N + 3, 2))
    lift[CY] = 3.0
    changed = {
        "habit": {"habit": 3.0},
        "ally_lift": {"ally_lift": lift},
        "expressive": {"expressive": 3.0},
        "bloc_lift": {},
    }[cause]
    settings = {"broker_turnout_lift": 0.0}
    raised = {"broker_turnout_lift": 3.0 if cause == "bloc_lift" else 0.0}
    _, votes = recast(model, terms(), plain, settings)
    _, others = recast(model, terms(), dataclasses.replace(plain, **changed), raised)
    first = model.state.first_vote
    concerned = {
        "habit": (first >= 0) | (first == Vote.BLANK),
        "ally_lift": first == CY,
        "expressive": (first == CY) | (first == DEE),
        "bloc_lift": model.members.bloc >= 0,
    }[cause]
    assert (votes[~concerned] == others[~concerned]).all()
    came, comes = (votes != Vote.ABSTAINED).sum(), (others != Vote.ABSTAINED).sum()
    assert comes < came if cause == "expressive" else comes > came + 10


def test_blanks_are_three_times_as_frequent_where_the_choice_is_out():
    model = tiny_run()
    total = {"in": 0, "out": 0}
    for rate in (0.1, 0.2):
        flows, _ = recast(model, terms(), rules_of(model), {"runoff_blank_rate": rate})
        total["in"] += flows[:, [ADA, BEN, 4, 5], 2].sum()
        total["out"] += flows[:, [CY, DEE], 2].sum()
        # 480 others and 120 whose choice is out; 4.5 standard errors.
        sd = math.sqrt(480 * rate * (1 - rate))
        assert flows[:, [ADA, BEN, 4, 5], 2].sum() == pytest.approx(480 * rate, abs=4.5 * sd)
        sd = math.sqrt(120 * 3 * rate * (1 - 3 * rate))
        assert flows[:, [CY, DEE], 2].sum() == pytest.approx(360 * rate, abs=4.5 * sd)


def test_a_lottery_ignores_preferences():
    """M02 off: half of 600 for each, 4.5 standard errors are 55."""
    model = tiny_run()
    flows, _ = recast(model, terms(flat=np.full(N + 3, 30.0)), rules_of(model), without=("M02",))
    assert flows[:, :, 0].sum() == pytest.approx(300, abs=55)


def test_fresh_chance_has_its_scale():
    """Everybody at D = noise: logistic(1) = 0.7311 of 600 vote for the leader, 4.5 sd are 49."""
    model = tiny_run()
    lean = model.state.lean
    for scale in (0.5, 2.0):
        before = lean[:, [ADA, BEN]].copy()
        lean[:, ADA] = -model.members.base[:, ADA] + scale
        lean[:, BEN] = -model.members.base[:, BEN]
        flows, _ = recast(model, terms(), rules_of(model), {"runoff_noise": scale})
        lean[:, [ADA, BEN]] = before
        assert flows[:, :, 0].sum() == pytest.approx(438.6, abs=49)


def test_the_waterfall_adds_up():
    model = tiny_run()
    steps = [name for name, _ in MARGIN_STEPS]
    assert list(model.margins) == steps
    assert model.margins["round1"] == 30
    assert sum(model.margins[s] for s in steps[:-1]) == model.margins["round2"]
    totals = model.flows.sum(axis=(0, 1))
    assert model.margins["round2"] == totals[0] - totals[1]


@pytest.mark.parametrize(
    ("without", "step"),
    [
        (("M28.selection",), "selection"),
        (("M28.cue",), "cue"),
        (("M29",), "backlash"),
        (("M14",), "brokers"),
        (("M25",), "grudge"),
    ],
)
def test_a_step_of_the_waterfall_is_zero_without_its_mechanism(without, step):
    model = finished(without=without, settings={"brokered_share": 0.05})
    assert model.margins[step] == 0


def test_a_groups_split_has_a_unit_of_its_own():
    """cy's voters at -2, 0 and 2: sqrt(2.667 / 3.29 + noise**2); at least a half."""
    model = tiny_run()
    lean = model.state.lean
    before = lean[:, [ADA, BEN]].copy()
    own = np.flatnonzero(model.state.first_vote == CY)
    wanted = np.resize([-2.0, 0.0, 2.0], own.size)
    lean[:, ADA], lean[:, BEN] = -model.members.base[:, ADA], -model.members.base[:, BEN]
    lean[own, ADA] += wanted
    units = group_dispersion(
        model.setting, model.members, model.state, terms(), medians(runoff_noise=0.6)
    )
    low = group_dispersion(
        model.setting, model.members, model.state, terms(), medians(runoff_noise=0.1)
    )
    lean[:, [ADA, BEN]] = before
    assert units[CY] == pytest.approx(math.sqrt(8 / 3 / 3.28987 + 0.36), abs=1e-4)
    assert units[DEE] == pytest.approx(0.6, abs=1e-4)
    assert low[DEE] == 0.5
    assert units[6] == 1.0  # nobody is off the roll


def test_runoff_turnout_follows_the_drawn_ratio():
    """460 of 600 times e**ratio; nothing else changes, so the expectation is met."""
    for ratio in (-0.3, 0.0, 0.2):
        neutral = {
            "runoff_turnout_ratio": ratio, "ally_turnout_lift": 0.0, "contact_rate": 0.0,
            "brokered_share": 0.0, "turnout_sd": 0.5,
        }  # fmt: skip
        turnouts = []
        for replicate in range(6):
            model = finished(settings=neutral, replicate=replicate)
            turnouts.append(1.0 - model.flows[:, :, 3].sum() / 600)
        wanted = 460 / 600 * math.exp(ratio)
        assert np.mean(turnouts) == pytest.approx(wanted, abs=4.5 * 0.5 / math.sqrt(3600))


def test_one_turnout_for_all_without_m05():
    model = tiny_run()
    constants = runoff_turnout(
        model.setting, model.members, model.state, terms(), 460, np.array([1.0, -1.0]),
        np.zeros(len(model.blocs), dtype=bool), medians(runoff_turnout_ratio=0.0),
        Switches(("M05",)),
    )  # fmt: skip
    assert constants == pytest.approx([math.log(460 / 140)] * 2)
