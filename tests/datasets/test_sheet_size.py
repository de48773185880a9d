"""A small spreadsheet that stands for a huge one is refused before it is read, and one that only looks so is read."""

import io
import zipfile

import pytest

from tests.datasets import other_workbooks
from tests.datasets.workbook import workbook
from toolkit.core.errors import ToolkitError
from toolkit.datasets import unpacked_size
from toolkit.datasets.formats.spreadsheet import sheet_of


def with_row(path, row):
    """A workbook of one row, and this row of XML below it."""
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook({"Data": [["city", "n"], ["Aa", 1]]}))) as old,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b"</sheetData>", f"{row}</sheetData>".encode()))
    path.write_bytes(made.getvalue())
    return path


@pytest.mark.parametrize(
    "row, found",
    [
        ('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>', "more than 3 GiB of memory"),
        ('<row r="9"><c r="xfd1048576"><v>1</v></c></row>', "more than 3 GiB of memory"),
        ('<row r="99999999"><c><v>1</v></c></row>', "GiB of memory|cells up to the last one"),
        (
            '<row r="4294967295"><c r="ZZZZZZ4294967295"><v>1</v></c></row>',
            "a cell that cannot be read: capacity overflow",
        ),
    ],
    ids=["last cell", "small letters", "a row of no sheet", "a row beyond numbers"],
)
def test_a_workbook_with_more_than_is_read_is_refused_in_words(tmp_path, row, found):
    with pytest.raises(ToolkitError, match=found):
        sheet_of(with_row(tmp_path / "far.xlsx", row), "")


def test_a_workbook_that_unpacks_to_more_than_data_do_is_not_unpacked(tmp_path, monkeypatch):
    monkeypatch.setattr(unpacked_size, "FREE", 1 << 20)
    with pytest.raises(ToolkitError, match="2 MiB when it is unpacked"):
        sheet_of(with_row(tmp_path / "bomb.xlsx", "<row/>" * 400_000), "")


def test_a_cell_far_away_in_which_nothing_stands_does_no_harm(tmp_path):
    row = '<row r="1048576"><c r="XFD1048576" s="1"/><c r="XFC1048576"></c></row>'
    assert sheet_of(with_row(tmp_path / "styled.xlsx", row), "") == "Data"


CELLS = [(0, 0, "city"), (0, 1, "n"), (1, 0, "Aa"), (1, 1, "1")]
WRITERS = {".ods": other_workbooks.ods, ".xlsb": other_workbooks.xlsb, ".xls": other_workbooks.xls}


@pytest.mark.parametrize(
    "ending, far",
    [
        (".ods", (1_048_575, 16_383)),
        (".xlsb", (1_048_575, 16_383)),
        (".xls", (65_535, 65_535)),
        (".xls", (65_535, 1_400)),
    ],
)
def test_a_cell_far_away_in_another_format_is_refused_in_words(tmp_path, ending, far):
    near, path = tmp_path / f"near{ending}", tmp_path / f"far{ending}"
    WRITERS[ending](near, CELLS)
    assert sheet_of(near, "") == "S"
    WRITERS[ending](path, [*CELLS, (*far, "x")])
    with pytest.raises(ToolkitError, match="GiB of memory|cells up to the last one") as refused:
        sheet_of(path, "")
    assert refused.value.problems[0].where == path.name


def test_a_long_sheet_of_another_format_is_read(tmp_path):
    for ending, row in ((".ods", 1_048_575), (".xlsb", 1_048_575), (".xls", 65_535)):
        path = tmp_path / f"long{ending}"
        WRITERS[ending](path, [*CELLS, (row, 0, "x")])
        assert sheet_of(path, "") == "S"
