"""HTML written in fewer bytes: a parser finds the same elements, attributes and words, and review reads it too."""

import re
from html import escape

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from toolkit.review.compare_two_files import parts
from toolkit.review.markup_text import page_text
from toolkit.site.lean_html import lean

NAMES = st.sampled_from(["id", "class", "href", "aria-label", "data-note", "hidden"])
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=12)


@st.composite
def elements(draw):
    """A paragraph or a mark of a drawing, its attributes in double quotes, or without a value."""
    values = draw(st.dictionaries(NAMES, st.none() | TEXTS, max_size=4))
    said = "".join(f" {name}" if value is None else f' {name}="{escape(value)}"' for name, value in values.items())
    mark, words = draw(st.booleans()), escape(draw(TEXTS))
    return f"<svg><path{said}/></svg>" if mark else f"<p{said}>{words}</p>"


def parts_of(page):
    """What a parser finds in a page; how its list items end is left out."""
    return [(one.what, one.content) for one in parts("a.html", page.encode()) if one.content != "</li>"]


@example('<p id="/"></p>')
@example('<svg><path id="0/"/></svg>')
@given(st.lists(elements(), min_size=1, max_size=5).map("\n".join))
def test_the_same_is_read_from_fewer_bytes(page):
    made = lean(page)
    assert len(made) <= len(page) and lean(made) == made
    assert parts_of(made) == parts_of(page)
    assert parts_of(page_text(made.encode())) == parts_of(page)


@pytest.mark.parametrize(
    ("written", "made"),
    [
        ('<p class="sum" id="n-1">a="b"</p>', '<p class=sum id=n-1>a="b"</p>'),
        ('<a href="https://example.org/">a</a>', "<a href=https://example.org/>a</a>"),
        ('<a href="?a=1" title="two words" class="">a</a>', '<a href="?a=1" title="two words" class="">a</a>'),
        ('<path d="M0,0h7" fill="none"/>', "<path d=M0,0h7 fill=none />"),
        ("<ul><li>a</li>\n<li>b</li></ul>", "<ul><li>a\n<li>b</ul>"),
        (
            '<script type="module">a = \'<p class="b">\'</script>',
            '<script type="module">a = \'<p class="b">\'</script>',
        ),
        ('<meta name="robots" content="all">', '<meta name="robots" content="all">'),
    ],
)
def test_values_and_list_items_are_written_as_short_as_html_has_them(written, made):
    assert lean(written) == made


@pytest.mark.parametrize("torn", ["<p ", '<p a="', "<p a='", '="', "<li>", "</li>"])
def test_torn_markup_is_read_once(torn):
    text = torn * 50_000
    assert re.sub("</li>", "", lean(text)) == re.sub("</li>", "", text)
    page_text(text.encode())
