"""Dates and times as a programme file gives them: local, a date alone meaning the whole day.

Where clocks are changed, a local time may come twice or not at all. A deadline is then the later
of what it may mean and an opening the earlier, so that no doubt is at the applicant's cost.
Two times of one zone are compared by their hands only (PEP 495): compare them as UTC.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
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
        return min(_meanings(value, zone)).astimezone(zone)
    # Of a midnight that comes twice the first, and for one that is left out what follows on it.
    return datetime.combine(value, time.min, zone).astimezone(UTC).astimezone(zone)


def end_of(value: datetime | date, zone: ZoneInfo) -> datetime:
    """The first moment after: 17:00 still takes 17:00:00, not 17:00:01."""
    if isinstance(value, datetime):
        return (max(_meanings(value, zone)) + timedelta(seconds=1)).astimezone(zone)
    return start_of(value + timedelta(days=1), zone)


def _meanings(local: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """What a local time may mean, in UTC; both are one where its clock is not changed then."""
    first, second = (local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    return first, second
