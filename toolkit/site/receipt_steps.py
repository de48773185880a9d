"""The tree of a receipt: the inputs of a number, their inputs, and where each is from."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from markupsafe import Markup

from toolkit.core.number import Number
from toolkit.site.citations import Citations, Reference, label_of, with_question, without_hash
from toolkit.site.equations import equation, essential
from toolkit.site.sourcing import Sourcing, count, hedge, listed

LEAVES = 8  # a receipt lists so many inputs one by one; more are counted by source
DEPTH = 3  # levels of a receipt; below them are the figures alone
FEW = 2  # so many steps of an input stand in each receipt; more in the first one alone, to which the others lead
AS_ABOVE, REST_AS_ABOVE = "as above", "all else as above"  # what a receipt has said of a step already
ELSEWHERE = "its steps: "  # before the button that opens the receipt which has them


@dataclass(frozen=True)
class ReceiptStep:
    """One input in a receipt's tree, in words; `about` says where it is from, `steps` are its own inputs."""

    amount: str
    unit: str
    label: str
    calculation: str = ""
    about: Markup = Markup("")
    steps: tuple[ReceiptStep, ...] = ()

    @property
    def below(self) -> int:
        """How many steps there are below it, at all levels."""
        return sum(1 + step.below for step in self.steps)


@dataclass(frozen=True)
class StepsOnPage:
    """Where a page has the steps of a number: in the receipt of which reference, and down how many levels."""

    reference: Reference
    depth: int


def amount_and_unit(number: Number) -> tuple[str, str]:
    """(amount, words of its unit): ("69 million", "tokens per merged request").

    The unit is there too where the sentence leaves it out, so that the step below comes to what is printed. Words
    without a space before them, as in German "3,5-mal", are part of the amount.
    """
    wording = number.standalone.wording
    return (
        (wording.amount, wording.unit.strip()) if wording.unit[:1] in ("", " ") else (wording.amount + wording.unit, "")
    )


