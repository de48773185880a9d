"""The gallery: of every form a picture, code to copy and its encodings, made of the forms' own examples.

`python -m toolkit.charts.gallery FOLDER` writes it, with each example as pages have it, at both widths, simulated and
not: the pictures that the tests compare. The same forms give the same bytes.
"""

from __future__ import annotations

import json
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

from toolkit.charts import FORMS, draw_svg, standalone
from toolkit.charts.drawing import LAYOUTS, Annotation, Cell, Drawing
from toolkit.charts.encodings import Encoding, Form
from toolkit.charts.example import simulated
from toolkit.charts.forms import load_examples

HEAD = """# Chart gallery

Every form of chart, drawn from a small invented table. A form is asked for by its name, as in
`story.chart(table, "{first}", …)`. The columns of your table take the place of those here. An encoding that a form does
not know, and a column that the table lacks, are refused in the cell, with the nearest name. A chart of Altair is
published by the same call: see [pandas and Altair](../pandas.md).

Each form, and each chart of Altair, takes `notes_at`: words on the chart, made by `note`, as in
[lines](#lines), [scatter](#scatter) and [bars](#bars). [Notebooks](../notebooks.md#notes-on-a-chart) says how.

`make gallery` writes this page from the examples in `toolkit/charts/forms/`. What it writes is what the tests compare.

| form | the question it answers |
| --- | --- |
"""
DRAWN = "drawn"  # the folder of pictures for the tests
PLACE = "limit"  # a number that a note stands at
SHOWN = 3  # rows of an example's table
WIDTH = 100  # characters of a line of code
LONG = 28  # characters of a cell: longer ones are cut


def _files() -> Iterator[tuple[str, str]]:
    """(name, text) of each file of the gallery."""
    yield "README.md", gallery_page()
    for name, example in load_examples().items():
        yield f"{name}.svg", standalone(example()) + "\n"
        yield from drawn(example())


def drawn(drawing: Drawing) -> Iterator[tuple[str, str]]:
    """(name, text) of the pictures of an example, which take the reader's colours, light or dark.

    Raises ToolkitError for an example that cannot be drawn.
    """
    for made, kind in ((drawing, ""), (simulated(drawing), "-simulated")):
        for width in LAYOUTS:
            colours = f"<style>{made.palette.css_variables()}svg{{background:var(--paper)}}</style>"
            picture = draw_svg(made, width).replace("</desc>", f"</desc>{colours}", 1)
            yield f"{DRAWN}/{drawing.form}-{width}{kind}.svg", picture.replace("><", ">\n<") + "\n"


def gallery_page() -> str:
    """The page in Markdown."""
    index = "".join(f"| [`{name}`](#{name}) | {form.question} |\n" for name, form in FORMS.items())
    sections = (section(FORMS[name], example()) for name, example in load_examples().items())
    return HEAD.format(first="bars") + index + "".join(sections)


def section(form: Form, drawing: Drawing) -> str:
    """One form: its picture, the code that draws it, the beginning of its table, and what its encodings mean."""
    return (
        f"\n## {form.name}\n\n{form.question}\n\n![{drawing.alt}]({form.name}.svg)\n\n"
        f"[On a phone]({DRAWN}/{form.name}-narrow.svg), "
        f"[of simulated numbers]({DRAWN}/{form.name}-wide-simulated.svg).\n\n"
        f"```python\n{code(drawing)}\n```\n\n{_table(drawing)}\n{encodings(form)}"
    )


