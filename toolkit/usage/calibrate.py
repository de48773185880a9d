"""Computes data/calibration.yml from a folder with the public traces in TRACES, which are never committed.

python -m toolkit.usage.calibrate FOLDER [--out data/calibration.yml]
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy

from toolkit.core.errors import Problem, ToolkitError
from toolkit.engine.connect import arrays_of, in_memory
from toolkit.engine.paths import from_csv

SHARES = (  # of the quantiles that stand for a distribution
    0.0,
    0.001,
    0.005,
    0.01,
    0.02,
    *(round(0.05 * step, 2) for step in range(1, 20)),
    0.975,
    0.99,
    0.995,
    0.999,
    1.0,
)
Distributions = dict[str, tuple[str, numpy.ndarray]]  # by name: unit and values
Numbers = dict[str, tuple[str, float]]  # by name: unit and value
WIDE = 205_000  # tokens; a session whose context ever exceeds this had a window larger than the usual 200,000
DROP = 20_000  # tokens; an input smaller than the one before by this much or more means that the context was compacted


@dataclass(frozen=True)
class Trace:
    """A file that numbers are computed from, and what was changed in it before."""

    id: str
    name: str
    address: str
    commit: str
    licence: str
    changes: str


TRACES = (
    Trace(
        id="coding-sessions",
        name="claude_code_requests_kv_cache_tester.csv.gz",
        address="https://github.com/callanjfox/kv-cache-tester",
        commit="94f6046dfd9c",
        licence="Apache-2.0",
        changes="one row a request; "
        "exact-duplicate sessions left out; cached prefix estimated from blocks of 64 tokens seen before in it",
    ),
    Trace(
        id="chat-requests",
        name="azure_llm_2023_conv.csv",
        address="https://github.com/Azure/AzurePublicDataset",
        commit="b469a113ced",
        licence="CC BY 4.0",
        changes="none; the authors ask to cite Patel et al., Splitwise, ISCA 2024",
    ),
    Trace(
        id="merged-requests",
        name="merged_prs_per_developer_week.csv",
        address="twelve public git histories, named in the note",
        commit="named in the note",
        licence="counts of public facts",
        changes="bots left out; names replaced by shuffled numbers; core "
        "developers are those with 12 merges and 12 weeks or more",
    ),
    Trace(
        id="developers",
        name="claude_code_stats_18_developers_rounded.csv",
        address="18 public settings folders, deliberately not named",
        commit="none",
        licence="rounded counts only",
        changes="totals rounded to two significant figures; 17 have tokens",
    ),
    Trace(
        id="rhythm",
        name="calibration.json",
        address="rounded counts of 18 public settings folders, deliberately not named",
        commit="none",
        licence="rounded counts only",
        changes="shares of session starts by hour and of messages by weekday",
    ),
)
LARGE_DROP = 64_000  # tokens; coding.compaction_share counts the drops by more
PRICE_RATIOS = (1, 0.1, 1.25, 5)  # typical list prices of input, cache read, cache creation, output, over that of input
NOTE = """marimo-team/marimo 3955fdf90363, owid/owid-grapher 4a60a2fb4532, owid/etl c1a4ca009de5, kvcache-ai/Mooncake
3b5a59413395, GoogleChrome/lighthouse f8eac394a68b, datawrapper/datawrapper 2da53c4280c7, observablehq/framework
c1c2b2653a02, jupyter-book/mystmd 1ad857c61d78, vega/altair fde4b47a4eb2, evidence-dev/evidence 03f5d7a97e22,
quarto-dev/quarto-cli 5d1da592daca, ryoppippi/ccusage 5816e640e882;
histories read since 2023-09-01, last 52 weeks of each"""


def coding(path: Path) -> tuple[Distributions, Numbers]:
    """Distributions (unit, values) and numbers (unit, value) of the coding sessions, by name."""
    rows = _columns(
        "SELECT trace, t, agent, input_tokens AS input, output_tokens AS output, cached_prefix_tokens_est AS cached "
        f"FROM {from_csv(path)} WHERE duplicate_of_earlier_trace = 0 ORDER BY trace, idx"
    )
    session = numpy.unique(rows["trace"], return_inverse=True)[1]
    inputs, output, cached = rows["input"], rows["output"], rows["cached"]
    inside = session[1:] == session[:-1]  # whether a request and the one before are of one session
    starts = numpy.flatnonzero(numpy.r_[True, ~inside])
    requests = numpy.diff(numpy.r_[starts, len(inputs)])
    wide = numpy.maximum.reduceat(inputs, starts) > WIDE
    step = numpy.diff(inputs)
    grown = inside & (step > -DROP)  # from one request of a session to the next, without a compaction between
    per_event = {"input": ("token", inputs), "output": ("token", output), "new_input": ("token", inputs - cached)}
    distributions = {f"coding.{name}": value for name, value in per_event.items()}
    distributions["coding.step"] = ("token", step[inside])
    distributions["coding.gap"] = ("millisecond", 1000 * numpy.diff(rows["t"])[inside].clip(min=0))
    distributions["coding.requests"] = ("request", requests)
    distributions["coding.session_tokens"] = ("token", numpy.add.reduceat(inputs + output, starts))
    distributions["coding.session_output"] = ("token", numpy.add.reduceat(output, starts))
    for name, of_width in (("narrow", ~wide), ("wide", wide)):
        events = of_width[session]
        distributions[f"coding.{name}.requests"] = ("request", requests[of_width])
        distributions[f"coding.{name}.context"] = ("token", inputs[starts][of_width])
        distributions[f"coding.{name}.output"] = ("token", output[events])
        distributions[f"coding.{name}.appended"] = ("token", (step - output[:-1])[grown & events[1:]])
    numbers = {
        "coding.cache_share": ("1", cached.sum() / inputs.sum()),
        "coding.input_over_output": ("1", inputs.sum() / output.sum()),
        "coding.not_smaller_share": ("1", (step[inside] >= 0).mean()),
        "coding.not_smaller_than_both_share": ("1", (step >= output[:-1])[inside].mean()),
        "coding.compaction_share": ("1", (step[inside] < -LARGE_DROP).mean()),
        "coding.side_share": ("1", (rows["agent"] == "sub").mean()),
        "coding.wide_share": ("1", wide.mean()),
        "coding.narrow.link": ("1", _rank_link(inputs[starts][~wide], requests[~wide])),
        "coding.wide.link": ("1", _rank_link(inputs[starts][wide], requests[wide])),
    }
    return distributions, numbers


def chat(path: Path) -> tuple[Distributions, Numbers]:
    """Distributions (unit, values) of the chat requests, by name; no numbers."""
    rows = _columns(f"SELECT ContextTokens AS input, GeneratedTokens AS output FROM {from_csv(path)}")
    return {"chat.context": ("token", rows["input"]), "chat.output": ("token", rows["output"])}, {}


def merged(path: Path) -> tuple[Distributions, Numbers]:
    """Distribution and numbers of merged pull requests a developer-week, of core developers, by name."""
    rows = _columns(
        f"WITH t AS (SELECT repo, developer, merged_prs FROM {from_csv(path)}), "
        "core AS (SELECT repo, developer FROM t "
        "GROUP BY repo, developer HAVING sum(merged_prs) >= 12 AND count(*) >= 12) "
        "SELECT merged_prs FROM t SEMI JOIN core USING (repo, developer)"
    )
    values = rows["merged_prs"].astype(float)
    numbers = {
        "merged.zero_share": ("1", (values == 0).mean()),
        "merged.mean": ("pr/week", values.mean()),
        "merged.variance_over_mean": ("1", values.var() / values.mean()),
    }
    return {"merged.prs": ("pr/week", values)}, numbers


def developers(path: Path) -> tuple[Distributions, Numbers]:
    """Numbers of how tokens are spread over people, and of what types they are, by name; no distributions."""
    types = "input_tokens_2sf, cache_read_tokens_2sf, cache_creation_tokens_2sf, output_tokens_2sf"
    columns = _columns(f"SELECT {types} FROM {from_csv(path)}").values()
    tokens = numpy.array([numpy.ma.filled(values, 0) for values in columns], dtype=float).T
    tokens = tokens[tokens.any(axis=1)]
    tokens_by_person = numpy.sort(tokens.sum(axis=1))  # a total for each person with any tokens
    place = numpy.arange(1, len(tokens_by_person) + 1)
    shares = tokens.sum(axis=0) / tokens.sum()
    numbers = {
        "developers.people": ("person", len(tokens_by_person)),
        "developers.gini": (
            "1",
            2 * (place * tokens_by_person).sum() / (len(tokens_by_person) * tokens_by_person.sum())
            - (len(tokens_by_person) + 1) / len(tokens_by_person),
        ),
        "developers.largest_two_share": ("1", tokens_by_person[-2:].sum() / tokens_by_person.sum()),
        "developers.smallest_eight_share": ("1", tokens_by_person[:8].sum() / tokens_by_person.sum()),
        "developers.cache_read_share": ("1", shares[1]),
        "developers.price": ("1", shares @ PRICE_RATIOS),
    }
    return {}, numbers


def _columns(sql: str) -> dict[str, numpy.ndarray]:
    with in_memory() as connection:
        return arrays_of(connection.execute(sql))


READERS = {"coding-sessions": coding, "chat-requests": chat, "merged-requests": merged, "developers": developers}


def document(folder: Path) -> str:
    """The text of data/calibration.yml. Raises ToolkitError that names every trace missing from `folder`."""
    missing = [trace.name for trace in TRACES if not (folder / trace.name).is_file()]
    if missing:
        raise ToolkitError(
            Problem(str(folder), f"no {name}", "the traces of data/calibration.yml", "get it from its address")
            for name in missing
        )
    return "\n".join(
        [
            "# Numbers computed from public traces. "
            "Written by `python -m toolkit.usage.calibrate FOLDER`: do not edit.",
            "schema: 1",
            "command: python -m toolkit.usage.calibrate FOLDER",
            "files:",
            *_files(folder),
            f"shares: {_list(SHARES)}",
            "distributions:",
            *_distributions(folder),
            "numbers:",
            *_numbers(folder),
            "lists:",
            *_lists(folder / "calibration.json"),
            "",
        ]
    )


def _files(folder: Path) -> Iterator[str]:
    for trace in TRACES:
        yield f"  - id: {trace.id}"
        for key in ("name", "address", "commit", "licence", "changes"):
            yield f"    {key}: {json.dumps(getattr(trace, key))}"
        if trace.id == "merged-requests":
            yield "    note: >-\n      " + NOTE.replace("\n", "\n      ")
        yield f"    sha256: {hashlib.sha256((folder / trace.name).read_bytes()).hexdigest()}"


def _distributions(folder: Path) -> Iterator[str]:
    for trace in TRACES:
        if trace.id in READERS:
            for name, (unit, values) in READERS[trace.id](folder / trace.name)[0].items():
                points = [_rounded(value) for value in numpy.quantile(values, SHARES)]
                yield f"  {name}: {{unit: {unit}, file: {trace.id}, n: {len(values)}, values: {_list(points)}}}"


def _numbers(folder: Path) -> Iterator[str]:
    for trace in TRACES:
        if trace.id in READERS:
            for name, (unit, value) in READERS[trace.id](folder / trace.name)[1].items():
                yield f'  {name}: {{unit: "{unit}", file: {trace.id}, value: {_rounded(float(f"{value:.5g}"))}}}'


def _lists(path: Path) -> Iterator[str]:
    rhythm = json.loads(path.read_text(encoding="utf-8"))["human_rhythm"]
    for name, key in (
        ("rhythm.session_start_hour", "claude_session_start_hour_share"),
        ("rhythm.message_weekday", "claude_message_weekday_share_mon_sun"),
    ):
        yield f'  {name}: {{unit: "1", file: rhythm, values: {_list(rhythm[key])}}}'


def _rank_link(left: numpy.ndarray, right: numpy.ndarray) -> float:
    """Spearman's rank correlation; equal values have their ranks in the order of the rows."""
    ranks = numpy.array([numpy.argsort(numpy.argsort(values)) for values in (left, right)])
    return float(numpy.corrcoef(ranks[0], ranks[1])[0, 1])


def _rounded(value: float) -> int | float:
    """The value to six significant digits; whole numbers as they are."""
    return int(value) if float(value).is_integer() else float(f"{value:.6g}")


def _list(values: Iterable[float]) -> str:
    return "[" + ", ".join(repr(_rounded(value)) for value in values) + "]"


def main(arguments: list[str] | None = None) -> int:
    """Writes data/calibration.yml; returns 0. Raises ToolkitError as `document` does."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--out", type=Path, default=Path("data/calibration.yml"))
    options = parser.parse_args(arguments)
    options.out.write_text(document(options.folder), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
