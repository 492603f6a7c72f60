"""Presentations: raw parts of a .pptx, and the records of a .ppt made by hand."""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from tests.builders.ole_writer import ole
from tests.builders.papers import OFFICE, package

_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_NAMES = (
    'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    f'xmlns:r="{OFFICE}"'
)
SLIDE_SIZE = (9_144_000, 6_858_000)


def shape(
    text: str,
    place: tuple[int, int, int, int] | None = None,
    *,
    holder: str = "",
    run: str = "",
    hidden: bool = False,
) -> str:
    """A `p:sp`. place: left, top, width, height in EMU. holder: type of placeholder.
    run: attributes of each `a:rPr`."""
    where = ""
    if place:
        left, top, width, height = place
        where = f'<a:xfrm><a:off x="{left}" y="{top}"/><a:ext cx="{width}" cy="{height}"/></a:xfrm>'
    kind = f'<p:ph type="{holder}"/>' if holder else ""
    mark = ' hidden="1"' if hidden else ""
    lines = "".join(
        f"<a:p><a:r><a:rPr {run}/><a:t>{line}</a:t></a:r></a:p>" for line in text.split("\n")
    )
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="1" name="x"{mark}/><p:cNvSpPr/><p:nvPr>{kind}</p:nvPr>'
        f"</p:nvSpPr><p:spPr>{where}</p:spPr><p:txBody><a:bodyPr/>{lines}</p:txBody></p:sp>"
    )


def table(rows: Sequence[Sequence[str]]) -> str:
    """A `p:graphicFrame` with a table; a cell "→" or "↓" goes on from the one before or above."""
    made = ""
    for row in rows:
        made += "<a:tr>"
        for cell in row:
            merged = {"→": ' hMerge="1"', "↓": ' vMerge="1"'}.get(cell, "")
            made += (
                f"<a:tc{merged}><a:txBody><a:p><a:r><a:t>{cell}</a:t></a:r></a:p></a:txBody></a:tc>"
            )
        made += "</a:tr>"
    return (
        '<p:graphicFrame><p:xfrm><a:off x="0" y="3000000"/><a:ext cx="9000000" cy="1000000"/>'
        f"</p:xfrm><a:graphic><a:graphicData><a:tbl>{made}</a:tbl></a:graphicData></a:graphic>"
        "</p:graphicFrame>"
    )


def part(tag: str, inner: str, attributes: str = "") -> str:
    """A part with `p:<tag>` as its root and a tree of shapes."""
    return f"<p:{tag} {_NAMES} {attributes}><p:cSld><p:spTree>{inner}</p:spTree></p:cSld></p:{tag}>"


@dataclass(frozen=True)
class RawSlide:
    """shapes: markup. related: id, kind, target, or an outside target beginning with "!"."""

    shapes: str
    attributes: str = ""
    related: Sequence[tuple[str, str, str]] = ()


def raw_pptx(
    slides: Sequence[RawSlide],
    parts: Mapping[str, str | bytes] | None = None,
    *,
    order: Sequence[int] = (),
    main: str = "presentationml.presentation.main+xml",
) -> bytes:
    """A .pptx of these slides. order: which slide (from 1) is shown when, all in turn if empty."""
    order = order or range(1, len(slides) + 1)
    listed = "".join(f'<p:sldId id="{255 + number}" r:id="rId{number}"/>' for number in order)
    related = "".join(
        f'<Relationship Id="rId{number}" Type="{OFFICE}/slide" Target="slides/slide{number}.xml"/>'
        for number in range(1, len(slides) + 1)
    )
    members: dict[str, str | bytes] = {
        "[Content_Types].xml": f'<Types xmlns="{_TYPES}"><Override PartName="/p.xml" ContentType='
        f'"application/vnd.openxmlformats-officedocument.{main}"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{_RELATIONS}"><Relationship Id="rId1" '
        f'Type="{OFFICE}/officeDocument" Target="ppt/presentation.xml"/></Relationships>',
        "ppt/presentation.xml": f"<p:presentation {_NAMES}><p:sldIdLst>{listed}</p:sldIdLst>"
        f'<p:sldSz cx="{SLIDE_SIZE[0]}" cy="{SLIDE_SIZE[1]}"/></p:presentation>',
        "ppt/_rels/presentation.xml.rels": f'<Relationships xmlns="{_RELATIONS}">{related}'
        "</Relationships>",
    }
    for number, slide in enumerate(slides, 1):
        members[f"ppt/slides/slide{number}.xml"] = part("sld", slide.shapes, slide.attributes)
        lines = "".join(
            f'<Relationship Id="{name}" Type="{OFFICE}/{kind}" '
            + (f'TargetMode="External" Target="{target[1:]}"/>' if target.startswith("!")
               else f'Target="{target}"/>')
            for name, kind, target in slide.related
        )  # fmt: skip
        members[f"ppt/slides/_rels/slide{number}.xml.rels"] = (
            f'<Relationships xmlns="{_RELATIONS}">{lines}</Relationships>'
        )
    return package({**members, **(parts or {})})


