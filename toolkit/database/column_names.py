"""What a column's name says: a unit, a form of writing, a count; refused where the query says another."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from toolkit.core.errors import ToolkitError
from toolkit.core.unit import (
    Unit,
    UnitRegistry,
    base_units,
    is_counted,
    is_dimensionless,
    no_unit,
    parse_unit,
    powers,
    singular_and_plural,
    unit_text,
    unit_without_scales,
    units_of,
)
from toolkit.core.unit_answers import kept_in_registry
from toolkit.core.unit_cancelling import cancelled, is_share_of_counted, is_time, money_of_things
from toolkit.database.meaning import Meaning, Role
from toolkit.database.table import heading
from toolkit.reported.series_names import words_of_units

FORMS = {"share": "percent", "percent": "percent", "multiple": "times"}  # last word of a name: form of writing
SHARES = ("pct", "perc", "percentage", "proportion", "fraction")  # words of names that ratios are shares by
RATES = ("rate", "growth", "increase", "decrease")  # last words of names that ratios of one unit are shares by
IN_PARENTHESES = re.compile(r"(.*\S)\s*[(\[]([^()\[\]]+)[)\]]")  # of a heading: "Fees (million EUR)"
COUNTS = ("n_", "num_", "count_", "number_of_")  # names of counts begin so


@dataclass(frozen=True)
class Name:
    """What a column's name says."""

    unit: Unit | None  # that it ends in, None where it ends in none
    form: str  # of writing: quantity, percent or times
    words: str  # those before the unit; the whole name where nothing is before it
    per: Unit | None = None  # the unit after "per" of a name that ends in no other: spend_per_year
    one: bool = False  # it has the singular of what is counted: "best_run" may be what numbers in USD are of


def unit_or_form(column: str, units: UnitRegistry) -> Name:
    """What a column's name says: the longest end of it that is a unit (usd_per_month) or a word of FORMS.

    Of a heading it is what stands in parentheses at its end: "Fees (million EUR)".
    """
    units.looked_up.add(column)  # also of one that says no unit: a new line in data/units.txt may define it
    return _name_of(units, column)


@kept_in_registry
def _name_of(units: UnitRegistry, column: str) -> Name:
    unit_of_words = words_of_units(units)
    scales = {name for name in unit_of_words.values() if is_dimensionless(units.Unit(name))}
    plurals = {f"{low}s": name for low, name in unit_of_words.items() if name in scales}  # millions
    unit_of_words = unit_of_words | plurals
    if heading_with_unit := IN_PARENTHESES.fullmatch(column):
        inside = _name_of(units, "_".join(["of", *heading_with_unit[2].lower().split()]))
        return replace(inside, words=heading_with_unit[1] if inside.words == "of" else column, one=False)
    words = column.split("_")
    if words[0] in FORMS and words[1:2] == ["of"] and len(words) > 2:  # share_of_votes
        return Name(no_unit(units), FORMS[words[0]], column)
    for start in range(len(words)):
        text, before = "_".join(words[start:]), "_".join(words[:start])
        if text in FORMS or column == text == "times":
            return Name(no_unit(units), FORMS.get(text, text), before or column)
        names = text.split("_per_")
        # "seats_per_month" ends in "month", which is no unit of it
        if all(name in unit_of_words for name in names) and words[start - 1 : start] != ["per"]:
            unit = parse_unit("/".join(unit_of_words[name] for name in names), units)
            scale = unit_of_words.get(words[start - 1]) if start else None
            # million_usd says millions, eur_thousand thousands
            if scale and is_dimensionless(parse_unit(scale, units)) != is_dimensionless(unit):
                unit, before = parse_unit(scale, units) * unit, "_".join(words[: start - 1])
            one = len(names) == 1 and _is_one_thing(text, unit_of_words[text], units)
            return Name(unit, "quantity", column if one else before or text, one=one)
    if words[0] in FORMS and len(words) > 1:  # percent_growth
        return Name(no_unit(units), FORMS[words[0]], "_".join(words[1:]))
    below = column.rpartition("_per_")[2]
    per = parse_unit(unit_of_words[below], units) if "_per_" in column and below in unit_of_words else None
    return Name(None, "quantity", column, per)


def _is_one_thing(word: str, unit: str, units: UnitRegistry) -> bool:
    """Whether a word is the singular of what is counted or of a length of time, as "seat" and "day" are."""
    singular, plural = singular_and_plural(unit, units)
    found = parse_unit(unit, units)
    return word == singular.replace(" ", "_") != plural.replace(" ", "_") and (is_counted(found) or is_time(found))


