"""SQL that cannot reach out: however it is spelled, nothing is written, and nothing is read but what was declared."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import counts
from toolkit.core.errors import ToolkitError
from toolkit.engine.connect import cursor_of, in_memory, lock, open_for_writing, open_read_only
from toolkit.engine.errors import running_query
from toolkit.engine.frames import frames_in, register_frames
from toolkit.engine.paths import from_parquet, quoted
from toolkit.engine.select_only import refuse_other_than_select

SECRET = "the word beside the project"
STATEMENTS = (
    "COPY cups TO {file} (FORMAT csv, USE_TMP_FILE false)",
    "COPY (SELECT 1) TO {file} (FORMAT parquet, USE_TMP_FILE false)",
    "COPY kept TO {file} (USE_TMP_FILE false)",
    "COPY FROM DATABASE project TO memory",
    "COPY cups FROM {file}",
    "EXPORT DATABASE {file}",
    "IMPORT DATABASE {file}",
    "ATTACH {file} AS other",
    "CREATE TABLE memory.main.made AS SELECT 1",
    "CREATE TEMP MACRO made() AS TABLE FROM read_text({file})",
    "INSERT INTO cups VALUES (1) RETURNING *",
    "DELETE FROM cups RETURNING *",
    "UPDATE cups SET n = 1",
    "SET enable_external_access = true",
    "SET VARIABLE made = 1",
    "RESET lock_configuration",
    "PRAGMA database_list",
    "CALL enable_logging('QueryLog', storage = 'file', storage_config = {{'path': {file}}})",
    "INSTALL httpfs",
    "LOAD {file}",
    "PREPARE made AS SELECT 1",
    "CREATE SECRET made (TYPE http)",
    "CHECKPOINT",
    "USE memory",
    "DETACH project",
)
TABLES = (
    "read_text({file})",
    "read_blob({file})",
    "read_csv({file})",
    "read_csv_auto([{file}])",
    "read_parquet({file})",
    "parquet_schema({file})",
    "parquet_kv_metadata({file})",
    "read_json({file})",
    "read_ndjson_objects({file})",
    "read_duckdb({file})",
    "sniff_csv({file})",
    "glob({file})",
    "query('FROM read_text(' || {file} || ')')",
    "query_table({file})",
    "json_execute_serialized_sql(json_serialize_sql('SELECT * FROM read_text(' || {file} || ')'))",
    "enable_logging('QueryLog', storage = 'file', storage_config = {{'path': {file}}})",
    "duckdb_settings()",
    "duckdb_secrets()",
    "duckdb_databases()",
    "duckdb_databases",
    "pragma_database_list",
    "pg_settings",
    "information_schema.tables",
    "{file}",
    "{name}",
)
VALUES = (
    "getenv({file})",
    "current_setting('secret_directory')",
    "'secret_directory'.current_setting()",
    "main.current_setting('allowed_paths')",
    "system.main.write_log({file})",
    "(SELECT content FROM read_text({file}))",
    "list_transform([{file}], lambda f: (SELECT content FROM read_text(f)))[1]",
)
AROUND = (
    "{it}",
    "({it})",
    "SELECT 1; {it}",
    "{it}; SELECT 1",
    "WITH made AS ({it}) SELECT * FROM made",
    "WITH made AS MATERIALIZED ({it}) FROM made, cups",
    "WITH RECURSIVE made AS ({it} UNION ALL FROM made) FROM made",
    "SELECT * FROM ({it})",
    "SELECT * FROM cups, LATERAL ({it})",
    "SELECT 1 WHERE EXISTS ({it})",
    "SELECT ({it})",
    "SELECT 1 UNION ALL {it}",
    "EXPLAIN ANALYZE {it}",
    "DESCRIBE {it}",
    "PREPARE made AS {it}",
    "SELECT 1 -- \n; {it}",
    "SELECT 1 \0; {it}",
    "SELECT $$ ; $$; {it}",
    "\ufeff{it}",
)
FROM = (
    "FROM {it}",
    "SELECT * FROM {it}",
    "TABLE {it}",
    "SUMMARIZE {it}",
    "FROM {it} AS cups",
    "PIVOT {it} ON n IN (1)",
)
BLANKS = (" ", "\n", "\t", "/**/", " /* SELECT */ ", " -- SELECT ;\n", "\u00a0", "\r\n")


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """Connections that a project's SQL is asked of, by name, with the files that they may not give away or change."""
    folder = tmp_path_factory.mktemp("project")
    (folder / "log").mkdir()
    secret, database, dataset, event = (
        folder / name for name in ("secret.csv", "data.duckdb", "kept.parquet", "log/event.parquet")
    )
    secret.write_text(f"n\n{SECRET}\n")
    with open_for_writing(database) as connection:
        connection.execute("CREATE TABLE cups AS SELECT 3 AS n")
        for path in (dataset, event):
            connection.execute(f"COPY cups TO {quoted(path)} (FORMAT parquet)")
    log = in_memory()
    for name in ("kept", "cups"):
        log.execute(f"CREATE VIEW {name} AS FROM {from_parquet([event])}")
    lock(log, folders=[folder / "log"])
    opened = open_read_only(database, files=[dataset])

    def cursor():
        made = cursor_of(opened)
        made.execute(f"CREATE TEMP VIEW kept AS FROM {from_parquet([dataset])}")
        return made

    return {"database": cursor, "usage log": log.cursor}, (secret, database, dataset, event)


