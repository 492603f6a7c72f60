"""Multiparts whose boundaries are missing, wrong or alike, and parts in unusual places."""

from __future__ import annotations

import base64

from tests.builders.hostile.case import HELLO, PACK, SHEET, HostileMail, case, file_part, text_part
from tests.builders.mails import BOUNDARY, mail, multipart, part

_FILES = [("a.rar", PACK)]
_TEXT = text_part(HELLO)
_HTML = text_part(b"<p>hello html</p>", b"text/html")
_BODY = multipart(_TEXT, file_part())
_HEAD = b'multipart/mixed; boundary="' + BOUNDARY + b'"'
_MARK = b"--" + BOUNDARY
_GUESS = ["boundary_repaired"]


def _one(name: str, body: bytes, why: str, *codes: str, text: str = "hello") -> HostileMail:
    """A text and one file, however they are put together."""
    source = mail(body)
    return case(f"structure: {name}", source, why, files=_FILES, codes=codes, text=text)


def _swap(old: bytes, new: bytes, count: int = 1, body: bytes = _BODY) -> bytes:
    assert old in body
    return body.replace(old, new, count)


def _bounded(boundary: bytes, parameter: bytes) -> bytes:
    """The parameter may write the boundary in any way."""
    body = multipart(_TEXT, file_part(), boundary=boundary)
    return _swap(b'boundary="' + boundary + b'"', parameter, body=body)


BOUNDARIES = (
    _one("boundary not declared", _swap(b'; boundary="' + BOUNDARY + b'"', b""),
         "RFC 2046 5.1.1 wants it; the first delimiter line shows it", *_GUESS),
    _one("another boundary declared", _swap(b'"' + BOUNDARY + b'"', b'"other"'),
         "a gateway rewrote one of the two", *_GUESS),
    _one("boundary empty", _swap(b'"' + BOUNDARY + b'"', b'""'), "RFC 2046 5.1.1: 1 to 70",
         *_GUESS),
    _one("boundary declared in other letter case", _bounded(b"Edge_AB", b'boundary="edge_ab"'),
         "boundaries are compared byte by byte: the one in use is found", *_GUESS),
    _one("boundary without quotes, with signs", _bounded(b"=_a/b.c:d?e", b"boundary==_a/b.c:d?e"),
         "RFC 2045 5.1 wants quotes around tspecials"),
    _one("boundary of all allowed signs",
         _bounded(b"'()+_,-./:=? x", b'boundary="\'()+_,-./:=? x"'),
         "RFC 2046 5.1.1: bchars"),
    _one("boundary in RFC 2231 pieces", _bounded(b"=_edge_of_parts", b'boundary*0="=_edge";\n'
                                                 b' boundary*1="_of_parts"'),
         "RFC 2231 3 is for every parameter"),
    _one("boundary of 200 characters", _bounded(b"x" * 200, b'boundary="' + b"x" * 200 + b'"'),
         "RFC 2046 allows 70; what is declared and used is plain"),
    _one("boundary with a space at its end", _bounded(b"edge", b'boundary="edge "'),
         "RFC 2046 5.1.1: it may not end with one, relays strip it from the lines"),
    _one("white space behind the delimiters", _BODY.replace(_MARK + b"\n", _MARK + b" \t \n"),
         "RFC 2046 5.1.1: padding added on the way"),
    _one("outer boundary begins the inner one",
         multipart(multipart(_TEXT, _HTML, kind=b"alternative", boundary=b"edge1"), file_part(),
                   boundary=b"edge"), "RFC 2046 5.1.2: the whole line is compared"),
    _one("inner boundary begins the outer one",
         multipart(multipart(_TEXT, _HTML, kind=b"alternative", boundary=b"edge"), file_part(),
                   boundary=b"edge1"), "RFC 2046 5.1.2: the whole line is compared"),
    _one("inner and outer boundary the same",
         multipart(multipart(_TEXT, _HTML, kind=b"alternative"), file_part()),
         "forbidden, written by a broken template: after the inner end comes the outer part"),
    _one("last boundary missing", _BODY.rpartition(_MARK)[0], "the mail ends there all the same",
         "unclosed"),
    _one("inner multipart without its end",
         multipart(multipart(_TEXT, kind=b"alternative", boundary=b"in").replace(b"--in--\n", b""),
                   file_part()), "RFC 2046 5.1.2: the outer delimiter ends it"),
    _one("delimiter with more text behind it is text",
         multipart(text_part(HELLO + _MARK + b"zzz\n--\n---- \nbye\n"), file_part()),
         "RFC 2046 5.1.1: only white space may follow", text="---- \nbye"),
    _one("preamble that looks like headers",
         _swap(b"\n\n" + _MARK,
               b"\n\nSubject: other\nContent-Type: text/plain\n\nnot read\n" + _MARK),
         "RFC 2046 5.1.1: a preamble is to be ignored"),
    _one("preamble with dashes", _swap(b"\n\n" + _MARK, b"\n\n-----\n--\n--x\n" + _MARK),
         "RFC 2046 5.1.1"),
    _one("epilogue with a delimiter", _BODY + b"\nfooter\n" + _MARK + b"\n\nnot a part\n",
         "RFC 2046 5.1.1: what follows the end is no part", text="hello"),
    _one("part without a header", _swap(_TEXT, b"\n" + HELLO), "RFC 2046 5.1: defaults apply"),
    _one("part without an empty line",
         _swap(_TEXT, b"Content-Type: text/plain\nhello, as it stands\n"),
         "no header either: text begins there"),
    _one("delimiter straight after the headers", _BODY.replace(b"\n\n" + _MARK, b"\n" + _MARK, 1),
         "RFC 5322 2.1 wants an empty line; the delimiter is no header"),
)  # fmt: skip

