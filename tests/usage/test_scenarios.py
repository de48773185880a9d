"""Scenarios: every value with unit and source, named by mechanism, and one error with every problem."""

import re
import shutil
from dataclasses import fields, is_dataclass
from functools import cache

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from toolkit.core.project import Project, find_project
from toolkit.usage.simulate.scenario import PARAMETERS, Quantity
from toolkit.usage.simulate.scenario_file import ScenarioError, honest_twins, read_scenario

HERE = find_project()
NAMES = sorted(path.stem for path in (HERE.data / "scenarios").glob("*.yml"))
MECHANISMS = {
    "none",
    "weekly-target",
    "public-board",
    "minimum-spend",
    "salary-share",
    "target-and-board",
    "board-withdrawn",
}


@pytest.fixture
def project(tmp_path):
    """A copy of what a scenario is read from."""
    for room in ("scenarios", "sources"):
        shutil.copytree(HERE.data / room, tmp_path / "data" / room)
    shutil.copy(HERE.data / "calibration.yml", tmp_path / "data")
    return Project(tmp_path)


def rewrite(project, name, change):
    path = project.data / "scenarios" / f"{name}.yml"
    declared = yaml.load(path.read_text(), yaml.CSafeLoader)
    change(declared)
    path.write_text(yaml.safe_dump(declared))


def quantities(thing, path=""):
    if isinstance(thing, Quantity):
        yield path, thing
    elif is_dataclass(thing):
        for field in fields(thing):
            yield from quantities(getattr(thing, field.name), f"{path}.{field.name}")
    elif isinstance(thing, dict):
        for key, value in thing.items():
            yield from quantities(value, f"{path}.{key}")
    elif isinstance(thing, tuple):
        for place, value in enumerate(thing):
            yield from quantities(value, f"{path}[{place}]")


def test_the_mechanisms_of_the_articles_are_there():
    assert set(NAMES) >= MECHANISMS


@pytest.mark.parametrize("name", NAMES)
def test_every_value_has_a_unit_and_a_source(name):
    scenario = read_scenario(HERE, name)
    found = dict(quantities(scenario))
    assert len(found) > 60
    assert all(quantity.unit and quantity.source for quantity in found.values())
    assert set(scenario.parameters) == set(PARAMETERS)
    assert scenario.start_on.weekday() == 0
    assert scenario.log_name == f"synthetic-{name}"


@cache
def firms():
    """Names of firms on the desk: the entities of its claims and the publishers of its sources."""
    found = set()
    for path in [*(HERE.data / "claims").glob("*.yml"), *(HERE.data / "sources").glob("*.yml")]:
        declared = yaml.load(path.read_text(), yaml.CSafeLoader)
        found |= {claim.get("entity") for claim in declared.get("claims", [])} | {declared.get("publisher")}
    # "Jellyfish customers", "Microsoft staff": the first word is a name of its own
    found |= {name.split()[0] for name in found if name}
    return {plain(name) for name in found if name} - COMMON


def plain(text):
    return " " + " ".join(re.findall(r"[a-z0-9]+", text.lower())) + " "


# words that names on the desk share with the language of scenarios (ramp_weeks)
COMMON = {
    plain(word)
    for word in """ai agents the a an all developers companies english brand large public open one three
    two token tokens coding big several engineers hyperscalers customers data world unnamed team us business
    agent not ramp""".split()
}


def named_in(text):
    return {name for name in firms() if name in plain(text)}


@pytest.mark.parametrize("name", NAMES)
def test_no_firm_is_named_outside_of_sources(name):
    text = (HERE.data / "scenarios" / f"{name}.yml").read_text()
    lines = [line.split("source:")[0] for line in text.splitlines() if "described_by" not in line]
    assert not named_in(name) | named_in("\n".join(lines))
    assert named_in("a board at Amazon-like firms") and named_in("as Meta does") and named_in("Jellyfish")


