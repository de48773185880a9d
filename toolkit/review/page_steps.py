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
        alike = (number, *self._alike.get(number.digest, ()))
        written = (replace(one, style=replace(one.style, digits=digits)) for one in alike for digits in DIGITS)
        return {" ".join(amount_and_unit(one)).strip() for one in (*alike, *written)}

    def names(self, number: Number) -> set[str]:
        """Its labels as pages print them."""
        found = {label_of(one) for one in (number, *self._alike.get(number.digest, ()))}
        given = self.labels.get(number.digest)
        return found | ({written_out(given, locale_of(number.unit))} if given else set())

    def calculations(self, number: Number) -> set[str]:
        """Its step with the result, in each of the ways that it is written."""
        if number.digest not in self._steps:
            alike = (number, *self._alike.get(number.digest, ()))
            steps = {with_question(one, equation(essential(one)[0])) for one in alike}
            leaf = set() if number.inputs else {without_hash(number.operation.words([], locale_of(number.unit).say))}
            self._steps[number.digest] = {plain(html.escape(one)) for one in steps | leaf}
        return self._steps[number.digest]


def step_disagreements(path: str, page: str, stated: Mapping[int, Number], said: Said) -> Iterator[Disagreement]:
    """Where the receipts of a page are not those of its numbers, which are `stated` by their place."""
    for text in page.split('<aside class="receipt"')[1:]:
        found = RECEIPT.match(text)
        number = stated.get(int(found[1])) if found else None
        if found and number is not None:
            for what, wrong in _wrong(text.partition("</aside>")[0], number, said):
                yield f"{path}, the receipt of number {found[1]}", f"{what} of {number}", wrong


def _wrong(receipt: str, number: Number, said: Said) -> Iterator[tuple[str, str]]:
    below = _below(number)
    above = AMOUNT.search(receipt)
    if not above or plain(f"{above[2]} {above[3]}") not in said.amounts(number):
        yield "the amount", plain(above[0]) if above else "none"
    for shown in inside(receipt, '<p class="sum">', "</p>"):
        if plain(shown) != plain(sum_in_figures(number)):
            yield "the sum", plain(shown)
    calculations = set().union(*(said.calculations(one) for one in below))
    for shown in inside(receipt.partition("<details>")[2].partition("<dl>")[0], "<p>", "</p>"):
        if "<a " not in shown and plain(shown) not in said.calculations(number):
            yield "the calculation", plain(shown)
    steps = [found.groups("") for text in receipt.split("<li>")[1:] if (found := STEP.match(text))]
    if len(steps) != receipt.count("<li"):
        yield "the steps", "steps that are written otherwise"
    kinds = _kind_words(number)
    for amount, unit, label, after, _ in steps:
        abouts = ABOUT.findall(after)
        if amount and not label and any("<a " in one for one in abouts):
            continue  # many figures of one source, counted
        value, name = HEDGE.sub("", plain(f"{amount} {unit}"), count=1), plain(label)
        fits = [one for one in below if not name or any(text and name.startswith(text) for text in said.names(one))]
        if not fits or (value and not any(value in said.amounts(one) for one in fits)):
            yield "the steps", f"{value} {name}".strip()
        for about in abouts:
            words = plain(about)
            elsewhere = STEPS_ELSEWHERE.fullmatch(words)
            if words not in (AS_ABOVE, REST_AS_ABOVE, *calculations) and not elsewhere and not words.startswith(kinds):
                yield "the steps", words


def _kind_words(number: Number) -> tuple[str, ...]:
    say = locale_of(number.unit).say
    return tuple({say(word) for kind in KINDS for word in (str(kind), KINDS[kind], MARKS[kind])})


def _below(number: Number) -> list[Number]:
    found: dict[int, Number] = {}
    waiting = [number]
    while waiting:
        one = waiting.pop()
        if id(one) not in found:
            found[id(one)] = one
            waiting += one.inputs
    return list(found.values())
