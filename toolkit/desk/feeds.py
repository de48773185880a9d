"""Feeds of usage events on the desk: their views, the daily roll-up, and questions whose answers know their feed."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import duckdb
import pint

from toolkit.desk.questions import LABEL, column_unit
from toolkit.desk.tables import Cell, Column, Table, heading
from toolkit.errors import Problem, ToolkitError
from toolkit.numbers import Kind, Number
from toolkit.project import Project, digest
from toolkit.units import Unit, parse_unit, registry, unit_text
from toolkit.wording import Style

SQL = Path(__file__).parent / "sql"
PLAIN = ("gini", "correlation", "elasticity")  # endings of columns that are plain numbers
PERSON = "user_id"
FEED_JSON = "feed.json"


@dataclass(frozen=True)
class Feed:
    """One feed, opened: what it declares of itself, and a connection to its views."""

    folder: Path
    declared: Mapping
    connection: duckdb.DuckDBPyConnection
    units: pint.UnitRegistry

    @property
    def name(self) -> str:
        """The feed's name; of a synthetic one it begins with synthetic-."""
        return self.declared["feed"]

    @property
    def kind(self) -> Kind:
        """Synthetic, or measured for a log that somebody handed over."""
        return Kind.SYNTHETIC if self.declared["kind"] == "synthetic" else Kind.MEASURED

    @property
    def leaf(self) -> Number:
        """What every number computed from the feed rests on: its events, by name and fingerprint."""
        made = self.declared
        label = (f"events of the {made['kind']} feed {self.name}: scenario {made['scenario']}, {made['developers']} "
                 f"developers, {made['weeks']} weeks, seed {made['seed']}, {made['fingerprint']}")  # fmt: skip
        events = float(made["events"])
        return Number(events, events, parse_unit("request", self.units), self.kind, "counted", (), label,
                      f"feed:{self.name}")  # fmt: skip


def scenario_feed(
    project: Project, scenario: str, developers: int | None = None, weeks: int | None = None, seed: int = 1
) -> Feed:
    """The feed of a scenario at a size, opened; it is simulated first where it is not there.

    Raises ScenarioError with every problem of the scenario and the size.
    """
    from toolkit.usage.plan import make_plan
    from toolkit.usage.simulate import simulate

    return open_feed(project, simulate(make_plan(project, scenario, developers, weeks, seed), project.build / "feeds"))


def open_feed(project: Project, folder: Path) -> Feed:
    """Opens the feed in a folder that `toolkit simulate` made; its daily roll-up is built where days are missing.

    Raises ToolkitError if the folder holds no feed.
    """
    if not (folder / FEED_JSON).is_file():
        raise ToolkitError(f"the feed {folder.name}", f"no {FEED_JSON} there", "a folder made by toolkit simulate",
                           "run toolkit simulate, or correct the name")  # fmt: skip
    declared = json.loads((folder / FEED_JSON).read_text(encoding="utf-8"))
    connection = duckdb.connect()
    _prices(connection, declared)
    _incentives(connection, declared)
    build_daily(connection, declared, [folder / "events" / name for name in declared["files"]], folder / "daily")
    _view(connection, "stored_event", [folder / "events" / name for name in declared["files"]], rows=True)
    _view(connection, "stored_outcome", [folder / "outcomes" / name for name in declared["files"]])
    connection.execute("CREATE TABLE outcome AS FROM stored_outcome")
    _view(connection, "activity_day", sorted((folder / "daily").glob("*.parquet")))
    for path in sorted((SQL / "feed").glob("[0-9]*.sql")):
        connection.execute(path.read_text(encoding="utf-8"))
    return Feed(folder, declared, connection, registry(project.data / "units.txt"))


def build_daily(connection: duckdb.DuckDBPyConnection, declared: Mapping, files: list[Path], folder: Path) -> list[str]:
    """Adds the weeks that `folder` does not have yet to the daily roll-up; returns their names.

    Each week's files are read once and their file is put in place whole. The table `price` must exist.
    """
    folder.mkdir(exist_ok=True)
    weeks: dict[str, list[Path]] = {}
    for path in files:
        weeks.setdefault(path.stem.partition("-part")[0], []).append(path)
    sql = (SQL / "feed" / "activity_day.sql").read_text(encoding="utf-8")
    made = []
    for week, parts in sorted(weeks.items()):
        target = folder / f"{week}.parquet"
        if target.exists():
            continue
        half_made = folder / f".{week}.{os.getpid()}.tmp"
        _view(connection, "stored_event", parts, rows=True)
        said = f"KV_METADATA {{feed: '{declared['feed']}', {declared['kind']}: 'true'}}"
        connection.execute(f"COPY ({sql}) TO {_text(half_made)} (FORMAT parquet, COMPRESSION zstd, {said})")
        os.replace(half_made, target)
        made.append(week)
    return made


