"""The lines of a register of issued numbers in a file that was read.

Columns are known by the synonyms of their heads, never by their place. Titles may stand above the
head; the head may take two rows, and may be repeated further down or on further sheets.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from model.document import UNSEEN, Block, BlockKind, Document
from model.fields import NAME_FIELD, NUMBER_FIELD, FieldRule
from model.labels import squeezed
from parsers.fields.vocabulary import Label, Vocabulary

HEAD_ROWS = 50
"""Rows of a table in which its head is looked for."""
SHOWN = 60
"""Characters of a line that are shown to whoever looks for it."""
_TOTAL = re.compile(r"^(?:合计|总计|小计|共计|汇总|总数)")
_DELIMITERS = (",", "\t", ";", "，", "|")

Columns = Mapping[int, Label]
"""Which field stands in which column."""


@dataclass(frozen=True, slots=True)
class TableLine:
    """One line below a head. values: the cells' texts as they stand, by the id of their field.
    hidden: by a filter or by hand. merged: values that stand in a merged cell further up."""

    sheet: str
    line: int
    values: Mapping[str, str]
    shown: str
    hidden: bool = False
    merged: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class RegisterTable:
    """columns: the head of each column that is used, as it stands, by the id of its field.
    unused: heads of the others. lines: those that may be entries. skipped: sheets without a head,
    totals, remarks, as (sheet, line, text); line 0 stands for the sheet as a whole."""

    columns: dict[str, str] = field(default_factory=dict)
    unused: list[str] = field(default_factory=list)
    lines: list[TableLine] = field(default_factory=list)
    skipped: list[tuple[str, int, str]] = field(default_factory=list)


def read_table(document: Document, rules: Iterable[FieldRule]) -> RegisterTable:
    """Every line of every visible sheet that has a head with number and name; no columns where
    there is no such sheet."""
    words, found = Vocabulary(rules), RegisterTable()
    sheet = ""
    for block in document.blocks:
        if block.kind is BlockKind.HEADING:
            sheet = block.text
        if block.kind is BlockKind.TABLE and block.rows and UNSEEN.isdisjoint(block.flags):
            head = _take(found, sheet, block, words)
            _take_hidden(found, sheet, block, head, document)
        elif block.kind is BlockKind.HEADING and not UNSEEN.isdisjoint(block.flags):
            found.skipped.append((sheet, 0, sheet))
    if not found.columns and not any(one.rows for one in document.blocks):
        _take_text(found, document, words)
    return found


def _lines(block: Block) -> Sequence[int]:
    return block.lines or range(1, len(block.rows) + 1)


def _above(block: Block) -> dict[int, dict[int, str]]:
    """What merged cells say of the rows below their first one, by row and column."""
    above: dict[int, dict[int, str]] = {}
    for first, column, count in block.tall:
        text = block.rows[first][column]
        for row in range(first + 1, first + count if text.strip() else first):
            above.setdefault(row, {})[column] = text
    return above


def _take(found: RegisterTable, sheet: str, block: Block, words: Vocabulary) -> int:
    """Take a table's lines; gives the number of the line that its head begins in, 0 for none."""
    rows, lines, above = block.rows, _lines(block), _above(block)
    columns: Columns = {}
    place = first = 0
    while place < len(rows):
        if not first and place >= HEAD_ROWS:
            break
        head, depth = _head(rows, place, words)
        if head:
            columns, first = head, first or lines[place]
            _take_heads(found, rows[place : place + depth], head)
            place += depth
            continue
        if first:
            line = _line(found, sheet, lines[place], rows[place], columns)
            if line is not None:
                found.lines.append(replace(line, merged=_by_field(above.get(place, {}), columns)))
        place += 1
    if not first:
        found.skipped.append((sheet, 0, _shown(rows[0])))
    return first


def _take_heads(found: RegisterTable, rows: Sequence[Sequence[str]], columns: Columns) -> None:
    """Note what the columns are called in the file."""
    for column in range(max(map(len, rows))):
        heads = ["".join(row[column].split()) for row in rows if column < len(row)]
        head = next((one for one in reversed(heads) if one), "")
        if column in columns:
            found.columns.setdefault(columns[column].rule.id, head)
        elif head and head not in found.unused:
            found.unused.append(head)


