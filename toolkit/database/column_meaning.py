"""What the columns of a query hold, read from the query: labels, counts, or quantities with a unit.

A unit comes from the declaration of a dataset or series through expressions in which it stays plain: a column, its sum,
mean, median, least or greatest, sums and differences of one unit, and a ratio of two (a share, without unit).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from toolkit.core.unit import UnitRegistry, is_dimensionless, no_unit, parse_unit
from toolkit.database.meaning import (
    LABEL,
    LITERAL,
    MIXED,
    NOTHING,
    REPORTED,
    UNKNOWN,
    Columns,
    Meaning,
    Place,
    Tables,
    both,
    common,
    named,
    scaled,
)
from toolkit.database.query_tree import (
    Node,
    arguments,
    groups,
    has_column,
    has_typed_term,
    is_key,
    nearest,
    parts,
    refers,
)
from toolkit.datasets.declaration import Dataset

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
CLASSING = frozenset("floor ceil ceiling trunc round // width_bucket".split())  # they make classes, such as 10 to 20
ALIKE = frozenset("+ - greatest least ifnull".split())  # of two arguments or more, all of which have one unit
COUNTING = frozenset("count count_star count_if countif approx_count_distinct regr_count".split())
LENGTHS = frozenset("len length array_length list_unique cardinality".split())  # counts that show what is counted
RANKING = frozenset("row_number rank dense_rank ntile".split())
PARTS = frozenset(  # of a date or a time: labels, as a year is
    "year month quarter week day dayofmonth dayofweek isodow dayofyear hour minute weekofyear yearweek isoyear decade "
    "century date_part datepart extract".split()
)
# functions of a group whose value is that of one of its rows
PICKING = frozenset(
    "min max first last any_value arg_min arg_max min_by max_by mode quantile quantile_disc list array_agg string_agg "
    "group_concat listagg histogram arbitrary argmin argmax approx_top_k".split()
)
TEXTS = ("VARCHAR", "TEXT", "STRING", "CHAR", "BPCHAR", "DATE", "TIME", "BOOL", "UUID", "ENUM")  # types of labels
TRUTHS = ("COMPARISON", "CONJUNCTION", "BETWEEN")
FROM = (
    "BASE_TABLE",
    "JOIN",
    "SUBQUERY",
    "EMPTY",
    "TABLE_FUNCTION",
    "EXPRESSION_LIST",
)  # kinds of tables that do not hinder tracing


@dataclass(frozen=True)
class Meanings:
    """Reads the meaning of columns; `datasets` are those that the query reads, `reported` the columns of other tables.

    `ctes` is what WITH names; `guarded` are datasets that tell of people: `max` and the like pick out values of their
    single rows. A column whose origin is unknown is taken to show single rows of every dataset.
    """

    datasets: Mapping[str, Dataset]
    reported: Mapping[str, Columns]
    units: UnitRegistry
    ctes: Mapping[str, Columns] = field(default_factory=dict)
    guarded: frozenset[str] = frozenset()

    @property
    def untraceable(self) -> Meaning:
        """The meaning of a column that cannot be traced."""
        places = ((one.name, column.name) for one in self.datasets.values() for column in one.columns)
        every = frozenset(places)
        return Meaning("untraced", None, every, frozenset(), every)

    def of(self, node: Node) -> list[tuple[str, Meaning]]:
        """(name, meaning) of each column of a query in order, "" for one without a name; [] where it cannot be told."""
        if node.get("type") == "SET_OPERATION_NODE" and not self.guarded:  # rows of a UNION cannot be counted
            inner = self._with_ctes(node)
            return _together([inner.of(one) for one in node["children"]])
        if node.get("type") != "SELECT_NODE" or node["from_table"]["type"] not in FROM:
            return []
        inner = self._with_ctes(node)
        tables = list(inner._tables(node["from_table"]))
        named = {e["alias"].lower(): e for e in node["select_list"] if e.get("alias")}
        found: list[tuple[str, Meaning]] = []
        for e in node["select_list"]:
            if e["class"] == "STAR":
                typed = any(columns is None for _, columns in tables)
                if typed or e["expr"] or e["replace_list"] or e["rename_list"] or e["qualified_exclude_list"]:
                    return []
                of, left_out = e["relation_name"].lower(), {name.lower() for name in e["exclude_list"]}
                found += [
                    (name, meaning)
                    for table, columns in tables
                    for name, meaning in (columns or {}).items()
                    if of in ("", table.lower()) and name.lower() not in left_out
                ]
                continue
            meaning = _Expressions(inner, tables, named).meaning(e) if refers(e) else _typed(e)
            if meaning == UNKNOWN and not has_column(e) and has_typed_term(e):
                meaning = LITERAL  # such as count(*) * 0 + 3.7
            shown, made = inner._shown(e, tables, named), inner._shown(e, tables, named, "made")
            if meaning.role == "unknown" and inner._has_quantities(e, tables, named):
                meaning = MIXED
            if groups(node):
                key = is_key(node, e)
                plain = not any(part.get("class") in ("WINDOW", "SUBQUERY") for part in parts(e))
                classed = meaning.role == MIXED.role and any(part.get("function_name") in CLASSING for part in parts(e))
                named_by = key and plain and (classed or meaning.role in ("unknown", "untraced"))
                role = LABEL.role if named_by else meaning.role
                # of a group, texts and what is picked out show single rows; the columns that it is grouped by do not
                exposed = frozenset(place for place in shown if self._is_text(place)) | inner._picked(e, tables, named)
                single, keys = (frozenset(), shown) if key else (exposed, frozenset())
                meaning = Meaning(role, meaning.unit, single, keys, made, meaning.points)
            else:
                meaning = replace(meaning, single=shown, made=made)
            found.append((e["alias"] or (e.get("column_names") or [""])[-1], meaning))
        return found

    def of_columns(self, node: Node, names: Sequence[str]) -> list[Meaning]:
        """The meaning of each column of an answer with these `names`, `untraceable` where it cannot be told."""
        read = self.of(node)
        if len(read) == len(names):
            return [meaning for _, meaning in read]
        found = dict(read)
        return [found.get(name, self.untraceable) for name in names]

    def _with_ctes(self, node: Node) -> Meanings:
        known = dict(self.ctes)
        for entry in node["cte_map"]["map"]:
            inner = replace(self, ctes=known)
            read = inner.of(entry["value"]["query_node"])
            known = {**known, entry["key"].lower(): named(read, entry["value"]["aliases"])}
        return replace(self, ctes=known)

    def _tables(self, table: Node) -> Iterator[tuple[str, Columns | None]]:
        if table["type"] == "JOIN":
            yield from self._tables(table["left"])
            yield from self._tables(table["right"])
        elif table["type"] == "SUBQUERY":
            yield table["alias"], named(self.of(table["subquery"]["node"]), table["column_name_alias"])
        elif table["type"] == "BASE_TABLE":
            name = table["table_name"].lower()
            columns = self.ctes[name] if name in self.ctes else self._declared(name)
            yield table["alias"] or name, named([*columns.items()], table["column_name_alias"])
        elif table["type"] == "EXPRESSION_LIST":  # VALUES
            found = enumerate(zip(*table["values"], strict=True))
            read = [(f"col{place}", self._of_values(values)) for place, values in found]
            yield table["alias"], named(read, table["expected_names"])
        elif table["type"] == "TABLE_FUNCTION":
            yield table["alias"], {} if _reads_columns(table["function"]) else None

    def _of_values(self, values: Sequence[Node]) -> Meaning:
        """The meaning of a column of VALUES: typed, unless something of a table is in it."""
        return self.untraceable if any(map(_reads_columns, values)) else common(map(_typed, values))

    def _declared(self, name: str) -> Columns:
        if name not in self.datasets:
            return self.reported.get(name, {})
        columns: Columns = {}
        for c in self.datasets[name].columns:
            role = "quantity" if c.unit else "unknown" if c.type in ("integer", "decimal") else "label"
            unit = parse_unit(c.unit, self.units) if c.unit else None
            columns[c.name] = Meaning(role, unit, place := frozenset({(name, c.name)}), frozenset(), place)
        return columns

    def _shown(self, e: Node, tables: Tables, named: Mapping[str, Node], what: str = "single") -> frozenset[Place]:
        """The columns of datasets whose single values, or with "made" any, an expression is made of."""
        if e["class"] == "COLUMN_REF":
            return _places(_Expressions(self, tables, named).column(e), what)
        if e["class"] == "SUBQUERY":
            return frozenset().union(*(_places(meaning, what) for _, meaning in self.of(e["subquery"]["node"])))
        if e["class"] == "FUNCTION" and e["function_name"].lower() in COUNTING:
            return frozenset()
        below = nearest(list(e.values()))
        return frozenset().union(*(self._shown(one, tables, named, what) for one in below))

    def _has_quantities(self, e: Node, tables: Tables, named: Mapping[str, Node]) -> bool:
        """Whether an expression is made of a column that holds quantities, or of what a query inside it works out."""
        if e["class"] == "COLUMN_REF":
            return _Expressions(self, tables, named).column(e).role in ("quantity", REPORTED.role, MIXED.role)
        if e["class"] == "SUBQUERY":
            return any(one.role in ("quantity", REPORTED.role, MIXED.role) for _, one in self.of(e["subquery"]["node"]))
        return any(self._has_quantities(one, tables, named) for one in nearest(list(e.values())))

    def _picked(self, e: Node, tables: Tables, named: Mapping[str, Node]) -> frozenset[Place]:
        """The columns of guarded datasets of which an expression of groups picks the value of one row."""
        if e["class"] in ("FUNCTION", "WINDOW") and e["function_name"].lower() in PICKING:
            return frozenset(place for place in self._shown(e, tables, named) if place[0] in self.guarded)
        return frozenset().union(*(self._picked(one, tables, named) for one in nearest(list(e.values()))))

    def _is_text(self, place: Place) -> bool:
        return any(c.type == "text" for c in self.datasets[place[0]].columns if c.name == place[1])


@dataclass(frozen=True)
class _Expressions:
    """The meaning of expressions of one SELECT: of its tables, and of the names that it gives itself."""

    meanings: Meanings
    tables: Tables
    named: Mapping[str, Node]

    def meaning(self, e: Node) -> Meaning:
        kind, units = e["class"], self.meanings.units
        if _is_nothing(e):
            return NOTHING
        if kind == "COLUMN_REF":
            return self.column(e)
        if kind == "CAST":
            found = self.meaning(e["child"])
            texts = e["type_expr"]["type_name"].upper().startswith(TEXTS) or e["child"].get("function_name") in PARTS
            return UNKNOWN if found.role == "label" and not texts else found  # a text read as a number is no label
        # 1 and 0 as in CASE WHEN … THEN 1 ELSE 0, which is then summed to a count
        if kind in TRUTHS or _is_literal(e, "1") or _is_literal(e, "0"):
            return Meaning("truth", no_unit(units))
        if kind == "CASE":
            return self._alike([check["then_expr"] for check in e["case_checks"]] + [e["else_expr"]])
        if e["type"] == "OPERATOR_COALESCE":
            return self._alike(e["children"])
        if kind == "SUBQUERY" and e["subquery_type"] == "SCALAR" and (read := self.meanings.of(e["subquery"]["node"])):
            return read[0][1]
        return self._function(e) if kind in ("FUNCTION", "WINDOW") else UNKNOWN

    def column(self, e: Node) -> Meaning:
        """The meaning of a column that is named in the query."""
        *table, name = (part.lower() for part in e["column_names"])
        places = [(alias, columns) for alias, columns in self.tables if not table or table[-1] == alias.lower()]
        found = [columns[own] for _, columns in places if columns for own in columns if own.lower() == name]
        if found:
            alike = {replace(one, single=frozenset(), made=frozenset()) for one in found}
            single, made = (frozenset().union(*(_places(one, what) for one in found)) for what in ("single", "made"))
            return replace(found[0] if len(alike) == 1 else UNKNOWN, single=single, made=made)
        other = None if table else self.named.get(name)
        if other is None or other is e:
            return LITERAL if any(columns is None for _, columns in places) else self.meanings.untraceable
        return replace(self, named={key: one for key, one in self.named.items() if key != name}).meaning(other)

    def _function(self, e: Node) -> Meaning:
        name, given, units = e["function_name"].lower(), arguments(e), self.meanings.units
        if name in COUNTING | LENGTHS:
            return Meaning("count", no_unit(units))
        if name in RANKING:
            return Meaning("rank", no_unit(units))
        if name in PARTS:
            return LABEL if _is_part_of_a_day(name, given) else UNKNOWN
        if name in ALIKE and len(given) > 1:
            found = self._alike(given)
            if name in "+-" and found.role in ("label", "rank"):
                return UNKNOWN
            share = (
                found.role in ("quantity", REPORTED.role) and found.unit is not None and is_dimensionless(found.unit)
            )
            return replace(found, points=True) if name == "-" and share else found
        if name in KEEPING and given:
            found = self._alike([given[0], *given[2:3]]) if name in ("lag", "lead") else self.meaning(given[0])
            if found.role in (LITERAL.role, MIXED.role, "untraced") or (found.role == "label" and name in CHOOSING):
                return found
            if found.role == "truth":
                return Meaning("count" if name == "sum" else "quantity", found.unit)
            if found.role in (REPORTED.role, "count"):
                return found if name in WHOLE or found.role == REPORTED.role else Meaning("quantity", found.unit)
            if found.unit is None or found.role == "rank":
                return UNKNOWN if name in CHOOSING else MIXED
            return Meaning("quantity", found.unit, points=found.points)
        if name in ("/", "*") and len(given) == 2:
            if _is_one(given[1]) or (name == "*" and _is_one(given[0])):  # 1.0 * x, so that whole numbers are divided
                return self.meaning(given[1] if _is_one(given[0]) else given[0])
            return scaled(name, self.meaning(given[0]), self.meaning(given[1]), no_unit(units))
        return UNKNOWN

    def _alike(self, given: Sequence[Node | None]) -> Meaning:
        """The meaning that all these expressions have; nothing, and a typed zero, have any."""
        known = [e for e in given if e is not None and not _is_nothing(e)]
        found = [self.meaning(e) for e in known]
        if found and all(one.role == "truth" for one in found):
            return found[0]
        return common(one for one, e in zip(found, known, strict=True) if not _is_literal(e, "0"))


def _together(sides: Sequence[Sequence[tuple[str, Meaning]]]) -> list[tuple[str, Meaning]]:
    """The columns of a UNION or the like: the names of its first side, and what all sides have in common."""
    if len({len(side) for side in sides}) != 1:
        return []
    found = []
    for columns in zip(*sides, strict=True):
        found.append((columns[0][0], both([meaning for _, meaning in columns])))
    return found


def _reads_columns(e: Node) -> bool:
    return any(part.get("class") in ("COLUMN_REF", "SUBQUERY") for part in parts(e))


def _typed(e: Node) -> Meaning:
    """The meaning of an expression that nothing of a table is in."""
    while e["class"] == "CAST":
        e = e["child"]
    return NOTHING if _is_nothing(e) else LITERAL


def _places(meaning: Meaning, what: str) -> frozenset[Place]:
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
