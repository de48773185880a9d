"""Reads a step as a receipt prints it, "69m ÷ 7m = 9.857", and works it out with a pencil.

It shares nothing with the toolkit: words alone go in. A step that is false as printed is false here, whatever the
number behind it may be.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from statistics import NormalDist

NORMAL = NormalDist()
TWICE = ", for an input stands in it twice"
NOISE = Fraction(1, 10**11)  # of logarithms and the like, worked out in doubles
HALF = Fraction(501, 1000)  # of the last printed figure: a double may lie on the other side of a half
CHANGED = "in another unit"
OF_MANY = " per million "  # a price that is printed so is worked with as that of one
FIGURES = 4  # a step's result has so many significant figures, or is exact
SCALES = {"T": 12, "tn": 12, "bn": 9, "m": 6, "trillion": 12, "billion": 9, "million": 6, "": 0}
DAY = 24 * 60 * 60
YEAR = Fraction(36525, 100) * DAY
SECONDS = {
    "second": 1,
    "minute": 60,
    "hour": 3600,
    "day": DAY,
    "week": 7 * DAY,
    "thirtydays": 30 * DAY,
    "month": YEAR / 12,
    "quarter": YEAR / 4,
    "year": YEAR,
}
TIMES = {**SECONDS, **{word + "s": seconds for word, seconds in SECONDS.items()}}
SIZES = {"million tokens": 10**6, "kilowatt": 10**3, "gigawatt": 10**9, "watt hour": 3600}
SIZES |= {"gigawatt hour": 3600 * 10**9, "terawatt hour": 3600 * 10**12}
SIZES |= {word + "s": size for word, size in SIZES.items() if not word.endswith("s")}
SMALL = "zero one two three four five six seven eight nine ten eleven twelve".split()

DIGITS = r"\d[\d,]*(?:\.\d+)?"
END = rf"(−?)(\$?)(−?<?)({DIGITS})(%|T|bn|tn|m(?![a-z])| trillion| billion| million)?"
AMOUNT = re.compile(END)
UNIT = re.compile(r"(?:\^\d+|(?: (?!to |as |or |of )[A-Za-z]+(?:[²³]|\^\d+)?|×(?! )))+")
BEGINS = re.compile(r"(?<![\w.,$%−(√^])(?=[−(√$\d]|log\(|exp\()")  # where a sum may begin in a sentence
WORDS = "|".join([*TIMES, *SIZES, "thirty days"])
SAYS = re.compile(rf"[×÷+−√²³^]|log\(|exp\(|\b({WORDS})\b")  # "46 = 46" says no sum
QUESTION = re.compile(r"; “[^”]*” in the answer to [a-z0-9_]+$")
WHERE = re.compile(r" where .*?(?=, worked out in SQL)")  # a condition of SQL: its "=" is no sum's

# what nobody can work out from the words: what was counted or added up is not listed, or only its author can run it
UNLISTED = re.compile(
    r"(\d+ figures added up(, \d+ taken off)?"
    r"|(sum|mean|product|least|greatest|least to greatest) of \d+ figures"
    r"|count of (distinct \w+ in )?\d+ figures?)"
)
COUNTED = re.compile(
    r"(?:count of )?(?:distinct (?P<of>\w+)s in )?(?P<figures>\d+) figures?"
    r"(?P<added> added up(?:, (?P<off>\d+) taken off)?)?"
)
WILSON = re.compile(r"Wilson's interval for (\d+) people, coverage (.*%), around (.*%)")
CROSSED = re.compile(r"the combinations of ((?:\d+ × )*\d+) options of .*")
UNTOLD = " rows; which of them were used cannot be listed"
GIVEN = re.compile(
    r".*(?P<how>worked out in SQL|added up|combinations|draws|random deals|interval for|sum of "
    r"|rows of the table|in the usage log|in synthetic-\w+|with the most tokens over"
    r"|question \w+(?=, [0-9a-f]{12}|$)).*"
)


def whole_number(text: str) -> int:
    """A number in digits, or up to twelve in words: "77", "ten"."""
    return SMALL.index(text) if text in SMALL else int(text.replace(",", ""))


class NotRead(Exception):
    """The words are no arithmetic."""


@dataclass(frozen=True)
class Amount:
    """A printed amount or range, in seconds where it has periods.

    `steps` are the sizes of the last printed figure of each end. `size` is how many watts or tokens a unit holds; it
    counts where a step changes the unit, since other steps leave these words out.
    """

    low: Fraction
    high: Fraction
    time: int = 0
    steps: tuple[Fraction, Fraction] = (Fraction(0), Fraction(0))
    size: Fraction = Fraction(1)


@dataclass(frozen=True)
class Step:
    """A printed step: its form, and what is wrong with it; `checked` is false where nobody can work it out."""

    line: str
    form: str
    checked: bool
    wrong: str = ""


@dataclass(frozen=True)
class Listed:
    """The figures that a receipt lists below a step: how many, of which publishers, from which sources.

    `claims` is how many claims they are of, None where that is not listed.
    """

    figures: int
    publishers: frozenset[str]
    sources: frozenset[str]
    claims: int | None = None


def read_step(line: str, listed: Listed | None = None) -> Step:
    """A step with its result, as a receipt prints it. Raises NotRead for words that say no step.

    `listed` are the figures below it, by which what counts them is checked.
    """
    line = QUESTION.sub("", WHERE.sub("", line))
    if narrowed := re.fullmatch(f"(.*), narrowed to (.*)(?:{TWICE})", line):
        return _encloses(line, narrowed[1], _result(narrowed[2]))
    said, equals, result = line.partition(" = ")
    if not equals:
        if line.endswith(UNTOLD):
            return Step(line, UNTOLD, False)
        said, colon, result = line.rpartition(": ")
        if _is_worked_out(said):
            return _compared(line, said, amount(result, FIGURES))
        if colon and (given := GIVEN.fullmatch(said)):
            return Step(line, given["how"], False)
        raise NotRead(line)
    if UNLISTED.fullmatch(said):
        return _counted(line, said, result, listed)
    return _compared(line, said, _result(result))


def _result(text: str) -> Amount:
    """A step's result; a price of so many as that of one."""
    printed = amount(text, FIGURES)
    return _single(printed) if OF_MANY in text else printed


