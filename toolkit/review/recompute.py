"""Recomputes every arithmetic finding of this archive from its CSV files. Needs Python 3.10 and nothing else.

    python -I recompute.py [FOLDER OF THE ARCHIVE]

A figure is read as its source printed it (figures/, series/), an assumption as it was made. All else is worked out
again by the operations in findings/nodes.csv and compared with what was published to nine significant digits: sums,
products and quotients, models, every combination of the options of choices, and counts, of figures or of the distinct
claims, sources or publishers that they have. Exit status 0 if all agree, 1 if any does not.

The files in toolkit/ beside this one are the table of operations, the rules of ranges, and which rows belong here.
SQL in questions/ selected which figures or rows a sum or a count takes; rows of datasets, and figures too many for a
receipt, are listed in rows/rows.csv: one whose rows are missing does not agree. What rests on a simulated usage log,
code in pandas or random draws is listed as such, with the reason in the column `given` of both tables of findings/.
"""

from __future__ import annotations

import csv
import hashlib
import itertools
import json
import math
import sys
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from types import ModuleType


def _take_from_archive(name: str) -> None:
    """Makes a module of the file that the archive has of it; other files there, such as a `csv.py`, stay unread."""
    path = Path(__file__).resolve().parent / f"{name.replace('.', '/')}.py"
    module = sys.modules[name] = ModuleType(name)
    exec(compile(path.read_bytes(), str(path), "exec"), module.__dict__)


if __name__ == "__main__":
    sys.modules.update({package: ModuleType(package) for package in ("toolkit", "toolkit.core")})
    for part in ("toolkit.core.operation", "toolkit.core.interval", "toolkit.core.followed"):
        _take_from_archive(part)

from toolkit.core import followed, interval  # noqa: E402
from toolkit.core.operation import ALIKE, PLAIN, Operation, from_json  # noqa: E402

WRONG = "NOT REPRODUCED:"
PLAIN_NUMBER = "1"  # as a unit
AGGREGATES = ("sum", "mean", "least", "greatest")
MOST_COMBINATIONS = 1_000_000
UNREADABLE = (OSError, KeyError, ValueError, ArithmeticError, TypeError, AttributeError, RecursionError, csv.Error)


def operation_of(row: Mapping[str, str]) -> Operation:
    """The operation in a row of nodes.csv."""
    return from_json({"name": row["operation"], **json.loads(row["settings"] or "{}")})


