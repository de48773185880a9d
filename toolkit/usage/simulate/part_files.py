"""Writes one part of a run: its events, outcomes and truth. The bytes depend on the plan alone.

The truth says which sessions are padding or belong to a twin; it has a file of its own, so that nothing that reads
events sees it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime, time
from functools import lru_cache
from pathlib import Path

import numpy
import pyarrow
from pyarrow import parquet

from toolkit.usage.contract import EVENT, OUTCOME, TRUTH, EventColumn, schema
from toolkit.usage.simulate.draws import BITS, BLOCK, pseudonyms
from toolkit.usage.simulate.outcomes import Outcomes, outcomes
from toolkit.usage.simulate.people import People, people
from toolkit.usage.simulate.plan import PART, Part, Plan
from toolkit.usage.simulate.requests import Requests, expand
from toolkit.usage.simulate.sessions import ORDINARY, Sessions, week_of_sessions

GROUP = 400_000  # events after which a row group ends, with the block that it reached
FOLDERS = ("events", "outcomes", "truth")  # one file of each for every part
NUMBERS = {  # columns of events, and the fields of Requests that they hold
    "time_utc": "time",
    "usage.uncached_input_tokens": "uncached",
    "gen_ai.usage.cache_read.input_tokens": "cache_read",
    "gen_ai.usage.cache_creation.input_tokens": "cache_creation",
    "gen_ai.usage.output_tokens": "output",
    "gen_ai.usage.reasoning.output_tokens": "reasoning",
}
DICTIONARIES = [  # columns that Parquet stores as dictionaries
    *(column.name for column in EVENT if column.stored is not None and pyarrow.types.is_dictionary(column.stored)),
    "source_file",
]


@dataclass(frozen=True)
class Made:
    """A block in one week, as it will be written."""

    place: int  # of the block in its part, from 0
    members: People
    in_population: int  # how many of its developers the population has: the first ones
    sessions: Sessions
    requests: Requests | None  # None where there are no sessions
    outcomes: Outcomes


@lru_cache(maxsize=1024)
def _members(plan: Plan, block: int) -> People:
    return people(plan.scenario, plan.seed, block)


def make_blocks(plan: Plan, part: Part) -> Iterator[Made]:
    """The blocks of a part in their order, each drawn when it is asked for."""
    scenario = plan.scenario
    lifetime, prefix = scenario["cache_lifetime"] * 1000, int(scenario["cache_prefix"])
    for place in range(PART):
        block = part.number * PART + place
        in_population = min(BLOCK, plan.developers - block * BLOCK)
        if in_population <= 0:
            return
        members = _members(plan, block)
        sessions, raw, at_work, added = week_of_sessions(
            scenario, plan.tables, plan.seed, block, part.week, members, in_population
        )
        requests = expand(plan.tables, sessions, raw, lifetime, prefix) if len(raw) else None
        block_outcomes = outcomes(scenario, plan.seed, block, part.week, members, at_work, added)
        yield Made(
            place=place,
            members=members,
            in_population=in_population,
            sessions=sessions,
            requests=requests,
            outcomes=block_outcomes,
        )


def write_part(plan: Plan, part: Part, folder: Path) -> int:
    """Writes the three files of a part into the FOLDERS of `folder`, which exist; returns the number of events."""
    names = {kind: str(folder / kind / part.name) for kind in FOLDERS}
    metadata = plan.metadata
    results, truths = [], []
    blocks, rows, events_before = [], 0, 0  # blocks of the next row group, its events; events written before
    users = pyarrow.array([name for place in range(PART) for name in _names(plan, part, place)])
    with parquet.ParquetWriter(names["events"], schema(EVENT, metadata), **_options()) as writer:
        for block in make_blocks(plan, part):
            results.append((block.members, block.in_population, block.outcomes))
            if block.requests is not None:
                blocks.append(block)
                rows += len(block.requests.time)
            if rows >= GROUP:
                truths.append(_write_group(writer, plan, part, blocks, users, events_before))
                events_before, rows, blocks = events_before + rows, 0, []
        if blocks:
            truths.append(_write_group(writer, plan, part, blocks, users, events_before))
    _write_small(names["outcomes"], OUTCOME, metadata, _outcome_columns(plan, part, results))
    _write_small(names["truth"], TRUTH, metadata, _truth_columns(plan, part, truths))
    return events_before + rows


def _names(plan: Plan, part: Part, place: int) -> list[str]:
    block = part.number * PART + place
    return _members(plan, block).ids if block * BLOCK < plan.developers else []


def _options() -> dict:
    split = dict.fromkeys(NUMBERS, "BYTE_STREAM_SPLIT")  # smaller than plain numbers
    return {
        "compression": "lz4",  # half the work of zstd for a fifth more bytes
        "use_dictionary": DICTIONARIES,
        "column_encoding": split,
        "write_statistics": ["time_utc", "source_file"],
        "dictionary_pagesize_limit": 1 << 24,
    }


def _write_group(
    writer: parquet.ParquetWriter, plan: Plan, part: Part, blocks: Sequence[Made], users: pyarrow.Array, before: int
) -> dict[str, numpy.ndarray]:
    """Writes the events of some blocks as one row group; returns the truth of their sessions.

    `before` is the number of events that the file has already; `users` has the ids of all developers of the part.
    """
    scenario, tables = plan.scenario, plan.tables
    sessions = Sessions(*(numpy.concatenate([getattr(m.sessions, f.name) for m in blocks]) for f in fields(Sessions)))
    user = numpy.concatenate([m.sessions.developer + m.place * BLOCK for m in blocks])
    size, shape = sessions.requests, sessions.shape
    ids = [f"sim-{value:016x}" for value in sessions.id.tolist()]
    rows = int(size.sum())
    by_session = {
        "user_id": (user, users),
        "project": _projects(plan, part, user, sessions),
        "gen_ai.conversation.id": (numpy.arange(len(ids)), ids),
        "gen_ai.request.model": (sessions.model, [model.id for model in scenario.models]),
        "gen_ai.provider.name": _of([model.provider for model in scenario.models], sessions.model),
        "gen_ai.agent.name": _of([shape.agent for shape in scenario.shapes], shape),
        "gen_ai.operation.name": _of([shape.operation for shape in scenario.shapes], shape),
    }
    columns = {"synthetic": pyarrow.repeat(pyarrow.scalar(True), rows)}
    for name, (index, words) in by_session.items():
        columns[name] = _words(numpy.repeat(index.astype(numpy.int32), size), words)
    monday = int(datetime.combine(plan.monday(part.week), time(), UTC).timestamp() * 1000)
    for name, field in (NUMBERS | {"is_error": "error"}).items():
        chunks = [getattr(m.requests, field) for m in blocks]
        columns[name] = pyarrow.chunked_array([pyarrow.array(c + monday if field == "time" else c) for c in chunks])
    columns["time_utc"] = columns["time_utc"].cast(pyarrow.timestamp("ms"))
    columns["is_sidechain"] = pyarrow.array(numpy.repeat(sessions.random_bits(0) < tables.side[shape], size))
    columns["is_headless"] = pyarrow.array(numpy.repeat(tables.headless[shape], size))
    columns["source_file"] = pyarrow.array(numpy.full(rows, part.file, numpy.int32))
    writer.write_table(
        pyarrow.table([columns[name] for name in writer.schema.names], schema=writer.schema), row_group_size=rows
    )
    return _truth(blocks, sessions, user, users, ids, before)


def _projects(plan: Plan, part: Part, user: numpy.ndarray, sessions: Sessions) -> tuple[numpy.ndarray, Sequence[str]]:
    """The project of each session, one of its team's: its place in a list of pseudonyms, and that list."""
    teams = (user + part.number * PART * BLOCK) // int(plan.scenario["team_size"])
    projects = int(plan.scenario["team_projects"])
    numbers, index = numpy.unique(teams * projects + (sessions.random_bits(1) * projects >> BITS), return_inverse=True)
    return index, pseudonyms("sim-project-", plan.seed, numbers)


