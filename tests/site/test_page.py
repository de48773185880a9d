"""A page: what stands in it, what leads where, what is refused."""

import base64
import hashlib
import io
import json
import re
from dataclasses import replace

import pandas
import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output
from PIL import Image

from tests.site import sample_story
from toolkit.core.errors import DataFileError, StoryError
from toolkit.core.kind import KINDS
from toolkit.core.number import nodes_from_json
from toolkit.core.unit import unit_text
from toolkit.notebook import mime
from toolkit.notebook.prose import say
from toolkit.notebook.story import Story
from toolkit.site import finishing, page
from toolkit.site.glossary import glossary
from toolkit.site.links import dead_links
from toolkit.site.markdown import curly
from toolkit.site.rendered_table import RenderedTable


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return sample_story.make(tmp_path_factory.mktemp("tea"))


@pytest.fixture(scope="module")
def soup(made):
    return BeautifulSoup(made.page.html, "lxml")


def words(node) -> str:
    return " ".join(node.get_text().split())


def test_the_page_has_one_headline_landmarks_a_skip_link_and_says_what_it_is(made, soup):
    assert made.page.html.startswith("<!doctype html>")
    assert soup.html["lang"] == "en"
    assert [words(h1) for h1 in soup.find_all("h1")] == ["The office drinks 3.4 times the tea, it’s said"]
    assert soup.title.string == "The office drinks 3.4 times the tea, it’s said – Tea, audited"
    assert all(soup.find(name) for name in ("main", "header", "nav", "footer", "article"))
    skip = soup.body.find("a")
    assert skip["class"] == ["skip"] and soup.find(id=skip["href"][1:]).name == "main"
    assert soup.find("meta", {"name": "description"})["content"] == made.page.dek
    assert "3.4 times as much as the median" in words(soup.select_one(".finding"))
    assert words(soup.select_one(".meta")).startswith(
        "Figures as published to 12 May 2026 · one origin · computed from"
    )
    assert words(soup.select_one(".kicker")) == "Claim under audit three times the tea"


def test_headings_go_down_one_level_at_a_time_and_ids_are_unique(soup):
    levels = [int(heading.name[1]) for heading in soup.find_all(re.compile("h[1-6]"))]
    assert levels[0] == 1 and all(after <= before + 1 for before, after in zip(levels, levels[1:], strict=False))
    ids = [node["id"] for node in soup.find_all(id=True)]
    assert len(ids) == len(set(ids))
    inside = [a["href"][1:] for a in soup.find_all("a", href=re.compile("^#"))]
    assert set(inside) <= set(ids)


def test_nothing_is_fetched_and_nothing_runs(made, soup):
    assert [script["type"] for script in soup.find_all("script")] == ["application/ld+json"]
    assert [link["href"][:5] for link in soup.find_all("link")] == ["data:"], "the icon, which is in the page"
    assert not soup.find_all(["iframe", "img", "object", "video", "base", "form"])
    assert not soup.find_all(src=True) and not soup.find_all(style=True)
    assert not [name for node in soup.find_all(True) for name in node.attrs if name.startswith("on")]
    assert not re.search(r"url\((?!data:|#)|@import", made.page.html)


def test_the_policy_allows_this_style_and_nothing_else(soup):
    policy = soup.find("meta", {"http-equiv": "Content-Security-Policy"})["content"]
    digest = base64.b64encode(hashlib.sha256(soup.style.string.encode()).digest()).decode()
    assert policy.startswith("default-src 'none'; ")
    assert f"style-src 'sha256-{digest}'" in policy
    assert "script-src" not in policy and "unsafe" not in policy and "http" not in policy


def test_every_number_of_the_prose_leads_to_its_receipt_and_back(made, soup):
    expected = [
        found["result"]["data"]["text/plain"]
        for cell in made.executed.notebook.cells
        for found in cell.metadata.get("user_expressions", [])
    ]
    numbers = soup.select(".n[id]")
    assert sorted(map(words, numbers)) == sorted(expected)
    for number in numbers:
        receipt = soup.find(id=number.button["popovertarget"])
        assert receipt["class"] == ["receipt"] and not words(number.button)
        assert receipt["aria-label"] == f"Receipt for {words(number)}"
        assert not receipt.find_parent(["p", "h1", "table"])


