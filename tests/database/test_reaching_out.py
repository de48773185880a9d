"""What a project asks of the database and its datasets reads them and nothing else, and writes nothing."""

import pytest

from toolkit.core.errors import ToolkitError
from toolkit.database.ask import answer_question
from toolkit.datasets.stored import parquet_of

pytestmark = pytest.mark.heavy


@pytest.mark.parametrize(
    "sql",
    [
        "COPY inspections TO '{file}' (FORMAT csv, USE_TMP_FILE false)",
        "/* SELECT */ copy (SELECT 1) to $file (FORMAT parquet, USE_TMP_FILE false)",
        "SELECT 1; COPY inspections TO '{file}' (USE_TMP_FILE false)",
        "EXPLAIN ANALYZE COPY inspections TO '{file}' (FORMAT csv, USE_TMP_FILE false)",
        "WITH a AS (DELETE FROM figures RETURNING *) SELECT * FROM a",
        "FROM read_text('{file}')",
        'SELECT * FROM "{file}"',
        "SELECT content FROM inspections, read_text($file)",
        "ATTACH '{file}' AS other",
        "SELECT current_setting('allowed_paths') AS paths FROM inspections",
    ],
)
@pytest.mark.parametrize("asked", ["inline", "by name"])
def test_neither_the_database_nor_a_dataset_nor_a_file_beside_them_is_reached(inspected, sql, asked):
    database, project = inspected, inspected.project
    beside = project.root.parent / "beside.csv"
    beside.write_text("secret\n")
    copied = parquet_of(project, database.datasets["inspections"])
    files = [database.path, copied, project.data / "datasets" / "inspections.csv", beside]
    before = [path.read_bytes() for path in files]
    for file in files:
        question, parameters = sql.replace("{file}", str(file)), {"file": str(file)} if "$file" in sql else {}
        if asked == "by name":
            (project.questions / "reaching.sql").write_text(question)
            question = "reaching"
        with pytest.raises(ToolkitError) as caught:
            answer_question(database, question, {}, parameters)
        assert all(problem.allowed and problem.remedy for problem in caught.value.problems)
    assert [path.read_bytes() for path in files] == before
    assert len(answer_question(database, "SELECT borough, count(*) AS n FROM inspections GROUP BY borough")) == 3
