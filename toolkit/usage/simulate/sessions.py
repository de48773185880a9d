"""A week of a block of developers: who opens which sessions, ordinary ones, padding and twins."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import timedelta

import numpy

from toolkit.usage.simulate.draws import BITS, BLOCK, FOUR, SIZE, bits, shares_table, stream
from toolkit.usage.simulate.people import People
from toolkit.usage.simulate.scenario import DISTRIBUTIONS, PRICES, Incentive, Scenario

WEEK_MS = 7 * 24 * 3600 * 1000
ORDINARY = -1


@dataclass(frozen=True)
class Tables:
    """A scenario's distributions as flat tables: shape number x SIZE + 13 random bits."""

    drawn: dict[str, numpy.ndarray]  # by the names of DISTRIBUTIONS
    start: numpy.ndarray  # rhythm number x SIZE + bits: minute of the week
    models: tuple[numpy.ndarray, ...]  # by week: bits to model number
    ordinary: numpy.ndarray  # bits to shape number
    how: tuple[numpy.ndarray, ...]  # by incentive: bits to shape number
    rhythm: numpy.ndarray  # by shape
    link: numpy.ndarray  # by shape, 0 to SIZE
    start_factor: numpy.ndarray  # by shape
    carries: numpy.ndarray  # by shape
    headless: numpy.ndarray  # by shape
    tokens: numpy.ndarray  # by shape: mean tokens of a session; all types
    spend: numpy.ndarray  # by shape: mean cost of a session, USD


@dataclass(frozen=True)
class Sessions:
    """Sessions as arrays side by side."""

    developer: numpy.ndarray  # place in the block
    shape: numpy.ndarray
    cause: numpy.ndarray  # ORDINARY, the number of an incentive, or of a twin after the last incentive
    requests: numpy.ndarray
    context: numpy.ndarray  # tokens
    window: numpy.ndarray  # tokens
    compacted: numpy.ndarray  # tokens
    start: numpy.ndarray  # milliseconds into the week
    model: numpy.ndarray
    id: numpy.ndarray  # 64 random bits

    def take(self, order: numpy.ndarray) -> Sessions:
        """The same sessions in another order."""
        return Sessions(*(getattr(self, field.name)[order] for field in fields(self)))


def model_tables(scenario: Scenario, weeks: int) -> tuple[numpy.ndarray, ...]:
    """For each week, bits to the number of the model that a session of that week uses."""
    made = []
    for week in range(weeks):
        on = [
            m.from_week.value <= week and (m.until_week is None or week < m.until_week.value) for m in scenario.models
        ]
        made.append(shares_table(numpy.array([model.share.value for model in scenario.models]) * on))
    return tuple(made)


def make_tables(scenario: Scenario, weeks: int, means: tuple[numpy.ndarray, numpy.ndarray]) -> Tables:
    """The tables of a scenario; `means` are tokens and cost of a session, by shape."""
    shapes = scenario.shapes
    drawn = {key: numpy.concatenate([shape.distributions[key].table() for shape in shapes]) for key in DISTRIBUTIONS}
    start = [_minutes(numpy.array(r.weekdays), numpy.array(r.hours)) for r in scenario.rhythms]
    known = [rhythm.id for rhythm in scenario.rhythms]
    how = []
    for incentive in scenario.incentives:
        shares = numpy.zeros(len(shapes))
        for shape, share in incentive.how:
            shares[scenario.place(shape)] += share.value
        how.append(shares_table(shares))
    return Tables(
        drawn,
        numpy.concatenate(start),
        model_tables(scenario, weeks),
        shares_table(numpy.array([shape.share.value for shape in shapes])),
        tuple(how),
        numpy.array([known.index(shape.rhythm) for shape in shapes], dtype=numpy.int32),
        numpy.array([-shape.link.value * SIZE for shape in shapes]),
        numpy.array([shape.start_factor.value for shape in shapes]),
        numpy.array([shape.carries for shape in shapes]),
        numpy.array([shape.headless for shape in shapes]),
        *means,
    )


def _minutes(weekdays: numpy.ndarray, hours: numpy.ndarray) -> numpy.ndarray:
    """Bits to the minute of the week at which a session starts."""
    edges = numpy.concatenate([[0.0], numpy.cumsum(numpy.outer(weekdays, hours).ravel())])
    rising = numpy.concatenate([[True], numpy.diff(edges) > 0])
    minute = numpy.interp(
        (numpy.arange(SIZE) + 0.5) / SIZE * edges[-1], edges[rising], 60.0 * numpy.arange(169)[rising]
    )
    if not rising.all():  # hours of no starts: draw by hour, then within it
        hour = shares_table(numpy.diff(edges))
        minute = hour * 60.0 + (numpy.arange(SIZE) * 7919 % 60)
    return minute.astype(numpy.int32)


def draw_sessions(
    tables: Tables,
    random: numpy.random.Generator,
    week: int,
    developer: numpy.ndarray,
    shape: numpy.ndarray,
    cause: int,
) -> tuple[Sessions, numpy.ndarray]:
    """Sessions of given developers and shapes, by developer and start, and four draws for each request."""
    count = len(shape)
    base = shape << BITS
    length, other = bits(random, count), bits(random, count)
    against = bits(random, count) < tables.link[shape]
    context = tables.drawn["context"][base + numpy.where(against, SIZE - 1 - length, other)]
    window = numpy.maximum(tables.drawn["window"][base + bits(random, count)], (context * 1.02).astype(numpy.int32))
    compacted = numpy.minimum(tables.drawn["compacted"][base + bits(random, count)], (window * 0.8).astype(numpy.int32))
    minute = tables.start[(tables.rhythm[shape] << BITS) + bits(random, count)]
    start = minute * 60_000 + (bits(random, count) * 60_000 >> BITS)
    model = tables.models[week][bits(random, count)]
    made = Sessions(
        developer,
        shape,
        numpy.full(count, cause, numpy.int16),
        tables.drawn["requests"][base + length],
        context,
        window,
        compacted,
        start,
        model,
        random.bit_generator.random_raw(count),
    )
    made = made.take(numpy.lexsort((made.start, developer)))
    return made, random.bit_generator.random_raw(int(made.requests.sum())) & FOUR


