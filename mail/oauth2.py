"""Access tokens for mail servers that take no password (RFC 6749), and how they are presented.

A token is kept until shortly before its end, for all connections of this process that use the
same settings, and is got anew at once where a mail server refuses it.

Residual risks: whoever holds the refresh token can read the mailbox until the consent is
withdrawn; the token endpoint is the operator's own choice and is trusted with the secrets.
"""

from __future__ import annotations

import base64
import logging
import os
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from mail.token_endpoint import Granted, GrantRefused, request_token
from model.account import OAuth2
from model.errors import MailboxError

logger = logging.getLogger(__name__)

# RFC 6749 only recommends that an endpoint tells how long a token lasts.
DEFAULT_LIFE_SECONDS = 3600.0
# So that no token ends between being taken and being presented.
MARGIN_SECONDS = 120.0
CONSENT = (
    "The consent has ended (withdrawn, password changed, unused for too long, or replaced): let "
    "the mailbox's owner consent anew and put the new refresh token in its place."
)


@dataclass(slots=True)
class _Kept:
    """What is known for one account's settings. rotated: a refresh token given by the endpoint
    that could be written nowhere."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    token: str = ""
    ends: float = 0.0
    rotated: str = ""


# One entry for each different settings; what belongs to one is never used for another.
_kept: dict[OAuth2, _Kept] = {}
_kept_lock = threading.Lock()


def access_token(settings: OAuth2, *, refused: str = "") -> str:
    """A token that is good for some minutes at least.

    refused: one that the mail server did not take; it is not given again.
    Raises: MailboxError where the operator must do something, MailboxBusy where the endpoint
    cannot be reached or gave way.
    """
    with _kept_lock:
        kept = _kept.setdefault(settings, _Kept())
    with kept.lock:
        if not kept.token or kept.token == refused or time.monotonic() >= kept.ends:
            kept.token = ""
            granted = _granted(settings, kept)
            life = granted.life_seconds or DEFAULT_LIFE_SECONDS
            kept.ends = time.monotonic() + life - min(MARGIN_SECONDS, life / 4)
            kept.token = granted.token
        return kept.token


def initial_response(username: str, token: str) -> bytes:
    """What XOAUTH2 sends, before base64: user and bearer token, each ended by ^A."""
    return b"user=%b\x01auth=Bearer %b\x01\x01" % (username.encode(), token.encode())


def refusal_text(challenge: bytes) -> str:
    """What a server says in the challenge by which it refuses a token: base64 of JSON."""
    try:
        return base64.b64decode(challenge, validate=False).decode("utf-8", "replace")
    except ValueError:
        return challenge.decode("utf-8", "replace")


def refused_advice(settings: OAuth2) -> str:
    """What to do where a fresh token is refused by the mail server."""
    return (
        "The token endpoint gave a token, and the mail server does not take it: check that "
        "username is the mailbox that the consent was given for, that IMAP and SMTP are allowed "
        f"for it, and that the scope ({settings.scope or 'none is set'}) is the mail server's own "
        "(Microsoft: https://outlook.office.com/IMAP.AccessAsUser.All, or .default without a "
        "refresh token; Google: https://mail.google.com/)."
    )


def _granted(settings: OAuth2, kept: _Kept) -> Granted:
    refresh = _refresh_token(settings, kept)
    try:
        granted = request_token(settings, refresh)
    except GrantRefused as refused:
        # Another process may have got a new refresh token just now, and written it down.
        again = _refresh_token(settings, kept)
        if again == refresh:
            raise MailboxError(str(refused), CONSENT) from refused
        try:
            granted = request_token(settings, again)
        except GrantRefused as error:
            raise MailboxError(str(error), CONSENT) from error
        refresh = again
    if granted.refresh_token and granted.refresh_token != refresh:
        _keep_rotated(settings, kept, granted.refresh_token)
    return granted


def _refresh_token(settings: OAuth2, kept: _Kept) -> str:
    if kept.rotated:
        return kept.rotated
    if settings.refresh_token_file is None:
        return settings.refresh_token
    try:
        token = settings.refresh_token_file.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise MailboxError(
            f"The refresh token's file {settings.refresh_token_file} cannot be read: {error}.",
            "Check the path and its permissions.",
        ) from error
    if not token:
        raise MailboxError(f"The file {settings.refresh_token_file} is empty.", CONSENT)
    return token


def _keep_rotated(settings: OAuth2, kept: _Kept, token: str) -> None:
    path = settings.refresh_token_file
    if path is not None:
        try:
            _write_secret(path, token)
        except OSError as error:
            logger.warning("%s cannot be rewritten: %s", path, error)
        else:
            kept.rotated = ""
            logger.info("%s: the endpoint gave another refresh token; it is written down", path)
            return
    kept.rotated = token
    logger.warning(
        "%s gave another refresh token for %s. It is kept in memory only: the one in your secret "
        "store may end. Set refresh_token_file to a file that can be rewritten.",
        settings.token_url,
        settings.client_id,
    )


def _write_secret(path: Path, text: str) -> None:
    """Whole or not at all, readable by its owner only."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    made = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            os.fchmod(file.fileno(), 0o600)
            file.write(text + "\n")
            file.flush()
            os.fsync(file.fileno())
        made.replace(path)
    finally:
        made.unlink(missing_ok=True)
