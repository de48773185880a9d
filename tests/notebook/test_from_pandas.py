"""What pandas worked out comes back as numbers and tables: kind, what it rests on, the code; and what is refused."""

import datetime
import json
from decimal import Decimal
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from toolkit import Number, assume, table
from toolkit.core import number_functions
from toolkit.core.errors import ToolkitError
from toolkit.core.kind import Kind
from toolkit.core.number import leaf
from toolkit.core.project import find_project
from toolkit.core.unit import parse_unit
from toolkit.database.open import open_database
from toolkit.notebook.story import Story


@pytest.fixture
def story(_built_database, monkeypatch):
    monkeypatch.setattr(number_functions, "assumptions", {})
    monkeypatch.setattr("toolkit.notebook.number_from_pandas.assumptions", number_functions.assumptions)
    monkeypatch.chdir(_built_database.parents[1])  # nothing here writes in it
    return Story("coffee", database_of(find_project(Path.cwd())))


database_of = cache(open_database)


@pytest.fixture
def frame(story):
    return story.ask("told").frame


def refs(number):
    return [found.ref for found in number.leaves()]


def problems(build):
    with pytest.raises(ToolkitError) as raised:
        build()
    for problem in raised.value.problems:
        assert problem.where and problem.found and problem.allowed and problem.remedy
    return raised.value.problems


# numbers


def test_a_value_of_pandas_over_figures_is_computed_and_rests_on_all_that_was_taken(story, frame):
    story["office-survey"]["heavy"]
    spread = story.number(
        frame.told_multiple.max() - frame.told_multiple.min(), "multiple", how="largest less smallest"
    )
    assert (str(spread), spread.kind, spread.low) == ("0.50 times", Kind.COMPUTED, 0.5)
    assert refs(spread) == ["figure:office-survey#told", "figure:paper-retelling#told", "figure:office-survey#heavy"]
    made = dict(spread.operation.settings)
    assert made["how"] == "largest less smallest" and made["rests"] == "all"
    assert 'how="largest less smallest")' in made["code"] and made["code"].startswith("def test_a_value_of_pandas")
    again = Number.from_json(json.loads(json.dumps(spread.to_json())), story.database.units)
    assert again == spread and again.operation == spread.operation


def test_its_author_may_name_what_it_rests_on(story, frame):
    heavy, median = story["office-survey"]["heavy"], story["office-survey"]["median"]
    value = np.float64(heavy.low) / np.float64(median.low)
    ratio = heavy / median
    for of, wanted in (
        (heavy, [heavy]),
        ([heavy, median], [heavy, median]),
        (ratio, [ratio]),
        (story.ask("told"), [story["office-survey"]["told"], story["paper-retelling"]["told"]]),
    ):
        made = story.number(value, "1", of=of, how="heavy over median")
        assert list(made.inputs) == wanted and made.operation["rests"] == "named"
    assert len(story.number(value, "1", of=story["office-survey"], how="all of a source").inputs) == 4
    for wrong in (frame, "told", 3, [frame]):
        (problem,) = problems(lambda wrong=wrong: story.number(value, "1", of=wrong, how="x"))
        assert "does not say where it is from" in problem.found


def test_it_has_the_highest_kind_of_what_it_rests_on(story, frame):
    median = story["office-survey"]["median"]
    unit = parse_unit("cup", story.database.units)
    for kind in (Kind.MEASURED, Kind.SYNTHETIC):
        found = leaf(9, 9, unit, kind, "log:x", "rows of it")
        assert story.number(frame.told_multiple.max(), "cup", of=[median, found], how="x").kind == kind
    assert story.number(frame.told_multiple.max(), "cup", how="x").kind == Kind.COMPUTED
    assume(1.5, "multiple", why="invented")
    assert story.number(frame.told_multiple.max(), "cup", how="x").kind == Kind.ASSUMED, "for it may have been used"
    assert story.number(frame.told_multiple.max(), "cup", how="x", of=median).kind == Kind.COMPUTED


