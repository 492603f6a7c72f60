"""Writes OFD packages: pages of objects, attachments, tags, seals with a real SES_Signature.

Sources: GB/T 33190-2016; GB/T 38540-2020 and GM/T 0031-2014 for what SignedValue.dat holds. The
certificates are self-made, with an SM2 key whose private half stands below for all to see.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr

from PIL import Image, ImageDraw

from parsers.documents.signing import sm2
from tests.builders.papers import package

SPACE = 'xmlns:ofd="http://www.ofdspec.org/2016"'
HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
A4 = (210.0, 297.0)
"""Millimetres."""
SM3_OID = "1.2.156.10197.1.401"
_PRIVATE = 0x3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8
_NONCE = 0x59276E27D506861A16680F3AD9C02DCCEF3CC1FA3CDBE4CE6D54B80DEAC1BC21


def text(
    x: float, y: float, words: str, *, size: float = 4.0, key: int = 0, attributes: str = "",
    inner: str = "", deltas: str | None = None,
) -> str:  # fmt: skip
    """A TextObject with its base line at (x, y + size), characters one head apart."""
    if deltas is None:
        deltas = f' DeltaX="g {len(words) - 1} {size:g}"' if len(words) > 1 else ""
    width = size * len(words)
    return (
        f'<ofd:TextObject ID="{key}" Boundary="{x:g} {y:g} {width:g} {size * 1.3:g}" Font="1" '
        f'Size="{size:g}" {attributes}>{inner}<ofd:TextCode X="0" Y="{size:g}"{deltas}>'
        f"{escape(words)}</ofd:TextCode></ofd:TextObject>"
    )


def fill(colour: str, alpha: int = 255) -> str:
    """A FillColor to stand within an object."""
    return f'<ofd:FillColor Value="{colour}" Alpha="{alpha}"/>'


def rectangle(x: float, y: float, width: float, height: float, colour: str) -> str:
    """A filled PathObject."""
    data = f"M 0 0 L {width:g} 0 L {width:g} {height:g} L 0 {height:g} C"
    return (
        f'<ofd:PathObject Boundary="{x:g} {y:g} {width:g} {height:g}" Stroke="false" Fill="true">'
        f"{fill(colour)}<ofd:AbbreviatedData>{data}</ofd:AbbreviatedData></ofd:PathObject>"
    )


def line(x0: float, y0: float, x1: float, y1: float) -> str:
    """A stroked PathObject from one place to the other."""
    return (
        f'<ofd:PathObject Boundary="{x0:g} {y0:g} {x1 - x0 or 0.3:g} {y1 - y0 or 0.3:g}" '
        f'LineWidth="0.3"><ofd:AbbreviatedData>M 0 0 L {x1 - x0:g} {y1 - y0:g}'
        f"</ofd:AbbreviatedData></ofd:PathObject>"
    )


def image(x: float, y: float, width: float, height: float, resource: int) -> str:
    """An ImageObject."""
    return (
        f'<ofd:ImageObject Boundary="{x:g} {y:g} {width:g} {height:g}" '
        f'CTM="{width:g} 0 0 {height:g} 0 0" ResourceID="{resource}"/>'
    )


def ruled(
    rows: Sequence[Sequence[str]], x: float = 20, y: float = 40, wide: float = 45, high: float = 10
) -> str:
    """A table drawn with single lines; "<" in a cell joins it to the one on its left."""
    parts: list[str] = []
    columns = max(len(row) for row in rows)
    for at in (y + number * high for number in range(len(rows) + 1)):
        parts.append(line(x, at, x + columns * wide, at))  # noqa: PERF401
    for number, row in enumerate(rows):
        for column in range(columns + 1):
            joined = column < len(row) and row[column] == "<"
            if not joined:
                at = x + column * wide
                parts.append(line(at, y + number * high, at, y + (number + 1) * high))
        for column, words in enumerate(row):
            if words not in ("", "<"):
                parts.append(text(x + column * wide + 2, y + number * high + 2, words))
    return "".join(parts)


@dataclass
class Ofd:
    """One OFD being written. pages: the objects of each. images: by resource ID."""

    pages: list[str]
    size: tuple[float, float] = A4
    images: dict[int, tuple[str, bytes]] = field(default_factory=dict)
    attachments: dict[str, bytes] = field(default_factory=dict)
    template: str = ""
    units: dict[int, str] = field(default_factory=dict)
    tags: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Name of the tag → number of the page, ID of the object."""
    notes: dict[int, str] = field(default_factory=dict)
    info: str = ""
    extra: dict[str, str | bytes] = field(default_factory=dict)

    def parts(self) -> dict[str, str | bytes]:
        """All parts, unsigned, by name."""
        parts: dict[str, str | bytes] = {
            "OFD.xml": f'{HEAD}<ofd:OFD {SPACE} DocType="OFD" Version="1.0"><ofd:DocBody>'
            f"<ofd:DocInfo><ofd:DocID>0</ofd:DocID>{self.info}</ofd:DocInfo>"
            "<ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot><!--signatures--></ofd:DocBody></ofd:OFD>",
        }
        box = f"0 0 {self.size[0]:g} {self.size[1]:g}"
        pages = "".join(
            f'<ofd:Page ID="{100 + number}" BaseLoc="Pages/Page_{number}/Content.xml"/>'
            for number in range(1, len(self.pages) + 1)
        )
        template = (
            '<ofd:TemplatePage ID="50" BaseLoc="Tpls/Tpl_0/Content.xml"/>' if self.template else ""
        )
        listed = "".join(
            f"<ofd:{name}>{place}</ofd:{name}>"
            for name, place, wanted in (
                ("Annotations", "Annots/Annotations.xml", self.notes),
                ("CustomTags", "Tags/CustomTags.xml", self.tags),
                ("Attachments", "Attachs/Attachments.xml", self.attachments),
            )
            if wanted
        )
        parts["Doc_0/Document.xml"] = (
            f"{HEAD}<ofd:Document {SPACE}><ofd:CommonData><ofd:MaxUnitID>999</ofd:MaxUnitID>"
            f"<ofd:PageArea><ofd:PhysicalBox>{box}</ofd:PhysicalBox></ofd:PageArea>"
            "<ofd:PublicRes>PublicRes.xml</ofd:PublicRes>"
            f"<ofd:DocumentRes>DocumentRes.xml</ofd:DocumentRes>{template}</ofd:CommonData>"
            f"<ofd:Pages>{pages}</ofd:Pages>{listed}</ofd:Document>"
        )
        parts["Doc_0/PublicRes.xml"] = (
            f'{HEAD}<ofd:Res {SPACE} BaseLoc="Res"><ofd:Fonts><ofd:Font ID="1" FontName="宋体"/>'
            "</ofd:Fonts></ofd:Res>"
        )
        media = "".join(
            f'<ofd:MultiMedia ID="{key}" Type="Image"><ofd:MediaFile>{name}</ofd:MediaFile>'
            "</ofd:MultiMedia>"
            for key, (name, _data) in self.images.items()
        )
        units = "".join(
            f'<ofd:CompositeGraphicUnit ID="{key}" Width="1" Height="1"><ofd:Content>{body}'
            "</ofd:Content></ofd:CompositeGraphicUnit>"
            for key, body in self.units.items()
        )
        parts["Doc_0/DocumentRes.xml"] = (
            f'{HEAD}<ofd:Res {SPACE} BaseLoc="Res"><ofd:MultiMedias>{media}</ofd:MultiMedias>'
            f"<ofd:CompositeGraphicUnits>{units}</ofd:CompositeGraphicUnits></ofd:Res>"
        )
        for name, data in self.images.values():
            parts[f"Doc_0/Res/{name}"] = data
        if self.template:
            parts["Doc_0/Tpls/Tpl_0/Content.xml"] = _page(self.template, "")
        used = '<ofd:Template TemplateID="50" ZOrder="Background"/>' if self.template else ""
        for number, body in enumerate(self.pages, 1):
            parts[f"Doc_0/Pages/Page_{number}/Content.xml"] = _page(body, used)
        self._sides(parts)
        return parts | self.extra

    def _sides(self, parts: dict[str, str | bytes]) -> None:
        if self.notes:
            parts["Doc_0/Annots/Annotations.xml"] = (
                f"{HEAD}<ofd:Annotations {SPACE}>"
                + "".join(
                    f'<ofd:Page PageID="{100 + number}"><ofd:FileLoc>Page_{number}/Annotation.xml'
                    "</ofd:FileLoc></ofd:Page>"
                    for number in self.notes
                )
                + "</ofd:Annotations>"
            )
            for number, body in self.notes.items():
                parts[f"Doc_0/Annots/Page_{number}/Annotation.xml"] = (
                    f"{HEAD}<ofd:PageAnnot {SPACE}>{body}</ofd:PageAnnot>"
                )
        if self.attachments:
            parts["Doc_0/Attachs/Attachments.xml"] = (
                f"{HEAD}<ofd:Attachments {SPACE}>"
                + "".join(
                    f'<ofd:Attachment ID="{number}" Name={quoteattr(name)}><ofd:FileLoc>'
                    f"file{number}</ofd:FileLoc></ofd:Attachment>"
                    for number, name in enumerate(self.attachments)
                )
                + "</ofd:Attachments>"
            )
            for number, data in enumerate(self.attachments.values()):
                parts[f"Doc_0/Attachs/file{number}"] = data
        if self.tags:
            parts["Doc_0/Tags/CustomTags.xml"] = (
                f'{HEAD}<ofd:CustomTags {SPACE}><ofd:CustomTag TypeID="0"><ofd:FileLoc>'
                "CustomTag.xml</ofd:FileLoc></ofd:CustomTag></ofd:CustomTags>"
            )
            inner = "".join(
                f'<ofd:{name}><ofd:ObjectRef PageRef="{100 + page}">{key}</ofd:ObjectRef>'
                f"</ofd:{name}>"
                for name, (page, key) in self.tags.items()
            )
            parts["Doc_0/Tags/CustomTag.xml"] = (
                f"{HEAD}<ofd:eInvoice {SPACE}>{inner}</ofd:eInvoice>"
            )

    def bytes(self) -> bytes:
        """The package, unsigned."""
        return package(self.parts())


