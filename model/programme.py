"""One call for applications as data: what its TOML file may say.

Frozen pydantic models, because people write these files by hand: a misspelt key, a wrong type
or a contradiction is refused with its place. `programmes/` holds the files and the loader.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, field_validator, model_validator

from model.fields import FieldRule
from model.material import FORMATS, Material, Part, Recognition
from model.naming import NAME_ENDINGS, OPAQUE_NUMBER, NamingRule

__all__ = [
    "FORMATS", "NAME_ENDINGS", "OPAQUE_NUMBER",
    "Material", "NamingRule", "Programme", "Recognition",
]  # fmt: skip


class Window(Part):
    """When submissions are taken. A date alone means the whole day, the last day included."""

    opens: datetime | date | None = None
    closes: datetime | date

    @field_validator("opens", "closes", mode="before")
    @classmethod
    def _date(cls, value: object) -> object:
        # A date in quotes would be read as its first moment, and the last day be lost.
        if value is not None and not isinstance(value, date):
            raise ValueError("write 2021-06-16 or 2021-06-16T17:00:00, without quotes")
        return value

    @field_validator("opens", "closes")
    @classmethod
    def _no_zone(cls, value: datetime | date | None) -> datetime | date | None:
        if isinstance(value, datetime) and value.tzinfo is not None:
            raise ValueError("write the local time without a zone; `timezone` gives the zone")
        return value

    def starts_at(self, zone: ZoneInfo) -> datetime | None:
        """The first moment of the window."""
        if self.opens is None:
            return None
        if isinstance(self.opens, datetime):
            return self.opens.replace(tzinfo=zone)
        return datetime.combine(self.opens, time.min, zone)

    def ends_before(self, zone: ZoneInfo) -> datetime:
        """The first moment after the window.

        A deadline of 17:00 still takes what arrives at 17:00:00, not what arrives at 17:00:01.
        """
        if isinstance(self.closes, datetime):
            return self.closes.replace(tzinfo=zone) + timedelta(seconds=1)
        return datetime.combine(self.closes + timedelta(days=1), time.min, zone)


class PackageRule(Part):
    """The one archive that a mail has to carry.

    required: whether the files must come in an archive at all. formats: what the notice asks
    for. other_formats: what is taken with a note. password: one that the notice has agreed on.
    volumes_across_mails: whether the volumes of one archive may come in several mails, which then
    wait for one another volume_days days.
    """

    required: bool = True
    formats: tuple[str, ...] = ("rar",)
    other_formats: tuple[str, ...] = ("zip", "7z", "tar")
    password: str = ""
    volumes_across_mails: bool = True
    volume_days: Annotated[int, Field(ge=1)] = 7


class LatePolicy(StrEnum):
    REFUSE = "refuse"
    CLERK = "clerk"
    ACCEPT = "accept"


class Late(Part):
    """What happens after the window: refuse, let the clerk decide, or accept with a note."""

    policy: LatePolicy = LatePolicy.CLERK
    grace_minutes: Annotated[int, Field(ge=0)] = 0


class Resubmission(Part):
    """Whether a later mail replaces the whole set or adds to it, and until when corrections
    count as in time (calendar days after the correction letter)."""

    policy: Literal["replace", "merge"] = "replace"
    correction_days: Annotated[int, Field(ge=1)] = 5


class Forwarding(Part):
    """What happens to the mails that somebody (a city bureau) forwards within one of his.

    split: each of them is a submission of its own. answer: who gets its letter, whoever forwarded
    it alone or the applicant as well. per_forwarder_per_day: letters one forwarder may be owed in
    24 hours; more are held for a person.
    """

    split: bool = True
    answer: Literal["forwarder", "both"] = "forwarder"
    per_forwarder_per_day: Annotated[int, Field(ge=1)] = 200


class AtIntake(StrEnum):
    """Which pages that are pictures are read before the receipt goes."""

    NONE = "none"
    FORMS = "forms"
    ALL = "all"


class ReadingRule(Part):
    """How much is read off pictures before the receipt goes; the rest is read by a later run.

    at_intake: forms that want a seal and scans that nothing names ("forms"), every scan ("all"),
    or none. pages_per_file, pages_per_mail: whose text is read. seal_pages_per_file: those
    looked through for seals.
    """

    at_intake: AtIntake = AtIntake.FORMS
    pages_per_file: Annotated[int, Field(ge=1)] = 12
    pages_per_mail: Annotated[int, Field(ge=1)] = 40
    seal_pages_per_file: Annotated[int, Field(ge=1)] = 60


class ReceiptRule(Part):
    """The block of the letters that depends on the call.

    number: pattern of 回执编号 with {year} and {serial}. per_sender_per_day: letters one address
    may be owed in 24 hours; more are held for a person.
    """

    number: str = "HZ{year}-{serial:05d}"
    issuer: str = ""
    clerk: str = ""
    phone: str = ""
    email: str = ""
    per_sender_per_day: Annotated[int, Field(ge=1)] = 20

    @field_validator("number")
    @classmethod
    def _renders(cls, value: str) -> str:
        try:
            first, second = (value.format(year=2021, serial=n) for n in (1, 2))
        except (KeyError, IndexError, ValueError) as error:
            raise ValueError("use {year} and {serial}, as in HZ{year}-{serial:05d}") from error
        if first == second:
            raise ValueError("{serial} is missing: every receipt would have the same number")
        return value


class Programme(Part):
    """One call for applications; the commands take `id` as `--programme`.

    fields: what is read out of forms and statistics tables. common_fields: whether those that
    nearly every call has are among them, which the loader sees to.
    """

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=64)]
    title: Annotated[str, Field(min_length=1)]
    year: Annotated[int, Field(ge=2000, le=2100)]
    timezone: str = "Asia/Shanghai"
    window: Window
    naming: NamingRule | None = None
    package: PackageRule = PackageRule()
    materials: Annotated[tuple[Material, ...], Field(min_length=1)]
    fields: tuple[FieldRule, ...] = ()
    common_fields: bool = True
    late: Late = Late()
    resubmission: Resubmission = Resubmission()
    forwarding: Forwarding = Forwarding()
    reading: ReadingRule = ReadingRule()
    receipt: ReceiptRule = ReceiptRule()
    checks: tuple[str, ...] = (
        "subject", "window", "package", "materials", "formats", "readable", "links", "forms",
        "seals",
    )  # fmt: skip
    version: str = ""
    """Digest of the file's text, set by the loader: the version of the rules in a record."""

    @field_validator("timezone")
    @classmethod
    def _zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError("not a time zone; write e.g. Asia/Shanghai") from error
        return value

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        names = [material.id for material in self.materials]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"material id {twice[0]!r} is used twice")
        if sum(material.rest for material in self.materials) > 1:
            raise ValueError("only one material may have `rest = true`")
        self._consistent_fields(names)
        start = self.window.starts_at(self.zone)
        if start is not None and start >= self.window.ends_before(self.zone):
            raise ValueError("the window closes before it opens")
        return self

    def _consistent_fields(self, materials: list[str]) -> None:
        ids = [one.id for one in self.fields]
        for place, one in enumerate(self.fields):
            if one.id in ids[:place]:
                raise ValueError(f"field id {one.id!r} is used twice")
            unknown = [name for name in one.materials if name not in materials]
            if unknown:
                raise ValueError(f"field {one.id!r}: there is no material {unknown[0]!r}")
            if one.of and one.of not in ids:
                raise ValueError(f"field {one.id!r}: there is no field {one.of!r} for it to be of")

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    def material(self, material_id: str) -> Material:
        return next(one for one in self.materials if one.id == material_id)
