"""A typed factor is followed through loops, functions, some rows and SQL of frames: it is said, or it is refused."""

import pytest

from tests.notebook.test_from_pandas import run_cell
from tests.notebook.test_mixed_scales import OF_TOWNS, TOWNS, UNITS
from toolkit.core.errors import ToolkitError
from toolkit.notebook.story import Story

READ = (
    "import numpy as np\nimport pandas as pd\nfrom toolkit import assume\nf = story.sql('SELECT * FROM towns').frame\n"
)
THOUSANDTHS = {  # of planned, which is in thousand USD: 40,000 and 250
    "a loop over names": "for c in ['planned', 'debt']:\n    f[c] = f[c] / 1000",
    "a loop over a variable": "names = ('planned', 'people')\nfor c in names:\n    f[c] /= 1000",
    "a loop over names that pandas found": (
        "names = [c for c in f.columns if c.startswith('plan')]\nfor c in names:\n    f[c] = f[c] * 0.001"
    ),
    "a loop over names and factors": ("for c, by in {'planned': 1000, 'people': 10}.items():\n    f[c] = f[c] / by"),
    "a loop over pairs": "for c, by in [('planned', 1e3), ('debt', 1)]:\n    f[c] = f[c] / by",
    "a name put together": ("for c in ['plan']:\n    f[f'{c}ned'] = f[c + 'ned'] / 1000"),
    "columns together": "f[['planned', 'debt']] = f[['planned', 'debt']].apply(lambda s: s / 1000)",
    "columns of a variable": "names = ['planned', 'debt']\nf[names] = f[names] / 1000",
    "columns under other names": "f['old'] = f.planned\nf[['debt', 'planned']] = f[['people', 'old']] / 1000",
    "a function of a frame": (
        "def scaled(d, names, by=1000):\n    d = d.copy()\n    for c in names:\n        d[c] = d[c] / by\n"
        "    return d\nf = scaled(f, ['planned'])"
    ),
    "a function that changes its frame": ("def scale(d):\n    d['planned'] = d['planned'] / 1000\nscale(f)"),
    "a function that changes and returns it": (
        "def scale(d):\n    d['planned'] = d['planned'] / 1000\n    return d\ng = scale(f)"
    ),
    "all rows": "f.loc[:, 'planned'] = f.planned / 1000",
    "columns assigned from a dictionary": "f = f.assign(**{c: f[c] / 1000 for c in ['planned', 'debt']})",
    "a function for each column": (
        "f = f.transform({'town': lambda s: s, 'planned': lambda s: s / 1000, 'region': lambda s: s})"
    ),
    "a column put in": "old = f.pop('planned')\nf.insert(1, 'planned', old / 1000)",
    "a function of each value": "f['planned'] = list(map(lambda one: one / 1000, f.planned))",
    "a factor of a class": "class Scale:\n    by = 1000\nf['planned'] = f.planned / Scale.by",
    "each of several frames": "for d in [f]:\n    d['planned'] = d['planned'] / 1000",
    "each of a list of frames": (
        "frames = [f.copy()]\nfor d in frames:\n    d['planned'] /= 1000\nf = pd.concat(frames)"
    ),
    "a variable that is bound again": "by = 10\nby = 1000\nf['planned'] = f.planned / by",
    "a function made one of arrays": "f['planned'] = np.vectorize(lambda one: one / 1000)(f.planned)",
    "after values that were replaced": "f['planned'] = f.planned.replace(-1, np.nan) / 1000",
    "a dictionary of columns": (
        "made_of = {c: f[c] / 1000 for c in ['planned', 'debt']}\nf = pd.DataFrame(made_of).assign(town=f.town)"
    ),
    "a dictionary filled in a loop": (
        "found = {}\nfor town, one in zip(f.town, f.planned):\n    found[town] = one / 1000\n"
        "f = pd.Series(found, name='planned').rename_axis('town').reset_index()"
    ),
}
TOTALS = {
    "a table": "story.table(f[['town', 'planned']], units={{'planned': '{}'}})",
    "a sum": "story.number(f.planned.sum(), '{}', how='all')",
    "a question": "story.sql('SELECT sum(planned) AS total FROM f', units={{'total': '{}'}})",
    "a question of rows": "story.sql('SELECT town, planned AS plans FROM f', units={{'plans': '{}'}})",
}


