"""Operations as data: the table of primitives that every number is made by.

An operation is a name and settings, never code: receipts, JSON, the archive's script and the evaluation of ranges read
this one table. What is richer is composed of primitives where it is used. Plain Python alone, so that an archive can
carry this file and run it.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal
from statistics import NormalDist

Setting = str | int | float
Say = Callable[[str], str]  # words in the language of a project, by their English
NORMAL = NormalDist()
EXACT = Context(prec=1700)  # digits enough for a sum of any two doubles
SAFE = 2**53  # canonical JSON takes no larger whole number
LAST_WHOLE = 2.0**53  # below it a double is the whole number that it prints as
FAR = 40.0  # no normal tail is told apart from nothing so many deviations out


@dataclass(frozen=True)
class Operation:
    """What a number was made by: the name of a primitive, and its settings in the order of their names."""

    name: str
    settings: tuple[tuple[str, Setting], ...] = ()

    def __post_init__(self) -> None:
        if self.name not in PRIMITIVES:
            raise ValueError(f"no operation {self.name!r}; there are {', '.join(PRIMITIVES)}")

    def __getitem__(self, setting: str) -> Setting:
        return dict(self.settings)[setting]

    @property
    def primitive(self) -> Primitive:
        """The entry of the table that it names."""
        return PRIMITIVES[self.name]

    @property
    def rule(self) -> Callable[..., float] | None:
        """The function of the inputs' values, each in its own unit; None where only its author can run it."""
        rule = RULES.get(self.name)
        return functools.partial(rule, **dict(self.settings)) if rule and self.settings else rule

    def to_json(self) -> dict[str, Setting]:
        """Name and settings as one JSON object."""
        return {"name": self.name, **dict(self.settings)}

    def words(self, terms: Sequence[str], say: Say = str) -> str:
        """The operation in words with its inputs' words in their places: "69m ÷ 7m"; in English without `say`."""
        return self.primitive.words(self, list(terms), say)


def operation(name: str, **settings: Setting) -> Operation:
    """An operation by name. Raises ValueError for a name that is not in the table."""
    plain = {key: value if isinstance(value, str) else _plain(value) for key, value in settings.items()}
    return Operation(name, tuple(sorted(plain.items())))


def _plain(value: float) -> int | float:
    """A setting in the one form that JSON has for 1 and 1.0."""
    return int(value) if abs(value) < SAFE and value == int(value) else float(value)


def from_json(found: Mapping[str, Setting]) -> Operation:
    """The operation that `Operation.to_json` gave.

    Raises ValueError for a name that is not in the table, KeyError where there is none.
    """
    settings = dict(found)
    return operation(str(settings.pop("name")), **settings)


Words = Callable[[Operation, list[str], Say], str]


@dataclass(frozen=True)
class Primitive:
    """One entry of the table.

    `shape` says how ranges go through it: sum, product and ratio (fractions of polynomials), rising (with each input),
    turning (at zero), range (its ends are ends of inputs), leaf (nothing below it), opaque (worked out elsewhere).
    `words_for_many` begins what is said of so many inputs that they are not listed.
    """

    name: str
    shape: str
    words: Words
    words_for_many: str = ""


# what the primitives do


def exact_sum(values: Sequence[float], signs: Sequence[int]) -> float:
    """The sum of values as they print, without rounding on the way: 0.3 less 0.1 less 0.2 is nothing."""
    values = [float(value) for value in values]
    if all(value.is_integer() and abs(value) < LAST_WHOLE for value in values):
        return float(sum(int(value) * sign for value, sign in zip(values, signs, strict=True)))
    total = Decimal(0)
    for value, sign in zip(values, signs, strict=True):
        total = (EXACT.add if sign > 0 else EXACT.subtract)(total, Decimal(repr(value)))
    return float(total)


def _signs(signs: str) -> list[int]:
    return [1 if sign == "+" else -1 for sign in signs]


def _mean(*values: float) -> float:
    return exact_sum(values, [1] * len(values)) / len(values)


def _product(*values: float) -> float:
    return math.prod(values)


def _power(value: float, power: float) -> float:
    return math.sqrt(value) if power == 0.5 else value**power


def normal_below(z: float) -> float:
    """The standard normal distribution function, exact far below the mean too."""
    return math.erfc(-z / math.sqrt(2)) / 2


def _tail_shift(multiple: float, edge: float) -> float:
    """The shift at which the normal tail above `edge` is `multiple` times that of the opposite shift; by halving."""
    low, high = -FAR, FAR
    for _ in range(120):
        middle = (low + high) / 2
        above, below = normal_below(middle - edge), normal_below(-middle - edge)
        low, high = (middle, high) if above < multiple * below else (low, middle)
    return (low + high) / 2