def test_a_kind_above_computed_is_marked_at_its_first_number_only(soup):
    marks = [(words(mark), words(mark.find_previous_sibling(class_="n"))) for mark in soup.select("small.kind")]
    assert marks == [("assumed", "0.97"), ("SIMULATED", "14 orders a week")]
    assert words(soup.select_one("#chart-model .ends")) == "Chart 2 SIMULATED"
    assert "SIMULATED" in words(soup.select_one("#figures-model caption"))


def test_sections_follow_the_author_method_and_code_are_folded_hidden_cells_are_gone(soup):
    headings = [words(h2).rstrip("#") for h2 in soup.select("article h2")]
    assert headings == [
        "Computed, it’s 3.4 times, and not what is told",
        "What The Kettle says",
        "Two yardsticks",
        "What we do not know",
        "How we did it",
        "Limits",
        "The numbers in the text, one by one",
        "The questions in SQL",
        "The code",
        "Sources",
        "Corrections",
        "Cite this",
        "Glossary",
    ]
    fold = soup.find("details", id="how-we-did-it")
    assert not fold.has_attr("open") and "Divided, as 3.4 times shows" in words(fold)
    assert "All of it is invented" not in words(fold)
    assert "This is not shown" not in words(soup)
    assert words(soup.select_one("#chart-pairs .code code")) == "story.chart(pairs, 'range_bars')"
    assert "kettle = story['kettle-survey']" in words(soup.find(id="code"))
    assert "story.chart" not in words(soup.find(id="code"))
    assert "end <of> it" not in words(soup)


@pytest.mark.heavy
def test_method_cells_after_their_own_heading_make_one_fold(tmp_path):
    told = [new_markdown_cell("## How we did it"), new_markdown_cell("Twice.", metadata={"tags": ["method"]})]
    page = BeautifulSoup(sample_story.make(tmp_path, extra=told).page.html, "lxml")
    folds = [words(fold) for fold in page.select("details.fold") if "How we did it" in words(fold.summary)]
    assert len(folds) == 2 and "Twice." in folds[0] and "Divided, as 3.4 times shows" in folds[1]


def test_tables_have_caption_scopes_units_and_say_where_they_come_from(soup):
    table = soup.find("table", id="table-told")
    assert words(table.caption) == "As each told it reported"
    assert [words(th) for th in table.select("thead th[scope=col]")] == [
        "Who",
        "When",
        "Cups orders a week",
        "Multiple",
        "Sure",
    ]
    assert [words(cell) for cell in table.select("tbody tr")[0].find_all(["th", "td"])] == [
        "The Kettle",
        "15 April 2026",
        "31",
        "3 times",
        "yes",
    ]
    assert len(table.select("tbody th[scope=row]")) == 2
    box = table.find_parent(class_="scroll")
    assert box["tabindex"] == "0" and box["aria-labelledby"] == table.caption["id"]
    assert [a["href"] for a in box.find_next_sibling("p").find_all("a")] == [
        "#s-kettle-survey",
        "#s-leaf-daily",
        "#q-told",
    ]
    assert "SELECT 1 < 2 AS sure" in words(soup.find(id="q-told"))


def test_a_row_without_a_first_word_has_a_header_that_is_not_empty():
    headings = ({"label": "Who", "unit": "", "number": False}, {"label": "Cups", "unit": "", "number": True})
    rows = (({"text": "", "number": False}, {"text": "9", "number": True}),)
    it = RenderedTable("told", "As told", "reported", headings, rows, (), "")
    html = page.templates().get_template("table.html.j2").module.table(it)
    assert words(BeautifulSoup(html, "lxml").select_one("tbody th")) == "–"


