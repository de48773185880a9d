"""`FROM df`: frames of the calling cell are asked in SQL, and the answer rests on what the notebook took."""

import numpy
import pandas
import polars
import pytest

from tests.notebook.test_from_pandas import database_of, frame, problems, refs, run_cell, story
from tests.small_dataset import declare
from toolkit.core.kind import Kind
from toolkit.database.open import open_database

__all__ = ["database_of", "frame", "story"]


def test_a_frame_of_the_cell_is_asked_by_its_name(story, frame):
    df = frame.assign(told=frame.told_multiple * 2)
    told = story.sql("SELECT publisher, max(told) AS most_multiple, count(*) AS n_rows FROM df GROUP BY publisher")
    assert told.name.startswith("df-") and told.sql.endswith("GROUP BY publisher")
    assert told.kind == Kind.COMPUTED and len(told) == df.publisher.nunique()
    most = told["most_multiple"][0]
    assert refs(most) == ["figure:office-survey#told", "figure:paper-retelling#told"]
    (rows,) = most.inputs
    assert 'story.sql("SELECT publisher' in dict(rows.operation.settings)["code"]
    assert story.queries[told.name] == told.sql and told.name in story.asked


def test_frames_are_joined_by_whatever_library_made_them(story, frame):
    ours, theirs = frame[["publisher", "told_multiple"]], polars.DataFrame(frame)
    both = story.sql(
        "SELECT sum(o.told_multiple + t.told_multiple) AS total FROM ours AS o JOIN theirs AS t USING (publisher) "
        "WHERE o.told_multiple > $least",
        units={"total": "multiple"},
        least=0,
    )
    assert both["total"][0].low == pytest.approx(2 * frame.told_multiple.sum())
    assert len(ours) == len(theirs)


def test_a_table_of_the_project_keeps_its_name(story, frame):
    figures = frame
    assert len(story.sql("SELECT id FROM figures")) != len(figures)


def refused(story, frame, query):
    (problem,) = problems(lambda: run_cell(story, frame, f"made = story.sql({query!r})"))
    return problem


def test_a_frame_without_a_unit_is_refused_with_the_right_call(story, frame):
    problem = refused(story, frame, "SELECT max(told_multiple) AS most FROM frame")
    assert 'units={"most": "…"}' in problem.allowed


def test_frames_are_joined_with_tables_of_the_project_and_rest_on_them_too(story, frame):
    declare(story.database.project, publish="[score]")
    story.database = open_database(story.database.project)
    df = frame
    both = story.sql(
        "SELECT publisher, max(told_multiple) AS told_multiple, max(score) AS most_score, list(DISTINCT key) AS keys "
        "FROM df JOIN inspections ON inspections.id < 3, figures WHERE figures.id = 'heavy' GROUP BY publisher"
    )
    assert [column.unit for column in both.columns[1:]] == ["1", "cup"] and both.withheld == ()
    assert {"dataset:inspections", "figure:office-survey#heavy", "figure:office-survey#told"} <= {
        *refs(both["most_score"][0])
    }
    assert both.kind == Kind.MEASURED and both.datasets == ("inspections",)
    assert any('rows_digest", "figures"' in call for call in story.database.trace)
    (row,) = story.sql("SELECT owner, told_multiple FROM df, inspections ORDER BY owner LIMIT 1").withheld
    assert row.found == "values of single rows, of inspections.owner" and len(df) > 1


def test_typed_values_and_figures_without_keys_are_refused(story, frame):
    problem = refused(story, frame, "SELECT low AS told_multiple FROM frame, figures")
    assert problem.found.startswith("numbers without the rows they came from, in ")
    for query in (
        "SELECT 3.7 AS n_cups FROM frame",
        "SELECT frame.*, 3 AS n_cups FROM frame",
        "SELECT 1 + 2 FROM frame",
    ):
        assert refused(story, frame, query).found.startswith("a number that is typed into the query")
    typed = "import pandas as pd\ndf = pd.DataFrame({'n_cups': [3]})\nmade = story.sql('SELECT n_cups FROM df')"
    (problem,) = problems(lambda: run_cell(story, frame, typed))
    assert problem.found.startswith("the frame df was typed")


def test_what_is_no_frame_is_no_table(story, frame):
    array, words = numpy.arange(3), ["a"]
    for name in ("array", "words", "absent"):
        (problem,) = problems(lambda name=name: story.sql(f"SELECT * FROM {name}"))
        assert name in problem.found
    assert len(array) == 3 and words and isinstance(frame, pandas.DataFrame)
