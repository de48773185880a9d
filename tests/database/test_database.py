"""The desk's database: built whole or not at all, the same from the same data, read-only to everybody."""

import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from tests.small_series import written
from toolkit.core.errors import DataFileError, ToolkitError
from toolkit.core.project import Project
from toolkit.core.unit import unit_text
from toolkit.database import open as opening
from toolkit.database import reported_rows
from toolkit.database.open import Database, build_database, data_contents, database_hash, open_database
from toolkit.main import main

SURVEY = "sources/office-survey.yml"


def change(project, old, new, file=SURVEY):
    path = project.data / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def contents(path):
    """Every table and view of a database with its rows in order."""
    with duckdb.connect(str(path), read_only=True) as connection:
        names = connection.execute("SELECT table_name FROM information_schema.tables ORDER BY 1").fetchall()
        return {name: connection.execute(f'SELECT * FROM "{name}"').fetchall() for (name,) in names}


def left(project):
    return sorted(path.name for path in project.build.iterdir() if path.name != ".gitignore")


def budget(database):
    number = database.leaf("figure:office-survey#budget")
    return number.low, number.high


def test_the_desk_holds_what_the_record_says_in_base_units(sample):
    database = open_database(sample)
    number = database.leaf("figure:office-survey#budget")
    assert (number.low, number.high, unit_text(number.unit), str(number.kind)) == (1.2e6, 1.5e6, "USD", "reported")
    assert database.figure_ids("paper-retelling") == ["heavy_a_day", "told"]
    reading = database.reading("figure:paper-retelling#told")
    assert (reading["printed_low"], reading["printed_unit"], reading["about"]) == (4, "multiple", True)
    assert [row["source"] for row in database.readings("coffee.beans")] == ["office-survey", "paper-retelling"]
    assert database.source("paper-retelling")["relies_on"] == ["office-survey"]
    assert database.quotes("office-survey") == ["more than three times"]


def test_hostile_text_is_stored_as_it_is(sample):
    title = "'); DROP TABLE claims; --"
    change(sample, 'An invented survey of <b>coffee</b> & "tea"', f'"{title}"')
    assert open_database(sample).source("office-survey")["title"] == title


def test_an_unknown_key_or_source_is_an_error_that_names_those_near(sample):
    database = open_database(sample)
    with pytest.raises(ToolkitError, match="office-survey"):
        database.source("office-surway")
    with pytest.raises(ToolkitError, match="figure:nowhere#x"):
        database.leaf("figure:nowhere#x")


def test_a_broken_record_leaves_the_database_and_the_pointer_as_they_were(sample, capsys):
    built = build_database(sample)
    before = {path.name: path.read_bytes() for path in sample.build.iterdir()}
    change(sample, "low: 1.2", "low: 1.9")
    with pytest.raises(DataFileError):
        open_database(sample)
    assert main(["--project", str(sample.root), "claims"]) == 1
    assert "low 1.9 is over high 1.5" in capsys.readouterr().err
    assert {path.name: path.read_bytes() for path in sample.build.iterdir()} == before
    assert built.name in before


def test_a_database_is_not_made_of_a_broken_record_even_where_there_was_none(sample):
    change(sample, "low: 1.2", "low: 1.9")
    with pytest.raises(DataFileError):
        build_database(sample)
    assert not sample.build.exists()


def test_the_same_data_make_the_same_database(sample, tmp_path):
    other = Project(tmp_path / "other")
    shutil.copytree(sample.root, other.root)
    one, two = build_database(sample), build_database(other)
    assert one.name == two.name
    assert contents(one) == contents(two)


def test_nothing_is_built_again_where_nothing_changed(sample):
    made = build_database(sample).stat().st_ino
    assert build_database(sample).stat().st_ino == made
    assert left(sample) == [build_database(sample).name]


def test_a_change_of_the_data_is_on_the_desk_at_the_next_opening(sample):
    old = open_database(sample)
    change(sample, "high: 1.5", "high: 1.6")
    new = open_database(sample)
    assert (budget(old), budget(new)) == ((1.2e6, 1.5e6), (1.2e6, 1.6e6))
    assert left(sample) == sorted([old.path.name, new.path.name])


def test_the_databases_that_were_opened_last_are_left(sample):
    paths = [database_with(sample, high) for high in (1.6, 1.7, 1.8, 1.9)]
    assert database_with(sample, 1.6) == paths[0]  # the data of before: it is there, and opened again
    newest = database_with(sample, 2.1)
    assert left(sample) == sorted(path.name for path in (*paths[2:], paths[0], newest))


