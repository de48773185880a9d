"""The archive of an edition: a zip file with its pages, its data, and a script that recomputes the findings."""

from __future__ import annotations

import os
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path

from toolkit.build.edition_inputs import PACKAGE, edition_inputs, input_differences, sha256
from toolkit.build.manifest import NAME, altered_files, stored_manifest
from toolkit.core.errors import Problem, ToolkitError
from toolkit.core.project import CRLF, UNDO_CRLF, Project, temporary_name, with_lf
from toolkit.database.dataset_views import declarations
from toolkit.database.question_text import question_of
from toolkit.datasets.file_hash import files_at
from toolkit.datasets.stored import checked_file
from toolkit.reported.read_all import read_reported
from toolkit.review import data_packages, ro_crate
from toolkit.review.findings_package import findings
from toolkit.review.printed_tables import PrintedTables
from toolkit.review.rows_package import reason_left_out, rows
from toolkit.review.unpacking import EDITION, LONGEST

SCRIPT = "recompute.py"
RULES = ("core/operation.py", "core/interval.py", "core/followed.py")  # modules of the toolkit that the script imports
FOLDER = "data/datasets/"
COPIED = (EDITION, "figures/", "series/", "rows/", "questions/", "datasets/")  # what `completed` makes the rest of
README = """\
# {name}: the archive

Everything behind one edition, in a form that needs no software of ours.

- `edition/index.html`: the pages as published; open it in a browser. `edition/manifest.json` holds each finding with
  its receipt, and the hashes of all that the edition was made from.
- `figures/`, `series/`, `findings/`, `charts/`, `rows/`: data packages (Frictionless): CSV files, and a
  `datapackage.json` that says what each column means and under which licence. `figures/sources.csv` has the licence of
  each source, `rows/` the rows of datasets that SQL counted or added up.
- `datasets/`: what each dataset declares that a story rests on, and its file, where all its columns may be published
  and it is neither private, kept elsewhere nor larger than 50 MB.
- `questions/`: the questions that were asked of the figures and the datasets, in SQL.
- `ro-crate-metadata.json`: every file with its type, licence and SHA-256 (RO-Crate).
- `recompute.py`: recomputes the findings from the CSV files; `toolkit/` has the table of operations that it reads.

To check the arithmetic, with Python 3.10 or later and nothing else:

    python -I recompute.py

To build the edition again from the project's own files, make every file of this archive again, and compare them, in the
project's folder:

    toolkit verify {file}

Outside a project the same command runs nothing, and says which parts of the archive do not agree with each other.

What we made is under CC BY 4.0, code under MIT. What the sources published stays theirs.
"""


def archive(project: Project, edition: Path, out: Path | None = None) -> Path:
    """Writes an edition's archive to `out` (default: data/build/<name>-<hash>.zip), and returns the file's path.

    The same edition gives the same bytes. Raises ToolkitError if the edition was changed after it was built, or was
    built from other data than the project has now, or if the archive would be too large to be unpacked again.
    """
    stored = stored_manifest(edition)
    problems = [
        Problem(
            f"{edition.name}/{name}",
            how,
            "the edition as it was built",
            UNDO_CRLF if how == CRLF else "build the edition again",
        )
        for name, how in altered_files(edition, stored)
    ]
    problems += [
        Problem(
            str(difference),
            f"not as it was when {edition.name} was built",
            "the data of the edition",
            "build the edition again",
        )
        for difference in input_differences(stored["inputs"], edition_inputs(project, stored["stories"]))
        if difference.cause == "data"
    ]
    if problems:
        raise ToolkitError(problems)
    files = members(project, edition, stored)
    out = out or project.build / _file_name(stored["name"], files[EDITION + NAME])
    _write(out, files)
    return out


def members(
    project: Project, edition: Path, stored: Mapping, with_questions: Mapping | None = None
) -> dict[str, bytes]:
    """The content of an archive's files by path, sorted; last the RO-Crate metadata of all others.

    Rows of datasets are those that the receipts of the manifest `with_questions` name, in SQL (default: `stored`).
    Raises DataFileError with every problem in data/, ToolkitError for a chart's CSV without a table, or a question or
    dataset that the project does not have.
    """
    reported = read_reported(project)
    files = {EDITION + name: (edition / name).read_bytes() for name in [*stored["files"], NAME]}
    for folder, package in (
        ("figures", data_packages.figures(reported)),
        ("series", data_packages.series(reported)),
        ("rows", rows(project, with_questions or stored)),
    ):
        files |= {f"{folder}/{name}": content for name, content in package.items()}
    files |= {f"questions/{path.name}": with_lf(path.read_bytes()) for path in _questions(project, stored)}
    files |= {f"datasets/{name}": content for name, content in _datasets(project, stored).items()}
    return completed(files, stored)


