"""Operations as data: the table of primitives that every number is made by.

An operation is a name and settings, never code: receipts, JSON, the archive's script and the evaluation of ranges read
this one table. Anything more is composed of primitives where it is used. Only the standard library is imported, since
archives carry this file and run it.
"""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal
from statistics import NormalDist
from string import Formatter

Setting = str | int | float
Say = Callable[[str], str]  # translates English words into the project's language
NORMAL = NormalDist()
PLACE = re.compile(r"\{(\d{1,9})\}")  # of an input in what an author said; all else is text
DECIMALS = Context(prec=1700)  # a sum of any two doubles has fewer digits than this
LARGEST_INTEGER = 2**53  # a double, and with it canonical JSON (RFC 8785), holds every integer up to this
CONVERTED = Context(prec=40)  # a double has 17 digits
FARTHEST = 40.0  # standard deviations: a normal tail beyond is zero as a double
ALIKE, PLAIN = "alike", "plain"  # what `Primitive.units` may be
HALVINGS = 120  # of the interval in which a shift lies: more than enough for a double


@dataclass(frozen=True)
class Operation:
    """How a number was made: the name of a primitive, and its settings sorted by name.

    Raises ValueError for a name that is no primitive's, and by [setting] KeyError for a setting that it has not.
    """

    name: str
    settings: tuple[tuple[str, Setting], ...] = ()

    def __post_init__(self) -> None:
        if self.name not in PRIMITIVES:
            raise ValueError(f"no operation {self.name!r}; there are {', '.join(PRIMITIVES)}")

    def __getitem__(self, setting: str) -> Setting:
        return dict(self.settings)[setting]

    @property
    def primitive(self) -> Primitive:
        """The operation's entry in the table."""
        return PRIMITIVES[self.name]

    @property
    def rule(self) -> Callable[..., float] | None:
        """The function from the inputs' values, each in the input's unit, to the result.

        None for an operation that cannot be run again from its inputs' values alone.
        """
        rule = RULES.get(self.name)
        return functools.partial(rule, **dict(self.settings)) if rule and self.settings else rule

    def to_json(self) -> dict[str, Setting]:
        """The name, under "name", and the settings as one JSON object."""
        return {"name": self.name, **dict(self.settings)}

    def words(self, terms: Sequence[str], say: Say = str) -> str:
        """The operation in words, with `terms` for the inputs: "69m ÷ 7m"; in English without `say`."""
        return self.primitive.words(self, list(terms), say)


def operation(name: str, **settings: Setting) -> Operation:
    """An operation by name. Raises ValueError for a name that is not in the table."""
    plain = {key: value if isinstance(value, str) else json_number(value) for key, value in settings.items()}
    return Operation(name, tuple(sorted(plain.items())))


def json_number(value: float) -> int | float:
    """1 for 1.0, since canonical JSON writes both alike."""
    return int(value) if abs(value) < LARGEST_INTEGER and value == int(value) else float(value)


def from_json(settings_and_name: Mapping[str, Setting]) -> Operation:
    """The operation that `Operation.to_json` gave.

    Raises ValueError for a name that is not in the table, KeyError without "name" or a setting that its words have.
    """
    settings = dict(settings_and_name)
    step = operation(str(settings.pop("name")), **settings)
    for name in step.primitive.words.settings if isinstance(step.primitive.words, Template) else ():
        _ = settings[name]  # of a file that somebody changed
    return step


Words = Callable[[Operation, list[str], Say], str]


@dataclass(frozen=True)
class Primitive:
    """One entry of the table.

    `shape` says how the range of the result follows from those of the inputs: sum, product, ratio, power;
    rising: monotone in each input; turning: a maximum or minimum at zero; range: its two ends are ends of inputs
    (the hull of several is "reach"); unknown: nothing more is known than that they are; leaf: there are no inputs;
    opaque: computed elsewhere.
    `words` words it, `words_for_many` begins the words for inputs too many to list.
    `units` says which units inputs and result have: ALIKE, all one; PLAIN, none, plain numbers; "": as its shape says.
    `kind` is the one kind of all numbers that a leaf makes; "" where they may be of several.
    """

    name: str
    shape: str
    words: Words
    words_for_many: str = ""
    units: str = ""
    kind: str = ""