_PDF = part(SHEET, media_type=b"application/pdf", disposition=b'inline; filename="a.pdf"')
_PNG = part(b"\x89PNG", media_type=b"image/png", more=b"Content-ID: <i1@x>\n",
            disposition=b'inline; filename="seal.png"')  # fmt: skip
_LINES = base64.encodebytes(PACK).splitlines()
_ICS = part(b"BEGIN:VCALENDAR", media_type=b"text/calendar; name=a.ics", encoding="")


def _several(
    name: str,
    body: bytes,
    why: str,
    *files: tuple[str, bytes],
    text: str = "hello",
    codes: tuple[str, ...] = (),
) -> HostileMail:
    source = mail(body)
    return case(f"structure: {name}", source, why, files=files, text=text, codes=codes)


PLACES = (
    _several("file inline", multipart(_TEXT, _PDF), "RFC 2183 2.10 is about display only",
             ("a.pdf", SHEET)),
    _several("file between two texts", multipart(_TEXT, _PDF, text_part(b"regards\n")),
             "Apple Mail cuts the text where the file was dropped", ("a.pdf", SHEET),
             text="regards"),
    _several("files inside multipart/related", multipart(_HTML, _PNG, file_part(), kind=b"related"),
             "Outlook puts every file there when the body shows one", ("seal.png", b"\x89PNG"),
             ("a.rar", PACK)),
    _several("file inside multipart/alternative",
             multipart(_TEXT, multipart(_HTML, _PDF, boundary=b"in"), kind=b"alternative"),
             "Apple Mail: the richer form alone holds the file", ("a.pdf", SHEET)),
    _several("calendar inside multipart/alternative",
             multipart(_TEXT, _HTML, _ICS, kind=b"alternative"), "Outlook's invitations",
             ("a.ics", b"BEGIN:VCALENDAR")),
    _several("text that is a file", multipart(_TEXT, text_part(b"list", b"text/plain; name=a.txt")),
             "a name makes it a file", ("a.txt", b"list")),
    _several("HTML inline with a name",
             multipart(_TEXT, part(b"<p>form</p>", media_type=b"text/html",
                                                          disposition=b'inline; filename=f.htm')),
             "RFC 2183 2.2", ("f.htm", b"<p>form</p>")),
    _several("HTML attached", multipart(_TEXT, part(
        b"<p>form</p>", media_type=b"text/html; name=f.htm",
        disposition=b"attachment; filename=f.htm")), "RFC 2183 2.2", ("f.htm", b"<p>form</p>")),
    _several("text attached without a name",
             multipart(_TEXT, part(b"list", media_type=b"text/plain", disposition=b"attachment")),
             "RFC 2183 2.2", ("", b"list"), codes=("nameless_part",)),
    _several("file first, text after it", multipart(file_part(), _TEXT), "scanners, OA systems",
             ("a.rar", PACK)),
    _several("the same name twice", multipart(_TEXT, file_part(), file_part(SHEET)),
             "two files; neither replaces the other", ("a.rar", PACK), ("a.rar", SHEET)),
    _several("multipart of an unknown kind", multipart(_TEXT, file_part(), kind=b"x-odd"),
             "RFC 2046 5.1.7: as mixed", ("a.rar", PACK)),
    _several("multipart/parallel, upper case",
             _swap(b"Content-Type: multipart/mixed", b"CONTENT-TYPE: MULTIPART/PARALLEL"),
             "RFC 2045 5.1", ("a.rar", PACK)),
    _several("type that is none", multipart(_TEXT, part(PACK, media_type=b"rar",
                                                        disposition=b"attachment; filename=a.rar")),
             "RFC 2045 5.2: kept as a file", ("a.rar", PACK)),
    _several("multipart of a multipart of one file",
             multipart(multipart(multipart(file_part(), boundary=b"b2"), boundary=b"b1"), _TEXT),
             "RFC 2046 5.1", ("a.rar", PACK)),
    _several("cut in the middle of the file", _BODY[: _BODY.index(_LINES[4]) + 41],
             "the connection broke: what came is kept, and told",
             ("a.rar", base64.b64decode(b"".join(_LINES[:4]) + _LINES[4][:40])),
             codes=("part_truncated",)),
    _several("cut in the headers of the second part",
             _BODY[: _BODY.rindex(b"Content-Disposition") + 50], "nothing of the file came",
             ("a.rar", b""), codes=("part_empty", "unclosed")),
    case("structure: multipart of no part at all",
         mail(b"Content-Type: " + _HEAD + b"\n\nwords without delimiter\n"),
         "the bytes are all there is: kept as one file, and told",
         files=[("", b"words without delimiter\n")], codes=["boundary_missing"]),
    case("structure: the mail is the file", mail(file_part()), "scanners send one part alone",
         files=_FILES),
    case("structure: base64 without Content-Type",
         mail(b"Content-Transfer-Encoding: base64\n\nYmFzZTY0IHRleHQ=\n"),
         "RFC 2045 5.2: text/plain, decoded", text="base64 text"),
    case("structure: no MIME-Version, Content-Type after the other headers",
         b"Subject: test\nFrom: a@example.cn\nX-Mailer: x\n" + _BODY,
         "RFC 2045 4: without it nobody promises; everybody writes it so", files=_FILES,
         text="hello"),
    case("structure: Content-Type twice",
         mail(_swap(b"Content-Type: multipart", b"Content-Type: text/plain; charset=gbk\n"
                    b"Content-Type: multipart")),
         "RFC 2045 3: once; only the other one explains the body", files=_FILES, text="hello",
         codes=["header_duplicated"]),
    case("structure: Content-Type twice, the multipart first",
         mail(_swap(b"\n\n" + _MARK, b"\nContent-Type: text/plain\n\n" + _MARK)),
         "RFC 2045 3: once; the first, which explains the body", files=_FILES, text="hello",
         codes=["header_duplicated"]),
)  # fmt: skip

CASES: tuple[HostileMail, ...] = (*BOUNDARIES, *PLACES)
