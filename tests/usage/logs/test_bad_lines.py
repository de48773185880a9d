"""Whatever a file holds, every line is accounted for, nothing is fatal, and no text is kept of what cannot be read."""

import codecs
import gzip
import json
import os
import zlib

import pyarrow
import pytest

from tests.usage.logs.reading import counts, read, rows
from toolkit.core.errors import ToolkitError
from toolkit.usage.logs import lines, opened_file

pytestmark = pytest.mark.heavy

OTHER = {"type": "user", "sessionId": "s", "uuid": "u", "message": {"role": "user", "content": "x"}}


def answer(number, output=5, **usage):
    """A line of a Claude Code transcript with an event of its own."""
    usage = {"input_tokens": 10, "cache_read_input_tokens": 90, "output_tokens": output} | usage
    return {
        "type": "assistant",
        "sessionId": "s",
        "uuid": f"u{number}",
        "requestId": f"r{number}",
        "timestamp": "2026-03-02T09:14:07.120Z",
        "message": {"id": f"m{number}", "model": "claude-opus-4-1", "role": "assistant", "usage": usage},
    }


def text(*values):
    return "".join(f"{json.dumps(value)}\n" for value in values)


GOOD = text(OTHER, answer(1))
ONE = json.dumps(answer(2))
FILES = {  # content of a file after GOOD, and its records, events, duplicates, other lines and quarantined in all
    "nothing": (b"", (2, 1, 0, 1, 0)),
    "a line without an end": (ONE.encode(), (3, 2, 0, 1, 0)),
    "a line cut off": (ONE.encode()[:-30], (3, 1, 0, 1, 1)),
    "zero bytes": (b"\0" * 5000 + b"\n" + ONE.encode(), (4, 2, 0, 1, 1)),
    "a zero byte in a line": (ONE.replace("claude", "cla\0ude").encode() + b"\n", (3, 1, 0, 1, 1)),
    "no UTF-8": (ONE.replace("claude", "cl\xffaude").encode("latin-1") + b"\n", (3, 1, 0, 1, 1)),
    "half a character": (ONE.encode() + b"\n\xc3", (4, 2, 0, 1, 1)),
    "CRLF": (ONE.encode() + b"\r\n" + text(OTHER).encode(), (4, 2, 0, 2, 0)),
    "blank lines": (b"\n  \n\r\n" + ONE.encode() + b"\n\n", (7, 2, 0, 5, 0)),
    "lines that are no object": (b'[1]\n5\nnull\n"usage"\n', (6, 1, 0, 5, 0)),
    "no JSON before a good line": (f'{{"x": "{"é" * 400} {ONE}\n{ONE}\n'.encode(), (4, 2, 0, 1, 1)),
    "two objects in a line": (f"{ONE}{ONE}\n".encode(), (3, 1, 0, 1, 1)),
    "deep nesting": (b'{"usage":' + b"[" * 100_000 + b"]" * 100_000 + b"}\n", (3, 1, 0, 2, 0)),
    "nesting without end": (b'{"usage":' + b"[" * 100_000 + b"\n", (3, 1, 0, 1, 1)),
    "a usage that is no object": (text({**answer(2), "message": {"usage": [1, "usage"]}}).encode(), (3, 1, 0, 2, 0)),
    "a huge number": (text(answer(2, 10**400)).encode(), (3, 1, 0, 1, 1)),
    "a number beyond any use": (text(answer(2, 10**13)).encode(), (3, 1, 0, 1, 1)),
    "a negative number": (text(answer(2, -1)).encode(), (3, 1, 0, 1, 1)),
    "half a token": (text(answer(2, 1.5)).encode(), (3, 1, 0, 1, 1)),
    "a number in words": (text(answer(2, "many")).encode(), (3, 1, 0, 1, 1)),
    "a time in the future": (text({**answer(2), "timestamp": "2126-03-02T09:14:07Z"}).encode(), (3, 1, 0, 1, 1)),
    "a time before": (text({**answer(2), "timestamp": "1970-01-01T00:00:00Z"}).encode(), (3, 1, 0, 1, 1)),
    "a time that is none": (text({**answer(2), "timestamp": "yesterday"}).encode(), (3, 1, 0, 1, 1)),
    "a key twice in an object": (
        ONE.replace('"output_tokens": 5', '"output_tokens": 5, "output_tokens": 6').encode(),
        (3, 1, 0, 1, 1),
    ),
    "a count twice, with a space": (
        ONE.replace('"output_tokens": 5', '"output_tokens": 5, "output_tokens" : 6').encode(),
        (3, 1, 0, 1, 1),
    ),
    "the usage twice": (
        ONE.replace('"usage":', '"usage": {"input_tokens": 1, "output_tokens": 900}, "usage":').encode(),
        (3, 1, 0, 1, 1),
    ),
    "the message twice": (
        ONE.replace('"message":', '"message": {"id": "m2", "usage": {"output_tokens": 900}}, "message":').encode(),
        (3, 1, 0, 1, 1),
    ),
    "the message twice, the first without use": (
        ONE.replace('"message":', '"message": {"content": "-"}, "message":').encode(),
        (3, 1, 0, 1, 1),
    ),
    "a message in the message": (
        ONE.replace('"message":', '"note": {"message": {"usage": {"output_tokens": 900}}}, "message":').encode(),
        (3, 2, 0, 1, 0),
    ),
    "a key in each of two objects": (
        ONE.replace('"output_tokens": 5', '"output_tokens": 5, "iterations": [{"output_tokens": 5}]').encode(),
        (3, 2, 0, 1, 0),
    ),
    "a lone surrogate": (ONE.replace("claude", "\\ud800").encode() + b"\n", None),
}


