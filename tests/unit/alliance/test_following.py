"""What do members hear between the rounds, from whom, and how loudly?"""

import dataclasses
from types import SimpleNamespace

import numpy as np
import pytest

from kingmaker.alliance.deals import Dealings
from kingmaker.alliance.following import (
    BROKEN_PROMISE,
    FULL_DEAL,
    LIEUTENANT_CUE,
    MEMBERS_PER_VOICE,
    MOST_PEOPLE,
    QUIET_NOTABLES,
    TICKET_CUE,
)
from kingmaker.alliance.pledges import changed_appeal
from kingmaker.alliance.rumours import DENIED, REPORTED
from kingmaker.mechanisms import Switches
from tests.contest_builders import ADA, BEN, CY, DEE, busy, busy_run, busy_table, medians

N = 4
COAST, INLAND = range(2)


def candidate(index, choice=None, told=1.0, ticket=False, no_deals=False):
    return SimpleNamespace(
        index=index, choice=choice, told=told, ticket=ticket, no_deals=no_deals
    )  # fmt: skip


def scene(choices=None, notables=None, without=(), settings=None, book=None, **changes):
    """Set the scene of the busy contest anew: nobody has spoken, moved or been insulted."""
    real = busy_run().interlude.scene()
    activists = dataclasses.replace(
        real.activists, camp=np.full(len(real.activists), -1, dtype=np.int8),
        moved_day=np.full(len(real.activists), -10_000, dtype=np.int32),
    )  # fmt: skip
    choices = choices or {}
    values = {
        "parameters": medians(**(settings or {})),
        "switches": Switches(without),
        "candidates": [choices.get(c, candidate(c)) for c in range(N)],
        "notables": notables or [SimpleNamespace(choice=None) for _ in real.notables],
        "activists": activists,
        "natural": {CY: None, DEE: None},
        "strain": np.zeros((N, N)),
        "dealings": book or Dealings.fresh(N),
        "dispersion": np.array([1.0, 1.0, 2.0, 0.5, 1.0, 1.0, 1.0]),
    }
    return dataclasses.replace(real, **(values | changes))


def only(shift, **groups):
    """Ask that a shift by group, or by candidate, is this and nothing else."""
    places = {"ada": ADA, "ben": BEN, "cy": CY, "dee": DEE}
    want = np.zeros(shift.size)
    for name, value in groups.items():
        want[places[name]] = value
    assert shift == pytest.approx(want)


def test_silence_moves_nobody():
    quiet = scene()
    for shift in (quiet.selection(), quiet.cue(), quiet.grudges(), quiet.appeals(),
                  quiet.backlash(), quiet.notables_by_sector(),
                  quiet.pledges_by_sector(spatial=True)):  # fmt: skip
        assert not shift.any()
    assert not quiet.ally_lift(frozenset()).any()


# --- selection and cue (M28) ---------------------------------------------------------------------


def test_likeness_is_where_the_leader_belongs_whatever_he_says():
    """0.9 - 0.3 = 0.6, times the unit of his voters' split; those of finalists stay."""
    settings = {"endorsement_total": 0.9, "endorsement_cue": 0.3}
    natural = {CY: BEN, DEE: ADA}
    for choices in ({}, {CY: candidate(CY, ADA)}):
        only(
            scene(choices, settings=settings, natural=natural).selection(), cy=-1.2, dee=0.3
        )  # fmt: skip
    only(scene(settings=settings, natural={CY: "neutral", DEE: None}).selection())
    only(scene(settings=settings, natural=natural, without=("M28.selection",)).selection())
    only(scene(settings=settings, natural=natural, without=("M28",)).selection())


def test_a_call_is_heard_by_the_callers_voters():
    settings = {"endorsement_cue": 0.3}
    calls = {CY: candidate(CY, BEN), DEE: candidate(DEE, ADA, told=0.5)}
    only(scene(calls, settings=settings).cue(), cy=-0.6, dee=0.075)
    for word in ("neutral", "free-vote", "freeze-machine", None):
        only(scene({CY: candidate(CY, word)}, settings=settings).cue())
    for part in ("M28", "M28.cue"):
        only(scene(calls, settings=settings, without=(part,)).cue())


def test_who_stands_on_the_ballot_himself_is_heard_more():
    settings = {"endorsement_cue": 0.3}
    second = {CY: candidate(CY, ADA, ticket=True)}
    only(scene(second, settings=settings).cue(), cy=0.6 * TICKET_CUE)


def test_a_finalist_who_calls_for_the_other_is_an_endorser():
    settings = {"endorsement_cue": 0.3}
    only(scene({BEN: candidate(BEN, ADA)}, settings=settings).cue(), ben=0.3)


