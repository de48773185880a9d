"""A declared dataset is read where it is, or from a Parquet copy, and never from another file than the one declared."""

import hashlib
from dataclasses import fields

import pyarrow
import pyarrow.parquet
import pytest

from toolkit.core.errors import ToolkitError
from toolkit.core.unit import registry
from toolkit.datasets.declaration import FORMATS
from toolkit.datasets.file_format import Wanted
from toolkit.datasets.formats import formats
from toolkit.datasets.read_all import read_datasets, undeclared_files
from toolkit.datasets.stored import check_files, parquet_of, relation
from toolkit.engine.connect import in_memory
from toolkit.main import main

SHOPS = "place;opened;revenue\nUlm;01.02.2024;1.234,5\nKöln;13.12.2023;-\n"
SHOPS_YML = """\
schema: 1
id: shops
title: Shops
source: null
retrieved: 2026-04-15
file: shops.csv
sha256: {sha256}
rows: 2
read:
  format: csv
  encoding: cp1252
  delimiter: ;
columns:
  - {{name: place, printed: place, type: text}}
  - {{name: opened, printed: opened, type: date, form: "%d.%m.%Y"}}
  - {{name: revenue, printed: revenue, type: decimal, decimal: ",", thousands: ., missing: ["-"]}}
"""


def declared(project, name, content, declaration):
    """The dataset of a file with this content and this declaration."""
    folder = project.data / "datasets"
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(content)
    sha256 = hashlib.sha256(content).hexdigest()
    (folder / f"{name.split('.')[0]}.yml").write_text(declaration.format(sha256=sha256), encoding="utf-8")
    return read(project)[name.split(".")[0]]


def read(project):
    problems = []
    found = read_datasets(project, (), registry(project.data / "units.txt"), problems)
    assert problems == []
    return found


def rows(project, dataset):
    return in_memory().execute(f"SELECT * FROM {relation(project, dataset)}").fetchall()


def test_delimited_text_is_read_from_a_parquet_copy(sample):
    dataset = declared(sample, "shops.csv", SHOPS.encode("cp1252"), SHOPS_YML)
    copy = parquet_of(sample, dataset)
    assert copy.parent == sample.build / "datasets"
    found = [(place, str(opened), revenue) for place, opened, revenue in rows(sample, dataset)]
    assert found == [("Ulm", "2024-02-01", 1234.5), ("Köln", "2023-12-13", None)]
    before = copy.stat().st_mtime_ns
    assert parquet_of(sample, dataset).stat().st_mtime_ns == before, "made once"
    assert [path.name for path in copy.parent.iterdir() if path.name.endswith(".scratch")] == []


def test_parquet_is_read_in_place_under_the_declared_names(sample):
    sink = pyarrow.BufferOutputStream()
    pyarrow.parquet.write_table(pyarrow.table({"Place name": ["Ulm"], "N": pyarrow.array([3], "int32")}), sink)
    declaration = SHOPS_YML.split("read:")[0].replace("shops.csv", "shops.parquet") + (
        "read: {{format: parquet}}\ncolumns:\n  - {{name: place_name, printed: Place name, type: text}}\n"
        "  - {{name: n, printed: N, type: integer}}\n"
    )
    dataset = declared(sample, "shops.parquet", sink.getvalue().to_pybytes(), declaration)
    assert parquet_of(sample, dataset) == sample.data / "datasets" / "shops.parquet"
    found = in_memory().execute(f"SELECT place_name, n + 1 FROM {relation(sample, dataset)}").fetchall()
    assert found == [("Ulm", 4)]


def test_a_changed_or_missing_file_is_refused_by_name_and_hash(sample):
    dataset = declared(sample, "shops.csv", SHOPS.encode("cp1252"), SHOPS_YML)
    file = sample.data / "datasets" / "shops.csv"
    parquet_of(sample, dataset)
    file.write_bytes(file.read_bytes() + b"Bonn;01.01.2020;3\n")
    with pytest.raises(ToolkitError, match=f"shops.csv: the file was changed.*\n.*{dataset.sha256}"):
        parquet_of(sample, dataset)
    file.write_bytes(SHOPS.encode("cp1252").replace(b"\n", b"\r\n"))
    with pytest.raises(ToolkitError, match="its lines end with CRLF, and nothing else changed") as caught:
        parquet_of(sample, dataset)
    assert "core.autocrlf=false" in caught.value.problems[0].remedy, "not to be accepted as a new version"
    file.unlink()
    with pytest.raises(ToolkitError, match=f"shops.csv: the file is missing or was moved\n.*{dataset.sha256}"):
        parquet_of(sample, dataset)
    assert len(check_files(sample, [dataset])) == 1


