"""A log is read on: unchanged files are left alone, grown ones go on where they ended, and nothing is counted twice."""

import gzip
import json
import os
import stat
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from shutil import copytree

import pytest

from tests.usage.logs.reading import SAMPLES, counts, read, rows
from tests.usage.logs.test_bad_lines import GOOD, OTHER, answer, text
from toolkit.core.errors import ToolkitError
from toolkit.database.usage_logs import open_usage_log
from toolkit.engine.connect import in_memory
from toolkit.usage.logs import file_states
from toolkit.usage.logs.ingest import ingest
from toolkit.usage.logs.merge import MOST_FILES_A_WEEK
from toolkit.usage.logs.store import declared_log, log_folder, table_sql

pytestmark = pytest.mark.heavy
TOKENS = 'SELECT sum("gen_ai.usage.output_tokens") FROM {events}'

AGAIN = """
import contextlib, io, sys
from toolkit.main import main
with contextlib.redirect_stdout(io.StringIO()):
    main([*sys.argv[1:], "--as", "log"])
print(*sorted({"duckdb", "numpy", "pyarrow"} & set(sys.modules)))
"""
OUTPUT = 'SELECT sum("gen_ai.usage.output_tokens") FROM {events} GROUP BY source_file ORDER BY source_file'


def everything(desk, name="log"):
    return {
        path.relative_to(desk.root).as_posix(): path.read_bytes()
        for path in (desk.data / "logs" / name).rglob("*")
        if path.is_file()
    }


def test_the_same_files_again_change_no_byte(desk, tmp_path):
    (tmp_path / "x.jsonl").write_text(GOOD)
    read(desk, tmp_path / "x.jsonl")
    before = everything(desk)
    assert read(desk, tmp_path / "x.jsonl").read == 0 and everything(desk) == before


def test_a_reading_with_nothing_new_imports_nothing_that_reads_lines(desk, tmp_path):
    file = tmp_path / "x.jsonl"
    file.write_text(GOOD)
    read(desk, file)
    before = everything(desk)

    def libraries():
        command = [sys.executable, "-c", AGAIN, "--project", desk.root, "ingest", file]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()

    assert libraries() == ["duckdb"] and everything(desk) == before
    file.write_text(GOOD + GOOD.replace("msg_1", "msg_2"))
    assert libraries() == ["duckdb", "numpy", "pyarrow"] and everything(desk) != before


def test_a_log_of_before_log_json_had_its_totals_gets_them(desk, tmp_path):
    (tmp_path / "x.jsonl").write_text(GOOD)
    first = read(desk, tmp_path / "x.jsonl")
    path = log_folder(desk, "log") / "log.json"
    whole = json.loads(path.read_text())
    path.write_text(json.dumps({name: value for name, value in whole.items() if name != "totals"}))
    again = read(desk, tmp_path / "x.jsonl")
    assert replace(again, read=first.read) == first and first.totals and again.read == 0
    assert json.loads(path.read_text()) == whole


def test_a_file_of_the_same_size_and_time_of_change_is_not_opened_again(desk, tmp_path, monkeypatch):
    file = tmp_path / "x.jsonl"
    file.write_text(GOOD)
    read(desk, file)
    opened = []
    monkeypatch.setattr(file_states, "_ends", lambda path, size: opened.append(path) or b"")
    assert read(desk, file).read == 0 and not opened
    os.utime(file, ns=(0, 1))
    with pytest.raises(ToolkitError, match="changed before the place"):
        read(desk, file)
    assert opened


def test_the_states_of_a_log_that_has_no_column_for_a_field_have_its_default(desk, tmp_path):
    (tmp_path / "x.jsonl").write_text(GOOD)
    read(desk, tmp_path / "x.jsonl")
    folder = log_folder(desk, "log")
    files = table_sql(folder, declared_log(folder), "files")
    (state,) = file_states.load_states(in_memory(), files).values()
    (older,) = file_states.load_states(in_memory(), f"(SELECT * EXCLUDE seen FROM {files})").values()
    assert state.seen and older == replace(state, seen="")


