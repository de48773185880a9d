"""Whether the receipts on a page have the steps of the manifest: amounts, labels and calculations.

Receipts are read as the toolkit writes them: a step that is written otherwise counts as another.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from toolkit.core.kind import KINDS, MARKS
from toolkit.core.number import Number
from toolkit.core.unit import locale_of
from toolkit.review.markup_text import inside, plain
from toolkit.site.citations import label_of, with_question, without_hash, written_out
from toolkit.site.equations import equation, essential
from toolkit.site.receipt_head import sum_in_figures
from toolkit.site.receipt_steps import AS_ABOVE, ELSEWHERE, REST_AS_ABOVE, amount_and_unit

RECEIPT = re.compile(r' id="r-(\d+)"')
AMOUNT = re.compile(r'<p class="amount">([^<]*)<b>([^<]*)</b>([^<]*)</p>')
ABOUT = re.compile(r"<i>([^<]*(?:<(?!/i>)[^<]*)*)</i>")
STEP = re.compile(rf"(?:<b>([^<]*)</b>([^<]*))?(?:<br>)?([^<]*)((?:{ABOUT.pattern})*)\s*(?=<ul>|</li>|</ul>|\Z)")
STEPS_ELSEWHERE = re.compile(rf"{ELSEWHERE}receipt \d+")
DIGITS = (None, 1, 2, 3, 4, 5, 6)
HEDGE = re.compile(r"(?:about|at least|more than|at most|less than) ", re.IGNORECASE)

Disagreement = tuple[str, str, str]  # where, what the manifest says, what the page says


@dataclass
class Said:
    """What may be printed of the numbers of a story; `labels` are also those that findings give, by digest.

    `numbers` are all of its receipts.
    """

    numbers: Iterable[Number]
    labels: Mapping[str, str]
    _alike: dict[str, list[Number]] = field(default_factory=dict)
    _steps: dict[str, set[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for number in self.numbers:
            self._alike.setdefault(number.digest, []).append(number)

    def amounts(self, number: Number) -> set[str]:
        """A number with its unit, in each of the ways that it is written: a table may have it in other digits."""
        equal_numbers = (number, *self._alike.get(number.digest, ()))
        restyled = (
            replace(equal, style=replace(equal.style, digits=digits)) for equal in equal_numbers for digits in DIGITS
        )
        return {" ".join(amount_and_unit(equal)).strip() for equal in (*equal_numbers, *restyled)}

    def names(self, number: Number) -> set[str]:
        """Its labels as pages print them."""
        names = {label_of(equal) for equal in (number, *self._alike.get(number.digest, ()))}
        label = self.labels.get(number.digest)
        return names | ({written_out(label, locale_of(number.unit))} if label else set())

    def calculations(self, number: Number) -> set[str]:
        """Its step with the result, in each of the ways that it is written."""
        if number.digest not in self._steps:
            equal_numbers = (number, *self._alike.get(number.digest, ()))
            steps = {with_question(equal, equation(essential(equal)[0])) for equal in equal_numbers}
            leaf = set() if number.inputs else {without_hash(number.operation.words([], locale_of(number.unit).say))}
            self._steps[number.digest] = {plain(html.escape(equal)) for equal in steps | leaf}
        return self._steps[number.digest]


def step_disagreements(path: str, page: str, numbers: Mapping[int, Number], said: Said) -> Iterator[Disagreement]:
    """Where the receipts of a page are not those of its numbers, which are `numbers` by their place."""
    for text in page.split('<aside class="receipt"')[1:]:
        match = RECEIPT.match(text)
        number = numbers.get(int(match[1])) if match else None
        if match and number is not None:
            for what, wrong in _wrong(text.partition("</aside>")[0], number, said):
                yield f"{path}, the receipt of number {match[1]}", f"{what} of {number}", wrong


def _wrong(receipt: str, number: Number, said: Said) -> Iterator[tuple[str, str]]:
    below = _below(number)
    above = AMOUNT.search(receipt)
    if not above or plain(f"{above[2]} {above[3]}") not in said.amounts(number):
        yield "the amount", plain(above[0]) if above else "none"
    for line in inside(receipt, '<p class="sum">', "</p>"):
        if plain(line) != plain(sum_in_figures(number)):
            yield "the sum", plain(line)
    calculations = set().union(*(said.calculations(part) for part in below))
    for line in inside(receipt.partition("<details>")[2].partition("<dl>")[0], "<p>", "</p>"):
        if "<a " not in line and plain(line) not in said.calculations(number):
            yield "the calculation", plain(line)
    steps = [match.groups("") for text in receipt.split("<li>")[1:] if (match := STEP.match(text))]
    if len(steps) != receipt.count("<li"):
        yield "the steps", "steps that are written otherwise"
    kinds = _kind_words(number)
    for amount, unit, label, after, _ in steps:
        abouts = ABOUT.findall(after)
        if amount and not label and any("<a " in part for part in abouts):
            continue  # many figures of one source, counted
        value, name = HEDGE.sub("", plain(f"{amount} {unit}"), count=1), plain(label)
        fits = [part for part in below if not name or any(text and name.startswith(text) for text in said.names(part))]
        if not fits or (value and not any(value in said.amounts(part) for part in fits)):
            yield "the steps", f"{value} {name}".strip()
        for about in abouts:
            words = plain(about)
            elsewhere = STEPS_ELSEWHERE.fullmatch(words)
            if words not in (AS_ABOVE, REST_AS_ABOVE, *calculations) and not elsewhere and not words.startswith(kinds):
                yield "the steps", words


def _kind_words(number: Number) -> tuple[str, ...]:
    say = locale_of(number.unit).say
    return tuple({say(word) for kind in KINDS for word in (KINDS[kind], MARKS[kind])})


def _below(number: Number) -> list[Number]:
    numbers: dict[int, Number] = {}
    waiting = [number]
    while waiting:
        part = waiting.pop()
        if id(part) not in numbers:
            numbers[id(part)] = part
            waiting += part.inputs
    return list(numbers.values())
