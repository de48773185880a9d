"""What may not be given to a chart or a finding, and the call that does it."""

from __future__ import annotations

import difflib
from pathlib import Path

from toolkit.core.errors import StoryError
from toolkit.database.table import Table

FORMS = Path(__file__).parents[1] / "charts" / "forms"  # importing them would load Altair into every kernel
FROM_PANDAS = 'compute it from figures, or bring it back from pandas: story.number(value, "unit", how="what it is")'
WORDS = "title=…, subtitle=…, notes=…, alt=…"


def refuse_other_than_table(table: object, form: str, where: str) -> None:
    """Raises StoryError for a frame or anything else that is no Table, and for an unknown form."""
    library = type(table).__module__.partition(".")[0]
    if hasattr(table, "iloc"):
        raise StoryError(
            where,
            f"a {type(table).__name__} of {library}, whose values have no receipt",
            "a Table",
            f'bring it back with its receipt: story.chart(story.table(frame, name="…"), "{form or "bars"}", …), '
            "or draw it with Altair: story.chart(alt.Chart(frame)…, …)",
        )
    if not isinstance(table, Table):
        raise StoryError(
            where, f"a {type(table).__name__}", "a Table", f'story.chart(table, "{form or "bars"}", {WORDS})'
        )
    if form not in forms():
        near = difflib.get_close_matches(form, forms(), 1)
        raise StoryError(
            where,
            f"unknown form {form!r}" if form else "no form",
            ", ".join(forms()),
            f'story.chart(table, "{near[0] if near else "bars"}", …)',
        )


def forms() -> list[str]:
    """The names of the forms of charts: each is a module of the folder."""
    return sorted(path.stem for path in FORMS.glob("[!_]*.py"))
