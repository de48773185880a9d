"""Several files of one dataset, and new versions of a file: each is read as it is, and what was declared stays."""

import json
import re
from datetime import date

import pyarrow
import pyarrow.parquet
import pytest

from tests.datasets.test_add import added, again, options, rows
from tests.datasets.workbook import workbook
from toolkit.core.errors import ToolkitError
from toolkit.core.unit import registry
from toolkit.database.ask import answer_question
from toolkit.database.open import open_database
from toolkit.datasets.add import New, add, update
from toolkit.datasets.file_format import Wanted
from toolkit.datasets.read_all import read_datasets
from toolkit.datasets.stored import dataset_path

pytestmark = pytest.mark.heavy


def folder_of(sample, files):
    folder = sample.root / "months"
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


MONTHS = {
    "01.csv": "place,n,note\nUlm,1,a\nBonn,2,b\nTotal,3,\n",
    "02.csv": "place;n;note\nKöln;4;c\nUlm;5;d\n".encode("cp1252"),
    "03.csv": "Kitchens of three towns\n\nplace,n,note\nMünster,6,e\nUlm,7,f\nTotal,13,\nSource: the city,,\n",
}
ALL = [("Ulm", 1, "a"), ("Bonn", 2, "b"), ("Köln", 4, "c"), ("Ulm", 5, "d"), ("Münster", 6, "e"), ("Ulm", 7, "f")]


def test_each_file_of_a_folder_has_its_own_encoding_delimiter_header_and_footer(sample):
    found = add(sample, [str(folder_of(sample, MONTHS))], New(), options(), {})
    assert rows(sample, found) == ALL
    notes = "\n".join(what for _, what in found.examined.notes)
    assert "01.csv: left out below the data, --footer 0 keeps it: Total | 3" in notes
    assert "03.csv: the header is row 2" in notes and "02.csv" not in notes
    declaration = sample.data / "datasets" / "months.yml"
    declaration.write_text(declaration.read_text().replace("file: 02.csv", "file: 20.csv"))
    (dataset,) = again(sample).values()
    with pytest.raises(ToolkitError, match=r"no file 20.csv"):
        update(sample, dataset, [], options(), New()) and rows(sample, found)


def test_a_new_file_of_a_folder_is_read_as_it_is_and_the_others_as_before(sample):
    folder = folder_of(sample, {name: MONTHS[name] for name in ("02.csv", "03.csv")})
    found = add(sample, [str(folder)], New(), options(), {}).dataset
    folder_of(sample, MONTHS)
    assert rows(sample, update(sample, found, [str(folder)], options(), New())) == ALL


def unit_of_n(sample, name):
    path = sample.data / "datasets" / f"{name}.yml"
    text = path.read_text().replace(
        "printed: n\n    type: integer\n", "printed: n\n    type: integer\n    unit: percent\n"
    )
    path.write_text(text)
    (dataset,) = again(sample).values()
    return dataset


SHEET = workbook({"towns": [["place", "n"], ["Ulm", 3], ["Bonn", 4]]})
NEW = [
    ("n.csv", "place,n\nUlm,3\nBonn,4\n", [("Ulm", 3), ("Bonn", 4)], "footer: 1 → 0"),
    ("n.csv", "place,n\nKöln,3\nBonn,4\n".encode("cp1252"), [("Köln", 3), ("Bonn", 4)], "encoding: utf-8 → cp1252"),
    ("n.csv", "place;n\nUlm;3\nTotal;3\n", [("Ulm", 3)], "delimiter: , → ;"),
    ("n.csv", "Towns\n\nplace,n\nUlm,3\nTotal,3\n", [("Ulm", 3)], "header: 1 → 2"),
    (
        "n.xlsx",
        SHEET,
        [("Ulm", 3), ("Bonn", 4)],
        "footer: 1 → 0",
    ),
]