def test_a_log_whose_states_lack_a_column_is_read_on_with_the_states_of_all_its_files(desk, tmp_path):
    for number in (1, 2):
        (tmp_path / f"{number}.jsonl").write_text(text(answer(number)))
    read(desk, tmp_path / "1.jsonl")
    folder = log_folder(desk, "log")
    table = folder / declared_log(folder)["tables"]["files"]
    in_memory().execute(f"COPY (SELECT * EXCLUDE seen FROM '{table}') TO '{table}' (FORMAT parquet)")
    account = read(desk, tmp_path / "1.jsonl", tmp_path / "2.jsonl")
    assert [one.events for one in account.files] == [1, 1] and account.read == 1
    kept = file_states.load_states(in_memory(), table_sql(folder, declared_log(folder), "files"))
    assert [(state.number, state.count) for state in kept.values()] == [*enumerate(account.files, 1)]


def test_the_weeks_of_a_log_are_those_from_its_first_event_to_its_last(desk, tmp_path):
    late = answer(2) | {"timestamp": "2026-03-25T09:14:07.120Z"}
    for name, content, expected in (("1", OTHER, (0, "1970-01-05")), ("2", answer(1), (1, "2026-03-02"))):
        (tmp_path / f"{name}.jsonl").write_text(text(content))
        read(desk, tmp_path / f"{name}.jsonl")
        declared = declared_log(log_folder(desk, "log"))
        assert (declared["weeks"], declared["start_on"]) == expected
    (tmp_path / "3.jsonl").write_text(text(late))
    read(desk, tmp_path / "3.jsonl")
    declared = declared_log(log_folder(desk, "log"))
    assert (declared["weeks"], declared["start_on"]) == (4, "2026-03-02")


GROWN = [  # a file, what is added to it, its account afterwards, output tokens
    (text(answer(1)), text(answer(2), OTHER), (3, 2, 0, 1, 0), 10),
    (text(answer(1)).rstrip("\n"), "\n" + text(answer(2)), (2, 2, 0, 0, 0), 10),
    (text(answer(1)).rstrip("\n"), "\r\n" + text(answer(2)), (2, 2, 0, 0, 0), 10),
    (text(answer(1)) + json.dumps(answer(2))[:50], json.dumps(answer(2))[50:] + "\n", (2, 2, 0, 0, 0), 10),
    (text(answer(1)) + json.dumps(answer(2))[:50], json.dumps(answer(2))[50:80], (2, 1, 0, 0, 1), 5),
    (text(answer(1)), text(answer(1, 60)), (2, 1, 1, 0, 0), 60),
    (text(answer(1)), text(answer(1, 3)), (2, 1, 1, 0, 0), 5),
    (text(OTHER), text(answer(1)), (2, 1, 0, 1, 0), 5),
]


def test_grown_files_are_read_on(desk, tmp_path):
    def write(number, content):
        own = content.replace('"id": "m', f'"id": "m{number}.')
        (tmp_path / f"{number}.jsonl").write_text(own, newline="")

    def account():
        found = read(desk, *(tmp_path / f"{number}.jsonl" for number in range(len(GROWN))), form="claude-code")
        parts = ("records", "events", "duplicates", "other_lines", "quarantined")
        output = rows(desk, OUTPUT)
        return [(tuple(getattr(one, part) for part in parts), output[one.number - 1][0]) for one in found.files]

    for number, (first, *_) in enumerate(GROWN):
        write(number, first)
    read(desk, *(tmp_path / f"{number}.jsonl" for number in range(len(GROWN))), form="claude-code")
    for number, (first, then, *_) in enumerate(GROWN):
        write(number, first + then)
    expected = [(counted, output) for *_, counted, output in GROWN]
    assert account() == expected
    assert account() == expected


