"""Files that somebody hands over to do harm: each is refused in words, or read without what it reaches for."""

import contextlib
import gzip
import json
import os
import sqlite3

import duckdb
import pyarrow
import pyarrow.parquet
import pytest

from tests.datasets.test_add import added, options
from toolkit.core.errors import ToolkitError
from toolkit.datasets import unpacked_size
from toolkit.datasets.add import New, add
from toolkit.datasets.file_format import Wanted
from toolkit.datasets.formats import sqlite
from toolkit.engine.select_only import refuse_other_than_select

pytestmark = pytest.mark.heavy


def database(folder, ending, *statements):
    """The bytes of a database file in which these statements were run."""
    path = folder / f"made{ending}"
    made = duckdb.connect(str(path)) if ending == ".duckdb" else sqlite3.connect(path)
    for one in statements:
        made.execute(one)
    if ending != ".duckdb":
        made.commit()
    made.close()
    return path.read_bytes()


@pytest.mark.parametrize(
    "view, found",
    [
        ("SELECT content AS a FROM read_text('{file}')", r"the view v: read_text\(…\)"),
        ("SELECT random() AS a", "the view v: random"),
        ("SELECT current_setting('temp_directory') AS a", r"the view v: current_setting\(…\)"),
        ("SELECT path AS a FROM duckdb_databases()", r"the view v: duckdb_databases\(…\)"),
        ("SELECT a FROM W", r"the view W: glob\(…\)"),
        ("SELECT twice(a) AS a FROM t", "the macro twice"),
    ],
)
def test_a_view_of_a_duckdb_file_may_ask_what_a_question_may(sample, tmp_path, view, found):
    made = database(
        tmp_path,
        ".duckdb",
        "CREATE TABLE t AS SELECT 1 AS a",
        "CREATE MACRO twice(x) AS x * 2",
        "CREATE VIEW w AS SELECT file AS a FROM glob('/etc/*')",
        f"CREATE VIEW v AS {view.format(file=tmp_path / 'made.duckdb')}",
    )
    with pytest.raises(ToolkitError, match=found):
        added(sample, "records.duckdb", made, wanted=Wanted(table="v"))


def test_a_plain_view_of_a_duckdb_file_is_read(sample, tmp_path):
    made = database(
        tmp_path,
        ".duckdb",
        "CREATE TABLE t AS SELECT 1 AS a, 2 AS b",
        """CREATE VIEW "v as x" (q, "r (s)") AS WITH k AS (SELECT a, b FROM main.t) SELECT a, b FROM k""",
        """CREATE VIEW w AS SELECT q, "r (s)" AS r FROM "v as x" """,
    )
    assert added(sample, "records.duckdb", made, wanted=Wanted(table="w")).dataset.rows == 1


@pytest.mark.parametrize(
    "view, found",
    [
        ("SELECT hex(zeroblob(400000000)) AS a", "too big"),
        ("WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) AS a FROM c", "interrupted"),
        ("WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x AS a FROM c", "interrupted"),
        ("SELECT file AS a FROM pragma_database_list", "unsafe use"),
        ("SELECT load_extension('/tmp/none.so') AS a", "unsafe use"),
    ],
)
def test_a_view_of_a_sqlite_file_makes_no_giants_has_an_end_and_reaches_nothing(
    sample, tmp_path, view, found, monkeypatch
):
    monkeypatch.setattr(sqlite, "QUERY_TIMEOUT", 0.2)
    with pytest.raises(ToolkitError, match=found):
        added(sample, "records.sqlite", database(tmp_path, ".sqlite", f"CREATE VIEW v AS {view}"))


def test_a_table_without_rows_and_columns_without_names(sample, tmp_path):
    assert added(sample, "none.sqlite", database(tmp_path, ".sqlite", "CREATE TABLE t (a, b)")).dataset.rows == 0
    made = database(tmp_path, ".sqlite3", 'CREATE TABLE t (a, "")', "INSERT INTO t VALUES (1, 2)")
    with pytest.raises(ToolkitError, match="no name of column 2"):
        added(sample, "unnamed.sqlite", made)


@pytest.mark.parametrize(
    "changed, found",
    [
        ({"objects": None}, "no objects"),
        ({"objects": ["o"]}, "no objects"),
        ({"objects": {"o": 5}}, "do not fit together"),
        ({"objects": {"o": {"geometries": [None]}}}, "do not fit together"),
        ({"arcs": [[[10**400, 0], [1, 1]]], "transform": {"scale": [1, 1], "translate": [0, 0]}}, "do not fit"),
        ({"objects": {"o": {"type": "LineString", "arcs": [0] * 11}}}, "used more than 10 times each"),
    ],
)
def test_topojson_whose_parts_are_of_another_kind_is_refused(sample, changed, found):
    whole = {"type": "Topology", "arcs": [[[0, 0], [1, 1]]], "objects": {"o": {"type": "LineString", "arcs": [0]}}}
    with pytest.raises(ToolkitError, match=found):
        added(sample, "map.topojson", json.dumps(whole | changed))