# the rules of the primitives


def exact_sum(values: Sequence[float], signs: Sequence[int]) -> float:
    """The sum of values as printed decimals, rounded only at the end: 0.3 - 0.1 - 0.2 is 0. Each sign is 1 or -1."""
    values = [float(value) for value in values]
    if all(map(float.is_integer, values)) and max(map(abs, values), default=0) < LARGEST_INTEGER:
        return float(sum(int(value) * sign for value, sign in zip(values, signs, strict=True)))
    total = Decimal(0)
    for value, sign in zip(values, signs, strict=True):
        total = (DECIMALS.add if sign > 0 else DECIMALS.subtract)(total, Decimal(repr(value)))
    return float(total)


def _signs(signs: str) -> list[int]:
    return [1 if sign == "+" else -1 for sign in signs]


def _converted(value: float, times: float, over: float) -> float:
    """As the decimals print: 0.000000025 times 1,000,000 is 0.025."""
    product = DECIMALS.multiply(Decimal(repr(float(value))), Decimal(repr(float(times))))
    return float(CONVERTED.divide(product, Decimal(repr(float(over)))))


def _mean(*values: float) -> float:
    return exact_sum(values, [1] * len(values)) / len(values)


def _product(*values: float) -> float:
    return math.prod(values)


def _power(value: float, power: float) -> float:
    return math.sqrt(value) if power == 0.5 else value**power


def _normal_below(z: float) -> float:
    """The cumulative standard normal distribution, accurate far below the mean too."""
    return math.erfc(-z / math.sqrt(2)) / 2


def _tail_shift(multiple: float, edge: float) -> float:
    """The shift of a standard normal at which its tail above `edge` is `multiple` times the tail at the opposite shift.

    Found by bisection.
    """
    low, high = -FARTHEST, FARTHEST
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        shifted, opposite = _normal_below(middle - edge), _normal_below(-middle - edge)
        low, high = (middle, high) if shifted < multiple * opposite else (low, middle)
    return (low + high) / 2


RULES: Mapping[str, Callable[..., float]] = {
    "sum": lambda *values, signs: exact_sum(values, _signs(signs)),
    "mean": _mean,
    "convert": lambda value, times, over, unit: _converted(value, times, over),
    "taken": lambda value, choice, option, of: value,
    "product": _product,
    "ratio": lambda dividend, divisor: dividend / divisor,
    "power": _power,
    "log": math.log,
    "exp": math.exp,
    "least": lambda *values: min(values),
    "greatest": lambda *values: max(values),
    "normal_below": _normal_below,
    "normal_quantile": NORMAL.inv_cdf,
    "normal_density": NORMAL.pdf,
    "tail_shift": _tail_shift,
}


# the words of the primitives


@dataclass(frozen=True)
class Template:
    """Words by a template with the inputs as {0}, {1} and the settings by name."""

    text: str

    @functools.cached_property
    def settings(self) -> tuple[str, ...]:
        """The names of the settings in it."""
        return tuple(name for _, name, _, _ in Formatter().parse(self.text) if name and not name.isdigit())

    def __call__(self, step: Operation, terms: list[str], say: Say) -> str:
        return say(self.text).format(*terms, **dict(step.settings))


@dataclass(frozen=True)
class Joined:
    """Words with the inputs joined by a mark, after the words `start`."""

    mark: str
    start: str = ""

    def __call__(self, step: Operation, terms: list[str], say: Say) -> str:
        return f"{say(self.start)} {self.mark.join(terms)}".lstrip()


def _words_of_sum(step: Operation, terms: list[str], say: Say) -> str:
    marks = [" + " if sign == "+" else " − " for sign in str(step["signs"])]
    text = "".join(mark + term for mark, term in zip(marks, terms, strict=True))
    return text.removeprefix(" + ") if marks[0] == " + " else "−" + text.removeprefix(" − ")


def _words_of_mean(step: Operation, terms: list[str], say: Say) -> str:
    return f"({' + '.join(terms)}) ÷ {len(terms)}"


def _words_of_power(step: Operation, terms: list[str], say: Say) -> str:
    power = step["power"]
    if power == 0.5:
        return f"√{terms[0]}"
    raised: dict[Setting, str] = {2: "²", 3: "³"}
    return terms[0] + raised.get(power, f"^{power}")