def test_activists_who_move_without_a_word_are_half_a_word():
    """Three quarters of cy's people for ada, the rest for ben: half the lead, half a cue."""
    settings = {"endorsement_cue": 0.4}
    people = scene().activists
    own = np.flatnonzero(people.home == CY)
    people = dataclasses.replace(people, camp=people.camp.copy(), moved_day=people.moved_day.copy())
    quarter = own.size // 4
    people.camp[own], people.moved_day[own] = ADA, 2
    people.camp[own[:quarter]] = BEN
    lead = (own.size - 2 * quarter) / own.size
    moved = scene(settings=settings, activists=people)
    only(moved.cue(), cy=0.4 * LIEUTENANT_CUE * lead * 2.0)
    # Once the leader has spoken, his word is what counts.
    spoken = scene({CY: candidate(CY, BEN)}, settings=settings, activists=people)
    only(spoken.cue(), cy=-0.4 * 2.0)


# --- notables (M28.notables) ---------------------------------------------------------------------


def speaking(**choices):
    names = [entry.id for entry in busy().notables]
    return [SimpleNamespace(choice=choices.get(name)) for name in names]


def test_notables_speak_to_the_members_of_their_sectors():
    """One voice for ada among one and two silent ones: a third of the cue, on the coast."""
    shift = scene(notables=speaking(nan=ADA), settings={"notable_cue": 0.6}).notables_by_sector()
    assert shift == pytest.approx([0.6 / (1.0 + QUIET_NOTABLES), 0.0])
    against = scene(notables=speaking(nan=BEN), settings={"notable_cue": 0.6})
    assert against.notables_by_sector() == pytest.approx(-shift)


def test_several_voices_of_a_sector_are_weighed():
    """Inland two MPs for ada against three mayors for ben."""
    calls = speaking(lea=ADA, leo=ADA, mayors=BEN)
    shift = scene(notables=calls, settings={"notable_cue": 0.6}).notables_by_sector()
    assert shift == pytest.approx([0.0, 0.6 * (2.0 - 3.0) / (5.0 + QUIET_NOTABLES)])


def test_a_notable_with_followers_counts_more_and_nobody_without_end():
    data = busy_table()["notables"]
    data[4] |= {"people": 40, "members": 2_000}
    contest = busy(notables=data)
    setting = dataclasses.replace(scene().setting, contest=contest)
    shift = scene(
        notables=speaking(mayors=BEN), settings={"notable_cue": 0.6}, setting=setting
    ).notables_by_sector()  # fmt: skip
    voice = MOST_PEOPLE + 2_000 / MEMBERS_PER_VOICE
    assert shift == pytest.approx([0.0, -0.6 * voice / (voice + QUIET_NOTABLES)])


def test_a_notable_of_no_sector_speaks_to_nobody_and_the_part_can_be_off():
    assert (
        not scene(notables=speaking(dan=ADA), settings={"notable_cue": 1.0})
        .notables_by_sector()
        .any()
    )
    for part in ("M28.notables", "M28"):
        calls = scene(notables=speaking(nan=ADA), settings={"notable_cue": 1.0}, without=(part,))
        assert not calls.notables_by_sector().any()


# --- grudges (M25) -------------------------------------------------------------------------------


def test_followers_resent_who_insulted_their_leader():
    strain = np.zeros((N, N))
    strain[CY, ADA], strain[CY, BEN], strain[ADA, CY] = 1.5, 0.5, 9.0
    loud = {"insult_effect": 0.4}
    only(scene(settings=loud, strain=strain).grudges(), cy=-0.4)
    only(scene(settings=loud, strain=strain, without=("M25",)).grudges())


# --- backlash (M29, M32, M43) --------------------------------------------------------------------


def weight(index):
    votes = busy_run().first_ballot.votes
    return min(1.0, float(votes[index]) / float(votes.sum()) / FULL_DEAL)


@pytest.mark.parametrize("backlash", [0.5, -0.5])
def test_a_deal_moves_those_who_reject_the_endorser_either_way(backlash):
    """cy has a fifth of the votes: a full deal; dee a third of one. The sign is free."""
    settings = {"backlash": backlash}
    assert weight(CY) == 1.0
    assert weight(DEE) == pytest.approx(60 / 900 / FULL_DEAL)
    calls = {CY: candidate(CY, BEN), DEE: candidate(DEE, ADA, told=0.5)}
    shift = scene(calls, settings=settings).backlash()
    only(shift, cy=backlash, dee=-backlash * 0.5 * weight(DEE))
    only(scene(calls, settings=settings, without=("M29",)).backlash())


def test_a_deal_after_a_promise_to_make_none_repels_more():
    calls = {CY: candidate(CY, BEN), BEN: candidate(BEN, no_deals=True)}
    only(scene(calls, settings={"backlash": 0.2}).backlash(), cy=0.2 * BROKEN_PROMISE)
    other = {CY: candidate(CY, ADA), BEN: candidate(BEN, no_deals=True)}
    only(scene(other, settings={"backlash": 0.2}).backlash(), cy=-0.2)


def test_a_report_repels_before_the_deal_and_not_beside_it():
    book = Dealings.fresh(N)
    book.rumoured[CY, BEN] = REPORTED * DENIED
    settings = {"backlash": 0.4}
    only(scene(settings=settings, book=book).backlash(), cy=0.4 * REPORTED * DENIED)
    only(scene({CY: candidate(CY, BEN)}, settings=settings, book=book).backlash(), cy=0.4)
    book.rumoured[CY, ADA] = REPORTED * DENIED
    only(scene(settings=settings, book=book).backlash())


