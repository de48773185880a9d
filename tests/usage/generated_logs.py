"""Small usage logs of generated content, on the disk: ties, NULLs, weeks without use, summer time, the year's end."""

import json
from datetime import date, datetime, timedelta
from decimal import Decimal

import pyarrow
from hypothesis import strategies as st
from pyarrow import parquet

from toolkit.usage.contract import EVENT, OUTCOME, schema
from toolkit.usage.declaration import LOG_JSON

# Mondays of weeks in which clocks change in Europe or in America, and of those around a year's end
STARTS = [date(2025, 12, 22), date(2026, 3, 23), date(2026, 10, 19), date(2026, 3, 2), date(2026, 6, 1)]
TIMES = [0, 1, 3600 * 24 - 1, 3600 * 24 * 6 + 3599, 3600 * 24 * 6 + 7200, 3600 * 24 * 7 - 1]  # seconds into a week
TOKENS = [0, 1, 7, 7, 500, 12_345, 2_000_000_000]
MODELS = ["a", "b", "without a price"]
WEEKS = 3
TOKEN_COLUMNS = {
    "uncached": "usage.uncached_input_tokens",
    "read": "gen_ai.usage.cache_read.input_tokens",
    "creation": "gen_ai.usage.cache_creation.input_tokens",
    "output": "gen_ai.usage.output_tokens",
}
TYPES = {
    "VARCHAR": pyarrow.string(),
    "INTEGER": pyarrow.int32(),
    "BIGINT": pyarrow.int64(),
    "BOOLEAN": pyarrow.bool_(),
    "TIMESTAMP": pyarrow.timestamp("us"),
    "DECIMAL(18,9)": pyarrow.decimal128(18, 9),
}
EVENTS = st.fixed_dictionaries(
    {
        "person": st.integers(0, 7),
        "week": st.sampled_from([0, 0, 2]),  # the middle one may have no use at all
        "second": st.sampled_from(TIMES),
        "model": st.sampled_from(MODELS),
        "headless": st.booleans(),
        **{name: st.sampled_from(TOKENS) for name in TOKEN_COLUMNS},
        "unknown": st.booleans(),
    }
)
WORK = st.tuples(st.integers(0, 3), st.sampled_from([0.0, 0.25, 1.1, 7.35]))
CONTENT = st.fixed_dictionaries(
    {
        "start": st.sampled_from(STARTS),
        "events": st.lists(EVENTS, min_size=1, max_size=25),
        "work": st.lists(WORK, min_size=8 * WEEKS, max_size=8 * WEEKS),
        "people": st.integers(5, 8),
    }
)


def write_log(folder, content, kind):
    """Writes the log of this content into a folder; a measured one has NULLs and costs, a synthetic one a roster."""
    start = content["start"]
    names = [f"{start + timedelta(weeks=week)}-part-0.parquet" for week in range(WEEKS)]
    rows = [[] for _ in names]
    for place, event in enumerate(content["events"]):
        rows[event["week"]].append(_event(event, place, start, kind))
    if kind == "measured":
        names = [name for name, found in zip(names, rows, strict=True) if found]
        rows = [found for found in rows if found]
    for place, (name, found) in enumerate(zip(names, rows, strict=True)):
        _write(folder / "events" / name, pyarrow.Table.from_pylist(found, _schema(kind)))
        if kind == "synthetic":
            work = [_work(content, person, place) for person in range(content["people"])]
            _write(folder / "outcomes" / name, pyarrow.Table.from_pylist(work, schema(OUTCOME, {})))
            _write(folder / "truth" / name, pyarrow.table({"synthetic": pyarrow.array([], pyarrow.bool_())}))
    day = (start + timedelta(days=9)).isoformat()
    prices = [
        {
            "model": model,
            "from_on": since,
            "uncached": cost,
            "cache_read": cost // 10,
            "cache_creation": cost + 1,
            "output": 5 * cost,
        }
        for model, since, cost in (("a", "2025-01-01", 3000), ("a", day, 1500), ("b", "2025-01-01", 10))
    ]
    declared = {
        "log": f"{'synthetic-' if kind == 'synthetic' else ''}generated",
        "kind": kind,
        "title": "generated",
        "made_from": "generated rows",
        "fingerprint": "generated",
        "events": len(content["events"]),
        "developers": content["people"],
        "weeks": WEEKS,
        "start_on": start.isoformat(),
        "files": names,
        "accounting": [],
        "incentives": [{"id": "board", "mechanism": "board", "from_week": 1, "until_week": 2}],
        "prices_nanousd_per_token": prices if kind == "synthetic" else [],
        "grains": [["request", "all_types"]],
    }
    (folder / LOG_JSON).write_text(json.dumps(declared))


def _event(event, place, start, kind):
    found = {
        "synthetic": kind == "synthetic",
        "source_file": 0,
        "time_utc": datetime.combine(start, datetime.min.time())
        + timedelta(weeks=event["week"], seconds=event["second"]),
        "time_grain": "request",
        "token_definition": "all_types",
        "tz_known": True,
        "user_id": f"p{event['person']}",
        "gen_ai.agent.name": "agent",
        "gen_ai.request.model": event["model"],
        "gen_ai.conversation.id": f"s{event['person']}-{place % 2}",
        "requests": 1,
        "is_headless": event["headless"],
        **{column: event[name] for name, column in TOKEN_COLUMNS.items()},
        "gen_ai.usage.input_tokens": event["uncached"] + event["read"] + event["creation"],
    }
    if kind == "measured":
        found |= {"dedup_key": str(place), "cost_usd": Decimal(event["output"]).scaleb(-9)}
        if event["unknown"]:
            found |= {
                "cost_usd": None,
                "gen_ai.conversation.id": None,
                "is_headless": None,
                TOKEN_COLUMNS["read"]: None,
                "gen_ai.usage.output_tokens": None,
            }
        return found | {"record": None, "replay_key": None, "grouped_by": None, "total": None}
    blank = {
        column.name: "" if pyarrow.types.is_dictionary(column.stored) else False if column.type == "BOOLEAN" else 0
        for column in EVENT
        if column.stored
    }
    return {**blank, **found}


def _schema(kind):
    if kind == "synthetic":
        return schema(EVENT, {})
    extra = [pyarrow.field(name, pyarrow.string()) for name in ("record", "replay_key", "grouped_by", "total")]
    return pyarrow.schema([*(pyarrow.field(c.name, TYPES[c.type]) for c in EVENT), *extra])


def _work(content, person, week):
    merged, hours = content["work"][person * WEEKS + week]
    return {
        "synthetic": True,
        "user_id": f"p{person}",
        "team": f"t{person % 2}",
        "week_start_on": content["start"] + timedelta(weeks=week),
        "merged_prs": merged,
        "review_hours": hours,
        "reverts": 0,
        "incidents": 0,
    }


def _write(path, table):
    path.parent.mkdir(parents=True, exist_ok=True)
    parquet.write_table(table, path)
