"""No text of a file leaves it: words planted in every text field of every format are found nowhere afterwards."""

import csv
import json
import re

import pytest

from tests.counts import slow_but
from tests.usage.logs.reading import SAMPLES, new_project
from toolkit.engine.connect import in_memory
from toolkit.engine.paths import from_parquet
from toolkit.main import main
from toolkit.usage.logs.log_format import log_formats

pytestmark = pytest.mark.heavy  # each format is read twice, and all that was written
MARK = "Canary"
FEW = ("ccusage", "claude-code", "codex", "cursor-events", "litellm-spend-logs", "openai-usage", "otlp-genai-spans")
# what a field needs to be: a time, a number, yes or no
KEPT = re.compile(r"[-+0-9.:TZ eE$]*|true|false|null")


def planted(value, keep):
    """A JSON value with MARK at the end of each text that can have it, and of each key that the format does not name.

    Such a key may be a name too: of a project, a model, a kind of usage.
    """
    if isinstance(value, dict):
        named = {name if name in keep else f"{name}{MARK}": planted(one, keep) for name, one in value.items()}
        return named | {"note": MARK, f"{MARK}note": 1}
    if isinstance(value, list):
        return [planted(one, keep) for one in value]
    if isinstance(value, str) and not KEPT.fullmatch(value) and value not in keep:
        return f"{value}{MARK}"
    return value


def words_of_format(name):
    """Words that a format's SQL compares with: without them a line is no line of it."""
    sql = log_formats()[name].sql
    return {*re.findall(r"'([\w<>. ,-]+)'", sql), *re.findall(r"[\w$]+", sql), *re.findall(r'"([\w.]+)"', sql)}


def plant(path, target, name):
    text, keep = path.read_text(encoding="utf-8", errors="replace"), words_of_format(name)
    if path.suffix == ".csv":
        header, *rows = csv.reader(text.splitlines())
        made = [[*(cell if KEPT.fullmatch(cell) else f"{cell}{MARK}" for cell in row), MARK] for row in rows if row]
        with target.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([[*header, f"{MARK}note"], *made])
        return
    try:
        target.write_text(json.dumps(planted(json.loads(text), keep)))
    except ValueError:
        made = []
        for line in text.splitlines():
            try:
                made.append(json.dumps(planted(json.loads(line), keep)))
            except ValueError:
                made.append(line + MARK)
        target.write_text("\n".join(made))


@pytest.mark.parametrize("name", slow_but(FEW, sorted(log_formats())))
def test_planted_words_are_found_nowhere(tmp_path, monkeypatch, capsys, name):
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    desk = new_project(tmp_path / "desk")
    monkeypatch.chdir(desk.root)
    given = tmp_path / "given" / f"{MARK}-folder"
    files = [path for path in (SAMPLES / name / "files").rglob("*") if path.is_file()]
    for path in files:
        target = given / path.relative_to(SAMPLES / name / "files").with_name(f"{MARK}-{path.name}")
        target.parent.mkdir(parents=True, exist_ok=True)
        plant(path, target, name)
        assert MARK in target.read_text()
    assert main(["ingest", str(given), "--as", "log", "--format", name]) == 0
    assert main(["ingest", str(given), "--as", "other", "--json"]) in (0, 1)
    said = "".join(capsys.readouterr())
    events = re.search(r"^all +(?:[\d,]+ +){3}([\d,]+)", said, re.MULTILINE)
    assert events and int(events[1].replace(",", "")) > 0
    assert MARK.lower() not in said.lower()
    connection = in_memory()
    for path in (path for folder in ("desk", "temporary", "keys") for path in (tmp_path / folder).rglob("*")):
        assert MARK.lower() not in path.name.lower()
        if path.is_file():
            assert MARK.lower() not in path.read_bytes().decode("latin-1").lower(), path
        if path.suffix == ".parquet":
            rows = connection.execute(f"SELECT * FROM {from_parquet([path])}").fetchall()
            assert MARK.lower() not in repr(rows).lower(), path