def test_very_many_rows_of_a_series_are_one_input(story, frame):
    unit = parse_unit("cup", story.database.units)
    many = [leaf(n, n, unit, Kind.REPORTED, f"series:cups#{n}", "a week") for n in range(501)]
    made = story.number(frame.told_multiple.max(), "cup", how="x", of=[story["office-survey"]["heavy"], *many])
    assert [(str(one), one.label) for one in made.inputs[1:]] == [("501", "rows of the series cups")]


@pytest.mark.parametrize(
    ("value", "unit", "printed"),
    [
        (np.float64(0.4219), "1", "0.42"),
        (np.int64(12345), "1", "12,345"),
        (12345.0, "1", "12,000"),
        (np.int64(0), "1", "0"),
        (Decimal("42.1"), "percent", "42%"),
        (0.4219, "share", "42%"),
        (1.25, "multiple", "1.3 times"),
        (np.float32(2), "million USD", "$2m"),
        ((1.0, np.float64(2)), "cup", "1.0 to 2.0 cups"),
        (pd.Series([3.0]), "cup", "3.0 cups"),
        (np.array(3), "cup", "3 cups"),
        (np.int64(1234567), "cup", "1.2 million cups"),
    ],
)
def test_a_value_may_be_any_of_these_and_its_unit_says_how_it_is_written(story, frame, value, unit, printed):
    assert str(story.number(value, unit, how="x", of=story["office-survey"])) == printed


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (np.nan, "nan"),
        (np.inf, "inf"),
        (pd.NA, "missing"),
        (pd.NaT, "missing"),
        (None, "missing"),
        (True, "bool"),
        (np.bool_(True), "bool"),
        ("3", "str"),
        (pd.Series([1, 2]), "Series of 2 values"),
        (np.array([]), "ndarray of 0 values"),
        (pd.Timedelta("1h"), "Timedelta"),
        ((2.0, 1.0), "low 2.0 over high 1.0"),
        ((1, 2, 3), "tuple"),
        (3 + 1j, "complex"),
    ],
)
def test_what_is_no_finite_number_is_refused(story, value, found):
    (problem,) = problems(lambda: story.number(value, "cup", how="x", of=story["office-survey"]["heavy"]))
    assert found in problem.found and problem.where.startswith("story coffee, story.number(value, …)")


def test_all_that_is_wrong_with_a_number_is_said_at_once(story):
    found = problems(lambda: story.number(3.7, "cupp", how=" "))
    assert [problem.found.split(",")[0] for problem in found][:2] == ["a typed value", "an empty how"]
    assert "cup" in found[2].allowed and "rests on nothing" in found[3].found
    assert found[0].where == "story coffee, story.number(3.7, …)" and "assume(3.7, 'cupp', why=…)" in found[0].remedy
    (problem,) = problems(lambda: story.number(story["office-survey"]["heavy"], "cup", how="x"))
    assert "has a receipt" in problem.found


