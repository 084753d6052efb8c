"""Does every split add up, stay within its quota and treat places alike?"""

from fractions import Fraction

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

from kingmaker.population.apportion import largest_remainder

WEIGHTS = st.lists(st.integers(0, 10_000), min_size=1, max_size=12).filter(any)
TOTALS = st.integers(0, 5_000)


@given(WEIGHTS, TOTALS)
def test_parts_add_up_and_stay_within_their_quota(weights, total):
    parts = largest_remainder(weights, total)
    assert int(parts.sum()) == total
    for weight, part in zip(weights, parts.tolist(), strict=True):
        quota = Fraction(weight * total, sum(weights))
        assert quota - 1 < part < quota + 1
        assert part >= 0


@given(WEIGHTS, TOTALS)
def test_who_weighs_more_gets_no_less(weights, total):
    parts = largest_remainder(weights, total).tolist()
    for i, one in enumerate(weights):
        for k, two in enumerate(weights):
            if one > two:
                assert parts[i] >= parts[k]


@given(WEIGHTS, TOTALS, st.integers(2, 9))
def test_scale_of_the_weights_does_not_matter(weights, total, factor):
    scaled = [w * factor for w in weights]
    assert (largest_remainder(weights, total) == largest_remainder(scaled, total)).all()


@given(WEIGHTS, TOTALS, st.randoms(use_true_random=False))
def test_order_does_not_matter_where_remainders_differ(weights, total, random):
    quotas = [Fraction(w * total, sum(weights)) for w in weights]
    remainders = [q - int(q) for q in quotas]
    assume(len(set(remainders)) == len(remainders))
    order = list(range(len(weights)))
    random.shuffle(order)
    parts = largest_remainder(weights, total)
    assert (largest_remainder([weights[i] for i in order], total) == parts[order]).all()


@given(WEIGHTS, st.integers(1, 400))
def test_a_whole_multiple_is_split_exactly(weights, times):
    parts = largest_remainder(weights, sum(weights) * times)
    assert (parts == np.array(weights) * times).all()
