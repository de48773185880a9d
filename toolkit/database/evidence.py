"""The rows behind one cell of an answer, and the step by which the cell comes of them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from toolkit.core.arithmetic import high_end, least_to_greatest, low_end, mean, total
from toolkit.core.errors import ToolkitError
from toolkit.core.kind import Kind, kind_of_result
from toolkit.core.number import Number, derive
from toolkit.core.operation import operation
from toolkit.core.unit import Unit, no_unit, parse_unit, unit_text
from toolkit.core.wording import Style
from toolkit.database.evidence_summary import ManyKeys, Range, refuse_no_key

if TYPE_CHECKING:
    from toolkit.database.open import Database

SAME = 1e-12  # the database adds doubles, in an order of its own


@dataclass(frozen=True)
class Evidence:
    """The figures and series rows that a cell used, added and taken off; or, of very many, what stands for them."""

    added: tuple[Number, ...]
    subtracted: tuple[Number, ...]
    keys: tuple[str, ...] = ()
    many: ManyKeys | None = None

    @classmethod
    def of(cls, database: Database, keys: Sequence[str] | ManyKeys | None) -> Evidence:
        """What stands behind the keys of a cell. Raises ToolkitError for a key that no row has."""
        if isinstance(keys, ManyKeys):
            return cls((), (), (), keys)
        refuse_no_key(keys or ())
        added = tuple(key for key in keys or () if not key.startswith("-"))
        subtracted = tuple(key[1:] for key in keys or () if key.startswith("-"))
        return cls(tuple(map(database.leaf, added)), tuple(map(database.leaf, subtracted)), (*added, *subtracted))

    @property
    def inputs(self) -> tuple[Number, ...]:
        """All numbers behind the cell."""
        return (*self.added, *self.subtracted)

    def count(self, database: Database, question: str, words: str, value: float, of: str) -> Number:
        """A count of the cell: a step where the keys have so many things of a sort, else worked out in SQL."""
        inputs = self._inputs_of(database, question, words)
        if not of:
            found = None
        elif self.many:
            found = dict(self.many.distinct).get(of)
        else:
            found = len({key if of == "key" else database.reading(key).get(of) for key in self.keys})
        made = (
            operation("count", of=of)
            if value == found
            else operation("query", question=question, column=words, how="worked out in SQL")
        )
        style = Style(digits=len(f"{abs(value):.0f}"))  # a count is written out
        return Number(
            value,
            value,
            no_unit(database.units),
            kind_of_result(number.kind for number in inputs),
            made,
            inputs,
            ref=_ref(question, words),
            style=style,
        )

    def _inputs_of(self, database: Database, question: str, words: str) -> tuple[Number, ...]:
        if self.many:
            return (rows_leaf(self.many, question, words, no_unit(database.units)),)
        if not self.inputs:
            raise _no_keys(question, words)
        return self.inputs


def number_of(database: Database, question: str, words: str, ends: Range, evidence: Evidence, where: str) -> Number:
    """The number of a cell, by the step that its rows give it: one row's value, a sum, a mean, a least or greatest.

    What is none of these was worked out in SQL, and says so. Raises ToolkitError where rows of several units stand
    behind it, or where it has one key and is not that row's value.
    """
    if not all(math.isfinite(end) for end in ends):
        raise ToolkitError(where, f"{ends[0]} to {ends[1]}", "finite values or NULL", "divide by nullif(…, 0)")
    if evidence.many:
        return _of_many(database, question, words, ends, evidence.many, where)
    if not evidence.inputs:
        raise _no_keys(question, words)
    _refuse_mixed_units({unit_text(number.unit) for number in evidence.inputs}, where)
    ref = _ref(question, words)
    for slack in _slacks(evidence.inputs):
        for step in _steps(evidence):
            if abs(step.low - ends[0]) <= slack and abs(step.high - ends[1]) <= slack:
                return step if step in evidence.inputs else replace(step, ref=ref)
    if len(evidence.inputs) == 1:
        raise ToolkitError(
            where,
            f"{ends[0]!r} to {ends[1]!r}" if ends[0] != ends[1] else repr(ends[0]),
            f"the value of its one row: {evidence.inputs[0].low!r} to {evidence.inputs[0].high!r} "
            f"{unit_text(evidence.inputs[0].unit)}",
            "compute with numbers in the notebook",
        )
    made = operation("query", question=question, column=words, how="worked out in SQL")
    unit = evidence.inputs[0].unit
    return Number(
        *ends, unit, kind_of_result(number.kind for number in evidence.inputs), made, evidence.inputs, ref=ref
    )


def _steps(evidence: Evidence) -> Iterator[Number]:
    """What a question may make of its rows, in the order in which it is looked for."""
    added, subtracted = evidence.added, evidence.subtracted
    if len(added) == 1 and not subtracted:
        yield added[0]
        if added[0].low != added[0].high:
            yield from (low_end(added[0]), high_end(added[0]))
        return
    if not added:
        yield derive(operation("sum", signs="-" * len(subtracted)), subtracted, subtracted[0].unit, subtracted[0].style)
        return
    yield total(added, less=subtracted)
    if not subtracted:
        yield mean(added)
        for name in ("least", "greatest"):
            yield derive(operation(name), added, added[0].unit, added[0].style)
        yield least_to_greatest(added)


def _slacks(inputs: Sequence[Number]) -> tuple[float, ...]:
    """How near a step must come to a cell: exactly; where it is not one row, else but for the database's rounding."""
    size = math.fsum(max(abs(one.low), abs(one.high)) for one in inputs)
    return (0.0,) if len(inputs) == 1 else (0.0, SAME * size)


def _of_many(database: Database, question: str, words: str, ends: Range, many: ManyKeys, where: str) -> Number:
    """A number of very many rows, which rests on one line for all: their sum, or else what SQL worked out."""
    _refuse_mixed_units(set(many.units), where)
    summed = all(abs(end - total) <= SAME * many.size for end, total in zip(ends, many.total, strict=True))
    made = operation("query", question=question, column=words, how="added up" if summed else "worked out in SQL")
    inputs = (rows_leaf(many, question, words, no_unit(database.units)),)
    unit = parse_unit(many.units[0], database.units)
    return Number(*(many.total if summed else ends), unit, Kind.COMPUTED, made, inputs, ref=_ref(question, words))


def rows_leaf(many: ManyKeys, question: str, words: str, unit: Unit) -> Number:
    """What a number of very many rows rests on: how many there are, and where their keys can be had."""
    count = float(many.count)
    tables = " and ".join(many.tables)
    return Number(
        count,
        count,
        unit,
        Kind.REPORTED,
        operation("rows", count=many.count, digest=many.digest),
        label=f"rows of {tables}",
        ref=f"rows:{question}#{words}",
        why=f"their keys are in the answer to the question {question}; together they have the digest {many.digest}",
        style=Style(digits=len(str(many.count))),
    )


def _refuse_mixed_units(units: set[str], where: str) -> None:
    if len(units) > 1:
        raise ToolkitError(
            where,
            f"rows in {' and in '.join(sorted(units))}",
            "rows of one unit",
            f"give it keys of its own (keys_{where.rpartition(' ')[2]}), or take one unit",
        )


def _ref(question: str, words: str) -> str:
    return f"question:{question}#{words}"


def _no_keys(question: str, words: str) -> ToolkitError:
    return ToolkitError(
        f"notebooks/sql/{question}.sql, {words}",
        "a row with an empty keys column",
        "the key of every figure or series row that was used",
        "carry keys through the query",
    )
