"""`toolkit add`: from files as they come to a dataset with types, a profile, and everything that was guessed said."""

import csv
import gzip
import io
import json
import re
import shutil
import sqlite3
import subprocess
import threading
from dataclasses import replace
from datetime import date
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import duckdb
import pyarrow
import pyarrow.parquet
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.datasets.workbook import workbook
from toolkit.commands.check import read_dataset_files
from toolkit.core.errors import ToolkitError
from toolkit.core.project import find_project
from toolkit.core.unit import registry
from toolkit.datasets import profile as profiles
from toolkit.datasets.add import New, add, update
from toolkit.datasets.examine import Options
from toolkit.datasets.file_format import Wanted
from toolkit.datasets.read_all import read_datasets
from toolkit.datasets.stored import check_files, dataset_path, relation
from toolkit.engine.connect import in_memory
from toolkit.main import main
from toolkit.reading.yaml_file import read_yaml

pytestmark = pytest.mark.heavy

DAY = date(2026, 4, 15)


def options(**said):
    return Options(today=DAY, units={"percent"}, words={"order", "group"}, **said)


def added(project, name, content, new=None, **said):
    """The dataset of a file with this content; texts are in UTF-8."""
    path = project.root / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return add(project, [str(path)], new or New(), options(**said), {})


def again(project):
    """The datasets as their declarations have them."""
    problems = []
    found = read_datasets(project, (), registry(project.data / "units.txt"), problems)
    assert problems == []
    return found


def rows(project, found):
    """The rows of a dataset as `add` wrote them and, the same, as its declaration, read again, gives them."""
    (dataset,) = [one for one in again(project).values() if one.name == found.dataset.name]
    written = in_memory().execute(f"SELECT * FROM {relation(project, dataset)}").fetchall()
    shutil.rmtree(project.build)  # so that the copy is made of the declaration alone
    assert in_memory().execute(f"SELECT * FROM {relation(project, dataset)}").fetchall() == written
    return written


COLUMNS = [
    ("01001 10115 99999", "text", "01001 10115 99999"),  # a code stays text, with its zero
    ("NA DE FR", "text", "NA DE FR"),
    ("1e5 2e7 10", "text", "1e5 2e7 10"),
    ("9223372036854775808 1 2", "text", "9223372036854775808 1 2"),  # beyond 64 bits
    ("12 -3 NA", "integer", [12, -3, None]),
    ("1,234 999 1,234,567", "integer", [1234, 999, 1234567]),
    ("1.5 2.25 - 1e-05", "decimal", [1.5, 2.25, None, 1e-05]),
    ("1.5 2.25 ----------", "decimal", [1.5, 2.25, None]),
    ("1.234,5 2,5 7", "decimal", [1234.5, 2.5, 7]),
    ("1\u202f234,5 2,5 7", "decimal", [1234.5, 2.5, 7]),
    ("1'234.5 2 3", "decimal", [1234.5, 2, 3]),
    ("1,00,000 2,50,000.5", "decimal", [100000, 250000.5]),
    ("45% 7.5%", "decimal", [45, 7.5]),
    ("€1,200.50 €3.00 €−4.25", "decimal", [1200.5, 3, -4.25]),
    ("(1,200) 3 4", "integer", [-1200, 3, 4]),
    ("12* 13† 14[1] 15²", "integer", [12, 13, 14, 15]),
    ("0.123 0.500", "decimal", [0.123, 0.5]),
    ("true false True", "boolean", [True, False, True]),
    ("2024-03-01 2024-02-29", "date", [date(2024, 3, 1), date(2024, 2, 29)]),
    ("31.12.2024 01.02.2024", "date", [date(2024, 12, 31), date(2024, 2, 1)]),
    ("12/31/2024 01/02/2024", "date", [date(2024, 12, 31), date(2024, 1, 2)]),
    ("01/02/2024 03/04/2024", "text", "01/02/2024 03/04/2024"),  # day or month first: not guessed
    ("€5 $7 €9", "text", "€5 $7 €9"),  # what cannot be added up
]


