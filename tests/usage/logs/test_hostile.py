"""A folder that somebody hands over to do harm: nothing outside it is read, nothing hangs, what is left out is said."""

import gzip
import json
import os
import socket

import pyarrow
import pytest

from tests.usage.logs.reading import counts, read, rows
from tests.usage.logs.test_bad_lines import GOOD, answer, text
from toolkit.core.errors import ToolkitError
from toolkit.main import main
from toolkit.usage.logs import discover, lines, opened_file

pytestmark = pytest.mark.heavy  # bombs are unpacked


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "good.jsonl").write_text(GOOD)
    return tmp_path / "in"


def test_links_that_lead_out_pipes_and_devices_are_left_out_and_said(desk, tmp_path, folder, monkeypatch, capsys):
    """A link to somebody's own transcripts would bring them into the log."""
    own = tmp_path / "own" / ".claude" / "projects"
    own.mkdir(parents=True)
    (own / "s.jsonl").write_text(text(answer(7)))
    (folder / "inside").mkdir()
    (folder / "inside" / "x.jsonl").write_text(text(answer(8)))
    os.symlink(own / "s.jsonl", folder / "own.jsonl")
    os.symlink(own, folder / "projects")
    os.symlink("/dev/zero", folder / "zero.jsonl")
    os.symlink(folder / "inside" / "x.jsonl", folder / "same.jsonl")
    os.symlink(folder / "gone.jsonl", folder / "nowhere.jsonl")
    os.mkfifo(folder / "pipe.jsonl")
    monkeypatch.chdir(folder)
    socket.socket(socket.AF_UNIX).bind("socket.jsonl")
    account = read(desk, folder)
    assert counts(account)[1] == 2 and len(account.files) == 2
    assert account.left_out == {discover.OUT_OF_IT: 2, discover.TO_FOLDER: 1, discover.NOWHERE: 1, discover.NO_FILE: 2}
    monkeypatch.chdir(desk.root)
    assert main(["ingest", str(folder), "--as", "log"]) == 0
    assert f"2 × {discover.OUT_OF_IT}" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["pipe", "/dev/zero"])
def test_a_path_that_is_no_file_is_refused_in_words(desk, tmp_path, name):
    if name == "pipe":
        os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ToolkitError, match="no file; 1 × a pipe, a socket or a device"):
        read(desk, tmp_path / name)


def test_files_that_may_not_be_read_are_counted_and_nothing_is_read(desk, folder, monkeypatch):
    (folder / "closed.jsonl").write_text(GOOD)
    monkeypatch.setattr(discover.os, "access", lambda path, mode: "closed" not in str(path))
    with pytest.raises(ToolkitError, match="1 file in it that this user may not read") as raised:
        read(desk, folder)
    assert "closed.jsonl" not in str(raised.value) and not (desk.data / "logs").exists()


def test_names_with_escapes_are_neither_printed_nor_kept(desk, tmp_path, monkeypatch, capsys):
    for place, name in enumerate(
        ("\x1b[31mred", "two\nlines", "\u202eturned", "-rf", "'; DROP TABLE x;--", "*?[x]{}%s")
    ):
        (tmp_path / "in").mkdir(exist_ok=True)
        message = {**answer(place)["message"], "model": "\x1b]0;title\x07"}
        (tmp_path / "in" / f"{name}.jsonl").write_text(text({**answer(place), "message": message}))
    (tmp_path / "in" / os.fsdecode(b"no utf-8 \xff.jsonl")).write_text(GOOD.replace("m1", "m9"))
    monkeypatch.chdir(desk.root)
    assert main(["ingest", str(tmp_path / "in"), "--as", "log"]) == 0
    assert main(["ingest", str(tmp_path / "in" / "\x1b[2Jmissing"), "--as", "log"]) == 1
    said = "".join(capsys.readouterr())
    assert "\x1b" not in said and "\u202e" not in said and "red" not in said.replace("hundred", "").split()
    assert rows(desk, 'SELECT count(DISTINCT "gen_ai.request.model") FROM {events}') == [(2,)]