def metric(name: str) -> str:
    """The SQL of a usage metric. Raises ToolkitError naming the metrics there are."""
    path = SQL / "metrics" / f"{name}.sql"
    if not path.is_file():
        known = ", ".join(sorted(found.stem for found in (SQL / "metrics").glob("*.sql")))
        raise ToolkitError(
            f"the metric {name!r}", "no such file in toolkit/desk/sql/metrics", known, "correct the name"
        )
    return path.read_text(encoding="utf-8")


def ask_feed(feed: Feed, name: str, sql: str, parameters: Mapping[str, object] | None = None) -> Table:
    """The answer to a question over a feed; every number rests on the feed and names the query's hash.

    Columns end in their unit as in other questions. Raises ToolkitError with what DuckDB says, with every column
    that has no unit, or if it would show single people of a feed that is not synthetic.
    """
    cursor = feed.connection.cursor()
    try:
        cursor.execute(sql, dict(parameters) if parameters else None)
    except duckdb.Error as error:
        raise ToolkitError(f"{name}.sql", str(error).splitlines()[0], "one SELECT that DuckDB can run",
                           "mend the query") from error  # fmt: skip
    columns = [column[0] for column in cursor.description]
    rows = cursor.fetchall()
    numeric = [column for place, column in enumerate(columns)
               if not LABEL.fullmatch(column) and any(_is_number(row[place]) for row in rows)]  # fmt: skip
    problems = [Problem(f"{name}.sql, column {column}", "a number without a unit",
                        f"a name that ends in its unit or in {', '.join(PLAIN)}", "rename the column")
                for column in numeric if _unit(column, feed.units) is None]  # fmt: skip
    if PERSON in columns and feed.kind != Kind.SYNTHETIC:
        problems.append(Problem(f"{name}.sql", "a row for each person", "groups of people", "group by team or week"))
    if problems:
        raise ToolkitError(problems)
    asked = f"question {name}, {digest([sql, repr(sorted((parameters or {}).items()))])[:12]}"
    units = {column: _unit(column, feed.units) for column in numeric}
    leaf = feed.leaf
    cells = tuple(
        tuple(
            _cell(feed.kind, asked, column, value, units.get(column), leaf)
            for column, value in zip(columns, row, strict=True)
        )
        for row in rows
    )
    made = [
        Column(column, heading(column), unit_text(units[column][0]) if column in units else None) for column in columns
    ]
    return Table(name, tuple(made), cells, sql)


def _cell(kind: Kind, asked: str, column: str, value: object, found: tuple[Unit, str] | None, leaf: Number) -> Cell:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, date):
        return value.isoformat()
    if found is None:
        return str(value)
    unit, form = found
    return Number(float(value), float(value), unit, kind, f"column {column} of the {asked}", (leaf,), style=Style(form))


def _unit(column: str, units: pint.UnitRegistry) -> tuple[Unit, str] | None:
    """Unit and form of writing that a column's name ends in."""
    if column.rpartition("_")[2] in PLAIN:
        return parse_unit("1", units), "quantity"
    found = column_unit(column, units)
    return found[:2] if found else None


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float, Decimal)) and not isinstance(value, bool)


def _view(connection: duckdb.DuckDBPyConnection, name: str, paths: list[Path], rows: bool = False) -> None:
    listed = ", ".join(_text(path) for path in paths)
    number = ", file_row_number = true" if rows else ""
    connection.execute(f"CREATE OR REPLACE VIEW {name} AS SELECT * FROM read_parquet([{listed}]{number})")


def _text(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"


def _prices(connection: duckdb.DuckDBPyConnection, declared: Mapping) -> None:
    """List prices by model and day, in billionths of a dollar a token: whole numbers, so that sums are exact."""
    connection.execute("CREATE TABLE price (model VARCHAR, from_on DATE, until_on DATE, uncached BIGINT, "
                       "cache_read BIGINT, cache_creation BIGINT, output BIGINT)")  # fmt: skip
    prices = sorted(declared["prices_nanousd_per_token"], key=lambda price: (price["model"], price["from_on"]))
    for price, after in zip(prices, [*prices[1:], None], strict=True):
        until = after["from_on"] if after and after["model"] == price["model"] else None
        connection.execute("INSERT INTO price VALUES (?, ?, ?, ?, ?, ?, ?)", [
            price["model"], price["from_on"], until,
            *(price[key] for key in ("uncached", "cache_read", "cache_creation", "output")),
        ])  # fmt: skip


def _incentives(connection: duckdb.DuckDBPyConnection, declared: Mapping) -> None:
    connection.execute("CREATE TABLE incentive (id VARCHAR, mechanism VARCHAR, from_on DATE, until_on DATE)")
    start = date.fromisoformat(declared["start_on"])
    for found in declared["incentives"]:
        ends = [start + timedelta(weeks=week) if week is not None else None
                for week in (found["from_week"], found["until_week"])]  # fmt: skip
        connection.execute("INSERT INTO incentive VALUES (?, ?, ?, ?)", [found["id"], found["mechanism"], *ends])
