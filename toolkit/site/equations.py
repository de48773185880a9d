"""The calculation of a number as a receipt prints it, with so many digits that it comes out as printed."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from toolkit.core import interval, wording
from toolkit.core.interval import IDENTITY, Dependence
from toolkit.core.number import Number
from toolkit.core.operation import Operation, Say, operation
from toolkit.core.unit import (
    Unit,
    UnitRegistry,
    base_units,
    convert_value,
    locale_of,
    powers,
    singular_and_plural,
    unit_without_scales,
    units_of,
)
from toolkit.core.unit_answers import kept_in_registry
from toolkit.core.wording import TIME, Style, Wording

TERMS = 8  # a step without its result lists so many inputs; more are counted
MOST_TERMS = 40  # with its result, where a receipt is unfolded, so many: it can be added up again
RESULT = 4  # significant figures of a step's result, where it has more
WHOLE = 9  # a value with at most so many significant figures is printed in full
MOST = 17  # significant figures of a double
CENT, MILLION = 0.01, 1e6  # a price of one that is below a cent is written for a million
JOINED = ("sum", "mean", "product", "ratio")  # operations that are written with + − × ÷ between inputs
# What is printed before a step's result. A range is "narrowed to" its result where an uncertain input is used twice:
# the step on its own would then give a wider range than the number has.
EQUAL, GIVEN, NARROWED = " = ", ": ", "narrowed to"
TWICE = "for an input stands in it twice"


@dataclass(frozen=True, eq=False)
class Printed:
    """An input with the value that is printed of it, which a reader who checks the step with a pencil would use."""

    low: float
    high: float
    operation: Operation = field(default=operation("printed"))
    inputs: Sequence[Printed] = ()

    @property
    def uncertain_inputs(self) -> Mapping[Printed, Dependence]:
        """Itself where it is a range; {} for a point."""
        return {} if self.low == self.high else {self: IDENTITY}


def step(number: Number) -> str:
    """The step without its result, "69m ÷ 7m", with so many digits that the result is the number as it is written.

    A least end that is next to nothing is written <0.01% where nobody needs it to work the step out.
    """
    words, sign, _ = _parts(number, number.style.digits or 2, TERMS, brief=True)
    say = locale_of(number.unit).say
    return words + (f", {say('narrowed')}, {say(TWICE)}" if sign == NARROWED else "")


def essential(number: Number) -> tuple[Number, tuple[Number, ...]]:
    """The number whose step says something, and the assumptions that it was multiplied by as one to be on record."""
    conditions: list[Number] = []
    while number.operation.name in ("product", "ratio", "taken"):
        if number.operation.name == "taken":  # an option of a reader's choice, as it is
            number = number.inputs[0]
            continue
        ones = [part for index, part in enumerate(number.inputs) if _is_one(part) and _leaves(number, index)]
        rest = [part for part in number.inputs if part not in ones]
        if not ones or len(rest) != 1:
            break
        conditions += [number_of_one for number_of_one in ones if number_of_one.operation.name != "constant"]
        number = rest[0]
    return number, tuple(conditions)


def _is_one(number: Number) -> bool:
    """True for 1, for 100% and for one of what is counted, as 1 employee."""
    plain = unit_without_scales(number.unit)
    ends = (convert_value(end, number.unit, plain) for end in (number.low, number.high))
    return base_units(plain)[0] == 1 and not number.inputs and set(ends) == {1.0}


def _leaves(number: Number, place: int) -> bool:
    """True if the input at this place, being one, leaves the others as they are: not if something divides it."""
    return number.operation.name == "product" or place > 0


def equation(number: Number) -> str:
    """The step with its result: "69m ÷ 7m = 9.857"; empty for a number without inputs."""
    # All digits of a result would ask for all of its inputs'.
    short = _is_whole(number.low, number.high) and all(map(_is_printed_whole, number.inputs))
    digits = None if short else max(RESULT, number.style.digits or 0)
    words, sign, result = _parts(number, digits, MOST_TERMS)
    if sign == NARROWED:
        say = locale_of(number.unit).say
        return f"{words}, {say(NARROWED)} {result}, {say(TWICE)}"
    return words + sign + result if words else ""


def _parts(number: Number, digits: int | None, most_terms: int, brief: bool = False) -> tuple[str, str, str]:
    """(the step in words, EQUAL, GIVEN or NARROWED, the result with `digits` significant figures, all if None).

    Up to `most_terms` inputs are listed, with more and more digits, from two on, until the step on the printed inputs
    gives the printed result.
    """
    operation, say = number.operation, locale_of(number.unit).say
    if not number.inputs or operation.name == "taken":  # an option of a reader's choice is the value itself
        return "", "", ""
    result = _result(number, number.low, number.high, digits)
    brief = brief and (operation.name == "high_end" or operation.primitive.shape == "opaque")
    if operation.name == "query":
        return f"“{operation['column']}” {operation['how']}", GIVEN, result
    if operation.name == "code":
        return say("{how}, worked out in pandas in this notebook").format(how=operation["how"]), GIVEN, result
    if operation.name == "count":
        template = say("{what} of {figures}" if operation["of"] == "key" else "{what} in {figures}")
        return (
            template.format(what=operation.words([], say), figures=_figures(len(set(number.inputs)), say)),
            EQUAL,
            result,
        )
    if len(number.inputs) > most_terms and operation.primitive.words_for_many:
        return _words_for_many(number), EQUAL, result
    if operation.rule is None and operation.primitive.shape != "range":
        return operation.words([_term(part, RESULT, brief).text for part in number.inputs], say), GIVEN, result
    for precision in range(2, MOST + 1):
        terms = [_term(part, precision, brief) for part in number.inputs]
        if _printed_result(number, [term.value for term in terms], digits) == result:
            words = _in_words(number, terms, precision)
            return ("", "", "") if operation.name == "convert" and words == result else (words, EQUAL, result)
    for precision in range(RESULT + 1, MOST + 1):
        terms = [_term(part, precision, brief) for part in number.inputs]
        if precision == MOST or _encloses(number, [term.value for term in terms]):
            break
    uncertain_inputs = [uncertain for part in number.inputs for uncertain in part.uncertain_inputs]
    twice = len(set(uncertain_inputs)) < len(uncertain_inputs)
    return _in_words(number, terms, precision), NARROWED if twice else GIVEN, result


def _in_words(number: Number, terms: Sequence[EquationTerm], precision: int) -> str:
    operation = number.operation
    if operation.name == "convert":
        return _in_full(number.inputs[0], precision)
    places = range(len(terms))
    bracketed = [
        _bracketed(operation, *place_part_term) for place_part_term in zip(places, number.inputs, terms, strict=True)
    ]
    return operation.words(bracketed, locale_of(number.unit).say)


def _bracketed(operation: Operation, place: int, part: Number, term: EquationTerm) -> str:
    """A term, in brackets where it could be misread beside the signs of its step."""
    if operation.name == "power":
        apart = term.text != term.wording.low.digits
    elif operation.name in JOINED:
        leads = place == 0 and str(dict(operation.settings).get("signs", "+")).startswith("+")
        apart = part.low != part.high or (term.wording.low.negative and not leads)
    else:
        apart = operation.primitive.shape == "range" and term.wording.has_words_between
    return f"({term.text})" if apart else term.text


def _figures(count: int, say: Say) -> str:
    return say("{count} figure" if count == 1 else "{count} figures").format(count=count)


def _words_for_many(number: Number) -> str:
    """A step with more inputs than are listed, in words: "12 figures added up, 1 taken off"."""
    operation, count, say = number.operation, len(number.inputs), locale_of(number.unit).say
    if operation.name == "sum":
        subtracted = str(operation["signs"]).count("-")
        added = say("{figures} added up").format(figures=_figures(count - subtracted, say))
        return added + (", " + say("{count} taken off").format(count=subtracted) if subtracted else "")
    return f"{say(operation.primitive.words_for_many)} {_figures(count, say)}"


def _is_whole(*ends: float) -> bool:
    return all(math.isclose(end, float(f"{end:.{WHOLE}g}"), rel_tol=1e-14) for end in ends)


def _at(number: Number, low: float, high: float, digits: int | None) -> Wording:
    """A range in a number's unit, worded for a step; with all digits, but no noise in the last bits, for None."""
    noisy = digits is None and not _is_figure(number)
    times = MILLION if (priced := _priced_below_a_cent(number)) else 1
    low, high = (float(f"{end * times:.12g}") if noisy or priced else end for end in (low, high))
    worded = wording.wording_of(low, high, number.unit, Style(number.style.form, digits))
    if not priced:
        return worded
    million = worded.locale.scales["million"].strip()
    return replace(
        worded, unit=worded.locale.per.format(unit=f"{million} {singular_and_plural(priced, units_of(number.unit))[1]}")
    )