@pytest.mark.parametrize("number", sorted({len(cells.split(" ")) for cells, *_ in COLUMNS}))
def test_a_column_is_what_all_of_its_cells_say(sample, number):
    """Whatever the columns beside it say."""
    columns = [one for one in COLUMNS if len(one[0].split(" ")) == number]
    text = io.StringIO(newline="")
    lines = zip(*(cells.split(" ") for cells, *_ in columns), strict=True)
    csv.writer(text).writerows(
        [["word", *(f"x{place}" for place in range(len(columns)))], *(["w", *one] for one in lines)]
    )
    found = added(sample, "cells.csv", text.getvalue())
    types = [one.type for one in found.dataset.columns[1:]]
    values = zip(*(row[1:] for row in rows(sample, found)), strict=True)
    assert list(zip(types, map(list, values), strict=True)) == [
        (type_, values.split(" ") if isinstance(values, str) else values) for _, type_, values in columns
    ]


@pytest.mark.parametrize("missing", ["k.A.", "k. A.", "o. A.", "n. a.", "s. d."])
def test_an_abbreviation_for_no_value_is_one_with_a_space_in_it_too(sample, missing):
    found = added(sample, "fees.csv", f"town,fee\nUlm,12\nBonn,{missing}\nKöln,7\n")
    assert rows(sample, found) == [("Ulm", 12), ("Bonn", None), ("Köln", 7)]
    assert [(column.type, column.unread) for column in found.dataset.columns] == [("text", 0), ("integer", 0)]


def test_letters_after_a_blank_are_no_footnotes(sample):
    """They may be a unit or a scale, as k, m and bn are."""
    found = added(sample, "n.csv", "sales,heat,share\n12 m,5 c,1.5 [a]\n3 bn,41 f,2 [12]\n900 k,7 [kg],3 (b)\n")
    assert rows(sample, found) == [("12 m", "5 c", 1.5), ("3 bn", "41 f", 2), ("900 k", "7 [kg]", 3)]


def test_what_is_not_certain_is_said_with_the_line_to_change(sample, capsys):
    (sample.root / "n.csv").write_text("place,amount,day\nUlm,1.234,01/02/2024\nBonn,5.678,03/04/2024\n")
    assert main(["add", "n.csv"]) == 0
    out = capsys.readouterr().out
    assert re.search(r"n.yml, line \d+, amount: . may part decimals or thousands: .*thousands: '.'", out)
    assert re.search(r'n.yml, line \d+, day: may have the day or the month first.*"%d/%m/%Y" or form: "%m/%d/%Y"', out)
    declaration = sample.data / "datasets" / "n.yml"
    text = declaration.read_text().replace("type: decimal\n", 'type: integer\n    thousands: "."\n')
    declaration.write_text("# a note of ours\n" + text)
    assert main(["add", "--update", "n"]) == 0
    assert "# a note of ours" in declaration.read_text()
    assert [row[1] for row in in_memory().execute(f"FROM {relation(sample, again(sample)['n'])}").fetchall()] == [
        1234,
        5678,
    ]


def test_cells_that_do_not_fit_are_counted_and_kept_as_they_stand(sample, capsys):
    cells = [*map(str, range(1000)), *(f"about {count}" for count in range(20))]
    (sample.root / "n.csv").write_text("\n".join(["x,y", *(f"{cell},a" for cell in cells)]))
    assert main(["add", "n.csv"]) == 0
    (said,) = [line for line in capsys.readouterr().out.splitlines() if "not fit" in line]
    assert "20 cells do not fit: row 1,001: 'about 0'" in said and "about 9" in said and "about 10" not in said
    dataset = again(sample)["n"]
    assert [(c.name, c.type, c.unread) for c in dataset.columns][::2] == [
        ("x", "integer", 20),
        ("printed_x", "text", 0),
    ]
    query = f"SELECT printed_x FROM {relation(sample, dataset)} WHERE x IS NULL"
    assert in_memory().execute(query).fetchall() == [(f"about {count}",) for count in range(20)]


def test_titles_totals_and_notes_are_left_out_and_said(sample):
    text = 'Inspections in Ulm\n\nplace,n,share\nUlm,1,2\nBonn,2,3\nKöln,3,4\nTotal,6,\n"Source: city, 2026"\n'
    found = added(sample, "n.csv", text)
    assert [row[:2] for row in rows(sample, found)] == [("Ulm", 1), ("Bonn", 2), ("Köln", 3)]
    said = " ".join(what for _, what in found.examined.notes)
    assert "Total | 6; Source: city, 2026" in said and "header is row 2" in said
    kept = added(sample, "m.csv", text, footer=1)
    assert kept.dataset.rows == 4


