"""Are chances to stand, to win and to need a runoff chances, whoever is in the race?"""

import math

from hypothesis import given
from hypothesis import strategies as st

from kingmaker.alliance.candidacy import settle_candidacies
from kingmaker.alliance.candidacy_beliefs import expect
from kingmaker.contest.load import load_contest
from kingmaker.mechanisms import Switches
from kingmaker.parameters import PARAMETERS
from kingmaker.rng import Streams
from tests.contest_builders import medians

LABOR = load_contest("il-labor-2008")
STRENGTHS = st.lists(st.floats(0.02, 1.0), min_size=2, max_size=6)
ORDERS = st.sampled_from(
    [{}, {"coordinated": "one-way"}, {"coordinated": "mutual"}, {"withdraw": "peretz"},
     {"withdraw": "barak"}, {"stay": "ayalon"}, {"postpone": ""}]
)  # fmt: skip


def shares(values):
    return tuple(value / sum(values) for value in values)


def setting_of(name):
    return st.floats(*PARAMETERS[name].bounds)


@given(STRENGTHS, st.data(), st.floats(0.2, 0.9))
def test_beliefs_are_chances(values, data, threshold):
    n = len(values)
    stands = tuple(data.draw(st.lists(st.booleans(), min_size=n, max_size=n)))
    ally = data.draw(st.permutations(range(n)))[:2]
    found = expect(shares(values), stands, threshold, (tuple(ally),))
    assert 0.0 <= found.runoff_prob <= 1.0
    assert all(0.0 <= p <= 1.0 for p in found.win_prob)
    assert all(p == 0.0 for p, runs in zip(found.win_prob, stands, strict=True) if not runs)
    assert math.isclose(sum(found.win_prob), float(any(stands)), abs_tol=1e-9)


@given(STRENGTHS, st.floats(0.02, 0.1), st.floats(0.4, 0.7))
def test_one_more_small_candidate_makes_a_runoff_no_less_likely(values, small, threshold):
    others = shares(values)
    strengths = (*(share * (1.0 - small) for share in others), small)
    everybody = (True,) * len(others)
    without = expect(strengths, (*everybody, False), threshold)
    assert expect(strengths, (*everybody, True), threshold).runoff_prob >= without.runoff_prob


@given(
    ORDERS,
    st.integers(0, 10_000),
    setting_of("office_value"),
    setting_of("expressive_candidacy"),
    setting_of("promise_price"),
    setting_of("constitution_force"),
)
def test_chances_to_stand_are_chances(orders, replicate, office, principle, price, force):
    parameters = medians(
        office_value=office,
        expressive_candidacy=principle,
        promise_price=price,
        constitution_force=force,
    )
    found = settle_candidacies(LABOR, parameters, Switches(), Streams(4, replicate), orders)
    assert all(0.0 <= p <= 1.0 for p in found.rows["prob"])
    assert 0.0 <= found.held_prob <= 1.0
    assert 0.0 <= found.runoff_prob <= 1.0
    assert any(found.stands)
    assert found.rows["stands"] == [int(stands) for stands in found.stands]
    assert found.held is (found.postponed_days == 0)