def _words_of_choice(step: Operation, terms: list[str], say: Say) -> str:
    return say("{0} as {1}").format(terms[0], f" {say('or')} ".join(terms[1:]))


def _words_by_author(step: Operation, terms: list[str], say: Say) -> str:
    return PLACE.sub(lambda match: terms[int(match[1])], str(step["said"]))


def _words_of_count(step: Operation, terms: list[str], say: Say) -> str:
    return say("count") if step["of"] == "key" else say("count of distinct {of}s").format(of=step["of"])


def _words_of_code(step: Operation, terms: list[str], say: Say) -> str:
    words = say("{how}, worked out in pandas in this notebook").format(how=step["how"])
    return f"{words} (code {step['sha']})"


def _words_of_rows(step: Operation, terms: list[str], say: Say) -> str:
    where = ", those where {where}" if step["where"] else ""
    words = "one of {all} rows" if step.name == "row_where" else "{rows} of {all} rows"
    return say(words + where).format(**dict(step.settings))


def _table() -> Iterator[Primitive]:
    for name, words in (
        ("printed", "as printed"),
        ("stated", "as stated"),
        ("counted", "counted"),
        ("measured", "computed from the file"),
        ("rows", "{count} rows that the question selected"),
        ("rows_within", "{all} rows; which of them were used cannot be listed"),
    ):
        yield Primitive(name, "leaf", Template(words))
    yield Primitive("assumed", "leaf", Template("assumed"), kind="assumed")
    yield Primitive("constant", "leaf", Template("a constant of the formula"), kind="computed")
    yield Primitive("rows_where", "leaf", _words_of_rows)
    yield Primitive("row_where", "leaf", _words_of_rows)
    yield Primitive("span", "range", Template("from {0} to {1}"), units=ALIKE)
    yield Primitive("reach", "range", Joined(", ", "least to greatest of"), "least to greatest of", units=ALIKE)
    yield Primitive("low_end", "range", Template("the low end of {0}"), units=ALIKE)
    yield Primitive("high_end", "range", Template("the high end of {0}"), units=ALIKE)
    yield Primitive("choice", "range", _words_of_choice, units=ALIKE)
    yield Primitive("sum", "sum", _words_of_sum, "sum of", units=ALIKE)
    yield Primitive("mean", "sum", _words_of_mean, "mean of", units=ALIKE)
    yield Primitive("convert", "sum", Template("{0} in {unit}"))
    yield Primitive("taken", "sum", Template("{0}, taken for “{of}”"), units=ALIKE)
    yield Primitive("product", "product", Joined(" × "), "product of")
    yield Primitive("ratio", "ratio", Template("{0} ÷ {1}"))
    yield Primitive("power", "power", _words_of_power)
    yield Primitive("log", "rising", Template("log({0})"), units=PLAIN)
    yield Primitive("exp", "rising", Template("exp({0})"), units=PLAIN)
    yield Primitive("least", "rising", Joined(", ", "least of"), "least of", units=ALIKE)
    yield Primitive("greatest", "rising", Joined(", ", "greatest of"), "greatest of", units=ALIKE)
    yield Primitive("normal_below", "rising", Template("share of a normal distribution below {0}"), units=PLAIN)
    yield Primitive("normal_quantile", "rising", Template("normal quantile of {0}"), units=PLAIN)
    yield Primitive("normal_density", "turning", Template("normal density at {0}"), units=PLAIN)
    shift = Template("shift at which a normal tail is {0} times its opposite, edge {1}")
    yield Primitive("tail_shift", "unknown", shift, units=PLAIN)
    yield Primitive("count", "opaque", _words_of_count)
    yield Primitive("query", "opaque", Template("“{column}” {how} in the answer to {question}"))
    yield Primitive("code", "opaque", _words_of_code)
    yield Primitive("statistic", "opaque", _words_by_author)
    yield Primitive("draws", "opaque", _words_by_author)
    yield Primitive("combinations", "opaque", _words_by_author)


PRIMITIVES: Mapping[str, Primitive] = {primitive.name: primitive for primitive in _table()}
