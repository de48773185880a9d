"""CRLF for LF: what git and zip tools do to text is named as what it is, and changes no value."""

import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from tests.build.editions import write_edition
from tests.build.three_stories import three_stories
from tests.review.test_edition_location import git
from toolkit.build.edition_inputs import edition_inputs
from toolkit.build.manifest import altered_files, files_of, stored_manifest
from toolkit.core.project import find_project
from toolkit.database.open import open_database
from toolkit.database.query import ask, read_question
from toolkit.reported.declaration_file import read_declaration
from toolkit.review.archive import archive
from toolkit.review.compare_two_files import CRLF_LINES
from toolkit.review.edition_location import edition_at
from toolkit.review.two_editions import Editions, Side
from toolkit.review.unpacking import unpacked
from toolkit.review.verdict import report
from toolkit.review.verify import verdict
from toolkit.usage.simulate.plan import make_plan

ROOT = Path(__file__).parents[2]
STORIES = {"coffee": {"questions": {"told": ""}}}
GIT = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
NAMED = "line endings were changed to CRLF in {} files; check out again with core.autocrlf=false"


def with_crlf(folder):
    """Ends the lines of every text below a folder by CRLF; returns how many files that changed."""
    changed = 0
    for path in folder.rglob("*"):
        content = path.read_bytes() if path.is_file() else b"\0"
        if b"\0" not in content and b"\n" in content:
            path.write_bytes(content.replace(b"\n", b"\r\n"))
            changed += 1
    return changed


@pytest.fixture
def edition(sample):
    """A tiny edition of the sample that its data fit."""
    units = (sample.data / "units.txt").read_text(encoding="utf-8")
    return write_edition(sample.reports, inputs=edition_inputs(sample, STORIES), units=units)


def test_an_edition_with_other_line_endings_is_not_called_tampered(edition, tmp_path):
    whole = shutil.copytree(edition, tmp_path / "whole")
    changed = with_crlf(edition)
    found = verdict(edition, whole, None)
    said = report(found)
    assert changed > 0 and NAMED.format(changed) in said and "changed after it was built" not in said
    assert "1 of 1 findings reproduced" in said and f"{len(files_of(whole)) - changed} of" in said
    assert not found.holds and {mismatch.what for mismatch in found.missed} == {"page", "hash"}
    assert all("core.autocrlf" in mismatch.causes[0] for mismatch in found.missed)


def test_a_file_that_was_tampered_with_is_still_named_among_them(edition, tmp_path):
    whole = shutil.copytree(edition, tmp_path / "whole")
    page = edition / "coffee.html"
    page.write_text(page.read_text().replace("Nothing is true", "All is true"))
    with_crlf(edition)
    said = report(verdict(edition, whole, None))
    assert "coffee.html: differs" in said and "cause: the edition was changed after it was built" in said


@pytest.mark.parametrize(
    ("name", "content"),
    [
        (
            "page.html",
            "<!doctype html><html><body><script>\nlet a = 1;\nlet b;\n</script><pre>x = [\n 1]</pre></body></html>\n",
        ),
        ("vega.js", "/*!\n a licence\n*/\nrun();\n"),
        ("pages.css", "/*\n*/\na{color:red}\n"),
        ("a.svg", "<svg><style>\na{b:c}\n</style></svg>\n"),
    ],
)
def test_where_the_ends_of_lines_alone_differ_no_part_of_a_file_does(tmp_path, name, content):
    sides = []
    for side, ends in (("old", "\r\n"), ("new", "\n")):
        (tmp_path / side).mkdir()
        (tmp_path / side / name).write_text(content.replace("\n", ends), newline="")
        sides.append(Side(tmp_path / side, {"inputs": {}}))
    assert Editions(*sides).differing[name].what == CRLF_LINES


def test_an_archive_packed_again_with_other_line_endings_is_named_so(edition, sample, tmp_path):
    packed = archive(sample, edition, tmp_path / "a.zip")
    loose = tmp_path / "loose"
    with zipfile.ZipFile(packed) as found:
        found.extractall(loose)
    changed = with_crlf(loose)
    with zipfile.ZipFile(tmp_path / "again.zip", "w") as again:
        for path in (path for path in loose.rglob("*") if path.is_file()):
            again.write(path, path.relative_to(loose).as_posix())
    with unpacked(tmp_path / "again.zip") as (folder, root):
        found = verdict(folder, edition, root, project=sample)
        for (
            one
        ) in found.missed:  # a page says what its lines ended with, a file of the archive that nothing else changed
            assert (one.old, one.new) == (
                "CRLF",
                "LF",
            ) or one.new == "its lines end with CRLF, and nothing else changed"
        said = report(found)
    assert "line endings were changed to CRLF in" in said and "differs" not in said
    assert 0 < changed and "1 of 1 findings recomputed" in said


