"""What a project may ask: one SELECT of tables, whatever way it is written."""

import pytest

from toolkit.core.errors import ToolkitError
from toolkit.engine.select_only import refuse_other_than_select


def tables(sql):
    return sorted(refuse_other_than_select("asked.sql", sql))


def refused(sql):
    with pytest.raises(ToolkitError) as caught:
        refuse_other_than_select("asked.sql", sql)
    assert all(problem.where == "asked.sql" and problem.remedy for problem in caught.value.problems)
    return [problem.found for problem in caught.value.problems]


@pytest.mark.parametrize(
    "sql, used",
    [
        ("SELECT 1;", []),
        ("VALUES (1)", []),
        ("-- a remark; with a semicolon\nFROM cups /* ; */", ["cups"]),
        ("TABLE cups", ["cups"]),
        ("SELECT age(closed, opened) FROM cups TABLESAMPLE reservoir(20%) REPEATABLE (100)", ["cups"]),
        ("SELECT * FROM Cups JOIN main.mugs USING (n), (FROM plates) WHERE n IN (FROM pans)", "Cups mugs pans plates"),
        ("WITH a AS (FROM cups), b AS (FROM a) SELECT * FROM a, b UNION FROM mugs ORDER BY 1", "cups mugs"),
        ("WITH RECURSIVE a(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM a WHERE n < 9) FROM A", []),
        ("WITH cups AS (FROM cups) FROM cups", ["cups"]),
        ("SELECT (WITH a AS (FROM cups) SELECT max(n) FROM a) FROM a", "a cups"),
        ("PIVOT cups ON size IN (1, 2) USING sum(n)", ["cups"]),
        ("UNPIVOT cups ON n, m", ["cups"]),
        ("SELECT uuid, today, random, age FROM cups", ["cups"]),
        ("FROM range($n), unnest([1, 2]) SELECT 'FROM x.csv', {'type': 'BASE_TABLE', 'table_name': 'x'}", []),
    ],
)
def test_a_select_of_tables_is_read_with_their_names(sql, used):
    assert tables(sql) == (used.split() if isinstance(used, str) else used)


@pytest.mark.parametrize(
    "sql, found",
    [
        ("", "no statement"),
        ("SELECT now() AS at", "now, which may give another result each time"),
        ("SELECT Current_Date", "current_date, which may give another result each time"),
        ("SELECT age(opened) FROM cups", "age, which may give another result each time"),
        ("FROM cups ORDER BY random()", "random, which may give another result each time"),
        ("FROM cups TABLESAMPLE 10%", "a sample, which may give another result each time"),
        ("-- nothing", "no statement"),
        ("SELECT 1; SELECT 2", "2 statements"),
        ("SELECT 1; COPY cups TO 'x.csv'", "2 statements"),
        ("COPY cups TO 'x.csv' (use_tmp_file false)", "the statement COPY"),
        ("/* SELECT */ attach 'x.duckdb'", "the statement ATTACH"),
        ("INSTALL httpfs", "the statement LOAD"),
        ("SET threads = 2", "the statement SET"),
        ("EXPLAIN ANALYZE SELECT 1", "the statement EXPLAIN"),
        ("CALL enable_logging()", "the statement CALL"),
        ("EXPORT DATABASE 'x'", "the statement EXPORT"),
        ("CREATE MACRO m() AS TABLE FROM read_text('x')", "the statement CREATE"),
        ("PREPARE p AS SELECT 1", "the statement PREPARE"),
        ("EXECUTE p", "the statement EXECUTE"),
        ("PIVOT cups ON size USING sum(n)", "a PIVOT whose columns depend on the rows"),
        ("WITH a AS (INSERT INTO cups VALUES (1) RETURNING *) FROM a", "INSERT in WITH"),
        ("SHOW TABLES", "SHOW"),
        ("SUMMARIZE cups", "SUMMARIZE, whose numbers are texts"),
        ("FROM 'x.csv'", "the file 'x.csv'"),
        ('SELECT (SELECT max(n) FROM "/etc/hosts")', "the file '/etc/hosts'"),
        ("FROM information_schema.tables", "the table information_schema.tables"),
        ("FROM memory.main.cups", "the table main.cups"),
        ("WITH pg_settings AS (FROM pg_settings) FROM pg_settings", "pg_settings, a list of DuckDB's own"),
        ("WITH a AS (FROM Read_Text('x')) FROM a", "read_text(…), which reads what is no table of the project"),
        ("FROM cups, LATERAL (FROM read_csv($file))", "read_csv(…), which reads what is no table of the project"),
        ("FROM query('FROM cups')", "query(…), which reads what is no table of the project"),
        ("SELECT 'secret_directory'.current_setting()", "current_setting(…), which reads more than the tables"),
        ('WITH "duc\u212adb_views" AS (SELECT 1) FROM duckdb_views', "duckdb_views, a list of DuckDB's own"),
        ("SELECT pg_get_viewdef(n) FROM range(99999) t(n)", "pg_get_viewdef(…), which reads more than the tables"),
        ("SELECT col_description(1, 1)", "col_description(…), which reads more than the tables"),
        ("SELECT vector_type(n) FROM cups", "vector_type(…), which reads more than the tables"),
        ("SELECT ago(INTERVAL 1 DAY)::DATE", "ago, which may give another result each time"),
        ("SELECT sleep_ms(1000000) FROM cups", "sleep_ms(…), which reads more than the tables"),
        ("SELECT pg_catalog.pg_sleep(100)", "pg_sleep(…), which reads more than the tables"),
        ("SELECT " + "(" * 100_000, "more than 200 nested brackets"),
        (
            "SELECT list_transform([1], lambda n: main.GETENV('HOME'))",
            "getenv(…), which reads more than the tables",
        ),
        ("SELECT max(n) FILTER (version() <> '') FROM cups", "version(…), which reads more than the tables"),
    ],
)
def test_all_else_is_refused_with_what_it_is(sql, found):
    assert refused(sql) == [found]


def test_all_that_is_refused_of_a_query_is_named_at_once():
    assert refused("SELECT version() FROM 'x.csv', read_text('y')") == [
        "version(…), which reads more than the tables",
        "the file 'x.csv'",
        "read_text(…), which reads what is no table of the project",
    ]


def test_what_duckdb_cannot_read_is_said_in_its_words():
    (found,) = refused("SELECT FROM WHERE")
    assert "syntax error" in found


def test_a_query_too_deep_to_be_read_is_refused():
    try:
        refuse_other_than_select("q", "SELECT " + "+".join(["1"] * 900))  # Python 3.13 reads as deep, 3.11 does not
    except ToolkitError as error:
        assert error.problems[0].found == "nested too deeply"