@pytest.fixture
def story(desk_with):
    return Story("any", desk_with("towns", TOWNS, OF_TOWNS, units=UNITS, publish=f"[{TOWNS.splitlines()[0]}]"))


def run(story, source):
    return run_cell(story, None, READ + source)


def words(made):
    return str(made.rows[0][-1]) if hasattr(made, "rows") else str(made)


@pytest.mark.parametrize("total", TOTALS.values(), ids=TOTALS)
@pytest.mark.parametrize("source", THOUSANDTHS.values(), ids=THOUSANDTHS)
def test_a_factor_is_the_one_that_the_code_applies(story, source, total):
    assert words(run(story, f"{source}\nmade = {total.format('million USD')}")) in ("$40m", "$40.0m", "$40.25m")
    with pytest.raises(ToolkitError, match="leave (out / 1000|it out)"):
        run(story, f"{source}\nmade = {total.format('thousand USD')}")


@pytest.mark.parametrize("total", TOTALS.values(), ids=TOTALS)
def test_a_copy_that_a_function_changed_leaves_its_frame_as_it_was(story, total):
    source = "def scaled(d):\n    d = d.copy()\n    d['planned'] = d['planned'] / 1000\n    return d\ng = scaled(f)"
    assert words(run(story, f"{source}\nmade = {total.format('thousand USD')}")) in ("$40m", "$40.0m", "$40.25m")


@pytest.mark.parametrize(
    "source",
    [
        "f.loc[f.town == 'A', 'planned'] = f.planned / 1000",
        "f.loc[f.town == 'A', ['planned', 'debt']] /= 1000",
        "for c in ['planned']:\n    f.loc[f.town == 'A', c] = f[c] / 1000",
        "f['planned'] = f.planned.apply(lambda one: one / 1000 if one > 900 else one)",
    ],
)
def test_a_factor_on_some_rows_of_a_column_is_refused(story, source):
    for total in TOTALS.values():
        with pytest.raises(ToolkitError, match="in thousand USD times 0.001 together") as raised:
            run(story, f"{source}\nmade = {total.format('thousand USD')}")
        assert "assume(1000, …)" in str(raised.value)


@pytest.mark.parametrize(
    ("source", "right"),
    [
        ("f.loc[f.town == 'A', 'planned'] *= 1.5", "$60m"),
        ("f.loc[f.planned < 0, 'planned'] = 0", "$40m"),
        ("f.loc[f.town == 'A', 'planned'] = np.nan\nf = f[::-1]", "$250,000"),
        ("by = assume(1000, '1', why='A says dollars')\nf.loc[f.town == 'A', 'planned'] /= by.low", "$40,000"),
        ("for c in f.columns[2:4]:\n    f[c] = f[c].fillna(0)", "$40m"),
        ("for c in f.select_dtypes('number'):\n    f[c] = f[c].round(1)", "$40m"),
        ("def looked(d):\n    print(len(d))\nlooked(f)", "$40m"),
    ],
)
def test_what_changes_no_scale_is_taken(story, source, right):
    made = run(story, f"{source}\nmade = story.table(f[['town', 'planned']], units={{'planned': 'thousand USD'}})")
    assert words(made) == right


@pytest.mark.parametrize(
    "source",
    [
        "for c in f.select_dtypes('number').columns:\n    f[c] = f[c] / 1000\n",
        "names = f.select_dtypes('number').columns\nf[f.columns[2:4]] = f[f.columns[2:4]] / 1000\n",
        "f = f.assign(**{c: f[c] / 1000 for c in f.columns[2:4]})\n",
        "f.update(f[['planned']] / 1000)\n",
    ],
)
def test_columns_that_the_code_does_not_name_are_refused_where_it_changes_their_scale(story, source):
    for unit in ("thousand USD", "million USD"):
        with pytest.raises(ToolkitError, match="type the names of the columns, in a list"):
            run(story, f"{source}made = story.number(f.planned.sum(), '{unit}', how='all')")


TWO_KINDS = {
    "a sum": "f.planned + f.people",
    "a mean of columns": "f[['planned', 'people']].mean(axis=1)",
    "columns of a variable": "f[names].sum(axis='columns')",
    "a choice": "np.where(f.town == 'A', f.planned, f.used)",
    "a comparison": "(f.planned > f.used) * 1",
}