def test_a_row_of_all_may_be_a_group_and_is_kept_and_said(sample):
    text = "place,plan,n\nUlm,Free,1\nUlm,Basic,2\nBonn,Basic,3\nBonn,All,4\nUlm,Sub-total,3\nBonn,All,5\n"
    found = added(sample, "n.csv", text)
    assert found.dataset.rows == 6 and not any("left out" in what for _, what in found.examined.notes)
    assert [what for name, what in found.examined.profile.suspicious if name == "plan"] == [
        "2 rows have a word for a total (All): if it sums others, list its text under totals:",
        "texts are listed under totals: (Sub-total), which no sum may take with others: take names out",
    ]


def test_totals_that_name_what_they_sum_are_declared_and_others_are_said(sample):
    north, south = "North,Ulm,1\nNorth,Bonn,2\nNorth Total,,3\n", "Total: South,,4\nSouth,Jena,4\n"
    found = added(sample, "n.csv", f"region,town,n\n{north}{south}Total Bay,Kiel,5\nAll towns,,12\nEast,Jena,7\n")
    assert [column.totals for column in found.dataset.columns] == [("North Total", "Total: South"), None, None]
    assert [what for name, what in found.examined.profile.suspicious if name == "region"] == [
        "2 rows have a word for a total (All towns, Total Bay): if it sums others, list its text under totals:",
        "texts are listed under totals: (North Total, Total: South), which no sum may take with others: take names out",
    ]


@pytest.mark.parametrize(
    "other", ["Ulm\u00a0Ost", "Ulm\u200b Ost", "Ulm  Ost", "U\u217cm Ost", "Ulm \u041est", "ulm ost"]
)
def test_names_that_look_alike_in_a_dataset_are_counted_and_not_shown(sample, other):
    found = added(sample, "n.csv", f"place,n\nUlm Ost,1\nBonn,2\nKöln,3\n{other},4\n")
    alike = "1 of 4 values differ from another only in capitals, spaces or letters that look alike"
    assert ("place", alike) in found.examined.profile.suspicious


def test_headers_become_names_and_stay_as_printed(sample):
    found = added(sample, "n.csv", "Amount (€),,Amount (€),Order,Größe,2024,名前\n1,2,3,4,5,6,x\n")
    names = {column.name: column.printed for column in found.dataset.columns}
    assert names == {
        "amount": "Amount (€)",
        "column_2": "",
        "amount_2": "Amount (€)",
        "order_": "Order",
        "grosse": "Größe",
        "n2024": "2024",
        "名前": "名前",
    }


def test_a_file_without_a_header_has_numbered_columns(sample):
    found = added(sample, "n.csv", "Ulm,1\nBonn,2\nKöln,3\n")
    assert [column.name for column in found.dataset.columns] == ["column_1", "column_2"] and found.dataset.rows == 3


def test_several_header_rows_are_said_and_not_guessed(sample):
    text = "place,men,women\n,persons,persons\nUlm,1,2\nBonn,3,4\nKöln,5,6\n"
    with pytest.raises(
        ToolkitError, match="several rows look like a header.*\n.*\n.*--header 2, or all rows, --header 1-2"
    ):
        added(sample, "n.csv", text)
    found = added(sample, "n.csv", text, header="1-2")
    assert [column.name for column in found.dataset.columns] == ["place", "men_persons", "women_persons"]
    assert found.dataset.rows == 3


PLACES = st.text("aäß€,;|\t\"'\nxyz 中", min_size=1).map(lambda text: f"w{text}w")
CODES = st.from_regex(r"0[0-9]{4}", fullmatch=True)
NUMBERS = st.decimals(-(10**9), 10**9, places=2, allow_nan=False).map(float)
TABLES = st.lists(
    st.tuples(
        PLACES, CODES, st.none() | NUMBERS, st.none() | st.integers(-(10**15), 10**15), st.dates(date(1900, 1, 1))
    ),
    min_size=3,
    max_size=12,
)


