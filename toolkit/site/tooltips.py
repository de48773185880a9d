"""What the rows of a chart say when a reader points at them: name, values as worded, kind, sources."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from toolkit.charts import FORMS
from toolkit.charts.encodings import Form
from toolkit.core import wording
from toolkit.core.kind import MARKS
from toolkit.core.language import LOCALES, Locale
from toolkit.site.markdown import curly

NAMES = ("series", "part", "y", "label", "entity", "x")
FURTHER = ("detail", "who", "note")
PLACING = ("density", "layer", "order", "total")  # numbers that place or sum marks and say nothing of a row
TITLED = ("first", "second", "reference")  # numbers that a chart names better than its table does
SHAPES = ("ellipse",)  # rows that are points of an outline
COMING = "Not yet on record"

Cite = Callable[[Iterable[str]], str]  # from nodes to the sources below them, in words


def tooltips(chart: Mapping, cite: Cite) -> dict[int, str]:
    """The words of each row of a chart's table by its place, in lines, the first its name."""
    form, told, table = FORMS[chart["form"]], chart["encodings"], chart["table"]
    locale = LOCALES[chart["language"]]
    places = {column["name"]: place for place, column in enumerate(table["columns"])}
    found = {}
    for nth, row in enumerate(table["rows"]):
        cells = {name: row[places[told[name]]] for name in form.encodings.of_columns if told.get(name) in places}
        labels = {name: table["columns"][places[told[name]]]["label"] for name in cells}
        labels |= {name: title for name in TITLED if isinstance(title := told.get(f"{name}_title"), str) and title}
        said = values(cells, labels, cite, locale) or [locale.say(MARKS["synthetic"])] * (chart["kind"] == "synthetic")
        lines = [name_of(cells, locale), *texts(cells, told, form), *said]
        if any(lines):
            found[nth] = "\n".join(curly(" ".join(line.split())) for line in lines if line)
    return found


def name_of(cells: Mapping, locale: Locale) -> str:
    """The row's name: its texts from the general to the particular, none twice."""
    parts: list[str] = []
    for name in NAMES:
        text = cells.get(name)
        if name == "label" and "state" in cells:  # the cell's word, which follows
            continue
        if isinstance(text, str) and text and not any(text in part for part in parts):
            parts.append(wording.written_date(text, locale) if wording.ISO_DATE.fullmatch(text) else text)
    return ", ".join(parts)


def texts(cells: Mapping, told: Mapping, form: Form) -> list[str]:
    """What stands under the name in the chart, and the word of a grid's cell."""
    state = cells.get("state")
    if state:
        title = form.encodings.by_name[f"{state}_title"].default
        return [cells.get("label") or told.get(f"{state}_title", title)]
    coming = cells.get("role") == "projected" or cells.get("projected") == "yes"
    return [*(cells[name] for name in FURTHER if isinstance(cells.get(name), str)), COMING if coming else ""]


def values(cells: Mapping, labels: Mapping[str, str], cite: Cite, locale: Locale) -> list[str]:
    """The row's numbers with their titles, their kind and their sources."""
    shown = {name: cell for name, cell in cells.items() if isinstance(cell, Mapping) and name not in PLACING}
    if not shown or cells.get("role") in SHAPES:
        return []
    kinds = {cell["kind"] for cell in shown.values()}
    lines = []
    for name, cell in shown.items():
        kind = f" ({locale.say(MARKS[cell['kind']])})" if len(kinds) > 1 else ""
        lines.append(f"{labels[name][:1].upper()}{labels[name][1:]}: {cell['text']}{kind}")
    if len(kinds) == 1:
        kind = locale.say(MARKS[kinds.pop()])
        lines.append(kind[:1].upper() + kind[1:])
    cited = cite(cell["node"] for cell in shown.values())
    return [*lines, f"{locale.say('Source')}: {cited}" if cited else ""]