def test_charts_have_their_words_two_drawings_a_table_and_downloads(made, soup):
    chart = soup.find(id="chart-pairs")
    assert words(chart.figcaption.h2) == "Computed, it’s 3.4 times, and not what is told"
    assert [svg["class"] for svg in chart.find_all("svg")] == [["chart", "chart-wide"], ["chart", "chart-narrow"]]
    spoken = chart.find(role="img")
    assert spoken["aria-label"] == "Three bars on one axis: computed, as told, and as retold."
    assert [svg["aria-hidden"] for svg in spoken.find_all("svg")] == ["true", "true"]
    assert "Invented. The spread is 0.97." in words(chart.select_one(".notes"))
    assert [a["href"] for a in chart.select(".files a")] == [
        "tea/data/pairs.csv",
        "tea/charts/pairs.svg",
        "tea/charts/pairs.png",
        "tea/charts/pairs.html",
        "tea/charts/pairs.vl.json",
        "tea/charts/pairs-interactive.html",
    ]
    assert {f"tea/{name}" for name in made.page.files} >= {a["href"] for a in soup.select(".files a")}
    assert "0.97 = 1.24 ÷ 1.2816" in words(chart.find("details"))
    assert made.page.files["charts/pairs.png"].startswith(b"\x89PNG")


def test_a_download_opens_in_pandas_as_it_is_and_holds_no_formula(made):
    frame = pandas.read_csv(io.BytesIO(made.page.files["data/pairs.csv"]))
    assert list(frame.columns) == ["who", "multiple"]
    assert list(frame.who) == ["computed", "as told", "'" + sample_story.FORMULA]
    assert frame.multiple[0] == pytest.approx(31 / 9, rel=1e-15)


def test_the_metadata_beside_a_download_says_what_it_holds(made):
    found = json.loads(made.page.files["data/model.csv-metadata.json"])
    assert (found["url"], found["dc:type"]) == ("model.csv", "SIMULATED")
    assert "CC BY 4.0" in found["dc:rights"] and found["dc:license"]["@id"].startswith("https://creativecommons.org/")
    frame = pandas.read_csv(io.BytesIO(made.page.files["data/model.csv"]))
    columns = found["tableSchema"]["columns"]
    assert [column["name"] for column in columns] == list(frame.columns)
    cups = next(column for column in columns if column["name"] == "cups")
    assert (cups["schema:unitText"], cups["datatype"]) == ("order/week", "number")
    assert len(json.loads(made.page.files["data/pairs.csv-metadata.json"])["dc:source"]) == 2


def test_hostile_text_stays_text(made, soup):
    assert curly(sample_story.HOSTILE) in words(soup.find(id="s-leaf-daily"))
    assert "49" not in words(soup.find(id="s-leaf-daily"))
    assert len(soup.find_all("script")) == 1 and not soup.find_all("img")
    assert "<img" not in made.page.html and made.page.html.count("<script") == 1
    assert all(
        b"<img" not in content and b"<script" not in content
        for name, content in made.page.files.items()
        if name.endswith("svg")
    )


def test_a_quotation_leads_to_its_source(soup):
    quote = soup.select_one("a.q")
    assert words(quote) == "three times as much" and quote["href"] == "#s-kettle-survey"
    assert soup.find(id="s-kettle-survey")


def test_sources_are_linked_but_copies_only_named(soup):
    kettle, daily = soup.find(id="s-kettle-survey"), soup.find(id="s-leaf-daily")
    assert kettle.a["href"] == "https://example.org/kettle" and "A. Brewer" in words(kettle)
    assert "Primary." in words(kettle) and "read in full" in words(kettle) and "High 2 claims" in words(kettle)
    assert "copies.example" in words(daily) and not daily.find("a", href=re.compile("copies"))
    assert "Relies on The Kettle, 15 April 2026" in words(daily)
    assert soup.select_one("#sources ~ .small a")["href"] == "claims.html#rule"


