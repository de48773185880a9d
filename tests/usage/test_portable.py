"""The metrics on a second engine: SQLite, by sqlglot, with the same rows as worked out by hand."""

import math
import sqlite3
import statistics

import pytest
import sqlglot

from tests.usage.test_metrics import EXPECTED, METRICS, PARAMETERS, sample
from toolkit.database.usage_logs import metric

TABLES = ("developer_week", "activity_week", "team_week", "developer", "incentive")


class Values:
    """Keeps what an aggregate is given, rows with a NULL left out."""

    def __init__(self):
        self.rows = []

    def step(self, *values):
        if None not in values:
            self.rows.append(values)


class Median(Values):
    def finalize(self):
        return statistics.median(value for (value,) in self.rows) if self.rows else None


class Correlation(Values):
    def finalize(self):
        return statistics.correlation(*zip(*self.rows, strict=True))


class Slope(Values):
    def finalize(self):
        upright, along = zip(*self.rows, strict=True)
        return statistics.linear_regression(along, upright).slope


class Explained(Values):
    def finalize(self):
        return statistics.correlation(*zip(*self.rows, strict=True)) ** 2


class Quantile(Values):
    def finalize(self):
        values, share = sorted(value for value, _ in self.rows), self.rows[0][1]
        place = share * (len(values) - 1)
        low = math.floor(place)
        high = min(low + 1, len(values) - 1)
        return values[low] + (place - low) * (values[high] - values[low])


AGGREGATES = {
    ("median", 1): Median,
    ("corr", 2): Correlation,
    ("regr_slope", 2): Slope,
    ("regr_r2", 2): Explained,
    ("quantile_cont", 2): Quantile,
    ("percentile_cont", 2): Quantile,
}


@pytest.fixture(scope="module")
def copied():
    """The sample's tables in SQLite, with the aggregates that it lacks."""
    other = sqlite3.connect(":memory:")
    for (name, arguments), kept in AGGREGATES.items():
        other.create_aggregate(name, arguments, kept)
    usage_log = sample()
    for table in TABLES:
        found = usage_log.connection.execute(f"SELECT * FROM {table}")
        names = [column[0] for column in found.description]
        rows = [
            [float(v) if hasattr(v, "quantize") else v.isoformat() if hasattr(v, "isoformat") else v for v in row]
            for row in found.fetchall()
        ]
        other.execute(f"CREATE TABLE {table} ({', '.join(names)})")
        other.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(names))})", rows)
    return other


@pytest.mark.parametrize("name", METRICS)
def test_a_second_engine_gives_the_rows_worked_out_by_hand(copied, name):
    sql = sqlglot.transpile(metric(name), read="duckdb", write="sqlite")[0]
    rows = copied.execute(sql, PARAMETERS.get(name, {})).fetchall()
    assert len(rows) == len(EXPECTED[name])
    for row, wanted in zip(rows, EXPECTED[name], strict=True):
        for cell, value in zip(row, wanted, strict=True):
            if isinstance(value, (str, bool)):
                assert type(value)(cell) == value  # SQLite writes true as 1
            else:
                assert cell == pytest.approx(value, rel=1e-4, abs=1e-12)
