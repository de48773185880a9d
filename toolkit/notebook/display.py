"""How numbers, sources, claims and tables show themselves in JupyterLab: HTML that needs no script, on light and dark.

In the kernels of a build they are not registered: there the page shows what a notebook made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from markupsafe import Markup, escape

from toolkit.core.number import Number
from toolkit.core.text import made_visible
from toolkit.core.unit import unit_text
from toolkit.core.wording import written_date
from toolkit.database.open import Database
from toolkit.database.reported_rows import Row
from toolkit.database.table import Table
from toolkit.database.table_list import as_html
from toolkit.notebook.claim import ClaimReadings
from toolkit.notebook.dataset_view import DatasetView, TableList
from toolkit.notebook.shell import running_shell
from toolkit.notebook.source_figures import SourceFigures
from toolkit.notebook.story_state import StoryState

RECORDING = "toolkit.notebook.kernel_extension"  # the extension that a build's kernels load
ALTAIR = ("altair.vegalite.v6.api", "TopLevelMixin")  # the class of all its charts; Altair may be imported later
VEGA_LITE = "application/vnd.vegalite.v5+json"
ROWS = 20  # a table shows so many
INPUTS = 8  # a receipt lists so many inputs of a number, and counts more
DEPTH = 4  # steps of a receipt
NO_MATH = "mathjax_ignore tex2jax_ignore"  # else "$1.2m to $1.5m" is set as a formula
COLOURS = ("ink", "muted", "rule", "slip", "accent")
STYLE = Path(__file__).with_name("display.css")


def register(database: Database) -> None:
    """Has the kernel's IPython show what comes from `database` as HTML; without IPython, or in a build, nothing."""
    shell = running_shell()
    if shell is None or shell.display_formatter is None or shell.extension_manager is None:
        return
    if RECORDING in shell.extension_manager.loaded:
        return
    html_of: dict[type, Callable[[Any], Markup]] = {
        Number: lambda number: number_html(number, database),
        SourceFigures: lambda figures: source_html(figures, database),
        ClaimReadings: lambda claim: claim_html(claim, database),
        Table: table_html,
        DatasetView: dataset_html,
        TableList: lambda tables: _wrapped(Markup(as_html(tables.tables))),
    }
    for kind, html in html_of.items():

        def bundle(value: Any, html: Callable[[Any], Markup] = html, **_: object) -> dict[str, str]:
            plain = f"{value.name}: {len(value):,} rows" if isinstance(value, Table) else str(value)
            return {"text/plain": plain, "text/html": html(value)}

        shell.display_formatter.mimebundle_formatter.for_type(kind, bundle)
    # in a list, a tuple or a dictionary a number is printed as in a sentence
    printed = shell.display_formatter.formatters["text/plain"]
    printed.for_type(Number, lambda number, printer, cycle: printer.text(str(number)))
    shell.display_formatter.mimebundle_formatter.for_type_by_name(*ALTAIR, _drawn_here)


def _drawn_here(chart: Any, **_: object) -> dict[str, Any]:
    """An Altair chart for the Vega-Lite that JupyterLab itself has; Altair's own way loads scripts from the network."""
    return {"text/plain": "an Altair chart (story.chart publishes it)", VEGA_LITE: chart.to_dict()}


def style() -> Markup:
    """The style element of everything here, in the colours of the pages."""
    from toolkit.charts.theme import DARK, LIGHT  # which imports Altair

    light, dark = (";".join(f"--{name}:{colours[name]}" for name in COLOURS) for colours in (LIGHT, DARK))
    colours_of_pages = f'.tk{{{light}}}\nbody[data-jp-theme-light="false"] .tk{{{dark}}}\n'
    return Markup("<style>{}</style>").format(Markup(colours_of_pages + STYLE.read_text(encoding="utf-8")))


def number_html(number: Number, database: Database) -> Markup:
    """A number with its kind and label; on opening its receipt: how it was made, its inputs and their sources."""
    about = Markup(' <small class="about">{}{}</small>').format(
        number.kind, f" · {number.label}" if number.label else ""
    )
    computation = Markup("<p>{} = {}</p>").format(_made(number), number) if number.inputs else ""
    steps = _steps(number.inputs, database, DEPTH) if number.inputs else _steps([number], database, DEPTH)
    unit = unit_text(number.unit)
    facts = (("Kind", str(number.kind)), ("Unit", "none, a plain number" if unit == "1" else unit))
    return Markup(
        '{}<details class="tk {}"><summary><b>{}</b>{}</summary><div class="slip">{}{}{}<dl>{}</dl></div></details>'
    ).format(
        style(),
        NO_MATH,
        number,
        about,
        Markup("<p>{}</p>").format(number.label) if number.label and number.inputs else "",
        computation,
        steps,
        Markup("").join(Markup("<dt>{}</dt><dd>{}</dd>").format(*fact) for fact in facts),
    )