def test_the_glossary_holds_the_terms_used_and_one_stands_beside_the_text(soup):
    assert [words(dt) for dt in soup.select(".glossary dt")] == ["Median"]
    assert words(soup.select_one(".beside")).startswith("Median The middle one: half have <less>")


def test_the_citation_names_the_findings_of_the_lead(soup):
    assert words(soup.select_one(".cite")) == (
        "“The office drinks 3.4 times the tea, it’s said.” Tea, audited, figures to 12 May 2026. "
        "Finding tea.multiple_computed = 3.4 times (31 a week ÷ 9 a week), computed"
    )


def test_json_ld_reads_back_equal_to_the_record(made, soup):
    graph = json.loads(soup.script.string)["@graph"]
    story = next(node for node in graph if node["@type"] == "Article")
    assert story["headline"] == made.page.title and story["contentReferenceTime"] == "2026-05-12"
    kettle, other = story["isBasedOn"]
    assert kettle == "https://example.org/kettle" and other["publisher"]["name"] == sample_story.HOSTILE
    claims = {node["identifier"]: node for node in graph if node["@type"] == "Claim"}
    assert set(claims) == set(made.executed.record["findings"])
    numbers = nodes_from_json(made.executed.record["nodes"], made.database.units)
    for name, finding in made.executed.record["findings"].items():
        about = claims[name]["about"]
        assert (about["minValue"], about["maxValue"], about.get("unitText", "1")) == (
            numbers[finding["node"]].low,
            numbers[finding["node"]].high,
            unit_text(numbers[finding["node"]].unit),
        )
        assert finding["printed"] in claims[name]["text"] and KINDS[finding["kind"]] in claims[name]["text"]
    sets = [node for node in graph if node["@type"] == "Dataset"]
    assert [node["distribution"][0]["contentUrl"] for node in sets] == ["tea/data/pairs.csv", "tea/data/model.csv"]
    assert "ClaimReview" not in made.page.html


@pytest.mark.heavy
def test_absolute_addresses_stand_only_where_the_edition_has_one(made, tmp_path):
    assert "canonical" not in made.page.html
    picture = BeautifulSoup(made.page.html, "lxml").find("meta", property="og:image")["content"]
    assert picture == "tea/share.png", "from the page: it has no address, and some services take that"
    with Image.open(io.BytesIO(made.page.files["share.png"])) as shared:
        assert shared.size == (1200, 630) and len(made.page.files["share.png"]) < 60_000
    other = sample_story.make(tmp_path, site="https://desk.example/")
    soup = BeautifulSoup(other.page.html, "lxml")
    assert soup.find("link", rel="canonical")["href"] == "https://desk.example/tea.html"
    assert soup.find("meta", property="og:image")["content"] == "https://desk.example/tea/share.png"
    assert json.loads(soup.script.string)["@graph"][0]["url"] == "https://desk.example/tea.html"


@pytest.mark.heavy
def test_the_same_story_gives_the_same_bytes(made, tmp_path):
    again = sample_story.make(tmp_path)
    assert again.page.html == made.page.html and again.page.files == made.page.files and again.index == made.index


CORRECTIONS = """\
schema: 1
corrections:
  - {story: tea, on: 2026-06-01, was: 'four <times>', now: 3.4 times, why: A wrong row., noticed_by: a reader,
     finding: tea.multiple_computed}
  - {story: other, on: 2026-06-02, was: a, now: b, why: c, noticed_by: the desk}
"""


def corrected_project(folder, text=CORRECTIONS, site=""):
    project = sample_story.make_project(folder, site)
    project.notebooks.mkdir()
    for slug in ("tea", "other"):
        (project.notebooks / f"{slug}.ipynb").touch()
    (project.data / "corrections.yml").write_text(text, encoding="utf-8")