RULES: Mapping[str, Callable[..., float]] = {
    "sum": lambda *values, signs: exact_sum(values, _signs(signs)),
    "mean": _mean,
    "convert": lambda value, times, over, unit: value * times / over,
    "product": _product,
    "ratio": lambda above, below: above / below,
    "power": _power,
    "log": math.log,
    "exp": math.exp,
    "least": lambda *values: min(values),
    "greatest": lambda *values: max(values),
    "normal_below": normal_below,
    "normal_quantile": NORMAL.inv_cdf,
    "normal_density": NORMAL.pdf,
    "tail_shift": _tail_shift,
}


# how they are said


def _said(template: str) -> Words:
    """Words with the inputs at {0}, {1}, and settings by their names."""
    return lambda made, terms, say: say(template).format(*terms, **dict(made.settings))


def _joined(mark: str, start: str = "") -> Words:
    return lambda made, terms, say: f"{say(start)} {mark.join(terms)}".lstrip()


def _said_sum(made: Operation, terms: list[str], say: Say) -> str:
    marks = [" + " if sign == "+" else " − " for sign in str(made["signs"])]
    said = "".join(mark + term for mark, term in zip(marks, terms, strict=True))
    return said.removeprefix(" + ") if marks[0] == " + " else "−" + said.removeprefix(" − ")


def _said_mean(made: Operation, terms: list[str], say: Say) -> str:
    return f"({' + '.join(terms)}) ÷ {len(terms)}"


def _said_power(made: Operation, terms: list[str], say: Say) -> str:
    power = made["power"]
    if power == 0.5:
        return f"√{terms[0]}"
    raised: dict[Setting, str] = {2: "²", 3: "³"}
    return terms[0] + raised.get(power, f"^{power}")


def _said_choice(made: Operation, terms: list[str], say: Say) -> str:
    return say("{0} as {1}").format(terms[0], f" {say('or')} ".join(terms[1:]))


def _said_by_author(made: Operation, terms: list[str], say: Say) -> str:
    return str(made["said"]).format(*terms)


def _said_count(made: Operation, terms: list[str], say: Say) -> str:
    return say("count") if made["of"] == "key" else say("count of distinct {of}s").format(of=made["of"])


def _table() -> Iterator[Primitive]:
    for name, said in (
        ("printed", "as printed"),
        ("stated", "as stated"),
        ("assumed", "assumed"),
        ("counted", "counted"),
        ("measured", "computed from the file"),
        ("constant", "a constant of the formula"),
        ("rows", "{count} rows that the question selected"),
    ):
        yield Primitive(name, "leaf", _said(said))
    yield Primitive("span", "range", _said("from {0} to {1}"))
    yield Primitive("reach", "range", _joined(", ", "least to greatest of"), "least to greatest of")
    yield Primitive("low_end", "range", _said("the low end of {0}"))
    yield Primitive("high_end", "range", _said("the high end of {0}"))
    yield Primitive("choice", "range", _said_choice)
    yield Primitive("sum", "sum", _said_sum, "sum of")
    yield Primitive("mean", "sum", _said_mean, "mean of")
    yield Primitive("convert", "sum", _said("{0} in {unit}"))
    yield Primitive("product", "product", _joined(" × "), "product of")
    yield Primitive("ratio", "ratio", _said("{0} ÷ {1}"))
    yield Primitive("power", "power", _said_power)
    yield Primitive("log", "rising", _said("log({0})"))
    yield Primitive("exp", "rising", _said("exp({0})"))
    yield Primitive("least", "rising", _joined(", ", "least of"), "least of")
    yield Primitive("greatest", "rising", _joined(", ", "greatest of"), "greatest of")
    yield Primitive("normal_below", "rising", _said("share of a normal distribution below {0}"))
    yield Primitive("normal_quantile", "rising", _said("normal quantile of {0}"))
    yield Primitive("normal_density", "turning", _said("normal density at {0}"))
    yield Primitive("tail_shift", "unknown", _said("shift at which a normal tail is {0} times its opposite, edge {1}"))
    yield Primitive("count", "opaque", _said_count)
    yield Primitive("query", "opaque", _said("“{column}” {how} in the answer to {question}"))
    yield Primitive("statistic", "opaque", _said_by_author)
    yield Primitive("draws", "opaque", _said_by_author)
    yield Primitive("combinations", "opaque", _said_by_author)


PRIMITIVES: Mapping[str, Primitive] = {primitive.name: primitive for primitive in _table()}
