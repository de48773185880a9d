"""Usage logs, opened: views over their files, and questions whose numbers have the log as their input."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from toolkit.core.errors import Problem, ToolkitError
from toolkit.core.kind import Kind
from toolkit.core.number import Number
from toolkit.core.operation import operation
from toolkit.core.project import Project, digest
from toolkit.core.text import nearest_first
from toolkit.core.unit import Unit, UnitRegistry, no_unit, parse_unit, registry, unit_text
from toolkit.core.wording import Style
from toolkit.database.answer import Answer, Values, words_of
from toolkit.database.columns import is_quantity, refuse_columns
from toolkit.database.log_people import PERSON, refuse_few, rows_of_read_log
from toolkit.database.query import name_of
from toolkit.database.table import Cell, Column, Table, heading
from toolkit.engine.connect import Connection, arrays_of, columns_of, in_memory, lock
from toolkit.engine.errors import question
from toolkit.engine.select_only import refuse_other_than_select
from toolkit.usage.declaration import FEED_JSON, LogDeclaration
from toolkit.usage.log_views import SQL as VIEWS
from toolkit.usage.log_views import event_view, outcome_view, own_views, view
from toolkit.usage.logs.store import declared_log, log_folder
from toolkit.usage.roll_up import build_roll_up, read_roll_up_folder, roll_up_folder

SQL = Path(__file__).parents[1] / "usage"
UNITLESS = ("gini", "correlation", "elasticity")  # last words of columns whose numbers have no unit


@dataclass(frozen=True)
class UsageLog:
    """One usage log, read or simulated, opened: what it declares of itself, and a connection to its views."""

    project: Project
    folder: Path
    declared: LogDeclaration
    connection: Connection
    units: UnitRegistry

    @property
    def name(self) -> str:
        """The log's name; of a synthetic one it begins with synthetic-."""
        return str(self.declared["feed"])

    @property
    def kind(self) -> Kind:
        """Synthetic, or measured for a log that somebody handed over."""
        return Kind.SYNTHETIC if self.declared["kind"] == "synthetic" else Kind.MEASURED

    @property
    def leaf(self) -> Number:
        """The number of events, the input of every number computed from the log; its label has the fingerprint."""
        label = f"events of the {self.declared['kind']} usage log {self.name}: {self.declared['made_from']}"
        return self._counted(self.declared["events"], "request", label)

    @property
    def developers(self) -> Number:
        """People on the log's roster, those without any use included; of a log without a roster, the people seen."""
        return self._counted(self.declared["developers"], "developer", f"developers of the usage log {self.name}")

    @property
    def weeks(self) -> Number:
        """The length of the log in weeks."""
        return self._counted(self.declared["weeks"], "week", f"weeks of the usage log {self.name}")

    @property
    def people(self) -> Table:
        """One row: the people with any use and the days with any, as counts, and the first and last day (UTC)."""
        return self._about("extent")

    @property
    def accounting(self) -> Table:
        """A row a format: lines of the log's files, and how many are events, duplicates, without use, quarantined."""
        return self._about("accounting")

    @property
    def grains(self) -> Table:
        """A row for each grain of time and definition of a token: its rows, requests and tokens. None may be added."""
        return self._about("grains")

    @property
    def gaps(self) -> Table:
        """A row for each run of days without any use between the first day and the last."""
        return self._about("gaps")

    def _about(self, name: str) -> Table:
        return ask_usage_log(self, name, (SQL / "about" / f"{name}.sql").read_text(encoding="utf-8"))

    def _counted(self, count: int, unit: str, label: str) -> Number:
        return Number(
            low=float(count),
            high=float(count),
            unit=parse_unit(unit, self.units),
            kind=self.kind,
            operation=operation("counted"),
            inputs=(),
            label=label,
            ref=f"feed:{self.name}",
        )


def usage_log_named(
    project: Project, name: str, developers: int | None = None, weeks: int | None = None, seed: int = 1
) -> UsageLog:
    """The read log of a name, or else the simulated one of a scenario, at a size.

    Raises ToolkitError for a size of a read log, and as `open_usage_log` and `simulated_usage_log` do.
    """
    folder = log_folder(project, name)
    if not folder.is_dir():
        return simulated_usage_log(project, name, developers, weeks, seed)
    if (developers, weeks, seed) != (None, None, 1):
        raise ToolkitError(f"the usage log {name}", "a size, which it has", "its name alone", "leave the size out")
    return open_usage_log(project, folder)


def made_from(project: Project, name: str, developers: int | None, weeks: int | None, seed: int) -> str:
    """The fingerprint of all that the log `usage_log_named` so is made from. Raises ToolkitError as that does."""
    from toolkit.usage.simulate.plan import make_plan

    declared = declared_log(log_folder(project, name))
    return declared["fingerprint"] if declared else make_plan(project, name, developers, weeks, seed).fingerprint


