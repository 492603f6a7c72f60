"""Text files in the encodings that arrive, tables of values, web pages."""

from __future__ import annotations

from pathlib import Path

import pytest

from model.document import Document, ReadLimits
from parsers.documents.charset import text_encoding
from parsers.documents.read import read_document

TEXT = "申报编号：ZB20210137\n申报单位：山东某某有限公司（盖章）\n"


def read(data: bytes, folder: Path, limits: ReadLimits | None = None) -> Document:
    path = folder / "member"
    path.write_bytes(data)
    return read_document(path, limits or ReadLimits())


@pytest.mark.parametrize(
    "encoding",
    [
        "utf-8",
        "utf-8-sig",
        "gb18030",
        "gb2312",
        "gbk",
        "utf-16",
        "utf-16-le",
        "utf-16-be",
        "utf-32",
    ],
)
def test_encodings(encoding: str, tmp_path: Path) -> None:
    for text in (TEXT, TEXT.replace("\n", "\r\n")):
        document = read(text.encode(encoding), tmp_path)
        assert (document.media_type, document.text, document.findings) == ("text/plain", TEXT, ())


def test_every_gb18030_character_survives() -> None:
    for text in ("镕瑄䶮", "𠮷野家", "：“”—…①", "中"):
        assert text_encoding(text.encode("gb18030"), whole=True) == "gb18030"


@pytest.mark.parametrize("text", ["plain ascii", "a", "", "é", "😀", "﻿mark"])
def test_utf8_is_never_taken_for_another(text: str) -> None:
    assert text_encoding(text.encode(), whole=True) in ("utf-8", "utf-8-sig")


def test_a_character_cut_at_the_end_of_a_sample_is_no_error() -> None:
    for encoding in ("utf-8", "gb18030"):
        sample = ("质量" * 50).encode(encoding)[:-1]
        assert text_encoding(sample, whole=False) == encoding
        assert text_encoding(sample, whole=True) is None


def test_damage_is_repaired_and_told(tmp_path: Path) -> None:
    data = TEXT.encode("utf-8") * 50 + b"\xff\xff" + TEXT.encode("utf-8")
    path = tmp_path / "member"
    path.write_bytes(data)
    document = read_document(path, media_type="text/plain")
    assert [f.code for f in document.findings] == ["document.charset_repaired"]
    assert document.findings[0].params == {"count": "2", "encoding": "utf-8"}
    assert document.text.count("申报编号：ZB20210137") == 51


def test_csv_is_one_table(tmp_path: Path) -> None:
    data = '序号,申报单位,备注\r\n1,"甲,乙公司","两\n行"\r\n2,丙公司,\r\n'.encode("gb18030")
    document = read(data, tmp_path)
    assert document.media_type == "text/csv"
    assert document.tables[0].rows == (
        ("序号", "申报单位", "备注"),
        ("1", "甲,乙公司", "两\n行"),
        ("2", "丙公司", ""),
    )


def test_csv_wider_than_the_limit(tmp_path: Path) -> None:
    document = read(b"a,b,c\n1,2,3\n", tmp_path, ReadLimits(table_columns=2))
    assert document.tables[0].rows == (("a", "b"), ("1", "2"))
    assert [f.code for f in document.findings] == ["document.limit_cells"]


def test_text_beyond_the_limit(tmp_path: Path) -> None:
    document = read("一二三四五".encode(), tmp_path, ReadLimits(characters=3))
    assert document.text == "一二三"
    assert [(f.code, f.params["limit"]) for f in document.findings] == [
        ("document.limit_text", "3")
    ]


def test_bytes_beyond_the_limit(tmp_path: Path) -> None:
    document = read("一二三四五".encode(), tmp_path, ReadLimits(part_bytes=7))
    assert document.text == "一二"
    assert [(f.code, f.params["limit"]) for f in document.findings] == [
        ("document.limit_text", "2")
    ]


def test_web_pages(tmp_path: Path) -> None:
    page = (
        "<?xml version='1.0' encoding='gb2312'?><html><head><title>题</title></head><body>"
        "<script>x=1</script><p>一<b>二</b>\r\n 三</p>四<br>五"
        "<table><tr><td>企业</td><td>甲</td></tr></table><!-- 注 -->尾&amp;</body></html>"
    )
    document = read(page.encode("gb18030"), tmp_path)
    assert document.media_type == "text/html"
    assert document.text == "一二 三\n四\n五\n企业\t甲\n尾&"
