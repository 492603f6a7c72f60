"""Did it arrive within the window? The server's time counts, never the Date header."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from checks.case import Case
from model.finding import Finding
from model.programme import LatePolicy

LATE_CODES = {
    LatePolicy.REFUSE: "window.late_refused",
    LatePolicy.CLERK: "window.late_pending",
    LatePolicy.ACCEPT: "window.late_accepted",
}


def check(case: Case) -> Iterator[Finding]:
    programme = case.programme
    received = case.submission.raw.received_at
    opening = programme.window.starts_at(programme.zone)
    end = programme.window.ends_before(programme.zone)
    if opening is not None and received < opening:
        yield Finding(
            "window.early",
            params={
                "received": in_words(received, programme.zone),
                "opening": in_words(opening, programme.zone),
            },
        )
    if received < end:
        return
    in_grace = received < end + timedelta(minutes=programme.late.grace_minutes)
    policy = LatePolicy.ACCEPT if in_grace else programme.late.policy
    yield Finding(
        LATE_CODES[policy],
        params={
            "received": in_words(received, programme.zone),
            "deadline": in_words(end - timedelta(seconds=1), programme.zone),
        },
    )


def in_words(moment: datetime, zone: ZoneInfo) -> str:
    """2021年6月16日 23:59:59, in the programme's zone."""
    local = moment.astimezone(zone)
    return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M:%S}"