def _of(words: list[str], numbers: numpy.ndarray) -> tuple[numpy.ndarray, list[str]]:
    """The word of each number, as places in a list of the different words, and that list."""
    distinct = sorted(set(words))
    return numpy.array([distinct.index(word) for word in words])[numbers], distinct


def _words(index: numpy.ndarray, words: Sequence[str] | pyarrow.Array) -> pyarrow.Array:
    return pyarrow.DictionaryArray.from_arrays(pyarrow.array(index), pyarrow.array(words, pyarrow.string()))


def _truth(
    blocks: Sequence[Made], sessions: Sessions, user: numpy.ndarray, users: pyarrow.Array, ids: list[str], before: int
) -> dict:
    """Columns of the truth: the sessions that are not ordinary. Lines of the events' file count from 1."""
    first = numpy.cumsum(sessions.requests) - sessions.requests
    padded = numpy.flatnonzero(sessions.cause != ORDINARY)
    tokens = numpy.concatenate([_sums(m) for m in blocks])
    return {
        "user_id": users.take(pyarrow.array(user[padded])).to_pylist(),
        "cause": sessions.cause[padded].tolist(),
        "shape": sessions.shape[padded].tolist(),
        "conversation_id": [ids[place] for place in padded.tolist()],
        "first_line": (first[padded] + before + 1).tolist(),
        "events": sessions.requests[padded].tolist(),
        "tokens": tokens[padded].tolist(),
    }


