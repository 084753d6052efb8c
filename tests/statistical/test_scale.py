"""Does a tenth of the members give the same distribution as all of them?"""

import numpy as np
import pytest

from kingmaker.contest.load import load_contest
from tests.statistical.samples import assert_within, elections, first_shares, runoff_share, score


def both(contest, replicates, seed, scales, statistic, **arguments):
    """Return a statistic at two scales, paired by the draw of the parameters."""
    variants = [{"scale": scale} for scale in scales]
    runs = elections(contest, replicates, seed, variants, **arguments)
    return np.array([[statistic(model) for model in models] for models in runs])


def check(name, replicates, scales, statistic, margin, ratio, **arguments):
    """Check that the means agree within their error, or at least within a small margin.

    What peers and small blocs do depends a little on how many members there are, so that a large
    enough sample would tell any two scales apart: `margin` is the difference that does not matter.
    """
    contest = load_contest(name)
    spreads = []

    def compare(seed):
        pairs = both(contest, replicates, seed, scales, statistic, **arguments)
        spreads.append(pairs.std(axis=0, ddof=1))
        differences = pairs[:, 0] - pairs[:, 1]
        far = abs(differences.mean()) > margin
        return score(differences, margin * np.sign(differences.mean())) if far else 0.0

    assert_within(compare)
    small, large = spreads[-1]
    assert ratio[0] < small / large < ratio[1]


# The runoff's spread is that of parameters and shocks: as large at any scale (F with 23 degrees of
# freedom is outside 1/4 ... 4 once in a thousand). That of a free first round is what chance does
# to single members and blocs, which grows by up to the root of ten.
RUNOFF = {"statistic": runoff_share, "margin": 0.004, "ratio": (0.5, 2.0)}
FIRST = {
    "statistic": lambda model: float(first_shares(model)[0]),
    "margin": 0.003,
    "ratio": (0.8, 6.0),
    "first_round": "free",
}


@pytest.mark.parametrize("what", [RUNOFF, FIRST], ids=["runoff", "first"])
def test_tenth_of_a_part(what):
    check("il-labor-2011", 24, (0.02, 0.2), days=8, **what)


@pytest.mark.verify
@pytest.mark.parametrize("name", ["il-labor-2011", "il-labor-2007"])
@pytest.mark.parametrize("what", [RUNOFF, FIRST], ids=["runoff", "first"])
def test_tenth_of_the_whole(name, what):
    check(name, 80, (0.1, 1.0), **what)
