"""What a library that reads a dataset's file by itself takes for values, and the dataset's declaration does not."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cache
from pathlib import PurePath

from toolkit.core.errors import Problem
from toolkit.datasets.declaration import Dataset
from toolkit.notebook.calling_cell import Call

FOLDER = re.compile(r"datasets[/\\\"']")  # as a path has it: data/datasets/x.csv, Path("data", "datasets")
# code that leaves out rows
SHORTENED = re.compile(r"\bskipfooter\b|\bnrows\b|\[:\s*-|\.head\(|\.dropna\(|\.not(?:na|null)\(|!= *['\"]|\.isin\(")
NUMBER = re.compile(r"[-+]?\d[\d.,]*")


def rows_let_in(datasets: Sequence[Dataset], call: Call, where: str) -> Iterator[Problem]:
    """A problem for each dataset whose file the code before a call names, with values that no question has.

    These are a footer, numbers that mean no value, and thousands with points. Code behind what the call takes that says
    them reads them rightly.
    """
    code = "\n".join(map(_without_comments, (*call.before, call.module, call.code)))
    behind = code if call.main_argument is None else "\n".join(map(ast.unparse, call.behind(call.main_argument)))
    names = [PurePath(dataset.file).name for dataset in datasets]
    followed = ".sql(" in behind or FOLDER.search(behind) or any(name in behind for name in names)
    code_read = behind if followed else code
    folder = FOLDER.search(code_read) and not any(name in code_read for name in names)  # a path that the code works out
    for dataset, name in zip(datasets, names, strict=True):
        if found := [*_let_in(dataset, behind)] if name in code_read or folder else []:
            yield Problem(
                where,
                f"{dataset.name} as a library reads its file, with {', '.join(found)}",
                "its rows and values as they are declared",
                f'take them from story.sql("SELECT * FROM {dataset.name}").frame, and run the notebook anew; '
                "or name what it rests on: of=",
            )


def numbers_as_in_file(texts: Mapping[str, set[str]], datasets: Sequence[Dataset], where: str) -> Iterator[Problem]:
    """A problem for each column of texts, by its name, that a dataset declares to be numbers, and a library did not."""
    for dataset in datasets:
        for column in dataset.columns:
            for name in {column.name, column.printed} & {*texts} if column.unit else ():
                numbers = sorted(text for text in texts[name] if NUMBER.search(text))
                if numbers:
                    yield Problem(
                        f"{where}, column {name}",
                        f"numbers as text, {numbers[0]!r}, as the file of {dataset.name} has them",
                        f"numbers in {column.unit}, as {dataset.name} declares {column.name}",
                        f'take them from story.sql("SELECT * FROM {dataset.name}").frame',
                    )


def _let_in(dataset: Dataset, code: str) -> Iterator[str]:
    """What stands in a dataset's file, is left out or read otherwise by its declaration, and is not said in code."""
    if (footer := dataset.reading.footer) and not SHORTENED.search(code):
        yield "its last row, which is no row of it" if footer == 1 else f"its last {footer} rows, which are none of it"
    for column in dataset.columns:
        if column.unit is None:
            continue
        for text in filter(NUMBER.fullmatch, column.form.missing):
            if not re.search(rf"(?<![\w.]){re.escape(text)}(?![\w.])", code):
                yield f"{text} in {column.name}, which means no value"
        if column.form.thousands == "." and "thousands" not in code:
            yield f"1.000 for 1,000 in {column.name}"


@cache  # each call of a notebook looks at all cells before it
def _without_comments(source: str) -> str:
    with suppress(SyntaxError, ValueError):  # magics of IPython, which are read as they are
        return ast.unparse(ast.parse(source))
    return source
