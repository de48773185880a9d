"""Generated and real use side by side: each statistic of data/calibration.yml, and the same of a simulated usage log.

python -m toolkit.usage.calibration_check FOLDER_OF_THE_LOG
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from toolkit.core.errors import Problem, ToolkitError
from toolkit.core.project import Project, find_project
from toolkit.engine.connect import Connection, first_value, in_memory, use_one_thread
from toolkit.engine.paths import from_parquet
from toolkit.usage.declaration import LOG_JSON
from toolkit.usage.log_views import make_event_views, make_outcome_view
from toolkit.usage.simulate.scenario_values import read_calibration

# allowed differences, as shares of the real value: BODY for p10 to p90 and most numbers, TAIL for p99 and variances
BODY, TAIL = 0.15, 0.30
QUANTILES = (0.1, 0.25, 0.5, 0.75, 0.9, 0.99)
DISTRIBUTIONS = {  # by the distribution's name in data/calibration.yml, SQL for the generated values, in a column v
    "coding.input": "SELECT input AS v FROM request",
    "coding.output": "SELECT output AS v FROM request",
    "coding.new_input": "SELECT input - cached AS v FROM request",
    "coding.step": "SELECT input - previous_input AS v FROM request WHERE previous_input IS NOT NULL",
    "coding.gap": "SELECT gap_ms AS v FROM request WHERE gap_ms IS NOT NULL",
    "coding.requests": "SELECT count(*) AS v FROM request GROUP BY session",
    "coding.session_tokens": "SELECT sum(input + output) AS v FROM request GROUP BY session",
    "coding.session_output": "SELECT sum(output) AS v FROM request GROUP BY session",
    "merged.prs": "SELECT merged_prs AS v FROM outcome",
}
NUMBERS = {  # by the name of a number, or of a share of a list, in data/calibration.yml, SQL for the generated value
    "coding.cache_share": "SELECT sum(cached) / sum(input) FROM request",
    "coding.input_over_output": "SELECT sum(input) / sum(output) FROM request",
    "coding.not_smaller_share": "SELECT avg(CAST(input >= previous_input AS INTEGER)) FROM request "
    "WHERE previous_input IS NOT NULL",
    "coding.not_smaller_than_both_share": "SELECT avg(CAST(input >= previous_input + previous_output AS INTEGER)) "
    "FROM request WHERE previous_input IS NOT NULL",
    "coding.compaction_share": "SELECT avg(CAST(input < previous_input - 64000 AS INTEGER)) FROM request "
    "WHERE previous_input IS NOT NULL",
    "developers.cache_read_share": "SELECT sum(cached) / sum(input + output) FROM request",
    "developers.price": "SELECT sum(0.1 * cached + 1.25 * (input - cached - uncached) + uncached + 5 * output) "
    "/ sum(input + output) FROM request",
    "developers.gini": "SELECT 2 * sum(place * tokens) / (count(*) * sum(tokens)) - (count(*) + 1) / count(*) FROM "
    "(SELECT tokens, row_number() OVER (ORDER BY tokens) AS place FROM "
    "(SELECT sum(input + output) AS tokens FROM request GROUP BY user_id))",
    "rhythm.night_share": "SELECT avg(CAST(hour(time_utc) < 6 AS INTEGER)) FROM request WHERE previous_input IS NULL",
    "rhythm.weekend_share": "SELECT avg(CAST(isodow(time_utc) > 5 AS INTEGER)) FROM request "
    "WHERE previous_input IS NULL",
    "merged.zero_share": "SELECT avg(CAST(merged_prs = 0 AS INTEGER)) FROM outcome",
    "merged.mean": "SELECT avg(merged_prs) FROM outcome",
    "merged.variance_over_mean": "SELECT var_pop(merged_prs) / avg(merged_prs) FROM outcome",
}
ABOUT = {  # what each statistic is, in words
    "coding.input": "Input of a request",
    "coding.output": "Output of a request",
    "coding.new_input": "Input not read from the cache",
    "coding.step": "Growth of the input to the next request",
    "coding.gap": "Time to the next request",
    "coding.requests": "Requests in a session",
    "coding.session_tokens": "Tokens of a session",
    "coding.session_output": "Output of a session",
    "merged.prs": "Merged requests of a developer-week",
    "coding.cache_share": "Share of input read from the cache",
    "coding.input_over_output": "Input over output",
    "coding.not_smaller_share": "Next input is not smaller",
    "coding.not_smaller_than_both_share": "Next input holds this one and its answer",
    "coding.side_share": "Requests of sub-agents",
    "coding.compaction_share": "Context cut by 64,000 tokens or more",
    "developers.cache_read_share": "Share of all tokens read from the cache",
    "developers.price": "Price of a token over the list price of input",
    "developers.gini": "Gini coefficient of tokens between people",
    "developers.people": "People whose settings folders hold tokens",
    "rhythm.night_share": "Sessions started from midnight to six",
    "rhythm.weekend_share": "Use on Saturday and Sunday",
    "merged.zero_share": "Developer-weeks without a merged request",
    "merged.mean": "Merged requests a week, mean",
    "merged.variance_over_mean": "Variance over mean of merged requests",
}
# statistics whose real value is an input of the scenario
INPUTS = ("coding.output", "coding.gap", "coding.requests", "rhythm.night_share", "rhythm.weekend_share")
# statistics that an assumption of the scenario was fitted to
FITTED = ("coding.input", "merged.prs", "merged.zero_share", "merged.mean", "merged.variance_over_mean")
EXPLAINED = {  # by name, the statistics that differ by more than is allowed, and why they do
    "coding.new_input p99": "a cache is emptied after an hour; the estimate for real sessions assumes that it never is",
    "coding.session_output p10": "answers are drawn one by one; short real sessions write more in each",
    "coding.compaction_share": "long real sessions grow more slowly than short ones, so that fewer are compacted",
    "developers.gini": "seventeen people: so small a sample has a lower coefficient than its population",
}


@dataclass(frozen=True)
class Comparison:
    """One statistic, or one quantile of it: the real and the generated value, and how far apart they may be."""

    statistic: str
    share: float | None  # of the quantile, 0 to 1; None for a number
    unit: str
    real: float
    generated: float
    allowed: float  # the allowed difference, as a share of the real value
    always_allowed: float  # a difference in `unit` that is allowed however small the real value is
    file: str  # the id of the file in data/calibration.yml that the real value was computed from

    @property
    def name(self) -> str:
        """The statistic, with its quantile: "coding.gap p50"."""
        return self.statistic if self.share is None else f"{self.statistic} {self.at}"

    @property
    def at(self) -> str:
        """The quantile as "p50"; "whole" for a number."""
        return "whole" if self.share is None else f"p{self.share * 100:g}"

    @property
    def ratio(self) -> float:
        """Generated over real; nan where the real value is 0."""
        return self.generated / self.real if self.real else float("nan")

    @property
    def holds(self) -> bool:
        """Whether the difference is allowed."""
        return abs(self.generated - self.real) <= max(self.allowed * abs(self.real), self.always_allowed)

    @property
    def basis(self) -> str:
        """How the scenario uses the real value: "put in" as an input, "fitted" to it, or, not at all, "follows"."""
        return "put in" if self.statistic in INPUTS else "fitted" if self.statistic in FITTED else "follows"

    @property
    def why(self) -> str:
        """Why the values differ by more than is allowed, where that is known; else ""."""
        return EXPLAINED.get(self.name, "")


def calibration(project: Project) -> Mapping:
    """The content of data/calibration.yml. Raises ToolkitError if it is not valid."""
    problems: list[Problem] = []
    real = read_calibration(project, problems)
    if real is None:
        raise ToolkitError(problems)
    return real


def compare(project: Project, usage_log: Path) -> list[Comparison]:
    """Every statistic, of the ordinary coding sessions and of all outcomes of the usage log in a folder.

    Sessions of padding and of twins, which the log's truth/ lists, are left out.

    Raises ToolkitError if data/calibration.yml cannot be read.
    """
    real = calibration(project)
    shares = real["shares"]
    lines = []
    with in_memory() as connection:
        _tables(connection, usage_log)
        for name, sql in DISTRIBUTIONS.items():
            generated = first_value(
                connection.execute(f"SELECT quantile_cont(CAST(v AS DOUBLE), {list(QUANTILES)}) FROM ({sql})")
            )
            declared = real["distributions"][name]
            always_allowed = 1.0 if declared["unit"] == "pr/week" else 0.0  # small counts: one more or less
            for share, value in zip(QUANTILES, generated, strict=True):
                real_value = declared["values"][shares.index(share)]
                allowed = TAIL if share > 0.9 else BODY
                lines.append(
                    Comparison(
                        statistic=name,
                        share=share,
                        unit=declared["unit"],
                        real=real_value,
                        generated=value,
                        allowed=allowed,
                        always_allowed=always_allowed,
                        file=declared["file"],
                    )
                )
        for name, sql in NUMBERS.items():
            declared = real["numbers"].get(name) or _rhythm(real["lists"], name)
            allowed = 0.05 if name == "coding.cache_share" else TAIL if "variance" in name else BODY
            value = first_value(connection.execute(sql))
            lines.append(
                Comparison(
                    statistic=name,
                    share=None,
                    unit=declared["unit"],
                    real=declared["value"],
                    generated=value,
                    allowed=allowed,
                    always_allowed=0.0,
                    file=declared["file"],
                )
            )
    return lines


def _rhythm(lists: Mapping, name: str) -> dict:
    """The real share of starts at night or of use on weekends, from the lists by hour and weekday."""
    hours, weekdays = (lists[key]["values"] for key in ("rhythm.session_start_hour", "rhythm.message_weekday"))
    part, all_counts = (hours[:6], hours) if name == "rhythm.night_share" else (weekdays[5:], weekdays)
    return {"unit": "1", "value": sum(part) / sum(all_counts), "file": "rhythm"}


def _tables(connection: Connection, usage_log: Path) -> None:
    """Makes the tables `request` (of ordinary coding sessions) and `outcome` that the queries above read."""
    use_one_thread(connection)
    declared = json.loads((usage_log / LOG_JSON).read_text(encoding="utf-8"))
    make_event_views(connection, declared, usage_log, declared["files"])
    make_outcome_view(connection, declared, usage_log, declared["files"], "outcome")
    truth = [usage_log / "truth" / name for name in declared["files"]]
    connection.execute(
        f"""CREATE TABLE request AS WITH left_out AS (SELECT conversation_id FROM {from_parquet(truth)})
        SELECT "gen_ai.conversation.id" AS session, "gen_ai.usage.input_tokens" AS input,
            "gen_ai.usage.output_tokens" AS output,
            user_id, time_utc,
            "gen_ai.usage.cache_read.input_tokens" AS cached, "usage.uncached_input_tokens" AS uncached,
            lag(input) OVER one AS previous_input, lag(output) OVER one AS previous_output,
            epoch_ms(time_utc) - lag(epoch_ms(time_utc)) OVER one AS gap_ms
        FROM stored_event
        WHERE "gen_ai.agent.name" = 'coding-assistant' AND "gen_ai.conversation.id" NOT IN (FROM left_out)
        WINDOW one AS (PARTITION BY "gen_ai.conversation.id" ORDER BY file_row_number)"""
    )


def text(lines: list[Comparison]) -> str:
    """The comparisons as a table in Markdown."""
    rows = ["| statistic | unit | real | generated | ratio | |", "| --- | --- | ---: | ---: | ---: | --- |"]
    for line in lines:
        verdict = "" if line.holds else line.why or "DIFFERS"
        rows.append(
            f"| {line.name} | {line.unit} | {line.real:,.5g} | {line.generated:,.5g} | {line.ratio:.2f} | {verdict} |"
        )
    return "\n".join(rows)


if __name__ == "__main__":
    print(text(compare(find_project(), Path(sys.argv[1]))))
