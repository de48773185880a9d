"""Generated and real traffic side by side: the quantiles of data/calibration.yml against those of a synthetic feed.

python -m toolkit.usage.compare FEED_FOLDER
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from toolkit.errors import Problem, ToolkitError
from toolkit.project import Project, find_project
from toolkit.reading import read_yaml

BODY, TAIL = 0.15, 0.30  # how far p10 to p90, and p99, may lie from the real ones
QUANTILES = (0.1, 0.25, 0.5, 0.75, 0.9, 0.99)
LINES = {  # distributions and numbers of data/calibration.yml, as the generated sessions give them
    "coding.input": "SELECT input AS v FROM request",
    "coding.output": "SELECT output AS v FROM request",
    "coding.new_input": "SELECT input - cached AS v FROM request",
    "coding.step": "SELECT input - before AS v FROM request WHERE before IS NOT NULL",
    "coding.gap": "SELECT gap_ms AS v FROM request WHERE gap_ms IS NOT NULL",
    "coding.requests": "SELECT count(*) AS v FROM request GROUP BY session",
    "coding.session_tokens": "SELECT sum(input + output) AS v FROM request GROUP BY session",
    "coding.session_output": "SELECT sum(output) AS v FROM request GROUP BY session",
    "merged.prs": "SELECT merged_prs AS v FROM outcome",
}
NUMBERS = {
    "coding.cache_share": "SELECT sum(cached) / sum(input) FROM request",
    "coding.input_over_output": "SELECT sum(input) / sum(output) FROM request",
    "coding.not_smaller_share": "SELECT avg(CAST(input >= before AS INTEGER)) FROM request WHERE before IS NOT NULL",
    "coding.not_smaller_than_both_share":
        "SELECT avg(CAST(input >= before + answer AS INTEGER)) FROM request WHERE before IS NOT NULL",
    "coding.compaction_share":
        "SELECT avg(CAST(input < before - 64000 AS INTEGER)) FROM request WHERE before IS NOT NULL",
    "developers.cache_read_share": "SELECT sum(cached) / sum(input + output) FROM request",
    "developers.price":
        "SELECT sum(0.1 * cached + 1.25 * (input - cached - fresh) + fresh + 5 * output) / sum(input + output) "
        "FROM request",
    "developers.gini":
        "SELECT 2 * sum(place * tokens) / (count(*) * sum(tokens)) - (count(*) + 1) / count(*) FROM "
        "(SELECT tokens, row_number() OVER (ORDER BY tokens) AS place FROM "
        "(SELECT sum(input + output) AS tokens FROM request GROUP BY user_id))",
    "rhythm.night_share": "SELECT avg(CAST(hour(time_utc) < 6 AS INTEGER)) FROM request WHERE before IS NULL",
    "rhythm.weekend_share": "SELECT avg(CAST(isodow(time_utc) > 5 AS INTEGER)) FROM request WHERE before IS NULL",
    "merged.zero_share": "SELECT avg(CAST(merged_prs = 0 AS INTEGER)) FROM outcome",
    "merged.mean": "SELECT avg(merged_prs) FROM outcome",
    "merged.variance_over_mean": "SELECT var_pop(merged_prs) / avg(merged_prs) FROM outcome",
}  # fmt: skip
EXPLAINED = {  # differences that are wanted, and why
    "coding.new_input p99": "a cache is emptied after an hour; the estimate for real sessions assumes that it never is",
    "coding.session_output p10": "answers are drawn one by one; short real sessions write more in each",
    "coding.compaction_share": "long real sessions grow more slowly than short ones, so that fewer are compacted",
    "developers.gini": "seventeen people: so small a sample has a lower coefficient than its population",
}


@dataclass(frozen=True)
class Line:
    """One statistic: its name, the real and the generated value, and how far apart they may be."""

    name: str
    unit: str
    real: float
    made: float
    allowed: float

    @property
    def ratio(self) -> float:
        """Generated over real."""
        return self.made / self.real if self.real else float("nan")

    @property
    def holds(self) -> bool:
        """Whether the two agree: within the share allowed, or to one unit where the real value is less than ten."""
        return abs(self.made - self.real) <= max(self.allowed * abs(self.real), 1.0 if self.unit == "pr/week" else 0.0)

    @property
    def why(self) -> str:
        """The explanation of a wanted difference, or nothing."""
        return EXPLAINED.get(self.name, "")


def compare(project: Project, feed: Path) -> list[Line]:
    """Every statistic, for the ordinary coding sessions and the outcomes of a feed.

    Raises ToolkitError if data/calibration.yml cannot be read.
    """
    problems: list[Problem] = []
    real = read_yaml(project, project.data / "calibration.yml", problems)
    if real is None:
        raise ToolkitError(problems)
    shares = real["shares"]
    lines = []
    with duckdb.connect() as connection:
        _tables(connection, feed)
        for name, sql in LINES.items():
            made = connection.execute(
                f"SELECT quantile_cont(CAST(v AS DOUBLE), {list(QUANTILES)}) FROM ({sql})"
            ).fetchone()[0]
            given = real["distributions"][name]
            for share, value in zip(QUANTILES, made, strict=True):
                allowed = TAIL if share > 0.9 else BODY
                lines.append(
                    Line(
                        f"{name} p{share * 100:g}", given["unit"], given["values"][shares.index(share)], value, allowed
                    )
                )
        for name, sql in NUMBERS.items():
            given = real["numbers"].get(name) or _rhythm(real["lists"], name)
            allowed = 0.05 if name == "coding.cache_share" else TAIL if "variance" in name else BODY
            lines.append(Line(name, given["unit"] if given["unit"] != "pr/week" else "pr/week, mean", given["value"],
                              connection.execute(sql).fetchone()[0], allowed))  # fmt: skip
    return lines


def _rhythm(lists: Mapping, name: str) -> dict:
    """The share of a part of the day or the week, from the lists by hour and weekday."""
    hours, weekdays = (lists[key]["values"] for key in ("rhythm.session_start_hour", "rhythm.message_weekday"))
    part, whole = (hours[:6], hours) if name == "rhythm.night_share" else (weekdays[5:], weekdays)
    return {"unit": "1", "value": sum(part) / sum(whole)}


def _tables(connection: duckdb.DuckDBPyConnection, feed: Path) -> None:
    connection.execute("SET enable_progress_bar = false")
    connection.execute(
        f"""CREATE TABLE request AS WITH known AS (SELECT conversation_id FROM read_parquet('{feed}/truth/*.parquet'))
        SELECT "gen_ai.conversation.id" AS session, "gen_ai.usage.input_tokens" AS input,
            "gen_ai.usage.output_tokens" AS output,
            user_id, time_utc, "gen_ai.usage.cache_read.input_tokens" AS cached, "usage.uncached_input_tokens" AS fresh,
            lag(input) OVER one AS before, lag(output) OVER one AS answer,
            epoch_ms(time_utc) - lag(epoch_ms(time_utc)) OVER one AS gap_ms
        FROM read_parquet('{feed}/events/*.parquet', file_row_number = true)
        WHERE "gen_ai.agent.name" = 'coding-assistant' AND "gen_ai.conversation.id" NOT IN (FROM known)
        WINDOW one AS (PARTITION BY "gen_ai.conversation.id" ORDER BY file_row_number)"""
    )
    connection.execute(f"CREATE VIEW outcome AS SELECT * FROM read_parquet('{feed}/outcomes/*.parquet')")


def text(lines: list[Line]) -> str:
    """The lines as a table in Markdown."""
    rows = ["| statistic | unit | real | generated | ratio | |", "| --- | --- | ---: | ---: | ---: | --- |"]
    for line in lines:
        verdict = "" if line.holds else line.why or "DIFFERS"
        rows.append(
            f"| {line.name} | {line.unit} | {line.real:,.5g} | {line.made:,.5g} | {line.ratio:.2f} | {verdict} |"
        )
    return "\n".join(rows)


if __name__ == "__main__":
    print(text(compare(find_project(), Path(sys.argv[1]))))
