"""What the columns of a query over datasets hold, read from the query: labels, counts, or quantities with a unit.

A unit comes from a dataset's declaration through expressions in which it stays plain: a column, its sum, mean, median,
least or greatest, sums and differences of one unit, and a ratio of two (a share, without unit).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from toolkit.core.unit import Unit, UnitRegistry, is_dimensionless, no_unit, parse_unit
from toolkit.database.query_tree import Node, arguments, groups, is_key, nearest, refers
from toolkit.datasets.declaration import Dataset

# functions whose value has the unit of their first argument; + and - are here with one argument
KEEPING = frozenset(
    "sum min max avg mean median mode first last any_value arg_min arg_max min_by max_by quantile quantile_cont "
    "quantile_disc stddev stddev_samp stddev_pop abs round floor ceil trunc lag lead first_value last_value nth_value "
    "nullif fsum kahan_sum favg sumkahan - +".split()
)
ALIKE = frozenset("+ - greatest least ifnull".split())  # of two arguments or more, all of which have one unit
COUNTING = frozenset("count count_star count_if countif approx_count_distinct regr_count".split())
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
TRUTHS = ("COMPARISON", "CONJUNCTION", "BETWEEN")
FROM = ("BASE_TABLE", "JOIN", "SUBQUERY", "EMPTY", "TABLE_FUNCTION")  # kinds of tables that do not hinder tracing
Place = tuple[str, str]  # a dataset and a column of it


@dataclass(frozen=True)
class Meaning:
    """What a column holds: `role` is label, count, truth, quantity, reported, literal or unknown; `unit` may be None.

    `single` are the columns of datasets that it shows row by row, `keys` those it groups by, `made` all that its values
    are made of.
    """

    role: str
    unit: Unit | None = None
    single: frozenset[Place] = frozenset()
    keys: frozenset[Place] = frozenset()
    made: frozenset[Place] = frozenset()


UNKNOWN, LABEL = Meaning("unknown"), Meaning("label")
LITERAL = Meaning("literal")  # nothing of a table is in it
REPORTED = Meaning("reported")  # a number of figures or series, whose unit is that of the rows that are used
Columns = dict[str, Meaning]
Tables = Sequence[tuple[str, Columns]]  # of a query, each by its name there


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
        return Meaning("unknown", None, every, frozenset(), every)

    def of(self, node: Node) -> list[tuple[str, Meaning]]:
        """(name, meaning) of each column of a SELECT in order, "" for one without a name; [] of a UNION or the like."""
        if node.get("type") != "SELECT_NODE" or node["from_table"]["type"] not in FROM:
            return []
        inner = self._with_ctes(node)
        tables = list(inner._tables(node["from_table"]))
        named = {e["alias"].lower(): e for e in node["select_list"] if e.get("alias")}
        found = []
        for e in node["select_list"]:
            if e["class"] == "STAR":
                found += [(name, meaning) for _, columns in tables for name, meaning in columns.items()]
                continue
            meaning = _Expressions(inner, tables, named).meaning(e) if refers(e) else LITERAL
            shown, made = inner._shown(e, tables, named), inner._shown(e, tables, named, "made")
            if groups(node):
                key = is_key(node, e)
                role = LABEL.role if key and meaning.role == "unknown" else meaning.role
                # of a group, texts and what is picked out show single rows; the columns that it is grouped by do not
                exposed = frozenset(place for place in shown if self._is_text(place)) | inner._picked(e, tables, named)
                single, keys = (frozenset(), shown) if key else (exposed, frozenset())
                meaning = Meaning(role, meaning.unit, single, keys, made)
            else:
                meaning = replace(meaning, single=shown, made=made)
            found.append((e["alias"] or (e.get("column_names") or [""])[-1], meaning))
        return found

    def _with_ctes(self, node: Node) -> Meanings:
        known = dict(self.ctes)
        for entry in node["cte_map"]["map"]:
            inner = replace(self, ctes=known)
            known = {**known, entry["key"].lower(): dict(inner.of(entry["value"]["query_node"]))}
        return replace(self, ctes=known)

    def _tables(self, table: Node) -> Iterator[tuple[str, Columns]]:
        if table["type"] == "JOIN":
            yield from self._tables(table["left"])
            yield from self._tables(table["right"])
        elif table["type"] == "SUBQUERY":
            yield table["alias"], dict(self.of(table["subquery"]["node"]))
        elif table["type"] == "BASE_TABLE":
            name = table["table_name"].lower()
            yield table["alias"] or name, self.ctes[name] if name in self.ctes else self._declared(name)

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
        if kind == "COLUMN_REF":
            return self.column(e)
        if kind == "CAST":
            return self.meaning(e["child"])
        # 1 and 0 as in CASE WHEN … THEN 1 ELSE 0, which is then summed to a count
        if kind in TRUTHS or _is_literal(e, "1") or _is_literal(e, "0"):
            return Meaning("truth", no_unit(units))
        if kind == "CASE":
            return self._alike([check["then_expr"] for check in e["case_checks"]] + [e["else_expr"]])
        if e["type"] == "OPERATOR_COALESCE":
            return self._alike(e["children"])
        return self._function(e) if kind in ("FUNCTION", "WINDOW") else UNKNOWN

    def column(self, e: Node) -> Meaning:
        """The meaning of a column that is named in the query."""
        *table, name = (part.lower() for part in e["column_names"])
        places = [(alias, columns) for alias, columns in self.tables if not table or table[-1] == alias.lower()]
        found = [columns[own] for _, columns in places for own in columns if own.lower() == name]
        if found:
            alike = {replace(one, single=frozenset(), made=frozenset()) for one in found}
            single, made = (frozenset().union(*(_places(one, what) for one in found)) for what in ("single", "made"))
            return replace(found[0] if len(alike) == 1 else UNKNOWN, single=single, made=made)
        other = None if table else self.named.get(name)
        if other is None or other is e:
            return self.meanings.untraceable
        return replace(self, named={key: one for key, one in self.named.items() if key != name}).meaning(other)

    def _function(self, e: Node) -> Meaning:
        name, given, units = e["function_name"].lower(), arguments(e), self.meanings.units
        if name in COUNTING:
            return Meaning("count", no_unit(units))
        if name in RANKING or name in PARTS:
            return LABEL
        if name in ALIKE and len(given) > 1:
            return self._alike(given)
        if name in KEEPING and given:
            found = self.meaning(given[0])
            if found.role == "truth":
                return Meaning("count" if name == "sum" else "quantity", found.unit)
            if found.role == REPORTED.role:
                return found
            return Meaning("quantity", found.unit) if found.unit is not None else UNKNOWN
        if name in ("/", "*") and len(given) == 2:
            return _scaled(name, self.meaning(given[0]), self.meaning(given[1]), no_unit(units))
        return UNKNOWN

    def _alike(self, given: Sequence[Node | None]) -> Meaning:
        """The meaning that all these expressions have; nothing, and a typed zero, have any."""
        known = [e for e in given if e is not None and not _is_nothing(e)]
        found = [self.meaning(e) for e in known]
        if found and all(one.role == "truth" for one in found):
            return found[0]
        found = [one for one, e in zip(found, known, strict=True) if not _is_literal(e, "0")]
        units = {one.unit for one in found}
        if len(units) != 1 or None in units or any(one.role == "truth" for one in found):
            return UNKNOWN
        return Meaning("count" if all(one.role == "count" for one in found) else "quantity", units.pop())


def _places(meaning: Meaning, what: str) -> frozenset[Place]:
    return meaning.made if what == "made" else meaning.single


def _scaled(sign: str, left: Meaning, right: Meaning, none: Unit) -> Meaning:
    """A product or ratio: a share, or a quantity times or over a count; unknown with a typed factor."""
    if left.unit is None or right.unit is None or "truth" in (left.role, right.role):
        return UNKNOWN
    if sign == "/" and left.unit == right.unit:
        return Meaning("quantity", none)
    if is_dimensionless(right.unit):
        return Meaning("quantity", left.unit)
    return Meaning("quantity", right.unit) if sign == "*" and is_dimensionless(left.unit) else UNKNOWN


def _is_nothing(e: Node) -> bool:
    return bool(e["class"] == "CONSTANT" and e["literal"]["kind"] == "NULL_LITERAL")


def _is_literal(e: Node, text: str) -> bool:
    return bool(e["class"] == "CONSTANT" and e["literal"]["kind"] == "INTEGER" and e["literal"]["text"] == text)
