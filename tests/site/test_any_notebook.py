"""Anybody's notebook as a page: each kind of cell and output that notebooks were found to hold; nothing runs."""

import json
import subprocess
import sys

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output, new_raw_cell

from tests import counts
from tests.site import checkers
from toolkit.core.errors import ToolkitError
from toolkit.main import main
from toolkit.review.markup_text import page_text
from toolkit.site import clean_html, vega_process
from toolkit.site.any_notebook import notebook_page
from toolkit.site.stored_output import output_html

PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
SPEC = {
    "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
    "data": {"values": [{"a": "tea", "b": 3}]},
    "mark": "bar",
    "encoding": {"x": {"field": "b", "type": "quantitative"}, "y": {"field": "a", "type": "nominal"}},
}
FRAME = (
    '<style scoped>.dataframe { color: red }</style><table border="1" class="dataframe" id="T1" onclick="alert(1)">'
    "<thead><tr><th></th><th>cups</th></tr></thead><tbody><tr><th>0</th><td>3</td></tr></tbody></table>"
)
LONG_LINE = " conda install numpy pandas matplotlib seaborn" * 3
WIDE_FRAME = f"<table><tr>{'<th>Arkansas</th>' * 30}</tr><tr>{'<td>1928</td>' * 30}</tr></table>"
EMBED = f'<div id="v"></div><script>(function(spec, o) {{ vegaEmbed(spec); }})({json.dumps(SPEC)}, {{}});</script>'


def shown(data, source="x"):
    return new_code_cell(source, outputs=[new_output("display_data", data)])


def printed(text, name="stdout"):
    return new_code_cell("x", outputs=[new_output("stream", name=name, text=text)])


def picture_cell():
    cell = new_markdown_cell("![A kettle](attachment:kettle.png)")
    cell["attachments"] = {"kettle.png": {"image/png": PIXEL}}
    return cell


