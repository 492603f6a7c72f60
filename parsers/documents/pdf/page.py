"""One page of a PDF: its text as a person reads it, and what kind of page it is.

pdfium's plain text is taken as it is; only where text is unseen, values were typed into fields, or
pieces of a line stand in each other's gaps, is the page gone through sign by sign
(`pdf/careful.py`).

Residual risks: a text layer that says something else than the picture over it is told as a text
layer; only OCR can compare them.
"""

from __future__ import annotations

import re
from contextlib import closing
from dataclasses import dataclass

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from model.document import Box
from parsers.documents.garbled import is_garbled
from parsers.documents.pdf.bounds import Bounds
from parsers.documents.pdf.careful import CarefulText, careful_text
from parsers.documents.pdf.columns import in_columns
from parsers.documents.pdf.lines import in_line_order, is_interleaved
from parsers.documents.pdf.notes import PageNotes, page_notes
from parsers.documents.pdf.objects import PageMarks, clean, page_marks
from parsers.documents.pdf.tables import PageTables, drawn_tables

FEW_CHARACTERS = 30
"""A scan may carry so many characters of text: a page number, the mark of a scanning app."""
_SCAN_COVERAGE = 0.5
_MAX_CAREFUL = 60_000
"""Characters of a page that are looked at one by one; 5 microseconds each."""
_CJK = re.compile("[\u3400-\u9fff\uf900-\ufaff]")
_SAMPLE = 60
_UNMAPPED_SHARE = 0.3
_UNDER_PICTURE = frozenset({"transparent", "covered"})


@dataclass(frozen=True, slots=True)
class ReadPage:
    """One page as it was read. text: what a person reads, of a layer what stands in it.

    bounds: of the page, as pdfium has them. layer: the text lies unseen under a picture.
    tables: those that its lines draw, None where there are none or they are doubtful.
    """

    number: int
    text: str
    marks: PageMarks
    width: float = 0.0
    height: float = 0.0
    bounds: Bounds = (0.0, 0.0, 0.0, 0.0)
    careful: CarefulText | None = None
    notes: PageNotes | None = None
    layer: bool = False
    garbled: bool = False
    repaired: bool = False
    tables: PageTables | None = None

    @property
    def scan(self) -> bool:
        """A picture with next to no text."""
        few = letters(self.text) <= FEW_CHARACTERS
        return few and self.marks.image_coverage >= _SCAN_COVERAGE

    def box(self, bounds: Bounds) -> Box:
        """The same place measured from the page's upper left corner."""
        left, top = self.bounds[0], self.bounds[3]
        return bounds[0] - left, top - bounds[3], bounds[2] - left, top - bounds[1]


def read_page(
    pdf: pdfium.PdfDocument, number: int, left: int, columns: int
) -> tuple[ReadPage, bool]:
    """The page (from 1), and whether its text was cut at `left` characters.

    columns: the most columns of a table.

    Raises: PdfiumError, AssertionError where pdfium cannot read it.
    """
    with closing(pdf[number - 1]) as page, closing(page.get_textpage()) as textpage:
        characters = max(textpage.count_chars(), 0)
        plain = textpage.get_text_range(0, min(characters, left)) if characters else ""
        marks, written, paths = page_marks(page)
        notes = page_notes(pdf, page)
        across = False
        if not marks.ruled and characters <= min(left, _MAX_CAREFUL):
            ordered = in_columns(textpage, plain, written, page.get_bbox())
            across, plain = ordered != plain, ordered
        values = notes.values if notes else []
        unseen = marks.unseen
        text, careful, layer = clean(plain), None, False
        if unseen and _is_layer(marks, text):
            unseen, layer = {}, True
        if (unseen or values) and characters <= _MAX_CAREFUL:
            careful = careful_text(textpage, unseen, values, min(characters, left))
            text = clean(careful.text)
        elif (
            not (across or layer)
            and characters <= min(left, _MAX_CAREFUL)
            and is_interleaved(written)
        ):
            careful = in_line_order(careful_text(textpage, {}, (), characters))
            text = text if careful is None else clean(careful.text)
        tables = None
        if marks.ruled and not marks.lost and characters <= _MAX_CAREFUL:
            tables = drawn_tables(page, textpage, paths, careful, columns)
        width, height = page.get_size()
        return (
            ReadPage(
                number, text, marks, float(width), float(height), page.get_bbox(), careful, notes,
                layer, is_garbled(plain) or _is_unmapped(textpage, plain),
                tables=tables,
            ),
            characters > left,
        )  # fmt: skip


def letters(text: str) -> int:
    """How many signs, blanks left out."""
    return len("".join(text.split()))


def _is_layer(marks: PageMarks, text: str) -> bool:
    """Whether a picture fills the page and all of the text lies unseen under it."""
    return (
        marks.image_coverage >= _SCAN_COVERAGE
        and len(marks.unseen) == marks.texts
        and _UNDER_PICTURE.issuperset(marks.unseen.values())
        and letters(text) > FEW_CHARACTERS
    )


def _is_unmapped(textpage: pdfium.PdfTextPage, text: str) -> bool:
    """Whether signs of a page without a single Chinese one have no map to Unicode."""
    if len(text) <= FEW_CHARACTERS or _CJK.search(text):
        return False
    count = textpage.count_chars()
    places = range(0, count, max(count // _SAMPLE, 1))
    odd = sum(pdfium_c.FPDFText_HasUnicodeMapError(textpage.raw, place) == 1 for place in places)
    return bool(odd >= _UNMAPPED_SHARE * len(places))
