"""What the columns of a query hold, read from the query: labels, counts, or quantities with a unit.

A unit comes from the declaration of a dataset or series through expressions in which it stays plain: a column, its sum,
mean, median, least or greatest, sums and differences of one unit, and a ratio of two (a share, without unit).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from toolkit.core.unit import Unit, UnitRegistry, no_unit, parse_unit, unit_text
from toolkit.database.column_names import FORMS, refuse_kept_per
from toolkit.database.expression_meaning import ADDING, COUNTING, TRUTHS, Expressions, typed_meaning
from toolkit.database.given_units import ColumnRead
from toolkit.database.meaning import (
    LITERAL,
    Columns,
    Meaning,
    Place,
    Role,
    Tables,
    both,
    columns_by_name,
    common,
    meaning_places,
)
from toolkit.database.pivoted import columns_of_unpivot, select_of_pivot
from toolkit.database.query_tree import (
    Node,
    every_node,
    group_period,
    has_column,
    has_typed_term,
    is_group_key,
    is_grouped,
    nearest_below,
    refers,
    without_scaling,
)
from toolkit.datasets.declaration import Dataset

CLASSING = frozenset("floor ceil ceiling trunc round // width_bucket".split())  # they make classes, such as 10 to 20
ROLES = {"integer": Role.UNKNOWN, "decimal": Role.UNKNOWN, "boolean": Role.TRUTH}  # of a dataset's columns by type
OF_QUANTITIES = (Role.QUANTITY, Role.REPORTED, Role.MIXED)
# functions of a group whose value is that of one of its rows
PICKING = frozenset(
    "min max first last any_value arg_min arg_max min_by max_by mode quantile quantile_disc list array_agg string_agg "
    "group_concat listagg histogram arbitrary argmin argmax approx_top_k".split()
)
STATISTICS = ("n_", "total_", "sum_", "mean_", "avg_", "median_", "least_", "min_", "greatest_", "max_")
FROM = (
    "BASE_TABLE",
    "JOIN",
    "SUBQUERY",
    "EMPTY",
    "TABLE_FUNCTION",
    "EXPRESSION_LIST",
    "PIVOT",
)  # kinds of tables that do not hinder tracing


@dataclass(frozen=True)
class Meanings:
    """Reads the meaning of columns; `datasets` are those that the query reads, `reported` the columns of other tables.

    `ctes` is what WITH names; `guarded` are datasets that tell of people: `max` and the like pick out values of their
    single rows. A column whose origin is unknown is taken to show single rows of every dataset. `scopes` gathers the
    SELECTs that were read, with what their expressions mean. `given` is what parameters measure, by name.
    """

    datasets: Mapping[str, Dataset]
    reported: Mapping[str, Columns]
    units: UnitRegistry
    ctes: Mapping[str, Columns] = field(default_factory=dict)
    guarded: frozenset[str] = frozenset()
    scopes: list[tuple[Node, Expressions]] = field(default_factory=list)
    given: Mapping[str, Meaning] = field(default_factory=dict)

    @property
    def untraceable(self) -> Meaning:
        """The meaning of a column that cannot be traced."""
        places = ((one.name, column.name) for one in self.datasets.values() for column in one.columns)
        every = frozenset(places)
        return Meaning(Role.UNTRACED, None, every, frozenset(), every)

    def of(self, node: Node) -> list[tuple[str, Meaning]]:
        """(name, meaning) of each column of a query in order, "" for one without a name; [] where it cannot be told."""
        if node.get("type") == "SET_OPERATION_NODE" and not self.guarded:  # rows of a UNION cannot be counted
            inner = self._with_ctes(node)
            return _together([inner.of(one) for one in node["children"]])
        if node.get("type") == "RECURSIVE_CTE_NODE" and not self.guarded:
            first = self._with_ctes(node).of(node["left"])
            known = {**self.ctes, node["cte_name"].lower(): columns_by_name(first, node["aliases"])}
            both_sides = _together([first, replace(self, ctes=known).of(node["right"])])
            # what counts on from a typed number, such as steps, cannot be told from other labels
            return [(name, self.untraceable if one.role is Role.UNKNOWN else one) for name, one in both_sides]
        if node.get("type") != "SELECT_NODE" or node["from_table"]["type"] not in FROM:
            return []
        inner = self._with_ctes(node)
        tables = list(inner._tables(node["from_table"]))
        aliased = {e["alias"].lower(): e for e in node["select_list"] if e.get("alias")}
        self.scopes.append((node, inner._expressions(tables, aliased)))
        meanings: list[tuple[str, Meaning]] = []
        for e in node["select_list"]:
            if e["class"] == "STAR":
                typed = any(columns is None for _, columns in tables)
                if typed or e["expr"] or e["replace_list"] or e["rename_list"] or e["qualified_exclude_list"]:
                    return []
                of, left_out = e["relation_name"].lower(), {name.lower() for name in e["exclude_list"]}
                meanings += [
                    (name, meaning)
                    for table, columns in tables
                    for name, meaning in (columns or {}).items()
                    if of in ("", table.lower()) and name.lower() not in left_out
                ]
                continue
            meaning = inner._of_expression(e, node, tables, aliased)
            meanings.append((e["alias"] or (e.get("column_names") or [""])[-1], meaning))
        return meanings

    def _of_expression(self, e: Node, node: Node, tables: Tables, aliased: Mapping[str, Node]) -> Meaning:
        """The meaning of a column of a SELECT, with the columns that it shows, is grouped by and is made of."""
        expressions = self._expressions(tables, aliased)
        meaning = expressions.meaning(e) if refers(e) else typed_meaning(e)
        tells_number = expressions.tells(e)
        if meaning.role is Role.UNKNOWN and not has_column(e) and has_typed_term(e):
            meaning = LITERAL  # such as count(*) * 0 + 3.7
        columns_shown, columns_used = self._shown(e, tables, aliased), self._shown(e, tables, aliased, "made")
        if meaning.role == Role.UNKNOWN and self._has_quantities(e, tables, aliased):
            meaning = replace(meaning, role=Role.MIXED)
        if is_grouped(node):
            key = is_group_key(node, e)
            plain = not any(part.get("class") in ("WINDOW", "SUBQUERY") for part in every_node(e))
            functions = {part.get("function_name") for part in every_node(e)}
            classing = functions & CLASSING
            if any(self._is(place, "decimal") for place in columns_used):
                classing -= {"//"}  # which divides decimals, and leaves them as they are
            tells_number = tells_number and (not (key and classing) or _is_number_as_text(e))
            named_by = key and plain and meaning.role in (Role.UNKNOWN, Role.UNTRACED)
            role = Role.LABEL if named_by else meaning.role
            # of a group, texts and what is picked out show single rows; the columns that it is grouped by do not
            texts = self._shown(_without_conditions(e), tables, aliased)
            exposed = frozenset(place for place in texts if self._is(place, "text"))
            exposed |= self._picked(e, tables, aliased)
            single, keys = (frozenset(), columns_shown) if key else (exposed, frozenset())
            period = group_period(node) if meaning.added_up and functions & ADDING else meaning.period
            meaning = replace(
                meaning, role=role, single=single, keys=keys, made=columns_used, told=tells_number, period=period
            )
        else:
            meaning = replace(meaning, single=columns_shown, made=columns_used, told=tells_number)
        return meaning

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
            known = {**known, entry["key"].lower(): columns_by_name(read, entry["value"]["aliases"])}
        return replace(self, ctes=known)

    def _expressions(self, tables: Tables, named: Mapping[str, Node]) -> Expressions:
        return Expressions(self.units, tables, named, self.untraceable, self.of, self.given)

    def _tables(self, table: Node) -> Iterator[tuple[str, Columns | None]]:
        if table["type"] == "JOIN":
            yield from self._tables(table["left"])
            yield from self._tables(table["right"])
        elif table["type"] == "SUBQUERY":
            yield table["alias"], columns_by_name(self.of(table["subquery"]["node"]), table["column_name_alias"])
        elif table["type"] == "BASE_TABLE":
            name = table["table_name"].lower()
            columns = self.ctes[name] if name in self.ctes else self.columns_of(name)
            yield table["alias"] or name, columns_by_name([*columns.items()], table["column_name_alias"])
        elif table["type"] == "EXPRESSION_LIST":  # VALUES
            found = enumerate(zip(*table["values"], strict=True))
            read = [(f"col{place}", self._of_values(values)) for place, values in found]
            yield table["alias"], columns_by_name(read, table["expected_names"])
        elif table["type"] == "PIVOT":
            yield table["alias"], {} if self.guarded else self._pivoted(table)
        elif table["type"] == "TABLE_FUNCTION":
            yield table["alias"], {} if _reads_columns(table["function"]) else None

    def _pivoted(self, table: Node) -> Columns:
        """What the columns of a PIVOT or UNPIVOT hold; {} where they cannot be told."""
        source = dict(one for _, columns in self._tables(table["source"]) for one in (columns or {}).items())
        node = select_of_pivot(table, [*source])
        read = [*columns_of_unpivot(table, source).items()] if node is None else self.of(node)
        return columns_by_name(read, table["column_name_alias"])

    def _of_values(self, values: Sequence[Node]) -> Meaning:
        """The meaning of a column of VALUES: typed, unless something of a table is in it."""
        return self.untraceable if any(map(_reads_columns, values)) else common(map(typed_meaning, values))

    def columns_of(self, name: str) -> Columns:
        """What the columns of a table of the project hold, by name; empty for a table that there is not.

        Raises NumberError for a declared unit that is not defined.
        """
        if name not in self.datasets:
            return self.reported.get(name, {})
        columns: Columns = {}
        for c in self.datasets[name].columns:
            role = Role.QUANTITY if c.unit else ROLES.get(c.type, Role.LABEL)
            unit = parse_unit(c.unit, self.units) if c.unit else None
            unit = no_unit(self.units) if role is Role.TRUTH else unit
            place = frozenset({(name, c.name)})
            columns[c.name] = Meaning(role, unit, place, frozenset(), place, told=c.type == "decimal")
        return columns

    def is_named_as_declared(self, name: str, meaning: Meaning) -> bool:
        """Whether a column is named as one that it is made of, n_, mean_ or the like before it, and in its unit."""
        names = {name, name.partition("_")[2] if name.startswith(STATISTICS) else name}
        declared = (self.columns_of(table).get(column) for table, column in meaning.made if column in names)
        return any(one is not None and one.unit == meaning.unit is not None for one in declared)

    def refuse_kept_per(self, where: str, name: str, e: Node | None, meaning: Meaning) -> None:
        """Raises ToolkitError for a column as declared under a name that says so much for each of something."""
        of_column = e is not None and e["class"] == "COLUMN_REF" and not meaning.averaged
        if of_column and meaning.unit is not None and len(meaning.made) == 1:
            ((_, own),) = meaning.made
            refuse_kept_per(where, name, own, meaning.unit)

    def unscaled(self, node: Node, names: Sequence[str]) -> list[Meaning]:
        """As `of_columns`, of the query without typed factors that change a scale."""
        return replace(self, scopes=[]).of_columns(without_scaling(node), names)

    def columns_read(self, meaning: Meaning) -> list[ColumnRead]:
        """The columns with a unit that a column is made of.

        Raises NumberError for a declared unit that is not defined.
        """
        found = []
        for table, column in sorted(meaning.made):
            known = self.columns_of(table).get(column)
            if known is not None and known.unit is not None:
                form = FORMS.get(unit_text(known.unit), "quantity")
                found.append(ColumnRead(column, known.unit, form))
        return found

    def bare_columns(self, meaning: Meaning) -> list[str]:
        """The columns without a unit that a column is made of."""
        known = ((column, self.columns_of(table).get(column)) for table, column in sorted(meaning.made))
        return [column for column, one in known if one is not None and one.unit is None]

    def declared(self, meaning: Meaning) -> list[Unit]:
        """The units of the columns that a column is made of. Raises NumberError as `columns_read`."""
        return [one.unit for one in self.columns_read(meaning)]

    def _shown(self, e: Node, tables: Tables, named: Mapping[str, Node], what: str = "single") -> frozenset[Place]:
        """The columns of datasets whose single values, or with "made" any, an expression is made of."""
        if e["class"] == "COLUMN_REF":
            return meaning_places(self._expressions(tables, named).column(e), what)
        if e["class"] == "SUBQUERY":
            return frozenset().union(*(meaning_places(meaning, what) for _, meaning in self.of(e["subquery"]["node"])))
        if e["class"] == "FUNCTION" and e["function_name"].lower() in COUNTING:
            return frozenset()
        below = nearest_below(list(e.values()))
        return frozenset().union(*(self._shown(one, tables, named, what) for one in below))

    def _has_quantities(self, e: Node, tables: Tables, named: Mapping[str, Node]) -> bool:
        """Whether an expression is made of a column that holds quantities, or of what a query inside it works out."""
        if e["class"] == "COLUMN_REF":
            return self._expressions(tables, named).column(e).role in OF_QUANTITIES
        if e["class"] == "SUBQUERY":
            return any(one.role in OF_QUANTITIES for _, one in self.of(e["subquery"]["node"]))
        return any(self._has_quantities(one, tables, named) for one in nearest_below(list(e.values())))

    def _picked(self, e: Node, tables: Tables, named: Mapping[str, Node]) -> frozenset[Place]:
        """The columns of guarded datasets of which an expression of groups picks the value of one row."""
        if e["class"] in ("FUNCTION", "WINDOW") and e["function_name"].lower() in PICKING:
            return frozenset(place for place in self._shown(e, tables, named) if place[0] in self.guarded)
        return frozenset().union(*(self._picked(one, tables, named) for one in nearest_below(list(e.values()))))

    def _is(self, place: Place, kind: str) -> bool:
        """Whether a column of a dataset is declared as text, decimal or the like; False of any other table."""
        dataset = self.datasets.get(place[0])
        return dataset is not None and any(c.type == kind for c in dataset.columns if c.name == place[1])


def _together(sides: Sequence[Sequence[tuple[str, Meaning]]]) -> list[tuple[str, Meaning]]:
    """The columns of a UNION or the like: the names of its first side, and what all sides have in common."""
    if len({len(side) for side in sides}) != 1:
        return []
    found = []
    for columns in zip(*sides, strict=True):
        together = both([meaning for _, meaning in columns])
        if together.role is Role.UNKNOWN and any(meaning.role in OF_QUANTITIES for _, meaning in columns):
            together = replace(together, role=Role.MIXED)
        found.append((columns[0][0], together))
    return found


def _is_number_as_text(e: Node) -> bool:
    """Whether an expression is a number alone, cast to a text, which no words are in."""
    if e["class"] != "CAST" or not e["type_expr"]["type_name"].upper().startswith(("VARCHAR", "TEXT", "STRING")):
        return False
    return all(part.get("function_name") in (None, "+", "-", "*", "/", *CLASSING) for part in every_node(e["child"]))


def _without_conditions(tree: Any) -> Any:
    """An expression without the conditions in it: a group's value shows no text of what they compare.

    Those of a value that is picked out of a group stay: they say something of a single row.
    """
    if isinstance(tree, list):
        return [_without_conditions(one) for one in tree]
    if not isinstance(tree, dict):
        return tree
    picks = any(part.get("function_name") in PICKING for part in every_node(tree))
    if tree.get("class") in TRUTHS and not picks:
        return {"class": "CONSTANT"}
    return {name: _without_conditions(one) for name, one in tree.items() if name not in ("filter", "filter_expr")}


def _reads_columns(e: Node) -> bool:
    return any(part.get("class") in ("COLUMN_REF", "SUBQUERY") for part in every_node(e))