def number_heading(column: str, unit: Unit, units: UnitRegistry) -> str:
    """The heading of a column of numbers in a unit, which are written with it and in full: its name without both."""
    plain = column.startswith("n_") or is_dimensionless(unit)
    return heading(column.removeprefix("n_") if plain else unit_or_form(column, units).words)


def number_form(name: Name, meaning: Meaning) -> str:
    """The form of writing that a column's name says; what is left of one share less another is percentage points."""
    words = name.words.split("_")
    share = {words[0], words[-1]} & {*SHARES} or meaning.relative or (meaning.ratio and words[-1] in RATES)
    form = "percent" if name.form == "quantity" and share else name.form
    return "points" if form == "percent" and meaning.points else form


def unit_and_form(column: str, unit: Unit, meaning: Meaning, units: UnitRegistry) -> tuple[Unit, str]:
    """The unit that a column's values are in, and the form in which they are written; `unit` is what the query says."""
    form = number_form(unit_or_form(column, units), meaning)
    if form != "quantity" and is_share_of_counted(unit):
        return no_unit(units), form
    own = FORMS.get(unit_text(unit), form if is_dimensionless(unit) else "quantity")  # percent under any name
    return unit, "points" if own == "percent" and meaning.points else own


def refuse_kept_per(where: str, name: str, kept: str, unit: Unit) -> None:
    """Raises ToolkitError where a name says so much for each of something, and the values are those of a column `kept`
    as they are, in a unit that does not say it.
    """
    if "_per_" in name and "_per_" not in kept and min(powers(unit).values(), default=1) > 0:
        per = name.rpartition("_per_")[2]
        raise ToolkitError(
            where,
            f"a name that says per {per}, and the values of {kept} as they are",
            "a name that says what was worked out",
            f"name it {kept}, or divide it",
        )


def refuse_wrong_name(
    where: str, column: str, meaning: Meaning, units: UnitRegistry, declared: Sequence[Unit] = ()
) -> None:
    """Raises ToolkitError for a column whose name says a count or a unit, and its query something else.

    `declared` are the units of the columns that it is made of.
    """
    refuse_no_count(where, column, meaning)
    name = unit_or_form(column, units)
    if meaning.unit is not None and number_form(name, meaning) != "quantity":
        if is_share_of_counted(meaning.unit) or unit_text(meaning.unit) == "percent":
            return
    if column.startswith("n_") and meaning.role is Role.QUANTITY and meaning.unit not in (None, name.unit):
        if name.unit is not None:
            refuse_other_unit(where, name, _in_one_size(meaning.unit, declared))
    of_mean = meaning.averaged and meaning.unit is not None and per_counted(name.unit, meaning.unit)
    if meaning.unit is not None and not column.startswith("n_") and not of_mean:
        of_rows = meaning.averaged and name.per is not None and is_counted(name.per)  # deaths_per_crash
        name = replace(name, per=None) if of_rows else name
        refuse_other_unit(where, name, _in_one_size(meaning.unit, declared), meaning.unit)


def _in_one_size(unit: Unit, declared: Sequence[Unit]) -> Unit:
    """The unit by which a column may be named: of a product what is left of it, if values are the same in both."""
    plain = cancelled(money_of_things(unit), declared)
    return plain if math.isclose(base_units(plain)[0], base_units(unit)[0]) else unit


def refuse_no_count(where: str, column: str, meaning: Meaning) -> None:
    """Raises ToolkitError for a column that is named as a count, n_, and holds something else as its query says."""
    words_of_roles = {
        Role.LITERAL: "a typed number",
        Role.LABEL: "labels",
        Role.QUANTITY: "numbers that are no count",
        Role.REPORTED: "values of rows",
        Role.MIXED: "something made of values of rows",
        Role.UNKNOWN: "something that is worked out",
    }
    if meaning.role is Role.COUNT and not meaning.averaged and column.rpartition("_")[2] in FORMS:
        raise ToolkitError(
            where,
            f"a name that says a {column.rpartition('_')[2]}, and a count",
            "a count in a column n_<what>; a share of one, divided by another",
            "divide it, by count(*) say, or name it n_<what>",
        )
    counted = meaning.role in (Role.QUANTITY, Role.COUNT) and meaning.unit is not None and is_counted(meaning.unit)
    added_up = meaning.role is Role.QUANTITY and meaning.unit is not None and not (meaning.averaged or meaning.points)
    weighted = added_up and unit_text(meaning.unit) == "1"  # type: ignore[arg-type]
    says_count = column.startswith("n_") and meaning.role in words_of_roles and not (counted or weighted)
    if says_count or (column.startswith(COUNTS) and meaning.averaged):
        in_unit = f", in {unit_text(meaning.unit)}" if meaning.unit is not None else ""
        raise ToolkitError(
            where,
            f"a name that says a count, and {words_of_roles.get(meaning.role, words_of_roles[Role.QUANTITY])}{in_unit}",
            "count(…), or a sum of counts, in a column n_<what>",
            f"name it after what it holds, such as mean_{_after_count(column)}, without n_"
            + ("; or, if what it adds up counts, give that its unit in data/datasets/" if not in_unit else ""),
        )


