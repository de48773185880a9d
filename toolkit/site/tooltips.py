"""The tooltips of a chart's rows: name, details, values, kind, sources."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from toolkit.charts import ALTAIR, FORMS
from toolkit.charts.encodings import Form
from toolkit.core import wording
from toolkit.core.kind import MARKS
from toolkit.core.language import LOCALES, Locale
from toolkit.site.markdown import curly

# encodings, by what they are for a tooltip
NAMES = ("series", "part", "y", "label", "entity", "x")  # text columns that name a row, the most general first
FURTHER = ("detail", "who", "note")  # text columns under the name
PLACING = ("density", "layer", "order", "total")  # number columns that place marks or add them up: not shown
TITLED = ("first", "second", "reference")  # number columns with a title in the chart, <name>_title
SHAPES = ("ellipse",)  # roles of rows that are points of an outline: their numbers are not shown
COMING = "Not yet on record"

Cite = Callable[[Iterable[str]], str]  # from digests of numbers to their sources in words


def tooltips(chart: Mapping, cite: Cite) -> dict[int, str]:
    """The tooltip of each row of a chart's table by its index, as lines of text, the first its name.

    Rows of which there is nothing to say are left out; a chart of Altair has none.
    """
    if chart["form"] == ALTAIR:
        return {}
    form, given, table = FORMS[chart["form"]], chart["encodings"], chart["table"]
    locale = LOCALES[chart["language"]]
    places = {column["name"]: place for place, column in enumerate(table["columns"])}
    found = {}
    for nth, row in enumerate(table["rows"]):
        cells = {name: row[places[given[name]]] for name in form.encodings.of_columns if given.get(name) in places}
        labels = {name: table["columns"][places[given[name]]]["label"] for name in cells}
        labels |= {name: title for name in TITLED if isinstance(title := given.get(f"{name}_title"), str) and title}
        numbers = values(cells, labels, cite, locale)
        if not numbers and chart["kind"] == "synthetic":
            numbers = [locale.say(MARKS["synthetic"])]
        lines = [name_of(cells, locale), *texts(cells, given, form), *numbers]
        if any(lines):
            found[nth] = "\n".join(curly(" ".join(line.split())) for line in lines if line)
    return found


def sources(chart: Mapping, cite: Cite) -> dict[int, str]:
    """The sources of the numbers in each row of a chart's table, by its index, where it has some."""
    rows = enumerate(chart["table"]["rows"])
    found = {nth: cite(cell["node"] for cell in row if isinstance(cell, Mapping)) for nth, row in rows}
    return {nth: curly(cited) for nth, cited in found.items() if cited}


def name_of(cells: Mapping, locale: Locale) -> str:
    """The name of a row, from its cells by encoding: the texts of NAMES, none of them twice."""
    parts: list[str] = []
    for name in NAMES:
        text = cells.get(name)
        if name == "label" and "state" in cells:  # of a grid: its label is the state's, which `texts` has
            continue
        if isinstance(text, str) and text and not any(text in part for part in parts):
            parts.append(wording.written_date(text, locale) if wording.ISO_DATE.fullmatch(text) else text)
    return ", ".join(parts)


def texts(cells: Mapping, given: Mapping, form: Form) -> list[str]:
    """The lines of text after the name: details, and whether a value is projected; of a grid the state of the cell.

    `given` are the chart's encodings. Lines may be empty.
    """
    state = cells.get("state")
    if state:
        title = form.encodings.by_name[f"{state}_title"].default
        return [cells.get("label") or given.get(f"{state}_title", title)]
    projected = cells.get("role") == "projected" or cells.get("projected") == "yes"
    return [*(cells[name] for name in FURTHER if isinstance(cells.get(name), str)), COMING if projected else ""]


def values(cells: Mapping, labels: Mapping[str, str], cite: Cite, locale: Locale) -> list[str]:
    """A line for each number of a row with its title, then their kind and their sources; [] without numbers."""
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
