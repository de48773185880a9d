"""Regularities of real agent traffic, measured in public sessions and, by the same query, in a usage log.

What a check measures is in checks/real_traffic.sql. Its range is what SAMPLE_SIZE real sessions show: the middle 99 %
of SAMPLES samples of so many, drawn with replacement.

python -m toolkit.usage.real_traffic FILE writes checks/base_rates.json, of the sessions that FROM names.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

import numpy

from toolkit.engine.connect import Connection, in_memory, use_one_thread
from toolkit.engine.paths import from_csv

BASE_RATES = Path(__file__).parent / "checks" / "base_rates.json"
FROM = {"address": "https://github.com/callanjfox/kv-cache-tester", "commit": "94f6046dfd9c", "licence": "Apache-2.0"}
QUERY = Path(__file__).parent / "checks" / "real_traffic.sql"
CHECKS = {  # columns of the query, each with its unit and what it is
    "not_smaller": ("1", "Steps on which the input does not shrink"),
    "holds_answer": ("1", "Steps on which the input grows by the answer or more"),
    "cut": ("1", "Steps on which the input falls by 64,000 tokens or more"),
    "growth": ("token", "Growth of the input in a step, median"),
    "large_growth": ("token", "Growth of the input in a step, nine tenths lie below"),
    "prefix": ("1", "Steps on which what is read from the cache is the input before, to two in a hundred"),
    "cache": ("1", "Share of input read from a cache"),
    "bursts": ("1", "Time between requests, standard deviation over mean"),
}
REPORTED_RATES = Path(__file__).parent / "checks" / "reported_rates.json"
REPORTED = {  # the same, of which others reported what is real: the public sessions above do not record it
    "written": ("1", "Steps on which the answer before, or more, is written to the cache"),
    "price": ("USD/(million token)", "USD per million tokens of all types"),
}
LEAST_REQUESTS = 7  # of a session that is judged: nine in ten real ones have as many
SAMPLE_SIZE, SAMPLES = 20, 200
ENDS = (0.005, 0.995)
REAL = """
CREATE TABLE real_request AS
SELECT
    dense_rank() OVER (ORDER BY trace) AS session_id, idx AS place,
    make_timestamp_ms(CAST(1000 * t AS BIGINT)) AS time_at,
    input_tokens AS input, output_tokens AS output, cached_prefix_tokens_est AS cached,
    CAST(NULL AS BIGINT) AS written, CAST(NULL AS DOUBLE) AS cost_usd
FROM {rows}
WHERE duplicate_of_earlier_trace = 0 AND agent = 'main'
QUALIFY count(*) OVER (PARTITION BY trace) >= {least}
"""
DRAWN = """
CREATE OR REPLACE TEMP TABLE request AS
SELECT real_request.* REPLACE (drawn.number AS session_id)
FROM real_request
JOIN (SELECT unnest($chosen) AS session_id, unnest(range(len($chosen))) AS number) AS drawn
    ON drawn.session_id = real_request.session_id
"""
CREATE_VIEW_OF_LOG = """
CREATE TEMP VIEW request AS
SELECT
    "gen_ai.conversation.id" AS session_id, file_row_number AS place, time_utc AS time_at,
    "gen_ai.usage.input_tokens" AS input, "gen_ai.usage.output_tokens" AS output,
    "gen_ai.usage.cache_read.input_tokens" AS cached, "gen_ai.usage.cache_creation.input_tokens" AS written,
    CAST({cost} AS DOUBLE) AS cost_usd
FROM stored_event
WHERE time_grain = 'request' AND token_definition = 'all_types' AND is_sidechain IS NOT TRUE
    AND "gen_ai.conversation.id" IS NOT NULL
"""


def measured(connection: Connection) -> dict[str, float | None]:
    """The columns of the query over the connection's table request, `steps` first; None where there is no step."""
    cursor = connection.execute(QUERY.read_text(encoding="utf-8"), {"least_requests": LEAST_REQUESTS})
    (row,) = cursor.fetchall()
    return dict(zip(("steps", *CHECKS, *REPORTED), row, strict=True))


def reported_rates() -> dict[str, Any]:
    """The content of REPORTED_RATES: by check its value, its range if there is one, who reported it, and where."""
    return dict(json.loads(REPORTED_RATES.read_text(encoding="utf-8")))


def known_rates() -> dict[str, Any]:
    """The content of BASE_RATES: where the sessions are from; by check its value and both ends of its range."""
    return dict(json.loads(BASE_RATES.read_text(encoding="utf-8")))


def base_rates(path: Path) -> str:
    """The text of BASE_RATES, measured in the file of public sessions at `path`."""
    random = numpy.random.default_rng(1)
    with in_memory() as connection:
        use_one_thread(connection)
        connection.execute(REAL.format(rows=from_csv(path), least=LEAST_REQUESTS))
        connection.execute("CREATE OR REPLACE TEMP TABLE request AS FROM real_request")
        of_all = measured(connection)
        (sessions,) = connection.execute("SELECT max(session_id) FROM real_request").fetchall()[0]
        draws = []
        for _ in range(SAMPLES):
            connection.execute(DRAWN, {"chosen": random.integers(1, sessions + 1, SAMPLE_SIZE).tolist()})
            draws.append([float(measured(connection)[name] or 0) for name in CHECKS])
    low, high = numpy.quantile(numpy.array(draws), ENDS, axis=0)
    ends = zip(CHECKS, low, high, strict=True)
    rates = {
        name: [float(f"{value:.5g}") for value in (of_all[name] or 0, least, highest)] for name, least, highest in ends
    }
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    return json.dumps({"file": path.name, **FROM, "sha256": sha256, "rates": rates}, indent=1) + "\n"


if __name__ == "__main__":
    BASE_RATES.write_text(base_rates(Path(sys.argv[1])), encoding="utf-8")
