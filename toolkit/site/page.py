"""Makes a story's page of an executed notebook: one HTML file that fetches nothing and runs no script."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from functools import cache, partial
from html import escape
from typing import TYPE_CHECKING

from markupsafe import Markup

from toolkit.charts import read_palette, share_picture
from toolkit.core.errors import ToolkitError
from toolkit.core.kind import KINDS, Kind
from toolkit.core.number import Number, nodes_from_json
from toolkit.core.project import Project
from toolkit.database.open import Database
from toolkit.database.query import read_question
from toolkit.notebook.run import Executed
from toolkit.site import annex, interactive, metadata, story_ending, watching
from toolkit.site.body import pop_used
from toolkit.site.choices import Choices
from toolkit.site.citations import Citations, label_of
from toolkit.site.edition import Document, EditionContext, Page, Summary, front_chart
from toolkit.site.findings import findings_of_few_claims
from toolkit.site.finishing import PLACE_OF_OTHERS, finished, refuse_heavy, with_own_fonts
from toolkit.site.glossary import glossary
from toolkit.site.headline import headline
from toolkit.site.kept_files import KeptFiles
from toolkit.site.layout import PageLayout
from toolkit.site.markdown import curly
from toolkit.site.page_fonts import PageFonts
from toolkit.site.receipts import Receipts
from toolkit.site.sourcing import Sourcing, count, listed
from toolkit.site.style import (
    OF_STORIES,
    SHARED,
    TEMPLATES,
    in_quotes,
    mark_invisible_characters,
    tint,
    without_style,
)
from toolkit.site.table_style import card_labels

if TYPE_CHECKING:  # importing Jinja takes a while
    from jinja2 import Environment

TOPIC = "claims-"  # how the names of pages of claims begin
TEXT_FILES = (".html", ".svg", ".json")  # in which invisible characters are marked; tables mark them by the cell
OTHER_PAGES = {"index", "claims", "recheck"}  # of an edition, that are no stories


@cache
def templates() -> Environment:
    """The templates of pages. Importing Jinja takes a while, so a build calls this early."""
    from jinja2 import Environment, FileSystemLoader

    from toolkit.site.template_cache import TemplateCache

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES / "report"),
        bytecode_cache=TemplateCache(TEMPLATES),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["verbatim"] = verbatim
    environment.filters["in_quotes"] = in_quotes
    environment.globals["KINDS"] = KINDS
    return environment


def verbatim(code: str) -> Markup:
    """Code as text of an element, in which quotation marks stand as they are."""
    return Markup(escape(code, quote=False))


def edition_context(project: Project, executed: Iterable[Executed], day: date = date.min) -> EditionContext:
    """What these stories' pages need to know of their edition, from [tool.toolkit] and the headlines.

    What was due before `day` is overdue.

    Raises ToolkitError if the site's address is no URL, a colour is wrong, or a story has the name of another page.
    """
    settings = project.settings
    stories = tuple((story.slug, headline(story)) for story in executed)
    slugs = {slug for slug, _ in stories}
    reserved = (
        OTHER_PAGES | {slug + annex.ENDING for slug in slugs} | {slug for slug in slugs if slug.startswith(TOPIC)}
    )
    for slug in slugs & reserved:
        raise ToolkitError(
            f"notebooks/{slug}.ipynb",
            f"the edition has a page {slug}.html of its own",
            "any other name",
            "rename the notebook",
        )
    site = str(settings.get("site", "")).rstrip("/")
    on = "" if day == date.min else day.isoformat()
    return EditionContext(
        settings.get("name", project.root.name), site, stories, read_palette(project), on, project.language
    )


def render(story: Executed, database: Database, edition: EditionContext, last: Page | None = None) -> Page:
    """The page of a story, whole; `last` is as in `laid_out`. Raises StoryError as `laid_out` and `refuse_heavy` do."""
    page = with_own_fonts(laid_out(story, database, edition, last), edition, templates())
    page = finished(page, edition, templates())
    refuse_heavy(page)
    return page


def laid_out(story: Executed, database: Database, edition: EditionContext, last: Page | None = None) -> Page:
    """The page of a story but for its style and the other stories that it names, which `finished` puts in.

    `last` is the page of its last layout by the same code. Raises StoryError if the notebook holds what a page cannot
    show.
    """
    files_of_last = KeptFiles({made_of: last.files[name] for name, made_of in last.made_of.items()} if last else {})
    own_cells, annex_cells = annex.split(story)
    layout = _layout(story, own_cells, database, edition)
    annexed = _layout(story, annex_cells, database, edition, layout) if annex_cells else None
    view = _view(layout, database, edition, annexed)
    return Page(
        story.slug,
        layout.title.words,
        layout.dek.words,
        _document(layout, view),
        _files(layout, edition, files_of_last) | (_files(annexed, edition, files_of_last) if annexed else {}),
        _summary(layout, view),
        tuple(sorted(layout.citations.claims | (annexed.citations.claims if annexed else {}))),
        _document(annexed, _view(annexed, database, edition)) if annexed else None,
        findings_of_few_claims(layout) + (findings_of_few_claims(annexed) if annexed else ()),
        {part.path: part.citations.stated() for part in (layout, annexed) if part},
        files_of_last.made_of,
        last.fonts if last else PageFonts(),
    )


def _layout(
    story: Executed, cells: annex.Cells, database: Database, edition: EditionContext, main: PageLayout | None = None
) -> PageLayout:
    """The layout of a story's page, or of its annex where `main` is the layout of the page itself.

    An annex has the questions and the code in pandas of both.
    """
    numbers = nodes_from_json(story.record["nodes"], database.units)
    citations = Citations(Sourcing(database), numbers, queries=story.record.get("queries", {}))
    if main:
        citations.questions |= main.citations.questions
        citations.codes |= main.citations.codes
    choices = Choices() if main else Choices.of(story.record)
    return PageLayout(story, cells, citations, edition.palette, main, choices).lay_out()


def _document(layout: PageLayout, view: dict) -> Document:
    """The HTML file of a layout, with places for what is put in, and the CSS that holds for it alone."""
    parts = [part for section in layout.sections for part in section.parts]
    tables = [table for part in parts if (table := part.table or (part.chart and part.chart.table))]
    is_annex = layout.annexed_to is not None
    sheets = (SHARED, OF_STORIES) if is_annex else ()
    html = without_style(
        "story.html.j2", templates(), {**view, "stylesheets": sheets, "place_of_others": PLACE_OF_OTHERS}
    )
    return Document(
        layout.path,
        layout.title.words,
        html,
        tint(layout.citations.references) + card_labels(tables) + layout.choices.css,
        len(layout.charts),
        bool(layout.choices),
        bool(layout.pictures),
        is_annex,
        tuple(layout.links),
    )


def _shared(layout: PageLayout) -> tuple[str, str]:
    """Path and alt text of the picture that a link to the story shows."""
    return metadata.shared(layout.story.slug, layout.title.words, next(iter(layout.charts), None))


def _files(layout: PageLayout, edition: EditionContext, files_of_last: KeptFiles) -> dict[str, bytes]:
    """The files of a layout's pictures and charts, by name in the story's folder."""
    files: dict[str, bytes] = {}
    edition, title = replace(edition, stories=(), language=layout.language), layout.title.words
    for picture in layout.pictures:
        files |= picture.files
    for chart in layout.charts:
        files |= chart.files
        if chart is layout.charts[0] and not layout.annexed_to:
            drawing = chart.as_declared.drawing
            card = partial(share_picture, drawing, title, edition.name)
            files[metadata.SHARE] = files_of_last.file(metadata.SHARE, (drawing, title, edition.name), card)
        files |= interactive.chart_files(
            chart.as_declared, edition, layout.story.slug, title, templates(), files_of_last
        )
    return {name: _marked(content) if name.endswith(TEXT_FILES) else content for name, content in files.items()}


def _marked(content: bytes) -> bytes:
    return mark_invisible_characters(content.decode()).encode()


def _view(layout: PageLayout, database: Database, edition: EditionContext, annexed: PageLayout | None = None) -> dict:
    """All that the page's template shows, by the names in it; `annexed` is the annex of a story that has one."""
    main = layout.annexed_to
    as_of = _as_of(layout.citations) or (_as_of(main.citations) if main else None)
    terms = database.call(glossary, list(layout.words))
    beside = [term for term in terms if term.beside]
    head = _head_view(layout, database, as_of)
    article = metadata.article(layout, edition, as_of, head["sources"], head["corrections"])
    return {
        **head,
        "edition": edition,
        "json": metadata.script_json(article),
        "watch": watching.due(database, layout.story.slug, layout.citations, edition.day),
        "annex": annexed
        and {"path": annexed.path, "title": annexed.title, "entries": annex.contents(annexed.sections)},
        "head_terms": pop_used(beside, [part.words for part in layout.head]),
        "sections": [(section, list(section.pieces(beside))) for section in layout.sections],
        "glossary": terms,
        **_ending_view(layout, annexed),
        **metadata.addresses(edition.site, layout.path, *_shared(main or layout)),
    }


