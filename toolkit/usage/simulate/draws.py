"""Random streams by seed, purpose, block and week, and lookup tables that turn 13 random bits into a value."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy

BLOCK = 128  # developers that share a stream: whole blocks are drawn, then the last one is cut to the population's size
BITS = 13
SIZE = 1 << BITS  # entries of a table: small enough that those in use stay in the processor's cache
FOUR = numpy.uint64(0x1FFF_1FFF_1FFF_1FFF)  # keeps 13 bits in each 16-bit quarter of 64 random bits: four draws
SPARE_BITS = 12  # three of each quarter, which the four draws leave


@dataclass(frozen=True)
class Quantiles:
    """A distribution as its quantile function: rising shares from 0 to 1 and the value at each, in `unit`."""

    shares: tuple[float, ...]
    values: tuple[float, ...]
    unit: str
    source: str

    def at(self, share: numpy.ndarray) -> numpy.ndarray:
        """The values at shares of 0 to 1, interpolated on the scale of the inverse hyperbolic sine.

        That is nearly the logarithm for large values, and takes zero and negative ones too.
        """
        return numpy.sinh(numpy.interp(share, self.shares, numpy.arcsinh(self.values)))

    def table(self) -> numpy.ndarray:
        """The value in the middle of each of SIZE equal shares, rounded to a whole number: shape (SIZE,), int32."""
        return numpy.rint(self.at((numpy.arange(SIZE) + 0.5) / SIZE)).astype(numpy.int32)


def always(value: float, unit: str, source: str) -> Quantiles:
    """A distribution that always gives `value`."""
    return Quantiles((0.0, 1.0), (value, value), unit, source)


def stream(seed: int, purpose: str, block: int, week: int = 0) -> numpy.random.Generator:
    """The random stream of one block of developers, for one purpose, in one week; other streams do not depend on it."""
    return numpy.random.Generator(numpy.random.SFC64([seed, zlib.crc32(purpose.encode()), block, week]))


def bits(random: numpy.random.Generator, count: int) -> numpy.ndarray:
    """`count` draws of 13 random bits, 0 to SIZE - 1: shape (count,), int32."""
    raw = random.bit_generator.random_raw((count + 3) // 4) & FOUR
    return raw.view(numpy.uint16)[:count].astype(numpy.int32)


def spare(raw: numpy.ndarray) -> numpy.ndarray:
    """The bits of 64 random ones that FOUR leaves, as one number of SPARE_BITS bits each: shape of `raw`, int32.

    The product has the four threes side by side in its highest bits; no two of its terms share a bit.
    """
    threes = raw >> numpy.uint64(BITS)
    threes &= numpy.uint64(0x0007_0007_0007_0007)
    threes *= numpy.uint64(1 << 52 | 1 << 39 | 1 << 26 | 1 << 13)
    threes >>= numpy.uint64(64 - SPARE_BITS)
    return threes.astype(numpy.int32)


def shares_table(shares: numpy.ndarray) -> numpy.ndarray:
    """A table from 13 random bits to the number of a category, drawn with probabilities in proportion to `shares`."""
    edges = numpy.cumsum(shares) / numpy.sum(shares)
    places = numpy.searchsorted(edges, (numpy.arange(SIZE) + 0.5) / SIZE, side="right")
    return numpy.minimum(places, len(shares) - 1).astype(numpy.int32)


def pseudonyms(prefix: str, seed: int, numbers: numpy.ndarray) -> list[str]:
    """A pseudonym for each number: `prefix` and 16 hexadecimal digits that mix seed and number as SplitMix64 does."""
    value = numbers.astype(numpy.uint64) + numpy.uint64((seed * 0x9E3779B97F4A7C15) % 2**64)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        value = (value ^ (value >> numpy.uint64(shift))) * numpy.uint64(factor)
    value = value ^ (value >> numpy.uint64(31))
    return [f"{prefix}{mixed:016x}" for mixed in value.tolist()]
