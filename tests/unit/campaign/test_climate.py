"""Does the climate add up, and do seat polls and grudges count as written?"""

import numpy as np
import pytest

from kingmaker.campaign.climate import Climate
from tests.contest_builders import ADA, CY, day, election, finished, tiny, tiny_table


def test_the_table_adds_valence_and_momentum_to_constants():
    climate = Climate.fresh(np.array([[0.1, 0.2], [0.3, 0.4]]))
    climate.valence += [0.01, 0.0]
    climate.momentum += [0.0, 0.05]
    assert climate.table == pytest.approx(np.array([[0.11, 0.25], [0.31, 0.45]]))


def test_a_fresh_climate_is_a_copy():
    constants = np.zeros((2, 2))
    Climate.fresh(constants).constants[0, 0] = 1.0
    assert constants[0, 0] == 0.0


def test_seats_against_their_mean_per_ten_of_120():
    """22 and 18 around 20: 0.2 and -0.2 of the effect; the third was not asked about."""
    climate = Climate.fresh(np.zeros((1, 3)))
    climate.publish_seats({0: 22, 1: 18}, 0.5)
    assert climate.electability == pytest.approx([0.1, -0.1, 0.0])
    assert climate.strongest == 0
    climate.publish_seats({0: 22, 1: 18}, 0.5, seats_in_house=60.0)
    assert climate.electability == pytest.approx([0.2, -0.2, 0.0])


def test_grudges_add_up_and_never_fall_below_zero():
    climate = Climate.fresh(np.zeros((1, 2)))
    climate.resent(0, 1, 0.7)
    climate.resent(0, 1, 0.4)
    assert climate.grudge.tolist() == [[0.0, pytest.approx(1.1)], [0.0, 0.0]]
    climate.resent(0, 1, -3.0)
    assert climate.grudge[0, 1] == 0.0


def grudges(contest, **settings):
    quiet = {"attack_rate": 0.0} | settings
    model = election(contest, settings=quiet)
    seen = []
    while model.day < 1:
        model.step()
        seen.append(model.climate.grudge.copy())
    return seen


def test_an_insult_is_resented_from_its_day_on_and_forgotten_by_and_by():
    """On day -2 one unit, less 10 % each evening."""
    seen = grudges(tiny(), grudge_decay=0.1)
    held = [day_[CY, ADA] for day_ in seen]
    assert held == pytest.approx([0.0, 0.0, 0.9, 0.81, 0.729])
    assert sum(seen[-1].ravel()) == pytest.approx(0.729)


@pytest.mark.parametrize(
    ("kind", "amount"),
    [
        ("insult", 1.0),
        ("wasted-vote-call", 1.0),
        ("attack", 0.5),
        ("praise", 0.0),
        ("meeting", 0.0),
    ],
)
def test_acts_and_their_grudges(kind, amount):
    event = tiny_table()["events"][0] | {"kind": kind}
    held = grudges(tiny(events=[event]), grudge_decay=0.0)[-1]
    assert held[CY, ADA] == amount
    assert held.sum() == amount


def test_older_insults_have_faded_when_the_campaign_begins():
    """16 days before the first day at 0.05 a day: e**-0.8 = 0.449, then 0.95 for the evening."""
    event = tiny_table()["events"][0] | {"date": day(-20)}
    held = grudges(tiny(events=[event]), grudge_decay=0.05)[0]
    assert held[CY, ADA] == pytest.approx(0.449329 * 0.95, abs=1e-6)


def test_insults_among_outsiders_leave_the_candidates_cold():
    event = tiny_table()["events"][0] | {"by": "premier", "to": "cy"}
    assert grudges(tiny(events=[event]))[-1].sum() == 0.0


def on_polling_day(contest=None, **arguments):
    """Run until the eve of round one."""
    model = election(contest, **arguments)
    while model.day < 0:
        model.step()
    return model


def test_a_rise_between_polls_gives_momentum():
    model = on_polling_day(settings={"poll_momentum": 2.0})
    rise = model.polls[1].shares - model.polls[0].shares
    assert model.climate.momentum == pytest.approx(2.0 * rise)
    still = on_polling_day(settings={"poll_momentum": 2.0}, without=("M07",))
    assert (still.climate.momentum == 0.0).all()


def test_one_poll_gives_no_momentum():
    polls = [p for p in tiny_table()["polls"] if p["date"] != day(-1)]
    model = on_polling_day(tiny(polls=polls))
    assert len(model.polls) == 1
    assert (model.climate.momentum == 0.0).all()


def test_seat_polls_move_attentive_members_to_the_stronger():
    """22 against 18 seats at 2 logit: 0.4 between ada and ben; partisans discount projection."""
    still = {"poll_momentum": 0.0, "electability_projection": 0.0}
    base = election(settings=still | {"electability_effect": 0.0})
    seats = election(constants=base.constants, settings=still | {"electability_effect": 2.0})
    for model in (base, seats):
        model.run_to_first_ballot()
    assert seats.climate.electability == pytest.approx([0.4, -0.4, 0.0, 0.0])
    # Everybody's utilities move by attention times 0.4, before the shift closes the gap.
    care = seats.members.attention[seats.first_ballot.free]
    index = {int(row): k for k, row in enumerate(base.first_ballot.free)}
    own = [
        (k, index[int(row)]) for k, row in enumerate(seats.first_ballot.free) if int(row) in index
    ]
    mine, others = (np.array(x) for x in zip(*own, strict=True))
    gap = seats.first_ballot.utilities[mine, ADA] - base.first_ballot.utilities[others, ADA]
    lean = seats.state.lean[seats.first_ballot.free[mine], ADA]
    lean_before = base.state.lean[base.first_ballot.free[others], ADA]
    valence = seats.climate.table[0, ADA] - base.climate.table[0, ADA]
    valence -= seats.first_ballot.shift[ADA] - base.first_ballot.shift[ADA]
    assert gap == pytest.approx(0.4 * care[mine] + lean - lean_before + valence, abs=1e-5)


def test_no_seat_polls_without_m08():
    model = finished(without=("M08",))
    assert (model.climate.electability == 0.0).all()
    assert model.interlude.terms().seat_gap == 0.0