# a kind: the cell, what the page has of it, what it has not
KINDS = {
    "a frame": (shown({"text/html": FRAME, "text/plain": "x"}), ["<td>3</td>"], ["color: red", "onclick", 'id="T1"']),
    "a matplotlib picture": (shown({"image/png": PIXEL + "\n", "text/plain": "<Figure>"}), [f"base64,{PIXEL}"], []),
    "a drawing": (shown({"image/svg+xml": "<svg onload='alert(1)'/>"}), ["image/svg+xml;base64,"], ["onload"]),
    "an Altair chart": (shown({"application/vnd.vegalite.v5+json": SPEC}), ["image/svg+xml;base64,"], ["vega.github"]),
    "an Altair chart as HTML": (shown({"text/html": EMBED}), ["image/svg+xml;base64,"], ["vegaEmbed"]),
    "a drawing in HTML": (
        shown({"text/html": '<div><svg width="90" height="9"><path d="M0,0h9" onclick="alert(1)"/></svg></div>'}),
        ["image/svg+xml;base64,", 'alt="Drawing"'],
        ["onclick", "HTML that a script fills"],
    ),
    "an icon in HTML": (
        shown({"text/html": '<p>Cups<svg viewBox="0 0 24 24"><path d="M0,0h9"/></svg></p>'}),
        ["<p>Cups</p>"],
        ["Drawing", "drawing"],
    ),
    "a drawing that is no XML": (
        shown({"text/html": "<svg width=90><path d='M0,0h9'></svg>"}),
        ["[a drawing that is not shown here]"],
        ["HTML that a script fills"],
    ),
    "a script that writes a drawing": (
        shown({"text/html": "<p>Cups</p><script>a = '<svg>'; b()</script><svg width='90'><path d='M0,0h9'/></svg>"}),
        ["<p>Cups</p>", "image/svg+xml;base64,"],
        ["b()"],
    ),
    "a formula wider than a phone": (
        new_markdown_cell(
            "Weights $w_0 x_0 + w_1 x_1 + w_2 x_2 + w_3 x_3 + w_4 x_4 + w_5 x_5 + w_6 x_6 + w_7 x_7 = 0$"
        ),
        ['<span class="formula" role="group" aria-label="Formula" tabindex="0"><math'],
        [],
    ),
    "a short formula": (new_markdown_cell("Where $x = 1$"), ["<math"], ['class="formula"']),
    "a chart whose data are elsewhere": (
        shown({"application/vnd.vegalite.v5+json": SPEC | {"data": {"url": "https://example.org/a.csv"}}}),
        ["An interactive widget stood here"],
        ["example.org"],
    ),
    "a widget": (
        shown({"application/vnd.jupyter.widget-view+json": {"model_id": "a"}, "text/plain": "IntSlider(value=1)"}),
        ["An interactive widget stood here. A page without scripts cannot show it."],
        [],
    ),
    "HTML with a script": (
        shown({"text/html": "<script>alert(1)</script>"}),
        ["HTML that a script fills"],
        ["alert(1)"],
    ),
    "HTML with a frame": (
        shown({"text/html": "<iframe src='https://a.example'></iframe>x"}),
        ["[a frame with another page that is not shown here]</span>x"],
        ["a.example"],
    ),
    "a long print": (printed("line\n" * 300), ["<summary>Output, 300 lines</summary>"], []),
    "colours": (printed("\x1b[31mred\x1b[0m <b>"), ['<span class="ansi-red-fg">red</span>', "&lt;b&gt;"], ["\x1b"]),
    "a colour of 256": (
        printed("\x1b[38;5;28mgreen\x1b[0m"),
        ["<span>green</span>"],
        ["style="],
    ),  # refused by the policy
    "an error": (
        new_code_cell("1/0", outputs=[new_output("error", ename="E", evalue="no", traceback=["\x1b[1mE\x1b[0m: no"])]),
        ['<span class="ansi-bold">E</span>: no'],
        [],
    ),
    "what nobody sees": (
        shown({"text/html": "<table><tr><td>12.5\u202e and &#8238; and &rlm; and a\u200bb</td></tr></table>"}),
        ["12.5[U+202E] and [U+202E] and [U+200F] and a[U+200B]b"],
        ["\u202e", "&#8238;", "&rlm;", "\u200b"],
    ),
    "what nobody sees, printed": (
        printed("12.5\u202e\x07\ufffe"),
        ["12.5[U+202E][U+0007][U+FFFE]"],
        ["\u202e", "\x07"],
    ),
    "what nobody sees, in words": (
        new_markdown_cell("# A \u202e\n\nB&#8238; \u2066c"),
        ["B[U+202E] [U+2066]c"],
        ["\u202e"],
    ),
    "a link that runs": (
        new_markdown_cell(
            "[a](javascript:alert(1)) [b](%6aavascript:alert(1)) <a href='java&#115;cript:alert(1)'>c</a>"
        ),
        ["a b <a>c</a>"],
        ["script:"],
    ),
    "math": (new_markdown_cell("Then $x^2$."), ["<msup>", "<mi>x</mi>"], ["$x"]),
    "math that is not known": (new_markdown_cell(r"Then $\unheardof{x}$."), [r"<code>\unheardof{x}</code>"], []),
    "a formula as output": (shown({"text/latex": r"$\displaystyle \frac{a}{b}$"}), ["<mfrac>"], []),
    "an attachment": (picture_cell(), [f'src="data:image/png;base64,{PIXEL}"', 'alt="A kettle"'], []),
    "a picture elsewhere": (
        new_markdown_cell("![](https://example.org/cup.png) <img src='b.png' alt='A cup'>"),
        ["a picture that is not in the notebook: cup.png", "a picture that is not in the notebook: A cup"],
        ["<img"],
    ),
    "another script": (new_markdown_cell("## 茶の数\n\nعدد الأكواب"), ['id="茶の数"', "عدد الأكواب"], []),
    "HTML in the text": (
        new_markdown_cell("<div onclick='a()'>A <b>bold</b></div>\n\n<h2>Part</h2>\n\n[x](javascript:alert(1))"),
        ["<b>bold</b>", "<b>Part</b>"],
        ["onclick", 'href="javascript'],
    ),
    "a file beside it": (
        new_markdown_cell("See [data](data.csv) and [a site](https://example.org)."),
        ["See data and"],
        [],
    ),
    "a raw cell": (new_raw_cell("as <it> is" + LONG_LINE), ["<pre>as &lt;it&gt; is"], []),
    "code in the text": (
        new_markdown_cell(f"```\n{LONG_LINE}\n```\n\n    {LONG_LINE}\n\n- ```py\n  {LONG_LINE}\n  ```"),
        [LONG_LINE],
        [],
    ),
    "a wide frame": (shown({"text/html": WIDE_FRAME}), ["<td>1928</td>"], []),
    "hidden": (new_code_cell("secret = 1", metadata={"tags": ["remove-cell"]}), [], ["secret"]),
}