def _head_view(layout: PageLayout, database: Database, as_of: str | None) -> dict:
    """What stands before the sections, and the sources and corrections, which the page's metadata has too."""
    citations, main, front_matter = layout.citations, layout.annexed_to, layout.front_matter
    lead = [reference.number for part in layout.head for reference in part.all_references]
    kind = max((number.kind for number in lead), default=Kind.REPORTED)
    return {
        "slug": layout.story.slug,
        "description": metadata.description(layout.dek.words or layout.title.words),
        "language": layout.language,
        "direction": front_matter.direction,
        "authors": listed(front_matter.authors),
        "kicker": "" if main else curly(front_matter.kicker),
        "claim": "" if main else curly(front_matter.claim),
        "above": main and {"path": main.path, "title": main.title.words},
        "title": layout.title,
        "dek": layout.dek,
        "finding": layout.finding,
        "choices": layout.choices,
        "as_of": citations.sourcing.date(as_of),
        "as_of_iso": as_of,
        "published": citations.sourcing.date(front_matter.day),
        "published_iso": front_matter.day,
        "origins": _origins(citations, lead),
        "kind": "" if main else database.units.locale.say(KINDS[str(kind)]),
        "higher": _higher(layout, kind),
        "sources": story_ending.source_entries(citations),
        "corrections": [] if main else story_ending.corrections(database, layout.story.record),
        "cited": story_ending.cited_findings(layout.story.record, citations, lead, layout.choices),
        "cited_title": story_ending.inside_quotes(layout.title.text_in_states),
    }


