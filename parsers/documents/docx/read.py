"""Reads .docx, .docm, .dotx and .dotm: every story of the document, in order.

Order of the blocks: body, footnotes, endnotes, comments, headers, footers, drawn diagrams.
Source: ECMA-376 part 1, 11.3 (parts of a WordprocessingML package), part 2 clause 11
(core properties).

Documents put into the body (altChunk) are read in turn and stand in their place; embedded files
are handed to the sink, and so are pictures that fill a page or are all there is.

Residual risks: macros are neither run nor read; links to outside are never followed.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from lxml import etree

from model.document import UNSEEN, Block, BlockKind, Document, Embedded, Page, ReadRequest, Table
from model.finding import Finding
from parsers.documents.docx.changes import Changes, field_links
from parsers.documents.docx.inserted import read_inserted
from parsers.documents.docx.look import paper
from parsers.documents.docx.numbering import Numbering
from parsers.documents.docx.properties import core_properties
from parsers.documents.docx.styles import Styles
from parsers.documents.docx.walk import Budget, Story, Walker
from parsers.documents.embedded import Sink
from parsers.documents.ooxml.names import W
from parsers.documents.ooxml.package import Package, Relation, Unreadable, unless_broken
from parsers.documents.ooxml.parts import (
    drawn_texts,
    main_part,
    package_properties,
    take_extras,
    take_pictures,
    targets,
)

_MAX_CELLS = 1_000_000
"""Cells of all tables together, empty ones of merged cells included."""
_FEW_CHARACTERS = 30
_STORIES: tuple[tuple[str, BlockKind, str], ...] = (
    ("footnotes", BlockKind.NOTE, W + "footnote"),
    ("endnotes", BlockKind.NOTE, W + "endnote"),
    ("comments", BlockKind.COMMENT, W + "comment"),
    ("header", BlockKind.HEADER, ""),
    ("footer", BlockKind.FOOTER, ""),
)
"""Kind of relationship, of block, and the element that holds one entry ("" for the root)."""
_DRAWN = ("diagramData", "chart")
_ODD = {"hidden", "white", "tiny", "off_page"}


def read_docx(path: Path, request: ReadRequest, media_type: str) -> Document:
    """The whole of one word processor document; what cannot be read is a finding."""
    return read_docx_inside(path, request, media_type, depth=0)


def read_docx_inside(path: Path, request: ReadRequest, media_type: str, depth: int) -> Document:
    """As `read_docx`. depth: how many documents it was put into, one within the other."""

    def read() -> Document:
        with Package(path, request.limits) as package:
            return _Reading(package, request, media_type, depth).document()

    return unless_broken(media_type, read)


class _Reading:
    """One document while it is read."""

    def __init__(self, package: Package, request: ReadRequest, media_type: str, depth: int) -> None:
        limits = request.limits
        self._package = package
        self._request = request
        self._depth = depth
        self._limits = limits
        self._sink = Sink(request)
        self._changes = Changes()
        self._scans: list[str] = []
        self._links: list[str] = []
        self._embedded: list[Embedded] = []
        self._media_type = media_type
        self._findings: list[Finding] = []
        self._budget = Budget(limits.characters, _MAX_CELLS, limits.table_columns)
        self._blocks: list[Block] = []
        self._tables: list[Table] = []

    def document(self) -> Document:
        main = main_part(self._package, "word/document.xml")
        body = self._package.xml(main)
        relations = self._relations(main)
        walker = Walker(
            Styles(self._side_part(relations, "styles")),
            Numbering(self._side_part(relations, "numbering")),
            self._budget,
            paper(body),
            dark=body.find(W + "background") is not None,
        )
        self._story(walker, body, Story(main), relations)
        for kind, block_kind, entry in _STORIES:
            for target in targets(relations, kind):
                self._side_story(walker, target, block_kind, entry)
        for kind in _DRAWN:
            for target in targets(relations, kind):
                self._drawn(target)
        text = "\n".join(block.text for block in self._blocks if _seen(block))
        pictures = [block.source for block in self._blocks if block.kind is BlockKind.IMAGE]
        only = bool(pictures) and len("".join(text.split())) <= _FEW_CHARACTERS
        take_pictures(self._package, self._sink, pictures if only else self._scans)
        self._sum_up()
        if only:
            self._find("document.pictures_only", count=str(len(pictures)))
        return Document(
            self._media_type,
            blocks=tuple(self._blocks),
            pages=(Page(1, text),),
            tables=tuple(self._tables),
            embedded=(*self._sink.found, *self._embedded),
            properties=self._properties(),
            findings=tuple(self._findings),
        )

    def _find(self, code: str, **params: str) -> None:
        finding = Finding(code, params=params)
        if finding not in self._findings:
            self._findings.append(finding)

    def _relations(self, part: str) -> tuple[Relation, ...]:
        try:
            return self._package.relations(part)
        except Unreadable as error:
            self._findings.append(error.finding)
            return ()

    def _xml(self, part: str) -> etree._Element | None:
        """A part beside the body; None with a finding where it cannot be read."""
        try:
            return self._package.xml(part)
        except Unreadable as error:
            if error.finding not in self._findings:
                self._findings.append(error.finding)
            return None

    def _side_part(self, relations: tuple[Relation, ...], kind: str) -> etree._Element | None:
        found = targets(relations, kind)
        return self._xml(found[0]) if found else None

    def _side_story(self, walker: Walker, part: str, kind: BlockKind, entry: str) -> None:
        root = self._xml(part)
        if root is None:
            return
        relations = self._relations(part)
        if not entry:
            self._story(walker, root, Story(part, kind), relations)
            return
        self._changes.count(root)
        for element in walker.in_order_called(root.iter(entry)):
            # Separators are entries too, but lines, not text (17.11.23).
            if element.get(W + "type") in (None, "normal"):
                story = Story(part, kind)
                self._story(walker, element, story, relations)

    def _story(
        self, walker: Walker, root: etree._Element, story: Story, relations: tuple[Relation, ...]
    ) -> None:
        story.pictures.update(
            (relation.id, relation.target)
            for relation in relations
            if relation.kind == "image" and not relation.external
        )
        if root.getparent() is None:
            self._changes.count(root)
        self._links += field_links(root)
        walker.walk(root, story)
        self._scans += story.scans
        self._insert(story, relations)
        self._blocks += story.blocks
        self._tables += story.tables

    def _insert(self, story: Story, relations: tuple[Relation, ...]) -> None:
        """Reads the documents put into a story, and sets their blocks in their places."""
        parts = {one.id: one.target for one in relations if not one.external}
        shift = 0
        for before, relation in story.foreign:
            part = parts.get(relation, "")
            made = None
            if part and not self._budget.text_cut:
                with suppress(Unreadable):
                    data = self._package.read(part)
                    made = read_inserted(
                        data, part, self._request, self._budget.characters, self._depth
                    )
            if made is None or not made.readable:
                self._find("document.part_not_read", part=part or relation)
                continue
            self._budget.characters -= sum(len(block.text) for block in made.blocks)
            place = before + shift
            story.blocks[place:place] = made.blocks
            shift += len(made.blocks)
            story.tables += made.tables
            self._embedded += made.embedded
            self._findings += [one for one in made.findings if one not in self._findings]

    def _drawn(self, part: str) -> None:
        """The text of a diagram or chart, paragraph by paragraph (DrawingML 21.1.2.2.6)."""
        root = self._xml(part)
        if root is None:
            return
        for text in drawn_texts(root):
            if len(text) > self._budget.characters:
                self._budget.text_cut = True
                return
            self._budget.characters -= len(text)
            self._blocks.append(Block(BlockKind.TEXT_BOX, text, source=part))

    def _sum_up(self) -> None:
        comments = sum(block.kind is BlockKind.COMMENT for block in self._blocks)
        odd = sum(not _ODD.isdisjoint(block.flags) for block in self._blocks)
        for finding in self._changes.findings():
            self._find(finding.code, **finding.params)
        if comments:
            self._find("document.comments", count=str(comments))
        if odd:
            self._find("document.hidden_text", count=str(odd))
        for finding in take_extras(self._package, self._sink, self._links):
            self._find(finding.code, **finding.params)
        if self._budget.text_cut:
            self._find("document.limit_text", limit=str(self._limits.characters))
        if self._budget.cells_cut:
            self._find("document.limit_cells")

    def _properties(self) -> dict[str, str]:
        return package_properties(self._package) | core_properties(self._package)


def _seen(block: Block) -> bool:
    return bool(block.text) and UNSEEN.isdisjoint(block.flags)