def _is_worked_out(said: str) -> bool:
    """True for a step with a colon before its result whose words have all that it needs."""
    return bool(WILSON.fullmatch(said) or CROSSED.fullmatch(said))


def _counted(line: str, said: str, result: str, listed: Listed | None) -> Step:
    """A count of figures, or of what is distinct in them, by what is listed; of sums the number of figures alone."""
    form, found = re.sub(r"\d+", "N", said), COUNTED.fullmatch(said)
    if not found or (listed is None and found["of"]):
        return Step(line, form, False)
    figures = int(found["figures"]) + int(found["off"] or 0)
    wrong = "" if listed is None or listed.figures == figures else f"{listed.figures} figures are listed"
    if found["added"]:
        return Step(line, form, False, wrong)
    printed = whole_number(result)
    known = {None: figures}
    if listed is not None:
        known |= {"source": len(listed.sources), "publisher": len(listed.publishers), "claim": listed.claims}
    if (right := known.get(found["of"])) is None:
        return Step(line, form, False, wrong or ("" if 1 <= printed <= figures else f"{printed} of {figures} figures"))
    return Step(line, form, True, wrong or ("" if right == printed else f"{right} where {printed} is printed"))


def read_line(text: str, said: str, sizes: bool = True, listed: Listed | None = None) -> Step:
    """A number of the text with its step, as the list of numbers prints it: "9.9 times" and "69m ÷ 7m".

    Without `sizes` the step is known to leave the unit as it is: "−5 = −5 per million tokens" is no change of unit.
    """
    said = QUESTION.sub("", said)
    if UNLISTED.fullmatch(said):
        return _counted(f"{text} = {said}", said, text, listed)
    result = amount(re.sub("^(?:" + "|".join(SMALL) + r")\b", lambda word: str(SMALL.index(word[0])), text), 0)
    if said.endswith(", narrowed" + TWICE):
        return _encloses(f"{text} = {said}", said.removesuffix(", narrowed" + TWICE), result)
    try:
        return _compared(f"{text} = {said}", said, result, sizes)
    except NotRead:
        if given := GIVEN.fullmatch(said):
            return Step(f"{text} = {said}", given["how"], False)
        raise


def read_head(text: str, said: str, listed: Listed | None = None) -> Step:
    """A number and its step as a receipt opens: "$1.03 per million tokens" and "$52.38 a month ÷ 51m a month".

    The words that hold watts or tokens are those of the result: the step may be of single ones, or of so many.
    """
    given = None if _is_worked_out(said) else GIVEN.fullmatch(said[:1].lower() + said[1:])
    if given:  # it begins with a capital, as a sentence does
        return Step(f"{text} = {said}", given["how"], False)
    found = read_line(text, said, listed=listed)
    if not found.wrong or not found.checked:
        return found
    return _compared(found.line, QUESTION.sub("", said), _single(amount(text, 0)), sizes=False)


