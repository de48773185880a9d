"""The other stories that a story's page names, put in when the edition is written.

So no page has to be laid out again for the headline of another.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from markupsafe import Markup

from toolkit.charts import typography
from toolkit.site.edition import EditionContext, Page
from toolkit.site.style import mark_invisible_characters

if TYPE_CHECKING:  # importing Jinja takes a while
    from jinja2 import Environment

PLACE = Markup("<!-- others -->")  # where a page that is laid out has them, the last such in it


def others(edition: EditionContext, slug: str, environment: Environment) -> str:
    """The HTML of the other stories that the page of a story names; "" if it is the only one."""
    seen = edition.seen_from(slug)
    shown = replace(seen, stories=tuple(story for story in seen.stories if story[0] != slug))
    return mark_invisible_characters(environment.get_template("others.html.j2").render(page=shown))


def with_others(page: Page, edition: EditionContext, environment: Environment) -> Page:
    """A page that is laid out, and its annex, with the other stories of the edition."""
    found = others(edition, page.slug, environment)
    annex = page.annex and replace(page.annex, html=_with(page.annex.html, found))
    return replace(page, html=_with(page.html, found), annex=annex)


def layout_inputs(edition: EditionContext, slug: str, environment: Environment) -> tuple[EditionContext, bool]:
    """What of an edition decides how the page of a story is laid out.

    That is all but the other stories, of which only their letters do: rarer ones need fonts of their own.
    """
    rarer = typography.RARER.search(others(edition, slug, environment)) is not None
    return replace(edition, stories=()), rarer


def _with(html: str, found: str) -> str:
    before, _, after = html.rpartition(f"{PLACE}\n")
    return f"{before}{found}{after}"
