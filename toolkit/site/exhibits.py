"""Tables and charts as a page shows them, and their files for download."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from markupsafe import Markup

from toolkit.charts import svg_document
from toolkit.charts.features import COLUMN as GEOMETRY
from toolkit.core import wording
from toolkit.core.errors import StoryError
from toolkit.core.kind import KINDS
from toolkit.core.locales import Locale
from toolkit.core.number import nodes_from_json
from toolkit.core.text import unfit_sign
from toolkit.core.wording import Style
from toolkit.site.citations import Citations
from toolkit.site.downloads import downloads
from toolkit.site.markdown import curly
from toolkit.site.rendered_table import RenderedTable
from toolkit.site.table_style import table_style

if TYPE_CHECKING:
    from toolkit.charts import Drawing, Palette

SHORT = 18  # characters: a column of text does not break lines up to so many, and has a least width beyond
TALL = 600  # pixels: a wide drawing that is higher is shrunk less on paper, where its letters would be too small
WORDS = ("title", "subtitle", "notes", "alt")
# encodings whose columns place marks and say nothing to a reader
PLACING = ("role", "more", "less", "order", "source", "target", "layer", "node", "mark", "projected")


@dataclass(frozen=True)
class RenderedChart:
    """A chart as its template shows it, with the files that go beside the page.

    `number` counts the charts of the page from 1 (0 is a chart of the front page alone), `level` is that of its
    heading; `kind` is its kind in the page's words, `kind_name` as `Kind` has it; `words` describe the numbers in its
    texts (`Citations.line`); `files` are by name in the story's `folder`; `page` is the file in which it stands.
    Where a choice changes it (`chart_states.py`), `texts_in_states` has its words in every state, `descriptions` those
    for screen readers, and `declared` is the chart as declared. Drawings are hidden from screen readers: the element
    around both says `alt`.
    """

    number: int
    id: str
    level: int
    kind_name: str
    kind: str
    title: str
    subtitle: str
    notes: str
    alt: str
    source: str
    wide: Markup
    narrow: Markup
    table: RenderedTable
    words: tuple[dict, ...]
    folder: str
    files: Mapping[str, bytes]
    drawing: Drawing = field(repr=False)
    sources: Mapping[int, str] = field(repr=False)  # of the numbers of each row
    code: str = ""
    page: str = ""
    texts_in_states: Mapping[str, Markup] = field(default_factory=dict)
    descriptions: Markup = Markup("")
    declared: RenderedChart | None = None

    def words_as_shown(self, name: str) -> Markup | str:
        """Its title, subtitle, notes, source or kind, in all states that it has."""
        return self.texts_in_states.get(name, getattr(self, name))

    @property
    def as_declared(self) -> RenderedChart:
        """The chart in the state that stands without a choice, for pages that offer none."""
        return self.declared or self

    @property
    def tall(self) -> bool:
        """True if the wide drawing is too high to stay readable at the height that others have on paper."""
        return svg_document.size(self.wide)[1] > TALL


def render_table(table: Mapping, name: str, caption: str, citations: Citations) -> RenderedTable:
    """A table's JSON as a page shows it; its numbers and its question are added to the citations.

    Raises StoryError for a character that one font alone has, or that nobody sees in the caption: no page shows it.
    """
    if unfit := unfit_sign(json.dumps([table["columns"], table["rows"], caption], ensure_ascii=False)):
        raise StoryError(f"table {table['name']}", unfit, "characters that every font has", "replace it in the data")
    add_numbers(table, citations)
    columns = table["columns"]
    numeric = [any(isinstance(row[place], dict) for row in table["rows"]) for place in range(len(columns))]
    headings = tuple(
        {
            "label": curly(column["label"]),
            "unit": citations.unit_words(column["unit"]) if number else "",
            "number": number,
        }
        for column, number in zip(columns, numeric, strict=True)
    )
    rows = tuple(
        tuple(_cell(cell, heading, citations.units.locale) for cell, heading in zip(row, headings, strict=True))
        for row in table["rows"]
    )
    widest = [max((len(row[place]["text"]) for row in rows), default=0) for place in range(len(columns))]
    for heading, width in zip(headings, widest, strict=True):
        heading["style"] = "right" if heading["number"] else "long" if width > SHORT else ""
    roots = [cell["node"] for row in table["rows"] for cell in row if isinstance(cell, dict)] + table["rests_on"]
    sources = tuple(
        (source, citations.sourcing.cite(source)) for source in citations.sources(citations.by_digest(roots))
    )
    question = table["name"] if table["sql"] else ""
    if question:
        citations.questions[question] = table["sql"]
    kind = citations.units.locale.say(KINDS[table["kind"]])
    style = table_style(headings, rows)
    return RenderedTable(name, curly(caption), kind, headings, rows, sources, question, style)


def add_numbers(exhibit: Mapping, citations: Citations) -> None:
    """Adds the numbers of a table's or chart's JSON to the citations."""
    citations.add(nodes_from_json(exhibit.get("nodes") or {}, citations.units).values())


def _cell(cell: object, heading: Mapping, locale: Locale) -> dict:
    if isinstance(cell, dict):
        return {"text": cell.get("bare", cell["text"]) if heading["unit"] else cell["text"], "number": True}
    if isinstance(cell, bool):
        return {"text": "yes" if cell else "no", "number": heading["number"]}
    text = "" if cell is None else str(cell)
    if wording.ISO_DATE.fullmatch(text):
        text = wording.written_date(text, locale)
    return {"text": curly(text), "number": heading["number"]}


def render_chart(
    chart: Mapping, number: int, level: int, folder: str, title: str, citations: Citations, palette: Palette
) -> RenderedChart:
    """A chart's JSON as a page shows it: drawn wide and narrow, with its table, SVG, PNG and CSV.

    Raises ToolkitError for what its form cannot draw.
    """
    from toolkit import charts

    add_numbers(chart, citations)
    drawing = drawing_of(chart, palette)
    table = table_of(chart, number, citations)
    files = drawn_files(drawing) | downloads(chart, f"Chart {number} of: {title}", citations) if number else {}
    return RenderedChart(
        number=number,
        id=chart["id"],
        level=level,
        kind_name=chart["kind"],
        kind=drawing.locale.say(KINDS[chart["kind"]]),
        title=drawing.title,
        subtitle=drawing.subtitle,
        notes=drawing.notes,
        alt=drawing.alt,
        source=drawing.source,
        wide=Markup(charts.draw_svg(drawing, "wide", named=False)),
        narrow=Markup(charts.draw_svg(drawing, "narrow", named=False)),
        table=table,
        words=tuple(numbers_beside_table(chart, citations)),
        folder=folder,
        files=files,
        drawing=drawing,
        sources=sources_of(chart, citations),
    )


def drawn_files(drawing: Drawing) -> dict[str, bytes]:
    """A chart as SVG, PNG and Vega-Lite for download. Raises ToolkitError for what its form cannot draw."""
    from toolkit import charts

    card = charts.picture_for_links(drawing)
    return {
        f"charts/{drawing.id}.svg": charts.standalone(drawing).encode(),
        f"charts/{drawing.id}.png": charts.picture(drawing),
        **({f"charts/{drawing.id}.card.png": card} if card else {}),
        f"charts/{drawing.id}.vl.json": charts.vega_lite_file(drawing),
    }


def sources_of(chart: Mapping, citations: Citations) -> dict[int, str]:
    """The sources of the numbers in each row of a chart's table, by its index, where it has some."""
    cited_sources = {}
    for nth, row in enumerate(chart["table"]["rows"]):
        digests = [cell["node"] for cell in row if isinstance(cell, Mapping)]
        if cited := citations.cited(citations.by_digest(digests)):
            cited_sources[nth] = curly(cited)
    return cited_sources