@pytest.mark.heavy
def test_corrections_are_shown_at_the_head_in_their_section_and_to_machines(tmp_path):
    corrected_project(tmp_path)
    soup = BeautifulSoup(sample_story.make(tmp_path).page.html, "lxml")
    section = soup.find(id="corrections").parent
    assert [words(entry) for entry in section.find_all("li")] == [
        "1 June 2026: four <times> is now 3.4 times. A wrong row. Noticed by a reader."
    ]
    head = soup.select_one(".head .meta a[href='#corrections']")
    assert words(head) == "Corrected on 1 June 2026"
    note = json.loads(soup.script.string)["@graph"][0]["correction"][0]
    assert note["datePublished"] == "2026-06-01" and "four <times> → 3.4 times" in note["text"]


def test_a_story_without_corrections_says_so_and_not_at_its_head(made):
    soup = BeautifulSoup(made.page.html, "lxml")
    assert words(soup.find(id="corrections").parent.p) == "None so far."
    assert not soup.select(".head a[href='#corrections']")


@pytest.mark.heavy
@pytest.mark.parametrize(
    "old, new, said",
    [
        ("3.4 times", "3.3 times", "now is '3.3 times', but tea.multiple_computed prints '3.4 times'"),
        ("tea.multiple_computed", "tea.gone", "finding 'tea.gone', which story tea does not have"),
    ],
)
def test_a_correction_that_the_page_no_longer_bears_out_stops_the_build(tmp_path, old, new, said):
    corrected_project(tmp_path, CORRECTIONS.replace(old, new))
    with pytest.raises(StoryError, match=re.escape(said)) as raised:
        sample_story.make(tmp_path)
    assert raised.value.problems[0].where == "data/corrections.yml, line 3"


@pytest.mark.heavy
def test_a_further_correction_takes_over_from_the_first(tmp_path):
    first = CORRECTIONS.replace("3.4 times", "3.3 times")
    further = CORRECTIONS.partition("corrections:\n")[2].replace("2026-06-01", "2026-06-03")
    corrected_project(tmp_path, first + further)
    made = sample_story.make(tmp_path)
    assert [note["on"] for note in made.page.summary.corrections] == ["2026-06-03", "2026-06-01"]


@pytest.mark.heavy
def test_what_is_wrong_in_the_glossary_is_said(tmp_path):
    project = sample_story.make_project(tmp_path)
    (project.data / "glossary.yml").write_text("schema: 1\nterms:\n  - {term: cup, meaning: a vessel}\n")
    with pytest.raises(DataFileError) as error:
        glossary(project, ["cup"])
    assert "unknown key 'meaning'" in str(error.value) and "text is missing" in str(error.value)


EXPLORING = [
    new_output("stream", name="stdout", text="\x1b[31mkept out 0\x1b[0m of it\n"),
    new_output("stream", name="stderr", text="careful: kept out 1"),
    new_output("display_data", {"text/plain": "kept out 2", "text/html": "<table class=frame><td>kept out 3</table>"}),
    new_output("display_data", {"image/png": "aGVsbG8=", "text/plain": "<Figure kept out 4>"}),
    new_output("display_data", {"application/vnd.vega.v6+json": {"title": "kept out 5"}}),
    new_output("error", ename="ValueError", evalue="kept out 6", traceback=["\x1b[0;31mkept out 6\x1b[0m"]),
    new_output("execute_result", {"text/plain": "kept out 7"}, execution_count=1),
]


@pytest.mark.heavy
def test_what_a_cell_shows_while_exploring_is_on_no_page(made, tmp_path):
    page = sample_story.make(tmp_path, extra=[new_code_cell("explore()", outputs=EXPLORING)]).page
    assert "kept out" not in page.html and "\x1b" not in page.html
    text, before = (words(BeautifulSoup(html, "lxml")) for html in (page.html, made.page.html))
    assert text == before.replace("['kettle-survey'] ", "['kettle-survey'] explore() ")


