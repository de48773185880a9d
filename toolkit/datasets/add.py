"""Adds a file to the desk as a dataset, or accepts a new version of one: all of it or nothing."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from pathlib import Path

from toolkit.core import smallest_group
from toolkit.core.errors import Problem, ToolkitError
from toolkit.core.project import Project, replace_file
from toolkit.datasets.declaration import NAME, Dataset
from toolkit.datasets.declaration_text import declaration_text, updated_text
from toolkit.datasets.examine import Examined, Options, examine
from toolkit.datasets.fetch import fetch, is_address
from toolkit.datasets.file_hash import files_at, name_in, sha256_of
from toolkit.datasets.formats import format_named, formats, formats_read
from toolkit.datasets.names import identifier_of
from toolkit.datasets.reading_options import OldVersion
from toolkit.datasets.recognise import format_of
from toolkit.datasets.staged import staging_folder
from toolkit.datasets.stored import copy_of, dataset_path, incoming, put_in_place
from toolkit.datasets.update import Changes, version_changes
from toolkit.engine.select_only import SYSTEM_VIEWS

PACKED = (".gz", ".zst")


@dataclass(frozen=True, kw_only=True)
class New:
    """What the declaration of a new dataset says besides how its file is read; "" where it is taken from the file.

    `source_text` is the file of a source that is not there yet.
    """

    name: str = ""
    title: str = ""
    source: str | None = None
    source_text: str | None = None
    licence: str | None = None
    link: bool = False
    private: bool = False


@dataclass(frozen=True)
class Added:
    """A dataset as it was declared, what its file holds, and, of a new version, what changed."""

    dataset: Dataset
    examined: Examined
    changes: Changes | None = None


def add(project: Project, sources: Sequence[str], new: New, options: Options, names_in_use: Mapping[str, str]) -> Added:
    """Adds a file, a folder, files of one kind, or what an address gives, as a new dataset.

    `names_in_use` are names that no dataset can have, each with what it is. Raises ToolkitError for input that cannot
    be added; then nothing was changed.
    """
    with staging_folder(project) as folder:
        path, address = _path_and_address(project, sources, folder, new.link)
        name = new.name or identifier_of(path.name[: len(path.name) - len(_ending(path))], ())
        _refuse_name(project, name, names_in_use)
        in_place = path.parent == project.data / "datasets"
        if not (new.link or in_place):
            _refuse_file(project, name + _ending(path))
            path = _copied(path, folder / "given")
        examined = examine(path, folder, options)
        dataset = Dataset(
            name=name,
            title=new.title or name.replace("_", " ").capitalize(),
            source=new.source,
            licence=new.licence,
            retrieved=options.today,
            address=address,
            file=_declared_path(project, path, new.link) if new.link or in_place else name + _ending(path),
            linked=new.link,
            sha256=sha256_of(path),
            rows=examined.profile.rows,
            columns=examined.columns,
            private=new.private,
            smallest_group=smallest_group.OF_PRIVATE if new.private else 1,
            reading=examined.reading,
        )
        _write_source(project, new)
        _keep_out_of_git(project, dataset, sources)
        _commit(project, dataset, None if new.link or in_place else path, examined, declaration_text(dataset))
    return Added(dataset, examined)


def update(project: Project, old: Dataset, sources: Sequence[str], options: Options, new: New) -> Added:
    """Accepts a new version of a dataset's file: the one that is given, or the one that lies in its place by now.

    What the declaration says of columns that are still there stays so, and of title, source and licence unless `new`
    says another. Raises ToolkitError as `add` does.
    """
    options_of_new = {"title": new.title or None, "source": new.source, "licence": new.licence}
    changed_keys = {key: value for key, value in options_of_new.items() if value is not None}
    with staging_folder(project) as folder:
        place = dataset_path(project, old)
        path, address = _path_and_address(project, sources, folder, old.linked) if sources else (place, None)
        if not files_at(path):
            raise ToolkitError(
                f"data/datasets/{old.name}.yml, {old.file}", "the file is missing", "a file", "name the new version"
            )
        is_moved = path != place and not old.linked
        if is_moved:
            _refuse_one_for_several(old, place, path)
            path = _copied(path, folder / "given")
        sha256 = sha256_of(path)
        as_declared = place if is_moved and files_at(place) and sha256_of(place) == old.sha256 else None
        before = OldVersion(old.reading, old.columns, as_declared, sha256 == old.sha256)
        examined = examine(path, folder, replace(options, private=old.private), before)
        dataset = replace(
            old,
            title=changed_keys.get("title", old.title),
            source=changed_keys.get("source", old.source),
            licence=changed_keys.get("licence", old.licence),
            file=_renamed(old, path) if is_moved else _declared_path(project, path, old.linked),
            address=address or old.address,
            retrieved=options.today,
            sha256=sha256,
            rows=examined.profile.rows,
            columns=examined.columns,
            publish=tuple(name for name in old.publish if name in {column.name for column in examined.columns}),
            reading=examined.reading,
        )
        changes = version_changes(project, old, dataset, examined, folder)
        text = (project.data / "datasets" / f"{old.name}.yml").read_text(encoding="utf-8")
        _write_source(project, new)
        _keep_out_of_git(project, dataset, sources)
        _commit(project, dataset, path if is_moved else None, examined, updated_text(text, dataset, changed_keys))
        if dataset_path(project, dataset) != place and not old.linked and is_moved:
            place.unlink(missing_ok=True)
    return Added(dataset, examined, changes)


def _refuse_one_for_several(old: Dataset, place: Path, path: Path) -> None:
    if place.is_dir() and not path.is_dir():
        raise ToolkitError(
            f"--update {old.name}",
            f"one file, {path.name}, for a dataset that is a folder of files",
            "a folder, or several files: all of the new version",
            f"name them all; or put the file into data/datasets/{old.file}/ and run: toolkit add --update {old.name}",
        )


def _write_source(project: Project, new: New) -> None:
    if new.source_text is not None:
        replace_file(project.data / "sources" / f"{new.source}.yml", new.source_text.encode())


def _path_and_address(project: Project, sources: Sequence[str], folder: Path, link: bool) -> tuple[Path, str | None]:
    """The file or folder that is given, and the address that it comes from; several files are put into a folder."""
    if len(sources) == 1 and is_address(sources[0]):
        arrived = folder / "fetched"
        arrived.mkdir()
        return fetch(sources[0], arrived), sources[0]
    paths = list(dict.fromkeys(path for text in sources for path in _paths_of(text)))
    if len(paths) == 1:
        files = files_at(paths[0])
        _refuse_outside(paths[0], files)
        _refuse_mixed(files)
        _refuse_unwritten(files)
        return Path(os.path.abspath(paths[0])), None
    for path in paths:
        _refuse_outside(path, [path])
    _refuse_mixed(paths)
    _refuse_unwritten(paths)
    _refuse_same_names(paths)
    if link:
        raise ToolkitError("--link", f"{len(paths)} files", "one file or one folder", "name the folder that holds them")
    together = folder / "given" / identifier_of(os.path.commonprefix([path.name for path in paths]) or paths[0].stem)
    together.mkdir(parents=True)
    for path in paths:
        shutil.copyfile(path, together / path.name)
    return together, None


def _paths_of(text: str) -> list[Path]:
    """The files of a name or a pattern. Raises ToolkitError where there is none."""
    path = Path(text)
    if path.exists():
        if not files_at(path):
            raise ToolkitError(text, "neither a file nor a folder with files", formats_read(), "name another")
        return [path]
    paths = sorted(Path().glob(text)) if not path.is_absolute() else sorted(Path("/").glob(text[1:]))
    if not paths:
        raise ToolkitError(
            text, "not there", f"a file, a folder, a pattern or an address: {formats_read()}", "correct the name"
        )
    return paths


def _refuse_outside(path_given: Path, files: Sequence[Path]) -> None:
    """Raises ToolkitError for files of a folder that are links out of it, and for names that are no text."""
    inside, link, remedy = (
        path_given.resolve(),
        "a link to a file outside the folder",
        "put a copy of that file in its place",
    )
    odd = [file for file in files if file.name != os.fsencode(file.name).decode("utf-8", "replace")]
    problems = [Problem(repr(file.name), "a name that is no UTF-8", "a name in UTF-8", "rename it") for file in odd]
    linked = [file for file in files if not file.resolve().is_relative_to(inside)]
    problems += [Problem(file.name, link, "files of the folder", remedy) for file in linked]
    if problems:
        raise ToolkitError(problems)


def _refuse_mixed(files: Sequence[Path]) -> None:
    kinds = {format_of(path): path.name for path in files}
    if len(kinds) > 1:
        kinds_found = " and ".join(f"{kind} ({name})" for kind, name in kinds.items())
        raise ToolkitError(
            "the files", f"several kinds: {kinds_found}", "files of one kind", "add each kind as its own dataset"
        )


def _refuse_unwritten(files: Sequence[Path]) -> None:
    """Raises ToolkitError for each database beside which rows stand that are not written into it yet."""
    beside = [
        (path, other)
        for path in files
        for ending in format_named(format_of(path)).sidecars
        if (other := path.with_name(path.name + ending)).is_file() and other.stat().st_size
    ]
    if beside:
        raise ToolkitError(
            Problem(
                path.name,
                f"{other.name} lies beside it: rows that are not written into it yet would be lost",
                "a database file without one of pending changes beside it",
                "close the program that writes to it, or open it once in one that can write; then add it again",
            )
            for path, other in beside
        )


def _refuse_same_names(paths: Sequence[Path]) -> None:
    """Raises ToolkitError for each two files that would overwrite each other in one folder."""
    first: dict[str, Path] = {}
    problems = [
        Problem(
            "the files",
            f"two of one name: {first[path.name.lower()]} and {path}",
            "a name of its own for each, as they are put into one folder",
            "rename one of them, or name the folder that holds both",
        )
        for path in paths
        if first.setdefault(path.name.lower(), path) != path
    ]
    if problems:
        raise ToolkitError(problems)


def _refuse_name(project: Project, name: str, names_in_use: Mapping[str, str]) -> None:
    allowed = "a lower_case_name that no table has: SQL uses it as the table's name"
    if not NAME.fullmatch(name):
        raise ToolkitError("--name", repr(name), allowed, "give one: --name")
    if name.startswith(SYSTEM_VIEWS):
        raise ToolkitError("--name", f"{name!r} begins as names of DuckDB's own do", allowed, "give another: --name")
    if name in names_in_use:
        raise ToolkitError("--name", f"{name!r} is {names_in_use[name]}", allowed, "give another: --name")
    if (project.data / "datasets" / f"{name}.yml").exists():
        raise ToolkitError(
            f"data/datasets/{name}.yml",
            "there is a dataset of this name",
            allowed,
            f"give another, --name, or accept this file as its new version: toolkit add --update {name} FILE",
        )


def _refuse_file(project: Project, file: str) -> None:
    if (project.data / "datasets" / file).exists():
        raise ToolkitError(
            f"data/datasets/{file}",
            "is there already",
            "a name of its own",
            f"toolkit add data/datasets/{file}, or --name",
        )


def _copied(path: Path, folder: Path) -> Path:
    """A copy of a file or folder inside data/build/, so that what is read, hashed and kept are the same bytes."""
    if path.is_relative_to(folder):
        return path
    folder.mkdir(exist_ok=True)
    copy = folder / path.name
    if path.is_dir():
        for file in files_at(path):
            place = copy / name_in(path, file)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, place)
        return copy
    return Path(shutil.copyfile(path, copy))


def _declared_path(project: Project, path: Path, link: bool) -> str:
    return os.path.relpath(path, project.root).replace(os.sep, "/") if link else path.name


def _renamed(old: Dataset, path: Path) -> str:
    """The old name of the file, with the ending of the new version."""
    return old.file if _ending(Path(old.file)) == _ending(path) else old.name + _ending(path)


def _ending(path: Path) -> str:
    """The ending of a file's name, such as .csv.gz; "" for a folder."""
    known_endings = {*PACKED, *(ending for form in formats().values() for ending in form.endings)}
    endings = list(takewhile(lambda ending: ending.lower() in known_endings, reversed(path.suffixes)))
    return "" if path.is_dir() else ("".join(reversed(endings)) or path.suffix).lower()