def test_topojson_of_another_shape_is_refused(sample):
    deep = '{"type":"Topology","arcs":' + "[" * 100_000 + "]" * 100_000 + ',"objects":{}}'
    for content, found in (("[1]", "no object at the top"), (deep, "no JSON: maximum recursion depth")):
        with pytest.raises(ToolkitError, match=found):
            added(sample, "map.topojson", content)


@pytest.mark.parametrize("name", ["records.csv.gz", "map.topojson.gz"])
def test_what_unpacks_to_more_than_data_do_is_not_read_to_its_end(sample, monkeypatch, name):
    monkeypatch.setattr(unpacked_size, "FREE", 1 << 20)
    content = b'{"type":"Topology",' + b" " * (4 << 20) if "map" in name else b"a,b\n" + b"1,2\n" * (1 << 20)
    with pytest.raises(ToolkitError, match="(?s)more than . MiB in .* at most 200 times its size"):
        added(sample, name, gzip.compress(content))


def test_a_packed_file_that_is_cut_off_is_refused_and_one_of_any_name_is_read(sample):
    packed = gzip.compress(b"a,b\n" + bytes(range(48, 58)) * 999)
    with pytest.raises(ToolkitError, match="cannot be read: Compressed file ended"):
        added(sample, "records.csv.gz", packed[:-12])
    assert added(sample, "records.json", gzip.compress(b'[{"a": 1}, {"a": 2}]')).dataset.rows == 2


def test_a_folder_gives_its_own_files_alone(sample, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.csv").write_text("a,b\n5,6\n")
    folder = tmp_path / "records"
    folder.mkdir()
    (folder / "one.csv").write_text("a,b\n1,2\n")
    os.symlink(outside, folder / "more")
    os.symlink(".", folder / "again")
    os.mkfifo(folder / "pipe.csv")
    assert add(sample, [str(folder)], New(), options(), {}).dataset.rows == 1
    assert not list(sample.data.rglob("secret.csv"))
    os.symlink(outside / "secret.csv", folder / "two.csv")
    with pytest.raises(ToolkitError, match="two.csv: a link to a file outside the folder"):
        add(sample, [str(folder)], New(name="others"), options(), {})


def test_a_name_that_is_no_text_is_refused(sample, tmp_path):
    path = os.fsencode(tmp_path) + b"/\xff.csv"
    try:
        with open(path, "w") as file:
            file.write("a,b\n1,2\n")
    except OSError:
        pytest.skip("names are UTF-8 here")
    with pytest.raises(ToolkitError, match="a name that is no UTF-8"):
        add(sample, [os.fsdecode(path)], New(), options(), {})


def test_an_encrypted_parquet_file_is_no_text(sample, tmp_path):
    path = tmp_path / "made.parquet"
    pyarrow.parquet.write_table(pyarrow.table({"a": [1]}), path)
    with pytest.raises(ToolkitError, match="an encrypted Parquet file"):
        added(sample, "records.parquet", b"PARE" + path.read_bytes()[4:-4] + b"PARE")


def test_a_long_number_is_looked_at_in_no_time(sample):
    content = '[{"a": "' + "9" * 300_000 + '", "b": 1}]'
    assert added(sample, "long.json", content).dataset.rows == 1


def test_a_message_names_the_file_and_not_where_it_was_laid(sample):
    with pytest.raises(ToolkitError) as refused:
        added(sample, "twice.json", '[{"a": 1, "a": 2}]')
    assert 'in file "twice.json"' in str(refused.value) and "scratch" not in str(refused.value)


def test_a_command_that_an_error_offers_runs_nothing_that_a_files_names_say(sample, tmp_path):
    path, hostile = tmp_path / "two.sqlite", "$(touch gone); --"
    with contextlib.closing(sqlite3.connect(path)) as made:
        for name in (hostile, "zz"):
            made.execute(f'CREATE TABLE "{name}" (a)')
    with pytest.raises(ToolkitError) as raised:
        add(sample, [str(path)], New(), options(), {})
    assert raised.value.problems[0].remedy == "name it: --table '$(touch gone); --'"
    with pytest.raises(ToolkitError) as raised:
        refuse_other_than_select("x.sql", "FROM './$(touch gone).csv'")
    assert "toolkit add './$(touch gone).csv' once" in raised.value.problems[0].remedy
