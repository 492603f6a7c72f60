"""Mails as the usual programs write them are read whole, and without a finding."""

from __future__ import annotations

import email
import email.policy
from datetime import datetime, timedelta, timezone
from pathlib import Path

import mailparser
import pytest

from console.demo.mails import Style, compose
from model.message import Address
from parsers.message import read_message

SUBJECT = "ZB20210137+山东某某精密机械制造股份有限公司"
FILES = [(f"{SUBJECT}.rar", bytes(range(256)) * 40), ("推荐表.pdf", b"%PDF-1.4"), ("a.txt", b"x")]
SENT = datetime(2021, 5, 6, 16, 42, 11, tzinfo=timezone(timedelta(hours=8)))


def _compose(style: Style) -> bytes:
    return compose(
        subject=SUBJECT,
        sender="zhang@163.com",
        sender_name="张三丰",
        to="zlbg@example.cn",
        date=SENT,
        attachments=FILES,
        text="尊敬的经办人：\n材料见附件。",
        style=style,
        headers={"X-Test": "1"},
    )


@pytest.mark.parametrize("style", ["foxmail", "outlook", "netease"])
def test_read_whole(style: Style, tmp_path: Path) -> None:
    path = tmp_path / "m.eml"
    path.write_bytes(_compose(style))
    message = read_message(path, tmp_path / "parts")
    assert message.findings == ()
    assert message.subject == SUBJECT
    assert message.sender == (Address("张三丰", "zhang@163.com"),)
    assert message.to == (Address("", "zlbg@example.cn"),)
    assert message.sent_at == SENT
    assert message.message_id.startswith("<")
    assert message.header("x-test") == "1"
    assert message.text == "尊敬的经办人：\n材料见附件。"
    assert [(one.name, one.path.read_bytes()) for one in message.attachments] == FILES


@pytest.mark.parametrize("style", ["foxmail", "outlook", "netease"])
def test_composed_mails_are_well_formed(style: Style) -> None:
    raw = _compose(style)
    assert raw == _compose(style)
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))
    assert raw.count(b"\n") == raw.count(b"\r\n")
    parsed = email.message_from_bytes(raw, policy=email.policy.default)
    assert not [defect for part in parsed.walk() for defect in part.defects]
    assert str(parsed["subject"]) == SUBJECT
    files = [part for part in parsed.walk() if part.get_content_disposition() == "attachment"]
    assert [part.get_content() for part in files][:2] == [data for _, data in FILES[:2]]


@pytest.mark.parametrize("style", ["foxmail", "outlook", "netease"])
def test_text_is_that_of_mail_parser(style: Style, tmp_path: Path) -> None:
    """Our own text, taken because mail-parser normalises it, says the same where both can read."""
    path = tmp_path / "m.eml"
    path.write_bytes(_compose(style))
    oracle = mailparser.parse_from_bytes(path.read_bytes()).text_plain
    assert [text.replace("\r\n", "\n") for text in oracle] == [
        read_message(path, tmp_path / "parts").text
    ]
