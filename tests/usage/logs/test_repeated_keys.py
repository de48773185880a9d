"""A line in which an object has a key twice is quarantined, whatever its format and wherever the key stands."""

import json
import re

import pytest

from tests.usage.logs.reading import SAMPLES, counts, read
from toolkit.usage.logs import repeated_keys
from toolkit.usage.logs.log_format import log_formats

FEW = ("claude-code", "codex", "openai-usage", "otlp-genai-spans")  # one whose SELECT looks itself; steps; pages; lists
NUMBER = re.compile(r'"(\w+)":\s*("?\d[\d.]*"?)(?=\s*[,}\]])')


@pytest.mark.heavy
@pytest.mark.parametrize(
    "name", [name if name in FEW else pytest.param(name, marks=pytest.mark.slow) for name in sorted(log_formats())]
)
def test_numbers_that_are_said_twice_are_of_no_event(desk, tmp_path, name):
    files = [path for path in (SAMPLES / name / "files").rglob("*") if path.is_file() and path.suffix != ".csv"]
    if not files:
        pytest.skip("its sample is CSV")
    for place, path in enumerate(files):
        text = path.read_text(encoding="utf-8", errors="replace")
        for folder, made in (("once", text), ("twice", NUMBER.sub(r'"\1": \2, "\1": \2', text))):
            (tmp_path / folder).mkdir(exist_ok=True)
            (tmp_path / folder / f"{place}.jsonl").write_text(made, encoding="utf-8")
    once = counts(read(desk, tmp_path / "once", form=name, name="once"))
    twice = read(desk, tmp_path / "twice", form=name, name="twice")
    assert once[1] > 0 and counts(twice)[1] == 0
    assert twice.reasons[repeated_keys.TWICE] >= once[1]


@pytest.mark.parametrize("short", [1 << 16, 10])
def test_a_long_line_is_looked_through_too(desk, tmp_path, monkeypatch, short):
    monkeypatch.setattr(repeated_keys, "SHORT", short)
    monkeypatch.setattr(repeated_keys, "LOOKED_AT", repeated_keys.LOOKED_AT.replace(str(1 << 16), str(short)))
    when = '"timing_events": [{"timestamp": "2026-03-02"}]'
    row = f'{{"round_index": 1, "session_id": "s", "newly_append_tokens": 5, {when}, %s}}'
    lines = ['"note": [{"a": 1}, {"a": 1}]', '"note": [[{"a": 1, "a": 2}]]', f'"note": {"[" * 20000}{"]" * 20000}']
    (tmp_path / "x.jsonl").write_text("\n".join(row.replace('"s"', f'"s{at}"') % one for at, one in enumerate(lines)))
    account = read(desk, tmp_path / "x.jsonl")
    deep = {repeated_keys.DEEP: 1} if short == 10 else {}
    assert account.reasons == {repeated_keys.TWICE: 1, **deep}


def test_items_of_a_list_are_looked_at_as_they_are_written(desk, tmp_path):
    """A text of JSON is not put into other words before: the second of two keys would be lost silently."""
    rounds = [
        {"round_index": at, "session_id": "s", "newly_append_tokens": 5, "timing_events": [{"timestamp": "2026-03-02"}]}
        for at in range(3)
    ]
    text = json.dumps(rounds, indent=1).replace('"round_index": 1,', '"round_index": 1, "round_index": 7,')
    (tmp_path / "x.json").write_text(text)
    assert counts(read(desk, tmp_path / "x.json")) == (3, 2, 0, 0, 1)
