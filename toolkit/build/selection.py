"""Which stories an edition has: those with status published, and those whose embargo has ended. Others are held."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from toolkit.core.errors import Problem, StoryError, collect_problems
from toolkit.core.project import Project, read_text
from toolkit.notebook.front_matter import (
    DRAFT,
    EMBARGOED,
    PUBLISHED,
    FrontMatter,
    read_front_matter,
    split_front_matter,
)
from toolkit.notebook.new_story import prompts_left
from toolkit.notebook.prose import allowed_names
from toolkit.notebook.typed_numbers import typed_numbers
from toolkit.reported.watch import due_days

STATUSES = ("", DRAFT, EMBARGOED, PUBLISHED)
HEADLINE = re.compile(r"^# ", re.MULTILINE)


@dataclass(frozen=True)
class HeldStory:
    """A story that is held back: why, and what is still missing, in words."""

    slug: str
    why: str
    missing: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.slug}: {self.why}, not built" + (f"; {'; '.join(self.missing)}" if self.missing else "")


@dataclass(frozen=True)
class Selection:
    """The notebooks of an edition in order, the stories that are held back, and what is wrong with broken ones.

    An edition changes by itself on days on which a story comes out, or something to watch is overdue for the first
    time. `day` is the last such day up to that of the build, `last` the day before the next one: a build on any day
    between them gives the same edition.
    """

    released: tuple[Path, ...]
    held: tuple[HeldStory, ...]
    broken: dict[str, list[Problem]]
    day: date
    last: date = date.max

    @property
    def problems(self) -> list[Problem]:
        """What is wrong with the broken stories."""
        return [problem for problems in self.broken.values() for problem in problems]

    @property
    def slugs(self) -> tuple[str, ...]:
        """The stories of the edition."""
        return tuple(path.stem for path in self.released)

    def refuse_unknown(self, slugs: Iterable[str]) -> None:
        """Raises StoryError for slugs that are no stories of the edition."""
        held_stories = {story.slug: story for story in self.held}
        problems = []
        for slug in slugs:
            if slug in held_stories:
                remedy = f"see it with `toolkit preview {slug}`, or write status: published"
                problems.append(Problem(f"story {slug}", held_stories[slug].why, "a published story", remedy))
            elif slug not in (*self.slugs, *self.broken):
                near = difflib.get_close_matches(slug, [*self.slugs, *held_stories], 3) or self.slugs
                allowed = f"names of notebooks, such as {', '.join(near)}" if near else "names of notebooks"
                problems.append(Problem(f"story {slug}", "there is none", allowed, "correct the name"))
        if problems:
            raise StoryError(problems)


def select(project: Project, today: date) -> Selection:
    """The stories that an edition made `today` has.

    A story without a status is a draft. A notebook whose status cannot be read is broken, as it may be a published one;
    so is a published one in which prompts (⟨…⟩) are left. One that is to come out on a later day, under embargo or
    published with that day, is held until then. Raises ToolkitError as `Project.stories` does.
    """
    released, held, broken = [], [], dict[str, list[Problem]]()
    # the days on which something is overdue for the first time
    days = [due + timedelta(1) for due in due_days(project) if due < date.max]
    for path in project.stories():
        problems: list[Problem] = []
        cells = _cells(project, path, problems)
        front_matter = read_front_matter(path.stem, cells or [], problems)
        if cells is None or front_matter is None or front_matter.status not in STATUSES:
            broken[path.stem] = problems
        elif front_matter.status in ("", DRAFT):
            held.append(HeldStory(path.stem, DRAFT, _left_to_do(project, path.stem, cells, front_matter, problems)))
        elif front_matter.day > today.isoformat():
            days += [date.fromisoformat(front_matter.day)]
            why = f"{EMBARGOED} until {front_matter.day}"
            held.append(HeldStory(path.stem, why, _left_to_do(project, path.stem, cells, front_matter, problems)))
        elif prompts := list(prompts_left(path.stem, cells)):
            broken[path.stem] = prompts
        else:
            released.append(path)
            days += [date.fromisoformat(front_matter.day)] if front_matter.day else []
    day = max((day for day in days if day <= today), default=date.min)
    last = min((day - timedelta(1) for day in days if day > today), default=date.max)
    return Selection(tuple(released), tuple(held), broken, day, last)


def _cells(project: Project, path: Path, problems: list[Problem]) -> list[Mapping[str, Any]] | None:
    """Kind and source of each cell; None, with a problem, if the file is no notebook."""
    try:
        with collect_problems(problems):
            cells = json.loads(read_text(path))["cells"]
            return [{"cell_type": cell["cell_type"], "source": "".join(cell["source"])} for cell in cells]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        remedy = "save it again in JupyterLab (make lab)"
        problems.append(Problem(project.name(path), f"not a notebook: {error}", "a notebook in JSON", remedy))
    return None


def _left_to_do(
    project: Project, slug: str, cells: list[Mapping[str, Any]], front_matter: FrontMatter, problems: list[Problem]
) -> tuple[str, ...]:
    """What has to be done before the story can be published, as far as can be seen without running it."""
    names = allowed_names(project)
    prose = [split_front_matter(cell["source"])[1] for cell in cells if cell["cell_type"] == "markdown"]
    prompts = len(list(prompts_left(slug, cells)))
    typed = sum(len(typed_numbers(text, names)) for text in prose)
    counts = {f"prompt{'s' * (prompts != 1)} to fill in": prompts, f"typed number{'s' * (typed != 1)}": typed}
    return (
        *(f"{name} is missing" for name in ("status", "dek") if not getattr(front_matter, name)),
        *(["the headline is missing"] if not any(HEADLINE.search(text) for text in prose) else []),
        *(f"{count} {words}" for words, count in counts.items() if count),
        *(problem.found for problem in problems),
    )
