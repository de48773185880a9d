"""The documents that `toolkit docs` writes: data/README.md, and the certainty rule in CONTRIBUTING.md."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from toolkit.core.errors import DataFileError, Problem, ToolkitError
from toolkit.core.project import Project, read_text, replace_file
from toolkit.core.unit import registry, singular_and_plural
from toolkit.reported.certainty import CERTAINTY_RULE
from toolkit.reported.claims import Claim
from toolkit.reported.declaration_file import read_declarations
from toolkit.reported.read_all import Reported, read_reported
from toolkit.reported.series import Series

BEGIN, END = "<!-- certainty:begin -->", "<!-- certainty:end -->"
OWN_WORDS = "facts restated in our own words"
FILES = (
    ("claims/", "quantities and statements that somebody put a number or their name on"),
    ("sources/", "one file for each document: what it is, what it relies on, the figures it states"),
    ("series/", "long tables of reported values; the YAML declares each column of the CSV"),
    ("datasets/", "files of records; the YAML beside each says who it is from, its hash and its columns"),
    ("declarations/", "lists of choices that were fixed before anything was computed from them"),
    ("units.txt", "every unit, and what it is made of"),
    ("names_with_digits.txt", "names with digits that prose may carry"),
    ("glossary.yml", "words that readers may not know"),
    ("corrections.yml", "what was published and then corrected"),
    ("watch.yml", "what is due to be published, the figures that it would replace, who must enter it"),
    ("NOT_ENTERED.md", "what was found and left out, and why"),
    ("build/", "made by the build, not kept: safe to delete"),
)
HEAD = """\
# What the desk holds

Made from the declarations in this folder by `toolkit docs`; a test keeps it current. Change the declarations, not this
page. How figures are entered is in `CONTRIBUTING.md`.
"""
LICENCE = f"""\
## Licence

What this desk made is under CC BY 4.0: the selection, the wording of the claims, the declarations, the tables. What it
reports belongs to nobody: a number that a company or a newspaper published is a fact, and is entered as one.

