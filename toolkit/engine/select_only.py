"""Whether SQL is one SELECT of a project's tables alone, by DuckDB's own parser."""

from __future__ import annotations

import json
import re
import string
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from shlex import quote
from typing import Any

import duckdb

from toolkit.core.errors import Problem, ToolkitError
from toolkit.engine.connect import Connection
from toolkit.engine.errors import running_query

MOST_NESTED = 200  # brackets inside one another: DuckDB's parser takes minutes and gigabytes for thousands
ALLOWED = "one SELECT (or WITH, FROM, VALUES) of the project's tables"
SELECT_NODES = ("SELECT_NODE", "SET_OPERATION_NODE", "RECURSIVE_CTE_NODE", "CTE_NODE")
ALLOWED_TABLE_FUNCTIONS = (  # those that make rows of their arguments; all others read files, settings or memory
    "generate_series",
    "json_each",
    "json_tree",
    "range",
    "repeat",
    "repeat_row",
    "unnest",
)
# scalar functions that read settings, the environment or the machine, that write, or that wait
REFUSED_FUNCTIONS = re.compile(
    "getenv|current_setting|set_config|getvariable|write_log|json_serialize_plan|json_execute_serialized_sql"
    "|current_database|current_catalog|current_schemas?|current_query|in_search_path|get_block_size"
    "|current_role|current_user|session_user|current_connection_id|current_query_id|current_transaction_id|txid_current"
    "|inet_.*|pg_(?!size_pretty|typeof).*|(col|obj|shobj)_description|format_(pg_)?type|has_.*_privilege"
    "|sleep_ms|version|nextval|currval|setval|setseed|stats|vector_type|__internal_.*"
)
CLOCK_KEYWORDS = re.compile("current_(date|time|timestamp)|localtime(stamp)?")  # which the parser takes for columns
# functions that read the clock or draw at random
NONDETERMINISTIC = re.compile(
    "now|today|ago|(get_)?current_(date|time|timestamp|localtime|localtimestamp)|localtime|localtimestamp"
    "|transaction_timestamp|random|uuid(v4|v7)?|gen_random_uuid"
)
LOWER_CASE = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)  # DuckDB ignores case in these alone
SYSTEM_VIEWS = ("pg_", "duckdb_", "pragma_", "sqlite_")  # how names of DuckDB's own views begin
PATH = re.compile(r"[./\\:*]")  # a character that makes a name a path
MOST_REMEMBERED = 500
_tables_of: dict[str, frozenset[str]] = {}  # the tables of up to MOST_REMEMBERED allowed questions, by their SQL
Words = tuple[str, str, str]  # of a problem: what was found, what is allowed, what to do


def refuse_other_than_select(where: str, sql: str, connection: Connection | None = None) -> frozenset[str]:
    """The names that a question uses as tables, as they are written in it.

    Raises ToolkitError, with what DuckDB says of SQL that it cannot read, or with everything in it that is not a SELECT
    of tables: other statements, files, functions that read files, settings or the environment, the clock, chance.
    `where` names the query.
    It is parsed by `connection`, or by one of its own, and not run.
    """
    if sql in _tables_of:
        return _tables_of[sql]
    _refuse_many_brackets(where, sql)
    parser = (connection or _own_connection()).cursor()  # a cursor for each use, since threads share the connection
    row = parser.execute("SELECT json_serialize_sql(?)", [sql]).fetchone()
    try:
        statements = json.loads(row[0] if row else "{}").get("statements")
    except RecursionError as error:
        raise ToolkitError(where, "nested too deeply", "a query of less depth", "split it with WITH") from error
    if statements is None or len(statements) != 1:
        raise _not_one_select(where, sql, parser)
    parsed = _Parsed()
    parsed.read(statements)
    if parsed.problems:
        raise ToolkitError(Problem(where, *words) for words in dict.fromkeys(parsed.problems))
    if len(_tables_of) >= MOST_REMEMBERED:
        _tables_of.clear()
    return _tables_of.setdefault(sql, frozenset(parsed.tables))


def _refuse_many_brackets(where: str, sql: str) -> None:
    """Raises ToolkitError for SQL with more than MOST_NESTED nested brackets."""
    depth = 0
    for bracket in re.finditer(r"[(\[{]|[)\]}]", sql):
        depth = depth + 1 if bracket[0] in "([{" else max(depth - 1, 0)
        if depth > MOST_NESTED:
            line = sql.count("\n", 0, bracket.start()) + 1
            raise ToolkitError(
                f"{where}, line {line}" if "\n" in sql else where,
                f"more than {MOST_NESTED} nested brackets",
                "a query of less depth",
                "split it with WITH",
            )


