"""What was read out of one file, each piece with its origin."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from model.finding import Finding

Box = tuple[float, float, float, float]
"""x0, y0, x1, y1 in points (1/72 inch), origin at the upper left corner of the page."""

Rows = tuple[tuple[str, ...], ...]


class BlockKind(StrEnum):
    HEADING = "heading"
    PARAGRAPH = "paragraph"
    TABLE = "table"
    TEXT_BOX = "text_box"
    NOTE = "note"
    HEADER = "header"
    FOOTER = "footer"
    COMMENT = "comment"
    IMAGE = "image"


@dataclass(frozen=True, slots=True)
class Block:
    """One piece in reading order.

    source: the part of the file ("word/document.xml", "page 3"). page: from 1, 0 where the format
    has no pages. method: "text", "grid", "ocr rapidocr 3.10.0", … confidence: 0 to 1.
    flags: "hidden", "deleted", "inserted", "tiny", "white", "off_page", "repaired".
    rows: the cells of a table, row by row; a merged cell stands once, others of it are "".
    """

    kind: BlockKind
    text: str
    source: str = ""
    page: int = 0
    box: Box | None = None
    method: str = "text"
    confidence: float = 1.0
    flags: tuple[str, ...] = ()
    rows: Rows = ()
    level: int = 0


@dataclass(frozen=True, slots=True)
class Page:
    """One page; a format without pages has a single one. source: "text" or "ocr"."""

    number: int
    text: str
    source: str = "text"


@dataclass(frozen=True, slots=True)
class Table:
    """A table as cells; page 0 where the format has no pages."""

    page: int
    rows: Rows


@dataclass(frozen=True, slots=True)
class Field:
    """The value beside a label of a form."""

    name: str
    value: str
    page: int = 0
    box: Box | None = None
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Seal:
    """A seal seen on a page. kind: "round", "oval", "electronic". Advice, never a verdict."""

    page: int
    box: Box
    kind: str
    text: str = ""
    confidence: float = 0.0


@dataclass(frozen=True, slots=True)
class Document:
    """One file as read. media_type: by content. readable: False where it was only filed.

    scanned: pages (from 1) that hold an image and next to no text.
    """

    media_type: str
    blocks: tuple[Block, ...] = ()
    pages: tuple[Page, ...] = ()
    tables: tuple[Table, ...] = ()
    fields: tuple[Field, ...] = ()
    seals: tuple[Seal, ...] = ()
    scanned: tuple[int, ...] = ()
    properties: dict[str, str] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    readable: bool = True

    @property
    def text(self) -> str:
        """The text as a person would read it, hidden and deleted text left out."""
        return "\n".join(
            block.text
            for block in self.blocks
            if block.text and "hidden" not in block.flags and "deleted" not in block.flags
        )


@dataclass(frozen=True, slots=True)
class ReadLimits:
    """What reading one file may cost. Times are seconds, sizes are bytes."""

    wall_seconds: float = 120.0
    memory_bytes: int = 2 << 30
    part_bytes: int = 64 << 20
    total_bytes: int = 256 << 20
    pages: int = 2_000
    characters: int = 20_000_000
    table_columns: int = 256
