"""Corrections of published pages, and whether the figures that made them necessary are unchanged."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from toolkit.core.errors import Problem
from toolkit.core.project import Project
from toolkit.reading.entry import Entry
from toolkit.reading.yaml_file import read_yaml
from toolkit.reported.figures import Figure

FILE = "corrections.yml"
REQUIRED = {  # the texts that each entry has, and what a draft of one asks an editor for
    "story": "the story that was published",
    "on": "the day it is published",
    "was": "the words that were printed",
    "now": "those that the page has now",
    "why": "the reason, in a sentence",
    "noticed_by": "who noticed",
}
OPTIONAL = ("finding",)  # texts that an entry may have; all its texts are fields of Correction
EXPECTED = ("figure", "value", "low", "high", "unit")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
FINDING = re.compile(r"[a-z0-9_]+\.[a-z0-9_]+")


@dataclass(frozen=True)
class Correction:
    """One correction: the words that were printed (`was`), those that replaced them (`now`), why, and who noticed.

    Its fields are the columns of the table `corrections`, in their order. `on` is the day it was published, `finding`
    the finding corrected, if one was, `place` file and line.
    """

    story: str
    on: str
    was: str
    now: str
    why: str
    noticed_by: str
    finding: str | None
    place: str


def read_corrections(
    project: Project, figures: Mapping[str, Figure], problems: list[Problem]
) -> tuple[Correction, ...]:
    """The corrections of data/corrections.yml, as entered; what is wrong is added to `problems`.

    An entry's `expects` lists figures with the values they had when the correction was written. A figure that has
    changed since is a problem, for the reason of the correction may no longer hold.
    """
    path = project.data / FILE
    if not path.is_file():
        return ()
    top = read_yaml(project, path, problems)
    if top is None:
        return ()
    top.check_keys(("schema", "corrections"), ("schema", "corrections"))
    stories = {path.stem for path in project.notebooks.glob("*.ipynb")}
    return tuple(_correction(entry, stories, figures) for entry in top.entries("corrections"))


def _correction(entry: Entry, stories: Iterable[str], figures: Mapping[str, Figure]) -> Correction:
    entry.check_keys((*REQUIRED, *OPTIONAL, "expects"), tuple(REQUIRED))
    texts = {key: entry.required_text(key) for key in REQUIRED}
    others: dict[str, Any] = {key: entry.required_text(key) if key in entry else None for key in OPTIONAL}
    if texts["story"] and texts["story"] not in stories:
        entry.add_problem(
            "story", f"no notebook {texts['story']!r}", ", ".join(sorted(stories)), "name the story corrected"
        )
    if texts["on"] and not (DAY.fullmatch(texts["on"]) and entry.period("on")):
        entry.add_problem("on", f"on is {texts['on']!r}", "a day, such as 2026-05-12", "write the day it was published")
    if texts["was"] and texts["was"] == texts["now"]:
        entry.add_problem("now", "the same words as before", "what the page says now", "correct one of the two")
    if (finding := others["finding"]) and not FINDING.fullmatch(finding):
        entry.add_problem("finding", f"finding is {finding!r}", "topic.lower_case_name", "write the finding's name")
    for expected in entry.entries("expects"):
        _expect(expected, figures)
    return Correction(**texts, **others, place=entry.where())


def _expect(entry: Entry, figures: Mapping[str, Figure]) -> None:
    entry.check_keys(EXPECTED, ("figure", "unit"))
    key = entry.required_text("figure")
    figure = figures.get(key)
    if figure is None:
        if key:
            entry.add_problem("figure", f"no figure {key!r}", "source#figure of data/sources/", "correct the name")
        return
    low, high = (entry.number(end if end in entry else "value") for end in ("low", "high"))
    if low is None or high is None:
        entry.add_problem(None, "no value", "value, or low and high", "write the value the figure had")
    elif (low, high, entry.text("unit")) != (figure.low, figure.high, figure.unit):
        entry.add_problem(
            "figure",
            f"{key} is {_printed(figure)} in data/sources/, no longer as this correction expects",
            "the value that made the correction necessary",
            "the source was mended: correct again if a page changes, and drop the expectation",
        )


def _printed(figure: Figure) -> str:
    ends = dict.fromkeys((figure.low, figure.high))
    return f"{' to '.join(f'{end:g}' for end in ends if end is not None)} {figure.unit}"
