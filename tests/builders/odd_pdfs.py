"""PDFs with what people and programs put beside plain text: fields, notes, files, layers, bombs.

Source: ISO 32000-2, 12 (interactive features). Fonts are as in `console.demo.papers.pdf_of`.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence

from PIL import Image

from console.demo.papers import A4, jpeg, pdf_file, scan_picture, stream

_FONTS = (
    b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H "
    b"/DescendantFonts [4 0 R] >>",
    b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /CIDSystemInfo "
    b"<< /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> /DW 1000 /W [1 [500] 2 95 500] "
    b"/FontDescriptor 5 0 R >>",
    b"<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880] "
    b"/ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>",
)


def hexed(text: str) -> bytes:
    """A PDF text string in UTF-16, as a hexadecimal string (7.9.2.2)."""
    return b"<FEFF" + text.encode("utf-16-be").hex().upper().encode() + b">"


def _rect(sides: Sequence[float]) -> bytes:
    return b"[%b]" % b" ".join(b"%g" % side for side in sides)


class OddPdf:
    """One PDF being written, object by object. size: points."""

    def __init__(self, size: tuple[float, float] = A4) -> None:
        self._size = size
        self._objects: list[bytes] = [b"", b"", *_FONTS]
        self._kids: list[int] = []
        self._catalogue = b""

    def add(self, body: bytes) -> int:
        """One more object; its number."""
        self._objects.append(body)
        return len(self._objects)

    def page(
        self,
        content: bytes,
        *,
        xobjects: Mapping[str, int] | None = None,
        notes: Sequence[int] = (),
        entries: bytes = b"",
        resources: bytes = b"",
    ) -> int:
        """One more page; the number of its object."""
        named = b" ".join(b"/%b %d 0 R" % (name.encode(), number)
                          for name, number in (xobjects or {}).items())  # fmt: skip
        held = self.add(stream(content))
        number = self.add(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %g %g] /Resources << /Font << /F1 3 0 R "
            b">> /XObject << %b >> %b >> /Contents %d 0 R /Annots [%b] %b >>"
            % (*self._size, named, resources, held,
               b" ".join(b"%d 0 R" % one for one in notes), entries)
        )  # fmt: skip
        self._kids.append(number)
        return number

    def image(self, picture: Image.Image, mask: Image.Image | None = None) -> int:
        """An image XObject, with a soft mask where one is given."""
        soft = b""
        if mask is not None:
            entries = (
                f"/Type /XObject /Subtype /Image /Width {mask.width} /Height {mask.height} "
                "/ColorSpace /DeviceGray /BitsPerComponent 8"
            )
            soft = b"/SMask %d 0 R" % self.add(stream(mask.convert("L").tobytes(), entries))
        entries = (
            f"/Type /XObject /Subtype /Image /Width {picture.width} /Height {picture.height} "
            f"/ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /DCTDecode {soft.decode()}"
        )
        return self.add(stream(jpeg(picture.convert("RGB")), entries))

    def field(self, name: str, value: str, rect: Sequence[float], kind: bytes = b"/Tx") -> int:
        """A form field with its widget."""
        given = b"/%b" % value.encode() if kind == b"/Btn" else hexed(value)
        shown = b"/AS %b" % given if kind == b"/Btn" else b""
        return self.add(
            b"<< /Type /Annot /Subtype /Widget /FT %b /T %b /V %b %b /Rect %b /F 4 >>"
            % (kind, hexed(name), given, shown, _rect(rect))
        )

    def note(self, subtype: bytes, contents: str, rect: Sequence[float], more: bytes = b"") -> int:
        """Any other annotation."""
        return self.add(
            b"<< /Type /Annot /Subtype %b /Contents %b /Rect %b %b >>"
            % (subtype, hexed(contents), _rect(rect), more)
        )

    def file(self, name: str, data: bytes) -> int:
        """A file specification with the file in it."""
        held = self.add(stream(data, "/Type /EmbeddedFile"))
        return self.add(
            b"<< /Type /Filespec /F (file) /UF %b /EF << /F %d 0 R >> >>" % (hexed(name), held)
        )

    def catalogue(self, entries: bytes) -> None:
        """More entries of the catalogue."""
        self._catalogue += entries + b" "

    def form(self, *fields: int, more: bytes = b"") -> None:
        self.catalogue(
            b"/AcroForm << /Fields [%b] %b >>" % (b" ".join(b"%d 0 R" % f for f in fields), more)
        )

    def bytes(self) -> bytes:
        """The whole file."""
        kids = b" ".join(b"%d 0 R" % kid for kid in self._kids)
        self._objects[0] = b"<< /Type /Catalog /Pages 2 0 R %b >>" % self._catalogue
        self._objects[1] = b"<< /Type /Pages /Kids [%b] /Count %d >>" % (kids, len(self._kids))
        return pdf_file(self._objects)


def scan_with_layer(layer: bytes, *, above: bool = False, lines: Sequence[str] = ()) -> bytes:
    """A scanned page with a text layer. above: drawn after the picture, else before it."""
    pdf = OddPdf()
    picture = pdf.image(scan_picture(310, 438, lines=lines, seal=False))
    shown = b"q %g 0 0 %g 0 0 cm /Im1 Do Q\n" % A4
    pdf.page(shown + layer if above else layer + shown, xobjects={"Im1": picture})
    return pdf.bytes()


def ring(side: int = 120) -> tuple[Image.Image, Image.Image]:
    """A red disc and the mask that leaves only its middle."""
    picture = Image.new("RGB", (side, side), (220, 20, 30))
    mask = Image.new("L", (side, side), 0)
    mask.paste(255, (side // 3, side // 3, side * 2 // 3, side * 2 // 3))
    return picture, mask


def png(picture: Image.Image) -> bytes:
    target = io.BytesIO()
    picture.save(target, "PNG")
    return target.getvalue()
