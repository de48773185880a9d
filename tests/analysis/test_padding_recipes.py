"""Recipes for using up tokens: each has an honest twin, and the error rates on both are ranges of simulations."""

import json

import pytest

from toolkit.analysis.padding_recipes import recipe_rates, scored_recipes, signal_precision
from toolkit.core.kind import Kind
from toolkit.core.project import find_project
from toolkit.main import main
from toolkit.usage.simulate.scenario_file import honest_twins, read_scenario

HERE = find_project()
TWINS = honest_twins(HERE)


@pytest.mark.parametrize("name", TWINS)
def test_as_many_have_the_honest_twin_as_the_recipe(name):
    scenario = read_scenario(HERE, name)
    (burn,) = scenario.incentives
    (twin,) = (twin for twin in scenario.twins if twin.id == TWINS[name])
    assert twin.developers.value == burn.share.value == max(one.developers.value for one in scenario.twins)
    assert burn.from_week.value == 0 and burn.until_week is None and len(burn.shapes) == 1


@pytest.mark.slow
def test_what_the_signals_find_has_a_twin_that_they_find_too(capsys, monkeypatch, tmp_path):
    scored = scored_recipes(HERE)
    monkeypatch.setattr("toolkit.analysis.padding_recipes.scored_recipes", lambda project: scored)
    found = recipe_rates(HERE, scored)
    assert found.kind == Kind.SYNTHETIC and len(found) == len(TWINS) >= 9
    for row in found:
        assert 0 <= row["found"].low <= row["found"].high <= 1
        assert row["right"].high < 0.5, f"{row['scenario']}: as many honest twins as padders, and others"
        if row["found"].low > 0.5:
            assert row["twin_flagged"].low > 0.5, row["scenario"]
    found_well = {row["scenario"] for row in found if row["found"].low > 0.5}
    assert found_well == {"burn-long-reads", "burn-repeated-prompts", "burn-fixed-interval", "burn-kept-large"}
    assert {one.value.kind for one in signal_precision(HERE).values()} == {Kind.SYNTHETIC}
    assert main(["signals", "--json", "--page", str(tmp_path / "signals.html")]) == 0
    page = (tmp_path / "signals.html").read_text()
    assert page.count("<h3>") == len(found) and page.count("Assumed: no report or tool that we read") == 2
    assert 'href="https://github.com/whtsky/ai-token-burner"' in page and all(
        str(row["right"]) in page for row in found
    )
    printed = json.loads(capsys.readouterr().out)
    assert [row["scenario"] for row in printed] == list(TWINS) and printed[0]["found"][0] <= printed[0]["found"][1]
