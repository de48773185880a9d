"""`toolkit add`: its options, the questions that it asks, and what it prints of a dataset that was added."""

from __future__ import annotations

import re
import sys
import unicodedata
from argparse import ArgumentParser, Namespace
from collections.abc import Collection, Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.core.errors import Problem, ToolkitError
from toolkit.core.project import Project
from toolkit.core.text import made_visible

if TYPE_CHECKING:
    from toolkit.core.unit import UnitRegistry
    from toolkit.datasets.add import Added
    from toolkit.datasets.declaration import Dataset, ReadOptions

LARGE = 50_000_000  # bytes
SOURCE_PROMPTS = {
    "publisher": "who published it or handed it over",
    "title": "its title",
    "published": "when it was published, such as 2026-04",
}
NOT_WITH_UPDATE = {  # options that --update does not take, each with what to do instead
    "name": "to rename it, add the file again under the other name",
    "link": "add it again with --link, under another name",
    "private": "write private: true into its declaration",
}


def add_arguments(parser: ArgumentParser) -> None:
    """The options of `toolkit add`."""
    parser.add_argument("files", nargs="*", metavar="FILE", help="a file, a folder, files of one kind, or an address")
    parser.add_argument("--name", default="", help="how questions call it (default: from the file's name)")
    parser.add_argument("--update", metavar="NAME", help="accept a new version of this dataset, and say what changed")
    parser.add_argument("--source", metavar="ID", help="who published it: a source, made if it is new (else a draft)")
    parser.add_argument("--publisher", default="", help="of a new source")
    parser.add_argument("--title", default="", help="of a new source, and of the dataset")
    parser.add_argument("--published", default="", metavar="WHEN", help="of a new source: 2026, 2026-04, 2026-04-15")
    parser.add_argument("--address", default="", help="of a new source (default: the address of the file)")
    parser.add_argument("--licence", help="under which the file may be used")
    parser.add_argument("--link", action="store_true", help="leave a large file where it is, and out of git")
    parser.add_argument("--private", action="store_true", help="keep the file out of git; only its hash travels")
    parser.add_argument("--sheet", default="", help="of a spreadsheet with several")
    parser.add_argument("--table", default="", help="of a database with several, or the key of a list in JSON")
    parser.add_argument("--header", default="", metavar="ROW", help="the header's row, or 2-3; 0 for none")
    parser.add_argument("--footer", type=int, metavar="N", help="how many of the last rows are totals and notes")
    parser.add_argument(
        "--delimiter", default="", metavar="CHARACTER", help="of delimited text: one character, or tab, or space"
    )
    parser.add_argument("--encoding", default="", help="of delimited text: utf-8, cp1252 …")


def add(arguments: Namespace, project: Project) -> int:
    """Adds what was named, and prints what it is; 0. Raises ToolkitError for what cannot be added."""
    from toolkit.core.unit import registry
    from toolkit.datasets.add import New
    from toolkit.datasets.add import add as add_dataset
    from toolkit.datasets.add import update as update_dataset
    from toolkit.datasets.declaration import SIGNS
    from toolkit.datasets.examine import Options
    from toolkit.datasets.file_format import Wanted
    from toolkit.reported.read_all import read_reported
    from toolkit.reported.series_names import SQL_WORD, reserved

    reported, units = read_reported(project), registry(project.data / "units.txt")
    part_to_read = Wanted(
        arguments.sheet, arguments.table, arguments.encoding, SIGNS.get(arguments.delimiter, arguments.delimiter)
    )
    options = Options(
        wanted=part_to_read,
        header=arguments.header,
        footer=arguments.footer,
        today=date.today(),
        units=frozenset(units),
        private=arguments.private,
        words={name for name, kind in reserved().items() if kind == SQL_WORD},
    )
    if not (arguments.files or arguments.update):
        raise ToolkitError("toolkit add", "no file", "a file, a folder or an address", "name it: toolkit add FILE")
    source = arguments.source or _id_of_source(arguments)
    new = New(
        name=arguments.name,
        title=arguments.title,
        source=source,
        source_text=_new_source(arguments, source) if source and source not in reported.sources else None,
        licence=arguments.licence,
        link=arguments.link,
        private=arguments.private,
    )
    if arguments.update:
        _refuse_with_update(arguments)
        old = _declared(project, arguments.update, reported.sources, units)
        added = update_dataset(project, old, arguments.files, options, new)
    else:
        names_in_use = reserved() | dict.fromkeys(reported.series, "a series")
        added = add_dataset(project, arguments.files, new, options, names_in_use)
    print(*map(made_visible, summary_lines(project, added)), sep="\n")
    return 0


