"""The guides of docs/: their commands and cells run as they stand, links lead somewhere, lists are current."""

import base64
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from tests.browser import launched
from tests.review import rich_edition
from tests.sql_tables import GUIDE, document
from toolkit import assume, note, open_story, say, table
from toolkit.build.pipeline import build
from toolkit.notebook.cell_settings import HIDES, PLACEMENT_TAGS
from toolkit.notebook.front_matter import FIELDS
from toolkit.review.archive import archive

DOCS = Path(__file__).parents[1] / "docs"
GUIDES = sorted(DOCS.glob("*.md"))
IN_ORDER = ("tutorial", "claims", "pandas", "online")  # each goes on in the desk of those before
FENCE = re.compile(r"^(`{3,})(\w+)\n(.*?)^\1$", re.MULTILINE | re.DOTALL)


def blocks(guide):
    """(language, text) of every fenced block of a guide, in order."""
    return [(language, text) for _, language, text in FENCE.findall((DOCS / f"{guide}.md").read_text("utf-8"))]


class Reader:
    """Somebody who follows a guide: types its commands, saves its files, puts its cells into a notebook."""

    def __init__(self, folder):
        self.folder, self.cells, self.said = folder, [], ""
        tools = folder / "tools"
        tools.mkdir()
        command = tools / "toolkit"
        command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m toolkit "$@"\n')
        command.chmod(0o755)
        self.environment = {**os.environ, "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}"}

    def follow(self, guide):
        for language, text in blocks(guide):
            getattr(self, language)(text)
        assert self.cells == [], "cells that no build came after"

    def sh(self, text, **environment):
        if re.search(r"^toolkit (build|check)", text, re.MULTILINE):
            self.save_notebook()
        where = self.folder.parent / "where"
        done = subprocess.run(
            ["sh", "-e", "-c", f"{text}\npwd > '{where}'"],
            cwd=self.folder,
            env=self.environment | environment,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, f"{text}\n{done.stdout}{done.stderr}"
        self.folder, self.said = Path(where.read_text().strip()), done.stdout

    def text(self, text):
        """What the commands before printed: each line stands in it, spaces aside."""
        said = " ".join(self.said.split())
        for line in text.splitlines():
            assert " ".join(line.split()) in said, f"{line}\nis not in\n{self.said}"

    def yaml(self, text):
        path = self.folder / text.splitlines()[0].removeprefix("# ")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def python(self, text):
        self.cells.append({"cell_type": "code", "outputs": [], "execution_count": None, "source": text.rstrip()})

    def markdown(self, text):
        self.cells.append({"cell_type": "markdown", "source": text.rstrip()})

    def save_notebook(self):
        if not self.cells:
            return
        (slug,) = {found for cell in self.cells for found in re.findall(r'open_story\("([\w-]+)"\)', cell["source"])}
        cells = [{"id": f"cell-{count}", "metadata": {}, **cell} for count, cell in enumerate(self.cells)]
        kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
        notebook = {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
        (self.folder / "notebooks" / f"{slug}.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
        self.cells = []


@pytest.mark.slow
def test_whoever_follows_the_guides_gets_their_pages(tmp_path):
    folder = tmp_path / "home"
    folder.mkdir()
    shutil.copy(DOCS / "tutorial" / "kitchens.csv", folder)
    reader = Reader(folder)
    for guide in IN_ORDER:
        reader.follow(guide)
    pages = {path.stem: path.read_text("utf-8") for path in (reader.folder / "reports").glob("*.html")}
    assert {"index", "claims", "kitchens", "echo", "spread"} <= set(pages)
    assert "the most of all districts" in pages["kitchens"]
    assert any("Harbour Echo" in html for name, html in pages.items() if name.startswith("claims"))


@pytest.mark.heavy
def test_the_first_lines_of_the_readme_lead_from_a_file_to_an_answer(tmp_path):
    clone = tmp_path / "home" / "clone"
    shutil.copytree(DOCS / "tutorial", clone / "docs" / "tutorial")
    (_, lines), (_, asked), *_ = blocks("../README")
    *lines, preview = lines.splitlines()
    assert preview == "toolkit preview kitchens"  # which runs until it is stopped
    reader = Reader(clone)
    reader.sh("\n".join(lines))
    code = f"from toolkit import open_story\nstory = open_story('kitchens')\nprint(({asked.strip()}).frame)"
    reader.sh(f"'{sys.executable}' -c \"$CODE\"", CODE=code)
    reader.text("Mill Quarter 24.2")


@pytest.mark.heavy
def test_the_cells_of_the_guide_to_notebooks_run(with_database):
    """Each in a story that has the numbers and the table that it speaks of."""
    story = open_story("coffee")
    shares = {
        name: assume(value, "1", why="invented") for name, value in (("least", 0.1), ("assumed", 0.2), ("most", 0.5))
    }
    fares = [
        {"month": month, "town": town, "fare": assume(value, "USD", why="invented")}
        for town in ("Ulm", "Bonn")
        for month, value in (("2023-01", 2.0), ("2024-01", 2.5), ("2025-01", 3.0))
    ]
    said = {"limit": assume(2.8, "USD", why="invented"), "highest": fares[-1]["fare"], "fares": table("fares", fares)}
    cells = [text for language, text in blocks("notebooks") if language == "python"]
    assert len(cells) == 2
    for cell in cells:
        exec(cell, {"story": story, "say": say, "note": note} | said | shares)


@pytest.mark.slow
def test_the_cell_of_the_readme_runs_in_this_project(monkeypatch):
    monkeypatch.chdir(DOCS.parent)
    space = {}
    (_, cell) = [text for language, text in blocks("../README") if language == "python"]
    exec(cell, space)
    assert len(space["ten_x"].leaves()) == 2


@pytest.fixture
def published(changeable):
    """The sample with its edition and its archive, as edition.zip beside it."""
    archive(changeable, changeable.reports, changeable.root / "edition.zip")
    return changeable


@pytest.mark.slow
def test_whoever_checks_with_python_sees_that_all_holds(published, tmp_path):
    (tmp_path / "reader").mkdir()
    reader = Reader(tmp_path / "reader")
    reader.folder = published.root
    reader.follow("check_in_thirty_minutes")
    assert reader.said == "0 differences\n"


WITHOUT_A_CHART = [
    (
        "code",
        """\
from toolkit import open_story
story = open_story("words")
frame = story.sql("SELECT score FROM inspections").frame
total = story.finding(
    "words.total",
    story.number(frame.score.sum(), "cup", how="all cups added up"), "Cups counted")""",
    ),
    (
        "markdown",
        "---\ndek: All of it is invented.\nstatus: published\n---\n\n# They counted {eval}`total`\n\nAnd no chart.\n\n"
        "## What we do not know\n\n- Who counted.\n\n## Limits\n\nAll of it is invented.",
    ),
]
DROP = """async ([name, content]) => {
  const held = new DataTransfer(), bytes = Uint8Array.from(atob(content), (sign) => sign.charCodeAt(0));
  held.items.add(new File([bytes], name));
  document.dispatchEvent(new DragEvent("drop", { dataTransfer: held, bubbles: true, cancelable: true }));
}"""


@pytest.mark.slow
@pytest.mark.browser
def test_whoever_checks_in_a_browser_sees_that_all_holds(tmp_path):
    """Each step of check_in_five_minutes.md, on an edition with figures, a dataset, a choice, and a story of words."""
    project = rich_edition.make(tmp_path / "desk")
    rich_edition.write_story(project, "words", WITHOUT_A_CHART)
    build(project)
    held = tmp_path / "edition.zip"
    archive(project, project.reports, held)
    with launched() as browser:  # after the build, which cannot run beside Playwright's loop
        page = browser.new_page()
        page.goto((project.reports / "coffee.html").as_uri())

        # 1 and 2: a receipt says kind, inputs and who said each; it leads to the figure's place and the source's link
        page.locator("[popovertarget]").first.click()
        receipt = page.locator(":popover-open")
        for said in ("computed from reported figures", "35 a week ÷ 10 a week", "Invented Office"):
            assert said in receipt.inner_text()
        receipt.locator("summary").first.click()
        assert "reported" in receipt.inner_text() and "table of drinkers" in receipt.inner_text()
        source = receipt.locator("a", has_text="Invented Office").first.get_attribute("href")
        assert page.locator(f"{source} a[href^='https://example.org/survey']").count() == 1
        page.keyboard.press("Escape")

        # 3 and 4: the archive or the saved folder, chosen or dropped, on the page that the story leads to or by itself
        page.locator("a", has_text="Check these numbers").click()
        page.set_input_files("#archive", held)
        page.get_by_text("This archive agrees with itself").wait_for()
        saved = shutil.copytree(project.reports, tmp_path / "saved")
        page.goto((saved / "recheck.html").as_uri())
        page.wait_for_function("typeof checkAndShow === 'function'")  # the script is unpacked
        page.evaluate(DROP, [held.name, base64.b64encode(held.read_bytes()).decode()])
        page.get_by_text("This archive agrees with itself").wait_for()
        page.set_input_files("#folder", saved)
        page.get_by_text("This edition agrees with itself").wait_for()
        assert re.search(r"compared, in \d\.\d seconds", page.inner_text("#said"))

        # 5: each step with the value that the browser got; one that it cannot follow says why
        for label, said in (("Mugs that stay", "35"), ("Cups counted in the Bronx", "rows that are not here")):
            finding = page.locator("#found details", has_text=label)
            finding.locator("summary").click()
            finding.locator(".steps").first.wait_for()  # written when the browser says that it is open
            assert said in finding.inner_text(), label


@pytest.mark.parametrize("path", GUIDES, ids=lambda path: path.stem)
def test_links_of_the_guides_lead_somewhere(path):
    text = path.read_text("utf-8")
    wrong = []
    for target in re.findall(r"\]\(([^)\s]+)\)", FENCE.sub("", text)):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        file = path.parent / name if name else path
        if not file.exists():
            wrong.append(target)
        elif anchor:
            headings = re.findall(r"^#+ (.*)$", file.read_text("utf-8"), re.MULTILINE)
            ids = {re.sub(r"[^\w\s-]", "", heading.lower()).replace(" ", "-") for heading in headings}
            wrong += [] if anchor in ids else [target]
    assert wrong == []


def test_the_index_names_every_guide():
    named = set(re.findall(r"\]\(([\w-]+\.md)\)", (DOCS / "README.md").read_text("utf-8")))
    assert named == {path.name for path in GUIDES} - {"README.md"}


def test_the_guide_to_notebooks_names_every_tag_and_field():
    text = (DOCS / "notebooks.md").read_text("utf-8")
    named = set(re.findall(r"`([\w-]+)`", text))
    assert {*FIELDS, *PLACEMENT_TAGS} <= named
    said = {tag for tag in HIDES if tag in named}
    assert {tag.rsplit("-", 1)[0] for tag in HIDES} == {tag.rsplit("-", 1)[0] for tag in said}


def test_the_tables_of_the_guide_are_those_of_the_database_and_each_column_has_a_meaning():
    assert re.findall(r"^\| `.*\|  \|$", document(), re.MULTILINE) == []
    assert GUIDE.read_text("utf-8") == document(), "run python -m tests.sql_tables"


@pytest.mark.slow
@pytest.mark.browser
def test_the_picture_of_the_tutorial_is_taken_of_its_page(tmp_path, browser):
    from tests import tutorial_picture

    folder = tmp_path / "home"
    folder.mkdir()
    receipt = tutorial_picture.take(browser, tutorial_picture.build_page(folder), tmp_path / "page.png")
    assert "Mean points in the Mill Quarter" in receipt
    with Image.open(tmp_path / "page.png") as made, Image.open(tutorial_picture.PICTURE) as shown:
        assert made.size == shown.size == tuple(tutorial_picture.SIZE.values())
