"""What is wrong with the texts of a frame: numbers that they say, and that the notebook did not read so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from toolkit.core.errors import Problem
from toolkit.database.frame_columns import FLOATS, INTEGERS, FrameColumn
from toolkit.database.open import Database
from toolkit.database.table import Table
from toolkit.engine.paths import identifier, quoted
from toolkit.notebook.calling_cell import Call
from toolkit.notebook.number_from_pandas import NotebookInputs
from toolkit.notebook.numbers_as_text import numbers_as_text
from toolkit.notebook.prose import allowed_names
from toolkit.notebook.quantities_in_texts import QuantitiesInTexts, scales_of_money, typed_in_code, written_problem
from toolkit.notebook.read_by_libraries import numbers_as_in_file
from toolkit.notebook.values_as_read import ValuesAsRead
from toolkit.notebook.values_in_texts import ValuesInTexts, known_numbers


def problems_of_texts(
    frame: Any, columns: Mapping[str, FrameColumn], call: Call, inputs: NotebookInputs, database: Database, where: str
) -> list[Problem]:
    """The problems of texts that say numbers, and that the notebook did not read so.

    Raises ToolkitError for a dataset whose file is missing or changed.
    """
    texts, sources = _texts_not_read(columns, inputs.answers), (*call.before, call.module)
    cuts, names = typed_in_code(sources), allowed_names(database.project)
    problems = [*numbers_as_in_file(texts, inputs.files(database, call), where)]
    cut = any(".str" in source for source in sources)
    money = scales_of_money(inputs.answers, inputs.files(database, call), database.units, "\n".join(sources))
    problems += numbers_as_text(texts, inputs.answers, _texts_read(inputs.answers) if cut else set(), where)
    problems += _quantities_as_text(
        texts, QuantitiesInTexts(names, cuts, database.units, money), database, inputs, where
    )
    if problems or not any(any(map(str.isdigit, text)) for column in texts.values() for text in column):
        return problems
    values_read = ValuesAsRead(frame, inputs.answers)
    numbers_read = known_numbers(_texts_read(inputs.answers), values_read.whole_labels(), sources)
    number_columns = [
        one.array.tolist() for one in columns.values() if one.type in (FLOATS, INTEGERS) and not one.is_label
    ]
    values = ValuesInTexts(names, numbers_read, cuts)
    for name, not_read in texts.items():
        cells = [cell if cell in not_read else None for cell in columns[name].array.tolist()]
        text_and_quantity = values.first(cells, [*number_columns, *values_read.quantities_in_rows()])
        if text_and_quantity and not _in_file(database, inputs, text_and_quantity[1]):
            problems.append(written_problem(f"{where}, column {name}", *text_and_quantity))
    return problems


def _texts_not_read(columns: Mapping[str, FrameColumn], answers: Sequence[Table]) -> dict[str, set[str]]:
    """The texts of each column of texts, but for those that an answer has in its column of that name."""
    texts_by_column: dict[str, set[str]] = {}
    for name, column in columns.items():
        if column.type == "VARCHAR":
            texts_read = {
                cell for table in answers if name in [one.name for one in table.columns] for cell in table[name]
            }
            texts_by_column[name] = {value for value in column.array.tolist() if value} - texts_read
    return texts_by_column


def _quantities_as_text(
    columns: Mapping[str, set[str]],
    quantities: QuantitiesInTexts,
    database: Database,
    inputs: NotebookInputs,
    where: str,
) -> Iterator[Problem]:
    """A problem for the first text of each column that says a quantity which no text of the project's data says."""
    pairs_by_column = {
        name: [(text, quantities.first(text)) for text in sorted(texts)] for name, texts in columns.items()
    }
    pairs_by_column = {name: [one for one in pairs if one[1]] for name, pairs in pairs_by_column.items()}
    texts_read = _texts_read(inputs.answers) if any(pairs_by_column.values()) else set()
    for name, pairs in pairs_by_column.items():
        for text, quantity in pairs:
            if not any(quantity in cell for cell in texts_read) and not _in_file(database, inputs, quantity):
                yield written_problem(f"{where}, column {name}", text, quantity)
                break


def _texts_read(answers: Sequence[Table]) -> set[str]:
    columns = (table[one.name] for table in answers for one in table.columns if not one.unit)
    return {cell for column in columns for cell in column if isinstance(cell, str)}


def _in_file(database: Database, inputs: NotebookInputs, text: str) -> bool:
    """Whether a dataset whose file a library read by itself has a text in one of its cells."""
    return any(
        database.first_rows(name, [column.name], f"contains({identifier(column.name)}, {quoted(text)})")
        for name in sorted(inputs.opened)
        for column in database.dataset(name).columns
        if column.type == "text"
    )
