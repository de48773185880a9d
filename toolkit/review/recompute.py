"""Recomputes every arithmetic finding of this archive from its CSV files. Needs Python 3.10 and nothing else.

    python -I recompute.py [FOLDER OF THE ARCHIVE]

A figure is read as its source printed it (figures/, series/), an assumption as it was made. All else is worked out
again by the methods in findings/nodes.csv, in base units (findings/units.csv), and compared with what was published
to nine significant digits: sums, products and quotients, models, every combination of the options of choices, and
counts, of figures or of the distinct claims or sources that they have. Exit status 0 if all agree, 1 if any does not.

Which figures a sum or a count takes is not worked out here. It was selected by SQL in questions/, by a column that
the step's `ref` names: question:NAME#COLUMN. What rests on a simulated feed or on random draws is listed as such.

Ranges: where each uncertain input stands at most once above and once below the line, an expression rises or falls
in each input throughout. Its ends then lie at corners of the box of inputs, and up to ten inputs all are tried.
Elsewhere the ends come from the ranges of the step's own inputs: wide enough, perhaps wider than need be.
"""

import csv
import itertools
import math
import re
import sys
from pathlib import Path
from statistics import NormalDist

ASKED = re.compile(r"column .* of the question (\S+?)(, .*)?")
LINEAR = re.compile(r"−?\{0\}( [+−] \{\d+\})*|\(\{0\}( \+ \{\d+\})*\) ÷ (\d+)")  # a sum, a difference, a mean
REACH = re.compile(r"least to greatest of \{0\}(, \{\d+\})*|\{0\} as \{1\}( or \{\d+\})*")
COUNT = re.compile(r"count(?: of distinct (\w+)s)?")
COMBINED = re.compile(r"(least to greatest|the share) of ([\d,]+) combinations of \{0\}(?: below \{(\d+)\})?")
BARE = re.compile(r"([01]) ([+−]) \{0\}|\{0\} ([+−]) ([01])")
LINK = re.compile(r"link at which the (.+) is \{0\}, spread \{1\}, group \{2\}")
WRONG = "NOT REPRODUCED:"
NORMAL = NormalDist()
TOP = "mean of the second quantity in the top group by the first, as a multiple of"


def edge(share: float) -> float:
    """The standard normal quantile above which a share of people lies."""
    return NORMAL.inv_cdf(1 - share)


def below(z: float) -> float:
    """The standard normal distribution function, exact in the far tails."""
    return math.erfc(-z / math.sqrt(2)) / 2


def tail(share: float) -> float:
    """The mean of a standard normal variable in its top share."""
    return NORMAL.pdf(edge(share)) / share


def link(formula, wanted: float, spread: float, share: float) -> float:
    """The link in 0 to 1 at which a formula gives the value wanted, by halving."""
    low, high = 0.0, 1.0
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if formula(spread, middle, share) < wanted else (low, middle)
    return (low + high) / 2


# each method's rule, and how degrees go through it: as in a sum, a product, a quotient, or not at all
STEPS = {
    "{0} × {1}": (lambda x, y: x * y, "×"), "{0} ÷ {1}": (lambda x, y: x / y, "÷"), "1 ÷ {0}": (lambda x: 1 / x, "÷"),
    "log({0})": (math.log, ""), "exp({0})": (math.exp, ""), "exp({0}² ÷ 2)": (lambda s: math.exp(s * s / 2), ""),
    "normal quantile above which {0} lies": (edge, ""), "mean of a standard normal variable in its top {0}": (tail, ""),
    "share of the top {1} at spread {0}": (lambda s, p: below(s - edge(p)), ""),
    "mean of the top {1} over the mean, spread {0}": (lambda s, p: below(s - edge(p)) / p, ""),
    "mean of the top {1} over the median, spread {0}": (lambda s, p: math.exp(s * s / 2) * below(s - edge(p)) / p, ""),
}  # fmt: skip
OUTPUT = {  # two lognormal quantities, the second with spread s and link r to the first: what it is in the top p
    f"geometric {TOP} its median": lambda s, r, p: math.exp(s * r * tail(p)),
    f"arithmetic {TOP} its median": lambda s, r, p: math.exp(s * s / 2) * below(s * r - edge(p)) / p,
    f"arithmetic {TOP} everybody's mean": lambda s, r, p: below(s * r - edge(p)) / p,
    "arithmetic mean of the second quantity in the top group over that in the bottom group of equal size":
        lambda s, r, p: below(s * r - edge(p)) / below(-s * r - edge(p)),
}  # fmt: skip
NAMES = ("exp({0} × {1} × tail mean of {2})", "mean output of the top {2} over the median, spread {0}, link {1}",
         "mean output of the top {2} over the mean, spread {0}, link {1}",
         "mean output of the top {2} over the bottom {2}, spread {0}, link {1}")  # fmt: skip


