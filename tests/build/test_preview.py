"""A story's preview: drafts too, watermarked, never indexed, made again when it is saved, with what is wrong in it."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.build.test_selection import story
from toolkit.build.preview import Preview, follow
from toolkit.charts import share_picture
from toolkit.core.errors import ToolkitError
from toolkit.notebook.run import execute_all

pytestmark = pytest.mark.heavy


@pytest.fixture
def draft(sample):
    """The preview of a draft that has no dek yet."""
    story(sample, "idea", status="draft", dek=("dek: Nothing", "kicker: Nothing"))
    preview = Preview(sample, "idea")
    yield preview
    preview.close()


def edit(preview, old, new):
    path = preview.project.notebooks / f"{preview.slug}.ipynb"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_a_draft_is_rendered_with_a_watermark_and_again_with_what_is_wrong(draft):
    assert draft.render() is None
    html = draft.path.read_text(encoding="utf-8")
    assert draft.path == draft.project.build / "preview" / "idea.html" and not draft.project.reports.exists()
    assert '<meta name="robots" content="noindex, nofollow">' in html and "<span>DRAFT</span>" in html
    assert "An invented office" in html and "⟨the dek is missing⟩" in html and "3.5 times" in html
    version = (draft.folder / "idea.js").read_text()
    assert version.split('"')[1] in html

    edit(draft, "# An invented", "# All 7 of an invented")
    assert "a typed number: 7" in str(draft.render())
    html = draft.path.read_text(encoding="utf-8")
    assert "a typed number: 7" in html and "noindex" in html and str(draft.project.root) not in html
    assert (draft.folder / "idea.js").read_text() != version

    edit(draft, "# All 7 of an invented", "# An invented")
    assert draft.render() is None and (draft.folder / "idea.js").read_text() == version


def test_it_is_rendered_again_when_the_notebook_is_saved(draft):
    class Ended(Exception):
        pass

    said, opened = [], threading.Event()

    def tell(line):
        said.append(line)
        if len(said) == 2:
            raise Ended

    def save(page):
        assert page == draft.path
        opened.set()
        edit(draft, "An invented office", "The invented office")

    with pytest.raises(Ended):
        follow(draft, tell, save)
    assert opened.is_set() and all(line.startswith("idea.html: ") for line in said)
    assert "The invented office" in draft.path.read_text(encoding="utf-8")


def test_it_says_what_the_page_leaves_out(draft):
    path = draft.project.notebooks / "idea.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    cell = {"id": "explored", "cell_type": "code", "execution_count": None, "metadata": {}, "outputs": []}
    notebook["cells"].append(cell | {"source": "print(1)"})
    path.write_text(json.dumps(notebook), encoding="utf-8")
    assert draft.left_out == "" and draft.render() is None
    assert draft.left_out == f"cell {len(notebook['cells'])} (a print)"
    said = []

    def stop(page):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        follow(draft, said.append, stop)
    assert said[0].endswith(f" s, without {draft.left_out}")


def test_a_name_that_no_notebook_has_is_refused_with_the_nearest(sample):
    with pytest.raises(ToolkitError, match="story cofee: there is none\n    allowed: notebooks: coffee"):
        Preview(sample, "cofee")


def test_the_notebook_runs_again_only_where_what_runs_was_changed(draft, monkeypatch):
    """Words of prose alone are put into the last run, which a large story would take seconds for."""
    runs = []

    def counted(*arguments):
        runs.append(arguments)
        return execute_all(*arguments)

    monkeypatch.setattr("toolkit.build.preview.execute_all", counted)
    assert draft.render() is None and len(runs) == 1
    edit(draft, "# An invented", "# A rendered")
    assert draft.render() is None and len(runs) == 1
    reworded = draft.path.read_text(encoding="utf-8")
    assert "A rendered office" in reworded and "An invented office" not in reworded and "3.5 times" in reworded

    edit(draft, "take {eval}`multiple`", "take {eval}`multiple.digits(1)`")
    assert draft.render() is None and len(runs) == 2
    fresh = Preview(draft.project, draft.slug)
    assert fresh.render() is None and fresh.path.read_text(encoding="utf-8") == draft.path.read_text(encoding="utf-8")
    fresh.close()
    (draft.project.data / "units.txt").touch()
    assert draft.render() is None and len(runs) == 4


def test_pictures_are_made_again_only_where_what_they_show_was_changed(draft, monkeypatch):
    made = []

    def counted(drawing, title, name):
        made.append(title)
        return share_picture(drawing, title, name)

    monkeypatch.setattr("toolkit.site.page.share_picture", counted)
    assert draft.render() is None
    picture = draft.folder / "idea" / "share.png"
    first = picture.read_bytes()
    edit(draft, "take {eval}`multiple`", "took {eval}`multiple`")
    assert draft.render() is None and len(made) == 1 and picture.read_bytes() == first
    edit(draft, "# An invented", "# A rendered")
    assert draft.render() is None and len(made) == 2 and picture.read_bytes() != first


@pytest.mark.browser
def test_an_annex_has_its_style_and_fonts(draft, browser):
    path = draft.project.notebooks / "idea.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    cell = {"id": "further", "cell_type": "markdown", "metadata": {"tags": ["annex"]}, "source": "# How\n\nBy hand."}
    path.write_text(json.dumps(notebook | {"cells": [*notebook["cells"], cell]}), encoding="utf-8")
    with ThreadPoolExecutor(1) as aside:  # Playwright has this thread's event loop, and kernels need one
        assert aside.submit(draft.render).result() is None
    page = browser.new_page()
    page.goto((draft.folder / "idea-annex.html").as_uri())
    assert page.evaluate("getComputedStyle(document.querySelector('h1')).fontFamily").startswith('"Desk')
    assert "loaded" in page.evaluate("document.fonts.ready.then(all => [...all].map(font => font.status))")
    page.close()
