"""The archive: one file, the same bytes from the same edition, that can be checked without this toolkit."""

import csv
import getpass
import io
import json
import math
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import jsonschema
import pytest

from tests.review import archive_attacks
from tests.review.test_verify import rewrite
from toolkit.build.edition_inputs import sha256
from toolkit.build.manifest import stored_manifest
from toolkit.core.errors import ToolkitError
from toolkit.core.project import find_project
from toolkit.main import main
from toolkit.review import ro_crate
from toolkit.review.archive import archive
from toolkit.review.archive_check import alone
from toolkit.review.data_packages import Resource
from toolkit.review.unpacking import unpacked
from toolkit.review.verdict import report
from toolkit.review.verify import verdict

pytestmark = pytest.mark.heavy
PACKAGES = ("figures", "series", "findings", "charts", "rows")
LICENCE = {"type": "object", "required": ["name", "title", "path"]}
FIELD = {
    "type": "object",
    "required": ["name", "type"],
    "properties": {"name": {"type": "string", "minLength": 1}, "type": {"enum": ["string", "number", "boolean"]}},
}
FITS = {"string": str, "number": lambda value: math.isfinite(float(value)), "boolean": ("yes", "no").__contains__}
DESCRIPTOR = {  # what Data Package version 2 asks of a package of CSV files
    "type": "object",
    "required": ["$schema", "name", "resources", "licenses"],
    "properties": {
        "$schema": {"const": "https://datapackage.org/profiles/2.0/datapackage.json"},
        "name": {"type": "string", "pattern": "^[a-z0-9._-]+$"},
        "licenses": {"type": "array", "minItems": 1, "items": LICENCE},
        "sources": {"type": "array", "minItems": 1, "items": {"type": "object", "required": ["title"]}},
        "resources": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["name", "path", "type", "format", "schema", "licenses", "hash", "bytes"],
                "properties": {
                    "name": {"type": "string", "pattern": "^[a-z0-9._-]+$"},
                    "type": {"const": "table"},
                    "path": {"type": "string", "pattern": r"^(?!/)(?!.*\.\.)[^\\]+\.csv$"},
                    "licenses": {"type": "array", "minItems": 1, "items": LICENCE},
                    "schema": {
                        "type": "object",
                        "required": ["fields"],
                        "properties": {"fields": {"type": "array", "minItems": 1, "items": FIELD}},
                    },
                },
            },
        },
    },
}


@pytest.fixture(scope="module")
def packed(built, tmp_path_factory):
    """The built sample's archive."""
    return archive(built, built.reports, tmp_path_factory.mktemp("packed") / "edition.zip")


@pytest.fixture
def opened(packed, tmp_path):
    """The archive unpacked in an empty folder."""
    with zipfile.ZipFile(packed) as file:
        file.extractall(tmp_path / "opened")
    return tmp_path / "opened"


def script(folder):
    """The archive's own script, run by a Python that sees nothing but the standard library."""
    return subprocess.run(
        [sys.executable, "-I", "-S", "recompute.py"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def table(path):
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))


def test_the_same_edition_gives_the_same_bytes_and_the_name_says_which(built, packed, tmp_path):
    again = archive(built, built.reports)
    assert again.read_bytes() == packed.read_bytes()
    hash12 = sha256((built.reports / "manifest.json").read_bytes())[:12]
    assert again == built.build / f"invented-sample-{hash12}.zip"
    again.unlink()
    with zipfile.ZipFile(packed) as file:
        assert {entry.date_time for entry in file.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert file.namelist() == sorted(file.namelist())


def test_it_holds_the_whole_edition(built, opened):
    for path in built.reports.rglob("*"):
        if path.is_file():
            assert (opened / "edition" / path.relative_to(built.reports)).read_bytes() == path.read_bytes()
    assert (opened / "questions" / "told.sql").read_bytes() == (built.questions / "told.sql").read_bytes()


def test_the_script_recomputes_the_findings_by_itself(opened):
    done = script(opened)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1].startswith("1 of 1 findings recomputed, 0 not to the end")