@dataclass
class _Parsed:
    """What was found in a query's tree: names used as tables, and problems with what is not allowed."""

    tables: set[str] = field(default_factory=set)
    problems: list[Words] = field(default_factory=list)

    def read(self, tree: Any) -> None:
        """Reads a tree, part by part, each with the names that WITH defines there, in lower case."""
        pending: deque[tuple[Any, frozenset[str]]] = deque([(tree, frozenset())])
        while pending:
            part, defined = pending.popleft()
            if isinstance(part, list):
                pending += [(inner, defined) for inner in part]
            elif isinstance(part, dict):
                self._check_part(part, defined)
                pending += _inner_parts(part, defined)

    def _check_part(self, part: dict[str, Any], defined: frozenset[str]) -> None:
        if part.get("type") == "BASE_TABLE":
            self._check_table(part, defined)
        elif refused := _refused(part):
            self.problems.append(refused)

    def _check_table(self, part: dict[str, Any], defined: frozenset[str]) -> None:
        schema, name = part.get("schema_name", ""), part["table_name"]
        if part.get("catalog_name") or schema.lower() not in ("", "main"):
            self.problems.append(
                (f"the table {schema}.{name}", ALLOWED, "name it alone; toolkit tables lists those there are")
            )
        elif not schema and name.translate(LOWER_CASE) in defined:
            return
        elif PATH.search(name):
            self.problems.append(
                (f"the file {name!r}", ALLOWED, f"run toolkit add {quote(name)} once, then ask FROM its name")
            )
        elif name.lower().startswith(SYSTEM_VIEWS):
            self.problems.append((f"{name}, a list of DuckDB's own", ALLOWED, "run toolkit tables"))
        else:
            self.tables.add(name)


def _refused(part: dict[str, Any]) -> Words | None:
    """The words of the problem of a part of a query's tree that may not stand there, whatever is around it."""
    kind = part.get("type")
    if isinstance(kind, str) and kind.endswith("_NODE") and kind not in SELECT_NODES:
        statement = kind.removesuffix("_NODE").removesuffix("_QUERY")
        return f"{statement} in WITH", ALLOWED, "take it out; WITH holds SELECTs alone"
    if kind == "SHOW_REF" and part.get("query") is None:
        return "SHOW", ALLOWED, "run toolkit tables, which lists them"
    if kind == "SHOW_REF" and part.get("show_type") == "SUMMARY":
        remedy = 'show story.dataset("…"), which has the profile of a dataset, or ask for min(…), max(…), avg(…)'
        return "SUMMARIZE, whose numbers are texts", ALLOWED, remedy
    if kind == "TABLE_FUNCTION":
        name = part["function"].get("function_name", "").lower()
        allowed = f"the project's tables, and {', '.join(ALLOWED_TABLE_FUNCTIONS)}"
        remedy = "run toolkit add FILE once, then ask FROM its name"
        found = f"{name}(…), which reads what is no table of the project"
        return None if name in ALLOWED_TABLE_FUNCTIONS else (found, allowed, remedy)
    if name := _nondeterministic(part):
        return (
            f"{name}, which may give another result each time",
            "what gives the same result for the same data",
            "write the day, as DATE '2026-01-31'; take some rows by md5(key), or by REPEATABLE (1)",
        )
    if REFUSED_FUNCTIONS.fullmatch(name := part.get("function_name", "").lower()):
        return f"{name}(…), which reads more than the tables", ALLOWED, "take it out, or write its value"
    return None


def _nondeterministic(part: dict[str, Any]) -> str:
    """The name of a function of the clock or of chance, or "a sample" without a seed; "" for any other part."""
    if part.get("class") == "COLUMN_REF" and len(part["column_names"]) == 1:
        name: str = part["column_names"][0].lower()
        return name if CLOCK_KEYWORDS.fullmatch(name) else ""
    name = part.get("function_name", "").lower()
    if NONDETERMINISTIC.fullmatch(name) or (name == "age" and len(part["arguments"]) == 1):
        return name
    return "a sample" if isinstance(part.get("sample_size"), dict) and part.get("seed") == -1 else ""


def _inner_parts(part: dict[str, Any], defined: frozenset[str]) -> Iterator[tuple[Any, frozenset[str]]]:
    """The parts of a part, each with the names that WITH defines there: a name is not known in its own definition."""
    if part.get("type") == "RECURSIVE_CTE_NODE":
        defined |= {part["cte_name"].translate(LOWER_CASE)}
    for entry in (part.get("cte_map") or {}).get("map", ()):
        yield entry["value"], defined
        defined |= {entry["key"].translate(LOWER_CASE)}
    yield from ((inner, defined) for name, inner in part.items() if name != "cte_map")


def _not_one_select(where: str, sql: str, parser: Connection) -> ToolkitError:
    """The error for SQL that is not one SELECT. Raises ToolkitError where DuckDB cannot read it."""
    with running_query(where):
        kinds = [statement.type for statement in parser.extract_statements(sql)]
    if not kinds:
        return ToolkitError(where, "no statement", ALLOWED, "write a SELECT")
    if len(kinds) > 1:
        return ToolkitError(where, f"{len(kinds)} statements", ALLOWED, "keep one SELECT")
    if kinds[0] == duckdb.StatementType.MULTI:
        return ToolkitError(
            where, "a PIVOT whose columns depend on the rows", ALLOWED, "write its values: ON column IN (…)"
        )
    return ToolkitError(
        where, f"the statement {kinds[0].name}", ALLOWED, "ask with SELECT; toolkit add FILE makes a file a table"
    )


@cache
def _own_connection() -> Connection:
    return duckdb.connect(config={"threads": 1})
