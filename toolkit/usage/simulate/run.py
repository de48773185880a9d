"""Runs a plan, in one process or several, and puts the usage log in its place whole or not at all."""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.core.errors import ToolkitError
from toolkit.core.project import is_running
from toolkit.usage.contract import SYNTHETIC
from toolkit.usage.declaration import LOG_JSON, Accounting, DeclaredIncentive, DeclaredPrice, LogDeclaration
from toolkit.usage.simulate.part_files import FOLDERS, write_part
from toolkit.usage.simulate.plan import Part, Plan
from toolkit.usage.simulate.scenario import PRICES, Price

if TYPE_CHECKING:
    from toolkit.engine.spark import Spark

SMALL = 25_000  # developer-weeks, about 8 million events: below, a second process takes longer to start than it saves
AHEAD = 2  # parts handed to each process at once, so that none waits for its next one
_plan: Plan  # of a worker process, which is given it once and not with every part


@dataclass(frozen=True)
class Progress:
    """How far a run is."""

    events: int  # written so far
    parts: int  # written so far
    all_parts: int
    seconds: float  # since the run began

    def __str__(self) -> str:
        rate = self.events / max(self.seconds, 1e-9)
        left = self.seconds / max(self.parts, 1) * (self.all_parts - self.parts)
        return f"{self.events / 1e6:,.1f} million events, {rate / 1e6:.1f} million a second, {left:.0f} s left"


def simulate(
    plan: Plan,
    folder: Path,
    processes: int | None = None,
    progress: Callable[[Progress], None] = lambda state: None,
    spark: Spark | None = None,
) -> Path:
    """The folder of a plan's usage log, under `folder`; the log is made if it is not there.

    `processes` is by default one for a small log, else one a core; `progress` is called after each part. With `spark`
    the parts are its tasks, whose workers share the folder, and tell no progress. Until the last file is written
    nothing has the name of a log; what a killed run left is removed by the next one.
    Raises ToolkitError for a folder of that name that is no log, and as `write_parts` does.
    """
    target = folder / plan.name
    if (target / LOG_JSON).is_file():
        return target
    if target.exists():
        raise ToolkitError(
            str(target.name), "a folder without log.json", "a usage log, or nothing", "remove or rename it"
        )
    folder.mkdir(parents=True, exist_ok=True)
    _clear(folder)
    half_made = folder / f".{plan.name}.{os.getpid()}.tmp"
    try:
        for kind in FOLDERS:
            (half_made / kind).mkdir(parents=True)
        small = plan.developers * plan.weeks < SMALL
        if spark:
            from toolkit.usage.simulate.spark_job import write_parts

            events = write_parts(spark, plan, list(plan.parts()), half_made)
        else:
            events = _run(plan, half_made, processes or (1 if small else _cores()), progress)
        (half_made / LOG_JSON).write_text(_declaration(plan, events), encoding="utf-8")
        try:
            os.rename(half_made, target)
        except OSError:
            if not (target / LOG_JSON).is_file():  # else another run was first: its files are the same
                raise
    finally:
        shutil.rmtree(half_made, ignore_errors=True)
    return target


def _declaration(plan: Plan, events: int) -> str:
    """The text of log.json: what the usage log is, how many events it has, and the list prices behind costs."""
    scenario = plan.scenario
    files = [part.name for part in plan.parts()]
    made_from = f"scenario {scenario.id}, {plan.developers} developers, {plan.weeks} weeks, seed {plan.seed}"
    declaration = LogDeclaration(
        schema=1,
        log=scenario.log_name,
        kind="synthetic",
        title=scenario.title,
        made_from=f"{made_from}, {plan.fingerprint}",
        fingerprint=plan.fingerprint,
        events=events,
        developers=plan.developers,
        weeks=plan.weeks,
        start_on=scenario.start_on.isoformat(),
        files=files,
        accounting=[
            Accounting(
                source_format=SYNTHETIC,
                files=len(files),
                lines=events,
                events=events,
                duplicates=0,
                other_lines=0,
                quarantined=0,
            )
        ],
        incentives=[
            DeclaredIncentive(
                id=incentive.id,
                mechanism=incentive.mechanism,
                from_week=int(incentive.from_week.value),
                until_week=int(incentive.until_week.value) if incentive.until_week else None,
            )
            for incentive in scenario.incentives
        ],
        prices_nanousd_per_token=[_price(model.id, price) for model in scenario.models for price in model.prices],
    )
    return json.dumps(declaration, indent=1) + "\n"


def _price(model: str, price: Price) -> DeclaredPrice:
    uncached, cache_read, cache_creation, output = (round(price.by_type[key].value * 1000) for key in PRICES)
    return DeclaredPrice(
        model=model,
        from_on=price.from_on.isoformat(),
        uncached=uncached,
        cache_read=cache_read,
        cache_creation=cache_creation,
        output=output,
    )


def _run(plan: Plan, folder: Path, processes: int, progress: Callable[[Progress], None]) -> int:
    """Writes all parts; returns the number of events."""
    parts = list(plan.parts())
    events, started = 0, time.perf_counter()
    for count, part_events in enumerate(_results(plan, parts, folder, min(processes, len(parts))), 1):
        events += part_events
        progress(Progress(events, count, len(parts), time.perf_counter() - started))
    return events


def _results(plan: Plan, parts: list[Part], folder: Path, processes: int) -> Iterator[int]:
    """The number of events of each part when it is done, in no fixed order; worker processes end with this one."""
    if processes == 1:
        yield from (write_part(plan, part, folder) for part in parts)
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, context, _start_worker, (plan.prepared(),)) as pool:
        waiting = iter(parts)
        try:
            running = {pool.submit(_make, part, folder) for part in islice(waiting, processes * AHEAD)}
            while running:
                finished, running = wait(running, return_when=FIRST_COMPLETED)
                running |= {pool.submit(_make, part, folder) for part in islice(waiting, len(finished))}
                yield from (future.result() for future in finished)
        finally:
            pool.shutdown(cancel_futures=True)


def _start_worker(plan: Plan) -> None:
    global _plan
    _plan = plan
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """Ends this process when the one that started it is gone, however it went."""
    if (parent := multiprocessing.parent_process()) is not None:
        parent.join()
    os._exit(1)


def _make(part: Part, folder: Path) -> int:
    return write_part(_plan, part, folder)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _clear(folder: Path) -> None:
    """Removes what killed runs left: half-made folders of processes that are gone."""
    for left in folder.glob(".synthetic-*.tmp"):
        number = left.name.split(".")[-2]
        if number.isdigit() and not is_running(int(number)):
            shutil.rmtree(left, ignore_errors=True)
