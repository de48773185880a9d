"""DuckDB as it is opened: what a locked database refuses, and how results are read."""

import duckdb
import pytest

from toolkit.core.errors import ToolkitError
from toolkit.engine.connect import arrays_of, columns_of, first_value, in_memory, open_for_writing, open_read_only
from toolkit.engine.errors import EngineError, question, writing_database, writing_parquet


@pytest.fixture
def database(tmp_path):
    with open_for_writing(tmp_path / "made.duckdb") as connection:
        connection.execute("CREATE TABLE cups AS SELECT 3 AS n")
    return open_read_only(tmp_path / "made.duckdb")


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


def test_sums_are_added_in_one_order(database):
    assert first_value(database.execute("SELECT current_setting('threads')")) == 1


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
    with pytest.raises(ToolkitError) as caught, question("cups.sql"), in_memory() as connection:
        connection.execute("SELECT nothing FROM nowhere")
    (problem,) = caught.value.problems
    assert problem.where == "cups.sql" and "nowhere" in problem.found and "\n" not in problem.found


def test_a_file_that_cannot_be_written_is_named_with_what_is_allowed(tmp_path):
    with pytest.raises(ToolkitError, match="room on the disk"), writing_parquet("the cups", "room on the disk"):
        with in_memory() as connection:
            connection.execute(f"COPY (SELECT 1 AS n) TO '{tmp_path / 'missing' / 'x.parquet'}' (FORMAT parquet)")
