"""Reads OFD, the Chinese national format for fixed pages: text, tables, seals, attachments.

Source: GB/T 33190-2016. The structure is read by `ofd/file.py`, a page by `ofd/page.py`, its
reading order by `ofd/layout.py`, tables by `ofd/tables.py`, seals by `ofd/seals.py`.

Residual risks: scripts and actions are not run, links not followed; extensions (7.3, Extensions)
and versions before the current one are not read. Enciphered packages are told as such.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from model.document import Block, BlockKind, Box, Document, Page, ReadRequest, Rows, Table
from model.finding import Finding
from parsers.documents.embedded import Sink
from parsers.documents.garbled import is_garbled
from parsers.documents.ofd.beside import object_key, properties, take_attachments
from parsers.documents.ofd.file import (
    OfdFile,
    PageRef,
    child,
    content,
)
from parsers.documents.ofd.geometry import MM_TO_POINTS, BoxMm
from parsers.documents.ofd.layout import Piece, page_text, pieces_of
from parsers.documents.ofd.objects import OfdText
from parsers.documents.ofd.page import OfdPage, read_page
from parsers.documents.ofd.seals import read_signatures, seals_of
from parsers.documents.ofd.tables import DrawnTable, drawn_tables
from parsers.documents.ofd.unseen import image_coverage, unseen
from parsers.documents.ooxml.package import Unreadable, unless_broken
from parsers.documents.pages import page_list

_FEW_CHARACTERS = 30
_SCAN_COVERAGE = 0.5


def read_ofd(path: Path, request: ReadRequest, media_type: str) -> Document:
    """The whole of one OFD, up to the limits; what cannot be read is a finding."""

    def read() -> Document:
        with OfdFile(path, request.limits) as ofd:
            return _Reading(ofd, request, media_type).document()

    return unless_broken(media_type, read)


@dataclass(slots=True)
class _ReadPage:
    """One page as it was read. layer: its text is that of somebody's OCR under a picture."""

    number: int
    width: float
    height: float
    text: str
    blocks: list[Block] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    scan: bool = False
    layer: bool = False
    garbled: bool = False
    odd: bool = False
    too_complex: bool = False