def _made(number: Number) -> str:
    """The operation in words, with its inputs as they are written; many are counted."""
    if len(number.inputs) <= INPUTS:
        return number.operation.words([str(part) for part in number.inputs])
    return f"{number.operation.primitive.words_for_many or number.operation.name} {len(number.inputs)} numbers"


def _steps(parts: Sequence[Number], database: Database, depth: int) -> Markup:
    """The inputs as a list, each with its own inputs below; how many there are, of many."""
    parts = [part for part in dict.fromkeys(parts) if part.operation.name != "constant"]
    lines = [_step(part, database, depth) for part in parts[:INPUTS]]
    if len(parts) > INPUTS:
        lines.append(Markup("<li><i>and {} more</i></li>").format(len(parts) - INPUTS))
    return Markup("<ul>{}</ul>").format(Markup("").join(lines)) if lines else Markup("")


def _step(part: Number, database: Database, depth: int) -> Markup:
    label = Markup(" {}").format(part.label) if part.label else ""
    if not part.inputs:
        return Markup("<li><b>{}</b>{}<i>{}</i></li>").format(part, label, _origin(part, database))
    below = _steps(part.inputs, database, depth - 1) if depth > 1 else ""
    return Markup("<li><b>{}</b>{}<i>{}</i>{}</li>").format(part, label, _made(part), below)


def _origin(leaf: Number, database: Database) -> Markup:
    """Where a number without inputs comes from: its kind, then the source and the place in it, or why it is assumed."""
    ref = leaf.ref or ""
    dataset = database.datasets.get(ref.removeprefix("dataset:")) if ref.startswith("dataset:") else None
    if dataset:
        published = _cited(database.source(dataset.source), database) if dataset.source else "a draft, without a source"
        return escape(" · ").join((str(leaf.kind), _made(leaf), published))
    if not ref.startswith(("figure:", "series:")):
        return escape(" · ".join(filter(None, (str(leaf.kind), leaf.why or ref))))
    reading = database.reading(ref)
    cited = _cited(database.source(reading["source"]), database) if reading.get("source") else ""
    return escape(" · ").join(filter(None, (str(leaf.kind), cited, reading.get("place"), ref.partition(":")[2])))


def _cited(source: Row, database: Database) -> Markup:
    """A source as publisher and date, linked where it has an address on the web."""
    words = f"{source['publisher']}, {written_date(source['published'], database.units.locale)}"
    address = source["address"] or ""
    return Markup('<a href="{}">{}</a>').format(address, words) if address.startswith("http") else escape(words)


def source_html(figures: SourceFigures, database: Database) -> Markup:
    """The figures of a source: id, value, what it says and where; above them the source."""
    source = figures.source
    rows = []
    for name in figures:
        key = f"figure:{source['id']}#{name}"
        reading = database.reading(key)
        statement = ", ".join(filter(None, (reading["statement"], reading["qualifier"])))
        rows.append((Markup("<code>{}</code>").format(name), database.leaf(key), statement, reading["place"] or ""))
    how_seen = f"seen {source['seen']}" + (", primary" if source["is_primary"] else "")
    caption = Markup("<b>{}</b><small>{} · {}</small>").format(source["title"], _cited(source, database), how_seen)
    return _wrapped(_table(caption, ("id", "value", "what it says", "place"), rows))


def claim_html(claim: ClaimReadings, database: Database) -> Markup:
    """The readings of a claim side by side: value, who says it, of whom and against what, and on whom it relies."""
    rows = []
    for row in claim.rows:
        value = database.leaf(row["key"]) if row["low"] is not None else f"{row['stance']}: {row['says']}"
        hedge = f"{row['bound']} " if row["bound"] else "about " if row["about"] else ""
        facts = (row["population"], f"against {row['baseline']}" if row["baseline"] else "", row["qualifier"])
        relies = ", ".join(database.source(name)["publisher"] for name in row["relies_on"]) or "none here: an origin"
        key = Markup("<code>{}</code>").format(row["key"].removeprefix("figure:"))
        cited = _cited(database.source(row["source"]), database)
        rows.append((key, f"{hedge}{value}", cited, "; ".join(filter(None, facts)), relies))
    caption = Markup("<b>{}</b><small>{} · certainty {}: {}</small>").format(
        claim.statement, claim.id, claim.certainty, ", ".join(claim.reasons)
    )
    numeric = (1,) if len(claim) else ()
    return _wrapped(_table(caption, ("key", "value", "source", "of whom, against what", "relies on"), rows, numeric))


