"""Files as numbered lines."""

import gzip
import time

import pytest

from toolkit.usage.logs.discover import LogFile
from toolkit.usage.logs.lines import Reading, read_lines


def read(path, content):
    with (gzip.open if path.suffix == ".gz" else open)(path, "wb") as file:
        file.write(content)
    reading = Reading(LogFile(path, path.name, "", path.stat().st_size))
    found = [
        pair for one in read_lines(reading) for pair in zip(one.numbers.tolist(), one.text.to_pylist(), strict=True)
    ]
    return reading, found


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_lines_that_are_nothing_but_their_end_are_counted_and_not_handed_on(tmp_path, end):
    empty = end * 1000
    reading, found = read(tmp_path / "a.jsonl", f'{{"a": 1}}{end}{empty}é{end}{empty}\r{end}x'.encode())
    odd = [] if end == "\n" else [(2003, "\r\r\n")]
    assert found == [(1, f'{{"a": 1}}{end}'), (1002, f"é{end}"), *odd, (2004, "x")]
    assert reading.lines == 2004 and reading.quarantined == []


def test_millions_of_empty_lines_in_a_small_compressed_file_take_no_time(tmp_path):
    begun = time.process_time()
    reading, found = read(tmp_path / "a.jsonl.gz", b"{}\n" + b"\n" * 5_000_000)
    assert reading.lines == 5_000_001 and found == [(1, "{}\n")]
    assert time.process_time() - begun < 3  # half a second; as lines of SQL they take three and more
