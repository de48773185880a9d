"""On which engine the metrics of usage logs are asked: DuckDB, or the Spark that a command or [tool.toolkit] names."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from toolkit.core.errors import ToolkitError
from toolkit.core.project import Project
from toolkit.engine.spark import REMOTE, Spark, open_spark
from toolkit.engine.spark_server import Server, start_sail, start_spark

ENGINES = ("duckdb", "spark")
SETTING = "pyproject.toml, [tool.toolkit]"


@dataclass(frozen=True)
class LogEngine:
    """An engine by name, and of Spark where it is: a Connect server's address, a master, neither; and its settings."""

    name: str = "duckdb"
    remote: str = ""
    master: str = ""
    settings: Mapping[str, str] = field(default_factory=dict)

    def open(self) -> Spark | None:
        """A session of Spark, to be closed; None for DuckDB. Raises ToolkitError as `open_spark` does."""
        if self.name == "duckdb":
            return None
        return open_spark(self.remote, self.master, self.settings)

    def server(self) -> Server | None:
        """The server that has to be started for it; None where one runs or none is needed. Raises as `open`.

        Raises ToolkitError as `open`.
        """
        if self.name == "duckdb" or self.remote:
            return None
        return start_spark(self.master, self.settings) if self.master else start_sail()


def log_engine(project: Project) -> LogEngine:
    """The engine of a project: what was chosen for it, else of [tool.toolkit]; a server of SPARK_REMOTE goes first.

    Raises ToolkitError for another engine than ENGINES, for both a server and a master, and for settings of Spark that
    are no texts.
    """
    chosen: dict[str, Any] = project.settings if (project.root / "pyproject.toml").is_file() else {**project.chosen}
    name = chosen.get("engine", "duckdb")
    settings = chosen.get("spark", {})
    if name not in ENGINES:
        raise ToolkitError(f"{SETTING} engine", repr(name), " or ".join(ENGINES), "choose one of them")
    if wrong := [key for key, value in settings.items() if not isinstance(value, str)]:
        raise ToolkitError(
            f"{SETTING[:-1]}.spark]",
            f"no text: {', '.join(wrong)}",
            'texts: "fs.s3a.endpoint" = "…"',
            "put it in quotes",
        )
    if chosen.get("remote") and chosen.get("master"):
        raise ToolkitError(f"{SETTING} remote and master", "both", "a server that runs, or a master", "keep one")
    remote = chosen.get("remote") or ("" if "master" in project.chosen else os.environ.get(REMOTE, ""))
    return LogEngine(name, remote, "" if remote else chosen.get("master", ""), settings)


def session(engine: LogEngine) -> Spark | None:
    """A session that lives as long as this process, on one server for all of them; None for DuckDB.

    Raises ToolkitError as `open_spark` does.
    """
    if engine.name == "duckdb":
        return None
    return open_spark(
        engine.remote or _server(engine.master, tuple(sorted(engine.settings.items()))), None, engine.settings
    )


@cache
def _server(master: str, settings: tuple[tuple[str, str], ...]) -> str:
    """The address of a server that ends with this process."""
    server = LogEngine("spark", "", master, dict(settings)).server()
    return server.remote if server else ""


@contextlib.contextmanager
def on_one_server(project: Project) -> Iterator[dict[str, str]]:
    """Settings with which all kernels of a build ask on the project's engine, on one server, which ends with the block.

    Raises ToolkitError as `log_engine` and `open_spark` do.
    """
    engine = log_engine(project)
    with contextlib.ExitStack() as running:
        remote = engine.remote
        if server := engine.server():
            running.callback(server.close)
            remote = server.remote
        yield {**project.chosen, "engine": engine.name, "remote": remote, "master": ""}
