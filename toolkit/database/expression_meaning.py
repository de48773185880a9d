"""The meaning of the expressions of one SELECT, by DuckDB's functions: what keeps a unit, counts, ranks, or classes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from toolkit.core.unit import UnitRegistry, is_dimensionless, no_unit
from toolkit.database.meaning import (
    LABEL,
    LITERAL,
    MIXED,
    NOTHING,
    UNKNOWN,
    Meaning,
    Place,
    Role,
    Tables,
    common,
    scaled,
)
from toolkit.database.query_tree import Node, arguments, parts

# functions whose value has the unit of their first argument; + and - are here with one argument
KEEPING = frozenset(
    "sum min max avg mean median mode first last any_value arg_min arg_max min_by max_by quantile quantile_cont "
    "quantile_disc stddev stddev_samp stddev_pop abs round floor ceil trunc lag lead first_value last_value nth_value "
    "nullif fsum kahan_sum favg sumkahan - +".split()
)
CHOOSING = frozenset(
    "min max mode first last any_value lag lead first_value last_value nth_value arg_min arg_max".split()
)
WHOLE = CHOOSING | {"sum", "-", "+"}  # those that make counts of counts
SPANS = frozenset("- age date_sub datesub date_diff datediff to_days to_seconds".split())  # lengths of time
ALIKE = frozenset("+ - greatest least ifnull".split())  # of two arguments or more, all of which have one unit
COUNTING = frozenset("count count_star count_if countif approx_count_distinct regr_count".split())
LENGTHS = frozenset("len length array_length list_unique cardinality".split())  # counts that show what is counted
RANKING = frozenset("row_number rank dense_rank ntile".split())
PARTS = frozenset(  # of a date or a time: labels, as a year is
    "year month quarter week day dayofmonth dayofweek isodow dayofyear hour minute weekofyear yearweek isoyear decade "
    "century date_part datepart extract".split()
)
TEXTS = ("VARCHAR", "TEXT", "STRING", "CHAR", "BPCHAR", "DATE", "TIME", "BOOL", "UUID", "ENUM")  # types of labels
TRUTHS = ("COMPARISON", "CONJUNCTION", "BETWEEN")


@dataclass(frozen=True)
class Expressions:
    """The meaning of expressions of one SELECT: of its tables, and of the names that it gives itself.

    `untraceable` is that of a column of which nothing is known; `of_query` reads the columns of a query inside it.
    """

    units: UnitRegistry
    tables: Tables
    named: Mapping[str, Node]
    untraceable: Meaning
    of_query: Callable[[Node], list[tuple[str, Meaning]]]

    def meaning(self, e: Node) -> Meaning:
        kind = e["class"]
        if _is_nothing(e):
            return NOTHING
        if kind == "COLUMN_REF":
            return self.column(e)
        if kind == "CAST":
            found = self.meaning(e["child"])
            texts = e["type_expr"]["type_name"].upper().startswith(TEXTS) or e["child"].get("function_name") in PARTS
            return UNKNOWN if found.role == Role.LABEL and not texts else found  # a text read as a number is no label
        # 1 and 0 as in CASE WHEN … THEN 1 ELSE 0, which is then summed to a count
        if kind in TRUTHS or _is_literal(e, "1") or _is_literal(e, "0"):
            return Meaning(Role.TRUTH, no_unit(self.units))
        if kind == "CASE":
            return self._alike([check["then_expr"] for check in e["case_checks"]] + [e["else_expr"]])
        if e["type"] == "OPERATOR_COALESCE":
            return self._alike(e["children"])
        if kind == "SUBQUERY" and e["subquery_type"] == "SCALAR" and (read := self.of_query(e["subquery"]["node"])):
            return read[0][1]
        return self._function(e) if kind in ("FUNCTION", "WINDOW") else UNKNOWN

    def column(self, e: Node) -> Meaning:
        """The meaning of a column that is named in the query."""
        *table, name = (part.lower() for part in e["column_names"])
        places = [(alias, columns) for alias, columns in self.tables if not table or table[-1] == alias.lower()]
        found = [columns[own] for _, columns in places if columns for own in columns if own.lower() == name]
        if found:
            alike = {replace(one, single=frozenset(), made=frozenset()) for one in found}
            single, made = (frozenset().union(*(places_of(one, what) for one in found)) for what in ("single", "made"))
            return replace(found[0] if len(alike) == 1 else UNKNOWN, single=single, made=made)
        other = None if table else self.named.get(name)
        if other is None or other is e:
            return LITERAL if any(columns is None for _, columns in places) else self.untraceable
        return replace(self, named={key: one for key, one in self.named.items() if key != name}).meaning(other)

    def _function(self, e: Node) -> Meaning:
        name, given = e["function_name"].lower(), arguments(e)
        if name in COUNTING | LENGTHS:
            return Meaning(Role.COUNT, no_unit(self.units))
        if name in RANKING:
            return Meaning(Role.RANK, no_unit(self.units))
        if name in PARTS:
            return LABEL if _is_part_of_a_day(name, given) else UNKNOWN
        if name in ALIKE and len(given) > 1:
            found = self._alike(given)
            if name in "+-" and found.role in (Role.LABEL, Role.RANK):
                return UNKNOWN
            share = (
                found.role in (Role.QUANTITY, Role.REPORTED) and found.unit is not None and is_dimensionless(found.unit)
            )
            return replace(found, points=True) if name == "-" and share else found
        if name in KEEPING and given:
            found = self._alike([given[0], *given[2:3]]) if name in ("lag", "lead") else self.meaning(given[0])
            if found.role in (Role.LITERAL, Role.MIXED, Role.UNTRACED) or (
                found.role == Role.LABEL and name in CHOOSING
            ):
                return found
            if found.role == Role.TRUTH:
                return Meaning(Role.COUNT if name == "sum" else Role.QUANTITY, found.unit)
            if found.role in (Role.REPORTED, Role.COUNT):
                return found if name in WHOLE or found.role == Role.REPORTED else Meaning(Role.QUANTITY, found.unit)
            if found.unit is None or found.role == Role.RANK:
                return UNKNOWN if name in CHOOSING else MIXED
            return Meaning(Role.QUANTITY, found.unit, points=found.points)
        if name in ("/", "*") and len(given) == 2:
            if _is_one(given[1]) or (name == "*" and _is_one(given[0])):  # 1.0 * x, so that whole numbers are divided
                return self.meaning(given[1] if _is_one(given[0]) else given[0])
            return scaled(name, self.meaning(given[0]), self.meaning(given[1]), no_unit(self.units))
        return UNKNOWN

    def _alike(self, given: Sequence[Node | None]) -> Meaning:
        """The meaning that all these expressions have; nothing, and a typed zero, have any."""
        known = [e for e in given if e is not None and not _is_nothing(e)]
        found = [self.meaning(e) for e in known]
        if found and all(one.role == Role.TRUTH for one in found):
            return found[0]
        return common(one for one, e in zip(found, known, strict=True) if not _is_literal(e, "0"))


def typed_meaning(e: Node) -> Meaning:
    """The meaning of an expression that nothing of a table is in."""
    while e["class"] == "CAST":
        e = e["child"]
    return NOTHING if _is_nothing(e) else LITERAL


def places_of(meaning: Meaning, what: str) -> frozenset[Place]:
    return meaning.made if what == "made" else meaning.single


def _is_part_of_a_day(name: str, given: Sequence[Node]) -> bool:
    """Whether a part of a time is one by which days are told, and not a part of a length of time."""
    if len(given) > 1 and not (given[0]["class"] == "CONSTANT" and given[0]["literal"]["text"].lower() in PARTS):
        return False  # date_part of an epoch
    return not any(part.get("function_name", "").lower() in SPANS for part in parts(given))


def _is_nothing(e: Node) -> bool:
    return bool(e["class"] == "CONSTANT" and e["literal"]["kind"] == "NULL_LITERAL")


def _is_literal(e: Node, text: str) -> bool:
    return bool(e["class"] == "CONSTANT" and e["literal"]["kind"] == "INTEGER" and e["literal"]["text"] == text)


def _is_one(e: Node) -> bool:
    """Whether an expression is 1, however it is typed."""
    return bool(
        e["class"] == "CONSTANT" and e["literal"]["kind"] in ("INTEGER", "NUMERIC") and float(e["literal"]["text"]) == 1
    )
