"""Rows and cells of a table of a .docx, and what of a cell is its text.

Source: ECMA-376 part 1, 17.4 (tables), 17.5.2 (content controls), 17.13.5 (revisions).
"""

from __future__ import annotations

from collections.abc import Iterable

from lxml import etree

from model.document import UNSEEN, Block, BlockKind
from parsers.documents.docx.runs import Marks, chosen_content
from parsers.documents.ooxml.names import MC, W

_ALTERNATE = MC + "AlternateContent"
_DELETED = {W + "del", W + "moveFrom"}
_INSERTED = {W + "ins", W + "moveTo"}
_AROUND = {W + "sdt", W + "sdtContent", W + "customXml", W + "smartTag"}
_KINDS_WITH_TEXT = (
    BlockKind.PARAGRAPH, BlockKind.HEADING, BlockKind.TABLE,
    BlockKind.NOTE, BlockKind.HEADER, BlockKind.FOOTER, BlockKind.COMMENT,
)  # fmt: skip


def parts_of(
    parent: Iterable[etree._Element], tag: str, marks: Marks
) -> list[tuple[etree._Element, Marks]]:
    """The rows of a table or the cells of a row, through content controls and tracked changes."""
    found: list[tuple[etree._Element, Marks]] = []
    for element in parent:
        name = element.tag
        if name == tag:
            found.append((element, marks))
        elif name in _AROUND:
            found += parts_of(element, tag, marks)
        elif name in _INSERTED:
            found += parts_of(element, tag, marks.as_inserted())
        elif name in _DELETED:
            found += parts_of(element, tag, marks.as_deleted())
        elif name == _ALTERNATE:
            chosen = chosen_content(element)
            if chosen is not None:
                found += parts_of(chosen, tag, marks)
    return found


def split_cell(blocks: list[Block]) -> tuple[list[str], list[Block]]:
    """The plain text of a cell, and the blocks that cannot stand inside a cell."""
    texts: list[str] = []
    others: list[Block] = []
    for block in blocks:
        seen = not block.flags or UNSEEN.isdisjoint(block.flags)
        if seen and block.kind in _KINDS_WITH_TEXT:
            texts.append(block.text)
        else:
            others.append(block)
    return texts, others