def code(drawing: Drawing) -> str:
    """The call of a notebook that draws the example."""
    columns = ", ".join(drawing.rows[0])
    given = [f"{name}={_quoted(value)}" for name, value in drawing.encodings.items()]
    given += [f"notes_at=[{', '.join(map(annotation_source, drawing.notes_at))}]"] if drawing.notes_at else []
    words = [line for name in ("title", "subtitle", "notes", "alt") for line in _worded(name, getattr(drawing, name))]
    lines = [
        *(
            [f'{PLACE} = story["a-source"]["a_figure"]']
            if drawing.annotated_values("x") or drawing.annotated_values("y")
            else []
        ),
        f'rows = story.sql("SELECT {columns} FROM my_data")',
        f'story.chart(rows, "{drawing.form}",',
        *_lines_of(given),
        *(f"    {line}" for line in words),
    ]
    return "\n".join([*lines[:-1], f"{lines[-1].removesuffix(',')})"])


def _quoted(value: object) -> str:
    """A value as code has it, words in the quotation marks that this project's code has."""
    return json.dumps(value, ensure_ascii=False)


def annotation_source(note: Annotation) -> str:
    """A note on the chart as code has it."""
    places = []
    for axis in ("x", "y"):
        ends = [PLACE if isinstance(end, Cell) else _quoted(end) for end in getattr(note, axis)]
        places += [f"{axis}={ends[0] if len(ends) == 1 else f'({ends[0]}, {ends[1]})'}"] if ends else []
    return f"note({', '.join([_quoted(note.label), *places])})"


def _worded(name: str, text: str) -> list[str]:
    """An argument of words, in pieces on lines of their own where it is long."""
    parts = textwrap.wrap(text, WIDTH - 20, drop_whitespace=False)
    lines = [f"{name}={_quoted(parts[0])}", *(" " * 4 + _quoted(part) for part in parts[1:])]
    return [*lines[:-1], f"{lines[-1]},"]


def _lines_of(arguments: list[str]) -> list[str]:
    """Arguments of a call in lines, none broken."""
    lines: list[str] = []
    for argument in arguments:
        if lines and len(lines[-1]) + len(argument) < WIDTH:
            lines[-1] += f" {argument},"
        else:
            lines.append(f"    {argument},")
    return lines


def _table(drawing: Drawing) -> str:
    """The first rows of an example's table."""
    columns = list(drawing.rows[0])
    rows = [[_cell(row.get(column)) for column in columns] for row in drawing.rows[:SHOWN]]
    more = len(drawing.rows) - len(rows)
    return markdown([columns, *rows]) + (f"\n… and {more} more rows.\n" if more > 0 else "")


def _cell(value: str | Cell | None) -> str:
    """A cell as the page shows it."""
    text = value.text if isinstance(value, Cell) else value or ""
    return text if len(text) <= LONG else f"{text[: LONG - 1]}…"


def encodings(form: Form) -> str:
    """What each encoding takes and means, as a list."""
    return "".join(f"- `{name}`, {meaning(encoding)}\n" for name, encoding in form.encodings.items())


def meaning(encoding: Encoding) -> str:
    """What an encoding takes, whether it is needed, and what it means, with its choices and its default."""
    need = ", required" if encoding.required else f", for rows of {encoding.role}" if encoding.role else ""
    choices = f" ({', '.join(encoding.choices)})" if encoding.choices else ""
    default = f"; without it {encoding.default}" if encoding.default not in (None, "") else ""
    return f"{encoding.takes}{need}: {encoding.says}{choices}{default}"


def markdown(rows: list[list[str]]) -> str:
    """A table in Markdown, its first row the header."""
    lines = ["| " + " | ".join(text.replace("|", "\\|") for text in row) + " |" for row in rows]
    return "\n".join([lines[0], "|" + " --- |" * len(rows[0]), *lines[1:]]) + "\n"


def _write(folder: Path) -> None:
    """Writes the gallery into a folder, and deletes pictures of forms that no longer exist."""
    made = dict(_files())
    (folder / DRAWN).mkdir(parents=True, exist_ok=True)
    for name, text in made.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    for path in folder.rglob("*.svg"):
        if path.relative_to(folder).as_posix() not in made:
            path.unlink()


if __name__ == "__main__":
    _write(Path(sys.argv[1]))
