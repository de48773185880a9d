"""Whether the cells of a page's tables are those of the tables for download, which are guarded against formulas."""

import csv
import html
import io
import json

import pytest

from toolkit.core.csv_cells import without_formula
from toolkit.core.unit import registry_of_text
from toolkit.review.archive_page_tables import table_disagreements

WORDS = ["=1+1", " =1", "a\n=1", "\u00a0-1", "'=1", "North", '"=1"']


def found(shown, downloaded):
    cells = "".join(f"<tr><td>{html.escape(word)}</td></tr>" for word in shown)
    page = f'<table id="figures-a"><thead><tr><th scope="col">Word</th></tr></thead><tbody>{cells}</tbody></table>'
    out = io.StringIO()
    csv.writer(out).writerows([["word"], *([word] for word in downloaded)])
    columns = [{"name": "word", "dc:description": "Word"}]
    files = {
        "a.csv": out.getvalue().encode(),
        "a.csv-metadata.json": json.dumps({"tableSchema": {"columns": columns}}).encode(),
    }
    story = {"tables": {}, "charts": {"a": {"csv": "a.csv"}}}
    return list(table_disagreements("a.html", page, story, files, registry_of_text("cup = [cup]\n", "units")))


def test_a_cell_on_the_page_is_the_guarded_one_of_its_download():
    guarded = [without_formula(word) for word in WORDS]
    assert guarded != WORDS and found(WORDS, guarded) == []


@pytest.mark.parametrize("place", range(len(WORDS)))
def test_another_word_is_seen(place):
    shown = [f"{word}2" if count == place else word for count, word in enumerate(WORDS)]
    ((where, _, _),) = found(shown, [without_formula(word) for word in WORDS])
    assert where == f"a.html, table a, row {place + 1}"
