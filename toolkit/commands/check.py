"""`toolkit check`: reads data/, the questions and the notebooks, and says every problem at once, in seconds."""

from __future__ import annotations

import json
import re
from argparse import Namespace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from toolkit.commands.terminal import print_json
from toolkit.core.errors import DataFileError, Problem, ToolkitError, collect_problems
from toolkit.core.project import Project, read_text

if TYPE_CHECKING:
    from toolkit.build.selection import Selection

SOON = 31  # days


def check(arguments: Namespace, project: Project) -> int:
    """Prints how much was checked, what is held back, what is due and what pages leave out. Returns 0.

    Raises ToolkitError with every problem; with --json they are printed instead, and 1 is returned.
    """
    from toolkit.build.selection import select

    try:
        counts = check_project(project)
    except ToolkitError as error:
        if not arguments.json:
            raise
        problems = [vars(problem).items() for problem in error.problems]
        print_json([{key: project.without_root(text) for key, text in problem} for problem in problems], indent=1)
        return 1
    if arguments.json:
        print_json(counts)
    else:
        print(", ".join(_count(count, words) for words, count in counts.items()) + ": all well")
        for held_story in select(project, date.today()).held:
            print(held_story)
        lines = [*watch_lines(project, date.today()), *left_out_of_stories(project)]
        print("".join(f"{line}\n" for line in lines), end="")
    return 0


def _count(count: int, words: str) -> str:
    """The count with its word: "1 story", "2 stories"."""
    singular = {"stories": "story", "series": "series"}.get(words, words.removesuffix("s"))
    return f"{count} {singular if count == 1 else words}"


def check_project(project: Project) -> dict[str, int]:
    """Reads data/, the questions and the notebooks; returns how many claims, sources … there are, by name.

    Raises ToolkitError with every problem of all of them.
    """
    from toolkit.build.selection import select
    from toolkit.charts import read_palette
    from toolkit.core.unit import registry
    from toolkit.notebook.prose import allowed_names
    from toolkit.notebook.unread_files import unread_notebooks
    from toolkit.reported.declaration_file import read_declarations
    from toolkit.site.glossary import glossary

    problems: list[Problem] = []
    counts: dict[str, int] = {}
    with collect_problems(problems):
        counts = count_reported(project)
    counts["datasets"] = read_dataset_files(project, problems)
    problems += unread_notebooks(project)
    with collect_problems(problems):
        counts["questions"] = check_questions(project, problems) + check_usage_log_questions(project, problems)
    with collect_problems(problems):
        counts["declarations"] = len(read_declarations(project, registry(project.data / "units.txt"), problems))
    counts["scenarios"] = read_scenarios(project, problems)
    with collect_problems(problems):
        glossary(project, ())
    with collect_problems(problems):
        read_palette(project)
    with collect_problems(problems):
        allowed_names(project)
    with collect_problems(problems):
        selection = select(project, date.today())
        read_stories(project, selection, problems)
        counts |= {"stories": len(selection.released), "drafts": len(selection.held)}
    if problems:
        raise ToolkitError(problems)
    return counts


def count_reported(project: Project) -> dict[str, int]:
    """How many claims, sources, figures and series there are, by the database, which is built if it is not there.

    Building it reads all that is reported; one that is there was built of the same files. Raises DataFileError with
    every problem of these.
    """
    from toolkit.database.open import open_database
    from toolkit.reported.data_files import data_files, unread_files

    database = open_database(project)
    if unread := unread_files(project):
        raise DataFileError(unread)
    tables = {"claims": "claims", "sources": "sources", "figures": "figures", "watched": "watch"}
    listed = ", ".join(f"(SELECT count(*) FROM {table})" for table in tables.values())
    _, (counts,) = database.answer("toolkit check", f"SELECT {listed}")
    return {**dict(zip(tables, counts, strict=True)), "series": len(data_files(project, "series"))}


def read_dataset_files(project: Project, problems: list[Problem]) -> int:
    """Reads every declaration of a dataset, and hashes its file if it was written to since it was last hashed.

    Returns how many datasets there are, and adds what is wrong to `problems`. Raises ToolkitError for a data/units.txt
    that is wrong.
    """
    from toolkit.core.unit import registry
    from toolkit.datasets.read_all import read_datasets, undeclared_files
    from toolkit.datasets.stored import check_files
    from toolkit.reported.data_files import data_files

    sources = {path.stem for path in data_files(project, "sources")}
    datasets = read_datasets(project, sources, registry(project.data / "units.txt"), problems).values()
    problems += [*undeclared_files(project, datasets), *check_files(project, datasets)]
    return len(datasets)


def read_stories(project: Project, selection: Selection, problems: list[Problem]) -> None:
    """Reads every notebook, and adds what is wrong to `problems`.

    Of stories that are held back only what must never be stored is wrong, such as outputs. Where the project's engine
    is spark, questions of usage logs in cells must mean the same there.
    """
    from toolkit.notebook.log_questions import unportable_questions
    from toolkit.notebook.notebook_file import read_notebook

    held_slugs, on_spark = [story.slug for story in selection.held], spark_is_chosen(project, problems)
    for path in project.stories():
        try:
            with collect_problems(problems):
                problems += stored_outputs(project, path)
                if path.stem not in held_slugs:
                    notebook = read_notebook(path)
                    problems += unportable_questions(path.stem, notebook) if on_spark else ()
        except (ValueError, KeyError, TypeError, AttributeError, OSError, RecursionError) as error:
            problems.append(
                Problem(
                    project.name(path),
                    f"not a notebook: {error}",
                    "a notebook in JSON",
                    "save it again in JupyterLab (make lab)",
                )
            )
    problems += [problem for problem in selection.problems if problem not in problems]