@pytest.mark.parametrize("value", TWO_KINDS.values(), ids=TWO_KINDS)
def test_values_of_two_kinds_together_are_refused(story, value):
    with pytest.raises(ToolkitError, match="or work out a ratio of the two"):
        run(story, f"names = ['planned', 'used']\nf['x'] = {value}\nmade = story.number(f.x.sum(), 'USD', how='all')")


@pytest.mark.parametrize(
    ("value", "unit", "right"),
    [
        ("((f[names] - f[names].mean()) / f[names].max()).mean(axis=1).min()", "1", "−0.12"),
        ("f[names].corr().iloc[0, 1]", "1", "−1.0"),
        ("f.melt('town', names).groupby('variable').value.transform(lambda x: x / x.max()).max()", "1", "1.0"),
        ("(f.planned / f.people).max()", "USD/person", "$800 per person"),
    ],
)
def test_of_two_kinds_each_may_be_held_against_its_own(story, value, unit, right):
    assert words(run(story, f"names = ['planned', 'used']\nmade = story.number({value}, '{unit}', how='x')")) == right


@pytest.mark.parametrize(
    ("condition", "right"),
    [
        ("f.debt > limit.low", None),
        ("f.debt * 1e6 > limit.low", "1"),
        ("f.debt > assume(2, 'million USD', why='a limit').low", None),
        ("f.pct > part.high", None),
        ("f.pct / 100 > part.high", "1"),
    ],
)
def test_an_end_of_a_number_is_in_its_unit_without_scales(story, condition, right, monkeypatch):
    monkeypatch.chdir(story.database.project.root)  # whose units an assumption has
    source = "limit = story['office-survey']['budget']\npart = assume(30, 'percent', why='a part')\n"
    source += f"made = story.number(int(({condition}).sum()), '1', how='over')"
    if right is None:
        with pytest.raises(ToolkitError, match="values of one unit, in one size of it"):
            run(story, source)
    else:
        assert words(run(story, source)) == right


@pytest.mark.parametrize(
    ("condition", "right"),
    [
        ("debt > $end", None),
        ("debt * 1e6 > $end", "1"),
        ("town = 'A' AND debt BETWEEN 0 AND $end", None),
        ("planned * 1000 > $end AND pct > $least", "0"),
    ],
)
def test_a_question_knows_the_unit_of_an_end_that_it_is_asked_with(story, condition, right):
    given = "limit = story['office-survey']['budget']\nmade = story.sql(SQL, end=limit.low{})"
    given = given.format(", least=40" if "$least" in condition else "")
    source = f'SQL = "SELECT count(*) AS n_towns FROM towns WHERE {condition}"\n{given}'
    if right is None:
        with pytest.raises(ToolkitError, match="values in million USD, and in USD"):
            run(story, source)
    else:
        assert words(run(story, source)) == right
    written = "made = story.sql(f'SELECT count(*) AS n_towns FROM towns WHERE debt > {limit.low}')"
    with pytest.raises(ToolkitError, match="write [$]limit in place of {limit.low}, and limit=limit.low after"):
        run(story, f"limit = story['office-survey']['budget']\n{written}")


def test_a_hundredth_of_per_cent_is_no_per_cent(story):
    table = "made = story.table(f.assign(x=f.pct / 100)[['town', 'x']], units={'x': 'UNIT'})"
    assert words(run(story, table.replace("UNIT", "share"))) == "12%"
    with pytest.raises(ToolkitError, match='say "share", or leave out / 100'):
        run(story, table.replace("UNIT", "percent"))


def test_a_count_of_what_a_unit_holds_many_of_is_in_single_ones(desk_with):
    columns = "  - {name: day, printed: day, type: text}\n"
    columns += "  - {name: cups, printed: cups, type: decimal, unit: hundred_cups}\n"
    database = desk_with(
        "drunk", "day,cups\nA,12.5\nB,4\n", columns, units="hundred_cups = 100 * cup\n", publish="[day, cups]"
    )
    source = "f = story.sql('SELECT * FROM drunk').frame\n"
    source += "made = story.table(f.assign(n_cups=(f.cups * {}).astype(int))[['day', 'n_cups']])"
    assert words(run_cell(Story("any", database), None, source.format(100))) == "1,250"
    with pytest.raises(ToolkitError, match="a name that says a count, and values in hundred_cups"):
        run_cell(Story("any", database), None, source.format(1))


