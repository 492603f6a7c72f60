"""Annotations of PDF pages: typed text, values of form fields, comments, links, files, seals.

Sources: ISO 32000-2, 12.5 (annotations), 12.6 (actions), 12.7 (forms); pdfium `fpdf_annot.h`.

Residual risks: actions that hang on pages or on the catalogue are found only where their names
stand in the file unpacked. Nothing is run and nothing followed. Calculated values are those that
the file holds, not what its scripts would make of them.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from parsers.documents.pdf.bounds import Bounds
from parsers.documents.pdf.careful import Value

_MAX_NOTES = 2_000
_MAX_TEXT = 100_000
_NOT_SHOWN = 2 | 32
"""Flags Hidden and NoView (table 167)."""
_SILENT = {
    pdfium_c.FPDF_ANNOT_POPUP, pdfium_c.FPDF_ANNOT_WIDGET, pdfium_c.FPDF_ANNOT_LINK,
    pdfium_c.FPDF_ANNOT_FREETEXT, pdfium_c.FPDF_ANNOT_FILEATTACHMENT,
}  # fmt: skip
_TEXT_FIELDS = {
    pdfium_c.FPDF_FORMFIELD_TEXTFIELD, pdfium_c.FPDF_FORMFIELD_COMBOBOX,
    pdfium_c.FPDF_FORMFIELD_LISTBOX,
}  # fmt: skip
_TICKS = {pdfium_c.FPDF_FORMFIELD_CHECKBOX, pdfium_c.FPDF_FORMFIELD_RADIOBUTTON}


@dataclass(slots=True)
class PageNotes:
    """What the annotations of one page say. Boxes are points, y upwards.

    values: typed into fields or onto the page. comments: text, box, shown. links: addresses.
    actions: kinds of those that start something. files_at: places of those that hold a file among
    the page's annotations. signed: name of the
    signature's field, its box, and whether a picture stands for it.
    """

    values: list[Value] = field(default_factory=list)
    comments: list[tuple[str, Bounds, bool]] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    actions: list[str] = field(default_factory=list)
    files_at: list[int] = field(default_factory=list)
    signed: list[tuple[str, Bounds, bool]] = field(default_factory=list)
    cut: bool = False


def page_notes(pdf: pdfium.PdfDocument, page: pdfium.PdfPage) -> PageNotes | None:
    """Those of one open page; None where it has none, as most."""
    number = pdfium_c.FPDFPage_GetAnnotCount(page.raw)
    if number <= 0:
        return None
    notes = PageNotes(cut=number > _MAX_NOTES)
    form = pdf.formenv.raw if pdf.formenv else None
    for index in range(min(number, _MAX_NOTES)):
        note = pdfium_c.FPDFPage_GetAnnot(page.raw, index)
        if not note:
            continue
        try:
            _read(pdf, form, note, notes)
            if pdfium_c.FPDFAnnot_GetSubtype(note) == pdfium_c.FPDF_ANNOT_FILEATTACHMENT:
                notes.files_at.append(index)
        finally:
            pdfium_c.FPDFPage_CloseAnnot(note)
    return notes


def files_of(page: pdfium.PdfPage, notes: PageNotes) -> Iterator[Any]:
    """pdfium's handles of the files on an open page, each good until the next is asked for."""
    for index in notes.files_at:
        note = pdfium_c.FPDFPage_GetAnnot(page.raw, index)
        if note:
            try:
                found = pdfium_c.FPDFAnnot_GetFileAttachment(note)
                if found:
                    yield found
            finally:
                pdfium_c.FPDFPage_CloseAnnot(note)


def attachment(handle: Any, most: int) -> tuple[str, bytes | None]:
    """The name and the bytes of a file within; None where they are more than `most`."""
    name = _text(lambda buffer, size: pdfium_c.FPDFAttachment_GetName(handle, buffer, size))
    length = ctypes.c_ulong()
    if not pdfium_c.FPDFAttachment_GetFile(handle, None, 0, length):
        return name, b""
    if length.value > most:
        return name, None
    buffer = (ctypes.c_char * max(length.value, 1))()
    pdfium_c.FPDFAttachment_GetFile(handle, buffer, length.value, length)
    return name, buffer.raw[: length.value]


