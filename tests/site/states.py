"""A page as a reader sees it in one state of its choices: its words, its marks, what screen readers are told."""

import re
from dataclasses import dataclass

from bs4 import BeautifulSoup

LETTERS = "ab"
MOVE = re.compile(r"transform:translate\((-?[\d.e]+)px,(-?[\d.e]+)px\)")
STYLED = ("fill", "stroke", "stroke-width", "stroke-dasharray", "font-size", "font-weight", "text-anchor", "transform")


@dataclass(frozen=True)
class Seen:
    """The words of a page without its controls, the marks of its drawings (sorted), the descriptions of its charts."""

    words: list[str]
    marks: list[tuple]
    described: list[str]


def seen(html: str, choices: dict, picks: dict[str, str]) -> Seen:
    """What a page shows in the state `picks` of its `choices`, as a story's record has them."""
    places = {name: list(choice["options"]).index(picks[name]) for name, choice in choices.items()}
    state = {f"{letter}{places[name]}" for letter, name in zip(LETTERS, choices, strict=False)}
    page = BeautifulSoup(html, "lxml")
    style = page.style.string
    for found in page.select(".choose, .at, nav, script, style, title, head, pre"):
        found.decompose()
    for found in page.select(".v"):
        if not found.decomposed and not _shown(found["class"], state):
            found.decompose()
    moves = _moves(style, {f"#i-{name}-{key}:checked" for name, key in picks.items()})
    marks = sorted(_mark(mark, moves) for mark in page.select("svg path, svg text") if not mark.find_parent("pattern"))
    described = [found["aria-label"] for found in page.select("[role=img][aria-label]")]
    described += [found.get_text() for found in page.select("svg desc")]
    for found in page.select("svg, .receipt .ends"):
        found.decompose()
    _name_receipts(page)
    return Seen(page.body.get_text(" ").split(), marks, described)


def _name_receipts(page: BeautifulSoup) -> None:
    """Has what opens a receipt say what the receipt begins with: its number also counts those of other states."""
    for found in page.select("button[popovertarget]"):
        if re.fullmatch(r"receipt \d+", found.get_text()):
            found.string = f"receipt of {page.find(id=found['popovertarget']).get_text(' ')[:60]}"


def _shown(classes: list[str], state: set[str]) -> bool:
    letters = [one for one in classes if one in LETTERS]
    return all(any(one in state for one in classes if one[0] == letter and len(one) == 2) for letter in letters)


def _moves(style: str, pressed: set[str]) -> dict[str, tuple[float, float]]:
    """How far marks are moved, by class, where these buttons are pressed."""
    found = {}
    for rule in style.split("}"):
        selectors, _, said = rule.rpartition("{")
        moved = MOVE.fullmatch(said)
        if not moved:
            continue
        x, y = moved.groups()
        for selector in re.split(r",(?=:root)", selectors):
            wanted = set(re.findall(r"#i-[\w-]+:checked", selector))
            if wanted and wanted <= pressed and ":not(" not in selector:
                found[selector.rpartition(".")[2].strip()] = (float(x), float(y))
    return found


def _mark(mark, moves: dict[str, tuple[float, float]]) -> tuple:
    """A mark with all that decides how it looks, moved."""
    above = [mark, *mark.parents]
    style = [next((one.get(name) for one in above if one.get(name)), "") for name in STYLED]
    by = [moves[name] for one in above for name in one.get("class", ()) if name in moves]
    x, y = (round(sum(ends), 2) for ends in zip(*by, strict=True)) if by else (0, 0)
    if mark.name == "text":
        return "text", mark.get_text(), *style, round(float(mark["x"]) + x, 2), round(float(mark["y"]) + y, 2)
    data = mark["d"]
    if x or y:
        first, second, rest = re.match(r"M(-?[\d.]+),(-?[\d.]+)(.*)", data).groups()
        data = f"M{_short(float(first) + x)},{_short(float(second) + y)}{rest}"
    return "path", data, *style, 0, 0


def _short(value: float) -> str:
    return re.sub(r"^(-?)0(?=\.)", r"\1", f"{value:.2f}".rstrip("0").rstrip("."))