def sums_in(text: str) -> Iterator[Step]:
    """Every sum with its result that stands in a sentence, a label or a cell: "so 69m ÷ 7m = 9.9 times as many"."""
    for equals in re.finditer(" = ", text):
        before, after = text[: equals.start()], text[equals.end() :]
        for begins in BEGINS.finditer(before):
            said = before[begins.start() :]
            if not SAYS.search(said):
                break
            try:
                result, rest = _amount(after, 0)
                yield _compared(f"{said} = {after.removesuffix(rest)}", said, result)
                break
            except (NotRead, ArithmeticError, ValueError):
                continue


def _compared(line: str, said: str, printed: Amount, sizes: bool = True) -> Step:
    form, low, high, time = _work_out(said)
    size = printed.size if form == CHANGED and sizes else 1
    wrong = "" if time == printed.time else f"periods: {time} against {printed.time}"
    for found, end, step in zip((low, high), (printed.low, printed.high), printed.steps, strict=True):
        if abs(found - end * size) > step * size * HALF + abs(found) * NOISE:
            wrong = wrong or f"{float(found):.12g} where {float(end * size):.12g} is printed"
    return Step(line, form, True, wrong)


def _encloses(line: str, said: str, printed: Amount) -> Step:
    """An input stands in the step twice: what it comes to lies within what the words give, and is narrower."""
    _, low, high, time = _work_out(said)
    inside = low - printed.steps[0] / 2 <= printed.low and printed.high <= high + printed.steps[1] / 2
    narrower = printed.high - printed.low < high - low + sum(printed.steps) / 2
    holds = inside and narrower and time == printed.time
    return Step(line, "narrowed", True, "" if holds else f"{float(low)} to {float(high)} is no wider")


# amounts


def amount(text: str, figures: int) -> Amount:
    """A whole text as one amount or range; a result has so many figures at least, or is exact."""
    found, rest = _amount(text, figures)
    if rest:
        raise NotRead(f"{rest!r} after an amount in {text!r}")
    return found


def _amount(text: str, figures: int = FIGURES) -> tuple[Amount, str]:
    first = AMOUNT.match(text)
    if not first:
        raise NotRead(text)
    rest, second = text[first.end() :], first
    for mark in ("–", " to "):
        if rest.startswith(mark) and (found := AMOUNT.match(rest, len(mark))):
            second, rest = found, rest[found.end() :]
            break
    unit = UNIT.match(rest)
    value, size, time = _unit(unit[0] if unit else "")
    rest = rest[unit.end() :] if unit else rest
    own, scale = first[5], second[5]
    if own is None and _is_shared(first, second, unit[0] if unit else ""):
        own = scale
    (low, low_step), (high, high_step) = _end(first, own, figures), _end(second, scale, figures)
    if high < low:
        raise NotRead(f"the wrong way round: {text}")
    return Amount(low * value, high * value, time, (low_step * value, high_step * value), size), rest


def _is_shared(first: re.Match, second: re.Match, unit: str) -> bool:
    """Whether the scale after the second end is that of the first too: $650–700bn, 57–72%, 11 to 20 million tokens."""
    if second[5] == "%":
        return True
    if second[5] == " million" and unit.startswith(" tokens"):
        return abs(_number(first)) < 1000 or 0 < _number(first) < _number(second)
    return bool(first[2] and not second[2])


def _number(found: re.Match) -> Fraction:
    return Fraction(found[4].replace(",", "")) * (-1 if found[1] or found[3] else 1)


def _end(found: re.Match, scale: str | None, figures: int) -> tuple[Fraction, Fraction]:
    """The value of one end, and the size of its last printed figure."""
    digits = found[4].replace(",", "")
    power = -2 if scale == "%" else SCALES[(scale or "").strip()]
    least = -len(digits.partition(".")[2])
    if "<" in found[3]:  # anything from nothing to so much
        most = _number(found) * Fraction(10) ** power
        return most / 2, most
    shown = digits.replace(".", "").lstrip("0")
    if not least:
        zeros = len(shown) - len(shown.rstrip("0"))
        least = max(0, min(zeros, len(shown) - figures))
    if len(shown) < figures:  # exact, or it would show more figures
        least -= figures - len(shown)
    return _number(found) * Fraction(10) ** power, Fraction(10) ** (least + power)


def _single(printed: Amount) -> Amount:
    """An amount of so many, "$15 per million tokens", as that of one."""
    low, high = printed.low * printed.size, printed.high * printed.size
    return Amount(low, high, printed.time, tuple(step * printed.size for step in printed.steps))