def test_a_compressed_file_that_grew_is_read_again(desk, tmp_path):
    path = tmp_path / "x.jsonl.gz"
    path.write_bytes(gzip.compress(text(answer(1), OTHER).encode()))
    read(desk, path)
    path.write_bytes(gzip.compress(text(answer(1), OTHER, answer(2)).encode()))
    assert counts(read(desk, path)) == (3, 2, 0, 1, 0) and rows(desk, TOKENS) == [(10,)]


def test_new_files_are_added_and_copies_are_duplicates(desk, tmp_path):
    (tmp_path / "x.jsonl").write_text(text(answer(1), answer(2)))
    read(desk, tmp_path / "x.jsonl")
    (tmp_path / "y.jsonl").write_text(text(answer(2, 50), answer(3)))
    account = read(desk, tmp_path / "x.jsonl", tmp_path / "y.jsonl")
    assert counts(account) == (4, 3, 1, 0, 0) and account.read == 1
    assert [(one.events, one.duplicates) for one in account.files] == [(1, 1), (2, 0)]
    assert rows(desk, TOKENS) == [(60,)]


def test_a_week_that_only_gets_events_gets_files_until_they_are_many(desk, tmp_path):
    """What is there is not written again, but the week is one all the same."""
    folder, found = desk.data / "logs" / "log" / "events", []
    (tmp_path / "in").mkdir()
    for number in range(MOST_FILES_A_WEEK + 2):
        (tmp_path / "in" / f"{number}.jsonl").write_text(text(answer(number)))
        kept = {path: path.stat().st_mtime_ns for path in folder.glob("*")}
        read(desk, tmp_path / "in")
        after = {path: path.stat().st_mtime_ns for path in folder.glob("*")}
        found.append(len(after))
        assert kept.items() <= after.items() or number == MOST_FILES_A_WEEK
    assert found == [*range(1, MOST_FILES_A_WEEK + 1), 1, 2]
    opened = open_usage_log(desk, desk.data / "logs" / "log")
    asked = "SELECT count(*), count(DISTINCT user_id), sum(requests) FROM developer_week"
    assert opened.connection.execute(asked).fetchall() == [(1, 1, MOST_FILES_A_WEEK + 2)]


def test_a_large_file_of_a_week_is_not_written_again_with_the_small_ones(desk, tmp_path):
    """Who adds to a log a little at a time writes little, however much it holds."""
    folder = desk.data / "logs" / "log" / "events"
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "large.jsonl").write_text(text(*(answer(number) for number in range(1000, 9000))))
    read(desk, tmp_path / "in")
    (large,) = folder.glob("*")
    found = []
    for number in range(2 * MOST_FILES_A_WEEK):
        (tmp_path / "in" / f"{number}.jsonl").write_text(text(answer(number)))
        read(desk, tmp_path / "in")
        found.append(len([*folder.glob("*")]))
        assert large.is_file() and found[-1] <= MOST_FILES_A_WEEK
    assert found[:MOST_FILES_A_WEEK] == [*range(2, MOST_FILES_A_WEEK + 1), 2]
    assert rows(desk, "SELECT count(*), count(DISTINCT dedup_key) FROM {events}") == [(8000 + len(found),) * 2]


def test_of_a_week_only_the_file_that_loses_an_event_is_written_again(desk, tmp_path):
    """An answer that was read while it grew is replaced by the whole one."""
    folder = desk.data / "logs" / "log" / "events"
    (tmp_path / "old.jsonl").write_text(text(answer(1), answer(2)))
    read(desk, tmp_path / "old.jsonl")
    (old,) = folder.glob("*")
    (tmp_path / "new.jsonl").write_text(text(answer(3), answer(4)))
    read(desk, tmp_path / "old.jsonl", tmp_path / "new.jsonl")
    (new,) = {*folder.glob("*")} - {old}
    with (tmp_path / "new.jsonl").open("a") as file:
        file.write(text(answer(4, 60)))
    account = read(desk, tmp_path / "old.jsonl", tmp_path / "new.jsonl")
    assert counts(account) == (5, 4, 1, 0, 0) and rows(desk, TOKENS) == [(75,)]
    assert old.is_file() and not new.exists() and len([*folder.glob("*")]) == 2


