"""The sheet 按日收到: a table of days for each programme, and a chart that Excel draws from it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from intake.sheets.arrivals import Arrival, Arrivals
from intake.sheets.excel import FONT, Book
from intake.sheets.layout import Kind
from intake.sheets.words import (
    APPLICATIONS,
    ARRIVALS,
    ARRIVALS_NOTE,
    ARRIVALS_TITLE,
    DEADLINE,
    MOMENT,
    OUTSIDE_NOTE,
    PER_DAY,
    SO_FAR,
    TOTAL,
    ZONES,
)

NAME = "按日收到"
HEADS = ("日期", *ARRIVALS.values(), TOTAL, SO_FAR, DEADLINE)
COLOURS = {
    Arrival.FIRST: "#1F4E79",
    Arrival.LATER: "#9DC3E6",
    Arrival.DUPLICATE: "#BFBFBF",
    Arrival.UNKNOWN: "#F4B183",
}
LINE_COLOUR, DEADLINE_COLOUR = "#548235", "#C00000"
CHART_COLUMN, CHART_ROWS, CHART_PIXELS = 9, 26, (1120, 500)
AXIS_DAYS = 16


def describe(arrivals: Arrivals) -> str:
    """What is counted, in one sentence."""
    deadline = arrivals.deadline - timedelta(seconds=1)
    zone = str(arrivals.until.tzinfo)
    told = ARRIVALS_NOTE.format(
        deadline=MOMENT.format(deadline),
        until=MOMENT.format(arrivals.until),
        zone=ZONES.get(zone, zone),
    )
    outside = OUTSIDE_NOTE.format(count=arrivals.outside) if arrivals.outside else ""
    return told + outside


def write(book: Book, found: Sequence[Arrivals]) -> int:
    """The sheet, one block for each programme; gives the number of days."""
    sheet = book.plain_sheet(NAME)
    sheet.set_column(0, 0, 16)
    sheet.set_column(1, len(HEADS) - 2, 12)
    # The height of the upright in the chart is nothing that a clerk has to read.
    sheet.set_column(len(HEADS) - 1, len(HEADS) - 1, 12, None, {"hidden": True})
    row = 0
    for one in found:
        row = _block(book, sheet, one, row)
    return sum(len(one.days) for one in found)


def _block(book: Book, sheet: Any, arrivals: Arrivals, top: int) -> int:
    """One programme from row `top` on; gives the first row behind it."""
    styles = book.styles
    title = book.book.add_format({"font_name": FONT, "font_size": 14, "bold": True})
    note = book.book.add_format({"font_name": FONT, "font_size": 9, "font_color": "#595959"})
    sheet.write_string(top, 0, ARRIVALS_TITLE.format(programme=arrivals.title), title)
    sheet.write_string(top + 1, 0, describe(arrivals), note)
    for column, head in enumerate(HEADS):
        sheet.write_string(top + 2, column, head, styles.head)
    number, day_style, closing_style = styles.of(Kind.NUMBER, 0), styles.day, styles.closing_day
    highest = max((day.so_far or 0 for day in arrivals.days), default=0) or 1
    closing = (arrivals.deadline - timedelta(microseconds=1)).date()
    first = top + 3
    for row, day in enumerate(arrivals.days, first):
        sheet.write_datetime(row, 0, day.day, closing_style if day.day == closing else day_style)
        cells: list[int | None] = [None] * (len(ARRIVALS) + 2)
        if day.counts is not None:
            cells = [*(day.counts[kind] for kind in Arrival), day.total, day.so_far]
        cells.append(highest if day.day == closing else None)
        for column, cell in enumerate(cells, 1):
            if cell is None:
                sheet.write_blank(row, column, None, number)
            else:
                sheet.write_number(row, column, cell, number)
    last = first + len(arrivals.days) - 1
    sheet.insert_chart(top + 2, CHART_COLUMN, _chart(book.book, arrivals, first, last))
    return max(last + 3, top + 2 + CHART_ROWS + 2)


def _chart(book: Any, arrivals: Arrivals, first: int, last: int) -> Any:
    """Stacked columns for each day, the sum so far as a line, the deadline as an upright."""
    bars = book.add_chart({"type": "column", "subtype": "stacked"})
    lines = book.add_chart({"type": "line"})

    def series(column: int, **more: Any) -> dict[str, Any]:
        return {
            "name": [NAME, first - 1, column],
            "categories": [NAME, first, 0, last, 0],
            "values": [NAME, first, column, last, column],
            **more,
        }

    for column, kind in enumerate(Arrival, 1):
        bars.add_series(series(column, fill={"color": COLOURS[kind]}, gap=40))
    so_far, deadline = len(ARRIVALS) + 2, len(ARRIVALS) + 3
    green = {"color": LINE_COLOUR, "width": 2.25}
    lines.add_series(series(so_far, line=green, marker={"type": "none"}, y2_axis=True))
    red = {"color": DEADLINE_COLOUR, "width": 1.75, "dash_type": "dash"}
    upright = {
        "type": "percentage",
        "value": 100,
        "direction": "minus",
        "end_style": 0,
        "line": red,
    }
    lines.add_series(
        series(deadline, line=red, marker={"type": "none"}, y_error_bars=upright, y2_axis=True)
    )
    bars.combine(lines)
    font = {"name": FONT, "size": 9}
    upright_words = font | {"rotation": 271, "bold": False}
    bars.set_title(
        {"name": ARRIVALS_TITLE.format(programme=arrivals.title), "name_font": {"size": 13}}
    )
    every = max(1, -(-len(arrivals.days) // AXIS_DAYS))
    bars.set_x_axis(
        {"num_format": "m/d", "num_font": font, "text_axis": True, "interval_unit": every}
    )
    grid = {"visible": True, "line": {"color": "#D9D9D9"}}
    bars.set_y_axis(
        {"name": PER_DAY, "name_font": upright_words, "num_font": font, "min": 0, "num_format": "0",
         "major_gridlines": grid}
    )  # fmt: skip
    lines.set_y2_axis(
        {
            "name": APPLICATIONS,
            "name_font": upright_words,
            "num_font": font,
            "min": 0,
            "num_format": "0",
        }
    )
    bars.set_legend({"position": "bottom", "font": font})
    bars.show_blanks_as("gap")
    bars.show_hidden_data()
    bars.set_size({"width": CHART_PIXELS[0], "height": CHART_PIXELS[1]})
    return bars
