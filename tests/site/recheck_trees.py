"""Trees of numbers made at random, of every primitive that can be followed, for the script that follows them."""

import random
from dataclasses import replace

from toolkit.core import number_functions
from toolkit.core.errors import NumberError
from toolkit.core.kind import Kind
from toolkit.core.number import constant, derive, leaf
from toolkit.core.operation import ALIKE, PRIMITIVES, RULES, operation
from toolkit.core.unit import UnitRegistry, no_unit, parse_unit, registry_of_text
from toolkit.core.wording import Style

UNITS = """thousand = 1e3
million = 1e6
billion = 1e9
percent = 0.01
share = 1 = _ = shares
USD = [currency] = _ = dollar = dollars
second = [time] = s = seconds
hour = 3600 * second = h = hours
day = 24 * hour = _ = days
year = 365.25 * day = _ = years
month = year / 12 = _ = months
token = [token] = _ = tokens
million_tokens = 1e6 * token
person = [person] = _ = people
watt = [power] = W = watts
watt_hour = watt * hour = Wh = watt_hours
"""
NAMES = "1 percent share USD token person token/month USD/million_tokens watt_hour token/person/day USD/year W".split()
SCALED = ("million USD", "billion token", "thousand person", "million USD/month")
FOLLOWED = {name for name in PRIMITIVES if name in RULES or PRIMITIVES[name].shape == "range"} | {"count"}
OF_ONE = "low_end high_end taken log exp normal_below normal_quantile normal_density".split()  # these take one input
CHANCE = 0.3
TINY, HUGE = 1e-6, 1e60  # what is left of terms that cancel is noise


def grown(seed: int, count: int) -> tuple[UnitRegistry, list]:
    """The units, and so many numbers, each computed from some of those before it."""
    rng, units = random.Random(seed), registry_of_text(UNITS, "invented")
    made = [_leaf(rng, units, place) for place in range(12)]
    while len(made) < count + 12:
        try:
            number = _step(rng, made[-40:], units)
        except (NumberError, ArithmeticError, ValueError):
            continue
        ends = abs(number.low), abs(number.high)
        if len(number.nodes()) < 60 and all(end == 0 or TINY < end < HUGE for end in ends):
            made.append(_styled(rng, number))
        elif rng.random() < CHANCE:
            made.append(_leaf(rng, units, len(made)))
    return units, made[12:]


def _leaf(rng: random.Random, units: UnitRegistry, place: int):
    unit = parse_unit(rng.choice([*NAMES, *SCALED]), units)
    low = rng.choice([rng.randint(0, 3000), round(rng.uniform(-50, 900), rng.randint(0, 4)), rng.lognormvariate(0, 9)])
    high = low + rng.choice([0, 0, rng.randint(0, 9), rng.uniform(0, abs(low))])
    if rng.random() < CHANCE:
        found = leaf(float(low), float(high), unit, Kind.ASSUMED, "assumption", "it is invented")
        return _styled(rng, replace(found, operation=operation("assumed"), why="it is invented"))
    kind, ref = rng.choice([(Kind.REPORTED, f"figure:invented#{place}"), (Kind.SYNTHETIC, f"log:invented {place}")])
    return _styled(rng, leaf(float(low), float(high), unit, kind, ref, f"Invented, “{place}”"))


def _step(rng: random.Random, made: list, units: UnitRegistry):
    a, b, c = rng.choice(made), rng.choice(made), rng.choice(made)
    alike = [one for one in made if one.unit == a.unit]
    several = [rng.choice(alike) for _ in range(rng.randint(1, 4))]
    plain = a / rng.choice(alike)
    ways = [
        lambda: a + b,
        lambda: rng.choice(alike) - a,
        lambda: a * b,
        lambda: a / b,
        lambda: (a - b) / (a + b),
        lambda: a * b / c,
        lambda: -a,
        lambda: a ** rng.choice([2, 3, -1, -2]),
        lambda: 1 - plain,
        lambda: number_functions.total([a, *several], less=several[:2]),
        lambda: number_functions.mean([a, *several]),
        lambda: number_functions.least_to_greatest([a, *several]),
        lambda: number_functions.span(a, rng.choice(alike)),
        lambda: number_functions.low_end(a),
        lambda: number_functions.high_end(a),
        lambda: number_functions.log(plain),
        lambda: number_functions.exp(plain),
        lambda: number_functions.root(plain),
        lambda: number_functions.normal_below(plain),
        lambda: number_functions.normal_density(plain),
        lambda: number_functions.normal_quantile(number_functions.normal_below(plain)),
        lambda: a.to(rng.choice([*NAMES, *SCALED])),
        lambda: derive(operation("least"), [a, *several], a.unit),
        lambda: derive(operation("greatest"), [a, *several], a.unit),
        lambda: derive(operation("choice"), [a, *several], a.unit),
        lambda: derive(operation("taken", choice="x", option="low", of="An invented choice"), [a], a.unit),
        lambda: derive(operation("tail_shift"), [plain, constant(rng.uniform(0.1, 3), no_unit(a.unit))], plain.unit),
        lambda: _count(several, a),
    ]
    return rng.choice(ways)()


def steps_of_fitting_units(unit) -> dict:
    """A number by each primitive that says of which units its inputs are, by name: of `unit`, or plain."""
    one, settings = no_unit(unit), {"sum": {"signs": "++"}, "taken": {"choice": "x", "option": "low", "of": "a choice"}}
    made = {}
    for name, primitive in PRIMITIVES.items():
        if primitive.units:
            of = unit if primitive.units == ALIKE else one
            terms = [leaf(value, value, of, Kind.ASSUMED, "assumption", "it is invented") for value in (0.25, 0.5)]
            terms = [replace(term, operation=operation("assumed"), why="it is invented") for term in terms]
            made[name] = derive(operation(name, **settings.get(name, {})), terms[: 1 if name in OF_ONE else 2], of)
    return made


def _count(several: list, a):
    """A count of keys, or of claims, which only the tables of an archive tell apart."""
    of, count = ("key", len({one.ref for one in several})) if a.low > 1 else ("claim", 7)
    made = replace(constant(float(count), no_unit(a.unit)), operation=operation("count", of=of))
    return replace(made, inputs=tuple(several))


def _styled(rng: random.Random, number):
    more = {name: rng.random() < CHANCE / 3 for name in ("bare", "words", "brief")}
    forms = ("quantity", "percent", "points", "times") if str(number.unit) == "dimensionless" else ("quantity",)
    digits = rng.choice([None, None, 1, 2, 3, 4])
    return replace(number, label=f"Step {rng.randint(1, 99)}", style=Style(rng.choice(forms), digits, **more))
