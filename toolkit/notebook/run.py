"""Runs a notebook on a kernel of its own, with the numbers in its prose evaluated in document order."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from toolkit.core.errors import Problem, StoryError
from toolkit.core.project import find_project
from toolkit.notebook import mime
from toolkit.notebook.kernels import Kernels, load_jupyter
from toolkit.notebook.new import prompts_left
from toolkit.notebook.prose import allowed_names, expressions, typed_numbers

if TYPE_CHECKING:  # importing nbformat takes a while
    from nbformat import NotebookNode

SECONDS = 600  # a cell that takes longer is stopped
RECORD = "__import__('toolkit.notebook.story', fromlist=['Record']).Record()"


@dataclass(frozen=True)
class Executed:
    """A notebook after it ran: outputs, the numbers of its prose, the story's own record; and what it was made from.

    `trace` is what it took from `database` (its file's name), `source` the notebook's file as it was read.
    """

    slug: str
    notebook: NotebookNode
    record: dict
    trace: dict = field(default_factory=dict)
    database: str = ""
    source: bytes = b""


@dataclass(frozen=True)
class Watch:
    """What a run waits for before its first cell, and what is told of it: a story that ran, a chart made."""

    database: Future[Any] | None = None
    ran: Callable[[Executed], None] = lambda story: None
    charted: Callable[[dict[str, Any]], object] = lambda chart: None


def read_notebook(path: Path, source: bytes | None = None):
    """The notebook of a file (or of its content, where that was read before), without outputs.

    Raises StoryError if it is none, or with every typed number in its prose.
    """
    import nbformat

    try:
        notebook = nbformat.reads((path.read_bytes() if source is None else source).decode(), as_version=4)
    except (ValueError, TypeError, AttributeError, nbformat.ValidationError) as error:
        raise StoryError(
            f"story {path.stem}",
            str(error).splitlines()[0],
            "a notebook in JSON",
            "save it again in JupyterLab (make lab)",
        ) from error
    problems = []
    names = allowed_names(find_project(path.parent))
    for name, words in notebook.metadata.get("toolkit", {}).items():
        for typed in typed_numbers(str(words), names):
            where = f"story {path.stem}, metadata toolkit.{name}"
            problems.append(Problem(where, f"a typed number: {typed}", "words, dates, ordinals", "say it without"))
    for count, cell in enumerate(notebook.cells, 1):
        if cell.cell_type == "markdown":
            for typed in typed_numbers(cell.source, names):
                problems.append(
                    Problem(
                        place(path.stem, count, cell.source, typed),
                        f"a typed number: {typed}",
                        "{eval}`expression`; dates, ordinals, names of data/names.txt",
                        "put a number of the desk there, or the name into data/names.txt",
                    )
                )
        cell.metadata.pop("user_expressions", None)
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    if problems:
        raise StoryError(problems)
    return notebook


def place(slug: str, cell: int, source: str, near: str = "") -> str:
    """ "story x, cell 3, "…the words around…"": where in a notebook."""
    at = max(source.find(near), 0) if near else 0
    around = " ".join(source[max(0, at - 30) : at + 40].split())
    return f"story {slug}, cell {cell}, “{around}”"


def as_bytes(story: Executed) -> bytes:
    """What a run made, to be kept; the same bytes for the same result."""
    return json.dumps([story.notebook, story.record], ensure_ascii=False).encode()


def from_bytes(slug: str, made: bytes) -> Executed:
    """A run as it was kept."""
    load_jupyter()
    import nbformat

    notebook, record = json.loads(made)
    return Executed(slug, nbformat.from_dict(notebook), record)


def execute_all(
    paths: list[Path], watch: Watch | None = None, at_once: int = 2, kernels: Kernels | None = None
) -> list[Executed]:
    """Runs notebooks, two at a time, each on its own kernel, which `kernels` starts.

    Raises StoryError with the problems of every story that failed.
    """
    own = kernels or Kernels()
    try:
        load_jupyter()  # while the process that kernels are forked from does its own imports
        return asyncio.run(_execute_all(paths, own, watch or Watch(), at_once))
    finally:
        if own is not kernels:
            own.close()


async def _execute_all(paths: list[Path], kernels: Kernels, watch: Watch, at_once: int) -> list[Executed]:
    turn = asyncio.Semaphore(at_once)

    async def run(path: Path) -> Executed:
        async with turn:
            executed = await _execute(path, kernels, watch)
            watch.ran(executed)
            return executed

    results = await asyncio.gather(*(run(path) for path in paths), return_exceptions=True)
    problems = [problem for found in results if isinstance(found, StoryError) for problem in found.problems]
    if problems:
        raise StoryError(problems)
    for found in results:
        if isinstance(found, BaseException):
            raise found
    return list(results)


async def _execute(path: Path, kernels: Kernels, watch: Watch) -> Executed:
    try:
        async with kernels.one(path.parent) as manager:
            return await _run(manager, path, watch)
    except RuntimeError as error:
        raise StoryError(
            f"story {path.stem}, its kernel",
            str(error),
            "a kernel that starts",
            "look for room on the disk and in memory, then build again",
        ) from error


async def _run(manager, path: Path, watch: Watch) -> Executed:
    source = path.read_bytes()
    notebook = read_notebook(path, source)
    if problems := list(prompts_left(path.stem, notebook)):
        raise StoryError(problems)
    client = _client_class()(
        notebook,
        km=manager,
        timeout=SECONDS,
        allow_errors=False,
        record_timing=False,
        slug=path.stem,
        resources={"metadata": {"path": str(path.parent)}},
    )
    try:
        await client.async_start_new_kernel_client()  # its async_setup_kernel would take Ctrl-C for itself
        if watch.database is not None:
            await asyncio.wrap_future(watch.database)
        for index, cell in enumerate(notebook.cells):
            await client.async_execute_cell(cell, index)
            for output in cell.get("outputs", ()):
                if mime.CHART in output.get("data", {}):
                    watch.charted(output.data[mime.CHART])
        found = (await client.evaluate(RECORD, "the end of the notebook"))["data"][mime.RECORD]
    finally:
        if client.kc is not None:
            client.kc.stop_channels()
    return Executed(path.stem, notebook, found["record"], found["trace"], found["database"], source)


def _client_class():
    """nbclient's client with prose; made here because importing nbclient takes seconds."""
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
    from traitlets import Unicode

    class ProseClient(NotebookClient):
        slug = Unicode()

        async def async_execute_cell(self, cell, cell_index, **options):
            if cell.cell_type == "markdown":
                await self._evaluate_prose(cell, cell_index + 1)
                return cell
            try:
                return await super().async_execute_cell(cell, cell_index, **options)
            except CellExecutionError as error:
                said = re.sub(r"\x1b\[[0-9;]*m", "", f"{error.ename}: {error.evalue}")
                raise StoryError(
                    place(self.slug, cell_index + 1, cell.source),
                    said,
                    "a cell that runs",
                    "run the notebook in JupyterLab (make lab) and mend the cell",
                ) from error
            except (CellTimeoutError, DeadKernelError) as error:
                raise StoryError(
                    place(self.slug, cell_index + 1, cell.source),
                    str(error).splitlines()[0],
                    f"a cell that ends within {SECONDS} seconds on a live kernel",
                ) from error

        async def _evaluate_prose(self, cell, count: int) -> None:
            found = []
            for expression in expressions(cell.source):
                where = place(self.slug, count, cell.source, expression)
                result = await self.evaluate(expression, where)
                if result["data"].keys().isdisjoint((mime.NUMBER, mime.DECLARATION)):
                    raise StoryError(
                        where,
                        f"{{eval}}`{expression}` is {result['data'].get('text/plain', 'nothing')}",
                        "a number of the desk, or a declaration",
                        "give it a Number, not a bare value",
                    )
                found.append({"expression": expression, "result": result})
            if found:
                cell.metadata["user_expressions"] = found

        async def evaluate(self, expression: str, where: str) -> dict:
            """The result of an expression on the kernel, as jupyterlab-myst stores it."""
            message = self.kc.execute("", silent=True, store_history=False, user_expressions={"value": expression})
            while True:
                reply = await self.kc.get_shell_msg(timeout=SECONDS)
                if reply["parent_header"].get("msg_id") == message:
                    break
            result = reply["content"]["user_expressions"]["value"]
            if result["status"] != "ok":
                raise StoryError(
                    where,
                    f"{{eval}}`{expression}`: {result['ename']}: {result['evalue']}",
                    "an expression that the cells above make true",
                    "mend the expression or the cell",
                )
            return {"status": "ok", "data": result["data"], "metadata": {}}

    return ProseClient