def page_of(tmp_path, *cells, name="some-analysis.ipynb"):
    path = tmp_path / name
    path.write_text(json.dumps(new_notebook(cells=list(cells))), encoding="utf-8")
    return notebook_page(path)


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_shown_as_far_as_a_page_without_requests_can(tmp_path, kind):
    cell, there, absent = KINDS[kind]
    html = page_of(tmp_path, cell)
    body = page_text(html.encode()).partition("<body")[2]
    assert [text for text in there if text not in body] == []
    assert [text for text in absent if text in body] == []
    assert "<script" not in html and "default-src &#39;none&#39;" in html.replace("'", "&#39;")


def test_the_page_says_what_it_is(tmp_path):
    html = page_of(tmp_path, new_markdown_cell("---\ntitle: x\n---\n# Tea\n\nText."), new_code_cell("a = '<&'"))
    assert "<h1>Tea</h1>" in html and "title: x" not in html and "not checked by the toolkit" in html
    assert "<summary>Code</summary>" in html and "a = '&lt;&amp;'" in html
    assert "<h1>some analysis</h1>" in page_of(tmp_path, new_code_cell("1"))


def test_words_for_screen_readers_alone_are_not_seen(tmp_path):
    html = page_text(page_of(tmp_path, new_markdown_cell("Tea.[^1]\n\n[^1]: Or not.")).encode())
    assert all(f'<span class="unseen">{words}' in html for words in ("Footnote", "Back to the text"))


@pytest.mark.browser
def test_a_paragraph_runs_as_its_own_words_do(open_page, tmp_path):
    html = page_of(tmp_path, new_markdown_cell("# Tea\n\nTea.\n\nشاي ساخن"))
    (tmp_path / "tea.html").write_text(html, encoding="utf-8")
    page = open_page((tmp_path / "tea.html").as_uri(), 400)
    starts = """[...document.querySelectorAll(".notebook p")].slice(-2).map((text) => {
      const words = document.createRange();
      words.selectNodeContents(text);
      return words.getBoundingClientRect().left - text.getBoundingClientRect().left;
    })"""
    assert page.evaluate(starts)[0] < 1 < 100 < page.evaluate(starts)[1]


