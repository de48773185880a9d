"""What a build takes of its cache: which steps of which stories are done again, and why."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from toolkit.build import staleness
from toolkit.build.edition_record import ProjectFiles
from toolkit.build.staleness import CacheEntry
from toolkit.core.project import Project
from toolkit.database.trace import Traced


@dataclass
class StoryCache:
    """The cache of one build; `shared` are the inputs that all stories share (`edition_record.shared_inputs`).

    `files` are those of the project as the build found them.

    Stories that are not in `only` are kept as they were built, unless `only` is empty; `outdated` has those that have
    changed since, and why. `data_digest` is the `staleness.digest_of_data` of the project, `database` opens what
    answers questions again.
    """

    project: Project
    shared: Mapping[str, str]
    files: ProjectFiles
    only: frozenset[str]
    data_digest: str
    database: Callable[[], Traced]
    outdated: dict[str, str] = field(default_factory=dict)

    def reasons_to_redo(self, entry: CacheEntry | None, slug: str, step: str, inputs: Mapping[str, str]) -> list[str]:
        """The reasons for doing a step of a story again, for which `entry` is in the cache.

        Where there are none, the entry is stored as one of the present data.
        """
        reasons = staleness.reasons_to_redo(entry, inputs, self.database, self.data_digest)
        if entry is not None and not reasons and entry.data_digest != self.data_digest:
            staleness.store(self.project, slug, step, replace(entry, data_digest=self.data_digest))
        return reasons

    def stays_as_built(self, slug: str, reasons: list[str]) -> bool:
        """True if `only` names other stories: this one stays as it was built, and `outdated` says why it should not."""
        if self.only and slug not in self.only:
            self.outdated.setdefault(slug, staleness.in_short(reasons))
            return True
        return False
