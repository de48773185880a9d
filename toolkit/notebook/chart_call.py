"""Refuses what may not be given to a chart of a house form, and says the call that would do."""

from __future__ import annotations

import ast
import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

from toolkit.core.errors import Problem, StoryError, ToolkitError
from toolkit.core.number import Number
from toolkit.database.cell import cell_json
from toolkit.database.table import Table

FORMS = Path(__file__).parents[1] / "charts" / "forms"  # importing them would load Altair into every kernel
WORDS = "title=…, subtitle=…, notes=…, alt=…"
ARGUMENTS = ("title", "subtitle", "notes", "alt", "id", "units", "narrow", "notes_at")  # of every chart
OF_ALTAIR = {  # arguments of a chart of Altair, refused beside a table: what was found, what is allowed, what to do
    "units": ("the numbers of a table have theirs", "units= of a frame", "leave units= out"),
    "narrow": ("a house form lays itself out", "narrow= of a chart of Altair", "leave narrow= out"),
}
# Functions that declare a column, each with whether its cells are numbers; None: numbers or dates.
COLUMNS = {"number_column": True, "text_column": False, "number_or_date_column": None}
OPTIONS = ("text_option", "number_option")


class EncodingDeclaration(NamedTuple):
    """An encoding as a form's module declares it: the function that describes it, and what it is told."""

    kind: str
    given: Mapping[str, Any]


def refuse_other_than_table(table: object, form: str, where: str, **of_altair: object) -> None:
    """Raises StoryError for what is no Table, for an unknown form, and for arguments of charts of Altair."""
    library = type(table).__module__.partition(".")[0]
    if hasattr(table, "iloc"):
        raise StoryError(
            where,
            f"a {type(table).__name__} of {library}, whose values have no receipt",
            "a Table",
            f'bring it back with its receipt: story.chart(story.table(frame, name="…"), "{form or "bars"}", …), '
            "or draw it with Altair: story.chart(alt.Chart(frame)…, …)",
        )
    if not isinstance(table, Table):
        raise StoryError(
            where, f"a {type(table).__name__}", "a Table", f'story.chart(table, "{form or "bars"}", {WORDS})'
        )
    if form not in forms():
        near = difflib.get_close_matches(form, forms(), 1)
        raise StoryError(
            where,
            f"unknown form {form!r}" if form else "no form",
            ", ".join(forms()),
            f'story.chart(table, "{near[0] if near else "bars"}", …)',
        )
    for name, value in of_altair.items():
        if value is not None:
            raise StoryError(f"{where}, {name}", *OF_ALTAIR[name])


def forms() -> list[str]:
    """The names of the forms of charts: each is a module of the folder."""
    return sorted(path.stem for path in FORMS.glob("[!_]*.py"))


def refuse_unknown(arguments: Iterable[str], encodings_known: Iterable[str], where: str) -> None:
    """Raises StoryError for every argument that is neither one of `encodings_known` nor an argument of any chart."""
    encodings = list(encodings_known)
    names = [*encodings, *ARGUMENTS]
    problems = []
    for name in arguments:
        if name not in encodings:
            near = difflib.get_close_matches(name, names, 1)
            remedy = f"write {near[0]!r}, or drop it" if near else "drop or rename it"
            problems.append(Problem(where, f"unknown argument {name!r}", ", ".join(names), remedy))
    if problems:
        raise StoryError(problems)


def refuse_unfit(table: Table, form: str, encodings: Mapping[str, Any], where: str) -> None:
    """Raises StoryError with what no page may show of the table, else with all reasons why the form cannot read it.

    The form is asked where something looks wrong: asking it imports Altair.
    """
    if table.withheld:
        raise StoryError(table.withheld)
    declared = encodings_of(form)
    refuse_unknown(encodings, declared, where)
    if len(table) and _fits(table, declared, encodings):
        return
    from toolkit.charts import FORMS, read_drawing

    words = {name: {"text": ""} for name in ("title", "subtitle", "notes", "alt")}
    encodings_given = {name: cell_json(value) for name, value in encodings.items()}
    chart = {"id": "chart", "form": form, "kind": "reported", "source": "", "language": "en", "table": table.to_json()}
    try:
        FORMS[form].read(read_drawing({**chart, **words, "encodings": encodings_given}))
    except ToolkitError as error:
        own_name = f"chart chart, form {form}"
        raise StoryError(
            [replace(problem, where=problem.where.replace(own_name, where)) for problem in error.problems]
        ) from error