def weights(method: str) -> list:
    """(place, weight) of each input of a sum, a difference or a mean; empty for other methods."""
    found = LINEAR.fullmatch(method)
    over = int(found[3] or 1) if found else 1
    signs = re.findall(r"(−?) ?\{(\d+)\}", method) if found else []
    return [(int(place), (-1 if sign else 1) / over) for sign, place in signs]


def step(method: str):
    """(rule, how degrees go through it) of a method; None where this script does not know it."""
    if terms := weights(method):
        return (lambda *values: math.fsum(weight * values[place] for place, weight in terms)), "+"
    if method.startswith("{0} in "):
        return (lambda value: value), "+"
    if method.startswith("{0} ** "):
        return (lambda value: value ** int(method[7:])), ""
    if found := BARE.fullmatch(method):
        bare, sign = float(found[1] or found[4]), 1 if "+" in method else -1
        return ((lambda value: bare + sign * value) if found[1] else lambda value: value + sign * bare), "+"
    if (found := LINK.fullmatch(method)) and found[1] in OUTPUT:
        return (lambda *values: link(OUTPUT[found[1]], *values)), ""
    return (dict(zip(NAMES, OUTPUT.values(), strict=True))[method], "") if method in NAMES else STEPS.get(method)


class Receipts:
    """The archive's receipts: `range` works a node out, `wrong` and `given` keep what came of it, by node."""

    def __init__(self, folder: Path):
        def rows(name, key):
            with open(folder / name, encoding="utf-8", newline="") as file:
                return {row[key]: row for row in csv.DictReader(file)}

        self.nodes, self.findings = rows("findings/nodes.csv", "id"), rows("findings/findings.csv", "id")
        units = rows("findings/units.csv", "unit")
        self.units = {name: float(row["factor"]) for name, row in units.items()}
        self.bases = {name: units[node["unit"]]["base"] for name, node in self.nodes.items()}
        self.printed = {**rows("figures/figures.csv", "key"), **rows("series/series.csv", "key")}
        self.inputs = {name: node["inputs"].split() for name, node in self.nodes.items()}
        self.ranges, self.degrees, self.beneath, self.wrong, self.given = {}, {}, {}, {}, {}

    def range(self, name: str) -> tuple:
        """Low and high of a node in base units, worked out from what it rests on."""
        if name not in self.ranges:
            parts = [self.range(part) for part in self.inputs[name]]
            try:
                found = self._worked_out(name, self.nodes[name], parts)
            except (ArithmeticError, LookupError, TypeError, ValueError) as error:
                found = self._base(self.nodes[name])
                self.wrong[name] = f"no value ({type(error).__name__} {error})"
            self.ranges[name] = found
            self.beneath[name] = [*dict.fromkeys(n for part in self.inputs[name] for n in self.beneath[part]), name]
            summed = parts and (step(self.nodes[name]["method"]) or ("", ""))[1] == "+"
            near = 1e-14 * max(abs(end) for ends in parts for end in ends) if summed else 0
            self.degrees[name] = self._degrees(name) if found[0] < found[1] else {}
            pairs = zip(found, self._base(self.nodes[name]), strict=True)
            if not all(math.isclose(new, old, rel_tol=1e-9, abs_tol=near) for new, old in pairs):
                self.wrong[name] = shown(end / self.units[self.nodes[name]["unit"]] for end in found)
            if summed and len({self.bases[part] for part in (name, *self.inputs[name])}) > 1:
                self.wrong[name] = "no sum, of units that do not fit,"
        return self.ranges[name]

    def _base(self, row):
        return tuple(float(row[end]) * self.units[row["unit"]] for end in ("low", "high"))

    def _worked_out(self, name, node, parts):
        if node["ref"].startswith(("figure:", "series:")):
            row = self.printed[node["ref"]]
            return self._base(row) if row["low"] else (1.0, 1.0)  # said in words, it counts as one reading
        method = node["method"]
        if parts and step(method):
            return self._ends(name, parts)
        if method == "from {0} to {1}":
            return parts[0][0], parts[1][1]
        if method in ("the low end of {0}", "the high end of {0}"):
            return (parts[0]["high" in method],) * 2
        if REACH.fullmatch(method):
            lows, highs = zip(*parts[" as " in method :], strict=True)
            return min(lows), max(highs)
        if counted := COUNT.fullmatch(method):
            rows = (self.printed[self.nodes[part]["ref"]] for part in self.inputs[name])
            return (float(len({row[counted[1] or "key"] for row in rows})),) * 2
        if combined := COMBINED.fullmatch(method):
            return self._combined(name, *combined.groups())
        if parts or node["kind"] != "assumed":
            asked = ASKED.fullmatch(method)
            said = f"the question {asked[1]}, whose arithmetic is in SQL" if asked else f"the step “{method}”"
            self.given[name] = said if parts else node["ref"]
        return self._base(node)

    def _combined(self, name, what, count, limit):
        """Least and greatest of the first input at every combination of the others' options, or the share below."""
        top, *offers = self.inputs[name][: int(limit) if limit else None]
        choices = {self.inputs[offer][0]: self.inputs[offer][1:] for offer in offers}
        moved = []  # the steps that a choice reaches, each after its inputs
        for node in self.beneath[top]:
            if node not in choices and any(part in choices or part in moved for part in self.inputs[node]):
                moved.append(node)
        steps = [(node, step(self.nodes[node]["method"])[0], self.inputs[node]) for node in moved]
        fixed = {part for _, _, inputs in steps for part in inputs} - {*choices, *moved}
        if unset := [part for part in fixed if self.ranges[part][0] < self.ranges[part][1]]:
            raise ValueError(f"the range {self.nodes[unset[0]]['printed']} has no options")
        at, results = {part: self.ranges[part][0] for part in fixed}, []
        for options in itertools.product(*choices.values()):
            at.update((choice, self.ranges[option][0]) for choice, option in zip(choices, options, strict=True))
            for node, rule, inputs in steps:
                at[node] = rule(*(at[part] for part in inputs))
            results.append(at[top])
        if len(results) != int(count.replace(",", "")):
            raise ValueError(f"{len(results):,} combinations")
        if not limit:
            return min(results), max(results)
        mark = self.ranges[self.inputs[name][int(limit)]][0]
        return (sum(result < mark for result in results) / len(results),) * 2

    def _ends(self, name, parts):
        (rule, _), inputs, method = step(self.nodes[name]["method"]), self.inputs[name], self.nodes[name]["method"]
        if inputs[:1] == inputs[1:] and method in ("{0} − {1}", "{0} ÷ {1}"):
            return (0.0, 0.0) if "−" in method else (1.0, 1.0)
        powers = self._degrees(name)
        if len(powers) <= 10 and all(max(power) <= 1 for power in powers.values()):
            corners = itertools.product(*(set(self.range(atom)) for atom in powers))
            values = [self._value(name, dict(zip(powers, corner, strict=True))) for corner in corners]
        elif terms := weights(method):
            values = [math.fsum(weight * parts[place][(weight < 0) != high] for place, weight in terms)
                      for high in (False, True)]  # fmt: skip
        else:
            values = [rule(*corner) for corner in itertools.product(*map(set, parts))]
            if method.startswith("{0} ** ") and parts[0][0] < 0 < parts[0][1]:
                values.append(0.0)  # the least value of an even power
        return min(values), max(values)

    def _value(self, name, corner):
        low, high = self.ranges.get(name, (0, 1))
        if name in corner or low == high:
            return corner.get(name, low)
        return step(self.nodes[name]["method"])[0](*(self._value(part, corner) for part in self.inputs[name]))

    def _degrees(self, name):
        """{uncertain input: its degree above and below the line}, infinite where the step is no fraction."""
        known, parts, found = step(self.nodes[name]["method"]), [self.degrees[n] for n in self.inputs[name]], {}
        if not parts or not known:
            return {name: (1, 0)}
        for atom in dict.fromkeys(atom for part in parts for atom in part):
            pairs = [part.get(atom, (0, 0)) for part in parts]
            downs = sum(down for _, down in pairs)
            (up, down), (up2, down2) = ((0, 0), *pairs)[-2:]
            found[atom] = {"+": (max(a + downs - b for a, b in pairs), downs), "÷": (up + down2, down + up2),
                           "×": (sum(a for a, _ in pairs), downs)}.get(known[1], (math.inf, math.inf))  # fmt: skip
        return found


