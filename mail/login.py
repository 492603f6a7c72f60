"""Proving to an IMAP server who we are: LOGIN (RFC 3501), or XOAUTH2 with an access token."""

from __future__ import annotations

import base64
from typing import Any

from imapclient.exceptions import IMAPClientAbortError, LoginError

from mail import wire
from mail.oauth2 import access_token, initial_response, refusal_text, refused_advice
from mail.refusals import login_refused, translated
from model.account import ImapAccount, OAuth2
from model.errors import MailboxBusy, MailboxError

# Some servers end the connection at a longer command line; the token then goes by itself.
LONGEST_COMMAND_BYTES = 7000


def log_in(client: Any, account: ImapAccount) -> None:
    """Log in as the account says. Raises: MailboxError, MailboxBusy."""
    if account.oauth2 is not None:
        _log_in_with_token(client, account, account.oauth2)
        return
    with translated(account, "logging in"):
        try:
            client.login(account.username, account.password)
        except LoginError as error:
            # imapclient makes a LoginError of a broken connection as well, and keeps the cause.
            if isinstance(error.__context__, IMAPClientAbortError):
                raise error.__context__ from None
            raise login_refused(account, str(error)) from error


def _log_in_with_token(client: Any, account: ImapAccount, oauth2: OAuth2) -> None:
    with translated(account, "asking what logins there are"):
        if not client.has_capability("AUTH=XOAUTH2"):
            raise MailboxError(
                f"Mailbox {account.name}: {account.host}:{account.port} offers no XOAUTH2.",
                "Leave oauth2 out and give a password, or name another host.",
            )
    token = access_token(oauth2)
    with translated(account, "logging in with a token"):
        refusal = _authenticate(client, account.username, token)
    if not refusal:
        return
    # A token can be withdrawn before its time; one that is quite new decides.
    token = access_token(oauth2, refused=token)
    with translated(account, "logging in with a token"):
        refusal = _authenticate(client, account.username, token)
    if refusal:
        error = login_refused(account, refusal)
        if isinstance(error, MailboxBusy):
            raise error
        raise MailboxError(error.problem, refused_advice(oauth2))


def _authenticate(client: Any, username: str, token: str) -> str:
    """AUTHENTICATE XOAUTH2; gives the server's words where it refuses, "" where it does not."""
    response = base64.b64encode(initial_response(username, token))
    at_once = client.has_capability("SASL-IR") and len(response) < LONGEST_COMMAND_BYTES
    command = b"AUTHENTICATE XOAUTH2"
    tag = wire.send(client, command + b" " + response if at_once else command)
    pending, said = not at_once, ""
    while True:
        line = wire.read_line(client)
        if line.startswith(b"+"):
            if not pending:
                # The error, as base64 of JSON; an empty line asks for the end.
                said = refusal_text(line[1:].strip())
            client._imap.send((response if pending else b"") + b"\r\n")
            pending = False
        elif line.startswith(tag + b" "):
            words = line[len(tag) + 1 :]
            if words[:2].upper() != b"OK":
                return f"{words.decode('utf-8', 'replace')} {said}".strip()
            # What imapclient knows of the server was said before the login.
            client._imap.state = "AUTH"
            client._imap.untagged_responses.pop("CAPABILITY", None)
            client._cached_capabilities = None
            return ""
        elif line[:6].upper() == b"* BYE ":
            raise IMAPClientAbortError(line.decode("utf-8", "replace"))
