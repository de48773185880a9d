"""What a chart is drawn from: a table, which of its columns the form reads as what, the words, and two page widths."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from toolkit.charts.theme import HOUSE, Palette
from toolkit.core.errors import ToolkitError
from toolkit.core.kind import KINDS, Kind
from toolkit.core.locales import LOCALES, Locale

ALTAIR = "altair"  # the form of an author's own chart of Altair
IN_PERCENT = 100.0  # how many times a share its value in percent is


@dataclass(frozen=True)
class Cell:
    """One number of a chart's table: its ends (equal for a point), its text in a chart, its kind.

    Parts of the text: `form` is money, percent, points, times or quantity; `digits` are those of each end, or of both
    where they are alike, without scale and unit; `scaled` says whether a scale such as million was divided out;
    `currency` is the unit of money, else "". `long` is the text with the words of its unit, "" where `text` has them.
    """

    low: float
    high: float
    text: str
    kind: str = "reported"
    form: str = "quantity"
    digits: tuple[str, ...] = ()
    scaled: bool = False
    currency: str = ""
    long: str = ""

    @property
    def middle(self) -> float:
        """Half way between the ends."""
        return (self.low + self.high) / 2

    @property
    def is_range(self) -> bool:
        """True if the ends differ."""
        return self.low != self.high


@dataclass(frozen=True)
class Annotation:
    """Words on a chart, and their place: () on an axis that does not matter, one value, or the two ends of a band."""

    label: str
    x: tuple[Cell | str, ...] = ()
    y: tuple[Cell | str, ...] = ()


@dataclass(frozen=True)
class Drawing:
    """What a chart is drawn of: `rows` by column, and in `encodings` columns and options by the names of the form's.

    An author's own Altair chart has its `specification`, without data, and perhaps `narrow`, another for phones;
    `frames` are the numbers of rows of the frames that these were made of, in the order of the table. `held` says how
    many times numbers without a scale the values of a column are in its frame: 100 of percent, 0.001 of thousand EUR;
    of those `in_scale` they are so in `rows` too, but never in those of a house form. `typed` are the columns that its
    frames have numbers or true and false in, where `rows` may have words: years, codes. `axis_values` are values of the
    chart's other states: the axis covers them, so that it does not change. `where` names the chart in errors; `cache`
    has what was drawn of it already. Raises ToolkitError for an id that no page can hold, an unknown kind, or a table
    without rows.
    """

    id: str
    form: str
    rows: tuple[Mapping[str, str | Cell | None], ...]
    encodings: Mapping[str, Any]
    kind: str = "reported"
    title: str = ""
    subtitle: str = ""
    source: str = ""
    notes: str = ""
    alt: str = ""
    language: str = "en"
    palette: Palette = HOUSE
    specification: Mapping[str, Any] | None = field(default=None, hash=False)
    narrow: Mapping[str, Any] | None = field(default=None, hash=False)
    frames: tuple[int, ...] = ()
    held: Mapping[str, float] = field(default_factory=dict, hash=False)
    in_scale: tuple[str, ...] = ()
    typed: tuple[str, ...] = ()
    axis_values: tuple[Cell, ...] = ()
    notes_at: tuple[Annotation, ...] = ()
    where: str = field(init=False, repr=False, compare=False, default="")
    cache: dict[str, Any] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "where", f"chart {self.id}, form {self.form}")
        if not re.fullmatch(r"[a-z][a-z0-9-]*", self.id):
            raise ToolkitError(
                f"chart {self.id!r}",
                "an id that cannot stand in a page",
                allowed="small letters, figures and hyphens, a letter first",
                remedy="rename the chart",
            )
        if self.kind not in KINDS:
            raise ToolkitError(self.where, f"kind {self.kind!r}", allowed=", ".join(KINDS))
        if not self.rows:
            raise ToolkitError(self.where, "a table without rows", remedy="look at the question behind the chart")

    def with_axis_values(self, values: tuple[Cell, ...]) -> Drawing:
        """The drawing with room for these numbers of its other states; asked again it is the same object."""
        known: dict[tuple[Cell, ...], Drawing] = self.cache.setdefault("axis values", {})
        if values not in known:
            known[values] = replace(self, axis_values=values)
        return known[values]

    def as_in_frame(self, row: Mapping[str, str | Cell | None]) -> Mapping[str, str | Cell | None]:
        """A row with the values that the author's frame has, and so the chart: 45 of 45 percent."""
        names = self.held.keys() - {*self.in_scale}
        return {name: in_other_scale(cell, self.held[name]) if name in names else cell for name, cell in row.items()}

    def without_scale(self, number: float, column: str) -> float:
        """A number that was typed in the unit of a column's frame, as the rows have its numbers: 0.4 of 40 percent."""
        return float(f"{number / self.held[column]:.15g}") if column in self.held else number

    def in_scale_of(self, number: float, column: str) -> float:
        """A number of the rows as an author types it, in the unit of a column's frame."""
        return float(f"{number * self.held.get(column, 1):.15g}")

    def annotated_values(self, axis: str) -> list[Cell]:
        """The numbers on an axis that notes stand at, for which it has room."""
        return [end for note in self.notes_at for end in getattr(note, axis, ()) if isinstance(end, Cell)]

    def texts_noted(self) -> list[str]:
        """What notes have of texts along the bottom."""
        return [end for note in self.notes_at for end in note.x if isinstance(end, str)]

    @property
    def locale(self) -> Locale:
        """The language of its numbers and of the words beside them."""
        return LOCALES[self.language]

    @property
    def watermark(self) -> str:
        """The word that stands in each chart of synthetic data; "" for any other."""
        return self.locale.say(Kind.SYNTHETIC.label) if self.kind == "synthetic" else ""