def test_archiving_an_edition_with_other_line_endings_says_how_to_undo_it(edition, sample):
    with_crlf(edition)
    with pytest.raises(Exception, match="(?s)its lines end with CRLF.*do: check out again with core.autocrlf=false"):
        archive(sample, edition)


@pytest.mark.heavy
def test_data_with_other_line_endings_give_the_same_values_and_are_the_same_inputs(tmp_path):
    plain, other = three_stories(tmp_path / "plain"), three_stories(tmp_path / "other")
    assert with_crlf(other.root) > 10
    desks = [open_database(project) for project in (plain, other)]
    for sql in ("FROM figures", "FROM series_rows", "FROM sources", "FROM claims", "FROM pots_by_week"):
        assert desks[0].rows(sql) == desks[1].rows(sql) != []
    for name in ("poured", "told"):
        tables = [ask(desk, name, read_question(desk, name)) for desk in desks]
        assert tables[0] == tables[1] and tables[0].digest == tables[1].digest
    assert read_declaration(plain, "steeping") == read_declaration(other, "steeping")
    assert make_plan(plain, "none", 20, 1, 1).fingerprint == make_plan(other, "none", 20, 1, 1).fingerprint
    assert edition_inputs(plain, STORIES) == edition_inputs(other, STORIES)


@GIT
def test_a_checkout_by_any_settings_of_git_has_the_bytes_that_were_committed(sample, tmp_path, monkeypatch):
    write_edition(sample.reports)
    shutil.copy(ROOT / ".gitattributes", sample.root)
    (sample.reports / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n a line\n")
    git(sample, "init", "-q")
    git(sample, "add", "-A")
    git(sample, "commit", "-qm", "an edition")
    settings = ["-c", "core.autocrlf=true", "-c", "core.eol=crlf"]
    subprocess.run(["git", *settings, "clone", "-q", str(sample.root), str(tmp_path / "clone")], check=True)
    for name in ("reports", "data", "notebooks"):
        assert files_of(tmp_path / "clone" / name) == files_of(sample.root / name)
    assert altered_files(tmp_path / "clone" / "reports", stored_manifest(tmp_path / "clone" / "reports")) == [
        ("picture.png", "not in the manifest")
    ]


@GIT
def test_a_revision_is_taken_out_as_it_was_committed(sample):
    """Of a time before line endings were pinned, by one whose settings change them."""
    write_edition(sample.reports)
    git(sample, "init", "-q")
    git(sample, "add", "-A")
    git(sample, "commit", "-qm", "an edition")
    git(sample, "config", "core.autocrlf", "true")
    with edition_at(sample, "HEAD") as folder:
        assert altered_files(folder, stored_manifest(folder)) == []


@GIT
@pytest.mark.parametrize(
    "name, text",
    [
        ("data/sources/x.yml", True),
        ("data/series/x.csv", True),
        ("data/units.txt", True),
        ("notebooks/sql/x.sql", True),
        ("reports/x/charts/x.svg", True),
        ("reports/manifest.json", True),
        ("reports/x/charts/x.png", False),
        ("toolkit/charts/fonts/x.ttf", False),
        ("toolkit/charts/fonts/x.woff2", False),
        ("x.parquet", False),
        ("x.zip", False),
        ("data/build/x.duckdb", False),
    ],
)
def test_this_repository_pins_what_is_text_and_what_is_not(name, text):
    if not (ROOT / ".git").exists():
        pytest.skip("this is no clone")
    asked = subprocess.run(
        ["git", "check-attr", "text", "eol", "--", name],
        cwd=find_project(ROOT).root,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert (": text: auto" in asked and ": eol: lf" in asked) == text and (": text: unset" in asked) == (not text)


def test_a_photograph_has_no_lines(edition, tmp_path):
    (edition / "gate.jpg").write_bytes(b"\xff\xd8\xff\nof light\n")
    (edition / "gate.txt").write_bytes(b"of light\n")
    whole = shutil.copytree(edition, tmp_path / "whole")
    for name in ("gate.jpg", "gate.txt"):
        (edition / name).write_bytes((edition / name).read_bytes().replace(b"\n", b"\r\n"))
    elsewhere = {**stored_manifest(whole), "inputs": {"environment": {"python": "CPython 3.99.1"}}}
    found = Editions(Side(edition, elsewhere), Side(whole, stored_manifest(whole))).differing
    assert found["gate.txt"] is None and found["gate.jpg"].what == "a picture"
