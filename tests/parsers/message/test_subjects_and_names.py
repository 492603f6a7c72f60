"""The usual Chinese mess in headers and file names: what a person meant is what is read."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from parsers.message import read_message
from tests.builders.mails import mail, with_file, word

UNIT = "山东省某某机械有限公司"
NAME = "ZB20210137山东某某有限公司.rar"
GBK = NAME.encode("gbk")
UTF8 = NAME.encode()
BIG5 = "ZB01臺灣機械.rar"


def _b64(data: bytes) -> bytes:
    return base64.b64encode(data)


def _percent(data: bytes) -> bytes:
    return b"".join(b"%%%02X" % byte for byte in data)


_GB_BYTES = f"ZB20210137+{UNIT}".encode("gbk")
_UTF_BYTES = f"ZB20210137+{UNIT}".encode()
SUBJECT = f"ZB20210137+{UNIT}"

SUBJECTS = {
    "ascii": (b"ZB20210137", "ZB20210137", False),
    "empty": (b"", "", False),
    "gb2312 word": (word(SUBJECT, "gb2312"), SUBJECT, False),
    "gbk word": (word(SUBJECT, "gbk"), SUBJECT, False),
    "gb18030 word": (word("㐀𠀀" + UNIT, "gb18030"), "㐀𠀀" + UNIT, False),
    "gb18030 declared gb2312": (
        word("朱镕基龑𠮷", "gb18030", declared="gb2312"), "朱镕基龑𠮷", False),
    "cp936 word": (word(SUBJECT, "gbk", declared="cp936"), SUBJECT, False),
    "x-gbk word": (word(SUBJECT, "gbk", declared="x-gbk"), SUBJECT, False),
    "utf-8 word": (word(SUBJECT, "utf-8"), SUBJECT, False),
    "quoted utf-8 word": (word(SUBJECT, "utf-8", kind="Q"), SUBJECT, False),
    "quoted gbk, underscore": (b"=?gbk?Q?=D5=C5_=C8=FD?=", "张 三", False),
    "lower case kind": (b"=?gb2312?b?" + _b64(_GB_BYTES) + b"?=", SUBJECT, False),
    "language suffix": (b"=?gb2312*zh?B?" + _b64(_GB_BYTES) + b"?=", SUBJECT, False),
    "big5 word": (word("臺灣機械", "big5"), "臺灣機械", False),
    "hz word, declared": (word("申报材料", "hz", declared="hz-gb-2312"), "申报材料", False),
    "utf-7 word, declared": (word("申报材料", "utf-7"), "申报材料", False),
    "hz, not declared": (b"~{Iu1(~}", "~{Iu1(~}", False),
    "utf-7, not declared": (b"+dTNipQ-", "+dTNipQ-", False),
    "iso-2022-jp word": (word("申告書", "iso-2022-jp"), "申告書", False),
    "latin word": (word("Müller é", "iso-8859-1"), "Müller é", False),
    "gbk declared iso-8859-1": (word(SUBJECT, "gbk", declared="iso-8859-1"), SUBJECT, True),
    "utf-8 declared gb2312": (word(SUBJECT, "utf-8", declared="gb2312"), SUBJECT, True),
    "gbk declared utf-8": (word(SUBJECT, "gbk", declared="utf-8"), SUBJECT, True),
    "gbk declared us-ascii": (word(SUBJECT, "gbk", declared="us-ascii"), SUBJECT, True),
    "unknown charset": (word(SUBJECT, "utf-8", declared="x-nonsense"), SUBJECT, True),
    "codec that is no charset": (word(SUBJECT, "utf-8", declared="zlib"), SUBJECT, True),
    "raw gbk": (_GB_BYTES, SUBJECT, True),
    "raw utf-8": (_UTF_BYTES, SUBJECT, False),
    "raw gbk beside a word": (word("申报", "gbk") + b" " + "材料".encode("gbk"), "申报 材料", True),
    "words cut inside a character, gbk": (
        b"=?gb2312?B?" + _b64(_GB_BYTES[:14]) + b"?=\n =?gb2312?B?" + _b64(_GB_BYTES[14:]) + b"?=",
        SUBJECT, False),
    "words cut inside a character, utf-8": (
        b"=?utf-8?B?" + _b64(_UTF_BYTES[:12]) + b"?= =?UTF-8?B?" + _b64(_UTF_BYTES[12:]) + b"?=",
        SUBJECT, False),
    "quoted words cut inside a character": (
        b"=?utf-8?Q?=E5=B1?= =?utf-8?Q?=B1=E4=B8=9C?=", "山东", False),
    "words cut inside a base64 group": (
        b"=?utf-8?B?" + _b64(_UTF_BYTES)[:10] + b"?=\n =?utf-8?B?" + _b64(_UTF_BYTES)[10:] + b"?=",
        SUBJECT, False),
    "words without space between": (word("山东", "gbk") + word("机械", "gbk"), "山东机械", False),
    "words of two charsets": (
        word("山东", "gbk") + b" " + word("机械", "utf-8"), "山东机械", False),
    "word glued to text": (b"ZB01+" + word("山东", "gbk") + b"(v2)", "ZB01+山东(v2)", False),
    "folded inside a word": (
        b"=?gb2312?B?" + _b64(_GB_BYTES)[:9] + b"\r\n " + _b64(_GB_BYTES)[9:] + b"?=",
        SUBJECT, False),
    "folded inside the charset": (
        b"=?gb\n 2312?B?" + _b64(_GB_BYTES) + b"?=", SUBJECT, False),
    "no padding": (b"=?gbk?B?" + _b64(_GB_BYTES).rstrip(b"=") + b"?=", SUBJECT, False),
    "no end": (b"=?gbk?B?" + _b64(_GB_BYTES), SUBJECT, False),
    "folded plain text": (b"ZB20210137\r\n Shandong", "ZB20210137 Shandong", False),
    "folded with tab": (b"a\n\tb", "a b", False),
    "line end inside a word": (word("a\r\nBcc: x@y.z", "utf-8"), "a Bcc: x@y.z", False),
    "nul inside a word": (word("a\0b", "utf-8"), "a b", False),
    "looks like a word": (b"=?not a word?= 1=?2", "=?not a word?= 1=?2", False),
}  # fmt: skip


@pytest.mark.parametrize("case", SUBJECTS)
def test_subject(case: str, tmp_path: Path) -> None:
    raw, expected, repaired = SUBJECTS[case]
    path = tmp_path / "m.eml"
    path.write_bytes(mail(subject=raw))
    message = read_message(path, tmp_path / "parts")
    assert message.subject == expected
    assert message.header("subject") == expected
    codes = [(finding.code, finding.about) for finding in message.findings]
    assert (("message.charset_repaired", "subject") in codes) is repaired


NAMES = {
    "plain": (b'attachment; filename="a.rar"', "a.rar"),
    "no quotes": (b"attachment; filename=a.rar", "a.rar"),
    "no quotes, spaces": (b"attachment; filename=a b.rar; size=3", "a b.rar"),
    "quotes never closed": (b'attachment; filename="a.rar', "a.rar"),
    "escaped quote": (b'attachment; filename="a\\"b.rar"', 'a"b.rar'),
    "windows path": (b'attachment; filename="C:\\tmp\\a.rar"', "C:\\tmp\\a.rar"),
    "upper case": (b'ATTACHMENT; FILENAME="a.rar"', "a.rar"),
    "semicolon inside": (b'attachment; filename="a;b.rar"', "a;b.rar"),
    "raw gbk": (b'attachment; filename="' + GBK + b'"', NAME),
    "raw utf-8": (b'attachment; filename="' + UTF8 + b'"', NAME),
    "raw gbk without quotes": (b"attachment; filename=" + GBK, NAME),
    "raw gbk with backslash byte": (
        b'attachment; filename="' + "誠信乗.rar".encode("gbk") + b'"', "誠信乗.rar"),
    "raw gbk, backslash byte at the end": (
        b'attachment; filename="' + "信乗".encode("gbk") + b'"; size=1', "信乗"),
    "word in quotes": (b'attachment; filename="' + word(NAME, "gb2312") + b'"', NAME),
    "word without quotes": (b"attachment; filename=" + word(NAME, "utf-8"), NAME),
    "words in quotes, folded": (
        b'attachment; filename="' + word(NAME[:8], "gbk") + b"\r\n\t" + word(NAME[8:], "gbk")
        + b'"', NAME),
    "words in quotes cut inside a character": (
        b'attachment; filename="=?gbk?B?' + _b64(GBK[:11]) + b"?=\n =?gbk?B?" + _b64(GBK[11:])
        + b'?="', NAME),
    "big5 word in quotes": (b'attachment; filename="' + word(BIG5, "big5") + b'"', BIG5),
    "2231": (b"attachment; filename*=utf-8''" + _percent(UTF8), NAME),
    "2231 gbk": (b"attachment; filename*=gb2312'zh-cn'" + _percent(GBK), NAME),
    "2231 in quotes": (b"attachment; filename*=\"utf-8''" + _percent(UTF8) + b'"', NAME),
    "2231 no charset": (b"attachment; filename*=" + _percent(UTF8), NAME),
    "2231 wrong charset": (b"attachment; filename*=utf-8''" + _percent(GBK), NAME),
    "2231 big5": (b"attachment; filename*=big5''" + _percent(BIG5.encode("big5")), BIG5),
    "2231 pieces": (
        b"attachment; filename*0*=utf-8''" + _percent(UTF8[:20]) + b";\n filename*1*="
        + _percent(UTF8[20:]), NAME),
    "2231 pieces cut inside a character": (
        b"attachment; filename*0*=gbk''" + _percent(GBK[:11]) + b"; filename*1*="
        + _percent(GBK[11:]), NAME),
    "2231 pieces cut inside an escape": (
        b"attachment; filename*0*=utf-8''" + _percent(UTF8)[:40] + b"; filename*1*="
        + _percent(UTF8)[40:], NAME),
    "2231 with one wrong byte": (
        b"attachment; filename*=utf-8''%FF" + _percent(UTF8), "\ufffd" + NAME),
    "2231 pieces out of order": (
        b"attachment; filename*1*=" + _percent(UTF8[20:]) + b"; filename*0*=utf-8''"
        + _percent(UTF8[:20]), NAME),
    "2231 pieces, the last one plain": (
        b"attachment; filename*0*=utf-8''" + _percent("申报".encode()) + b'; filename*1=".rar"',
        "申报.rar"),
    "2231 plain pieces": (b'attachment; filename*0="abc"; filename*1="def.rar"', "abcdef.rar"),
    "2231 ten pieces": (
        b"attachment; " + b"; ".join(b'filename*%d="%d"' % (at, at % 10) for at in range(12)),
        "012345678901"),
    "words in pieces": (
        b'attachment; filename*0="' + word(NAME, "utf-8")[:30] + b'"; filename*1="'
        + word(NAME, "utf-8")[30:] + b'"', NAME),
    "2231 wins, standing first": (
        b"attachment; filename*=utf-8''" + _percent(UTF8) + b'; filename="x.rar"', NAME),
    "2231 wins, standing last": (
        b'attachment; filename="x.rar"; filename*=utf-8\'\'' + _percent(UTF8), NAME),
    "folded after every semicolon": (b'attachment;\r\n\tfilename="a.rar";\r\n\tsize=1', "a.rar"),
    "spaces around the sign": (b'attachment; filename = "a.rar"', "a.rar"),
    "value missing": (b'filename="a.rar"', "a.rar"),
    "nul": (b'attachment; filename="a\0b.rar"', "a\ufffdb.rar"),
    "path upwards stays as data": (b'attachment; filename="../../etc/x"', "../../etc/x"),
}  # fmt: skip


@pytest.mark.parametrize("case", NAMES)
def test_file_name(case: str, tmp_path: Path) -> None:
    disposition, expected = NAMES[case]
    path = tmp_path / "m.eml"
    path.write_bytes(with_file(disposition))
    message = read_message(path, tmp_path / "parts")
    assert [file.name for file in message.attachments] == [expected]
    assert message.attachments[0].path.parent == tmp_path / "parts"
    assert message.attachments[0].path.read_bytes() == b"data"
    assert message.text == "hello\n"


@pytest.mark.parametrize(
    ("content_type", "disposition", "expected"),
    [
        (b"application/x-rar; name=" + word(NAME, "gbk"), b"attachment", NAME),
        (b'application/x-rar; name="b.rar"', b'attachment; filename="a.rar"', "a.rar"),
        (b"application/x-rar; name*=gbk''" + _percent(GBK), b"", NAME),
        (b'application/x-rar; name="b.rar"', b'attachment; filename=""', "b.rar"),
    ],
)
def test_name_of_the_content_type(
    content_type: bytes, disposition: bytes, expected: str, tmp_path: Path
) -> None:
    path = tmp_path / "m.eml"
    path.write_bytes(with_file(disposition, media_type=content_type))
    [file] = read_message(path, tmp_path / "parts").attachments
    assert (file.name, file.media_type) == (expected, "application/x-rar")


def test_two_names_are_told(tmp_path: Path) -> None:
    path = tmp_path / "m.eml"
    path.write_bytes(with_file(b"attachment; filename*=utf-8''b.rar; filename=a.rar"))
    [finding] = read_message(path, tmp_path / "parts").findings
    assert (finding.code, finding.about) == ("message.name_disagrees", "b.rar")
    assert "a.rar" in finding.text
