"""How to reach a mail server: what the transports are given, already resolved."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path


class Security(StrEnum):
    """TLS from the first byte, STARTTLS before the login, or nothing (loopback only)."""

    TLS = "tls"
    STARTTLS = "starttls"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class OAuth2:
    """Where access tokens come from (RFC 6749), for servers that take no password.

    token_url: the token endpoint, https; plain http only on loopback. refresh_token: what the
    operator's consent gave; refresh_token_file holds it instead, and is rewritten where the
    endpoint gives another. Without either, the client asks in its own name (client_credentials).
    """

    token_url: str
    client_id: str
    client_secret: str = field(default="", repr=False)
    refresh_token: str = field(default="", repr=False)
    refresh_token_file: Path | None = None
    scope: str = ""
    ca_file: Path | None = None
    timeout_seconds: float = 30.0


@dataclass(frozen=True, slots=True)
class ImapAccount:
    """A mailbox to poll.

    name: the operator's name for it, used in the ledger. folders: polled in this order.
    ca_file: extra trusted certificates (PEM), None for the system's.
    sent_folder: where the SMTP server keeps a copy of what it took; "" if it keeps none.
    timeout_seconds: for connecting and for each answer. oauth2: instead of the password.
    """

    name: str
    host: str
    username: str
    password: str = field(repr=False)
    port: int = 993
    security: Security = Security.TLS
    folders: tuple[str, ...] = ("INBOX",)
    ca_file: Path | None = None
    sent_folder: str = ""
    timeout_seconds: float = 60.0
    oauth2: OAuth2 | None = None


@dataclass(frozen=True, slots=True)
class SmtpAccount:
    """Where letters go out. sender: the address in From and in the envelope.
    username "" means no login. oauth2: instead of the password."""

    host: str
    sender: str
    sender_name: str = ""
    username: str = ""
    password: str = field(default="", repr=False)
    port: int = 465
    security: Security = Security.TLS
    ca_file: Path | None = None
    timeout_seconds: float = 60.0
    oauth2: OAuth2 | None = None