def _ending_view(layout: PageLayout, annexed: PageLayout | None) -> dict:
    """The receipts, and what stands after the sections; what a page shares with its annex stands in the annex alone."""
    citations, main = layout.citations, layout.annexed_to
    receipts = Receipts(citations)
    view = {
        "receipts": [
            receipts.of(reference) for reference in citations.references if reference.receipt == reference.position
        ],
        "numbers": citations.notes(),
        "workings": annexed.path if annexed else "",
    }
    if annexed:
        return view | {"code": [], "questions": [], "codes": [], "certainties": []}
    return view | {
        "code": [*(main.code if main else ()), *layout.code],
        "questions": _questions(citations),
        "codes": list(citations.codes.items()),
        "certainties": story_ending.certainties(citations, main.citations.claims if main else ()),
    }


def _origins(citations: Citations, numbers: Iterable[Number]) -> str:
    """How many origins the figures and series rows behind these numbers have: "two origins"; empty for none."""
    origins = citations.sourcing.database.figure_origins(sorted({leaf.ref or "" for leaf in citations.leaves(numbers)}))
    return count(len(origins), "origin", "origins") if origins else ""


def _as_of(citations: Citations) -> str | None:
    """The date of the newest source that the page uses, by the rule of all pages; None if none has one."""
    return citations.sourcing.newest(citations.used)


def _higher(layout: PageLayout, kind: Kind) -> str:
    """The kinds, in words, of numbers and charts of the page that are higher than `kind`, the kind of the head."""
    kinds = {reference.kind for reference in layout.citations.references} | {chart.kind_name for chart in layout.charts}
    say = layout.citations.units.locale.say
    higher = [other for other in Kind if other > max(kind, Kind.COMPUTED) and str(other) in kinds]
    return listed([say(KINDS[str(other)]) for other in higher])


def _questions(citations: Citations) -> list[tuple[str, str]]:
    return [
        (name, (sql or read_question(citations.sourcing.database, name)).strip())
        for name, sql in sorted(citations.questions.items())
    ]


def _summary(layout: PageLayout, view: dict) -> Summary:
    """What the front page says of a story; its number is the last of its first sentence there, or the head's."""
    position = layout.front[0].position if layout.front else 0
    of_front = [reference for reference in layout.citations.references if reference.position == position]
    of_head = [reference for part in layout.head[::-1] for reference in part.references]
    reference = next(iter([*of_front, *of_head]), None)
    kind = max((reference.number.kind for reference in [*of_front, *of_head]), default=Kind.REPORTED)
    short = replace(reference.number, style=replace(reference.number.style, words=False)).short if reference else ""
    label = label_of(layout.citations.labelled(reference.number)) if reference else ""
    first = next(iter(layout.charts), None)
    return Summary(
        finding=layout.finding.words,
        sentences=tuple(layout.front),
        kind=layout.citations.units.locale.say(KINDS[str(kind)]),
        as_of=view["as_of"],
        as_of_iso=view["as_of_iso"] or "",
        number=short,
        label=label,
        place=f"n-{reference.position}" if reference else "",
        small_chart=front_chart(layout.front_chart) if layout.front_chart else None,
        lead_chart=front_chart(first.as_declared) if first else None,
        corrections=tuple(view["corrections"]),
        published_iso=view["published_iso"],
    )
