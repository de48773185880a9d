"""The tables "where each change is made" of CONTRIBUTING.md are true: each change is made in a copy and seen to work.

A copy holds the invented project of tests/sample and, beside its folders, the package. The files that a change touches
must be among those that its row names.
"""

import fnmatch
import hashlib
import html
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pyarrow import parquet

from toolkit.core.project import Project
from toolkit.review.packed_contents import script_of
from toolkit.site.security_policy import hash_of

ROOT = Path(__file__).parents[1]
TABLES = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").partition("\n## Where ")[2].partition("\n## ")[0]
ROWS = dict(re.findall(r"^\| (?!to |---)(.+) \| (.+) \|$", TABLES, re.MULTILINE))
TRIED: set[str] = set()
LEFT = {
    "add a number of a real trace": "a measurement of a trace that is not here",
    "add or raise a dependency": "needs an index of packages",
    "set pages and charts in another typeface": "needs the files of another one, which no package index has",
}


def row(start: str) -> str:
    """The row that begins so."""
    (found,) = [name for name in ROWS if name.startswith(start)]
    return found


def tries(*starts: str):
    """Marks a test as the one of some rows; it starts a Python of its own."""
    TRIED.update(map(row, starts))
    return pytest.mark.heavy


def test_every_row_is_tried_or_says_why_not():
    left = {row(start) for start in LEFT}
    assert TRIED | left == ROWS.keys()
    assert not TRIED & left