class _Reading:
    """One OFD while it is read."""

    def __init__(self, ofd: OfdFile, request: ReadRequest, media_type: str) -> None:
        self._ofd = ofd
        self._request = request
        self._media_type = media_type
        self._left = request.limits.characters
        self._cut = False
        self._pages: list[_ReadPage] = []
        self._broken: list[int] = []
        self._objects: dict[str, str] = {}
        self._links: list[str] = []
        self._comments = 0

    def document(self) -> Document:
        ofd, limits = self._ofd, self._request.limits
        if not ofd.pages:
            raise Unreadable("document.broken")
        if len(ofd.pages) > limits.pages:
            count, most = str(len(ofd.pages)), str(limits.pages)
            self._find("document.limit_pages", pages=count, limit=most)
        for ref in ofd.pages[: limits.pages]:
            if self._cut:
                break
            try:
                self._pages.append(self._page(ref))
            except Unreadable as error:
                self._broken.append(ref.number)
                if error.finding.code != "document.broken_part":
                    ofd.findings.append(error.finding)
        sink = Sink(self._request)
        for one in ofd.documents:
            take_attachments(ofd, one, sink)
        numbers = {ref.id: ref.number for ref in ofd.pages}
        signed = read_signatures(ofd)
        seals, signatures = seals_of(signed, numbers, self._request.into, limits.image_pixels)
        changed = [one.signer for one in signatures if one.unchanged is False]
        if changed:
            self._find("ofd.changed_after_signing", signers="、".join(changed))
        self._sum_up()
        return Document(
            self._media_type,
            blocks=tuple(block for page in self._pages for block in page.blocks),
            pages=tuple(Page(one.number, one.text, "text", one.width, one.height)
                        for one in self._pages),
            tables=tuple(table for page in self._pages for table in page.tables),
            seals=tuple(seals),
            signatures=tuple(signatures),
            embedded=sink.found,
            scanned=tuple(one.number for one in self._pages
                          if one.scan or one.layer or one.garbled),
            properties=properties(ofd, self._objects),
            findings=_once([*ofd.findings, *sink.findings]),
            readable=bool(self._pages),
        )  # fmt: skip

    def _page(self, ref: PageRef) -> _ReadPage:
        page = read_page(self._ofd, ref)
        if page.cut:
            self._find("document.limit_parts", part=ref.part)
        self._links += page.links
        flags = unseen(page)
        texts = [(at, one) for at, one in enumerate(page.objects) if isinstance(one, OfdText)]
        self._remember(ref, texts)
        seen = [one for at, one in texts if at not in flags]
        coverage = image_coverage(page)
        pictured = coverage >= _SCAN_COVERAGE and _letters(seen) <= _FEW_CHARACTERS
        under = [one for at, one in texts if flags.get(at) in ("transparent", "covered")]
        layer = pictured and _letters(under) > _FEW_CHARACTERS
        if layer:
            flags = {at: why for at, why in flags.items() if why not in ("transparent", "covered")}
            seen = [one for at, one in texts if at not in flags]
        pieces = self._within_limit(piece for one in seen for piece in pieces_of(one))
        tables, too_complex = drawn_tables(page.objects, pieces, self._request.limits.table_columns)
        text = page_text(pieces)
        read = _ReadPage(
            ref.number, page.width * MM_TO_POINTS, page.height * MM_TO_POINTS, text,
            scan=pictured and not layer, layer=layer, garbled=is_garbled(text),
            odd=bool(flags), too_complex=too_complex,
        )  # fmt: skip
        self._blocks(read, page, pieces, tables)
        self._odd(read, page, flags)
        return read

    def _within_limit(self, pieces: Iterable[Piece]) -> list[Piece]:
        kept: list[Piece] = []
        for piece in pieces:
            self._left -= len(piece.text)
            if self._left < 0:
                self._cut = True
                break
            kept.append(piece)
        return kept

    def _blocks(
        self, read: _ReadPage, page: OfdPage, pieces: list[Piece], tables: list[DrawnTable]
    ) -> None:
        """The page from top to bottom: text, table, text, …"""
        source = f"page {read.number}"
        method = "text layer" if read.layer else "text"
        left = list(pieces)
        whole: list[str] = []
        for table in tables:
            inside = {id(piece) for piece in table.inside}
            above = [one for one in left if id(one) not in inside and one.centre[1] < table.box[1]]
            gone = inside | {id(one) for one in above}
            left = [one for one in left if id(one) not in gone]
            text = page_text(above)
            if text:
                read.blocks.append(
                    Block(BlockKind.PARAGRAPH, text, source, read.number, method=method)
                )
            cells = _joined(table.rows)
            whole += [text, cells]
            read.tables.append(Table(read.number, table.rows))
            boxes = tuple(tuple(cell and _points(cell) for cell in row) for row in table.boxes)
            read.blocks.append(
                Block(BlockKind.TABLE, cells, source, read.number, _points(table.box), "grid",
                      rows=table.rows, boxes=boxes)
            )  # fmt: skip
        text = page_text(left)
        if text:
            read.blocks.append(Block(BlockKind.PARAGRAPH, text, source, read.number, method=method))
        if tables:
            read.text = "\n".join(part for part in (*whole, text) if part)
        for remark in page.remarks:
            self._comments += 1
            read.blocks.append(Block(BlockKind.COMMENT, remark[:10_000], source, read.number))

    def _odd(self, read: _ReadPage, page: OfdPage, flags: dict[int, str]) -> None:
        """What nobody sees, as blocks of its own, one for each reason."""
        for flag in sorted(set(flags.values())):
            texts = [one for at, one in enumerate(page.objects)
                     if flags.get(at) == flag and isinstance(one, OfdText)]  # fmt: skip
            pieces = self._within_limit(piece for one in texts for piece in pieces_of(one))
            box = (
                min(one.box[0] for one in texts), min(one.box[1] for one in texts),
                max(one.box[2] for one in texts), max(one.box[3] for one in texts),
            )  # fmt: skip
            read.blocks.append(
                Block(BlockKind.PARAGRAPH, page_text(pieces), f"page {read.number}", read.number,
                      _points(box), flags=(flag,))
            )  # fmt: skip

    def _remember(self, ref: PageRef, texts: list[tuple[int, OfdText]]) -> None:
        """Text by the IDs of its page and object, for custom tags that point at it."""
        if not content(child(ref.document.element, "CustomTags")):
            return
        for _at, one in texts:
            key = object_key(ref.document, ref.id, one.id)
            self._objects[key] = self._objects.get(key, "") + one.text

    def _sum_up(self) -> None:
        if self._broken and not self._pages:
            self._find("document.broken")
        elif self._broken:
            self._find("document.broken_pages", pages=page_list(self._broken))
        if self._cut:
            self._find("document.limit_text", limit=str(self._request.limits.characters))
        every = self._pages
        self._tell("document.scanned", pages=[one for one in every if one.scan])
        self._tell("document.text_layer", pages=[one for one in every if one.layer])
        self._tell("document.garbled", pages=[one for one in every if one.garbled])
        self._tell("document.odd_text", pages=[one for one in every if one.odd])
        self._tell("document.tables_not_read", pages=[one for one in every if one.too_complex])
        if self._comments:
            self._find("document.comments", count=str(self._comments))
        if self._links:
            told = "、".join(dict.fromkeys(link[:80] for link in self._links[:3]))
            self._find("document.external_links", count=str(len(self._links)), targets=told)

    def _tell(self, code: str, pages: list[_ReadPage]) -> None:
        if pages:
            self._find(code, pages=page_list(page.number for page in pages))

    def _find(self, code: str, **params: str) -> None:
        self._ofd.findings.append(Finding(code, params=params))


def _once(findings: list[Finding]) -> tuple[Finding, ...]:
    return tuple(one for at, one in enumerate(findings) if one not in findings[:at])


def _letters(texts: Iterable[OfdText]) -> int:
    return sum(len("".join(one.text.split())) for one in texts)


def _joined(rows: Rows) -> str:
    return "\n".join("\t".join(row) for row in rows)


def _points(box: BoxMm) -> Box:
    x0, y0, x1, y1 = (side * MM_TO_POINTS for side in box)
    return x0, y0, x1, y1