def test_a_name_says_per_only_of_what_was_divided(story):
    for source in (
        "story.table(f.rename(columns={'debt': 'debt_per_head'})[['town', 'debt_per_head']]UNITS)",
        "story.sql('SELECT town, debt AS debt_per_head FROM towns'UNITS)",
        "story.sql('SELECT t.debt AS debt_per_head FROM towns AS t'UNITS)",
    ):
        for units in ("", ", units={'debt_per_head': 'million USD'}"):
            with pytest.raises(ToolkitError, match="per head, and the values of debt as they are"):
                run(story, f"made = {source.replace('UNITS', units)}")
    divided = "story.table(f.assign(debt_per_head=f.debt / f.people)[['town', 'debt_per_head']], units={})"
    in_thousands = "{'debt_per_head': 'thousand USD/person'}"
    assert words(run(story, f"made = {divided.format(in_thousands)}")) == "$6,000 per person"
    with pytest.raises(ToolkitError, match='say "thousand USD/person"'):
        run(story, f"made = {divided.format(in_thousands.replace('thousand ', ''))}")
    by_region = "story.sql('SELECT region, sum(debt) AS debt_per_region FROM towns GROUP BY ALL ORDER BY ALL')"
    assert words(run(story, f"made = {by_region}")) == "$300m"


def test_counts_keep_no_noise_of_floats(story):
    made = run(story, "made = story.table(f.assign(n_people=f.people * 1000 * 0.07 / 0.07)[['town', 'n_people']])")
    assert words(made) == "50,000" and made.frame.n_people.tolist() == pytest.approx([50_000, 20_000], rel=1e-12)
    with pytest.raises(ToolkitError, match="a name that says a count, and 3.5"):
        run(story, "made = story.table(f.assign(n_people=f.people * 0.07)[['town', 'n_people']])")


def test_values_over_an_index_of_a_hundred_keep_their_unit(desk_with):
    names = "  - {{name: {0}, printed: {0}, type: {1}}}\n"
    columns = names.format("firm", "text") + names.format("price_index", "decimal")
    columns += "  - {name: wage, printed: wage, type: integer, unit: USD}\n"
    columns += "  - {name: sales, printed: sales, type: decimal, unit: million USD}\n"
    database = desk_with(
        "firms", "firm,price_index,wage,sales\nA,112.5,45000,3\n", columns, publish="[firm, price_index, wage, sales]"
    )
    source = "f = story.sql('SELECT * FROM firms').frame\n"
    source += (
        "f['real'] = f.wage / f.price_index * {}\nmade = story.table(f[['firm', 'real']], units={{'real': 'USD'}})"
    )
    assert words(run_cell(Story("any", database), None, source.format(100))) == "$40,000"
    with pytest.raises(ToolkitError, match="leave out . 1000"):
        run_cell(Story("any", database), None, source.format(1000))


def test_time_that_a_factor_changes_is_in_the_other_unit(desk_with):
    database = desk_with(
        "trips",
        "line,minutes\nA,90\nB,30\n",
        "  - {name: line, printed: line, type: text}\n"
        "  - {name: minutes, printed: minutes, type: integer, unit: minute}\n",
        units="minute = 60 * second = _ = minutes\nhour = 3600 * second = _ = hours\n",
        publish="[line, minutes]",
    )
    story = Story("any", database)
    read = "f = story.sql('SELECT * FROM trips').frame\n"
    for source in (
        "made = story.sql('SELECT sum(minutes) / 60 AS total FROM trips'{})",
        read + "f['total'] = f.minutes / 60\nmade = story.sql('SELECT sum(total) AS total FROM f'{})",
    ):
        for given in ("", ", units={'total': 'hour'}"):
            assert words(run_cell(story, None, source.format(given))) == "2 hours"
        with pytest.raises(ToolkitError, match="the unit minute, and values in hour"):
            run_cell(story, None, source.format(", units={'total': 'minute'}"))
    with pytest.raises(ToolkitError, match='say "hour", or leave out / 60'):
        run_cell(story, None, f"{read}made = story.number(f.minutes.sum() / 60, 'minute', how='all')")
