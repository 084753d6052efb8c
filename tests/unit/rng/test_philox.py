"""Is the generator the published one, and does every word become a number inside (0, 1)?"""

import math

import numpy as np
import pytest

from kingmaker.rng import philox4x32, to_uniform, to_uniform32

ONES = 0xFFFFFFFF

# Random123, known answers of philox4x32 with 10 rounds: counter, key, output.
KNOWN = [
    ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    ((ONES,) * 4, (ONES,) * 2, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xA4093822, 0x299F31D0),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
]


@pytest.mark.parametrize(("counter", "key", "answer"), KNOWN)
def test_known_answers(counter, key, answer):
    assert tuple(int(w) for w in philox4x32(*counter, *key)) == answer


@pytest.mark.parametrize(
    ("high", "low", "value"),
    [
        (0, 0, 2.0**-53),
        (0x80000000, 0, 0.5 + 2.0**-53),
        (ONES, ONES, 1.0 - 2.0**-53),
        (0, 0xFFF, 2.0**-53),
        (0, 0x1000, 1.5 * 2.0**-52),
    ],
)
def test_two_words_make_52_centred_bits(high, low, value):
    assert to_uniform(np.uint32(high), np.uint32(low)) == value


@pytest.mark.parametrize("word", [0, 1, 0xFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFEFF, ONES])
def test_one_word_makes_a_number_inside_the_unit_interval(word):
    value = float(to_uniform32(np.uint32(word)))
    assert 0.0 < value < 1.0
    assert value == pytest.approx((word >> 8) / 2**24, abs=2**-23)


def test_words_of_neighbouring_counters_look_independent():
    """Half of the 128 bits change when one bit of the counter does: 64 +- 5.66 each, n = 128."""
    base = [0x12345678, 9, 8, 7]
    before = philox4x32(*base, 1, 2)
    changed = []
    for bit in range(128):
        other = list(base)
        other[bit // 32] ^= 1 << (bit % 32)
        after = philox4x32(*other, 1, 2)
        changed.append(
            sum((int(a) ^ int(b)).bit_count() for a, b in zip(before, after, strict=True))
        )
    assert float(np.mean(changed)) == pytest.approx(64.0, abs=5 * math.sqrt(32 / 128))
    assert min(changed) > 64 - 30
    assert max(changed) < 64 + 30
