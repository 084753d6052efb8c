"""Give every decision of every member its own random numbers, addressed rather than consumed.

The generator is Philox4x32-10 (Salmon, Moraes, Dror and Shaw, 2011). Its key holds the seed; its
128-bit counter holds who (member or actor), when (day), what (stream), in which replicate, which
block of numbers, which pilot and which attempt. The map from address to counter is injective: two
decisions never share numbers, and nobody's numbers move when others draw more, fewer or elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import IntEnum, unique

import numpy as np

from kingmaker import numerics
from kingmaker.compiled import inlined_kernel, kernel

SCHEME = 1
"""Version of the address map; changing it changes every result."""

MAX_SEED = 2**63 - 1
_DAY_OFFSET = 4096


@unique
class Stream(IntEnum):
    """Name every random decision as ``STAGE_DECISION``; numbers are never reused."""

    PARAMETERS_PRIOR = 1
    SETTING_ROLL = 2
    SETTING_SECTOR_SIZE = 3
    SETTING_POSITION = 4
    SETTING_REJECTION = 5
    SETTING_MACHINE = 6
    SETTING_EVIDENCE = 7
    SETTING_SECTOR_CONSTANT = 8
    SETTING_DATES = 9
    SETTING_COMPETENCE = 10
    POPULATION_IDEAL_POINT = 16
    POPULATION_TASTE = 17
    POPULATION_REJECTION = 18
    POPULATION_TURNOUT = 19
    POPULATION_ATTENTION = 20
    POPULATION_REGISTRAR = 21
    POPULATION_BRANCH_SIZE = 22
    POPULATION_BRANCH_EFFECT = 23
    POPULATION_BLOC_SIZE = 24
    POPULATION_BLOC_SECTOR = 25
    POPULATION_CONTRACTOR = 26
    POPULATION_ACTIVIST = 27
    CAMPAIGN_CONTACT = 40
    CAMPAIGN_MESSAGE = 41
    CAMPAIGN_POLL_SAMPLE = 42
    CAMPAIGN_POLL_HOUSE = 43
    BALLOT_TURNOUT_1 = 60
    BALLOT_OBEDIENCE_1 = 61
    BALLOT_CHOICE_1 = 62
    BALLOT_LOTTERY_1 = 63
    BALLOT_TURNOUT_2 = 64
    BALLOT_OBEDIENCE_2 = 65
    BALLOT_CHOICE_2 = 66
    BALLOT_ROLL_2 = 68
    ALLIANCE_SHOCK = 80
    ALLIANCE_OFFER = 81
    ALLIANCE_CONSULTATION = 82
    ALLIANCE_DECISION = 83
    ALLIANCE_DAY = 84
    ALLIANCE_EARLY_MOVE = 85
    ALLIANCE_CONTRACT = 86
    ALLIANCE_LIEUTENANT = 87
    ALLIANCE_GOVERNMENT = 88
    ALLIANCE_RUMOUR = 89
    ALLIANCE_COURTING = 90

    CANDIDACY_DECISION = 100
    CANDIDACY_CALENDAR = 101

    IRREGULARITY_STATION = 110
    IRREGULARITY_ANNULMENT = 111

    AFTERMATH_EXIT = 120
    AFTERMATH_DESTINATION = 121
    AFTERMATH_PROMISE = 122
    AFTERMATH_SPLIT = 123
    AFTERMATH_SEATS = 124
    AFTERMATH_INSTITUTION = 125


Words = tuple[np.uint32, np.uint32, np.uint32, np.uint32]

Address = tuple[np.uint32, np.uint32, np.uint32, np.uint32, np.uint32]
"""Key (2 words) and the counter's last three words; the first word is who draws."""


@inlined_kernel
def philox4x32(c0: int, c1: int, c2: int, c3: int, k0: int, k1: int) -> Words:
    """Encrypt a 128-bit counter with a 64-bit key in 10 rounds of Philox4x32.

    Parameters
    ----------
    c0, c1, c2, c3
        Counter, 32 bits each.
    k0, k1
        Key, 32 bits each.

    Returns
    -------
    Four words of 32 bits, independent and uniform.
    """
    x0, x1, x2, x3 = np.uint32(c0), np.uint32(c1), np.uint32(c2), np.uint32(c3)
    key0, key1 = np.uint32(k0), np.uint32(k1)
    for _ in range(10):
        a = np.uint64(0xD2511F53) * np.uint64(x0)
        b = np.uint64(0xCD9E8D57) * np.uint64(x2)
        x0 = np.uint32(b >> np.uint64(32)) ^ x1 ^ key0
        x1 = np.uint32(b & np.uint64(0xFFFFFFFF))
        x2 = np.uint32(a >> np.uint64(32)) ^ x3 ^ key1
        x3 = np.uint32(a & np.uint64(0xFFFFFFFF))
        key0 = np.uint32(key0 + np.uint32(0x9E3779B9))
        key1 = np.uint32(key1 + np.uint32(0xBB67AE85))
    return x0, x1, x2, x3


