"""Registries of units: one for one text, and no more in memory than the last ones that were read."""

import gc
import weakref

from toolkit.core.unit import REGISTRIES, convert_exactly, parse_unit, registry_of_text, unit_text
from toolkit.core.unit_cancelling import aligned, cancelled
from toolkit.core.wording import unit_words
from toolkit.database.column_names import unit_or_form

UNITS = "USD = [currency]\ntoken = [token] = _ = tokens\nmillion = 1e6\nday = [time]\nweek = 7 * day\n"


def used(text):
    """A weak reference to a registry, of whose units everything that is worked out was asked."""
    units = registry_of_text(text, "units")
    price, small = parse_unit("USD/million token", units), parse_unit("USD/token", units)
    assert convert_exactly(1.0, price, small) == 1e-6 and unit_text(cancelled(price * parse_unit("token", units)))
    assert aligned(parse_unit("token/week", units), parse_unit("token/day", units))[0] == parse_unit(
        "token/week", units
    )
    assert unit_words(small) and unit_or_form("tokens_per_week", units).unit
    return weakref.ref(units)


def test_a_text_has_one_registry_and_is_forgotten_once_many_others_were_read():
    first = used(UNITS)
    assert registry_of_text(UNITS, "units") is first()
    assert registry_of_text(UNITS, "units", "de") is not first()
    for place in range(REGISTRIES):
        registry_of_text(f"{UNITS}# {place}\n", "units")
    gc.collect()
    assert first() is None