@pytest.mark.heavy
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    table=TABLES,
    delimiter=st.sampled_from(",;\t|"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "gb18030"]),
    newline=st.sampled_from(["\n", "\r\n"]),
    comma=st.booleans(),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    packed=st.booleans(),
)
def test_a_table_in_any_dialect_comes_back_the_same(
    sample, table, delimiter, encoding, newline, comma, quoting, packed
):
    shutil.rmtree(sample.data / "datasets", ignore_errors=True)

    def written(cell):
        text = "" if cell is None else f"{cell:.2f}" if isinstance(cell, float) else str(cell)
        return text.replace(".", ",") if comma and isinstance(cell, float) else text

    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator=newline, quoting=quoting)
    writer.writerows([["place", "code", "amount", "n", "day"], *([written(cell) for cell in row] for row in table)])
    content = text.getvalue().encode(encoding)
    said = Wanted(encoding="gb18030") if encoding == "gb18030" else Wanted()
    found = added(
        sample,
        "t.csv.gz" if packed else "t.csv",
        gzip.compress(content) if packed else content,
        New(name="t"),
        wanted=said,
    )
    back = rows(sample, found)
    assert [(row[0], row[1], row[4]) for row in back] == [(row[0], row[1], row[4]) for row in table]
    for place in (2, 3):
        assert [None if row[place] is None else float(row[place]) for row in back] == [
            None if row[place] is None else float(row[place]) for row in table
        ]


def test_windows_1252_and_cells_with_line_breaks(sample):
    found = added(sample, "n.csv", 'Straße;Note\nGöttinger Straße;"zwei\nZeilen"\nAm „Tor“;€\n'.encode("cp1252"))
    assert rows(sample, found) == [("Göttinger Straße", "zwei\nZeilen"), ("Am „Tor“", "€")]


def test_a_row_with_more_cells_than_the_header_loses_none(sample):
    found = added(sample, "n.csv", "a,b\n1,2\n" * 1 + "3,4\n" * 3000 + "5,6,7\n")
    assert rows(sample, found)[-1] == (5, 6, 7) and found.dataset.columns[2].name == "column_3"


def test_spreadsheets_json_sqlite_duckdb_and_parquet(sample):
    table = [["Place", "ZIP", "Rate"], ["Ulm", "01001", 1.5], ["Bonn", "10115", 2]]
    expected = [("Ulm", "01001", 1.5), ("Bonn", "10115", 2.0)]
    book = added(sample, "book.xlsx", workbook({"Data": table, "Empty": []}))
    assert rows(sample, book) == expected
    records = [dict(zip(table[0], row, strict=True)) for row in table[1:]]
    assert rows(sample, added(sample, "a.json", json.dumps(records))) == expected
    lines = "\n".join(map(json.dumps, records))
    assert rows(sample, added(sample, "b.jsonl", lines)) == expected
    features = [
        {"type": "Feature", "properties": one, "geometry": {"type": "Point", "coordinates": [1, 2]}} for one in records
    ]
    geo = added(sample, "c.geojson", json.dumps({"type": "FeatureCollection", "features": features}))
    assert rows(sample, geo) == [("POINT (1 2)", *row) for row in expected]
    with sqlite3.connect(sample.root / "d.sqlite") as file:
        file.execute("CREATE TABLE places (Place TEXT, ZIP TEXT, Rate REAL)")
        file.executemany("INSERT INTO places VALUES (?, ?, ?)", table[1:])
    file.close()
    assert rows(sample, add(sample, [str(sample.root / "d.sqlite")], New(), options(), {})) == expected
    with duckdb.connect(str(sample.root / "e.duckdb")) as base:
        base.execute(
            "CREATE TABLE places AS FROM (VALUES ('Ulm', '01001', 1.5), ('Bonn', '10115', 2)) t(Place, ZIP, Rate)"
        )
        base.execute("CREATE TABLE others AS SELECT 1 AS n")
    with pytest.raises(ToolkitError, match="2 tables\n.*others, places\n.*--table"):
        add(sample, [str(sample.root / "e.duckdb")], New(), options(), {})
    base = add(sample, [str(sample.root / "e.duckdb")], New(), options(wanted=Wanted(table="places")), {})
    assert rows(sample, base) == expected
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(records), sample.root / "f.parquet")
    assert rows(sample, add(sample, [str(sample.root / "f.parquet")], New(), options(), {})) == expected
    assert {name: one.columns[1].type for name, one in again(sample).items()} == dict.fromkeys(again(sample), "text")


