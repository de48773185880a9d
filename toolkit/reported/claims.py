"""Claims: quantities in the world that somebody put a number on, and statements that can be checked."""

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
    """What is claimed, of whom and when; `unit` is None where the claim is a statement, not a quantity."""

    id: str
    topic: str
    statement: str
    unit: str | None
    entity: str
    period: str | None
    note: str | None = None

    @property
    def multiple(self) -> bool:
        """True where readings are a multiple of something, so that each must name its baseline."""
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
    """The unit named in an entry, or None with the problem noted."""
    try:
        unit = parse_unit(text, units)
    except NumberError as error:
        problem = error.problems[0]
        entry.add_problem("unit", f"unit {text!r}: {problem.found}", problem.allowed, problem.remedy)
        return None
    return unit


def claim_unit(claim: Claim, units: UnitRegistry) -> Unit | None:
    """The unit of a claim; None for a statement, and where the claim's own entry is wrong."""
    try:
        return parse_unit(claim.unit, units) if claim.unit else None
    except NumberError:
        return None


def fits(reading: Unit, claim: Unit) -> bool:
    """True if a reading's unit measures what its claim's unit measures."""
    return reading.dimensionality == claim.dimensionality or (is_dimensionless(reading) and is_dimensionless(claim))