TYPED = {
    "direct": "made = story.number(3.7, 'cup', how='x')",
    "keyword": "made = story.number(unit='cup', value=3.7, how='x')",
    "negative": "made = story.number(-3.7, 'cup', how='x')",
    "sum": "made = story.number(3 * 1.5 + 2, 'cup', how='x')",
    "name": "x = 3.7\nmade = story.number(x, 'cup', how='x')",
    "chain": "x = 3.7\ny = x * 2\nmade = story.number(y, 'cup', how='x')",
    "pair": "x, y = 3.7, 2\nmade = story.number((y, x), 'cup', how='x')",
    "float": "made = story.number(float('3.7'), 'cup', how='x')",
    "numpy": "import numpy as np\nmade = story.number(np.float64(3.7), 'cup', how='x')",
    "series": "import pandas as pd\nmade = story.number(pd.Series([3, 4]).mean(), 'cup', how='x')",
    "from": "from numpy import array\nmade = story.number(array([3, 4]).mean(), 'cup', how='x')",
    "loop": "for x in [3.7]:\n    made = story.number(x, 'cup', how='x')",
    "json": "import json\nmade = story.number(json.loads('3.7'), 'cup', how='x')",
    "json by name": "from json import loads as given\nmade = story.number(given('[3.7]')[0], 'cup', how='x')",
    "SQL": "import duckdb\nmade = story.number(duckdb.sql('SELECT 3.7').fetchall()[0][0], 'cup', how='x')",
    "a key that is a name": "import pandas as pd\nf = frame\nmade = story.table(pd.DataFrame({'f': [3]}))",
    "eval": "made = story.number(eval('3.7'), 'cup', how='x')",
    "function": "def f():\n    return 3.7\nmade = story.number(f(), 'cup', how='x')",
    "function of a literal": "def f(x):\n    return x * 2\nmade = story.number(f(3.7), 'cup', how='x')",
    "a call within": "def of(v):\n    return story.number(v, 'cup', how='x')\nmade = of(3.7)",
    "lambda": "made = story.number((lambda x: x)(3.7), 'cup', how='x')",
    "class": "class A:\n    x = 3.7\nmade = story.number(A().x, 'cup', how='x')",
    "text as a file": "import io\nimport pandas as pd\nmade = story.table(pd.read_csv(io.StringIO('n_cups\\n3')))",
    "a call of a library": "import statistics\nmade = story.number(statistics.mean([3, 4]), 'cup', how='x')",
    "typed frame": "import pandas as pd\nmade = story.table(pd.DataFrame({'n_cups': [3]}))",
    "typed frame by name": "import pandas as pd\nf = pd.DataFrame({'n_cups': [3]})\nf['m'] = 1\nmade = story.table(f)",
}
WORKED_OUT = {
    "column": "made = story.number(frame.told_multiple.max(), 'cup', how='x')",
    "times a constant": "made = story.number(frame.told_multiple.max() * 1.5, 'cup', how='x')",
    "a function of a function": "def a(f):\n    return f.told_multiple\ndef b(f):\n    return a(f).max()\n"
    "made = story.number(b(frame), 'cup', how='x')",
    "a frame in SQL": "import duckdb\nf = frame\n"
    "made = story.number(duckdb.sql('SELECT max(told_multiple) FROM f').fetchall()[0][0], 'cup', how='x')",
    "a name in eval": "f = frame\nmade = story.number(eval('f.told_multiple.max()'), 'cup', how='x')",
    "json of a column": "import json\nmade = story.number(json.loads(str(frame.told_multiple.max())), 'cup', how='x')",
    "a file": "made = story.number(len(open('pyproject.toml').read()), '1', how='x')",
    "length": "n = len(frame)\nmade = story.number(n, '1', how='x')",
    "added up": "x = 0\nfor v in frame.told_multiple:\n    x += v\nmade = story.number(x, 'cup', how='x')",
    "function": "def most(f):\n    return f.told_multiple.max()\nmade = story.number(most(frame), 'cup', how='x')",
    "a call within": "def of(v):\n    return story.number(v, 'cup', how='x')\nmade = of(frame.told_multiple.max())",
    "item set": "import pandas as pd\nf = pd.DataFrame({'who': ['a', 'b']})\nf['told'] = frame.told_multiple\n"
    "made = story.table(f, units={'told': 'multiple'})",
}


def run_cell(story, frame, source):
    """Runs a source as a file would run, with its lines where tracebacks find them."""
    import linecache

    name = f"<cell {abs(hash(source))}>"
    linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
    space = {"story": story, "frame": frame, "__name__": "__main__"}
    exec(compile(source, name, "exec"), space)
    return space["made"]


@pytest.mark.parametrize("source", TYPED.values(), ids=TYPED)
def test_a_typed_value_is_refused_however_it_is_dressed(story, frame, source):
    (problem,) = problems(lambda: run_cell(story, frame, source))
    assert problem.found.startswith("a typed value") and "assume(" in problem.remedy


@pytest.mark.parametrize("source", WORKED_OUT.values(), ids=WORKED_OUT)
def test_a_value_that_was_worked_out_is_taken(story, frame, source):
    assert run_cell(story, frame, source) is not None


# tables