@pytest.mark.parametrize("ending", ["csv", "json", "parquet"])
def test_a_file_of_many_columns_is_read_as_one_of_few(sample, ending):
    towns = ["Ulm", "Bonn", "Köln", "Total", *"ABCDEFGH"]
    cells = {
        "town": towns,
        "owner": [f"{name} Smith" for name in ["Ada", "Anna", "John", "Mary"] * 3],
        "zip": [f"0{number}123" for number in range(12)],
        "day": [f"{number + 11}.03.2024" for number in range(12)],
        "fee": [*(f"{number},5" for number in range(11)), "unknown"],
    }

    def content(copies):
        records = [
            {f"{name} {copy}": values[row] for copy in range(copies) for name, values in cells.items()}
            for row in range(12)
        ]
        if ending == "json":
            return json.dumps(records)
        file, out = io.BytesIO(), io.StringIO(newline="")
        pyarrow.parquet.write_table(pyarrow.Table.from_pylist(records), file)
        writer = csv.DictWriter(out, [*records[0]], delimiter=";")
        writer.writeheader()
        writer.writerows(records)
        return file.getvalue() if ending == "parquet" else out.getvalue()

    few, many = (added(sample, f"{name}.{ending}", content(copies)) for name, copies in (("few", 1), ("many", 45)))
    columns, values = few.dataset.columns, rows(sample, few)
    assert [column.type for column in columns] == (
        ["text", "text", "text", "date", "decimal", "text"] if ending == "csv" else ["text"] * 5
    )
    of_many, values_of_many = many.dataset.columns, rows(sample, many)
    for copy in range(45):
        places = [place for place, one in enumerate(of_many) if one.name.endswith(f"_{copy}")]
        for place, column in zip(places, columns, strict=True):
            one, name = of_many[place], column.name.replace("_0", f"_{copy}")
            assert one == replace(column, name=name, printed=one.printed, position=one.position, meaning=one.meaning)
            assert many.examined.people.get(name) == few.examined.people.get(column.name)
        assert [tuple(row[place] for place in places) for row in values_of_many] == values
    profiles_of = [
        {
            (one.column.name.rpartition("_")[0], one.missing, one.distinct, one.least)
            for one in found.examined.profile.columns
        }
        for found in (few, many)
    ]
    assert profiles_of[0] == profiles_of[1] and few.examined.people


def test_spans_of_time_in_duckdb_become_text(sample):
    with duckdb.connect(str(sample.root / "spans.duckdb")) as base:
        base.execute("CREATE TABLE spans AS SELECT 1 AS n, INTERVAL 2 DAY AS lasted, [INTERVAL 1 MONTH] AS each")
    found = add(sample, [str(sample.root / "spans.duckdb")], New(), options(), {})
    assert rows(sample, found) == [(1, "2 days", "[1 month]")]


TOPOLOGY = {  # two squares with one border, in hundredths of a degree
    "type": "Topology",
    "transform": {"scale": [0.01, 0.01], "translate": [7, 50]},
    "arcs": [
        [[100, 0], [0, 100]],
        [[100, 100], [-100, 0], [0, -100], [100, 0]],
        [[100, 0], [100, 0], [0, 100], [-100, 0]],
    ],
    "objects": {
        "towns": {
            "type": "GeometryCollection",
            "geometries": [
                {"type": "Polygon", "id": "W", "properties": {"town": "Westham"}, "arcs": [[0, 1]]},
                {"type": "Polygon", "id": "E", "properties": {"town": "Eastham"}, "arcs": [[2, -1]]},
            ],
        },
        "well": {"type": "Point", "coordinates": [50, 50]},
    },
}


def test_outlines_of_topojson_are_put_together_of_their_arcs(sample):
    (sample.root / "towns.topojson").write_text(json.dumps(TOPOLOGY))
    with pytest.raises(ToolkitError, match="2 tables\n.*towns, well"):
        add(sample, [str(sample.root / "towns.topojson")], New(), options(), {})
    found = add(sample, [str(sample.root / "towns.topojson")], New(), options(wanted=Wanted(table="towns")), {})
    west, east = rows(sample, found)
    assert west[1:] == ("W", "Westham")
    assert json.loads(west[0])["coordinates"] == [[[8, 50], [8, 51], [7, 51], [7, 50], [8, 50]]]
    assert json.loads(east[0])["coordinates"] == [[[8, 50], [9, 50], [9, 51], [8, 51], [8, 50]]]
    assert [column.name for column in again(sample)["towns"].columns] == ["geometry", "id", "town"]
    broken = {**TOPOLOGY, "arcs": TOPOLOGY["arcs"][:1]}
    with pytest.raises(ToolkitError, match="do not fit together"):
        added(sample, "broken.topojson", json.dumps({**broken, "objects": {"towns": TOPOLOGY["objects"]["towns"]}}))


