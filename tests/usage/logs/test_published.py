"""A story of a read log, built and archived: its numbers are there, and no word that was planted in the files is."""

import io
import json
import zipfile

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell

from tests.usage.logs.test_asking import PEOPLE, line
from toolkit.main import main

MARK = "Canary"
UNITS = "token = [token] = _ = tokens\nrequest = [request] = _ = requests\ndeveloper = [developer] = _ = developers\n"
ASKED = """log = story.usage_log("handed-over")
models = story.sql("SELECT model, sum(tokens) AS tokens FROM request_all_types GROUP BY model ORDER BY model", of=log)
most = story.finding("coffee.tokens", models.one("tokens", model="claude-opus-4-1"), "Tokens of the first model")
models.labelled("Tokens by model (invented log)")"""


def everything(folder):
    """The text of every file below a folder, of those in an archive too."""
    for path in (path for path in folder.rglob("*") if path.is_file()):
        content = path.read_bytes()
        if path.suffix == ".zip":
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                yield from ((name, archive.read(name).decode("latin-1")) for name in archive.namelist())
        yield path.name, f"{path.name} {content.decode('latin-1')}"


@pytest.mark.slow
def test_what_a_build_and_an_archive_hold_of_a_read_log(warm, tmp_path, capfd):
    for model, count in PEOPLE.items():
        for person in range(count):
            path = tmp_path / "given" / f"{MARK}-{model}-{person}" / "projects" / MARK / "s.jsonl"
            path.parent.mkdir(parents=True)
            one = line(f"{MARK}{model}{person}", model, 1) | {"cwd": f"/{MARK}", "gitBranch": MARK, "text": MARK}
            path.write_text(f"{json.dumps(one)}\n{MARK} is no JSON\n")
    with (warm.data / "units.txt").open("a") as units:
        units.write(UNITS)
    assert main(["ingest", str(tmp_path / "given"), "--as", "handed-over"]) == 0
    notebook = nbformat.read(warm.notebooks / "coffee.ipynb", 4)
    notebook.cells[3:3] = [new_code_cell(ASKED), new_markdown_cell("Of one model they used {eval}`most`.")]
    nbformat.write(notebook, warm.notebooks / "coffee.ipynb")
    assert main(["build"]) == 0 and main(["archive", "--out", str(warm.root / "edition.zip")]) == 0
    page = (warm.reports / "coffee.html").read_text(encoding="utf-8")
    assert "claude-opus-4-1" in page and "740" in page and "usage log handed-over" in page
    assert "log.json" in (warm.reports / "manifest.json").read_text(encoding="utf-8")
    assert MARK not in "".join(capfd.readouterr())
    assert [name for name, text in everything(warm.root) if MARK in text] == []
