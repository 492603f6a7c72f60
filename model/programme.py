"""One call for applications as data: what its TOML file may say.

Frozen pydantic models, because people write these files by hand: a misspelt key, a wrong type
or a contradiction is refused with its place. `programmes/` holds the files and the loader.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, field_validator, model_validator

from model.fields import FieldRule
from model.finding import Effect, finding_kinds
from model.material import FORMATS, Material, Part, Recognition
from model.moments import end_of, start_of, without_zone, written_as_date
from model.naming import NAME_ENDINGS, OPAQUE_NUMBER, NamingRule
from model.policies import (
    Archival,
    Late,
    LatePolicy,
    RegisterRule,
    Reminders,
    Resubmission,
    ToldApart,
    numbered,
    serial_pattern,
)

__all__ = [
    "FORMATS", "NAME_ENDINGS", "OPAQUE_NUMBER",
    "LatePolicy", "Material", "NamingRule", "Programme", "Recognition",
]  # fmt: skip

UNCHANGEABLE = (Effect.IGNORE,)
"""Effects that a programme neither gives nor takes away: what is no submission stays none."""


class Window(Part):
    """When submissions are taken. A date alone means the whole day, the last day included.

    borderline_minutes: mail that arrives so shortly before or after the deadline is flagged.
    """

    opens: datetime | date | None = None
    closes: datetime | date
    borderline_minutes: Annotated[int, Field(ge=0, le=1440)] = 10

    _written = field_validator("opens", "closes", mode="before")(written_as_date)
    _local = field_validator("opens", "closes")(without_zone)

    def starts_at(self, zone: ZoneInfo) -> datetime | None:
        """The first moment of the window."""
        return None if self.opens is None else start_of(self.opens, zone)

    def ends_before(self, zone: ZoneInfo) -> datetime:
        """The first moment after the window."""
        return end_of(self.closes, zone)


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
        return numbered(value, "HZ{year}-{serial:05d}")


class Programme(Part):
    """One call for applications; the commands take `id` as `--programme`.

    fields: what is read out of forms and statistics tables. common_fields: whether those that
    nearly every call has are among them, which the loader sees to. effects: what follows from a
    finding in this call, by its code, where that is not what the table of findings says.
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
    number_register: RegisterRule = RegisterRule()
    told_apart: ToldApart = ToldApart()
    reminders: Reminders = Reminders()
    archival: Archival = Archival()
    effects: dict[str, Effect] = Field(default_factory=dict)
    checks: tuple[str, ...] = (
        "subject", "register", "window", "package", "materials", "formats", "readable", "links",
        "forms", "agreement", "seals",
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
        self._consistent_effects()
        self._consistent_numbers()
        start = self.window.starts_at(self.zone)
        if start is not None and start >= self.window.ends_before(self.zone):
            raise ValueError("the window closes before it opens")
        closing, end = self.late.closed_from(self.zone), self.window.ends_before(self.zone)
        grace = timedelta(minutes=self.late.grace_minutes)
        if closing is not None and closing.astimezone(UTC) < end.astimezone(UTC) + grace:
            raise ValueError("late: `until` is before the end of the window and its grace")
        return self

    def _consistent_numbers(self) -> None:
        """Receipts and reminders count by themselves, so their numbers must not be alike."""
        receipts, reminders = self.receipt.number, self.reminders.number
        for one, other in ((receipts, reminders), (reminders, receipts)):
            if serial_pattern(one, self.year).fullmatch(other.format(year=self.year, serial=1)):
                raise ValueError("reminders: `number` gives the numbers that receipts have")

    def _consistent_effects(self) -> None:
        kinds = finding_kinds()
        for code, effect in self.effects.items():
            if code not in kinds:
                raise ValueError(f"effects: there is no finding {code!r}; see docs/findings.md")
            if effect in UNCHANGEABLE or kinds[code].effect in UNCHANGEABLE:
                raise ValueError(f"effects: {code!r} cannot be changed to or from {effect.value!r}")

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
