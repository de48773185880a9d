"""Writes a tree of invented Claude Code transcripts, as the tool writes them, for tests and measurements of reading.

    python -m bench.claude_code_tree DIR --megabytes 700

Compact JSON, 1.4 KB a line on average, answers in several lines that repeat their usage, sub-agents' lines, lines
without usage, answers that no API gave. Every word is invented. The same size and seed give the same bytes.
"""

from __future__ import annotations

import argparse
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

MODELS = ("claude-sonnet-4-5-20250929", "claude-opus-4-1-20250805", "claude-haiku-4-5-20251001")
WORDS = "the of a read file line test edit build value number report page table query city council river data".split()
START = datetime(2026, 1, 5, 8, tzinfo=UTC)
DAYS = 80  # in which the sessions of a tree begin
LINE = 1400  # bytes, on average


def write_tree(
    folder: Path,
    megabytes: float,
    seed: int = 1,
    lines_per_file: int = 400,
    start: datetime = START,
    days: float = DAYS,
) -> int:
    """Writes transcripts of about this size in all into `folder`; returns how many lines they have.

    Their sessions begin in these many days from `start` on.
    """
    draw = random.Random(seed)
    text = " ".join(draw.choice(WORDS) for _ in range(20_000))
    bytes_left, lines, number = megabytes * 1e6, 0, 0
    while bytes_left > 0:
        project = folder / "projects" / f"-workspace-project-{number % 40:02d}"
        project.mkdir(parents=True, exist_ok=True)
        count = max(1, min(int(draw.lognormvariate(0, 1) * lines_per_file), int(bytes_left / LINE) + 1))
        content = "\n".join(_session(draw, text, number, count, start, days)) + "\n"
        (project / f"{_id(draw)}.jsonl").write_text(content, encoding="utf-8")
        bytes_left -= len(content)
        lines += content.count("\n")
        number += 1
    return lines


def _id(draw: random.Random) -> str:
    digits = f"{draw.getrandbits(128):032x}"
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def _session(draw: random.Random, text: str, number: int, count: int, start: datetime, days: float) -> list[str]:
    """The lines of one session that begins in these days, `count` of them or a few more."""
    session, at, cached = _id(draw), start + timedelta(hours=draw.random() * 24 * days), 12_000
    model, made = draw.choice(MODELS), []
    while len(made) < count:
        at += timedelta(seconds=draw.lognormvariate(2.5, 1.2))
        side = draw.random() < 0.015
        common = (
            f'"isSidechain":{"true" if side else "false"},"userType":"external","cwd":"/workspace/{number % 40:02d}",'
            f'"sessionId":"{session}","version":"2.1.{draw.randrange(40)}","gitBranch":"main"'
        )
        said = _said(draw, text)
        made.append(
            f'{{"parentUuid":"{_id(draw)}",{common},"type":"user","message":{{"role":"user","content":"{said}"}}'
            f',"uuid":"{_id(draw)}","timestamp":"{_time(at)}"}}'
        )
        if draw.random() < 0.01:
            made.append(_synthetic(draw, common, at))
            continue
        repeats, growth, output = draw.choice((1, 1, 2, 2, 3, 4)), int(draw.lognormvariate(6.5, 1)), 1
        message, request = f"msg_01{draw.getrandbits(96):024x}", f"req_011{draw.getrandbits(96):024x}"
        total = max(1, int(draw.lognormvariate(5.4, 1)))
        read = (
            f'"input_tokens":{draw.randrange(1, 12)},"cache_creation_input_tokens":{growth}'
            f',"cache_read_input_tokens":{cached},"cache_creation":{{"ephemeral_5m_input_tokens":{growth}'
            ',"ephemeral_1h_input_tokens":0}'
        )
        for part in range(repeats):
            at += timedelta(milliseconds=draw.randrange(200, 4000))
            output = total if part == repeats - 1 else min(total, output + draw.randrange(8))
            usage = f'{{{read},"output_tokens":{output},"service_tier":"standard"}}'
            made.append(
                f'{{"parentUuid":"{_id(draw)}",{common},"message":{{"model":"{model}","id":"{message}","type":"message"'
                f',"role":"assistant","content":[{{"type":"text","text":"{_said(draw, text)}"}}],"stop_reason":null'
                f',"stop_sequence":null,"usage":{usage}}},"requestId":"{request}","type":"assistant"'
                f',"uuid":"{_id(draw)}","timestamp":"{_time(at)}"}}'
            )
        cached = 12_000 if cached > 160_000 else cached + growth
    return made


def _synthetic(draw: random.Random, common: str, at: datetime) -> str:
    return (
        f'{{"parentUuid":"{_id(draw)}",{common},"type":"assistant","uuid":"{_id(draw)}","timestamp":"{_time(at)}"'
        f',"message":{{"id":"{_id(draw)}","model":"<synthetic>","role":"assistant","stop_reason":"stop_sequence"'
        ',"type":"message","usage":{"input_tokens":0,"output_tokens":0,"cache_creation_input_tokens":0'
        ',"cache_read_input_tokens":0},"content":[{"type":"text","text":"No answer"}]},"isApiErrorMessage":true}'
    )


def _said(draw: random.Random, text: str) -> str:
    length = min(len(text) - 1, int(draw.lognormvariate(6.05, 1)))
    start = draw.randrange(len(text) - length)
    return text[start : start + length]


def _time(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def main() -> None:
    """Writes a tree into the folder that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--megabytes", type=float, default=700)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    print(f"{write_tree(chosen.folder, chosen.megabytes, chosen.seed)} lines")


if __name__ == "__main__":
    main()
