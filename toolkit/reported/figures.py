"""Figures: what one source says of a claim, as printed, with its value converted once to the claim's unit."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from toolkit.core.errors import NumberError
from toolkit.core.kind import Kind
from toolkit.core.number import Number, leaf
from toolkit.core.number_style import style_in
from toolkit.core.unit import Unit, UnitRegistry, convert_exactly, unit_without_scales, units_of
from toolkit.core.unit_answers import kept_in_registry
from toolkit.core.wording import Style
from toolkit.reading.entry import ID, Entry
from toolkit.reported.claims import Claim, check_unit, claim_unit, unit_fits
from toolkit.reported.sources import SEEN, Source, read_relies_on

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
    """What one source says of a claim: `low` and `high` in `unit` as printed, or, of a statement, words in `says`.

    `about` is true where the source says "about", `bound` one of BOUNDS where the value is a limit; `place` says where
    in the source the figure stands, `seen` (one of SEEN) how much of it was read. `relies_on` has ids of sources; where
    it has none, `basis` may say why (one of BASES). `quantity` is the value as a number of kind reported, in the
    claim's unit without scales; None for words, and where anything read from data/ so far was wrong.
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
        """SOURCE#FIGURE, unique in data/."""
        return f"{self.source.id}#{self.id}"

    @cached_property
    def ref(self) -> str:
        """The key as receipts name it: figure:SOURCE#FIGURE."""
        return f"figure:{self.key}"


def read_figures(
    files: Mapping[str, Entry | None],
    sources: Mapping[str, Source],
    claims: Mapping[str, Claim],
    units: UnitRegistry,
) -> tuple[dict[str, Figure], dict[str, Entry]]:
    """The figures of all sources, and the entry of each, both by key; adds what is wrong to the entries' problems."""
    figures: dict[str, Figure] = {}
    entries: dict[str, Entry] = {}
    for name, source in sources.items():
        ids: set[str] = set()
        top = files[name]
        for entry in top.entries("figures") if top is not None else ():
            figure = _figure(entry, source, claims, files, units)
            if figure is None:
                continue
            if figure.id in ids:
                entry.add_problem("id", f"the figure {figure.id!r} again", "each id once in a source", "rename one")
            ids.add(figure.id)
            figures.setdefault(figure.key, figure)
            entries.setdefault(figure.key, entry)
    return figures, entries


def group_by_claim(figures: Iterable[Figure]) -> dict[str, tuple[Figure, ...]]:
    """The figures of each claim that has any, by the claim's id.

    Oldest source first, by the text of its date and then by key; undated sources come last.
    """
    by_claim: dict[str, list[Figure]] = {}
    for figure in figures:
        by_claim.setdefault(figure.claim.id, []).append(figure)
    for listed in by_claim.values():
        listed.sort(key=lambda figure: (figure.source.published or "9999", figure.key))
    return {claim: tuple(listed) for claim, listed in by_claim.items()}


def _figure(
    entry: Entry, source: Source, claims: Mapping[str, Claim], source_ids: Collection[str], units: UnitRegistry
) -> Figure | None:
    entry.check_keys(KEYS, ("id", "claim"))
    entry.check_names("baseline", "population", "qualifier", "attributed_to")
    name, claim_id = entry.required_text("id"), entry.required_text("claim")
    if not ID.fullmatch(name):
        entry.add_problem("id", f"id is {name!r}", "lower_case_name", "rename it")
    claim = claims.get(claim_id)
    if claim is None:
        near = [other for other in claims if other.split(".")[0] == claim_id.split(".")[0]]
        allowed, remedy = ", ".join(near[:40]) or "ids of data/claims/", "enter it in data/claims/, or correct the id"
        entry.add_problem("claim", f"no claim {claim_id!r} in data/claims/", allowed, remedy)
        return None
    low, high = _low_and_high(entry, claim)
    unit = entry.text("unit")
    printed = None if claim.unit is None else _printed_unit(entry, claim, unit, units)
    relies_on = read_relies_on(entry, source_ids) if "relies_on" in entry else source.relies_on
    ref = f"figure:{source.id}#{name}"
    # `problems` is shared by all files: after the first one no value is converted, as nothing will be built
    quantity = None if entry.problems or printed is None else _quantity(entry, claim, ref, (low, high), printed)
    figure = Figure(
        id=name,
        source=source,
        claim=claim,
        low=low,
        high=high,
        unit=unit,
        says=entry.text("says"),
        stance=entry.one_of("stance", STANCES),
        about=entry.flag("about", False),
        bound=entry.one_of("bound", BOUNDS),
        baseline=entry.text("baseline"),
        population=entry.text("population"),
        qualifier=entry.text("qualifier"),
        period=entry.period("period") if "period" in entry else claim.period,
        place=entry.text("place"),
        attributed_to=entry.text("attributed_to"),
        seen=entry.one_of("seen", SEEN, source.seen) or source.seen,
        relies_on=relies_on,
        basis=entry.one_of("basis", BASES),
        note=entry.text("note"),
        quantity=quantity,
    )
    if figure.basis and figure.relies_on:
        entry.add_problem(
            "basis",
            f"basis {figure.basis!r}, and it relies on {', '.join(figure.relies_on)}",
            "a basis for what relies on nothing",
            "write relies_on: [], or remove the basis",
        )
    return figure