def _unit(words: str) -> tuple[Fraction, Fraction, int]:
    """(how many seconds a unit has, how many watts or tokens, its power of time)."""
    if words.strip() in ("point", "points", "percentage point", "percentage points"):
        return Fraction(1, 100), Fraction(1), 0
    value, size, time = Fraction(1), Fraction(1), 0
    words = re.sub(r"thirty days|thirty day periods?", "thirtydays", words)
    for part in re.findall(r"(?:(?<= )(?:a|an|per) )?(?:(?! (?:a|an|per) ).)+", words):
        phrase = re.sub(r"^ ?(?:a|an|per) ", "", part)
        sign = 1 if phrase == part else -1
        names = re.findall(r"(million tokens|(?:GPU|watt|gigawatt|terawatt) hours?|[A-Za-z]+)(²|³|\^\d+)?", phrase)
        for name, raised in names:
            power = sign * {"": 1, "²": 2, "³": 3}.get(raised, int(raised[1:] or 0) if raised else 1)
            size *= Fraction(SIZES.get(name, 1)) ** power
            if name in TIMES:
                value *= Fraction(TIMES[name]) ** power
                time += power
    return value, size, time


# steps


def _work_out(said: str) -> tuple[str, Fraction, Fraction, int]:
    """(form, least, greatest, power of time) of a step without its result."""
    for form, pattern, rule in FUNCTIONS:
        if found := re.fullmatch(pattern, said):
            return form, *rule(*found.groups())
    parsed, rest = _sum(said)
    if rest:
        raise NotRead(f"{rest!r} left of {said!r}")
    low, high = parsed.ends()
    if parsed.form:
        return parsed.form, low, high, parsed.time
    alone = parsed.amounts[0]
    return CHANGED, alone.low * alone.size, alone.high * alone.size, parsed.time


@dataclass(frozen=True)
class Term:
    """A parsed part: the printed amounts in it, and the rule that makes a value of one value for each."""

    amounts: tuple[Amount, ...]
    rule: Callable[[list[Fraction]], Fraction]
    time: int
    form: str = ""

    def ends(self) -> tuple[Fraction, Fraction]:
        """Least and greatest at all corners, and at zero where an amount may be that."""
        corners = [{one.low, one.high, *([Fraction(0)] if one.low < 0 < one.high else [])} for one in self.amounts]
        found = [self.rule(list(corner)) for corner in itertools.product(*corners)]
        return min(found), max(found)


def _joined(left: Term, right: Term, rule: Callable, time: int, form: str) -> Term:
    count = len(left.amounts)
    both = left.amounts + right.amounts
    return Term(both, lambda at: rule(left.rule(at[:count]), right.rule(at[count:])), time, form)


def _sum(text: str) -> tuple[Term, str]:
    left, text = _product(text)
    while found := re.match(r" ([+−]) ", text):
        right, text = _product(text[found.end() :])
        if left.time != right.time:
            raise NotRead(f"periods that do not add up: {text}")
        sign = 1 if found[1] == "+" else -1
        left = _joined(left, right, lambda a, b, sign=sign: a + sign * b, left.time, "sum")
    return left, text


def _product(text: str) -> tuple[Term, str]:
    left, text = _factor(text)
    while found := re.match(r" ([×÷]) ", text):
        right, text = _factor(text[found.end() :])
        if found[1] == "×":
            left = _joined(left, right, lambda a, b: a * b, left.time + right.time, "product")
        else:
            left = _joined(left, right, lambda a, b: a / b, left.time - right.time, "ratio")
    return left, text


def _factor(text: str) -> tuple[Term, str]:
    if text.startswith("−") and not AMOUNT.match(text):
        below, text = _factor(text[1:])
        return Term(below.amounts, lambda at: -below.rule(at), below.time, "sum"), text
    minus = text.startswith("−")
    if text.startswith("√"):
        base, text = _base(text[1:])
        return _function(base, math.sqrt, "root"), text
    base, rest = _base(text)
    if found := re.match(r"²|³|\^(\d+)", rest):
        power = {"²": 2, "³": 3}.get(found[0], int(found[1] or 0))
        sign = -1 if minus else 1  # −5² is −(5²)
        made = Term(base.amounts, lambda at: sign * (sign * base.rule(at)) ** power, base.time * power, "power")
        return made, rest[found.end() :]
    return base, rest


def _base(text: str) -> tuple[Term, str]:
    for name, rule in (("log", math.log), ("exp", math.exp)):
        if text.startswith(name + "("):
            below, rest = _sum(text[len(name) + 1 :])
            return _function(below, rule, name), _closed(rest)
    if text.startswith("("):
        below, rest = _sum(text[1:])
        return below, _closed(rest)
    found, rest = _amount(text)
    size = found.size if OF_MANY in text.removesuffix(rest) else 1
    return Term((found,), lambda at: at[0] * size, found.time), rest


