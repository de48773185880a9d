"""`toolkit check` on inputs that are wrong in any way: where and what, all at once, and never a traceback."""

import json
import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests import counts
from tests.readers import CORRECTIONS
from toolkit.build.edition_inputs import edition_inputs
from toolkit.build.pipeline import build
from toolkit.commands.check import check_project
from toolkit.core.errors import ToolkitError
from toolkit.core.project import Project, find_project
from toolkit.notebook.prose import allowed_names
from toolkit.notebook.typed_numbers import typed_in_words
from toolkit.review.diff import changes
from toolkit.usage.simulate.scenario_values import read_calibration

pytestmark = pytest.mark.heavy

STORIES = {"coffee": {"questions": {"told": ""}}}
SAMPLE = Path(__file__).parents[1] / "sample"
CALIBRATION = (Path(__file__).parents[2] / "data" / "calibration.yml").read_text(encoding="utf-8")
LIST = "schema: 1\nid: cups\ndeclared_on: 2026-05-01\nknown: all\nstatement: Which cups.\nchoices:\n  - {id: a, rule: b"


def said(run, project):
    with pytest.raises(ToolkitError) as raised:
        run(project)
    assert all(problem.allowed and problem.remedy for problem in raised.value.problems)
    return {problem.where: problem.found for problem in raised.value.problems}


def write(project, name, text):
    path = project.root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())


LATIN = {
    "data/units.txt": "# Größen\n",
    "data/names_with_digits.txt": "Brewer 3000\nCafé 7\n",
    "notebooks/sql/told.sql": "SELECT 'é'\n",
    "data/glossary.yml": "schema: 1\nterms: [é]\n",
    "data/corrections.yml": "# é\n",
    "data/claims/tea.yml": "# é\n",
    "data/sources/tea.yml": "# é\n",
    "data/declarations/tea.yml": "# é\n",
    "data/scenarios/tea.yml": "# é\n",
    "notebooks/coffee.ipynb": "é",
    "notebooks/sql/usage_logs/tea.sql": "-- é",
}


@pytest.mark.parametrize("name", [name for name in LATIN if "usage_logs" not in name])
def test_another_encoding_is_named_with_file_and_line(sample, name):
    write(sample, name, LATIN[name].encode("cp1252"))
    line = 1 + LATIN[name].encode("cp1252").split(b"\xe9")[0].split(b"\xf6")[0].count(b"\n")
    found = said(check_project, sample)
    assert "in Windows-1252" in found[f"{name}, line {line}"]


def test_all_files_in_another_encoding_are_named_at_once(sample):
    for name in LATIN:
        if "units" not in name and "usage_logs" not in name and not name.endswith(".sql"):
            write(sample, name, LATIN[name].encode("cp1252"))
    assert {where.split(",")[0] for where in said(check_project, sample)} == {
        name for name in LATIN if "units" not in name and "usage_logs" not in name and not name.endswith(".sql")
    }


def test_all_questions_in_another_encoding_are_named_at_once(sample):
    write(sample, "notebooks/sql/told.sql", "SELECT 'é'".encode("cp1252"))
    write(sample, "notebooks/sql/more.sql", "SELECT 'é'".encode("utf-16"))
    assert list(said(check_project, sample)) == ["notebooks/sql/more.sql, line 1", "notebooks/sql/told.sql, line 1"]


@pytest.mark.heavy
@pytest.mark.parametrize("name", ["data/units.txt", "data/names_with_digits.txt", "data/sources/office-survey.yml"])
def test_the_build_names_another_encoding_too(sample, name):
    path = sample.root / name
    path.write_bytes(path.read_bytes() + "\n# é\n".encode("cp1252"))
    lines = path.read_bytes().count(b"\n")
    assert "in Windows-1252" in said(build, sample)[f"{name}, line {lines}"]
    assert not sample.reports.exists()


