"""Places and secrets, read once at the top: `intake.toml`, then `INTAKE_…` environment.

Everything that is a policy stands in a programme file instead. Names in the environment follow
the file's keys, joined by two underscores: `INTAKE_SMTP__PASSWORD`, `INTAKE_MAILBOXES__MAIN__HOST`.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, model_validator

from intake.settings_file import (
    DEFAULT_PROGRAMME,
    FILE_NAME,
    PREFIX,
    overlay,
    read_values,
    settings_path,
)
from intake.settings_oauth2 import OAuth2Settings, read_secret
from mail.dns import split_server
from model.account import ImapAccount, Security, SmtpAccount
from model.authenticity import Boundary
from model.container import UnpackLimits
from model.document import ReadLimits
from model.errors import SettingsError
from model.verdict import Outcome

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Secret(_Part):
    """A password as it is, or the file that holds it."""

    password: SecretStr = SecretStr("")
    password_file: Path | None = None

    def secret(self) -> str:
        """Raises: SettingsError where the file cannot be read."""
        return read_secret(self.password, self.password_file)


class MailboxSettings(_Secret):
    """One mailbox and the programme that its mail belongs to.

    folder_programmes: other programmes for some of its folders. junk: the provider's folders for
    junk are polled as well. poll_seconds: how often a watched mailbox is looked at where its
    server does not tell of new mail by itself. filing: the folder that a mail is moved to once it
    is handled, by outcome; a mail whose outcome is not named stays where it is.
    trusted_authserv, own_hops, results_below_hop: see `model.authenticity.Boundary`.
    """

    host: str
    username: str
    programme: str = ""
    folder_programmes: dict[str, str] = {}
    junk: bool = True
    poll_seconds: Annotated[float, Field(ge=5, le=3600)] = 60.0
    filing: dict[Outcome, Annotated[str, Field(min_length=1)]] = {}
    port: Annotated[int, Field(ge=1, le=65535)] | None = None
    security: Security = Security.TLS
    folders: Annotated[tuple[str, ...], Field(min_length=1)] = ("INBOX",)
    sent_folder: str = ""
    ca_file: Path | None = None
    timeout_seconds: Annotated[float, Field(gt=0)] = 60.0
    oauth2: OAuth2Settings | None = None
    trusted_authserv: tuple[str, ...] = ()
    own_hops: Annotated[int, Field(ge=1, le=10)] = 1
    results_below_hop: bool = False

    @model_validator(mode="after")
    def _safe(self) -> Self:
        _only_loopback_in_the_clear(self.host, self.security)
        unknown = [name for name in self.folder_programmes if name not in self.folders]
        if unknown:
            raise ValueError(f"folder_programmes names {unknown[0]!r}, which is not in folders")
        twice = sorted(set(self.filing.values()) & set(self.folders))
        if twice:
            raise ValueError(f"filing would move mail into {twice[0]!r}, which is polled")
        return self

    def boundary(self) -> Boundary:
        """Down to where its mails' headers are the work of our own servers."""
        return Boundary(self.trusted_authserv, self.own_hops, self.results_below_hop)

    def account(self, name: str) -> ImapAccount:
        return ImapAccount(
            name=name,
            host=self.host,
            username=self.username,
            password=self.secret(),
            port=self.port or (993 if self.security is Security.TLS else 143),
            security=self.security,
            folders=self.folders,
            ca_file=self.ca_file,
            sent_folder=self.sent_folder,
            timeout_seconds=self.timeout_seconds,
            oauth2=self.oauth2.source() if self.oauth2 else None,
        )


class DnsSettings(_Part):
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


class SmtpSettings(_Secret):
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
        _only_loopback_in_the_clear(self.host, self.security)
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


class Settings(_Part):
    """Everything that depends on the place where the system runs.

    data_dir: spool, archive, ledger and work folders. ledger_url: an SQLAlchemy URL, by default
    SQLite in data_dir. workers: mails worked on side by side. picture_readers: processes
    that read pages that are pictures, each of about 1 GB; with 0 this machine reads none before
    the receipt goes, and leaves them to `intake enrich`. lease_seconds: how long a claimed
    mail is one worker's. own_addresses: addresses that are never answered, besides those of the
    mailboxes and of SMTP.
    """

    data_dir: Path = Path("var")
    programme: str = DEFAULT_PROGRAMME
    programmes_dir: Path | None = None
    templates_dir: Path | None = None
    ledger_url: str = ""
    mailboxes: dict[str, MailboxSettings] = {}
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

    @model_validator(mode="after")
    def _names(self) -> Self:
        if self.smtp and self.smtp.verify_in and self.smtp.verify_in not in self.mailboxes:
            raise ValueError(f"smtp.verify_in names no mailbox: {self.smtp.verify_in!r}")
        return self

    @property
    def lease(self) -> timedelta:
        return timedelta(seconds=self.lease_seconds)

    def programme_of(self, mailbox: str, folder: str = "") -> str:
        """The programme that the mail in a folder of a mailbox belongs to."""
        chosen = self.mailboxes.get(mailbox)
        if chosen is None:
            return self.programme
        return chosen.folder_programmes.get(folder) or chosen.programme or self.programme

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
            "mailboxes": {
                name: one.model_copy(update=secret(one)) for name, one in settings.mailboxes.items()
            },
            "smtp": smtp.model_copy(update=secret(smtp)) if smtp else None,
        }
    )


def _only_loopback_in_the_clear(host: str, security: Security) -> None:
    if security is Security.NONE and host not in LOOPBACK:
        raise ValueError(
            f"security is 'none' for {host}: passwords would travel in the clear; "
            "use 'tls' or 'starttls'"
        )
