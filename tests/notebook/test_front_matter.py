"""Front matter: what a story says of itself, at the top of its first Markdown cell; every mistake by its name."""

import pytest

from toolkit.core.errors import StoryError
from toolkit.notebook.front_matter import FrontMatter, front_matter_of, read_front_matter, split_front_matter
from toolkit.notebook.notebook_file import read_notebook


def cells(text):
    """A notebook's cells: code, then the text."""
    return [{"cell_type": "code", "source": "x = 1"}, {"cell_type": "markdown", "source": [text]}]


def read(yaml):
    problems = []
    found = read_front_matter("tea", cells(f"---\n{yaml}\n---\n# Tea"), problems)
    assert problems == []
    return found


def refused(yaml):
    problems = []
    read_front_matter("tea", cells(f"---\n{yaml}\n---\n# Tea"), problems)
    return str(StoryError(problems))


def test_every_field_is_read():
    found = read(
        "dek: What was counted.\nkicker: Claim\nclaim: that tea is drunk\nstatus: embargoed until 2026-12-01\n"
        "authors: [Ada, Bo]\nlanguage: ar"
    )
    assert found == FrontMatter(
        "What was counted.", "Claim", "that tea is drunk", "embargoed", "2026-12-01", ("Ada", "Bo"), "ar", "rtl"
    )
    assert front_matter_of({"front_matter": found.to_json()}) == found


@pytest.mark.parametrize(
    ("yaml", "names"), [("authors: Ada", ("Ada",)), ("authors:\n  - name: Ada\n  - name: Bo", ("Ada", "Bo"))]
)
def test_authors_are_written_as_myst_has_them(yaml, names):
    assert read(yaml).authors == names


@pytest.mark.parametrize("text", ["# Tea", "", "---\n# a rule, and no second", "text\n---\ndek: x\n---\n"])
def test_without_two_lines_of_dashes_at_the_top_there_is_none(text):
    assert read_front_matter("tea", cells(text), []) == FrontMatter()
    assert split_front_matter(text) == ("", text)
    assert read_front_matter("tea", [], []) == FrontMatter()


@pytest.mark.parametrize(
    ("yaml", "said"),
    [
        ("dek: Tea in 10 cups", "story tea, cell 2, front matter, line 2: a typed number: 10"),
        ("kicker: x\nclaim: twice the tea", "story tea, cell 2, front matter, line 3: a typed number: twice"),
        ("dek: Drunk {eval}`x` times", "{eval}`x` in the dek"),
        (
            "status: finished",
            "status is 'finished'\n    allowed: draft, published, published 2026",
        ),
        ("status: embargoed until 2026-02-30", "status is 'embargoed until 2026-02-30'"),
        ("title: Tea", "unknown key 'title'\n    allowed: dek, kicker, claim, status, authors, language, direction"),
        ("language: English", "language is 'English'"),
        ("direction: up", "direction is 'up'"),
        ("dek: a: b", "front matter, line 2: mapping values are not allowed"),
        ("- dek", "no mapping at the top\n    allowed: YAML between two lines of ---"),
        ("authors: 7", "authors is 7"),
        ("dek: |\n  One.\n\n  Two.", "dek has several paragraphs"),
        ("dek: " + "tea " * 9_000, "36,006 characters\n    allowed: 20,000 at most"),
        ("dek: !!python/object/apply:os.system [ls]", "! before a value"),
        ("a: &a [x, x]\ndek: [*a, *a]", "& before a value"),
        ("dek: " + "[" * 5_000, "more than 20 entries inside one another"),
        ('dek: "tea\u202epots"', "U+202E"),
        ("authors: [{name: {name: Ada}}]", "name is an entry"),
    ],
)
def test_what_is_wrong_is_said_with_cell_and_line(yaml, said):
    assert said in refused(yaml)


def test_all_that_is_wrong_is_said_at_once():
    said = refused("dek: 7 cups\nstatus: done\nautors: Ada")
    assert all(part in said for part in ("typed number: 7", "status is 'done'", "unknown key 'autors'"))


def test_a_notebook_is_read_without_it_and_keeps_what_it_says(sample):
    notebook = read_notebook(sample.notebooks / "coffee.ipynb")
    assert notebook.cells[1].source.startswith("# An invented office")
    said = front_matter_of(notebook.metadata)
    assert (said.status, said.dek) == ("published", "Nothing here is true; it shows what a story is made of.")
