"""The roles {quote} and {source} of prose: what stands in them, held against the source that they name."""

from __future__ import annotations

from markupsafe import Markup

from toolkit.core.errors import StoryError, ToolkitError
from toolkit.notebook.prose import QUOTE, split_source
from toolkit.site.citations import Citations
from toolkit.site.markdown import curly


def linked(role: str, content: str, citations: Citations, where: str) -> Markup:
    """A quotation, or words that name a source, as a link to it in the page's list of sources, where it then stands.

    Raises StoryError as `source_and_words` does.
    """
    source, words = source_and_words(role, content, citations, where)
    citations.used.setdefault(source)
    markup = Markup("<q>{}</q>").format(words) if role == QUOTE else words
    return Markup('<a class="q" href="#s-{}">{}</a>').format(source, markup)


def source_and_words(role: str, content: str, citations: Citations, where: str) -> tuple[str, str]:
    """(source id, words with curly quotation marks) of a role.

    Raises StoryError if no source is named, none has the id, or a quotation is not among the quotes of its source.
    """
    source, words = split_source(role, content, where)
    database = citations.sourcing.database
    try:
        database.source(source)
    except ToolkitError as error:
        (problem,) = error.problems
        raise StoryError(
            where, f"{{{role}}}`{content}`: no source {source!r}", problem.allowed, problem.remedy
        ) from error
    quotes = database.quotes(source)
    if role == QUOTE and not any(_plain(words) in _plain(quote) for quote in quotes):
        raise StoryError(
            where,
            f"{{quote}}`{content}`: not among the quotes of {source}",
            "; ".join(quotes) or "none is entered",
            f"enter the words with their place in data/sources/{source}.yml, or say them without marks",
        )
    return source, curly(words)


def _plain(text: str) -> str:
    return curly(" ".join(text.split()))