def check_questions(project: Project, problems: list[Problem]) -> int:
    """Checks every question, as `check_question` does, and that each table has a name of its own.

    Returns how many questions there are. What is wrong is added to `problems`.
    """
    from toolkit.database.ask import check_question
    from toolkit.database.dataset_views import shared_names
    from toolkit.database.open import open_database

    database = open_database(project)
    problems += shared_names(database.datasets, database.reported_columns)
    names = sorted(path.stem for path in project.questions.glob("*.sql"))
    for name in names:
        with collect_problems(problems):
            check_question(database, name)
    return len(names)


def check_usage_log_questions(project: Project, problems: list[Problem]) -> int:
    """Runs every question in notebooks/sql/usage_logs on a small simulated usage log; returns how many there are.

    Those that need parameters are parsed and not run; where the project's engine is spark, each must mean the same
    there. What is wrong is added to `problems`. Raises ScenarioError for a data/scenarios/none.yml that is wrong, and
    ToolkitError for a usage log that cannot be made of it.
    """
    from toolkit.database.open import open_database
    from toolkit.database.query import read_question
    from toolkit.database.usage_logs import ask_usage_log, simulated_usage_log
    from toolkit.engine.portable import refuse_unportable
    from toolkit.engine.select_only import refuse_other_than_select

    database = open_database(project)
    names = sorted(path.stem for path in (project.questions / "usage_logs").glob("*.sql"))
    if not names:
        return 0
    usage_log = simulated_usage_log(project, "none", developers=20, weeks=2)
    on_spark = spark_is_chosen(project, problems)
    for name in names:
        with collect_problems(problems):
            sql = read_question(database, f"usage_logs/{name}")
            refuse_other_than_select(f"notebooks/sql/usage_logs/{name}.sql", sql)
            if on_spark:
                refuse_unportable(f"notebooks/sql/usage_logs/{name}.sql", sql)
            if not re.search(r"\$[a-z]", sql):
                ask_usage_log(usage_log, f"usage_logs/{name}", sql)
    return len(names)


def spark_is_chosen(project: Project, problems: list[Problem]) -> bool:
    """Whether the project's engine is spark; what is wrong with its settings is added to `problems`."""
    from toolkit.database.log_engine import log_engine

    on_spark = False
    with collect_problems(problems):
        on_spark = log_engine(project).name == "spark"
    return on_spark


def read_scenarios(project: Project, problems: list[Problem]) -> int:
    """Reads every scenario; returns how many there are, and adds what is wrong to `problems`."""
    from toolkit.reported.data_files import data_files
    from toolkit.usage.simulate.scenario_file import read_scenario

    names = [path.stem for path in data_files(project, "scenarios")]
    for name in names:
        with collect_problems(problems):
            read_scenario(project, name)
    return len(names)


def stored_outputs(project: Project, path: Path) -> list[Problem]:
    """A problem for each cell of a notebook that is stored with outputs.

    Raises ToolkitError for a file that cannot be read; ValueError, KeyError, TypeError or AttributeError if it is no
    notebook.
    """
    return [
        Problem(
            f"{project.name(path)}, cell {count}",
            "stored with outputs",
            "cells without outputs",
            "run `toolkit strip`",
        )
        for count, cell in enumerate(json.loads(read_text(path))["cells"], 1)
        if cell.get("outputs") or cell.get("execution_count") or cell["metadata"].get("user_expressions")
    ]


def left_out_of_stories(project: Project) -> list[str]:
    """A line for each story whose page leaves something out that its notebook showed when it last ran.

    Of a notebook that was changed since then nothing is said: nobody knows yet what it shows.
    """
    from toolkit.build.staleness import last_notebook
    from toolkit.notebook.left_out import left_out

    notebooks = {path.stem: last_notebook(project, path.stem) for path in project.stories()}
    lines = {slug: left_out(notebook) for slug, notebook in notebooks.items() if notebook}
    return [f"left out of {slug}: {line}" for slug, line in lines.items() if line]


def watch_lines(project: Project, on: date) -> list[str]:
    """A line for each thing to watch that is overdue on the day `on`, or due within SOON days of it, soonest first."""
    from toolkit.database.open import open_database

    rows = open_database(project).rows(
        "SELECT what, due, due_on, inferred, enter, place, list(DISTINCT story ORDER BY story) AS stories, "
        "count(DISTINCT key) AS figures FROM watch JOIN watch_figures ON watch = id GROUP BY ALL ORDER BY due_on, place"
    )
    return [_watch_line(row, on) for row in rows if row["due_on"] <= on + timedelta(SOON)]


def _watch_line(row: dict[str, Any], on: date) -> str:
    late, count = row["due_on"] < on, row["figures"]
    due_words = f"{'overdue: was due' if late else 'due'} {row['due']}{', inferred' if row['inferred'] else ''}"
    stories = len(row["stories"])
    replaced = f"replaces {count} figure{'s' * (count != 1)}, in {stories} stor{'y' if stories == 1 else 'ies'}"
    do = "enter it in data/sources/, then take it off the list" if late else ""
    return f"{row['place']}: {due_words}: {row['what']}; {replaced}; by {row['enter']}" + (f"; do: {do}" if do else "")
