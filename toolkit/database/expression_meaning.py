"""The meaning of the expressions of one SELECT, by DuckDB's functions: what keeps a unit, counts, ranks, or classes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from toolkit.core.unit import UnitRegistry, is_dimensionless, no_unit
from toolkit.database.meaning import (
    LABEL,
    LITERAL,
    MIXED,
    NOTHING,
    UNKNOWN,
    Meaning,
    Role,
    Step,
    Tables,
    common,
    product_or_ratio,
)
from toolkit.database.own_functions import averages, own_functions
from toolkit.database.plain_aggregate import FOLLOWED, uncast, without_casts
from toolkit.database.query_tree import NUMERIC, Node, every_node, function_arguments, nearest_below, refers, unplaced
from toolkit.database.typed_factors import beside, multiplied

AVERAGING = frozenset(
    "avg mean favg median quantile quantile_cont stddev stddev_samp stddev_pop geomean geometric_mean weighted_avg "
    "wavg mad sem".split()
)
CHOOSING = frozenset(
    "min max mode first last any_value lag lead first_value last_value nth_value arg_min arg_max min_by max_by argmin "
    "argmax arbitrary".split()
)
ADDING = frozenset("sum fsum kahan_sum sumkahan".split())
# functions whose value has the unit of their first argument; + and - are here with one argument
KEEPING = AVERAGING | ADDING | CHOOSING | {*"quantile_disc abs round floor ceil trunc nullif - +".split()}
WHOLE = CHOOSING | {"sum", "-", "+"}  # those that make counts of counts
# of texts: those whose other arguments say places in it, and no number
CUTTING = frozenset("left right substr substring split_part regexp_extract list_extract array_extract".split())
SPANS = frozenset("- age date_sub datesub date_diff datediff to_days to_seconds".split())  # lengths of time
ALIKE = frozenset("+ - greatest least ifnull".split())  # of two arguments or more, all of which have one unit
COUNTING = frozenset("count count_star count_if countif approx_count_distinct regr_count".split())
LENGTHS_OF_TIME = SPANS - {"-", "to_days", "to_seconds"}
LENGTHS = frozenset("len length array_length list_unique cardinality".split())  # counts that show what is counted
RANKING = frozenset("row_number rank dense_rank ntile".split())
PARTS = frozenset(  # of a date or a time: labels, as a year is
    "year month quarter week day dayofmonth dayofweek isodow dayofyear hour minute weekofyear yearweek isoyear decade "
    "century date_part datepart extract".split()
)
POWERS = {"var_samp": 2, "var_pop": 2, "variance": 2, "sqrt": 0.5, "cbrt": 1 / 3}
PLAIN = frozenset("ln log log2 log10 corr skewness kurtosis kurtosis_pop entropy regr_r2".split())  # without a unit
WHOLE_PARTS = ("floor", "ceil", "ceiling", "trunc", "round")
TEXTS = ("VARCHAR", "TEXT", "STRING", "CHAR", "BPCHAR", "DATE", "TIME", "BOOL", "UUID", "ENUM")  # types of labels
TELLING = (Role.QUANTITY, Role.REPORTED, Role.MIXED, Role.COUNT)  # a text of them shows a number
TRUTHS = ("COMPARISON", "CONJUNCTION", "BETWEEN")


@dataclass(frozen=True)
class Expressions:
    """The meaning of expressions of one SELECT: of its tables, and of the names that it gives itself.

    `untraceable` is that of a column of which nothing is known; `of_query` reads the columns of a query inside it.
    """

    units: UnitRegistry
    tables: Tables
    named: Mapping[str, Node]
    untraceable: Meaning
    of_query: Callable[[Node], list[tuple[str, Meaning]]]
    given: Mapping[str, Meaning]  # of parameters

    def meaning(self, e: Node) -> Meaning:
        """The meaning of an expression, UNKNOWN where its functions do not say it."""
        kind = e["class"]
        if _is_nothing(e):
            return NOTHING
        if kind in ("COLUMN_REF", "PARAMETER"):
            return self.given.get(e["identifier"], UNKNOWN) if kind == "PARAMETER" else self.column(e)
        if kind == "CAST":
            child = self.meaning(e["child"])
            texts = e["type_expr"]["type_name"].upper().startswith(TEXTS) or e["child"].get("function_name") in PARTS
            return UNKNOWN if child.role == Role.LABEL and not texts else child  # a text read as a number is no label
        # 1 and 0 as in CASE WHEN … THEN 1 ELSE 0, which is then summed to a count
        if kind in TRUTHS or _is_typed(e, 1) or _is_typed(e, 0):
            return Meaning(Role.TRUTH, no_unit(self.units))
        if kind == "CASE":
            return self._alike([check["then_expr"] for check in e["case_checks"]] + [e["else_expr"]])
        if e["type"] == "OPERATOR_COALESCE":
            return self._alike(e["children"])
        if kind == "SUBQUERY" and e["subquery_type"] == "SCALAR" and (columns := self.of_query(e["subquery"]["node"])):
            return columns[0][1]
        return self._function(e) if kind in ("FUNCTION", "WINDOW") else UNKNOWN

    def column(self, e: Node) -> Meaning:
        """The meaning of a column that is named in the query."""
        *table, name = (part.lower() for part in e["column_names"])
        places = [(alias, columns) for alias, columns in self.tables if not table or table[-1] == alias.lower()]
        meanings = [columns[own] for _, columns in places if columns for own in columns if own.lower() == name]
        if meanings:
            distinct = {replace(meaning, single=frozenset(), made=frozenset()) for meaning in meanings}
            single = frozenset().union(*(meaning.single for meaning in meanings))
            made = frozenset().union(*(meaning.made for meaning in meanings))
            return replace(meanings[0] if len(distinct) == 1 else UNKNOWN, single=single, made=made)
        other = None if table else self.named.get(name)
        if other is None or other is e:
            return LITERAL if any(columns is None for _, columns in places) else self.untraceable
        return replace(self, named={key: e for key, e in self.named.items() if key != name}).meaning(other)

    def _function(self, e: Node) -> Meaning:
        name, args = e["function_name"].lower(), function_arguments(e)
        if name in ("if", "ifelse") and len(args) == 3:
            return self._alike(args[1:])
        if name in COUNTING | LENGTHS:
            return Meaning(Role.COUNT, no_unit(self.units))
        power = POWERS.get(name) or (typed_number(args[1]) if name in ("**", "^", "pow", "power") else None)
        if power:
            return self.meaning(args[0]).to_power(power)
        function_of_ours = own_functions().get(name)
        if args and (name in PLAIN or (function_of_ours and not function_of_ours.keeps_unit)):
            plain = self.meaning(args[0]).role in (Role.QUANTITY, Role.COUNT)
            return Meaning(Role.QUANTITY, no_unit(self.units), averaged=True) if plain else UNKNOWN
        if name in RANKING:
            return Meaning(Role.RANK, no_unit(self.units))
        if name in PARTS:
            return LABEL if _is_part_of_a_day(name, args) else UNKNOWN
        if name in ("+", "-") and (meaning := self._beside_one(args) or self._beside_number(name, args)):
            return meaning
        if name in ALIKE and len(args) > 1:
            meaning = self._alike(args)
            if name in "+-" and meaning.role in (Role.LABEL, Role.RANK):
                return UNKNOWN
            share = meaning.role is Role.REPORTED  # of figures the rows say whether they are percentages
            if meaning.unit is not None:
                share = meaning.role in (Role.QUANTITY, Role.REPORTED) and is_dimensionless(meaning.unit)
            relative = any(self.meaning(e).relative for e in args)  # a share less a figure that is one
            meaning = replace(meaning, step=_step_of_several(name, meaning.step), relative=relative)
            zero = any(_is_typed(e, 0) for e in args)  # a share less nothing
            return replace(meaning, points=True) if name == "-" and share and not zero else meaning
        if args and (name in KEEPING or function_of_ours):
            meaning = self._alike([args[0], *args[2:3]]) if name in ("lag", "lead") else self.meaning(args[0])
            distinct = bool(e.get("distinct"))
            return replace(_kept(name, meaning), step=_step_of_one(name, meaning.step, distinct))
        if name == "*" and (classed := _classed(args)):
            return replace(self.meaning(classed), step=Step.OTHER)
        if name in ("/", "*") and len(args) == 2:
            # 1.0 * x, so that whole numbers are divided
            if _is_typed(args[1], 1) or (name == "*" and _is_typed(args[0], 1)):
                return self.meaning(args[1] if _is_typed(args[0], 1) else args[0])
            if name == "/" and (per_cent := self._per_cent(args)):
                return per_cent
            left = self.meaning(args[0])
            if (converted := self._beside_number(name, args)) is not None:
                return converted
            result = product_or_ratio(name, left, self.meaning(args[1]), no_unit(self.units))
            if result.role is Role.UNKNOWN:
                result = replace(result, averaged=name == "/" and refers(args[1]))
            if result.ratio and (_is_less(args[0], args[1]) or self._is_part(args[0], args[1])):
                return replace(result, relative=True)
            mean = name == "/" and left.step is Step.SUM and _counts_rows(args[1])
            return replace(result, step=Step.MEAN) if mean and result.role is Role.REPORTED else result
        return UNKNOWN

    def _is_part(self, e: Node, whole: Node) -> bool:
        """Whether an expression is of some of the rows that what it is divided by is of: a share, under any name."""
        part, whole = _plain(e), _plain(_not_zero(whole))
        if whole["class"] == "WINDOW" and whole["function_name"].lower() in ADDING:  # x / sum(x) OVER ()
            return bool(unplaced(_plain(function_arguments(whole)[0])) == unplaced(part))
        if part["class"] != "FUNCTION" or whole["class"] != "FUNCTION" or whole["filter"]:
            return False
        if part["filter"]:
            same_call = unplaced({**part, "filter": None}) == unplaced(whole)
            return bool(same_call or (_counts_rows(part) and _counts_rows(whole)))
        conditions = [self.meaning(argument).role for argument in function_arguments(part)] == [Role.TRUTH]
        return conditions and part["function_name"].lower() in (*ADDING, *COUNTING) and _counts_rows(whole)

    def _per_cent(self, args: Sequence[Node]) -> Meaning | None:
        """The meaning of a hundred times a ratio, as in 100.0 * sum(a) / sum(b); None for any other expression."""
        above = uncast(args[0])
        parts = function_arguments(above) if above.get("function_name") == "*" else []
        other_factors = [part for part in parts if typed_number(part) != 100]
        if len(parts) != 2 or len(other_factors) != 1:
            return None
        sides = [{"expression": side} for side in (other_factors[0], args[1])]
        ratio = self._function({**above, "function_name": "/", "arguments": sides})
        return multiplied(ratio, 100.0, self.units) if ratio.ratio else None

    def _beside_number(self, sign: str, args: Sequence[Node]) -> Meaning | None:
        """The meaning of values with a scale beside a typed number: pct / 100, 100 - pct; None for any other."""
        left, right = map(typed_number, args) if len(args) == 2 else (None, None)
        if (left is None) == (right is None):
            return None
        number, meaning = (right, self.meaning(args[0])) if left is None else (left, self.meaning(args[1]))
        if sign in ("*", "/") and number and (sign == "*" or left is None):
            return multiplied(meaning, number if sign == "*" else 1 / number, self.units)
        if sign in ("+", "-") and left != 1:  # 1 less 45 is no share
            return beside(meaning, number or 0, sign == "-" and left is None)
        return None

    def _beside_one(self, args: Sequence[Node]) -> Meaning | None:
        """The meaning of what is left of one, or more than it, where the other of two is a share or a ratio."""
        other_arguments = [e for e in args if not _is_typed(e, 1)]
        meaning = self.meaning(other_arguments[0]) if len(args) == 2 and len(other_arguments) == 1 else UNKNOWN
        if meaning.role is not Role.QUANTITY or meaning.unit != no_unit(self.units):
            return None
        return replace(meaning, step=Step.OTHER, relative=meaning.ratio)

    def tells(self, e: Node) -> bool:
        """Whether a text made of an expression shows a number of its rows; what a condition compares it does not."""
        kind = e["class"]
        if kind in (*TRUTHS, "CONSTANT"):
            return False
        if kind == "CASE":
            return any(map(self.tells, [*(check["then_expr"] for check in e["case_checks"]), e["else_expr"]]))
        if kind == "SUBQUERY" and e["subquery_type"] != "SCALAR":
            return False
        meaning = self.meaning(e)
        if meaning.told or meaning.role in TELLING:
            return True
        if meaning.role in (Role.LABEL, Role.RANK) or kind in ("COLUMN_REF", "SUBQUERY"):
            return False
        if kind not in ("FUNCTION", "WINDOW"):
            return any(map(self.tells, nearest_below(list(e.values()))))
        name, args = e["function_name"].lower(), function_arguments(e)
        return name in LENGTHS_OF_TIME or any(map(self.tells, args[:1] if name in CUTTING else args))

    def _alike(self, args: Sequence[Node | None]) -> Meaning:
        """The meaning that all these expressions have; nothing, and a typed zero, have any."""
        not_nothing = [e for e in args if e is not None and not _is_nothing(e)]
        meanings = [self.meaning(e) for e in not_nothing]
        if meanings and all(meaning.role == Role.TRUTH for meaning in meanings):
            return meanings[0]
        return common(meaning for meaning, e in zip(meanings, not_nothing, strict=True) if not _is_typed(e, 0))


def _kept(name: str, meaning: Meaning) -> Meaning:
    """The meaning of a function that keeps the unit of what its first argument means."""
    averaged = meaning.averaged or name in AVERAGING or averages(name)
    if meaning.role in (Role.LITERAL, Role.UNTRACED) or (meaning.role is Role.LABEL and name in CHOOSING):
        return meaning
    if meaning.role is Role.TRUTH:
        role = Role.COUNT if name == "sum" else Role.QUANTITY
        return Meaning(role, meaning.unit, averaged=averaged, ratio=averaged, relative=averaged)
    added_up = meaning.added_up or name in ADDING
    if meaning.role in (Role.REPORTED, Role.MIXED) or (meaning.role is Role.COUNT and name in WHOLE):
        return replace(meaning, averaged=averaged, added_up=added_up)
    if meaning.role is not Role.COUNT and (meaning.unit is None or meaning.role is Role.RANK):
        return replace(UNKNOWN if name in CHOOSING else MIXED, averaged=averaged)
    result = Meaning(Role.QUANTITY, meaning.unit, points=meaning.points, averaged=averaged)
    period = "" if name in ADDING else meaning.period
    return replace(result, ratio=meaning.ratio, relative=meaning.relative, added_up=added_up, period=period)


def _step_of_one(name: str, step: Step, distinct: bool) -> Step:
    """The step of a function that keeps a unit, of the one of its first argument."""
    if name in CHOOSING - {"min", "max", "mode"} or name in ("+", "nullif"):
        return step
    if name in ADDING | {"-"} and step in (Step.VALUE, Step.SUM) and not distinct:
        return Step.SUM
    if name in FOLLOWED and step is Step.VALUE and not distinct:
        return Step(FOLLOWED[name])
    if (name in AVERAGING | {"mode"} or averages(name)) and step is Step.VALUE:
        return Step.STATISTIC
    return step if (name, step) in (("min", Step.LEAST), ("max", Step.GREATEST)) else Step.OTHER


def _step_of_several(name: str, step: Step) -> Step:
    """The step of a function in ALIKE, of the one that all its arguments have."""
    if name == "ifnull":
        return step
    if name in "+-":
        return Step.SUM if step in (Step.VALUE, Step.SUM) else Step.OTHER
    own = Step(name.lower())
    return own if step in (Step.VALUE, own) else Step.OTHER


def _classed(args: Sequence[Node]) -> Node | None:
    """What classes of one width are of, as x in x // 10 * 10 and floor(x / 10) * 10; None for any other product."""
    if len(args) != 2:
        return None
    for product, width in (args, args[::-1]):
        inner = uncast(product)
        if inner.get("function_name") in WHOLE_PARTS:
            inner = uncast(function_arguments(inner)[0])
        elif inner.get("function_name") != "//":
            continue
        parts = function_arguments(inner) if inner.get("function_name") in ("/", "//") else []
        if len(parts) == 2 and width["class"] == parts[1]["class"] == "CONSTANT":
            if width["literal"]["text"] == parts[1]["literal"]["text"]:
                return parts[0]
    return None