def test_cells_that_do_not_fit_are_listed_and_refused_until_they_are_declared(sample):
    content = SHOPS.replace("1.234,5", "about 3").encode("cp1252")
    dataset = declared(sample, "shops.csv", content, SHOPS_YML)
    with pytest.raises(ToolkitError, match="revenue: 1 cell does not fit: row 1: 'about 3'\n.*\n.*unread: 1"):
        parquet_of(sample, dataset)
    accepted = SHOPS_YML.replace("type: decimal", "type: decimal, unread: 1")
    dataset = declared(sample, "shops.csv", content, accepted)
    assert [row[2:] for row in rows(sample, dataset)] == [(None, "about 3"), (None, "-")]


def test_all_problems_of_all_declarations_come_at_once(sample):
    declared(sample, "shops.csv", SHOPS.encode("cp1252"), SHOPS_YML)
    path = sample.data / "datasets" / "shops.yml"
    wrong = path.read_text().replace("rows: 2", "rows: many").replace("type: date", "type: day")
    path.write_text(wrong.replace("source: null", "source: nobody"))
    (path.parent / "other.yml").write_text("schema: 1\nid: others\n")
    problems = []
    assert read_datasets(sample, (), registry(sample.data / "units.txt"), problems) == {}
    text = "\n".join(map(str, problems))
    for found in ("rows is 'many'", "type is 'day'", "no source 'nobody'", "id is 'others'", "sha256 is missing"):
        assert found in text


def test_a_file_that_no_dataset_declares_is_a_problem(sample):
    dataset = declared(sample, "shops.csv", SHOPS.encode("cp1252"), SHOPS_YML)
    (sample.data / "datasets" / "more.CSV").write_text("a\n1\n")
    (problem,) = undeclared_files(sample, [dataset])
    assert (problem.where, "toolkit add data/datasets/more.CSV" in problem.remedy) == ("data/datasets/more.CSV", True)


@pytest.mark.parametrize("name", ["more.yaml", "More.YML", "more.yml.txt"])
def test_a_declaration_under_another_ending_is_a_problem_that_says_its_name(sample, name):
    (sample.data / "datasets").mkdir(exist_ok=True)
    (sample.data / "datasets" / name).write_text("schema: 1\n")
    (problem,) = undeclared_files(sample, [])
    assert (problem.where, problem.remedy) == (
        f"data/datasets/{name}",
        "rename it to more.yml, or move it out of data/",
    )


def test_a_declaration_that_was_edited_into_other_rows_or_columns_is_refused(sample):
    content = SHOPS.encode("cp1252")
    dataset = declared(sample, "shops.csv", content, SHOPS_YML.replace("  delimiter", "  footer: 1\n  delimiter"))
    with pytest.raises(ToolkitError, match="the file has 1 rows\n.*2 rows declared\n.*--update shops"):
        parquet_of(sample, dataset)
    dataset = declared(sample, "shops.csv", content, SHOPS_YML.replace("printed: opened", "printed: open"))
    with pytest.raises(ToolkitError, match="'opened' in place of 'open'"):
        parquet_of(sample, dataset)
    sink = pyarrow.BufferOutputStream()
    pyarrow.parquet.write_table(pyarrow.table({"Place": ["Ulm"], "N": [3]}), sink)
    declaration = SHOPS_YML.split("read:")[0].replace("shops.csv", "shops.parquet") + (
        "read: {{format: parquet}}\ncolumns:\n  - {{name: place, printed: Place, type: text}}\n"
    )
    dataset = declared(sample, "shops.parquet", sink.getvalue().to_pybytes(), declaration)
    with pytest.raises(ToolkitError, match="the file has 2 columns\n.*the 1 columns declared"):
        parquet_of(sample, dataset)


def test_every_format_says_how_its_files_are_named_and_what_it_takes():
    found = formats()
    ranks = [one.rank for one in found.values()]
    assert ranks == sorted(ranks) and list(found)[-1] == "csv"  # which takes any text
    assert set(found) == set(FORMATS) and all(one.endings and one.description for one in found.values())
    assert {option for one in found.values() for option in one.options} == {field.name for field in fields(Wanted)}


def test_an_unknown_source_is_said_once_and_its_file_is_not_called_undeclared(sample, monkeypatch, capsys):
    declared(sample, "shops.csv", SHOPS.encode("cp1252"), SHOPS_YML)
    path = sample.data / "datasets" / "shops.yml"
    path.write_text(path.read_text().replace("source: null", "source: nobody-2026"))
    monkeypatch.chdir(sample.root)
    assert main(["check"]) == 1
    err = capsys.readouterr().err
    assert err.count("no source 'nobody-2026'") == 1 and "no dataset declares" not in err
