"""Sources: documents that can be cited, and the figures they state."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

import pint

from toolkit.core.errors import NumberError, Problem
from toolkit.core.kind import Kind
from toolkit.core.number import Number, leaf
from toolkit.core.project import Project
from toolkit.core.text import period_days
from toolkit.core.unit import exact, parse_unit, plain_unit
from toolkit.core.wording import Style
from toolkit.reading.entry import ID, Entry
from toolkit.reading.yaml_file import read_yaml
from toolkit.reported.claims import Claim, check_unit, claim_unit, fits
from toolkit.reported.unread import entered

SEEN = ("in full", "excerpt", "archived copy", "through another")
STANCES = ("affirms", "denies", "qualifies")
BASES = ("own comment", "not traced", "no source found")
BOUNDS = ("at least", "more than", "at most", "less than")
SOURCE_KEYS = (
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
FIGURE_KEYS = (
    "id",
    "claim",
    "value",
    "low",
    "high",
    "unit",
    "says",
    "stance",
    "about",
    "bound",
    "baseline",
    "population",
    "qualifier",
    "period",
    "place",
    "attributed_to",
    "seen",
    "relies_on",
    "basis",
    "note",
)


@dataclass(frozen=True)
class Quote:
    """Words that stand in a source exactly so, and where."""

    source: str
    text: str
    place: str


@dataclass(frozen=True)
class Source:
    """One document; `seen` says how much of it was read, `relies_on` where its figures come from."""

    id: str
    publisher: str
    title: str
    authors: tuple[str, ...]
    published: str | None
    published_note: str | None
    address: str | None
    primary: bool
    seen: str
    seen_at: str | None
    relies_on: tuple[str, ...]
    named: bool
    interest: str | None
    licence: str | None
    text_sha256: str | None
    note: str | None
    quotes: tuple[Quote, ...] = ()


@dataclass(frozen=True)
class Figure:
    """One source's reading of a claim: `low` and `high` in `unit` as printed, or in words (`says`).

    `basis` says of a retelling that relies on nothing why that is so.
    `quantity` is the same as a number, in the base scale of its claim's unit, kind reported.
    """

    id: str
    source: Source
    claim: Claim
    low: float | None
    high: float | None
    unit: str | None
    says: str | None
    stance: str | None
    about: bool
    bound: str | None
    baseline: str | None
    population: str | None
    qualifier: str | None
    period: str | None
    place: str | None
    attributed_to: str | None
    seen: str
    relies_on: tuple[str, ...]
    basis: str | None
    note: str | None
    quantity: Number | None = None

    @property
    def key(self) -> str:
        return f"{self.source.id}#{self.id}"

    @property
    def ref(self) -> str:
        return f"figure:{self.key}"


@dataclass(frozen=True)
class Record:
    """All claims, sources and figures of a project."""

    claims: dict[str, Claim]
    sources: dict[str, Source]
    figures: dict[str, Figure]

    @cached_property
    def readings(self) -> dict[str, tuple[Figure, ...]]:
        """The figures of each claim, oldest source first."""
        found: dict[str, list[Figure]] = {claim: [] for claim in self.claims}
        for figure in self.figures.values():
            found[figure.claim.id].append(figure)
        for figures in found.values():
            figures.sort(key=lambda figure: (figure.source.published or "9999", figure.key))
        return {claim: tuple(figures) for claim, figures in found.items()}

    @cached_property
    def newest(self) -> date | None:
        """The last day of publication of any source."""
        return max((period_days(s.published)[1] for s in self.sources.values() if s.published), default=None)


def read_sources(
    project: Project, units: pint.UnitRegistry, claims: dict[str, Claim], problems: list[Problem]
) -> Record:
    """All sources of data/sources/ with their figures; what is wrong is added to `problems`."""
    tops = [(path, read_yaml(project, path, problems)) for path in entered(project, "sources")]
    entries = {path.stem: top for path, top in tops if top is not None}
    known = dict.fromkeys(path.stem for path, _ in tops)  # one that cannot be read is on the desk too
    sources = {stem: _source(top, stem, known) for stem, top in entries.items()}
    figures: dict[str, Figure] = {}
    written: dict[str, Entry] = {}
    for stem, top in entries.items():
        seen: set[str] = set()
        for entry in top.entries("figures"):
            figure = _figure(entry, sources[stem], claims, known, units)
            if figure is None:
                continue
            if figure.id in seen:
                entry.wrong("id", f"the figure {figure.id!r} again", "each id once in a source", "rename one")
            seen.add(figure.id)
            figures.setdefault(figure.key, figure)
            written.setdefault(figure.key, entry)
    record = Record(claims, sources, figures)
    _circles(record, entries, written)
    return record


def _source(top: Entry, stem: str, known: Collection[str]) -> Source:
    top.only(SOURCE_KEYS, REQUIRED)
    if top.get("id") != stem or not ID.fullmatch(stem):
        top.wrong("id", f"id is {top.get('id')!r}", f"the file's name, {stem}", "give both the same lower-case name")
    address = top.text("address")
    if address is not None and not address.startswith(("https://", "http://")):
        top.wrong("address", f"address is {address!r}", "an address with https://, or null", "write the whole address")
    if address is None and top.get("seen") == "in full":
        top.wrong(
            "seen",
            "seen in full, with no address",
            "archived copy, excerpt, through another",
            "give the address, or say how it was seen",
        )
    quotes = tuple(_quote(entry, stem) for entry in top.entries("quotes"))
    return Source(
        stem,
        top.words("publisher"),
        top.words("title"),
        top.texts("authors"),
        top.period("published"),
        top.text("published_note"),
        address,
        top.flag("primary", False),
        top.choice("seen", SEEN) or SEEN[-1],
        top.text("seen_at"),
        _relies_on(top, known),
        top.flag("named", True),
        top.text("interest"),
        top.text("licence"),
        top.text("text_sha256"),
        top.text("note"),
        quotes,
    )


def _quote(entry: Entry, source: str) -> Quote:
    entry.only(("text", "place"), ("text", "place"))
    return Quote(source, entry.words("text"), entry.words("place"))


def _relies_on(entry: Entry, known: Collection[str]) -> tuple[str, ...]:
    named = entry.texts("relies_on")
    for source in named:
        if source not in known:
            near = [other for other in known if other.split("-")[0] == source.split("-")[0]]
            allowed, remedy = ", ".join(near or sorted(known)[:12]), "enter it in data/sources/, or correct the id"
            entry.wrong("relies_on", f"the source {source!r} is not on the desk", allowed, remedy)
    return named


def _figure(
    entry: Entry, source: Source, claims: dict[str, Claim], known: Collection[str], units: pint.UnitRegistry
) -> Figure | None:
    entry.only(FIGURE_KEYS, ("id", "claim"))
    name, claim_id = entry.words("id"), entry.words("claim")
    if not ID.fullmatch(name):
        entry.wrong("id", f"id is {name!r}", "lower_case_name", "rename it")
    claim = claims.get(claim_id)
    if claim is None:
        near = [other for other in claims if other.split(".")[0] == claim_id.split(".")[0]]
        allowed, remedy = ", ".join(near[:40]) or "ids of data/claims/", "enter it in data/claims/, or correct the id"
        entry.wrong("claim", f"the claim {claim_id!r} is not on the desk", allowed, remedy)
        return None
    low, high = _range(entry, claim)
    unit = entry.text("unit")
    if claim.unit is not None:
        _check_quantity(entry, claim, unit, units)
    relies_on = _relies_on(entry, known) if "relies_on" in entry else source.relies_on
    ref = f"figure:{source.id}#{name}"
    quantity = None if entry.problems else _quantity(entry, claim, ref, (low, high), unit, units)
    figure = Figure(
        name,
        source,
        claim,
        low,
        high,
        unit,
        entry.text("says"),
        entry.choice("stance", STANCES),
        entry.flag("about", False),
        entry.choice("bound", BOUNDS),
        entry.text("baseline"),
        entry.text("population"),
        entry.text("qualifier"),
        entry.period("period") if "period" in entry else claim.period,
        entry.text("place"),
        entry.text("attributed_to"),
        entry.choice("seen", SEEN, source.seen) or source.seen,
        relies_on,
        entry.choice("basis", BASES),
        entry.text("note"),
        quantity,
    )
    if figure.basis and figure.relies_on:
        entry.wrong(
            "basis",
            f"basis {figure.basis!r}, and it relies on {', '.join(figure.relies_on)}",
            "a basis for what relies on nothing",
            "write relies_on: [], or remove the basis",
        )
    return figure


def _quantity(
    entry: Entry,
    claim: Claim,
    ref: str,
    printed: tuple[float | None, float | None],
    text: str | None,
    units: pint.UnitRegistry,
) -> Number | None:
    """The reading in its claim's unit, converted once, with the digits that were printed; None for words."""
    low, high = printed
    if low is None or high is None or text is None or claim.unit is None:
        return None
    unit, base = parse_unit(text, units), plain_unit(parse_unit(claim.unit, units))
    form = {"multiple": "times", "percent": "percent"}.get(text, "quantity")
    try:
        made = leaf(low, high, unit, Kind.REPORTED, ref, claim.statement, Style(form))
    except NumberError as error:
        key = "value" if "value" in entry else "low"
        entry.wrong(key, error.problems[0].found, "a finite value", "correct the value")
        return None
    if made.unit == base:
        return made
    ends = [exact(value, unit, base) for value in (low, high)]
    digits = None if ends[0] == made.low else 3  # another scale of time, say: not the digits that were printed
    return replace(made, low=ends[0], high=ends[1], unit=base, style=Style(form, digits))