@cache
def encodings_of(form: str) -> dict[str, EncodingDeclaration]:
    """The encodings that a form's module declares, by name, without importing it."""
    constants: dict[str, Any] = {}
    declared: dict[str, EncodingDeclaration] = {}
    for node in ast.parse((FORMS / f"{form}.py").read_text(encoding="utf-8")).body:
        # an encoding may be declared with a constant that the module imports of `core`, such as its choices
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("toolkit.core."):
            constants |= {name.name: getattr(import_module(node.module or ""), name.name) for name in node.names}
        elif isinstance(node, ast.Assign):
            constants[ast.unparse(node.targets[0])] = _constant(node.value)
        elif isinstance(node, ast.ClassDef):
            declared |= dict(declaration for field in node.body for declaration in _declared(field, constants))
    return declared


def _declared(field: ast.stmt, constants: Mapping[str, Any]) -> Iterator[tuple[str, EncodingDeclaration]]:
    """The encoding of a field that has one; `constants` are the module's constants, and what it has from `core`."""
    if isinstance(field, ast.AnnAssign) and isinstance(field.value, ast.Call):
        kind, words = ast.unparse(field.value.func), field.value.keywords
        if kind in (*COLUMNS, *OPTIONS):
            arguments = {
                word.arg or "": constants.get(ast.unparse(word.value), _constant(word.value)) for word in words
            }
            yield ast.unparse(field.target), EncodingDeclaration(kind, arguments)


def _constant(node: ast.expr) -> Any:
    """The value of a constant; None of anything else."""
    try:
        return ast.literal_eval(node)
    except ValueError:
        return None


def _fits(table: Table, declared: Mapping[str, EncodingDeclaration], encodings: Mapping[str, Any]) -> bool:
    """Whether what a form needs is there, each column of the type that it is read as, each option one that there is."""
    if any(declaration.given.get("required") and name not in encodings for name, declaration in declared.items()):
        return False
    names = {column.name for column in table.columns}
    columns = {name: value for name, value in encodings.items() if declared[name].kind in COLUMNS}
    if not all(isinstance(value, str) and value in names for value in columns.values()):
        return False
    options = {name: value for name, value in encodings.items() if name not in columns}
    roles = _roles(table, declared, columns.get("role"))
    cells = {name: table[column] for name, column in columns.items()}
    return all(_option_fits(value, declared[name], cells) for name, value in options.items()) and all(
        _column_fits(cells[name], roles, declared[name]) for name in columns
    )


def _option_fits(value: object, declaration: EncodingDeclaration, cells: Mapping[str, Sequence[object]]) -> bool:
    """Whether an option is of its type, and one of its choices or in the cells of the columns that it names one of."""
    given = declaration.given
    if isinstance(value, (Number, int, float)) != (declaration.kind == "number_option"):
        return False
    among = [name for name in given.get("among", "").split() if value != ""]
    if among:
        return any(str(value) == str(cell) for name in among for cell in cells.get(name, ()))
    return not given.get("choices") or str(value) in given["choices"]


def _roles(table: Table, declared: Mapping[str, EncodingDeclaration], column: str | None) -> list[str]:
    """What each row is for, in a form that has several: the row's text in the column of roles, else the first role."""
    choices = declared["role"].given.get("choices", ()) if "role" in declared else ()
    first_role = next(iter(choices), "")
    cells = [None] * len(table) if column is None else table[column]
    return [("" if cell is None else str(cell)) or first_role for cell in cells]


def _column_fits(cells: Iterable[object], roles: Iterable[str], declaration: EncodingDeclaration) -> bool:
    """Whether each cell is of the column's type, one of its choices, and there where its row needs one."""
    given, are_numbers = declaration.given, COLUMNS[declaration.kind]
    roles_with_cell = given.get("role", "").split()  # where there are some, only rows of these roles need a cell
    all_with_cell = bool(given.get("required")) and not given.get("gaps")
    for cell, role in zip(cells, roles, strict=True):
        if cell is None:
            is_needed = role in roles_with_cell if roles_with_cell else all_with_cell
            if is_needed:
                return False
        elif are_numbers is not None and isinstance(cell, Number) != are_numbers:
            return False
        elif given.get("choices") and str(cell) not in given["choices"]:
            return False
    return True
