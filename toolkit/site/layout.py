"""From a notebook's cells to the parts of a page, in the order in which the author put them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from toolkit.charts import Palette
from toolkit.core.errors import Problem, StoryError, collect_problems
from toolkit.notebook import mime
from toolkit.notebook.cell_checks import cell_location
from toolkit.notebook.cell_settings import has_tag, visibility_of
from toolkit.notebook.front_matter import FrontMatter, front_matter_of
from toolkit.notebook.prose import EVAL
from toolkit.notebook.run import Executed
from toolkit.site.anchors import slug
from toolkit.site.annex import ENDING, Cells
from toolkit.site.body import Section, SectionPart
from toolkit.site.chart_states import chart_in_states, table_in_states
from toolkit.site.choices import Choices
from toolkit.site.citations import Citations
from toolkit.site.exhibits import RenderedChart, render_chart
from toolkit.site.headline import refuse_no_summary, refuse_without_head
from toolkit.site.inlines import Inline, fixed, inline_of
from toolkit.site.markdown import PLACEHOLDER, Block, inline_number, with_placeholders
from toolkit.site.markdown_html import blocks
from toolkit.site.pictures import RenderedPicture, render_picture
from toolkit.site.sentences import FrontParagraph, front_paragraphs
from toolkit.site.source_roles import linked

if TYPE_CHECKING:  # importing nbformat takes a while
    from nbformat import NotebookNode

METHOD = "How we did it"
IDS_OF_PAGE = tuple(  # of its own sections, which no heading of an author's takes
    "story sources corrections cite glossary numbers questions pandas code certainty watch more annex".split()
)
ID_OF_OTHERS = re.compile(r"(?:chart|table|figures|picture|title|term|noted?|[rnsqp])-")  # how ids of exhibits … begin


@dataclass
class PageLayout:
    """The page of a story, or of its annex, laid out: head, sections, and the `code` of cells that show nothing.

    `lay_out` fills it from `cells`. `receipt` makes the HTML of a reference's receipt. Of an annex, `annexed_to` is the
    layout of the story's page. `front` and `front_chart` are for the front page alone. `links` are those to the edition
    itself, each with its cell. `choices` are those of the story's page.
    """

    story: Executed
    cells: Cells
    citations: Citations
    palette: Palette
    annexed_to: PageLayout | None = None
    choices: Choices = field(default_factory=Choices)
    title: SectionPart = SectionPart()
    dek: SectionPart = SectionPart()
    finding: SectionPart = SectionPart()
    sections: list[Section] = field(default_factory=lambda: [Section()])
    code: list[str] = field(default_factory=list)
    front: list[FrontParagraph] = field(default_factory=list)
    front_chart: RenderedChart | None = None
    links: list[tuple[str, str]] = field(default_factory=list)
    _notes: list[str] = field(default_factory=list)
    _ids: set[str] = field(default_factory=lambda: set(IDS_OF_PAGE))
    _inlines: dict[int, Inline] = field(default_factory=dict)  # what stands for each placeholder, by its number

    def __post_init__(self) -> None:
        if self.annexed_to:  # an id leads to one place of the two pages, so that links hold when a cell changes page
            self._ids |= self.annexed_to._ids

    def lay_out(self) -> PageLayout:
        """Lays out all cells. Raises StoryError naming each cell that a page cannot take."""
        front_cells = []  # for the front page alone
        problems: list[Problem] = []
        if self.annexed_to is None:
            self._lay_out_dek()
        for number, cell in self.cells:
            where = cell_location(self.story.slug, number, cell.source)
            with collect_problems(problems):
                if has_tag(cell, "front"):
                    front_cells.append((cell, where))
                elif cell.cell_type == "markdown" and visibility_of(cell).source:
                    self._lay_out_prose(cell, where, has_tag(cell, "method"))
                elif cell.cell_type == "code":
                    self._lay_out_code(cell, where)
        if problems:
            raise StoryError(problems)
        if self.annexed_to is None:
            refuse_without_head(self.story.slug, *(part.words for part in self.head))
        for cell, where in front_cells:  # last, for their numbers lead to places in the text
            self._lay_out_front(cell, where)
        return self

    def _lay_out_dek(self) -> None:
        where = f"story {self.story.slug}, front matter, dek"
        for block in blocks(self.front_matter.dek, where):
            self.dek = self._part(block)

    @property
    def path(self) -> str:
        """The file of the page in the edition."""
        return f"{self.story.slug}{ENDING if self.annexed_to else ''}.html"

    @property
    def front_matter(self) -> FrontMatter:
        """What the story says of itself."""
        return front_matter_of(self.story.notebook.metadata)

    @property
    def language(self) -> str:
        """The tag of the language that the story is written in; the project's if it does not say."""
        return self.front_matter.language or self.citations.sourcing.database.project.language

    @property
    def parts(self) -> Iterator[SectionPart]:
        """All parts of the page below its head, in order."""
        return (part for section in self.sections for part in section.parts)

    @property
    def charts(self) -> list[RenderedChart]:
        """All charts of the page in order."""
        return [part.chart for part in self.parts if part.chart]

    @property
    def pictures(self) -> list[RenderedPicture]:
        """All photographs and scans of the page in order."""
        return [part.picture for part in self.parts if part.picture]

    @property
    def head(self) -> tuple[SectionPart, SectionPart, SectionPart]:
        """Headline, dek (of the front matter) and finding (the first paragraph or list); an annex has no finding."""
        return self.title, self.dek, self.finding

    @property
    def words(self) -> Iterator[str]:
        """All words of the page, in order, for the glossary; of charts title, subtitle and notes."""
        yield from (part.words for part in self.head)
        for section in self.sections:
            yield section.words
            for part in section.parts:
                yield part.words
                if part.chart:
                    yield from (part.chart.title, part.chart.subtitle, part.chart.notes)

    @property
    def _section(self) -> Section:
        return self.sections[-1]

    @property
    def _started(self) -> bool:
        """Whether anything stands below the head."""
        return len(self.sections) > 1 or bool(self._section.parts)

    def _lay_out_front(self, cell: NotebookNode, where: str) -> None:
        """Adds the sentences, or the small chart, of a cell tagged `front`, which is for the front page alone."""
        visibility = visibility_of(cell)
        if cell.cell_type == "markdown" and visibility.source:
            self.front += front_paragraphs(cell, where, self.story.slug, self.citations)
        for output in cell.get("outputs", []) if visibility.outputs else ():
            if mime.CHART in output.get("data", {}):
                title = self.title.words or self.story.slug
                self.front_chart = render_chart(
                    output.data[mime.CHART], 0, 2, self.story.slug, title, self.citations, self.palette
                )

    # prose

    def _lay_out_prose(self, cell: NotebookNode, where: str, method: bool) -> None:
        if method and not self._section.has_method_cells and self._section.words != METHOD:
            self.sections.append(Section(self._id(METHOD), Markup(METHOD), METHOD, folded=True, has_method_cells=True))
        elif not method and self._section.has_method_cells:
            self.sections.append(Section())
        source = self._with_placeholders(cell, where)
        for block in blocks(source, where, self._notes):
            self.links += [(where, link) for link in block.links]
            if block.kind == "heading" and block.level <= 2:
                self._lay_out_heading(block, where, method)
                continue
            part = self._part(block)
            if self.annexed_to and block.kind == "paragraph" and not (self.dek.words or self._started):
                self.dek = part
            elif self.annexed_to or self.finding.words:
                self._section.parts.append(part)
            else:
                self.finding = part  # before it is refused: the next list is none
                refuse_no_summary(block, part, where)

    def _lay_out_heading(self, block: Block, where: str, method: bool) -> None:
        if block.level == 1:
            if self.title.words:
                remedy = "use ## for sections, or tag the cell annex: a page of its own begins with it"
                raise StoryError(where, "a second headline", "one # heading in a story", remedy)
            self.title = self._part(block)
        elif method and self._section.has_method_cells and not self._section.parts:
            part = self._part(block)
            self._section.heading, self._section.words = part.html, part.words
        else:
            part = self._part(block)
            folded = (method or part.words == METHOD) and self.annexed_to is None
            self.sections.append(Section(self._id(part.words), part.html, part.words, folded, method))

    def _id(self, words: str) -> str:
        """An id made of words, which no other thing of the page has: "costs", then "costs-2"."""
        first_id = slug(words) or "section"
        if ID_OF_OTHERS.match(first_id):
            first_id = f"section-{first_id}"
        id_, count = first_id, 1
        while id_ in self._ids:
            count += 1
            id_ = f"{first_id}-{count}"
        self._ids.add(id_)
        return id_

    def _with_placeholders(self, cell: NotebookNode, where: str) -> str:
        """The source of a cell with a placeholder for each role, whose number in HTML is kept in `_inlines`."""
        source, roles = with_placeholders(cell.source, len(self._inlines), where)
        results = iter(cell.metadata.get("user_expressions", ()))
        for role, content in roles:
            if role != EVAL:
                self._inlines[len(self._inlines)] = fixed(linked(role, content, self.citations, where))
                continue
            expression = next(results, None)
            data = expression["result"]["data"] if expression and expression["expression"] == content else {}
            inline = inline_of(data, self.citations, self.choices, where)
            if inline is None:
                raise StoryError(where, f"{{eval}}`{content}` has no number", "a notebook that was run", "build again")
            self._inlines[len(self._inlines)] = inline
        return source

    def _part(self, block: Block) -> SectionPart:
        """A block with numbers for placeholders."""
        inlines = [self._inlines[inline_number(placeholder)] for placeholder in PLACEHOLDER.findall(block.html)]

        def inline(placeholder: re.Match[str]) -> Inline:
            return self._inlines[inline_number(placeholder[0])]

        html = PLACEHOLDER.sub(lambda match: inline(match).html, block.html)
        words = PLACEHOLDER.sub(lambda match: inline(match).words, block.words)
        text_in_states = PLACEHOLDER.sub(lambda match: inline(match).text_in_states, escape(block.words))
        if block.level > 2:
            html = f'<h{block.level} id="{self._id(words)}">{html}</h{block.level}>'
        references = tuple(reference for number in inlines for reference in number.references)
        all_references = tuple(reference for number in inlines for reference in number.all_references)
        return SectionPart(Markup(html), words, Markup(text_in_states), references, all_references)

    # code and what it shows

    def _lay_out_code(self, cell: NotebookNode, where: str) -> None:
        visibility = visibility_of(cell)
        parts = list(self._published(cell, where)) if visibility.outputs else []
        source = cell.source.strip() if visibility.source else ""
        if parts and not parts[-1].is_prose:
            parts[-1] = replace(parts[-1], code=source)
        elif source:
            self.code.append(source)
        self._section.parts += parts

    def _published(self, cell: NotebookNode, where: str) -> Iterator[SectionPart]:
        """What the toolkit made of a cell's outputs; anything else is not published (`left_out.py`)."""
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if mime.CHART in data:
                yield SectionPart(chart=self._chart(data, where))
            elif mime.TABLE in data:
                table = data[mime.TABLE]
                caption = table.get("caption") or table["name"].replace("_", " ").capitalize()
                name = f"table-{table['name'].replace('_', '-')}"
                if any(part.table and part.table.id == name for page in self._pages for part in page.parts):
                    allowed = "each table once, by its name: the variable that it is given to, or name="
                    remedy = 'name one of the two: story.table(…, name="…"), or give it to a variable of another name'
                    raise StoryError(where, f"the table {table['name']} again", allowed, remedy)
                yield SectionPart(table=table_in_states(data, name, caption, self.citations, self.choices, where))
            elif mime.PICTURE in data:
                yield SectionPart(picture=self._picture(data[mime.PICTURE], where))
            elif inline := inline_of(data, self.citations, self.choices, where):
                html = Markup("<p>{}</p>").format(inline.html)
                yield SectionPart(html, inline.words, inline.text_in_states, inline.references, inline.all_references)

    def _picture(self, picture: Mapping[str, str], where: str) -> RenderedPicture:
        if any(picture["id"] == other.id for page in self._pages for other in page.pictures):
            raise StoryError(
                where, f"the picture {picture['id']} again", "each picture once", "give one an id of its own"
            )
        return render_picture(picture, self.story.slug, self.citations.sourcing.database.project, where)

    def _chart(self, data: Mapping, where: str) -> RenderedChart:
        chart = data[mime.CHART]
        earlier = [other for page in self._pages for other in page.charts]
        if any(chart["id"] == other.id for other in earlier):
            problem, remedy = f"a second chart with the id {chart['id']}", 'name one of them: story.chart(…, id="…")'
            raise StoryError(where, problem, "an id of its own for each: the name of its table, or id=", remedy)
        level = 3 if self._section.heading else 2
        title = self.title.words or self.story.slug
        rendered = render_chart(chart, len(earlier) + 1, level, self.story.slug, title, self.citations, self.palette)
        return replace(
            chart_in_states(rendered, data, self.citations, self.choices, self.palette, where), page=self.path
        )

    @property
    def _pages(self) -> list[PageLayout]:
        """The story's page, and, of an annex, the annex."""
        return [self.annexed_to, self] if self.annexed_to else [self]
