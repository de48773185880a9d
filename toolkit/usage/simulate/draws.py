"""Random draws that depend on seed, developer and week alone, and tables that turn 13 random bits into a value."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy

BLOCK = 128  # developers that share a stream; a population is always drawn in whole blocks, then cut
BITS = 13
SIZE = 1 << BITS  # entries of a table: small enough that those in use stay near the processor
FOUR = numpy.uint64(0x1FFF_1FFF_1FFF_1FFF)  # the 13 bits of each of four draws in 64 bits


@dataclass(frozen=True)
class Quantiles:
    """A distribution as its quantile function: shares from 0 to 1 and the value at each, in `unit`."""

    shares: tuple[float, ...]
    values: tuple[float, ...]
    unit: str
    source: str

    def at(self, share: numpy.ndarray) -> numpy.ndarray:
        """Values at shares of 0 to 1: between two given points along the inverse hyperbolic sine.

        That is the logarithm for large values, and keeps zero and negative ones.
        """
        return numpy.sinh(numpy.interp(share, self.shares, numpy.arcsinh(self.values)))

    def table(self) -> numpy.ndarray:
        """The value for each of SIZE equal shares, rounded to whole numbers."""
        return numpy.rint(self.at((numpy.arange(SIZE) + 0.5) / SIZE)).astype(numpy.int32)


def constant(value: float, unit: str, source: str) -> Quantiles:
    """A distribution that always gives `value`."""
    return Quantiles((0.0, 1.0), (value, value), unit, source)


def stream(seed: int, purpose: str, block: int, week: int = 0) -> numpy.random.Generator:
    """The random stream of one block of developers, for one purpose, in one week."""
    return numpy.random.Generator(numpy.random.SFC64([seed, zlib.crc32(purpose.encode()), block, week]))


def bits(random: numpy.random.Generator, count: int) -> numpy.ndarray:
    """`count` draws of a place in a table."""
    raw = random.bit_generator.random_raw((count + 3) // 4) & FOUR
    return raw.view(numpy.uint16)[:count].astype(numpy.int32)


def shares_table(shares: numpy.ndarray) -> numpy.ndarray:
    """The index of a category for each of SIZE equal shares of probability; `shares` need not add up to 1."""
    edges = numpy.cumsum(shares) / numpy.sum(shares)
    places = numpy.searchsorted(edges, (numpy.arange(SIZE) + 0.5) / SIZE, side="right")
    return numpy.minimum(places, len(shares) - 1).astype(numpy.int32)


def names(prefix: str, seed: int, numbers: numpy.ndarray) -> list[str]:
    """Pseudonyms of numbered things: `prefix` and 16 hexadecimal digits of a mixing of seed and number."""
    value = numbers.astype(numpy.uint64) + numpy.uint64((seed * 0x9E3779B97F4A7C15) % 2**64)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        value = (value ^ (value >> numpy.uint64(shift))) * numpy.uint64(factor)
    value = value ^ (value >> numpy.uint64(31))
    return [f"{prefix}{mixed:016x}" for mixed in value.tolist()]