def database_with(project, high):
    """The database of the data with another end of a range."""
    path = project.data / "sources" / "office-survey.yml"
    path.write_text(re.sub(r"high: \d\.\d", f"high: {high}", path.read_text()))
    return build_database(project)


@pytest.mark.parametrize(
    "file",
    [
        "claims/coffee.yml",
        "sources/office-survey.yml",
        "sources/paper-retelling.yml",
        "units.txt",
        "series/beans.yml",
        "series/beans.csv",
    ],
)
def test_the_hash_follows_every_file_that_the_database_is_made_of(sample, file):
    before = database_hash(data_contents(sample))
    path = sample.data / file
    path.parent.mkdir(exist_ok=True)
    with path.open("a") as handle:
        handle.write("\n# a remark\n")
    changed = database_hash(data_contents(sample))
    assert changed != before
    path.rename(path.with_name(f"other{path.suffix}"))
    if file != "units.txt":
        assert database_hash(data_contents(sample)) not in (before, changed)


def test_what_is_hashed_is_what_is_read_though_files_change_meanwhile(tmp_path, monkeypatch):
    rows = [["East", "2000", "4.1", "paper"], ["West", "2001", "5", "paper"]]
    expected = contents(build_database(written(tmp_path / "quiet", rows)))

    def read_and_overwritten(project):
        found = data_contents(project)
        for path in found:
            path.write_text("written meanwhile", encoding="utf-8")
        return found

    monkeypatch.setattr(opening, "data_contents", read_and_overwritten)
    assert contents(build_database(written(tmp_path / "busy", rows))) == expected


def test_the_hash_does_not_depend_on_where_the_project_lies(sample, tmp_path):
    shutil.copytree(sample.root, tmp_path / "elsewhere")
    assert database_hash(data_contents(Project(tmp_path / "elsewhere"))) == database_hash(data_contents(sample))


def test_the_desk_is_opened_read_only(sample):
    database = open_database(sample)
    for statement in ("CREATE TABLE x (a INTEGER)", "DELETE FROM figures", "DROP VIEW mutated_claims"):
        with pytest.raises(duckdb.Error, match="read-only"):
            database.rows(statement)


def test_a_database_that_another_process_removed_is_named_with_what_to_do(sample):
    path = build_database(sample)
    path.unlink()
    with pytest.raises(ToolkitError) as caught:
        Database(sample, path)
    (problem,) = caught.value.problems
    assert problem.where == f"data/build/{path.name}" and "another process removed it" in problem.found
    assert problem.remedy == "run the command again, a notebook from its first cell"


@pytest.mark.parametrize(
    "content, found",
    [(b"", "not a valid DuckDB"), (b"no database " * 9, "not a valid DuckDB"), (None, "Is a directory")],
)
def test_a_database_that_somebody_changed_is_named_with_what_to_do(sample, content, found, monkeypatch, capsys):
    path = build_database(sample)
    path.unlink()
    path.mkdir() if content is None else path.write_bytes(content)
    monkeypatch.chdir(sample.root)
    assert main(["tables"]) == 1
    said = capsys.readouterr().err
    assert said.startswith(f"data/build/{path.name}: ") and found in said and str(sample.root) not in said
    assert "do: remove the file: it is made again from data/" in said
    path.rmdir() if content is None else path.unlink()
    assert main(["tables"]) == 0


WRITER = """
import sys
from pathlib import Path
from toolkit.engine.connect import open_for_writing
connection = open_for_writing(Path(sys.argv[1]))
print("open", flush=True)
sys.stdin.readline()
"""


