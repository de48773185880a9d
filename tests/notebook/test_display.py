"""What JupyterLab shows of numbers, sources, claims and tables: HTML without scripts, escaped, with the receipt."""

import re
from dataclasses import dataclass
from html.parser import HTMLParser

import pytest

from toolkit import assume, open_story
from toolkit.core.errors import ToolkitError
from toolkit.core.number import Number
from toolkit.database.table import table
from toolkit.main import main
from toolkit.notebook import display
from toolkit.notebook.left_out import keep_published, left_out

VOID = {"br", "hr", "img"}


class Tree(HTMLParser):
    """Reads HTML and holds that every element is closed; `text` is what is read."""

    def __init__(self, html):
        super().__init__()
        self.open, self.tags, self.parts = [], [], []
        self.feed(html)
        assert self.open == []
        self.text = " ".join("".join(self.parts).split())

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.parts.append(" ")
        if tag not in VOID:
            self.open.append(tag)
        assert not any(name.startswith("on") for name, _ in attrs)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag
        self.parts.append(" ")

    def handle_data(self, data):
        if "style" not in self.open:
            self.parts.append(data)


@pytest.fixture
def story(with_database):
    return open_story("coffee")


def read(html):
    tree = Tree(html)
    assert "script" not in tree.tags and not re.search(r"url\(|@import|src=", html)
    return tree


def test_a_number_opens_to_its_receipt(story):
    survey = story["office-survey"]
    multiple = story.finding("coffee.multiple", survey["heavy"] / survey["median"], "Heavy over <median>")
    shown = read(display.number_html(multiple, story.database))
    assert shown.tags.count("details") == 1 and shown.text.startswith("3.5 times computed · Heavy over <median>")
    assert "35 cups a week ÷ 10 cups a week = 3.5 times" in shown.text
    assert "reported · Invented Office, 15 April 2026 · table of drinkers · office-survey#heavy" in shown.text
    assert shown.text.endswith("Kind computed Unit none, a plain number")


def test_a_number_of_one_figure_and_one_that_is_assumed_say_where_they_are_from(story):
    budget = read(display.number_html(story["office-survey"]["budget"], story.database)).text
    assert "$1.2m to $1.5m" in budget and "budget page" in budget and budget.endswith("Unit USD")
    price = assume(2, "USD/cup", why="what the kiosk <b>takes</b>")
    assert "assumed · what the kiosk <b>takes</b>" in read(display.number_html(price, story.database)).text


def test_many_inputs_are_counted(story):
    heavy = story["office-survey"]["heavy"]
    total = sum((heavy.named(f"part {n}") * assume(n + 2, "1", why=f"w{n}") for n in range(12)), 0)
    text = read(display.number_html(total, story.database)).text
    assert "sum of 12 numbers" in text and "and 4 more" in text


def test_a_source_shows_its_figures_and_itself_escaped(story):
    shown = read(display.source_html(story["office-survey"], story.database))
    assert 'An invented survey of <b>coffee</b> & "tea"' in shown.text and "seen in full, primary" in shown.text
    assert "heavy 35 cups a week" in shown.text and "budget $1.2m to $1.5m" in shown.text
    assert not any(leaf.ref.startswith("figure:") for leaf in story.inputs.leaves)  # looking is not using


def test_a_claim_shows_its_readings_side_by_side(story):
    told = read(display.claim_html(story.claim("coffee.multiple_as_told"), story.database))
    assert told.tags.count("tr") == 3
    assert "about 4 times" in told.text and "against the average" in told.text and "certainty moderate" in told.text
    assert "none here: an origin" in told.text
    assert (
        "denies: The beans are bought roasted."
        in read(display.claim_html(story.claim("coffee.beans"), story.database)).text
    )


def test_a_table_shows_its_first_rows_and_says_how_many_there_are(story):
    heavy = story["office-survey"]["heavy"]
    shown = read(display.table_html(table("t", [{"who": f"<{n}>", "cups": heavy} for n in range(30)], "A <caption>")))
    assert shown.tags.count("tr") == 21 and "<19>" in shown.text and "<20>" not in shown.text
    assert "A <caption> reported · 30 rows, the first 20 shown" in shown.text and "cup/week" in shown.text


def test_no_amount_is_set_as_a_formula(story):
    for html in (
        display.number_html(story["office-survey"]["budget"], story.database),
        display.source_html(story["office-survey"], story.database),
    ):
        assert "mathjax_ignore" in html and "tex2jax_ignore" in html


