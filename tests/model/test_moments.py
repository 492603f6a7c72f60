"""Local times as moments: the last second of a deadline, and the days on which clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from model.moments import end_of, start_of, without_zone, written_as_date

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
BEIRUT = ZoneInfo("Asia/Beirut")


def _utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type]


def _local(*parts: int) -> datetime:
    return datetime(*parts)  # type: ignore[misc,arg-type]  # noqa: DTZ001


@pytest.mark.parametrize(
    ("value", "zone", "first_after"),
    [
        (_local(2021, 6, 16, 17), SHANGHAI, _utc(2021, 6, 16, 9, 0, 1)),
        (date(2021, 6, 16), SHANGHAI, _utc(2021, 6, 16, 16)),
        (_local(2021, 6, 16, 17), BERLIN, _utc(2021, 6, 16, 15, 0, 1)),
        # 2:30 comes twice on the last Sunday of October: the second one is still in time.
        (_local(2021, 10, 31, 2, 30), BERLIN, _utc(2021, 10, 31, 1, 30, 1)),
        # 2:30 does not come at all on the last Sunday of March: the later reading counts.
        (_local(2021, 3, 28, 2, 30), BERLIN, _utc(2021, 3, 28, 1, 30, 1)),
        # A day of 23 hours and one of 25 end where the next begins.
        (date(2021, 3, 28), BERLIN, _utc(2021, 3, 28, 22)),
        (date(2021, 10, 31), BERLIN, _utc(2021, 10, 31, 23)),
        # 28 March 2021 began at one o'clock in Beirut: there was no midnight.
        (date(2021, 3, 27), BEIRUT, _utc(2021, 3, 27, 22)),
    ],
)
def test_the_first_moment_after(
    value: datetime | date, zone: ZoneInfo, first_after: datetime
) -> None:
    assert end_of(value, zone).astimezone(UTC) == first_after


def test_the_first_moment_of_it() -> None:
    assert start_of(date(2021, 4, 12), SHANGHAI) == _utc(2021, 4, 11, 16)
    assert start_of(_local(2021, 10, 31, 2, 30), BERLIN).astimezone(UTC) == _utc(
        2021, 10, 31, 0, 30
    )
    assert start_of(date(2021, 3, 28), BEIRUT).astimezone(UTC) == _utc(2021, 3, 27, 22)


def test_what_may_not_be_written() -> None:
    assert written_as_date(date(2021, 6, 16)) == date(2021, 6, 16)
    with pytest.raises(ValueError, match="without quotes"):
        written_as_date("2021-06-16")
    with pytest.raises(ValueError, match="without a zone"):
        without_zone(_utc(2021, 6, 16))