def completed(files: Mapping[str, bytes], stored: Mapping) -> dict[str, bytes]:
    """An archive's files, sorted, with those that follow from its pages, figures and series and from the toolkit.

    These are the findings, the charts' tables, the questions of notebooks, the script, README and RO-Crate metadata.
    Raises ToolkitError for a chart's CSV without a table.
    """
    tables = PrintedTables.of(files)
    pages = {name.removeprefix(EDITION): content for name, content in files.items() if name.startswith(EDITION)}
    all_files = dict(files)
    for folder, package in (
        ("findings", findings(stored, tables)),
        ("charts", data_packages.charts(stored, pages)),
    ):
        all_files |= {f"{folder}/{name}": content for name, content in package.items()}
    queries = {name: sql for story in stored["stories"].values() for name, sql in story.get("queries", {}).items()}
    all_files |= {f"questions/{name}.sql": f"{sql}\n".encode() for name, sql in queries.items()}
    all_files[SCRIPT] = with_lf((Path(__file__).parent / SCRIPT).read_bytes())
    all_files |= {f"toolkit/{name}": with_lf((PACKAGE / name).read_bytes()) for name in RULES}
    all_files["README.md"] = README.format(name=stored["name"], file=_file_name(stored["name"], pages[NAME])).encode()
    all_files = dict(sorted(all_files.items()))
    pictures = {
        f"{EDITION}{slug}/pictures/{name}": (picture["credit"], picture["licence"])
        for slug, story in stored["stories"].items()
        for name, picture in story.get("pictures", {}).items()
    }
    return {**all_files, ro_crate.NAME: ro_crate.crate(stored["name"], tables.newest(stored), all_files, pictures)}


def _file_name(name: str, manifest: bytes) -> str:
    """The name of the archive of an edition, from its own name and the bytes of its manifest."""
    return f"{re.sub(r'[^a-z0-9]+', '-', name.lower()).strip('-') or 'edition'}-{sha256(manifest)[:12]}.zip"


def _questions(project: Project, stored: Mapping) -> list[Path]:
    """The files of the questions that the stories asked, of the project and of the toolkit's metrics."""
    names = {question_of(key) for story in stored["stories"].values() for key in story["questions"]}
    folders = (project.questions, PACKAGE / "usage" / "metrics")
    paths_by_name = {name: [path for folder in folders if (path := folder / f"{name}.sql").is_file()] for name in names}
    return [paths[0] for _, paths in sorted(paths_by_name.items()) if paths]


def _datasets(project: Project, stored: Mapping) -> dict[str, bytes]:
    """The declarations of the datasets that the stories rest on, and the files of those that may travel with them.

    Raises ToolkitError for a file that is not as declared.
    """
    names = {name for story in stored["stories"].values() for name in story.get("datasets", {})}
    declared = declarations(project)
    files = {}
    for name in sorted(names):
        files[f"{name}.yml"] = with_lf((project.data / "datasets" / f"{name}.yml").read_bytes())
        if not reason_left_out(project, declared[name]):
            path = checked_file(project, declared[name])
            files |= {project.name(file).removeprefix(FOLDER): file.read_bytes() for file in files_at(path)}
    return files


def _write(target: Path, files: Mapping[str, bytes]) -> None:
    """Writes a zip file without dates and owners, so that its bytes repeat, and puts it in place in one step.

    Raises ToolkitError for files that are larger in all than an archive may be.
    """
    if (size := sum(map(len, files.values()))) > LONGEST:
        raise ToolkitError(
            target.name,
            f"files of {size >> 20:,} MiB in all",
            f"at most {LONGEST >> 20} MiB",
            "declare large files of datasets as linked: toolkit add --link FILE",
        )
    part = temporary_name(target)
    try:
        with zipfile.ZipFile(part, "w") as packed:
            for name, content in sorted(files.items()):
                entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
                entry.create_system, entry.external_attr = 3, 0o100644 << 16
                packed.writestr(entry, content, zipfile.ZIP_DEFLATED, 9)
        os.replace(part, target)
    finally:
        part.unlink(missing_ok=True)
