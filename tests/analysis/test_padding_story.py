"""The story of leaderboards and padding names no firm in what it computes and draws."""

import json
import re

from tests.usage.test_scenarios import named_in
from toolkit.project import find_project

HERE = find_project()
SLUG = "leaderboards-and-padding"
WORDS = {" users "}  # a publisher on the desk begins with it


def test_no_chart_table_or_question_of_the_story_names_a_firm():
    cells = json.loads((HERE.notebooks / f"{SLUG}.ipynb").read_text())["cells"]
    code = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    questions = [path.read_text() for path in HERE.questions.glob("padding_*.sql")]
    drawn = re.sub(r'story = open_story\(.*\)|story\["[a-z0-9-]+"\](\["\w+"\])?', "", code)
    assert "story.chart(" in drawn and len(questions) == 3
    assert not {name for text in (drawn, *questions) for name in named_in(text)} - WORDS
    assert named_in(drawn + "\n# as at Amazon")


def test_no_published_chart_or_table_of_the_story_names_a_firm():
    folder = HERE.reports / SLUG
    found = {name for path in [*folder.glob("data/*.csv"), *folder.glob("charts/*.svg")]
             for name in named_in(re.sub(r"<[^>]*>", " ", path.read_text(encoding="utf-8")))}  # fmt: skip
    assert not found - WORDS
