"""Pieces of WordprocessingML that the reading benchmark's papers are written of.

Source: ECMA-376 part 1 (17.3, 17.4, 17.11, 17.16), part 3 (alternate content).
"""

from __future__ import annotations

from collections.abc import Iterator
from xml.sax.saxutils import escape

from benchmarks.read_papers import Cell

WIDTH = 8700
"""Of a table, in twentieths of a point."""


def run(text: str, style: str = "") -> str:
    return f'<w:r><w:rPr>{style}</w:rPr><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def paragraph(runs: str, style: str = "") -> str:
    return f"<w:p><w:pPr>{style}</w:pPr>{runs}</w:p>"


def field(code: str, result: str) -> str:
    kinds = ("begin", "separate", "end")
    begin, separate, end = (f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in kinds)
    asked = f'<w:r><w:instrText xml:space="preserve"> {escape(code)} </w:instrText></w:r>'
    return f"{begin}{asked}{separate}{run(result)}{end}"


def separators(kind: str) -> str:
    if kind == "comment":
        return ""
    marks = (("separator", "separator"), ("continuationSeparator", "continuationSeparator"))
    return "".join(
        f'<w:{kind} w:type="{name}" w:id="{at}"><w:p><w:r><w:{mark}/></w:r></w:p></w:{kind}>'
        for at, (name, mark) in enumerate(marks)
    )


def old_box(text: str) -> str:
    return (
        '<v:shape style="width:340pt;height:30pt" type="#_x0000_t202"><v:textbox>'
        f"<w:txbxContent>{paragraph(run(text))}</w:txbxContent></v:textbox></v:shape>"
    )


def text_box(text: str, number: int) -> str:
    """As Word writes it: the new form, and the old one beside it for who does not know the new."""
    wide, high = 4_500_000, 420_000
    return (
        f'<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:inline>'
        f'<wp:extent cx="{wide}" cy="{high}"/><wp:docPr id="{number}" name="文本框{number}"/>'
        '<a:graphic><a:graphicData uri="http://schemas.microsoft.com/office/word/2010/'
        f'wordprocessingShape"><wps:wsp><wps:cNvSpPr txBox="1"/><wps:spPr><a:xfrm>'
        f'<a:off x="0" y="0"/><a:ext cx="{wide}" cy="{high}"/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
        f"</wps:spPr><wps:txbx><w:txbxContent>{paragraph(run(text))}</w:txbxContent></wps:txbx>"
        "<wps:bodyPr/></wps:wsp></a:graphicData></a:graphic></wp:inline></w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict>{old_box(text)}</w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )


_BORDERS = "".join(
    f'<w:{side} w:val="single" w:sz="4" w:color="000000"/>'
    for side in ("top", "left", "bottom", "right", "insideH", "insideV")
)


def _frame(grid: str, rows: str) -> str:
    return (
        f"<w:tbl><w:tblPr><w:tblW w:w='{WIDTH}' w:type='dxa'/><w:tblBorders>{_BORDERS}"
        f"</w:tblBorders></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl>"
    )


def outer(content: str) -> str:
    """A table of one cell that holds these blocks."""
    return _frame(f'<w:gridCol w:w="{WIDTH}"/>', f"<w:tr><w:tc>{content}</w:tc></w:tr>")


def table(rows: tuple[tuple[Cell, ...], ...], width: int = WIDTH) -> str:
    """Cells over several rows are written as Word does: a continuation in each row below."""
    columns = sum(cell.across for cell in rows[0])
    each = width // columns
    running: dict[int, tuple[int, int]] = {}
    drawn = "".join(f"<w:tr>{''.join(_row(row, running, columns, each))}</w:tr>" for row in rows)
    return _frame(f'<w:gridCol w:w="{each}"/>' * columns, drawn)


def _row(
    row: tuple[Cell, ...], running: dict[int, tuple[int, int]], columns: int, each: int
) -> Iterator[str]:
    cells = iter(row)
    at = 0
    while at < columns:
        if at in running:
            across, left = running.pop(at)
            if left > 1:
                running[at] = (across, left - 1)
            yield _cell("", across, each, "<w:vMerge/>")
        else:
            cell = next(cells)
            across = cell.across
            if cell.down > 1:
                running[at] = (across, cell.down - 1)
            merged = '<w:vMerge w:val="restart"/>' if cell.down > 1 else ""
            yield _cell(cell.text, across, each, merged)
        at += across


def _cell(text: str, across: int, each: int, merged: str) -> str:
    span = f'<w:gridSpan w:val="{across}"/>' if across > 1 else ""
    width = f'<w:tcW w:w="{each * across}" w:type="dxa"/>'
    return f"<w:tc><w:tcPr>{width}{span}{merged}</w:tcPr>{paragraph(run(text))}</w:tc>"