def shown(ends) -> str:
    """A value or a range to nine significant digits."""
    return " to ".join(dict.fromkeys(f"{float(end):.9g}" for end in ends))


def check(folder: Path) -> tuple:
    """(lines to print, True if every finding agrees) for an unpacked archive."""
    receipts, lines, done, rest, failed = Receipts(folder), [], [], [], []
    for name, finding in receipts.findings.items():
        receipts.range(finding["node"])
        rests_on = receipts.beneath[finding["node"]]
        wrong = [node for node in rests_on if node in receipts.wrong]
        stated, root = ([row[key] for key in ("low", "high", "unit", "kind")] for row in
                        (finding, receipts.nodes[finding["node"]]))  # fmt: skip
        if stated != root:
            lines.append(f"{WRONG} {name}: {' '.join(stated)} stated, {' '.join(root)} in its receipt")
        given = {receipts.given[node]: 1 for node in rests_on if node in receipts.given}
        (failed if wrong or stated != root else rest if given else done).append(name)
        for node in wrong[:1]:
            row = receipts.nodes[node]
            place = row["label"] or (row["method"] if len(row["method"]) < 80 else "a sum")
            lines.append(f"{WRONG} {name}, at {place} ({row['ref'] or 'computed'}): "
                         f"{shown((row['low'], row['high']))} {row['unit']} published, {receipts.wrong[node]} "
                         "recomputed")  # fmt: skip
        if given and not wrong:
            lines.append(f"not recomputed to the end: {name} rests on {'; '.join(given)}")
    last = f"{len(done)} of {len(receipts.findings)} findings recomputed, {len(rest)} rest on a simulated feed, a "
    last += "database question or draws and are listed"
    lines.append(last + (f", {len(failed)} DO NOT AGREE" if failed else ""))
    return lines, not failed


def main() -> int:
    """Checks the archive in the first argument, or the one beside this file."""
    try:
        lines, agrees = check(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
    except (OSError, KeyError, ValueError, ArithmeticError) as error:
        lines, agrees = [f"the tables do not hold together: {type(error).__name__} {error}"], False
    print("\n".join(lines))
    return 0 if agrees else 1


if __name__ == "__main__":
    sys.exit(main())
