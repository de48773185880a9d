"""Typed numbers beside values of figures and series as these were printed: SQL and frames have no scales in them.

A series in million EUR is in EUR there. So budget > 1000 would choose all rows, and rate > 5 of per cent none.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from toolkit.core.unit import UnitRegistry, base_units, parse_unit, unit_text
from toolkit.database.meaning import Place
from toolkit.engine.connect import Connection
from toolkit.engine.paths import identifier

Ends = tuple[float, float, float]  # the least of values, the greatest, and all together
FAR = 30  # times more, or less: in another scale
ALLOWED = "numbers in the unit that figures and series have here, without scales"


@dataclass(frozen=True)
class PrintedScale:
    """The scale of printed values, of which one is `by` in the `unit` that SQL has; these lie between `low` and `high`.

    All of them together are `total`.
    """

    unit: str
    by: float
    low: float
    high: float
    total: float

    @classmethod
    def of(cls, unit: str, printed: str, values: Ends, units: UnitRegistry) -> PrintedScale | None:
        """The scale of values in a unit that were printed in another; None where the two are one.

        Raises NumberError for a unit that is not defined.
        """
        by = base_units(parse_unit(printed, units))[0] / base_units(parse_unit(unit, units))[0]
        text_of_unit = unit_text(parse_unit(unit, units))
        return None if math.isclose(by, 1) else cls("shares" if text_of_unit == "1" else text_of_unit, by, *values)

    def wrong_beside(self, number: float, summed: bool = False) -> tuple[str, str, str] | None:
        """(found, allowed, remedy) of a number far from all values, which it would not be in the scale as printed."""
        high = max(self.high, self.total) if summed else self.high
        if not number or self._is_near(number, high) or not self._is_near(number * self.by, high):
            return None
        found = f"{number:.12g} beside values in {self.unit}, from {self.low:,.12g} to {high:,.12g}"
        return found, ALLOWED, f"write {number:.12g} {self._factor}, if you mean it as it was printed"

    def _is_near(self, number: float, high: float) -> bool:
        """Whether a number may be meant beside values: a little less or more than these, of shares any up to one."""
        least = 0 if self.low <= 0 <= high else min(abs(self.low), abs(high))
        greatest = max(abs(self.low), abs(high))
        return abs(number) <= max(greatest, 1) if self.by < 1 else least / FAR <= abs(number) <= greatest * FAR

    def wrong_times(self, number: float) -> tuple[str, str, str] | None:
        """(found, allowed, remedy) of a factor that takes the scale out again."""
        if not math.isclose(number, self.by):
            return None
        return f"{self._factor} of values that are in {self.unit} already", ALLOWED, f"leave out {self._factor}"

    @property
    def _factor(self) -> str:
        return f"* {self.by:.12g}" if self.by > 1 else f"/ {1 / self.by:.12g}"


def printed_scale(cursor: Connection, place: Place, units: UnitRegistry) -> PrintedScale | None:
    """The scale of a column of a series; None of a column without one, and of all other tables.

    Raises NumberError as `PrintedScale.of`.
    """
    series, column = place
    sql = "SELECT unit, printed_unit FROM value_columns WHERE series = $series AND name = $name"
    units_of_column = cursor.execute(sql, {"series": series, "name": column}).fetchone()
    if units_of_column is None:
        return None
    name = identifier(column)
    ends = cursor.execute(f"SELECT min({name}), max({name}), sum({name}) FROM {identifier(series)}").fetchone()
    return (
        None if ends is None or None in ends else PrintedScale.of(units_of_column[0], units_of_column[1], ends, units)
    )
