"""Did it arrive within the window? The server's time decides, never the Date header.

In time up to the deadline's last second; after it, in the order of what is looked at: a
correction within its due date, the grace, the closing of the programme (`late.until`), the policy.
Moments are compared as UTC: two times of one zone would be compared by their hands only.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from checks.case import Case
from checks.clocks import clocks
from model.finding import Finding
from model.moments import end_of
from model.policies import LatePolicy
from model.programme import Programme

LATE_CODES = {
    LatePolicy.REFUSE: "window.late_refused",
    LatePolicy.CLERK: "window.late_pending",
    LatePolicy.ACCEPT: "window.late_accepted",
}
CLOSED = "window.closed"
ARRIVED_LATE = frozenset({*LATE_CODES.values(), CLOSED})
"""Findings with one of which a mail counts as late (逾期)."""
SECOND = timedelta(seconds=1)


def check(case: Case) -> Iterator[Finding]:
    programme, zone = case.programme, case.programme.zone
    received = case.submission.raw.received_at.astimezone(UTC)
    opening = programme.window.starts_at(zone)
    if opening is not None and received < opening.astimezone(UTC):
        params = {"received": in_words(received, zone), "opening": in_words(opening, zone)}
        yield Finding("window.early", params=params)
        return
    deadline = programme.window.ends_before(zone).astimezone(UTC)
    due = case.standing.due
    corrected_until = deadline if due is None else end_of(due, zone).astimezone(UTC)
    if received >= deadline:
        if due is not None and received < corrected_until:
            yield Finding("window.corrected_in_time", params=_correction(received, due, zone))
        else:
            if due is not None:
                params = _correction(received, due, zone)
                yield Finding("window.correction_overdue", params=params)
            yield _late(received, deadline, programme)
    yield from _borderline(case, received, max(deadline, corrected_until))


def _late(received: datetime, deadline: datetime, programme: Programme) -> Finding:
    zone, late = programme.zone, programme.late
    closing = late.closed_from(zone)
    in_grace = received < deadline + timedelta(minutes=late.grace_minutes)
    if closing is not None and received >= closing.astimezone(UTC) and not in_grace:
        words = {
            "received": in_words(received, zone),
            "closed": in_words(closing.astimezone(UTC) - SECOND, zone),
            "contact": contact(programme),
        }
        return Finding(CLOSED, params=words)
    params = {
        "received": in_words(received, zone),
        "deadline": in_words(deadline - SECOND, zone),
    }
    return Finding(LATE_CODES[LatePolicy.ACCEPT if in_grace else late.policy], params=params)


def _borderline(case: Case, received: datetime, deadline: datetime) -> Iterator[Finding]:
    """What came so shortly before or after the deadline that somebody may ask by which clock.

    deadline: the one in force for this mail. Where there is a grace, what is refused or not
    depends on its end, and only what comes after that is for a person.
    """
    programme, grace = case.programme, case.programme.late.grace_minutes
    near = timedelta(minutes=programme.window.borderline_minutes)
    grace_ends = deadline + timedelta(minutes=grace)
    for end, words in ((deadline, ""), (grace_ends, f"（含宽限{grace}分钟）")):
        away = received - (end - SECOND)
        if not near or abs(away) > near:
            continue
        params = {
            "deadline": in_words(end - SECOND, programme.zone) + (words if grace else ""),
            "distance": distance(away),
            **clocks(case.submission, lambda moment: in_words(moment, programme.zone)),
        }
        if received < grace_ends:
            yield Finding("window.borderline_in_time", params=params)
        else:
            yield Finding("window.borderline", params=params)
        return


def _correction(received: datetime, due: date, zone: ZoneInfo) -> dict[str, str]:
    return {
        "received": in_words(received, zone),
        "due": f"{due.year}年{due.month}月{due.day}日",
    }


def in_words(moment: datetime, zone: ZoneInfo) -> str:
    """2021年6月16日 23:59:59, in the programme's zone."""
    local = moment.astimezone(zone)
    return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M:%S}"


def distance(length: timedelta) -> str:
    """3分钟12秒, without a sign; parts of a second are left out."""
    minutes, seconds = divmod(abs(int(length.total_seconds())), 60)
    hours, minutes = divmod(minutes, 60)
    parts = ((hours, "小时"), (minutes, "分钟"), (seconds, "秒"))
    return "".join(f"{count}{unit}" for count, unit in parts if count) or "0秒"


def contact(programme: Programme) -> str:
    """Whom to ask, as the letters name them: 经办人（王工，0531-88888888）."""
    told = programme.receipt
    known = "，".join(part for part in (told.clerk, told.phone, told.email) if part)
    return f"经办人（{known}）" if known else "经办人"
