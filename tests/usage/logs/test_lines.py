"""Files as numbered lines."""

import gzip
import json
import time

import pytest

from toolkit.usage.logs import lines
from toolkit.usage.logs.discover import LogFile
from toolkit.usage.logs.lines import LONGEST_CSV_FIELD, Reading, read_lines


def read(path, content):
    with (gzip.open if path.suffix == ".gz" else open)(path, "wb") as file:
        file.write(content)
    reading = Reading(LogFile(str(path), path.name, "", path.stat().st_size))
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
    assert reading.line_count == 2004 and reading.quarantined == []


def test_rows_of_csv_that_do_not_fit_have_their_length_in_bytes_and_the_first_row_with_cells_is_the_header(tmp_path):
    odd, long = 'ä,"1,\n2",3\n', f"{'x' * (LONGEST_CSV_FIELD + 1)},1\n"
    reading, found = read(tmp_path / "a.csv", f"\n\nwho,tokens\n{odd}b,4\n{long}".encode())
    assert [text for _, text in found] == ['{"who": "b", "tokens": "4"}']
    assert [(one.reason, one.length) for one in reading.quarantined] == [
        ("3 fields where the header has 2", len(odd.encode())),
        ("no row of CSV", len(long)),
    ]


def test_a_file_that_is_read_at_once_may_be_longer_than_a_line(tmp_path, monkeypatch):
    monkeypatch.setattr(lines, "LONGEST_LINE", 50)
    monkeypatch.setattr(lines, "LONGEST_WHOLE_FILE", 200)
    text = json.dumps([{"tokens": count} for count in range(10)], indent=1)
    reading, found = read(tmp_path / "a.json", text.encode())
    assert len(text) > 200 and (len(found), len(reading.quarantined)) == (0, 1)
    assert reading.quarantined[0].length == len(text)
    reading, found = read(tmp_path / "b.json", json.dumps([{"tokens": 1}] * 10).encode())
    assert (len(found), reading.quarantined) == (10, [])


def test_millions_of_empty_lines_in_a_small_compressed_file_take_no_time(tmp_path):
    begun = time.process_time()
    reading, found = read(tmp_path / "a.jsonl.gz", b"{}\n" + b"\n" * 5_000_000)
    assert reading.line_count == 5_000_001 and found == [(1, "{}\n")]
    assert time.process_time() - begun < 3  # half a second; as lines of SQL they take three and more
