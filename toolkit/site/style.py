"""The style sheets of pages, and a page with its own."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from html import escape, unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from toolkit.charts import Palette, typography
from toolkit.core.text import made_visible
from toolkit.site import metadata
from toolkit.site.citations import Reference
from toolkit.site.lean_html import lean
from toolkit.site.page_fonts import shared_texts, shown_pairs

if TYPE_CHECKING:  # importing Jupyter takes a while
    from jinja2 import Environment

TEMPLATES = Path(__file__).parent / "templates"
REFERENCE = re.compile(r"&(?:#\w{1,8}|[A-Za-z]{2,32});")
# where a page without its style has them: the first such in it, as text of its own has no < in it
PLACE_OF_POLICY, PLACE_OF_STYLE = Markup("<!-- policy -->"), Markup("<!-- style -->")
SHARED = "pages.css"  # the style of every page but those of stories, which have their own inside
LINK_TO_SHARED = f'<link rel="stylesheet" href="{SHARED}">'
OF_STORIES = "stories.css"  # what annexes and pages of claims have on top of it
OF_CLAIMS = "claims.css"  # what pages of claims have on top of both
CutFonts = Callable[[frozenset[str]], str]  # the @font-face rules of fonts cut down to these texts
ShownPairs = Callable[[str, str], frozenset[str]]  # the pairs of letters that a page with a style may show


def stylesheet(name: str | None, palette: Palette) -> str:
    """The CSS of a page with whole fonts: colours, fonts, desk.css and `name`."""
    return typography.font_faces() + rules_of_page(name, palette)


def rules_of_page(name: str | None, palette: Palette) -> str:
    """The CSS of a page but for its fonts: colours, desk.css and `name`."""
    return metadata.compact(palette.css_variables()) + rules("desk.css") + (rules(name) if name else "")


def rules(name: str) -> str:
    """The rules of one style sheet of the pages."""
    return metadata.compact((TEMPLATES / "report" / name).read_text(encoding="utf-8"))


def shared_styles(
    palette: Palette,
    pages: Iterable[str],
    cut: CutFonts = typography.cut_font_faces,
    pairs: ShownPairs = shown_pairs,
) -> dict[str, bytes]:
    """The styles that pages of an edition share, by file: colours, fonts and rules; a story's; those of claims.

    The fonts have the letters of those of the `pages`, given as HTML, that load them, by `pairs`; `cut` makes their
    rules.
    """
    of_all, of_stories, of_claims = rules_of_page(None, palette), rules("report.css"), rules("claims.css")
    loading = (page for page in pages if LINK_TO_SHARED in page)
    texts = shared_texts(loading, of_all + of_stories + of_claims, pairs)
    return {
        SHARED: (cut(texts) + of_all).encode(),
        OF_STORIES: of_stories.encode(),
        OF_CLAIMS: of_claims.encode(),
    }


def tint(references: Iterable[Reference]) -> str:
    """CSS that tints the number whose receipt is open, wherever it stands."""
    opened = ",".join(f":root:has(#r-{r.receipt}:popover-open) #n-{r.position}" for r in references)
    return f"{opened}{{background:var(--tint);text-decoration:underline solid var(--accent) 2px}}" if opened else ""


def styled(template: str, environment: Environment, view: Mapping[str, Any], style: str, policy: str) -> str:
    """The HTML of a page from its template and view, with its style and the security policy for that (`with_style`)."""
    return with_style(without_style(template, environment, view), style, policy)


def without_style(template: str, environment: Environment, view: Mapping[str, Any]) -> str:
    """The HTML of a page from its template and view, but for its style and its security policy.

    Invisible characters that somebody else's text brings are shown by their code.
    """
    page = {**view, "style": PLACE_OF_STYLE, "policy": PLACE_OF_POLICY}
    return lean(mark_invisible_characters(environment.get_template(template).render(page=page).lstrip()))


def with_style(html: str, style: str, policy: str) -> str:
    """What `without_style` made, with a style and the security policy for that."""
    return html.replace(PLACE_OF_POLICY, in_quotes(policy), 1).replace(PLACE_OF_STYLE, style, 1)


def in_quotes(text: str) -> Markup:
    """Text of an attribute in double quotes, in which apostrophes stand as they are."""
    return Markup(escape(text, quote=False).replace('"', "&quot;"))


def mark_invisible_characters(markup: str) -> str:
    """HTML or XML with the code of each invisible character in its place, also of one that a reference means."""
    return made_visible(REFERENCE.sub(_character, markup))


def _character(match: re.Match[str]) -> str:
    """The character that a reference means, such as &#8238;, where nobody would see it; else the reference."""
    character = unescape(match[0])
    return match[0] if made_visible(character) == character else character