@pytest.mark.parametrize(("name", "content", "expected", "said"), NEW)
def test_a_new_version_is_read_as_it_is_and_keeps_what_is_declared(sample, name, content, expected, said):
    added(sample, "n.csv", "place,n\nUlm,1\nMünster,2\nTotal,3\n")
    old = unit_of_n(sample, "n")
    path = sample.root / f"new_{name}"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    found = update(sample, old, [str(path)], options(), New())
    assert rows(sample, found) == expected and said in found.changes.lines
    assert [(c.name, c.type, c.unit) for c in found.dataset.columns] == [
        ("place", "text", None),
        ("n", "integer", "percent"),
    ]


def test_a_table_of_parquet_in_place_of_csv_keeps_units_and_rounds_nothing(sample):
    added(sample, "n.csv", "place,N\nUlm,1\nBonn,2\n")
    path = sample.data / "datasets" / "n.yml"
    path.write_text(path.read_text().replace("type: integer\n", "type: integer\n    unit: percent\n"))
    (old,) = again(sample).values()
    new = sample.root / "new.parquet"
    pyarrow.parquet.write_table(pyarrow.table({"place": ["Ulm"], "n": [3.0]}), new)
    found = update(sample, old, [str(new)], options(), New())
    assert rows(sample, found) == [("Ulm", 3)] and found.dataset.columns[1].unit == "percent"
    pyarrow.parquet.write_table(pyarrow.table({"place": ["Ulm"], "n": [3.7]}), new)
    before = path.read_bytes()
    with pytest.raises(ToolkitError, match="1 value is no integer: the file's column is decimal"):
        update(sample, found.dataset, [str(new)], options(), New())
    assert path.read_bytes() == before and dataset_path(sample, found.dataset).is_file()


TOTALS = "region,town,fee\nN,Ulm,3\n,Bonn,4\nSubtotal,,7\nS,Total Bay,5\nGRAND TOTAL:,,12\nS,Jena,1\n"
NONE = "coalesce(region, '') NOT IN ('GRAND TOTAL:', 'Subtotal')"
ADDED_UP = [
    "SELECT count(*) AS n FROM shops",
    "SELECT town, count(*) AS n FROM shops GROUP BY town",
    "SELECT count(*) AS n FROM shops WHERE region <> 'S'",
    "SELECT count(*) AS n FROM (SELECT * FROM shops)",
    "WITH s AS (SELECT town FROM shops) SELECT count(*) AS n FROM s",
    "SELECT sum(n) AS n FROM (SELECT region, count(*) AS n FROM shops GROUP BY region)",
    "SELECT region, count(*) AS n FROM shops GROUP BY ROLLUP(region)",
    "SELECT region, count(*) / sum(count(*)) OVER () AS share FROM shops GROUP BY region",
    "SELECT (SELECT count(*) FROM shops) AS n",
]
APART = [
    (f"SELECT count(*) AS n FROM shops WHERE {NONE}", "4"),
    (f"SELECT count(*) FILTER ({NONE}) AS n FROM shops", "4"),
    (f"WITH s AS (SELECT * FROM shops WHERE {NONE}) SELECT count(*) AS n FROM s", "4"),
    ("SELECT count(*) AS n FROM shops WHERE region = 'S'", "2"),
    ("SELECT count(*) FILTER (region = 'Subtotal') AS n FROM shops", "1"),
    ("SELECT count(*) AS n FROM shops WHERE town IS NOT NULL", "4"),
    ("SELECT region, count(*) AS n FROM shops GROUP BY region ORDER BY region", "1"),
]


