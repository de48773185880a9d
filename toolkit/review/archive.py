"""The archive of an edition: a zip file with its pages, its data, and a script that recomputes the findings."""

from __future__ import annotations

import contextlib
import os
import re
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from toolkit.build.edition_inputs import PACKAGE, differences, inputs, sha256
from toolkit.build.manifest import CRLF, NAME, UNDO_CRLF, altered, how_changed, stored_manifest
from toolkit.core.errors import Problem, ToolkitError
from toolkit.core.project import Project, with_lf
from toolkit.core.text import newest
from toolkit.database.dataset_views import declarations
from toolkit.datasets.file_hash import files_at
from toolkit.datasets.stored import checked_file
from toolkit.reported.read_all import Reported, read_reported
from toolkit.review import data_packages, ro_crate
from toolkit.review.findings_package import findings

EDITION = "edition/"
SCRIPT = "recompute.py"
RULES = ("core/operation.py", "core/interval.py")  # modules of the toolkit that the script imports
FOLDER = "data/datasets/"
LONGEST = 1 << 31  # bytes: an archive that unpacks to more is refused
README = """\
# {name}: the archive

Everything behind one edition, in a form that needs no software of ours.

- `edition/index.html`: the pages as published; open it in a browser. `edition/manifest.json` holds each finding with
  its receipt, and the hashes of all that the edition was made from.
- `figures/`, `series/`, `findings/`, `charts/`: data packages (Frictionless): CSV files, and a `datapackage.json` that
  says what each column means and under which licence. `figures/sources.csv` has the licence of each source.
- `datasets/`: what each dataset declares that a story rests on, and its file, unless it is private or kept elsewhere.
- `questions/`: the questions that were asked of the figures and the datasets, in SQL.
- `ro-crate-metadata.json`: every file with its type, licence and SHA-256 (RO-Crate).
- `recompute.py`: recomputes the findings from the CSV files; `toolkit/` has the table of operations that it reads.

To check the arithmetic, with Python 3.10 or later and nothing else:

    python -I recompute.py

To build the edition again from the project's own files and compare it with this one, in the project's folder:

    toolkit verify {file}

What we made is under CC BY 4.0, code under MIT. What the sources published stays theirs.
"""


def archive(project: Project, edition: Path, out: Path | None = None) -> Path:
    """Writes an edition's archive to `out` (default: data/build/<name>-<hash>.zip), and returns the file's path.

    The same edition gives the same bytes. Raises ToolkitError if the edition was changed after it was built, or was
    built from other data than the project has now.
    """
    stored = stored_manifest(edition)
    problems = [
        Problem(
            f"{edition.name}/{name}",
            what,
            "the edition as it was built",
            UNDO_CRLF if what == CRLF else "build the edition again",
        )
        for name, what in altered(edition, stored)
    ]
    problems += [
        Problem(
            str(found),
            f"not as it was when {edition.name} was built",
            "the data of the edition",
            "build the edition again",
        )
        for found in differences(stored["inputs"], inputs(project, stored["stories"]))
        if found.cause == "data"
    ]
    if problems:
        raise ToolkitError(problems)
    hash12 = sha256((edition / NAME).read_bytes())[:12]
    name = re.sub(r"[^a-z0-9]+", "-", stored["name"].lower()).strip("-") or "edition"
    out = out or project.build / f"{name}-{hash12}.zip"
    _write(out, members(project, edition, stored, f"{name}-{hash12}.zip"))
    return out


def members(project: Project, edition: Path, stored: Mapping, file: str) -> dict[str, bytes]:
    """The content of an archive's files by path, sorted; last the RO-Crate metadata of all others.

    `file` is the archive's own name, for its README. Raises RecordError with every problem in data/, ToolkitError for a
    chart's CSV without a table.
    """
    reported = read_reported(project)
    pages = {name: (edition / name).read_bytes() for name in [*stored["files"], NAME]}
    found = {EDITION + name: content for name, content in pages.items()}
    for folder, made in (
        ("figures", data_packages.figures(reported)),
        ("series", data_packages.series(reported)),
        ("findings", findings(stored, _printed_units(reported))),
        ("charts", data_packages.charts(stored, pages)),
    ):
        found |= {f"{folder}/{name}": content for name, content in made.items()}
    found |= {f"questions/{path.name}": with_lf(path.read_bytes()) for path in _questions(project, stored)}
    queries = {name: sql for story in stored["stories"].values() for name, sql in story.get("queries", {}).items()}
    found |= {f"questions/{name}.sql": f"{sql}\n".encode() for name, sql in queries.items()}
    found |= {f"datasets/{name}": content for name, content in _datasets(project, stored).items()}
    found[SCRIPT] = with_lf((Path(__file__).parent / SCRIPT).read_bytes())
    found |= {f"toolkit/{name}": with_lf((PACKAGE / name).read_bytes()) for name in RULES}
    found["README.md"] = README.format(name=stored["name"], file=file).encode()
    found = dict(sorted(found.items()))
    pictures = {
        f"{EDITION}{slug}/pictures/{name}": (picture["credit"], picture["licence"])
        for slug, story in stored["stories"].items()
        for name, picture in story.get("pictures", {}).items()
    }
    return {**found, ro_crate.NAME: ro_crate.crate(stored["name"], _newest(stored, reported), found, pictures)}


