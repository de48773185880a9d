"""The simulator's model in NumPy, pyarrow and Polars as usually written: what the simulator is measured against.

Whole columns at once, on all cores, with the same population, sessions, contexts, caches and columns of events; without
incentives, outcomes and truth. Its random numbers are others, and a run of another size or a single part gives others.

    python -m bench.plain_model SCENARIO FOLDER --developers N --weeks N [--writer pyarrow|pyarrow-split|polars]
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, time
from pathlib import Path

import numpy
import pyarrow
from pyarrow import parquet

from toolkit.core.project import find_project
from toolkit.usage.contract import EVENT, schema
from toolkit.usage.simulate.draws import BITS, SIZE
from toolkit.usage.simulate.people import WEEKS_A_MONTH
from toolkit.usage.simulate.plan import Plan, make_plan
from toolkit.usage.simulate.sessions import COMPACTED_SHARE, WEEK_MS, WINDOW_ROOM

TOGETHER = 512  # developers whose week is made and written at once: the fastest of 256 to 4,096
WRITERS = ("pyarrow", "pyarrow-split", "polars")  # split: with the encodings that the simulator chose
_plan: Plan  # of a worker process


def write(plan: Plan, folder: Path, writer: str, processes: int) -> int:
    """Writes the events of a plan into `folder`, a file a week and TOGETHER developers; returns how many there are."""
    random = numpy.random.default_rng(plan.seed)
    rates = rates_of_people(plan, random)
    tasks = [
        (rates[first : first + TOGETHER], first, week, folder, writer, seed)
        for week in range(plan.weeks)
        for first, seed in zip(
            range(0, plan.developers, TOGETHER),
            random.integers(0, 2**32, plan.developers // TOGETHER + 1),
            strict=False,
        )
    ]
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, context, _start, (plan.prepared(),)) as pool:
        return sum(pool.map(_make, tasks, chunksize=4))


def rates_of_people(plan: Plan, random: numpy.random.Generator) -> numpy.ndarray:
    """Mean sessions of a week at work, by developer: lognormal tokens over the mean tokens of a session."""
    scenario = plan.scenario
    mean = plan.tables.tokens[plan.tables.ordinary].mean()
    median = scenario["tokens_median"] / WEEKS_A_MONTH
    use = numpy.minimum(random.standard_normal(plan.developers), 3)
    return median * numpy.exp(scenario["tokens_sigma"] * use) / mean


def _start(plan: Plan) -> None:
    global _plan
    _plan = plan


def _make(task: tuple[numpy.ndarray, int, int, Path, str, int]) -> int:
    rates, first, week, folder, writer, seed = task
    table = week_of_people(_plan, numpy.random.default_rng(seed), rates, first, week)
    path = folder / f"week-{week:04}-from-{first:06}.parquet"
    if writer == "polars":
        import polars

        frame = polars.from_arrow(table)
        assert isinstance(frame, polars.DataFrame)
        frame.write_parquet(path, compression="lz4", statistics=False)
    else:
        words = [field.name for field in table.schema if pyarrow.types.is_dictionary(field.type)]
        numbers = [*tokens_of(table.schema), "time_utc"] if writer == "pyarrow-split" else []
        split = dict.fromkeys(numbers, "BYTE_STREAM_SPLIT") or None
        parquet.write_table(
            table, path, compression="lz4", use_dictionary=words, column_encoding=split, write_statistics=False
        )
    return len(table)


def tokens_of(columns: pyarrow.Schema) -> list[str]:
    """The names of the columns of tokens."""
    return [name for name in columns.names if name.endswith("_tokens")]


def week_of_people(
    plan: Plan, random: numpy.random.Generator, rates: numpy.ndarray, first: int, week: int
) -> pyarrow.Table:
    """The events of some developers in a week, in the columns that the simulator writes."""
    scenario, tables = plan.scenario, plan.tables
    spread = scenario["week_sigma"]
    effect = numpy.exp(spread * random.standard_normal(len(rates)) - spread * spread / 2)
    count = random.poisson(rates * effect) * (random.random(len(rates)) >= scenario["absent_share"])
    developer = numpy.repeat(numpy.arange(len(rates)), count)
    sessions = len(developer)
    shape = tables.ordinary[_bits(random, sessions)]
    base = shape * SIZE
    length = _bits(random, sessions)
    opposite = _bits(random, sessions) < tables.opposite[shape]
    start = numpy.where(opposite, SIZE - 1 - length, _bits(random, sessions))
    context = tables.quantiles["context"][base + start]
    window = numpy.maximum(tables.quantiles["window"][base + _bits(random, sessions)], WINDOW_ROOM * context)
    compacted = numpy.minimum(tables.quantiles["compacted"][base + _bits(random, sessions)], COMPACTED_SHARE * window)
    minute = tables.start[(tables.rhythm[shape] << BITS) + _bits(random, sessions)]
    size = tables.quantiles["requests"][base + length]
    tokens, gap = _requests(plan, random, shape, size, context, window, compacted)
    session = numpy.repeat(numpy.arange(sessions), size)
    model = tables.models[week][_bits(random, sessions)]
    monday = int(datetime.combine(plan.monday(week), time(), UTC).timestamp() * 1000)
    shapes, models = scenario.shapes, scenario.models
    team = (developer + first) // int(scenario["team_size"]) * int(scenario["team_projects"])
    project = team + random.integers(0, int(scenario["team_projects"]), sessions)
    numbers, of_session = numpy.unique(project, return_inverse=True)
    ids = random.integers(0, 2**63, sessions).tolist()
    columns = {
        "synthetic": numpy.ones(len(session), bool),
        "source_file": numpy.full(len(session), week, numpy.int32),
        "time_utc": (_times(minute, size, gap) + monday).astype("datetime64[ms]"),
        "user_id": _words(developer[session], [f"sim-{first + one:016x}" for one in range(len(rates))]),
        "gen_ai.provider.name": _named(model[session], [one.provider for one in models]),
        "gen_ai.request.model": _words(model[session], [one.id for one in models]),
        "gen_ai.agent.name": _named(shape[session], [one.agent for one in shapes]),
        "gen_ai.conversation.id": _words(session, [f"sim-{one:016x}" for one in ids]),
        "gen_ai.operation.name": _named(shape[session], [one.operation for one in shapes]),
        "is_sidechain": (_bits(random, sessions) < tables.side[shape])[session],
        "is_headless": tables.headless[shape][session],
        "project": _words(of_session[session], [f"sim-project-{one:016x}" for one in numbers.tolist()]),
        **tokens,
    }
    wanted = schema(EVENT, {})
    return pyarrow.table({name: columns[name] for name in wanted.names}, schema=wanted)


def _requests(
    plan: Plan,
    random: numpy.random.Generator,
    shape: numpy.ndarray,
    size: numpy.ndarray,
    context: numpy.ndarray,
    window: numpy.ndarray,
    compacted: numpy.ndarray,
) -> tuple[dict[str, numpy.ndarray], numpy.ndarray]:
    """The columns of tokens and errors of all requests, and the gap after each in milliseconds."""
    tables, total = plan.tables, int(size.sum())
    base = numpy.repeat(shape * SIZE, size)
    output, appended, gap = (
        tables.quantiles[name][base + _bits(random, total)] for name in ("output", "appended", "gap")
    )
    first = numpy.cumsum(size) - size
    for early in range(3):
        longer = size > early
        places = first[longer] + early
        appended[places] = (appended[places] * tables.start_factor[shape[longer]]).astype(numpy.int32)
    answers = output * numpy.repeat(tables.carries[shape], size)
    grown = numpy.cumsum(numpy.maximum(appended, -(output >> 3)) + answers)
    grown = numpy.concatenate([[0], grown[:-1]])
    grown += numpy.repeat(context - grown[first], size)
    span = numpy.repeat((window - compacted).astype(numpy.int64), size)
    over = grown - numpy.repeat(window.astype(numpy.int64), size)
    grown -= numpy.where(over > 0, -(-over // span) * span, 0)
    before = numpy.concatenate([[0], grown[:-1]])
    waited = numpy.concatenate([[0], gap[:-1]]) > 1000 * plan.scenario["cache_lifetime"]
    kept = numpy.minimum(grown, int(plan.scenario["cache_prefix"]))
    read = numpy.where((grown < before) | waited, kept, before) // 64 * 64
    read[first] = 0
    fresh = numpy.minimum(random.integers(1, 13, total, dtype=numpy.int32), grown - read)
    failed = random.random(total, dtype=numpy.float32) < plan.scenario["error_share"]
    share = random.random(total, dtype=numpy.float32) * (2 * plan.scenario["reasoning_share"])
    columns = {
        "usage.uncached_input_tokens": fresh,
        "gen_ai.usage.cache_read.input_tokens": read,
        "gen_ai.usage.cache_creation.input_tokens": grown - read - fresh,
        "gen_ai.usage.output_tokens": output,
        "gen_ai.usage.reasoning.output_tokens": numpy.where(failed, 0, output * share),
    }
    return {**{name: one.astype(numpy.int32) for name, one in columns.items()}, "is_error": failed}, gap


def _times(minute: numpy.ndarray, size: numpy.ndarray, gap: numpy.ndarray) -> numpy.ndarray:
    """When each request is sent, in milliseconds into the week; a session that would leave its week starts earlier."""
    passed = numpy.concatenate([[0], numpy.cumsum(gap, dtype=numpy.int64)[:-1]])
    first = numpy.cumsum(size) - size
    length = passed[first + size - 1] - passed[first]
    start = numpy.maximum(numpy.minimum(minute * 60_000, WEEK_MS - 1 - length), 0)
    return numpy.minimum(passed + numpy.repeat(start - passed[first], size), WEEK_MS - 1)


def _bits(random: numpy.random.Generator, count: int) -> numpy.ndarray:
    return random.integers(0, SIZE, count, dtype=numpy.uint16)


def _words(index: numpy.ndarray, words: list[str]) -> pyarrow.DictionaryArray:
    return pyarrow.DictionaryArray.from_arrays(index.astype(numpy.int32), words)


def _named(numbers: numpy.ndarray, words: list[str]) -> pyarrow.DictionaryArray:
    once = sorted(set(words))
    return _words(numpy.array([once.index(word) for word in words])[numbers], once)


def main() -> None:
    """Writes the events and prints how many there are."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("scenario")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--developers", type=int)
    parser.add_argument("--weeks", type=int)
    parser.add_argument("--writer", choices=WRITERS, default="pyarrow")
    chosen = parser.parse_args()
    os.environ["POLARS_MAX_THREADS"] = "1"  # of each process: there is one for each core
    plan = make_plan(find_project(), chosen.scenario, chosen.developers, chosen.weeks)
    chosen.folder.mkdir(parents=True)
    print(write(plan, chosen.folder, chosen.writer, len(os.sched_getaffinity(0))))


if __name__ == "__main__":
    main()