@st.composite
def spelled(draw, text):
    """SQL with its words in any case, and any blank between them; the file is named in the text or by a parameter."""
    words = text.split(" ")
    cased = [
        word if "{" in word or "'" in word else draw(st.sampled_from((word, word.lower(), word.title())))
        for word in words
    ]
    return "".join(word + draw(st.sampled_from(BLANKS)) for word in cased)


@st.composite
def attempts(draw):
    inner = draw(st.sampled_from(("statement", "table", "value")))
    if inner == "statement":
        text = draw(st.sampled_from(STATEMENTS))
    elif inner == "table":
        text = draw(st.sampled_from(FROM)).replace("{it}", draw(st.sampled_from(TABLES)))
    else:
        text = f"SELECT {draw(st.sampled_from(VALUES))} AS made FROM cups"
    for _ in range(draw(st.integers(1, 2))):
        text = draw(st.sampled_from(AROUND)).replace("{it}", text)
    return draw(spelled(text))


def asked(cursor, sql, parameters):
    """The rows of a question as `Database.answer` and `ask_usage_log` ask it. Raises ToolkitError."""
    tables = refuse_other_than_select("asked.sql", sql, cursor)
    register_frames(cursor, frames_in(tables, ["cups", "kept"], {"df": None}))
    with running_query("asked.sql"):
        return cursor.execute(sql, parameters or None).fetchall()


@pytest.mark.parametrize("name", ["database", "usage log"])
@settings(max_examples=counts.examples(40))
@given(sql=attempts(), place=st.integers(0, 3), by_parameter=st.booleans())
def test_nothing_is_written_and_nothing_undeclared_is_read(project, name, sql, place, by_parameter):
    cursors, files = project
    before = [path.read_bytes() for path in files]
    beside = sorted(files[0].parent.rglob("*"))
    file = "$file" if by_parameter else quoted(files[place])
    sql = sql.replace("{file}", file).replace("{name}", f'"{files[place]}"').replace("{{", "{").replace("}}", "}")
    rows = []
    try:
        rows = asked(cursors[name](), sql, {"file": str(files[place])} if by_parameter and "$file" in sql else None)
    except ToolkitError:
        pass
    assert SECRET not in repr(rows) and str(files[0].parent) not in repr(rows), sql
    assert [path.read_bytes() for path in files] == before and sorted(files[0].parent.rglob("*")) == beside, sql
