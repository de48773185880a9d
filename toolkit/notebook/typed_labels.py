"""Numbers that are typed into the words of tables and charts in code: captions, headings, labels and axis titles."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from toolkit.core.errors import Problem
from toolkit.notebook.typed_numbers import typed_in_words

OWN = ("units", "of", "name", "id")  # arguments of a table that are no words of it
WORDS = ("_title", "note", "label", "labels", "names")  # how encodings end that are words; others name columns and rows
SCALES = ("left_title", "right_title")  # of squares, which say how much one square is
ALTAIR = ("alt", "altair")


def label_problems(source: str, names: Iterable[str], where: str) -> Iterator[Problem]:
    """A problem for each number typed into a caption, heading or label in a cell's code, which `where` names.

    Only words that stand in the code count: what is put together of numbers is no typed one. `names` may have digits.
    """
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):  # a cell with magics
        return
    held = list(names)
    for call in ast.walk(tree):
        for argument, words in _labels(call) if isinstance(call, ast.Call) else ():
            for typed in typed_in_words(words, held):
                yield Problem(
                    f"{where}, {argument}",
                    f"a typed number: {typed}",
                    "words; numbers of cells; dates, ordinals, names of data/names_with_digits.txt",
                    "leave it out, make an f-string of a Number, or put the name into data/names_with_digits.txt",
                )


def _labels(call: ast.Call) -> Iterator[tuple[str, str]]:
    """(argument, words) of a call of `table`, `labelled` or `chart`, and the titles in one of Altair's."""
    name = ast.unparse(call.func)
    last, room = name.rpartition(".")[2], name.partition(".")[0]
    for keyword in call.keywords:
        given = keyword.arg or ""
        if (last in ("table", "labelled") and given not in OWN) or (
            last == "chart" and given.endswith(WORDS) and given not in SCALES
        ):
            yield from ((f"{last}({given}=…)", words) for words in _words(keyword.value))
        elif room in ALTAIR and given == "title":
            yield from ((f"{name}(title=…)", words) for words in _words(keyword.value))


def _words(value: ast.expr) -> Iterator[str]:
    """The texts that a value is, or has in a list or a dictionary."""
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        yield value.value
    elif isinstance(value, (ast.List, ast.Tuple)):
        for one in value.elts:
            yield from _words(one)
    elif isinstance(value, ast.Dict):
        for one in value.values:
            yield from _words(one)
