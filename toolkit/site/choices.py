"""What readers of a page may choose: the controls, the states that they make, and the CSS that shows one of them.

A page holds every state. What differs between states stands once for each, in elements with the classes `v`, of its
choice (`a`, `b`) and of its options (`a0`, `a1`, …); those of the declared state alone are not `hidden`. The state is
that of the radio buttons; of a choice without one pressed, of the address; else the declared one.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

from markupsafe import Markup

from toolkit.core.errors import Problem, StoryError
from toolkit.notebook import mime

T = TypeVar("T")
Picks = Mapping[str, str]
SUPPORTED = "@supports selector(:has(*))"


@dataclass(frozen=True)
class VisibleStates:
    """In which states something is shown: the classes that say so, and whether the declared state is one of them."""

    classes: str = ""
    declared: bool = True

    def around(self, inner: Markup | str, tag: str = "span") -> Markup:
        """`inner` in an element that is shown in these states alone; `inner` itself where they are all."""
        if not self.classes:
            return Markup("{}").format(inner)
        return Markup("<{0}{1}>{2}</{0}>").format(Markup(tag), self.attributes, inner)

    @property
    def attributes(self) -> Markup:
        """The attributes of an element that is shown in these states alone; "" where they are all."""
        if not self.classes:
            return Markup("")
        return Markup(' class="{}"{}').format(self.classes, Markup("" if self.declared else " hidden"))

    def is_disjoint(self, other: VisibleStates) -> bool:
        """Whether no state shows both."""
        mine, theirs = ({name for name in states.classes.split() if name[1:]} for states in (self, other))
        letters = {name[0] for name in mine} & {name[0] for name in theirs}
        return any(not {name for name in mine & theirs if name[0] == letter} for letter in letters)


ALWAYS = VisibleStates()


@dataclass(frozen=True)
class PageChoice:
    """A choice on a page: its id and label, the letter of its classes, its options as (key, name), the declared key."""

    id: str
    label: str
    letter: str
    options: tuple[tuple[str, str], ...]
    declared: str

    @cached_property
    def places(self) -> dict[str, int]:
        """The place of each option by key."""
        return {key: index for index, (key, _) in enumerate(self.options)}

    @property
    def offered(self) -> Iterator[dict[str, Any]]:
        """Its options for the template: key, name, whether declared, and what marks the one that is shown."""
        for key, name in self.options:
            visible = self.states_of(key)
            shown_mark = visible.around(Markup('<span class="unseen"> (shown)</span>'))
            yield {
                "key": key,
                "name": name,
                "declared": key == self.declared,
                "mark": visible.around("", "i"),
                "now": shown_mark,
            }

    def states_of(self, key: str) -> VisibleStates:
        """The states in which the option `key` is chosen."""
        return VisibleStates(f"v {self.classes_of([key])}", key == self.declared)

    def classes_of(self, keys: Iterable[str]) -> str:
        """The CSS classes of what these options alone show."""
        return " ".join([self.letter, *(f"{self.letter}{place}" for place in sorted(self.places[key] for key in keys))])


@dataclass(frozen=True)
class Choices:
    """The choices of a page, in the order of the story."""

    choices: tuple[PageChoice, ...] = ()
    moves: list[tuple[str, VisibleStates, float, float]] = field(
        default_factory=list
    )  # class, states, x and y of a mark

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> Choices:
        """The choices of a story's record."""
        return cls(
            tuple(
                PageChoice(
                    name,
                    choice["label"],
                    letter,
                    tuple((key, option["name"]) for key, option in choice["options"].items()),
                    choice["declared"],
                )
                for letter, (name, choice) in zip("ab", record.get("choices", {}).items(), strict=False)
            )
        )

    def __bool__(self) -> bool:
        return bool(self.choices)

    def __getitem__(self, id: str) -> PageChoice:
        return next(choice for choice in self.choices if choice.id == id)

    def visible_in(self, states: Sequence[Picks]) -> VisibleStates | None:
        """Where something stands that these states show; None if no one element can (not a rectangle of options)."""
        keys = {name: dict.fromkeys(picks[name] for picks in states) for name in states[0]}
        size = 1
        for options in keys.values():
            size *= len(options)
        if size != len(states):
            return None
        class_names = [
            self[name].classes_of(options) for name, options in keys.items() if len(options) < len(self[name].options)
        ]
        declared = all(self[name].declared in options for name, options in keys.items())
        return VisibleStates(f"v {' '.join(class_names)}", declared) if class_names else ALWAYS

    def merged(self, versions: Sequence[tuple[Picks, T]]) -> list[tuple[VisibleStates, T]]:
        """Each different value once, with the states that show it, the declared state's first."""
        groups: list[tuple[T, list[Picks]]] = []
        for picks, value in versions:
            same = next((group for group in groups if group[0] == value), None)
            if same:
                same[1].append(picks)
            else:
                groups.append((value, [picks]))
        merged: list[tuple[VisibleStates, T]] = []
        for value, states in groups:
            visible_in_all = self.visible_in(states)
            parts = [visible_in_all] if visible_in_all else filter(None, (self.visible_in([picks]) for picks in states))
            merged += [(visible, value) for visible in parts]
        return merged

    def around(self, versions: Sequence[tuple[Picks, Markup | str]], tag: str = "span") -> Markup:
        """Versions of words or HTML one after the other, of which the state shows one."""
        return Markup("").join(visible.around(value, tag) for visible, value in self.merged(versions))

    def versions(self, data: Mapping[str, Any], where: str) -> list[tuple[Picks, Mapping[str, Any]]]:
        """(options, the data of an output) in each state that it rests on; of a fixed one its own data alone.

        Raises StoryError for an output that no option can be put into.
        """
        states = data.get(mime.STATES)
        if not (states and self.choices):  # an annex has no choices of its own: it shows what was declared
            return [({}, data)]
        if "refused" in states:
            raise StoryError(
                Problem(**{**problem, "where": f"{where}, {problem['where']}"}) for problem in states["refused"]
            )
        return [(state["at"], state["data"]) for state in states["states"]]

    # addresses

    @property
    def addresses(self) -> Iterator[tuple[str, str]]:
        """(id, classes) of every place that an address names: each option, and each combination of two choices'."""
        for choice in self.choices:
            for key, _ in choice.options:
                yield f"{choice.id}-{key}", f"{choice.letter}{choice.places[key]}"
        if len(self.choices) > 1:
            for picks in self._every:
                parts = [f"{choice.letter}{choice.places[picks[choice.id]]}" for choice in self.choices]
                yield self.address(picks), " ".join(parts)

    def address(self, picks: Picks) -> str:
        """The id that the address of a state ends in."""
        return "-".join(f"{choice.id}-{picks[choice.id]}" for choice in self.choices)

    @property
    def links(self) -> Markup:
        """A link to each state, of which the state shows its own."""
        text = '<a href="#{}">Link to this answer</a>'
        return self.around([(picks, Markup(text).format(self.address(picks))) for picks in self._every])

    @property
    def in_words(self) -> Markup:
        """What is chosen, in words."""
        words = []
        for choice in self.choices:
            names = Markup("").join(
                VisibleStates(f"v {choice.classes_of([key])}", key == choice.declared).around(
                    Markup("<b>{}</b>").format(name)
                )
                for key, name in choice.options
            )
            words.append(Markup("{}: {}").format(choice.label, names))
        return Markup("; ").join(words)

    @property
    def _every(self) -> Iterator[Picks]:
        for combination in itertools.product(*([key for key, _ in choice.options] for choice in self.choices)):
            yield {choice.id: key for choice, key in zip(self.choices, combination, strict=True)}

    # the style

    @property
    def css(self) -> str:
        """The rules by which the page shows one state; "" without choices."""
        if not self.choices:
            return ""
        rules = "span.v,a.v,g.v{display:inline}div.v,p.v{display:block}li.v{display:list-item}i.v{display:block}"
        for choice in self.choices:
            for key, _ in choice.options:
                state = f"{choice.letter}{choice.places[key]}"
                rules += self._in_state(choice, key, f".{choice.letter}:not(.{state})", "display:none!important")
        for name, visible, x, y in self.moves:
            rules += self._move_rule(name, visible, x, y)
        return f"{SUPPORTED}{{{rules}}}@supports not selector(:has(*)){{.choose{{display:none}}}}"

    def _in_state(self, choice: PageChoice, key: str, selector: str, rule: str) -> str:
        return f"{','.join(f'{root} {selector}' for root in _roots(choice, key))}{{{rule}}}"

    def _move_rule(self, name: str, visible: VisibleStates, x: float, y: float) -> str:
        """The rule that moves a mark in some states: of each choice that they name, one of the options."""
        rule = f"transform:translate({x:g}px,{y:g}px)"
        selectors = [""]
        for choice in self.choices:
            keys = [
                key for key, _ in choice.options if f"{choice.letter}{choice.places[key]}" in visible.classes.split()
            ]
            if keys:
                selectors = [
                    f"{root}{selector}" for selector in selectors for key in keys for root in _roots(choice, key)
                ]
        return f"{','.join(f'{root} .{name}' for root in selectors)}{{{rule}}}"


def _roots(choice: PageChoice, key: str) -> tuple[str, str]:
    """The two selectors of the root in the state of an option: its button is pressed, or none is and it stands so."""
    pressed = f"[name={choice.id}]:checked"

    def addressed(place: int) -> str:
        return f".at.{choice.letter}{place}[open],.at.{choice.letter}{place} :target"

    if key == choice.declared:
        other_options = ",".join(addressed(place) for other, place in choice.places.items() if other != key)
        return f":root:has(#i-{choice.id}-{key}:checked)", f":root:not(:has({pressed},{other_options}))"
    return (
        f":root:has(#i-{choice.id}-{key}:checked)",
        f":root:not(:has({pressed})):has({addressed(choice.places[key])})",
    )
