"""How many came on each day, and the picture of it."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image

from intake.sheets.arrivals import MOST_DAYS, Arrival, Arrivals, count_arrivals
from intake.sheets.chart import draw, export_chart
from model.errors import IntakeError
from model.verdict import Outcome
from tests.builders.filed import file_application
from tests.intake.conftest import Desk

NOW = datetime(2021, 6, 15, 4, 0, tzinfo=UTC)


def _count(desk: Desk, now: datetime = NOW) -> Arrivals:
    place = desk.place()
    with place.ledger.read() as tx:
        return count_arrivals(tx, place.programme("national-2021"), now)


def _came(
    desk: Desk, word: str, day: int, number: str = "ZB1", hour: int = 2, **more: object
) -> None:
    at = datetime(2021, 6, day, hour, tzinfo=UTC)
    more.setdefault("application_no", number)
    file_application(desk.place(), word, object_id=number, received_at=at, **more)


def test_first_ones_are_told_from_later_ones_and_a_day_without_any_is_zero(desk: Desk) -> None:
    _came(desk, "a", 12)
    _came(desk, "b", 14)
    _came(desk, "c", 14, outcome=Outcome.DUPLICATE)
    _came(desk, "d", 14, "unidentified-1", application_no="", outcome=Outcome.RETURNED)
    _came(desk, "e", 14, "unidentified-2", application_no="", outcome=Outcome.IGNORED)
    days = {one.day.day: one for one in _count(desk).days}
    assert list(days) == [12, 13, 14, 15, 16]
    assert days[12].counts == {kind: int(kind is Arrival.FIRST) for kind in Arrival}
    assert (days[13].total, days[13].so_far) == (0, 1)
    assert days[14].counts == {
        Arrival.FIRST: 0, Arrival.LATER: 1, Arrival.DUPLICATE: 1, Arrival.UNKNOWN: 1,
    }  # fmt: skip
    assert (days[15].total, days[15].so_far) == (0, 1), "today"
    assert (days[16].counts, days[16].so_far) == (None, None), "still to come"


def test_a_day_is_one_of_the_programmes_zone(desk: Desk) -> None:
    _came(desk, "a", 13, hour=15)
    _came(desk, "b", 13, "ZB2", hour=16)
    first, second, *_ = _count(desk).days
    assert (first.day, first.total) == (date(2021, 6, 13), 1)
    assert (second.day, second.total) == (date(2021, 6, 14), 1)


def test_a_mail_that_was_tied_counts_where_it_belongs(desk: Desk) -> None:
    _came(desk, "a", 14, "unidentified-1", application_no="", outcome=Outcome.RETURNED)
    _came(desk, "a", 14, "ZB1")
    _came(desk, "a", 14, "unidentified-1", application_no="", outcome=Outcome.TIED)
    (day, *_) = _count(desk).days
    assert day.counts == {kind: int(kind is Arrival.FIRST) for kind in Arrival}


def test_a_mail_of_another_decade_does_not_make_a_chart_of_years(desk: Desk) -> None:
    _came(desk, "a", 14)
    file_application(
        desk.place(), "b", object_id="ZB2", application_no="ZB2",
        received_at=datetime(2001, 1, 1, tzinfo=UTC),
    )  # fmt: skip
    found = _count(desk)
    assert len(found.days) <= MOST_DAYS
    assert found.outside == 1
    assert found.days[-1].day == date(2021, 6, 16)
    assert found.days[0].so_far == 1, "it is part of the sum all the same"


@pytest.mark.parametrize("apart", [0, 40, 300])
def test_the_picture(desk: Desk, apart: int) -> None:
    _came(desk, "a", 14)
    found = _count(desk, NOW + timedelta(days=apart))
    picture = Image.open(io.BytesIO(draw(found)))
    assert picture.size == (2400, 1120)
    red = (192, 0, 0)
    colours = {colour: count for count, colour in picture.convert("RGB").getcolors(1 << 24)}
    assert colours[31, 78, 121] > 1000, "a bar"
    assert colours[red] > 300, "the deadline"
    assert draw(found) == draw(found)


def test_the_picture_as_a_file(desk: Desk, tmp_path: Path) -> None:
    _came(desk, "a", 14)
    drawn = export_chart(desk.place(), tmp_path / "out" / "图.png", "national-2021")
    assert Image.open(tmp_path / "out" / "图.png").format == "PNG"
    assert drawn.days
    with pytest.raises(IntakeError, match=r"\.png"):
        export_chart(desk.place(), tmp_path / "a.jpg", "national-2021")