def _priced_below_a_cent(number: Number) -> str:
    """What a number is the price of one of, "token", if that is less than a cent; "" for another number."""
    plain = unit_without_scales(number.unit)
    of = _priced(units_of(plain), plain)
    if not of:
        return ""
    larger_end = max(abs(convert_value(end, number.unit, plain)) for end in (number.low, number.high))
    return of if 0 < larger_end < CENT else ""


@kept_in_registry  # each step that is printed asks it of each of its inputs, many times
def _priced(units: UnitRegistry, unit: Unit) -> str:
    """What a unit without scales is a price of one of; "" for one that is none."""
    of = [name for name, power in powers(unit).items() if power == -1 and name not in TIME]
    if wording.currency(unit) is None or len(of) != 1 or len(powers(unit)) != 2:
        return ""
    return of[0] if base_units(units.Unit(of[0]))[0] == 1 else ""  # a million tokens may have a name of their own


def _amount(number: Number, worded: Wording, single: bool, brief: bool = False) -> str:
    """An amount with the periods of a number's unit, of `single` for an amount of one: "$250,000 a year", "69m".

    A price below a cent has all words of its unit: "$15 per million tokens".
    """
    if brief and worded.form == "percent":
        return worded.short
    points = worded.short_points if worded.form == "points" else ""
    after = worded.unit if _priced_below_a_cent(number) else wording.period_words(number.unit, single)
    return worded.short_amount + points + after


