"""Dates and times as a programme file gives them: local, a date alone meaning the whole day."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def written_as_date(value: object) -> object:
    """A date in quotes would be read as its first moment, and the last day be lost."""
    if value is not None and not isinstance(value, date):
        raise ValueError("write 2021-06-16 or 2021-06-16T17:00:00, without quotes")
    return value


def without_zone(value: datetime | date | None) -> datetime | date | None:
    """Raises: ValueError for a time with a zone of its own."""
    if isinstance(value, datetime) and value.tzinfo is not None:
        raise ValueError("write the local time without a zone; `timezone` gives the zone")
    return value


def start_of(value: datetime | date, zone: ZoneInfo) -> datetime:
    """The first moment of a day, or the time itself."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=zone)
    return datetime.combine(value, time.min, zone)


def end_of(value: datetime | date, zone: ZoneInfo) -> datetime:
    """The first moment after: 17:00 still takes 17:00:00, not 17:00:01."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=zone) + timedelta(seconds=1)
    return datetime.combine(value + timedelta(days=1), time.min, zone)
