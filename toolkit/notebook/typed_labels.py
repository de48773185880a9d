"""Numbers typed into the words of tables and charts: captions, headings, axis titles; texts in a query."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from typing import Any

from toolkit.core.errors import Problem
from toolkit.core.unit import UnitRegistry
from toolkit.database.query_tree import Node, every_node, refers
from toolkit.database.table import Table
from toolkit.datasets.declaration import Dataset
from toolkit.notebook.quantities_in_texts import QuantitiesInTexts, scales_of_money, written_problem
from toolkit.notebook.typed_numbers import typed_in_words, typed_problem

OWN = ("units", "of", "name", "id")  # arguments of a table that are no words of it
WORDS = ("_title", "note", "label", "labels", "names")  # how encodings end that are words; others name columns and rows
SCALES = ("left_title", "right_title")  # of squares, which say how much one square is
ALTAIR = ("alt", "altair")
QUOTED = re.compile(r"'([^']*)'|\"([^\"]*)\"")  # texts in an expression of Vega's
FORMAT = re.compile(r"[-+$]*,?\.\d~?[a-z%]")  # of numbers in such an expression: ",.0f"
SAYING = ("(caption=…)", "(note=…)")  # arguments that say what was found; the others say what stands there
# what is no measured value in the words of an axis or a column: the base of an index, a limit of time, for how many
TIMES = "(?:second|minute|hour|day|night|week|month|quarter|year|decade)s?"
BASE = re.compile(r"=\s?100(?![\d.,]*\d|\s?%)")
PERIOD = re.compile(
    rf"\b(?:over|under|above|below|within|after|before|than|least|most|to|in|of|last|past|first|next|every|per|for)"
    rf" \d+[ -]{TIMES}\b|(?<![\d.,])\b\d+-{TIMES}\b",
    re.IGNORECASE,
)
RATE = re.compile(r"\bper 10*(?:[,.\s]000)*(?![.,]?\d)", re.IGNORECASE)  # "deaths per 1,000 residents"
TEXTS, NUMBERS = ("STRING",), ("INTEGER", "NUMERIC", "DOUBLE", "DECIMAL")  # kinds of typed values


def label_problems(source: str, names: Iterable[str], where: str) -> Iterator[Problem]:
    """A problem for each number typed into a caption, heading or label in a cell's code, which `where` names.

    Only words that stand in the code count: what is put together of numbers is no typed one. `names` may have digits.
    The base of an index, a limit of time and for how many a rate is say what an axis has, and are no values.
    """
    unit_names, tree = list(names), _parsed(source)
    for call in ast.walk(tree) if tree is not None else ():
        for argument, words in _labels(call) if isinstance(call, ast.Call) else ():
            plain = words if argument.endswith(SAYING) else RATE.sub(" ", PERIOD.sub(" ", BASE.sub(" ", words)))
            for typed in typed_in_words(plain, unit_names):
                remedy = "leave it out, or make an f-string of a Number"
                yield typed_problem(f"{where}, {argument}", typed, "words; numbers of cells", remedy)


def query_problems(
    tree: Node, table: Table, names: Iterable[str], units: UnitRegistry, where: str, datasets: Iterable[Dataset] = ()
) -> Iterator[Problem]:
    """A problem for each text in a query of `datasets` that writes a typed quantity into its answer, `table`."""
    typed = (one["literal"]["text"] for one in every_node(tree) if is_typed(one, NUMBERS))
    names, money = [*names], scales_of_money((), datasets, units, table.sql or "")
    found, any_number = (
        QuantitiesInTexts(names, [float(text) for text in typed], units, money),
        QuantitiesInTexts(names, [], units),
    )
    for text in _made_of_typed(tree, table):
        if said := any_number.first(text):
            yield written_problem(where, text, said)
    for text in dict.fromkeys(_written(tree)):
        if (said := found.first(text)) and any(text in cell for cell in _texts(table)):
            yield written_problem(where, text, said)


def _made_of_typed(tree: Node, table: Table) -> Iterator[str]:
    """The texts of an answer's columns that a query makes of typed values alone: 42 || '%'."""
    names = {column.name for column in table.columns}
    for e in tree.get("select_list", ()):
        if e["alias"] in names and e["class"] != "CONSTANT" and not refers(e):
            yield from dict.fromkeys(cell for cell in table[e["alias"]] if isinstance(cell, str))


def _parsed(source: str) -> ast.AST | None:
    """The source as parsed; None of a cell with magics."""
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError):
        return None


def is_typed(node: Node, kinds: Iterable[str]) -> bool:
    """True for a value that is typed into a query, and is of one of these kinds."""
    return node.get("class") == "CONSTANT" and node["literal"]["kind"] in kinds


def _written(part: Any) -> Iterator[str]:
    """The texts in a query that are written into its answer: not those that something is compared with."""
    if isinstance(part, list):
        for inner in part:
            yield from _written(inner)
    elif isinstance(part, dict) and is_typed(part, TEXTS):
        yield part["literal"]["text"]
    elif isinstance(part, dict) and not str(part.get("type")).startswith("COMPARE"):
        yield from _written([*part.values()])


def _texts(table: Table) -> Iterator[str]:
    return (cell for row in table.rows for cell in row if isinstance(cell, str))


def _labels(call: ast.Call) -> Iterator[tuple[str, str]]:
    """(argument, words) of a call of `table`, `labelled` or `chart`, and the titles in one of Altair's."""
    name = ast.unparse(call.func)
    last, room = name.rpartition(".")[2], name.partition(".")[0]
    for keyword in call.keywords:
        argument = keyword.arg or ""
        if (last in ("table", "labelled") and argument not in OWN) or (
            last == "chart" and argument.endswith(WORDS) and argument not in SCALES
        ):
            yield from ((f"{last}({argument}=…)", words) for words in _words(keyword.value))
        elif room in ALTAIR and argument == "title":
            yield from ((f"{name}(title=…)", words) for words in _words(keyword.value))
        elif room in ALTAIR and argument == "labelExpr":
            quoted = (part for words in _words(keyword.value) for pair in QUOTED.findall(words) for part in pair)
            yield from ((f"{name}(labelExpr=…)", words) for words in quoted if words and not FORMAT.fullmatch(words))
    if last == "title" and room in ALTAIR:  # alt.X("fee").title("…")
        yield from (("title(…)", words) for value in call.args for words in _words(value))


def _words(value: ast.expr) -> Iterator[str]:
    """The texts that a value is, or has in a list or a dictionary."""
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        yield value.value
    elif isinstance(value, (ast.List, ast.Tuple)):
        for element in value.elts:
            yield from _words(element)
    elif isinstance(value, ast.Dict):
        for element in value.values:
            yield from _words(element)
