"""The guides of docs/ as a site: links and anchors are held, the same files give the same bytes, each page is sound."""

import shutil
from pathlib import Path

import pytest

from tests import counts
from tests.site import checkers
from toolkit.core.errors import ToolkitError
from toolkit.site.guides import write_guides

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.heavy


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    out = tmp_path_factory.mktemp("guides")
    return out, write_guides(ROOT, out)


def test_every_guide_is_a_page_and_the_same_each_time(site, tmp_path):
    out, pages = site
    made = {path.relative_to(out).as_posix(): path.read_bytes() for path in out.rglob("*") if path.is_file()}
    assert {"index.html", "tutorial.html", "contributing.html", "tutorial/kitchens.csv", "tutorial/page.png"} <= set(
        made
    )
    assert {f"{path.stem}.html" for path in (ROOT / "docs").glob("*.md")} - {"README.html"} <= set(made)
    index = made["index.html"].decode()
    assert '<a href="tutorial.html">' in index and str(ROOT) not in index
    assert b'href="contributing.html#where-each-change-is-made"' in made["architecture.html"]
    write_guides(ROOT, tmp_path)
    assert {name: (tmp_path / name).read_bytes() for name in made} == made


def test_links_that_lead_nowhere_are_all_named(tmp_path):
    shutil.copy(ROOT / "CONTRIBUTING.md", tmp_path)
    (tmp_path / "docs").mkdir()
    text = "# Guides\n\nSee [one](one.md), [a heading](#nothing), [a file](../LICENSE) and [it](README.md#guides).\n"
    (tmp_path / "docs" / "README.md").write_text(text)
    (tmp_path / "docs" / "architecture.md").write_text(
        "# A\n\n## How a form of charts is written\n\n## Two\n\n## Two\n"
    )
    with pytest.raises(ToolkitError) as raised:
        write_guides(tmp_path, tmp_path / "out")
    named = {problem.found.split("a link to ")[1] for problem in raised.value.problems}
    assert {
        "one.md, which leads nowhere",
        "../LICENSE, which leads nowhere",
        "#nothing, which README.md has not",
    } <= named
    assert not (tmp_path / "out").exists()


@pytest.mark.browser
@pytest.mark.parametrize("some", [True, pytest.param(False, marks=pytest.mark.slow)], ids=["some", "the others"])
def test_each_page_is_sound_on_a_phone_and_asks_for_nothing(site, open_page, some):
    _, pages = site
    chosen = counts.spread(pages, 5)
    asked, broken, page = [], {}, None
    for path in chosen if some else [path for path in pages if path not in chosen]:
        page = open_page(path.as_uri(), 390, page=page, bypass_csp=True)
        if wrong := [*checkers.axe(page), *([] if checkers.fits(page) else [("fits", path.name)])]:
            broken[path.name] = wrong
        asked += page.asked
    assert broken == {} and [url for url in asked if not url.startswith("file:")] == []
