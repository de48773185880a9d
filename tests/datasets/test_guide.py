"""docs/datasets.md: its declaration reads its file as it says, and its tables name every key."""

import hashlib
import re
from pathlib import Path

from toolkit.core.project import find_project
from toolkit.database.open import open_database
from toolkit.datasets.declaration import COLUMN_KEYS, FORMATS, KEYS, READ_KEYS, TYPES

GUIDE = (Path(__file__).parents[2] / "docs" / "datasets.md").read_text(encoding="utf-8")
UNITS = "visit = [visit] = _ = visits\nEUR = [euro] = _ = euros\n"


def block(language):
    return re.search(rf"^```{language}\n(.*?)^```", GUIDE, re.MULTILINE | re.DOTALL)[1]


def keys_of(heading):
    table = GUIDE.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    return {key for row in rows for key in re.findall("`(.*?)`", row)}


def test_its_file_is_read_as_its_declaration_says(sample):
    folder = sample.data / "datasets"
    folder.mkdir(exist_ok=True)
    (folder / "wards.csv").write_text(block("csv"), encoding="utf-8")
    held = hashlib.sha256(block("csv").encode()).hexdigest()
    declared = block("yaml").replace('"`toolkit add` writes it"', held)
    (folder / "wards.yml").write_text(declared, encoding="utf-8")
    with (sample.data / "units.txt").open("a", encoding="utf-8") as file:
        file.write("".join(line for line in UNITS.splitlines(True) if line.split()[0] not in known(sample)))
    rows = open_database(find_project(sample.root)).answer("x", "SELECT * EXCLUDE day FROM wards")[1]
    read = [("North", 1204, 12.5, 45.5), ("South", None, 7.25, 61.0), ("All wards", 2100, 19.75, 52.0)]
    assert [tuple(row) for row in rows] == read


def known(project):
    return {line.split(" ")[0] for line in (project.data / "units.txt").read_text(encoding="utf-8").splitlines()}


def test_its_tables_name_every_key_of_a_declaration():
    assert keys_of("The dataset") == {*KEYS}
    assert keys_of("How the file is read") == {"format", "files", *READ_KEYS}
    assert keys_of("A column") == {*COLUMN_KEYS}
    said = GUIDE.partition("| `type` |")[2].partition("\n")[0]
    assert all(name in said for name in TYPES)
    formats = GUIDE.partition("| `format` | ")[2].partition("\n")[0]
    assert set(re.findall(r"(?:^|, )([a-z]+)(?=[ ,:])", formats)) == {*FORMATS}
