"""An IMAP connection, ready to open a folder: encrypted, logged in, and introduced.

Residual risks: the server is the operator's own choice and is trusted not to drip one byte a
minute for ever (timeouts hold for each read, not for the whole) nor to announce a literal of
gigabytes, which the standard library would set aside memory for.
"""

from __future__ import annotations

import logging
import socket
import ssl
from typing import Any

from imapclient import IMAPClient
from imapclient.exceptions import CapabilityError, IMAPClientAbortError, IMAPClientError

from mail.login import log_in
from mail.refusals import ENCRYPTION, translated
from mail.tls import client_context, open_wire_problem
from model.account import ImapAccount, Security
from model.errors import MailboxError

logger = logging.getLogger(__name__)

# RFC 2971. NetEase opens no folder for a client that has not named itself.
CLIENT_ID = {"name": "submission-mailbox-intake", "version": "1", "vendor": "intake"}


def connect(account: ImapAccount) -> Any:
    """Connect, encrypt, log in and send ID; gives an `imapclient.IMAPClient` in state AUTH.

    Times come with their zone (`normalise_times` off), and imaplib's debug level, which
    imapclient sets to 5 and which formats every literal, is 0.
    Raises: MailboxError where an operator must change something, MailboxBusy where the network
    or the server gave way.
    """
    _check_settings(account)
    context = _context(account)
    with translated(account, "connecting"):
        client = IMAPClient(
            account.host,
            port=account.port,
            ssl=account.security is Security.TLS,
            ssl_context=context,
            timeout=account.timeout_seconds,
        )
    try:
        client._imap.debug = 0
        client.normalise_times = False
        _encrypt(client, account, context)
        log_in(client, account)
        _introduce(client, account)
        _ask_for_sequences(client, account)
    except MailboxError:
        hang_up(client)
        raise
    return client


def hang_up(client: Any) -> None:
    """Cut the connection without a word; for one that can no longer be trusted."""
    try:
        client.shutdown()
    except (OSError, IMAPClientError) as error:
        logger.debug("The connection was gone already: %s", error)


def _check_settings(account: ImapAccount) -> None:
    if problem := open_wire_problem(account.host, account.security):
        raise MailboxError(problem, ENCRYPTION)
    needed = {"username": account.username}
    if account.oauth2 is None:
        needed["password"] = account.password
    for name, value in needed.items():
        if not value:
            raise MailboxError(f"Mailbox {account.name} has no {name}.", f"Set its {name}.")
        # LOGIN carries 7-bit strings only (RFC 3501, section 4.3), and a line break would end it.
        if not value.isascii() or not value.isprintable():
            raise MailboxError(
                f"The {name} of mailbox {account.name} holds a line break, or a character "
                "outside ASCII, that LOGIN cannot carry.",
                "Look for a line break at the end of the secret's file, or full-width characters.",
            )


def _context(account: ImapAccount) -> ssl.SSLContext | None:
    if account.security is Security.NONE:
        return None
    try:
        return client_context(account.ca_file)
    except OSError as error:
        raise MailboxError(
            f"ca_file {account.ca_file} cannot be read as PEM certificates: {error}.",
            "Give a readable PEM file, or leave ca_file out.",
        ) from error


def _encrypt(client: Any, account: ImapAccount, context: ssl.SSLContext | None) -> None:
    client.socket().setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if account.security is not Security.STARTTLS:
        return
    with translated(account, "starting TLS"):
        try:
            client.starttls(context)
        except CapabilityError as error:
            raise MailboxError(
                f"Mailbox {account.name}: {account.host}:{account.port} offers no STARTTLS.",
                "Set security to tls, with port 993.",
            ) from error


def _introduce(client: Any, account: ImapAccount) -> None:
    with translated(account, "sending ID"):
        if not client.has_capability("ID"):
            return
        try:
            client.id_(CLIENT_ID)
        except IMAPClientAbortError:
            raise
        except IMAPClientError as error:
            # Only some servers need it; whether this one does, EXAMINE will tell.
            logger.warning("Mailbox %s refused ID: %s", account.name, error)


def _ask_for_sequences(client: Any, account: ImapAccount) -> None:
    """Have folders opened with their HIGHESTMODSEQ (RFC 7162), where the server says that it can:
    one that does not say so may hang on ENABLE."""
    with translated(account, "enabling CONDSTORE"):
        if not (client.has_capability("ENABLE") and client.has_capability("CONDSTORE")):
            return
        try:
            client.enable("CONDSTORE")
        except IMAPClientAbortError:
            raise
        except IMAPClientError as error:
            logger.info("Mailbox %s refused CONDSTORE: %s", account.name, error)
