"""JupyterLab itself: numbers live in headline and sentence, typed numbers said, saved without outputs, nothing sent."""

import contextlib
import hashlib
import json
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass

import pytest
from playwright.sync_api import TimeoutError as NotInTime

from toolkit.commands.lab import EXTENSIONS
from toolkit.lab import SAVED, notice, on_save

TOKEN = "for-this-test-only"
RECORDER = """
import os, sys
def record(event, found):
    if event in ("socket.connect", "socket.sendto", "socket.getaddrinfo"):
        place = found[1][0] if event != "socket.getaddrinfo" and isinstance(found[1], tuple) else found[0]
        with open(os.environ["CONNECTIONS"], "a") as file:
            print(event, place, file=file)
sys.addaudithook(record)
"""


def running(command, log, cwd=None):
    """A server that is started so, as soon as it answers: its address with the token; it ends with the block."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ["--no-browser", "--ServerApp.ip=127.0.0.1", f"--ServerApp.port={port}", "--ServerApp.port_retries=0"]
    with open(log, "wb") as file:
        command = [*command, *options, f"--IdentityProvider.token={TOKEN}"]
        server = subprocess.Popen(command, stdout=file, stderr=file, cwd=cwd)
    try:
        address = f"http://127.0.0.1:{port}"
        for _ in range(120):
            try:
                urllib.request.urlopen(f"{address}/api?token={TOKEN}", timeout=2)
                break
            except OSError:
                time.sleep(0.5)
        else:
            pytest.fail(log.read_text())
        yield address
    finally:
        server.terminate()
        server.wait(20)


@pytest.fixture
def lab(sample, tmp_path, monkeypatch):
    """A JupyterLab server on the sample's stories, its settings in a home of its own; gives the address.

    What it and its kernels connect to is written to connections.txt.
    """
    (tmp_path / "recorder").mkdir()
    (tmp_path / "recorder" / "sitecustomize.py").write_text(RECORDER)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "recorder"))
    monkeypatch.setenv("CONNECTIONS", str(tmp_path / "connections.txt"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    yield from running([sys.executable, "-m", "toolkit", "lab"], tmp_path / "lab.log")


def write_headline(path, text, *added):
    notebook = json.loads(path.read_text(encoding="utf-8"))
    notebook["cells"][1]["source"] = text
    for count, code in enumerate(added):
        cell = {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": code}
        notebook["cells"].append(cell | {"id": f"added-{count}"})
    path.write_text(json.dumps(notebook), encoding="utf-8")


def saved(page, path):
    """Saves in JupyterLab; the notebook as it is then stored."""
    before = path.stat().st_mtime_ns
    page.keyboard.press("Control+s")
    for _ in range(80):
        if path.stat().st_mtime_ns != before and (text := path.read_text(encoding="utf-8")):  # "" while it is written
            return json.loads(text)
        time.sleep(0.25)
    pytest.fail("not saved")


def edited(page, cell, added):
    """Types `added` at the end of a Markdown cell that is shown as text, and leaves the cell open."""
    editor = cell.locator(".cm-content")
    for _ in range(5):  # a text that is shown anew between two clicks does not open
        cell.locator(".myst").dblclick()
        with contextlib.suppress(NotInTime):
            editor.wait_for(state="visible", timeout=2_000)
            break
    editor.click()
    page.keyboard.press("Control+End")
    page.keyboard.type(added)


def opened(browser, lab):
    """The sample's story in JupyterLab, all its cells run; and the addresses that the browser asks for."""
    page = browser.new_page(viewport={"width": 1280, "height": 1600})
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{lab}/lab/tree/coffee.ipynb?token={TOKEN}", timeout=60_000)
    page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=60_000)
    page.wait_for_function("document.body.innerText.includes('Idle')", timeout=60_000)
    page.click(".lm-MenuBar-itemLabel:text-is('Run')")
    page.click(".lm-Menu-itemLabel:text-is('Run All Cells')")
    return page, asked


@pytest.mark.slow
@pytest.mark.browser
def test_a_story_is_live_in_jupyterlab_and_saved_without_outputs_and_nothing_is_sent(browser, lab, sample, tmp_path):
    path = sample.notebooks / "coffee.ipynb"
    own_chart = "import altair\naltair.Chart(told.frame).mark_point().encode(x='told_multiple', y='publisher')"
    prose = "# Heavy drinkers take {eval}`multiple` the cups\n\nThat is {eval}`multiple` in a week."
    write_headline(path, prose, own_chart, "story['ofice-survey']")
    page, asked = opened(browser, lab)
    prose = page.locator(".jp-MarkdownCell").first
    said = "n => n.innerText.replace(/\\s+/g, ' ').includes('take 3.5 times the cups') && n.innerText.includes('week.')"
    page.wait_for_function(f"[...document.querySelectorAll('.jp-MarkdownCell')].some({said})", timeout=60_000)
    assert prose.locator("h1:visible").count() == 1
    page.wait_for_selector(".jp-RenderedSVG, .jp-OutputArea-output svg", timeout=60_000)
    page.wait_for_selector(".jp-OutputArea .vega-embed", timeout=60_000)
    said = page.inner_text("body")
    assert "NameError" not in said and "Refused at line 1: story['ofice-survey']" in said and "Traceback" not in said
    page.wait_for_timeout(2000)  # the prose is asked for again after the cell that failed
    prose.locator("p details summary").click()
    assert "35 cups a week ÷ 10 cups a week = 3.5 times" in prose.locator("p details").inner_text()
    prose.locator("p details summary").click()

    edited(page, prose, " That is {eval}`multiple.percent`.")
    page.keyboard.press("Shift+Enter")  # once is enough, in text that is changed and in a cell that is new
    prose.filter(has_text="350%").wait_for(timeout=10_000)
    page.keyboard.press("Escape")
    for key in ("b", "m", "Enter"):
        page.keyboard.press(key)
    page.keyboard.type("Three figures: {eval}`multiple.digits(3)`.")
    page.keyboard.press("Shift+Enter")
    page.locator(".jp-MarkdownCell", has_text="Three figures").filter(has_text="3.50 times").wait_for(timeout=10_000)

    edited(page, prose, " Or 20.")
    saved(page, path)
    page.wait_for_selector(".jp-toastContainer :text('A build refuses a typed number: 20')", timeout=10_000)
    for _ in " Or 20.":
        page.keyboard.press("Backspace")
    stored = saved(page, path)
    page.wait_for_selector(".jp-toastContainer :text('A build refuses')", state="detached", timeout=10_000)
    assert not any(cell.get("outputs") or cell.get("execution_count") for cell in stored["cells"])
    assert not any("user_expressions" in cell["metadata"] for cell in stored["cells"])

    assert [address for address in asked if not address.startswith((lab, "data:", "blob:"))] == []
    connected = {line.split()[1] for line in (tmp_path / "connections.txt").read_text().splitlines()}
    assert connected and connected <= {"127.0.0.1", "localhost", "::1"}