@pytest.mark.parametrize("content", [b" ", b"\0", b"[", b'{"usage":'])
@pytest.mark.parametrize("compress", [gzip.compress, lambda data: pyarrow.compress(data, "zstd", asbytes=True)])
def test_a_compression_bomb_without_lines_is_refused_at_once(desk, folder, monkeypatch, content, compress):
    """Its first line has no end: whoever looked for it a little at a time would look for minutes."""
    monkeypatch.setattr(opened_file, "SMALL", 4 << 20)
    (folder / "bomb.jsonl").write_bytes(compress(content * ((12 << 20) // len(content))))
    with pytest.raises(ToolkitError, match="200 times its size"):
        read(desk, folder)


def test_a_line_without_an_end_is_looked_at_once(desk, folder, monkeypatch):
    monkeypatch.setattr(lines, "LONGEST_LINE", 1 << 20)
    with (folder / "zeros.jsonl").open("wb") as file:
        file.truncate(200 << 20)
    account = read(desk, folder)
    assert [(one.format, one.lines, one.other_lines) for one in account.files if not one.format] == [("", 1, 1)]


@pytest.mark.parametrize("name", ["x.jsonl", "x.jsonl.gz", "x.zst"])
@pytest.mark.parametrize("compressed", [True, False])
def test_whether_a_file_is_compressed_its_content_shows(desk, tmp_path, name, compressed):
    (tmp_path / name).write_bytes(gzip.compress(GOOD.encode()) if compressed else GOOD.encode())
    assert counts(read(desk, tmp_path / name)) == (2, 1, 0, 1, 0)


NUMBERS = {  # what stands for a count, and what is read of it; none: the line is quarantined
    "NaN": None,
    "Infinity": None,
    "-Infinity": None,
    "-5": None,
    "0.1": None,
    "true": None,
    "[5]": None,
    "9223372036854775807": None,
    "9223372036854775808": None,
    "-9223372036854775808": None,
    '"0x10"': None,
    "1e19": None,
    "1e400": None,
    "1000000000001": None,
    "1000000000000": 10**12,
    "5.0": 5,
    "0": 0,
    '"5"': 5,
}
TIMES = {
    "9999-12-31T23:59:59Z": False,
    "0000-01-01T00:00:00Z": False,
    "0001-01-01T00:00:00Z": False,
    "infinity": False,
    "epoch": False,
    "now": False,
    "today": False,
    "2026-02-30T00:00:00Z": False,
    "2026-03-02T09:14:07Z": True,
    "2026-03-02T10:14:07+01:00": True,
    "": False,
    "1e18": False,
}


def test_numbers_and_times_at_the_edge(desk, tmp_path):
    numbers = [
        json.dumps(answer(f"n{place}")).replace('"output_tokens": 5', f'"output_tokens": {said}')
        for place, said in enumerate(NUMBERS)
    ]
    times = [json.dumps({**answer(f"t{place}"), "timestamp": said}) for place, said in enumerate(TIMES)]
    (tmp_path / "x.jsonl").write_text("\n".join(numbers + times))
    account = read(desk, tmp_path / "x.jsonl")
    good = [one for one in NUMBERS.values() if one is not None]
    assert counts(account)[1] == len(good) + sum(TIMES.values())
    assert counts(account)[4] == len(NUMBERS) + len(TIMES) - counts(account)[1]
    total = 'SELECT sum("gen_ai.usage.output_tokens") FROM {events}'
    assert rows(desk, total) == [(sum(good) + 5 * sum(TIMES.values()),)]


@pytest.mark.parametrize("change", ["grows", "shrinks", "is written anew"])
def test_a_file_that_changes_while_it_is_read_is_accounted_for(desk, tmp_path, monkeypatch, change):
    """What of it is read is accounted for; what came later is read the next time, or the file is refused as changed."""
    path = tmp_path / "x.jsonl"
    path.write_text("".join(text(answer(number)) for number in range(50)))
    known = lines.open_file

    def changed(found):
        stream = known(found)
        if change == "grows":
            with path.open("a") as file:
                file.write(text(answer(100)))
        elif change == "shrinks":
            os.truncate(path, 300)
        else:
            path.write_text("".join(text(answer(number)) for number in range(200, 220)))
        return stream

    with monkeypatch.context() as patch:
        patch.setattr(lines, "open_file", changed)
        first = read(desk, path)
    assert counts(first)[0] > 0
    if change == "grows":
        assert counts(read(desk, path))[1] >= counts(first)[1] >= 50
        return
    path.write_text(text(answer(300)))
    with pytest.raises(ToolkitError, match="changed before the place"):
        read(desk, path)
