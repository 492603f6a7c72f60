"""Time: the server's, in the programme's zone, the last day included; what late mail comes to."""

from __future__ import annotations

from tests.cases.case import (
    Case,
    Want,
    complete,
    correction,
    ignored,
    nobody,
    one,
    pending,
    refused,
)
from tests.cases.mails import FULL, RIGHT, bare, mail, rar, without

LAST_SECOND, FIRST_LATE = "2021-06-16 23:59:59", "2021-06-17 00:00:00"
NATIONAL, GRACE = "national-2021", "grace-2021"


def _at(
    key: str, rule: str, at: str, want: Want, programme: str = NATIONAL, **more: object
) -> Case:
    return one(f"time-{key}", rule, mail(at=at), want, programme=programme, **more)


CASES = (
    _at("in-time", "within the window", "2021-06-01 12:00:00",
        complete(silent_on=("截止", "逾期"), person=False)),
    _at("last-day-noon", "the last day is included", "2021-06-16 12:00:00", complete()),
    _at("last-second", "the last day is included, to its last second", LAST_SECOND,
        complete("window.borderline_in_time", silent_on=("逾期", "截止"), person=False)),
    _at("ten-minutes-before", "arrivals close to the deadline are flagged", "2021-06-16 23:50:00",
        complete("window.borderline_in_time", person=False)),
    _at("eleven-minutes-before", "what is not close is not flagged", "2021-06-16 23:48:59",
        complete(never=("window.borderline_in_time",), person=False)),
    _at("first-late-second", "late mail: the clerk decides", FIRST_LATE,
        pending("window.borderline", says=("2021年6月16日 23:59:59", "是否接收由经办人决定"),
                person=True)),
    _at("late", "late is recorded, never dropped; the clerk decides", "2021-06-20 09:00:00",
        pending(says=("已超过截止时间", "无需重复发送"), never=("window.borderline",),
                person=True)),
    _at("late-in-utc", "deadlines are in the programme's zone: 16:30 UTC is the next day there",
        "2021-06-17 00:30:00", pending(person=True)),
    one("time-old-date-header", "the receipt time is the server's, never the Date: header",
        mail(at="2021-06-20 10:00:00", dated="2021-06-01 10:00:00"),
        pending(silent_on=("2021年6月1日",), person=True)),
    one("time-future-date-header", "a Date: header after the deadline makes nothing late",
        mail(at="2021-06-01 10:00:00", dated="2021-07-01 10:00:00"),
        complete(silent_on=("2021年7月1日", "逾期"))),
    one("time-late-and-lacking", "late with defects: all of it told, nothing to be mended yet",
        mail(RIGHT, rar(*without("承诺书")), at="2021-06-21 09:00:00"),
        pending("material.missing", lacks={"承诺书": "missing"},
                says=("缺少“承诺书”", "待决定接收后再行补正"), person=True)),
    one("time-late-and-unknown", "late, and nobody is known: returned",
        mail("申报材料", rar(*FULL, name="材料.rar"), at="2021-06-21 10:00:00"),
        nobody("subject.no_number", "subject.no_name", "subject.trailing_words",
               "window.late_pending", says=("已超过截止时间",))),
    one("time-late-machine", "late, and a machine: not answered",
        bare("自动回复: 您好", headers={"Auto-Submitted": "auto-replied"},
             at="2021-06-21 11:00:00"),
        ignored("mail.automatic")),
    _at("accepting", "a call may take late mail with a note", "2021-06-18 09:00:00",
        complete("window.late_accepted", says=("仍予登记，并记录为逾期",), person=False),
        "accepting-2021"),
    _at("grace-inside", "grace: late mail up to then is taken with a note", "2021-06-17 00:15:00",
        complete("window.late_accepted", says=("记录为逾期",), person=False), GRACE),
    _at("grace-over", "after the grace the policy holds", "2021-06-17 00:30:00",
        refused("window.borderline", says=("不予以受理",), person=True), GRACE),
    _at("grace-far-over", "refused long after", "2021-06-19 08:00:00", refused(), GRACE),
    _at("before-closing", "after the window and before the programme is closed",
        "2021-06-30 23:59:59", pending(person=True), "closing-2021"),
    _at("closed", "a programme that is closed still answers: 窗口已关闭", "2021-07-01 00:00:00",
        Want("late_refused", "late_refused", ("window.closed",), says=("已关闭",)),
        "closing-2021"),
    _at("closed-long", "a programme that is closed still answers: 窗口已关闭",
        "2021-12-01 09:00:00",
        Want("late_refused", "late_refused", ("window.closed",), says=("已关闭",)),
        "closing-2021"),
    # 补正 periods: working days by the calendar of public holidays, the last day included.
    one("due-working-days", "five working days from Monday 2021-05-17: Monday 05-24",
        mail(RIGHT, rar(*without("承诺书"))),
        correction("material.missing", lacks={"承诺书": "missing"},
                   says=("2021年5月24日（含当日）",))),
    one("due-over-the-festival", "端午 2021-06-12..14 is free: from Thursday 06-10 to Friday 06-18",
        mail(RIGHT, rar(*without("承诺书")), at="2021-06-10 10:00:00"),
        correction("material.missing", lacks={"承诺书": "missing"},
                   says=("2021年6月18日（含当日）",))),
    one("due-worked-weekend", "Sunday 2021-04-25 and Saturday 05-08 are worked, 05-01..05 are free:"
        " from Friday 04-30 to Tuesday 05-11",
        mail(RIGHT, rar(*without("承诺书")), at="2021-04-30 10:00:00"),
        correction("material.missing", lacks={"承诺书": "missing"},
                   says=("2021年5月11日（含当日）",))),
    one("due-calendar-days", "a call may count calendar days",
        mail(RIGHT, rar(*without("承诺书"))),
        correction("material.missing", lacks={"承诺书": "missing"},
                   says=("2021年5月22日（含当日）",)), programme="calendar-2021"),
    one("due-last-correction", "no due date is later than the last day for corrections",
        mail(RIGHT, rar(*without("承诺书")), at="2021-06-15 10:00:00"),
        correction("material.missing", lacks={"承诺书": "missing"},
                   says=("2021年6月17日（含当日）",)),
        programme="last-2021"),
)  # fmt: skip
