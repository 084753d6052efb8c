"""Does the time between the rounds stay in bounds, whatever is drawn, asked for or off?"""

import math

import numpy as np
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from kingmaker.alliance.behaviours import check_behaviour
from kingmaker.alliance.deals import ACTS
from kingmaker.alliance.offers import RELATIVE_WORTH
from kingmaker.election import LeadershipElection
from kingmaker.errors import ImpossibleDrawError
from kingmaker.mechanisms import switchable_ids
from kingmaker.outcome import check_conservation, record_of
from kingmaker.population.activists import IDLE
from tests.contest_builders import ADA, BEN, CANDIDATES, busy, busy_constants

LEADERS = (
    "historical", "decide", "neutral", "free-vote", "freeze-machine", "endorse:ada", "endorse:ben",
    "announce:ben@2", "equilibrium", "nearest", "best-offer", "consult", "grudge", "united-losers",
    "joint-ticket", "joint-ticket:ada", "cy=endorse:ada+dee=neutral", "cy=decide+dee=best-offer",
)  # fmt: skip
OTHERS = (
    "lieutenant:lea=ben", "leo=decide", "letter-off", "poach", "ada=poach", "appeal-over-head",
    "counter-frame", "no-counter-frame", "pledge-kept", "pledge-dropped", "ada=pledge-conditional",
    "finalists-unite", "grant-office", "withdraw-office", "no-contempt", "broker-auction",
    "patron-tied", "early-movers-off", "extra-week", "gap:3", "gap:20", "no-polls",
)  # fmt: skip
NAMES = {*CANDIDATES, "nan", "lea", "leo", "dan", "mayors", "premier", "orange", "green", ""}


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(
    seed=st.integers(0, 2**63 - 1),
    leaders=st.sampled_from(LEADERS),
    others=st.sets(st.sampled_from(OTHERS), max_size=4),
    without=st.sets(st.sampled_from(switchable_ids()), max_size=4),
)
def test_everything_between_the_rounds_stays_in_bounds(seed, leaders, others, without):
    behaviour = "+".join([leaders, *sorted(others)])
    assume(not check_behaviour(behaviour, busy()))
    try:
        model = LeadershipElection(
            busy(), seed=seed, behaviour=behaviour, without=tuple(sorted(without)),
            constants=busy_constants(), days=2,
        )  # fmt: skip
        model.run_model()
    except ImpossibleDrawError:
        assume(False)
    check_conservation(model)
    record_of(model)
    stage = model.interlude
    if stage is None:
        return
    gap = model.setting.gap_days
    days = [deal.day for deal in stage.deals]
    assert days == sorted(days)
    assert set(days) <= set(range(1, gap + 1))
    for deal in stage.deals:
        assert deal.act in ACTS
        assert {deal.actor, deal.target} <= NAMES
        assert math.isnan(deal.value) or abs(deal.value) < 1_000.0
    spoken = [d.actor for d in stage.deals if d.basis != "historical" and d.act in
              ("endorses", "neutral", "free-vote", "freezes", "ticket")]  # fmt: skip
    assert len(spoken) == len(set(spoken))
    for e, choice in stage.choices().items():
        assert choice in (ADA, BEN, "neutral", "free-vote", "freeze-machine")
        assert 0.0 <= model.candidates[e].told <= 1.0
    book = stage.dealings
    for (leader, finalist), offers in book.offers.items():
        assert leader not in (ADA, BEN)
        assert finalist in (ADA, BEN)
        for held in offers:
            assert held.kind in RELATIVE_WORTH
            assert 0.0 <= held.worth <= 1.2
            assert 0.0 <= held.delivery_prob <= 1.0
            assert held.in_fact is None or 0.0 <= held.in_fact <= 1.0
    for table in (book.letters, book.courted, book.rumoured, book.affront, book.praised):
        assert (table >= 0.0).all()
        assert np.isfinite(table).all()
    assert (model.climate.grudge >= 0.0).all()
    assert (model.climate.spared >= 0.0).all()
    assert model.activists.camp.min() >= IDLE - 1
    out = model.activists.camp[model.activists.camp >= 0]
    assert np.isin(out, (ADA, BEN)).all()
    terms = stage.terms()
    for column in (terms.flat, terms.selection, terms.cue, terms.grudge, terms.local, terms.appeal,
                   terms.backlash):  # fmt: skip
        assert np.isfinite(column).all()
        assert np.abs(column).max() < 30.0
