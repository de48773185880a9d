"""What a story has made and asked so far: what its verbs add to, and its record is made of."""

from __future__ import annotations

from dataclasses import dataclass, field

from toolkit.core.choice import Choice
from toolkit.core.number import Number
from toolkit.database.open import Database
from toolkit.notebook.chart import Chart
from toolkit.notebook.number_from_pandas import NotebookInputs


@dataclass(repr=False)
class StoryState:
    """The findings, charts, questions and choices of one story, and its project's database.

    `labels` are the labels given to findings; `asked` has the digest of each answer by question and parameters;
    `inputs` is all that the notebook has read, which a value of pandas may rest on; `queries` the SQL in the notebook
    itself, by the name it got; `datasets` the names of those asked; `choices` are those left to readers.
    """

    slug: str
    database: Database
    findings: dict[str, Number] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    charts: dict[str, Chart] = field(default_factory=dict)
    asked: dict[str, str] = field(default_factory=dict)
    inputs: NotebookInputs = field(default_factory=NotebookInputs)
    queries: dict[str, str] = field(default_factory=dict)
    datasets: dict[str, None] = field(default_factory=dict)
    choices: dict[str, Choice] = field(default_factory=dict)
