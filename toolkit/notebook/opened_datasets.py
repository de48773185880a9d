"""Which datasets a notebook has read by itself, as `pandas.read_csv` does: results of pandas rest on them as well.

What is read in C++ leaves no trace, but a cell that reads a dataset has the name of its file or of its folder in it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import PurePath

from toolkit.core.number import Number
from toolkit.core.operation import operation
from toolkit.core.unit import no_unit
from toolkit.database.dataset_rows import rows_of
from toolkit.datasets.declaration import Dataset
from toolkit.datasets.stored import dataset_path
from toolkit.notebook.read_by_libraries import FOLDER
from toolkit.notebook.story_state import StoryState


def rows_of_files(story: StoryState, sources: Iterable[str]) -> list[Number]:
    """The rows of each dataset whose file is named in the sources of cells, or whose folder is.

    Raises ToolkitError as `rows_read` does.
    """
    datasets = story.database.datasets
    names = dict.fromkeys(name for source in sources for name in _named_in(source, datasets))
    return [rows_read(story, name) for name in names]


def rows_read(story: StoryState, name: str) -> Number:
    """The rows of a dataset, which is among those of the story and in its trace: it runs again if the dataset changes.

    Raises ToolkitError for a dataset whose file is missing or changed.
    """
    dataset = story.database.dataset(name)
    story.datasets[name] = None
    story.inputs.raw[name] = True
    story.inputs.opened.add(name)
    rows = operation("rows_within", all=dataset.rows)
    return rows_of(dataset, dataset.rows, rows, no_unit(story.database.units))


def dataset_files(story: StoryState) -> dict[str, str]:
    """The names of the datasets by the paths of their files."""
    database = story.database
    return {
        os.path.abspath(dataset_path(database.project, dataset)): name for name, dataset in database.datasets.items()
    }


def _named_in(source: str, datasets: Mapping[str, Dataset]) -> list[str]:
    """The datasets whose files a source names; where it names their folder alone, all of that folder."""
    names = [name for name, dataset in datasets.items() if PurePath(dataset.file).name in source]
    if not names and FOLDER.search(source):
        return [name for name, dataset in datasets.items() if not dataset.linked]
    return names
