"""The manifest of an edition as canonical JSON (RFC 8785): findings, charts, tables, inputs, files.

The receipts of a story's findings are one table of nodes: each number once, with the names of its inputs.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import rfc8785

from toolkit.build.edition_inputs import sha256
from toolkit.build.edition_paths import refuse_other_than_files, refuse_paths_outside
from toolkit.build.manifest_shape import faults
from toolkit.core.errors import Problem, ToolkitError
from toolkit.core.locales import ENGLISH, LOCALES
from toolkit.core.number import Number, nodes_from_json, to_nine_digits
from toolkit.core.operation import LARGEST_INTEGER
from toolkit.core.project import CRLF, with_lf
from toolkit.core.unit import UnitRegistry, registry_of_text
from toolkit.notebook import mime
from toolkit.notebook.cell_settings import visibility_of

SCHEMA = 3
NAME = "manifest.json"
LOG = "log:"
REBUILD = "build the edition again"
MOST_FAULTS = 20  # of a manifest that is none, so many places are named
PICTURE = ("file", "sha256", "alt", "credit", "licence", "caption")  # of a picture; its hash is that of the file
WORDS = ("title", "subtitle", "notes", "alt")


def manifest(
    name: str,
    stories: Mapping[str, str],
    units: str,
    inputs: Mapping[str, dict] | None = None,
    files: Mapping | None = None,
    day: str = "",
    language: str = ENGLISH.code,
) -> str:
    """The text of an edition's manifest: `stories` are entries by slug (`story_entry`), `files` those of `files_of`.

    An entry is its canonical JSON: of many few change. `inputs` are what it was made from (`edition_inputs.py`);
    `units` is the text of data/units.txt, so that numbers can be read back without the project, `language` that of its
    numbers, `day` that of the edition. Raises ValueError for values that are not JSON, such as NaN.
    """
    value = {
        "schema": SCHEMA,
        "name": name,
        "day": day,
        "language": language,
        "inputs": inputs or {},
        "files": files or {},
        "units": units,
    }
    parts = {key: canonical(part).decode() for key, part in value.items()}
    return canonical_object(parts | {"stories": canonical_object(stories)})


def canonical_object(members: Mapping[str, str]) -> str:
    """The canonical JSON of an object, of the canonical JSON of each member."""
    in_order = sorted(members, key=lambda name: name.encode("utf-16-be"))  # as RFC 8785 has it
    return "{" + ",".join(f"{canonical(name).decode()}:{members[name]}" for name in in_order) + "}"


def canonical(value: Any) -> bytes:
    """Canonical JSON (RFC 8785) in UTF-8. Raises ValueError for values that are not JSON, such as NaN."""
    return rfc8785.dumps(value)


def _integer(digits: str) -> int | float:
    """A whole number as canonical JSON means it: past 2**53 the double that is written so, as 2e16 is."""
    number = int(digits)
    return number if abs(number) < LARGEST_INTEGER else float(digits)


def story_entry(
    title: str,
    slug: str,
    record: Mapping,
    notebook: Mapping | None = None,
    files: Mapping[str, bytes] | None = None,
) -> dict:
    """One story's entry but for its pages: findings, receipts, questions, hashes of its charts, tables and pictures.

    `record` is the story's own (`Story.record`), `notebook` has the outputs of its run, `files` are those of its
    folder: a chart without a CSV there is not published, and has no entry.
    """
    receipts = dict(record["nodes"])
    charts, tables, pictures = {}, {}, {}
    for kind, data, states in _published(notebook or {}):
        receipts = {**(data.get("nodes") or {}), **receipts}  # of equal numbers that of the record, as on the page
        if kind == mime.TABLE:
            tables[data["name"]] = {"data": _hash_of(_contents(data)), **_values(data)}
        elif kind == mime.PICTURE:
            pictures[data["id"]] = {name: data[name] for name in PICTURE}
        elif f"data/{data['id']}.csv" in (files or {}):
            charts[data["id"]] = _chart(data, slug)
            if states:
                charts[data["id"]]["states"] = {name: _drawn_from(state) for name, state in states.items()}
    findings = record["findings"].values()
    roots = [stated["node"] for finding in findings for stated in (finding, *finding.get("states", ()))]
    return {
        "title": title,
        "findings": {
            name: {key: finding[key] for key in ("node", "printed", "label", "states") if key in finding}
            for name, finding in record["findings"].items()
        },
        "nodes": {name: receipts[name] for name in nodes_below(roots, receipts)},
        "choices": record.get("choices", {}),
        "questions": record["asked"],
        "queries": record.get("queries", {}),
        "datasets": {
            name: {key: dataset[key] for key in ("title", "file", "sha256", "rows", "source")}
            for name, dataset in record.get("datasets", {}).items()
        },
        "charts": charts,
        "tables": tables,
        "pictures": pictures,
        "usage_logs": {
            n["ref"].removeprefix(LOG): n["label"] for n in receipts.values() if (n.get("ref") or "").startswith(LOG)
        },
    }


def stated_numbers(
    numbers: Mapping[str, Sequence[Mapping[str, Any]]], nodes: Mapping[str, Mapping]
) -> dict[str, list[dict]]:
    """The numbers in the text of a story's pages, by path, in order (`Citations.stated`).

    One among the receipts' `nodes` is its name there and its style, any other its value, unit and style.
    """
    return {
        path: [
            {key: number[key] for key in (("node",) if number["node"] in nodes else ("low", "high", "unit"))}
            | ({"style": number["style"]} if number["style"] else {})
            for number in page_numbers
        ]
        for path, page_numbers in numbers.items()
    }


def document_entries(documents: Mapping[str, str]) -> dict[str, dict]:
    """A story's pages as its entry has them: path in the edition, SHA-256 and size of "html", and of its "annex".

    `documents` are their HTML by path, first the page, then its annex if it has one.
    """
    texts = {path: html.encode() for path, html in documents.items()}
    entries = [{"path": path, "sha256": sha256(text), "bytes": len(text)} for path, text in texts.items()]
    return dict(zip(("html", "annex"), entries, strict=False))


def _published(notebook: Mapping) -> Iterator[tuple[str, dict, dict[str, dict]]]:
    """(type, value, the values in the states of readers' choices) of a notebook's charts, tables and pictures."""
    for cell in notebook.get("cells", ()):
        for output in cell.get("outputs", ()) if visibility_of(cell).outputs else ():
            data = output.get("data", {})
            for kind in (mime.CHART, mime.TABLE, mime.PICTURE):
                if kind in data:
                    states = data.get(mime.STATES, {}).get("states", ())
                    yield kind, data[kind], {state_name(state["at"]): state["data"][kind] for state in states}


def state_name(picks: Mapping[str, str]) -> str:
    """The name of a state, by the options taken: "padded=low, weight=high"."""
    return ", ".join(f"{choice}={key}" for choice, key in picks.items())


def _chart(chart: Mapping, folder: str) -> dict:
    return {
        "form": chart["form"],
        **_drawn_from(chart),
        "csv": f"{folder}/data/{chart['id']}.csv",
        "svg": f"{folder}/charts/{chart['id']}.svg",
    }


def _drawn_from(chart: Mapping) -> dict:
    """The hashes of a chart's data, and of its words and all else that it is drawn from."""
    parts = ("form", "encodings", "source", "kind", "specification", "frames", "typed", "held", "in_scale", "notes_at")
    specification = {key: chart[key] for key in parts if key in chart}
    specification |= {word: chart[word]["text"] for word in WORDS}
    return {"data": _hash_of(_contents(chart["table"])), "specification": _hash_of(specification)}


def _values(table: Mapping) -> dict[str, list]:
    """The `units` of a table's columns, and by row the `values` of its numbers: [value], or [low, high] of a range."""
    values = [
        [list(dict.fromkeys((cell["low"], cell["high"]))) if isinstance(cell, Mapping) else None for cell in row]
        for row in table["rows"]
    ]
    numeric = any(cell is not None for row in values for cell in row)
    return {"units": [column["unit"] or "" for column in table["columns"]], "values": values} if numeric else {}


def _contents(table: Mapping) -> dict:
    return {key: table[key] for key in ("columns", "rows", "kind", "sql")}


def _hash_of(value: object) -> str:
    return sha256(canonical(rounded_numbers(value)))


def rounded_numbers(value: object) -> object:
    """JSON with numbers at nine significant digits, and without names of nodes, which depend on the last bit.

    The name of a currency is left out too: the texts have its sign.
    """
    if isinstance(value, Mapping):
        return {key: rounded_numbers(part) for key, part in value.items() if key not in ("node", "currency")}
    if isinstance(value, (list, tuple)):
        return [rounded_numbers(part) for part in value]
    return float(to_nine_digits(value)) if isinstance(value, float) else value


def nodes_below(roots: list[str], nodes: Mapping[str, dict]) -> dict[str, None]:
    """The names of the nodes that `roots` were computed from, with the roots, as an ordered set (values are None)."""
    below: dict[str, None] = {}
    waiting = list(roots)
    while waiting:
        name = waiting.pop()
        if name not in below:
            below[name] = None
            waiting += nodes[name]["inputs"]
    return below


def files_of(folder: Path) -> dict[str, dict]:
    """{"sha256": …, "bytes": …} of every file of an edition but its manifest, by path."""
    paths = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    paths.pop(NAME, None)
    return {
        name: {"sha256": sha256(content := paths[name].read_bytes()), "bytes": len(content)} for name in sorted(paths)
    }


def altered_files(edition: Path, stored: Mapping) -> list[tuple[str, str]]:
    """(file, what is wrong) for every file of an edition that is not as its manifest says."""
    stated, files = stored["files"], files_of(edition)
    altered = [(name, "missing") for name in stated if name not in files]
    altered += [(name, "not in the manifest") for name in files if name not in stated]
    altered += [
        (name, how_altered(edition / name, stated[name]["sha256"]))
        for name in files
        if name in stated and files[name] != stated[name]
    ]
    pages = [story[key] for story in stored["stories"].values() for key in ("html", "annex") if key in story]
    altered += [
        (page["path"], "not as the entry of its story has it")
        for page in pages
        if page != {"path": page["path"], **stated.get(page["path"], {})}
    ]
    return sorted(altered)


def how_altered(path: Path, stated_hash: str) -> str:
    """How a file differs that had the SHA-256 `stated_hash`: CRLF if its line endings alone do, else "changed"."""
    return CRLF if sha256(with_lf(path.read_bytes())) == stated_hash else "changed"


def edition_units(stored: Mapping) -> UnitRegistry:
    """The units of a manifest, in the language of its edition: English where it names none.

    Raises ToolkitError for lines that define no unit, and for a language that there is not.
    """
    code = stored.get("language", ENGLISH.code)
    if code not in LOCALES:
        raise ToolkitError(f"{NAME}, language", repr(code), ", ".join(LOCALES), REBUILD)
    return registry_of_text(stored["units"], "the manifest's units", code)


def numbers_of(stored: Mapping, units: UnitRegistry | None = None) -> dict[str, dict[str, Number]]:
    """The numbers of a manifest's receipts, by story and digest, in its own units or those of another one.

    Raises ToolkitError for a receipt that cannot be read.
    """
    registry = edition_units(stored) if units is None else units
    numbers = {}
    for slug, story in stored["stories"].items():
        try:
            numbers[slug] = nodes_from_json(story["nodes"], registry)
        except (KeyError, TypeError, ValueError, ArithmeticError, AttributeError, RecursionError) as error:
            raise ToolkitError(
                f"{NAME}, {slug}", f"a receipt that cannot be read: {error}", "numbers that a build wrote", REBUILD
            ) from error
    return numbers


def stored_manifest(edition: Path) -> dict:
    """The manifest of an edition's folder as JSON values.

    Raises ToolkitError if there is none, it is of another schema, not shaped as a build shapes it, or a path leads out
    of it, and for an edition with links, devices or more bytes than one has.
    """
    path, where = edition / NAME, f"{edition.name}/{NAME}"
    refuse_other_than_files(edition)
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"), parse_int=_integer)
        canonical(manifest)  # NaN, infinity and half characters are read by Python, and are none in JSON
    except (OSError, ValueError, RecursionError) as error:
        message = getattr(error, "strerror", None) or str(error)
        raise ToolkitError(
            where, message, "the manifest of an edition", "build the edition with `toolkit build`"
        ) from error
    schema = manifest.get("schema") if isinstance(manifest, dict) else None
    if schema != SCHEMA:
        raise ToolkitError(where, f"schema {schema!r}", str(SCHEMA), REBUILD)
    problems = [
        Problem(f"{where}, {place}", message, expected, REBUILD)
        for place, message, expected in itertools.islice(faults(manifest), MOST_FAULTS)
    ]
    if problems:
        raise ToolkitError(problems)
    refuse_paths_outside(edition, manifest)
    return manifest
