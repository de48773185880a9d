"""Text of markup that anybody may have written: what comes back, and that no part of it is read again and again."""

import pytest

from toolkit.review.compare_two_files import parts
from toolkit.review.diff import printed
from toolkit.review.markup_text import inside, plain, without

MANY = 50_000  # of a part that is read to the end of the text each time, so many take minutes


def test_plain_text_has_no_tags_and_single_spaces():
    assert plain("<p>Half\n of <b title='a'>it</b> &amp; &lt;more&gt;</p>") == "Half of it & <more>"


def test_inside_gives_what_stands_between_also_where_an_end_is_missing():
    assert list(inside("a<p>b</p>c<p>d<p>e", "<p>", "</p>")) == ["b", "d", "e"]


def test_without_leaves_out_elements_with_what_they_hold():
    page = "a<style>p{}</style>b<styled>c<script src='x'>d</style></script>e"
    assert without(page, "script", "style").split() == ["a", "b<styled>c", "e"]
    assert without("a<script>b", "script").split() == ["a"]


@pytest.mark.parametrize("torn", ["<script>", "<svg>", "<text ", "<text>", "<p ", "<", "&#x", "1", "{"])
def test_torn_markup_is_read_once(torn):
    text = torn * MANY
    printed(text)
    assert without(text, "script", "svg") is not None and len(list(inside(text, torn, "</p>"))) == MANY
    drawing = "".join(sign for sign in text if sign not in "<&'")
    assert parts("a.svg", f"<svg xmlns='http://www.w3.org/2000/svg' d='{drawing}'/>".encode())
    assert parts("a.css", text.encode())


@pytest.mark.parametrize("torn", ["<b>", "<svg>", "<text>x", "</b>", "<b></i>"])
def test_elements_that_do_not_end_are_not_gone_through_for_each_that_follows(torn):
    assert len(parts("a.html", (torn * (MANY // 5)).encode())) >= MANY // 5


@pytest.mark.parametrize(
    "torn", ["<a ", '<a b="', "<a b='", "<!--", "<![CDATA[", "<!doctype ", "<?", "</a", "<script>"]
)
def test_a_page_is_read_up_to_a_tag_that_does_not_end_and_the_rest_is_one_part(torn):
    assert len(parts("a.html", (torn * MANY).encode())) <= 3
    whole, cut = (parts("a.html", f"<p>a</p>{text}<b>c</b>{torn}".encode()) for text in ("", "<!-- d -->"))
    assert len(cut) > len(whole) > 1
