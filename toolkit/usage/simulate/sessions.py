"""The sessions of one week of one block of developers.

A block is BLOCK developers who share a random stream. A session is a run of requests with one context; its `Shape`
says what it looks like (the shape of an array is written in brackets). Ordinary sessions are a developer's own use;
padding is sessions added because of an incentive; a twin is an honest use whose sessions look like padding. Each is
drawn from a stream of its own, so that ordinary sessions are the same whatever incentives and twins a scenario has.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import timedelta

import numpy

from toolkit.usage.simulate.draws import BITS, BLOCK, SIZE, SPARE_BITS, bits, shares_table, stream
from toolkit.usage.simulate.people import People
from toolkit.usage.simulate.scenario import DISTRIBUTIONS, PRICES, Incentive, Model, Scenario, Twin

WEEK_MS = 7 * 24 * 3600 * 1000
WEEK_HOURS = 7 * 24
ORDINARY = -1
WINDOW_ROOM = 1.02  # a window is at least so many times the first context: no session begins with a compaction
COMPACTED_SHARE = 0.8  # of its window: what a compaction leaves at most, so that each one makes room
MINUTE_STEP = 7919  # has no factor in common with 60: steps of it, modulo 60, go through all minutes of an hour


@dataclass(frozen=True)
class Tables:
    """A scenario's distributions as lookup tables.

    "By bits" is an array of shape (SIZE,), indexed with 13 random bits; "by shape and bits" one of shape
    (shapes * SIZE,), indexed with shape number * SIZE + bits, "by shape" one of shape (shapes,).
    """

    quantiles: dict[str, numpy.ndarray]  # by the names of DISTRIBUTIONS, each by shape and bits
    start: numpy.ndarray  # by rhythm and bits: the minute of the week at which a session starts
    models: tuple[numpy.ndarray, ...]  # one a week, by bits: model number
    ordinary: numpy.ndarray  # by bits: shape number of an ordinary session
    padding: tuple[numpy.ndarray, ...]  # one an incentive, by bits: shape number of a padding session
    rhythm: numpy.ndarray  # by shape: rhythm number
    opposite: numpy.ndarray  # by shape: how likely many requests begin with a small context, in parts of SIZE
    start_factor: numpy.ndarray  # by shape, as in Shape
    carries: numpy.ndarray  # by shape, as in Shape
    headless: numpy.ndarray  # by shape, as in Shape
    side: numpy.ndarray  # by shape: how likely a session is a sub-agent's, in parts of SIZE
    reasoning: numpy.ndarray  # by spare bits: reasoning in 4,096 tokens of an answer, uint32; none in one that failed
    failed: int  # spare bits below this number: the request is answered with an error
    tokens: numpy.ndarray  # by shape: mean tokens of a session, all types
    spend: numpy.ndarray  # by shape: mean cost of a session, USD


@dataclass(frozen=True)
class Sessions:
    """Sessions as arrays of shape (sessions,) in the same order."""

    developer: numpy.ndarray  # place in the block, from 0
    shape: numpy.ndarray  # number in the scenario's shapes
    cause: numpy.ndarray  # ORDINARY, an incentive's number, or the count of incentives plus a twin's number
    requests: numpy.ndarray  # how many
    context: numpy.ndarray  # tokens, of the first request
    window: numpy.ndarray  # tokens at which the context is compacted
    compacted: numpy.ndarray  # tokens of the context after that
    start: numpy.ndarray  # milliseconds into the week
    model: numpy.ndarray  # number in the scenario's models
    id: numpy.ndarray  # 64 random bits; what only marks a session is drawn with them, so that other draws stay the same

    def random_bits(self, place: int) -> numpy.ndarray:
        """The `place`-th 13 bits of each session's id, from 0: shape (sessions,), int64, 0 to SIZE - 1."""
        return (self.id >> numpy.uint64(place * BITS)).astype(numpy.int64) & (SIZE - 1)

    def take(self, places: numpy.ndarray) -> Sessions:
        """The sessions at `places`, in that order."""
        return Sessions(**{field.name: getattr(self, field.name)[places] for field in fields(self)})


def model_tables(scenario: Scenario, weeks: int) -> tuple[numpy.ndarray, ...]:
    """For each week, a table from 13 random bits to the number of the model that a session uses."""
    shares = numpy.array([model.share.value for model in scenario.models])
    return tuple(shares_table(shares * [_runs(model, week) for model in scenario.models]) for week in range(weeks))


