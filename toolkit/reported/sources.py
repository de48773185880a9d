"""Sources: documents that can be cited, each a file of data/sources/ with the figures that it states."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from toolkit.core.errors import Problem
from toolkit.core.project import Project
from toolkit.core.web_address import wrong_address
from toolkit.reading.entry import ID, Entry
from toolkit.reading.yaml_file import read_yaml
from toolkit.reported.data_files import data_files

SEEN = ("in full", "excerpt", "archived copy", "through another")
KEYS = (
    "schema",
    "id",
    "publisher",
    "title",
    "authors",
    "published",
    "published_note",
    "address",
    "primary",
    "seen",
    "seen_at",
    "relies_on",
    "named",
    "interest",
    "licence",
    "text_sha256",
    "note",
    "quotes",
    "figures",
)
REQUIRED = ("schema", "id", "publisher", "title", "published", "address", "primary", "seen", "relies_on")


@dataclass(frozen=True)
class Quote:
    """Words quoted from a source, by its id, and the place in it where they stand."""

    source: str
    text: str
    place: str


@dataclass(frozen=True, kw_only=True)
class Source:
    """One document, with its file's fields.

    `seen` (one of SEEN) says how much of it was read; `relies_on` has the ids of the sources that its figures come
    from, () for an origin. `primary` is true where it comes from whoever measured or said it, `named` false where that
    is unnamed people; `interest` says what they gain by the number. `published` is a period, None for no date.
    """

    id: str
    publisher: str
    title: str
    authors: tuple[str, ...] = ()
    published: str | None
    published_note: str | None = None
    address: str | None
    primary: bool
    seen: str
    seen_at: str | None = None
    relies_on: tuple[str, ...]
    named: bool = True
    interest: str | None = None
    licence: str | None = None
    text_sha256: str | None = None
    note: str | None = None
    quotes: tuple[Quote, ...] = ()


def source_files(project: Project, problems: list[Problem]) -> dict[str, Entry | None]:
    """The top entry of each file of data/sources/, by the source's id; None for a file that cannot be read.

    What is wrong is added to `problems`.
    """
    return {path.stem: read_yaml(project, path, problems) for path in data_files(project, "sources")}


def read_sources(files: Mapping[str, Entry | None]) -> dict[str, Source]:
    """The sources of the files that could be read, by id; adds what is wrong to the entries' problems."""
    return {name: _source(top, name, files) for name, top in files.items() if top is not None}


def _source(top: Entry, stem: str, source_ids: Collection[str]) -> Source:
    top.check_keys(KEYS, REQUIRED)
    top.check_names("publisher", "authors")
    if top.get("id") != stem or not ID.fullmatch(stem):
        top.add_problem(
            "id", f"id is {top.get('id')!r}", f"the file's name, {stem}", "give both the same lower-case name"
        )
    address = top.text("address")
    if address is not None and (wrong := wrong_address(address)):
        top.add_problem(
            "address",
            f"address is {address!r}: {wrong}",
            "an address with https:// or http://, or null",
            "write the whole address, as the site itself writes it",
        )
    if address is None and top.get("seen") == "in full":
        top.add_problem(
            "seen",
            "seen in full, with no address",
            "archived copy, excerpt, through another",
            "give the address, or say how it was seen",
        )
    return Source(
        id=stem,
        quotes=tuple(_quote(entry, stem) for entry in top.entries("quotes")),
        publisher=top.required_text("publisher"),
        title=top.required_text("title"),
        authors=top.texts("authors"),
        published=top.period("published"),
        published_note=top.text("published_note"),
        address=address,
        primary=top.flag("primary", False),
        seen=top.one_of("seen", SEEN) or SEEN[-1],
        seen_at=top.text("seen_at"),
        relies_on=read_relies_on(top, source_ids),
        named=top.flag("named", True),
        interest=top.text("interest"),
        licence=top.text("licence"),
        text_sha256=top.text("text_sha256"),
        note=top.text("note"),
    )


def _quote(entry: Entry, source: str) -> Quote:
    entry.check_keys(("text", "place"), ("text", "place"))
    return Quote(source, entry.required_text("text"), entry.required_text("place"))


def read_relies_on(entry: Entry, source_ids: Collection[str]) -> tuple[str, ...]:
    """The ids at `relies_on` of a source or figure; one that is not in `source_ids` is a problem, and is returned."""
    listed = entry.texts("relies_on")
    for source in listed:
        if source not in source_ids:
            near = [other for other in source_ids if other.split("-")[0] == source.split("-")[0]]
            allowed, remedy = ", ".join(near or sorted(source_ids)[:12]), "enter it in data/sources/, or correct the id"
            entry.add_problem("relies_on", f"no source {source!r} in data/sources/", allowed, remedy)
    return listed