def _closed(rest: str) -> str:
    if not rest.startswith(")"):
        raise NotRead(f"no closing bracket before {rest!r}")
    return rest[1:]


def _function(below: Term, rule: Callable[[float], float], form: str) -> Term:
    if below.time:
        raise NotRead(f"{form} of something with periods")
    return Term(below.amounts, lambda at: Fraction(rule(float(below.rule(at)))), 0, form)


Ends = tuple[Fraction, Fraction, int]


def _one(text: str) -> Amount:
    parsed, rest = _sum(text)
    if rest:
        raise NotRead(text)
    return Amount(*parsed.ends(), parsed.time)


def _several(text: str) -> Iterator[Amount]:
    """Amounts between commas, or between "or"."""
    found = [_one(part) for part in re.split(", | or ", text)]
    if len({one.time for one in found}) != 1:
        raise NotRead(f"periods that differ: {text}")
    yield from found


def _from_to(low: str, high: str) -> Ends:
    first, second = _one(low), _one(high)
    if first.time != second.time:
        raise NotRead("periods that differ")
    return first.low, second.high, first.time


def _reach(text: str) -> Ends:
    found = list(_several(text))
    return min(one.low for one in found), max(one.high for one in found), found[0].time


def _each_end(pick: Callable) -> Callable[[str], Ends]:
    def rule(text: str) -> Ends:
        found = list(_several(text))
        return pick(one.low for one in found), pick(one.high for one in found), found[0].time

    return rule


def _normal(rule: Callable[[float], float], turns: bool = False) -> Callable[[str], Ends]:
    def worked(text: str) -> Ends:
        found = _one(text)
        at = [found.low, found.high, *([Fraction(0)] if turns and found.low < 0 < found.high else [])]
        values = [Fraction(rule(float(value))) for value in at]
        return min(values), max(values), found.time

    return worked


def _tail(times: str, edge: str) -> Ends:
    """The shift by halving: the tail above the edge grows with it, the opposite one shrinks."""
    wanted, begins = float(_one(times).low), float(_one(edge).low)
    low, high = -40.0, 40.0
    for _ in range(100):
        middle = (low + high) / 2
        above, below = (math.erfc((begins - shift) / math.sqrt(2)) for shift in (middle, -middle))
        low, high = (middle, high) if above < wanted * below else (low, middle)
    return Fraction(low), Fraction(low), 0


def _wilson(people: str, coverage: str, around: str) -> Ends:
    """Wilson, Journal of the American Statistical Association 22, 1927, in percentages of people."""
    count, share = int(people), float(_one(around).low)
    z = NORMAL.inv_cdf((1 + float(_one(coverage).low)) / 2)
    middle, half = share + z**2 / (2 * count), z * math.sqrt(share * (1 - share) / count + z**2 / (4 * count**2))
    low, high = ((middle + sign * half) / (1 + z**2 / count) for sign in (-1, 1))
    return Fraction(low), Fraction(high), 0


def _crossed(options: str) -> Ends:
    """How many ways there are to take one option of each choice."""
    count = Fraction(math.prod(map(int, options.split(" × "))))
    return count, count, 0


FUNCTIONS = (
    ("Wilson", WILSON.pattern, _wilson),
    ("combinations counted", CROSSED.pattern, _crossed),
    ("from … to …", r"from (\(.*\)|(?:(?! to ).)*) to (.*)", _from_to),
    ("least to greatest", "least to greatest of (.*)", _reach),
    ("least", "least of (.*)", _each_end(min)),
    ("greatest", "greatest of (.*)", _each_end(max)),
    ("low end", "the low end of (.*)", lambda text: (_one(text).low, _one(text).low, _one(text).time)),
    ("high end", "the high end of (.*)", lambda text: (_one(text).high, _one(text).high, _one(text).time)),
    ("choice", "(?:.*) as (.*)", _reach),
    ("taken", "(.*), taken for “[^”]*”", _reach),
    ("normal below", "share of a normal distribution below (.*)", _normal(lambda z: math.erfc(-z / math.sqrt(2)) / 2)),
    ("normal quantile", "normal quantile of (.*)", _normal(NORMAL.inv_cdf)),
    ("normal density", "normal density at (.*)", _normal(NORMAL.pdf, turns=True)),
    ("tail shift", "shift at which a normal tail is (.*) times its opposite, edge (.*)", _tail),
)
