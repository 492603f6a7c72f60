"""What is too much is told, and nothing that can be reached is lost; costs grow with the size."""

from __future__ import annotations

from pathlib import Path

import pytest

from model.message import Message
from parsers.message import MessageLimits, read_message
from parsers.message.notes import MOST_OF_A_KIND
from tests.builders.mails import mail, multipart, part

TEXT = part(b"hello", media_type=b"text/plain", encoding="")


def _read(raw: bytes, tmp_path: Path, limits: MessageLimits | None = None) -> Message:
    path = tmp_path / "m.eml"
    path.write_bytes(raw)
    return read_message(path, tmp_path / "parts", limits)


def _codes(message: Message) -> list[str]:
    return [finding.code.removeprefix("message.") for finding in message.findings]


def test_many_headers(tmp_path: Path) -> None:
    raw = b"From: a@b.cn\nSubject: s\n" + b"X-A: b\n" * 50 + b"To: c@d.cn\n\ntext"
    message = _read(raw, tmp_path, MessageLimits(headers=10))
    assert len(message.headers) == 10
    assert (message.subject, message.text, message.to) == ("s", "text", ())
    [finding] = message.findings
    assert finding.code == "message.limit_headers"
    assert "10行" in finding.text


@pytest.mark.parametrize("end", [b"\n\n", b"\r\n\r\n", b"\n\r\n"])
@pytest.mark.parametrize("size", [900, 1_000, 66_000, 200_000])
def test_the_body_is_found_behind_a_large_header(size: int, end: bytes, tmp_path: Path) -> None:
    for more in range(4):
        (tmp_path / str(more)).mkdir()
        raw = b"From: a@b.cn\nSubject: s\nX-A: " + b"y" * (size + more) + end + b"text"
        message = _read(raw, tmp_path / str(more), MessageLimits(header_bytes=800))
        assert (message.subject, message.text) == ("s", "text")
        assert _codes(message) == ["limit_headers"]


def test_many_addresses(tmp_path: Path) -> None:
    to = b", ".join(b"a%d@b.cn" % number for number in range(1_000))
    raw = b"From: a@b.cn\nTo: " + to + b"\n\ntext"
    message = _read(raw, tmp_path, MessageLimits(address_bytes=500))
    assert message.to[0].address == "a0@b.cn"
    assert 20 < len(message.to) < 60
    assert all(one.address.endswith("@b.cn") for one in message.to)
    assert _codes(message) == ["limit_addresses"]
    assert len(_read(raw, tmp_path).to) == 1_000


def test_many_findings_of_one_kind(tmp_path: Path) -> None:
    parts = [part(b"%d" % number, disposition=b"attachment; filename=%d" % number,
                  encoding="x-none") for number in range(MOST_OF_A_KIND + 9)]  # fmt: skip
    message = _read(mail(multipart(*parts)), tmp_path)
    assert len(message.attachments) == MOST_OF_A_KIND + 9
    codes = _codes(message)
    assert codes.count("encoding_unknown") == MOST_OF_A_KIND
    assert codes.count("limit_findings") == 1
    assert message.findings[-1].about == str(MOST_OF_A_KIND)


def test_wrong_boundaries_are_looked_for_only_so_far(tmp_path: Path) -> None:
    """Each region with a wrong boundary is read twice, until that has cost enough."""
    raw = b"From: a@b.cn\nContent-Type: multipart/mixed; boundary=none\n\n"
    for level in range(40):
        raw += b"--r%d\nContent-Type: multipart/mixed; boundary=none%d\n\n" % (level, level)
    raw += b"--last\nContent-Type: text/plain\n\nhello\n" + b"x" * 70 + b"\n"
    read = _read(raw, tmp_path)
    assert read.text.startswith("hello")
    less = _read(raw, tmp_path, MessageLimits(reread_bytes=0))
    assert (less.text, _codes(less)) == (read.text, _codes(read))
    assert "boundary_repaired" in _codes(less)


def test_pieces_and_files_elsewhere_are_told(tmp_path: Path) -> None:
    piece = part(b"From: x\n\npiece", encoding="",
                 media_type=b'message/partial; number=2; total=5; id="abc@x"')  # fmt: skip
    place = part(b"Content-Type: a/b\n\n", encoding="", media_type=b"message/external-body; "
                 b'access-type=URL; URL="http://x.cn/a.rar"')  # fmt: skip
    message = _read(mail(multipart(TEXT, piece, place)), tmp_path)
    by_code = {finding.code: finding for finding in message.findings}
    assert message.attachments[0].path.read_bytes() == b"From: x\n\npiece"
    partial = by_code["message.partial_message"]
    assert "第2封，共5封，标识abc@x" in partial.text
    assert partial.told
    assert "http://x.cn/a.rar" in by_code["message.external_body"].text
    assert message.links == ()


def test_yenc_is_told_and_its_text_kept(tmp_path: Path) -> None:
    body = (
        "见附件\n".encode("gbk") + b"=ybegin line=128 size=3 name=a.rar\n\x8b\x8c\n=yend size=3\n"
    )
    message = _read(mail(part(body, media_type=b"text/plain; charset=gbk", encoding="")), tmp_path)
    assert not message.attachments
    assert "见附件" in message.text
    assert "=ybegin" in message.text
    [finding] = [one for one in message.findings if one.code == "message.yenc_refused"]
    assert finding.about == "a.rar"
    assert finding.told
