"""What a call for applications decides about time, later mails, letters and filing.

Parts of a programme file, as `model.programme` puts them together.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import Field, field_validator, model_validator

from model.material import Part
from model.moments import end_of, without_zone, written_as_date

RETENTIONS = {"永久": "Y", "30年": "D30", "10年": "D10"}
"""保管期限 and the code that stands for it in a 档号 (DA/T 22-2015, 6.1.3)."""

_SERIAL = 987654321
"""A serial number that stands in no pattern's own words."""
_LONGEST_CODE = 100


class LatePolicy(StrEnum):
    REFUSE = "refuse"
    CLERK = "clerk"
    ACCEPT = "accept"


class Late(Part):
    """What happens after the window: refuse, let the clerk decide, or accept with a note.

    grace_minutes: late mail up to then is taken with a note, whatever the policy. until: after it
    the programme is closed (窗口已关闭) and nothing is taken any more.
    """

    policy: LatePolicy = LatePolicy.CLERK
    grace_minutes: Annotated[int, Field(ge=0)] = 0
    until: datetime | date | None = None

    _written = field_validator("until", mode="before")(written_as_date)
    _local = field_validator("until")(without_zone)

    def closed_from(self, zone: ZoneInfo) -> datetime | None:
        """The first moment at which the programme is closed, None where it never is."""
        return None if self.until is None else end_of(self.until, zone)


class Resubmission(Part):
    """Whether a later mail replaces the whole set or is merged into it, and until when a
    correction counts as in time.

    correction_days: after the day of the letter that asks for it; the last day is included.
    correction_day_kind: working days (by the calendar of public holidays) or calendar days.
    last_correction: no due date is later than this.
    """

    policy: Literal["replace", "merge"] = "replace"
    correction_days: Annotated[int, Field(ge=1, le=366)] = 5
    correction_day_kind: Literal["working", "calendar"] = "working"
    last_correction: date | None = None


class RegisterRule(Part):
    """What the register of issued numbers is used for, where one was imported.

    unknown_number: what follows for a number that is not in it. quota: how many applications
    each city (quota_by: or each recommender) may have, None for no limit.
    """

    unknown_number: Literal["return", "person"] = "return"
    quota: Annotated[int, Field(ge=1)] | None = None
    quota_by: Literal["city", "recommender"] = "city"


class ToldApart(Part):
    """How this programme's mail is known among several on one mailbox.

    words: any of them in the subject or a package's name says that it is this programme's.
    """

    words: tuple[Annotated[str, Field(min_length=2)], ...] = ()


class Reminders(Part):
    """Letters that nobody's mail is answered by.

    correction_days_before: days before the due date of a correction on which its applicant is
    reminded, empty for never. not_sent_days_before: days before the window closes on which
    registered units that have sent nothing are written to (催报), empty for never.
    most_per_run: letters written in one run; the rest is told and waits for the next.
    number: pattern of their serial number.
    """

    correction_days_before: tuple[Annotated[int, Field(ge=0, le=366)], ...] = ()
    not_sent_days_before: tuple[Annotated[int, Field(ge=0, le=366)], ...] = ()
    most_per_run: Annotated[int, Field(ge=1)] = 50
    number: str = "TX{year}-{serial:05d}"

    @field_validator("number")
    @classmethod
    def _renders(cls, value: str) -> str:
        return numbered(value, "TX{year}-{serial:05d}")


class Archival(Part):
    """How filed applications are described for the archive (DA/T 22-2015, GB/T 18894-2016).

    code: pattern of 档号 with {fonds} {year} {retention} {department} {serial}, "" where none is
    drawn. fonds: 全宗号. department: 机构（问题）代码. retention: 保管期限. classification: 密级.
    responsible: 责任者, by default the applicant. title: pattern of 题名 with {full_name}
    {application_no} {programme}.
    """

    code: str = ""
    fonds: str = ""
    department: str = ""
    retention: Literal["永久", "30年", "10年"] = "10年"
    classification: str = ""
    responsible: str = ""
    title: str = "{full_name}{programme}申报材料"

    @model_validator(mode="after")
    def _renders(self) -> Self:
        try:
            self.title.format(full_name="", application_no="", programme="")
        except (KeyError, IndexError, ValueError) as error:
            raise ValueError("title: use {full_name}, {application_no} and {programme}") from error
        if self.code:
            try:
                example = self.number(2021, _SERIAL)
            except (KeyError, IndexError, ValueError) as error:
                raise ValueError(
                    "code: use {fonds} {year} {retention} {department} and {serial}"
                ) from error
            if example.count(str(_SERIAL)) != 1:
                raise ValueError("code: {serial} has to stand in it once, as in {serial:04d}")
            if len(example) > _LONGEST_CODE:
                raise ValueError(f"code: longer than {_LONGEST_CODE} characters")
        return self

    def number(self, year: int, serial: int) -> str:
        return self.code.format(
            fonds=self.fonds,
            year=year,
            retention=RETENTIONS[self.retention],
            department=self.department,
            serial=serial,
        )

    def series(self, year: int) -> str:
        """What all codes of one series share, "*" standing for the serial number.

        Programmes of the same 全宗, 年度, 保管期限 and 机构 count on together: no code is double.
        """
        return self.number(year, _SERIAL).replace(str(_SERIAL), "*")

    def serial_of(self, code: str, year: int) -> int | None:
        """The serial number within a code, None where it is not one of this series."""
        before, after = self.number(year, _SERIAL).split(str(_SERIAL))
        inner = code.removeprefix(before).removesuffix(after)
        if not (inner.isascii() and inner.isdigit()):
            return None
        return int(inner) if self.number(year, int(inner)) == code else None


def serial_pattern(pattern: str, year: int) -> re.Pattern[str]:
    """Matches every number that a pattern gives in a year; its group is the serial."""
    mark = 987654321
    text = re.escape(pattern.format(year=year, serial=mark))
    return re.compile(text.replace(str(mark), r"(\d+)"))


def numbered(value: str, example: str) -> str:
    """A pattern that gives each serial number a text of its own. Raises: ValueError."""
    try:
        first, second = (value.format(year=2021, serial=n) for n in (1, 2))
    except (KeyError, IndexError, ValueError) as error:
        raise ValueError(f"use {{year}} and {{serial}}, as in {example}") from error
    if first == second:
        raise ValueError("{serial} is missing: every letter would have the same number")
    if re.search(r"[\s/\\\x00-\x1f]", first):
        raise ValueError("a number may hold no white space and no slash")
    return value
