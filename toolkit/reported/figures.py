"""Figures: each one source's reading of a claim, kept as printed and converted once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from toolkit.core.errors import NumberError
from toolkit.core.kind import Kind
from toolkit.core.number import Number, leaf
from toolkit.core.unit import UnitRegistry, exact, parse_unit, plain_unit
from toolkit.core.wording import Style
from toolkit.reading.entry import ID, Entry
from toolkit.reported.claims import Claim, check_unit, claim_unit, fits
from toolkit.reported.sources import SEEN, Source, relied_on

STANCES = ("affirms", "denies", "qualifies")
BASES = ("own comment", "not traced", "no source found")
BOUNDS = ("at least", "more than", "at most", "less than")
KEYS = (
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


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One source's reading of a claim: `low` and `high` in `unit` as printed, or in words (`says`).

    `basis` says of a retelling that relies on nothing why that is so.
    `quantity` is the same as a number, in the base scale of its claim's unit, kind reported.
    """

    id: str
    source: Source
    claim: Claim
    low: float | None = None
    high: float | None = None
    unit: str | None = None
    says: str | None = None
    stance: str | None = None
    about: bool = False
    bound: str | None = None
    baseline: str | None = None
    population: str | None = None
    qualifier: str | None = None
    period: str | None = None
    place: str | None = None
    attributed_to: str | None = None
    seen: str
    relies_on: tuple[str, ...]
    basis: str | None = None
    note: str | None = None
    quantity: Number | None = None

    @cached_property
    def key(self) -> str:
        return f"{self.source.id}#{self.id}"

    @cached_property
    def ref(self) -> str:
        return f"figure:{self.key}"


def read_figures(
    files: Mapping[str, Entry | None],
    sources: Mapping[str, Source],
    claims: Mapping[str, Claim],
    units: UnitRegistry,
) -> tuple[dict[str, Figure], dict[str, Entry]]:
    """The figures that all sources state, and the entry of each, by key; what is wrong is noted in the entries."""
    figures: dict[str, Figure] = {}
    entries: dict[str, Entry] = {}
    for name, source in sources.items():
        seen: set[str] = set()
        top = files[name]
        for entry in top.entries("figures") if top is not None else ():
            figure = _figure(entry, source, claims, files, units)
            if figure is None:
                continue
            if figure.id in seen:
                entry.wrong("id", f"the figure {figure.id!r} again", "each id once in a source", "rename one")
            seen.add(figure.id)
            figures.setdefault(figure.key, figure)
            entries.setdefault(figure.key, entry)
    return figures, entries


def by_claim(figures: Iterable[Figure]) -> dict[str, tuple[Figure, ...]]:
    """The figures of each claim that has any, oldest source first."""
    found: dict[str, list[Figure]] = {}
    for figure in figures:
        found.setdefault(figure.claim.id, []).append(figure)
    for readings in found.values():
        readings.sort(key=lambda figure: (figure.source.published or "9999", figure.key))
    return {claim: tuple(readings) for claim, readings in found.items()}


def _figure(
    entry: Entry, source: Source, claims: Mapping[str, Claim], known: Collection[str], units: UnitRegistry
) -> Figure | None:
    entry.check_keys(KEYS, ("id", "claim"))
    name, claim_id = entry.required_text("id"), entry.required_text("claim")
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
    relies_on = relied_on(entry, known) if "relies_on" in entry else source.relies_on
    ref = f"figure:{source.id}#{name}"
    quantity = None if entry.problems else _quantity(entry, claim, ref, (low, high), unit, units)
    figure = Figure(
        id=name,
        source=source,
        claim=claim,
        low=low,
        high=high,
        unit=unit,
        says=entry.text("says"),
        stance=entry.choice("stance", STANCES),
        about=entry.flag("about", False),
        bound=entry.choice("bound", BOUNDS),
        baseline=entry.text("baseline"),
        population=entry.text("population"),
        qualifier=entry.text("qualifier"),
        period=entry.period("period") if "period" in entry else claim.period,
        place=entry.text("place"),
        attributed_to=entry.text("attributed_to"),
        seen=entry.choice("seen", SEEN, source.seen) or source.seen,
        relies_on=relies_on,
        basis=entry.choice("basis", BASES),
        note=entry.text("note"),
        quantity=quantity,
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
    units: UnitRegistry,
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


def _check_quantity(entry: Entry, claim: Claim, unit: str | None, units: UnitRegistry) -> None:
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
