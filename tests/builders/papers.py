"""Papers that only tests need: ruled tables, a .docx with every construct, bombs."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Mapping, Sequence

from console.demo.papers import pdf_file, pdf_of, stream, text_at

_COLUMN, _ROW = 130.0, 24.0

CONTENT_TYPES = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/>
<Override PartName="/word/document.xml" ContentType="{main}"/>
</Types>"""
DOCX_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    f'xmlns:r="{OFFICE}" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
)


def ruled_pdf(
    rows: Sequence[Sequence[str]], *, above: str = "", below: str = "", rectangles: bool = False
) -> bytes:
    """A one-page PDF: a line, a ruled table, a line.

    rectangles: each cell is a stroked rectangle, else the table is drawn with single lines.
    """
    columns = max(len(row) for row in rows)
    left, top = 60.0, 720.0
    bottom, right = top - _ROW * len(rows), left + _COLUMN * columns
    content = text_at(left, top + 30, above) + b"0.8 w\n"
    if rectangles:
        for row in range(len(rows)):
            for column in range(columns):
                x, y = left + column * _COLUMN, top - (row + 1) * _ROW
                content += f"{x:g} {y:g} {_COLUMN:g} {_ROW:g} re S\n".encode()
    else:
        for row in range(len(rows) + 1):
            y = top - row * _ROW
            content += f"{left:g} {y:g} m {right:g} {y:g} l S\n".encode()
        for column in range(columns + 1):
            x = left + column * _COLUMN
            content += f"{x:g} {top:g} m {x:g} {bottom:g} l S\n".encode()
    for number, row_texts in enumerate(rows):
        for column, text in enumerate(row_texts):
            content += text_at(left + column * _COLUMN + 6, top - number * _ROW - 17, text)
    content += text_at(left, bottom - 30, below)
    return pdf_of([content])


def package(members: Mapping[str, str | bytes]) -> bytes:
    """A ZIP of these members, deflated, in this order."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def raw_docx(
    body: str,
    parts: Mapping[str, tuple[str, str | bytes]] | None = None,
    *,
    main: str = DOCX_MAIN,
    relations: str = "",
) -> bytes:
    """A .docx with this markup as its body.

    parts: name below word/ → (kind of relationship, content); related as rId1, rId2, …
    relations: more `Relationship` elements.
    """
    parts = parts or {}
    related = "".join(
        f'<Relationship Id="rId{number}" Type="{OFFICE}/{kind}" Target="{name}"/>'
        for number, (name, (kind, _content)) in enumerate(parts.items(), 1)
    )
    header = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    wrapped = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    return package(
        {
            "[Content_Types].xml": CONTENT_TYPES.format(main=main),
            "_rels/.rels": f'{header}{wrapped}<Relationship Id="rId1" '
            f'Type="{OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>',
            "word/_rels/document.xml.rels": f"{header}{wrapped}{related}{relations}"
            "</Relationships>",
            "word/document.xml": f"{header}<w:document {NAMESPACES}><w:body>{body}</w:body>"
            "</w:document>",
            **{f"word/{name}": content for name, (_kind, content) in parts.items()},
        }
    )


def story(tag: str, inner: str) -> str:
    """An XML part with `w:<tag>` as its root."""
    return f'<?xml version="1.0" encoding="UTF-8"?><w:{tag} {NAMESPACES}>{inner}</w:{tag}>'


def paragraph(text: str, properties: str = "") -> str:
    """`w:p` with one run of text."""
    return f"<w:p><w:pPr>{properties}</w:pPr>{run(text)}</w:p>"


def run(text: str, properties: str = "") -> str:
    """`w:r` with text."""
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def locked_pdf() -> bytes:
    """A PDF that no empty password opens: its O and U entries fit no password at all."""
    plain = pdf_file(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100 100] /Contents 4 0 R >>",
            stream(b"BT ET"),
            b"<< /Filter /Standard /V 1 /R 2 /P -44 /O <%b> /U <%b> >>" % (b"5A" * 32, b"A5" * 32),
        ]
    )
    return plain.replace(b"/Root 1 0 R", b"/Root 1 0 R /Encrypt 5 0 R /ID [<00> <00>]")


def ole(*names: str, filler_sectors: int = 0) -> bytes:
    """A compound file ([MS-CFB]) with empty streams of these names under its root.

    filler_sectors: free sectors in front of the directory, so that its chain needs more of
    the FAT, and the DIFAT beyond the header's 109 places.
    """
    free, end, fat_mark = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    entries = [_entry("Root Entry", 5, child=1 if names else free)]
    entries += [
        _entry(name, 2, right=number + 1 if number < len(names) else free)
        for number, name in enumerate(names, 1)
    ]
    while len(entries) % 4:
        entries.append(_entry("", 0))
    directory = b"".join(entries)
    directory_sectors = len(directory) // 512
    fats = 1
    while fats * 128 < filler_sectors + directory_sectors + fats + (fats > 109):
        fats += 1
    difats = 1 if fats > 109 else 0
    first = filler_sectors
    fat_start = first + directory_sectors
    table = [free] * filler_sectors
    table += [first + number + 1 for number in range(directory_sectors - 1)] + [end]
    table += [fat_mark] * fats + [0xFFFFFFFC] * difats
    table += [free] * (fats * 128 - len(table))
    places = [fat_start + number for number in range(fats)]
    header = bytearray(512)
    header[:8] = bytes.fromhex("d0cf11e0a1b11ae1")
    struct.pack_into("<4H", header, 24, 0x3E, 3, 0xFFFE, 9)
    struct.pack_into("<H", header, 32, 6)
    struct.pack_into("<II", header, 44, fats, first)
    struct.pack_into("<5I", header, 56, 4096, end, 0, fat_start + fats if difats else end, difats)
    struct.pack_into("<109I", header, 76, *(places + [free] * 109)[:109])
    rest = places[109:]
    difat = struct.pack("<128I", *rest, *[free] * (127 - len(rest)), end) if difats else b""
    return (
        bytes(header)
        + bytes(512) * filler_sectors
        + directory
        + struct.pack(f"<{len(table)}I", *table)
        + difat
    )


def _entry(name: str, kind: int, *, right: int = 0xFFFFFFFF, child: int = 0xFFFFFFFF) -> bytes:
    raw = name.encode("utf-16-le")
    entry = bytearray(128)
    entry[: len(raw)] = raw
    struct.pack_into("<HBB", entry, 64, len(raw) + 2 if name else 0, kind, 1)
    struct.pack_into("<3I", entry, 68, 0xFFFFFFFF, right, child)
    struct.pack_into("<I", entry, 116, 0xFFFFFFFE)
    return bytes(entry)
