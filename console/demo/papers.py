"""Papers that applicants send, made in code: Word files, PDFs with text, scans with a red seal.

The same arguments give the same bytes. Sources: ISO 32000-1, 7.5 (file structure), 9.7
(composite fonts); the predefined CMap UniGB-UCS2-H over Adobe-GB1.
"""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Sequence
from datetime import UTC, datetime

import docx as python_docx
from PIL import Image, ImageDraw, ImageFont
from pylopdf_fonts_zh_cn import sans_path

from console.demo.seal import draw_seal

A4 = (595.0, 842.0)
"""Points."""
_STAMP = datetime(2021, 6, 1, 9, 0, tzinfo=UTC)
_TOP, _LEFT, _LEADING, _SIZE = 780.0, 60.0, 20.0, 12.0
_MOST_LINES = 37
_PAPER, _INK = (250, 249, 245), (45, 45, 50)


def docx(
    title: str, paragraphs: Sequence[str], table_rows: Sequence[Sequence[str]] | None = None
) -> bytes:
    """A .docx: a heading, paragraphs, and a table if rows are given."""
    document = python_docx.Document()
    document.core_properties.title = title
    document.core_properties.author = "申报单位"
    document.core_properties.created = document.core_properties.modified = _STAMP
    document.add_heading(title, level=1)
    for text in paragraphs:
        document.add_paragraph(text)
    if table_rows:
        table = document.add_table(rows=0, cols=max(len(row) for row in table_rows))
        table.style = "Table Grid"
        for row in table_rows:
            for cell, text in zip(table.add_row().cells, row, strict=False):
                cell.text = text
    target = io.BytesIO()
    document.save(target)
    return with_fixed_times(target.getvalue())


