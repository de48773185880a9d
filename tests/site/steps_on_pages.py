"""Every step that a page prints: of receipts, of what they list, of lists of numbers; what receipts add to them."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, lru_cache
from pathlib import Path

from bs4 import BeautifulSoup, Tag

from tests.site.printed_steps import (
    QUESTION,
    UNTOLD,
    Listed,
    Step,
    amount,
    read_head,
    read_line,
    read_step,
    whole_number,
)
from toolkit.core.project import find_project
from toolkit.database.open import Database, open_database
from toolkit.database.rows_behind import sql_of_rows
from toolkit.site.receipt_steps import AS_ABOVE, REST_AS_ABOVE

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Derivation:
    """What a receipt prints below a step that only counts its inputs: the step in full, and what is listed."""

    said: str
    listed: Listed | None


@lru_cache(maxsize=3)  # a story and its annex are each beside the other
def parsed(page: str) -> BeautifulSoup:
    """The page, in each receipt the steps too that stand in one before it, to which a button leads."""
    soup = BeautifulSoup(page, "lxml")
    for button in soup.select("aside.receipt li > i > button"):
        place, receipt = button.parent.parent, soup.find(id=button["popovertarget"])
        step = place.find("i").get_text()
        lists = [one.find_next_sibling("ul") for one in receipt.select("li > i") if one.get_text() == step]
        steps = copy.copy(next(filter(None, lists), None) or receipt.details.find("ul", recursive=False))
        (button.parent if place.b else place.parent).replace_with(steps)
    return soup


def steps_of(page: str, beside: Iterable[str] = ()) -> list[Step]:
    """Every step of a page: of receipts, of the inputs in them, of the list of numbers and of the words of charts.

    Receipts of what is listed and tables whose rows are counted may be in pages `beside` it, as those of an annex.
    """
    soup, found = parsed(page), []
    texts = (page, *beside) if COUNTED_ROWS in page else ()
    tables = [table for text in texts for table in parsed(text)("table")]

    def again(line: str, printed: str = "") -> Step | None:
        return asked_again(line, printed) or rows_counted_again(line, printed, tables)

    derived = {key: below for one in beside for key, below in derivations(parsed(one)).items()}
    derived |= derivations(soup)
    for receipt in soup.select("aside.receipt"):
        listed, text = listed_in(receipt.details.find("ul", recursive=False)), receipt_amount(receipt)
        full = full_step(receipt)
        if said := receipt.find("p", "sum"):
            whole = is_in_short(said.get_text()) and re.split(r" = |: ", full)[0]
            found.append(again(without_result(full), text) or read_head(text, whole or said.get_text(), listed))
        if re.search(r" = |: |narrowed", full):
            found.append(again(full) or read_step(full, listed))
        for said in receipt.select("li > i"):
            text = said.get_text()
            if said.find("a") or text in (AS_ABOVE, REST_AS_ABOVE) or re.match(r"(assumed|measured|SIMULATED)\b", text):
                continue
            all_rows = counted_again(said.parent) if text.endswith(UNTOLD) else None
            found.append(all_rows or again(text) or read_step(text, listed_in(said.find_next_sibling("ul"))))
    for line in soup.select("ol.lines > li, ul.small > li"):
        own, rest = line.a.get_text() if line.a else "", line.get_text()
        text, equals, said = re.split(r"\.(?: |$)", rest.removeprefix(own))[0].partition(" = ")
        if equals:
            below = derived.get((own + text, said), Derivation("", None))
            whole = below.said if is_in_short(QUESTION.sub("", said)) else ""
            found.append(again(said, own + text) or read_line(own + text, whole or said, listed=below.listed))
    return found


def is_in_short(said: str) -> bool:
    """True for a step that says how many inputs it has, whose derivation lists them."""
    return " added up" in said or said.startswith(("mean of ", "least to greatest of "))


def receipt_amount(receipt: Tag) -> str:
    return receipt.find("p", "amount").get_text().strip()


def full_step(receipt: Tag) -> str:
    """The step with its result that a receipt prints where it is unfolded; "" where it has none."""
    plain = [p.get_text() for p in receipt.details.find_all("p", recursive=False) if not p.attrs]
    return plain[-1] if plain else ""


def without_result(full: str) -> str:
    """A step of SQL without what it gave: "“n” is count(*) of 3 rows, worked out in SQL; “n” in the answer to x"."""
    plain = QUESTION.sub("", full)
    return plain.rpartition(": ")[0] + full.removeprefix(plain)


def derivations(soup: BeautifulSoup) -> dict[tuple[str, str], Derivation]:
    """By amount and step without its result, as a list of numbers has it: what the receipts of a page have below it."""
    found = {}
    for receipt in soup.select("aside.receipt"):
        full = full_step(receipt)
        step, short = QUESTION.sub("", full).partition(" = ")[0], receipt.find("p", "sum")
        asked = full.removeprefix(QUESTION.sub("", full))
        listed = listed_in(receipt.details.find("ul", recursive=False))
        if short:
            found[receipt_amount(receipt), short.get_text() + asked] = Derivation(step, listed)
        for said in receipt.select("li > i"):
            step, equals, rest = said.get_text().partition(" = ")
            if equals and (amount := said.parent.find("b", recursive=False)):
                asked = rest.removeprefix(QUESTION.sub("", rest))
                found.setdefault(
                    (amount.get_text(), step + asked), Derivation(step, listed_in(said.find_next_sibling("ul")))
                )
    return found


def listed_in(steps: Tag | None) -> Listed | None:
    """The figures that a receipt lists as inputs of a step; None where there are others beside them."""
    entries = steps.find_all("li", recursive=False) if steps else []
    abouts = [entry.find("i").get_text() if entry.find("i") else "" for entry in entries]
    if not entries or not all(about.startswith("reported · ") for about in abouts):
        return None
    figures, sources, claims, more = 0, set(), set(), []
    for entry in entries:
        group = re.fullmatch(r"(\w+) figures?", entry.b.get_text() if entry.b else "")
        figures += whole_number(group[1]) if group else 1
        links = [one["href"] for one in entry.i.select('a[href^="#s-"]')]
        sources.update(links if group else links[:1])
        claims.update(one["href"].partition("#c-")[2] for one in entry.i.select('a[href*="#c-"]'))
        more += [whole_number(one) for one in re.findall(r"adding (\w+) claims?", entry.get_text())]
    names = (about.removeprefix("reported · ").partition(",")[0] for about in abouts)
    return Listed(figures, frozenset(names), frozenset(sources), len(claims) or (sum(more) if more else None))


# steps of datasets, from their rows


OF_ROWS = re.compile(
    r"“[^”]+” is (?:count\(\*\)|CAST\(sum\((?P<of>.*)\) AS BIGINT\)) of (?P<rows>[\d,]+) rows"
    r"(?: where (?P<where>.*))?, worked out in SQL(?:: (?P<result>.*))?; “[^”]+” in the answer to (?P<question>\w+)"
)
FILE = re.compile(r"\((\w+)\.\w+, SHA-256 \w+\)")


@cache
def edition_database() -> Database:
    return open_database(find_project(ROOT))


@cache
def rows_of(question: str, where: str, of: str) -> list[Fraction]:
    """What a question of the project takes of each row of a dataset that a condition selects."""
    sql = (ROOT / f"notebooks/sql/{question}.sql").read_text(encoding="utf-8")
    asked = sql_of_rows(edition_database().cursor(), sql, {}, where, [of])
    return [Fraction(str(row[-1])) for row in edition_database().answer(question, asked)[1]]


def asked_again(line: str, printed: str = "") -> Step | None:
    """A count or a sum over rows of a dataset, from these; None for another step."""
    found = OF_ROWS.fullmatch(line)
    if not found:
        return None
    rows = rows_of(found["question"], found["where"] or "", found["of"] or "1")
    result = amount(printed or found["result"], 0)
    total, last = sum(rows) if found["of"] else Fraction(len(rows)), result.steps[0]
    right = len(rows) == whole_number(found["rows"]) and abs(total - result.low * result.size) <= last * result.size / 2
    return Step(line, "rows of a dataset", True, "" if right else f"{float(total):.12g} of {len(rows)} rows")


def counted_again(entry: Tag) -> Step:
    """The number of all rows of a dataset, from its file."""
    name = FILE.search(entry.get_text())[1]
    rows = edition_database().answer(name, f"SELECT count(*) FROM {name}")[1][0][0]
    printed = whole_number(entry.b.get_text())
    return Step(entry.get_text(), "all rows of a dataset", True, "" if rows == printed else f"{rows} rows")


# rows of a table that a page prints

COUNTED_ROWS = "rows of the table "
ROWS_OF_A_TABLE = re.compile(rf"{COUNTED_ROWS}\w+(?: where (?P<where>[^:]*))?(?:: (?P<result>.*))?")
PRINTED_AS = {"agrees": "Agrees", "basis": "In the simulator"}  # headings of the table of every statistic


def rows_counted_again(line: str, printed: str, tables: Iterable[Tag]) -> Step | None:
    """A count of rows with given values, from the printed table that has these columns; None for another step."""
    found = ROWS_OF_A_TABLE.fullmatch(line)
    if not found:
        return None
    wanted = {
        PRINTED_AS[column]: value for column, value in re.findall(r"(\w+) is (.*?)(?: and |$)", found["where"] or "")
    }
    counts = [
        sum(all(row[heading] == value for heading, value in wanted.items()) for row in rows)
        for rows in map(printed_rows, tables)
        if rows and rows[0].keys() >= set(PRINTED_AS.values())
    ]
    right = counts == [whole_number(printed or found["result"])]
    return Step(line, "rows of a table", True, "" if right else f"{counts} rows")


def printed_rows(table: Tag) -> list[dict[str, str]]:
    """The rows of a table as it prints them, by heading."""
    headings = [cell.get_text().strip() for cell in table.select("thead th")]
    return [
        dict(zip(headings, [cell.get_text().strip() for cell in row.select("th, td")], strict=False))
        for row in table.select("tbody tr")
    ]