@dataclass(frozen=True)
class ReceiptTree:
    """Makes the steps of one receipt, that of `reference`; `in_receipt` has the numbers and sources in it so far.

    `steps_on_page` says where on the page more than FEW steps of a number stand, by its digest and the states that show
    them.
    """

    citations: Citations
    reference: Reference
    steps_on_page: dict[tuple[str, str], StepsOnPage]
    in_receipt: set[str] = field(default_factory=set)

    @property
    def sourcing(self) -> Sourcing:
        """What is known of the sources."""
        return self.citations.sourcing

    def of(self, number: Number, head: str) -> tuple[ReceiptStep, ...]:
        """The steps of the receipt's number, which stands above them with the label `head`."""
        if not number.inputs:
            return (self._own_leaf(number, head),)
        if elsewhere := self._elsewhere(number, DEPTH):
            return (ReceiptStep("", "", "", about=elsewhere),)
        return self._inner(number, DEPTH)

    def _elsewhere(self, number: Number, depth: int) -> Markup:
        """What opens the receipt that has the steps of a number, down to `depth` levels; empty where none has them."""
        for states in ("", self.reference.visible_in.classes):
            steps = self.steps_on_page.get((number.digest, states))
            if steps and steps.depth >= depth and steps.reference is not self.reference:
                button = Markup('<button type="button" popovertarget="r-{}">receipt {}</button>')
                return ELSEWHERE + button.format(steps.reference.position, steps.reference.note)
        return Markup("")

    def _inner(self, number: Number, depth: int) -> tuple[ReceiptStep, ...]:
        """The steps of a number down to `depth` levels; later receipts lead here if there are more than FEW."""
        steps = self._steps(number, depth)
        if sum(1 + step.below for step in steps) > FEW:
            number_in_states = number.digest, self.reference.visible_in.classes
            on_page = self.steps_on_page.get(number_in_states)
            if on_page is None or on_page.depth < depth:
                self.steps_on_page[number_in_states] = StepsOnPage(self.reference, depth)
        return steps

    def _steps(self, number: Number, depth: int) -> tuple[ReceiptStep, ...]:
        computed, conditions = essential(number)
        inputs = (*(computed.inputs or (computed,)), *conditions)
        parts = [part for part in dict.fromkeys(inputs) if part.operation.name != "constant"]
        if len(parts) <= LEAVES and depth > 0:
            return tuple(self._step(self.citations.labelled(part), depth) for part in parts)
        leaves = self.citations.leaves(parts)
        if len(leaves) <= LEAVES:
            return tuple(self._leaf(leaf) for leaf in leaves)
        counts_claims = computed.operation.name == "count" and computed.operation["of"] == "claim"
        return self._by_source(leaves, counts_claims)

    def _step(self, number: Number, depth: int) -> ReceiptStep:
        if not number.inputs:
            return self._leaf(number)
        amount, unit = amount_and_unit(number)
        label = label_of(number)
        if number.digest in self.in_receipt:
            return ReceiptStep(amount, unit, label, AS_ABOVE)
        self.in_receipt.add(number.digest)
        calculation = with_question(number, equation(essential(number)[0]))
        if elsewhere := self._elsewhere(number, depth - 1):
            return ReceiptStep(amount, unit, label, calculation, elsewhere)
        return ReceiptStep(amount, unit, label, calculation, Markup(""), self._inner(number, depth - 1))

    def _leaf(self, number: Number) -> ReceiptStep:
        reading = self.sourcing.reading(number.ref or "")
        amount, unit = amount_and_unit(number) if number.operation.name != "stated" else ("", "")
        amount = hedge(reading) + amount if amount else ""
        amount = amount[:1].upper() + amount[1:]
        label = ", ".join(filter(None, (label_of(number), reading.get("qualifier"))))
        if amount and number.digest in self.in_receipt:
            return ReceiptStep(amount, unit, label, AS_ABOVE)
        self.in_receipt.add(number.digest)
        calculation = number.operation.words([], self.citations.units.locale.say) if reading.get("dataset") else ""
        return ReceiptStep(amount, unit, label, calculation, self._about(number, reading))

    def _about(self, number: Number, reading: dict) -> Markup:
        kind = self.citations.units.locale.say(number.kind.mark)
        if number.why and number.why != number.label:
            said_by = self.sourcing.publishers(self.citations.sources([number]))
            return Markup("{}{}: {}").format(kind, f" · {said_by}" if said_by else "", without_hash(number.why))
        source = reading.get("source")
        if not source:
            log = (number.ref or "").partition("log:")[2]
            return Markup("{}{}").format(kind, f" · usage log {log}" if log else "")
        in_source = f" · {reading['place']}" if reading.get("place") else ""
        if printed := self.sourcing.as_printed(reading):
            in_source = f" · printed as {printed}{in_source}"
        if reading.get("retrieved"):
            in_source = f" · retrieved {self.sourcing.date(reading['retrieved'])}"
        cite = "same source" if source in self.in_receipt else self.sourcing.cite(source)
        self.in_receipt.add(source)
        words = Markup('{} · <a href="#s-{}">{}</a>{}').format(kind, source, cite, in_source)
        if "claim" in reading:
            address = self.sourcing.certainty(reading["claim"]).address
            words += Markup(' · <a href="{}">all readings</a>').format(address)
        return words

    def _own_leaf(self, number: Number, head: str) -> ReceiptStep:
        """The only step of a number without inputs: what the label `head` and the amount above it do not say."""
        step = self._leaf(self.citations.labelled(number))
        if step.label == head:
            step = replace(step, label="")
        return step if hedge(self.sourcing.reading(number.ref or "")) else replace(step, amount="", unit="")

    def _by_source(self, leaves: list[Number], counts_claims: bool) -> tuple[ReceiptStep, ...]:
        """Many inputs as one step a publisher: how many figures, with a link to each of its documents by date.

        With `counts_claims` it says how many claims each publisher adds to those above it. What no source stated is
        listed one by one, unless it is above.
        """
        leaves_of: dict[str, list[Number]] = {}
        for leaf in leaves:
            leaves_of.setdefault(self.sourcing.reading(leaf.ref or "").get("source", ""), []).append(leaf)
        publishers: dict[str, list[str]] = {}
        for name in sorted(filter(None, leaves_of), key=self.sourcing.age):
            publishers.setdefault(self.sourcing.publisher(name), []).append(name)
        claims: set[str] = set()
        steps = []
        for publisher, names in publishers.items():
            mine = [leaf for name in names for leaf in leaves_of[name]]
            more = {self.sourcing.reading(leaf.ref or "").get("claim", "") for leaf in mine} - claims
            claims |= more
            adding = f"adding {count(len(more), 'claim', 'claims')}" if counts_claims else ""
            about = self._publisher(publisher, names, mine)
            steps.append(ReceiptStep(count(len(mine), "figure", "figures"), adding, "", "", about))
        rest = leaves_of.get("", [])
        steps += [self._leaf(leaf) for leaf in rest if leaf.digest not in self.in_receipt]
        if len(steps) < len(publishers) + len(rest):
            steps.append(ReceiptStep("", "", "", REST_AS_ABOVE if steps else AS_ABOVE))
        return tuple(steps)

    def _publisher(self, publisher: str, names: list[str], figures: list[Number]) -> Markup:
        """Which kinds of figures of a publisher are behind a step, and its documents `names` by date."""
        date, say = self.sourcing.date, self.citations.units.locale.say
        kinds = listed(dict.fromkeys(say(figure.kind.mark) for figure in figures))
        links = Markup(", ").join(
            Markup('<a href="#s-{}">{}</a>').format(name, date(self.sourcing.source(name)["published"]))
            for name in names
        )
        return Markup("{} · {}, {}").format(kinds, publisher, links)
