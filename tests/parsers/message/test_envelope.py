"""Addresses, dates and identities."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from model.message import Message
from parsers.message import read_head, read_message
from tests.builders.mails import mail, word

CHINA = timezone(timedelta(hours=8))


def _read(raw: bytes, tmp_path: Path) -> Message:
    path = tmp_path / "m.eml"
    path.write_bytes(raw)
    return read_message(path, tmp_path / "parts")


SENDERS = {
    "bare": (b"a@b.cn", [("", "a@b.cn")]),
    "angle": (b"<a@b.cn>", [("", "a@b.cn")]),
    "name": (b"Zhang San <a@b.cn>", [("Zhang San", "a@b.cn")]),
    "word": (word("张三", "gb2312") + b" <a@b.cn>", [("张三", "a@b.cn")]),
    "word in quotes": (b'"' + word("张三", "gbk") + b'" <a@b.cn>', [("张三", "a@b.cn")]),
    "word without space": (word("张三", "gbk") + b"<a@b.cn>", [("张三", "a@b.cn")]),
    "rare character declared gb2312": (
        word("朱镕基", "gbk", declared="gb2312") + b" <a@b.cn>", [("朱镕基", "a@b.cn")]),
    "raw gbk": ("张三".encode("gbk") + b" <a@b.cn>", [("张三", "a@b.cn")]),
    "raw gbk in quotes": (b'"' + "张三".encode("gbk") + b'" <a@b.cn>', [("张三", "a@b.cn")]),
    "raw utf-8": ("张三 <a@b.cn>".encode(), [("张三", "a@b.cn")]),
    "comma inside a word": (word("张三,李四", "utf-8") + b" <a@b.cn>", [("张三,李四", "a@b.cn")]),
    "address inside a word is a name": (
        word("boss@gov.cn", "utf-8") + b" <a@b.cn>", [("boss@gov.cn", "a@b.cn")]),
    "angle inside a word is a name": (
        word("x <boss@gov.cn>", "utf-8") + b" <a@b.cn>", [("x <boss@gov.cn>", "a@b.cn")]),
    "name is the address": (b'"a@b.cn" <a@b.cn>', [("", "a@b.cn")]),
    "words cut inside a character": (
        b"=?gbk?B?1cU=?= =?gbk?B?yA==?= =?gbk?B?/Q==?= <a@b.cn>", [("张三", "a@b.cn")]),
    "two": (b"a@b.cn, c@d.cn", [("", "a@b.cn"), ("", "c@d.cn")]),
    "two headers": (b"a@b.cn\nFrom: c@d.cn", [("", "a@b.cn"), ("", "c@d.cn")]),
    "comment": (b"a@b.cn (Zhang)", [("Zhang", "a@b.cn")]),
    "no angles": ("张三 a@b.cn".encode("gbk"), [("张三", "a@b.cn")]),
    "all in one word": (word("张三 <a@b.cn>", "utf-8"), [("张三", "a@b.cn")]),
    "broken word": (b"=?utf-8?B?x?y <a@b.cn>", [("=?utf-8?B?x?y", "a@b.cn")]),
}  # fmt: skip


@pytest.mark.parametrize("case", SENDERS)
def test_sender(case: str, tmp_path: Path) -> None:
    raw, expected = SENDERS[case]
    message = _read(mail(sender=raw), tmp_path)
    assert [(one.name, one.address) for one in message.sender] == expected


@pytest.mark.parametrize("raw", [b"", b"MAILER-DAEMON", b"<>", "张三".encode()])
def test_no_sender(raw: bytes, tmp_path: Path) -> None:
    message = _read(mail(sender=raw), tmp_path)
    assert message.sender == ()
    assert "message.sender_missing" in [finding.code for finding in message.findings]


def test_a_group_of_many_and_one_that_is_none(tmp_path: Path) -> None:
    message = _read(
        mail(b"To: " + word("甲", "gbk") + b" <a@b.cn>, nobody\nCc: c@d.cn\n\n"), tmp_path
    )
    assert [(one.name, one.address) for one in message.to] == [("甲", "a@b.cn")]
    assert [one.address for one in message.cc] == ["c@d.cn"]
    assert [(f.code, f.about) for f in message.findings] == [("message.address_unreadable", "to")]


def test_duplicated_subject_is_told_and_the_first_taken(tmp_path: Path) -> None:
    message = _read(b"Subject: one\nsubject: two\nFrom: a@b.cn\n\nx", tmp_path)
    assert message.subject == "one"
    assert message.header_values("subject") == ("one", "two")
    [finding] = message.findings
    assert (finding.code, finding.about) == ("message.header_duplicated", "subject")
    assert "2" in finding.text


DATES = {
    b"Thu, 6 May 2021 16:42:11 +0800 (CST)": datetime(2021, 5, 6, 16, 42, 11, tzinfo=CHINA),
    b"Thu, 6 May 2021 16:42:11 +0800 (GMT+08:00)": datetime(2021, 5, 6, 16, 42, 11, tzinfo=CHINA),
    b"6 May 2021 08:42:11 GMT": datetime(2021, 5, 6, 8, 42, 11, tzinfo=UTC),
    b"Thu, 6 May 2021 16:42:11 GMT+0800": datetime(2021, 5, 6, 16, 42, 11, tzinfo=CHINA),
    b"2021-05-06 16:42:11 +0800": datetime(2021, 5, 6, 16, 42, 11, tzinfo=CHINA),
    b"2021-05-06T16:42:11+08:00": datetime(2021, 5, 6, 16, 42, 11, tzinfo=CHINA),
    b"2021/5/6 16:42 +0800": datetime(2021, 5, 6, 16, 42, tzinfo=CHINA),
    b"yesterday": None,
    b"2021-05-06 16:42:11": None,
    b"Thu, 99 May 2021 16:42:11 +0800": None,
    b"Thu, 6 May 999999 16:42:11 +0800": None,
    b"2021-13-06 16:42:11 +0800": None,
}


@pytest.mark.parametrize("raw", DATES)
def test_date(raw: bytes, tmp_path: Path) -> None:
    message = _read(mail(b"Date: " + raw + b"\n\n"), tmp_path)
    assert message.sent_at == DATES[raw]
    if message.sent_at is None:
        assert [finding.code for finding in message.findings] == ["message.date_unreadable"]
    else:
        assert message.sent_at.tzinfo is not None
        assert not message.findings


def test_identities(tmp_path: Path) -> None:
    message = _read(
        mail(
            b"Message-ID:  <1@b.cn> \nIn-Reply-To: <0@b.cn> (yesterday)\n"
            b"References: <a@b.cn>\r\n <0@b.cn>\n\n"
        ),
        tmp_path,
    )
    assert message.message_id == "<1@b.cn>"
    assert message.in_reply_to == "<0@b.cn>"
    assert message.references == ("<a@b.cn>", "<0@b.cn>")


def test_received_time_is_that_of_the_topmost_header(tmp_path: Path) -> None:
    path = tmp_path / "m.eml"
    path.write_bytes(
        b"Received: from x (y [192.0.2.1])\n\tby z with SMTP id 1; Thu, 6 May 2021 16:42:11 +0800\n"
        b"Received: from w by x; Thu, 6 May 2021 16:40:00 +0800\nFrom: a@b.cn\n\n"
    )
    assert read_head(path).received_at == datetime(2021, 5, 6, 16, 42, 11, tzinfo=CHINA)
    path.write_bytes(mail())
    assert read_head(path).received_at is None
