"""Runs notebooks, each on a kernel of its own: outputs, the story's record, and what the story was made from."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from toolkit.core.errors import StoryError
from toolkit.core.project import digest
from toolkit.notebook.kernels import READS_NOTEBOOKS, RUNS_NOTEBOOKS, Kernels, load_jupyter
from toolkit.notebook.left_out import keep_published
from toolkit.notebook.notebook_file import read_notebook

if TYPE_CHECKING:  # importing Jupyter takes a while
    from jupyter_client.manager import AsyncKernelManager
    from nbformat import NotebookNode


@dataclass(frozen=True)
class Executed:
    """A notebook after its run, with what it publishes and the numbers of its prose, and the record of its story.

    What it was made from: `trace` has the digests of the database's answers by question, `database` is the name of the
    database's file, `source` the content of the notebook's file. These three are empty in a run from the cache;
    `source_digest` is the SHA-256 of that content, of which the notebook has the words.
    """

    slug: str
    notebook: NotebookNode
    record: dict[str, Any]
    trace: dict[str, str] = field(default_factory=dict)
    database: str = ""
    source: bytes = b""
    source_digest: str = ""
    seconds: float = 0.0  # that the run took; 0 in one from the cache

    @cached_property
    def as_bytes(self) -> bytes:
        """Its notebook and record for the build's cache: the same bytes for the same result."""
        return json.dumps([self.notebook, self.record, self.source_digest], ensure_ascii=False).encode()


@dataclass(frozen=True)
class RunHooks:
    """What runs wait for before their first cell (`database`), and what is called after each run and each cell.

    `ran` gets the run, `cell_ran` the cell with its outputs. No database to wait for is None. `chosen` are settings
    in place of those of pyproject.toml, for stories that are opened on that database.
    """

    database: Future[Any] | None = None
    ran: Callable[[Executed], None] = lambda story: None
    cell_ran: Callable[[Mapping[str, Any]], object] = lambda cell: None
    chosen: Mapping[str, str] = field(default_factory=dict)


def from_bytes(slug: str, stored: bytes) -> Executed:
    """The run whose `as_bytes` these are."""
    load_jupyter(READS_NOTEBOOKS)
    from nbformat import NotebookNode

    # nodes as they are read: nbformat.from_dict makes them of a copy, which takes longer than the reading
    notebook, record, source_digest = json.loads(stored, object_hook=NotebookNode)
    return Executed(slug, notebook, record, source_digest=source_digest)


def with_current_prose(story: Executed, path: Path, source: bytes) -> Executed:
    """The run with the prose of `source`, the content of its notebook's file now, where nothing else is changed.

    Raises StoryError as `read_notebook` does, and ToolkitError outside a project.
    """
    if story.source_digest == digest([source]):
        return story
    notebook = read_notebook(path, source)
    for index, ran in enumerate(story.notebook.cells):
        if ran.cell_type != "markdown":
            notebook.cells[index] = ran
        elif "user_expressions" in ran.metadata:
            notebook.cells[index].metadata["user_expressions"] = ran.metadata["user_expressions"]
    return replace(story, notebook=notebook, source_digest=digest([source]))


def execute_all(
    paths: list[Path], hooks: RunHooks | None = None, at_once: int = 2, kernels: Kernels | None = None
) -> list[Executed]:
    """Runs notebooks, `at_once` at a time, and returns them in the order of `paths`.

    Their kernels are started by `kernels`; without it by a Kernels of its own, which is closed at the end. Raises
    StoryError with the problems of every story that failed.
    """
    own = kernels or Kernels()
    try:
        load_jupyter(*RUNS_NOTEBOOKS)  # meanwhile the process that kernels are forked from does its own imports
        return asyncio.run(_execute_all(paths, own, hooks or RunHooks(), at_once))
    finally:
        if own is not kernels:
            own.close()


async def _execute_all(paths: list[Path], kernels: Kernels, hooks: RunHooks, at_once: int) -> list[Executed]:
    turn = asyncio.Semaphore(at_once)

    async def run(path: Path) -> Executed:
        async with turn:
            executed = await _execute(path, kernels, hooks)
            hooks.ran(executed)
            return executed

    results = await asyncio.gather(*(run(path) for path in paths), return_exceptions=True)
    problems = [problem for result in results if isinstance(result, StoryError) for problem in result.problems]
    if problems:
        raise StoryError(problems)
    for result in results:
        if isinstance(result, BaseException):
            raise result
    return [result for result in results if isinstance(result, Executed)]


async def _execute(path: Path, kernels: Kernels, hooks: RunHooks) -> Executed:
    try:
        async with kernels.one(path.parent) as manager:
            return await _run(manager, path, hooks)
    except RuntimeError as error:
        raise StoryError(
            f"story {path.stem}, its kernel",
            str(error),
            "a kernel that starts",
            "look for room on the disk and in memory, then build again",
        ) from error


async def _run(manager: AsyncKernelManager, path: Path, hooks: RunHooks) -> Executed:
    from toolkit.notebook.client import SECONDS, ProseClient

    start, source = time.perf_counter(), path.read_bytes()
    notebook = read_notebook(path, source)
    client = ProseClient(
        notebook,
        km=manager,
        timeout=SECONDS,
        allow_errors=False,
        record_timing=False,
        slug=path.stem,
        resources={"metadata": {"path": str(path.parent)}},
    )
    try:
        await client.async_start_new_kernel_client()  # nbclient's async_setup_kernel would handle Ctrl-C itself
        if hooks.database is not None:
            database = await asyncio.wrap_future(hooks.database)
            await client.tell_of_build(database.path, hooks.chosen)
        for index, cell in enumerate(notebook.cells):
            await client.async_execute_cell(cell, index)
            hooks.cell_ran(cell)
            if cell.cell_type == "code":
                keep_published(cell)
        record = await client.record()
    finally:
        if client.kc is not None:
            client.kc.stop_channels()
    executed = Executed(path.stem, notebook, record["record"], record["trace"], record["database"], source)
    return replace(executed, source_digest=digest([source]), seconds=time.perf_counter() - start)
