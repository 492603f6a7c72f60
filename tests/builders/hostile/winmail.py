"""winmail.dat: Outlook's own format where files were meant. Opened, it is no file of its own."""

from __future__ import annotations

from tests.builders.hostile.case import (
    HELLO,
    NAME,
    PACK,
    SHEET,
    HostileMail,
    case,
    file_part,
    text_part,
)
from tests.builders.hostile.tnef_file import (
    embedded,
    file_of,
    rtf_as_it_is,
    rtf_compressed,
    tnef,
)
from tests.builders.mails import mail, multipart, part

_TYPE = b"application/ms-tnef; name=winmail.dat"
_DISPOSITION = b'attachment; filename="winmail.dat"'
_GBK_NAME = "申报材料.rar"
_PAIR = (file_of(PACK, b"ONE.RAR"), file_of(SHEET, b"TWO.PDF"))


def _tnef(
    name: str,
    data: bytes,
    files: list[tuple[str, bytes]],
    why: str,
    *codes: str,
    text: str = "hello",
    media_type: bytes = _TYPE,
    disposition: bytes = _DISPOSITION,
    whole: bool = True,
    more: tuple[bytes, ...] = (),
) -> HostileMail:
    one = part(data, media_type=media_type, disposition=disposition)
    source = mail(multipart(text_part(HELLO), one, *more))
    return case(
        f"winmail: {name}", source, why, files=files, codes=codes, text=text, whole=whole,
        flat=[("winmail.dat", data), *files],
    )  # fmt: skip


_RTF = (
    b"{\\rtf1\\ansi\\ansicpg936\\deff0"
    b"{\\fonttbl{\\f0\\fnil\\fcharset134 \\'cb\\'ce\\'cc\\'e5;}}\\pard "
    + b"".join(b"\\'%02x" % byte for byte in "正文在此".encode("gbk"))
    + b"\\par}"
)


def _alone(name: str, data: bytes, why: str) -> HostileMail:
    """The mail has nothing but its winmail.dat."""
    source = mail(part(data, media_type=_TYPE, disposition=_DISPOSITION))
    return case(f"winmail: {name}", source, why, text="正文在此", flat=[("winmail.dat", data)])


_NESTED = tnef(file_of(PACK, b"IN.RAR"))
_LONG = (
    file_of(PACK, b"ZB2021~1.RAR", long_name=NAME),
    file_of(SHEET, b"TUIJIA~1.PDF", long_name="推荐表（盖章）.pdf"),
)

CASES: tuple[HostileMail, ...] = (
    _tnef("two files, short names", tnef(*_PAIR), [("ONE.RAR", PACK), ("TWO.PDF", SHEET)],
          "MS-OXTNEF 2.1.3.3: attAttachTitle and attAttachData", "tnef_opened"),
    _tnef("long Unicode names", tnef(*_LONG), [(NAME, PACK), ("推荐表（盖章）.pdf", SHEET)],
          "MS-OXCMSG: PidTagAttachLongFilename is the name, the title an 8.3 of it"),
    _tnef("long names in the code page", tnef(file_of(PACK, b"SHENBA~1.RAR",
                                                      oem_long_name=_GBK_NAME.encode("gbk"))),
          [(_GBK_NAME, PACK)], "PtypString8 is in the code page of attOemCodepage, 936"),
    _tnef("titles in the code page", tnef(file_of(PACK, _GBK_NAME.encode("gbk"))),
          [(_GBK_NAME, PACK)], "MS-OXTNEF 2.1.3.3.4: the title is in the OEM code page"),
    _tnef("titles in big5", tnef(file_of(PACK, "臺灣.rar".encode("cp950")), code_page=950),
          [("臺灣.rar", PACK)], "attOemCodepage 950"),
    _tnef("file data in a property", tnef(file_of(PACK, b"A.RAR", by_property=True)),
          [("A.RAR", PACK)], "PidTagAttachDataBinary in attAttachment; Exchange writes either"),
    _tnef("as octet-stream", tnef(*_PAIR), [("ONE.RAR", PACK), ("TWO.PDF", SHEET)],
          "relays lose the type: the first four bytes say it",
          media_type=b'application/octet-stream; name="winmail.dat"'),
    _tnef("under another name", tnef(*_PAIR), [("ONE.RAR", PACK), ("TWO.PDF", SHEET)],
          "ATT00001.dat is what Exchange makes of it",
          disposition=b"attachment; filename=ATT00001.dat"),
    _tnef("beside another file", tnef(_PAIR[0]), [("ONE.RAR", PACK), ("b.pdf", SHEET)],
          "in the order of the parts", more=(file_part(SHEET, b"b.pdf"),)),
    _alone("body only", tnef(body="正文在此".encode("gbk")),
           "MS-OXTNEF 2.1.3.2: attBody in the code page; no file was sent"),
    _alone("Unicode body only", tnef(text="正文在此"), "PidTagBody"),
    _alone("HTML body only", tnef(html="<p>正文在此</p>".encode("gbk")),
           "PidTagHtml in the code page"),
    _alone("RTF body only", tnef(rtf=rtf_as_it_is(_RTF)), "PidTagRtfCompressed, MS-OXRTFCP: MELA"),
    _alone("compressed RTF body only", tnef(rtf=rtf_compressed(_RTF)),
           "PidTagRtfCompressed, MS-OXRTFCP: LZFu"),
    _tnef("wrong checksums", tnef(file_of(PACK, b"A.RAR", checksum=1)), [("A.RAR", PACK)],
          "MS-OXTNEF 2.1.3.1 wants them; writers were careless, the bytes are there",
          "tnef_checksum"),
    _tnef("message within", tnef(embedded(_NESTED, "转来"), _PAIR[1]), [("TWO.PDF", SHEET)],
          "a forwarded Outlook item: how it is kept is open, the file behind it is not lost",
          "tnef_embedded", whole=False),
    _tnef("cut in its second file", tnef(*_PAIR)[:-200], [("ONE.RAR", PACK)],
          "the first file is whole; that not all could be read is told", "tnef_broken",
          whole=False),
    _tnef("cut in its head", tnef(*_PAIR)[:10], [("winmail.dat", tnef(*_PAIR)[:10])],
          "nothing can be read of it: its bytes are kept", "tnef_broken"),
    _tnef("no TNEF at all", PACK, [("winmail.dat", PACK)],
          "a name says nothing: the bytes are kept as they are"),
    _tnef("length beyond the end", tnef() + b"\x02\x0f\x80\x06\x00\xff\xff\xff\x7f" + b"x" * 50,
          [("winmail.dat", tnef() + b"\x02\x0f\x80\x06\x00\xff\xff\xff\x7f" + b"x" * 50)],
          "a length of 2 GB in 200 bytes: the bytes are kept, and told", "tnef_broken",
          whole=False),
)  # fmt: skip