def table_html(table: Table) -> Markup:
    """The first rows of a table, its numbers on the right; the unit that a column shares stands in its heading."""
    rows = list(islice(table.rows, ROWS))
    cells = [(index, cell) for row in rows for index, cell in enumerate(row) if not isinstance(cell, bool)]
    numeric = {index for index, cell in cells if isinstance(cell, (Number, int, float))}
    kind = f"{table.kind} · " if any(isinstance(cell, Number) for _, cell in cells) else ""
    heads = [
        Markup("{}<small>{}</small>").format(column.label, "" if column.unit in (None, "1") else column.unit)
        for column in table.columns
    ]
    left_out = len(table) - ROWS
    count = f"{len(table):,} rows" + (f", the first {ROWS} shown" if left_out > 0 else "")
    caption = Markup("<b>{}</b><small>{}{}</small>").format(table.caption or table.name, kind, count)
    return _wrapped(_table(caption, heads, rows, numeric))


def dataset_html(view: DatasetView) -> Markup:
    """A dataset: what it is, its columns with what stands in them, what looks suspicious, and its first rows folded."""
    columns = [
        (
            Markup("<code>{}</code>").format(profile.column.name),
            f"{profile.column.type} {profile.column.unit or ''}",
            f"{profile.missing:,}",
            f"{profile.distinct:,}",
            profile.least,
            profile.greatest,
            profile.column.meaning,
        )
        for profile in view.profile.columns
    ]
    heads = ("column", "type and unit", "missing", "different", "least", "greatest", "meaning")
    caption = Markup("<b>{}</b><small>{}</small>").format(view.dataset.title, view.facts)
    doubts = [f"{name}: {what}" if name else what for name, what in view.profile.suspicious]
    items = Markup("").join(Markup("<li>Look at {}</li>").format(doubt) for doubt in doubts)
    names = [Markup("<code>{}</code>").format(column.name) for column in view.dataset.columns]
    rows = _table(Markup(""), names, view.rows, ())
    folded = Markup("<details><summary>First {} rows</summary>{}</details>").format(len(view.rows), rows)
    return _wrapped(
        _table(caption, heads, columns, (2, 3)) + (Markup("<ul>{}</ul>").format(items) if doubts else "") + folded
    )


def _wrapped(content: Markup) -> Markup:
    return Markup('{}<div class="tk {}">{}</div>').format(style(), NO_MATH, Markup(made_visible(content)))


def _text(cell: object) -> object:
    """A cell as it is written; a plain decimal, which has no wording, in six figures."""
    return "" if cell is None else f"{cell:,.6g}" if isinstance(cell, float) else cell


def _table(
    caption: Markup, heads: Sequence[str], rows: Iterable[Sequence[object]], numeric: Iterable[int] = (1,)
) -> Markup:
    """The table, its `numeric` columns on the right; an empty cell for None."""
    right = set(numeric)

    def cells(tag: str, row: Sequence[object]) -> Markup:
        return Markup("").join(
            Markup("<{0}{1}>{2}</{0}>").format(
                Markup(tag), Markup(' class="num"') if index in right else "", _text(cell)
            )
            for index, cell in enumerate(row)
        )

    body = Markup("").join(Markup("<tr>{}</tr>").format(cells("td", row)) for row in rows)
    return Markup("<table><caption>{}</caption><thead><tr>{}</tr></thead><tbody>{}</tbody></table>").format(
        caption, cells("th", heads), body
    )


def story_lines(story: StoryState) -> str:
    """What a story says of itself in three lines: its name, what there is, and what to call next."""
    questions = sum(1 for _ in story.database.project.questions.glob("*.sql"))
    counts = story.database.rows(
        "SELECT (SELECT count(*) FROM sources) AS sources, (SELECT count(*) FROM claims) AS claims"
    )[0]
    own_counts = ((len(story.findings), "finding"), (len(story.charts), "chart"))
    to_ask_for = (
        (len(story.database.datasets), "dataset"),
        (counts["sources"], "source"),
        (counts["claims"], "claim"),
        (questions, "question"),
    )
    own_words, to_ask = (
        ", ".join(f"{n} {word}{'s' * (n != 1)}" for n, word in words) for words in (own_counts, to_ask_for)
    )
    return (
        f"Story {story.slug}: {own_words}\n"
        f"To ask: {to_ask} in notebooks/sql\n"
        'Next: story.tables(), story.sql("SELECT …"), story["SOURCE"], story.claim("CLAIM"), story.finding(…)'
    )
