"""The front page, the feed and the heads of pages say the titles and numbers of the stories, or a check names them."""

import pytest

from toolkit.review.archive_front_page import front_disagreements

STORED = {
    "name": "Desk",
    "units": "cup = [cup]\n",
    "stories": {
        "tea": {
            "title": "35 cups & more",
            "html": {"path": "tea.html"},
            "numbers": {
                "tea.html": [{"low": 35.0, "high": 35.0, "unit": "1"}, {"low": 10.0, "high": 10.0, "unit": "1"}]
            },
        }
    },
}
PAGES = {
    "tea.html": """<title>35 cups &amp; more – Desk</title>
<meta property="og:title" content="35 cups &amp; more – Desk">""",
    "index.html": """<h2><a class="n" href="tea.html#n-1">35</a>, not <a class="n" href="tea.html#n-2">ten</a></h2>
<p class="number big"><a href="tea.html#n-2" class="long">10</a></p>
<p class="read"><a href="tea.html">Read the story<span class="unseen">: 35 cups &amp; more</span></a></p>""",
    "feed.xml": """<feed xmlns="http://www.w3.org/2005/Atom"><title>Desk</title><entry>
<title>35 cups &amp; more</title>

<id>https://desk.example/tea.html</id>
<link href="https://desk.example/tea.html"/></entry><entry>
<title>Correction: 35 cups &amp; more</title><link href="https://desk.example/tea.html#corrections"/></entry></feed>""",
}


def found(pages):
    edition = {name: text.encode() for name, text in pages.items()}
    return [where for where, _, _ in front_disagreements(edition, STORED, {"tea": {}})]


def test_what_agrees_is_not_named_and_a_feed_need_not_be_there():
    assert found(PAGES) == []
    assert found({name: text for name, text in PAGES.items() if name != "feed.xml"}) == []


@pytest.mark.parametrize(
    ("name", "old", "new", "where"),
    [
        ("tea.html", "<title>35", "<title>36", "tea.html, its title"),
        ("tea.html", 'content="35', 'content="36', "tea.html, its title"),
        ("tea.html", "Desk</title>", "Desk</title><title>x</title>", "tea.html, its title"),
        ("index.html", ">35<", ">53<", "index.html, number 1 of tea.html"),
        ("index.html", ">35<", ">35 of 36<", "index.html, number 1 of tea.html"),
        ("index.html", ">ten<", ">twelve<", "index.html, number 2 of tea.html"),
        ("index.html", ">10<", ">11<", "index.html, number 2 of tea.html"),
        ("index.html", "tea.html#n-1", "tea.html#n-3", "index.html, number 3 of tea.html"),
        ("index.html", ": 35 cups", ": 36 cups", "index.html, the title of tea.html"),
        ("feed.xml", "Correction: 35", "Correction: 36", "feed.xml, the title of tea.html"),
        ("feed.xml", "<title>35", "<title>36", "feed.xml, the title of tea.html"),
        ("feed.xml", "example/tea.html", "example/coffee.html", "feed.xml, the title of coffee.html"),
    ],
)
def test_another_title_or_number_is_named_with_its_place(name, old, new, where):
    assert old in PAGES[name]
    assert where in found({**PAGES, name: PAGES[name].replace(old, new)})
