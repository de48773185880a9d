"""What one run makes: a scenario at a size, with a seed, in parts that any process writes alike."""

from __future__ import annotations

import importlib.metadata
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from functools import cache, cached_property
from pathlib import Path

import numpy

from toolkit.core.errors import Problem
from toolkit.core.project import Project, digest
from toolkit.usage.simulate.draws import BLOCK, stream
from toolkit.usage.simulate.requests import expand
from toolkit.usage.simulate.scenario import PARAMETERS, Quantity, Scenario
from toolkit.usage.simulate.scenario_file import ScenarioError, read_scenario
from toolkit.usage.simulate.sessions import Tables, draw_sessions, model_tables, prices_on, scenario_tables

PART = 32  # blocks in a file: 4,096 developers in one week
SAMPLE = 3_000  # sessions of each shape that its mean tokens and cost are estimated from
CODE = (  # files that decide what a log holds and says of itself, from the folder of this one
    "../contract.py",
    "draws.py",
    "people.py",
    "sessions.py",
    "requests.py",
    "outcomes.py",
    "plan.py",
    "part_files.py",
    "scenario.py",
    "run.py",
)
_sampled: dict[str, tuple[numpy.ndarray, numpy.ndarray]] = {}  # tokens and cost by shape, by what they follow from


@dataclass(frozen=True, eq=False)  # compared by identity: fast as the key of a cache
class Plan:
    """A scenario, its size among its parameters, and a seed."""

    scenario: Scenario
    seed: int

    @cached_property
    def tables(self) -> Tables:
        """The scenario's lookup tables; they take about a second to make."""
        return _tables(self.scenario)

    def prepared(self) -> Plan:
        """This plan with its tables made, so that other processes need not make them again."""
        _ = self.tables
        return self

    @property
    def developers(self) -> int:
        """People in the population."""
        return int(self.scenario["developers"])

    @property
    def weeks(self) -> int:
        """Weeks of the log."""
        return int(self.scenario["weeks"])

    @property
    def name(self) -> str:
        """The folder of the run: the log's name and what it is made from."""
        return f"{self.scenario.log_name}-{self.fingerprint}"

    @cached_property
    def fingerprint(self) -> str:
        """Twelve hexadecimal digits, a hash of scenario, size, seed, code and the libraries that write."""
        return self._digest(asdict(self.scenario))

    def _digest(self, declared: Mapping) -> str:
        return digest([json.dumps(declared, default=str, sort_keys=True), str(self.seed), *_made_with()])[:12]

    def parts(self) -> Iterator[Part]:
        """The parts of the run, week by week."""
        size = PART * BLOCK
        for week in range(self.weeks):
            for number in range((self.developers + size - 1) // size):
                yield Part(week, number)

    def monday(self, week: int) -> date:
        """The first day of a week, weeks counted from 0."""
        return self.scenario.start_on + timedelta(weeks=week)

    @cached_property
    def metadata(self) -> dict[str, str]:
        """The metadata of every file. The size of the run is left out, as a larger run has the same files and more."""
        declared = asdict(
            replace(
                self.scenario,
                parameters={
                    key: value for key, value in self.scenario.parameters.items() if key not in ("developers", "weeks")
                },
            )
        )
        return {
            "log": self.scenario.log_name,
            "scenario": self.scenario.id,
            "seed": str(self.seed),
            "declared": self._digest(declared),
        }


@cache
def _made_with() -> tuple[str | bytes, ...]:
    """The versions of the libraries, and the code, that decide what a log holds."""
    versions = (importlib.metadata.version(library) for library in ("numpy", "pyarrow"))
    return (*versions, *((Path(__file__).parent / name).read_bytes() for name in CODE))


@dataclass(frozen=True)
class Part:
    """One week of PART blocks of developers: one file of events, one of outcomes, one of truth."""

    week: int  # from 0
    number: int  # of the PART blocks, from 0

    @property
    def file(self) -> int:
        """The number of the file in the column source_file."""
        return self.week * 10_000 + self.number

    @property
    def name(self) -> str:
        """The file's name."""
        return f"week-{self.week:04}-part-{self.number:04}.parquet"


def make_plan(
    project: Project, name: str, developers: int | None = None, weeks: int | None = None, seed: int = 1
) -> Plan:
    """The plan of a scenario of data/scenarios; a size given here replaces the declared one (None).

    Raises ScenarioError with every problem of the scenario and the size.
    """
    scenario = read_scenario(project, name)
    problems = []
    parameters = dict(scenario.parameters)
    for key, value in (("developers", developers), ("weeks", weeks)):
        limits = PARAMETERS[key]
        if value is not None and not limits.low <= value <= limits.high:
            problems.append(Problem(f"--{key}", f"{value}", f"{limits.low:g} to {limits.high:g}", "correct the number"))
        elif value is not None:
            parameters[key] = Quantity(value, limits.unit, "assumption", "given for this run")
    if not 0 <= seed < 2**32:
        problems.append(Problem("--seed", f"{seed}", "0 to 4294967295", "correct the number"))
    if problems:
        raise ScenarioError(problems)
    scenario = replace(scenario, parameters=parameters)
    return Plan(scenario, seed)


def _tables(scenario: Scenario) -> Tables:
    """The scenario's tables, with the mean tokens and cost of each shape estimated from sessions drawn for it."""
    zeros = numpy.zeros(len(scenario.shapes))
    tables = scenario_tables(scenario, int(scenario["weeks"]), (zeros, zeros))
    decides = (
        scenario.shapes,
        scenario.rhythms,
        scenario.models,
        scenario.start_on,
        scenario["cache_lifetime"],
        scenario["cache_prefix"],
    )
    if repr(decides) not in _sampled:  # scenarios that extend one another share it
        _sampled[repr(decides)] = _means(scenario, tables)
    tokens, spend = _sampled[repr(decides)]
    return replace(tables, tokens=tokens, spend=spend)


def _means(scenario: Scenario, tables: Tables) -> tuple[numpy.ndarray, numpy.ndarray]:
    """Mean tokens, and mean cost in USD at week 0's models and prices, of a session: both of shape (shapes,)."""
    models = model_tables(scenario, 1)[0]
    prices = prices_on(scenario, 0)[models].mean(axis=0)
    tokens, spend = numpy.zeros((2, len(scenario.shapes)))
    for shape in range(len(scenario.shapes)):
        random = stream(0, "mean session", shape)
        developer = numpy.zeros(SAMPLE, numpy.int64)
        sessions, raw = draw_sessions(tables, random, 0, developer, numpy.full(SAMPLE, shape, numpy.int32), 0)
        requests = expand(tables, sessions, raw, scenario["cache_lifetime"] * 1000, int(scenario["cache_prefix"]))
        sums = [
            int(values.sum())
            for values in (requests.uncached, requests.cache_read, requests.cache_creation, requests.output)
        ]
        tokens[shape], spend[shape] = sum(sums) / SAMPLE, numpy.dot(sums, prices) / SAMPLE
    return tokens, spend
