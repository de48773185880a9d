"""What the database has behind a number, in the words of a page: readings, sources, origins, certainty."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from toolkit.core import wording
from toolkit.core.locales import LOCALES
from toolkit.core.text import newest
from toolkit.core.unit import parse_unit, unit_text, unit_without_scales
from toolkit.core.wording import Style, written_date
from toolkit.database.open import Database
from toolkit.database.table import DATASET
from toolkit.site.markdown import curly

CLAIMS = "claims.html"
LEVELS = ("low", "moderate", "high")
SMALL = LOCALES["en"].small
NAMED = 8  # so many publishers are named one by one


@dataclass(frozen=True)
class WordedCertainty:
    """How well a claim is sourced: `level` in words, and from 1 to 3 as filled `boxes`; reasons; ids of origins.

    `address` is that of the claim on the page of its topic that it is on, from another page of the edition.
    """

    statement: str
    level: str
    boxes: int
    reasons: str
    origins: tuple[str, ...]
    address: str


class Sourcing:
    """Looks up readings, sources and certainties in the database, each once.

    Its methods raise ToolkitError for a source or a reading that the database does not have.
    """

    def __init__(self, database: Database):
        self.database = database
        self._readings: dict[str, dict] = {}
        self._sources: dict[str, dict] = {}
        self._claims: dict[str, list[dict]] = {}
        self._certainty: dict[str, WordedCertainty] = {}

    def reading(self, ref: str) -> dict:
        """The figure, series row or dataset that a number's `ref` names, as a row of the database; {} for others."""
        if not ref.startswith(("figure:", "series:", DATASET)):
            return {}
        if ref not in self._readings:
            self._readings[ref] = self.database.reading(ref)
        return self._readings[ref]

    def source(self, name: str) -> dict:
        """A source by its id, as a row of the database."""
        if name not in self._sources:
            self._sources[name] = self.database.source(name)
        return self._sources[name]

    def cite(self, name: str) -> str:
        """A source as publisher and date: "Jellyfish, 15 April 2026"."""
        source = self.source(name)
        return curly(f"{source['publisher']}, {self.date(source['published'])}")

    def date(self, text: str | None) -> str:
        """An ISO date, or a part of one, in the language of the pages; "undated" for None."""
        return written_date(text, self.database.units.locale)

    def newest(self, names: Iterable[str]) -> str | None:
        """The date of the newest of these sources, those of invented datasets left out; None if none has a date."""
        invented = self.database.declared.invented_sources
        return newest(self.source(name)["published"] for name in names if name not in invented)

    def wording(self, reading: dict) -> str:
        """The value of a reading in words: "about 69 million tokens per merged request"; its statement without one."""
        if reading.get("low") is None:
            return reading.get("says") or ""
        unit = parse_unit(reading["unit"], self.database.units)
        style = Style(reading.get("form") or "quantity", reading.get("digits"))
        return hedge(reading) + wording.wording_of(reading["low"], reading["high"], unit, style).prose

    def as_printed(self, reading: dict) -> str:
        """A figure's value as its source printed it, where its claim has another unit: "281 billion tokens a day".

        Empty where only scales differ, such as million, and for what is no figure with a value.
        """
        if reading.get("low") is None or not reading.get("printed_unit"):
            return ""
        unit = parse_unit(reading["printed_unit"], self.database.units)
        if unit_text(unit_without_scales(unit)) == reading["unit"]:
            return ""
        style = Style(reading.get("form") or "quantity")
        return wording.wording_of(reading["printed_low"], reading["printed_high"], unit, style).prose

    def certainty(self, claim: str) -> WordedCertainty:
        """The certainty of a claim's sourcing."""
        if claim not in self._certainty:
            row = self.database.certainty(claim)
            level, reasons, origins = row["level"], ", ".join(row["reasons"]), tuple(self.database.origins(claim))
            boxes = LEVELS.index(level) + 1
            address = f"{topic_page(claim.partition('.')[0], row['page'])}#c-{claim}"
            self._certainty[claim] = WordedCertainty(row["statement"], level, boxes, reasons, origins, address)
        return self._certainty[claim]

    def origins(self, claims: Iterable[str]) -> tuple[str, ...]:
        """The ids of the origins of claims, by date: the sources that rely on no other here."""
        origins = {origin for claim in claims for origin in self.certainty(claim).origins}
        return tuple(sorted(origins, key=self.age))

    def age(self, name: str) -> tuple[str, str]:
        """The key by which sources are sorted oldest first."""
        return (self.source(name)["published"] or "9999", name)

    def elsewhere(self, reading: dict) -> list[str]:
        """Other readings of the claim that differ in value, unit, baseline or population, each as a line.

        Empty for a reading of no claim, and for one without a value.
        """
        claim = reading.get("claim")
        if not claim or reading.get("low") is None:
            return []
        if claim not in self._claims:
            self._claims[claim] = self.database.readings(claim)
        return [
            f"{self.wording(other)}{against(other)} ({self.cite(other['source'])})"
            for other in self._claims[claim]
            if other["key"] != reading["key"] and other["low"] is not None and differs(reading, other)
        ]

    def publisher(self, name: str) -> str:
        """The publisher of a source, for lines that name several."""
        return curly(self.source(name)["publisher"])

    def publishers(self, sources: Iterable[str]) -> str:
        """The publishers of sources in words, each once; of more than NAMED the first, "and others"."""
        names = list(dict.fromkeys(map(self.publisher, sources)))
        return listed([*names[:NAMED], "others"] if len(names) > NAMED else names)


def topic_page(topic: str, page: int = 1) -> str:
    """The path of a page of a topic's claims, which are counted from 1. No topic has a dot in its name."""
    return CLAIMS.replace(".html", f"-{topic}.html" if page == 1 else f"-{topic}.{page}.html")


def hedge(reading: dict) -> str:
    """How a source limits the number, with a space after it: "more than ", "about "; empty if it does not."""
    if reading.get("bound"):
        return f"{reading['bound']} "
    return "about " if reading.get("about") else ""


def against(reading: dict) -> str:
    """The baseline of a multiple, as it follows the value: " against last year"; empty without one."""
    baseline = reading.get("baseline")
    if not baseline:
        return ""
    return ", no baseline given" if baseline == "none given" else f" against {baseline}"


def differs(reading: dict, other: dict) -> bool:
    """True if two readings of a claim do not say the same."""
    return any(reading.get(key) != other.get(key) for key in ("low", "high", "printed_unit", "baseline", "population"))


def host(address: str | None) -> str:
    """The host of an address without www., to name a copy without linking it; empty for None."""
    return urlsplit(address or "").netloc.removeprefix("www.")


def count(number: int, singular: str, plural: str) -> str:
    """A number of things, small numbers in words: "one origin", "three sources", "14 sources"."""
    word = SMALL[number] if number < len(SMALL) else str(number)
    return f"{word} {singular if number == 1 else plural}"


def listed(items: Iterable[str]) -> str:
    """Items as a list in words: "a, b and c"; empty for none."""
    items = list(items)
    return items[0] if len(items) == 1 else ", ".join(items[:-1]) + f" and {items[-1]}" if items else ""