@pytest.mark.parametrize(
    "name, old, new",
    [
        ("figures/figures.csv", ",35,35,cup/week,", ",36,36,cup/week,"),
        ("findings/nodes.csv", ",3.5,3.5,1,computed,", ",3.6,3.6,1,computed,"),
        ("findings/findings.csv", ",3.5,3.5,1,computed", ",3.5,3.7,1,computed"),
        ("findings/nodes.csv", ",ratio,", ",product,"),
    ],
)
def test_one_value_changed_in_a_table_fails_and_names_the_finding(opened, name, old, new):
    rewrite(opened / name, old, new)
    done = script(opened)
    assert done.returncode == 1
    assert "NOT REPRODUCED: coffee.multiple" in done.stdout
    assert "0 of 1 findings recomputed" in done.stdout and "1 DO NOT AGREE" in done.stdout


def test_tables_with_a_row_missing_fail_in_words(opened):
    rewrite(opened / "figures" / "figures.csv", "figure:office-survey#heavy", "figure:office-survey#light")
    done = script(opened)
    assert (done.returncode, done.stderr) == (1, "")
    assert "NOT REPRODUCED: coffee.multiple" in done.stdout and "KeyError 'figure:office-survey#heavy'" in done.stdout
    nodes = opened / "findings" / "nodes.csv"
    nodes.write_text("".join(nodes.read_text(encoding="utf-8").splitlines(keepends=True)[:2]), encoding="utf-8")
    done = script(opened)
    assert (done.returncode, done.stderr) == (1, "") and "do not hold together" in done.stdout


@pytest.mark.parametrize("name", PACKAGES)
def test_each_data_package_says_what_its_columns_are(opened, name):
    told = json.loads((opened / name / "datapackage.json").read_text(encoding="utf-8"))
    jsonschema.validate(told, DESCRIPTOR)
    assert {license["name"] for license in told["licenses"]} == {"CC-BY-4.0"}
    for resource in told["resources"]:
        path = opened / name / resource["path"]
        content = path.read_bytes()
        assert (resource["bytes"], resource["hash"]) == (len(content), f"sha256:{sha256(content)}")
        rows = table(path)
        fields = {field["name"]: field for field in resource["schema"]["fields"]}
        with path.open(encoding="utf-8", newline="") as file:
            assert next(csv.reader(file)) == list(fields)
        for row in rows:
            for column, value in row.items():
                assert value == "" or FITS[fields[column]["type"]](value), (column, value)
        for key in resource["schema"].get("primaryKey", ()):
            assert len({row[key] for row in rows}) == len(rows) and all(row[key] for row in rows)


def test_figures_stand_as_printed_with_source_place_date_and_licence(opened):
    rows = {row["key"]: row for row in table(opened / "figures" / "figures.csv")}
    assert len(rows) == len({row["source"] + row["claim"] for row in rows.values()}) > 5
    budget = rows["figure:office-survey#budget"]
    assert (budget["low"], budget["high"], budget["unit"]) == ("1.2", "1.5", "million USD")
    assert (budget["kind"], budget["place"], budget["date"]) == ("reported", "budget page", "2026-04-15")
    assert rows["figure:office-survey#beans"]["says"] == "The beans are roasted in the cellar."
    sources = {row["id"]: row for row in table(opened / "figures" / "sources.csv")}
    assert sources["office-survey"]["licence"] == "facts restated in our own words"
    assert sources["paper-retelling"]["address"] == ""


def test_a_chart_stands_without_the_words_of_its_download_which_the_package_carries(opened):
    (resource,) = json.loads((opened / "charts" / "datapackage.json").read_text(encoding="utf-8"))["resources"]
    assert (resource["name"], resource["path"]) == ("coffee-told", "coffee/told.csv")
    assert resource["title"].startswith("The survey has 3.5 times") and "Licence:" in resource["description"]
    rows = table(opened / "charts" / "coffee" / "told.csv")
    assert [row["told_multiple"] for row in rows] == ["3.5", "4"]


def test_hostile_text_is_no_formula():
    made = Resource("x", "x.csv", "X", {"a": "", "b": ""}, [("=1+1", -2.5), ("two\nlines", None)]).content()
    assert made == b"a,b\n'=1+1,-2.5\ntwo lines,\n"


