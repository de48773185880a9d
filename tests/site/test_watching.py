"""What to watch on a page: what is due, which figures it would replace, and, once it is overdue, a line at its head."""

import re
from datetime import date

import pytest

from tests.site import sample_story
from toolkit.database.open import open_database
from toolkit.site import page

pytestmark = pytest.mark.heavy  # each makes a page

WATCH = """\
schema: 1
watch:
  - id: kettles-2027
    what: the survey of <kettles> for 2027
    due: 2027-04/2027-05
    inferred: true
    basis: the last one came out in April
    enter: the reporter on kitchens
    source: leaf-daily
    stories: {tea: [kettle-survey#top]}
  - {id: leaves, what: the harvest, due: 2026-06-30, inferred: false, basis: b, enter: e, stories: {tea: []}}
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    found = sample_story.make(tmp_path_factory.mktemp("watching"))
    (found.project.data / "watch.yml").write_text(WATCH)
    (found.project.notebooks).mkdir(exist_ok=True)
    (found.project.notebooks / "tea.ipynb").write_text("{}")
    found.executed.notebook.metadata["front_matter"]["day"] = "2026-05-20"
    return found


def html(made, day):
    edition = page.edition_context(made.project, [made.executed], day)
    return page.render(made.executed, open_database(made.project), edition).html


def words(text):
    return " ".join(re.sub(r"<[^>]*>", " ", text).split())


def test_a_page_says_what_is_due_when_what_it_replaces_and_who_enters_it(made):
    text = html(made, date(2026, 6, 30))
    section = words(text[text.index("<section aria-labelledby=watch>") :])
    assert section.index("30 June 2026") < section.index("April 2027 to May 2027 (inferred)")
    assert "The survey of &lt;kettles&gt; for 2027. The last one came out in April; named by" in section
    assert "To be entered by the reporter on kitchens." in section
    assert re.search(r"Would replace [^:]*: [^:]* \( The Kettle, 15 April 2026 \)", section)
    assert "Overdue" not in section and "class=overdue" not in text
    assert "Published 20 May 2026 · figures as published to" in words(text)
    assert '"datePublished":"2026-05-20"' in text


def test_a_page_says_by_itself_what_is_overdue_from_the_day_after(made):
    assert html(made, date(2026, 6, 30)) == html(made, date(2026, 1, 1))
    late = html(made, date(2026, 7, 1))
    assert "Due since, and not available to us: the harvest. What to watch" in words(late)
    assert "Overdue 30 June 2026" in words(late) and words(late).count("Overdue") == 1
    later = words(html(made, date(2027, 6, 1)))
    assert "not available to us: the harvest; the survey of &lt;kettles&gt; for 2027. What to watch" in later


def test_a_page_with_nothing_to_watch_has_no_section(tmp_path):
    found = sample_story.make(tmp_path)
    assert "What to watch" not in found.page.html
