"""Renders a document as Markdown, the copy of its text that is filed beside it.

Source: CommonMark 0.31; tables as in GitHub Flavored Markdown 4.10. A rendering for people and
search: the document's blocks are the record.
"""

from __future__ import annotations

import re

from model.document import Block, BlockKind, Document, Rows

_LABELS = {
    BlockKind.TEXT_BOX: "文本框",
    BlockKind.NOTE: "注释",
    BlockKind.HEADER: "页眉",
    BlockKind.FOOTER: "页脚",
    BlockKind.COMMENT: "批注",
}
_FLAGS = {
    "hidden": "隐藏文字", "deleted": "已删除的修订", "tiny": "极小文字",
    "white": "白色文字", "off_page": "页面之外的文字",
}  # fmt: skip
_SPECIAL = re.compile(r"([\\`*_<>\[\]])")
_LINE_START = re.compile(r"^(\s*\d*)([#>+=|~.)-])", re.MULTILINE)


def to_markdown(document: Document) -> str:
    """The document's blocks in order, ended by one line end; "" where nothing was read.

    Hidden and deleted text is there, quoted and named as such.
    """
    pieces: list[str] = []
    page = 0
    for block in document.blocks:
        if block.page > page:
            page = block.page
            pieces.append(f"<!-- 第 {page} 页 -->")
        piece = _block(block)
        if piece:
            pieces.append(piece)
    return "\n\n".join(pieces) + "\n" if pieces else ""


def _block(block: Block) -> str:
    if block.kind is BlockKind.IMAGE:
        # Without ">" nothing in it can end the comment.
        return f"<!-- 图片：{block.source.replace('>', '')} -->"
    if block.kind is BlockKind.TABLE:
        return _table(block.rows)
    text = _escaped(block.text.strip("\n"))
    if not text.strip():
        return ""
    if block.kind is BlockKind.HEADING:
        return "#" * min(max(block.level, 1), 6) + " " + " ".join(text.split("\n"))
    labels = [_FLAGS[flag] for flag in block.flags if flag in _FLAGS]
    if block.kind in _LABELS:
        labels.insert(0, _LABELS[block.kind])
    # A line end within a paragraph is kept as a hard break.
    text = text.replace("\n", "\\\n")
    if labels:
        return f"> 【{'，'.join(labels)}】" + text.replace("\n", "\n> ")
    return text


def _table(rows: Rows) -> str:
    if not rows:
        return ""
    width = max(len(row) for row in rows)
    lines = []
    for number, row in enumerate(rows):
        cells = [_cell(cell) for cell in (*row, *[""] * (width - len(row)))]
        lines.append("| " + " | ".join(cells) + " |")
        if number == 0:
            lines.append("|" + " --- |" * width)
    return "\n".join(lines)


def _cell(text: str) -> str:
    escaped = _SPECIAL.sub(r"\\\1", text.strip()).replace("|", "\\|")
    return "<br>".join(escaped.split("\n")).replace("\t", " ")


def _escaped(text: str) -> str:
    return _LINE_START.sub(r"\1\\\2", _SPECIAL.sub(r"\\\1", text))