def table_of(chart: Mapping, number: int, citations: Citations) -> RenderedTable:
    """The table behind a chart of this number, its numbers added to the citations.

    Raises StoryError as `render_table`.
    """
    add_numbers(chart, citations)
    return render_table(
        without_placing(chart), f"figures-{chart['id']}", f"The figures behind chart {number}", citations
    )


def drawing_of(chart: Mapping, palette: Palette) -> Drawing:
    """The drawing of a chart's JSON, with curly quotes. Equal charts share one, so that each is drawn once."""
    words = {name: {"text": curly(chart[name]["text"])} for name in WORDS}
    parts = {name: chart[name] for name in ("id", "form", "encodings", "kind", "language", "table")}
    parts |= {
        name: chart[name]
        for name in ("specification", "narrow", "frames", "typed", "held", "in_scale")
        if name in chart
    }
    parts["notes_at"] = [
        {**note, "label": {"text": curly(note["label"]["text"])}} for note in chart.get("notes_at", ())
    ]
    return _drawing(json.dumps({**parts, **words, "source": curly(chart["source"])}), palette)


@lru_cache(maxsize=256)
def _drawing(text: str, palette: Palette) -> Drawing:
    from toolkit import charts

    return charts.read_drawing(json.loads(text), palette)


def without_placing(chart: Mapping) -> dict:
    """A chart's table without the columns that only place marks, and without rows that are empty then."""
    placing = {chart["encodings"].get(name) for name in PLACING} | {GEOMETRY}
    places = [place for place, column in enumerate(chart["table"]["columns"]) if column["name"] not in placing]
    rows = [[row[place] for place in places] for row in chart["table"]["rows"]]
    return {
        **chart["table"],
        "columns": [chart["table"]["columns"][place] for place in places],
        "rows": [row for row in rows if any(cell not in (None, "") for cell in row)],
    }


def numbers_beside_table(chart: Mapping, citations: Citations) -> list[dict]:
    """The numbers in a chart's words, and those its notes stand at, that its table does not show, each once."""
    in_table = {cell["node"] for row in chart["table"]["rows"] for cell in row if isinstance(cell, dict)}
    notes = [note["label"] for note in chart.get("notes_at", ())]
    in_words = {
        (part["node"], part["text"]): citations.line(
            replace(citations.numbers[part["node"]], style=Style(**part["style"]))
        )
        for text in (*(chart[field] for field in ("title", "subtitle", "notes")), *notes)
        for part in text["parts"]
        if isinstance(part, dict) and part["node"] not in in_table
    }
    listed = {node for node, _ in in_words} | in_table
    ends = [end for note in chart.get("notes_at", ()) for end in (*note["x"], *note["y"]) if isinstance(end, dict)]
    placed = {end["node"]: citations.line(citations.numbers[end["node"]]) for end in ends if end["node"] not in listed}
    return [*in_words.values(), *placed.values()]
