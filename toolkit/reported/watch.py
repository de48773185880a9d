"""What is due to be published, when, and which figures of which stories it would replace: data/watch.yml."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from toolkit.core.errors import Problem
from toolkit.core.project import Project
from toolkit.core.text import nearest_first, period_days
from toolkit.reading.entry import ID, Entry
from toolkit.reading.yaml_file import read_yaml
from toolkit.reported.series import Series

FILE = "watch.yml"
REQUIRED = ("id", "what", "due", "inferred", "basis", "enter", "stories")
STORIES_FORM = "each story with a list of the figures that would be replaced there, [] for none"


@dataclass(frozen=True)
class Watched:
    """Something that is due to be published: `what`, in which period, on which `basis`; `enter` names who enters it.

    `inferred` is True where nobody announced the date. `source` is the id of the source that announced it, if one did.
    `stories` has, by slug, the keys of the figures and rows of series that would be replaced there. `place` is file and
    line.
    """

    id: str
    what: str
    due: str
    inferred: bool
    basis: str
    enter: str
    source: str | None
    stories: Mapping[str, tuple[str, ...]]
    place: str

    @property
    def due_on(self) -> date:
        """The last day of the period; from the next day on it is overdue."""
        return period_days(self.due)[1]


def read_watch(
    project: Project,
    sources: Collection[str],
    figures: Collection[str],
    series: Mapping[str, Series],
    problems: list[Problem],
) -> tuple[Watched, ...]:
    """The entries of data/watch.yml, the soonest first; what is wrong is added to `problems`.

    `sources` are the ids of all sources, `figures` the names of all figures (source#figure), `series` all series.
    """
    slugs = {path.stem for path in project.notebooks.glob("*.ipynb")}
    watched_by_id: dict[str, Watched] = {}
    for entry in _entries(project, problems):
        entry.check_keys((*REQUIRED, "source"), REQUIRED)
        name = _id(entry, watched_by_id)
        source, due = entry.text("source"), entry.period("due")
        if source is not None and source not in sources:
            near = nearest_first(source, sorted(sources))
            entry.add_problem("source", f"no source {source!r}", near, "correct the id, or leave source out")
        if "due" in entry and entry["due"] is None:  # that the key is missing was said by check_keys
            remedy = "write the announced date, or an inferred one with inferred: true"
            entry.add_problem("due", "due is empty", "a day or a period", remedy)
        words = {key: entry.required_text(key) for key in ("what", "basis", "enter")}
        inferred, stories = entry.flag("inferred", False), _stories(entry, slugs, figures, series)
        if due is not None:
            watched_by_id[name] = Watched(
                name, **words, due=due, inferred=inferred, source=source, stories=stories, place=entry.where()
            )
    return tuple(sorted(watched_by_id.values(), key=lambda watched: (watched.due_on, watched.id)))


def due_days(project: Project) -> list[date]:
    """The last day of each period in data/watch.yml that can be read."""
    periods = [entry.period("due") for entry in _entries(project, [])]
    return [period_days(due)[1] for due in periods if due is not None]


def _key_of(name: str) -> str:
    """The key that a name in data/watch.yml stands for: source#figure of a figure, series:name#row of a row."""
    return name if name.startswith("series:") else f"figure:{name}"


def _entries(project: Project, problems: list[Problem]) -> list[Entry]:
    path = project.data / FILE
    top = read_yaml(project, path, problems) if path.is_file() else None
    if top is None:
        return []
    top.check_keys(("schema", "watch"), ("schema", "watch"))
    return top.entries("watch")


def _id(entry: Entry, ids_so_far: Collection[str]) -> str:
    name = entry.required_text("id")
    if name and not ID.fullmatch(name):
        entry.add_problem("id", f"id is {name!r}", "lower-case words with dashes", "write one such as amazon-2026-q3")
    elif name in ids_so_far:
        entry.add_problem("id", f"a second {name!r}", "each id once", "rename one of the two, or remove it")
    return name


def _stories(
    entry: Entry, slugs: Collection[str], figures: Collection[str], series: Mapping[str, Series]
) -> dict[str, tuple[str, ...]]:
    """The keys of the figures that are replaced, by story."""
    stories = entry.get("stories")
    if not isinstance(stories, Entry) or not stories:
        if "stories" in entry:
            entry.add_problem("stories", "no stories", STORIES_FORM, "write it as coffee: [office-survey#heavy]")
        return {}
    replaced = {}
    for slug in stories:
        if slug not in slugs:
            stories.add_problem(slug, f"no notebook {slug!r}", nearest_first(slug, sorted(slugs)), "correct the name")
        names = stories.texts(slug)
        for name in names:
            known_names = _names_like(name, figures, series)
            if name not in known_names:
                near = nearest_first(name, sorted(known_names))
                stories.add_problem(slug, f"no figure {name!r}", near, "correct it: source#figure, or series:name#row")
        replaced[slug] = tuple(map(_key_of, names))
    return replaced


def _names_like(name: str, figures: Collection[str], series: Mapping[str, Series]) -> Iterable[str]:
    """The names that a name may be: those of all figures, or of all rows of its series.

    Of an unknown series they are patterns, one for each series there is, such as series:coffee#row.
    """
    if not name.startswith("series:"):
        return figures
    table = series.get(name.removeprefix("series:").partition("#")[0])
    return table.keys() if table else [f"series:{other}#row" for other in series]
