"""One page as a picture → what is written on it, in reading order, with its tables.

The steps stand in `read_page`, top to bottom.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from model.document import Block, BlockKind, Box, Table
from parsers.ocr.engine import METHOD, TextEngine
from parsers.ocr.geometry import Matrix, box_around, corners_of, moved
from parsers.ocr.order import stretches
from parsers.ocr.orientation import turn_needed
from parsers.ocr.paragraphs import pieces
from parsers.ocr.places import LEAST_CONFIDENCE, cuttings, find_places, read, spare_cuttings
from parsers.ocr.red_lines import red_lines
from parsers.ocr.rules import find_grids
from parsers.ocr.tables import ReadTable, fill_grid
from parsers.ocr.upright import Upright, stand_up
from parsers.ocr.written import Written, confidence_of, usual_size
from parsers.pages.picture import Picture


@dataclass(frozen=True, slots=True)
class ReadPage:
    """What was read; boxes in pixels of the picture that was given. doubtful: characters of
    lines left out because they were read with next to no confidence. size: of the usual
    letters in points."""

    blocks: tuple[tuple[Block, Box], ...]
    tables: tuple[Table, ...]
    confidence: float
    doubtful: int
    size: float
    upright: Upright


def read_page(picture: Picture, dpi: float, number: int, engine: TextEngine) -> ReadPage:
    """Everything written on the picture of page `number`."""
    upright = stand_up(picture, dpi)
    places = find_places(upright.grey, upright.dpi, engine)
    turned, known = turn_needed(places, engine)
    if turned:
        upright = stand_up(picture, dpi, turned)
        places = find_places(upright.grey, upright.dpi, engine)
    grids = find_grids(upright.grey, upright.dpi)
    lines = read(cuttings(places, known, grids, upright.grey), engine)
    lines += read(spare_cuttings(lines, grids, upright.grey), engine)
    if upright.red is not None:
        lines += red_lines(upright.red, upright.dpi, engine)
    sure = [line for line in lines if line.confidence >= LEAST_CONFIDENCE]
    doubtful = sum(len(line.text) for line in lines) - sum(len(line.text) for line in sure)
    tables: list[ReadTable] = []
    outside = sure
    for grid in grids:
        table, outside = fill_grid(grid, outside)
        if any(any(row) for row in table.rows):
            tables.append(table)
    blocks = _blocks(outside, tables, number, usual_size(sure), upright.matrix)
    size = usual_size(sure) * 72 / upright.dpi if sure else 0.0
    return ReadPage(
        tuple(blocks),
        tuple(Table(number, table.rows) for table in tables),
        confidence_of(sure),
        doubtful,
        size,
        upright,
    )


def _blocks(
    lines: list[Written], tables: list[ReadTable], number: int, size: float, matrix: Matrix
) -> list[tuple[Block, Box]]:
    """Headings, paragraphs and tables in reading order, each with its box on the page."""
    source = f"page {number}"
    made: list[tuple[Block, Box]] = []
    back = _inverse(matrix)
    for stretch in stretches(lines, [table.box for table in tables]):
        if stretch.table is not None:
            table = tables[stretch.table]
            block = Block(
                BlockKind.TABLE, table.text, source, number, method=METHOD,
                confidence=round(table.confidence, 4), rows=table.rows,
            )  # fmt: skip
            made.append((block, _on_page(table.box, back)))
            continue
        for piece in pieces(stretch.lines, size):
            block = Block(
                piece.kind, piece.text, source, number, method=METHOD,
                confidence=round(piece.confidence, 4),
                level=1 if piece.kind is BlockKind.HEADING else 0,
            )  # fmt: skip
            made.append((block, _on_page(piece.box, back)))
    return made


def _inverse(matrix: Matrix) -> Matrix:
    return np.asarray(np.linalg.inv(matrix), np.float64)


def _on_page(box: Box, back: Matrix) -> Box:
    return box_around(moved(corners_of(box), back))