@pytest.mark.heavy
def test_a_number_or_a_sentence_that_a_cell_shows_is_a_paragraph_with_receipts(made, tmp_path):
    known = Story("tea", made.database)["kettle-survey"]
    outputs = [
        new_output("execute_result", value._repr_mimebundle_(), execution_count=1)
        for value in (say("Top of all: {} & more", known["top"]), known["median"])
    ]
    cell = new_code_cell("say(...)", outputs=outputs)
    soup = BeautifulSoup(sample_story.make(tmp_path, extra=[cell]).page.html, "lxml")
    paragraphs = [p for p in soup.select("article .text > p") if words(p).startswith(("Top of all", "9"))]
    assert [words(p) for p in paragraphs] == ["Top of all: 31 orders a week & more", "9 orders a week"]
    assert all(soup.find(id=p.button["popovertarget"])["class"] == ["receipt"] for p in paragraphs)
    assert "say(...)" in words(soup.find(id="code"))


HIDDEN = (  # metadata of a cell, and whether its code and what it shows then stand on the page
    ({"tags": ["remove-cell"]}, False, False),
    ({"tags": ["hide_cell"]}, False, False),
    ({"tags": ["remove_input"]}, False, True),
    ({"jupyter": {"source_hidden": True}}, False, True),
    ({"hide_input": True}, False, True),
    ({"tags": ["Remove-Output"]}, True, False),
    ({"jupyter": {"outputs_hidden": True}}, True, False),
    ({"tags": ["remove_stdout"], "hide_input": False}, True, True),
)


@pytest.mark.heavy
def test_hiding_tags_and_settings_of_jupyter_are_honoured(made, tmp_path):
    cells = made.executed.notebook.cells
    chart = next(cell.outputs[0].data[mime.CHART] for cell in cells if cell.source.startswith("story.chart"))
    extra = []
    for place, (metadata, _, _) in enumerate(HIDDEN):
        cell = sample_story.shown(f"secret{place} = 'story.chart'", mime.CHART, {**chart, "id": f"more{place}"})
        cell.metadata.update(metadata)
        extra.append(cell)
    html = sample_story.make(tmp_path, extra=extra).page.html
    for place, (metadata, source, output) in enumerate(HIDDEN):
        assert (f"secret{place}" in html, f"id=chart-more{place}" in html) == (source, output), metadata


@pytest.mark.heavy
@pytest.mark.parametrize(
    ("cell", "said"),
    [
        (new_markdown_cell("# Again"), "a second headline"),
        (new_markdown_cell("Some <i>slanted."), "HTML in the text: <i>"),
        (new_markdown_cell("<script>x</script>"), "HTML in the text"),
        (new_markdown_cell("![a](b.png)"), "a picture: b.png"),
        (new_markdown_cell("{ref}`x`"), "{ref} in the text"),
        (new_markdown_cell("{eval}`median`"), "{eval}`median` has no number"),
    ],
)
def test_what_a_page_cannot_show_is_refused_with_its_cell(tmp_path, cell, said):
    with pytest.raises(StoryError) as error:
        sample_story.make(tmp_path, extra=[cell])
    assert said in str(error.value) and "story tea, cell 3" in str(error.value)


@pytest.mark.heavy
def test_a_sign_of_one_font_only_in_a_chart_or_table_is_refused_by_its_code(made, tmp_path):
    cells = made.executed.notebook.cells
    chart = next(cell.outputs[0].data[mime.CHART] for cell in cells if cell.source.startswith("story.chart"))
    rows = [["\uf09b", *row[1:]] for row in chart["table"]["rows"]]
    strange = {**chart, "id": "more", "table": {**chart["table"], "rows": rows}}
    with pytest.raises(StoryError, match=r"U\+F09B, a character of one font's own"):
        sample_story.make(tmp_path, extra=[sample_story.shown("x", mime.CHART, strange)])


@pytest.mark.heavy
def test_a_chart_shown_twice_is_refused(tmp_path):
    made = sample_story.make(tmp_path)
    chart = next(cell for cell in made.executed.notebook.cells if cell.source.startswith("story.chart"))
    made.executed.notebook.cells.append(chart)
    with pytest.raises(StoryError, match="a second chart with the id pairs"):
        page.render(made.executed, made.database, made.edition)