def test_an_option_that_the_format_does_not_take_is_refused(sample):
    (sample.root / "cups.csv").write_text("place,sold\nUlm,3\n")
    with pytest.raises(ToolkitError, match="cups.csv is csv, which has none\n.*--encoding, --delimiter"):
        add(sample, [str(sample.root / "cups.csv")], New(), options(wanted=Wanted(sheet="One")), {})


def test_merged_cells_in_the_header_of_a_sheet_are_said_and_not_guessed(sample):
    table = [["Place", "2024", ""], ["", "men", "women"], ["Ulm", 1, 2], ["Bonn", 3, 4], ["Köln", 5, 6]]
    content = workbook({"Data": table}, merged=["B1:C1"])
    with pytest.raises(ToolkitError, match="header"):
        added(sample, "book.xlsx", content)
    found = added(sample, "book.xlsx", content, header="1-2")
    assert [column.printed for column in found.dataset.columns] == ["Place", "2024 men", "2024 women"]


def test_a_folder_and_several_files_are_one_dataset(sample):
    folder = sample.root / "months"
    folder.mkdir()
    for month in (1, 2):
        (folder / f"2024-0{month}.csv").write_text(f"place,n\nUlm,{month}\n")
    found = add(sample, [str(folder)], New(), options(), {})
    assert rows(sample, found) == [("Ulm", 1), ("Ulm", 2)] and (sample.data / "datasets" / "months").is_dir()
    several = add(sample, [str(folder / "*.csv")], New(name="all_months"), options(), {})
    assert rows(sample, several) == [("Ulm", 1), ("Ulm", 2)]
    (folder / "other").mkdir()
    twice = shutil.copy(folder / "2024-01.csv", folder / "other")
    with pytest.raises(ToolkitError, match=r"two of one name: .*months/2024-01.csv and .*other/2024-01.csv"):
        add(sample, [str(folder / "2024-01.csv"), twice], New(name="twice"), options(), {})
    shutil.rmtree(folder / "other")
    declaration = sample.data / "datasets" / "months.yml"
    before = declaration.read_bytes()
    with pytest.raises(ToolkitError, match="one file, 2024-02.csv, for a dataset that is a folder"):
        update(sample, found.dataset, [str(folder / "2024-02.csv")], options(), New())
    assert declaration.read_bytes() == before and rows(sample, found) == [("Ulm", 1), ("Ulm", 2)]
    (folder / "2024-03.csv").write_text("place,count\nUlm,3\n")
    with pytest.raises(ToolkitError, match=r"2024-03.csv: the columns place, count\n.*place, n"):
        add(sample, [str(folder)], New(name="more"), options(), {})


@pytest.mark.parametrize(
    ("name", "content", "found"),
    [
        ("a.pdf", b"%PDF-1.7", "a PDF"),
        ("a.csv", b"", "an empty file"),
        ("a.csv", b"<!DOCTYPE html><html>", "a web page"),
        ("a.zip", b"PK\x03\x04 and so on", "a zip file"),
        ("a.csv", b"a,b\n", "no rows below the header"),
        ("a.json", b'[{"a": 1', "JSON"),
        ("a.parquet", b"PAR1 and so on", "no Parquet"),
        ("a.xlsx", b"PK\x03\x04 and so on", "no spreadsheet"),
        ("a.csv.gz", b"\x1f\x8b and so on", "cannot be read"),
    ],
)
def test_what_cannot_be_read_is_refused_and_leaves_nothing(sample, name, content, found):
    with pytest.raises(ToolkitError, match=found):
        added(sample, name, content)
    assert not (sample.data / "datasets").exists() and list((sample.build / "datasets").iterdir()) == []


def test_a_terminal_obeys_nothing_that_a_file_says(sample, capsys):
    (sample.root / "n.csv").write_text("place,amount\nUlm\x1b[2J,1\nBonn\u202e,2\n")
    (sample.root / "a\x1b[2J.pdf").write_bytes(b"%PDF-1.7")
    assert (main(["add", "n.csv"]), main(["add", "a\x1b[2J.pdf"])) == (0, 1)
    said = "".join(capsys.readouterr())
    assert "Ulm[U+001B][2J" in said and "a[U+001B][2J.pdf: a PDF" in said
    assert not {"\x1b", "\u202e"} & {*said}


