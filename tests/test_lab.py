"""JupyterLab itself: numbers live in the sentence, charts drawn, and a save that leaves no outputs behind."""

import json
import socket
import subprocess
import sys
import time
import urllib.request

import pytest

from toolkit.lab import strip_on_save

pytestmark = pytest.mark.slow
TOKEN = "for-this-test-only"


@pytest.fixture
def lab(sample, tmp_path, monkeypatch):
    """A JupyterLab server on the sample's stories, its settings in a home of its own; gives the address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    command = [
        sys.executable,
        "-m",
        "toolkit",
        "lab",
        "--no-browser",
        f"--ServerApp.port={port}",
        "--ServerApp.port_retries=0",
        f"--IdentityProvider.token={TOKEN}",
        "--ServerApp.ip=127.0.0.1",
        "--allow-root",
        "--LabApp.news_url=",
    ]
    with open(tmp_path / "lab.log", "wb") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        address = f"http://127.0.0.1:{port}"
        for _ in range(120):
            try:
                urllib.request.urlopen(f"{address}/api?token={TOKEN}", timeout=2)
                break
            except OSError:
                time.sleep(0.5)
        else:
            pytest.fail((tmp_path / "lab.log").read_text())
        yield address
    finally:
        server.terminate()
        server.wait(20)


def test_a_story_is_live_in_jupyterlab_and_saved_without_outputs(browser, lab, sample):
    page = browser.new_page(viewport={"width": 1280, "height": 1400})
    page.goto(f"{lab}/lab/tree/coffee.ipynb?token={TOKEN}", timeout=60_000)
    page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=60_000)
    page.wait_for_selector(".jp-NotebookPanel-toolbar", timeout=60_000)
    page.wait_for_function("document.body.innerText.includes('Idle')", timeout=60_000)
    page.click(".lm-MenuBar-itemLabel:text-is('Run')")
    page.click(".lm-Menu-itemLabel:text-is('Run All Cells')")
    page.wait_for_function("document.body.innerText.includes('3.5 times')", timeout=60_000)
    page.wait_for_selector(".jp-RenderedSVG, .jp-OutputArea-output svg", timeout=60_000)
    assert "NameError" not in page.inner_text("body")
    page.keyboard.press("Control+s")
    path = sample.notebooks / "coffee.ipynb"
    for _ in range(40):
        if path.stat().st_mtime > time.time() - 15:
            break
        time.sleep(0.25)
    stored = json.loads(path.read_text(encoding="utf-8"))
    assert not any(cell.get("outputs") or cell.get("execution_count") for cell in stored["cells"])
    assert not any("user_expressions" in cell["metadata"] for cell in stored["cells"])


def test_the_save_hook_takes_out_all_that_running_put_in():
    notebook = {
        "nbformat": 4,
        "metadata": {"kernelspec": {}, "language_info": {}},
        "cells": [
            {
                "cell_type": "code",
                "metadata": {"tags": ["hide"], "collapsed": True},
                "outputs": [1],
                "execution_count": 3,
            },
            {"cell_type": "markdown", "metadata": {"user_expressions": [1]}},
        ],
    }
    strip_on_save({"type": "notebook", "content": notebook})
    assert notebook["cells"][0] == {
        "cell_type": "code",
        "metadata": {"tags": ["hide"]},
        "outputs": [],
        "execution_count": None,
    }
    assert notebook["cells"][1]["metadata"] == {} and "language_info" not in notebook["metadata"]
