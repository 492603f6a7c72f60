"""Paragraphs and tables of the old Word formats, put together into blocks.

Shared by the readers of the binary and the rich text format, which both give paragraphs one after
another and tell of each only how deep in tables it lies.
"""

from __future__ import annotations

import itertools
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from model.document import Block, BlockKind, Document, Page, Rows, Table
from model.finding import Finding
from parsers.documents.doc.pieces import readable
from parsers.documents.docx.walk import Budget

_MAX_DEPTH = 32
_SAME_EDGE = 20
"""Twentieths of a point by which edges of one column may differ between rows."""
_FEW_CHARACTERS = 30
_UNSEEN = {"hidden", "white", "tiny"}
_APART = ("hidden", "deleted", "white", "tiny")


@dataclass(slots=True)
class OfficeBudget(Budget):
    """blocks: how many more there may be, over all stories."""

    blocks: int = 1_000_000


@dataclass(slots=True)
class Line:
    """One paragraph while it is read: its text by what is to be said of it ("" for nothing)."""

    parts: dict[str, list[str]] = field(default_factory=dict)
    inserted: bool = False
    pictures: list[str] = field(default_factory=list)

    def add(self, text: str, flag: str = "") -> None:
        if text:
            self.parts.setdefault(flag, []).append(text)

    def text(self, flag: str = "") -> str:
        return readable("".join(self.parts.get(flag, ())))


@dataclass(slots=True)
class _OpenTable:
    rows: list[list[str]] = field(default_factory=list)
    edges: list[tuple[int, ...]] = field(default_factory=list)
    cells: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    after: list[Block] = field(default_factory=list)
    nested: list[Table] = field(default_factory=list)
    flags: set[str] = field(default_factory=set)


class Story:
    """One story (body, header, notes, …). kind: what a paragraph of it is."""

    def __init__(self, source: str, kind: BlockKind, budget: OfficeBudget) -> None:
        self.blocks: list[Block] = []
        self.tables: list[Table] = []
        self.source, self._kind, self._budget = source, kind, budget
        self._open: list[_OpenTable] = []

    def plain(self, text: str, level: int = 0) -> None:
        """A paragraph outside tables with nothing to be said of it."""
        if self._open:
            self._to(0)
        budget = self._budget
        if len(text) > budget.characters:
            text = self._paid(text)
        else:
            budget.characters -= len(text)
        if not self._room():
            return
        if level and self._kind is BlockKind.PARAGRAPH:
            self.blocks.append(Block(BlockKind.HEADING, text, self.source, level=level))
        else:
            self.blocks.append(Block(self._kind, text, self.source))

    def paragraph(
        self, line: Line, depth: int = 0, level: int = 0, after: Iterable[Block] = ()
    ) -> None:
        """A paragraph. depth: of the table it lies in. level: of a heading, 0 for none.
        after: blocks that hang on it."""
        self._to(depth)
        place = self._open[-1] if self._open else None
        text = self._paid(line.text())
        if place is not None:
            place.texts.append(text)
            if line.inserted:
                place.flags.add("inserted")
            for flag in ("white", "tiny"):
                # In a table such text stays where it is: light letters on dark ground are common.
                if line.text(flag).strip():
                    place.texts[-1] += self._paid(line.text(flag))
                    place.flags.add(flag)
        elif text.strip():
            heading = level and self._kind is BlockKind.PARAGRAPH
            flags = ("inserted",) if line.inserted else ()
            kind = BlockKind.HEADING if heading else self._kind
            self._give(kind, text, flags, level if heading else 0)
        for flag in _APART:
            if flag in line.parts and (place is None or flag in ("hidden", "deleted")):
                apart = self._paid(line.text(flag))
                if apart.strip():
                    self._give(self._kind, apart, (flag,))
        hanging = place.after if place is not None else self.blocks
        hanging += [
            Block(BlockKind.IMAGE, "", source=name, method="image") for name in line.pictures
        ]
        hanging += after

    def end_cell(self, depth: int) -> None:
        """The cell that is being filled at that depth ends."""
        self._to(depth)
        if self._open:
            place = self._open[-1]
            place.cells.append("\n".join(place.texts).strip("\n"))
            place.texts = []

    def end_row(self, depth: int, edges: tuple[int, ...] = (), *, deleted: bool = False) -> None:
        """The row at that depth ends. edges: of its cells, from the left, in twentieths of a
        point; () where they are not known. deleted: it was struck out as a whole."""
        self._to(depth)
        if not self._open:
            return
        place = self._open[-1]
        if any(place.texts):
            self.end_cell(depth)
        place.texts = []
        cells, place.cells = place.cells, []
        if cells and not (deleted and not any(cells)):
            place.rows.append(cells)
            place.edges.append(edges if len(edges) == len(cells) + 1 else ())

    def close(self) -> None:
        """The story ends, and with it what was open."""
        self._to(0)

    def _to(self, depth: int) -> None:
        depth = min(depth, _MAX_DEPTH)
        if len(self._open) == depth:
            return
        while len(self._open) > depth:
            self._close_table()
        while len(self._open) < depth:
            # A table is opened at a cost, or a few bytes could open and close many without end.
            self._budget.cells -= 1
            self._open.append(_OpenTable())
        if self._budget.cells < 0:
            self._budget.cells_cut = self._budget.text_cut = True

    def _close_table(self) -> None:
        self.end_row(len(self._open))
        table = self._open.pop()
        rows = self._rows(table)
        if any(any(row) for row in rows):
            text = "\n".join("\t".join(row) for row in rows)
            if self._open:
                # Each table around it holds the text once more.
                self._open[-1].texts.append(self._paid(text))
            else:
                flags = tuple(sorted(table.flags))
                self.blocks.append(
                    Block(BlockKind.TABLE, text, self.source, flags=flags, rows=rows)
                )
            found = [Table(0, rows), *table.nested]
        else:
            found = table.nested
        if self._open:
            self._open[-1].after += table.after
            self._open[-1].nested += found
            self._open[-1].flags |= table.flags
        else:
            self.blocks += table.after
            self.tables += found

    def _rows(self, table: _OpenTable) -> Rows:
        columns = _columns(table.edges) if len({len(row) for row in table.rows}) > 1 else []
        rows: list[tuple[str, ...]] = []
        for cells, edges in zip(table.rows, table.edges, strict=True):
            row = cells
            if edges and columns and len(columns) <= self._budget.columns + 1:
                row = _spread(cells, edges, columns)
            if len(row) > self._budget.columns:
                self._budget.cells_cut |= any(row[self._budget.columns :])
                row = row[: self._budget.columns]
                table.flags.add("repaired")
            self._budget.cells -= len(row)
            if self._budget.cells < 0:
                self._budget.cells_cut = True
                break
            rows.append(tuple(row))
        return tuple(rows)

    def _give(self, kind: BlockKind, text: str, flags: tuple[str, ...], level: int = 0) -> None:
        if not self._room():
            return
        block = Block(kind, text, source=self.source, flags=flags, level=level)
        (self._open[-1].after if self._open else self.blocks).append(block)

    def _room(self) -> bool:
        """Whether there may be one more block."""
        self._budget.blocks -= 1
        if self._budget.blocks < 0:
            self._budget.text_cut = True
        return self._budget.blocks >= 0

    def _paid(self, text: str) -> str:
        """The text, cut where the limit of the document is reached."""
        if len(text) > self._budget.characters:
            text = text[: self._budget.characters]
            self._budget.text_cut = True
        self._budget.characters -= len(text)
        return text


