"""The control words of rich text that matter for reading, and its encodings.

Source: Rich Text Format Specification 1.9.1, "Contents of an RTF file".
"""

from __future__ import annotations

import codecs
import re

from model.document import BlockKind

_MOST = rb"{1,4096}"
"""Repetitions within one token: each costs the matcher memory."""
_UNICODE = rb"\\u-?\d{1,6}"
_HEX = rb"\\'[0-9a-fA-F]{2}"
_TOKEN = (
    rb"((?:" + _UNICODE + rb" ?(?:\?|" + _HEX + rb")(?!" + _HEX + rb"))" + _MOST + rb")"
    rb"|((?:" + _UNICODE + rb" ?" + _HEX + _HEX + rb")" + _MOST + rb")"
    rb"|((?:" + _HEX + rb")" + _MOST + rb")"
    rb"|((?:\\(?!u-?\d|bin\d)[a-zA-Z]{1,32}(?:-?\d{1,10})? ?)+|"
    + _UNICODE
    + rb" ?|\\bin\d{1,10} ?)"
    rb"|\\([^a-zA-Z])"
    rb"|([{}])"
    rb"|([\r\n\x00]+)"
)
TOKEN = re.compile(_TOKEN + rb"|([^\\{}\r\n\x00]+)", re.DOTALL)
"""Groups: Unicode signs with one byte to skip each, with two; bytes in hex; words; symbol; brace;
line ends; text."""
TOKEN_DOUBLE = re.compile(
    _TOKEN + rb"|((?:[\x81-\xfe](?!" + _HEX + rb")[\x40-\x7e\x80-\xfe]"
    rb"|[^\\{}\r\n\x00\x81-\xfe])" + _MOST + rb"|[\x80-\xff])",
    re.DOTALL,
)  # fmt: skip
"""The same where text is of two-byte characters, of which the second may be a brace."""
WORDS = re.compile(rb"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?")
NUMBERS = re.compile(rb"\\u(-?\d{1,6})")
FALLBACKS = re.compile(rb"\?|" + _HEX)
UNITS = re.compile(rb"\\u(-?\d{1,6}) ?((?:\?|" + _HEX + rb"){1,2})")
SKIPPED_TOKEN = re.compile(rb"\\bin(\d{1,10}) ?|\\.|[{}]", re.DOTALL)

_CHARSETS = {
    77: "mac_roman", 128: "cp932", 129: "cp949", 130: "johab", 134: "gb18030", 136: "cp950",
    161: "cp1253", 162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257",
    204: "cp1251", 222: "cp874", 238: "cp1250", 254: "cp437", 255: "cp850",
}  # fmt: skip
"""By \\fcharset; those that are not here leave it to the document's code page."""
DOUBLE = frozenset({"gb18030", "cp950", "cp932", "cp949", "johab"})


def charset(number: int) -> str:
    return _CHARSETS.get(number, "")


def code_page(number: int) -> str:
    """The encoding of \\ansicpg and \\cpg, Windows-1252 where there is none of that number."""
    if number in (936, 54936):
        return "gb18030"
    if number == 65001:
        return "utf-8"
    name = f"cp{number}"
    try:
        codecs.lookup(name)
    except LookupError:
        return "cp1252"
    return name


SKIPPED = frozenset(
    b"""bkmkend bkmkstart blipuid colorschememapping comment datafield datastore docvar dptxbxsp
    falt ffdeftext ffentrymcr ffexitmcr ffformat ffhelptext ffl ffname ffstattext fontemb fontfile
    ftncn ftnsep ftnsepc aftncn aftnsep aftnsepc generator gridtbl keycode latentstyles
    listoverridetable listpicture listtable mmathPr nonshppict nonesttables objalias objclass
    objname objsect objtime oldcprops oldpprops oldsprops oldtprops panose passwordhash pgptbl
    picprop pn pnseclvl private propname revtbl rsidtbl rxe shprslt sp stextflow
    svb tc tcn template themedata userprops wgrffmtfilter xe xmlattrname xmlattrvalue xmlnstbl
    filetbl printim buptim mmathPict mtype mgrow msubHide msupHide mlimLoc mpos
    mvertJc mdegHide mcount mmcJc mshp mctrlPr atnid atnauthor atnref atntime
    atnparent atndate atnicn atrfstart atrfend""".split()
)
"""Groups that hold nothing to read."""
STORIES: dict[bytes, tuple[str, BlockKind]] = {
    **dict.fromkeys((b"header", b"headerl", b"headerr", b"headerf"), ("headers", BlockKind.HEADER)),
    **dict.fromkeys((b"footer", b"footerl", b"footerr", b"footerf"), ("footers", BlockKind.FOOTER)),
    b"footnote": ("footnotes", BlockKind.NOTE),
    b"annotation": ("comments", BlockKind.COMMENT),
    b"shptxt": ("boxes", BlockKind.TEXT_BOX),
    b"dptxbxtext": ("boxes", BlockKind.TEXT_BOX),
}
STARRED = frozenset(
    b"""annotation shppict shpinst fldinst nesttableprops objdata formfield ud do moMath
    moMathPara company operator""".split()
)
"""Groups that are read though they are marked as ones that may be passed over."""
SIGNS = {
    b"line": "\n", b"lbr": "\n", b"page": "\n", b"column": "\n", b"tab": "\t",
    b"emdash": "—", b"endash": "–", b"lquote": "‘", b"rquote": "’", b"ldblquote": "“",
    b"rdblquote": "”", b"bullet": "•", b"emspace": "\u2003", b"enspace": "\u2002",
    b"qmspace": "\u2005", b"zwj": "\u200d", b"zwnj": "\u200c",
}  # fmt: skip
SYMBOLS = {b"~": "\xa0", b"_": "-", b"\t": "\t"}
PROPERTIES = {
    b"title": "title", b"subject": "subject", b"author": "creator", b"operator": "modified_by",
    b"company": "company", b"keywords": "keywords", b"doccomm": "comments",
}  # fmt: skip
