"""What the columns of a query hold, read from the query: labels, counts, or quantities with a unit.

A unit comes from the declaration of a dataset or series through expressions in which it stays plain: a column, its sum,
mean, median, least or greatest, sums and differences of one unit, and a ratio of two (a share, without unit).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from toolkit.core.unit import Unit, UnitRegistry, is_dimensionless, no_unit, parse_unit
from toolkit.database.query_tree import Node, arguments, groups, has_column, has_typed_term, is_key, nearest, refers
from toolkit.datasets.declaration import Dataset

# functions whose value has the unit of their first argument; + and - are here with one argument
KEEPING = frozenset(
    "sum min max avg mean median mode first last any_value arg_min arg_max min_by max_by quantile quantile_cont "
    "quantile_disc stddev stddev_samp stddev_pop abs round floor ceil trunc lag lead first_value last_value nth_value "
    "nullif fsum kahan_sum favg sumkahan - +".split()
)
WHOLE = frozenset("sum min max first last any_value lag lead first_value last_value nth_value - +".split())  # of counts
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
TRUTHS = ("COMPARISON", "CONJUNCTION", "BETWEEN")
FROM = ("BASE_TABLE", "JOIN", "SUBQUERY", "EMPTY", "TABLE_FUNCTION")  # kinds of tables that do not hinder tracing
Place = tuple[str, str]  # a dataset or another table, and a column of it


@dataclass(frozen=True)
class Meaning:
    """What a column holds: `role` is label, rank, count, truth, quantity, reported, literal, nothing or unknown.

    `unit` may be None: of what is reported it then is that of the rows which are used.

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
NOTHING = Meaning("nothing")  # NULL, beside any other meaning
REPORTED = Meaning("reported")  # a number of figures, whose unit is that of the rows that are used
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
                if e["expr"] or e["replace_list"] or e["rename_list"] or e["qualified_exclude_list"]:
                    return []
                of, left_out = e["relation_name"].lower(), {name.lower() for name in e["exclude_list"]}
                found += [
                    (name, meaning)
                    for table, columns in tables
                    for name, meaning in columns.items()
                    if of in ("", table.lower()) and name.lower() not in left_out
                ]
                continue
            meaning = _Expressions(inner, tables, named).meaning(e) if refers(e) else _typed(e)
            if meaning == UNKNOWN and not has_column(e) and has_typed_term(e):
                meaning = LITERAL  # such as count(*) * 0 + 3.7
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
        if _is_nothing(e):
            return NOTHING
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
        if kind == "SUBQUERY" and e["subquery_type"] == "SCALAR" and (read := self.meanings.of(e["subquery"]["node"])):
            return read[0][1]
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
        if name in COUNTING | LENGTHS:
            return Meaning("count", no_unit(units))
        if name in RANKING:
            return Meaning("rank", no_unit(units))
        if name in PARTS:
            return LABEL
        if name in ALIKE and len(given) > 1:
            return self._alike(given)
        if name in KEEPING and given:
            found = self.meaning(given[0])
            if found.role == "truth":
                return Meaning("count" if name == "sum" else "quantity", found.unit)
            if found.role in (REPORTED.role, "count"):
                return found if name in WHOLE or found.role == REPORTED.role else Meaning("quantity", found.unit)
            return Meaning("quantity", found.unit) if found.unit is not None else UNKNOWN
        if name in ("/", "*") and len(given) == 2:
            if _is_one(given[1]) or (name == "*" and _is_one(given[0])):  # 1.0 * x, so that whole numbers are divided
                return self.meaning(given[1] if _is_one(given[0]) else given[0])
            return _scaled(name, self.meaning(given[0]), self.meaning(given[1]), no_unit(units))
        return UNKNOWN

    def _alike(self, given: Sequence[Node | None]) -> Meaning:
        """The meaning that all these expressions have; nothing, and a typed zero, have any."""
        known = [e for e in given if e is not None and not _is_nothing(e)]
        found = [self.meaning(e) for e in known]
        if found and all(one.role == "truth" for one in found):
            return found[0]
        return common(one for one, e in zip(found, known, strict=True) if not _is_literal(e, "0"))


def common(meanings: Iterable[Meaning]) -> Meaning:
    """The meaning that all of these have, sets of places left out; unknown where they differ."""
    found = [one for one in meanings if one.role != NOTHING.role]
    if not found:
        return NOTHING
    units, roles = {one.unit for one in found}, {one.role for one in found}
    if roles == {REPORTED.role}:
        known = units - {None}
        return UNKNOWN if len(known) > 1 else Meaning(REPORTED.role, known.pop() if len(units) == 1 and known else None)
    if len(roles) == 1 and len(units) == 1:
        return Meaning(roles.pop(), units.pop())
    if len(units) != 1 or None in units or "truth" in roles:
        return UNKNOWN
    return Meaning("quantity", units.pop())


def _together(sides: Sequence[Sequence[tuple[str, Meaning]]]) -> list[tuple[str, Meaning]]:
    """The columns of a UNION or the like: the names of its first side, and what all sides have in common."""
    if len({len(side) for side in sides}) != 1:
        return []
    found = []
    for columns in zip(*sides, strict=True):
        meanings = [meaning for _, meaning in columns]
        sets = (frozenset().union(*(getattr(one, what) for one in meanings)) for what in ("single", "keys", "made"))
        shared = common(meanings)
        found.append((columns[0][0], Meaning(shared.role, shared.unit, *sets)))
    return found


def _typed(e: Node) -> Meaning:
    """The meaning of an expression that nothing of a table is in."""
    while e["class"] == "CAST":
        e = e["child"]
    return NOTHING if _is_nothing(e) else LITERAL


def _places(meaning: Meaning, what: str) -> frozenset[Place]:
    return meaning.made if what == "made" else meaning.single


def _scaled(sign: str, left: Meaning, right: Meaning, none: Unit) -> Meaning:
    """A product or ratio: a share, or a quantity times or over a count; unknown with a typed factor."""
    if not {left.role, right.role} <= {"quantity", "count", REPORTED.role}:
        return UNKNOWN
    if sign == "/" and left.unit == right.unit and (left.unit is not None or left.role == right.role):
        return Meaning("quantity", none)
    if right.unit is not None and is_dimensionless(right.unit):
        return Meaning(left.role if left.role == REPORTED.role else "quantity", left.unit)
    if sign == "*" and left.unit is not None and is_dimensionless(left.unit):
        return Meaning(right.role if right.role == REPORTED.role else "quantity", right.unit)
    return UNKNOWN


def _is_nothing(e: Node) -> bool:
    return bool(e["class"] == "CONSTANT" and e["literal"]["kind"] == "NULL_LITERAL")


def _is_literal(e: Node, text: str) -> bool:
    return bool(e["class"] == "CONSTANT" and e["literal"]["kind"] == "INTEGER" and e["literal"]["text"] == text)


def _is_one(e: Node) -> bool:
    """Whether an expression is 1, however it is typed."""
    return bool(
        e["class"] == "CONSTANT" and e["literal"]["kind"] in ("INTEGER", "NUMERIC") and float(e["literal"]["text"]) == 1
    )