def _head(
    rows: Sequence[Sequence[str]], place: int, words: Vocabulary
) -> tuple[dict[int, Label], int]:
    """The columns if a head begins in this row, and how many rows it takes."""
    columns = _labels(rows[place], words)
    if not {NUMBER_FIELD, NAME_FIELD} <= {one.rule.id for one in columns.values()}:
        return {}, 0
    below = rows[place + 1] if place + 1 < len(rows) else ()
    filled = [column for column, text in enumerate(below) if text.strip()]
    under = _labels(below, words)
    key = [at for at, one in columns.items() if one.rule.id in (NUMBER_FIELD, NAME_FIELD)]
    deep = bool(filled) and set(filled) == set(under) and not set(filled) & set(key)
    return _one_each({**columns, **under} if deep else columns), 2 if deep else 1


def _labels(row: Sequence[str], words: Vocabulary) -> dict[int, Label]:
    named = ((column, words.label(text)) for column, text in enumerate(row) if text.strip())
    return {column: label for column, label in named if label is not None}


def _one_each(columns: Columns) -> dict[int, Label]:
    """Of two columns for one field the one that bears the field's own name, else the first:
    编号 beside 申报编号 is a serial number."""
    best: dict[str, int] = {}
    for column, label in sorted(columns.items()):
        known = best.get(label.rule.id)
        if known is None or (label.own and not columns[known].own):
            best[label.rule.id] = column
    return {
        column: label
        for column, label in columns.items()
        if not label.is_other and best[label.rule.id] == column
    }


def _by_field(cells: Mapping[int, str], columns: Columns) -> dict[str, str]:
    return {
        label.rule.id: cells[column]
        for column, label in columns.items()
        if cells.get(column, "").strip()
    }


def _line(
    found: RegisterTable, sheet: str, line: int, row: Sequence[str], columns: Columns
) -> TableLine | None:
    """One line below the head, None where it is no entry, which is noted."""
    values = _by_field(dict(enumerate(row)), columns)
    texts = [squeezed(text[:40]) for text in row if text.strip()]
    total = any(_TOTAL.match(text) for text in texts[:3]) and not (
        {NUMBER_FIELD, NAME_FIELD} <= values.keys()
    )
    if not values or total:
        found.skipped.append((sheet, line, _shown(row)))
        return None
    return TableLine(sheet, line, values, _shown(row))


def _take_hidden(
    found: RegisterTable, sheet: str, block: Block, head: int, document: Document
) -> None:
    """Lines of the same sheet that are not to be seen. What stands in hidden columns of lines that
    are is left out."""
    if not head:
        return
    seen = set(block.lines)
    for other in document.blocks:
        if other.source != block.source or "hidden" not in other.flags or not other.rows:
            continue
        for line, row in zip(_lines(other), other.rows, strict=True):
            if line > head and line not in seen:
                found.lines.append(TableLine(sheet, line, {}, _shown(row), hidden=True))


def _take_text(found: RegisterTable, document: Document, words: Vocabulary) -> None:
    """A file of values whose lines are not of one length, as one with a title: no reader takes it
    for a table by its looks."""
    lines = document.text.splitlines(keepends=True)
    for delimiter in _DELIMITERS:
        rows, numbers = [], []
        for number, row in _values(lines, delimiter):
            if any(text.strip() for text in row):
                rows.append(tuple(text.strip() for text in row))
                numbers.append(number)
        attempt = RegisterTable()
        block = Block(BlockKind.TABLE, "", rows=tuple(rows), lines=tuple(numbers))
        if rows and _take(attempt, "", block, words):
            found.columns, found.lines = attempt.columns, attempt.lines
            found.unused = attempt.unused
            found.skipped += attempt.skipped
            return


def _values(lines: list[str], delimiter: str) -> Iterator[tuple[int, list[str]]]:
    values = csv.reader(lines, delimiter=delimiter)
    ended = 0
    try:
        for row in values:
            begins, ended = ended + 1, values.line_num
            yield begins, row
    except csv.Error:
        return  # a field beyond the module's own limit: no table that a person made


def _shown(row: Sequence[str]) -> str:
    text = " ".join(" ".join(row).split())
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"