@pytest.mark.heavy
def test_ids_of_sections_stay_clear_of_other_ids(tmp_path):
    made = sample_story.make(
        tmp_path, extra=[new_markdown_cell("## Chart pairs\n\nA.\n\n## Sources\n\nB.\n\n## Sources")]
    )
    ids = [node["id"] for node in BeautifulSoup(made.page.html, "lxml").find_all(id=True)]
    assert len(ids) == len(set(ids)) and {"section-chart-pairs", "sources-2", "sources-3"} <= set(ids)


@pytest.mark.heavy
def test_headings_of_every_script_and_level_have_ids_and_links_to_them_lead_there(tmp_path):
    text = "## 日本語の見出し\n\nA [link](#العنوان-الثاني).\n\n## العنوان الثاني\n\nB.\n\n"
    text += "### Smaller [deeper](#日本語の見出し)\n\n## ···"
    made = sample_story.make(tmp_path, extra=[new_markdown_cell(text)])
    soup = BeautifulSoup(made.page.html, "lxml")
    assert {"日本語の見出し", "العنوان-الثاني", "smaller-deeper", "section"} <= {
        node["id"] for node in soup.find_all(id=True)
    }
    assert [link for _, link in made.page.main.links] == ["#العنوان-الثاني", "#日本語の見出し"]
    assert dead_links([made.page], []) == []


@pytest.mark.heavy
def test_a_dead_link_is_refused_with_its_cell_and_what_is_near(tmp_path):
    text = "[a](#limts) [b](gone.ipynb) [c](../data/x.yml) [d](tea/data/pairs.csv) [e](tea.html#limits) [f](index.html)"
    page = sample_story.make(tmp_path, extra=[new_markdown_cell(text)]).page
    found = dead_links([page], ["index.html"])
    assert [problem.found.split(",")[0] for problem in found] == [
        "a link to #limts",
        "a link to gone.html",
        "a link to ../data/x.yml",
    ]
    assert "limits" in found[0].allowed and all("story tea, cell 3" in problem.where for problem in found)


@pytest.mark.heavy
def test_all_problems_of_a_page_come_in_one_error(tmp_path):
    bad = [new_markdown_cell("![a](b.png)"), new_code_cell("x"), new_markdown_cell("<div>x</div>")]
    with pytest.raises(StoryError) as error:
        sample_story.make(tmp_path, extra=bad)
    assert [problem.where.split(",")[1] for problem in error.value.problems] == [" cell 3", " cell 5"]


@pytest.mark.heavy
def test_a_story_without_a_finding_is_refused(tmp_path):
    made = sample_story.make(tmp_path)
    made.executed.notebook.cells[1].source = "# Only a headline"
    made.executed.notebook.cells[1].metadata.pop("user_expressions")
    made.executed.notebook.cells = made.executed.notebook.cells[:2]
    with pytest.raises(StoryError, match="the finding is missing"):
        page.render(made.executed, made.database, made.edition)


def test_files_are_taken_from_the_last_layout_where_they_are_made_of_the_same(made, monkeypatch):
    def laid_out(edition, last=None):
        return page.laid_out(made.executed, made.database.with_empty_trace(), edition, last)

    first = laid_out(made.edition)
    other = laid_out(replace(made.edition, name="Another desk"))
    changed = {name for name in first.made_of if other.files[name] != first.files[name]}
    assert "share.png" in changed and any(name.endswith("-interactive.html") for name in changed)
    monkeypatch.setattr(page, "share_picture", lambda *_: b"drawn again")
    assert laid_out(made.edition, first) == first
    assert laid_out(made.edition, other).files["share.png"] == b"drawn again"


def test_a_page_over_its_bytes_is_refused():
    finishing.within_budget("tea", "x" * 460_000, 4)
    with pytest.raises(StoryError, match="460,001 bytes raw"):
        finishing.within_budget("tea", "x" * 460_001, 4)
    finishing.within_budget("tea", "x" * 460_001, 5)
