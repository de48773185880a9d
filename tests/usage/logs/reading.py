"""A project to read usage logs into, and what was read."""

from pathlib import Path

import toolkit
from toolkit.core.project import Project
from toolkit.engine.connect import in_memory
from toolkit.usage.logs import store
from toolkit.usage.logs.account import Account
from toolkit.usage.logs.ingest import ingest

SAMPLES = Path(__file__).parents[1] / "formats"
UNITS = Path(toolkit.__file__).parent / "empty_desk" / "data" / "units.txt.template"
TOTALS = """
SELECT
    time_grain, token_definition, count(*), sum(requests), sum("gen_ai.usage.input_tokens"),
    sum("usage.uncached_input_tokens"), sum("gen_ai.usage.cache_read.input_tokens"),
    sum("gen_ai.usage.cache_creation.input_tokens"), sum("gen_ai.usage.output_tokens"),
    sum("gen_ai.usage.reasoning.output_tokens"), sum(cost_usd), count(DISTINCT user_id),
    sum(CAST(is_error AS INTEGER)), sum(CAST(is_sidechain AS INTEGER))
FROM {events} GROUP BY ALL ORDER BY ALL
"""


def new_project(folder: Path) -> Project:
    """A project with nothing in it but the units of a new desk."""
    (folder / "data").mkdir(parents=True)
    (folder / "data" / "units.txt").write_bytes(UNITS.read_bytes())
    (folder / "pyproject.toml").write_text("[project]\nname = 'logs'\nversion = '1'\n", encoding="utf-8")
    return Project(folder)


def read(project: Project, *paths: Path, name: str = "log", form: str | None = None) -> Account:
    """The account of paths that are read into a log, in which no line is unaccounted for."""
    account = ingest(project, paths, name, form)
    for one in account.files:
        assert one.holds and min(one.events, one.duplicates, one.other_lines, one.quarantined) >= 0, one
    return account


def rows(project: Project, sql: str, name: str = "log") -> list[tuple]:
    """The answer to SQL over {events} or {quarantine} of a log."""
    folder = store.log_folder(project, name)
    declared = store.declared_log(folder)
    events, quarantine = store.events_sql(folder, declared), store.table_sql(folder, declared, "quarantine")
    return in_memory().execute(sql.format(events=events, quarantine=quarantine)).fetchall()


def counts(account: Account) -> tuple[int, ...]:
    """Records, events, duplicates, other lines, quarantined."""
    parts = ("records", "events", "duplicates", "other_lines", "quarantined")
    return tuple(sum(getattr(one, part) for one in account.files) for part in parts)


def as_rows(project: Project, account: Account) -> tuple[str, list[str]]:
    """The rows that end a sample's README: its account, and its totals by grain and meaning of tokens."""
    totals = [[_said(value) for value in row] for row in rows(project, TOTALS)]
    return _row([_said(count) for count in counts(account)]), [_row(row) for row in totals]


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _said(value: object) -> str:
    if value is None:
        return "-"
    return (
        value if isinstance(value, str) else f"{value:,}".rstrip("0").rstrip(".") if "." in f"{value}" else f"{value:,}"
    )
