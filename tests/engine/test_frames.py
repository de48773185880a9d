"""`FROM df`: frames of a cell are tables of one question, and of no other."""

import sys

import pandas
import polars
import pyarrow
import pytest

from toolkit.engine.connect import cursor_of, open_for_writing, open_read_only
from toolkit.engine.errors import EngineError
from toolkit.engine.frames import frames_in, register_frames, variables_of
from toolkit.engine.select_only import refuse_other_than_select


@pytest.fixture
def opened(tmp_path):
    with open_for_writing(tmp_path / "made.duckdb") as connection:
        connection.execute("CREATE TABLE cups AS SELECT 3 AS n")
    return open_read_only(tmp_path / "made.duckdb")


def asked(opened, sql, variables):
    """The answer as `story.sql` would find it."""
    cursor = cursor_of(opened)
    tables = refuse_other_than_select("cell", sql, cursor)
    register_frames(cursor, frames_in(tables, ["cups"], variables))
    return cursor.execute(sql).fetchall()


@pytest.mark.parametrize(
    "frame",
    [
        pandas.DataFrame({"n": [1, 2], "word": ["a", None]}),
        polars.DataFrame({"n": [1, 2], "word": ["a", None]}),
        polars.LazyFrame({"n": [1, 2], "word": ["a", None]}),
        pyarrow.table({"n": [1, 2], "word": ["a", None]}),
    ],
    ids=lambda frame: f"{type(frame).__module__.partition('.')[0]}.{type(frame).__name__}",
)
def test_a_frame_is_asked_by_its_name_and_beside_tables(opened, frame):
    assert asked(opened, "SELECT df.n, word, cups.n FROM df, cups ORDER BY df.n", {"df": frame}) == [
        (1, "a", 3),
        (2, None, 3),
    ]


def test_a_frame_is_a_table_of_one_question_only(opened):
    df = pandas.DataFrame({"n": [1]})
    assert asked(opened, "FROM df", {"df": df}) == [(1,)]
    for cursor in (opened, cursor_of(opened)):
        with pytest.raises(EngineError, match="df"):
            cursor.execute("FROM df")


def test_only_frames_that_a_question_names_and_no_table_has_are_found():
    df, other = pandas.DataFrame({"n": [1]}), pandas.DataFrame({"n": [2]})

    class Answer:
        frame = other

    variables = {"df": df, "other": other, "Cups": df, "text": "df", "answer": Answer()}
    tables = refuse_other_than_select("cell", "WITH other AS (FROM df) FROM other, Cups, text, answer, absent")
    found = frames_in(tables, ["cups"], variables)
    assert list(found) == ["answer", "df"] and found["df"] is df and found["answer"] is other


def test_a_callers_own_variables_come_before_its_modules():
    def question():
        sys_before = "own"
        return variables_of(sys._getframe(0)), sys_before

    variables, _ = question()
    assert variables["sys_before"] == "own" and variables["pandas"] is pandas
