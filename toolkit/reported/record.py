"""The whole record in one reading: claims, sources and series, or every problem at once."""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.errors import Problem, RecordError
from toolkit.project import Project
from toolkit.reported.claims import read_claims
from toolkit.reported.series import Series, read_series
from toolkit.reported.sources import Record, read_sources
from toolkit.units import registry


@dataclass(frozen=True)
class Reported:
    """What data/ holds of others' numbers."""

    record: Record
    series: dict[str, Series]


def read_reported(project: Project) -> Reported:
    """Claims, sources and series of a project. Raises RecordError with every problem of every file."""
    problems: list[Problem] = []
    units = registry(project.data / "units.txt")
    record = read_sources(project, units, read_claims(project, units, problems), problems)
    series = read_series(project, units, record.sources, problems)
    if problems:
        raise RecordError(problems)
    return Reported(record, series)
