"""The build's cache: entries come back as they were stored, damaged ones count as none, and when answers still hold."""

from dataclasses import replace

import pytest

from toolkit.build.edition_record import project_files
from toolkit.build.kept_file import keep
from toolkit.build.staleness import CacheEntry, digest_of_data, load, reasons_to_redo, store
from toolkit.database.open import open_database

ENTRY = CacheEntry({"notebooks/coffee.ipynb": "a" * 64}, {'["question"]': "b" * 64}, b"the page\nof coffee", "c" * 64)


def test_an_entry_is_loaded_as_it_was_stored(sample):
    assert load(sample, "coffee", "page") is None
    store(sample, "coffee", "page", ENTRY)
    assert load(sample, "coffee", "page") == ENTRY


@pytest.mark.parametrize("content", [b"", b"{}\n", b"[]\n", b"1\n", b"null\n", b'{"sha256": "a"}\nthe page'])
def test_a_damaged_entry_counts_as_none(sample, content):
    store(sample, "coffee", "page", ENTRY)
    (sample.build / "stories" / "coffee.page").write_bytes(content)
    assert load(sample, "coffee", "page") is None


@pytest.mark.parametrize("content", [b"the page", b'{"inputs": {}, "trace": {}, "more": 1}\nthe page', b"1\n"])
def test_an_entry_of_another_version_counts_as_none(sample, content):
    keep(sample.build / "stories" / "coffee.page", content)
    assert load(sample, "coffee", "page") is None


def test_an_entry_whose_trace_was_changed_counts_as_none(sample):
    store(sample, "coffee", "page", ENTRY)
    path = sample.build / "stories" / "coffee.page"
    path.write_bytes(path.read_bytes().replace(b"question", b"Question"))
    assert load(sample, "coffee", "page") is None


def asked_again(project, entry):
    """The reasons for doing a step of this entry again, and how many questions were asked to know them."""
    database = open_database(project).with_empty_trace()
    reasons = reasons_to_redo(entry, entry.inputs, lambda: database, digest_of_data(project, project_files(project)))
    return reasons, len(database.trace)


def test_answers_of_the_same_files_are_not_asked_for_again(sample):
    database = open_database(sample).with_empty_trace()
    database.leaf("figure:office-survey#heavy")
    entry = CacheEntry({}, dict(database.trace), b"", digest_of_data(sample, project_files(sample)))
    (sample.notebooks / "coffee.ipynb").write_text("{}")  # is no answer of the database
    assert asked_again(sample, entry) == ([], 0)
    assert asked_again(sample, replace(entry, data_digest="")) == ([], 1)


@pytest.mark.parametrize(
    "name, old, new",
    [
        ("data/sources/office-survey.yml", "value: 35", "value: 36"),
        ("data/units.txt", "", "# a remark\n"),
        ("pyproject.toml", "", "# a remark\n"),
        ("notebooks/sql/new.sql", "", "SELECT 1"),
        ("notebooks/words.csv", "", "tea"),
    ],
)
def test_another_file_has_answers_asked_for_again(sample, name, old, new):
    database = open_database(sample).with_empty_trace()
    database.leaf("figure:office-survey#heavy")
    entry = CacheEntry({}, dict(database.trace), b"", digest_of_data(sample, project_files(sample)))
    path = sample.root / name
    path.parent.mkdir(exist_ok=True)
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    reasons, asked = asked_again(sample, entry)
    assert asked == 1 and reasons == (["the figure office-survey#heavy changed"] if old else [])


def test_a_notebook_that_another_reads_is_looked_at_each_time(sample):
    database = open_database(sample).with_empty_trace()
    (sample.notebooks / "tea.ipynb").write_text("{}")
    database.file_digest("notebooks/tea.ipynb")
    entry = CacheEntry({}, dict(database.trace), b"", digest_of_data(sample, project_files(sample)))
    (sample.notebooks / "tea.ipynb").write_text("{ }")
    assert asked_again(sample, entry) == (["notebooks/tea.ipynb changed"], 1)
