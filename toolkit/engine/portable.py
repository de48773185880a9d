"""Whether a query means the same on DuckDB, on Apache Spark and on Sail: what differs, or fails there, is refused.

Queries are passed as they are written, so this only reads them, with sqlglot; nothing is translated.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from toolkit.core.errors import Problem, ToolkitError

if TYPE_CHECKING:
    from sqlglot.tokens import Token

# functions that give the same on the three engines, tests/engine/test_portable.py asks each of them
SAME = (
    "abs bool_and bool_or ceil coalesce count covar_pop covar_samp date_trunc day dense_rank exp first_value "
    "floor greatest hour lag last_value lead least length ln lower max median min minute month ntile nullif "
    "percent_rank percentile_cont power quarter rank regr_avgx regr_avgy regr_count regr_intercept regr_r2 "
    "regr_slope round row_number second sqrt stddev_pop stddev_samp substr sum trim upper var_pop var_samp year"
).split()
PLAIN = (
    "Cast",
    "TryCast",
    "Case",
    "If",
    "And",
    "Or",
    "Not",
    "Exists",
    "Xor",
    "Date",
    "Timestamp",
)  # which sqlglot has as functions and SQL does not
DOUBLE = "exp ln sqrt power covar_pop covar_samp median percentile_cont stddev_pop stddev_samp var_pop var_samp".split()


@dataclass(frozen=True)
class Rule:
    """Something that a query may not have: its name, what differs between the engines, what to write instead."""

    found: str
    differs: str
    instead: str


APPROXIMATE = Rule(
    "approx_…, reservoir_quantile", "another value in each run", "percentile_cont(p) WITHIN GROUP (ORDER BY x)"
)
QUANTILES = Rule("quantile_cont, quantile_disc, quantile", "not known there", APPROXIMATE.instead)
GROUP_ALL = Rule("GROUP BY ALL, ORDER BY ALL", "taken for a column of that name", "the columns")
WEEKDAY = Rule(
    "dayofweek, weekday, isodow, extract of a day of the week",
    "0 to 6 here, 1 to 7 there",
    "a join with a table of days",
)
CORRELATION = Rule(
    "corr",
    "an error where all values are the same",
    "CAST(covar_pop(y, x) AS DOUBLE) / nullif(stddev_pop(y) * stddev_pop(x), 0)",
)
LOGARITHM = Rule("log, log2, log10", "another base, or another last digit", "ln(x) / ln(CAST(10 AS DOUBLE))")
DIVISION = Rule("a / b of whole numbers or decimals", "decimals are cut after some places", "CAST(a AS DOUBLE) / b")
WHOLE = Rule("a // b, DIV", "not known there", "floor(CAST(a AS DOUBLE) / b)")
MEAN = Rule(
    "avg of whole numbers or decimals",
    "decimals are cut after some places",
    "CAST(sum(x) AS DOUBLE) / nullif(count(x), 0)",
)
NULLS = Rule("ORDER BY x, ascending", "NULL comes last here, first there", "ORDER BY x NULLS LAST")
DAYS = Rule(
    "a day minus a day", "a number of days here, an interval there", "both days as columns, subtracted in the notebook"
)
ASOF = Rule("ASOF JOIN, POSITIONAL JOIN", "not known there", "a join on the last day before, by row_number()")
PIVOT = Rule("PIVOT, UNPIVOT", "other columns, or not known there", "sum(CASE WHEN … THEN x END), or UNION ALL")
QUALIFY = Rule("QUALIFY", "not known there", "WITH, and WHERE on its column")
LISTS = Rule(
    "lists, structs, lambdas, unnest", "other functions, counted from another place", "rows, with GROUP BY or a join"
)
STARS = Rule("* EXCLUDE, * REPLACE, COLUMNS(…)", "not known there", "the columns")
FROM_FIRST = Rule("FROM without SELECT", "not known there", "SELECT * FROM …")
QUOTED = Rule('"names in quotes"', "taken for texts there", "plain names, as those of request_all_types")
BACKSLASH = Rule("a backslash in a text", "an escape there", "a text without it")
SAMPLE = Rule("USING SAMPLE, TABLESAMPLE", "other rows in each run", "all rows")
UNKNOWN = Rule("any other function", "not known to give the same", "it with those that docs/cluster.md lists")
RULES = (
    APPROXIMATE,
    QUANTILES,
    GROUP_ALL,
    WEEKDAY,
    CORRELATION,
    LOGARITHM,
    DIVISION,
    WHOLE,
    MEAN,
    NULLS,
    DAYS,
    ASOF,
    PIVOT,
    QUALIFY,
    LISTS,
    STARS,
    FROM_FIRST,
    QUOTED,
    BACKSLASH,
    SAMPLE,
    UNKNOWN,
)
NAMED = {
    r"approx_\w+|reservoir_quantile": APPROXIMATE,
    "quantile_cont|quantile_disc|quantile|percentile_disc|mode|mad|histogram": QUANTILES,
    "dayofweek|weekday|isodow|dow": WEEKDAY,
    "corr": CORRELATION,
    "log|log2|log10": LOGARITHM,
    r"list|list_\w+|array_\w+|unnest|struct_\w+|map_\w+|len|range|generate_series|arg_max|arg_min": LISTS,
    "columns": STARS,
}


def refuse_unportable(where: str, sql: str) -> None:
    """Raises ToolkitError with everything in a query that differs between the engines, or that sqlglot cannot read.

    `where` names its file or cell; each problem has the line. Raises ToolkitError too where sqlglot is not installed.
    """
    try:
        from sqlglot.errors import SqlglotError
    except ImportError as error:
        raise ToolkitError(
            "the engine spark",
            "sqlglot is not installed",
            "sqlglot, which reads its queries",
            'pip install "sqlglot>=30.30"',
        ) from error
    try:
        unportable = sorted(_unportable_parts(sql), key=lambda line_text_rule: line_text_rule[0])
    except SqlglotError as error:
        message = str(error).splitlines()[0]
        raise ToolkitError(where, message, "SQL that DuckDB and Spark both read", "write it more plainly") from error
    problems = [
        Problem(
            f"{where}, line {line}",
            f"{text}: {rule.differs}",
            "what DuckDB and Spark answer alike",
            f"write {rule.instead}",
        )
        for line, text, rule in dict.fromkeys(unportable)
    ]
    if problems:
        raise ToolkitError(problems)


def _unportable_parts(sql: str) -> Iterator[tuple[int, str, Rule]]:
    """Line, text and rule of each thing that is refused."""
    import sqlglot
    from sqlglot.dialects.duckdb import DuckDB

    tree = sqlglot.parse_one(sql, read="duckdb")
    tokens = DuckDB().tokenize(sql)
    yield from _in_tokens(tokens)
    for node in tree.walk():
        if text_and_rule := _in_node(node, sql):
            yield _line(node), *text_and_rule
    yield from _ascending(sql, tree)


def _in_tokens(tokens: Sequence[Token]) -> Iterator[tuple[int, str, Rule]]:
    for before, token, after in zip([None, *tokens], tokens, [*tokens[1:], None], strict=False):
        name, kind = token.text.lower(), token.token_type.name
        if after and after.text == "(" and (rule := _rule_of_function(name)):
            yield token.line, f"{name}(…)", rule
        elif kind == "IDENTIFIER":
            yield token.line, f'"{token.text}"', QUOTED
        elif kind == "STRING" and "\\" in token.text:
            yield token.line, f"'{token.text}'", BACKSLASH
        elif kind == "FROM" and (before is None or before.text.lower() in ("(", "as")):
            yield token.line, "FROM", FROM_FIRST
        elif name == "all" and before and before.token_type.name in ("GROUP_BY", "ORDER_BY"):
            yield token.line, f"{before.text} ALL", GROUP_ALL
        elif name in ("asof", "positional") and after and after.text.lower() in ("join", "left"):
            yield token.line, name.upper(), ASOF
        elif name in ("pivot", "unpivot", "qualify", "tablesample") and kind != "STRING":
            yield token.line, name.upper(), {"qualify": QUALIFY, "tablesample": SAMPLE}.get(name, PIVOT)


def _rule_of_function(name: str) -> Rule | None:
    return next((rule for pattern, rule in NAMED.items() if re.fullmatch(pattern, name)), None)


def _in_node(node: Any, sql: str) -> tuple[str, Rule] | None:
    """The text and the rule of a part of the tree that is refused by itself."""
    from sqlglot import exp

    if isinstance(node, exp.IntDiv):
        return "//", WHOLE
    if isinstance(node, exp.Div) and not _is_double(node.this) and not _is_double(node.expression):
        return "/", DIVISION
    if isinstance(node, exp.Avg) and not _is_double(node.this):
        return "avg(…)", MEAN
    if isinstance(node, exp.Sub) and _is_day(node.this) and _is_day(node.expression):
        return "-", DAYS
    if isinstance(node, exp.Star) and any(node.args.values()):
        return "*", STARS
    if isinstance(node, (exp.Lambda, exp.Bracket, exp.Array, exp.Struct, exp.Unnest)):
        return node.key, LISTS
    if isinstance(node, exp.Extract) and node.name.lower() not in SAME:
        return f"extract({node.name.lower()} …)", WEEKDAY
    if isinstance(node, exp.Func) and "start" in node.meta and type(node).__name__ not in PLAIN:
        name = sql[node.meta["start"] : node.meta["end"] + 1].lower()
        if name not in SAME and not _rule_of_function(name) and name != "avg":
            return f"{name}(…)", UNKNOWN
    return None


def _is_double(node: Any) -> bool:
    """Whether an expression is a double whatever its columns are: a cast to it, or made of one."""
    from sqlglot import exp

    if isinstance(node, (exp.Cast, exp.TryCast)):
        return bool(node.to.is_type("double"))
    if isinstance(node, exp.Div):
        return True  # it is refused by itself unless it is one
    if isinstance(node, (exp.Add, exp.Sub, exp.Mul)):
        return _is_double(node.this) or _is_double(node.expression)
    if isinstance(node, (exp.Paren, exp.Neg, exp.Nullif, exp.Window, exp.Filter, exp.Sum, exp.Abs, exp.Max, exp.Min)):
        return _is_double(node.this)
    if isinstance(node, exp.Coalesce):
        return _is_double(node.this) or any(map(_is_double, node.expressions))
    return (isinstance(node, exp.Literal) and not node.is_string and "e" in node.name.lower()) or node.key in DOUBLE


def _is_day(node: Any) -> bool:
    """Whether an expression is a day, as its cast or its column's name says."""
    from sqlglot import exp

    if isinstance(node, exp.Cast):
        return bool(node.to.is_type("date", "timestamp"))
    return isinstance(node, exp.Column) and node.name.lower().endswith(("_on", "_utc"))


def _ascending(sql: str, tree: Any) -> Iterator[tuple[int, str, Rule]]:
    """Each ORDER BY that does not say where NULL stands: under the other default it stands elsewhere."""
    import sqlglot
    from sqlglot import exp
    from sqlglot.dialects.duckdb import DuckDB

    class NullsFirst(DuckDB):
        NULL_ORDERING = "nulls_are_small"

    other = sqlglot.parse_one(sql, read=NullsFirst)
    for ordered, same in zip(tree.find_all(exp.Ordered), other.find_all(exp.Ordered), strict=True):
        changes = bool(ordered.args.get("nulls_first")) != bool(same.args.get("nulls_first"))
        if changes and not isinstance(ordered.this, exp.Var) and not ordered.find_ancestor(exp.WithinGroup):
            yield _line(ordered), f"ORDER BY {ordered.this.sql()[:40]}", NULLS


def _line(node: Any) -> int:
    """The line on which a part of the tree begins: that of its first name, 1 if it has none."""
    return next((int(part.meta["line"]) for part in node.walk(bfs=False) if "line" in part.meta), 1)
