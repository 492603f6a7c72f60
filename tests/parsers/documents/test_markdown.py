"""The rendering that is filed beside a document."""

from __future__ import annotations

from pathlib import Path

from console.demo.papers import docx, pdf_text
from model.document import Block, BlockKind, Document
from parsers.documents.markdown import to_markdown
from parsers.documents.read import read_document


def of(*blocks: Block) -> str:
    return to_markdown(Document("x/y", blocks=blocks))


def test_a_word_file(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(docx("申报材料", ["一段"], [["企业名称", "甲"], ["联系人", "乙|丙\n丁"]]))
    assert to_markdown(read_document(path)) == (
        "# 申报材料\n\n一段\n\n| 企业名称 | 甲 |\n| --- | --- |\n| 联系人 | 乙\\|丙<br>丁 |\n"
    )


def test_pages_are_marked(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(pdf_text([["第一页", "第二行"], ["第二页"]]))
    assert to_markdown(read_document(path)) == (
        "<!-- 第 1 页 -->\n\n第一页\\\n第二行\n\n<!-- 第 2 页 -->\n\n第二页\n"
    )


def test_what_a_reader_of_the_paper_does_not_see_is_named() -> None:
    assert of(
        Block(BlockKind.PARAGRAPH, "藏\n行", flags=("hidden",)),
        Block(BlockKind.NOTE, "注", flags=("deleted",)),
        Block(BlockKind.HEADER, "眉"),
    ) == ("> 【隐藏文字】藏\\\n> 行\n\n> 【注释，已删除的修订】注\n\n> 【页眉】眉\n")


def test_text_is_never_markup() -> None:
    assert of(Block(BlockKind.PARAGRAPH, "# 一\n- 二\n1. 三 *四* <b> [五](六) `七`")) == (
        "\\# 一\\\n\\- 二\\\n1\\. 三 \\*四\\* \\<b\\> \\[五\\](六) \\`七\\`\n"
    )
    assert of(Block(BlockKind.IMAGE, "", source="a--><b>.png")) == ("<!-- 图片：a--<b.png -->\n")


def test_uneven_rows_and_nothing() -> None:
    rows = (("一",), ("二", "三"))
    assert of(Block(BlockKind.TABLE, "", rows=rows)) == "| 一 |  |\n| --- | --- |\n| 二 | 三 |\n"
    assert of() == ""
