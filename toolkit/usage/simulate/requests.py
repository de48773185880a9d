"""The requests of sessions: a context that grows by answers and reading, is cached, and is compacted when full."""

from __future__ import annotations

from dataclasses import dataclass

import numpy

from toolkit.usage.simulate.draws import BITS, FOUR, SIZE, SPARE_BITS, spare
from toolkit.usage.simulate.sessions import WEEK_MS, Sessions, Tables

CACHE_BLOCK = 64  # tokens: caches hold whole blocks. A power of two, so that `& -CACHE_BLOCK` rounds down to blocks
# Tokens of input that are never cached, by a random number of BITS bits: 1 to 12 of framing, and 1,500 in one request
# of 64. Assumed; real files have 0.07 % of their tokens so.
UNCACHED = numpy.geomspace(1, 12, SIZE).astype(numpy.int32)
UNCACHED[-SIZE // 64 :] = 1500


@dataclass(frozen=True)
class Requests:
    """Requests as arrays of shape (requests,), session after session; in tokens but for `time`."""

    time: numpy.ndarray  # milliseconds into the week
    input: numpy.ndarray  # all of it: uncached + cache_read + cache_creation
    uncached: numpy.ndarray
    cache_read: numpy.ndarray
    cache_creation: numpy.ndarray
    output: numpy.ndarray
    reasoning: numpy.ndarray  # part of the output
    error: numpy.ndarray  # whether it was answered with an error; its tokens stay


def expand(tables: Tables, sessions: Sessions, raw: numpy.ndarray, lifetime_ms: float, prefix: int) -> Requests:
    """The requests of sessions, each of which has one or more.

    `raw` has shape (requests,), uint64: the four draws of each request, in 16 bits each (see draws.FOUR), and spare
    bits. A cache is lost after `lifetime_ms` without a request; after that, or a compaction, only `prefix` tokens are
    read from it.
    """
    size = sessions.requests
    first = numpy.cumsum(size) - size  # the index of each session's first request
    last = first + size - 1
    draw = (raw & FOUR).view(numpy.uint16).reshape(-1, 4)
    base = numpy.repeat(sessions.shape << BITS, size)
    output = tables.quantiles["output"].take(base + draw[:, 0])
    appended = tables.quantiles["appended"].take(base + draw[:, 1])
    gap = tables.quantiles["gap"].take(base + draw[:, 2])
    never_cached = UNCACHED.take(draw[:, 3])
    context = _context(tables, sessions, first, last, output, appended)
    cache_read = numpy.empty_like(context)
    numpy.bitwise_and(context[:-1], -CACHE_BLOCK, out=cache_read[1:])  # what the request before had, in whole blocks
    expired = context[1:] < context[:-1]  # by a compaction
    expired |= gap[:-1] > lifetime_ms
    places = numpy.flatnonzero(expired) + 1
    cache_read[places] = numpy.minimum(context[places], prefix) & -CACHE_BLOCK
    cache_read[first] = 0
    creation = context - cache_read
    uncached = numpy.minimum(never_cached, creation, out=never_cached)
    creation -= uncached
    spare_bits = spare(raw)
    return Requests(
        time=_times(sessions, first, last, gap),
        input=context,
        uncached=uncached,
        cache_read=cache_read,
        cache_creation=creation,
        output=output,
        reasoning=_reasoning(tables, output, spare_bits),
        error=spare_bits < tables.failed,
    )


def _reasoning(tables: Tables, output: numpy.ndarray, spare_bits: numpy.ndarray) -> numpy.ndarray:
    """The part of each answer that is reasoning."""
    tokens = tables.reasoning.take(spare_bits)
    tokens *= output.view(numpy.uint32)  # no overflow: a million tokens times 4,095 is below 2 to the 32
    tokens >>= numpy.uint32(SPARE_BITS)
    return tokens.view(numpy.int32)


def _context(
    tables: Tables,
    sessions: Sessions,
    first: numpy.ndarray,
    last: numpy.ndarray,
    output: numpy.ndarray,
    appended: numpy.ndarray,
) -> numpy.ndarray:
    """The input of each request: that of the one before, its answer and what is appended; compacted over the window.

    It overwrites `appended`.
    """
    size = sessions.requests
    factor = tables.start_factor[sessions.shape]
    for early in range(3):  # start_factor is of what the first three requests append
        places = (first + early)[(size > early) & (factor != 1)]
        appended[places] = (appended[places] * factor[(size > early) & (factor != 1)]).astype(numpy.int32)
    carries = tables.carries[sessions.shape]
    if carries.all():
        answers = output
    else:
        answers = output * numpy.repeat(carries, size)
    # A negative addition drops part of the answer: an eighth of it at most.
    numpy.maximum(appended, -(answers >> 3), out=appended)
    appended += answers
    grown = numpy.cumsum(appended, dtype=numpy.int64)
    grown -= appended
    grown += numpy.repeat(sessions.context - grown[first], size)
    full = numpy.flatnonzero(grown[last] > sessions.window)
    if len(full):  # `places`: the indices of all requests of these sessions
        lengths = size[full]
        places = numpy.repeat(first[full] - (numpy.cumsum(lengths) - lengths), lengths) + numpy.arange(
            int(lengths.sum())
        )
        window, span = sessions.window[full], (sessions.window - sessions.compacted)[full]
        over, spans = grown[places] - numpy.repeat(window, lengths), numpy.repeat(span, lengths)
        compactions = numpy.maximum(numpy.ceil(over / spans.astype(float)), 0)
        grown[places] -= compactions.astype(numpy.int64) * spans
    return grown.astype(numpy.int32)


def _times(sessions: Sessions, first: numpy.ndarray, last: numpy.ndarray, gap: numpy.ndarray) -> numpy.ndarray:
    """When each request is sent, in milliseconds into the week.

    A session that would end after its week starts earlier; one longer than a week is squeezed into it.
    """
    time = numpy.cumsum(gap, dtype=numpy.int64)
    time -= gap
    length = time[last] - time[first]
    start = numpy.minimum(sessions.start, WEEK_MS - 1 - length)
    time += numpy.repeat(start - time[first], sessions.requests)
    for place in numpy.flatnonzero(start < 0):
        part = slice(first[place], last[place] + 1)
        time[part] = (time[part] - start[place]) * ((WEEK_MS - 1) / length[place])
    return time