def coffee(text):
    return {
        "nbformat": 4,
        "metadata": {"kernelspec": {}, "language_info": {}},
        "nbformat_minor": 5,
        "cells": [
            {
                "id": "one",
                "cell_type": "code",
                "metadata": {"tags": ["hide-input"], "collapsed": True},
                "outputs": [{"output_type": "stream", "name": "stdout", "text": "1"}],
                "execution_count": 3,
                "source": "20",
            },
            {"id": "two", "cell_type": "markdown", "metadata": {"user_expressions": [1]}, "source": text},
        ],
    }


@dataclass
class Events:
    """The log of events of Jupyter's server."""

    sent: list

    def emit(self, schema_id, data):
        self.sent.append((schema_id, data))


@dataclass
class Contents:
    """What a save knows of Jupyter's contents manager."""

    event_logger: Events
    root_dir: str


def test_a_save_takes_out_all_that_running_put_in_and_says_what_was_typed(sample):
    sent, notebook = [], coffee("Heavy drinkers take 3.5 times the cups.")
    contents = Contents(Events(sent), str(sample.notebooks))
    on_save({"type": "notebook", "content": notebook}, "coffee.ipynb", contents)
    assert notebook["cells"][0] == {
        "id": "one",
        "cell_type": "code",
        "metadata": {"tags": ["hide-input"]},
        "outputs": [],
        "execution_count": None,
        "source": "20",
    }
    assert notebook["cells"][1]["metadata"] == {} and "language_info" not in notebook["metadata"]
    ((event, data),) = sent
    assert (
        event == SAVED
        and data["path"] == "coffee.ipynb"
        and data["notice"].startswith("A build refuses a typed number: 3.5,")
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("On 15 April 2026 the Brewer 3000 came.", ""),
        ("They take {eval}`multiple` the cups.", ""),
        ("20 of them.", "A build refuses a typed number: 20, in cell 2"),
        ("20 of them, or 30.", "A build refuses a typed number: 20 (and 1 more), in cell 2"),
    ],
)
def test_a_notice_names_what_is_typed(sample, text, said):
    found = notice(coffee(text), sample.notebooks / "coffee.ipynb")
    assert found.startswith(said) and bool(found) == bool(said)


def test_a_notice_says_that_the_list_of_names_cannot_be_read(sample):
    (sample.data / "names_with_digits.txt").write_bytes(b"\xff")
    assert "names_with_digits.txt" in notice(coffee("Words."), sample.notebooks / "coffee.ipynb")


@pytest.mark.slow
def test_a_plain_jupyter_lab_strips_and_notices_stories_and_leaves_other_notebooks_alone(sample, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    other = sample.root.parent / "other.ipynb"
    shutil.copy(sample.notebooks / "coffee.ipynb", other)
    command = [sys.executable, "-m", "jupyterlab", "--allow-root"]
    with contextlib.contextmanager(running)(command, tmp_path / "lab.log", sample.root.parent) as address:
        asked = {"headers": {"Authorization": f"token {TOKEN}", "Content-Type": "application/json"}}
        for name in ("sample/notebooks/coffee.ipynb", "other.ipynb"):
            path = f"{address}/api/contents/{name}"
            found = json.loads(urllib.request.urlopen(urllib.request.Request(path, **asked)).read())
            code = next(cell for cell in found["content"]["cells"] if cell["cell_type"] == "code")
            code["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "mine"}]
            body = json.dumps({"type": "notebook", "content": found["content"]}).encode()
            urllib.request.urlopen(urllib.request.Request(path, data=body, method="PUT", **asked))
        page = urllib.request.urlopen(f"{address}/lab?token={TOKEN}").read().decode()
    assert "mine" not in (sample.notebooks / "coffee.ipynb").read_text() and "mine" in other.read_text()
    assert f'"extension": "./extension", "load": "static/toolkit.js?{digest_of_static()}"' in page


def digest_of_static():
    """What the files that a browser gets hold: JupyterLab has it keep them for a year under one address."""
    files = sorted((EXTENSIONS / "toolkit" / "static").iterdir())
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:12]


def test_a_browser_fetches_the_extension_anew_when_it_has_changed():
    declared = json.loads((EXTENSIONS / "toolkit" / "package.json").read_text(encoding="utf-8"))
    assert declared["jupyterlab"]["_build"]["load"] == f"static/toolkit.js?{digest_of_static()}"
