"""Does the benchmark's twin, an object per member, live the same days?"""

import numpy as np

from kingmaker.contest.load import load_contest
from kingmaker.election import LeadershipElection
from kingmaker.parameters import prior_medians
from kingmaker.population.activists import IDLE
from tests.benchmarks.mesa_twin import Member, with_objects
from tests.statistical.samples import assert_within, two_sample_score

SCALE = 0.075
DAYS = 12
SAMPLES = 8
SETTINGS = prior_medians("members") | {
    "contact_rate": 6.0,
    "contact_persuasion": 0.3,
    "opinion_relaxation": 0.2,
    "electability_effect": 0.6,
}
"""Medians, but with effects that can be seen within days."""

LIMIT = 4.0
"""Largest of nine standard scores, from 2 * 8 samples: above it in 1 % of the sets of seeds."""


def campaign(seed, constants=None, **arguments):
    return LeadershipElection(
        load_contest("il-labor-2011"), seed=seed, settings=SETTINGS, scale=SCALE,
        constants=constants, **arguments,
    )  # fmt: skip


def lived(model):
    """Live some days; return what is to agree: support, contacts, likely voters."""
    contacts = 0
    for _ in range(DAYS):
        model.step()
        contacts = contacts + model.membership.contacts
    support = model.membership.support(model.racing, model.orders())
    return np.array([*support, *contacts, model.membership.likely])


def test_days_of_objects_and_of_arrays_have_the_same_distribution():
    """The same people under fresh chance of contacts, in arrays and as objects."""

    def check(seed):
        constants = campaign(seed).constants
        arrays, objects = [], []
        for k in range(1, SAMPLES + 1):
            model = campaign(seed, constants)
            model.membership.streams = model.streams.for_pilot(k)
            arrays.append(lived(model))
            twin = campaign(seed, constants)
            twin.random.seed(1_000 * seed + k)
            objects.append(lived(with_objects(twin)))
        pairs = zip(np.array(arrays).T, np.array(objects).T, strict=True)
        scores = [two_sample_score(ours, theirs) for ours, theirs in pairs]
        assert len(scores) == 9
        return max(scores, key=abs)

    assert_within(check, LIMIT)


def test_without_contacts_every_member_agrees():
    """Nothing is left to chance: only the rounding of float32 differs."""
    constants = campaign(7).constants
    ours, twin = (campaign(7, constants, without=("M10",)) for _ in range(2))
    assert (ours.activists.camp != IDLE).all()
    with_objects(twin)
    for model in (ours, twin):
        lived(model)
    members = twin.agents_by_type[Member]
    lean = np.array(members.get("lean"))
    assert np.abs(lean).max() > 0.1
    assert np.abs(lean - ours.state.lean).max() < 1e-3
    assert (np.array(members.get("intention")) == ours.state.intention).mean() > 0.999
    assert np.abs(twin.membership.marginal - ours.membership.marginal).sum() <= 10
