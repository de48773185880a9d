"""The file of a source that `toolkit add` writes where there is none yet."""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.core.errors import Problem, ToolkitError
from toolkit.core.text import PERIODS, period_days
from toolkit.core.web_address import wrong_address
from toolkit.datasets.declaration_text import scalar
from toolkit.reading.entry import ID

NEEDED = {"publisher": "who published it", "title": "the title of the document", "published": PERIODS}


@dataclass(frozen=True)
class NewSource:
    """Who published a dataset: what a source's file needs and cannot be left out. `address` is "" for none."""

    id: str
    publisher: str
    title: str
    published: str
    address: str = ""


def source_text(source: NewSource) -> str:
    """The text of data/sources/<id>.yml. Raises ToolkitError with everything that is missing or has another form."""
    problems = [
        Problem(f"--{name}", "missing", expected, f"give --{name}, or answer when you are asked")
        for name, expected in NEEDED.items()
        if not getattr(source, name).strip()
    ]
    if not ID.fullmatch(source.id):
        problems.append(Problem("--source", repr(source.id), "lower-case-words-2026", "choose such an id"))
    if source.published.strip():
        try:
            period_days(source.published)
        except ValueError:
            problems.append(Problem("--published", repr(source.published), PERIODS, "write the day or the period"))
    if source.address and (wrong := wrong_address(source.address)):
        problem, remedy = f"{source.address!r}: {wrong}", "write the whole address, as the site itself writes it"
        problems.append(Problem("--address", problem, "an address with https://", remedy))
    if problems:
        raise ToolkitError(problems)
    return "\n".join(
        (
            "schema: 1",
            f"id: {source.id}",
            f"publisher: {scalar(source.publisher.strip())}",
            f"title: {scalar(source.title.strip())}",
            f"published: {source.published}",
            f"address: {scalar(source.address or None)}",
            "primary: true",
            f"seen: {'in full' if source.address else 'archived copy'}",
            "relies_on: []",
            "",
        )
    )
