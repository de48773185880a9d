"""The inspection of a usage log as one page in the house style: nothing is fetched and nothing runs on it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from markupsafe import escape

from toolkit.analysis.inspection import CONSISTENT, FEWEST_STEPS, NOT_CONSISTENT, rows_in_words
from toolkit.core.kind import Kind
from toolkit.core.smallest_group import OF_LOG
from toolkit.site.plain_page import html_table, plain_page

if TYPE_CHECKING:
    from toolkit.analysis.inspection import Inspection
    from toolkit.database.table import Table

BASE = (
    "Real sessions: requests of one coding agent that people published (callanjfox/kv-cache-tester, commit "
    "94f6046dfd9c, Apache-2.0), sub-agents and exact duplicates left out. The range holds the middle 99% of samples of "
    "twenty such sessions. What is written to the cache was counted by others (uw-syfi/TraceLab, commit 0b8a262ba696), "
    "and what a million tokens cost was said by developers who published both."
)
FEW = (
    f"Fewer than {OF_LOG} people are in the log: what it says about them, such as tokens and days without use, is "
    "withheld, and so are the values of the checks."
)
NOT_PROOF = (
    "A pass is no proof: who knows these regularities can write a file that has them. A fail may be another tool, "
    "another version, a proxy or an export. Ask how the log was made before anything is said about it."
)
SIGNALS = (
    "Shares of the weeks of all people together; none says anything of one person. What a signal is worth was counted "
    "in simulated logs, in which as many people use up tokens on purpose as do honest work that looks like it."
)


def inspection_headline(inspection: Inspection) -> str:
    """One sentence: on how many checks the log is consistent with real traffic, of how many."""
    verdicts = [str(row["verdict"]) for row in inspection.checks]
    consistent, judged = verdicts.count(CONSISTENT), verdicts.count(CONSISTENT) + verdicts.count(NOT_CONSISTENT)
    verdict = f"consistent with real traffic on {consistent} of {judged} checks" if judged else "too short to judge"
    name, simulated = inspection.usage_log.name, inspection.usage_log.kind == Kind.SYNTHETIC
    return f"{'Simulated log' if simulated else 'Usage log'} {name.removeprefix('synthetic-')}: {verdict}"


def inspection_page(inspection: Inspection) -> str:
    """The HTML of the page."""
    return plain_page(inspection_headline(inspection), "Inspection of a usage log", _parts(inspection))


def _parts(inspection: Inspection) -> Iterator[str]:
    log = inspection.usage_log
    made_from = log.declared["made_from"]
    yield f"<p>{escape(f'{log.leaf} in the log, of the kind {log.kind.name.lower()}: {made_from}.')}</p>"
    yield f"<p>{escape(NOT_PROOF)}</p>"
    yield "<h2>Is it consistent with real traffic?</h2>"
    yield html_table(_beside(inspection.checks), "Regularities of this log beside those of real sessions, with ranges")
    yield f"<p>{escape(f'{BASE} {inspection.steps} steps of this log were judged; under {FEWEST_STEPS} none are.')}</p>"
    yield "<h2>Signals of padding</h2>"
    if inspection.signals is None:
        yield f"<p>{escape(f'Not shown: {inspection.withheld}.')}</p>"
    else:
        caption = "Weeks that each signal marks, and how often it is right in simulated logs"
        yield html_table(rows_in_words(inspection.signals), caption)
        yield f"<p>{escape(SIGNALS)}</p>"
    yield "<h2>What the log holds</h2>"
    yield html_table(rows_in_words(log.accounting), "What became of each line")
    yield html_table(rows_in_words(log.people), "People and days")
    if inspection.values_withheld:
        yield f"<p>{escape(FEW)}</p>"
        return
    yield html_table(rows_in_words(log.grains), "Grains of time and definitions of a token; no total spans two")
    yield f"<p>{escape(f'Runs of days without any use: {len(log.gaps)}.')}</p>"


def _beside(checks: Table) -> list[tuple[str, ...]]:
    """The checks in four columns, as a phone has room for: the real value and its range stand in one."""
    return [
        (check, in_this_log, real if row == 0 else f"{real} ({ends})" if real and ends else real or ends, verdict)
        for row, (check, in_this_log, real, ends, verdict) in enumerate(rows_in_words(checks))
    ]
