"""The recipes for using up tokens as one page: how often signals are right, what each is, who describes it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from markupsafe import escape

from toolkit.analysis.padding_recipes import HEADINGS
from toolkit.site.plain_page import html_table, plain_page

if TYPE_CHECKING:
    from toolkit.database.table import Table
    from toolkit.reported.sources import Source

TITLE = "What signals of padding are worth, recipe by recipe"
MEANS = (
    "SIMULATED. Each row is a company of invented people, of whom as many use up tokens by the recipe as do honest "
    "work that looks like it, its twin. Shares are of weeks of one person each, as ranges over draws of people: the "
    "weeks of the recipe that a signal marks, those of its twin, all others, and how many of those marked are padded."
)
WORTH = (
    "Where the signals find a recipe, they find its honest twin as often. A marked week is a reason to ask, and never "
    "a finding about a person."
)
NOBODY = "Assumed: no report or tool that we read describes it; it is on our own list of shapes to try."


def recipes_page(rates: Table, described: Mapping[str, tuple[str, ...]], sources: Mapping[str, Source]) -> str:
    """The HTML of the page; `described` has the ids of sources by recipe, `sources` those of the project."""
    return plain_page(TITLE, "Simulated logs", _parts(rates, described, sources))


def _parts(rates: Table, described: Mapping[str, tuple[str, ...]], sources: Mapping[str, Source]) -> Iterator[str]:
    yield f"<p>{escape(MEANS)}</p>"
    rows = [tuple(str(row[key]) for key in HEADINGS) for row in rates]
    yield html_table([tuple(HEADINGS.values()), *rows], "SIMULATED: weeks that the declared signals mark")
    yield f"<p>{escape(WORTH)}</p>"
    yield "<h2>The recipes, and their honest twins</h2>"
    for row in rates:
        name = str(row["scenario"])
        yield f"<h3>{escape(row['recipe'])}</h3>"
        yield f"<p>Scenario {escape(name)}. Honest twin: {escape(row['twin'])}.</p>"
        cited = [_source(sources[source]) for source in described[name] if source in sources]
        yield f"<p>Described by: {'; '.join(cited)}.</p>" if cited else f"<p>{escape(NOBODY)}</p>"


def _source(source: Source) -> str:
    words = escape(f"{source.publisher}, {source.title}")
    return f'<a href="{escape(source.address)}">{words}</a>' if source.address else str(words)
