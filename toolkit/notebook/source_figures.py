"""The figures of one source, as a notebook takes them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from toolkit.core.errors import ToolkitError
from toolkit.core.number import Number
from toolkit.core.text import nearest_first
from toolkit.database.open import Database
from toolkit.notebook.number_from_pandas import NotebookInputs


class SourceFigures(Mapping[str, Number]):
    """The figures of one source by id; JupyterLab completes the ids.

    Raises ToolkitError for an unknown source, and by [id] for an unknown figure.
    """

    def __init__(self, database: Database, source: str, inputs: NotebookInputs | None = None):
        self.source, self._database = database.source(source), database
        self._inputs = NotebookInputs() if inputs is None else inputs

    def __getitem__(self, figure: str) -> Number:
        try:
            number = self._database.leaf(f"figure:{self.source['id']}#{figure}")
            self._inputs.add(number)
            return number
        except ToolkitError as error:
            raise ToolkitError(
                f"{self.source['id']}[{figure!r}]",
                "no such figure",
                nearest_first(figure, self),
                "correct the id, or enter the figure in the source's file",
            ) from error

    def __iter__(self) -> Iterator[str]:
        return iter(self._database.figure_ids(self.source["id"]))

    def __len__(self) -> int:
        return len(self._database.figure_ids(self.source["id"]))

    def _ipython_key_completions_(self) -> list[str]:
        return list(self)

    def __repr__(self) -> str:
        prefix = f"figure:{self.source['id']}#"
        lines = [f"{name}: {self._database.leaf(prefix + name)}" for name in self]  # shown, not recorded as used
        return "\n".join([f"{self.source['publisher']}, {self.source['title']} ({self.source['published']})", *lines])