def _printed_units(reported: Reported) -> set[str]:
    units = {figure.unit for figure in reported.figures.values() if figure.unit}
    return units | {leaf.printed_unit for one in reported.series.values() for leaf in one.leaves()}


def _questions(project: Project, stored: Mapping) -> list[Path]:
    """The files of the questions that the stories asked, of the project and of the toolkit's metrics."""
    asked = {key.split(" ")[0] for story in stored["stories"].values() for key in story["questions"]}
    folders = (project.questions, PACKAGE / "usage" / "metrics")
    found = {name: [path for folder in folders if (path := folder / f"{name}.sql").is_file()] for name in asked}
    return [paths[0] for _, paths in sorted(found.items()) if paths]


def _datasets(project: Project, stored: Mapping) -> dict[str, bytes]:
    """The declarations of the datasets that the stories rest on, and their files, but those that are private or linked.

    Raises ToolkitError for a file that is not as declared.
    """
    used = {name for story in stored["stories"].values() for name in story.get("datasets", {})}
    declared = declarations(project)
    found = {}
    for name in sorted(used):
        found[f"{name}.yml"] = with_lf((project.data / "datasets" / f"{name}.yml").read_bytes())
        if not (declared[name].private or declared[name].linked):
            path = checked_file(project, declared[name])
            found |= {project.name(one).removeprefix(FOLDER): one.read_bytes() for one in files_at(path)}
    return found


def _newest(stored: Mapping, reported: Reported) -> str:
    """The date of the newest source behind the findings, or of all sources if there is none behind them."""
    refs = {node.get("ref") for story in stored["stories"].values() for node in story["nodes"].values()}
    used = {figure.source.id for figure in reported.figures.values() if figure.ref in refs}
    used |= {leaf.source for one in reported.series.values() for leaf in one.leaves() if leaf.key in refs}
    sources = reported.sources
    return newest(sources[name].published for name in used or sources if name in sources) or ""


def _write(target: Path, files: Mapping[str, bytes]) -> None:
    """Writes a zip file without dates and owners, so that its bytes repeat, and puts it in place in one step."""
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        with zipfile.ZipFile(part, "w") as packed:
            for name, content in sorted(files.items()):
                entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
                entry.create_system, entry.external_attr = 3, 0o100644 << 16
                packed.writestr(entry, content, zipfile.ZIP_DEFLATED, 9)
        os.replace(part, target)
    finally:
        part.unlink(missing_ok=True)


@contextlib.contextmanager
def unpacked(path: Path) -> Iterator[tuple[Path, Path | None]]:
    """(folder of the edition, None) for an edition's folder; for an archive both folders of it, unpacked in the block.

    Raises ToolkitError for a file that is no archive.
    """
    if not path.is_file():
        yield path, None
        return
    with tempfile.TemporaryDirectory(prefix="toolkit-") as folder:
        root = Path(folder) / path.stem
        try:
            with zipfile.ZipFile(path) as packed:
                if sum(entry.file_size for entry in packed.infolist()) > LONGEST:
                    raise ToolkitError(path.name, "more than two gigabytes", "an archive of toolkit archive")
                packed.extractall(root)
        except (zipfile.BadZipFile, zlib.error, EOFError) as error:
            raise ToolkitError(
                path.name, str(error), "a folder of an edition, or a file made by `toolkit archive`", "name another"
            ) from error
        yield root / EDITION, root


def damaged(root: Path) -> list[tuple[str, str]]:
    """(file, what is wrong) for every file of an unpacked archive that differs from its RO-Crate metadata."""
    path = root / ro_crate.NAME
    if not path.is_file():
        return [(ro_crate.NAME, "missing")]
    wanted = ro_crate.hashes(path.read_bytes())
    there = {path.relative_to(root).as_posix(): path for path in root.rglob("*") if path.is_file()}
    there.pop(ro_crate.NAME)
    found = [(name, "missing") for name in wanted if name not in there]
    found += [(name, "not named in the metadata") for name in there if name not in wanted]
    both = [name for name in there if name in wanted]
    found += [
        (name, how_changed(there[name], wanted[name]))
        for name in both
        if sha256(there[name].read_bytes()) != wanted[name]
    ]
    return sorted(found)