def _range(entry: Entry, claim: Claim) -> tuple[float | None, float | None]:
    value, low, high = (entry.number(key) for key in ("value", "low", "high"))
    given = [key for key in ("value", "low", "high") if key in entry]
    if claim.unit is None:
        if given or "unit" in entry:
            entry.wrong(
                given[0] if given else "unit",
                f"a quantity for {claim.id}, which is a statement",
                "says and stance",
                "give the claim a unit, or say it in words",
            )
        for key in ("says", "stance"):
            if key not in entry:
                entry.wrong(None, f"{key} is missing", "says and stance for a claim without a unit", f"add {key}")
        return None, None
    if given not in (["value"], ["low", "high"]):
        entry.wrong(
            given[0] if given else None,
            f"{' and '.join(given) or 'no value'}",
            "value, or low and high",
            "write the figure as printed",
        )
        return None, None
    if value is not None:
        return value, value
    if low is not None and high is not None and low > high:
        entry.wrong("low", f"low {low} is over high {high}", "low at most high", "exchange the two or correct one")
        return None, None
    return low, high


def _check_quantity(entry: Entry, claim: Claim, unit: str | None, units: pint.UnitRegistry) -> None:
    if claim.multiple and not entry.get("baseline"):
        entry.wrong(
            None,
            "a multiple without a baseline",
            "baseline: of what it is a multiple",
            "add baseline, or baseline: none given",
        )
    if unit is None:
        entry.wrong(None, "unit is missing", f"a unit that fits {claim.unit}", "add the unit as printed")
        return
    parsed, wanted = check_unit(entry, unit, units), claim_unit(claim, units)
    if parsed is not None and wanted is not None and not fits(parsed, wanted):
        entry.wrong(
            "unit",
            f"unit {unit!r}, where {claim.id} is in {claim.unit!r}",
            f"a unit of {wanted.dimensionality}",
            "correct the unit, or enter another claim",
        )