The licence of each source, in the list below, says what was taken from it. Where the source's file says nothing else,
that is *{OWN_WORDS}*: values and dates, with the place where they stand, and no passage of
the text. The few words that are quoted stand in the source's file, word for word and with their place. No article, page
or filing is kept here.
"""


def documents(project: Project, reported: Reported) -> dict[Path, str]:
    """The text of each document, by its path; CONTRIBUTING.md only where the project has one.

    Raises ToolkitError if CONTRIBUTING.md lacks the marks of the certainty rule, or a declaration is wrong.
    """
    texts = {project.data / "README.md": dictionary(project, reported)}
    guide = project.root / "CONTRIBUTING.md"
    if guide.is_file():
        texts[guide] = with_rule(read_text(guide))
    return texts


def write_dictionary(project: Project) -> bool:
    """Writes data/README.md again where a project has one that is out of date; True if it was.

    Raises DataFileError with what is wrong in data/, and OSError as writing does.
    """
    path = project.data / "README.md"
    if not path.is_file() or not outdated(texts := {path: dictionary(project, read_reported(project))}):
        return False
    replace_file(path, texts[path].encode())
    return True


def outdated(texts: dict[Path, str]) -> list[Path]:
    """The paths of documents whose files are missing or have another text."""
    return [path for path, text in texts.items() if not path.is_file() or path.read_text(encoding="utf-8") != text]


def with_rule(guide: str) -> str:
    """The text `guide` with CERTAINTY_RULE between the marks BEGIN and END.

    Raises ToolkitError if it lacks a mark.
    """
    before, begin, rest = guide.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ToolkitError(
            "CONTRIBUTING.md",
            "no place for the certainty rule",
            f"{BEGIN} and {END}, in this order",
            "put the two marks where the table is to stand",
        )
    return f"{before}{BEGIN}\n{certainty_table()}\n{END}{after}"


def certainty_table() -> str:
    """CERTAINTY_RULE as a table in Markdown."""
    lines = _table(("step", "when", "because"), ((line.effect, line.when, line.why) for line in CERTAINTY_RULE))
    return f"{lines}\n\nEach line that applies moves the level by one step; in the end it lies between low and high."


def dictionary(project: Project, reported: Reported) -> str:
    """The data dictionary in Markdown: claims by topic, sources, columns of series, declarations, units, licences.

    Raises DataFileError for a declaration that is wrong, and ToolkitError for a data/units.txt that is.
    """
    present = (
        (f"`{name}`", description) for name, description in FILES if name == "build/" or (project.data / name).exists()
    )
    parts = [HEAD, _table(("file", "what it holds"), present), "", LICENCE]
    parts += [*_claims(reported), *_sources(reported), *_watch(reported)]
    for series in reported.series.values():
        parts += _series(series)
    return "\n".join([*parts, *_declarations(project), *_units(project)]) + "\n"


def _claims(reported: Reported) -> Iterator[str]:
    yield f"## Claims ({len(reported.claims)})\n"
    topics: dict[str, list[Claim]] = {}
    for claim in reported.claims.values():
        topics.setdefault(claim.topic, []).append(claim)
    rows = []
    for topic, claims in sorted(topics.items()):
        figures = sum(len(reported.figures_by_claim[claim.id]) for claim in claims)
        statements = sum(claim.unit is None for claim in claims)
        units = [f"`{unit}`" for unit in sorted({claim.unit for claim in claims if claim.unit})]
        entities = "; ".join(sorted({_escaped(claim.entity) for claim in claims}, key=str.lower))
        units += [f"in words ({statements})"] if statements else []
        rows.append((f"`{topic}`", str(len(claims)), str(figures), entities, ", ".join(units)))
    yield _table(("topic", "claims", "readings", "of whom or what", "units"), rows)
    yield ""


def _sources(reported: Reported) -> Iterator[str]:
    figure_counts: dict[str, int] = {}
    for figure in reported.figures.values():
        figure_counts[figure.source.id] = figure_counts.get(figure.source.id, 0) + 1
    yield f"## Sources ({len(reported.sources)})\n"
    rows = []
    for source in sorted(reported.sources.values(), key=lambda source: source.id):
        title = _escaped(source.title)
        rows.append(
            (
                f"`{source.id}`",
                _escaped(source.publisher),
                f"[{title}](<{source.address}>)" if source.address else title,
                source.published or "no date",
                "primary" if source.primary else "",
                source.seen,
                str(figure_counts.get(source.id, 0)),
                _escaped(source.licence or OWN_WORDS),
            )
        )
    yield _table(("id", "publisher", "title", "date", "kind", "seen", "figures", "licence"), rows)
    yield ""


def _watch(reported: Reported) -> Iterator[str]:
    if not reported.watch:
        return
    yield f"## What to watch ({len(reported.watch)})\n"
    rows = []
    for watched in reported.watch:
        replaced = {key.removeprefix("figure:") for keys in watched.stories.values() for key in keys}
        due = f"{watched.due}, inferred" if watched.inferred else watched.due
        id_lists = (", ".join(f"`{name}`" for name in sorted(names)) or "none" for names in (watched.stories, replaced))
        rows.append(
            (
                f"`{watched.id}`",
                _escaped(watched.what),
                due,
                _escaped(watched.basis),
                *id_lists,
                _escaped(watched.enter),
            )
        )
    head = ("id", "what", "due", "on which basis", "stories", "figures it would replace", "to be entered by")
    yield _table(head, rows)
    yield ""


def _series(series: Series) -> Iterator[str]:
    yield f"## Series `{series.id}`\n"
    yield f"{series.title}. {len(series.rows)} rows, in {series.unit}; licence: {series.licence}.\n"
    if series.note:
        yield f"{series.note.strip()}\n"
    rows = []
    for column in series.columns:
        values = [f"{value}: {means}" if means else value for value, means in (column.allowed or {}).items()]
        meaning = _escaped(column.meaning) + (" (may be empty)" if column.empty else "")
        rows.append((f"`{column.name}`", column.type, column.unit or "", meaning, _escaped("; ".join(values))))
    yield _table(("column", "type", "unit", "meaning", "values"), rows)
    yield ""


def _declarations(project: Project) -> Iterator[str]:
    problems: list[Problem] = []
    declarations = read_declarations(project, registry(project.data / "units.txt"), problems)
    if problems:
        raise DataFileError(problems)
    if declarations:
        yield f"## Declarations ({len(declarations)})\n"
        rows = (
            (
                f"`{declaration.id}`",
                _escaped(declaration.statement),
                str(len(declaration.choices)),
                declaration.sentence,
            )
            for declaration in declarations.values()
        )
        yield _table(("id", "what is fixed", "choices", "when"), rows)
        yield ""


def _units(project: Project) -> Iterator[str]:
    path = project.data / "units.txt"
    units = registry(path)
    yield "## Units\n"
    rows = []
    for line in read_text(path).splitlines():
        name, *rest = (part.strip() for part in line.split("#", 1)[0].split("="))
        if name:
            made_of = "a dimension of its own" if rest[0].startswith("[") else f"`{rest[0]}`"
            rows.append((f"`{name}`", made_of, singular_and_plural(name, units)[1] if len(rest) > 1 else ""))
    yield _table(("unit", "is", "in words"), rows)


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    head = list(head)
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _escaped(text: str) -> str:
    """A text on one line, escaped for a cell of a Markdown table."""
    return re.sub(r"([\\`*_\[\]<>|])", r"\\\1", " ".join(str(text).split()))