@pytest.mark.parametrize(
    "change",
    [
        lambda data: b"\xef\xbb\xbf" + data,
        lambda data: data.replace(b"\n", b"\r\n"),
        lambda data: data.replace(b"\n", b"\r"),
        lambda data: b"\xef\xbb\xbf\xef\xbb\xbf" + data.replace(b"\n", b"\r\n") + b"\r\n\r\n",
    ],
)
def test_marks_of_order_and_other_ends_of_lines_change_nothing(sample, change):
    before, names = check_project(sample), allowed_names(sample)
    for path in [*sample.data.rglob("*.yml"), *sample.data.glob("*.txt"), *sample.notebooks.rglob("*.sql")]:
        path.write_bytes(change(path.read_bytes()))
    assert check_project(sample) == before
    assert allowed_names(sample) == names == ("Brewer 3000",)


def test_what_editors_hide_beside_a_file_is_no_input(sample):
    before, made_from = check_project(sample), edition_inputs(sample, STORIES)["data"]
    for folder in ("claims", "sources", "series", "."):
        (sample.data / folder).mkdir(exist_ok=True)
        (sample.data / folder / ".#units.yml").symlink_to("somebody@nowhere")
        (sample.data / folder / "._x.yml").write_bytes(b"\xff")
    assert check_project(sample) == before and edition_inputs(sample, STORIES)["data"] == made_from


@pytest.mark.heavy
def test_an_edition_from_units_with_a_mark_and_other_ends_of_lines_can_be_compared(warm):
    path = warm.data / "units.txt"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    out = build(warm)
    assert changes(out, out) == []


def test_the_first_name_counts_and_one_form_of_unicode_is_enough(sample):
    write(sample, "data/names_with_digits.txt", "\ufeffCafe\u0301 3000\n  Brewer 7\t\n")
    assert allowed_names(sample) == ("Café 3000", "Brewer 7")
    assert typed_in_words("a Cafe\u0301 3000, a Café 3000", allowed_names(sample)) == []


def test_names_and_units_that_hold_what_nobody_sees_are_named(sample):
    write(sample, "data/names_with_digits.txt", "Brewer 3000\xa0\n# a\u200bb\n\nKettle\u200b 7\n")
    assert list(said(check_project, sample)) == [
        "data/names_with_digits.txt, line 1",
        "data/names_with_digits.txt, line 4",
    ]
    write(sample, "data/units.txt", (sample.data / "units.txt").read_text() + "mu\u200bg = [mug]\n")
    (where, found), *_ = said(check_project, sample).items()
    assert where == "data/units.txt, line 12" and "U+200B" in found


