"""Files of many columns: what is said of a column does not depend on how many are asked in one query."""

import csv
import io
import time

import duckdb
import pytest

from tests.datasets.test_add import added, options, rows
from toolkit.datasets import many_columns
from toolkit.datasets.add import New, add

pytestmark = pytest.mark.heavy

CELLS = (  # of one column each, in six rows
    ["Ulm", "Ulm ", "Köln", "Koln", "Total", "Ulm Total"],
    ["Ulm Total", "Bonn", "", "Bonn\ufffd", "#REF!", "ulm total"],
    ["1,5", "2,25", "n/a", "3.000,5", "x", "4"],
    ["1", "2", "3", "-999", "", "-"],
    ["4", "1", "2", "3", "5", ""],
    ["$1,200.50", "$3.00", "", "$7.25", "$8.00", "$9.10"],
    ["1/2/2020", "3/4/2020", "5/6/2020", "7/8/2020", "9/9/2020", ""],
    ["13/2/2020", "3/4/2020", "5/6/2020", "7/8/2020", "x", ""],
    ["2020-01-02", "1900-01-01", "2020-03-04", "", "2020-05-06", "2099-01-01"],
    ["yes", "no", "yes", "", "no", "no"],
    ["Ada Smith", "John Jones", "Mary Brown", "", "Anna Miller", "John Green"],
    ["a@example.org", "b@example.org", "c@example.org", "d@example.org", "", "e@example.org"],
    ["007", "008", "", "009", "010", "011"],
    ["same"] * 6,
    [""] * 6,
    ["12%", "13%", "14", "15%", "", "16%"],
)


def text_of(columns):
    """A delimited text of columns of cells, each with a header of its own."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";")
    writer.writerows([[f"column {place}" for place in range(len(columns))], *zip(*columns, strict=True)])
    return out.getvalue()


def said(found):
    """All that is said of a dataset that was added."""
    return found.dataset.columns, found.examined.profile, found.examined.notes, found.examined.people


@pytest.mark.parametrize("private", [False, True])
def test_columns_that_are_asked_together_are_said_to_be_what_each_is_by_itself(sample, monkeypatch, private):
    text = text_of(CELLS * 2)
    together = added(sample, "together.csv", text, private=private)
    monkeypatch.setattr(many_columns, "CELLS", 1)
    alone = added(sample, "alone.csv", text, private=private)
    assert said(alone) == said(together)
    assert len({(column.type, column.form) for column in together.dataset.columns}) >= 7
    assert len(together.examined.people) >= 4 and together.examined.profile.suspicious
    assert [column.totals for column in together.dataset.columns if column.totals] == 2 * [("Total", "Ulm Total")], (
        "the second column has no Ulm beside its Ulm Total"
    )
    by_name = {one.dataset.name: one for one in (together, alone)}
    assert rows(sample, by_name["alone"]) == rows(sample, by_name["together"])


def test_a_table_with_types_and_no_rows_is_added(sample):
    duckdb.sql(f"COPY (SELECT 1 AS n, 'a' AS t LIMIT 0) TO '{sample.root / 'none.parquet'}' (FORMAT parquet)")
    found = add(sample, [str(sample.root / "none.parquet")], New(), options(), {})
    assert found.dataset.rows == 0 and [column.distinct for column in found.examined.profile.columns] == [0, 0]


def test_a_wide_file_takes_time_by_its_cells(sample):
    """A query for each column, or an expression for each, took 45 seconds."""
    began = time.process_time()
    found = added(
        sample, "wide.csv", text_of([[f"{cell}{place % 7}" for cell in CELLS[place % 4]] for place in range(1200)])
    )
    assert time.process_time() - began < 12
    assert len(found.dataset.columns) >= 1200


@pytest.mark.parametrize("link", [False, True])
def test_a_file_with_any_name_stays_where_it_is(sample, link):
    path = sample.root / "typed.parquet"
    duckdb.sql(f"COPY (SELECT i AS n FROM range(3) AS t(i)) TO '{path}' (FORMAT parquet)")
    content = path.read_bytes()
    found = add(sample, [str(path)], New(link=link), options(), {})
    assert path.read_bytes() == content and rows(sample, found) == [(0,), (1,), (2,)]