def test_every_file_is_named_with_type_licence_and_hash(opened):
    told = json.loads((opened / "ro-crate-metadata.json").read_text(encoding="utf-8"))
    assert told["@context"] == "https://w3id.org/ro/crate/1.2/context"
    graph = {entity["@id"]: entity for entity in told["@graph"]}
    assert len(graph) == len(told["@graph"])
    about = graph["ro-crate-metadata.json"]
    assert about["about"] == {"@id": "./"} and about["conformsTo"]["@id"] == "https://w3id.org/ro/crate/1.2"
    root = graph["./"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", root["datePublished"]) and root["name"] and root["description"]
    parts, waiting = set(), ["./"]
    while waiting:
        for part in graph[waiting.pop()].get("hasPart", ()):
            parts.add(part["@id"])
            waiting.append(part["@id"])
    files = {path.relative_to(opened).as_posix() for path in opened.rglob("*") if path.is_file()}
    files.remove("ro-crate-metadata.json")
    assert {part for part in parts if not part.endswith("/")} == files
    for name in files:
        assert graph[name]["sha256"] == sha256((opened / name).read_bytes())
        assert "File" in graph[name]["@type"] and graph[name]["encodingFormat"] != "application/octet-stream"
        terms = graph[name]["license"]
        licences = [one["@id"] for one in (terms if isinstance(terms, list) else [terms])]
        assert licences and {*licences} <= graph.keys()
        has_letters = b"@font-face" in (opened / name).read_bytes()
        assert has_letters == (licences[-1] == ro_crate.OFL and len(licences) > 1), name
    lettered = {name for name in files if isinstance(graph[name]["license"], list)}
    assert {"edition/charts.css", "edition/pages.css", "edition/coffee.html", "edition/vega.js"} <= lettered
    assert graph["recompute.py"]["license"]["@id"].endswith("/MIT")
    assert [one["@id"] for one in graph["edition/vega.js"]["license"]] == [ro_crate.BSD, ro_crate.ISC]


def test_verify_makes_every_file_again_and_names_what_was_changed(built, packed, tmp_path):
    with unpacked(packed) as (edition, root):
        whole = verdict(edition, built.reports, root, project=built)
        files = sum(path.is_file() for path in root.rglob("*"))
        assert whole.holds and f"{files} of {files} files of the archive" in report(whole)
        assert whole.notes[-1].startswith("1 of 1 findings recomputed")
        rewrite(root / "figures" / "figures.csv", ",35,35,", ",36,36,")
        rewrite(root / "README.md", "CC BY 4.0", "CC0")
        (root / "csv.py").write_text("x")
        torn = verdict(edition, built.reports, root, project=built)
    found = {mismatch.where: mismatch for mismatch in torn.missed}
    table, readme, more = (found[f"archive, {name}"] for name in ("figures/figures.csv", "README.md", "csv.py"))
    assert '"35", "35"' in table.old and '"36", "36"' in table.new and table.place == "line 2"
    assert "CC BY 4.0" in readme.old and "CC0" in readme.new
    assert (more.old, more.new) == ("", "no file of this archive")
    assert any("NOT REPRODUCED: coffee.multiple" in one.new for one in torn.missed)


def test_alone_an_archive_says_what_it_can_show_and_what_not(packed, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["verify", str(packed)]) == 0
    said = capsys.readouterr().out
    assert "checked without the project" in said.lower() and "1 of 1 findings recomputed" in said
    assert "toolkit verify" in said and "SHA-256" in said


@pytest.mark.parametrize(
    "name, old, new",
    [
        ("recheck.html", "default-src 'none'", "default-src *"),
        ("recheck.html", "</main>", "<p>This archive agrees with itself.</p></main>"),
        ("vega.js", "run(", "fetch('https://a.example');run("),
        ("stories.css", "}", "}h1{display:none}"),
        ("index.html", '<meta http-equiv="Content-Security-Policy"', '<meta name="policy"'),
        ("coffee.html", "default-src 'none'", "default-src *"),
        ("coffee.html", "; base-uri", "; script-src 'unsafe-inline'; base-uri"),
        ("coffee.html", "<head>", "<head><script src='https://a.example/a.js'></script>"),
    ],
)
def test_alone_what_pages_may_run_and_load_is_held_with_all_hashes_brought_up_to_date(packed, tmp_path, name, old, new):
    files = archive_attacks.read(packed)
    text = files[f"edition/{name}"].decode()
    assert old in text
    changed = archive_attacks.with_hashes({**files, f"edition/{name}": text.replace(old, new, 1).encode()})
    with unpacked(archive_attacks.write(tmp_path / "changed.zip", changed)) as (edition, root):
        missed = alone(root, stored_manifest(edition)).missed
    assert any(name in one.where and "differs" not in one.new for one in missed), missed


@pytest.mark.slow
def test_alone_what_search_engines_are_told_at_the_root_of_a_host_is_as_a_build_writes_it(warm, tmp_path):
    from tests.build.test_pipeline import run  # as below

    settings = warm.root / "pyproject.toml"
    text = settings.read_text(encoding="utf-8").replace("stories =", 'site = "https://example.org"\nstories =', 1)
    settings.write_text(text, encoding="utf-8")
    run(find_project(warm.root))
    files = archive_attacks.read(archive(find_project(warm.root), warm.reports, tmp_path / "edition.zip"))
    missed = []
    for robots in (files["edition/robots.txt"], b"User-agent: *\nDisallow: /\n"):
        changed = archive_attacks.with_hashes({**files, "edition/robots.txt": robots})
        with unpacked(archive_attacks.write(tmp_path / "changed.zip", changed)) as (edition, root):
            missed.append([one.where for one in alone(root, stored_manifest(edition)).missed])
    assert missed[0] == [] and any("robots.txt" in where for where in missed[1])


@pytest.mark.slow
def test_alone_the_archive_of_an_edition_in_german_is_read_in_german(warm, tmp_path, monkeypatch, capsys):
    from tests.build.test_pipeline import run  # not above: how often its loops go round is not known there

    for path, old, new in (
        ("pyproject.toml", "stories =", 'language = "de"\nstories ='),
        ("data/units.txt", "cups\n", "Tasse = Tassen\n"),
        ("data/units.txt", "weeks\n", "Woche = Wochen\n"),
    ):
        text = (warm.root / path).read_text(encoding="utf-8")
        (warm.root / path).write_text(text.replace(old, new, 1), encoding="utf-8")
    done = run(find_project(warm.root))
    assert done.returncode == 0, done.stderr
    made = archive(find_project(warm.root), warm.reports, tmp_path / "edition.zip")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert main(["verify", str(made)]) == 0, capsys.readouterr().out


def test_tables_that_cannot_be_read_are_a_miss_and_no_crash(built, packed):
    with unpacked(packed) as (edition, root):
        (root / "findings" / "nodes.csv").write_text("id\n1\n")
        missed = verdict(edition, built.reports, root).missed
    assert any("do not hold together: KeyError" in mismatch.new for mismatch in missed)


def test_an_edition_that_is_not_what_was_built_is_not_archived(changeable):
    rewrite(changeable.reports / "coffee.html", "3.5 times", "9.5 times")
    rewrite(changeable.data / "sources" / "office-survey.yml", "value: 35", "value: 36")
    with pytest.raises(ToolkitError) as raised:
        archive(changeable, changeable.reports)
    assert [problem.where for problem in raised.value.problems] == [
        "reports/coffee.html",
        "data: data/sources/office-survey.yml",
    ]
    assert list(changeable.build.glob("*.zip")) == []


def test_nothing_in_it_names_the_machine_or_a_registry(built, packed, opened):
    user = getpass.getuser()
    words = [str(built.root), str(Path.home()), sys.prefix, "pypi.org", "npmjs", *([user] if len(user) > 4 else [])]
    for path in opened.rglob("*"):
        if path.is_file():
            body = path.read_bytes()
            assert [word for word in words if word.encode() in body] == [], path.name


def test_the_command_says_where_it_went(built, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(built.root)
    assert main(["archive", "--out", str(tmp_path / "a" / "x.zip")]) == 0
    assert re.search(r"x\.zip, \d+ KB\n$", capsys.readouterr().out)
    assert main(["archive", str(tmp_path / "nowhere")]) == 1
    assert "nowhere/manifest.json" in capsys.readouterr().err