class ReceiptNode:
    """A number of a receipt (a row of nodes.csv) with its inputs, and its range computed again as `low` and `high`.

    `wrong` says how it differs from what was published; `given` why it is not recomputed but taken as published
    (`why_not_recomputed`), and `given_by` from what. All are empty for a number that was recomputed and agrees.
    """

    def __init__(self, row: dict, inputs: list[ReceiptNode], receipts: ArchivedReceipts):
        self.row, self.inputs = row, inputs
        self.operation = operation_of(row)
        self.published, self.wrong, self.given_by = (float(row["low"]), float(row["high"])), "", ""
        behind = inputs[0].row if len(inputs) == 1 and not followed.has_own_rows(self.operation) else row
        self.rows = receipts.rows.get(behind["id"], [])
        self.keys = [key["row"] for key in self.rows]
        self.dataset = receipts.datasets.get(behind["ref"].removeprefix(followed.DATASET), {})
        listed = behind["id"] in receipts.listed or (
            self.operation.name == followed.ALL_ROWS and self.dataset.get("given") == ""
        )
        self.given = followed.why_not_recomputed(
            self.operation, row["kind"], row["ref"], bool(inputs), behind["operation"], listed
        )
        if self.given == followed.ROWS:
            self.given = self.dataset.get("given") or followed.ROWS
        takes_rows = followed.has_own_rows(self.operation) or self.operation.name in followed.LISTABLE
        takes_rows = takes_rows or any(followed.takes_rows(self.operation, part.operation) for part in inputs)
        self.missing = takes_rows and behind["id"] in receipts.missing
        try:
            self.low, self.high = self._recomputed(receipts)
        except (ArithmeticError, LookupError, TypeError, ValueError) as error:
            self.low, self.high = self.published
            self.wrong = f"no value ({type(error).__name__} {error})"
        self.wrong = self.wrong or self._differs() or self._units_apart(receipts)

    @cached_property
    def uncertain_inputs(self) -> dict[ReceiptNode, interval.Dependence]:
        """The ranges that the number was computed from, and how it depends on each."""
        return interval.uncertain_inputs_of(self)

    @cached_property
    def below(self) -> list[ReceiptNode]:
        """The nodes that the number was computed from, each once, inputs before results, the number itself last."""
        return [*dict.fromkeys(node for part in self.inputs for node in part.below), self]

    def _recomputed(self, receipts: ArchivedReceipts) -> tuple[float, float]:
        """(low, high); what was published where it cannot be recomputed, with the reason in `given`."""
        name, ref = self.operation.name, self.row["ref"]
        if self.given:
            self.given_by = self._given_in_words()
            return self.published
        if self.missing:
            raise ValueError("its rows are missing in rows/rows.csv")
        if ref.startswith(followed.FIGURES) and not self.inputs:
            return receipts.printed_value(ref, self.row["unit"])
        if name in (*followed.LISTABLE, followed.ALL_ROWS):
            return (self._rows_listed(),) * 2
        if name == "query":
            return self._aggregated(receipts)
        if name == "count":
            keys = self.keys or [part.row["ref"] for part in self.inputs]
            return (float(len({receipts.fact(key, str(self.operation["of"])) for key in keys})),) * 2
        if name == "combinations":
            return self._combined()
        return self.published if self.operation.primitive.kind else interval.ends(self.operation, self.inputs)

    def _rows_listed(self) -> float:
        """How many rows a dataset has, are listed of it, or how many keys are: those whose digest the receipt has."""
        if self.operation.name in (followed.ALL_ROWS, followed.OF_DATASET):
            return float(self.dataset["rows"] if self.operation.name == followed.ALL_ROWS else len({*self.keys}))
        signed = (f"{'-' if row['value'] == '-1' else ''}{row['row']}" for row in self.rows)
        text = "\n".join(sorted(signed))
        if hashlib.sha256(f"{len(text.encode())}:{text}".encode()).hexdigest()[:16] != self.operation["digest"]:
            raise ValueError("other keys than the receipt's")
        return float(len(self.rows))

    def _aggregated(self, receipts: ArchivedReceipts) -> tuple[float, float]:
        """What SQL counted, added up, or took the mean, least or greatest of, from the rows behind it."""
        name, of, unit = (str(self.operation[setting]) for setting in ("aggregate", "of", "unit"))
        if followed.has_own_rows(self.operation) and len({*self.keys}) != self.operation["rows"]:
            raise ValueError("other rows than the receipt's")
        if self.inputs[0].operation.name == followed.OF_KEYS:
            signs = "".join("-" if row["value"] == "-1" else "+" for row in self.rows)
            printed = [receipts.printed_value(key, unit) for key in self.keys]
            ends = [pair[::-1] if sign == "-" else pair for pair, sign in zip(printed, signs, strict=True)]
            low, high = (_aggregate(name, values, signs) for values in zip(*ends, strict=True))
        else:
            values_of_rows = [row["value"] for row in self.rows if row["column"] == of and (row["value"] or not of)]
            if name == "count":
                return (float(len(values_of_rows)),) * 2
            low = high = _aggregate(name, [float(value) for value in values_of_rows], "+" * len(values_of_rows))
        scale = receipts.factor(unit) / receipts.factor(self.row["unit"])
        return low * scale, high * scale

    def _given_in_words(self) -> str:
        if self.operation.name == "query":
            return f"the question {self.operation['question']}, whose arithmetic is in SQL"
        if self.operation.name == "code":
            return f"code in pandas, {self.operation['sha']} in findings/nodes.csv"
        words = self.operation.words([f"{{{place}}}" for place in range(len(self.inputs))])
        return f"the step “{words}”" if self.inputs else self.row["ref"]

    def _combined(self) -> tuple[float, float]:
        """(least, greatest) result over every combination of options; or, twice, the share of results below a limit.

        The first input is the result; of the others, each is a choice, whose own inputs are the number chosen and then
        the options. If the share is asked for, the last is the limit. Raises ValueError where that does not fit.
        """
        limit = self.inputs[-1] if self.operation["of"] == "below" else None
        result, *choice_nodes = self.inputs[:-1] if limit else self.inputs
        options_of = {choice.inputs[0]: choice.inputs[1:] for choice in choice_nodes}  # by the number chosen
        affected: list[ReceiptNode] = []  # the steps that depend on a choice, each after its inputs
        for node in result.below:
            if node not in options_of and any(part in options_of or part in affected for part in node.inputs):
                affected.append(node)
        fixed = {part for node in affected for part in node.inputs} - {*options_of, *affected}
        if ranges := [part for part in fixed if part.low < part.high]:
            raise ValueError(f"the range {ranges[0].row['printed']} has no options")
        count = math.prod(map(len, options_of.values()))
        if count != self.operation["count"] or count > MOST_COMBINATIONS:
            raise ValueError(f"{count:,} combinations")
        value_of, results = {part: part.low for part in fixed}, []
        for combination in itertools.product(*options_of.values()):
            value_of.update((chosen, option.low) for chosen, option in zip(options_of, combination, strict=True))
            for node in affected:
                rule = node.operation.rule
                if rule is None:
                    raise ValueError(f"no rule for {node.operation.name}")
                value_of[node] = rule(*(value_of[part] for part in node.inputs))
            results.append(value_of[result])
        if limit is None:
            return min(results), max(results)
        return (sum(value < limit.low for value in results) / len(results),) * 2

    def _differs(self) -> str:
        """The recomputed range as text if it differs from the published one, else ""."""
        near = 0.0
        if self.operation.primitive.shape == "sum":  # near 0, terms that cancel leave their rounding errors
            near = 1e-14 * max(abs(end) for part in self.inputs for end in (part.low, part.high))
        elif self.operation.name == "query" and not self.given:
            near = 1e-12 * math.fsum(abs(float(row["value"] or 0)) for row in self.rows)
        pairs = zip((self.low, self.high), self.published, strict=True)
        same = all(math.isclose(new, old, rel_tol=1e-9, abs_tol=near) for new, old in pairs)
        return "" if same else range_text((self.low, self.high))

    def _units_apart(self, receipts: ArchivedReceipts) -> str:
        """What is wrong with the units of the inputs, or with the factor of a conversion; else ""."""
        units, name = [part.row["unit"] for part in self.inputs], self.operation.name
        if self.operation.primitive.units == ALIKE and {*units} != {self.row["unit"]}:
            return "nothing, of units that do not fit,"
        if self.operation.primitive.units == PLAIN and {*units, self.row["unit"]} != {PLAIN_NUMBER}:
            return "nothing, of units where plain numbers belong,"
        if name == "convert":
            old, new = units[0], self.row["unit"]
            times = receipts.factor(old) / receipts.factor(new)
            published = float(self.operation["times"]) / float(self.operation["over"])
            if receipts.base(old) != receipts.base(new) or not math.isclose(times, published, rel_tol=1e-9):
                return f"a factor of {times:.9g}"
        return ""