def _is_less(e: Node, base: Node) -> bool:
    """Whether an expression is something less what it is divided by, as in (a - b) / b."""
    difference = uncast(e)
    args = function_arguments(difference) if difference.get("function_name") == "-" else []
    return len(args) == 2 and unplaced(uncast(args[1])) == unplaced(_not_zero(base))


def _plain(e: Node) -> Node:
    """An expression without casts, and without 1.0 * before it."""
    inner = uncast(e)
    factors = function_arguments(inner) if inner.get("function_name") == "*" else []
    others = [factor for factor in factors if not _is_typed(factor, 1)]
    return uncast(others[0]) if len(others) == 1 else inner


def _not_zero(e: Node) -> Node:
    """What nullif(…, 0) is of."""
    inner = uncast(e)
    return uncast(function_arguments(inner)[0]) if inner.get("function_name") == "nullif" else inner


def _counts_rows(e: Node) -> bool:
    """Whether an expression is how many rows there are, or how many have a value."""
    inside = uncast(e)
    return inside.get("function_name", "").lower() in ("count", "count_star") and not inside.get("distinct")


def typed_meaning(e: Node) -> Meaning:
    """The meaning of an expression that nothing of a table is in."""
    return NOTHING if _is_nothing(without_casts(e)) else LITERAL


def _is_part_of_a_day(name: str, args: Sequence[Node]) -> bool:
    """Whether a part of a time is one by which days are told, and not a part of a length of time."""
    if len(args) > 1 and not (args[0]["class"] == "CONSTANT" and args[0]["literal"]["text"].lower() in PARTS):
        return False  # date_part of an epoch
    return not any(part.get("function_name", "").lower() in SPANS for part in every_node(args))


def _is_nothing(e: Node) -> bool:
    return bool(e["class"] == "CONSTANT" and e["literal"]["kind"] == "NULL_LITERAL")


def _is_typed(e: Node, number: int) -> bool:
    """Whether an expression is a number, however it is typed: 1 or 1.0."""
    return typed_number(e) == number


def typed_number(e: Node) -> float | None:
    """The number that an expression is, typed, with a cast or not; None for any other."""
    e = without_casts(e)
    literal = e["literal"] if e["class"] == "CONSTANT" else {"kind": ""}
    return float(literal["text"]) if literal["kind"] in NUMERIC else None
