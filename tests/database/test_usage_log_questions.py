"""Questions in notebooks/sql/usage_logs: what means something else on Spark is refused where that is the engine."""

import shutil

import pytest

from tests.usage.test_metrics import HERE
from toolkit.commands.check import check_usage_log_questions
from toolkit.core.project import Project


@pytest.mark.heavy
@pytest.mark.parametrize(
    ("engine", "refused"), [("duckdb", []), ("spark", ["notebooks/sql/usage_logs/mean.sql, line 2"])]
)
def test_a_question_that_means_something_else_on_spark_is_refused_where_that_is_the_engine(tmp_path, engine, refused):
    for name in ("scenarios", "sources", "claims"):
        shutil.copytree(HERE.data / name, tmp_path / "data" / name)
    for name in ("calibration.yml", "units.txt"):
        shutil.copy(HERE.data / name, tmp_path / "data")
    (tmp_path / "pyproject.toml").write_text(f"[tool.toolkit]\nname = 'Invented desk'\nengine = '{engine}'\n")
    usage_logs = tmp_path / "notebooks" / "sql" / "usage_logs"
    usage_logs.mkdir(parents=True)
    (usage_logs / "mean.sql").write_text("SELECT\n    avg(tokens) AS tokens\nFROM developer\n")
    (usage_logs / "sum.sql").write_text("SELECT sum(tokens) AS tokens\nFROM developer\n")
    problems = []
    assert check_usage_log_questions(Project(tmp_path), problems) == 2
    assert [problem.where for problem in problems] == refused