def _after_count(column: str) -> str:
    """What a column's name says after the word for a count."""
    return next((column.removeprefix(word) for word in COUNTS if column.startswith(word)), column)


def per_counted(said: Unit | None, unit: Unit) -> bool:
    """Whether a unit is another per what is counted, as a mean of rows may be: token/developer is token so."""
    if said is None or is_dimensionless(said):
        return False
    left = said / unit
    return {*powers(left).values()} == {-1} and is_counted(left)


def _may_be_of_one(said: Unit, unit: Unit) -> bool:
    """Whether numbers in a unit may be of one thing that is counted: money may, no count is."""
    return is_counted(said) and not is_dimensionless(unit) and not is_counted(unit)


def _says_scale(said: Unit, unit: Unit) -> bool:
    """Whether a unit is the scale of another: thousand of thousand EUR."""
    scale = base_units(unit)[0] / base_units(unit_without_scales(unit))[0]
    return is_dimensionless(said) and scale != 1 and math.isclose(base_units(said)[0], scale)


def _says_above(name: Name, said: Unit, unit: Unit) -> bool:
    """Whether a name says the unit of what is per another size of it, or of which things are: hours, engine_minutes."""
    left = powers(unit / said)
    if not powers(said).items() <= powers(unit).items():
        return False
    if not unit.dimensionality:  # hours a week
        return [*left.values()] == [-1]
    return [*left.values()] == [1] and words_of_units(units_of(unit)).get(name.words.rpartition("_")[2]) in left


def refuse_other_unit(where: str, name: Name, unit: Unit, declared: Unit | None = None) -> None:
    """Raises ToolkitError where a column's name says another unit than that of its numbers, `unit` or as `declared`."""
    unit_in_name, allowed, own_text = name.unit, "the unit of what it is made of", unit_text(declared or unit)
    values_in_words = "plain numbers" if own_text == "1" else f"in {own_text}"
    may_be = unit_in_name is not None and (
        _says_above(name, unit_in_name, unit)
        or _says_scale(unit_in_name, unit)
        or (name.one and _may_be_of_one(unit_in_name, unit))
    )
    if unit_in_name is not None and unit_in_name not in (unit, declared) and not may_be:
        remedy = "name it after its unit, or divide and multiply numbers in the notebook"
        if unit_without_scales(unit_in_name) == unit_without_scales(unit):
            by = base_units(unit)[0] / base_units(unit_in_name)[0]
            factor = f"* {by:.12g}" if by > 1 else f"/ {1 / by:.12g}"
            remedy = f"name it after {unit_text(unit)}, or convert the values, {factor}"
            if unit_text(unit_in_name) in FORMS:
                remedy = f"end the name in {unit_text(unit_in_name)}: pages write the values so"
            elif is_dimensionless(unit):  # of thousands over millions
                remedy = f"convert the values, {factor}"
        elif is_counted(unit_in_name) and is_dimensionless(unit):
            remedy = f"of a count name it n_{where.rpartition(' ')[2]}"
        stated = "a plain number" if unit_text(unit_in_name) == "1" else unit_text(unit_in_name)
        raise ToolkitError(
            where,
            f"the name says {stated}, its values are {values_in_words}",
            allowed,
            remedy,
        )
    if (
        name.per is not None
        and not powers(name.per).items() <= {one: -power for one, power in powers(unit).items()}.items()
    ):
        raise ToolkitError(
            where,
            f"the name says per {unit_text(name.per)}, its values are {values_in_words}",
            allowed,
            "name it after its unit, or divide numbers in the notebook",
        )
