"""Fills the database: tables and views from SQL files, and what is reported as rows, inserted in bulk."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple
from datetime import date
from pathlib import Path

from toolkit.core.text import period_days
from toolkit.core.unit import Unit, unit_text
from toolkit.database.bulk_insert import insert_rows
from toolkit.database.own_functions import own_functions
from toolkit.database.series_tables import fill_series
from toolkit.engine.connect import Connection, in_memory
from toolkit.reported.certainty import certainty
from toolkit.reported.figures import Figure
from toolkit.reported.lineage import mutations, origins_by_figure, origins_by_source
from toolkit.reported.read_all import Reported
from toolkit.reported.series import Series

SQL = Path(__file__).parent / "sql"


def fill(connection: Connection, reported: Reported) -> None:
    """Writes all tables and views of what is reported, and our functions.

    Raises EngineError where that fails, and ToolkitError as `own_functions`.
    """
    connection.execute("BEGIN")
    connection.execute((SQL / "schema.sql").read_text(encoding="utf-8"))
    for series in reported.series.values():
        fill_series(connection, series)
    for name, rows in reported_rows(reported):
        insert_rows(connection, name, list(zip(*rows, strict=True)))
    _origins_of_series(connection, reported)
    for function in own_functions().values():
        connection.execute(function.sql)
    for view in sorted((SQL / "views").glob("*.sql")):
        connection.execute(view.read_text(encoding="utf-8"))
    connection.execute((SQL / "comments.sql").read_text(encoding="utf-8"))
    connection.execute("COMMIT")
    connection.execute("CHECKPOINT")  # closing would do it too, but says nothing where the disk is full


def series_in_memory(series: Iterable[Series]) -> Connection:
    """A database in memory that has the tables of these series, and series_rows."""
    connection = in_memory()
    connection.execute((SQL / "schema.sql").read_text(encoding="utf-8"))
    for one_series in series:
        fill_series(connection, one_series)
    return connection


def reported_rows(reported: Reported) -> Iterator[tuple[str, Sequence[tuple[object, ...]]]]:
    """(table, rows) for every table of schema.sql, cells in the order of its columns."""
    yield (
        "claims",
        [
            (c.id, c.topic, c.statement, c.unit, c.entity, c.period, *_days(c.period), c.note)
            for c in reported.claims.values()
        ],
    )
    yield (
        "sources",
        [
            (
                s.id,
                s.publisher,
                s.title,
                list(s.authors),
                s.published,
                _days(s.published)[1],
                s.published_note,
                s.address,
                s.primary,
                s.seen,
                s.seen_at,
                s.named,
                s.interest,
                s.licence,
                s.text_sha256,
                s.note,
            )
            for s in reported.sources.values()
        ],
    )
    yield "quotes", [(s.id, quote.text, quote.place) for s in reported.sources.values() for quote in s.quotes]
    units: dict[Unit, str] = {}
    yield "figures", [_figure(figure, units) for figure in reported.figures.values()]
    yield "source_links", [(s.id, other) for s in reported.sources.values() for other in s.relies_on]
    yield "figure_links", [(f.ref, other) for f in reported.figures.values() for other in f.relies_on]
    by_claim = {claim: origins_by_figure(reported, claim) for claim in reported.claims}
    figures = reported.figures.values()
    yield "figure_origins", [(f.ref, source) for f in figures for source in by_claim[f.claim.id][f.key]]
    of_claims = {claim: sorted({id for ids in figures.values() for id in ids}) for claim, figures in by_claim.items()}
    yield "origins", [(claim, source) for claim, sources in of_claims.items() for source in sources]
    levels = {claim: certainty(reported, claim, of_claims[claim]) for claim in reported.claims}
    yield "certainty", [(claim, level.level, list(level.reasons)) for claim, level in levels.items()]
    changed = [mutation for claim in reported.claims for mutation in mutations(reported, claim)]
    yield "mutations", [(m.claim, m.field, m.told_by, m.told, m.source, m.stated, m.holds) for m in changed]
    yield "corrections", [astuple(correction) for correction in reported.corrections]
    yield from _watch_rows(reported)
    columns = (
        (s.id, column, value.base, value.unit)
        for s in reported.series.values()
        for value in s.values
        for column in value.columns
    )
    yield "value_columns", list(dict.fromkeys(columns))


def _origins_of_series(connection: Connection, reported: Reported) -> None:
    """Adds the origins of each row of a series, which are those of its source."""
    cited = {row.source for series in reported.series.values() for row in series.rows if row.source}
    connection.execute("CREATE TEMP TABLE cited (source VARCHAR, origin VARCHAR)")
    ends = origins_by_source(reported, cited).items()
    insert_rows(connection, "cited", list(zip(*((source, end) for source, ends in ends for end in ends), strict=True)))
    connection.execute(
        "INSERT INTO figure_origins SELECT key, origin FROM series_rows JOIN cited USING (source) "
        "ORDER BY series_rows.rowid, origin"
    )


def _watch_rows(reported: Reported) -> Iterator[tuple[str, Sequence[tuple[object, ...]]]]:
    rows = [(w.id, w.what, w.due, w.due_on, w.inferred, w.basis, w.enter, w.source, w.place) for w in reported.watch]
    yield "watch", rows
    replaced = [(w.id, story, keys or (None,)) for w in reported.watch for story, keys in w.stories.items()]
    yield "watch_figures", [(name, story, key) for name, story, keys in replaced for key in keys]


def _figure(figure: Figure, units: dict[Unit, str]) -> tuple[object, ...]:
    """A figure's row; `units` caches the text of each unit, which pint takes longest over."""
    low = high = unit = form = digits = None
    printed = (None if end is None else float(end) for end in (figure.low, figure.high))
    if (number := figure.quantity) is not None:
        unit = units.get(number.unit) or units.setdefault(number.unit, unit_text(number.unit))
        low, high = number.low, number.high
        form, digits = number.style.form, number.style.digits
    return (
        figure.ref,
        figure.id,
        figure.source.id,
        figure.claim.id,
        low,
        high,
        unit,
        *printed,
        figure.unit,
        form,
        digits,
        figure.says,
        figure.stance,
        figure.about,
        figure.bound,
        figure.baseline,
        figure.population,
        figure.qualifier,
        figure.period,
        *_days(figure.period),
        figure.place,
        figure.attributed_to,
        figure.seen,
        figure.basis,
        figure.note,
    )


def _days(period: str | None) -> tuple[date | None, date | None]:
    return period_days(period) if period else (None, None)


@contextlib.contextmanager
def without_garbage_collection() -> Iterator[None]:
    """Pauses garbage collection: all that is read stays in use to the end, and would be searched over and over."""
    searching = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if searching:
            gc.enable()