def scenario_tables(scenario: Scenario, weeks: int, means: tuple[numpy.ndarray, numpy.ndarray]) -> Tables:
    """The tables of a scenario; `means` are tokens and cost in USD of a session, both of shape (shapes,)."""
    shapes = scenario.shapes
    rhythms = [rhythm.id for rhythm in scenario.rhythms]
    padding = []
    for incentive in scenario.incentives:
        shares = numpy.zeros(len(shapes))
        for shape, share in incentive.shapes:
            shares[scenario.place(shape)] += share.value
        padding.append(shares_table(shares))
    failed = round(scenario["error_share"] * (1 << SPARE_BITS))
    return Tables(
        quantiles={
            key: numpy.concatenate([shape.distributions[key].table() for shape in shapes]) for key in DISTRIBUTIONS
        },
        start=numpy.concatenate([_minutes(numpy.array(r.weekdays), numpy.array(r.hours)) for r in scenario.rhythms]),
        models=model_tables(scenario, weeks),
        ordinary=shares_table(numpy.array([shape.share.value for shape in shapes])),
        padding=tuple(padding),
        rhythm=numpy.array([rhythms.index(shape.rhythm) for shape in shapes], dtype=numpy.int32),
        opposite=numpy.array([-shape.link.value * SIZE for shape in shapes]),
        start_factor=numpy.array([shape.start_factor.value for shape in shapes]),
        carries=numpy.array([shape.carries for shape in shapes]),
        headless=numpy.array([shape.headless for shape in shapes]),
        side=numpy.array([shape.side_share.value * SIZE for shape in shapes]),
        reasoning=_reasoning(scenario["reasoning_share"], failed),
        failed=failed,
        tokens=means[0],
        spend=means[1],
    )


def _reasoning(mean: float, failed: int) -> numpy.ndarray:
    """By spare bits: the part of an answer that is reasoning, evenly from 0 to twice the mean; 0 of one that failed."""
    size = 1 << SPARE_BITS
    answered = numpy.linspace(0, 2 * mean * size, size - failed)
    return numpy.concatenate([numpy.zeros(failed), answered]).clip(0, size - 1).astype(numpy.uint32)


def _minutes(weekdays: numpy.ndarray, hours: numpy.ndarray) -> numpy.ndarray:
    """By bits: the minute of the week at which a session starts, for shares of 7 weekdays and of 24 hours."""
    edges = numpy.concatenate([[0.0], numpy.cumsum(numpy.outer(weekdays, hours).ravel())])
    rising = numpy.concatenate([[True], numpy.diff(edges) > 0])
    minute = numpy.interp(
        (numpy.arange(SIZE) + 0.5) / SIZE * edges[-1], edges[rising], 60.0 * numpy.arange(WEEK_HOURS + 1)[rising]
    )
    if not rising.all():  # interpolation would put starts into hours that have none: the hour first, then its minute
        hour = shares_table(numpy.diff(edges))
        minute = hour * 60.0 + (numpy.arange(SIZE) * MINUTE_STEP % 60)
    return minute.astype(numpy.int32)


def draw_sessions(
    tables: Tables,
    random: numpy.random.Generator,
    week: int,
    developer: numpy.ndarray,
    shape: numpy.ndarray,
    cause: int,
) -> tuple[Sessions, numpy.ndarray]:
    """A session for each developer and shape given (shape (sessions,) both), sorted by developer and start.

    Also returns the random bits of all their requests, in order: shape (requests,), uint64, four draws of 13 bits each
    (see draws.FOUR) and twelve spare bits for each request.
    """
    count = len(shape)
    base = shape << BITS
    request_quantile, context_quantile = bits(random, count), bits(random, count)
    # With this probability, minus the declared rank correlation, the context has the opposite quantile of the
    # number of requests, else one of its own.
    opposite = bits(random, count) < tables.opposite[shape]
    context = tables.quantiles["context"][base + numpy.where(opposite, SIZE - 1 - request_quantile, context_quantile)]
    window = tables.quantiles["window"][base + bits(random, count)]
    window = numpy.maximum(window, (context * WINDOW_ROOM).astype(numpy.int32))
    compacted = tables.quantiles["compacted"][base + bits(random, count)]
    compacted = numpy.minimum(compacted, (window * COMPACTED_SHARE).astype(numpy.int32))
    minute = tables.start[(tables.rhythm[shape] << BITS) + bits(random, count)]
    start = minute * 60_000 + (bits(random, count) * 60_000 >> BITS)
    sessions = Sessions(
        developer=developer,
        shape=shape,
        cause=numpy.full(count, cause, numpy.int16),
        requests=tables.quantiles["requests"][base + request_quantile],
        context=context,
        window=window,
        compacted=compacted,
        start=start,
        model=tables.models[week][bits(random, count)],
        id=random.bit_generator.random_raw(count),
    )
    sessions = sessions.take(numpy.lexsort((sessions.start, developer)))
    return sessions, random.bit_generator.random_raw(int(sessions.requests.sum()))