def _aggregate(name: str, values: Sequence[float], signs: str) -> float:
    """A sum, mean, least or greatest of values by the table of operations. Raises ValueError for another name."""
    rule = from_json({"name": name, **({"signs": signs} if name == "sum" else {})}).rule
    if rule is None or name not in AGGREGATES:
        raise ValueError(f"no aggregate {name}")
    return rule(*values)


def _step(row: Mapping[str, str]) -> followed.ArchivedStep:
    return followed.ArchivedStep(operation_of(row), row["inputs"].split(), row["ref"], float(row["low"]))


class ArchivedReceipts:
    """The receipts in an archive's CSV files: nodes by id, each made with its inputs when it is asked for.

    Raises OSError or KeyError for a file or a column that is missing; by [id] KeyError for a node that is, and
    ValueError for one that is among its own inputs.
    """

    def __init__(self, folder: Path):
        def listed(name: str) -> list[dict]:
            with open(folder / name, encoding="utf-8", newline="") as file:
                return list(csv.DictReader(file))

        def rows(name: str, key: str) -> dict[str, dict]:
            return {row[key]: row for row in listed(name)}

        self.findings, self.units = rows("findings/findings.csv", "id"), rows("findings/units.csv", "unit")
        self.datasets = rows("rows/datasets.csv", "dataset")
        self.rows: dict[str, list[dict]] = {}
        for row in listed("rows/rows.csv"):
            self.rows.setdefault(row["rows"], []).append(row)
        self.printed = {**rows("figures/figures.csv", "key"), **rows("series/series.csv", "key")}
        self._sources = rows("figures/sources.csv", "id")
        self._rows = rows("findings/nodes.csv", "id")
        shared = {name for name, row in self.datasets.items() if not row["given"]}
        steps = {name: _step(row) for name, row in self._rows.items()}
        belong = followed.steps_listed(steps, shared)
        self.listed = {*self.rows, *belong}
        self.missing = {name for name in belong if steps[name].size and name not in self.rows}
        self._nodes: dict[str, ReceiptNode | None] = {}  # None while its inputs are made

    def __getitem__(self, name: str) -> ReceiptNode:
        if name not in self._nodes:
            row, self._nodes[name] = self._rows[name], None
            self._nodes[name] = ReceiptNode(row, [self[part] for part in row["inputs"].split()], self)
        node = self._nodes[name]
        if node is None:
            raise ValueError(f"the node {name} is among its own inputs")
        return node

    def factor(self, unit: str) -> float:
        """How many base units one of a unit is."""
        return float(self.units[unit]["factor"])

    def base(self, unit: str) -> str:
        """The base units of a unit."""
        return self.units[unit]["base"]

    def fact(self, key: str, of: str) -> str:
        """What a figure or series row is counted by: its key, claim or source, or the publisher of its source."""
        return self._sources[self.printed[key]["source"]]["publisher"] if of == "publisher" else self.printed[key][of]

    def printed_value(self, key: str, unit: str) -> tuple[float, float]:
        """(low, high) of a figure or series row in another unit; (1, 1) for a figure that is a statement in words.

        Raises ValueError if the units do not fit.
        """
        row = self.printed[key]
        if not row["low"]:
            return 1.0, 1.0
        if self.base(row["unit"]) != self.base(unit):
            raise ValueError(f"{row['unit']} in {unit}")
        scale = self.factor(row["unit"]) / self.factor(unit)
        return float(row["low"]) * scale, float(row["high"]) * scale


