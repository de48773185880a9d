"""Claims: quantities that somebody put a number on, and statements in words, as data/claims/ lists them."""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.core.errors import NumberError, Problem
from toolkit.core.project import Project
from toolkit.core.unit import Unit, UnitRegistry, is_dimensionless, parse_unit
from toolkit.reading.entry import ID, Entry
from toolkit.reading.yaml_file import read_yaml
from toolkit.reported.data_files import data_files

KEYS = ("id", "statement", "unit", "entity", "period", "note")


@dataclass(frozen=True)
class Claim:
    """What is claimed, of which entity and for which period; `unit` is None for a statement in words.

    `id` is TOPIC.NAME; the topic is the name of the claim's file.
    """

    id: str
    topic: str
    statement: str
    unit: str | None
    entity: str
    period: str | None
    note: str | None = None

    @property
    def multiple(self) -> bool:
        """True where figures are multiples of something, so that each must name its baseline."""
        return self.unit == "multiple"


def read_claims(project: Project, units: UnitRegistry, problems: list[Problem]) -> dict[str, Claim]:
    """All claims of data/claims/ by id; what is wrong is added to `problems`."""
    claims: dict[str, Claim] = {}
    for path in data_files(project, "claims"):
        top = read_yaml(project, path, problems)
        if top is None:
            continue
        top.check_keys(("schema", "claims"), ("schema", "claims"))
        for entry in top.entries("claims"):
            claim = _claim(entry, path.stem, units)
            if claim.id in claims:
                entry.add_problem(
                    "id", f"the claim {claim.id!r} again", "each id once in data/claims/", "rename one of the two"
                )
            claims.setdefault(claim.id, claim)
    return claims


def _claim(entry: Entry, topic: str, units: UnitRegistry) -> Claim:
    entry.check_keys(KEYS, ("id", "statement", "entity"))
    entry.check_names("entity")
    claim_id = entry.required_text("id")
    start, _, name = claim_id.partition(".")
    if start != topic or not ID.fullmatch(name):
        entry.add_problem("id", f"id is {claim_id!r}", f"{topic}.lower_case_name", "begin the id with the file's name")
    unit = entry.text("unit")
    if unit is not None:
        check_unit(entry, unit, units)
    return Claim(
        id=claim_id,
        topic=topic,
        statement=entry.required_text("statement"),
        unit=unit,
        entity=entry.required_text("entity"),
        period=entry.period("period"),
        note=entry.text("note"),
    )


def check_unit(entry: Entry, text: str, units: UnitRegistry) -> Unit | None:
    """The unit that `text` names, or None, with a problem added to `entry`."""
    try:
        unit = parse_unit(text, units)
    except NumberError as error:
        problem = error.problems[0]
        entry.add_problem("unit", f"unit {text!r}: {problem.found}", problem.allowed, problem.remedy)
        return None
    return unit


def claim_unit(claim: Claim, units: UnitRegistry) -> Unit | None:
    """The unit of a claim; None for a statement, and for a unit that is not defined (reported with the claim)."""
    try:
        return parse_unit(claim.unit, units) if claim.unit else None
    except NumberError:
        return None


def unit_fits(figure: Unit, claim: Unit) -> bool:
    """True if a figure's unit can be converted to its claim's: one dimension, or both without a unit."""
    return figure.dimensionality == claim.dimensionality or (is_dimensionless(figure) and is_dimensionless(claim))