def _commit(project: Project, dataset: Dataset, file: Path | None, examined: Examined, text: str) -> None:
    """Writes the declaration; until then nothing has changed, and from then on all has."""
    if not examined.in_place:
        os.replace(examined.parquet, copy_of(project, dataset))
    if file is not None:
        waiting = incoming(project, dataset.sha256)
        if waiting.is_dir():
            shutil.rmtree(waiting)
        os.replace(file, waiting)
    replace_file(project.data / "datasets" / f"{dataset.name}.yml", text.encode())
    put_in_place(project, dataset)


def _keep_out_of_git(project: Project, dataset: Dataset, sources: Sequence[str]) -> None:
    """Of a private dataset: a line in the .gitignore beside its file, and beside each given one, inside the project."""
    if not dataset.private:
        return
    paths = [path for text in sources if not is_address(text) for path in _paths_of(text)]
    for path in map(os.path.abspath, (dataset_path(project, dataset), *paths)):
        folder, name = Path(path).parent.resolve(), os.path.basename(path)
        if folder.is_relative_to(project.root):
            ignored, line = folder / ".gitignore", "/" + re.sub(r"([\\*?\[\] ])", r"\\\1", name)
            lines = ignored.read_text(encoding="utf-8").splitlines() if ignored.is_file() else []
            if line not in lines:
                replace_file(ignored, "\n".join([*lines, line, ""]).encode())
