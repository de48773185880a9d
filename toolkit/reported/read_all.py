"""Reads all that is reported, with corrections and what to watch, or every problem of it at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from toolkit.core.errors import DataFileError, ToolkitError
from toolkit.core.project import Project
from toolkit.core.text import period_days
from toolkit.core.unit import registry
from toolkit.reported.circular_reliance import check_circles
from toolkit.reported.claims import Claim, read_claims
from toolkit.reported.corrections import Correction, read_corrections
from toolkit.reported.data_files import unread_files
from toolkit.reported.figures import Figure, group_by_claim, read_figures
from toolkit.reported.series import Series, read_series
from toolkit.reported.sources import Source, read_sources, source_files
from toolkit.reported.watch import Watched, read_watch


@dataclass(frozen=True)
class Reported:
    """All that others reported, in mappings by id (figures by key), corrections of our own pages, what is due next."""

    claims: Mapping[str, Claim]
    sources: Mapping[str, Source]
    figures: Mapping[str, Figure]
    series: Mapping[str, Series] = field(default_factory=dict)
    corrections: tuple[Correction, ...] = ()
    watch: tuple[Watched, ...] = ()

    @cached_property
    def figures_by_claim(self) -> dict[str, tuple[Figure, ...]]:
        """The figures of each claim by the claim's id, as `group_by_claim` orders them; () for a claim without any."""
        return dict.fromkeys(self.claims, ()) | group_by_claim(self.figures.values())

    @cached_property
    def newest(self) -> date | None:
        """The day on which the newest source was published, the last of its period; None without a dated source."""
        return max((period_days(s.published)[1] for s in self.sources.values() if s.published), default=None)


def read_reported(project: Project) -> Reported:
    """All that is reported in a project's data/. Raises DataFileError with every problem of every file."""
    problems = unread_files(project)
    try:
        path = project.data / "units.txt"
        units = registry(path, project.contents.get(path))
    except ToolkitError as error:
        raise DataFileError([*problems, *error.problems]) from error
    claims = read_claims(project, units, problems)
    files = source_files(project, problems)
    sources = read_sources(files)
    figures, entries = read_figures(files, sources, claims, units)
    check_circles(sources, figures, files, entries)
    series = read_series(project, units, files, problems)  # a source that cannot be read is there all the same
    corrections = read_corrections(project, figures, problems)
    watch = read_watch(project, sources, figures, series, problems)
    if problems:
        raise DataFileError(problems)
    return Reported(claims, sources, figures, series, corrections, watch)