def test_a_frame_comes_back_as_a_table_named_as_its_result_is(story, frame):
    frame["gap"] = frame.told_multiple - frame.told_multiple.min()
    gaps = story.table(frame, units={"gap": "multiple"}, caption="Gaps", publisher="Who")
    assert (gaps.name, gaps.caption, gaps.kind) == ("gaps", "Gaps", Kind.COMPUTED)
    assert [(c.name, c.label, c.unit) for c in gaps.columns][-1] == ("gap", "Gap", "1")
    assert [c.label for c in gaps.columns if c.name == "publisher"] == ["Who"]
    number = gaps.one("gap", publisher="Invented Paper")
    assert str(number) == "0.5 times" and number.operation["how"] == "“gap” in the table gaps"
    (whole,) = number.inputs
    assert whole.low == len(frame) and 'units={"gap": "multiple"}' in whole.operation["code"]
    assert len(whole.operation["frame"]) == 16 and refs(number) == [
        "figure:office-survey#told",
        "figure:paper-retelling#told",
    ]
    assert story.number(gaps.frame.gap.max(), "multiple", of=gaps, how="x").inputs == (whole,)
    json.dumps(gaps._repr_mimebundle_())


def made_of(story, **columns):
    story["office-survey"]["heavy"]
    data = pd.DataFrame(columns)
    return story.table(data, units={"cups": "cup"} if columns.keys() & {"cups", "cups_low"} else {}, name="made")


COLUMNS = {
    "integers": ("n_cups", [3, 4], ["3", "4"]),
    "decimals": ("cups", [1.5, None], ["1.5 cups", None]),
    "whole numbers": ("cups", [3, 123456], ["3 cups", "123,456 cups"]),
    "counts of groups": ("size", pd.array([3, 4]), ["3", "4"]),
    "nullable": ("n_cups", pd.array([3, None], dtype="Int64"), ["3", None]),
    "whole numbers with a gap": ("year", [2020.0, None], ["2020", None]),
    "years": ("year", [2020, 2021], ["2020", "2021"]),
    "names end in units": ("mean_cup", [1.5, 2.5], ["1.5 cups", "2.5 cups"]),
    "shares": ("closed_share", [0.25, 0.5], ["25%", "50%"]),
    "decimal objects": ("cups", [Decimal("1.5"), None], ["1.5 cups", None]),
    "text": ("who", ["a", None], ["a", None]),
    "codes": ("code", ["01001", "NA"], ["01001", "NA"]),
    "truth": ("open", [True, False], [True, False]),
    "nullable truth": ("open", pd.array([True, None], dtype="boolean"), [True, None]),
    "categories": ("who", pd.Categorical(["a", None]), ["a", None]),
    "categories of numbers": ("cups", pd.Categorical([1, 2]), ["1 cup", "2 cups"]),
    "days": ("day", pd.to_datetime(["2026-01-02", None]), ["2026-01-02", None]),
    "times": ("at", pd.to_datetime(["2026-01-02 03:04", None]), ["2026-01-02T03:04:00", None]),
    "dates": ("day", [datetime.date(2026, 1, 2), None], ["2026-01-02", None]),
    "periods": ("month", pd.PeriodIndex(["2026-01", "2026-02"], freq="M"), ["2026-01", "2026-02"]),
    "arrow": ("cups", pd.array([1.5, None], dtype="double[pyarrow]"), ["1.5 cups", None]),
    "nothing": ("who", [None, None], [None, None]),
}


@pytest.mark.parametrize(("name", "values", "cells"), COLUMNS.values(), ids=COLUMNS)
def test_columns_of_every_kind_become_cells(story, name, values, cells):
    found = made_of(story, **{name: values})[name]
    assert [str(cell) if isinstance(cell, Number) else cell for cell in found] == cells


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("year", [250, 2020]),
        ("fiscal_year", [3, 5]),
        ("quarter", [1, 12]),
        ("rank", [1, -3]),
        ("row", [-1, 2]),
    ],
)
def test_whole_numbers_that_are_no_years_or_ranks_are_quantities_whatever_their_name(story, name, values):
    (problem,) = problems(lambda: made_of(story, **{name: values}))
    assert "numbers without a unit" in problem.found and name in problem.where
    table = story.table(pd.DataFrame({name: values}), units={name: "cup"}, name="given")
    assert all(isinstance(cell, Number) for cell in table[name])