def test_totals_among_the_rows_are_declared_and_no_question_adds_them_up(sample):
    found = added(sample, "shops.csv", TOTALS)
    assert [column.totals and {*column.totals} for column in found.dataset.columns] == [
        {"GRAND TOTAL:", "Subtotal"},
        None,
        None,
    ]
    database = open_database(sample)
    for sql in ADDED_UP:
        with pytest.raises(ToolkitError, match=re.escape(f"WHERE {NONE}; or")):
            answer_question(database, sql)
    for sql, n in APART:
        assert str(answer_question(database, sql).rows[0][-1]) == n
    path = sample.data / "datasets" / "shops.yml"
    text = path.read_text()
    path.write_text(re.sub("totals: .*", 'totals: ["Subtotal", "N"]', text))
    with pytest.raises(ToolkitError, match="NOT IN .'Subtotal', 'N'."):
        answer_question(open_database(sample), "SELECT count(*) AS n FROM shops")
    path.write_text(re.sub("totals: .*", "totals: []", text))
    assert str(answer_question(open_database(sample), "SELECT count(*) AS n FROM shops").rows[0][0]) == "6"
    assert update(sample, again(sample)["shops"], [], options(), New()).dataset.columns[0].totals == ()


def test_options_of_an_update_count_and_what_is_written_by_hand_stays(sample):
    found = added(sample, "n.csv", "place,n\nUlm,1\nTotal,3\n", footer=0)
    assert rows(sample, found) == [("Ulm", 1), ("Total", 3)]
    new = sample.root / "new.csv"
    new.write_text("place,n\nUlm,2\nTotal,5\n")
    kept = update(sample, found.dataset, [str(new)], options(), New())
    assert rows(sample, kept) == [("Ulm", 2), ("Total", 5)], "a footer that was written by hand"
    less = update(sample, kept.dataset, [], options(footer=1), New())
    assert rows(sample, less) == [("Ulm", 2)]
    new.write_bytes("place;n\nŁódź;2\nUlm;3\n".encode("cp1250"))
    wanted = Wanted(encoding="cp1250", delimiter=";")
    assert rows(sample, update(sample, less.dataset, [str(new)], options(wanted=wanted), New()))[0] == ("Łódź", 2)
    for name, sheet in (("a", "2024"), ("b", "2025")):
        content = workbook({sheet: [["place", "n"], ["Ulm", 3]]})
        (sample.root / f"{name}.xlsx").write_bytes(content)
    (dataset,) = again(sample).values()
    found = update(sample, dataset, [str(sample.root / "a.xlsx")], options(), New())
    with pytest.raises(ToolkitError, match="--delimiter: .* which has none"):
        update(sample, found.dataset, [str(sample.root / "b.xlsx")], options(wanted=Wanted(delimiter=";")), New())
    assert (
        update(sample, found.dataset, [str(sample.root / "b.xlsx")], options(), New()).dataset.reading.sheet == "2025"
    )


REFUSED = [
    (
        "place,n\nUlm,3\nTotal,3\n",
        "footer: footer: 0 is declared, but this version seems to have footer: 1 .*Total",
    ),
    ("a,b\n1,2\n3,4\n", "none of the declared columns: a, b"),
    ("place,n\n" + "Ulm,many\n" * 30, "new version 30 cells do not fit: row 1: 'many'"),
]


@pytest.mark.parametrize(("content", "said"), REFUSED)
def test_what_no_longer_fits_is_refused_with_the_remedy_and_nothing_is_replaced(sample, content, said):
    found = added(sample, "n.csv", "place,n\nUlm,1\nBonn,2\n").dataset
    declaration = sample.data / "datasets" / "n.yml"
    before = declaration.read_bytes()
    dataset_path(sample, found).write_text(content)  # changed in its place: nobody can know what was written by hand
    with pytest.raises(ToolkitError, match=said):
        update(sample, found, [], options(), New())
    assert declaration.read_bytes() == before and dataset_path(sample, found).read_text() == content


