"""The CSV of every published chart, read as a reader of pandas would."""

import json

import pandas
import pytest

from toolkit.core.project import find_project

REPORTS = find_project().reports
DOWNLOADS = sorted(REPORTS.glob("*/data/*.csv"))


def test_there_are_downloads():
    assert len(DOWNLOADS) > 50


@pytest.mark.parametrize("path", DOWNLOADS, ids=lambda path: f"{path.parts[-3]}/{path.stem}")
def test_pandas_reads_it_by_its_defaults_and_its_metadata_name_the_columns(path):
    frame = pandas.read_csv(path)
    columns = json.loads(path.with_name(path.name + "-metadata.json").read_text())["tableSchema"]["columns"]
    assert list(frame.columns) == [column["name"] for column in columns] and len(frame)
    for column in columns:
        if column.get("datatype") == "number":
            assert pandas.api.types.is_numeric_dtype(frame[column["name"]]), column
