"""Reads .pptx, .ppsx, .potx and their forms with macros: slides in the order of the show.

Source: ECMA-376 part 1, 13.3 (parts of a presentation), 19.2.1.34 (slide list), 19.3.1.38 (slide),
19.4 (comments).

Residual risks: what stands on a slide only through its layout or master (a logo, a motto) is not
read. Animations are not played: what appears and goes is all there at once.
"""

from __future__ import annotations

from pathlib import Path

from lxml import etree

from model.document import Block, BlockKind, Document, ReadRequest
from model.finding import Finding
from parsers.documents.embedded import Sink
from parsers.documents.ooxml.names import R, number
from parsers.documents.ooxml.package import Package, Relation, Unreadable, unless_broken
from parsers.documents.ooxml.parts import (
    drawn_texts,
    main_part,
    package_properties,
    take_extras,
    take_pictures,
    targets,
)
from parsers.documents.slides.shapes import (
    EMU_PER_POINT,
    P,
    Place,
    ShapeReader,
    placeholder_places,
)
from parsers.documents.slides.show import SlideShow


def read_pptx(path: Path, request: ReadRequest, media_type: str) -> Document:
    """The whole of one presentation; what cannot be read is a finding."""

    def read() -> Document:
        with Package(path, request.limits) as package:
            return _Presentation(package, request, media_type).document()

    return unless_broken(media_type, read)


class _Presentation:
    """One presentation while it is read."""

    def __init__(self, package: Package, request: ReadRequest, media_type: str) -> None:
        self._package = package
        self._limits = request.limits
        self._media_type = media_type
        self._sink = Sink(request)
        self._show = SlideShow(request.limits)
        self._findings: list[Finding] = []
        self._size = (0.0, 0.0)
        self._layouts: dict[str, dict[str, Place]] = {}

    def document(self) -> Document:
        main = main_part(self._package, "ppt/presentation.xml")
        root = self._package.xml(main)
        size = root.find(P + "sldSz")
        if size is not None:
            self._size = (float(number(size.get("cx"), 0, most=1 << 30)),
                          float(number(size.get("cy"), 0, most=1 << 30)))  # fmt: skip
            self._show.width, self._show.height = (one / EMU_PER_POINT for one in self._size)
        parts = {
            one.id: one.target
            for one in self._relations(main)
            if one.kind == "slide" and not one.external
        }
        listed = root.findall(f"{P}sldIdLst/{P}sldId")
        for element in listed:
            part = parts.get(element.get(R + "id", ""))
            if part is None:
                self._tell(Finding("document.broken_part", params={"part": "slide"}))
            elif self._show.slide():
                self._slide(part)
        pictures = self._show.pictures
        take_pictures(self._package, self._sink, pictures)
        for finding in take_extras(self._package, self._sink):
            self._tell(finding)
        return self._show.document(
            self._media_type, count=len(listed), properties=package_properties(self._package),
            embedded=self._sink.found, findings=tuple(self._findings),
        )  # fmt: skip

    def _slide(self, part: str) -> None:
        root = self._xml(part)
        if root is None:
            return
        relations = self._relations(part)
        flags = ("hidden",) if root.get("show") in ("0", "false") else ()
        self._add(self._shapes(part, root, relations), flags)
        for notes in targets(relations, "notesSlide"):
            self._add(self._notes(notes), flags)
        for comments in targets(relations, "comments"):
            self._add(self._comments(comments), flags)

    def _add(self, blocks: list[Block], flags: tuple[str, ...]) -> None:
        for block in blocks:
            marks = tuple(dict.fromkeys((*block.flags, *flags)))
            self._show.add(
                Block(
                    block.kind, block.text, block.source, box=block.box, method=block.method,
                    flags=marks, rows=block.rows, level=block.level,
                )
            )  # fmt: skip

    def _shapes(
        self, part: str, root: etree._Element, relations: tuple[Relation, ...]
    ) -> list[Block]:
        tree = root.find(f"{P}cSld/{P}spTree")
        if tree is None:
            return []
        related = {one.id: one.target for one in relations if not one.external}
        layout: dict[str, Place] = {}
        for name in targets(relations, "slideLayout")[:1]:
            layout = self._layout(name)
        reader = ShapeReader(
            part, self._size, related, layout, self._drawn, self._limits.table_columns
        )
        made = list(reader.blocks(tree))
        self._show.cells_cut |= reader.cells_cut
        return made

    def _layout(self, part: str) -> dict[str, Place]:
        """Places of a layout's placeholders, those of its master where it gives none."""
        if part not in self._layouts:
            root = self._xml(part)
            places = {} if root is None else placeholder_places(root)
            for master in targets(self._relations(part), "slideMaster")[:1]:
                root = self._xml(master)
                above = {} if root is None else placeholder_places(root)
                places = {
                    **{name: place for name, place in above.items() if name[:1] != "#"},
                    **places,
                }
            self._layouts[part] = places
        return self._layouts[part]

    def _notes(self, part: str) -> list[Block]:
        root = self._xml(part)
        made: list[Block] = []
        for shape in () if root is None else root.iter(P + "sp"):
            holder = shape.find(f"*/{P}nvPr/{P}ph")
            if holder is not None and holder.get("type") in (
                "sldNum",
                "dt",
                "sldImg",
                "hdr",
                "ftr",
            ):
                continue
            text = "\n".join(drawn_texts(shape))
            if text:
                made.append(Block(BlockKind.NOTE, text, part))
        return made

    def _comments(self, part: str) -> list[Block]:
        root = self._xml(part)
        if root is None:
            return []
        said = [element.text or "" for element in root.iter(P + "text")] or drawn_texts(root)
        return [Block(BlockKind.COMMENT, text, part) for text in said if text.strip()]

    def _drawn(self, part: str) -> list[str]:
        if not part.endswith(".xml"):
            return []
        root = self._xml(part)
        return [] if root is None else drawn_texts(root)

    def _relations(self, part: str) -> tuple[Relation, ...]:
        try:
            return self._package.relations(part)
        except Unreadable as error:
            self._tell(error.finding)
            return ()

    def _xml(self, part: str) -> etree._Element | None:
        try:
            return self._package.xml(part)
        except Unreadable as error:
            self._tell(error.finding)
            return None

    def _tell(self, finding: Finding) -> None:
        if finding not in self._findings:
            self._findings.append(finding)