def test_dates_written_otherwise_are_read_and_columns_without_headers_keep_their_units(sample):
    found = added(sample, "n.csv", "place,day\n" + "".join(f"Ulm,{day}.01.2024\n" for day in range(13, 25)))
    new = sample.root / "new.csv"
    new.write_text("place,day\n" + "".join(f"Ulm,2024-02-{day}\n" for day in range(13, 25)))
    days = [str(day) for _, day in rows(sample, update(sample, found.dataset, [str(new)], options(), New()))]
    assert days[0] == "2024-02-13" and len(days) == 12
    plain = added(sample, "plain.csv", "1,2,3\n4,5,6\n4,5,7\n", New(name="plain"))
    path = sample.data / "datasets" / "plain.yml"
    path.write_text(re.sub("type: integer\n", "type: integer\n    unit: percent\n", path.read_text()))
    old = again(sample)["plain"]
    new.write_text("7,8,9\n4,5,6\n4,5,7\n")
    now = update(sample, old, [str(new)], options(), New()).dataset
    assert [(c.name, c.unit) for c in now.columns] == [(c.name, "percent") for c in plain.dataset.columns]


def test_options_that_no_file_can_be_read_by_are_refused_all_at_once(sample):
    wanted = Wanted(encoding="utf-88", delimiter=";;")
    with pytest.raises(ToolkitError) as raised:
        added(sample, "n.csv", "place;n\nUlm;1\nBonn;2\n", wanted=wanted, header="x", footer=-1)
    assert [problem.where for problem in raised.value.problems] == ["--header", "--footer", "--encoding", "--delimiter"]
    added(sample, "n.csv", "place;n\nUlm;1\nBonn;2\n")
    path = sample.data / "datasets" / "n.yml"
    path.write_text(path.read_text().replace("encoding: utf-8", "encoding: base64"))
    problems = []
    assert read_datasets(sample, (), registry(sample.data / "units.txt"), problems) == {}
    assert "an encoding, such as utf-8" in problems[0].allowed


def parquet_of(columns):
    out = pyarrow.BufferOutputStream()
    pyarrow.parquet.write_table(pyarrow.table(columns), out)
    return out.getvalue().to_pybytes()


PRINTED = {"day": ["May 3 2020", "May 14 2020", "soon"], "n": ["1,200", "1,350", "7"], "k": [1, 2, 3]}
AS_JSON = json.dumps([dict(zip(PRINTED, row, strict=True)) for row in zip(*PRINTED.values(), strict=True)])


@pytest.mark.parametrize(("name", "content"), [("cups.json", AS_JSON), ("cups.parquet", parquet_of(PRINTED))])
def test_dates_and_numbers_that_a_typed_file_has_as_texts_are_read_as_declared(sample, name, content):
    """As in a CSV: what does not fit is counted, and kept as printed."""
    added(sample, name, content)
    path = sample.data / "datasets" / "cups.yml"
    text = path.read_text().replace(
        "printed: n\n    type: text\n", 'printed: n\n    type: integer\n    thousands: ","\n'
    )
    text = text.replace("printed: day\n    type: text\n", 'printed: day\n    type: date\n    form: "%b %d %Y"\n')
    path.write_text(text)
    (old,) = again(sample).values()
    found = update(sample, old, [str(dataset_path(sample, old))], options(), New())
    unread = {column.name: column.unread for column in found.dataset.columns}
    assert unread == {"day": 1, "n": 0, "k": 0, "printed_day": 0}
    days = [date(2020, 5, 3), date(2020, 5, 14), None]
    assert rows(sample, found) == [*zip(days, [1200, 1350, 7], [1, 2, 3], PRINTED["day"], strict=True)]


def test_a_column_that_one_of_several_files_has_as_texts_is_read_as_declared(sample):
    folder = folder_of(sample, {"01.json": '[{"n": 7}]', "02.json": '[{"n": "1,200"}]'})
    found = add(sample, [str(folder)], New(), options(), {}).dataset
    path = sample.data / "datasets" / f"{found.name}.yml"
    path.write_text(path.read_text().replace("type: text\n", 'type: integer\n    thousands: ","\n'))
    (old,) = again(sample).values()
    assert rows(sample, update(sample, old, [str(folder)], options(), New())) == [(7,), (1200,)]
