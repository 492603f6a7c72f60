"""The arrivals of every day as a picture, drawn by typst with the packaged font."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import pylopdf_fonts_zh_cn
import typst

from intake.sheets.arrivals import Arrival, Arrivals, Day, count_arrivals
from intake.sheets.arrivals_sheet import COLOURS, DEADLINE_COLOUR, LINE_COLOUR, describe
from intake.sheets.export import beside
from intake.sheets.words import (
    APPLICATIONS,
    ARRIVALS,
    ARRIVALS_TITLE,
    CHART_LEGEND,
    CHART_SO_FAR,
    DEADLINE_AT,
    MOMENT,
    PER_DAY,
)
from intake.workplace import Workplace
from model.errors import IntakeError

TEMPLATE = Path(__file__).with_name("chart.typ")
PIXELS_PER_INCH = 144.0
"""1,200 × 560 points then make 2,400 × 1,120 pixels."""


@dataclass(frozen=True, slots=True)
class Drawn:
    programme: str
    days: tuple[Day, ...]


def export_chart(place: Workplace, path: Path, programme: str) -> Drawn:
    """Draw one programme's chart into FILE.png.

    Raises: IntakeError where the ending is another one, or it cannot be written.
    """
    if path.suffix.lower() != ".png":
        raise IntakeError(f"{path}: the ending must be .png.", "Give such a name.")
    rules = place.programme(programme)
    with place.ledger.read() as tx:
        found = count_arrivals(tx, rules, place.clock())
    with beside(path) as part:
        part.write_bytes(draw(found))
    return Drawn(rules.id, found.days)


def draw(arrivals: Arrivals) -> bytes:
    """The picture as PNG; the same arrivals give the same bytes."""
    compiler = typst.Compiler(
        TEMPLATE,
        ignore_system_fonts=True,
        font_paths=[Path(pylopdf_fonts_zh_cn.__file__).parent],
        sys_inputs={"data": json.dumps(_values(arrivals), ensure_ascii=False)},
    )
    picture = compiler.compile(format="png", ppi=PIXELS_PER_INCH)
    assert isinstance(picture, bytes)
    return picture


def _values(arrivals: Arrivals) -> dict[str, Any]:
    """What the template draws; every word that is shown is among it."""
    shown = [kind for kind in Arrival if kind is Arrival.FIRST or arrivals.sum_of(kind)]
    return {
        "title": ARRIVALS_TITLE.format(programme=arrivals.title),
        "note": describe(arrivals),
        "per_day": PER_DAY,
        "applications": APPLICATIONS,
        "so_far": CHART_SO_FAR.format(count=_last(arrivals)),
        "line": LINE_COLOUR,
        "red": DEADLINE_COLOUR,
        "deadline": _place_of(arrivals.deadline, arrivals),
        "deadline_label": DEADLINE_AT.format(
            deadline=MOMENT.format(arrivals.deadline - timedelta(seconds=1))
        ),
        "legend": [
            {
                "label": CHART_LEGEND.format(
                    kind=ARRIVALS[kind.value], count=arrivals.sum_of(kind)
                ),
                "colour": COLOURS[kind],
            }
            for kind in shown
        ],
        "days": [
            {
                "label": f"{day.day.month}/{day.day.day}",
                "total": day.total,
                "so_far": day.so_far,
                "parts": [
                    {"count": day.counts[kind] if day.counts else 0, "colour": COLOURS[kind]}
                    for kind in shown
                ],
            }
            for day in arrivals.days
        ],
    }


def _last(arrivals: Arrivals) -> int:
    return max((day.so_far or 0 for day in arrivals.days), default=0)


def _place_of(moment: datetime, arrivals: Arrivals) -> float:
    """Where a moment stands on the axis, in days from its beginning; the time of day counts."""
    start = datetime.combine(arrivals.days[0].day, time.min, moment.tzinfo)
    return (moment - start) / timedelta(days=1)