@dataclass(frozen=True)
class Layout:
    """A width to draw for, and the type sizes of row labels, details, values and large figures, all in pixels.

    No text may be smaller than `floor`.
    """

    name: str
    width: float
    label: float
    detail: float
    value: float
    figure: float
    floor: float

    @property
    def wide(self) -> bool:
        """True for the wide layout, false for that of a phone."""
        return self.name == "wide"

    @property
    def line(self) -> float:
        """From one baseline to the next in text of the size `detail`."""
        return round(self.detail * 1.32, 1)


# The narrow drawing stands 288 px wide on a 320 px screen: 14.5 px drawn are 12.3 px seen.
WIDE = Layout("wide", 680, label=15, detail=13.5, value=17, figure=26, floor=13)
NARROW = Layout("narrow", 340, label=15.5, detail=14.5, value=17, figure=25, floor=14.2)
LAYOUTS = {"wide": WIDE, "narrow": NARROW}


def read_drawing(chart: Mapping[str, Any], palette: Palette = HOUSE) -> Drawing:
    """The drawing for a chart's JSON (`Chart.to_json` of the notebook), in the colours of `palette`."""
    names = [column["name"] for column in chart["table"]["columns"]]
    rows = tuple(dict(zip(names, map(_cell, row), strict=True)) for row in chart["table"]["rows"])
    encodings = {key: value["low"] if isinstance(value, dict) else value for key, value in chart["encodings"].items()}
    words = {key: chart[key]["text"] for key in ("title", "subtitle", "notes", "alt")}
    held, in_scale = chart.get("held", {}), tuple(chart.get("in_scale", ()))
    if "specification" not in chart:
        in_base = {name: 1 / held[name] for name in in_scale}
        rows = tuple({name: in_other_scale(cell, in_base.get(name, 1)) for name, cell in row.items()} for row in rows)
        in_scale = ()
    return Drawing(
        id=chart["id"],
        form=chart["form"],
        rows=rows,
        encodings=encodings,
        kind=chart["kind"],
        source=chart["source"],
        language=chart["language"],
        palette=palette,
        specification=chart.get("specification"),
        narrow=chart.get("narrow"),
        frames=tuple(chart.get("frames", ())),
        held=held,
        in_scale=in_scale,
        typed=tuple(chart.get("typed", ())),
        notes_at=tuple(annotation(note) for note in chart.get("notes_at", ())),
        **words,
    )


def in_other_scale(cell: str | Cell | None, times: float) -> str | Cell | None:
    """A number of a table in another scale, in the same words; any other cell as it is."""
    if not isinstance(cell, Cell) or times == 1:
        return cell
    low, high = (float(f"{end * times:.15g}") for end in (cell.low, cell.high))  # 7 as typed, not 7.000000000000001
    return replace(cell, low=low, high=high)


def annotation(note: Mapping[str, Any]) -> Annotation:
    """A note of a chart's JSON."""
    x, y = (tuple(one for end in note[axis] if (one := _cell(end)) is not None) for axis in ("x", "y"))
    return Annotation(note["label"]["text"], x, y)


def _cell(value: Any) -> str | Cell | None:
    """One cell of a table's JSON: a number, text, or None where it is empty; any other value is written as text."""
    if isinstance(value, Mapping):
        kept = {name: value[name] for name in ("low", "high", "kind", "form", "scaled")}
        words = {"text": value["short"], "long": value["text"], "currency": value.get("currency", "")}
        return Cell(digits=tuple(value["digits"]), **words, **kept)
    return value if value is None or isinstance(value, str) else str(value)