def week_of_sessions(
    scenario: Scenario, tables: Tables, seed: int, block: int, week: int, members: People, present: int
) -> tuple[Sessions, numpy.ndarray, numpy.ndarray, numpy.ndarray]:
    """One week of a block of which the first `present` developers exist.

    Returns the sessions by developer and start, the random bits of their requests, who was at work, and the number
    of padding sessions by incentive and developer. Ordinary sessions do not depend on incentives or twins.
    """
    random = stream(seed, "week", block, week)
    here = random.random(BLOCK) >= scenario["absent_share"]
    spread = scenario["week_sigma"]
    effect = numpy.exp(spread * random.standard_normal(BLOCK) - spread * spread / 2)
    own = members.tokens / (tables.tokens @ _shares(tables.ordinary, len(tables.tokens)))
    count = random.poisson(own * effect) * here
    developer = numpy.repeat(numpy.arange(BLOCK), count)
    shape = tables.ordinary[bits(random, len(developer))]
    groups = [draw_sessions(tables, random, week, developer, shape, ORDINARY)]
    added = numpy.zeros((len(scenario.incentives), BLOCK), numpy.int64)
    for number, incentive in enumerate(scenario.incentives):
        random = stream(seed, f"padding {incentive.id}", block, week)
        level = _level(incentive, week)
        mean = level * _amount(incentive, tables, number, own) * members.reacts[number]
        if incentive.idle_only:
            mean = mean * (count == 0)
        added[number] = random.poisson(mean) * here
        developer = numpy.repeat(numpy.arange(BLOCK), added[number])
        shape = tables.how[number][bits(random, len(developer))]
        groups.append(draw_sessions(tables, random, week, developer, shape, number))
    for number, twin in enumerate(scenario.twins):
        if _runs(twin, week) and members.twins[number].any():
            random = stream(seed, f"twin {twin.id}", block, week)
            developer = numpy.repeat(
                numpy.arange(BLOCK), random.poisson(twin.sessions.value, BLOCK) * members.twins[number]
            )
            shape = numpy.full(len(developer), scenario.place(twin.shape), numpy.int32)
            groups.append(draw_sessions(tables, random, week, developer, shape, len(scenario.incentives) + number))
    sessions, raw = _merged(groups, present)
    return sessions, raw, here, added


def _shares(table: numpy.ndarray, size: int) -> numpy.ndarray:
    return numpy.bincount(table, minlength=size) / len(table)


def _runs(declared, week: int) -> bool:
    return declared.from_week.value <= week and (declared.until_week is None or week < declared.until_week.value)


def _level(incentive: Incentive, week: int) -> float:
    """How far the reaction has come: rises in equal steps over ramp_weeks to 1."""
    if not _runs(incentive, week):
        return 0.0
    return min(1.0, (week - incentive.from_week.value + 1) / (incentive.ramp_weeks.value + 1))


def _amount(incentive: Incentive, tables: Tables, number: int, own: numpy.ndarray) -> numpy.ndarray:
    """Mean added sessions a week, by developer; `own` are ordinary sessions of a week at work."""
    if incentive.amount == "factor":
        return own * incentive.much.value
    if incentive.amount == "sessions":
        return numpy.full(len(own), incentive.much.value)
    ordinary, padding = (
        tables.spend @ _shares(table, len(tables.spend)) for table in (tables.ordinary, tables.how[number])
    )
    return numpy.maximum(incentive.much.value - own * ordinary, 0) / padding


def _merged(groups: list[tuple[Sessions, numpy.ndarray]], present: int) -> tuple[Sessions, numpy.ndarray]:
    """Sessions of all groups by developer and start, so that the order tells nothing of the cause."""
    groups = [group for group in groups if len(group[0].id)] or groups[:1]
    sessions = Sessions(*(numpy.concatenate([getattr(s, f.name) for s, _ in groups]) for f in fields(Sessions)))
    raw = numpy.concatenate([bits for _, bits in groups]) if len(groups) > 1 else groups[0][1]
    if len(groups) == 1 and present == BLOCK:
        return sessions, raw
    order = numpy.lexsort((sessions.start, sessions.developer))
    order = order[sessions.developer[order] < present]
    first = numpy.cumsum(sessions.requests) - sessions.requests
    requests = sessions.requests[order]
    shift = first[order] - (numpy.cumsum(requests) - requests)
    places = numpy.repeat(shift, requests) + numpy.arange(int(requests.sum()))
    return sessions.take(order), raw[places]


def prices_on(scenario: Scenario, week: int) -> numpy.ndarray:
    """USD per token by model and token type (PRICES), on the Monday of a week."""
    day = scenario.start_on + timedelta(weeks=week)
    valid = [[p for p in model.prices if p.from_on <= day] or list(model.prices[:1]) for model in scenario.models]
    return numpy.array([[prices[-1].by_type[key].value / 1e6 for key in PRICES] for prices in valid])
