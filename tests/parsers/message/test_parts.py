"""Which parts are files and which are text, and that their bytes are right."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

import pytest

from model.message import Message
from parsers.message import MessageLimits, read_message
from tests.builders.mails import mail, multipart, part, uuencoded, word

ZIP = b"PK\x03\x04" + bytes(range(256)) * 3
TEXT = part("正文".encode("gbk"), media_type=b"text/plain; charset=gb2312", encoding="")
FILE = b'attachment; filename="a.zip"'


def _read(raw: bytes, tmp_path: Path, limits: MessageLimits | None = None) -> Message:
    path = tmp_path / "m.eml"
    path.write_bytes(raw)
    message = read_message(path, tmp_path / "parts", limits)
    for file in message.attachments:
        data = file.path.read_bytes()
        assert len(data) == file.size
        assert hashlib.sha256(data).hexdigest() == file.sha256
    for finding in message.findings:
        assert "{" not in finding.text + finding.advice
    return message


def _codes(message: Message) -> list[str]:
    return [finding.code.removeprefix("message.") for finding in message.findings]


@pytest.mark.parametrize("encoding", ["base64", "quoted-printable", "x-uuencode", "binary"])
@pytest.mark.parametrize("line_end", [b"\n", b"\r\n"])
def test_bytes_of_a_file(encoding: str, line_end: bytes, tmp_path: Path) -> None:
    data = bytes(byte for byte in range(256) if byte not in (10, 13)) * 400
    raw = mail(multipart(TEXT, part(data, disposition=FILE, encoding=encoding)))
    message = _read(raw.replace(b"\n", line_end), tmp_path)
    [file] = message.attachments
    assert file.sha256 == hashlib.sha256(data).hexdigest()
    assert (message.text, _codes(message)) == ("正文", [])


@pytest.mark.parametrize(
    ("encoding", "body", "expected", "code"),
    [
        ("base64", base64.b64encode(b"abcd").rstrip(b"="), b"abcd", ["base64_unpadded"]),
        ("base64", b"YWJjZ", b"abc", ["part_truncated"]),
        ("base64", b"YWJj\n!!!!\nZGVm", b"abcdef", ["base64_garbage"]),
        ("base64", b"YWI=\nYWI=", b"abab", ["base64_segments"]),
        ("base64", b"YW Jj\r\r\n ZGVm", b"abcdef", []),
        ("BASE64 (as usual)", b"YWJj", b"abc", []),
        ("quoted-printable", b"a=\nb  \t\nc=3D=zz", b"ab\nc==zz", []),
        ("quoted-printable", b"a=", b"a", []),
        ("x-uue", b"begin 644 a\n#86)C\n`\nend", b"abc", []),
        ("x-uue", b"begin 644 a\n#86)C", b"abc", ["part_truncated"]),
        ("x-uue", b"begin 644 a\n#86)C\n\x80\x81\n`\nend", b"abc", ["base64_garbage"]),
        ("8bit", b"a\n--b\n", b"a\n--b\n", []),
        ("x-none", b"abc", b"abc", ["encoding_unknown"]),
    ],
)
def test_transfer_faults(
    encoding: str, body: bytes, expected: bytes, code: list[str], tmp_path: Path
) -> None:
    head = b"Content-Type: a/b\nContent-Transfer-Encoding: " + encoding.encode()
    message = _read(
        mail(multipart(head + b"\nContent-Disposition: " + FILE + b"\n\n" + body)), tmp_path
    )
    [file] = message.attachments
    assert file.path.read_bytes() == expected
    assert _codes(message) == code
    assert all(finding.about in ("a.zip",) for finding in message.findings)


def test_cut_mail(tmp_path: Path) -> None:
    whole = mail(multipart(TEXT, part(ZIP * 20, disposition=FILE)))
    message = _read(whole[: len(whole) // 2], tmp_path)
    [file] = message.attachments
    assert (ZIP * 20).startswith(file.path.read_bytes())
    assert "part_truncated" in _codes(message)
    [finding] = [f for f in message.findings if f.code == "message.part_truncated"]
    assert finding.effect == "person"
    assert finding.about == "a.zip"


def test_last_boundary_missing_is_only_noted_where_the_file_is_whole(tmp_path: Path) -> None:
    raw = mail(multipart(TEXT, part(b"abcd", disposition=FILE))).rsplit(b"--=_edge", 1)[0]
    message = _read(raw, tmp_path)
    assert _codes(message) == ["unclosed"]
    assert message.attachments[0].path.read_bytes() == b"abcd"


PARTS = {
    "nameless": (part(ZIP), ("", ""), ["nameless_part"]),
    "nameless with disposition": (
        part(ZIP, disposition=b"attachment"), ("", "attachment"), ["nameless_part"]),
    "inline image": (
        part(ZIP, media_type=b"image/png", disposition=b"inline; filename=x.png",
             more=b"Content-ID: <i1@x>\n"), ("x.png", "inline"), []),
    "text with a name": (
        part(b"hello", media_type=b"text/plain; name=x.txt"), ("x.txt", ""), []),
    "text with a name, inline": (
        part(b"hello", media_type=b"text/plain", disposition=b"inline; filename=x.txt"),
        ("x.txt", "inline"), []),
    "text attached": (
        part(b"hello", media_type=b"text/html", disposition=b"attachment"),
        ("", "attachment"), ["nameless_part"]),
    "other text": (part(b"BEGIN:VCALENDAR", media_type=b"text/calendar"), ("", ""),
                   ["nameless_part"]),
    "winmail.dat": (
        part(ZIP, media_type=b"application/ms-tnef; name=winmail.dat"), ("winmail.dat", ""),
        ["tnef_broken"]),
    "unknown disposition": (
        part(ZIP, disposition=b"odd; filename=x.zip"), ("x.zip", "attachment"), []),
    "broken type": (part(ZIP, media_type=b"zip", disposition=FILE), ("a.zip", "attachment"), []),
    "empty": (part(b"", disposition=FILE), ("a.zip", "attachment"), ["part_empty"]),
}  # fmt: skip


@pytest.mark.parametrize("case", PARTS)
def test_every_leaf_that_is_no_body_is_a_file(case: str, tmp_path: Path) -> None:
    raw, expected, codes = PARTS[case]
    message = _read(mail(multipart(TEXT, raw)), tmp_path)
    [file] = message.attachments
    assert (file.name, file.disposition) == expected
    assert _codes(message) == codes
    assert message.text == "正文"


def test_content_id(tmp_path: Path) -> None:
    message = _read(mail(multipart(TEXT, PARTS["inline image"][0])), tmp_path)
    assert message.attachments[0].content_id == "i1@x"


@pytest.mark.parametrize("encoding", ["", "base64"])
@pytest.mark.parametrize("named", [True, False])
def test_mail_in_the_mail_is_a_file(encoding: str, named: bool, tmp_path: Path) -> None:
    inner = mail(
        multipart(part(ZIP, disposition=FILE), boundary=b"inner"), subject=word("转来", "gbk")
    )
    disposition = b"attachment; filename=x.eml" if named else b""
    raw = part(inner, media_type=b"message/rfc822", encoding=encoding, disposition=disposition)
    message = _read(mail(multipart(TEXT, raw)), tmp_path)
    [file] = message.attachments
    assert file.name == ("x.eml" if named else "转来.eml")
    assert file.path.read_bytes().rstrip(b"\n") == inner.rstrip(b"\n")
    again = read_message(file.path, tmp_path / "inner")
    assert again.attachments[0].path.read_bytes() == ZIP


def test_digest_parts_are_mails(tmp_path: Path) -> None:
    message = _read(mail(multipart(b"\n" + mail(subject=b"one"), kind=b"digest")), tmp_path)
    assert [file.name for file in message.attachments] == ["one.eml"]


def test_top_part_that_is_a_file(tmp_path: Path) -> None:
    message = _read(mail(part(ZIP, disposition=FILE)), tmp_path)
    assert message.media_type == "application/octet-stream"
    assert message.attachments[0].path.read_bytes() == ZIP


def test_uuencoded_files_in_the_text(tmp_path: Path) -> None:
    body = (
        b"begin 644 the story\nhello\n"
        + uuencoded(ZIP, "申报.zip".encode("gbk"))
        + b"between\n"
        + uuencoded(b"")
        + b"after\nbegin 644 cut\nM"
        + b"A" * 60
        + b"\n"
    )
    message = _read(mail(b"\n" + body), tmp_path)
    assert [file.name for file in message.attachments] == ["申报.zip", "a.bin", "cut"]
    assert message.attachments[0].path.read_bytes() == ZIP
    assert message.attachments[2].size == 45
    assert message.text == "begin 644 the story\nhello\nbetween\nafter\n"
    assert ("message.part_truncated", "cut") in [(f.code, f.about) for f in message.findings]


HTML = part(
    b"<p>a&nbsp;b<br>c</p><style>p{}</style><script>x()</script>"
    b"<table><tr><td>1</td><td>2</td></tr><tr><td>3</td></tr></table>",
    media_type=b"text/html",
    encoding="",
)
BLANK = part(b"  \n", media_type=b"text/plain", encoding="")
PLAIN = part(b"plain", media_type=b"text/plain", encoding="")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (multipart(PLAIN, HTML, kind=b"alternative"), "plain"),
        (
            multipart(BLANK, HTML, kind=b"alternative"),
            "a\xa0b\nc\n1\t2\n3",
        ),
        (HTML, "a\xa0b\nc\n1\t2\n3"),
        (multipart(PLAIN, HTML), "plain\na\xa0b\nc\n1\t2\n3"),
        (part("<meta charset=gbk>正文".encode("gbk"), media_type=b"text/html"), "正文"),
        (part("正文".encode("gbk"), media_type=b"text/plain"), "正文"),
        (part("正文".encode(), media_type=b"text/plain; charset=gb2312"), "正文"),
        (part("\ufeff正文".encode("utf-16-le"), media_type=b"text/plain; charset=utf-16"), "正文"),
        (part("e\u0301".encode(), media_type=b"text/plain; charset=utf-8"), "e\u0301"),
        (part(b"<html></html>", media_type=b"text/html"), ""),
        (part(b"   ", media_type=b"text/html"), ""),
        (b"\nno type", "no type"),
        (b"Content-Type: text\n\nold type", "old type"),
    ],
)
def test_text(body: bytes, expected: str, tmp_path: Path) -> None:
    message = _read(mail(body), tmp_path)
    assert message.text == expected
    assert not message.attachments


LEADERS = {
    "plain": b"",
    "byte order mark": b"\xef\xbb\xbf",
    "mbox line": b"From a@b.cn Thu May  6 16:42:11 2021\n",
    "empty lines": b"\r\n\n",
}


@pytest.mark.parametrize("case", LEADERS)
@pytest.mark.parametrize("line_end", [b"\n", b"\r\n", b"\r"])
def test_leaders_and_line_ends(case: str, line_end: bytes, tmp_path: Path) -> None:
    raw = LEADERS[case] + mail(multipart(TEXT, part(ZIP, disposition=FILE)))
    message = _read(raw.replace(b"\r\n", b"\n").replace(b"\n", line_end), tmp_path)
    assert (message.subject, message.text) == ("test", "正文")
    assert message.attachments[0].path.read_bytes() == ZIP


def test_mixed_line_ends(tmp_path: Path) -> None:
    raw = mail(multipart(TEXT, part(ZIP, disposition=FILE)))
    lines = raw.split(b"\n")
    mixed = b"".join(line + (b"\r\n", b"\n")[at % 2] for at, line in enumerate(lines))
    message = _read(mixed, tmp_path)
    assert (message.subject, message.text) == ("test", "正文")
    assert message.attachments[0].path.read_bytes() == ZIP


@pytest.mark.parametrize(
    "raw", [b"", b"\0", b"\n\n", b"hello\nworld", "你好".encode("gbk"), b"\xff" * 999]
)
def test_no_header_at_all(raw: bytes, tmp_path: Path) -> None:
    message = _read(raw, tmp_path)
    assert "headers_missing" in _codes(message)
    assert message.subject == ""
    if raw.startswith(b"hello"):
        assert message.text == "hello\nworld"


def test_lines_that_are_no_headers(tmp_path: Path) -> None:
    raw = b"Subject: one\ntwo three\nFrom: a@b.cn\nhere begins the text\nand goes on\n"
    message = _read(raw, tmp_path)
    assert message.subject == "onetwo three"
    assert message.text == "here begins the text\nand goes on\n"
    assert _codes(message) == ["header_broken"]


def _swap(raw: bytes, old: bytes, new: bytes) -> bytes:
    assert old in raw
    return raw.replace(old, new, 1)


BROKEN = {
    "not declared": (b'; boundary="=_edge_01"', b"", "boundary_repaired"),
    "another one declared": (b'"=_edge_01"', b'"=_edge_02"', "boundary_repaired"),
    "declared without quotes": (b'"=_edge_01"', b"=_edge_01", ""),
    "space behind a delimiter": (b"--=_edge_01\n", b"--=_edge_01  \t\n", ""),
    "part without empty line": (b"\n\n\xd5\xfd", b"\n\xd5\xfd", ""),
}


@pytest.mark.parametrize("case", BROKEN)
def test_broken_structure_is_still_read(case: str, tmp_path: Path) -> None:
    old, new, code = BROKEN[case]
    message = _read(_swap(mail(multipart(TEXT, part(ZIP, disposition=FILE))), old, new), tmp_path)
    assert message.text == "正文"
    assert message.attachments[0].path.read_bytes() == ZIP
    assert _codes(message) == ([code] if code else [])


def test_multipart_without_any_boundary_is_kept_whole(tmp_path: Path) -> None:
    message = _read(mail(b"Content-Type: multipart/mixed; boundary=x\n\nno parts here\n"), tmp_path)
    assert message.attachments[0].path.read_bytes() == b"no parts here\n"
    assert "boundary_missing" in _codes(message)


def test_nested_boundaries_that_begin_alike(tmp_path: Path) -> None:
    inner = multipart(PLAIN, HTML, kind=b"alternative", boundary=b"edge1")
    message = _read(mail(multipart(inner, part(ZIP, disposition=FILE), boundary=b"edge")), tmp_path)
    assert message.text == "plain"
    assert message.attachments[0].path.read_bytes() == ZIP
    assert _codes(message) == []


def test_limits_keep_what_was_read(tmp_path: Path) -> None:
    many = mail(multipart(TEXT, *[part(ZIP, disposition=FILE)] * 9))
    message = _read(many, tmp_path, MessageLimits(parts=4))
    assert len(message.attachments) == 3
    assert _codes(message) == ["limit_parts"]

    nested = TEXT
    for level in range(6):
        nested = multipart(nested, part(ZIP, disposition=FILE), boundary=b"b%d" % level)
    message = _read(mail(nested), tmp_path, MessageLimits(depth=3))
    assert "limit_depth" in _codes(message)
    assert [file.size for file in message.attachments][1:] == [len(ZIP)] * 3
    assert b"--b0" in message.attachments[0].path.read_bytes()

    message = _read(mail(b"X: " + b"y" * 5000 + b"\nTo: a@b.cn\n\ntext"), tmp_path,
                    MessageLimits(header_bytes=1000))  # fmt: skip
    assert (message.subject, message.text, message.to) == ("test", "text", ())
    assert _codes(message) == ["limit_headers"]

    message = _read(mail("\n正文".encode() * 50), tmp_path, MessageLimits(text_bytes=100))
    assert message.text.startswith("正文")
    assert len(message.text) < 60
    assert _codes(message) == ["limit_text"]
