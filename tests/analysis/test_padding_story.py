"""The story of leaderboards and padding names no firm in what it computes and draws."""

import json
import re
import shutil

import pytest

from tests.usage.test_scenarios import named_in
from toolkit.commands.check import check_usage_log_questions
from toolkit.core.project import Project, find_project

HERE = find_project()
SLUG = "leaderboards-and-padding"
WORDS = {" users "}  # a publisher on the desk begins with it


@pytest.mark.heavy
def test_no_chart_table_or_question_of_the_story_names_a_firm():
    cells = json.loads((HERE.notebooks / f"{SLUG}.ipynb").read_text())["cells"]
    code = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    questions = [path.read_text() for path in (HERE.questions / "usage_logs").glob("*.sql")]
    drawn = re.sub(r'story = open_story\(.*\)|story\["[a-z0-9-]+"\](\["\w+"\])?', "", code)
    assert "story.chart(" in drawn and len(questions) == 3
    assert not {name for text in (drawn, *questions) for name in named_in(text)} - WORDS
    assert named_in(drawn + "\n# as at Amazon")


def test_no_published_chart_or_table_of_the_story_names_a_firm():
    folder = HERE.reports / SLUG
    published = [path.read_text(encoding="utf-8") for path in folder.rglob("*.*") if path.suffix in (".csv", ".svg")]
    said = " ".join(re.sub(r"(?s)<style>.*?</style>|<[^>]*>", " ", text) for text in published)
    assert len(published) > 10 and not named_in(said) - WORDS


@pytest.mark.heavy
def test_check_asks_questions_of_usage_logs_too(tmp_path):
    for room in ("scenarios", "claims", "sources"):
        shutil.copytree(HERE.data / room, tmp_path / "data" / room)
    for name in ("calibration.yml", "units.txt"):
        shutil.copy(HERE.data / name, tmp_path / "data")
    project, problems = Project(tmp_path), []
    shutil.copytree(HERE.questions / "usage_logs", project.questions / "usage_logs")
    assert check_usage_log_questions(project, problems) == 3 and problems == []
    (project.questions / "usage_logs" / "broken.sql").write_text("SELECT count(*) + 1 AS many FROM outcome")
    (project.questions / "usage_logs" / "lost.sql").write_text("SELECT 1 AS n_one FROM nowhere")
    assert check_usage_log_questions(project, problems) == 5
    assert [problem.where for problem in problems] == ["usage_logs/broken.sql, column many", "usage_logs/lost.sql"]
