"""Markdown on a page: what JupyterLab shows, or a refusal by name; never another text, never a traceback."""

import re
from html import unescape

import pytest
from bs4 import BeautifulSoup
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from toolkit.core.errors import StoryError
from toolkit.site.markdown import with_placeholders
from toolkit.site.markdown_html import blocks

CODE = '<div class="scroll" role="group" aria-label="Code" tabindex="0">{}</div>'


def made(source):
    return "\n".join(block.html for block in blocks(source, "cell 1"))


@pytest.mark.parametrize(
    "source, expected",
    [
        ("It is ~~not~~ so.", "<p>It is <del>not</del> so.</p>"),
        ("A&nbsp;B &mdash; C &amp; D", "<p>A\u00a0B — C &amp; D</p>"),
        ("See https://example.org/a.", '<p>See <a href="https://example.org/a">https://example.org/a</a>.</p>'),
        ("notes.py and example.org", "<p>notes.py and example.org</p>"),
        (
            "Water is H<sub>2</sub>O<br>and <b>so</b> on.<!-- hm -->",
            "<p>Water is H<sub>2</sub>O<br />and <b>so</b> on.</p>",
        ),
        ("Term\n: What it *is*", "<dl>\n<dt>Term</dt>\n<dd>What it <em>is</em></dd>\n</dl>"),
        ("3. c\n4. d", '<ol start="3">\n<li>c</li>\n<li>d</li>\n</ol>'),
        ("- a\n\n- b", "<ul>\n<li><p>a</p>\n</li>\n<li><p>b</p>\n</li>\n</ul>"),
        ("~~~py\nx < 1\n~~~", CODE.format('<pre><code class="language-py">x &lt; 1\n</code></pre>')),
        ("    x < 1", CODE.format("<pre><code>x &lt; 1\n</code></pre>")),
        ("| a | b | c |\n|:-:|--:|:--|\n| 1 | 2 | 3 |", None),
        (
            "[to](other.ipynb#Was-es%20ist) [up](#日本語の見出し)",
            '<p><a href="other.html#was-es-ist">to</a> <a href="#日本語の見出し">up</a></p>',
        ),
        ("<!-- a note of the author -->", ""),
    ],
)
def test_markdown_is_what_jupyterlab_shows(source, expected):
    if expected is None:
        soup = BeautifulSoup(made(source), "lxml")
        assert [th.get("class") for th in soup.select("th")] == [["center"], ["right"], None]
        assert [td.get("class") for td in soup.select("td")] == [["center"], ["right"], None]
    else:
        assert made(source) == expected


def test_task_lists_have_signs_with_names_and_no_boxes_of_a_form():
    soup = BeautifulSoup(made("- [ ] open\n- [x] done **it**"), "lxml")
    assert [item.get_text() for item in soup.select("li.task")] == ["☐ open", "☑ done it"]
    assert [sign["aria-label"] for sign in soup.select("li span[role=img]")] == ["to do", "done"]
    assert not soup.find("input")


def test_footnotes_lead_there_and_back_and_go_on_in_the_next_cell():
    notes = []
    first = "".join(b.html for b in blocks("A.[^n] And B.[^m] Again.[^n]\n\n[^n]: One.\n[^m]: Two.", "cell 1", notes))
    second = "".join(b.html for b in blocks("C.[^n]\n\n[^n]: Three, *new*.", "cell 2", notes))
    soup = BeautifulSoup(first + second, "lxml")
    assert [li["id"] for li in soup.select(".footnotes li")] == ["note-a", "note-b", "note-c"]
    ids = [node["id"] for node in soup.find_all(id=True)]
    assert len(ids) == len(set(ids)) and {a["href"][1:] for a in soup.find_all("a")} <= set(ids)
    assert "Three, new." in soup.find(id="note-c").get_text() and soup.select(".footnotes")[1]["start"] == "3"


def test_formulas_are_mathml_without_addresses_styles_and_scripts():
    html = made(r"Take $\frac{a}{b} < \text{<script>}$ and" + "\n\n$$\n\\sum_{i=0}^n x_i\n$$")
    soup = BeautifulSoup(html, "lxml")
    assert [one["display"] for one in soup.select("math")] == ["inline", "block"]
    assert not soup.find("script") and "<script>" in soup.math.get_text()
    for bad in (r"$\href{javascript:alert(1)}{x}$", r"$\style{color:red}{x}$", r"$\class{n}{x}$"):
        assert not re.search("href|style|class|javascript", made(bad))
    assert made("\\begin{align}\na &= b\n\\end{align}").count("<mtr>") == 1