def test_a_file_is_the_same_by_whatever_path_it_is_given(desk, tmp_path, monkeypatch):
    copytree(SAMPLES / "claude-code-stats" / "files", tmp_path / "in")
    (tmp_path / "in" / "a" / "s.jsonl").write_text(text(answer(1)))
    read(desk, tmp_path / "in")
    before = everything(desk)
    monkeypatch.chdir(tmp_path / "in")
    copytree("b", tmp_path / "moved" / "b")
    for path in (Path("a"), Path("."), tmp_path / "in" / "b" / ".claude", tmp_path / "moved"):
        assert read(desk, path).read == 0 and everything(desk) == before
    with Path("a", "s.jsonl").open("a") as file:
        file.write(text(answer(2)))
    people = "SELECT count(DISTINCT user_id) FROM {events}"
    known = rows(desk, people)
    assert read(desk, Path("a")).read == 1 and rows(desk, people) == known
    stats = Path("a", ".claude", "stats-cache.json")
    stats.write_text(stats.read_text().replace("52000", "52001"))
    with pytest.raises(ToolkitError, match="name the same folder as in the first reading"):
        read(desk, Path("a"))


def test_a_file_that_was_changed_is_refused_and_the_log_stays(desk, tmp_path):
    path = tmp_path / "x.jsonl"
    path.write_text(text(answer(1), answer(2)))
    read(desk, path)
    before = everything(desk)
    path.write_text(text(answer(7), answer(2), answer(3)))
    with pytest.raises(ToolkitError, match=r"file 1 \(\w+\): it was changed before"):
        read(desk, path)
    assert everything(desk) == before


def test_a_dry_run_writes_nothing_and_says_the_same(desk, tmp_path, keys):
    (tmp_path / "x.jsonl").write_text(GOOD)
    dry = ingest(desk, [tmp_path / "x.jsonl"], "log", dry_run=True)
    assert not (desk.data / "logs").exists() and not keys.exists()
    assert counts(dry) == counts(read(desk, tmp_path / "x.jsonl"))
    (tmp_path / "y.jsonl").write_text(text(answer(5)))
    before = everything(desk)
    again = ingest(desk, [tmp_path / "y.jsonl"], "log", dry_run=True)
    assert counts(again) == (3, 2, 0, 1, 0) and everything(desk) == before


def test_the_key_is_private_lies_outside_and_is_needed(desk, tmp_path, keys, monkeypatch):
    (tmp_path / "x.jsonl").write_text(GOOD)
    account = read(desk, tmp_path / "x.jsonl")
    (key,) = keys.iterdir()
    assert str(key) == account.key and stat.S_IMODE(key.stat().st_mode) == 0o600
    assert key.read_text() not in "".join(content.decode("latin-1") for content in everything(desk).values())
    key.unlink()
    with pytest.raises(ToolkitError, match="the key is missing from its folder"):
        read(desk, tmp_path / "x.jsonl")
    monkeypatch.setenv("TOOLKIT_KEYS", str(desk.root / "keys"))
    with pytest.raises(ToolkitError, match="inside the project"):
        read(desk, tmp_path / "x.jsonl", name="other")


def test_other_keys_give_other_hashes(desk, tmp_path):
    (tmp_path / "x.jsonl").write_text(GOOD)
    found = []
    for name in ("one", "two"):
        read(desk, tmp_path / "x.jsonl", name=name)
        found += rows(desk, 'SELECT user_id, dedup_key, "gen_ai.conversation.id" FROM {events}', name)
    assert not {*found[0]} & {*found[1]}


@pytest.mark.parametrize(("name", "said"), [("Log", "a to z"), ("../x", "a to z"), ("", "a to z")])
def test_a_name_that_is_none_is_refused(desk, tmp_path, name, said):
    (tmp_path / "x.jsonl").write_text(GOOD)
    with pytest.raises(ToolkitError, match=said):
        read(desk, tmp_path / "x.jsonl", name=name)