def simulated_usage_log(
    project: Project, scenario: str, developers: int | None = None, weeks: int | None = None, seed: int = 1
) -> UsageLog:
    """The usage log of a scenario at a size (None: the declared one), opened; it is simulated if it is not there.

    Raises ScenarioError with every problem of the scenario and the size, ToolkitError as `simulate` does.
    """
    from toolkit.usage.simulate.plan import make_plan
    from toolkit.usage.simulate.run import simulate

    return open_usage_log(
        project, simulate(make_plan(project, scenario, developers, weeks, seed), project.build / "feeds")
    )


def open_usage_log(project: Project, folder: Path) -> UsageLog:
    """Opens the usage log in a folder that `toolkit simulate` or `toolkit ingest` made; a missing roll-up is built.

    Raises ToolkitError if the folder holds no usage log.
    """
    if not (folder / FEED_JSON).is_file():
        raise ToolkitError(
            f"the usage log {folder.name}",
            f"no {FEED_JSON} there",
            "a folder made by toolkit simulate or toolkit ingest",
            "run the command again, or correct the name",
        )
    declared = json.loads((folder / FEED_JSON).read_text(encoding="utf-8"))
    if not declared["files"]:
        raise ToolkitError(f"the usage log {folder.name}", "no event", "a log with events", "read files that have some")
    connection = in_memory()
    lock(connection, folders=make_tables(connection, project, declared, folder))
    return UsageLog(project, folder, declared, connection, registry(project.data / "units.txt"))


def make_tables(connection: Connection, project: Project, declared: LogDeclaration, folder: Path) -> list[Path]:
    """Makes the tables and views of the usage log in a folder, which `declared` so; returns the folders they read."""
    _accounting(connection, declared)
    _prices(connection, declared)
    _incentives(connection, declared)
    read = declared["kind"] == "measured"
    rolled = read_roll_up_folder(project.build, declared) if read else roll_up_folder(folder)
    build_roll_up(connection, declared, folder, rolled)
    event_view(connection, declared, folder, declared["files"])
    outcome_view(connection, declared, folder, declared["files"], "outcome")
    if declared["kind"] == "synthetic":
        view(connection, "truth", [folder / "truth" / name for name in declared["files"]])
    for name, grain in (("activity_day", "day"), ("stored_week", "week"), ("stored_team", "team")):
        view(connection, name, sorted((rolled / grain).glob("*.parquet")))
    for sql in (*own_views(declared), *(path.read_text(encoding="utf-8") for path in sorted(VIEWS.glob("[34]_*.sql")))):
        connection.execute(sql)
    return [folder, rolled]


def metric(name: str) -> str:
    """The SQL of a usage metric. Raises ToolkitError naming the metrics there are."""
    path = SQL / "metrics" / f"{name}.sql"
    if not path.is_file():
        known = nearest_first(name, sorted(found.stem for found in (SQL / "metrics").glob("*.sql")))
        raise ToolkitError(f"the metric {name!r}", "no such file in toolkit/usage/metrics", known, "correct the name")
    return path.read_text(encoding="utf-8")


def _is_own(room: str, name: str, sql: str) -> bool:
    """Whether a query is one of the toolkit's: one of its metrics, or what a log says "about" itself."""
    path = SQL / room / f"{name}.sql"
    return path.is_file() and path.read_text(encoding="utf-8") == sql


