"""What the guard lets pass is answered alike by DuckDB and Sail; what it refuses is named with its line."""

import pytest

from tests.usage.test_metrics import SQL
from toolkit.core.errors import ToolkitError
from toolkit.engine import portable
from toolkit.engine.connect import columns_of_arrow, in_memory
from toolkit.engine.portable import refuse_unportable
from toolkit.engine.spark import open_spark
from toolkit.usage.roll_up import GRAINS

ROWS = """WITH t AS (
    SELECT * FROM (VALUES (1, 2.5, 'b', DATE '2026-03-29'), (3, 0.5, 'A', DATE '2027-01-01'),
        (7, 7.25, ' c ', NULL)) AS r (n, d, s, on_day)
)
"""
OF_ONE = {
    "date_trunc": "date_trunc('week', on_day)",
    "nullif": "nullif(n, 3)",
    "power": "power(CAST(n AS DOUBLE), 2)",
    "round": "round(CAST(d AS DOUBLE))",
    "substr": "substr(s, 1, 1)",
    "hour": "hour(TIMESTAMP '2026-03-29 02:30:05')",
    "minute": "minute(TIMESTAMP '2026-03-29 02:30:05')",
    "second": "second(TIMESTAMP '2026-03-29 02:30:05')",
    **{name: f"{name}(on_day)" for name in ("year", "quarter", "month", "day")},
    **{name: f"{name}(s)" for name in ("length", "lower", "upper", "trim")},
    **{name: f"{name}(CAST(d AS DOUBLE))" for name in ("abs", "ceil", "floor", "exp", "ln", "sqrt")},
    **{name: f"{name}(n, 2)" for name in ("coalesce", "greatest", "least")},
}
OF_ALL = {
    "bool_and": "bool_and(n > 0)",
    "bool_or": "bool_or(n > 5)",
    "percentile_cont": "percentile_cont(0.3) WITHIN GROUP (ORDER BY n)",
    **{name: f"{name}(n)" for name in ("count", "max", "median", "min", "sum")},
    **{name: f"{name}(n)" for name in ("stddev_pop", "stddev_samp", "var_pop", "var_samp")},
    **{
        name: f"{name}(CAST(n AS DOUBLE), CAST(d AS DOUBLE))"
        for name in portable.SAME
        if name.startswith(("regr_", "covar_", "corr"))
    },
}
WINDOWS = {
    "ntile": "ntile(2) OVER (ORDER BY n NULLS LAST)",
    **{name: f"{name}(n) OVER (ORDER BY n NULLS LAST)" for name in ("first_value", "last_value", "lag", "lead")},
    **{name: f"{name}() OVER (ORDER BY n NULLS LAST)" for name in ("row_number", "rank", "dense_rank", "percent_rank")},
}
REFUSED = [
    ("SELECT approx_quantile(n, 0.5) FROM t", "percentile_cont"),
    ("SELECT quantile_cont(n, 0.5) FROM t", "percentile_cont"),
    ("SELECT n FROM t GROUP BY ALL", "the columns"),
    ("SELECT n FROM t ORDER BY ALL", "the columns"),
    ("SELECT dayofweek(d) FROM t", "a table of days"),
    ("SELECT extract(isodow FROM d) FROM t", "a table of days"),
    ("SELECT log10(n) FROM t", "ln"),
    ("SELECT sum(n) / count(*) FROM t", "AS DOUBLE"),
    ("SELECT (n + 1) / 0.5 FROM t", "AS DOUBLE"),
    ("SELECT n // 7 FROM t", "floor"),
    ("SELECT avg(d) FROM t", "nullif"),
    ("SELECT n FROM t ORDER BY n", "NULLS LAST"),
    ("SELECT rank() OVER (ORDER BY n) FROM t", "NULLS LAST"),
    ("SELECT until_on - from_on AS n_days FROM t", "subtracted in the notebook"),
    ("SELECT n FROM t ASOF JOIN u ON t.d >= u.d", "the last day before"),
    ("PIVOT t ON n IN (1, 2) USING sum(d)", "CASE"),
    ("SELECT n FROM t QUALIFY row_number() OVER (ORDER BY n NULLS LAST) = 1", "WHERE"),
    ("SELECT list_sort(list(n)) FROM t", "GROUP BY"),
    ("SELECT unnest([1, 2])", "GROUP BY"),
    ("SELECT * EXCLUDE (n) FROM t", "the columns"),
    ("FROM t", "SELECT *"),
    ('SELECT sum("gen_ai.usage.output_tokens") FROM t', "plain names"),
    (r"SELECT n FROM t WHERE s = 'a\b'", "without it"),
    ("SELECT n FROM t TABLESAMPLE 10 PERCENT", "all rows"),
    ("SELECT strftime(d, '%Y') FROM t", "docs/cluster.md"),
]


def test_every_function_that_passes_is_asked_of_both():
    assert {*OF_ONE, *OF_ALL, *WINDOWS} == {*portable.SAME}


@pytest.mark.heavy
def test_functions_that_pass_give_the_same_on_duckdb_and_sail():
    one_by_one = ", ".join(f"{sql} AS {name}_1" for name, sql in {**OF_ONE, **WINDOWS}.items())
    together = ", ".join(f"{sql} AS {name}_1" for name, sql in OF_ALL.items())
    with open_spark() as sail:
        for sql in (f"{ROWS}SELECT n, {one_by_one} FROM t ORDER BY n NULLS LAST", f"{ROWS}SELECT {together} FROM t"):
            refuse_unportable("asked", sql)
            here = in_memory().sql(sql).to_arrow_table()
            names, there = columns_of_arrow(sail.ask("asked", sql))
            for (name, _), found, wanted in zip(names, there, columns_of_arrow(here)[1], strict=True):
                pairs = zip(found.tolist(), wanted.tolist(), strict=True)
                assert all(a == b or a == pytest.approx(b, rel=1e-9) for a, b in pairs), name


@pytest.mark.parametrize("sql, instead", REFUSED, ids=[sql for sql, _ in REFUSED])
def test_what_differs_is_refused_with_its_line_and_what_to_write(sql, instead):
    with pytest.raises(ToolkitError) as caught:
        refuse_unportable("mine.sql", f"-- a question\n{sql}")
    assert all("mine.sql, line " in problem.where for problem in caught.value.problems)
    assert any("line 2" in problem.where and instead in problem.remedy for problem in caught.value.problems)


def test_each_rule_is_tried_and_all_problems_of_a_query_come_at_once():
    said = {instead for _, instead in REFUSED}
    assert all(any(one in rule.instead for one in said) for rule in portable.RULES)
    with pytest.raises(ToolkitError) as caught:
        refuse_unportable("mine.sql", "SELECT a / b,\n avg(c)\nFROM t\nORDER BY a")
    assert [problem.where[-6:] for problem in caught.value.problems] == ["line 1", "line 2", "line 4"]


def test_sql_that_it_cannot_read_is_an_error_in_a_line():
    with pytest.raises(ToolkitError, match="mine.sql"):
        refuse_unportable("mine.sql", "SELECT FROM (")


@pytest.mark.parametrize("path", sorted((SQL / "metrics").glob("*.sql")), ids=lambda path: path.stem)
def test_metrics_pass(path):
    refuse_unportable(path.name, path.read_text())


def test_what_a_log_is_on_spark_passes():
    made = [*(SQL / "views" / "derived").glob("*.sql"), *(SQL / "views" / name for name in GRAINS.values())]
    for path in (*made, SQL / "views" / "measured" / "activity_day.sql"):
        refuse_unportable(path.name, path.read_text())