def test_one_error_with_every_problem(project):
    def spoil(declared):
        parameters = declared["parameters"]
        parameters["tokens_sigma"]["unit"] = "token"
        parameters["absent_share"]["value"] = 2
        parameters["team_size"]["source"] = "nobody-said-so"
        parameters["surprise"] = {"value": 1, "unit": "1", "source": "assumption"}
        del parameters["prs_median"]
        declared["shapes"][0]["output"] = {"calibration": "coding.nowhere"}
        declared["shapes"][2]["requests"]["quantiles"]["values"] = [5, 4, 3, 2]
        declared["twins"][0]["shape"] = "missing"
        declared["rhythms"][1]["hours"]["values"] = [1, 2]
        declared["models"][0]["prices"][0]["from_on"] = "spring"

    rewrite(project, "none", spoil)
    with pytest.raises(ScenarioError) as caught:
        read_scenario(project, "none")
    text = str(caught.value)
    for part in (
        "the unit of tokens_sigma is 'token'",
        "absent_share is 2",
        "nobody-said-so",
        "unknown key 'surprise'",
        "prs_median is missing",
        "coding.nowhere",
        "[5, 4, 3, 2]",
        "missing",
        "hours is",
        "from_on is 'spring'",
    ):
        assert part in text
    assert len(caught.value.problems) == 10
    assert all(problem.where.startswith("data/scenarios/none.yml, line ") for problem in caught.value.problems)


def test_an_incentive_says_how_much_in_exactly_one_way(project):
    def spoil(declared):
        declared["incentives"][0]["sessions"] = {"value": 1, "unit": "session/week", "source": "assumption"}
        declared["incentives"][0]["quantile_from"]["value"] = 1
        declared["incentives"][0]["how"][0]["shape"] = "sleeping"
        declared["incentives"][0]["described_by"] = ["a-source-that-is-not-there"]

    rewrite(project, "public-board", spoil)
    with pytest.raises(ScenarioError) as caught:
        read_scenario(project, "public-board")
    assert len(caught.value.problems) == 4
    assert "exactly one of sessions, factor, spend" in str(caught.value)


@pytest.mark.parametrize("name", ["nowhere", "../units", "", "None"])
def test_a_scenario_that_is_not_there_names_those_that_are(name):
    with pytest.raises(ScenarioError, match="public-board"):
        read_scenario(HERE, name)


def test_a_scenario_may_not_extend_itself(project):
    rewrite(project, "none", lambda declared: declared.update(extends="public-board"))
    with pytest.raises(ScenarioError, match="extends itself"):
        read_scenario(project, "public-board")


anything = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.integers(-5, 5) | st.text("ab1 -", max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["value", "unit", "id", "x"]), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(
    st.sampled_from(["parameters", "rhythms", "models", "shapes", "twins", "incentives", "title", "start_on"]), anything
)
def test_whatever_stands_there_is_a_problem_or_a_scenario(tmp_path_factory, part, value):
    folder = tmp_path_factory.mktemp("project")
    (folder / "data" / "scenarios").mkdir(parents=True)
    shutil.copy(HERE.data / "calibration.yml", folder / "data")
    (folder / "data" / "scenarios" / "x.yml").write_text(
        yaml.safe_dump({"schema": 1, "id": "x", "title": "x", part: value})
    )
    with pytest.raises(ScenarioError):  # parts are missing in any case
        read_scenario(Project(folder), "x")


def test_a_scenario_names_its_honest_twin_or_says_what_there_is(project):
    assert "public-board" not in honest_twins(project)
    rewrite(project, "public-board", lambda declared: declared.update(honest_twin="automation"))
    assert honest_twins(project)["public-board"] == "automation"
    assert read_scenario(project, "public-board").twins, "one that it has of what it extends"
    rewrite(project, "public-board", lambda declared: declared.update(honest_twin="nobody"))
    with pytest.raises(ScenarioError) as caught:
        read_scenario(project, "public-board")
    (problem,) = caught.value.problems
    assert problem.found == "'nobody'" and "automation" in problem.allowed and "public-board.yml, line" in problem.where
