"""The usage-event contract: the columns of a usage log's files, whatever tool or simulator it came from.

A row of events is one logged use of an AI tool. Names are those of OpenTelemetry's GenAI conventions where they exist.
NULL means not recorded, never zero, and no total spans two grains or two token definitions. A synthetic file leaves
out what is the same in every row and what can be computed from its other columns; toolkit/usage/views/stored_event.sql
and usage_event.sql add it. That a row is synthetic stands in each.
"""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow

from toolkit.usage.declaration import GRAINS, TOKEN_DEFINITIONS

USER_KINDS = ("person", "key", "service", "unknown")
SYNTHETIC = "synthetic"  # the value of source_format in every row that the simulator makes


@dataclass(frozen=True)
class EventColumn:
    """One column: its SQL type in a log, how a synthetic file stores it (None: derived in the view), its meaning."""

    name: str
    type: str
    stored: pyarrow.DataType | None
    meaning: str


_WORD = pyarrow.dictionary(pyarrow.int32(), pyarrow.string())
_COUNT = pyarrow.int32()

EVENT = (
    EventColumn("synthetic", "BOOLEAN", pyarrow.bool_(), "true in every row that the simulator made"),
    EventColumn("source_format", "VARCHAR", None, "format the row was read from"),
    EventColumn("source_file", "INTEGER", _COUNT, "number of the file; its path stays outside the project"),
    EventColumn("source_line", "BIGINT", None, "line or row of that file, counted from 1"),
    EventColumn("dedup_key", "VARCHAR", None, "keyed hash of what makes the event one of a kind in its format"),
    EventColumn("time_utc", "TIMESTAMP", pyarrow.timestamp("ms"), "when the request was sent, UTC"),
    EventColumn("time_grain", "VARCHAR", None, "span of time the row covers: " + ", ".join(GRAINS)),
    EventColumn("tz_known", "BOOLEAN", None, "whether local hours may be read from time_utc"),
    EventColumn("user_id", "VARCHAR", _WORD, "keyed hash of the person, key or service"),
    EventColumn("user_kind", "VARCHAR", None, ", ".join(USER_KINDS)),
    EventColumn("gen_ai.provider.name", "VARCHAR", _WORD, "who sells the model"),
    EventColumn("gen_ai.request.model", "VARCHAR", _WORD, "model asked for"),
    EventColumn("gen_ai.agent.name", "VARCHAR", _WORD, "tool that sent the request"),
    EventColumn("gen_ai.conversation.id", "VARCHAR", _WORD, "session"),
    EventColumn("gen_ai.response.id", "VARCHAR", None, "the provider's name for the answer"),
    EventColumn("gen_ai.operation.name", "VARCHAR", _WORD, "chat, invoke_agent"),
    EventColumn("gen_ai.usage.input_tokens", "BIGINT", None, "all input, cached input with it; tokens"),
    EventColumn(
        "usage.uncached_input_tokens", "BIGINT", _COUNT, "input neither read from nor written to the cache; tokens"
    ),
    EventColumn("gen_ai.usage.cache_read.input_tokens", "BIGINT", _COUNT, "input read from the cache; tokens"),
    EventColumn("gen_ai.usage.cache_creation.input_tokens", "BIGINT", _COUNT, "input written to the cache; tokens"),
    EventColumn("gen_ai.usage.output_tokens", "BIGINT", _COUNT, "output; tokens"),
    EventColumn(
        "gen_ai.usage.reasoning.output_tokens", "BIGINT", _COUNT, "part of output; NULL where not recorded; tokens"
    ),
    EventColumn(
        "token_definition", "VARCHAR", None, "what a total in the source held: " + ", ".join(TOKEN_DEFINITIONS)
    ),
    EventColumn("requests", "BIGINT", None, "requests the row stands for; 1 at request grain"),
    EventColumn("cost_usd", "DECIMAL(18,9)", None, "cost in USD"),
    EventColumn("cost_source", "VARCHAR", None, "reported, list_price or none"),
    EventColumn("is_sidechain", "BOOLEAN", pyarrow.bool_(), "sent by a sub-agent; NULL where not recorded"),
    EventColumn("is_headless", "BOOLEAN", pyarrow.bool_(), "sent with nobody watching; NULL where not recorded"),
    EventColumn("is_error", "BOOLEAN", pyarrow.bool_(), "answered with an error; NULL where not recorded"),
    EventColumn("project", "VARCHAR", _WORD, "keyed hash of the project worked on; NULL where not recorded"),
)

OUTCOME = (
    EventColumn("synthetic", "BOOLEAN", pyarrow.bool_(), "true in every row that the simulator made"),
    EventColumn("user_id", "VARCHAR", pyarrow.string(), "as in the events"),
    EventColumn("team", "VARCHAR", pyarrow.string(), "team of the person in that week"),
    EventColumn("week_start_on", "DATE", pyarrow.date32(), "Monday of the week, UTC"),
    EventColumn("merged_prs", "INTEGER", _COUNT, "pull requests merged; zero weeks are rows"),
    EventColumn("review_hours", "DOUBLE", pyarrow.float64(), "hours that others spent on reviewing them"),
    EventColumn("reverts", "INTEGER", _COUNT, "of these pull requests, taken back later"),
    EventColumn("incidents", "INTEGER", _COUNT, "incidents traced to them"),
)

TRUTH = (
    EventColumn("synthetic", "BOOLEAN", pyarrow.bool_(), "true"),
    EventColumn("user_id", "VARCHAR", pyarrow.string(), "as in the events"),
    EventColumn("week_start_on", "DATE", pyarrow.date32(), "Monday of the week, UTC"),
    EventColumn("role", "VARCHAR", pyarrow.string(), "padding, or twin: looks like it and is not"),
    EventColumn("cause", "VARCHAR", pyarrow.string(), "mechanism of the incentive, or name of the twin"),
    EventColumn("shape", "VARCHAR", pyarrow.string(), "shape of the session, as the scenario names it"),
    EventColumn("conversation_id", "VARCHAR", pyarrow.string(), "the session's gen_ai.conversation.id"),
    EventColumn("source_file", "INTEGER", _COUNT, "file of its events"),
    EventColumn("first_line", "BIGINT", pyarrow.int64(), "source_line of its first event"),
    EventColumn("events", "INTEGER", _COUNT, "its events are this many lines from there"),
    EventColumn("tokens", "BIGINT", pyarrow.int64(), "all types, over the session"),
)


def schema(columns: tuple[EventColumn, ...], metadata: dict[str, str]) -> pyarrow.Schema:
    """The Arrow schema of a synthetic file of `columns`, without derived ones; `metadata` goes into its footer."""
    stored = [pyarrow.field(c.name, c.stored, nullable=False) for c in columns if c.stored is not None]
    return pyarrow.schema(stored, {"synthetic": "true", **metadata})
