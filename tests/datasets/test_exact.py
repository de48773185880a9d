"""What a file holds is kept as it is, or its dataset says in words what is not: no row, digit or hour goes silently."""

import json
import shutil
import sqlite3
from datetime import date, datetime
from decimal import Decimal

import duckdb
import pyarrow
import pyarrow.parquet
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import counts
from tests.datasets.test_add import added, options, rows
from tests.datasets.workbook import workbook
from toolkit.core.errors import ToolkitError
from toolkit.datasets.add import New, add
from toolkit.datasets.file_format import Wanted

pytestmark = pytest.mark.heavy


def test_rows_that_a_database_has_in_a_file_beside_it_are_not_lost(sample):
    path = sample.root / "n.sqlite"
    writer = sqlite3.connect(path)
    writer.execute("PRAGMA journal_mode = WAL")
    writer.execute("CREATE TABLE n (place TEXT, amount INT)")
    writer.execute("INSERT INTO n VALUES ('Ulm', 1)")
    writer.commit()
    with pytest.raises(ToolkitError, match="n.sqlite-wal lies beside it: rows that are not written into it yet"):
        add(sample, [str(path)], New(), options(), {})
    writer.close()
    assert rows(sample, add(sample, [str(path)], New(), options(), {})) == [("Ulm", 1)]
    other = sample.root / "m.duckdb"
    file = duckdb.connect(str(other))
    file.execute("CREATE TABLE m AS SELECT 'Ulm' AS place, 1 AS amount")
    file.close()
    (sample.root / "m.duckdb.wal").write_bytes(b"rows")
    with pytest.raises(ToolkitError, match=r"m.duckdb.wal lies beside it"):
        add(sample, [str(other)], New(), options(), {})


@pytest.mark.parametrize(
    "header", [[2019, 2020], ["2019", "2020"], [date(2019, 1, 1), date(2020, 1, 1)], ["01", "02"], [1.5, 2.5]]
)
def test_a_sheet_whose_header_has_years_numbers_or_dates_has_columns_of_numbers(sample, header):
    printed = [str(cell) for cell in header]
    header = [str(cell) if isinstance(cell, date) else cell for cell in header]
    content = workbook({"a": [["place", *header], ["Ulm", 3, 4.5], ["Bonn", 5, 6]]})
    found = added(sample, "years.xlsx", content, header="1")
    assert [column.type for column in found.dataset.columns] == ["text", "integer", "decimal"]
    assert [column.printed for column in found.dataset.columns[1:]] == printed
    assert rows(sample, found) == [("Ulm", 3, 4.5), ("Bonn", 5, 6.0)]


def test_codes_below_the_header_of_a_sheet_stay_text(sample):
    found = added(sample, "codes.xlsx", workbook({"a": [["place", "n"], ["Ulm", "12"], ["Bonn", "13"]]}))
    assert rows(sample, found) == [("Ulm", "12"), ("Bonn", "13")]


def test_times_with_their_distance_to_utc_are_kept_in_utc_and_said(sample):
    cells = ["2024-01-01T00:30:00+02:00", "2024-01-01 10:00:00-0500", "2024-01-01T10:00:00Z", "2024-01-01T10:00:00"]
    found = added(sample, "n.csv", "place,t\n" + "".join(f"Ulm,{cell}\n" for cell in cells))
    expected = [datetime(2023, 12, 31, 22, 30), datetime(2024, 1, 1, 15), *[datetime(2024, 1, 1, 10)] * 2]
    assert [moment for _, moment in rows(sample, found)] == expected
    assert ("t", "2 times are told with their distance to UTC: all are kept as they are in UTC") in found.examined.notes


NUMBERS = st.lists(
    st.integers(-(2**70), 2**70) | st.sampled_from([2**53 + 1, 2**63, 2**64 + 1]), min_size=1, max_size=4
)


@settings(max_examples=counts.examples(8), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(numbers=NUMBERS, wrapped=st.booleans())
def test_integers_of_json_come_back_digit_by_digit(sample, numbers, wrapped):
    shutil.rmtree(sample.data / "datasets", ignore_errors=True)
    records = [{"place": "Ulm", "n": number, "x": 0.5} for number in numbers]
    found = added(sample, "n.json", json.dumps({"list": records} if wrapped else records))
    assert [(int(n), x) for _, n, x in rows(sample, found)] == [(number, 0.5) for number in numbers]


def test_wide_integers_of_duckdb_are_whole(sample):
    path = sample.root / "sums.duckdb"
    file = duckdb.connect(str(path))
    file.execute("CREATE TABLE sums AS SELECT 3::HUGEINT AS small, 2::HUGEINT ** 80::HUGEINT AS large")
    file.execute("CREATE OR REPLACE TABLE sums AS SELECT small, 1208925819614629174706176::HUGEINT AS large FROM sums")
    file.close()
    assert rows(sample, add(sample, [str(path)], New(), options(), {})) == [(3, "1208925819614629174706176")]


def test_decimals_beyond_64_bits_stay_text_and_others_are_numbers(sample):
    table = pyarrow.table(
        {
            "small": pyarrow.array([Decimal("12.34")], pyarrow.decimal128(30, 2)),
            "large": pyarrow.array([Decimal("12345678901234567890.12")], pyarrow.decimal128(30, 2)),
        }
    )
    pyarrow.parquet.write_table(table, sample.root / "d.parquet")
    found = add(sample, [str(sample.root / "d.parquet")], New(), options(), {})
    assert rows(sample, found) == [(12.34, "12345678901234567890.12")]
    assert ("large", "decimals beyond 64 bits: they stay text") in found.examined.notes
    text = added(sample, "t.csv", "a,b\nUlm,12345678901234567890.12\nBonn,1.5\n")
    assert rows(sample, text) == [("Ulm", "12345678901234567890.12"), ("Bonn", "1.5")]
    assert "has decimals of more than 15 digits" in dict(text.examined.notes)["b"]


def test_a_key_of_json_that_is_not_there_is_refused(sample):
    with pytest.raises(ToolkitError, match="no table 'rows'"):
        added(sample, "n.json", '[{"a": 1}]', wanted=Wanted(table="rows"))


def test_a_file_packed_with_zstandard_is_added(sample):
    sink = pyarrow.BufferOutputStream()
    with pyarrow.CompressedOutputStream(sink, "zstd") as packed:
        packed.write("place;n\nKöln;1,5\nUlm;2,5\n".encode("cp1252"))
    found = added(sample, "towns.csv.zst", sink.getvalue().to_pybytes())
    assert rows(sample, found) == [("Köln", 1.5), ("Ulm", 2.5)] and found.dataset.file == "towns.csv.zst"


def test_totals_are_looked_for_in_a_file_of_any_length_and_what_is_not_is_said(sample):
    path = sample.root / "long.parquet"
    duckdb.sql("SELECT if(i = 7, 'Total', 'Ulm') AS place, i AS n FROM range(500_001) r(i)").write_parquet(str(path))
    said = add(sample, [str(path)], New(link=True), options(), {}).examined.profile.suspicious
    listed = "texts are listed under totals: (Total), which no sum may take with others: take names out"
    assert ("place", listed) in said
    assert any(what.endswith("are not looked for: more than 500,000 rows") for _, what in said)