def test_a_notebook_of_version_three_is_read(tmp_path):
    cell = {"cell_type": "code", "input": "1 + 1", "language": "python", "outputs": [], "collapsed": False}
    path = tmp_path / "old.ipynb"
    path.write_text(json.dumps({"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [{"cells": [cell]}]}))
    assert "1 + 1" in notebook_page(path)


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"nbformat": 4, "cells": 1}', "PK\x03\x04"])
def test_what_is_no_notebook_is_refused_by_name(tmp_path, text):
    (tmp_path / "x.ipynb").write_text(text)
    with pytest.raises(ToolkitError, match=r"^x\.ipynb: not a notebook"):
        notebook_page(tmp_path / "x.ipynb")


def test_no_project_is_needed(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    page_of(tmp_path, KINDS["a frame"][0])
    assert main(["page", "some-analysis.ipynb", "-o", "page.html"]) == 0
    assert "page.html" in capsys.readouterr().out and "<td>3</td>" in (tmp_path / "page.html").read_text()
    assert main(["page", "none.ipynb"]) == 1 and "none.ipynb" in capsys.readouterr().err


def test_a_tag_that_hides_nothing_is_named(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    page_of(tmp_path, new_code_cell("secret = 1", metadata={"tags": ["remove-cells"]}))
    assert main(["page", "some-analysis.ipynb"]) == 0
    said = "some-analysis.ipynb, cell 1: the tag 'remove-cells', which hides nothing; write 'remove-cell'"
    assert said in capsys.readouterr().out


@pytest.mark.browser
def test_a_page_from_right_to_left_fits_a_phone(open_page, tmp_path):
    (tmp_path / "page.html").write_text(page_of(tmp_path, new_markdown_cell("# قهوة\n\nنص")), encoding="utf-8")
    assert checkers.fits(open_page((tmp_path / "page.html").as_uri(), 320))


@pytest.mark.browser
@pytest.mark.parametrize(("width", "scheme"), counts.slow_but([(320, "dark")], [(320, "dark"), (1280, "light")]))
def test_axe_finds_nothing_and_nothing_is_asked_for(open_page, tmp_path, width, scheme):
    page_of(tmp_path, new_markdown_cell("# All kinds"), *(cell for cell, *_ in KINDS.values()))
    file = tmp_path / "page.html"
    file.write_text(notebook_page(tmp_path / "some-analysis.ipynb"), encoding="utf-8")
    page = open_page(file.as_uri(), width, bypass_csp=True, color_scheme=scheme)
    checkers.open_folds(page)
    assert checkers.fits(page)
    # a word of a table stands in one line, however many columns there are
    years = "[...document.querySelectorAll('td')].filter(cell => cell.textContent === '1928')"
    assert page.evaluate(f"{years}.map(cell => cell.offsetHeight).every(height => 0 < height && height < 50)")
    assert checkers.axe(page) == []
    assert [url for url in page.asked if not url.startswith(("file:", "data:"))] == []


@pytest.mark.parametrize(
    ("first", "metadata", "language"),
    [
        ("---\nlanguage: de\n---\n# Kannen", {}, "de"),
        ("# Kannen", {"language": "pt-BR"}, "pt-BR"),
        ("# Pots", {"language": "<b>"}, "en"),
        ("# Pots", {}, "en"),
        ("---\nlanguage: ar-EG\n---\n# Pots", {}, 'ar-EG" dir="rtl'),
        ("# أباريق الشاي: df.head()", {}, 'ar" dir="rtl'),
        ("# קנקנים", {}, 'he" dir="rtl'),
        ("# 茶壶 $w_{min} = 0, w_{max} = 1$ `df.head()`", {}, "zh"),
        ("# 急須の容量", {}, "ja"),
        ("# 주전자", {}, "ko"),
        ("# $x$", {}, "en"),
    ],
)
def test_a_page_is_in_the_language_that_the_notebook_says(tmp_path, first, metadata, language):
    path = tmp_path / "pots.ipynb"
    path.write_text(json.dumps(new_notebook(cells=[new_markdown_cell(first)], metadata=metadata)))
    assert f'<html lang="{language}">' in notebook_page(path)


@pytest.mark.parametrize("written", ["my%20pot.png", "my pot.png>"])
def test_an_attachment_may_have_a_blank_in_its_name(tmp_path, written):
    source = f"![a pot]({'<' if written.endswith('>') else ''}attachment:{written})"
    cell = new_markdown_cell(source, attachments={"my pot.png": {"image/png": "iVBORw0KGgo="}})
    assert "data:image/png;base64,iVBORw0KGgo=" in page_of(tmp_path, cell)


def test_cells_without_an_id_or_with_that_of_another_give_no_warning(tmp_path, recwarn, capfd):
    cells = [{**new_markdown_cell("Text."), "id": "a"} for _ in range(2)] + [new_code_cell("1")]
    del cells[2]["id"]
    notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (tmp_path / "ids.ipynb").write_text(json.dumps(notebook))
    assert "Text." in notebook_page(tmp_path / "ids.ipynb")
    assert [str(one.message) for one in recwarn] == [] and capfd.readouterr().err == ""


PLAIN = """<div>
<style scoped>.dataframe tbody tr th {vertical-align: middle}</style>
<table border="1" class="dataframe"><thead><tr style="text-align: right;"><th></th><th>place</th></tr></thead>
<tbody><tr><th>0</th><td>A &amp; B &lt;script&gt;</td></tr></tbody></table><p>1 rows × 1 columns</p></div>"""


def test_plain_tables_are_as_a_parser_cleans_them_and_what_is_not_plain_goes_through_it(monkeypatch):
    quick = clean_html.cleaned(PLAIN)
    others = [
        PLAIN.replace("place", "<img src=x onerror=alert(1)>"),
        PLAIN.replace("<td>", "<td onclick='x()'>"),
        PLAIN.replace("<td>", '<td style="x" onclick="x()">'),
        PLAIN.replace("</tr></tbody>", "</tbody>"),
        PLAIN.replace("<p>", "<script>x()</script><p>"),
        PLAIN.replace("<td>", "<td><"),
    ]
    assert clean_html._plain_table(PLAIN) is not None and not any(map(clean_html._plain_table, others))
    monkeypatch.setattr(clean_html, "_plain_table", lambda html: None)
    assert clean_html.cleaned(PLAIN).replace("<style scoped>", "") == quick


@pytest.mark.heavy
def test_a_chart_that_vega_ends_over_is_a_sentence_and_the_next_is_drawn(monkeypatch):
    ended = {"application/vnd.vegalite.v5+json": SPEC | {"data": {"sequence": {"start": 0, "stop": 10_000_000}}}}
    with monkeypatch.context() as patched:
        patched.setattr(vega_process, "SECONDS", 0.05)  # ended as a system without memory ends it
        said = output_html(shown(ended).outputs[0], 1)
        beside = {**ended, "image/png": PIXEL, "text/plain": "x"}
        assert PIXEL in output_html(shown(beside).outputs[0], 1)
    assert said == '<p class="not-shown">A chart stood here. Drawing it took more memory or time than there was.</p>'
    assert "image/svg+xml;base64," in output_html(shown({"application/vnd.vegalite.v5+json": SPEC}).outputs[0], 1)


@pytest.mark.heavy
@pytest.mark.skipif(sys.platform != "linux", reason="the limit of memory is Linux's")
def test_a_page_is_made_under_a_limit_of_memory(tmp_path):
    path = tmp_path / "chart.ipynb"
    nbformat.write(new_notebook(cells=[shown({"application/vnd.vegalite.v5+json": SPEC})]), path)
    command = f"ulimit -v 1500000; ulimit -c 0; {sys.executable} -m toolkit page {path}"
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True)
    assert done.returncode == 0 and done.stderr == "", done.stderr
    assert "A chart stood here." in path.with_suffix(".html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("# 茶壶", "Chinese letters are drawn"),
        ("# 急須の容量", "Japanese letters are drawn"),
        ("# Kettles\n\n주전자 قهوة 😀", "Arabic and Korean letters and emoji are drawn"),
        ("# Kettles 😀", "Emoji are drawn"),
        ("# Чайники, θερμός, ℝ", ""),
    ],
)
def test_letters_that_no_font_of_the_page_has_are_named_on_it_and_by_the_command(tmp_path, capsys, text, said):
    page = page_of(tmp_path, new_markdown_cell(text))
    assert main(["page", str(tmp_path / "some-analysis.ipynb")]) == 0
    for shown in (page, capsys.readouterr().out):
        assert said in shown and ("are drawn with fonts of" in shown) == bool(said)