class Copy:
    """A copy of the sample project with the package beside it."""

    def __init__(self, root: Path):
        self.root = root
        shutil.copytree(ROOT / "tests" / "sample", root)
        shutil.copytree(ROOT / "toolkit", root / "toolkit")

    @contextmanager
    def change(self, start: str) -> Iterator[None]:
        """Refuses what is done meanwhile if it touches a file that the row does not name, or none."""
        names = re.findall(r"`([^`]+)`", ROWS[row(start)])
        before = self._files()
        yield
        after = self._files()
        touched = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
        named = [re.sub(r"<\w+>", "*", name) + ("*" if name.endswith("/") else "") for name in names]
        assert touched and [name for name in touched if not any(fnmatch.fnmatch(name, n) for n in named)] == []

    def _files(self) -> dict[str, str]:
        found = (path for path in self.root.rglob("*") if path.is_file() and path.suffix != ".pyc")
        named = {path.relative_to(self.root).as_posix(): path for path in found}
        return {
            name: hashlib.sha256(path.read_bytes()).hexdigest()
            for name, path in named.items()
            if not name.startswith(("data/build/", "reports/"))
        }

    def write(self, name: str, text: str) -> None:
        (self.root / name).parent.mkdir(parents=True, exist_ok=True)
        (self.root / name).write_text(text, encoding="utf-8")

    def add(self, name: str, text: str) -> None:
        """Adds lines at the end of a file."""
        self.write(name, (self.root / name).read_text(encoding="utf-8") + text)

    def replace(self, name: str, old: str, new: str, first: bool = False) -> None:
        """Puts a text in place of the only one that a file has, or of the first."""
        text = (self.root / name).read_text(encoding="utf-8")
        assert old in text if first else text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {name}"
        self.write(name, text.replace(old, new, 1))

    def add_cell(self, kind: str, source: str, before: int) -> None:
        """Adds a cell to the sample's story."""
        path = self.root / "notebooks" / "coffee.ipynb"
        notebook = json.loads(path.read_bytes())
        cell = {"cell_type": kind, "id": f"added-{before}", "metadata": {}, "source": source.splitlines(keepends=True)}
        notebook["cells"].insert(before, cell | ({"outputs": [], "execution_count": None} if kind == "code" else {}))
        path.write_text(json.dumps(notebook), encoding="utf-8")

    def run(self, *command: str) -> str:
        """What a command prints; Python finds the copy's package, and no other."""
        environment = {**os.environ, "PYTHONPATH": str(self.root)}
        done = subprocess.run(
            [sys.executable, *command],
            cwd=self.root,
            env=environment,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def toolkit(self, *commands: str) -> str:
        """What several commands of the toolkit print, one after the other in one process."""
        code = "import sys\nfrom toolkit.main import main\nsys.exit(any(main(line.split()) for line in sys.argv[1:]))"
        return self.run("-c", code, *commands)

    def python(self, code: str) -> list[str]:
        """The lines that some code prints, which finds `story` open."""
        start = "from toolkit import assume, log, open_story, say\nstory = open_story('coffee')\n"
        return self.run("-c", start + code).splitlines()


@pytest.fixture
def copy(tmp_path):
    return Copy(tmp_path / "copy")


# in data/

SOURCE = """schema: 1
id: street-count
publisher: Invented Street
title: Cups seen from the street
published: 2026-06-01
address: https://example.org/street
primary: true
seen: in full
relies_on: []
figures:
  - {id: heavy, claim: coffee.cups_heavy, value: 42, unit: cup/week, place: first page}
"""
SERIES = """schema: 1
id: cups_by_week
title: Cups by week (invented)
licence: our table CC BY 4.0
as_of: 2026-02-01
label: "cups in the week to {ends_on}"
key: [ends_on]
source: source
value: cups
unit: cup/week
columns:
  - {name: ends_on, type: date, meaning: last day of the week}
  - {name: cups, type: decimal, unit: cup/week, meaning: cups that were poured}
  - {name: source, type: text, meaning: id of the document}
"""
DECLARATION = """schema: 1
id: strong
declared_on: 2026-03-02
known: the survey was known
statement: What counts as a strong cup (invented).
choices:
  - {id: least, rule: A cup counts from so many spoons., value: 3, unit: cup}
"""


@tries(
    "use a new unit",
    "enter a source",
    "enter a claim",
    "add a long table",
    "declare a list",
    "start a story",
    "ask a new question",
)
def test_what_is_entered_and_asked(copy):
    with copy.change("use a new unit"):
        copy.add("data/units.txt", "spoon = [spoon] = _ = spoons\n")
    with copy.change("enter a source"):
        copy.write("data/sources/street-count.yml", SOURCE)
    with copy.change("enter a claim"):
        copy.add(
            "data/claims/coffee.yml",
            "  - {id: coffee.mugs, statement: Mugs (invented), unit: cup, entity: an office, period: 2026}\n",
        )
    with copy.change("add a long table"):
        copy.write("data/series/cups_by_week.yml", SERIES)
        copy.write("data/series/cups_by_week.csv", "ends_on,cups,source\n2026-01-11,11,office-survey\n")
    with copy.change("declare a list"):
        copy.write("data/declarations/strong.yml", DECLARATION)
    with copy.change("start a story"):
        copy.run("-m", "toolkit", "new", "tea-time")
    with copy.change("ask a new question"):
        copy.write(
            "notebooks/sql/heavy.sql",
            "-- Cups of heavy drinkers.\nSELECT low AS taken_cup_per_week, [key] AS keys FROM figures\n"
            "WHERE key = 'figure:office-survey#heavy'\n",
        )
        copy.add_cell("code", "heavy = story.ask('heavy')", 1)
    lines = copy.python(
        "print(assume(2, 'spoon/day', why='as told'))\nprint(story['street-count'])\n"
        "print(story.database.rows('SELECT cups FROM cups_by_week')[0]['cups'])\n"
        "print(story.declaration('strong')['least'].value)\nprint(story.ask('heavy').rows[0][0])"
    )
    assert lines[0] == "2 spoons a day" and "heavy: 42 cups a week" in lines
    assert float(lines[-3]) == 11 and lines[-2:] == ["3 cups", "35 cups a week"]
    printed = copy.toolkit("claims coffee.mugs", "check")
    assert "Mugs (invented)" in printed and "1 story, 1 draft: all well" in printed


@pytest.mark.slow
@tries("add a dataset")
def test_a_dataset(copy):
    file = copy.root.parent / "cups sold.csv"
    file.write_text("place;sold\nUlm;1.200,5\nBonn;3\n", encoding="utf-8")
    with copy.change("add a dataset"):
        copy.run("-m", "toolkit", "add", str(file))
    assert copy.python("print(story.sql('SELECT count(*) AS n_rows FROM cups_sold').rows[0][0])") == ["2"]
    copy.run("-m", "toolkit", "check")


UNSURE = "\n".join(["town;fee", *(f"Town {row};{fee}" for row, fee in enumerate([12, 13, "not recorded", 15, 16, 17]))])


@tries("take another text", "change what `toolkit add --update`")
def test_a_text_for_a_missing_value_and_what_is_said_of_a_new_version(copy):
    copy.write("fees.csv", UNSURE)
    copy.toolkit("add fees.csv --name before")
    with copy.change("take another text"):
        copy.replace("toolkit/datasets/guess.py", "|nan|null|", "|nan|not recorded|null|")
    with copy.change("change what `toolkit add --update`"):
        copy.replace("toolkit/datasets/update.py", '"rows: as many as before"', '"rows: the same number"')
    copy.toolkit("add fees.csv --name after")
    before, after = ((copy.root / f"data/datasets/{name}.yml").read_text() for name in ("before", "after"))
    assert "unread: 1" in before and "not recorded" not in before
    assert "unread" not in after and "not recorded" in after
    copy.write("data/datasets/after.csv", UNSURE.replace("15", "18"))
    assert "rows: the same number" in copy.toolkit("add --update after")


@tries("find other columns about people", "give a command another option")
def test_columns_about_people_and_what_a_command_prints(copy):
    copy.write("shifts.csv", "barista_no;cups;call\n" + "".join(f"{9 * n};{n};DB{n}AB\n" for n in range(1, 40)))
    assert "radio amateurs" not in copy.toolkit("add shifts.csv --name before")
    with copy.change("find other columns about people"):
        copy.replace("toolkit/datasets/people.toml", "\n[parts]\n", '\n[parts]\n"radio amateurs" = "call"\n')
    with copy.change("give a command another option"):
        copy.replace("toolkit/commands/check.py", ": all well", ": nothing is wrong")
    assert "radio amateurs" in copy.toolkit("add shifts.csv --name after")
    assert "nothing is wrong" in copy.toolkit("check")


LIMITED = """from toolkit.core.errors import ToolkitError
from toolkit.datasets.unpacked_size import is_bomb
print(story.sql("SELECT district FROM visits")._repr_mimebundle_()["text/plain"].partition(": ")[2])
print(is_bomb(1 << 20, 300 << 20))
sums = " + ".join(f"{table}.visits" for table in "abcdefghi")
endless = "SELECT count(*) AS n FROM visits AS a, visits AS b, visits AS c, visits AS d, visits AS e, visits AS f, "
try:
    print(story.sql(endless + "visits AS g, visits AS h, visits AS i WHERE ({sums}) % 97 = 96".format(sums=sums)))
except ToolkitError as error:
    print(error.problems[0].found)"""


@tries("change a limit")
def test_limits(copy):
    copy.write("visits.csv", VISITS)
    copy.run("-m", "toolkit", "add", "visits.csv", "--source", "office-survey")
    with copy.change("change a limit"):
        copy.replace("toolkit/engine/time_limit.py", "QUERY_TIMEOUT = 300", "QUERY_TIMEOUT = 1")
        copy.replace("toolkit/database/table.py", "MOST_ROWS = 2_000", "MOST_ROWS = 9")
        copy.replace("toolkit/datasets/unpacked_size.py", "MOST_TIMES = 200", "MOST_TIMES = 400")
    rows, packed, asked = copy.python(LIMITED)
    assert rows.startswith("10 rows; the first ") and packed == "False" and asked == "no answer after 1 seconds"


CARDS = '''"""Cards: lines of key: value, a blank line between two cards."""

from toolkit.datasets.declaration import ReadOptions
from toolkit.datasets.file_format import Format
from toolkit.datasets.rows_of_texts import write_rows


def write(connection, path, reading, out):
    texts = path.read_text().strip().split("\\n\\n")
    cards = [dict(line.split(": ", 1) for line in text.splitlines()) for text in texts]
    write_rows([list(card.values()) for card in cards], out, list(cards[0]))
    return {}


FORMAT = Format(
    description=".cards",
    endings=(".cards",),
    matches=lambda start, endings: ".cards" in endings,
    text=True,
    reading=lambda connection, path, wanted: ReadOptions("cards"),
    write=write,
)
'''


@tries("add a file format of datasets")
def test_a_file_format_of_datasets(copy):
    with copy.change("add a file format of datasets"):
        copy.write("toolkit/datasets/formats/cards.py", CARDS)
    (copy.root.parent / "cups.cards").write_text("place: Ulm\nsold: 1200\n\nplace: Bonn\nsold: 3\n")
    printed = copy.toolkit("add ../cups.cards", "check")
    assert "cups: 2 rows of cards" in printed and "format: cards" in (copy.root / "data/datasets/cups.yml").read_text()
    assert copy.python("print(story.sql('SELECT sum(sold) AS n FROM cups').rows[0][0])") == ["1203"]


NAMED = """of = story.usage_log("{}")
found = story.sql("SELECT agent, model, count(DISTINCT time_utc) AS n_times FROM request_all_types GROUP BY ALL", of=of)
print(*found.frame.iloc[0])"""


@tries("add a file format of usage logs", "keep another name of a model", "change how exact the times")
def test_a_file_format_of_usage_logs_a_name_in_them_and_their_times(copy, tmp_path, monkeypatch):
    """As the guide walks through it."""
    monkeypatch.setenv("TOOLKIT_KEYS", str(tmp_path / "keys"))
    guide = (ROOT / "docs" / "usage_logs.md").read_text(encoding="utf-8").partition("## Add a format")[2]
    lines = [
        {"round_id": name, "tokens_in": tokens, "tokens_out": 25, "at": f"2026-03-0{day}T08:00:00Z", "who": "somebody"}
        for name, tokens, day in (("a", 100, 2), ("b", 200, 3), ("b", 200, 3))
    ]
    with copy.change("add a file format of usage logs"):
        copy.write("toolkit/usage/logs/formats/rounds.sql", re.search(r"```sql\n(.*?)```", guide, re.DOTALL)[1])
        copy.write("tests/usage/formats/rounds/README.md", re.search(r"```\n(\| 3 .*?)```", guide, re.DOTALL)[1])
        copy.write("tests/usage/formats/rounds/files/a.jsonl", "\n".join(map(json.dumps, lines)))
    shutil.copytree(ROOT / "tests" / "usage" / "logs", copy.root / "tests" / "usage" / "logs")
    copy.run("-m", "pytest", "-q", "tests/usage/logs/test_formats.py", "-k", "rounds")
    copy.run("-m", "toolkit", "ingest", "tests/usage/formats/rounds/files", "--as", "rounds")
    copy.add("data/units.txt", "token = [token]\nrequest = [request] = _ = requests\n")
    assert copy.python("print(story.usage_log('rounds').leaf)") == ["2 requests"]
    # whose tool and model are readable, and whose times are not exact
    lines = [lines[0] | {"round_id": f"c{n}", "who": f"person {n}", "model": "walrus-2"} for n in range(6)]
    lines = [line | {"at": f"2026-03-02T08:0{n}:00Z"} for n, line in enumerate(lines)]
    copy.write("handed-over.jsonl", "\n".join(map(json.dumps, lines)))
    copy.run("-m", "toolkit", "ingest", "handed-over.jsonl", "--as", "before")
    assert re.fullmatch(r"exemplary other-\w{6} 1\.0", copy.python(NAMED.format("before"))[0])
    with copy.change("keep another name of a model"):
        copy.replace("toolkit/usage/logs/protection.py", "claude sonnet opus", "walrus claude sonnet opus")
    with copy.change("change how exact the times"):
        copy.replace("toolkit/usage/log_views.py", "date_trunc('hour',", "date_trunc('minute',")
    copy.run("-m", "toolkit", "ingest", "handed-over.jsonl", "--as", "after")
    assert copy.python(NAMED.format("after")) == ["exemplary walrus-2 6.0"]
    # a tool that keeps a folder a task: nobody is called as a task is
    for task in ("a", "b"):
        copy.write(f"theirs/tasks/{task}/rounds.jsonl", json.dumps(lines[0] | {"round_id": task, "who": None}))
    counts = []
    for name in ("two", "one"):
        copy.run("-m", "toolkit", "ingest", "theirs/tasks", "--as", name)
        counts += [len(set(parquet.read_table(copy.root / "data/logs" / name / "events")["user_id"].to_pylist()))]
        if name == "two":
            with copy.change("add a file format of usage logs"):
                tool = "-- tool: exemplary\n"
                copy.replace("toolkit/usage/logs/formats/rounds.sql", tool, f"{tool}-- folders: tasks\n")
    assert counts == [2, 1]


TOKENS_A_SESSION = """-- The tokens of the median session, by tool.
WITH session AS (
    SELECT agent, user_id, session_id, sum(tokens) AS tokens
    FROM request_all_types
    GROUP BY agent, user_id, session_id
)
SELECT
    agent, count(DISTINCT user_id) AS n_developers, count(*) AS n_sessions, median(tokens) AS median_token_per_session
FROM session
GROUP BY agent
ORDER BY agent NULLS LAST
"""
EVENTS_OF_NONE = "data/build/usage_logs/*/events/*.parquet"
HEAVIEST = '''"""The person who used most of a synthetic usage log."""

from toolkit.analysis.microdata import ask_by_person, refuse_real_people


def most_used(usage_log):
    """The tokens of the heaviest user. Raises ToolkitError for a real usage log."""
    refuse_real_people(usage_log, "most_used")
    return int(ask_by_person(usage_log, "heaviest", {})["tokens"][0])
'''


QUESTIONS_BY_PHONE = """  - id: questions-by-phone
    agent: phone
    operation: chat
    rhythm: office
    share: {value: 0.5, unit: "1", source: assumption}
    requests: {quantiles: {shares: [0, 1], values: [1, 3]}, unit: request, source: assumption}
    context: {quantiles: {shares: [0, 1], values: [100, 900]}, unit: token, source: assumption}
    output: {quantiles: {shares: [0, 1], values: [5, 90]}, unit: token, source: assumption}
    appended: {quantiles: {shares: [0, 1], values: [5, 90]}, unit: token, source: assumption}
    gap: {quantiles: {shares: [0, 1], values: [4000, 60000]}, unit: millisecond, source: assumption}
"""
HOLIDAY = '  holiday_share: {value: 0.1, unit: "1", source: assumption, note: all at once}\n'


@tries(
    "add a scenario",
    "add a kind of sessions",
    "add a parameter of scenarios",
    "add a usage metric",
    "ask about single simulated people",
)
def test_a_synthetic_population_a_usage_metric_and_a_question_about_its_people(copy):
    shutil.copy(ROOT / "data" / "calibration.yml", copy.root / "data")
    shutil.copy(ROOT / "data" / "units.txt", copy.root / "data")
    copy.add("data/units.txt", "cup = [cup] = _ = cups\npage = [page] = _ = pages\n")
    none = (ROOT / "data" / "scenarios" / "none.yml").read_text(encoding="utf-8")
    none = none.replace("developers: {value: 10000,", "developers: {value: 40,").replace(
        "weeks: {value: 26,", "weeks: {value: 1,"
    )
    with copy.change("add a scenario"):
        copy.write("data/scenarios/none.yml", re.sub(r"source: [a-z0-9-]+(?=[,}\n])", "source: assumption", none))
    with copy.change("add a kind of sessions"):
        copy.replace("data/scenarios/none.yml", "  - id: chat\n", f"{QUESTIONS_BY_PHONE}  - id: chat\n")
    (copy.root / "tests" / "usage").mkdir(parents=True)
    shutil.copy(ROOT / "tests" / "usage" / "test_metrics.py", copy.root / "tests" / "usage")
    with copy.change("add a parameter of scenarios"):
        absent = '    "absent_share": Limits('
        holiday = '    "holiday_share": Limits("1", 0, 0.95, False, "share of developer-weeks on holiday"),\n'
        copy.replace("toolkit/usage/simulate/scenario.py", absent, holiday + absent)
        copy.replace("toolkit/usage/simulate/sessions.py", 'scenario["absent_share"]', 'scenario["holiday_share"]')
        copy.replace("data/scenarios/none.yml", "  absent_share: {value: 0.1", HOLIDAY + "  absent_share: {value: 0.1")
    with copy.change("add a usage metric"):
        copy.write("toolkit/usage/metrics/tokens_a_session.sql", TOKENS_A_SESSION)
        rows = '    "tokens_a_session": [("agent", 3, 4, 1500)],\n'
        copy.replace("tests/usage/test_metrics.py", "EXPECTED = {\n", f"EXPECTED = {{\n{rows}")
    with copy.change("ask about single simulated people"):
        copy.write(
            "toolkit/usage/by_person/heaviest.sql",
            "-- Tokens of the heaviest user.\nSELECT max(tokens) AS tokens FROM developer\n",
        )
        copy.write("toolkit/analysis/heaviest.py", HEAVIEST)
    story, most, by_phone = copy.python(
        "from toolkit.analysis.heaviest import most_used\n"
        "log_of_none = story.usage_log('none')\n"
        "found = story.ask('tokens_a_session', of=log_of_none)\n"
        "print(*(cell.low if hasattr(cell, 'low') else cell for cell in found.rows[0]), sep=',')\n"
        "print(most_used(log_of_none))\n"
        "asked = story.sql('SELECT agent, count(*) AS n FROM request_all_types GROUP BY agent', of=log_of_none)\n"
        "print('phone' in list(asked.frame.agent))"
    )
    assert int(most) > 0 and by_phone == "True"
    copy.run("-m", "pytest", "-q", "tests/usage/test_metrics.py", "-k", "by_hand and tokens_a_session")
    # of the log and of its files alone, on DuckDB and on Sail
    asked = [f"metric tokens_a_session --format csv {of}" for of in ("--log none", f"--events {EVENTS_OF_NONE}")]
    printed = copy.toolkit(*asked, *(f"{one} --engine spark" for one in asked))
    answers = [part.splitlines() for part in printed.split("agent,n_developers,n_sessions,median_token_per_session")]
    in_story = [story.split(",")[0], *map(float, story.split(",")[1:])]
    assert [len(answer) for answer in answers] == [0, *[len(answers[1])] * 4] and answers[1:] == answers[1:2] * 4
    first = answers[1][1].split(",")
    assert [first[0], *map(float, first[1:])] == in_story


@pytest.mark.heavy
def test_a_metric_of_another_table_is_refused_when_it_is_read_with_what_it_may_ask(copy):
    copy.write("toolkit/usage/metrics/hashes.sql", "SELECT count(DISTINCT dedup_key) AS n_hashes FROM usage_event\n")
    code = "try:\n    metric_sql('hashes')\nexcept ToolkitError as error:\n    print(error)"
    imports = "from toolkit.core.errors import ToolkitError\nfrom toolkit.database.usage_logs import metric_sql\n"
    refused = copy.run("-c", imports + code)
    assert "hashes.sql: the table usage_event" in refused and "request_all_types, activity_day" in refused


# in toolkit/


@tries("add a form of chart")
def test_a_form_of_chart(copy):
    for other in (copy.root / "toolkit/charts/forms").glob("[a-z]*.py"):
        if other.stem != "dots":  # the gallery would draw each of them anew
            other.unlink()
    with copy.change("add a form of chart"):
        copy.write(
            "toolkit/charts/forms/pins.py",
            '"""Pins: dots by another name."""\n\nfrom dataclasses import replace\n\n'
            "from toolkit.charts.encodings import Form\n"
            "from toolkit.charts.forms.dots import DotsOptions, DotsRow, dots\n"
            "from toolkit.charts.forms.dots import example as dotted\n\n\n"
            'def example():\n    return replace(dotted(), form="pins", id="pins")\n\n\n'
            'FORM = Form("pins", "Where do values stand?", DotsRow, DotsOptions, dots)\n',
        )
        copy.run("-m", "toolkit.charts.gallery", "docs/gallery")
    assert "Where do values stand?" in (copy.root / "docs/gallery/README.md").read_text(encoding="utf-8")
    assert (copy.root / "docs/gallery/pins.svg").is_file()


WITHOUT_VALUES = """from dataclasses import replace
from toolkit.charts.forms.bars import example
from toolkit.charts.rendering import draw_svg
for chosen in ({}, {"values": "no"}):
    drawing = example()
    print(">48,000<" in draw_svg(replace(drawing, encodings={**drawing.encodings, **chosen}), "wide"))"""


@tries("give a form of chart another option")
def test_an_option_of_a_form(copy):
    bars, title = "toolkit/charts/forms/bars.py", '    x_title: str = text_option("under the axis", "")\n'
    with copy.change("give a form of chart another option"):
        choice = 'values: str = text_option("values beside the bars", "yes", choices=("yes", "no"))'
        copy.replace(bars, title, f"{title}    {choice}\n")
        drawn = '[*bars_from_zero(rows, values, near, far), *([words] if options.values == "yes" else [])]'
        copy.replace(bars, "[*bars_from_zero(rows, values, near, far), words]", drawn)
    assert copy.python(WITHOUT_VALUES) == ["True", "False"]


REPEATED = """        if len({*stage.headers}) < len(stage.headers):
            raise ToolkitError(path.name, "two columns of one name", "names that differ", "rename one in the file")
"""


@tries("refuse something more in a file that is added")
def test_a_refusal_of_a_file_that_is_added(copy):
    copy.write("visits.csv", "visits,visits\n3,4\n5,6\n")
    with copy.change("refuse something more in a file that is added"):
        guessed = "        columns, guessed_of = kept_columns(guess.columns, declared)\n"
        copy.replace("toolkit/datasets/examine.py", guessed, REPEATED + guessed)
    with pytest.raises(AssertionError, match="two columns of one name"):
        copy.run("-m", "toolkit", "add", "visits.csv", "--source", "office-survey")


NO_SHOUTING = '''"""Prose in capitals is refused."""

from toolkit.core.errors import Problem


def shouting(source, where):
    """A problem for a cell of nothing but capitals."""
    return [Problem(where, "capitals", "small letters", "write it quietly")] if source.isupper() else []
'''
READ = "raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), path)"
DRAWN = """from toolkit.analysis.uncertainty import draw
print(draw(assume((1, 3), "cup", why="so"), assume(9, "1", why="so")).values[0])"""
CHANGED = """from pathlib import Path
from toolkit.core.errors import StoryError
from toolkit.notebook.declared_reads import declared_reads
from toolkit.notebook.kernel_extension import OpenedFiles
from toolkit.notebook.notebook_file import read_notebook
try:
    OpenedFiles(declared_reads([])).audit_hook("open", (str(Path("..", "secret.txt").resolve()), "r", 0))
except PermissionError as error:
    print(error.strerror)
try:
    read_notebook(Path("notebooks/coffee.ipynb"))
except StoryError as error:
    print(error.problems[0].remedy)
print(repr(story).splitlines()[-1])
"""


@tries(
    "change how a read is refused",
    "refuse something more in every notebook",
    "change what JupyterLab shows",
    "change how ranges are drawn",
)
def test_what_notebooks_are_refused_and_shown_and_how_ranges_are_drawn(copy):
    (copy.root.parent / "secret.txt").write_text("not declared")
    before = copy.python(DRAWN)
    with copy.change("change how a read is refused"):
        copy.replace(
            "toolkit/notebook/kernel_extension.py", READ, READ.replace("os.strerror(errno.EACCES)", "'ask us'")
        )
    with copy.change("refuse something more in every notebook"):
        copy.write("toolkit/notebook/shouting.py", NO_SHOUTING)
        name, line = "toolkit/notebook/cell_checks.py", "    yield from tag_problems("
        copy.replace(name, line, f"    yield from shouting(cell.source, where)\n{line}")
        copy.replace(name, "\n\ndef ", "\nfrom toolkit.notebook.shouting import shouting\n\n\ndef ", first=True)
    with copy.change("change what JupyterLab shows"):
        copy.replace("toolkit/notebook/display.py", "'Next: story.tables()", "'Now: story.tables()")
    with copy.change("change how ranges are drawn"):
        copy.replace("toolkit/analysis/uncertainty.py", "default_rng([seed,", "default_rng([seed + 1,")
    copy.add_cell("markdown", "COFFEE, COFFEE!", 2)
    refused, remedy, shown = copy.python(CHANGED)
    assert (refused, remedy) == ("ask us", "write it quietly") and shown.startswith("Now: story.tables()")
    assert copy.python(DRAWN) != before


TYPED = """import pandas
from toolkit import open_story
from toolkit.core.errors import ToolkitError
story = open_story("coffee")
told = story.ask("told").frame
print(story.table(told, name="told").rests_on[0].operation["how"])
print(story.number(told.told_multiple.max(), "multiple", how="the largest").operation["how"])
typed = pandas.DataFrame({"cups": [1]})
try:
    story.sql("FROM typed")
except ToolkitError as error:
    print(error.problems[0].found)
"""


@tries("change how a result of pandas")
def test_how_a_result_of_pandas_gets_its_receipt(copy):
    copy.write("told.py", TYPED)
    with copy.change("change how a result of pandas"):
        copy.replace("toolkit/notebook/table_from_frame.py", 'f"the rows of the table {name}"', 'f"rows of {name}"')
        copy.replace("toolkit/notebook/number_from_pandas.py", "        how.strip(),\n", "        how.upper(),\n")
        copy.replace("toolkit/notebook/frame_questions.py", 'f"the frame {name} was typed:', 'f"{name} was typed:')
    table, number, refused = copy.run("told.py").splitlines()
    assert (table, number) == ("rows of told", "THE LARGEST") and refused.startswith("typed was typed:")


SAID_OF_TEXTS = """import altair
from toolkit.core.errors import ToolkitError
from toolkit.notebook.notebook_file import read_notebook
from pathlib import Path
def refused(ask):
    try:
        ask()
    except ToolkitError as error:
        print(*(problem.found for problem in error.problems), sep="; ")
told = story.ask("told").labelled("The multiple as told (invented)", publisher="Publisher")
texts = dict(title="It is rounded up", subtitle="Cups", notes="Invented.", alt="Two dots.")
across = altair.X("told_multiple", title="Per cent of the median")
bars = altair.Chart(told.frame).mark_bar().encode(y="publisher", x=across)
refused(lambda: read_notebook(Path("notebooks/coffee.ipynb")))
refused(lambda: say("12 cups"))
refused(lambda: story.chart(told, "dots", x="told_multiple", y="publisher", **texts))
texts["alt"] = "Two bars, of the survey and of the paper that retold it."
refused(lambda: story.chart(bars, id="bars", **texts))"""


@tries("change what is said of typed", "change which texts", "change what is said of an axis title")
def test_what_is_said_of_typed_numbers_of_texts_of_charts_and_of_titles_of_axes(copy):
    copy.add_cell("markdown", "They drink 35 cups.", 2)
    *typed, alt, title = copy.python(SAID_OF_TEXTS)
    assert typed == ["a typed number: 35", "a typed number: 12"] and alt == "9 characters"
    assert title == "'Per cent of the median', where labels are not per cent"
    with copy.change("change what is said of typed"):
        copy.replace("toolkit/notebook/typed_numbers.py", 'f"a typed number: {typed}"', 'f"digits: {typed}"')
    with copy.change("change which texts"):
        copy.replace("toolkit/notebook/required_chart_texts.py", "ALT_LENGTH = (40, 300)", "ALT_LENGTH = (5, 300)")
    with copy.change("change what is said of an axis title"):
        copy.replace("toolkit/notebook/axis_titles.py", "where labels are not per cent", "no unit of its labels")
    assert copy.python(SAID_OF_TEXTS) == ["digits: 35", "digits: 12", "'Per cent of the median', no unit of its labels"]


HINTED = """from dataclasses import replace
from toolkit.build.manifest_shape import NODE, _misshapen
from toolkit.core.number import Number
cups = replace(assume(2, "cup", why="as told"), hint="of the small ones")
tree = cups.to_json()
print(Number.from_json(tree, story.database.units).hint)
(node,) = tree["nodes"].values()
print(*_misshapen(node | {"hint": 3}, NODE, "node"))"""


@tries("keep another field of numbers")
def test_a_field_of_numbers(copy):
    with copy.change("keep another field of numbers"):
        name, why = "toolkit/core/number.py", "    why: str | None = None\n"
        copy.replace(name, why, f"{why}    hint: str | None = None\n")
        copy.replace(
            name, '            why=node.get("why"),\n', '            why=node.get("why"), hint=node.get("hint"),\n'
        )
        copy.replace("toolkit/core/tree.py", '("label", "ref", "why")', '("label", "ref", "why", "hint")')
        copy.replace(
            "toolkit/build/manifest_shape.py", '    "why?": TEXT,\n', '    "why?": TEXT,\n    "hint?": TEXT,\n'
        )
    assert copy.python(HINTED) == ["of the small ones", "('node.hint', 'a text')"]


NEVER_FALLS = '''def never_falls(table: FiscalTable, entry: Entry) -> None:
    """No amount is below that of the row before it."""
    for rows in table.groups(entry.texts("within")):
        for before, row in itertools.pairwise(rows):
            if table.amount(row) < table.amount(before):
                table.add_problem(row, "less than the row before", "amounts that never fall", entry["why"])


'''
CHECK = '    "never_falls": Check(never_falls, ("within",), columns=("within",), of_amounts=True),\n'
OF_TOWNS = (
    SERIES.replace("key: [ends_on]", "key: [town, year]")
    .replace(
        "  - {name: ends_on, type: date, meaning: last day of the week}\n",
        "  - {name: town, type: text, meaning: where}\n  - {name: year, type: text, meaning: when}\n",
    )
    .replace("{ends_on}", "{year}")
    + """periods: {fiscal: year, entity: town, year_ends: {Ulm: December}}
checks:
  - {check: never_falls, within: [town], why: cups are counted up}
"""
)
STORIES = '''"""`toolkit stories`: lists the stories."""


def stories(chosen, project):
    print(*(path.stem for path in project.stories()), sep="\\n")
    return 0
'''
COMMAND = '    Command(name="stories", help="list the stories", example="toolkit stories", run=stories.stories),\n'
REFUSED = """from toolkit import open_story
from toolkit.core.errors import ToolkitError
try:
    open_story("coffee")
except ToolkitError as error:
    print(error)"""
COMPARED = """import io
from PIL import Image
from toolkit.review.compare_two_files import difference
def png(red):
    out = io.BytesIO()
    Image.new("RGB", (3, 3), (red, 0, 0)).save(out, "PNG", dpi=(red, red))
    return out.getvalue()
print(difference("a.log", b"1", b"2"))
print(difference("a.png", png(70), png(71)))
print(difference("a.html", b"<p>a</p>", b"<p><img>a</p>").what)"""


@tries("add a check that a series", "add a command", "change how verify compares")
def test_a_check_of_series_a_command_and_how_files_are_compared(copy):
    with copy.change("add a check that a series"):
        checks = "toolkit/reported/series_checks.py"
        copy.replace(checks, "CHECKS = {\n", f"{NEVER_FALLS}CHECKS = {{\n{CHECK}")
    copy.write("data/series/cups_by_week.yml", OF_TOWNS)
    copy.write(
        "data/series/cups_by_week.csv", "town,year,cups,source\nUlm,2024,9,office-survey\nUlm,2025,8,office-survey\n"
    )
    with copy.change("add a command"):
        copy.write("toolkit/commands/stories.py", STORIES)
        copy.replace("toolkit/cli.py", "    strip,\n", "    stories,\n    strip,\n")
        copy.replace("toolkit/cli.py", "COMMANDS = (\n", f"COMMANDS = (\n{COMMAND}")
    with copy.change("change how verify compares"):
        copy.replace(
            "toolkit/review/compare_two_files.py",
            'case ".css":',
            'case ".log":\n                return []\n            case ".css":',
        )
        copy.replace(
            "toolkit/review/packed_contents.py", 'return [*chunks, f"pixels {pixels}"]', 'return ["a picture"]'
        )
        copy.replace("toolkit/review/html_and_xml_parts.py", '"img": PICTURE', '"img": "a photograph"')
    assert copy.run("-m", "toolkit", "stories").split() == ["coffee"]
    refused = copy.run("-c", REFUSED)
    assert "less than the row before" in refused and "cups are counted up" in refused
    assert copy.run("-c", COMPARED).splitlines() == ["None", "None", "a photograph"]


VISITS = "district,visits\n" + "North,3\nSouth,4\n" * 5
WITHHELD = """found = story.sql("SELECT district, count(*) AS n_rows FROM visits GROUP BY district")
print([problem.found for problem in found.withheld])"""


UNSAID = """found = story.sql("SELECT district, sum(visits) AS most FROM visits GROUP BY district")
print([problem.found for problem in found.withheld])
from toolkit.site.how_seen import of_a_reading
print(of_a_reading({"seen": "excerpt", "is_primary": True}))"""


@tries("change what is said of numbers without a unit", "say otherwise how a source was seen")
def test_what_is_said_of_numbers_without_a_unit_and_how_a_source_was_seen(copy):
    copy.write("visits.csv", VISITS)
    copy.run("-m", "toolkit", "add", "visits.csv", "--source", "office-survey")
    assert copy.python(UNSAID) == ["['a quantity without a unit']", "primary, read in excerpts"]
    with copy.change("change what is said of numbers without a unit"):
        copy.replace("toolkit/database/unit_problems.py", "a quantity without a unit", "a quantity of what?")
    with copy.change("say otherwise how a source was seen"):
        copy.replace("toolkit/site/how_seen.py", "read in excerpts", "read in part")
    assert copy.python(UNSAID) == ["['a quantity of what?']", "primary, read in part"]


@tries("keep another field of sources")
def test_a_field_of_sources(copy):
    with copy.change("keep another field of sources"):
        copy.replace("toolkit/reported/sources.py", '    "seen_at",\n', '    "seen_at",\n    "shelf",\n')
        field = "    seen_at: str | None = None\n"
        copy.replace("toolkit/reported/sources.py", field, f"{field}    shelf: str | None = None\n")
        read = '        seen_at=top.text("seen_at"),\n'
        copy.replace("toolkit/reported/sources.py", read, f'{read}        shelf=top.text("shelf"),\n')
        copy.replace(
            "toolkit/database/sql/schema.sql",
            "seen VARCHAR, seen_at VARCHAR",
            "seen VARCHAR, seen_at VARCHAR, shelf VARCHAR",
            first=True,
        )
        copy.replace(
            "toolkit/database/fill.py",
            "                s.seen_at,\n",
            "                s.seen_at,\n                s.shelf,\n",
        )
        copy.add("toolkit/database/sql/comments.sql", "COMMENT ON COLUMN sources.shelf IS 'where it is kept';\n")
    copy.replace("data/sources/office-survey.yml", "seen: in full\n", "seen: in full\nshelf: B 12\n")
    assert copy.python("print(story.database.source('office-survey')['shelf'])") == ["B 12"]


WORDS_AND_HASH = """from toolkit.core.errors import ToolkitError
print(story["office-survey"]["heavy"] * assume(2_000_000, "1", why="a guess"))
try:
    story.sql("SELECT visitors FROM visits")
except ToolkitError as error:
    print(error.problems[0].remedy)
print(story.sql("SELECT count(*) AS rows FROM seen").rows[0][0].inputs[0].label)"""


@tries("write million", "show more digits", "change what is said of a question")
def test_words_of_scales_digits_of_hashes_and_a_question_that_duckdb_refuses(copy):
    with copy.change("write million"):
        scales = 'scales={"trillion": " trillion", "billion": " billion", "million": " million"}'
        copy.replace("toolkit/core/locales.py", scales, scales.replace('" million"', '" mn"'), first=True)
    with copy.change("show more digits"):
        copy.replace("toolkit/core/text.py", "HASH_SHOWN = 12", "HASH_SHOWN = 20")
    with copy.change("change what is said of a question"):
        copy.replace("toolkit/engine/errors.py", '"correct the name"', '"look at story.tables()"')
    copy.write("seen.csv", "day,cups\n2026-01-10,3\n2026-01-11,4\n")
    copy.toolkit("add seen.csv")
    product, remedy, label = copy.python(WORDS_AND_HASH)
    assert " mn" in product and remedy == "look at story.tables()" and re.search(r"SHA-256 [0-9a-f]{20}\)", label)


@tries(
    "keep another field of figures",
    "change the words of a kind",
    "add something under a headline",
    "change what paper shows",
)
def test_a_field_of_figures_the_words_of_a_kind_what_stands_under_a_headline_and_on_paper(copy):
    with copy.change("change what paper shows"):
        sheet = "toolkit/site/templates/report/report.css"
        copy.replace(sheet, "@media print {\n", "@media print {\n  h1 { color: #123456; }\n")
    with copy.change("change the words of a kind"):
        copy.replace("toolkit/core/kind.py", 'REPORTED = 0, "reported"', 'REPORTED = 0, "as printed"')
    with copy.change("add something under a headline"):
        minutes = '        "minutes": -(-sum(len(part.words.split()) for part in layout.head) // 200),\n'
        title = '        "title": layout.title,\n'
        copy.replace("toolkit/site/page.py", title, f"{title}{minutes}")
        headline = "<h1>{{ page.title.html }}</h1>\n"
        said = f"{headline}<p>{{{{ page.minutes }}}} minute to its end</p>\n"
        copy.replace("toolkit/site/templates/report/story.html.j2", headline, said)
    with copy.change("keep another field of figures"):
        copy.replace("toolkit/reported/figures.py", '    "place",\n', '    "place",\n    "page",\n')
        field = "    place: str | None = None\n"
        copy.replace("toolkit/reported/figures.py", field, f"{field}    page: str | None = None\n")
        read = '        place=entry.text("place"),\n'
        copy.replace("toolkit/reported/figures.py", read, f'{read}        page=entry.text("page"),\n')
        column = "period_end_on DATE, place VARCHAR,"
        copy.replace("toolkit/database/sql/schema.sql", column, f"{column} page VARCHAR,")
        copy.replace(
            "toolkit/database/fill.py", "        figure.place,\n", "        figure.place,\n        figure.page,\n"
        )
        copy.add("toolkit/database/sql/comments.sql", "COMMENT ON COLUMN figures.page IS 'the page it stands on';\n")
        copy.replace(
            "toolkit/site/receipt_steps.py",
            """        in_source = f" · {reading['place']}" if reading.get("place") else ""\n""",
            """        in_source = f" · {reading['place']}, page {reading.get('page')}"\n""",
        )
    copy.replace("data/sources/office-survey.yml", "id: heavy\n", 'id: heavy\n    page: "12"\n')
    assert copy.python("print(story.database.reading('figure:office-survey#heavy')['page'])") == ["12"]
    copy.toolkit("build")
    built = (copy.root / "reports" / "coffee.html").read_text(encoding="utf-8")
    assert ", page 12" in built and "as printed · " in built and "reported · " not in built
    assert "<p>1 minute to its end</p>" in built and "#123456" in built


@tries("change which stories come first", "change what `toolkit new`")
def test_which_stories_come_first_and_what_a_new_one_holds(copy):
    with copy.change("change what `toolkit new`"):
        copy.replace("toolkit/notebook/new_story.py", '"⟨one sentence for the front page⟩"', '"⟨why it matters⟩"')
    copy.toolkit("new adoption")
    with copy.change("change which stories come first"):
        copy.replace("pyproject.toml", '["coffee"]', '["coffee", "adoption"]')
    order = "from toolkit.core.project import find_project\nprint(*(path.stem for path in find_project().stories()))"
    assert copy.python(order) == ["coffee adoption"]
    assert "why it matters" in (copy.root / "notebooks" / "adoption.ipynb").read_text(encoding="utf-8")


ASKED_AND_SAID = """from datetime import date
from types import SimpleNamespace
from toolkit.analysis.inspection import Inspection
from toolkit.build.selection import select
from toolkit.charts.fields import Fields
from toolkit.charts.forms import dots
from toolkit.core.errors import ToolkitError
from toolkit import note
print(story.sql("SELECT root_mean_square(visits) AS middle FROM visits", units={}).rows[0][0])
print(story["office-survey"]["heavy"] / assume(3, "cup", why="a guess"))
print(*Inspection(SimpleNamespace(accounting=1, grains=2), 0, 0, 0, "", False).tables)
print(select(story.database.project, date(2026, 12, 5)).day)
print(len(Fields(dots.example()).tooltip))
try:
    note("words")
except ToolkitError as error:
    print(error.problems[0].found)"""
ROOT_MEAN_SQUARE = """-- The root of the mean of squares.
-- of: rows
-- unit: kept
CREATE MACRO root_mean_square(value) AS sqrt(avg(value * value));
"""
DUE_IN_WINTER = """schema: 1
watch:
  - {id: beans, what: beans, due: 2026-12-31, inferred: true, basis: b, enter: e, stories: {coffee: []}}
"""


@tries(
    "add a function of SQL",
    "change with how many digits",
    "have `toolkit inspect`",
    "say sooner",
    "change what pointing",
    "draw notes",
)
def test_a_function_of_sql_digits_an_inspection_what_is_due_tooltips_and_notes(copy):
    copy.write("visits.csv", VISITS)
    copy.run("-m", "toolkit", "add", "visits.csv", "--source", "office-survey")
    copy.replace("data/datasets/visits.yml", "name: visits\n", "name: visits\n    unit: cup\n")
    copy.write("data/watch.yml", DUE_IN_WINTER)
    with copy.change("add a function of SQL"):
        copy.write("toolkit/database/sql/functions/root_mean_square.sql", ROOT_MEAN_SQUARE)
    with copy.change("change with how many digits"):
        copy.replace("toolkit/core/number_style.py", "replace(self.style, digits=2)", "replace(self.style, digits=4)")
    with copy.change("have `toolkit inspect`"):
        accounting = '"accounting": self.usage_log.accounting'
        grains = f'{accounting}, "grains": self.usage_log.grains'
        copy.replace("toolkit/analysis/inspection.py", accounting, grains)
    with copy.change("say sooner"):
        last = "period_days(due)[1] for due"
        copy.replace("toolkit/reported/watch.py", last, last.replace(" for", " - timedelta(30) for"))
        copy.replace("toolkit/reported/watch.py", "import date\n", "import date, timedelta\n")
    with copy.change("change what pointing"):
        copy.replace("toolkit/charts/fields.py", "list(dict.fromkeys(read))[: LINES - 1]", "[*dict.fromkeys(read)][:1]")
    with copy.change("draw notes"):
        copy.replace("toolkit/notebook/annotation.py", '"no place"', '"nowhere to stand"')
    middle, cups, *said = copy.python(ASKED_AND_SAID)
    assert re.fullmatch(r"[\d.]+ cups?", middle) and cups.startswith("11.67 ")
    assert said == ["checks signals accounting grains", "2026-12-02", "2", "nowhere to stand"]


@tries(
    "keep another field of datasets",
    "have `toolkit add` read dates",
    "change a line of the rule",
    "add a check of this repository",
)
def test_a_field_of_datasets_dates_a_line_of_the_rule_of_certainty_and_a_check(copy):
    for name in ("Makefile", ".pre-commit-config.yaml"):
        shutil.copy(ROOT / name, copy.root)
    copy.write("CONTRIBUTING.md", "<!-- certainty:begin -->\n<!-- certainty:end -->\n")
    with copy.change("keep another field of datasets"):
        declaration, read = "toolkit/datasets/declaration.py", "        reading=_read_options(top),\n"
        copy.replace(declaration, '"schema id title source licence', '"shelf schema id title source licence')
        form = '    reading: ReadOptions = field(default=ReadOptions("csv"))\n'
        copy.replace(declaration, form, f"{form}    shelf: str | None = None\n")
        copy.replace(declaration, read, f'{read}        shelf=top.text("shelf"),\n')
        rows = '        f"rows: {dataset.rows}",\n'
        shelf = '        f"shelf: {scalar(dataset.shelf)}",\n'
        copy.replace("toolkit/datasets/declaration_text.py", rows, rows + shelf)
    with copy.change("have `toolkit add` read dates"):
        copy.replace("toolkit/datasets/guess.py", "DATES = (  #", 'DATES = ((r"9{4} 99 99", "%Y %m %d"),  #')
    with copy.change("change a line of the rule"):
        copy.replace("toolkit/reported/certainty.py", '"two or more origins"', '"several origins"')
    with copy.change("add a check of this repository"):
        copy.replace("Makefile", "\t$(PY) -m mypy\n", "\t$(PY) -m mypy\n\t$(PY) -m tests.spelling\n")
    copy.write("seen.csv", "day;cups\n" + "".join(f"2026 01 {day};{day}\n" for day in range(10, 29)))
    copy.toolkit("add seen.csv", "docs")
    declared = (copy.root / "data/datasets/seen.yml").read_text(encoding="utf-8")
    assert "type: date" in declared and 'form: "%Y %m %d"' in declared and "shelf: null" in declared
    copy.replace("data/datasets/seen.yml", "shelf: null", "shelf: B 12")
    assert copy.python("print(story.database.datasets['seen'].shelf)") == ["B 12"]
    assert "several origins" in (copy.root / "CONTRIBUTING.md").read_text(encoding="utf-8")
    made = subprocess.run(
        ["make", "-n", "-o", ".venv/.stamp", "check"], cwd=copy.root, capture_output=True, text=True, check=True
    )
    assert "tests.spelling" in made.stdout


THREE_TEXTS = """from toolkit.core.errors import ToolkitError
def refused(ask):
    try:
        ask()
    except ToolkitError as error:
        print(error)
refused(lambda: story["office-survey"]["heavy"].to("USD"))
refused(lambda: story.sql("SELECT district FROM visits LIMIT 1"))
print(story.sql("SELECT median(visits) AS most FROM visits", units="cup").rows[0][0].operation["how"])"""


@tries("change what is said where units", "refuse something more in every question", "change the words of a step")
def test_what_is_said_of_units_a_refusal_in_sql_and_the_words_of_a_step(copy):
    copy.write("visits.csv", VISITS)
    copy.run("-m", "toolkit", "add", "visits.csv", "--source", "office-survey")
    before = copy.python(THREE_TEXTS)
    with copy.change("change what is said where units"):
        copy.replace("toolkit/core/unit.py", '"units of the same dimension"', '"units that measure one thing"')
    with copy.change("refuse something more in every question"):
        check = "    if isinstance(kind, str) and kind.endswith"
        endless = """    if kind == "LIMIT_MODIFIER":
        return "LIMIT", "all rows", "take it out"
"""
        copy.replace("toolkit/engine/select_only.py", check, f"{endless}{check}")
    with copy.change("change the words of a step"):
        copy.replace("toolkit/core/followed.py", '"worked out in SQL"', '"asked of the database"')
    after = copy.python(THREE_TEXTS)
    assert "    allowed: units of the same dimension" in before and "    allowed: units that measure one thing" in after
    assert "    allowed: all rows" in after and "    allowed: all rows" not in before
    assert "worked out in SQL" in before[-1] and "asked of the database" in after[-1]


@tries("change how few rows", "change what `toolkit init`")
def test_how_few_rows_may_be_behind_a_number_and_what_an_empty_desk_holds(copy):
    copy.write("visits.csv", VISITS)
    copy.run("-m", "toolkit", "add", "visits.csv", "--private", "--source", "office-survey")
    assert copy.python(WITHHELD) == ["[]"]
    with copy.change("change how few rows"):
        copy.replace("toolkit/core/smallest_group.py", "OF_PRIVATE = 5", "OF_PRIVATE = 6")
        copy.replace("toolkit/database/withheld.py", "resting on fewer than", "with fewer behind them than")
    assert "with fewer behind them than 6 rows of visits" in copy.python(WITHHELD)[0]
    with copy.change("change what `toolkit init`"):
        copy.write("toolkit/empty_desk/RULES.md.template", "Ask twice.\n")
    copy.run("-m", "toolkit", "init", "data/build/desk")
    assert (copy.root / "data/build/desk/RULES.md").read_text(encoding="utf-8") == "Ask twice.\n"


KEPT = """from toolkit.build.staleness import CacheEntry, reasons_to_redo
entry = CacheEntry({"an installed library": "1", "a notebook": "1"}, {}, b"")
print(reasons_to_redo(entry, {"an installed library": "2", "a notebook": "1"}, None))
print(reasons_to_redo(entry, {"an installed library": "2", "a notebook": "2"}, None))"""


@tries("change when a build keeps")
def test_when_a_build_keeps_what_it_made(copy):
    assert copy.python(KEPT)[0] == "['an installed library changed']"
    with copy.change("change when a build keeps"):
        other = "if entry.inputs.get(name) != inputs.get(name)"
        copy.replace("toolkit/build/staleness.py", other, f"{other} and name != 'an installed library'")
    assert copy.python(KEPT) == ["[]", "['a notebook changed']"]


@tries(
    "change what `toolkit build` prints at its end",
    "change what `toolkit build` prints while",
    "refuse something more of a whole edition",
    "change what `toolkit --version`",
)
@pytest.mark.slow
def test_what_a_build_prints_and_refuses_and_the_version(copy):
    with copy.change("change what `toolkit build` prints at its end"):
        copy.replace("toolkit/commands/build.py", "    return 0\n", '    print("That is all.")\n    return 0\n')
    with copy.change("change what `toolkit build` prints while"):
        copy.replace("toolkit/build/edition_making.py", 'f"ran {story.slug}:', 'f"brewed {story.slug}:')
    with copy.change("change what `toolkit --version`"):
        copy.replace("toolkit/main.py", 'f"toolkit {_version()}"', 'f"toolkit {_version()}, brewed here"')
    said = copy.toolkit("build")
    assert "brewed coffee:" in said and said.endswith("That is all.\n")
    assert copy.toolkit("--version").endswith("brewed here\n")
    with copy.change("refuse something more of a whole edition"):
        copy.replace("toolkit/build/refusals.py", "def refuse_what_is_no_edition", REFUSAL, first=True)
        copy.replace(
            "toolkit/build/edition_making.py",
            "    refuse_two_values,\n",
            "    refuse_coffee,\n    refuse_two_values,\n",
        )
        call = "            refuse_two_values(stories)\n"
        copy.replace("toolkit/build/edition_making.py", call, f"            refuse_coffee(stories)\n{call}")
    with pytest.raises(AssertionError, match="story coffee: too strong"):
        copy.toolkit("build")


REFUSAL = '''def refuse_coffee(executed: Sequence[Executed]) -> None:
    """Raises StoryError for stories about coffee."""
    for story in executed:
        raise StoryError(f"story {story.slug}", "too strong", "another drink", "write about tea")


def refuse_what_is_no_edition'''


FMOD = """found = story.sql("SELECT district, fmod(sum(visits), 2) AS odd FROM visits GROUP BY ALL ORDER BY ALL")
print([problem.found for problem in found.withheld], found["odd"][0])"""


@tries("have the answer of a function")
def test_a_function_that_keeps_the_unit(copy):
    copy.write("visits.csv", VISITS)
    copy.run("-m", "toolkit", "add", "visits.csv", "--source", "office-survey")
    copy.add("data/datasets/visits.yml", "    unit: cup\n")  # of the last column
    (before,) = copy.python(FMOD)
    assert "a quantity without a unit" in before
    with copy.change("have the answer of a function"):
        copy.replace("toolkit/database/expression_meaning.py", '"quantile_disc abs', '"fmod quantile_disc abs')
    assert copy.python(FMOD) == ["[] 1 cup"]


@tries("write a guide", "change what every page of the guides")
def test_a_guide(copy):
    copy.write("docs/README.md", "# Guides\n\n| to | read |\n| --- | --- |\n")
    copy.write("CONTRIBUTING.md", "# Where each change is made\n")
    with copy.change("write a guide"):
        copy.write("docs/brewing.md", "# Brewing\n\nBack to [the guides](README.md).\n")
        copy.add("docs/README.md", "| brew | [brewing.md](brewing.md) |\n")
    with copy.change("change what every page of the guides"):
        copy.replace(
            "toolkit/site/guides.py",
            '        "html": Markup(',
            '        "name": guide.out.stem,\n        "html": Markup(',
        )
        copy.replace("toolkit/site/templates/report/guide.html.j2", "</body>", "<p>This is {{ page.name }}.</p></body>")
    copy.run("-m", "toolkit.site.guides", "data/build/guides")
    index, guide = ((copy.root / "data/build/guides" / f"{name}.html").read_text() for name in ("index", "brewing"))
    assert 'href="brewing.html"' in index and 'href="index.html"' in guide and "Brewing</h1>" in guide
    assert "This is brewing." in guide and "This is index." in index


FRENCH = """FRENCH = replace(
    ENGLISH,
    code="fr",
    point=",",
    group="\\u202f",
    scales={"trillion": " billions", "billion": " milliards", "million": " millions"},
    percent="{value}\\u202f%",
    range="{low} à {high}",
    each=" par {unit}",
    words={"as printed": "tel quel"},
)

LOCALES = {locale.code: locale for locale in (ENGLISH, GERMAN, FRENCH)}
"""


@tries("add a language")
def test_a_language(copy):
    copy.replace("pyproject.toml", 'name = "Invented sample"', 'name = "Invented sample"\nlanguage = "fr"')
    with copy.change("add a language"):
        text = (copy.root / "toolkit/core/locales.py").read_text(encoding="utf-8")
        table = text[text.index("LOCALES = ") :]
        copy.replace("toolkit/core/locales.py", table, FRENCH)
        copy.replace("toolkit/core/locales.py", "import dataclass, field", "import dataclass, field, replace")
    code = "print(assume((1.5, 69), 'million cup/week', why='as told')); print(assume(0.125, '1', why='so').percent)"
    assert copy.python(code) == ["1,5 millions à 69 millions cups par week", "12,5\u202f%"]


# what a page shows: one edition with all of it

ADDED = """from toolkit import assume, exp, log, table
from toolkit.core.number import derive
from toolkit.core.number_functions import guessed
from toolkit.core.operation import operation

spent = story.finding("coffee.spent", survey["spent"], "Spent on coffee")
twice = log(survey["heavy"] / survey["median"])
squared = story.finding("coffee.squared", exp(twice + twice), "The multiple of the multiple")
guess = guessed(12.5, "percent", why="a guess").percent
tiny = guessed(0.01, "percent", why="a guess")
share = story.finding("coffee.share", guess, "A share that the desk guessed")
less = survey["median"] - survey["heavy"]
apart = story.finding("coffee.apart", derive(operation("absolute"), [less], less.unit), "How far apart they are")
assert (story.database.project.root / "kept" / "note.txt").read_text() == "kept by the desk\\n\""""
LOUD = """    @property
    def loud(self) -> Self:
        \"""Written in capitals.\"""
        return replace(self, style=replace(self.style, loud=True))

"""
AMOUNT_IN_PROSE = (
    "        return self.amount if self.style.bare else self.amount + self.unit\n",
    "        text = self.amount if self.style.bare else self.amount + self.unit\n"
    "        return text.upper() if self.style.loud else text\n",
)
AMOUNT_IN_TWIN = (
    "  return by.bare ? amount : amount + after;\n",
    "  const text = by.bare ? amount : amount + after;\n  return by.loud ? text.toUpperCase() : text;\n",
)
SAID = """[Here](geo:47.6,9.4). Loud: {eval}`survey["heavy"].loud`. Spent: {eval}`spent`. Squared: {eval}`squared`.
Apart: {eval}`apart`. Guessed: {eval}`share`. Tiny: {eval}`tiny.percent`."""
CHART = """rows = table("spent", [dict(what="Coffee", spent=survey["spent"])])
story.chart(rows, "dots", x="spent", y="what", title=say("The office spent {}", spent), subtitle="Pounds, invented",
            notes="Invented figures.", alt="One range on an axis of pounds, from little to very much, for coffee.")"""
OPTIONS = """mug = story.choice("What a mug holds", "mug", low=assume(2, "cup", why="a guess"),
                   high=assume(3, "cup", why="a guess"), declared="low")"""
COLOURS = '[tool.toolkit.colours]\ncoffee = {entities = ["Coffee"], light = "#123456", dark = "#abcdef"}\n'
CLAIM = "  - {id: coffee.spent, statement: Spent (invented), unit: GBP, entity: an office, period: 2026-04/2026-05}\n"
FIGURE = "  - {id: spent, claim: coffee.spent, low: 2500, high: 69000000, unit: GBP, place: budget page}\n"
CORRECTION = """schema: 1
corrections:
  - {story: coffee, on: 2026-05-12, was: 4 cups, now: 3 cups, sort: slip,
     why: Two columns were exchanged., noticed_by: a reader}
"""
WATCH = """schema: 1
watch:
  - {id: beans, what: the price of beans, due: 2026-05-12, inferred: true, basis: b, enter: e, stories: {coffee: []}}
"""
SECTION = '<section aria-labelledby="length"><h2 id="length">Length</h2><p>{{ page.length }} words</p></section>\n'
SHOUTED = "        shouted=layout.title.words.upper(),\n"
LANGUAGE, SITE = 'language = "de"\n', 'site = "https://example.org/audit"\n'
POUNDS = "GBP = [pound_sterling] = _ = pound = pounds\n"
POUND = '    "GBP": Currency("£", "pound", "pounds"),\n'
GUESSED = '    GUESSED = 5, "guessed by the desk", "guessed"\n'
GUESSING = '''def guessed(value: float, unit: str, why: str) -> Number:
    """A number of kind guessed; `why` is the reason that receipts print."""
    number = leaf(value, value, parse_unit(unit), Kind.GUESSED, "guess", why)
    return replace(number, operation=operation("guessed"), why=why)


'''
RULE, SAYING = '    "absolute": abs,\n', '    yield Primitive("absolute", "turning", Template("|{0}|"), units=ALIKE)\n'
TWIN = "  absolute: ([value]) => Math.abs(value),\n"
LENGTH = '        "length": sum(len(text.split()) for text in layout.words),\n'
GLOSSARY = "schema: 1\nterms:\n  - {term: brewer, text: A machine.}\n"
TITLES = "toolkit/site/templates/report/section_titles.html.j2"
FEED = "return tuple(entry for page in pages for entry in (_story(page), *_corrections(page)))"
LAST_OF_FEED = f"{FEED}[-1:]"
ENDING = "toolkit/site/templates/report/story_ending.html.j2"
SHOUTING = "document.title = document.title.toUpperCase();"
SHOUTING_ALLOWED = f"; script-src {hash_of(SHOUTING)}"
POLICY_OF_SHOUTING = f"    policy += {SHOUTING_ALLOWED!r}\n"
FILES = "    files: dict[str, bytes] = {}\n"
EDITS = {  # by row: the file, what stands in it (nothing: it is new), what stands there then: + is before what stood
    "choose the language": [
        ("pyproject.toml", "stories =", "+" + LANGUAGE),
        ("data/units.txt", "cups\n", "Tasse = Tassen\n"),
        ("data/units.txt", "weeks\n", "Woche = Wochen\n"),
    ],
    "give the edition its address": [("pyproject.toml", "stories =", "+" + SITE)],
    "give a company": [("pyproject.toml", 'stories = ["coffee"]\n', 'stories = ["coffee"]\n' + COLOURS)],
    "use a new unit": [("data/units.txt", "page =", "+" + POUNDS)],
    "add a currency": [("toolkit/core/currency.py", '    "EUR":', "+" + POUND)],
    "enter a claim": [("data/claims/coffee.yml", "  - id: coffee.beans", "+" + CLAIM)],
    "enter a source": [("data/sources/office-survey.yml", "  - id: beans", "+" + FIGURE)],
    "add a kind of number": [
        ("toolkit/core/kind.py", "\n    def __str__", "+" + GUESSED),
        (
            "toolkit/core/operation.py",
            '    yield Primitive("rows_where"',
            '+    yield Primitive("guessed", "leaf", Template("guessed"), kind="guessed")\n',
        ),
        ("toolkit/core/number_functions.py", "def span", "+" + GUESSING),
    ],
    "add a primitive": [
        ("toolkit/core/operation.py", '    "exp": math.exp', "+" + RULE),
        ("toolkit/core/operation.py", '    yield Primitive("count"', "+" + SAYING),
        ("toolkit/site/templates/recheck/operations.js", "  exp: ([value])", "+" + TWIN),
    ],
    "write numbers in another way": [
        ("toolkit/core/wording.py", "    brief: bool = False\n", "+    loud: bool = False\n"),
        ("toolkit/core/wording.py", *AMOUNT_IN_PROSE),
        ("toolkit/core/number_style.py", "    @property\n    def brief", "+" + LOUD),
        ("toolkit/core/number_style.py", "bare=False, brief=False", "bare=False, brief=False, loud=False"),
        ("toolkit/site/templates/recheck/wording.js", *AMOUNT_IN_TWIN),
        ("toolkit/site/templates/recheck/wording.js", "false, brief: false })", "false, brief: false, loud: false })"),
    ],
    "write numbers of some size in other words": [
        ("toolkit/core/locales.py", "    words: Mapping[str, str] =", '+    tiny: str = "kaum etwas"\n'),
        (
            "toolkit/core/wording.py",
            '        if self.form == "percent":\n            return',
            '+        if self.form == "percent" and 0 < self.value < Decimal("0.1"):\n            return locale.tiny\n',
        ),
        (
            "toolkit/site/templates/recheck/wording.js",
            '  if (end.form === "percent") return',
            '+  if (end.form === "percent" && compared(end.size, LIMITS[0.1]) < 0) return locale.tiny;\n',
        ),
    ],
    "add a section": [
        ("toolkit/site/page.py", '        "corrections":', "+" + LENGTH),
        (ENDING, '<section aria-labelledby="cite">', "+" + SECTION),
    ],
    "change a section": [("toolkit/site/templates/report/watch.html.j2", "To be entered by", "Entered by hand, by")],
    "change which files": [
        (
            "toolkit/notebook/declared_reads.py",
            "paths = [project.root /",
            'paths = [project.root / "kept", project.root /',
        ),
    ],
    "change how pages": [("toolkit/charts/theme.py", '"accent": "#9e2513"', '"accent": "#7a1010"')],
    "keep another field of corrections": [
        ("toolkit/reported/corrections.py", 'OPTIONAL = ("finding",)', 'OPTIONAL = ("finding", "sort")'),
        (
            "toolkit/reported/corrections.py",
            "    finding: str | None\n",
            "    finding: str | None\n    sort: str | None\n",
        ),
        (
            "toolkit/database/sql/schema.sql",
            "noticed_by VARCHAR, finding VARCHAR,",
            "noticed_by VARCHAR, finding VARCHAR, sort VARCHAR,",
        ),
        ("toolkit/site/story_ending.py", 'f"{stop} {curly(', "f\"{stop} A {entry['sort']}. {curly("),
    ],
    "correct something": [("data/corrections.yml", "", CORRECTION)],
    "name a section of pages": [(TITLES, '"corrections": "Corrections"', '"corrections": "Mended"')],
    "change which entries the feed": [("toolkit/site/feeds.py", FEED, LAST_OF_FEED)],
    "change how a unit is written": [
        ("toolkit/charts/scales.py", "text + locale.short_times if", 'text + " mal" if'),
    ],
    "explain a word": [("data/glossary.yml", "", GLOSSARY)],
    "offer another file of a story": [
        ("toolkit/site/page.py", FILES, FILES + '    files["data/how.json"] = b"{}"\n'),
        (
            "toolkit/review/scripts_and_policies.py",
            'f"{slug}/share.png"',
            'f"{slug}/share.png", f"{slug}/data/how.json"',
        ),
    ],
    "offer another file beside": [
        ("toolkit/site/feeds.py", "    return texts", '+    texts["kept.json"] = "{}\\n"\n'),
        ("toolkit/review/scripts_and_policies.py", '"robots.txt"}', '"robots.txt", "kept.json"}'),
    ],
    "let pages of stories run a script": [
        ("toolkit/site/templates/report/shout.js", "", SHOUTING),
        (
            "toolkit/site/templates/report/story.html.j2",
            "{{ page.place_of_others }}",
            '+<script>{% include "shout.js" %}</script>\n',
        ),
        ("toolkit/site/finishing.py", "    html = with_style(", "+" + POLICY_OF_SHOUTING),
        (
            "toolkit/review/scripts_and_policies.py",
            "    return bool(ALLOWED.fullmatch(policy.removesuffix(run)))",
            f"    run = {SHOUTING_ALLOWED!r} if policy.endswith({SHOUTING_ALLOWED!r}) else run\n"
            "    return bool(ALLOWED.fullmatch(policy.removesuffix(run)))",
        ),
    ],
    "add a setting": [
        ("pyproject.toml", "stories =", '+phone = "112"\n'),
        ("toolkit/core/settings.py", '    "name": (str,', '+    "phone": (str, "a text, as it is dialled"),\n'),
        ("toolkit/site/edition.py", '    language: str = "en"\n', '    language: str = "en"\n    phone: str = ""\n'),
        ("toolkit/site/page.py", "on, project.language\n", 'on, project.language, settings["phone"]\n'),
        ("toolkit/site/templates/report/head_and_foot.html.j2", "</footer>", "+<p>Call {{ page.edition.phone }}</p>"),
    ],
    "change how a source is named": [
        ("toolkit/site/sourcing.py", "{source['publisher']}, {self", "{source['publisher']} (cited), {self"),
    ],
    "say what is due": [("data/watch.yml", "", WATCH)],
    "say something else of each story": [
        ("toolkit/site/edition.py", "    small_chart: FrontChart | None", "+    shouted: str\n"),
        ("toolkit/site/page.py", "        finding=layout.finding.words,\n", "+" + SHOUTED),
        ("toolkit/site/templates/report/front.html.j2", '<p class="read">', "+<p>{{ one.summary.shouted }}</p>"),
    ],
    "keep another field of a story": [
        ("toolkit/notebook/front_matter.py", 'FIELDS = ("dek",', 'FIELDS = ("desk", "dek",'),
        ("toolkit/notebook/front_matter.py", '    kicker: str = ""\n', '+    desk: str = ""\n'),
        (
            "toolkit/notebook/front_matter.py",
            'in ("dek", "kicker", "claim")}',
            'in ("desk", "dek", "kicker", "claim")}',
        ),
        ("toolkit/site/page.py", '        "authors": listed(', '+        "desk": front_matter.desk,\n'),
        ("toolkit/site/templates/report/story.html.j2", "{% if page.above %}", "+<p>{{ page.desk }}</p>"),
    ],
    "take links of another kind": [("toolkit/site/markdown_html.py", '"mailto", "tel")', '"mailto", "tel", "geo")')],
}


@pytest.fixture(scope="module")
def edition(tmp_path_factory, warmed):
    """An edition of a copy in which all those changes were made that a page shows."""
    copy = Copy(tmp_path_factory.mktemp("map") / "copy")
    warmed(Project(copy.root))
    copy.write("kept/note.txt", "kept by the desk\n")
    status = '"status: published\\n",'
    copy.replace("notebooks/coffee.ipynb", status, f'{status} "desk: Invented desk\\n",')
    for start, edits in EDITS.items():
        with copy.change(start):
            for name, old, new in edits:
                if old:
                    copy.replace(name, old, new[1:] + old if new.startswith("+") else new)
                else:
                    copy.write(name, new)
    with copy.change("add an operation"):
        copy.add_cell("code", ADDED, 1)
        copy.add_cell("markdown", SAID, 3)
        copy.add_cell("code", CHART, 4)
    with copy.change("let readers change"):
        copy.add_cell("code", OPTIONS, 5)
        copy.add_cell("markdown", "A mug: {eval}`mug`.", 6)
    copy.run("-m", "toolkit", "build")
    return copy


@pytest.fixture(scope="module")
def page(edition):
    return (edition.root / "reports" / "coffee.html").read_text(encoding="utf-8")


def words_of(page: str) -> str:
    """A page's text, its elements apart from each other."""
    text = re.sub(r"<(style|script)\b.*?</\1>", "", page, flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


@tries("choose the language", "change how a unit is written")
@pytest.mark.slow
def test_german_numbers_dates_kinds_steps_and_axes(page):
    text = words_of(page)
    for said in ("3,5-mal", "12,5 %", "35 Tassen je Woche", "15. April 2026", "Berichtet", "0 1 2 3 4 mal"):
        assert said in text, said


@tries("add a currency")
@pytest.mark.slow
def test_a_currency_in_prose_on_an_axis_and_in_the_list_of_claims(edition, page):
    assert "2.500 £ bis 69 Mio. £" in words_of(page)
    pages = (edition.root / "reports").glob("claims-*.html")
    assert any("pounds" in words_of(page.read_text(encoding="utf-8")) for page in pages)
    assert re.search(r"<text[^>]*>[\d,.]+ Mio\. £</text>", page)


@tries("write numbers in another way", "write numbers of some size in other words")
@pytest.mark.slow
@pytest.mark.browser
def test_a_way_of_writing(edition, page, browser):
    assert "Loud: 35 TASSEN JE WOCHE ." in words_of(page)
    receipts = [words_of(one) for one in re.findall(r"<aside class=receipt.*?</aside>", page, re.DOTALL)]
    assert any(" berichtet 35 Tassen je Woche " in receipt for receipt in receipts)
    assert "Tiny: kaum etwas" in words_of(page), words_of(page)[words_of(page).find("Tiny") :][:200]
    check = browser.new_page()
    check.goto((edition.root / "reports" / "recheck.html").as_uri())
    check.set_input_files("#folder", edition.root / "reports")
    check.get_by_text("This edition agrees with itself").wait_for()
    check.close()


@tries("add a kind of number")
@pytest.mark.slow
@pytest.mark.browser
def test_a_kind(edition, page, browser):
    manifest = json.loads((edition.root / "reports" / "manifest.json").read_text(encoding="utf-8"))
    story = manifest["stories"]["coffee"]
    share = story["findings"]["coffee.share"]["node"]
    assert story["nodes"][share]["kind"] == "guessed"
    said = [words_of(one) for one in re.findall(r"<aside class=receipt.*?</aside>", page, re.DOTALL)]
    assert any("guessed 12,5 % A share" in one for one in said)
    guess = next(node for node in story["nodes"].values() if node["operation"]["name"] == "guessed")
    check = browser.new_page()
    script = edition.python("from toolkit.site import recheck; print(recheck.script(recheck.CORE))")
    check.add_script_tag(content="\n".join(script))
    assert check.evaluate("node => kindApart(node)", {"inputs": [], **guess}) == ""
    assert "should be guessed" in check.evaluate("node => kindApart(node)", {"inputs": [], **guess, "kind": "measured"})
    check.close()


@tries("add a primitive", "add an operation", "change what an archive")
@pytest.mark.slow
def test_a_primitive_operation_a_composed_one_and_what_an_archive_holds(edition, page):
    assert "|−25 je Woche| = 25 je Woche" in words_of(page)
    assert "exp(" in words_of(page)
    check = (edition.root / "reports" / "recheck.html").read_text(encoding="utf-8")
    assert "Math.abs" in script_of(re.search(r'id="code">(.*?)</script>', check)[1])
    with edition.change("change what an archive"):
        first = "    all_files = dict(files)\n"
        edition.replace("toolkit/review/archive.py", first, f'{first}    all_files["NOTE.txt"] = b"Kept."\n')
        readme = '    "README.md": "What this archive is'
        edition.replace("toolkit/review/ro_crate.py", readme, f'    "NOTE.txt": "A note.",\n{readme}')
    edition.run("-m", "toolkit", "archive", "--out", "edition.zip")
    (outside := edition.root.with_name("outside")).mkdir()
    shutil.move(edition.root / "edition.zip", outside)
    main = "from toolkit.main import main\nraise SystemExit(main(['verify', 'edition.zip']))"
    verified = f"import os\nos.chdir('../outside')\n{main}"
    assert "NOTE.txt" not in edition.run("-c", verified)
    shutil.move(outside / "edition.zip", edition.root)
    shutil.unpack_archive(edition.root / "edition.zip", edition.root / "archive")
    (script,) = (edition.root / "archive").rglob("recompute.py")
    assert (script.parent / "NOTE.txt").read_text(encoding="utf-8") == "Kept."
    assert "5 of 5 findings recomputed" in edition.run("-I", str(script))


@tries(
    "add a section",
    "change how pages",
    "correct something",
    "explain a word",
    "say what is due",
    "give the edition its address",
    "give a company",
    "change a section",
    "keep another field of corrections",
    "name a section of pages",
    "change which entries the feed",
    "offer another file of a story",
    "offer another file beside",
    "let pages of stories run a script",
    "add a setting",
    "change how a source is named",
    "change which files",
    "let readers change",
    "say something else of each story",
    "keep another field of a story",
    "take links of another kind",
)
@pytest.mark.slow
def test_a_section_a_look_a_correction_a_word_what_is_due_and_an_address(edition, page):
    assert re.search(r"Length \d+ words", words_of(page))
    assert "#7a1010" in page and "#123456" in page
    assert "Entered by hand, by e." in words_of(page)
    assert "A mug: 2,0 Tassen angenommen 3,0 Tassen angenommen" in words_of(page)  # of which one is seen
    assert "12. Mai 2026" in words_of(page) and "Two columns were exchanged." in page
    assert "A machine." in page
    assert "Call 112" in words_of(page) and "(cited), 15. April 2026" in words_of(page)
    assert "Due since, and not available to us: the price of beans." in words_of(page)
    assert "3 cups . A slip. Two columns were exchanged." in words_of(page)
    assert "Invented desk" in words_of(page) and re.search('href="?geo:47.6,9.4', page)
    assert "AN INVENTED OFFICE DRINKS COFFEE" in (edition.root / "reports/index.html").read_text(encoding="utf-8")
    assert words_of(page).count("Mended") == 2 and "Corrections" not in words_of(page)
    assert (edition.root / "reports" / "kept.json").read_text(encoding="utf-8") == "{}\n"
    assert f"<script>{SHOUTING}</script>" in page and SHOUTING_ALLOWED in html.unescape(page)
    feed = (edition.root / "reports" / "feed.xml").read_text(encoding="utf-8")
    assert re.findall("<summary>(.*)</summary>", feed) == [
        "4 cups is now 3 cups. A slip. Two columns were exchanged. Noticed by a reader."
    ]


COMPARED_TWICE = """from pathlib import Path
from toolkit.main import main
from toolkit.review.verdict import report
from toolkit.review.verify import verdict
print(report(verdict(Path("reports"), Path("reports"), None)))
main(["diff", "data/build/other", "reports"])"""


@tries("change what `toolkit verify` prints", "have `toolkit verify`", "change what `toolkit diff`")
@pytest.mark.slow
def test_what_verify_compares_and_prints_and_diff_says(edition):
    shutil.copytree(edition.root / "reports", edition.root / "data" / "build" / "other")
    manifest = edition.root / "data" / "build" / "other" / "manifest.json"
    stored = json.loads(manifest.read_bytes())
    stored["stories"]["coffee"]["findings"]["coffee.multiple"]["printed"] = "4 times"
    manifest.write_text(json.dumps(stored), encoding="utf-8")
    with edition.change("change what `toolkit verify` prints"):
        edition.replace("toolkit/review/verdict.py", '"findings reproduced"', '"findings are the same"')
    with edition.change("have `toolkit verify`"):
        entries = '    "entry": compare_entries,\n'
        edition.replace("toolkit/review/verify.py", entries, f'{entries}    "word": lambda editions: (7, []),\n')
        edition.replace("toolkit/review/verdict.py", "SAID = {\n", 'SAID = {\n    "word": "words",\n')
    with edition.change("change what `toolkit diff`"):
        edition.replace("toolkit/review/diff.py", "\\n  - {old}\\n  + {new}", ", {old} became {new}")
        edition.replace("toolkit/review/correction_draft.py", 'f"# {REQUIRED[key]}"', 'f"# to do: {REQUIRED[key]}"')
    said = edition.run("-c", COMPARED_TWICE)
    assert "7 of 7 words" in said and re.search(r"(\d+) of \1 findings are the same", said)
    assert " became " in said and "# to do: who noticed" in said