@pytest.mark.heavy
def test_a_database_that_another_program_has_open_for_writing_is_named_with_what_to_do(sample, monkeypatch, capsys):
    path = build_database(sample)
    monkeypatch.chdir(sample.root)
    command = [sys.executable, "-c", WRITER, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout.readline() == "open\n"
        assert main(["tables"]) == 1
        said = capsys.readouterr().err
        assert f"data/build/{path.name}: another program, process {other.pid}, has it open for writing" in said
        assert "do: end that program, or open the file there read-only" in said
        other.communicate("\n", timeout=60)
    assert main(["tables"]) == 0


READER = """
import sys
from toolkit.database.open import open_database
from toolkit.core.project import find_project
database = open_database(find_project())
print(database.leaf("figure:office-survey#budget").high, flush=True)
sys.stdin.readline()
print(database.rows("SELECT high FROM figures WHERE id = 'budget'")[0]["high"], flush=True)
"""


@pytest.mark.heavy
def test_two_open_databases_are_not_in_the_way_of_a_build_nor_it_in_theirs(sample):
    here = open_database(sample)
    there = subprocess.Popen([sys.executable, "-c", READER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        assert there.stdout.readline() == "1500000.0\n"
        change(sample, "high: 1.5", "high: 1.6")
        build_database(sample)
        assert budget(here)[1] == 1.5e6
        assert there.communicate("go on\n", timeout=120)[0] == "1500000.0\n"
    finally:
        there.kill()
    assert budget(open_database(sample))[1] == 1.6e6


KILLED = """
import sys, time
from toolkit.database import open as database, fill as filling
from toolkit.core.project import find_project
insert, tables = filling.insert_rows, []
def slow(connection, table, cells):
    insert(connection, table, cells)
    tables.append(table)
    if len(tables) == int(sys.argv[1]):
        print(table, flush=True)
        time.sleep(60)
filling.insert_rows = slow
database.build_database(find_project())
"""


@pytest.mark.heavy
@pytest.mark.parametrize("after", [1, 5, 9])
def test_a_build_that_is_killed_leaves_nothing_that_a_later_one_reads(sample, after):
    old = build_database(sample)
    before = contents(old)
    change(sample, "high: 1.5", "high: 1.6")
    build = subprocess.Popen([sys.executable, "-c", KILLED, str(after)], stdout=subprocess.PIPE, text=True)
    assert build.stdout.readline()
    build.send_signal(signal.SIGKILL)
    build.wait(timeout=120)
    assert contents(old) == before
    assert [path for path in sample.build.glob("database-*.duckdb") if path != old] == []
    database = open_database(sample)
    assert budget(database)[1] == 1.6e6
    assert left(sample) == sorted([old.name, database.path.name])


@pytest.mark.heavy
def test_a_whole_desk_is_read_and_built_in_seconds(tmp_path):
    root = Path(__file__).parents[2]
    copy = Project(tmp_path / "copy")
    shutil.copytree(root / "data", copy.data, ignore=shutil.ignore_patterns("build"))
    shutil.copytree(root / "notebooks", copy.notebooks)  # corrections name stories
    database = open_database(copy)
    counts = {name: database.rows(f'SELECT count(*) AS n FROM "{name}"')[0]["n"] for name in ("figures", "series_rows")}
    assert counts["figures"] > 500 and counts["series_rows"] > 500


def test_of_a_large_table_the_rows_asked_for_are_the_same_as_of_one_that_is_read_whole(sample, monkeypatch):
    monkeypatch.setattr(reported_rows, "MOST_SINGLE_LOOKUPS", 3)
    whole, few = open_database(sample), open_database(sample)
    rows = few._reported.ask("SELECT key, source FROM figures ORDER BY key")
    monkeypatch.setattr(reported_rows, "MOST_ROWS_READ_AT_ONCE", 0)
    for row in rows:  # more than that: the last ones are of the whole table again
        assert few.number_row(row["key"])["key"] == row["key"]
        assert few.reading(row["key"])["source"] == few.source(row["source"])["id"] == row["source"]
    with pytest.raises(ToolkitError, match="office-survey"):
        few.source("office-survy")
    with pytest.raises(KeyError):
        few.reading("figure:nowhere#cups")
    monkeypatch.setattr(reported_rows, "MOST_ROWS_READ_AT_ONCE", 1_000)
    for row in rows:
        assert whole.number_row(row["key"]) == few.number_row(row["key"])
        assert whole.reading(row["key"]) == few.reading(row["key"])
        assert whole.source(row["source"]) == few.source(row["source"])
        assert whole.figure_ids(row["source"]) == few.figure_ids(row["source"])


def test_a_database_whose_name_is_known_is_opened_without_reading_data(sample, monkeypatch):
    name = open_database(sample).path.name
    with monkeypatch.context() as patched:
        patched.setattr(opening, "data_contents", lambda project: pytest.fail("data/ was read"))
        assert open_database(sample, name).readings("coffee.cups_heavy")[0]["source"] == "office-survey"
    (sample.build / name).unlink()
    assert open_database(sample, name).path.name == name and (sample.build / name).is_file()