def test_every_line_of_files_that_hold_anything_is_accounted_for(desk, tmp_path):
    """All in one folder: whatever one of them holds, the others are read."""
    names = sorted(FILES)
    for number, what in enumerate(names):
        path = tmp_path / "in" / f"{number:02d}.jsonl"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(
            GOOD.encode().replace(b"m1", b"m1%d" % number) + FILES[what][0].replace(b"m2", b"m2%d" % number)
        )
    account = read(desk, tmp_path / "in")
    kept = rows(desk, "SELECT source_file, source_line, length FROM {quarantine} ORDER BY ALL")
    assert len(kept) == sum(account.reasons.values()) == counts(account)[4]
    for number, (what, one) in enumerate(zip(names, account.files, strict=True)):
        content = (tmp_path / "in" / f"{number:02d}.jsonl").read_bytes()
        said = (one.records, one.events, one.duplicates, one.other_lines, one.quarantined)
        assert said == (FILES[what][1] or said), what
        lines = content.split(b"\n")
        assert one.lines == len(lines) - (not lines[-1]), what
        own = [row for row in kept if row[0] == one.number]
        assert len(own) == one.quarantined and all(0 < length <= len(lines[at - 1]) + 1 for _, at, length in own), what


@pytest.mark.parametrize(
    "encoded",
    [
        codecs.BOM_UTF8 + GOOD.encode(),
        codecs.BOM_UTF16_LE + GOOD.encode("utf-16-le"),
        codecs.BOM_UTF16_BE + GOOD.encode("utf-16-be"),
        gzip.compress(GOOD.encode()),
        pyarrow.compress(GOOD.encode(), "zstd", asbytes=True),
    ],
    ids=["mark", "utf-16-le", "utf-16-be", "gz", "zst"],
)
def test_an_encoding(desk, tmp_path, encoded):
    ending = ".gz" if encoded[:2] == b"\x1f\x8b" else ".zst" if encoded[:4] == b"\x28\xb5\x2f\xfd" else ""
    (tmp_path / f"x.jsonl{ending}").write_bytes(encoded)
    assert counts(read(desk, tmp_path / f"x.jsonl{ending}")) == (2, 1, 0, 1, 0)


def test_a_text_with_a_comma_before_lines_of_json_is_no_header_of_csv(desk, tmp_path):
    (tmp_path / "x.jsonl").write_text(f"Exported by hand, with care\n\n{GOOD}")
    assert counts(read(desk, tmp_path / "x.jsonl")) == (4, 1, 0, 2, 1)


def test_a_damaged_compressed_file(desk, tmp_path):
    whole = gzip.compress("".join(text(answer(number)) for number in range(400)).encode())
    (tmp_path / "x.jsonl.gz").write_bytes(whole[: len(whole) // 2])
    records, events, *_, quarantined = counts(read(desk, tmp_path / "x.jsonl.gz"))
    assert 50 < events < 399 and records == events + 1 and quarantined == 1


def test_a_line_of_fifty_megabytes(desk, tmp_path):
    long = {**answer(2), "text": "x" * 50_000_000}
    (tmp_path / "x.jsonl").write_text(GOOD + text(long, answer(3)))
    assert counts(read(desk, tmp_path / "x.jsonl")) == (4, 3, 0, 1, 0)


def test_a_line_that_is_too_long(desk, tmp_path, monkeypatch):
    monkeypatch.setattr(lines, "LONGEST_LINE", 100_000)
    monkeypatch.setattr(lines, "BLOCK", 10_000)
    long = {**answer(2), "text": "x" * 200_000}
    (tmp_path / "x.jsonl").write_text(GOOD + text(long, answer(3)))
    account = read(desk, tmp_path / "x.jsonl")
    assert counts(account) == (4, 2, 0, 1, 1)
    assert rows(desk, "SELECT source_line, length FROM {quarantine}") == [(3, len(text(long)))]


def test_a_compression_bomb_is_refused(desk, tmp_path, monkeypatch):
    monkeypatch.setattr(opened_file, "SMALL", 1 << 20)
    (tmp_path / "x.jsonl.gz").write_bytes(gzip.compress(GOOD.encode() + b" " * (20 << 20)))
    with pytest.raises(ToolkitError, match="200 times its size"):
        read(desk, tmp_path / "x.jsonl.gz")
    assert not (desk.data / "logs").exists()


def test_empty_files_folders_with_endings_and_circles_of_links(desk, tmp_path):
    folder = tmp_path / "in"
    (folder / "x.jsonl").mkdir(parents=True)
    (folder / "x.jsonl" / "y.jsonl").write_text(GOOD)
    (folder / "empty.jsonl").write_text("")
    os.symlink(folder, folder / "again")
    os.symlink(folder / "x.jsonl" / "y.jsonl", folder / "same.jsonl")
    os.symlink(folder / "nowhere", folder / "nothing.jsonl")
    account = read(desk, folder)
    assert counts(account) == (2, 1, 0, 1, 0) and len(account.files) == 2


def test_a_path_that_is_not_there(desk, tmp_path):
    with pytest.raises(ToolkitError, match="path 2: No such file"):
        read(desk, tmp_path, tmp_path / "secret-name")


def test_a_file_of_no_known_format_is_counted(desk, tmp_path):
    (tmp_path / "notes.txt").write_text("one\ntwo, three\n")
    (tmp_path / "x.jsonl").write_text(GOOD)
    (tmp_path / "picture.bin").write_bytes(zlib.compress(b"x" * 1000))
    account = read(desk, tmp_path / "notes.txt", tmp_path / "x.jsonl", tmp_path / "picture.bin")
    assert [(one.format, one.lines, one.other_lines) for one in account.files][0] == ("", 2, 2)
    assert counts(account)[1] == 1
