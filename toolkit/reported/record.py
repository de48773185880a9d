"""The whole record in one reading: claims, sources and series, or every problem at once."""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.core.errors import RecordError, ToolkitError
from toolkit.core.project import Project
from toolkit.core.unit import registry
from toolkit.reported.claims import read_claims
from toolkit.reported.corrections import Correction, read_corrections
from toolkit.reported.series import Series, read_series
from toolkit.reported.sources import Record, read_sources
from toolkit.reported.unread import unread


@dataclass(frozen=True)
class Reported:
    """What data/ holds of others' numbers, and what was corrected in ours."""

    record: Record
    series: dict[str, Series]
    corrections: tuple[Correction, ...] = ()


def read_reported(project: Project) -> Reported:
    """Claims, sources, series and corrections of a project. Raises RecordError with every problem of every file."""
    problems = unread(project)
    try:
        units = registry(project.data / "units.txt")
    except ToolkitError as error:
        raise RecordError([*problems, *error.problems]) from error
    record = read_sources(project, units, read_claims(project, units, problems), problems)
    series = read_series(project, units, record.sources, problems)
    corrections = read_corrections(project, record, problems)
    if problems:
        raise RecordError(problems)
    return Reported(record, series, corrections)
