"""Places and secrets, read once at the top: `intake.toml`, then `INTAKE_…` environment.

Everything that is a policy stands in a programme file instead. Names in the environment follow
the file's keys, joined by two underscores: `INTAKE_SMTP__PASSWORD`, `INTAKE_MAILBOXES__MAIN__HOST`.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import Field, ValidationError, model_validator

from intake.settings_file import (
    DEFAULT_PROGRAMME,
    FILE_NAME,
    PREFIX,
    overlay,
    read_values,
    settings_path,
)
from intake.settings_mailbox import (
    LOOPBACK,
    MailboxSettings,
    Part,
    Secret,
    one_or_several,
    only_loopback_in_the_clear,
)
from intake.settings_oauth2 import OAuth2Settings
from mail.dns import split_server
from model.account import Security, SmtpAccount
from model.container import UnpackLimits
from model.document import ReadLimits
from model.errors import SettingsError

__all__ = [
    "LOOPBACK", "DnsSettings", "MailboxSettings", "Settings", "SmtpSettings", "load_settings",
]  # fmt: skip


class DnsSettings(Part):
    """Looking up the keys of DKIM signatures. dkim: whether that is done at all. servers:
    "address" or "address:port", by default those of the system. timeout_seconds: for one mail."""

    dkim: bool = True
    servers: tuple[str, ...] = ()
    timeout_seconds: Annotated[float, Field(gt=0, le=60)] = 5.0

    @model_validator(mode="after")
    def _addresses(self) -> Self:
        for one in self.servers:
            try:
                split_server(one)
            except ValueError as error:
                raise ValueError(f"servers: {one!r} is no address of a name server") from error
        return self


class SmtpSettings(Secret):
    """Where letters go out. verify_after_seconds: how long to wait before a letter of unknown
    fate is looked for in the sent folder of `verify_in` (a mailbox's name)."""

    host: str
    sender: str
    sender_name: str = ""
    username: str = ""
    port: Annotated[int, Field(ge=1, le=65535)] | None = None
    security: Security = Security.TLS
    ca_file: Path | None = None
    timeout_seconds: Annotated[float, Field(gt=0)] = 60.0
    oauth2: OAuth2Settings | None = None
    verify_in: str = ""
    verify_after_seconds: Annotated[float, Field(ge=0)] = 120.0

    @model_validator(mode="after")
    def _safe(self) -> Self:
        only_loopback_in_the_clear(self.host, self.security)
        return self

    def account(self) -> SmtpAccount:
        return SmtpAccount(
            host=self.host,
            sender=self.sender,
            sender_name=self.sender_name,
            username=self.username,
            password=self.secret(),
            port=self.port or (465 if self.security is Security.TLS else 587),
            security=self.security,
            ca_file=self.ca_file,
            timeout_seconds=self.timeout_seconds,
            oauth2=self.oauth2.source() if self.oauth2 else None,
        )


class Settings(Part):
    """Everything that depends on the place where the system runs.

    programme: the default of commands and mailboxes; programmes: several of them, among which
    each mail is told apart, the first of them being the default of what needs one.
    data_dir: spool, archive, ledger and work folders. ledger_url: an SQLAlchemy URL, by default
    SQLite in data_dir. workers: mails worked on side by side. picture_readers: processes
    that read pages that are pictures, each of about 1 GB; with 0 this machine reads none before
    the receipt goes, and leaves them to `intake enrich`. lease_seconds: how long a claimed
    mail is one worker's. own_addresses: addresses that are never answered, besides those of the
    mailboxes and of SMTP. receipt_pdf: whether letters carry themselves as signed PDF.
    receipt_key_file: the private key that receipts are signed with, by
    default one that is made in data_dir. verify_url: the page that their QR codes open, without a
    query; by default they hold the text alone.
    """

    data_dir: Path = Path("var")
    programme: str = DEFAULT_PROGRAMME
    programmes: tuple[str, ...] = ()
    programmes_dir: Path | None = None
    templates_dir: Path | None = None
    receipt_key_file: Path | None = None
    receipt_pdf: bool = True
    verify_url: Annotated[str, Field(pattern=r"^(https?://[!->@-~]+)?$", max_length=200)] = ""
    ledger_url: str = ""
    mailboxes: dict[str, MailboxSettings] = Field(default_factory=dict)
    smtp: SmtpSettings | None = None
    dns: DnsSettings = DnsSettings()
    own_addresses: tuple[str, ...] = ()
    workers: Annotated[int, Field(ge=1, le=64)] = 2
    batch: Annotated[int, Field(ge=1, le=1000)] = 25
    lease_seconds: Annotated[float, Field(gt=0)] = 600.0
    reader_memory_bytes: Annotated[int, Field(ge=256 << 20)] = 2 << 30
    reading_seconds_per_mail: Annotated[float, Field(gt=0)] = 300.0
    picture_readers: Annotated[int, Field(ge=0, le=64)] = 2
    picture_memory_bytes: Annotated[int, Field(ge=1 << 30)] = 6 << 30
    picture_seconds_per_mail: Annotated[float, Field(gt=0)] = 600.0
    unpack: UnpackLimits = UnpackLimits()
    read: ReadLimits = ReadLimits()

    @model_validator(mode="before")
    @classmethod
    def _several(cls, values: Any) -> Any:
        """The first of several programmes stands for all where one is asked for."""
        if not isinstance(values, dict) or not isinstance(values.get("programmes"), list | tuple):
            return values  # what is wrong with it is told below
        if not values["programmes"]:
            return values
        one_or_several(values.get("programme", ""), values["programmes"])
        return {**values, "programme": values["programmes"][0]}

    @model_validator(mode="after")
    def _names(self) -> Self:
        if self.smtp and self.smtp.verify_in and self.smtp.verify_in not in self.mailboxes:
            raise ValueError(f"smtp.verify_in names no mailbox: {self.smtp.verify_in!r}")
        return self

    @property
    def lease(self) -> timedelta:
        return timedelta(seconds=self.lease_seconds)

    def programmes_of(self, mailbox: str, folder: str = "") -> tuple[str, ...]:
        """The programmes that the mail in a folder of a mailbox may belong to, as preferred.

        mailbox: "" for mail that lies in a file.
        """
        default = self.programmes or (self.programme,)
        chosen = self.mailboxes.get(mailbox)
        if chosen is None:  # a file's mail: that of the only mailbox, where it serves several
            only = tuple(self.mailboxes.values())
            return (only[0].programmes if len(only) == 1 else ()) or default
        one = chosen.folder_programmes.get(folder) or chosen.programme
        return (one,) if one else chosen.programmes or default

    def programme_of(self, mailbox: str, folder: str = "") -> str:
        """The one that it belongs to; "" where there are several, and each mail has to tell."""
        programmes = self.programmes_of(mailbox, folder)
        return programmes[0] if len(programmes) == 1 else ""

    def all_programmes(self) -> tuple[str, ...]:
        """Every programme that mail may come for, by id."""
        names = {*(self.programmes or (self.programme,))}
        for mailbox, one in self.mailboxes.items():
            names.update((*self.programmes_of(mailbox), *one.folder_programmes.values()))
        return tuple(sorted(names))

    def all_own_addresses(self) -> frozenset[str]:
        addresses = {*self.own_addresses, *(one.username for one in self.mailboxes.values())}
        if self.smtp:
            addresses.add(self.smtp.sender)
        return frozenset(one.lower() for one in addresses if "@" in one)

    def ledger(self) -> str:
        return self.ledger_url or f"sqlite:///{(self.data_dir / 'ledger.db').absolute()}"


def load_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings in force.

    Raises: SettingsError naming the file or variable, the key, and what is allowed.
    """
    environment = os.environ if environment is None else environment
    path = settings_path(environment)
    values = read_values(path) if path else {}
    overlay(values, environment)
    try:
        settings = Settings.model_validate(values)
    except ValidationError as error:
        where = str(path) if path else "the settings"
        raise SettingsError(
            "\n".join(
                f"{where}: {'.'.join(str(part) for part in one['loc']) or 'settings'}: "
                f"{one['msg'].removeprefix('Value error, ')}."
                for one in error.errors()
            ),
            f"Mend {FILE_NAME} or the {PREFIX}… environment; docs/operator.md lists every key.",
        ) from error
    return _resolved(settings, path.absolute().parent if path else Path())


def _resolved(settings: Settings, home: Path) -> Settings:
    """Paths of a file are meant from its folder: the same ledger, wherever a command is called."""

    def from_home(path: Path | None) -> Path | None:
        return None if path is None else home / path

    def secret(part: MailboxSettings | SmtpSettings) -> dict[str, object]:
        return {
            "password_file": from_home(part.password_file),
            "ca_file": from_home(part.ca_file),
            "oauth2": part.oauth2.from_home(home) if part.oauth2 else None,
        }

    smtp = settings.smtp
    return settings.model_copy(
        update={
            "data_dir": home / settings.data_dir,
            "programmes_dir": from_home(settings.programmes_dir),
            "templates_dir": from_home(settings.templates_dir),
            "receipt_key_file": from_home(settings.receipt_key_file),
            "mailboxes": {
                name: one.model_copy(update=secret(one)) for name, one in settings.mailboxes.items()
            },
            "smtp": smtp.model_copy(update=secret(smtp)) if smtp else None,
        }
    )
