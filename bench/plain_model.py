"""The simulator's model written plainly, a session at a time, in NumPy and pandas: what its speed is measured against.

It has the same population, sessions, contexts, caches and columns, without incentives; its random numbers are others.
"""

from __future__ import annotations

import math
from pathlib import Path

import numpy
import pandas

from toolkit.usage.simulate.people import WEEKS_A_MONTH
from toolkit.usage.simulate.plan import Plan
from toolkit.usage.simulate.scenario import Scenario, Shape
from toolkit.usage.simulate.sessions import WEEK_MS


def write(plan: Plan, folder: Path) -> int:
    """Writes one Parquet file a week; returns the number of events."""
    scenario = plan.scenario
    random = numpy.random.default_rng(plan.seed)
    shapes = [shape for shape in scenario.shapes if shape.share.value > 0]
    chances = numpy.array([shape.share.value for shape in shapes])
    means = plan.tables.tokens[[scenario.place(shape.id) for shape in shapes]]
    mean = chances @ means / chances.sum()
    median = scenario["tokens_median"] / WEEKS_A_MONTH
    rates = median * numpy.exp(scenario["tokens_sigma"] * random.standard_normal(plan.developers)) / mean
    events = 0
    for week in range(plan.weeks):
        frames = []
        for developer, rate in enumerate(rates):
            if random.random() < scenario["absent_share"]:
                continue
            spread = scenario["week_sigma"]
            count = random.poisson(rate * math.exp(spread * random.standard_normal() - spread * spread / 2))
            for shape in random.choice(len(shapes), count, p=chances / chances.sum()):
                frames.append(session(random, scenario, shapes[shape], developer, week))
        table = pandas.concat(frames, ignore_index=True)
        for word in ("user_id", "conversation", "model", "agent", "operation", "source_format", "time_grain"):
            table[word] = table[word].astype("category")
        table.to_parquet(folder / f"week-{week:04}.parquet", compression="zstd", index=False)
        events += len(table)
    return events


def session(
    random: numpy.random.Generator, scenario: Scenario, shape: Shape, developer: int, week: int
) -> pandas.DataFrame:
    """The requests of one session."""
    drawn = shape.distributions
    length = random.random()
    size = int(drawn["requests"].at(length))
    start = 1 - length if random.random() < -shape.link.value else random.random()
    context = float(drawn["context"].at(start))
    window = max(float(drawn["window"].at(random.random())), 1.02 * context)
    compacted = min(float(drawn["compacted"].at(random.random())), 0.8 * window)
    output = drawn["output"].at(random.random(size)).astype(int)
    appended = drawn["appended"].at(random.random(size))
    appended[:3] *= shape.start_factor.value
    gap = drawn["gap"].at(random.random(size)).astype(int)
    inputs, reads = numpy.empty(size, int), numpy.empty(size, int)
    before = 0
    for place in range(size):
        while context > window:
            context -= window - compacted
        inputs[place] = context
        cold = context < before or (place > 0 and gap[place - 1] > 1000 * scenario["cache_lifetime"])
        reads[place] = 0 if place == 0 else min(context, scenario["cache_prefix"]) if cold else before // 64 * 64
        before = int(context)
        context += max(appended[place], -(output[place] >> 3)) + (output[place] if shape.carries else 0)
    rhythm = next(rhythm for rhythm in scenario.rhythms if rhythm.id == shape.rhythm)
    hour = random.choice(7, p=rhythm.weekdays) * 24 + random.choice(24, p=rhythm.hours) + random.random()
    length_ms = int(gap[:-1].sum())
    times = max(min(int(hour * 3_600_000), WEEK_MS - 1 - length_ms), 0) + numpy.concatenate(
        [[0], numpy.cumsum(gap[:-1])]
    )
    fresh = numpy.minimum(random.integers(1, 12, size), inputs - reads)
    monday = pandas.Timestamp(scenario.start_on) + pandas.Timedelta(weeks=week)
    return pandas.DataFrame(
        {
            "synthetic": True,
            "source_format": "synthetic",
            "time_grain": "request",
            "user_id": f"sim-{developer:016x}",
            "conversation": f"sim-{random.integers(0, 2**63):016x}",
            "model": random.choice(["large-1", "middle-1", "small-2"]),
            "agent": shape.agent,
            "operation": shape.operation,
            "time_utc": monday + pandas.to_timedelta(times, unit="ms"),
            "input_tokens": inputs,
            "uncached_tokens": fresh,
            "cache_read_tokens": reads,
            "cache_creation_tokens": inputs - reads - fresh,
            "output_tokens": output,
            "is_headless": shape.headless,
        }
    )
