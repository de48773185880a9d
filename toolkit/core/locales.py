"""The table of languages that numbers are written in. Another language is one more entry.

A project chooses its language by `language` in [tool.toolkit] of its pyproject.toml, and the words of its units in
data/units.txt. Sentences around numbers stay in the language in which they were written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, eq=False)  # compared by identity: there is one object a language
class Locale:
    """The words and marks of one language; texts with braces are templates for str.format.

    `point` and `group` are the decimal and thousands separators; `scales` follow a quantity in prose, `single_scales`
    a one there, `short_scales` a quantity on a chart, `money_scales` an amount of money, each with its space. `points`
    are one percentage point and several.
    `each` joins a unit of time ("a month"), `per` any other. `small` has number words from zero on, `days` begin
    with Sunday, `day` is one in its month, before the year. `words` translates other English words beside numbers
    (kinds, steps of receipts, notes of axes); what it lacks stays English.
    """

    code: str
    point: str
    group: str
    money: str
    money_scales: Mapping[str, str]
    scales: Mapping[str, str]
    single_scales: Mapping[str, str]
    short_scales: Mapping[str, str]
    percent: str
    points: tuple[str, str]
    short_points: tuple[str, str]
    times: str
    short_times: str
    range: str
    per: str
    each: str
    small: tuple[str, ...]
    months: tuple[str, ...]
    short_months: tuple[str, ...]
    days: tuple[str, ...]
    short_days: tuple[str, ...]
    day: str
    words: Mapping[str, str] = field(default_factory=dict)

    def say(self, english: str) -> str:
        """English words in this language, or unchanged where `words` lacks them."""
        return self.words.get(english, english)

    def with_sign(self, minus: str, sign: str, value: str, scale: str) -> str:
        """Money as this language writes it, `value` being digits: "$5m"; a sign of letters keeps apart: "CHF 5m"."""
        apart = sign[-1:].isalpha() and "{sign}{value}" in self.money
        return self.money.format(minus=minus, sign=f"{sign}\u00a0" if apart else sign, value=value, scale=scale)


ENGLISH = Locale(
    code="en",
    point=".",
    group=",",
    money="{minus}{sign}{value}{scale}",
    money_scales={"trillion": "tn", "billion": "bn", "million": "m"},
    scales={"trillion": " trillion", "billion": " billion", "million": " million"},
    single_scales={"trillion": " trillion", "billion": " billion", "million": " million"},
    short_scales={"trillion": "T", "billion": "bn", "million": "m"},
    percent="{value}%",
    points=(" percentage point", " percentage points"),
    short_points=(" point", " points"),
    times=" times",
    short_times="×",
    range="{low} to {high}",
    per=" per {unit}",
    each=" a {unit}",
    small=tuple("zero one two three four five six seven eight nine ten eleven twelve".split()),
    months=tuple(
        "January February March April May June July August September October November December".split(),
    ),
    short_months=tuple("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()),
    days=tuple("Sunday Monday Tuesday Wednesday Thursday Friday Saturday".split()),
    short_days=tuple("Sun Mon Tue Wed Thu Fri Sat".split()),
    day="{day} {month}",
)

GERMAN = Locale(
    code="de",
    point=",",
    group=".",
    money="{minus}{value}{scale} {sign}",
    money_scales={"trillion": " Bio.", "billion": " Mrd.", "million": " Mio."},
    scales={"trillion": " Billionen", "billion": " Milliarden", "million": " Millionen"},
    single_scales={"trillion": " Billion", "billion": " Milliarde", "million": " Million"},
    short_scales={"trillion": " Bio.", "billion": " Mrd.", "million": " Mio."},
    percent="{value} %",
    points=(" Prozentpunkt", " Prozentpunkte"),
    short_points=(" Punkt", " Punkte"),
    times="-mal",
    short_times="×",
    range="{low} bis {high}",
    per=" je {unit}",
    each=" je {unit}",
    small=tuple("null ein zwei drei vier fünf sechs sieben acht neun zehn elf zwölf".split()),
    months=tuple("Januar Februar März April Mai Juni Juli August September Oktober November Dezember".split()),
    short_months=tuple("Jan. Feb. März Apr. Mai Juni Juli Aug. Sep. Okt. Nov. Dez.".split()),
    days=tuple("Sonntag Montag Dienstag Mittwoch Donnerstag Freitag Samstag".split()),
    short_days=tuple("So Mo Di Mi Do Fr Sa".split()),
    day="{day}. {month}",
    words={
        "undated": "ohne Datum",
        "kind": "Art",
        "thousand": "Tausend",
        "and": "und",
        "or": "oder",
        "sources": "Quellen",
        "our computation": "eigene Berechnung",
        "not given": "keine Angabe",
        "US dollars": "US-Dollar",
        "euros": "Euro",
        # kinds
        "reported": "berichtet",
        "computed from reported figures": "aus berichteten Zahlen berechnet",
        "measured": "gemessen",
        "computed with assumptions": "mit Annahmen berechnet",
        "assumed": "angenommen",
        "SIMULATED": "SIMULIERT",
        # axes of charts
        "each line is {times} times the one before": "jede Linie ist das {times}fache der vorigen",
        "equal distances are equal multiples": "gleiche Abstände sind gleiche Vielfache",
        "ten": "Zehn",
        "a hundred": "Hundert",
        "a thousand": "Tausend",
        "many": "Viel",
        "Source": "Quelle",
        # the steps of receipts
        "as printed": "wie gedruckt",
        "as stated": "wie angegeben",
        "counted": "gezählt",
        "computed from the file": "aus der Datei berechnet",
        "a constant of the formula": "eine Konstante der Formel",
        "{count} rows that the question selected": "{count} Zeilen, die die Abfrage auswählt",
        "{rows} of {all} rows, those where {where}": "{rows} von {all} Zeilen: die mit {where}",
        "{rows} of {all} rows": "{rows} von {all} Zeilen",
        "one of {all} rows": "eine von {all} Zeilen",
        "one of {all} rows, those where {where}": "eine von {all} Zeilen: eine mit {where}",
        "{all} rows; which of them were used cannot be listed": "{all} Zeilen; welche davon genutzt wurden, "
        "lässt sich nicht angeben",
        "from {0} to {1}": "von {0} bis {1}",
        "least to greatest of": "kleinster bis größter Wert von",
        "the low end of {0}": "das untere Ende von {0}",
        "the high end of {0}": "das obere Ende von {0}",
        "{0} as {1}": "{0} als {1}",
        "{0}, taken for “{of}”": "{0}, angenommen für „{of}“",
        "sum of": "Summe von",
        "mean of": "Mittel von",
        "product of": "Produkt von",
        "least of": "kleinster Wert von",
        "greatest of": "größter Wert von",
        "share of a normal distribution below {0}": "Anteil einer Normalverteilung unter {0}",
        "normal quantile of {0}": "Quantil der Normalverteilung zu {0}",
        "normal density at {0}": "Dichte der Normalverteilung bei {0}",
        "shift at which a normal tail is {0} times its opposite, edge {1}": (
            "Verschiebung, bei der ein Ende der Normalverteilung das {0}fache des anderen ist, Rand {1}"
        ),
        "count": "Anzahl",
        "count of distinct {of}s": "Anzahl verschiedener Einträge ({of})",
        "“{column}” {how} in the answer to {question}": "„{column}“ {how} in der Antwort auf {question}",
        "{how}, worked out in pandas in this notebook": "{how}, in diesem Notebook mit pandas berechnet",
        "{count} figure": "{count} Angabe",
        "{count} figures": "{count} Angaben",
        "{figures} added up": "{figures} addiert",
        "{count} taken off": "{count} abgezogen",
        "{what} of {figures}": "{what} von {figures}",
        "{what} in {figures}": "{what} in {figures}",
        "narrowed": "eingegrenzt",
        "narrowed to": "eingegrenzt auf",
        "for an input stands in it twice": "denn eine Eingabe steht zweimal darin",
    },
)

LOCALES = {locale.code: locale for locale in (ENGLISH, GERMAN)}