def _id_of_source(arguments: Namespace) -> str | None:
    """The id of a source that is given by its publisher alone: City of Ulm, 2026-04 gives city-of-ulm-2026."""
    if not arguments.publisher:
        return None
    plain = unicodedata.normalize("NFKD", arguments.publisher).encode("ascii", "ignore").decode().lower()
    return "-".join([*re.findall("[a-z0-9]+", plain), arguments.published[:4]]).strip("-")


def _refuse_with_update(arguments: Namespace) -> None:
    """Raises ToolkitError with each option that an update does not take."""
    problems = [
        Problem(f"--{name}", "with --update", "options of a new dataset", f"leave it out; {instead}")
        for name, instead in NOT_WITH_UPDATE.items()
        if getattr(arguments, name)
    ]
    if problems:
        raise ToolkitError(problems)


def _declared(project: Project, name: str, sources: Collection[str], units: UnitRegistry) -> Dataset:
    from toolkit.datasets.read_all import read_datasets

    problems: list[Problem] = []
    known_datasets = read_datasets(project, sources, units, problems)
    if name in known_datasets:
        return known_datasets[name]
    raise ToolkitError(
        problems
        or [Problem("--update", f"no dataset {name!r}", ", ".join(known_datasets) or "none yet", "correct the name")]
    )


def _new_source(arguments: Namespace, source: str) -> str:
    """The text of a new source's file, from the options, and from what is asked where somebody can answer."""
    from toolkit.datasets.source_text import NewSource, source_text

    texts = {name: getattr(arguments, name) for name in SOURCE_PROMPTS}
    if sys.stdin.isatty():
        print(f"{source} is no source yet. It becomes one with:")
        texts = {name: text or input(f"  {SOURCE_PROMPTS[name]}: ").strip() for name, text in texts.items()}
    address = arguments.address or next((file for file in arguments.files if file.startswith("http")), "")
    return source_text(NewSource(id=source, address=address, **texts))


def summary_lines(project: Project, added: Added) -> Iterator[str]:
    """What is printed of a dataset that was added, line by line."""
    from toolkit.datasets.declaration_text import line_of
    from toolkit.datasets.stored import dataset_path

    dataset, examined = added.dataset, added.examined
    declaration = f"data/datasets/{dataset.name}.yml"
    text = (project.root / declaration).read_text(encoding="utf-8")
    yield f"{dataset.name}: {dataset.rows:,} rows of {_how_read(examined.reading)}, declared in {declaration}"
    yield examined.profile.text
    columns_by_note: dict[str, list[str]] = {}
    for name, note in examined.notes:
        columns_by_note.setdefault(note, []).append(name)
    for note, (name, *more_columns) in columns_by_note.items():
        place = f"{declaration}, line {line_of(text, name)}, {name}" if name else declaration
        yield f"{place}{f' and {len(more_columns)} more columns' if more_columns else ''}: {note}"
    if examined.people:
        kinds = ", ".join(f"{name} ({kind})" for name, kind in examined.people.items())
        yield f"may tell of people: {kinds}. No row of them is published unless `publish` in {declaration} lists it"
    if added.changes:
        yield from added.changes.lines
        yield f"stories that ask it: {', '.join(added.changes.stories) or 'none'}"
    if dataset.private:
        yield "private: git does not take the file. Who has it from you can check all, others its hash and the queries"
    elif not dataset.linked and (size := _size(dataset_path(project, dataset))) > LARGE:
        yield f"{size / 1e6:,.0f} MB go into git; to leave the file out of it, add it with --link"
    if dataset.source is None:
        yield f"a draft: it cannot be published before `source` in {declaration} names who it is from"
    yield f"after a change of {declaration}: toolkit add --update {dataset.name}"


def _how_read(reading: ReadOptions) -> str:
    from toolkit.datasets.formats import format_named

    if "delimiter" in format_named(reading.format).options:
        signs = {"\t": "tabs", " ": "spaces", ",": "commas", ";": "semicolons", "|": "vertical bars"}
        return f"text in {reading.encoding} separated by {signs.get(reading.delimiter, reading.delimiter)}"
    part = f", {reading.sheet or reading.table}" if reading.sheet or reading.table else ""
    return f"{reading.format}{part}"


def _size(path: Path) -> int:
    return sum(file.stat().st_size for file in path.rglob("*")) if path.is_dir() else path.stat().st_size