@pytest.mark.parametrize(
    "source, said",
    [
        ("![alt](photo.jpg)", "a photograph with story.picture"),
        ("![alt](attachment:photo.png)", "save it as a file of the project"),
        ("<div class='x'>text</div>", "HTML in the text: <div class='x'>"),
        ("An <img src=x onerror=alert(1)>.", "HTML in the text: <img"),
        ("A <b>bold", "<b>, which is not closed"),
        ("A *<b>bold* word</b>", "which is not closed"),
        ("A bold</b>", "</b>, which closes nothing"),
        ("A <b onclick=x>bold</b>", "HTML in the text: <b onclick=x>"),
        ("{ref}`x`", "{ref} in the text"),
        ("```{note}\nx\n```", "the directive {note} in the text"),
        (":::{note}\nx\n:::", "::: in the text"),
        ("A claim.[^n]", "a footnote without its text: [^n]"),
        ("A claim.\n\n[^n]: A note.", "a footnote that nothing leads to: [^n]"),
        (r"$\foo$", r"\foo in a formula, which is not known"),
        (r"$\left( x$", "a formula that cannot be read"),
        ("[x](ftp://example.org)", "a link to ftp://example.org"),
        ("[x](/abs)", "a link to /abs"),
        ("[x](//example.org)", "a link to //example.org"),
        ("[x](javascript:alert(1))", "a link to javascript:alert(1)"),
        ("[x](JavaScript&colon;alert(1))", "a link to JavaScript:alert(1)"),
        ("[x](%6aavascript:alert(1))", "a link to %6aavascript:alert(1)"),
        ("<vbscript:x>", "a link to vbscript:x"),
        ("[x]\n\n[x]: data:text/html,x", "a link to data:text/html,x"),
        ("[x](file:///etc/passwd)", "a link to file:///etc/passwd"),
        ("[x](\\\\\\\\example.org)", "a link to %5C%5Cexample.org"),
    ],
)
def test_what_a_page_does_not_show_is_refused_by_name(source, said):
    with pytest.raises(StoryError) as error:
        made(source)
    assert said in str(error.value) and error.value.problems[0].where == "cell 1"


@pytest.mark.parametrize(
    "source", ["$x = {eval}`y`$", "<!-- {eval}`y` -->", "[x](https://a.b/{eval}`y`)", "![{eval}`y`](x)"]
)
def test_a_number_where_no_text_is_is_refused(source):
    text, _ = with_placeholders(source, 0, "cell 1")
    with pytest.raises(StoryError, match="cell 1"):
        made(text)


@pytest.mark.parametrize("sign", ["\uf09b", "\U000f0005", "\U00100001", "\u202e", "\u200b", "\u3164", "\ufffe", "\x07"])
@pytest.mark.parametrize("write", [str, lambda sign: f"&#{ord(sign)};"], ids=["itself", "a reference"])
def test_a_sign_that_no_page_may_hold_is_refused_by_its_code(sign, write):
    if write is not str and not unescape(write(sign)):
        return  # HTML has no reference to it
    with pytest.raises(StoryError, match=f"U\\+{ord(sign):04X}"):
        with_placeholders(f"An icon {write(sign)} here", 0, "cell 1")


MARKS = st.sampled_from(
    [
        "*",
        "**",
        "_",
        "`",
        "``",
        "~~~",
        "```",
        "[",
        "](",
        ")",
        "]",
        "[a]: b",
        "![",
        "<",
        ">",
        "<b>",
        "</b>",
        "<!--",
        "-->",
        "#",
        "# ",
        "- ",
        "1. ",
        "> ",
        "    ",
        "\n",
        "\n\n",
        "|",
        "| --- |",
        "---",
        "===",
        "\\",
        "&amp;",
        "&#49;",
        "&",
        "$",
        "$$",
        "~~",
        "[^a]",
        "[^a]: ",
        ": ",
        "{x}",
        ":::",
        "https://a.example/b",
        "a",
        "é",
        "日本",
        "\u0645",
        "'",
        '"',
        "x y",
        " ",
        "\t",
        "%",
        "\\begin{align}",
        "\\(x\\)",
        "+++",
        "[ ] ",
    ]
)
texts = st.lists(MARKS, max_size=14).map("".join)


@given(texts | st.text(max_size=40))
@example("#")
def test_any_text_is_rendered_or_refused_and_the_same_each_time(source):
    try:
        source, _ = with_placeholders(source, 0, "cell 1")
        first = made(source)
    except StoryError as error:
        assert error.problems[0].where == "cell 1"
        return
    assert first == made(source)


@given(texts)
def test_a_text_of_commonmark_says_what_a_reference_rendering_says(source):
    """Text content, of sources in which no extension has a meaning: the reference is CommonMark's preset, unchanged."""
    plain = re.sub(r"[$~|]|\[\^|: |\[ \] |https|:::|\\begin", "", source)
    try:
        shown = made(plain)
    except StoryError:
        return
    reference = MarkdownIt("commonmark").render(plain)
    assert straight(words(shown)) == straight(words(re.sub("<!--.*?-->", "", reference, flags=re.DOTALL)))


def straight(text):
    """The text with straight quotation marks: which way a curly one turns depends on what is beside it."""
    return text.translate(str.maketrans("“”‘’", "\"\"''"))


def words(markup):
    return " ".join(BeautifulSoup(markup, "lxml").get_text().split())
