"""Reads .docx, .docm, .dotx and .dotm: every story of the document, in order.

Order of the blocks: body, footnotes, endnotes, comments, headers, footers, drawn diagrams.
Source: ECMA-376 part 1, 11.3 (parts of a WordprocessingML package), part 2 clause 11
(core properties).

Residual risks: macros are neither run nor read; embedded objects and inserted foreign documents
are named in findings, not opened; links to outside are never followed.
"""

from __future__ import annotations

from pathlib import Path

from lxml import etree

from model.document import Block, BlockKind, Document, Page, ReadLimits, ReadRequest, Table
from model.finding import Finding
from parsers.documents.docx_numbering import Numbering
from parsers.documents.docx_properties import core_properties
from parsers.documents.docx_styles import Styles
from parsers.documents.docx_walk import Budget, Story, Walker
from parsers.documents.ooxml import A, W
from parsers.documents.package import Package, Relation, Unreadable

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
_EMBEDDED = ("oleObject", "package")
_PROPERTIES = {
    "title": "title", "subject": "subject", "creator": "creator", "lastModifiedBy": "modified_by",
    "created": "created", "modified": "modified", "Application": "application",
    "Company": "company", "Pages": "pages",
}  # fmt: skip


def read_docx(path: Path, request: ReadRequest, media_type: str) -> Document:
    """The whole of one word processor document; what cannot be read is a finding."""
    try:
        with Package(path, request.limits) as package:
            return _Reading(package, request.limits, media_type, path).document()
    except Unreadable as error:
        finding = error.finding
        if finding.code == "document.broken_part":
            finding = Finding("document.broken")
        return Document(media_type, findings=(finding,), readable=False)
    except RecursionError:
        # The parser holds nesting to 256 levels; what is deeper in a walk is no real document.
        return Document(media_type, findings=(Finding("document.broken"),), readable=False)


class _Reading:
    """One document while it is read."""

    def __init__(self, package: Package, limits: ReadLimits, media_type: str, path: Path) -> None:
        self._package = package
        self._path = path
        self._limits = limits
        self._media_type = media_type
        self._findings: list[Finding] = []
        self._budget = Budget(limits.characters, _MAX_CELLS, limits.table_columns)
        self._blocks: list[Block] = []
        self._tables: list[Table] = []

    def document(self) -> Document:
        main = self._main_part()
        body = self._package.xml(main)
        relations = self._relations(main)
        walker = Walker(
            Styles(self._side_part(relations, "styles")),
            Numbering(self._side_part(relations, "numbering")),
            self._budget,
        )
        self._story(walker, body, Story(main), relations)
        for kind, block_kind, entry in _STORIES:
            for target in _targets(relations, kind):
                self._side_story(walker, target, block_kind, entry)
        for kind in _DRAWN:
            for target in _targets(relations, kind):
                self._drawn(target)
        self._sum_up(relations)
        text = "\n".join(block.text for block in self._blocks if _seen(block))
        pictures = sum(block.kind is BlockKind.IMAGE for block in self._blocks)
        if pictures and len("".join(text.split())) <= _FEW_CHARACTERS:
            self._find("document.pictures_only", count=str(pictures))
        return Document(
            self._media_type,
            blocks=tuple(self._blocks),
            pages=(Page(1, text),),
            tables=tuple(self._tables),
            properties=self._properties(),
            findings=tuple(self._findings),
        )

    def _find(self, code: str, **params: str) -> None:
        finding = Finding(code, params=params)
        if finding not in self._findings:
            self._findings.append(finding)

    def _main_part(self) -> str:
        for target in _targets(self._package.relations(""), "officeDocument"):
            if target in self._package:
                return target
        return "word/document.xml"

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
        targets = _targets(relations, kind)
        return self._xml(targets[0]) if targets else None

    def _side_story(self, walker: Walker, part: str, kind: BlockKind, entry: str) -> None:
        root = self._xml(part)
        if root is None:
            return
        relations = self._relations(part)
        if not entry:
            self._story(walker, root, Story(part, kind), relations)
            return
        for element in root.iter(entry):
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
        walker.walk(root, story)
        self._blocks += story.blocks
        self._tables += story.tables
        parts = {relation.id: relation.target for relation in relations}
        for foreign in story.foreign:
            self._find("document.part_not_read", part=parts.get(foreign, foreign))

    def _drawn(self, part: str) -> None:
        """The text of a diagram or chart, paragraph by paragraph (DrawingML 21.1.2.2.6)."""
        root = self._xml(part)
        if root is None:
            return
        for paragraph in root.iter(A + "p"):
            text = "".join(piece.text or "" for piece in paragraph.iter(A + "t"))
            if not text.strip():
                continue
            if len(text) > self._budget.characters:
                self._budget.text_cut = True
                return
            self._budget.characters -= len(text)
            self._blocks.append(Block(BlockKind.TEXT_BOX, text, source=part))

    def _sum_up(self, relations: tuple[Relation, ...]) -> None:
        embedded = sum(relation.kind in _EMBEDDED for relation in relations)
        if embedded:
            self._find("document.embedded", count=str(embedded))
        if self._budget.text_cut:
            self._find("document.limit_text", limit=str(self._limits.characters))
        if self._budget.cells_cut:
            self._find("document.limit_cells")

    def _properties(self) -> dict[str, str]:
        found: dict[str, str] = {}
        relations = self._relations("")
        for kind in ("core-properties", "extended-properties"):
            root = self._side_part(relations, kind)
            for element in () if root is None else root:
                if isinstance(element.tag, str):
                    name = _PROPERTIES.get(etree.QName(element).localname)
                    if name and element.text and element.text.strip():
                        found[name] = element.text.strip()[:1000]
        return found | (core_properties(self._path) or {})


def _targets(relations: tuple[Relation, ...], kind: str) -> list[str]:
    """Parts that are related in that way, each once, in the file's order."""
    return list(
        dict.fromkeys(
            relation.target
            for relation in relations
            if relation.kind == kind and not relation.external and relation.target
        )
    )


def _seen(block: Block) -> bool:
    return bool(block.text) and "hidden" not in block.flags and "deleted" not in block.flags