@inlined_kernel
def words(who: int, address: Address) -> Words:
    """Draw four 32-bit words for `who` at an address."""
    return philox4x32(who, address[2], address[3], address[4], address[0], address[1])


@inlined_kernel
def to_uniform32(word: int) -> np.float32:
    """Turn a word into a float32 in (0, 1): 23 bits, centred in their interval, never 0 or 1."""
    return (np.float32(np.uint32(word) >> np.uint32(9)) + np.float32(0.5)) * np.float32(
        1.1920928955078125e-07
    )


@inlined_kernel
def to_uniform(high: int, low: int) -> float:
    """Turn two words into a float64 in (0, 1): 52 bits, centred, never 0 or 1."""
    top = np.uint64(np.uint32(high)) << np.uint64(20)
    bits = top | (np.uint64(np.uint32(low)) >> np.uint64(12))
    return (np.float64(bits) + 0.5) * 2.220446049250313e-16


@inlined_kernel
def uniform_pair(who: int, address: Address) -> tuple[float, float]:
    """Draw two float64 uniforms in (0, 1) for `who` at an address."""
    a, b, c, d = words(who, address)
    return to_uniform(a, b), to_uniform(c, d)


@kernel
def _fill_uniforms(ids: np.ndarray, address: Address, out: np.ndarray) -> None:
    for i in range(ids.size):
        out[i] = uniform_pair(ids[i], address)[0]


@dataclass(frozen=True)
class Streams:
    """Address the random numbers of one replicate.

    Attributes
    ----------
    seed
        0 to 2**63 - 1.
    replicate
        0 to 2**32 - 1.
    pilot
        0 in the run itself, 1 to 255 in pilot campaigns.
    attempt
        Number of draws rejected as impossible before this one, 0 to 255.
    """

    seed: int
    replicate: int
    pilot: int = 0
    attempt: int = 0

    def for_pilot(self, pilot: int) -> Streams:
        """Address the chance of a pilot campaign: same draw of the parameters, own chance."""
        return replace(self, pilot=pilot)

    def address(self, stream: Stream, day: int = 0, block: int = 0) -> Address:
        """Make the address of a stream on a day.

        Parameters
        ----------
        stream
            The decision.
        day
            Day of the contest, -4096 to 61439 [days].
        block
            Number of the block of four words, 0 to 255, where a decision needs more than one.

        Returns
        -------
        Key and counter words for the kernels.
        """
        last = (block & 0xFF) | (self.pilot & 0xFF) << 8 | (self.attempt & 0xFF) << 16
        return (
            np.uint32(self.seed & 0xFFFFFFFF),
            np.uint32(self.seed >> 32),
            np.uint32((day + _DAY_OFFSET) & 0xFFFF | int(stream) << 16),
            np.uint32(self.replicate),
            np.uint32(last | SCHEME << 24),
        )

    def uniform(self, stream: Stream, who: int, day: int = 0, block: int = 0) -> float:
        """Draw one uniform in (0, 1) for an actor."""
        return float(uniform_pair(np.uint32(who), self.address(stream, day, block))[0])

    def normal(self, stream: Stream, who: int, day: int = 0, block: int = 0) -> float:
        """Draw one standard normal for an actor, by its quantile."""
        return float(numerics.normal_quantile(self.uniform(stream, who, day, block)))

    def gumbel(self, stream: Stream, who: int, day: int = 0, block: int = 0) -> float:
        """Draw one standard Gumbel variate for an actor, by its quantile."""
        return -numerics.log(-numerics.log(self.uniform(stream, who, day, block)))

    def uniforms(self, stream: Stream, n: int, day: int = 0, block: int = 0) -> np.ndarray:
        """Draw uniforms in (0, 1) for actors 0 to n - 1, shape ``(n,)``."""
        out = np.empty(n)
        _fill_uniforms(np.arange(n, dtype=np.uint32), self.address(stream, day, block), out)
        return out