WRONG = {
    "units in a circle": ("data/units.txt", "a = 2 * b\nb = 2 * a\n", "data/units.txt, line 1"),
    "a factor beyond all bounds": ("data/units.txt", f"a = [a]\nb = {'9' * 400} * a\n", "data/units.txt, line 2"),
    "a factor of nothing": ("data/units.txt", "a = [a]\nb = 0 * a\nc = -1 * a\n", "data/units.txt, line 3"),
    "units that are no dimension": ("data/units.txt", "a = 1 +\nb = [\nc = = 2\n", "data/units.txt, line 2"),
    "no TOML": ("pyproject.toml", "[tool.toolkit\n", "pyproject.toml"),
    "TOML in another encoding": ("pyproject.toml", "# é\n".encode("cp1252"), "pyproject.toml, line 1"),
    "a name that turns round": (
        "pyproject.toml",
        '[tool.toolkit]\nname = "A\\u202e"\n',
        "pyproject.toml, [tool.toolkit] name",
    ),
    "no list of stories": ("pyproject.toml", "[tool.toolkit]\nstories = 5\n", "pyproject.toml, [tool.toolkit] stories"),
    "a list of other things": (
        "pyproject.toml",
        "[tool.toolkit]\nstories = [5]\n",
        "pyproject.toml, [tool.toolkit] stories",
    ),
    "a language that is a list": (
        "pyproject.toml",
        "[tool.toolkit]\nlanguage = []\n",
        "pyproject.toml, [tool.toolkit] language",
    ),
    "an edition whose name is a table": (
        "pyproject.toml",
        "[tool.toolkit.name]\n",
        "pyproject.toml, [tool.toolkit] name",
    ),
    "TOML without end": ("pyproject.toml", "x = " + "[" * 100_000, "pyproject.toml"),
    "TOML with a number without end": ("pyproject.toml", "x = " + "9" * 5_000, "pyproject.toml"),
    "no table": ("pyproject.toml", "tool = 5\n", "pyproject.toml, [tool.toolkit]"),
    "a notebook that is a list": ("notebooks/coffee.ipynb", "[]", "notebooks/coffee.ipynb"),
    "a notebook of texts": ("notebooks/coffee.ipynb", '{"cells": ["a"]}', "notebooks/coffee.ipynb"),
    "a notebook without end": ("notebooks/coffee.ipynb", "[" * 100_000, "notebooks/coffee.ipynb"),
    "metadata that is a list": (
        "notebooks/coffee.ipynb",
        '{"cells": [{"cell_type": "code", "source": "", "metadata": []}]}',
        "notebooks/coffee.ipynb",
    ),
    "an option with too many digits": (
        "data/declarations/cups.yml",
        LIST + ", options: [1, 9007199254740993]}\n",
        "data/declarations/cups.yml, line 7, a",
    ),
    "a choice with too many digits": (
        "data/declarations/cups.yml",
        LIST + ", value: 0.1000000000000000000001}\n",
        "data/declarations/cups.yml, line 7, a",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_named_without_a_traceback(sample, case):
    name, text, where = WRONG[case]
    write(sample, name, text)
    assert where in said(check_project, sample)


def test_a_folder_in_the_place_of_a_notebook_or_a_list_is_named(sample):
    for name in ("notebooks/tea.ipynb", "data/glossary.yml", "data/corrections.yml", "data/declarations/cups.yml"):
        (sample.root / name).mkdir(parents=True)
    found = said(check_project, sample)
    assert found.keys() == {
        "notebooks/tea.ipynb",
        "data/glossary.yml",
        "data/corrections.yml",
        "data/declarations/cups.yml",
    }


def test_what_would_be_read_without_end_is_named_before_anything_is_read(tmp_path):
    root = tmp_path / "sample"
    shutil.copytree(SAMPLE, root)
    os.mkfifo(root / "data" / "sources" / "pipe.yml")
    (root / "notebooks" / "device.ipynb").symlink_to("/dev/zero")
    (root / "data" / "claims" / "dangling.yml").symlink_to("nowhere")  # which `check` names
    with pytest.raises(ToolkitError) as raised:
        find_project(root)
    assert [problem.where for problem in raised.value.problems] == ["data/sources/pipe.yml", "notebooks/device.ipynb"]


CALIBRATIONS = {
    "not there": None,
    "no mapping of lists": CALIBRATION.replace("\nlists:", "\nlists: 5\nother:"),
    "shares that fall": CALIBRATION.replace("shares: [0, 0.001,", "shares: [0, 2,"),
    "a distribution of words": CALIBRATION.replace("values: [6343,", "values: [many,"),
    "one value less": CALIBRATION.replace("values: [6343, ", "values: ["),
    "another encoding": CALIBRATION.replace("# Numbers", "# é").encode("cp1252"),
}


@pytest.mark.parametrize("case", CALIBRATIONS)
def test_a_calibration_that_does_not_hold_together_is_named(sample, case):
    if CALIBRATIONS[case] is not None:
        write(sample, "data/calibration.yml", CALIBRATIONS[case])
    problems = []
    assert read_calibration(sample, problems) is None
    assert problems and all(one.where.startswith("data/calibration.yml") for one in problems)


def test_check_reads_the_calibration_that_scenarios_take(tmp_path):
    shutil.copytree(SAMPLE, tmp_path / "sample")
    project = Project(tmp_path / "sample")
    for name in ("scenarios", "sources", "claims"):
        shutil.copytree(find_project().data / name, project.data / name, dirs_exist_ok=True)
    shutil.copy(find_project().data / "units.txt", project.data)
    write(project, "data/calibration.yml", CALIBRATIONS["shares that fall"])
    found = said(check_project, project)
    assert any(where.startswith("data/calibration.yml") for where in found)


ODD = [
    b"\xff",
    b"\0",
    b"\xc3",
    b"\xef\xbb\xbf",
    b"\xe2\x80\xa8",
    b"\r",
    b"\n",
    b"\n\n",
    b"\t",
    b"#",
    b" #",
    b"&",
    b"*",
    b"!",
    b": ",
    b"- ",
    b"[",
    b"{",
    b"'",
    b'"',
    b"|",
    b"<<: ",
    b"---\n",
    b"-",
    b"0",
    b"1e400",
    b"9" * 400,
    b"null",
    b"true",
    b"~",
]
MORE = {
    "data/declarations/cups.yml": LIST + ", options: [1, 2.5], unit: cup}\n",
    "data/corrections.yml": CORRECTIONS,
    "data/glossary.yml": """\
schema: 1
terms:
  - {term: cup, forms: [cups], text: A vessel., beside: true}
""",
}


def mutated(data, rolled):
    """Bytes with some taken out, put in, doubled or cut off."""
    for _ in range(rolled.randint(1, 4)):
        at, to = sorted(rolled.randrange(len(data) + 1) for _ in range(2))
        way = rolled.randrange(5)
        if way == 0:
            data = data[:at] + rolled.choice(ODD) + data[at:]
        elif way == 1:
            data = data[:at] + data[min(to, at + 8) :]
        elif way == 2:
            data = data[:at] + data[at:to][:200] + data[at:]
        elif way == 3:
            data = data[:at] + rolled.randbytes(rolled.randrange(6)) + data[at:]
        elif rolled.random() < 0.2:
            data = data[:at]
    return data


def some_broken(project, seed):
    """Breaks one to three files of a project; the names of those that were broken."""
    rolled = random.Random(seed)
    for name, text in MORE.items():
        write(project, name, text)
    files = sorted(path for path in project.data.rglob("*.*") if path.is_file())
    files += [project.root / "pyproject.toml", project.notebooks / "coffee.ipynb"]
    chosen = rolled.sample(files, rolled.randint(1, 3))
    for path in chosen:
        path.write_bytes(mutated(path.read_bytes(), rolled))
    return [path.name for path in chosen]


@counts.of("broken")
@pytest.mark.parametrize("part", counts.parts())
def test_no_broken_file_gives_a_traceback(tmp_path, part, record_property):
    seeds = counts.count("broken")[part :: len(counts.parts())]
    record_property("rounds", len(seeds))
    for seed in seeds:
        shutil.copytree(SAMPLE, tmp_path / str(seed))
        project = Project(tmp_path / str(seed))
        names = some_broken(project, seed)
        try:
            check_project(project)
        except ToolkitError as error:
            json.dumps([vars(problem) for problem in error.problems])
            assert all(problem.where and problem.found for problem in error.problems)
        except BaseException as error:
            raise AssertionError(f"seed {seed}: {', '.join(names)}") from error
        shutil.rmtree(project.root)


def test_a_database_that_is_damaged_inside_is_named_with_what_to_do(sample):
    def toolkit(command):
        asked = [sys.executable, "-m", "toolkit", command]
        return subprocess.run(asked, cwd=sample.root, capture_output=True, text=True, timeout=300, check=False)

    assert toolkit("check").returncode == 0
    (file,) = sample.build.glob("*.duckdb")
    whole = file.read_bytes()
    for part in (0.15, 0.3, 0.6):
        at = int(len(whole) * part)
        file.write_bytes(whole[:at] + b"\xff" * 18_000 + whole[at + 18_000 :])
        found = [done for done in map(toolkit, ("check", "claims", "build")) if done.returncode]
        assert found, part
        for done in found:
            assert "Corrupt database file" in done.stderr, done.stderr
            assert "do: remove the file: it is made again from data/" in done.stderr, done.stderr
            assert "Traceback" not in done.stderr and "mend the" not in done.stderr, done.stderr
    file.unlink()
    assert toolkit("check").returncode == 0