def _circles(record: Record, tops: Mapping[str, Entry], figures: Mapping[str, Entry]) -> None:
    """Notes each circle of `relies_on` once: among the sources, then those that only a figure's own closes."""
    links = {name: source.relies_on for name, source in record.sources.items()}
    known = set()
    for circle in _circle(links, links):
        known.add(frozenset(circle))
        _note_circle(tops[circle[-2]], circle)
    for readings in record.readings.values():
        if not any("relies_on" in figures[figure.key] for figure in readings):
            continue
        own: dict[str, tuple[str, ...]] = {}
        for figure in readings:
            own[figure.source.id] = own.get(figure.source.id, ()) + figure.relies_on
        for circle in _circle(ChainMap(own, links), own):
            if frozenset(circle) not in known:
                inside = [figure.key for figure in readings if figure.source.id in circle]
                _note_circle(next(figures[key] for key in inside if "relies_on" in figures[key]), circle)


def _note_circle(entry: Entry, circle: list[str]) -> None:
    entry.wrong(
        "relies_on",
        "a circle: " + " → ".join(circle),
        "sources that lead to an origin",
        "remove the link that is not in the document",
    )


def _circle(links: Mapping[str, Iterable[str]], starts: Iterable[str]) -> list[list[str]]:
    """The circles to which links lead from `starts`, each from the source where it is entered back to it."""
    found: list[list[str]] = []
    done: set[str] = set()
    for start in sorted(starts):
        path: dict[str, Iterator[str]] = {} if start in done else {start: iter(links[start])}
        while path:
            source, rest = next(reversed(path.items()))
            below = next(rest, None)
            if below is None:
                done.add(source)
                del path[source]
            elif below in path:
                names = list(path)
                found.append([*names[names.index(below) :], below])
            elif below not in done:
                path[below] = iter(links.get(below, ()))
    return found
