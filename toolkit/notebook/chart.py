"""A chart as a notebook makes it and a page takes it: table, words, and the form or specification it is drawn by."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from toolkit.core.kind import Kind
from toolkit.core.number import Number
from toolkit.core.project import Project
from toolkit.core.tree import nodes_to_json
from toolkit.database.cell import Cell, cell_json, numbers_in
from toolkit.database.table import Table
from toolkit.notebook import mime
from toolkit.notebook.annotation import ChartNote
from toolkit.notebook.prose import Text


@dataclass(frozen=True)
class Chart:
    """A chart as it will be published: form, table, encodings of the form, the words around it, its line of sources.

    `altair` is {} for a house form; for a chart of Altair its "specification" without data, "narrow"
    where the author gave one, its "frames", which columns are "typed" there, and the scales that these are "held" in.
    `notes_at` are words on it.
    """

    id: str
    form: str
    table: Table
    encodings: dict[str, Cell]
    title: Text
    subtitle: Text
    notes: Text
    alt: Text
    source: str
    project: Project = field(repr=False, compare=False)
    altair: dict[str, Any] = field(default_factory=dict, repr=False)
    notes_at: tuple[ChartNote, ...] = ()

    @property
    def kind(self) -> Kind:
        """The highest kind of the chart's numbers; reported if there are none."""
        return max((number.kind for number in self.numbers), default=Kind.REPORTED)

    @property
    def numbers(self) -> tuple[Number, ...]:
        """Every number in the chart's table, encodings and words, and the rows of datasets that the table rests on."""
        parts = (self.title, self.subtitle, self.notes, self.alt, *self.encodings.values(), *self.notes_at)
        return (*self.table.numbers, *self.table.rests_on, *(number for part in parts for number in numbers_in(part)))

    def to_json(self) -> dict[str, Any]:
        """The chart for the page, with the receipts of all its numbers in "nodes"."""
        nodes = nodes_to_json(self.numbers)
        words = {name: getattr(self, name) for name in ("title", "subtitle", "notes", "alt")}
        return {
            "id": self.id,
            "form": self.form,
            "source": self.source,
            "language": self.project.language,
            "kind": str(self.kind),
            "encodings": {name: cell_json(value) for name, value in self.encodings.items()},
            "table": self.table.to_json(),
            "nodes": nodes,
            **{name: text.to_json() for name, text in words.items()},
            **self.altair,
            **({"notes_at": [note.to_json() for note in self.notes_at]} if self.notes_at else {}),
        }

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        return {"text/plain": f"{self.title} ({self.kind})", mime.CHART: self.to_json()}

    def _repr_svg_(self) -> str:
        """The chart as JupyterLab shows it; a build draws it in its own process (`kernel_extension.py`)."""
        from toolkit.charts import read_drawing, read_palette, standalone

        return standalone(read_drawing(self.to_json(), read_palette(self.project)))