def test_an_update_says_what_changed_and_touches_nothing_else(sample, capsys):
    added(sample, "n.csv", "place,amount\nUlm,1\nBonn,2\nKöln,4\n")
    notebook = next(sample.notebooks.glob("*.ipynb"))
    notebook.write_text(notebook.read_text().replace('"source": [', '"source": ["story.sql(\\"FROM n\\")\\n", ', 1))
    (sample.root / "new.csv").write_text("place,amount,day\nUlm,1.5,2024-01-01\nBonn,2,2024-01-02\n")
    assert main(["add", "--update", "n", "new.csv"]) == 0
    out = capsys.readouterr().out
    for said in ("rows: 3 → 2", "column day: new, date", "amount: 1 cell does not fit: row 1: '1.5'"):
        assert said in out
    assert f"stories that ask it: {notebook.stem}" in out
    assert (sample.data / "datasets" / "n.csv").read_text().startswith("place,amount,day")
    assert check_files(sample, again(sample).values()) == []
    (sample.data / "datasets" / "n.csv").write_text("place,amount,day\nUlm,1,2024-01-01\nBonn,40,2024-01-02\n")
    assert main(["add", "--update", "n"]) == 0
    assert "total of amount: 2 → 41" in capsys.readouterr().out, "of a file that was changed in its place"


class Killed(BaseException):
    """What no code catches."""


def test_an_update_that_is_killed_leaves_the_old_or_the_new(sample, monkeypatch):
    """Killed before the declaration is written: the old one. After it: whoever reads next ends the work."""
    found = added(sample, "n.csv", "a,b\n1,2\n").dataset
    (sample.root / "new.csv").write_text("a,b\n3,4\n")
    for stopped in ("replace_file", "put_in_place"):
        with monkeypatch.context() as patched, pytest.raises(Killed):

            def killed(*_):
                raise Killed

            patched.setattr(f"toolkit.datasets.add.{stopped}", killed)
            update(sample, found, [str(sample.root / "new.csv")], options(), New())
        (dataset,) = again(sample).values()
        expected = [(1, 2)] if stopped == "replace_file" else [(3, 4)]
        assert in_memory().execute(f"FROM {relation(sample, dataset)}").fetchall() == expected


def test_a_private_file_stays_out_of_git(sample, capsys):
    subprocess.run(["git", "init", "-q"], cwd=sample.root, check=True)
    (sample.root / "staff.csv").write_text(
        "name,e-mail,salary\nA B,a@example.org,1\n" + "C D,c@example.org,2\n" * 9 + "E F,x,secret\n"
    )
    shutil.copy(sample.root / "staff.csv", sample.root.parent / "staff.csv")
    (sample.root / "staff.csv").unlink()
    assert main(["add", "../staff.csv", "--private"]) == 0
    out = capsys.readouterr().out
    assert "private: git does not take the file" in out and "name (names of people), e_mail (e-mail addresses)" in out
    assert "A B" not in out and "secret" not in out and "1 cell does not fit: row 11;" in out
    listed = subprocess.run(
        ["git", "status", "--short", "-uall"], cwd=sample.root, capture_output=True, text=True
    ).stdout
    assert "staff.yml" in listed and "staff.csv" not in listed
    assert list((sample.build / "datasets").glob("*.parquet")) and ".parquet" not in listed  # its rows lie there too
    dataset = again(sample)["staff"]
    assert (dataset.private, dataset.smallest_group, dataset.publish) == (True, 5, ())


@pytest.mark.parametrize("more", [[], ["--link"]])
def test_a_private_file_inside_the_project_stays_out_of_git_where_it_lies(sample, capsys, more):
    subprocess.run(["git", "init", "-q"], cwd=sample.root, check=True)
    (sample.root / "raw").mkdir()
    (sample.root / "raw" / "pay [1].csv").write_text("town,salary\nUlm,76543\nBonn,87654\n")
    assert main(["add", "raw/pay [1].csv", "--private", "--name", "pay", *more]) == 0
    listed = ["git", "-c", "core.quotePath=false", "status", "--short", "-uall"]
    status = subprocess.run(listed, cwd=sample.root, capture_output=True, text=True, check=True).stdout
    assert "pay.yml" in status and not re.search("pay.*csv", status)
    out = capsys.readouterr().out
    assert "76,543" not in out and "87,654" not in out


def test_a_linked_file_stays_where_it_is(sample):
    path = sample.root.parent / "large.csv"
    path.write_text("a,b\n1,2\n")
    found = add(sample, [str(path)], New(link=True), options(), {})
    assert found.dataset.file == "../large.csv" and dataset_path(sample, found.dataset).samefile(path)
    assert rows(sample, found) == [(1, 2)]
    path.rename(path.with_name("moved.csv"))
    (problem,) = check_files(sample, again(sample).values())
    assert found.dataset.sha256 in problem.allowed and "toolkit add --update large FILE" in problem.remedy
    update(sample, found.dataset, [str(path.with_name("moved.csv"))], options(), New())
    assert check_files(sample, again(sample).values()) == []


