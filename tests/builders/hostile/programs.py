"""Mails as the usual programs write them: nothing is wrong, and nothing may be found.

The header habits were taken from public archives of mailing lists and the programs' own sources;
names, addresses and numbers are made up.
"""

from __future__ import annotations

import base64
import binascii
from typing import Literal, NamedTuple

from tests.builders.hostile.case import NAME, PACK, SHEET, SUBJECT, HostileMail, case, percent
from tests.builders.hostile.program_habits import TABLE, Habits

_FORM = "推荐表（盖章）.pdf"
_WORDS = "尊敬的经办人：\r\n材料见附件，请查收。\r\n"
_WORD_BYTES = 42


def _words(text: str, habits: Habits) -> bytes:
    """Encoded words cut between characters."""
    pieces: list[bytes] = [b""]
    for char in text:
        data = char.encode(habits.codec)
        if len(pieces[-1]) + len(data) > _WORD_BYTES:
            pieces.append(b"")
        pieces[-1] += data
    words = [
        b"=?" + habits.charset + b"?" + habits.kind + b"?" + _word_text(piece, habits.kind) + b"?="
        for piece in pieces
    ]
    return b"\r\n ".join(words)


def _word_text(piece: bytes, kind: bytes) -> bytes:
    if kind.upper() == b"B":
        return base64.b64encode(piece)
    return b"".join(
        bytes([byte]) if chr(byte).isascii() and chr(byte).isalnum() else b"=%02X" % byte
        for byte in piece
    )


def _pieces(key: bytes, text: str, habits: Habits) -> bytes:
    """RFC 2231 in numbered pieces."""
    cells = habits.charset + b"''" + percent(text.encode(habits.codec))
    cut = [cells[at : at + 60] for at in range(0, len(cells), 60)]
    return b";\r\n ".join(key + b"*%d*=" % number + one for number, one in enumerate(cut))


def _parameter(key: bytes, text: str, form: str, habits: Habits) -> bytes:
    word = _words(text, habits)
    return {
        "quoted": lambda: key + b'="' + word + b'"',
        "bare": lambda: key + b"=" + word.replace(b"\r\n ", b""),
        "2231": lambda: key + b"*=" + habits.charset + b"''" + percent(text.encode(habits.codec)),
        "pieces": lambda: _pieces(key, text, habits),
        "raw": lambda: key + b'="' + text.encode(habits.codec) + b'"',
    }[form]()


def _file(name: str, data: bytes, media_type: bytes, habits: Habits) -> bytes:
    head = b"Content-Type: " + media_type
    if habits.name_form:
        head += b";\r\n\t" + _parameter(b"name", name, habits.name_form, habits)
    head += b"\r\nContent-Transfer-Encoding: base64\r\n"
    if habits.file_form:
        parameter = _parameter(b"filename", name, habits.file_form, habits)
        head += b"Content-Disposition: attachment;\r\n\t" + parameter + habits.file_extra + b"\r\n"
    return head + b"\r\n" + base64.encodebytes(data).replace(b"\n", b"\r\n")


def _text(kind: bytes, text: str, habits: Habits) -> bytes:
    data = text.encode(habits.codec)
    body = {
        b"base64": lambda: base64.encodebytes(data).replace(b"\n", b"\r\n"),
        b"quoted-printable": lambda: binascii.b2a_qp(data, istext=True),
        b"8bit": lambda: data,
    }[habits.text_encoding]()
    head = b"Content-Type: text/" + kind + b';\r\n\tcharset="' + habits.charset + b'"\r\n'
    return head + b"Content-Transfer-Encoding: " + habits.text_encoding + b"\r\n\r\n" + body


def _multipart(kind: bytes, boundary: bytes, *parts: bytes) -> bytes:
    head = b"Content-Type: multipart/" + kind + b';\r\n\tboundary="' + boundary + b'"\r\n\r\n'
    if boundary.startswith(b"----="):
        head += b"This is a multi-part message in MIME format.\r\n\r\n"
    lines = b"".join(b"--" + boundary + b"\r\n" + one + b"\r\n" for one in parts)
    return head + lines + b"--" + boundary + b"--\r\n"


class _Files(NamedTuple):
    rar: tuple[str, bytes] = (NAME, PACK)
    pdf: tuple[str, bytes] = (_FORM, SHEET)


def compose(habits: Habits) -> bytes:
    """The one submission in a program's own way."""
    sender = _words("张三丰", habits)
    display = b'"' + sender + b'"' if habits.quotes_sender else sender
    head = b"".join(line + b"\r\n" for line in habits.head)
    subject = SUBJECT.encode(habits.codec) if habits.raw_subject else _words(SUBJECT, habits)
    head += b"From: " + display + habits.before_address + b"<zhang@example.cn>\r\n"
    head += b"To: <zlbg@example.cn>\r\nSubject: " + subject + b"\r\n"
    head += b"Date: " + habits.date + b"\r\nMessage-ID: " + habits.message_id + b"\r\n"
    head += habits.version + b"\r\n"
    plain = _text(b"plain", _WORDS, habits)
    if habits.html:
        html = _text(b"html", f"<div>{_WORDS}</div>", habits)
        plain = _multipart(b"alternative", habits.boundary + b"_alt", plain, html)
    rar, pdf = _Files()
    parts = (plain, _file(*rar, habits.rar_type, habits), _file(*pdf, b"application/pdf", habits))
    return head + _multipart(b"mixed", habits.boundary, *parts)


_SENT: Literal["材料见附件，请查收。"] = "材料见附件，请查收。"

CASES: tuple[HostileMail, ...] = tuple(
    case(
        f"program: {habits.name}",
        compose(habits),
        f"{habits.name}: {habits.why}",
        subject=SUBJECT,
        sender=[("张三丰", "zhang@example.cn")],
        files=_Files(),
        text=_SENT,
        clean=habits.clean,
    )
    for habits in TABLE
)
