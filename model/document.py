"""What was read out of one file, each piece with its origin."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from model.finding import Finding

Box = tuple[float, float, float, float]
"""x0, y0, x1, y1 in points (1/72 inch), origin at the upper left corner of the page."""

Rows = tuple[tuple[str, ...], ...]

UNSEEN = frozenset({"hidden", "deleted", "white", "tiny", "covered", "transparent", "off_page"})
"""Flags of blocks that a person does not read."""


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
    flags: "hidden", "deleted", "inserted", "tiny", "white", "covered", "transparent", "off_page",
    "repaired".
    rows: the cells of a table, row by row; a merged cell stands once, others of it are "".
    boxes: where the cells stand, as `rows`; empty where that is not known. lines: which line of
    its sheet or file each row is, from 1; empty where that is not known. tall: merged cells, as
    (row, column, rows): their places in `rows`, and how many of them they cover.
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
    boxes: tuple[tuple[Box | None, ...], ...] = ()
    lines: tuple[int, ...] = ()
    tall: tuple[tuple[int, int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """One page; a format without pages has a single one. source: "text" or "ocr".

    width, height: points, 0 where the format does not tell. confidence: 0 to 1.
    """

    number: int
    text: str
    source: str = "text"
    width: float = 0.0
    height: float = 0.0
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Table:
    """A table as cells; page 0 where the format has no pages."""

    page: int
    rows: Rows


@dataclass(frozen=True, slots=True)
class Field:
    """One of the programme's declared fields, read out of a form.

    name: the field's id; of three-year figures with the year (revenue_2019). value: as it stands,
    white space joined; numbers as plain digits, amounts in `unit` (万元), "" where none is given.
    label: the words beside it. method: "table", "line", "property", and how the text was read.
    raw: the text that the value was taken from. flags: "invalid" (no such code, number, address),
    "repaired" (OCR's look-alikes put right), "label_guessed" (a label read not quite so).
    """

    name: str
    value: str
    page: int = 0
    box: Box | None = None
    confidence: float = 1.0
    label: str = ""
    method: str = "text"
    unit: str = ""
    raw: str = ""
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StatisticsRow:
    """One line of a statistics table (统计表): values by the id of the field, raw text cleaned as
    for a field. row: its line in the table, from 1, the header's lines counted."""

    values: dict[str, str]
    page: int = 0
    row: int = 0
    confidence: float = 1.0
    source: str = ""


@dataclass(frozen=True, slots=True)
class Seal:
    """A seal on a page. Advice, never a verdict.

    kind: "round", "oval", "square", "part" (cut by the page's edge), "electronic". ink: "red",
    "blue", "grey", "" for an electronic one. text: the name read off it, text_confidence how
    surely. image: its cut-out, None where none was made. over_edge: the rest of it is on the
    next page (骑缝章).
    """

    page: int
    box: Box
    kind: str
    text: str = ""
    confidence: float = 0.0
    text_confidence: float = 0.0
    ink: str = "red"
    image: Path | None = None
    over_edge: bool = False


@dataclass(frozen=True, slots=True)
class Signature:
    """An electronic signature of a PDF or OFD. Advice: whose certificate it is, nobody vouches.

    unchanged: the signed bytes are still those that were signed, None where that could not be
    checked. whole: they cover the whole file. signed_at: ISO 8601 as the file says it, "" if not.
    note: what could not be checked, in English, "" if nothing.
    """

    format: str
    signer: str
    signed_at: str = ""
    unchanged: bool | None = None
    whole: bool = False
    page: int = 0
    box: Box | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Embedded:
    """A file within a document. name: its own or one made of the part's; stored: where its bytes
    were written, None where they were only seen."""

    name: str
    size: int
    sha256: str
    source: str
    stored: Path | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """One file as read. media_type: by content. readable: False where it was only filed.

    scanned: pages (from 1) that have to be read as pictures: an image and next to no text, or text
    that is no language. statistics: the lines of a 统计表. looked_at: pages that were looked
    through for seals; grey: those of them without any colour, on which no seal can be told.
    embedded: files within this one.
    """

    media_type: str
    blocks: tuple[Block, ...] = ()
    pages: tuple[Page, ...] = ()
    tables: tuple[Table, ...] = ()
    fields: tuple[Field, ...] = ()
    statistics: tuple[StatisticsRow, ...] = ()
    seals: tuple[Seal, ...] = ()
    signatures: tuple[Signature, ...] = ()
    embedded: tuple[Embedded, ...] = ()
    scanned: tuple[int, ...] = ()
    looked_at: tuple[int, ...] = ()
    grey: tuple[int, ...] = ()
    properties: dict[str, str] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    readable: bool = True

    @property
    def unread(self) -> tuple[int, ...]:
        """Pages that are pictures and have not been read as such."""
        done = {page.number for page in self.pages if page.source == "ocr"}
        return tuple(number for number in self.scanned if number not in done)

    @property
    def text(self) -> str:
        """The text as a person would read it, without what nobody sees."""
        return "\n".join(
            block.text for block in self.blocks if block.text and UNSEEN.isdisjoint(block.flags)
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
    sheet_cells: int = 1_000_000
    image_pixels: int = 120_000_000
    embedded_files: int = 100
    embedded_bytes: int = 256 << 20


@dataclass(frozen=True, slots=True)
class ReadRequest:
    """How one document is to be read. passwords: tried in order where it is closed. into: an empty
    private folder for files within it; without one they are only named."""

    limits: ReadLimits = field(default_factory=ReadLimits)
    passwords: tuple[str, ...] = ()
    into: Path | None = None


@dataclass(frozen=True, slots=True)
class ScanRequest:
    """Which pages are to be looked at as pictures, numbers from 1.

    text: read by OCR. seals: looked through for seals. into: a private folder for the seals'
    cut-outs, None for none. passwords: as for reading. pixels: the largest picture rendered.
    """

    text: tuple[int, ...] = ()
    seals: tuple[int, ...] = ()
    into: Path | None = None
    passwords: tuple[str, ...] = ()
    pixels: int = 120_000_000


@dataclass(frozen=True, slots=True)
class ScannedPage:
    """One page as it was read from its picture; boxes in points of the page as it lies in the file.

    blocks, tables: empty where only seals were looked for. confidence: mean over the characters.
    turned: degrees clockwise (0, 90, 180, 270) by which the picture had to be turned to be read.
    skew: degrees by which its lines slope. colour: False where it is grey, so that no seal can be
    told by its ink. findings: without `about`.
    """

    number: int
    width: float = 0.0
    height: float = 0.0
    blocks: tuple[Block, ...] = ()
    tables: tuple[Table, ...] = ()
    seals: tuple[Seal, ...] = ()
    confidence: float = 0.0
    turned: int = 0
    skew: float = 0.0
    colour: bool = True
    findings: tuple[Finding, ...] = ()

    @property
    def text(self) -> str:
        """What is written on it, in reading order."""
        return "\n".join(block.text for block in self.blocks if block.text)