def test_an_address_is_fetched_and_kept_with_its_day(sample):
    served = sample.root / "served"
    served.mkdir()
    (served / "open data.csv").write_text("place,n\nUlm,1\n")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(QuietHandler, directory=served))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}/open%20data.csv"
    try:
        found = add(sample, [address], New(), options(), {}).dataset
        with pytest.raises(ToolkitError, match="cannot be fetched: 404"):
            add(sample, [address.replace("open", "closed")], New(), options(), {})
    finally:
        server.shutdown()
    assert (found.address, found.retrieved, found.file) == (address, DAY, "open_data.csv")


class QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


def test_a_source_is_made_from_options_or_refused_with_what_is_missing(sample, capsys):
    (sample.root / "n.csv").write_text("a,b\n1,2\n")
    assert main(["add", "n.csv", "--source", "city-2026"]) == 1
    assert "--publisher: missing" in capsys.readouterr().err
    assert not (sample.data / "datasets").exists()
    said = ["--publisher", "City of Ulm", "--title", "Kitchens: all", "--published", "2026-04"]
    assert main(["add", "n.csv", "--source", "city-2026", *said]) == 0
    problems = []
    assert read_dataset_files(sample, problems) == 1 and problems == []
    assert read_yaml(sample, sample.data / "sources" / "city-2026.yml", problems)["title"] == "Kitchens: all"
    (sample.data / "datasets" / "stray.csv").write_text("a\n1\n")
    (sample.data / "datasets" / "n.csv").write_text("a,b\n1,3\n")
    read_dataset_files(sample, problems)
    err = "\n".join(map(str, problems))
    assert "data/datasets/stray.csv: a file that no dataset declares" in err and "n.csv: the file was changed" in err


def test_a_source_can_be_given_later_and_named_after_its_publisher(sample, capsys):
    (sample.root / "n.csv").write_text("a,b\n1,2\n")
    assert main(["add", "n.csv"]) == 0
    declared = sample.data / "datasets" / "n.yml"
    declared.write_text(declared.read_text().replace("meaning:", "meaning: what a is", 1))
    said = ["--publisher", "City of Ulm", "--title", "Kitchens", "--published", "2026-04", "--licence", "CC0-1.0"]
    assert main(["add", "--update", "n", *said]) == 0
    text = declared.read_text()
    assert "source: city-of-ulm-2026\n" in text and "licence: CC0-1.0\n" in text and "meaning: what a is" in text
    assert (sample.data / "sources" / "city-of-ulm-2026.yml").is_file()
    assert "draft" not in capsys.readouterr().out.splitlines()[-1]
    assert main(["add", "--update", "n", "--private", "--name", "m"]) == 1
    assert capsys.readouterr().err.count("with --update") == 2


def test_names_of_duckdbs_own_tables_are_refused(sample, capsys):
    (sample.root / "pg_n.csv").write_text("a\n1\n")
    assert main(["add", "pg_n.csv"]) == 1 and "DuckDB's own" in capsys.readouterr().err


def test_adding_works_below_a_folder_of_any_name(tmp_path):
    """F93: an apostrophe, brackets and a per cent sign in the path."""
    root = tmp_path / "it's [100%] #1 é"
    shutil.copytree(find_project().root / "tests" / "sample", root)
    project = find_project(root)
    assert rows(project, added(project, "n.csv", "a,b\n1,2\n")) == [(1, 2)]


@pytest.mark.parametrize("exact", [500_000, 500])
def test_the_profile_writes_years_as_such_and_takes_no_numbers_that_count_rows_for_stand_ins(
    sample, monkeypatch, exact
):
    monkeypatch.setattr(profiles, "EXACT", exact)  # above which different values are counted about
    text = "running,founded_year,score\n" + "".join(
        f"{row},{2000 + row % 20},{999 if row % 9 else row}\n" for row in range(1000)
    )
    found = added(sample, "clubs.csv", text).examined.profile
    by_name = {one.column.name: one for one in found.columns}
    assert (by_name["founded_year"].least, by_name["founded_year"].greatest) == ("2000", "2019")
    assert [name for name, what in found.suspicious if "missing value" in what] == ["score"]