def _quantity(
    entry: Entry, claim: Claim, ref: str, ends: tuple[float | None, float | None], printed: Unit
) -> Number | None:
    """The value as a number in its claim's unit without scales; None without one, with a problem if not finite."""
    low, high = ends
    unit_of_claim = claim_unit(claim, units_of(printed))
    if low is None or high is None or unit_of_claim is None:
        return None
    base, style = _base_and_style(units_of(printed), printed, unit_of_claim)
    try:
        number = leaf(low, high, printed, Kind.REPORTED, ref, claim.statement, style)
    except NumberError as error:
        key = "value" if "value" in entry else "low"
        entry.add_problem(key, error.problems[0].found, "a finite value", "correct the value")
        return None
    if number.unit == base:
        return number
    low, high = (convert_exactly(value, printed, base) for value in (low, high))
    digits = None if low == number.low else 3  # after a conversion, as of years to months, the printed digits are gone
    return replace(number, low=low, high=high, unit=base, style=replace(style, digits=digits))


@kept_in_registry  # thousands of figures share few units
def _base_and_style(units: UnitRegistry, printed: Unit, unit_of_claim: Unit) -> tuple[Unit, Style]:
    """A claim's unit, `unit_of_claim`, without scales, and how a figure printed in another unit is written in it."""
    base = unit_without_scales(unit_of_claim)
    return base, style_in(unit_of_claim if printed == base else printed)  # 0.4 of a claim in percent is 40%


def _low_and_high(entry: Entry, claim: Claim) -> tuple[float | None, float | None]:
    """The ends as printed, equal where the entry has one value; None for a statement, and where they are wrong."""
    value, low, high = (entry.number(key) for key in ("value", "low", "high"))
    value_keys = [key for key in ("value", "low", "high") if key in entry]
    if claim.unit is None:
        if value_keys or "unit" in entry:
            entry.add_problem(
                value_keys[0] if value_keys else "unit",
                f"a quantity for {claim.id}, which is a statement",
                "says and stance",
                "give the claim a unit, or say it in words",
            )
        for key in ("says", "stance"):
            if key not in entry:
                entry.add_problem(None, f"{key} is missing", "says and stance for a claim without a unit", f"add {key}")
        return None, None
    if value_keys not in (["value"], ["low", "high"]):
        entry.add_problem(
            value_keys[0] if value_keys else None,
            f"{' and '.join(value_keys) or 'no value'}",
            "value, or low and high",
            "write the figure as printed",
        )
        return None, None
    if value is not None:
        return value, value
    if low is not None and high is not None and low > high:
        entry.add_problem("low", f"low {low} is over high {high}", "low at most high", "swap the two or correct one")
        return None, None
    return low, high


def _printed_unit(entry: Entry, claim: Claim, text: str | None, units: UnitRegistry) -> Unit | None:
    """The unit of a figure of a claim that has one; None, with a problem, where it is missing or not known.

    Also adds a problem for a multiple without a baseline, and for a unit that does not fit the claim.
    """
    if claim.multiple and not entry.get("baseline"):
        entry.add_problem(
            None,
            "a multiple without a baseline",
            "baseline: of what it is a multiple",
            "add baseline, or baseline: none given",
        )
    if text is None:
        entry.add_problem(None, "unit is missing", f"a unit that fits {claim.unit}", "add the unit as printed")
        return None
    printed, unit_of_claim = check_unit(entry, text, units), claim_unit(claim, units)
    if printed is not None and unit_of_claim is not None and not unit_fits(printed, unit_of_claim):
        entry.add_problem(
            "unit",
            f"unit {text!r}, where {claim.id} is in {claim.unit!r}",
            f"a unit of {unit_of_claim.dimensionality}",
            "correct the unit, or enter another claim",
        )
    return printed
