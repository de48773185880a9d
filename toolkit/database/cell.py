"""A cell of a table: a number, words, true or false, or nothing."""

from __future__ import annotations

from toolkit.core.number import Number
from toolkit.core.text import made_visible

Cell = Number | str | bool | float | None  # None: nothing is known


def numbers_in(cell: object) -> tuple[Number, ...]:
    """The number that a cell is, or those in a cell that is a sentence with numbers; else ()."""
    return (cell,) if isinstance(cell, Number) else getattr(cell, "numbers", ())


def cell_json(cell: Cell) -> object:
    """A cell as JSON: a number with its wordings and the digest under which `Table.nodes` has it; or words.

    Invisible characters in words are named.
    """
    if isinstance(cell, Number):
        wording = cell.wording
        scaled = bool(wording.low.scale or wording.high.scale)
        return {
            "low": cell.low,
            "high": cell.high,
            "text": str(cell),
            "bare": str(cell.bare),
            "short": cell.short,
            "digits": wording.end_digits,
            "form": wording.form,
            "scaled": scaled,
            "kind": str(cell.kind),
            "node": cell.digest,
            **({"currency": wording.low.currency.name} if wording.low.currency else {}),
        }
    return cell if cell is None or isinstance(cell, (bool, int, float)) else made_visible(str(cell))