def week_of_sessions(
    scenario: Scenario, tables: Tables, seed: int, block: int, week: int, members: People, in_population: int
) -> tuple[Sessions, numpy.ndarray, numpy.ndarray, numpy.ndarray]:
    """One week of a block, of which the first `in_population` developers belong to the population.

    Returns the sessions of these, sorted by developer and start; the random bits of their requests, as `draw_sessions`
    does; and of the whole block who was at work (bool, shape (BLOCK,)) and the number of padding sessions (shape
    (incentives, BLOCK)). Who is away has neither ordinary sessions nor padding. Twins go on meanwhile, as scheduled
    jobs do; for twins that need somebody there this is a simplification.
    """
    random = stream(seed, "week", block, week)
    at_work = random.random(BLOCK) >= scenario["absent_share"]
    sigma = scenario["week_sigma"]
    effect = numpy.exp(sigma * random.standard_normal(BLOCK) - sigma * sigma / 2)  # of the week: lognormal, mean 1
    usual = members.tokens / (
        tables.tokens @ _probabilities(tables.ordinary, len(tables.tokens))
    )  # sessions a week at work
    count = random.poisson(usual * effect) * at_work
    developer = numpy.repeat(numpy.arange(BLOCK), count)
    shape = tables.ordinary[bits(random, len(developer))]
    groups = [draw_sessions(tables, random, week, developer, shape, ORDINARY)]
    added = numpy.zeros((len(scenario.incentives), BLOCK), numpy.int64)
    for number, incentive in enumerate(scenario.incentives):
        random = stream(seed, f"padding {incentive.id}", block, week)
        mean = _level(incentive, week) * _full_padding(incentive, tables, number, usual) * members.reacts[number]
        if incentive.idle_only:
            mean = mean * (count == 0)
        added[number] = random.poisson(mean) * at_work
        developer = numpy.repeat(numpy.arange(BLOCK), added[number])
        shape = tables.padding[number][bits(random, len(developer))]
        groups.append(draw_sessions(tables, random, week, developer, shape, number))
    for number, twin in enumerate(scenario.twins):
        if _runs(twin, week) and members.twins[number].any():
            random = stream(seed, f"twin {twin.id}", block, week)
            developer = numpy.repeat(
                numpy.arange(BLOCK), random.poisson(twin.sessions.value, BLOCK) * members.twins[number]
            )
            shape = numpy.full(len(developer), scenario.place(twin.shape), numpy.int32)
            groups.append(draw_sessions(tables, random, week, developer, shape, len(scenario.incentives) + number))
    sessions, raw = _merged(groups, in_population)
    return sessions, raw, at_work, added


def _probabilities(table: numpy.ndarray, size: int) -> numpy.ndarray:
    """How likely a table from bits gives each of the numbers from 0 to `size` - 1: shape (size,)."""
    return numpy.bincount(table, minlength=size) / len(table)


def _runs(declared: Incentive | Twin | Model, week: int) -> bool:
    """Whether what is declared is there in a week: from from_week on, and before until_week if there is one."""
    return declared.from_week.value <= week and (declared.until_week is None or week < declared.until_week.value)


def _level(incentive: Incentive, week: int) -> float:
    """How far the reaction has come, 0 to 1: equal steps over ramp_weeks; 0 in weeks without the incentive."""
    if not _runs(incentive, week):
        return 0.0
    return min(1.0, (week - incentive.from_week.value + 1) / (incentive.ramp_weeks.value + 1))


def _full_padding(incentive: Incentive, tables: Tables, number: int, usual: numpy.ndarray) -> numpy.ndarray:
    """Mean padding sessions a week at the full reaction, by developer; `usual` are the ordinary ones, both (BLOCK,).

    The declared amount is a number of sessions, a multiple of the usual ones, or the weekly spend in USD up to which
    padding fills the usual spend.
    """
    if incentive.amount_kind == "factor":
        return usual * incentive.amount.value
    if incentive.amount_kind == "sessions":
        return numpy.full(len(usual), incentive.amount.value)
    ordinary, padding = (
        tables.spend @ _probabilities(table, len(tables.spend)) for table in (tables.ordinary, tables.padding[number])
    )
    return numpy.maximum(incentive.amount.value - usual * ordinary, 0) / padding


def _merged(groups: list[tuple[Sessions, numpy.ndarray]], in_population: int) -> tuple[Sessions, numpy.ndarray]:
    """The sessions of all groups with their requests' bits, sorted by developer and start alone.

    The order thus does not show a session's cause. Developers from number `in_population` on are left out.
    """
    groups = [group for group in groups if len(group[0].id)] or groups[:1]
    sessions = Sessions(*(numpy.concatenate([getattr(s, f.name) for s, _ in groups]) for f in fields(Sessions)))
    raw = numpy.concatenate([of_group for _, of_group in groups]) if len(groups) > 1 else groups[0][1]
    if len(groups) == 1 and in_population == BLOCK:
        return sessions, raw
    order = numpy.lexsort((sessions.start, sessions.developer))
    order = order[sessions.developer[order] < in_population]
    first = numpy.cumsum(sessions.requests) - sessions.requests
    requests = sessions.requests[order]
    shift = first[order] - (numpy.cumsum(requests) - requests)
    places = numpy.repeat(shift, requests) + numpy.arange(int(requests.sum()))
    return sessions.take(order), raw[places]


def prices_on(scenario: Scenario, week: int) -> numpy.ndarray:
    """USD per token on the Monday of a week, shape (models, token types), types in the order of PRICES.

    Before a model's first declared price that price is used.
    """
    day = scenario.start_on + timedelta(weeks=week)
    valid = [[p for p in model.prices if p.from_on <= day] or list(model.prices[:1]) for model in scenario.models]
    return numpy.array([[prices[-1].by_type[key].value / 1e6 for key in PRICES] for prices in valid])