def test_a_pact_that_is_named_repels_more():
    book = Dealings.fresh(N)
    book.named[CY] = True
    settings = {"backlash": 0.1, "counter_frame": 0.3}
    calls = {CY: candidate(CY, BEN)}
    only(scene(calls, settings=settings, book=book).backlash(), cy=0.4)
    only(scene(calls, settings=settings, book=book, without=("M43",)).backlash(), cy=0.1)
    only(scene(calls, settings=settings).backlash(), cy=0.1)
    only(scene(settings=settings, book=book).backlash())  # nobody has called for anybody
    book.named[DEE] = True
    small = scene({DEE: candidate(DEE, ADA, told=0.5)}, settings=settings, book=book)
    only(small.backlash(), dee=-0.4 * 0.5 * weight(DEE))


# --- appeals, praise, pledges (M30, M31, M24) ----------------------------------------------------


def test_appeals_reach_the_leaders_voters():
    book = Dealings.fresh(N)
    book.appealed[CY, ADA] = book.appealed[DEE, BEN] = True
    loud = {"appeal_effect": 0.3}
    only(scene(settings=loud, book=book).appeals(), cy=0.6, dee=-0.15)
    only(scene(settings=loud, book=book, without=("M30",)).appeals())
    book.appealed[CY, BEN] = True
    only(scene(settings=loud, book=book).appeals(), dee=-0.15)


def test_praise_from_outside_is_held_against_the_praised_by_all():
    book = Dealings.fresh(N)
    book.praised[ADA] = 1.0
    loud = {"outside_guilt": 0.2}
    assert scene(settings=loud, book=book).appeals() == pytest.approx(np.full(N + 3, -0.1))
    assert not scene(settings=loud, book=book, without=("M31",)).appeals().any()


def test_who_changes_a_pledge_loses_among_all():
    book = Dealings.fresh(N)
    book.changed[ADA] = 2
    loud = {"pledge_change_cost": 0.05}
    assert scene(settings=loud, book=book).appeals() == pytest.approx(np.full(N + 3, -0.1))
    assert not scene(settings=loud, book=book, without=("M24",)).appeals().any()
    book.changed[BEN] = 2
    assert not scene(settings=loud, book=book).appeals().any()


def test_a_changed_pledge_wins_and_loses_by_sector():
    book = Dealings.fresh(N)
    book.stance_at_first, book.stance = {ADA: "leave", CY: "stay"}, {ADA: "stay", CY: "leave"}
    stage = scene(book=book)
    leanings = np.array([0.0, 0.4])
    setting = dataclasses.replace(
        stage.setting, leanings=np.column_stack([np.zeros((2, 2)), leanings])
    )
    moved = scene(book=book, setting=setting, settings={"spatial_weight": 2.0})
    position = float(setting.positions[ADA, 2])
    want = changed_appeal(leanings, position, "leave", "stay", 1.0)
    assert moved.pledges_by_sector(spatial=True) == pytest.approx(want)
    assert not moved.pledges_by_sector(spatial=False).any()
    dull = dataclasses.replace(setting, salience=np.array([1.0, 1.0, 0.25]))
    quarter = scene(book=book, setting=dull, settings={"spatial_weight": 2.0})
    assert quarter.pledges_by_sector(spatial=True) == pytest.approx(0.25 * want)
    assert not scene(book=book, without=("M24",)).pledges_by_sector(spatial=True).any()
    # The same change of the other finalist moves members the other way.
    book.stance_at_first, book.stance = {BEN: "leave"}, {BEN: "stay"}
    other = scene(book=book, setting=setting, settings={"spatial_weight": 2.0})
    position = float(setting.positions[BEN, 2])
    want = changed_appeal(leanings, position, "leave", "stay", 1.0)
    assert other.pledges_by_sector(spatial=True) == pytest.approx(-want)


# --- machines (M11) ------------------------------------------------------------------------------


def test_an_allys_machine_lifts_by_its_weight_and_the_part_at_work():
    people = scene().activists
    own = np.flatnonzero(people.home == CY)
    people = dataclasses.replace(people, camp=people.camp.copy())
    people.camp[own[: own.size // 2]] = ADA
    stage = scene(settings={"ally_turnout_lift": 0.5}, activists=people)
    part = (own.size // 2) / own.size
    lift = stage.ally_lift(frozenset())
    assert lift[CY] == pytest.approx([0.5 * 1.2 * part, 0.0])
    assert not np.delete(lift, CY, axis=0).any()
    assert not stage.ally_lift(frozenset({CY})).any()
    off = scene(settings={"ally_turnout_lift": 0.5}, activists=people, without=("M11",))
    assert not off.ally_lift(frozenset()).any()


def test_sides():
    stage = scene()
    assert [stage.side(choice) for choice in (ADA, BEN, CY, "neutral", None)] == [1, -1, 0, 0, 0]
