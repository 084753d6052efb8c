"""Has every decision its own numbers, whatever the others do?"""

import itertools

import numpy as np
import pytest

from kingmaker.rng import MAX_SEED, Stream, Streams, uniform_pair

ONE = Streams(seed=5, replicate=3)


def test_stream_numbers_are_unique_and_fit_their_field():
    numbers = [int(stream) for stream in Stream]
    assert len(set(numbers)) == len(Stream.__members__)  # an alias would be missing here
    assert all(0 < n < 2**16 for n in numbers)


def test_address_holds_each_part_in_its_place():
    streams = Streams(seed=(7 << 32) | 11, replicate=13, pilot=2, attempt=4)
    address = streams.address(Stream.BALLOT_TURNOUT_1, day=-5, block=6)
    assert tuple(int(word) for word in address) == (
        11,
        7,
        (4096 - 5) | 60 << 16,
        13,
        6 | 2 << 8 | 4 << 16 | 1 << 24,
    )


def test_addresses_are_injective():
    """Corners of every part, all combinations: no two share key and counter."""
    seeds = (0, 1, 2**32, 2**32 - 1, MAX_SEED)
    replicates = (0, 1, 2**32 - 1)
    pilots = (0, 1, 255)
    attempts = (0, 1, 255)
    days = (-4096, -1, 0, 1, 61_439)
    blocks = (0, 1, 255)
    streams = (Stream.PARAMETERS_PRIOR, Stream.BALLOT_CHOICE_1, Stream.ALLIANCE_SHOCK)
    seen = set()
    count = 0
    for seed, replicate, pilot, attempt in itertools.product(seeds, replicates, pilots, attempts):
        source = Streams(seed, replicate, pilot, attempt)
        for stream, day, block in itertools.product(streams, days, blocks):
            seen.add(tuple(int(word) for word in source.address(stream, day, block)))
            count += 1
    assert len(seen) == count


@pytest.mark.parametrize(
    "other",
    [
        Streams(seed=6, replicate=3),
        Streams(seed=5 + 2**32, replicate=3),
        Streams(seed=5, replicate=4),
        Streams(seed=5, replicate=3, pilot=1),
        Streams(seed=5, replicate=3, attempt=1),
    ],
)
def test_other_seeds_replicates_pilots_and_attempts_draw_other_numbers(other):
    mine = ONE.uniforms(Stream.CAMPAIGN_CONTACT, 200)
    assert not np.isin(other.uniforms(Stream.CAMPAIGN_CONTACT, 200), mine).any()


def test_other_streams_days_and_blocks_draw_other_numbers():
    mine = ONE.uniforms(Stream.CAMPAIGN_CONTACT, 200)
    for other in (
        ONE.uniforms(Stream.CAMPAIGN_MESSAGE, 200),
        ONE.uniforms(Stream.CAMPAIGN_CONTACT, 200, day=1),
        ONE.uniforms(Stream.CAMPAIGN_CONTACT, 200, block=1),
    ):
        assert not np.isin(other, mine).any()


def test_nobodys_number_depends_on_the_company():
    """One alone, the first ten, a thousand: the same number, drawn before or after others."""
    many = ONE.uniforms(Stream.POPULATION_TURNOUT, 1000, day=2)
    ONE.uniforms(Stream.POPULATION_TASTE, 77)
    assert (ONE.uniforms(Stream.POPULATION_TURNOUT, 10, day=2) == many[:10]).all()
    assert ONE.uniform(Stream.POPULATION_TURNOUT, 999, day=2) == many[999]
    address = ONE.address(Stream.POPULATION_TURNOUT, day=2)
    assert uniform_pair(np.uint32(500), address)[0] == many[500]


def test_both_numbers_of_a_pair_are_of_their_own():
    address = ONE.address(Stream.BALLOT_CHOICE_2)
    pairs = np.array([uniform_pair(np.uint32(i), address) for i in range(5_000)])
    assert abs(np.corrcoef(pairs.T)[0, 1]) < 5 / np.sqrt(5_000)


@pytest.mark.parametrize("stream", [Stream.PARAMETERS_PRIOR, Stream.BALLOT_LOTTERY_1])
def test_uniforms_are_uniform(stream):
    """Chi-square over 64 cells of 64 000 draws: 63 degrees of freedom, below 120 (p = 2e-5)."""
    draws = Streams(seed=20_070_528, replicate=0).uniforms(stream, 64_000)
    assert draws.min() > 0.0
    assert draws.max() < 1.0
    counts = np.bincount((draws * 64).astype(int), minlength=64)
    assert float(((counts - 1000.0) ** 2 / 1000.0).sum()) < 120.0


def test_normal_and_gumbel_have_their_means_and_spreads():
    """20 000 draws: means within 5 standard errors (normal 0, Gumbel 0.5772 +- 1.2825)."""
    n = 20_000
    normal = np.array([ONE.normal(Stream.ALLIANCE_SHOCK, i) for i in range(n)])
    gumbel = np.array([ONE.gumbel(Stream.ALLIANCE_DECISION, i) for i in range(n)])
    assert normal.mean() == pytest.approx(0.0, abs=5 / np.sqrt(n))
    assert normal.std() == pytest.approx(1.0, abs=5 / np.sqrt(2 * n))
    assert gumbel.mean() == pytest.approx(0.5772, abs=5 * 1.2825 / np.sqrt(n))
    assert gumbel.std() == pytest.approx(1.2825, abs=0.05)
