"""DuckDB as it is opened: what a locked database refuses, and how results are read."""

import duckdb
import pytest

from toolkit.core.errors import ToolkitError
from toolkit.engine.connect import (
    arrays_of,
    columns_of,
    cursor_of,
    first_value,
    in_memory,
    lock,
    open_for_writing,
    open_read_only,
)
from toolkit.engine.errors import EngineError, running_query, writing_database, writing_parquet
from toolkit.engine.paths import from_parquet, quoted


@pytest.fixture
def database(tmp_path):
    with open_for_writing(tmp_path / "made.duckdb") as connection:
        connection.execute("CREATE TABLE cups AS SELECT 3 AS n")
    return cursor_of(open_read_only(tmp_path / "made.duckdb"))


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE TABLE x (a INTEGER)",
        "DELETE FROM cups",
        "FROM read_text('{file}')",
        "COPY cups TO '{file}'",
        "ATTACH '{file}'",
        "SET threads = 4",
        "SET enable_external_access = true",
    ],
)
def test_a_locked_database_is_read_and_nothing_else(database, tmp_path, sql):
    file = tmp_path / "other.txt"
    file.write_text("text")
    with pytest.raises(EngineError):
        database.execute(sql.format(file=file))
    assert file.read_text() == "text" and first_value(database.execute("SELECT n FROM cups")) == 3


def test_a_locked_database_reads_the_files_it_was_opened_with_and_no_other(database, tmp_path):
    """Wildcards in a path are no wildcards; a view over a file is a cursor's own."""
    folder = tmp_path / "o'clock [1] *"
    folder.mkdir()
    kept, other = folder / "kept.parquet", folder / "other.parquet"
    with in_memory() as connection:
        for path in (kept, other):
            connection.execute(f"COPY (SELECT 7 AS n) TO {quoted(path)} (FORMAT parquet)")
    opened = open_read_only(tmp_path / "made.duckdb", files=[kept])
    cursor = cursor_of(opened)
    cursor.execute(f"CREATE TEMP VIEW kept AS FROM {from_parquet([kept])}")
    assert cursor.execute("SELECT kept.n, cups.n FROM kept, cups").fetchall() == [(7, 3)]
    for sql in (
        f"FROM {from_parquet([other])}",
        f"FROM {quoted(other)}",
        f"FROM read_parquet('{tmp_path}/*/*.parquet')",
    ):
        with pytest.raises(EngineError, match="disabled"):
            cursor.execute(sql)
    with pytest.raises(EngineError, match="kept"):
        cursor_of(opened).execute("FROM kept")


def test_a_locked_connection_reads_its_folders_and_keeps_its_settings(tmp_path):
    for name in ("log", "beside"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "n.csv").write_text("n\n1\n")
    connection = in_memory()
    lock(connection, folders=[tmp_path / "log"])
    assert first_value(connection.execute(f"FROM {quoted(tmp_path / 'log' / 'n.csv')}")) == 1
    for other in ("beside/n.csv", "log/../beside/n.csv"):
        with pytest.raises(EngineError, match="disabled"):
            connection.execute(f"FROM {quoted(tmp_path / other)}")
    with pytest.raises(EngineError, match="locked"):
        connection.execute("SET enable_external_access = true")


def test_sums_are_added_in_one_order(database):
    assert first_value(database.execute("SELECT current_setting('threads')")) == 1


def test_times_without_a_zone_are_utc_wherever_it_runs(database):
    for connection in (database, in_memory()):
        assert first_value(connection.execute("SELECT current_setting('TimeZone')")) == "UTC"


def test_a_result_is_columns_with_types_and_arrays_masked_where_there_is_nothing():
    with in_memory() as connection:
        sql = "SELECT n, CAST(w AS ENUM('a', 'b')) AS w FROM (VALUES (1, 'a'), (NULL, 'b')) AS t(n, w)"
        result = connection.execute(sql)
        assert columns_of(result) == [("n", "INTEGER"), ("w", "ENUM('a', 'b')")]
        found = arrays_of(result)
    assert found["n"].tolist() == [1, None] and found["w"].tolist() == ["a", "b"]


def test_no_row_has_no_value():
    with in_memory() as connection, pytest.raises(LookupError):
        first_value(connection.execute("SELECT 1 WHERE false"))


@pytest.mark.parametrize(
    "error, remedy",
    [
        (duckdb.IOException('IO Error: Could not write file "x": No space left on device'), "make room on the disk"),
        (duckdb.IOException('IO Error: Cannot open file "x": Permission denied'), "allow writing there"),
        (duckdb.OutOfMemoryException("Out of Memory Error: failed to allocate"), "end other programs"),
        (duckdb.CatalogException('Catalog Error: Table with name "x" already exists!'), "report this"),
        (duckdb.ConversionException("Conversion Error: Could not cast"), "report this"),
    ],
)
def test_room_is_asked_for_only_where_there_is_none(error, remedy):
    with pytest.raises(ToolkitError) as caught, writing_database():
        raise error
    (problem,) = caught.value.problems
    assert problem.found == str(error) and problem.remedy.startswith(remedy)


def test_a_question_that_cannot_be_run_is_named_with_what_is_said_of_it():
    with pytest.raises(ToolkitError) as caught, running_query("cups.sql"), in_memory() as connection:
        connection.execute("SELECT nothing FROM nowhere")
    (problem,) = caught.value.problems
    assert problem.where == "cups.sql" and "nowhere" in problem.found and "\n" not in problem.found


@pytest.mark.parametrize(
    ("sql", "named"),
    [
        ("SELECT distric FROM cups", "district"),
        ("SELECT c.distric FROM cups AS c", "district"),
        ("SELECT * EXCLUDE (distric) FROM cups", "district"),
        ("SELECT distric FROM cups JOIN mugs ON true", "cups.district, mugs.district"),
        ("SELECT mugs.district FROM cups AS mug", "mug"),
        ("FROM cup", "cups"),
        ("SELECT mdian(n) FROM cups", "median"),
    ],
)
def test_of_an_unknown_name_those_like_it_are_said(sql, named):
    with pytest.raises(ToolkitError) as caught, running_query("cups.sql"), in_memory() as connection:
        connection.execute("CREATE TABLE cups (n INTEGER, district TEXT); CREATE TABLE mugs (district TEXT)")
        connection.execute(sql)
    (problem,) = caught.value.problems
    assert problem.allowed == f"a name that is there, such as {named}" and problem.remedy == "correct the name"


def test_of_other_faults_no_name_is_guessed():
    with pytest.raises(ToolkitError) as caught, running_query("cups.sql"), in_memory() as connection:
        connection.execute("SELECT sum('3', 4)")
    assert caught.value.problems[0].allowed == "one SELECT that DuckDB can run"


def test_a_file_that_cannot_be_written_is_named_with_what_is_allowed(tmp_path):
    with pytest.raises(ToolkitError, match="room on the disk"), writing_parquet("the cups", "room on the disk"):
        with in_memory() as connection:
            connection.execute(f"COPY (SELECT 1 AS n) TO '{tmp_path / 'missing' / 'x.parquet'}' (FORMAT parquet)")