def _result(number: Number, low: float, high: float, digits: int | None) -> str:
    """The result of a step; with all words of the unit if the step converts units."""
    if number.operation.name == "convert":
        return _at(number, low, high, digits).prose
    return _amount(number, _at(number, low, high, digits), low == high == 1)


def _is_figure(number: Number) -> bool:
    """True for a number that somebody stated, whose digits are printed as they were given."""
    return not number.inputs and number.operation.name not in ("constant", "measured", "counted")


def _is_printed_whole(number: Number) -> bool:
    """True for what somebody stated, and for short values: all digits of such inputs are printed."""
    return _is_figure(number) or _is_whole(number.low, number.high)


def _digits_of(number: Number, precision: int) -> int | None:
    """How many significant figures an input is printed with; None is all."""
    return None if _is_figure(number) or (precision < MOST and _is_printed_whole(number)) else precision


@dataclass(frozen=True)
class EquationTerm:
    """An input of a step as it is printed, the parts of its wording, and the value that the printed text has."""

    text: str
    wording: Wording
    value: Printed


def _term(number: Number, precision: int, brief: bool = False) -> EquationTerm:
    digits, plain = _digits_of(number, precision), unit_without_scales(number.unit)
    worded, times = _at(number, number.low, number.high, digits), MILLION if _priced_below_a_cent(number) else 1
    low, high = (convert_value(float(end.number) / times, plain, number.unit) for end in (worded.low, worded.high))
    return EquationTerm(_amount(number, worded, number.low == number.high == 1, brief), worded, Printed(low, high))


def _printed_result(number: Number, printed: Sequence[Printed], digits: int | None) -> str:
    """The printed result of the step for the printed inputs; empty where it has none."""
    try:
        low, high = interval.ends(number.operation, printed)
    except (ArithmeticError, ValueError):
        return ""
    return _result(number, low, high, digits)


def _encloses(number: Number, printed: Sequence[Printed]) -> bool:
    """True if the step on the printed inputs gives a range around the number's own."""
    try:
        low, high = interval.ends(number.operation, printed)
    except (ArithmeticError, ValueError):
        return False
    return low <= number.low and number.high <= high


def _in_full(number: Number, precision: int) -> str:
    """An input with all words of its unit."""
    return _at(number, number.low, number.high, _digits_of(number, precision)).prose