def _columns(edges: list[tuple[int, ...]]) -> list[int]:
    """The edges of all rows as one grid, near ones taken for one."""
    grid: list[int] = []
    for edge in sorted({edge for row in edges for edge in row}):
        if not grid or edge - grid[-1] > _SAME_EDGE:
            grid.append(edge)
    return grid


def _spread(cells: list[str], edges: tuple[int, ...], grid: list[int]) -> list[str]:
    """The row with as many columns as its cells cover in the grid; the first holds the text."""
    row: list[str] = []
    places = [bisect_right(grid, edge) - 1 for edge in edges]
    if any(later <= earlier for earlier, later in itertools.pairwise(places)):
        return cells
    row += [""] * places[0]
    for cell, first, last in zip(cells, places, places[1:], strict=False):
        row += [cell, *[""] * (last - first - 1)]
    return row


def finished(document: Document, findings: Iterable[Finding]) -> Document:
    """The document with its text as one page, and its findings with those that blocks tell of."""
    found = list(findings)
    flagged = [block.flags for block in document.blocks if block.flags]
    inserted = sum("inserted" in flags for flags in flagged)
    deleted = sum("deleted" in flags for flags in flagged)
    odd = sum(not _UNSEEN.isdisjoint(flags) for flags in flagged)
    kinds = Counter(block.kind for block in document.blocks)
    comments, pictures = kinds[BlockKind.COMMENT], kinds[BlockKind.IMAGE]
    if inserted or deleted:
        counts = {"inserted": str(inserted), "deleted": str(deleted)}
        found.append(Finding("document.tracked_changes", params=counts))
    if comments:
        found.append(Finding("document.comments", params={"count": str(comments)}))
    if odd:
        found.append(Finding("document.hidden_text", params={"count": str(odd)}))
    text = document.text
    if pictures and len("".join(text.split())) <= _FEW_CHARACTERS:
        found.append(Finding("document.pictures_only", params={"count": str(pictures)}))
    return replace(document, pages=(Page(1, text),), findings=tuple(found))
