"""The client of a build's kernel: it runs code cells, and evaluates the numbers of the prose between them.

Importing it imports nbclient, which takes seconds: `run.py` does so when a notebook runs.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from traitlets import Unicode

from toolkit.core.errors import REFUSED, Problem, StoryError
from toolkit.core.project import find_project
from toolkit.engine.errors import damaged_database
from toolkit.notebook import mime
from toolkit.notebook.cell_checks import cell_location
from toolkit.notebook.cell_settings import visibility_of
from toolkit.notebook.declared_reads import declared_reads, project_reads, refusal, undeclared_file
from toolkit.notebook.kernel_extension import MAGIC
from toolkit.notebook.prose import expressions
from toolkit.notebook.shell import BUILD, HIDDEN, told_by_build

SECONDS = 600  # a cell that takes longer is stopped
WORDS = ("'", '"', "Timestamp(", "datetime.", "np.datetime64(", "np.str_(")  # so a kernel shows texts, days and times


class ProseClient(NotebookClient):
    """nbclient's client, with {eval} in Markdown cells; a failure is a StoryError that names its cell."""

    slug = Unicode()

    async def async_execute_cell(
        self, cell: NotebookNode, cell_index: int, execution_count: int | None = None, store_history: bool = True
    ) -> NotebookNode:
        """Runs a code cell, or evaluates the prose of a Markdown cell. Raises StoryError where either fails."""
        if cell.cell_type == "markdown":
            await self._evaluate_prose(cell, cell_index + 1)
            return cell
        hidden = not visibility_of(cell).source
        try:
            if hidden:
                await self._tell(HIDDEN, True)
            executed = await super().async_execute_cell(cell, cell_index, execution_count, store_history)
            if hidden:
                await self._tell(HIDDEN, False)
            return executed
        except CellExecutionError as error:
            where = cell_location(self.slug, cell_index + 1, cell.source)
            message = re.sub(r"\x1b\[[0-9;]*m", "", f"{error.ename}: {error.evalue}")
            self._refuse_undeclared(where, message)
            if damage := damaged_database(message):
                raise damage from error
            if error.traceback.startswith(REFUSED):  # its message says what is allowed, and what to do
                raise StoryError(where, error.evalue) from error
            raise StoryError(
                where,
                message,
                "a cell that runs",
                "run the notebook in JupyterLab (make lab) and mend the cell",
            ) from error
        except (CellTimeoutError, DeadKernelError) as error:
            raise StoryError(
                cell_location(self.slug, cell_index + 1, cell.source),
                str(error).splitlines()[0],
                f"a cell that ends within {SECONDS} seconds on a live kernel",
            ) from error

    async def tell_of_build(self, database: Path, chosen: Mapping[str, str]) -> None:
        """Has the notebook's stories open this database, without looking through data/ whether it is the newest.

        `chosen` are settings in place of those of pyproject.toml.
        """
        await self._tell(BUILD, told_by_build(database, chosen))

    async def _tell(self, name: str, value: object) -> None:
        """Makes a value an attribute of the kernel's shell."""
        await self._evaluate(f"setattr(get_ipython(), {name!r}, {value!r})", f"story {self.slug}")

    async def _evaluate_prose(self, cell: NotebookNode, count: int) -> None:
        results = []
        for expression in expressions(cell.source):
            where = cell_location(self.slug, count, cell.source, expression)
            result = await self._evaluate(expression, where)
            if result["data"].keys().isdisjoint((mime.NUMBER, mime.SENTENCE, mime.DECLARATION)):
                text = str(result["data"].get("text/plain", "nothing"))
                remedy = (
                    "write words and dates in the sentence itself: tables and charts show them as they were read"
                    if text.startswith(WORDS)
                    else "in a cell make it one that has a receipt, such as "
                    f'x = story.number({expression}, "unit", how="what it is"), and write {{eval}}`x`'
                )
                allowed = "a Number, a text of say(…), or a declaration"
                raise StoryError(where, f"{{eval}}`{expression}` is {text}", allowed, remedy)
            results.append({"expression": expression, "result": result})
        if results:
            cell.metadata["user_expressions"] = results

    async def record(self) -> dict[str, Any]:
        """The record, trace and database of the story that the notebook opened.

        Raises StoryError if it opened none, or tried to read files that nothing declares and went on without them.
        """
        where = f"story {self.slug}"
        data = (await self._evaluate(f"get_ipython().run_line_magic({MAGIC!r}, '')", where))["data"]
        if mime.RECORD not in data:
            raise StoryError(where, "no story was opened", f'story = open_story("{self.slug}")', "open it in a cell")
        record: dict[str, Any] = data[mime.RECORD]
        if refused := record.pop("refused"):
            project = find_project(self._folder)
            raise StoryError(Problem(where, *refusal(path, project)) for path in refused)
        return record

    @property
    def _folder(self) -> Path:
        return Path(self.resources["metadata"]["path"])

    def _refuse_undeclared(self, where: str, message: str) -> None:
        """Raises StoryError, naming the file, for an error that comes of reading one that nothing declares."""
        project = find_project(self._folder)
        path = undeclared_file(message, self._folder, declared_reads(project_reads(project)))
        if path is not None:
            raise StoryError(where, *refusal(path, project))

    async def _evaluate(self, expression: str, where: str) -> dict[str, Any]:
        """The result of an expression on the kernel, in the form in which jupyterlab-myst stores it.

        Raises StoryError that names `where` if the expression raises.
        """
        kernel: Any = self.kc  # nbclient gives it the type of the blocking client, whose methods cannot be awaited
        message = kernel.execute("", silent=True, store_history=False, user_expressions={"value": expression})
        while True:
            reply = await kernel.get_shell_msg(timeout=SECONDS)
            if reply["parent_header"].get("msg_id") == message:
                break
        result = reply["content"]["user_expressions"]["value"]
        if result["status"] != "ok":
            said = f"{result['ename']}: {result['evalue']}"
            self._refuse_undeclared(where, said)
            raise StoryError(
                where,
                f"{{eval}}`{expression}`: {said}",
                "an expression that the cells above make true",
                "mend the expression or the cell",
            )
        return {"status": "ok", "data": result["data"], "metadata": {}}