def _read(pdf: pdfium.PdfDocument, form: Any, note: Any, notes: PageNotes) -> None:
    kind = pdfium_c.FPDFAnnot_GetSubtype(note)
    shown = not pdfium_c.FPDFAnnot_GetFlags(note) & _NOT_SHOWN
    if kind == pdfium_c.FPDF_ANNOT_WIDGET:
        if form:
            _widget(form, note, notes, shown)
    elif kind == pdfium_c.FPDF_ANNOT_LINK:
        _action(pdf, note, notes)
    contents = (
        "" if kind in _SILENT - {pdfium_c.FPDF_ANNOT_FREETEXT} else _string(note, b"Contents")
    )
    if not contents.strip():
        return
    if kind == pdfium_c.FPDF_ANNOT_FREETEXT and shown:
        notes.values.append(Value(contents.strip(), _rect(note)))
    else:
        notes.comments.append((contents.strip(), _rect(note), shown))


def _widget(form: Any, note: Any, notes: PageNotes, shown: bool) -> None:
    kind = pdfium_c.FPDFAnnot_GetFormFieldType(form, note)
    if kind == pdfium_c.FPDF_FORMFIELD_SIGNATURE:
        name = _text(
            lambda buffer, size: pdfium_c.FPDFAnnot_GetFormFieldName(form, note, buffer, size)
        )
        notes.signed.append((name, _rect(note), shown and _has_picture(note)))
    elif kind in _TEXT_FIELDS and shown:
        value = _text(
            lambda buffer, size: pdfium_c.FPDFAnnot_GetFormFieldValue(form, note, buffer, size)
        )
        if value.strip():
            notes.values.append(Value(value.strip(), _rect(note)))
    elif kind in _TICKS and shown:
        ticked = pdfium_c.FPDFAnnot_IsChecked(form, note)
        notes.values.append(Value("☑" if ticked else "☐", _rect(note)))


def _action(pdf: pdfium.PdfDocument, note: Any, notes: PageNotes) -> None:
    link = pdfium_c.FPDFAnnot_GetLink(note)
    action = pdfium_c.FPDFLink_GetAction(link) if link else None
    if not action:
        return
    kind = pdfium_c.FPDFAction_GetType(action)
    if kind == pdfium_c.PDFACTION_URI:
        size = pdfium_c.FPDFAction_GetURIPath(pdf.raw, action, None, 0)
        buffer = ctypes.create_string_buffer(min(max(size, 1), _MAX_TEXT))
        pdfium_c.FPDFAction_GetURIPath(pdf.raw, action, buffer, len(buffer))
        notes.links.append(buffer.value.decode("utf-8", "replace"))
    elif kind == pdfium_c.PDFACTION_LAUNCH:
        notes.actions.append("Launch")


def _has_picture(note: Any) -> bool:
    """Whether an image stands in the appearance, within forms as well."""
    left = 200
    waiting = [
        (pdfium_c.FPDFAnnot_GetObject(note, index), 0)
        for index in range(min(pdfium_c.FPDFAnnot_GetObjectCount(note), left))
    ]
    while waiting and left > 0:
        left -= 1
        handle, nesting = waiting.pop()
        kind = pdfium_c.FPDFPageObj_GetType(handle) if handle else 0
        if kind == pdfium_c.FPDF_PAGEOBJ_IMAGE:
            return True
        if kind == pdfium_c.FPDF_PAGEOBJ_FORM and nesting < 4:
            waiting += [
                (pdfium_c.FPDFFormObj_GetObject(handle, index), nesting + 1)
                for index in range(min(pdfium_c.FPDFFormObj_CountObjects(handle), left))
            ]
    return False


def _rect(note: Any) -> Bounds:
    rect = pdfium_c.FS_RECTF()
    if not pdfium_c.FPDFAnnot_GetRect(note, rect):
        return 0.0, 0.0, 0.0, 0.0
    return (
        min(rect.left, rect.right), min(rect.top, rect.bottom),
        max(rect.left, rect.right), max(rect.top, rect.bottom),
    )  # fmt: skip


def _string(note: Any, key: bytes) -> str:
    return _text(lambda buffer, size: pdfium_c.FPDFAnnot_GetStringValue(note, key, buffer, size))


def _text(ask: Any) -> str:
    """pdfium's UTF-16LE strings: asked for the length first; what is longer is cut."""
    size = min(int(ask(None, 0)), 2 * _MAX_TEXT)
    if size <= 2:
        return ""
    buffer = (ctypes.c_ushort * (size // 2 + 1))()
    if int(ask(buffer, size)) > size:
        return ""
    return bytes(buffer)[: size - 2].decode("utf-16-le", "replace").replace("\r", "\n")
