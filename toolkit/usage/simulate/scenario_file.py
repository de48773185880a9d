"""Reads data/scenarios/<name>.yml; a wrong scenario is one error with every problem.

A scenario extends another one: it replaces its parameters by name and the entries of its lists by id.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from toolkit.core.errors import Problem, ToolkitError
from toolkit.core.project import Project
from toolkit.core.text import nearest_first
from toolkit.reading.entry import ID, Entry
from toolkit.reading.yaml_file import read_yaml
from toolkit.usage.simulate.scenario import (
    AMOUNTS,
    COSTS,
    DISTRIBUTIONS,
    PARAMETERS,
    PRICE,
    PRICES,
    SHARE,
    Incentive,
    Limits,
    Model,
    Price,
    Quantity,
    Rhythm,
    Scenario,
    Shape,
    Twin,
)
from toolkit.usage.simulate.scenario_values import DeclaredValues, read_calibration

KEYS = (
    "schema",
    "id",
    "title",
    "extends",
    "honest_twin",
    "start_on",
    "parameters",
    "rhythms",
    "models",
    "shapes",
    "twins",
    "incentives",
)
INCENTIVE_KEYS = (
    "id",
    "mechanism",
    "described_by",
    "share",
    "quantile_from",
    "quantile_to",
    "from_week",
    "until_week",
    "ramp_weeks",
    "idle_only",
    *AMOUNTS,
    "how",
    "costs",
)
LISTS = ("rhythms", "models", "shapes", "twins", "incentives")
WEEK = Limits("week", 0, 520, True)
ZERO = Quantity(0.0, "1", "assumption")
WEEK_ZERO = Quantity(0.0, "week", "assumption")


class ScenarioError(ToolkitError):
    """A scenario is not valid."""


def read_scenario(project: Project, name: str) -> Scenario:
    """The scenario of data/scenarios/<name>.yml, with what it extends.

    Raises ScenarioError with every problem of it, or with the names of the scenarios there are.
    """
    folder = project.data / "scenarios"
    problems: list[Problem] = []
    chain: list[Entry] = []
    next_id: str | None = name
    while next_id is not None:
        path = folder / f"{next_id}.yml"
        if not ID.fullmatch(next_id) or not path.is_file() or next_id in [entry.get("id") for entry in chain]:
            near = nearest_first(next_id, sorted(file.stem for file in folder.glob("*.yml")))
            where = chain[-1].where("extends") if chain else f"the scenario {next_id!r}"
            raise ScenarioError(
                where, f"{next_id!r} is not in data/scenarios, or extends itself", near, "correct the name"
            )
        entry = read_yaml(project, path, problems)
        if entry is None:
            raise ScenarioError(problems)
        entry.check_keys(KEYS, ("schema", "id", "title"))
        if entry.get("id") != next_id:
            entry.add_problem("id", f"id is {entry.get('id')!r}", next_id, "give the file and the scenario one name")
            raise ScenarioError(problems)
        chain.append(entry)
        next_id = entry.text("extends")
    calibration = read_calibration(project, problems)
    if calibration is None:
        raise ScenarioError(problems)
    scenario = _scenario(DeclaredValues(project, calibration, problems), chain)
    if problems:
        raise ScenarioError(problems)
    return scenario


def honest_twins(project: Project) -> dict[str, str]:
    """The twin that a scenario sets beside what it has people do for an incentive, by the names of scenarios with one.

    It is the `honest_twin` of a scenario's own file; a file that cannot be read is left out.
    """
    twins = {}
    for path in sorted((project.data / "scenarios").glob("*.yml")):
        entry = read_yaml(project, path, [])
        if entry is not None and (twin := entry.text("honest_twin")):
            twins[path.stem] = twin
    return twins


def _scenario(reading: DeclaredValues, chain: Sequence[Entry]) -> Scenario:
    """The scenario of a chain of files: the file itself, the one it extends, and so on."""
    first = chain[0]
    last = chain[-1]  # what is missing everywhere is missing here
    parameters = _parameters(reading, chain)
    lists = {key: _merged(chain, key) for key in LISTS}
    rhythms = [_rhythm(reading, entry) for entry in lists["rhythms"]]
    shapes = [_shape(reading, entry, [rhythm.id for rhythm in rhythms]) for entry in lists["shapes"]]
    models = [_model(reading, entry) for entry in lists["models"]]
    shape_ids = [shape.id for shape in shapes]
    twins = [_twin(reading, entry, shape_ids) for entry in lists["twins"]]
    incentives = [_incentive(reading, entry, shape_ids) for entry in lists["incentives"]]
    _check_honest_twin(first, [twin.id for twin in twins])
    start_on = _day(next((entry for entry in chain if "start_on" in entry), last), "start_on")
    start_on -= timedelta(days=start_on.weekday())  # the Monday of that week
    if not any(shape.share.value > 0 for shape in shapes):
        last.add_problem(
            "shapes",
            "no shape with a share above 0",
            "one shape of ordinary sessions or more",
            "give a shape its share",
        )
    if not any(model.share.value > 0 and model.from_week.value == 0 and model.until_week is None for model in models):
        last.add_problem(
            "models", "a week may have no model", "a model with a share, from week 0 on and without an end", "add one"
        )
    return Scenario(
        id=first.text("id") or "",
        title=first.required_text("title"),
        start_on=start_on,
        parameters=parameters,
        rhythms=tuple(rhythms),
        models=tuple(models),
        shapes=tuple(shapes),
        twins=tuple(twins),
        incentives=tuple(incentives),
    )


def _check_honest_twin(entry: Entry, twins: Sequence[str]) -> None:
    if "honest_twin" in entry and entry.text("honest_twin") not in twins:
        found, allowed = repr(entry["honest_twin"]), ", ".join(twins) or "none: there are no twins"
        entry.add_problem("honest_twin", found, allowed, "name one of the scenario's twins")


def _parameters(reading: DeclaredValues, chain: Sequence[Entry]) -> dict[str, Quantity]:
    """Each parameter by its name, of the first file of the chain that has it; a problem for one that none has."""
    parameters: dict[str, Quantity] = {}
    for entry in chain:
        declared = entry.get("parameters")
        if declared is None:
            continue
        if not isinstance(declared, Entry):
            entry.add_problem(
                "parameters", "not a mapping", "name: {value, unit, source}", "write one parameter a line"
            )
            continue
        declared.check_keys(PARAMETERS)
        for key in PARAMETERS:
            if key in declared and key not in parameters:
                parameters[key] = reading.quantity(declared, key, PARAMETERS[key])
    for key, limits in PARAMETERS.items():
        if key not in parameters:
            chain[-1].add_problem(
                "parameters",
                f"{key} is missing",
                f"{{value: ..., unit: {limits.unit}, source: ...}}: {limits.meaning}",
                f"declare {key}",
            )
            parameters[key] = Quantity(limits.low, limits.unit, "assumption")
    return parameters


def _merged(chain: Sequence[Entry], key: str) -> list[Entry]:
    """The entries of a list in all files of the chain: one replaces that of the same id in a file that is extended."""
    merged: dict[str, Entry] = {}
    for entry in reversed(chain):
        seen = set()
        for item in entry.entries(key):
            name = item.text("id") or ""
            if not ID.fullmatch(name) or name in seen:
                item.add_problem(
                    "id",
                    f"id is {name!r}",
                    "small letters, digits and hyphens, once in a file",
                    "give it a name of its own",
                )
            seen.add(name)
            merged[name] = item
    return list(merged.values())


def _rhythm(reading: DeclaredValues, entry: Entry) -> Rhythm:
    entry.check_keys(("id", "hours", "weekdays"), ("hours", "weekdays"))
    hours, source = reading.numbers(entry, "hours", 24)
    weekdays, _ = reading.numbers(entry, "weekdays", 7)
    return Rhythm(entry.text("id") or "", hours, weekdays, source)


def _shape(reading: DeclaredValues, entry: Entry, rhythms: Sequence[str]) -> Shape:
    keys = ("id", "agent", "operation", "rhythm", "headless", "carries", "share", "side_share", "link", "start_factor")
    entry.check_keys((*keys, *DISTRIBUTIONS), ("agent", "operation", "rhythm"))
    return Shape(
        id=entry.text("id") or "",
        agent=entry.required_text("agent"),
        operation=entry.one_of("operation", ("chat", "invoke_agent"), "chat") or "chat",
        rhythm=entry.one_of("rhythm", rhythms) or "",
        headless=entry.flag("headless", False),
        carries=entry.flag("carries", True),
        share=reading.quantity(entry, "share", SHARE, ZERO),
        side_share=reading.quantity(entry, "side_share", SHARE, ZERO),
        link=reading.quantity(entry, "link", Limits("1", -1, 0), ZERO),
        start_factor=reading.quantity(entry, "start_factor", Limits("1", 0, 1_000), Quantity(1.0, "1", "assumption")),
        distributions={key: reading.quantiles(entry, key) for key in DISTRIBUTIONS},
    )


def _model(reading: DeclaredValues, entry: Entry) -> Model:
    entry.check_keys(("id", "provider", "share", "from_week", "until_week", "prices"), ("provider", "share", "prices"))
    prices = []
    for item in entry.entries("prices"):
        item.check_keys(("from_on", *PRICES), ("from_on", *PRICES))
        prices.append(Price(_day(item, "from_on"), {key: reading.quantity(item, key, PRICE) for key in PRICES}))
    if not prices:
        entry.add_problem("prices", "no price", "one or more, each from a day on", "add the list price")
    share = reading.quantity(entry, "share", SHARE)
    from_week, until_week = _weeks(reading, entry)
    return Model(
        id=entry.text("id") or "",
        provider=entry.required_text("provider"),
        share=share,
        from_week=from_week,
        until_week=until_week,
        prices=tuple(sorted(prices, key=lambda price: price.from_on)),
    )


def _twin(reading: DeclaredValues, entry: Entry, shapes: Sequence[str]) -> Twin:
    entry.check_keys(("id", "why", "shape", "developers", "sessions", "from_week", "until_week"), ("why", "shape"))
    from_week, until_week = _weeks(reading, entry)
    return Twin(
        id=entry.text("id") or "",
        why=entry.required_text("why"),
        shape=entry.one_of("shape", shapes) or "",
        developers=reading.quantity(entry, "developers", SHARE),
        sessions=reading.quantity(entry, "sessions", AMOUNTS["sessions"]),
        from_week=from_week,
        until_week=until_week,
    )


def _incentive(reading: DeclaredValues, entry: Entry, shapes: Sequence[str]) -> Incentive:
    entry.check_keys(INCENTIVE_KEYS, ("mechanism", "how", "costs"))
    amount_kinds = [key for key in AMOUNTS if key in entry]
    if len(amount_kinds) != 1:
        entry.add_problem(
            None,
            f"{', '.join(amount_kinds) or 'nothing'} says how much",
            f"exactly one of {', '.join(AMOUNTS)}",
            "keep one",
        )
    amount_kind = amount_kinds[0] if amount_kinds else "sessions"
    padding = []
    for item in entry.entries("how"):
        item.check_keys(("shape", "share"), ("shape", "share"))
        padding.append((item.one_of("shape", shapes) or "", reading.quantity(item, "share", SHARE)))
    if not sum(share.value for _, share in padding) > 0:
        entry.add_problem(
            "how", "no shape has a share", "shapes of added sessions, with shares", "say how people react"
        )
    for source in entry.texts("described_by"):
        if not (reading.project.data / "sources" / f"{source}.yml").is_file():
            entry.add_problem(
                "described_by",
                f"no source {source!r} in data/sources/",
                "ids of files in data/sources",
                "correct the id",
            )
    costs = entry.get("costs")
    if not isinstance(costs, Entry):
        costs = Entry(entry.file, entry.line, [])
    costs.check_keys(COSTS, COSTS)
    low, high = (reading.quantity(entry, key, SHARE) for key in ("quantile_from", "quantile_to"))
    from_week, until_week = _weeks(reading, entry)
    if low.value > high.value:
        entry.add_problem(
            "quantile_from", f"{low.value:g} to {high.value:g}", "quantile_from <= quantile_to", "exchange the two"
        )
    return Incentive(
        id=entry.text("id") or "",
        mechanism=entry.required_text("mechanism"),
        described_by=entry.texts("described_by"),
        share=reading.quantity(entry, "share", SHARE),
        quantile_from=low,
        quantile_to=high,
        from_week=from_week,
        until_week=until_week,
        ramp_weeks=reading.quantity(entry, "ramp_weeks", WEEK, WEEK_ZERO),
        amount_kind=amount_kind,
        amount=reading.quantity(entry, amount_kind, AMOUNTS[amount_kind], ZERO),
        idle_only=entry.flag("idle_only", False),
        shapes=tuple(padding),
        costs={key: reading.quantity(costs, key, limits) for key, limits in COSTS.items()},
    )


def _weeks(reading: DeclaredValues, entry: Entry) -> tuple[Quantity, Quantity | None]:
    """from_week (by default 0) and until_week (by default None: no end)."""
    until = reading.quantity(entry, "until_week", WEEK) if entry.get("until_week") is not None else None
    return reading.quantity(entry, "from_week", WEEK, WEEK_ZERO), until


def _day(entry: Entry, key: str) -> date:
    text = entry.text(key) or ""
    try:
        return date.fromisoformat(text)
    except ValueError:
        entry.add_problem(key, f"{key} is {text!r}", "a day such as 2026-01-05", "write the day")
        return date(2026, 1, 5)
