"""What a notebook opens: figures, questions, and the findings and charts of one story."""

from __future__ import annotations

import re
import sys
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from toolkit.core.call_errors import clear_calls
from toolkit.core.errors import StoryError
from toolkit.core.kind import Kind
from toolkit.core.number import Number
from toolkit.core.project import Project, find_project
from toolkit.core.wording import publisher_lines
from toolkit.database.cell import Cell
from toolkit.database.log_engine import log_engine, session
from toolkit.database.table import Table, datasets_of
from toolkit.database.table_list import table_list
from toolkit.database.usage_logs import UsageLog, made_from, usage_log_named
from toolkit.database.withheld import UnpublishableNumber
from toolkit.notebook.annotation import ChartNote, read_annotations
from toolkit.notebook.chart import Chart
from toolkit.notebook.chart_call import refuse_other_than_table, refuse_unfit, refuse_unknown
from toolkit.notebook.choice import make_choice, publish_states, refuse_fixed, words_by
from toolkit.notebook.claim import ClaimReadings
from toolkit.notebook.dataset_view import DatasetView, TableList, view_of
from toolkit.notebook.display import register, story_lines
from toolkit.notebook.expressions_in_charts import scales_of
from toolkit.notebook.from_altair import TableMaker, altair_charts, is_altair, split_chart
from toolkit.notebook.number_from_pandas import number_from_pandas
from toolkit.notebook.opened_datasets import rows_of_files
from toolkit.notebook.picture import Picture, picture_of
from toolkit.notebook.prose import Text
from toolkit.notebook.questions import answered
from toolkit.notebook.required_chart_texts import chart_words, id_problems
from toolkit.notebook.shell import database_of
from toolkit.notebook.source_figures import SourceFigures
from toolkit.notebook.story_record import record_of
from toolkit.notebook.story_state import StoryState
from toolkit.notebook.table_from_frame import table_from_frame
from toolkit.reported.declaration import Declaration

ALTAIR = "altair"  # the form of a chart of Altair's own
FROM_PANDAS = 'compute it from figures, or bring it back from pandas: story.number(value, "unit", how="what it is")'
FINDING = re.compile(r"[a-z0-9_]+\.[a-z0-9_]+")
OPENED = "toolkit.open_story"  # the name of an audit event (sys.audit), as "open" is one of Python's own


