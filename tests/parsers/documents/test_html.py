"""Web pages, and pages saved whole with their parts."""

from __future__ import annotations

import base64
import quopri
from pathlib import Path

import pytest

from model.document import BlockKind, Document, ReadLimits
from parsers.documents.detect import detect
from parsers.documents.read import read_document

KINDS = BlockKind


def read(data: bytes, folder: Path, limits: ReadLimits | None = None) -> Document:
    path = folder / "member.doc"
    path.write_bytes(data)
    return read_document(path, limits or ReadLimits())


def codes(document: Document) -> list[str]:
    return [finding.code for finding in document.findings]


def test_headings_lines_and_tables(tmp_path: Path) -> None:
    page = (
        "<html><h2>推荐表</h2><div>一<b>二</b></div>三"
        "<table><tr><td rowspan=2>企业<p>名称</p></td><td colspan=2>甲</td></tr>"
        "<tr><th>乙</th><td>丙<table><tr><td>内</td></tr></table></td></tr></table>尾"
    )
    document = read(page.encode(), tmp_path)
    assert [(b.kind, b.text) for b in document.blocks] == [
        (KINDS.HEADING, "推荐表"), (KINDS.PARAGRAPH, "一二"), (KINDS.PARAGRAPH, "三"),
        (KINDS.TABLE, "企业\n名称\t甲\t\n\t乙\t丙\n内"), (KINDS.PARAGRAPH, "尾"),
    ]  # fmt: skip
    assert document.blocks[3].rows == (("企业\n名称", "甲", ""), ("", "乙", "丙\n内"))


def test_hidden_text_and_pictures_from_outside(tmp_path: Path) -> None:
    page = (
        "<html><p>见</p><p style='display: none'>藏<b>起</b></p><span hidden>隐</span>"
        "<img src='http://example.com/1.gif'><img src='file:///c:/a.png'><p>完</p>"
    )
    document = read(page.encode("gb18030"), tmp_path)
    assert document.text == "见\n完"
    assert [b.text for b in document.blocks if "hidden" in b.flags] == ["藏起", "隐"]
    assert codes(document) == ["document.hidden_text", "document.external_links"]


@pytest.mark.parametrize(
    "page",
    [
        "<html>" + "<table><tr><td>x" * 3000,
        "<html>" + "<div>" * 1000 + "深",
        "<html>浅" + "<div>" * 5000 + "深",
        "<html><table>" + "<tr><td colspan=99999999 rowspan=99999999>x" * 500,
        "<html><table><tr>" + "<td>x" * 5000,
    ],
)
def test_monsters_are_held(page: str, tmp_path: Path) -> None:
    document = read(page.encode(), tmp_path, ReadLimits(characters=50_000))
    assert document.text or codes(document)
    assert sum(len(row) for table in document.tables for row in table.rows) < 1_000_000


def test_what_the_parser_drops_is_told(tmp_path: Path) -> None:
    document = read(("<html>浅" + "<div>" * 5000 + "深").encode(), tmp_path)
    assert (document.text, codes(document)) == ("浅", ["document.limit_text"])


def mht(encoding: str, transfer: str, head: str = "MIME-Version: 1.0\r\n") -> bytes:
    page = (
        f"<html><head><meta charset={encoding}></head><body><h1>承诺书</h1>"
        "<table><tr><td>申报单位</td><td>山东某某有限公司</td></tr></table></body></html>"
    ).encode(encoding)
    body = quopri.encodestring(page) if transfer == "quoted-printable" else base64.encodebytes(page)
    return (
        head.encode()
        + b'Content-Type: multipart/related;\r\n\tboundary="----=_x"; type="text/html"\r\n\r\n'
        + "单个文件网页\r\n------=_x\r\n".encode("gb18030")
        + f"Content-Type: text/html; charset={encoding}\r\n".encode()
        + f"Content-Transfer-Encoding: {transfer}\r\n".encode()
        + b"Content-Location: file:///C:/a.htm\r\n\r\n"
        + body
        + b"\r\n------=_x\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n"
        + b"Content-Location: a.png\r\n\r\niVBORw0KGgo=\r\n------=_x--\r\n"
    )


BROWSER = (
    "From: <Saved by Blink>\r\nSubject: =?utf-8?B?5om/6K+65Lmm?=\r\n"
    "Date: Fri, 11 Jun 2021 09:00:00 -0000\r\nMIME-Version: 1.0\r\n"
)


@pytest.mark.parametrize("head", ["MIME-Version: 1.0\r\n", BROWSER])
@pytest.mark.parametrize("transfer", ["quoted-printable", "base64"])
@pytest.mark.parametrize("encoding", ["gb2312", "utf-8"])
def test_saved_pages(encoding: str, transfer: str, head: str, tmp_path: Path) -> None:
    document = read(mht(encoding, transfer, head), tmp_path)
    assert document.media_type == "application/x-mimearchive"
    assert document.text == "承诺书\n申报单位\t山东某某有限公司"
    assert [(b.kind, b.source) for b in document.blocks][-1] == (KINDS.IMAGE, "a.png")


def test_parts_within_parts_without_end(tmp_path: Path) -> None:
    head = b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=b0\r\n\r\n"
    inner = b"".join(
        b"--b%d\r\nContent-Type: multipart/related; boundary=b%d\r\n\r\n" % (depth, depth + 1)
        for depth in range(700)
    )
    document = read(head + inner, tmp_path)
    assert (document.readable, codes(document)) == (False, ["document.broken"])


def test_a_part_in_an_encoding_that_is_none(tmp_path: Path) -> None:
    data = mht("utf-8", "base64").replace(b"charset=utf-8", b"charset=ut\x00-8\xff")
    document = read(data, tmp_path)
    assert document.text or codes(document)


def test_a_mail_stays_a_mail(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(mht("utf-8", "base64", BROWSER + "To: a@example.com\r\n"))
    assert detect(path) == "message/rfc822"
    path.write_bytes(mht("utf-8", "base64", BROWSER.replace("<Saved by Blink>", "<a@b.cn>")
                         + "Message-ID: <1@b.cn>\r\n"))  # fmt: skip
    assert detect(path) == "message/rfc822"


def test_a_page_that_is_one_picture_hands_it_over(tmp_path: Path) -> None:
    data = mht("utf-8", "base64").replace(b"PGh0bWw+", b"PGh0bWw+")
    start = data.index(b"Content-Type: text/html")
    end = data.index(b"------=_x", start)
    bare = data[:start] + b"Content-Type: text/html\r\n\r\n<html><img></html>\r\n" + data[end:]
    document = read(bare, tmp_path)
    assert codes(document) == ["document.pictures_only"]
    assert [one.name for one in document.embedded] == ["a.png"]
