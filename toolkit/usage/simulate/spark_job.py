"""The parts of a simulation as tasks of Spark, each written where its task runs, in a folder that all workers share.

The files are those that processes of one machine write, byte for byte. A task lost with its worker is run again.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from toolkit.core.errors import ToolkitError
from toolkit.engine.spark import Spark
from toolkit.usage.simulate.part_files import FOLDERS, write_part
from toolkit.usage.simulate.plan import Part, Plan

TOGETHER = 4  # parts of a task, some six million events: so many are made again where a worker is lost
ATTEMPT = ".attempt-"  # folders in which tasks write; a part's files are in their places when they are whole
_prepared: dict[str, Plan] = {}  # of a worker: by fingerprint, as tables take a second to make


def write_parts(spark: Spark, plan: Plan, parts: Sequence[Part], folder: Path) -> int:
    """Writes parts into the FOLDERS of `folder`, which exist; returns the number of events.

    Raises ToolkitError with what Spark says of a task that fails, as where the workers have no such folder, or another
    version of the toolkit or of the libraries that write.
    """
    bare = Plan(plan.scenario, plan.seed)  # without its tables: workers make them
    make = partial(write_whole, bare, plan.fingerprint, list(parts), folder.absolute())
    tasks = -(-len(parts) // TOGETHER)
    results = spark.each("the simulation", make, "part long, events long", len(parts), tasks).to_pydict()
    for left in folder.glob(f"{ATTEMPT}*"):
        shutil.rmtree(left, ignore_errors=True)
    if sorted(results["part"]) != list(range(len(parts))):
        raise ToolkitError("the simulation", "parts that Spark did not make once", "each once", "run it again")
    return int(sum(results["events"]))


def write_whole(plan: Plan, fingerprint: str, parts: Sequence[Part], folder: Path, number: int) -> dict[str, int]:
    """Writes one of the parts, its files in their places when they are whole; it runs in a worker of Spark.

    Another attempt at the same part writes the same bytes. Raises ToolkitError where the worker would write others.
    """
    if plan.fingerprint != fingerprint:
        raise ToolkitError("a worker of Spark", "another version", "that of the command", "install the same lock there")
    ready = _prepared.setdefault(fingerprint, plan).prepared()
    part = parts[number]
    attempt = Path(tempfile.mkdtemp(prefix=ATTEMPT, dir=folder))
    try:
        for kind in FOLDERS:
            (attempt / kind).mkdir()
        events = write_part(ready, part, attempt)
        for kind in FOLDERS:
            os.replace(attempt / kind / part.name, folder / kind / part.name)
    finally:
        shutil.rmtree(attempt, ignore_errors=True)
    return {"part": number, "events": events}