def range_text(ends: Sequence[float]) -> str:
    """A value or a range to nine significant digits."""
    return " to ".join(dict.fromkeys(f"{float(end):.9g}" for end in ends))


def printable(line: str) -> str:
    """A line without characters that do something to a terminal."""
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in line)


def check(folder: Path) -> tuple[list[str], bool]:
    """(lines to print, True if every finding agrees) for an unpacked archive.

    Raises one of UNREADABLE where its tables do not hold together.
    """
    receipts = ArchivedReceipts(folder)
    lines, recomputed, not_to_the_end, failed = (list[str]() for _ in range(4))
    for name, finding in receipts.findings.items():
        root = receipts[finding["node"]]
        wrong = [node for node in root.below if node.wrong]
        in_finding, in_receipt = ([row[key] for key in ("low", "high", "unit", "kind")] for row in (finding, root.row))
        if in_finding != in_receipt:
            lines.append(f"{WRONG} {name}: {' '.join(in_finding)} stated, {' '.join(in_receipt)} in its receipt")
        taken_as_given = dict.fromkeys(node.given_by for node in root.below if node.given)
        reasons = "; ".join(dict.fromkeys(node.given for node in root.below if node.given))
        agrees = not wrong and in_finding == in_receipt
        (not_to_the_end if agrees and taken_as_given else recomputed if agrees else failed).append(name)
        for node in wrong[:1]:
            message = f"{range_text(node.published)} {node.row['unit']} published, {node.wrong} recomputed"
            lines.append(f"{WRONG} {name}, at {_place(node)} ({node.row['ref'] or 'computed'}): {message}")
        if taken_as_given and not wrong:
            lines.append(f"not recomputed to the end ({reasons}): {name} rests on {'; '.join(taken_as_given)}")
    of_all = f"{len(recomputed)} of {len(receipts.findings)} findings recomputed"
    summary = f"{of_all}, {len(not_to_the_end)} not to the end, as listed"
    lines.append(summary + (f", {len(failed)} DO NOT AGREE" if failed else ""))
    return lines, not failed


def _place(node: ReceiptNode) -> str:
    try:
        words = node.operation.words([f"{{{place}}}" for place in range(len(node.inputs))])
    except (IndexError, ValueError):  # settings that do not fit the inputs
        words = node.operation.name
    return node.row["label"] or (words if len(words) < 80 else f"a {node.operation.name}")


def main() -> int:
    """Checks the archive in the first argument, or the one beside this file."""
    try:
        lines, agrees = check(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
    except UNREADABLE as error:
        lines, agrees = [f"the tables do not hold together: {type(error).__name__} {error}"], False
    print("\n".join(map(printable, lines)))
    return 0 if agrees else 1


if __name__ == "__main__":
    sys.exit(main())
