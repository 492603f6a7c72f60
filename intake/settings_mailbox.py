"""The settings of one mailbox, and what all parts of the settings share."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator

from intake.settings_oauth2 import OAuth2Settings, read_secret
from model.account import ImapAccount, Security
from model.authenticity import Boundary
from model.verdict import Outcome

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Secret(Part):
    """A password as it is, or the file that holds it."""

    password: SecretStr = SecretStr("")
    password_file: Path | None = None

    def secret(self) -> str:
        """Raises: SettingsError where the file cannot be read."""
        return read_secret(self.password, self.password_file)


class MailboxSettings(Secret):
    """One mailbox and the programme that its mail belongs to.

    programmes: several instead of one; each mail is told apart by what it shows, and where it shows
    nothing the first that is open is taken. folder_programmes: other programmes for some of its
    folders. junk: the provider's folders for junk are polled as well. poll_seconds: how often a
    watched mailbox is looked at where its server does not tell of new mail by itself. filing: the
    folder that a mail is moved to once it is handled, by outcome; a mail whose outcome is not named
    stays where it is.
    trusted_authserv, own_hops, results_below_hop: see `model.authenticity.Boundary`.
    """

    host: str
    username: str
    programme: str = ""
    programmes: tuple[str, ...] = ()
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
        only_loopback_in_the_clear(self.host, self.security)
        one_or_several(self.programme, self.programmes)
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


def one_or_several(programme: str, programmes: Sequence[str]) -> None:
    if programme and programmes:
        raise ValueError("give `programme` or several `programmes`, not both")
    if len(set(programmes)) < len(programmes) or "" in programmes:
        raise ValueError("programmes: each has to be named, and once only")


def only_loopback_in_the_clear(host: str, security: Security) -> None:
    if security is Security.NONE and host not in LOOPBACK:
        raise ValueError(
            f"security is 'none' for {host}: passwords would travel in the clear; "
            "use 'tls' or 'starttls'"
        )