def _sums(block: Made) -> numpy.ndarray:
    """Tokens of each session, all types."""
    if block.requests is None:
        return numpy.zeros(len(block.sessions.requests), numpy.int64)
    first = numpy.cumsum(block.sessions.requests) - block.sessions.requests
    tokens = block.requests.input + block.requests.output
    return numpy.add.reduceat(tokens, first, dtype=numpy.int64)


def _truth_columns(plan: Plan, part: Part, truths: Sequence[Mapping]) -> dict[str, list]:
    scenario = plan.scenario
    columns = {
        key: [value for truth in truths for value in truth[key]]
        for key in ("user_id", "cause", "shape", "conversation_id", "first_line", "events", "tokens")
    }
    causes = [("padding", incentive.id) for incentive in scenario.incentives] + [
        ("twin", twin.id) for twin in scenario.twins
    ]
    count = len(columns["cause"])
    return {
        **columns,
        "synthetic": [True] * count,
        "week_start_on": [plan.monday(part.week)] * count,
        "role": [causes[cause][0] for cause in columns["cause"]],
        "cause": [causes[cause][1] for cause in columns["cause"]],
        "shape": [scenario.shapes[shape].id for shape in columns["shape"]],
        "source_file": [part.file] * count,
    }


def _outcome_columns(
    plan: Plan, part: Part, results: Sequence[tuple[People, int, Outcomes]]
) -> dict[str, Sequence | numpy.ndarray]:
    users = [name for members, count, _ in results for name in members.ids[:count]]
    teams = [name for members, count, _ in results for name in members.teams[:count]]
    columns = {
        field.name: numpy.concatenate([getattr(of_block, field.name)[:count] for _, count, of_block in results])
        for field in fields(Outcomes)
    }
    return {
        "synthetic": [True] * len(users),
        "user_id": users,
        "team": teams,
        "week_start_on": [plan.monday(part.week)] * len(users),
        **columns,
    }


def _write_small(
    path: str,
    columns: tuple[EventColumn, ...],
    metadata: Mapping[str, str],
    values: Mapping[str, Sequence | numpy.ndarray],
) -> None:
    table_schema = schema(columns, dict(metadata))
    arrays = [pyarrow.array(values[field.name], field.type) for field in table_schema]
    parquet.write_table(pyarrow.table(arrays, schema=table_schema), path, compression="zstd", compression_level=1)
