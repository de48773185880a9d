"""What a receipt says before it is unfolded: one sum in words, the sources and how they were seen."""

from __future__ import annotations

from dataclasses import dataclass, replace

from markupsafe import Markup, escape

from toolkit.charts.typography import wrapped
from toolkit.core.followed import IN_SQL
from toolkit.core.kind import Kind
from toolkit.core.number import Number, convert
from toolkit.core.unit import Unit, base_units, convert_value, locale_of, time_units_of, unit_without_scales
from toolkit.core.wording import Style, grouped_digits
from toolkit.site.citations import Citations, label_of, without_hash
from toolkit.site.equations import essential, step
from toolkit.site.how_seen import how_seen, in_a_sentence
from toolkit.site.sourcing import count, listed
from toolkit.site.story_ending import sentence

WIDTH, SIZE = 335, 15  # pixels: a line of a receipt on a phone of 390, and its type
LINES = 10  # so many lines of text, value included, keep a receipt under 300 px on a phone
AMOUNT = 25  # pixels: the type of the value, whose line is as high as LEADING lines of text
LEADING = 1.5
TERMS = 3  # of so many inputs the labels may stand for the sum of one without a label
NAMED = 3  # so many sources, or publishers, are named one by one


@dataclass(frozen=True)
class Head:
    """The lines of a receipt's first part: what the number is, its sum, its sources; "" for a line that it lacks."""

    label: str
    calculation: str
    sources: Markup


def head(number: Number, amount: str, citations: Citations) -> Head:
    """The first part of a number's receipt, in so many lines that it stays under 300 px on a phone of 390.

    What would be too long is left to the derivation below: first the words of the inputs, then the label.
    """
    label = label_of(citations.labelled(number))
    if number.kind == Kind.ASSUMED and not number.inputs:
        label = sentence(without_hash(number.why or label)).rstrip(".")
    sources = Markup(" ").join(filter(None, (_cited(number, citations), _logs(number), _assumed(number, citations))))
    figures, words = _calculations(number, citations)
    room = LINES - LEADING * len(wrapped(amount, WIDTH, AMOUNT, 600)) - _lines(sources.striptags())
    candidates = [(label or words, figures), (label, figures), ("", figures), (label, "")]
    fitting = (pair for pair in candidates if any(pair) and sum(map(_lines, pair)) <= room)
    return Head(*next(fitting, ("", "")), sources)


def _lines(text: str) -> int:
    return len(wrapped(text, WIDTH, SIZE)) if text else 0


def _calculations(number: Number, citations: Citations) -> tuple[str, str]:
    """(the sum in figures, the same with the labels of its inputs where each has one); "" where there is none."""
    source_number = _made_of(number)
    labels = [label_of(citations.labelled(part)) for part in source_number.inputs]
    if len(labels) > TERMS or not all(labels) or source_number.operation.name not in ("sum", "product", "ratio"):
        return sum_in_figures(number), ""
    return sum_in_figures(number), source_number.operation.words(labels, citations.units.locale.say)


def sum_in_figures(number: Number) -> str:
    """The step that a receipt begins with, "69m ÷ 7m"; "" where there is none.

    Of SQL it is what SQL did, or only of how many rows, where these are known: the derivation below has the expression.
    """
    computed = _made_of(number)
    if not computed.inputs:
        return ""
    if computed.operation.name == "query":
        rows = dict(computed.operation.settings).get("rows")
        in_digits = grouped_digits(int(rows), locale_of(computed.unit)) if rows else ""
        words = f"{IN_SQL} from {in_digits} row{'' if rows == 1 else 's'}" if rows else computed.operation["how"]
        return sentence(str(words)).rstrip(".")
    return step(replace(computed, style=Style(computed.style.form, number.style.digits)))


def _made_of(number: Number) -> Number:
    """The number whose step says how it was made: units that were only converted are those of the step before."""
    computed, _ = essential(number)
    while computed.operation.name == "convert" and essential(computed.inputs[0])[0].inputs:
        before, _ = essential(computed.inputs[0])
        converted = _in_unit(before, computed.unit)
        if converted is None and base_units(before.unit / time_units_of(before.unit))[0] != 1:
            break  # the step would give another size: $69m ÷ ($1.03 a million tokens) is a count of millions
        computed = before if converted is None else converted
    return computed


def _in_unit(number: Number, unit: Unit) -> Number | None:
    """A number whose inputs are in `unit`, or the one factor that has a unit; None where they cannot be.

    So the inputs that a step prints come to the result in the unit in which it is printed.
    """
    is_product, inputs = number.operation.name in ("product", "ratio"), number.inputs
    dimensionless = [unit_without_scales(part.unit).dimensionless for part in inputs]
    all_convertible = not is_product and all(part.unit.is_compatible_with(unit) for part in inputs)
    one_has_unit = is_product and dimensionless.count(False) == 1
    if not all_convertible and (not one_has_unit or (number.operation.name == "ratio" and dimensionless[0])):
        return None
    converted = tuple(
        part if without_unit else convert(part, unit) for part, without_unit in zip(inputs, dimensionless, strict=True)
    )
    low, high = (convert_value(end, number.unit, unit) for end in (number.low, number.high))
    return replace(number, inputs=converted, unit=unit, low=low, high=high)


def _cited(number: Number, citations: Citations) -> Markup:
    """Who stated the figures behind a number, and how that was seen."""
    names, sourcing = citations.sources([number]), citations.sourcing
    if not names:
        return Markup("")
    readings = [{"source": name} for name in names]
    readings += [sourcing.reading(leaf.ref or "") for leaf in number.leaves()]
    seen = in_a_sentence(how_seen(readings, sourcing), sourcing)
    if len({sourcing.cite(name) for name in names}) == len(names) <= NAMED:
        sources = Markup("; ").join(
            Markup('<a href="#s-{}">{}</a>').format(name, sourcing.cite(name)) for name in names
        )
    else:
        publishers = list(dict.fromkeys(map(sourcing.publisher, names)))
        if len(publishers) > NAMED:
            publishers = [*publishers[: NAMED - 1], "others"]
        sources = Markup('<a href="#sources">{} sources</a> of {}').format(len(names), listed(publishers))
    return Markup("{}: {}.").format(sources, seen)


def _logs(number: Number) -> Markup:
    """The usage logs behind a number."""
    logs = list(dict.fromkeys(leaf.ref or "" for leaf in number.leaves() if (leaf.ref or "").startswith("log:")))
    if not logs:
        return Markup("")
    names = [log.partition(":")[2] for log in logs]
    if len(names) > NAMED:
        return escape(f"From {count(len(names), 'usage log', 'usage logs')}.")
    return escape(f"From the usage {'log' if len(names) == 1 else 'logs'} {listed(names)}.")


def _assumed(number: Number, citations: Citations) -> Markup:
    assumptions = [leaf for leaf in citations.leaves([number]) if leaf.kind == Kind.ASSUMED]
    if not assumptions:
        return Markup("")
    if not number.inputs:
        return Markup("An assumption of ours.")
    why = without_hash(assumptions[0].why or label_of(assumptions[0]))
    if len(assumptions) == 1 and why and _lines(f"Assumed: {why}") <= NAMED:
        return escape(sentence(f"Assumed: {why}"))
    return escape(f"With {count(len(assumptions), 'assumption', 'assumptions')} of ours.")