@clear_calls
@dataclass(repr=False)
class Story(StoryState):
    """What one notebook works with: the project's database, and all that it asks, names and draws."""

    def __post_init__(self) -> None:
        self.inputs.named = partial(rows_of_files, self)

    def __getitem__(self, source: str) -> SourceFigures:
        """The figures that a source states. Raises ToolkitError naming the sources there are."""
        return SourceFigures(self.database, source, self.inputs)

    def __repr__(self) -> str:
        return story_lines(self)

    def claim(self, id: str) -> ClaimReadings:
        """The readings of a claim side by side. Raises ToolkitError naming the claims most like an unknown one."""
        return ClaimReadings(self.database, id, self.inputs)

    def _ipython_key_completions_(self) -> list[str]:
        return [row["id"] for row in self.database.rows("SELECT id FROM sources ORDER BY id")]

    def usage_log(self, name: str, developers: int | None = None, weeks: int | None = None, seed: int = 1) -> UsageLog:
        """The usage log that `toolkit ingest` read as this name, or the one simulated of data/scenarios/<name>.yml.

        A simulated one is made if it is not on disk; None for developers or weeks is what its scenario says. Raises
        ScenarioError with every problem of the scenario and the size, ToolkitError for a size of a read log, and where
        the engine of [tool.toolkit] does not answer.
        """
        self.database.call(usage_log_made_from, name, developers, weeks, seed)
        spark = session(log_engine(self.database.project))
        usage_log = usage_log_named(self.database.project, name, developers, weeks, seed, spark)
        self.inputs.add(usage_log.leaf)
        return usage_log

    def ask(self, question: str, of: UsageLog | None = None, **parameters: object) -> Table:
        """The answer to the question notebooks/sql/<question>.sql, or, `of` a usage log, to it or a usage metric.

        `parameters` fill the $names in the SQL. Raises ToolkitError for what the database refuses.
        """
        return answered(self, question, None, of, parameters)

    def sql(
        self,
        query: str,
        units: Mapping[str, str] | str | None = None,
        of: UsageLog | None = None,
        **parameters: object,
    ) -> Table:
        """The answer to a SELECT, or to the question notebooks/sql/<query>.sql, of datasets, figures and series.

        With `of`, the tables of a usage log can be asked too. FROM df asks a frame of the cell, beside others; its
        numbers have the inputs that `story.table` gives them, and need units in the same cases.

        `parameters` fill the $names in the SQL. `units` are those of columns, by name, that neither a dataset's
        declaration nor the figures say, or one for all of these; a column without one can be explored, and not
        published. Raises ToolkitError for what the database refuses.
        """
        return answered(self, query, units, of, parameters)

    def dataset(self, name: str) -> DatasetView:
        """A dataset at a glance: what it is, who published it, its columns, its first rows.

        Raises ToolkitError naming the datasets there are, or where its file is missing or changed.
        """
        view = view_of(self.database, name)
        self.inputs.add(view.leaf)
        self.inputs.raw.setdefault(name, False)
        return view

    def tables(self) -> TableList:
        """The tables and columns that `sql` can ask, with what they mean."""
        return TableList(table_list(self.database))

    def number(self, value: Any, unit: str, *, how: str, of: Any = None) -> Number:
        """A value that pandas or NumPy worked out, or (low, high), as a number; `how` says in words what it is.

        It rests on all that the notebook took from the project before, or on what `of` names: numbers, tables, usage
        logs, sources. Its kind is the highest of theirs; its receipt has the cell's code. Raises StoryError for a typed
        value, one that is missing or not finite, an unknown unit, and where it rests on nothing; ToolkitError for a
        unit of another scale than such values were read in.
        """
        number = number_from_pandas(self.slug, self.inputs, self.database, value, unit, of, how)
        self._use(number)
        return number

    def _use(self, number: Number) -> None:
        """Adds the datasets that a number rests on to those asked: it may have looked at them without a query."""
        self.datasets |= dict.fromkeys(datasets_of([number]))

    def table(
        self,
        frame: Any,
        units: Mapping[str, str] | str | None = None,
        *,
        name: str = "",
        caption: str = "",
        of: Any = None,
        **labels: str,
    ) -> Table:
        """A pandas frame or series as a table; its numbers rest on what `number` says.

        `units`, by column, or one for all that lack it, is for columns of numbers that the frame changed, unless the
        name ends in a unit, as spend_usd does; `name` is by default the name that the result is given; `labels` are
        headings by column name. A named index becomes columns; x_low and x_high become a range x; a missing value stays
        empty. Values of single rows of a dataset are withheld from pages, as in an answer. Raises StoryError, or
        ToolkitError, with every column that a table cannot hold, and as `number` does.
        """
        return self._table(frame, units=units or {}, name=name, caption=caption, of=of, labels=labels)

    def _table(self, frame: Any, **about: Any) -> Table:
        table = table_from_frame(self.slug, self.inputs, self.database, frame, **about)
        self.inputs.tables.append(table)
        self._use(table.rests_on[0])
        return table

    def declaration(self, name: str) -> Declaration:
        """The list of choices data/declarations/<name>.yml. Raises DataFileError with every problem of it."""
        from toolkit.reported.declaration_file import read_declaration

        self.database.file(f"data/declarations/{name}.yml")  # for the trace: a changed list runs the story again
        return read_declaration(self.database.project, name)

    def choice(
        self, label: str, id: str, names: Mapping[str, str] | None = None, declared: str = "central", **options: Number
    ) -> Number:
        """An assumption that readers of the page may change: low=…, central=…, high=…; it is the `declared` one.

        What is computed from it is computed again for each option. `id` begins the address of an option; `names` say
        what each is, by default its value. Raises StoryError with all that is wrong, NumberError for another dimension.
        """
        reader_choice = self.choices[id] = make_choice(self, label, id, names or {}, declared, options)
        publish_states(self.choices)
        return reader_choice.number(declared)

    def by_choice(self, choice: Number, **texts: str | Text | Number) -> Text:
        """Words that a choice decides: a text for each of its options, by name. Raises StoryError for other options."""
        return words_by(self, choice, texts)

    def finding(self, name: str, number: Number, label: str = "") -> Number:
        """Names a number as a finding of this story, and returns it with its label; "" keeps the label it has.

        Raises StoryError if another value has the name, or the name is not topic.lower_case_name.
        """
        where = f"story {self.slug}, finding {name!r}"
        if not isinstance(number, Number):
            raise _no_number(where, number)
        if not FINDING.fullmatch(name):
            raise StoryError(where, "no name for a finding", "topic.lower_case_name", "rename it")
        if name in self.findings and self.findings[name] != number:
            raise StoryError(
                where,
                f"{number}, but it was {self.findings[name]}",
                "one value for a name",
                "give the second finding a name of its own",
            )
        refuse_fixed(number, self.choices)
        self.findings[name] = labelled = number.named(label or number.label)
        self.labels[name] = label
        return labelled

    def chart(
        self,
        table: Any,
        form: str = "",
        *,
        title: str | Text = "",
        subtitle: str | Text = "",
        notes: str | Text = "",
        alt: str | Text = "",
        id: str = "",
        units: Mapping[str, str] | str | None = None,
        narrow: Any = None,
        notes_at: Any = (),
        **encodings: Cell,
    ) -> Chart:
        """A chart of Altair, or of a table in a `form` of toolkit/charts/forms, with the form's encodings as keywords.

        `id` names its files, by default the table's name. A frame that an Altair chart is made of, and that is no
        table's, becomes one as by `table`, with `units`; `narrow` is another one for phones, if the first has no
        room in 340 pixels. `notes_at` are words on the chart, each made by `toolkit.note`. Raises StoryError for
        unknown arguments, encodings that do not fit the table, notes at places that the chart does not have; with every
        text that is missing or has a typed number; for an alt text that is too short, too long, or the title again; and
        for data without a source.
        """
        altair: dict[str, Any] = {}
        of_altair = is_altair(table)
        where = f"story {self.slug}, chart {id or ('of Altair' if of_altair else getattr(table, 'name', '')) or '…'}"
        if of_altair:
            refuse_unknown(encodings, (), where)
            words_beside = f"{title} {subtitle} {notes}"
            table, altair = self._split(altair_charts(table, narrow, where), id, units or {}, words_beside)
            form = ALTAIR
        else:
            refuse_other_than_table(table, form, where, units=units, narrow=narrow)
            refuse_unfit(table, form, encodings, where)
            altair = scales_of(table, self.database.units)
        name = (id or table.name).replace("_", "-")
        where = f"story {self.slug}, chart {name}"
        annotations = read_annotations(notes_at, table, where)
        texts = {"title": title, "subtitle": subtitle, "notes": notes, "alt": alt}
        words, problems = chart_words(texts, table, where)
        problems += [*table.withheld, *id_problems(name, where)]
        if problems:
            raise StoryError(problems)
        source, project = self._source_line(table, annotations), self.database.project
        chart = Chart(
            name, form, table, encodings, **words, source=source, project=project, altair=altair, notes_at=annotations
        )
        refuse_fixed(chart, self.choices)
        self.charts[name] = chart
        return chart

    def _split(
        self, charts: Mapping[str, Any], name: str, units: Mapping[str, str] | str, words: str
    ) -> tuple[Table, dict[str, Any]]:
        """The table of a chart of Altair, and the rest of it for the page."""

        def table_of(frame: Any, drawn: Collection[str]) -> Table:
            return self.inputs.table_of(frame) or self._table(frame, units=units, name=name, drawn=drawn)

        maker = TableMaker(table_of, self.inputs.table_of, self.sql, units, self.database, self.inputs.answers, words)
        return split_chart(charts, f"story {self.slug}, chart {name or 'of Altair'}", name or "chart", maker)

    def _source_line(self, table: Table, notes: Sequence[ChartNote]) -> str:
        """The sources of a chart's numbers, oldest first, and "our computation" unless all numbers are as reported."""
        numbers = (*table.numbers, *table.rests_on, *(number for note in notes for number in note.numbers))
        leaves = dict.fromkeys(leaf for number in numbers for leaf in number.leaves())
        ids = dict.fromkeys(source for leaf in leaves for source in self.database.sources_of(leaf))
        sources = [self.database.source(name) for name in ids]
        sources.sort(key=lambda source: (source["published"] or "9999", source["id"]))
        locale = self.database.units.locale
        publishers = publisher_lines(((source["publisher"], source["published"]) for source in sources), locale)
        kind = max((table.kind, *(number.kind for note in notes for number in note.numbers)))
        computed = [] if publishers and kind == Kind.REPORTED else [locale.say("our computation")]
        return "; ".join([*publishers, *computed])

    def picture(
        self, path: str, *, alt: str = "", credit: str = "", licence: str = "", caption: str = "", id: str = ""
    ) -> Picture:
        """A photograph or scan, a file in notebooks/ by its path from there, with who made it and under which licence.

        `alt` says what it shows; `id` names its files, by default the file's name. The page has it in two widths,
        without what the camera wrote into it. Raises StoryError with all that is wrong or missing.
        """
        return picture_of(self.database, self.slug, path, alt, credit, licence, caption, id)

    def record(self) -> dict[str, Any]:
        """The story for the edition, as JSON (`story_record.py`)."""
        return record_of(self)


def open_story(slug: str, project: Project | None = None) -> Story:
    """Opens a story on the project's database, which is built first if data/ changed.

    None is the project around the working directory. Raises DataFileError with every problem in data/, ToolkitError
    where there is no project.
    """
    story = Story(slug, database_of(project or find_project()))
    story.database.file("data/names_with_digits.txt")  # for the trace: prose reads it by itself
    register(story.database)
    sys.audit(OPENED, story)  # recorded where a build runs the notebook (`kernel_extension.py`)
    return story


def usage_log_made_from(project: Project, name: str, developers: int | None, weeks: int | None, seed: int) -> str:
    """A fingerprint of all that a usage log is made from. Raises ToolkitError as `Story.usage_log` does."""
    return made_from(project, name, developers, weeks, seed)


def _no_number(where: str, value: object) -> StoryError:
    """The error for a value that is no number; of a dataset's that may not be published it says why."""
    if isinstance(value, UnpublishableNumber):
        return StoryError([replace(value.problem, where=where)])
    return StoryError(where, f"the bare value {value!r}", "a Number", FROM_PANDAS)