def _page(body: str, template: str) -> str:
    return (
        f"{HEAD}<ofd:Page {SPACE}>{template}<ofd:Content>"
        f'<ofd:Layer ID="2" Type="Body">{body}</ofd:Layer></ofd:Content></ofd:Page>'
    )


# Electronic seals


def der(tag: int, *inner: bytes) -> bytes:
    """One DER value (X.690, 8.1)."""
    value = b"".join(inner)
    if len(value) < 0x80:
        return bytes([tag, len(value)]) + value
    size = len(value).to_bytes((len(value).bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(size)]) + size + value


def number(value: int) -> bytes:
    return der(0x02, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def oid(dotted: str) -> bytes:
    first, second, *rest = (int(word) for word in dotted.split("."))
    value = bytes([first * 40 + second])
    for one in rest:
        groups = [one & 0x7F]
        while one := one >> 7:
            groups.append(0x80 | (one & 0x7F))
        value += bytes(reversed(groups))
    return der(0x06, value)


def bits(data: bytes) -> bytes:
    return der(0x03, b"\x00" + data)


def certificate(name: str) -> bytes:
    """An X.509 certificate of this name with the SM2 key; nobody signed it."""
    _r, _s, public = sign(b"")
    algorithm = der(0x30, oid("1.2.156.10197.1.501"))
    who = der(0x30, der(0x31, der(0x30, oid("2.5.4.3"), der(0x0C, name.encode()))))
    span = der(0x30, der(0x17, b"210101000000Z"), der(0x17, b"310101000000Z"))
    key = der(0x30, der(0x30, oid("1.2.840.10045.2.1"), oid("1.2.156.10197.1.301")), bits(public))
    body = der(0x30, der(0xA0, number(2)), number(7), algorithm, who, span, who, key)
    return der(0x30, body, algorithm, bits(der(0x30, number(1), number(1))))


def sign(message: bytes) -> tuple[int, int, bytes]:
    """r, s and the public key, with a fixed nonce: the same bytes each time."""
    generator = (sm2._GX, sm2._GY)
    key, start = sm2._times(_PRIVATE, generator), sm2._times(_NONCE, generator)
    assert key is not None
    assert start is not None
    public = b"\x04" + key[0].to_bytes(32, "big") + key[1].to_bytes(32, "big")
    fixed = b"".join(v.to_bytes(32, "big") for v in (sm2._A, sm2._B, sm2._GX, sm2._GY))
    identity = sm2.sm3(b"\x00\x80", b"1234567812345678", fixed, public[1:])
    r = (int.from_bytes(sm2.sm3(identity, message), "big") + start[0]) % sm2._N
    s = pow(1 + _PRIVATE, -1, sm2._N) * (_NONCE - r * _PRIVATE) % sm2._N
    return r, s, public


def stamp_picture(side: int = 240) -> bytes:
    """A red ring with a star-like spot, on nothing, as PNG."""
    picture = Image.new("RGBA", (side, side))
    draw = ImageDraw.Draw(picture)
    draw.ellipse((4, 4, side - 5, side - 5), outline=(220, 20, 30, 255), width=8)
    draw.regular_polygon((side // 2, side // 2, side // 6), 5, fill=(220, 20, 30, 255))
    target = io.BytesIO()
    picture.save(target, "PNG")
    return target.getvalue()


def seal(
    name: str, picture: bytes, kind: str = "png", maker: str = "电子印章制作中心", old: bool = False
) -> bytes:
    """SESeal. old: as GM/T 0031 has it, else GB/T 38540."""
    own = certificate(name)
    header = der(0x30, der(0x16, b"ES"), number(1 if old else 4), der(0x16, b"SomeMaker"))
    times = (
        [der(0x17, one) for one in (b"210301080000Z", b"210301080000Z", b"310301080000Z")]
        if old
        else [
            der(0x18, one) for one in (b"20210301080000Z", b"20210301080000Z", b"20310301080000Z")
        ]
    )
    certificates = der(0x30, der(0x04, own))
    listed = [certificates] if old else [number(1), certificates]
    about = der(0x30, number(1), der(0x0C, name.encode()), *listed, *times)
    shown = der(0x30, der(0x16, kind.encode()), der(0x04, picture), number(42), number(42))
    info = der(0x30, header, der(0x16, b"3701000001"), about, shown)
    made = certificate(maker)
    r, s, _public = sign(info)
    value = bits(der(0x30, number(r), number(s)))
    method = oid("1.2.156.10197.1.501")
    if old:
        return der(0x30, info, der(0x30, der(0x04, made), method, value))
    return der(0x30, info, der(0x04, made), method, value)


def signature(sealed: bytes, signed: bytes, name: str, part: str, old: bool = False) -> bytes:
    """SES_Signature over the bytes of Signature.xml."""
    digest = bits(sm2.sm3(signed))
    method = oid("1.2.156.10197.1.501")
    own = der(0x04, certificate(name))
    where = der(0x16, part.encode())
    if old:
        when = bits(der(0x18, b"20210601093000Z"))
        body = der(0x30, number(1), sealed, when, digest, where, own, method)
        r, s, _public = sign(body)
        return der(0x30, body, bits(der(0x30, number(r), number(s))))
    when = der(0x18, b"20210601093000Z")
    body = der(0x30, number(4), sealed, when, digest, where)
    r, s, _public = sign(body)
    return der(0x30, body, own, method, bits(der(0x30, number(r), number(s))))


def sealed_parts(
    ofd: Ofd,
    name: str = "山东某某有限公司",
    stamps: Sequence[tuple[int, str]] = ((1, "140 220 42 42"),),
    *,
    picture: bytes | None = None,
    kind: str = "png",
    old: bool = False,
    method: str = SM3_OID,
    value: bytes | None = None,
) -> dict[str, str | bytes]:
    """All parts of the OFD, signed with a seal of this name; stamps: page and boundary."""
    parts = ofd.parts()
    root = str(parts["OFD.xml"])
    parts["OFD.xml"] = root.replace(
        "<!--signatures-->", "<ofd:Signatures>Doc_0/Signs/Signatures.xml</ofd:Signatures>"
    )
    references = "".join(
        f'<ofd:Reference FileRef="/{part}"><ofd:CheckValue>{_digest(data)}</ofd:CheckValue>'
        "</ofd:Reference>"
        for part, data in parts.items()
    )
    shown = "".join(
        f'<ofd:StampAnnot ID="{number}" PageRef="{100 + page}" Boundary="{box}"/>'
        for number, (page, box) in enumerate(stamps)
    )
    part = "/Doc_0/Signs/Sign_0/Signature.xml"
    signed = (
        f'{HEAD}<ofd:Signature {SPACE}><ofd:SignedInfo><ofd:Provider ProviderName="某签章组件"/>'
        "<ofd:SignatureMethod>1.2.156.10197.1.501</ofd:SignatureMethod>"
        "<ofd:SignatureDateTime>20210601093000Z</ofd:SignatureDateTime>"
        f'<ofd:References CheckMethod="{method}">{references}</ofd:References>{shown}'
        "<ofd:Seal><ofd:BaseLoc>Seal.esl</ofd:BaseLoc></ofd:Seal></ofd:SignedInfo>"
        "<ofd:SignedValue>SignedValue.dat</ofd:SignedValue></ofd:Signature>"
    )
    sealed = seal(name, picture or stamp_picture(), kind, old=old)
    if value is None:
        value = signature(sealed, signed.encode(), name, part, old)
    return parts | {
        "Doc_0/Signs/Signatures.xml": f"{HEAD}<ofd:Signatures {SPACE}>"
        '<ofd:Signature ID="1" Type="Seal" BaseLoc="Sign_0/Signature.xml"/></ofd:Signatures>',
        "Doc_0/Signs/Sign_0/Signature.xml": signed,
        "Doc_0/Signs/Sign_0/Seal.esl": sealed,
        "Doc_0/Signs/Sign_0/SignedValue.dat": value,
    }


def sealed_ofd(ofd: Ofd, name: str = "山东某某有限公司", **more: object) -> bytes:
    """The package of `sealed_parts`."""
    return package(sealed_parts(ofd, name, **more))  # type: ignore[arg-type]


def _digest(data: str | bytes) -> str:
    raw = data.encode() if isinstance(data, str) else data
    return base64.b64encode(sm2.sm3(raw)).decode()


def package_of(parts: Mapping[str, str | bytes]) -> bytes:
    return package(parts)
