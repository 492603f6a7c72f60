"""The text of a PDF page sign by sign, for pages where pdfium's plain text is not enough.

Such pages hold text that nobody sees, which is set apart, or values of form fields and typed
annotations, which are not part of a page's text and are put where they stand. Source: pdfium
`fpdf_text.h`. Lengths are points, y upwards.

Residual risks: a value is put into the line that it stands beside; where it stands over several
lines, into the uppermost.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from parsers.documents.pdf import calls as pdf_calls
from parsers.documents.pdf.bounds import Bounds

_SAME_LINE = 0.5
_BREAKS = "\r\n"


@dataclass(frozen=True, slots=True)
class Value:
    """What somebody typed into a field or onto the page, and where."""

    text: str
    box: Bounds


@dataclass(frozen=True, slots=True)
class Sign:
    """One sign of the text. box: None of blanks and line ends that pdfium made itself."""

    text: str
    box: Bounds | None


@dataclass(frozen=True, slots=True)
class CarefulText:
    """A page's text in reading order; unseen: what nobody sees, with its box, by its flag."""

    signs: tuple[Sign, ...]
    unseen: Mapping[str, tuple[str, Bounds]]

    @property
    def text(self) -> str:
        return _tidy("".join(sign.text for sign in self.signs))

    def inside(self, left: float, bottom: float, right: float, top: float) -> str:
        """The signs whose middle lies in the box, in reading order."""
        kept: list[str] = []
        within = False
        for sign in self.signs:
            if sign.box is not None:
                x, y = (sign.box[0] + sign.box[2]) / 2, (sign.box[1] + sign.box[3]) / 2
                within = left <= x <= right and bottom <= y <= top
            if within:
                kept.append(sign.text)
            elif kept and kept[-1] != "\n":
                kept.append("\n")
        return _tidy("".join(kept))


def careful_text(
    textpage: pdfium.PdfTextPage,
    unseen: Mapping[int, str],
    values: Sequence[Value],
    most: int,
) -> CarefulText:
    """The first `most` signs of an open page.

    unseen: flags by the address of the text object. values: put beside the text they stand by.
    """
    raw = textpage.raw
    seen: list[Sign] = []
    hidden: dict[str, list[Sign]] = {}
    sides = tuple(ctypes.c_double() for _ in range(4))
    left, right, bottom, top = sides
    flag = ""
    for index in range(min(max(textpage.count_chars(), 0), most)):
        code = pdfium_c.FPDFText_GetUnicode(raw, index)
        text = chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else ""
        box: Bounds | None = None
        if pdfium_c.FPDFText_IsGenerated(raw, index) != 1:
            handle = pdfium_c.FPDFText_GetTextObject(raw, index)
            flag = unseen.get(pdf_calls.address(handle), "") if handle else ""
            if pdfium_c.FPDFText_GetCharBox(raw, index, left, right, bottom, top):
                box = left.value, bottom.value, right.value, top.value
        (hidden.setdefault(flag, []) if flag else seen).append(Sign(text, box))
    for value in sorted(values, key=lambda one: (-one.box[3], one.box[0])):
        _put(seen, value)
    return CarefulText(
        tuple(seen),
        {flag: (_tidy("".join(one.text for one in signs)), _around(signs))
         for flag, signs in hidden.items()},
    )  # fmt: skip


def _put(signs: list[Sign], value: Value) -> None:
    """After the last sign left of it in its line, else before the line that it precedes."""
    left, bottom, right, top = value.box
    middle = (bottom + top) / 2
    best, edge = -1, float("-inf")
    below = -1
    for place, sign in enumerate(signs):
        if sign.box is None:
            continue
        _x0, y0, x1, y1 = sign.box
        height = max(y1 - y0, 1.0)
        centre = (y0 + y1) / 2
        in_line = bottom - height * _SAME_LINE <= centre <= top + height * _SAME_LINE
        if in_line and x1 <= left + height * _SAME_LINE and x1 > edge:
            best, edge = place, x1
        elif below < 0 and centre < middle - height:
            below = place
    box = (left, middle, right, middle)
    if best >= 0:
        signs.insert(best + 1, Sign(value.text, box))
    elif below >= 0:
        signs[below:below] = [Sign(value.text, box), Sign("\n", None)]
    else:
        signs += [Sign("\n", None), Sign(value.text, box)]


def _around(signs: Iterable[Sign]) -> Bounds:
    boxes = [sign.box for sign in signs if sign.box is not None]
    if not boxes:
        return 0.0, 0.0, 0.0, 0.0
    return (
        min(box[0] for box in boxes), min(box[1] for box in boxes),
        max(box[2] for box in boxes), max(box[3] for box in boxes),
    )  # fmt: skip


def _tidy(text: str) -> str:
    """Without the empty lines that were left where text was taken out."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(line for line in lines if line.strip())