def test_a_story_says_three_lines_of_itself(story):
    story.finding("coffee.heavy", story["office-survey"]["heavy"])
    assert repr(story).splitlines() == [
        "Story coffee: 1 finding, 0 charts",
        "To ask: 0 datasets, 2 sources, 5 claims, 1 question in notebooks/sql",
        'Next: story.tables(), story.sql("SELECT …"), story["SOURCE"], story.claim("CLAIM"), story.finding(…)',
    ]


@dataclass
class Extensions:
    """IPython's extensions, by the names of those that are loaded."""

    loaded: set[str]


@dataclass
class Shell:
    """What `display.register` asks of IPython's shell."""

    display_formatter: object
    extension_manager: Extensions


def test_an_altair_chart_is_drawn_by_what_jupyterlab_has(story, monkeypatch):
    import altair
    import pandas
    from IPython.core.formatters import DisplayFormatter

    formatter = DisplayFormatter()
    shell = Shell(formatter, Extensions(set()))
    monkeypatch.setattr("IPython.core.getipython.get_ipython", lambda: shell)
    display.register(story.database)
    chart = altair.Chart(pandas.DataFrame({"a": [1], "b": [2]})).mark_point().encode(x="a", y="b")
    for one in (chart, chart | chart, chart + chart):
        data, _ = formatter.format(one)
        assert set(data) == {"text/plain", display.VEGA_LITE}


@pytest.mark.parametrize("loaded", [set(), {display.RECORDING}])
def test_displays_are_for_people_and_not_for_builds(story, monkeypatch, loaded):
    from IPython.core.formatters import DisplayFormatter

    formatter = DisplayFormatter()
    shell = Shell(formatter, Extensions(loaded))
    monkeypatch.setattr("IPython.core.getipython.get_ipython", lambda: shell)
    display.register(story.database)
    assert (Number in formatter.mimebundle_formatter.type_printers) == (not loaded)
    data, _ = formatter.format(story["office-survey"]["heavy"])
    assert data["text/plain"] == "35 cups a week" and ("text/html" in data) == (not loaded)
    heavy = story["office-survey"]["heavy"]
    for held in ([heavy], (heavy,), {"heavy": heavy}):
        said = formatter.format(held)[0]["text/plain"]
        assert ("35 cups a week" in said and "Number(" not in said) == (not loaded)


def test_a_dataset_shows_its_profile_and_first_rows_escaped(sample):
    folder = sample.data / "datasets"
    folder.mkdir()
    path = sample.root / "kitchens.csv"
    path.write_text("Kitchen,Score\n" + "\n".join(f"<b>{n}</b>,{n}.5" for n in range(9)), encoding="utf-8")
    assert main(["add", str(path), "--name", "kitchens"]) == 0
    story = open_story("coffee")
    shown = read(display.dataset_html(story.dataset("kitchens")))
    assert "kitchens.csv, 9 rows" in shown.text and "a draft" in shown.text and "<b>0</b>" in shown.text
    assert "score decimal 0 9 0.5 8.5" in shown.text and "First 5 rows" in shown.text
    answer = read(display.table_html(story.sql("SELECT kitchen, score / 7 AS part, score > 1 AS high FROM kitchens")))
    assert "9 rows" in answer.text and "0.0714286" in answer.text and "reported" not in answer.text
    counted = story.sql("SELECT count(*) AS n_kitchens FROM kitchens WHERE score > 3").one("n_kitchens")
    receipt = read(display.number_html(counted, story.database)).text
    assert "measured · 6 of 9 rows" in receipt and "a draft, without a source" in receipt
    cell = {
        "cell_type": "code",
        "metadata": {},
        "source": "",
        "outputs": [{"output_type": "execute_result", "data": {}}],
    }
    cell["outputs"][0]["data"] = story.sql("SELECT kitchen, score FROM kitchens")._repr_mimebundle_()
    keep_published(cell)
    said = left_out({"cells": [cell]})
    assert said.startswith("cell 1 (the table kitchens") and ": 9 rows; not for the page: " in said
    with pytest.raises(AttributeError, match="has no 'head'; all its rows in pandas: ") as raised:
        story.dataset("kitchens").head()
    code = str(raised.value).partition("pandas: ")[2]
    assert len(eval(code, {"story": story})) == 9
    with pytest.raises(ToolkitError, match="kitchens"):
        story.dataset("kitchen")