def atom(kind: int, data: bytes = b"", instance: int = 0) -> bytes:
    """One record of a .ppt without others in it."""
    return struct.pack("<HHI", instance << 4, kind, len(data)) + data


def holder(kind: int, *inner: bytes, instance: int = 0) -> bytes:
    """One record of a .ppt that holds others."""
    data = b"".join(inner)
    return struct.pack("<HHI", instance << 4 | 0xF, kind, len(data)) + data


def text_atoms(text: str, kind: int = 4) -> bytes:
    """A header and its characters; in single bytes where they fit."""
    if text.isascii():
        return atom(0x0F9F, struct.pack("<I", kind)) + atom(0x0FA8, text.encode("latin-1"))
    return atom(0x0F9F, struct.pack("<I", kind)) + atom(0x0FA0, text.encode("utf-16-le"))


def text_shape(inner: bytes, left: int = 0, top: int = 0) -> bytes:
    """A shape with a text box. inner: text atoms, or a reference to the outline."""
    anchor = atom(0xF010, struct.pack("<4h", top, left, left + 100, top + 50))
    return holder(0xF004, anchor, holder(0xF00D, inner))


def table_shape(rows: Sequence[Sequence[str]]) -> bytes:
    """A group of shapes that is a table."""
    mark = atom(0xF122, struct.pack("<HI", 0x039F, 1), instance=1)
    group = holder(0xF004, atom(0xF010, struct.pack("<4h", 900, 0, 900, 1200)), mark)
    cells = [
        holder(
            0xF004,
            atom(0xF00F, struct.pack("<4i", 100 * j, 50 * i, 100 * j + 100, 50 * i + 50)),
            holder(0xF00D, text_atoms(text)),
        )
        for i, row in enumerate(rows)
        for j, text in enumerate(row)
    ]
    return holder(0xF003, group, *cells)


def slide_record(*shapes: bytes, hidden: bool = False) -> bytes:
    """A SlideContainer."""
    info = atom(0x03F9, struct.pack("<iIBBHI", 0, 0, 0, 0, 4 if hidden else 0, 0))
    return holder(
        0x03EE, atom(0x03EF, bytes(24)), info,
        holder(0x040C, holder(0xF002, holder(0xF003, *shapes))),
    )  # fmt: skip


def notes_record(slide_id: int, text: str) -> bytes:
    """A NotesContainer for the slide of that id."""
    return holder(
        0x03F0, atom(0x03F1, struct.pack("<IHH", slide_id, 0, 0)),
        holder(0x040C, holder(0xF002, holder(0xF003, text_shape(text_atoms(text, 2))))),
    )  # fmt: skip


@dataclass(frozen=True)
class OldSlide:
    """record: a SlideContainer. outline: text atoms in the document's list. notes: their text."""

    record: bytes
    outline: bytes = b""
    notes: str = ""


def ppt(
    slides: Sequence[OldSlide],
    *,
    more: Sequence[bytes] = (),
    in_document: bytes = b"",
    token: int = 0xE391C05F,
    streams: Mapping[str, bytes] | None = None,
    lock: Callable[[int, bytes], bytes] | None = None,
    session: bytes = b"",
) -> bytes:
    """A .ppt. more: further persistent objects. in_document: more records of the document.

    streams: others of the file. lock: encrypts a persistent object by its number. session: the
    object that tells how."""
    listed = notes_listed = b""
    objects: list[bytes] = []
    for number, slide in enumerate(slides):
        objects.append(slide.record)
        listed += atom(0x03F3, struct.pack("<5I", len(objects) + 1, 0, 0, 256 + number, 0))
        listed += slide.outline
        if slide.notes:
            objects.append(notes_record(256 + number, slide.notes))
            notes_listed += atom(0x03F3, struct.pack("<5I", len(objects) + 1, 0, 0, number, 0))
    document = holder(
        0x03E8, atom(0x03E9, struct.pack("<2i", 5760, 4320) + bytes(32)),
        holder(0x0FF0, listed, instance=0), holder(0x0FF0, notes_listed, instance=2), in_document,
    )  # fmt: skip
    stream = b""
    places: list[int] = []
    whole = [document, *objects, *more]
    if lock:
        whole = [*(lock(number, one) for number, one in enumerate(whole, 1)), session]
    for one in whole:
        places.append(len(stream))
        stream += one
    directory = len(stream)
    entry = struct.pack("<I", len(places) << 20 | 1) + struct.pack(f"<{len(places)}I", *places)
    stream += atom(0x1772, entry)
    edit = len(stream)
    last = struct.pack("<I", len(places)) if session else b""
    stream += atom(0x0FF5, struct.pack("<7I", 0, 0, 0, directory, 1, 0, 0) + last)
    user = atom(0x0FF6, struct.pack("<3I", 0x14, token, edit) + bytes(12))
    return ole({"PowerPoint Document": stream, "Current User": user, **(streams or {})})
