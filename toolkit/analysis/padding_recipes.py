"""Public recipes for using up tokens, their honest twins, and how often the declared signals tell them apart.

A recipe is a way to pad use: a scenario that names its `honest_twin`, honest use that looks like it and that as many
people have. All of it is simulated.
"""

from __future__ import annotations

from toolkit.analysis.padding import SIGNALS, Scored, flag_weeks, marked, pool, with_truth
from toolkit.analysis.resampling import Estimate, PeopleBootstrap
from toolkit.core.errors import ToolkitError
from toolkit.core.project import Project
from toolkit.database.cell import Cell
from toolkit.database.table import Table, table
from toolkit.database.usage_logs import simulated_usage_log
from toolkit.reported.declaration import Declaration
from toolkit.reported.declaration_file import read_declaration
from toolkit.usage.simulate.scenario_file import honest_twins, read_scenario

DECLARATION = "padding-signals"
HEADINGS = {
    "scenario": "Scenario",
    "found": "Its weeks, flagged",
    "twin_flagged": "Twin's weeks, flagged",
    "others_flagged": "Other weeks, flagged",
    "right": "Flagged weeks, padded",
}


def signal_rules(project: Project) -> tuple[Declaration, PeopleBootstrap]:
    """The declared signals, and how their shares are resampled. Raises ToolkitError where they are not declared."""
    rules = read_declaration(project, DECLARATION)
    settings = [rules[name].value for name in ("interval", "resamples", "seed")]
    coverage, count, seed = settings
    if coverage is None or count is None or seed is None:
        raise ToolkitError(f"the declaration {DECLARATION}", "a choice without a value", "numbers", "declare them")
    return rules, PeopleBootstrap(coverage, count, seed)


def scored_recipes(project: Project) -> dict[str, Scored]:
    """The weeks of each recipe's simulated log with the truth beside them, by the scenario's name.

    Raises ToolkitError where the project has no such scenario, or no declared signals.
    """
    rules, _ = signal_rules(project)
    names = honest_twins(project)
    if not names:
        raise ToolkitError(
            "data/scenarios",
            "no scenario with an honest_twin",
            "one or more recipes",
            "write a scenario with an incentive and a twin, and name the twin: honest_twin: ID",
        )
    return {name: with_truth(flag_weeks(simulated_usage_log(project, name), rules), rules) for name in names}


def recipe_rates(project: Project, scored: dict[str, Scored]) -> Table:
    """A row a recipe: shares of person-weeks that the signals flag, of the recipe, of its twin and of all others.

    `right` is the share of flagged weeks that hold padding. Shares are ranges over draws of people.
    Raises ToolkitError as `read_scenario` does.
    """
    _, draws = signal_rules(project)
    names = honest_twins(project)
    rows: list[dict[str, Cell]] = []
    for name, recipe_weeks in scored.items():
        scenario = read_scenario(project, name)
        (twin,) = (twin for twin in scenario.twins if twin.id == names[name])

        def share(hits: str, cases: str, weeks: Scored = recipe_weeks) -> Estimate:
            return pool([weeks], hits, cases, draws, (f"{cases}, {hits}", cases))

        rows.append(
            {
                "scenario": name,
                "recipe": scenario.title,
                "twin": twin.why,
                "found": share("flagged", "padded").interval,
                "twin_flagged": share("flagged", f"twin {twin.id} & not padded").interval,
                "others_flagged": share("flagged", f"not padded & not twin {twin.id}").interval,
                "right": share("padded", "flagged").interval,
            }
        )
    return table("recipe_rates", rows, recipe="Recipe", twin="Honest twin", **HEADINGS)


def described_by(project: Project) -> dict[str, tuple[str, ...]]:
    """By recipe, the ids of the sources that describe it; () for one that no source we read does.

    Raises ToolkitError as `read_scenario` does.
    """
    return {
        name: tuple(
            dict.fromkeys(
                incentive for own in read_scenario(project, name).incentives for incentive in own.described_by
            )
        )
        for name in honest_twins(project)
    }


def signal_precision(project: Project) -> dict[str, Estimate]:
    """By signal, the share of the weeks it flags that hold padding, over all recipes; {} in a project without any.

    Raises ToolkitError as `scored_recipes` does.
    """
    if not honest_twins(project):
        return {}
    (_, draws), scored = signal_rules(project), list(scored_recipes(project).values())
    labels = ("flagged weeks with padding", "flagged weeks")
    fired = [name for name in SIGNALS if any(marked(weeks, name).any() for weeks in scored)]
    return {name: pool(scored, "padded", name, draws, labels) for name in fired}
