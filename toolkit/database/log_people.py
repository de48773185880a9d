"""How many people are behind each row of an answer about a read log, and what is withheld because they are too few.

Numbers of rows that fewer than OF_LOG people are behind are withheld, and so are those of a second row wherever such a
row is alone among rows that add up with it. What cannot be counted is refused.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from toolkit.core.errors import Problem, ToolkitError
from toolkit.core.smallest_group import OF_LOG
from toolkit.database.group_sizes import aggregate_conditions
from toolkit.database.log_aggregates import DO, refuse_showing_one, share_past_quantiles
from toolkit.database.query_tree import (
    Node,
    every_node,
    expression_sql,
    is_group_key,
    is_grouped,
    run_with,
    sql_of,
    tree_of,
)
from toolkit.database.rows_behind import is_plain
from toolkit.engine.connect import Connection, arrays_of, columns_of
from toolkit.engine.select_only import refuse_other_than_select

if TYPE_CHECKING:
    import numpy

    from toolkit.engine.connect import Columns

PERSON = "user_id"  # the column of tables that has people
EXACT = (
    "event_row",
    "stored_event",
    "stored_request",
)  # tables with times to the millisecond, which no question sees: usage_event has the hours
ABOUT_PEOPLE = ("gaps", "grains")  # of what a log says about itself: days without use, and tokens
OF_ALL = ("accounting", "incentive", "price")  # tables that have nothing of single people
USED = {"developer": "tokens > 0", "developer_week": "requests IS NOT NULL", "rolled_week": "requests IS NOT NULL"}
CUTS = ("LIMIT_MODIFIER", "LIMIT_PERCENT_MODIFIER")

Label = tuple[object, ...]  # what a row is told apart by


def rows_of_read_log(cursor: Connection, where: str, sql: str, parameters: Mapping[str, object] | None) -> Columns:
    """The columns of an answer about a read log, names and types, and their arrays; withheld numbers are masked.

    Rows that are withheld stand last where the answer is in the order of its numbers. Raises ToolkitError for a query
    whose people cannot be counted, and for one without a row that OF_LOG people or more are behind.
    """
    tables = refuse_other_than_select(where, sql, cursor) - {*OF_ALL}
    counts = _counts(cursor, where, sql, tables, _tables_of_people(cursor), parameters)
    if not counts:
        run_with(cursor, sql, parameters or {})
        return columns_of(cursor), [*arrays_of(cursor).values()]
    node = tree_of(cursor, sql)
    keys = [is_group_key(node, e) for e in node["select_list"]]
    groups = [{**e, "alias": f"\1group{index}"} for index, e in enumerate(_groups(node, keys))]
    columns, arrays, labels, behind = _with_people(cursor, node, groups, counts, parameters)
    hidden = hidden_rows(labels, behind, {})
    if node["where_clause"] or node["having"] or any(modifier["type"] in CUTS for modifier in node["modifiers"]):
        uncut = {**node, "having": None, "modifiers": []}
        _, _, all_labels, all_behind = _with_people(cursor, uncut, groups, counts, parameters)
        all_people = _whole(cursor, tree_of(cursor, sql_of(cursor, uncut), parameters), groups, counts[0])
        # a label that is no number is withheld
        all_behind.append([all_people.get(label, (1, 1))[1] for label in all_labels])
        hidden = hidden_rows(all_labels, all_behind, {label: people for label, (people, _) in all_people.items()})
    withheld = [label in hidden for label in labels]
    if withheld and all(withheld):
        raise too_few(where)
    numeric = _numeric_columns(cursor, node["from_table"]["table_name"])
    is_key = [key and not _has_any(e, numeric) for key, e in zip(keys, node["select_list"], strict=True)]
    shown_arrays = [values if key else masked(values, withheld) for key, values in zip(is_key, arrays, strict=True)]
    if any(withheld) and _in_order_of_numbers(node):
        order = sorted(range(len(labels)), key=lambda at: (withheld[at], str(labels[at]) if withheld[at] else ""))
        shown_arrays = [values[order] for values in shown_arrays]
    return columns, shown_arrays


def _with_people(
    cursor: Connection,
    node: Node,
    groups: Sequence[Node],
    counts: Sequence[Node],
    parameters: Mapping[str, object] | None,
) -> tuple[list[tuple[str, str]], list[numpy.ndarray], list[Label], list[list[int]]]:
    """The columns of an answer, its arrays, what each row is told apart by, and the people behind it by each count."""
    width = len(node["select_list"])
    with_people = sql_of(cursor, {**node, "select_list": [*node["select_list"], *groups, *counts]})
    run_with(cursor, with_people, parameters or {})
    columns, arrays = columns_of(cursor)[:width], [*arrays_of(cursor).values()]
    labels = labels_of(arrays[width:][: len(groups)], len(arrays[0]))
    return columns, arrays[:width], labels, [values.tolist() for values in arrays[width + len(groups) :]]


def _whole(cursor: Connection, node: Node, groups: Sequence[Node], people: Node) -> dict[Label, tuple[int, int]]:
    """The people behind each row that a query has without its WHERE, and those behind what the WHERE leaves out of it.

    Who knows the same answer without it finds what they used by taking one from the other, as with a row that is
    absent. Rows are named by what they are told apart by.
    """
    name = node["from_table"]["table_name"].lower()
    condition = f"({expression_sql(cursor, node['where_clause'])}) IS NOT TRUE" if node["where_clause"] else "false"
    count = f"count(DISTINCT {PERSON}) FILTER (WHERE {USED.get(name, 'true')} AND {condition})"
    column = {**tree_of(cursor, f"SELECT {count}")["select_list"][0], "alias": "\1left_out"}
    _, _, labels, behind = _with_people(cursor, {**node, "where_clause": None}, groups, [people, column], None)
    return dict(zip(labels, zip(*behind, strict=True), strict=True))


def _numeric_columns(cursor: Connection, table: str) -> set[str]:
    sql = (
        "SELECT lower(column_name) FROM duckdb_columns() "
        "WHERE lower(table_name) = ? AND regexp_matches(data_type, 'INT|DOUBLE|FLOAT|DECIMAL')"
    )
    return {name for (name,) in cursor.execute(sql, [table.lower()]).fetchall()}


def _has_any(expression: Node, columns: Collection[str]) -> bool:
    return any(
        part.get("class") == "COLUMN_REF" and part["column_names"][-1].lower() in columns
        for part in every_node(expression)
    )


def _in_order_of_numbers(node: Node) -> bool:
    """Whether an answer is in the order of more than what its rows are told apart by."""
    by_alias = {e["alias"].lower(): e for e in node["select_list"] if e["alias"]}
    for modifier in node["modifiers"]:
        for order in modifier.get("orders", ()):
            e = order["expression"]
            if e["class"] == "CONSTANT":
                e = node["select_list"][int(e["literal"]["text"]) - 1]
            elif e["class"] == "COLUMN_REF":
                e = by_alias.get(e["column_names"][-1].lower(), e)
            if not is_group_key(node, e):
                return True
    return False


def _groups(node: Node, keys: Sequence[bool]) -> list[Node]:
    """What a query groups by; `keys` says of each of its columns whether it does by that."""
    select_list = node["select_list"]
    by_name = [
        select_list[int(e["literal"]["text"]) - 1] if e["class"] == "CONSTANT" else e for e in node["group_expressions"]
    ]
    return by_name or [e for e, key in zip(select_list, keys, strict=True) if key]


def labels_of(arrays: Sequence[numpy.ndarray], rows: int) -> list[Label]:
    """What each of so many rows is told apart by."""
    return [*zip(*(values.tolist() for values in arrays), strict=True)] if arrays else [()] * rows


def hidden_rows(
    labels: Sequence[Label], behind: Sequence[Sequence[int]], all_people: Mapping[Label, int]
) -> set[Label]:
    """The rows that are withheld as few are `behind`; `all_people` are the people of all rows, absent ones too."""
    labels_shown = {*labels}
    absent = {label: people for label, people in all_people.items() if label not in labels_shown}
    few = [any(0 < count < OF_LOG for count in row) or not row[0] for row in zip(*behind, strict=True)]
    missing = [0 < count < OF_LOG for count in absent.values()]
    omitted = {len(few) + index for index, is_shown in enumerate(missing) if not is_shown}
    withheld = with_second([*labels, *absent], [*few, *missing], [*behind[0], *absent.values()], omitted)
    return {label for label, is_withheld in zip([*labels, *absent], withheld, strict=True) if is_withheld}


def with_second(
    labels: Sequence[Label], few: Sequence[bool], people: Sequence[int], omitted: Collection[int] = ()
) -> list[bool]:
    """Which rows are withheld: those with few people, and wherever one of them is alone, the next smallest beside it.

    Rows are beside each other that differ in one label: who knows their sum would find the one that is missing. Places
    that are `omitted` are not published either, and need no other beside them.
    """
    withheld = [*few]
    lines: dict[tuple[object, ...], list[int]] = {}
    for index, row in enumerate(labels):
        for column in range(max(1, len(row))):
            lines.setdefault((column, row[:column] + row[column + 1 :]), []).append(index)
    grew = True
    while grew:
        grew = False
        for line in lines.values():
            missing = [index for index in line if withheld[index] or index in omitted]
            published = [index for index in line if not withheld[index] and index not in omitted]
            if len(missing) == 1 and withheld[missing[0]] and published:
                withheld[min(published, key=lambda index: (people[index], index))] = grew = True
    return withheld


def _tables_of_people(cursor: Connection) -> set[str]:
    sql = "SELECT DISTINCT table_name FROM duckdb_columns() WHERE column_name = ? AND NOT internal"
    return {name for (name,) in cursor.execute(sql, [PERSON]).fetchall()}


def _counts(
    cursor: Connection,
    where: str,
    sql: str,
    tables: Collection[str],
    people: Collection[str],
    parameters: Mapping[str, object] | None,
) -> list[Node]:
    """Columns that count the people behind each row, behind what its aggregates pick out, and past its quantiles.

    Raises ToolkitError for a query whose people cannot be counted.
    """
    if not tables:
        return []
    node = tree_of(cursor, sql)
    name = node["from_table"]["table_name"].lower() if is_plain(node) else ""
    if name in EXACT:
        raise ToolkitError(where, f"{name}, whose times are exact", "times of the hour", "ask usage_event")
    if name not in people or not is_grouped(node):
        raise ToolkitError(where, "people behind each row, who cannot be counted", "groups of people of a read log", DO)
    refuse_showing_one(cursor, where, node)
    in_use = USED.get(name, "true")
    conditions = [in_use]
    for _, condition in aggregate_conditions(
        cursor, node
    ):  # and what it leaves out, which a sum of all would give away
        conditions += [f"{in_use} AND ({condition})", f"{in_use} AND ({condition}) IS NOT TRUE"]
    counts = [f"SELECT count(DISTINCT {PERSON}) FILTER (WHERE {condition})" for condition in conditions]
    past = share_past_quantiles(cursor, where, tree_of(cursor, sql, parameters))
    if past < 0.5:
        counts += [
            f"SELECT least({count}, greatest(1, CAST(floor({count} * {past}) AS BIGINT)))"
            for count in (count_sql.removeprefix("SELECT ") for count_sql in counts)
        ]
    return [
        {**tree_of(cursor, count_sql)["select_list"][0], "alias": f"\1people{index}"}
        for index, count_sql in enumerate(counts)
    ]


def refuse_few(where: str, name: str, people: int) -> None:
    """Raises ToolkitError for what a read log of too few people says about itself that is about them."""
    if name in ABOUT_PEOPLE and people < OF_LOG:
        raise too_few(where)


def masked(values: numpy.ndarray, withheld: Sequence[bool]) -> numpy.ma.MaskedArray:
    """The values without those withheld, which are nowhere in what comes back."""
    import numpy

    mask = numpy.ma.getmaskarray(values) | numpy.array(withheld, bool)
    content = numpy.array(numpy.ma.getdata(values))
    content[mask] = numpy.zeros(1, content.dtype)[0]
    return numpy.ma.array(content, mask=mask)


def too_few(where: str, people: int = OF_LOG) -> ToolkitError:
    return ToolkitError(
        [
            Problem(
                where,
                f"no row that {OF_LOG} people or more are behind",
                f"at least {OF_LOG} people behind each number that is published of a read log"
                + (f": {people} in the log, of whom it ranks the first" if people > OF_LOG else ""),
                "group more coarsely; a metric is of one grain and one meaning of tokens: log.grains has all",
            )
        ]
    )
