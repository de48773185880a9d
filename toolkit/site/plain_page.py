"""A page of paragraphs and tables in the house style, which a command writes: nothing is fetched or runs on it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from markupsafe import Markup, escape

from toolkit.charts import HOUSE
from toolkit.site import metadata, security_policy
from toolkit.site.markdown_html import scrolling
from toolkit.site.page import templates
from toolkit.site.style import TEMPLATES, stylesheet

WHOLE_WORDS = ".scroll td,.scroll th{overflow-wrap:normal}.scroll td:first-child{min-width:8rem}"


def plain_page(title: str, above: str, parts: Iterable[str]) -> str:
    """The HTML of a page with a title, words above it, and parts that are HTML already."""
    style = stylesheet("report.css", HOUSE)
    style += metadata.compact((TEMPLATES / "report" / "guide.css").read_text(encoding="utf-8")) + WHOLE_WORDS
    view = {
        "title": title,
        "index": above,
        "home": "",
        "style": Markup(style),
        "policy": security_policy.policy(style, pictures=False),
        "html": Markup("\n".join(parts)),
    }
    return str(templates().get_template("guide.html.j2").render(page=view)).lstrip()


def html_table(rows_in_words: Sequence[Sequence[str]], caption: str) -> str:
    """A table as HTML: the headings, then the rows."""
    headings, *body_rows = rows_in_words
    heads = "".join(f'<th scope="col">{escape(words)}</th>' for words in headings)
    rows = "".join("<tr>" + "".join(f"<td>{escape(words)}</td>" for words in row) + "</tr>" for row in body_rows)
    body = f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody>"
    return scrolling(caption, f"<table><caption>{escape(caption)}</caption>{body}</table>")