def test_low_and_high_are_one_range_and_numbers_keep_their_receipts(story):
    heavy = story["office-survey"]["heavy"]
    made = made_of(story, cups_low=[1.5, None], cups_high=[2.0, 3.0], told=[heavy, None])
    assert [str(cell) for cell in made["cups"]] == ["1.5 to 2.0 cups", "None"]
    assert made["told"] == (heavy, None) and made.kind == Kind.COMPUTED
    (problem,) = problems(lambda: made_of(story, cups_low=[3.0], cups_high=[2.0]))
    assert "low 3.0 over high 2.0 in row 1" in problem.found


def test_a_named_index_is_columns_and_a_counting_one_is_left_out(story, frame):
    grouped = frame.groupby("publisher").told_multiple.max()
    assert [c.name for c in story.table(grouped, name="x").columns] == ["publisher", "told_multiple"]
    two = frame.assign(half="first").groupby(["half", "publisher"])[["told_multiple"]].agg(["min", "max"])
    names = [c.name for c in story.table(two, {"told_multiple_min": "1", "told_multiple_max": "1"}, name="x").columns]
    assert names == ["half", "publisher", "told_multiple_min", "told_multiple_max"]
    assert "index" not in [c.name for c in story.table(frame[1:], name="x").columns]
    (problem,) = problems(lambda: story.table(frame.set_axis(frame.publisher.tolist())))
    assert "rename_axis" in problem.remedy


def test_the_hash_of_a_frame_is_that_of_its_values(story):
    def hashed(**columns):
        return made_of(story, **columns)["cups"][0].inputs[0].operation["frame"]

    first = hashed(cups=[1.5, 2.5])
    assert first == hashed(cups=[1.5, 2.5 + 1e-15]) != hashed(cups=[1.5, 2.6])


def test_all_that_a_table_cannot_hold_is_named_at_once(story, frame):
    odd = pd.DataFrame(
        {
            "twice": [1.0, 2.0],
            "lists": [[1], [2]],
            "mixed": ["a", 1],
            "far": [np.inf, 1.0],
            "waits": pd.to_timedelta(["1h", "2h"]),
            "zoned": pd.to_datetime(["2026-01-01", "2026-01-02"], utc=True),
            "x": [1j, 2j],
        }
    )
    odd = odd.rename(columns={"x": "twice"}).assign(told=frame.told_multiple)
    found = problems(lambda: story.table(odd, name="odd"))
    said = {problem.where.rpartition(" ")[2]: problem.found for problem in found}
    assert said.keys() == {"'twice'", "twice", "lists", "mixed", "far", "waits", "zoned"}
    assert "2 columns" in said["'twice'"] and "inf in row 1" in said["far"] and "list" in said["lists"]


def test_a_unit_that_is_missing_unknown_or_for_no_column_is_said_with_the_right_call(story, frame):
    frame["gap"] = frame.told_multiple
    (problem,) = problems(lambda: story.table(frame))
    assert 'units={"gap": "1"}' in problem.remedy and problem.where == "story coffee, table frame, column gap"
    found = problems(lambda: story.table(frame, units={"gapp": "cup", "gap": "cupz"}, publishr="Who"))
    assert [problem.where.rpartition(", ")[2] for problem in found] == ["units", "labels", "gap"]
    assert "write 'gap'" in found[0].remedy and "'publisher'" in found[1].remedy and "cup" in found[2].allowed


@pytest.mark.parametrize("wrong", [[1, 2], None, "frame", {"a": [1]}, np.array([1])])
def test_what_is_no_frame_is_refused(story, wrong):
    (problem,) = problems(lambda: story.table(wrong, name="x"))
    assert "pandas frame" in problem.allowed


def test_a_table_that_rests_on_nothing_is_refused(story):
    other = table("other", [{"told": "x"}]).frame
    (problem,) = problems(lambda: story.table(other, name="x"))
    assert "rests on nothing" in problem.found