def with_fixed_times(package: bytes) -> bytes:
    """The same ZIP package with the same time on every member."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(package)) as old,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for entry in old.infolist():
            fixed = zipfile.ZipInfo(entry.filename, _STAMP.timetuple()[:6])
            fixed.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(fixed, old.read(entry))
    return target.getvalue()


def pdf_text(pages: Sequence[Sequence[str]]) -> bytes:
    """A PDF whose pages hold these lines as real text, at most 37 a page."""
    contents: list[bytes] = []
    for lines in pages:
        if len(lines) > _MOST_LINES:
            raise ValueError(f"a page takes {_MOST_LINES} lines, not {len(lines)}")
        contents.append(
            b"".join(
                text_at(_LEFT, _TOP - number * _LEADING, line) for number, line in enumerate(lines)
            )
        )
    return pdf_of(contents)


def text_at(x: float, y: float, text: str, size: float = _SIZE) -> bytes:
    """Content stream operators that show `text` with its base line at (x, y), in points.

    Raises: UnicodeEncodeError for characters beyond the basic plane, which UCS2 lacks.
    """
    if not text:
        return b""
    codes = b"".join(_ucs2(sign) for sign in text).hex().upper()
    return f"BT /F1 {size:g} Tf {x:g} {y:g} Td <{codes}> Tj ET\n".encode("ascii")


def pdf_of(contents: Sequence[bytes], size: tuple[float, float] = A4) -> bytes:
    """A PDF with one page for each content stream.

    Its font F1 is one that every reader knows and no file embeds; as in real files of that kind
    there is no /ToUnicode, because the codes are Unicode already.
    """
    objects: list[bytes] = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"",
        b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H "
        b"/DescendantFonts [4 0 R] >>",
        b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /CIDSystemInfo "
        b"<< /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> /DW 1000 /W [1 [500] 2 95 500] "
        b"/FontDescriptor 5 0 R >>",
        b"<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880] "
        b"/ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>",
    ]
    kids: list[str] = []
    for content in contents:
        kids.append(f"{len(objects) + 1} 0 R")
        objects += [
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {size[0]:g} {size[1]:g}] "
            f"/Resources << /Font << /F1 3 0 R >> >> /Contents {len(objects) + 2} 0 R >>".encode(),
            stream(content),
        ]
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>".encode()
    return pdf_file(objects)


def pdf_scan(
    width: int = 1240,
    height: int = 1754,
    *,
    lines: Sequence[str] = (),
    seal: bool = True,
    seal_name: str = "某某有限公司",
    pages: int = 1,
    seed: int = 2021,
) -> bytes:
    """A PDF of images only, as a scanner makes it: grey specks, a little askew.

    width, height: pixels of each page (A4 at 150 dpi by default). seal: a red round seal
    with a star and seal_name at the lower right of the last page.
    """
    objects: list[bytes] = [b"<< /Type /Catalog /Pages 2 0 R >>", b""]
    kids: list[str] = []
    for number in range(1, pages + 1):
        picture = scan_picture(
            width, height, lines=lines, seal=seal and number == pages, seal_name=seal_name,
            seed=seed + number,
        )  # fmt: skip
        first = len(objects) + 1
        kids.append(f"{first} 0 R")
        points = (A4[0], A4[0] * height / width)
        content = f"q {points[0]:g} 0 0 {points[1]:.2f} 0 0 cm /Im1 Do Q\n".encode()
        objects += [
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {points[0]:g} {points[1]:.2f}] "
            f"/Resources << /XObject << /Im1 {first + 2} 0 R >> >> "
            f"/Contents {first + 1} 0 R >>".encode(),
            stream(content),
            stream(
                jpeg(picture),
                f"/Type /XObject /Subtype /Image /Width {width} /Height {height} "
                "/ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /DCTDecode",
            ),
        ]
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>".encode()
    return pdf_file(objects)


def scan_picture(
    width: int,
    height: int,
    *,
    lines: Sequence[str] = (),
    seal: bool = True,
    seal_name: str = "某某有限公司",
    seed: int = 2021,
) -> Image.Image:
    """One scanned page as an RGB image."""
    chance = random.Random(seed)
    picture = Image.new("RGB", (width, height), _PAPER)
    draw = ImageDraw.Draw(picture)
    size = max(width // 45, 8)
    font = ImageFont.truetype(str(sans_path()), size)
    for number, line in enumerate(lines or _filler(chance)):
        x, y = width // 10, height // 10 + number * size * 2
        draw.text((x, y), line, fill=_INK, font=font)
    if seal:
        draw_seal(picture, (width * 7 // 10, height * 7 // 10), width // 10, seal_name)
    for _ in range(width * height // 4000):
        x, y = chance.randrange(width), chance.randrange(height)
        draw.point((x, y), fill=(chance.randrange(120, 220),) * 3)
    return picture.rotate(0.6, resample=Image.Resampling.BILINEAR, fillcolor=_PAPER)


def jpeg(picture: Image.Image, quality: int = 80) -> bytes:
    """The image as JPEG."""
    target = io.BytesIO()
    picture.save(target, "JPEG", quality=quality)
    return target.getvalue()


def stream(data: bytes, entries: str = "") -> bytes:
    """A stream object's body with its dictionary."""
    return f"<< {entries} /Length {len(data)} >>\nstream\n".encode() + data + b"\nendstream"


def pdf_file(objects: Sequence[bytes]) -> bytes:
    """A whole PDF of these objects, numbered from 1; the first is the catalogue."""
    target = io.BytesIO()
    target.write(b"%PDF-1.5\n%\xe2\xe3\xcf\xd3\n")
    places: list[int] = []
    for number, body in enumerate(objects, 1):
        places.append(target.tell())
        target.write(b"%d 0 obj\n%b\nendobj\n" % (number, body))
    start = target.tell()
    target.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    for place in places:
        target.write(b"%010d 00000 n \n" % place)
    target.write(
        b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    )
    return target.getvalue()


def _ucs2(sign: str) -> bytes:
    if ord(sign) > 0xFFFF:
        raise UnicodeEncodeError("ucs2", sign, 0, 1, "beyond the basic plane")
    return sign.encode("utf-16-be")


def _filler(chance: random.Random) -> list[str]:
    signs = "申报单位质量标杆推荐承诺真实有效材料企业名称"
    return ["".join(chance.choices(signs, k=chance.randrange(12, 32))) for _ in range(24)]