def ask_usage_log(usage_log: UsageLog, name: str, sql: str, parameters: Mapping[str, object] | None = None) -> Table:
    """The answer to the query `sql` over a usage log; its numbers have the log as input and name the query's hash.

    A column of numbers is named n_<what>, or ends in its unit or a word of UNITLESS. Raises ToolkitError if it is
    no SELECT, with what DuckDB says, with every column that has no unit or is not finite, or if it would show single
    people of a log that is not synthetic; of such a log, numbers that fewer than five people are behind are withheld.
    """
    cursor = usage_log.connection.cursor()
    refuse_other_than_select(f"{name}.sql", sql, cursor)
    with question(f"{name}.sql"):
        own = _is_own("about", name, sql)
        if usage_log.kind == Kind.SYNTHETIC or own:
            if own and usage_log.kind != Kind.SYNTHETIC:
                refuse_few(f"{name}.sql", name, usage_log.declared["developers"])
            cursor.execute(sql, dict(parameters) if parameters else None)
            columns, arrays = columns_of(cursor), [*arrays_of(cursor).values()]
        else:
            columns, arrays = rows_of_read_log(cursor, f"{name}.sql", sql, parameters, _is_own("metrics", name, sql))
        refuse_columns(f"{name}.sql", columns)
    units = {column: unit_of_column(column, usage_log.units) for column, kind in columns if is_quantity(column, kind)}
    asked = f"question {name}, {digest([sql, repr(sorted((parameters or {}).items()))])[:12]}"
    answer = Answer(
        [
            Values(
                array,
                _cell_of(usage_log, asked, column, kind, units.get(column)),
                f"{column}, {asked}, {usage_log.leaf.digest}",
            )
            for (column, kind), array in zip(columns, arrays, strict=True)
        ]
    )
    problems = [
        Problem(
            f"{name}.sql, column {column}",
            "a number without a unit",
            f"a name that ends in its unit or in {', '.join(UNITLESS)}",
            "rename the column",
        )
        for column, unit in units.items()
        if unit is None
    ]
    problems += [
        Problem(
            f"{name}.sql, column {column}",
            "a value that is not finite",
            "finite values or NULL",
            "divide by nullif(…, 0)",
        )
        for (column, _), values in zip(columns, answer.columns, strict=True)
        if not values.finite
    ]
    if problems:
        raise ToolkitError(problems)
    refuse_single_people(usage_log, f"{name}.sql", [column for column, _ in columns])
    made = [
        Column(column, heading(column), unit_text(found[0]) if (found := units.get(column)) else None)
        for column, _ in columns
    ]
    return Table(name, tuple(made), answer, sql)


def refuse_single_people(usage_log: UsageLog, where: str, columns: Iterable[str]) -> None:
    """Raises ToolkitError where an answer with these columns shows single people of a log that is not synthetic."""
    if PERSON in columns and usage_log.kind != Kind.SYNTHETIC:
        raise ToolkitError(where, "a row for each person", "groups of people", "group by team or week")


def _cell_of(
    usage_log: UsageLog, asked: str, column: str, kind: str, found: tuple[Unit, str] | None
) -> Callable[[Any, int], Cell]:
    """What makes the cells of a column, of a value and its row; `found` is unit and form, None for no quantity."""
    if found is None:
        return words_of(kind)
    unit, style, method, inputs = (
        found[0],
        Style(found[1]),
        operation("query", question=asked, column=column, how="worked out in SQL"),
        (usage_log.leaf,),
    )
    return lambda value, row: Number(
        low=float(value),
        high=float(value),
        unit=unit,
        kind=usage_log.kind,
        operation=method,
        inputs=inputs,
        style=style,
    )


def unit_of_column(column: str, units: UnitRegistry) -> tuple[Unit, str] | None:
    """Unit and form of writing that a column's name says; None where it says no unit."""
    if column.rpartition("_")[2] in UNITLESS:
        return parse_unit("1", units), "quantity"
    if column.startswith("n_"):
        return no_unit(units), "quantity"
    found = name_of(column, units)
    return (found.unit, found.form) if found.unit is not None else None


def _accounting(connection: Connection, declared: LogDeclaration) -> None:
    connection.execute(
        "CREATE TABLE accounting (source_format VARCHAR, files BIGINT, lines BIGINT, events BIGINT, "
        "duplicates BIGINT, other_lines BIGINT, quarantined BIGINT)"
    )
    for row in declared["accounting"]:
        connection.execute(
            "INSERT INTO accounting VALUES ($source_format, $files, $lines, $events, $duplicates, $other_lines, "
            "$quarantined)",
            dict(row),
        )


def _prices(connection: Connection, declared: LogDeclaration) -> None:
    """List prices by model and day, in billionths of a dollar a token: whole numbers, so that sums are exact."""
    connection.execute(
        "CREATE TABLE price (model VARCHAR, from_on DATE, until_on DATE, uncached BIGINT, "
        "cache_read BIGINT, cache_creation BIGINT, output BIGINT)"
    )
    prices = sorted(declared["prices_nanousd_per_token"], key=lambda price: (price["model"], price["from_on"]))
    for price, after in zip(prices, [*prices[1:], None][: len(prices)], strict=True):
        until = after["from_on"] if after and after["model"] == price["model"] else None
        connection.execute(
            "INSERT INTO price VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                price["model"],
                price["from_on"],
                until,
                *(price[key] for key in ("uncached", "cache_read", "cache_creation", "output")),
            ],
        )


def _incentives(connection: Connection, declared: LogDeclaration) -> None:
    connection.execute("CREATE TABLE incentive (id VARCHAR, mechanism VARCHAR, from_on DATE, until_on DATE)")
    start = date.fromisoformat(declared["start_on"])
    for found in declared["incentives"]:
        ends = [
            start + timedelta(weeks=week) if week is not None else None
            for week in (found["from_week"], found["until_week"])
        ]
        connection.execute("INSERT INTO incentive VALUES (?, ?, ?, ?)", [found["id"], found["mechanism"], *ends])
